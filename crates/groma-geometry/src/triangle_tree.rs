//! A mesh made ready for questions: triangles with normals, and a tree over them.

use crate::triangle::{self, Triangle};
use crate::{Aabb, Bvh, Mesh};
use glam::{DAffine3, DVec3};
use std::ops::ControlFlow;

/// The triangles of a mesh with their unit normals and a tree over them. Triangles without area, or
/// with a point that is not finite, are left out.
#[derive(Clone, Debug, Default)]
pub struct TriangleTree {
    triangles: Vec<Triangle>,
    normals: Vec<DVec3>,
    boxes: Vec<Aabb>,
    tree: Bvh,
}

/// Where a ray meets a surface first.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RayHit {
    /// How far along the ray, in lengths of its direction.
    pub at: f64,
    /// The point.
    pub point: DVec3,
    /// The unit normal of the triangle there.
    pub normal: DVec3,
    /// The triangle, an index into [`TriangleTree::triangles`].
    pub triangle: u32,
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

/// A ray that keeps this far from all edges, as a part of the triangle, is right about what it winds.
const CLEAR: f64 = 1e-9;

/// What is added across the way of a ray, so that it runs along no usual plane: a ray that grazes an
/// edge all the same is outvoted by the others.
const SKEWS: [(f64, f64); 3] = [(0.0537, 0.0321), (-0.0419, 0.0613), (0.0312, -0.0733)];

/// How far a triangle stays from the plane of another; negative when it crosses it.
fn plane_gap(plane: &Triangle, normal: DVec3, t: &Triangle) -> f64 {
    let [x, y, z] = t.map(|p| normal.dot(p - plane[0]));
    x.min(y).min(z).max(-x.max(y).max(z))
}

/// The square distance of a point from a box.
fn gap_squared(p: DVec3) -> impl Fn(&Aabb) -> f64 {
    move |aabb| (aabb.min_f64() - p).max(p - aabb.max_f64()).max(DVec3::ZERO).length_squared()
}

impl TriangleTree {
    /// Makes a mesh ready.
    pub fn new(mesh: &Mesh) -> Self {
        Self::of((0..mesh.triangles.len()).map(|i| mesh.triangle(i)))
    }

    /// Makes triangles ready.
    pub fn of(triangles: impl IntoIterator<Item = Triangle>) -> Self {
        let mut this = Self::default();
        for t in triangles {
            if let Some(normal) = triangle::unit_normal(&t) {
                this.triangles.push(t);
                this.normals.push(normal);
                this.boxes.push(Aabb::of(t));
            }
        }
        this.tree = Bvh::build(&this.boxes);
        this
    }

    /// The triangles.
    pub fn triangles(&self) -> &[Triangle] {
        &self.triangles
    }

    /// The unit normal of each triangle.
    pub fn normals(&self) -> &[DVec3] {
        &self.normals
    }

    /// The box of each triangle.
    pub fn boxes(&self) -> &[Aabb] {
        &self.boxes
    }

    /// The tree over the triangles.
    pub fn tree(&self) -> &Bvh {
        &self.tree
    }

    /// The first triangle that a ray meets within `reach` lengths of `direction`, from either side.
    pub fn ray_cast(&self, origin: DVec3, direction: DVec3, reach: f64) -> Option<RayHit> {
        let mut hit: Option<RayHit> = None;
        self.tree.ray(origin, direction, reach, |i, reach| {
            match triangle::meet_ray(origin, direction, &self.triangles[i as usize]) {
                Some((at, _)) if at < reach || (at == reach && hit.is_none()) => {
                    let normal = self.normals[i as usize];
                    hit = Some(RayHit { at, point: origin + direction * at, normal, triangle: i });
                    at
                }
                _ => reach,
            }
        });
        hit
    }

    /// True when `p` lies inside the solid that the triangles bound: the surface winds around it. For a
    /// closed mesh only; within nanometres of the surface the answer may be either.
    pub fn contains(&self, p: DVec3) -> bool {
        let bounds = self.tree.bounds();
        if !bounds.overlaps(&Aabb::of([p])) {
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
            self.tree.ray(p, direction, f64::INFINITY, |i, reach| {
                let (hit, edge) = triangle::meet_line(p, direction, &self.triangles[i as usize]);
                clear &= edge.abs() > CLEAR;
                if edge >= 0.0 {
                    sum += hit.filter(|h| h.0 >= 0.0).map_or(0.0, |h| h.1);
                }
                reach
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

    /// The least and the greatest coordinate along `axis`.
    pub fn extent(&self, axis: DVec3) -> (f64, f64) {
        let top = |axis: DVec3| {
            let support = |aabb: &Aabb| {
                let (lo, hi) = (aabb.min_f64() * axis, aabb.max_f64() * axis);
                -lo.max(hi).element_sum()
            };
            -self.tree.nearest(f64::INFINITY, support, |i, best| {
                self.triangles[i as usize].iter().fold(best, |best, p| best.min(-axis.dot(*p)))
            })
        };
        (-top(-axis), top(axis))
    }

    /// True when some point of the surface is nearer to `p` than `reach` metres.
    pub fn is_near(&self, p: DVec3, reach: f64) -> bool {
        let mut near = false;
        self.tree.nearest(reach * reach, gap_squared(p), |i, left| {
            near |=
                triangle::nearest_point(p, &self.triangles[i as usize]).distance_squared(p) < reach * reach;
            // Nothing is nearer than this: it ends the search.
            if near { -1.0 } else { left }
        });
        near
    }

    /// The nearest point of the surface to `p` that is nearer than `reach` metres, and its distance.
    pub fn nearest(&self, p: DVec3, reach: f64) -> Option<(f64, DVec3)> {
        let mut found = None;
        let last = self.tree.nearest(reach * reach, gap_squared(p), |i, reach| {
            let q = triangle::nearest_point(p, &self.triangles[i as usize]);
            let d = q.distance_squared(p);
            if d < reach {
                found = Some(q);
                d
            } else {
                reach
            }
        });
        found.map(|q| (last.sqrt(), q))
    }

    /// The least distance of two surfaces if it is below `reach` metres; `to_self` brings the other's
    /// coordinates into those of this one and must keep lengths.
    pub fn distance(&self, other: &Self, to_self: &DAffine3, reach: f64) -> Option<Nearest> {
        let mut best: Option<Nearest> = None;
        let mut reach = reach;
        self.tree.pairs_within(&other.tree, to_self, reach, |mine, theirs| {
            for &j in theirs {
                let q = other.triangles[j as usize].map(|p| to_self.transform_point3(p));
                let normal = to_self.matrix3 * other.normals[j as usize];
                let around = Aabb::of(q);
                for &i in mine {
                    if self.boxes[i as usize].distance_squared(&around) > reach * reach {
                        continue;
                    }
                    // Nor are they nearer than the one is to the plane of the other.
                    let p = &self.triangles[i as usize];
                    if plane_gap(p, self.normals[i as usize], &q) > reach || plane_gap(&q, normal, p) > reach
                    {
                        continue;
                    }
                    let (distance, a, b) = triangle::distance(p, &q);
                    if distance < reach {
                        reach = distance;
                        best = Some(Nearest { distance, a, b });
                    }
                }
            }
            if reach > 0.0 { ControlFlow::Continue(reach) } else { ControlFlow::Break(()) }
        });
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuboid(min: DVec3, max: DVec3) -> TriangleTree {
        TriangleTree::new(&Mesh::cuboid(min, max))
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
        let hollow = TriangleTree::new(&hollow);
        assert!(hollow.contains(DVec3::splat(0.5)));
        assert!(!hollow.contains(DVec3::splat(1.5)));
        assert!(!hollow.contains(DVec3::splat(3.5)));
    }

    #[test]
    fn distances_have_their_witnesses() {
        let (a, b) = (cuboid(DVec3::ZERO, DVec3::ONE), cuboid(DVec3::ZERO, DVec3::ONE));
        let to_a = DAffine3::from_translation(DVec3::new(3.0, 0.2, 0.0));
        let found = a.distance(&b, &to_a, 5.0).unwrap();
        assert_eq!(found.distance, 2.0);
        assert_eq!((found.a.x, found.b.x), (1.0, 3.0));
        assert_eq!(found.a.distance(found.b), 2.0);
        assert_eq!(a.distance(&b, &to_a, 1.9), None);
        assert_eq!(a.nearest(DVec3::new(0.5, 0.5, 0.9), 1.0).map(|n| n.1), Some(DVec3::new(0.5, 0.5, 1.0)));
    }
}
