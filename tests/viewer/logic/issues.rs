//! Clashes, and what is said of them.

use crate::support::workspace;
use crate::{ask, until};
use bevy::MinimalPlugins;
use bevy::app::App;
use bevy::input::InputPlugin;
use glam::DVec3;
use groma::exchange::comments_file::Status;
use groma_viewer::app::VerdictPlugin;
use groma_viewer::camera::{CameraPlugin, orbit_of};
use groma_viewer::checks::ChecksPlugin;
use groma_viewer::load::{LoadPlugin, OpenRequested, What};
use groma_viewer::orbit::Orbit;
use groma_viewer::scene::SceneBounds;
use groma_viewer::session::Session;
use groma_viewer::session::action::{Action, Panel};
use groma_viewer::session::paint::painter;
use groma_viewer::session::views::Stand;
use groma_viewer::session_plugin::SessionPlugin;
use groma_viewer::startup::{Settled, StartupPlugin};
use groma_viewer::view_command::ViewOptions;
use std::path::Path;

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
    ask(&mut app, Action::Waive("sleeve".into(), "A".into(), "2020-01-01".into()));
    assert!(!dir.path().join("waivers.toml").exists());
    let note = app.world().resource::<Session>().note.clone().unwrap();
    assert!(note.failed && note.text.contains("2020-01-01 is past"), "{}", note.text);
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

#[test]
fn the_command_line_names_an_issue_by_its_key_and_where_the_camera_stands() {
    let dir = tempfile::tempdir().unwrap();
    let app = checked(dir.path());
    let clashes = &app.world().resource::<Session>().clashes;
    let last = *clashes.listed().last().unwrap();
    let row = clashes.all()[last as usize].row.clone();
    let stand = Stand { focus: DVec3::new(3.0, 2.0, 1.0), yaw: 0.5, pitch: 0.25, distance: 17.0 };
    let check = |issue: &str| {
        let cuts = vec![(DVec3::new(0.0, 0.0, 1.2), -DVec3::Z)];
        let view =
            ViewOptions { issue: Some(issue.into()), stand: Some(stand), cuts, ..ViewOptions::default() };
        let first = Some(What::of(&[dir.path().join("groma.toml")]).unwrap());
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, InputPlugin, SessionPlugin, ChecksPlugin, VerdictPlugin))
            .add_plugins((CameraPlugin::default(), StartupPlugin { view }))
            .init_resource::<SceneBounds>();
        app.add_plugins(LoadPlugin { first, cache: None, preview: false });
        until(&mut app, "there is a verdict", |s| s.clashes.verdict.is_some());
        while !app.world().resource::<Settled>().0 {
            app.update();
        }
        assert_eq!(open_issue(&app).key, row.key);
        let session = app.world().resource::<Session>();
        assert_eq!(session.sections().planes.len(), 1, "what the command line cuts cuts");
        let origin = app.world().resource::<Session>().elements.as_ref().unwrap().project().frame.origin;
        let asked = orbit_of(&Stand { focus: stand.focus - origin, ..stand });
        let orbit = *app.world_mut().query::<&Orbit>().single(app.world()).unwrap();
        assert_eq!(orbit, asked);
    };
    check(&row.key);
    check(&clashes.listed().len().to_string());
}

#[test]
fn what_is_cut_while_an_issue_is_open_cuts() {
    let dir = tempfile::tempdir().unwrap();
    let mut app = checked(dir.path());
    ask(&mut app, Action::StepIssue(true));
    let is_by_hand = |app: &App| {
        let session = app.world().resource::<Session>();
        session.sections() == session.looks.sections
    };
    assert!(!is_by_hand(&app), "the box around it cuts");
    ask(&mut app, Action::CutAlong(2));
    assert!(is_by_hand(&app));
    ask(&mut app, Action::NameSection(0, "here".into()));
    assert!(is_by_hand(&app));
    ask(&mut app, Action::Undo);
    ask(&mut app, Action::Undo);
    assert!(!is_by_hand(&app), "the cut is taken back");
    ask(&mut app, Action::CutAlong(2));
    ask(&mut app, Action::NameSection(0, "there".into()));
    ask(&mut app, Action::StepIssue(true));
    ask(&mut app, Action::NameSection(0, "a name is no cut".into()));
    assert!(!is_by_hand(&app));
    // The models of a clash are found, and who closes the list leaves the issue.
    let listed = |app: &App| app.world().resource::<Session>().clashes.listed().len();
    let all = listed(&app);
    ask(&mut app, Action::FilterIssues("structure services".into()));
    let both = listed(&app);
    assert!(both > 0 && both <= all, "{both} of {all}");
    ask(&mut app, Action::FilterIssues("architecture".into()));
    assert_eq!(listed(&app), 0);
    ask(&mut app, Action::ShowPanel(Panel::Issues, false));
    assert!(app.world().resource::<Session>().clashes.current().is_none());
}
