//! Why elements have no shape, told before any is meshed.

use crate::attributes::Step;
use crate::bodies::Shown;
use crate::schema::Schema;
use groma_model::{Element, ElementId, Model, NoShape, ShapeStatus, TypeObject, codes};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// What each element's status is without any mesh.
pub(crate) fn statuses(step: Step<'_>, schema: &Schema, model: &Model, seen: &[Shown]) -> Vec<ShapeStatus> {
    let wholes = shown_by_parts(model, seen);
    let on_type: Vec<bool> = model.types.par_iter().map(|t| has_maps(step, schema, t)).collect();
    let of_type = |id: ElementId| model.element(id).type_object.is_some_and(|t| on_type[t as usize]);
    (0..model.elements.len() as u32)
        .map(ElementId)
        .map(|id| match seen[id.index()] {
            _ if is_cutter(model.element(id)) => ShapeStatus::NoShape(NoShape::Void),
            Shown::Body => ShapeStatus::Failed(codes::NO_MESH),
            _ if wholes.contains(&id) => ShapeStatus::NoShape(NoShape::ShapeInParts),
            Shown::Empty => ShapeStatus::NoShape(NoShape::Empty),
            Shown::NoBody => ShapeStatus::NoShape(NoShape::NotABody),
            Shown::Nothing if of_type(id) => ShapeStatus::NoShape(NoShape::ShapeOnType),
            Shown::Nothing => ShapeStatus::NoShape(NoShape::NoRepresentation),
        })
        .collect()
}

/// The wholes of which a part, or a part of a part, has a body.
fn shown_by_parts(model: &Model, seen: &[Shown]) -> FxHashSet<ElementId> {
    let mut wholes: FxHashMap<ElementId, Vec<ElementId>> = FxHashMap::default();
    model.relations.aggregates.iter().for_each(|&(whole, part)| wholes.entry(part).or_default().push(whole));
    let bodies = (0..model.elements.len() as u32).map(ElementId).filter(|id| seen[id.index()] == Shown::Body);
    let mut open: Vec<ElementId> = bodies.filter(|&id| !is_cutter(model.element(id))).collect();
    let mut shown = FxHashSet::default();
    while let Some(part) = open.pop() {
        let above = wholes.get(&part).into_iter().flatten();
        open.extend(above.copied().filter(|&whole| shown.insert(whole)));
    }
    shown
}

/// True for a type with representation maps.
fn has_maps(step: Step<'_>, schema: &Schema, object: &TypeObject) -> bool {
    let slot = schema.class(step.keyword(object.express_id)).and_then(|c| c.slot("RepresentationMaps"));
    let attributes = step.record(object.express_id);
    slot.zip(attributes).is_some_and(|(slot, a)| !a.references(slot).is_empty())
}

/// True for what is cut out of others, and is not there itself.
pub(crate) fn is_cutter(element: &Element) -> bool {
    element.class.is_a("IfcFeatureElementSubtraction") || element.class.is_a("IfcVirtualElement")
}
