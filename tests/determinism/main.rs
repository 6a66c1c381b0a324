//! The same input and settings give the same bytes, for any thread count and any order of files.

#[path = "../support/mod.rs"]
mod support;

use libtest_mimic::{Arguments, Trial};
use std::path::{Path, PathBuf};
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

fn the_sample_project() {
    let files = ["architecture.ifc", "services.ifc", "structure.ifc"].map(sample);
    check(&["inspect"], &files);
    check(&["clash", "--within", "--no-exclusions"], &files);
    check(&["clash", "--kind", "clearance", "--distance", "0.05"], &files);
}

fn the_duplex(data: &Path) {
    let files = [data.join("ifc/duplex_A.ifc"), data.join("ifc/duplex_E.ifc")];
    check(&["inspect"], &files);
    check(&["clash"], &files);
}

fn many_trade_models(data: &Path) {
    let trades = models(&data.join("ifc/schependomlaan"));
    let small: Vec<PathBuf> =
        trades.into_iter().filter(|f| f.metadata().is_ok_and(|m| m.len() < 300_000)).collect();
    assert!(small.len() > 10);
    check(&["clash", "--within"], &small);
}

/// A check that needs the shared data.
type OnData = fn(&Path);

fn main() {
    let real: [(&str, OnData); 2] = [("the_duplex", the_duplex), ("many_trade_models", many_trade_models)];
    let mut trials = vec![Trial::test("the_sample_project", || {
        the_sample_project();
        Ok(())
    })];
    trials.extend(real.map(|(name, check)| match data() {
        Some(data) => Trial::test(name, move || {
            check(&data);
            Ok(())
        }),
        None => {
            Trial::test(format!("{name} (no shared data: set GROMA_DATA)"), || Ok(())).with_ignored_flag(true)
        }
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
