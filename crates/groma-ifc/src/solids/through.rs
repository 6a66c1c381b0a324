//! Openings that go right through a plate: a wall, a slab, a panel, seen along its thickness, is a plane region,
//! and what openings leave of it is one overlay of regions, however many there are and whatever their outlines.

use super::cut::{Operation, SLIVER, sound, tidied};
use super::extrude::extrude;
use super::overlay::{Contour, Grid, NEAR, snapped, without_spikes};
use super::region::Region;
use super::section::{Plane, Sections};
use glam::{DAffine3, DMat3, DVec2, DVec3};
use groma_geometry::Mesh;

/// What is cut out, in the host's frame, and the directions that it may go through the host along.
pub(super) struct Tool {
    pub(super) mesh: Mesh,
    pub(super) axes: [DVec3; 3],
}

/// A body whose faces lie in two parallel planes or stand across them.
struct Plate {
    along: DVec3,
    low: f64,
    high: f64,
    /// A triangle of the lower face.
    face: [DVec3; 3],
}

/// The host without those tools that go through it along one direction, and which these are; `None` where it is
/// no plate, or where none goes through.
pub(super) fn cut_through(host: &Mesh, tools: &[Tool]) -> Option<(Mesh, Vec<bool>)> {
    let mut tried: Vec<(DVec3, Option<Plate>)> = Vec::new();
    let mut best: Option<(usize, usize, Vec<bool>)> = None;
    for tool in tools {
        for &axis in &tool.axes {
            let known = |(other, _): &(DVec3, _)| other.dot(axis).abs() > 1.0 - 1e-12;
            if tried.iter().any(known) {
                continue;
            }
            tried.push((axis, Plate::of(host, axis)));
            let Some((_, Some(plate))) = tried.last() else { continue };
            let goes: Vec<bool> = tools.iter().map(|tool| plate.is_passed_by(&tool.mesh)).collect();
            let count = goes.iter().filter(|goes| **goes).count();
            if count > best.as_ref().map_or(0, |b| b.1) {
                best = Some((tried.len() - 1, count, goes));
            }
        }
        // Openings of one wall lie along few directions; those of a sphere's needles are for the general way.
        if tried.len() > 24 {
            break;
        }
    }
    let (at, _, goes) = best?;
    let plate = tried.swap_remove(at).1?;
    let through: Vec<&Mesh> =
        tools.iter().zip(&goes).filter(|(_, goes)| **goes).map(|(tool, _)| &tool.mesh).collect();
    Some((plate.without(host, &through)?, goes))
}

impl Plate {
    fn of(mesh: &Mesh, along: DVec3) -> Option<Self> {
        let heights: Vec<f64> = mesh.positions.iter().map(|p| p.dot(along)).collect();
        let low = heights.iter().copied().fold(f64::INFINITY, f64::min);
        let high = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let thick = high - low;
        if thick.is_nan() || thick < 4.0 * NEAR {
            return None;
        }
        let in_face = |h: f64| h - low < NEAR / 10.0 || high - h < NEAR / 10.0;
        if !heights.iter().all(|&h| in_face(h)) {
            return None;
        }
        let middle = (low + high) / 2.0;
        let mut face = None;
        let mut largest = 0.0;
        for t in 0..mesh.triangles.len() {
            let [a, b, c] = mesh.triangles[t].map(|i| heights[i as usize] > middle);
            let corners = mesh.triangle(t);
            if a == b && b == c {
                let size = area(corners);
                if !a && size > largest {
                    (face, largest) = (Some(corners), size);
                }
            } else if !stands(corners, along, thick) {
                return None;
            }
        }
        Some(Self { along, low, high, face: face? })
    }

    /// True for a body that goes in at one face and out at the other, straight along the thickness.
    fn is_passed_by(&self, tool: &Mesh) -> bool {
        let side = |p: &DVec3| {
            let h = p.dot(self.along);
            if h <= self.low + NEAR {
                Some(false)
            } else if h >= self.high - NEAR {
                Some(true)
            } else {
                None
            }
        };
        let Some(sides) = tool.positions.iter().map(side).collect::<Option<Vec<bool>>>() else {
            return false;
        };
        let mut crosses = false;
        for (t, corners) in tool.triangles.iter().enumerate() {
            let [a, b, c] = corners.map(|i| sides[i as usize]);
            if a != b || b != c {
                crosses = true;
                if !stands(tool.triangle(t), self.along, self.high - self.low) {
                    return false;
                }
            }
        }
        crosses
    }

    fn without(&self, host: &Mesh, tools: &[&Mesh]) -> Option<Mesh> {
        let plane = Plane::of(self.face, self.along);
        let mut sections = Sections::default();
        let region = sections.of(host, &plane)?.0;
        let mut holes: Vec<Contour> = Vec::new();
        for tool in tools {
            // In the middle of the thickness, so that faces of the tool that are the host's do not matter.
            let middle = plane.moved((self.high - self.low) / 2.0);
            holes.extend(sections.of(tool, &middle)?.0.into_iter().map(straightened));
        }
        let [region, _, holes, _] = snapped([region, Vec::new(), holes, Vec::new()]);
        let grid = Grid::over([&region, &[], &holes, &[]]);
        let rest = grid.section(&region, &holes, Operation::Difference);
        // From the plane's coordinates, with the thickness behind them, to the host's.
        let to_host = DAffine3 {
            matrix3: DMat3::from_cols(
                plane.point([1.0, 0.0]) - plane.origin,
                plane.point([0.0, 1.0]) - plane.origin,
                self.along,
            ),
            translation: plane.origin,
        };
        let mut made = Mesh { positions: host.positions.clone(), triangles: Vec::new() };
        for shape in rest {
            let mut contours = shape
                .into_iter()
                .map(|contour| without_spikes(contour.into_iter().map(DVec2::from).collect()));
            let Some(outline) = contours.next().filter(|outline| !is_sliver(outline)) else { continue };
            let region = Region::new(outline, contours.filter(|hole| !is_sliver(hole)).collect())?;
            let solid = extrude(&region, DVec3::Z * (self.high - self.low))?;
            let base = made.positions.len() as u32;
            made.positions.extend(solid.positions.iter().map(|&p| to_host.transform_point3(p)));
            made.triangles.extend(solid.triangles.iter().map(|t| t.map(|i| i + base)));
        }
        let made = tidied(&made);
        if made.triangles.is_empty() {
            return Some(Mesh::default());
        }
        sound(&made, host).then_some(made)
    }
}

/// True for what the rounding of an overlay leaves.
fn is_sliver(contour: &[DVec2]) -> bool {
    let around: f64 = contour.windows(2).map(|w| w[0].distance(w[1])).sum();
    contour.len() < 3 || super::region::area(contour).abs() <= SLIVER * around
}

fn area([a, b, c]: [DVec3; 3]) -> f64 {
    (b - a).cross(c - a).length()
}

/// True for a triangle that is parallel to a direction, as far as can be seen over a length along it.
fn stands(corners: [DVec3; 3], along: DVec3, length: f64) -> bool {
    let [a, b, c] = corners;
    let normal = (b - a).cross(c - a);
    let size = normal.length();
    size < 1e-14 || normal.dot(along).abs() * length <= size * NEAR / 10.0
}

/// A contour without corners that lie on the straight way between their neighbours.
fn straightened(contour: Contour) -> Contour {
    let n = contour.len();
    let at = |k: usize| DVec2::from(contour[k % n]);
    let turns = |k: &usize| {
        let (p, v, q) = (at(k + n - 1), at(*k), at(k + 1));
        let (to, on) = (v - p, q - v);
        to.perp_dot(on).abs() > 1e-10 * to.length().max(on.length()) || to.dot(on) < 0.0
    };
    let kept: Contour = (0..n).filter(turns).map(|k| contour[k]).collect();
    if kept.len() >= 3 { kept } else { contour }
}

#[cfg(test)]
mod tests {
    use super::super::cut::cut;
    use super::*;

    fn round(x: f64, z: f64, radius: f64) -> Tool {
        let points = (0..36).map(|k| DVec2::from_angle(f64::from(k) * 10.0_f64.to_radians()) * radius);
        let region = Region::new(points.collect(), Vec::new()).unwrap();
        let mut mesh = extrude(&region, DVec3::Z * 2.0).unwrap();
        mesh.positions.iter_mut().for_each(|p| *p = DVec3::new(x + p.x, p.z - 1.0, z - p.y));
        Tool { mesh, axes: [DVec3::Y, DVec3::X, DVec3::Z] }
    }

    #[test]
    fn round_holes_through_a_wall_agree_with_the_cut_of_solids() {
        let wall = Mesh::cuboid(DVec3::ZERO, DVec3::new(6.0, 0.3, 3.0));
        // one on its own, two that overlap, one over the edge, one that touches the foot
        let tools = [
            round(1.0, 1.0, 0.4),
            round(3.0, 1.5, 0.4),
            round(3.4, 1.5, 0.4),
            round(5.9, 2.9, 0.3),
            round(4.6, 0.4, 0.4),
        ];
        let (made, goes) = cut_through(&wall, &tools).unwrap();
        assert_eq!(goes, [true; 5]);
        let meshes: Vec<Mesh> = tools.iter().map(|t| t.mesh.clone()).collect();
        let solid = cut(&wall, &meshes, Operation::Difference).unwrap();
        assert!(made.is_closed() && (made.volume() - solid.volume()).abs() < 1e-9, "{}", made.volume());
    }

    #[test]
    fn what_ends_within_or_leans_does_not_go_through() {
        let wall = Mesh::cuboid(DVec3::ZERO, DVec3::new(6.0, 0.3, 3.0));
        let axes = [DVec3::Y, DVec3::X, DVec3::Z];
        let niche = Tool { mesh: Mesh::cuboid(DVec3::new(1.0, 0.1, 1.0), DVec3::new(2.0, 0.4, 2.0)), axes };
        assert!(cut_through(&wall, &[niche]).is_none());
        let mut leaning = round(1.0, 1.0, 0.4);
        leaning.mesh.positions.iter_mut().for_each(|p| p.x += 0.1 * p.y);
        assert!(cut_through(&wall, &[leaning]).is_none());
    }

    #[test]
    fn holes_that_cut_a_plate_in_two_leave_two() {
        let wall = Mesh::cuboid(DVec3::ZERO, DVec3::new(6.0, 0.3, 3.0));
        let axes = [DVec3::Y, DVec3::X, DVec3::Z];
        let slot = Tool { mesh: Mesh::cuboid(DVec3::new(2.0, -1.0, -1.0), DVec3::new(3.0, 1.0, 4.0)), axes };
        let (made, _) = cut_through(&wall, &[slot]).unwrap();
        assert!(made.is_closed() && (made.volume() - 5.0 * 0.3 * 3.0).abs() < 1e-12);
        let all = Tool { mesh: Mesh::cuboid(DVec3::splat(-1.0), DVec3::splat(7.0)), axes };
        assert!(cut_through(&wall, &[all]).unwrap().0.triangles.is_empty());
    }
}
