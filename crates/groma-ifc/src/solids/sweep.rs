//! Disks swept along lines: pipes, bars and cables, mitred where the line bends.

use super::bodies::Body;
use super::curves::{round, turn};
use super::cut::{Operation, cut};
use super::extrude::extrude;
use super::paths::Path;
use super::read::Reading;
use super::region::Region;
use glam::{DAffine3, DMat3, DQuat, DVec2, DVec3};
use groma_geometry::Mesh;
use std::f64::consts::TAU;

/// Bars thinner than this get fewer sides, in metres.
const THIN: f64 = 0.02;
const SIDES_OF_THIN: usize = 24;
/// Corners sharper than this have no mitre.
const SHARPEST: f64 = 170.0;
/// Of lines with more legs, with more of them that are shorter than their mitre, or of disks with more sides none is
/// cut leg by leg: a disk around a bend that is narrower than itself is no pipe.
const MOST_LEGS: usize = 50;
const MOST_SHORT: usize = 3;
const MOST_SIDES: usize = 128;
/// Corners of all rings of one sweep.
const MOST_CORNERS: usize = 2_000_000;

impl Reading<'_> {
    /// An `IfcSweptDiskSolid` or `IfcSweptDiskSolidPolygonal`.
    pub(super) fn swept_disk(&self, id: u32, polygonal: bool) -> Option<Body> {
        let a = self.attributes(id)?;
        let directrix = a.reference(0)?;
        let radius = self.length_of(&a, 1).filter(|r| *r > 0.0)?;
        let inner = self.optional_length(&a, 2)?.filter(|r| *r > 0.0);
        let mut path = self.stretch(directrix, a.raw(3), a.raw(4))?;
        if inner.is_some_and(|inner| inner >= radius) {
            return None;
        }
        if let Some(fillet) = self.optional_length(&a, 5)?.filter(|f| polygonal && *f > 0.0) {
            path = filleted(&path, fillet)?;
        }
        let origin = path.points[0].round();
        path.points.iter_mut().for_each(|p| *p -= origin);
        let mesh = sweep(&path, radius, inner).or_else(|| leg_by_leg(&path, radius, inner))?;
        Some(Body { mesh, at: DAffine3::from_translation(origin) })
    }
}

/// A path whose corners are arcs.
fn filleted(path: &Path, radius: f64) -> Option<Path> {
    if path.closed {
        return None;
    }
    let p = &path.points;
    let mut points = vec![p[0]];
    let mut left = 0.0;
    for k in 1..p.len() - 1 {
        let (to, on) = ((p[k] - p[k - 1]).normalize(), (p[k + 1] - p[k]).normalize());
        let turn = to.angle_between(on);
        if turn < 1e-6 {
            points.push(p[k]);
            left = 0.0;
            continue;
        }
        let back = radius * (turn / 2.0).tan();
        // Arcs have to end before the next begins.
        if left + back > p[k].distance(p[k - 1]) + 1e-9 || back > p[k].distance(p[k + 1]) {
            return None;
        }
        left = back;
        let start = p[k] - to * back;
        let inward = (on - to * on.dot(to)).normalize();
        let centre = start + inward * radius;
        let count = super::curves::pieces(turn, radius);
        points.extend(round(DVec2::ZERO, radius, 0.0, turn, count).into_iter().map(|c| {
            // from the start of the arc, seen from its centre
            centre - inward * c.x + to * c.y
        }));
    }
    if left > p[p.len() - 1].distance(p[p.len() - 2]) + 1e-9 {
        return None;
    }
    points.push(p[p.len() - 1]);
    points.dedup_by(|a, b| a.distance(*b) <= 1e-9);
    Some(Path { points, closed: false, ends: path.ends })
}

fn sides(radius: f64) -> usize {
    if radius < THIN { SIDES_OF_THIN } else { turn(radius) }
}

/// The solids that a disk, or a ring, leaves behind along each leg of an open path, cut in the planes halfway between
/// legs: where a leg is shorter than its mitre, rings would cross each other.
fn leg_by_leg(path: &Path, radius: f64, inner: Option<f64>) -> Option<Mesh> {
    let p = &path.points;
    let legs = p.len() - 1;
    let short = p.windows(2).filter(|w| w[0].distance(w[1]) < 2.0 * radius).count();
    if path.closed || legs > MOST_LEGS || short > MOST_SHORT || sides(radius) > MOST_SIDES {
        return None;
    }
    let ring = |radius: f64| -> Vec<DVec2> {
        let sides = sides(radius);
        (0..sides).map(|k| DVec2::from_angle(k as f64 * TAU / sides as f64) * radius).collect()
    };
    let region = Region::new(ring(radius), inner.map(ring).into_iter().collect())?;
    let ahead: Vec<DVec3> = (0..legs).map(|k| (p[k + 1] - p[k]).normalize()).collect();
    let mut all = Mesh::default();
    for (leg, &on) in ahead.iter().enumerate() {
        // How far the mitre at an end of the leg reaches, and its plane.
        let end = |k: usize| {
            let other = if k == leg { leg.checked_sub(1) } else { Some(k).filter(|k| *k < legs) };
            let other = other.map_or(on, |k| ahead[k]);
            let turn = other.angle_between(on);
            (turn.to_degrees() <= SHARPEST)
                .then(|| (radius * (turn / 2.0).tan() + radius, (on + other).normalize()))
        };
        let ((before, from), (after, to)) = (end(leg)?, end(leg + 1)?);
        let across = on.any_orthonormal_vector();
        let axes = DMat3::from_cols(across, on.cross(across), on);
        let at = DAffine3 { matrix3: axes, translation: p[leg] - on * before };
        let long = before + after + p[leg].distance(p[leg + 1]);
        let mut bar = extrude(&region, DVec3::Z * long)?;
        bar.positions.iter_mut().for_each(|q| *q = at.transform_point3(*q));
        // What lies behind the plane at the start, and beyond the one at the end.
        let side = |point: DVec3, outward: DVec3| {
            let u = outward.any_orthonormal_vector();
            let axes = DMat3::from_cols(u, outward.cross(u), outward);
            let far = 2.0 * (long + radius);
            let mut side = Mesh::cuboid(DVec3::new(-far, -far, 0.0), DVec3::splat(far));
            side.positions.iter_mut().for_each(|q| *q = axes * *q + point);
            side
        };
        let bar = cut(&bar, &[side(p[leg], -from), side(p[leg + 1], to)], Operation::Difference)?;
        let base = all.positions.len() as u32;
        all.positions.extend(bar.positions);
        all.triangles.extend(bar.triangles.iter().map(|t| t.map(|i| i + base)));
    }
    (all.is_closed() && all.volume() > 0.0).then_some(all)
}

/// The solid that a disk, or a ring, leaves behind along a path; `None` where it turns back on itself.
fn sweep(path: &Path, radius: f64, inner: Option<f64>) -> Option<Mesh> {
    let sides = sides(radius);
    let p = &path.points;
    let n = p.len();
    let walls = 1 + usize::from(inner.is_some());
    if n * sides * walls > MOST_CORNERS {
        return None;
    }
    let legs = if path.closed { n } else { n - 1 };
    let ahead: Vec<DVec3> = (0..legs).map(|k| (p[(k + 1) % n] - p[k]).normalize()).collect();
    // The first axis of each leg's circle, turned on as little as may be from leg to leg.
    let mut first = vec![ahead[0].any_orthonormal_vector()];
    for k in 1..legs {
        let turn = DQuat::from_rotation_arc(ahead[k - 1], ahead[k]);
        first.push((turn * first[k - 1]).normalize());
    }
    // Around a closed path the last circle has to come out on the first.
    let mut twist = 0.0;
    if path.closed {
        let last = DQuat::from_rotation_arc(ahead[legs - 1], ahead[0]) * first[legs - 1];
        let second = ahead[0].cross(first[0]);
        twist = -last.dot(second).atan2(last.dot(first[0]));
    }
    let mut mesh = Mesh::default();
    for wall in [Some(radius), inner].into_iter().flatten() {
        for ring in 0..n {
            let (before, after) = match (path.closed, ring) {
                (true, 0) => (legs - 1, 0),
                (false, 0) => (0, 0),
                (false, ring) if ring == n - 1 => (legs - 1, legs - 1),
                (_, ring) => (ring - 1, ring),
            };
            let (to, on) = (ahead[before], ahead[after]);
            if to.angle_between(on).to_degrees() > SHARPEST {
                return None;
            }
            // The circle across the way on, slid along it into the plane halfway between both ways.
            let end = match ring {
                0 => path.ends[0],
                ring if ring == n - 1 => path.ends[1],
                _ => None,
            };
            let normal = end.filter(|_| !path.closed).unwrap_or((to + on).normalize());
            let reach = radius * (to.angle_between(on) / 2.0).tan();
            let length = |leg: usize| p[(leg + 1) % n].distance(p[leg]);
            if reach > length(before) || reach > length(after) {
                return None;
            }
            let second = on.cross(first[after]);
            let lead = twist * ring as f64 / n as f64;
            for side in 0..sides {
                let (sin, cos) = (lead + side as f64 * TAU / sides as f64).sin_cos();
                let out = wall * (first[after] * cos + second * sin);
                mesh.positions.push(p[ring] + out - on * (out.dot(normal) / on.dot(normal)));
            }
        }
    }
    let (sides, rings) = (sides as u32, n as u32);
    for wall in 0..walls as u32 {
        let base = wall * rings * sides;
        for leg in 0..legs as u32 {
            let (from, to) = (base + leg * sides, base + ((leg + 1) % rings) * sides);
            for side in 0..sides {
                let next = (side + 1) % sides;
                let [a, b, c, d] = [from + side, from + next, to + next, to + side];
                let quad = [[a, b, c], [a, c, d]];
                mesh.triangles.extend(if wall == 0 { quad } else { quad.map(|[x, y, z]| [x, z, y]) });
            }
        }
    }
    if !path.closed {
        let last = (rings - 1) * sides;
        let hole = rings * sides;
        for side in 0..sides {
            let next = (side + 1) % sides;
            if walls == 1 {
                if side > 0 && next > 0 {
                    mesh.triangles.push([0, next, side]);
                    mesh.triangles.push([last, last + side, last + next]);
                }
            } else {
                let cap = |base: u32| [base + side, base + next, hole + base + next, hole + base + side];
                let [a, b, c, d] = cap(0);
                mesh.triangles.extend([[a, c, b], [a, d, c]]);
                let [a, b, c, d] = cap(last);
                mesh.triangles.extend([[a, b, c], [a, c, d]]);
            }
        }
    }
    (mesh.is_closed() && mesh.volume() > 0.0).then_some(mesh)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn along(points: &[[f64; 3]], closed: bool) -> Path {
        Path { points: points.iter().map(|&p| p.into()).collect(), closed, ends: [None; 2] }
    }

    /// The area of the polygon that stands for a circle.
    fn disk(radius: f64) -> f64 {
        let n = sides(radius) as f64;
        radius * radius * n / 2.0 * (TAU / n).sin()
    }

    #[test]
    fn mitred_pipes_have_the_volume_of_their_line() {
        for points in [
            &[[0.0, 0.0, 0.0], [7.0, 0.0, 0.0]][..],
            &[[0.0, 0.0, 0.0], [3.0, 0.0, 0.0], [3.0, 0.0, 4.0]],
            &[[0.0, 0.0, 0.0], [3.0, 0.0, 0.0], [6.0, 0.0, 3.0], [6.0, 5.0, 3.0]],
            &[[0.0, 0.0, 0.0], [3.0, 0.0, 0.0], [0.4, 0.0, 1.5]],
        ] {
            let length: f64 = points.windows(2).map(|w| DVec3::from(w[0]).distance(w[1].into())).sum();
            let path = along(points, false);
            let bar = sweep(&path, 0.1, None).unwrap();
            assert!((bar.volume() - disk(0.1) * length).abs() < 1e-9, "{}", bar.volume());
            let pipe = sweep(&path, 0.1, Some(0.08)).unwrap();
            assert!((pipe.volume() - (disk(0.1) - disk(0.08)) * length).abs() < 1e-9);
        }
    }

    #[test]
    fn a_ring_closes_without_caps() {
        let square = along(&[[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [2.0, 2.0, 1.0], [0.0, 2.0, 0.0]], true);
        let ring = sweep(&square, 0.1, Some(0.05)).unwrap();
        assert!(ring.is_closed() && ring.volume() > 0.0);
    }

    #[test]
    fn fillets_round_the_corners() {
        let path =
            filleted(&along(&[[0.0, 0.0, 0.0], [3.0, 0.0, 0.0], [3.0, 0.0, 4.0]], false), 0.3).unwrap();
        let length: f64 = path.points.windows(2).map(|w| w[0].distance(w[1])).sum();
        assert!((length - (7.0 - 0.6 + 0.3 * PI / 2.0)).abs() < 2e-3, "{length}");
        assert!(sweep(&path, 0.1, None).unwrap().is_closed());
    }

    #[test]
    fn what_turns_back_on_itself_is_left_alone() {
        assert!(sweep(&along(&[[0.0; 3], [3.0, 0.0, 0.0], [0.0, 0.001, 0.0]], false), 0.1, None).is_none());
        assert!(sweep(&along(&[[0.0; 3], [0.05, 0.0, 0.0], [0.0, 0.0, 1.0]], false), 0.1, None).is_none());
    }

    #[test]
    fn a_leg_shorter_than_its_mitre_is_what_its_planes_leave() {
        let path = along(&[[0.0; 3], [0.05, 0.0, 0.0], [0.05, 2.0, 0.0]], false);
        assert!(sweep(&path, 0.1, None).is_none());
        let bar = leg_by_leg(&path, 0.1, None).unwrap();
        // Behind the plane the second leg is as long as it is on average; of the first there is what lies before the
        // cap: the integral over a disk of r of h - y where that is not negative.
        let (r, h) = (0.1_f64, 0.05_f64);
        let root = (r * r - h * h).sqrt();
        let below = r * r * (PI - (h / r).acos()) + h * root;
        let expect = 2.0 * PI * r * r + h * below + 2.0 / 3.0 * root.powi(3);
        assert!((bar.volume() / expect - 1.0).abs() < 0.006, "{} {expect}", bar.volume());
        assert!(bar.is_closed());
    }
}
