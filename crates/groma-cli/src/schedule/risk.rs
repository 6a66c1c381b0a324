//! `groma schedule risk`.

use super::args::Risk;
use super::programme::{Programme, finish};
use crate::output::Exit;
use anyhow::ensure;
use groma::exchange::schedule::risk::RiskReport;
use groma::read_scenarios;
use groma::schedule::risk::{Simulation, simulate};
use groma::schedule::whatif::{Scenario, WorkEntry, apply};
use groma::schedule::{Network, movement, solve};

/// What is taken of each duration when nothing is said.
const USUAL: &str = "triangular(90%,100%,130%)";
/// Runs when nothing is said.
const ITERATIONS: u32 = 10_000;
/// Days that activities slip by for the line above the answer.
const SLIP_DAYS: i32 = 5;

pub(crate) fn run(args: &Risk) -> anyhow::Result<Exit> {
    let mut programme = Programme::open(&args.file, &args.read)?.with_activities()?;
    let (scenario, uncertain) = scenario(args)?;
    let applied = apply(&programme.schedule, &programme.network, &programme.dates, &scenario)?;
    let simulation = Simulation {
        iterations: args.iterations.unwrap_or(scenario.run.monte_carlo),
        seed: args.seed.unwrap_or(scenario.run.seed),
        ..Simulation::default()
    };
    let (network, found) = Network::compile(&applied.schedule, programme.network.profile);
    // What the file's own logic lacks was said when it was compiled first.
    if !scenario.change.is_empty() {
        programme.diagnostics.extend(found);
    }
    let run = simulate(&network, &applied.model, &simulation);
    let dates = solve(&network);
    let programme = Programme { schedule: applied.schedule, network, dates, ..programme };
    let moves = movement(&programme.network, SLIP_DAYS);
    let report = RiskReport::of(&programme.solved(), &moves, uncertain, &applied.model, &simulation, &run);
    finish(&report, || report.to_html(), &args.report, true, programme.is_incomplete())
}

/// What is uncertain, and how it is said.
fn scenario(args: &Risk) -> anyhow::Result<(Scenario, Vec<String>)> {
    if let Some(file) = &args.scenario {
        let mut read = read_scenarios(file)?;
        ensure!(
            read.len() == 1,
            "{} makes {} scenarios, and a risk is of one\n  hint: groma whatif compares many",
            file.display(),
            read.len()
        );
        let scenario = read.remove(0).scenario;
        let words = scenario.uncertain();
        return Ok((scenario, words));
    }
    let mut scenario = Scenario::default();
    scenario.run.monte_carlo = ITERATIONS;
    let entry = |(task, duration): &(String, String)| WorkEntry {
        task: task.clone(),
        duration: duration.clone(),
        correlation: 0.0,
        when: None,
    };
    scenario.work = args.work.iter().map(entry).collect();
    if scenario.work.is_empty() {
        scenario.work.push(entry(&("*".to_owned(), USUAL.to_owned())));
        return Ok((
            scenario,
            vec![format!("each duration is {USUAL}, since nothing else was said (--work, --scenario)")],
        ));
    }
    let words = scenario.uncertain();
    Ok((scenario, words))
}
