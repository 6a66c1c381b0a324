//! What is nearest to a point, and what a ray meets.
//!
//! Boxes are tested in f32, grown by more than the rounding of the point can be; what they hold is the
//! visitor's, in f64.

use crate::bvh::{Bvh, ITEM, NONE, set_bits};
use glam::{DVec3, Vec4};
use smallvec::{SmallVec, smallvec};

/// Of the greatest coordinate, more than the rounding of a point to f32.
const SLACK: f64 = 2e-7;
/// A square distance or a way along a ray is taken to be less by this part.
const LESS: f32 = 1.0 - 2e-6;

/// A node or item, and the least that anything in it may have.
type Open = (f32, u32);

/// Puts a child on the stack so that the least bound is on top of those pushed since `first`.
fn push(open: &mut SmallVec<[Open; 64]>, first: usize, entry: Open) {
    let at = first + open[first..].iter().take_while(|o| o.0 >= entry.0).count();
    open.insert(at, entry);
}

impl Bvh {
    /// Visits items near first: `visit` takes an item and the present reach, a square distance from `p` in
    /// m², and returns the new one. What is beyond the reach is left out. Returns the last reach.
    pub fn nearest(&self, p: DVec3, reach: f64, mut visit: impl FnMut(u32, f64) -> f64) -> f64 {
        let mut reach = reach;
        if self.is_empty() {
            return reach;
        }
        let at = p.as_vec3().to_array();
        let slack = (p.abs().max_element() * SLACK) as f32;
        let mut open: SmallVec<[Open; 64]> = smallvec![(0.0, 0)];
        while let Some((least, at_node)) = open.pop() {
            if f64::from(least) > reach {
                continue;
            }
            if at_node & ITEM != 0 {
                reach = visit(at_node & !ITEM, reach);
                continue;
            }
            let node = &self.nodes[at_node as usize];
            let axis = |k: usize| {
                let below = node.boxes.min[k] - Vec4::splat(at[k] + slack);
                let above = Vec4::splat(at[k] - slack) - node.boxes.max[k];
                let gap = below.max(above).max(Vec4::ZERO);
                gap * gap
            };
            let bounds = (axis(0) + axis(1) + axis(2)) * LESS;
            let first = open.len();
            for k in 0..4 {
                // The box of no child is infinitely far.
                if f64::from(bounds[k]) <= reach && bounds[k] < f32::INFINITY {
                    push(&mut open, first, (bounds[k], node.child[k]));
                }
            }
        }
        reach
    }

    /// Visits items that a ray may meet up to `reach` (in lengths of `direction`), near first; `visit`
    /// takes an item and the present reach and returns the new one.
    pub fn ray(&self, origin: DVec3, direction: DVec3, reach: f64, mut visit: impl FnMut(u32, f64) -> f64) {
        let mut reach = reach;
        if self.is_empty() {
            return;
        }
        let from = origin.as_vec3().to_array();
        let inverse = direction.recip().as_vec3().to_array();
        // Never 0, so that a ray in the plane of a box's side is no 0 times infinity.
        let slack = (origin.abs().max_element() * SLACK) as f32 + 1e-30;
        let mut open: SmallVec<[Open; 64]> = smallvec![(0.0, 0)];
        while let Some((least, at)) = open.pop() {
            if f64::from(least) > reach {
                continue;
            }
            if at & ITEM != 0 {
                reach = visit(at & !ITEM, reach);
                continue;
            }
            let node = &self.nodes[at as usize];
            let (mut near, mut far) = (Vec4::ZERO, Vec4::splat(f32::MAX));
            for k in 0..3 {
                let low = (node.boxes.min[k] - Vec4::splat(from[k] + slack)) * inverse[k];
                let high = (node.boxes.max[k] - Vec4::splat(from[k] - slack)) * inverse[k];
                near = near.max(low.min(high));
                far = far.min(low.max(high));
            }
            let near = near * LESS;
            let first = open.len();
            for k in set_bits(near.cmple(far / LESS)) {
                if f64::from(near[k]) <= reach && node.child[k] != NONE {
                    push(&mut open, first, (near[k], node.child[k]));
                }
            }
        }
    }
}
