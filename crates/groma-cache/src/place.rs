//! Where the platform keeps what can be made again.

use std::env::{home_dir, var_os};
use std::path::PathBuf;

/// The directory of the cache: `GROMA_CACHE_DIR`, else `groma` where the platform keeps caches
/// (`$XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`). `None` where `GROMA_CACHE_DIR` is
/// empty, which asks for no cache, or where there is no such place.
pub fn default_directory() -> Option<PathBuf> {
    if let Some(dir) = var_os("GROMA_CACHE_DIR") {
        return (!dir.is_empty()).then(|| dir.into());
    }
    let set = |name| var_os(name).filter(|d| !d.is_empty()).map(PathBuf::from).filter(|d| d.is_absolute());
    let base = if cfg!(windows) {
        set("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home_dir().map(|home| home.join("Library/Caches"))
    } else {
        set("XDG_CACHE_HOME").or_else(|| home_dir().map(|home| home.join(".cache")))
    };
    base.map(|base| base.join("groma"))
}
