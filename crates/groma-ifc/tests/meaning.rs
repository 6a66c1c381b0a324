//! What IfcOpenShell finds in real models beside their shapes, and we too.
//!
//! `tests/truth/meaning` is written by `tools/meaning_truth.py`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_ifc::{Source, read_model};
use groma_model::process::{LagValue, Task};
use groma_model::{Element, ElementId, MaterialKind, Model, PropertySet, Value};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = std::env::var_os("GROMA_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let there = data.is_dir();
    let required = std::env::var_os("GROMA_DATA_REQUIRED").is_some_and(|v| v == "1");
    assert!(there || !required, "GROMA_DATA_REQUIRED=1, but there is no {}", data.display());
    let mut files: Vec<PathBuf> = std::fs::read_dir(root.join("tests/truth/meaning"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let trials = files
        .into_iter()
        .map(|file| {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            if !there {
                let name = format!("{name} (no shared data: set GROMA_DATA)");
                return Trial::test(name, || Ok(())).with_ignored_flag(true);
            }
            let model = data.join(format!("{}.ifc", name.replace('+', "/")));
            Trial::test(name, move || check(&model, &file))
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn check(file: &Path, truth: &Path) -> Result<(), Failed> {
    let truth: Json = serde_json::from_slice(&std::fs::read(truth)?)?;
    let source = Source::open(file)?;
    let (model, _) = read_model(&source, &Arc::from("m"), &())?;
    let ours = found(&model, &truth);
    let mut wrong = Vec::new();
    for (part, expected) in truth.as_object().unwrap() {
        differences(part, expected, ours.get(part).unwrap_or(&Json::Null), &mut wrong);
    }
    if !wrong.is_empty() {
        wrong.truncate(40);
        return Err(wrong.join("\n").into());
    }
    Ok(())
}

/// Where two values differ; numbers may differ by the digits that the truth was rounded to, and an empty text is
/// none: our names are never empty.
fn differences(at: &str, expected: &Json, got: &Json, wrong: &mut Vec<String>) {
    match (expected, got) {
        (Json::Object(a), Json::Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                let null = Json::Null;
                let [a, b] = [a, b].map(|o| o.get(key).unwrap_or(&null));
                differences(&format!("{at}.{key}"), a, b, wrong);
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (k, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{at}[{k}]"), a, b, wrong);
            }
        }
        _ => {
            let same = match (expected.as_f64(), got.as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-7 * a.abs().max(1e-3),
                _ => {
                    let [a, b] = [expected, got].map(|v| if v == "" { &Json::Null } else { v });
                    a == b
                }
            };
            if !same {
                wrong.push(format!("{at}: expected {expected}, got {got}"));
            }
        }
    }
}

/// The same as the truth, from our model.
fn found(model: &Model, truth: &Json) -> Map<String, Json> {
    let mut out = Map::new();
    let mut put = |name: &str, value: Json| drop(out.insert(name.to_owned(), value));
    put("schema", truth["schema"].clone());
    put("products", json!(model.elements.len()));
    put("types", json!(model.types.len()));
    let u = &model.units;
    put("units", json!({"length": u.length, "area": u.area, "volume": u.volume, "planeangle": u.angle}));
    let mut sets: BTreeMap<String, (usize, usize, f64)> = BTreeMap::new();
    let mut attributes: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    let mut materials: BTreeMap<String, usize> = BTreeMap::new();
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    let mut predefined: BTreeMap<String, usize> = BTreeMap::new();
    for (element, id) in model.elements.iter().zip((0..).map(ElementId)) {
        for (name, properties) in psets(model, id) {
            let count = sets.entry(name).or_default();
            count.0 += 1;
            count.1 += properties.values().filter(|v| !v.is_null()).count();
            count.2 += properties.values().filter_map(Json::as_f64).sum::<f64>();
        }
        for (name, value) in element.attributes.iter() {
            let count = attributes.entry(name.to_string()).or_default();
            count.0 += 1;
            count.1 += value.as_number().unwrap_or(0.0);
        }
        for name in single_materials(model, element) {
            *materials.entry(name).or_default() += 1;
        }
        for &c in &element.classifications {
            let c = &model.classifications[c as usize];
            let word = |t: &Option<Arc<str>>| t.as_deref().unwrap_or("None").to_owned();
            *classes.entry(format!("{} {}", word(&c.identification), word(&c.name))).or_default() += 1;
        }
        let kind = model.predefined_type(id).map(ToString::to_string).unwrap_or_default();
        *predefined.entry(kind).or_default() += 1;
    }
    put("sets", json!(sets));
    put("attributes", json!(attributes));
    put("materials", json!(materials));
    put("classes", json!(classes));
    put("predefined", json!(predefined));
    let groups = model.systems.iter();
    let groups = groups.map(|s| (s.global_id.to_string(), json!([s.class.name(), s.name, s.members.len()])));
    put("groups", groups.collect::<Map<_, _>>().into());
    let r = &model.relations;
    put(
        "relations",
        json!({
            "space_boundaries": r.space_boundaries.len(),
            "paths": r.paths.len(),
            "port_connections": r.port_connections.len(),
        }),
    );
    let mut layers: Vec<_> = model.presentation_layers.iter().map(|l| &l.name).collect();
    layers.sort();
    put("layers", json!(layers));
    if truth.get("site").is_some() {
        put("site", json!([model.place.latitude, model.place.longitude]));
    }
    put("true_north", json!(model.place.true_north.unwrap_or(0.0).to_degrees()));
    if let Some(points) = truth.get("map").and_then(Json::as_array) {
        // The truth has numbers of the map; we have metres.
        let unit = model.place.crs.as_ref().and_then(|c| c.map_unit).unwrap_or(u.length);
        let map = model.place.map.as_ref().map(groma_model::MapConversion::transform);
        let points = points.iter().map(|p| {
            let from: Vec<f64> = p.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
            let at = glam::DVec3::new(from[0], from[1], from[2]);
            let to = map.map(|m| m.transform_point3(at) / unit);
            let to = to.map_or_else(Vec::new, |p| p.to_array().to_vec());
            Json::from([from[..3].to_vec(), to].concat())
        });
        put("map", points.collect());
    }
    let sampled = truth["elements"].as_object().unwrap();
    let mut elements = Map::new();
    for (element, id) in model.elements.iter().zip((0..).map(ElementId)) {
        let global_id = &*element.key.global_id;
        if sampled.contains_key(global_id) {
            elements.insert(global_id.to_owned(), one(model, id, element));
        }
    }
    put("elements", elements.into());
    let tasks = model.processes.tasks.iter().filter(|t| t.object.class.name() == "IfcTask");
    put(
        "tasks",
        tasks.map(|t| (t.object.global_id.to_string(), task(model, t))).collect::<Map<_, _>>().into(),
    );
    let calendars = model.processes.calendars.iter().map(|c| {
        let value = json!([c.object.name, c.working_times.len(), c.exception_times.len()]);
        (c.object.global_id.to_string(), value)
    });
    put("calendars", calendars.collect::<Map<_, _>>().into());
    out
}

/// Sets by name with those of the type below; without values that IfcOpenShell does not give.
fn psets(model: &Model, id: ElementId) -> BTreeMap<String, Map<String, Json>> {
    let sets: Vec<_> = model.property_sets(id).collect();
    let mut out: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
    for set in sets.into_iter().rev() {
        // A set that the schema defines is called by its class where it has no name.
        let unnamed = set.name.is_empty() || set.predefined.as_ref() == Some(&set.name);
        let name = if unnamed { "(unnamed)" } else { &set.name };
        let properties = out.entry(name.to_owned()).or_default();
        properties.extend(plain(set));
    }
    out
}

fn plain(set: &PropertySet) -> Map<String, Json> {
    let plain =
        |value: &Value| !matches!(value, Value::Bounded { .. } | Value::Table(_) | Value::Reference(_));
    let properties = set.properties.iter().filter(|p| p.value.as_ref().is_none_or(plain));
    properties.map(|p| (p.name.to_string(), p.value.as_ref().map_or(Json::Null, shown))).collect()
}

fn shown(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Real { value, .. } => json!(value),
        Value::Integer(n) => json!(n),
        Value::Logical(l) => json!(l),
        Value::List(items) => items.iter().map(shown).collect(),
        other => json!(format!("{other:?}")),
    }
}

/// The names of the single materials of an element, each once.
fn single_materials(model: &Model, element: &Element) -> BTreeSet<String> {
    let Some(&first) = element.materials.first() else { return BTreeSet::new() };
    let material = &model.materials[first as usize];
    let names: Vec<_> = match material.kind {
        MaterialKind::Single => vec![material.name.clone()],
        _ => material.layers.iter().map(|l| l.material.clone()).collect(),
    };
    names.into_iter().flatten().map(|n| n.to_string()).collect()
}

fn one(model: &Model, id: ElementId, element: &Element) -> Json {
    let attributes: Map<_, _> = element.attributes.iter().map(|(n, v)| (n.to_string(), shown(v))).collect();
    let material = element.materials.first().map(|&m| {
        let material = &model.materials[m as usize];
        let kind = match material.kind {
            MaterialKind::Single => "IfcMaterial",
            MaterialKind::List => "IfcMaterialList",
            MaterialKind::Layers => "IfcMaterialLayerSet",
            MaterialKind::Constituents => "IfcMaterialConstituentSet",
            MaterialKind::Profiles => "IfcMaterialProfileSet",
        };
        let mut out = json!({"kind": kind, "name": material.name});
        if material.kind == MaterialKind::Layers {
            out["layers"] = material.layers.iter().map(|l| json!([l.material, l.thickness])).collect();
        }
        out
    });
    json!({
        "class": element.class.name(),
        "type": model.type_of(id).map(|t| t.global_id.to_string()),
        "psets": psets(model, id),
        "attributes": attributes,
        "material": material,
    })
}

fn task(model: &Model, t: &Task) -> Json {
    let all = &model.processes;
    let text = |t: &Option<Arc<str>>| t.as_deref().map_or(Json::Null, Json::from);
    let id = |task: u32| all.tasks[task as usize].object.global_id.to_string();
    let ids = |list: &[ElementId]| {
        let mut ids: Vec<_> = list.iter().map(|&e| model.element(e).key.global_id.to_string()).collect();
        ids.sort();
        ids
    };
    let own = all.tasks.iter().position(|o| std::ptr::eq(o, t)).unwrap() as u32;
    let mut successors: Vec<_> = all
        .sequences
        .iter()
        .filter(|s| s.predecessor == own)
        .map(|s| {
            let lag = s.lag.as_ref().map(|l| match &l.value {
                LagValue::Duration(d) => json!(d),
                LagValue::Ratio(r) => json!(r),
            });
            json!([id(s.successor), s.kind, lag])
        })
        .collect();
    successors.sort_by_key(ToString::to_string);
    let mut controls: Vec<_> = t
        .work_controls
        .iter()
        .map(|&c| all.work_controls[c as usize].object.name.clone().unwrap_or_default())
        .collect();
    controls.sort();
    let mut time = Map::new();
    if let Some(tt) = &t.time {
        for (name, value) in [
            ("Name", &tt.name),
            ("DataOrigin", &tt.data_origin),
            ("DurationType", &tt.duration_type),
            ("ScheduleDuration", &tt.schedule_duration),
            ("ScheduleStart", &tt.schedule_start),
            ("ScheduleFinish", &tt.schedule_finish),
            ("EarlyStart", &tt.early_start),
            ("EarlyFinish", &tt.early_finish),
            ("LateStart", &tt.late_start),
            ("LateFinish", &tt.late_finish),
            ("FreeFloat", &tt.free_float),
            ("TotalFloat", &tt.total_float),
            ("StatusTime", &tt.status_time),
            ("ActualDuration", &tt.actual_duration),
            ("ActualStart", &tt.actual_start),
            ("ActualFinish", &tt.actual_finish),
            ("RemainingTime", &tt.remaining_time),
        ] {
            time.insert(name.into(), text(value));
        }
        time.insert("IsCritical".into(), json!(tt.is_critical));
        time.insert("Completion".into(), json!(tt.completion));
    }
    let sets = t.object.property_sets.iter().map(|&s| &model.property_sets[s as usize]);
    let mut out = json!({
        "Name": text(&t.object.name),
        "Description": text(&t.object.description),
        "Status": text(&t.status),
        "WorkMethod": text(&t.work_method),
        "IsMilestone": t.is_milestone,
        "Priority": t.priority,
        "id": text(&t.object.identification),
        "time": time,
        "children": t.object.children.iter().map(|&c| id(c)).collect::<Vec<_>>(),
        "successors": successors,
        "inputs": ids(&t.inputs),
        "outputs": ids(&t.outputs),
        "controls": controls,
        "calendar": t.object.calendar.map(|c| text(&all.calendars[c as usize].object.name)),
        "psets": sets.map(|s| (s.name.to_string(), plain(s).into())).collect::<Map<_, _>>(),
    });
    let fields = out.as_object_mut().unwrap();
    fields.retain(|_, v| !v.is_null() && *v != json!([]) && *v != json!({}));
    out
}
