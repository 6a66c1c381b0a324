//! Faces of two surfaces that are near each other, where boxes tell little.
//!
//! Long faces that run askew, as those of a handrail beside a stair, have boxes in which half of the other
//! surface lies, but are thin across the way that they run. The faces of both that reach near the other are swept
//! along one axis, and those that come near along it are compared along all: the coordinates, and across the long
//! edges.

use crate::aabb::up;
use crate::bvh::set_bits;
use crate::triangle::greater;
use crate::{Aabb, Facet, FacetTree};
use glam::{DAffine3, DVec3, Vec4};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// Axes that are looked at, at most: those of the coordinates first.
const ALL: usize = 12;
/// In vectors of four.
const FOURS: usize = ALL / 4;
/// Those beside the coordinates.
const MORE: usize = ALL - 3;
/// From this many pairs of faces on, a walk of both trees is faster.
const MANY: usize = 1 << 24;
/// A square is taken to be less by this part, far more than f32 rounds it.
const LESS: f32 = 1.0 - 2e-6;
/// A reach is taken to be greater by this part, far more than f32 rounds a gap.
const WIDER: f64 = 2e-6;
/// More than f32 rounds a place along an axis, as a part of the sum of the point's coordinates.
const ROUNDED: f64 = 1e-6;
/// An axis is far better than another where less than this part of what is near along that is near along it.
const ASKEW: f32 = 0.5;
/// Two axes with a lesser cosine tell different things.
const ACROSS: f64 = 0.75;
/// So many faces that follow each other along the axis that is swept are put in order along another one,
const SLAB: usize = 64;
/// and so many of those that are then beside each other are looked at as one first.
const BLOCK: usize = 8;
/// The edges of so many faces tell which way a surface runs.
const ENOUGH: usize = 48;
/// Edges shorter than this part of the longest do not tell which way a surface runs.
const LONG: f64 = 0.25;
/// Directions whose cosine differs from 1 by less are one.
const SAME: f64 = 1e-7;
/// [`SAME`] in f32, by more than that rounds.
const NEARLY: f32 = 2e-6;
/// Of so many directions the heaviest are taken.
const MOST: usize = 24;

/// What a face covers along each axis, rounded outward; the lanes after the last axis are without end.
#[derive(Clone, Copy)]
struct Spread {
    low: [Vec4; FOURS],
    high: [Vec4; FOURS],
    /// A place in the list of the faces, or in that of the blocks.
    face: u32,
}

/// The axes that are looked at.
struct Axes {
    all: SmallVec<[DVec3; ALL]>,
    /// Each coordinate of all, in f32; the lanes after the last are without length.
    rounded: [[Vec4; FOURS]; 3],
    /// Nothing, and in the lanes after the last without end.
    beyond: [Vec4; FOURS],
}

impl Axes {
    /// Those of the coordinates, and some more.
    fn of(more: &[DVec3]) -> Self {
        let all = [DVec3::X, DVec3::Y, DVec3::Z].iter().chain(more).take(ALL).copied().collect();
        let mut this = Self { all, rounded: [[Vec4::ZERO; FOURS]; 3], beyond: [Vec4::INFINITY; FOURS] };
        for (k, axis) in this.all.iter().enumerate() {
            for (to, x) in this.rounded.iter_mut().zip(axis.as_vec3().to_array()) {
                to[k / 4][k % 4] = x;
            }
            this.beyond[k / 4][k % 4] = 0.0;
        }
        this
    }

    /// Where a point lies along each.
    fn along(&self, p: DVec3) -> [Vec4; FOURS] {
        let [x, y, z] = p.as_vec3().to_array().map(Vec4::splat);
        let of = &self.rounded;
        std::array::from_fn(|k| of[0][k] * x + of[1][k] * y + of[2][k] * z)
    }
}

impl Spread {
    fn of(of: &Facet, axes: &Axes, face: u32) -> Self {
        let corners = of.corners();
        let [a, b, c, d] = corners.map(|p| axes.along(p));
        let farthest = corners.map(|p| p.abs().element_sum()).into_iter().fold(0.0, greater);
        let slack = Vec4::splat((ROUNDED * farthest) as f32);
        Self {
            low: std::array::from_fn(|k| a[k].min(b[k]).min(c[k].min(d[k])) - slack - axes.beyond[k]),
            high: std::array::from_fn(|k| a[k].max(b[k]).max(c[k].max(d[k])) + slack + axes.beyond[k]),
            face,
        }
    }

    /// What all of some cover, as the block of this number.
    fn joined<'a>(some: impl Iterator<Item = &'a Self>, number: u32) -> Self {
        let none = Self { low: [Vec4::INFINITY; FOURS], high: [Vec4::NEG_INFINITY; FOURS], face: number };
        some.fold(none, |all, s| Self {
            low: std::array::from_fn(|k| all.low[k].min(s.low[k])),
            high: std::array::from_fn(|k| all.high[k].max(s.high[k])),
            face: number,
        })
    }

    /// Orders by the lower ends along an axis, and tells which of a list it is in its lower half.
    fn key(&self, axis: usize, number: u32) -> u64 {
        let bits = self.along(axis).0.to_bits();
        let ordered = if bits >> 31 == 0 { bits | 1 << 31 } else { !bits };
        u64::from(ordered) << 32 | u64::from(number)
    }

    fn along(&self, axis: usize) -> (f32, f32) {
        (self.low[axis / 4][axis % 4], self.high[axis / 4][axis % 4])
    }

    /// False for faces that are farther from each other than `wide`, or overlap by less along some axis if that is
    /// negative.
    fn is_near(&self, other: &Self, wide: f32) -> bool {
        let gaps = |k: usize| (self.low[k] - other.high[k]).max(other.low[k] - self.high[k]);
        let first = gaps(0);
        let widest = (1..FOURS).fold(first, |widest, k| widest.max(gaps(k)));
        widest.max_element() <= wide
            && (wide < 0.0 || first.max(Vec4::ZERO).truncate().length_squared() * LESS <= wide * wide)
    }
}

/// Where in its list what a [`Spread::key`] stands for is.
fn place(key: u64) -> usize {
    key as u32 as usize
}

/// The faces of two surfaces that may be near; used again, it costs no allocation.
#[derive(Default)]
pub(crate) struct Sweep {
    /// The faces of the first, and those of the second in the coordinates of the first.
    faces: [Vec<(u32, Facet)>; 2],
    /// What they cover.
    spreads: [Vec<Spread>; 2],
    /// Keys of those of the first, block by block.
    order: Vec<u64>,
    /// What the blocks cover.
    blocks: Vec<Spread>,
    /// Their keys, in the order of their lower ends along the axis that is swept.
    among: Vec<u64>,
    /// The greatest upper end of each block and those before it.
    ends: Vec<f32>,
    /// The axis that is swept, and the one along which faces are near each other in a block.
    axes: [usize; 2],
}

/// Which face of a surface it is, and how it lies.
type Placed<'a> = (u32, &'a Facet);

impl Sweep {
    /// Gathers the faces of both that may be nearer to the other than `reach`; false where they are many.
    pub(crate) fn gather(&mut self, a: &FacetTree, b: &FacetTree, b_to_a: &DAffine3, reach: f64) -> bool {
        let [mine, theirs] = &mut self.faces;
        mine.clear();
        theirs.clear();
        let (of_a, of_b) = (a.tree().bounds(), b.tree().bounds().transformed(b_to_a));
        // No two points of both are farther from each other.
        let all = of_a.join(&of_b);
        let reach = reach.min((all.max_f64() - all.min_f64()).length());
        let region = of_a.grow(reach);
        let (from, to) = (region.min_f64(), region.max_f64());
        let mut reached = (DVec3::INFINITY, DVec3::NEG_INFINITY);
        b.tree().query(&region.transformed(&b_to_a.inverse()), |j| {
            let face = b.faces()[j as usize].moved(b_to_a);
            let (low, high) = face.span();
            if low.cmple(to).all() && high.cmpge(from).all() {
                reached = (reached.0.min(low), reached.1.max(high));
                theirs.push((j, face));
            }
        });
        if theirs.is_empty() {
            return true;
        }
        let reached = Aabb::of([reached.0, reached.1]).grow(reach);
        a.tree().query(&reached, |i| mine.push((i, a.faces()[i as usize])));
        mine.len() * theirs.len() < MANY
    }

    /// Finds the axes. True where one across the long edges parts the faces far better than any of the coordinates.
    pub(crate) fn is_askew(&mut self) -> bool {
        let axes = Axes::of(&self.axes());
        for (spreads, faces) in self.spreads.iter_mut().zip(&self.faces) {
            spreads.clear();
            spreads.extend((0..).zip(faces).map(|(k, (_, face))| Spread::of(face, &axes, k)));
        }
        let [mine, theirs] = &self.spreads;
        let parts = &parts(mine, theirs);
        let best = |counts: &dyn Fn(usize) -> bool| {
            (0..axes.all.len())
                .filter(|k| counts(*k))
                .min_by(|x, y| parts[*x].total_cmp(&parts[*y]))
                .unwrap_or_default()
        };
        let axis = best(&|_| true);
        self.axes = [axis, best(&|k| axes.all[k].dot(axes.all[axis]).abs() < ACROSS)];
        parts[axis] < parts[best(&|k| k < 3)] * ASKEW
    }

    /// Visits the pairs of gathered faces that may be nearer than `reach`, which ones of the first and of the second
    /// they are, and how they lie; the visitor returns the reach from there on, which does not grow, or ends the search.
    /// A negative reach asks for faces that overlap by as much along all axes. [`Self::is_askew`] comes before.
    pub(crate) fn visit(
        &mut self,
        reach: f64,
        mut visit: impl FnMut(Placed<'_>, Placed<'_>) -> ControlFlow<(), f64>,
    ) {
        let [axis, other] = self.axes;
        let Self { faces, spreads: [mine, theirs], order, blocks, among, ends, .. } = self;
        order.clear();
        order.extend((0..).zip(&*mine).map(|(k, s)| s.key(axis, k)));
        order.sort_unstable();
        for slab in order.chunks_mut(SLAB) {
            slab.iter_mut().for_each(|key| *key = mine[place(*key)].key(other, *key as u32));
            slab.sort_unstable();
        }
        let mine = |key: u64| &mine[place(key)];
        blocks.clear();
        blocks.extend(
            (0..)
                .zip(order.chunks(BLOCK))
                .map(|(k, block)| Spread::joined(block.iter().map(|k| mine(*k)), k)),
        );
        among.clear();
        among.extend((0..).zip(&*blocks).map(|(k, s)| s.key(axis, k)));
        among.sort_unstable();
        let mut end = f32::NEG_INFINITY;
        ends.clear();
        ends.extend(among.iter().map(|k| {
            end = end.max(blocks[place(*k)].along(axis).1);
            end
        }));
        // A little wider than what is asked for, by more than f32 rounds.
        let widened = |reach: f64| up(reach + reach.abs() * WIDER);
        let mut wide = widened(reach);
        for other in &*theirs {
            let (low, high) = other.along(axis);
            let first = ends.partition_point(|end| (low - *end) > wide);
            for block in among[first..].iter().map(|k| &blocks[place(*k)]) {
                if block.along(axis).0 - high > wide {
                    break;
                }
                if !block.is_near(other, wide) {
                    continue;
                }
                let from = block.face as usize * BLOCK;
                for mine in order[from..order.len().min(from + BLOCK)].iter().map(|k| mine(*k)) {
                    if !mine.is_near(other, wide) {
                        continue;
                    }
                    let [p, q] = [&faces[0][mine.face as usize], &faces[1][other.face as usize]];
                    match visit((p.0, &p.1), (q.0, &q.1)) {
                        ControlFlow::Continue(reach) => wide = widened(reach),
                        ControlFlow::Break(()) => return,
                    }
                }
            }
        }
    }

    /// Across the ways in which most long edges run askew, in the planes of the coordinates.
    fn axes(&self) -> SmallVec<[DVec3; MORE]> {
        let all = || {
            let some = self.faces.iter().flat_map(|faces| faces.iter().step_by(faces.len() / ENOUGH + 1));
            some.flat_map(|(_, face)| (0..face.sides()).map(|k| face.side(k))).map(|(from, to)| to - from)
        };
        let longest = all().fold(0.0f64, |most, e| most.max(e.length_squared()));
        let mut ways: SmallVec<[(f64, DVec3); MOST]> = SmallVec::new();
        // The same in f32, four by four, which tells most of those that are not alike.
        let mut rounded = [[Vec4::ZERO; 3]; MOST / 4];
        for edge in all() {
            let square = edge.length_squared();
            if square < longest * (LONG * LONG) {
                continue;
            }
            let length = square.sqrt();
            let way = edge / length;
            if way.abs().max_element() > 1.0 - SAME {
                continue;
            }
            let of = way.as_vec3().to_array().map(Vec4::splat);
            let alike = |known: &usize| ways[*known].1.dot(way).abs() > 1.0 - SAME;
            let known = (0..ways.len().div_ceil(4)).find_map(|four| {
                let [x, y, z] = rounded[four];
                let may_be = (x * of[0] + y * of[1] + z * of[2]).abs().cmpgt(Vec4::splat(1.0 - NEARLY));
                set_bits(may_be).map(|k| 4 * four + k).find(alike)
            });
            match known {
                Some(known) => ways[known].0 += length,
                None if ways.len() < MOST => {
                    let (four, lane) = (ways.len() / 4, ways.len() % 4);
                    for (to, x) in rounded[four].iter_mut().zip(way.as_vec3().to_array()) {
                        to[lane] = x;
                    }
                    ways.push((length, way));
                }
                None => {}
            }
        }
        ways.sort_by(|x, y| y.0.total_cmp(&x.0));
        let mut axes: SmallVec<[DVec3; MORE]> = SmallVec::new();
        let across = |way: DVec3| [DVec3::X, DVec3::Y, DVec3::Z].map(|axis| way.cross(axis));
        for axis in ways.iter().flat_map(|(_, way)| across(*way)).filter_map(DVec3::try_normalize) {
            let known = axes.iter().any(|other| other.dot(axis).abs() > 1.0 - SAME);
            if axes.len() < MORE && axis.abs().max_element() < 1.0 - SAME && !known {
                axes.push(axis);
            }
        }
        axes
    }
}

/// How much of the faces is near along each axis: the widths of the faces by the width of all.
fn parts(mine: &[Spread], theirs: &[Spread]) -> [f32; ALL] {
    let none = [(Vec4::ZERO, Vec4::INFINITY, Vec4::NEG_INFINITY); FOURS];
    let measure = |list: &[Spread]| {
        let mut all = none;
        for s in list {
            for (k, (sum, low, high)) in all.iter_mut().enumerate() {
                *sum += s.high[k] - s.low[k];
                *low = low.min(s.low[k]);
                *high = high.max(s.high[k]);
            }
        }
        all.map(|(sum, low, high)| (sum / list.len() as f32, low, high))
    };
    let (mine, theirs) = (measure(mine), measure(theirs));
    let mut parts = [0.0; ALL];
    for (k, (x, y)) in mine.iter().zip(&theirs).enumerate() {
        ((x.0 + y.0) / (x.2.max(y.2) - x.1.min(y.1))).write_to_slice(&mut parts[4 * k..]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Meeting, facet};
    use std::collections::BTreeSet;

    /// Thin triangles that run askew, side by side, as the bars of a sloping railing; `lift` metres higher.
    fn rails(n: u32, lift: f64) -> FacetTree {
        let way = DVec3::new(0.0, 3.0, 2.0);
        FacetTree::of((0..n).map(|k| {
            let at = DVec3::new(f64::from(k % 7) * 0.01, 0.0, f64::from(k / 7) * 0.09 + lift);
            let side = DVec3::new(0.02, 0.0, f64::from(k % 3) * 0.01);
            [at, at + way, at + side]
        }))
    }

    fn pairs(a: &FacetTree, b: &FacetTree, to_a: &DAffine3, reach: f64) -> BTreeSet<(u32, u32)> {
        let near = |i: usize, j: usize| {
            let q = b.faces()[j].moved(to_a);
            facet::distance(&a.faces()[i], &q, reach).map(|_| (i as u32, j as u32))
        };
        let each = (0..a.faces().len()).flat_map(|i| (0..b.faces().len()).map(move |j| (i, j)));
        each.filter_map(|(i, j)| near(i, j)).collect()
    }

    #[test]
    fn all_that_is_near_is_visited_and_little_else() {
        let (a, b) = (rails(140, 0.0), rails(140, 0.03));
        let to_a = DAffine3::from_translation(DVec3::new(0.003, 0.1, 0.0));
        let mut sweep = Sweep::default();
        for reach in [1e-5, 0.02, 0.1] {
            assert!(sweep.gather(&a, &b, &to_a, reach));
            assert!(sweep.is_askew(), "an axis across the rails parts them");
            let mut visited = BTreeSet::new();
            sweep.visit(reach, |(i, _), (j, _)| {
                visited.insert((i, j));
                ControlFlow::Continue(reach)
            });
            let near = pairs(&a, &b, &to_a, reach);
            assert!(near.is_subset(&visited), "{reach}");
            let boxes = |tree: &FacetTree, by: &DAffine3| -> Vec<Aabb> {
                tree.faces().iter().map(|f| Aabb::of(f.moved(by).corners())).collect()
            };
            let (x, y) = (boxes(&a, &DAffine3::IDENTITY), boxes(&b, &to_a));
            let of_boxes = x.iter().flat_map(|p| y.iter().filter(|q| p.grow(reach).overlaps(q))).count();
            assert!(visited.len() * 3 < of_boxes, "{} of {of_boxes}", visited.len());
        }
    }

    #[test]
    fn a_crowd_of_rails_is_as_far_and_meets_as_often_as_its_triangles() {
        let (a, b) = (rails(280, 0.0), rails(280, 0.03));
        let mut scratch = Meeting::default();
        for shift in [DVec3::new(0.003, 0.1, 0.0), DVec3::new(0.2, 0.0, 0.0), DVec3::new(0.0, -0.05, 5.0)] {
            let to_a = DAffine3::from_translation(shift);
            let least = a.faces().iter().flat_map(|p| b.faces().iter().map(move |q| (p, q.moved(&to_a))));
            let least = least.filter_map(|(p, q)| facet::distance(p, &q, 9.0)).map(|d| d.0);
            let least = least.fold(f64::INFINITY, f64::min);
            let found = a.distance(&b, &to_a, 9.0, 0.0, &mut scratch).unwrap();
            assert!((found.distance - least).abs() < 1e-9, "{} {least}", found.distance);
            assert_eq!(a.distance(&b, &to_a, least * 0.999, 0.0, &mut scratch), None);
            let mut met = Vec::new();
            a.meeting(&b, (&to_a, &to_a.inverse()), 1e-5, &mut scratch, |mine, j, _| {
                met.extend(mine.iter().map(|i| (*i, j)));
                ControlFlow::Continue(0.0)
            });
            let beyond = a.distance_beyond(Some(&met), &b, &to_a, 9.0, 0.0, &mut scratch).unwrap();
            assert!((beyond.distance - least).abs() < 1e-9, "{} {least}", beyond.distance);
            let mut met = BTreeSet::new();
            a.meeting(&b, (&to_a, &to_a.inverse()), 1e-5, &mut scratch, |mine, j, _| {
                met.extend(mine.iter().map(|i| (*i, j)));
                ControlFlow::Continue(0.0)
            });
            assert!(pairs(&a, &b, &to_a, 1e-9).is_subset(&met));
        }
    }
}
