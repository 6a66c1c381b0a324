//! `groma-viewer`: shows IFC models in 3D.

use clap::Parser;
use groma::{Cache, ModelSource};
use groma_viewer::load::LoadPlugin;
use groma_viewer::orbit::Orbit;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows IFC models in 3D.
///
/// Left drag turns, right drag moves, the wheel zooms; F fits the view, Home resets it, Esc leaves.
#[derive(Parser)]
#[command(name = "groma-viewer", version)]
struct Arguments {
    /// IFC files (.ifc, .ifczip), each as FILE or LABEL=FILE
    #[arg(required = true, value_name = "FILE")]
    files: Vec<OsString>,
    /// Write a picture to this PNG file instead of opening a window; needs no screen
    #[arg(long, value_name = "OUT.png")]
    screenshot: Option<PathBuf>,
    /// Size of the window or picture in pixels
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1600x900", value_parser = parse_size)]
    size: (u32, u32),
    /// Direction to look from, in degrees: around (0 from the south, 90 from the east) and above the horizon
    #[arg(long, value_name = "YAW,PITCH", value_parser = parse_direction, allow_hyphen_values = true)]
    camera: Option<(f32, f32)>,
    /// Read and mesh anew what was opened before, and keep nothing for the next time
    #[arg(long)]
    no_cache: bool,
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

fn parse_direction(text: &str) -> Result<(f32, f32), String> {
    let parsed = text.split_once(',').and_then(|(y, p)| Some((y.parse().ok()?, p.parse().ok()?)));
    match parsed {
        Some((yaw, pitch)) if f32::is_finite(yaw) && (-89.0..=89.0).contains(&pitch) => Ok((yaw, pitch)),
        _ => Err("expected YAW,PITCH in degrees, as in 35,25, with a pitch of -89 to 89".into()),
    }
}

fn main() -> ExitCode {
    match view(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the one place where the program speaks to its user")]
            {
                eprintln!("error: {error:#}");
            }
            ExitCode::from(2)
        }
    }
}

fn view(arguments: Arguments) -> anyhow::Result<()> {
    let sources = arguments.files.iter().map(|f| ModelSource::parse(f)).collect::<Result<Vec<_>, _>>()?;
    let cache = if arguments.no_cache { None } else { Cache::of_user() };
    let load = LoadPlugin::files(sources, cache);
    let mut home = Orbit::default();
    if let Some((yaw, pitch)) = arguments.camera {
        (home.yaw, home.pitch) = (yaw.to_radians(), pitch.to_radians());
    }
    match arguments.screenshot {
        Some(path) => groma_viewer::write_screenshot(load, arguments.size, home, path)?,
        None => groma_viewer::show_window(load, arguments.size, home)?,
    }
    Ok(())
}
