//! The published JSON Schema of each report.

use crate::{
    baseline_file::BaselineLine,
    check_report::CheckReport,
    clash_report::ClashReport,
    comments_file::CommentsFile,
    compare_report::CompareReport,
    identity_file::IdentityFile,
    inspection::Inspection,
    link_report::LinkReport,
    project_file::ProjectFile,
    query_report::QueryReport,
    schedule::{
        comparison::ScheduleComparison, earned::EarnedReport, health::HealthReport,
        inspection::ScheduleInspection, level::LevelReport, look_ahead::LookAheadReport, risk::RiskReport,
        solution::SolveReport, takt::TaktReport, whatif::WhatifReport,
    },
    simulation_report::SimulationReport,
    waivers_file::WaiversFile,
};
use serde::Serialize;

/// A report with a published schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Report {
    /// `groma inspect --format json`.
    Inspect,
    /// `groma clash --format json`.
    Clash,
    /// `groma compare --format json`.
    Compare,
    /// `groma compare --identity FILE`.
    Identity,
    /// `groma query --format json`.
    Query,
    /// `groma check`, in JSON.
    Check,
    /// `groma.toml`.
    Project,
    /// `waivers.toml`.
    Waivers,
    /// `comments.toml`.
    Comments,
    /// A line of a baseline.
    Baseline,
    /// `groma link --format json`.
    Link,
    /// `groma simulate --format json`.
    Simulate,
    /// `groma schedule inspect --format json`.
    ScheduleInspect,
    /// `groma schedule solve --format json`.
    ScheduleSolve,
    /// `groma schedule health --format json`.
    ScheduleHealth,
    /// `groma schedule compare --format json`.
    ScheduleCompare,
    /// `groma schedule risk --format json`.
    ScheduleRisk,
    /// `groma whatif --format json`.
    Whatif,
    /// `groma schedule earned --format json`.
    ScheduleEarned,
    /// `groma schedule takt --format json`.
    ScheduleTakt,
    /// `groma schedule look-ahead --format json`.
    ScheduleLookAhead,
    /// `groma schedule level --format json`.
    ScheduleLevel,
}

impl Report {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::Inspect,
        Self::Clash,
        Self::Compare,
        Self::Identity,
        Self::Query,
        Self::Check,
        Self::Project,
        Self::Waivers,
        Self::Comments,
        Self::Baseline,
        Self::Link,
        Self::Simulate,
        Self::ScheduleInspect,
        Self::ScheduleSolve,
        Self::ScheduleHealth,
        Self::ScheduleCompare,
        Self::ScheduleRisk,
        Self::Whatif,
        Self::ScheduleEarned,
        Self::ScheduleTakt,
        Self::ScheduleLookAhead,
        Self::ScheduleLevel,
    ];

    /// The name: the command that writes it, or the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inspect => "inspect",
            Self::Clash => "clash",
            Self::Compare => "compare",
            Self::Identity => "identity",
            Self::Query => "query",
            Self::Check => "check",
            Self::Project => "project",
            Self::Waivers => "waivers",
            Self::Comments => "comments",
            Self::Baseline => "baseline",
            Self::Link => "link",
            Self::Simulate => "simulate",
            Self::ScheduleInspect => "schedule-inspect",
            Self::ScheduleSolve => "schedule-solve",
            Self::ScheduleHealth => "schedule-health",
            Self::ScheduleCompare => "schedule-compare",
            Self::ScheduleRisk => "schedule-risk",
            Self::Whatif => "whatif",
            Self::ScheduleEarned => "schedule-earned",
            Self::ScheduleTakt => "schedule-takt",
            Self::ScheduleLookAhead => "schedule-look-ahead",
            Self::ScheduleLevel => "schedule-level",
        }
    }

    /// The JSON Schema, with a line end behind it.
    pub fn schema(self) -> String {
        to_json(&match self {
            Self::Inspect => schemars::schema_for!(Inspection),
            Self::Clash => schemars::schema_for!(ClashReport),
            Self::Compare => schemars::schema_for!(CompareReport),
            Self::Identity => schemars::schema_for!(IdentityFile),
            Self::Query => schemars::schema_for!(QueryReport),
            Self::Check => schemars::schema_for!(CheckReport),
            Self::Project => schemars::schema_for!(ProjectFile),
            Self::Waivers => schemars::schema_for!(WaiversFile),
            Self::Comments => schemars::schema_for!(CommentsFile),
            Self::Baseline => schemars::schema_for!(BaselineLine),
            Self::Link => schemars::schema_for!(LinkReport),
            Self::Simulate => schemars::schema_for!(SimulationReport),
            Self::ScheduleInspect => schemars::schema_for!(ScheduleInspection),
            Self::ScheduleSolve => schemars::schema_for!(SolveReport),
            Self::ScheduleHealth => schemars::schema_for!(HealthReport),
            Self::ScheduleCompare => schemars::schema_for!(ScheduleComparison),
            Self::ScheduleRisk => schemars::schema_for!(RiskReport),
            Self::Whatif => schemars::schema_for!(WhatifReport),
            Self::ScheduleEarned => schemars::schema_for!(EarnedReport),
            Self::ScheduleTakt => schemars::schema_for!(TaktReport),
            Self::ScheduleLookAhead => schemars::schema_for!(LookAheadReport),
            Self::ScheduleLevel => schemars::schema_for!(LevelReport),
        })
    }
}

/// A value as indented JSON with a line end behind it.
pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    // Reports hold strings, numbers and lists alone: nothing in them can fail to serialise.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::Report;

    /// `UPDATE_SCHEMAS=1 cargo test -p groma-exchange` writes them anew.
    #[test]
    fn the_published_schemas_are_those_of_the_types() {
        for report in Report::ALL {
            let path = format!("{}/schemas/{}.v1.json", env!("CARGO_MANIFEST_DIR"), report.name());
            if std::env::var_os("UPDATE_SCHEMAS").is_some() {
                std::fs::write(&path, report.schema()).unwrap();
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), report.schema(), "{path} is stale");
        }
    }
}
