//! All elements of all models, numbered.

use groma::Project;
use groma::clash::Subject;
use groma::model::{Element, ElementId, Model};
use std::collections::HashMap;
use std::sync::Arc;

/// The elements of a project under one number each: those of the first model, then those of the second, and so on,
/// each in file order. The same numbers as [`groma::twin::Twin::place`].
#[derive(Clone)]
pub struct Elements {
    project: Arc<Project>,
    firsts: Vec<u32>,
}

impl Elements {
    /// Numbers the elements of a project.
    pub fn of(project: Arc<Project>) -> Self {
        let mut firsts = vec![0];
        for m in &project.models {
            firsts.push(firsts.last().copied().unwrap_or(0) + m.model.elements.len() as u32);
        }
        Self { project, firsts }
    }

    /// The project.
    pub fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.firsts.last().map_or(0, |&end| end as usize)
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of an element.
    pub fn place(&self, subject: Subject) -> u32 {
        self.firsts[subject.model as usize] + subject.element.0
    }

    /// The number of the first element of a model.
    pub fn first(&self, model: usize) -> u32 {
        self.firsts[model]
    }

    /// The element of a number, if there is one.
    pub fn subject(&self, place: u32) -> Option<Subject> {
        if place as usize >= self.len() {
            return None;
        }
        let model = self.firsts.partition_point(|&first| first <= place) - 1;
        Some(Subject { model: model as u32, element: ElementId(place - self.firsts[model]) })
    }

    /// The model and the element of a number, if there is one.
    pub fn get(&self, place: u32) -> Option<(&Model, &Element)> {
        let subject = self.subject(place)?;
        let model = &self.project.models[subject.model as usize].model;
        Some((model, model.element(subject.element)))
    }

    /// All that an element is part of, from the nearest.
    pub fn wholes(&self, place: u32) -> impl Iterator<Item = u32> {
        self.up(place, |e| e.whole)
    }

    /// All that an element is part of or stands in, from the nearest.
    pub fn around(&self, place: u32) -> impl Iterator<Item = u32> {
        self.up(place, |e| e.whole.or(e.container))
    }

    /// No more than any building has above an element, so that odd relations end.
    fn up(&self, place: u32, next: fn(&Element) -> Option<ElementId>) -> impl Iterator<Item = u32> {
        let above = move |place: u32| {
            let Subject { model, element } = self.subject(place)?;
            let element = next(self.project.models[model as usize].model.element(element))?;
            Some(self.place(Subject { model, element }))
        };
        std::iter::successors(above(place), move |&p| above(p)).take(64)
    }

    /// What a person calls an element: its name, else its class and GlobalId.
    pub fn title(&self, place: u32) -> String {
        let Some((_, element)) = self.get(place) else { return String::new() };
        match element.name.as_deref().filter(|name| !name.trim().is_empty()) {
            Some(name) => name.to_owned(),
            None => format!("{} {}", element.class.name(), element.key.global_id),
        }
    }

    /// The numbers of all elements, by their models' labels and their GlobalIds.
    pub fn by_key(&self) -> HashMap<(&str, &str), u32> {
        let models = self.project.models.iter().zip(&self.firsts);
        models
            .flat_map(|(m, &first)| {
                let elements = (first..).zip(&m.model.elements);
                elements.map(|(place, e)| ((&*m.model.label, &*e.key.global_id), place))
            })
            .collect()
    }
}
