//! What a programme is: projects, activities, links, calendars, and how far its own dates can be trusted.

use super::grid::Grid;
use super::html::Page;
use super::{ProgrammeReport, Solved, at, hours_text, status_of};
use crate::inspection_text::diagnostics_text;
use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::schema::to_json;
use groma_schedule::{ActivityKind, Profile, Schedule, StoredDates};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The version of this report's schema.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma schedule inspect`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ScheduleInspection {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// Which programme.
    pub programme: ProgrammeReport,
    /// Activities by kind: `task`, `start-milestone`, `wbs-summary`, …
    pub kinds: BTreeMap<&'static str, usize>,
    /// Activities by status: `not-started`, `in-progress`, `complete`; summaries left out.
    pub statuses: BTreeMap<&'static str, usize>,
    /// Links by kind: `FS`, `SS`, `FF`, `SF`.
    pub links: BTreeMap<&'static str, usize>,
    /// Links with a lag.
    pub lags: usize,
    /// Links with a lead.
    pub leads: usize,
    /// Constraints by kind: `SNET`, `ALAP`, …
    pub constraints: BTreeMap<&'static str, usize>,
    /// Nodes of the breakdown.
    pub wbs_nodes: usize,
    /// Who and what does the work.
    pub resources: usize,
    /// Resources at work on activities.
    pub assignments: usize,
    /// Activities with a baseline.
    pub baselined: usize,
    /// The calendars, in file order.
    pub calendars: Vec<CalendarReport>,
    /// What the file's own dates are worth.
    pub stored: StoredReport,
    /// What is wrong with the file.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// A calendar.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CalendarReport {
    /// Its id in the file.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Hours of work in a week without exceptions.
    pub hours_per_week: f64,
    /// Exceptions; one that comes back counts once.
    pub exceptions: usize,
    /// Activities that work on it.
    pub activities: usize,
}

/// The dates that a file stores, against those that follow from its logic.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct StoredReport {
    /// Activities that hold others and of which the file stores start and finish.
    pub activities: usize,
    /// Of them, those whose stored start and finish are the computed ones.
    pub equal: usize,
}

impl ScheduleInspection {
    /// The report of a programme.
    pub fn of(solved: &Solved<'_>) -> Self {
        let s = solved.schedule;
        let mut kinds = BTreeMap::new();
        let mut statuses = BTreeMap::new();
        for index in s.indices() {
            let a = &s.activities[index.at()];
            *kinds.entry(a.kind.as_str()).or_insert(0) += 1;
            if a.kind != ActivityKind::WbsSummary {
                *statuses.entry(status_of(solved.network, s, index).as_str()).or_insert(0) += 1;
            }
        }
        let mut links = BTreeMap::new();
        s.links.iter().for_each(|l| *links.entry(l.kind.as_str()).or_insert(0) += 1);
        let mut constraints = BTreeMap::new();
        for constraint in s.activities.iter().flat_map(|a| [a.constraint, a.constraint2]).flatten() {
            *constraints.entry(constraint.kind.as_str()).or_insert(0) += 1;
        }
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            programme: ProgrammeReport::of(solved),
            kinds,
            statuses,
            links,
            lags: s.links.iter().filter(|l| !l.lag.is_zero() && !l.lag.is_negative()).count(),
            leads: s.links.iter().filter(|l| l.lag.is_negative()).count(),
            constraints,
            wbs_nodes: s.wbs.len(),
            resources: s.resources.len(),
            assignments: s.assignments.len(),
            baselined: s.activities.iter().filter(|a| !a.baselines.is_empty()).count(),
            calendars: calendars(s, solved),
            stored: stored(solved),
            diagnostics: diagnostics(solved.diagnostics),
        }
    }

    /// As JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// For a person; with `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = format!("{}\n", self.programme.headline());
        for (name, text) in self.lines() {
            let _ = writeln!(out, "  {name:<12}{text}");
        }
        for (title, grid) in self.grids() {
            if !grid.is_empty() {
                let _ = write!(out, "\n{title}\n{}", grid.text(if all { usize::MAX } else { 20 }));
            }
        }
        out.push_str(&diagnostics_text(&self.diagnostics.iter().collect::<Vec<_>>(), all));
        out
    }

    /// One line for each figure: what, which, how many.
    pub fn to_csv(&self) -> String {
        let mut grid = Grid::new(["what", "which", "value"]);
        let mut put = |what: &str, which: &str, value: String| grid.row([what.into(), which.into(), value]);
        for p in &self.programme.projects {
            put("project", &p.id, p.activities.to_string());
            put("finish", &p.id, p.finish.clone().unwrap_or_default());
        }
        for (what, map) in [
            ("activities", &self.kinds),
            ("status", &self.statuses),
            ("links", &self.links),
            ("constraints", &self.constraints),
        ] {
            map.iter().for_each(|(which, n)| put(what, which, n.to_string()));
        }
        for (what, n) in [
            ("lags", self.lags),
            ("leads", self.leads),
            ("wbs_nodes", self.wbs_nodes),
            ("resources", self.resources),
            ("assignments", self.assignments),
            ("baselined", self.baselined),
            ("stored_dates", self.stored.activities),
            ("stored_dates_equal", self.stored.equal),
        ] {
            put(what, "", n.to_string());
        }
        self.calendars
            .iter()
            .for_each(|c| put("calendar_hours_per_week", &c.name, c.hours_per_week.to_string()));
        grid.csv()
    }

    /// A page that needs nothing but itself.
    pub fn to_html(&self) -> String {
        let mut page = Page::new(&self.programme.label, &self.programme.headline());
        let mut grid = Grid::new(["what", "how many"]);
        self.lines().into_iter().for_each(|(name, text)| grid.row([name.to_owned(), text]));
        page.grid("What it holds", &grid);
        self.grids().into_iter().for_each(|(title, grid)| page.grid(title, &grid));
        page.diagnostics(&self.diagnostics);
        page.finish()
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let counts = |map: &BTreeMap<&'static str, usize>| {
            map.iter().map(|(k, n)| format!("{n} {k}")).collect::<Vec<_>>().join(", ")
        };
        let mut links = counts(&self.links);
        let _ = write!(links, ", {} with a lag, {} with a lead", self.lags, self.leads);
        let mut lines = vec![
            ("activities", counts(&self.kinds)),
            ("progress", counts(&self.statuses)),
            ("links", links.trim_start_matches(", ").to_owned()),
            ("constraints", counts(&self.constraints)),
            ("breakdown", format!("{} nodes", self.wbs_nodes)),
            ("resources", format!("{}, {} assignments", self.resources, self.assignments)),
            ("baselines", format!("{} activities", self.baselined)),
        ];
        let StoredReport { activities, equal } = self.stored;
        if activities > 0 {
            let share = 100.0 * equal as f64 / activities as f64;
            let text = format!(
                "of {activities} activities in the file, {equal} ({share:.0} %) follow from its logic"
            );
            lines.push(("dates", text));
        }
        lines.retain(|(_, text)| !text.is_empty() && !text.starts_with("0 "));
        lines
    }

    fn grids(&self) -> Vec<(&'static str, Grid)> {
        let mut projects =
            Grid::new(["project", "name", "data date", "start", "finish", "must finish by", "activities"]);
        let date = |d: &Option<String>| d.as_deref().map(at).unwrap_or_default();
        for p in &self.programme.projects {
            projects.row([
                p.id.clone(),
                p.name.clone(),
                date(&p.data_date),
                date(&p.start),
                date(&p.finish),
                date(&p.must_finish_by),
                p.activities.to_string(),
            ]);
        }
        let mut calendars = Grid::new(["calendar", "hours a week", "exceptions", "activities"]);
        for c in &self.calendars {
            calendars.row([
                c.name.clone(),
                hours_text(c.hours_per_week),
                c.exceptions.to_string(),
                c.activities.to_string(),
            ]);
        }
        vec![("projects", projects), ("calendars", calendars)]
    }
}

fn calendars(s: &Schedule, solved: &Solved<'_>) -> Vec<CalendarReport> {
    let mut used = vec![0; s.calendars.len()];
    for index in s.indices().filter(|i| solved.network.slot(*i).is_some()) {
        if let Some(calendar) = s.calendar_of(index) {
            used[calendar.at()] += 1;
        }
    }
    let report = |(k, used): (usize, usize)| {
        let (c, work) = (&s.calendars[k], &solved.network.calendars[k]);
        CalendarReport {
            id: c.id.clone(),
            name: c.name.clone(),
            hours_per_week: if work.is_empty() { 0.0 } else { f64::from(work.work_in_week()) / 60.0 },
            exceptions: c.exceptions.len(),
            activities: used,
        }
    };
    used.into_iter().enumerate().map(report).collect()
}

fn stored(solved: &Solved<'_>) -> StoredReport {
    let mut report = StoredReport::default();
    for index in solved.schedule.indices().filter(|i| solved.network.slot(*i).is_some()) {
        let a = &solved.schedule.activities[index.at()];
        let Some(dates) = solved.dates.of(index) else { continue };
        // P6 keeps planned dates where others keep those that it computed.
        let StoredDates { start, finish, early_start, early_finish, .. } = a.stored;
        let (theirs, ours) = match solved.network.profile {
            Profile::P6 => (early_start.zip(early_finish), (dates.early_start, dates.early_finish)),
            Profile::Msp => (start.zip(finish), (dates.start, dates.finish)),
        };
        if let Some(theirs) = theirs {
            report.activities += 1;
            report.equal += usize::from(theirs == ours);
        }
    }
    report
}
