//! Files that are written whole or not at all, and files that are looked at for changes.

use std::io::Write;
use std::path::Path;
use std::time::SystemTime;
use tempfile::NamedTempFile;

/// Writes a file whole or not at all.
///
/// # Errors
///
/// What the system says.
pub fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = beside(path)?;
    beside.write_all(bytes)?;
    beside.persist(path)?;
    Ok(())
}

/// A new file beside a path, to be renamed to it once it is whole.
///
/// # Errors
///
/// What the system says.
pub fn beside(path: &Path) -> std::io::Result<NamedTempFile> {
    let dir = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new().permissions(permissions()).tempfile_in(dir)
}

/// What a new file would get: a temporary file is otherwise for its owner alone.
#[cfg(unix)]
fn permissions() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    std::fs::Permissions::from_mode(0o666)
}

#[cfg(not(unix))]
fn permissions() -> std::fs::Permissions {
    // Only the read-only flag exists, and it is off in the metadata of any new file.
    std::fs::metadata(".").map(|m| m.permissions()).expect("the working directory exists")
}

/// When a file was changed, and its size; `None` where it is not there.
pub type Stamp = Option<(SystemTime, u64)>;

/// What a file is like now.
pub fn stamp(path: &Path) -> Stamp {
    let about = std::fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}
