//! `groma schedule inspect`.

use super::args::{Format, Inspect};
use super::programme::{Programme, finish};
use crate::output::Exit;
use groma::exchange::schedule::inspection::ScheduleInspection;

pub(crate) fn run(args: &Inspect) -> anyhow::Result<Exit> {
    let programme = Programme::open(&args.file, &args.read)?;
    let report = ScheduleInspection::of(&programme.solved());
    let text = match args.report.format {
        Format::Table => report.to_text(args.report.all),
        Format::Json => report.to_json(),
        Format::Csv => report.to_csv(),
        Format::Html => report.to_html(),
    };
    finish(&text, &args.report, true, programme.is_incomplete())
}
