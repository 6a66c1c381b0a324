//! `groma schedule inspect`.

use super::args::Inspect;
use super::programme::{Programme, finish};
use crate::output::Exit;
use groma::exchange::schedule::inspection::ScheduleInspection;

pub(crate) fn run(args: &Inspect) -> anyhow::Result<Exit> {
    let programme = Programme::open(&args.file, &args.read)?;
    let report = ScheduleInspection::of(&programme.solved());
    finish(&report, || report.to_html(), &args.report, true, programme.is_incomplete())
}
