//! Meshes as they are uploaded: f32, flat-shaded, with points that triangles share.

use bevy::asset::RenderAssetUsages;
use bevy::camera::primitives::Aabb;
use bevy::math::Vec3;
use bevy::mesh::{Indices, Mesh, MeshVertexAttribute, PrimitiveTopology, VertexFormat};
use glam::{DAffine3, DMat3, DVec2, DVec3};
use groma::geometry;

/// Of each point: the normal of the triangles that begin with it, as a place on an octahedron (Meyer and others 2010) of 12
/// bits each way, and above that the number of its part among those that are drawn with it.
pub const FACE: MeshVertexAttribute = MeshVertexAttribute::new("Face", 0x6772_6f6d, VertexFormat::Uint32);
/// So many parts can be drawn as one mesh.
pub const MOST_PARTS: usize = 1 << 8;

/// A mesh as it is uploaded, in metres: the first point of each triangle has the triangle's normal.
pub struct DrawMesh {
    /// Positions, [`FACE`] and indices.
    pub mesh: Mesh,
    /// Its bounds, in its own coordinates.
    pub bounds: Aabb,
}

/// How the triangles of a mesh are drawn, wherever it stands.
pub struct FlatMesh<'a> {
    mesh: &'a geometry::Mesh,
    /// By point: where it is among the positions of the mesh.
    places: Vec<u32>,
    /// By point: the normal of the triangles that begin with it.
    normals: Vec<DVec3>,
    indices: Vec<u32>,
}

impl<'a> FlatMesh<'a> {
    /// Triangles without an area are left out. `None` if no other is there, or one has a point that is not.
    pub fn of(mesh: &'a geometry::Mesh) -> Option<Self> {
        let mut points = FlatPoints::new(mesh.positions.len());
        let mut indices: Vec<u32> = Vec::with_capacity(mesh.triangles.len() * 3);
        for triangle in &mesh.triangles {
            let [a, b, c] = triangle.map(|i| mesh.positions.get(i as usize).copied());
            let (a, b, c) = (a?, b?, c?);
            let Some(normal) = (b - a).cross(c - a).try_normalize() else { continue };
            indices.extend(points.triangle(triangle, normal));
        }
        let FlatPoints { places, normals, .. } = points;
        (!indices.is_empty()).then_some(Self { mesh, places, normals, indices })
    }

    /// As it is uploaded; `placement` is applied to it. `None` if a point is not finite.
    pub fn draw(&self, placement: &DAffine3) -> Option<DrawMesh> {
        let mut points = Points::default();
        points.add(self, placement, 0)?;
        points.draw()
    }

    /// How many points it has.
    pub fn points(&self) -> usize {
        self.places.len()
    }

    /// Where its first point stands.
    pub fn begins_at(&self, placement: &DAffine3) -> DVec3 {
        placement.transform_point3(self.mesh.positions[self.places[0] as usize])
    }
}

/// Meshes that are uploaded as one.
#[derive(Default)]
pub struct Points {
    positions: Vec<[f32; 3]>,
    faces: Vec<u32>,
    indices: Vec<u32>,
}

impl Points {
    /// Adds the mesh of a part where a placement puts it, and gives its bounds there. `None` if a point is not finite: nothing
    /// is added.
    pub fn add(&mut self, flat: &FlatMesh<'_>, placement: &DAffine3, part: u8) -> Option<Aabb> {
        let first = self.positions.len();
        let at = |&place: &u32| {
            placement.transform_point3(flat.mesh.positions[place as usize]).as_vec3().to_array()
        };
        self.positions.extend(flat.places.iter().map(at));
        let Some(bounds) = bounds(&self.positions[first..]) else {
            self.positions.truncate(first);
            return None;
        };
        // Normals go where cross products of sides go.
        let [x, y, z] = [placement.matrix3.x_axis, placement.matrix3.y_axis, placement.matrix3.z_axis];
        let cofactors = DMat3::from_cols(y.cross(z), z.cross(x), x.cross(y));
        self.faces.extend(flat.normals.iter().map(|&n| on_octahedron(cofactors * n) | u32::from(part) << 24));
        self.indices.extend(flat.indices.iter().map(|i| first as u32 + i));
        Some(bounds)
    }

    /// As one mesh; `None` if there is no point.
    pub fn draw(self) -> Option<DrawMesh> {
        let Self { positions, faces, indices } = self;
        let bounds = bounds(&positions)?;
        let indices = match u16::try_from(positions.len()) {
            Ok(_) => Indices::U16(indices.into_iter().map(|i| i as u16).collect()),
            Err(_) => Indices::U32(indices),
        };
        let mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
            .with_inserted_attribute(FACE, faces)
            .with_inserted_indices(indices);
        Some(DrawMesh { mesh, bounds })
    }
}

/// A direction as [`FACE`] has it.
fn on_octahedron(direction: DVec3) -> u32 {
    let n = direction / (direction.x.abs() + direction.y.abs() + direction.z.abs());
    let (flat, sign) = (n.truncate(), |x: f64| if x < 0.0 { -1.0 } else { 1.0 });
    let below = (1.0 - DVec2::new(flat.y, flat.x).abs()) * DVec2::new(sign(flat.x), sign(flat.y));
    let at = if n.z < 0.0 { below } else { flat };
    let [x, y] = (at * 2047.0 + 2048.0).round().to_array().map(|x| x as u32 & 0xfff);
    x | y << 12
}

/// How far points reach; `None` without any, or if one is not finite.
fn bounds(positions: &[[f32; 3]]) -> Option<Aabb> {
    let bounds = Aabb::enclosing(positions.iter().map(|&p| Vec3::from_array(p)))?;
    (bounds.min().is_finite() && bounds.max().is_finite()).then_some(bounds)
}

/// Points that triangles share wherever they can: a point lends its normal to the triangles that begin with it, and none
/// to those that only end in it.
struct FlatPoints {
    places: Vec<u32>,
    normals: Vec<DVec3>,
    /// By point: it has no normal yet.
    free: Vec<bool>,
    /// By point: the one made before it at the same place, or `NONE`.
    earlier: Vec<u32>,
    /// By place: the point made there last, or `NONE`.
    last: Vec<u32>,
}

const NONE: u32 = u32::MAX;
/// So many points at a place are looked at before another is made.
const MOST_TRIED: usize = 8;

impl FlatPoints {
    fn new(places: usize) -> Self {
        Self {
            places: Vec::with_capacity(places),
            normals: Vec::with_capacity(places),
            free: Vec::with_capacity(places),
            earlier: Vec::with_capacity(places),
            last: vec![NONE; places],
        }
    }

    /// The points of a triangle, in its order, beginning with one that has its normal.
    fn triangle(&mut self, places: &[u32; 3], normal: DVec3) -> [u32; 3] {
        let with = |good: &dyn Fn(usize) -> bool| {
            (0..3)
                .find_map(|k| self.at(places[k]).take(MOST_TRIED).find(|&p| good(p as usize)).map(|p| (k, p)))
        };
        // Normals that f32 does not tell apart are one.
        let alike = |p: usize| self.normals[p].as_vec3() == normal.as_vec3();
        let found = with(&|p| !self.free[p] && alike(p)).or_else(|| with(&|p| self.free[p]));
        let (first, point) = found.unwrap_or_else(|| (0, self.add(places[0])));
        if std::mem::take(&mut self.free[point as usize]) {
            self.normals[point as usize] = normal;
        }
        let mut other = |corner: usize| match self.last[places[corner] as usize] {
            NONE => self.add(places[corner]),
            known => known,
        };
        [point, other((first + 1) % 3), other((first + 2) % 3)]
    }

    fn at(&self, place: u32) -> impl Iterator<Item = u32> {
        let some = |p: u32| (p != NONE).then_some(p);
        std::iter::successors(some(self.last[place as usize]), move |&p| some(self.earlier[p as usize]))
    }

    fn add(&mut self, place: u32) -> u32 {
        let point = self.places.len() as u32;
        self.places.push(place);
        self.normals.push(DVec3::ZERO);
        self.free.push(true);
        self.earlier.push(std::mem::replace(&mut self.last[place as usize], point));
        point
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::mesh::VertexAttributeValues::{Float32x3, Uint32};

    #[test]
    fn each_triangle_begins_with_its_normal() {
        // A cube of eight points, and a strip of points that no two triangles share.
        let corner = |i: u32| DVec3::new(f64::from(i & 1), f64::from(i >> 1 & 1), f64::from(i >> 2));
        let faces = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
        let cube = geometry::Mesh {
            positions: (0..8).map(corner).collect(),
            triangles: faces.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect(),
        };
        let loose = geometry::Mesh {
            positions: cube.triangles.iter().flatten().map(|&i| corner(i)).collect(),
            triangles: (0..12).map(|i| [3 * i, 3 * i + 1, 3 * i + 2]).collect(),
        };
        let normal = |face: u32| {
            let [x, y] = [face & 0xfff, face >> 12 & 0xfff].map(|x| (x as f32 - 2048.0) / 2047.0);
            let z = 1.0 - x.abs() - y.abs();
            let under = (-z).max(0.0);
            Vec3::new(x - under.copysign(x), y - under.copysign(y), z).normalize()
        };
        // Turned, mirrored, stretched and askew.
        let askew = DAffine3::from_cols(
            DVec3::new(0.0, 2.0, 0.0),
            DVec3::new(1.0, 0.5, 0.0),
            DVec3::new(0.3, 0.0, 3.0),
            DVec3::new(5.0, -7.0, 1.0),
        );
        for (mesh, most) in [(&cube, 12), (&loose, 36)] {
            for placement in [DAffine3::IDENTITY, askew] {
                let made = FlatMesh::of(mesh).and_then(|flat| flat.draw(&placement)).unwrap().mesh;
                let Some(Float32x3(positions)) = made.attribute(Mesh::ATTRIBUTE_POSITION) else {
                    panic!("no positions")
                };
                let Some(Uint32(faces)) = made.attribute(FACE) else { panic!("no faces") };
                assert!(positions.len() <= most, "{}", positions.len());
                let indices: Vec<usize> = made.indices().unwrap().iter().collect();
                let point = |i: usize| Vec3::from_array(positions[i]);
                for (drawn, triangle) in indices.chunks(3).zip(&mesh.triangles) {
                    let [a, b, c] = [0, 1, 2].map(|k| point(drawn[k]));
                    let [expected, found] = [(b - a).cross(c - a).normalize(), normal(faces[drawn[0]])];
                    assert!((expected - found).length() < 1e-3, "{drawn:?}: {expected} {found}");
                    let stands = |i: u32| placement.transform_point3(mesh.positions[i as usize]).as_vec3();
                    let mut same = triangle.map(|i| stands(i).to_array());
                    let mut drawn = [a, b, c].map(|p| p.to_array());
                    same.sort_by(|a, b| a.partial_cmp(b).unwrap());
                    drawn.sort_by(|a, b| a.partial_cmp(b).unwrap());
                    assert_eq!(drawn, same);
                }
                assert_eq!(indices.len(), 36);
            }
        }
    }

    #[test]
    fn a_mesh_that_is_not_finite_where_it_stands_adds_nothing() {
        let mesh =
            geometry::Mesh { positions: vec![DVec3::ZERO, DVec3::X, DVec3::Y], triangles: vec![[0, 1, 2]] };
        let flat = FlatMesh::of(&mesh).unwrap();
        let mut points = Points::default();
        assert!(points.add(&flat, &DAffine3::from_translation(DVec3::X * 1e300), 0).is_none());
        assert!(points.add(&flat, &DAffine3::IDENTITY, 0).is_some());
        let drawn = points.draw().unwrap();
        assert_eq!((drawn.mesh.count_vertices(), drawn.bounds.max()), (3, Vec3::new(1.0, 1.0, 0.0).into()));
        let without_area = geometry::Mesh { triangles: vec![[0, 1, 1]], ..mesh.clone() };
        let beyond = geometry::Mesh { triangles: vec![[0, 1, 3]], ..mesh };
        assert!(FlatMesh::of(&without_area).is_none() && FlatMesh::of(&beyond).is_none());
    }
}
