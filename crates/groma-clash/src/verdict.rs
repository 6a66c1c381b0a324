//! The verdict on two elements.

use crate::body::{Part, Source};
use crate::penetrate::{Penetration, Scratch, Told, penetrate};
use crate::select::Candidate;
use crate::separate::{Shape, box_gap, gap, gap_along};
use crate::{Clash, ClashKey, DepthKind, Kind, Rule, RuleKind, duplicate};
use glam::{DAffine3, DVec3};
use groma_geometry::{MET, Nearest, facet};
use groma_model::Frame;
use smallvec::SmallVec;

/// Surfaces at most this far apart touch, in metres.
pub(crate) const TOUCH: f64 = 1e-4;

/// A convex solid whose faces are uneven by no more, in metres, is as far from others as the hull of its
/// corners.
const EVEN: f64 = 1e-9;

/// How near the boxes of two elements must be for a verdict other than none, in metres.
pub(crate) fn reach(rule: &Rule) -> f64 {
    match rule.kind {
        RuleKind::Hard => 0.0,
        RuleKind::Clearance { distance } => distance,
        RuleKind::Touching => TOUCH,
        RuleKind::Duplicate => rule.tolerance,
    }
}

/// What was found of a pair, in the frame.
struct Finding {
    kind: Kind,
    depth: Option<(f64, DepthKind)>,
    distance: f64,
    point: DVec3,
    direction: DVec3,
    /// The nearest points of `a` and of `b`, where these are apart.
    points: Option<[DVec3; 2]>,
}

/// The clash of two elements under a rule. `a` has the lesser key.
pub(crate) fn verdict(
    a: &Candidate<'_>,
    b: &Candidate<'_>,
    rule: &Rule,
    frame: &Frame,
    scratch: &mut Scratch,
) -> Option<Clash> {
    scratch.contacts.keeps_close = matches!(rule.kind, RuleKind::Clearance { .. } | RuleKind::Touching);
    let found = match rule.kind {
        RuleKind::Hard => hard(a, b, rule.tolerance, scratch),
        RuleKind::Duplicate => equal(a, b, rule.tolerance, scratch),
        RuleKind::Clearance { distance } => {
            // As reported, a distance equal to the one asked for is far enough.
            let near = |found: &Finding| round(found.distance, 1e9) < distance;
            hard(a, b, rule.tolerance, scratch)
                .or_else(|| apart(a, b, distance, Kind::Clearance, scratch).filter(near))
        }
        RuleKind::Touching => match hard(a, b, TOUCH, scratch) {
            Some(_) => None,
            // The distance asked for is met by one equal to it, too.
            None => apart(a, b, TOUCH.next_up(), Kind::Touching, scratch),
        },
    }?;
    Some(Clash {
        key: ClashKey::of_sorted(&rule.name, &a.element.key, &b.element.key),
        kind: found.kind,
        a: a.subject,
        b: b.subject,
        depth: found.depth.map(|d| round(d.0, 1e9)),
        depth_kind: found.depth.map(|d| d.1),
        distance: round(found.distance, 1e9),
        point: frame.to_world(found.point).map(|x| round(x, 1e6)),
        direction: found.direction.map(|x| round(x, 1e9)),
        points: found.points.map(|of| of.map(|p| frame.to_world(p).map(|x| round(x, 1e6)))),
    })
}

/// Rounds to a fraction of a unit, so that the last bits of f64 are not in the result; never -0.
fn round(x: f64, parts: f64) -> f64 {
    (x * parts).round() / parts + 0.0
}

/// Duplicate, hard or contained. Thin things side by side may have all points within the tolerance of
/// each other: a pair that is not hard is a duplicate only if it is so to the limit of touching.
fn hard(a: &Candidate<'_>, b: &Candidate<'_>, tolerance: f64, scratch: &mut Scratch) -> Option<Finding> {
    // What bounds no solid has no depth in its like, however often it crosses itself.
    let flat = |c: &Candidate<'_>| c.parts.iter().all(|p| !p.source.solid);
    if flat(a) && flat(b) && are_equal(a, b, tolerance.min(TOUCH)) {
        return Some(flat_duplicate(a));
    }
    match deepest(a, b, tolerance, scratch) {
        Some(found) if are_equal(a, b, tolerance) => Some(Finding { kind: Kind::Duplicate, ..found }),
        Some(found) => Some(found),
        None if are_equal(a, b, tolerance.min(TOUCH)) => Some(flat_duplicate(a)),
        None => None,
    }
}

/// Duplicate, with the depth where there is one.
fn equal(a: &Candidate<'_>, b: &Candidate<'_>, tolerance: f64, scratch: &mut Scratch) -> Option<Finding> {
    are_equal(a, b, tolerance).then(|| match deepest(a, b, tolerance, scratch) {
        Some(found) => Finding { kind: Kind::Duplicate, ..found },
        None => flat_duplicate(a),
    })
}

/// Surfaces, or solids too thin to be hard.
fn flat_duplicate(a: &Candidate<'_>) -> Finding {
    Finding {
        kind: Kind::Duplicate,
        depth: None,
        distance: 0.0,
        point: a.aabb.centre(),
        direction: DVec3::Z,
        points: None,
    }
}

fn are_equal(a: &Candidate<'_>, b: &Candidate<'_>, tolerance: f64) -> bool {
    let near =
        |x: &[f32; 3], y: &[f32; 3]| (0..3).all(|k| f64::from((x[k] - y[k]).abs()) <= tolerance + 1e-3);
    near(&a.aabb.min, &b.aabb.min)
        && near(&a.aabb.max, &b.aabb.max)
        && a.element.class == b.element.class
        && duplicate::same_points(&a.parts, &b.parts, tolerance)
}

/// The deepest penetration of any two parts.
fn deepest(a: &Candidate<'_>, b: &Candidate<'_>, tolerance: f64, scratch: &mut Scratch) -> Option<Finding> {
    let mut best: Option<(Penetration, usize)> = None;
    let mut contained = true;
    scratch.told = Told::Nothing;
    let none_of = |parts: &[Part<'_>]| -> SmallVec<[bool; 16]> { SmallVec::from_elem(false, parts.len()) };
    let mut held = (none_of(&a.parts), none_of(&b.parts));
    for (i, p) in a.parts.iter().enumerate() {
        if !a.boxes[i].overlaps(&b.aabb) {
            continue;
        }
        for (j, q) in b.parts.iter().enumerate() {
            if !a.boxes[i].overlaps(&b.boxes[j]) {
                continue;
            }
            let Some(found) = penetrate(p.source, q.source, &(p.inverse * q.placement), tolerance, scratch)
            else {
                continue;
            };
            contained &= found.kind == Kind::Contained;
            (held.0[i], held.1[j]) = (true, true);
            if best.as_ref().is_none_or(|(b, _)| found.depth.depth > b.depth.depth) {
                best = Some((found, i));
            }
        }
    }
    let (found, part) = best?;
    contained &= held.0.iter().all(|x| *x) || held.1.iter().all(|x| *x);
    // The exact depth of one pair of parts bounds that of the elements from below.
    let single = a.parts.len() == 1 && b.parts.len() == 1;
    let depth_kind = match found.depth_kind {
        DepthKind::Exact if !single => DepthKind::LowerBound,
        kind => kind,
    };
    let placement = &a.parts[part].placement;
    Some(Finding {
        kind: if contained { Kind::Contained } else { Kind::Hard },
        depth: Some((found.depth.depth, depth_kind)),
        distance: 0.0,
        point: placement.transform_point3(found.point),
        direction: placement.transform_vector3(found.depth.direction),
        points: None,
    })
}

/// The least distance of any two parts, if it is below `reach`.
fn apart(
    a: &Candidate<'_>,
    b: &Candidate<'_>,
    reach: f64,
    kind: Kind,
    scratch: &mut Scratch,
) -> Option<Finding> {
    let mut best: Option<Finding> = None;
    let mut reach = reach;
    // Of several parts the last two were looked at, which need not be the ones that are near.
    if a.parts.len() > 1 || b.parts.len() > 1 {
        scratch.told = Told::Nothing;
    }
    for (i, p) in a.parts.iter().enumerate() {
        for (j, q) in b.parts.iter().enumerate() {
            if a.boxes[i].distance_squared(&b.boxes[j]) > reach * reach {
                continue;
            }
            let to_a = p.inverse * q.placement;
            if let Some(found) = nearest(p.source, q.source, &to_a, reach, scratch) {
                reach = found.distance;
                // Where they touch, what is left between the two points is no direction.
                let apart = if found.distance > MET { found.a - found.b } else { DVec3::ZERO };
                let apart = p.placement.transform_vector3(apart);
                best = Some(Finding {
                    kind,
                    depth: None,
                    distance: found.distance,
                    point: p.placement.transform_point3((found.a + found.b) * 0.5),
                    direction: apart.try_normalize().unwrap_or(DVec3::Z),
                    points: Some([found.a, found.b].map(|x| p.placement.transform_point3(x))),
                });
            }
        }
    }
    best
}

/// The least distance of two solids or surfaces, if it is below `reach`, in the coordinates of `a`. What a search for
/// their penetration has told is taken from `scratch`.
fn nearest(a: &Source, b: &Source, b_to_a: &DAffine3, reach: f64, scratch: &mut Scratch) -> Option<Nearest> {
    let (a, b) = (Shape::of(a), Shape::of(b));
    let least = box_gap(a, b, b_to_a);
    if least >= reach {
        return None;
    }
    let [even_a, even_b] = [a, b].map(|s| s.body.pieces.as_ref().filter(|p| p.uneven <= EVEN));
    if let (Some(x), Some(y)) = (even_a, even_b)
        && let Ok(found) = x.distance(y, b_to_a, reach)
    {
        return found;
    }
    // Most that are near touch, and a pair of faces that meet is known.
    if scratch.told == Told::Contacts
        && let Some((i, j)) = scratch.contacts.joined
    {
        let (p, q) = (&a.body.tree.faces()[i as usize], b.body.tree.faces()[j as usize].moved(b_to_a));
        if let Some((distance, a, b)) = facet::distance(p, &q, reach)
            && distance <= least + MET
        {
            return Some(Nearest { distance, a, b });
        }
    }
    let maps = (b_to_a, &b_to_a.inverse());
    let found = a.body.tree.approach(&b.body.tree, maps, reach, least);
    let enough = found.map_or(reach, |near| near.distance - MET);
    // No distance is less than what an axis shows: the way between the two points first, then a main one.
    let across = |near: &Nearest| gap_along((near.b - near.a) / near.distance, a, b, b_to_a);
    if least >= enough || found.as_ref().is_some_and(|near| across(near) >= enough) {
        return found;
    }
    let least = if scratch.told >= Told::NoGap { least } else { least.max(gap(a, b, b_to_a, enough)) };
    if least >= enough {
        return found;
    }
    let by_pieces = match (even_a, even_b) {
        (Some(x), None) => x.distance_to_surface(&b.body.tree, b_to_a, enough),
        (None, Some(y)) => {
            let turned = |n: Nearest| Nearest {
                a: b_to_a.transform_point3(n.b),
                b: b_to_a.transform_point3(n.a),
                ..n
            };
            y.distance_to_surface(&a.body.tree, maps.1, enough).map(|n| n.map(turned))
        }
        (Some(_), Some(_)) | (None, None) => Err(()),
    };
    let by_surfaces = |()| {
        let met = (scratch.told == Told::Contacts).then_some(&scratch.contacts.close[..]);
        a.body.tree.distance_beyond(met, &b.body.tree, b_to_a, enough, least, &mut scratch.meeting)
    };
    by_pieces.unwrap_or_else(by_surfaces).or(found)
}
