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
}

impl Placing {
    pub(crate) fn new(map: &DAffine3, mine: &Aabb, theirs: &Aabb, margin: f64) -> Self {
        let far = |b: &Aabb| b.min.iter().chain(&b.max).fold(0.0f32, |m, x| m.max(x.abs()));
        let reach = f64::from(far(mine)) + 2.0 * f64::from(far(theirs)) + map.translation.abs().max_element();
        let turn = (map.matrix3 != DMat3::IDENTITY)
            .then(|| map.matrix3.transpose().to_cols_array_2d().map(|row| row.map(|x| x as f32)));
        let shift = map.translation.to_array().map(|x| x as f32);
        Self { turn, shift, grow: ((margin + reach * SLACK) * (1.0 + SLACK)) as f32 }
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
        let boxes = Boxes { min: aabb.min.map(Vec4::splat), max: aabb.max.map(Vec4::splat) };
        self.four(&boxes).get(0)
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
enum Within {
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
        let mut open = vec![Within::One(0)];
        while let Some(next) = open.pop() {
            match next {
                Within::One(at) => {
                    let node = &self.nodes[at as usize];
                    for k in 0..WIDE {
                        let (child, aabb) = (node.child[k], node.boxes.get(k));
                        if child == NONE {
                            break;
                        }
                        for other in set_bits(node.boxes.overlaps(&aabb)).filter(|other| *other > k) {
                            open.push(Within::Two(child, node.child[other], aabb, node.boxes.get(other)));
                        }
                        if child & ITEM == 0 {
                            open.push(Within::One(child));
                        }
                    }
                }
                Within::Two(a, b, _, _) if a & b & ITEM != 0 => visit(a & !ITEM, b & !ITEM),
                Within::Two(a, b, a_box, b_box) => {
                    let split_a = a & ITEM == 0 && (b & ITEM != 0 || size(&a_box) >= size(&b_box));
                    let (parent, kept, kept_box) = if split_a { (a, b, b_box) } else { (b, a, a_box) };
                    let node = &self.nodes[parent as usize];
                    for k in set_bits(node.boxes.overlaps(&kept_box)) {
                        let child = node.child[k];
                        if child & kept & ITEM != 0 {
                            visit(kept & !ITEM, child & !ITEM);
                        } else {
                            open.push(Within::Two(child, kept, node.boxes.get(k), kept_box));
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
        mut visit: impl FnMut(u32, u32) -> ControlFlow<(), f64>,
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
            let (tree, at) = if split_a { (self, near.a) } else { (other, near.b) };
            let node = &tree.nodes[at as usize];
            let boxes = if split_a { node.boxes } else { placing.four(&node.boxes) };
            let gaps = gaps(&boxes, if split_a { &near.b_box } else { &near.a_box });
            let kept = if split_a { near.b } else { near.a };
            // The nearest first: items at once, nodes on top.
            let mut order: SmallVec<[usize; WIDE]> = SmallVec::new();
            for k in set_bits(gaps.cmple(Vec4::splat(least))).filter(|&k| node.child[k] != NONE) {
                let at = order.iter().take_while(|&&o| gaps[o] <= gaps[k]).count();
                order.insert(at, k);
            }
            if kept & ITEM != 0 {
                for &k in &order {
                    let child = node.child[k];
                    if child & ITEM == 0 || gaps[k] > least {
                        continue;
                    }
                    let (a, b) = if split_a { (child, near.b) } else { (near.a, child) };
                    match visit(a & !ITEM, b & !ITEM) {
                        ControlFlow::Continue(margin) => least = square(margin),
                        ControlFlow::Break(()) => return,
                    }
                }
            }
            for &k in order.iter().rev() {
                let (gap, child) = (gaps[k], node.child[k]);
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
