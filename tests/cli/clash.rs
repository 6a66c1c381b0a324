use crate::support::{groma, sample};
use std::ffi::OsString;

fn clash<const N: usize>(arguments: [&str; N]) -> crate::support::Run {
    // A name of a sample file stands for its path.
    let arguments = arguments.map(|a| if a.ends_with(".ifc") { sample(a).into() } else { OsString::from(a) });
    groma([OsString::from("clash")].into_iter().chain(arguments))
}

#[test]
fn clashes_between_files_fail_the_gate() {
    let run = clash(["architecture.ifc", "structure.ifc", "services.ifc", "--format", "json"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let json = run.json();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["coverage"]["failed"], 0);
    let clashes = json["clashes"].as_array().unwrap();
    assert!(!clashes.is_empty());
    for c in clashes {
        let key = |side: &str| (c[side]["model"].to_string(), c[side]["global_id"].to_string());
        assert!(key("a") < key("b"), "{c}");
        assert_ne!(c["a"]["model"], c["b"]["model"]);
        assert_eq!(c["key"].as_str().unwrap().len(), 32);
        assert!(c["depth"].as_f64().unwrap() > 0.002);
        let d: Vec<f64> = c["direction"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
        assert!((d.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-6, "{c}");
    }
}

#[test]
fn the_text_says_the_verdict() {
    let run = clash(["structure.ifc", "services.ifc"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains(" deeper than 2 mm\n"), "{}", run.stdout);
    assert!(run.stdout.contains("coverage  "), "{}", run.stdout);
}

#[test]
fn sets_are_files_or_classes() {
    let files = clash(["--a", "structure.ifc", "--b", "services.ifc", "--format", "json"]);
    let between = clash(["structure.ifc", "services.ifc", "--format", "json"]);
    assert_eq!(files.code, Some(1));
    assert_eq!(files.json()["clashes"], between.json()["clashes"]);

    let all = between.json()["clashes"].as_array().unwrap().len();
    let classes = clash([
        "structure.ifc",
        "services.ifc",
        "--a",
        "IfcBeam",
        "--b",
        "IfcDuctSegment",
        "--format",
        "json",
    ]);
    let found = classes.json()["clashes"].as_array().unwrap().clone();
    assert!(!found.is_empty() && found.len() < all);
    for c in &found {
        let mut pair = [&c["a"]["class"], &c["b"]["class"]].map(|v| v.as_str().unwrap().to_owned());
        pair.sort();
        assert_eq!(pair, ["IfcBeam", "IfcDuctSegment"]);
    }
}

#[test]
fn a_clearance_is_a_distance() {
    let run = clash([
        "structure.ifc",
        "services.ifc",
        "--kind",
        "clearance",
        "--distance",
        "0.05",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, Some(1));
    let json = run.json();
    let clashes = json["clashes"].as_array().unwrap();
    assert!(clashes.iter().all(|c| c["distance"].as_f64().unwrap() < 0.05));
    assert!(clashes.iter().any(|c| c["kind"] == "clearance"), "some are near and do not touch");
    assert!(clashes.iter().any(|c| c["kind"] == "hard" && c["distance"] == 0.0), "hard ones belong to it");
}

fn check_refused<const N: usize>(arguments: [&str; N], expect: &str) {
    let run = clash(arguments);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
    assert!(run.stderr.contains(expect), "{expect:?} is not in {}", run.stderr);
}

#[test]
fn what_cannot_be_tested_is_refused() {
    check_refused([], "required arguments were not provided");
    check_refused(["structure.ifc", "--tolerance", "-1"], "tolerance must be a length");
    check_refused(["structure.ifc", "--tolerance", "NaN"], "tolerance must be a length");
    check_refused(["structure.ifc", "--kind", "clearance"], "--distance");
    check_refused(
        ["structure.ifc", "--kind", "clearance", "--distance", "-0.1"],
        "distance must be a length",
    );
    check_refused(["structure.ifc", "--a", "IfcPump", "--b", "IfcBeam"], "no element is an IfcPump");
    check_refused(["--a", "IfcWall", "--b", "structure.ifc"], "no FILE to look for them in");
    check_refused(["structure.ifc", "--threads", "0"], "--threads");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_groma"))
        .env("GROMA_CACHE_DIR", "")
        .args(["clash", "--format", "json"])
        .args([sample("structure.ifc"), sample("services.ifc")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}
