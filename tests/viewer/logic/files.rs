//! What is dropped, added, written, kept, and changed on disk.

use crate::support::workspace;
use crate::{ask, press, until};
use bevy::MinimalPlugins;
use bevy::app::App;
use bevy::camera::Camera;
use bevy::ecs::entity::Entity;
use bevy::input::InputPlugin;
use bevy::input::keyboard::KeyCode;
use bevy::window::FileDragAndDrop;
use groma_viewer::camera::{CameraPlugin, InView, Keys, MainCamera};
use groma_viewer::files::FilesPlugin;
#[cfg(unix)]
use groma_viewer::film::FilmPlugin;
use groma_viewer::keys::KeysPlugin;
use groma_viewer::load::{LoadPlugin, What};
use groma_viewer::orbit::Orbit;
use groma_viewer::scene::SceneBounds;
use groma_viewer::session::Session;
use groma_viewer::session::action::{Action, Panel};
use groma_viewer::session::plan::{Absent, Showing};
use groma_viewer::session_plugin::SessionPlugin;
use groma_viewer::settings::SettingsPlugin;
use std::sync::Arc;

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
fn views_and_sets_are_in_the_folder_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let model = dir.path().join("structure.ifc");
    std::fs::copy(workspace("assets/sample/structure.ifc"), &model).unwrap();
    let first = Some(What::of(&[model]).unwrap());
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, InputPlugin, SessionPlugin, CameraPlugin::default()))
        .init_resource::<SceneBounds>();
    app.add_plugins(LoadPlugin { first, cache: None, preview: false });
    until(&mut app, "the model is open", |s| s.elements.is_some());
    until(&mut app, "nothing goes on", |s| s.busy.is_none());
    let file = || std::fs::read_to_string(dir.path().join("groma-views.toml")).unwrap();
    ask(&mut app, Action::KeepView("stairs".into()));
    assert!(file().contains("stairs"), "{}", file());
    ask(&mut app, Action::Search("IfcSlab".into()));
    ask(&mut app, Action::KeepSet("slabs".into()));
    assert!(file().contains("stairs") && file().contains("slabs"), "{}", file());
    ask(&mut app, Action::ForgetView("stairs".into()));
    assert!(!file().contains("stairs"), "{}", file());
    let note = app.world().resource::<Session>().note.clone().unwrap();
    assert!(note.text.starts_with("The view stairs is no longer kept in "), "{}", note.text);
}
