//! Shapes to what the graphics card draws: flat-shaded f32 meshes and parts that place them, Y up.

use crate::flat_mesh::{DrawMesh, FlatMesh};
use crate::sheets::{Sheet, Small, sheets};
use bevy::color::{ColorToComponents, ColorToPacked, LinearRgba, Srgba};
use bevy::transform::components::Transform;
use glam::{DAffine3, DMat3, DVec3};
use groma::geometry::{Instance, Shapes};
use groma::model::{Class, ElementId, Model};
use std::collections::HashMap;
use std::rc::Rc;

/// From the project frame to bevy's: X stays, up is Y instead of Z. A rotation.
const Y_UP: DMat3 = DMat3::from_cols(DVec3::X, DVec3::NEG_Z, DVec3::Y);

/// How many triangles a batch holds before it is sent: small enough for one frame to take in.
const BATCH_TRIANGLES: usize = 20_000;
/// How many its parts draw, of meshes that stand in many places.
const BATCH_DRAWN: usize = 100_000;

/// A part of more triangles is not drawn together with others: its mesh may stand in many places, where its points would
/// take more room than all that the engine keeps of a part.
const SMALL: usize = 256;

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

/// What is known of a mesh once it was met.
#[derive(Clone, Copy)]
struct Known {
    /// Its number among the drawn ones, where it is one of them.
    number: Option<u32>,
    closed: bool,
    inward: bool,
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
        let mut known: Vec<Option<Known>> = vec![None; shapes.meshes.len()];
        // Those of small parts of this batch, which use few meshes many times.
        let mut flat: HashMap<u32, Option<Rc<FlatMesh<'_>>>> = HashMap::new();
        let to_origin = DAffine3::from_translation(-self.origin.unwrap_or_default());
        let mut batch = Batch::default();
        let mut small: Vec<Small<'_>> = Vec::new();
        let (mut triangles, mut shown) = (0, 0);
        for instance in &shapes.instances {
            let Some(mesh) = shapes.meshes.get(instance.mesh as usize) else { continue };
            if !drawn(instance.element) || !instance.placement.is_finite() {
                continue;
            }
            let known = known[instance.mesh as usize].get_or_insert_with(|| Known {
                number: None,
                closed: mesh.is_closed(),
                inward: mesh.volume() < 0.0,
            });
            let placement = DAffine3::from_mat3(Y_UP) * (to_origin * instance.placement);
            let piece = Piece {
                place: first + instance.element.0,
                colour: colour(instance),
                closed: known.closed,
                turned: known.inward != (placement.matrix3.determinant() < 0.0),
            };
            if mesh.triangles.len() <= SMALL {
                let flat = flat.entry(instance.mesh).or_insert_with(|| FlatMesh::of(mesh).map(Rc::new));
                let Some(flat) = flat.clone() else { continue };
                triangles += mesh.triangles.len();
                small.push(Small { piece, flat, placement });
            } else {
                let transform = as_transform(&placement);
                let number = known.number.filter(|_| transform.is_some()).or_else(|| {
                    let sheared = transform.map_or(placement, |_| DAffine3::IDENTITY);
                    let made = FlatMesh::of(mesh)?.draw(&sheared)?;
                    triangles += mesh.triangles.len();
                    batch.meshes.push(made);
                    self.next_mesh += 1;
                    Some(self.next_mesh - 1)
                });
                if transform.is_some() {
                    known.number = number;
                }
                let Some(number) = number else { continue };
                batch.parts.push(Part { piece, mesh: number, transform: transform.unwrap_or_default() });
            }
            shown += mesh.triangles.len();
            let full = triangles >= BATCH_TRIANGLES || shown >= BATCH_DRAWN;
            if full || batch.parts.len() >= BATCH_TRIANGLES / 12 {
                (triangles, shown) = (0, 0);
                flat.clear();
                batch.sheets = sheets(std::mem::take(&mut small));
                if !send(std::mem::take(&mut batch)) {
                    return false;
                }
            }
        }
        batch.sheets = sheets(small);
        (batch.parts.is_empty() && batch.sheets.is_empty()) || send(batch)
    }
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

/// The colour of an instance in sRGB.
fn colour(instance: &Instance) -> [u8; 4] {
    Srgba::from(LinearRgba::from_f32_array(instance.colour)).to_u8_array()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use bevy::math::Vec3;
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

    /// The same with a mesh that is too large for a sheet.
    fn large(mut shapes: Shapes) -> Shapes {
        Arc::make_mut(&mut shapes.meshes[0]).triangles.resize(SMALL + 1, [0, 1, 1]);
        shapes
    }

    pub(crate) fn make(model: &Model, shapes: &Shapes) -> Batch {
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
        let up = triangles(&[DAffine3::from_translation(DVec3::new(1.0, 2.0, 3.0))]);
        let model = model(&["IfcWall"]);
        let together = make(&model, &up);
        let [Sheet { mesh, transform, pieces }] = &together.sheets[..] else { panic!("no sheet") };
        let alone = make(&model, &large(up));
        let part = &alone.parts[0];
        assert!(together.parts.is_empty() && alone.sheets.is_empty());
        for (transform, mesh, piece) in
            [(transform, mesh, &pieces[0].0), (&part.transform, &alone.meshes[0], &part.piece)]
        {
            assert_eq!(transform.translation, Vec3::new(1.0, 3.0, -2.0));
            assert_eq!(piece.colour, [255, 0, 0, 255]);
            assert_eq!(mesh.mesh.count_vertices(), 3);
            let middle = transform.transform_point(mesh.bounds.center.into());
            assert!((middle - Vec3::new(1.5, 3.0, -2.5)).length() < 1e-6, "{middle}");
        }
    }

    #[test]
    fn large_instances_share_their_mesh_unless_one_is_sheared() {
        let shear = DAffine3::from_mat3(DMat3::from_cols(DVec3::X, DVec3::new(1.0, 1.0, 0.0), DVec3::Z));
        let mirror = DAffine3::from_scale(DVec3::new(-1.0, 1.0, 1.0));
        let classes = ["IfcWall"; 4];
        let shapes = large(triangles(&[DAffine3::IDENTITY, mirror, shear, mirror * mirror]));
        let batch = make(&model(&classes), &shapes);
        let used: Vec<u32> = batch.parts.iter().map(|p| p.mesh).collect();
        assert_eq!(used, [0, 0, 1, 0]);
        assert_eq!(batch.meshes.len(), 2);
        assert_eq!(batch.parts[2].transform, Transform::IDENTITY);
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
        let drawn: Vec<u32> =
            batch.sheets.iter().flat_map(|s| s.pieces.iter().map(|(piece, _)| piece.place)).collect();
        assert_eq!(drawn, [3]);
    }

    #[test]
    fn a_stop_ends_the_work() {
        let placements = vec![DAffine3::IDENTITY; 2 * BATCH_TRIANGLES];
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
