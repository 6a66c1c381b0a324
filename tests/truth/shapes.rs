//! Each product as IfcOpenShell meshes it: its box, its volume, and that it is closed.

use crate::Check;
use groma::geometry::{Instance, Mesh};
use groma::model::ElementId;
use groma_ifc::{Source, read_model, read_shapes};
use libtest_mimic::Failed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Boxes may differ by this, in metres.
const BOX: f64 = 1e-3;
/// Volumes of closed products may differ by this part.
const VOLUME: f64 = 0.01;

/// What is known to differ: file, GlobalId, what, why. Whatever else differs fails, and so does a line here
/// that no longer differs.
const KNOWN: [(&str, &str, Differs, &str); 2] = [
    ("nested_mapped_item", "2Kkkz43YFqUW00000007yI", Differs::Extra, BARE),
    ("nested_mapped_item", "2Kkkz43YFqUW00000007yQ", Differs::Extra, BARE),
];
const BARE: &str = "a body behind a bare IfcProductRepresentation, which IfcOpenShell leaves out";

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Differs {
    /// No mesh at all.
    Missing,
    /// A mesh, where IfcOpenShell has none.
    Extra,
    /// Another box.
    Box,
    /// Not closed, where IfcOpenShell's is.
    Open,
    /// Another volume.
    Volume,
}

pub(crate) fn checks(data: Option<&Path>) -> Vec<(String, Check)> {
    let Some(data) = data else {
        return vec![("shapes::all".to_owned(), Box::new(|_| Ok(())))];
    };
    let mut answers: Vec<PathBuf> = std::fs::read_dir(data.join("ifc-truth"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    answers.sort();
    let mut checks: Vec<(String, Check)> = Vec::new();
    for answer in answers {
        let name = answer.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let check: Check = Box::new(move |data| {
            let path = data.join("ifc").join(format!("{}.ifc", name_to_path(&answer)));
            compare(&path, &answer)
        });
        checks.push((format!("shapes::{name}"), check));
    }
    checks
}

/// The name of an answer is the path of its model with two underscores for each slash.
fn name_to_path(answer: &Path) -> String {
    answer.file_stem().unwrap_or_default().to_string_lossy().replace("__", "/")
}

fn compare(path: &Path, answer: &Path) -> Result<(), Failed> {
    let answer: Value = serde_json::from_slice(&std::fs::read(answer)?)?;
    let products = answer["products"].as_object().ok_or("no products")?;
    let source = Source::open(path)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).stack_size(groma::WORKER_STACK).build()?;
    let (model, shapes) = pool.install(|| {
        let (model, _) = read_model(&source, &"m".into(), &())?;
        let (shapes, _) = read_shapes(&source, &model, &())?;
        Ok::<_, Failed>((model, shapes))
    })?;
    let ids = || (0..).map(ElementId);
    let by_id: BTreeMap<&str, ElementId> =
        model.elements.iter().map(|element| &*element.key.global_id).zip(ids()).collect();
    let mut found: BTreeMap<(&str, Differs), String> = BTreeMap::new();
    for (id, product) in products {
        let parts = by_id.get(id.as_str()).map_or(&[][..], |&element| shapes.of(element));
        if parts.is_empty() {
            found.insert((id, Differs::Missing), String::new());
            continue;
        }
        let placed = |part: &Instance| -> Mesh {
            let mut mesh = shapes.meshes[part.mesh as usize].as_ref().clone();
            mesh.positions.iter_mut().for_each(|p| *p = part.placement.transform_point3(*p));
            mesh
        };
        let meshes: Vec<Mesh> = parts.iter().map(placed).collect();
        for (key, least) in [("lo", true), ("hi", false)] {
            for axis in 0..3 {
                let ours = meshes.iter().flat_map(|m| &m.positions).map(|p| p[axis]);
                let ours = if least { ours.reduce(f64::min) } else { ours.reduce(f64::max) };
                let off = (ours.unwrap_or(f64::NAN) - number(&product[key][axis])).abs();
                if off.is_nan() || off > BOX {
                    found.insert((id, Differs::Box), format!("by {off} m"));
                }
            }
        }
        if product["closed"] != true {
            continue;
        }
        if !meshes.iter().all(Mesh::is_closed) {
            found.insert((id, Differs::Open), String::new());
            continue;
        }
        let (ours, theirs) =
            (meshes.iter().map(|m| m.volume().abs()).sum::<f64>(), number(&product["vol"]).abs());
        if (ours - theirs).abs() > VOLUME * theirs + 1e-9 {
            found.insert((id, Differs::Volume), format!("{ours} m3, not {theirs}"));
        }
    }
    let with_mesh = model.elements.iter().zip(ids()).filter(|(_, id)| !shapes.of(*id).is_empty());
    for (element, _) in with_mesh.filter(|(element, _)| !products.contains_key(&*element.key.global_id)) {
        found.insert((&*element.key.global_id, Differs::Extra), element.class.name().to_owned());
    }
    let file = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut wrong: Vec<String> = Vec::new();
    for (known, id, differs, why) in KNOWN.iter().filter(|k| k.0 == file) {
        if found.remove(&(*id, *differs)).is_none() {
            wrong.push(format!("{known} {id} no longer differs ({differs:?}: {why})"));
        }
    }
    wrong.extend(found.iter().map(|((id, differs), how)| format!("{id} {differs:?} {how}")));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}
