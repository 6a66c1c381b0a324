//! Reports and files hold the schemas that are published of them.

use crate::check::{check, project};
use crate::support::{groma, sample};
use serde_json::Value;
use std::ffi::OsString;

fn errors(schema: &str, of: &Value) -> Vec<String> {
    let run = groma(["schema", schema]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let validator = jsonschema::validator_for(&run.json()).unwrap();
    validator.iter_errors(of).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

fn holds(schema: &str, of: &Value) {
    assert_eq!(errors(schema, of), Vec::<String>::new(), "{schema}");
}

/// A file of TOML as JSON; its dates are texts.
fn toml_as_json(text: &str) -> Value {
    fn json(value: toml::Value) -> Value {
        match value {
            toml::Value::String(text) => text.into(),
            toml::Value::Integer(n) => n.into(),
            toml::Value::Float(x) => x.into(),
            toml::Value::Boolean(b) => b.into(),
            toml::Value::Datetime(at) => at.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(json).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(k, v)| (k, json(v))).collect(),
        }
    }
    json(toml::Value::Table(text.parse().unwrap()))
}

#[test]
fn reports_of_models_hold_their_schemas() {
    let files = ["architecture.ifc", "structure.ifc", "services.ifc"].map(|f| OsString::from(sample(f)));
    let run = |command: &str, more: &[&str]| {
        let more = more.iter().map(OsString::from);
        let run = groma([OsString::from(command)].into_iter().chain(files.clone()).chain(more));
        assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
        run.json()
    };
    holds("inspect", &run("inspect", &["--format", "json", "--lon-lat"]));
    holds("clash", &run("clash", &["--format", "json"]));
    let clearance = run("clash", &["--format", "json", "--kind", "clearance", "--distance", "0.1"]);
    assert!(clearance["clashes"].as_array().unwrap().iter().any(|c| c["points"].is_array()));
    holds("clash", &clearance);
    holds("clash", &run("clash", &["--format", "json", "--shard", "1/2"]));
}

#[test]
fn a_check_and_what_it_knows_hold_their_schemas() {
    let dir = project(true);
    let at = dir.path();
    let read = |name: &str| std::fs::read_to_string(at.join(name)).unwrap();
    let report = || serde_json::from_str::<Value>(&read("out/check.json")).unwrap();
    check(at, &["--out", "@out", "--save-baseline", "@known.jsonl"]);
    let first = report();
    holds("check", &first);
    for line in read("known.jsonl").lines() {
        holds("baseline", &serde_json::from_str(line).unwrap());
    }
    let issue = &first["issues"][0];
    let waiver = format!(
        "[[waiver]]\nkey = {}\nclashes = {}\nreason = \"r\"\nauthor = \"a\"\nexpires = 2099-01-01\ndepth = 0.5\n",
        issue["key"], issue["clashes"]
    );
    std::fs::write(at.join("waivers.toml"), &waiver).unwrap();
    holds("waivers", &toml_as_json(&waiver));
    assert_ne!(errors("waivers", &toml_as_json(&waiver.replace("reason", "raison"))), Vec::<String>::new());
    // Without the matrix, so that there is something that was not tested, and with waivers.
    let preset = "preset = \"architecture-structure-services\"";
    let config = read("groma.toml").replace(preset, "preset = \"none\"");
    std::fs::write(at.join("groma.toml"), config).unwrap();
    check(at, &["--out", "@out", "--baseline", "@known.jsonl", "--waivers", "@waivers.toml"]);
    let second = report();
    assert!(!second["not_tested"].as_array().unwrap().is_empty() && second["waivers"][0]["uncovered"] == 0);
    holds("check", &second);
}

#[test]
fn project_files_hold_their_schema() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::copy(sample("services.ifc"), dir.path().join("services.ifc")).unwrap();
    let file = dir.path().join("groma.toml");
    let run = groma(["init".into(), "--output".into(), file.clone().into_os_string()]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let init = std::fs::read_to_string(&file).unwrap();
    holds("project", &toml_as_json(&init));
    // What stands there as a comment holds it as well, once it is no comment.
    let lines = init.lines().map(|line| match line.strip_prefix("# ") {
        Some(code)
            if code.starts_with('[') || code.split_once(" = ").is_some_and(|(k, _)| !k.contains(' ')) =>
        {
            code
        }
        _ => line,
    });
    let all = lines.collect::<Vec<_>>().join("\n");
    let json = toml_as_json(&all);
    assert!(json["rule"].as_array().unwrap().len() == 2 && json["grouping"]["cell"] == 25.0, "{all}");
    holds("project", &json);
    holds("project", &toml_as_json(&std::fs::read_to_string(sample("groma.toml")).unwrap()));
    for wrong in ["[gate]\nfail_on = [\"old\"]\n", "[[rule]]\ntolerance = 1.0\n", "[[modle]]\npath = \"a\"\n"]
    {
        assert_ne!(errors("project", &toml_as_json(wrong)), Vec::<String>::new(), "{wrong}");
    }
}

#[test]
fn junit_counts_what_it_holds() {
    use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
    let dir = project(true);
    check(dir.path(), &["--out", "@out", "--format", "junit"]);
    let xml = std::fs::read_to_string(dir.path().join("out/check.junit.xml")).unwrap();
    let report = Report::deserialize_from_str(&xml).unwrap();
    let mut sums = (0, 0, 0);
    for suite in &report.test_suites {
        let count = |kind: NonSuccessKind| {
            let is =
                |s: &TestCaseStatus| matches!(s, TestCaseStatus::NonSuccess { kind: k, .. } if *k == kind);
            suite.test_cases.iter().filter(|c| is(&c.status)).count()
        };
        let counts = (suite.test_cases.len(), count(NonSuccessKind::Failure), count(NonSuccessKind::Error));
        assert_eq!((suite.tests, suite.failures, suite.errors), counts, "{}", suite.name.as_str());
        assert!(
            suite
                .test_cases
                .iter()
                .all(|c| c.classname.as_ref().is_some_and(|n| n.as_str() == suite.name.as_str()))
        );
        sums = (sums.0 + counts.0, sums.1 + counts.1, sums.2 + counts.2);
    }
    assert_eq!((report.tests, report.failures, report.errors), sums);
    assert!(sums.1 > 0);
}
