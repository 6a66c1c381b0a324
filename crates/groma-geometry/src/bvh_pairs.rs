//! Walking down two trees at once.
//!
//! Boxes of the other tree are placed in f32 and grown by more than its rounding can be, so that no pair
//! is lost; the tests of what the boxes hold are f64.

use crate::Aabb;
use crate::bvh::{Boxes, Bvh, ITEM, NONE, WIDE, set_bits};
use crate::meeting::shrunk;
use glam::{DAffine3, DMat3, Vec4};
use smallvec::{SmallVec, smallvec};
use std::ops::ControlFlow;

/// Of the greatest coordinate, how much a placed f32 box is grown: some eight roundings.
const SLACK: f64 = 1e-6;

/// Places boxes of one tree in the coordinates of another.
pub(crate) struct Placing {
    /// Rows of the turn; `None` where the placement only shifts.
    turn: Option<[[f32; 3]; 3]>,
    shift: [f32; 3],
    /// What placed boxes are grown by.
    grow: f32,
    /// More than f32 rounds the height of a box over a plane.
    slack: f32,
}

impl Placing {
    pub(crate) fn new(map: &DAffine3, mine: &Aabb, theirs: &Aabb, margin: f64) -> Self {
        let far = |b: &Aabb| b.min.iter().chain(&b.max).fold(0.0f32, |m, x| m.max(x.abs()));
        let reach = f64::from(far(mine)) + 2.0 * f64::from(far(theirs)) + map.translation.abs().max_element();
        let turn = (map.matrix3 != DMat3::IDENTITY)
            .then(|| map.matrix3.transpose().to_cols_array_2d().map(|row| row.map(|x| x as f32)));
        let shift = map.translation.to_array().map(|x| x as f32);
        let grow = ((margin + reach * SLACK) * (1.0 + SLACK)) as f32;
        Self { turn, shift, grow, slack: (2.0 * reach * SLACK) as f32 }
    }

    /// The square of how far each of four boxes stays from a plane, at least; 0 for those that it cuts.
    fn heights(&self, boxes: &Boxes, plane: &Plane) -> Vec4 {
        let mut at = Vec4::splat(-plane.offset);
        let mut wide = Vec4::splat(self.slack);
        for (k, x) in plane.normal.iter().enumerate() {
            at += (boxes.min[k] + boxes.max[k]) * (0.5 * x);
            wide += (boxes.max[k] - boxes.min[k]) * (0.5 * x.abs());
        }
        let height = (at.abs() - wide).max(Vec4::ZERO);
        height * height
    }

    pub(crate) fn four(&self, boxes: &Boxes) -> Boxes {
        let mut placed = *boxes;
        match &self.turn {
            None => {
                for k in 0..3 {
                    placed.min[k] = boxes.min[k] + Vec4::splat(self.shift[k] - self.grow);
                    placed.max[k] = boxes.max[k] + Vec4::splat(self.shift[k] + self.grow);
                }
            }
            Some(turn) => {
                let centre: [Vec4; 3] = std::array::from_fn(|k| (boxes.min[k] + boxes.max[k]) * 0.5);
                let half: [Vec4; 3] = std::array::from_fn(|k| (boxes.max[k] - boxes.min[k]) * 0.5);
                for (k, row) in turn.iter().enumerate() {
                    let at = centre[0] * row[0] + centre[1] * row[1] + centre[2] * row[2];
                    let reach = half[0] * row[0].abs() + half[1] * row[1].abs() + half[2] * row[2].abs();
                    let (at, reach) = (at + Vec4::splat(self.shift[k]), reach + Vec4::splat(self.grow));
                    placed.min[k] = at - reach;
                    placed.max[k] = at + reach;
                }
            }
        }
        placed
    }

    pub(crate) fn one(&self, aabb: &Aabb) -> Aabb {
        if self.turn.is_none() {
            let (shift, grow) = (self.shift, self.grow);
            return Aabb {
                min: std::array::from_fn(|k| aabb.min[k] + (shift[k] - grow)),
                max: std::array::from_fn(|k| aabb.max[k] + (shift[k] + grow)),
            };
        }
        let boxes = Boxes { min: aabb.min.map(Vec4::splat), max: aabb.max.map(Vec4::splat) };
        self.four(&boxes).get(0)
    }
}

/// A plane in which all of an item lies, in the coordinates of the first tree.
#[derive(Clone, Copy)]
pub(crate) struct Plane {
    /// Of unit length.
    pub(crate) normal: [f32; 3],
    /// The height over the origin.
    pub(crate) offset: f32,
}

/// What [`Bvh::walk_within`] finds on its way.
pub(crate) trait Within {
    /// The plane of an item of the first tree, or of the second.
    fn plane(&mut self, item: u32, of_first: bool) -> Option<Plane>;
    /// Two items that may be near: the margin from here on, which does not grow, or the end of the walk.
    fn meet(&mut self, a: u32, b: u32) -> ControlFlow<(), f64>;
    /// Two whose boxes are near, though one keeps clear of the plane of the other.
    fn pass(&mut self) -> ControlFlow<()>;
}

/// Items without planes.
struct Plain<F>(F);

impl<F: FnMut(u32, u32) -> ControlFlow<(), f64>> Within for Plain<F> {
    fn plane(&mut self, _: u32, _: bool) -> Option<Plane> {
        None
    }

    fn meet(&mut self, a: u32, b: u32) -> ControlFlow<(), f64> {
        (self.0)(a, b)
    }

    fn pass(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn size(aabb: &Aabb) -> f32 {
    (0..3).map(|k| aabb.max[k] - aabb.min[k]).sum()
}

/// The square gap between each of four boxes and another.
fn gaps(boxes: &Boxes, other: &Aabb) -> Vec4 {
    let axis = |k: usize| {
        let gap = (boxes.min[k] - Vec4::splat(other.max[k])).max(Vec4::splat(other.min[k]) - boxes.max[k]);
        let gap = gap.max(Vec4::ZERO);
        gap * gap
    };
    axis(0) + axis(1) + axis(2)
}

/// A node or item of each tree whose boxes are near.
#[derive(Clone, Copy)]
struct Near {
    gap: f32,
    a: u32,
    b: u32,
    a_box: Aabb,
    /// Placed and grown, then shrunk by some metres.
    b_box: Aabb,
    shrunk: f64,
}

/// What a walk of a tree with itself has still to look at.
enum Inside {
    /// A node, within itself.
    One(u32),
    /// Two nodes or items whose boxes meet.
    Two(u32, u32, Aabb, Aabb),
}

impl Bvh {
    /// Visits each two items whose boxes share at least a point once, in either order.
    pub fn pairs_within_itself(&self, mut visit: impl FnMut(u32, u32)) {
        if self.is_empty() {
            return;
        }
        let mut open = vec![Inside::One(0)];
        while let Some(next) = open.pop() {
            match next {
                Inside::One(at) => {
                    let node = &self.nodes[at as usize];
                    for k in 0..WIDE {
                        let (child, aabb) = (node.child[k], node.boxes.get(k));
                        if child == NONE {
                            break;
                        }
                        for other in set_bits(node.boxes.overlaps(&aabb)).filter(|other| *other > k) {
                            open.push(Inside::Two(child, node.child[other], aabb, node.boxes.get(other)));
                        }
                        if child & ITEM == 0 {
                            open.push(Inside::One(child));
                        }
                    }
                }
                Inside::Two(a, b, _, _) if a & b & ITEM != 0 => visit(a & !ITEM, b & !ITEM),
                Inside::Two(a, b, a_box, b_box) => {
                    let split_a = a & ITEM == 0 && (b & ITEM != 0 || size(&a_box) >= size(&b_box));
                    let (parent, kept, kept_box) = if split_a { (a, b, b_box) } else { (b, a, a_box) };
                    let node = &self.nodes[parent as usize];
                    for k in set_bits(node.boxes.overlaps(&kept_box)) {
                        let child = node.child[k];
                        if child & kept & ITEM != 0 {
                            visit(kept & !ITEM, child & !ITEM);
                        } else {
                            open.push(Inside::Two(child, kept, node.boxes.get(k), kept_box));
                        }
                    }
                }
            }
        }
    }

    /// Walks down this tree and another at once, whose coordinates `to_self` brings into those of this
    /// one and which keeps lengths. Visits items of both whose boxes are within `margin` metres of each
    /// other: some of this tree, at most four, and one of the other. The visitor returns by how many metres
    /// boxes must overlap along each axis from there on, which does not shrink, or ends the walk.
    pub fn pairs(
        &self,
        other: &Self,
        to_self: &DAffine3,
        margin: f64,
        mut visit: impl FnMut(&[u32], u32) -> ControlFlow<(), f64>,
    ) {
        if self.is_empty() || other.is_empty() {
            return;
        }
        let placing = Placing::new(to_self, &self.bounds(), &other.bounds(), margin);
        let (a_box, b_box) = (self.bounds(), placing.one(&other.bounds()));
        if !a_box.overlaps(&b_box) {
            return;
        }
        let mut open: SmallVec<[Near; 64]> =
            smallvec![Near { gap: 0.0, a: 0, b: 0, a_box, b_box, shrunk: 0.0 }];
        let mut items = [0u32; WIDE];
        let mut overlap = 0.0;
        while let Some(near) = open.pop() {
            let near = Near { b_box: shrunk(&near.b_box, overlap - near.shrunk), shrunk: overlap, ..near };
            let b_is_item = near.b & ITEM != 0;
            if near.a & ITEM == 0 && (b_is_item || size(&near.a_box) >= size(&near.b_box)) {
                let node = &self.nodes[near.a as usize];
                let mut n = 0;
                for k in set_bits(node.boxes.overlaps(&near.b_box)) {
                    let child = node.child[k];
                    if b_is_item && child & ITEM != 0 {
                        items[n] = child & !ITEM;
                        n += 1;
                    } else {
                        open.push(Near { a: child, a_box: node.boxes.get(k), ..near });
                    }
                }
                if n > 0 {
                    match visit(&items[..n], near.b & !ITEM) {
                        ControlFlow::Continue(more) => overlap = more.max(overlap),
                        ControlFlow::Break(()) => return,
                    }
                }
            } else {
                let node = &other.nodes[near.b as usize];
                let placed = placing.four(&node.boxes);
                for k in set_bits(placed.overlaps(&shrunk(&near.a_box, overlap))) {
                    let child = node.child[k];
                    if child & near.a & ITEM != 0 {
                        match visit(&[near.a & !ITEM], child & !ITEM) {
                            ControlFlow::Continue(more) => overlap = more.max(overlap),
                            ControlFlow::Break(()) => return,
                        }
                    } else {
                        open.push(Near { b: child, b_box: placed.get(k), shrunk: 0.0, ..near });
                    }
                }
            }
        }
    }

    /// Like [`Self::pairs`], one pair of items at a time, near pairs first by the gap of their boxes; the
    /// visitor returns the margin from there on, which does not grow, or ends the walk.
    pub fn pairs_within(
        &self,
        other: &Self,
        to_self: &DAffine3,
        margin: f64,
        visit: impl FnMut(u32, u32) -> ControlFlow<(), f64>,
    ) {
        self.walk_within(other, to_self, margin, &mut Plain(visit));
    }

    /// [`Self::pairs_within`] for items that may lie in planes.
    pub(crate) fn walk_within(
        &self,
        other: &Self,
        to_self: &DAffine3,
        margin: f64,
        visitor: &mut impl Within,
    ) {
        if self.is_empty() || other.is_empty() {
            return;
        }
        let placing = Placing::new(to_self, &self.bounds(), &other.bounds(), 0.0);
        // Squares of f32 gaps, rounded as if the margin were a little wider.
        let square = |margin: f64| (margin * margin * (1.0 + SLACK)) as f32;
        let mut least = square(margin);
        let (a_box, b_box) = (self.bounds(), placing.one(&other.bounds()));
        let mut open: SmallVec<[Near; 64]> =
            smallvec![Near { gap: 0.0, a: 0, b: 0, a_box, b_box, shrunk: 0.0 }];
        while let Some(near) = open.pop() {
            if near.gap > least {
                continue;
            }
            let split_a =
                near.a & ITEM == 0 && (near.b & ITEM != 0 || size(&near.a_box) >= size(&near.b_box));
            let (node, placed);
            let boxes = if split_a {
                node = &self.nodes[near.a as usize];
                &node.boxes
            } else {
                node = &other.nodes[near.b as usize];
                placed = placing.four(&node.boxes);
                &placed
            };
            let gaps = gaps(boxes, if split_a { &near.b_box } else { &near.a_box });
            let kept = if split_a { near.b } else { near.a };
            // The nearest first: items at once, nodes on top.
            let (mut order, mut n) = ([0usize; WIDE], 0);
            let gap = gaps.to_array();
            for k in set_bits(gaps.cmple(Vec4::splat(least))).filter(|&k| node.child[k] != NONE) {
                let mut at = n;
                while at > 0 && gap[order[at - 1]] > gap[k] {
                    order[at] = order[at - 1];
                    at -= 1;
                }
                order[at] = k;
                n += 1;
            }
            let order = &order[..n];
            if kept & ITEM != 0 {
                let mut heights = None;
                for &k in order {
                    let child = node.child[k];
                    if child & ITEM == 0 || gap[k] > least {
                        continue;
                    }
                    let heights = heights.get_or_insert_with(|| {
                        let plane = visitor.plane(kept & !ITEM, !split_a);
                        plane.map_or(Vec4::ZERO, |plane| placing.heights(boxes, &plane)).to_array()
                    });
                    let (a, b) = if split_a { (child, near.b) } else { (near.a, child) };
                    let step = if heights[k] > least {
                        visitor.pass().map_continue(|()| None)
                    } else {
                        visitor.meet(a & !ITEM, b & !ITEM).map_continue(Some)
                    };
                    match step {
                        ControlFlow::Continue(Some(margin)) => least = square(margin),
                        ControlFlow::Continue(None) => {}
                        ControlFlow::Break(()) => return,
                    }
                }
            }
            for &k in order.iter().rev() {
                let (gap, child) = (gap[k], node.child[k]);
                if child & kept & ITEM != 0 {
                    continue;
                }
                let aabb = boxes.get(k);
                open.push(if split_a {
                    Near { gap, a: child, a_box: aabb, ..near }
                } else {
                    Near { gap, b: child, b_box: aabb, ..near }
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bvh::tests::boxes;

    #[test]
    fn pairs_within_a_tree_are_those_of_brute_force() {
        for n in [1, 2, 5, 40, 400] {
            let all = boxes(n, 5);
            let meet = |i: u32, j: u32| all[i as usize].overlaps(&all[j as usize]);
            let brute: Vec<(u32, u32)> =
                (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))).filter(|&(i, j)| meet(i, j)).collect();
            let mut found = Vec::new();
            Bvh::build(&all).pairs_within_itself(|i, j| found.push((i.min(j), i.max(j))));
            found.sort_unstable();
            assert_eq!(found, brute);
        }
    }

    #[test]
    fn pairs_of_two_trees_are_those_of_brute_force() {
        let (a, b) = (boxes(200, 3), boxes(150, 4));
        let turned = DAffine3::from_rotation_z(0.3);
        let shifted = DAffine3::from_translation(glam::DVec3::new(0.3, -1.0, 2.0));
        for map in [turned, shifted] {
            let placed: Vec<Aabb> = b.iter().map(|x| x.transformed(&map)).collect();
            let (x, y) = (Bvh::build(&a), Bvh::build(&b));
            let brute: Vec<(u32, u32)> = (0..200)
                .flat_map(|i| (0..150).map(move |j| (i, j)))
                .filter(|&(i, j)| a[i as usize].grow(0.1).overlaps(&placed[j as usize]))
                .collect();
            assert!(!brute.is_empty());
            let mut found = Vec::new();
            x.pairs(&y, &map, 0.1, |mine, j| {
                found.extend(mine.iter().map(|&i| (i, j)));
                ControlFlow::Continue(0.0)
            });
            let mut within = Vec::new();
            x.pairs_within(&y, &map, 0.2, |i, j| {
                within.push((i, j));
                ControlFlow::Continue(0.2)
            });
            for list in [&mut found, &mut within] {
                list.retain(|&(i, j)| a[i as usize].grow(0.1).overlaps(&placed[j as usize]));
                list.sort_unstable();
                assert_eq!(*list, brute);
            }
        }
    }
}
