//! Which models a path stands for.

use crate::source::OpenError;
use crate::unpack::models_in_zip;
use std::path::{Path, PathBuf};

/// The models that a path stands for, sorted: a file is itself; a folder stands for the models in it (not in
/// the folders below); an archive of several models for each of them (`plans.zip/arch.ifc`); a pattern such
/// as `models/**/*.ifc` for the files that match it.
///
/// A path at which there is nothing stands for itself, so that opening it says so.
///
/// # Errors
///
/// A folder without models, a pattern that matches nothing or is none, a folder that cannot be listed.
pub fn models_in(path: &Path) -> Result<Vec<PathBuf>, OpenError> {
    if path.is_dir() {
        return in_folder(path);
    }
    if path.is_file() {
        return Ok(in_file(path));
    }
    match path.to_str() {
        Some(text) if text.contains(['*', '?', '[']) => matching(text),
        _ => Ok(vec![path.into()]),
    }
}

fn in_file(path: &Path) -> Vec<PathBuf> {
    models_in_zip(path).filter(|models| models.len() > 1).unwrap_or_else(|| vec![path.into()])
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, OpenError> {
    let io = |source| OpenError::Io { path: folder.into(), source };
    let mut files = Vec::new();
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            folders.push(path);
        } else if [".ifc", ".ifczip", ".ifc.gz", ".ifc.zip"].iter().any(|end| name.ends_with(end))
            || (name.ends_with(".zip") && models_in_zip(&path).is_some_and(|models| !models.is_empty()))
        {
            files.extend(in_file(&path));
        }
    }
    files.sort();
    folders.sort();
    if files.is_empty() {
        let hint = match folders.first() {
            Some(first) => format!(
                ", but there are folders in it\n  hint: name one, as in {}, or all of them: '{}'",
                first.display(),
                folder.join("**/*.ifc").display()
            ),
            None => String::new(),
        };
        return Err(OpenError::NoModels { path: folder.into(), hint });
    }
    Ok(files)
}

fn matching(pattern: &str) -> Result<Vec<PathBuf>, OpenError> {
    let path = || PathBuf::from(pattern);
    let insensitive = glob::MatchOptions { case_sensitive: false, ..glob::MatchOptions::new() };
    let found = glob::glob_with(pattern, insensitive)
        .map_err(|e| OpenError::Pattern { path: path(), problem: e.to_string() })?;
    let mut files: Vec<PathBuf> =
        found.filter_map(Result::ok).filter(|p| p.is_file()).flat_map(|p| in_file(&p)).collect();
    files.sort();
    files.dedup();
    if files.is_empty() { Err(OpenError::NoMatch { path: path() }) } else { Ok(files) }
}
