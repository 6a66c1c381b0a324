//! How much volume elements share, for those who ask.
//!
//! A solid is the sum of the prisms that stand under its triangles on a plane below it, those under faces that look
//! down counted negative. So what two solids share is the sum over pairs of triangles of what their prisms share, each
//! with its sign: over the polygon that the two have in common in plan, the lower of two linear heights. Nothing has to
//! be cut, coplanar faces need no care, and no sum depends on an order that threads could change.

use crate::body::Source;
use crate::{Clash, Kind, Scene, Subject};
use glam::{DVec2, DVec3};
use groma_model::{Cancelled, Progress};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use smallvec::SmallVec;

/// The volumes that the elements of clashes share, in cubic metres, in the order of the clashes. `None` where the two
/// share none by their kind, and where one of them is a surface, which has no inside.
///
/// Exact up to rounding. What an element covers twice, where two of its parts overlap or a mesh overlaps itself, counts
/// twice.
///
/// # Errors
///
/// The user's stop.
pub fn volumes(
    scene: &Scene<'_>,
    clashes: &[Clash],
    progress: &dyn Progress,
) -> Result<Vec<Option<f64>>, Cancelled> {
    progress.begin("measuring volumes", clashes.len() as u64);
    let of = |clash: &Clash| {
        progress.check()?;
        let shares = matches!(clash.kind, Kind::Hard | Kind::Contained | Kind::Duplicate);
        let found = if shares { shared(scene, clash.a, clash.b) } else { None };
        progress.advance(1);
        Ok(found)
    };
    let all = clashes.par_iter().with_min_len(4).map(of).collect();
    progress.end();
    all
}

fn shared(scene: &Scene<'_>, a: Subject, b: Subject) -> Option<f64> {
    let (a, b) = (solids(scene, a)?, solids(scene, b)?);
    let mut sum = 0.0;
    for x in &a {
        for y in &b {
            sum += overlap(x, y);
        }
    }
    // Less than a thousandth of a cubic millimetre is rounding.
    Some((sum.max(0.0) * 1e12).round() / 1e12)
}

/// The parts of an element as triangles in the frame, wound outward; `None` unless all are solids.
fn solids(scene: &Scene<'_>, s: Subject) -> Option<Vec<Vec<[DVec3; 3]>>> {
    let shapes = scene.models.get(s.model as usize)?.shapes;
    let mut parts = Vec::new();
    for instance in shapes.of(s.element) {
        let mesh = shapes.meshes.get(instance.mesh as usize)?;
        if mesh.triangles.is_empty() {
            continue;
        }
        // The map is in the mesh, so that a mirrored one is judged as it is placed.
        let source = Source::new(mesh, &instance.placement.matrix3);
        if !source.solid {
            return None;
        }
        let at = |i: u32| source.mesh.positions[i as usize] + instance.placement.translation;
        parts.push(source.mesh.triangles.iter().map(|t| t.map(at)).collect());
    }
    (!parts.is_empty()).then_some(parts)
}

/// A triangle over the plan: its outline counter-clockwise, its height there, and whether it looks up.
struct Roof {
    outline: [DVec2; 3],
    /// Height at the first corner, and its slope.
    height: f64,
    slope: DVec2,
    sign: f64,
    low: DVec2,
    high: DVec2,
}

impl Roof {
    fn of(t: &[DVec3; 3], origin: DVec3) -> Option<Self> {
        let [a, b, c] = t.map(|p| p - origin);
        let normal = (b - a).cross(c - a);
        let sign = normal.z.signum();
        let outline = if sign > 0.0 { [a, b, c] } else { [a, c, b] }.map(DVec3::truncate);
        // What stands upright has nothing above or below it.
        let slope = -normal.truncate() / normal.z;
        (normal.z != 0.0 && slope.is_finite()).then(|| Self {
            height: a.z,
            slope,
            sign,
            low: outline[0].min(outline[1]).min(outline[2]),
            high: outline[0].max(outline[1]).max(outline[2]),
            outline,
        })
    }

    fn height_at(&self, p: DVec2) -> f64 {
        self.height + self.slope.dot(p - self.outline[0])
    }
}

/// Corners of a convex polygon.
type Polygon = SmallVec<[DVec2; 8]>;

/// The part of a convex polygon where a function that is linear is positive.
fn clip(polygon: &Polygon, side: impl Fn(DVec2) -> f64) -> Polygon {
    let mut kept = Polygon::new();
    for (k, &p) in polygon.iter().enumerate() {
        let q = polygon[(k + 1) % polygon.len()];
        let (a, b) = (side(p), side(q));
        if a >= 0.0 {
            kept.push(p);
        }
        if (a > 0.0 && b < 0.0) || (a < 0.0 && b > 0.0) {
            kept.push(p + (q - p) * (a / (a - b)));
        }
    }
    kept
}

/// The integral of a linear function over a convex polygon.
fn integral(polygon: &Polygon, of: impl Fn(DVec2) -> f64) -> f64 {
    let mut sum = 0.0;
    for k in 1..polygon.len().max(2) - 1 {
        let [a, b, c] = [polygon[0], polygon[k], polygon[k + 1]];
        let area = (b - a).perp_dot(c - a) / 2.0;
        sum += area * (of(a) + of(b) + of(c)) / 3.0;
    }
    sum
}

/// The volume that two solids share.
fn overlap(a: &[[DVec3; 3]], b: &[[DVec3; 3]]) -> f64 {
    let bounds = |t: &[[DVec3; 3]]| {
        let points = t.iter().flatten().copied();
        points.fold((DVec3::INFINITY, DVec3::NEG_INFINITY), |(lo, hi), p| (lo.min(p), hi.max(p)))
    };
    let (x, y) = (bounds(a), bounds(b));
    let (low, high) = (x.0.max(y.0), x.1.min(y.1));
    if !low.cmplt(high).all() {
        return 0.0;
    }
    // Prisms stand on a plane below both; in plan the origin is in the middle of what the boxes share.
    let origin = ((low + high) / 2.0).with_z(x.0.z.min(y.0.z));
    let (lo, hi) = ((low - origin).truncate(), (high - origin).truncate());
    let roofs = |t: &[[DVec3; 3]]| {
        let mut roofs: Vec<Roof> = t
            .iter()
            .filter_map(|t| Roof::of(t, origin))
            .filter(|r| r.low.cmplt(hi).all() && r.high.cmpgt(lo).all())
            .collect();
        roofs.sort_by(|p, q| p.low.x.total_cmp(&q.low.x));
        roofs
    };
    let (a, b) = (roofs(a), roofs(b));
    let mut sum = 0.0;
    // Both lists are in the order of their lower ends: a roof meets those that begin before it ends.
    let mut open: Vec<&Roof> = Vec::new();
    let mut next = 0;
    for p in &a {
        while next < b.len() && b[next].low.x < p.high.x {
            open.push(&b[next]);
            next += 1;
        }
        open.retain(|q| q.high.x > p.low.x);
        for q in open.iter().filter(|q| q.low.x < p.high.x && q.low.y < p.high.y && q.high.y > p.low.y) {
            sum += p.sign * q.sign * prisms(p, q);
        }
    }
    sum
}

/// The volume that the prisms under two triangles share.
fn prisms(p: &Roof, q: &Roof) -> f64 {
    let mut polygon = Polygon::from_slice(&q.outline);
    for k in 0..3 {
        let (from, to) = (p.outline[k], p.outline[(k + 1) % 3]);
        polygon = clip(&polygon, |x| (to - from).perp_dot(x - from));
        if polygon.len() < 3 {
            return 0.0;
        }
    }
    let under_q = |x: DVec2| p.height_at(x) - q.height_at(x);
    let q_is_lower = clip(&polygon, under_q);
    let p_is_lower = clip(&polygon, |x| -under_q(x));
    let flat = polygon.iter().all(|&x| under_q(x) == 0.0);
    let first = integral(&q_is_lower, |x| q.height_at(x));
    if flat { first } else { first + integral(&p_is_lower, |x| p.height_at(x)) }
}

#[cfg(test)]
mod tests {
    use super::overlap;
    use glam::{DAffine3, DQuat, DVec3};
    use groma_geometry::Mesh;

    fn triangles(mesh: &Mesh, by: &DAffine3) -> Vec<[DVec3; 3]> {
        (0..mesh.triangles.len()).map(|k| mesh.triangle(k).map(|p| by.transform_point3(p))).collect()
    }

    #[test]
    fn boxes_share_what_lies_in_both_however_they_are_turned() {
        let a = Mesh::cuboid(DVec3::ZERO, DVec3::new(2.0, 1.0, 1.0));
        for (b, expect) in [
            (Mesh::cuboid(DVec3::new(1.5, 0.5, 0.5), DVec3::splat(3.0)), 0.5 * 0.5 * 0.5),
            // Inside, equal, aligned, touching, apart.
            (Mesh::cuboid(DVec3::splat(0.25), DVec3::splat(0.75)), 0.125),
            (a.clone(), 2.0),
            (Mesh::cuboid(DVec3::new(1.0, 0.0, 0.0), DVec3::new(3.0, 1.0, 1.0)), 1.0),
            (Mesh::cuboid(DVec3::new(2.0, 0.0, 0.0), DVec3::new(3.0, 1.0, 1.0)), 0.0),
            (Mesh::cuboid(DVec3::splat(5.0), DVec3::splat(6.0)), 0.0),
        ] {
            for turn in [
                DQuat::IDENTITY,
                DQuat::from_rotation_x(0.7),
                DQuat::from_axis_angle(DVec3::ONE.normalize(), 1.1),
            ] {
                let by = DAffine3::from_rotation_translation(turn, DVec3::new(100.0, -50.0, 7.0));
                let found = overlap(&triangles(&a, &by), &triangles(&b, &by));
                assert!((found - expect).abs() < 1e-9, "{found} {expect}");
            }
        }
    }

    #[test]
    fn a_cavity_has_no_volume() {
        let mut hollow = Mesh::cuboid(DVec3::ZERO, DVec3::splat(3.0));
        let mut cavity = Mesh::cuboid(DVec3::ONE, DVec3::splat(2.0));
        cavity.flip();
        let first = hollow.positions.len() as u32;
        hollow.positions.extend(&cavity.positions);
        hollow.triangles.extend(cavity.triangles.iter().map(|t| t.map(|i| i + first)));
        let inner = Mesh::cuboid(DVec3::splat(0.5), DVec3::splat(2.5));
        let by = DAffine3::IDENTITY;
        let found = overlap(&triangles(&hollow, &by), &triangles(&inner, &by));
        assert!((found - 7.0).abs() < 1e-9, "{found}");
    }
}
