//! From what a user names to elements.

use crate::query::reason;
use crate::{Project, ProjectConfig};
use groma_clash::Subject;
use groma_exchange::mistake::Mistake;
use groma_exchange::project_file::Spanned;
use groma_model::ElementId;
use groma_query::{Index, Selector};
use std::collections::BTreeSet;
use std::sync::Arc;
use thiserror::Error;

/// What a user names as one side of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selection {
    /// All elements of the model with this label.
    Model(Arc<str>),
    /// What this selects, in every model.
    Selector(Selector),
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
    /// The selector selects no element of any model.
    #[error("`{selector}` selects no element{reason}")]
    Nothing {
        /// The selector in canonical form.
        selector: String,
        /// Why, where that is known.
        reason: String,
    },
}

impl Project {
    /// The elements that any of the selections names, sorted.
    ///
    /// # Errors
    ///
    /// A selection that selects nothing.
    pub fn select(&self, selections: &[Selection]) -> Result<Vec<Subject>, SelectError> {
        let indices: Vec<Index<'_>> = self.models.iter().map(|m| Index::new(&m.model)).collect();
        let mut all = BTreeSet::new();
        for selection in selections {
            all.extend(select(&indices, selection)?);
        }
        Ok(all.into_iter().collect())
    }
}

/// The elements that a selector in a project's file selects, sorted.
///
/// # Errors
///
/// What is no selector, or selects nothing, with its place in the file.
pub(crate) fn select_by(
    config: &ProjectConfig,
    indices: &[Index<'_>],
    text: &Spanned<String>,
) -> Result<Vec<Subject>, Box<Mistake>> {
    let selection = selection(config, text)?;
    selected(config, indices, &selection, text)
}

/// What a selector in a project's file names, before it is looked up.
///
/// # Errors
///
/// What is no selector, with its place in the file.
pub(crate) fn selection(config: &ProjectConfig, text: &Spanned<String>) -> Result<Selection, Box<Mistake>> {
    let selector = Selector::parse(text.as_ref()).map_err(|e| {
        // Where the text stands in the file as it is, the place within it is known.
        let span = text.span();
        let raw = &config.text[span.clone()];
        let inside = raw.find(text.as_ref().as_str()).map(|at| span.start + at);
        let place = inside.map_or(span.clone(), |at| at + e.span.start..at + e.span.end);
        let mistake = config.mistake(place, e.kind.to_string());
        let word = text.as_ref().chars().all(|c| c.is_alphanumeric() || c == '_' || c == ' ' || c == '-');
        Box::new(match word {
            true => mistake.hint("this names no set, discipline or model, and is no selector"),
            false => mistake,
        })
    })?;
    Ok(Selection::Selector(selector))
}

/// The same for a selection that is written somewhere in a project's file.
pub(crate) fn selected(
    config: &ProjectConfig,
    indices: &[Index<'_>],
    selection: &Selection,
    text: &Spanned<String>,
) -> Result<Vec<Subject>, Box<Mistake>> {
    select(indices, selection).map_err(|e| Box::new(config.mistake(text.span(), e.to_string())))
}

/// The elements of models that a selection names, sorted.
///
/// # Errors
///
/// A selection that selects nothing.
pub(crate) fn select(indices: &[Index<'_>], selection: &Selection) -> Result<Vec<Subject>, SelectError> {
    let mut all = Vec::new();
    for (index, model) in indices.iter().zip(0..) {
        let mut add = |element| all.push(Subject { model, element });
        match selection {
            Selection::Model(label) if index.model().label != *label => {}
            Selection::Model(_) => (0..index.model().elements.len() as u32).map(ElementId).for_each(add),
            Selection::Selector(selector) => selector.select_in(index).elements().for_each(&mut add),
        }
    }
    if !all.is_empty() {
        return Ok(all);
    }
    Err(match selection {
        Selection::Model(label) => SelectError::UnknownModel {
            label: label.clone(),
            known: indices.iter().map(|i| i.model().label.to_string()).collect(),
        },
        Selection::Selector(selector) => SelectError::Nothing {
            selector: selector.to_string(),
            reason: reason(&selector.explain(indices)),
        },
    })
}
