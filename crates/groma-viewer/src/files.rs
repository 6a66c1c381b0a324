//! Files: dialogs, what is dropped on the window, the sample project, and what changes on disk.

use crate::job::{Heard, Job};
use crate::load::{Loader, OpenRequested, What};
use crate::session::action::{Action, Days};
use crate::session::{Effect, Session};
use crate::session_plugin::{OpenFiles, SessionSystems};
use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::{MessageReader, MessageWriter};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::time::Time;
use bevy::window::FileDragAndDrop;
use groma::cache::{Keeps, directory_of_user};
use groma::files::{Stamp, stamp};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Files are looked at this often, in seconds.
const LOOK: f64 = 1.0;

/// No one closes a dialog without a choice within this time: the system has none, which is not told in another way.
const NO_ONE: Duration = Duration::from_millis(300);
const NO_DIALOG: &str = "The system shows no file dialog: install zenity or an XDG desktop portal; files can also be dropped on the window, and named on the command line";

/// What a dialog is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Open,
    Add,
    Picture,
    Film(Days),
}

/// The dialog that is open.
#[derive(Resource, Default)]
struct Dialog(Option<(Wanted, Job<Vec<PathBuf>>, Instant)>);

/// What files were like when they were looked at.
#[derive(Resource, Default)]
struct Watch {
    files: Vec<PathBuf>,
    /// As they were when they were opened.
    opened: Vec<Stamp>,
    /// As they were a moment ago.
    seen: Vec<Stamp>,
    next: f64,
}

/// Opens what is asked for, dropped, or changed.
pub struct FilesPlugin;

impl Plugin for FilesPlugin {
    fn build(&self, app: &mut App) {
        app.add_message::<FileDragAndDrop>()
            .init_resource::<Dialog>()
            .init_resource::<Watch>()
            .add_systems(Update, drop_files.before(SessionSystems))
            .add_systems(Update, (obey, hear_dialog, watch).after(SessionSystems));
    }
}

fn drop_files(mut dropped: MessageReader<FileDragAndDrop>, mut ask: MessageWriter<Action>) {
    let paths: Vec<PathBuf> = dropped
        .read()
        .filter_map(|event| match event {
            FileDragAndDrop::DroppedFile { path_buf, .. } => Some(path_buf.clone()),
            _ => None,
        })
        .collect();
    if !paths.is_empty() {
        // A project is never a part of what is open.
        let is_project = matches!(What::of(&paths), Ok(What::Config(..)));
        ask.write(if is_project { Action::Open(paths) } else { Action::Drop(paths) });
    }
}

fn obey(
    mut effects: MessageReader<Effect>,
    mut session: ResMut<Session>,
    mut dialog: ResMut<Dialog>,
    loader: Option<Res<Loader>>,
    mut open: MessageWriter<OpenRequested>,
) {
    for effect in effects.read() {
        match effect {
            Effect::Open(paths) => match What::of(paths) {
                Ok(what) => {
                    open.write(OpenRequested(what));
                }
                Err(error) => session.fail(error),
            },
            Effect::OpenSample => match groma::sample::unpack_missing(&sample_folder()) {
                Ok(path) => {
                    open.write(OpenRequested(What::Config(path, Vec::new())));
                }
                Err(error) => session.fail(format!("the sample cannot be unpacked: {error}")),
            },
            Effect::Reload => {
                if let Some(what) = loader.as_ref().and_then(|l| l.last.clone()) {
                    open.write(OpenRequested(what));
                }
            }
            Effect::Cancel => {
                if let Some(loader) = &loader {
                    loader.cancel();
                }
            }
            Effect::Add(paths) => {
                let Some(shown) = loader.as_ref().and_then(|l| l.last.clone()) else { continue };
                match shown.and(paths) {
                    Ok(what) => {
                        open.write(OpenRequested(what));
                    }
                    Err(error) => session.fail(error),
                }
            }
            Effect::AskOpen => ask(&mut dialog, Wanted::Open),
            Effect::AskAdd => ask(&mut dialog, Wanted::Add),
            Effect::AskPicture => ask(&mut dialog, Wanted::Picture),
            Effect::AskFilm(days) => ask(&mut dialog, Wanted::Film(*days)),
            _ => {}
        }
    }
}

/// Asks in a thread of its own: the window goes on.
fn ask(dialog: &mut Dialog, wanted: Wanted) {
    if dialog.0.is_some() {
        return;
    }
    let asking = |title: &str, kinds: &str, endings: &[&str]| {
        rfd::FileDialog::new().set_title(title).add_filter(kinds, endings)
    };
    let open = move |title: &str, kinds: &str, endings: &[&str]| {
        asking(title, kinds, endings).pick_files().unwrap_or_default()
    };
    let save = move |title: &str, kind: &str, ending: &str| {
        let name = format!("groma.{ending}");
        asking(title, kind, &[ending]).set_file_name(name).save_file().into_iter().collect()
    };
    let choose = move || match wanted {
        Wanted::Open => {
            open("Open models or a project", "Models and projects", &["ifc", "ifczip", "zip", "gz", "toml"])
        }
        Wanted::Add => open("Add models", "Models", &["ifc", "ifczip", "zip", "gz"]),
        Wanted::Picture => save("Write a picture", "PNG", "png"),
        Wanted::Film(_) => save("Write a film of the programme", "MP4", "mp4"),
    };
    dialog.0 = Some((wanted, Job::start("dialog", choose), Instant::now()));
}

fn hear_dialog(mut dialog: ResMut<Dialog>, mut session: ResMut<Session>, mut asked: MessageWriter<Action>) {
    let Some((wanted, job, began)) = &mut dialog.0 else { return };
    match job.hear() {
        Heard::Done(paths) if !paths.is_empty() => {
            asked.write(match wanted {
                Wanted::Open => Action::Open(paths),
                Wanted::Add => Action::Add(paths),
                Wanted::Picture => Action::Picture(paths[0].clone()),
                Wanted::Film(days) => Action::Film(paths[0].clone(), *days),
            });
        }
        Heard::Nothing => return,
        Heard::Done(_) if began.elapsed() >= NO_ONE => {}
        Heard::Done(_) | Heard::Died => session.fail(NO_DIALOG),
    }
    dialog.0 = None;
}

/// The folder of the sample: among what programs keep for their user.
fn sample_folder() -> PathBuf {
    let name = concat!("sample-", env!("CARGO_PKG_VERSION"));
    match directory_of_user("GROMA_CACHE_DIR", Keeps::Caches) {
        Some(kept) => kept.join(name),
        None => std::env::temp_dir().join(format!("groma-{name}-{}", std::process::id())),
    }
}

/// Reads everything again once a file has changed and is no longer being written.
fn watch(
    time: Option<Res<Time>>,
    files: Res<OpenFiles>,
    loader: Option<Res<Loader>>,
    mut watch: ResMut<Watch>,
    mut ask: MessageWriter<Action>,
) {
    let (Some(time), false) = (time, loader.is_none_or(|l| l.works())) else { return };
    if watch.files != files.files {
        watch.files = files.files.clone();
        watch.opened = watch.files.iter().map(|f| stamp(f)).collect();
        watch.seen = watch.opened.clone();
        return;
    }
    let now = time.elapsed_secs_f64();
    if now < watch.next || watch.files.is_empty() {
        return;
    }
    watch.next = now + LOOK;
    let stamps: Vec<Stamp> = watch.files.iter().map(|f| stamp(f)).collect();
    // What is away for a moment is being written; what was not there before is no reason to wait.
    let whole = stamps.iter().zip(&watch.opened).all(|(now, then)| now.is_some() || then.is_none());
    let settled = stamps == watch.seen && whole;
    if stamps != watch.opened && settled {
        watch.opened = stamps.clone();
        ask.write(Action::Reload);
    }
    watch.seen = stamps;
}
