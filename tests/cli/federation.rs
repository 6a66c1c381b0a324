//! What `inspect` says of models that do not stand as one building does.

use crate::support::groma;
use std::path::{Path, PathBuf};

/// A file with one block of 10 x 20 x 3 units at a place, and a map conversion if there is one.
fn block(dir: &Path, name: &str, at: [f64; 3], size: f64, map: Option<[f64; 2]>) -> PathBuf {
    let map = map.map_or_else(String::new, |[e, n]| {
        format!(
            "#90=IFCPROJECTEDCRS('ETRS89 / UTM zone 32N',$,$,$,$,$,#3);\n\
             #91=IFCMAPCONVERSION(#9,#90,{e:?},{n:?},0.,1.,0.,1.);\n"
        )
    });
    let [x, y, z] = at;
    let (dx, dy, dz) = (10.0 * size, 20.0 * size, 3.0 * size);
    let text = format!(
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n\
         FILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n\
         #1=IFCPROJECT('0000000000000000000001',$,'P',$,$,$,$,(#9),#2);\n#2=IFCUNITASSIGNMENT((#3));\n\
         #3=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n#5=IFCCARTESIANPOINT((0.,0.,0.));\n\
         #6=IFCDIRECTION((0.,0.,1.));\n#8=IFCAXIS2PLACEMENT3D(#5,$,$);\n\
         #9=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#8,$);\n{map}\
         #10=IFCCARTESIANPOINT(({x:?},{y:?},{z:?}));\n#11=IFCAXIS2PLACEMENT3D(#10,$,$);\n\
         #12=IFCLOCALPLACEMENT($,#11);\n#13=IFCCARTESIANPOINT((0.,0.));\n#14=IFCAXIS2PLACEMENT2D(#13,$);\n\
         #15=IFCRECTANGLEPROFILEDEF(.AREA.,$,#14,{dx:?},{dy:?});\n\
         #16=IFCEXTRUDEDAREASOLID(#15,#8,#6,{dz:?});\n\
         #17=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#16));\n#18=IFCPRODUCTDEFINITIONSHAPE($,$,(#17));\n\
         #20=IFCSLAB('{name:0>22}',$,'{name}',$,$,#12,#18,$,.FLOOR.);\nENDSEC;\nEND-ISO-10303-21;\n"
    );
    let path = dir.join(format!("{name}.ifc"));
    std::fs::write(&path, text).unwrap();
    path
}

fn warnings(files: &[PathBuf]) -> String {
    let run = groma(["inspect"].map(PathBuf::from).iter().chain(files));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let at = run.stdout.find("\nwarning").map_or(run.stdout.len(), |at| at + 1);
    run.stdout[at..].to_owned()
}

#[test]
fn models_that_do_not_fit_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let a = block(dir, "a", [0.0; 3], 1.0, None);
    assert_eq!(warnings(&[a.clone(), block(dir, "b", [5.0, 0.0, 3.0], 1.0, None)]), "");
    insta::assert_snapshot!(warnings(&[a.clone(), block(dir, "far", [5000.0, 0.0, 0.0], 1.0, None)]), @r#"
    warning[G0502]: models stand apart from each other
      --> far: 4990.0 m away from a
      hint: groma explain G0502
    "#);
    insta::assert_snapshot!(warnings(&[a.clone(), block(dir, "mm", [0.0; 3], 1000.0, None)]), @r#"
    warning[G0503]: a model is as many times too large as one unit is the other
      --> mm: 1000 times as large as a; its unit is m, there m
      hint: groma explain G0503
    "#);
    insta::assert_snapshot!(warnings(&[a, block(dir, "feet", [0.0; 3], 3.28084, None)]), @r#"
    warning[G0503]: a model is as many times too large as one unit is the other
      --> feet: 3.28 times as large as a; its unit is m, there m
      hint: groma explain G0503
    "#);
}

#[test]
fn an_offset_that_is_written_twice_counts_once() {
    let dir = tempfile::tempdir().unwrap();
    let offset = [691_000.0, 5_335_000.0];
    let right = block(dir.path(), "right", [10.0, 20.0, 0.0], 1.0, Some(offset));
    let twice = block(dir.path(), "twice", [691_010.0, 5_335_020.0, 0.0], 1.0, Some(offset));
    insta::assert_snapshot!(warnings(&[right.clone(), twice.clone()]), @r#"
    warning[G0504]: a model carries its offset twice
      --> twice: its conversion leads to E 691000 N 5335000, where its placements lead already; counted once
      hint: groma explain G0504
    "#);
    let run =
        groma(["inspect", "--lon-lat", "--format", "json"].map(PathBuf::from).iter().chain(&[right, twice]));
    let json = run.json();
    for model in json["models"].as_array().unwrap() {
        let place = &model["place"];
        assert_eq!(place["bounds"][0], serde_json::json!([691_005.0, 5_335_010.0, 0.0]), "{place}");
        let centre = place["lon_lat"]["centre"].as_array().unwrap();
        // pyproj: EPSG:25832 to EPSG:4326 of (691010, 5335020).
        assert!((centre[0].as_f64().unwrap() - 11.567_644_483).abs() < 1e-8, "{centre:?}");
        assert!((centre[1].as_f64().unwrap() - 48.139_735_107).abs() < 1e-8, "{centre:?}");
    }
    assert_eq!(json["models"][1]["place"]["offset_in_placements"], true);
}

#[test]
fn a_model_without_a_map_has_no_longitude() {
    let dir = tempfile::tempdir().unwrap();
    let file = block(dir.path(), "a", [100.0, 0.0, 0.0], 1.0, None);
    let run = groma(["inspect".into(), "--lon-lat".into(), file]);
    for line in ["            95.0 m from its own origin\n", "  lon lat   none: it has no map conversion"] {
        assert!(run.stdout.contains(line), "{}", run.stdout);
    }
}
