//! Who is of which type, voids, fills, is a part of, is contained in, and connects whom.

use crate::attributes::Attributes;
use crate::reader::{Reader, Relation};
use groma_model::{Diagnostic, Diagnostics, Element, ElementId, Relations, codes};

/// Reads the types of the elements.
pub(crate) fn types(reader: &Reader<'_>, elements: &mut [Element], said: &mut Diagnostics) {
    for relation in reader.relations(&["IFCRELDEFINESBYTYPE"], 5, 4, said) {
        let Some(&of) = reader.types.get(&relation.relating) else { continue };
        for element in related(reader, &relation) {
            let element = &mut elements[element.index()];
            match element.type_object {
                None => element.type_object = Some(of),
                Some(first) if first != of => {
                    said.push(Diagnostic::new(codes::SECOND_PARENT).element(element).detail("two types"));
                }
                Some(_) => {}
            }
        }
    }
}

/// Reads which elements are parts of which, and sets each element's whole.
///
/// A port nested in an element is a port of it, not a part.
pub(crate) fn wholes(
    reader: &Reader<'_>,
    elements: &mut [Element],
    relations: &mut Relations,
    said: &mut Diagnostics,
) {
    for relation in reader.relations(&["IFCRELAGGREGATES", "IFCRELNESTS"], 4, 5, said) {
        let Some(&whole) = reader.elements.get(&relation.relating) else { continue };
        for part in related(reader, &relation) {
            if elements[part.index()].class.is_a("IfcPort") {
                relations.ports.push((part, whole));
                continue;
            }
            relations.aggregates.push((whole, part));
            let element = &mut elements[part.index()];
            match element.whole {
                None => element.whole = Some(whole),
                Some(first) if first != whole => {
                    said.push(Diagnostic::new(codes::SECOND_PARENT).element(element).detail("two wholes"));
                }
                Some(_) => {}
            }
        }
    }
    for cut in break_cycles(elements) {
        let element = &elements[cut.index()];
        said.push(Diagnostic::new(codes::CYCLE).element(element));
        relations.aggregates.retain(|&(_, part)| part != cut);
    }
}

/// Takes the whole away from the first element (in file order) of each cycle; tells which these are.
fn break_cycles(elements: &mut [Element]) -> Vec<ElementId> {
    // 0 not seen, otherwise the walk that saw it.
    let mut seen = vec![0_u32; elements.len()];
    let mut cuts = Vec::new();
    for start in 0..elements.len() {
        let walk = start as u32 + 1;
        let mut at = start;
        while seen[at] == 0 {
            seen[at] = walk;
            let Some(next) = elements[at].whole else { break };
            at = next.index();
        }
        if seen[at] == walk && elements[at].whole.is_some() {
            let mut first = at;
            let mut around = elements[at].whole;
            while let Some(next) = around.map(ElementId::index).filter(|&n| n != at) {
                first = first.min(next);
                around = elements[next].whole;
            }
            // The walk may have ended at an element without a whole, which is no cycle.
            if around.is_some() {
                elements[first].whole = None;
                cuts.push(ElementId(first as u32));
            }
        }
    }
    cuts
}

/// Reads which spatial element contains which elements, directly; sets each element's container.
/// Gives the pairs (spatial element, contained element) in file order.
pub(crate) fn containers(
    reader: &Reader<'_>,
    elements: &mut [Element],
    said: &mut Diagnostics,
) -> Vec<(ElementId, ElementId)> {
    let mut pairs = Vec::new();
    for relation in reader.relations(&["IFCRELCONTAINEDINSPATIALSTRUCTURE"], 5, 4, said) {
        let Some(&space) = reader.elements.get(&relation.relating) else { continue };
        for id in related(reader, &relation) {
            let element = &mut elements[id.index()];
            match element.container {
                None => {
                    element.container = Some(space);
                    pairs.push((space, id));
                }
                Some(first) if first != space => {
                    said.push(
                        Diagnostic::new(codes::SECOND_PARENT).element(element).detail("two containers"),
                    );
                }
                Some(_) => {}
            }
        }
    }
    pairs
}

/// Gives each part the container of its nearest whole that has one, and each port that of its element.
/// The wholes form no cycle any more.
pub(crate) fn inherit_containers(elements: &mut [Element], ports: &[(ElementId, ElementId)]) {
    for start in 0..elements.len() {
        if elements[start].container.is_some() || is_spatial(&elements[start]) {
            continue;
        }
        let mut at = elements[start].whole;
        while let Some(whole) = at {
            let element = &elements[whole.index()];
            if is_spatial(element) {
                elements[start].container = Some(whole);
                break;
            }
            if element.container.is_some() {
                elements[start].container = element.container;
                break;
            }
            at = element.whole;
        }
    }
    for &(port, element) in ports {
        if elements[port.index()].container.is_none() {
            elements[port.index()].container = elements[element.index()].container;
        }
    }
}

/// True for sites, buildings, storeys, spaces, zones and the facilities of IFC 4.3.
pub(crate) fn is_spatial(element: &Element) -> bool {
    element.class.is_a("IfcSpatialElement") || element.class.is_a("IfcSpatialStructureElement")
}

/// Reads who voids, fills and connects whom.
pub(crate) fn connections(reader: &Reader<'_>, relations: &mut Relations, said: &mut Diagnostics) {
    relations.voids = pairs(reader, &["IFCRELVOIDSELEMENT"], 4, 5, said);
    relations.fills = pairs(reader, &["IFCRELFILLSELEMENT"], 4, 5, said);
    relations.ports.extend(pairs(reader, &["IFCRELCONNECTSPORTTOELEMENT"], 4, 5, said));
    relations.port_connections = pairs(reader, &["IFCRELCONNECTSPORTS"], 4, 5, said);
    let connecting =
        ["IFCRELCONNECTSELEMENTS", "IFCRELCONNECTSPATHELEMENTS", "IFCRELCONNECTSWITHREALIZINGELEMENTS"];
    relations.connects = pairs(reader, &connecting, 5, 6, said);
    relations.connects.extend(pairs(reader, &["IFCRELCOVERSBLDGELEMENTS"], 4, 5, said));
    for relating in [5, 6] {
        let realizing =
            pairs(reader, &["IFCRELCONNECTSWITHREALIZINGELEMENTS"], relating, 7, &mut Diagnostics::default());
        relations.connects.extend(realizing);
    }
}

fn pairs(
    reader: &Reader<'_>,
    keywords: &[&str],
    relating: usize,
    others: usize,
    said: &mut Diagnostics,
) -> Vec<(ElementId, ElementId)> {
    let mut pairs = Vec::new();
    for relation in reader.relations(keywords, relating, others, said) {
        if let Some(&one) = reader.elements.get(&relation.relating) {
            pairs.extend(related(reader, &relation).filter(|&other| other != one).map(|other| (one, other)));
        }
    }
    pairs
}

/// The related instances that are elements.
pub(crate) fn related<'r>(
    reader: &'r Reader<'_>,
    relation: &'r Relation,
) -> impl Iterator<Item = ElementId> + 'r {
    relation.related.iter().filter_map(|id| reader.elements.get(id).copied())
}

/// Assigns property sets to elements; `index` finds a set by its instance name.
pub(crate) fn property_sets(
    reader: &Reader<'_>,
    elements: &mut [Element],
    index: impl Fn(u32) -> Option<u32>,
    said: &mut Diagnostics,
) {
    let rows = reader.rows(&["IFCRELDEFINESBYPROPERTIES", "IFCRELOVERRIDESPROPERTIES"]);
    let read =
        reader.read(&rows, said, |row, a: &Attributes<'_>| Some((row, a.references(4), a.references(5))));
    for (row, objects, sets) in read {
        let mut missing: Vec<u32> = Vec::new();
        missing.extend(objects.iter().chain(&sets).filter(|id| reader.step.scan.row(**id).is_none()));
        for to in missing {
            said.push(reader.dangling(row, to));
        }
        for element in objects.iter().filter_map(|id| reader.elements.get(id)) {
            let list = &mut elements[element.index()].property_sets;
            list.extend(sets.iter().filter_map(|&id| index(id)));
        }
    }
    for element in elements {
        let mut seen = rustc_hash::FxHashSet::default();
        element.property_sets.retain(|set| seen.insert(*set));
    }
}
