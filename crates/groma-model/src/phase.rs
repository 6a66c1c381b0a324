//! Whether an element is there already, comes, or goes.

use crate::{Model, PropertySet, Value};
use std::sync::Arc;

/// What the work does with an element.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// It is built.
    New,
    /// It is there and stays.
    Existing,
    /// It is taken away.
    Demolish,
    /// It is built and taken away again.
    Temporary,
    /// Another word of the file.
    Other(Arc<str>),
}

impl Phase {
    /// The phase that a word of `PEnum_ElementStatus` means, or one that programs write for it; `None` for
    /// the words that say nothing (`UNSET`, `NOTKNOWN`).
    pub fn named(word: &Arc<str>) -> Option<Self> {
        Some(match word.trim().to_ascii_uppercase().as_str() {
            "NEW" => Self::New,
            "EXISTING" => Self::Existing,
            "DEMOLISH" | "DEMOLISHED" => Self::Demolish,
            "TEMPORARY" => Self::Temporary,
            "" | "UNSET" | "NOTKNOWN" | "NONE" => return None,
            _ => Self::Other(word.clone()),
        })
    }
}

impl Model {
    /// What the work does with an element, by the first of: `Status` of its `Pset_*Common`, the phases of
    /// Revit (`Phasing` with `Phase Created` and `Phase Demolished`), `Renovation Status` of Archicad.
    ///
    /// Revit says when an element comes and goes, not which of its phases is the work: one that goes is
    /// `Demolish`, one whose phase of creation is called existing is `Existing`, and another has the name of
    /// that phase, or `New` where it is `New Construction`, Revit's own.
    pub fn phase(&self, id: crate::ElementId) -> Option<Phase> {
        let status = self
            .property_sets(id)
            .filter(|s| s.name.starts_with("Pset_") && s.name.ends_with("Common"))
            .find_map(|s| word(s, "Status").and_then(|w| Phase::named(&w)));
        if status.is_some() {
            return status;
        }
        let mut created = None;
        for set in self.property_sets(id) {
            if let Some(phase) = word(set, "Renovation Status").and_then(|w| Phase::named(&w)) {
                return Some(phase);
            }
            let gone = word(set, "Phase Demolished");
            if gone.is_some_and(|w| !w.trim().is_empty() && !w.eq_ignore_ascii_case("none")) {
                return Some(Phase::Demolish);
            }
            created = created.or_else(|| word(set, "Phase Created"));
        }
        let created = created?;
        match created.trim().to_ascii_lowercase().as_str() {
            "existing" | "bestand" | "existant" => Some(Phase::Existing),
            "new construction" => Some(Phase::New),
            _ => Phase::named(&created),
        }
    }
}

/// The first text of a property.
fn word(set: &PropertySet, property: &str) -> Option<Arc<str>> {
    let value = set.properties.iter().find(|p| &*p.name == property)?.value.as_ref()?;
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::List(items) => items.iter().find_map(|item| match item {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Class, Element, ElementId, KeyMaker, Property};

    fn check(sets: &[(&str, &[(&str, &str)])], expect: Option<Phase>) {
        let mut model = Model::empty("m");
        let (key, _) = KeyMaker::new("m".into()).next("W");
        let mut wall = Element::new(key, 1, Class::new("IfcWall", []));
        for (name, properties) in sets {
            wall.property_sets.push(model.property_sets.len() as u32);
            let properties = properties.iter().map(|(n, v)| {
                let value = Value::List(vec![Value::Text((*v).into())]);
                Property { value: Some(value), ..Property::new(*n) }
            });
            model
                .property_sets
                .push(PropertySet { properties: properties.collect(), ..PropertySet::new(*name) });
        }
        model.elements.push(wall);
        assert_eq!(model.phase(ElementId(0)), expect, "{sets:?}");
    }

    #[test]
    fn phases_of_several_programs() {
        check(&[("Pset_WallCommon", &[("Status", "DEMOLISH")])], Some(Phase::Demolish));
        check(&[("Pset_WallCommon", &[("Status", "New")])], Some(Phase::New));
        check(&[("Pset_WallCommon", &[("Status", "Moved")])], Some(Phase::Other("Moved".into())));
        check(&[("Pset_WallCommon", &[("Status", "UNSET")])], None);
        check(&[("Mine", &[("Status", "NEW")])], None);
        check(&[("Phasing", &[("Phase Created", "Existing")])], Some(Phase::Existing));
        check(&[("Phasing", &[("Phase Created", "New Construction")])], Some(Phase::New));
        let both: &[(&str, &str)] = &[("Phase Created", "Existing"), ("Phase Demolished", "Stage 2")];
        check(&[("Phasing", both)], Some(Phase::Demolish));
        check(&[("AC_Pset", &[("Renovation Status", "Existing")])], Some(Phase::Existing));
    }
}
