//! Runs a stage on files and prints what it cost, as one line of JSON.
//!
//! `groma-bench inspect FILE…` opens the models with their geometry, `groma-bench clash FILE…` goes on to
//! a verdict, and `groma-bench clash --meshes FILE.bin` tests triangles that another program made; with
//! `--format json` a clash stage prints the report of `groma clash` instead of its cost.
//! `groma-bench boxes` finds pairs among made boxes.
//! `groma-bench inspect --again FILE…` opens them once more out of a cache, `groma-bench compare OLD NEW`
//! compares two revisions, `groma-bench psplib` levels plain projects. Wall and CPU time are of the work alone; the
//! memory is the peak of the whole process.

#![allow(clippy::print_stdout, reason = "the measurement is the program's output")]

mod boxes;
#[path = "../../../crates/groma-clash/tests/support/mesh_file.rs"]
mod mesh_file;
mod network;
mod psplib;
mod risk;
mod schedule;
mod spans;
mod whatif;

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use cpu_time::ProcessTime;
use groma::clash::{Scene, SceneModel};
use groma::exchange::clash_report::ClashReport;
use groma::geometry::Shapes;
use groma::model::{Diagnostics, Frame, Model};
use groma::{Cache, ClashRun, ModelSource, Pairs, Project, Rule, RuleKind};
use serde::Serialize;
use spans::Spans;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Many small shapes are made on all threads and given back: the system's own takes a fifth longer for a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measure a stage of groma on given files.
#[derive(Parser)]
struct Args {
    /// How many threads work [default: one per core]
    #[arg(long, global = true)]
    threads: Option<u16>,
    #[command(subcommand)]
    stage: Stage,
}

#[derive(Subcommand)]
enum Stage {
    /// Read and mesh models
    Inspect {
        #[arg(required = true)]
        files: Vec<OsString>,
        /// Then open them with an empty cache, and again out of it; its directory is removed afterwards
        #[arg(long)]
        again: bool,
    },
    /// Read and mesh two revisions, then compare them
    Compare {
        /// The old revision, then the new one
        #[arg(required = true, num_args = 2)]
        files: Vec<OsString>,
    },
    /// Many made boxes to the pairs of them that meet
    Boxes(boxes::Boxes),
    /// Monte Carlo over a programme of any size
    Risk(risk::Risk),
    /// The table of resource-constrained projects in BENCHMARKS.md
    Psplib(psplib::Psplib),
    /// The table of programmes in BENCHMARKS.md
    Schedule(schedule::ScheduleBench),
    /// Read and mesh models, then find clashes
    Clash {
        #[arg(required_unless_present = "meshes")]
        files: Vec<OsString>,
        /// Test the meshes of this file instead: group a against b, or all against all
        #[arg(long, value_name = "FILE.bin", conflicts_with = "files")]
        meshes: Option<PathBuf>,
        #[arg(long, value_enum, default_value_t = Kind::Hard)]
        kind: Kind,
        #[arg(long, default_value_t = Rule::DEFAULT_TOLERANCE)]
        tolerance: f64,
        #[arg(long, default_value_t = 0.05)]
        distance: f64,
        #[arg(long)]
        no_exclusions: bool,
        /// Print what was found instead of what it cost: the report of groma clash
        #[arg(long, value_enum)]
        format: Option<Format>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// As groma clash --format json
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Hard,
    Clearance,
    Touching,
    Duplicate,
}

/// The spans that clash detection is made of, in order: whom to test, meshes welded, placed, pairs of boxes,
/// trees built, pairs tested.
const CLASH_STEPS: [&str; 6] = ["select", "prepare", "place", "broad", "build", "narrow"];

/// What a stage cost.
#[derive(Serialize)]
struct Cost {
    stage: &'static str,
    wall_s: f64,
    cpu_s: f64,
}

#[derive(Serialize)]
struct Measurement {
    tool: &'static str,
    files: usize,
    threads: usize,
    elements: usize,
    meshed: usize,
    failed: usize,
    triangles: usize,
    clashes: Option<usize>,
    candidates: Option<usize>,
    stages: Vec<Cost>,
    /// CPU seconds of the steps of clash detection.
    steps: BTreeMap<&'static str, f64>,
    wall_s: f64,
    cpu_s: f64,
    /// The most memory that the process held; none where the system does not tell.
    peak_mb: Option<f64>,
}

impl Measurement {
    /// What these stages cost, and what the last of them found.
    fn of(stages: Vec<Cost>, run: Option<&ClashRun>) -> Self {
        Self {
            tool: groma::exchange::report::GENERATOR,
            files: 0,
            threads: rayon::current_num_threads(),
            elements: 0,
            meshed: 0,
            failed: 0,
            triangles: 0,
            clashes: run.map(|r| r.clashes.len()),
            candidates: run.map(|r| r.tally.candidates),
            wall_s: stages.iter().map(|s| s.wall_s).sum(),
            cpu_s: stages.iter().map(|s| s.cpu_s).sum(),
            stages,
            steps: BTreeMap::new(),
            peak_mb: peak_mb(),
        }
    }
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.map_or(0, usize::from))
        .stack_size(groma::WORKER_STACK)
        .build()?;
    if let Stage::Boxes(args) = &args.stage {
        println!("{}", serde_json::to_string(&pool.install(|| boxes::measure(args)))?);
        return Ok(());
    }
    if let Stage::Risk(args) = &args.stage {
        println!("{}", serde_json::to_string(&pool.install(|| risk::measure(args)))?);
        return Ok(());
    }
    if let Stage::Schedule(args) = &args.stage {
        print!("{}", pool.install(|| schedule::table(args))?);
        return Ok(());
    }
    if let Stage::Psplib(args) = &args.stage {
        print!("{}", pool.install(|| psplib::run(args))?);
        return Ok(());
    }
    if let Stage::Clash { format: Some(Format::Json), .. } = &args.stage {
        print!("{}", pool.install(|| report(&args.stage))?);
        return Ok(());
    }
    let spans = Spans::listen();
    let mut measurement = pool.install(|| measure(&args.stage))?;
    measurement.steps = spans.of(&CLASH_STEPS);
    println!("{}", serde_json::to_string(&measurement)?);
    Ok(())
}

fn measure(stage: &Stage) -> anyhow::Result<Measurement> {
    let (Stage::Inspect { files, .. } | Stage::Compare { files } | Stage::Clash { files, .. }) = stage else {
        anyhow::bail!("this stage opens no models");
    };
    if let Stage::Clash { meshes: Some(path), .. } = stage {
        return measure_meshes(path, stage);
    }
    let sources = files.iter().map(|f| ModelSource::parse(f)).collect::<Result<Vec<_>, _>>()?;
    let mut stages = Vec::new();
    let project = match (stage, &sources[..]) {
        (Stage::Compare { .. }, [old, new]) => {
            let old = timed("import old", &mut stages, || Project::open(std::slice::from_ref(old), &()))?;
            let new = timed("import new", &mut stages, || Project::open(std::slice::from_ref(new), &()))?;
            timed("compare", &mut stages, || old.compare(&new, None, &()))?;
            new
        }
        _ => timed("import", &mut stages, || Project::open(&sources, &()))?,
    };
    if let Stage::Inspect { again: true, .. } = stage {
        let directory = tempfile::tempdir()?;
        let cache = Cache::new(directory.path(), Cache::DEFAULT_LIMIT);
        for name in ["import and keep", "import again"] {
            timed(name, &mut stages, || Project::open_with(&sources, Some(&cache), &()))?;
        }
        anyhow::ensure!(cache.tally().hits == project.models.len(), "not all came out of the cache");
    }
    let run = match stage {
        Stage::Inspect { .. } | Stage::Compare { .. } => None,
        Stage::Clash { .. } => {
            let pairs = if sources.len() == 1 { Pairs::Within } else { Pairs::Between };
            let rule = rule(stage, pairs).context("a clash stage has a rule")?;
            Some(timed("clash", &mut stages, || project.clash(&rule, &()))?)
        }
        Stage::Boxes(_) | Stage::Risk(_) | Stage::Schedule(_) | Stage::Psplib(_) => None,
    };
    let coverage = project.coverage();
    Ok(Measurement {
        files: sources.len(),
        elements: coverage.elements,
        meshed: coverage.meshed,
        failed: coverage.failed,
        triangles: project.models.iter().map(|m| m.shapes.triangle_count()).sum(),
        ..Measurement::of(stages, run.as_ref())
    })
}

/// What a clash stage finds, as `groma clash` reports it.
fn report(stage: &Stage) -> anyhow::Result<String> {
    let Stage::Clash { files, meshes, .. } = stage else { anyhow::bail!("this stage finds no clashes") };
    if let Some(path) = meshes {
        let (models, frame) = mesh_file::read(path).with_context(|| path.display().to_string())?;
        let scene = mesh_scene(&models, &frame);
        let rule = rule(stage, mesh_pairs(&models)).context("a clash stage has a rule")?;
        let run = groma::clash::detect(&scene, &rule, &())?;
        return Ok(ClashReport::of(&scene, &rule, &run, &Diagnostics::default()).to_json());
    }
    let sources = files.iter().map(|f| ModelSource::parse(f)).collect::<Result<Vec<_>, _>>()?;
    let project = Project::open(&sources, &())?;
    let pairs = if sources.len() == 1 { Pairs::Within } else { Pairs::Between };
    let rule = rule(stage, pairs).context("a clash stage has a rule")?;
    let run = project.clash(&rule, &())?;
    Ok(ClashReport::of(&project.scene(), &rule, &run, &project.all_diagnostics()).to_json())
}

/// The models of a mesh file as a scene.
fn mesh_scene<'a>(models: &'a [(Model, Shapes)], frame: &'a Frame) -> Scene<'a> {
    Scene { models: models.iter().map(|(model, shapes)| SceneModel { model, shapes }).collect(), frame }
}

fn mesh_pairs(models: &[(Model, Shapes)]) -> Pairs {
    if models.len() > 1 { Pairs::Between } else { Pairs::All }
}

/// The rule of a clash stage.
fn rule(stage: &Stage, pairs: Pairs) -> Option<Rule> {
    let Stage::Clash { kind, tolerance, distance, no_exclusions, .. } = stage else { return None };
    let kind = match kind {
        Kind::Hard => RuleKind::Hard,
        Kind::Clearance => RuleKind::Clearance { distance: *distance },
        Kind::Touching => RuleKind::Touching,
        Kind::Duplicate => RuleKind::Duplicate,
    };
    Some(Rule {
        // As `groma clash` names it, so that pairs have the keys that they have there.
        name: kind.as_str().into(),
        kind,
        tolerance: *tolerance,
        pairs,
        exclusions: !no_exclusions,
    })
}

/// Meshes of a file, each an element of its own; groups `a` and `b` are two models.
fn measure_meshes(path: &Path, stage: &Stage) -> anyhow::Result<Measurement> {
    let (models, frame) = mesh_file::read(path).with_context(|| path.display().to_string())?;
    let rule = rule(stage, mesh_pairs(&models)).context("a clash stage has a rule")?;
    let scene = mesh_scene(&models, &frame);
    let mut stages = Vec::new();
    let run = timed("clash", &mut stages, || groma::clash::detect(&scene, &rule, &()))?;
    Ok(Measurement {
        files: 1,
        elements: models.iter().map(|m| m.0.elements.len()).sum(),
        meshed: models.iter().map(|m| m.1.instances.len()).sum(),
        triangles: models.iter().map(|m| m.1.triangle_count()).sum(),
        ..Measurement::of(stages, Some(&run))
    })
}

fn timed<T, E>(
    stage: &'static str,
    stages: &mut Vec<Cost>,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    let result = work();
    stages.push(Cost { stage, wall_s: wall.elapsed().as_secs_f64(), cpu_s: cpu.elapsed().as_secs_f64() });
    result
}

/// The peak of resident memory, where `/proc` tells it.
fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
