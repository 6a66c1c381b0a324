//! How deep two bodies of any shape share volume.
//!
//! Convex pairs get the exact depth. For all others the depth is the greatest of several lower bounds,
//! each of which holds for any shape:
//!
//! 1. two triangles that cross must be moved apart (`crossing`);
//! 2. a point of one inside the other must be moved to its surface;
//! 3. a ball that lies in both must be moved by its diameter.
//!
//! The second finds thin things in thick ones, the first thin things in thin ones, the third aligned and
//! equal things whose faces coincide. Things that only touch have none of the three.

use crate::body::{Body, Source};
use crate::contacts::{Contacts, Met, Pair};
use crate::convex::{self, Convex, Depth};
use crate::patches::Patches;
use crate::probe::Seen;
use crate::separate::{Shape, gap};
use crate::{DepthKind, Kind};
use glam::{DAffine3, DVec3};
use groma_geometry::Meeting;

/// Surfaces that come nearer than this, in metres, are taken to meet: the weld.
pub(crate) const MEET: f64 = 1e-5;

/// What a test of two bodies keeps of the one before: its buffers.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) meeting: Meeting,
    pub(crate) contacts: Contacts,
    seen: Seen,
    /// What the last search for a penetration has told.
    pub(crate) told: Told,
}

/// What a search that found no penetration tells of the distance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Told {
    #[default]
    Nothing,
    /// No main axis shows a gap.
    NoGap,
    /// Nor are there other triangles in contact than [`Contacts::close`] names.
    Contacts,
}

/// How deep two bodies share volume.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Penetration {
    /// `Hard` or `Contained`.
    pub(crate) kind: Kind,
    /// The depth in metres and the direction in which the first leaves the second.
    pub(crate) depth: Depth,
    /// What the depth is worth.
    pub(crate) depth_kind: DepthKind,
    /// A point of the contact.
    pub(crate) point: DVec3,
}

/// The deepest contact found so far.
pub(crate) struct Deepest {
    pub(crate) depth: Depth,
    pub(crate) point: DVec3,
    /// A point that lies in both was found, beyond the crossing of the surfaces.
    pub(crate) inside: bool,
}

impl Deepest {
    pub(crate) fn keep(&mut self, depth: f64, direction: DVec3, point: DVec3) {
        if depth > self.depth.depth {
            self.depth = Depth { depth, direction };
            self.point = point;
        }
    }
}

/// The penetration of two bodies if it is deeper than `tolerance`, in the coordinates of `a`.
pub(crate) fn penetrate(
    a: &Source,
    b: &Source,
    b_to_a: &DAffine3,
    tolerance: f64,
    scratch: &mut Scratch,
) -> Option<Penetration> {
    scratch.told = Told::Nothing;
    let a_to_b = b_to_a.inverse();
    if box_overlap(a, b, b_to_a).min(box_overlap(b, a, &a_to_b)) <= tolerance {
        return None;
    }
    let (mine, theirs) = (a, b);
    let (a, b) = (a.body(), b.body());
    if let (Some(x), Some(y)) = (a.convex(), b.convex()) {
        let depth = convex::depth(x, y, b_to_a, tolerance)?;
        let within = convex::lies_within(x, y, &a_to_b, MEET) != convex::lies_within(y, x, b_to_a, MEET);
        let start = common_box(a, b, b_to_a).map_or(DVec3::ZERO, |(lo, hi)| (lo + hi) * 0.5);
        return Some(Penetration {
            kind: if within { Kind::Contained } else { Kind::Hard },
            depth,
            depth_kind: DepthKind::Exact,
            point: convex::common_point(x, y, b_to_a, start),
        });
    }
    let (of_a, of_b) = (Shape { source: mine, body: a }, Shape { source: theirs, body: b });
    if gap(of_a, of_b, b_to_a, -tolerance) >= -tolerance {
        return None;
    }
    scratch.told = Told::NoGap;
    if let (Some(x), Some(y)) = (&a.pieces, &b.pieces)
        && x.is_apart(y, b_to_a, tolerance)
    {
        return None;
    }
    let pair = Pair { a, b, b_to_a: *b_to_a, a_to_b, tolerance };
    let none = Depth { depth: 0.0, direction: DVec3::Z };
    let mut deepest = Deepest { depth: none, point: DVec3::ZERO, inside: false };
    let Scratch { meeting, contacts, seen, told } = scratch;
    pair.contacts(&mut deepest, meeting, contacts);
    *told = if contacts.keeps_close { Told::Contacts } else { Told::NoGap };
    let crossed = deepest.depth.depth > MEET;
    if deepest.depth.depth <= tolerance {
        pair.probe(contacts, seen, &mut deepest);
    }
    if deepest.depth.depth <= tolerance {
        return None;
    }
    // What was not compared to the end tells of no triangle that the other surface keeps clear of it.
    let met = (tolerance >= MEET).then_some(&contacts.met);
    let contained = deepest.inside
        && !crossed
        && (within(mine, a, b, &pair.a_to_b, met.map(|m| &m.0[..]), seen)
            || within(theirs, b, a, &pair.b_to_a, met.map(|m| &m.1[..]), seen));
    Some(Penetration {
        kind: if contained { Kind::Contained } else { Kind::Hard },
        depth: deepest.depth,
        depth_kind: if a.solid && b.solid { DepthKind::LowerBound } else { DepthKind::Surface },
        point: deepest.point,
    })
}

/// The part of the box of `a` that the box of `b` covers, in the coordinates of `a`.
fn common_box(a: &Body, b: &Body, b_to_a: &DAffine3) -> Option<(DVec3, DVec3)> {
    let (x, y) = (a.tree.tree().bounds(), b.tree.tree().bounds().transformed(b_to_a));
    let (lo, hi) = (x.min_f64().max(y.min_f64()), x.max_f64().min(y.max_f64()));
    lo.cmple(hi).all().then_some((lo, hi))
}

/// The least way out of each other that their boxes allow, along the axes of `a`.
fn box_overlap(a: &Source, b: &Source, b_to_a: &DAffine3) -> f64 {
    let (x, y) = (a.bounds, b.bounds.transformed(b_to_a));
    if x.is_empty() || y.is_empty() {
        return 0.0;
    }
    (x.max_f64() - y.min_f64()).min(y.max_f64() - x.min_f64()).min_element()
}

/// True when no corner or face of `inner` lies outside `outer`, and no face of `outer` in `inner`: that would be
/// one of a cavity which `inner` spans. `met` tells how the surface of `outer` meets the faces of `inner`.
fn within(
    source: &Source,
    inner: &Body,
    outer: &Body,
    placement: &DAffine3,
    met: Option<&[Met]>,
    seen: &mut Seen,
) -> bool {
    let bounds = source.bounds.transformed(placement);
    // The piece that held the last point is asked first.
    let mut told = 0;
    let mut holds = |p: DVec3| {
        let p = placement.transform_point3(p);
        let Some(pieces) = &outer.pieces else {
            return outer.tree.contains(p) || outer.tree.is_near(p, MEET);
        };
        let of = |piece: &Convex| piece.holds(p, MEET);
        pieces.convex.get(told).is_some_and(of) || {
            let found = pieces.convex.iter().position(of);
            told = found.unwrap_or(told);
            found.is_some()
        }
    };
    let back = placement.inverse();
    let spanned = |p: DVec3| {
        let p = back.transform_point3(p);
        inner.tree.tree().bounds().holds(p) && !inner.tree.is_near(p, MEET) && inner.tree.contains(p)
    };
    let faces = inner.tree.faces();
    let mut all_held = || match met {
        // One face tells for all that hang together and are clear of the other surface; to ask pieces costs less.
        Some(met) if outer.solid && outer.pieces.is_none() => {
            let clear = (0..).zip(met).filter(|m| *m.1 == Met::Clear);
            let mut patches = Patches::new(faces.len());
            seen.begin(inner.points);
            seen.join(&mut patches, inner, clear.map(|(k, _)| (k, k)));
            (0..).zip(faces.iter().zip(met)).all(|(k, (face, met))| match met {
                Met::Clear => patches.find(k) != k || holds(face.middle()),
                Met::Touched | Met::Cut => {
                    let mut corners = inner.corners[k as usize].into_iter().zip(face.corners());
                    corners.all(|(i, p)| !seen.is_new(i) || holds(p)) && holds(face.middle())
                }
            })
        }
        // What is convex holds what is between the points that it holds.
        Some(_) | None => {
            source.points.iter().all(|&p| holds(p))
                && (outer.convex().is_some() || faces.iter().all(|f| holds(f.middle())))
        }
    };
    outer.tree.tree().bounds().grow(MEET).contains(&bounds)
        && all_held()
        && (!inner.solid
            || outer.convex().is_some()
            || !outer.tree.faces().iter().any(|f| spanned(f.middle())))
}
