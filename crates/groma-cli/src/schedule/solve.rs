//! `groma schedule solve`.

use super::args::Solve;
use super::programme::{Programme, finish};
use crate::output::Exit;
use groma::exchange::schedule::solution::SolveReport;

pub(crate) fn run(args: &Solve) -> anyhow::Result<Exit> {
    let mut programme = Programme::open(&args.file, &args.read)?.with_activities()?;
    if let Some(paths) = args.float_paths {
        programme.schedule.projects.iter_mut().for_each(|p| p.options.float_paths = paths);
    }
    let report = SolveReport::of(&programme.solved());
    finish(&report, || report.to_html(&programme.solved()), &args.report, true, programme.is_incomplete())
}
