//! Reports of programmes. Instants are of the site's wall clock, `2026-01-05T08:00`; lengths of work are hours.

pub mod comparison;
pub mod earned;
mod gantt;
mod grid;
pub mod health;
mod html;
pub mod inspection;
pub mod level;
mod level_svg;
pub mod look_ahead;
pub mod risk;
pub mod solution;
mod svg;
mod svg_lines;
pub mod takt;
pub mod whatif;

use groma_model::Diagnostics;
use groma_schedule::{ActivityIndex, Dates, Lag, Link, Minutes, Network, Schedule, Status, Time};
use schemars::JsonSchema;
use serde::Serialize;

/// What every report of a programme can be written as, whatever it needs beside itself for a page.
pub trait Listed {
    /// For a person; lists are cut unless `all` of them is wanted.
    fn to_text(&self, all: bool) -> String;
    /// For a program, with a line end behind it.
    fn to_json(&self) -> String;
    /// For a spreadsheet.
    fn to_csv(&self) -> String;
}

macro_rules! listed {
    ($($report:ty),* $(,)?) => {$(
        impl Listed for $report {
            fn to_text(&self, all: bool) -> String {
                <$report>::to_text(self, all)
            }

            fn to_json(&self) -> String {
                <$report>::to_json(self)
            }

            fn to_csv(&self) -> String {
                <$report>::to_csv(self)
            }
        }
    )*};
}

listed! {
    comparison::ScheduleComparison,
    earned::EarnedReport,
    health::HealthReport,
    inspection::ScheduleInspection,
    level::LevelReport,
    look_ahead::LookAheadReport,
    risk::RiskReport,
    solution::SolveReport,
    takt::TaktReport,
    whatif::WhatifReport,
}

/// A programme with its dates, as every report of one takes it.
#[derive(Clone, Copy)]
pub struct Solved<'a> {
    /// What it is called by: its file's name.
    pub label: &'a str,
    /// What the file says.
    pub schedule: &'a Schedule,
    /// Its logic.
    pub network: &'a Network,
    /// Its dates.
    pub dates: &'a Dates,
    /// What is wrong with it.
    pub diagnostics: &'a Diagnostics,
}

/// Which programme, and by whose rules its dates are computed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ProgrammeReport {
    /// Its file's name.
    pub label: String,
    /// Its title.
    pub name: String,
    /// `xer`, `pmxml`, `mspdi`, `csv`, `json`, `plain-json`, `ifc`.
    pub format: &'static str,
    /// Whose rules: `p6` or `msp`.
    pub profile: &'static str,
    /// Its last finish; null without activities.
    pub finish: Option<String>,
    /// Its projects, in file order.
    pub projects: Vec<ProjectReport>,
}

/// One of the projects of a programme.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ProjectReport {
    /// What people call it by.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The start that it is planned from.
    pub start: Option<String>,
    /// The date of its progress.
    pub data_date: Option<String>,
    /// The date that it must be finished by.
    pub must_finish_by: Option<String>,
    /// Its computed finish; null without activities.
    pub finish: Option<String>,
    /// Its activities, summaries counted in.
    pub activities: usize,
}

/// An activity by its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ActivityName {
    /// Its project's id.
    pub project: String,
    /// What people call it by.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A link by the ids of its ends.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LinkReport {
    /// Who is waited for.
    pub predecessor: String,
    /// Who waits.
    pub successor: String,
    /// `FS`, `SS`, `FF`, `SF`.
    pub kind: &'static str,
    /// The lag as people write it: `16h`, `48eh` round the clock, `50%` of the predecessor's duration.
    pub lag: String,
}

impl ProgrammeReport {
    pub(crate) fn of(solved: &Solved<'_>) -> Self {
        let s = solved.schedule;
        let project = |(k, p): (usize, &groma_schedule::Project)| ProjectReport {
            id: p.code.clone(),
            name: p.name.clone(),
            start: p.start.map(instant),
            data_date: p.data_date.map(instant),
            must_finish_by: p.must_finish_by.map(instant),
            finish: solved.dates.finish.get(k).copied().flatten().map(instant),
            activities: s.activities.iter().filter(|a| a.project.at() == k).count(),
        };
        Self {
            label: solved.label.to_owned(),
            name: s.name.clone(),
            format: s.format.as_str(),
            profile: solved.network.profile.as_str(),
            finish: last_finish(solved.dates).map(instant),
            projects: s.projects.iter().enumerate().map(project).collect(),
        }
    }

    /// `programme.xer (xer, p6), finish 2026-01-30 17:00`.
    pub(crate) fn headline(&self) -> String {
        let finish =
            self.finish.as_deref().map_or("no activities".to_owned(), |f| format!("finish {}", at(f)));
        format!("{} ({}, rules of {}), {finish}", self.label, self.format, self.profile)
    }
}

/// The last finish of all projects.
pub fn last_finish(dates: &Dates) -> Option<Time> {
    dates.finish.iter().flatten().max().copied()
}

pub(crate) fn instant(time: Time) -> String {
    time.to_string()
}

/// An instant for a person: `2026-01-05 08:00`.
pub(crate) fn at(instant: &str) -> String {
    instant.replace('T', " ")
}

pub(crate) fn hours(minutes: Minutes) -> f64 {
    f64::from(minutes) / 60.0
}

/// Hours without superfluous digits: `16`, `7.5`.
pub(crate) fn hours_text(hours: f64) -> String {
    format!("{}", (hours * 100.0).round() / 100.0 + 0.0)
}

pub(crate) fn name_of(schedule: &Schedule, index: ActivityIndex) -> ActivityName {
    let a = &schedule.activities[index.at()];
    ActivityName {
        project: schedule.projects.get(a.project.at()).map(|p| p.code.clone()).unwrap_or_default(),
        id: a.code.clone(),
        name: a.name.clone(),
    }
}

pub(crate) fn link_of(schedule: &Schedule, link: &Link) -> LinkReport {
    let code = |i: ActivityIndex| schedule.activities[i.at()].code.clone();
    LinkReport {
        predecessor: code(link.predecessor),
        successor: code(link.successor),
        kind: link.kind.as_str(),
        lag: lag_text(link.lag),
    }
}

pub(crate) fn lag_text(lag: Lag) -> String {
    match lag {
        Lag::Work(m) => format!("{}h", hours_text(hours(m))),
        Lag::Elapsed(m) => format!("{}eh", hours_text(hours(m))),
        Lag::Percent(p) => format!("{p}%"),
    }
}

pub(crate) fn status_of(network: &Network, schedule: &Schedule, index: ActivityIndex) -> Status {
    network.slot(index).map_or(schedule.activities[index.at()].status, |slot| network.status[slot])
}
