//! `groma schedule level`.

use super::args::Level;
use super::programme::{Programme, finish};
use crate::output::{self, Exit};
use crate::run::Session;
use anyhow::{Context, bail};
use groma::exchange::schedule::level::LevelReport;
use groma::model::{Diagnostic, codes};
use groma::schedule::level::{Budget, LevelOptions, Levelled, Mode, level};
use groma::schedule::{Schedule, Time, WriteFormat, write};
use std::path::Path;

pub(crate) fn run(args: &Level, session: &Session) -> anyhow::Result<Exit> {
    if args.exact.is_some() && cfg!(not(feature = "exact")) {
        bail!(
            "this groma is built without proofs\n  hint: cargo build --release -p groma-cli --features exact"
        );
    }
    let target =
        args.write.as_deref().map(|file| Ok::<_, anyhow::Error>((file, format_of(file)?))).transpose()?;
    let mut programme = Programme::open(&args.file, &args.read)?.with_activities()?;
    let options = LevelOptions {
        mode: if args.smooth { Mode::Smooth } else { Mode::Level },
        within_float: args.within_float,
        limits: args.limits.clone(),
        budget: args.budget.map_or(Budget::Schedules(args.schedules), Budget::Time),
        seed: args.seed,
    };
    let Programme { schedule, network, dates, .. } = &programme;
    let (levelled, found) = level(schedule, network, dates, &options, session)?;
    let bound = bound(args, &programme, &options, &levelled, session)?;
    let known: Vec<_> = programme.diagnostics.iter().cloned().collect();
    // What the file's own logic lacks was said when it was compiled first.
    let new = found.iter().filter(|d| !known.contains(d)).cloned();
    let unsolved = unsolved(schedule, &levelled);
    let added: Vec<Diagnostic> = new.chain(unsolved).collect();
    added.into_iter().for_each(|d| programme.diagnostics.push(d));
    if let Some((file, format)) = target {
        let (bytes, lost) = write(&levelled.schedule, &levelled.dates, format);
        groma::files::write(file, &bytes).with_context(|| format!("cannot write {}", file.display()))?;
        for d in lost.iter() {
            let detail = d.detail.as_deref().map(|t| format!(": {t}")).unwrap_or_default();
            output::warning(&format!("[{}] {}{detail}", d.code, d.code.page().title));
        }
    }
    let solved = programme.solved();
    let report = LevelReport::of(&solved, &levelled, &options, bound);
    // Levelling that leaves more used than there is has not done what it is for.
    let holds = args.smooth || levelled.lacks.is_empty();
    finish(&report, || report.to_html(&solved, &levelled), &args.report, holds, programme.is_incomplete())
}

/// A finish that no schedule can beat.
#[cfg(feature = "exact")]
fn bound(
    args: &Level,
    programme: &Programme,
    options: &LevelOptions,
    levelled: &Levelled,
    session: &Session,
) -> anyhow::Result<Option<Time>> {
    let Some(within) = args.exact else { return Ok(None) };
    let Programme { schedule, network, dates, .. } = programme;
    let finish = levelled.finish_after;
    let proof =
        groma::schedule::level::prove_finish(schedule, network, dates, options, finish, within, session)?;
    if proof.is_none() {
        output::warning(
            "nothing can be proven of this programme\n  hint: proofs are of one project on one calendar, of at most 300 activities without hard dates",
        );
    }
    Ok(proof.map(|p| p.bound))
}

#[cfg(not(feature = "exact"))]
#[allow(clippy::unnecessary_wraps, reason = "with proofs it can fail")]
fn bound(
    _: &Level,
    _: &Programme,
    _: &LevelOptions,
    _: &Levelled,
    _: &Session,
) -> anyhow::Result<Option<Time>> {
    Ok(None)
}

/// What no order of work solves.
fn unsolved(schedule: &Schedule, levelled: &Levelled) -> Vec<Diagnostic> {
    let resource = |r: groma::schedule::ResourceIndex| &schedule.resources[r.at()].name;
    let claims = levelled.claims.iter().map(|c| {
        let activity = &schedule.activities[c.activity.at()];
        Diagnostic::new(codes::DEMAND_ABOVE_CAPACITY).detail(format!(
            "{} needs {} of {}, of which there are {} at most",
            activity.code,
            c.needs,
            resource(c.resource),
            c.most
        ))
    });
    let lacks = levelled.lacks.iter().map(|l| {
        Diagnostic::new(codes::OVERALLOCATED).detail(format!(
            "{} of {} {} from {} to {}",
            l.used,
            l.limit,
            resource(l.resource),
            l.from,
            l.to
        ))
    });
    claims.chain(lacks).collect()
}

fn format_of(file: &Path) -> anyhow::Result<WriteFormat> {
    let ending = file.extension().unwrap_or_default().to_string_lossy();
    match WriteFormat::of_ending(&ending) {
        Some(format) => Ok(format),
        None => {
            bail!("the ending {ending:?} says no format\n  hint: end the file in .xml, .xer, .csv or .json")
        }
    }
}
