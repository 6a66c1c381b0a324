//! What becomes of a programme under a scenario.

use super::apply::apply;
use super::scenario::{Scenario, ScenarioError};
use crate::network::Network;
use crate::options::Profile;
use crate::risk::{Percentiles, Simulation, simulate};
use crate::schedule::Schedule;
use crate::solve::{Dates, solve};
use crate::time::{DAY, Time};

/// Whether an assert holds.
#[derive(Clone, PartialEq, Debug)]
pub struct AssertOutcome {
    /// As written: `P80(finish) <= 2027-03-31`.
    pub text: String,
    /// What was found.
    pub found: String,
    /// Whether it holds.
    pub holds: bool,
}

/// What a scenario comes to.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// The last finish with every duration as planned.
    pub finish: Time,
    /// Days of the wall clock later than the base.
    pub days: f64,
    /// The finishes that 10, 50 and 80 percent of the runs keep.
    pub percentiles: [Time; 3],
    /// Activities that are critical.
    pub critical: usize,
    /// Hours of total float that the activities of the base lose together.
    pub float_lost_h: f64,
    /// Activities of the base whose dates move.
    pub moved: usize,
    /// Money that half of the runs keep within; 0 where nothing costs anything.
    pub cost: f64,
    /// What must hold.
    pub asserts: Vec<AssertOutcome>,
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
    let applied = apply(base, network, dates, scenario)?;
    let (changed, _) = Network::compile(&applied.schedule, profile);
    let after = solve(&changed);
    let simulation =
        Simulation { iterations: scenario.run.monte_carlo, seed: scenario.run.seed, sensitivities: 0 };
    let run = simulate(&changed, &applied.model, &simulation);
    let last = |dates: &Dates| dates.finish.iter().flatten().max().copied().unwrap_or_default();
    let finish = last(&after);
    let sorted = Percentiles::of(&run.finish);
    let at = |p: f64| sorted.at(p).unwrap_or(finish);
    let both = || dates.activities.iter().zip(&after.activities).filter_map(|(a, b)| a.zip(*b));
    let lost: i64 = both().map(|(a, b)| i64::from((a.total_float - b.total_float).max(0))).sum();
    let mut outcome = Outcome {
        name: scenario.scenario.name.clone(),
        finish,
        days: f64::from(finish - last(dates)) / f64::from(DAY),
        percentiles: [at(10.0), at(50.0), at(80.0)],
        critical: after.activities.iter().flatten().filter(|d| d.critical).count(),
        float_lost_h: lost as f64 / 60.0,
        moved: both().filter(|(a, b)| (a.start, a.finish) != (b.start, b.finish)).count(),
        cost: run.cost_at(50.0).unwrap_or(0.0),
        asserts: Vec::new(),
    };
    for (metric, bound) in &scenario.asserts {
        let wrong = |what: String| ScenarioError::Value { scenario: outcome.name.clone(), what };
        let value = value_of(metric, &outcome, &sorted, |p| run.cost_at(p)).ok_or_else(|| {
            wrong(format!(
                "{metric:?} cannot be asserted: there are P50(finish), P80(cost), finish, days, critical, float_lost, moved, cost"
            ))
        })?;
        let compared = compare(&value, bound).ok_or_else(|| {
            wrong(format!("{bound:?} is no bound of {metric}: write \"<= 2027-03-31\" or \"< 12\""))
        })?;
        outcome.asserts.push(AssertOutcome {
            text: format!("{metric} {bound}"),
            found: value.to_string(),
            holds: compared,
        });
    }
    Ok(outcome)
}

/// What an assert is about.
enum Value {
    Date(Time),
    Number(f64),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Date(t) => t.fmt(f),
            Self::Number(n) => write!(f, "{n:.2}"),
        }
    }
}

fn value_of(
    metric: &str,
    outcome: &Outcome,
    sorted: &Percentiles,
    cost_at: impl Fn(f64) -> Option<f64>,
) -> Option<Value> {
    let metric = metric.trim();
    if let Some(rest) = metric.strip_prefix('P') {
        let (percent, of) = rest.strip_suffix(')')?.split_once('(')?;
        let percent: f64 = percent.parse().ok().filter(|p| (0.0..=100.0).contains(p))?;
        return match of.trim() {
            "finish" => sorted.at(percent).map(Value::Date),
            "cost" => Some(Value::Number(cost_at(percent).unwrap_or(0.0))),
            _ => None,
        };
    }
    Some(match metric {
        "finish" => Value::Date(outcome.finish),
        "days" => Value::Number(outcome.days),
        "critical" => Value::Number(outcome.critical as f64),
        "float_lost" => Value::Number(outcome.float_lost_h),
        "moved" => Value::Number(outcome.moved as f64),
        "cost" => Value::Number(outcome.cost),
        _ => return None,
    })
}

fn compare(value: &Value, bound: &str) -> Option<bool> {
    let bound = bound.trim();
    let operators = ["<=", ">=", "==", "<", ">"];
    let operator = operators.into_iter().find(|o| bound.starts_with(o))?;
    let rest = bound[operator.len()..].trim();
    let order = match value {
        Value::Number(n) => n.partial_cmp(&rest.parse::<f64>().ok()?)?,
        // A day alone holds all of itself.
        Value::Date(t) if rest.len() == 10 => t.day().cmp(&Time::parse(rest)?.day()),
        Value::Date(t) => t.cmp(&Time::parse(rest)?),
    };
    Some(match operator {
        "<=" => order.is_le(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        ">" => order.is_gt(),
        _ => order.is_eq(),
    })
}
