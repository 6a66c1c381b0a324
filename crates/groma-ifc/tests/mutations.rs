//! Ten thousand broken models: none makes the reader panic, hang, or take memory without bound, and in each of
//! them every element is accounted for.
//!
//! `GROMA_MUTATIONS=N` breaks N models instead. Of real files excerpts of 12 KiB are broken, so that each break meets
//! something that is read, and a few times the whole; `GROMA_MUTATIONS_WHOLE=1` breaks them whole each time. A failure names the model and the seed; `GROMA_MUTATION_SEED` runs that seed alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/mutate.rs"]
mod mutate;

use common::{all, step, with_threads};
use groma_ifc::Source;
use libtest_mimic::{Arguments, Failed, Trial};
use mutate::{Dice, excerpt, mutated};
use rayon::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// How often a real file is broken whole, unless it is larger than this.
const WHOLE: u64 = 4;
const WHOLE_BYTES: usize = 5 << 20;

/// Counts what is allocated, so that a bound on memory can be tested.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed on to the system's allocator as it came.
#[allow(unsafe_code, reason = "an allocator that counts")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        // SAFETY: as the caller has seen to it.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller has seen to it.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How long one broken model may take in the slowest build on a busy machine.
const MOST_TIME: Duration = Duration::from_secs(60);
/// What models side by side may take together, beside a multiple of their size.
const MOST_MEMORY: usize = 512 << 20;
/// Bytes per byte of text.
const MOST_FACTOR: usize = 100;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let data = std::env::var_os("GROMA_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let mut files: Vec<PathBuf> = ["ifc", "ifc/schependomlaan", "schedule/ifc"]
        .iter()
        .filter_map(|folder| std::fs::read_dir(data.join(folder)).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "ifc"))
        .collect();
    files.sort();
    let count = number("GROMA_MUTATIONS").unwrap_or(10_000);
    // A share for each file, one for packed bytes, and what is left for the small model: so many in all.
    let share = count / (files.len() as u64 + 5);
    let left = count - share * (files.len() as u64 + 1);
    let mut trials = vec![
        Trial::test("a small model of every kind of body", move || broken("small", &small(), left)),
        Trial::test("packed models", move || broken_packed(share)),
    ];
    if files.is_empty() {
        let required = std::env::var_os("GROMA_DATA_REQUIRED").is_some_and(|v| v == "1");
        let reason = format!("no IFC files under {}; set GROMA_DATA", data.display());
        trials.push(
            Trial::test(format!("files of the shared data ({reason})"), move || Err(Failed::from(reason)))
                .with_ignored_flag(!required),
        );
    }
    for path in files {
        let name = path.strip_prefix(&data).unwrap_or(&path).display().to_string();
        trials.push(Trial::test(name.clone(), move || {
            let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
            match number("GROMA_MUTATIONS_WHOLE") {
                Some(1) => broken(&name, text.as_bytes(), share),
                _ => {
                    broken(&name, excerpt(&text, 12 << 10).as_bytes(), share)?;
                    let whole = if text.len() <= WHOLE_BYTES { share.min(WHOLE) } else { 0 };
                    broken(&name, text.as_bytes(), whole)
                }
            }
        }));
    }
    // What the kernel's panics say is no news here: each is a diagnostic.
    std::panic::set_hook(Box::new(|_| ()));
    // One trial at a time, or their memory could not be told apart.
    let arguments = Arguments { test_threads: Some(1), ..arguments };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Breaks a model many times and reads what comes out.
fn broken(name: &str, text: &[u8], times: u64) -> Result<(), Failed> {
    survive(text).map_err(|e| Failed::from(format!("{name} unbroken: {e}")))?;
    if text.iter().filter(|&&b| b == b'=').count() < 10 {
        return Err(format!("{name}: nothing to break").into());
    }
    let seeds: Vec<u64> = number("GROMA_MUTATION_SEED").map_or_else(|| (0..times).collect(), |s| vec![s]);
    let base = LIVE.load(Relaxed);
    PEAK.store(base, Relaxed);
    let faults: Vec<String> = with_threads(2, || {
        let told = seeds.par_iter().with_max_len(8).filter_map(|&seed| {
            let bytes = mutated(text, &mut Dice(seed ^ (text.len() as u64) << 32));
            let fault = survive(&bytes).err()?;
            if let Some(folder) = std::env::var_os("GROMA_MUTATION_KEEP") {
                let file = format!("{}-{seed}.ifc", name.replace('/', "_"));
                let _ = std::fs::write(Path::new(&folder).join(file), &bytes);
            }
            Some(format!("seed {seed}: {fault}"))
        });
        told.collect()
    });
    let peak = PEAK.load(Relaxed) - base.min(PEAK.load(Relaxed));
    let most = MOST_MEMORY + 2 * MOST_FACTOR * text.len();
    if peak > most {
        return Err(format!("{name}: {} MiB of memory, at most {}", peak >> 20, most >> 20).into());
    }
    if faults.is_empty() { Ok(()) } else { Err(format!("{name}:\n{}", faults.join("\n")).into()) }
}

/// Breaks the bytes of archives and of gzip streams: what unpacks, and what does not.
fn broken_packed(times: u64) -> Result<(), Failed> {
    let text = small();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("small.ifc", zip::write::SimpleFileOptions::default())?;
    zip.write_all(&text)?;
    let zip = zip.finish()?.into_inner();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&text)?;
    let gz = gz.finish()?;
    let (mut faults, mut read) = (Vec::new(), 0);
    for seed in 0..times {
        let packed = if seed % 2 == 0 { &zip } else { &gz };
        match with_threads(2, || survive(&mutated(packed, &mut Dice(seed)))) {
            Ok(elements) => read += usize::from(elements > 0),
            Err(fault) => faults.push(format!("seed {seed}: {fault}")),
        }
    }
    if times >= 50 && read == 0 {
        return Err("nothing was read: the packed bytes were broken too well".into());
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

/// Reads bytes to the end; how many elements there were, or what went wrong.
fn survive(bytes: &[u8]) -> Result<usize, String> {
    let start = Instant::now();
    let read =
        catch_unwind(AssertUnwindSafe(|| match Source::from_bytes(bytes.to_vec(), Path::new("m.ifc")) {
            // `all` checks that each element is accounted for, and that no coordinate is infinite.
            Ok(source) => all(&source, "m").0.elements.len(),
            Err(_) => 0,
        }));
    let elements = read.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        format!("panics: {}", text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("?"))
    })?;
    match start.elapsed() {
        time if time > MOST_TIME => Err(format!("takes {time:?}")),
        _ => Ok(elements),
    }
}

/// One of each: extrusions, openings, maps, breps, advanced breps, booleans, tessellations, sections along a curve,
/// placements along it, properties, units, materials, systems.
fn small() -> Vec<u8> {
    step("IFC4X3_ADD2", include_str!("common/small.txt"))
}
