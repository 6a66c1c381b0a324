use crate::revise::Step;
use crate::support::{Run, groma, sample};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The structure of the sample with one column moved by 0.5 m and one deleted.
fn revised(dir: &Path, remade: bool) -> (PathBuf, String, String) {
    let mut step = Step::read(&std::fs::read_to_string(sample("structure.ifc")).unwrap());
    let columns = step.all("IFCCOLUMN");
    let [moved, deleted] = [columns[2], columns[5]].map(|c| step.global_id(c));
    assert_eq!(step.translate(columns[2], [0.5, 0.0, 0.0]), [columns[2]]);
    step.delete(columns[5]);
    if remade {
        step.remake_global_ids();
    }
    let file = dir.join("revised.ifc");
    std::fs::write(&file, step.write(false)).unwrap();
    (file, moved, deleted)
}

fn compare(arguments: &[&dyn AsRef<std::ffi::OsStr>]) -> Run {
    let arguments = arguments.iter().map(|a| OsString::from(a.as_ref()));
    groma([OsString::from("compare")].into_iter().chain(arguments))
}

#[test]
fn differences_are_found_and_are_no_failure() {
    let dir = tempfile::tempdir().unwrap();
    let (new, moved, deleted) = revised(dir.path(), false);
    let old = sample("structure.ifc");
    let run = compare(&[&old, &new]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for word in ["structure -> revised", "1 removed, 1 moved\n", &moved, &deleted, "0.500, 0.000, 0.000"] {
        assert!(run.stdout.contains(word), "{word:?} is not in\n{}", run.stdout);
    }
    assert_eq!(compare(&[&old, &new, &"--fail-on-change"]).code, Some(1));

    let same = compare(&[&old, &old, &"--fail-on-change"]);
    assert_eq!((same.code, same.stdout.ends_with("no differences\n")), (Some(0), true), "{}", same.stdout);
}

#[test]
fn a_table_has_a_line_for_each_change() {
    let dir = tempfile::tempdir().unwrap();
    let (new, moved, deleted) = revised(dir.path(), false);
    let run = compare(&[&sample("structure.ifc"), &new, &"--format", &"csv"]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", run.stdout);
    assert!(lines[0].starts_with("change,model,class,old_global_id,new_global_id,name,"), "{}", lines[0]);
    assert!(lines[1].starts_with(&format!("removed,revised,IfcColumn,{deleted},,")), "{}", lines[1]);
    assert!(lines[2].starts_with(&format!("moved,revised,IfcColumn,{moved},{moved},")), "{}", lines[2]);
    assert!(lines[2].ends_with(",guid,1,0.5,,0.5 0 0"), "{}", lines[2]);
}

#[test]
fn identities_go_out_and_come_back_as_aliases() {
    let dir = tempfile::tempdir().unwrap();
    let (new, moved, deleted) = revised(dir.path(), true);
    let old = sample("structure.ifc");
    let file = dir.path().join("identity.json");
    let run = compare(&[&old, &new, &"--identity", &file, &"--format", &"json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.json()["total"]["moved"], 1, "{}", run.json()["total"]);
    let text = std::fs::read_to_string(&file).unwrap();
    let mut identity: serde_json::Value = serde_json::from_str(&text).unwrap();
    let model = identity["models"][0].clone();
    assert_eq!(model["removed"], serde_json::json!([deleted]));
    let mut pairs = model["pairs"].as_array().unwrap().clone();
    assert!(pairs.iter().all(|p| p["method"] != "guid"), "no GlobalId was kept");
    let pair = pairs.iter_mut().find(|p| p["old"] == *moved).unwrap();
    assert_eq!(pair["method"], "geometry");
    assert!(pair["score"].as_f64().unwrap() < 1.0);

    // A person says that it is the one that was deleted, and mistypes another.
    let alias = serde_json::json!({ "old": deleted, "new": pair["new"] });
    let unknown = serde_json::json!({ "old": "nobody", "new": pair["new"] });
    identity["models"][0]["pairs"] = serde_json::json!([alias, unknown]);
    std::fs::write(&file, identity.to_string()).unwrap();
    let run = compare(&[&old, &new, &"--aliases", &file, &"--format", &"json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let json = run.json();
    assert_eq!(json["models"][0]["removed"][0]["global_id"], *moved);
    assert_eq!(json["models"][0]["matched"]["alias"], 1);
    assert_eq!(json["diagnostics"][0]["code"], "G0701");
}

#[test]
fn directories_are_compared_by_label() {
    let dir = tempfile::tempdir().unwrap();
    let [old, new] = ["old", "new"].map(|name| dir.path().join(name));
    for (side, files) in
        [(&old, ["structure.ifc", "services.ifc"]), (&new, ["structure.ifc", "architecture.ifc"])]
    {
        std::fs::create_dir(side).unwrap();
        for file in files {
            std::fs::copy(sample(file), side.join(file)).unwrap();
        }
    }
    let run = compare(&[&old, &new, &"--format", &"json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let json = run.json();
    assert_eq!(json["models"][0]["new"], "structure");
    assert_eq!(json["models"][0]["changes"], serde_json::json!([]));
    assert_eq!(json["added_models"], serde_json::json!(["architecture"]));
    assert_eq!(json["removed_models"], serde_json::json!(["services"]));
    assert_eq!(json["equal"], false);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let old = sample("structure.ifc");
    let check = |run: Run, expect: &str| {
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
        assert!(run.stderr.contains(expect), "{expect:?} is not in {}", run.stderr);
    };
    check(compare(&[&old, &dir.path()]), "there is no IFC model in the folder");
    check(compare(&[&old, &dir.path().join("nothing.ifc")]), "nothing.ifc");
    let file = dir.path().join("identity.json");
    std::fs::write(&file, "{").unwrap();
    check(compare(&[&old, &old, &"--aliases", &file]), "not a file of identities");
}
