//! The least distance of two surfaces.

use crate::bvh_pairs::{Plane, Within};
use crate::facet;
use crate::facet_tree::{MET, Nearest, Placed};
use crate::weld::WELD;
use crate::{Facet, FacetTree, Meeting};
use glam::DAffine3;
use std::ops::ControlFlow;

/// After as many pairs as both have faces the boxes are taken to tell little, and what is left is swept; after fewer
/// where those are fewer than this, as few are swept soon.
const MANY: usize = 4096;
/// So many pairs are compared in any case.
const FEW: usize = 32;

/// The nearest points found so far, and below which distance others count.
struct Best {
    found: Option<Nearest>,
    reach: f64,
    least: f64,
}

impl Best {
    /// Compares two faces in the same coordinates; breaks off where nothing can be nearer.
    fn compare(&mut self, p: &Facet, q: &Facet) -> ControlFlow<()> {
        if let Some((distance, a, b)) = facet::distance(p, q, self.reach) {
            // What comes no nearer than this is not looked at: much of what lies face to face is equally far.
            self.reach = distance - MET;
            self.found = Some(Nearest { distance, a, b });
            if self.reach <= self.least {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Walks both trees until nothing can be nearer, or no comparison is left.
    fn walk(&mut self, a: &FacetTree, b: &FacetTree, b_to_a: &DAffine3, left: &mut usize) {
        let mut walk = Walk { best: self, a: a.faces(), b: Placed::new(b.faces(), b_to_a), left };
        let reach = walk.best.reach;
        a.tree().walk_within(b.tree(), b_to_a, reach, &mut walk);
    }
}

/// A walk down two trees of faces.
struct Walk<'a> {
    best: &'a mut Best,
    a: &'a [Facet],
    b: Placed<'a>,
    /// So many pairs are looked at, at most.
    left: &'a mut usize,
}

impl Walk<'_> {
    fn count(&mut self) -> ControlFlow<()> {
        *self.left -= 1;
        if *self.left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Within for Walk<'_> {
    fn plane(&mut self, item: u32, of_first: bool) -> Option<Plane> {
        let face = if of_first { &self.a[item as usize] } else { self.b.face(item) };
        Some(Plane { normal: face.normal.as_vec3().to_array(), offset: face.offset as f32 })
    }

    fn meet(&mut self, i: u32, j: u32) -> ControlFlow<(), f64> {
        self.best.compare(&self.a[i as usize], self.b.face(j))?;
        self.count()?;
        ControlFlow::Continue(self.best.reach)
    }

    fn pass(&mut self) -> ControlFlow<()> {
        self.count()
    }
}

impl FacetTree {
    /// The least distance of two surfaces, to a tenth of a nanometre, if it is below `reach` metres;
    /// `to_self` brings the other's coordinates into those of this one and must keep lengths. The search ends
    /// at `least`, than which the distance is known not to be less.
    pub fn distance(
        &self,
        other: &Self,
        to_self: &DAffine3,
        reach: f64,
        least: f64,
        scratch: &mut Meeting,
    ) -> Option<Nearest> {
        self.distance_beyond(None, other, to_self, reach, least, scratch)
    }

    /// [`Self::distance`] where `met` tells which faces of both may be as near as the weld, if that is known from
    /// [`Self::meeting`].
    pub fn distance_beyond(
        &self,
        met: Option<&[(u32, u32)]>,
        other: &Self,
        to_self: &DAffine3,
        reach: f64,
        least: f64,
        scratch: &mut Meeting,
    ) -> Option<Nearest> {
        let mut best = Best { found: None, reach, least };
        if let Some(met) = met {
            let mut placed = Placed::new(other.faces(), to_self);
            let mut touching = Best { found: None, reach: reach.min(WELD), least };
            for &(i, j) in met {
                if touching.compare(&self.faces()[i as usize], placed.face(j)).is_break() {
                    return touching.found;
                }
            }
            if touching.found.is_some() {
                best = touching;
            }
        } else if least < WELD {
            // Much of what is near touches: some faces meet.
            let maps = (to_self, &to_self.inverse());
            self.meeting(other, maps, WELD, scratch, |mine, _, q| {
                for &i in mine {
                    best.compare(&self.faces()[i as usize], q)?;
                }
                ControlFlow::Continue(0.0)
            });
            if best.found.is_some_and(|b| b.distance <= least + MET) {
                return best.found;
            }
        }
        let all = self.faces().len() + other.faces().len();
        let mut left = all.min(all * all / MANY) + FEW;
        best.walk(self, other, to_self, &mut left);
        if left > 0 {
            return best.found;
        }
        if scratch.sweep.gather(self, other, to_self, best.reach) {
            scratch.sweep.is_askew();
            scratch.sweep.visit(best.reach, |(_, p), (_, q)| {
                best.compare(p, q)?;
                ControlFlow::Continue(best.reach)
            });
        } else {
            let mut left = usize::MAX;
            best.walk(self, other, to_self, &mut left);
        }
        best.found
    }
}
