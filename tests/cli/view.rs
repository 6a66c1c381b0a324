use std::path::Path;
use std::process::{Command, Output};

/// A directory on the file system of the program, so that it can be linked into it.
fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// Runs the program from a directory of its own, with nothing on the PATH.
fn alone(dir: &Path) -> Output {
    let link = dir.join("groma");
    std::fs::hard_link(env!("CARGO_BIN_EXE_groma"), &link).unwrap();
    Command::new(link).args(["view", "a.ifc", "--size", "640x480"]).env("PATH", "").output().unwrap()
}

#[test]
fn without_a_viewer_view_says_how_to_get_one() {
    let dir = directory();
    let output = alone(dir.path());
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains("cargo build --release -p groma-viewer"), "{words}");
}

#[cfg(unix)]
#[test]
fn view_starts_the_viewer_beside_it_and_ends_as_it_ends() {
    let dir = directory();
    // Written by another process: a file that this one has open for writing could not be run.
    let script = r#"printf '#!/bin/sh\necho "$@"\nexit 3\n' > groma-viewer && chmod +x groma-viewer"#;
    assert!(Command::new("sh").args(["-c", script]).current_dir(dir.path()).status().unwrap().success());
    let output = alone(dir.path());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "a.ifc --size 640x480\n");
    assert_eq!(output.status.code(), Some(3));
}
