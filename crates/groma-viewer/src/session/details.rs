//! What is known of an element, as groups of rows for a person to read.

use crate::session::elements::Elements;
use crate::session::looks::ColourBy;
use groma::model::{ElementId, Model, PropertySet, Value};
use std::sync::Arc;

/// What the rows of a group tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// What the element itself says.
    Element,
    /// Its shape.
    Shape,
    /// Its type.
    Type,
    /// What it is made of.
    Materials,
    /// What it belongs to.
    Systems,
    /// How it is classified.
    Classification,
    /// Properties or quantities, in a set that has the title as its name.
    Set,
}

/// Rows under a heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// What they tell.
    pub kind: Kind,
    /// The heading: `Element`, `Pset_WallCommon`.
    pub title: String,
    /// Name and value.
    pub rows: Vec<(String, String)>,
}

impl Group {
    fn of(kind: Kind, title: &str, rows: Vec<(String, String)>) -> Self {
        Self { kind, title: title.to_owned(), rows }
    }

    /// What colours all elements by what a row of this name tells; `None` where each has its own.
    pub fn colour(&self, row: &str) -> Option<ColourBy> {
        let property = |path: &str| Some(ColourBy::Property(path.to_owned()));
        match (self.kind, row) {
            (Kind::Element, "Class") => Some(ColourBy::Class),
            (Kind::Element, "Storey") => Some(ColourBy::Storey),
            (Kind::Element, "Status") => Some(ColourBy::Phase),
            (Kind::Element, "Predefined type") => property("PredefinedType"),
            (Kind::Element, "Object type") => property("ObjectType"),
            (Kind::Element, "Layer" | "GlobalId" | "Model" | "Part of") => None,
            // Its name, its tag, and the attributes of its class.
            (Kind::Element, name) => property(name),
            (Kind::Type, _) => Some(ColourBy::Type),
            (Kind::Materials, "Material") => Some(ColourBy::Material),
            (Kind::Systems, _) => Some(ColourBy::System),
            (Kind::Set, name) => property(&format!("{}.{name}", self.title)),
            (Kind::Shape | Kind::Materials | Kind::Classification, _) => None,
        }
    }
}

/// The name of an element's type, else what it says of it itself.
pub fn type_name(model: &Model, id: ElementId) -> Option<&str> {
    let named = |name: &&str| !name.trim().is_empty();
    let of_type = model.type_of(id).and_then(|t| t.name.as_deref()).filter(named);
    of_type.or_else(|| model.element(id).object_type.as_deref().filter(named))
}

/// A name, or the word that stands for one.
pub fn name_or(name: Option<&str>, word: &str) -> String {
    name.filter(|n| !n.trim().is_empty()).unwrap_or(word).to_owned()
}

/// A value in words; numbers as they are in SI.
pub fn words(value: &Value) -> String {
    let side = |v: &Option<Box<Value>>| v.as_deref().map(words);
    match value {
        Value::Text(text) => text.to_string(),
        Value::Real { value, .. } => number(*value),
        Value::Integer(n) => n.to_string(),
        Value::Logical(Some(true)) => "yes".into(),
        Value::Logical(Some(false)) => "no".into(),
        Value::Logical(None) => "unknown".into(),
        Value::List(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Bounded { lower, upper, set_point } => match (side(lower), side(upper), side(set_point)) {
            (low, high, Some(set)) => {
                format!("{set} ({} to {})", low.unwrap_or_default(), high.unwrap_or_default())
            }
            (Some(low), Some(high), None) => format!("{low} to {high}"),
            (Some(low), None, None) => format!("at least {low}"),
            (None, Some(high), None) => format!("at most {high}"),
            (None, None, None) => String::new(),
        },
        Value::Table(table) => {
            let pairs = table.defining.iter().zip(&table.defined);
            pairs.map(|(x, y)| format!("{}: {}", words(x), words(y))).collect::<Vec<_>>().join(", ")
        }
        Value::Reference(to) => name_or(to.name.as_deref(), &to.class),
    }
}

/// A number with at most six digits that matter to a reader.
pub fn number(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return x.to_string();
    }
    let digits = (5.0 - x.abs().log10().floor()).clamp(0.0, 9.0) as usize;
    let text = format!("{x:.digits$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

fn set(set: &PropertySet) -> Group {
    let rows = set.properties.iter().map(|p| {
        let value = p.value.as_ref().map(words).unwrap_or_default();
        let unit = p.unit.as_deref().filter(|_| !value.is_empty());
        (p.name.to_string(), unit.map_or(value.clone(), |unit| format!("{value} {unit}")))
    });
    Group::of(Kind::Set, &set.name, rows.collect())
}

/// All that is known of an element; empty where there is no such element.
pub fn details(elements: &Elements, place: u32) -> Vec<Group> {
    let Some(subject) = elements.subject(place) else { return Vec::new() };
    let loaded = &elements.project().models[subject.model as usize];
    let (model, id) = (&loaded.model, subject.element);
    let e = model.element(id);
    let mut first = vec![("Class".to_owned(), e.class.name().to_owned())];
    let mut row = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            first.push((name.to_owned(), value.to_owned()));
        }
    };
    row("Name", e.name.as_deref());
    row("Description", e.description.as_deref());
    row("Predefined type", e.predefined_type.as_deref());
    row("Object type", e.object_type.as_deref());
    row("Tag", e.tag.as_deref());
    row("Layer", e.layer.as_deref());
    row("GlobalId", Some(&e.key.global_id));
    row("Model", Some(&model.label));
    let storey = model.storey(id).map(|s| name_or(model.element(s).name.as_deref(), "storey"));
    row("Storey", storey.as_deref());
    let whole = e.whole.map(|w| name_or(model.element(w).name.as_deref(), model.element(w).class.name()));
    row("Part of", whole.as_deref());
    let phase = model.phase(id).map(|p| format!("{p:?}").to_lowercase());
    row("Status", phase.as_deref());
    first.extend(e.attributes.iter().map(|(name, value)| (name.to_string(), words(value))));
    let mut groups = vec![Group::of(Kind::Element, "Element", first)];
    if let Some(shape) = shape(loaded, id) {
        groups.push(shape);
    }
    if let Some(t) = model.type_of(id) {
        let mut rows = vec![("Class".to_owned(), t.class.name().to_owned())];
        rows.extend(t.name.iter().map(|n| ("Name".to_owned(), n.to_string())));
        groups.push(Group::of(Kind::Type, "Type", rows));
    }
    groups.extend(materials(model, &e.materials));
    let systems = model.systems.iter().filter(|s| s.members.contains(&id));
    let rows: Vec<_> =
        systems.map(|s| (s.class.name().to_owned(), name_or(s.name.as_deref(), &s.global_id))).collect();
    if !rows.is_empty() {
        groups.push(Group::of(Kind::Systems, "Systems and groups", rows));
    }
    let rows: Vec<_> = e
        .classifications
        .iter()
        .filter_map(|&c| model.classifications.get(c as usize))
        .map(|c| {
            let code = name_or(c.identification.as_deref(), "");
            (
                name_or(c.system.as_deref(), "Classification"),
                format!("{code} {}", name_or(c.name.as_deref(), "")),
            )
        })
        .collect();
    if !rows.is_empty() {
        groups.push(Group::of(Kind::Classification, "Classification", rows));
    }
    groups.extend(model.property_sets(id).map(set));
    groups.retain(|g| !g.rows.is_empty());
    groups
}

fn materials(model: &Model, of: &[u32]) -> Option<Group> {
    let mut rows = Vec::new();
    for material in of.iter().filter_map(|&at| model.materials.get(at as usize)) {
        rows.push(("Material".to_owned(), name_or(material.name.as_deref(), "unnamed")));
        for layer in &material.layers {
            let name: Option<&Arc<str>> = layer.material.as_ref().or(layer.name.as_ref());
            let what = name_or(name.map(|n| &**n), "air");
            rows.push(match layer.thickness {
                Some(t) => (format!("  {what}"), format!("{} mm", number(t * 1000.0))),
                None => (format!("  {what}"), layer.profile.as_deref().unwrap_or_default().to_owned()),
            });
        }
    }
    (!rows.is_empty()).then(|| Group::of(Kind::Materials, "Materials", rows))
}

/// Box and counts of an element's shape, in the project's frame.
fn shape(loaded: &groma::Loaded, id: ElementId) -> Option<Group> {
    let shapes = &loaded.shapes;
    let (low, high) = shapes.bounds_of(id)?;
    let triangles: usize = shapes
        .of(id)
        .iter()
        .filter_map(|i| shapes.meshes.get(i.mesh as usize))
        .map(|m| m.triangles.len())
        .sum();
    let size = high - low;
    let metres = |v: glam::DVec3| format!("{} x {} x {} m", number(v.x), number(v.y), number(v.z));
    let rows = vec![
        ("Size of its box".to_owned(), metres(size)),
        ("Lowest point".to_owned(), format!("{} m", number(low.z))),
        ("Highest point".to_owned(), format!("{} m", number(high.z))),
        ("Triangles".to_owned(), triangles.to_string()),
    ];
    Some(Group::of(Kind::Shape, "Shape", rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_long_as_they_need_to_be() {
        let check = |x: f64, expected: &str| assert_eq!(number(x), expected);
        check(0.0, "0");
        check(3.0, "3");
        check(0.25, "0.25");
        check(1234567.891, "1234568");
        check(12.3456789, "12.3457");
        check(-0.000_012_345_678, "-0.000012346");
        check(1e-12, "0");
        check(f64::NAN, "NaN");
    }
}
