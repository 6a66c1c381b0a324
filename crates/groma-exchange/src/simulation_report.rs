//! What stands at an instant, or at many: planned, and seen.

use crate::link_report::{ElementRow, Lost, Nothing, percent, push, write_lost};
use crate::report::DiagnosticReport;
use crate::schema::to_json;
use crate::table::{Align, count, lines, shorten};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema; it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma simulate`. Elements are those that somebody builds: with a shape, no openings, no spaces.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SimulationReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// The labels of the models, in order.
    pub models: Vec<String>,
    /// What the tasks were read from.
    pub programme: String,
    /// The first start and the last finish of all tasks of the programme, as planned and in the baseline.
    pub span: [String; 2],
    /// How many elements there are.
    pub elements: usize,
    /// Each instant, in order.
    pub moments: Vec<MomentReport>,
    /// Each element, where one instant alone was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub states: Option<Vec<StateRow>>,
    /// What each file of observations brings, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<ObservedEntry>,
    /// What is wrong with the files.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// What a file of observations brings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ObservedEntry {
    /// The file.
    pub name: String,
    /// Rows that tell something.
    pub rows: usize,
    /// Elements that they name.
    pub elements: usize,
    /// Rows that came to nothing, and why.
    pub lost: Vec<Lost>,
    /// Why it tells nothing at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nothing: Option<Nothing>,
}

/// An instant.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct MomentReport {
    /// The instant, in the site's wall clock.
    pub at: String,
    /// All elements.
    pub counts: Counts,
    /// By storey, from below; elements in none come last, without a name.
    pub storeys: Vec<GroupCounts>,
    /// By class.
    pub classes: Vec<GroupCounts>,
    /// What was seen until then, where anything ever was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<SeenCounts>,
}

/// How many elements are at which stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// No task has a part in them.
    pub unlinked: usize,
    /// They are not there yet.
    pub not_started: usize,
    /// They are being built.
    pub under_way: usize,
    /// They stand.
    pub built: usize,
    /// They are there for a while.
    pub temporary: usize,
    /// They are being taken away.
    pub being_demolished: usize,
    /// They were taken away.
    pub demolished: usize,
}

impl Counts {
    /// The counts, in the order of a life, under their names.
    pub fn named(&self) -> [(&'static str, usize); 7] {
        [
            ("unlinked", self.unlinked),
            ("not started", self.not_started),
            ("under way", self.under_way),
            ("built", self.built),
            ("temporary", self.temporary),
            ("being demolished", self.being_demolished),
            ("demolished", self.demolished),
        ]
    }
}

/// The counts of a storey or a class.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct GroupCounts {
    /// The name.
    pub name: String,
    /// Its elements.
    #[serde(flatten)]
    pub counts: Counts,
}

/// What was seen of linked elements, against what was planned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct SeenCounts {
    /// Nobody has looked.
    pub unknown: usize,
    /// Seen not to have begun.
    pub not_started: usize,
    /// Seen to have begun.
    pub in_progress: usize,
    /// Seen to be done.
    pub done: usize,
    /// Two sources contradict each other.
    pub conflict: usize,
    /// Further back than planned.
    pub behind: usize,
    /// Further than planned.
    pub ahead: usize,
}

/// An element at the instant.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct StateRow {
    /// Who it is.
    #[serde(flatten)]
    pub element: ElementRow,
    /// The planned stage: `unlinked`, `not_started`, `under_way`, `built`, `temporary`, `being_demolished`,
    /// `demolished`.
    pub stage: &'static str,
    /// How far its construction, or its demolition, should have come: 0 to 1.
    pub fraction: f64,
    /// What is known: `unknown`, `not_started`, `in_progress`, `done`, `conflict`; where anything was ever seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<&'static str>,
    /// How far it has come, where somebody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_fraction: Option<f64>,
}

impl SimulationReport {
    /// The report as JSON.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// A row for each element, where one instant was asked for; else one for each instant.
    pub fn to_csv(&self) -> String {
        let quoted = crate::check_csv::quoted;
        let Some(states) = &self.states else {
            let mut out = String::from(
                "at,unlinked,not_started,under_way,built,temporary,being_demolished,demolished,\
                 seen_unknown,seen_not_started,seen_in_progress,seen_done,seen_conflict,behind,ahead\n",
            );
            for m in &self.moments {
                out.push_str(&m.at);
                for (_, n) in m.counts.named() {
                    let _ = write!(out, ",{n}");
                }
                let s = m.seen.unwrap_or_default();
                let cells = [s.unknown, s.not_started, s.in_progress, s.done, s.conflict, s.behind, s.ahead];
                for n in cells {
                    let _ = if m.seen.is_some() { write!(out, ",{n}") } else { write!(out, ",") };
                }
                out.push('\n');
            }
            return out;
        };
        let mut out = String::from("model,global_id,class,name,storey,stage,fraction,seen,seen_fraction\n");
        for s in states {
            let e = &s.element;
            let text = |t: &Option<String>| t.clone().unwrap_or_default();
            let number = |x: f64| format!("{:.4}", x).trim_end_matches('0').trim_end_matches('.').to_owned();
            let cells = [
                e.model.clone(),
                e.global_id.clone(),
                e.class.clone(),
                text(&e.name),
                text(&e.storey),
                s.stage.to_owned(),
                number(s.fraction),
                s.seen.unwrap_or_default().to_owned(),
                s.seen_fraction.map(number).unwrap_or_default(),
            ];
            out.push_str(&cells.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(","));
            out.push('\n');
        }
        out
    }

    /// The report for a person; lists are cut unless `all`.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = String::new();
        let [from, to] = self.span.each_ref().map(|t| t.replace('T', " "));
        let _ = writeln!(out, "{} elements, {} from {from} to {to}", count(self.elements), self.programme);
        for o in &self.observations {
            let _ =
                writeln!(out, "{}: {} observations of {} elements", o.name, count(o.rows), count(o.elements));
            if let Some(why) = &o.nothing {
                let _ = writeln!(out, "  nothing, see line {}: {}", why.line, why.what);
            }
            write_lost(&mut out, &o.lost, "  ", all);
        }
        out.push('\n');
        match (&self.states, self.moments.as_slice()) {
            (Some(_), [moment]) => self.moment(&mut out, moment, all),
            _ => self.course(&mut out, all),
        }
        out
    }

    /// One instant: counts by storey and class.
    fn moment(&self, out: &mut String, m: &MomentReport, all: bool) {
        let _ = writeln!(out, "at {}", m.at.replace('T', " "));
        for (name, n) in m.counts.named().into_iter().filter(|(_, n)| *n > 0) {
            let _ = writeln!(out, "  {name:<17}{:>8}  {:>4}", count(n), percent(n, self.elements));
        }
        if let Some(s) = m.seen {
            let _ = writeln!(
                out,
                "seen\n  {} done, {} in progress, {} not started, {} unknown, {} in conflict; {} behind the plan, {} ahead of it",
                count(s.done),
                count(s.in_progress),
                count(s.not_started),
                count(s.unknown),
                count(s.conflict),
                count(s.behind),
                count(s.ahead)
            );
        }
        for (title, groups) in [("storeys", &m.storeys), ("classes", &m.classes)] {
            let _ = writeln!(out, "\n{title}");
            let mut rows =
                vec![["", "not started", "under way", "built", "gone", "unlinked"].map(str::to_owned)];
            rows.extend(groups.iter().map(|g| {
                let c = &g.counts;
                let name = if g.name.is_empty() { "no storey" } else { &g.name };
                let number = |n: usize| if n > 0 { count(n) } else { "-".into() };
                [
                    shorten(name, 40),
                    number(c.not_started),
                    number(c.under_way),
                    number(c.built + c.temporary),
                    number(c.being_demolished + c.demolished),
                    number(c.unlinked),
                ]
            }));
            let [a, b] = [Align::Left, Align::Right];
            push(out, lines(&rows, [a, b, b, b, b, b], 2), all);
        }
    }

    /// Many instants: a line each, with a bar of what is built.
    fn course(&self, out: &mut String, all: bool) {
        const BAR: usize = 30;
        let seen = self.moments.iter().any(|m| m.seen.is_some());
        let mut rows =
            vec![["", "under way", "built", "", if seen { "seen done" } else { "" }].map(str::to_owned)];
        rows.extend(self.moments.iter().map(|m| {
            let stands = m.counts.built + m.counts.temporary;
            let linked = self.elements - m.counts.unlinked;
            let long = (BAR * stands).checked_div(linked).unwrap_or(0);
            let bar = format!("{}{}", "█".repeat(long), "·".repeat(BAR - long));
            let done = m.seen.map(|s| count(s.done)).unwrap_or_default();
            let at = m.at.replace('T', " ");
            [at, count(m.counts.under_way), count(stands), format!("{bar} {}", percent(stands, linked)), done]
        }));
        let [a, b] = [Align::Left, Align::Right];
        let _ = all;
        for line in lines(&rows, [a, b, b, a, b], 0) {
            out.push_str(&line);
            out.push('\n');
        }
    }
}
