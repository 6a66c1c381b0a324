//! Running the program as its users do, and finding the shared data.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run of the program left.
pub struct Run {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Its data.
    pub stdout: String,
    /// Its words.
    pub stderr: String,
}

/// Runs `groma` with these arguments, without a cache: a run is tested and not the memory of another.
pub fn groma<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(arguments: I) -> Run {
    groma_with_cache("".as_ref(), arguments)
}

/// Runs `groma` with these arguments and a cache in this directory.
pub fn groma_with_cache<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(cache: &Path, arguments: I) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_groma"))
        .args(arguments)
        .stdin(Stdio::null())
        .env("NO_COLOR", "1")
        .env("GROMA_CACHE_DIR", cache)
        .output()
        .expect("groma starts");
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

impl Run {
    /// The report on stdout.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|e| panic!("not JSON: {e}\n{}\n{}", self.stdout, self.stderr))
    }

    /// Exit code, stdout and stderr as one text for a snapshot, with a directory's name taken out.
    pub fn transcript(&self, dir: &Path) -> String {
        let code = self.code.map_or("signal".to_owned(), |c| c.to_string());
        let dir = dir.display().to_string();
        format!("exit {code}\n--- stdout\n{}--- stderr\n{}", self.stdout, self.stderr).replace(&dir, "DIR")
    }
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is there")
}

/// A file of the sample project.
pub fn sample(name: &str) -> PathBuf {
    root().join("assets/sample").join(name)
}

/// The shared data: `GROMA_DATA`, else beside the project. `None` where it is absent.
///
/// # Panics
///
/// With `GROMA_DATA_REQUIRED=1` where it is absent.
pub fn data() -> Option<PathBuf> {
    let path = std::env::var_os("GROMA_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    let required = std::env::var_os("GROMA_DATA_REQUIRED").is_some_and(|v| v == "1");
    assert!(!required, "GROMA_DATA_REQUIRED=1, but there is no {}", path.display());
    None
}

/// The models under a folder of the shared data, sorted.
pub fn models(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder can be listed")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "ifc"))
        .collect();
    files.sort();
    files
}
