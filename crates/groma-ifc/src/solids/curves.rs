//! Plane curves as points, in metres.

use super::read::Reading;
use crate::attributes::{Attributes, list, real, typed};
use glam::{DAffine3, DVec2};
use ifc_lite_core::parser::parse_ref;
use std::f64::consts::{FRAC_PI_2, TAU};

/// How far the chords of an arc may lie from it, in metres.
pub(super) const CHORD: f64 = 5e-4;
/// Points of a whole circle, at least and at most.
const CIRCLE: usize = 36;
const MOST_OF_CIRCLE: usize = 512;
/// A curve of more points than this was made to use up time.
const MOST: usize = 100_000;
/// Curves within curves; deeper than this they are a cycle.
const DEEPEST: usize = 8;

impl Reading<'_> {
    /// The points of a closed curve in its plane, counterclockwise or not, without the first repeated.
    pub(super) fn contour(&self, curve: u32) -> Option<Vec<DVec2>> {
        let points = self.curve(curve, 0)?;
        Some(cleaned(points)).filter(|p| p.len() >= 3)
    }

    /// The points of a curve, from its first to its last.
    fn curve(&self, curve: u32, depth: usize) -> Option<Vec<DVec2>> {
        if depth > DEEPEST {
            return None;
        }
        match self.step.keyword(curve) {
            "IFCPOLYLINE" => self.first_list(curve)?.into_iter().map(|p| self.point2(p)).collect(),
            "IFCCIRCLE" | "IFCELLIPSE" => {
                let conic = self.conic(curve)?;
                let count = turn(conic.radii.max_element());
                Some((0..count).map(|k| conic.at(k as f64 * TAU / count as f64)).collect())
            }
            "IFCTRIMMEDCURVE" => self.trimmed(curve),
            "IFCBSPLINECURVEWITHKNOTS" | "IFCRATIONALBSPLINECURVEWITHKNOTS" => {
                Some(self.spline(curve)?.into_iter().map(|p| p.1.truncate()).collect())
            }
            "IFCCOMPOSITECURVE" => self.composite(curve, depth),
            "IFCINDEXEDPOLYCURVE" => self.indexed(curve),
            _ => None,
        }
    }

    fn composite(&self, curve: u32, depth: usize) -> Option<Vec<DVec2>> {
        let mut points: Vec<DVec2> = Vec::new();
        for segment in self.first_list(curve)? {
            let a = self.step.instance(segment, &["IFCCOMPOSITECURVESEGMENT"])?;
            let mut piece = self.curve(a.reference(2)?, depth + 1)?;
            if a.is(1, "F")? {
                piece.reverse();
            }
            follow(&mut points, piece, MOST, |p, q| p.distance(q))?;
        }
        let closed = points.first()?.distance(*points.last()?) <= 1e-4;
        closed.then_some(points)
    }

    fn trimmed(&self, curve: u32) -> Option<Vec<DVec2>> {
        let a = self.attributes(curve)?;
        let basis = a.reference(0)?;
        let cartesian = a.is(4, "CARTESIAN")?;
        let forward = a.is(3, "T")?;
        match self.step.keyword(basis) {
            "IFCLINE" => {
                let line = self.attributes(basis)?;
                let origin = self.point2(line.reference(0)?)?;
                let vector = self.attributes(line.reference(1)?)?;
                let along = self.direction(vector.reference(0)?)?.truncate() * self.length_of(&vector, 1)?;
                let end = |slot| match self.trim(&a, slot, cartesian, |p| self.point2(p))? {
                    Trim::Point(p) => Some(p),
                    Trim::Parameter(t) => Some(origin + along * t),
                };
                Some(vec![end(1)?, end(2)?])
            }
            "IFCCIRCLE" | "IFCELLIPSE" => {
                let conic = self.conic(basis)?;
                let angle = |slot| match self.trim(&a, slot, cartesian, |p| self.point2(p))? {
                    Trim::Point(p) => Some(conic.angle(p)),
                    Trim::Parameter(t) => Some(t * self.angle),
                };
                let angles = sweep(angle(1)?, angle(2)?, forward, conic.radii.max_element())?;
                Some(angles.map(|at| conic.at(at)).collect())
            }
            _ => None,
        }
    }

    /// An end of a trimmed curve; `point` reads a point of the curve's space.
    pub(super) fn trim<P>(
        &self,
        a: &Attributes<'_>,
        slot: usize,
        cartesian: bool,
        point: impl Fn(u32) -> Option<P>,
    ) -> Option<Trim<P>> {
        let (mut at, mut parameter) = (None, None);
        for item in list(a.raw(slot))? {
            match parse_ref(item) {
                Some(id) => at = Some(point(id)?),
                None => parameter = Some(real(item)?),
            }
        }
        match (cartesian, at, parameter) {
            (true, Some(p), _) | (_, Some(p), None) => Some(Trim::Point(p)),
            (_, _, Some(t)) => Some(Trim::Parameter(t)),
            _ => None,
        }
    }

    /// The placement of a circle or ellipse, and its radii.
    pub(super) fn axes_and_radii(&self, id: u32) -> Option<(DAffine3, DVec2)> {
        let a = self.attributes(id)?;
        let axes = self.axes(a.reference(0)?)?;
        let first = self.length_of(&a, 1)?;
        let second = if self.step.keyword(id) == "IFCELLIPSE" { self.length_of(&a, 2)? } else { first };
        (first > 0.0 && second > 0.0).then_some((axes, DVec2::new(first, second)))
    }

    fn conic(&self, id: u32) -> Option<Conic> {
        let (axes, radii) = self.axes_and_radii(id)?;
        // A conic that does not lie in the plane is for the kernel.
        (axes.matrix3.z_axis.z.abs() >= 1.0 - 1e-9).then(|| Conic {
            centre: axes.translation.truncate(),
            x: axes.matrix3.x_axis.truncate(),
            y: axes.matrix3.y_axis.truncate(),
            radii,
        })
    }

    fn indexed(&self, curve: u32) -> Option<Vec<DVec2>> {
        let a = self.attributes(curve)?;
        let coordinates = self.step.instance(a.reference(0)?, &["IFCCARTESIANPOINTLIST2D"])?;
        let points: Vec<DVec2> = list(coordinates.raw(0))?
            .map(|item| {
                let mut numbers = list(item)?.map(real);
                Some(DVec2::new(numbers.next()??, numbers.next()??) * self.length)
            })
            .collect::<Option<_>>()?;
        indexed_segments(&a, points, arc)
    }
}

/// The points of an indexed curve from those that its segments name; all of them where it names none.
pub(super) fn indexed_segments<P: Copy>(
    a: &Attributes<'_>,
    points: Vec<P>,
    arc: impl Fn(P, P, P) -> Vec<P>,
) -> Option<Vec<P>> {
    if a.raw(1) == b"$" {
        return Some(points);
    }
    let mut all: Vec<P> = Vec::new();
    for segment in list(a.raw(1))? {
        let (kind, inner) = typed(segment)?;
        let corners: Vec<P> = list(inner)?
            .map(|i| {
                let i: usize = std::str::from_utf8(i).ok()?.trim().parse().ok()?;
                points.get(i.checked_sub(1)?).copied()
            })
            .collect::<Option<_>>()?;
        match (kind.to_ascii_uppercase().as_str(), &corners[..]) {
            ("IFCLINEINDEX", [_, _, ..]) => all.extend(corners),
            ("IFCARCINDEX", &[a, b, c]) => all.extend(arc(a, b, c)),
            _ => return None,
        }
    }
    Some(all)
}

/// Adds the points of a segment that follows on those before it; a gap is for the kernel to judge, and more than
/// `most` points are too many.
pub(super) fn follow<P: Copy>(
    points: &mut Vec<P>,
    piece: Vec<P>,
    most: usize,
    apart: impl Fn(P, P) -> f64,
) -> Option<()> {
    if let (Some(&end), Some(&start)) = (points.last(), piece.first())
        && apart(end, start) > 1e-4
    {
        return None;
    }
    points.extend(piece.into_iter().skip(usize::from(!points.is_empty())));
    (points.len() <= most).then_some(())
}

/// The angles of the points from one angle to another, counterclockwise or clockwise.
pub(super) fn sweep(from: f64, to: f64, forward: bool, radius: f64) -> Option<impl Iterator<Item = f64>> {
    let to = match forward {
        true if to < from => to + TAU,
        false if to > from => to - TAU,
        _ => to,
    };
    let sweep = to - from;
    if sweep.abs() > TAU + 1e-9 {
        return None;
    }
    let count = pieces(sweep.abs(), radius);
    Some((0..=count).map(move |k| from + sweep * k as f64 / count as f64))
}

/// An end of a trimmed curve.
pub(super) enum Trim<P> {
    Point(P),
    Parameter(f64),
}

struct Conic {
    centre: DVec2,
    x: DVec2,
    y: DVec2,
    radii: DVec2,
}

impl Conic {
    fn at(&self, angle: f64) -> DVec2 {
        self.centre + self.x * (self.radii.x * angle.cos()) + self.y * (self.radii.y * angle.sin())
    }

    fn angle(&self, p: DVec2) -> f64 {
        let p = p - self.centre;
        (p.dot(self.y) / self.radii.y).atan2(p.dot(self.x) / self.radii.x)
    }
}

/// How many chords stand for an arc: eight for a quarter, more where the chords would lie off it.
pub(super) fn pieces(sweep: f64, radius: f64) -> usize {
    let by_angle = (sweep / FRAC_PI_2 * 8.0 - 1e-9).ceil();
    let by_chord = if radius > CHORD { (sweep / step(radius)).ceil() } else { 0.0 };
    (by_angle.max(by_chord) as usize).clamp(2, MOST_OF_CIRCLE)
}

/// How many chords stand for a whole circle: as [`pieces`], with a corner on each half axis.
pub(super) fn turn(radius: f64) -> usize {
    let by_chord = if radius > CHORD { (TAU / step(radius)).ceil() as usize } else { 0 };
    by_chord.clamp(CIRCLE, MOST_OF_CIRCLE).next_multiple_of(4)
}

/// The angle of a chord that leaves its arc by as much as it may.
fn step(radius: f64) -> f64 {
    2.0 * (1.0 - (CHORD / radius).clamp(1e-9, 0.5)).acos()
}

/// The points of a circle about the origin.
pub(super) fn circle(radius: f64) -> Vec<DVec2> {
    let count = turn(radius);
    (0..count).map(|k| DVec2::from_angle(k as f64 * TAU / count as f64) * radius).collect()
}

/// The points of the arc through three points.
pub(super) fn arc(a: DVec2, b: DVec2, c: DVec2) -> Vec<DVec2> {
    let (ab, ac) = (b - a, c - a);
    let cross = 2.0 * ab.perp_dot(ac);
    let span = ac.length();
    if cross.abs() < 1e-6 * span * span {
        return vec![a, b, c];
    }
    let offset = DVec2::new(
        ac.y * ab.length_squared() - ab.y * ac.length_squared(),
        ab.x * ac.length_squared() - ac.x * ab.length_squared(),
    ) / cross;
    let (centre, radius) = (a + offset, offset.length());
    if radius > 1e4 * span {
        return vec![a, b, c];
    }
    let angle = |p: DVec2| (p - centre).to_angle();
    let from = angle(a);
    // Counterclockwise when the triangle of the three points is.
    let sweep =
        if cross > 0.0 { (angle(c) - from).rem_euclid(TAU) } else { -((from - angle(c)).rem_euclid(TAU)) };
    let count = pieces(sweep.abs().min(TAU), radius);
    let mut points: Vec<DVec2> = (0..=count)
        .map(|k| centre + DVec2::from_angle(from + sweep * k as f64 / count as f64) * radius)
        .collect();
    // The ends are those of the file, to the last bit.
    points[0] = a;
    points[count] = c;
    points
}

/// Without points that repeat the one before, and without the first at the end.
pub(super) fn cleaned(points: Vec<DVec2>) -> Vec<DVec2> {
    const SAME: f64 = 1e-6;
    let mut kept: Vec<DVec2> = Vec::with_capacity(points.len());
    for p in points {
        if kept.last().is_none_or(|last| last.distance(p) > SAME) {
            kept.push(p);
        }
    }
    while kept.len() > 1 && kept[0].distance(kept[kept.len() - 1]) <= SAME {
        kept.pop();
    }
    kept
}

/// Points of an arc about a centre, both ends included.
pub(super) fn round(centre: DVec2, radius: f64, from: f64, to: f64, pieces: usize) -> Vec<DVec2> {
    (0..=pieces)
        .map(|k| centre + DVec2::from_angle(from + (to - from) * k as f64 / pieces as f64) * radius)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arc_passes_through_its_three_points() {
        let (a, b, c) = (DVec2::new(1.0, 0.0), DVec2::from_angle(2.0), DVec2::from_angle(4.0));
        for (points, sweep) in [(arc(a, b, c), 4.0), (arc(c, b, a), 4.0), (arc(b, c, a), TAU - 2.0)] {
            assert!(points.iter().all(|p| (p.length() - 1.0).abs() < 1e-12));
            let length: f64 = points.windows(2).map(|w| w[0].distance(w[1])).sum();
            assert!((length - sweep).abs() < 0.02, "{length} {sweep}");
        }
    }

    #[test]
    fn chords_stay_close_to_large_arcs() {
        assert_eq!(pieces(FRAC_PI_2, 0.01), 8);
        let count = pieces(FRAC_PI_2, 12.5);
        let sagitta = 12.5 * (1.0 - (FRAC_PI_2 / count as f64 / 2.0).cos());
        assert!(sagitta <= CHORD && count < 128);
        for (radius, corners) in [(0.01, 36), (0.1, 36), (10.0, 316), (1000.0, 512)] {
            assert_eq!(turn(radius), corners);
        }
    }
}
