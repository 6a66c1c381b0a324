//! Triangles of another program, and what is found of them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use serde_json::Value;
use std::process::Command;

/// A mesh file of boxes: the name, the group, the lower and the upper corner of each.
fn meshes(boxes: &[(&str, u8, [f64; 3], [f64; 3])]) -> Vec<u8> {
    let mut bytes = b"CMSH\x01\0\0\0".to_vec();
    bytes.extend((boxes.len() as u32).to_le_bytes());
    for (name, group, low, high) in boxes {
        for text in [name, "IfcWall"] {
            bytes.push(text.len() as u8);
            bytes.extend(text.bytes());
        }
        let mesh = groma_geometry::Mesh::cuboid((*low).into(), (*high).into());
        bytes.push(*group);
        bytes.extend((mesh.positions.len() as u32).to_le_bytes());
        bytes.extend((mesh.triangles.len() as u32).to_le_bytes());
        bytes.extend(mesh.positions.iter().flat_map(|p| p.to_array()).flat_map(f64::to_le_bytes));
        bytes.extend(mesh.triangles.iter().flatten().flat_map(|i| i.to_le_bytes()));
    }
    bytes
}

fn bench(boxes: &[(&str, u8, [f64; 3], [f64; 3])], more: &[&str]) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("boxes.bin");
    std::fs::write(&file, meshes(boxes)).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_groma-bench"))
        .args(["clash", "--meshes"])
        .arg(&file)
        .args(more)
        .args(["--no-exclusions", "--format", "json"])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn meshes_are_reported_as_groma_clash_reports_them() {
    let schema = groma::exchange::schema::Report::Clash.schema();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let (a, b, c) = ([0.0; 3], [1.0; 3], [0.9, 0.0, 0.0]);
    let boxes =
        [("one", 0, a, b), ("two", 1, c, [2.0, 1.0, 1.0]), ("three", 1, [1.02, 0.0, 1.01], [3.0, 1.0, 2.0])];
    for (more, pairs, depth) in [
        (&["--kind", "hard", "--tolerance", "0.002"][..], 1, Some(0.1)),
        (&["--kind", "hard", "--tolerance", "0.2"], 0, None),
        (&["--kind", "clearance", "--distance", "0.05"], 2, Some(0.1)),
    ] {
        let report = bench(&boxes, more);
        let errors: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
        let clashes = report["clashes"].as_array().unwrap();
        assert_eq!(clashes.len(), pairs, "{more:?}");
        let deepest = clashes.iter().filter_map(|c| c["depth"].as_f64()).reduce(f64::max);
        assert!((deepest.unwrap_or(0.0) - depth.unwrap_or(0.0)).abs() < 1e-9, "{more:?} {deepest:?}");
        assert_eq!(
            (&report["rule"]["kind"], &report["rule"]["exclusions"]),
            (&more[1].into(), &false.into())
        );
    }
}
