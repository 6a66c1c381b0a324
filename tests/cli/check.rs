//! `groma check`, `groma init` and baselines, as a CI job runs them.

use crate::revise::Step;
use crate::support::{Run, groma, groma_with_cache, sample};
use std::ffi::OsString;
use std::path::Path;

/// The sample project in a folder of its own, where the extract duct ends beside its beam or runs through it.
pub(crate) fn project(duct_in_beam: bool) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in ["architecture.ifc", "structure.ifc", "groma.toml", "programme.xml"] {
        std::fs::copy(sample(name), dir.path().join(name)).unwrap();
    }
    write_services(dir.path(), duct_in_beam);
    dir
}

pub(crate) fn write_services(dir: &Path, duct_in_beam: bool) {
    let text = std::fs::read_to_string(sample("services.ifc")).unwrap();
    let place = "IFCCARTESIANPOINT((5000.,3000.,3350.))";
    assert_eq!(text.matches(place).count(), 1, "the place of the planted duct");
    let text =
        if duct_in_beam { text } else { text.replace(place, "IFCCARTESIANPOINT((7000.,3000.,3350.))") };
    std::fs::write(dir.join("services.ifc"), text).unwrap();
}

pub(crate) fn check(dir: &Path, arguments: &[&str]) -> Run {
    check_with(Path::new(""), dir, arguments)
}

pub(crate) fn check_with(cache: &Path, dir: &Path, arguments: &[&str]) -> Run {
    let config = ["check".into(), "--config".into(), dir.join("groma.toml").into_os_string()];
    let arguments = arguments.iter().map(|a| match a.strip_prefix("@") {
        Some(file) => dir.join(file).into_os_string(),
        None => OsString::from(a),
    });
    groma_with_cache(cache, config.into_iter().chain(arguments))
}

fn report(dir: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(dir.join("out/check.json")).unwrap()).unwrap()
}

#[test]
fn a_duct_moved_into_a_beam_is_one_new_issue_until_it_is_waived_or_moved_back() {
    let dir = project(false);
    let at = dir.path();
    let first = check(at, &["--save-baseline", "@known.jsonl"]);
    assert_eq!(first.code, Some(1), "{}{}", first.stdout, first.stderr);

    let second = check(at, &["--baseline", "@known.jsonl"]);
    assert_eq!(second.code, Some(0), "{}{}", second.stdout, second.stderr);
    assert!(second.stdout.contains(": 0 new, 0 reopened,"), "{}", second.stdout);
    assert!(second.stdout.contains("\ngate holds"), "{}", second.stdout);

    assert!(!first.stderr.contains("must be named"), "{}", first.stderr);

    let unnamed = check(at, &["--save-baseline"]);
    assert!(unnamed.stderr.contains("groma.toml: baseline = \"baseline.jsonl\""), "{}", unnamed.stderr);
    assert!(at.join("baseline.jsonl").exists());

    write_services(at, true);
    let moved =
        check(at, &["--baseline", "@known.jsonl", "--out", "@out", "--save-baseline", "@later.jsonl"]);
    assert_eq!(moved.code, Some(1));
    assert!(moved.stdout.contains(": 1 new, 0 reopened,"), "{}", moved.stdout);
    assert!(moved.stdout.lines().count() <= 25);
    let json = report(at);
    let new: Vec<_> =
        json["issues"].as_array().unwrap().iter().filter(|i| i["state"] == "new").cloned().collect();
    assert_eq!(new.len(), 1);
    assert!(new[0]["title"].as_str().unwrap().contains("Extract duct 300 x 200"), "{}", new[0]);

    for key in [&new[0]["key"], &new[0]["clashes"][0]] {
        let waiver = format!(
            "[[waiver]]\nkey = {key}\nreason = \"the beam gets a hole\"\nauthor = \"A. Engineer\"\nexpires = \"2026-12-31\"\nclashes = {}\n",
            new[0]["clashes"]
        );
        std::fs::write(at.join("waivers.toml"), waiver).unwrap();
        let known = ["--baseline", "@known.jsonl", "--waivers", "@waivers.toml", "--date"];
        let waived = check(at, &[&known[..], &["2026-12-31"]].concat());
        assert_eq!(waived.code, Some(0), "{}{}", waived.stdout, waived.stderr);
        assert!(waived.stdout.contains(": 0 new, 0 reopened,") && waived.stdout.contains(" 1 waived;"));
        let expired = check(at, &[&known[..], &["2027-01-01"]].concat());
        assert_eq!(expired.code, Some(1));
        let told = "of A. Engineer expired on 2026-12-31 and counts no more: 1 clash";
        assert!(expired.stdout.contains(told), "{}", expired.stdout);
    }

    write_services(at, false);
    let back = check(at, &["--baseline", "@later.jsonl", "--out", "@out"]);
    assert_eq!(back.code, Some(0));
    assert!(back.stdout.contains(": 0 new, 0 reopened,") && back.stdout.contains("; 1 resolved"));
    assert_eq!(report(at)["resolved"].as_array().unwrap().len(), 1);
}

#[test]
fn what_has_become_worse_is_reopened_and_a_limited_waiver_ends_there() {
    let dir = project(true);
    let at = dir.path();
    check(at, &["--save-baseline", "@known.jsonl", "--out", "@out"]);
    let text = std::fs::read_to_string(at.join("known.jsonl")).unwrap();
    // As if every clash had been 5 mm shallower when it was known.
    let shallower: String = text
        .lines()
        .map(|line| {
            let mut json: serde_json::Value = serde_json::from_str(line).unwrap();
            if let Some(depth) = json["depth"].as_f64() {
                json["depth"] = (depth - 0.005).into();
            }
            json.to_string() + "\n"
        })
        .collect();
    std::fs::write(at.join("known.jsonl"), shallower).unwrap();
    let run = check(at, &["--baseline", "@known.jsonl"]);
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    let summary = run.stdout.lines().find(|l| l.contains(" reopened, ")).unwrap();
    assert!(summary.contains(": 0 new, ") && !summary.contains(" 0 reopened"), "{summary}");

    let json = report(at);
    let deep = json["clashes"].as_array().unwrap().iter().find(|c| c["depth"].as_f64() > Some(0.1)).unwrap();
    for (depth, state) in [("0.01", "reopened"), ("2.0", "waived")] {
        let waiver = format!(
            "[[waiver]]\nkey = {}\nreason = \"r\"\nauthor = \"a\"\nexpires = \"2099-01-01\"\ndepth = {depth}\n",
            deep["key"]
        );
        std::fs::write(at.join("waivers.toml"), waiver).unwrap();
        check(at, &["--waivers", "@waivers.toml", "--out", "@out"]);
        let now = report(at);
        let found = now["clashes"].as_array().unwrap().iter().find(|c| c["key"] == deep["key"]).unwrap();
        assert_eq!(found["state"], state, "{depth}");
    }
}

#[test]
fn a_baseline_lives_on_when_global_ids_change() {
    let dir = project(true);
    let at = dir.path();
    check(at, &["--save-baseline", "@known.jsonl"]);
    let old = at.join("services_old.ifc");
    std::fs::copy(at.join("services.ifc"), &old).unwrap();
    let mut step = Step::read(&std::fs::read_to_string(&old).unwrap());
    step.remake_global_ids();
    std::fs::write(at.join("services.ifc"), step.write(true)).unwrap();
    let changed = check(at, &["--baseline", "@known.jsonl"]);
    assert_eq!(changed.code, Some(1), "without the identities, clashes of services are new");
    let mut named = OsString::from("services=");
    named.push(&old);
    let new = at.join("services.ifc");
    let identity = at.join("identity.json");
    let run = groma(["compare".into(), named, new.into(), "--identity".into(), identity.clone().into()]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let kept = check(at, &["--baseline", "@known.jsonl", "--identity", "@identity.json"]);
    assert!(kept.stdout.contains(": 0 new, 0 reopened,"), "{}{}", kept.stdout, kept.stderr);
    assert!(kept.stdout.contains("; 0 resolved"), "{}", kept.stdout);
    assert_eq!(kept.code, Some(0));
}

#[test]
fn reports_are_the_same_for_any_thread_count() {
    let dir = project(true);
    let at = dir.path();
    let all = |threads: &str| {
        let formats = "json,csv,junit,sarif";
        let run = check(
            at,
            &["--threads", threads, "--out", "@out", "--format", formats, "--save-baseline", "@known.jsonl"],
        );
        let files =
            ["out/check.json", "out/check.csv", "out/check.junit.xml", "out/check.sarif", "known.jsonl"];
        (run.stdout, files.map(|f| std::fs::read_to_string(at.join(f)).unwrap()))
    };
    let one = all("1");
    assert!(one == all("2") && one == all("8"));
}

#[test]
fn init_writes_a_file_that_check_reads_and_never_over_another() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    for name in ["structure.ifc", "services.ifc"] {
        std::fs::copy(sample(name), at.join(name)).unwrap();
    }
    let init = |force: &[&str]| {
        let file: OsString = at.join("groma.toml").into();
        groma(["init".into(), "--output".into(), file].into_iter().chain(force.iter().map(OsString::from)))
    };
    let run = init(&[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let text = std::fs::read_to_string(at.join("groma.toml")).unwrap();
    assert!(text.contains("path = \"services.ifc\"") && text.contains("# Guessed: structure "), "{text}");
    let run = check(at, &[]);
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("structure / services"), "{}", run.stdout);
    let again = init(&[]);
    assert_eq!(again.code, Some(2));
    assert!(again.stderr.contains("is there already\n  hint: --force"), "{}", again.stderr);
    assert_eq!(init(&["--force"]).code, Some(0));
}

#[test]
fn clash_knows_a_baseline_too() {
    let dir = project(false);
    let at = dir.path();
    let clash = |more: &[&str]| {
        let files = ["structure.ifc", "services.ifc"].map(|f| at.join(f).into_os_string());
        let more = more.iter().map(|a| match a.strip_prefix("@") {
            Some(file) => at.join(file).into_os_string(),
            None => OsString::from(a),
        });
        groma([OsString::from("clash")].into_iter().chain(files).chain(more))
    };
    assert_eq!(clash(&["--save-baseline", "@known.jsonl"]).code, Some(1));
    let same = clash(&["--baseline", "@known.jsonl"]);
    assert_eq!(same.code, Some(0), "{}", same.stderr);
    assert!(same.stdout.contains("baseline  0 new, 0 reopened, "), "{}", same.stdout);
    write_services(at, true);
    let moved = clash(&["--baseline", "@known.jsonl", "--format", "json"]);
    assert_eq!(moved.code, Some(1));
    let json = moved.json();
    assert_eq!(json["baseline"]["new"], 1);
    let new: Vec<_> = json["clashes"].as_array().unwrap().iter().filter(|c| c["state"] == "new").collect();
    assert_eq!(new.len(), 1);
    assert_eq!(new[0]["a"]["name"], "Extract duct 300 x 200");

    let tower = "{\"groma_baseline\":1,\"generator\":\"g\",\"project\":\"\",\"models\":[\"tower\"]}\n";
    std::fs::write(at.join("tower.jsonl"), tower).unwrap();
    let other = clash(&["--baseline", "@tower.jsonl"]);
    assert_eq!((other.code, other.stdout.as_str()), (Some(2), ""));
    assert!(other.stderr.contains("it is the baseline of other models (tower; here"), "{}", other.stderr);
}
