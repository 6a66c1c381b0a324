//! What the program says, and the code it ends with, where it cannot do its work.

mod support;

use std::process::{Command, Output};
use support::viewer;

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String) {
    let Output { status, stderr, stdout } = Command::new(viewer())
        .args(arguments)
        .env("GROMA_CACHE_DIR", "")
        .envs(environment.iter().copied())
        .output()
        .expect("it starts");
    assert!(stdout.is_empty(), "stdout is for data");
    (status.code().expect("it ends by itself"), String::from_utf8(stderr).expect("it speaks UTF-8"))
}

/// Keeps every driver from being found.
const NO_DRIVER: [(&str, &str); 2] =
    [("VK_DRIVER_FILES", "/nonexistent"), ("VK_ICD_FILENAMES", "/nonexistent")];

#[test]
fn without_a_driver_it_says_what_to_install() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.png");
    for arguments in [&["a.ifc", "--screenshot", out.to_str().unwrap()][..], &["a.ifc"][..]] {
        let (code, said) = run(arguments, &NO_DRIVER);
        assert_eq!(code, 2, "{said}");
        assert!(said.starts_with("error: no graphics driver was found"), "{said}");
        assert!(said.contains("mesa-vulkan-drivers"), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
    assert!(!out.exists());
}

#[test]
fn wrong_arguments_are_told() {
    let cases: [(&[&str], &str); 9] = [
        (&["--screenshot", "a.png"], "<FILE>"),
        (&["a.ifc", "--at", "soon"], "2026-05-01"),
        (&["a.ifc", "--cut", "0,0,0:0,0,0"], "a point and a direction"),
        (&["a.ifc", "--section-box", "1,1,1:0,0,0"], "the least and the greatest corner"),
        (&["a.ifc", "--seen"], "--at"),
        (&["a.ifc", "--size", "0x10"], "1600x900"),
        (&["a.ifc", "--size", "wide"], "1600x900"),
        (&["a.ifc", "--camera", "10,95"], "YAW,PITCH"),
        (&["=a.ifc"], "LABEL=FILE"),
    ];
    for (arguments, hint) in cases {
        let (code, said) = run(arguments, &[]);
        assert_eq!(code, 2, "{arguments:?}: {said}");
        assert!(said.contains(hint), "{arguments:?}: {said}");
    }
}
