//! What is nearest to a point, and what a ray meets.
//!
//! Boxes are tested in f32, grown by more than the rounding of the point can be; what they hold is the
//! visitor's, in f64.

use crate::aabb::down;
use crate::bvh::{Bvh, ITEM, NONE, WIDE, set_bits};
use glam::{BVec4A, DVec3, Vec4};
use smallvec::{SmallVec, smallvec};

/// Of the greatest coordinate, more than the rounding of a point to f32.
const SLACK: f64 = 2e-7;
/// A square distance or a way along a ray is taken to be less by this part.
const LESS: f32 = 1.0 - 2e-6;

/// A node or item, and the least that anything in it may have.
type Open = (f32, u32);

/// Puts some children on the stack so that the one of the least bound is on top.
#[inline]
fn push_all(open: &mut SmallVec<[Open; 64]>, some: BVec4A, bounds: Vec4, child: &[u32; WIDE]) {
    let bounds = bounds.to_array();
    let (mut sorted, mut n): ([Open; WIDE], usize) = ([(0.0, 0); WIDE], 0);
    for k in set_bits(some) {
        if child[k] == NONE {
            continue;
        }
        let mut at = n;
        while at > 0 && sorted[at - 1].0 < bounds[k] {
            sorted[at] = sorted[at - 1];
            at -= 1;
        }
        sorted[at] = (bounds[k], child[k]);
        n += 1;
    }
    for entry in &sorted[..n] {
        open.push(*entry);
    }
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
            let near = bounds.cmple(Vec4::splat(down(reach)));
            push_all(&mut open, near, bounds, &node.child);
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
            let met = near.cmple(far / LESS) & near.cmple(Vec4::splat(down(reach)));
            push_all(&mut open, met, near, &node.child);
        }
    }
}
