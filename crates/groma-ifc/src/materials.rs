//! Materials: single ones, lists, layers, constituents and profiles.

use crate::named_parts;
use crate::reader::{Reader, push_new};
use crate::relations::related;
use crate::scan::Row;
use groma_model::{Diagnostics, Element, Layer, Material, MaterialKind, TypeObject};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Reads the materials that elements or types have, and the single materials that these are made of; assigns
/// them. An element without one has those of its type.
///
/// `sets` are the materials and their property sets.
pub(crate) fn read(
    reader: &Reader<'_>,
    sets: &[(u32, u32)],
    elements: &mut [Element],
    types: &mut [TypeObject],
    said: &mut Diagnostics,
) -> Vec<Material> {
    let relations = reader.relations(&["IFCRELASSOCIATESMATERIAL"], 5, 4, said);
    let rows: Vec<Option<Row>> = relations.iter().map(|r| definition(reader, r.relating)).collect();
    let mut wanted: Vec<Row> = rows.iter().flatten().copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let parts: Vec<Row> = wanted.iter().flat_map(|&row| singles(reader, row)).collect();
    wanted.extend(parts);
    wanted.sort_unstable();
    wanted.dedup();
    let index: FxHashMap<Row, u32> = wanted.iter().copied().zip(0..).collect();
    let mut materials: Vec<Material> =
        wanted.iter().map(|&row| material(reader, &index, row).unwrap_or_default()).collect();
    for &(material, set) in sets {
        if let Some(&at) = reader.step.scan.row(material).and_then(|row| index.get(&row)) {
            materials[at as usize].property_sets.push(set);
        }
    }
    for (material, styles) in drawn_with(reader) {
        if let Some(&at) = reader.step.scan.row(material).and_then(|row| index.get(&row)) {
            styles.into_iter().for_each(|style| push_new(&mut materials[at as usize].styles, style));
        }
    }
    for (relation, row) in relations.iter().zip(rows) {
        let Some(&material) = row.and_then(|row| index.get(&row)) else { continue };
        for element in related(reader, relation) {
            push_new(&mut elements[element.index()].materials, material);
        }
        for object in relation.related.iter().filter_map(|id| reader.types.get(id)) {
            push_new(&mut types[*object as usize].materials, material);
        }
    }
    for element in elements.iter_mut().filter(|e| e.materials.is_empty()) {
        if let Some(of) = element.type_object {
            element.materials.clone_from(&types[of as usize].materials);
        }
    }
    materials
}

/// Materials and the named surface styles of their representations.
fn drawn_with(reader: &Reader<'_>) -> Vec<(u32, Vec<Arc<str>>)> {
    let step = reader.step;
    let of = |row: Row| {
        let a = step.attributes(row)?;
        let representations = a.references(2).into_iter().filter_map(|id| step.record(id));
        let items = representations.flat_map(|r| r.references(3)).filter_map(|id| step.record(id));
        Some((a.reference(3)?, items.flat_map(|item| named_parts::styles(reader, &item)).collect()))
    };
    reader.rows(&["IFCMATERIALDEFINITIONREPRESENTATION"]).into_iter().filter_map(of).collect()
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

/// Where a set lists its parts.
fn parts_slot(keyword: &str) -> Option<usize> {
    match keyword {
        "IFCMATERIALLAYERSET" | "IFCMATERIALLIST" => Some(0),
        "IFCMATERIALCONSTITUENTSET" | "IFCMATERIALPROFILESET" => Some(2),
        _ => None,
    }
}

/// Where a layer, constituent or profile names its material.
fn material_slot(keyword: &str) -> Option<usize> {
    match keyword {
        "IFCMATERIALLAYER" | "IFCMATERIALLAYERWITHOFFSETS" => Some(0),
        "IFCMATERIALCONSTITUENT" | "IFCMATERIALPROFILE" | "IFCMATERIALPROFILEWITHOFFSETS" => Some(2),
        _ => None,
    }
}

/// The records of the single materials that a material is made of.
fn singles(reader: &Reader<'_>, row: Row) -> Vec<Row> {
    let of_part = |id: u32| {
        let row = reader.step.scan.row(id)?;
        match material_slot(reader.step.scan.keyword(row)) {
            Some(slot) => single(reader, reader.step.attributes(row)?.reference(slot)?),
            None => single(reader, id),
        }
    };
    match parts_slot(reader.step.scan.keyword(row)) {
        Some(slot) => {
            let parts = reader.step.attributes(row).map_or_else(Vec::new, |a| a.references(slot));
            parts.into_iter().filter_map(of_part).collect()
        }
        None => of_part(reader.step.scan.id(row)).into_iter().collect(),
    }
}

fn single(reader: &Reader<'_>, id: u32) -> Option<Row> {
    reader.step.scan.row(id).filter(|&row| reader.step.scan.keyword(row) == "IFCMATERIAL")
}

fn material(reader: &Reader<'_>, index: &FxHashMap<Row, u32>, row: Row) -> Option<Material> {
    let a = reader.step.attributes(row)?;
    let text = |slot| reader.text(&a, Some(slot));
    let keyword = reader.step.scan.keyword(row);
    let layers = match parts_slot(keyword) {
        Some(slot) => a.references(slot).into_iter().filter_map(|id| layer(reader, index, id)).collect(),
        None => Vec::new(),
    };
    let set = |kind, name, description| Material {
        kind,
        name: text(name),
        description: text(description),
        layers,
        ..Material::default()
    };
    Some(match keyword {
        "IFCMATERIAL" => Material { category: text(2), ..set(MaterialKind::Single, 0, 1) },
        "IFCMATERIALLAYERSET" => set(MaterialKind::Layers, 1, 2),
        "IFCMATERIALLIST" => set(MaterialKind::List, usize::MAX, usize::MAX),
        "IFCMATERIALCONSTITUENTSET" => set(MaterialKind::Constituents, 0, 1),
        "IFCMATERIALPROFILESET" => set(MaterialKind::Profiles, 0, 1),
        // A layer, constituent or profile by itself.
        _ => {
            let kind = match keyword {
                "IFCMATERIALCONSTITUENT" => MaterialKind::Constituents,
                "IFCMATERIALPROFILE" | "IFCMATERIALPROFILEWITHOFFSETS" => MaterialKind::Profiles,
                _ => MaterialKind::Layers,
            };
            let part = layer(reader, index, reader.step.scan.id(row))?;
            Material { kind, layers: vec![part], ..Material::default() }
        }
    })
}

fn layer(reader: &Reader<'_>, index: &FxHashMap<Row, u32>, id: u32) -> Option<Layer> {
    let row = reader.step.scan.row(id)?;
    let a = reader.step.attributes(row)?;
    let text = |slot| reader.text(&a, Some(slot));
    let keyword = reader.step.scan.keyword(row);
    let of = match material_slot(keyword) {
        Some(slot) => a.reference(slot).and_then(|id| single(reader, id)),
        None => single(reader, id),
    };
    let layer = Layer {
        material: of
            .and_then(|row| reader.step.attributes(row))
            .and_then(|material| reader.text(&material, Some(0))),
        single: of.and_then(|row| index.get(&row).copied()),
        ..Layer::default()
    };
    match keyword {
        "IFCMATERIAL" => Some(layer),
        "IFCMATERIALLAYER" | "IFCMATERIALLAYERWITHOFFSETS" => Some(Layer {
            name: text(3),
            category: text(5),
            thickness: a.real(1).map(|t| t * reader.units.units.length),
            ventilated: a.logical(2),
            ..layer
        }),
        "IFCMATERIALCONSTITUENT" => {
            Some(Layer { name: text(0), category: text(4), fraction: a.real(3), ..layer })
        }
        "IFCMATERIALPROFILE" | "IFCMATERIALPROFILEWITHOFFSETS" => {
            let profile = a.reference(3).and_then(|id| reader.step.scan.row(id));
            let profile = profile.and_then(|row| reader.step.attributes(row));
            Some(Layer {
                name: text(0),
                category: text(5),
                profile: profile.and_then(|p| reader.text(&p, Some(1))),
                ..layer
            })
        }
        _ => None,
    }
}
