//! Boxes that never leave out what they bound.

use glam::{DAffine3, DVec3};

/// An axis-aligned box of f32, rounded outward from f64; metres in the frame of what it bounds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Aabb {
    /// Lower corner.
    pub min: [f32; 3],
    /// Upper corner.
    pub max: [f32; 3],
}

/// The largest f32 that is not above `x`.
pub(crate) fn down(x: f64) -> f32 {
    let f = x as f32;
    if f64::from(f) > x { f.next_down() } else { f }
}

/// The smallest f32 that is not below `x`.
pub(crate) fn up(x: f64) -> f32 {
    let f = x as f32;
    if f64::from(f) < x { f.next_up() } else { f }
}

impl Aabb {
    /// The box of nothing: it overlaps nothing, and joined with another gives the other.
    pub const EMPTY: Self = Self { min: [f32::INFINITY; 3], max: [f32::NEG_INFINITY; 3] };

    /// The box of some points.
    #[inline]
    pub fn of(points: impl IntoIterator<Item = DVec3>) -> Self {
        let none = (DVec3::INFINITY, DVec3::NEG_INFINITY);
        let (low, high) = points.into_iter().fold(none, |(low, high), p| (low.min(p), high.max(p)));
        Self { min: low.to_array().map(down), max: high.to_array().map(up) }
    }

    /// True for [`Self::EMPTY`].
    #[inline]
    pub fn is_empty(&self) -> bool {
        (0..3).any(|k| self.min[k] > self.max[k])
    }

    /// The box of both.
    #[inline]
    pub fn join(&self, other: &Self) -> Self {
        let mut sum = *self;
        for k in 0..3 {
            sum.min[k] = sum.min[k].min(other.min[k]);
            sum.max[k] = sum.max[k].max(other.max[k]);
        }
        sum
    }

    /// The box of what both share; `None` where they share nothing.
    #[inline]
    pub fn common(&self, other: &Self) -> Option<Self> {
        let common = Self {
            min: std::array::from_fn(|k| self.min[k].max(other.min[k])),
            max: std::array::from_fn(|k| self.max[k].min(other.max[k])),
        };
        (!common.is_empty()).then_some(common)
    }

    /// The box grown by `margin` metres on each side, rounded outward.
    pub fn grow(&self, margin: f64) -> Self {
        Self {
            min: self.min.map(|x| down(f64::from(x) - margin)),
            max: self.max.map(|x| up(f64::from(x) + margin)),
        }
    }

    /// The box with each side moved outward to the next f32.
    pub fn widened(&self) -> Self {
        Self { min: self.min.map(f32::next_down), max: self.max.map(f32::next_up) }
    }

    /// True when they share at least a point.
    #[inline]
    pub fn overlaps(&self, other: &Self) -> bool {
        (0..3).all(|k| self.min[k] <= other.max[k] && self.max[k] >= other.min[k])
    }

    /// True when the other lies within this one.
    #[inline]
    pub fn contains(&self, other: &Self) -> bool {
        (0..3).all(|k| self.min[k] <= other.min[k] && self.max[k] >= other.max[k])
    }

    /// True when a point lies within.
    #[inline]
    pub fn holds(&self, p: DVec3) -> bool {
        self.min_f64().cmple(p).all() && self.max_f64().cmpge(p).all()
    }

    /// The middle.
    pub fn centre(&self) -> DVec3 {
        (self.min_f64() + self.max_f64()) * 0.5
    }

    /// The lower corner in f64.
    #[inline]
    pub fn min_f64(&self) -> DVec3 {
        DVec3::from_array(self.min.map(f64::from))
    }

    /// The upper corner in f64.
    #[inline]
    pub fn max_f64(&self) -> DVec3 {
        DVec3::from_array(self.max.map(f64::from))
    }

    /// The square of the least distance between the boxes, in m²; 0 where they overlap. Never above the
    /// distance of what they bound.
    pub fn distance_squared(&self, other: &Self) -> f64 {
        (0..3)
            .map(|k| {
                let gap = f64::from(self.min[k] - other.max[k]).max(f64::from(other.min[k] - self.max[k]));
                gap.max(0.0).powi(2)
            })
            .sum()
    }

    /// A box that holds this one after it was placed elsewhere.
    pub fn transformed(&self, placement: &DAffine3) -> Self {
        if self.is_empty() {
            return *self;
        }
        // Rounding keeps the order of sums, so that these are the bounds of all eight corners to the last bit.
        let (lo, hi, turn) = (self.min_f64(), self.max_f64(), placement.matrix3);
        let side = |axis: DVec3, lo: f64, hi: f64| {
            let (from, to) = (axis * lo, axis * hi);
            (from.min(to), from.max(to))
        };
        let (x, y, z) =
            (side(turn.x_axis, lo.x, hi.x), side(turn.y_axis, lo.y, hi.y), side(turn.z_axis, lo.z, hi.z));
        Self::of([x.0 + y.0 + z.0 + placement.translation, x.1 + y.1 + z.1 + placement.translation])
    }

    /// How far along a curve that fills the box (Morton 1966) a point stands: near points stand near along it. 10 bits of
    /// each axis, of a cube as large as the longest side; what is not in the box stands at its border.
    pub fn along_curve(&self, p: DVec3) -> u32 {
        let (low, size) = (self.min_f64(), (self.max_f64() - self.min_f64()).max_element());
        // The bits of an axis, two apart.
        let spread = |x: f64| {
            let x = (x as u32).min(0x3ff);
            let x = (x | x << 16) & 0x0300_00ff;
            let x = (x | x << 8) & 0x0300_f00f;
            let x = (x | x << 4) & 0x030c_30c3;
            (x | x << 2) & 0x0924_9249
        };
        let at = (p - low) / size * 1024.0;
        spread(at.x) | spread(at.y) << 1 | spread(at.z) << 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_goes_through_one_eighth_after_the_other() {
        let corner = |i: u32| DVec3::new(f64::from(i & 1), f64::from(i >> 1 & 1), f64::from(i >> 2));
        let cube = Aabb::of([DVec3::splat(-3.0), DVec3::splat(5.0)]);
        for i in 0..8 {
            let eighth = |p: DVec3| cube.along_curve(p) >> 27;
            assert_eq!(eighth(corner(i) * 4.0 - 1.0), i);
            assert_eq!(eighth(corner(i) * 7.9 - 2.95), i);
        }
        assert_eq!(cube.along_curve(DVec3::splat(1e9)), (1 << 30) - 1);
        assert_eq!(cube.along_curve(DVec3::splat(-1e9)), 0);
        // Of no size, all stand at one place.
        let point = Aabb::of([DVec3::ONE]);
        assert_eq!(point.along_curve(DVec3::ONE), point.along_curve(point.min_f64()));
    }
}
