//! The spatial tree: project, site, building, storey, space.

use crate::ElementId;
use std::sync::Arc;

/// One place of the spatial tree.
#[derive(Clone, Debug)]
pub struct SpatialNode {
    /// The spatial element.
    pub element: ElementId,
    /// The node above, an index into [`SpatialTree::nodes`]; `None` below the project.
    pub parent: Option<u32>,
    /// The nodes below, in file order.
    pub children: Vec<u32>,
    /// `Elevation` of a storey in metres, in the building's coordinates.
    pub elevation: Option<f64>,
    /// The elements contained here, in file order.
    pub contains: Vec<ElementId>,
}

/// The spatial structure of a model. A node that two parents claim, or that lies on a cycle, hangs
/// where it was found first; the rest is a diagnostic.
#[derive(Clone, Debug, Default)]
pub struct SpatialTree {
    /// `Name` of the `IfcProject`.
    pub project: Option<Arc<str>>,
    /// GlobalId of the `IfcProject`.
    pub project_id: Option<Arc<str>>,
    /// The nodes, each parent before its children.
    pub nodes: Vec<SpatialNode>,
}

impl SpatialTree {
    /// The node of a spatial element.
    pub fn node_of(&self, element: ElementId) -> Option<&SpatialNode> {
        self.nodes.iter().find(|n| n.element == element)
    }
}
