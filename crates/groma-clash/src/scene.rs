//! What is tested: models and their shapes in one frame.

use groma_geometry::Shapes;
use groma_model::{Element, ElementId, Frame, Model};

/// One model of a scene.
#[derive(Clone, Copy)]
pub struct SceneModel<'a> {
    /// The elements and their relations.
    pub model: &'a Model,
    /// Their shapes, placed in the scene's frame.
    pub shapes: &'a Shapes,
}

/// The models of a federation in one frame.
#[derive(Clone)]
pub struct Scene<'a> {
    /// The models; their labels differ.
    pub models: Vec<SceneModel<'a>>,
    /// The frame that the shapes are placed in.
    pub frame: &'a Frame,
}

/// An element of a scene.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subject {
    /// The model, an index into [`Scene::models`].
    pub model: u32,
    /// The element within it.
    pub element: ElementId,
}

impl<'a> Scene<'a> {
    /// The element that a subject names.
    pub fn element(&self, subject: Subject) -> &'a Element {
        self.models[subject.model as usize].model.element(subject.element)
    }
}
