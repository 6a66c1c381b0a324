//! `groma whatif`.

use super::args::{Format, Whatif};
use super::programme::{Programme, finish};
use crate::output::Exit;
use anyhow::{Context, ensure};
use groma::exchange::schedule::whatif::WhatifReport;
use groma::schedule::whatif::{Outcome, Scenario, evaluate, parse_scenario, study};
use groma::schedule::{WriteFormat, movement, write};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::path::Path;

/// Days that activities slip by for the line above the answer.
const SLIP_DAYS: i32 = 5;

pub(crate) fn run(args: &Whatif) -> anyhow::Result<Exit> {
    let mut scenarios = vec![base()];
    for file in &args.scenarios {
        scenarios.extend(read(file)?);
    }
    let programme = Programme::open(&args.base, &args.read)?.with_activities()?;
    let Programme { schedule, network, dates, .. } = &programme;
    let outcomes = scenarios
        .par_iter()
        .map(|scenario| evaluate(schedule, network, dates, network.profile, scenario))
        .collect::<Result<Vec<Outcome>, _>>()?;
    if let Some(dir) = &args.write {
        write_all(dir, &outcomes[1..])?;
    }
    let report = WhatifReport::of(&programme.solved(), &movement(network, SLIP_DAYS), &outcomes);
    let text = match args.report.format {
        Format::Table => report.to_text(args.report.all),
        Format::Json => report.to_json(),
        Format::Csv => report.to_csv(),
        Format::Html => report.to_html(),
    };
    finish(&text, &args.report, report.holds, programme.is_incomplete())
}

/// The programme as it is.
fn base() -> Scenario {
    let mut scenario = Scenario::default();
    "base".clone_into(&mut scenario.scenario.name);
    scenario
}

/// The scenarios of a file: one, or those that a study makes.
fn read(file: &Path) -> anyhow::Result<Vec<Scenario>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.display().to_string();
    Ok(match file.extension().is_some_and(|e| e.eq_ignore_ascii_case("rhai")) {
        true => study(&name, &text)?,
        false => vec![parse_scenario(&name, &text)?],
    })
}

/// Each scenario's programme in a file named after it.
fn write_all(dir: &Path, outcomes: &[Outcome]) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let mut names = std::collections::BTreeSet::new();
    for outcome in outcomes {
        let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
        let name: String = outcome.name.chars().map(plain).collect();
        ensure!(
            names.insert(name.clone()),
            "two scenarios are named {:?}\n  hint: their programmes would have one file",
            outcome.name
        );
        let path = dir.join(format!("{name}.xml"));
        let (bytes, _) = write(&outcome.schedule, &outcome.dates, WriteFormat::Mspdi);
        groma::files::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
