//! Triangles: normals, nearest points, and where a ray meets one.

use glam::DVec3;

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
