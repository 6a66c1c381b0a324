//! A real model and copies of it with known differences: exactly these are found.

use crate::Check;
use crate::revise::Step;
use crate::support::{Run, groma};
use libtest_mimic::Failed;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) fn checks() -> Vec<(String, Check)> {
    let mut checks: Vec<(String, Check)> = Vec::new();
    for name in ["duplex_A", "office_A"] {
        for case in [Case::Kept, Case::Remade, Case::WithoutTags, Case::ByShapeAlone] {
            let check = move |data: PathBuf| revised(&data.join(format!("ifc/{name}.ifc")), case);
            checks.push((format!("revisions::{name}, {case:?}"), Box::new(check)));
        }
    }
    for name in ["ifc/duplex_A.ifc", "ifc/schependomlaan/MULTICOM-balkons.ifc", "ifc/samplehouse_IFC4.ifc"] {
        checks.push((
            format!("revisions::{name} does not differ from itself"),
            Box::new(move |data| same(&data.join(name))),
        ));
    }
    checks.push(("revisions::no order of records matters".to_owned(), Box::new(order)));
    checks
}

/// What the copy keeps of identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    /// GlobalIds.
    Kept,
    /// Tags and names.
    Remade,
    /// Names.
    WithoutTags,
    /// Nothing.
    ByShapeAlone,
}

/// Two ceilings of the Duplex, one in the other: without names and tags nobody can tell which is which.
const TWINS: [&str; 2] = ["3bXiCStxP6Fgxdej$yc503", "3bXiCStxP6Fgxdej$yc50B"];

/// What was done to the copy; elements by their old GlobalId.
struct Revision {
    step: Step,
    moved: BTreeMap<String, [f64; 3]>,
    deleted: BTreeSet<String>,
    widened: String,
    /// Element, set, property, old and new value.
    property: [String; 5],
    /// From old to new.
    renamed: BTreeMap<String, String>,
}

/// Lengths of the file are metres.
fn revise(original: &Step, case: Case) -> Revision {
    let mut step = original.clone();
    let walls = step.all("IFCWALLSTANDARDCASE");
    let mut moved = BTreeMap::new();
    for (&wall, by) in
        [walls[3], walls[10], walls[20]].iter().zip([[1.25, 0.0, 0.0], [0.0, -0.35, 0.1], [2.0, 3.0, -0.5]])
    {
        for product in step.translate(wall, by) {
            moved.insert(step.global_id(product), by);
        }
    }
    let doors = step.all("IFCDOOR");
    let deleted: Vec<u32> = [1, 4, 7].iter().map(|&i| doors[i]).collect();
    let gone: BTreeSet<String> = deleted.iter().map(|&d| step.global_id(d)).collect();
    deleted.into_iter().for_each(|d| step.delete(d));
    moved.retain(|id, _| !gone.contains(id));

    let is_free = |step: &Step, id: &u32| !moved.contains_key(&step.global_id(*id));
    let widened = *walls
        .iter()
        .filter(|w| is_free(&step, w))
        .find(|w| step.rectangle(**w).is_some())
        .expect("a wall of a rectangle");
    let profile = step.rectangle(widened).expect("a rectangle");
    let length: f64 = step.attribute(profile, 3).parse().expect("a length");
    step.set(profile, 3, format!("{:?}", length + 0.4));

    let (owner, set, name, old) = walls
        .iter()
        .rev()
        .find_map(|&w| {
            let own = step.own_sets(w).into_iter().find_map(|set| {
                let is_text = |p: &u32| step.attribute(*p, 2).starts_with("IFCLABEL('");
                let property = step.references(set, 4).into_iter().find(is_text)?;
                Some((set, property))
            });
            let (set, property) = own?;
            Some((w, set, text(step.attribute(property, 0)), text(&step.attribute(property, 2)[9..])))
        })
        .expect("a property of one wall");
    let set_name = text(step.attribute(set, 2));
    step.set_property(set, &name, "IFCLABEL('changed')");
    let property = [step.global_id(owner), set_name, name, old, "changed".to_owned()];
    let widened = step.global_id(widened);
    let renamed = if case == Case::Kept { BTreeMap::new() } else { step.remake_global_ids() };
    if matches!(case, Case::WithoutTags | Case::ByShapeAlone) {
        step.strip_tags();
    }
    if case == Case::ByShapeAlone {
        step.strip_names();
    }
    Revision { step, moved, deleted: gone, widened, property, renamed }
}

/// A text as it is written, without quotes.
fn text(written: &str) -> String {
    let inside = written.strip_suffix(')').unwrap_or(written);
    inside.trim_matches('\'').to_owned()
}

fn revised(file: &Path, case: Case) -> Result<(), Failed> {
    let original = Step::read(&std::fs::read_to_string(file)?);
    let revision = revise(&original, case);
    let dir = tempfile::tempdir()?;
    let copy = dir.path().join("revised.ifc");
    std::fs::write(&copy, revision.step.write(false))?;
    let json = compare(file, &copy)?;
    let model = &json["models"][0];
    let by_shape = case == Case::ByShapeAlone;

    expect("equal", &json["equal"], &Value::Bool(false))?;
    expect("added", &ids(&model["added"]), &BTreeSet::new())?;
    expect("removed", &ids(&model["removed"]), &revision.deleted)?;
    for element in rows(&model["ambiguous"]).flat_map(|group| rows(&group["old"])) {
        let id = element["global_id"].as_str().unwrap_or_default();
        // Openings have no shape: those of one wall that nothing fills cannot be told apart.
        if !by_shape || has_shape(&original, id) && !TWINS.contains(&id) {
            return Err(format!("ambiguous is {element}").into());
        }
    }

    let mut moved = BTreeMap::new();
    let mut reshaped = BTreeSet::new();
    let mut attributes = BTreeSet::new();
    let mut properties = Vec::new();
    for change in rows(&model["changes"]) {
        let old = change["old"]["global_id"].as_str().unwrap_or_default().to_owned();
        let renamed = revision.renamed.get(&old).unwrap_or(&old);
        expect(&format!("partner of {old}"), &change["new"]["global_id"], &Value::from(renamed.as_str()))?;
        if let Some(motion) = change.get("moved") {
            let v: Vec<f64> = rows(&motion["vector"]).filter_map(Value::as_f64).collect();
            expect("turn", &motion.get("turned"), &None)?;
            moved.insert(old.clone(), [v[0], v[1], v[2]]);
        }
        if change.get("reshaped").is_some() {
            reshaped.insert(old.clone());
        }
        attributes
            .extend(rows(&change["attributes"]).filter_map(|a| a["attribute"].as_str()).map(str::to_owned));
        for p in rows(&change["properties"]) {
            let word = |v: &Value| v.as_str().unwrap_or_default().to_owned();
            properties.push([
                old.clone(),
                word(&p["set"]),
                word(&p["name"]),
                word(&p["old"]),
                word(&p["new"]),
            ]);
        }
    }
    // What has no shape moves with its host, and shows it nowhere.
    let shown: BTreeMap<&String, &[f64; 3]> =
        revision.moved.iter().filter(|(id, _)| has_shape(&original, id)).collect();
    expect("moved", &moved.keys().collect::<Vec<_>>(), &shown.keys().copied().collect::<Vec<_>>())?;
    for (id, by) in shown {
        let found = moved[id];
        if by.iter().zip(found).any(|(a, b)| (a - b).abs() > 1e-4) {
            return Err(format!("{id} was moved by {by:?} and found to move by {found:?}").into());
        }
    }
    expect("reshaped", &reshaped, &BTreeSet::from([revision.widened]))?;
    expect("properties", &properties, &vec![revision.property])?;
    let stripped: &[&str] = match case {
        Case::Kept | Case::Remade => &[],
        Case::WithoutTags => &["Tag"],
        Case::ByShapeAlone => &["Name", "Tag"],
    };
    let attributes: Vec<&str> = attributes.iter().map(String::as_str).filter(|a| *a != "container").collect();
    expect("attributes", &attributes, &stripped.to_vec())
}

/// Openings have a body that is cut out of others, and is not there itself.
fn has_shape(step: &Step, global_id: &str) -> bool {
    !step.all("IFCOPENINGELEMENT").into_iter().any(|o| step.global_id(o) == global_id)
}

fn same(file: &Path) -> Result<(), Failed> {
    let json = compare(file, file)?;
    expect("equal", &json["equal"], &Value::Bool(true))?;
    // Re-made GlobalIds of a model that is otherwise the same are no difference either.
    let original = std::fs::read_to_string(file)?;
    if original.lines().filter(|l| l.starts_with('#')).any(|l| !l.trim_end().ends_with(");")) {
        return Ok(());
    }
    let mut step = Step::read(&original);
    step.remake_global_ids();
    let dir = tempfile::tempdir()?;
    let copy = dir.path().join("remade.ifc");
    std::fs::write(&copy, step.write(false))?;
    let json = compare(file, &copy)?;
    let total = &json["total"];
    for what in ["added", "removed", "moved", "reshaped", "attributes", "properties"] {
        expect(what, &total[what], &Value::from(0))?;
    }
    Ok(())
}

fn order(data: PathBuf) -> Result<(), Failed> {
    let file = data.join("ifc/duplex_A.ifc");
    let original = Step::read(&std::fs::read_to_string(&file)?);
    let revision = revise(&original, Case::ByShapeAlone).step;
    let dir = tempfile::tempdir()?;
    let copy = dir.path().join("revised.ifc");
    let mut found = Vec::new();
    for reversed in [false, true] {
        std::fs::write(&copy, revision.write(reversed))?;
        let json = compare(&file, &copy)?;
        let model = json["models"][0].clone();
        found.push((model["added"].clone(), model["removed"].clone(), model["ambiguous"].clone(), {
            let pair = |c: &Value| (c["old"]["global_id"].to_string(), c["new"]["global_id"].to_string());
            rows(&model["changes"]).map(pair).collect::<Vec<_>>()
        }));
    }
    expect("in reverse", &found[1], &found[0])
}

fn compare(old: &Path, new: &Path) -> Result<Value, Failed> {
    let arguments = ["compare", "--allow-incomplete", "--format", "json"].map(PathBuf::from);
    let run: Run = groma(arguments.into_iter().chain([old.to_path_buf(), new.to_path_buf()]));
    if run.code != Some(0) {
        return Err(format!("exit {:?}\n{}", run.code, run.stderr).into());
    }
    Ok(run.json())
}

fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn ids(list: &Value) -> BTreeSet<String> {
    rows(list).filter_map(|e| e["global_id"].as_str()).map(str::to_owned).collect()
}

fn expect<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expect: &T) -> Result<(), Failed> {
    if found == expect {
        return Ok(());
    }
    let short = |value: &T| format!("{value:?}").chars().take(1000).collect::<String>();
    Err(format!("{what}: found {}, expected {}", short(found), short(expect)).into())
}
