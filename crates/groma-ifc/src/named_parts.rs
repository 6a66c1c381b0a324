//! The names of what bodies are drawn with and swept from: surface styles and profiles.

use crate::attributes::{Attributes, Step};
use crate::bodies::mapped_items;
use crate::reader::{Reader, push_new};
use groma_model::{Body, Element};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Operands and maps may nest; deeper than this they are a cycle.
const DEEPEST: usize = 16;
/// What is looked at of one element or map; more was made to use up time.
const MOST: usize = 10_000;

/// Finds the names for the bodies of all elements; elements with the same names share them.
pub(crate) fn read(reader: &Reader<'_>, elements: &mut [Element]) -> Vec<Body> {
    let step = reader.step;
    let styled = styled_items(reader);
    let mut search = Search { reader, styled: &styled, of_map: FxHashMap::default() };
    let maps: Vec<u32> = step.scan.rows("IFCREPRESENTATIONMAP").map(|row| step.scan.id(row)).collect();
    let of_maps: Vec<(u32, Body)> =
        maps.par_iter().map(|&id| (id, search.items(mapped_items(step, id)))).collect();
    search.of_map = of_maps.into_iter().collect();
    let found: Vec<Body> = elements.par_iter().with_min_len(64).map(|e| search.element(e)).collect();
    let (mut bodies, mut known): (Vec<Body>, FxHashMap<Body, u32>) = Default::default();
    for (element, body) in elements.iter_mut().zip(found) {
        if body == Body::default() {
            continue;
        }
        let next = bodies.len() as u32;
        element.body = Some(*known.entry(body).or_insert_with_key(|body| {
            bodies.push(body.clone());
            next
        }));
    }
    bodies
}

/// The named surface styles of each styled item.
fn styled_items(reader: &Reader<'_>) -> FxHashMap<u32, Vec<Arc<str>>> {
    let rows = reader.rows(&["IFCSTYLEDITEM"]);
    let found: Vec<Option<(u32, Vec<Arc<str>>)>> = rows
        .par_iter()
        .with_min_len(64)
        .map(|&row| {
            let a = reader.step.attributes(row)?;
            Some((a.reference(0)?, styles(reader, &a)))
        })
        .collect();
    found.into_iter().flatten().filter(|(_, styles)| !styles.is_empty()).collect()
}

/// The named surface styles of an `IfcStyledItem`.
pub(crate) fn styles(reader: &Reader<'_>, item: &Attributes<'_>) -> Vec<Arc<str>> {
    let step = reader.step;
    let mut names = Vec::new();
    let mut add = |id: u32| {
        let style = step.instance(id, &["IFCSURFACESTYLE"]);
        if let Some(name) = style.and_then(|a| reader.text(&a, Some(0))) {
            push_new(&mut names, name);
        }
    };
    for id in item.references(1) {
        match step.instance(id, &["IFCPRESENTATIONSTYLEASSIGNMENT"]) {
            Some(assignment) => assignment.references(0).into_iter().for_each(&mut add),
            None => add(id),
        }
    }
    names
}

struct Search<'a, 'r> {
    reader: &'a Reader<'r>,
    styled: &'a FxHashMap<u32, Vec<Arc<str>>>,
    /// What the maps come to, once that is known.
    of_map: FxHashMap<u32, Body>,
}

impl<'r> Search<'_, 'r> {
    fn step(&self) -> Step<'r> {
        self.reader.step
    }

    fn element(&self, element: &Element) -> Body {
        let step = self.step();
        let shape = || {
            let row = step.scan.row(element.express_id)?;
            let slot = self.reader.class(row)?.slot("Representation")?;
            step.record(step.attributes(row)?.reference(slot)?)
        };
        let representations = shape().map_or_else(Vec::new, |shape| shape.references(2));
        let items = |id: u32| {
            let a = step.record(id)?;
            a.text(1).is_some_and(|id| id.eq_ignore_ascii_case("Body")).then(|| a.references(3))
        };
        self.items(representations.into_iter().find_map(items).unwrap_or_default())
    }

    /// What items and those in them are drawn with and swept from.
    fn items(&self, items: Vec<u32>) -> Body {
        let step = self.step();
        let mut body = Body::default();
        // The last is looked at first.
        let mut open: Vec<(u32, usize)> = items.into_iter().rev().map(|item| (item, 0)).collect();
        for _ in 0..MOST {
            let Some((item, depth)) = open.pop() else { break };
            for name in self.styled.get(&item).into_iter().flatten() {
                push_new(&mut body.styles, name.clone());
            }
            let keyword = step.keyword(item);
            let attributes = || step.record(item);
            match keyword {
                "IFCMAPPEDITEM" => {
                    let Some(map) = attributes().and_then(|a| a.reference(0)) else { continue };
                    match self.of_map.get(&map) {
                        Some(of) => {
                            of.styles.iter().for_each(|name| push_new(&mut body.styles, name.clone()));
                            of.profiles.iter().for_each(|name| push_new(&mut body.profiles, name.clone()));
                        }
                        None if depth < DEEPEST => {
                            let inner = mapped_items(step, map);
                            open.extend(inner.into_iter().rev().map(|item| (item, depth + 1)));
                        }
                        None => {}
                    }
                }
                "IFCBOOLEANRESULT" | "IFCBOOLEANCLIPPINGRESULT" if depth < DEEPEST => {
                    let operands = attributes().map_or([None; 2], |a| [a.reference(2), a.reference(1)]);
                    open.extend(operands.into_iter().flatten().map(|item| (item, depth + 1)));
                }
                "IFCCSGSOLID" if depth < DEEPEST => {
                    open.extend(attributes().and_then(|a| a.reference(0)).map(|item| (item, depth + 1)));
                }
                "IFCEXTRUDEDAREASOLID" | "IFCEXTRUDEDAREASOLIDTAPERED" => {
                    let profile = attributes().and_then(|a| step.record(a.reference(0)?));
                    if let Some(name) = profile.and_then(|a| self.reader.text(&a, Some(1))) {
                        push_new(&mut body.profiles, name);
                    }
                }
                _ => {}
            }
        }
        body
    }
}
