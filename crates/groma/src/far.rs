//! Elements that lie far away from the rest of their model, which must not say where that stands.

use crate::federation::Bounds;
use glam::DVec3;
use groma_geometry::Shapes;
use groma_model::{Diagnostic, Diagnostics, ElementId, Model, codes};
use std::collections::BTreeSet;

/// What is nearer to the middle of its model is never far, in metres: a railway is long.
const FAR: f64 = 100_000.0;
/// Nor is what is not this many times as far as nine tenths of the elements.
const TIMES: f64 = 20.0;

/// The elements of a model that are far away from the others.
pub(crate) fn far_away(shapes: &Shapes) -> BTreeSet<ElementId> {
    let centres = centres(shapes);
    let middle = DVec3::from_array([0, 1, 2].map(|k| {
        let mut all: Vec<f64> = centres.iter().map(|c| c.1[k]).filter(|x| x.is_finite()).collect();
        all.sort_by(f64::total_cmp);
        let [low, high] = [all.len().saturating_sub(1) / 2, all.len() / 2].map(|at| all.get(at).copied());
        // Of two in the middle the one nearer to zero, where models are drawn.
        let nearer = |x: Option<f64>, y: Option<f64>| if x?.abs() <= y?.abs() { x } else { y };
        nearer(low, high).unwrap_or(0.0)
    }));
    let distance = |c: DVec3| (c - middle).length();
    let mut distances: Vec<f64> = centres.iter().map(|c| distance(c.1)).collect();
    distances.sort_by(f64::total_cmp);
    let most = distances.get(distances.len().saturating_sub(1) * 9 / 10).copied().unwrap_or(0.0);
    let is_far = |c: DVec3| distance(c) > FAR.max(TIMES * most);
    centres.into_iter().filter(|c| is_far(c.1)).map(|c| c.0).collect()
}

/// Of each element the middle of its first instance's box.
fn centres(shapes: &Shapes) -> Vec<(ElementId, DVec3)> {
    let mut of_mesh: Vec<Option<DVec3>> = vec![None; shapes.meshes.len()];
    let mut centres: Vec<(ElementId, DVec3)> = Vec::new();
    for instance in &shapes.instances {
        if centres.last().is_some_and(|c| c.0 == instance.element) {
            continue;
        }
        let Some(mesh) = shapes.meshes.get(instance.mesh as usize) else { continue };
        let middle = of_mesh[instance.mesh as usize].get_or_insert_with(|| {
            let (low, high) = bounds(mesh.positions.iter().copied()).unwrap_or_default();
            (low + high) / 2.0
        });
        centres.push((instance.element, instance.placement.transform_point3(*middle)));
    }
    centres
}

fn bounds(points: impl Iterator<Item = DVec3>) -> Option<Bounds> {
    points.map(|p| (p, p)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The exact bounds of all instances but those of some elements.
pub(crate) fn bounds_without(shapes: &Shapes, far: &BTreeSet<ElementId>) -> Option<Bounds> {
    if far.is_empty() {
        return shapes.bounds();
    }
    let near = shapes.instances.iter().filter(|i| !far.contains(&i.element));
    bounds(
        near.filter_map(|i| Some((i, shapes.meshes.get(i.mesh as usize)?)))
            .flat_map(|(i, mesh)| mesh.positions.iter().map(|&p| i.placement.transform_point3(p))),
    )
}

/// Says which elements are far away, and how far.
pub(crate) fn say(model: &Model, shapes: &Shapes, far: &BTreeSet<ElementId>, said: &mut Diagnostics) {
    let rest = bounds_without(shapes, far);
    for (id, centre) in centres(shapes) {
        if far.contains(&id) {
            let from = rest.map_or(0.0, |(low, high)| (centre - (low + high) / 2.0).length() / 1000.0);
            let said_of = Diagnostic::new(codes::FAR_AWAY).element(model.element(id));
            said.push(said_of.detail(format!("{from:.0} km from the middle of the others")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{bounds_without, far_away};
    use glam::{DAffine3, DVec3};
    use groma_geometry::{Instance, Mesh, Shapes};
    use groma_model::ElementId;
    use std::sync::Arc;

    fn far(places: &[f64]) -> (Vec<u32>, f64) {
        let mut shapes = Shapes::default();
        shapes.meshes.push(Arc::new(Mesh::cuboid(DVec3::ZERO, DVec3::ONE)));
        for (&x, n) in places.iter().zip(0..) {
            let placement = DAffine3::from_translation(DVec3::X * x);
            shapes.instances.push(Instance { element: ElementId(n), mesh: 0, placement, colour: [1.0; 4] });
        }
        let far = far_away(&shapes);
        let (low, high) = bounds_without(&shapes, &far).unwrap();
        (far.into_iter().map(|e| e.0).collect(), high.x - low.x)
    }

    #[test]
    fn one_element_ten_thousand_kilometres_away_is_far() {
        assert_eq!(far(&[0.0, 5.0, 1e7, 9.0]), (vec![2], 10.0));
        assert_eq!(far(&[0.0, -1e7]), (vec![1], 1.0));
        // At map coordinates the one near zero is the stray.
        assert_eq!(far(&[3.5e6, 3.5e6 + 7.0, 0.0]), (vec![2], 8.0));
    }

    #[test]
    fn what_is_large_is_not_far() {
        // A railway of 300 km, a building on a campus.
        let railway: Vec<f64> = (0..60).map(|k| f64::from(k) * 5_000.0).collect();
        assert!(far(&railway).0.is_empty());
        assert!(far(&[0.0, 1.0, 2.0, 50_000.0]).0.is_empty());
    }
}
