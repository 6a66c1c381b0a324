//! A run in parts, a run that knows earlier verdicts, and a run that waits for changes: all say what one run says.

use crate::check::{check_with, project, write_services};
use crate::support::{groma, sample};
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

fn clash(more: &[&str]) -> crate::support::Run {
    let files = ["architecture.ifc", "structure.ifc", "services.ifc"].map(|f| OsString::from(sample(f)));
    let fixed = ["--within", "--format", "json"].map(OsString::from);
    let more = more.iter().map(OsString::from);
    groma([OsString::from("clash")].into_iter().chain(files).chain(fixed).chain(more))
}

fn merge(dir: &Path, files: &[&str]) -> crate::support::Run {
    let files = files.iter().map(|f| dir.join(f).into_os_string());
    groma([OsString::from("merge")].into_iter().chain(files))
}

#[test]
fn parts_are_merged_to_the_bytes_of_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    for kind in [&["--no-exclusions"][..], &["--kind", "clearance", "--distance", "0.05"]] {
        let whole = clash(kind);
        for (i, threads) in [("1", "1"), ("2", "2"), ("3", "8")] {
            let part = clash(&[kind, &["--shard", &format!("{i}/3"), "--threads", threads]].concat());
            assert!(part.code == Some(0) || part.code == Some(1), "{}", part.stderr);
            std::fs::write(dir.path().join(i), &part.stdout).unwrap();
        }
        let merged = merge(dir.path(), &["3", "1", "2"]);
        assert_eq!(merged.code, Some(0), "{}", merged.stderr);
        assert!(merged.stdout == whole.stdout, "{}", merged.stdout.len());
    }
    std::fs::write(dir.path().join("whole"), clash(&[]).stdout).unwrap();
    std::fs::write(dir.path().join("other"), clash(&["--shard", "2/3"]).stdout).unwrap();
    for (files, said) in [
        (&["1", "3"][..], "of 3 parts number 2 is missing"),
        (&["1", "2"], "of 3 parts number 3 is missing"),
        (&["1", "2", "2", "3"], "of 3 parts number 2 is there twice"),
        (&["1", "whole"], "whole is no part of a run"),
        (&["1", "other", "3"], "are no parts of one run: they differ in `rule`"),
    ] {
        let run = merge(dir.path(), files);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
    assert!(clash(&["--shard", "4/3"]).stderr.contains("a part is I/N, as in 2/8"));
}

#[test]
fn what_is_known_from_earlier_runs_changes_no_byte() {
    let dir = project(false);
    let (at, cache) = (dir.path(), dir.path().join("cache"));
    let report = |cache: &Path, threads: &str| {
        let run = check_with(cache, at, &["--threads", threads, "--all", "--out", "@out"]);
        (run.stdout, std::fs::read_to_string(at.join("out/check.json")).unwrap())
    };
    let none = Path::new("");
    assert!(report(&cache, "1") == report(none, "1"));
    assert!(report(&cache, "2") == report(none, "1"), "nothing has changed");
    write_services(at, true);
    assert!(report(&cache, "8") == report(none, "1"), "a duct has moved");
    // The same shapes, and a relation less: a column and the slab on it belong together no more.
    let text = std::fs::read_to_string(at.join("services.ifc")).unwrap();
    let joined: Vec<&str> = text.lines().filter(|l| l.contains("=IFCRELCONNECTSPORTS(")).collect();
    assert!(joined.len() > 10);
    let apart = joined.iter().fold(text.clone(), |text, line| text.replace(&format!("{line}\n"), ""));
    std::fs::write(at.join("services.ifc"), apart).unwrap();
    let (now, before) = (report(&cache, "2"), report(none, "2"));
    assert!(now == before, "elements are joined no more");
}

#[test]
fn a_watching_check_runs_again_when_a_model_changes() {
    let dir = project(false);
    let at = dir.path();
    let mut child = Command::new(env!("CARGO_BIN_EXE_groma"))
        .env("GROMA_CACHE_DIR", at.join("cache"))
        .args(["check", "--watch", "--config"])
        .arg(at.join("groma.toml"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut told = lines.filter(|l| l.ends_with(" pairs were tested again"));
    let counts =
        |line: String| -> Vec<usize> { line.split(' ').filter_map(|word| word.parse().ok()).collect() };
    let first = counts(told.next().unwrap());
    write_services(at, true);
    let second = counts(told.next().unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(first[0], first[1], "{first:?}");
    assert!(second[0] > 0 && second[0] < second[1] / 10, "{second:?}");
}
