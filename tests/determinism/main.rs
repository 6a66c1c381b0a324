//! The same input and settings give the same bytes, for any thread count and any order of files.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/mod.rs"]
mod support;

use std::path::PathBuf;
use support::{data, groma, models, sample};

fn run(arguments: &[&str], threads: &str, files: &[PathBuf]) -> String {
    let common = ["--format", "json", "--threads", threads];
    let arguments = arguments.iter().chain(&common).map(PathBuf::from);
    let run = groma(arguments.chain(files.iter().cloned()));
    assert!(matches!(run.code, Some(0 | 1 | 3)), "{:?} {}", run.code, run.stderr);
    run.stdout
}

fn check(arguments: &[&str], files: &[PathBuf]) {
    let expect = run(arguments, "1", files);
    let reversed: Vec<PathBuf> = files.iter().rev().cloned().collect();
    for threads in ["1", "2", "8"] {
        for order in [files, &reversed] {
            let found = run(arguments, threads, order);
            assert!(found == expect, "{arguments:?} differs with {threads} threads, {order:?}");
        }
    }
}

#[test]
fn the_sample_project() {
    let files = ["architecture.ifc", "services.ifc", "structure.ifc"].map(sample);
    check(&["inspect"], &files);
    check(&["clash", "--within", "--no-exclusions"], &files);
    check(&["clash", "--kind", "clearance", "--distance", "0.05"], &files);
}

#[test]
fn real_models() {
    let Some(data) = data() else {
        return;
    };
    let files = [data.join("ifc/duplex_A.ifc"), data.join("ifc/duplex_E.ifc")];
    check(&["inspect"], &files);
    check(&["clash"], &files);
    let trades = models(&data.join("ifc/schependomlaan"));
    let small: Vec<PathBuf> =
        trades.into_iter().filter(|f| f.metadata().is_ok_and(|m| m.len() < 300_000)).collect();
    assert!(small.len() > 10);
    check(&["clash", "--within"], &small);
}
