//! Convex solids: the exact depth by separating axes.

use glam::{DAffine3, DVec3};
use groma_geometry::{Mesh, triangle};

/// More triangles than this are not tried for convexity: separating axes would cost more than a walk.
const MOST_TRIANGLES: usize = 512;
/// How far a point may lie outside a face's plane, in metres: the weld.
const FLAT: f64 = 1e-5;
/// Directions whose cosine differs from 1 by less are one.
const SAME: f64 = 1e-11;

/// What separating axes need of a convex solid.
pub(crate) struct Convex {
    /// The planes of the faces: outward unit normal and distance from the origin.
    planes: Vec<(DVec3, f64)>,
    normals: Vec<DVec3>,
    edges: Vec<DVec3>,
    points: Vec<DVec3>,
}

/// How deep one lies in another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Depth {
    /// The length of the way out, in metres.
    pub(crate) depth: f64,
    /// The unit vector along which the first leaves the second.
    pub(crate) direction: DVec3,
}

fn add_direction(list: &mut Vec<DVec3>, d: DVec3) {
    if !list.iter().any(|e| e.dot(d).abs() > 1.0 - SAME) {
        list.push(d);
    }
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
        let mut edges: Vec<(u32, u32, DVec3)> = Vec::new();
        for (i, t) in mesh.triangles.iter().enumerate() {
            let corners = mesh.triangle(i);
            let normal = triangle::area_vector(&corners).normalize_or_zero();
            if normal == DVec3::ZERO {
                return None;
            }
            let offset = normal.dot(corners[0]);
            if points.iter().any(|p| normal.dot(*p) - offset > FLAT) {
                return None;
            }
            if !planes.iter().any(|p| p.0.dot(normal) > 1.0 - SAME) {
                planes.push((normal, points.iter().fold(offset, |far, p| far.max(normal.dot(*p)))));
            }
            edges.extend((0..3).map(|k| {
                let (a, b) = (t[k], t[(k + 1) % 3]);
                (a.min(b), a.max(b), normal)
            }));
        }
        edges.sort_unstable_by_key(|e| (e.0, e.1));
        let mut this = Self { planes, normals: Vec::new(), edges: Vec::new(), points };
        for &(n, _) in &this.planes {
            add_direction(&mut this.normals, n);
        }
        for side in edges.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)) {
            let diagonal = side.len() == 2 && side[0].2.dot(side[1].2) > 1.0 - SAME;
            let along = mesh.positions[side[0].1 as usize] - mesh.positions[side[0].0 as usize];
            if let (false, Some(along)) = (diagonal, along.try_normalize()) {
                add_direction(&mut this.edges, along);
            }
        }
        Some(this)
    }

    /// How deep a point lies inside: the distance to the nearest plane, negative outside, and the outward
    /// normal of that plane.
    pub(crate) fn depth_of(&self, p: DVec3) -> (f64, DVec3) {
        self.planes.iter().fold((f64::INFINITY, DVec3::Z), |least, (n, d)| {
            let depth = d - n.dot(p);
            if depth < least.0 { (depth, *n) } else { least }
        })
    }

    /// True when it holds the point, which may stick out by `margin` metres.
    fn holds(&self, p: DVec3, margin: f64) -> bool {
        self.planes.iter().all(|(n, d)| n.dot(p) - d <= margin)
    }
}

fn interval(points: &[DVec3], axis: DVec3) -> (f64, f64) {
    points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), p| {
        let x = axis.dot(*p);
        (lo.min(x), hi.max(x))
    })
}

/// The least translation of `a` out of `b`, exact for convex solids (Gottschalk, Lin and Manocha 1996: the
/// faces of the Minkowski difference are faces of either and parallelograms of an edge of each); `None`
/// as soon as it is known to be at most `stop`. In the coordinates of `a`.
pub(crate) fn depth(a: &Convex, b: &Convex, b_to_a: &DAffine3, stop: f64) -> Option<Depth> {
    let turn = |list: &[DVec3]| list.iter().map(|&d| b_to_a.matrix3 * d).collect::<Vec<_>>();
    let points: Vec<DVec3> = b.points.iter().map(|&p| b_to_a.transform_point3(p)).collect();
    let mut best = Depth { depth: f64::INFINITY, direction: DVec3::Z };
    let mut try_axis = |axis: DVec3| {
        let (al, ah) = interval(&a.points, axis);
        let (bl, bh) = interval(&points, axis);
        let (up, down) = (bh - al, ah - bl);
        if up.min(down) < best.depth {
            best = if up <= down {
                Depth { depth: up, direction: axis }
            } else {
                Depth { depth: down, direction: -axis }
            };
        }
        best.depth > stop
    };
    if !a.normals.iter().all(|&n| try_axis(n)) || !turn(&b.normals).into_iter().all(&mut try_axis) {
        return None;
    }
    let edges = turn(&b.edges);
    for &e in &a.edges {
        for &f in &edges {
            let cross = e.cross(f);
            let length = cross.length();
            // Parallel edges span no face of the difference.
            if length > 1e-7 && !try_axis(cross / length) {
                return None;
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
