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
    /// The models; their labels differ. One model may be there more than once, with other shapes: an element
    /// is never tested with itself, and what belongs together does so whatever its shape.
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
    /// For each model the first one of the same label.
    pub(crate) fn homes(&self) -> Vec<u32> {
        let label = |m: &SceneModel<'a>| &m.model.label;
        let home =
            |m| self.models.iter().position(|first| label(first) == label(m)).unwrap_or_default() as u32;
        self.models.iter().map(home).collect()
    }

    /// The element that a subject names.
    pub fn element(&self, subject: Subject) -> &'a Element {
        self.models[subject.model as usize].model.element(subject.element)
    }
}
