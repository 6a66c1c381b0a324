//! Clashes by the programme: by when each must be solved, and those of elements that never stand together.

use crate::check::{check, project};
use serde_json::Value;
use std::path::Path;

fn report(dir: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(dir.join("out/check.json")).unwrap()).unwrap()
}

fn change(dir: &Path, from: &str, to: &str) {
    let file = dir.join("groma.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from}");
    std::fs::write(file, text.replace(from, to)).unwrap();
}

fn issue<'a>(report: &'a Value, title: &str) -> &'a Value {
    let all = report["issues"].as_array().unwrap();
    all.iter().find(|i| i["title"].as_str().unwrap().contains(title)).unwrap()
}

/// The beams that the duct runs through are put up from May 11 on, the ducts of that storey from May 26 on: see the
/// sample's programme.
#[test]
fn a_clash_must_be_solved_four_weeks_before_the_first_work_on_it() {
    let dir = project(true);
    let run =
        check(dir.path(), &["--out", "@out", "--date", "2026-04-12", "--format", "json,csv,junit,sarif"]);
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    let json = report(dir.path());
    let duct = issue(&json, "Extract duct 300 x 200");
    assert_eq!((&duct["needed_by"], &duct["solve_by"]), (&"2026-05-11".into(), &"2026-04-13".into()));
    assert_eq!(duct["due"], Value::Null);
    let key = duct["clashes"][0].as_str().unwrap();
    let clash = json["clashes"].as_array().unwrap().iter().find(|c| c["key"] == key).unwrap();
    assert_eq!(clash["together"], serde_json::json!(["2026-05-26", null]));
    assert!(run.stdout.contains("hard, at least 218 mm deep  solve by 2026-04-13  ["), "{}", run.stdout);
    // the drain through the footing has been late since February 17
    let drain = issue(&json, "Footing A-1");
    assert_eq!((&drain["solve_by"], &drain["due"]), (&"2026-02-17".into(), &true.into()));
    assert!(run.stdout.contains("due since 2026-02-17"), "{}", run.stdout);

    let read = |name: &str| std::fs::read_to_string(dir.path().join("out").join(name)).unwrap();
    let csv = read("check.csv");
    assert!(csv.lines().next().unwrap().ends_with(",needed_by,solve_by,status,assigned_to"));
    assert!(csv.contains(",2026-05-11,2026-04-13,,\r\n"));
    let words = "must be solved by 2026-04-13: work on one of its elements begins on 2026-05-11";
    assert!(read("check.junit.xml").contains(words) && read("check.sarif").contains(words));

    let later = check(dir.path(), &["--out", "@out", "--date", "2026-04-13"]);
    assert_eq!(later.code, Some(1));
    assert_eq!(issue(&report(dir.path()), "Extract duct 300 x 200")["due"], true);
}

#[test]
fn a_known_issue_fails_when_its_day_has_come_unless_someone_answers_for_it() {
    let dir = project(true);
    let at = dir.path();
    change(at, "# fail_when_due = true", "fail_when_due = true");
    check(at, &["--save-baseline", "@known.jsonl", "--out", "@out"]);
    let known = |date: &'static str, more: &[&'static str]| {
        check(at, &[&["--baseline", "@known.jsonl", "--out", "@out", "--date", date], more].concat())
    };
    let before = known("2026-02-16", &[]);
    assert_eq!(before.code, Some(0), "{}", before.stdout);
    assert!(before.stdout.ends_with("gate holds\n"), "{}", before.stdout);

    let day = known("2026-02-17", &[]);
    assert_eq!(day.code, Some(1), "{}", day.stdout);
    assert!(day.stdout.contains("open critical: ") && day.stdout.contains("Footing A-1"), "{}", day.stdout);
    assert!(day.stdout.ends_with("gate failed: 1 issue, 1 issue due by 2026-02-17\n"), "{}", day.stdout);
    assert_eq!(
        report(at)["gate"]["due"],
        serde_json::json!({
            "date": "2026-02-17", "lead_days": 28, "issues": 1, "fails": true
        })
    );

    let json = report(at);
    let drain = issue(&json, "Footing A-1");
    let waiver = format!(
        "[[waiver]]\nkey = {}\nreason = \"sleeve\"\nauthor = \"A. Engineer\"\nexpires = \"2026-12-31\"\nclashes = {}\n",
        drain["key"], drain["clashes"]
    );
    std::fs::write(at.join("waivers.toml"), waiver).unwrap();
    let waived = known("2026-02-17", &["--waivers", "@waivers.toml"]);
    assert_eq!(waived.code, Some(0), "{}", waived.stdout);

    // without the gate on it, it is told and fails nothing
    change(at, "fail_when_due = true", "fail_when_due = false");
    let told = known("2026-02-17", &[]);
    assert_eq!(told.code, Some(0));
    assert!(told.stdout.ends_with("gate holds; 1 issue due by 2026-02-17\n"), "{}", told.stdout);
}

/// Without its link the footing has no day by which its clash must be solved: that it is not due proves nothing.
#[test]
fn a_gate_of_days_is_incomplete_where_links_are_lost() {
    let dir = project(true);
    let at = dir.path();
    change(at, "# fail_when_due = true", "fail_when_due = true");
    check(at, &["--save-baseline", "@known.jsonl", "--out", "@out"]);
    let known = |more: &[&'static str]| {
        let arguments = ["--baseline", "@known.jsonl", "--out", "@out", "--date", "2026-02-17"];
        check(at, &[&arguments, more].concat())
    };
    assert_eq!(known(&[]).code, Some(1), "the drain through the footing is due");
    change(at, "task-name = \"Footings\"", "task-name = \"Fotings\"");
    let lost = known(&[]);
    assert_eq!(lost.code, Some(3), "{}{}", lost.stdout, lost.stderr);
    let why = "but the check is incomplete: days may be missing by which issues must be solved (groma.toml:";
    assert!(lost.stdout.contains(why) && lost.stdout.contains("is called `Fotings`)"), "{}", lost.stdout);
    let json = report(at);
    assert!(json["gate"]["due"]["lost"].as_str().unwrap().contains("`Fotings`"), "{}", json["gate"]);
    assert_eq!(json["diagnostics"][0]["code"], "G0801");
    assert_eq!(known(&["--allow-incomplete"]).code, Some(0));
}

/// A programme without links is one to look at, unless the gate asks it for days.
#[test]
fn a_programme_without_links_matters_to_a_gate_of_days_alone() {
    let dir = project(true);
    let at = dir.path();
    check(at, &["--save-baseline", "@known.jsonl"]);
    let file = at.join("groma.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, after) = (text.find("[[link]]").unwrap(), text.find("[[progress]]").unwrap());
    std::fs::write(&file, format!("{}{}", &text[..before], &text[after..])).unwrap();
    let asked = check(at, &["--baseline", "@known.jsonl"]);
    assert_eq!(asked.code, Some(3), "{}{}", asked.stdout, asked.stderr);
    assert!(asked.stdout.contains(": no [[link]] says which task builds what"), "{}", asked.stdout);
    change(at, "lead_time = \"4w\"", "");
    let plain = check(at, &["--baseline", "@known.jsonl"]);
    assert_eq!(plain.code, Some(0), "{}{}", plain.stdout, plain.stderr);
    assert!(plain.stdout.ends_with("gate holds\n"), "{}", plain.stdout);
}

/// Beams that are props, gone when the ducts come, are in no duct's way.
#[test]
fn what_is_gone_before_the_other_comes_is_no_clash() {
    let dir = project(true);
    let at = dir.path();
    let beams = "elements = \"IfcBeam\"\ntask-name = \"Beams, {storey}\"\n";
    change(at, beams, &format!("{beams}role = \"temporary\"\n"));
    check(at, &["--out", "@out"]);
    let json = report(at);
    let plain = project(true);
    check(plain.path(), &["--save-baseline", "@known.jsonl", "--out", "@out"]);
    let before = report(plain.path());
    let title = "Extract duct 300 x 200";
    assert!(before.to_string().contains(title) && !json.to_string().contains(title));
    let sum = |report: &Value, field: &str| -> u64 {
        report["rules"].as_array().unwrap().iter().filter_map(|r| r[field].as_u64()).sum()
    };
    let found = |report: &Value| sum(report, "clashes") + sum(report, "reported_elsewhere");
    let apart = sum(&json, "apart_in_time");
    assert_eq!((sum(&before, "apart_in_time"), apart), (0, found(&before) - found(&json)));
    assert!(check(at, &[]).stdout.contains(" never there together"));

    // what was known of it is resolved: nothing collides any more
    std::fs::copy(plain.path().join("known.jsonl"), at.join("known.jsonl")).unwrap();
    let run = check(at, &["--baseline", "@known.jsonl"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    let gone = sum(&before, "clashes") - sum(&json, "clashes");
    assert!(gone > 0 && run.stdout.contains(&format!("; {gone} resolved")), "{}", run.stdout);
}
