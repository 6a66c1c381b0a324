//! `groma schedule takt`.

use super::args::Takt;
use super::programme::{Programme, finish};
use crate::output::Exit;
use anyhow::{Context, bail};
use groma::exchange::schedule::takt::{TaktReport, to_svg};
use groma::schedule::takt;

pub(crate) fn run(args: &Takt) -> anyhow::Result<Exit> {
    let programme = Programme::open(&args.file, &args.read)?.with_activities()?;
    let found = takt(&programme.schedule, &programme.network, &programme.dates, &args.location, &args.trade);
    if found.cells.is_empty() {
        bail!(
            "no activity of {} names its location and its trade\n  hint: say what does (--location code:Floor --trade resource)",
            programme.label
        );
    }
    if let Some(file) = &args.svg {
        groma::files::write(file, to_svg(&found).as_bytes())
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    let report = TaktReport::of(&programme.solved(), &found);
    finish(&report, || report.to_html(&found), &args.report, true, programme.is_incomplete())
}
