//! The crates of groma and who may import whom, checked against `cargo metadata`.

mod edges;

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package};
use edges::{Edge, violations};
use std::collections::BTreeSet;

/// Who may import whom. Edges point down only, and siblings do not import each other.
const ALLOWED: &[Edge<'static>] = &[
    ("groma-geometry", "groma-model"),
    ("groma-schedule", "groma-model"),
    ("groma-twin", "groma-schedule"),
    ("groma-ifc", "groma-model"),
    ("groma-ifc", "groma-geometry"),
    ("groma-query", "groma-model"),
    ("groma-clash", "groma-model"),
    ("groma-clash", "groma-geometry"),
    ("groma-compare", "groma-model"),
    ("groma-compare", "groma-geometry"),
    ("groma-cache", "groma-model"),
    ("groma-cache", "groma-geometry"),
    ("groma-exchange", "groma-model"),
    ("groma-exchange", "groma-geometry"),
    ("groma-exchange", "groma-clash"),
    ("groma-exchange", "groma-compare"),
    ("groma-exchange", "groma-schedule"),
    ("groma", "groma-model"),
    ("groma", "groma-geometry"),
    ("groma", "groma-ifc"),
    ("groma", "groma-cache"),
    ("groma", "groma-query"),
    ("groma", "groma-clash"),
    ("groma", "groma-compare"),
    ("groma", "groma-exchange"),
    ("groma", "groma-query"),
    ("groma", "groma-schedule"),
    ("groma", "groma-twin"),
    ("groma-cli", "groma"),
    ("groma-viewer", "groma"),
    ("groma-bench", "groma"),
    ("groma-sample", "groma-schedule"),
    ("groma-bench", "groma-geometry"),
    ("groma-bench", "groma-model"),
    ("groma-examples", "groma"),
];

/// Libraries that only some crates may name, and which.
const CONFINED: &[(&str, &[&str])] = &[
    ("bevy", &["groma-viewer"]),
    ("bevy_egui", &["groma-viewer"]),
    ("rfd", &["groma-viewer"]),
    ("arboard", &["groma-viewer"]),
    ("ifc-lite-core", &["groma-ifc"]),
    ("ifc-lite-geometry", &["groma-ifc"]),
    ("ifc-lite-processing", &["groma-ifc"]),
    ("ifc_rs", &["groma-sample"]),
    ("memmap2", &["groma-ifc"]),
    ("mimalloc", &["groma-cli", "groma-bench", "groma-viewer"]),
    ("proj4rs", &["groma"]),
    ("crs-definitions", &["groma"]),
    ("clap", &["groma-cli", "groma-viewer", "groma-bench", "groma-sample"]),
    ("indicatif", &["groma-cli"]),
    ("anyhow", &["groma-cli", "groma-viewer", "groma-bench", "groma-sample"]),
    ("tracing-subscriber", &["groma-cli", "groma-bench", "groma-viewer"]),
];

/// Crates that do not ship: they may pull what the shipped ones may not.
const TOOLS: &[&str] = &["groma-sample", "groma-bench", "groma-examples"];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .other_options(["--locked".to_owned()])
        .exec()
        .expect("cargo metadata runs")
}

fn own(metadata: &Metadata) -> Vec<&Package> {
    metadata.workspace_packages()
}

fn dependencies(package: &Package) -> impl Iterator<Item = &str> {
    package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal).map(|d| d.name.as_str())
}

#[test]
fn each_crate_imports_only_what_it_may() {
    let metadata = metadata();
    let names: BTreeSet<&str> = own(&metadata).iter().map(|p| p.name.as_str()).collect();
    let mut edges: Vec<Edge<'_>> = Vec::new();
    for package in own(&metadata) {
        edges.extend(dependencies(package).filter(|d| names.contains(d)).map(|d| (package.name.as_str(), d)));
    }
    assert_eq!(violations(&edges, ALLOWED), Vec::<String>::new());
}

#[test]
fn libraries_stay_where_they_belong() {
    let metadata = metadata();
    for (library, homes) in CONFINED {
        let users: Vec<&str> = own(&metadata)
            .into_iter()
            .filter(|p| dependencies(p).any(|d| d == *library))
            .map(|p| p.name.as_str())
            .collect();
        for user in users {
            assert!(homes.contains(&user), "{user} names {library}, which only {homes:?} may");
        }
    }
}

#[test]
fn the_shipped_crates_link_one_glam() {
    // `cargo metadata` lists what might be linked, `cargo tree` what is.
    let mut tree = std::process::Command::new(env!("CARGO"));
    let shown = ["--locked", "--all-features", "--edges", "normal", "--target", "all", "--prefix", "none"];
    tree.arg("tree").args(shown).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    for package in own(&metadata()).into_iter().filter(|p| !TOOLS.contains(&p.name.as_str())) {
        tree.args(["--package", package.name.as_str()]);
    }
    let output = tree.output().expect("cargo tree runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("crate names are UTF-8");
    let glams: BTreeSet<&str> =
        lines.lines().filter_map(|l| l.strip_prefix("glam v")?.split_whitespace().next()).collect();
    assert_eq!(glams, BTreeSet::from(["0.32.1"]));
}
