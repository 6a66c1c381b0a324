//! The relations between elements that later stages need.

use crate::ElementId;
use std::sync::Arc;

/// Where along its path an element is connected.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PathEnd {
    /// `ATSTART`.
    Start,
    /// `ATPATH`: between the ends.
    Between,
    /// `ATEND`.
    End,
    /// `NOTDEFINED`, or nothing.
    Unknown,
}

/// `IfcRelConnectsPathElements`: walls or members that meet along their axes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PathConnection {
    /// One element.
    pub relating: ElementId,
    /// The other.
    pub related: ElementId,
    /// Where on the first.
    pub relating_end: PathEnd,
    /// Where on the second.
    pub related_end: PathEnd,
}

/// `IfcRelSpaceBoundary` and its levels: an element bounds a space.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SpaceBoundary {
    /// The space, or external space.
    pub space: ElementId,
    /// The element; `None` for a boundary of the space alone.
    pub element: Option<ElementId>,
    /// The GlobalId of the boundary.
    pub global_id: Arc<str>,
    /// True for `PHYSICAL`, false for `VIRTUAL`.
    pub physical: Option<bool>,
    /// True for `INTERNAL`, false for `EXTERNAL` and its kinds.
    pub internal: Option<bool>,
    /// 1 or 2 for `IfcRelSpaceBoundary1stLevel` and `2ndLevel`, or as its name says; 0 where unknown.
    pub level: u8,
}

/// The relations between elements, each a sorted list of pairs without repetition.
#[derive(Clone, Debug, Default)]
pub struct Relations {
    /// (host, opening): `IfcRelVoidsElement`.
    pub voids: Vec<(ElementId, ElementId)>,
    /// (opening, filling): `IfcRelFillsElement`.
    pub fills: Vec<(ElementId, ElementId)>,
    /// (host, addition): `IfcRelProjectsElement`.
    pub projections: Vec<(ElementId, ElementId)>,
    /// (whole, part): `IfcRelAggregates` and `IfcRelNests`.
    pub aggregates: Vec<(ElementId, ElementId)>,
    /// (element, element): `IfcRelConnectsElements` and its subtypes, `IfcRelCoversBldgElements`,
    /// `IfcRelConnectsWithRealizingElements` (each realizing element with both ends too).
    pub connects: Vec<(ElementId, ElementId)>,
    /// `IfcRelConnectsPathElements`, which are in [`Self::connects`] too.
    pub paths: Vec<PathConnection>,
    /// (host, covering): `IfcRelCoversBldgElements`, which are in [`Self::connects`] too.
    pub covers: Vec<(ElementId, ElementId)>,
    /// (space, covering): `IfcRelCoversSpaces`.
    pub covers_spaces: Vec<(ElementId, ElementId)>,
    /// Which elements bound which spaces.
    pub space_boundaries: Vec<SpaceBoundary>,
    /// (spatial element, element): `IfcRelReferencedInSpatialStructure`.
    pub references: Vec<(ElementId, ElementId)>,
    /// (element, element): `IfcRelInterferesElements`.
    pub interferes: Vec<(ElementId, ElementId)>,
    /// (flow element, control element): `IfcRelFlowControlElements`.
    pub flow_controls: Vec<(ElementId, ElementId)>,
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
            &mut self.projections,
            &mut self.aggregates,
            &mut self.connects,
            &mut self.covers,
            &mut self.covers_spaces,
            &mut self.references,
            &mut self.interferes,
            &mut self.flow_controls,
            &mut self.ports,
            &mut self.port_connections,
        ] {
            list.sort_unstable();
            list.dedup();
        }
        self.paths.sort_unstable();
        self.paths.dedup();
        self.space_boundaries.sort_unstable();
        self.space_boundaries.dedup();
    }
}
