//! The spatial tree.

use crate::reader::Reader;
use crate::relations::is_spatial;
use groma_model::{Element, ElementId, SpatialNode, SpatialTree};

/// Builds the tree from the wholes of the elements, which form no cycle any more. Spatial elements that
/// belong to nothing hang below the project.
pub(crate) fn tree(
    reader: &Reader<'_>,
    elements: &[Element],
    contained: &[(ElementId, ElementId)],
) -> SpatialTree {
    let mut tree = SpatialTree::default();
    let project = reader.rows(&["IFCPROJECT"]).first().copied();
    if let Some(a) = project.and_then(|row| reader.step.attributes(row)) {
        tree.project_id = reader.text(&a, Some(0));
        tree.project = reader.text(&a, Some(2));
    }
    let spatial_whole =
        |id: ElementId| elements[id.index()].whole.filter(|w| is_spatial(&elements[w.index()]));
    let mut below: Vec<Vec<ElementId>> = vec![Vec::new(); elements.len()];
    let mut roots = Vec::new();
    for id in (0..elements.len() as u32).map(ElementId).filter(|id| is_spatial(&elements[id.index()])) {
        match spatial_whole(id) {
            Some(whole) => below[whole.index()].push(id),
            None => roots.push(id),
        }
    }
    let mut node_of: Vec<Option<u32>> = vec![None; elements.len()];
    let mut open: Vec<(ElementId, Option<u32>)> = roots.into_iter().rev().map(|id| (id, None)).collect();
    while let Some((id, parent)) = open.pop() {
        let node = tree.nodes.len() as u32;
        node_of[id.index()] = Some(node);
        if let Some(parent) = parent {
            tree.nodes[parent as usize].children.push(node);
        }
        let elevation = elements[id.index()].attribute("Elevation").and_then(|e| e.as_number());
        tree.nodes.push(SpatialNode {
            element: id,
            parent,
            children: Vec::new(),
            elevation,
            contains: Vec::new(),
        });
        open.extend(below[id.index()].iter().rev().map(|&child| (child, Some(node))));
    }
    for &(space, element) in contained {
        if let Some(node) = node_of[space.index()] {
            tree.nodes[node as usize].contains.push(element);
        }
    }
    for node in &mut tree.nodes {
        node.contains.sort_unstable();
        node.contains.dedup();
    }
    tree
}
