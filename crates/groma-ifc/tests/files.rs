//! Every file of the shared data: read without panic, nothing lost without a word, and as IfcOpenShell
//! sees it where its answer is at hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{all, with_threads};
use glam::DVec3;
use groma_geometry::Shapes;
use groma_ifc::Source;
use groma_model::Model;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Products of which IfcOpenShell has a mesh and we have none, by file; none is known.
const WITHOUT_MESH: [(&str, &[&str]); 0] = [];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let data = std::env::var_os("GROMA_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let mut files: Vec<PathBuf> = [data.join("ifc"), data.join("ifc/schependomlaan")]
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "ifc"))
        .collect();
    files.sort();
    let mut trials = Vec::new();
    if files.is_empty() {
        let required = std::env::var_os("GROMA_DATA_REQUIRED").is_some_and(|v| v == "1");
        let reason = format!("no IFC files under {}; set GROMA_DATA", data.display());
        trials.push(
            Trial::test(format!("files of the shared data ({reason})"), move || Err(Failed::from(reason)))
                .with_ignored_flag(!required),
        );
    }
    for path in files {
        let folder =
            if path.parent().is_some_and(|p| p.ends_with("schependomlaan")) { "schependomlaan/" } else { "" };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let truth = data.join("ifc-truth").join(format!("{}{stem}.json", folder.replace('/', "__")));
        let name = format!("{folder}{stem}");
        if truth.is_file() {
            let path = path.clone();
            trials.push(Trial::test(format!("truth {name}"), move || agrees(&path, &truth)));
        }
        if SAME.contains(&stem.as_str()) {
            let path = path.clone();
            trials.push(Trial::test(format!("threads {name}"), move || same_at_any_thread_count(&path)));
        }
        trials.push(Trial::test(format!("reads {name}"), move || reads(&path)));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Files with openings, mapped items and booleans, small enough to read at three thread counts.
const SAME: [&str; 5] = ["duplex_A", "acad2010_objects", "office_A", "samplehouse_IFC4", "ROOT-staal"];

fn read(path: &Path, threads: usize) -> (Model, Shapes, Vec<String>) {
    let source = Source::open(path).unwrap();
    let (model, shapes, said) = with_threads(threads, || all(&source, "m"));
    (model, shapes, said.iter().map(ToString::to_string).collect())
}

fn reads(path: &Path) -> Result<(), Failed> {
    let (model, shapes, said) = read(path, 2);
    if model.header.schema.is_empty() || model.header.exporter.is_none() {
        return Err("the header was not read".into());
    }
    let failed = shapes.coverage().failed;
    if failed > 0 {
        return Err(format!("{failed} elements failed:\n{}", said.join("\n")).into());
    }
    Ok(())
}

fn same_at_any_thread_count(path: &Path) -> Result<(), Failed> {
    let print = |threads| {
        let (model, shapes, said) = read(path, threads);
        (format!("{model:?}"), format!("{:?}{:?}{:?}", shapes.meshes, shapes.instances, shapes.status), said)
    };
    let one = print(1);
    for threads in [2, 8] {
        if print(threads) != one {
            return Err(format!("{threads} threads give another answer than one").into());
        }
    }
    Ok(())
}

/// What is compared: box, volume, and whether it has a volume.
struct Measured {
    low: DVec3,
    high: DVec3,
    volume: f64,
}

fn measured(model: &Model, shapes: &Shapes) -> BTreeMap<String, Measured> {
    let mut all = BTreeMap::new();
    for instance in &shapes.instances {
        let m = all.entry(model.element(instance.element).key.global_id.to_string()).or_insert(Measured {
            low: DVec3::INFINITY,
            high: DVec3::NEG_INFINITY,
            volume: 0.0,
        });
        let mesh = &shapes.meshes[instance.mesh as usize];
        let origin = instance.placement.transform_point3(mesh.positions[0]);
        for index in 0..mesh.triangles.len() {
            let corners = mesh.triangle(index).map(|p| instance.placement.transform_point3(p));
            for p in corners {
                m.low = m.low.min(p);
                m.high = m.high.max(p);
            }
            let [a, b, c] = corners.map(|p| p - origin);
            m.volume += a.dot(b.cross(c)) / 6.0;
        }
    }
    all
}

fn agrees(path: &Path, truth: &Path) -> Result<(), Failed> {
    let (model, shapes, _) = read(path, 2);
    let ours = measured(&model, &shapes);
    let truth: Value = serde_json::from_slice(&std::fs::read(truth)?)?;
    let products = truth["products"].as_object().ok_or("no products in the truth")?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let excused = WITHOUT_MESH.iter().find(|(file, _)| *file == stem).map_or(&[][..], |(_, ids)| ids);
    let point = |p: &Value, key: &str| {
        let number = |k: usize| p[key][k].as_f64().unwrap_or(f64::NAN);
        DVec3::new(number(0), number(1), number(2))
    };
    let (mut missing, mut elsewhere, mut volumes, mut closed) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (id, product) in products {
        let Some(m) = ours.get(id) else {
            if !excused.contains(&id.as_str()) {
                missing.push(id.as_str());
            }
            continue;
        };
        let off =
            (m.low - point(product, "lo")).abs().max((m.high - point(product, "hi")).abs()).max_element();
        if off.is_nan() || off > 1e-3 {
            elsewhere.push(format!("{id} by {off} m"));
        }
        if product["closed"] == true {
            closed += 1;
            let volume = product["vol"].as_f64().unwrap_or(f64::NAN).abs();
            if (volume - m.volume.abs()).abs() > 0.01 * volume + 1e-9 {
                volumes.push(id.as_str());
            }
        }
    }
    if !missing.is_empty() {
        return Err(format!("no mesh for {missing:?}").into());
    }
    if elsewhere.len() * 100 > products.len() {
        return Err(format!("{} of {} boxes differ: {elsewhere:?}", elsewhere.len(), products.len()).into());
    }
    // 8 pieces of furniture in duplex_A are overlapping bodies, which IfcOpenShell measures differently.
    if volumes.len() * 20 > closed {
        return Err(format!("{} of {closed} volumes differ: {volumes:?}", volumes.len()).into());
    }
    Ok(())
}
