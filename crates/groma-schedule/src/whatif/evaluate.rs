//! What becomes of a programme under scenarios.

use super::apply::{apply, base_model};
use super::assert::{AssertOutcome, Measures, check, days_between};
use super::scenario::{RiskEntry, Scenario, ScenarioError, WeatherEntry, WorkEntry};
use crate::level::{LevelError, LevelOptions, level};
use crate::network::Network;
use crate::risk::{Percentiles, RiskModel, RiskRun, Simulation, simulate};
use crate::schedule::Schedule;
use crate::solve::{Dates, solve};
use crate::time::Time;
use crate::workload::workload;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

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
    /// The same of the base in the same runs: as uncertain as the scenario says, without its changes and without
    /// what it adds.
    pub base_percentiles: [Time; 3],
    /// The S-curves of the finish: what 0, 5, 10 … 100 percent of the runs keep, of the scenario and of the base.
    pub curves: [Vec<Time>; 2],
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

impl Outcome {
    /// Days of the wall clock that 10, 50 and 80 percent of the runs end later than those of the base.
    pub fn percentile_days(&self) -> [f64; 3] {
        std::array::from_fn(|k| days_between(self.base_percentiles[k], self.percentiles[k]))
    }
}

/// A programme that scenarios are laid over, with its logic and its dates.
#[derive(Clone, Copy)]
struct Base<'a> {
    schedule: &'a Schedule,
    network: &'a Network,
    dates: &'a Dates,
}

/// Lays scenarios over a programme, computes the dates of each, simulates it, and compares it with the base: with
/// its dates, and with its runs under the same uncertainty, drawn from the same numbers.
///
/// Outcomes stand in the order of the scenarios. The same base, scenarios and seeds give the same outcomes on any
/// number of threads.
///
/// # Errors
///
/// The first scenario that cannot be laid over it, or of which an assert cannot be understood.
pub fn evaluate(
    base: &Schedule,
    network: &Network,
    dates: &Dates,
    scenarios: &[Scenario],
) -> Result<Vec<Outcome>, ScenarioError> {
    let base = Base { schedule: base, network, dates };
    // Those that are uncertain in the same way share the runs of the base.
    let mut groups: Vec<(Uncertainty<'_>, Vec<usize>)> = Vec::new();
    for (k, scenario) in scenarios.iter().enumerate() {
        let uncertainty = Uncertainty::of_base(scenario);
        match groups.iter_mut().find(|g| g.0 == uncertainty) {
            Some(group) => group.1.push(k),
            None => groups.push((uncertainty, vec![k])),
        }
    }
    let of_group = |(_, members): &(Uncertainty<'_>, Vec<usize>)| {
        let runs = base.runs(&scenarios[members[0]]);
        let outcome = |k: &usize| {
            let runs = runs.as_ref().map_err(Clone::clone);
            (*k, runs.and_then(|runs| base.outcome(&scenarios[*k], runs)))
        };
        members.par_iter().map(outcome).collect::<Vec<_>>()
    };
    let mut found: Vec<_> =
        groups.par_iter().map(of_group).collect::<Vec<_>>().into_iter().flatten().collect();
    found.sort_unstable_by_key(|(k, _)| *k);
    found.into_iter().map(|(_, outcome)| outcome).collect()
}

/// What the runs of the base hang on.
#[derive(PartialEq)]
struct Uncertainty<'a> {
    work: &'a [WorkEntry],
    risk: Vec<&'a RiskEntry>,
    weather: Vec<&'a WeatherEntry>,
    simulation: Simulation,
}

impl<'a> Uncertainty<'a> {
    /// Without what the scenario adds.
    fn of_base(scenario: &'a Scenario) -> Self {
        let risk: Vec<_> = scenario.risk.iter().filter(|r| !r.added).collect();
        let weather: Vec<_> = scenario.weather.iter().filter(|w| !w.added).collect();
        let is_certain = scenario.work.is_empty() && risk.is_empty() && weather.is_empty();
        Self { work: &scenario.work, risk, weather, simulation: simulation(scenario, is_certain) }
    }
}

/// Where nothing is uncertain, one run is as good as ten thousand.
fn simulation(scenario: &Scenario, is_certain: bool) -> Simulation {
    match is_certain {
        true => Simulation::of_finishes(1, 1),
        false => Simulation::of_finishes(scenario.run.monte_carlo, scenario.run.seed),
    }
}

/// Finishes and money of many runs.
struct Runs {
    sorted: Percentiles,
    run: RiskRun,
    /// Of one that is certain: its computed finish.
    certain: Option<Time>,
}

impl Runs {
    fn of(network: &Network, model: &RiskModel, simulation: &Simulation, planned: Option<Time>) -> Self {
        let run = simulate(network, model, simulation);
        Self { sorted: Percentiles::of(&run.finish), run, certain: planned }
    }

    fn at(&self, percent: f64) -> Time {
        self.certain.or_else(|| self.sorted.at(percent)).unwrap_or_default()
    }

    fn curve(&self) -> Vec<Time> {
        (0..=20).map(|n| self.at(f64::from(5 * n))).collect()
    }

    fn cost_at(&self, percent: f64) -> f64 {
        self.run.cost_at(percent).unwrap_or(0.0)
    }
}

fn last(dates: &Dates) -> Time {
    dates.finish.iter().flatten().max().copied().unwrap_or_default()
}

impl Base<'_> {
    /// The base as uncertain as a scenario says.
    fn runs(&self, scenario: &Scenario) -> Result<Runs, ScenarioError> {
        let model = base_model(self.schedule, self.network, self.dates, scenario)?;
        let simulation = Uncertainty::of_base(scenario).simulation;
        let planned = model.is_certain().then(|| last(self.dates));
        Ok(Runs::of(self.network, &model, &simulation, planned))
    }

    fn outcome(&self, scenario: &Scenario, base: &Runs) -> Result<Outcome, ScenarioError> {
        let wrong = |what: String| ScenarioError::Value { scenario: scenario.scenario.name.clone(), what };
        let mut applied = apply(self.schedule, self.network, self.dates, scenario)?;
        let (mut changed, _) = Network::compile(&applied.schedule, self.network.profile);
        let mut after = solve(&changed);
        if scenario.run.level {
            let options = LevelOptions { seed: scenario.run.seed, ..LevelOptions::default() };
            match level(&applied.schedule, &changed, &after, &options, &()) {
                Ok((levelled, _)) => {
                    (applied.schedule, changed, after) =
                        (levelled.schedule, levelled.network, levelled.dates);
                }
                // A programme without people and machines is level as it is.
                Err(LevelError::NoResources) => {}
                Err(error) => return Err(wrong(format!("it cannot be levelled: {error}"))),
            }
        }
        let (base_finish, finish) = (last(self.dates), last(&after));
        let is_certain = applied.model.is_certain();
        let simulation = simulation(scenario, is_certain);
        let runs = Runs::of(&changed, &applied.model, &simulation, is_certain.then_some(finish));
        let both = || self.dates.activities.iter().zip(&after.activities).filter_map(|(a, b)| a.zip(*b));
        let lost: i64 = both().map(|(a, b)| i64::from((a.total_float - b.total_float).max(0))).sum();
        let load = workload(&applied.schedule, &changed, &after);
        let mut outcome = Outcome {
            name: scenario.scenario.name.clone(),
            finish,
            days: days_between(base_finish, finish),
            percentiles: [10.0, 50.0, 80.0].map(|p| runs.at(p)),
            base_percentiles: [10.0, 50.0, 80.0].map(|p| base.at(p)),
            curves: [&runs, base].map(Runs::curve),
            critical: after.activities.iter().flatten().filter(|d| d.critical).count(),
            float_lost_h: lost as f64 / 60.0,
            moved: both().filter(|(a, b)| (a.start, a.finish) != (b.start, b.finish)).count(),
            peak_h: load.early.iter().copied().fold(0.0, f64::max),
            cost: runs.cost_at(50.0),
            asserts: Vec::new(),
            schedule: applied.schedule,
            dates: after,
        };
        let measures = Measures {
            outcome: &outcome,
            base_finish,
            base_cost: base.cost_at(50.0),
            finish_at: &|p| runs.at(p),
            base_finish_at: &|p| base.at(p),
            cost_at: &|p| runs.cost_at(p),
        };
        let asserts = scenario.asserts.iter().map(|(metric, bound)| check(&measures, metric, bound));
        let asserts: Result<Vec<_>, String> = asserts.collect();
        outcome.asserts = asserts.map_err(wrong)?;
        Ok(outcome)
    }
}
