//! Whether the logic of a programme carries what is asked of it.

use super::grid::Grid;
use super::html::Page;
use super::{ActivityName, LinkReport, ProgrammeReport, Solved, hours_text, link_of, name_of};
use crate::inspection_text::diagnostics_text;
use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::schema::to_json;
use groma_schedule::{Check, Health, Limit, Movement, Schedule, Unit};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma schedule health`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct HealthReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// Which programme.
    pub programme: ProgrammeReport,
    /// True when no check fails.
    pub passed: bool,
    /// Activities that carry the programme: all but summaries and levels of effort.
    pub leaves: usize,
    /// Those of them that are not complete, which most checks look at.
    pub open: usize,
    /// Links between them.
    pub links: usize,
    /// What moves when an activity slips: how far a what-if can be believed.
    pub movement: MovementReport,
    /// The checks, the DCMA's fourteen first.
    pub checks: Vec<CheckReport>,
    /// What is wrong with the file and its logic.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// What moves when each activity that is not complete slips, one at a time.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct MovementReport {
    /// By how many days of eight hours each slips.
    pub slip_days: i32,
    /// How many are tried: all, or every n-th of very many.
    pub tried: usize,
    /// How many of the slips move at least one other activity.
    pub moving: usize,
    /// The same in percent.
    pub moving_percent: f64,
    /// Percent of the other activities that move, on average over the slips.
    pub mean_share: f64,
    /// Percent of them that move with the slip that moves most.
    pub largest_share: f64,
    /// How many of the slips move the finish of their project.
    pub moves_finish: usize,
    /// How many do when they last so many days beyond the activity's total float: where the logic is whole, all.
    pub moves_finish_beyond_float: usize,
    /// Activities that can slip by so many days beyond their total float and move nothing.
    pub inert: Vec<ActivityName>,
}

/// One question about a programme, and its answer.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CheckReport {
    /// Its short name, for `--limit`.
    pub name: &'static str,
    /// What it looks for.
    pub title: &'static str,
    /// Its number among the DCMA's points, 1 to 14.
    pub dcma: Option<u8>,
    /// `percent`, `count` or `ratio`.
    pub unit: &'static str,
    /// The answer; null where there is nothing to look at.
    pub value: Option<f64>,
    /// Among how many.
    pub of: usize,
    /// It fails above this.
    pub at_most: Option<f64>,
    /// It fails below this.
    pub at_least: Option<f64>,
    /// Whether it holds; what has no limit does.
    pub passed: bool,
    /// The activities concerned, in file order.
    pub activities: Vec<ActivityName>,
    /// The links concerned, in file order.
    pub links: Vec<LinkReport>,
}

impl HealthReport {
    /// The report of a programme.
    pub fn of(solved: &Solved<'_>, health: &Health) -> Self {
        let s = solved.schedule;
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            programme: ProgrammeReport::of(solved),
            passed: health.passed(),
            leaves: health.leaves,
            open: health.open,
            links: health.links,
            movement: MovementReport::of(s, &health.movement),
            checks: health.checks.iter().map(|c| check(s, c)).collect(),
            diagnostics: diagnostics(solved.diagnostics),
        }
    }

    /// As JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// For a person; with `all`, each check is followed by what it found.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = format!(
            "{}\n{} activities, {} not complete, {} links\n{}\n\n",
            self.programme.headline(),
            self.leaves,
            self.open,
            self.links,
            self.movement.line()
        );
        out.push_str(&self.grid().text(usize::MAX));
        let failed = self.checks.iter().filter(|c| !c.passed).count();
        let _ = match failed {
            0 => writeln!(out, "\nall checks with a limit hold"),
            n => writeln!(out, "\nchecks that fail: {n}"),
        };
        for check in self.checks.iter().filter(|c| all || !c.passed) {
            let found = found(check);
            if !found.is_empty() {
                let _ = write!(
                    out,
                    "\n{}: {}\n{}",
                    check.name,
                    check.title,
                    found.text(if all { usize::MAX } else { 5 })
                );
            }
        }
        out.push_str(&diagnostics_text(&self.diagnostics.iter().collect::<Vec<_>>(), all));
        out
    }

    /// One line for each activity and link that a check found.
    pub fn to_csv(&self) -> String {
        let mut grid = Grid::new([
            "check",
            "dcma",
            "passed",
            "project",
            "id",
            "name",
            "predecessor",
            "successor",
            "link",
            "lag",
        ]);
        for c in &self.checks {
            let head = || {
                [c.name.to_owned(), c.dcma.map(|n| n.to_string()).unwrap_or_default(), c.passed.to_string()]
            };
            for a in &c.activities {
                let [name, dcma, passed] = head();
                let none = String::new;
                grid.row([
                    name,
                    dcma,
                    passed,
                    a.project.clone(),
                    a.id.clone(),
                    a.name.clone(),
                    none(),
                    none(),
                    none(),
                    none(),
                ]);
            }
            for l in &c.links {
                let [name, dcma, passed] = head();
                let none = String::new;
                grid.row([
                    name,
                    dcma,
                    passed,
                    none(),
                    none(),
                    none(),
                    l.predecessor.clone(),
                    l.successor.clone(),
                    l.kind.to_owned(),
                    l.lag.clone(),
                ]);
            }
        }
        grid.csv()
    }

    /// A page that needs nothing but itself.
    pub fn to_html(&self) -> String {
        let mut page = Page::new(&format!("Health of {}", self.programme.label), &self.movement.line());
        page.grid("Checks", &self.grid());
        for check in &self.checks {
            page.grid(&format!("{}: {}", check.name, check.title), &found(check));
        }
        page.diagnostics(&self.diagnostics);
        page.finish()
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(["point", "check", "found", "of", "limit", "", "what"]);
        for c in &self.checks {
            let unit = if c.unit == "percent" { " %" } else { "" };
            let digits = if c.unit == "ratio" { 2 } else { 1 };
            let value = match (c.value, c.unit) {
                (None, _) => "-".to_owned(),
                (Some(v), "count") => format!("{v:.0}"),
                (Some(v), _) => format!("{v:.digits$}{unit}"),
            };
            let limit = match (c.at_most, c.at_least) {
                (Some(most), _) => format!("<= {}{unit}", hours_text(most)),
                (_, Some(least)) => format!(">= {}{unit}", hours_text(least)),
                _ => String::new(),
            };
            let verdict = match (c.passed, limit.is_empty()) {
                (false, _) => "FAILS",
                (true, true) => "",
                (true, false) => "holds",
            };
            grid.row([
                c.dcma.map(|n| n.to_string()).unwrap_or_default(),
                c.name.to_owned(),
                value,
                c.of.to_string(),
                limit,
                verdict.to_owned(),
                c.title.to_owned(),
            ]);
        }
        grid
    }
}

impl MovementReport {
    pub(crate) fn of(s: &Schedule, m: &Movement) -> Self {
        Self {
            slip_days: m.slip_days,
            tried: m.tried,
            moving: m.moving,
            moving_percent: 100.0 * m.moving as f64 / m.tried.max(1) as f64,
            mean_share: m.mean_share,
            largest_share: m.largest_share,
            moves_finish: m.moves_finish,
            moves_finish_beyond_float: m.moves_finish_beyond_float,
            inert: m.inert.iter().map(|i| name_of(s, *i)).collect(),
        }
    }

    /// The line above every answer: how much of the programme moves at all.
    pub(crate) fn line(&self) -> String {
        format!(
            "health: a slip of {} days moves another activity in {:.0} % of cases ({} of {}), {:.1} % of the programme on average; {} move the finish",
            self.slip_days, self.moving_percent, self.moving, self.tried, self.mean_share, self.moves_finish
        )
    }
}

fn found(check: &CheckReport) -> Grid {
    if check.activities.is_empty() {
        let mut grid = Grid::new(["predecessor", "successor", "link", "lag"]);
        for l in &check.links {
            grid.row([l.predecessor.clone(), l.successor.clone(), l.kind.to_owned(), l.lag.clone()]);
        }
        return grid;
    }
    let mut grid = Grid::new(["id", "name", "project"]);
    for a in &check.activities {
        grid.row([a.id.clone(), a.name.clone(), a.project.clone()]);
    }
    grid
}

fn check(s: &Schedule, c: &Check) -> CheckReport {
    let (at_most, at_least) = match c.limit {
        Limit::AtMost(most) => (Some(most), None),
        Limit::AtLeast(least) => (None, Some(least)),
        Limit::None => (None, None),
    };
    CheckReport {
        name: c.name,
        title: c.title,
        dcma: c.dcma,
        unit: match c.unit {
            Unit::Percent => "percent",
            Unit::Count => "count",
            Unit::Ratio => "ratio",
        },
        value: c.value,
        of: c.of,
        at_most,
        at_least,
        passed: c.passed(),
        activities: c.activities.iter().map(|i| name_of(s, *i)).collect(),
        links: c.links.iter().map(|k| link_of(s, &s.links[*k])).collect(),
    }
}
