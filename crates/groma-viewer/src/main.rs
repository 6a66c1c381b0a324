//! `groma-viewer`: shows IFC models in 3D.

use clap::Parser;
use glam::DVec3;
use groma::Cache;
use groma::schedule::Time;
use groma::twin::first_and_last;
use groma_viewer::Outcome;
use groma_viewer::bench::BenchOptions;
use groma_viewer::frames::Series;
use groma_viewer::load::{LoadPlugin, What};
use groma_viewer::orbit::Orbit;
use groma_viewer::session::views::Stand;
use groma_viewer::view_command::ViewOptions;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// Shows IFC models in 3D.
///
/// Left drag turns around what is under the pointer, right drag moves, the wheel zooms to it. Ctrl+K lists all
/// commands with their keys.
#[derive(Parser)]
#[command(name = "groma-viewer", version)]
struct Arguments {
    /// IFC files (.ifc, .ifczip), each as FILE or LABEL=FILE; or a groma.toml, or the folder of one; without any, the
    /// window offers to open some
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write a picture to this PNG file instead of opening a window; needs no screen
    #[arg(long, value_name = "OUT.png", requires = "files")]
    screenshot: Option<PathBuf>,
    /// Write the course of the programme as pictures 00001.png, 00002.png, … into this folder; needs no screen
    #[arg(long, value_name = "DIR", conflicts_with = "screenshot", requires = "files")]
    frames: Option<PathBuf>,
    /// With --frames: days between pictures
    #[arg(long, value_name = "DAYS", default_value = "1", value_parser = parse_days, requires = "frames", conflicts_with_all = ["screenshot", "bench"])]
    every: f64,
    /// With --frames: the first date
    #[arg(long, value_name = "DATE", value_parser = parse_time, requires = "frames", conflicts_with_all = ["screenshot", "bench"])]
    from: Option<Time>,
    /// With --frames: the last date
    #[arg(long, value_name = "DATE", value_parser = parse_time, requires = "frames", conflicts_with_all = ["screenshot", "bench"])]
    to: Option<Time>,
    /// With --frames: make a film of them, by ffmpeg
    #[arg(long, value_name = "OUT.mp4", requires = "frames", conflicts_with_all = ["screenshot", "bench"])]
    video: Option<PathBuf>,
    /// With --video: pictures for each second
    #[arg(long, value_name = "N", default_value_t = 12, requires = "video", conflicts_with_all = ["screenshot", "bench"])]
    rate: u32,
    /// Measure what drawing costs and write a report as JSON to this file; needs no screen
    #[arg(long, value_name = "OUT.json", conflicts_with_all = ["screenshot", "frames"], requires = "files")]
    bench: Option<PathBuf>,
    /// With --bench: frames for each measurement
    #[arg(long, value_name = "N", default_value_t = 60, requires = "bench")]
    bench_frames: u32,
    /// With --bench: draw on a card that does nothing, so that all CPU time is the viewer's own and none a driver's
    #[arg(long, requires = "bench")]
    bench_idle: bool,
    /// Size of the window or picture in pixels
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1600x900", value_parser = parse_size)]
    size: (u32, u32),
    /// Direction to look from, in degrees: around (0 from the south, 90 from the east) and above the horizon; or
    /// what to look at in world metres, the direction, and the distance, as a copied command has them
    #[arg(long, value_name = "YAW,PITCH | X,Y,Z,YAW,PITCH,DISTANCE", value_parser = parse_camera, allow_hyphen_values = true)]
    camera: Option<Camera>,
    /// Show the programme of the project on the evening of this date, or at this time: 2026-05-01 or 2026-05-01T12:00
    #[arg(long, value_name = "DATE", value_parser = parse_time)]
    at: Option<Time>,
    /// With --at: what was seen on site, against what is planned
    #[arg(long, requires = "at")]
    seen: bool,
    /// Show a scenario of the project beside its programme: the name of its file in the folder scenarios
    #[arg(long, value_name = "NAME", requires = "files")]
    compare: Option<String>,
    /// Select what this selects, as in groma query
    #[arg(long, value_name = "SELECTOR")]
    select: Option<String>,
    /// Draw only what this selects
    #[arg(long, value_name = "SELECTOR")]
    isolate: Option<String>,
    /// Do not draw what this selects
    #[arg(long, value_name = "SELECTOR")]
    hide: Option<String>,
    /// Draw faintly all but what this selects
    #[arg(long, value_name = "SELECTOR")]
    ghost_others: Option<String>,
    /// Draw in parallel, not in perspective
    #[arg(long)]
    parallel: bool,
    /// Colours: class, type, discipline, system, storey, material, status, or a property as Pset_WallCommon.FireRating
    #[arg(long, value_name = "BY")]
    colour: Option<String>,
    /// Check for clashes, and show the issue of this place in the list, from 1, or of this key
    #[arg(long, value_name = "N|KEY")]
    issue: Option<String>,
    /// With --at: what does not stand at that date is drawn faintly
    #[arg(long, requires = "at")]
    ghost_absent: bool,
    /// Draw only what is inside this box, in world metres
    #[arg(long, value_name = "X,Y,Z:X,Y,Z", value_parser = parse_box, allow_hyphen_values = true)]
    section_box: Option<(DVec3, DVec3)>,
    /// Cut at a plane: a point in world metres, and the direction of what stays; may be repeated
    #[arg(long, value_name = "X,Y,Z:X,Y,Z", value_parser = parse_cut, allow_hyphen_values = true)]
    cut: Vec<(DVec3, DVec3)>,
    /// With --screenshot or --frames: end with 0 where not all of the files could be shown, not with 3
    #[arg(long)]
    allow_incomplete: bool,
    /// Read and mesh anew what was opened before, and keep nothing for the next time
    #[arg(long)]
    no_cache: bool,
}

/// A direction, or a place to stand.
#[derive(Clone, Copy)]
enum Camera {
    Direction(f32, f32),
    Stand(Stand),
}

/// The widths and heights that graphics cards can draw.
const SIZES: std::ops::RangeInclusive<u32> = 16..=8192;

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let parsed = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match parsed {
        Some((w, h)) if SIZES.contains(&w) && SIZES.contains(&h) => Ok((w, h)),
        _ => Err(format!("expected WIDTHxHEIGHT, as in 1600x900, each {} to {}", SIZES.start(), SIZES.end())),
    }
}

fn parse_days(text: &str) -> Result<f64, String> {
    let days = text.parse().ok().filter(|d: &f64| (0.001..=3650.0).contains(d));
    days.ok_or_else(|| "expected a number of days, as in 1 or 7 or 0.5".into())
}

fn numbers(text: &str) -> Option<Vec<f64>> {
    text.split(',').map(|t| t.trim().parse().ok().filter(|x: &f64| x.is_finite())).collect()
}

fn parse_camera(text: &str) -> Result<Camera, String> {
    let pitches = -90.0..=90.0;
    match numbers(text).as_deref() {
        Some([yaw, pitch]) if (-89.0..=89.0).contains(pitch) => {
            Ok(Camera::Direction(*yaw as f32, *pitch as f32))
        }
        Some([x, y, z, yaw, pitch, distance]) if pitches.contains(pitch) && *distance > 0.0 => {
            Ok(Camera::Stand(Stand {
                focus: DVec3::new(*x, *y, *z),
                yaw: yaw.to_radians(),
                pitch: pitch.to_radians(),
                distance: *distance,
            }))
        }
        _ => Err("expected YAW,PITCH in degrees, as in 35,25, with a pitch of -89 to 89; or X,Y,Z,YAW,PITCH,DISTANCE"
            .into()),
    }
}

/// A date means its end, as in `groma simulate`.
fn parse_time(text: &str) -> Result<Time, String> {
    Time::parse_evening(text).ok_or_else(|| "expected a date, as in 2026-05-01 or 2026-05-01T12:00".into())
}

fn parse_pair(text: &str) -> Option<(DVec3, DVec3)> {
    let (a, b) = text.split_once(':')?;
    let vector = |text| match numbers(text).as_deref() {
        Some([x, y, z]) => Some(DVec3::new(*x, *y, *z)),
        _ => None,
    };
    Some((vector(a)?, vector(b)?))
}

fn parse_box(text: &str) -> Result<(DVec3, DVec3), String> {
    let parsed = parse_pair(text).filter(|(low, high)| low.cmplt(*high).all());
    parsed.ok_or_else(|| "expected the least and the greatest corner, as in 0,0,0:10,8,3".into())
}

fn parse_cut(text: &str) -> Result<(DVec3, DVec3), String> {
    let parsed = parse_pair(text).filter(|(_, keep)| keep.length() > 0.0);
    parsed.ok_or_else(|| "expected a point and a direction, as in 0,0,1.2:0,0,-1".into())
}

/// The exit code where part of what the files have is not shown, as of `groma`.
const INCOMPLETE: u8 = 3;

/// Models are read on all threads, and much of the memory for it is given back, which the system's own allocator keeps.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let allowed = arguments.allow_incomplete;
    match view(arguments) {
        Ok(outcome) => {
            outcome.warnings.iter().for_each(|warning| say("warning", warning));
            let incomplete = outcome.incomplete && !allowed;
            if incomplete { ExitCode::from(INCOMPLETE) } else { ExitCode::SUCCESS }
        }
        Err(error) => {
            say("error", &format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

#[expect(clippy::print_stderr, reason = "the one place where the program speaks to its user")]
fn say(what: &str, text: &str) {
    eprintln!("{what}: {text}");
}

fn view(arguments: Arguments) -> anyhow::Result<Outcome> {
    let began = Instant::now();
    let first = match arguments.files.is_empty() {
        true => None,
        false => Some(What::of(&arguments.files).map_err(|e| anyhow::anyhow!(e))?),
    };
    let cache = if arguments.no_cache { None } else { Cache::of_user().map(Arc::new) };
    let preview = arguments.screenshot.is_none() && arguments.frames.is_none();
    let load = LoadPlugin { first, cache, preview };
    let mut home = Orbit::default();
    let mut view = ViewOptions {
        stand: None,
        at: arguments.at,
        select: arguments.select,
        isolate: arguments.isolate,
        hide: arguments.hide,
        ghost_others: arguments.ghost_others,
        parallel: arguments.parallel,
        colour: arguments.colour,
        seen: arguments.seen,
        compare: arguments.compare,
        issue: arguments.issue,
        ghost_absent: arguments.ghost_absent,
        section_box: arguments.section_box,
        cuts: arguments.cut,
    };
    match arguments.camera {
        Some(Camera::Direction(yaw, pitch)) => {
            (home.yaw, home.pitch) = (yaw.to_radians(), pitch.to_radians());
        }
        Some(Camera::Stand(stand)) => view.stand = Some(stand),
        None => {}
    }
    if let Some(out) = arguments.bench {
        let options = BenchOptions { out, frames: arguments.bench_frames, began, idle: arguments.bench_idle };
        groma_viewer::measure(load, arguments.size, view, options)?;
        return Ok(Outcome::default());
    }
    if let Some(folder) = arguments.frames {
        let film = arguments.video.map(|path| (path, arguments.rate.max(1)));
        if arguments.from.is_some() && arguments.to.is_some() {
            first_and_last(arguments.from, arguments.to, (Time::MIN, Time::MAX))?;
        }
        let series = Series { folder, days: arguments.every, from: arguments.from, to: arguments.to, film };
        return Ok(groma_viewer::write_frames(load, arguments.size, home, view, series)?);
    }
    match arguments.screenshot {
        Some(path) => {
            groma_viewer::write_screenshot(load, arguments.size, home, view, path).map_err(Into::into)
        }
        None => {
            groma_viewer::show_window(load, arguments.size, home, view)?;
            Ok(Outcome::default())
        }
    }
}
