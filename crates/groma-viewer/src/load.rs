//! Opens models in a thread of its own and hands over what it finds, frame by frame.

use crate::parts::{Batch, PartMaker};
use bevy::app::{App, Plugin, PreUpdate, Startup};
use bevy::ecs::change_detection::ResMut;
use bevy::ecs::message::{Message, MessageWriter};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy::ecs::system::Commands;
use groma::model::Progress;
use groma::{Cache, ModelSource, OpenError, Project};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// How many reports may wait; beyond it the thread waits for the next frame.
const WAITING: usize = 16;
/// How many batches one frame takes in, so that the window stays alive.
const BATCHES_PER_FRAME: usize = 8;

/// The thread's progress.
#[derive(Message, Clone, PartialEq, Eq, Debug)]
pub struct Progressed {
    /// What it does.
    pub what: Arc<str>,
    /// How far it is, 0 to 100.
    pub percent: u8,
}

/// Meshes and parts to show.
#[derive(Message)]
pub struct PartsArrived(pub Batch);

/// All models are open, and all their parts have arrived.
#[derive(Message, Clone, Debug)]
pub struct Opened {
    /// The label of each model and how many elements it has.
    pub models: Vec<(Arc<str>, usize)>,
}

/// Nothing can be shown.
#[derive(Message, Clone, Debug)]
pub struct LoadFailed {
    /// Why, for the user.
    pub error: String,
}

/// The models shown, once they are open.
#[derive(Resource, Clone)]
pub struct OpenProject(pub Arc<Project>);

/// When reports of the thread become messages, in [`PreUpdate`].
#[derive(SystemSet, Clone, PartialEq, Eq, Hash, Debug)]
pub struct LoadSystems;

/// What the thread does first: it opens a project.
pub type Opener = Box<dyn FnOnce(&dyn Progress) -> Result<Project, OpenError> + Send>;

/// Opens a project in a thread; see the messages of this module.
pub struct LoadPlugin {
    opener: Mutex<Option<Opener>>,
}

impl LoadPlugin {
    /// Opens files, those that were opened before out of the cache.
    pub fn files(sources: Vec<ModelSource>, cache: Option<Cache>) -> Self {
        Self::new(move |progress| Project::open_with(&sources, cache.as_ref(), progress))
    }

    /// Opens what `open` opens.
    pub fn new(open: impl FnOnce(&dyn Progress) -> Result<Project, OpenError> + Send + 'static) -> Self {
        Self { opener: Mutex::new(Some(Box::new(open))) }
    }
}

impl Plugin for LoadPlugin {
    fn build(&self, app: &mut App) {
        let opener = self.opener.lock().unwrap_or_else(PoisonError::into_inner).take();
        app.add_message::<Progressed>()
            .add_message::<PartsArrived>()
            .add_message::<Opened>()
            .add_message::<LoadFailed>()
            .insert_resource(Loader { opener: Mutex::new(opener), reports: None, stop: Arc::default() })
            .add_systems(Startup, start)
            .add_systems(PreUpdate, receive.in_set(LoadSystems));
    }
}

/// The thread's end of the viewer.
#[derive(Resource)]
struct Loader {
    opener: Mutex<Option<Opener>>,
    /// `None` before the thread starts and after its last report.
    reports: Option<Mutex<Receiver<Report>>>,
    stop: Arc<AtomicBool>,
}

impl Drop for Loader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// What the thread reports.
enum Report {
    Progress(Progressed),
    Parts(Batch),
    Done(Arc<Project>),
    Failed(String),
}

fn start(mut loader: ResMut<Loader>) {
    let opener = loader.opener.get_mut().unwrap_or_else(PoisonError::into_inner).take();
    let Some(opener) = opener else { return };
    let (sender, receiver) = sync_channel(WAITING);
    let stop = loader.stop.clone();
    loader.reports = Some(Mutex::new(receiver));
    // A thread that ends early, by a panic or because there is none, closes the channel, which is told.
    let thread = std::thread::Builder::new().name("load".into());
    drop(thread.spawn(move || load(opener, &sender, stop)));
}

/// What the thread does. It ends early when nobody listens any more.
fn load(opener: Opener, reports: &SyncSender<Report>, stop: Arc<AtomicBool>) {
    let progress = Reporter::new(reports.clone(), stop);
    let pool = match rayon::ThreadPoolBuilder::new().stack_size(groma::WORKER_STACK).build() {
        Ok(pool) => pool,
        Err(error) => {
            let _ = reports.send(Report::Failed(format!("cannot start the working threads: {error}")));
            return;
        }
    };
    let project = match pool.install(|| opener(&progress)) {
        Ok(project) => Arc::new(project),
        Err(error) => {
            let _ = reports.send(Report::Failed(error.to_string()));
            return;
        }
    };
    drop(pool);
    progress.begin("preparing", project.models.len() as u64);
    let mut maker = PartMaker::default();
    for (index, loaded) in (0_u32..).zip(&project.models) {
        let mut send = |batch| reports.send(Report::Parts(batch)).is_ok();
        if !maker.make(index, &loaded.model, &loaded.shapes, &mut send) {
            return;
        }
        progress.advance(1);
    }
    let _ = reports.send(Report::Done(project));
}

fn receive(
    mut loader: ResMut<Loader>,
    mut commands: Commands,
    mut progressed: MessageWriter<Progressed>,
    mut arrived: MessageWriter<PartsArrived>,
    mut opened: MessageWriter<Opened>,
    mut failed: MessageWriter<LoadFailed>,
) {
    let Some(reports) = &mut loader.reports else { return };
    let reports = reports.get_mut().unwrap_or_else(PoisonError::into_inner);
    let mut batches = 0;
    let last = loop {
        if batches == BATCHES_PER_FRAME {
            return;
        }
        match reports.try_recv() {
            Ok(Report::Progress(progress)) => {
                progressed.write(progress);
            }
            Ok(Report::Parts(batch)) => {
                batches += 1;
                arrived.write(PartsArrived(batch));
            }
            Ok(Report::Done(project)) => break Ok(project),
            Ok(Report::Failed(error)) => break Err(error),
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => {
                break Err("the models could not be opened: the loading thread ended early".into());
            }
        }
    };
    loader.reports = None;
    match last {
        Ok(project) => {
            let models =
                project.models.iter().map(|m| (m.model.label.clone(), m.model.elements.len())).collect();
            commands.insert_resource(OpenProject(project));
            opened.write(Opened { models });
        }
        Err(error) => {
            failed.write(LoadFailed { error });
        }
    }
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
