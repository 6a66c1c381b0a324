//! A mesh made ready for questions: flat faces with their planes, and a tree over them.

use crate::facets_of::facets_of;
use crate::triangle::{self, Triangle};
use crate::{Aabb, Bvh, Facet, Mesh};
use glam::{DAffine3, DVec3};
use std::ops::ControlFlow;

/// The faces of a mesh with their planes and a tree over them. Triangles without area, or with a
/// point that is not finite, are left out.
#[derive(Clone, Debug, Default)]
pub struct FacetTree {
    faces: Vec<Facet>,
    tree: Bvh,
}

/// Where a ray meets a surface first.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RayHit {
    /// How far along the ray, in lengths of its direction.
    pub at: f64,
    /// The point.
    pub point: DVec3,
    /// The unit normal of the face there.
    pub normal: DVec3,
    /// The face, an index into [`FacetTree::faces`].
    pub face: u32,
}

/// The nearest points of two surfaces.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Nearest {
    /// Their distance in metres; 0 where the surfaces meet.
    pub distance: f64,
    /// The point of the first.
    pub a: DVec3,
    /// The point of the second, in the coordinates of the first.
    pub b: DVec3,
}

/// Surfaces as near as this meet, in metres: a search for less would go through all that touches.
pub const MET: f64 = 1e-10;

/// A ray that keeps this far from all edges, as a part of the triangle, is right about what it winds.
const CLEAR: f64 = 1e-9;

/// What is added across the way of a ray, so that it runs along no usual plane: a ray that grazes an
/// edge all the same is outvoted by the others.
const SKEWS: [(f64, f64); 3] = [(0.0537, 0.0321), (-0.0419, 0.0613), (0.0312, -0.0733)];

/// Faces in other coordinates, for walks that ask for them in runs: the last one is kept.
pub(crate) struct Placed<'a> {
    faces: &'a [Facet],
    by: &'a DAffine3,
    last: Option<Facet>,
    index: u32,
}

impl<'a> Placed<'a> {
    /// These faces, moved by a placement that keeps lengths.
    pub(crate) fn new(faces: &'a [Facet], by: &'a DAffine3) -> Self {
        Self { faces, by, last: None, index: 0 }
    }

    /// One of them.
    pub(crate) fn face(&mut self, index: u32) -> &Facet {
        if self.index != index {
            (self.index, self.last) = (index, None);
        }
        self.last.get_or_insert_with(|| self.faces[index as usize].moved(self.by))
    }
}

impl FacetTree {
    /// Makes a mesh ready.
    pub fn new(mesh: &Mesh) -> Self {
        Self::with_corners(mesh).0
    }

    /// [`Self::new`], with the corners of each face as indices of the mesh's points; the last of a triangle counts
    /// twice.
    pub fn with_corners(mesh: &Mesh) -> (Self, Vec<[u32; 4]>) {
        let (faces, corners) = facets_of(mesh);
        (Self::over(faces), corners)
    }

    /// Makes triangles ready, each a face of its own.
    pub fn of(triangles: impl IntoIterator<Item = Triangle>) -> Self {
        Self::over(triangles.into_iter().filter_map(|t| Facet::of_triangle(&t)).collect())
    }

    fn over(faces: Vec<Facet>) -> Self {
        let box_of = |face: &Facet| {
            let (low, high) = face.span();
            Aabb::of([low, high])
        };
        let boxes: Vec<Aabb> = faces.iter().map(box_of).collect();
        Self { faces, tree: Bvh::build(&boxes) }
    }

    /// The faces with their planes.
    pub fn faces(&self) -> &[Facet] {
        &self.faces
    }

    /// The tree over the faces.
    pub fn tree(&self) -> &Bvh {
        &self.tree
    }

    /// The first face that a ray meets within `reach` lengths of `direction`, from either side.
    pub fn ray_cast(&self, origin: DVec3, direction: DVec3, reach: f64) -> Option<RayHit> {
        let mut hit: Option<RayHit> = None;
        self.tree.ray(origin, direction, reach, |i, reach| {
            let face = &self.faces[i as usize];
            face.triangles().fold(reach, |reach, t| match triangle::meet_ray(origin, direction, &t) {
                Some((at, _)) if at < reach || (at == reach && hit.is_none()) => {
                    hit = Some(RayHit { at, point: origin + direction * at, normal: face.normal, face: i });
                    at
                }
                _ => reach,
            })
        });
        hit
    }

    /// True when `p` lies inside the solid that the faces bound: the surface winds around it. For a
    /// closed mesh only; within nanometres of the surface the answer may be either.
    pub fn contains(&self, p: DVec3) -> bool {
        let bounds = self.tree.bounds();
        if !bounds.holds(p) {
            return false;
        }
        // The nearest side of the box is where a ray meets least.
        let (low, high) = ((p - bounds.min_f64()).to_array(), (bounds.max_f64() - p).to_array());
        let axis = (1..3).fold(0, |k, n| if low[n].min(high[n]) < low[k].min(high[k]) { n } else { k });
        let ahead = if low[axis] < high[axis] { -1.0 } else { 1.0 };
        // How often the surface winds around `p` by one ray, and whether the ray kept clear of all edges.
        let wind = |(u, v): (f64, f64)| {
            let mut direction = [0.0; 3];
            direction[axis] = ahead;
            direction[(axis + 1) % 3] = u;
            direction[(axis + 2) % 3] = v;
            let direction = DVec3::from_array(direction);
            let (mut sum, mut clear) = (0.0, true);
            self.tree.along(p, direction, |i| {
                for t in self.faces[i as usize].triangles() {
                    let (hit, edge) = triangle::meet_line(p, direction, &t);
                    clear &= edge.abs() > CLEAR;
                    if edge >= 0.0 {
                        sum += hit.filter(|h| h.0 >= 0.0).map_or(0.0, |h| h.1);
                    }
                }
            });
            (sum != 0.0, clear)
        };
        let first = wind(SKEWS[0]);
        if first.1 {
            return first.0;
        }
        let second = wind(SKEWS[1]);
        if second.1 || first.0 == second.0 { second.0 } else { wind(SKEWS[2]).0 }
    }

    /// True when some point of the surface is nearer to `p` than `reach` metres.
    pub fn is_near(&self, p: DVec3, reach: f64) -> bool {
        self.is_near_to(p, reach, &mut 0)
    }

    /// [`Self::is_near`] for points asked for in runs: the face that told of the last one is asked first.
    pub fn is_near_to(&self, p: DVec3, reach: f64, told: &mut u32) -> bool {
        let of = |i: u32| {
            let face = self.faces.get(i as usize)?;
            let square = reach * reach;
            let near = || face.nearest_point(p).distance_squared(p) < square;
            Some(!face.is_beyond(p, square) && near())
        };
        if of(*told) == Some(true) {
            return true;
        }
        let mut near = false;
        self.tree.around(p, reach, |i| {
            if of(i) == Some(true) {
                near = true;
                *told = i;
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        near
    }

    /// The nearest point of the surface to `p` that is nearer than `reach` metres, and its distance.
    pub fn nearest(&self, p: DVec3, reach: f64) -> Option<(f64, DVec3)> {
        self.nearest_face(p, reach).map(|(distance, q, _)| (distance, q))
    }

    /// [`Self::nearest`], with the face that it lies on.
    pub fn nearest_face(&self, p: DVec3, reach: f64) -> Option<(f64, DVec3, u32)> {
        let mut found = None;
        let last = self.tree.nearest(p, reach * reach, |i, reach| {
            let face = &self.faces[i as usize];
            if face.is_beyond(p, reach) {
                return reach;
            }
            let q = face.nearest_point(p);
            let d = q.distance_squared(p);
            if d < reach {
                found = Some((q, i));
                d
            } else {
                reach
            }
        });
        found.map(|(q, i)| (last.sqrt(), q, i))
    }

    /// Points of two surfaces that are near each other, if nearer than `reach` metres: from between their
    /// boxes to the nearest point of the one, of the other, and so on, as long as that comes nearer and not to
    /// `least`. Where the surfaces are those of convex things these are the nearest (Cheney and Goldstein
    /// 1959). The maps bring the other's coordinates into those of this one, and back; they keep lengths.
    pub fn approach(
        &self,
        other: &Self,
        (to_self, to_other): (&DAffine3, &DAffine3),
        reach: f64,
        least: f64,
    ) -> Option<Nearest> {
        const MOST_STEPS: usize = 8;
        let (mine, theirs) = (self.tree.bounds(), other.tree.bounds().transformed(to_self));
        let low = mine.min_f64().max(theirs.min_f64());
        let between = (low + mine.max_f64().min(theirs.max_f64())) * 0.5;
        let mut a = self.nearest(between, f64::INFINITY)?.1;
        let mut best: Option<Nearest> = None;
        let mut bound = reach;
        for _ in 0..MOST_STEPS {
            let Some((distance, b)) = other.nearest(to_other.transform_point3(a), bound) else { break };
            let b = to_self.transform_point3(b);
            best = Some(Nearest { distance, a, b });
            if distance <= least + MET {
                break;
            }
            let Some((distance, next)) = self.nearest(b, distance - MET) else { break };
            a = next;
            best = Some(Nearest { distance, a, b });
            if distance <= least + MET {
                break;
            }
            bound = distance - MET;
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Meeting;

    fn cuboid(min: DVec3, max: DVec3) -> FacetTree {
        FacetTree::new(&Mesh::cuboid(min, max))
    }

    #[test]
    fn a_ray_meets_the_first_face() {
        let cube = cuboid(DVec3::ZERO, DVec3::ONE);
        let from = DVec3::new(-2.0, 0.4, 0.3);
        let hit = cube.ray_cast(from, DVec3::X, 10.0).unwrap();
        assert_eq!((hit.at, hit.point, hit.normal), (2.0, DVec3::new(0.0, 0.4, 0.3), DVec3::NEG_X));
        assert_eq!(cube.ray_cast(from, DVec3::X, 1.0), None);
        assert_eq!(cube.ray_cast(from, DVec3::Y, 10.0), None);
    }

    #[test]
    fn a_cavity_is_outside() {
        let mut hollow = Mesh::cuboid(DVec3::ZERO, DVec3::splat(3.0));
        let mut cavity = Mesh::cuboid(DVec3::ONE, DVec3::splat(2.0));
        cavity.flip();
        hollow.positions.extend(&cavity.positions);
        hollow.triangles.extend(cavity.triangles.iter().map(|t| t.map(|i| i + 8)));
        let hollow = FacetTree::new(&hollow);
        assert!(hollow.contains(DVec3::splat(0.5)));
        assert!(!hollow.contains(DVec3::splat(1.5)));
        assert!(!hollow.contains(DVec3::splat(3.5)));
    }

    #[test]
    fn distances_have_their_witnesses() {
        let (a, b) = (cuboid(DVec3::ZERO, DVec3::ONE), cuboid(DVec3::ZERO, DVec3::ONE));
        let to_a = DAffine3::from_translation(DVec3::new(3.0, 0.2, 0.0));
        let found = a.distance(&b, &to_a, 5.0, 0.0, &mut Meeting::default()).unwrap();
        assert_eq!(found.distance, 2.0);
        assert_eq!((found.a.x, found.b.x), (1.0, 3.0));
        assert_eq!(found.a.distance(found.b), 2.0);
        assert_eq!(a.distance(&b, &to_a, 1.9, 0.0, &mut Meeting::default()), None);
        assert_eq!(a.nearest(DVec3::new(0.5, 0.5, 0.9), 1.0).map(|n| n.1), Some(DVec3::new(0.5, 0.5, 1.0)));
    }

    #[test]
    fn near_and_nearest_are_what_all_triangles_tell() {
        let at = |k: u32, n: u32| f64::from((k * 7919 + n * 104_729) % 1009) / 1009.0;
        let point = |k: u32, n: u32| DVec3::new(at(k, n), at(k, n + 1), at(k, n + 2));
        let tree = FacetTree::of((0..300).map(|k| {
            let p = point(k, 1) * 4.0;
            [p, p + point(k, 4), p + point(k, 7) * 0.3]
        }));
        let (mut near, mut told) = (0, 0);
        for k in 0..500 {
            let p = point(k, 11) * 5.0 - 0.5;
            let all = tree.faces().iter().map(|f| f.nearest_point(p).distance(p));
            let least = all.fold(f64::INFINITY, f64::min);
            assert_eq!(tree.nearest(p, f64::INFINITY).map(|n| n.0), Some(least));
            for reach in [0.05, least * (1.0 - 1e-12), least * (1.0 + 1e-12)] {
                near += u32::from(least < reach);
                assert_eq!(tree.is_near_to(p, reach, &mut told), least < reach);
                assert_eq!(tree.nearest(p, reach).is_some(), least < reach);
            }
        }
        assert!((501..999).contains(&near), "{near}");
    }

    #[test]
    fn a_ray_winds_as_often_as_all_triangles_tell() {
        let mut hollow = Mesh::cuboid(DVec3::ZERO, DVec3::new(3.0, 4.0, 5.0));
        let mut cavity = Mesh::cuboid(DVec3::ONE, DVec3::new(2.0, 3.0, 4.0));
        cavity.flip();
        hollow.positions.extend(&cavity.positions);
        hollow.triangles.extend(cavity.triangles.iter().map(|t| t.map(|i| i + 8)));
        let hollow = FacetTree::new(&hollow);
        let between = |p: DVec3, low: DVec3, high: DVec3| p.cmpgt(low).all() && p.cmplt(high).all();
        for k in 0..3000u32 {
            let at = |n: u32| f64::from((k * 7919 + n * 104_729) % 1009) / 1009.0 * 7.0 - 1.0;
            let p = DVec3::new(at(1), at(2), at(3));
            let inside = between(p, DVec3::ZERO, DVec3::new(3.0, 4.0, 5.0))
                && !between(p, DVec3::ONE, DVec3::new(2.0, 3.0, 4.0));
            assert_eq!(hollow.contains(p), inside, "{p}");
        }
    }
}
