//! Materials, classifications, systems, and the relations between elements that later stages need.

use crate::{Class, ElementId};
use std::sync::Arc;

/// A layer, constituent or profile of a material.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// The name of its `IfcMaterial`; `None` for an air gap.
    pub material: Option<Arc<str>>,
    /// The thickness in metres, for layers.
    pub thickness: Option<f64>,
}

/// A material association: one material, or a set of layers, constituents or profiles.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// The name of the material or of the set.
    pub name: Option<Arc<str>>,
    /// What it is made of, outermost first; empty for a plain material.
    pub layers: Vec<Layer>,
}

/// A classification reference, such as Uniclass `Ss_25_10_30`.
#[derive(Clone, Debug, PartialEq)]
pub struct Classification {
    /// The name of the classification system.
    pub system: Option<Arc<str>>,
    /// `Identification` (IFC2x3: `ItemReference`).
    pub identification: Option<Arc<str>>,
    /// `Name`.
    pub name: Option<Arc<str>>,
}

/// An `IfcGroup`: a system, zone, or other group, and its members.
#[derive(Clone, Debug)]
pub struct System {
    /// The GlobalId as the file writes it.
    pub global_id: Arc<str>,
    /// The class, such as `IfcDistributionSystem` or `IfcZone`.
    pub class: Class,
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// The members that are elements, in the order of the model.
    pub members: Vec<ElementId>,
}

/// The relations between elements, each a sorted list of pairs without repetition.
#[derive(Clone, Debug, Default)]
pub struct Relations {
    /// (host, opening): `IfcRelVoidsElement`.
    pub voids: Vec<(ElementId, ElementId)>,
    /// (opening, filling): `IfcRelFillsElement`.
    pub fills: Vec<(ElementId, ElementId)>,
    /// (whole, part): `IfcRelAggregates` and `IfcRelNests`.
    pub aggregates: Vec<(ElementId, ElementId)>,
    /// (element, element): `IfcRelConnectsElements` and its subtypes, `IfcRelCoversBldgElements`,
    /// `IfcRelConnectsWithRealizingElements` (each realizing element with both ends too).
    pub connects: Vec<(ElementId, ElementId)>,
    /// (port, its element): `IfcRelConnectsPortToElement`, and ports nested in elements.
    pub ports: Vec<(ElementId, ElementId)>,
    /// (port, port): `IfcRelConnectsPorts`.
    pub port_connections: Vec<(ElementId, ElementId)>,
}

impl Relations {
    /// Sorts each list and takes out what occurs twice, so that the model does not depend on file order.
    pub fn normalise(&mut self) {
        for list in [
            &mut self.voids,
            &mut self.fills,
            &mut self.aggregates,
            &mut self.connects,
            &mut self.ports,
            &mut self.port_connections,
        ] {
            list.sort_unstable();
            list.dedup();
        }
    }
}
