//! Small parts that are drawn together, as one mesh.

use crate::flat_mesh::{DrawMesh, FlatMesh, MOST_PARTS, Points};
use crate::parts::Piece;
use bevy::camera::primitives::Aabb;
use bevy::math::Vec3;
use bevy::transform::components::Transform;
use glam::{DAffine3, DVec3};
use groma::geometry;
use std::rc::Rc;

/// How many parts a sheet has at most: few enough to be sorted by distance, or to be out of sight, as one.
const SHEET_PARTS: usize = 128;
const _: () = assert!(SHEET_PARTS <= MOST_PARTS);
/// How far a sheet's parts begin from its origin, at most, in metres: so far f32 rounds to less than is seen.
const SHEET_REACH: f64 = 500.0;

/// Small parts that stand near each other, as one mesh: all solid, or all of one colour that is seen through. The engine
/// has to look after each mesh that stands somewhere, which costs more than their points.
pub struct Sheet {
    /// Each point has the number of its part among `pieces` in its [`crate::flat_mesh::FACE`].
    pub mesh: DrawMesh,
    /// Where it stands; Y up.
    pub transform: Transform,
    /// Its parts, each with its bounds in the coordinates of the mesh.
    pub pieces: Vec<(Piece, Aabb)>,
}

/// A part that waits for its sheet.
pub struct Small<'a> {
    /// Whose it is, and its looks.
    pub piece: Piece,
    /// Its shape.
    pub flat: Rc<FlatMesh<'a>>,
    /// Where it stands; Y up.
    pub placement: DAffine3,
}

impl Small<'_> {
    /// Parts of one sheet have the same.
    fn kind(&self) -> Option<[u8; 4]> {
        (!self.piece.is_opaque()).then_some(self.piece.colour)
    }

    fn begins_at(&self) -> DVec3 {
        self.flat.begins_at(&self.placement)
    }
}

/// Puts parts on sheets, near ones together.
pub fn sheets(mut parts: Vec<Small<'_>>) -> Vec<Sheet> {
    let all = geometry::Aabb::of(parts.iter().map(Small::begins_at));
    parts.sort_by_cached_key(|part| (part.kind(), all.along_curve(part.begins_at())));
    let mut sheets = Vec::new();
    let mut open: Option<OpenSheet> = None;
    for part in &parts {
        if let Some(full) = open.take_if(|sheet| !sheet.takes(part)) {
            sheets.extend(full.close());
        }
        open.get_or_insert_with(|| OpenSheet::new(part)).add(part);
    }
    sheets.extend(open.and_then(OpenSheet::close));
    sheets
}

/// A sheet that is being made.
struct OpenSheet {
    kind: Option<[u8; 4]>,
    /// Where its coordinates begin.
    origin: Vec3,
    points: Points,
    pieces: Vec<(Piece, Aabb)>,
}

impl OpenSheet {
    fn new(first: &Small<'_>) -> Self {
        Self {
            kind: first.kind(),
            origin: first.begins_at().as_vec3(),
            points: Points::default(),
            pieces: Vec::new(),
        }
    }

    fn takes(&self, part: &Small<'_>) -> bool {
        let distance = self.origin.as_dvec3().distance(part.begins_at());
        self.kind == part.kind() && self.pieces.len() < SHEET_PARTS && distance <= SHEET_REACH
    }

    fn add(&mut self, part: &Small<'_>) {
        let placement = DAffine3::from_translation(-self.origin.as_dvec3()) * part.placement;
        let number = self.pieces.len() as u8;
        let Some(bounds) = self.points.add(&part.flat, &placement, number) else { return };
        self.pieces.push((part.piece, bounds));
    }

    fn close(self) -> Option<Sheet> {
        let mesh = self.points.draw()?;
        Some(Sheet { mesh, transform: Transform::from_translation(self.origin), pieces: self.pieces })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flat_mesh::FACE;
    use crate::parts::tests::{make, model, triangles};
    use bevy::mesh::Mesh;
    use bevy::mesh::VertexAttributeValues::{Float32x3, Uint32};
    use glam::DMat3;

    const GLASS: [f32; 4] = [1.0, 0.0, 0.0, 0.5];

    /// How many parts each sheet has.
    fn counts(placements: &[DAffine3], colour: impl Fn(usize) -> [f32; 4]) -> Vec<usize> {
        of(placements, colour).iter().map(|sheet| sheet.pieces.len()).collect()
    }

    fn of(placements: &[DAffine3], colour: impl Fn(usize) -> [f32; 4]) -> Vec<Sheet> {
        let mut shapes = triangles(placements);
        shapes.instances.iter_mut().zip(0..).for_each(|(instance, i)| instance.colour = colour(i));
        let batch = make(&model(&vec!["IfcWindow"; placements.len()]), &shapes);
        assert!(batch.parts.is_empty() && batch.meshes.is_empty());
        batch.sheets
    }

    /// In a line, a metre from one to the next, a thousand kilometres from the frame's origin; askew.
    fn line(n: usize) -> Vec<DAffine3> {
        let shear = DAffine3::from_mat3(DMat3::from_cols(DVec3::X, DVec3::new(1.0, 1.0, 0.0), DVec3::Z));
        (0..n).map(|i| DAffine3::from_translation(DVec3::X * 1e6 + i as f64) * shear).collect()
    }

    #[test]
    fn small_parts_of_a_kind_are_drawn_together() {
        let n = SHEET_PARTS + 3;
        let blue = |i| if i == 1 { [0.0, 0.0, 1.0, 0.5] } else { GLASS };
        assert_eq!(counts(&line(n), blue), [1, SHEET_PARTS, 2], "what is seen through: by colour");
        let solid = |i| if i == 1 { [0.0, 0.0, 1.0, 1.0] } else { [1.0, 0.0, 0.0, 1.0] };
        assert_eq!(counts(&line(n), solid), [SHEET_PARTS, 3], "what is solid: in all colours");
        let some = |i| if i < 5 { GLASS } else { solid(i) };
        assert_eq!(counts(&line(n), some), [n - 5, 5]);
    }

    #[test]
    fn what_stands_near_is_drawn_together() {
        // Two heaps, one part here and one there in turn.
        let at = |i: usize| DVec3::new((i / 16) as f64, (i % 2 * 100) as f64, (i % 16) as f64);
        let mut heaps: Vec<DAffine3> =
            (0..2 * SHEET_PARTS).map(|i| DAffine3::from_translation(at(i))).collect();
        let sheets = of(&heaps, |_| GLASS);
        assert_eq!(sheets.iter().map(|s| s.pieces.len()).collect::<Vec<_>>(), [SHEET_PARTS; 2]);
        for sheet in &sheets {
            let first = sheet.pieces[0].0.place % 2;
            assert!(sheet.pieces.iter().all(|(piece, _)| piece.place % 2 == first));
        }
        heaps[7].translation.z += 2.0 * SHEET_REACH;
        assert_eq!(counts(&heaps, |_| GLASS).len(), 3, "what is too far from the others is drawn alone");
    }

    #[test]
    fn each_point_knows_its_part() {
        let sheets = of(&line(SHEET_PARTS), |_| GLASS);
        let [Sheet { mesh, transform, pieces }] = &sheets[..] else { panic!("{} sheets", sheets.len()) };
        let Some(Uint32(faces)) = mesh.mesh.attribute(FACE) else { panic!("no faces") };
        let Some(Float32x3(points)) = mesh.mesh.attribute(Mesh::ATTRIBUTE_POSITION) else {
            panic!("no points")
        };
        assert_eq!((points.len(), faces.len()), (3 * SHEET_PARTS, 3 * SHEET_PARTS));
        let stands = |p: Vec3| p.as_dvec3() + transform.translation.as_dvec3();
        for (point, face) in points.iter().zip(faces) {
            let (piece, bounds) = &pieces[(face >> 24) as usize];
            let n = f64::from(piece.place);
            let low = DVec3::new(1e6 + n, n, -n - 1.0);
            // Near the sheet's own origin rounding is far below what can be seen.
            assert!((stands(bounds.min().into()) - low).length() < 1e-4, "{bounds:?} {n}");
            let from = stands(Vec3::from_array(*point)) - low;
            assert!(
                from.cmpge(DVec3::splat(-1e-4)).all() && from.cmple(DVec3::splat(2.0 + 1e-4)).all(),
                "{from}"
            );
        }
    }
}
