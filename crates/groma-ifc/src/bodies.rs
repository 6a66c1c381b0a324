//! Which elements have a body in the file, so that none is lost without a word.

use crate::attributes::{Attributes, Step};
use crate::schema::Schema;
use crate::weights::Weights;
use rustc_hash::FxHashMap;

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
    /// A body without items.
    Empty,
    /// A body.
    Body,
}

/// What the shape of an element holds, and how many meshes it comes to where there are maps; `slot` is where the
/// attribute `Representation` stands.
pub(crate) fn shown(
    step: Step<'_>,
    schema: &Schema,
    weights: &Weights,
    element: u32,
    slot: usize,
) -> (Shown, u64) {
    let shape = step.scan.row(element).and_then(|row| step.attributes(row)?.reference(slot));
    let Some(shape) = shape else { return (Shown::Nothing, 0) };
    let Some(shape) = step.record(shape) else {
        // The file says that there is a shape, and does not hold it.
        return (Shown::Body, 0);
    };
    let representations = shape.references(2);
    let weight = if weights.is_empty() { 0 } else { weights.shape(step, &representations) };
    let mut search = Search { step, schema, known: FxHashMap::default() };
    let is_body = representations.iter().any(|&id| search.is_body(id, 0));
    let shown = match is_body {
        true => Shown::Body,
        false if representations.iter().any(|&id| is_empty(step, id)) => Shown::Empty,
        false => Shown::NoBody,
    };
    (shown, weight)
}

/// True for a body without items.
fn is_empty(step: Step<'_>, representation: u32) -> bool {
    let a = step.record(representation);
    a.is_some_and(|a| !is_not_a_body(&a) && a.references(3).is_empty())
}

/// True for an item that has an extent in space, and for one that cannot be read.
pub(crate) fn has_extent(step: Step<'_>, schema: &Schema, item: u32) -> bool {
    Search { step, schema, known: FxHashMap::default() }.has_extent(item, 0)
}

/// The items of what an `IfcRepresentationMap` maps.
pub(crate) fn mapped_items(step: Step<'_>, map: u32) -> Vec<u32> {
    let mapped = step.record(map).and_then(|map| step.record(map.reference(1)?));
    mapped.map_or_else(Vec::new, |a| a.references(3))
}

/// True for a representation that says by its name that it is no body.
pub(crate) fn is_not_a_body(representation: &Attributes<'_>) -> bool {
    representation.text(1).is_some_and(|id| NOT_BODIES.iter().any(|n| id.trim().eq_ignore_ascii_case(n)))
}

/// True for a map of a body, and for one that cannot be read.
pub(crate) fn maps_body(step: Step<'_>, schema: &Schema, map: u32) -> bool {
    Search { step, schema, known: FxHashMap::default() }.maps_body(map, 0)
}

/// True for a class (in any spelling) whose instances have an extent in space, and for one that is unknown.
pub(crate) fn is_solid(schema: &Schema, class: &str) -> bool {
    schema.class(&class.to_ascii_uppercase()).is_none_or(|c| SOLID.iter().any(|s| c.class.is_a(s)))
}

/// The items of an element's bodies: `IfcBooleanResult #12`.
pub(crate) fn items_of(step: Step<'_>, schema: &Schema, element: u32, slot: usize) -> Vec<String> {
    let shape = step.record(element).and_then(|a| step.record(a.reference(slot)?));
    let representations = shape.map_or_else(Vec::new, |shape| shape.references(2));
    let bodies = representations.into_iter().filter_map(|id| step.record(id)).filter(|a| !is_not_a_body(a));
    let class = |id: u32| {
        let keyword = step.keyword(id);
        schema.class(keyword).map_or_else(|| keyword.to_owned(), |c| c.class.name().to_owned())
    };
    bodies.flat_map(|a| a.references(3)).map(|id| format!("{} #{id}", class(id))).collect()
}

struct Search<'a> {
    step: Step<'a>,
    schema: &'a Schema,
    /// Whether a map or a set holds a body. One that is met again while it is searched is a cycle: broken, not empty.
    known: FxHashMap<u32, bool>,
}

impl Search<'_> {
    fn is_body(&mut self, representation: u32, depth: usize) -> bool {
        let Some(row) = self.step.scan.row(representation) else { return true };
        let Some(a) = self.step.attributes(row) else { return true };
        if is_not_a_body(&a) {
            return false;
        }
        a.references(3).iter().any(|&item| self.has_extent(item, depth))
    }

    fn maps_body(&mut self, map: u32, depth: usize) -> bool {
        if let Some(&known) = self.known.get(&map) {
            return known;
        }
        self.known.insert(map, true);
        let attributes = self.step.record(map);
        let maps = attributes.and_then(|a| a.reference(1)).is_none_or(|id| self.is_body(id, depth));
        self.known.insert(map, maps);
        maps
    }

    fn has_extent(&mut self, item: u32, depth: usize) -> bool {
        let Some(row) = self.step.scan.row(item) else { return true };
        match self.step.scan.keyword(row) {
            "IFCMAPPEDITEM" if depth < DEEPEST => {
                let map = self.step.attributes(row).and_then(|a| a.reference(0));
                map.is_none_or(|map| self.maps_body(map, depth + 1))
            }
            "IFCMAPPEDITEM" => true,
            // A set of curves and points has no extent; one with a surface in it has.
            "IFCGEOMETRICCURVESET" => false,
            "IFCGEOMETRICSET" if depth < DEEPEST => {
                if let Some(&known) = self.known.get(&item) {
                    return known;
                }
                self.known.insert(item, true);
                let items = self.step.attributes(row).map(|a| a.references(0));
                let has = items.is_none_or(|ids| ids.iter().any(|&id| self.has_extent(id, depth + 1)));
                self.known.insert(item, has);
                has
            }
            keyword => is_solid(self.schema, keyword),
        }
    }
}
