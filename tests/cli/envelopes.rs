//! Spaces that elements keep clear, and every other kind of clash, as rules of `groma.toml`.

use crate::boxes::{Block, model};
use crate::check::{check, project};
use serde_json::Value;

const MODELS: &str = "[[model]]\npath = \"*.ifc\"\n";

fn report(rules: &str) -> Value {
    let dir = project(true);
    std::fs::write(dir.path().join("groma.toml"), format!("{MODELS}{rules}")).unwrap();
    let run = check(dir.path(), &["--out", "@out"]);
    assert!(matches!(run.code, Some(0 | 1)), "{}{}", run.stdout, run.stderr);
    serde_json::from_slice(&std::fs::read(dir.path().join("out/check.json")).unwrap()).unwrap()
}

/// The names of the elements of each clash, and its depth in whole millimetres.
fn clashes(report: &Value) -> Vec<(String, String, i64)> {
    let of = |c: &Value| {
        let name = |side: &str| c[side]["name"].as_str().unwrap_or_default().to_owned();
        let depth = c["depth"].as_f64().unwrap_or(0.0);
        (name("a"), name("b"), (depth * 1000.0).round() as i64)
    };
    report["clashes"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn a_door_must_be_free_to_open() {
    let rule = "[[rule]]\nname = \"doors\"\nkind = \"envelope\"\na = \"IfcDoor\"\nspace = { swing = true }\n";
    let report = report(rule);
    let found = clashes(&report);
    // The leaf of the lift's door sweeps through the car. The door that stands in a column is another story.
    assert!(found.iter().any(|(a, b, _)| a == "Lift car" && b == "Lift door"), "{found:?}");
    assert!(report["clashes"].as_array().unwrap().iter().all(|c| c["kind"] == "envelope"));
    let rule = &report["rules"][0];
    assert_eq!((&rule["kind"], &rule["without_space"]), (&"envelope".into(), &0.into()));
    // Walls that the doors stand in, and spaces, are left out and counted.
    assert!(rule["excluded_pairs"]["filling"].as_u64() > Some(10), "{rule}");
    assert!(rule["excluded_elements"]["space"].as_u64() > Some(10), "{rule}");
}

#[test]
fn a_length_above_a_valve_or_around_a_duct_is_kept_clear() {
    let around = |thickness: f64| {
        let rule = "[[rule]]\nname = \"r\"\nkind = \"envelope\"\na = \"IfcDuctSegment, Name*=Duct\"\n\
                    b = \"IfcCableCarrierSegment\"\n";
        clashes(&report(&format!("{rule}space = {{ around = {thickness} }}\n")))
    };
    // Trays run 20 mm from the ducts.
    assert_eq!(around(0.019), []);
    let near = around(0.03);
    assert!(near.len() >= 20 && near.iter().all(|(_, _, depth)| *depth == 10), "{near:?}");

    let below = |length: f64| {
        let rule = "[[rule]]\nname = \"r\"\nkind = \"envelope\"\na = \"IfcSlab\"\nb = \"IfcDoor\"\n";
        clashes(&report(&format!("{rule}space = {{ below = {length} }}\n"))).len()
    };
    // Doors stand on slabs, and end more than half a metre below the next.
    assert_eq!(below(0.5), 0);
    assert!(below(3.0) > 8);
}

#[test]
fn a_property_says_how_thick_insulation_is() {
    let rule = |property: &str| {
        format!(
            "[[rule]]\nname = \"r\"\nkind = \"envelope\"\na = \"IfcDoor\"\nb = \"IfcColumn\"\n\
             space = {{ around = \"{property}\" }}\n"
        )
    };
    // As if a door's width were its insulation: columns nearer than that.
    let report = report(&rule("OverallWidth"));
    assert!(!clashes(&report).is_empty());
    assert!(report["rules"][0].get("distance").is_none(), "there are doors of several widths");
    let dir = project(true);
    std::fs::write(dir.path().join("groma.toml"), format!("{MODELS}{}", rule("Pset_No.Such"))).unwrap();
    let run = check(dir.path(), &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("elements of `a` keeps such a space"), "{}", run.stderr);
}

#[test]
fn each_kind_is_a_rule() {
    let kinds = ["hard", "clearance", "touching", "duplicate"];
    for kind in kinds {
        let distance = if kind == "clearance" { "distance = 0.05\n" } else { "" };
        let rule = format!("[[rule]]\nname = \"r\"\nkind = \"{kind}\"\nbetween_models = true\n{distance}");
        let report = report(&rule);
        let found: std::collections::BTreeSet<String> = report["clashes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["kind"].as_str().unwrap().to_owned())
            .collect();
        let expected: &[&str] = match kind {
            "hard" => &["contained", "duplicate", "hard"],
            "clearance" => &["clearance", "contained", "duplicate", "hard"],
            "touching" => &["touching"],
            _ => &["duplicate"],
        };
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_pair_is_reported_by_one_rule() {
    let near = "[[rule]]\nname = \"near\"\nkind = \"clearance\"\na = \"IfcDuctSegment\"\nb = \"IfcBeam\"\ndistance = 0.02\n";
    let report = report(&format!("{near}[matrix]\n"));
    let mut pairs: Vec<_> = clashes(&report);
    let all = pairs.len();
    pairs.sort();
    pairs.dedup();
    assert_eq!(pairs.len(), all);
    // The duct in the beam is hard in the matrix, and no second time too near.
    assert_eq!(
        (&report["rules"][0]["reported_elsewhere"], &report["rules"][0]["clashes"]),
        (&1.into(), &0.into())
    );
}

/// A pipe and a duct, 50 mm apart, in a file of millimetres; the pipe has an insulation of this value.
fn insulated(thickness: &str, rule: &str) -> Value {
    let pipe = Block("IfcPipeSegment", 1, "Pipe", [0.0; 3], [1000.0, 100.0, 100.0]);
    let duct = Block("IfcDuctSegment", 2, "Duct", [0.0, 150.0, 0.0], [1000.0, 400.0, 100.0]);
    let bare = Block("IfcPipeSegment", 3, "Bare pipe", [0.0, 0.0, 150.0], [1000.0, 100.0, 250.0]);
    let property = format!(
        "#100000=IFCPROPERTYSINGLEVALUE('Thickness',$,{thickness},$);\n\
         #100001=IFCPROPERTYSET('{0:022}',$,'Pset_Insulation',$,(#100000));\n\
         #100002=IFCRELDEFINESBYPROPERTIES('{1:022}',$,$,$,(#107),#100001);\n",
        901, 902
    );
    let text = model(&[pipe, duct, bare], &property);
    let in_mm = text.replace(".LENGTHUNIT.,$,.METRE.", ".LENGTHUNIT.,.MILLI.,.METRE.");
    assert_ne!(text, in_mm);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("services.ifc"), in_mm).unwrap();
    std::fs::write(dir.path().join("groma.toml"), format!("{MODELS}{rule}")).unwrap();
    let run = check(dir.path(), &["--out", "@out"]);
    assert!(matches!(run.code, Some(0 | 1)), "{}{}", run.stdout, run.stderr);
    serde_json::from_slice(&std::fs::read(dir.path().join("out/check.json")).unwrap()).unwrap()
}

#[test]
fn the_insulation_of_a_pipe_is_read_in_the_units_of_its_file() {
    let rule = "[[rule]]\nname = \"insulation\"\nkind = \"envelope\"\na = \"IfcPipeSegment\"\nb = \"IfcDuctSegment\"\n\
                space = { around = \"Pset_Insulation.Thickness\" }\n";
    // 60 mm of insulation 50 mm from a duct reach 10 mm into it, however the number is written.
    for sixty in ["IFCPOSITIVELENGTHMEASURE(60.)", "IFCLENGTHMEASURE(60.)", "IFCREAL(60.)", "IFCINTEGER(60)"]
    {
        let report = insulated(sixty, rule);
        assert_eq!(clashes(&report), [("Pipe".to_owned(), "Duct".to_owned(), 10)], "{sixty}");
        assert_eq!(report["rules"][0]["distance"], 0.06, "{sixty}");
        assert_eq!(report["rules"][0]["without_space"], 1, "the bare pipe");
    }
    let report = insulated("IFCPOSITIVELENGTHMEASURE(40.)", rule);
    assert_eq!(clashes(&report), []);
}
