//! Pictures of the view that a person asks for while the window is open.

use crate::camera::MainCamera;
use crate::screenshot::write_png;
use crate::session::{Effect, Session};
use crate::session_plugin::SessionSystems;
use bevy::app::{App, Plugin, Update};
use bevy::camera::Camera;
use bevy::ecs::change_detection::ResMut;
use bevy::ecs::message::MessageReader;
use bevy::ecs::observer::On;
use bevy::ecs::query::With;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Commands, Query};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use image::RgbImage;
use std::path::Path;

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
    cameras: Query<&Camera, With<MainCamera>>,
) {
    for effect in effects.read() {
        let Effect::Picture(path) = effect else { continue };
        let view = cameras.iter().next().and_then(|c| c.viewport.clone());
        let view = view.map(|v| (v.physical_position, v.physical_size));
        let path = path.clone();
        commands.spawn(Screenshot::primary_window()).observe(
            move |captured: On<ScreenshotCaptured>, mut session: ResMut<Session>| {
                let picture = captured.image.clone().try_into_dynamic().map_err(|e| e.to_string());
                let written = picture.and_then(|picture| {
                    let whole = picture.to_rgb8();
                    let part = match view {
                        Some((at, size)) => {
                            image::imageops::crop_imm(&whole, at.x, at.y, size.x, size.y).to_image()
                        }
                        None => whole,
                    };
                    write(&path, &part)
                });
                match written {
                    Ok(()) => session.say(format!("Written: {}", path.display())),
                    Err(error) => session.fail(format!("{} cannot be written: {error}", path.display())),
                }
            },
        );
    }
}

fn write(path: &Path, picture: &RgbImage) -> Result<(), String> {
    write_png(path, picture).map_err(|e| e.to_string())
}
