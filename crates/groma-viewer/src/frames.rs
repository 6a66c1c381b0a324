//! The course of the programme as a series of pictures, and as a film where ffmpeg is there.

use crate::app::Verdict;
use crate::graphics::DrawWatch;
use crate::screenshot::{Canvas, write_captured};
use crate::session::Session;
use crate::session::action::Action;
use crate::session_plugin::SessionSystems;
use crate::startup::Settled;
use bevy::app::{App, AppExit, Plugin, Update};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::MessageWriter;
use bevy::ecs::observer::On;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Commands;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use groma::schedule::{DAY, Time};
use groma::twin::{Backward, first_and_last};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// So many frames are drawn of an instant before its picture is taken.
const STEADY_FRAMES: u64 = 3;
/// So many pictures are taken at most.
const MOST: usize = 20_000;

/// Which pictures are taken.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// The folder; it is made if it is absent.
    pub folder: PathBuf,
    /// Days between pictures.
    pub days: f64,
    /// The first instant; the first start unless stated.
    pub from: Option<Time>,
    /// The last instant; the last finish unless stated.
    pub to: Option<Time>,
    /// A film of them, and how many of them a second shows.
    pub film: Option<(PathBuf, u32)>,
}

/// Takes the pictures and ends the program.
pub struct FramesPlugin {
    /// Which.
    pub series: Series,
}

impl Plugin for FramesPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Taking {
            series: self.series.clone(),
            instants: Vec::new(),
            next: 0,
            state: State::Waiting,
        })
        .add_systems(Update, advance.before(SessionSystems));
    }
}

#[derive(Resource)]
struct Taking {
    series: Series,
    instants: Vec<Time>,
    next: usize,
    state: State,
}

enum State {
    /// Models are being opened.
    Waiting,
    /// An instant is being drawn: it is ready in this frame.
    Drawing(u64),
    /// Its picture is on its way.
    Saving,
}

/// Makes sure that pictures and a film can be written, before anything is opened.
///
/// # Errors
///
/// A folder that cannot be written to, or no ffmpeg where a film is asked for, in words.
pub fn prepare(series: &Series) -> Result<(), String> {
    if let Some((film, _)) = &series.film {
        let ffmpeg = Command::new("ffmpeg").arg("-version").stdin(Stdio::null()).output();
        if let Err(error) = ffmpeg {
            return Err(format!(
                "ffmpeg cannot be started ({error}): --video needs it\n  hint: install ffmpeg, or leave --video out"
            ));
        }
        writable(film)?;
    }
    let folder = &series.folder;
    std::fs::create_dir_all(folder)
        .map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    writable(&picture(folder, 0))
}

/// Makes sure that a file can be written, by a try beside it.
///
/// # Errors
///
/// Why not, in words.
pub fn writable(path: &Path) -> Result<(), String> {
    let wrong = |error: std::io::Error| format!("{} cannot be written: {error}", path.display());
    if path.is_dir() {
        return Err(format!("{} cannot be written: it is a folder", path.display()));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let try_at = folder.join(format!(".groma-viewer-{}", std::process::id()));
    std::fs::File::create(&try_at).map_err(wrong)?;
    std::fs::remove_file(&try_at).map_err(wrong)
}

/// The instants of a series over a programme.
///
/// # Errors
///
/// The last comes before the first.
pub fn instants(series: &Series, span: (Time, Time)) -> Result<Vec<Time>, Backward> {
    let (from, to) = first_and_last(series.from, series.to, span)?;
    let step = (series.days * f64::from(DAY)).round().max(1.0) as i32;
    let count = ((to - from) / step) as usize + 1;
    let mut all: Vec<Time> = (0..count.min(MOST) as i32).map(|k| from + k * step).collect();
    // The end is shown, even where no step ends there.
    if all.last().is_some_and(|last| *last < to) && all.len() < MOST {
        all.push(to);
    }
    Ok(all)
}

#[allow(clippy::too_many_arguments, reason = "all that a picture waits for")]
fn advance(
    mut commands: Commands,
    mut taking: ResMut<Taking>,
    session: Res<Session>,
    settled: Res<Settled>,
    watch: Res<DrawWatch>,
    canvas: Res<Canvas>,
    verdict: Res<Verdict>,
    mut ask: MessageWriter<Action>,
    mut exit: MessageWriter<AppExit>,
) {
    let drawn = watch.drawn();
    if let Some(fault) = drawn.fault {
        exit.write(verdict.fail(format!("the pictures cannot be drawn: {fault}")));
        return;
    }
    match taking.state {
        State::Waiting if settled.0 => {
            let plan = session.plan.as_ref().or(session.laid_aside.as_ref());
            let Some(span) = plan.map(|p| p.span()) else {
                let why = "no programme is linked to the elements: open a groma.toml that names one";
                exit.write(verdict.fail(session.no_programme.clone().unwrap_or_else(|| why.into())));
                return;
            };
            taking.instants = match instants(&taking.series, span) {
                Ok(instants) => instants,
                Err(error) => {
                    exit.write(verdict.fail(error.to_string()));
                    return;
                }
            };
            ask.write(Action::UsePlan(true));
            ask.write(Action::GoTo(taking.instants[0]));
            taking.state = State::Drawing(drawn.frames + STEADY_FRAMES);
        }
        State::Drawing(ready) if drawn.frames >= ready && drawn.pending == 0 => {
            commands.spawn(Screenshot::image(canvas.image.clone())).observe(save);
            taking.state = State::Saving;
        }
        State::Waiting | State::Drawing(_) | State::Saving => {}
    }
}

fn picture(folder: &Path, n: usize) -> PathBuf {
    folder.join(format!("{:05}.png", n + 1))
}

fn save(
    captured: On<ScreenshotCaptured>,
    mut taking: ResMut<Taking>,
    watch: Res<DrawWatch>,
    verdict: Res<Verdict>,
    mut ask: MessageWriter<Action>,
    mut exit: MessageWriter<AppExit>,
) {
    let path = picture(&taking.series.folder, taking.next);
    if let Err(error) = write_captured(&captured, None, &path) {
        exit.write(verdict.fail(error));
        return;
    }
    taking.next += 1;
    if let Some(&at) = taking.instants.get(taking.next) {
        ask.write(Action::GoTo(at));
        taking.state = State::Drawing(watch.drawn().frames + STEADY_FRAMES);
        return;
    }
    let end = match &taking.series.film {
        None => Ok(()),
        Some((film, rate)) => encode(&taking.series.folder, taking.instants.len(), film, *rate),
    };
    exit.write(match end {
        Ok(()) => AppExit::Success,
        Err(error) => verdict.fail(error),
    });
}

/// Makes a film of the pictures.
fn encode(folder: &Path, pictures: usize, film: &Path, rate: u32) -> Result<(), String> {
    let status = Command::new("ffmpeg")
        .args(["-y", "-loglevel", "error", "-framerate", &rate.to_string(), "-i"])
        .arg(folder.join("%05d.png"))
        // Pictures of another series may lie behind them.
        .args(["-frames:v", &pictures.to_string()])
        // Players want even sizes and this layout of colours.
        .args(["-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2", "-pix_fmt", "yuv420p"])
        .arg(film)
        .stdin(Stdio::null())
        .output();
    let pictures = format!("the pictures are in {}", folder.display());
    match status {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Err(format!("ffmpeg cannot make {}: {said}; {pictures}", film.display()))
        }
        Err(error) => Err(format!("ffmpeg cannot be started ({error}); {pictures}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_instant_is_shown_even_between_steps() {
        let at = |text: &str| Time::parse(text).expect("a date");
        let span = (at("2026-03-02"), at("2026-03-18"));
        let series =
            |days: f64, to: Option<Time>| Series { folder: PathBuf::new(), days, from: None, to, film: None };
        let words = |s: Series| {
            instants(&s, span)
                .expect("dates")
                .iter()
                .map(|t| t.to_string()[5..10].to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(words(series(7.0, None)), ["03-02", "03-09", "03-16", "03-18"]);
        assert_eq!(words(series(8.0, None)), ["03-02", "03-10", "03-18"]);
        assert_eq!(words(series(7.0, Some(at("2026-03-02")))), ["03-02"]);
        let early = instants(&series(7.0, Some(at("2026-03-01"))), span)
            .expect_err("nothing is before the start")
            .to_string();
        assert!(early.contains("--to 2026-03-01") && early.contains("the first start 2026-03-02"), "{early}");
        assert_eq!(instants(&series(1e-9, None), span).expect("dates").len(), MOST);
    }
}
