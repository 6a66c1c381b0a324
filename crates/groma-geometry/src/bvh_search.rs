//! What is nearest to a point, and what a ray meets.
//!
//! Boxes are tested in f32, grown by more than the rounding of the point can be; what they hold is the
//! visitor's, in f64.

use crate::aabb::{down, up};
use crate::bvh::{Boxes, Bvh, ITEM, NONE, Node, WIDE, set_bits};
use glam::{BVec4A, DVec3, Vec4};
use smallvec::{SmallVec, smallvec};
use std::ops::ControlFlow;

/// Of the greatest coordinate, more than the rounding of a point to f32.
const SLACK: f64 = 2e-7;
/// A square distance or a way along a ray is taken to be less by this part.
const LESS: f32 = 1.0 - 2e-6;

/// A node or item, and the least that anything in it may have.
type Open = (f32, u32);

/// Puts some children on the stack so that the one of the least bound, which is never negative, is on top; of equal ones
/// the last.
#[inline(always)]
fn push_all(open: &mut SmallVec<[Open; 64]>, some: BVec4A, bounds: Vec4, child: &[u32; WIDE]) {
    // The bits of numbers that are not negative have their order. Below them is which child it is, counted down to 1.
    let some = some.bitmask();
    let key = |k: usize| {
        let wanted = some >> k & 1 != 0 && child[k] != NONE;
        let key = u64::from(bounds[k].to_bits() & !(1 << 31)) << 32 | (WIDE - k) as u64;
        if wanted { key } else { 0 }
    };
    let mut keys: [u64; WIDE] = std::array::from_fn(key);
    let mut order = |x: usize, y: usize| (keys[x], keys[y]) = (keys[x].max(keys[y]), keys[x].min(keys[y]));
    for (x, y) in [(0, 1), (2, 3), (0, 2), (1, 3), (1, 2)] {
        order(x, y);
    }
    for key in keys.into_iter().take_while(|key| *key != 0) {
        open.push((f32::from_bits((key >> 32) as u32), child[WIDE - (key & 7) as usize]));
    }
}

/// A point that boxes are held against.
struct Spot {
    at: [f32; 3],
    slack: f32,
}

impl Spot {
    fn new(p: DVec3) -> Self {
        Self { at: p.as_vec3().to_array(), slack: (p.abs().max_element() * SLACK) as f32 }
    }

    /// The squares of how far four boxes are from it, at least.
    #[inline(always)]
    fn bounds(&self, boxes: &Boxes) -> Vec4 {
        let axis = |k: usize| {
            let below = boxes.min[k] - Vec4::splat(self.at[k] + self.slack);
            let above = Vec4::splat(self.at[k] - self.slack) - boxes.max[k];
            let gap = below.max(above).max(Vec4::ZERO);
            gap * gap
        };
        (axis(0) + axis(1) + axis(2)) * LESS
    }
}

/// A ray that boxes are held against.
struct Line {
    from: [f32; 3],
    inverse: [f32; 3],
    slack: f32,
}

impl Line {
    fn new(origin: DVec3, direction: DVec3) -> Self {
        Self {
            from: origin.as_vec3().to_array(),
            inverse: direction.recip().as_vec3().to_array(),
            // Never 0, so that a ray in the plane of a box's side is no 0 times infinity.
            slack: (origin.abs().max_element() * SLACK) as f32 + 1e-30,
        }
    }

    /// Where it enters four boxes, at the latest, and where it leaves them; it meets those where the first is less than
    /// the second by [`LESS`].
    #[inline(always)]
    fn meets(&self, boxes: &Boxes) -> (Vec4, Vec4) {
        let (mut near, mut far) = (Vec4::ZERO, Vec4::splat(f32::MAX));
        for k in 0..3 {
            let low = (boxes.min[k] - Vec4::splat(self.from[k] + self.slack)) * self.inverse[k];
            let high = (boxes.max[k] - Vec4::splat(self.from[k] - self.slack)) * self.inverse[k];
            near = near.max(low.min(high));
            far = far.min(low.max(high));
        }
        (near * LESS, far)
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
        let spot = Spot::new(p);
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
            let bounds = spot.bounds(&node.boxes);
            let near = bounds.cmple(Vec4::splat(down(reach)));
            push_all(&mut open, near, bounds, &node.child);
        }
        reach
    }

    /// Visits items nearer to a point than `reach` metres, and some beyond, in no order; the visitor ends the search.
    pub fn around(&self, p: DVec3, reach: f64, mut visit: impl FnMut(u32) -> ControlFlow<()>) {
        if self.is_empty() {
            return;
        }
        let (spot, least) = (Spot::new(p), Vec4::splat(up(reach * reach)));
        let mut open: SmallVec<[u32; 64]> = smallvec![0];
        while let Some(node) = open.pop() {
            let Node { boxes, child } = &self.nodes[node as usize];
            for k in set_bits(spot.bounds(boxes).cmple(least)) {
                match child[k] {
                    NONE => {}
                    node if node & ITEM == 0 => open.push(node),
                    item => {
                        if visit(item & !ITEM).is_break() {
                            return;
                        }
                    }
                }
            }
        }
    }

    /// Visits all items that a ray without end may meet, in no order.
    pub fn along(&self, origin: DVec3, direction: DVec3, mut visit: impl FnMut(u32)) {
        if self.is_empty() {
            return;
        }
        let line = Line::new(origin, direction);
        let mut open: SmallVec<[u32; 64]> = smallvec![0];
        while let Some(node) = open.pop() {
            let Node { boxes, child } = &self.nodes[node as usize];
            let (near, far) = line.meets(boxes);
            for k in set_bits(near.cmple(far / LESS)) {
                match child[k] {
                    NONE => {}
                    node if node & ITEM == 0 => open.push(node),
                    item => visit(item & !ITEM),
                }
            }
        }
    }

    /// Visits items that a ray may meet up to `reach` (in lengths of `direction`), near first; `visit`
    /// takes an item and the present reach and returns the new one.
    pub fn ray(&self, origin: DVec3, direction: DVec3, reach: f64, mut visit: impl FnMut(u32, f64) -> f64) {
        let mut reach = reach;
        if self.is_empty() {
            return;
        }
        let line = Line::new(origin, direction);
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
            let (near, far) = line.meets(&node.boxes);
            let met = near.cmple(far / LESS) & near.cmple(Vec4::splat(down(reach)));
            push_all(&mut open, met, near, &node.child);
        }
    }
}
