//! The program: its plugins, in a window or for a picture.

use crate::background::BackgroundPlugin;
use crate::bench::{BenchOptions, BenchPlugin};
use crate::camera::CameraPlugin;
use crate::checks::ChecksPlugin;
use crate::click::ClickPlugin;
use crate::files::FilesPlugin;
use crate::film::FilmPlugin;
use crate::frames::{FramesPlugin, Series, prepare, writable};
use crate::graphics::{
    DrawWatch, DrawWatchPlugin, Graphics, NoGraphics, find_graphics, idle_renderer, renderer,
};
use crate::grip::GripPlugin;
use crate::keys::KeysPlugin;
use crate::light::SunlightPlugin;
use crate::load::{LoadFailed, LoadPlugin, LoadSystems, Opened};
use crate::orbit::Orbit;
use crate::part_material::PartMaterialPlugin;
use crate::picture::PicturePlugin;
use crate::repaint::RepaintPlugin;
use crate::scene::ScenePlugin;
use crate::screenshot::{CanvasPlugin, ScreenshotPlugin};
use crate::session::{Effect, Session};
use crate::session_plugin::SessionPlugin;
use crate::settings::{self, SettingsPlugin};
use crate::startup::StartupPlugin;
use crate::survive::{self, SurvivePlugin};
use crate::title::TitlePlugin;
use crate::ui::UiPlugin;
use crate::view_command::ViewOptions;
use crate::walk::WalkPlugin;
use crate::whatifs::WhatIfsPlugin;
use bevy::DefaultPlugins;
use bevy::app::{
    App, AppExit, Plugin, PluginGroup, PluginGroupBuilder, PostUpdate, PreUpdate, ScheduleRunnerPlugin,
};
use bevy::ecs::change_detection::Res;
use bevy::ecs::message::{MessageReader, MessageWriter};
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Query;
use bevy::log::{Level, LogPlugin};
use bevy::render::RenderPlugin;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::window::{ExitCondition, PrimaryWindow, Window, WindowPlugin, WindowResolution};
use bevy::winit::WinitPlugin;
use std::any::Any;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use thiserror::Error;

/// The exit code where the viewer could not do its work.
const COULD_NOT_RUN: NonZero<u8> = NonZero::new(2).expect("not zero");
/// While a picture's models are loaded, a frame is empty: this is how long one waits for the next.
const PICTURE_PAUSE: Duration = Duration::from_millis(2);

/// Why the viewer could not do its work.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ViewerError {
    /// There is nothing to draw with.
    #[error(transparent)]
    NoGraphics(#[from] NoGraphics),
    /// There is no screen to open a window on.
    #[error(
        "no window can be opened: {problem}\n  \
         hint: without a screen, write a picture with --screenshot OUT.png; on a bare Debian, a window \
         needs libxkbcommon-x11-0 libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2"
    )]
    NoWindow {
        /// What the window system says.
        problem: String,
    },
    /// It began and could not go on.
    #[error("{problem}")]
    Failed {
        /// What happened, and how to mend it where that is known.
        problem: String,
    },
}

/// What is told of a picture that was made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// What is wrong with what was shown, a line each.
    pub warnings: Vec<String>,
    /// Part of what the files have is not shown.
    pub incomplete: bool,
}

/// So many warnings are told.
const WARNINGS: usize = 40;

/// Why the program ends, and what it has to tell the one who started it; shared by all who may end it.
#[derive(Resource, Clone, Default)]
pub struct Verdict(Arc<Mutex<(Option<String>, Outcome)>>);

impl Verdict {
    /// Keeps the first reason, and gives what to leave the program with.
    pub fn fail(&self, problem: String) -> AppExit {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.get_or_insert(problem);
        AppExit::Error(COULD_NOT_RUN)
    }

    /// Forgets the reason: what was asked for is done after all.
    fn forgive(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = None;
    }

    /// Keeps what is wrong with what a session shows.
    pub fn warn(&self, session: &Session) {
        let mut warnings = session.problems.clone();
        if let Some(note) = session.note.as_ref().filter(|n| n.failed && !warnings.contains(&n.text)) {
            warnings.insert(0, note.text.clone());
        }
        let more = warnings.len().saturating_sub(WARNINGS);
        warnings.truncate(WARNINGS);
        if more > 0 {
            warnings.push(format!("{more} more; groma inspect lists what is wrong with models"));
        }
        let incomplete = session.is_incomplete();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 = Outcome { warnings, incomplete };
    }

    fn take(&self) -> (Option<String>, Outcome) {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Ends the program when what it was started with cannot be loaded and there is no window to tell it in, or when it is
/// asked to.
pub struct VerdictPlugin;

impl Plugin for VerdictPlugin {
    fn build(&self, app: &mut App) {
        app.add_message::<Effect>()
            .init_resource::<Verdict>()
            .add_systems(PreUpdate, forgive.after(LoadSystems))
            .add_systems(PostUpdate, (end_on_failure, end_on_request));
    }
}

fn end_on_request(mut effects: MessageReader<Effect>, mut exit: MessageWriter<AppExit>) {
    if effects.read().any(|e| *e == Effect::Quit) {
        exit.write(AppExit::Success);
    }
}

fn end_on_failure(
    mut failed: MessageReader<LoadFailed>,
    windows: Query<(), With<PrimaryWindow>>,
    verdict: Res<Verdict>,
    mut exit: MessageWriter<AppExit>,
) {
    for LoadFailed { error, stays } in failed.read() {
        if !stays {
            let end = verdict.fail(error.clone());
            // Who opened a file from a desktop has no terminal to read in: a window tells, and the terminal at its end.
            if windows.is_empty() {
                exit.write(end);
            }
        }
    }
}

fn forgive(mut opened: MessageReader<Opened>, verdict: Res<Verdict>) {
    if opened.read().count() > 0 {
        verdict.forgive();
    }
}

/// Shows what `load` loads in a window until the user closes it. `size` is in pixels; of `home` only
/// the direction counts.
///
/// # Errors
///
/// No graphics driver, no screen, or models that cannot be opened.
pub fn show_window(
    load: LoadPlugin,
    size: (u32, u32),
    home: Orbit,
    view: ViewOptions,
) -> Result<(), ViewerError> {
    run(window(load, size, home, view)?).map(drop)
}

/// The program of [`show_window`] before it runs.
///
/// # Errors
///
/// No graphics driver or no screen.
pub fn window(
    load: LoadPlugin,
    size: (u32, u32),
    home: Orbit,
    view: ViewOptions,
) -> Result<App, ViewerError> {
    // A picture may take its time; a window must follow the mouse.
    let fine = !find_graphics()?.software;
    let window = WindowPlugin {
        primary_window: Some(Window {
            title: "groma".into(),
            resolution: WindowResolution::new(size.0, size.1),
            ..Window::default()
        }),
        ..WindowPlugin::default()
    };
    // The window system is reached while the plugins are added, and bevy panics where it cannot be.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let built = catch_unwind(AssertUnwindSafe(|| {
        let mut app = App::new();
        app.add_plugins(DefaultPlugins.set(quiet_log()).set(window).set(renderer()));
        app
    }));
    std::panic::set_hook(hook);
    let mut app = built.map_err(|panic| ViewerError::NoWindow { problem: words_of(&*panic) })?;
    app.add_plugins((ViewerPlugins { load, home, view, fine }, TitlePlugin, UiPlugin, PicturePlugin));
    if let Ok(program) = std::env::current_exe() {
        app.add_plugins(FilmPlugin { program });
    }
    app.add_plugins((KeysPlugin, ClickPlugin { draws: true }, GripPlugin, WalkPlugin));
    app.add_plugins((SettingsPlugin { file: settings::file_of_user() }, SurvivePlugin { size }));
    Ok(app)
}

/// Draws what `load` loads, without a window, and writes it as a PNG. `size` is in pixels; of `home`
/// only the direction counts.
///
/// # Errors
///
/// No graphics driver, models that cannot be opened, a fault of drawing, or a file that cannot be
/// written.
pub fn write_screenshot(
    load: LoadPlugin,
    size: (u32, u32),
    home: Orbit,
    view: ViewOptions,
    path: PathBuf,
) -> Result<Outcome, ViewerError> {
    find_graphics()?;
    writable(&path).map_err(|problem| ViewerError::Failed { problem })?;
    let mut app = App::new();
    app.add_plugins((
        headless(),
        ViewerPlugins { load, home, view, fine: true },
        ScreenshotPlugin { path, size },
    ));
    run(app)
}

/// Draws the course of the programme of what `load` loads, without a window, as a series of pictures.
///
/// # Errors
///
/// As [`write_screenshot`]; no programme, or no ffmpeg where a film is asked for.
pub fn write_frames(
    load: LoadPlugin,
    size: (u32, u32),
    home: Orbit,
    view: ViewOptions,
    series: Series,
) -> Result<Outcome, ViewerError> {
    find_graphics()?;
    prepare(&series).map_err(|problem| ViewerError::Failed { problem })?;
    let mut app = App::new();
    app.add_plugins((headless(), ViewerPlugins { load, home, view, fine: true }));
    app.add_plugins((CanvasPlugin { size }, FramesPlugin { series }));
    run(app)
}

/// Measures what drawing what `load` loads costs, without a window, and writes a report as JSON; see [`BenchPlugin`].
///
/// # Errors
///
/// As [`write_screenshot`].
pub fn measure(
    load: LoadPlugin,
    size: (u32, u32),
    view: ViewOptions,
    options: BenchOptions,
) -> Result<(), ViewerError> {
    let (graphics, render) = match options.idle {
        true => (Graphics { name: "a card that does nothing".into(), software: true }, idle_renderer()?),
        false => (find_graphics()?, renderer()),
    };
    let mut app = App::new();
    // As fine as a window on the same graphics would be.
    let fine = !graphics.software;
    app.add_plugins((headless_on(render), ViewerPlugins { load, home: Orbit::default(), view, fine }));
    app.add_plugins((CanvasPlugin { size }, BenchPlugin { options, graphics, size }));
    run(app).map(drop)
}

/// Bevy without a window: frames follow each other until the program ends.
pub fn headless() -> impl PluginGroup {
    headless_on(renderer())
}

fn headless_on(renderer: RenderPlugin) -> impl PluginGroup {
    let window = WindowPlugin {
        primary_window: None,
        exit_condition: ExitCondition::DontExit,
        ..WindowPlugin::default()
    };
    let render = RenderPlugin { synchronous_pipeline_compilation: true, ..renderer };
    DefaultPlugins
        .set(quiet_log())
        .set(window)
        .set(render)
        .disable::<WinitPlugin>()
        .disable::<PipelinedRenderingPlugin>()
        .add(ScheduleRunnerPlugin::run_loop(PICTURE_PAUSE))
}

/// The plugins of the viewer that a window and a picture have in common.
pub struct ViewerPlugins {
    /// What to show.
    pub load: LoadPlugin,
    /// From where: only the direction counts.
    pub home: Orbit,
    /// What is shown of it, once it is open.
    pub view: ViewOptions,
    /// Whether edges are smoothed and the sun casts shadows, rather than frames drawn sooner.
    pub fine: bool,
}

impl PluginGroup for ViewerPlugins {
    fn build(self) -> PluginGroupBuilder {
        PluginGroupBuilder::start::<Self>()
            .add(VerdictPlugin)
            .add(DrawWatchPlugin)
            .add(self.load)
            .add(SessionPlugin)
            .add(FilesPlugin)
            .add(ChecksPlugin)
            .add(WhatIfsPlugin)
            .add(StartupPlugin { view: self.view })
            .add(PartMaterialPlugin)
            .add(ScenePlugin)
            .add(RepaintPlugin)
            .add(CameraPlugin { home: self.home, smooth: self.fine })
            .add(SunlightPlugin { shadows: self.fine })
            .add(BackgroundPlugin)
    }
}

/// Faults alone are logged, unless `RUST_LOG` asks for more.
fn quiet_log() -> LogPlugin {
    LogPlugin { level: Level::ERROR, filter: String::new(), ..LogPlugin::default() }
}

/// Runs a program to its end.
///
/// # Errors
///
/// Why it could not do its work.
pub fn run(mut app: App) -> Result<Outcome, ViewerError> {
    let verdict = app.world().resource::<Verdict>().clone();
    let watch = app.world().resource::<DrawWatch>().clone();
    let view = app.world().get_resource::<survive::Memory>().map(survive::Memory::view);
    match app.run() {
        AppExit::Success => match verdict.take() {
            (Some(problem), _) => Err(ViewerError::Failed { problem }),
            (None, outcome) => Ok(outcome),
        },
        AppExit::Error(_) => {
            let drawn = watch.drawn();
            let problem = verdict.take().0.or(drawn.fault).unwrap_or_else(|| "drawing failed".into());
            // A window goes on in another process.
            if let Some(arguments) = view.filter(|_| drawn.lost).and_then(|view| view.take()) {
                survive::go_on(&arguments);
            }
            Err(ViewerError::Failed { problem })
        }
    }
}

/// What a panic said.
fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown").to_owned()
}
