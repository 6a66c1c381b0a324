//! The summary of a check, in at most 25 lines.

use crate::check_report::{CheckReport, CommentRow, GateReport, IssueRow, WaiverRow};
use crate::clash_text::length;
use crate::inspection_text::coverage;
use crate::table::{Align, count, lines, one_line, shorten};
use std::fmt::Write;

/// The most lines of a summary.
pub const MOST_LINES: usize = 25;
/// How many rules, issues and waivers are listed before the rest is counted.
const RULES: usize = 8;
const ISSUES: usize = 6;
const WAIVERS: usize = 2;

/// `1 clash`, `2 clashes`.
fn counted(n: usize, what: &str) -> String {
    let plural = match (n, what.ends_with("sh")) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{} {what}{plural}", count(n))
}

impl CheckReport {
    /// The report as text: at most [`MOST_LINES`] lines, or everything.
    pub fn to_text(&self, all: bool) -> String {
        let most = |n: usize| if all { usize::MAX } else { n };
        let mut out = String::new();
        let name = one_line(self.project.as_deref().unwrap_or("project"));
        let _ =
            writeln!(out, "{name}: {}, {}", counted(self.models.len(), "model"), coverage(&self.coverage));
        self.write_rules(&mut out, most(RULES));
        let listed: Vec<&IssueRow> = self
            .issues
            .iter()
            .filter(|i| all || matches!(i.state, "new" | "reopened") || self.fails(i))
            .collect();
        if !listed.is_empty() {
            out.push('\n');
        }
        for issue in listed.iter().take(most(ISSUES)) {
            self.write_issue(&mut out, issue, all);
        }
        if listed.len() > most(ISSUES) {
            let _ = writeln!(out, "and {} more issues (--all lists them)", count(listed.len() - ISSUES));
        }
        self.write_waivers(&mut out, most(WAIVERS));
        let n = |state: &str| count(self.states.get(state).copied().unwrap_or(0));
        let errors = self.diagnostics.iter().filter(|d| d.severity == "error").count();
        out.push('\n');
        if !self.diagnostics.is_empty() {
            let total = count(self.diagnostics.len());
            let dated =
                self.diagnostics.iter().any(|d| d.code.starts_with("G06") || d.code.starts_with("G08"));
            let of = if dated { "groma inspect, groma link" } else { "groma inspect" };
            let _ = writeln!(out, "{total} diagnostics, {} of them errors ({of})", count(errors));
        }
        let untested = match self.states.get("not_tested") {
            None | Some(0) => String::new(),
            Some(issues) => format!(", {} not tested", count(*issues)),
        };
        let _ = writeln!(
            out,
            "{} in {}: {} new, {} reopened, {} open, {} waived; {} resolved{untested}",
            counted(self.clashes.len(), "clash"),
            counted(self.issues.len(), "issue"),
            n("new"),
            n("reopened"),
            n("open"),
            n("waived"),
            n("resolved")
        );
        let incomplete = match self.incomplete_words() {
            Some(why) if self.gate.failed => format!("; incomplete: {why}"),
            Some(why) => format!(", but the check is incomplete: {why}"),
            None => String::new(),
        };
        let _ = match self.gate.failed {
            true => {
                let due = self.gate.due_words().map(|words| format!(", {words}")).unwrap_or_default();
                writeln!(out, "gate failed: {}{due}{incomplete}", counted(self.gate.issues, "issue"))
            }
            false => {
                let due = self.gate.due_words().map(|words| format!("; {words}")).unwrap_or_default();
                writeln!(out, "gate holds{due}{incomplete}")
            }
        };
        out
    }

    /// What was not tested, in a line; `None` where everything was.
    pub fn incomplete_words(&self) -> Option<String> {
        if !self.gate.incomplete {
            return None;
        }
        let mut words = Vec::new();
        if self.coverage.failed > 0 {
            words.push(format!("{} failed", counted(self.coverage.failed, "element")));
        }
        if let Some(first) = self.not_tested.first() {
            let known = counted(self.not_tested.len(), "known clash");
            words.push(format!("{known} not tested ({})", one_line(&first.why)));
        }
        if let Some(lost) = self.gate.due.as_ref().and_then(|due| due.lost.as_ref()) {
            words.push(format!("days may be missing by which issues must be solved ({})", one_line(lost)));
        }
        if words.is_empty() {
            words.push("a part of a file is lost".to_owned());
        }
        Some(words.join(", "))
    }

    fn write_rules(&self, out: &mut String, most: usize) {
        let rows: Vec<[String; 4]> = self
            .rules
            .iter()
            .take(most)
            .map(|r| {
                let what = match r.distance {
                    Some(d) => format!("{} {}", r.kind, length(d)),
                    None if r.kind == "envelope" => r.kind.to_owned(),
                    None => format!("{} {}", r.kind, length(r.tolerance)),
                };
                let left_out: usize = r.exclusions.iter().map(|e| e.clashes).sum::<usize>()
                    + r.excluded_pairs.values().sum::<usize>();
                let mut told = String::new();
                let without = r.without_space.unwrap_or(0);
                let of_elements: usize = r.excluded_elements.values().sum();
                for (n, what) in [
                    (of_elements, "elements left out"),
                    (left_out, "pairs left out"),
                    (r.apart_in_time.unwrap_or(0), "never there together"),
                    (r.reported_elsewhere, "under another rule"),
                    (without, "without such a space"),
                ] {
                    if n > 0 {
                        let _ = write!(told, ", {} {what}", count(n));
                    }
                }
                let (clashes, issues) = (counted(r.clashes, "clash"), counted(r.issues, "issue"));
                let found = format!("{clashes} in {issues}{told}");
                [shorten(&r.name, 36), what, format!("{} elements", count(r.elements)), found]
            })
            .collect();
        for line in lines(&rows, [Align::Left, Align::Left, Align::Right, Align::Left], 2) {
            let _ = writeln!(out, "{line}");
        }
        if self.rules.len() > most {
            let _ = writeln!(out, "  and {} more rules", count(self.rules.len() - most));
        }
    }

    fn write_issue(&self, out: &mut String, issue: &IssueRow, all: bool) {
        let title = if all { one_line(&issue.title) } else { shorten(&issue.title, 100) };
        let by = match (&issue.solve_by, issue.due) {
            (Some(day), true) => format!("  due since {day}"),
            (Some(day), false) => format!("  solve by {day}"),
            (None, _) => String::new(),
        };
        let _ = writeln!(out, "{} {}: {title}{by}  [{}]", issue.state, issue.severity, &issue.key[..8]);
        if all {
            let [x, y, z] = issue.point;
            let _ = writeln!(out, "    {}", one_line(&issue.why));
            if let Some(words) = issue.deadline_words() {
                let _ = writeln!(out, "    {words}");
            }
            if let Some(words) = issue.status_words() {
                let _ = writeln!(out, "    {words}");
            }
            for c in &issue.comments {
                let _ = writeln!(out, "    {} {}: {}", c.date, one_line(&c.author), one_line(&c.words()));
            }
            let _ = writeln!(out, "    at ({x:.3}, {y:.3}, {z:.3}), issue {}", issue.key);
        }
    }

    fn write_waivers(&self, out: &mut String, most: usize) {
        let told: Vec<&WaiverRow> =
            self.waivers.iter().filter(|w| w.state != "used" || w.uncovered > 0).collect();
        for w in told.iter().take(most) {
            let (key, author) = (w.key.get(..8).unwrap_or_default(), one_line(&w.author));
            let clashes = counted(w.clashes, "clash");
            let uncovered = match w.uncovered {
                0 => String::new(),
                n => format!("; {} of its issue it does not list in `clashes`", counted(n, "clash")),
            };
            let _ = match w.state {
                "expired" => {
                    let on = &w.expires;
                    writeln!(
                        out,
                        "waiver {key} of {author} expired on {on} and counts no more: {clashes}{uncovered}"
                    )
                }
                "unused" => writeln!(out, "waiver {key} of {author} waives nothing{uncovered}"),
                _ => writeln!(out, "waiver {key} of {author} waives {clashes}{uncovered}"),
            };
        }
        if told.len() > most {
            let more = count(told.len() - most);
            let _ = writeln!(out, "and {more} more waivers that do not waive all that they name");
        }
    }

    /// Which discipline elements were taken for, and what told, as text.
    pub fn disciplines_text(&self) -> String {
        let rows: Vec<[String; 4]> = self
            .disciplines
            .iter()
            .map(|d| [d.model.clone(), d.discipline.to_owned(), count(d.elements), d.told_by.clone()])
            .collect();
        let align = [Align::Left, Align::Left, Align::Right, Align::Left];
        lines(&rows, align, 0).into_iter().map(|line| line + "\n").collect()
    }
}

impl IssueRow {
    /// By when it must be solved, and why; `None` where nobody works on its elements.
    pub fn deadline_words(&self) -> Option<String> {
        let (needed, solve) = (self.needed_by.as_ref()?, self.solve_by.as_ref()?);
        let must = if self.due { "was to be solved by" } else { "must be solved by" };
        Some(format!("{must} {solve}: work on one of its elements begins on {needed}"))
    }
}

impl IssueRow {
    /// How far it is, and with whom; `None` where nobody has said.
    pub fn status_words(&self) -> Option<String> {
        let with = self.assigned_to.as_ref().map(|who| format!("with {}", one_line(who)));
        let words: Vec<String> = self.status.map(str::to_owned).into_iter().chain(with).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

impl CommentRow {
    /// What was said, with the status that was set.
    pub fn words(&self) -> String {
        match (self.text.as_str(), self.status) {
            (text, None) => text.to_owned(),
            ("", Some(status)) => format!("({status})"),
            (text, Some(status)) => format!("{text} ({status})"),
        }
    }
}

impl GateReport {
    /// How many issues are due, in words; `None` where none is.
    fn due_words(&self) -> Option<String> {
        let due = self.due.as_ref().filter(|due| due.issues > 0)?;
        Some(format!("{} due by {}", counted(due.issues, "issue"), due.date))
    }
}

#[cfg(test)]
mod tests {
    use super::MOST_LINES;
    use crate::check_report::{CheckReport, CheckedRule, GateReport, IssueRow, NotTestedRow, WaiverRow};
    use crate::report::{CoverageReport, DiagnosticReport, FrameReport};
    use std::collections::BTreeMap;

    /// A report with more of everything than a summary lists.
    pub(crate) fn crowded() -> CheckReport {
        let rule = |n: usize| CheckedRule {
            name: format!("rule\n{n}"),
            kind: "hard",
            tolerance: 0.002,
            distance: None,
            elements: 2,
            surfaces: 0,
            failed: 1,
            candidates: 1,
            excluded_elements: BTreeMap::new(),
            excluded_pairs: BTreeMap::new(),
            exclusions: Vec::new(),
            without_space: None,
            reported_elsewhere: 0,
            apart_in_time: None,
            clashes: 1,
            issues: 1,
        };
        let issue = |n: usize| IssueRow {
            key: format!("{n:032x}"),
            state: "new",
            severity: "major",
            rule: "rule\n0".to_owned(),
            title: "a\nb".to_owned(),
            grouping: "single",
            why: "the only clash\nof its two elements".to_owned(),
            places: 1,
            storeys: Vec::new(),
            field: None,
            depth: Some(0.1),
            distance: 0.0,
            point: [0.0; 3],
            needed_by: Some("2026-05-04".to_owned()),
            solve_by: Some("2026-04-06".to_owned()),
            due: n == 0,
            status: None,
            assigned_to: None,
            comments: Vec::new(),
            clashes: Vec::new(),
        };
        let waiver = |n: usize| WaiverRow {
            key: format!("{n:032x}"),
            reason: "r".to_owned(),
            author: "A\r\nB".to_owned(),
            expires: "2026-12-31".to_owned(),
            state: "unused",
            clashes: 0,
            uncovered: 1,
        };
        let diagnostic = DiagnosticReport {
            code: "G0101",
            severity: "error",
            title: "t",
            detail: None,
            model: None,
            express_id: None,
            class: None,
            global_id: None,
            name: None,
            stands_for: 1,
        };
        let lost = NotTestedRow {
            key: String::new(),
            issue: String::new(),
            rule: "r".to_owned(),
            why: "the rule `r\ns` is not there".to_owned(),
            a: Default::default(),
            b: Default::default(),
        };
        CheckReport {
            schema_version: 1,
            generator: "groma",
            project: Some("a\nproject".to_owned()),
            gate: GateReport {
                failed: true,
                fail_on: vec!["new"],
                severity: "info",
                issues: 9,
                incomplete: true,
                allow_incomplete: false,
                due: None,
            },
            states: BTreeMap::from([("new", 9), ("not_tested", 1)]),
            frame: FrameReport { standing: "local", crs: None, origin: [0.0; 3] },
            coverage: CoverageReport { elements: 2, meshed: 1, no_shape: 0, failed: 1 },
            models: Vec::new(),
            disciplines: Vec::new(),
            rules: (0..12).map(rule).collect(),
            issues: (0..12).map(issue).collect(),
            clashes: Vec::new(),
            resolved: Vec::new(),
            not_tested: vec![lost],
            waivers: (0..5).map(waiver).collect(),
            diagnostics: vec![diagnostic],
        }
    }

    #[test]
    fn a_summary_never_has_more_lines_than_promised() {
        let text = crowded().to_text(false);
        assert_eq!(text.lines().count(), MOST_LINES, "{text}");
        let last = text.lines().last().unwrap();
        assert_eq!(
            last,
            "gate failed: 9 issues; incomplete: 1 element failed, 1 known clash not tested (the rule `r s` is not there)"
        );
    }

    #[test]
    fn what_is_incomplete_is_no_pass_in_junit_and_sarif() {
        let mut report = crowded();
        report.issues.clear();
        report.gate.failed = false;
        let junit = report.to_junit();
        assert!(junit.contains("<error message=\"1 element failed, 1 known clash not tested "), "{junit}");
        let sarif: serde_json::Value = serde_json::from_str(&report.to_sarif()).unwrap();
        let said = &sarif["runs"][0]["invocations"][0];
        assert_eq!((&said["executionSuccessful"], &said["exitCode"]), (&false.into(), &3.into()));
        let notes = said["toolExecutionNotifications"].as_array().unwrap();
        assert_eq!(notes.len(), 2);
        assert_eq!(notes[0]["level"], "error");
        report.gate.allow_incomplete = true;
        assert!(!report.to_junit().contains("<error"));
        report.gate.incomplete = false;
        assert!(!report.to_junit().contains("complete"));
    }
}
