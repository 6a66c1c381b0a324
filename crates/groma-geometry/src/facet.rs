//! Flat convex faces with three or four corners: where they lie, what is nearest, and how far they are apart.
//!
//! Most faces of a building are drawn as two triangles, and which way they are cut tells nothing of the shape.

use crate::triangle::{self, Triangle, greater, lesser, nearest_of_segments, nearest_on_segment};
use glam::{DAffine3, DMat3, DVec3};
use std::iter::once;
use wide::f64x4;

/// A flat convex face with its plane: a triangle, or two that make up a quadrilateral.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Facet {
    /// The coordinates of the corners, counterclockwise seen from outside; the last of a triangle counts twice.
    at: [f64x4; 3],
    /// The unit normal.
    pub normal: DVec3,
    /// The height of the plane over the origin, along the normal, in metres.
    pub offset: f64,
}

impl Facet {
    fn of(corners: [DVec3; 4], normal: DVec3) -> Self {
        let at = [0, 1, 2].map(|axis| f64x4::new(corners.map(|p| p.to_array()[axis])));
        Self { at, normal, offset: normal.dot(corners[0]) }
    }

    /// A triangle; `None` where [`triangle::unit_normal`] is.
    #[inline]
    pub fn of_triangle(t: &Triangle) -> Option<Self> {
        Some(Self::of_level_triangle(t, triangle::unit_normal(t)?))
    }

    /// A triangle with this unit normal.
    pub(crate) fn of_level_triangle(t: &Triangle, normal: DVec3) -> Self {
        let [a, b, c] = *t;
        Self::of([a, b, c, c], normal)
    }

    /// A flat quadrilateral; `None` if it is not convex, or has a corner that is none.
    pub fn of_quad(corners: [DVec3; 4]) -> Option<Self> {
        // Across both diagonals, so that neither counts more than the other.
        let normal = (corners[2] - corners[0]).cross(corners[3] - corners[1]).try_normalize()?;
        let turns_left = |k: usize| {
            let [a, b, c] = [0, 1, 2].map(|n| corners[(k + n) % 4]);
            triangle::has_area(normal.dot(triangle::area_vector(&[a, b, c])))
        };
        (0..4).all(turns_left).then(|| Self::of(corners, normal))
    }

    /// How many corners it has: 3 or 4.
    #[inline]
    pub fn sides(&self) -> usize {
        if self.corner(2) == self.corner(3) { 3 } else { 4 }
    }

    /// One corner; the last of a triangle is also that of place 3.
    #[inline]
    pub fn corner(&self, k: usize) -> DVec3 {
        let [x, y, z] = &self.at;
        DVec3::new(x.as_array()[k], y.as_array()[k], z.as_array()[k])
    }

    /// The corners; the last of a triangle counts twice.
    #[inline]
    pub fn corners(&self) -> [DVec3; 4] {
        [0, 1, 2, 3].map(|k| self.corner(k))
    }

    /// The two ends of the side from a corner on.
    #[inline]
    pub fn side(&self, k: usize) -> (DVec3, DVec3) {
        (self.corner(k), self.corner(self.next(k)))
    }

    /// The place of the corner after another.
    #[inline]
    fn next(&self, k: usize) -> usize {
        if k + 1 == self.sides() { 0 } else { k + 1 }
    }

    /// The triangles that it is made of: one or two.
    #[inline]
    pub fn triangles(&self) -> impl Iterator<Item = Triangle> {
        let [a, b, c, d] = self.corners();
        let whole = self.sides() == 3;
        once(if whole { [a, b, c] } else { [a, b, d] }).chain((!whole).then_some([b, c, d]))
    }

    /// The area in m².
    pub fn area(&self) -> f64 {
        self.triangles().map(|t| self.normal.dot(triangle::area_vector(&t)) * 0.5).sum()
    }

    /// The middle of the corners.
    pub fn middle(&self) -> DVec3 {
        self.corners()[..self.sides()].iter().sum::<DVec3>() / self.sides() as f64
    }

    /// The places of the corners along an axis of any length.
    #[inline]
    pub fn along(&self, axis: DVec3) -> f64x4 {
        self.along_from(axis, DVec3::ZERO)
    }

    #[inline]
    fn along_from(&self, axis: DVec3, from: DVec3) -> f64x4 {
        let (axis, from) = (axis.to_array().map(f64x4::splat), from.to_array().map(f64x4::splat));
        let [x, y, z] = [0, 1, 2].map(|k| (self.at[k] - from[k]) * axis[k]);
        x + y + z
    }

    /// The signed distance of a point from the plane, positive outside.
    #[inline]
    pub fn height(&self, p: DVec3) -> f64 {
        self.normal.dot(p) - self.offset
    }

    /// The heights of another's corners.
    #[inline]
    pub fn heights(&self, of: &Self) -> f64x4 {
        of.along(self.normal) - f64x4::splat(self.offset)
    }

    /// True when the plane shows a point to be farther from the face than the root of `square`, in m².
    #[inline]
    pub fn is_beyond(&self, p: DVec3, square: f64) -> bool {
        // Less than the distance by more than rounding makes of it.
        let least = self.height(p).abs() - (1e-9 + self.offset.abs() * 1e-12);
        least > 0.0 && least * least > square
    }

    /// The face after a motion that keeps lengths and handedness.
    #[inline]
    pub fn moved(&self, by: &DAffine3) -> Self {
        let shift = by.translation.to_array().map(f64x4::splat);
        let (at, normal) = if by.matrix3 == DMat3::IDENTITY {
            ([0, 1, 2].map(|k| self.at[k] + shift[k]), self.normal)
        } else {
            ([0, 1, 2].map(|k| self.along(by.matrix3.row(k)) + shift[k]), by.matrix3 * self.normal)
        };
        let moved = Self { at, normal, offset: 0.0 };
        Self { offset: normal.dot(moved.corner(0)), ..moved }
    }

    /// The point that is nearest to `p`.
    pub fn nearest_point(&self, p: DVec3) -> DVec3 {
        let [a, b, c, _] = self.corners();
        if self.sides() == 3 {
            return triangle::nearest_point(p, &[a, b, c]);
        }
        // It lies on one of the sides that `p` is beyond.
        let mut best = (f64::INFINITY, p - self.normal * self.height(p));
        for k in lanes(self.beyond(p)) {
            let (a, b) = self.side(k);
            let near = nearest_on_segment(p, a, b);
            let square = near.distance_squared(p);
            if square < best.0 {
                best = (square, near);
            }
        }
        best.1
    }

    /// A bit for each of four sides that a point is beyond.
    #[inline]
    fn beyond(&self, p: DVec3) -> u32 {
        let [x, y, z] = self.at;
        let [dx, dy, dz] = [next(x) - x, next(y) - y, next(z) - z];
        let [px, py, pz] = p.to_array().map(f64x4::splat);
        let [wx, wy, wz] = [px - x, py - y, pz - z];
        let [nx, ny, nz] = self.normal.to_array().map(f64x4::splat);
        let within = (dy * wz - dz * wy) * nx + (dz * wx - dx * wz) * ny + (dx * wy - dy * wx) * nz;
        within.simd_lt(f64x4::ZERO).to_bitmask()
    }

    /// Where the segment from `a` to `b` meets the face, if it does, given the heights of its ends.
    fn pierce(&self, (a, da): (DVec3, f64), (b, db): (DVec3, f64)) -> Option<DVec3> {
        if da * db > 0.0 || da == db {
            return None;
        }
        let x = a + (b - a) * (da / (da - db));
        let within = |k: usize| {
            let (from, to) = self.side(k);
            self.normal.dot((to - from).cross(x - from)) >= 0.0
        };
        (0..self.sides()).all(within).then_some(x)
    }

    /// True when a side shows another to be no nearer than `reach` metres.
    #[inline]
    fn is_beside(&self, other: &Self, reach: f64) -> bool {
        (0..self.sides()).any(|k| {
            let (from, to) = self.side(k);
            let outward = (to - from).cross(self.normal);
            let (beyond, _) = range(other.along_from(outward, from));
            beyond > 0.0 && beyond * beyond >= reach * reach * MORE * outward.length_squared()
        })
    }

    /// The lower and the upper corner of the box, not rounded.
    #[inline]
    pub fn span(&self) -> (DVec3, DVec3) {
        let [x, y, z] = self.at.map(range);
        (DVec3::new(x.0, y.0, z.0), DVec3::new(x.1, y.1, z.1))
    }
}

/// The places of the bits that are set, least first.
#[inline]
pub fn lanes(bits: u32) -> impl Iterator<Item = usize> {
    let mut left = bits;
    std::iter::from_fn(move || {
        let k = left.trailing_zeros() as usize;
        (left != 0).then(|| {
            left &= left - 1;
            k
        })
    })
}

/// What stands with the next corner, with each one.
#[inline]
pub fn next(of: f64x4) -> f64x4 {
    let [a, b, c, d] = of.to_array();
    f64x4::new([b, c, d, a])
}

/// The least and the greatest of four numbers.
#[inline]
pub fn range(of: f64x4) -> (f64, f64) {
    let [a, b, c, d] = of.to_array();
    (lesser(lesser(a, b), lesser(c, d)), greater(greater(a, b), greater(c, d)))
}

/// The box of some points, not rounded.
struct Span {
    low: DVec3,
    high: DVec3,
}

impl Span {
    #[inline]
    fn of(face: &Facet) -> Self {
        let (low, high) = face.span();
        Self { low, high }
    }

    #[inline]
    fn between(p: DVec3, q: DVec3) -> Self {
        Self { low: p.min(q), high: p.max(q) }
    }

    /// The square of the gap between two.
    #[inline]
    fn gap(&self, other: &Self) -> f64 {
        (self.low - other.high).max(other.low - self.high).max(DVec3::ZERO).length_squared()
    }
}

/// More than rounding takes from a square.
const MORE: f64 = 1.0 + 1e-12;

/// True when an axis of any length shows two faces to be no nearer than `reach` metres.
#[inline]
fn is_apart(p: &Facet, q: &Facet, axis: DVec3, reach: f64) -> bool {
    let from = q.corner(0);
    let ((low, high), (other_low, other_high)) =
        (range(q.along_from(axis, from)), range(p.along_from(axis, from)));
    let gap = greater(low - other_high, other_low - high);
    gap > 0.0 && gap * gap >= reach * reach * MORE * axis.length_squared()
}

/// The least distance of two faces in metres, with a nearest point of each; 0 and one common point
/// where they meet. `None` where it is not below `reach`.
pub fn distance(p: &Facet, q: &Facet, reach: f64) -> Option<(f64, DVec3, DVec3)> {
    let (p_over_q, q_over_p) = (q.heights(p), p.heights(q));
    let gap = |(low, high): (f64, f64)| greater(low, -high);
    let (p_gap, q_gap) = (gap(range(p_over_q)), gap(range(q_over_p)));
    // They are no nearer than the one is to the plane of the other.
    if greater(greater(p_gap, q_gap), 0.0) >= reach {
        return None;
    }
    let boxes = (Span::of(p), Span::of(q));
    let apart = boxes.0.gap(&boxes.1);
    if apart >= reach * reach {
        return None;
    }
    // Nor than the one is to the side of the other, in its plane, or beyond it along the line that both planes have.
    if is_apart(p, q, p.normal.cross(q.normal), reach) || p.is_beside(q, reach) || q.is_beside(p, reach) {
        return None;
    }
    let (p_over_q, q_over_p) = (p_over_q.to_array(), q_over_p.to_array());
    // Faces meet only where each has corners on both sides of the other's plane.
    if p_gap <= 0.0 && q_gap <= 0.0 && apart <= 0.0 {
        let pierced = |mine: &Facet, heights: [f64; 4], other: &Facet| {
            (0..mine.sides()).find_map(|k| {
                let (a, b) = mine.side(k);
                other.pierce((a, heights[k]), (b, heights[mine.next(k)]))
            })
        };
        if let Some(x) = pierced(p, p_over_q, q).or_else(|| pierced(q, q_over_p, p)) {
            return Some((0.0, x, x));
        }
    }
    let mut best = (reach * reach, None);
    let keep = |x: DVec3, y: DVec3, best: &mut (f64, Option<(DVec3, DVec3)>)| {
        let d = x.distance_squared(y);
        if d < best.0 {
            *best = (d, Some((x, y)));
        }
    };
    for (corner, height) in p.corners().into_iter().zip(p_over_q).take(p.sides()) {
        if greater(height * height, boxes.1.gap(&Span::between(corner, corner))) < best.0 {
            keep(corner, q.nearest_point(corner), &mut best);
        }
    }
    for (corner, height) in q.corners().into_iter().zip(q_over_p).take(q.sides()) {
        if greater(height * height, boxes.0.gap(&Span::between(corner, corner))) < best.0 {
            keep(p.nearest_point(corner), corner, &mut best);
        }
    }
    // How far a side stays from the plane of the other face, and from its box.
    let clear = |of: &Facet, h: [f64; 4], k: usize, other: &Span| {
        let (a, b) = (h[k], h[of.next(k)]);
        let from_plane = if a * b > 0.0 { lesser(a * a, b * b) } else { 0.0 };
        let (from, to) = of.side(k);
        greater(from_plane, Span::between(from, to).gap(other))
    };
    let mut q_clear = [f64::INFINITY; 4];
    for (j, clear_of_p) in q_clear.iter_mut().enumerate().take(q.sides()) {
        *clear_of_p = clear(q, q_over_p, j, &boxes.0);
    }
    for i in 0..p.sides() {
        let p_clear = clear(p, p_over_q, i, &boxes.1);
        if p_clear >= best.0 {
            continue;
        }
        let (a, b) = p.side(i);
        for (j, q_clear) in q_clear.iter().enumerate().take(q.sides()) {
            if greater(p_clear, *q_clear) < best.0 {
                let (c, d) = q.side(j);
                let (x, y) = nearest_of_segments(a, b, c, d);
                keep(x, y, &mut best);
            }
        }
    }
    best.1.map(|(x, y)| (best.0.sqrt(), x, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Triangle = [DVec3::ZERO, DVec3::X, DVec3::Y];
    const SQUARE: [DVec3; 4] = [DVec3::ZERO, DVec3::X, DVec3::new(1.0, 1.0, 0.0), DVec3::Y];

    #[test]
    fn distances_of_known_faces() {
        let face = |t: Triangle| Facet::of_triangle(&t).unwrap();
        let unit = face(UNIT);
        let at = |x: f64, y: f64, z: f64| face(UNIT.map(|p| p + DVec3::new(x, y, z)));
        let apart = |other: &Facet| distance(&unit, other, 9.0).map(|d| d.0);
        assert_eq!(apart(&at(0.0, 0.0, 2.0)), Some(2.0));
        assert_eq!(apart(&at(3.0, 0.0, 0.0)), Some(2.0));
        assert_eq!(apart(&at(0.2, 0.0, 0.0)), Some(0.0));
        assert_eq!(apart(&at(0.0, 9.0, 9.0)), None);
        let across = face([DVec3::new(0.2, 0.2, -1.0), DVec3::new(0.2, 0.2, 1.0), DVec3::new(0.2, 5.0, 0.0)]);
        let (d, x, y) = distance(&unit, &across, 9.0).unwrap();
        assert_eq!((d, x.z, x), (0.0, 0.0, y));
        let square = Facet::of_quad(SQUARE).unwrap();
        let above = Facet::of_quad(SQUARE.map(|p| p + DVec3::new(0.9, 0.9, 0.5))).unwrap();
        assert_eq!(distance(&square, &above, 9.0).map(|d| d.0), Some(0.5));
        assert_eq!(apart(&above).map(|d| (d * 1e9).round()), Some((0.57f64.sqrt() * 1e9).round()));
    }

    #[test]
    fn a_quadrilateral_is_convex_or_none() {
        let square = Facet::of_quad(SQUARE).unwrap();
        assert_eq!(
            (square.normal, square.area(), square.middle()),
            (DVec3::Z, 1.0, DVec3::new(0.5, 0.5, 0.0))
        );
        assert_eq!(square.nearest_point(DVec3::new(0.75, 0.5, 3.0)), DVec3::new(0.75, 0.5, 0.0));
        assert_eq!(square.nearest_point(DVec3::new(2.0, 3.0, 1.0)), SQUARE[2]);
        let [a, b, _, d] = SQUARE;
        for third in [DVec3::new(0.2, 0.2, 0.0), DVec3::new(0.5, 0.5, 0.0), b, DVec3::NAN] {
            assert_eq!(Facet::of_quad([a, b, third, d]), None, "{third}");
        }
    }
}
