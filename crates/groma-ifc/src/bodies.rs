//! Which elements have a body in the file, so that none is lost without a word.

use crate::attributes::Step;
use crate::schema::Schema;

/// Mapped items may map mapped items; deeper than this they are a cycle.
const DEEPEST: usize = 8;

/// Representations that are no body, whatever they hold.
const NOT_BODIES: [&str; 13] = [
    "Axis",
    "FootPrint",
    "Box",
    "Annotation",
    "Plan",
    "Profile",
    "SurveyPoints",
    "Clearance",
    "Lighting",
    "Reference",
    "CoG",
    "Plan View",
    "Symbol",
];

/// Classes whose instances have an extent in space.
const SOLID: [&str; 8] = [
    "IfcSolidModel",
    "IfcTessellatedItem",
    "IfcFaceBasedSurfaceModel",
    "IfcShellBasedSurfaceModel",
    "IfcBooleanResult",
    "IfcCsgPrimitive3D",
    "IfcSurface",
    "IfcSectionedSpine",
];

/// What a file gives an element to see of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shown {
    /// Nothing.
    Nothing,
    /// Representations, but none that has an extent.
    NoBody,
    /// A body.
    Body,
}

/// What the shape of an element holds; `slot` is where the attribute `Representation` stands.
pub(crate) fn shown(step: Step<'_>, schema: &Schema, element: u32, slot: usize) -> Shown {
    let shape = step.scan.row(element).and_then(|row| step.attributes(row)?.reference(slot));
    let Some(shape) = shape else { return Shown::Nothing };
    let Some(shape) = step.scan.row(shape).and_then(|row| step.attributes(row)) else {
        // The file says that there is a shape, and does not hold it.
        return Shown::Body;
    };
    let representations = shape.references(2);
    if representations.iter().any(|&id| is_body(step, schema, id, 0)) { Shown::Body } else { Shown::NoBody }
}

fn is_body(step: Step<'_>, schema: &Schema, representation: u32, depth: usize) -> bool {
    let Some(row) = step.scan.row(representation) else { return true };
    let Some(a) = step.attributes(row) else { return true };
    if a.text(1).is_some_and(|id| NOT_BODIES.iter().any(|n| id.trim().eq_ignore_ascii_case(n))) {
        return false;
    }
    a.references(3).iter().any(|&item| has_extent(step, schema, item, depth))
}

/// True for a map of a body, and for one that cannot be read.
pub(crate) fn maps_body(step: Step<'_>, schema: &Schema, map: u32, depth: usize) -> bool {
    let map = step.scan.row(map).and_then(|row| step.attributes(row));
    map.and_then(|a| a.reference(1)).is_none_or(|id| is_body(step, schema, id, depth))
}

/// True for a class (in any spelling) whose instances have an extent in space, and for one that is unknown.
pub(crate) fn is_solid(schema: &Schema, class: &str) -> bool {
    schema.class(&class.to_ascii_uppercase()).is_none_or(|c| SOLID.iter().any(|s| c.class.is_a(s)))
}

fn has_extent(step: Step<'_>, schema: &Schema, item: u32, depth: usize) -> bool {
    let Some(row) = step.scan.row(item) else { return true };
    match step.scan.keyword(row) {
        "IFCMAPPEDITEM" if depth < DEEPEST => {
            let map = step.attributes(row).and_then(|a| a.reference(0));
            map.is_none_or(|map| maps_body(step, schema, map, depth + 1))
        }
        "IFCMAPPEDITEM" => true,
        // A set of curves and points has no extent; one with a surface in it has.
        "IFCGEOMETRICCURVESET" => false,
        "IFCGEOMETRICSET" if depth < DEEPEST => step
            .attributes(row)
            .is_none_or(|a| a.references(0).iter().any(|&id| has_extent(step, schema, id, depth + 1))),
        keyword => is_solid(schema, keyword),
    }
}

/// A body of more boolean operations than this was made to use up time: each works on the result of the last.
const MOST_OPERATIONS: usize = 400;

/// True when a body is made of more boolean operations than the kernel is asked to carry out.
pub(crate) fn has_too_many_operations(step: Step<'_>, element: u32, slot: usize) -> bool {
    let attributes = |id: u32| step.scan.row(id).and_then(|row| step.attributes(row));
    let Some(shape) = attributes(element).and_then(|a| attributes(a.reference(slot)?)) else { return false };
    let mut open: Vec<u32> = shape.references(2);
    let (mut operations, mut visits) = (0, 0);
    while let Some(id) = open.pop().filter(|_| visits < 20 * MOST_OPERATIONS) {
        visits += 1;
        let Some(a) = attributes(id) else { continue };
        match step.keyword(id) {
            "IFCBOOLEANRESULT" | "IFCBOOLEANCLIPPINGRESULT" => {
                operations += 1;
                open.extend(a.reference(1));
                open.extend(a.reference(2));
            }
            "IFCCSGSOLID" => open.extend(a.reference(0)),
            "IFCSHAPEREPRESENTATION" => open.extend(a.references(3)),
            "IFCMAPPEDITEM" => open.extend(a.reference(0)),
            "IFCREPRESENTATIONMAP" => open.extend(a.reference(1)),
            _ => {}
        }
        if operations > MOST_OPERATIONS {
            return true;
        }
    }
    false
}
