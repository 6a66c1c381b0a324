//! Solids cut out of a solid, plane by plane.
//!
//! The surface of a result lies in the planes of its operands. In each plane it is the difference of two
//! regions: the section of the result just below the plane, and the one just above it. What is solid below
//! and not above faces up; what is solid above and not below faces down. Each section is the same operation
//! on the plane sections of the operands, so that all there is to compute are overlays of plane polygons,
//! and faces of both operands in one plane need no care of their own.

use super::overlay::{Contour, Grid, NEAR, snapped, without_spikes};
use super::region::area;
use super::section::{Plane, Sections};
use super::triangulate::triangulate;
use glam::{DVec2, DVec3};
use groma_geometry::{Mesh, weld::weld};
use rustc_hash::FxHashMap;

/// A region that is thinner than this on average is the rounding of an overlay, in metres.
pub(super) const SLIVER: f64 = 1e-7;
/// A cut with more planes times triangles than this is left to the kernel.
const MOST: usize = 6_000_000;

/// Overlays may take time with the square of their edges; a cut of more than this, over all planes, is left too.
const MOST_WORK: usize = 50_000_000;

/// What becomes of two solids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operation {
    Difference,
    Intersection,
}

/// The closed solid that is left of `host` without (or within) the union of `tools`, all of them closed and
/// turned outward, in the same coordinates. `Some` with no triangles where nothing is left; `None` where
/// the answer would not be sound.
pub(super) fn cut(host: &Mesh, tools: &[Mesh], operation: Operation) -> Option<Mesh> {
    let (low, high) = bounds(host.positions.iter().copied());
    let reaches = |tool: &&Mesh| {
        let (l, h) = bounds(tool.positions.iter().copied());
        l.cmplt(high - NEAR).all() && low.cmplt(h - NEAR).all()
    };
    let tools: Vec<&Mesh> = tools.iter().filter(reaches).collect();
    if tools.is_empty() {
        return Some(match operation {
            Operation::Difference => host.clone(),
            Operation::Intersection => Mesh::default(),
        });
    }
    let tool = joined(&tools);
    let (near_low, near_high) = bounds(tool.positions.iter().copied());
    let planes = planes(host, &tool)?;
    let mut made = Mesh { positions: host.positions.clone(), triangles: Vec::new() };
    let mut sections = Sections::default();
    let mut work = 0;
    for (plane, members) in &planes {
        let corners = |&t: &u32| -> [DVec3; 3] {
            let t = t as usize;
            if t < host.triangles.len() { host.triangle(t) } else { tool.triangle(t - host.triangles.len()) }
        };
        let (l, h) = bounds(members.iter().flat_map(corners));
        let touches = |low: DVec3, high: DVec3| l.cmple(high + NEAR).all() && low.cmple(h + NEAR).all();
        // A plane that holds faces of one solid alone, far from the other, keeps or loses them.
        if !touches(near_low, near_high) {
            if operation == Operation::Difference {
                made.triangles.extend(members.iter().map(|&t| host.triangles[t as usize]));
            }
            continue;
        }
        if !touches(low, high) {
            continue;
        }
        let section = |mesh: &Mesh, sections: &mut Sections| sections.of(mesh, plane);
        let (host_above, host_below) = section(host, &mut sections)?;
        let (tool_above, tool_below) = section(&tool, &mut sections)?;
        let edges: usize = tool_above.iter().chain(&tool_below).map(Vec::len).sum();
        work += edges * edges;
        if work > MOST_WORK {
            return None;
        }
        let [host_above, host_below, tool_above, tool_below] =
            snapped([host_above, host_below, tool_above, tool_below]);
        let grid = Grid::over([&host_above, &host_below, &tool_above, &tool_below]);
        let above = grid.section(&host_above, &tool_above, operation);
        let below = grid.section(&host_below, &tool_below, operation);
        for (from, less, up) in [(&below, &above, true), (&above, &below, false)] {
            for shape in grid.rest(from, less) {
                add(&mut made, plane, &shape, up)?;
            }
        }
    }
    let made = tidied(&made);
    if made.triangles.is_empty() {
        return Some(Mesh::default());
    }
    sound(&made, host).then_some(made)
}

/// True for a closed part of a host.
pub(super) fn sound(made: &Mesh, host: &Mesh) -> bool {
    let volume = made.volume();
    volume > 0.0 && volume <= host.volume() * (1.0 + 1e-9) + 1e-12 && made.is_closed()
}

/// All triangles as one mesh, without a weld: the solids may overlap.
fn joined(meshes: &[&Mesh]) -> Mesh {
    let mut all = Mesh::default();
    for mesh in meshes {
        let base = all.positions.len() as u32;
        all.positions.extend(&mesh.positions);
        all.triangles.extend(mesh.triangles.iter().map(|t| t.map(|i| i + base)));
    }
    all
}

fn bounds(points: impl Iterator<Item = DVec3>) -> (DVec3, DVec3) {
    points.fold((DVec3::INFINITY, DVec3::NEG_INFINITY), |(l, h), p| (l.min(p), h.max(p)))
}

/// The planes of all faces, each with its triangles: those of the host by index, those of the tool behind
/// them. The largest triangle of a plane says where it lies. `None` where there are too many.
fn planes(host: &Mesh, tool: &Mesh) -> Option<Vec<(Plane, Vec<u32>)>> {
    let all = (0..host.triangles.len()).map(|t| host.triangle(t));
    let all: Vec<[DVec3; 3]> = all.chain((0..tool.triangles.len()).map(|t| tool.triangle(t))).collect();
    let normals: Vec<DVec3> = all.iter().map(|[a, b, c]| (b - a).cross(c - a)).collect();
    let mut order: Vec<u32> = (0..all.len() as u32).collect();
    let size = |t: u32| normals[t as usize].length_squared();
    order.sort_by(|&s, &t| size(t).total_cmp(&size(s)).then(s.cmp(&t)));
    let mut planes: Vec<(Plane, Vec<u32>)> = Vec::new();
    for t in order {
        let corners = all[t as usize];
        let length = normals[t as usize].length();
        // A triangle that is thinner than what lies in a plane has no plane of its own.
        let sides = [corners[1] - corners[0], corners[2] - corners[1], corners[0] - corners[2]];
        let longest = sides.iter().map(|s| s.length()).fold(0.0, f64::max);
        if length <= longest * NEAR {
            continue;
        }
        let normal = normals[t as usize] / length;
        let known = planes.iter().position(|(plane, _)| {
            plane.normal.dot(normal).abs() > 0.999 && corners.iter().all(|&p| plane.height(p) == 0.0)
        });
        match known {
            Some(k) => planes[k].1.push(t),
            None => planes.push((Plane::of(corners, normal), vec![t])),
        }
        if planes.len() * all.len() > MOST {
            return None;
        }
    }
    Some(planes)
}

/// Adds a region of a plane, which faces up or down.
fn add(mesh: &mut Mesh, plane: &Plane, shape: &[Contour], up: bool) -> Option<()> {
    let mut points: Vec<DVec2> = Vec::new();
    let mut starts = Vec::new();
    for contour in shape {
        let contour = without_spikes(contour.iter().map(|&p| DVec2::from(p)).collect());
        if contour.len() < 3 {
            if points.is_empty() {
                return Some(());
            }
            continue;
        }
        if !points.is_empty() {
            starts.push(points.len());
        }
        points.extend(contour);
    }
    // The rounding of crossings leaves slivers where two regions share an edge.
    let outline = &points[..starts.first().copied().unwrap_or(points.len())];
    let around: f64 = outline.windows(2).map(|w| w[0].distance(w[1])).sum();
    if area(outline).abs() <= SLIVER * around {
        return Some(());
    }
    let triangles = triangulate(&points, &starts)?;
    let base = mesh.positions.len() as u32;
    mesh.positions.extend(points.iter().map(|p| plane.point(p.to_array())));
    for [a, b, c] in triangles {
        let turned =
            (points[b as usize] - points[a as usize]).perp_dot(points[c as usize] - points[a as usize]);
        let t = [a, b, c].map(|i| i + base);
        mesh.triangles.push(if (turned > 0.0) == up { t } else { [t[0], t[2], t[1]] });
    }
    Some(())
}

/// Welds points: those of the host come first, so they stay where they are. Drops triangles that
/// collapse, and points without triangles.
pub(super) fn tidied(mesh: &Mesh) -> Mesh {
    let (points, index) = weld(&mesh.positions);
    let mut tidy = Mesh::default();
    let mut new: FxHashMap<u32, u32> = FxHashMap::default();
    for t in &mesh.triangles {
        let [a, b, c] = t.map(|i| index[i as usize]);
        if a == b || b == c || c == a {
            continue;
        }
        tidy.triangles.push([a, b, c].map(|i| {
            *new.entry(i).or_insert_with(|| {
                tidy.positions.push(points[i as usize]);
                tidy.positions.len() as u32 - 1
            })
        }));
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuboid(low: [f64; 3], high: [f64; 3]) -> Mesh {
        Mesh::cuboid(low.into(), high.into())
    }

    fn check(host: &Mesh, tools: &[Mesh], operation: Operation, volume: f64) {
        let made = cut(host, tools, operation).unwrap();
        assert!((made.volume() - volume).abs() < 1e-9, "{} is not {volume}", made.volume());
        assert!(made.triangles.is_empty() == (volume == 0.0) && (volume == 0.0 || made.is_closed()));
    }

    #[test]
    fn openings_go_through_end_inside_or_lie_in_a_face() {
        let wall = cuboid([0.0, 0.0, 0.0], [5.0, 0.3, 3.0]);
        let through = cuboid([1.0, -0.1, 1.0], [2.0, 0.4, 2.0]);
        let flush = cuboid([3.0, 0.0, 0.0], [4.0, 0.3, 2.0]);
        let niche = cuboid([2.2, 0.1, 1.0], [2.8, 0.3, 2.0]);
        let inside = cuboid([4.2, 0.1, 1.0], [4.8, 0.2, 2.0]);
        check(&wall, std::slice::from_ref(&through), Operation::Difference, 4.5 - 0.3);
        check(&wall, std::slice::from_ref(&flush), Operation::Difference, 4.5 - 0.6);
        check(&wall, std::slice::from_ref(&niche), Operation::Difference, 4.5 - 0.12);
        check(&wall, std::slice::from_ref(&inside), Operation::Difference, 4.5 - 0.06);
        let all = [through, flush, niche, inside];
        check(&wall, &all, Operation::Difference, 4.5 - 0.3 - 0.6 - 0.12 - 0.06);
        check(&wall, &all, Operation::Intersection, 0.3 + 0.6 + 0.12 + 0.06);
    }

    #[test]
    fn tools_may_overlap_touch_miss_or_swallow() {
        let host = cuboid([0.0; 3], [4.0, 4.0, 4.0]);
        let one = cuboid([1.0, 1.0, -1.0], [2.0, 2.0, 5.0]);
        let overlaps = cuboid([1.5, 1.0, -1.0], [3.0, 2.0, 5.0]);
        let touches = cuboid([2.0, 1.0, -1.0], [3.0, 2.0, 5.0]);
        check(&host, &[one.clone(), overlaps], Operation::Difference, 64.0 - 8.0);
        check(&host, &[one, touches], Operation::Difference, 64.0 - 8.0);
        check(&host, &[cuboid([4.0, 0.0, 0.0], [5.0; 3])], Operation::Difference, 64.0);
        check(&host, &[cuboid([-1.0; 3], [5.0; 3])], Operation::Difference, 0.0);
        check(&host, std::slice::from_ref(&host), Operation::Difference, 0.0);
        check(&host, &[cuboid([-1.0; 3], [5.0; 3])], Operation::Intersection, 64.0);
    }

    #[test]
    fn what_is_off_by_less_than_a_hair_is_in_the_face() {
        let wall = cuboid([0.0, 0.0, 0.0], [5.0, 0.3, 3.0]);
        for hair in [-8e-6, -1e-9, 1e-9, 8e-6] {
            let window = cuboid([1.0, hair, 1.0], [2.0, 0.3 - hair, 2.0]);
            let made = cut(&wall, &[window], Operation::Difference).unwrap();
            assert!((made.volume() - 4.2).abs() < 3e-4);
            let through = (0..made.triangles.len())
                .map(|t| made.triangle(t))
                .filter(|c| c.iter().all(|p| (p - DVec3::new(1.5, 0.0, 1.5)).abs().max_element() < 0.4));
            assert_eq!(through.count(), 0);
        }
    }

    #[test]
    fn a_tilted_tool_cuts_along_its_planes() {
        let host = cuboid([-1.0; 3], [1.0; 3]);
        let turn = glam::DQuat::from_rotation_y(0.7) * glam::DQuat::from_rotation_x(0.3);
        let mut tool = cuboid([-4.0, -4.0, 0.0], [4.0, 4.0, 4.0]);
        tool.positions.iter_mut().for_each(|p| *p = turn * *p);
        check(&host, &[tool], Operation::Difference, 4.0);
    }
}
