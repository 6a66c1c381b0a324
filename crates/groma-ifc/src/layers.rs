//! Presentation layers.

use crate::reader::Reader;
use groma_model::{Diagnostics, Element};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Gives each element the first layer that its shape, one of its representations or one of their items is
/// assigned to.
pub(crate) fn assign(reader: &Reader<'_>, elements: &mut [Element], said: &mut Diagnostics) {
    let rows = reader.rows(&["IFCPRESENTATIONLAYERASSIGNMENT", "IFCPRESENTATIONLAYERWITHSTYLE"]);
    let mut layer_of: FxHashMap<u32, Arc<str>> = FxHashMap::default();
    for (name, items) in reader.read(&rows, said, |_, a| Some((reader.text(a, Some(0)), a.references(2)))) {
        let Some(name) = name else { continue };
        for item in items {
            layer_of.entry(item).or_insert_with(|| name.clone());
        }
    }
    if layer_of.is_empty() {
        return;
    }
    elements.par_iter_mut().with_min_len(64).for_each(|element| {
        element.layer = layer(reader, &layer_of, element.express_id);
    });
}

fn layer(reader: &Reader<'_>, layer_of: &FxHashMap<u32, Arc<str>>, element: u32) -> Option<Arc<str>> {
    let row = reader.step.scan.row(element)?;
    let slot = reader.classes.get(reader.step.scan.keyword(row))?.slot("Representation")?;
    let shape = reader.step.attributes(row)?.reference(slot)?;
    if let Some(layer) = layer_of.get(&shape) {
        return Some(layer.clone());
    }
    let shape = reader.step.instance(shape, &["IFCPRODUCTDEFINITIONSHAPE", "IFCPRODUCTREPRESENTATION"])?;
    for representation in shape.references(2) {
        if let Some(layer) = layer_of.get(&representation) {
            return Some(layer.clone());
        }
        let row = reader.step.scan.row(representation)?;
        let items = reader.step.attributes(row)?.references(3);
        if let Some(layer) = items.iter().find_map(|item| layer_of.get(item)) {
            return Some(layer.clone());
        }
    }
    None
}
