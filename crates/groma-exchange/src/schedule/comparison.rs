//! What differs between two states of a programme.

use super::grid::Grid;
use super::html::Page;
use super::{
    ActivityName, LinkReport, ProgrammeReport, Solved, at, hours, hours_text, instant, lag_text, name_of,
};
use crate::inspection_text::diagnostics_text;
use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::schema::to_json;
use groma_schedule::{Comparison, DAY, NamedLink};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma schedule compare`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ScheduleComparison {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// The old state.
    pub old: ProgrammeReport,
    /// The new state.
    pub new: ProgrammeReport,
    /// True when nothing differs.
    pub equal: bool,
    /// Days of the wall clock that the last finish moved; later is positive.
    pub finish_slip_days: Option<f64>,
    /// Activities of the new state only.
    pub added: Vec<ActivityName>,
    /// Activities of the old state only.
    pub removed: Vec<ActivityName>,
    /// Activities in both that differ, in the new state's order.
    pub changed: Vec<ActivityChange>,
    /// How many are in both and the same.
    pub unchanged: usize,
    /// Links of the new state only.
    pub links_added: Vec<LinkReport>,
    /// Links of the old state only.
    pub links_removed: Vec<LinkReport>,
    /// Links whose lag differs.
    pub links_changed: Vec<LagChange>,
    /// Projects, calendars and resources that differ.
    pub things: Vec<ThingReport>,
    /// What is wrong with the files, the new one's behind the old one's.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// An activity that differs. Of each pair the first is the old value.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ActivityChange {
    /// The activity in the new state.
    #[serde(flatten)]
    pub activity: ActivityName,
    /// Days of the wall clock that its finish moved; later is positive.
    pub slip_days: f64,
    /// Its start.
    pub start: [String; 2],
    /// Its finish.
    pub finish: [String; 2],
    /// Hours of work.
    pub duration_h: [f64; 2],
    /// Hours of total float.
    pub total_float_h: [f64; 2],
    /// Whether it is critical.
    pub critical: [bool; 2],
    /// Its name, where it changed.
    pub renamed: Option<[String; 2]>,
    /// What else changed: constraints, calendar, breakdown, resources, costs, progress.
    pub others: Vec<FieldReport>,
}

/// Something of an activity that differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct FieldReport {
    /// `constraint`, `calendar`, `wbs`, `resources`, `cost`, `percent`, …
    pub field: &'static str,
    /// Old and new; empty where there is none.
    pub values: [String; 2],
}

/// A project, a calendar or a resource that differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ThingReport {
    /// `project`, `calendar` or `resource`.
    pub thing: &'static str,
    /// Its name; empty for the only project.
    pub name: String,
    /// What of it; `itself` where only one of the two states has it.
    pub field: &'static str,
    /// Old and new; empty where there is none.
    pub values: [String; 2],
}

/// A link whose lag differs.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LagChange {
    /// The link as it is.
    #[serde(flatten)]
    pub link: LinkReport,
    /// Its lag as it was.
    pub old_lag: String,
}

impl ScheduleComparison {
    /// The report of two states.
    pub fn of(old: &Solved<'_>, new: &Solved<'_>, c: &Comparison) -> Self {
        let link = |l: &NamedLink| LinkReport {
            predecessor: l.predecessor.clone(),
            successor: l.successor.clone(),
            kind: l.kind.as_str(),
            lag: lag_text(l.lag),
        };
        let changed = c.changed.iter().map(|change| ActivityChange {
            activity: name_of(new.schedule, change.new),
            slip_days: days(change.slip()),
            start: change.start.map(instant),
            finish: change.finish.map(instant),
            duration_h: change.duration.map(hours),
            total_float_h: change.total_float.map(hours),
            critical: change.critical,
            renamed: change.renamed.clone(),
            others: change
                .others
                .iter()
                .map(|o| FieldReport { field: o.field, values: o.values.clone() })
                .collect(),
        });
        let mut found = diagnostics(old.diagnostics);
        found.extend(diagnostics(new.diagnostics));
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            old: ProgrammeReport::of(old),
            new: ProgrammeReport::of(new),
            equal: c.is_equal(),
            finish_slip_days: match c.finish {
                [Some(a), Some(b)] => Some(days(b - a)),
                _ => None,
            },
            added: c.added.iter().map(|i| name_of(new.schedule, *i)).collect(),
            removed: c.removed.iter().map(|i| name_of(old.schedule, *i)).collect(),
            changed: changed.collect(),
            unchanged: c.unchanged,
            links_added: c.links_added.iter().map(link).collect(),
            links_removed: c.links_removed.iter().map(link).collect(),
            links_changed: c
                .links_changed
                .iter()
                .map(|(l, lag)| LagChange { link: link(l), old_lag: lag_text(*lag) })
                .collect(),
            things: c
                .things
                .iter()
                .map(|t| ThingReport {
                    thing: t.thing,
                    name: t.name.clone(),
                    field: t.field,
                    values: t.values.clone(),
                })
                .collect(),
            diagnostics: found,
        }
    }

    /// As JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// For a person; with `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let most = if all { usize::MAX } else { 15 };
        let mut out = format!("{}\n{}\n{}\n", self.old.headline(), self.new.headline(), self.counts());
        for (title, grid) in self.grids() {
            if !grid.is_empty() {
                let _ = write!(out, "\n{title}\n{}", grid.text(most));
            }
        }
        out.push_str(&diagnostics_text(&self.diagnostics.iter().collect::<Vec<_>>(), all));
        out
    }

    /// One line for each thing that differs.
    pub fn to_csv(&self) -> String {
        let mut grid = Grid::new(["change", "project", "id", "name", "what", "old", "new"]);
        let mut put = |change: &str, a: &ActivityName, what: &str, old: String, new: String| {
            grid.row([change.into(), a.project.clone(), a.id.clone(), a.name.clone(), what.into(), old, new]);
        };
        self.removed.iter().for_each(|a| put("removed", a, "", String::new(), String::new()));
        self.added.iter().for_each(|a| put("added", a, "", String::new(), String::new()));
        for c in &self.changed {
            let mut pair = |what: &str, [old, new]: [String; 2]| {
                if old != new {
                    put("changed", &c.activity, what, old, new);
                }
            };
            pair("start", c.start.clone());
            pair("finish", c.finish.clone());
            pair("duration_h", c.duration_h.map(|h| h.to_string()));
            pair("total_float_h", c.total_float_h.map(|h| h.to_string()));
            pair("critical", c.critical.map(|c| c.to_string()));
            if let Some(names) = &c.renamed {
                pair("name", names.clone());
            }
            for other in &c.others {
                pair(other.field, other.values.clone());
            }
        }
        for t in &self.things {
            let name = ActivityName { project: String::new(), id: t.thing.to_owned(), name: t.name.clone() };
            let [old, new] = t.values.clone();
            put("changed", &name, t.field, old, new);
        }
        let link = |l: &LinkReport| ActivityName {
            project: String::new(),
            id: l.successor.clone(),
            name: format!("{} from {}", l.kind, l.predecessor),
        };
        self.links_removed
            .iter()
            .for_each(|l| put("link-removed", &link(l), "lag", l.lag.clone(), String::new()));
        self.links_added
            .iter()
            .for_each(|l| put("link-added", &link(l), "lag", String::new(), l.lag.clone()));
        self.links_changed
            .iter()
            .for_each(|l| put("link-changed", &link(&l.link), "lag", l.old_lag.clone(), l.link.lag.clone()));
        grid.csv()
    }

    /// A page that needs nothing but itself.
    pub fn to_html(&self) -> String {
        let title = format!("{} -> {}", self.old.label, self.new.label);
        let mut page = Page::new(&title, &self.counts());
        self.grids().into_iter().for_each(|(title, grid)| page.grid(title, &grid));
        page.diagnostics(&self.diagnostics);
        page.finish()
    }

    fn counts(&self) -> String {
        if self.equal {
            return format!("no differences among {} activities", self.unchanged);
        }
        let slip = self.finish_slip_days.map_or(String::new(), |d| format!("; finish {}", signed(d)));
        let slipped = self.changed.iter().filter(|c| c.slip_days > 0.0).count();
        let things = match self.things.len() {
            0 => String::new(),
            many => format!("; {many} of calendars, resources and projects"),
        };
        format!(
            "{} added, {} removed, {} changed ({slipped} of them finish later), {} the same; links: {} added, {} removed, {} with another lag{slip}{things}",
            self.added.len(),
            self.removed.len(),
            self.changed.len(),
            self.unchanged,
            self.links_added.len(),
            self.links_removed.len(),
            self.links_changed.len(),
        )
    }

    fn grids(&self) -> Vec<(&'static str, Grid)> {
        let mut changed =
            Grid::new(["id", "name", "slip", "old finish", "new finish", "duration h", "float h", ""]);
        let pair = |[a, b]: [f64; 2]| match a == b {
            true => hours_text(a),
            false => format!("{} -> {}", hours_text(a), hours_text(b)),
        };
        for c in &self.changed {
            let critical = match c.critical {
                [false, true] => "now critical",
                [true, false] => "no longer critical",
                _ => "",
            };
            changed.row([
                c.activity.id.clone(),
                c.activity.name.clone(),
                signed(c.slip_days),
                at(&c.finish[0]),
                at(&c.finish[1]),
                pair(c.duration_h),
                pair(c.total_float_h),
                critical.to_owned(),
            ]);
        }
        let names = |list: &[ActivityName]| {
            let mut grid = Grid::new(["id", "name", "project"]);
            list.iter().for_each(|a| grid.row([a.id.clone(), a.name.clone(), a.project.clone()]));
            grid
        };
        let links = |list: &[LinkReport]| {
            let mut grid = Grid::new(["predecessor", "successor", "link", "lag"]);
            for l in list {
                grid.row([l.predecessor.clone(), l.successor.clone(), l.kind.to_owned(), l.lag.clone()]);
            }
            grid
        };
        let mut lags = Grid::new(["predecessor", "successor", "link", "old lag", "new lag"]);
        for l in &self.links_changed {
            let link = &l.link;
            let ends = [link.predecessor.clone(), link.successor.clone()];
            let [from, to] = ends;
            lags.row([from, to, link.kind.to_owned(), l.old_lag.clone(), link.lag.clone()]);
        }
        let mut others = Grid::new(["id", "name", "what", "old", "new"]);
        for c in &self.changed {
            for o in &c.others {
                let [old, new] = o.values.clone();
                others.row([c.activity.id.clone(), c.activity.name.clone(), o.field.to_owned(), old, new]);
            }
        }
        let mut things = Grid::new(["", "name", "what", "old", "new"]);
        for t in &self.things {
            let [old, new] = t.values.clone().map(|v| shortened(&v));
            things.row([t.thing.to_owned(), t.name.clone(), t.field.to_owned(), old, new]);
        }
        vec![
            ("changed", changed),
            ("what else changed of activities", others),
            ("calendars, resources and projects", things),
            ("added", names(&self.added)),
            ("removed", names(&self.removed)),
            ("links added", links(&self.links_added)),
            ("links removed", links(&self.links_removed)),
            ("links with another lag", lags),
        ]
    }
}

/// A value that a line has room for.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

pub(crate) fn days(minutes: i32) -> f64 {
    (f64::from(minutes) / f64::from(DAY) * 100.0).round() / 100.0
}

/// `+7 d`, `-0.5 d`.
pub(crate) fn signed(days: f64) -> String {
    format!("{:+} d", days + 0.0)
}
