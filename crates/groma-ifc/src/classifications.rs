//! Classification references.

use crate::reader::Reader;
use crate::relations::related;
use crate::scan::Row;
use groma_model::{Classification, Diagnostics, Element};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// References may refer to references; deeper than this they are a cycle.
const DEEPEST: usize = 32;

/// Reads the classification references that elements or types have, and assigns them to the elements;
/// those of the type come behind those of the occurrence.
pub(crate) fn read(
    reader: &Reader<'_>,
    elements: &mut [Element],
    said: &mut Diagnostics,
) -> Vec<Classification> {
    let relations = reader.relations(&["IFCRELASSOCIATESCLASSIFICATION"], 5, 4, said);
    let mut wanted: Vec<Row> = relations.iter().filter_map(|r| reader.step.scan.row(r.relating)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut index: FxHashMap<Row, u32> = FxHashMap::default();
    let mut found = Vec::new();
    for row in wanted {
        if let Some(classification) = classification(reader, row) {
            index.insert(row, found.len() as u32);
            found.push(classification);
        }
    }
    let mut of_types: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for relation in &relations {
        let Some(&at) = reader.step.scan.row(relation.relating).and_then(|row| index.get(&row)) else {
            continue;
        };
        for element in related(reader, relation) {
            elements[element.index()].classifications.push(at);
        }
        for object in relation.related.iter().filter_map(|id| reader.types.get(id)) {
            of_types.entry(*object).or_default().push(at);
        }
    }
    for element in elements {
        if let Some(list) = element.type_object.and_then(|t| of_types.get(&t)) {
            element.classifications.extend(list);
        }
        let mut seen = Vec::new();
        element.classifications.retain(|c| {
            !seen.contains(c) && {
                seen.push(*c);
                true
            }
        });
    }
    found
}

fn classification(reader: &Reader<'_>, row: Row) -> Option<Classification> {
    let a = reader.step.attributes(row)?;
    let text = |slot| reader.text(&a, Some(slot));
    match reader.step.scan.keyword(row) {
        "IFCCLASSIFICATIONREFERENCE" => Some(Classification {
            system: system(reader, a.reference(3)),
            identification: text(1),
            name: text(2),
            ..Classification::default()
        }),
        "IFCCLASSIFICATION" => Some(Classification { system: text(3), ..Classification::default() }),
        _ => None,
    }
}

/// The name of the system at the end of a chain of references.
fn system(reader: &Reader<'_>, mut at: Option<u32>) -> Option<Arc<str>> {
    for _ in 0..DEEPEST {
        let row = reader.step.scan.row(at?)?;
        let a = reader.step.attributes(row)?;
        match reader.step.scan.keyword(row) {
            "IFCCLASSIFICATION" => return reader.text(&a, Some(3)),
            "IFCCLASSIFICATIONREFERENCE" => at = a.reference(3),
            _ => return None,
        }
    }
    None
}
