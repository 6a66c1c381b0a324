//! Areas swept along lines: their first axis follows a direction that stays, or the normal of a plane.

use super::along::between;
use super::bodies::Body;
use super::loft::{loft, looped};
use super::paths::Path;
use super::read::Reading;
use glam::{DAffine3, DQuat, DVec3};

/// Corners sharper than this have no mitre, as the cosine of half the turn.
const SHARPEST: f64 = 0.0872;
/// Corners of all rings of one sweep.
const MOST_CORNERS: usize = 2_000_000;

/// A place on a line: the ways that lead to it and on from it, and how far the line leans there more than where it
/// starts.
struct Stop {
    at: DVec3,
    to: DVec3,
    on: DVec3,
    lean: f64,
}

impl Reading<'_> {
    /// An `IfcFixedReferenceSweptAreaSolid`, an `IfcDirectrixDerivedReferenceSweptAreaSolid`, or an
    /// `IfcSurfaceCurveSweptAreaSolid` over a plane.
    pub(super) fn guided(&self, keyword: &str, id: u32) -> Option<Body> {
        let a = self.attributes(id)?;
        let region = self.profile(a.reference(0)?)?;
        let position = match a.reference(1) {
            Some(axes) => self.axes(axes)?,
            None if a.raw(1) == b"$" => DAffine3::IDENTITY,
            None => return None,
        };
        let reference = if keyword == "IFCSURFACECURVESWEPTAREASOLID" {
            let plane = self.step.instance(a.reference(5)?, &["IFCPLANE"])?;
            self.axes(plane.reference(0)?)?.matrix3.z_axis
        } else {
            self.direction(a.reference(5)?)?
        };
        let leans = keyword == "IFCDIRECTRIXDERIVEDREFERENCESWEPTAREASOLID";
        let (stops, closed) = self.stops(a.reference(2)?, a.raw(3), a.raw(4), leans)?;
        let corners = region.points().count();
        if stops.len() * corners > MOST_CORNERS {
            return None;
        }
        let origin = stops.first()?.at.round();
        let mut rings: Vec<Vec<DVec3>> = Vec::with_capacity(stops.len());
        for stop in &stops {
            let ahead = (stop.to + stop.on).try_normalize()?;
            let x = (reference - ahead * reference.dot(ahead)).try_normalize()?;
            let x = DQuat::from_axis_angle(ahead, -stop.lean) * x;
            let y = ahead.cross(x);
            // Halfway between two ways a section is wider across the bend.
            let cos = ahead.dot(stop.on);
            let bend = (stop.on - stop.to).normalize_or_zero();
            if cos < SHARPEST {
                return None;
            }
            let place = |p: glam::DVec2| {
                let out = x * p.x + y * p.y;
                stop.at - origin + out + bend * (out.dot(bend) * (1.0 / cos - 1.0))
            };
            rings.push(region.points().map(place).collect());
        }
        // A leg shorter than its mitre would turn over.
        let legs = if closed { stops.len() } else { stops.len() - 1 };
        for leg in 0..legs {
            let (here, there) = (&rings[leg], &rings[(leg + 1) % rings.len()]);
            let ahead = stops[(leg + 1) % stops.len()].at - stops[leg].at;
            if here.iter().zip(there).any(|(p, q)| (*q - *p).dot(ahead) <= 0.0) {
                return None;
            }
        }
        let mesh = if closed { looped(&region, &rings) } else { loft(&region, &region, &rings)? };
        (mesh.is_closed() && mesh.volume() > 0.0)
            .then(|| Body { mesh, at: position * DAffine3::from_translation(origin) })
    }

    /// The places along a line, or the part of it between two parameters, and whether it comes back to its start.
    fn stops(&self, line: u32, from: &[u8], to: &[u8], leans: bool) -> Option<(Vec<Stop>, bool)> {
        if !self.is_aligned(line) {
            return Some(along(&self.stretch(line, from, to)?));
        }
        let line = self.alignment(line)?;
        // Only lengths: what a parameter of such a curve counts is not agreed on.
        let end = |token: &[u8], default: f64| match token {
            b"$" => Some(default),
            _ if crate::attributes::real(token) == Some(0.0) => Some(0.0),
            _ => crate::attributes::typed(token).and_then(|_| self.measure(token)),
        };
        let (from, to) = (end(from, 0.0)?, end(to, line.length())?);
        if !(0.0 <= from && from < to && to <= line.length() + 1e-6) {
            return None;
        }
        let start = line.station(0.0).lean;
        let shares = [0.0].into_iter().chain(between(&line, from, to)).chain([1.0]);
        let stop = |t: f64| {
            let station = line.station(from + (to - from) * t);
            let ahead = station.ahead.extend(station.gradient).normalize();
            let lean = if leans { station.lean - start } else { 0.0 };
            Stop { at: station.at, to: ahead, on: ahead, lean }
        };
        Some((shares.map(stop).collect(), false))
    }
}

/// The places along a path of straight legs.
fn along(path: &Path) -> (Vec<Stop>, bool) {
    let p = &path.points;
    let n = p.len();
    let way = |k: usize| (p[(k + 1) % n] - p[k % n]).normalize();
    let stop = |k: usize| {
        let (to, on) = match (path.closed, k) {
            (false, 0) => {
                let on = path.ends[0].unwrap_or(way(0));
                (on, on)
            }
            (false, k) if k == n - 1 => {
                let to = path.ends[1].unwrap_or(way(n - 2));
                (to, to)
            }
            (_, k) => (way(k + n - 1), way(k)),
        };
        Stop { at: p[k], to, on, lean: 0.0 }
    };
    ((0..n).map(stop).collect(), path.closed)
}
