//! A tree over boxes.

use crate::Aabb;
use crate::facet::lanes;
use glam::{BVec4A, Vec4};
use smallvec::{SmallVec, smallvec};

/// Children of a node.
pub(crate) const WIDE: usize = 4;
/// Bins of the surface area heuristic.
const BINS: usize = 8;
/// Set in a child that is an item.
pub(crate) const ITEM: u32 = 1 << 31;
/// No child; its box is empty.
pub(crate) const NONE: u32 = u32::MAX;

/// The boxes of four children, a vector per side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Boxes {
    pub(crate) min: [Vec4; 3],
    pub(crate) max: [Vec4; 3],
}

/// Up to four children: items ([`ITEM`] is set) or nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) boxes: Boxes,
    pub(crate) child: [u32; WIDE],
}

/// A tree over boxes, each node with up to four children, built top-down by the binned surface area
/// heuristic (Wald 2007). The same boxes in the same order give the same tree.
#[derive(Clone, Debug)]
pub struct Bvh {
    pub(crate) nodes: Vec<Node>,
    bounds: Aabb,
}

impl Default for Bvh {
    fn default() -> Self {
        Self { nodes: Vec::new(), bounds: Aabb::EMPTY }
    }
}

impl Boxes {
    pub(crate) const EMPTY: Self = Self { min: [Vec4::INFINITY; 3], max: [Vec4::NEG_INFINITY; 3] };

    /// Which of them share at least a point with a box.
    pub(crate) fn overlaps(&self, other: &Aabb) -> BVec4A {
        self.meets(&Self::splat(other))
    }

    /// Four times the same.
    pub(crate) fn splat(aabb: &Aabb) -> Self {
        Self { min: aabb.min.map(Vec4::splat), max: aabb.max.map(Vec4::splat) }
    }

    /// Which of them share at least a point with the one of the same place in `other`.
    pub(crate) fn meets(&self, other: &Self) -> BVec4A {
        let axis = |k: usize| self.min[k].cmple(other.max[k]) & self.max[k].cmpge(other.min[k]);
        axis(0) & axis(1) & axis(2)
    }

    pub(crate) fn get(&self, k: usize) -> Aabb {
        Aabb { min: self.min.map(|x| x[k]), max: self.max.map(|x| x[k]) }
    }

    pub(crate) fn set(&mut self, k: usize, aabb: &Aabb) {
        for axis in 0..3 {
            self.min[axis][k] = aabb.min[axis];
            self.max[axis][k] = aabb.max[axis];
        }
    }
}

/// At most so many boxes of one tree tell what of another may be near.
pub(crate) const COVER: usize = 16;

/// A few boxes, four by four.
#[derive(Default)]
pub(crate) struct Cover(SmallVec<[Boxes; COVER / WIDE]>);

impl Cover {
    pub(crate) fn of(boxes: impl IntoIterator<Item = Aabb>) -> Self {
        let mut this = Self::default();
        for (k, aabb) in boxes.into_iter().enumerate() {
            if k % WIDE == 0 {
                this.0.push(Boxes::EMPTY);
            }
            if let Some(last) = this.0.last_mut() {
                last.set(k % WIDE, &aabb);
            }
        }
        this
    }

    /// True where one of them shares at least a point with a box.
    fn meets(&self, aabb: &Aabb) -> bool {
        let probe = Boxes::splat(aabb);
        self.0.iter().any(|four| four.meets(&probe).any())
    }
}

/// The places of the bits that are set, least first.
pub(crate) fn set_bits(mask: BVec4A) -> impl Iterator<Item = usize> {
    lanes(mask.bitmask())
}

/// A box as two vectors, the fourth lane 0: all sides at once.
#[derive(Clone, Copy)]
struct Span {
    min: Vec4,
    max: Vec4,
}

impl Span {
    const EMPTY: Self = Self {
        min: Vec4::new(f32::INFINITY, f32::INFINITY, f32::INFINITY, 0.0),
        max: Vec4::new(f32::NEG_INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY, 0.0),
    };

    fn of(aabb: &Aabb) -> Self {
        let lanes = |[x, y, z]: [f32; 3]| Vec4::new(x, y, z, 0.0);
        Self { min: lanes(aabb.min), max: lanes(aabb.max) }
    }

    fn join(&self, other: &Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    fn aabb(&self) -> Aabb {
        Aabb { min: self.min.truncate().to_array(), max: self.max.truncate().to_array() }
    }

    fn half_area(&self) -> f32 {
        let [x, y, z] = (self.max - self.min).max(Vec4::ZERO).truncate().to_array();
        x * y + y * z + z * x
    }
}

/// A box on its way into the tree.
#[derive(Clone, Copy)]
struct Entry {
    span: Span,
    item: u32,
}

impl Entry {
    /// Twice the centre.
    fn middle(&self) -> Vec4 {
        self.span.min + self.span.max
    }
}

/// What a node is made of: a range of the entries and the box around them.
#[derive(Clone, Copy)]
struct Range {
    first: usize,
    end: usize,
    span: Span,
}

impl Range {
    fn of(entries: &[Entry], first: usize, end: usize) -> Self {
        let span = entries[first..end].iter().fold(Span::EMPTY, |sum, e| sum.join(&e.span));
        Self { first, end, span }
    }

    fn len(&self) -> usize {
        self.end - self.first
    }
}

/// Ranges up to this size are halved; the heuristic would cost more than it saves.
const FEW: usize = 8;

/// The axis along which the middles spread most, with the least middle and the spread; `None` where they
/// are all one.
fn widest(entries: &[Entry]) -> Option<(usize, f32, f32)> {
    let none = (Vec4::INFINITY, Vec4::NEG_INFINITY);
    let (lo, hi) = entries.iter().fold(none, |(lo, hi), e| {
        let middle = e.middle();
        (lo.min(middle), hi.max(middle))
    });
    let extent = hi - lo;
    let axis = (0..3).fold(0, |best, k| if extent[k] > extent[best] { k } else { best });
    (extent[axis] > 0.0 && extent[axis].is_finite()).then_some((axis, lo[axis], extent[axis]))
}

/// Reorders a range so that the entries of the left part come first, and returns both parts.
fn split(entries: &mut [Entry], range: Range) -> [Range; 2] {
    let Range { first, end, .. } = range;
    let part = &mut entries[first..end];
    let halves = |entries: &[Entry], at: usize| {
        [Range::of(entries, first, first + at), Range::of(entries, first + at, end)]
    };
    let middle = part.len() / 2;
    let Some((axis, lo, extent)) = widest(part) else { return halves(entries, middle) };
    if part.len() <= FEW {
        sort_few(part, axis);
        return halves(entries, middle);
    }
    let scale = BINS as f32 / extent;
    let bin = |e: &Entry| (((e.middle()[axis] - lo) * scale) as usize).min(BINS - 1);
    let mut bins = [(Span::EMPTY, 0u32); BINS];
    for e in part.iter() {
        let slot = &mut bins[bin(e)];
        *slot = (slot.0.join(&e.span), slot.1 + 1);
    }
    // The boxes and costs of all that lies right of each cut.
    let mut right = [(Span::EMPTY, 0.0); BINS];
    let mut sum = (Span::EMPTY, 0);
    for k in (1..BINS).rev() {
        sum = (sum.0.join(&bins[k].0), sum.1 + bins[k].1);
        right[k] = (sum.0, sum.0.half_area() * sum.1 as f32);
    }
    let mut best = (f32::INFINITY, 0, Span::EMPTY);
    let mut sum = (Span::EMPTY, 0);
    for k in 1..BINS {
        sum = (sum.0.join(&bins[k - 1].0), sum.1 + bins[k - 1].1);
        let cost = sum.0.half_area() * sum.1 as f32 + right[k].1;
        if sum.1 > 0 && (sum.1 as usize) < part.len() && cost < best.0 {
            best = (cost, k, sum.0);
        }
    }
    let (_, cut, left_span) = best;
    let mut left = 0;
    for k in 0..part.len() {
        if bin(&part[k]) < cut {
            part.swap(left, k);
            left += 1;
        }
    }
    if left == 0 {
        return halves(entries, middle);
    }
    let at = first + left;
    [Range { first, end: at, span: left_span }, Range { first: at, end, span: right[cut].0 }]
}

/// Sorts up to [`FEW`] entries along an axis; equal ones keep their order.
fn sort_few(part: &mut [Entry], axis: usize) {
    for k in 1..part.len() {
        let entry = part[k];
        let key = entry.middle()[axis];
        let mut at = k;
        while at > 0 && part[at - 1].middle()[axis] > key {
            part[at] = part[at - 1];
            at -= 1;
        }
        part[at] = entry;
    }
}

/// Cuts a range of entries into up to four, the one with the greatest area first.
fn cut(entries: &mut [Entry], whole: Range) -> ([Range; WIDE], usize) {
    let mut parts = [whole; WIDE];
    if whole.len() <= WIDE {
        for (k, at) in (whole.first..whole.end).enumerate() {
            parts[k] = Range { first: at, end: at + 1, span: entries[at].span };
        }
        return (parts, whole.len());
    }
    let mut n = 1;
    while n < WIDE {
        let open = (0..n).filter(|&k| parts[k].len() > 1);
        let Some(at) = open.max_by(|&x, &y| parts[x].span.half_area().total_cmp(&parts[y].span.half_area()))
        else {
            break;
        };
        [parts[at], parts[n]] = split(entries, parts[at]);
        n += 1;
    }
    (parts, n)
}

impl Bvh {
    /// The tree over some boxes; an item is its box's index. Empty boxes are found by no query.
    pub fn build(boxes: &[Aabb]) -> Self {
        let mut entries: Vec<Entry> = Vec::with_capacity(boxes.len());
        let filled = (0u32..).zip(boxes).filter(|(_, b)| !b.is_empty());
        entries.extend(filled.map(|(item, aabb)| Entry { span: Span::of(aabb), item }));
        if entries.is_empty() {
            return Self::default();
        }
        let whole = Range::of(&entries, 0, entries.len());
        let empty = Node { boxes: Boxes::EMPTY, child: [NONE; WIDE] };
        let mut nodes = Vec::with_capacity(entries.len() / 2 + 1);
        nodes.push(empty);
        let mut open = vec![(0usize, whole)];
        while let Some((at, range)) = open.pop() {
            let (parts, n) = cut(&mut entries, range);
            for (k, part) in parts[..n].iter().enumerate() {
                nodes[at].boxes.set(k, &part.span.aabb());
                nodes[at].child[k] = if part.len() == 1 {
                    entries[part.first].item | ITEM
                } else {
                    nodes.push(empty);
                    open.push((nodes.len() - 1, *part));
                    nodes.len() as u32 - 1
                };
            }
        }
        Self { nodes, bounds: whole.span.aabb() }
    }

    /// The box of all; [`Aabb::EMPTY`] for an empty tree.
    pub fn bounds(&self) -> Aabb {
        self.bounds
    }

    /// True when it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A few boxes that hold all items which meet `aabb`.
    pub(crate) fn cover(&self, aabb: &Aabb) -> SmallVec<[Aabb; COVER]> {
        let mut open: SmallVec<[(u32, Aabb); COVER]> = SmallVec::new();
        if !self.is_empty() {
            open.push((0, self.bounds));
        }
        let mut at = 0;
        while at < open.len() && open.len() + WIDE <= COVER + 1 {
            if open[at].0 & ITEM != 0 {
                at += 1;
                continue;
            }
            let node = &self.nodes[open.remove(at).0 as usize];
            for k in set_bits(node.boxes.overlaps(aabb)) {
                open.push((node.child[k], node.boxes.get(k)));
            }
        }
        open.into_iter().map(|(_, aabb)| aabb).collect()
    }

    /// Visits the items whose box meets `aabb`.
    pub fn query(&self, aabb: &Aabb, mut visit: impl FnMut(u32)) {
        self.query_boxes(aabb, |item, _, _| visit(item));
    }

    /// [`Self::query`], with the boxes among which an item's is, and at which place.
    pub(crate) fn query_boxes(&self, aabb: &Aabb, visit: impl FnMut(u32, &Boxes, usize)) {
        self.query_among(aabb, |_, _| true, visit);
    }

    /// [`Self::query_boxes`], without the items that share no point with a cover.
    pub(crate) fn query_covered(&self, aabb: &Aabb, cover: &Cover, visit: impl FnMut(u32, &Boxes, usize)) {
        self.query_among(aabb, |boxes, k| cover.meets(&boxes.get(k)), visit);
    }

    #[inline(always)]
    fn query_among(
        &self,
        aabb: &Aabb,
        counts: impl Fn(&Boxes, usize) -> bool,
        mut visit: impl FnMut(u32, &Boxes, usize),
    ) {
        if self.is_empty() {
            return;
        }
        let probe = Boxes::splat(aabb);
        let mut open: SmallVec<[u32; 64]> = smallvec![0];
        while let Some(at) = open.pop() {
            let node = &self.nodes[at as usize];
            for k in set_bits(node.boxes.meets(&probe)).filter(|&k| counts(&node.boxes, k)) {
                let child = node.child[k];
                if child & ITEM != 0 {
                    visit(child & !ITEM, &node.boxes, k);
                } else {
                    open.push(child);
                }
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use glam::DVec3;

    pub(crate) fn boxes(n: u32, seed: u32) -> Vec<Aabb> {
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
        for n in [1, 2, 3, 4, 5, 17, 500] {
            let all = boxes(n, 1);
            let tree = Bvh::build(&all);
            assert_eq!(tree.bounds(), all.iter().fold(Aabb::EMPTY, |sum, b| sum.join(b)));
            for probe in boxes(50, 2) {
                let mut found = Vec::new();
                tree.query(&probe, |i| found.push(i));
                found.sort_unstable();
                let brute: Vec<u32> = (0..n).filter(|&i| all[i as usize].overlaps(&probe)).collect();
                assert_eq!(found, brute);
            }
        }
    }

    #[test]
    fn a_cover_holds_all_that_meets_a_box() {
        let all = boxes(500, 1);
        let (tree, others) = (Bvh::build(&all), boxes(300, 7));
        for probe in boxes(50, 2) {
            let cover = Cover::of(tree.cover(&probe));
            assert!(cover.0.len() <= COVER / WIDE);
            let within = all.iter().filter(|b| b.overlaps(&probe));
            assert!(within.into_iter().all(|b| cover.meets(b)));
            let mut found = Vec::new();
            Bvh::build(&others).query_covered(&probe, &cover, |i, _, _| found.push(i));
            found.sort_unstable();
            let is_near = |b: &Aabb| b.overlaps(&probe) && cover.meets(b);
            let brute: Vec<u32> = (0..300).filter(|&i| is_near(&others[i as usize])).collect();
            assert_eq!(found, brute);
        }
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
