//! What drawing costs, measured: frames while the view turns, frames while the programme is scrubbed, picks.

use crate::app::Verdict;
use crate::camera::MainCamera;
use crate::flat_mesh::FlatMesh;
use crate::graphics::{DrawWatch, Graphics};
use crate::orbit::Orbit;
use crate::parts::drawn_of;
use crate::pick::Ray;
use crate::repaint::Painted;
use crate::scene::Scene;
use crate::screenshot::Canvas;
use crate::session::Session;
use crate::session::action::Action;
use crate::session_plugin::SessionSystems;
use crate::startup::Settled;
use bevy::app::{App, AppExit, Plugin, Update};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::MessageWriter;
use bevy::ecs::observer::On;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Commands, Query};
use bevy::math::Vec2;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use glam::DVec3;
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Frames that are drawn before each measurement, so that nothing is made for the first time in it.
const WARM: u32 = 12;
/// Rays of the measurement of picks.
const RAYS: u32 = 2_000;

/// What is measured, and where it is written.
#[derive(Clone, Debug)]
pub struct BenchOptions {
    /// The file of the report.
    pub out: PathBuf,
    /// How many frames are measured of each kind.
    pub frames: u32,
    /// When the program was started.
    pub began: Instant,
    /// Nothing is drawn, so that the CPU time is the viewer's own alone.
    pub idle: bool,
}

/// Measures, writes a report as JSON, and ends the program.
pub struct BenchPlugin {
    /// What is measured, and where it is written.
    pub options: BenchOptions,
    /// What it draws with.
    pub graphics: Graphics,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

impl Plugin for BenchPlugin {
    fn build(&self, app: &mut App) {
        let report = Report {
            generator: concat!("groma-viewer ", env!("CARGO_PKG_VERSION")),
            graphics: self.graphics.name.clone(),
            size: [self.size.0, self.size.1],
            elements: 0,
            drawn_elements: 0,
            triangles: 0,
            meshes_mb: 0.0,
            placed_meshes_mb: 0.0,
            first_triangles_s: None,
            opened_s: 0.0,
            first_picture_s: 0.0,
            turning: None,
            scrubbing: None,
            picking: None,
            uploaded_mb: 0.0,
            peak_mb: None,
            rest_mb: None,
        };
        let BenchOptions { out, frames, began, idle: _ } = self.options.clone();
        app.insert_resource(Bench {
            out,
            frames: frames.max(1),
            began,
            report,
            asked: false,
            step: Step::Opening,
        })
        .add_systems(Update, advance.before(SessionSystems));
    }
}

/// What is measured. Times are of the wall unless they say CPU.
#[derive(Serialize)]
struct Report {
    generator: &'static str,
    graphics: String,
    size: [u32; 2],
    elements: usize,
    drawn_elements: usize,
    triangles: usize,
    /// Points and triangles of the meshes as the models have them, each mesh once.
    meshes_mb: f64,
    /// As much if each element had its meshes for itself, drawn flat: 24 bytes for a point with its normal, 12 for a
    /// triangle.
    placed_meshes_mb: f64,
    /// From the start of the program until the first frame with something of the models in it is finished.
    first_triangles_s: Option<f64>,
    /// Until all models are open.
    opened_s: f64,
    /// Until the first picture of them is finished.
    first_picture_s: f64,
    turning: Option<Frames>,
    /// Where a programme is linked.
    scrubbing: Option<Frames>,
    picking: Option<Picks>,
    /// The meshes that the graphics card was given; a card that does nothing keeps them in main memory.
    uploaded_mb: f64,
    /// The most of main memory that the program ever had, and what it has at the end.
    peak_mb: Option<f64>,
    rest_mb: Option<f64>,
}

/// The cost of a frame: the mean of many.
#[derive(Serialize)]
struct Frames {
    frames: u32,
    ms: f64,
    /// CPU time of the program's own threads, where the system tells it.
    own_cpu_ms: Option<f64>,
    /// CPU time of the threads of a driver that draws without a card.
    driver_cpu_ms: Option<f64>,
    /// Elements whose looks were brought to the card.
    uploaded_elements: f64,
}

/// The cost of finding what is under the pointer.
#[derive(Serialize)]
struct Picks {
    rays: u32,
    hits: u32,
    mean_us: f64,
    most_us: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    First,
    Turning,
    Scrubbing,
}

enum Step {
    /// Models are being opened.
    Opening,
    /// So many frames are left before it is measured.
    Warming(Kind, u32),
    /// So many frames are left of those that are measured.
    Measuring(Kind, u32, Sample),
    /// All are under way; a picture of the last is waited for.
    Finishing(Kind, Sample),
    Done,
}

/// What was spent until now.
#[derive(Clone, Copy)]
struct Sample {
    wall: Instant,
    cpu: Option<[Duration; 2]>,
    uploaded: u64,
}

impl Sample {
    fn now(painted: &Painted) -> Self {
        Self { wall: Instant::now(), cpu: cpu_of_threads(), uploaded: painted.uploaded }
    }
}

#[derive(Resource)]
struct Bench {
    out: PathBuf,
    frames: u32,
    began: Instant,
    report: Report,
    /// The picture of the first triangles is under way.
    asked: bool,
    step: Step,
}

/// The CPU time of the program's own threads, and of those of the driver, by their names.
fn cpu_of_threads() -> Option<[Duration; 2]> {
    let mut spent = [Duration::ZERO; 2];
    for thread in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        let read = |file: &str| std::fs::read_to_string(thread.path().join(file)).unwrap_or_default();
        let name = read("comm");
        let is_driver =
            ["llvmpipe", "lvp", "vk", "[vk", "WSI", "lavapipe"].iter().any(|n| name.starts_with(n));
        let nanoseconds: u64 =
            read("schedstat").split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0);
        spent[usize::from(is_driver)] += Duration::from_nanos(nanoseconds);
    }
    Some(spent)
}

/// The resident memory, where the system tells it: `VmRSS` what it is, `VmHWM` the most that it was.
fn memory_mb(which: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.strip_prefix(which).is_some_and(|l| l.starts_with(':')))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}

#[allow(clippy::too_many_arguments, reason = "all that is measured")]
fn advance(
    mut commands: Commands,
    mut bench: ResMut<Bench>,
    session: Res<Session>,
    settled: Res<Settled>,
    scene: Res<Scene>,
    watch: Res<DrawWatch>,
    painted: Res<Painted>,
    canvas: Res<Canvas>,
    verdict: Res<Verdict>,
    mut cameras: Query<&mut Orbit, With<MainCamera>>,
    mut ask: MessageWriter<Action>,
    mut exit: MessageWriter<AppExit>,
) {
    let drawn = watch.drawn();
    if let Some(fault) = drawn.fault {
        exit.write(verdict.fail(format!("nothing can be measured: {fault}")));
        return;
    }
    let bench = &mut *bench;
    if !bench.asked && scene.part_count() > 0 {
        bench.asked = true;
        commands.spawn(Screenshot::image(canvas.image.clone())).observe(see_first);
    }
    match bench.step {
        Step::Opening if settled.0 => {
            bench.report.opened_s = bench.began.elapsed().as_secs_f64();
            about_models(&session, &mut bench.report);
            bench.report.uploaded_mb = scene.uploaded as f64 / 1e6;
            bench.step = Step::Warming(Kind::First, 2);
        }
        Step::Warming(kind, left) => {
            move_on(kind, 0, bench.frames, &session, &mut cameras, &mut ask);
            bench.step = match left {
                0 if drawn.pending > 0 => Step::Warming(kind, 1),
                0 => Step::Measuring(kind, bench.frames, Sample::now(&painted)),
                n => Step::Warming(kind, n - 1),
            };
        }
        Step::Measuring(kind, left, sample) => {
            let left = if kind == Kind::First { 0 } else { left };
            bench.step = match left {
                0 => {
                    commands.spawn(Screenshot::image(canvas.image.clone())).observe(finish);
                    Step::Finishing(kind, sample)
                }
                n => {
                    move_on(kind, bench.frames - n + 1, bench.frames, &session, &mut cameras, &mut ask);
                    Step::Measuring(kind, n - 1, sample)
                }
            };
        }
        Step::Opening | Step::Finishing(..) | Step::Done => {}
    }
}

/// What the models are made of.
fn about_models(session: &Session, report: &mut Report) {
    let Some(elements) = &session.elements else { return };
    report.elements = elements.len();
    report.drawn_elements = session.catalogue.drawn().len();
    for model in &elements.project().models {
        let shapes = &model.shapes;
        let bytes = |m: &groma::geometry::Mesh| 24 * m.positions.len() + 12 * m.triangles.len();
        report.meshes_mb += shapes.meshes.iter().map(|m| bytes(m) as f64 / 1e6).sum::<f64>();
        let flat: Vec<usize> =
            shapes.meshes.iter().map(|m| FlatMesh::of(m).map_or(0, |flat| flat.points())).collect();
        let drawn = drawn_of(&model.model);
        for instance in shapes.instances.iter().filter(|i| drawn(i.element)) {
            let mesh = instance.mesh as usize;
            let triangles = shapes.meshes.get(mesh).map_or(0, |m| m.triangles.len());
            let points = flat.get(mesh).copied().unwrap_or(0);
            report.triangles += triangles;
            report.placed_meshes_mb += (24 * points + 12 * triangles) as f64 / 1e6;
        }
    }
}

/// Brings about the frame of a number.
fn move_on(
    kind: Kind,
    n: u32,
    of: u32,
    session: &Session,
    cameras: &mut Query<&mut Orbit, With<MainCamera>>,
    ask: &mut MessageWriter<Action>,
) {
    match kind {
        Kind::First => {}
        Kind::Turning => {
            for mut orbit in cameras.iter_mut() {
                *orbit = orbit.turned(Vec2::new(0.01, 0.0));
            }
        }
        Kind::Scrubbing => {
            let Some(plan) = session.plan.as_ref() else {
                ask.write(Action::UsePlan(true));
                return;
            };
            let (first, last) = plan.span();
            let minutes = f64::from(last - first) * f64::from(n) / f64::from(of);
            ask.write(Action::GoTo(first + minutes as i32));
        }
    }
}

fn see_first(_: On<ScreenshotCaptured>, mut bench: ResMut<Bench>, watch: Res<DrawWatch>) {
    match watch.drawn().pending {
        0 => bench.report.first_triangles_s = Some(bench.began.elapsed().as_secs_f64()),
        // They are missing from it: the next one will do.
        _ => bench.asked = false,
    }
}

/// Takes a measurement when the picture of its last frame is there, and goes on to the next.
fn finish(
    _: On<ScreenshotCaptured>,
    mut bench: ResMut<Bench>,
    session: Res<Session>,
    painted: Res<Painted>,
    verdict: Res<Verdict>,
    mut exit: MessageWriter<AppExit>,
) {
    let bench = &mut *bench;
    let Step::Finishing(kind, from) = bench.step else { return };
    let to = Sample::now(&painted);
    let frames = bench.frames;
    let each = |spent: Duration| spent.as_secs_f64() * 1e3 / f64::from(frames);
    let cpu = |n: usize| Some(each(to.cpu?[n].saturating_sub(from.cpu?[n])));
    let cost = Frames {
        frames,
        ms: each(to.wall - from.wall),
        own_cpu_ms: cpu(0),
        driver_cpu_ms: cpu(1),
        uploaded_elements: (to.uploaded - from.uploaded) as f64 / f64::from(frames),
    };
    bench.step = match kind {
        Kind::First => {
            bench.report.first_picture_s = bench.began.elapsed().as_secs_f64();
            Step::Warming(Kind::Turning, WARM)
        }
        Kind::Turning => {
            bench.report.turning = Some(cost);
            match session.laid_aside.is_some() || session.plan.is_some() {
                true => Step::Warming(Kind::Scrubbing, WARM),
                false => Step::Done,
            }
        }
        Kind::Scrubbing => {
            bench.report.scrubbing = Some(cost);
            Step::Done
        }
    };
    if matches!(bench.step, Step::Done) {
        bench.report.picking = pick(&session);
        bench.report.peak_mb = memory_mb("VmHWM");
        bench.report.rest_mb = memory_mb("VmRSS");
        let mut text = serde_json::to_string_pretty(&bench.report).unwrap_or_default();
        text.push('\n');
        exit.write(match groma::files::write(&bench.out, text.as_bytes()) {
            Ok(()) => AppExit::Success,
            Err(error) => verdict.fail(format!("cannot write {}: {error}", bench.out.display())),
        });
    }
}

/// Rays from a sphere around everything to its middle and beside it; each is cast twice, and the second is timed, when
/// the trees of the meshes are there.
fn pick(session: &Session) -> Option<Picks> {
    let (low, high) = session.bounds_of_all()?;
    let (middle, reach) = ((low + high) * 0.5, (high - low) * 0.5);
    let sections = session.sections();
    let mut picks = Picks { rays: RAYS, hits: 0, mean_us: 0.0, most_us: 0.0 };
    let golden = 2.399_963_229_728_653;
    for n in 0..RAYS {
        let share = (f64::from(n) + 0.5) / f64::from(RAYS);
        let (z, turn) = (1.0 - 2.0 * share, golden * f64::from(n));
        let outward = DVec3::new(turn.cos(), turn.sin(), 0.0) * (1.0 - z * z).sqrt() + DVec3::Z * z;
        let beside = DVec3::new((turn * 3.0).sin(), (turn * 5.0).cos(), (turn * 7.0).sin()) * 0.8;
        let origin = middle + outward * reach.length() * 2.0;
        let Some(direction) = (middle + beside * reach - origin).try_normalize() else { continue };
        let ray = Ray { origin, direction };
        let cast = || session.surfaces.hit(ray, &sections, |p| session.is_seen(p, false));
        cast();
        let began = Instant::now();
        let hit = cast();
        let spent = began.elapsed().as_secs_f64() * 1e6;
        picks.hits += u32::from(hit.is_some());
        picks.mean_us += spent / f64::from(RAYS);
        picks.most_us = picks.most_us.max(spent);
    }
    Some(picks)
}
