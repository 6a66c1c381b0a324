//! Elements drawn twice.

use crate::body::Part;
use glam::DVec3;
use rustc_hash::FxHashMap;

/// True when each point of one element has a point of the other within `tolerance` metres, and the other
/// way round. How the points are joined to triangles does not matter.
pub(crate) fn same_points(a: &[Part<'_>], b: &[Part<'_>], tolerance: f64) -> bool {
    let (a, b) = (points(a), points(b));
    let (Some(x), Some(y)) = (bounds(&a), bounds(&b)) else { return false };
    // Boxes that differ by more end it before any search.
    let near = |p: DVec3, q: DVec3| (p - q).abs().max_element() <= tolerance;
    near(x.0, y.0) && near(x.1, y.1) && covers(&a, &b, tolerance) && covers(&b, &a, tolerance)
}

fn points(parts: &[Part<'_>]) -> Vec<DVec3> {
    parts.iter().flat_map(|p| p.source.points.iter().map(|&x| p.placement.transform_point3(x))).collect()
}

fn bounds(points: &[DVec3]) -> Option<(DVec3, DVec3)> {
    let first = *points.first()?;
    Some(points.iter().fold((first, first), |(lo, hi), &p| (lo.min(p), hi.max(p))))
}

/// True when each of `points` has one of `by` within `tolerance`.
fn covers(by: &[DVec3], points: &[DVec3], tolerance: f64) -> bool {
    let size = tolerance.max(1e-6);
    let cell = |p: DVec3| (p / size).floor().to_array().map(|x| x as i64);
    let mut cells: FxHashMap<[i64; 3], Vec<DVec3>> = FxHashMap::default();
    for &p in by {
        let list = cells.entry(cell(p)).or_default();
        if list.last() != Some(&p) {
            list.push(p);
        }
    }
    points.iter().all(|&p| {
        let [x, y, z] = cell(p);
        (-1..=1).any(|i| {
            (-1..=1).any(|j| {
                (-1..=1).any(|k| {
                    cells.get(&[x.saturating_add(i), y.saturating_add(j), z.saturating_add(k)]).is_some_and(
                        |list| list.iter().any(|q| q.distance_squared(p) <= tolerance * tolerance),
                    )
                })
            })
        })
    })
}
