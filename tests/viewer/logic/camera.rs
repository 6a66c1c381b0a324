//! The camera, by mouse and keys.

use crate::{ask, key, press};
use bevy::MinimalPlugins;
use bevy::app::{App, AppExit};
use bevy::camera::{PerspectiveProjection, Projection};
use bevy::ecs::entity::Entity;
use bevy::ecs::message::Messages;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::{MouseButton, MouseButtonInput, MouseScrollUnit, MouseWheel};
use bevy::input::touch::TouchPhase;
use bevy::input::{ButtonState, InputPlugin};
use bevy::math::{Vec2, Vec3};
use bevy::window::{CursorMoved, WindowEvent};
use groma_viewer::app::VerdictPlugin;
use groma_viewer::camera::CameraPlugin;
use groma_viewer::keys::KeysPlugin;
use groma_viewer::orbit::Orbit;
use groma_viewer::panels::Desk;
use groma_viewer::scene::SceneBounds;
use groma_viewer::session::action::Action;
use groma_viewer::session::{Effect, Session};
use groma_viewer::session_plugin::SessionPlugin;
use groma_viewer::walk::WalkPlugin;

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
fn what_is_typed_after_the_palettes_keys_is_typed_into_it() {
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
    app.init_resource::<Desk>();
    for (code, state) in [
        (KeyCode::ControlLeft, ButtonState::Pressed),
        (KeyCode::KeyK, ButtonState::Pressed),
        (KeyCode::KeyK, ButtonState::Released),
        (KeyCode::ControlLeft, ButtonState::Released),
        (KeyCode::Home, ButtonState::Pressed),
        (KeyCode::KeyF, ButtonState::Pressed),
    ] {
        key(&mut app, code, state);
    }
    app.update();
    assert!(app.world().resource::<Session>().palette);
    assert_eq!((orbit(&mut app), &*app.world().resource::<Desk>().palette), (moved, "f"));
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
