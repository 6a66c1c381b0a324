//! How long something may take, as a distribution.

use crate::lanes::LANES;
use crate::risk::pert::{PertTable, PertTables};
use std::sync::Arc;

/// A distribution of a length of time in minutes of work (or of money, or of a factor).
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Distribution {
    /// Always the same.
    Fixed(f64),
    /// Each value between two is as likely.
    Uniform {
        /// The least.
        low: f64,
        /// The most.
        high: f64,
    },
    /// A triangle over the least and the most with its tip at the likeliest.
    Triangular {
        /// The least.
        low: f64,
        /// The likeliest.
        mode: f64,
        /// The most.
        high: f64,
    },
    /// A beta distribution over the least and the most with mean (low + 4 mode + high) / 6.
    Pert {
        /// The least.
        low: f64,
        /// The likeliest.
        mode: f64,
        /// The most.
        high: f64,
    },
}

/// Why a distribution is none.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum DistributionError {
    /// It is not of a known form.
    #[error(
        "{0:?} is no distribution: write fixed(a), uniform(low,high), triangular(low,mode,high) or pert(low,mode,high)"
    )]
    Form(String),
    /// One of its numbers is no length.
    #[error("{0:?} is no length: write 3d, 4h, 2w, 90min or 20%")]
    Length(String),
    /// Its numbers are out of order.
    #[error("{0:?} is out of order: low <= mode <= high must hold")]
    Order(String),
}

impl Distribution {
    /// `low <= mode <= high`, all finite.
    pub fn is_sound(&self) -> bool {
        let [low, mode, high] = self.three();
        low.is_finite() && high.is_finite() && low <= mode && mode <= high
    }

    /// The least, the likeliest (the middle of a uniform one), the most.
    pub fn three(&self) -> [f64; 3] {
        match *self {
            Self::Fixed(a) => [a, a, a],
            Self::Uniform { low, high } => [low, f64::midpoint(low, high), high],
            Self::Triangular { low, mode, high } | Self::Pert { low, mode, high } => [low, mode, high],
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Fixed(a) => a,
            Self::Uniform { low, high } => f64::midpoint(low, high),
            Self::Triangular { low, mode, high } => (low + mode + high) / 3.0,
            Self::Pert { low, mode, high } => (low + 4.0 * mode + high) / 6.0,
        }
    }

    /// The variance.
    pub fn variance(&self) -> f64 {
        match *self {
            Self::Fixed(_) => 0.0,
            Self::Uniform { low, high } => (high - low).powi(2) / 12.0,
            Self::Triangular { low, mode, high } => {
                (low * low + mode * mode + high * high - low * mode - low * high - mode * high) / 18.0
            }
            // The mean's distances to the ends over 7: alpha + beta + 1.
            Self::Pert { low, high, .. } => (self.mean() - low) * (high - self.mean()) / 7.0,
        }
    }

    /// True when nothing is random in it.
    pub fn is_fixed(&self) -> bool {
        let [low, _, high] = self.three();
        low == high
    }

    /// Each of its numbers by a function that keeps their order.
    #[must_use]
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        match self {
            Self::Fixed(a) => Self::Fixed(f(a)),
            Self::Uniform { low, high } => Self::Uniform { low: f(low), high: f(high) },
            Self::Triangular { low, mode, high } => {
                Self::Triangular { low: f(low), mode: f(mode), high: f(high) }
            }
            Self::Pert { low, mode, high } => Self::Pert { low: f(low), mode: f(mode), high: f(high) },
        }
    }

    /// `triangular(1d,3d,8d)` with numbers read by `length`, which turns `1d` into minutes.
    pub fn parse(text: &str, length: impl Fn(&str) -> Option<f64>) -> Result<Self, DistributionError> {
        let form = || DistributionError::Form(text.to_owned());
        let (name, rest) = text.trim().split_once('(').unwrap_or(("fixed", text));
        let inner = rest.trim().strip_suffix(')').unwrap_or(rest);
        let parts = inner.split(',').map(str::trim);
        let numbers: Vec<f64> = parts
            .map(|p| length(p).filter(|v| v.is_finite()).ok_or_else(|| DistributionError::Length(p.into())))
            .collect::<Result<_, _>>()?;
        let sound = |d: Self| if d.is_sound() { Ok(d) } else { Err(DistributionError::Order(text.into())) };
        match (name.trim().to_ascii_lowercase().as_str(), numbers.as_slice()) {
            ("fixed", &[a]) => sound(Self::Fixed(a)),
            ("uniform", &[low, high]) => sound(Self::Uniform { low, high }),
            ("triangular" | "triangle", &[low, mode, high]) => sound(Self::Triangular { low, mode, high }),
            ("pert" | "beta", &[low, mode, high]) => sound(Self::Pert { low, mode, high }),
            _ => Err(form()),
        }
    }
}

/// A distribution ready for sampling sixteen values at once.
#[derive(Clone, Debug)]
pub(crate) enum Sampler {
    Fixed(f32),
    Uniform { low: f32, width: f32 },
    Triangular { low: f32, width: f32, mode: f32 },
    Pert { low: f32, width: f32, table: Arc<PertTable> },
}

impl Sampler {
    pub(crate) fn new(distribution: &Distribution, tables: &mut PertTables) -> Self {
        let [low, mode, high] = distribution.three();
        let width = high - low;
        if width <= 0.0 {
            return Self::Fixed(low as f32);
        }
        let at = (mode - low) / width;
        let (low, width) = (low as f32, width as f32);
        match distribution {
            Distribution::Fixed(_) => Self::Fixed(low),
            Distribution::Uniform { .. } => Self::Uniform { low, width },
            Distribution::Triangular { .. } => Self::Triangular { low, width, mode: at as f32 },
            Distribution::Pert { .. } => Self::Pert { low, width, table: tables.of(at) },
        }
    }

    pub(crate) fn is_fixed(&self) -> bool {
        matches!(self, Self::Fixed(_))
    }

    /// The quantiles of sixteen probabilities.
    #[inline(always)]
    pub(crate) fn quantiles(&self, u: &[f32; LANES]) -> [f32; LANES] {
        let mut out = [0f32; LANES];
        match self {
            Self::Fixed(a) => out.fill(*a),
            Self::Uniform { low, width } => {
                for l in 0..LANES {
                    out[l] = low + width * u[l];
                }
            }
            Self::Triangular { low, width, mode } => {
                for l in 0..LANES {
                    let rises = u[l] < *mode;
                    let root = if rises { u[l] * mode } else { (1.0 - u[l]) * (1.0 - mode) }.sqrt();
                    out[l] = low + width * if rises { root } else { 1.0 - root };
                }
            }
            Self::Pert { low, width, table } => {
                for l in 0..LANES {
                    out[l] = low + width * table.quantile(u[l]);
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_distributions() {
        let days = |t: &str| t.strip_suffix('d').and_then(|n| n.parse::<f64>().ok());
        let parse = |t: &str| Distribution::parse(t, days);
        assert_eq!(
            parse("triangular(1d, 3d,8d)"),
            Ok(Distribution::Triangular { low: 1.0, mode: 3.0, high: 8.0 })
        );
        assert_eq!(parse("PERT(1d,3d,8d)"), Ok(Distribution::Pert { low: 1.0, mode: 3.0, high: 8.0 }));
        assert_eq!(parse("2d"), Ok(Distribution::Fixed(2.0)));
        assert!(matches!(parse("triangular(3d,1d,8d)"), Err(DistributionError::Order(_))));
        assert!(matches!(parse("uniform(3,8d)"), Err(DistributionError::Length(_))));
        assert!(matches!(parse("normal(3d,8d)"), Err(DistributionError::Form(_))));
    }

    #[test]
    fn the_mean_of_the_quantiles_is_the_mean() {
        let check = |d: Distribution| {
            let sampler = Sampler::new(&d, &mut PertTables::default());
            let n = 1 << 16;
            let (mut sum, mut squares) = (0.0, 0.0);
            for k in (0..n).step_by(LANES) {
                let u: [f32; LANES] = std::array::from_fn(|l| ((k + l) as f32 + 0.5) / n as f32);
                for x in sampler.quantiles(&u) {
                    sum += f64::from(x);
                    squares += f64::from(x).powi(2);
                }
            }
            let mean = sum / n as f64;
            let variance = squares / n as f64 - mean * mean;
            assert!((mean - d.mean()).abs() < 2e-4 * d.mean(), "{d:?}: {mean} is not {}", d.mean());
            assert!(
                (variance / d.variance() - 1.0).abs() < 3e-3,
                "{d:?}: {variance} is not {}",
                d.variance()
            );
        };
        check(Distribution::Uniform { low: 10.0, high: 30.0 });
        for mode in [10.0, 11.0, 13.7, 20.0, 29.9, 30.0] {
            check(Distribution::Triangular { low: 10.0, mode, high: 30.0 });
            check(Distribution::Pert { low: 10.0, mode, high: 30.0 });
        }
    }
}
