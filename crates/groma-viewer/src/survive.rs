//! What becomes of a window whose graphics device is lost, as when a driver is updated: the engine cannot go on, so the
//! same view opens in another process, in the place of this one.

use crate::camera::{MainCamera, stand_of};
use crate::job::WORKER;
use crate::orbit::Orbit;
use crate::session::Session;
use crate::session_plugin::OpenFiles;
use crate::view_command::arguments;
use bevy::app::{App, Last, Plugin};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::Query;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Where it is told how often that happened already.
const LOST: &str = "GROMA_VIEWER_LOST";
/// A device that is lost more often than this is not there.
const MOST: u32 = 3;
/// The view is remembered this often.
const PAUSE: Duration = Duration::from_millis(500);

/// Remembers the view, and opens it again where drawing breaks down.
pub struct SurvivePlugin {
    /// Width and height of the window in pixels.
    pub size: (u32, u32),
}

/// The arguments that show the present view; `None` while nothing is open.
#[derive(Clone, Default)]
pub struct View(Arc<Mutex<Option<Vec<String>>>>);

impl View {
    /// Takes them out: a view is opened again once.
    pub fn take(&self) -> Option<Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The view that is remembered.
#[derive(Resource)]
pub struct Memory {
    view: View,
    size: (u32, u32),
    at: Instant,
}

impl Memory {
    /// Reads the view after the program has ended.
    pub fn view(&self) -> View {
        self.view.clone()
    }
}

impl Plugin for SurvivePlugin {
    fn build(&self, app: &mut App) {
        let view = View::default();
        app.insert_resource(Memory { view: view.clone(), size: self.size, at: Instant::now() })
            .add_systems(Last, remember);
        // Threads of the engine panic where their device is gone, and what they unwind through panics again.
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            before(panic);
            if is_of_engine()
                && let Some(arguments) = view.take()
            {
                go_on(&arguments);
            }
        }));
    }
}

/// True in the threads of the engine. Work on models goes on in rayon's threads and in those named by [`WORKER`]: what
/// panics there is caught by who has begun it, as where one element of a file ends the kernel.
fn is_of_engine() -> bool {
    let name = std::thread::current();
    rayon::current_thread_index().is_none() && !name.name().is_some_and(|n| n.starts_with(WORKER))
}

fn remember(
    mut memory: ResMut<Memory>,
    session: Res<Session>,
    files: Res<OpenFiles>,
    cameras: Query<&Orbit, With<MainCamera>>,
) {
    let Some(orbit) = cameras.iter().next().filter(|_| session.elements.is_some()) else { return };
    if memory.at.elapsed() < PAUSE {
        return;
    }
    memory.at = Instant::now();
    let mut all = arguments(&session, &files, &stand_of(orbit));
    all.push(format!("--size={}x{}", memory.size.0, memory.size.1));
    *memory.view.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(all);
}

/// Opens a view in another process, and ends this one; comes back where that cannot be.
pub fn go_on(arguments: &[String]) {
    let lost = std::env::var(LOST).ok().and_then(|n| n.parse().ok()).unwrap_or(0_u32);
    let Ok(program) = std::env::current_exe() else { return };
    if lost >= MOST {
        return;
    }
    let mut command = Command::new(program);
    command.args(arguments).env(LOST, (lost + 1).to_string());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // This process becomes that one; what comes back is why it cannot.
        drop(command.exec());
    }
    #[cfg(not(unix))]
    if command.spawn().is_ok() {
        std::process::exit(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{Heard, Job};

    #[test]
    fn work_on_models_is_none_of_the_engines() {
        let told = |name: Option<&str>| {
            let mut builder = std::thread::Builder::new();
            if let Some(name) = name {
                builder = builder.name(name.into());
            }
            builder.spawn(is_of_engine).unwrap().join().unwrap()
        };
        assert!(told(Some("Compute Task Pool (0)")) && told(None));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert!(!pool.install(is_of_engine));
        let mut job = Job::start("check", is_of_engine);
        let heard = loop {
            match job.hear() {
                Heard::Nothing => std::thread::yield_now(),
                Heard::Done(heard) => break heard,
                Heard::Died => panic!("no thread"),
            }
        };
        assert!(!heard);
    }
}
