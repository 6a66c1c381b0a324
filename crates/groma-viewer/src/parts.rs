//! Shapes to what the graphics card draws: flat-shaded f32 meshes and parts that place them, Y up.

use bevy::asset::RenderAssetUsages;
use bevy::camera::primitives::Aabb;
use bevy::color::{ColorToComponents, ColorToPacked, LinearRgba, Srgba};
use bevy::math::Vec3;
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};
use bevy::transform::components::Transform;
use glam::{DAffine3, DMat3, DVec3};
use groma::geometry::{Instance, Shapes};
use groma::model::{Class, ElementId, Model};
use std::collections::BTreeMap;

/// From the project frame to bevy's: X stays, up is Y instead of Z. A rotation.
const Y_UP: DMat3 = DMat3::from_cols(DVec3::X, DVec3::NEG_Z, DVec3::Y);

/// How many triangles a batch holds before it is sent: small enough for one frame to take in.
const BATCH_TRIANGLES: usize = 20_000;
/// How many its parts draw, of meshes that stand in many places.
const BATCH_DRAWN: usize = 100_000;

/// A part of more triangles is not drawn together with others: its mesh may stand in many places.
const SMALL: usize = 64;
/// How many parts a sheet has: few enough to be sorted by distance as one.
const SHEET_PARTS: usize = 128;
/// How far a sheet's parts begin from its origin, at most, in metres: so far f32 rounds to less than is seen.
const SHEET_REACH: f64 = 500.0;

/// A part's placement may differ from translation, rotation and scale by this much, relative to its
/// largest coefficient; beyond it, the placement is worked into a mesh of its own.
const SHEAR_TOLERANCE: f64 = 1e-6;

/// Classes that have no substance of their own, so that they are not drawn.
const UNSUBSTANTIAL: [&str; 7] = [
    "IfcSpatialElement",
    "IfcSpatialStructureElement",
    "IfcFeatureElement",
    "IfcAnnotation",
    "IfcGrid",
    "IfcVirtualElement",
    "IfcPort",
];

/// A mesh as it is uploaded, in metres: the first point of each triangle has the triangle's normal.
pub struct DrawMesh {
    /// Positions, normals and indices.
    pub mesh: Mesh,
    /// Its bounds, in its own coordinates.
    pub bounds: Aabb,
}

/// What is the same of a part however it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// The number of the element that it belongs to, see [`crate::session::elements::Elements`].
    pub place: u32,
    /// sRGB and alpha.
    pub colour: [u8; 4],
    /// Its mesh bounds a solid.
    pub closed: bool,
    /// Its faces look inward: its mesh is inside out, or its placement mirrors it, and not both.
    pub turned: bool,
}

impl Piece {
    /// False for what is seen through.
    pub fn is_opaque(&self) -> bool {
        self.colour[3] == u8::MAX
    }
}

/// A placed mesh: an instance of an element's shape.
#[derive(Clone, Debug)]
pub struct Part {
    /// Whose it is, and its looks.
    pub piece: Piece,
    /// The mesh, counted through all batches.
    pub mesh: u32,
    /// Where it stands; Y up.
    pub transform: Transform,
}

/// Small parts of one colour that is seen through, as one mesh. What is seen through is sorted and drawn one by one, which
/// costs more than their points.
pub struct Sheet {
    /// Each point has the number of its part among `pieces` as its first texture coordinate.
    pub mesh: DrawMesh,
    /// Where it stands; Y up.
    pub transform: Transform,
    /// Its parts, each with its bounds in the coordinates of the mesh.
    pub pieces: Vec<(Piece, Aabb)>,
}

/// Some meshes and parts; parts may use meshes of earlier batches.
#[derive(Default)]
pub struct Batch {
    /// Meshes, which continue the count of earlier batches.
    pub meshes: Vec<DrawMesh>,
    /// Parts.
    pub parts: Vec<Part>,
    /// Parts that are drawn together.
    pub sheets: Vec<Sheet>,
    /// They are shown until all models are there, and are no elements yet.
    pub preview: bool,
}

/// True for what is drawn: all but spaces, openings, grids and their like. A site is drawn, since its
/// shape is the ground.
pub fn is_drawn(class: &Class) -> bool {
    class.is_a("IfcSite") || !UNSUBSTANTIAL.iter().any(|name| class.is_a(name))
}

/// Which elements of a model are drawn.
pub fn drawn_of(model: &Model) -> impl Fn(ElementId) -> bool + '_ {
    |id| model.elements.get(id.index()).is_some_and(|element| is_drawn(&element.class))
}

/// Makes parts of models, one after the other, and sends them on in batches.
#[derive(Default)]
pub struct PartMaker {
    next_mesh: u32,
    /// What is taken off all coordinates, where the models do not stand in a frame yet.
    pub origin: Option<DVec3>,
}

impl PartMaker {
    /// Makes the parts of elements, the first of which has the number `first`, where they are `drawn`. `send` gets each
    /// batch, and says whether to go on.
    ///
    /// Instances without a triangle, or whose placement is not finite, have nothing to draw and are left
    /// out.
    pub fn make(
        &mut self,
        first: u32,
        drawn: impl Fn(ElementId) -> bool,
        shapes: &Shapes,
        send: &mut dyn FnMut(Batch) -> bool,
    ) -> bool {
        // The drawn mesh of each mesh: unknown, without triangles, or its number.
        let mut known: Vec<Option<Option<u32>>> = vec![None; shapes.meshes.len()];
        let mut solids: Vec<Option<(bool, bool)>> = vec![None; shapes.meshes.len()];
        let to_origin = DAffine3::from_translation(-self.origin.unwrap_or_default());
        let mut batch = Batch::default();
        let mut sheets = Sheets::default();
        let (mut triangles, mut shown) = (0, 0);
        for instance in &shapes.instances {
            let Some(mesh) = shapes.meshes.get(instance.mesh as usize) else { continue };
            if !drawn(instance.element) || !instance.placement.is_finite() {
                continue;
            }
            let placement = DAffine3::from_mat3(Y_UP) * (to_origin * instance.placement);
            let (closed, inward) = *solids[instance.mesh as usize].get_or_insert_with(|| solid(mesh));
            let piece = Piece {
                place: first + instance.element.0,
                colour: colour(instance),
                closed,
                turned: inward != (placement.matrix3.determinant() < 0.0),
            };
            if !piece.is_opaque() && mesh.triangles.len() <= SMALL {
                triangles += mesh.triangles.len();
                batch.sheets.extend(sheets.add(piece, mesh, &placement));
            } else {
                let transform = as_transform(&placement);
                let number = match (transform, known[instance.mesh as usize]) {
                    (Some(_), Some(number)) => number,
                    (transform, _) => {
                        let sheared = transform.is_none().then_some(&placement);
                        let made = flat_mesh(mesh, sheared);
                        triangles += mesh.triangles.len();
                        let number = made.map(|made| {
                            batch.meshes.push(made);
                            self.next_mesh += 1;
                            self.next_mesh - 1
                        });
                        if sheared.is_none() {
                            known[instance.mesh as usize] = Some(number);
                        }
                        number
                    }
                };
                let Some(number) = number else { continue };
                batch.parts.push(Part { piece, mesh: number, transform: transform.unwrap_or_default() });
            }
            shown += mesh.triangles.len();
            let full = triangles >= BATCH_TRIANGLES || shown >= BATCH_DRAWN;
            if full || batch.parts.len() >= BATCH_TRIANGLES / 12 {
                (triangles, shown) = (0, 0);
                batch.sheets.extend(sheets.close());
                if !send(std::mem::take(&mut batch)) {
                    return false;
                }
            }
        }
        batch.sheets.extend(sheets.close());
        (batch.parts.is_empty() && batch.sheets.is_empty()) || send(batch)
    }
}

/// Sheets that are being made, by colour.
#[derive(Default)]
struct Sheets(BTreeMap<[u8; 4], OpenSheet>);

/// A sheet that is being made: the place of its coordinates' origin, and what it has.
struct OpenSheet {
    origin: DVec3,
    mesh: FlatMesh,
    numbers: Vec<[f32; 2]>,
    pieces: Vec<(Piece, Aabb)>,
}

impl Sheets {
    /// Adds a part; gives back the sheet that it fills, or that it is too far from.
    fn add(&mut self, piece: Piece, mesh: &groma::geometry::Mesh, placement: &DAffine3) -> Option<Sheet> {
        let at = placement.transform_point3(*mesh.positions.first()?);
        let left = match self.0.get(&piece.colour) {
            Some(sheet) if sheet.origin.distance(at) > SHEET_REACH => self.0.remove(&piece.colour),
            _ => None,
        };
        let sheet = self.0.entry(piece.colour).or_insert_with(|| OpenSheet {
            origin: at,
            mesh: FlatMesh::default(),
            numbers: Vec::new(),
            pieces: Vec::new(),
        });
        sheet.add(piece, mesh, placement);
        let full = sheet.pieces.len() >= SHEET_PARTS;
        let filled = if full { self.0.remove(&piece.colour) } else { None };
        left.or(filled).and_then(OpenSheet::close)
    }

    /// Gives back all that have parts.
    fn close(&mut self) -> impl Iterator<Item = Sheet> + use<> {
        std::mem::take(&mut self.0).into_values().filter_map(OpenSheet::close)
    }
}

impl OpenSheet {
    fn add(&mut self, piece: Piece, mesh: &groma::geometry::Mesh, placement: &DAffine3) {
        let placement = DAffine3::from_translation(-self.origin) * *placement;
        let Some(FlatMesh { positions, normals, indices, bounds }) = FlatMesh::of(mesh, Some(&placement))
        else {
            return;
        };
        let first = self.mesh.positions.len() as u32;
        self.numbers.resize(self.numbers.len() + positions.len(), [self.pieces.len() as f32, 0.0]);
        self.mesh.positions.extend(positions);
        self.mesh.normals.extend(normals);
        self.mesh.indices.extend(indices.iter().map(|i| first + i));
        self.pieces.push((piece, bounds));
    }

    fn close(self) -> Option<Sheet> {
        let bounds = bounds(&self.mesh.positions)?;
        let mut mesh = FlatMesh { bounds, ..self.mesh }.draw();
        mesh.mesh.insert_attribute(Mesh::ATTRIBUTE_UV_0, self.numbers);
        let transform = Transform::from_translation(self.origin.as_vec3());
        Some(Sheet { mesh, transform, pieces: self.pieces })
    }
}

/// Whether a mesh bounds a solid, and whether its faces look inward.
fn solid(mesh: &groma::geometry::Mesh) -> (bool, bool) {
    (mesh.is_closed(), mesh.volume() < 0.0)
}

/// The placement as translation, rotation and scale, if that is what it is.
fn as_transform(placement: &DAffine3) -> Option<Transform> {
    let (scale, rotation, translation) = placement.to_scale_rotation_translation();
    let again = DAffine3::from_scale_rotation_translation(scale, rotation, translation);
    let size = placement.matrix3.to_cols_array().iter().fold(0.0, |a: f64, b| a.max(b.abs()));
    again.matrix3.abs_diff_eq(placement.matrix3, SHEAR_TOLERANCE * size).then(|| Transform {
        translation: translation.as_vec3(),
        rotation: rotation.as_quat(),
        scale: scale.as_vec3(),
    })
}

/// The triangles of a mesh, each lit by the normal of its first point; `placement` is applied to them first. `None` if no
/// triangle has an area.
fn flat_mesh(mesh: &groma::geometry::Mesh, placement: Option<&DAffine3>) -> Option<DrawMesh> {
    FlatMesh::of(mesh, placement).map(FlatMesh::draw)
}

/// How far points reach; `None` without any, or if one is not finite.
fn bounds(positions: &[[f32; 3]]) -> Option<Aabb> {
    let bounds = Aabb::enclosing(positions.iter().map(|&p| Vec3::from_array(p)))?;
    (bounds.min().is_finite() && bounds.max().is_finite()).then_some(bounds)
}

/// What [`flat_mesh`] makes a mesh of.
#[derive(Default)]
struct FlatMesh {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    indices: Vec<u32>,
    bounds: Aabb,
}

impl FlatMesh {
    fn of(mesh: &groma::geometry::Mesh, placement: Option<&DAffine3>) -> Option<Self> {
        let mut points = FlatPoints::new(mesh.positions.len());
        let mut indices: Vec<u32> = Vec::with_capacity(mesh.triangles.len() * 3);
        for triangle in &mesh.triangles {
            let mut corners = [DVec3::ZERO; 3];
            for (corner, &i) in corners.iter_mut().zip(triangle) {
                let &p = mesh.positions.get(i as usize)?;
                *corner = placement.map_or(p, |m| m.transform_point3(p));
            }
            let [a, b, c] = corners;
            // The shader turns normals towards the eye, so that a mirrored placement needs no care here.
            let Some(normal) = (b - a).cross(c - a).try_normalize() else { continue };
            indices.extend(points.triangle(triangle, corners, normal.as_vec3()));
        }
        let FlatPoints { positions, normals, .. } = points;
        let bounds = bounds(&positions)?;
        Some(Self { positions, normals, indices, bounds })
    }

    fn draw(self) -> DrawMesh {
        let Self { positions, normals, indices, bounds } = self;
        let indices = match u16::try_from(positions.len()) {
            Ok(_) => Indices::U16(indices.into_iter().map(|i| i as u16).collect()),
            Err(_) => Indices::U32(indices),
        };
        let mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
            .with_inserted_indices(indices);
        DrawMesh { mesh, bounds }
    }
}

/// Points that triangles share wherever they can: a point lends its normal to the triangles that begin with it, and none
/// to those that only end in it.
struct FlatPoints {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
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
            positions: Vec::with_capacity(places),
            normals: Vec::with_capacity(places),
            free: Vec::with_capacity(places),
            earlier: Vec::with_capacity(places),
            last: vec![NONE; places],
        }
    }

    /// The points of a triangle, in its order, beginning with one that has its normal.
    fn triangle(&mut self, places: &[u32; 3], corners: [DVec3; 3], normal: Vec3) -> [u32; 3] {
        let normal = normal.to_array();
        let with = |good: &dyn Fn(usize) -> bool| {
            (0..3)
                .find_map(|k| self.at(places[k]).take(MOST_TRIED).find(|&p| good(p as usize)).map(|p| (k, p)))
        };
        let found = with(&|p| !self.free[p] && self.normals[p] == normal).or_else(|| with(&|p| self.free[p]));
        let (first, point) = found.unwrap_or_else(|| (0, self.add(places[0], corners[0])));
        self.free[point as usize] = false;
        self.normals[point as usize] = normal;
        let mut other = |corner: usize| match self.last[places[corner] as usize] {
            NONE => self.add(places[corner], corners[corner]),
            known => known,
        };
        [point, other((first + 1) % 3), other((first + 2) % 3)]
    }

    fn at(&self, place: u32) -> impl Iterator<Item = u32> {
        let some = |p: u32| (p != NONE).then_some(p);
        std::iter::successors(some(self.last[place as usize]), move |&p| some(self.earlier[p as usize]))
    }

    fn add(&mut self, place: u32, corner: DVec3) -> u32 {
        let point = self.positions.len() as u32;
        self.positions.push(corner.as_vec3().to_array());
        self.normals.push([0.0; 3]);
        self.free.push(true);
        self.earlier.push(std::mem::replace(&mut self.last[place as usize], point));
        point
    }
}

/// The colour of an instance in sRGB.
fn colour(instance: &Instance) -> [u8; 4] {
    Srgba::from(LinearRgba::from_f32_array(instance.colour)).to_u8_array()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use groma::model::{Element, ElementId, KeyMaker, ShapeStatus};
    use std::sync::Arc;

    pub(crate) fn model(classes: &[&str]) -> Model {
        let mut model = Model::empty("m");
        let mut keys = KeyMaker::new("m".into());
        for (i, class) in classes.iter().enumerate() {
            model.elements.push(Element::new(
                keys.next(&format!("E{i}")).0,
                i as u32 + 1,
                Class::new(class, []),
            ));
        }
        model
    }

    /// A triangle in the XY plane for each placement, all of one mesh; one element each.
    pub(crate) fn triangles(placements: &[DAffine3]) -> Shapes {
        let mesh = groma::geometry::Mesh {
            positions: vec![DVec3::ZERO, DVec3::X, DVec3::Y],
            triangles: vec![[0, 1, 2], [0, 1, 1]],
        };
        Shapes {
            meshes: vec![Arc::new(mesh)],
            instances: placements
                .iter()
                .enumerate()
                .map(|(i, &placement)| Instance {
                    element: ElementId(i as u32),
                    mesh: 0,
                    placement,
                    colour: [1.0, 0.0, 0.0, 1.0],
                })
                .collect(),
            status: vec![ShapeStatus::Meshed; placements.len()],
        }
    }

    fn make(model: &Model, shapes: &Shapes) -> Batch {
        let mut all = Batch::default();
        let finished = PartMaker::default().make(0, drawn_of(model), shapes, &mut |batch| {
            all.meshes.extend(batch.meshes);
            all.parts.extend(batch.parts);
            all.sheets.extend(batch.sheets);
            true
        });
        assert!(finished);
        all
    }

    #[test]
    fn up_is_y_and_triangles_without_area_are_dropped() {
        let up = DAffine3::from_translation(DVec3::new(1.0, 2.0, 3.0));
        let batch = make(&model(&["IfcWall"]), &triangles(&[up]));
        assert_eq!(batch.parts[0].transform.translation, Vec3::new(1.0, 3.0, -2.0));
        assert_eq!(batch.parts[0].piece.colour, [255, 0, 0, 255]);
        assert_eq!(batch.meshes[0].mesh.count_vertices(), 3);
        let far = batch.parts[0].transform.transform_point(batch.meshes[0].bounds.max().into());
        assert!((far - Vec3::new(2.0, 3.0, -3.0)).length() < 1e-6, "{far}");
    }

    #[test]
    fn each_triangle_begins_with_its_normal() {
        // A cube of eight points, and a strip of points that no two triangles share.
        let corner = |i: u32| DVec3::new(f64::from(i & 1), f64::from(i >> 1 & 1), f64::from(i >> 2));
        let faces = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
        let cube = groma::geometry::Mesh {
            positions: (0..8).map(corner).collect(),
            triangles: faces.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect(),
        };
        let loose = groma::geometry::Mesh {
            positions: cube.triangles.iter().flatten().map(|&i| corner(i)).collect(),
            triangles: (0..12).map(|i| [3 * i, 3 * i + 1, 3 * i + 2]).collect(),
        };
        for (mesh, most) in [(&cube, 12), (&loose, 36)] {
            let made = flat_mesh(mesh, None).unwrap().mesh;
            let floats = |attribute| match made.attribute(attribute).unwrap() {
                bevy::mesh::VertexAttributeValues::Float32x3(floats) => floats.clone(),
                other => panic!("{other:?}"),
            };
            let (positions, normals) = (floats(Mesh::ATTRIBUTE_POSITION), floats(Mesh::ATTRIBUTE_NORMAL));
            assert!(positions.len() <= most, "{}", positions.len());
            let indices: Vec<usize> = made.indices().unwrap().iter().collect();
            let point = |i: usize| Vec3::from_array(positions[i]);
            for (drawn, triangle) in indices.chunks(3).zip(&mesh.triangles) {
                let [a, b, c] = [0, 1, 2].map(|k| point(drawn[k]));
                let normal = (b - a).cross(c - a).normalize();
                assert!((normal - Vec3::from_array(normals[drawn[0]])).length() < 1e-6, "{drawn:?}");
                let mut same = triangle.map(|i| mesh.positions[i as usize].as_vec3().to_array());
                let mut drawn = [a, b, c].map(|p| p.to_array());
                same.sort_by(|a, b| a.partial_cmp(b).unwrap());
                drawn.sort_by(|a, b| a.partial_cmp(b).unwrap());
                assert_eq!(drawn, same);
            }
            assert_eq!(indices.len(), 36);
        }
    }

    #[test]
    fn instances_share_their_mesh_unless_one_is_sheared() {
        let shear = DAffine3::from_mat3(DMat3::from_cols(DVec3::X, DVec3::new(1.0, 1.0, 0.0), DVec3::Z));
        let mirror = DAffine3::from_scale(DVec3::new(-1.0, 1.0, 1.0));
        let classes = ["IfcWall"; 4];
        let shapes = triangles(&[DAffine3::IDENTITY, mirror, shear, mirror * mirror]);
        let batch = make(&model(&classes), &shapes);
        let used: Vec<u32> = batch.parts.iter().map(|p| p.mesh).collect();
        assert_eq!(used, [0, 0, 1, 0]);
        assert_eq!(batch.meshes.len(), 2);
        assert_eq!(batch.parts[2].transform, Transform::IDENTITY);
    }

    #[test]
    fn what_is_seen_through_is_drawn_together_by_colour() {
        let n = SHEET_PARTS + 3;
        let shear = DAffine3::from_mat3(DMat3::from_cols(DVec3::X, DVec3::new(1.0, 1.0, 0.0), DVec3::Z));
        let placements: Vec<DAffine3> =
            (0..n).map(|i| DAffine3::from_translation(DVec3::X * 1e6 + i as f64) * shear).collect();
        let mut shapes = triangles(&placements);
        for (i, instance) in shapes.instances.iter_mut().enumerate() {
            instance.colour = if i == 1 { [0.0, 0.0, 1.0, 0.5] } else { [1.0, 0.0, 0.0, 0.5] };
        }
        let batch = make(&model(&vec!["IfcWindow"; n]), &shapes);
        assert!(batch.parts.is_empty() && batch.meshes.is_empty());
        let counts: Vec<usize> = batch.sheets.iter().map(|s| s.pieces.len()).collect();
        assert_eq!(counts, [SHEET_PARTS, 1, 2]);
        let far = shapes.instances.len() / 2;
        shapes.instances[far].placement.translation.x += 2.0 * SHEET_REACH;
        let apart = make(&model(&vec!["IfcWindow"; n]), &shapes);
        assert_eq!(
            apart.sheets.iter().map(|s| s.pieces.len()).collect::<Vec<_>>(),
            [far - 1, 1, 1, n - far - 1]
        );
        let places = |s: usize| batch.sheets[s].pieces.iter().map(|p| p.0.place as usize);
        assert!(places(0).eq((0..=SHEET_PARTS).filter(|p| *p != 1)) && places(1).eq([1]));
        let mesh = &batch.sheets[0].mesh.mesh;
        let Some(bevy::mesh::VertexAttributeValues::Float32x2(numbers)) =
            mesh.attribute(Mesh::ATTRIBUTE_UV_0)
        else {
            panic!("no numbers");
        };
        let Some(bevy::mesh::VertexAttributeValues::Float32x3(points)) =
            mesh.attribute(Mesh::ATTRIBUTE_POSITION)
        else {
            panic!("no points");
        };
        assert_eq!(points.len(), 3 * SHEET_PARTS);
        // Near the sheet's own origin rounding is far below what can be seen, a thousand kilometres from that of the frame.
        for (point, number) in points.iter().zip(numbers) {
            let (piece, bounds) = &batch.sheets[0].pieces[number[0] as usize];
            let n = piece.place as f32;
            let low = Vec3::new(n, n, -n - 1.0);
            assert!((Vec3::from(bounds.min()) - low).length() < 1e-4, "{bounds:?} {n}");
            let from = Vec3::from_array(*point) - low;
            assert!(
                from.cmpge(Vec3::splat(-1e-4)).all() && from.cmple(Vec3::splat(1.0 + 1e-4)).all(),
                "{from}"
            );
        }
    }

    #[test]
    fn what_has_no_substance_or_no_finite_place_is_not_drawn() {
        let placements = [
            DAffine3::IDENTITY,
            DAffine3::IDENTITY,
            DAffine3::from_translation(DVec3::splat(f64::NAN)),
            DAffine3::IDENTITY,
        ];
        let mut model = model(&["IfcSpace", "IfcOpeningElement", "IfcWall", "IfcSite"]);
        for (element, ancestor) in model.elements.iter_mut().zip([
            "IfcSpatialElement",
            "IfcFeatureElement",
            "IfcElement",
            "IfcSpatialElement",
        ]) {
            element.class = Class::new(element.class.name(), [ancestor]);
        }
        let batch = make(&model, &triangles(&placements));
        let drawn: Vec<u32> = batch.parts.iter().map(|p| p.piece.place).collect();
        assert_eq!(drawn, [3]);
    }

    #[test]
    fn a_stop_ends_the_work() {
        let placements = vec![DAffine3::IDENTITY; 3 * BATCH_TRIANGLES / 12];
        let classes = vec!["IfcWall"; placements.len()];
        let mut sent = 0;
        let finished =
            PartMaker::default().make(0, drawn_of(&model(&classes)), &triangles(&placements), &mut |_| {
                sent += 1;
                false
            });
        assert!(!finished);
        assert_eq!(sent, 1);
    }
}
