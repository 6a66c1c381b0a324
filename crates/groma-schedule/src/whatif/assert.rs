//! What must hold under a scenario.

use super::evaluate::Outcome;
use crate::time::Time;

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
    pub(super) finish_at: &'a dyn Fn(f64) -> Time,
    pub(super) cost_at: &'a dyn Fn(f64) -> f64,
}

enum Value {
    Date(Time),
    Number(f64),
}

/// Judges one assert.
pub(super) fn check(measures: &Measures<'_>, metric: &str, bound: &str) -> Result<AssertOutcome, String> {
    let value = measures.value_of(metric).ok_or_else(|| {
        format!(
            "{metric:?} cannot be asserted: there are P50(finish), P80(cost), finish, days, critical, float_lost, moved, peak, cost"
        )
    })?;
    let holds = value
        .compare(bound)
        .ok_or_else(|| format!("{bound:?} is no bound of {metric}: write \"<= 2027-03-31\" or \"< 12\""))?;
    let found = match value {
        Value::Date(t) => t.to_string(),
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
            return match of.trim() {
                "finish" => Some(Value::Date((self.finish_at)(percent))),
                "cost" => Some(Value::Number((self.cost_at)(percent))),
                _ => None,
            };
        }
        let o = self.outcome;
        Some(match metric {
            "finish" => Value::Date(o.finish),
            "days" => Value::Number(o.days),
            "critical" => Value::Number(o.critical as f64),
            "float_lost" => Value::Number(o.float_lost_h),
            "moved" => Value::Number(o.moved as f64),
            "peak" => Value::Number(o.peak_h),
            "cost" => Value::Number(o.cost),
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
            // A day alone holds all of itself.
            Self::Date(t) if rest.len() == 10 => t.day().cmp(&Time::parse(rest)?.day()),
            Self::Date(t) => t.cmp(&Time::parse(rest)?),
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
