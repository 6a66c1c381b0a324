//! Elements and the types they are occurrences of.

use crate::{Class, ElementKey, Value};
use glam::DAffine3;
use std::sync::Arc;

/// The index of an element in [`crate::Model::elements`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ElementId(pub u32);

impl ElementId {
    /// The index as a `usize`, for indexing.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One `IfcProduct` of a file: a wall, an opening, a space, a storey, a port, a grid.
#[derive(Clone, Debug)]
pub struct Element {
    /// The identity across files and revisions.
    pub key: ElementKey,
    /// The instance name (`#123`) in its file, for messages only.
    pub express_id: u32,
    /// The class in the file's schema.
    pub class: Class,
    /// `PredefinedType`, or `ObjectType` where that is `USERDEFINED`.
    pub predefined_type: Option<Arc<str>>,
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `Description`.
    pub description: Option<Arc<str>>,
    /// `ObjectType`.
    pub object_type: Option<Arc<str>>,
    /// `Tag`: the identifier in the authoring program.
    pub tag: Option<Arc<str>>,
    /// The type object, an index into [`crate::Model::types`].
    pub type_object: Option<u32>,
    /// Where it stands (`ObjectPlacement`, with all that it is relative to), in the engineering coordinates of
    /// its file, metres; `None` where it has none that can be read.
    pub placement: Option<DAffine3>,
    /// The spatial element that contains it (`IfcRelContainedInSpatialStructure`), or that of its
    /// nearest whole where only the whole is contained.
    pub container: Option<ElementId>,
    /// The whole it is a part of (`IfcRelAggregates`, `IfcRelNests`).
    pub whole: Option<ElementId>,
    /// Property and quantity sets of the occurrence, indices into [`crate::Model::property_sets`].
    pub property_sets: Vec<u32>,
    /// Materials of the occurrence or, where it has none, of its type; indices into
    /// [`crate::Model::materials`].
    pub materials: Vec<u32>,
    /// Classification references, indices into [`crate::Model::classifications`].
    pub classifications: Vec<u32>,
    /// The names of what its body is drawn with and swept from, an index into [`crate::Model::bodies`].
    pub body: Option<u32>,
    /// The presentation layer of its shape, the first of several; all are in
    /// [`crate::Model::presentation_layers`].
    pub layer: Option<Arc<str>>,
    /// The simple-valued attributes of its class beyond the fields above, by their EXPRESS names in the
    /// order of the schema: `LongName`, `CompositionType`, `OverallHeight`. Without those that have no value.
    /// Elements that say the same share them.
    pub attributes: Arc<[(Arc<str>, Value)]>,
}

/// The names of what the body of an element is drawn with and swept from; what has no name is not listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Body {
    /// `Name` of the surface styles of its items, in file order.
    pub styles: Vec<Arc<str>>,
    /// `ProfileName` of the profiles that are extruded, in file order.
    pub profiles: Vec<Arc<str>>,
}

/// Which way a port lets its medium flow, seen from its element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Flow {
    /// `SOURCE`: out of the element.
    Out,
    /// `SINK`: into the element.
    In,
    /// `SOURCEANDSINK`.
    Both,
}

impl Element {
    /// An element of which no more is known than what it is.
    pub fn new(key: ElementKey, express_id: u32, class: Class) -> Self {
        Self {
            key,
            express_id,
            class,
            predefined_type: None,
            name: None,
            description: None,
            object_type: None,
            tag: None,
            type_object: None,
            placement: None,
            container: None,
            whole: None,
            property_sets: Vec::new(),
            materials: Vec::new(),
            classifications: Vec::new(),
            body: None,
            layer: None,
            attributes: Arc::default(),
        }
    }

    /// A simple-valued attribute by its EXPRESS name: `Name`, `Tag`, `OverallHeight`. Lengths, areas, volumes
    /// and angles are in SI. `PredefinedType` is the user's word where the file has `USERDEFINED`.
    pub fn attribute(&self, name: &str) -> Option<Value> {
        let text = |t: &Option<Arc<str>>| t.clone().map(Value::Text);
        match name {
            "GlobalId" => Some(Value::Text(self.key.global_id.clone())),
            "Name" => text(&self.name),
            "Description" => text(&self.description),
            "ObjectType" => text(&self.object_type),
            "Tag" => text(&self.tag),
            "PredefinedType" => text(&self.predefined_type),
            _ => self.attributes.iter().find(|(n, _)| &**n == name).map(|(_, v)| v.clone()),
        }
    }

    /// `FlowDirection` of a port.
    pub fn flow(&self) -> Option<Flow> {
        match &**self.attribute("FlowDirection")?.as_text()? {
            "SOURCE" => Some(Flow::Out),
            "SINK" => Some(Flow::In),
            "SOURCEANDSINK" => Some(Flow::Both),
            _ => None,
        }
    }
}

/// An `IfcTypeObject`: what its occurrences have in common.
#[derive(Clone, Debug)]
pub struct TypeObject {
    /// The GlobalId as the file writes it.
    pub global_id: Arc<str>,
    /// The instance name (`#123`) in its file, for messages only.
    pub express_id: u32,
    /// The class, such as `IfcWallType`.
    pub class: Class,
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `Description`.
    pub description: Option<Arc<str>>,
    /// `Tag`.
    pub tag: Option<Arc<str>>,
    /// `PredefinedType`, or `ElementType` where that is `USERDEFINED`.
    pub predefined_type: Option<Arc<str>>,
    /// Property and quantity sets, indices into [`crate::Model::property_sets`].
    pub property_sets: Vec<u32>,
    /// Materials, indices into [`crate::Model::materials`].
    pub materials: Vec<u32>,
    /// Classification references, indices into [`crate::Model::classifications`].
    pub classifications: Vec<u32>,
    /// Simple-valued attributes beyond the fields above, as [`Element::attributes`].
    pub attributes: Vec<(Arc<str>, Value)>,
}

impl TypeObject {
    /// A type object of which no more is known than what it is.
    pub fn new(global_id: Arc<str>, express_id: u32, class: Class) -> Self {
        Self {
            global_id,
            express_id,
            class,
            name: None,
            description: None,
            tag: None,
            predefined_type: None,
            property_sets: Vec::new(),
            materials: Vec::new(),
            classifications: Vec::new(),
            attributes: Vec::new(),
        }
    }

    /// A simple-valued attribute by its EXPRESS name, as [`Element::attribute`].
    pub fn attribute(&self, name: &str) -> Option<Value> {
        let text = |t: &Option<Arc<str>>| t.clone().map(Value::Text);
        match name {
            "GlobalId" => Some(Value::Text(self.global_id.clone())),
            "Name" => text(&self.name),
            "Description" => text(&self.description),
            "Tag" => text(&self.tag),
            "PredefinedType" => text(&self.predefined_type),
            _ => self.attributes.iter().find(|(n, _)| &**n == name).map(|(_, v)| v.clone()),
        }
    }
}
