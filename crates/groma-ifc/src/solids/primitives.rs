//! The primitives of constructive solid geometry, and solids between sections that are placed one by one.

use super::bodies::Body;
use super::curves::{circle, pieces, turn};
use super::loft::loft;
use super::read::Reading;
use super::region::Region;
use glam::{DAffine3, DVec2, DVec3};
use groma_geometry::Mesh;
use std::f64::consts::{PI, TAU};

/// Points of a ring of a sphere, at least and at most.
const SIDES: [usize; 2] = [48, 128];

impl Reading<'_> {
    /// An `IfcBlock`, `IfcRectangularPyramid`, `IfcRightCircularCylinder`, `IfcRightCircularCone` or `IfcSphere`. What
    /// is not fine has few enough faces to be an operand.
    pub(super) fn primitive(&self, keyword: &str, id: u32, fine: bool) -> Option<Body> {
        let a = self.attributes(id)?;
        let at = self.axes(a.reference(0)?)?;
        let length = |slot| self.length_of(&a, slot).filter(|l| *l > 0.0);
        let mesh = match keyword {
            "IFCBLOCK" => Mesh::cuboid(DVec3::ZERO, DVec3::new(length(1)?, length(2)?, length(3)?)),
            "IFCRECTANGULARPYRAMID" => {
                let (x, y) = (length(1)?, length(2)?);
                let base = [(0.0, 0.0), (x, 0.0), (x, y), (0.0, y)].map(DVec2::from);
                pointed(&base, DVec3::new(x / 2.0, y / 2.0, length(3)?))
            }
            "IFCRIGHTCIRCULARCONE" => pointed(&circle(length(2)?), DVec3::Z * length(1)?),
            "IFCRIGHTCIRCULARCYLINDER" => {
                let region = Region::new(circle(length(2)?), Vec::new())?;
                super::extrude::extrude(&region, DVec3::Z * length(1)?)?
            }
            "IFCSPHERE" => sphere(length(1)?, fine),
            _ => return None,
        };
        Some(Body { mesh, at })
    }

    /// An `IfcRevolvedAreaSolidTapered`.
    pub(super) fn revolved_tapered(&self, id: u32) -> Option<Body> {
        let a = self.attributes(id)?;
        let at = match a.reference(1) {
            Some(axes) => self.axes(axes)?,
            None => DAffine3::IDENTITY,
        };
        let axis = self.step.instance(a.reference(2)?, &["IFCAXIS1PLACEMENT"])?;
        let origin = self.point(axis.reference(0)?)?;
        let along = axis.reference(1).map_or(Some(DVec3::Z), |d| self.direction(d))?;
        let angle = a.real(3)? * self.angle;
        let sections = matched(vec![self.profile(a.reference(0)?)?, self.profile(a.reference(4)?)?])?;
        let [first, last] = &sections[..] else { return None };
        let far = |p: &DVec2| (p.extend(0.0) - origin).cross(along).length();
        let radius = first.outline.iter().chain(&last.outline).map(far).fold(0.0, f64::max);
        let pieces = pieces(angle.abs(), radius) as f64;
        if !(1e-6..=TAU - 1e-6).contains(&angle.abs()) {
            return None;
        }
        let ring = |n: u32| {
            let share = f64::from(n) / pieces;
            let turn = glam::DQuat::from_axis_angle(along, angle * share);
            let corners = first.outline.iter().zip(&last.outline);
            corners
                .map(|(p, q)| origin + turn * (p.lerp(*q, share).extend(0.0) - origin))
                .collect::<Vec<DVec3>>()
        };
        let rings: Vec<Vec<DVec3>> = (0..=pieces as u32).map(ring).collect();
        Some(Body { mesh: outward(loft(first, last, &rings)?)?, at })
    }

    /// An `IfcSectionedSpine` along a line without arcs.
    pub(super) fn sectioned_spine(&self, id: u32) -> Option<Body> {
        let a = self.attributes(id)?;
        let spine = self.path(a.reference(0)?)?;
        let sections: Vec<Region> =
            a.references(1).into_iter().map(|p| self.profile(p)).collect::<Option<_>>()?;
        let places: Vec<DAffine3> =
            a.references(2).into_iter().map(|p| self.axes(p)).collect::<Option<_>>()?;
        if places.len() < 2 || places.len() != sections.len() || spine.points.len() > places.len() {
            return None;
        }
        let sections = matched(sections)?;
        let placed = |(section, at): (&Region, &DAffine3)| {
            section.points().map(|p| at.transform_point3(p.extend(0.0))).collect::<Vec<DVec3>>()
        };
        let rings: Vec<Vec<DVec3>> = sections.iter().zip(&places).map(placed).collect();
        let mesh = loft(sections.first()?, sections.last()?, &rings)?;
        Some(Body { mesh: outward(mesh)?, at: DAffine3::IDENTITY })
    }
}

/// A closed mesh turned outward.
pub(super) fn outward(mut mesh: Mesh) -> Option<Mesh> {
    if mesh.volume() < 0.0 {
        mesh.flip();
    }
    (mesh.is_closed() && mesh.volume() > 0.0).then_some(mesh)
}

/// A base in the plane of X and Y (counterclockwise and convex) under a point.
fn pointed(base: &[DVec2], tip: DVec3) -> Mesh {
    let n = base.len() as u32;
    let mut mesh = Mesh::default();
    mesh.positions.extend(base.iter().map(|p| p.extend(0.0)));
    mesh.positions.push(tip);
    mesh.triangles.extend((1..n - 1).map(|k| [0, k + 1, k]));
    mesh.triangles.extend((0..n).map(|k| [k, (k + 1) % n, n]));
    mesh
}

fn sphere(radius: f64, fine: bool) -> Mesh {
    let mut mesh = Mesh::default();
    let sides = if fine { turn(radius).clamp(SIDES[0], SIDES[1]) } else { SIDES[0] };
    let (n, rings) = (sides as u32, sides / 2);
    mesh.positions.push(DVec3::NEG_Z * radius);
    for ring in 1..rings {
        let (sin, cos) = (ring as f64 * PI / rings as f64 - PI / 2.0).sin_cos();
        let circle = (0..sides).map(|k| DVec2::from_angle(k as f64 * TAU / sides as f64) * cos);
        mesh.positions.extend(circle.map(|p| p.extend(sin) * radius));
    }
    mesh.positions.push(DVec3::Z * radius);
    let top = mesh.positions.len() as u32 - 1;
    let last = top - n;
    for k in 0..n {
        let next = (k + 1) % n;
        mesh.triangles.push([0, 1 + next, 1 + k]);
        for ring in 0..rings as u32 - 2 {
            let [a, b] = [1 + ring * n + k, 1 + ring * n + next];
            mesh.triangles.extend([[a, b, b + n], [a, b + n, a + n]]);
        }
        mesh.triangles.push([last + k, last + next, top]);
    }
    mesh
}

/// Sections with corners one to one: where they have different ones, at the same shares of their lengths.
pub(super) fn matched(sections: Vec<Region>) -> Option<Vec<Region>> {
    let alike = |a: &Region, b: &Region| {
        a.outline.len() == b.outline.len() && a.holes.iter().map(Vec::len).eq(b.holes.iter().map(Vec::len))
    };
    if sections.windows(2).all(|w| alike(&w[0], &w[1])) {
        return Some(sections);
    }
    if sections.iter().any(|s| !s.holes.is_empty()) {
        return None;
    }
    let outlines: Vec<Vec<DVec2>> = sections.into_iter().map(|s| from_the_right(s.outline)).collect();
    let mut all: Vec<f64> = outlines.iter().flat_map(|o| shares(o)).collect();
    all.sort_by(f64::total_cmp);
    all.dedup_by(|x, y| (*x - *y).abs() < 1e-9);
    let at =
        |contour: Vec<DVec2>| Region::new(all.iter().map(|&s| at_share(&contour, s)).collect(), Vec::new());
    outlines.into_iter().map(at).collect()
}

/// The same contour from where it lies furthest to the right of its middle, with a corner there.
fn from_the_right(mut contour: Vec<DVec2>) -> Vec<DVec2> {
    let n = contour.len();
    let middle = contour.iter().sum::<DVec2>() / n as f64;
    let crossing = |k: usize| {
        let (p, q) = (contour[k] - middle, contour[(k + 1) % n] - middle);
        // Corners on the way to the right count where they are left.
        let share = (p.y <= 0.0 && q.y > 0.0).then(|| p.y / (p.y - q.y))?;
        Some((k, p.lerp(q, share).x))
    };
    let Some((k, x)) = (0..n).filter_map(crossing).max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return contour;
    };
    contour.rotate_left((k + 1) % n);
    let start = middle + DVec2::X * x;
    if contour[n - 1].distance(start) <= 1e-9 {
        contour.rotate_right(1);
    } else {
        contour.insert(0, start);
    }
    contour
}

/// The share of the length around a contour at each of its corners.
fn shares(contour: &[DVec2]) -> Vec<f64> {
    let n = contour.len();
    let mut sum = 0.0;
    let mut at = Vec::with_capacity(n);
    for k in 0..n {
        at.push(sum);
        sum += contour[k].distance(contour[(k + 1) % n]);
    }
    at.into_iter().map(|s| s / sum).collect()
}

fn at_share(contour: &[DVec2], share: f64) -> DVec2 {
    let corners = shares(contour);
    let k = corners.partition_point(|&s| s <= share).saturating_sub(1);
    let n = contour.len();
    let end = if k + 1 < n { corners[k + 1] } else { 1.0 };
    contour[k].lerp(contour[(k + 1) % n], ((share - corners[k]) / (end - corners[k])).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primitives_are_closed_and_of_their_volume() {
        let near = |mesh: &Mesh, volume: f64| {
            assert!(mesh.is_closed() && (mesh.volume() / volume - 1.0).abs() < 0.01, "{}", mesh.volume());
        };
        near(&sphere(2.0, false), 4.0 / 3.0 * PI * 8.0);
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 2.0), (0.0, 2.0)].map(DVec2::from);
        near(&pointed(&square, DVec3::new(0.5, 1.0, 3.0)), 2.0);
    }

    #[test]
    fn outlines_of_different_corners_are_matched() {
        let square = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(DVec2::from);
        let ring = (0..36).map(|k| DVec2::from_angle(f64::from(k) * 10.0_f64.to_radians()));
        let square = Region::new(square.into(), Vec::new()).unwrap();
        let ring = Region::new(ring.collect(), Vec::new()).unwrap();
        let both = matched(vec![square, ring]).unwrap();
        assert_eq!(both[0].outline.len(), both[1].outline.len());
        assert!((super::super::region::area(&both[0].outline) - 4.0).abs() < 1e-12);
    }
}
