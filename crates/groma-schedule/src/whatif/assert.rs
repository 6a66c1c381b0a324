//! What must hold under a scenario.

use super::evaluate::Outcome;
use super::select::offset;
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

/// What asserts are about.
pub(super) struct Measures<'a> {
    pub(super) outcome: &'a Outcome,
    /// The last finish of the base.
    pub(super) base_finish: Time,
    /// Money that half of the runs of the base keep within.
    pub(super) base_cost: f64,
    pub(super) finish_at: &'a dyn Fn(f64) -> Time,
    /// The same of the base under the same uncertainty.
    pub(super) base_finish_at: &'a dyn Fn(f64) -> Time,
    pub(super) cost_at: &'a dyn Fn(f64) -> f64,
}

/// Days of the wall clock.
pub(super) fn days_between(from: Time, to: Time) -> f64 {
    f64::from(to - from) / f64::from(DAY)
}

enum Value {
    /// With that of the base.
    Date(Time, Time),
    Number(f64),
}

/// Judges one assert.
pub(super) fn check(measures: &Measures<'_>, metric: &str, bound: &str) -> Result<AssertOutcome, String> {
    let value = measures.value_of(metric).ok_or_else(|| {
        format!(
            "{metric:?} cannot be asserted: there are P50(finish), P50(days), P80(cost), finish, days, critical, float_lost, moved, peak, cost, added_cost"
        )
    })?;
    let holds = value.compare(bound).ok_or_else(|| {
        format!("{bound:?} is no bound of {metric}: write \"<= 2027-03-31\", \"<= base+10d\" or \"< 12\"")
    })?;
    let found = match value {
        Value::Date(t, _) => t.to_string(),
        Value::Number(n) => format!("{n:.2}"),
    };
    Ok(AssertOutcome { text: format!("{metric} {bound}"), found, holds })
}

impl Measures<'_> {
    fn value_of(&self, metric: &str) -> Option<Value> {
        let metric = metric.trim();
        if let Some(rest) = metric.strip_prefix('P') {
            let (percent, of) = rest.strip_suffix(')')?.split_once('(')?;
            let percent: f64 = percent.parse().ok().filter(|p| (0.0..=100.0).contains(p))?;
            // Like with like: the base's runs have the same uncertainty.
            let (finish, base) = ((self.finish_at)(percent), (self.base_finish_at)(percent));
            return match of.trim() {
                "finish" => Some(Value::Date(finish, base)),
                "days" => Some(Value::Number(days_between(base, finish))),
                "cost" => Some(Value::Number((self.cost_at)(percent))),
                _ => None,
            };
        }
        let o = self.outcome;
        Some(match metric {
            "finish" => Value::Date(o.finish, self.base_finish),
            "days" => Value::Number(o.days),
            "critical" => Value::Number(o.critical as f64),
            "float_lost" => Value::Number(o.float_lost_h),
            "moved" => Value::Number(o.moved as f64),
            "peak" => Value::Number(o.peak_h),
            "cost" => Value::Number(o.cost),
            // To the cent: sums of many costs are not exact.
            "added_cost" => Value::Number(((o.cost - self.base_cost) * 100.0).round() / 100.0),
            _ => return None,
        })
    }
}

impl Value {
    fn compare(&self, bound: &str) -> Option<bool> {
        let bound = bound.trim();
        let operators = ["<=", ">=", "==", "<", ">"];
        let operator = operators.into_iter().find(|o| bound.starts_with(o))?;
        let rest = bound[operator.len()..].trim();
        let order = match self {
            Self::Number(n) => n.partial_cmp(&rest.parse::<f64>().ok()?)?,
            // Against the finish of the base, to the minute.
            Self::Date(t, base) if rest.starts_with("base") => {
                t.cmp(&offset(*base, rest.strip_prefix("base")?)?)
            }
            // A day alone holds all of itself.
            Self::Date(t, _) if rest.len() == 10 => t.day().cmp(&Time::parse(rest)?.day()),
            Self::Date(t, _) => t.cmp(&Time::parse(rest)?),
        };
        Some(match operator {
            "<=" => order.is_le(),
            ">=" => order.is_ge(),
            "<" => order.is_lt(),
            ">" => order.is_gt(),
            _ => order.is_eq(),
        })
    }
}
