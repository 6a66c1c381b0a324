//! The normal distribution, fast enough for the copula.

use statrs::function::erf::erfc;

/// Cells of the table per unit.
const CELLS: f32 = 512.0;
/// How far the table reaches on both sides.
const REACH: f32 = 6.0;

/// The standard normal distribution: its distribution function by table.
#[derive(Clone, Debug)]
pub(crate) struct Normal {
    table: Vec<f32>,
}

impl Normal {
    pub(crate) fn new() -> Self {
        let knots = (2.0 * REACH * CELLS) as usize;
        let at = |k: usize| f64::from(k as f32 / CELLS - REACH);
        let table = (0..=knots).map(|k| (0.5 * erfc(-at(k) / std::f64::consts::SQRT_2)) as f32).collect();
        Self { table }
    }

    /// The probability of less than `z`, between 2^-24 and 1 - 2^-24.
    #[inline]
    pub(crate) fn probability(&self, z: f32) -> f32 {
        let x = ((z + REACH) * CELLS).clamp(0.0, (self.table.len() - 2) as f32);
        let k = x as usize;
        let p = self.table[k] + (self.table[k + 1] - self.table[k]) * (x - k as f32);
        p.clamp(1.0 / 16_777_216.0, 1.0 - 1.0 / 16_777_216.0)
    }
}

/// The value below which a standard normal number lies with probability `p` between 0 and 1: Acklam's rational
/// approximation, off by 1.2e-9 of the value at most.
#[inline]
pub(crate) fn quantile(p: f32) -> f32 {
    const A: [f64; 6] = [
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.38357751867269e2,
        -3.066479806614716e1,
        2.506628277459239,
    ];
    const B: [f64; 5] = [
        -5.447609879822406e1,
        1.615858368580409e2,
        -1.556989798598866e2,
        6.680131188771972e1,
        -1.328068155288572e1,
    ];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 4] = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
    let poly = |c: &[f64], x: f64| c.iter().fold(0.0, |sum, c| sum * x + c);
    let tail = |p: f64| {
        let q = (-2.0 * p.ln()).sqrt();
        poly(&C, q) / (poly(&D, q) * q + 1.0)
    };
    let p = f64::from(p);
    let z = if p < 0.02425 {
        tail(p)
    } else if p > 1.0 - 0.02425 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        poly(&A, r) * q / (poly(&B, r) * r + 1.0)
    };
    z as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let normal = Normal::new();
        for (p, z) in [(0.5, 0.0), (0.975, 1.959_964), (0.8, 0.841_621_2), (0.001, -3.090_232_3)] {
            assert!((quantile(p) - z).abs() < 1e-5, "{p}");
            assert!((normal.probability(z) - p).abs() < 1e-6, "{z}");
        }
    }
}
