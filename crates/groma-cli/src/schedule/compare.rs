//! `groma schedule compare`.

use super::args::Compare;
use super::programme::{Programme, finish};
use crate::output::Exit;
use groma::exchange::schedule::comparison::ScheduleComparison;
use groma::schedule::compare;

pub(crate) fn run(args: &Compare) -> anyhow::Result<Exit> {
    let old = Programme::open(&args.old, &args.read)?;
    let new = Programme::open(&args.new, &args.read)?;
    let comparison = compare((&old.schedule, &old.dates), (&new.schedule, &new.dates));
    let report = ScheduleComparison::of(&old.solved(), &new.solved(), &comparison);
    let holds = !args.fail_on_change || comparison.is_equal();
    finish(&report, || report.to_html(), &args.report, holds, old.is_incomplete() || new.is_incomplete())
}
