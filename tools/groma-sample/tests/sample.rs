//! The files that are written: the same each time, sound as STEP, and true to `planted.json`.

#![allow(clippy::unwrap_used)] // a test may panic

use groma_sample::{Options, author};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

const FILES: [&str; 7] = [
    "architecture.ifc",
    "structure.ifc",
    "services.ifc",
    "planted.json",
    "programme.xml",
    "programme.csv",
    "progress.csv",
];

fn written(options: Options) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    author(&options, dir.path()).unwrap();
    dir
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/sample")
}

/// The records of a file: number, class, the text between the outer brackets.
fn records(path: &Path) -> Vec<(usize, String, String)> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter_map(|line| {
            let (number, rest) = line.strip_prefix('#')?.split_once('=')?;
            let (class, body) = rest.split_once('(')?;
            Some((number.parse().unwrap(), class.to_owned(), body.strip_suffix(");")?.to_owned()))
        })
        .collect()
}

/// The record numbers that a record refers to, outside of its strings.
fn references(body: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for (index, part) in body.split('\'').enumerate() {
        if index % 2 == 0 {
            for reference in part.split('#').skip(1) {
                let digits: String = reference.chars().take_while(char::is_ascii_digit).collect();
                found.push(digits.parse().unwrap());
            }
        }
    }
    found
}

/// The GlobalId and name of a rooted record.
fn rooted(body: &str) -> Option<(&str, &str)> {
    let id = body.strip_prefix('\'')?.get(..22)?;
    if body.as_bytes().get(23) != Some(&b'\'') || !body[24..].starts_with(",$,") {
        return None;
    }
    let name = body[27..].strip_prefix('\'').and_then(|rest| rest.split('\'').next());
    Some((id, name.unwrap_or_default()))
}

#[test]
fn the_shipped_sample_is_what_the_program_writes() {
    let fresh = written(Options::default());
    for name in FILES {
        let [new, old] = [fresh.path(), &shipped()].map(|dir| fs::read(dir.join(name)).unwrap_or_default());
        assert!(new == old, "{name} is stale: cargo run -p groma-sample -- --out assets/sample");
    }
}

#[test]
fn the_shipped_sample_is_small() {
    let bytes: u64 = FILES.iter().map(|name| fs::metadata(shipped().join(name)).unwrap().len()).sum();
    assert!(bytes < 2_500_000, "{bytes} bytes");
}

#[test]
fn two_runs_write_the_same_bytes() {
    let options = Options { storeys: 6, bays: 5, rich: true };
    let (one, two) = (written(options), written(options));
    for name in FILES {
        assert_eq!(
            fs::read(one.path().join(name)).unwrap(),
            fs::read(two.path().join(name)).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn each_reference_has_its_record_and_each_record_its_number() {
    let dir = written(Options { rich: true, ..Options::default() });
    for name in &FILES[..3] {
        let records = records(&dir.path().join(name));
        assert!(records.len() > 1000, "{name}");
        for (index, (number, class, body)) in records.iter().enumerate() {
            assert_eq!(*number, index + 1, "{name}");
            for to in references(body) {
                assert!((1..=records.len()).contains(&to), "{name}: #{number} {class} refers to #{to}");
            }
        }
    }
}

#[test]
fn each_global_id_is_unique_and_well_formed() {
    let dir = written(Options { rich: true, ..Options::default() });
    let mut seen = HashSet::new();
    for name in &FILES[..3] {
        for (number, class, body) in records(&dir.path().join(name)) {
            if let Some((id, _)) = rooted(&body) {
                assert!(id.starts_with(['0', '1', '2', '3']), "{name}: #{number} {class} {id}");
                assert!(id.chars().all(|c| c.is_ascii_alphanumeric() || "_$".contains(c)), "{name}: {id}");
                assert!(seen.insert(id.to_owned()), "{name}: #{number} {class} {id} occurs twice");
            }
        }
    }
    assert!(seen.len() > 4000, "{}", seen.len());
}

#[test]
fn what_was_planted_stands_in_the_files() {
    let dir = written(Options { storeys: 7, bays: 4, rich: false });
    let mut known = BTreeMap::new();
    for model in ["architecture", "structure", "services"] {
        for (_, class, body) in records(&dir.path().join(format!("{model}.ifc"))) {
            if let Some((id, name)) = rooted(&body) {
                known.insert((model.to_owned(), id.to_owned()), (class, name.to_owned()));
            }
        }
    }
    let truth: serde_json::Value =
        serde_json::from_slice(&fs::read(dir.path().join("planted.json")).unwrap()).unwrap();
    let mut names = BTreeSet::new();
    for pair in ["planted", "decoys"].iter().flat_map(|list| truth[list].as_array().unwrap()) {
        let text = |side: &str, field: &str| pair[side][field].as_str().unwrap().to_owned();
        let key = |side: &str| (text(side, "model"), text(side, "global_id"));
        for side in ["a", "b"] {
            let (class, name) = known.get(&key(side)).unwrap_or_else(|| panic!("{pair} is not in the files"));
            assert_eq!((class, name), (&text(side, "class").to_uppercase(), &text(side, "name")));
        }
        assert!(key("a") < key("b"), "{pair} is not sorted");
        assert!(names.insert(pair["name"].as_str().unwrap().to_owned()), "{pair} has a name twice");
    }
    assert_eq!(names.len(), 20);
}

#[test]
fn too_small_a_building_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let error = author(&Options { storeys: 4, bays: 4, rich: false }, dir.path()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}
