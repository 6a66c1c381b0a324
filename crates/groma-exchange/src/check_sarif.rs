//! A check as SARIF 2.1.0: what code hosts show at the line of a file.

use crate::check_report::{CheckReport, CheckedClash, CheckedSide};
use crate::clash_text::length;
use serde_sarif::sarif::{
    ArtifactLocation, Location, LogicalLocation, Message, MultiformatMessageString, PhysicalLocation, Region,
    ReportingDescriptor, Result as SarifResult, ResultLevel, Run, Sarif, Suppression, Tool, ToolComponent,
};
use std::collections::BTreeMap;

/// Where the schema is published.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

impl CheckReport {
    /// A result for each clash, at the line of its first element; the second is a related location. The
    /// fingerprint is the clash's key. Waived clashes are suppressed results.
    pub fn to_sarif(&self) -> String {
        let rules: Vec<ReportingDescriptor> = self
            .rules
            .iter()
            .map(|r| {
                let text = match r.distance {
                    Some(d) if r.kind == "clearance" => format!("{}, nearer than {}", r.kind, length(d)),
                    Some(d) => format!("{}, {}", r.kind, length(d)),
                    None => format!("{}, tolerance {}", r.kind, length(r.tolerance)),
                };
                let text = MultiformatMessageString::builder().text(text).build();
                ReportingDescriptor::builder().id(r.name.as_str()).short_description(text).build()
            })
            .collect();
        let driver = ToolComponent::builder()
            .name("groma")
            .semantic_version(env!("CARGO_PKG_VERSION"))
            .rules(rules)
            .build();
        let results: Vec<SarifResult> = self.clashes.iter().map(|c| self.result(c)).collect();
        let tool = Tool::builder().driver(driver).build();
        let run = Run::builder().tool(tool).results(results).build();
        let sarif = Sarif::builder().schema(SCHEMA).version("2.1.0").runs(vec![run]).build();
        crate::schema::to_json(&sarif)
    }

    fn result(&self, c: &CheckedClash) -> SarifResult {
        let level = match c.severity {
            "critical" | "major" => ResultLevel::Error,
            "minor" => ResultLevel::Warning,
            _ => ResultLevel::Note,
        };
        let size = match c.depth {
            Some(depth) => format!("{} deep", length(depth)),
            None => format!("{} apart", length(c.distance)),
        };
        let text = format!("{}, {size}: {} and {}", c.kind, named(&c.a), named(&c.b));
        let baseline = match c.state {
            "new" => "new",
            "reopened" => "updated",
            _ => "unchanged",
        };
        let mut result = SarifResult::builder()
            .rule_id(c.rule.as_str())
            .level(level)
            .message(Message::builder().text(text).build())
            .locations(vec![location(&c.a)])
            .related_locations(vec![location(&c.b)])
            .fingerprints(BTreeMap::from([("clash/v1".to_owned(), c.key.clone())]))
            .partial_fingerprints(BTreeMap::from([("issue/v1".to_owned(), c.issue.clone())]))
            .baseline_state(baseline)
            .build();
        if let Some(at) = self.rules.iter().position(|r| r.name == c.rule) {
            result.rule_index = Some(at as i64);
        }
        if c.state == "waived" {
            result.suppressions = Some(vec![Suppression::builder().kind("external").build()]);
        }
        result
    }
}

fn named(s: &CheckedSide) -> String {
    match &s.name {
        Some(name) => format!("{} {name:?}", s.class),
        None => format!("{} {}", s.class, s.global_id),
    }
}

fn location(s: &CheckedSide) -> Location {
    let file = ArtifactLocation::builder().uri(uri(&s.file)).build();
    let mut place = PhysicalLocation::builder().artifact_location(file).build();
    place.region = s.line.map(|line| Region::builder().start_line(line as i64).build());
    let logical = LogicalLocation::builder()
        .name(s.global_id.as_str())
        .fully_qualified_name(format!("{}/{}", s.model, s.global_id))
        .kind("element")
        .build();
    Location::builder().physical_location(place).logical_locations(vec![logical]).build()
}

/// A relative path as a URI reference: what is not allowed in one is escaped.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'\\' => out.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' | b'~' => {
                out.push(byte as char)
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
