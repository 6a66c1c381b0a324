//! Elements and type objects.

use crate::attributes::{Attributes, Step};
use crate::reader::{Reader, rows_of};
use crate::scan::Row;
use crate::schema::{Classes, Role, Schema};
use groma_model::{Diagnostic, Diagnostics, Element, ElementId, ElementKey, KeyMaker, TypeObject, codes};
use rayon::prelude::*;
use std::sync::Arc;

/// Looks up the class of each keyword of the file. Keywords that no schema has are kept if their records
/// look like products, and said either way.
pub(crate) fn classes(step: Step<'_>, schema: &Schema, said: &mut Diagnostics) -> Classes {
    let mut classes = Classes::new();
    for keyword in &step.scan.keywords {
        let mut known = schema.class(keyword);
        if known.is_none() {
            known = step
                .scan
                .rows(keyword)
                .next()
                .filter(|&row| is_product_like(step, row))
                .map(|_| Schema::foreign_product(keyword));
            // Empty words and simple types in odd places are broken records, not classes.
            if known.is_none() && !keyword.starts_with("IFC") {
                continue;
            }
        }
        if known.as_ref().is_none_or(|c| !c.in_schema) {
            let rows: Vec<Row> = step.scan.rows(keyword).collect();
            let Some(&first) = rows.first() else { continue };
            let mut d = Diagnostic::new(codes::UNKNOWN_CLASS).at(step.scan.id(first).into());
            d.location.class = Some(known.as_ref().map_or(&**keyword, |c| c.class.name()).into());
            said.push(match rows.len() {
                1 => d,
                n => d.detail(format!("{n} instances, the first here")),
            });
        }
        if let Some(known) = known {
            classes.insert(keyword.to_string(), known);
        }
    }
    classes
}

/// True for a record that has a GlobalId and a placement or a shape where products have them.
fn is_product_like(step: Step<'_>, row: Row) -> bool {
    let Some(a) = step.attributes(row) else { return false };
    let is = |slot: usize, keywords: &[&str]| {
        a.reference(slot).is_some_and(|id| keywords.contains(&step.keyword(id)))
    };
    a.text(0).is_some_and(|id| id.len() == 22)
        && (is(5, &["IFCLOCALPLACEMENT", "IFCLINEARPLACEMENT", "IFCGRIDPLACEMENT"])
            || is(6, &["IFCPRODUCTDEFINITIONSHAPE", "IFCPRODUCTREPRESENTATION"]))
}

/// Reads every product of the file, in file order, and fills the reader's table of elements.
pub(crate) fn elements(reader: &mut Reader<'_>, label: &Arc<str>, said: &mut Diagnostics) -> Vec<Element> {
    let mut keys = KeyMaker::new(label.clone());
    let rows = reader.rows_of(Role::Product);
    let nowhere = ElementKey { model: label.clone(), global_id: "".into() };
    let read = reader.read(&rows, said, |row, a| element(reader, row, a, &nowhere));
    let mut elements = Vec::with_capacity(read.len());
    for (id, mut element) in read {
        let (key, before) = match &id {
            Some(id) => keys.next(id),
            None => keys.next(&format!("#{}", element.express_id)),
        };
        element.key = key;
        if id.is_none() {
            said.push(Diagnostic::new(codes::MISSING_GLOBAL_ID).element(&element));
        } else if before > 0 {
            said.push(Diagnostic::new(codes::DUPLICATE_GLOBAL_ID).element(&element));
        }
        reader.elements.insert(element.express_id, ElementId(elements.len() as u32));
        elements.push(element);
    }
    elements
}

/// Every product that [`elements`] reads, in its order, of which no more is read than class and instance name.
pub(crate) fn outlines(step: Step<'_>, classes: &Classes, label: &Arc<str>) -> Vec<Element> {
    let key = ElementKey { model: label.clone(), global_id: "".into() };
    let outline = |&row: &Row| {
        step.attributes(row)?;
        let class = &classes.get(step.scan.keyword(row))?.class;
        Some(Element::new(key.clone(), step.scan.id(row), class.clone()))
    };
    rows_of(step, classes, Role::Product).par_iter().with_min_len(64).filter_map(outline).collect()
}

/// A product, with its GlobalId beside it; its key is given where the order of all is known.
fn element(
    reader: &Reader<'_>,
    row: Row,
    a: &Attributes<'_>,
    key: &ElementKey,
) -> Option<(Option<Arc<str>>, Element)> {
    let info = reader.class(row)?;
    let text = |attribute: &str| reader.text(a, info.slot(attribute));
    let object_type = text("ObjectType");
    let element = Element {
        predefined_type: reader.predefined(info, a, object_type.as_ref()),
        name: text("Name"),
        description: text("Description"),
        object_type,
        tag: text("Tag"),
        placement: info
            .slot("ObjectPlacement")
            .and_then(|slot| reader.placements.placement(a.reference(slot)?)),
        attributes: reader.attributes.get(reader.simple(info, a)),
        ..Element::new(key.clone(), reader.step.scan.id(row), info.class.clone())
    };
    Some((text("GlobalId"), element))
}

/// Reads every type object of the file, in file order, and fills the reader's table of types. Beside each
/// stand the instance names of its property sets.
pub(crate) fn types(reader: &mut Reader<'_>, said: &mut Diagnostics) -> Vec<(TypeObject, Vec<u32>)> {
    let rows = reader.rows_of(Role::Type);
    let read = reader.read(&rows, said, |row, a| {
        let info = reader.class(row)?;
        let text = |attribute: &str| reader.text(a, info.slot(attribute));
        let user = text("ElementType").or_else(|| text("ProcessType")).or_else(|| text("ResourceType"));
        let id = reader.step.scan.id(row);
        let global_id = text("GlobalId").unwrap_or_else(|| format!("#{id}").into());
        let object = TypeObject {
            name: text("Name"),
            description: text("Description"),
            tag: text("Tag"),
            predefined_type: reader.predefined(info, a, user.as_ref()),
            attributes: reader.simple(info, a),
            ..TypeObject::new(global_id, id, info.class.clone())
        };
        let sets = info.slot("HasPropertySets").map_or_else(Vec::new, |slot| a.references(slot));
        Some((object, sets))
    });
    for (index, (object, _)) in read.iter().enumerate() {
        reader.types.insert(object.express_id, index as u32);
    }
    read
}
