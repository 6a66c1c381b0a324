//! Regions turned about an axis in their plane.

use super::bodies::Body;
use super::curves::{pieces, turn};
use super::loft::sides;
use super::primitives::outward;
use super::read::Reading;
use super::region::Region;
use glam::{DAffine3, DVec2, DVec3};
use groma_geometry::Mesh;
use std::f64::consts::TAU;

/// Points this close to the axis lie on it, in metres.
const NEAR: f64 = 1e-6;
/// Corners of all rings of one solid.
const MOST_CORNERS: usize = 2_000_000;

impl Reading<'_> {
    /// An `IfcRevolvedAreaSolid` whose region lies on one side of its axis.
    pub(super) fn revolved(&self, id: u32) -> Option<Body> {
        let a = self.attributes(id)?;
        let at = match a.reference(1) {
            Some(axes) => self.axes(axes)?,
            None if a.raw(1) == b"$" => DAffine3::IDENTITY,
            None => return None,
        };
        let axis = self.step.instance(a.reference(2)?, &["IFCAXIS1PLACEMENT"])?;
        let origin = self.point(axis.reference(0)?)?;
        let along = self.optional_direction(&axis, 1)?.unwrap_or(DVec3::Z);
        // It has to lie in the plane of the region.
        if origin.z.abs() > NEAR || along.z.abs() > 1e-9 {
            return None;
        }
        let region = self.profile(a.reference(0)?)?;
        let mesh =
            revolve(&region, origin.truncate(), along.truncate().normalize(), a.real(3)? * self.angle)?;
        Some(Body { mesh, at })
    }
}

/// The solid that a region in the plane of X and Y leaves behind as it turns by an angle about an axis in that
/// plane, counterclockwise seen against the axis; `None` where it lies on both sides of the axis.
fn revolve(region: &Region, origin: DVec2, along: DVec2, angle: f64) -> Option<Mesh> {
    // Beside the axis, to its right: a turn lifts what is there.
    let right = DVec2::new(along.y, -along.x);
    let off = |p: DVec2| (p - origin).dot(right);
    let snapped = |p: DVec2| if off(p).abs() <= NEAR { p - right * off(p) } else { p };
    let points: Vec<DVec2> = region.points().map(snapped).collect();
    let on_axis = |k: usize| off(points[k]).abs() <= NEAR;
    let (low, high) = points.iter().fold((0.0_f64, 0.0_f64), |(l, h), &p| (l.min(off(p)), h.max(off(p))));
    if low < -NEAR && high > NEAR || !angle.is_finite() || angle.abs() < 1e-9 {
        return None;
    }
    let radius = high.max(-low);
    let whole = angle.abs() >= TAU - 1e-6;
    let steps = if whole { turn(radius) } else { pieces(angle.abs(), radius) };
    let rings = if whole { steps } else { steps + 1 };
    if rings * points.len() > MOST_CORNERS {
        return None;
    }
    let mut mesh = Mesh::default();
    let mut index: Vec<u32> = Vec::with_capacity(rings * points.len());
    for ring in 0..rings {
        let by = if whole { TAU * angle.signum() } else { angle };
        let (sin, cos) = (by * ring as f64 / steps as f64).sin_cos();
        for (k, &p) in points.iter().enumerate() {
            if ring > 0 && on_axis(k) {
                index.push(index[k]);
                continue;
            }
            let off = off(p);
            let foot = p - right * off;
            index.push(mesh.positions.len() as u32);
            // About the axis Z goes down to the right: along x right is Z turned over.
            mesh.positions.push((foot + right * (off * cos)).extend(-off * sin));
        }
    }
    sides(&mut mesh, region, rings as u32, whole);
    if !whole {
        let caps = region.triangles()?;
        let last = ((rings - 1) * points.len()) as u32;
        mesh.triangles.extend(caps.iter().map(|&[a, b, c]| [a, c, b]));
        mesh.triangles.extend(caps.iter().map(|t| t.map(|k| last + k)));
    }
    // What touches the axis has one corner there for all rings.
    mesh.triangles = mesh.triangles.into_iter().map(|t| t.map(|k| index[k as usize])).collect();
    mesh.triangles.retain(|[a, b, c]| a != b && b != c && c != a);
    outward(mesh)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, PI};

    fn square(x: f64, y: f64, side: f64) -> Region {
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(DVec2::from);
        Region::new(corners.map(|p| p * side + DVec2::new(x, y)).into(), Vec::new()).unwrap()
    }

    #[test]
    fn a_region_leaves_its_area_along_the_way_of_its_middle() {
        for (region, angle, volume) in [
            (square(20.0, 0.0, 0.5), FRAC_PI_2, 0.25 * 20.25 * FRAC_PI_2),
            (square(20.0, 0.0, 0.5), -FRAC_PI_2, 0.25 * 20.25 * FRAC_PI_2),
            (square(-3.0, 1.0, 1.0), TAU, 2.5 * TAU),
            // what touches the axis: a cylinder, and a quarter of one
            (square(0.0, 0.0, 2.0), TAU, PI * 8.0),
            (square(0.0, 0.0, 2.0), FRAC_PI_2, PI * 2.0),
        ] {
            let mesh = revolve(&region, DVec2::ZERO, DVec2::Y, angle).unwrap();
            assert!(
                mesh.is_closed() && (mesh.volume() / volume - 1.0).abs() < 1e-3,
                "{} {volume}",
                mesh.volume()
            );
        }
        assert!(revolve(&square(-1.0, 0.0, 2.0), DVec2::ZERO, DVec2::Y, 1.0).is_none());
    }

    #[test]
    fn it_turns_as_the_right_hand_does() {
        // about Y a point on X goes to where Z is negative
        let mesh = revolve(&square(1.0, 0.0, 1.0), DVec2::ZERO, DVec2::Y, FRAC_PI_2).unwrap();
        let low = mesh.positions.iter().map(|p| p.z).fold(f64::INFINITY, f64::min);
        let high = mesh.positions.iter().map(|p| p.z).fold(f64::NEG_INFINITY, f64::max);
        assert!((low + 2.0).abs() < 1e-12 && high.abs() < 1e-12, "{low} {high}");
    }
}
