//! A run in parts, a run that knows earlier verdicts, and a run that waits for changes: all say what one run says.

use crate::check::{check, check_with, project, write_services};
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
        assert_eq!((whole.code, merged.code), (Some(1), Some(1)), "{}", merged.stderr);
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
fn the_parts_of_a_check_are_merged_to_the_reports_and_the_exit_code_of_the_whole() {
    let dir = project(false);
    let at = dir.path();
    let files = ["json", "csv", "junit", "sarif"];
    let reports = |name: &str| -> Vec<String> {
        ["check.json", "check.csv", "check.junit.xml", "check.sarif"]
            .map(|f| std::fs::read_to_string(at.join(name).join(f)).unwrap())
            .to_vec()
    };
    let config = || ["--config".into(), at.join("groma.toml").into_os_string()];
    let part = |i: &str, of: &str, threads: &str| {
        let run =
            check(at, &["--shard", &format!("{i}/{of}"), "-o", &format!("@part{i}"), "--threads", threads]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{}", run.stderr);
    };
    let merged = |parts: &[&str], more: &[&str]| {
        let parts = parts.iter().map(|p| at.join(p).into_os_string());
        let more = more.iter().map(|a| match a.strip_prefix("@") {
            Some(file) => at.join(file).into_os_string(),
            None => OsString::from(a),
        });
        groma([OsString::from("merge")].into_iter().chain(parts).chain(config()).chain(more))
    };
    check(at, &["--save-baseline", "@known.jsonl"]);
    write_services(at, true);
    for (baseline, code) in [(&[][..], 1), (&["--baseline", "@known.jsonl"], 1)] {
        let formats = files.join(",");
        let asked = |out: &'static str| [baseline, &["--format", &formats, "--out", out]].concat().join("\n");
        let whole = check(at, &asked("@whole").split('\n').collect::<Vec<_>>());
        for (i, threads) in [("1", "1"), ("2", "2"), ("3", "8")] {
            part(i, "3", threads);
        }
        let run = merged(&["part2", "part3", "part1"], &asked("@merged").split('\n').collect::<Vec<_>>());
        assert_eq!((whole.code, run.code), (Some(code), Some(code)), "{}", run.stderr);
        assert_eq!(run.stderr, "", "all pairs were in a part");
        assert!(whole.stdout == run.stdout, "{}\n{}", whole.stdout, run.stdout);
        assert!(reports("whole") == reports("merged"));
    }
    // With nothing new the whole holds, and so do the parts.
    write_services(at, false);
    for i in ["1", "2", "3"] {
        part(i, "3", "2");
    }
    let held = merged(&["part1", "part2", "part3"], &["--baseline", "@known.jsonl"]);
    assert_eq!(held.code, Some(0), "{}{}", held.stdout, held.stderr);
    for (parts, said) in [
        (&["part1", "part3"][..], "of 3 parts number 2 is missing"),
        (&["part1", "part2"], "of 3 parts number 3 is missing"),
        (&["part1", "part2", "part2", "part3"], "of 3 parts number 2 is there twice"),
        (&["part1", "known.jsonl"], "known.jsonl is no part of a check"),
    ] {
        let run = merged(parts, &[]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{said}");
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
    // A model that has changed since is tested again where it has, and said.
    write_services(at, true);
    let changed = merged(&["part1", "part2", "part3"], &["--baseline", "@known.jsonl"]);
    assert_eq!(changed.code, Some(1));
    assert!(changed.stdout.contains(": 1 new, "), "{}", changed.stdout);
    assert!(changed.stderr.contains(" pairs were in no part and were tested now"), "{}", changed.stderr);
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

#[test]
fn a_watching_check_sees_a_model_that_comes_to_a_pattern() {
    let dir = project(false);
    let at = dir.path();
    let services = std::fs::read(at.join("services.ifc")).unwrap();
    std::fs::remove_file(at.join("services.ifc")).unwrap();
    std::fs::write(at.join("groma.toml"), "[[model]]\npath = \"*.ifc\"\n[[rule]]\nname = \"r\"\n").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_groma"))
        .env("GROMA_CACHE_DIR", at.join("cache"))
        .args(["check", "--watch", "--config"])
        .arg(at.join("groma.toml"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut told = lines.filter(|l| l.starts_with("project: "));
    assert!(told.next().unwrap().starts_with("project: 2 models, "));
    std::fs::write(at.join("services.ifc"), services).unwrap();
    assert!(told.next().unwrap().starts_with("project: 3 models, "));
    child.kill().unwrap();
    child.wait().unwrap();
}
