//! What a person can do with open models, without a window: choosing, hiding, cutting, measuring, time and clashes.

mod support;

use glam::DVec3;
use groma::Project;
use groma::model::{Class, ElementId, KeyMaker, NoShape, Property, PropertySet, ShapeStatus, Value};
use groma::schedule::Time;
use groma_viewer::pick::{Ray, Surfaces};
use groma_viewer::session::action::{Action, How, Panel, Tool};
use groma_viewer::session::catalogue::{Catalogue, Sorting};
use groma_viewer::session::command::COMMANDS;
use groma_viewer::session::elements::Elements;
use groma_viewer::session::looks::ColourBy;
use groma_viewer::session::outline::Line;
use groma_viewer::session::paint::{Paint, Pattern, legend, painter};
use groma_viewer::session::places::Places;
use groma_viewer::session::plan::{Absent, Plan, Showing, Step, TaskOrder};
use groma_viewer::session::views::Stand;
use groma_viewer::session::{Effect, Session};
use groma_viewer::session_plugin::OpenFiles;
use groma_viewer::view_command::{ViewOptions, arguments};
use groma_viewer::walk::is_solid;
use std::sync::Arc;
use support::{Box, GREEN, GREY, RED, cuboid, lay_over, project};

/// A session with boxes open.
fn with_boxes(boxes: &[Box]) -> Session {
    showing(project(boxes))
}

fn showing(project: Project) -> Session {
    let elements = Elements::of(Arc::new(project));
    let catalogue = Arc::new(Catalogue::of(&elements));
    let surfaces = Arc::new(Surfaces::of(&elements));
    let mut session = Session::new();
    session.show(elements, catalogue, surfaces);
    session
}

/// Three boxes in a row along X, a metre apart.
fn row() -> Session {
    with_boxes(&[0.0, 2.0, 4.0].map(|x| cuboid([x, 0.0, 0.0], [x + 1.0, 1.0, 1.0], GREY)))
}

/// How every element is drawn.
fn paint(session: &Session) -> Vec<Paint> {
    (0..session.elements.as_ref().map_or(0, Elements::len) as u32).map(painter(session)).collect()
}

fn chosen(session: &Session) -> Vec<u32> {
    session.selection.iter().collect()
}

fn hidden(session: &Session) -> Vec<u32> {
    (0..).zip(paint(session)).filter(|(_, p)| p.hidden).map(|(n, _)| n).collect()
}

#[test]
fn elements_are_chosen_hidden_and_shown_again() {
    let mut s = row();
    s.apply(&Action::Select(Some(1), How::Replace));
    s.apply(&Action::Select(Some(2), How::Add));
    assert_eq!(chosen(&s), [1, 2]);
    assert!(s.details.iter().any(|g| g.rows.contains(&("Name".into(), "box 1".into()))), "{:?}", s.details);
    s.apply(&Action::Select(Some(1), How::Toggle));
    assert_eq!(chosen(&s), [2]);
    s.apply(&Action::Hide);
    assert_eq!((hidden(&s), chosen(&s).len()), (vec![2], 0));
    s.apply(&Action::Select(Some(0), How::Replace));
    s.apply(&Action::Isolate);
    assert_eq!(hidden(&s), [1, 2]);
    s.apply(&Action::Undo);
    assert_eq!(hidden(&s), [2]);
    s.apply(&Action::Redo);
    assert_eq!(hidden(&s), [1, 2]);
    s.apply(&Action::ShowAll);
    assert_eq!(hidden(&s), [0_u32; 0]);
    s.apply(&Action::GhostOthers);
    let ghosts: Vec<bool> = paint(&s).iter().map(|p| p.ghost).collect();
    assert_eq!(ghosts, [false, true, true]);
}

#[test]
fn a_selector_chooses_and_its_mistakes_are_told() {
    let mut s = row();
    s.apply(&Action::Search("IfcWall, Name=\"box 2\"".into()));
    assert_eq!((chosen(&s), s.search_error.clone()), (vec![2], None));
    s.apply(&Action::SelectSimilar);
    assert_eq!(chosen(&s), [0, 1, 2]);
    s.apply(&Action::Search("IfcWall, Name=".into()));
    assert!(s.search_error.is_some() && chosen(&s) == [0, 1, 2]);
    s.apply(&Action::Search("IfcDoor".into()));
    let told = "`IfcDoor` selects no element: no element is an IfcDoor; the models hold IfcWall (3)";
    assert_eq!(s.search_error.as_deref(), Some(told));
    s.apply(&Action::Search("IfcWall".into()));
    let effects = s.apply(&Action::KeepSet("walls".into()));
    assert_eq!((effects, s.kept.sets.len()), (vec![Effect::Keep("The set walls is kept".into())], 1));
}

#[test]
fn what_is_under_a_ray_is_what_is_drawn() {
    let mut s =
        with_boxes(&[cuboid([0.0; 3], [1.0; 3], RED), cuboid([0.0, 3.0, 0.0], [1.0, 4.0, 1.0], GREEN)]);
    let ray = Ray { origin: DVec3::new(0.5, -5.0, 0.4), direction: DVec3::Y };
    let under = |s: &Session| s.surfaces.hit(ray, &s.looks.sections, |p| s.is_seen(p, false));
    let first = under(&s).expect("the red one");
    assert_eq!((first.place, first.point, first.normal), (0, DVec3::new(0.5, 0.0, 0.4), -DVec3::Y));
    assert_eq!(first.at, 5.0);
    let cut = Action::Cut(DVec3::new(0.0, 0.5, 0.0), DVec3::Y);
    s.apply(&cut);
    let inside = under(&s).expect("the back of the red one");
    assert_eq!((inside.place, inside.point.y), (0, 1.0));
    s.apply(&Action::MoveSection(0, 1.0));
    assert_eq!(under(&s).map(|h| h.place), Some(1));
    s.apply(&Action::FlipSection(0));
    assert_eq!(under(&s).map(|h| h.place), Some(0));
    s.apply(&Action::ClearSections);
    s.apply(&Action::Select(Some(0), How::Replace));
    s.apply(&Action::Hide);
    assert_eq!(under(&s).map(|h| h.place), Some(1));
}

#[test]
fn a_section_box_stands_around_the_selection() {
    let mut s = row();
    s.apply(&Action::Select(Some(1), How::Replace));
    s.apply(&Action::SectionBox);
    let b = s.looks.sections.bounds.expect("a box");
    assert!(b.low.x < 2.0 && b.low.x > 1.5 && b.high.x > 3.0 && b.high.x < 3.5, "{b:?}");
    assert!(s.panels.contains(&Panel::Sections));
    s.apply(&Action::ResizeBox(b.high, b.low));
    assert_eq!(s.looks.sections.bounds, Some(b), "a box turned inside out is none");
    s.apply(&Action::Undo);
    s.apply(&Action::Undo);
    assert_eq!(s.looks.sections.bounds, None);
}

#[test]
fn corners_edges_and_faces_catch_a_point() {
    let s = with_boxes(&[cuboid([0.0; 3], [2.0, 2.0, 1.0], GREY)]);
    let snap = |x: f64, y: f64| {
        let ray = Ray { origin: DVec3::new(x, y, 9.0), direction: -DVec3::Z };
        let hit = s.surfaces.hit(ray, &s.looks.sections, |_| true).expect("the top");
        let snap = s.surfaces.snap(&hit, 0.1);
        (snap.caught.words(), snap.point.x, snap.point.y, (snap.area * 1e6).round() / 1e6)
    };
    assert_eq!(snap(0.03, 0.04), ("corner", 0.0, 0.0, 4.0));
    assert_eq!(snap(1.2, 0.04), ("edge", 1.2, 0.0, 4.0));
    // The diagonal of the two triangles is no edge.
    assert_eq!(snap(1.0, 1.0), ("face", 1.0, 1.0, 4.0));
}

#[test]
fn a_distance_takes_two_clicks() {
    let mut s = row();
    let at = |x: f64| {
        let ray = Ray { origin: DVec3::new(x, 0.5, 9.0), direction: -DVec3::Z };
        let hit = s.surfaces.hit(ray, &s.looks.sections, |_| true).expect("a box");
        s.surfaces.snap(&hit, 0.0)
    };
    let points = [at(0.5), at(2.5)];
    s.apply(&Action::Use(Tool::Distance));
    points.iter().for_each(|p| drop(s.apply(&Action::Measure(*p))));
    let words = s.looks.measured[0].words.clone();
    assert!(words.starts_with("2.000 m"), "{words}");
    let note = s.note.as_ref().map(|n| n.text.as_str());
    assert_eq!(note, Some(format!("{words}; caught: face, face").as_str()));
    // A measure is taken back as any other change of the view.
    s.apply(&Action::ClearMeasures);
    assert!(s.looks.measured.is_empty());
    s.apply(&Action::Undo);
    assert_eq!(s.looks.measured.len(), 1);
    // The same once more is told once more.
    points.iter().for_each(|p| drop(s.apply(&Action::Measure(*p))));
    let told = s.note.as_ref().map(|n| n.text.as_str());
    assert_eq!(told, Some(format!("{words}; caught: face, face").as_str()));
    s.apply(&Action::Undo);
    s.apply(&Action::Undo);
    assert!(s.looks.measured.is_empty());
    s.apply(&Action::Escape);
    assert_eq!(s.tool, Tool::Select);
}

#[test]
fn trees_and_colours_sort_what_is_drawn() {
    let mut s = row();
    let (tree, elements) = (s.catalogue.tree(Sorting::Class), s.elements.as_ref().unwrap());
    let labels: Vec<String> =
        tree.nodes.iter().map(|n| format!("{}{}:{}", n.depth, n.label(elements), n.count)).collect();
    assert_eq!(labels, ["0IfcWall:3", "1Without a type:3", "2box 0:1", "2box 1:1", "2box 2:1"]);
    assert!(legend(&s).is_empty());
    s.apply(&Action::Colour(ColourBy::Property("Name".into())));
    let names: Vec<String> = legend(&s).into_iter().map(|m| m.label).collect();
    assert_eq!(names, ["box 0", "box 1", "box 2"]);
    let colours: std::collections::BTreeSet<_> = paint(&s).into_iter().map(|p| p.colour).collect();
    assert_eq!(colours.len(), 3);
}

#[test]
fn many_values_are_told_apart() {
    let boxes: Vec<Box> = (0..60)
        .map(|n| cuboid([2.0 * f64::from(n), 0.0, 0.0], [2.0 * f64::from(n) + 1.0, 1.0, 1.0], GREY))
        .collect();
    let mut s = with_boxes(&boxes);
    s.apply(&Action::Colour(ColourBy::Property("Name".into())));
    let looks: std::collections::HashSet<_> = paint(&s).iter().map(|p| (p.colour, p.pattern)).collect();
    assert_eq!(looks.len(), 60);
}

#[test]
fn what_is_not_drawn_takes_no_colour() {
    let mut models = project(&[0.0, 2.0, 4.0].map(|x| cuboid([x, 0.0, 0.0], [x + 1.0, 1.0, 1.0], GREY)));
    models.models[0].model.elements[1].class = Class::new("IfcSpace", ["IfcSpatialElement"]);
    let mut s = showing(models);
    s.apply(&Action::Colour(ColourBy::Class));
    let said: Vec<String> = legend(&s).into_iter().map(|m| format!("{}:{}", m.label, m.count)).collect();
    assert_eq!(said, ["IfcWall:2"]);
}

/// A stair without a shape of its own, of two flights, beside a wall.
fn with_stair() -> Session {
    let mut models = project(&[0.0, 2.0, 4.0].map(|x| cuboid([x, 0.0, 0.0], [x + 1.0, 1.0, 1.0], GREY)));
    let loaded = &mut models.models[0];
    let flight = Class::new("IfcStairFlight", ["IfcBuildingElement", "IfcElement", "IfcProduct"]);
    let (mut stair, stair_at) = (loaded.model.elements[0].clone(), ElementId(3));
    stair.key = KeyMaker::new("boxes".into()).next("stair").0;
    stair.class = Class::new("IfcStair", ["IfcBuildingElement", "IfcElement", "IfcProduct"]);
    stair.name = Some("stair 7".into());
    loaded.model.elements.push(stair);
    loaded.shapes.status.push(ShapeStatus::NoShape(NoShape::ShapeInParts));
    for part in &mut loaded.model.elements[1..3] {
        (part.class, part.whole) = (flight.clone(), Some(stair_at));
    }
    showing(models)
}

#[test]
fn a_whole_without_a_shape_is_its_parts() {
    let mut s = with_stair();
    s.apply(&Action::Search("IfcStair".into()));
    assert_eq!((chosen(&s), s.leading()), (vec![1, 2, 3], Some(3)));
    assert!(s.details.iter().any(|g| g.rows.contains(&("Name".into(), "stair 7".into()))), "{:?}", s.details);
    s.apply(&Action::Isolate);
    assert_eq!(hidden(&s), [0]);
    s.apply(&Action::ShowAll);
    s.apply(&Action::Select(Some(3), How::Replace));
    s.apply(&Action::Hide);
    assert_eq!(hidden(&s), [1, 2, 3]);
    s.apply(&Action::ShowAll);
    s.apply(&Action::Select(Some(2), How::Replace));
    s.apply(&Action::SelectWhole);
    assert_eq!((chosen(&s), s.leading()), (vec![1, 2, 3], Some(3)));
    s.apply(&Action::Select(Some(0), How::Replace));
    s.apply(&Action::SelectWhole);
    assert_eq!(chosen(&s), [0], "a wall is part of nothing");
    let (tree, elements) = (s.catalogue.tree(Sorting::Storey), s.elements.as_ref().unwrap());
    let labels: Vec<String> =
        tree.nodes.iter().map(|n| format!("{}{}:{}", n.depth, n.label(elements), n.count)).collect();
    let expected =
        ["0In no storey:3", "1IfcStair:2", "2stair 7:2", "3box 1:1", "3box 2:1", "1IfcWall:1", "2box 0:1"];
    assert_eq!(labels, expected);
}

#[test]
fn doors_open_for_who_walks() {
    let mut models = project(&[0.0, 2.0, 4.0].map(|x| cuboid([x, 0.0, 0.0], [x + 1.0, 1.0, 1.0], GREY)));
    models.models[0].model.elements[1].class = Class::new("IfcDoor", ["IfcElement"]);
    let mut s = showing(models);
    s.apply(&Action::SetHidden([2].into_iter().collect(), true));
    assert_eq!([0, 1, 2].map(|place| is_solid(&s, place)), [true, false, false]);
}

#[test]
fn a_room_is_isolated_with_what_stands_in_it_but_not_hidden_with_it() {
    let mut models = project(&[0.0, 2.0, 4.0].map(|x| cuboid([x, 0.0, 0.0], [x + 1.0, 1.0, 1.0], GREY)));
    let model = &mut models.models[0].model;
    model.elements[1].class = Class::new("IfcSpace", ["IfcSpatialElement"]);
    model.elements[2].container = Some(ElementId(1));
    let mut s = showing(models);
    s.apply(&Action::Search("IfcSpace".into()));
    assert_eq!(chosen(&s), [1]);
    s.apply(&Action::Hide);
    assert_eq!(hidden(&s), [0_u32; 0]);
    s.apply(&Action::Isolate);
    assert_eq!(hidden(&s), [0]);
}

#[test]
fn what_has_no_shape_is_not_isolated() {
    let mut models = project(&[cuboid([0.0; 3], [1.0; 3], GREY), cuboid([2.0; 3], [3.0; 3], GREY)]);
    models.models[0].model.elements[1].class = Class::new("IfcSpace", ["IfcSpatialElement"]);
    let mut s = showing(models);
    s.apply(&Action::Search("IfcSpace".into()));
    s.apply(&Action::Isolate);
    assert_eq!(hidden(&s), [0_u32; 0]);
    assert!(s.note.as_ref().is_some_and(|n| n.text.contains("has a shape")), "{:?}", s.note);
    let isolate = |text: &str| ViewOptions { isolate: Some(text.into()), ..ViewOptions::default() };
    let mistake = isolate("IfcSpace").mistake(&s).expect("nothing to see");
    assert_eq!(mistake, "--isolate IfcSpace: nothing of 1 element has a shape");
    assert_eq!(isolate("IfcWall").mistake(&s), None);
}

#[test]
fn what_a_row_tells_colours_all_elements() {
    let mut models = project(&[0.0, 2.0, 4.0].map(|x| cuboid([x, 0.0, 0.0], [x + 1.0, 1.0, 1.0], GREY)));
    let model = &mut models.models[0].model;
    let rating = Property { value: Some(Value::Text("R90".into())), ..Property::new("Fire.Rating") };
    let set = PropertySet { properties: [rating].into(), ..PropertySet::new("Tekla v1.0") };
    model.property_sets.push(set);
    for element in &mut model.elements[..2] {
        element.predefined_type = Some("SOLIDWALL".into());
        element.object_type = Some("W1".into());
        element.property_sets.push(0);
    }
    let mut s = showing(models);
    s.apply(&Action::Select(Some(0), How::Replace));
    let mut coloured = Vec::new();
    for group in s.details.clone() {
        for (row, value) in &group.rows {
            let Some(by) = group.colour(row) else { continue };
            s.apply(&Action::Colour(by));
            let first = legend(&s).into_iter().next().map(|m| m.label);
            assert_eq!(first.as_ref(), Some(value), "{} {row}", group.title);
            coloured.push(row.clone());
        }
    }
    assert_eq!(coloured, ["Class", "Name", "Predefined type", "Object type", "Fire.Rating"]);
}

#[test]
fn each_drag_of_a_plane_is_taken_back_alone() {
    let mut s = row();
    s.apply(&Action::CutAlong(0));
    let offset = |s: &Session| s.looks.sections.planes[0].offset;
    let began = offset(&s);
    for _ in 0..2 {
        for _ in 0..3 {
            s.apply(&Action::MoveSection(0, 0.25));
        }
        s.apply(&Action::LetGo);
    }
    assert_eq!(offset(&s), began + 1.5);
    s.apply(&Action::Undo);
    assert_eq!(offset(&s), began + 0.75);
    s.apply(&Action::Undo);
    assert_eq!(offset(&s), began);
    for name in ["L", "Le", "Lev"] {
        s.apply(&Action::NameSection(0, name.into()));
    }
    s.apply(&Action::Undo);
    assert_eq!(s.looks.sections.planes[0].name, "Section 1");
}

#[test]
fn every_command_can_be_given_at_any_time() {
    for mut s in [Session::new(), row()] {
        for _ in 0..3 {
            for command in COMMANDS {
                let action = (command.action)(&s);
                s.apply(&action);
            }
        }
    }
}

#[test]
fn a_thousand_random_requests_do_no_harm() {
    let mut s = row();
    // A small generator, so that a failure comes again.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    let odd = [f64::NAN, f64::INFINITY, -1e300, 0.0, 0.5, 1e9];
    for _ in 0..1000 {
        let place = random(9) as u32;
        let x = odd[random(6) as usize];
        let p = DVec3::new(x, odd[random(6) as usize], 0.5);
        let action = match random(16) {
            0 => Action::Select(Some(place), How::Toggle),
            1 => Action::SelectAll([place, 7].into_iter().collect(), How::Add),
            2 => Action::Search(["IfcWall", "", "((", "IfcWall + ", "\u{0}"][random(5) as usize].into()),
            3 => Action::Cut(p, DVec3::new(odd[random(6) as usize], 1.0, 0.0)),
            4 => Action::MoveSection(place as usize, x),
            5 => Action::ResizeBox(p, p + x),
            6 => Action::SetHidden(Places::all(place as usize), place.is_multiple_of(2)),
            7 => Action::Speed(x),
            8 => Action::GoTo(Time::from_minutes(i32::MAX)),
            9 => Action::OpenIssue(Some(place)),
            10 => Action::Colour(ColourBy::Property("A.B".into())),
            11 => Action::RemoveSection(place as usize),
            12 => Action::GoToView("none".into()),
            _ => (COMMANDS[random(COMMANDS.len() as u64) as usize].action)(&s),
        };
        s.apply(&action);
        assert_eq!(paint(&s).len(), 3, "after {action:?}");
        let ray = Ray { origin: p, direction: DVec3::Z };
        let _ = s.surfaces.hit(ray, &s.looks.sections, |n| s.is_seen(n, false));
    }
}

/// The row with a programme of three tasks of a week each, one for each box, and what was seen of them.
fn with_plan() -> Session {
    let programme = "id,name,start,finish,duration\n\
         A,first,2026-01-05T08:00,2026-01-09T17:00,5d\nB,second,2026-01-12T08:00,2026-01-16T17:00,5d\n\
         C,third,2026-01-19T08:00,2026-01-23T17:00,5d\n";
    let links = "global_id,task\nbox0,A\nbox1,B\nbox2,C\n";
    let seen = "global_id,date,fraction\nbox0,2026-01-10,1\nbox1,2026-01-14,0\n";
    let mut s = row();
    lay_over(&mut s, programme, links, Some(seen));
    assert!(s.plan.is_some(), "{:?}", s.note);
    s
}

fn time(text: &str) -> Time {
    Time::parse(text).expect("a date")
}

fn at(text: &str) -> Action {
    Action::GoTo(time(text))
}

/// What is drawn of each box: `-` nothing, `=` all, else how much of it in tenths.
fn standing(s: &Session) -> String {
    let one = |p: &groma_viewer::session::paint::Paint| match (p.hidden, p.grown) {
        (true, _) => "-".to_owned(),
        (false, 255) => "=".to_owned(),
        (false, n) => (u32::from(n) * 10 / 255).to_string(),
    };
    paint(s).iter().map(one).collect()
}

#[test]
fn the_building_grows_with_its_programme() {
    let mut s = with_plan();
    let shown = |s: &mut Session, day: &str| {
        s.apply(&at(day));
        standing(s)
    };
    assert_eq!(shown(&mut s, "2026-01-01T00:00"), "---");
    assert_eq!(s.plan.as_ref().map(|p| p.at().to_string()).as_deref(), Some("2026-01-01T00:00"));
    assert_eq!(shown(&mut s, "2026-01-05T08:00"), "0--");
    assert_eq!(shown(&mut s, "2026-01-07T12:00"), "5--");
    assert_eq!(shown(&mut s, "2026-01-10T12:00"), "=--");
    assert_eq!(shown(&mut s, "2026-03-01T12:00"), "===");
    assert!(shown(&mut s, "2026-01-21T12:00").starts_with("=="));
    s.apply(&Action::ShowPlan(Showing::Planned, Absent::Ghost));
    s.apply(&at("2026-01-07T12:00"));
    let ghosts: Vec<bool> = paint(&s).iter().map(|p| p.ghost).collect();
    assert_eq!(ghosts, [false, true, true]);
    s.apply(&Action::UsePlan(false));
    assert_eq!(standing(&s), "===");
}

#[test]
fn a_scenario_takes_the_clock_over_and_gives_it_back() {
    let mut s = with_plan();
    s.apply(&at("2026-01-10T12:00"));
    s.apply(&Action::Speed(3.0));
    s.apply(&Action::ShowPlan(Showing::Seen, Absent::Ghost));
    s.apply(&Action::Play(true));
    let clock = |p: &Plan| (p.at().to_string(), p.speed, p.playing, p.showing, p.absent);
    let before = clock(s.plan.as_ref().expect("a plan"));
    let plan = s.plan.clone().expect("a plan");
    let fresh = || Plan::new(plan.twin().clone()).expect("it links boxes");
    s.compare_with("late.toml".into(), "late".into(), fresh(), fresh());
    assert_eq!(s.plan.as_ref().map(clock), Some(before.clone()));
    // What stands has the colours of its kind, which are told too.
    s.apply(&Action::Colour(ColourBy::Class));
    assert!(s.legend.iter().any(|m| m.label == "IfcWall"), "{:?}", s.legend);
    s.apply(&Action::Colour(ColourBy::Model));
    // What is seen is told of each view by its own programme.
    if let Some(compare) = &mut s.compare {
        compare.other.show(Showing::Planned, Absent::Hidden);
        compare.other.go_to(compare.other.span().0);
    }
    let seen = |s: &Session, other| (0..3).filter(|&n| s.is_seen(n, other)).count();
    assert_eq!((seen(&s, false), seen(&s, true)), (3, 1), "one has no task");
    s.apply(&Action::GoTo(s.plan.as_ref().expect("a plan").at()));
    assert_eq!(s.compare.as_ref().map(|c| clock(&c.other).0), Some(before.0));
    s.apply(&Action::Play(false));
    s.apply(&Action::Speed(9.0));
    s.apply(&at("2026-01-14T12:00"));
    s.apply(&Action::ShowPlan(Showing::Planned, Absent::Ghost));
    let beside = s.plan.as_ref().map(clock);
    s.apply(&Action::Compare(None));
    assert_eq!((s.plan.as_ref().map(clock), s.compare.is_none()), (beside, true));
}

#[test]
fn panels_at_the_sides_wait_for_a_wider_window() {
    let mut s = row();
    s.make_room(true);
    assert!(!s.panels.contains(&Panel::Tree) && !s.panels.contains(&Panel::Details));
    s.apply(&Action::ShowPanel(Panel::Tree, true));
    s.apply(&Action::ShowPanel(Panel::Details, false));
    assert!(s.panels.contains(&Panel::Tree), "what is asked for is shown");
    s.make_room(false);
    assert!(s.panels.contains(&Panel::Tree) && !s.panels.contains(&Panel::Details));
    s.make_room(true);
    s.make_room(false);
    assert!(s.panels.contains(&Panel::Tree), "what was there comes back");
}

#[test]
fn time_spans_tasks_without_elements_and_baselines() {
    let programme = "id,name,start,finish,duration\n\
         S,set up,2026-01-02T08:00,2026-01-02T17:00,1d\nA,first,2026-01-05T08:00,2026-01-09T17:00,5d\n\
         H,handover,2026-02-02T08:00,2026-02-03T17:00,2d\n";
    let mut s = row();
    lay_over(&mut s, programme, "global_id,task\nbox0,A\n", None);
    let span = |s: &Session| s.plan.as_ref().map(|p| p.span()).map(|(a, b)| format!("{a} {b}"));
    assert_eq!(span(&s).as_deref(), Some("2026-01-02T08:00 2026-02-03T17:00"));
    let mut steps = Vec::new();
    for _ in 0..6 {
        s.apply(&Action::StepTime(Step::Task, true));
        steps.push(s.plan.as_ref().map(|p| p.at().to_string()[5..10].to_owned()).unwrap_or_default());
    }
    assert_eq!(steps, ["01-02", "01-05", "01-09", "02-02", "02-03", "02-03"]);
    s.apply(&at("2026-03-01T00:00"));
    s.apply(&Action::StepTime(Step::Day, true));
    assert_eq!(s.plan.as_ref().map(|p| p.at().to_string()).as_deref(), Some("2026-03-01T00:00"));
    s.apply(&Action::StepTime(Step::Week, false));
    assert_eq!(s.plan.as_ref().map(|p| p.at().to_string()).as_deref(), Some("2026-02-22T00:00"));
    let plan = s.plan.as_ref().expect("a plan");
    let mut twin = plan.twin().by(plan.twin().programme.computed().expect("a logic"));
    twin.programme.tasks[0].baseline = Some((time("2020-01-01"), time("2030-01-01")));
    let plan = Plan::new(Arc::new(twin)).expect("it links a box");
    assert_eq!(plan.span(), (time("2020-01-01"), time("2030-01-01")));
}

#[test]
fn a_programme_that_links_nothing_is_shown_all_the_same() {
    let programme = "id,name,start,finish,duration\nA,first,2026-01-05T08:00,2026-01-09T17:00,5d\n";
    let mut s = row();
    lay_over(&mut s, programme, "global_id,task\nnobody,A\n", None);
    let plan = s.plan.as_ref().expect("a plan of one task");
    let listed = plan.rows(&["first".into()], TaskOrder::Start, &Default::default());
    assert_eq!(listed.iter().map(|row| row.line).collect::<Vec<_>>(), [Line::Task(0)]);
    assert_eq!((plan.work_of(0), plan.tasks_of(0).len()), (0, 0));
    assert!(plan.twin().is_incomplete());
    s.apply(&Action::StepTime(Step::Week, true));
    assert_eq!(s.plan.as_ref().map(|p| p.at().to_string()).as_deref(), Some("2026-01-09T17:00"));
    assert_eq!(standing(&s), "===");
    let legend: Vec<(&str, usize)> = s.legend.iter().map(|m| (m.label.as_str(), m.count)).collect();
    assert_eq!(legend, [("without a task", 3)]);
}

#[test]
fn what_was_not_seen_is_unknown_and_told_by_a_pattern() {
    let mut s = with_plan();
    s.apply(&at("2026-01-21T12:00"));
    s.apply(&Action::ShowPlan(Showing::Seen, Absent::Hidden));
    let labels: Vec<String> = legend(&s).into_iter().map(|m| format!("{}:{}", m.label, m.count)).collect();
    assert_eq!(labels, ["seen as planned:1", "seen behind the plan:1", "not seen: unknown:1"]);
    let patterns: Vec<Pattern> = paint(&s).iter().map(|p| p.pattern).collect();
    assert_eq!(patterns, [Pattern::Plain, Pattern::Level, Pattern::Stripes]);
}

#[test]
fn time_plays_steps_and_ends() {
    let mut s = with_plan();
    let now = |s: &Session| s.plan.as_ref().map(|p| p.at().to_string()).unwrap_or_default();
    let begin = now(&s);
    s.apply(&Action::StepTime(Step::Day, true));
    assert!(now(&s) > begin);
    s.apply(&Action::StepTime(Step::Week, false));
    assert_eq!(now(&s), begin, "time does not go before the first start");
    s.apply(&Action::StepTime(Step::Task, true));
    let turn = now(&s);
    assert!(turn.starts_with("2026-01-09"), "{turn}");
    s.apply(&Action::Speed(1.0));
    s.apply(&Action::Play(true));
    let plan = s.plan.as_mut().expect("a plan");
    plan.pass(0.5);
    assert!(plan.playing && plan.at().to_string() > turn);
    plan.pass(1000.0);
    assert!(!plan.playing && plan.share() == 1.0);
    plan.play(true);
    assert_eq!(plan.share(), 0.0, "it plays from the beginning again");
    let plan = s.plan.as_ref().expect("a plan");
    assert_eq!((plan.tasks_of(1), plan.elements_of(2)), (vec![1], vec![2]));
}

#[test]
fn other_models_keep_what_is_the_same() {
    let mut s = row();
    s.apply(&Action::Select(Some(2), How::Replace));
    s.apply(&Action::SetHidden([1].into_iter().collect(), true));
    let elements = Elements::of(Arc::new(project(&[
        cuboid([0.0; 3], [1.0; 3], GREY),
        cuboid([2.0, 0.0, 0.0], [3.0, 1.0, 1.0], GREY),
    ])));
    let (catalogue, surfaces) = (Arc::new(Catalogue::of(&elements)), Arc::new(Surfaces::of(&elements)));
    s.show(elements, catalogue, surfaces);
    assert_eq!((chosen(&s), hidden(&s)), (vec![], vec![1]));
}

/// What the arguments of the present view say after an option.
fn option(s: &Session, name: &str) -> Option<String> {
    let stand = Stand { focus: DVec3::ZERO, yaw: 0.0, pitch: 0.0, distance: 10.0 };
    let all = arguments(s, &OpenFiles::default(), &stand);
    all.iter().position(|a| a == name).map(|at| all.get(at + 1).cloned().unwrap_or_default())
}

#[test]
fn the_copied_command_shows_the_same() {
    let check = |actions: &[Action], said: [Option<&str>; 3]| {
        let mut s = row();
        actions.iter().for_each(|action| drop(s.apply(action)));
        let [select, isolate, hide] = ["--select", "--isolate", "--hide"].map(|name| option(&s, name));
        assert_eq!([&select, &isolate, &hide].map(|o| o.as_deref()), said, "{actions:?}");
        let ghost_others = option(&s, "--ghost-others");
        assert_eq!(ghost_others.is_some(), actions.contains(&Action::GhostOthers));
        let parallel = option(&s, "--parallel").is_some();
        let view = ViewOptions { select, isolate, hide, ghost_others, parallel, ..ViewOptions::default() };
        let mut again = row();
        assert_eq!(view.mistake(&again), None);
        view.actions(DVec3::ZERO).iter().for_each(|action| drop(again.apply(action)));
        assert_eq!(paint(&again), paint(&s), "{actions:?}");
        assert_eq!((again.parallel, chosen(&again)), (s.parallel, chosen(&s)));
    };
    let select = |place: u32| Action::Select(Some(place), How::Replace);
    let search = |text: &str| Action::Search(text.into());
    check(&[], [None; 3]);
    check(&[search("Name=\"box 1\"")], [Some("Name=\"box 1\""), None, None]);
    check(&[search("IfcWall"), select(2)], [Some("GlobalId=box2"), None, None]);
    check(
        &[search("Name=\"box 1\""), Action::Isolate],
        [Some("Name=\"box 1\""), Some("Name=\"box 1\""), None],
    );
    check(&[search("Name=\"box 1\""), Action::Hide], [None, None, Some("Name=\"box 1\"")]);
    let one = select(1);
    check(
        &[one.clone(), Action::Isolate, Action::Parallel(true)],
        [Some("GlobalId=box1"), Some("GlobalId=box1"), None],
    );
    check(&[one, Action::Hide, select(0)], [Some("GlobalId=box0"), None, Some("GlobalId=box1")]);
    check(
        &[select(1), Action::Hide, select(0), Action::GhostOthers],
        [Some("GlobalId=box0"), None, Some("GlobalId=box1")],
    );
    check(
        &[Action::SetHidden(Places::all(3), true)],
        [None, None, Some("GlobalId=box0 + GlobalId=box1 + GlobalId=box2")],
    );
}

#[test]
fn a_kept_view_brings_back_what_was_drawn_its_colours_and_its_day() {
    let mut s = with_plan();
    s.apply(&at("2026-01-14T12:00"));
    s.apply(&Action::Parallel(true));
    s.apply(&Action::Colour(ColourBy::Class));
    let stand = Stand { focus: DVec3::ONE, yaw: 0.1, pitch: 0.2, distance: 3.0 };
    for hidden in [vec![1], vec![0, 2]] {
        s.apply(&Action::ShowAll);
        s.apply(&Action::SetHidden(hidden.iter().copied().collect(), true));
        let view = s.view("stairs".into(), stand);
        s.kept.keep_view(view);
        s.apply(&Action::ShowAll);
        s.apply(&Action::Colour(ColourBy::Model));
        s.apply(&at("2026-01-20T12:00"));
        s.apply(&Action::UsePlan(false));
        let effects = s.apply(&Action::GoToView("stairs".into()));
        assert!(effects.contains(&Effect::Stand(stand)), "{effects:?}");
        assert_eq!(s.looks.hidden.iter().collect::<Vec<_>>(), hidden);
        assert_eq!((&s.looks.colour, s.parallel), (&ColourBy::Class, true));
        assert_eq!(s.plan.as_ref().map(|p| p.at().to_string()).as_deref(), Some("2026-01-14T12:00"));
        s.apply(&Action::Undo);
        assert!(s.looks.hidden.is_empty() && s.looks.colour == ColourBy::Model);
        s.apply(&Action::Colour(ColourBy::Class));
    }
}
