//! A check as SARIF 2.1.0: what code hosts show at the line of a file.

use crate::check_report::{CheckReport, CheckedClash, CheckedSide};
use crate::clash_text::{length, size};
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, LogicalLocation, Message, MultiformatMessageString, Notification,
    NotificationLevel, PhysicalLocation, Region, ReportingDescriptor, Result as SarifResult, ResultLevel,
    Run, Sarif, Suppression, Tool, ToolComponent,
};
use std::collections::BTreeMap;

/// Where the schema is published.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

impl CheckReport {
    /// A result for each clash, at the line of its first element; the second is a related location. The
    /// fingerprint is the clash's key. Waived clashes are suppressed results. What was not tested, and what is wrong
    /// with the inputs, are notifications of the invocation.
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
        let deadlines: BTreeMap<&str, String> =
            self.issues.iter().filter_map(|i| Some((i.key.as_str(), i.deadline_words()?))).collect();
        let deadline = |c: &CheckedClash| deadlines.get(c.issue.as_str()).map(String::as_str);
        let results: Vec<SarifResult> = self.clashes.iter().map(|c| self.result(c, deadline(c))).collect();
        let tool = Tool::builder().driver(driver).build();
        let run = Run::builder().tool(tool).results(results).invocations(vec![self.invocation()]).build();
        let sarif = Sarif::builder().schema(SCHEMA).version("2.1.0").runs(vec![run]).build();
        crate::schema::to_json(&sarif)
    }

    /// How the run ended, and what it has to say of its inputs.
    fn invocation(&self) -> Invocation {
        let note = |level: NotificationLevel, text: String| {
            let message = Message::builder().text(text).build();
            let mut note = Notification::builder().message(message).build();
            note.level = serde_json::to_value(level).ok();
            note
        };
        let missing = self.incomplete_words().map(|why| {
            let level = if self.gate.allow_incomplete {
                NotificationLevel::Warning
            } else {
                NotificationLevel::Error
            };
            note(level, format!("the check is incomplete: {why}"))
        });
        let said = self.diagnostics.iter().map(|d| {
            let level = match d.severity {
                "error" => NotificationLevel::Error,
                "warning" => NotificationLevel::Warning,
                _ => NotificationLevel::Note,
            };
            let of = [&d.model, &d.class, &d.global_id, &d.name].into_iter().flatten().map(String::as_str);
            let at: Vec<&str> = of.collect();
            let mut text = format!("{}: {}", d.code, d.title);
            for more in [d.detail.as_deref(), Some(at.join(" ").as_str()).filter(|at| !at.is_empty())] {
                more.iter().for_each(|more| text.push_str(&format!("; {more}")));
            }
            note(level, text)
        });
        let incomplete = self.gate.incomplete && !self.gate.allow_incomplete;
        let code = if self.gate.failed { 1 } else { 3 * i64::from(incomplete) };
        Invocation::builder()
            .execution_successful(!incomplete)
            .exit_code(code)
            .tool_execution_notifications(missing.into_iter().chain(said).collect::<Vec<_>>())
            .build()
    }

    fn result(&self, c: &CheckedClash, deadline: Option<&str>) -> SarifResult {
        let level = match c.severity {
            "critical" | "major" => ResultLevel::Error,
            "minor" => ResultLevel::Warning,
            _ => ResultLevel::Note,
        };
        let size = size(c.depth, c.depth_kind, c.distance);
        let mut text = format!("{}, {size}: {} and {}", c.kind, named(&c.a), named(&c.b));
        deadline.iter().for_each(|words| text.push_str(&format!("; {words}")));
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
