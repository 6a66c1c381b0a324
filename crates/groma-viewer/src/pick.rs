//! What lies under the pointer: a ray against the surfaces of all elements, in f64.

use crate::session::elements::Elements;
use crate::session::measure::{Caught, Snap};
use crate::session::section::Sections;
use glam::{DAffine3, DVec3};
use groma::Project;
use groma::geometry::triangle::{area_vector, nearest_on_segment};
use groma::geometry::{Aabb, Bvh, FacetTree, Mesh};
use groma::model::ElementId;
use std::sync::{Arc, OnceLock};

/// A placed mesh of an element.
struct Piece {
    place: u32,
    mesh: u32,
    model: u32,
    instance: u32,
}

/// A mesh and, once a ray needs it, its tree.
struct Surface {
    mesh: Arc<Mesh>,
    tree: OnceLock<FacetTree>,
}

/// The surfaces of all elements that are drawn, under one tree. Metres, in the project's frame, Z up.
#[derive(Default)]
pub struct Surfaces {
    project: Arc<Project>,
    pieces: Vec<Piece>,
    meshes: Vec<Surface>,
    tree: Bvh,
    boxes: Vec<Option<(DVec3, DVec3)>>,
}

/// A ray in the project's frame.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ray {
    /// Where it starts.
    pub origin: DVec3,
    /// Where it goes; of unit length.
    pub direction: DVec3,
}

/// What a ray meets first.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Hit {
    /// The element.
    pub place: u32,
    /// How far along the ray, metres.
    pub at: f64,
    /// Where.
    pub point: DVec3,
    /// The unit normal of the face there, towards where the ray comes from.
    pub normal: DVec3,
    piece: u32,
    face: u32,
}

/// Faces whose normals differ by less lie in one plane.
const FLAT: f64 = 1.0 - 1e-6;
/// A surface of more faces than this is measured only around the pointer.
const MOST_FACES: usize = 200_000;

impl Surfaces {
    /// The surfaces of the elements that are drawn.
    pub fn of(elements: &Elements) -> Self {
        let most = elements.project().models.iter().map(|m| m.shapes.instances.len()).sum();
        let pieces = Vec::with_capacity(most);
        let project = elements.project().clone();
        let mut all = Self { project, pieces, boxes: vec![None; elements.len()], ..Self::default() };
        let mut bounds: Vec<Aabb> = Vec::with_capacity(most);
        for (m, loaded) in elements.project().models.iter().enumerate() {
            let first = all.meshes.len() as u32;
            let meshes = loaded.shapes.meshes.iter();
            all.meshes.extend(meshes.map(|mesh| Surface { mesh: mesh.clone(), tree: OnceLock::new() }));
            for (instance, i) in loaded.shapes.instances.iter().zip(0..) {
                let Some(element) = loaded.model.elements.get(instance.element.index()) else { continue };
                let known = (instance.mesh as usize) < loaded.shapes.meshes.len();
                if !known || !crate::parts::is_drawn(&element.class) || !instance.placement.is_finite() {
                    continue;
                }
                let aabb = loaded.shapes.aabb(instance);
                if aabb.is_empty() {
                    continue;
                }
                let ElementId(n) = instance.element;
                let place = elements.first(m) + n;
                let (low, high) = (aabb.min_f64(), aabb.max_f64());
                let of = &mut all.boxes[place as usize];
                *of = Some(of.map_or((low, high), |(a, b)| (a.min(low), b.max(high))));
                bounds.push(aabb);
                all.pieces.push(Piece { place, mesh: first + instance.mesh, model: m as u32, instance: i });
            }
        }
        all.tree = Bvh::build(&bounds);
        all
    }

    /// The box of an element that is drawn.
    pub fn bounds(&self, place: u32) -> Option<(DVec3, DVec3)> {
        self.boxes.get(place as usize).copied().flatten()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.boxes.len()
    }

    /// True without elements.
    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }

    /// From the mesh to the frame.
    fn placement(&self, piece: &Piece) -> DAffine3 {
        self.project.models[piece.model as usize].shapes.instances[piece.instance as usize].placement
    }

    fn tree_of(&self, piece: &Piece) -> &FacetTree {
        let surface = &self.meshes[piece.mesh as usize];
        surface.tree.get_or_init(|| FacetTree::new(&surface.mesh))
    }

    /// The first surface that a ray meets, of the elements that are `seen` and as far as `sections` leave them.
    pub fn hit(&self, ray: Ray, sections: &Sections, seen: impl Fn(u32) -> bool) -> Option<Hit> {
        let mut found: Option<Hit> = None;
        let cuts = sections.half_spaces();
        // What is cut away lies before `from` or behind `to`.
        let (mut from, mut to) = (0.0_f64, f64::INFINITY);
        for (normal, offset) in cuts {
            let (height, slope) = (normal.dot(ray.origin) - offset, normal.dot(ray.direction));
            if slope > 0.0 {
                from = from.max(-height / slope);
            } else if slope < 0.0 {
                to = to.min(height / -slope);
            } else if height < 0.0 {
                return None;
            }
        }
        if from >= to || !(ray.origin.is_finite() && ray.direction.is_finite()) {
            return None;
        }
        let origin = ray.origin + ray.direction * from;
        self.tree.ray(origin, ray.direction, to - from, |i, reach| {
            let piece = &self.pieces[i as usize];
            if !seen(piece.place) {
                return reach;
            }
            let inverse = self.placement(piece).inverse();
            let (o, d) = (inverse.transform_point3(origin), inverse.transform_vector3(ray.direction));
            match self.tree_of(piece).ray_cast(o, d, reach) {
                Some(hit) if hit.at < reach => {
                    let normal = (inverse.matrix3.transpose() * hit.normal).normalize_or_zero();
                    let normal = if normal.dot(ray.direction) > 0.0 { -normal } else { normal };
                    found = Some(Hit {
                        place: piece.place,
                        at: hit.at + from,
                        point: origin + ray.direction * hit.at,
                        normal,
                        piece: i,
                        face: hit.face,
                    });
                    hit.at
                }
                _ => reach,
            }
        });
        found
    }

    /// The corner or edge within `near` metres of a hit, else the face itself.
    pub fn snap(&self, hit: &Hit, near: f64) -> Snap {
        let piece = &self.pieces[hit.piece as usize];
        let faces = self.tree_of(piece).faces();
        let placement = self.placement(piece);
        let placed = |p: DVec3| placement.transform_point3(p);
        let Some(mine) = faces.get(hit.face as usize) else {
            return Snap {
                place: hit.place,
                point: hit.point,
                normal: hit.normal,
                caught: Caught::Face,
                area: 0.0,
                edge: None,
            };
        };
        // The flat face around: all of this plane. Sides that two of them share are inside it.
        let around = faces
            .iter()
            .take(MOST_FACES)
            .filter(|f| f.normal.dot(mine.normal) > FLAT && mine.height(f.corner(0)).abs() < 1e-5);
        let mut area = 0.0;
        let mut sides: Vec<(DVec3, DVec3)> = Vec::new();
        for face in around {
            area += face.triangles().map(|t| area_vector(&t.map(placed)).length() * 0.5).sum::<f64>();
            for (p, q) in (0..face.sides()).map(|k| face.side(k)).map(|(p, q)| (placed(p), placed(q))) {
                let same = |(a, b): &(DVec3, DVec3)| a.abs_diff_eq(q, 1e-6) && b.abs_diff_eq(p, 1e-6);
                match sides.iter().position(same) {
                    Some(at) if sides.len() < 4096 => {
                        sides.swap_remove(at);
                    }
                    _ => sides.push((p, q)),
                }
            }
        }
        let edges = edges(&sides, hit.point, near);
        let nearest = |points: &mut dyn Iterator<Item = (DVec3, f64)>| {
            let point = points
                .min_by(|x, y| x.0.distance_squared(hit.point).total_cmp(&y.0.distance_squared(hit.point)));
            point.filter(|(p, _)| p.distance(hit.point) <= near)
        };
        let corner = nearest(&mut edges.iter().flat_map(|&(p, q)| [(p, 0.0), (q, 0.0)])).map(|(p, _)| p);
        let edge =
            nearest(&mut edges.iter().map(|&(p, q)| (nearest_on_segment(hit.point, p, q), p.distance(q))));
        let (point, caught) = match (corner, edge) {
            (Some(p), _) => (p, Caught::Corner),
            (None, Some((p, _))) => (p, Caught::Edge),
            (None, None) => (hit.point, Caught::Face),
        };
        Snap { place: hit.place, point, normal: hit.normal, caught, area, edge: edge.map(|e| e.1) }
    }
}

/// Sides nearer than this to a line, in metres, lie on it.
const ON_LINE: f64 = 1e-5;

/// The edges of a flat face that pass within `near` metres of a point, of the sides of its facets that lie at no other
/// facet's side point by point. Where the side of one facet lies along those of several, none of them is an edge; an edge
/// of several sides in a line is one.
fn edges(sides: &[(DVec3, DVec3)], around: DVec3, near: f64) -> Vec<(DVec3, DVec3)> {
    let mut edges = Vec::new();
    // Lines that were followed: a point and a direction.
    let mut lines: Vec<(DVec3, DVec3)> = Vec::new();
    let off = |(point, along): (DVec3, DVec3), p: DVec3| (p - point).cross(along).length();
    let is_on = |line, (p, q): &(DVec3, DVec3)| off(line, *p) < ON_LINE && off(line, *q) < ON_LINE;
    for side @ (p, q) in sides {
        let is_near = nearest_on_segment(around, *p, *q).distance(around) <= near;
        let along = (q - p).normalize_or_zero();
        if !is_near || along == DVec3::ZERO || lines.iter().any(|line| is_on(*line, side)) {
            continue;
        }
        let line = (*p, along);
        lines.push(line);
        // Along it: where sides begin and end, and which way they go.
        let mut turns: Vec<(f64, i32)> = Vec::new();
        for (a, b) in sides.iter().filter(|side| is_on(line, side)) {
            let (from, to) = ((a - p).dot(along), (b - p).dot(along));
            turns.extend(if from < to { [(from, 1), (to, -1)] } else { [(to, -1), (from, 1)] });
        }
        turns.sort_by(|x, y| x.0.total_cmp(&y.0));
        let mut begun: Option<(f64, i32)> = None;
        let mut sum = 0;
        let mut turns = turns.into_iter().peekable();
        while let Some((at, way)) = turns.next() {
            sum += way;
            while let Some((_, way)) = turns.next_if(|(next, _)| next - at < ON_LINE) {
                sum += way;
            }
            if begun.map_or(0, |(_, sign)| sign) == i32::signum(sum) {
                continue;
            }
            if let Some((from, _)) = begun {
                edges.push((p + along * from, p + along * at));
            }
            begun = (sum != 0).then_some((at, sum.signum()));
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The edges of facets in the plane of X and Y near a point, as text.
    fn check(facets: &[&[(f64, f64)]], around: (f64, f64), expected: &[&str]) {
        let at = |(x, y): (f64, f64)| DVec3::new(x, y, 0.0);
        let sides: Vec<_> = facets
            .iter()
            .flat_map(|f| f.iter().zip(f.iter().cycle().skip(1)).map(|(p, q)| (at(*p), at(*q))))
            .collect();
        let words = |(p, q): (DVec3, DVec3)| {
            let (p, q) = if (p.x, p.y) <= (q.x, q.y) { (p, q) } else { (q, p) };
            format!("{:.0},{:.0} to {:.0},{:.0}", p.x, p.y, q.x, q.y)
        };
        let mut found: Vec<String> = edges(&sides, at(around), 0.5).into_iter().map(words).collect();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_side_along_several_others_is_no_edge() {
        let (lower, left, right): ([_; 4], [_; 4], [_; 4]) = (
            [(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0)],
            [(0.0, 2.0), (2.0, 2.0), (2.0, 4.0), (0.0, 4.0)],
            [(2.0, 2.0), (4.0, 2.0), (4.0, 4.0), (2.0, 4.0)],
        );
        // The middle of the square, where two facets meet the side of a third.
        check(&[&lower, &left, &right], (2.0, 2.0), &[]);
        // Its corner, and the middle of its left side.
        check(&[&lower, &left, &right], (0.0, 0.0), &["0,0 to 0,4", "0,0 to 4,0"]);
        check(&[&lower, &left, &right], (0.0, 2.0), &["0,0 to 0,4"]);
        // Without the right one there is a notch.
        check(&[&lower, &left], (2.0, 2.0), &["2,2 to 2,4", "2,2 to 4,2"]);
    }
}
