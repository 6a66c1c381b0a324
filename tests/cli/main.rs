//! The command line as its users run it: whole runs, with exit code, stdout and stderr.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/boxes.rs"]
mod boxes;
#[path = "../support/revise.rs"]
mod revise;
#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod cache;
mod check;
mod check_dates;
mod check_formats;
mod check_known;
mod check_mistakes;
mod check_rules;
mod clash;
mod compare;
mod demo;
mod envelopes;
mod explain;
mod federation;
mod inspect;
mod level;
mod parts;
mod programme_files;
mod query;
mod schedule;
mod schemas;
mod twin;
mod view;
mod ways;
mod whatif;
