//! Report formats. Each format is a type with a `schema_version`, built from the results of a stage and
//! written by serde; its JSON Schema is published in `schemas/` and by `groma schema`.
//!
//! Lengths are metres, points are world coordinates, angles degrees where a person reads them. Lists are
//! never cut and stand in an order that no thread count changes.

pub mod baseline_file;
pub mod check_csv;
pub mod check_junit;
pub mod check_report;
pub mod check_sarif;
pub mod check_text;
pub mod clash_merge;
pub mod clash_report;
pub mod clash_text;
pub mod comments_file;
pub mod compare_csv;
pub mod compare_report;
pub mod compare_text;
pub mod identity_file;
pub mod inspection;
pub mod inspection_text;
pub mod link_report;
pub mod mistake;
pub mod place_report;
pub mod project_file;
pub mod project_plan;
pub mod query_report;
pub mod query_text;
pub mod report;
pub mod schedule;
pub mod schema;
pub mod simulation_report;
mod table;
pub mod value;
pub mod waivers_file;
