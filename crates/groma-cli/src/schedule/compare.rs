//! `groma schedule compare`.

use super::args::{Compare, Format};
use super::programme::{Programme, finish};
use crate::output::Exit;
use groma::exchange::schedule::comparison::ScheduleComparison;
use groma::schedule::compare;

pub(crate) fn run(args: &Compare) -> anyhow::Result<Exit> {
    let old = Programme::open(&args.old, &args.read)?;
    let new = Programme::open(&args.new, &args.read)?;
    let comparison = compare((&old.schedule, &old.dates), (&new.schedule, &new.dates));
    let report = ScheduleComparison::of(&old.solved(), &new.solved(), &comparison);
    let text = match args.report.format {
        Format::Table => report.to_text(args.report.all),
        Format::Json => report.to_json(),
        Format::Csv => report.to_csv(),
        Format::Html => report.to_html(),
    };
    let holds = !args.fail_on_change || comparison.is_equal();
    finish(&text, &args.report, holds, old.is_incomplete() || new.is_incomplete())
}
