//! A first `groma.toml` for models at hand.

use crate::Project;
use groma_clash::discipline::disciplines;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// A commented `groma.toml` for a project, whose models are named relative to a folder.
pub fn init(project: &Project, name: &str, dir: &Path) -> String {
    let mut out = String::new();
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let _ = writeln!(
        out,
        "# What groma checks: `groma check` runs all of it.\n\
         # The schema of this file: groma schema project\n\n\
         # The clashes that are known. Write it once: groma check --save-baseline baseline.jsonl\n\
         # baseline = \"baseline.jsonl\"\n\
         # Who answers for which clash until when: [[waiver]] key, reason, author, expires\n\
         # waivers = \"waivers.toml\"\n\
         # Who is who, where GlobalIds have changed: groma compare OLD NEW --identity identity.json\n\
         # identity = \"identity.json\"\n\n\
         [project]\n\
         # A baseline of a project of another name is refused.\n\
         name = {}\n",
        quoted(name)
    );
    for m in &project.models {
        let path = m.source.path.strip_prefix(dir).unwrap_or(&m.source.path);
        let _ = writeln!(out, "[[model]]\npath = {}", quoted(&path.to_string_lossy().replace('\\', "/")));
        if m.source.label != crate::ModelSource::new(&*m.source.path).label {
            let _ = writeln!(out, "label = {}", quoted(&m.source.label));
        }
        let mut counts: BTreeMap<_, usize> = BTreeMap::new();
        let told = disciplines(&m.model, None);
        let mut shaped: Vec<usize> = m.shapes.instances.iter().map(|i| i.element.index()).collect();
        shaped.dedup();
        for e in shaped {
            if m.model.elements[e].class.is_a("IfcElement") {
                *counts.entry(told[e].0).or_insert(0) += 1;
            }
        }
        let mut sorted: Vec<_> = counts.into_iter().collect();
        sorted.sort_by_key(|(d, n)| (std::cmp::Reverse(*n), *d));
        let guessed: Vec<String> = sorted.iter().map(|(d, n)| format!("{d} {n}")).collect();
        let _ = writeln!(
            out,
            "# Guessed: {}. State it here where all of the model is one:\n# discipline = \"{}\"\n",
            guessed.join(", "),
            sorted.first().map_or("other", |(d, _)| d.as_str())
        );
    }
    out.push_str(
        "# Every discipline against every other, and against itself.\n\
         # groma check --explain-disciplines says which elements were taken for which.\n\
         [matrix]\n\
         preset = \"architecture-structure-services\" # or \"utilities\", or \"none\"\n\
         # tolerance = 0.002 # metres of penetration that are no clash\n\n\
         # A single cell, instead of the preset's:\n\
         # [[matrix.cell]]\n\
         # a = \"structure\"\n\
         # b = \"services\"\n\
         # tolerance = 0.005\n\
         # severity = \"major\"\n\n\
         # Elements whose discipline is guessed wrongly:\n\
         # [[matrix.discipline]]\n\
         # select = \"IfcWall, Name*=core\"\n\
         # discipline = \"structure\"\n\n\
         # A named set, and a rule of its own:\n\
         # [[set]]\n\
         # name = \"escape routes\"\n\
         # select = \"IfcDoor, Name*=exit\"\n\
         #\n\
         # [[rule]]\n\
         # name = \"escape routes stay free\"\n\
         # kind = \"clearance\" # hard, clearance, touching, duplicate, envelope\n\
         # a = \"escape routes\" # a set, a discipline, a model, or a selector\n\
         # b = \"services\"\n\
         # distance = 0.3\n\
         # exclusions = [{ a = \"IfcLightFixture\", reason = \"emergency lights belong there\" }]\n\n\
         # A space that elements keep clear: before (and front), above, below, around, swing\n\
         # [[rule]]\n\
         # name = \"panels can be worked at\"\n\
         # kind = \"envelope\"\n\
         # a = \"IfcElectricDistributionBoard\"\n\
         # space = { before = 1.0, front = \"-y\" } # in the axes of the element\n\n\
         [gate]\n\
         fail_on = [\"new\", \"reopened\"] # issues; \"open\" too, if known ones shall fail\n\
         severity = \"info\" # the least that fails: info, minor, major, critical\n\n\
         # [output]\n\
         # dir = \"reports\"\n\
         # formats = [\"json\", \"csv\", \"junit\", \"sarif\"]\n",
    );
    out
}
