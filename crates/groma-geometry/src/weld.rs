//! Points that are one.

use glam::DVec3;

/// The distance up to which two points of a mesh are one, in metres.
pub const WELD: f64 = 1e-5;

/// Cells per metre.
const CELLS: f64 = 1e3;
/// Keeps round coordinates away from the borders of the cells.
const SHIFT: f64 = 0.000_377_13;
/// How near to the border of a cell a point may have its like in the next, as a part of the cell.
const RIM: f64 = WELD * CELLS * 1.001;
const NONE: u32 = u32::MAX;

type Cell = [i64; 3];

/// The points that stand for others, by the cells in which they lie.
struct Kept {
    points: Vec<DVec3>,
    cells: Vec<Cell>,
    /// The point kept before in the same slot.
    next: Vec<u32>,
    /// As many slots as a power of two, each with the point kept last.
    slots: Vec<u32>,
}

impl Kept {
    fn slot(&self, cell: Cell) -> usize {
        // Fibonacci hashing (Knuth, 6.4): the high bits of a product with the golden ratio are well spread.
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let [x, y, z] = cell.map(i64::cast_unsigned);
        let mixed = x.wrapping_mul(GOLDEN).rotate_left(21).wrapping_add(y).wrapping_mul(GOLDEN);
        let mixed = mixed.rotate_left(21).wrapping_add(z).wrapping_mul(GOLDEN);
        (mixed >> 32) as usize & (self.slots.len() - 1)
    }

    /// The one that stands for `p`, if it lies in the cell.
    fn find(&self, p: DVec3, cell: Cell) -> Option<u32> {
        let mut at = self.slots[self.slot(cell)];
        while at != NONE {
            let k = at as usize;
            if self.points[k].distance_squared(p) <= WELD * WELD && self.cells[k] == cell {
                return Some(at);
            }
            at = self.next[k];
        }
        None
    }

    fn keep(&mut self, p: DVec3, cell: Cell) -> u32 {
        let new = self.points.len() as u32;
        let slot = self.slot(cell);
        self.points.push(p);
        self.cells.push(cell);
        self.next.push(self.slots[slot]);
        self.slots[slot] = new;
        new
    }
}

/// Merges points within [`WELD`] of each other: the points that remain, and for each given point the
/// index of the one that stands for it. The first of a cluster stands for it. A point that is not
/// finite stands for itself.
pub fn weld(points: &[DVec3]) -> (Vec<DVec3>, Vec<u32>) {
    let slots = vec![NONE; (points.len() * 2).next_power_of_two()];
    let (all, n) = (points.len(), points.len().min(1 << 10));
    let mut kept = Kept {
        points: Vec::with_capacity(n),
        cells: Vec::with_capacity(n),
        next: Vec::with_capacity(n),
        slots,
    };
    let mut index = Vec::with_capacity(all);
    for &p in points {
        let scaled = ((p + SHIFT) * CELLS).to_array();
        // Down, without a call where the processor has no instruction for it.
        let home = scaled.map(|x| (x as i64).saturating_sub(i64::from((x as i64) as f64 > x)));
        let mut found = kept.find(p, home);
        if found.is_none() {
            let within: [f64; 3] = std::array::from_fn(|k| scaled[k] - home[k] as f64);
            let low = within.map(|x| i64::from(x < RIM));
            let high = within.map(|x| i64::from(x > 1.0 - RIM));
            if low != [0; 3] || high != [0; 3] {
                let side = |k: usize| home[k].saturating_sub(low[k])..=home[k].saturating_add(high[k]);
                let near = side(0).flat_map(|x| side(1).map(move |y| (x, y)));
                found = near.flat_map(|(x, y)| side(2).map(move |z| [x, y, z])).find_map(|c| kept.find(p, c));
            }
        }
        index.push(found.unwrap_or_else(|| kept.keep(p, home)));
    }
    (kept.points, index)
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
