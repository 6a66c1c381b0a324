//! The crates of groma and who may import whom, checked against `cargo metadata`.

mod edges;

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package};
use edges::{Edge, violations};
use std::collections::BTreeSet;

/// Who may import whom. Edges point down only, and siblings do not import each other.
const ALLOWED: &[Edge<'static>] = &[
    ("groma-geometry", "groma-model"),
    ("groma-ifc", "groma-model"),
    ("groma-ifc", "groma-geometry"),
    ("groma-clash", "groma-model"),
    ("groma-clash", "groma-geometry"),
    ("groma-exchange", "groma-model"),
    ("groma-exchange", "groma-geometry"),
    ("groma-exchange", "groma-clash"),
    ("groma", "groma-model"),
    ("groma", "groma-geometry"),
    ("groma", "groma-ifc"),
    ("groma", "groma-clash"),
    ("groma", "groma-exchange"),
    ("groma-cli", "groma"),
    ("groma-viewer", "groma"),
    ("groma-bench", "groma"),
    ("groma-examples", "groma"),
];

/// Libraries that only some crates may name, and which.
const CONFINED: &[(&str, &[&str])] = &[
    ("bevy", &["groma-viewer"]),
    ("ifc-lite-core", &["groma-ifc"]),
    ("ifc-lite-geometry", &["groma-ifc"]),
    ("ifc-lite-processing", &["groma-ifc"]),
    ("ifc_rs", &["groma-sample"]),
    ("memmap2", &["groma-ifc"]),
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
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().expect("metadata has a dependency graph");
    let shipped = own(&metadata).into_iter().filter(|p| !TOOLS.contains(&p.name.as_str()));
    let mut reached: BTreeSet<_> = shipped.map(|p| &p.id).collect();
    let mut open: Vec<_> = reached.iter().copied().collect();
    while let Some(id) = open.pop() {
        let node = resolve.nodes.iter().find(|n| n.id == *id).expect("every package is in the graph");
        let linked =
            node.deps.iter().filter(|d| d.dep_kinds.iter().any(|k| k.kind == DependencyKind::Normal));
        open.extend(linked.map(|d| &d.pkg).filter(|d| reached.insert(d)));
    }
    let glams: BTreeSet<String> = metadata
        .packages
        .iter()
        .filter(|p| p.name.as_str() == "glam" && reached.contains(&p.id))
        .map(|p| p.version.to_string())
        .collect();
    assert_eq!(glams, BTreeSet::from(["0.32.1".to_owned()]));
}
