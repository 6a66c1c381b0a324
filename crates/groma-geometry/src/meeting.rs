//! The faces of two surfaces whose boxes meet.
//!
//! Two elements that meet share a small part of their boxes as a rule, and few faces reach into it. Those are
//! gathered, and each of the one compared with four of the other at once. Where they are many, both trees are
//! walked instead.

use crate::bvh::{Boxes, COVER, Cover, WIDE, set_bits};
use crate::bvh_pairs::Placing;
use crate::facet_tree::Placed;
use crate::sweep::Sweep;
use crate::{Aabb, Facet, FacetTree};
use glam::DAffine3;
use std::ops::ControlFlow;

/// From this many pairs of faces on, a walk of both trees is faster.
const MANY: usize = 1 << 14;
/// From this many faces on it is worth while to look closer at what of a surface may be near another.
const LARGE: usize = 4096;
/// Where the boxes of each face meet those of so many others, other axes may part them better.
const CROWDED: usize = 8;

/// What [`FacetTree::meeting`] and [`FacetTree::distance`] gather; used again, it costs no allocation.
#[derive(Default)]
pub struct Meeting {
    /// Faces of the first and their boxes, four by four.
    mine: Vec<[u32; WIDE]>,
    boxes: Vec<Boxes>,
    /// Faces of the second, with their boxes in the coordinates of the first.
    theirs: Vec<(u32, Aabb)>,
    pub(crate) sweep: Sweep,
}

impl Meeting {
    /// Gathers the faces of both that reach into what their boxes share, grown by `margin` metres; false
    /// where they are many.
    fn gather(
        &mut self,
        [a, b]: [&FacetTree; 2],
        (b_to_a, a_to_b): (&DAffine3, &DAffine3),
        margin: f64,
    ) -> bool {
        self.mine.clear();
        self.boxes.clear();
        self.theirs.clear();
        let placing = Placing::new(b_to_a, &a.tree().bounds(), &b.tree().bounds(), margin);
        let of_b = placing.one(&b.tree().bounds());
        let Some(common) = of_b.common(&a.tree().bounds()) else { return true };
        let to_b = Placing::new(a_to_b, &b.tree().bounds(), &common, margin);
        let in_b = to_b.one(&common);
        let mut keep = |j: u32, boxes: &Boxes, k: usize| {
            let placed = placing.one(&boxes.get(k));
            if placed.overlaps(&common) {
                self.theirs.push((j, placed));
            }
        };
        if b.faces().len() < LARGE {
            b.tree().query_boxes(&in_b, keep);
        } else {
            let cover = Cover::of(a.tree().cover(&common).iter().map(|aabb| to_b.one(aabb)));
            b.tree().query_covered(&in_b, &cover, &mut keep);
        }
        let Some(reached) = self.theirs.iter().map(|t| t.1).reduce(|x, y| x.join(&y)) else { return true };
        let (mut count, theirs) = (0, self.theirs.len());
        let keep = |i: u32, boxes: &Boxes, k: usize| {
            if count % WIDE == 0 {
                self.mine.push([0; WIDE]);
                self.boxes.push(Boxes::EMPTY);
            }
            if let (Some(items), Some(block)) = (self.mine.last_mut(), self.boxes.last_mut()) {
                items[count % WIDE] = i;
                block.set(count % WIDE, &boxes.get(k));
            }
            count += 1;
        };
        if a.faces().len() < LARGE {
            a.tree().query_boxes(&reached, keep);
        } else {
            let join = |run: &[(u32, Aabb)]| run.iter().fold(Aabb::EMPTY, |sum, t| sum.join(&t.1));
            let cover = Cover::of(self.theirs.chunks(theirs.div_ceil(COVER)).map(join));
            a.tree().query_covered(&reached, &cover, keep);
        }
        count * theirs < MANY
    }

    /// True where the boxes of what was gathered meet many times each, judged by some of them.
    fn is_crowded(&self) -> bool {
        const SOME: usize = 16;
        let meet = |(_, aabb): &(u32, Aabb)| {
            let probe = Boxes::splat(aabb);
            self.boxes.iter().map(|boxes| boxes.meets(&probe).bitmask().count_ones() as usize).sum::<usize>()
        };
        let met: usize = self.theirs.iter().step_by(SOME).map(meet).sum();
        met * SOME > CROWDED * (self.boxes.len() * WIDE + self.theirs.len())
    }
}

impl FacetTree {
    /// Visits the faces of this surface and of another whose boxes are within `margin` metres of each other:
    /// some of this one, at most four, and one of the other, as it is in the coordinates of this one. The
    /// visitor says by how many metres boxes must overlap along each axis from there on, which does not
    /// shrink, or breaks off. The maps bring the other's coordinates into those of this one, and back; they
    /// keep lengths.
    pub fn meeting(
        &self,
        other: &Self,
        maps: (&DAffine3, &DAffine3),
        margin: f64,
        scratch: &mut Meeting,
        mut visit: impl FnMut(&[u32], u32, &Facet) -> ControlFlow<(), f64>,
    ) {
        if self.tree().is_empty() || other.tree().is_empty() {
            return;
        }
        if !scratch.gather([self, other], maps, margin) {
            let crowded = scratch.is_crowded();
            let sweep = &mut scratch.sweep;
            if crowded && sweep.gather(self, other, maps.0, margin) && sweep.is_askew() {
                sweep.visit(margin, |(i, _), (j, q)| match visit(&[i], j, q) {
                    ControlFlow::Continue(overlap) if overlap > 0.0 => ControlFlow::Continue(-overlap),
                    ControlFlow::Continue(_) => ControlFlow::Continue(margin),
                    ControlFlow::Break(()) => ControlFlow::Break(()),
                });
                return;
            }
            let mut placed = Placed::new(other.faces(), maps.0);
            self.tree().pairs(other.tree(), maps.0, margin, |mine, j| visit(mine, j, placed.face(j)));
            return;
        }
        let mut overlap = 0.0;
        for (j, aabb) in &scratch.theirs {
            let mut probe = Boxes::splat(&shrunk(aabb, overlap));
            let mut face = None;
            for (items, boxes) in scratch.mine.iter().zip(&scratch.boxes) {
                let mask = boxes.meets(&probe);
                if !mask.any() {
                    continue;
                }
                let (mut found, mut n) = ([0; WIDE], 0);
                for k in set_bits(mask) {
                    found[n] = items[k];
                    n += 1;
                }
                let face = face.get_or_insert_with(|| other.faces()[*j as usize].moved(maps.0));
                match visit(&found[..n], *j, face) {
                    ControlFlow::Break(()) => return,
                    ControlFlow::Continue(more) if more > overlap => {
                        overlap = more;
                        probe = Boxes::splat(&shrunk(aabb, overlap));
                    }
                    ControlFlow::Continue(_) => {}
                }
            }
        }
    }
}

/// A box that meets those which overlap this one by some metres along each axis. Its corners may have
/// changed places.
pub(crate) fn shrunk(aabb: &Aabb, overlap: f64) -> Aabb {
    if overlap <= 0.0 {
        return *aabb;
    }
    let by = overlap as f32;
    // Less by more than f32 rounds it and the sum.
    let less = |x: f32| by - (x.abs() + by) * (2.0 * f32::EPSILON);
    Aabb { min: aabb.min.map(|x| x + less(x)), max: aabb.max.map(|x| x - less(x)) }
}
