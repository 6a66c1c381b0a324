//! The distance of two convex solids.
//!
//! The algorithm of Gilbert, Johnson and Keerthi (1988): the point of the Minkowski difference nearest to the
//! origin, through simplices of its corners, each nearer than the one before. For solids with few corners it
//! ends after some five steps.

use crate::convex::Convex;
use glam::{DAffine3, DVec3};
use groma_geometry::{MET, Nearest};

/// What a distance is measured of: the hull of some points.
#[derive(Clone, Copy)]
pub(crate) struct Hull<'a> {
    pub(crate) points: &'a [DVec3],
    /// A point within, where the search begins.
    pub(crate) middle: DVec3,
}

impl<'a> Hull<'a> {
    pub(crate) fn of(convex: &'a Convex) -> Self {
        Self { points: convex.points(), middle: convex.middle() }
    }
}

/// The distance is exact to this, in metres.
const EXACT: f64 = 1e-11;
/// More steps than this are rounding errors that go round in circles.
const MOST_STEPS: usize = 64;

/// A corner of the difference: a corner of one less one of the other.
#[derive(Clone, Copy)]
struct Corner {
    at: DVec3,
    a: DVec3,
    b: DVec3,
}

/// Some corners, and the weights of those by which their hull comes nearest to the origin.
#[derive(Clone, Copy)]
struct Simplex {
    corners: [Corner; 4],
    weights: [f64; 4],
    len: usize,
}

/// The distance of two convex solids with their nearest points, the second's in the coordinates of the first.
/// `Ok(None)` where it is not below `reach`, an error where rounding hinders an answer.
pub(crate) fn distance(
    a: Hull<'_>,
    b: Hull<'_>,
    b_to_a: &DAffine3,
    reach: f64,
) -> Result<Option<Nearest>, ()> {
    let back = b_to_a.matrix3.transpose();
    let corner = |along: DVec3| {
        let p = farthest(a.points, along);
        let q = b_to_a.transform_point3(farthest(b.points, back * -along));
        Corner { at: p - q, a: p, b: q }
    };
    let first = corner(b_to_a.transform_point3(b.middle) - a.middle);
    let mut simplex = Simplex { corners: [first; 4], weights: [1.0, 0.0, 0.0, 0.0], len: 1 };
    let mut v = first.at;
    for _ in 0..MOST_STEPS {
        let length = v.length();
        if length <= MET {
            return Ok((0.0 < reach).then(|| simplex.meeting()));
        }
        let next = corner(-v);
        let along = v.dot(next.at);
        // No point of the difference is nearer to the origin than the plane through its farthest corner.
        if along >= reach * length {
            return Ok(None);
        }
        if length * length - along <= EXACT * length {
            return Ok((length < reach).then(|| simplex.nearest(length)));
        }
        // Solids that all but touch along large faces: the digits of the weights do not suffice.
        if simplex.corners[..simplex.len].iter().any(|c| c.at == next.at) {
            return Err(());
        }
        simplex.corners[simplex.len] = next;
        simplex.len += 1;
        if !simplex.reduce() {
            return Ok((0.0 < reach).then(|| simplex.meeting()));
        }
        let nearer = simplex.sum(|c| c.at);
        if nearer.length_squared() >= length * length {
            return Err(());
        }
        v = nearer;
    }
    Err(())
}

/// The point that lies farthest along a direction; the first of equal ones.
fn farthest(points: &[DVec3], along: DVec3) -> DVec3 {
    let (mut best, mut at) = (f64::NEG_INFINITY, 0);
    for (k, p) in points.iter().enumerate() {
        let x = along.dot(*p);
        // Chosen, not branched on: which one it is cannot be foreseen.
        let farther = x > best;
        best = if farther { x } else { best };
        at = if farther { k } else { at };
    }
    points.get(at).copied().unwrap_or_default()
}

impl Simplex {
    fn sum(&self, of: impl Fn(&Corner) -> DVec3) -> DVec3 {
        (0..self.len).map(|k| of(&self.corners[k]) * self.weights[k]).sum()
    }

    fn nearest(&self, distance: f64) -> Nearest {
        Nearest { distance, a: self.sum(|c| c.a), b: self.sum(|c| c.b) }
    }

    /// A point of both.
    fn meeting(&self) -> Nearest {
        let a = self.sum(|c| c.a);
        Nearest { distance: 0.0, a, b: a }
    }

    /// Leaves the corners between which the hull comes nearest to the origin; false where it holds it.
    fn reduce(&mut self) -> bool {
        let at = self.corners.map(|c| c.at);
        match self.len {
            2 => self.keep(&[0, 1], &on_segment(at[0], at[1])),
            3 => self.keep(&[0, 1, 2], &on_triangle(at[0], at[1], at[2])),
            4 => return self.reduce_tetrahedron(&at),
            _ => {}
        }
        true
    }

    fn reduce_tetrahedron(&mut self, at: &[DVec3; 4]) -> bool {
        const SIDES: [[usize; 4]; 4] = [[0, 1, 2, 3], [0, 2, 3, 1], [0, 3, 1, 2], [1, 3, 2, 0]];
        let mut best: Option<(f64, [usize; 3], [f64; 3])> = None;
        let mut heights = [0.0; 4];
        for [i, j, k, opposite] in SIDES {
            let normal = (at[j] - at[i]).cross(at[k] - at[i]);
            let (of_origin, of_opposite) = (-normal.dot(at[i]), normal.dot(at[opposite] - at[i]));
            heights[opposite] = of_origin / of_opposite;
            // A flat one has no inside.
            if of_opposite != 0.0 && of_origin * of_opposite > 0.0 {
                continue;
            }
            let weights = on_triangle(at[i], at[j], at[k]);
            let square = (at[i] * weights[0] + at[j] * weights[1] + at[k] * weights[2]).length_squared();
            if best.is_none_or(|b| square < b.0) {
                best = Some((square, [i, j, k], weights));
            }
        }
        let Some((_, corners, weights)) = best else {
            self.weights = heights;
            return false;
        };
        self.keep(&corners, &weights);
        true
    }

    /// Keeps the corners that have weight.
    fn keep(&mut self, corners: &[usize], weights: &[f64]) {
        let all = self.corners;
        self.len = 0;
        for (&k, &weight) in corners.iter().zip(weights) {
            if weight > 0.0 {
                self.corners[self.len] = all[k];
                self.weights[self.len] = weight;
                self.len += 1;
            }
        }
    }
}

/// The weights of the ends of a segment at its point nearest to the origin.
fn on_segment(a: DVec3, b: DVec3) -> [f64; 2] {
    let along = b - a;
    let square = along.length_squared();
    let t = if square > 0.0 { (-a.dot(along) / square).clamp(0.0, 1.0) } else { 0.0 };
    [1.0 - t, t]
}

/// The weights of the corners of a triangle at its point nearest to the origin (Ericson, Real-Time Collision
/// Detection, 5.1.5).
fn on_triangle(a: DVec3, b: DVec3, c: DVec3) -> [f64; 3] {
    let (ab, ac) = (b - a, c - a);
    let (d1, d2) = (-ab.dot(a), -ac.dot(a));
    if d1 <= 0.0 && d2 <= 0.0 {
        return [1.0, 0.0, 0.0];
    }
    let (d3, d4) = (-ab.dot(b), -ac.dot(b));
    if d3 >= 0.0 && d4 <= d3 {
        return [0.0, 1.0, 0.0];
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        let [x, y] = on_segment(a, b);
        return [x, y, 0.0];
    }
    let (d5, d6) = (-ab.dot(c), -ac.dot(c));
    if d6 >= 0.0 && d5 <= d6 {
        return [0.0, 0.0, 1.0];
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        let [x, z] = on_segment(a, c);
        return [x, 0.0, z];
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 - d3 >= 0.0 && d5 - d6 >= 0.0 {
        let [y, z] = on_segment(b, c);
        return [0.0, y, z];
    }
    let sum = va + vb + vc;
    if sum > 0.0 { [va / sum, vb / sum, vc / sum] } else { [1.0, 0.0, 0.0] }
}

#[cfg(test)]
mod tests {
    use super::{Hull, distance};
    use crate::convex::Convex;
    use glam::{DAffine3, DQuat, DVec3, EulerRot};
    use groma_geometry::{FacetTree, Meeting, Mesh};

    #[test]
    fn distances_are_those_of_the_surfaces() {
        let meshes = [
            Mesh::cuboid(DVec3::ZERO, DVec3::new(3.0, 0.2, 2.5)),
            Mesh::cuboid(DVec3::splat(-0.4), DVec3::splat(0.4)),
            Mesh::cuboid(DVec3::ZERO, DVec3::new(0.001, 40.0, 0.3)),
        ];
        let (mut apart, mut together, mut undecided) = (0, 0, 0);
        for k in 0..2000u32 {
            let at = |n: u32| f64::from((k * 7919 + n * 104_729) % 1009) / 1009.0;
            let turn = DQuat::from_euler(EulerRot::XYZ, 6.0 * at(1), 6.0 * at(2), 6.0 * at(3));
            let turn = if k % 3 == 0 { DQuat::IDENTITY } else { turn };
            let shift = (DVec3::new(at(4), at(5), at(6)) - 0.5) * if k % 4 == 1 { 1.0 } else { 8.0 };
            let motion = DAffine3::from_rotation_translation(turn, shift);
            let (x, y) = (&meshes[k as usize % 3], &meshes[(k / 3) as usize % 3]);
            let (a, b) = (Convex::of(x).unwrap(), Convex::of(y).unwrap());
            let [s, t] = [x, y].map(FacetTree::new);
            let surfaces = s.distance(&t, &motion, 4.0, 0.0, &mut Meeting::default());
            match distance(Hull::of(&a), Hull::of(&b), &motion, 4.0) {
                Ok(Some(found)) if found.distance > 0.0 => {
                    apart += 1;
                    assert!((found.distance - surfaces.unwrap().distance).abs() < 1e-9, "{k}");
                    assert!((found.a.distance(found.b) - found.distance).abs() < 1e-9);
                }
                Ok(Some(_)) => {
                    together += 1;
                    let inside = s.contains(motion.translation) || t.contains(motion.inverse().translation);
                    assert!(inside || surfaces.is_some_and(|n| n.distance < 1e-9), "{k}");
                }
                Ok(None) => assert!(surfaces.is_none_or(|n| n.distance > 4.0 - 1e-9), "{k}"),
                Err(()) => undecided += 1,
            }
        }
        assert!(apart > 500 && together > 50 && undecided < 20, "{apart} {together} {undecided}");
    }
}
