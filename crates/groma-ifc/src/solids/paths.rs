//! Curves in space as points, in metres.

use super::curves::{CIRCLE, Trim, arc, follow, indexed_segments, sweep};
use super::read::Reading;
use crate::attributes::{list, real};
use glam::{DAffine3, DVec2, DVec3};
use std::f64::consts::TAU;

/// Curves within curves; deeper than this they are a cycle.
const DEEPEST: usize = 8;
/// A curve of more points than this was made to use up time.
const MOST: usize = 20_000;
/// Points this close are one, in metres.
const SAME: f64 = 1e-6;

/// Points of a curve, and whether it comes back to its start.
pub(super) struct Path {
    pub(super) points: Vec<DVec3>,
    pub(super) closed: bool,
}

impl Reading<'_> {
    /// The points of a curve without repetitions; `None` for kinds that the kernel is left to follow.
    pub(super) fn path(&self, curve: u32) -> Option<Path> {
        let mut points: Vec<DVec3> = Vec::new();
        for p in self.way(curve, 0)? {
            if points.last().is_none_or(|last| last.distance(p) > SAME) {
                points.push(p);
            }
        }
        let closed = points.len() > 3 && points[0].distance(points[points.len() - 1]) <= SAME;
        if closed {
            points.pop();
        }
        (points.len() >= 2 && points.len() <= MOST && points.iter().all(|p| p.is_finite()))
            .then_some(Path { points, closed })
    }

    fn way(&self, curve: u32, depth: usize) -> Option<Vec<DVec3>> {
        if depth > DEEPEST {
            return None;
        }
        match self.step.keyword(curve) {
            "IFCPOLYLINE" => self.first_list(curve)?.into_iter().map(|p| self.point(p)).collect(),
            "IFCCIRCLE" | "IFCELLIPSE" => {
                let conic = self.conic_in_space(curve)?;
                Some((0..=CIRCLE).map(|k| conic.at((k % CIRCLE) as f64 * TAU / CIRCLE as f64)).collect())
            }
            "IFCTRIMMEDCURVE" => self.trimmed_way(curve),
            "IFCCOMPOSITECURVE" => {
                let mut points: Vec<DVec3> = Vec::new();
                for segment in self.first_list(curve)? {
                    let a = self.step.instance(segment, &["IFCCOMPOSITECURVESEGMENT"])?;
                    let mut piece = self.way(a.reference(2)?, depth + 1)?;
                    if a.logical(1) == Some(false) {
                        piece.reverse();
                    }
                    follow(&mut points, piece, MOST, |p, q| p.distance(q))?;
                }
                Some(points)
            }
            "IFCINDEXEDPOLYCURVE" => self.indexed_way(curve),
            _ => None,
        }
    }

    fn trimmed_way(&self, curve: u32) -> Option<Vec<DVec3>> {
        let a = self.attributes(curve)?;
        let basis = a.reference(0)?;
        let cartesian = a.enumeration(4).is_some_and(|word| word.eq_ignore_ascii_case("CARTESIAN"));
        let forward = a.logical(3) != Some(false);
        match self.step.keyword(basis) {
            "IFCLINE" => {
                let line = self.attributes(basis)?;
                let origin = self.point(line.reference(0)?)?;
                let vector = self.attributes(line.reference(1)?)?;
                let along = self.direction(vector.reference(0)?)? * self.length_of(&vector, 1)?;
                let end = |slot| match self.trim(&a, slot, cartesian, |p| self.point(p))? {
                    Trim::Point(p) => Some(p),
                    Trim::Parameter(t) => Some(origin + along * t),
                };
                Some(vec![end(1)?, end(2)?])
            }
            "IFCCIRCLE" | "IFCELLIPSE" => {
                let conic = self.conic_in_space(basis)?;
                let angle = |slot| match self.trim(&a, slot, cartesian, |p| self.point(p))? {
                    Trim::Point(p) => Some(conic.angle(p)),
                    Trim::Parameter(t) => Some(t * self.angle),
                };
                let angles = sweep(angle(1)?, angle(2)?, forward, conic.radii.max_element())?;
                Some(angles.map(|at| conic.at(at)).collect())
            }
            _ => None,
        }
    }

    fn conic_in_space(&self, id: u32) -> Option<Conic> {
        self.axes_and_radii(id).map(|(axes, radii)| Conic { axes, radii })
    }

    fn indexed_way(&self, curve: u32) -> Option<Vec<DVec3>> {
        let a = self.attributes(curve)?;
        let coordinates =
            self.step.instance(a.reference(0)?, &["IFCCARTESIANPOINTLIST3D", "IFCCARTESIANPOINTLIST2D"])?;
        let points: Vec<DVec3> = list(coordinates.raw(0))?
            .map(|item| {
                let numbers: Vec<f64> = list(item)?.map(real).collect::<Option<_>>()?;
                let z = numbers.get(2).copied().unwrap_or(0.0);
                Some(DVec3::new(*numbers.first()?, *numbers.get(1)?, z) * self.length)
            })
            .collect::<Option<_>>()?;
        indexed_segments(&a, points, arc_in_space)
    }
}

struct Conic {
    axes: DAffine3,
    radii: DVec2,
}

impl Conic {
    fn at(&self, angle: f64) -> DVec3 {
        let p = self.radii * DVec2::from_angle(angle);
        self.axes.transform_point3(p.extend(0.0))
    }

    fn angle(&self, p: DVec3) -> f64 {
        let p = self.axes.inverse().transform_point3(p).truncate() / self.radii;
        p.to_angle()
    }
}

/// The points of the arc through three points.
fn arc_in_space(a: DVec3, b: DVec3, c: DVec3) -> Vec<DVec3> {
    let Some(u) = (c - a).try_normalize() else { return vec![a, b, c] };
    let Some(v) = ((b - a) - u * (b - a).dot(u)).try_normalize() else { return vec![a, b, c] };
    let flat = |p: DVec3| DVec2::new((p - a).dot(u), (p - a).dot(v));
    arc(flat(a), flat(b), flat(c)).into_iter().map(|p| a + u * p.x + v * p.y).collect()
}
