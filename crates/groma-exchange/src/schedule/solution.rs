//! The dates of a programme.

use super::gantt::Gantt;
use super::grid::Grid;
use super::html::Page;
use super::svg;
use super::{ProgrammeReport, Solved, at, hours, hours_text, instant, status_of};
use crate::inspection_text::diagnostics_text;
use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::schema::to_json;
use groma_schedule::{float_paths, workload};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma schedule solve`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SolveReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// Which programme.
    pub programme: ProgrammeReport,
    /// The activities that have dates, in file order; summaries and levels of effort too.
    pub activities: Vec<ActivityReport>,
    /// What is wrong with the file and its logic.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// The dates of an activity.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ActivityReport {
    /// Its project's id.
    pub project: String,
    /// What people call it by; in Microsoft Project its UID.
    pub id: String,
    /// Its id in the file.
    pub uid: String,
    /// Its name.
    pub name: String,
    /// `task`, `start-milestone`, `wbs-summary`, …
    pub kind: &'static str,
    /// `not-started`, `in-progress`, `complete`.
    pub status: &'static str,
    /// Hours of work in all.
    pub duration_h: f64,
    /// The earliest start of what is left.
    pub early_start: String,
    /// The earliest finish.
    pub early_finish: String,
    /// The latest start of what is left that does not move the project's finish.
    pub late_start: String,
    /// The latest finish that does not.
    pub late_finish: String,
    /// The actual start, else the early one.
    pub start: String,
    /// The actual finish, else the early one.
    pub finish: String,
    /// Hours of its calendar that it may slip without moving the project's finish.
    pub total_float_h: f64,
    /// Hours of its calendar that it may slip without moving a successor.
    pub free_float_h: f64,
    /// By the rule that the project's options name.
    pub critical: bool,
    /// On a chain of driving links to the last finish of the project.
    pub longest_path: bool,
    /// Its float path, from 1 on; null beyond the number of paths that are told apart.
    pub float_path: Option<u16>,
}

impl SolveReport {
    /// The report of a programme.
    pub fn of(solved: &Solved<'_>) -> Self {
        let s = solved.schedule;
        let most = s.projects.iter().map(|p| p.options.float_paths).max().unwrap_or(0);
        let paths = if most > 0 { float_paths(solved.network, most) } else { Vec::new() };
        let activities = s.indices().filter_map(|index| {
            let (a, d) = (&s.activities[index.at()], solved.dates.of(index)?);
            Some(ActivityReport {
                project: s.projects.get(a.project.at()).map(|p| p.code.clone()).unwrap_or_default(),
                id: a.code.clone(),
                uid: a.uid.clone(),
                name: a.name.clone(),
                kind: a.kind.as_str(),
                status: status_of(solved.network, s, index).as_str(),
                duration_h: hours(
                    solved.network.slot(index).map_or(a.duration, |k| solved.network.duration[k]),
                ),
                early_start: instant(d.early_start),
                early_finish: instant(d.early_finish),
                late_start: instant(d.late_start),
                late_finish: instant(d.late_finish),
                start: instant(d.start),
                finish: instant(d.finish),
                total_float_h: hours(d.total_float),
                free_float_h: hours(d.free_float),
                critical: d.critical,
                longest_path: d.longest_path,
                float_path: paths.get(index.at()).copied().flatten(),
            })
        });
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            programme: ProgrammeReport::of(solved),
            activities: activities.collect(),
            diagnostics: diagnostics(solved.diagnostics),
        }
    }

    /// As JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// For a person; with `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = format!("{}\n{}\n\n", self.programme.headline(), self.counts());
        let mut grid =
            Grid::new(["project", "id", "name", "start", "finish", "float h", "free h", "path", "critical"]);
        for a in &self.activities {
            grid.row([
                a.project.clone(),
                a.id.clone(),
                a.name.clone(),
                at(&a.start),
                at(&a.finish),
                hours_text(a.total_float_h),
                hours_text(a.free_float_h),
                a.float_path.map(|p| p.to_string()).unwrap_or_default(),
                if a.critical { "critical" } else { "" }.to_owned(),
            ]);
        }
        if self.programme.projects.len() < 2 {
            grid.drop_column("project");
        }
        if self.activities.iter().all(|a| a.float_path.is_none()) {
            grid.drop_column("path");
        }
        let _ = write!(out, "{}", grid.text(if all { usize::MAX } else { 40 }));
        out.push_str(&diagnostics_text(&self.diagnostics.iter().collect::<Vec<_>>(), all));
        out
    }

    /// One line for each activity, with the JSON's names.
    pub fn to_csv(&self) -> String {
        let mut grid = Grid::new([
            "project",
            "id",
            "uid",
            "name",
            "kind",
            "status",
            "duration_h",
            "early_start",
            "early_finish",
            "late_start",
            "late_finish",
            "start",
            "finish",
            "total_float_h",
            "free_float_h",
            "critical",
            "longest_path",
            "float_path",
        ]);
        for a in &self.activities {
            grid.row([
                a.project.clone(),
                a.id.clone(),
                a.uid.clone(),
                a.name.clone(),
                a.kind.to_owned(),
                a.status.to_owned(),
                a.duration_h.to_string(),
                a.early_start.clone(),
                a.early_finish.clone(),
                a.late_start.clone(),
                a.late_finish.clone(),
                a.start.clone(),
                a.finish.clone(),
                a.total_float_h.to_string(),
                a.free_float_h.to_string(),
                a.critical.to_string(),
                a.longest_path.to_string(),
                a.float_path.map(|p| p.to_string()).unwrap_or_default(),
            ]);
        }
        grid.csv()
    }

    /// A page that needs nothing but itself: Gantt chart, S-curve, work per week.
    pub fn to_html(&self, solved: &Solved<'_>) -> String {
        let mut page = Page::new(&self.programme.label, &self.programme.headline());
        page.section("Gantt chart", &Gantt::of(solved).svg());
        let load = workload(solved.schedule, solved.network, solved.dates);
        if load.early.len() > 1 {
            page.section("S-curve", &svg::s_curve(&load));
            page.section("Work per week", &svg::weeks(&load));
        }
        let mut grid = Grid::new([
            "id",
            "name",
            "duration h",
            "start",
            "finish",
            "late finish",
            "float h",
            "free h",
            "critical",
        ]);
        for a in &self.activities {
            grid.row([
                a.id.clone(),
                a.name.clone(),
                hours_text(a.duration_h),
                at(&a.start),
                at(&a.finish),
                at(&a.late_finish),
                hours_text(a.total_float_h),
                hours_text(a.free_float_h),
                if a.critical { "critical" } else { "" }.to_owned(),
            ]);
        }
        page.grid("Activities", &grid);
        page.diagnostics(&self.diagnostics);
        page.finish()
    }

    fn counts(&self) -> String {
        let critical = self.activities.iter().filter(|a| a.critical).count();
        let longest = self.activities.iter().filter(|a| a.longest_path).count();
        format!("{} activities, {critical} critical, {longest} on the longest path", self.activities.len())
    }
}
