//! Models come in batches, stop, fail, and come again.

use crate::support::{RED, cuboid, project, workspace};
use crate::{ask, until};
use bevy::MinimalPlugins;
use bevy::app::{App, AppExit, Update};
use bevy::ecs::change_detection::ResMut;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use groma::model::Progress;
use groma_viewer::app::VerdictPlugin;
use groma_viewer::checks::ChecksPlugin;
use groma_viewer::load::{
    Begun, LoadFailed, LoadPlugin, Loader, OpenRequested, Opened, PartsArrived, Progressed, What,
};
use groma_viewer::parts::Batch;
use groma_viewer::repaint::{Painted, RepaintPlugin};
use groma_viewer::scene::Scene;
use groma_viewer::session::Session;
use groma_viewer::session::action::{Action, Panel};
use groma_viewer::session_plugin::SessionPlugin;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
fn what_was_changed_before_a_reload_is_taken_back_after_it() {
    let mut app = showing_boxes();
    let hide = |place: u32| Action::SetHidden([place].into_iter().collect(), true);
    ask(&mut app, hide(1));
    ask(&mut app, hide(2));
    ask(&mut app, Action::CutAlong(2));
    let kept = app.world().resource::<Session>().looks.sections.clone();
    // The same boxes but the first, so that the others have other numbers.
    let boxes: Vec<_> = [2.0, 4.0].map(|x| cuboid([x, 0.0, 0.0], [x + 1.0, 1.0, 1.0], RED)).into();
    let mut fewer = project(&boxes);
    for (element, id) in fewer.models[0].model.elements.iter_mut().zip(["box1", "box2"]) {
        element.key = groma::model::KeyMaker::new("boxes".into()).next(id).0;
    }
    let before = app.world().resource::<Session>().version;
    let elements = groma_viewer::session::elements::Elements::of(Arc::new(fewer));
    app.world_mut().resource_mut::<Session>().show(elements, Default::default(), Default::default());
    let hidden = |app: &App| app.world().resource::<Session>().looks.hidden.iter().collect::<Vec<_>>();
    let session = app.world().resource::<Session>();
    assert!(session.version > before && session.looks.sections == kept);
    assert_eq!(hidden(&app), [0, 1]);
    ask(&mut app, Action::Undo);
    ask(&mut app, Action::Undo);
    assert_eq!(hidden(&app), [0]);
    ask(&mut app, Action::Undo);
    assert_eq!(hidden(&app), [0_u32; 0]);
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
