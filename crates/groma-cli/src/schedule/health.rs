//! `groma schedule health`.

use super::args::Health;
use super::programme::{Programme, finish};
use crate::output::Exit;
use anyhow::bail;
use groma::exchange::schedule::health::HealthReport;
use groma::schedule::{CHECKS, HealthOptions, health};

pub(crate) fn run(args: &Health) -> anyhow::Result<Exit> {
    let mut options =
        HealthOptions { high_days: args.high_days, slip_days: args.slip_days, ..HealthOptions::default() };
    for (name, value) in &args.limits {
        if !CHECKS.contains(&name.as_str()) {
            bail!("there is no check {name:?}\n  hint: there are {}", CHECKS.join(", "));
        }
        let limit = match value.as_str() {
            "off" => None,
            text => match text.parse::<f64>() {
                Ok(limit) if limit.is_finite() => Some(limit),
                _ => bail!("{text:?} is no limit of {name}\n  hint: write a number, or `off`"),
            },
        };
        options.limits.push((name.clone(), limit));
    }
    let programme = Programme::open(&args.file, &args.read)?.with_activities()?;
    let found = health(&programme.schedule, &programme.network, &programme.dates, &options);
    let report = HealthReport::of(&programme.solved(), &found);
    finish(&report, || report.to_html(), &args.report, found.passed(), programme.is_incomplete())
}
