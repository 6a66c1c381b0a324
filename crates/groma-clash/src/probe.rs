//! Points of one body inside the other, and balls in both.

use crate::body::{AXES, Body};
use crate::contacts::{Contacts, Met, Pair};
use crate::patches::Patches;
use crate::penetrate::{Deepest, MEET};
use glam::{DAffine3, DVec3};
use groma_geometry::facet::range;
use groma_geometry::triangle::{greater, lesser};
use groma_geometry::{Aabb, Facet, triangle};
use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use std::cell::Cell;

/// What is known of the faces of one body: those of which no point lies in the other.
type Outside = Vec<bool>;

/// One body seen from the other: the surface of `from` is searched for points inside `of`.
struct View<'a> {
    from: &'a Body,
    of: &'a Body,
    from_to_of: DAffine3,
    a_to_of: DAffine3,
    of_to_a: DAffine3,
    /// How the surface of `of` meets the faces of `from`.
    met: &'a [Met],
    /// 1 when `from` is `a`, else -1.
    sign: f64,
    tolerance: f64,
    /// The main axes of `of` that are none of its coordinates, each with its extent.
    skew: SmallVec<[(DVec3, f64, f64); AXES]>,
    /// The face of `of` that was near the last point.
    told: Cell<u32>,
}

/// What a search for points keeps of the one before: its buffers.
#[derive(Default)]
pub(crate) struct Seen {
    /// The faces that reach deep enough into the box of the other body, in its coordinates.
    near: Vec<(u32, Facet)>,
    /// For each corner in which search it was met last, by which face first.
    corners: Vec<(u32, u32)>,
    /// For each corner in which search it was asked for last.
    asked: Vec<u32>,
    /// Sides that were asked for, from the lesser to the greater corner.
    sides: FxHashSet<(u32, u32)>,
    /// Which search it is.
    search: u32,
}

/// More sides than this take longer to forget than to make room for anew.
const MANY_SIDES: usize = 1 << 13;

impl Seen {
    /// Begins a search among so many corners.
    pub(crate) fn begin(&mut self, corners: usize) {
        self.search = self.search.wrapping_add(1);
        if self.search == 0 {
            // All that was met is forgotten before its number comes again.
            (self.corners, self.asked, self.search) = (Vec::new(), Vec::new(), 1);
        }
        if self.corners.len() < corners {
            self.corners.resize(corners, (0, 0));
            self.asked.resize(corners, 0);
        }
        self.near.clear();
        if self.sides.capacity() > MANY_SIDES {
            self.sides = FxHashSet::default();
        }
        self.sides.clear();
    }

    /// Joins faces that have a corner in common, each with its place among the patches.
    pub(crate) fn join(&mut self, patches: &mut Patches, of: &Body, faces: impl Iterator<Item = (u32, u32)>) {
        for (k, i) in faces {
            for corner in of.corners[i as usize] {
                let known = &mut self.corners[corner as usize];
                if known.0 != self.search {
                    *known = (self.search, k);
                }
                patches.join(known.1, k);
            }
        }
    }

    /// True when a corner is asked for the first time.
    pub(crate) fn is_new(&mut self, corner: u32) -> bool {
        std::mem::replace(&mut self.asked[corner as usize], self.search) != self.search
    }
}

impl Pair<'_> {
    /// Looks for points of one in the other, and for balls in both.
    pub(crate) fn probe(&self, contacts: &Contacts, seen: &mut Seen, deepest: &mut Deepest) {
        let a_in_b = View {
            from: self.a,
            of: self.b,
            from_to_of: self.a_to_b,
            a_to_of: self.a_to_b,
            of_to_a: self.b_to_a,
            met: &contacts.met.0,
            sign: 1.0,
            tolerance: self.tolerance,
            skew: skew_axes(self.b),
            told: Cell::new(0),
        };
        let b_in_a = View {
            from: self.b,
            of: self.a,
            from_to_of: self.b_to_a,
            a_to_of: DAffine3::IDENTITY,
            of_to_a: DAffine3::IDENTITY,
            met: &contacts.met.1,
            sign: -1.0,
            tolerance: self.tolerance,
            skew: skew_axes(self.a),
            told: Cell::new(0),
        };
        // Balls first: where one is thick, few points can be deeper.
        let mut told = (0, 0);
        for contact in contacts.list.iter().filter(|c| c.middle.is_none()) {
            self.beneath(self.face_of_a(contact.i), contact.j, &mut told, deepest);
        }
        let outside = (a_in_b.patches(seen, deepest), b_in_a.patches(seen, deepest));
        for contact in &contacts.list {
            let Some(at) = contact.middle else { continue };
            if !(a_in_b.may_be_deeper(deepest) || b_in_a.may_be_deeper(deepest)) {
                break;
            }
            let (i, j) = (contact.i as usize, contact.j as usize);
            if outside.0[i] && outside.1[j] {
                continue;
            }
            let (p, q) = (self.face_of_a(contact.i), &self.face_of_b(contact.j));
            if !outside.0[i] {
                a_in_b.beside(p, q, at, deepest);
            }
            if !outside.1[j] {
                b_in_a.beside(q, p, at, deepest);
            }
        }
    }

    /// Under two faces of one plane and one orientation: the greatest ball that touches them from inside
    /// and lies in both bodies (the shrinking ball of Ma, Bae and Choi 2012).
    /// `told` are the faces of both that the last one met.
    fn beneath(&self, p: &Facet, j: u32, told: &mut (u32, u32), deepest: &mut Deepest) {
        let mut radius = self.a.thickness.min(self.b.thickness) * 0.5;
        if !(self.a.solid && self.b.solid) || radius <= deepest.depth.depth.max(self.tolerance) * 0.5 + 2e-9 {
            return;
        }
        let q = &self.face_of_b(j);
        let Some(top) = common_centre(p, q) else { return };
        let inward = -p.normal;
        for _ in 0..32 {
            let least = deepest.depth.depth.max(self.tolerance) * 0.5;
            if radius <= least {
                return;
            }
            let centre = top + inward * radius;
            let in_b = self.a_to_b.transform_point3(centre);
            let reach = radius - 1e-9;
            // Any point in the ball makes it smaller: what met the last one first, then what is nearest.
            let on = |body: &Body, told: u32, p: DVec3| {
                let near = body.tree.faces().get(told as usize)?.nearest_point(p);
                (near.distance_squared(p) < reach * reach).then_some(near)
            };
            let back = |p: DVec3| self.b_to_a.transform_point3(p);
            let known = on(self.a, told.0, centre).or_else(|| on(self.b, told.1, in_b).map(back));
            let found = known.or_else(|| {
                let x = self.a.tree.nearest_face(centre, reach);
                let y = self.b.tree.nearest_face(in_b, x.map_or(reach, |x| x.0));
                told.0 = x.map_or(told.0, |x| x.2);
                told.1 = y.map_or(told.1, |y| y.2);
                y.map(|y| back(y.1)).or(x.map(|x| x.1))
            });
            let nearest = match found {
                Some(point) => point,
                None => {
                    if self.a.tree.contains(centre) && self.b.tree.contains(in_b) {
                        deepest.inside = true;
                        deepest.keep(2.0 * (radius - 1e-9), p.normal, centre);
                    }
                    return;
                }
            };
            let way = nearest - top;
            let along = way.dot(inward);
            if along <= 0.0 {
                return;
            }
            radius = (way.length_squared() / (2.0 * along)).min(radius * (1.0 - 1e-6));
        }
    }
}

impl View<'_> {
    /// Searches the faces that reach into the box of the other body. Between neighbours that are clear
    /// of its surface nothing changes: one of them tells for all whether they lie inside. One that is
    /// touched lies inside or outside as a whole. Of those that are cut, each point is asked for.
    /// Tells which faces have no point inside that is deep enough to matter.
    fn patches(&self, seen: &mut Seen, deepest: &mut Deepest) -> Outside {
        let mut outside = vec![true; self.from.tree.faces().len()];
        if !self.may_be_deeper(deepest) {
            return outside;
        }
        let inner = self.of.tree.tree().bounds().grow(-self.tolerance);
        if inner.is_empty() {
            return outside;
        }
        seen.begin(self.from.points);
        let least = self.least(deepest);
        self.from.tree.tree().query(&inner.transformed(&self.from_to_of.inverse()), |i| {
            let face = self.from.tree.faces()[i as usize].moved(&self.from_to_of);
            if self.most_of(&face) > least {
                seen.near.push((i, face));
            }
        });
        if seen.near.is_empty() {
            return outside;
        }
        let near = std::mem::take(&mut seen.near);
        let clear = (0u32..).zip(&near).filter(|(_, (i, _))| self.met[*i as usize] == Met::Clear);
        let mut patches = Patches::new(near.len());
        seen.join(&mut patches, self.from, clear.map(|(k, (i, _))| (k, *i)));
        let mut inside: Vec<Option<bool>> = vec![None; near.len()];
        for (k, (i, face)) in (0u32..).zip(&near) {
            let (i, t, n) = (*i, face.corners(), face.sides());
            // What was found since tells that more of them cannot matter.
            let now = self.least(deepest);
            if now > least && (!self.may_be_deeper(deepest) || self.most_of(face) <= now) {
                continue;
            }
            let middle = face.middle();
            let known = match self.met[i as usize] {
                Met::Clear => {
                    let patch = patches.find(k) as usize;
                    Some(*inside[patch].get_or_insert_with(|| self.holds(middle, 0.0)))
                }
                Met::Touched => Some(self.holds(middle, MEET)),
                Met::Cut => None,
            };
            if known == Some(false) {
                continue;
            }
            outside[i as usize] = false;
            let known = known.is_some();
            let corners = self.from.corners[i as usize];
            for k in 0..n {
                if seen.is_new(corners[k]) {
                    self.keep(t[k], known, deepest);
                }
            }
            let (lo, hi) = (inner.min_f64(), inner.max_f64());
            let whole = t.iter().all(|p| p.cmpge(lo).all() && p.cmple(hi).all());
            if whole {
                for k in 0..n {
                    let (x, y) = (corners[k], corners[(k + 1) % n]);
                    if seen.sides.insert((x.min(y), x.max(y))) {
                        self.keep((t[k] + t[(k + 1) % n]) * 0.5, known, deepest);
                    }
                }
                self.keep(middle, known, deepest);
            } else {
                let part = clip_to_box(&t[..n], &inner);
                for (k, p) in part.iter().enumerate() {
                    let next = part.get(k + 1).unwrap_or(&part[0]);
                    self.keep((*p + *next) * 0.5, known, deepest);
                }
                if !part.is_empty() {
                    self.keep(part.iter().sum::<DVec3>() / part.len() as f64, known, deepest);
                }
            }
        }
        seen.near = near;
        outside
    }

    /// True when the surface of `of` is nearer to a point than `reach` metres.
    fn is_near(&self, p: DVec3, reach: f64) -> bool {
        let mut told = self.told.get();
        let near = self.of.tree.is_near_to(p, reach, &mut told);
        self.told.set(told);
        near
    }

    /// True when a point lies in `of`, farther than `least` metres from its surface.
    fn holds(&self, p: DVec3, least: f64) -> bool {
        match self.of.convex() {
            Some(convex) => convex.depth_of(p).0 > least,
            None => !(least > 0.0 && self.is_near(p, least)) && self.of.tree.contains(p),
        }
    }

    /// True where a point of `of` may lie deeper than what is known: a ball around it lies within.
    fn may_be_deeper(&self, deepest: &Deepest) -> bool {
        self.of.solid && self.of.thickness * 0.5 > self.least(deepest)
    }

    /// The depth that the next point must exceed to matter.
    fn least(&self, deepest: &Deepest) -> f64 {
        deepest.depth.depth.max(self.tolerance)
    }

    /// No point of a face lies deeper than this.
    fn most_of(&self, face: &Facet) -> f64 {
        self.most(face.span(), |axis| range(face.along(axis)))
    }

    /// No point between two lies deeper than this.
    fn most_between(&self, [p, q]: [DVec3; 2]) -> f64 {
        self.most((p.min(q), p.max(q)), |axis| {
            let (x, y) = (axis.dot(p), axis.dot(q));
            (lesser(x, y), greater(x, y))
        })
    }

    /// How deep what has this box lies at most along the main axes of `of` and those of its coordinates.
    #[inline]
    fn most(&self, (low, high): (DVec3, DVec3), along: impl Fn(DVec3) -> (f64, f64)) -> f64 {
        let bounds = self.of.tree.tree().bounds();
        let in_box = (high - bounds.min_f64()).min(bounds.max_f64() - low).min_element();
        if in_box <= 0.0 {
            return in_box;
        }
        // Axes of the coordinates tell what the box has told.
        self.skew.iter().fold(in_box, |least, (axis, low, high)| {
            let (first, last) = along(*axis);
            lesser(lesser(least, last - low), high - first)
        })
    }

    /// Keeps the depth of a point, in the coordinates of `of`; asks whether it is inside unless that is
    /// `known`.
    fn keep(&self, p: DVec3, known: bool, deepest: &mut Deepest) {
        let least = self.least(deepest);
        let bounds = self.of.tree.tree().bounds();
        // A point is no deeper than it lies within the box.
        if (p - bounds.min_f64()).min(bounds.max_f64() - p).min_element() <= least {
            return;
        }
        if let Some(convex) = self.of.convex() {
            let (depth, normal) = convex.depth_of(p);
            if depth > least {
                deepest.inside = true;
                let out = self.of_to_a.matrix3 * normal * self.sign;
                deepest.keep(depth, out, self.of_to_a.transform_point3(p));
            }
            return;
        }
        if self.is_near(p, least) || !(known || self.of.tree.contains(p)) {
            return;
        }
        if let Some((depth, nearest)) = self.of.tree.nearest(p, f64::INFINITY) {
            let out = (nearest - p).normalize_or_zero() * self.sign;
            deepest.inside = true;
            deepest.keep(depth, self.of_to_a.matrix3 * out, self.of_to_a.transform_point3(p));
        }
    }

    /// From a point where `mine`, a face of `from`, meets `other`, goes along `mine` behind `other`,
    /// half-way to where the body or the face ends. The faces are in the coordinates of `a`.
    fn beside(&self, mine: &Facet, other: &Facet, at: DVec3, deepest: &mut Deepest) {
        if !self.may_be_deeper(deepest) {
            return;
        }
        let behind = mine.normal * mine.normal.dot(other.normal) - other.normal;
        let Some(u) = behind.try_normalize() else { return };
        let reach = exit(mine, at, u);
        let (x, v) = (self.a_to_of.transform_point3(at), self.a_to_of.matrix3 * u);
        // No point is deeper than it is far from where the surfaces meet.
        let least = self.least(deepest);
        if reach <= least || self.most_between([x, x + v * reach]) <= least {
            return;
        }
        for t in stops(self.of, x, v, reach).filter(|t| *t > least) {
            self.keep(x + v * t, false, deepest);
        }
    }
}

/// The main axes of a body that are none of its coordinates.
fn skew_axes(of: &Body) -> SmallVec<[(DVec3, f64, f64); AXES]> {
    of.axes.iter().filter(|(axis, ..)| axis.abs().max_element() < 1.0 - 1e-12).copied().collect()
}

/// A face cut by some planes.
type Polygon = SmallVec<[DVec3; 12]>;

/// The part of a face within a box.
fn clip_to_box(corners: &[DVec3], within: &Aabb) -> Polygon {
    let mut polygon = Polygon::from_slice(corners);
    for axis in 0..3 {
        let (lo, hi) = (f64::from(within.min[axis]), f64::from(within.max[axis]));
        clip(&mut polygon, |p| p[axis] - lo);
        clip(&mut polygon, |p| hi - p[axis]);
    }
    polygon
}

/// Cuts off the part of a convex polygon where `height` is negative.
fn clip(polygon: &mut Polygon, height: impl Fn(DVec3) -> f64) {
    if polygon.iter().all(|p| height(*p) >= 0.0) {
        return;
    }
    let Some(&first) = polygon.first() else { return };
    let mut kept = Polygon::new();
    let mut ahead = polygon.iter().skip(1).copied();
    let (mut p, mut a) = (first, height(first));
    for _ in 0..polygon.len() {
        let q = ahead.next().unwrap_or(first);
        let b = height(q);
        if a >= 0.0 {
            kept.push(p);
        }
        if a * b < 0.0 {
            kept.push(p + (q - p) * (a / (a - b)));
        }
        (p, a) = (q, b);
    }
    *polygon = kept;
}

/// The middle of the area that two faces of one plane have in common.
fn common_centre(p: &Facet, q: &Facet) -> Option<DVec3> {
    let mut polygon = Polygon::from_slice(&q.corners()[..q.sides()]);
    for k in 0..p.sides() {
        let (a, b) = p.side(k);
        let inward = p.normal.cross(b - a);
        clip(&mut polygon, |x| inward.dot(x - a));
    }
    let (mut area, mut sum) = (0.0, DVec3::ZERO);
    for k in 1..polygon.len().max(2) - 1 {
        let t = [polygon[0], polygon[k], polygon[k + 1]];
        let w = p.normal.dot(triangle::area_vector(&t));
        area += w;
        sum += (t[0] + t[1] + t[2]) * (w / 3.0);
    }
    (area > 1e-9).then(|| sum / area)
}

/// How far a ray in the plane of a face runs within it.
fn exit(of: &Facet, at: DVec3, along: DVec3) -> f64 {
    (0..of.sides()).fold(f64::INFINITY, |reach, k| {
        let (from, to) = of.side(k);
        let inward = of.normal.cross(to - from);
        let (height, slope) = (inward.dot(at - from), inward.dot(along));
        if slope < 0.0 { reach.min((height / -slope).max(0.0)) } else { reach }
    })
}

/// Where to look along a ray of length `reach`: half-way to the surface of `of`, and at the end if the
/// surface is not met before.
fn stops(of: &Body, origin: DVec3, along: DVec3, reach: f64) -> impl Iterator<Item = f64> {
    let met = || match of.convex() {
        Some(convex) => {
            let (enters, leaves) = convex.line(origin, along)?;
            [enters, leaves].into_iter().find(|at| *at > MEET).filter(|at| *at <= reach)
        }
        None => of.tree.ray_cast(origin + along * MEET, along, reach - MEET).map(|h| h.at + MEET),
    };
    let found = (reach > MEET && reach.is_finite()).then(met);
    let stops = match found {
        None => [None, None],
        Some(Some(at)) => [Some(at * 0.5), None],
        Some(None) => [Some(reach * 0.5), Some(reach)],
    };
    stops.into_iter().flatten()
}
