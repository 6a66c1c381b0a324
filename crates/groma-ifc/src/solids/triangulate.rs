//! Plane regions into triangles.

use super::region::area;
use glam::{DVec2, DVec3};

/// Triangles over the points of an outline and its holes, one contour behind the other, turned as the
/// outline is. `None` where the contours cross each other or themselves.
pub(super) fn triangulate(points: &[DVec2], hole_starts: &[usize]) -> Option<Vec<[u32; 3]>> {
    if hole_starts.is_empty() && points.len() <= 4 {
        return small(points);
    }
    if is_tangle(points) {
        return None;
    }
    let flat: Vec<f64> = points.iter().flat_map(|p| p.to_array()).collect();
    let corners = earcutr::earcut(&flat, hole_starts, 2).ok()?;
    let mut ends = hole_starts.to_vec();
    ends.push(points.len());
    let mut start = 0;
    let mut whole = 0.0;
    for end in ends {
        let part = area(points.get(start..end)?);
        whole += if start == 0 { part } else { -part.abs() * f64::signum(whole) };
        start = end;
    }
    let turned = whole > 0.0;
    let mut covered = 0.0;
    let triangles: Vec<[u32; 3]> = corners
        .chunks_exact(3)
        .map(|t| {
            let twice = (points[t[1]] - points[t[0]]).perp_dot(points[t[2]] - points[t[0]]);
            covered += twice.abs() / 2.0;
            let [a, b, c] = [t[0] as u32, t[1] as u32, t[2] as u32];
            if (twice > 0.0) == turned { [a, b, c] } else { [a, c, b] }
        })
        .collect();
    // The triangles of contours that cross cover another area than the contours enclose.
    ((covered - whole.abs()).abs() <= 1e-6 * whole.abs() + 1e-12).then_some(triangles)
}

/// Contours of fewer points than this are triangulated whatever they are.
const FEW: usize = 1500;
/// How many edges the average edge may have beside it.
const MOST_BESIDE: usize = 1000;

/// True for contours of many edges that each have a good part of all others above or beside them: tangles, on which
/// triangulation takes time with the square of their points and more.
fn is_tangle(points: &[DVec2]) -> bool {
    if points.len() < FEW {
        return false;
    }
    let beside = |of: fn(&DVec2) -> f64| {
        let mut lows: Vec<f64> = points.windows(2).map(|w| of(&w[0]).min(of(&w[1]))).collect();
        let highs: Vec<f64> = points.windows(2).map(|w| of(&w[0]).max(of(&w[1]))).collect();
        let starts: Vec<f64> = lows.clone();
        lows.sort_by(f64::total_cmp);
        let within = |(low, high): (&f64, &f64)| {
            lows.partition_point(|x| x <= high) - lows.partition_point(|x| x < low)
        };
        starts.iter().zip(&highs).map(within).sum::<usize>()
    };
    let most = MOST_BESIDE * points.len();
    beside(|p| p.x) > most && beside(|p| p.y) > most
}

/// A triangle, or a quadrangle split so that both halves turn the same way.
fn small(points: &[DVec2]) -> Option<Vec<[u32; 3]>> {
    let twice = |a: usize, b: usize, c: usize| (points[b] - points[a]).perp_dot(points[c] - points[a]);
    match points.len() {
        3 => Some(vec![[0, 1, 2]]),
        4 => {
            let same = |x: f64, y: f64| x * y > 0.0;
            if same(twice(0, 1, 2), twice(0, 2, 3)) {
                Some(vec![[0, 1, 2], [0, 2, 3]])
            } else if same(twice(1, 2, 3), twice(1, 3, 0)) {
                Some(vec![[1, 2, 3], [1, 3, 0]])
            } else if twice(0, 1, 2).abs() + twice(0, 2, 3).abs() < 1e-12 {
                Some(Vec::new())
            } else if twice(0, 1, 2).abs().min(twice(0, 2, 3).abs()) < 1e-12 {
                Some(vec![[0, 1, 2], [0, 2, 3]])
            } else if twice(1, 2, 3).abs().min(twice(1, 3, 0).abs()) < 1e-12 {
                Some(vec![[1, 2, 3], [1, 3, 0]])
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Twice the area of a loop in space, as a vector along its normal.
pub(super) fn loop_normal(points: &[DVec3]) -> DVec3 {
    let Some(&origin) = points.first() else { return DVec3::ZERO };
    points.windows(2).map(|w| (w[0] - origin).cross(w[1] - origin)).sum()
}

/// Which coordinates to keep so that a plane with this normal is seen largest, turned as the normal points.
pub(super) fn flattened(normal: DVec3) -> impl Fn(DVec3) -> DVec2 {
    let n = normal.abs();
    let (axis, positive) = if n.z >= n.x && n.z >= n.y {
        (2, normal.z >= 0.0)
    } else if n.y >= n.x {
        (1, normal.y >= 0.0)
    } else {
        (0, normal.x >= 0.0)
    };
    move |p: DVec3| {
        let (u, v) = match axis {
            2 => (p.x, p.y),
            1 => (p.z, p.x),
            _ => (p.y, p.z),
        };
        if positive { DVec2::new(u, v) } else { DVec2::new(v, u) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(numbers: &[(i32, i32)]) -> Vec<DVec2> {
        numbers.iter().map(|&(x, y)| DVec2::new(x.into(), y.into())).collect()
    }

    #[test]
    fn the_triangles_cover_the_region_and_turn_as_it_does() {
        let square = points(&[(0, 0), (4, 0), (4, 4), (0, 4), (1, 1), (1, 2), (2, 2), (2, 1)]);
        let triangles = triangulate(&square, &[4]).unwrap();
        let sum: f64 = triangles
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|i| square[i as usize]);
                (b - a).perp_dot(c - a) / 2.0
            })
            .sum();
        assert!((sum - 15.0).abs() < 1e-12);
    }

    #[test]
    fn contours_that_cross_have_no_triangles() {
        assert!(triangulate(&points(&[(0, 0), (4, 4), (4, 0), (0, 4), (-2, 2)]), &[]).is_none());
        assert!(triangulate(&points(&[(0, 0), (4, 4), (4, 0), (0, 4)]), &[]).is_none());
    }

    #[test]
    fn a_tangle_is_known_and_a_long_outline_is_none() {
        let ring: Vec<DVec2> = (0..60_000)
            .map(|k| {
                DVec2::from_angle(f64::from(k) * std::f64::consts::TAU / 60_000.0)
                    * (90.0 + 0.01 * f64::from(k % 7))
            })
            .collect();
        assert!(!is_tangle(&ring));
        let tangle: Vec<DVec2> = (0..60_000_u64)
            .map(|k| DVec2::new((k * 7919 % 10_007) as f64, (k * 104_729 % 9973) as f64))
            .collect();
        assert!(is_tangle(&tangle));
        let start = std::time::Instant::now();
        assert!(triangulate(&tangle, &[]).is_none());
        assert!(start.elapsed().as_secs() < 2);
    }

    #[test]
    fn a_dart_is_split_inside() {
        let dart = points(&[(0, 0), (4, 1), (0, 2), (1, 1)]);
        assert_eq!(triangulate(&dart, &[]).unwrap(), [[1, 2, 3], [1, 3, 0]]);
    }

    #[test]
    fn flattening_keeps_the_turn() {
        for normal in [DVec3::X, DVec3::NEG_X, DVec3::Y, DVec3::NEG_Y, DVec3::Z, DVec3::NEG_Z] {
            let u = normal.any_orthonormal_vector();
            let v = normal.cross(u);
            let flat = flattened(normal);
            assert!((flat(u) - flat(DVec3::ZERO)).perp_dot(flat(v)) > 0.0);
        }
    }
}
