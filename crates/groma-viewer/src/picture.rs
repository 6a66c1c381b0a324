//! Pictures of the view that a person asks for while the window is open.

use crate::camera::{MainCamera, OtherCamera};
use crate::screenshot::write_captured;
use crate::session::{Effect, Session};
use crate::session_plugin::SessionSystems;
use bevy::app::{App, Plugin, Update};
use bevy::camera::Camera;
use bevy::ecs::change_detection::ResMut;
use bevy::ecs::message::MessageReader;
use bevy::ecs::observer::On;
use bevy::ecs::query::{Or, With};
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Commands, Query};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

/// Writes pictures of the view.
pub struct PicturePlugin;

impl Plugin for PicturePlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Update, take.after(SessionSystems));
    }
}

fn take(
    mut effects: MessageReader<Effect>,
    mut commands: Commands,
    cameras: Query<&Camera, Or<(With<MainCamera>, With<OtherCamera>)>>,
) {
    for effect in effects.read() {
        let Effect::Picture(path) = effect else { continue };
        // Of a comparison both views.
        let shown = cameras.iter().filter(|camera| camera.is_active).filter_map(|c| c.viewport.as_ref());
        let corners = shown.map(|v| (v.physical_position, v.physical_position + v.physical_size));
        let view = corners.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).map(|(low, high)| (low, high - low));
        let path = path.clone();
        commands.spawn(Screenshot::primary_window()).observe(
            move |captured: On<ScreenshotCaptured>, mut session: ResMut<Session>| match write_captured(
                &captured, view, &path,
            ) {
                Ok(()) => session.say(format!("Written: {}", path.display())),
                Err(error) => session.fail(error),
            },
        );
    }
}
