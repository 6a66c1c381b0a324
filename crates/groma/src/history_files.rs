//! The files that tell what is known of clashes: baseline, waivers, identities.

use crate::{History, Project, ProjectConfig};
use groma_exchange::baseline_file::{BaselineError, BaselineFile};
use groma_exchange::comments_file::CommentsFile;
use groma_exchange::identity_file::{IdentityError, IdentityFile};
use groma_exchange::mistake::Mistake;
use groma_exchange::waivers_file::WaiversFile;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Where the files are, and whose.
#[derive(Clone, Debug, Default)]
pub struct HistoryFiles {
    /// The baseline.
    pub baseline: Option<PathBuf>,
    /// The waivers.
    pub waivers: Option<PathBuf>,
    /// The comments.
    pub comments: Option<PathBuf>,
    /// The identities.
    pub identity: Option<PathBuf>,
    /// The project's name; empty where it has none.
    pub project: String,
    /// The labels of its models.
    pub models: Vec<String>,
    /// The day that waivers are judged by.
    pub today: Date,
}

/// Why a file of what is known cannot be used.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// The baseline cannot be read.
    #[error("cannot use the baseline {}", .path.display())]
    BaselineGone {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The baseline is none, or another project's.
    #[error("cannot use the baseline {}", .path.display())]
    Baseline {
        /// The file.
        path: PathBuf,
        /// Why.
        source: BaselineError,
    },
    /// The waivers cannot be read.
    #[error("cannot read the waivers {}", .path.display())]
    WaiversGone {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The comments cannot be read.
    #[error("cannot read the comments {}", .path.display())]
    CommentsGone {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is a mistake in the waivers or the comments, which says itself in which file it is.
    #[error(transparent)]
    Mistake(#[from] Box<Mistake>),
    /// The identities cannot be read.
    #[error("cannot read the identities {}", .path.display())]
    IdentityGone {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The identities are none.
    #[error("cannot read the identities {}", .path.display())]
    Identity {
        /// The file.
        path: PathBuf,
        /// Why.
        source: IdentityError,
    },
}

/// The day by the system's clock, in UTC so that every machine agrees.
pub fn today() -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

impl HistoryFiles {
    /// Those that a project's file names, today. A baseline or a file of waivers or comments that is not there yet is left out:
    /// it is written later.
    pub fn of(config: &ProjectConfig, project: &Project) -> Self {
        let file = &config.file;
        let there = |path: PathBuf| Some(path).filter(|p| p.exists());
        Self {
            baseline: file.baseline.as_ref().and_then(|p| there(config.resolve(p.as_ref()))),
            waivers: file.waivers.as_ref().and_then(|p| there(config.resolve(p.as_ref()))),
            comments: config.comments(),
            identity: file.identity.as_ref().map(|p| config.resolve(p.as_ref())),
            project: file.project.name.clone().unwrap_or_default(),
            models: project.models.iter().map(|m| m.model.label.to_string()).collect(),
            today: today(),
        }
    }

    /// Reads what is known.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is not what it should be.
    pub fn read(&self) -> Result<History, HistoryError> {
        let waivers = entries(self.waivers.as_deref(), WaiversFile::read, |path, source| {
            HistoryError::WaiversGone { path, source }
        })?;
        let comments = entries(self.comments.as_deref(), CommentsFile::read, |path, source| {
            HistoryError::CommentsGone { path, source }
        })?;
        let identity = self.identity.as_deref().map(read_identity).transpose()?;
        let mut history = History::new(waivers, self.today);
        history.comments = comments;
        if let Some(path) = &self.baseline {
            let broken = |source| HistoryError::Baseline { path: path.clone(), source };
            let gone = |source| HistoryError::BaselineGone { path: path.clone(), source };
            let baseline =
                BaselineFile::read(&std::fs::read_to_string(path).map_err(gone)?).map_err(broken)?;
            // A model may have another label since; the identities know it.
            let mut models = self.models.clone();
            let renamed = identity.iter().flat_map(|i| &i.models).filter(|m| self.models.contains(&m.new));
            models.extend(renamed.map(|m| m.old.clone()));
            baseline.check(&self.project, &models).map_err(broken)?;
            history = history.with_baseline(baseline).map_err(broken)?;
        }
        Ok(match &identity {
            Some(identity) => history.with_identity(identity),
            None => history,
        })
    }
}

/// The entries of a file; none without one.
fn entries<T>(
    path: Option<&Path>,
    read: impl Fn(&Path, &str) -> Result<Vec<T>, Box<Mistake>>,
    gone: impl Fn(PathBuf, std::io::Error) -> HistoryError,
) -> Result<Vec<T>, HistoryError> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(path).map_err(|source| gone(path.to_owned(), source))?;
    Ok(read(path, &text)?)
}

fn read_identity(path: &Path) -> Result<IdentityFile, HistoryError> {
    let gone = |source| HistoryError::IdentityGone { path: path.to_owned(), source };
    let broken = |source| HistoryError::Identity { path: path.to_owned(), source };
    IdentityFile::read(&std::fs::read(path).map_err(gone)?).map_err(broken)
}
