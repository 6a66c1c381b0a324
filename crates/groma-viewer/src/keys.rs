//! Keys to commands.

use crate::camera::InView;
use crate::session::Session;
use crate::session::action::Action;
use crate::session::command::of_keys;
use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::Res;
use bevy::ecs::message::MessageWriter;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;

/// Gives the commands whose keys are pressed.
pub struct KeysPlugin;

impl Plugin for KeysPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<InView>()
            .add_systems(Update, press.before(crate::session_plugin::SessionSystems));
    }
}

fn press(
    keys: Res<ButtonInput<KeyCode>>,
    in_view: Res<InView>,
    session: Res<Session>,
    mut ask: MessageWriter<Action>,
) {
    // A chord of which a slow frame has the end, or all, counts too.
    let held = |left, right| {
        let either = [left, right];
        keys.any_pressed(either) || keys.any_just_pressed(either) || keys.any_just_released(either)
    };
    let control =
        held(KeyCode::ControlLeft, KeyCode::ControlRight) || held(KeyCode::SuperLeft, KeyCode::SuperRight);
    let shift = held(KeyCode::ShiftLeft, KeyCode::ShiftRight);
    for &key in keys.get_just_pressed() {
        if key == KeyCode::Escape {
            ask.write(Action::Escape);
            continue;
        }
        // What is typed into a panel is the panel's, but for what Control makes a command.
        if !in_view.keys && !control {
            continue;
        }
        // While one walks, letters are steps.
        if session.walking && !control && key != KeyCode::Tab {
            continue;
        }
        if let Some(command) = of_keys(control, shift, key).filter(|c| (c.refused)(&session).is_none()) {
            ask.write((command.action)(&session));
        }
    }
}
