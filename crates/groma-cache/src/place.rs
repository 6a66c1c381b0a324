//! Where the platform keeps what is not a project's.

use std::env::{home_dir, var_os};
use std::path::PathBuf;

/// What is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keeps {
    /// What can be made again: in `$XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`.
    Caches,
    /// What a person has chosen: in `$XDG_CONFIG_HOME` or `~/.config`, `~/Library/Application Support`, `%APPDATA%`.
    Settings,
}

/// The user's directory: what the environment has in `variable`, else `groma` where the platform keeps such. `None`
/// where the variable is empty, which asks for none, or where there is no such place.
pub fn directory_of_user(variable: &str, keeps: Keeps) -> Option<PathBuf> {
    if let Some(dir) = var_os(variable) {
        return (!dir.is_empty()).then(|| dir.into());
    }
    let [windows, mac, xdg, other] = match keeps {
        Keeps::Caches => ["LOCALAPPDATA", "Library/Caches", "XDG_CACHE_HOME", ".cache"],
        Keeps::Settings => ["APPDATA", "Library/Application Support", "XDG_CONFIG_HOME", ".config"],
    };
    let set = |name| var_os(name).filter(|d| !d.is_empty()).map(PathBuf::from).filter(|d| d.is_absolute());
    let base = if cfg!(windows) {
        set(windows)
    } else if cfg!(target_os = "macos") {
        home_dir().map(|home| home.join(mac))
    } else {
        set(xdg).or_else(|| home_dir().map(|home| home.join(other)))
    };
    base.map(|base| base.join("groma"))
}

/// The directory of the cache: see [`directory_of_user`] with `GROMA_CACHE_DIR`.
pub fn default_directory() -> Option<PathBuf> {
    directory_of_user("GROMA_CACHE_DIR", Keeps::Caches)
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
