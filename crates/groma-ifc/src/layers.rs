//! Presentation layers.

use crate::reader::Reader;
use groma_model::{Diagnostics, Element, ElementId, PresentationLayer};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Reads the layers of the file, in file order, with the elements whose shape, one of its representations or
/// one of their items is assigned to them; gives each element the first of its layers.
pub(crate) fn read(
    reader: &Reader<'_>,
    elements: &mut [Element],
    said: &mut Diagnostics,
) -> Vec<PresentationLayer> {
    let rows = reader.rows(&["IFCPRESENTATIONLAYERASSIGNMENT", "IFCPRESENTATIONLAYERWITHSTYLE"]);
    let mut layers: Vec<PresentationLayer> = Vec::with_capacity(rows.len());
    let mut layers_of: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let read = reader.read(&rows, said, |_, a| {
        let text = |slot| reader.text(a, Some(slot));
        let layer = PresentationLayer {
            name: text(0),
            description: text(1),
            identifier: text(3),
            elements: Vec::new(),
        };
        Some((layer, a.references(2)))
    });
    for (layer, items) in read {
        for item in items {
            layers_of.entry(item).or_default().push(layers.len() as u32);
        }
        layers.push(layer);
    }
    if layers_of.is_empty() {
        return layers;
    }
    let found: Vec<Vec<u32>> = elements
        .par_iter()
        .with_min_len(64)
        .map(|element| on_layers(reader, &layers_of, element.express_id).unwrap_or_default())
        .collect();
    for (id, (element, on)) in (0..).map(ElementId).zip(elements.iter_mut().zip(found)) {
        element.layer = on.iter().find_map(|&at| layers[at as usize].name.clone());
        for at in on {
            layers[at as usize].elements.push(id);
        }
    }
    layers
}

/// The layers of an element, without repetition: those of its shape, of its representations, of their items.
fn on_layers(reader: &Reader<'_>, layers_of: &FxHashMap<u32, Vec<u32>>, element: u32) -> Option<Vec<u32>> {
    let row = reader.step.scan.row(element)?;
    let slot = reader.class(row)?.slot("Representation")?;
    let id = reader.step.attributes(row)?.reference(slot)?;
    let mut found: Vec<u32> = Vec::new();
    let mut add = |id: u32| {
        for &layer in layers_of.get(&id).into_iter().flatten() {
            if !found.contains(&layer) {
                found.push(layer);
            }
        }
    };
    add(id);
    let shape = reader.step.instance(id, &["IFCPRODUCTDEFINITIONSHAPE", "IFCPRODUCTREPRESENTATION"]);
    for representation in shape.map_or_else(Vec::new, |shape| shape.references(2)) {
        add(representation);
        let row = reader.step.scan.row(representation);
        let items = row.and_then(|row| reader.step.attributes(row)).map(|a| a.references(3));
        items.into_iter().flatten().for_each(&mut add);
    }
    Some(found)
}
