//! Programmes from files: those of scheduling programs, and the tasks of IFC models.

use groma_ifc::{OpenError, Source, read_model};
use groma_model::{Diagnostics, Progress, codes};
use groma_schedule::{ReadError, ReadOptions, Schedule, SourceFormat, detect, has_tasks, programme_of, read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a file holds no programme.
#[derive(thiserror::Error, Debug)]
pub enum ProgrammeError {
    /// The system refuses to read it.
    #[error("cannot read {}: {source}", .path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is no programme.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The path.
        path: PathBuf,
        /// Why not.
        source: ReadError,
    },
    /// It cannot be opened as a model.
    #[error(transparent)]
    Model(#[from] OpenError),
    /// It is a model without tasks.
    #[error("{} is a model without tasks\n  hint: a programme is its own file, or the IfcTask of a model", .path.display())]
    NoTasks {
        /// The path.
        path: PathBuf,
    },
    /// The user's stop.
    #[error("stopped")]
    Cancelled,
}

/// Reads a programme; of an IFC model (`.ifc`, `.ifczip`, packed) its tasks.
///
/// # Errors
///
/// See [`ProgrammeError`]; never the content.
pub fn read_programme(
    path: &Path,
    options: &ReadOptions,
    progress: &dyn Progress,
) -> Result<(Schedule, Diagnostics), ProgrammeError> {
    let is_packed = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("ifczip"));
    if !is_packed {
        let io = |source| ProgrammeError::Io { path: path.into(), source };
        let bytes = std::fs::read(path).map_err(io)?;
        if detect(&bytes) != Ok(SourceFormat::Ifc) {
            return read(&bytes, options)
                .map_err(|source| ProgrammeError::Read { path: path.into(), source });
        }
    }
    let source = Source::open(path)?;
    let label: Arc<str> = options.label.as_str().into();
    let (model, mut said) = read_model(&source, &label, progress).map_err(|_| ProgrammeError::Cancelled)?;
    if !has_tasks(&model) {
        return Err(ProgrammeError::NoTasks { path: path.into() });
    }
    // Nothing of a programme is measured in lengths or angles, which a file of tasks alone need not declare.
    let of_shapes = [codes::UNKNOWN_UNIT, codes::ANGLES_IN_DEGREES, codes::ODD_MAP_CONVERSION];
    let mut kept = Diagnostics::default();
    said.iter().filter(|d| !of_shapes.contains(&d.code)).for_each(|d| kept.push(d.clone()));
    said = kept;
    let (schedule, found) = programme_of(&model, options);
    said.extend(found);
    Ok((schedule, said))
}
