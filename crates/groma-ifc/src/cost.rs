//! How much work the boolean operations of an element are, told from the records alone.
//!
//! Exact booleans take time that grows with more than the square of what is cut: 300 round holes in one wall, or
//! two bodies of 10,000 faces, keep the kernel busy for minutes, and a chain of 200 half-spaces takes its memory
//! too. The estimate is a function of the file, so the same elements are over budget on every machine.

use crate::attributes::{Attributes, Step, list};
use rustc_hash::FxHashMap;

/// More records than this are not followed for one element.
const MOST_VISITS: u32 = 20_000;
/// A body of more boolean operations than this was made to use up time: each works on the result of the last.
const MOST_OPERATIONS: u32 = 400;
/// Deeper nests were made to use up the stack.
const DEEPEST: u32 = 1000;
/// Each half-space may double the triangles that the next one clips; at 150 they take a gigabyte.
const MOST_HALF_SPACES: u32 = 96;
/// What the body of one element may cost; about half a minute of the kernel.
const MOST_COST: f64 = 2.0e7;
/// What cutting its openings may cost: the kernel cuts prisms in less time than bodies in general.
const MOST_COST_OF_OPENINGS: f64 = 6.0e7;
/// More faces than this made of a few records would use up memory; a tessellation as large fills its own file.
const MOST_FACES: f64 = 1.0e7;
/// A contour of more points than this may take the kernel time with the square of them.
const LONG: f64 = 4000.0;
/// Faces of a body with curved sides, where the record does not tell.
const CURVED: f64 = 36.0;

/// An estimate for one element.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Cost {
    /// Of the operations that its own body is made of.
    body: f64,
    /// Of cutting its openings, beside that.
    openings: f64,
    operations: u32,
    half_spaces: u32,
    faces: f64,
}

impl Cost {
    /// True when the body is too much work even without its openings.
    pub(crate) fn is_body_too_much(&self) -> bool {
        self.body > MOST_COST
            || self.operations > MOST_OPERATIONS
            || self.half_spaces > MOST_HALF_SPACES
            || self.faces > MOST_FACES
    }

    /// True when cutting the openings is too much work.
    pub(crate) fn are_openings_too_much(&self) -> bool {
        self.body + self.openings > MOST_COST_OF_OPENINGS
    }
}

/// Estimates an element from its shape and those of its openings; each is an instance and the slot of its
/// attribute `Representation`.
pub(crate) fn estimate(step: Step<'_>, element: (u32, usize), openings: &[(u32, usize)]) -> Cost {
    let mut walk = Walk { step, known: FxHashMap::default(), visits: 0, depth: 0, cost: Cost::default() };
    let mut faces = walk.shape(element);
    // The bodies of openings are made before they are cut; their own operations count as the openings'.
    let own = Cost { faces, ..walk.cost };
    for &opening in openings {
        let cutter = walk.shape(opening);
        if cutter > 0.0 {
            faces += cutter;
            walk.cost.openings += operation(faces);
        }
    }
    let Cost { body, openings, .. } = walk.cost;
    Cost { openings: openings + body - own.body, ..own }
}

/// The cost of one operation on so many faces, as measured over bodies of 12 to 12,000 faces.
fn operation(faces: f64) -> f64 {
    faces.powf(1.75)
}

struct Walk<'a> {
    step: Step<'a>,
    /// The faces of items that were met; those on the way up hold none, so that cycles end.
    known: FxHashMap<u32, f64>,
    visits: u32,
    depth: u32,
    cost: Cost,
}

impl Walk<'_> {
    fn shape(&mut self, (id, slot): (u32, usize)) -> f64 {
        let attributes = self.step.record(id);
        attributes.and_then(|a| a.reference(slot)).map_or(0.0, |shape| self.faces(shape))
    }

    fn all(&mut self, ids: &[u32]) -> f64 {
        ids.iter().map(|&id| self.faces(id)).sum()
    }

    fn at(&mut self, a: &Attributes<'_>, slot: usize) -> f64 {
        a.reference(slot).map_or(0.0, |id| self.faces(id))
    }

    /// The faces that the kernel makes of an item, the vertices of a profile or a curve; the operations on the
    /// way are added to the cost.
    fn faces(&mut self, id: u32) -> f64 {
        if let Some(&known) = self.known.get(&id) {
            return known;
        }
        self.visits += 1;
        if self.visits > MOST_VISITS {
            return 0.0;
        }
        if self.depth > DEEPEST {
            self.cost.operations = u32::MAX;
            return 0.0;
        }
        self.known.insert(id, 0.0);
        self.depth += 1;
        let faces = self.faces_of(id);
        self.depth -= 1;
        self.known.insert(id, faces);
        faces
    }

    fn faces_of(&mut self, id: u32) -> f64 {
        let Some(a) = self.step.record(id) else { return 0.0 };
        match self.step.keyword(id) {
            "IFCPRODUCTDEFINITIONSHAPE" | "IFCPRODUCTREPRESENTATION" => self.all(&a.references(2)),
            "IFCSHAPEREPRESENTATION" | "IFCREPRESENTATION" => match a.text(1).as_deref() {
                Some("Axis" | "FootPrint" | "Box" | "Annotation") => 0.0,
                _ => self.all(&a.references(3)),
            },
            "IFCMAPPEDITEM" | "IFCCSGSOLID" => self.at(&a, 0),
            "IFCREPRESENTATIONMAP" => self.at(&a, 1),
            "IFCBOOLEANRESULT" | "IFCBOOLEANCLIPPINGRESULT" => {
                self.cost.operations = self.cost.operations.saturating_add(1);
                let faces = self.at(&a, 1) + self.at(&a, 2);
                self.cost.body += operation(faces);
                faces
            }
            "IFCHALFSPACESOLID" | "IFCBOXEDHALFSPACE" => {
                self.cost.half_spaces += 1;
                1.0
            }
            "IFCPOLYGONALBOUNDEDHALFSPACE" => {
                self.cost.half_spaces += 1;
                self.at(&a, 3) + 2.0
            }
            "IFCEXTRUDEDAREASOLID" | "IFCEXTRUDEDAREASOLIDTAPERED" => self.at(&a, 0) + 2.0,
            "IFCREVOLVEDAREASOLID" | "IFCREVOLVEDAREASOLIDTAPERED" => self.at(&a, 0) * CURVED,
            "IFCSWEPTDISKSOLID" | "IFCSWEPTDISKSOLIDPOLYGONAL" => self.at(&a, 0) * CURVED,
            "IFCFIXEDREFERENCESWEPTAREASOLID"
            | "IFCSURFACECURVESWEPTAREASOLID"
            | "IFCDIRECTRIXCURVESWEPTAREASOLID" => self.at(&a, 0) * self.at(&a, 2).max(1.0),
            "IFCFACETEDBREP"
            | "IFCFACETEDBREPWITHVOIDS"
            | "IFCSHELLBASEDSURFACEMODEL"
            | "IFCFACEBASEDSURFACEMODEL" => {
                // two triangles a face
                2.0 * self.all(&a.references(0))
            }
            "IFCADVANCEDBREP" | "IFCADVANCEDBREPWITHVOIDS" => CURVED * self.all(&a.references(0)),
            "IFCCLOSEDSHELL" | "IFCOPENSHELL" | "IFCCONNECTEDFACESET" => {
                self.loops(&a);
                entries(a.raw(0))
            }
            "IFCTRIANGULATEDFACESET" => entries(a.raw(3)),
            "IFCPOLYGONALFACESET" => 2.0 * entries(a.raw(2)),
            "IFCBLOCK" | "IFCRECTANGULARPYRAMID" => 12.0,
            "IFCSPHERE" => 720.0,
            "IFCRIGHTCIRCULARCYLINDER" | "IFCRIGHTCIRCULARCONE" => 3.0 * CURVED,
            "IFCRECTANGLEPROFILEDEF" => 4.0,
            "IFCARBITRARYCLOSEDPROFILEDEF" => {
                let points = self.at(&a, 2);
                self.contour(&a, points)
            }
            "IFCARBITRARYPROFILEDEFWITHVOIDS" => {
                let points = self.at(&a, 2) + self.all(&a.references(3));
                self.contour(&a, points)
            }
            "IFCDERIVEDPROFILEDEF" => self.at(&a, 2),
            "IFCCOMPOSITEPROFILEDEF" => self.all(&a.references(2)),
            "IFCPOLYLINE" => entries(a.raw(0)),
            "IFCINDEXEDPOLYCURVE" => self.at(&a, 0),
            "IFCCARTESIANPOINTLIST2D" | "IFCCARTESIANPOINTLIST3D" => entries(a.raw(0)),
            "IFCCOMPOSITECURVE" => self.all(&a.references(0)),
            "IFCCOMPOSITECURVESEGMENT" => self.at(&a, 2),
            _ => CURVED,
        }
    }

    /// Counts the work on a profile of so many points. Those of arcs are estimates, and far too many.
    fn contour(&mut self, profile: &Attributes<'_>, points: f64) -> f64 {
        let outline = profile.reference(2).map_or("", |curve| self.step.keyword(curve));
        if points > LONG && matches!(outline, "IFCPOLYLINE" | "IFCINDEXEDPOLYCURVE") {
            self.cost.body += points * points;
        }
        points
    }

    /// Counts the work on long loops of the faces of a shell.
    fn loops(&mut self, shell: &Attributes<'_>) {
        let read = |id: u32| self.step.record(id);
        let mut work = 0.0;
        for face in shell.references(0).into_iter().take(MOST_VISITS as usize) {
            for bound in read(face).map_or_else(Vec::new, |a| a.references(0)) {
                let Some(contour) = read(bound).and_then(|a| a.reference(0)) else { continue };
                let Some(row) = self.step.scan.row(contour) else { continue };
                // Short records hold no long loop, so they are not taken apart.
                let (start, end) = self.step.scan.span(row);
                if ((end - start) as f64) > 2.0 * LONG {
                    let points = self.step.attributes(row).map_or(0.0, |a| entries(a.raw(0)));
                    work += if points > LONG { points * points } else { 0.0 };
                }
            }
        }
        self.cost.body += work;
    }
}

fn entries(token: &[u8]) -> f64 {
    list(token).map_or(0.0, |items| items.count() as f64)
}
