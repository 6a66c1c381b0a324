//! Triangles: nearest points, distances, and where a ray meets one.

use glam::{DAffine3, DMat3, DVec3};

/// Three corners, counterclockwise seen from outside.
pub type Triangle = [DVec3; 3];

/// Twice the area as a vector along the normal.
#[inline]
pub fn area_vector(t: &Triangle) -> DVec3 {
    (t[1] - t[0]).cross(t[2] - t[0])
}

/// The unit normal; `None` for a triangle without area or with a corner that is not finite.
#[inline]
pub fn unit_normal(t: &Triangle) -> Option<DVec3> {
    let n = area_vector(t);
    let length = n.length();
    has_area(length).then(|| n / length)
}

/// True for twice the area, in m², of a triangle that [`unit_normal`] has a normal of.
#[inline]
pub fn has_area(twice: f64) -> bool {
    twice.is_finite() && twice > 1e-14
}

/// A triangle with its plane.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Face {
    /// The corners.
    pub corners: Triangle,
    /// The unit normal.
    pub normal: DVec3,
    /// The height of the plane over the origin, along the normal, in metres.
    pub offset: f64,
}

impl Face {
    /// A triangle with its plane; `None` where [`unit_normal`] is.
    #[inline]
    pub fn of(corners: Triangle) -> Option<Self> {
        let normal = unit_normal(&corners)?;
        Some(Self { corners, normal, offset: normal.dot(corners[0]) })
    }

    /// The face after a motion that keeps lengths and handedness.
    #[inline]
    pub fn moved(&self, by: &DAffine3) -> Self {
        if by.matrix3 == DMat3::IDENTITY {
            let corners = self.corners.map(|p| p + by.translation);
            return Self { corners, normal: self.normal, offset: self.normal.dot(corners[0]) };
        }
        let corners = self.corners.map(|p| by.transform_point3(p));
        let normal = by.matrix3 * self.normal;
        Self { corners, normal, offset: normal.dot(corners[0]) }
    }

    /// The signed distance of a point from the plane, positive outside.
    #[inline]
    pub fn height(&self, p: DVec3) -> f64 {
        self.normal.dot(p) - self.offset
    }

    /// True when the plane shows a point to be farther from the triangle than the root of `square`, in m².
    #[inline]
    pub fn is_beyond(&self, p: DVec3, square: f64) -> bool {
        // Less than the distance by more than rounding makes of it.
        let least = self.height(p).abs() - (1e-9 + self.offset.abs() * 1e-12);
        least > 0.0 && least * least > square
    }

    /// The heights of a triangle's corners.
    #[inline]
    pub fn heights(&self, of: &Triangle) -> [f64; 3] {
        of.map(|p| self.height(p))
    }
}

/// The lesser of two numbers: one instruction, where [`f64::min`] also sees to what is no number.
#[inline]
pub fn lesser(x: f64, y: f64) -> f64 {
    if x < y { x } else { y }
}

/// The greater of two numbers, as [`lesser`].
#[inline]
pub fn greater(x: f64, y: f64) -> f64 {
    if x > y { x } else { y }
}

/// The least and the greatest of three numbers.
#[inline]
pub fn range([x, y, z]: [f64; 3]) -> (f64, f64) {
    (lesser(lesser(x, y), z), greater(greater(x, y), z))
}

/// The point of a segment that is nearest to `p`.
#[inline]
pub fn nearest_on_segment(p: DVec3, a: DVec3, b: DVec3) -> DVec3 {
    let d = b - a;
    let length = d.length_squared();
    if length > 0.0 { a + d * ((p - a).dot(d) / length).clamp(0.0, 1.0) } else { a }
}

/// The point of a triangle that is nearest to `p` (Ericson, Real-Time Collision Detection, 5.1.5).
pub fn nearest_point(p: DVec3, t: &Triangle) -> DVec3 {
    let [a, b, c] = *t;
    let (ab, ac) = (b - a, c - a);
    let ap = p - a;
    let (d1, d2) = (ab.dot(ap), ac.dot(ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return a;
    }
    let bp = p - b;
    let (d3, d4) = (ab.dot(bp), ac.dot(bp));
    if d3 >= 0.0 && d4 <= d3 {
        return b;
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        return nearest_on_segment(p, a, b);
    }
    let cp = p - c;
    let (d5, d6) = (ab.dot(cp), ac.dot(cp));
    if d6 >= 0.0 && d5 <= d6 {
        return c;
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        return nearest_on_segment(p, a, c);
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 - d3 >= 0.0 && d5 - d6 >= 0.0 {
        return nearest_on_segment(p, b, c);
    }
    let sum = va + vb + vc;
    if sum > 0.0 {
        return a + ab * (vb / sum) + ac * (vc / sum);
    }
    // A triangle without area is its edges.
    [(a, b), (b, c), (c, a)]
        .map(|(a, b)| nearest_on_segment(p, a, b))
        .into_iter()
        .min_by(|x, y| x.distance_squared(p).total_cmp(&y.distance_squared(p)))
        .unwrap_or(a)
}

/// The nearest points of two segments (Ericson, 5.1.9).
pub fn nearest_of_segments(a: DVec3, b: DVec3, c: DVec3, d: DVec3) -> (DVec3, DVec3) {
    let (u, v, r) = (b - a, d - c, a - c);
    let (uu, vv, vr) = (u.length_squared(), v.length_squared(), v.dot(r));
    if uu <= 0.0 {
        return (a, nearest_on_segment(a, c, d));
    }
    if vv <= 0.0 {
        return (nearest_on_segment(c, a, b), c);
    }
    let (ur, uv) = (u.dot(r), u.dot(v));
    let det = uu * vv - uv * uv;
    let s = if det > 1e-14 * uu * vv { ((uv * vr - ur * vv) / det).clamp(0.0, 1.0) } else { 0.0 };
    let t = (uv * s + vr) / vv;
    if t < 0.0 {
        (nearest_on_segment(c, a, b), c)
    } else if t > 1.0 {
        (nearest_on_segment(d, a, b), d)
    } else {
        (a + u * s, c + v * t)
    }
}

/// Where the segment from `a` to `b` meets the triangle, if it does, given the heights of its ends.
fn pierce((a, da): (DVec3, f64), (b, db): (DVec3, f64), t: &Triangle, n: DVec3) -> Option<DVec3> {
    if da * db > 0.0 || da == db {
        return None;
    }
    let x = a + (b - a) * (da / (da - db));
    (0..3).all(|k| n.dot((t[(k + 1) % 3] - t[k]).cross(x - t[k])) >= 0.0).then_some(x)
}

/// The box of some points, not rounded.
struct Span {
    low: DVec3,
    high: DVec3,
}

impl Span {
    #[inline]
    fn of(points: &[DVec3]) -> Self {
        let none = Self { low: DVec3::INFINITY, high: DVec3::NEG_INFINITY };
        points.iter().fold(none, |s, p| Self { low: s.low.min(*p), high: s.high.max(*p) })
    }

    /// The square of the gap between two.
    #[inline]
    fn gap(&self, other: &Self) -> f64 {
        (self.low - other.high).max(other.low - self.high).max(DVec3::ZERO).length_squared()
    }
}

/// More than rounding takes from a square.
const MORE: f64 = 1.0 + 1e-12;

/// True when a side of a triangle shows another to be no nearer than `reach` metres.
#[inline]
fn is_beside(face: &Face, other: &Triangle, reach: f64) -> bool {
    (0..3).any(|k| {
        let from = face.corners[k];
        let outward = (face.corners[(k + 1) % 3] - from).cross(face.normal);
        let (beyond, _) = range(other.map(|p| outward.dot(p - from)));
        beyond > 0.0 && beyond * beyond >= reach * reach * MORE * outward.length_squared()
    })
}

/// True when an axis of any length shows two triangles to be no nearer than `reach` metres.
#[inline]
fn is_beyond(t: &Triangle, other: &Triangle, axis: DVec3, reach: f64) -> bool {
    let from = t[0];
    let along = |t: &Triangle| range(t.map(|p| axis.dot(p - from)));
    let ((low, high), (other_low, other_high)) = (along(t), along(other));
    let gap = greater(low - other_high, other_low - high);
    gap > 0.0 && gap * gap >= reach * reach * MORE * axis.length_squared()
}

/// The least distance of two triangles in metres, with a nearest point of each; 0 and one common point
/// where they meet. `None` where it is not below `reach`.
pub fn distance(p: &Face, q: &Face, reach: f64) -> Option<(f64, DVec3, DVec3)> {
    let (p_over_q, q_over_p) = (q.heights(&p.corners), p.heights(&q.corners));
    let gap = |(low, high): (f64, f64)| greater(low, -high);
    let (p_gap, q_gap) = (gap(range(p_over_q)), gap(range(q_over_p)));
    // They are no nearer than the one is to the plane of the other.
    if greater(greater(p_gap, q_gap), 0.0) >= reach {
        return None;
    }
    let boxes = (Span::of(&p.corners), Span::of(&q.corners));
    let apart = boxes.0.gap(&boxes.1);
    if apart >= reach * reach {
        return None;
    }
    // Nor than the one is to the side of the other, in its plane, or beyond it along the line that both planes have.
    let across = p.normal.cross(q.normal);
    if is_beyond(&q.corners, &p.corners, across, reach)
        || is_beside(p, &q.corners, reach)
        || is_beside(q, &p.corners, reach)
    {
        return None;
    }
    // Triangles meet only where each has corners on both sides of the other's plane.
    let ((p, n), (q, m)) = ((&p.corners, p.normal), (&q.corners, q.normal));
    if p_gap <= 0.0 && q_gap <= 0.0 && apart <= 0.0 {
        for k in 0..3 {
            let next = (k + 1) % 3;
            let of_p = || pierce((p[k], p_over_q[k]), (p[next], p_over_q[next]), q, m);
            let of_q = || pierce((q[k], q_over_p[k]), (q[next], q_over_p[next]), p, n);
            if let Some(x) = of_p().or_else(of_q) {
                return Some((0.0, x, x));
            }
        }
    }
    let mut best = (reach * reach, None);
    let keep = |x: DVec3, y: DVec3, best: &mut (f64, Option<(DVec3, DVec3)>)| {
        let d = x.distance_squared(y);
        if d < best.0 {
            *best = (d, Some((x, y)));
        }
    };
    for k in 0..3 {
        if greater(p_over_q[k] * p_over_q[k], boxes.1.gap(&Span::of(&[p[k]]))) < best.0 {
            keep(p[k], nearest_point(p[k], q), &mut best);
        }
        if greater(q_over_p[k] * q_over_p[k], boxes.0.gap(&Span::of(&[q[k]]))) < best.0 {
            keep(nearest_point(q[k], p), q[k], &mut best);
        }
    }
    // How far a side stays from the plane of the other triangle, and from its box.
    let clear = |t: &Triangle, h: [f64; 3], k: usize, other: &Span| {
        let (a, b) = (h[k], h[(k + 1) % 3]);
        let from_plane = if a * b > 0.0 { lesser(a * a, b * b) } else { 0.0 };
        greater(from_plane, Span::of(&[t[k], t[(k + 1) % 3]]).gap(other))
    };
    let q_clear = [0, 1, 2].map(|j| clear(q, q_over_p, j, &boxes.0));
    for i in 0..3 {
        let p_clear = clear(p, p_over_q, i, &boxes.1);
        for j in 0..3 {
            if greater(p_clear, q_clear[j]) < best.0 {
                let (x, y) = nearest_of_segments(p[i], p[(i + 1) % 3], q[j], q[(j + 1) % 3]);
                keep(x, y, &mut best);
            }
        }
    }
    best.1.map(|(x, y)| (best.0.sqrt(), x, y))
}

/// Barycentric coordinates that are outside by more are those of a line far beside.
const FAR_BESIDE: f64 = 1e-6;

/// Where a line meets the plane of a triangle, in lengths of `direction`, and from which side (1 from
/// outside, -1 from inside); `None` for a line in the plane, or far beside the triangle. Beside it how far within the
/// triangle that is: its least barycentric coordinate, negative outside, where it is near (Möller and Trumbore 1997).
pub fn meet_line(origin: DVec3, direction: DVec3, t: &Triangle) -> (Option<(f64, f64)>, f64) {
    let (e1, e2) = (t[1] - t[0], t[2] - t[0]);
    let p = direction.cross(e2);
    let det = e1.dot(p);
    if det.abs() < 1e-300 {
        return (None, -1.0);
    }
    let s = origin - t[0];
    let u = s.dot(p) / det;
    // Far beside it: how far no one asks.
    if !(-FAR_BESIDE..=1.0 + FAR_BESIDE).contains(&u) {
        return (None, lesser(u, 1.0 - u) * 0.5);
    }
    let q = s.cross(e1);
    let v = direction.dot(q) / det;
    (Some((e2.dot(q) / det, det.signum())), u.min(v).min(1.0 - u - v))
}

/// Where a ray meets a triangle, in lengths of `direction`, and from which side: 1 when it comes from
/// outside, -1 from inside. A ray in the plane of the triangle does not meet it.
pub fn meet_ray(origin: DVec3, direction: DVec3, t: &Triangle) -> Option<(f64, f64)> {
    let (hit, within) = meet_line(origin, direction, t);
    hit.filter(|h| within >= 0.0 && h.0 >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Triangle = [DVec3::ZERO, DVec3::X, DVec3::Y];

    #[test]
    fn distances_of_known_triangles() {
        let face = |t: Triangle| Face::of(t).unwrap();
        let unit = face(UNIT);
        let at = |x: f64, y: f64, z: f64| face(UNIT.map(|p| p + DVec3::new(x, y, z)));
        let apart = |other: &Face| distance(&unit, other, 9.0).map(|d| d.0);
        assert_eq!(apart(&at(0.0, 0.0, 2.0)), Some(2.0));
        assert_eq!(apart(&at(3.0, 0.0, 0.0)), Some(2.0));
        assert_eq!(apart(&at(0.2, 0.0, 0.0)), Some(0.0));
        assert_eq!(apart(&at(0.0, 9.0, 9.0)), None);
        let across = face([DVec3::new(0.2, 0.2, -1.0), DVec3::new(0.2, 0.2, 1.0), DVec3::new(0.2, 5.0, 0.0)]);
        let (d, x, y) = distance(&unit, &across, 9.0).unwrap();
        assert_eq!((d, x.z, x), (0.0, 0.0, y));
    }

    #[test]
    fn a_triangle_without_area_is_a_segment() {
        let flat = [DVec3::ZERO, DVec3::X, DVec3::X * 2.0];
        assert_eq!(nearest_point(DVec3::new(1.5, 1.0, 0.0), &flat), DVec3::new(1.5, 0.0, 0.0));
        let point = [DVec3::ONE; 3];
        assert_eq!(nearest_point(DVec3::ZERO, &point), DVec3::ONE);
    }

    #[test]
    fn a_ray_says_from_which_side_it_comes() {
        let o = DVec3::new(0.25, 0.25, 1.0);
        assert_eq!(meet_ray(o, DVec3::NEG_Z, &UNIT), Some((1.0, 1.0)));
        assert_eq!(meet_ray(-o + DVec3::new(0.5, 0.5, 0.0), DVec3::Z, &UNIT), Some((1.0, -1.0)));
        assert_eq!(meet_ray(o, DVec3::Z, &UNIT), None);
    }
}
