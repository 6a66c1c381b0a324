//! What the next weeks of a programme bring.

use super::grid::Grid;
use super::html::Page;
use super::{
    ActivityName, LinkReport, ProgrammeReport, Solved, at, hours, hours_text, instant, lag_text, name_of,
};
use crate::inspection_text::diagnostics_text;
use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::schema::to_json;
use groma_schedule::{LookAhead, Time};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma schedule look-ahead`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LookAheadReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// Which programme.
    pub programme: ProgrammeReport,
    /// From when on.
    pub from: String,
    /// How many weeks.
    pub weeks: u16,
    /// What starts, goes on or finishes, by start.
    pub activities: Vec<LookAheadActivity>,
    /// What is wrong with the file and its logic.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// An activity of the next weeks.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LookAheadActivity {
    /// Which.
    #[serde(flatten)]
    pub activity: ActivityName,
    /// `not-started`, `in-progress`.
    pub status: &'static str,
    /// Its start.
    pub start: String,
    /// Its finish.
    pub finish: String,
    /// True when it starts in these weeks.
    pub starts: bool,
    /// True when it finishes in them.
    pub finishes: bool,
    /// By the rule that the project's options name.
    pub critical: bool,
    /// Hours of its calendar that it may slip.
    pub total_float_h: f64,
    /// What has not come yet and holds it, by when it is due.
    pub waits_for: Vec<WaitReport>,
    /// A date that it is bound to and that has not passed: `SNET 2026-05-04T07:00`.
    pub constraint: Option<String>,
}

/// What an activity waits for.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct WaitReport {
    /// The link.
    #[serde(flatten)]
    pub link: LinkReport,
    /// The name of the predecessor.
    pub name: String,
    /// When it is due.
    pub due: String,
}

impl LookAheadReport {
    /// The report of some weeks from a date on.
    pub fn of(solved: &Solved<'_>, from: Time, weeks: u16, list: &[LookAhead]) -> Self {
        let s = solved.schedule;
        let activities = list.iter().map(|l| LookAheadActivity {
            activity: name_of(s, l.activity),
            status: l.status.as_str(),
            start: instant(l.dates.start),
            finish: instant(l.dates.finish),
            starts: l.starts,
            finishes: l.finishes,
            critical: l.dates.critical,
            total_float_h: hours(l.dates.total_float),
            waits_for: l
                .waits
                .iter()
                .map(|w| WaitReport {
                    link: LinkReport {
                        predecessor: s.activities[w.predecessor.at()].code.clone(),
                        successor: s.activities[l.activity.at()].code.clone(),
                        kind: w.kind.as_str(),
                        lag: lag_text(w.lag),
                    },
                    name: s.activities[w.predecessor.at()].name.clone(),
                    due: instant(w.due),
                })
                .collect(),
            constraint: l.constraint.and_then(|c| Some(format!("{} {}", c.kind.as_str(), c.date?))),
        });
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            programme: ProgrammeReport::of(solved),
            from: instant(from),
            weeks,
            activities: activities.collect(),
            diagnostics: diagnostics(solved.diagnostics),
        }
    }

    /// As JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    fn counts(&self) -> String {
        let count = |is: &dyn Fn(&&LookAheadActivity) -> bool| self.activities.iter().filter(is).count();
        format!(
            "{} weeks from {}: {} start, {} finish, {} go on through, {} wait for something",
            self.weeks,
            at(&self.from),
            count(&|a| a.starts),
            count(&|a| a.finishes),
            count(&|a| !a.starts && !a.finishes),
            count(&|a| !a.waits_for.is_empty() || a.constraint.is_some())
        )
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(["id", "name", "", "start", "finish", "float h", "critical", "waits for"]);
        for a in &self.activities {
            let what = match (a.starts, a.finishes) {
                (true, true) => "starts and finishes",
                (true, false) => "starts",
                (false, true) => "finishes",
                (false, false) => "goes on",
            };
            let wait = |w: &WaitReport| {
                let lag = if w.link.lag == "0h" { String::new() } else { format!(" {}", w.link.lag) };
                format!("{} {}{lag} ({})", w.link.predecessor, w.link.kind, &w.due[..10])
            };
            let mut waits: Vec<String> = a.waits_for.iter().map(wait).collect();
            waits.extend(a.constraint.as_deref().map(at));
            grid.row([
                a.activity.id.clone(),
                a.activity.name.clone(),
                what.to_owned(),
                at(&a.start),
                at(&a.finish),
                hours_text(a.total_float_h),
                if a.critical { "critical" } else { "" }.to_owned(),
                waits.join(", "),
            ]);
        }
        grid
    }

    /// For a person; with `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = format!("{}\n{}\n\n", self.programme.headline(), self.counts());
        let _ = write!(out, "{}", self.grid().text(if all { usize::MAX } else { 60 }));
        out.push_str(&diagnostics_text(&self.diagnostics.iter().collect::<Vec<_>>(), all));
        out
    }

    /// A line for each activity and each of what it waits for.
    pub fn to_csv(&self) -> String {
        let mut grid = Grid::new([
            "project",
            "id",
            "name",
            "status",
            "start",
            "finish",
            "starts",
            "finishes",
            "critical",
            "total_float_h",
            "constraint",
            "waits_for",
            "link",
            "lag",
            "due",
        ]);
        for a in &self.activities {
            let own = || {
                [
                    a.activity.project.clone(),
                    a.activity.id.clone(),
                    a.activity.name.clone(),
                    a.status.to_owned(),
                    a.start.clone(),
                    a.finish.clone(),
                    a.starts.to_string(),
                    a.finishes.to_string(),
                    a.critical.to_string(),
                    a.total_float_h.to_string(),
                    a.constraint.clone().unwrap_or_default(),
                ]
            };
            let mut put = |rest: [String; 4]| {
                let mut row: [String; 15] = Default::default();
                row.iter_mut().zip(own().into_iter().chain(rest)).for_each(|(to, from)| *to = from);
                grid.row(row);
            };
            if a.waits_for.is_empty() {
                put(Default::default());
            }
            for w in &a.waits_for {
                put([w.link.predecessor.clone(), w.link.kind.to_owned(), w.link.lag.clone(), w.due.clone()]);
            }
        }
        grid.csv()
    }

    /// A page that needs nothing but itself.
    pub fn to_html(&self) -> String {
        let mut page =
            Page::new(&self.programme.label, &format!("{}; {}", self.programme.headline(), self.counts()));
        page.grid("Look-ahead", &self.grid());
        page.diagnostics(&self.diagnostics);
        page.finish()
    }
}
