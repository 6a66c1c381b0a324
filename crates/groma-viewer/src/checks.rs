//! Checks for clashes in a thread of its own, and writes what a person decides about them.

use crate::job::{Heard, Job};
use crate::load::Loader;
use crate::session::clashes::Clashes;
use crate::session::{Busy, Effect, Session};
use crate::session_plugin::{OpenFiles, SessionSystems};
use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use groma::exchange::check_report::CheckReport;
use groma::exchange::comments_file::{Comment, CommentsFile};
use groma::exchange::mistake::Mistake;
use groma::exchange::project_file::{ProjectFile, Spanned};
use groma::exchange::waivers_file::{Waiver, WaiversFile};
use groma::model::Progress;
use groma::{HistoryFiles, Project, ProjectConfig, check};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

/// The file beside `groma.toml` that a waiver is written to where it names none.
const WAIVERS: &str = "waivers.toml";
/// The same for comments.
const COMMENTS: &str = "comments.toml";

/// The check that goes on.
#[derive(Resource, Default)]
struct Checking {
    job: Option<Job<Result<Box<CheckReport>, String>>>,
    /// What it checks, and the files that this was read from.
    of: Weak<Project>,
    files: Vec<PathBuf>,
    counter: Arc<Counter>,
    /// A check is asked for again when this one ends.
    again: bool,
    /// What is told before its verdict.
    told: String,
}

/// How far a check is.
#[derive(Default)]
struct Counter {
    stop: AtomicBool,
    steps: AtomicU64,
    done: AtomicU64,
}

impl Progress for Counter {
    fn begin(&self, _: &str, steps: u64) {
        self.steps.store(steps, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
    }

    fn advance(&self, steps: u64) {
        self.done.fetch_add(steps, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Checks, and writes waivers and comments.
pub struct ChecksPlugin;

impl Plugin for ChecksPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Checking>().add_systems(Update, (obey, hear).chain().after(SessionSystems));
    }
}

/// The project's file; where there is none, the one that `groma init` would write.
fn config_of(files: &OpenFiles, project: &Project) -> Result<ProjectConfig, String> {
    if let Some(config) = &files.config {
        return Ok((**config).clone());
    }
    let dir = files.folder().map_or_else(PathBuf::new, Path::to_path_buf);
    let text = groma::init::init(project, "", &dir);
    ProjectConfig::of(&dir.join("groma.toml"), text).map_err(|e| e.to_string())
}

fn obey(
    mut effects: MessageReader<Effect>,
    mut session: ResMut<Session>,
    mut checking: ResMut<Checking>,
    files: Res<OpenFiles>,
    loader: Option<Res<Loader>>,
) {
    for effect in effects.read() {
        match effect {
            Effect::Check if checking.job.is_some() => checking.again = true,
            Effect::Check => begin(&mut session, &mut checking, &files, loader.as_deref()),
            Effect::Cancel => {
                checking.counter.stop.store(true, Ordering::Relaxed);
                // Its thread ends when it next looks, which nobody waits for.
                if checking.job.take().is_some() {
                    checking.again = false;
                    session.busy = None;
                    let told = std::mem::take(&mut checking.told);
                    session.say(format!("{told}the check was stopped"));
                }
            }
            Effect::Waive { key, clashes, reason, author, expires } => {
                match waive(&files, key, clashes, reason, author, expires) {
                    Ok(path) => {
                        checking.told = format!("Waived in {}; ", path.display());
                        begin(&mut session, &mut checking, &files, loader.as_deref());
                    }
                    Err(error) => session.fail(error),
                }
            }
            Effect::Comment { issue, text, author, status, assigned_to } => {
                let comment = Comment {
                    issue: issue.clone(),
                    author: author.trim().to_owned(),
                    date: groma::today(),
                    text: text.trim().to_owned(),
                    status: *status,
                    assigned_to: assigned_to.as_ref().map(|who| who.trim().to_owned()),
                };
                match say(&files, &comment) {
                    Ok(path) => {
                        session.said += 1;
                        checking.told = format!("Written to {}; ", path.display());
                        begin(&mut session, &mut checking, &files, loader.as_deref());
                    }
                    Err(error) => session.fail(error),
                }
            }
            _ => {}
        }
    }
}

fn begin(session: &mut Session, checking: &mut Checking, files: &OpenFiles, loader: Option<&Loader>) {
    let Some(elements) = session.elements.clone() else { return };
    let config = match config_of(files, elements.project()) {
        Ok(config) => config,
        Err(error) => {
            session.fail(format!("{}{error}", std::mem::take(&mut checking.told)));
            return;
        }
    };
    checking.counter = Arc::default();
    checking.of = Arc::downgrade(elements.project());
    checking.files = files.files.clone();
    session.busy = Some(Busy { what: "checking".into(), percent: 0 });
    let counter = checking.counter.clone();
    let says = files.says.clone();
    let cache = loader.and_then(Loader::cache);
    checking.job = Some(Job::start("check", move || {
        let project = elements.project();
        let history = HistoryFiles::of(&config, project).read().map_err(|e| e.to_string())?;
        let checked = check(project, &config, &says, &history, cache.as_deref(), &*counter);
        Ok(Box::new(checked.map_err(|e| e.to_string())?.report))
    }));
}

fn hear(
    mut session: ResMut<Session>,
    mut checking: ResMut<Checking>,
    files: Res<OpenFiles>,
    loader: Option<Res<Loader>>,
) {
    let checking = &mut *checking;
    let Some(job) = &mut checking.job else { return };
    let now = session.elements.as_ref().map(|elements| Arc::as_ptr(elements.project()));
    if now != Some(checking.of.as_ptr()) {
        // Other models are open: what is found concerns nobody any more.
        checking.counter.stop.store(true, Ordering::Relaxed);
        if !matches!(job.hear(), Heard::Nothing) {
            checking.job = None;
            // Of the same files, read again, it is still to be known.
            if std::mem::take(&mut checking.again) || checking.files == files.files {
                begin(&mut session, checking, &files, loader.as_deref());
            }
        }
        return;
    }
    let outcome = match job.hear() {
        Heard::Nothing => {
            let of = checking.counter.steps.load(Ordering::Relaxed).max(1);
            let percent = checking.counter.done.load(Ordering::Relaxed).saturating_mul(100) / of;
            let busy = Busy { what: "checking".into(), percent: percent.min(100) as u8 };
            if session.busy.as_ref() != Some(&busy) {
                session.busy = Some(busy);
            }
            return;
        }
        Heard::Done(outcome) => outcome,
        Heard::Died => Err("the check ended early".to_owned()),
    };
    session.busy = None;
    let told = std::mem::take(&mut checking.told);
    match outcome {
        Ok(report) => take(&mut session, &report, &told),
        Err(error) => session.fail(format!("{told}{error}")),
    }
    checking.job = None;
    if std::mem::take(&mut checking.again) {
        begin(&mut session, checking, &files, loader.as_deref());
    }
}

fn take(session: &mut Session, report: &CheckReport, told: &str) {
    let Some(elements) = session.elements.clone() else { return };
    let mut clashes: Clashes = session.clashes.clone();
    clashes.take(&elements, report);
    let verdict = clashes.verdict.clone().unwrap_or_default();
    session.clashes = clashes;
    session.say(format!("{told}{verdict}"));
    session.changed();
}

/// Adds a waiver of an issue's clashes to the project's file of waivers, and gives that file.
fn waive(
    files: &OpenFiles,
    key: &str,
    clashes: &[String],
    reason: &str,
    author: &str,
    expires: &str,
) -> Result<PathBuf, String> {
    let expires = expires.trim();
    let until =
        expires.parse().map_err(|_| format!("not waived: {expires:?} is no day, as 2026-12-31 is"))?;
    if until < groma::today() {
        return Err(format!(
            "not waived: {until} is past\n  hint: name a day to come, until which it counts"
        ));
    }
    let waiver = Waiver {
        key: key.to_owned(),
        reason: reason.trim().to_owned(),
        author: author.trim().to_owned(),
        expires: until,
        clashes: clashes.to_vec(),
        depth: None,
        line: 0,
    };
    let read = |path: &Path, text: &str| WaiversFile::read(path, text).map(drop);
    append(files, |file| file.waivers.as_ref(), ("waivers", WAIVERS), &waiver.to_toml(), read)
}

/// Adds a comment to the project's file of comments, and gives that file.
fn say(files: &OpenFiles, comment: &Comment) -> Result<PathBuf, String> {
    let read = |path: &Path, text: &str| CommentsFile::read(path, text).map(drop);
    append(files, |file| file.comments.as_ref(), ("comments", COMMENTS), &comment.to_toml(), read)
}

/// Adds an entry to a file that the project names, and gives that file; where it names none, it does from now on. What
/// cannot be read again is not written.
fn append(
    files: &OpenFiles,
    stated: fn(&ProjectFile) -> Option<&Spanned<PathBuf>>,
    (key, name): (&str, &str),
    entry: &str,
    read: impl Fn(&Path, &str) -> Result<(), Box<Mistake>>,
) -> Result<PathBuf, String> {
    let Some(config) = &files.config else {
        return Err(format!("only a project with a groma.toml has {key}: groma init writes one"));
    };
    // It may have changed since it was opened, not least by this.
    let config = ProjectConfig::read(&config.path).map_err(|e| e.to_string())?;
    let named = stated(&config.file).map(|path| config.resolve(path.get_ref()));
    let path = named.clone().unwrap_or_else(|| config.resolve(Path::new(name)));
    let mut text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
    };
    if !text.is_empty() {
        text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
    }
    text.push_str(entry);
    read(&path, &text).map_err(|mistake| format!("not written: {}", mistake.what))?;
    write(&path, &text)?;
    if named.is_none() {
        // Keys of the whole file stand before its first table.
        let text = format!("{key} = \"{name}\"\n{}", config.text);
        ProjectConfig::of(&config.path, text.clone()).map_err(|e| e.to_string())?;
        write(&config.path, &text)?;
    }
    Ok(path)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    groma::files::write(path, text.as_bytes())
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}
