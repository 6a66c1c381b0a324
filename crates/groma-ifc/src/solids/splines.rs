//! B-spline curves, by the algorithm of de Boor.

use super::curves::CHORD;
use super::read::Reading;
use crate::attributes::{list, real};
use glam::{DVec3, DVec4};

/// Degrees and points of more than this were made to use up time.
const HIGHEST: usize = 16;
const MOST: usize = 20_000;
/// A span between two knots is halved so often at most.
const DEEPEST: usize = 8;

/// A curve over its knots; the points are weighted, with their weight last.
struct Spline {
    degree: usize,
    points: Vec<DVec4>,
    knots: Vec<f64>,
}

impl Spline {
    /// The point at a parameter in the span behind a knot.
    fn at(&self, t: f64, span: usize) -> Option<DVec3> {
        let p = self.degree;
        let mut d: Vec<DVec4> = self.points.get(span - p..=span)?.to_vec();
        for round in 1..=p {
            for k in (round..=p).rev() {
                let (low, high) = (self.knots[span - p + k], self.knots[span + 1 + k - round]);
                let share = if high > low { (t - low) / (high - low) } else { 0.0 };
                d[k] = d[k - 1].lerp(d[k], share);
            }
        }
        let end = d[p];
        Some(end.truncate() / end.w).filter(|q| q.is_finite())
    }

    /// Points so close that their chords hardly leave the curve, each with its parameter.
    fn points(&self) -> Option<Vec<(f64, DVec3)>> {
        let (first, last) = (self.degree, self.points.len());
        let mut points: Vec<(f64, DVec3)> = Vec::new();
        for span in (first..last).filter(|&k| self.knots[k + 1] > self.knots[k]) {
            let (from, to) = (self.knots[span], self.knots[span + 1]);
            if points.is_empty() {
                points.push((from, self.at(from, span)?));
            }
            // As many steps as its degree, so that no turn of it goes unseen.
            let steps = self.degree.max(2);
            for step in 0..steps {
                let at = |n: usize| from + (to - from) * n as f64 / steps as f64;
                let start = *points.last()?;
                let end = at(step + 1);
                self.add(&mut points, span, start, (end, self.at(end, span)?), 0)?;
            }
        }
        Some(points)
    }

    fn add(
        &self,
        points: &mut Vec<(f64, DVec3)>,
        span: usize,
        from: (f64, DVec3),
        to: (f64, DVec3),
        depth: usize,
    ) -> Option<()> {
        let middle = (from.0 + to.0) / 2.0;
        let half = (middle, self.at(middle, span)?);
        let chord = to.1 - from.1;
        let along = chord.normalize_or_zero();
        let off = half.1 - from.1;
        if (off - along * off.dot(along)).length() > CHORD && depth < DEEPEST {
            self.add(points, span, from, half, depth + 1)?;
            return self.add(points, span, half, to, depth + 1);
        }
        points.push(to);
        (points.len() <= MOST).then_some(())
    }
}

impl Reading<'_> {
    /// The points of an `IfcBSplineCurveWithKnots` or its rational kin, each with its parameter, in metres.
    pub(super) fn spline(&self, id: u32) -> Option<Vec<(f64, DVec3)>> {
        let a = self.attributes(id)?;
        let numbers = |slot: usize| -> Option<Vec<f64>> { list(a.raw(slot))?.map(real).collect() };
        let degree = usize::try_from(a.integer(0)?).ok().filter(|d| (1..=HIGHEST).contains(d))?;
        let points: Vec<DVec3> = a.references(1).into_iter().map(|p| self.point(p)).collect::<Option<_>>()?;
        let weights = match self.step.keyword(id) {
            "IFCRATIONALBSPLINECURVEWITHKNOTS" => numbers(8)?,
            _ => vec![1.0; points.len()],
        };
        let mut knots = Vec::new();
        for (knot, times) in numbers(6)?.into_iter().zip(a.integers(5)) {
            let times = usize::try_from(times).ok().filter(|n| *n <= MOST)?;
            knots.extend(std::iter::repeat_n(knot, times));
            if knots.len() > 2 * MOST {
                return None;
            }
        }
        let good = knots.len() == points.len() + degree + 1
            && points.len() > degree
            && points.len() <= MOST
            && weights.len() == points.len()
            && weights.iter().all(|w| *w > 0.0)
            && knots.is_sorted();
        let points = points.iter().zip(weights).map(|(p, w)| (*p * w).extend(w)).collect();
        good.then_some(Spline { degree, points, knots })?.points()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_a_circle_is_a_rational_spline() {
        let root = 0.5_f64.sqrt();
        let points = vec![
            DVec4::new(1.0, 0.0, 0.0, 1.0),
            DVec4::new(root, root, 0.0, root),
            DVec4::new(0.0, 1.0, 0.0, 1.0),
        ];
        let spline = Spline { degree: 2, points, knots: vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0] };
        let points = spline.points().unwrap();
        assert!(points.len() > 8 && points.iter().all(|(_, p)| (p.length() - 1.0).abs() < 1e-12));
        let (first, last) = (points[0].1, points[points.len() - 1].1);
        assert!(first.distance(DVec3::X) < 1e-12 && last.distance(DVec3::Y) < 1e-12);
    }
}
