//! Loading, checks, camera and keys without a graphics card: plugins run frame by frame.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use bevy::MinimalPlugins;
use bevy::app::{App, AppExit, Update};
use bevy::camera::{Camera, PerspectiveProjection, Projection};
use bevy::ecs::change_detection::ResMut;
use bevy::ecs::entity::Entity;
use bevy::ecs::message::{MessageReader, Messages};
use bevy::ecs::resource::Resource;
use bevy::input::keyboard::{Key, KeyCode, KeyboardInput};
use bevy::input::mouse::{MouseButton, MouseButtonInput, MouseScrollUnit, MouseWheel};
use bevy::input::touch::TouchPhase;
use bevy::input::{ButtonState, InputPlugin};
use bevy::math::{Vec2, Vec3};
use bevy::window::{CursorMoved, FileDragAndDrop, WindowEvent};
use groma::exchange::comments_file::Status;
use groma::model::Progress;
use groma_viewer::app::VerdictPlugin;
use groma_viewer::camera::{CameraPlugin, InView, Keys, MainCamera};
use groma_viewer::checks::ChecksPlugin;
use groma_viewer::files::FilesPlugin;
#[cfg(unix)]
use groma_viewer::film::FilmPlugin;
use groma_viewer::keys::KeysPlugin;
use groma_viewer::load::{
    Begun, LoadFailed, LoadPlugin, Loader, OpenRequested, Opened, PartsArrived, Progressed, What,
};
use groma_viewer::orbit::Orbit;
use groma_viewer::parts::Batch;
use groma_viewer::repaint::{Painted, RepaintPlugin};
use groma_viewer::scene::{Scene, SceneBounds};
use groma_viewer::session::action::{Action, Panel};
use groma_viewer::session::paint::painter;
use groma_viewer::session::plan::{Absent, Showing};
use groma_viewer::session::{Effect, Session};
use groma_viewer::session_plugin::SessionPlugin;
use groma_viewer::settings::SettingsPlugin;
use groma_viewer::walk::WalkPlugin;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{RED, cuboid, project, workspace};

/// All that loading said, in order.
#[derive(Resource, Default)]
struct Heard {
    percents: Vec<(String, u8)>,
    parts: usize,
    drawn: usize,
    opened: Vec<usize>,
    failed: Vec<String>,
}

/// How many parts a batch has, alone and in sheets.
fn parts_of(batch: &Batch) -> usize {
    batch.parts.len() + batch.sheets.iter().map(|sheet| sheet.pieces.len()).sum::<usize>()
}

fn listen(
    mut heard: ResMut<Heard>,
    mut progressed: MessageReader<Progressed>,
    mut arrived: MessageReader<PartsArrived>,
    mut opened: MessageReader<Opened>,
    mut failed: MessageReader<LoadFailed>,
) {
    for p in progressed.read() {
        heard.percents.push((p.what.to_string(), p.percent));
    }
    for PartsArrived(batch) in arrived.read() {
        assert!(heard.opened.is_empty(), "parts arrive before the end is told");
        heard.parts += parts_of(batch);
        heard.drawn += batch.parts.len() + batch.sheets.len();
    }
    for o in opened.read() {
        heard.opened.extend(o.models().iter().map(|(_, elements)| elements));
    }
    heard.failed.extend(failed.read().map(|f| f.error.clone()));
}

/// Runs until loading ends, and gives back what it said and whether the program ends.
fn load(plugin: LoadPlugin) -> (App, Option<AppExit>) {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, plugin, VerdictPlugin)).init_resource::<Heard>();
    app.add_systems(Update, listen);
    let began = Instant::now();
    loop {
        app.update();
        let heard = app.world().resource::<Heard>();
        if !heard.opened.is_empty() || !heard.failed.is_empty() {
            let exit = app.should_exit();
            return (app, exit);
        }
        assert!(began.elapsed() < Duration::from_secs(60), "loading never ends");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_project_arrives_in_batches_and_is_kept() {
    let boxes: Vec<_> =
        (0..30_000).map(|i| cuboid([f64::from(i), 0.0, 0.0], [f64::from(i) + 1.0, 1.0, 1.0], RED)).collect();
    let (app, exit) = load(LoadPlugin::new(move |progress| {
        progress.begin("importing", 10);
        progress.advance(5);
        progress.end();
        Ok(project(&boxes))
    }));
    let heard = app.world().resource::<Heard>();
    // 17 batches of 1,667 boxes, of 20,000 triangles, and the rest: each in sheets of 128 at most.
    assert_eq!((heard.parts, heard.drawn), (30_000, 17 * 14 + 13));
    assert_eq!(heard.opened, [30_000]);
    assert_eq!(heard.percents[..2], [("importing".into(), 0), ("importing".into(), 50)]);
    assert_eq!(exit, None);
}

#[test]
fn what_cannot_be_opened_ends_the_program_with_2() {
    let (app, exit) = load(LoadPlugin::new(|progress| groma::Project::open(&[], progress)));
    assert_eq!(app.world().resource::<Heard>().failed, ["no model was given"]);
    assert_eq!(exit, Some(AppExit::from_code(2)));
}

#[test]
fn a_thread_that_dies_is_told_not_awaited() {
    let (app, exit) = load(LoadPlugin::new(|_| panic!("the panic of this test")));
    let failed = &app.world().resource::<Heard>().failed;
    assert!(failed[0].contains("ended early"), "{failed:?}");
    assert_eq!(exit, Some(AppExit::from_code(2)));
}

#[test]
fn leaving_stops_the_work() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let mut app = App::new();
    app.add_plugins((
        MinimalPlugins,
        LoadPlugin::new(move |progress: &dyn Progress| {
            while !progress.cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            let _ = sender.send(());
            Err(groma::model::Cancelled.into())
        }),
    ));
    app.update();
    drop(app);
    receiver.recv_timeout(Duration::from_secs(60)).expect("the thread learns that it should stop");
}

fn with_camera(home: Orbit) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, InputPlugin, SessionPlugin, KeysPlugin, VerdictPlugin))
        .add_plugins(CameraPlugin { home, smooth: true })
        .init_resource::<SceneBounds>();
    app.update();
    app
}

fn orbit(app: &mut App) -> Orbit {
    *app.world_mut().query::<&Orbit>().single(app.world()).expect("there is one camera")
}

fn show(app: &mut App, low: Vec3, high: Vec3) {
    app.insert_resource(SceneBounds::of(low, high));
    app.update();
}

/// What a key is in the American layout.
fn logical(key_code: KeyCode) -> Key {
    match key_code {
        KeyCode::ControlLeft => Key::Control,
        KeyCode::Home => Key::Home,
        KeyCode::Escape => Key::Escape,
        KeyCode::KeyF => Key::Character("f".into()),
        KeyCode::KeyK => Key::Character("k".into()),
        KeyCode::KeyQ => Key::Character("q".into()),
        other => panic!("{other:?} has no name here"),
    }
}

fn key(app: &mut App, key_code: KeyCode, state: ButtonState) {
    app.world_mut().write_message(KeyboardInput {
        key_code,
        logical_key: logical(key_code),
        state,
        text: None,
        repeat: false,
        window: Entity::PLACEHOLDER,
    });
}

fn press(app: &mut App, key_code: KeyCode) {
    for state in [ButtonState::Pressed, ButtonState::Released] {
        key(app, key_code, state);
        app.update();
    }
}

/// Drags from the middle of a window, as an absolute pointer does: only places are told.
fn drag(app: &mut App, button: MouseButton, delta: Vec2) {
    let window = Entity::PLACEHOLDER;
    let from = Vec2::new(320.0, 240.0);
    let to = |app: &mut App, position| {
        app.world_mut().write_message(WindowEvent::from(CursorMoved { window, position, delta: None }));
    };
    let set = |app: &mut App, state| {
        let input = MouseButtonInput { button, state, window };
        app.world_mut().write_message(input);
        app.world_mut().write_message(WindowEvent::from(input));
    };
    to(app, from);
    set(app, ButtonState::Pressed);
    to(app, from + delta);
    app.update();
    set(app, ButtonState::Released);
    app.update();
}

#[test]
fn what_is_typed_after_the_palettes_keys_is_no_command() {
    let mut app = with_camera(Orbit::default());
    show(&mut app, Vec3::ZERO, Vec3::ONE);
    let first = orbit(&mut app);
    drag(&mut app, MouseButton::Right, Vec2::new(300.0, 0.0));
    let moved = orbit(&mut app);
    let all_at_once = |app: &mut App, codes: &[KeyCode]| {
        for (codes, state) in [(codes, ButtonState::Pressed), (codes, ButtonState::Released)] {
            codes.iter().for_each(|code| key(app, *code, state));
        }
        app.update();
    };
    all_at_once(&mut app, &[KeyCode::ControlLeft, KeyCode::KeyK, KeyCode::Home]);
    assert!(app.world().resource::<Session>().palette);
    assert_eq!(orbit(&mut app), moved);
    press(&mut app, KeyCode::Escape);
    all_at_once(&mut app, &[KeyCode::Home]);
    assert_eq!(orbit(&mut app), first);
}

#[test]
fn the_camera_keeps_the_scene_in_view_until_it_is_moved() {
    let mut app = with_camera(Orbit::default());
    show(&mut app, Vec3::ZERO, Vec3::ONE);
    let near = orbit(&mut app);
    show(&mut app, Vec3::ZERO, Vec3::splat(50.0));
    let far = orbit(&mut app);
    assert!(far.distance > 40.0 * near.distance, "{near:?} {far:?}");
    drag(&mut app, MouseButton::Left, Vec2::new(90.0, 0.0));
    let turned = orbit(&mut app);
    assert!(turned.yaw < far.yaw && turned.distance == far.distance, "{far:?} {turned:?}");
    show(&mut app, Vec3::ZERO, Vec3::splat(500.0));
    assert_eq!(orbit(&mut app), turned, "the user's view stays");
}

#[test]
fn a_new_shape_of_the_window_is_fitted_too() {
    let mut app = with_camera(Orbit::default());
    show(&mut app, Vec3::ZERO, Vec3::ONE);
    let wide = orbit(&mut app);
    for mut projection in app.world_mut().query::<&mut Projection>().iter_mut(app.world_mut()) {
        *projection =
            Projection::Perspective(PerspectiveProjection { aspect_ratio: 0.25, ..Default::default() });
    }
    app.update();
    assert!(orbit(&mut app).distance > 1.5 * wide.distance);
}

#[test]
fn f_fits_and_home_turns_back() {
    let mut app = with_camera(Orbit { yaw: 1.0, ..Orbit::default() });
    show(&mut app, Vec3::ZERO, Vec3::ONE);
    let first = orbit(&mut app);
    drag(&mut app, MouseButton::Left, Vec2::new(200.0, 100.0));
    drag(&mut app, MouseButton::Right, Vec2::new(300.0, 0.0));
    let moved = orbit(&mut app);
    assert_ne!(moved.focus, first.focus);
    press(&mut app, KeyCode::KeyF);
    let fitted = orbit(&mut app);
    assert_eq!((fitted.yaw, fitted.pitch), (moved.yaw, moved.pitch));
    assert!((fitted.focus - Vec3::splat(0.5)).length() < 0.3, "{fitted:?}");
    press(&mut app, KeyCode::Home);
    assert_eq!(orbit(&mut app), first);
    drag(&mut app, MouseButton::Middle, Vec2::new(300.0, 0.0));
    app.world_mut().write_message(Effect::Home);
    app.update();
    assert_eq!(orbit(&mut app), first);
}

/// After close work, with the sky under the pointer, the wheel and a drag go on by what the models' size makes of use.
#[test]
fn close_work_leaves_the_view_movable() {
    let check = |act: &dyn Fn(&mut App), least: f32| {
        let mut app = with_camera(Orbit::default());
        show(&mut app, Vec3::ZERO, Vec3::splat(100.0));
        drag(&mut app, MouseButton::Left, Vec2::new(1.0, 0.0));
        for mut orbit in app.world_mut().query::<&mut Orbit>().iter_mut(app.world_mut()) {
            orbit.distance = 0.05;
        }
        app.update();
        let before = orbit(&mut app).transform().translation;
        act(&mut app);
        let moved = orbit(&mut app).transform().translation.distance(before);
        assert!(moved > least, "{moved}");
    };
    let wheel = |app: &mut App| {
        let window = Entity::PLACEHOLDER;
        let unit = MouseScrollUnit::Line;
        app.world_mut().write_message(MouseWheel { unit, x: 0.0, y: 1.0, window, phase: TouchPhase::Moved });
        app.update();
    };
    check(&wheel, 0.3);
    check(&|app| drag(app, MouseButton::Right, Vec2::new(450.0, 0.0)), 0.5);
}

fn is_parallel(app: &mut App) -> bool {
    let projection = app.world_mut().query::<&Projection>().iter(app.world()).next().unwrap();
    matches!(projection, Projection::Orthographic(_))
}

#[test]
fn who_walks_sees_in_perspective_and_stays_where_they_are() {
    let mut app = with_camera(Orbit::default());
    app.add_plugins(WalkPlugin);
    show(&mut app, Vec3::ZERO, Vec3::splat(9.0));
    ask(&mut app, Action::Parallel(true));
    let before = orbit(&mut app);
    ask(&mut app, Action::Walk(true));
    app.update();
    let walked = orbit(&mut app);
    assert!(!is_parallel(&mut app) && walked.distance < 1.0);
    // A panel that takes room, or more of the models, leaves the walker where they are.
    for mut projection in app.world_mut().query::<&mut Projection>().iter_mut(app.world_mut()) {
        *projection =
            Projection::Perspective(PerspectiveProjection { aspect_ratio: 0.25, ..Default::default() });
    }
    show(&mut app, Vec3::ZERO, Vec3::splat(500.0));
    let apart = |a: Orbit, b: Orbit| a.transform().translation.distance(b.transform().translation);
    let now = orbit(&mut app);
    assert!(apart(walked, now) < 1e-3, "{walked:?} {now:?}");
    ask(&mut app, Action::Escape);
    app.update();
    let after = orbit(&mut app);
    assert!(!app.world().resource::<Session>().walking && is_parallel(&mut app));
    assert!((after.distance - before.distance).abs() < 1e-3 && apart(after, before) < 1e-2, "{after:?}");
}

#[test]
fn what_is_asked_to_end_ends_well() {
    let mut app = with_camera(Orbit::default());
    press(&mut app, KeyCode::Escape);
    assert!(app.world().resource::<Messages<AppExit>>().is_empty());
    app.world_mut().write_message(Action::Quit);
    app.update();
    app.update();
    assert_eq!(app.should_exit(), Some(AppExit::Success));
}

/// Slow frames end anywhere between what is pressed and what is let go.
#[test]
fn a_chord_counts_however_frames_cut_it() {
    let (control, q) = (KeyCode::ControlLeft, KeyCode::KeyQ);
    let chord = [
        (control, ButtonState::Pressed),
        (q, ButtonState::Pressed),
        (q, ButtonState::Released),
        (control, ButtonState::Released),
    ];
    for cuts in 0..8 {
        let mut app = with_camera(Orbit::default());
        for (k, (code, state)) in chord.into_iter().enumerate() {
            key(&mut app, code, state);
            if cuts >> k & 1 == 1 {
                app.update();
            }
        }
        app.update();
        app.update();
        assert_eq!(app.should_exit(), Some(AppExit::Success), "{cuts:b}");
    }
}

/// Runs until the session has what is looked for.
fn until(app: &mut App, what: &str, holds: impl Fn(&Session) -> bool) {
    let began = Instant::now();
    loop {
        app.update();
        if holds(app.world().resource::<Session>()) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "{what}: never");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn ask(app: &mut App, action: Action) {
    app.world_mut().write_message(action);
    app.update();
}

/// Structure and services of the sample with a file of comments, checked.
fn checked(dir: &Path) -> App {
    for name in ["structure.ifc", "services.ifc"] {
        std::fs::copy(workspace("assets/sample").join(name), dir.join(name)).unwrap();
    }
    let config =
        "comments = \"comments.toml\"\nwaivers = \"waivers.toml\"\n[[model]]\npath = \"*.ifc\"\n[matrix]\n";
    std::fs::write(dir.join("groma.toml"), config).unwrap();
    let what = What::of(&[dir.join("groma.toml")]).unwrap();
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, SessionPlugin, ChecksPlugin));
    app.add_plugins(LoadPlugin { first: Some(what), cache: None, preview: false });
    until(&mut app, "the models are open", |s| s.elements.is_some());
    ask(&mut app, Action::Check);
    until(&mut app, "there is a verdict", |s| s.clashes.verdict.is_some());
    app
}

fn open_issue(app: &App) -> groma::exchange::check_report::IssueRow {
    app.world().resource::<Session>().clashes.current().unwrap().row.clone()
}

#[test]
fn what_is_said_of_an_issue_goes_to_the_projects_files_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut app = checked(dir.path());
    ask(&mut app, Action::StepIssue(true));
    let before = open_issue(&app);
    let say = |text: &str, status, who: Option<&str>| Action::Comment {
        text: text.into(),
        author: " A. Engineer ".into(),
        status,
        assigned_to: who.map(str::to_owned),
    };
    ask(&mut app, say("the duct goes below", Some(Status::Agreed), Some("B. Fitter")));
    until(&mut app, "the comment is there", |s| {
        s.clashes.current().is_some_and(|i| i.row.comments.len() == 1)
    });
    ask(&mut app, say("", Some(Status::Done), None));
    until(&mut app, "the second is there", |s| {
        s.clashes.current().is_some_and(|i| i.row.comments.len() == 2)
    });
    let row = open_issue(&app);
    assert_eq!((row.key.as_str(), row.state), (before.key.as_str(), "new"));
    assert_eq!(row.status_words().as_deref(), Some("done, with B. Fitter"));
    assert_eq!(row.comments[0].author, "A. Engineer");
    assert_eq!(row.comments[0].words(), "the duct goes below (agreed)");
    let file = std::fs::read_to_string(dir.path().join("comments.toml")).unwrap();
    assert_eq!(file.matches("[[comment]]").count(), 2);

    // a waiver of a day that is none is refused, and nothing is written
    ask(&mut app, Action::Waive("sleeve".into(), "A".into(), "soon".into()));
    assert!(!dir.path().join("waivers.toml").exists());
    ask(&mut app, Action::Waive("sleeve".into(), "A".into(), "2999-12-31".into()));
    until(&mut app, "it is waived", |s| s.clashes.current().is_some_and(|i| i.row.state == "waived"));
}

#[test]
fn models_that_are_read_again_are_checked_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut app = checked(dir.path());
    ask(&mut app, Action::FilterIssues("column".into()));
    ask(&mut app, Action::StepIssue(true));
    let key = open_issue(&app).key;
    let all = app.world().resource::<Session>().clashes.all().len();
    // the drain through the footing is taken away
    let services = dir.path().join("services.ifc");
    let text = std::fs::read_to_string(&services).unwrap();
    let drain = text.lines().find(|l| l.contains("0DAApmEPhLEL2fI9HtCDY_")).unwrap();
    std::fs::write(&services, text.replace(&format!("{drain}\n"), "")).unwrap();
    let what = What::of(&[dir.path().join("groma.toml")]).unwrap();
    app.world_mut().write_message(OpenRequested(what));
    until(&mut app, "one less", |s| s.clashes.all().len() == all - 1);
    let session = app.world().resource::<Session>();
    assert_eq!(session.clashes.filter, "column");
    assert_eq!(session.clashes.current().unwrap().row.key, key);
}

#[test]
fn models_are_added_to_those_that_are_open() {
    let sample = |name: &str| workspace("assets/sample").join(name);
    let first = Some(What::of(&[sample("structure.ifc")]).unwrap());
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, SessionPlugin, FilesPlugin));
    app.add_plugins(LoadPlugin { first, cache: None, preview: false });
    let labels = |s: &Session| -> Vec<String> {
        let models = s.elements.iter().flat_map(|e| &e.project().models);
        models.map(|m| m.model.label.to_string()).collect()
    };
    until(&mut app, "structure is open", |s| labels(s) == ["structure"]);
    ask(&mut app, Action::Search("IfcColumn".into()));
    ask(&mut app, Action::Hide);
    let hidden = app.world().resource::<Session>().looks.hidden.len();
    ask(&mut app, Action::Add(vec![sample("structure.ifc"), sample("services.ifc")]));
    until(&mut app, "services are there", |s| labels(s) == ["services", "structure"]);
    assert_eq!(app.world().resource::<Session>().looks.hidden.len(), hidden);
    ask(&mut app, Action::Add(vec![sample("none.ifc")]));
    until(&mut app, "it is told", |s| s.note.as_ref().is_some_and(|n| n.text.contains("none.ifc")));
    let opened = app.world().resource::<Session>().version;
    ask(&mut app, Action::Reload);
    until(&mut app, "both are read again", |s| s.version > opened + 1 && s.busy.is_none());
    assert_eq!(labels(app.world().resource::<Session>()), ["services", "structure"]);
    // Beside a project they are shown with its own.
    let both = What::of(&[sample("groma.toml"), sample("none.ifc")]).unwrap();
    assert!(matches!(&both, What::Config(_, beside) if beside.len() == 1));
    assert!(What::of(&[sample("groma.toml"), sample("")]).is_err_and(|e| e.contains("two projects")));
    assert!(both.and(&[sample("groma.toml")]).is_err_and(|e| e.contains("only models")));
}

#[test]
fn files_that_are_dropped_are_opened_and_asked_about_where_others_are() {
    let sample = |name: &str| workspace("assets/sample").join(name);
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, InputPlugin, SessionPlugin, KeysPlugin, FilesPlugin));
    app.add_plugins(LoadPlugin { first: None, cache: None, preview: false });
    app.insert_resource(InView { keys: Keys::Field, ..InView::default() });
    let drop = |app: &mut App, name: &str| {
        let (window, path_buf) = (Entity::PLACEHOLDER, sample(name));
        app.world_mut().write_message(FileDragAndDrop::DroppedFile { window, path_buf });
        app.update();
    };
    drop(&mut app, "structure.ifc");
    until(&mut app, "it is opened at once", |s| s.elements.is_some());
    drop(&mut app, "services.ifc");
    let session = app.world().resource::<Session>();
    assert_eq!((&session.dropped[..], session.busy.is_some()), (&[sample("services.ifc")][..], false));
    press(&mut app, KeyCode::Escape);
    assert!(app.world().resource::<Session>().dropped.is_empty());
    drop(&mut app, "groma.toml");
    until(&mut app, "a project is opened at once", |s| s.laid_aside.is_some());
}

/// With a stand-in for the program, which writes what it is asked for, or says why it cannot.
#[cfg(unix)]
#[test]
fn a_film_is_made_by_another_process() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("stand-in");
    let script = "#!/bin/sh\ncase \"$*\" in *refused*) echo 'error: no ffmpeg' >&2; exit 2;; *endless*) sleep 60;; esac\n\
        for last; do :; done\nprintf '%s\\n' \"$*\" > \"$last\"\n";
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let first = Some(What::of(&[workspace("assets/sample/groma.toml")]).unwrap());
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, SessionPlugin, FilmPlugin { program }));
    app.add_plugins(LoadPlugin { first, cache: None, preview: false });
    app.world_mut().spawn((MainCamera, Camera::default(), Orbit::default()));
    until(&mut app, "the sample is open", |s| s.laid_aside.is_some());
    let film = |name: &str| Action::Film(dir.path().join(name), None);
    let told =
        |words: &'static str| move |s: &Session| s.note.as_ref().is_some_and(|n| n.text.contains(words));
    ask(&mut app, Action::UsePlan(true));
    ask(&mut app, film("good.mp4"));
    until(&mut app, "it is written", told("Written"));
    let asked = std::fs::read_to_string(dir.path().join("good.mp4")).unwrap();
    for words in ["groma.toml --camera=", " --every 1 ", " --size 1280x720 ", " --frames ", " --video "] {
        assert!(asked.contains(words), "{words}: {asked}");
    }
    ask(&mut app, Action::Film(dir.path().join("weeks.mp4"), Some(7)));
    until(&mut app, "it is written", told("weeks.mp4"));
    assert!(std::fs::read_to_string(dir.path().join("weeks.mp4")).unwrap().contains(" --every 7 "));
    ask(&mut app, film("refused.mp4"));
    until(&mut app, "it is told", told("the film was not made: no ffmpeg"));
    ask(&mut app, film("endless.mp4"));
    until(&mut app, "it goes on", |s| s.busy.is_some());
    ask(&mut app, Action::Cancel);
    until(&mut app, "it is stopped", told("The film was stopped"));
    assert!(app.world().resource::<Session>().busy.is_none());
}

#[test]
fn what_a_person_likes_is_there_the_next_day() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("below/viewer.toml");
    let start = || {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, SessionPlugin, SettingsPlugin { file: Some(file.clone()) }));
        app.update();
        app
    };
    let mut app = start();
    assert!(!file.exists(), "nothing was chosen");
    // what only waits for a wider window is open the next day
    app.world_mut().resource_mut::<Session>().make_room(true);
    app.update();
    assert!(!file.exists(), "a narrow window is no choice");
    ask(&mut app, Action::Dark(false));
    ask(&mut app, Action::ShowPanel(Panel::Legend, false));
    app.update();
    drop(app);

    let app = start();
    let session = app.world().resource::<Session>();
    assert!(
        session.light && session.panels.contains(&Panel::Tree) && !session.panels.contains(&Panel::Legend)
    );
    drop(app);

    // what is broken is told, and kept beside
    std::fs::write(&file, "light = maybe").unwrap();
    let app = start();
    let note = app.world().resource::<Session>().note.clone().unwrap();
    assert!(note.failed && note.text.contains("viewer.toml"), "{}", note.text);
    let aside = file.with_extension("toml.unread");
    assert!(note.text.contains("viewer.toml.unread"), "{}", note.text);
    assert_eq!(std::fs::read_to_string(aside).unwrap(), "light = maybe");
}

/// What arrives, in order: the beginnings, and how many parts come after each.
#[derive(Resource, Default)]
struct Course(Vec<(Begun, usize)>);

fn follow_course(
    mut course: ResMut<Course>,
    mut begun: MessageReader<Begun>,
    mut arrived: MessageReader<PartsArrived>,
) {
    course.0.extend(begun.read().map(|b| (*b, 0)));
    for PartsArrived(batch) in arrived.read() {
        let of = course.0.iter_mut().rev().find(|(b, _)| b.preview == batch.preview);
        of.unwrap().1 += parts_of(batch);
    }
}

#[test]
fn large_models_are_shown_before_all_are_there() {
    let dir = tempfile::tempdir().unwrap();
    let mut sources = Vec::new();
    for (name, padding) in [("architecture.ifc", 31_000_000), ("structure.ifc", 0)] {
        let text = std::fs::read_to_string(workspace("assets/sample").join(name)).unwrap();
        let comment = format!("DATA;\n/*{}*/\n", " ".repeat(padding));
        std::fs::write(dir.path().join(name), text.replacen("DATA;\n", &comment, 1)).unwrap();
        sources.push(dir.path().join(name));
    }
    let course = |preview: bool| {
        let mut app = App::new();
        let first = Some(What::of(&sources).unwrap());
        app.add_plugins((MinimalPlugins, SessionPlugin, LoadPlugin { first, cache: None, preview }));
        app.init_resource::<Course>();
        app.add_systems(Update, follow_course);
        until(&mut app, "the models are open", |s| s.elements.is_some());
        let elements = app.world().resource::<Session>().elements.as_ref().unwrap().len();
        (app.world_mut().remove_resource::<Course>().unwrap().0, elements)
    };
    let (plain, elements) = course(false);
    let [(begun, parts)] = plain[..] else { panic!("{plain:?}") };
    assert_eq!((begun, parts > 500), (Begun { elements, preview: false }, true), "{parts}");
    let (shown, _) = course(true);
    let [(early, some), (late, all)] = shown[..] else { panic!("{shown:?}") };
    assert_eq!((early, late), (Begun { elements: 0, preview: true }, begun));
    assert!(some > 0 && some <= all && all == parts, "{some} of {all}, {parts}");
}

#[test]
fn what_is_lost_of_a_model_is_told_when_it_opens() {
    let dir = tempfile::tempdir().unwrap();
    let whole = std::fs::read_to_string(workspace("assets/sample/structure.ifc")).unwrap();
    let check = |text: &str, shown: bool| {
        std::fs::write(dir.path().join("structure.ifc"), text).unwrap();
        let first = Some(What::of(&[dir.path().join("structure.ifc")]).unwrap());
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, SessionPlugin, LoadPlugin { first, cache: None, preview: false }));
        until(&mut app, "the model is open", |s| s.elements.is_some());
        let session = app.world().resource::<Session>();
        assert_eq!(session.panels.contains(&Panel::Problems), shown);
        let first = session.problems.first().map_or("", String::as_str);
        assert_eq!(first.contains("the file ends in the middle"), shown, "{first}");
    };
    check(&whole, false);
    check(&whole[..whole.len() / 2], true);
}

#[test]
fn the_first_comment_and_waiver_make_their_files() {
    let dir = tempfile::tempdir().unwrap();
    let mut app = checked(dir.path());
    let config = dir.path().join("groma.toml");
    let plain = "# Ours\n[[model]]\npath = \"*.ifc\"\n[matrix]\n";
    std::fs::write(&config, plain).unwrap();
    ask(&mut app, Action::StepIssue(true));
    for text in ["goes below", "or above"] {
        let (text, author) = (text.to_owned(), "Ada".to_owned());
        ask(&mut app, Action::Comment { text, author, status: None, assigned_to: None });
    }
    ask(&mut app, Action::Waive("sleeve".into(), "Ada".into(), "2099-01-01".into()));
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
    assert_eq!(
        read("groma.toml"),
        format!("waivers = \"waivers.toml\"\ncomments = \"comments.toml\"\n{plain}")
    );
    assert!(read("comments.toml").contains("goes below") && read("comments.toml").contains("or above"));
    assert!(read("waivers.toml").contains("sleeve"));
    assert_eq!(app.world().resource::<Session>().said, 2);
}

#[test]
fn a_programme_that_changes_on_disk_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let models = ["architecture.ifc", "structure.ifc", "services.ifc"];
    for name in models.iter().chain(&["groma.toml", "programme.xml", "progress.csv"]) {
        std::fs::copy(workspace("assets/sample").join(name), dir.path().join(name)).unwrap();
    }
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, SessionPlugin, FilesPlugin));
    let first = Some(What::of(&[dir.path().join("groma.toml")]).unwrap());
    app.add_plugins(LoadPlugin { first, cache: None, preview: false });
    until(&mut app, "the programme is open", |s| s.laid_aside.is_some());
    for action in [Action::UsePlan(true), Action::ShowPlan(Showing::Seen, Absent::Ghost), Action::Play(true)]
    {
        ask(&mut app, action);
    }
    let twin = |s: &Session| s.plan.as_ref().map(|plan| plan.twin().clone());
    let before = twin(app.world().resource()).unwrap();
    for _ in 0..3 {
        app.update();
    }
    let progress = dir.path().join("progress.csv");
    let text = std::fs::read_to_string(&progress).unwrap();
    std::fs::write(&progress, text.lines().take(3).collect::<Vec<_>>().join("\n")).unwrap();
    until(&mut app, "it is read again", |s| twin(s).is_some_and(|now| !Arc::ptr_eq(&now, &before)));
    let plan = app.world().resource::<Session>().plan.as_ref().unwrap();
    assert!(plan.playing && plan.showing == Showing::Seen, "it goes on as it was");
}

#[test]
fn what_encloses_the_other_side_is_seen_through() {
    let dir = tempfile::tempdir().unwrap();
    let mut app = checked(dir.path());
    // The names of what is drawn so that one sees inside, in the issue with an element of a name.
    let mut sheer = |name: &str| {
        let session = app.world().resource::<Session>();
        let all = session.clashes.all().iter();
        let has = |places: &[u32]| places.iter().any(|&p| session.title(p).starts_with(name));
        let found = all.zip(0..).find(|(i, _)| has(&i.first) || has(&i.second)).unwrap().1;
        ask(&mut app, Action::OpenIssue(Some(found)));
        let session = app.world().resource::<Session>();
        let (paint, elements) = (painter(session), session.elements.as_ref().unwrap().len() as u32);
        (0..elements).filter(|&n| paint(n).sheer).map(|n| session.title(n)).collect::<Vec<_>>()
    };
    // A pipe within a column, and a duct through a beam.
    assert_eq!(sheer("Downpipe 40"), ["Column A-4"]);
    assert!(sheer("Extract duct").is_empty());
}

/// Shows three boxes.
fn showing_boxes() -> App {
    let boxes: Vec<_> =
        [0.0, 2.0, 4.0].map(|x| cuboid([x, 0.0, 0.0], [x + 1.0, 1.0, 1.0], RED)).into_iter().collect();
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, SessionPlugin, LoadPlugin::new(move |_| Ok(project(&boxes)))));
    until(&mut app, "the boxes are open", |s| s.elements.is_some());
    app
}

#[test]
fn what_is_hidden_is_painted_again_after_a_reload() {
    let mut app = showing_boxes();
    app.init_resource::<Scene>().add_plugins(RepaintPlugin);
    app.world_mut().resource_mut::<Scene>().elements = 3;
    app.world_mut().resource_mut::<Scene>().cleared = 1;
    ask(&mut app, Action::SetHidden([1].into_iter().collect(), true));
    let uploaded = |app: &App| app.world().resource::<Painted>().uploaded;
    assert_eq!(uploaded(&app), 1);
    app.update();
    assert_eq!(uploaded(&app), 1);
    // As many elements as before, but nothing of what was painted is there.
    app.world_mut().resource_mut::<Scene>().cleared += 1;
    app.update();
    assert_eq!(uploaded(&app), 2);
}

#[test]
fn what_was_open_is_shown_again_when_another_is_stopped() {
    let mut app = showing_boxes();
    app.init_resource::<Course>();
    app.add_systems(Update, follow_course);
    // So many that they do not all wait in the channel.
    let many: Vec<_> =
        (0..80_000).map(|i| cuboid([f64::from(i), 0.0, 0.0], [f64::from(i) + 1.0, 1.0, 1.0], RED)).collect();
    app.world_mut().write_message(OpenRequested(What::Made(Arc::new(move |_| Ok(project(&many))))));
    let began = Instant::now();
    while app.world().resource::<Course>().0.iter().all(|(b, _)| b.elements != 80_000) {
        app.update();
        assert!(began.elapsed() < Duration::from_secs(120), "never begins");
    }
    app.world().resource::<Loader>().cancel();
    until(&mut app, "it is told", |s| s.note.as_ref().is_some_and(|n| n.failed && n.text == "stopped"));
    let course = &app.world().resource::<Course>().0;
    let [.., (other, some), (again, all)] = course[..] else { panic!("{course:?}") };
    assert_eq!((other.elements, again), (80_000, Begun { elements: 3, preview: false }));
    assert!(some < 80_000, "all of them arrived before they were stopped");
    assert_eq!(all, 3);
    assert_eq!(app.world().resource::<Session>().elements.as_ref().unwrap().len(), 3);
}

#[test]
fn another_project_begins_afresh() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["structure", "services"] {
        let folder = dir.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        let file = format!("{name}.ifc");
        std::fs::copy(workspace("assets/sample").join(&file), folder.join(&file)).unwrap();
        std::fs::write(folder.join("groma.toml"), "[[model]]\npath = \"*.ifc\"\n[matrix]\n").unwrap();
    }
    let what = |name: &str| What::of(&[dir.path().join(name)]).unwrap();
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, SessionPlugin, ChecksPlugin));
    app.add_plugins(LoadPlugin { first: Some(what("services")), cache: None, preview: false });
    until(&mut app, "the models are open", |s| s.elements.is_some());
    let elements = |s: &Session| s.elements.as_ref().unwrap().len();
    let services = elements(app.world().resource());
    ask(&mut app, Action::SetHidden([40].into_iter().collect(), true));
    ask(&mut app, Action::SectionBox);
    // The same project again: all stays.
    app.world_mut().write_message(OpenRequested(what("services")));
    app.update();
    until(&mut app, "it is open again", |s| s.busy.is_none());
    let session = app.world().resource::<Session>();
    assert!(session.looks.sections.bounds.is_some() && session.looks.hidden.contains(40));
    // Another one, while this one is checked.
    ask(&mut app, Action::Check);
    app.world_mut().write_message(OpenRequested(what("structure")));
    until(&mut app, "the other is open", |s| elements(s) != services);
    let session = app.world().resource::<Session>();
    assert!(session.looks.sections.bounds.is_none() && session.looks.hidden.is_empty());
    ask(&mut app, Action::Check);
    until(&mut app, "there is a verdict", |s| s.clashes.verdict.is_some());
    let session = app.world().resource::<Session>();
    let known = elements(session) as u32;
    let all = session.clashes.all();
    assert!(all.iter().flat_map(|i| i.first.iter().chain(&i.second)).all(|&place| place < known));
    assert!(all.iter().all(|i| !i.first.is_empty()), "an issue of elements that are not there");
}
