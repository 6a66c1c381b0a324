//! The shapes of a model: unique meshes, and instances that place them.

use crate::{Aabb, Mesh};
use glam::{DAffine3, DVec3};
use groma_model::{Coverage, ElementId, ShapeStatus};
use std::sync::Arc;

/// One placed occurrence of a mesh, which belongs to an element.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The element it is a body, or a part of the body, of.
    pub element: ElementId,
    /// The mesh, an index into [`Shapes::meshes`].
    pub mesh: u32,
    /// From the mesh's coordinates to those of the shapes. May mirror and scale.
    pub placement: DAffine3,
    /// Linear red, green, blue and alpha, 0 to 1.
    pub colour: [f32; 4],
}

/// The shapes of one model.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    /// Each distinct mesh once.
    pub meshes: Vec<Arc<Mesh>>,
    /// Sorted by element; an element may have several.
    pub instances: Vec<Instance>,
    /// What became of each element of the model, by its index.
    pub status: Vec<ShapeStatus>,
}

impl Shapes {
    /// The instances of one element.
    pub fn of(&self, element: ElementId) -> &[Instance] {
        let start = self.instances.partition_point(|i| i.element < element);
        // An element has few: counting them is faster than another search.
        let len = self.instances[start..].iter().take_while(|i| i.element == element).count();
        &self.instances[start..start + len]
    }

    /// How many elements ended how.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(&self.status)
    }

    /// How many triangles a viewer draws: those of each instance.
    pub fn triangle_count(&self) -> usize {
        self.instances.iter().map(|i| self.meshes[i.mesh as usize].triangles.len()).sum()
    }

    /// Places all instances anew: `by` is applied after their own placement.
    pub fn transform(&mut self, by: &DAffine3) {
        for instance in &mut self.instances {
            instance.placement = *by * instance.placement;
        }
    }

    /// The exact bounds of all instances in f64, lower and upper corner; `None` without instances.
    pub fn bounds(&self) -> Option<(DVec3, DVec3)> {
        self.bounds_among(&self.instances)
    }

    /// The exact bounds of one element, as [`Shapes::bounds`].
    pub fn bounds_of(&self, element: ElementId) -> Option<(DVec3, DVec3)> {
        self.bounds_among(self.of(element))
    }

    fn bounds_among(&self, instances: &[Instance]) -> Option<(DVec3, DVec3)> {
        let mut bounds: Option<(DVec3, DVec3)> = None;
        for instance in instances {
            for &p in &self.meshes[instance.mesh as usize].positions {
                let p = instance.placement.transform_point3(p);
                bounds = Some(bounds.map_or((p, p), |(lo, hi)| (lo.min(p), hi.max(p))));
            }
        }
        bounds
    }

    /// The box of an instance, rounded outward.
    pub fn aabb(&self, instance: &Instance) -> Aabb {
        let mesh = &self.meshes[instance.mesh as usize];
        Aabb::of(mesh.positions.iter().map(|&p| instance.placement.transform_point3(p)))
    }
}
