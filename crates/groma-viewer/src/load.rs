//! Opens models in a thread of its own and hands over what it finds, frame by frame.

use crate::job::WORKER;
use crate::parts::{Batch, PartMaker, drawn_of};
use crate::pick::Surfaces;
use crate::preview::Preview;
use crate::session::catalogue::Catalogue;
use crate::session::elements::Elements;
use bevy::app::{App, Plugin, PreUpdate};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::{Message, MessageReader, MessageWriter};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::{IntoScheduleConfigs, SystemSet};
use groma::clash::Discipline;
use groma::model::Progress;
use groma::twin::Twin;
use groma::{Cache, ModelSource, OpenError, Project, ProjectConfig, Watch};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many reports may wait; beyond it the thread waits for the next frame.
const WAITING: usize = 16;
/// A frame takes in what arrives within this time, or as long as the last frame took to draw if that was longer: the window
/// stays alive, and where drawing is slow few frames are drawn of what is not all there.
const TAKE_IN: (Duration, Duration) = (Duration::from_millis(8), Duration::from_millis(400));

/// The thread's progress.
#[derive(Message, Clone, PartialEq, Eq, Debug)]
pub struct Progressed {
    /// What it does.
    pub what: Arc<str>,
    /// How far it is, 0 to 100.
    pub percent: u8,
}

/// Parts of other models than before begin to arrive.
#[derive(Message, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Begun {
    /// How many elements they have.
    pub elements: usize,
    /// They are shown until all models are there, and belong to no elements.
    pub preview: bool,
}

/// Meshes and parts to show.
#[derive(Message)]
pub struct PartsArrived(pub Batch);

/// All models are open, and all their parts have arrived.
#[derive(Message, Clone)]
pub struct Opened {
    /// What was opened.
    pub opened: Arc<OpenedModels>,
}

impl Opened {
    /// The label of each model and how many elements it has.
    pub fn models(&self) -> Vec<(Arc<str>, usize)> {
        let models = &self.opened.elements.project().models;
        models.iter().map(|m| (m.model.label.clone(), m.model.elements.len())).collect()
    }
}

/// Open models, and all that is worked out of them.
pub struct OpenedModels {
    /// The elements.
    pub elements: Elements,
    /// Their trees.
    pub catalogue: Arc<Catalogue>,
    /// Their surfaces.
    pub surfaces: Arc<Surfaces>,
    /// The project's file, where one was opened.
    pub config: Option<Arc<ProjectConfig>>,
    /// The disciplines that it states of whole models.
    pub says: BTreeMap<Arc<str>, Discipline>,
    /// The programme on the elements, or why there is none.
    pub twin: Option<Result<Arc<Twin>, String>>,
    /// Models that could not be opened, and why.
    pub lost: Vec<String>,
    /// The files that were read.
    pub files: Vec<PathBuf>,
    /// Those of them that are models beside the project's own.
    pub beside: Vec<PathBuf>,
}

/// Nothing can be shown.
#[derive(Message, Clone, Debug)]
pub struct LoadFailed {
    /// Why, for the user.
    pub error: String,
    /// True where the program was not started for this.
    pub stays: bool,
}

/// Open something, in the place of what is open.
#[derive(Message, Clone)]
pub struct OpenRequested(pub What);

/// What is opened.
#[derive(Clone)]
pub enum What {
    /// Models.
    Files(Vec<ModelSource>),
    /// The models of a project's file, and all that it names; and models beside its own.
    Config(PathBuf, Vec<ModelSource>),
    /// Whatever this opens.
    Made(Arc<dyn Fn(&dyn Progress) -> Result<Project, OpenError> + Send + Sync>),
}

impl What {
    /// What paths mean: one that ends with `.toml` is a project's file, a folder with a `groma.toml` that of its
    /// project, all else are models; beside a project they are shown with its own.
    ///
    /// # Errors
    ///
    /// A path that names no model, or two projects, in words.
    pub fn of(paths: &[PathBuf]) -> Result<Self, String> {
        let project = |path: &PathBuf| {
            if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
                return Some(path.clone());
            }
            Some(path.join("groma.toml")).filter(|inside| inside.is_file())
        };
        let mut projects = Vec::new();
        let mut sources = Vec::new();
        for path in paths {
            match project(path) {
                Some(file) => projects.push(file),
                None => sources.push(ModelSource::parse(path.as_os_str()).map_err(|e| e.to_string())?),
            }
        }
        match &projects[..] {
            [] => Ok(Self::Files(sources)),
            [file] => Ok(Self::Config(file.clone(), sources)),
            [one, other, ..] => Err(format!(
                "{} and {} are two projects: only one can be open\n  hint: models of the other can be added to it",
                one.display(),
                other.display()
            )),
        }
    }

    /// The same with more models; those that are there already come no second time.
    ///
    /// # Errors
    ///
    /// What cannot be added, or added to, in words.
    pub fn and(self, paths: &[PathBuf]) -> Result<Self, String> {
        let Self::Files(more) = Self::of(paths)? else {
            return Err("a project cannot be added to what is open, only models".into());
        };
        let join = |mut sources: Vec<ModelSource>| {
            let new = more.into_iter().filter(|m| !sources.iter().any(|s| s.path == m.path));
            let new: Vec<ModelSource> = new.collect();
            sources.extend(new);
            sources
        };
        match self {
            Self::Files(sources) => Ok(Self::Files(join(sources))),
            Self::Config(path, beside) => Ok(Self::Config(path, join(beside))),
            Self::Made(_) => Err("nothing can be added to what was not read from files".into()),
        }
    }
}

/// When reports of the thread become messages, in [`PreUpdate`].
#[derive(SystemSet, Clone, PartialEq, Eq, Hash, Debug)]
pub struct LoadSystems;

/// Opens projects in a thread; see the messages of this module.
pub struct LoadPlugin {
    /// What is opened first.
    pub first: Option<What>,
    /// Where what was opened before is kept.
    pub cache: Option<Arc<Cache>>,
    /// What is large is shown while it is read.
    pub preview: bool,
}

impl LoadPlugin {
    /// Opens files, those that were opened before out of the cache.
    pub fn files(sources: Vec<ModelSource>, cache: Option<Cache>) -> Self {
        Self { first: Some(What::Files(sources)), cache: cache.map(Arc::new), preview: false }
    }

    /// Opens what `open` opens.
    pub fn new(open: impl Fn(&dyn Progress) -> Result<Project, OpenError> + Send + Sync + 'static) -> Self {
        Self { first: Some(What::Made(Arc::new(open))), cache: None, preview: false }
    }
}

impl Plugin for LoadPlugin {
    fn build(&self, app: &mut App) {
        app.add_message::<Progressed>()
            .add_message::<Begun>()
            .add_message::<PartsArrived>()
            .add_message::<Opened>()
            .add_message::<LoadFailed>()
            .add_message::<OpenRequested>()
            .insert_resource(Loader {
                cache: self.cache.clone(),
                preview: self.preview,
                last: None,
                opened: None,
                reports: None,
                stop: Arc::default(),
                first: self.first.is_some(),
                unseen: true,
                cleared: false,
                shown: None,
                taken: None,
            })
            .add_systems(PreUpdate, (start, receive).chain().in_set(LoadSystems));
        if let Some(first) = &self.first {
            app.world_mut().write_message(OpenRequested(first.clone()));
        }
    }
}

/// The thread's end of the viewer.
#[derive(Resource)]
pub struct Loader {
    cache: Option<Arc<Cache>>,
    preview: bool,
    /// What was asked for last.
    pub last: Option<What>,
    /// What is open.
    opened: Option<What>,
    /// `None` before the thread starts and after its last report.
    reports: Option<Mutex<Receiver<Report>>>,
    stop: Arc<AtomicBool>,
    /// What the program was started with is not open yet.
    first: bool,
    /// Nothing of what is opened has been drawn.
    unseen: bool,
    /// What was shown before was taken away for what is opened.
    cleared: bool,
    /// What is open.
    shown: Option<Elements>,
    /// When the last report was taken in.
    taken: Option<Instant>,
}

impl Loader {
    /// True while the thread works.
    pub fn works(&self) -> bool {
        self.reports.is_some()
    }

    /// Asks the thread to stop.
    pub fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Where what was opened before is kept.
    pub fn cache(&self) -> Option<Arc<Cache>> {
        self.cache.clone()
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// What the thread reports.
pub(crate) enum Report {
    Progress(Progressed),
    Begun(Begun),
    Parts(Batch),
    Done(Arc<OpenedModels>),
    Failed(String),
    /// What was open is shown again, since nothing else could be opened.
    Restored(String),
}

fn start(mut loader: ResMut<Loader>, mut requested: MessageReader<OpenRequested>) {
    let Some(OpenRequested(what)) = requested.read().last() else { return };
    // Whoever works on something else hears nobody any more, and ends.
    loader.cancel();
    loader.stop = Arc::default();
    loader.last = Some(what.clone());
    let (sender, receiver) = sync_channel(WAITING);
    let (what, stop, cache) = (what.clone(), loader.stop.clone(), loader.cache.clone());
    let preview = loader.preview;
    loader.reports = Some(Mutex::new(receiver));
    // A thread that ends early, by a panic or because there is none, closes the channel, which is told.
    let thread = std::thread::Builder::new().name(format!("{WORKER}load"));
    drop(thread.spawn(move || load(&what, cache.as_deref(), &sender, stop, preview)));
}

/// A project, with what its file says.
struct Found {
    project: Project,
    config: Option<Arc<ProjectConfig>>,
    says: BTreeMap<Arc<str>, Discipline>,
    files: Vec<PathBuf>,
    beside: Vec<PathBuf>,
    lost: Vec<String>,
}

fn find(
    what: &What,
    cache: Option<&Cache>,
    progress: &dyn Progress,
    preview: Option<&SyncSender<Report>>,
) -> Result<Found, String> {
    match what {
        What::Files(sources) => {
            let files = sources.iter().map(|s| s.path.to_path_buf()).collect();
            let sources = ModelSource::tell_apart(&[], &expanded(sources));
            let (project, lost) = open_what_can(&sources, cache, progress, preview)?;
            Ok(Found { project, config: None, says: BTreeMap::new(), files, beside: Vec::new(), lost })
        }
        What::Config(path, beside) => {
            let config = ProjectConfig::read(path).map_err(|e| e.to_string())?;
            let (own, says) = config.sources().map_err(|e| e.to_string())?;
            let sources = ModelSource::tell_apart(&own, &expanded(beside));
            let mut files: Vec<PathBuf> = own.iter().chain(beside).map(|s| s.path.to_path_buf()).collect();
            let beside = beside.iter().map(|s| s.path.to_path_buf()).collect();
            files.push(path.clone());
            files.extend(config.plan_files());
            let (project, lost) = open_what_can(&sources, cache, progress, preview)?;
            Ok(Found { project, config: Some(Arc::new(config)), says, files, beside, lost })
        }
        What::Made(open) => {
            let project = open(progress).map_err(|e| e.to_string())?;
            let says = BTreeMap::new();
            Ok(Found { project, config: None, says, files: Vec::new(), beside: Vec::new(), lost: Vec::new() })
        }
    }
}

/// The models that sources stand for; one that stands for none stays as it is, and is told when it is opened.
fn expanded(sources: &[ModelSource]) -> Vec<ModelSource> {
    sources.iter().flat_map(|source| source.expand().unwrap_or_else(|_| vec![source.clone()])).collect()
}

/// Opens the models that can be opened; the others are named, with the reason. Fails where none can.
fn open_what_can(
    sources: &[ModelSource],
    cache: Option<&Cache>,
    progress: &dyn Progress,
    preview: Option<&SyncSender<Report>>,
) -> Result<(Project, Vec<String>), String> {
    let preview = preview.and_then(|reports| Preview::of(sources, reports));
    let watch: &dyn Watch = preview.as_ref().map_or(&(), |preview| preview as &dyn Watch);
    let first = match Project::open_watched(sources, cache, progress, watch) {
        Ok(project) => return Ok((project, Vec::new())),
        Err(error) if sources.len() < 2 || progress.cancelled() => return Err(error.to_string()),
        Err(error) => error.to_string(),
    };
    // One of them is to blame: each is tried alone.
    let mut good = Vec::new();
    let mut lost = Vec::new();
    for source in sources {
        match Project::open_with(std::slice::from_ref(source), cache, progress) {
            Ok(_) => good.push(source.clone()),
            Err(error) => lost.push(error.to_string()),
        }
    }
    if good.is_empty() || lost.is_empty() {
        return Err(first);
    }
    let project = Project::open_with(&good, cache, progress).map_err(|e| e.to_string())?;
    Ok((project, lost))
}

/// What the thread does. It ends early when nobody listens any more.
fn load(
    what: &What,
    cache: Option<&Cache>,
    reports: &SyncSender<Report>,
    stop: Arc<AtomicBool>,
    preview: bool,
) {
    let progress = Reporter::new(reports.clone(), stop);
    let pool = match rayon::ThreadPoolBuilder::new().stack_size(groma::WORKER_STACK).build() {
        Ok(pool) => pool,
        Err(error) => {
            let _ = reports.send(Report::Failed(format!("cannot start the working threads: {error}")));
            return;
        }
    };
    let found = match pool.install(|| find(what, cache, &progress, preview.then_some(reports))) {
        Ok(found) => found,
        Err(error) => {
            let _ = reports.send(Report::Failed(error));
            return;
        }
    };
    let elements = Elements::of(Arc::new(found.project));
    if reports.send(Report::Begun(Begun { elements: elements.len(), preview: false })).is_err() {
        return;
    }
    let project = elements.project();
    progress.begin("preparing", project.models.len() as u64 + 1);
    if !send_parts(&elements, reports, &progress) {
        let _ = reports.send(Report::Failed("stopped".into()));
        return;
    }
    let (catalogue, surfaces) =
        pool.install(|| rayon::join(|| Catalogue::of(&elements), || Surfaces::of(&elements)));
    let twin = found.config.as_ref().filter(|c| c.file.programme.is_some() || !c.file.links.is_empty());
    let twin = twin.map(|c| pool.install(|| Twin::open(project, c)).map(Arc::new).map_err(|e| e.to_string()));
    progress.advance(1);
    let opened = OpenedModels {
        catalogue: Arc::new(catalogue),
        surfaces: Arc::new(surfaces),
        config: found.config,
        says: found.says,
        twin,
        lost: found.lost,
        files: found.files,
        beside: found.beside,
        elements,
    };
    let _ = reports.send(Report::Done(Arc::new(opened)));
}

/// Sends the parts of all models; false when it was stopped.
fn send_parts(elements: &Elements, reports: &SyncSender<Report>, progress: &dyn Progress) -> bool {
    let mut maker = PartMaker::default();
    elements.project().models.iter().enumerate().all(|(index, loaded)| {
        let mut send = |batch| !progress.cancelled() && reports.send(Report::Parts(batch)).is_ok();
        let made = maker.make(elements.first(index), drawn_of(&loaded.model), &loaded.shapes, &mut send);
        progress.advance(1);
        made
    })
}

/// Shows what was open again, after something else was shown in part and then failed for a reason.
fn restore(elements: Elements, error: String) -> Mutex<Receiver<Report>> {
    let (reports, receiver) = sync_channel(WAITING);
    let send = move || {
        let begun = Begun { elements: elements.len(), preview: false };
        if reports.send(Report::Begun(begun)).is_ok() && send_parts(&elements, &reports, &()) {
            let _ = reports.send(Report::Restored(error));
        }
    };
    let thread = std::thread::Builder::new().name(format!("{WORKER}restore"));
    drop(thread.spawn(send));
    Mutex::new(receiver)
}

fn receive(
    mut loader: ResMut<Loader>,
    mut progressed: MessageWriter<Progressed>,
    mut begun: MessageWriter<Begun>,
    mut arrived: MessageWriter<PartsArrived>,
    mut opened: MessageWriter<Opened>,
    mut failed: MessageWriter<LoadFailed>,
) {
    let loader = &mut *loader;
    let Some(reports) = &mut loader.reports else { return };
    let reports = reports.get_mut().unwrap_or_else(PoisonError::into_inner);
    let began = Instant::now();
    let drawn = loader.taken.map_or(TAKE_IN.0, |taken| began - taken);
    let until = began + drawn.clamp(TAKE_IN.0, TAKE_IN.1);
    // Once parts arrive, the rest of them is waited for.
    let mut wait = Duration::ZERO;
    let last = loop {
        let report = reports.recv_timeout(wait);
        loader.taken = Some(Instant::now());
        match report {
            Ok(Report::Progress(progress)) => {
                progressed.write(progress);
            }
            Ok(Report::Begun(those)) => {
                loader.unseen = true;
                loader.cleared = true;
                begun.write(those);
            }
            Ok(Report::Parts(batch)) => {
                arrived.write(PartsArrived(batch));
                wait = until.saturating_duration_since(Instant::now());
                // The first triangles are drawn at once.
                if std::mem::take(&mut loader.unseen) || wait.is_zero() {
                    return;
                }
            }
            Ok(Report::Done(opened)) => break Ok(opened),
            Ok(Report::Failed(error)) => match (loader.cleared, &loader.shown) {
                (true, Some(shown)) => {
                    loader.cleared = false;
                    loader.reports = Some(restore(shown.clone(), error));
                    return;
                }
                (true, None) => {
                    begun.write(Begun { elements: 0, preview: false });
                    break Err(error);
                }
                (false, _) => break Err(error),
            },
            Ok(Report::Restored(error)) => break Err(error),
            Err(RecvTimeoutError::Timeout) => return,
            Err(RecvTimeoutError::Disconnected) => {
                break Err("the models could not be opened: the loading thread ended early".into());
            }
        }
    };
    loader.reports = None;
    loader.taken = None;
    loader.cleared = false;
    let first = std::mem::take(&mut loader.first);
    match last {
        Ok(found) => {
            loader.shown = Some(found.elements.clone());
            loader.opened.clone_from(&loader.last);
            opened.write(Opened { opened: found });
        }
        Err(error) => {
            // What is still open is what is read again.
            if loader.opened.is_some() {
                loader.last.clone_from(&loader.opened);
            }
            // Whoever stops it wants something else to be opened.
            let stopped = loader.stop.load(Ordering::Relaxed);
            failed.write(LoadFailed { error, stays: !first || stopped });
        }
    }
}

/// Only while the thread works.
pub fn loading(loader: Res<Loader>) -> bool {
    loader.works()
}

/// Tells the viewer of progress, a percent at a time; what finds the channel full is left out.
struct Reporter {
    reports: SyncSender<Report>,
    stop: Arc<AtomicBool>,
    what: Mutex<Arc<str>>,
    steps: AtomicU64,
    done: AtomicU64,
}

impl Reporter {
    fn new(reports: SyncSender<Report>, stop: Arc<AtomicBool>) -> Self {
        Self { reports, stop, what: Mutex::new("".into()), steps: AtomicU64::new(0), done: AtomicU64::new(0) }
    }

    fn report(&self, percent: u64) {
        let what = self.what.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let report = Report::Progress(Progressed { what, percent: percent.min(100) as u8 });
        match self.reports.try_send(report) {
            Ok(()) | Err(TrySendError::Full(_)) => {}
            Err(TrySendError::Disconnected(_)) => self.stop.store(true, Ordering::Relaxed),
        }
    }
}

impl Progress for Reporter {
    fn begin(&self, what: &str, steps: u64) {
        *self.what.lock().unwrap_or_else(PoisonError::into_inner) = what.into();
        self.steps.store(steps, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.report(0);
    }

    fn advance(&self, steps: u64) {
        let of = self.steps.load(Ordering::Relaxed).max(1);
        let before = self.done.fetch_add(steps, Ordering::Relaxed);
        let percent = |done: u64| done.saturating_mul(100) / of;
        if percent(before) != percent(before + steps) {
            self.report(percent(before + steps));
        }
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
