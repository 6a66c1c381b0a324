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

/// How many bytes the user wants to keep at most: `GROMA_CACHE_LIMIT`, in bytes or as `500MB`, `2 GB`. `None` where it
/// is absent or says no number.
pub fn limit_of_user() -> Option<u64> {
    bytes(&std::env::var("GROMA_CACHE_LIMIT").ok()?)
}

fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let unit = match text[end..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" | "k" => 1e3,
        "mb" | "m" => 1e6,
        "gb" | "g" => 1e9,
        "tb" | "t" => 1e12,
        _ => return None,
    };
    Some((number * unit) as u64)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn limits_are_bytes_or_have_a_unit() {
        for (text, expect) in [
            ("1000", Some(1000)),
            ("500MB", Some(500_000_000)),
            (" 1.5 gb ", Some(1_500_000_000)),
            ("0", Some(0)),
            ("much", None),
            ("5 apples", None),
            ("", None),
        ] {
            assert_eq!(bytes(text), expect, "{text}");
        }
    }
}
