//! The reports of `groma check` are what their formats ask for.

use crate::check::{check, project};
use quick_junit::{Report, TestCaseStatus};
use serde_json::Value;

#[test]
fn sarif_holds_its_schema_and_names_lines() {
    let dir = project(true);
    check(dir.path(), &["--out", "@out", "--format", "sarif,json"]);
    let text = std::fs::read_to_string(dir.path().join("out/check.sarif")).unwrap();
    let sarif: Value = serde_json::from_str(&text).unwrap();
    let mut schema: Value = serde_json::from_str(&schema()).unwrap();
    // The published schema has a pattern of languages that is no regular expression.
    for whose in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][whose]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&sarif).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() > 10);
    for result in results {
        assert_eq!(result["fingerprints"]["clash/v1"].as_str().unwrap().len(), 32);
        let place = &result["locations"][0];
        let file = place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        let line = place["physicalLocation"]["region"]["startLine"].as_u64().unwrap();
        let id = place["logicalLocations"][0]["name"].as_str().unwrap();
        let ifc = std::fs::read_to_string(dir.path().join(file)).unwrap();
        let shown = ifc.lines().nth(line as usize - 1).unwrap();
        assert!(shown.contains(id), "{id} is not in line {line} of {file}: {shown}");
    }
}

/// The schema of SARIF 2.1.0, which the crate that we write it with brings along.
fn schema() -> String {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(crate::support::root().join("Cargo.toml"))
        .other_options(["--locked".to_owned()])
        .exec()
        .unwrap();
    let package = metadata.packages.iter().find(|p| p.name.as_str() == "serde-sarif").unwrap();
    std::fs::read_to_string(package.manifest_path.parent().unwrap().join("src/schema.json")).unwrap()
}

#[test]
fn junit_has_a_case_for_each_rule_and_each_new_issue() {
    let dir = project(true);
    check(dir.path(), &["--out", "@out", "--format", "junit,json"]);
    let xml = std::fs::read_to_string(dir.path().join("out/check.junit.xml")).unwrap();
    let json: Value =
        serde_json::from_str(&std::fs::read_to_string(dir.path().join("out/check.json")).unwrap()).unwrap();
    let report = Report::deserialize_from_str(&xml).unwrap();
    let rules = json["rules"].as_array().unwrap();
    let issues = json["issues"].as_array().unwrap();
    assert_eq!(report.test_suites.len(), rules.len());
    assert_eq!(report.tests, rules.len() + issues.len());
    let failing = rules.iter().filter(|r| r["issues"].as_u64() > Some(0)).count();
    assert_eq!(report.failures, failing + issues.len());
    for (suite, rule) in report.test_suites.iter().zip(rules) {
        assert_eq!(suite.name.as_str(), rule["name"].as_str().unwrap());
        let passes = matches!(suite.test_cases[0].status, TestCaseStatus::Success { .. });
        assert_eq!(passes, rule["issues"] == 0);
    }
}

#[test]
fn csv_has_a_line_for_each_clash() {
    let dir = project(true);
    check(dir.path(), &["--out", "@out", "--format", "csv,json"]);
    let csv = std::fs::read_to_string(dir.path().join("out/check.csv")).unwrap();
    let json: Value =
        serde_json::from_str(&std::fs::read_to_string(dir.path().join("out/check.json")).unwrap()).unwrap();
    assert!(csv.starts_with("issue,key,state,severity,rule,kind,depth_m,"), "{csv}");
    assert_eq!(csv.lines().count(), 1 + json["clashes"].as_array().unwrap().len());
}
