//! Where the surfaces of two bodies meet.

use crate::body::Body;
use crate::crossing::Crossing;
use crate::penetrate::{Deepest, MEET};
use glam::{DAffine3, DVec3};
use groma_geometry::facet::range;
use groma_geometry::triangle::{greater, lesser};
use groma_geometry::{Facet, Meeting};
use std::ops::ControlFlow;

/// The least cosine of normals that are alike.
const LEVEL: f64 = 1.0 - 1e-9;

/// Two bodies, and the maps between their coordinates.
pub(crate) struct Pair<'a> {
    pub(crate) a: &'a Body,
    pub(crate) b: &'a Body,
    pub(crate) b_to_a: DAffine3,
    pub(crate) a_to_b: DAffine3,
    pub(crate) tolerance: f64,
}

/// Two faces that meet: indices of the faces of `a` and of `b`.
pub(crate) struct Contact {
    pub(crate) i: u32,
    pub(crate) j: u32,
    /// The middle of the segment they have in common, in the coordinates of `a`; `None` for faces in one
    /// plane with their normals alike.
    pub(crate) middle: Option<DVec3>,
}

/// How the surface of the other body meets a face.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Met {
    /// Not at all.
    Clear,
    /// At its rim, or in its plane: it lies on one side of it.
    Touched,
    /// Within: parts of it may lie on either side.
    Cut,
}

/// Where two surfaces meet.
#[derive(Default)]
pub(crate) struct Contacts {
    /// Those from which a body may reach into the other; complete only where no crossing is deeper than the
    /// tolerance.
    pub(crate) list: Vec<Contact>,
    /// The faces, of `a` and of `b`, that come as near as the weld to the planes of each other, in the order in which
    /// they are looked at; complete as the other is.
    pub(crate) close: Vec<(u32, u32)>,
    /// Two of them that meet along a segment.
    pub(crate) joined: Option<(u32, u32)>,
    /// Those are asked for.
    pub(crate) keeps_close: bool,
    /// How each face of `a` is met, and each of `b`.
    pub(crate) met: (Vec<Met>, Vec<Met>),
}

impl Pair<'_> {
    pub(crate) fn face_of_a(&self, i: u32) -> &Facet {
        &self.a.tree.faces()[i as usize]
    }

    /// In the coordinates of `a`.
    pub(crate) fn face_of_b(&self, j: u32) -> Facet {
        self.b.tree.faces()[j as usize].moved(&self.b_to_a)
    }

    /// Compares the faces whose boxes meet: keeps the deepest crossing, and finds where faces meet.
    pub(crate) fn contacts(&self, deepest: &mut Deepest, meeting: &mut Meeting, contacts: &mut Contacts) {
        contacts.list.clear();
        contacts.close.clear();
        contacts.joined = None;
        for (met, body) in [(&mut contacts.met.0, self.a), (&mut contacts.met.1, self.b)] {
            met.clear();
            met.resize(body.tree.faces().len(), Met::Clear);
        }
        let maps = (&self.b_to_a, &self.a_to_b);
        self.a.tree.meeting(&self.b.tree, maps, MEET, meeting, |mine, j, q| {
            for &i in mine {
                self.meet(i, j, q, contacts, deepest);
            }
            // Once it is hard, only what is deeper counts, and no crossing is deeper than boxes overlap.
            let depth = deepest.depth.depth;
            ControlFlow::Continue(if depth > self.tolerance { depth } else { 0.0 })
        });
    }

    fn meet(&self, i: u32, j: u32, q: &Facet, contacts: &mut Contacts, deepest: &mut Deepest) {
        let p = self.face_of_a(i);
        let q_over_p = p.heights(q);
        let of_q = range(q_over_p);
        if of_q.0 > MEET || of_q.1 < -MEET {
            return;
        }
        let p_over_q = q.heights(p);
        let of_p = range(p_over_q);
        if of_p.0 > MEET || of_p.1 < -MEET {
            return;
        }
        // No crossing is deeper than the way out along either normal.
        let most = lesser(lesser(-of_q.0, of_q.1), lesser(-of_p.0, of_p.1));
        let told = deepest.depth.depth > self.tolerance;
        if told && most <= deepest.depth.depth {
            return;
        }
        if contacts.keeps_close {
            contacts.close.push((i, j));
        }
        let crossing = Crossing { p, q, p_over_q, q_over_p };
        let middle = crossing.segment(MEET).map(|(x, y)| (x + y) * 0.5);
        if middle.is_some() {
            contacts.joined = Some((i, j));
        }
        if let Some(middle) = middle
            && most > MEET.max(deepest.depth.depth)
            && let Some(d) = crossing.depth(deepest.depth.depth)
        {
            deepest.keep(d.depth, d.direction, middle);
        }
        if told {
            return;
        }
        let cut = |(low, high): (f64, f64)| {
            if middle.is_some() && low < -MEET && high > MEET { Met::Cut } else { Met::Touched }
        };
        let (of_a, of_b) = (&mut contacts.met.0[i as usize], &mut contacts.met.1[j as usize]);
        *of_a = (*of_a).max(cut(of_p));
        *of_b = (*of_b).max(cut(of_q));
        let contact = match middle {
            // To lie deep, one must reach behind the other along its own plane.
            Some(_) => {
                let cosine = p.normal.dot(q.normal);
                greater(-of_p.0, -of_q.0) > self.tolerance * (1.0 - cosine * cosine).max(0.0).sqrt()
            }
            None => of_q.0 > -MEET && of_q.1 < MEET && p.normal.dot(q.normal) > LEVEL && share_area(p, q),
        };
        if contact {
            contacts.list.push(Contact { i, j, middle });
        }
    }
}

/// False when a side of either of two faces in one plane, their normals alike, parts them.
// Rare: it stays out of the loop around it.
#[inline(never)]
fn share_area(p: &Facet, q: &Facet) -> bool {
    let parts = |x: &Facet, y: &Facet| {
        (0..x.sides()).any(|k| {
            let (from, to) = x.side(k);
            let inward = x.normal.cross(to - from);
            y.corners().iter().all(|c| inward.dot(*c - from) <= 0.0)
        })
    };
    !parts(p, q) && !parts(q, p)
}
