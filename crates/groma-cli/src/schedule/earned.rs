//! `groma schedule earned`.

use super::args::{Earned, ReadArgs};
use super::programme::{Programme, finish};
use crate::output::Exit;
use anyhow::{bail, ensure};
use groma::exchange::schedule::earned::EarnedReport;
use groma::schedule::{EarnedOptions, add_baseline, baselines, earned, stated_dates};
use std::path::Path;

pub(crate) fn run(args: &Earned) -> anyhow::Result<Exit> {
    let mut programme = Programme::open(&args.file, &args.read)?.with_activities()?;
    let baseline =
        args.baseline.as_deref().map(|wanted| baseline(wanted, &mut programme, args)).transpose()?;
    let options = EarnedOptions { at: args.at, baseline };
    let found = earned(&programme.schedule, &programme.network, &programme.dates, &options);
    let report = EarnedReport::of(&programme.solved(), &found);
    finish(&report, || report.to_html(), &args.report, true, programme.is_incomplete())
}

/// The number of a baseline: one of the programme's own, or a file's, which is added to them.
fn baseline(wanted: &str, programme: &mut Programme, args: &Earned) -> anyhow::Result<u8> {
    let known = baselines(&programme.schedule);
    let file = Path::new(wanted);
    match wanted.parse::<u8>() {
        Ok(number) if known.contains(&number) => return Ok(number),
        Ok(number) if !file.exists() => {
            let list: Vec<String> = known.iter().map(u8::to_string).collect();
            let hint = match list.is_empty() {
                true => {
                    "it holds none; name a file, or leave out --baseline to take the planned dates and costs"
                }
                false => &format!("there are {}", list.join(", ")),
            };
            bail!("{} has no baseline {number}\n  hint: {hint}", programme.label);
        }
        _ => {}
    }
    let of = Programme::open(file, &ReadArgs { project: None, ..args.read.clone() })?.with_activities()?;
    let (number, joined) =
        add_baseline(&mut programme.schedule, &of.schedule, &stated_dates(&of.schedule, &of.dates));
    ensure!(
        joined > 0,
        "{} and {} have no activity in common\n  hint: activities are joined by project and id, then by a name that occurs once",
        programme.label,
        of.label
    );
    of.diagnostics.iter().for_each(|d| programme.diagnostics.push(d.clone()));
    Ok(number)
}
