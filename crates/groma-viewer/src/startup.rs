//! What the command line says of the view, done once the models are open.

use crate::app::Verdict;
use crate::camera::{MainCamera, orbit_of};
use crate::orbit::Orbit;
use crate::screenshot::Canvas;
use crate::session::action::Action;
use crate::session::compare::Listed;
use crate::session::section::Sections;
use crate::session::views::Stand;
use crate::session::{Effect, Session};
use crate::session_plugin::SessionSystems;
use crate::view_command::ViewOptions;
use bevy::app::{App, AppExit, Plugin, Update};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::MessageWriter;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Query;
use glam::DVec3;

/// Whether everything that the program was started for is shown.
#[derive(Resource, Default)]
pub struct Settled(pub bool);

#[derive(Resource)]
struct Startup {
    view: ViewOptions,
    step: Step,
    /// What a window tells its user at the end: the mistake that the command line has.
    mistake: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    /// Models are being opened.
    Opening,
    /// What is asked for is being done; so many frames are left for it.
    Doing(u8),
    /// A scenario is being run.
    Comparing,
    /// Clashes are being looked for.
    Checking,
    /// An issue is being opened, for which the camera goes elsewhere than it is asked to.
    Standing,
    /// All is done.
    Done,
}

/// Brings the view to what the command line says.
pub struct StartupPlugin {
    /// What it says.
    pub view: ViewOptions,
}

impl Plugin for StartupPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Settled>()
            .insert_resource(Startup { view: self.view.clone(), step: Step::Opening, mistake: None })
            .add_systems(Update, advance.after(SessionSystems));
    }
}

#[allow(clippy::too_many_arguments, reason = "all that a view hangs on")]
fn advance(
    mut startup: ResMut<Startup>,
    mut settled: ResMut<Settled>,
    mut session: ResMut<Session>,
    mut ask: MessageWriter<Action>,
    mut effects: MessageWriter<Effect>,
    mut cameras: Query<&mut Orbit, With<MainCamera>>,
    canvas: Option<Res<Canvas>>,
    verdict: Res<Verdict>,
    mut exit: MessageWriter<AppExit>,
) {
    let origin = session.elements.as_ref().map(|e| e.project().frame.origin).unwrap_or_default();
    startup.step = match startup.step {
        Step::Opening if session.elements.is_some() && session.busy.is_none() => {
            // A picture of what is not there is no picture; a window tells its user.
            if let Some(mistake) = startup.view.mistake(&session) {
                if canvas.is_some() {
                    exit.write(verdict.fail(mistake));
                    return;
                }
                startup.mistake = Some(mistake);
            }
            for action in startup.view.actions(origin) {
                ask.write(action);
            }
            if startup.view.isolate.is_some() && startup.view.stand.is_none() {
                ask.write(Action::Fit);
            }
            if let Some(stand) = asked_stand(&startup.view, origin) {
                cameras.iter_mut().for_each(|mut orbit| *orbit = orbit_of(&stand));
                effects.write(Effect::Stand(stand));
            }
            if startup.view.issue.is_some() {
                ask.write(Action::Check);
            }
            Step::Doing(2)
        }
        Step::Doing(0) if startup.view.compare.is_some() => {
            let wanted = startup.view.compare.take().unwrap_or_default();
            let known = || session.scenarios.iter().map(Listed::stem);
            match known().position(|stem| stem.eq_ignore_ascii_case(&wanted)) {
                Some(n) => {
                    ask.write(Action::Compare(Some(n)));
                    Step::Comparing
                }
                None => {
                    let names: Vec<String> = known().collect();
                    let why = match names.is_empty() {
                        true => "the project has no folder scenarios with any".to_owned(),
                        false => format!("there are {}", names.join(", ")),
                    };
                    exit.write(verdict.fail(format!("there is no scenario {wanted:?}: {why}")));
                    Step::Done
                }
            }
        }
        Step::Comparing if session.busy.is_none() && session.compare.is_some() => Step::Doing(2),
        Step::Comparing if session.busy.is_none() && failed(&session).is_some() => {
            if canvas.is_some() {
                exit.write(verdict.fail(failed(&session).unwrap_or_default()));
            }
            Step::Doing(0)
        }
        Step::Doing(0) if startup.view.issue.is_some() => Step::Checking,
        Step::Doing(0) => Step::Done,
        Step::Doing(n) => Step::Doing(n - 1),
        Step::Checking if session.busy.is_none() => {
            let wanted = startup.view.issue.take().unwrap_or_default();
            let listed = session.clashes.listed();
            let by_place = || listed.get(wanted.parse::<usize>().ok()?.checked_sub(1)?).copied();
            let by_key = || session.clashes.all().iter().position(|issue| issue.row.key == wanted);
            match by_place().or_else(|| by_key().map(|n| n as u32)) {
                Some(issue) => {
                    ask.write(Action::OpenIssue(Some(issue)));
                }
                None => {
                    let why = failed(&session).unwrap_or_else(|| no_issue(&wanted, listed.len()));
                    if canvas.is_some() {
                        exit.write(verdict.fail(why));
                        return;
                    }
                    startup.mistake.get_or_insert(why);
                }
            }
            Step::Standing
        }
        Step::Standing => {
            effects.write_batch(asked_stand(&startup.view, origin).map(Effect::Stand));
            // What the command line cuts was there before the issue, and cuts nevertheless.
            session.clashes.cut_then = Sections::default();
            session.changed();
            Step::Doing(2)
        }
        step => step,
    };
    if startup.step == Step::Done
        && let Some(mistake) = startup.mistake.take()
    {
        session.fail(mistake);
    }
    if startup.step == Step::Done && !settled.0 && canvas.is_some() {
        verdict.warn(&session);
    }
    settled.0 = startup.step == Step::Done;
}

/// Where the command line says that the camera stands, in the project's frame.
fn asked_stand(view: &ViewOptions, origin: DVec3) -> Option<Stand> {
    view.stand.map(|stand| Stand { focus: stand.focus - origin, ..stand })
}

/// What failed last.
fn failed(session: &Session) -> Option<String> {
    session.note.as_ref().filter(|n| n.failed).map(|n| n.text.clone())
}

fn no_issue(wanted: &str, there: usize) -> String {
    match there {
        0 => format!("--issue {wanted}: no issue was found"),
        _ => format!(
            "--issue {wanted}: there is no such issue\n  hint: name a number from 1 to {there}, or the key of an issue"
        ),
    }
}
