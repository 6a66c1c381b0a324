//! What a baseline and waivers vouch for, and what they do not.

use crate::boxes::{Block, write};
use crate::check::check;
use crate::support::{Run, groma};
use serde_json::{Value, json};
use std::path::Path;

const DUCT: &str = "IfcDuctSegment";
const BEAM: &str = "IfcBeam";

/// A beam along x, and ducts that run through it at these places, each `reach` into it.
fn write_site(dir: &Path, ducts: &[(f64, f64)]) {
    let beam = Block(BEAM, 1, "Beam", [0.0, 0.0, 0.0], [20.0, 0.3, 0.5]);
    let duct = |(n, (x, reach)): (usize, &(f64, f64))| {
        Block(DUCT, 10 + n as u32, "Duct", [*x, -2.0, 0.1], [x + 0.2, *reach, 0.3])
    };
    write(&dir.join("structure.ifc"), &[beam]);
    write(&dir.join("services.ifc"), &ducts.iter().enumerate().map(duct).collect::<Vec<_>>());
}

const MODELS: &str = "[[model]]\npath = \"structure.ifc\"\n[[model]]\npath = \"services.ifc\"\n";
const HARD: &str = "[[rule]]\nname = \"hard\"\na = \"IfcBeam\"\nb = \"IfcDuctSegment\"\n";
const GAP: &str = "[[rule]]\nname = \"gap\"\nkind = \"clearance\"\ndistance = 0.1\na = \"IfcBeam\"\nb = \"IfcDuctSegment\"\n";

fn write_config(dir: &Path, rules: &str) {
    std::fs::write(dir.join("groma.toml"), format!("{MODELS}{rules}")).unwrap();
}

fn site(ducts: &[(f64, f64)], rules: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_site(dir.path(), ducts);
    write_config(dir.path(), rules);
    dir
}

fn report(dir: &Path, more: &[&str]) -> (Run, Value) {
    let run = check(dir, &[&["--out", "@out"], more].concat());
    let text = std::fs::read_to_string(dir.join("out/check.json"));
    let json = text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    (run, json)
}

fn waive(dir: &Path, key: &Value, more: &str) {
    let head =
        format!("[[waiver]]\nkey = {key}\nreason = \"r\"\nauthor = \"A. Engineer\"\nexpires = 2099-01-01\n");
    std::fs::write(dir.join("waivers.toml"), head + more).unwrap();
}

#[test]
fn an_issues_waiver_covers_the_clashes_that_it_was_given_for() {
    let two = [(2.0, 0.2), (5.0, 0.2)];
    let dir = site(&two, HARD);
    let at = dir.path();
    let (_, first) = report(at, &[]);
    let issue = &first["issues"][0];
    assert_eq!(
        (first["issues"].as_array().unwrap().len(), issue["clashes"].as_array().unwrap().len()),
        (1, 2)
    );

    // Its key alone says nothing of which clashes.
    waive(at, &issue["key"], "");
    let (run, alone) = report(at, &["--waivers", "@waivers.toml"]);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert_eq!(
        (&alone["waivers"][0]["state"], &alone["waivers"][0]["uncovered"]),
        (&json!("unused"), &json!(2))
    );
    let told = "of A. Engineer waives nothing; 2 clashes of its issue it does not list in `clashes`";
    assert!(run.stdout.contains(told), "{}", run.stdout);

    // Listed, they are covered, and a third that comes to the issue is not.
    waive(at, &issue["key"], &format!("clashes = {}\n", issue["clashes"]));
    let (run, _) = report(at, &["--waivers", "@waivers.toml"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    let three = [two[0], two[1], (9.0, 0.2)];
    write_site(at, &three);
    let (run, more) = report(at, &["--waivers", "@waivers.toml"]);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    let states: Vec<&str> =
        more["clashes"].as_array().unwrap().iter().map(|c| c["state"].as_str().unwrap()).collect();
    assert_eq!(states.iter().filter(|s| **s == "waived").count(), 2, "{states:?}");
    assert_eq!(states.iter().filter(|s| **s == "new").count(), 1, "{states:?}");

    // Known to the baseline, they are covered by the key alone.
    write_site(at, &two);
    report(at, &["--save-baseline", "@known.jsonl"]);
    waive(at, &issue["key"], "");
    let known = ["--baseline", "@known.jsonl", "--waivers", "@waivers.toml"];
    let (run, json) = report(at, &known);
    assert_eq!((run.code, &json["states"]["waived"]), (Some(0), &json!(1)), "{}", run.stdout);
    write_site(at, &three);
    let (run, json) = report(at, &known);
    assert_eq!((run.code, &json["states"]["new"]), (Some(1), &json!(1)), "{}", run.stdout);
}

#[test]
fn a_waiver_without_a_depth_ends_where_the_baseline_proves_it_worse() {
    let dir = site(&[(2.0, 0.05)], HARD);
    let at = dir.path();
    let (_, first) = report(at, &["--save-baseline", "@known.jsonl"]);
    waive(at, &first["clashes"][0]["key"], "");
    let known = ["--baseline", "@known.jsonl", "--waivers", "@waivers.toml"];
    assert_eq!(report(at, &known).0.code, Some(0));
    write_site(at, &[(2.0, 0.15)]);
    let (run, json) = report(at, &known);
    assert_eq!((run.code, &json["clashes"][0]["state"]), (Some(1), &json!("reopened")), "{}", run.stdout);
    waive(at, &first["clashes"][0]["key"], "depth = 0.2\n");
    assert_eq!(report(at, &known).0.code, Some(0));
}

#[test]
fn what_is_not_looked_at_is_not_resolved() {
    let rules = format!("{HARD}{}", HARD.replace("\"hard\"", "\"other\"").replace("IfcBeam", "IfcElement"));
    let dir = site(&[(2.0, 0.2)], &rules);
    let at = dir.path();
    check(at, &["--save-baseline", "@known.jsonl"]);
    let gone = |why: &str| {
        let (run, json) = report(at, &["--baseline", "@known.jsonl"]);
        assert_eq!(run.code, Some(3), "{why}: {}{}", run.stdout, run.stderr);
        assert_eq!(json["states"]["resolved"], 0);
        assert_eq!(json["states"]["not_tested"], 1);
        assert_eq!(json["not_tested"][0]["why"], why);
        assert!(run.stdout.contains("; 0 resolved, 1 not tested\n"), "{}", run.stdout);
        let last = format!("gate holds, but the check is incomplete: 1 known clash not tested ({why})\n");
        assert!(run.stdout.ends_with(&last), "{}", run.stdout);
        assert_eq!(report(at, &["--baseline", "@known.jsonl", "--allow-incomplete"]).0.code, Some(0));
    };
    // The rule has gone; the one that is left finds nothing.
    write_config(at, "[[rule]]\nname = \"other\"\nkind = \"duplicate\"\n");
    gone("the rule `hard` is not there");
    // It asks for others.
    let block = Block("IfcSlab", 2, "Slab", [0.0, 5.0, 0.0], [1.0, 6.0, 0.2]);
    write(&at.join("slab.ifc"), &[block]);
    let narrower = HARD.replace("IfcBeam", "IfcSlab");
    write_config(at, &format!("[[model]]\npath = \"slab.ifc\"\n{narrower}"));
    gone("no rule asks for this pair, which `hard` found");
    // The model has gone.
    let alone =
        "[[model]]\npath = \"slab.ifc\"\n[[model]]\npath = \"structure.ifc\"\n[[rule]]\nname = \"hard\"\n";
    std::fs::write(at.join("groma.toml"), alone).unwrap();
    gone("the model `services` is not checked");
    // An element that is no more is resolved.
    write_config(at, HARD);
    write_site(at, &[(2.0, -1.0)]);
    let (run, json) = report(at, &["--baseline", "@known.jsonl"]);
    assert_eq!((run.code, &json["states"]["resolved"]), (Some(0), &json!(1)));
    assert_eq!(json["not_tested"], json!([]));
}

#[test]
fn an_element_that_cannot_be_read_resolves_nothing() {
    let dir = site(&[(2.0, 0.2)], HARD);
    let at = dir.path();
    check(at, &["--save-baseline", "@known.jsonl"]);
    let text = std::fs::read_to_string(at.join("services.ifc")).unwrap();
    // A second duct is left, so that the rule has something to test; the first has no profile.
    let broken = text.replace("IFCEXTRUDEDAREASOLID(#103,", "IFCEXTRUDEDAREASOLID(#9999,");
    let other = Block(DUCT, 77, "Duct", [30.0, 0.0, 0.0], [31.0, 0.2, 0.2]);
    std::fs::write(at.join("services.ifc"), broken).unwrap();
    write(&at.join("more.ifc"), &[other]);
    write_config(at, &format!("[[model]]\npath = \"more.ifc\"\n{HARD}"));
    let (run, json) = report(at, &["--baseline", "@known.jsonl"]);
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    assert_eq!((&json["states"]["resolved"], json["not_tested"].as_array().unwrap().len()), (&json!(0), 1));
    assert_eq!(json["rules"][0]["failed"], 1);
}

#[test]
fn an_exclusion_says_itself_what_it_leaves_out() {
    let dir = site(&[(2.0, 0.2)], HARD);
    let at = dir.path();
    check(at, &["--save-baseline", "@known.jsonl"]);
    write_config(at, &format!("{HARD}exclusions = [{{ a = \"IfcDuctSegment\", reason = \"sleeves\" }}]\n"));
    let (run, json) = report(at, &["--baseline", "@known.jsonl"]);
    assert_eq!(
        (run.code, &json["states"]["resolved"], &json["states"]["not_tested"]),
        (Some(0), &json!(0), &json!(0))
    );
    assert_eq!(json["rules"][0]["exclusions"], json!([{ "reason": "sleeves", "clashes": 1 }]));
}

#[test]
fn a_pair_is_known_whichever_rule_finds_it() {
    let dir = site(&[(2.0, 0.2)], &format!("{HARD}{GAP}"));
    let at = dir.path();
    let (_, first) = report(at, &["--save-baseline", "@known.jsonl"]);
    assert_eq!(first["clashes"][0]["rule"], "hard");
    // Out of the beam, and still too near: better than it was.
    write_site(at, &[(2.0, -0.05)]);
    let (run, better) = report(at, &["--baseline", "@known.jsonl", "--save-baseline", "@better.jsonl"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    let clash = &better["clashes"][0];
    assert_eq!((&clash["rule"], &clash["state"]), (&json!("gap"), &json!("open")));
    assert_eq!(
        (&clash["was"], &clash["issue"]),
        (&first["clashes"][0]["key"], &first["clashes"][0]["issue"])
    );
    assert_eq!(better["states"]["resolved"], 0);
    let nearest = &clash["points"];
    assert_eq!((&nearest[0][1], &nearest[1][1]), (&json!(-0.05), &json!(0.0)), "{clash}");
    assert_eq!(clash["direction"], json!([0.0, -1.0, 0.0]));
    // Back into the beam: worse than it was.
    write_site(at, &[(2.0, 0.2)]);
    let (run, worse) = report(at, &["--baseline", "@better.jsonl"]);
    assert_eq!((run.code, &worse["clashes"][0]["state"]), (Some(1), &json!("reopened")), "{}", run.stdout);
    assert!(worse["issues"][0]["title"].as_str().unwrap().contains(" deep"));
}

#[test]
fn a_baseline_of_another_kind_is_refused() {
    let dir = site(&[(2.0, 0.2)], HARD);
    let files = ["structure.ifc", "services.ifc"].map(|f| dir.path().join(f).into_os_string());
    let known = dir.path().join("known.jsonl");
    let clash = |more: &[&str]| {
        let more = more.iter().map(|a| if *a == "@" { known.clone().into_os_string() } else { a.into() });
        groma(["clash".into()].into_iter().chain(files.clone()).chain(more))
    };
    assert_eq!(clash(&["--kind", "clearance", "--distance", "0.1", "--save-baseline", "@"]).code, Some(1));
    let run = clash(&["--kind", "hard", "--baseline", "@"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("knows clashes of `clearance`, and none of `hard`"), "{}", run.stderr);
    let run = clash(&["--distance", "0.1"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("only a clearance has a distance"), "{}", run.stderr);
}
