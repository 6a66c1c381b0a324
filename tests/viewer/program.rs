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

/// A folder with the sample's structure and programme; `edit` changes what `groma.toml` says.
fn sample(edit: impl Fn(String) -> String) -> tempfile::TempDir {
    let (from, to) = (support::workspace("assets/sample"), tempfile::tempdir().expect("a folder"));
    for file in ["structure.ifc", "programme.xml", "progress.csv"] {
        std::fs::copy(from.join(file), to.path().join(file)).expect("a file");
    }
    let text = "[[model]]\npath = \"structure.ifc\"\n[programme]\npath = \"programme.xml\"\n[[link]]\n\
                elements = \"IfcFooting\"\ntask-name = \"Footings\"\n\
                [[rule]]\nname = \"near\"\nkind = \"clearance\"\na = \"IfcBeam\"\nb = \"IfcFooting\"\ndistance = 0.02\n";
    std::fs::write(to.path().join("groma.toml"), edit(text.into())).expect("a file");
    to
}

/// Draws a small picture of a project with some more arguments: the code, what is said, and whether there is a picture.
fn draw(folder: &std::path::Path, more: &[&str]) -> (i32, String, bool) {
    let out = folder.join("out.png");
    let config = folder.join("groma.toml");
    let mut arguments = vec![config.to_str().expect("UTF-8"), "--size", "64x48", "--no-cache"];
    if !more.contains(&"--frames") {
        arguments.extend(["--screenshot", out.to_str().expect("UTF-8")]);
    }
    arguments.extend(more);
    let (code, said) = run(&arguments, &[]);
    (code, said, out.exists())
}

#[test]
fn what_cannot_be_shown_is_refused() {
    let folder = sample(|text| text);
    let check = |more: &[&str], hints: &[&str]| {
        let (code, said, drawn) = draw(folder.path(), more);
        assert_eq!((code, drawn), (2, false), "{more:?}: {said}");
        assert!(hints.iter().all(|hint| said.contains(hint)), "{more:?}: {said}");
        assert_eq!(said.matches("error:").count(), 1, "{more:?}: {said}");
    };
    check(&["--isolate", "IfcNothing"], &["--isolate IfcNothing", "selects no element"]);
    check(&["--select", "IfcWall["], &["--select 'IfcWall['"]);
    check(&["--colour", "bogus"], &["--colour bogus", "discipline"]);
    check(&["--issue", "99999"], &["--issue 99999"]);
    check(&["--at", "2026-05-08", "--seen"], &["--seen", "[[progress]]"]);
    check(&["--from", "2026-05-08"], &["--screenshot"]);
    let to = folder.path().join("frames");
    let frames = ["--frames", to.to_str().unwrap(), "--from", "2026-05-08", "--to", "2026-05-01"];
    check(&frames, &["--from 2026-05-08T23:59", "--to 2026-05-01T23:59"]);
    assert!(!to.exists());
}

#[test]
fn what_is_lost_is_told_of_a_picture() {
    let check = |edit: fn(String) -> String, more: &[&str], expect: (i32, bool), hint: &str| {
        let folder = sample(edit);
        std::fs::write(folder.path().join("garbage.ifc"), "this is no model").unwrap();
        let whole = std::fs::read(folder.path().join("structure.ifc")).unwrap();
        std::fs::write(folder.path().join("short.ifc"), &whole[..whole.len() / 2]).unwrap();
        let more: Vec<String> =
            more.iter().map(|a| a.replace("DIR", folder.path().to_str().unwrap())).collect();
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let (code, said, drawn) = draw(folder.path(), &more);
        assert_eq!((code, drawn), expect, "{more:?}: {said}");
        assert!(said.contains(hint), "{more:?}: {said}");
    };
    let dates = ["--at", "2026-05-08"];
    let whole: fn(String) -> String = |text| text;
    check(whole, &dates, (0, true), "");
    let garbage: fn(String) -> String = |text| format!("[[model]]\npath = \"garbage.ifc\"\n{text}");
    check(garbage, &[], (3, true), "warning: ");
    check(garbage, &["--allow-incomplete"], (0, true), "garbage.ifc");
    check(|text| text.replace("structure.ifc", "short.ifc"), &[], (3, true), "warning: ");
    let absent: fn(String) -> String = |text| text.replace("programme.xml", "nosuch.xml");
    check(absent, &[], (0, true), "nosuch.xml");
    check(absent, &dates, (2, false), "nosuch.xml");
    check(absent, &["--frames", "DIR/frames"], (2, false), "nosuch.xml");
    check(|text| format!("{text}[[progress]]\ncsv = \"nosuch.csv\"\n"), &dates, (2, false), "nosuch.csv");
    // What an entry of the project's file does not find costs this entry alone.
    check(
        |text| format!("{text}[[link]]\nelements = \"IfcBeam\"\ntask-name = \"Bems\"\n"),
        &dates,
        (3, true),
        "Bems",
    );
    check(|text| text.replace("\"Footings\"", "\"Fotings\""), &dates, (3, true), "links no element");
    check(|text| text.replace("IfcFooting", "IfcFooting["), &dates, (2, false), "IfcFooting[");
}

#[test]
fn where_nothing_can_be_written_nothing_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let check = |arguments: &[&str], path: &[(&str, &str)], hint: &str| {
        let places = arguments.iter().map(|a| a.replace("DIR", folder.path().to_str().unwrap()));
        // The model is not there: whoever opens it says so instead.
        let all: Vec<String> = std::iter::once("absent.ifc".to_owned()).chain(places).collect();
        let (code, said) = run(&all.iter().map(String::as_str).collect::<Vec<_>>(), path);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(hint) && !said.contains("absent.ifc"), "{arguments:?}: {said}");
    };
    check(&["--screenshot", "DIR/none/a.png"], &[], "none/a.png cannot be written");
    check(&["--frames", "DIR/file/frames"], &[], "file/frames");
    let film = ["--frames", "DIR/frames", "--video", "DIR/none/a.mp4"];
    check(&film, &[("PATH", "/nonexistent")], "ffmpeg cannot be started");
}
