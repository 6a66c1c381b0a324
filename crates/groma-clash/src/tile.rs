//! Tiles in plan, and which of them a pair belongs to.

use crate::Shard;
use groma_geometry::Aabb;

/// A part of the plan: from `min` to below `max`.
pub(crate) struct Tile {
    min: [f32; 2],
    max: [f32; 2],
}

impl Tile {
    /// The tile of a shard: the boxes are halved by the lower corners, again and again, across the longer side.
    pub(crate) fn of(shard: Shard, boxes: &[Aabb]) -> Self {
        let mut corners: Vec<[f32; 2]> = boxes.iter().map(|b| [b.min[0], b.min[1]]).collect();
        let mut tile = Self { min: [f32::NEG_INFINITY; 2], max: [f32::INFINITY; 2] };
        let (mut index, mut of) = (shard.index.saturating_sub(1), shard.of);
        let mut left = &mut corners[..];
        while of > 1 {
            let first = of / 2;
            let span = |axis: usize| {
                let of_axis = || left.iter().map(|c| c[axis]);
                of_axis().fold(f32::NEG_INFINITY, f32::max) - of_axis().fold(f32::INFINITY, f32::min)
            };
            let axis = usize::from(span(1) > span(0));
            left.sort_unstable_by(|a, b| a[axis].total_cmp(&b[axis]));
            let at = (left.len() as u64 * u64::from(first) / u64::from(of)) as usize;
            let cut = left.get(at).map_or(0.0, |c| c[axis]);
            let (low, high) = left.split_at_mut(left.partition_point(|c| c[axis] < cut));
            if index < first {
                (left, of) = (low, first);
                tile.max[axis] = cut;
            } else {
                (left, index, of) = (high, index - first, of - first);
                tile.min[axis] = cut;
            }
        }
        tile
    }

    /// True when a box reaches into the tile.
    pub(crate) fn sees(&self, aabb: &Aabb) -> bool {
        (0..2).all(|k| aabb.max[k] >= self.min[k] && aabb.min[k] < self.max[k])
    }

    /// True when the pair belongs to the tile.
    pub(crate) fn owns(&self, a: &Aabb, b: &Aabb) -> bool {
        (0..2).all(|k| {
            let corner = a.min[k].max(b.min[k]);
            corner >= self.min[k] && corner < self.max[k]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Tile;
    use crate::Shard;
    use glam::DVec3;
    use groma_geometry::Aabb;

    #[test]
    fn each_pair_belongs_to_one_tile() {
        let at = |i: u32| DVec3::new(f64::from(i * 7 % 31), f64::from(i * 11 % 17), 0.0);
        let boxes: Vec<Aabb> = (0..60).map(|i| Aabb::of([at(i), at(i) + DVec3::splat(3.0)])).collect();
        for of in 1..9 {
            let tiles: Vec<Tile> = (1..=of).map(|index| Tile::of(Shard { index, of }, &boxes)).collect();
            for a in &boxes {
                for b in boxes.iter().filter(|b| a.overlaps(b)) {
                    let owners: Vec<&Tile> = tiles.iter().filter(|t| t.owns(a, b)).collect();
                    assert_eq!(owners.len(), 1);
                    assert!(owners[0].sees(a) && owners[0].sees(b));
                }
            }
        }
    }
}
