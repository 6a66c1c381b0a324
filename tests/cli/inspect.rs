use crate::support::{groma, sample};

#[test]
fn inspect_says_what_the_models_are() {
    let files = ["architecture.ifc", "structure.ifc", "services.ifc"].map(sample);
    let run = groma(["inspect", "--format", "json"].map(Into::into).into_iter().chain(files));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let json = run.json();
    assert_eq!(json["schema_version"], 1);
    let labels: Vec<&str> =
        json["models"].as_array().unwrap().iter().map(|m| m["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["architecture", "services", "structure"]);
    for model in json["models"].as_array().unwrap() {
        assert_eq!(model["schema"], "IFC4");
        assert!(model["storeys"].as_array().unwrap().len() >= 4, "{}", model["storeys"]);
        let coverage = &model["coverage"];
        let n = |name: &str| coverage[name].as_u64().unwrap();
        assert_eq!(n("failed"), 0);
        assert_eq!(n("meshed") + n("no_shape"), n("elements"));
        let by_class: u64 =
            model["classes"].as_array().unwrap().iter().map(|c| c["elements"].as_u64().unwrap()).sum();
        assert_eq!(by_class, n("elements"));
    }
}

#[test]
fn inspect_reads_well() {
    let run = groma(["inspect".into(), sample("services.ifc")]);
    assert_eq!(run.code, Some(0));
    for word in
        ["services\n", "  schema    IFC4", "  units     mm", "  storeys\n", "  classes\n", "coverage  "]
    {
        assert!(run.stdout.contains(word), "{word:?} is not in\n{}", run.stdout);
    }
    assert!(run.stdout.lines().all(|l| l.chars().count() <= 100), "{}", run.stdout);
}

#[test]
fn output_goes_to_a_file_whole() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("report.json");
    let model = sample("structure.ifc");
    let run = groma(
        ["inspect", "--format", "json", "-o"]
            .map(Into::into)
            .into_iter()
            .chain([file.clone(), model.clone()]),
    );
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    let direct = groma(["inspect", "--format", "json"].map(Into::into).into_iter().chain([model]));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), direct.stdout);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn the_trace_holds_the_stages() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("trace.json");
    let run = groma(["inspect".into(), "--trace".into(), file.clone(), sample("structure.ifc")]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let trace: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let names: Vec<&str> = trace.as_array().unwrap().iter().filter_map(|e| e["name"].as_str()).collect();
    for stage in ["import", "load", "federate"] {
        assert!(names.contains(&stage), "{stage} is not in {names:?}");
    }
}
