//! Loading, checks, camera and keys without a graphics card: plugins run frame by frame.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod camera;
mod files;
mod issues;
mod loading;
#[path = "../support.rs"]
mod support;

use bevy::app::App;
use bevy::ecs::entity::Entity;
use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyCode, KeyboardInput};
use groma_viewer::session::Session;
use groma_viewer::session::action::Action;
use std::time::{Duration, Instant};

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
