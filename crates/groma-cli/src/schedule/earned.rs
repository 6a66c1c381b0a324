//! `groma schedule earned`.

use super::args::{Earned, Format};
use super::programme::{Programme, finish};
use crate::output::Exit;
use anyhow::bail;
use groma::exchange::schedule::earned::EarnedReport;
use groma::schedule::{EarnedOptions, baselines, earned};

pub(crate) fn run(args: &Earned) -> anyhow::Result<Exit> {
    let programme = Programme::open(&args.file, &args.read)?.with_activities()?;
    let known = baselines(&programme.schedule);
    if let Some(wanted) = args.baseline.filter(|b| !known.contains(b)) {
        let list: Vec<String> = known.iter().map(u8::to_string).collect();
        let hint = match list.is_empty() {
            true => "it holds none; without --baseline the planned dates and costs are taken".to_owned(),
            false => format!("there are {}", list.join(", ")),
        };
        bail!("{} has no baseline {wanted}\n  hint: {hint}", programme.label);
    }
    let options = EarnedOptions { at: args.at, baseline: args.baseline };
    let found = earned(&programme.schedule, &programme.network, &programme.dates, &options);
    let report = EarnedReport::of(&programme.solved(), &found);
    let text = match args.report.format {
        Format::Table => report.to_text(args.report.all),
        Format::Json => report.to_json(),
        Format::Csv => report.to_csv(),
        Format::Html => report.to_html(),
    };
    finish(&text, &args.report, true, programme.is_incomplete())
}
