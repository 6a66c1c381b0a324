//! Groups: systems, zones and others; and presentation layers.

use crate::{Class, ElementId, Value};
use std::sync::Arc;

/// An `IfcGroup`: a system, zone, or other group, and its members.
#[derive(Clone, Debug)]
pub struct System {
    /// The GlobalId as the file writes it.
    pub global_id: Arc<str>,
    /// The class, such as `IfcDistributionSystem` or `IfcZone`.
    pub class: Class,
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `LongName`.
    pub long_name: Option<Arc<str>>,
    /// `Description`.
    pub description: Option<Arc<str>>,
    /// `ObjectType`.
    pub object_type: Option<Arc<str>>,
    /// `PredefinedType`, or `ObjectType` where that is `USERDEFINED`.
    pub predefined_type: Option<Arc<str>>,
    /// The members that are elements, in the order of the model.
    pub members: Vec<ElementId>,
    /// The members that are groups, indices into [`crate::Model::systems`], sorted.
    pub groups: Vec<u32>,
    /// The spatial elements that it serves (`IfcRelServicesBuildings`,
    /// `IfcRelReferencedInSpatialStructure`), sorted.
    pub serves: Vec<ElementId>,
    /// Property sets, indices into [`crate::Model::property_sets`].
    pub property_sets: Vec<u32>,
    /// Classification references, indices into [`crate::Model::classifications`].
    pub classifications: Vec<u32>,
    /// Simple-valued attributes beyond the fields above, as [`crate::Element::attributes`].
    pub attributes: Vec<(Arc<str>, Value)>,
}

impl System {
    /// A group of which no more is known than what it is.
    pub fn new(global_id: Arc<str>, class: Class) -> Self {
        Self {
            global_id,
            class,
            name: None,
            long_name: None,
            description: None,
            object_type: None,
            predefined_type: None,
            members: Vec::new(),
            groups: Vec::new(),
            serves: Vec::new(),
            property_sets: Vec::new(),
            classifications: Vec::new(),
            attributes: Vec::new(),
        }
    }
}

/// A presentation layer (`IfcPresentationLayerAssignment`) and the elements whose shapes lie on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PresentationLayer {
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `Description`.
    pub description: Option<Arc<str>>,
    /// `Identifier`.
    pub identifier: Option<Arc<str>>,
    /// The elements whose shape, representation or item is assigned to it, in the order of the model.
    pub elements: Vec<ElementId>,
}
