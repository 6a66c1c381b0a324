//! A tree over boxes.

use crate::Aabb;
use glam::{DAffine3, DVec3};
use std::ops::ControlFlow;

/// Boxes in a leaf, unless they cannot be told apart.
const LEAF: usize = 4;
/// Bins of the surface area heuristic.
const BINS: usize = 12;

#[derive(Clone, Copy, Debug)]
struct Node {
    aabb: Aabb,
    /// A leaf's first place in `order`; else the first of two neighbouring children.
    first: u32,
    /// A leaf's items; 0 for an inner node.
    count: u32,
}

impl Node {
    fn items(&self) -> std::ops::Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }
}

/// A binary tree over boxes, built top-down by the binned surface area heuristic (Wald 2007). The same
/// boxes in the same order give the same tree.
#[derive(Clone, Debug, Default)]
pub struct Bvh {
    nodes: Vec<Node>,
    order: Vec<u32>,
}

/// A box of f64: an f32 box of another tree, placed.
#[derive(Clone, Copy)]
struct Placed {
    min: DVec3,
    max: DVec3,
}

impl Placed {
    fn gap_squared(&self, aabb: &Aabb) -> f64 {
        (self.min - aabb.max_f64()).max(aabb.min_f64() - self.max).max(DVec3::ZERO).length_squared()
    }

    fn size(&self) -> f64 {
        (self.max - self.min).element_sum()
    }
}

/// Places the boxes of one tree in the coordinates of another.
struct Placing {
    map: DAffine3,
    spread: [DVec3; 3],
}

impl Placing {
    fn new(map: &DAffine3) -> Self {
        let m = map.matrix3;
        Self { map: *map, spread: [m.x_axis.abs(), m.y_axis.abs(), m.z_axis.abs()] }
    }

    fn place(&self, aabb: &Aabb) -> Placed {
        let (lo, hi) = (aabb.min_f64(), aabb.max_f64());
        let (centre, half) = (self.map.transform_point3((lo + hi) * 0.5), (hi - lo) * 0.5);
        let [x, y, z] = self.spread;
        let reach = x * half.x + y * half.y + z * half.z;
        // The rounding of the placement is far below this; without it a touching box might be lost.
        let reach = reach + DVec3::splat(1e-9) + centre.abs() * 1e-14;
        Placed { min: centre - reach, max: centre + reach }
    }
}

fn half_area(aabb: &Aabb) -> f64 {
    if aabb.is_empty() {
        return 0.0;
    }
    let d = aabb.max_f64() - aabb.min_f64();
    d.x * d.y + d.y * d.z + d.z * d.x
}

fn size(aabb: &Aabb) -> f64 {
    (aabb.max_f64() - aabb.min_f64()).element_sum()
}

/// Reorders `items` so that those of the left child come first; how many these are.
fn split(items: &mut [u32], boxes: &[Aabb]) -> usize {
    let middle = items.len() / 2;
    let (mut lo, mut hi) = (DVec3::INFINITY, DVec3::NEG_INFINITY);
    for &i in items.iter() {
        let c = boxes[i as usize].centre();
        lo = lo.min(c);
        hi = hi.max(c);
    }
    let extent = (hi - lo).to_array();
    let axis = (0..3).fold(0, |best, k| if extent[k] > extent[best] { k } else { best });
    if !(extent[axis] > 0.0 && extent[axis].is_finite()) {
        return middle;
    }
    let scale = BINS as f64 / extent[axis] * (1.0 - 1e-9);
    let lo = lo[axis];
    let bin = |i: u32| ((boxes[i as usize].centre()[axis] - lo) * scale) as usize;
    let mut bins = [(Aabb::EMPTY, 0usize); BINS];
    for &i in items.iter() {
        let slot = &mut bins[bin(i).min(BINS - 1)];
        slot.0 = slot.0.join(&boxes[i as usize]);
        slot.1 += 1;
    }
    let mut right = [0.0; BINS];
    let mut sum = (Aabb::EMPTY, 0);
    for k in (1..BINS).rev() {
        sum = (sum.0.join(&bins[k].0), sum.1 + bins[k].1);
        right[k] = half_area(&sum.0) * sum.1 as f64;
    }
    let mut best = (f64::INFINITY, 0);
    let mut sum = (Aabb::EMPTY, 0);
    for k in 1..BINS {
        sum = (sum.0.join(&bins[k - 1].0), sum.1 + bins[k - 1].1);
        let cost = half_area(&sum.0) * sum.1 as f64 + right[k];
        if sum.1 > 0 && sum.1 < items.len() && cost < best.0 {
            best = (cost, k);
        }
    }
    let mut left = 0;
    for k in 0..items.len() {
        if bin(items[k]).min(BINS - 1) < best.1 {
            items.swap(left, k);
            left += 1;
        }
    }
    if left == 0 || left == items.len() { middle } else { left }
}

impl Bvh {
    /// The tree over some boxes; an item is its box's index. Empty boxes are found by no query.
    pub fn build(boxes: &[Aabb]) -> Self {
        let mut order: Vec<u32> =
            (0..boxes.len() as u32).filter(|&i| !boxes[i as usize].is_empty()).collect();
        if order.is_empty() {
            return Self::default();
        }
        let leaf = |aabb, first: usize, count: usize| Node { aabb, first: first as u32, count: count as u32 };
        let mut nodes = vec![leaf(Aabb::EMPTY, 0, order.len())];
        let mut open = vec![0usize];
        while let Some(at) = open.pop() {
            let range = nodes[at].items();
            let items = &mut order[range.clone()];
            nodes[at].aabb = items.iter().fold(Aabb::EMPTY, |sum, &i| sum.join(&boxes[i as usize]));
            if items.len() <= LEAF {
                continue;
            }
            let left = split(items, boxes);
            let child = nodes.len();
            nodes.push(leaf(Aabb::EMPTY, range.start, left));
            nodes.push(leaf(Aabb::EMPTY, range.start + left, range.len() - left));
            nodes[at].first = child as u32;
            nodes[at].count = 0;
            open.extend([child + 1, child]);
        }
        Self { nodes, order }
    }

    /// The box of all; [`Aabb::EMPTY`] for an empty tree.
    pub fn bounds(&self) -> Aabb {
        self.nodes.first().map_or(Aabb::EMPTY, |n| n.aabb)
    }

    /// True when it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Visits the items of each leaf whose box meets `aabb`; their own boxes may not.
    pub fn query(&self, aabb: &Aabb, mut visit: impl FnMut(u32)) {
        let mut open = Vec::with_capacity(32);
        if self.bounds().overlaps(aabb) {
            open.push(0u32);
        }
        while let Some(at) = open.pop() {
            let node = &self.nodes[at as usize];
            if node.count > 0 {
                self.order[node.items()].iter().for_each(|&i| visit(i));
                continue;
            }
            for child in [node.first, node.first + 1] {
                if self.nodes[child as usize].aabb.overlaps(aabb) {
                    open.push(child);
                }
            }
        }
    }

    /// Walks down this tree and another at once, whose coordinates `to_self` brings into those of this
    /// one, and visits the items of each pair of leaves whose boxes are within `margin` metres of each
    /// other. The visitor may end the walk.
    pub fn pairs(
        &self,
        other: &Self,
        to_self: &DAffine3,
        margin: f64,
        mut visit: impl FnMut(&[u32], &[u32]) -> ControlFlow<()>,
    ) {
        self.pairs_within(other, to_self, margin, |a, b| match visit(a, b) {
            ControlFlow::Continue(()) => ControlFlow::Continue(margin),
            ControlFlow::Break(()) => ControlFlow::Break(()),
        });
    }

    /// Like [`Self::pairs`], near pairs first by the gap of their boxes; the visitor returns the margin
    /// from there on.
    pub fn pairs_within(
        &self,
        other: &Self,
        to_self: &DAffine3,
        margin: f64,
        mut visit: impl FnMut(&[u32], &[u32]) -> ControlFlow<(), f64>,
    ) {
        let (Some(a), Some(b)) = (self.nodes.first(), other.nodes.first()) else { return };
        let placing = Placing::new(to_self);
        let placed = placing.place(&b.aabb);
        let mut margin = margin;
        let mut open = Vec::with_capacity(64);
        open.push((placed.gap_squared(&a.aabb), 0u32, 0u32, placed));
        while let Some((gap, at_a, at_b, placed)) = open.pop() {
            if gap > margin * margin {
                continue;
            }
            let (a, b) = (&self.nodes[at_a as usize], &other.nodes[at_b as usize]);
            if a.count > 0 && b.count > 0 {
                match visit(&self.order[a.items()], &other.order[b.items()]) {
                    ControlFlow::Continue(next) => margin = next,
                    ControlFlow::Break(()) => return,
                }
                continue;
            }
            let children = if b.count > 0 || (a.count == 0 && size(&a.aabb) >= placed.size()) {
                [a.first, a.first + 1]
                    .map(|c| (placed.gap_squared(&self.nodes[c as usize].aabb), c, at_b, placed))
            } else {
                [b.first, b.first + 1].map(|c| {
                    let placed = placing.place(&other.nodes[c as usize].aabb);
                    (placed.gap_squared(&a.aabb), at_a, c, placed)
                })
            };
            let [x, y] = children;
            let (near, far) = if x.0 <= y.0 { (x, y) } else { (y, x) };
            open.extend([far, near].into_iter().filter(|c| c.0 <= margin * margin));
        }
    }

    /// Visits items near first: `bound` is the least square distance that anything in a box may have,
    /// and `visit` takes an item and the present reach (a square distance) and returns the new one.
    /// What lies beyond the reach, or at an infinite bound, is left out. Returns the last reach.
    pub fn nearest(
        &self,
        reach: f64,
        bound: impl Fn(&Aabb) -> f64,
        mut visit: impl FnMut(u32, f64) -> f64,
    ) -> f64 {
        let mut reach = reach;
        let mut open = Vec::with_capacity(48);
        if let Some(root) = self.nodes.first() {
            open.push((bound(&root.aabb), 0u32));
        }
        while let Some((least, at)) = open.pop() {
            if least > reach || least == f64::INFINITY {
                continue;
            }
            let node = &self.nodes[at as usize];
            if node.count > 0 {
                for &i in &self.order[node.items()] {
                    reach = visit(i, reach);
                }
                continue;
            }
            let child = |i: u32| (bound(&self.nodes[i as usize].aabb), i);
            let (near, far) = (child(node.first), child(node.first + 1));
            let (near, far) = if near.0 <= far.0 { (near, far) } else { (far, near) };
            open.extend([far, near]);
        }
        reach
    }

    /// Visits the items of leaves that a ray may meet up to `reach` (in lengths of `direction`); `visit`
    /// takes an item and the present reach and returns the new one.
    pub fn ray(&self, origin: DVec3, direction: DVec3, reach: f64, visit: impl FnMut(u32, f64) -> f64) {
        let inverse = direction.recip();
        let enter = |aabb: &Aabb| {
            let (mut near, mut far) = (0.0f64, f64::INFINITY);
            for k in 0..3 {
                let (lo, hi) = (f64::from(aabb.min[k]), f64::from(aabb.max[k]));
                if direction[k] == 0.0 {
                    if origin[k] < lo || origin[k] > hi {
                        return f64::INFINITY;
                    }
                    continue;
                }
                let (t0, t1) = ((lo - origin[k]) * inverse[k], (hi - origin[k]) * inverse[k]);
                near = near.max(t0.min(t1));
                far = far.min(t0.max(t1));
            }
            // A ray in the plane of a flat box may miss it by rounding.
            if near <= far * (1.0 + 1e-12) + 1e-12 { near } else { f64::INFINITY }
        };
        self.nearest(reach, enter, visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(n: u32, seed: u32) -> Vec<Aabb> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1u32 << 24)
        };
        (0..n)
            .map(|_| {
                let p = DVec3::new(next(), next(), next()) * 10.0;
                Aabb::of([p, p + DVec3::new(next(), next(), next())])
            })
            .collect()
    }

    #[test]
    fn a_query_finds_what_brute_force_finds() {
        let all = boxes(500, 1);
        let tree = Bvh::build(&all);
        for probe in boxes(50, 2) {
            let mut found = Vec::new();
            tree.query(&probe, |i| {
                if all[i as usize].overlaps(&probe) {
                    found.push(i);
                }
            });
            found.sort_unstable();
            let brute: Vec<u32> = (0..500).filter(|&i| all[i as usize].overlaps(&probe)).collect();
            assert_eq!(found, brute);
        }
    }

    #[test]
    fn pairs_of_two_trees_are_those_of_brute_force() {
        let (a, b) = (boxes(200, 3), boxes(150, 4));
        let turn = DAffine3::from_rotation_z(0.3);
        let placed: Vec<Aabb> = b.iter().map(|x| x.transformed(&turn)).collect();
        let mut found = Vec::new();
        Bvh::build(&a).pairs(&Bvh::build(&b), &turn, 0.1, |x, y| {
            found.extend(x.iter().flat_map(|&i| y.iter().map(move |&j| (i, j))));
            ControlFlow::Continue(())
        });
        found.retain(|&(i, j)| a[i as usize].grow(0.1).overlaps(&placed[j as usize]));
        found.sort_unstable();
        let brute: Vec<(u32, u32)> = (0..200)
            .flat_map(|i| (0..150).map(move |j| (i, j)))
            .filter(|&(i, j)| a[i as usize].grow(0.1).overlaps(&placed[j as usize]))
            .collect();
        assert!(!brute.is_empty());
        assert_eq!(found, brute);
    }

    #[test]
    fn nothing_equal_and_endless_boxes_make_a_tree() {
        assert!(Bvh::build(&[]).is_empty());
        assert!(Bvh::build(&[Aabb::EMPTY]).is_empty());
        let same = vec![Aabb { min: [0.0; 3], max: [1.0; 3] }; 1000];
        let mut n = 0;
        Bvh::build(&same).query(&same[0], |_| n += 1);
        assert_eq!(n, 1000);
        let endless = vec![Aabb { min: [f32::NEG_INFINITY; 3], max: [f32::INFINITY; 3] }; 10];
        let mut n = 0;
        Bvh::build(&endless).query(&same[0], |_| n += 1);
        assert_eq!(n, 10);
    }
}
