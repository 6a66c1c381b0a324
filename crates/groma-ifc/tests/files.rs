//! Every file of the shared data: read without panic, nothing lost without a word, and meshed by us as the
//! kernel meshes it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{all, extents, with_threads};
use glam::DVec3;
use groma_geometry::Shapes;
use groma_ifc::{Mesher, Source, models_in, read_model, read_shapes_by};
use groma_model::Model;
use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Files of which the kernel takes seconds for little that we mesh.
const SLOW_BY_KERNEL: [&str; 1] = ["rfi_signalling"];

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
    if !files.is_empty() {
        let all = files.clone();
        trials.push(Trial::test("every file, however a person names it", move || in_every_way(&all)));
    }
    for path in files {
        let folder =
            if path.parent().is_some_and(|p| p.ends_with("schependomlaan")) { "schependomlaan/" } else { "" };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = format!("{folder}{stem}");
        if !SLOW_BY_KERNEL.contains(&stem.as_str()) {
            let path = path.clone();
            trials.push(Trial::test(format!("kernel {name}"), move || agrees_with_kernel(&path)));
        }
        if SAME.contains(&stem.as_str()) {
            let path = path.clone();
            trials.push(Trial::test(format!("threads {name}"), move || same_at_any_thread_count(&path)));
        }
        if stem == "rfi_signalling" {
            let path = path.clone();
            trials.push(Trial::test(format!("places {name}"), move || signals_stand_along_the_line(&path)));
        }
        trials.push(Trial::test(format!("reads {name}"), move || reads(&path)));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Footings of signals along a railway line: `GlobalId` and box by IfcOpenShell 0.8.5. The first two look along the
/// line; the others have a direction of their own.
const FOOTINGS: [(&str, [f64; 6]); 5] = [
    ("3WM1Goevb1$hDXQVkNCTwI", [451536.3590, 4538984.6780, 35.7418, 451536.9067, 4538985.2255, 36.2420]),
    ("3Qgg6bteD0Zu6LjZ86AGrW", [479562.7255, 4554190.3551, 119.7689, 479563.4102, 4554191.0401, 120.2696]),
    ("3CmqzHr1n5tPa_E1tMxXX8", [453168.8012, 4539311.5948, 44.8567, 453169.4409, 4539312.2312, 45.3620]),
    ("2xj0zrHr5CPwTo7L3y8ZWK", [462467.8516, 4543248.3690, 282.7598, 462468.4916, 4543249.0086, 283.2605]),
    ("06VcQqYub3bwLEeCWGw5mo", [480320.7994, 4553649.5618, 118.4256, 480321.5018, 4553650.2644, 118.9263]),
];

fn signals_stand_along_the_line(path: &Path) -> Result<(), Failed> {
    let source = Source::open(path)?;
    let (model, shapes, _) = with_threads(2, || all(&source, "m"));
    let found = extents(&model, &shapes);
    for (id, expect) in FOOTINGS {
        let (lo, hi, _) = found.get(id).ok_or(id)?;
        let off = lo.to_array().into_iter().chain(hi.to_array()).zip(expect).map(|(a, b)| (a - b).abs());
        let off = off.fold(0.0, f64::max);
        if off > 2e-4 {
            return Err(format!("{id} is {off} m off").into());
        }
    }
    Ok(())
}

/// By its path, in a folder, by a pattern, in an archive of its own and in one with all others, packed with gzip: it is
/// the same text each time, and what is read is a function of the text.
fn in_every_way(files: &[PathBuf]) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let at = |name: &str| dir.path().join(name);
    for folder in ["plain", "packed", "zipped"] {
        std::fs::create_dir(at(folder))?;
    }
    let options = zip::write::SimpleFileOptions::default().compression_level(Some(1));
    let mut archive = zip::ZipWriter::new(std::fs::File::create(at("all.zip"))?);
    let mut texts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read(path)?;
        std::fs::write(at("plain").join(&name), &text)?;
        archive.start_file(format!("models/{name}"), options)?;
        archive.write_all(&text)?;
        let mut single = zip::ZipWriter::new(std::fs::File::create(at("zipped").join(format!("{name}zip")))?);
        single.start_file(&name, options)?;
        single.write_all(&text)?;
        single.finish()?;
        let file = std::fs::File::create(at("packed").join(format!("{name}.gz")))?;
        let mut gz = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        gz.write_all(&text)?;
        gz.finish()?;
        texts.insert(name, text);
    }
    archive.finish()?;
    let ways =
        ["plain", "plain/*.ifc", "**/*.IFC", "all.zip", "packed", "packed/*.gz", "zipped", "zipped/*.ifczip"];
    for way in ways {
        let models = models_in(&at(way))?;
        if models.len() != texts.len() {
            return Err(format!("{way} stands for {} models, not {}", models.len(), texts.len()).into());
        }
        for model in models {
            let name = model.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name = name.trim_end_matches(".gz").trim_end_matches("zip");
            if Source::open(&model)?.bytes() != texts[name] {
                return Err(format!("{} by {way} is another text", model.display()).into());
            }
        }
    }
    Ok(())
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

/// What is compared of an element.
#[derive(Debug)]
struct Measured {
    low: DVec3,
    high: DVec3,
    volume: f64,
    area: f64,
    closed: bool,
    /// Of each part.
    colours: Vec<[u32; 4]>,
}

fn measured(model: &Model, shapes: &Shapes) -> BTreeMap<String, Measured> {
    let mut all = BTreeMap::new();
    for instance in &shapes.instances {
        let m = all.entry(model.element(instance.element).key.global_id.to_string()).or_insert(Measured {
            low: DVec3::INFINITY,
            high: DVec3::NEG_INFINITY,
            volume: 0.0,
            area: 0.0,
            closed: true,
            colours: Vec::new(),
        });
        let mut mesh = shapes.meshes[instance.mesh as usize].as_ref().clone();
        mesh.positions.iter_mut().for_each(|p| *p = instance.placement.transform_point3(*p));
        for &p in &mesh.positions {
            m.low = m.low.min(p);
            m.high = m.high.max(p);
        }
        m.volume += mesh.volume().abs();
        m.area += mesh.area();
        m.closed &= mesh.is_closed();
        m.colours.push(instance.colour.map(f32::to_bits));
    }
    all.values_mut().for_each(|m: &mut Measured| m.colours.sort_unstable());
    all
}

/// Beams with bolt holes of a few millimetres, which the kernel leaves uncut and IfcOpenShell cuts as we do.
const UNCUT_BY_KERNEL: [&str; 2] = ["BALKONHEKKEN_23-9-2015", "FEK_-_Balkonhekken_en_borstweringsleuningen"];

/// Our own meshes are those of the kernel, where it closes them, up to its f32 points and to how finely
/// arcs are divided.
fn agrees_with_kernel(path: &Path) -> Result<(), Failed> {
    let source = Source::open(path)?;
    let (model, ours, kernels) = with_threads(2, || {
        let (model, _) = read_model(&source, &"m".into(), &()).unwrap();
        let by = |mesher| read_shapes_by(&source, &model, mesher, &()).unwrap().0;
        let (ours, kernels) = (by(Mesher::Ours), by(Mesher::Kernel));
        (model, ours, kernels)
    });
    let (ours, kernels) = (measured(&model, &ours), measured(&model, &kernels));
    if !ours.keys().eq(kernels.keys()) {
        let only = |a: &BTreeMap<String, Measured>, b: &BTreeMap<String, Measured>| {
            a.keys().filter(|id| !b.contains_key(*id)).cloned().collect::<Vec<_>>()
        };
        let (by_us, by_kernel) = (only(&ours, &kernels), only(&kernels, &ours));
        return Err(format!("meshed by us alone {by_us:?}, by the kernel alone {by_kernel:?}").into());
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut wrong = Vec::new();
    for (id, ours) in &ours {
        let kernel = &kernels[id];
        let off = (ours.low - kernel.low).abs().max((ours.high - kernel.high).abs()).max_element();
        let same = |a: f64, b: f64, part: f64| (a - b).abs() <= part * b + 1e-9;
        let uncut = UNCUT_BY_KERNEL.contains(&&*stem) && ours.volume < kernel.volume;
        let fits = off <= 1e-3
            && ours.closed >= kernel.closed
            && (!kernel.closed || uncut || same(ours.volume, kernel.volume, 0.02))
            && same(ours.area, kernel.area, 0.05)
            && ours.colours == kernel.colours;
        if !fits {
            wrong.push(format!("{id} off by {off}: {ours:?}, the kernel's {kernel:?}"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
