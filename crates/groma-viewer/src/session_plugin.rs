//! The session among the plugins: what is asked for changes it, and what is to be done besides goes on as effects.

use crate::camera::CameraSystems;
use crate::load::{Begun, LoadFailed, Loader, Opened, OpenedModels, Progressed};
use crate::session::action::{Action, Panel};
use crate::session::plan::Plan;
use crate::session::views::{self, Kept};
use crate::session::{Busy, Effect, Session};
use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::{MessageReader, MessageWriter};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy::time::Time;
use groma::{ProjectConfig, clash::Discipline, model::codes};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// When the session changes, in [`Update`]; the camera comes after it.
#[derive(SystemSet, Clone, PartialEq, Eq, Hash, Debug)]
pub struct SessionSystems;

/// The files of what is open.
#[derive(Resource, Default, Clone)]
pub struct OpenFiles {
    /// The project's file.
    pub config: Option<Arc<ProjectConfig>>,
    /// The disciplines that it states of whole models.
    pub says: BTreeMap<Arc<str>, Discipline>,
    /// The files that were read.
    pub files: Vec<PathBuf>,
    /// Those of them that are models beside the project's own.
    pub beside: Vec<PathBuf>,
}

impl OpenFiles {
    /// True where models are those that are open, perhaps with more, or the same project's, read again.
    fn is_same(&self, opened: &OpenedModels) -> bool {
        match (&self.config, &opened.config) {
            (Some(old), Some(new)) => old.path == new.path,
            (None, None) => opened.files.starts_with(&self.files),
            _ => false,
        }
    }

    /// The folder that keeps sets and views: that of the project's file, else that of the first model.
    pub fn folder(&self) -> Option<&Path> {
        match &self.config {
            Some(config) => Some(config.dir()),
            None => self.files.first()?.parent(),
        }
        .map(|dir| if dir.as_os_str().is_empty() { Path::new(".") } else { dir })
    }
}

/// Keeps the session.
pub struct SessionPlugin;

impl Plugin for SessionPlugin {
    fn build(&self, app: &mut App) {
        app.add_message::<Action>()
            .add_message::<Effect>()
            .add_message::<Progressed>()
            .add_message::<Begun>()
            .add_message::<Opened>()
            .add_message::<LoadFailed>()
            .insert_resource(Session::new())
            .init_resource::<OpenFiles>()
            .configure_sets(Update, CameraSystems.after(SessionSystems))
            .add_systems(
                Update,
                (tell_progress, take_models, pass_time, apply).chain().in_set(SessionSystems),
            )
            // A view is kept once the camera has told where it stands.
            .add_systems(Update, keep.after(CameraSystems));
    }
}

fn tell_progress(
    mut progressed: MessageReader<Progressed>,
    mut begun: MessageReader<Begun>,
    mut failed: MessageReader<LoadFailed>,
    mut session: ResMut<Session>,
) {
    if let Some(p) = progressed.read().last() {
        session.busy = Some(Busy { what: p.what.to_string(), percent: p.percent });
    }
    if begun.read().last().is_some_and(|b| !b.preview) {
        session.busy = Some(Busy { what: "showing".into(), percent: 100 });
    }
    for LoadFailed { error, .. } in failed.read() {
        session.busy = None;
        session.fail(error.clone());
    }
}

fn take_models(
    mut opened: MessageReader<Opened>,
    mut session: ResMut<Session>,
    mut files: ResMut<OpenFiles>,
    mut effects: MessageWriter<Effect>,
) {
    for Opened { opened } in opened.read() {
        let same = files.is_same(opened) && session.elements.is_some();
        let shown = session.plan.clone();
        let compared = session.compare.as_ref().map(|c| c.path.clone());
        let checked = session.clashes.verdict.is_some().then(|| session.clashes.to_be_taken_again());
        session.busy = None;
        if !same && session.elements.is_some() {
            session.forget();
            effects.write(Effect::FrameAll);
        }
        session.show(opened.elements.clone(), opened.catalogue.clone(), opened.surfaces.clone());
        *files = OpenFiles {
            config: opened.config.clone(),
            says: opened.says.clone(),
            files: opened.files.clone(),
            beside: opened.beside.clone(),
        };
        let all = opened.elements.project().all_diagnostics();
        let apart = [codes::MIXED_COORDINATES, codes::MODELS_APART];
        session.say(match all.iter().find(|d| apart.contains(&d.code)) {
            Some(d) => format!("Ready, but {}: Problems tells more", d.code.page().title),
            None => "Ready".to_owned(),
        });
        if opened.elements.project().is_incomplete() {
            session.panels.insert(Panel::Problems);
            session.fail("Not all of the models could be read: Problems tells what is lost");
        }
        if let Some(clashes) = checked.filter(|_| same) {
            session.clashes = clashes;
            effects.write(Effect::Check);
        }
        match &opened.twin {
            Some(Ok(twin)) => {
                session.laid_aside = Plan::new(twin.clone());
                if let Some(shown) = shown.filter(|_| same) {
                    session.apply(&Action::UsePlan(true));
                    if let Some(plan) = &mut session.plan {
                        plan.follow(&shown);
                    }
                    let of = |path: &PathBuf| session.scenarios.iter().position(|s| s.path == *path);
                    if let Some(n) = compared.as_ref().and_then(of) {
                        effects.write(Effect::RunScenario(n));
                    }
                    session.changed();
                }
                let told = &twin.diagnostics;
                session.problems.splice(0..0, told.iter().map(ToString::to_string));
                if twin.is_incomplete() {
                    session.lost = true;
                    session.panels.insert(Panel::Problems);
                    session.fail(match twin.work.is_empty() {
                        true => "The programme links no element: Problems tells why",
                        false => "Not all of the programme could be used: Problems tells what is lost",
                    });
                }
                if session.plan.is_none() && session.laid_aside.is_none() {
                    no_programme(&mut session, "the programme has no task with dates");
                }
            }
            Some(Err(error)) => no_programme(&mut session, error),
            None => {}
        }
        for lost in &opened.lost {
            session.problems.insert(0, lost.clone());
        }
        if !opened.lost.is_empty() {
            session.lost = true;
            session.panels.insert(Panel::Problems);
            session.fail(format!("{} could not be opened: {}", opened.lost.len(), opened.lost[0]));
        }
        let origin = session.elements.as_ref().map(|e| e.project().frame.origin).unwrap_or_default();
        if let Some(path) = files.folder().map(|dir| dir.join(views::FILE)).filter(|p| p.is_file()) {
            match std::fs::read_to_string(&path)
                .map_err(|e| e.to_string())
                .and_then(|t| Kept::of_text(&t, origin))
            {
                Ok(kept) => session.kept = kept,
                Err(error) => session.fail(format!("{}: {error}", path.display())),
            }
        }
    }
}

fn no_programme(session: &mut Session, why: &str) {
    session.no_programme = Some(why.to_owned());
    session.problems.insert(0, why.to_owned());
    session.fail(why);
}

fn pass_time(time: Option<Res<Time>>, mut session: ResMut<Session>) {
    let playing = session.plan.as_ref().is_some_and(|p| p.playing);
    if let (true, Some(time)) = (playing, time) {
        let seconds = time.delta_secs_f64();
        session.pass(seconds);
    }
}

fn apply(mut asked: MessageReader<Action>, mut session: ResMut<Session>, mut effects: MessageWriter<Effect>) {
    for action in asked.read() {
        for effect in session.apply(action) {
            effects.write(effect);
        }
    }
}

/// Writes sets and views to the project's folder after they have changed.
fn keep(
    mut effects: MessageReader<Effect>,
    files: Res<OpenFiles>,
    mut session: ResMut<Session>,
    loader: Option<Res<Loader>>,
) {
    let told = effects.read().filter_map(|effect| match effect {
        Effect::Keep(told) => Some(told.clone()),
        Effect::KeepCamera(name) => Some(format!("The view {name} is kept")),
        _ => None,
    });
    let Some(told) = told.last().filter(|_| !loader.is_some_and(|l| l.works())) else { return };
    let Some(folder) = files.folder() else {
        session.fail("No file is open: there is no folder to keep it in");
        return;
    };
    let origin = session.elements.as_ref().map(|e| e.project().frame.origin).unwrap_or_default();
    match session.kept.write(folder, origin) {
        Ok(()) => session.say(format!("{told} in {}", folder.join(views::FILE).display())),
        Err(error) => {
            session.fail(format!("{} cannot be written: {error}", folder.join(views::FILE).display()))
        }
    }
}
