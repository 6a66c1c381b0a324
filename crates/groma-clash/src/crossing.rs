//! Two triangles that cross.

use crate::convex::Depth;
use glam::DVec3;
use groma_geometry::Triangle;

/// A triangle with its unit normal.
#[derive(Clone, Copy)]
pub(crate) struct Face {
    pub(crate) corners: Triangle,
    pub(crate) normal: DVec3,
}

impl Face {
    /// True when the other triangle lies on one side of the plane, more than `margin` metres away.
    pub(crate) fn is_beyond(&self, other: &Self, margin: f64) -> bool {
        let (low, high) = range(self.heights(&other.corners));
        low > margin || high < -margin
    }

    /// The signed distances of another triangle's corners from the plane.
    fn heights(&self, of: &Triangle) -> [f64; 3] {
        of.map(|p| self.normal.dot(p - self.corners[0]))
    }
}

fn range(x: [f64; 3]) -> (f64, f64) {
    (x[0].min(x[1]).min(x[2]), x[0].max(x[1]).max(x[2]))
}

/// How deep two triangles cross: the length of the least translation after which they only touch, and the
/// direction in which the first leaves the second. `None` if it is at most `stop`.
///
/// It bounds the depth of the solids from below: as long as the triangles cross, so do the half spaces
/// behind them, and thereby the interiors. Two flat convex sets, so separating axes are exact: both
/// normals, and each edge of one with each of the other.
pub(crate) fn depth(p: &Face, q: &Face, stop: f64) -> Option<Depth> {
    let (q_low, q_high) = range(p.heights(&q.corners));
    let (p_low, p_high) = range(q.heights(&p.corners));
    let flat = |low: f64, high: f64| (-low).min(high);
    let (of_p, of_q) = (flat(q_low, q_high), flat(p_low, p_high));
    // To leave, p goes against its own normal or along that of q.
    let mut best = if of_p <= of_q {
        Depth { depth: of_p, direction: -p.normal }
    } else {
        Depth { depth: of_q, direction: q.normal }
    };
    if best.depth <= stop {
        return None;
    }
    for i in 0..3 {
        let e = p.corners[(i + 1) % 3] - p.corners[i];
        for j in 0..3 {
            let f = q.corners[(j + 1) % 3] - q.corners[j];
            let cross = e.cross(f);
            let length = cross.length();
            if length <= 1e-9 * (e.length() * f.length()) {
                continue;
            }
            let axis = cross / length;
            let (a_low, a_high) = range(p.corners.map(|x| axis.dot(x - p.corners[0])));
            let (b_low, b_high) = range(q.corners.map(|x| axis.dot(x - p.corners[0])));
            let depth = (b_high - a_low).min(a_high - b_low);
            if depth < best.depth {
                if depth <= stop {
                    return None;
                }
                let out = axis.dot(q.normal - p.normal) >= 0.0;
                best = Depth { depth, direction: if out { axis } else { -axis } };
            }
        }
    }
    Some(best)
}

/// The ends of the segment that two triangles have in common, if they meet along one longer than
/// `least` metres; triangles in one plane have none.
pub(crate) fn segment(p: &Face, q: &Face, least: f64) -> Option<(DVec3, DVec3)> {
    let axis = p.normal.cross(q.normal);
    let length = axis.length();
    if length < 1e-6 {
        return None;
    }
    let axis = axis / length;
    let a = cut(&p.corners, q.heights(&p.corners), axis)?;
    let b = cut(&q.corners, p.heights(&q.corners), axis)?;
    let low = if a[0].0 >= b[0].0 { a[0] } else { b[0] };
    let high = if a[1].0 <= b[1].0 { a[1] } else { b[1] };
    (high.0 - low.0 > least).then_some((low.1, high.1))
}

/// Where a plane cuts a triangle, given its corners' heights over the plane: the first and last point
/// along `axis`.
fn cut(t: &Triangle, heights: [f64; 3], axis: DVec3) -> Option<[(f64, DVec3); 2]> {
    /// Corners as near to the plane as this lie in it.
    const IN_PLANE: f64 = 1e-6;
    let h = heights.map(|x| if x.abs() < IN_PLANE { 0.0 } else { x });
    let mut found: Option<[(f64, DVec3); 2]> = None;
    let mut keep = |p: DVec3| {
        let at = (axis.dot(p), p);
        found = Some(found.map_or([at, at], |[low, high]| {
            [if at.0 < low.0 { at } else { low }, if at.0 > high.0 { at } else { high }]
        }));
    };
    for i in 0..3 {
        let j = (i + 1) % 3;
        if h[i] == 0.0 {
            keep(t[i]);
        } else if h[i] * h[j] < 0.0 {
            keep(t[i] + (t[j] - t[i]) * (h[i] / (h[i] - h[j])));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use groma_geometry::triangle;

    fn face(corners: Triangle) -> Face {
        Face { corners, normal: triangle::area_vector(&corners).normalize() }
    }

    #[test]
    fn the_depth_is_the_least_way_out() {
        let floor =
            face([DVec3::new(-9.0, -9.0, 0.0), DVec3::new(9.0, -9.0, 0.0), DVec3::new(0.0, 9.0, 0.0)]);
        let blade =
            |z: f64| face([DVec3::new(0.0, 0.0, -z), DVec3::new(1.0, 0.0, 5.0), DVec3::new(-1.0, 0.0, 5.0)]);
        let d = depth(&blade(0.003), &floor, 0.0).unwrap();
        assert!((d.depth - 0.003).abs() < 1e-12);
        assert!((d.direction - DVec3::Z).length() < 1e-12);
        assert!(depth(&blade(0.003), &floor, 0.003).is_none());
        assert!(depth(&blade(-0.1), &floor, 0.0).is_none());
    }

    #[test]
    fn large_triangles_that_cross_at_their_edges_are_not_deep() {
        // Two large upright triangles that cross along 1 mm only.
        let a = face([DVec3::new(0.0, -5.0, 0.0), DVec3::new(0.0, 5.0, 0.0), DVec3::new(0.0, 0.0, 5.0)]);
        let b =
            face([DVec3::new(-5.0, 0.0, -4.0), DVec3::new(-5.0, 0.0, 0.001), DVec3::new(5.0, 0.0, 0.001)]);
        assert!((depth(&a, &b, 0.0).unwrap().depth - 0.001).abs() < 1e-6);
        let (low, high) = segment(&a, &b, 0.0).unwrap();
        assert!((low.distance(high) - 0.001).abs() < 1e-9);
    }
}
