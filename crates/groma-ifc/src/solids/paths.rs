//! Curves in space as points, in metres.

use super::along::between;
use super::curves::{Trim, arc, follow, indexed_segments, sweep, turn};
use super::read::Reading;
use crate::attributes::{list, real, typed};
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
    /// The ways ahead at the first and at the last point, where the chords there are not the curve.
    pub(super) ends: [Option<DVec3>; 2],
}

impl Path {
    fn of(points: impl Iterator<Item = DVec3>, ends: [Option<DVec3>; 2]) -> Option<Self> {
        let mut kept: Vec<DVec3> = Vec::new();
        for p in points {
            if kept.last().is_none_or(|last| last.distance(p) > SAME) {
                kept.push(p);
            }
        }
        let closed = kept.len() > 3 && kept[0].distance(kept[kept.len() - 1]) <= SAME;
        if closed {
            kept.pop();
        }
        (kept.len() >= 2 && kept.len() <= MOST && kept.iter().all(|p| p.is_finite())).then_some(Self {
            points: kept,
            closed,
            ends,
        })
    }
}

/// Points of a curve, each with its parameter.
struct Way {
    points: Vec<(f64, DVec3)>,
    ends: [Option<DVec3>; 2],
    /// True where the parameter is the distance along the curve (in plan for alignments), in metres.
    by_length: bool,
    /// The parameters that the ends have on the curve that this is a part of.
    basis: Option<[f64; 2]>,
}

impl Way {
    fn plain(points: Vec<(f64, DVec3)>) -> Self {
        Self { points, ends: [None; 2], by_length: false, basis: None }
    }
}

impl Reading<'_> {
    /// The points of a curve without repetitions; `None` for kinds that the kernel is left to follow.
    pub(super) fn path(&self, curve: u32) -> Option<Path> {
        let way = self.way(curve, 0)?;
        Path::of(way.points.into_iter().map(|p| p.1), way.ends)
    }

    /// The part of a curve between two parameters as the file writes them; each may be left out.
    pub(super) fn stretch(&self, curve: u32, from: &[u8], to: &[u8]) -> Option<Path> {
        let way = self.way(curve, 0)?;
        let (first, last) = (way.points.first()?.0, way.points.last()?.0);
        let (given_from, given_to) = (self.parameter(&way, from)?, self.parameter(&way, to)?);
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * (last - first).abs().max(1.0);
        let is = |given: Option<f64>, end: f64, basis: Option<f64>| {
            given.is_none_or(|t| near(t, end) || basis.is_some_and(|b| near(t, b)))
        };
        // Some write the whole length of a curve for the parameter of its end.
        let length: f64 = way.points.windows(2).map(|w| w[0].1.distance(w[1].1)).sum();
        let is_whole = is(given_from, first, way.basis.map(|b| b[0]))
            && is(given_to, last, way.basis.map(|b| b[1]).or(Some(length / self.length)));
        if is_whole {
            return Path::of(way.points.into_iter().map(|p| p.1), way.ends);
        }
        // What is part of another curve may count from its own start or from that of the other.
        let (from, to) = (given_from.unwrap_or(first), given_to.unwrap_or(last));
        let inside = first.max(last).is_finite() && first <= from + 1e-9 && from < to && to <= last + 1e-9;
        if !inside || way.basis.is_some() {
            return None;
        }
        let at = |t: f64| {
            let next = way.points.partition_point(|p| p.0 < t).clamp(1, way.points.len() - 1);
            let ((t0, p0), (t1, p1)) = (way.points[next - 1], way.points[next]);
            if t1 > t0 { p0.lerp(p1, ((t - t0) / (t1 - t0)).clamp(0.0, 1.0)) } else { p1 }
        };
        let between = way.points.iter().filter(|p| p.0 > from && p.0 < to).map(|p| p.1);
        let ends = [way.ends[0].filter(|_| near(from, first)), way.ends[1].filter(|_| near(to, last))];
        Path::of(std::iter::once(at(from)).chain(between).chain([at(to)]), ends)
    }

    /// A parameter of a curve as the file writes it; inside `None` where it is left out.
    fn parameter(&self, way: &Way, token: &[u8]) -> Option<Option<f64>> {
        if token == b"$" {
            return Some(None);
        }
        let number = real(token)?;
        let is_length =
            typed(token).is_some_and(|(name, _)| name.to_ascii_uppercase().ends_with("LENGTHMEASURE"));
        match (is_length, way.by_length) {
            (false, false) => Some(Some(number)),
            (true, true) => Some(Some(number * self.length)),
            (false, true) => (number == 0.0).then_some(Some(0.0)),
            (true, false) => {
                let mut left = number * self.length;
                for w in way.points.windows(2) {
                    let step = w[0].1.distance(w[1].1);
                    if left <= step + SAME {
                        return Some(Some(w[0].0 + (w[1].0 - w[0].0) * (left / step.max(SAME)).min(1.0)));
                    }
                    left -= step;
                }
                None
            }
        }
    }

    fn way(&self, curve: u32, depth: usize) -> Option<Way> {
        if depth > DEEPEST {
            return None;
        }
        if self.is_aligned(curve) {
            return self.aligned_way(curve);
        }
        match self.step.keyword(curve) {
            "IFCPOLYLINE" => {
                let points: Vec<DVec3> =
                    self.first_list(curve)?.into_iter().map(|p| self.point(p)).collect::<Option<_>>()?;
                Some(Way::plain(points.into_iter().enumerate().map(|(k, p)| (k as f64, p)).collect()))
            }
            "IFCCIRCLE" | "IFCELLIPSE" => {
                let conic = self.conic_in_space(curve)?;
                let count = turn(conic.radii.max_element());
                let angle = |k: usize| k as f64 * TAU / count as f64;
                let points = (0..=count).map(|k| (angle(k) / self.angle, conic.at(angle(k % count))));
                Some(Way::plain(points.collect()))
            }
            "IFCTRIMMEDCURVE" => self.trimmed_way(curve),
            "IFCBSPLINECURVEWITHKNOTS" | "IFCRATIONALBSPLINECURVEWITHKNOTS" => {
                Some(Way::plain(self.spline(curve)?))
            }
            "IFCCOMPOSITECURVE" => self.composite_way(curve, depth),
            "IFCINDEXEDPOLYCURVE" => self.indexed_way(curve),
            _ => None,
        }
    }

    /// True for a curve that distances along are measured on: an alignment, or a line beside one.
    pub(crate) fn is_aligned(&self, curve: u32) -> bool {
        match self.step.keyword(curve) {
            "IFCGRADIENTCURVE"
            | "IFCSEGMENTEDREFERENCECURVE"
            | "IFCALIGNMENTCURVE"
            | "IFCOFFSETCURVEBYDISTANCES" => true,
            "IFCCOMPOSITECURVE" => {
                let first = self.first_list(curve).and_then(|segments| segments.first().copied());
                first.is_some_and(|first| self.step.keyword(first) == "IFCCURVESEGMENT")
            }
            _ => false,
        }
    }

    /// An alignment, as far as its plan goes.
    fn aligned_way(&self, curve: u32) -> Option<Way> {
        let line = self.alignment(curve)?;
        let (stops, length) = (between(&line, 0.0, line.length()), line.length());
        let distances = [0.0].into_iter().chain(stops.into_iter().map(|t| t * length)).chain([length]);
        let ahead = |s: f64| {
            let station = line.station(s);
            Some(station.ahead.extend(station.gradient).normalize())
        };
        Some(Way {
            points: distances.map(|s| (s, line.station(s).at)).collect(),
            ends: [ahead(0.0), ahead(length)],
            by_length: true,
            basis: None,
        })
    }

    fn composite_way(&self, curve: u32, depth: usize) -> Option<Way> {
        let mut points: Vec<(f64, DVec3)> = Vec::new();
        let mut ends = [None; 2];
        for segment in self.first_list(curve)? {
            let a = self.step.instance(segment, &["IFCCOMPOSITECURVESEGMENT"])?;
            let mut piece = self.way(a.reference(2)?, depth + 1)?;
            let (first, last) = (piece.points.first()?.0, piece.points.last()?.0);
            if a.logical(1) == Some(false) {
                piece.points.reverse();
                piece.points.iter_mut().for_each(|p| p.0 = first + last - p.0);
                piece.ends = [piece.ends[1].map(|d| -d), piece.ends[0].map(|d| -d)];
            }
            let so_far = points.last().map_or(0.0, |p| p.0);
            piece.points.iter_mut().for_each(|p| p.0 += so_far - first);
            if points.is_empty() {
                ends[0] = piece.ends[0];
            }
            ends[1] = piece.ends[1];
            follow(&mut points, piece.points, MOST, |p, q| p.1.distance(q.1))?;
        }
        Some(Way { ends, ..Way::plain(points) })
    }

    fn trimmed_way(&self, curve: u32) -> Option<Way> {
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
                let (from, to) = (end(1)?, end(2)?);
                let parameter = |p: DVec3| (p - origin).dot(along) / along.length_squared();
                let basis = [parameter(from), parameter(to)];
                let points = vec![(0.0, from), ((basis[1] - basis[0]).abs(), to)];
                Some(Way { basis: Some(basis), ..Way::plain(points) })
            }
            "IFCCIRCLE" | "IFCELLIPSE" => {
                let conic = self.conic_in_space(basis)?;
                let angle = |slot| match self.trim(&a, slot, cartesian, |p| self.point(p))? {
                    Trim::Point(p) => Some(conic.angle(p)),
                    Trim::Parameter(t) => Some(t * self.angle),
                };
                let angles: Vec<f64> =
                    sweep(angle(1)?, angle(2)?, forward, conic.radii.max_element())?.collect();
                let (first, last) = (*angles.first()?, *angles.last()?);
                let points =
                    angles.iter().map(|at| ((at - first).abs() / self.angle, conic.at(*at))).collect();
                let ahead = |at: f64| conic.ahead(at).map(|d| if last < first { -d } else { d });
                let basis = [first, last].map(|at| at / self.angle);
                Some(Way { ends: [ahead(first), ahead(last)], basis: Some(basis), ..Way::plain(points) })
            }
            _ => None,
        }
    }

    fn conic_in_space(&self, id: u32) -> Option<Conic> {
        self.axes_and_radii(id).map(|(axes, radii)| Conic { axes, radii })
    }

    fn indexed_way(&self, curve: u32) -> Option<Way> {
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
        // Its arcs have no parameters that are agreed on.
        let straight = a.raw(1) == b"$";
        let points = indexed_segments(&a, points, arc_in_space)?;
        let parameter = |k: usize| if straight { k as f64 } else { f64::NAN };
        Some(Way::plain(points.into_iter().enumerate().map(|(k, p)| (parameter(k), p)).collect()))
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

    /// The way ahead as the angle grows.
    fn ahead(&self, angle: f64) -> Option<DVec3> {
        let d = self.radii * DVec2::from_angle(angle).perp();
        self.axes.transform_vector3(d.extend(0.0)).try_normalize()
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
