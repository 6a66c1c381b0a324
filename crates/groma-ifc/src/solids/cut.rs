//! Solids cut out of a solid, plane by plane.
//!
//! The surface of a result lies in the planes of its operands. In each plane it is the difference of two
//! regions: the section of the result just below the plane, and the one just above it. What is solid below
//! and not above faces up; what is solid above and not below faces down. Each section is the same operation
//! on the plane sections of the operands, so that all there is to compute are overlays of plane polygons,
//! and faces of both operands in one plane need no care of their own.

use super::profiles::area;
use super::triangulate::triangulate;
use glam::{DVec2, DVec3};
use groma_geometry::{Mesh, weld::weld};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::ShapeType;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::overlay::FloatOverlay;
use i_overlay::i_float::adapter::FloatPointAdapter;
use i_overlay::i_float::float::rect::FloatRect;
use i_overlay::i_shape::source::resource::ShapeResource;
use rustc_hash::FxHashMap;

/// Points this close to a plane lie in it, in metres: what is thinner than this is nothing.
const NEAR: f64 = 1e-5;
/// A region that is thinner than this on average is the rounding of an overlay, in metres.
const SLIVER: f64 = 1e-7;
/// A cut with more planes times triangles than this is left to the kernel.
const MOST: usize = 6_000_000;

/// What becomes of two solids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operation {
    Difference,
    Intersection,
}

type Contour = Vec<[f64; 2]>;
type Area = Vec<Vec<Contour>>;

/// A plane, with directions across it.
struct Plane {
    origin: DVec3,
    normal: DVec3,
    u: DVec3,
    v: DVec3,
}

impl Plane {
    fn of(triangle: [DVec3; 3], normal: DVec3) -> Self {
        let [a, b, c] = triangle;
        // Along the middle one of the sides: the longest of a halved rectangle crosses it, and the
        // shortest may be a sliver's.
        let mut sides = [b - a, c - b, a - c];
        sides.sort_by(|x, y| x.length_squared().total_cmp(&y.length_squared()));
        let along = sides[1];
        let u = (along - normal * along.dot(normal)).normalize_or(normal.any_orthonormal_vector());
        Self { origin: a, normal, u, v: normal.cross(u) }
    }

    fn height(&self, p: DVec3) -> f64 {
        let height = (p - self.origin).dot(self.normal);
        if height.abs() <= NEAR { 0.0 } else { height }
    }

    fn flat(&self, p: DVec3) -> [f64; 2] {
        let p = p - self.origin;
        [p.dot(self.u), p.dot(self.v)]
    }

    fn point(&self, p: [f64; 2]) -> DVec3 {
        self.origin + self.u * p[0] + self.v * p[1]
    }
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
    let planes = planes(host, &tool);
    if planes.len() * (host.triangles.len() + tool.triangles.len()) > MOST {
        return None;
    }
    let mut made = Mesh { positions: host.positions.clone(), triangles: Vec::new() };
    made.positions.extend(&tool.positions);
    let mut sections = Sections::default();
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
    let volume = made.volume();
    let sound = volume > 0.0 && volume <= host.volume() * (1.0 + 1e-9) + 1e-12 && made.is_closed();
    sound.then_some(made)
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
/// them. The largest triangle of a plane says where it lies.
fn planes(host: &Mesh, tool: &Mesh) -> Vec<(Plane, Vec<u32>)> {
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
    }
    planes
}

/// Where the sections of solids are kept while they are made.
#[derive(Default)]
struct Sections {
    heights: Vec<f64>,
}

impl Sections {
    /// The contours of a closed mesh just above and just below a plane.
    fn of(&mut self, mesh: &Mesh, plane: &Plane) -> Option<(Vec<Contour>, Vec<Contour>)> {
        self.heights.clear();
        self.heights.extend(mesh.positions.iter().map(|&p| plane.height(p)));
        let above = self.section(mesh, plane, |height| height > 0.0)?;
        let below = self.section(mesh, plane, |height| height >= 0.0)?;
        Some((above, below))
    }

    fn section(&self, mesh: &Mesh, plane: &Plane, is_above: impl Fn(f64) -> bool) -> Option<Vec<Contour>> {
        let mut segments: Vec<(DVec3, DVec3)> = Vec::new();
        for &triangle in &mesh.triangles {
            let sides = triangle.map(|i| is_above(self.heights[i as usize]));
            if sides[0] == sides[1] && sides[1] == sides[2] {
                continue;
            }
            // The corner that stands alone, and the others behind it.
            let lone = (0..3).find(|&k| sides[(k + 1) % 3] == sides[(k + 2) % 3])?;
            let [a, b, c] = [0, 1, 2].map(|k| triangle[(lone + k) % 3]);
            let (ab, ac) = (self.crossing(mesh, a, b), self.crossing(mesh, a, c));
            // Solid lies on the left of the section's outline, seen from above.
            segments.push(if sides[lone] { (ab, ac) } else { (ac, ab) });
        }
        chained(&segments, plane)
    }

    /// Where an edge meets the plane, from whichever side it is asked.
    fn crossing(&self, mesh: &Mesh, a: u32, b: u32) -> DVec3 {
        let (a, b) = (a.min(b) as usize, a.max(b) as usize);
        let (p, q) = (mesh.positions[a], mesh.positions[b]);
        let (s, t) = (self.heights[a], self.heights[b]);
        if s == 0.0 {
            p
        } else if t == 0.0 {
            q
        } else {
            p + (q - p) * (s / (s - t))
        }
    }
}

/// Segments end to end as closed contours; `None` where they do not close.
fn chained(segments: &[(DVec3, DVec3)], plane: &Plane) -> Option<Vec<Contour>> {
    if segments.is_empty() {
        return Some(Vec::new());
    }
    let ends: Vec<DVec3> = segments.iter().flat_map(|&(p, q)| [p, q]).collect();
    let (points, index) = weld(&ends);
    // Segments by where they start; those within one point go.
    let mut from: Vec<(u32, u32)> =
        index.chunks_exact(2).map(|e| (e[0], e[1])).filter(|(p, q)| p != q).collect();
    from.sort_unstable();
    let mut left = vec![0_u32; points.len() + 1];
    for &(p, _) in &from {
        left[p as usize + 1] += 1;
    }
    for k in 1..left.len() {
        left[k] += left[k - 1];
    }
    let ends_of: Vec<u32> = left[1..].to_vec();
    let mut contours = Vec::new();
    for start in 0..points.len() {
        while left[start] < ends_of[start] {
            let mut contour: Contour = Vec::new();
            let mut at = start;
            loop {
                let next = left[at];
                if next >= ends_of[at] {
                    return None;
                }
                left[at] += 1;
                contour.push(plane.flat(points[at]));
                at = from[next as usize].1 as usize;
                if at == start {
                    break;
                }
            }
            if contour.len() >= 3 {
                contours.push(contour);
            }
        }
    }
    Some(contours)
}

/// The same contours with one point for those within a hair of each other, and with a corner on each edge
/// where a point lies within a hair of it: edges that run along each other become the same edges, between
/// which no overlay finds anything.
fn snapped(sets: [Vec<Contour>; 4]) -> [Vec<Contour>; 4] {
    let all: Vec<DVec3> = sets.iter().flatten().flatten().map(|&[x, y]| DVec3::new(x, y, 0.0)).collect();
    let (points, index) = weld(&all);
    let points: Vec<DVec2> = points.iter().map(|p| p.truncate()).collect();
    let mut by_x: Vec<u32> = (0..points.len() as u32).collect();
    by_x.sort_by(|&i, &k| points[i as usize].x.total_cmp(&points[k as usize].x));
    let sorted: Vec<f64> = by_x.iter().map(|&i| points[i as usize].x).collect();
    let mut next = index.into_iter();
    let mut on: Vec<(f64, u32)> = Vec::new();
    sets.map(|contours| {
        contours
            .into_iter()
            .map(|contour| {
                let corners: Vec<u32> = next.by_ref().take(contour.len()).collect();
                let mut snapped: Contour = Vec::with_capacity(corners.len());
                for (k, &from) in corners.iter().enumerate() {
                    let to = corners[(k + 1) % corners.len()];
                    if from == to {
                        continue;
                    }
                    let (a, b) = (points[from as usize], points[to as usize]);
                    snapped.push(a.to_array());
                    let along = b - a;
                    let first = sorted.partition_point(|&x| x < a.x.min(b.x) - NEAR);
                    let last = sorted.partition_point(|&x| x <= a.x.max(b.x) + NEAR);
                    on.clear();
                    on.extend(by_x[first..last].iter().filter(|&&i| i != from && i != to).filter_map(|&i| {
                        let offset = points[i as usize] - a;
                        let at = offset.dot(along) / along.length_squared();
                        let off = offset.perp_dot(along).abs();
                        (at > 0.0 && at < 1.0 && off <= NEAR * along.length()).then_some((at, i))
                    }));
                    on.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
                    snapped.extend(on.iter().map(|&(_, i)| points[i as usize].to_array()));
                }
                snapped
            })
            .filter(|contour| contour.len() >= 3)
            .collect()
    })
}

/// Overlays in one plane. All of them are made on one grid, so that what agrees goes on to agree.
struct Grid(FloatPointAdapter<[f64; 2], i64>);

impl Grid {
    /// Steps of a grid over what they hold: each is a number that f64 holds exactly.
    const BITS: u32 = 50;

    fn over(contours: [&[Contour]; 4]) -> Self {
        let mut rect = FloatRect { min_x: f64::MAX, max_x: f64::MIN, min_y: f64::MAX, max_y: f64::MIN };
        for &[x, y] in contours.into_iter().flatten().flatten() {
            rect.min_x = rect.min_x.min(x);
            rect.max_x = rect.max_x.max(x);
            rect.min_y = rect.min_y.min(y);
            rect.max_y = rect.max_y.max(y);
        }
        if rect.min_x > rect.max_x {
            rect = FloatRect { min_x: 0.0, max_x: 1.0, min_y: 0.0, max_y: 1.0 };
        }
        Self(FloatPointAdapter::with_coordinate_bits(rect, Self::BITS))
    }

    fn overlay<S: ShapeResource<[f64; 2]> + ?Sized>(&self, one: &S, other: &S, rule: OverlayRule) -> Area {
        FloatOverlay::with_adapter(self.0.clone(), 64)
            .unsafe_add_source(one, ShapeType::Subject)
            .unsafe_add_source(other, ShapeType::Clip)
            .overlay(rule, FillRule::NonZero)
    }

    /// A section of the result from those of the operands.
    fn section(&self, host: &[Contour], tool: &[Contour], operation: Operation) -> Area {
        let rule = match operation {
            Operation::Difference => OverlayRule::Difference,
            Operation::Intersection => OverlayRule::Intersect,
        };
        if host.is_empty() || (tool.is_empty() && operation == Operation::Intersection) {
            return Vec::new();
        }
        self.overlay(host, tool, rule)
    }

    /// What one region has and another has not.
    fn rest(&self, from: &Area, less: &Area) -> Area {
        if from.is_empty() || from == less {
            return Vec::new();
        }
        self.overlay(&from[..], &less[..], OverlayRule::Difference)
    }
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

/// A contour without what is thinner than a hair: spikes out of the region, and slits into it, that
/// edges leave which agree but for their rounding.
fn without_spikes(mut contour: Vec<DVec2>) -> Vec<DVec2> {
    let mut unchanged = 0;
    let mut at = 0;
    while contour.len() >= 3 && unchanged < contour.len() {
        let n = contour.len();
        at %= n;
        let (p, v, q) = (contour[(at + n - 1) % n], contour[at], contour[(at + 1) % n]);
        if v.distance_squared(q) <= NEAR * NEAR || folds(p, v, q) {
            contour.remove(at);
            // What was before may fold now.
            at = (at + n - 2) % (n - 1);
            unchanged = 0;
        } else {
            at += 1;
            unchanged += 1;
        }
    }
    contour
}

/// True when the way from a point over another to a third turns back on itself.
fn folds(p: DVec2, v: DVec2, q: DVec2) -> bool {
    let (back, on) = (p - v, q - v);
    if back.dot(on) <= 0.0 {
        return false;
    }
    back.perp_dot(on).abs() <= NEAR * back.length().max(on.length())
}

/// Welds points: those of the operands come first, so they stay where they are. Drops triangles that
/// collapse, and points without triangles.
fn tidied(mesh: &Mesh) -> Mesh {
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
        check(&wall, &[through.clone()], Operation::Difference, 4.5 - 0.3);
        check(&wall, &[flush.clone()], Operation::Difference, 4.5 - 0.6);
        check(&wall, &[niche.clone()], Operation::Difference, 4.5 - 0.12);
        check(&wall, &[inside.clone()], Operation::Difference, 4.5 - 0.06);
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
        check(&host, &[host.clone()], Operation::Difference, 0.0);
        check(&host, &[cuboid([-1.0; 3], [5.0; 3])], Operation::Intersection, 64.0);
    }

    #[test]
    fn what_is_off_by_less_than_a_hair_is_in_the_face() {
        let wall = cuboid([0.0, 0.0, 0.0], [5.0, 0.3, 3.0]);
        for hair in [-8e-6, -1e-9, 1e-9, 8e-6] {
            let window = cuboid([1.0, hair, 1.0], [2.0, 0.3 - hair, 2.0]);
            let made = cut(&wall, &[window], Operation::Difference).unwrap();
            assert!((made.volume() - 4.2).abs() < 1e-4);
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
