//! A person's mistake gets one clear message and exit code 2; a broken file gets counted diagnostics.

use crate::support::{Run, groma, sample};
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn write(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Runs `groma inspect --quiet --format json` and sees to it that nothing panics or hangs.
fn inspect(file: &Path) -> Run {
    let start = Instant::now();
    let run = groma([OsStr::new("inspect"), OsStr::new("--format"), OsStr::new("json"), file.as_os_str()]);
    assert!(start.elapsed() < Duration::from_secs(60), "{} takes too long", file.display());
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    assert!(run.code.is_some(), "ended by a signal");
    run
}

/// What cannot be opened: one message that names the file, nothing on stdout, exit code 2.
fn check_refused(bytes: Option<&[u8]>, name: &str, expect: &str) {
    let dir = tempfile::tempdir().unwrap();
    let file = match bytes {
        Some(bytes) => write(dir.path(), name, bytes),
        None => dir.path().join(name),
    };
    let run = inspect(&file);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    assert!(run.stderr.contains(name), "the message names the file: {}", run.stderr);
    assert!(run.stderr.contains(expect), "{expect:?} is not in {}", run.stderr);
    assert!(run.stderr.lines().count() <= 3, "one message: {}", run.stderr);
}

#[test]
fn a_missing_file() {
    check_refused(None, "nothing.ifc", "there is no file");
}

#[test]
fn a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let run = inspect(dir.path());
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("there is no IFC model in the folder"), "{}", run.stderr);
}

#[test]
fn an_empty_file() {
    check_refused(Some(b""), "empty.ifc", "is empty");
}

#[test]
fn a_text_file() {
    check_refused(
        Some(b"Dear colleague,\nplease find attached the model.\n"),
        "letter.ifc",
        "is not an IFC file",
    );
}

#[test]
fn ten_megabytes_of_random_bytes() {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let bytes: Vec<u8> = (0..10_000_000)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        })
        .collect();
    check_refused(Some(&bytes), "noise.ifc", "is not an IFC file");
}

#[test]
fn a_zip_without_ifc() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("readme.txt", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"no model here").unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    check_refused(Some(&bytes), "empty.ifczip", "zip archive");
}

#[test]
fn a_zip_with_an_ifc_is_read_like_the_file_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let plain = sample("structure.ifc");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("inner.ifc", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&std::fs::read(&plain).unwrap()).unwrap();
    let zipped = write(dir.path(), "structure.ifczip", &zip.finish().unwrap().into_inner());
    let (a, b) = (inspect(&plain), inspect(&zipped));
    assert_eq!(a.code, Some(0), "{}", a.stderr);
    assert_eq!(a.stdout, b.stdout);
}

/// A file with a content fault: it is read, the fault is counted, the rest is there.
fn check_reads_on(text: &str, code: i32, diagnosed: bool) {
    let dir = tempfile::tempdir().unwrap();
    let run = inspect(&write(dir.path(), "model.ifc", text.as_bytes()));
    assert_eq!(run.code, Some(code), "{}\n{}", run.stderr, run.stdout);
    let json = run.json();
    let coverage = &json["coverage"];
    let n = |name: &str| coverage[name].as_u64().unwrap();
    assert!(n("elements") > 0, "{coverage}");
    assert_eq!(n("meshed") + n("no_shape") + n("failed"), n("elements"));
    let found = json["models"][0]["diagnostics"].as_array().unwrap();
    assert_eq!(!found.is_empty(), diagnosed, "{found:#?}");
}

fn structure() -> String {
    std::fs::read_to_string(sample("structure.ifc")).unwrap()
}

#[test]
fn a_truncated_file_is_read_as_far_as_it_goes() {
    let text = structure();
    check_reads_on(&text[..text.len() * 2 / 3], 3, true);
}

#[test]
fn a_dangling_reference_is_a_diagnostic() {
    let text = structure();
    let at = text.find("IFCRELCONTAINEDINSPATIALSTRUCTURE").unwrap();
    let open = at + text[at..].find("(#").unwrap() + 1;
    let broken = format!("{}#99999999,{}", &text[..open], &text[open..]);
    check_reads_on(&broken, 0, true);
}

#[test]
fn a_cycle_of_aggregates_is_a_diagnostic() {
    let text = structure();
    let site = text.lines().find(|l| l.contains("=IFCSITE(")).unwrap().split('=').next().unwrap().to_owned();
    let storey = text
        .lines()
        .find(|l| l.contains("=IFCBUILDINGSTOREY("))
        .unwrap()
        .split('=')
        .next()
        .unwrap()
        .to_owned();
    let cycle = format!(
        "#99999998=IFCRELAGGREGATES('0000000000000000000cyc',$,$,$,{storey},({site}));\nENDSEC;\nEND-ISO"
    );
    let broken = text.replacen("ENDSEC;\nEND-ISO", &cycle, 1);
    assert_ne!(broken, text);
    check_reads_on(&broken, 0, true);
}

#[test]
fn two_models_of_one_name_say_how_to_name_them() {
    let dir = tempfile::tempdir().unwrap();
    let file = sample("structure.ifc");
    let copy = write(dir.path(), "structure.ifc", &std::fs::read(&file).unwrap());
    let run = groma([OsStr::new("inspect"), file.as_os_str(), copy.as_os_str()]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("two models are called `structure`"), "{}", run.stderr);
    assert!(run.stderr.contains("hint: name one of them, as in `structure2="), "{}", run.stderr);
    let named = OsStr::new("second=").to_owned();
    let named: std::ffi::OsString = [named.as_os_str(), copy.as_os_str()].into_iter().collect();
    let run = groma([OsStr::new("inspect"), file.as_os_str(), &named]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}
