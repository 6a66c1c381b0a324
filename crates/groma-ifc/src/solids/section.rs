//! Sections of closed solids with planes.

use super::overlay::{Contour, NEAR};
use glam::DVec3;
use groma_geometry::{Mesh, weld::weld};

/// A plane, with directions across it.
pub(super) struct Plane {
    pub(super) origin: DVec3,
    pub(super) normal: DVec3,
    u: DVec3,
    v: DVec3,
}

impl Plane {
    pub(super) fn of(triangle: [DVec3; 3], normal: DVec3) -> Self {
        let [a, b, c] = triangle;
        // Along the middle one of the sides: the longest of a halved rectangle crosses it, and the
        // shortest may be a sliver's.
        let mut sides = [b - a, c - b, a - c];
        sides.sort_by(|x, y| x.length_squared().total_cmp(&y.length_squared()));
        let along = sides[1];
        let u = (along - normal * along.dot(normal)).normalize_or(normal.any_orthonormal_vector());
        Self { origin: a, normal, u, v: normal.cross(u) }
    }

    /// The same plane, so far along its normal.
    pub(super) fn moved(&self, by: f64) -> Self {
        Self { origin: self.origin + self.normal * by, ..*self }
    }

    pub(super) fn height(&self, p: DVec3) -> f64 {
        let height = (p - self.origin).dot(self.normal);
        if height.abs() <= NEAR { 0.0 } else { height }
    }

    pub(super) fn flat(&self, p: DVec3) -> [f64; 2] {
        let p = p - self.origin;
        [p.dot(self.u), p.dot(self.v)]
    }

    pub(super) fn point(&self, p: [f64; 2]) -> DVec3 {
        self.origin + self.u * p[0] + self.v * p[1]
    }
}

/// Where the sections of solids are kept while they are made.
#[derive(Default)]
pub(super) struct Sections {
    heights: Vec<f64>,
}

impl Sections {
    /// The contours of a closed mesh just above and just below a plane.
    pub(super) fn of(&mut self, mesh: &Mesh, plane: &Plane) -> Option<(Vec<Contour>, Vec<Contour>)> {
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
