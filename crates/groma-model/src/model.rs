//! One IFC file, without its geometry.

use crate::{
    Body, Classification, Element, ElementId, Material, Place, PresentationLayer, Processes, PropertySet,
    Relations, SpatialTree, System, TypeObject, Units, Value,
};
use std::sync::Arc;

/// What the header of a file says.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// `FILE_SCHEMA` as written: `IFC2X3`, `IFC4X3_ADD2`.
    pub schema: Arc<str>,
    /// The program that wrote it: `originating_system`, with `preprocessor_version` where it differs.
    pub exporter: Option<Arc<str>>,
    /// `time_stamp`, as written.
    pub time_stamp: Option<Arc<str>>,
    /// `FILE_DESCRIPTION`, which names the model view definition.
    pub description: Option<Arc<str>>,
    /// The size of the STEP text in bytes.
    pub bytes: u64,
    /// How many entity instances it holds.
    pub entities: u64,
}

/// One IFC file as data: elements and what the file says of them. Indices are in file order.
#[derive(Clone, Debug)]
pub struct Model {
    /// The label: the file's stem, or what the user called it. Part of every [`crate::ElementKey`].
    pub label: Arc<str>,
    /// The header.
    pub header: Header,
    /// The units the file is written in; the model is in SI.
    pub units: Units,
    /// Where the file says that it stands.
    pub place: Place,
    /// Every `IfcProduct`, in file order.
    pub elements: Vec<Element>,
    /// Every `IfcTypeObject`, in file order.
    pub types: Vec<TypeObject>,
    /// Property and quantity sets, shared by elements and types.
    pub property_sets: Vec<PropertySet>,
    /// Property sets of the project itself, indices into [`Model::property_sets`].
    pub project_property_sets: Vec<u32>,
    /// Material associations, and the single materials that their sets are made of.
    pub materials: Vec<Material>,
    /// Classification references and those above them.
    pub classifications: Vec<Classification>,
    /// The names of what bodies are drawn with and swept from, shared by elements.
    pub bodies: Vec<Body>,
    /// Systems, zones and other groups.
    pub systems: Vec<System>,
    /// Presentation layers.
    pub presentation_layers: Vec<PresentationLayer>,
    /// Tasks, schedules, calendars, resources.
    pub processes: Processes,
    /// Project, site, building, storey, space.
    pub spatial: SpatialTree,
    /// Who voids, fills, aggregates, connects whom.
    pub relations: Relations,
}

impl Model {
    /// A model without elements.
    pub fn empty(label: impl Into<Arc<str>>) -> Self {
        Self {
            label: label.into(),
            header: Header::default(),
            units: Units::default(),
            place: Place::default(),
            elements: Vec::new(),
            types: Vec::new(),
            property_sets: Vec::new(),
            project_property_sets: Vec::new(),
            materials: Vec::new(),
            classifications: Vec::new(),
            bodies: Vec::new(),
            systems: Vec::new(),
            presentation_layers: Vec::new(),
            processes: Processes::default(),
            spatial: SpatialTree::default(),
            relations: Relations::default(),
        }
    }

    /// The element with this index.
    pub fn element(&self, id: ElementId) -> &Element {
        &self.elements[id.index()]
    }

    /// The property and quantity sets of an element by the rule of IFC: those of the occurrence and,
    /// behind them, those of its type, of which it may override single properties.
    pub fn property_sets(&self, id: ElementId) -> impl Iterator<Item = &PropertySet> {
        let element = self.element(id);
        let of_type = element.type_object.map_or(&[][..], |t| &self.types[t as usize].property_sets);
        element.property_sets.iter().chain(of_type).map(|&set| &self.property_sets[set as usize])
    }

    /// The value of a property or quantity: the occurrence's, else the type's.
    pub fn property(&self, id: ElementId, set: &str, name: &str) -> Option<&Value> {
        self.property_sets(id)
            .filter(|s| &*s.name == set)
            .find_map(|s| s.properties.iter().find(|p| &*p.name == name))
            .and_then(|p| p.value.as_ref())
    }

    /// The type object of an element.
    pub fn type_of(&self, id: ElementId) -> Option<&TypeObject> {
        self.element(id).type_object.map(|t| &self.types[t as usize])
    }

    /// The elements of a type, an index into [`Model::types`], in file order.
    pub fn occurrences(&self, type_object: u32) -> impl Iterator<Item = ElementId> {
        let of = self.elements.iter().zip(0..).filter(move |(e, _)| e.type_object == Some(type_object));
        of.map(|(_, id)| ElementId(id))
    }

    /// `PredefinedType` as it holds for an element: its type's, unless that is `NOTDEFINED` or nothing, else
    /// its own; `ObjectType` where it has none.
    pub fn predefined_type(&self, id: ElementId) -> Option<&Arc<str>> {
        let of_type = self.type_of(id).and_then(|t| t.predefined_type.as_ref());
        let element = self.element(id);
        of_type
            .filter(|p| &***p != "NOTDEFINED")
            .or(element.predefined_type.as_ref())
            .or(element.object_type.as_ref())
    }

    /// The storey an element stands in: up through wholes and containers.
    pub fn storey(&self, id: ElementId) -> Option<ElementId> {
        /// Parts know the container of their wholes, so the way up is short; a longer one is a cycle, or was made to
        /// use up time.
        const DEEPEST: usize = 256;
        let mut at = id;
        for _ in 0..DEEPEST {
            let element = self.element(at);
            if element.class.is_a("IfcBuildingStorey") {
                return Some(at);
            }
            at = element.container.or(element.whole)?;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Class, KeyMaker, Property};

    fn set(name: &str, properties: &[(&str, i64)]) -> PropertySet {
        let properties = properties
            .iter()
            .map(|(n, v)| Property { value: Some(Value::Integer(*v)), ..Property::new(*n) })
            .collect();
        PropertySet { properties, ..PropertySet::new(name) }
    }

    #[test]
    fn the_occurrence_overrides_its_type_property_by_property() {
        let mut model = Model::empty("m");
        model.property_sets = vec![set("P", &[("a", 1)]), set("P", &[("a", 2), ("b", 3)])];
        model.types.push(TypeObject {
            property_sets: vec![1],
            ..TypeObject::new("T".into(), 2, Class::new("IfcWallType", []))
        });
        let (key, _) = KeyMaker::new("m".into()).next("W");
        model.elements.push(Element {
            type_object: Some(0),
            whole: Some(ElementId(0)),
            property_sets: vec![0],
            ..Element::new(key, 1, Class::new("IfcWall", []))
        });
        let get = |name| model.property(ElementId(0), "P", name);
        assert_eq!(get("a"), Some(&Value::Integer(1)));
        assert_eq!(get("b"), Some(&Value::Integer(3)));
        assert_eq!(get("c"), None);
        assert_eq!(model.storey(ElementId(0)), None, "a cycle of wholes ends");
    }
}
