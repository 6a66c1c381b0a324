//! `groma schedule look-ahead`.

use super::args::LookAhead;
use super::programme::{Programme, finish};
use crate::output::Exit;
use groma::exchange::schedule::look_ahead::LookAheadReport;
use groma::schedule::{look_ahead, look_ahead_from};

pub(crate) fn run(args: &LookAhead) -> anyhow::Result<Exit> {
    let programme = Programme::open(&args.file, &args.read)?.with_activities()?;
    let from = args.from.unwrap_or_else(|| look_ahead_from(&programme.schedule, &programme.dates));
    let list = look_ahead(&programme.schedule, &programme.network, &programme.dates, from, args.weeks);
    let report = LookAheadReport::of(&programme.solved(), from, args.weeks, &list);
    finish(&report, || report.to_html(), &args.report, true, programme.is_incomplete())
}
