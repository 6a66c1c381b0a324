//! The summary of a check, in at most 25 lines.

use crate::check_report::{CheckReport, IssueRow, WaiverRow};
use crate::clash_text::length;
use crate::inspection_text::coverage;
use crate::table::{Align, count, lines, shorten};
use std::fmt::Write;

/// The most lines of a summary.
pub const MOST_LINES: usize = 25;
/// How many rules, issues and waivers are listed before the rest is counted.
const RULES: usize = 8;
const ISSUES: usize = 7;
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
        let name = self.project.as_deref().unwrap_or("project");
        let _ =
            writeln!(out, "{name}: {}, {}", counted(self.models.len(), "model"), coverage(&self.coverage));
        self.write_rules(&mut out, most(RULES));
        let listed: Vec<&IssueRow> =
            self.issues.iter().filter(|i| all || matches!(i.state, "new" | "reopened")).collect();
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
            let _ = writeln!(out, "{total} diagnostics, {} of them errors (groma inspect)", count(errors));
        }
        let _ = writeln!(
            out,
            "{} in {}: {} new, {} reopened, {} open, {} waived; {} resolved",
            counted(self.clashes.len(), "clash"),
            counted(self.issues.len(), "issue"),
            n("new"),
            n("reopened"),
            n("open"),
            n("waived"),
            n("resolved")
        );
        let _ = match self.gate.failed {
            true => writeln!(out, "gate failed: {}", counted(self.gate.issues, "issue")),
            false => writeln!(out, "gate holds"),
        };
        out
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
        let title = if all { issue.title.clone() } else { shorten(&issue.title, 100) };
        let _ = writeln!(out, "{} {}: {title}  [{}]", issue.state, issue.severity, &issue.key[..8]);
        if all {
            let [x, y, z] = issue.point;
            let _ = writeln!(out, "    {}", issue.why);
            let _ = writeln!(out, "    at ({x:.3}, {y:.3}, {z:.3}), issue {}", issue.key);
        }
    }

    fn write_waivers(&self, out: &mut String, most: usize) {
        let told: Vec<&WaiverRow> = self.waivers.iter().filter(|w| w.state != "used").collect();
        for w in told.iter().take(most) {
            let key = &w.key[..8];
            let _ = match w.state {
                "expired" => writeln!(
                    out,
                    "waiver {key} of {} expired on {} and counts no more: {}",
                    w.author,
                    w.expires,
                    counted(w.clashes, "clash")
                ),
                _ => writeln!(out, "waiver {key} of {} waives nothing", w.author),
            };
        }
        if told.len() > most {
            let _ = writeln!(out, "and {} more waivers that do nothing", count(told.len() - most));
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
