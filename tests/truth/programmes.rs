//! `groma schedule` and `groma whatif` on real programmes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::Check;
use crate::support::{Run, groma, root};
use libtest_mimic::Failed;
use std::path::{Path, PathBuf};

pub(crate) fn checks() -> Vec<(String, Check)> {
    let check = |name: &str, run: fn(&Path)| -> (String, Check) {
        let run = move |data: PathBuf| -> Result<(), Failed> {
            run(&data);
            Ok(())
        };
        (format!("programmes::{name}"), Box::new(run))
    };
    vec![
        check("health finds what a count of the file finds", health),
        check("one project of several is taken by its id", one_project),
        check("the scenarios of the examples hold", scenarios),
        check("without its storm the storm week fails", without_storm),
        check("resources are levelled within their limits", levelled),
        check("more than there is of a resource is named", claimed),
    ]
}

fn schedule(arguments: &[&str]) -> Run {
    groma(std::iter::once("schedule").chain(arguments.iter().copied()))
}

fn health(data: &Path) {
    let programme = data.join("schedule/mspdi/schependomlaan-2015-02-18.xml");
    let run = schedule(&["health", programme.to_str().unwrap(), "--format", "json"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let json = run.json();
    assert_eq!(json["leaves"], 121);
    let found = |name: &str| {
        let checks = json["checks"].as_array().unwrap();
        let check = checks.iter().find(|c| c["name"] == name).unwrap();
        assert_eq!(check["value"], check["activities"].as_array().unwrap().len() as f64);
        check["value"].as_f64().unwrap()
    };
    let counts = ["no-predecessor", "no-successor", "pinned"].map(found);
    assert_eq!(counts, [76.0, 77.0, 110.0]);
    let moves = &json["movement"];
    assert_eq!((moves["tried"].as_u64(), moves["moving"].as_u64()), (Some(121), Some(10)));
    assert!((moves["moving_percent"].as_f64().unwrap() - 100.0 * 10.0 / 121.0).abs() < 1e-9);
}

fn levelled(data: &Path) {
    let programme = data.join("schedule/mspdi/sample1.xml");
    let programme = programme.to_str().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("levelled.xml");
    let to = to.to_str().unwrap();
    let run = schedule(&["level", programme, "--format", "json", "--write", to]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let json = run.json();
    // Two resources work half and three quarters of ten weeks on one task, and all of a week, one of them at
    // night, on another each: the long task waits a week for both.
    assert_eq!(json["finish_after"], "2003-03-24T17:00");
    for resource in json["resources"].as_array().unwrap() {
        assert!(resource["peak_before"].as_f64() > Some(1.0), "{resource}");
        assert_eq!((&resource["peak_after"], &resource["over_after_h"]), (&1.0.into(), &0.0.into()));
    }
    let moved = json["activities"].as_array().unwrap();
    assert_eq!(
        (moved.len(), &moved[0]["name"], &moved[0]["delay_h"]),
        (1, &"Second Task".into(), &40.0.into())
    );
    let again = schedule(&["level", to, "--format", "json"]).json();
    assert_eq!((&again["finish_before"], &again["moved"]), (&"2003-03-24T17:00".into(), &0.into()));
}

fn claimed(data: &Path) {
    let programme = data.join("schedule/p6/resource-rates-test.xer");
    let programme = programme.to_str().unwrap();
    let run = schedule(&["level", programme]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stdout.contains("A1000 needs 5 of Resource 1, of which there are 1 at most"),
        "{}",
        run.stdout
    );
    assert_eq!(schedule(&["level", programme, "--limit", "R1=5"]).code, Some(0));
}

fn one_project(data: &Path) {
    let cases = data.join("schedule/p6-native/cases-import.xer");
    let cases = cases.to_str().unwrap();
    let json = schedule(&["inspect", cases, "--format", "json"]).json();
    assert_eq!(json["programme"]["projects"].as_array().unwrap().len(), 13);
    let json = schedule(&["solve", cases, "--project", "xv06", "--format", "json"]).json();
    assert_eq!(json["programme"]["projects"][0]["id"], "XV06");
    assert_eq!(json["activities"].as_array().unwrap().len(), 2);
    let run = schedule(&["solve", cases, "--project", "XV99"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("has no project \"XV99\"") && run.stderr.contains("XV13"), "{}", run.stderr);
}

/// The uncertain work alone takes no day against the base: it has the same.
fn without_storm(data: &Path) {
    let text = std::fs::read_to_string(root().join("examples/scenarios/storm_week.toml")).unwrap();
    let storm = text.find("[[change]]").unwrap()..text.find("[[work]]").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let calm = dir.path().join("calm.toml");
    std::fs::write(&calm, format!("{}{}", &text[..storm.start], &text[storm.end..])).unwrap();
    for programme in ["schedule/mspdi/schependomlaan-2015-02-18.xml", "schedule/p6/percent-complete-8.4.xer"]
    {
        let base = data.join(programme);
        let run = groma(["whatif", base.to_str().unwrap(), calm.to_str().unwrap(), "--format", "json"]);
        assert_eq!(run.code, Some(1), "{programme}: {}{}", run.stdout, run.stderr);
        let row = &run.json()["scenarios"][1];
        assert_eq!((&row["p80_days"], &row["p80"]), (&0.0.into(), &row["base_p80"]), "{programme}");
        let asserts = row["asserts"].as_array().unwrap();
        let p80 = asserts.iter().find(|a| a["text"].as_str().unwrap().starts_with("P80(days)")).unwrap();
        assert_eq!(p80["holds"], false, "{programme}");
    }
}

fn scenarios(data: &Path) {
    let folder = root().join("examples/scenarios");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let [storm, late, crew] = ["storm_week.toml", "late_supplier.toml", "second_crew.toml"].map(file);
    for programme in [
        "schedule/mspdi/schependomlaan-2015-02-18.xml",
        "schedule/mspdi/sample1.xml",
        "schedule/p6/percent-complete-8.4.xer",
        "schedule/p6/percent-complete-8.4.pmxml",
        // With what its people cost.
        "schedule/p6/resource-rates-test.xer",
    ] {
        let base = data.join(programme).to_str().unwrap().to_owned();
        let run = groma(["whatif", &base, &storm, &late, &crew, "--compare", "--format", "json"]);
        assert_eq!(run.code, Some(0), "{programme}: {}{}", run.stdout, run.stderr);
        let json = run.json();
        let rows = json["scenarios"].as_array().unwrap();
        let names: Vec<&str> = rows.iter().map(|s| s["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["base", "storm week", "late supplier", "second crew"]);
        assert_eq!(rows[0]["days"], 0.0);
        let asserts: usize = rows.iter().map(|s| s["asserts"].as_array().unwrap().len()).sum();
        assert_eq!(asserts, 9);
    }
    let base = data.join("schedule/mspdi/schependomlaan-2015-02-18.xml");
    // By the table of days that lies beside it; autumn is a third of this programme.
    let run = groma(["whatif", base.to_str().unwrap(), &file("wet_autumn.toml"), "--format", "json"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let row = &run.json()["scenarios"][1];
    assert_eq!((&row["days"], &row["base_p80"]), (&0.0.into(), &"2015-12-18T16:00".into()));
    assert!(row["p80_days"].as_f64() > Some(0.0), "{row}");
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("written");
    let study = file("storm_weeks.rhai");
    let arguments =
        ["whatif", base.to_str().unwrap(), &study, "--format", "csv", "--write", dir.to_str().unwrap()];
    let run = groma(arguments);
    assert_eq!((run.code, run.stdout.lines().count()), (Some(0), 29), "{}{}", run.stdout, run.stderr);
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 27);
}
