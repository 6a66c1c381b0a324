//! One of the two models that are compared.

use glam::DAffine3;
use groma_geometry::Shapes;
use groma_model::{ElementId, Model};

/// A model with its shapes, and where it stands.
#[derive(Clone, Copy)]
pub struct Revision<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its shapes.
    pub shapes: &'a Shapes,
    /// From the coordinates of the shapes to those in which both revisions are compared. A rigid motion.
    pub placement: DAffine3,
}

impl Revision<'_> {
    /// All elements, by index.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ElementId> + use<> {
        (0..self.model.elements.len() as u32).map(ElementId)
    }
}
