//! How deep two bodies of any shape share volume.
//!
//! Convex pairs get the exact depth. For all others the depth is the greatest of several lower bounds,
//! each of which holds for any shape:
//!
//! 1. two triangles that cross must be moved apart ([`crossing::depth`]);
//! 2. a point of one inside the other must be moved to its surface;
//! 3. a ball that lies in both must be moved by its diameter.
//!
//! The second finds thin things in thick ones, the first thin things in thin ones, the third aligned and
//! equal things whose faces coincide. Things that only touch have none of the three.

use crate::body::Body;
use crate::convex::{self, Depth};
use crate::crossing::{self, Face};
use crate::{DepthKind, Kind};
use glam::{DAffine3, DVec3};
use groma_geometry::{Aabb, triangle};
use std::ops::ControlFlow;

/// Surfaces that come nearer than this, in metres, are taken to meet: the weld.
const MEET: f64 = 1e-5;

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
struct Deepest {
    depth: Depth,
    point: DVec3,
    /// A point that lies in both was found, beyond the crossing of the surfaces.
    inside: bool,
}

impl Deepest {
    fn keep(&mut self, depth: f64, direction: DVec3, point: DVec3) {
        if depth > self.depth.depth {
            self.depth = Depth { depth, direction };
            self.point = point;
        }
    }
}

/// The penetration of two bodies if it is deeper than `tolerance`, in the coordinates of `a`.
pub(crate) fn penetrate(a: &Body, b: &Body, b_to_a: &DAffine3, tolerance: f64) -> Option<Penetration> {
    let a_to_b = b_to_a.inverse();
    if box_overlap(a, b, b_to_a).min(box_overlap(b, a, &a_to_b)) <= tolerance {
        return None;
    }
    if let (Some(x), Some(y)) = (&a.convex, &b.convex) {
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
    let pair = Pair { a, b, b_to_a: *b_to_a, a_to_b, tolerance };
    let none = Depth { depth: 0.0, direction: DVec3::Z };
    let mut deepest = Deepest { depth: none, point: DVec3::ZERO, inside: false };
    let contacts = pair.contacts(&mut deepest);
    let crossed = deepest.depth.depth > MEET;
    if deepest.depth.depth <= tolerance {
        pair.probe(&contacts, &mut deepest);
    }
    if deepest.depth.depth <= tolerance {
        return None;
    }
    let contained = deepest.inside && !crossed && pair.one_within_the_other();
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
fn box_overlap(a: &Body, b: &Body, b_to_a: &DAffine3) -> f64 {
    let (x, y) = (a.tree.tree().bounds(), b.tree.tree().bounds().transformed(b_to_a));
    if x.is_empty() || y.is_empty() {
        return 0.0;
    }
    (x.max_f64() - y.min_f64()).min(y.max_f64() - x.min_f64()).min_element()
}

/// Two triangles that meet, and where.
struct Contact {
    i: u32,
    j: u32,
    /// The segment they have in common; `None` for faces in one plane with their normals alike.
    segment: Option<(DVec3, DVec3)>,
}

struct Pair<'a> {
    a: &'a Body,
    b: &'a Body,
    b_to_a: DAffine3,
    a_to_b: DAffine3,
    tolerance: f64,
}

impl Pair<'_> {
    fn face_of_a(&self, i: u32) -> Face {
        Face { corners: self.a.tree.triangles()[i as usize], normal: self.a.tree.normals()[i as usize] }
    }

    fn face_of_b(&self, j: u32) -> Face {
        Face {
            corners: self.b.tree.triangles()[j as usize].map(|p| self.b_to_a.transform_point3(p)),
            normal: self.b_to_a.matrix3 * self.b.tree.normals()[j as usize],
        }
    }

    /// Walks both trees: keeps the deepest crossing, and returns where triangles meet.
    fn contacts(&self, deepest: &mut Deepest) -> Vec<Contact> {
        let mut contacts = Vec::new();
        self.a.tree.tree().pairs(self.b.tree.tree(), &self.b_to_a, MEET, |mine, theirs| {
            for &j in theirs {
                let q = self.face_of_b(j);
                let around = Aabb::of(q.corners).grow(MEET);
                for &i in mine {
                    if !self.a.tree.boxes()[i as usize].overlaps(&around) {
                        continue;
                    }
                    let p = self.face_of_a(i);
                    let segment = crossing::segment(&p, &q, MEET);
                    if let Some((x, y)) = segment {
                        if let Some(d) = crossing::depth(&p, &q, deepest.depth.depth) {
                            deepest.keep(d.depth, d.direction, (x + y) * 0.5);
                        }
                        contacts.push(Contact { i, j, segment });
                    } else if p.normal.dot(q.normal) > 1.0 - 1e-9
                        && q.corners.iter().all(|c| p.normal.dot(*c - p.corners[0]).abs() < MEET)
                    {
                        contacts.push(Contact { i, j, segment });
                    }
                }
            }
            ControlFlow::Continue(())
        });
        contacts
    }

    /// Looks for points of one in the other, and for balls in both.
    fn probe(&self, contacts: &[Contact], deepest: &mut Deepest) {
        if self.b.solid {
            self.points_inside(self.a, self.b, &self.a_to_b, &self.b_to_a, 1.0, deepest);
        }
        if self.a.solid {
            self.points_inside(self.b, self.a, &self.b_to_a, &DAffine3::IDENTITY, -1.0, deepest);
        }
        for contact in contacts {
            let (p, q) = (self.face_of_a(contact.i), self.face_of_b(contact.j));
            match contact.segment {
                Some((x, y)) => self.beside(&p, &q, (x + y) * 0.5, deepest),
                None => self.beneath(&p, &q, deepest),
            }
        }
    }

    /// Points of the surface of `from` that lie in `of`: those of its triangles, clipped by the box of
    /// `of`. `to_a` brings the coordinates of `of` into those of `a`; `sign` is 1 when `from` is `a`.
    fn points_inside(
        &self,
        from: &Body,
        of: &Body,
        to_of: &DAffine3,
        to_a: &DAffine3,
        sign: f64,
        deepest: &mut Deepest,
    ) {
        let bounds = of.tree.tree().bounds();
        let inner = bounds.grow(-self.tolerance);
        if inner.is_empty() {
            return;
        }
        let back = to_of.inverse();
        let reach = inner.transformed(&back);
        from.tree.tree().query(&reach, |i| {
            let t = from.tree.triangles()[i as usize].map(|p| to_of.transform_point3(p));
            if !Aabb::of(t).overlaps(&inner) {
                return;
            }
            for p in samples(&t, &inner) {
                self.depth_of_point(of, p, to_a, sign, deepest);
            }
        });
    }

    /// Keeps the depth of a point of one body's surface in the other, `of`, in whose coordinates it is.
    fn depth_of_point(&self, of: &Body, p: DVec3, to_a: &DAffine3, sign: f64, deepest: &mut Deepest) {
        let least = deepest.depth.depth.max(self.tolerance);
        if of.tree.nearest(p, least).is_some() || !of.tree.contains(p) {
            return;
        }
        if let Some((depth, nearest)) = of.tree.nearest(p, f64::INFINITY) {
            let out = (nearest - p).normalize_or_zero();
            deepest.inside = true;
            deepest.keep(depth, to_a.matrix3 * out * sign, to_a.transform_point3(p));
        }
    }

    /// From a point where two triangles meet, goes along each of them into the other body, half-way to
    /// where its surface or the triangle ends.
    fn beside(&self, p: &Face, q: &Face, at: DVec3, deepest: &mut Deepest) {
        if self.b.solid {
            let into = q.normal - p.normal * p.normal.dot(q.normal);
            for along in [-into, into] {
                let Some(u) = along.try_normalize() else { continue };
                let (x, v) = (self.a_to_b.transform_point3(at), self.a_to_b.matrix3 * u);
                let reach = exit(&p.corners, p.normal, at, u);
                for t in stops(self.b, x, v, reach) {
                    self.depth_of_point(self.b, x + v * t, &self.b_to_a, 1.0, deepest);
                }
            }
        }
        if self.a.solid {
            let into = p.normal - q.normal * p.normal.dot(q.normal);
            for along in [-into, into] {
                let Some(u) = along.try_normalize() else { continue };
                let reach = exit(&q.corners, q.normal, at, u);
                for t in stops(self.a, at, u, reach) {
                    self.depth_of_point(self.a, at + u * t, &DAffine3::IDENTITY, -1.0, deepest);
                }
            }
        }
    }

    /// Under two faces of one plane and one orientation: the greatest ball that touches them from inside
    /// and lies in both bodies (the shrinking ball of Ma, Bae and Choi 2012).
    fn beneath(&self, p: &Face, q: &Face, deepest: &mut Deepest) {
        if !(self.a.solid && self.b.solid) {
            return;
        }
        let Some(top) = common_centre(p, q) else { return };
        let inward = -p.normal;
        let extent = |body: &Body| {
            let bounds = body.tree.tree().bounds();
            (bounds.max_f64() - bounds.min_f64()).length()
        };
        let mut radius = extent(self.a).min(extent(self.b)) * 0.5;
        for _ in 0..32 {
            let least = deepest.depth.depth.max(self.tolerance) * 0.5;
            if radius <= least {
                return;
            }
            let centre = top + inward * radius;
            let in_b = self.a_to_b.transform_point3(centre);
            let x = self.a.tree.nearest(centre, radius - 1e-9).map(|n| n.1);
            let y = self.b.tree.nearest(in_b, radius - 1e-9).map(|n| self.b_to_a.transform_point3(n.1));
            let nearest = match (x, y) {
                (Some(x), Some(y)) if y.distance_squared(centre) < x.distance_squared(centre) => y,
                (Some(x), _) => x,
                (None, Some(y)) => y,
                (None, None) => {
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

    fn one_within_the_other(&self) -> bool {
        let (x, y) = (self.a.tree.tree().bounds(), self.b.tree.tree().bounds());
        x.grow(MEET).contains(&y.transformed(&self.b_to_a))
            || y.grow(MEET).contains(&x.transformed(&self.a_to_b))
    }
}

/// Points of a triangle within a box: corners, middles of sides and the middle of what the box leaves.
fn samples(t: &[DVec3; 3], within: &Aabb) -> Vec<DVec3> {
    let mut polygon = t.to_vec();
    for axis in 0..3 {
        let (lo, hi) = (f64::from(within.min[axis]), f64::from(within.max[axis]));
        polygon = clip(&polygon, |p| p[axis] - lo);
        polygon = clip(&polygon, |p| hi - p[axis]);
    }
    if polygon.is_empty() {
        return polygon;
    }
    let n = polygon.len();
    let middle = polygon.iter().sum::<DVec3>() / n as f64;
    let sides: Vec<DVec3> = (0..n).map(|k| (polygon[k] + polygon[(k + 1) % n]) * 0.5).collect();
    polygon.extend(sides);
    polygon.push(middle);
    polygon
}

/// The part of a convex polygon where `height` is not negative.
fn clip(polygon: &[DVec3], height: impl Fn(DVec3) -> f64) -> Vec<DVec3> {
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for (k, &p) in polygon.iter().enumerate() {
        let q = polygon[(k + 1) % polygon.len()];
        let (a, b) = (height(p), height(q));
        if a >= 0.0 {
            kept.push(p);
        }
        if a * b < 0.0 {
            kept.push(p + (q - p) * (a / (a - b)));
        }
    }
    kept
}

/// The middle of the area that two triangles of one plane have in common.
fn common_centre(p: &Face, q: &Face) -> Option<DVec3> {
    let mut polygon = q.corners.to_vec();
    for k in 0..3 {
        let (a, b) = (p.corners[k], p.corners[(k + 1) % 3]);
        let inward = p.normal.cross(b - a);
        polygon = clip(&polygon, |x| inward.dot(x - a));
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

/// How far a ray in the plane of a triangle runs within it.
fn exit(t: &[DVec3; 3], normal: DVec3, at: DVec3, along: DVec3) -> f64 {
    (0..3).fold(f64::INFINITY, |reach, k| {
        let inward = normal.cross(t[(k + 1) % 3] - t[k]);
        let (height, slope) = (inward.dot(at - t[k]), inward.dot(along));
        if slope < 0.0 { reach.min((height / -slope).max(0.0)) } else { reach }
    })
}

/// Where to look along a ray of length `reach`: half-way to the surface of `of`, and at the end if the
/// surface is not met before.
fn stops(of: &Body, origin: DVec3, along: DVec3, reach: f64) -> impl Iterator<Item = f64> {
    let found = (reach > MEET && reach.is_finite())
        .then(|| of.tree.ray_cast(origin + along * MEET, along, reach - MEET).map(|h| h.at + MEET));
    let stops = match found {
        None => [None, None],
        Some(Some(at)) => [Some(at * 0.5), None],
        Some(None) => [Some(reach * 0.5), Some(reach)],
    };
    stops.into_iter().flatten()
}
