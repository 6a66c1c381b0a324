//! Which items are related to something of a name: a type, a material, a place, a group.

use crate::selector::{Relation, Test};
use crate::{Index, Item};
use groma_model::{Classification, Material, Model};
use rayon::prelude::*;

/// For each slot whether it passes.
pub(crate) fn related(index: &Index<'_>, to: Relation, test: &Test) -> Vec<bool> {
    let model = index.model;
    let named = |slot: u32| {
        let item = index.items[slot as usize];
        let id = crate::item::base_id(item.global_id(model));
        test.compares_any([item.name(model).map(|n| &**n), Some(id)])
    };
    // Each target is compared once; `NULL` asks whether there is any.
    let null = test.is_null();
    let each = |found: &(dyn Fn(u32, Item) -> (bool, bool) + Sync)| -> Vec<bool> {
        let slots = index.items.par_iter().enumerate().with_min_len(1024);
        slots
            .map(|(slot, &item)| {
                let (any, compares) = found(slot as u32, item);
                (if null { !any } else { compares }) != test.not
            })
            .collect()
    };
    let among = |list: &[u32], hits: &[bool]| (!list.is_empty(), list.iter().any(|&i| hits[i as usize]));
    match to {
        Relation::Type => {
            let hits: Vec<bool> = (0..model.types.len() as u32).map(|t| named(index.type_slot(t))).collect();
            each(&|_, item| {
                let of = item.type_object(model);
                (of.is_some(), of.is_some_and(|t| hits[t as usize]))
            })
        }
        Relation::Material => {
            let hits: Vec<bool> =
                model.materials.iter().map(|m| test.compares_any(material_names(model, m))).collect();
            each(&|_, item| among(item.materials(model), &hits))
        }
        Relation::Classification => {
            let names = model.classifications.iter().map(classification_names);
            let hits: Vec<bool> = names.map(|names| test.compares_any(names)).collect();
            each(&|_, item| among(item.classifications(model), &hits))
        }
        Relation::Location => {
            let mut hits = vec![false; index.items.len()];
            let mut last = None;
            for &(above, _) in &index.tree().below {
                if last.replace(above) != Some(above) {
                    hits[above as usize] = named(above);
                }
            }
            each(&|slot, _| {
                let mut any = false;
                let hit = index.locations(slot).any(|place| {
                    any = true;
                    hits[place as usize]
                });
                (any, hit)
            })
        }
        Relation::Group => {
            let (mut member, mut hits) = (vec![false; index.items.len()], vec![false; index.items.len()]);
            let groups: Vec<bool> =
                (0..model.systems.len() as u32).map(|g| named(index.group_slot(g))).collect();
            for &(slot, group) in index.memberships() {
                member[slot as usize] = true;
                hits[slot as usize] |= groups[(group - index.group_slot(0)) as usize];
            }
            each(&|slot, _| (member[slot as usize], hits[slot as usize]))
        }
        Relation::Parent => {
            let hits = family(index, &named);
            each(&|slot, _| (index.above(slot).is_some(), hits[slot as usize]))
        }
    }
}

/// Those with anything below them that are so named, and all below these.
fn family(index: &Index<'_>, named: &dyn Fn(u32) -> bool) -> Vec<bool> {
    let tree = index.tree();
    let mut family = vec![false; index.items.len()];
    let mut open: Vec<u32> = Vec::new();
    for pair in tree.below.chunk_by(|a, b| a.0 == b.0) {
        if named(pair[0].0) {
            family[pair[0].0 as usize] = true;
            open.push(pair[0].0);
        }
    }
    while let Some(slot) = open.pop() {
        for below in tree.children(slot) {
            if !std::mem::replace(&mut family[below as usize], true) {
                open.push(below);
            }
        }
    }
    family
}

/// Names and categories of the single materials that it is, or is made of.
pub(crate) fn material_names<'m>(
    model: &'m Model,
    material: &'m Material,
) -> impl Iterator<Item = Option<&'m str>> {
    let own = material.layers.is_empty().then_some([&material.name, &material.category]);
    let parts = material.layers.iter().flat_map(|layer| {
        let single = layer.single.map(|i| &model.materials[i as usize]);
        [&layer.material, single.map_or(&None, |m| &m.category)]
    });
    own.into_iter().flatten().chain(parts).map(|name| name.as_deref())
}

/// Identification and name; of a whole system its name.
pub(crate) fn classification_names(reference: &Classification) -> [Option<&str>; 2] {
    match (&reference.identification, &reference.name) {
        (None, None) => [reference.system.as_deref(), None],
        (identification, name) => [identification.as_deref(), name.as_deref()],
    }
}
