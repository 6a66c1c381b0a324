//! A railway line in five editions of IFC: each element is where the mathematics of its alignment puts it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{all, extents, source, told, with_threads};
use glam::DVec3;
use groma_ifc::Source;
use groma_sample::{RailPart, RailSchema, author_rail};
use std::collections::BTreeMap;

/// Written numbers are rounded to a micrometre, arcs leave their chords by half a millimetre at most.
const BOX: f64 = 2e-5;
/// Of a volume.
const VOLUME: f64 = 2e-4;

fn authored(schema: RailSchema) -> (Vec<u8>, Vec<RailPart>) {
    let dir = tempfile::tempdir().unwrap();
    let parts = author_rail(schema, dir.path()).unwrap();
    (std::fs::read(dir.path().join("rail.ifc")).unwrap(), parts)
}

/// The box and the volume of each element, by GlobalId.
fn measured(source: &Source) -> (BTreeMap<String, (DVec3, DVec3, f64)>, String) {
    let (model, shapes, said) = with_threads(2, || all(source, "rail"));
    assert!(shapes.meshes.iter().all(|mesh| mesh.is_closed()));
    (extents(&model, &shapes), told(&said))
}

fn check(schema: RailSchema) {
    let (bytes, parts) = authored(schema);
    let (found, said) = measured(&source(bytes));
    assert_eq!(said, "", "{}", schema.name());
    assert_eq!(parts.len(), 1775);
    for part in parts {
        let (lo, hi, volume) = found[&part.global_id];
        let off = (lo - DVec3::from(part.lo)).abs().max((hi - DVec3::from(part.hi)).abs()).max_element();
        assert!(off < BOX, "{} {} {}: {off} m", schema.name(), part.what, part.global_id);
        let off = (volume / part.volume - 1.0).abs();
        assert!(off < VOLUME, "{} {} {}: {off}", schema.name(), part.what, part.global_id);
    }
}

#[test]
fn ifc_4_1_in_millimetres() {
    check(RailSchema::Ifc4x1);
}

#[test]
fn ifc_4_2_in_millimetres() {
    check(RailSchema::Ifc4x2);
}

#[test]
fn a_candidate_of_ifc_4_3() {
    check(RailSchema::Ifc4x3Rc4);
}

#[test]
fn ifc_4_3_add_1() {
    check(RailSchema::Ifc4x3Add1);
}

#[test]
fn ifc_4_3_add_2() {
    check(RailSchema::Ifc4x3Add2);
}

/// What is not understood here is left to the kernel, and is there all the same.
#[test]
fn a_line_with_another_transition_is_the_kernels() {
    let (bytes, parts) = authored(RailSchema::Ifc4x1);
    let text = String::from_utf8(bytes).unwrap().replace(".CLOTHOIDCURVE.", ".BLOSSCURVE.");
    let (found, _) = measured(&source(text.into_bytes()));
    let near = |part: &&RailPart| {
        found.get(&part.global_id).is_some_and(|(lo, ..)| (*lo - DVec3::from(part.lo)).length() < 2.0)
    };
    let swept = parts.iter().filter(|p| !matches!(p.what, "sleeper" | "signal"));
    assert_eq!(swept.filter(near).count(), 500);
}
