//! Elements and the types they are occurrences of.

use crate::{Class, ElementKey};
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
    /// The presentation layer of its shape.
    pub layer: Option<Arc<str>>,
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
            container: None,
            whole: None,
            property_sets: Vec::new(),
            materials: Vec::new(),
            classifications: Vec::new(),
            layer: None,
        }
    }
}

/// An `IfcTypeObject`: what its occurrences have in common.
#[derive(Clone, Debug)]
pub struct TypeObject {
    /// The GlobalId as the file writes it.
    pub global_id: Arc<str>,
    /// The class, such as `IfcWallType`.
    pub class: Class,
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `Tag`.
    pub tag: Option<Arc<str>>,
    /// `PredefinedType`, or `ElementType` where that is `USERDEFINED`.
    pub predefined_type: Option<Arc<str>>,
    /// Property and quantity sets, indices into [`crate::Model::property_sets`].
    pub property_sets: Vec<u32>,
}
