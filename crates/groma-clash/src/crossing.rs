//! Two faces that cross.

use crate::convex::Depth;
use glam::DVec3;
use groma_geometry::Facet;
use groma_geometry::facet::{lanes, next, range};
use wide::f64x4;

/// Corners as near to a plane as this lie in it, in metres.
const IN_PLANE: f64 = 1e-6;

/// Two faces with the heights of each over the plane of the other.
pub(crate) struct Crossing<'a> {
    pub(crate) p: &'a Facet,
    pub(crate) q: &'a Facet,
    pub(crate) p_over_q: f64x4,
    pub(crate) q_over_p: f64x4,
}

/// A point on the side of a face, and how far along a line it lies.
#[derive(Clone, Copy)]
struct OnSide {
    along: f64,
    from: usize,
    to: usize,
    part: f64,
}

impl OnSide {
    fn point(&self, of: &Facet) -> DVec3 {
        let from = of.corner(self.from);
        from + (of.corner(self.to) - from) * self.part
    }
}

impl Crossing<'_> {
    /// How deep the faces cross: the length of the least translation after which they only touch, and the
    /// direction in which the first leaves the second. `None` if it is at most `stop`.
    ///
    /// It bounds the depth of the solids from below: as long as the faces cross, so do the half spaces
    /// behind them, and thereby the interiors. Two flat convex sets, so separating axes are exact: both
    /// normals, and each edge of one with each of the other.
    // Rare: it stays out of the loop around it.
    #[inline(never)]
    pub(crate) fn depth(&self, stop: f64) -> Option<Depth> {
        let (p, q) = (self.p, self.q);
        let (q_low, q_high) = range(self.q_over_p);
        let (p_low, p_high) = range(self.p_over_q);
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
        for i in 0..p.sides() {
            let (from, to) = p.side(i);
            let e = to - from;
            for j in 0..q.sides() {
                let (from, to) = q.side(j);
                let f = to - from;
                let cross = e.cross(f);
                let length = cross.length();
                if length <= 1e-9 * (e.length() * f.length()) {
                    continue;
                }
                let axis = cross / length;
                let (a_low, a_high) = range(p.along(axis));
                let (b_low, b_high) = range(q.along(axis));
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

    /// The ends of the segment that the faces have in common, if they meet along one longer than
    /// `least` metres; faces in one plane have none.
    pub(crate) fn segment(&self, least: f64) -> Option<(DVec3, DVec3)> {
        // Most that come near each other's planes have no more than a point in them.
        if !(has_length(self.p_over_q) && has_length(self.q_over_p)) {
            return None;
        }
        let axis = self.p.normal.cross(self.q.normal);
        let square = axis.length_squared();
        if square < 1e-12 {
            return None;
        }
        // Many lie beside each other along the line of both.
        let (p_along, q_along) = (self.p.along(axis), self.q.along(axis));
        let ((p_low, p_high), (q_low, q_high)) = (range(p_along), range(q_along));
        let most = p_high.min(q_high) - p_low.max(q_low);
        if most <= 0.0 || most * most <= least * least * square {
            return None;
        }
        let a = cut(p_along, self.p_over_q)?;
        if a[1].along.min(q_high) <= a[0].along.max(q_low) {
            return None;
        }
        let b = cut(q_along, self.q_over_p)?;
        let span = a[1].along.min(b[1].along) - a[0].along.max(b[0].along);
        // The axis is not of unit length.
        if span <= 0.0 || span * span <= least * least * square {
            return None;
        }
        let (p, q) = (self.p, self.q);
        let low = if a[0].along >= b[0].along { a[0].point(p) } else { b[0].point(q) };
        let high = if a[1].along <= b[1].along { a[1].point(p) } else { b[1].point(q) };
        Some((low, high))
    }
}

/// False where a plane cuts a face in a point, or not at all; `heights` are those of the corners over it. A corner that
/// counts twice is taken for two.
#[inline]
fn has_length(heights: f64x4) -> bool {
    let below = heights.simd_le(f64x4::splat(-IN_PLANE)).to_bitmask();
    let above = heights.simd_ge(f64x4::splat(IN_PLANE)).to_bitmask();
    let within = 0b1111 & !(below | above);
    (below != 0 && above != 0) || within & within.wrapping_sub(1) != 0
}

/// Where a plane cuts a face: the first and last point along the line that both planes have, given
/// the corners' places along it and their heights over the plane.
fn cut(along: f64x4, heights: f64x4) -> Option<[OnSide; 2]> {
    let none = f64x4::ZERO;
    let h = heights.abs().simd_lt(f64x4::splat(IN_PLANE)).select(none, heights);
    let of = h.to_array();
    let along = along.to_array();
    let met = (h.simd_eq(none) | (h * next(h)).simd_lt(none)).to_bitmask();
    let mut found: Option<[OnSide; 2]> = None;
    for from in lanes(met) {
        let to = (from + 1) % 4;
        let part = if of[from] == 0.0 { 0.0 } else { of[from] / (of[from] - of[to]) };
        let at = OnSide { along: along[from] + (along[to] - along[from]) * part, from, to, part };
        match &mut found {
            None => found = Some([at, at]),
            Some([low, high]) => {
                if at.along < low.along {
                    *low = at;
                }
                if at.along > high.along {
                    *high = at;
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use groma_geometry::Triangle;

    fn face(corners: Triangle) -> Facet {
        Facet::of_triangle(&corners).unwrap()
    }

    fn crossing<'a>(p: &'a Facet, q: &'a Facet) -> Crossing<'a> {
        Crossing { p, q, p_over_q: q.heights(p), q_over_p: p.heights(q) }
    }

    #[test]
    fn the_depth_is_the_least_way_out() {
        let floor =
            face([DVec3::new(-9.0, -9.0, 0.0), DVec3::new(9.0, -9.0, 0.0), DVec3::new(0.0, 9.0, 0.0)]);
        let blade =
            |z: f64| face([DVec3::new(0.0, 0.0, -z), DVec3::new(1.0, 0.0, 5.0), DVec3::new(-1.0, 0.0, 5.0)]);
        let d = crossing(&blade(0.003), &floor).depth(0.0).unwrap();
        assert!((d.depth - 0.003).abs() < 1e-12);
        assert!((d.direction - DVec3::Z).length() < 1e-12);
        assert!(crossing(&blade(0.003), &floor).depth(0.003).is_none());
        assert!(crossing(&blade(-0.1), &floor).depth(0.0).is_none());
    }

    #[test]
    fn large_triangles_that_cross_at_their_edges_are_not_deep() {
        // Two large upright triangles that cross along 1 mm only.
        let a = face([DVec3::new(0.0, -5.0, 0.0), DVec3::new(0.0, 5.0, 0.0), DVec3::new(0.0, 0.0, 5.0)]);
        let b =
            face([DVec3::new(-5.0, 0.0, -4.0), DVec3::new(-5.0, 0.0, 0.001), DVec3::new(5.0, 0.0, 0.001)]);
        let both = crossing(&a, &b);
        assert!((both.depth(0.0).unwrap().depth - 0.001).abs() < 1e-6);
        let (low, high) = both.segment(0.0).unwrap();
        assert!((low.distance(high) - 0.001).abs() < 1e-9);
    }
}
