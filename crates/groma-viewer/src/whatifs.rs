//! Runs scenarios in a thread of its own.

use crate::job::{Heard, Job};
use crate::session::compare::{Comes, Listed};
use crate::session::plan::Plan;
use crate::session::{Busy, Effect, Session};
use crate::session_plugin::{OpenFiles, SessionSystems};
use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{DetectChanges, Res, ResMut};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use groma::read_scenarios;
use groma::twin::Twin;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder beside `groma.toml` that holds scenarios.
const FOLDER: &str = "scenarios";

/// What a scenario came to: its number in the list, its name, its result, the programme under it and the base as
/// its logic computes it.
struct Ran {
    n: usize,
    name: String,
    comes: Comes,
    base: Arc<Twin>,
    other: Arc<Twin>,
}

#[derive(Resource, Default)]
struct Running(Option<(usize, Job<Result<Box<Ran>, String>>)>);

/// Lists and runs scenarios.
pub struct WhatIfsPlugin;

impl Plugin for WhatIfsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Running>().add_systems(Update, (list, obey, hear).chain().after(SessionSystems));
    }
}

/// The scenarios of a folder, by name.
pub fn scenarios_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")))
        .collect();
    found.sort();
    found
}

fn list(files: Res<OpenFiles>, mut session: ResMut<Session>) {
    if !files.is_changed() {
        return;
    }
    let folder = files.config.as_ref().map(|c| c.dir().join(FOLDER));
    let found = folder.map(|f| scenarios_in(&f)).unwrap_or_default();
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    session.scenarios =
        found.into_iter().map(|path| Listed { name: stem(&path), path, comes: None }).collect();
}

fn obey(mut effects: MessageReader<Effect>, mut session: ResMut<Session>, mut running: ResMut<Running>) {
    for effect in effects.read() {
        // It runs on to its end, but nobody waits for it.
        if *effect == Effect::Cancel && running.0.take().is_some() {
            session.busy = None;
            session.say("The scenario was stopped");
        }
        let Effect::RunScenario(n) = effect else { continue };
        let n = *n;
        let plan = session.plan.as_ref().or(session.laid_aside.as_ref());
        let (Some(listed), Some(twin)) = (session.scenarios.get(n), plan.map(|p| p.twin().clone())) else {
            session.say("No programme is open to lay a scenario over");
            continue;
        };
        if running.0.is_some() {
            session.say("A scenario is being run: wait for it");
            continue;
        }
        let path = listed.path.clone();
        session.busy = Some(Busy { what: format!("running {}", listed.name), percent: 0 });
        running.0 = Some((n, Job::start("scenario", move || run(n, &path, &twin).map(Box::new))));
    }
}

fn run(n: usize, path: &Path, twin: &Twin) -> Result<Ran, String> {
    let scenario = match read_scenarios(path).map_err(|e| e.to_string())?.into_iter().next() {
        Some(read) => read.scenario,
        None => return Err(format!("{} makes no scenario", path.display())),
    };
    let from_models =
        "the programme was read from the models, which state dates alone: name a programme in groma.toml";
    let base = twin.programme.computed().ok_or(from_models)?;
    let (programme, outcome) =
        twin.programme.under(&scenario).ok_or(from_models)?.map_err(|e| e.to_string())?;
    let comes = Comes {
        finish: outcome.finish,
        days: outcome.days,
        percentiles: outcome.percentiles,
        later: outcome.percentile_days(),
        curves: outcome.curves.clone(),
        cost: outcome.cost,
        critical: outcome.critical,
        asserts: outcome.asserts.iter().map(|a| (format!("{}: {}", a.text, a.found), a.holds)).collect(),
    };
    let other = Arc::new(twin.by(programme));
    Ok(Ran { n, name: outcome.name, comes, base: Arc::new(twin.by(base)), other })
}

fn hear(mut session: ResMut<Session>, mut running: ResMut<Running>) {
    let Some((n, job)) = &mut running.0 else { return };
    let n = *n;
    match job.hear() {
        Heard::Nothing => return,
        Heard::Done(Ok(ran)) => take(&mut session, *ran),
        Heard::Done(Err(error)) => {
            if let Some(listed) = session.scenarios.get_mut(n) {
                listed.comes = Some(Err(error.clone()));
            }
            session.busy = None;
            session.fail(error);
        }
        Heard::Died => {
            session.busy = None;
            session.fail("the scenario ended early");
        }
    }
    running.0 = None;
}

fn take(session: &mut Session, ran: Ran) {
    session.busy = None;
    let Some(listed) = session.scenarios.get_mut(ran.n) else { return };
    listed.name.clone_from(&ran.name);
    listed.comes = Some(Ok(ran.comes));
    let path = listed.path.clone();
    if let (Some(base), Some(other)) = (Plan::new(ran.base), Plan::new(ran.other)) {
        session.compare_with(path, ran.name, base, other);
    }
}
