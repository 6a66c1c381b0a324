//! Points that are one.

use glam::DVec3;
use rustc_hash::FxHashMap;

/// The distance up to which two points of a mesh are one, in metres.
pub const WELD: f64 = 1e-5;

const CELL: f64 = 1e-3;
/// Keeps round coordinates away from the borders of the cells.
const SHIFT: f64 = 0.000_377_13;
const NONE: u32 = u32::MAX;

/// Merges points within [`WELD`] of each other: the points that remain, and for each given point the
/// index of the one that stands for it. The first of a cluster stands for it. A point that is not
/// finite stands for itself.
pub fn weld(points: &[DVec3]) -> (Vec<DVec3>, Vec<u32>) {
    let mut kept: Vec<DVec3> = Vec::new();
    let mut next: Vec<u32> = Vec::new();
    let mut cells: FxHashMap<[i64; 3], u32> = FxHashMap::default();
    let mut index = Vec::with_capacity(points.len());
    for &p in points {
        let cell = |p: DVec3| ((p + SHIFT) / CELL).floor().to_array().map(|x| x as i64);
        let (home, lo, hi) = (cell(p), cell(p - WELD), cell(p + WELD));
        let find = |cell: [i64; 3]| {
            let mut at = *cells.get(&cell)?;
            while at != NONE {
                if kept[at as usize].distance_squared(p) <= WELD * WELD {
                    return Some(at);
                }
                at = next[at as usize];
            }
            None
        };
        let mut found = find(home);
        if found.is_none() && lo != hi && p.is_finite() {
            let near = (lo[0]..=hi[0]).flat_map(|x| (lo[1]..=hi[1]).map(move |y| (x, y)));
            found = near.flat_map(|(x, y)| (lo[2]..=hi[2]).map(move |z| [x, y, z])).find_map(find);
        }
        index.push(found.unwrap_or_else(|| {
            let new = kept.len() as u32;
            kept.push(p);
            next.push(cells.insert(home, new).unwrap_or(NONE));
            new
        }));
    }
    (kept, index)
}

#[cfg(test)]
mod tests {
    use super::weld;
    use glam::DVec3;

    #[test]
    fn points_within_10_micrometres_are_one() {
        let p = DVec3::new(1.0, 2.0, 3.0);
        let (kept, index) = weld(&[p, p + DVec3::X * 9e-6, p + DVec3::X * 2e-5, p]);
        assert_eq!(kept, [p, p + DVec3::X * 2e-5]);
        assert_eq!(index, [0, 0, 1, 0]);
    }

    #[test]
    fn cells_have_no_borders() {
        for k in 0..2000 {
            let p = DVec3::splat(f64::from(k) * 1e-6);
            assert_eq!(weld(&[p, p + 5e-6]).0.len(), 1, "{p}");
        }
    }

    #[test]
    fn points_that_are_no_points_stay_apart() {
        assert_eq!(weld(&[DVec3::NAN, DVec3::NAN, DVec3::INFINITY]).0.len(), 3);
    }
}
