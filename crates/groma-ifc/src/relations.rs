//! Who is of which type, voids, fills, is a part of, is contained in, and connects whom.

use crate::attributes::Attributes;
use crate::cycles::break_cycles;
use crate::reader::{Reader, Relation};
use groma_model::{
    Diagnostic, Diagnostics, Element, ElementId, PathConnection, PathEnd, Relations, SpaceBoundary,
    TypeObject, codes,
};
use rustc_hash::{FxHashMap, FxHashSet};

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
    let mut parents: Vec<Option<u32>> = elements.iter().map(|e| e.whole.map(|w| w.0)).collect();
    for cut in break_cycles(&mut parents) {
        let element = &mut elements[cut as usize];
        element.whole = None;
        said.push(Diagnostic::new(codes::CYCLE).element(element));
        relations.aggregates.retain(|&(_, part)| part.0 != cut);
    }
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
    // What was walked already leads no further: each element is walked once, however deep the wholes lie.
    let mut settled = vec![false; elements.len()];
    let mut way: Vec<usize> = Vec::new();
    for start in 0..elements.len() {
        way.clear();
        let mut at = Some(ElementId(start as u32));
        let mut found = None;
        while let Some(id) = at {
            let element = &elements[id.index()];
            if is_spatial(element) {
                found = Some(id);
                break;
            }
            if element.container.is_some() || settled[id.index()] {
                found = element.container;
                break;
            }
            way.push(id.index());
            at = element.whole;
        }
        for &on in &way {
            elements[on].container = found;
            settled[on] = true;
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
    relations.covers = pairs(reader, &["IFCRELCOVERSBLDGELEMENTS"], 4, 5, said);
    relations.connects.extend(&relations.covers);
    relations.covers_spaces = pairs(reader, &["IFCRELCOVERSSPACES"], 4, 5, said);
    relations.projections = pairs(reader, &["IFCRELPROJECTSELEMENT"], 4, 5, said);
    relations.references = pairs(reader, &["IFCRELREFERENCEDINSPATIALSTRUCTURE"], 5, 4, said);
    relations.interferes = pairs(reader, &["IFCRELINTERFERESELEMENTS"], 4, 5, said);
    relations.flow_controls = pairs(reader, &["IFCRELFLOWCONTROLELEMENTS"], 5, 4, said);
    relations.paths = paths(reader);
    relations.space_boundaries = space_boundaries(reader, said);
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

/// Where walls and members meet along their axes. References in vain are said of the connections.
fn paths(reader: &Reader<'_>) -> Vec<PathConnection> {
    let end = |word: Option<&str>| match word.map(str::to_ascii_uppercase).as_deref() {
        Some("ATSTART") => PathEnd::Start,
        Some("ATPATH") => PathEnd::Between,
        Some("ATEND") => PathEnd::End,
        _ => PathEnd::Unknown,
    };
    let rows = reader.rows(&["IFCRELCONNECTSPATHELEMENTS"]);
    let read = reader.read(&rows, &mut Diagnostics::default(), |_, a| {
        Some(PathConnection {
            relating: *reader.elements.get(&a.reference(5)?)?,
            related: *reader.elements.get(&a.reference(6)?)?,
            related_end: end(a.enumeration(9)),
            relating_end: end(a.enumeration(10)),
        })
    });
    read.into_iter().filter(|c| c.relating != c.related).collect()
}

/// Which elements bound which spaces.
fn space_boundaries(reader: &Reader<'_>, said: &mut Diagnostics) -> Vec<SpaceBoundary> {
    let keywords = ["IFCRELSPACEBOUNDARY", "IFCRELSPACEBOUNDARY1STLEVEL", "IFCRELSPACEBOUNDARY2NDLEVEL"];
    let rows = reader.rows(&keywords);
    let read = reader.read(&rows, said, |row, a| {
        let (space, element) = (a.reference(4)?, a.reference(5));
        let there = |id: u32| reader.step.scan.row(id).is_some();
        let missing = [Some(space), element].into_iter().flatten().find(|&id| !there(id));
        let boundary = reader.elements.get(&space).map(|&space| SpaceBoundary {
            space,
            element: element.and_then(|id| reader.elements.get(&id).copied()),
            global_id: reader.text(a, Some(0)).unwrap_or_else(|| reader.texts.get("")),
            physical: a.enumeration(7).and_then(|word| match word.to_ascii_uppercase().as_str() {
                "PHYSICAL" => Some(true),
                "VIRTUAL" => Some(false),
                _ => None,
            }),
            internal: a.enumeration(8).and_then(|word| match word.to_ascii_uppercase().as_str() {
                "INTERNAL" => Some(true),
                word if word.starts_with("EXTERNAL") => Some(false),
                _ => None,
            }),
            level: match (reader.step.scan.keyword(row), a.text(2).as_deref()) {
                ("IFCRELSPACEBOUNDARY1STLEVEL", _) | (_, Some("1stLevel")) => 1,
                ("IFCRELSPACEBOUNDARY2NDLEVEL", _) | (_, Some("2ndLevel")) => 2,
                _ => 0,
            },
        });
        Some((row, missing, boundary))
    });
    let mut boundaries = Vec::with_capacity(read.len());
    for (row, missing, boundary) in read {
        if let Some(to) = missing {
            said.push(reader.dangling(row, to));
        }
        boundaries.extend(boundary);
    }
    boundaries
}

/// Assigns property sets to elements and types; `index` finds a set by its instance name. Gives those of all
/// other objects, by instance name.
pub(crate) fn property_sets(
    reader: &Reader<'_>,
    elements: &mut [Element],
    types: &mut [TypeObject],
    index: impl Fn(u32) -> Option<u32>,
    said: &mut Diagnostics,
) -> FxHashMap<u32, Vec<u32>> {
    let rows = reader.rows(&["IFCRELDEFINESBYPROPERTIES", "IFCRELOVERRIDESPROPERTIES"]);
    let read =
        reader.read(&rows, said, |row, a: &Attributes<'_>| Some((row, a.references(4), a.references(5))));
    let mut others: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (row, objects, sets) in read {
        for &to in objects.iter().chain(&sets).filter(|id| reader.step.scan.row(**id).is_none()) {
            said.push(reader.dangling(row, to));
        }
        for id in objects {
            let list = match (reader.elements.get(&id), reader.types.get(&id)) {
                (Some(element), _) => &mut elements[element.index()].property_sets,
                (_, Some(&object)) => &mut types[object as usize].property_sets,
                _ => others.entry(id).or_default(),
            };
            list.extend(sets.iter().filter_map(|&id| index(id)));
        }
    }
    elements.iter_mut().for_each(|e| without_repetition(&mut e.property_sets));
    types.iter_mut().for_each(|t| without_repetition(&mut t.property_sets));
    others.values_mut().for_each(without_repetition);
    others
}

/// Takes out what occurs again.
fn without_repetition(list: &mut Vec<u32>) {
    // Objects have few sets, so looking through them is quickest.
    if list.len() <= 16 {
        for at in (1..list.len()).rev() {
            if list[..at].contains(&list[at]) {
                list.remove(at);
            }
        }
    } else {
        let mut seen = FxHashSet::default();
        list.retain(|set| seen.insert(*set));
    }
}
