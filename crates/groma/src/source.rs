//! Which files to open, and what their models are called.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// A file and the label of its model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModelSource {
    /// The label; the file's stem if the user gave none.
    pub label: Arc<str>,
    /// Where the file is.
    pub path: PathBuf,
}

/// Why a set of sources cannot be labelled.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum LabelError {
    /// Two models would be called the same.
    #[error(
        "two models are called `{label}`: {} and {}\n  hint: name one of them, as in `{label}2={}`",
        .first.display(), .second.display(), .second.display()
    )]
    Equal {
        /// What both are called.
        label: Arc<str>,
        /// The first file.
        first: PathBuf,
        /// The second file.
        second: PathBuf,
    },
    /// There is nothing before or behind the `=`.
    #[error("`{argument}` is neither a file nor LABEL=FILE")]
    Malformed {
        /// What the user wrote.
        argument: String,
    },
}

impl ModelSource {
    /// A file whose model is called after the file's stem (`plans/arch.ifc` is `arch`).
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let label = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into();
        Self { label, path }
    }

    /// Reads `FILE` or `LABEL=FILE`. What exists as a file is a file, also with a `=` in its name.
    ///
    /// # Errors
    ///
    /// [`LabelError::Malformed`] where a side of the `=` is empty.
    pub fn parse(argument: &OsStr) -> Result<Self, LabelError> {
        let text = argument.to_string_lossy();
        if Path::new(argument).exists() {
            return Ok(Self::new(argument));
        }
        match text.split_once('=') {
            // A separator before the `=` belongs to a path.
            Some((label, path)) if !label.contains(['/', '\\']) => {
                if label.is_empty() || path.is_empty() {
                    return Err(LabelError::Malformed { argument: text.into_owned() });
                }
                Ok(Self { label: label.into(), path: path.into() })
            }
            _ => Ok(Self::new(argument)),
        }
    }

    /// Checks that no two models are called the same.
    ///
    /// # Errors
    ///
    /// [`LabelError::Equal`] for the first two that are.
    pub fn check_labels(sources: &[Self]) -> Result<(), LabelError> {
        let mut sorted: Vec<&Self> = sources.iter().collect();
        sorted.sort_by(|x, y| x.label.cmp(&y.label));
        match sorted.windows(2).find(|pair| pair[0].label == pair[1].label) {
            None => Ok(()),
            Some(pair) => Err(LabelError::Equal {
                label: pair[0].label.clone(),
                first: pair[0].path.clone(),
                second: pair[1].path.clone(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(argument: &str, expect: Result<(&str, &str), ()>) {
        let source = ModelSource::parse(OsStr::new(argument));
        let found = source.as_ref().map(|s| (&*s.label, s.path.to_str().unwrap())).map_err(|_| ());
        assert_eq!(found, expect, "{argument}");
    }

    #[test]
    fn arguments_are_files_or_labelled_files() {
        check("plans/arch.ifc", Ok(("arch", "plans/arch.ifc")));
        check("A=plans/arch.ifc", Ok(("A", "plans/arch.ifc")));
        check("A=x=y.ifc", Ok(("A", "x=y.ifc")));
        check("dir/a=b.ifc", Ok(("a=b", "dir/a=b.ifc")));
        check("=arch.ifc", Err(()));
        check("A=", Err(()));
    }

    #[test]
    fn equal_labels_are_an_error_that_says_how_to_name_them() {
        let sources = [ModelSource::new("1/arch.ifc"), ModelSource::new("2/arch.ifc")];
        insta::assert_snapshot!(ModelSource::check_labels(&sources).unwrap_err(), @r"
        two models are called `arch`: 1/arch.ifc and 2/arch.ifc
          hint: name one of them, as in `arch2=2/arch.ifc`
        ");
        assert_eq!(ModelSource::check_labels(&sources[..1]), Ok(()));
    }
}
