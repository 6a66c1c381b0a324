//! Panels as a person uses them, by the names of what is on them: without a window and without a graphics card.

mod support;

use bevy_egui::egui;
use bevy_egui::egui::accesskit::{Role, Toggled};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use groma::exchange::check_report::{CheckReport, IssueRow};
use groma::schedule::Time;
use groma::{History, ProjectConfig, check};
use groma_viewer::panels::{self, Desk, palette, theme};
use groma_viewer::pick::Surfaces;
use groma_viewer::session::Session;
use groma_viewer::session::action::{Action, How, Panel};
use groma_viewer::session::catalogue::{Catalogue, Sorting};
use groma_viewer::session::clashes::Clashes;
use groma_viewer::session::compare::{Comes, Listed};
use groma_viewer::session::details::{Group, Kind};
use groma_viewer::session::elements::Elements;
use groma_viewer::session::paint::{Meaning, Pattern};
use groma_viewer::session::plan::Plan;
use groma_viewer::session::section::Sections;
use groma_viewer::session::views::{KeptView, Stand};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use support::{GREY, cuboid, lay_over, project};

/// A session, what its panels remember, and what was asked for.
struct Window {
    session: Session,
    desk: Desk,
    asked: Vec<Action>,
}

/// Panels over three boxes; what is asked for is done at once.
fn window() -> Harness<'static, Window> {
    let boxes = [0.0, 2.0, 4.0].map(|x| cuboid([x, 0.0, 0.0], [x + 1.0, 1.0, 1.0], GREY));
    let elements = Elements::of(Arc::new(project(&boxes)));
    let (catalogue, surfaces) = (Arc::new(Catalogue::of(&elements)), Arc::new(Surfaces::of(&elements)));
    let mut session = Session::new();
    session.show(elements, catalogue, surfaces);
    with(session)
}

fn with(session: Session) -> Harness<'static, Window> {
    with_size(session, 1280.0, 800.0)
}

fn with_size(session: Session, width: f32, height: f32) -> Harness<'static, Window> {
    let state = Window { session, desk: Desk::default(), asked: Vec::new() };
    Harness::builder().with_size(egui::vec2(width, height)).build_ui_state(
        |ui, w: &mut Window| {
            theme::set(ui.ctx(), w.session.light);
            let mut asked = Vec::new();
            panels::show(&ui.ctx().clone(), &w.session, &mut w.desk, (0.6, 0.4), &mut asked);
            for action in asked {
                w.session.apply(&action);
                w.asked.push(action);
            }
        },
        state,
    )
}

#[test]
fn nothing_open_offers_the_sample() {
    let mut w = with(Session::new());
    w.get_by_label("Nothing is open");
    w.get_by_label("Open the sample project").click();
    w.run();
    assert_eq!(w.state().asked, [Action::OpenSample]);
}

#[test]
fn what_could_not_be_opened_is_told_where_nothing_is_open() {
    let mut session = Session::new();
    session.fail("cannot read plan.ifc: it is no IFC");
    let w = with(session);
    w.get_by_label("Nothing is open");
    // Amid the window, and in the status line.
    assert_eq!(w.query_all_by_label("cannot read plan.ifc: it is no IFC").count(), 2);
}

#[test]
fn the_tree_unfolds_and_chooses() {
    let mut w = window();
    w.get_by_label("Classes").click();
    w.run();
    assert_eq!(w.state().session.sorting, Sorting::Class);
    w.get_by_label("Unfold IfcWall").click();
    w.run();
    w.get_by_label("Unfold Without a type").click();
    w.run();
    w.get_by_label("box 1").click();
    w.run();
    assert_eq!(w.state().session.selection.iter().collect::<Vec<_>>(), [1]);
    // Its properties are beside it.
    w.get_by_label("IfcWall");
    w.get_by_label("Fold IfcWall").click();
    w.run();
    assert!(w.query_by_label("box 2").is_none());
}

#[test]
fn a_search_chooses_and_is_kept_as_a_set() {
    let mut w = window();
    w.get_by_label("Search").focus();
    w.run();
    w.get_by_label("Search").type_text("IfcWall");
    w.run();
    w.key_press(egui::Key::Enter);
    w.run();
    assert_eq!(w.state().session.selection.len(), 3);
}

#[test]
fn the_palette_finds_commands_by_their_words() {
    let s = Session::new();
    let titles = |typed: &str| palette::matching(&s, typed).into_iter().map(|c| c.title).collect::<Vec<_>>();
    assert_eq!(titles("section remove"), ["Remove all sections"]);
    assert_eq!(titles("fit")[0], "Fit everything");
    assert!(titles("no such thing").is_empty());
    let mut w = window();
    w.state_mut().session.apply(&Action::Select(Some(0), How::Replace));
    w.state_mut().session.apply(&Action::Palette(true));
    w.run();
    w.get_by_label("Command").type_text("hide");
    w.run();
    w.key_press(egui::Key::Enter);
    w.run();
    assert!(w.state().session.looks.hidden.contains(0) && !w.state().session.palette);
}

/// Words are shown where the view has their place, and nowhere else.
#[test]
fn values_stand_in_the_view_at_what_they_are_of() {
    let view = egui::Rect::from_min_max(egui::pos2(100.0, 50.0), egui::pos2(500.0, 400.0));
    let marks = [(egui::pos2(300.0, 200.0), "2.000 m".to_owned()), (egui::pos2(90.0, 200.0), "out".into())];
    let mut w = Harness::builder()
        .with_size(egui::vec2(640.0, 480.0))
        .build_ui(move |ui| panels::marks::show(ui.ctx(), view, &marks));
    w.run();
    let at = w.get_by_label("2.000 m").rect();
    assert!(at.left() > 300.0 && at.left() < 330.0 && (at.center().y - 190.0).abs() < 25.0, "{at:?}");
    assert!(w.query_by_label("out").is_none());
}

/// Sixty tasks of a day on a box, the last of them first in the file.
fn with_tasks() -> Harness<'static, Window> {
    let tasks = (0..60).rev().map(|n| {
        let (month, day) = (1 + n / 28, 1 + n % 28);
        format!("T{n:02},task,2026-{month:02}-{day:02}T08:00,2026-{month:02}-{day:02}T17:00,1d\n")
    });
    let tasks = format!("id,name,start,finish,duration\n{}", tasks.collect::<String>());
    let links = (0..60).map(|n| format!("box0,T{n:02}\n")).collect::<String>();
    let mut session = window().state_mut().session_taken();
    lay_over(&mut session, &tasks, &format!("global_id,task\n{links}"), None);
    with(session)
}

#[test]
fn the_tasks_of_all_that_is_selected_are_marked_and_brought_into_sight() {
    let tasks = (0..60).map(|n| {
        let (month, day) = (1 + n / 28, 1 + n % 28);
        format!("T{n:02},task,2026-{month:02}-{day:02}T08:00,2026-{month:02}-{day:02}T17:00,1d\n")
    });
    let tasks = format!("id,name,start,finish,duration\n{}", tasks.collect::<String>());
    let mut session = window().state_mut().session_taken();
    lay_over(&mut session, &tasks, "global_id,task\nbox0,T40\nbox1,T45\n", None);
    let mut w = with(session);
    let marked = |w: &Harness<'_, Window>| {
        (0..60).filter(|&n| w.state().desk.chosen_tasks.has(n)).collect::<Vec<u32>>()
    };
    w.run();
    assert_eq!(marked(&w), [0; 0]);
    let both = Action::SelectAll([0, 1].into_iter().collect(), How::Replace);
    w.state_mut().session.apply(&both);
    w.run();
    assert_eq!(marked(&w), [40, 45]);
    assert!(w.query_by_role_and_label(Role::Button, "T40 task").is_some(), "the first is in sight");
    assert!(w.query_by_role_and_label(Role::Button, "T00 task").is_none());
    w.state_mut().session.apply(&Action::OpenTask(45));
    w.run();
    assert_eq!(marked(&w), [45]);
}

#[test]
fn the_list_of_tasks_follows_time() {
    let mut w = with_tasks();
    let at = |text: &str| Action::GoTo(Time::parse(text).expect("a date"));
    // The panel of properties names the tasks of an element, too.
    let seen = |w: &Harness<'_, Window>, task: &str| {
        w.query_by_role_and_label(Role::Button, &format!("{task} task")).is_some()
    };
    w.run();
    assert!(seen(&w, "T00") && !seen(&w, "T40"));
    w.state_mut().session.apply(&at("2026-02-13T12:00"));
    w.run();
    assert!(seen(&w, "T39") && seen(&w, "T40") && seen(&w, "T41") && !seen(&w, "T00"));
    // The task one points at stays where it is, and what it works on is chosen.
    w.get_by_role_and_label(Role::Button, "T41 task").click();
    w.run();
    assert!(w.state().asked.contains(&at("2026-02-14T12:30")), "{:?}", w.state().asked);
    assert!(seen(&w, "T39") && seen(&w, "T41"));
    w.get_by_label("By start").click();
    w.state_mut().session.apply(&at("2026-01-01T12:00"));
    w.run();
    w.get_by_label("Show 4 weeks of the programme").click();
    w.run();
    assert_eq!(w.state().desk.days, Some(28));
    assert!(!seen(&w, "T00"), "the first is the last of the file");
}

#[test]
fn tasks_that_build_nothing_are_listed_with_a_word_on_it() {
    let programme = "id,name,start,finish,duration\nA,first,2026-01-05T08:00,2026-01-09T17:00,5d\n";
    let told = |links: &str| {
        let mut w = window();
        lay_over(&mut w.state_mut().session, programme, links, None);
        w.run();
        w.get_by_role_and_label(Role::Button, "A first").click();
        w.run();
        assert!(w.state().asked.contains(&Action::OpenTask(0)), "{:?}", w.state().asked);
        w.query_by_label("The programme links no element: nothing changes over time").is_some()
    };
    assert!(told("global_id,task\nnobody,A\n"));
    assert!(!told("global_id,task\nbox0,A\n"));
}

#[test]
fn a_list_of_commands_is_shown_after_a_short_one() {
    let mut w = window();
    w.state_mut().session.apply(&Action::Palette(true));
    w.run();
    w.get_by_label("Command").type_text("section remove");
    w.run();
    w.state_mut().desk.palette = "colours by".into();
    w.run();
    let found = palette::matching(&w.state().session, "colours by");
    assert!(found.len() > 4, "{}", found.len());
    // What is out of sight cannot be clicked.
    w.get_by_role_and_label(Role::Button, &found[found.len() - 1].title).click();
    w.run();
    assert!(w.state().asked.contains(&Action::Palette(false)), "{:?}", w.state().asked);
}

#[test]
fn sections_are_listed_and_switched() {
    let mut w = window();
    w.state_mut().session.apply(&Action::CutAlong(0));
    w.run();
    w.get_by_label("Flip").click();
    w.run();
    assert_eq!(w.state().session.looks.sections.planes[0].normal, glam::DVec3::X);
    w.get_by_label("Close Sections").click();
    w.run();
    assert!(!w.state().session.panels.contains(&Panel::Sections));
}

#[test]
fn a_view_is_kept_by_enter() {
    let mut w = window();
    w.state_mut().session.apply(&Action::ShowPanel(Panel::Sections, true));
    w.run();
    w.get_by_role_and_label(Role::TextInput, "View").focus();
    w.run();
    w.get_by_role_and_label(Role::TextInput, "View").type_text("stairs");
    w.run();
    w.key_press(egui::Key::Enter);
    w.run();
    assert_eq!(w.state().asked, [Action::KeepView("stairs".into())]);
}

#[test]
fn a_stretch_of_the_tree_is_chosen_with_shift() {
    let mut w = window();
    w.get_by_label("Classes").click();
    w.run();
    for row in ["Unfold IfcWall", "Unfold Without a type"] {
        w.get_by_label(row).click();
        w.run();
    }
    w.get_by_label("box 0").click();
    w.run();
    w.get_by_label("box 2").click_modifiers(egui::Modifiers::SHIFT);
    w.run();
    assert_eq!(w.state().session.selection.iter().collect::<Vec<_>>(), [0, 1, 2]);
    // From where it began, whatever was chosen with it.
    w.get_by_label("box 1").click_modifiers(egui::Modifiers::SHIFT);
    w.run();
    assert_eq!(w.state().session.selection.iter().collect::<Vec<_>>(), [0, 1]);
    w.state_mut().session.apply(&Action::Hide);
    w.run();
    w.get_by_label("3 elements, 2 hidden");
    w.get_by_label("Hide 2 elements");
}

#[test]
fn every_panel_can_be_shown_with_nothing_in_it() {
    for open in [true, false] {
        let mut session = if open { window().state_mut().session_taken() } else { Session::new() };
        for panel in Panel::ALL {
            session.apply(&Action::ShowPanel(panel, true));
        }
        let mut w = with(session);
        w.run();
        w.state_mut().session.apply(&Action::Palette(true));
        w.run();
    }
}

impl Window {
    fn session_taken(&mut self) -> Session {
        std::mem::take(&mut self.session)
    }
}

#[test]
fn text_is_readable_in_both_themes() {
    for light in [false, true] {
        let ctx = egui::Context::default();
        theme::set(&ctx, light);
        let of = if light { egui::Theme::Light } else { egui::Theme::Dark };
        let style = ctx.style_of(of);
        let v = &style.visuals;
        let text = v.override_text_color.expect("text has one colour");
        for behind in [v.panel_fill, v.selection.bg_fill, v.widgets.inactive.weak_bg_fill] {
            let contrast = theme::contrast(text, behind);
            assert!(contrast >= 4.5, "light {light}: {contrast} on {behind:?}");
        }
        assert!(theme::contrast(text, v.panel_fill) >= 7.0);
        for (what, colour) in
            [("weak", v.weak_text_color()), ("error", v.error_fg_color), ("warning", v.warn_fg_color)]
        {
            for behind in [v.panel_fill, v.text_edit_bg_color()] {
                let contrast = theme::contrast(colour, behind);
                assert!(contrast >= 4.5, "light {light}, {what}: {contrast} on {behind:?}");
            }
        }
    }
}

/// A report of so many issues with long titles, of which the last is seen to by someone.
fn report(session: &Session, issues: usize) -> CheckReport {
    let elements = session.elements.as_ref().expect("boxes");
    let rule = "[[rule]]\nname = \"r\"\na = \"IfcWall\"\nb = \"IfcWall\"\n";
    let config =
        ProjectConfig::of(Path::new("groma.toml"), format!("[[model]]\npath = \"boxes.ifc\"\n{rule}"));
    let config = config.expect("a project");
    let checked = check(elements.project(), &config, &BTreeMap::new(), &History::default(), None, &());
    let mut report = checked.unwrap_or_else(|e| panic!("{e}")).report;
    let first = report.issues[0].clone();
    let issue = |n: usize| IssueRow {
        key: format!("{n:032x}"),
        title: format!("issue {n:02} {}", "between a wall and another wall ".repeat(12)),
        ..first.clone()
    };
    report.issues = (0..issues).map(issue).collect();
    let last = report.issues.last_mut().expect("an issue");
    (last.status, last.assigned_to) = (Some("agreed"), Some("B. Fitter".into()));
    report
}

/// Panels over boxes that meet.
fn with_issues(width: f32, height: f32) -> Harness<'static, Window> {
    let boxes = [0.0, 0.5].map(|x| cuboid([x, 0.0, 0.0], [x + 1.0, 1.0, 1.0], GREY));
    let elements = Elements::of(Arc::new(project(&boxes)));
    let (catalogue, surfaces) = (Arc::new(Catalogue::of(&elements)), Arc::new(Surfaces::of(&elements)));
    let mut session = Session::new();
    session.show(elements, catalogue, surfaces);
    session.apply(&Action::ShowPanel(Panel::Issues, true));
    // The panel is open before there is anything in it.
    let mut w = with_size(session, width, height);
    w.run();
    let session = &mut w.state_mut().session;
    let mut clashes = Clashes::default();
    clashes.take(session.elements.as_ref().expect("boxes"), &report(session, 60));
    session.clashes = clashes;
    w.run();
    w
}

/// The rows of the list of issues that are in sight.
fn issue_rows(w: &Harness<'_, Window>) -> Vec<egui::Rect> {
    let rows = w.query_all_by(|node| node.label().is_some_and(|l| l.contains("  issue ")));
    let mut rows: Vec<egui::Rect> = rows.map(|node| node.rect()).collect();
    rows.sort_by(|a, b| a.top().total_cmp(&b.top()));
    rows
}

#[test]
fn issues_are_listed_one_to_a_row() {
    for (width, height, least) in [(1280.0, 800.0, 8), (1600.0, 900.0, 9), (640.0, 480.0, 2)] {
        let w = with_issues(width, height);
        let rows = issue_rows(&w);
        assert!(rows.len() >= least, "{} at {width} x {height}", rows.len());
        let steps = rows.windows(2).map(|pair| pair[1].top() - pair[0].top());
        assert!(rows.iter().all(|r| r.height() < 24.0) && steps.into_iter().all(|s| s < 26.0), "{rows:?}");
        assert!(rows.iter().all(|r| r.right() <= width), "{rows:?}");
    }
}

#[test]
fn a_title_that_is_cut_off_is_told_whole_when_pointed_at() {
    let told = |w: &mut Harness<'_, Window>| {
        let row = issue_rows(w)[0].center();
        w.hover_at(row);
        w.run_steps(60);
        w.query_all_by(|n| n.role() == Role::Label && n.value().is_some_and(|v| v.contains("  issue ")))
            .count()
    };
    assert_eq!(told(&mut with_issues(1280.0, 800.0)), 1);
    assert_eq!(told(&mut with_issues(6000.0, 800.0)), 0, "what is seen whole hides no rows");
}

#[test]
fn who_sees_to_an_issue_is_in_its_row_and_found() {
    let mut w = with_issues(1280.0, 800.0);
    w.get_by_label("Filter").focus();
    w.run();
    w.get_by_label("Filter").type_text("b. fitter agreed");
    w.run();
    assert_eq!(issue_rows(&w).len(), 1);
    let row = w.get_by(|node| node.label().is_some_and(|l| l.contains("(agreed, with B. Fitter)")));
    row.click();
    w.run();
    w.get_by_label("agreed, with B. Fitter");
    // The forms are folded until they are asked for.
    assert!(w.query_by_label("Write the comment").is_none());
    assert!(w.query_by_label("Write the waiver").is_none());
    w.get_by_label("Say something of it").scroll_to_me();
    w.run();
    w.get_by_label("Say something of it").click();
    w.run();
    w.get_by_label("Write the comment");
}

#[test]
fn panels_leave_room_for_the_view() {
    for (width, height) in [(1280.0, 800.0), (640.0, 480.0), (400.0, 300.0)] {
        let mut session = with_issues(width, height).state_mut().session_taken();
        lay_over(&mut session, DAYS, "global_id,task\nbox0,A\n", None);
        for panel in Panel::ALL {
            session.apply(&Action::ShowPanel(panel, true));
        }
        session.apply(&Action::Select(Some(0), How::Replace));
        let long = "x".repeat(400);
        let mut w = with_size(session, width, height);
        w.run();
        let view = |w: &Harness<'_, Window>| w.state().desk.view.expect("a view");
        let before = view(&w);
        w.state_mut().session.details =
            vec![Group { kind: Kind::Set, title: long.clone(), rows: vec![(long.clone(), long.clone())] }];
        w.state_mut().session.problems = vec![long];
        w.run();
        w.run();
        assert_eq!(view(&w), before, "what is in panels does not widen them");
        assert!(before.width() > width * 0.35, "{before:?} of {width}");
        assert!(before.height() > height * 0.3, "{before:?} of {height}");
        // It was larger before.
        w.set_size(egui::vec2(width * 0.6, height * 0.6));
        w.run();
        w.run();
        let (view, size) = (view(&w), egui::vec2(width, height) * 0.6);
        assert!(view.width() > size.x * 0.35 && view.height() > size.y * 0.25, "{view:?} of {size:?}");
    }
}

/// Two tasks after another.
const DAYS: &str = "id,name,start,finish,duration,predecessors\n\
    A,first,2026-01-05T08:00,2026-01-09T17:00,5d,\nB,second,2026-02-02T08:00,2026-02-06T17:00,5d,A FS\n";

#[test]
fn scenarios_tell_their_verdicts_first() {
    let mut session = window().state_mut().session_taken();
    lay_over(&mut session, DAYS, "global_id,task\nbox0,A\n", None);
    let at = session.plan.as_ref().expect("a plan").at();
    let comes = |asserts: &[(&str, bool)]| Comes {
        finish: at,
        days: 0.0,
        percentiles: [at; 3],
        later: [0.0; 3],
        curves: [Vec::new(), Vec::new()],
        cost: 0.0,
        critical: 0,
        asserts: asserts.iter().map(|(text, holds)| ((*text).to_owned(), *holds)).collect(),
    };
    let listed = |file: &str, asserts: &[(&str, bool)]| Listed {
        path: file.into(),
        name: "rain".into(),
        comes: Some(Ok(comes(asserts))),
    };
    session.scenarios = vec![
        listed("a.toml", &[("days: 3", true), ("cost: 7", false), ("late: 1", true)]),
        listed("b.toml", &[]),
    ];
    // By its logic the second task begins as soon as it can.
    let twin = session.plan.as_ref().expect("a plan").twin().clone();
    let computed =
        || Plan::new(Arc::new(twin.by(twin.programme.computed().expect("a logic")))).expect("links");
    session.fail("the scenario cannot be run");
    session.compare_with("b.toml".into(), "rain".into(), computed(), computed());
    assert!(session.note.as_ref().is_some_and(|note| !note.failed && note.text.contains("rain")));
    session.apply(&Action::ShowPanel(Panel::WhatIfs, true));
    let mut w = with(session);
    w.run();
    let verdict = w.get_by_label("2 of 3 asserts hold").rect();
    let shown: Vec<bool> = w
        .query_all_by_label_contains("rain (")
        .map(|n| n.accesskit_node().toggled() == Some(Toggled::True))
        .collect();
    assert_eq!(shown, [false, true], "one file of the two is shown");
    let name = w.query_all_by_label("rain (a)").next().expect("a name").rect();
    assert!((verdict.center().y - name.center().y).abs() < 6.0, "{verdict:?} beside {name:?}");
    w.get_by_label("FAILS: cost: 7");
    w.get_by_label("left: the programme as its logic computes it; right: rain");
    w.get_by_label("1 task has other dates than the file states");
}

/// Tasks of a tower, by turns on two levels, and a handover.
const TOWER: &str = "id,name,wbs,start,finish,duration,predecessors\n\
    A,walls,Site/Tower \\/ core/Level 1,2026-01-05T08:00,2026-01-09T17:00,5d,\n\
    B,walls,Site/Tower \\/ core/Level 2,2026-01-12T08:00,2026-01-16T17:00,5d,A FS\n\
    C,doors,Site/Tower \\/ core/Level 1,2026-01-19T08:00,2026-01-23T17:00,5d,B FS\n\
    M,handover,,2026-01-23T17:00,2026-01-23T17:00,0d,C FS\n";

/// The rows of the list of tasks, from above.
fn task_rows(w: &Harness<'_, Window>) -> Vec<String> {
    let names = ["Site/Tower / core", "Level 1", "Level 2", "A walls", "B walls", "C doors", "M handover"];
    let is_row = |label: &str| names.contains(&label);
    let rows = w.query_all_by(|n| n.role() == Role::Button && n.label().is_some_and(|l| is_row(&l)));
    let mut rows: Vec<_> = rows.map(|n| (n.rect().top() as i32, n.accesskit_node().label())).collect();
    rows.sort();
    rows.into_iter().filter_map(|(_, label)| label).collect()
}

fn with_tower() -> Harness<'static, Window> {
    let mut session = window().state_mut().session_taken();
    lay_over(&mut session, TOWER, "global_id,task\nbox0,A\nbox1,B\nbox2,C\n", None);
    let mut w = with(session);
    w.run();
    w
}

#[test]
fn tasks_stand_under_the_headings_of_their_breakdown() {
    let mut w = with_tower();
    assert_eq!(task_rows(&w), ["A walls", "B walls", "C doors", "M handover"], "by start there are none");
    w.get_by_label("By start").click();
    w.run();
    let all = ["Site/Tower / core", "Level 1", "A walls", "C doors", "Level 2", "B walls", "M handover"];
    assert_eq!(task_rows(&w), all);
    w.get_by_role_and_label(Role::Button, "Level 1").click();
    w.run();
    assert_eq!(w.state().session.selection.iter().collect::<Vec<_>>(), [0, 2]);
    w.get_by_label("Fold Level 1").click();
    w.run();
    assert_eq!(task_rows(&w), ["Site/Tower / core", "Level 1", "Level 2", "B walls", "M handover"]);
    w.get_by_label("Fold Site/Tower / core").click();
    w.run();
    assert_eq!(task_rows(&w), ["Site/Tower / core", "M handover"]);
    // What is searched for is found under what is folded, and what is chosen in the view is unfolded.
    w.state_mut().desk.tasks = "doors".into();
    w.run();
    assert_eq!(task_rows(&w), ["Site/Tower / core", "Level 1", "C doors"]);
    w.state_mut().desk.tasks.clear();
    w.state_mut().session.apply(&Action::Select(Some(1), How::Replace));
    w.run();
    assert_eq!(task_rows(&w), ["Site/Tower / core", "Level 1", "Level 2", "B walls", "M handover"]);
}

#[test]
fn milestones_are_diamonds_of_a_size_that_is_seen() {
    let w = with_tower();
    let red = egui::Color32::from_rgb(214, 40, 40);
    let mut diamonds = w.output().shapes.iter().filter_map(|clipped| match &clipped.shape {
        egui::Shape::Path(path) if path.points.len() == 4 && path.fill == red => {
            Some((clipped.clip_rect, egui::Rect::from_points(&path.points)))
        }
        _ => None,
    });
    let (seen, diamond) = diamonds.next().expect("a critical milestone");
    assert!(diamonds.next().is_none() && diamond.width() >= 10.0 && diamond.height() >= 10.0, "{diamond:?}");
    // The handover ends it all, and is not cut off.
    assert!(seen.left() <= diamond.left() && diamond.right() <= seen.right(), "{diamond:?} in {seen:?}");
}

#[test]
fn long_names_and_values_wrap() {
    let mut w = window();
    w.state_mut().session.apply(&Action::Select(Some(0), How::Replace));
    let (name, value) = ("Name".repeat(30), "v".repeat(300));
    w.state_mut().session.details =
        vec![Group { kind: Kind::Set, title: "Pset".into(), rows: vec![(name.clone(), value.clone())] }];
    w.run();
    w.run();
    let (name, value) = (w.get_by_label(&name).rect(), w.get_by_label(&value).rect());
    assert!(name.right() < value.left() && value.right() <= 1280.0, "{name:?} {value:?}");
    assert!(value.width() > 60.0, "{value:?}");
}

#[test]
fn a_date_is_typed_and_gone_to() {
    let mut w = with_tasks();
    w.run();
    let mut check = |text: &str, expect: &str, failed: bool, left: &str| {
        w.get_by_label("Go to").focus();
        w.run();
        w.get_by_label("Go to").type_text(text);
        w.run();
        w.key_press(egui::Key::Enter);
        w.run();
        let (s, desk) = (&w.state().session, &w.state().desk);
        let at = s.plan.as_ref().map(|p| p.at().to_string());
        let note = s.note.as_ref().map(|note| note.failed);
        assert_eq!((at.as_deref(), note), (Some(expect), Some(failed)), "{text}");
        assert_eq!(desk.date, left, "{text}");
        w.state_mut().desk.date.clear();
    };
    check("2026-02-01", "2026-02-01T23:59", false, "");
    check("2026-02-3", "2026-02-03T23:59", false, "");
    // A mistake is told, and stays to be mended.
    check("2026-02-30", "2026-02-03T23:59", true, "2026-02-30");
    check("2026-02-05 12:00", "2026-02-05T12:00", false, "");
}

#[test]
fn what_is_dropped_on_models_is_added_or_opened_instead() {
    let check = |press: &str, expect: &dyn Fn(Vec<std::path::PathBuf>) -> Action| {
        let mut w = window();
        let files: Vec<std::path::PathBuf> = (0..10).map(|n| format!("site/m{n}.ifc").into()).collect();
        // One file tells of itself after the other.
        files.iter().for_each(|file| drop(w.state_mut().session.apply(&Action::Drop(vec![file.clone()]))));
        w.run();
        w.get_by_label("m7.ifc");
        w.get_by_label("and 2 more");
        match press {
            "Enter" => w.key_press(egui::Key::Enter),
            button => w.get_by_label(button).click(),
        }
        w.run();
        assert_eq!(w.state().asked, [expect(files)], "{press}");
        assert!(w.query_by_label("m7.ifc").is_none(), "{press}");
    };
    check("Enter", &Action::Add);
    check("Add to what is open", &Action::Add);
    check("Open instead", &Action::Open);
    check("Leave it", &|_| Action::Drop(Vec::new()));
}

/// Panels over boxes with a set, a view and two scenarios of one name.
fn with_names() -> Harness<'static, Window> {
    let mut session = window().state_mut().session_taken();
    lay_over(&mut session, DAYS, "global_id,task\nbox0,A\n", None);
    session.kept.keep_set("first", "Name=\"box 0\"");
    let stand = Stand { focus: glam::DVec3::ZERO, yaw: 0.0, pitch: 0.0, distance: 1.0 };
    session.kept.keep_view(KeptView {
        name: "stairs".into(),
        stand,
        parallel: false,
        sections: Sections::default(),
        drawn: None,
        colour: None,
        at: None,
    });
    let listed = |file: &str| Listed { path: file.into(), name: "rain".into(), comes: None };
    session.scenarios = vec![listed("a.toml"), listed("b.toml")];
    with(session)
}

#[test]
fn what_a_project_has_is_found_among_the_commands() {
    let mut w = with_names();
    let mut ask = |typed: &str| {
        w.state_mut().session.apply(&Action::Palette(true));
        w.state_mut().asked.clear();
        w.run();
        w.get_by_label("Command").type_text(typed);
        w.run();
        w.key_press(egui::Key::Enter);
        w.run();
        w.state().asked[0].clone()
    };
    assert_eq!(ask("scenario rain (b)"), Action::Compare(Some(1)));
    assert_eq!(ask("view stairs"), Action::GoToView("stairs".into()));
    assert_eq!(ask("set first"), Action::Search("Name=\"box 0\"".into()));
    assert_eq!(ask("forget set first"), Action::ForgetSet("first".into()));
    assert!(w.state().session.kept.sets.is_empty());
    assert_eq!(w.state().session.selection.len(), 1);
}

#[test]
fn a_set_is_chosen_and_forgotten_in_its_menu() {
    let mut w = with_names();
    w.run();
    w.get_by_role_and_label(Role::Button, "Select").click();
    w.run();
    w.get_by_label("first").click();
    w.run();
    assert_eq!(w.state().session.selection.iter().collect::<Vec<_>>(), [0]);
    w.get_by_role_and_label(Role::Button, "Select").click();
    w.run();
    w.get_by_label("Forget set first").click();
    w.run();
    assert!(w.state().session.kept.sets.is_empty());
}

#[test]
fn a_long_legend_scrolls_within_the_view() {
    let mut w = window();
    let line = |n| Meaning { colour: [9; 3], pattern: Pattern::Plain, label: format!("line {n}"), count: 1 };
    w.state_mut().session.legend = (0..3).map(line).collect();
    w.run();
    w.state_mut().session.legend = (0..60).map(line).collect();
    w.run();
    let view = w.state().desk.view.expect("a view");
    let rect = |w: &Harness<'_, Window>, label: &str| w.get_by_label(label).rect();
    let step = rect(&w, "line 1 (1)").top() - rect(&w, "line 0 (1)").top();
    let room = view.bottom() - rect(&w, "line 0 (1)").top();
    assert!(room > 12.0 * step && room < view.height(), "{room} of {view:?}");
    assert!(!view.contains_rect(rect(&w, "line 59 (1)")));
    let over = rect(&w, "line 2 (1)").center();
    w.hover_at(over);
    w.run();
    w.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, -5000.0),
        phase: egui::TouchPhase::Move,
        modifiers: egui::Modifiers::NONE,
    });
    w.run_steps(40);
    assert!(view.contains_rect(rect(&w, "line 59 (1)")), "{:?}", rect(&w, "line 59 (1)"));
}
