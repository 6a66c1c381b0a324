//! From what a user names to elements.

use crate::Project;
use groma_clash::Subject;
use groma_model::ElementId;
use std::collections::BTreeSet;
use std::sync::Arc;
use thiserror::Error;

/// What a user names as one side of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selection {
    /// All elements of the model with this label.
    Model(Arc<str>),
    /// All elements of this IFC class and its subtypes, in every model.
    Class(String),
}

/// A selection that selects nothing.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum SelectError {
    /// No model has this label.
    #[error("no model is called `{label}`; there are {}", .known.join(", "))]
    UnknownModel {
        /// What the user wrote.
        label: Arc<str>,
        /// What there is.
        known: Vec<String>,
    },
    /// No element is of this class.
    #[error("no element is an {class}; the models hold {}", .known.join(", "))]
    NoSuchClass {
        /// What the user wrote.
        class: String,
        /// The most frequent classes.
        known: Vec<String>,
    },
}

impl Project {
    /// The elements that any of the selections names, sorted.
    ///
    /// # Errors
    ///
    /// A selection that selects nothing.
    pub fn select(&self, selections: &[Selection]) -> Result<Vec<Subject>, SelectError> {
        let mut all = BTreeSet::new();
        for selection in selections {
            let mut selected = false;
            for (m, loaded) in self.models.iter().enumerate() {
                for (e, element) in loaded.model.elements.iter().enumerate() {
                    let hit = match selection {
                        Selection::Model(label) => loaded.model.label == *label,
                        Selection::Class(class) => element.class.is_a(class),
                    };
                    if hit {
                        selected = true;
                        all.insert(Subject { model: m as u32, element: ElementId(e as u32) });
                    }
                }
            }
            if !selected {
                return Err(self.nothing(selection));
            }
        }
        Ok(all.into_iter().collect())
    }

    fn nothing(&self, selection: &Selection) -> SelectError {
        match selection {
            Selection::Model(label) => SelectError::UnknownModel {
                label: label.clone(),
                known: self.models.iter().map(|m| m.model.label.to_string()).collect(),
            },
            Selection::Class(class) => {
                let classes = self.inspect().classes();
                let known = classes.into_iter().take(8).map(|(name, n)| format!("{name} ({n})")).collect();
                SelectError::NoSuchClass { class: class.clone(), known }
            }
        }
    }
}
