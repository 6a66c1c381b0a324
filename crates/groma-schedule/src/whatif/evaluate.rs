//! What becomes of a programme under a scenario.

use super::apply::apply;
use super::assert::{AssertOutcome, Measures, check, days_between};
use super::scenario::{Scenario, ScenarioError};
use crate::level::{LevelError, LevelOptions, level};
use crate::network::Network;
use crate::options::Profile;
use crate::risk::{Percentiles, RiskModel, Simulation, simulate};
use crate::schedule::Schedule;
use crate::solve::{Dates, solve};
use crate::time::Time;
use crate::workload::workload;

/// What a scenario comes to.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// The last finish with every duration as planned.
    pub finish: Time,
    /// Days of the wall clock later than the base.
    pub days: f64,
    /// The finishes that 10, 50 and 80 percent of the runs keep; as planned where nothing is uncertain.
    pub percentiles: [Time; 3],
    /// Activities that are critical.
    pub critical: usize,
    /// Hours of total float that the activities of the base lose together.
    pub float_lost_h: f64,
    /// Activities of the base whose dates move.
    pub moved: usize,
    /// Hours of work in the week with most of it.
    pub peak_h: f64,
    /// Money that half of the runs keep within; 0 where nothing costs anything.
    pub cost: f64,
    /// What must hold.
    pub asserts: Vec<AssertOutcome>,
    /// The programme as the scenario changes it.
    pub schedule: Schedule,
    /// Its dates.
    pub dates: Dates,
}

/// Lays a scenario over a programme, computes its dates, simulates it, and compares it with the base.
///
/// The same base, scenario and seed give the same outcome on any number of threads.
///
/// # Errors
///
/// When the scenario cannot be laid over it, or an assert cannot be understood.
pub fn evaluate(
    base: &Schedule,
    network: &Network,
    dates: &Dates,
    profile: Profile,
    scenario: &Scenario,
) -> Result<Outcome, ScenarioError> {
    let wrong = |what: String| ScenarioError::Value { scenario: scenario.scenario.name.clone(), what };
    let mut applied = apply(base, network, dates, scenario)?;
    let (mut changed, _) = Network::compile(&applied.schedule, profile);
    let mut after = solve(&changed);
    if scenario.run.level {
        let options = LevelOptions { seed: scenario.run.seed, ..LevelOptions::default() };
        match level(&applied.schedule, &changed, &after, &options, &()) {
            Ok((levelled, _)) => {
                (applied.schedule, changed, after) = (levelled.schedule, levelled.network, levelled.dates);
            }
            // A programme without people and machines is level as it is.
            Err(LevelError::NoResources) => {}
            Err(error) => return Err(wrong(format!("it cannot be levelled: {error}"))),
        }
    }
    // Where nothing is uncertain, one run is as good as ten thousand.
    let is_certain = scenario.work.is_empty() && scenario.risk.is_empty() && scenario.weather.is_empty();
    let iterations = if is_certain { 1 } else { scenario.run.monte_carlo };
    let simulation = Simulation { iterations, seed: scenario.run.seed, sensitivities: 0 };
    let run = simulate(&changed, &applied.model, &simulation);
    let last = |dates: &Dates| dates.finish.iter().flatten().max().copied().unwrap_or_default();
    let (base_finish, finish) = (last(dates), last(&after));
    let sorted = Percentiles::of(&run.finish);
    let at = |p: f64| if is_certain { finish } else { sorted.at(p).unwrap_or(finish) };
    let both = || dates.activities.iter().zip(&after.activities).filter_map(|(a, b)| a.zip(*b));
    let lost: i64 = both().map(|(a, b)| i64::from((a.total_float - b.total_float).max(0))).sum();
    let load = workload(&applied.schedule, &changed, &after);
    let mut outcome = Outcome {
        name: scenario.scenario.name.clone(),
        finish,
        days: days_between(base_finish, finish),
        percentiles: [at(10.0), at(50.0), at(80.0)],
        critical: after.activities.iter().flatten().filter(|d| d.critical).count(),
        float_lost_h: lost as f64 / 60.0,
        moved: both().filter(|(a, b)| (a.start, a.finish) != (b.start, b.finish)).count(),
        peak_h: load.early.iter().copied().fold(0.0, f64::max),
        cost: run.cost_at(50.0).unwrap_or(0.0),
        asserts: Vec::new(),
        schedule: applied.schedule,
        dates: after,
    };
    let base_cost = || {
        let as_planned = Simulation { iterations: 1, seed: 1, sensitivities: 0 };
        simulate(network, &RiskModel::of(base), &as_planned).cost_at(50.0).unwrap_or(0.0)
    };
    let measures = Measures {
        outcome: &outcome,
        base_finish,
        base_cost: if scenario.asserts.keys().any(|k| k.trim() == "added_cost") { base_cost() } else { 0.0 },
        finish_at: &at,
        cost_at: &|p| run.cost_at(p).unwrap_or(0.0),
    };
    let asserts = scenario.asserts.iter().map(|(metric, bound)| check(&measures, metric, bound));
    let asserts: Result<Vec<_>, String> = asserts.collect();
    outcome.asserts = asserts.map_err(wrong)?;
    Ok(outcome)
}
