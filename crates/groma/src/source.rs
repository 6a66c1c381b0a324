//! Which files to open, and what their models are called.

use std::collections::BTreeSet;
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

/// Why an argument stands for no models.
#[derive(Debug, Error)]
pub enum SourceError {
    /// It cannot be read as one.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// There is nothing in it.
    #[error(transparent)]
    File(#[from] groma_ifc::OpenError),
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
    /// One label for a folder, an archive or a pattern of several models.
    #[error("`{label}` cannot be the label of the {count} models in {}", .path.display())]
    Several {
        /// The label.
        label: Arc<str>,
        /// How many models there are.
        count: usize,
        /// Where they are.
        path: PathBuf,
    },
}

impl ModelSource {
    /// A file whose model is called after the file's stem (`plans/arch.ifc` and `arch.ifc.gz` are `arch`).
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { label: stem(&path), path }
    }

    /// The models that a source stands for: itself if it is a file, else those of the folder, the archive or
    /// the pattern, each called after its file. See [`groma_ifc::models_in`].
    ///
    /// # Errors
    ///
    /// A folder or a pattern without models, or one label for several.
    pub fn expand(&self) -> Result<Vec<Self>, SourceError> {
        let models = groma_ifc::models_in(&self.path)?;
        let is_labelled = self.label != stem(&self.path);
        match &models[..] {
            [only] if is_labelled || *only == self.path => {
                Ok(vec![Self { label: self.label.clone(), path: only.clone() }])
            }
            several if is_labelled => Err(LabelError::Several {
                label: self.label.clone(),
                count: several.len(),
                path: self.path.clone(),
            }
            .into()),
            _ => Ok(models.into_iter().map(Self::new).collect()),
        }
    }

    /// The models that all sources stand for.
    ///
    /// # Errors
    ///
    /// As [`ModelSource::expand`].
    pub fn expand_all(sources: &[Self]) -> Result<Vec<Self>, SourceError> {
        let mut all = Vec::with_capacity(sources.len());
        for source in sources {
            all.extend(source.expand()?);
        }
        Ok(all)
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

    /// Calls what others of its name come before after its folder too, and by a number where that is not enough; `kept`
    /// ones come first, and those and what the user has named are called so. A file among the others that is named twice
    /// is there once. Gives all of them, the kept ones first.
    #[must_use]
    pub fn tell_apart(kept: &[Self], others: &[Self]) -> Vec<Self> {
        let is_named = |source: &Self| source.label != stem(&source.path);
        let named = kept.iter().chain(others.iter().filter(|other| is_named(other)));
        let mut used: BTreeSet<Arc<str>> = named.map(|source| source.label.clone()).collect();
        let mut seen: BTreeSet<&Path> = kept.iter().map(|source| source.path.as_path()).collect();
        let mut all = kept.to_vec();
        for other in others.iter().filter(|other| seen.insert(&other.path)) {
            let mut label = other.label.clone();
            if !is_named(other) {
                let folder = other.path.parent().and_then(Path::file_name);
                if let Some(folder) = folder.filter(|_| used.contains(&label)) {
                    label = format!("{}-{label}", folder.to_string_lossy()).into();
                }
                let numbered = (2..).map(|n| format!("{label} ({n})").into());
                let free = std::iter::once(label.clone()).chain(numbered).find(|label| !used.contains(label));
                label = free.unwrap_or(label);
                used.insert(label.clone());
            }
            all.push(Self { label, path: other.path.clone() });
        }
        all
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

/// The stem of a file's name, without `.ifc` where that stands before another ending.
fn stem(path: &Path) -> Arc<str> {
    let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
    let plain = stem.len().checked_sub(4).filter(|&at| at > 0 && stem.is_char_boundary(at));
    match plain {
        Some(at) if stem[at..].eq_ignore_ascii_case(".ifc") => stem[..at].into(),
        _ => stem.into(),
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
        check("arch.ifc.gz", Ok(("arch", "arch.ifc.gz")));
        check("plans.zip/x/arch.IFC", Ok(("arch", "plans.zip/x/arch.IFC")));
        check(".ifc", Ok((".ifc", ".ifc")));
        check("=arch.ifc", Err(()));
        check("A=", Err(()));
    }

    #[test]
    fn models_of_one_name_are_told_apart_by_their_folders() {
        let check = |kept: &[&str], others: &[&str], expect: &[&str]| {
            let [kept, others] = [kept, others].map(|paths| -> Vec<_> {
                paths.iter().map(|path| ModelSource::parse(OsStr::new(path)).unwrap()).collect()
            });
            let all = ModelSource::tell_apart(&kept, &others);
            let labels: Vec<&str> = all.iter().map(|source| &*source.label).collect();
            assert_eq!(labels, expect);
            assert_eq!(ModelSource::check_labels(&all), Ok(()));
        };
        check(&[], &["1/arch.ifc", "2/arch.ifc", "2/mep.ifc"], &["arch", "2-arch", "mep"]);
        check(&[], &["arch.ifc", "arch.ifc"], &["arch"]);
        check(&[], &["old/arch.ifc", "arch.ifc"], &["arch", "arch (2)"]);
        check(&["arch.ifc"], &["arch.ifc", "old/arch.ifc"], &["arch", "old-arch"]);
        check(&["arch.ifc"], &["a/x/arch.ifc", "b/x/arch.ifc"], &["arch", "x-arch", "x-arch (2)"]);
        // What is named is called so, whatever comes before it.
        check(&[], &["1/arch.ifc", "arch=2/mep.ifc", "3/arch.ifc"], &["1-arch", "arch", "3-arch"]);
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
