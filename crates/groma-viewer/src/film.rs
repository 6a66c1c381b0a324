//! A film of the programme that a person asks for: this program makes it in another process, without a window, while
//! the window goes on.

use crate::camera::{MainCamera, stand_of};
use crate::job::{Heard, Job};
use crate::orbit::Orbit;
use crate::session::{Busy, Effect, Session};
use crate::session_plugin::{OpenFiles, SessionSystems};
use crate::view_command::arguments;
use bevy::app::{App, Plugin, Update};
use bevy::camera::Camera;
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::MessageReader;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Query;
use bevy::math::UVec2;
use groma::schedule::DAY;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

/// Where nothing is said of days, a film has about so many pictures at most: longer programmes go on by more than a day
/// from one to the next.
const PICTURES: i32 = 360;
/// Films are no larger than this, in pixels.
const LARGEST: UVec2 = UVec2::new(1920, 1080);
/// How often one looks how far it is.
const LOOK: Duration = Duration::from_millis(100);

/// Makes films.
pub struct FilmPlugin {
    /// The program that makes them: this one.
    pub program: PathBuf,
}

impl Plugin for FilmPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Maker { program: self.program.clone(), at_work: None })
            .add_systems(Update, (obey, hear).chain().after(SessionSystems));
    }
}

#[derive(Resource)]
struct Maker {
    program: PathBuf,
    at_work: Option<(Job<Result<PathBuf, String>>, Arc<Course>)>,
}

#[derive(Default)]
struct Course {
    stop: AtomicBool,
    percent: AtomicU8,
}

fn obey(
    mut effects: MessageReader<Effect>,
    mut session: ResMut<Session>,
    mut maker: ResMut<Maker>,
    files: Res<OpenFiles>,
    cameras: Query<(&Orbit, &Camera), With<MainCamera>>,
) {
    for effect in effects.read() {
        match (effect, &maker.at_work) {
            (Effect::Cancel, Some((_, course))) => course.stop.store(true, Ordering::Relaxed),
            (Effect::Film(..), Some(_)) => session.say("A film is being made: wait for it"),
            (Effect::Film(path, days), None) => {
                let Some((orbit, camera)) = cameras.iter().next() else { continue };
                let Some(plan) = session.plan.as_ref().or(session.laid_aside.as_ref()) else {
                    session.say("No programme is open to make a film of");
                    continue;
                };
                let (first, last) = plan.span();
                let days = days.unwrap_or((last - first) / DAY / PICTURES).max(1);
                let pictures = ((last - first) / (days * DAY)).unsigned_abs() as usize + 2;
                // Beside a scenario it has half of the view.
                let halves = if session.compare.is_some() { 2 } else { 1 };
                let view = camera.physical_viewport_size().map(|v| UVec2::new(v.x * halves, v.y));
                let mut command = Command::new(&maker.program);
                command
                    .args(arguments(&session, &files, &stand_of(orbit)))
                    .args(["--size", &size_of(view), "--allow-incomplete"])
                    .args(["--every", &days.to_string()]);
                let course = Arc::new(Course::default());
                let (path, followed) = (path.clone(), course.clone());
                let job = Job::start("film", move || make(command, &path, pictures, &followed));
                maker.at_work = Some((job, course));
                session.busy = Some(Busy { what: "making a film".into(), percent: 0 });
            }
            _ => {}
        }
    }
}

/// The size of the pictures: that of the view, so that they show what it shows, in even numbers, which films want.
fn size_of(view: Option<UVec2>) -> String {
    let view = view.filter(|v| v.min_element() > 1).unwrap_or(UVec2::new(1280, 720)).as_dvec2();
    let shrunk = view * (LARGEST.as_dvec2() / view).min_element().min(1.0);
    let [width, height] = shrunk.to_array().map(|pixels| ((pixels / 2.0).floor() as u32 * 2).max(2));
    format!("{width}x{height}")
}

fn hear(mut session: ResMut<Session>, mut maker: ResMut<Maker>) {
    let Some((job, course)) = &mut maker.at_work else { return };
    match job.hear() {
        Heard::Nothing => {
            let busy = Busy { what: "making a film".into(), percent: course.percent.load(Ordering::Relaxed) };
            // What else goes on tells of itself.
            let is_free = session.busy.as_ref().is_none_or(|other| other.what == busy.what);
            if is_free && session.busy.as_ref() != Some(&busy) {
                session.busy = Some(busy);
            }
            return;
        }
        Heard::Done(Ok(path)) => session.say(format!("Written: {}", path.display())),
        Heard::Done(Err(error)) => session.fail(error),
        Heard::Died => session.fail("the film ended early"),
    }
    session.busy = None;
    maker.at_work = None;
}

/// Runs the program that makes it, in a folder of its own for the pictures.
fn make(mut command: Command, film: &Path, pictures: usize, course: &Course) -> Result<PathBuf, String> {
    let cannot = |error: std::io::Error| format!("the film cannot be made: {error}");
    let folder = tempfile::tempdir().map_err(cannot)?;
    let (frames, said) = (folder.path().join("pictures"), folder.path().join("said"));
    command.arg("--frames").arg(&frames).arg("--video").arg(film);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&said).map_err(cannot)?);
    let mut child = command.spawn().map_err(cannot)?;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(cannot)? {
            break status;
        }
        if course.stop.load(Ordering::Relaxed) {
            // It may have ended by now.
            let _ = child.kill();
            child.wait().map_err(cannot)?;
            return Err("The film was stopped".into());
        }
        let there = std::fs::read_dir(&frames).map_or(0, Iterator::count).min(pictures);
        course.percent.store((there * 100 / pictures.max(1)) as u8, Ordering::Relaxed);
        std::thread::sleep(LOOK);
    };
    if status.success() {
        return Ok(film.to_owned());
    }
    let said = std::fs::read_to_string(&said).unwrap_or_default();
    let why = said.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it ended early");
    Err(format!("the film was not made: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_as_large_as_the_view_within_limits() {
        let check = |view: Option<[u32; 2]>, expect| {
            assert_eq!(size_of(view.map(UVec2::from_array)), expect, "{view:?}");
        };
        check(Some([1001, 701]), "1000x700");
        check(Some([3840, 2160]), "1920x1080");
        check(Some([1000, 4000]), "270x1080");
        check(Some([4000, 2]), "1920x2");
        check(Some([0, 0]), "1280x720");
        check(None, "1280x720");
    }
}
