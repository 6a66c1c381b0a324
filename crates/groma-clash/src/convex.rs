//! Convex solids: the exact depth by separating axes.

use crate::separate::{extent, lowest};
use glam::{DAffine3, DMat3, DVec3};
use groma_geometry::triangle::lesser;
use groma_geometry::{Mesh, triangle};
use smallvec::SmallVec;

/// More triangles than this are not tried for convexity: separating axes would cost more than a walk.
const MOST_TRIANGLES: usize = 512;
/// How far a point may lie outside a face's plane, in metres: the weld.
const FLAT: f64 = 1e-5;
/// Heights that differ by less, in metres, are one.
const LEVEL: f64 = 1e-12;
/// Directions whose cosine differs from 1 by less are one.
const SAME: f64 = 1e-11;

/// What separating axes need of a convex solid.
pub(crate) struct Convex {
    /// The planes of the faces: outward unit normal and distance from the origin.
    planes: Vec<(DVec3, f64)>,
    edges: Vec<Edge>,
    points: Vec<DVec3>,
    middle: DVec3,
    /// How far a point lies outside a face's plane, at most, in metres.
    dent: f64,
    /// Each normal of a face is an axis of the coordinates, to the last bit.
    upright: bool,
    /// A point within, and the radius of a ball around it that lies within, in metres.
    heart: (DVec3, f64),
}

/// An edge between two faces that are not in one plane.
#[derive(Clone, Copy)]
struct Edge {
    from: DVec3,
    /// Of any length.
    along: DVec3,
    /// The planes of the faces that it joins.
    planes: [u32; 2],
    /// The cross product of their outward normals, which runs along the edge.
    across: DVec3,
}

/// How deep one lies in another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Depth {
    /// The length of the way out, in metres.
    pub(crate) depth: f64,
    /// The unit vector along which the first leaves the second.
    pub(crate) direction: DVec3,
}

impl Convex {
    /// The convex solid that a welded, closed, outward mesh bounds, if it is one.
    pub(crate) fn of(mesh: &Mesh) -> Option<Self> {
        if mesh.triangles.len() > MOST_TRIANGLES {
            return None;
        }
        let mut used: Vec<u32> = mesh.triangles.iter().flatten().copied().collect();
        used.sort_unstable();
        used.dedup();
        let points: Vec<DVec3> = used.iter().map(|&i| mesh.positions[i as usize]).collect();
        let mut planes: Vec<(DVec3, f64)> = Vec::new();
        let mut dent = 0.0f64;
        let mut edges: Vec<(u32, u32, u32)> = Vec::new();
        for (i, t) in mesh.triangles.iter().enumerate() {
            let corners = mesh.triangle(i);
            let normal = triangle::area_vector(&corners).normalize_or_zero();
            if normal == DVec3::ZERO {
                return None;
            }
            let offset = normal.dot(corners[0]);
            let known = planes.iter().position(|p| p.0.dot(normal) > 1.0 - SAME);
            let plane = known.unwrap_or(planes.len());
            // A triangle in a plane that is known tells nothing new.
            if known.is_none_or(|k| planes[k].0 != normal || (planes[k].1 - offset).abs() > LEVEL) {
                let far = points.iter().fold(offset, |far, p| far.max(normal.dot(*p)));
                if far - offset > FLAT {
                    return None;
                }
                dent = dent.max(far - offset);
                if known.is_none() {
                    planes.push((normal, far));
                }
            }
            edges.extend((0..3).map(|k| {
                let (a, b) = (t[k], t[(k + 1) % 3]);
                (a.min(b), a.max(b), plane as u32)
            }));
        }
        edges.sort_unstable_by_key(|e| (e.0, e.1));
        let (low, high) = points.iter().fold((points[0], points[0]), |(lo, hi), p| (lo.min(*p), hi.max(*p)));
        let is_axis = |n: DVec3| n.to_array().iter().filter(|x| **x != 0.0).count() == 1;
        let upright = planes.iter().all(|p| is_axis(p.0));
        let mean = points.iter().sum::<DVec3>() / points.len() as f64;
        let room = planes.iter().fold(f64::INFINITY, |room, (n, d)| room.min(d - n.dot(mean)));
        // Within uneven faces only the point is sure to lie.
        let heart = (mean, if dent < LEVEL { room.max(0.0) } else { 0.0 });
        let middle = (low + high) * 0.5;
        let mut this = Self { planes, edges: Vec::new(), points, middle, dent, upright, heart };
        for side in edges.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)) {
            let Some(&(from, to, one)) = side.first() else { continue };
            let [from, to] = [from, to].map(|i| mesh.positions[i as usize]);
            let normal = |k: u32| this.planes[k as usize].0;
            // Beyond a long edge that meets several short ones is the other plane that holds its ends.
            let holds = |n: DVec3, d: f64| [from, to].iter().all(|p| (n.dot(*p) - d).abs() <= FLAT);
            let mine = normal(one);
            let beyond = match side.get(1) {
                Some(other) => Some(other.2),
                None => {
                    let other = |(n, d): &(DVec3, f64)| n.dot(mine) < 1.0 - SAME && holds(*n, *d);
                    this.planes.iter().position(other).map(|k| k as u32)
                }
            };
            let Some(other) = beyond else { continue };
            let theirs = normal(other);
            if mine.dot(theirs) > 1.0 - SAME {
                continue;
            }
            let edge = Edge { from, along: to - from, planes: [one, other], across: mine.cross(theirs) };
            this.edges.push(edge);
        }
        Some(this)
    }

    /// The corners.
    pub(crate) fn points(&self) -> &[DVec3] {
        &self.points
    }

    /// The lower and the upper corner of its box.
    pub(crate) fn span(&self) -> (DVec3, DVec3) {
        let none = (DVec3::INFINITY, DVec3::NEG_INFINITY);
        self.points.iter().fold(none, |(low, high), p| (low.min(*p), high.max(*p)))
    }

    /// How far the surface lies within the hull of its corners, at most, in metres.
    pub(crate) fn dent(&self) -> f64 {
        self.dent
    }

    /// The least extent along a normal of a face, in metres.
    pub(crate) fn thickness(&self) -> f64 {
        let of = |(n, d): &(DVec3, f64)| d - extent(&self.points, *n).0;
        self.planes.iter().map(of).fold(f64::INFINITY, f64::min)
    }

    /// The middle of the box.
    pub(crate) fn middle(&self) -> DVec3 {
        self.middle
    }

    /// How deep a point lies inside: the distance to the nearest plane, negative outside, and the outward
    /// normal of that plane.
    pub(crate) fn depth_of(&self, p: DVec3) -> (f64, DVec3) {
        self.planes.iter().fold((f64::INFINITY, DVec3::Z), |least, (n, d)| {
            let depth = d - n.dot(p);
            if depth < least.0 { (depth, *n) } else { least }
        })
    }

    /// Where a line enters and leaves, in lengths of `along`; `None` for one that stays outside.
    pub(crate) fn line(&self, origin: DVec3, along: DVec3) -> Option<(f64, f64)> {
        let (mut enters, mut leaves) = (f64::NEG_INFINITY, f64::INFINITY);
        for (n, d) in &self.planes {
            let (slope, left) = (n.dot(along), d - n.dot(origin));
            if slope > 0.0 {
                leaves = leaves.min(left / slope);
            } else if slope < 0.0 {
                enters = enters.max(left / slope);
            } else if left < 0.0 {
                return None;
            }
        }
        (enters <= leaves).then_some((enters, leaves))
    }

    /// True when a face shows some points to be no nearer than `reach` metres.
    pub(crate) fn is_clear_of(&self, points: &[DVec3], reach: f64) -> bool {
        let over = |n: DVec3, d: f64| points.iter().all(|p| n.dot(*p) - d >= reach);
        self.planes.iter().any(|(n, d)| over(*n, *d))
    }

    /// True when it holds the point, which may stick out by `margin` metres.
    pub(crate) fn holds(&self, p: DVec3, margin: f64) -> bool {
        self.planes.iter().all(|(n, d)| n.dot(p) - d <= margin)
    }
}

/// The least translation of `a` out of `b`, exact for convex solids: the faces of the Minkowski difference
/// are faces of either and parallelograms of an edge of each (Gottschalk, Lin and Manocha 1996). `None` as
/// soon as it is known to be at most `stop`. In the coordinates of `a`.
pub(crate) fn depth(a: &Convex, b: &Convex, b_to_a: &DAffine3, stop: f64) -> Option<Depth> {
    let points: SmallVec<[DVec3; 32]> = b.points.iter().map(|&p| b_to_a.transform_point3(p)).collect();
    let mut best = Depth { depth: f64::INFINITY, direction: DVec3::Z };
    for &(n, offset) in &a.planes {
        let depth = offset - lowest(&points, n);
        if depth < best.depth {
            best = Depth { depth, direction: -n };
            if depth <= stop {
                return None;
            }
        }
    }
    for &(n, offset) in &b.planes {
        let n = b_to_a.matrix3 * n;
        let depth = offset + n.dot(b_to_a.translation) - lowest(&a.points, n);
        if depth < best.depth {
            best = Depth { depth, direction: n };
            if depth <= stop {
                return None;
            }
        }
    }
    // The edges of upright boxes side by side span no other faces than theirs.
    if a.upright && b.upright && b_to_a.matrix3 == DMat3::IDENTITY {
        return Some(best);
    }
    // Two edges span a face of the difference where the arc between the normals beside the one and that between the
    // reversed normals beside the other cross on the unit sphere (Gregorius 2013).
    let (heart_a, heart_b) = (a.heart.0, b_to_a.transform_point3(b.heart.0));
    // Along all normals of an arc an edge is no nearer to the far end of the other solid than to the ball within it.
    let matters = |from: DVec3, [one, other]: [DVec3; 2], (heart, radius): (DVec3, f64), depth: f64| {
        let least = lesser(one.dot(from - heart), other.dot(from - heart));
        least < 0.0 || least + radius < depth
    };
    let normals: SmallVec<[DVec3; 32]> = b.planes.iter().map(|p| b_to_a.matrix3 * p.0).collect();
    let of_b = b.edges.iter().filter(|f| {
        let planes = f.planes.map(|k| normals[k as usize]);
        matters(b_to_a.transform_point3(f.from), planes, (heart_a, a.heart.1), best.depth)
    });
    let of_b: SmallVec<[(&Edge, DVec3); 64]> = of_b.map(|f| (f, b_to_a.matrix3 * f.across)).collect();
    let mut sides: SmallVec<[f64; 32]> = SmallVec::from_elem(0.0, normals.len());
    let mut crossed: SmallVec<[u32; 128]> = SmallVec::from_elem(0, of_b.len() + 1);
    let (of_b, sides, crossed) = (&of_b[..], &mut sides[..], &mut crossed[..]);
    for e in &a.edges {
        let [e_one, e_other] = e.planes.map(|k| a.planes[k as usize].0);
        if !matters(e.from, [e_one, e_other], (heart_b, b.heart.1), best.depth) {
            continue;
        }
        for (side, n) in sides.iter_mut().zip(&normals) {
            *side = n.dot(e.across);
        }
        // Listed without a branch, which could not be foreseen.
        let mut met = 0;
        for (k, (f, _)) in (0..).zip(of_b) {
            let [f_one, f_other] = f.planes.map(|k| sides[k as usize]);
            crossed[met] = k;
            met += usize::from(f_one * f_other < 0.0);
        }
        for &k in &crossed[..met] {
            let (f, across) = of_b[k as usize];
            let f_one = sides[f.planes[0] as usize];
            let (one, other) = (e_one.dot(across), e_other.dot(across));
            if one * other >= 0.0 || f_one * other >= 0.0 {
                continue;
            }
            let along = b_to_a.matrix3 * f.along;
            let cross = e.along.cross(along);
            let length = cross.length();
            // Parallel edges span no face of the difference.
            if length <= 1e-7 * (e.along.length() * along.length()) {
                continue;
            }
            let axis = cross / length;
            // Away from the faces of a that meet in the edge.
            let axis = if axis.dot(e_one + e_other) < 0.0 { -axis } else { axis };
            if axis.dot(e.from - b_to_a.transform_point3(f.from)) < best.depth {
                // What rounding makes of nearly flat edges is measured, not believed.
                let depth = extent(&a.points, axis).1 - lowest(&points, axis);
                if depth < best.depth {
                    best = Depth { depth, direction: -axis };
                    if depth <= stop {
                        return None;
                    }
                }
            }
        }
    }
    Some(best)
}

/// True when each point of `a` lies in `b` or sticks out by no more than `margin` metres.
pub(crate) fn lies_within(a: &Convex, b: &Convex, a_to_b: &DAffine3, margin: f64) -> bool {
    a.points.iter().all(|&p| b.holds(a_to_b.transform_point3(p), margin))
}

/// A point of both, near `start`, by projecting onto the planes in turn. In the coordinates of `a`.
pub(crate) fn common_point(a: &Convex, b: &Convex, b_to_a: &DAffine3, start: DVec3) -> DVec3 {
    let placed = b.planes.iter().map(|&(n, d)| {
        let n = b_to_a.matrix3 * n;
        (n, d + n.dot(b_to_a.translation))
    });
    let planes: Vec<(DVec3, f64)> = a.planes.iter().copied().chain(placed).collect();
    let mut p = start;
    for _ in 0..64 {
        let before = p;
        for &(n, d) in &planes {
            p -= n * (n.dot(p) - d).max(0.0);
        }
        if p == before {
            break;
        }
    }
    p
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DQuat;

    #[test]
    fn upright_boxes_are_as_deep_in_each_other_as_turned_ones() {
        let turn =
            DAffine3::from_rotation_translation(DQuat::from_rotation_y(0.3), DVec3::new(1.0, 2.0, 3.0));
        let turned = |mut mesh: Mesh| {
            mesh.positions.iter_mut().for_each(|p| *p = turn.transform_point3(*p));
            Convex::of(&mesh).unwrap()
        };
        let mesh = |k: u32| {
            let at = |n: u32| f64::from((k * 7919 + n * 104_729) % 1009) / 1009.0;
            let low = DVec3::new(at(1), at(2), at(3));
            Mesh::cuboid(low, low + DVec3::new(at(4), at(5), at(6)) + 0.1)
        };
        let mut together = 0;
        for k in 0..300 {
            let (x, y) = (mesh(2 * k), mesh(2 * k + 1));
            let (a, b) = (Convex::of(&x).unwrap(), Convex::of(&y).unwrap());
            assert!(a.upright && b.upright);
            let (c, d) = (turned(x), turned(y));
            assert!(!c.upright && !d.upright);
            let [plain, other] =
                [(&a, &b), (&c, &d)].map(|(a, b)| depth(a, b, &DAffine3::IDENTITY, 0.0).map(|d| d.depth));
            assert_eq!(plain.is_some(), other.is_some());
            if let (Some(plain), Some(other)) = (plain, other) {
                together += 1;
                assert!((plain - other).abs() < 1e-12);
            }
        }
        assert!((100..300).contains(&together), "{together}");
    }
}
