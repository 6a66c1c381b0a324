//! What is placed by its distance along an alignment: elements, and solids swept between sections.

use super::alignment::{Alignment, Station};
use super::bodies::Body;
use super::profiles::Region;
use super::read::Reading;
use super::triangulate::triangulate;
use glam::{DAffine3, DMat3, DVec2, DVec3};
use groma_geometry::Mesh;
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
    /// IFC 4.1 and 4.2 keep verticals upright; 4.3 turns them with the line.
    upright: bool,
}

impl Reading<'_> {
    /// An `IfcLinearPlacement` in the frame that it is relative to, and what that is.
    pub(super) fn linear(&self, id: u32) -> Option<(DAffine3, Option<u32>)> {
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
            None => {
                let place = place?;
                frame_at(&place.line.station(place.s), place.left, place.up, place.upright)
            }
        };
        Some((own, parent))
    }

    fn is_distance(&self, id: Option<u32>) -> Option<u32> {
        id.filter(|&id| self.step.keyword(id) == "IFCDISTANCEEXPRESSION")
    }

    /// A distance along a line; the line is told beside it before IFC 4.3.
    fn place(&self, id: u32, line: Option<u32>) -> Option<Place> {
        let a = self.attributes(id)?;
        let (a, upright) = match self.step.keyword(id) {
            "IFCDISTANCEEXPRESSION" => (a, true),
            // Axes of its own are the kernel's.
            "IFCAXIS2PLACEMENTLINEAR" if a.raw(1) == b"$" && a.raw(2) == b"$" => {
                (self.step.instance(a.reference(0)?, &["IFCPOINTBYDISTANCEEXPRESSION"])?, false)
            }
            _ => return None,
        };
        if self.optional_length(&a, 3)?.is_some_and(|x| x != 0.0) {
            return None;
        }
        // A distance along the slope is the kernel's.
        let line = if upright { line.filter(|_| a.logical(4) != Some(false)) } else { a.reference(4) };
        let offset = |slot: usize| Some(self.optional_length(&a, slot)?.unwrap_or(0.0));
        Some(Place {
            line: self.alignment(line?)?,
            s: self.measure(a.raw(0))?,
            left: offset(1)?,
            up: offset(2)?,
            upright,
        })
    }

    /// An `IfcSectionedSolidHorizontal` whose sections have corners one to one.
    pub(super) fn sectioned(&self, id: u32) -> Option<Body> {
        let a = self.attributes(id)?;
        let line = a.reference(0)?;
        let regions: Vec<Region> =
            a.references(1).into_iter().map(|p| self.profile(p)).collect::<Option<_>>()?;
        let places: Vec<Place> =
            a.references(2).into_iter().map(|p| self.place(p, Some(line))).collect::<Option<_>>()?;
        // Before IFC 4.3 sections may lean with the line.
        let leans = places.first()?.upright && a.logical(3) == Some(false);
        let alike = regions.windows(2).all(|w| {
            let holes = |r: &Region| r.holes.iter().map(Vec::len).collect::<Vec<_>>();
            w[0].outline.len() == w[1].outline.len() && holes(&w[0]) == holes(&w[1])
        });
        let ordered = places.windows(2).all(|w| w[0].s < w[1].s && Arc::ptr_eq(&w[0].line, &w[1].line));
        if leans || !alike || !ordered || places.len() < 2 || places.len() != regions.len() {
            return None;
        }
        let mut rings: Vec<(f64, f64, f64, Vec<DVec2>)> = Vec::new();
        for (region, place) in regions.iter().zip(&places) {
            if let Some((s, left, up, from)) = rings.last().cloned() {
                for t in between(&place.line, s, place.s) {
                    let mix = |a: f64, b: f64| a + (b - a) * t;
                    let points = from.iter().zip(points(region)).map(|(a, b)| a.lerp(b, t)).collect();
                    rings.push((mix(s, place.s), mix(left, place.left), mix(up, place.up), points));
                }
            }
            rings.push((place.s, place.left, place.up, points(region).collect()));
            if rings.len() > MOST || rings.len() * points(region).count() > MOST_CORNERS {
                return None;
            }
        }
        let upright = places.first()?.upright;
        let line = &places.first()?.line;
        let origin = line.station(places.first()?.s).at.round();
        let placed = rings.iter().map(|(s, left, up, points)| {
            let frame = frame_at(&line.station(*s), *left, *up, upright);
            // The first axis of a section points right of travel until IFC 4.3, and left from then on.
            let across = if upright { -1.0 } else { 1.0 };
            let place = move |p: &DVec2| frame.transform_point3(DVec3::new(0.0, across * p.x, p.y)) - origin;
            points.iter().map(place).collect::<Vec<DVec3>>()
        });
        let mut mesh = loft(regions.first()?, regions.last()?, &placed.collect::<Vec<_>>())?;
        if upright {
            mesh.flip();
        }
        Some(Body { mesh, at: DAffine3::from_translation(origin) })
    }
}

/// The frame at a station: x along the line, y level to its left.
fn frame_at(station: &Station, left: f64, up: f64, upright: bool) -> DAffine3 {
    let ahead = station.ahead.extend(if upright { 0.0 } else { station.gradient }).normalize();
    let beside = DVec3::new(-station.ahead.y, station.ahead.x, 0.0);
    let above = ahead.cross(beside);
    let (sin, cos) = station.lean.sin_cos();
    let (beside, above) = (cos * beside - sin * above, cos * above + sin * beside);
    let matrix3 = DMat3::from_cols(ahead, beside, above);
    DAffine3 { matrix3, translation: station.at + left * beside + up * above }
}

fn points(region: &Region) -> impl Iterator<Item = DVec2> {
    region.outline.iter().chain(region.holes.iter().flatten()).copied()
}

/// Where sections stand between two others, as shares of the way: at joints, and so close that the line hardly
/// leaves the chords.
fn between(line: &Alignment, from: f64, to: f64) -> Vec<f64> {
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

/// Rings joined by quadrangles, and closed at both ends; turned outward where x ahead, the section's first axis
/// and its second are a right-handed frame.
pub(super) fn loft(first: &Region, last: &Region, rings: &[Vec<DVec3>]) -> Option<Mesh> {
    let caps = |region: &Region| {
        let mut starts = Vec::new();
        let mut count = region.outline.len();
        for hole in &region.holes {
            starts.push(count);
            count += hole.len();
        }
        triangulate(&points(region).collect::<Vec<_>>(), &starts)
    };
    let n = u32::try_from(rings.first()?.len()).ok()?;
    let top = n * u32::try_from(rings.len() - 1).ok()?;
    let mut mesh = Mesh { positions: rings.concat(), triangles: Vec::new() };
    mesh.triangles.extend(caps(first)?.iter().map(|&[a, b, c]| [a, c, b]));
    mesh.triangles.extend(caps(last)?.iter().map(|t| t.map(|i| i + top)));
    for ring in 0..u32::try_from(rings.len() - 1).ok()? {
        let mut start = 0;
        for contour in std::iter::once(&first.outline).chain(&first.holes) {
            let end = start + contour.len() as u32;
            for a in start..end {
                let b = if a + 1 == end { start } else { a + 1 };
                let [a, b] = [a + ring * n, b + ring * n];
                mesh.triangles.extend([[a, b, b + n], [a, b + n, a + n]]);
            }
            start = end;
        }
    }
    Some(mesh)
}
