//! Entries come back as they were, or not at all.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use glam::{DAffine3, DVec3};
use groma_cache::{Cache, Cached, Key};
use groma_geometry::{Instance, Mesh, Shapes};
use groma_model::{
    Class, Diagnostic, Diagnostics, Element, ElementId, KeyMaker, Model, NoShape, Property, PropertySet,
    ReferenceValue, ShapeStatus, TableValue, Value, codes,
};
use std::path::PathBuf;
use std::sync::Arc;

/// A model with a value of each kind.
fn model(label: &str) -> Cached {
    let mut model = Model::empty(label);
    let mut keys = KeyMaker::new(model.label.clone());
    let wall = Class::new("IfcWall", ["IfcBuildingElement", "IfcElement", "IfcRoot"]);
    for (i, id) in (1..).zip(["W1", "W2", "W1"]) {
        let mut element = Element::new(keys.next(id).0, i, wall.clone());
        // The same text as a label is not the label.
        element.name = Some("one".into());
        element.property_sets = vec![0];
        model.elements.push(element);
    }
    let real = |value: f64| Value::Real { value, measure: Some("IfcLengthMeasure".into()) };
    let bound = |v: f64| Some(Box::new(real(v)));
    let mut set = PropertySet::new("Pset_WallCommon");
    set.properties = [
        ("text", Value::Text("ö\u{1F3D7}".into())),
        ("real", real(-0.0)),
        ("integer", Value::Integer(i64::MIN)),
        ("logical", Value::Logical(None)),
        ("list", Value::List(vec![Value::List(vec![]), Value::Logical(Some(true))])),
        ("bounded", Value::Bounded { lower: bound(1e-300), upper: None, set_point: bound(f64::MAX) }),
        (
            "table",
            Value::Table(Box::new(TableValue {
                defining: vec![Value::Integer(-1)],
                defined: vec![real(0.1)],
            })),
        ),
        ("reference", Value::Reference(Box::new(ReferenceValue { class: "IfcMaterial".into(), name: None }))),
    ]
    .map(|(name, value)| Property { value: Some(value), ..Property::new(name) })
    .into();
    let mut other = PropertySet::new("Pset_Other");
    other.properties = [Property { value: Some(real(0.0)), ..Property::new("real") }].into();
    let alike = PropertySet { name: "Pset_Alike".into(), ..set.clone() };
    model.property_sets.extend([set, other, alike]);
    model.place.site = Some(DVec3::new(1.0, 2.0, 3.0));
    let exact = Mesh::cuboid(DVec3::ZERO, DVec3::splat(0.5));
    let fine = Mesh::cuboid(DVec3::ZERO, DVec3::splat(0.1));
    let place = |element, mesh, x: f64| Instance {
        element: ElementId(element),
        mesh,
        placement: DAffine3::from_translation(DVec3::splat(x)),
        colour: [0.1, 0.2, 0.3, 1.0],
    };
    let shapes = Shapes {
        meshes: vec![Arc::new(exact), Arc::new(fine)],
        instances: vec![place(0, 0, 0.1), place(1, 1, 1e7)],
        status: vec![
            ShapeStatus::Meshed,
            ShapeStatus::NoShape(NoShape::NotABody),
            ShapeStatus::Failed(codes::NO_MESH),
        ],
    };
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(Diagnostic::new(codes::NO_MESH).element(&model.elements[2]).detail("why"));
    diagnostics.push(Diagnostic::new(codes::CYCLE).model(&model.label).at(7));
    Cached { model, shapes, diagnostics }
}

fn put(cache: &Cache, key: &Key, cached: &Cached) {
    cache.put(key, &cached.model, &cached.shapes, &cached.diagnostics);
}

fn words(cached: &Cached) -> String {
    format!("{cached:?}")
}

/// The one entry of a directory.
fn entry(cache: &Cache) -> PathBuf {
    let mut files = std::fs::read_dir(cache.directory()).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none(), "there is one entry");
    file
}

fn fresh() -> (tempfile::TempDir, Cache) {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::new(dir.path().join("made/when/needed"), Cache::DEFAULT_LIMIT);
    (dir, cache)
}

#[test]
fn a_model_comes_back_as_it_was_under_any_label() {
    let (_dir, cache) = fresh();
    let (key, other) = (Key::of(b"text"), Key::of(b"other text"));
    assert!(cache.get(&key, &"one".into()).is_none());
    put(&cache, &key, &model("one"));
    assert_eq!(words(&cache.get(&key, &"one".into()).unwrap()), words(&model("one")));
    assert_eq!(words(&cache.get(&key, &"two".into()).unwrap()), words(&model("two")));
    assert!(cache.get(&other, &"one".into()).is_none());
    let tally = cache.tally();
    assert_eq!((tally.hits, tally.misses, tally.damaged, tally.trouble), (2, 2, 0, None));
}

#[test]
fn lists_that_are_alike_come_back_as_one() {
    let (_dir, cache) = fresh();
    let key = Key::of(b"text");
    let mut cached = model("one");
    // Written apart, and alike.
    let attributes = || Arc::new([("LongName".into(), Value::Text("A".into()))]);
    cached.model.elements[0].attributes = attributes();
    cached.model.elements[2].attributes = attributes();
    put(&cache, &key, &cached);
    let model = cache.get(&key, &"one".into()).unwrap().model;
    let list = |set: usize| &model.property_sets[set].properties;
    assert!(Arc::ptr_eq(list(0), list(2)) && !Arc::ptr_eq(list(0), list(1)));
    let attributes = |element: usize| &model.elements[element].attributes;
    assert!(Arc::ptr_eq(attributes(0), attributes(2)) && attributes(1).is_empty());
}

#[test]
fn a_damaged_entry_is_ignored_and_written_anew() {
    let (_dir, cache) = fresh();
    let key = Key::of(b"text");
    put(&cache, &key, &model("one"));
    let file = entry(&cache);
    let whole = std::fs::read(&file).unwrap();
    let mut damaged = 0;
    let mut check = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        assert!(cache.get(&key, &"one".into()).is_none(), "of {} bytes", bytes.len());
        damaged += 1;
    };
    for length in (0..whole.len()).step_by(37) {
        check(&whole[..length]);
    }
    for at in (0..whole.len()).step_by(11) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        check(&flipped);
    }
    check(&[&whole[..], b"more"].concat());
    assert_eq!(cache.tally().damaged, damaged);
    put(&cache, &key, &model("one"));
    assert!(cache.get(&key, &"one".into()).is_some());
}

/// A checksum that was made anew, as nobody but a forger would.
#[test]
fn a_forged_entry_breaks_nothing() {
    let (_dir, cache) = fresh();
    let key = Key::of(b"text");
    put(&cache, &key, &model("one"));
    let file = entry(&cache);
    let whole = std::fs::read(&file).unwrap();
    for at in 72..whole.len() {
        for value in [0x00, 0x7F, 0xFF] {
            let mut forged = whole.clone();
            forged[at] = value;
            let sum = blake3::hash(&forged[72..]);
            forged[40..72].copy_from_slice(sum.as_bytes());
            std::fs::write(&file, &forged).unwrap();
            // Whatever comes of it: no panic, no memory beyond what the entry could hold.
            let _ = cache.get(&key, &"one".into());
        }
    }
}

#[test]
fn readers_never_see_half_an_entry() {
    let (_dir, cache) = fresh();
    let key = Key::of(b"text");
    let expect = words(&model("one"));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| (0..50).for_each(|_| put(&cache, &key, &model("one"))));
        }
        scope.spawn(|| {
            for _ in 0..200 {
                if let Some(found) = cache.get(&key, &"one".into()) {
                    assert_eq!(words(&found), expect);
                }
            }
        });
    });
    assert_eq!((cache.tally().damaged, cache.tally().trouble), (0, None));
    assert!(cache.get(&key, &"one".into()).is_some());
    entry(&cache);
}

#[test]
fn what_was_not_used_for_longest_goes() {
    let (_dir, cache) = fresh();
    let keys: Vec<Key> = (0..4u8).map(|i| Key::of(&[i])).collect();
    put(&cache, &keys[0], &model("one"));
    let size = cache.info().unwrap().bytes;
    let small = Cache::new(cache.directory(), 3 * size + size / 2);
    // Long enough apart for any file system to tell.
    let wait = || std::thread::sleep(std::time::Duration::from_millis(20));
    for key in &keys[1..3] {
        wait();
        put(&small, key, &model("one"));
    }
    wait();
    assert!(small.get(&keys[0], &"one".into()).is_some(), "all three fit");
    wait();
    put(&small, &keys[3], &model("one"));
    let there: Vec<bool> = keys.iter().map(|k| small.get(k, &"one".into()).is_some()).collect();
    assert_eq!(there, [true, false, true, true], "the second was not used since it was written");
    let info = small.info().unwrap();
    assert_eq!((info.entries, info.bytes), (3, 3 * size));
    assert_eq!(small.clean().unwrap(), info);
    assert_eq!(small.info().unwrap().entries, 0);
}

#[test]
fn a_directory_that_cannot_be_used_is_a_remark() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let cache = Cache::new(&file, Cache::DEFAULT_LIMIT);
    let key = Key::of(b"text");
    put(&cache, &key, &model("one"));
    assert!(cache.get(&key, &"one".into()).is_none());
    let trouble = cache.tally().trouble.unwrap();
    assert!(trouble.contains("cannot be written"), "{trouble}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "in the way");
}
