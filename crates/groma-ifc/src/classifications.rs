//! Classification references.

use crate::reader::{Reader, push_new};
use crate::relations::related;
use crate::scan::Row;
use groma_model::{Classification, Diagnostics, Element, TypeObject};
use rustc_hash::FxHashMap;

/// References may refer to references; deeper than this they are a cycle.
const DEEPEST: usize = 32;

/// The classifications of a file, and those of objects that are neither elements nor types, by instance name.
pub(crate) struct Classified {
    pub(crate) classifications: Vec<Classification>,
    pub(crate) of_others: FxHashMap<u32, Vec<u32>>,
}

/// Reads the classification references that objects have and those above them, and assigns them to elements
/// and types. Those of a type come behind those of its occurrence, unless the occurrence has its own of the
/// same system.
pub(crate) fn read(
    reader: &Reader<'_>,
    elements: &mut [Element],
    types: &mut [TypeObject],
    said: &mut Diagnostics,
) -> Classified {
    let relations = reader.relations(&["IFCRELASSOCIATESCLASSIFICATION"], 5, 4, said);
    let mut wanted: Vec<Row> = Vec::new();
    for relation in &relations {
        let mut at = reader.step.scan.row(relation.relating);
        for _ in 0..DEEPEST {
            let Some(row) = at.filter(|&row| is_classification(reader, row)) else { break };
            wanted.push(row);
            at = above(reader, row).filter(|&row| is_reference(reader, row));
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    let mut index: FxHashMap<Row, u32> = FxHashMap::default();
    let mut found = Vec::new();
    let mut parents = Vec::new();
    for row in wanted {
        if let Some(classification) = classification(reader, row) {
            index.insert(row, found.len() as u32);
            parents.push(above(reader, row));
            found.push(classification);
        }
    }
    for (classification, parent) in found.iter_mut().zip(parents) {
        classification.parent = parent.and_then(|row| index.get(&row).copied());
    }
    let mut of_others: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for relation in &relations {
        let Some(&at) = reader.step.scan.row(relation.relating).and_then(|row| index.get(&row)) else {
            continue;
        };
        for element in related(reader, relation) {
            push_new(&mut elements[element.index()].classifications, at);
        }
        for id in relation.related.iter().filter(|id| !reader.elements.contains_key(id)) {
            match reader.types.get(id) {
                Some(&object) => push_new(&mut types[object as usize].classifications, at),
                None => push_new(of_others.entry(*id).or_default(), at),
            }
        }
    }
    let system = |at: u32| &found[at as usize].system;
    for element in elements {
        let Some(of) = element.type_object else { continue };
        let own = element.classifications.len();
        for &at in &types[of as usize].classifications {
            let overridden = element.classifications[..own].iter().any(|&o| system(o) == system(at));
            if !overridden {
                push_new(&mut element.classifications, at);
            }
        }
    }
    Classified { classifications: found, of_others }
}

fn is_reference(reader: &Reader<'_>, row: Row) -> bool {
    reader.step.scan.keyword(row) == "IFCCLASSIFICATIONREFERENCE"
}

fn is_classification(reader: &Reader<'_>, row: Row) -> bool {
    is_reference(reader, row) || reader.step.scan.keyword(row) == "IFCCLASSIFICATION"
}

/// The record that a reference refers to: a reference above it, or the system.
fn above(reader: &Reader<'_>, row: Row) -> Option<Row> {
    let a = is_reference(reader, row).then(|| reader.step.attributes(row)).flatten()?;
    reader.step.scan.row(a.reference(3)?)
}

fn classification(reader: &Reader<'_>, row: Row) -> Option<Classification> {
    let a = reader.step.attributes(row)?;
    let text = |slot| reader.text(&a, Some(slot));
    let system = system(reader, row).and_then(|row| reader.step.attributes(row));
    let of_system = |slot| system.as_ref().and_then(|a| reader.text(a, Some(slot)));
    let found = Classification { system: of_system(3), edition: of_system(1), ..Classification::default() };
    Some(match is_reference(reader, row) {
        true => Classification { location: text(0), identification: text(1), name: text(2), ..found },
        false => found,
    })
}

/// The system at the end of a chain of references.
fn system(reader: &Reader<'_>, row: Row) -> Option<Row> {
    let mut at = Some(row);
    for _ in 0..DEEPEST {
        let row = at?;
        if !is_reference(reader, row) {
            return (reader.step.scan.keyword(row) == "IFCCLASSIFICATION").then_some(row);
        }
        at = above(reader, row);
    }
    None
}
