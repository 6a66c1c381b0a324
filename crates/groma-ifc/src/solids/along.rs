//! What is placed by its distance along an alignment: elements, and solids swept between sections.

use super::alignment::Alignment;
use super::bodies::Body;
use super::loft::loft;
use super::primitives::matched;
use super::read::{Reading, frame};
use super::region::Region;
use super::surfaces::grid;
use crate::attributes::{list, real};
use glam::{DAffine3, DVec2, DVec3};
use std::sync::Arc;

/// A sweep leaves its line by no more than this between two sections.
const SAG: f64 = 5e-4;
/// Sections of one sweep, and corners of all of them together; the kernel is asked for those of more.
const MOST: usize = 4096;
const MOST_CORNERS: usize = 1_000_000;

/// A distance along a line, and what is beside it.
struct Place {
    line: Arc<Alignment>,
    s: f64,
    left: f64,
    up: f64,
    /// Along the line, from there.
    ahead: f64,
    /// IFC 4.1 and 4.2 keep verticals upright; 4.3 turns them with the line.
    upright: bool,
    /// Directions of Z and X of its own, in the coordinates of the line.
    axes: [Option<DVec3>; 2],
}

impl Place {
    /// The frame here. A direction of its own for Z is taken as it is, one for X as near as may be.
    fn frame(&self) -> Option<DAffine3> {
        let base = self.line.station(self.s).frame(self.left, self.up, self.upright);
        let at = turned(base, self.axes)?;
        Some(DAffine3 { translation: at.translation + base.matrix3.x_axis * self.ahead, ..at })
    }
}

/// A frame with other directions of Z and X.
fn turned(base: DAffine3, [z, x]: [Option<DVec3>; 2]) -> Option<DAffine3> {
    if z.is_none() && x.is_none() {
        return Some(base);
    }
    let z = z.unwrap_or(base.matrix3.z_axis);
    Some(DAffine3 { matrix3: frame(z, Some(x.unwrap_or(base.matrix3.x_axis)))?, ..base })
}

impl Reading<'_> {
    /// An `IfcLinearPlacement` in the frame that it is relative to, and what that is.
    pub(crate) fn linear(&self, id: u32) -> Option<(DAffine3, Option<u32>)> {
        let a = self.attributes(id)?;
        let whole =
            |slot: usize| a.reference(slot).map(Some).or_else(|| (a.raw(slot) == b"$").then_some(None));
        // IFC 4.1: curve, distance; 4.2: parent, curve, distance; 4.3: parent, linear axes. Then a plain frame.
        let (parent, place, frame) = if let Some(distance) = self.is_distance(a.reference(1)) {
            (None, self.place(distance, a.reference(0)), a.reference(3))
        } else if let Some(distance) = self.is_distance(a.reference(2)) {
            (whole(0)?, self.place(distance, a.reference(1)), a.reference(4))
        } else {
            (whole(0)?, self.place(a.reference(1)?, None), a.reference(2))
        };
        let own = match frame {
            Some(frame) => self.axes(frame)?,
            None => place?.frame()?,
        };
        Some((own, parent))
    }

    fn is_distance(&self, id: Option<u32>) -> Option<u32> {
        id.filter(|&id| self.step.keyword(id) == "IFCDISTANCEEXPRESSION")
    }

    /// A distance along a line; the line is told beside it before IFC 4.3.
    fn place(&self, id: u32, line: Option<u32>) -> Option<Place> {
        let a = self.attributes(id)?;
        let (a, upright, axes) = match self.step.keyword(id) {
            "IFCDISTANCEEXPRESSION" => (a, true, [None; 2]),
            "IFCAXIS2PLACEMENTLINEAR" => {
                let axes = [self.optional_direction(&a, 1)?, self.optional_direction(&a, 2)?];
                (self.step.instance(a.reference(0)?, &["IFCPOINTBYDISTANCEEXPRESSION"])?, false, axes)
            }
            _ => return None,
        };
        // A distance along the slope is the kernel's.
        let line = if upright { line.filter(|_| a.logical(4) != Some(false)) } else { a.reference(4) };
        let offset = |slot: usize| Some(self.optional_length(&a, slot)?.unwrap_or(0.0));
        Some(Place {
            line: self.alignment(line?)?,
            s: self.measure(a.raw(0))?,
            left: offset(1)?,
            up: offset(2)?,
            ahead: offset(3)?,
            upright,
            axes,
        })
    }

    /// An `IfcSectionedSolidHorizontal` whose sections have corners one to one, or are without holes.
    pub(super) fn sectioned(&self, id: u32) -> Option<Body> {
        let a = self.attributes(id)?;
        let sections: Vec<Region> =
            a.references(1).into_iter().map(|p| self.profile(p)).collect::<Option<_>>()?;
        let sections = matched(sections)?;
        let places = self.places(a.reference(0)?, &a.references(2))?;
        let upright = places.first()?.upright;
        // Before IFC 4.3 sections may lean with the line.
        if upright && a.logical(3) == Some(false) {
            return None;
        }
        let corners: Vec<Vec<DVec2>> = sections.iter().map(|r| r.points().collect()).collect();
        let (rings, origin) = carried(&places, &corners)?;
        let mut mesh = loft(sections.first()?, sections.last()?, &rings)?;
        if upright {
            mesh.flip();
        }
        (mesh.is_closed() && mesh.volume() > 0.0)
            .then(|| Body { mesh, at: DAffine3::from_translation(origin) })
    }

    /// An `IfcSectionedSurface` whose sections have corners one to one.
    pub(super) fn sectioned_surface(&self, id: u32) -> Option<Body> {
        let a = self.attributes(id)?;
        let sections: Vec<Vec<DVec2>> =
            a.references(2).into_iter().map(|p| self.open_profile(p)).collect::<Option<_>>()?;
        if sections.windows(2).any(|w| w[0].len() != w[1].len()) {
            return None;
        }
        let (rings, origin) = carried(&self.places(a.reference(0)?, &a.references(1))?, &sections)?;
        Some(Body { mesh: grid(rings)?, at: DAffine3::from_translation(origin) })
    }

    /// Places in order along one line, which is told where they do not name it.
    fn places(&self, line: u32, ids: &[u32]) -> Option<Vec<Place>> {
        let places: Vec<Place> = ids.iter().map(|&p| self.place(p, Some(line))).collect::<Option<_>>()?;
        let ordered = places.windows(2).all(|w| w[0].s < w[1].s && Arc::ptr_eq(&w[0].line, &w[1].line));
        let beside = places.iter().all(|p| p.ahead == 0.0);
        (ordered && beside && places.len() >= 2).then_some(places)
    }

    /// The points of an `IfcOpenCrossProfileDef` or `IfcArbitraryOpenProfileDef`, left positive.
    fn open_profile(&self, id: u32) -> Option<Vec<DVec2>> {
        let a = self.attributes(id)?;
        match self.step.keyword(id) {
            "IFCARBITRARYOPENPROFILEDEF" => {
                let path = self.path(a.reference(2)?)?;
                let mut points: Vec<DVec2> = path.points.iter().map(|p| p.truncate()).collect();
                points.extend(path.closed.then(|| points[0]));
                Some(points)
            }
            "IFCOPENCROSSPROFILEDEF" => {
                let horizontal = a.logical(2)?;
                let numbers = |slot: usize| -> Option<Vec<f64>> { list(a.raw(slot))?.map(real).collect() };
                let (widths, slopes) = (numbers(3)?, numbers(4)?);
                let mut at = match a.reference(6) {
                    Some(point) => self.point2(point)?,
                    None => DVec2::ZERO,
                };
                let mut points = vec![at];
                // From left to right; what rises to the left is a positive slope.
                for (width, slope) in widths.iter().zip(&slopes) {
                    let way = DVec2::from_angle(slope * self.angle);
                    let width = width * self.length;
                    at -= way * if horizontal { width / way.x } else { width };
                    points.push(at);
                }
                (widths.len() == slopes.len() && points.iter().all(|p| p.is_finite())).then_some(points)
            }
            _ => None,
        }
    }
}

/// Sections carried from place to place, in the coordinates about an origin: those that are given, and between
/// two of them as many as it takes to follow the line.
fn carried(places: &[Place], sections: &[Vec<DVec2>]) -> Option<(Vec<Vec<DVec3>>, DVec3)> {
    let first = places.first()?;
    if places.len() != sections.len() {
        return None;
    }
    let (line, upright) = (&first.line, first.upright);
    let origin = first.frame()?.translation.round();
    // The first axis of a section points right of travel until IFC 4.3, and left from then on.
    let across = if upright { -1.0 } else { 1.0 };
    let ring = |frame: DAffine3, points: &[DVec2]| -> Vec<DVec3> {
        let place = |p: &DVec2| frame.transform_point3(DVec3::new(0.0, across * p.x, p.y)) - origin;
        points.iter().map(place).collect()
    };
    let mut rings = vec![ring(first.frame()?, sections.first()?)];
    for (pair, points) in places.windows(2).zip(sections.windows(2)) {
        let (from, to) = (&pair[0], &pair[1]);
        for t in between(line, from.s, to.s) {
            let mix = |a: f64, b: f64| a + (b - a) * t;
            let s = mix(from.s, to.s);
            let base = line.station(s).frame(mix(from.left, to.left), mix(from.up, to.up), upright);
            // Where only one end has a direction of its own, the other's is that of the line.
            let axis = |k: usize, own: DVec3| match (from.axes[k], to.axes[k]) {
                (None, None) => None,
                (a, b) => Some(a.unwrap_or(own).lerp(b.unwrap_or(own), t).normalize_or(own)),
            };
            let axes = [axis(0, base.matrix3.z_axis), axis(1, base.matrix3.x_axis)];
            let points: Vec<DVec2> = points[0].iter().zip(&points[1]).map(|(a, b)| a.lerp(*b, t)).collect();
            rings.push(ring(turned(base, axes)?, &points));
            if rings.len() > MOST || rings.len() * points.len() > MOST_CORNERS {
                return None;
            }
        }
        rings.push(ring(to.frame()?, &points[1]));
    }
    Some((rings, origin))
}

/// Where sections stand between two others, as shares of the way: at joints, and so close that the line hardly
/// leaves the chords.
pub(super) fn between(line: &Alignment, from: f64, to: f64) -> Vec<f64> {
    let mut stops: Vec<f64> = line.joints(from, to).chain([from, to]).collect();
    stops.sort_by(f64::total_cmp);
    stops.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    let mut shares = Vec::new();
    for pair in stops.windows(2) {
        let (start, length) = (pair[0], pair[1] - pair[0]);
        let pieces =
            (length * (line.bend(pair[0], pair[1]) / (8.0 * SAG)).sqrt()).ceil().clamp(1.0, MOST as f64);
        let first = u32::from(start <= from);
        shares.extend(
            (first..pieces as u32).map(|n| (start + length * f64::from(n) / pieces - from) / (to - from)),
        );
    }
    shares
}
