//! `groma demo`: the main job on the sample project, beside its known answers.

use crate::args::Demo;
use crate::output::{self, Exit};
use crate::run::Session;
use crate::sample::{self, Element};
use anyhow::{Context, bail};
use groma::exchange::clash_report::{ClashReport, ClashRow, Side};
use groma::exchange::clash_text::{length, length_at_least};
use groma::{ModelSource, Pairs, Project, Rule, RuleKind};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// How far a depth may lie from the planted one, in metres: what meshing may round.
const DEPTH_ERROR: f64 = 1e-4;

pub(crate) fn run(args: &Demo, session: &Session) -> anyhow::Result<Exit> {
    unpack(&args.dir)?;
    let sources: Vec<ModelSource> = groma::sample::FILES
        .iter()
        .filter(|(name, _)| name.ends_with(".ifc"))
        .map(|(name, _)| ModelSource::new(args.dir.join(name)))
        .collect();
    let project = session.open(&sources)?;
    let rule = Rule {
        name: "hard".into(),
        kind: RuleKind::Hard,
        tolerance: Rule::DEFAULT_TOLERANCE,
        pairs: Pairs::Between,
        exclusions: true,
    };
    let run = project.clash(&rule, session)?;
    let report = ClashReport::of(&project.scene(), &rule, &run, &project.all_diagnostics());
    let verdict = compare(&report);
    output::write(&summary(&args.dir, &project, &report, &verdict), None)?;
    Ok(match (verdict.is_right(), project.is_incomplete()) {
        (false, _) => Exit::GateFailed,
        (true, true) => Exit::Incomplete,
        (true, false) => Exit::Ok,
    })
}

/// Writes the sample project, over nothing but itself.
fn unpack(dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make the directory {}", dir.display()))?;
    for (name, bytes) in groma::sample::FILES {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the directory {}", folder.display()))?;
        }
        match std::fs::read(&path) {
            Ok(there) if there == bytes => continue,
            Ok(_) => bail!(
                "{} is there and is not the sample's\n  hint: name another directory: groma demo DIR",
                path.display()
            ),
            Err(_) => groma::files::write(&path, bytes)
                .with_context(|| format!("cannot write {}", path.display()))?,
        }
    }
    Ok(())
}

/// What was found beside what was planted.
struct Verdict<'a> {
    /// Each planted clash, with what was found of it.
    planted: Vec<(sample::Clash, Option<&'a ClashRow>)>,
    /// Decoys that were found nevertheless.
    decoys: Vec<sample::Decoy>,
    /// How many decoys were planted.
    decoys_planted: usize,
    /// What was found and is neither.
    unexpected: Vec<&'a ClashRow>,
}

impl Verdict<'_> {
    fn is_right(&self) -> bool {
        self.unexpected.is_empty()
            && self.decoys.is_empty()
            && self.planted.iter().all(|(p, found)| found.is_some_and(|c| agrees(p, c)))
    }
}

/// Kind as planted, and the depth where one is known: equal if exact, not above it if a lower bound.
fn agrees(planted: &sample::Clash, found: &ClashRow) -> bool {
    let depth = match (planted.depth, found.depth, found.depth_kind) {
        (Some(known), Some(depth), Some("exact")) => (known - depth).abs() <= DEPTH_ERROR,
        (Some(known), Some(depth), Some("lower_bound")) => depth <= known + DEPTH_ERROR,
        _ => true,
    };
    found.kind == planted.kind && depth
}

fn key(a: &Side, b: &Side) -> (Element, Element) {
    let element = |s: &Side| Element { model: s.model.clone(), global_id: s.global_id.clone() };
    sorted(&element(a), &element(b))
}

fn sorted(a: &Element, b: &Element) -> (Element, Element) {
    if a <= b { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) }
}

fn compare(report: &ClashReport) -> Verdict<'_> {
    let answers = sample::planted();
    let mut found: BTreeMap<(Element, Element), &ClashRow> =
        report.clashes.iter().map(|c| (key(&c.a, &c.b), c)).collect();
    let planted = answers
        .planted
        .into_iter()
        .map(|p| {
            let clash = found.remove(&sorted(&p.a, &p.b));
            (p, clash)
        })
        .collect();
    let decoys_planted = answers.decoys.len();
    let decoys = answers.decoys.into_iter().filter(|d| found.remove(&sorted(&d.a, &d.b)).is_some()).collect();
    Verdict { planted, decoys, decoys_planted, unexpected: found.into_values().collect() }
}

fn summary(dir: &Path, project: &Project, report: &ClashReport, verdict: &Verdict<'_>) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "The sample project is in {}: an office building, three models.\n", dir.display());
    for m in &project.models {
        let coverage = m.shapes.coverage();
        let _ = writeln!(
            out,
            "  {:<13} {:>4} elements, {:>4} meshed, {} failed  ({}, {})",
            m.model.label,
            coverage.elements,
            coverage.meshed,
            coverage.failed,
            m.model.header.schema,
            m.model.units.length_name
        );
    }
    let _ = writeln!(
        out,
        "\n{} pairs of elements of different models come near each other. {} between them:\n",
        report.tested.candidates,
        capitalised(&report.headline())
    );
    for (planted, found) in &verdict.planted {
        let (mark, depth) = match found {
            Some(c) if agrees(planted, c) => ("found ", depth(c)),
            Some(c) => ("WRONG ", format!("{} {}", c.kind, depth(c))),
            None => ("MISSED", String::new()),
        };
        let _ = writeln!(out, "  {mark}  {:<10} {depth:>9}  {}: {}", planted.kind, planted.name, planted.why);
    }
    for clash in &verdict.unexpected {
        let (a, b) = (&clash.a, &clash.b);
        let name = |s: &Side| format!("{} {}", s.class, s.global_id);
        let _ = writeln!(out, "  NOT PLANTED  {} {}: {} and {}", clash.kind, depth(clash), name(a), name(b));
    }
    for decoy in &verdict.decoys {
        let _ = writeln!(out, "  FALSE   {} is no clash", decoy.name);
    }
    let right = verdict.planted.iter().filter(|(p, c)| c.is_some_and(|c| agrees(p, c))).count();
    let _ = writeln!(
        out,
        "\n{right} of {} planted clashes found, {} of {} decoys reported, {} others.",
        verdict.planted.len(),
        verdict.decoys.len(),
        verdict.decoys_planted,
        verdict.unexpected.len()
    );
    let file = |name: &str| dir.join(name).display().to_string();
    let (arch, structure, services) = (file("architecture.ifc"), file("structure.ifc"), file("services.ifc"));
    // As it was called, so that the lines can be copied.
    let groma = std::env::args().next().unwrap_or_else(|| "groma".to_owned());
    let next = [
        format!("inspect {arch}"),
        format!("check --config {}", file("groma.toml")),
        format!("clash --a {structure} --b {services} --kind clearance --distance 0.05"),
        format!("clash {arch} {services} --a IfcWall --b IfcDuctSegment"),
        format!("view {arch} {structure} {services}"),
    ];
    let _ = writeln!(out, "\nTry next:");
    for arguments in next {
        let _ = writeln!(out, "  {groma} {arguments}");
    }
    out
}

fn depth(c: &ClashRow) -> String {
    match (c.depth, c.depth_kind) {
        (Some(depth), Some("lower_bound")) => format!(">={}", length_at_least(depth)),
        (Some(depth), _) => length(depth),
        (None, _) => String::new(),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}
