//! Materials: single ones, lists, layers, constituents and profiles.

use crate::reader::Reader;
use crate::relations::related;
use crate::scan::Row;
use crate::units::FileUnits;
use groma_model::{Diagnostics, Element, Layer, Material};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Reads the materials that elements or types have, and assigns them to the elements; an element without
/// one has those of its type.
pub(crate) fn read(
    reader: &Reader<'_>,
    units: &FileUnits<'_>,
    elements: &mut [Element],
    said: &mut Diagnostics,
) -> Vec<Material> {
    let relations = reader.relations(&["IFCRELASSOCIATESMATERIAL"], 5, 4, said);
    let rows: Vec<Option<Row>> = relations.iter().map(|r| definition(reader, r.relating)).collect();
    let mut wanted: Vec<Row> = rows.iter().flatten().copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let materials: Vec<Material> =
        wanted.iter().map(|&row| material(reader, units, row).unwrap_or_default()).collect();
    let index: FxHashMap<Row, u32> = wanted.iter().copied().zip(0..).collect();

    let mut of_types: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (relation, row) in relations.iter().zip(rows) {
        let Some(&material) = row.and_then(|row| index.get(&row)) else { continue };
        for element in related(reader, relation) {
            push_new(&mut elements[element.index()].materials, material);
        }
        for object in relation.related.iter().filter_map(|id| reader.types.get(id)) {
            push_new(of_types.entry(*object).or_default(), material);
        }
    }
    for element in elements.iter_mut().filter(|e| e.materials.is_empty()) {
        if let Some(list) = element.type_object.and_then(|t| of_types.get(&t)) {
            element.materials.clone_from(list);
        }
    }
    materials
}

fn push_new(list: &mut Vec<u32>, item: u32) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The record of the material or set; a usage stands for the set it uses.
fn definition(reader: &Reader<'_>, id: u32) -> Option<Row> {
    let row = reader.step.scan.row(id)?;
    match reader.step.scan.keyword(row) {
        "IFCMATERIALLAYERSETUSAGE" | "IFCMATERIALPROFILESETUSAGE" | "IFCMATERIALPROFILESETUSAGETAPERING" => {
            reader.step.scan.row(reader.step.attributes(row)?.reference(0)?)
        }
        _ => Some(row),
    }
}

fn material(reader: &Reader<'_>, units: &FileUnits<'_>, row: Row) -> Option<Material> {
    let a = reader.step.attributes(row)?;
    let text = |slot| reader.text(&a, Some(slot));
    let each =
        |slot: usize| a.references(slot).into_iter().filter_map(|id| layer(reader, units, id)).collect();
    Some(match reader.step.scan.keyword(row) {
        "IFCMATERIAL" => Material { name: text(0), ..Material::default() },
        "IFCMATERIALLAYERSET" => Material { name: text(1), layers: each(0), ..Material::default() },
        "IFCMATERIALLIST" => Material { layers: each(0), ..Material::default() },
        "IFCMATERIALCONSTITUENTSET" | "IFCMATERIALPROFILESET" => {
            Material { name: text(0), layers: each(2), ..Material::default() }
        }
        // A layer, constituent or profile by itself.
        _ => {
            Material { layers: vec![layer(reader, units, reader.step.scan.id(row))?], ..Material::default() }
        }
    })
}

fn layer(reader: &Reader<'_>, units: &FileUnits<'_>, id: u32) -> Option<Layer> {
    let row = reader.step.scan.row(id)?;
    let a = reader.step.attributes(row)?;
    let name_of = |slot: usize| -> Option<Arc<str>> {
        let a = reader.step.instance(a.reference(slot)?, &["IFCMATERIAL"])?;
        reader.text(&a, Some(0))
    };
    match reader.step.scan.keyword(row) {
        "IFCMATERIAL" => Some(Layer { material: reader.text(&a, Some(0)), ..Layer::default() }),
        "IFCMATERIALLAYER" | "IFCMATERIALLAYERWITHOFFSETS" => Some(Layer {
            material: name_of(0),
            thickness: a.real(1).map(|t| t * units.units.length),
            ..Layer::default()
        }),
        "IFCMATERIALCONSTITUENT" | "IFCMATERIALPROFILE" | "IFCMATERIALPROFILEWITHOFFSETS" => {
            Some(Layer { material: name_of(2), ..Layer::default() })
        }
        _ => None,
    }
}
