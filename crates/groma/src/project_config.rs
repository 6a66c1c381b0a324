//! `groma.toml` read from a folder, and the models it names.

use crate::source::ModelSource;
use groma_clash::Discipline;
use groma_exchange::mistake::Mistake;
use groma_exchange::project_file::{ProjectFile, Spanned};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// A project's file, with its text for messages.
#[derive(Clone, Debug)]
pub struct ProjectConfig {
    /// Where it is.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What it says.
    pub file: ProjectFile,
}

/// Why a project's file, or one that it names, cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("cannot read {}: {source}{hint}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
        /// How to mend it.
        hint: &'static str,
    },
    /// There is a mistake in it.
    #[error(transparent)]
    Mistake(#[from] Box<Mistake>),
}

impl ProjectConfig {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a mistake in it, with line and column.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Io {
            path: path.to_owned(),
            source,
            hint: "\n  hint: groma init writes one for the models it finds",
        })?;
        Ok(Self::of(path, text)?)
    }

    /// A file of this text.
    ///
    /// # Errors
    ///
    /// A mistake in it.
    pub fn of(path: &Path, text: String) -> Result<Self, Box<Mistake>> {
        let file = ProjectFile::read(path, &text)?;
        let config = Self { path: path.to_owned(), text, file };
        if config.file.models.is_empty() {
            let hint = "name the models: [[model]] and path = \"models/*.ifc\" in the next line";
            return Err(Box::new(config.mistake(0..0, "no model is named").hint(hint)));
        }
        Ok(config)
    }

    /// The folder that its paths are relative to.
    pub fn dir(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// A path of the file, from the working directory.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.dir().join(path)
    }

    /// The files of its programme: of the tasks, of what links them, of what was seen on site.
    pub fn plan_files(&self) -> Vec<PathBuf> {
        let programme = self.file.programme.iter().filter_map(|p| p.path.as_ref());
        let links = self.file.links.iter().filter_map(|l| l.csv.as_ref());
        let progress = self.file.progress.iter().map(|p| &p.csv);
        programme.chain(links).chain(progress).map(|path| self.resolve(path.get_ref())).collect()
    }

    /// The file of comments that it names, where that has been written already.
    pub fn comments(&self) -> Option<PathBuf> {
        let stated = self.file.comments.as_ref()?;
        Some(self.resolve(stated.get_ref())).filter(|path| path.exists())
    }

    /// The programme that it names, and the files that link elements to its tasks.
    pub fn programme_files(&self) -> Vec<PathBuf> {
        let programme = self.file.programme.iter().filter_map(|p| p.path.as_ref());
        let links = self.file.links.iter().filter_map(|link| link.csv.as_ref());
        programme.chain(links).map(|path| self.resolve(path.get_ref())).collect()
    }

    /// A mistake at a place of the file.
    pub fn mistake(&self, span: Range<usize>, what: impl Into<String>) -> Mistake {
        Mistake::new(&self.path, &self.text, span, what)
    }

    /// The models that it names, and the disciplines it states of them.
    ///
    /// # Errors
    ///
    /// A path or pattern without models, equal labels, a discipline that is none.
    #[allow(clippy::type_complexity, reason = "the two belong together and are taken apart at once")]
    pub fn sources(&self) -> Result<(Vec<ModelSource>, BTreeMap<Arc<str>, Discipline>), Box<Mistake>> {
        let mut sources: Vec<ModelSource> = Vec::new();
        let mut disciplines = BTreeMap::new();
        for entry in &self.file.models {
            let at = |what: String| Box::new(self.mistake(entry.path.span(), what));
            let plain = ModelSource::new(self.resolve(Path::new(entry.path.as_ref())));
            let source = match &entry.label {
                Some(label) => ModelSource { label: label.as_str().into(), ..plain },
                None => plain,
            };
            let found = source.expand().map_err(|e| at(e.to_string()))?;
            let discipline = entry.discipline.as_ref().map(|d| self.discipline(d)).transpose()?;
            for model in found {
                if let Some(other) = sources.iter().find(|s| s.label == model.label) {
                    let (one, two) = (other.path.display(), model.path.display());
                    let what = format!("two models are called `{}`: {one} and {two}", model.label);
                    return Err(Box::new(at(what).hint("give one of them a label")));
                }
                if let Some(discipline) = discipline {
                    disciplines.insert(model.label.clone(), discipline);
                }
                sources.push(model);
            }
        }
        Ok((sources, disciplines))
    }

    /// The discipline that a text names.
    pub(crate) fn discipline(&self, name: &Spanned<String>) -> Result<Discipline, Box<Mistake>> {
        Discipline::find(name.as_ref()).ok_or_else(|| {
            let known: Vec<&str> = Discipline::ALL.iter().map(|d| d.as_str()).collect();
            let what = format!("there is no discipline `{}`", name.as_ref());
            Box::new(self.mistake(name.span(), what).hint(format!("there are {}", known.join(", "))))
        })
    }
}
