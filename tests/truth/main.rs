//! Someone else's truth: real models read whole, and pairs labelled by exact boolean volumes.

#[path = "../support/revise.rs"]
mod revise;
#[path = "../support/mod.rs"]
mod support;

mod analytic;
mod cached;
mod check;
mod explained;
mod ifc_tasks;
mod labels;
mod programmes;
mod reading;
mod revisions;
mod schedule;
mod selectors;
mod shapes;
mod twin;

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::PathBuf;
use support::data;

/// What a trial runs once the data is there.
type Check = Box<dyn FnOnce(PathBuf) -> Result<(), Failed> + Send>;

fn main() {
    let data = data();
    let mut checks: Vec<(String, Check)> = Vec::new();
    checks.extend(reading::checks(data.as_deref()));
    checks.extend(labels::checks());
    checks.extend(analytic::checks());
    checks.extend(schedule::checks());
    checks.extend(revisions::checks());
    checks.extend(cached::checks());
    checks.extend(check::checks());
    checks.extend(shapes::checks(data.as_deref()));
    checks.extend(selectors::checks());
    checks.extend(twin::checks());
    checks.extend(ifc_tasks::checks());
    checks.extend(programmes::checks());
    let trials = checks
        .into_iter()
        .map(|(name, check)| match data.clone() {
            Some(data) => Trial::test(name, move || check(data)),
            None => Trial::test(format!("{name} (no shared data: set GROMA_DATA)"), || Ok(()))
                .with_ignored_flag(true),
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
