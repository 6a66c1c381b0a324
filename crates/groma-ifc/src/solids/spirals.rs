//! How curves of constant and of changing curvature turn, by the formulae of IFC 4.3 (`IfcClothoid`,
//! `IfcSecondOrderPolynomialSpiral` and its kin, `IfcSineSpiral`, `IfcCosineSpiral`), and of IFC 4.1
//! (`IfcTransitionCurveType`).

use super::alignment::positive;
use super::read::Reading;
use std::f64::consts::{PI, TAU};

/// Curvature over the length of a curve, per metre; left is positive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Law {
    /// What stands before the powers of the length.
    powers: [f64; 8],
    /// What stands before a sine over the whole length, and before a cosine over half of it.
    sine: f64,
    cosine: f64,
    length: f64,
}

impl Law {
    pub(super) const STRAIGHT: Self = Self { powers: [0.0; 8], sine: 0.0, cosine: 0.0, length: 1.0 };

    /// Of these powers from the constant on.
    pub(super) fn of(first: &[f64]) -> Self {
        let mut powers = [0.0; 8];
        powers.iter_mut().zip(first).for_each(|(to, from)| *to = *from);
        Self { powers, ..Self::STRAIGHT }
    }

    /// From one curvature to another over a length, by the name that IFC 4.1 gives the transition. One that is made
    /// of two pieces gives both, of half the length each.
    pub(super) fn named(name: &str, from: f64, to: f64, length: f64) -> Option<(Self, Option<Self>)> {
        let change = to - from;
        let l = length;
        let wave = |sine: f64, cosine: f64, powers: &[f64]| Self { sine, cosine, length, ..Self::of(powers) };
        Some(match name {
            "CLOTHOIDCURVE" => (Self::of(&[from, change / l]), None),
            "BLOSSCURVE" => {
                (Self::of(&[from, 0.0, 3.0 * change / l.powi(2), -2.0 * change / l.powi(3)]), None)
            }
            "COSINECURVE" => (wave(0.0, -change / 2.0, &[from + change / 2.0]), None),
            "SINECURVE" => (wave(-change / TAU, 0.0, &[from, change / l]), None),
            "BIQUADRATICPARABOLA" => (
                Self::of(&[from, 0.0, 2.0 * change / l.powi(2)]),
                // Over the length from the middle on.
                Some(Self::of(&[from + change / 2.0, 2.0 * change / l, -2.0 * change / l.powi(2)])),
            ),
            _ => return None,
        })
    }

    /// At a length along the curve.
    pub(super) fn curvature(&self, s: f64) -> f64 {
        let wave = self.sine * (TAU * s / self.length).sin() + self.cosine * (PI * s / self.length).cos();
        self.powers.iter().rev().fold(0.0, |sum, power| sum * s + power) + wave
    }

    /// The sum of the curvature from the start of the curve to a length.
    pub(super) fn turned(&self, s: f64) -> f64 {
        let powers = self.powers.iter().enumerate().rev();
        let sum = powers.fold(0.0, |sum, (n, power)| sum * s + power / (n + 1) as f64) * s;
        let l = self.length;
        sum + self.sine * l / TAU * (1.0 - (TAU * s / l).cos()) + self.cosine * l / PI * (PI * s / l).sin()
    }

    /// True for a curve whose curvature does not change.
    pub(super) fn is_even(&self) -> bool {
        self.sine == 0.0 && self.cosine == 0.0 && self.powers[1..].iter().all(|p| *p == 0.0)
    }

    pub(super) fn is_finite(&self) -> bool {
        self.powers.iter().all(|p| p.is_finite()) && self.sine.is_finite() && self.cosine.is_finite()
    }
}

impl Reading<'_> {
    /// The law of a parent curve of which a segment of this length is taken; `None` for other curves.
    pub(super) fn law(&self, parent: u32, length: f64) -> Option<Law> {
        let a = self.attributes(parent)?;
        // A term that is left out or zero is none: it would be an infinite curvature.
        let term = |slot: usize| match a.raw(slot) {
            b"$" => Some(None),
            _ => self.length_of(&a, slot).map(|x| (x != 0.0).then_some(x)),
        };
        // Terms of powers 7, 6, … 0: the power n has the curvature s^n / A^(n+1), with the sign of A.
        let powers = |highest: usize| {
            let mut powers = [0.0; 8];
            for (n, power) in powers.iter_mut().enumerate().take(highest + 1) {
                if let Some(term) = term(1 + highest - n)? {
                    *power = term.signum() / term.abs().powi(n as i32 + 1);
                }
            }
            Some(Law::of(&powers))
        };
        match self.step.keyword(parent) {
            "IFCLINE" => Some(Law::STRAIGHT),
            "IFCCIRCLE" => Some(Law::of(&[1.0 / positive(self.length_of(&a, 1)?)?])),
            "IFCCLOTHOID" => {
                let constant = self.length_of(&a, 1)?;
                Some(Law::of(&[0.0, constant.signum() / positive(constant * constant)?]))
            }
            "IFCSECONDORDERPOLYNOMIALSPIRAL" => powers(2),
            "IFCTHIRDORDERPOLYNOMIALSPIRAL" => powers(3),
            "IFCSEVENTHORDERPOLYNOMIALSPIRAL" => powers(7),
            "IFCSINESPIRAL" => {
                let linear = term(2)?.map_or(0.0, |a| a.signum() / (a * a));
                let constant = term(3)?.map_or(0.0, |a| 1.0 / a);
                Some(Law {
                    sine: 1.0 / self.length_of(&a, 1).filter(|x| *x != 0.0)?,
                    length: positive(length.abs())?,
                    ..Law::of(&[constant, linear])
                })
            }
            "IFCCOSINESPIRAL" => Some(Law {
                cosine: 1.0 / self.length_of(&a, 1).filter(|x| *x != 0.0)?,
                length: positive(length.abs())?,
                ..Law::of(&[term(2)?.map_or(0.0, |a| 1.0 / a)])
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transitions_lead_from_one_curvature_to_the_other_and_turn_by_their_sum() {
        for name in ["CLOTHOIDCURVE", "BLOSSCURVE", "COSINECURVE", "SINECURVE", "BIQUADRATICPARABOLA"] {
            let (first, second) = Law::named(name, 0.001, 0.004, 80.0).unwrap();
            let last = second.unwrap_or(first);
            let whole = if second.is_some() { 40.0 } else { 80.0 };
            assert!((first.curvature(0.0) - 0.001).abs() < 1e-15, "{name}");
            assert!((last.curvature(whole) - 0.004).abs() < 1e-15, "{name}");
            // all of them are symmetric about their middle
            let turned = first.turned(whole) + second.map_or(0.0, |law| law.turned(whole));
            assert!((turned - 0.0025 * 80.0).abs() < 1e-12, "{name} {turned}");
            for law in [first, last] {
                let (n, h) = (4000, whole / 4000.0);
                let sum: f64 = (0..n).map(|k| law.curvature((f64::from(k) + 0.5) * h) * h).sum();
                assert!((sum - law.turned(whole)).abs() < 1e-9, "{name} {sum}");
            }
        }
    }
}
