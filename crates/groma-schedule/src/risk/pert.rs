//! Quantiles of the PERT distribution by table: a beta distribution of one parameter, where its mode lies.

use statrs::function::beta::{beta_reg, ln_beta};
use std::sync::Arc;

/// Cells of a part of the table.
const CELLS: usize = 1024;
/// Modes for which the quantiles are computed; between two of them they are interpolated.
const MODES: usize = 256;
/// How much finer the cells of the first and the last 1/64 are.
const FINE: f32 = 64.0;

/// Quantiles between 0 and 1 at equal steps of probability, and at finer ones near both ends.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PertTable {
    low: Vec<f32>,
    middle: Vec<f32>,
    high: Vec<f32>,
}

impl PertTable {
    #[inline]
    pub(crate) fn quantile(&self, u: f32) -> f32 {
        let edge = 1.0 / FINE;
        let (table, x) = if u < edge {
            (&self.low, u * FINE)
        } else if u > 1.0 - edge {
            (&self.high, (u - (1.0 - edge)) * FINE)
        } else {
            (&self.middle, u)
        };
        let x = x * CELLS as f32;
        let k = (x as usize).min(CELLS - 1);
        let rest = x - k as f32;
        table[k] + (table[k + 1] - table[k]) * rest
    }
}

/// The tables made so far; each is the same whoever makes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PertTables {
    known: Vec<Option<Arc<PertTable>>>,
}

impl PertTables {
    /// The table of the mode `at` between 0 and 1.
    pub(crate) fn of(&mut self, at: f64) -> Arc<PertTable> {
        let at = at.clamp(0.0, 1.0) * MODES as f64;
        let below = (at.floor() as usize).min(MODES - 1);
        let rest = at - below as f64;
        if rest == 0.0 {
            return self.computed(below);
        }
        let (a, b) = (self.computed(below), self.computed(below + 1));
        let mix = |a: &[f32], b: &[f32]| -> Vec<f32> {
            a.iter()
                .zip(b)
                .map(|(a, b)| (f64::from(*a) * (1.0 - rest) + f64::from(*b) * rest) as f32)
                .collect()
        };
        Arc::new(PertTable {
            low: mix(&a.low, &b.low),
            middle: mix(&a.middle, &b.middle),
            high: mix(&a.high, &b.high),
        })
    }

    fn computed(&mut self, k: usize) -> Arc<PertTable> {
        self.known.resize(MODES + 1, None);
        self.known[k].get_or_insert_with(|| Arc::new(compute(k as f64 / MODES as f64))).clone()
    }
}

fn compute(at: f64) -> PertTable {
    let edge = 1.0 / f64::from(FINE);
    PertTable { low: part(at, 0.0, edge), middle: part(at, 0.0, 1.0), high: part(at, 1.0 - edge, 1.0) }
}

/// Quantiles of equally spaced probabilities, each found by Newton's method from the one before.
fn part(at: f64, from: f64, to: f64) -> Vec<f32> {
    let (alpha, beta) = (1.0 + 4.0 * at, 5.0 - 4.0 * at);
    let ln = ln_beta(alpha, beta);
    let density = |x: f64| ((alpha - 1.0) * x.ln() + (beta - 1.0) * (1.0 - x).ln() - ln).exp();
    let mut before = 0.0;
    let step = (to - from) / CELLS as f64;
    (0..=CELLS)
        .map(|k| {
            let p = from + step * k as f64;
            if p <= 0.0 || p >= 1.0 {
                before = p.clamp(0.0, 1.0);
                return before as f32;
            }
            let (mut low, mut high) = (before, 1.0);
            let mut x = low;
            for _ in 0..200 {
                let inside = x > low && x < high;
                let next = if inside { x } else { f64::midpoint(low, high) };
                let error = beta_reg(alpha, beta, next) - p;
                if error > 0.0 {
                    high = next
                } else {
                    low = next
                }
                x = next - error / density(next);
                if (x - next).abs() < 1e-10 || high - low < 1e-12 {
                    break;
                }
            }
            before = x.clamp(low, high);
            before as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_scipy() {
        // scipy.stats.beta(1 + 4c, 5 - 4c).ppf(p), as tools/schedule_truth.py prints it.
        let check = |c: f64, p: f32, expect: f64| {
            let got = f64::from(PertTables::default().of(c).quantile(p));
            assert!((got - expect).abs() < 5e-5, "c {c} p {p}: {got} is not {expect}");
        };
        for (c, p, x) in SCIPY {
            check(*c, *p, *x);
        }
    }

    include!("pert_truth.rs");
}
