//! A first `groma.toml` for models at hand.

use crate::Project;
use groma_clash::Discipline;
use groma_clash::discipline::disciplines;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

/// A commented `groma.toml` for a project, to be written into a folder: its models are named relative to that.
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
         # What people say of issues: [[comment]] issue, author, date, text, status, assigned_to\n\
         # comments = \"comments.toml\"\n\
         # Who is who, where GlobalIds have changed: groma compare OLD NEW --identity identity.json\n\
         # identity = \"identity.json\"\n\n\
         [project]\n\
         # A baseline of a project of another name is refused.\n\
         name = {}\n",
        quoted(name)
    );
    for m in &project.models {
        let path = relative(&m.source.path, dir);
        let _ = writeln!(out, "[[model]]\npath = {}", quoted(&path.to_string_lossy().replace('\\', "/")));
        if m.source.label != crate::ModelSource::new(&*m.source.path).label {
            let _ = writeln!(out, "label = {}", quoted(&m.source.label));
        }
        let mut counts: BTreeMap<_, usize> = BTreeMap::new();
        let told = disciplines(&m.model, None);
        let shaped: BTreeSet<usize> = m.shapes.instances.iter().map(|i| i.element.index()).collect();
        for e in shaped {
            let class = &m.model.elements[e].class;
            if class.is_a("IfcElement") && !class.is_a("IfcFeatureElement") {
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
            whole(&sorted)
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
         # Where models have no grid, what is left alone is grouped by squares of a storey:\n\
         # [grouping]\n\
         # cell = 25.0 # metres\n\n\
         [gate]\n\
         fail_on = [\"new\", \"reopened\"] # issues; \"open\" too, if known ones shall fail\n\
         severity = \"info\" # the least that fails: info, minor, major, critical\n\
         # With a programme: how long before work on its elements begins an issue must be solved, and whether it\n\
         # fails then, known or not. [programme] path = \"programme.xml\", and [[link]] elements, task.\n\
         # lead_time = \"4w\"\n\
         # fail_when_due = true\n\n\
         # [output]\n\
         # dir = \"reports\"\n\
         # formats = [\"json\", \"csv\", \"junit\", \"sarif\"]\n",
    );
    out
}

/// The one discipline that a model may be stated to have, by how many elements of each there are: of several services
/// the services as a whole, so that stating it takes nothing from what is known more exactly.
fn whole(counts: &[(Discipline, usize)]) -> Discipline {
    let mut trades: BTreeMap<Discipline, (usize, BTreeSet<Discipline>)> = BTreeMap::new();
    for &(discipline, n) in counts {
        let trade = if discipline.is_service() { Discipline::Services } else { discipline };
        let sum = trades.entry(trade).or_default();
        sum.0 += n;
        sum.1.insert(discipline);
    }
    let most = trades.into_iter().max_by_key(|(d, (n, _))| (*n, std::cmp::Reverse(*d)));
    match most {
        Some((_, (_, of))) if of.len() == 1 => of.into_iter().next().unwrap_or(Discipline::Other),
        Some((trade, _)) => trade,
        None => Discipline::Other,
    }
}

/// A path as seen from a folder. Where they cannot be compared, as on two drives, the path as a whole.
fn relative(path: &Path, dir: &Path) -> PathBuf {
    let here = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let whole = path.canonicalize().or_else(|_| std::path::absolute(path));
    let (Ok(path), Ok(here)) = (whole, here.canonicalize()) else { return path.to_owned() };
    let (to, from): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (path.components().collect(), here.components().collect());
    let common = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
    if common == 0 {
        return path;
    }
    let up = std::iter::repeat_n(Component::ParentDir, from.len() - common);
    up.chain(to[common..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::{relative, whole};
    use groma_clash::Discipline::{Architecture, Services, Sewer, Structure, Water};
    use std::path::Path;

    #[test]
    fn several_services_are_services() {
        assert_eq!(whole(&[(Water, 3), (Sewer, 2), (Structure, 4)]), Services);
        assert_eq!(whole(&[(Water, 3), (Structure, 1)]), Water);
        assert_eq!(whole(&[(Structure, 3), (Architecture, 3)]), Architecture);
        assert_eq!(whole(&[]).as_str(), "other");
    }

    #[test]
    fn paths_are_those_that_the_folder_sees() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for folder in ["A", "B/C"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        std::fs::write(at("A/x.ifc"), "").unwrap();
        assert_eq!(relative(&at("A/x.ifc"), &at("A")), Path::new("x.ifc"));
        assert_eq!(relative(&at("A/x.ifc"), &at("")), Path::new("A/x.ifc"));
        assert_eq!(relative(&at("A/../A/x.ifc"), &at("B/C")), Path::new("../../A/x.ifc"));
    }
}
