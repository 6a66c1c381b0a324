//! A picture instead of a window: waits until everything is loaded and drawn, writes it, ends.

use crate::app::Verdict;
use crate::camera::{OtherCamera, Views, share_view};
use crate::graphics::DrawWatch;
use crate::overlay::OverlayPlugin;
use crate::session::Session;
use crate::startup::Settled;
use bevy::app::{App, AppExit, Plugin, PostStartup, Update};
use bevy::asset::{Assets, Handle, RenderAssetUsages};
use bevy::camera::{Camera, RenderTarget};
use bevy::core_pipeline::tonemapping::DebandDither;
use bevy::ecs::change_detection::{DetectChanges, Res, ResMut};
use bevy::ecs::entity::Entity;
use bevy::ecs::message::MessageWriter;
use bevy::ecs::observer::On;
use bevy::ecs::query::Without;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Commands, Query};
use bevy::image::Image;
use bevy::math::UVec2;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat, TextureUsages};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use image::ImageEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use std::io;
use std::path::{Path, PathBuf};

/// How many frames in a row must be drawn with nothing missing before the picture is taken.
const STEADY_FRAMES: u64 = 2;
/// After so many frames something is still missing: it never comes.
const MOST_FRAMES: u64 = 2_000;

/// Writes one picture and ends the program.
pub struct ScreenshotPlugin {
    /// The PNG file to write.
    pub path: PathBuf,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

impl Plugin for ScreenshotPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(CanvasPlugin { size: self.size })
            .insert_resource(Shot { path: self.path.clone(), state: State::Loading })
            .add_systems(Update, take);
    }
}

/// What is drawn on in the place of a window.
#[derive(Resource)]
pub struct Canvas {
    /// The picture.
    pub image: Handle<Image>,
    size: (u32, u32),
}

/// Lets all cameras draw on a picture, once everything is loaded: before, drawing would only slow that down.
pub struct CanvasPlugin {
    /// Width and height in pixels.
    pub size: (u32, u32),
}

impl Plugin for CanvasPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(OverlayPlugin)
            .insert_resource(Canvas { image: Handle::default(), size: self.size })
            .add_systems(PostStartup, aim)
            .add_systems(Update, (wake, split).chain());
    }
}

fn wake(settled: Res<Settled>, mut cameras: Query<&mut Camera, Without<OtherCamera>>) {
    if settled.0 && settled.is_changed() {
        for mut camera in &mut cameras {
            camera.is_active = true;
        }
    }
}

/// Gives a scenario half of the picture.
fn split(settled: Res<Settled>, session: Res<Session>, canvas: Res<Canvas>, mut cameras: Views<'_, '_>) {
    if settled.0 && session.compare.is_some() {
        share_view(&mut cameras, UVec2::ZERO, UVec2::from(canvas.size), true);
    }
}

#[derive(Resource)]
struct Shot {
    path: PathBuf,
    state: State,
}

enum State {
    Loading,
    /// From which frame on nothing was missing, and which frame was the first.
    Drawing {
        steady_since: u64,
        began: u64,
    },
    Taken,
}

/// Points the cameras at the picture.
fn aim(
    mut commands: Commands,
    mut canvas: ResMut<Canvas>,
    mut images: ResMut<Assets<Image>>,
    mut cameras: Query<(Entity, &mut Camera)>,
) {
    let (width, height) = canvas.size;
    let size = Extent3d { width, height, depth_or_array_layers: 1 };
    let format = TextureFormat::Rgba8UnormSrgb;
    let mut image = Image::new_uninit(size, TextureDimension::D2, format, RenderAssetUsages::RENDER_WORLD);
    image.texture_descriptor.usage |= TextureUsages::RENDER_ATTACHMENT;
    canvas.image = images.add(image);
    for (entity, mut camera) in &mut cameras {
        camera.is_active = false;
        // Dithering hides the steps of the sky on a screen; in a file it is noise that no PNG can pack.
        commands.entity(entity).insert((RenderTarget::from(canvas.image.clone()), DebandDither::Disabled));
    }
}

fn take(
    mut commands: Commands,
    mut shot: ResMut<Shot>,
    settled: Res<Settled>,
    watch: Res<DrawWatch>,
    canvas: Res<Canvas>,
    verdict: Res<Verdict>,
    mut exit: MessageWriter<AppExit>,
) {
    let drawn = watch.drawn();
    if let Some(fault) = drawn.fault {
        exit.write(verdict.fail(format!("the picture cannot be drawn: {fault}")));
        return;
    }
    match shot.state {
        State::Loading if settled.0 => {
            // The frame under way knows nothing of the last parts yet.
            let began = drawn.frames + 1;
            shot.state = State::Drawing { steady_since: began, began };
        }
        State::Drawing { steady_since, began } => {
            if drawn.pending > 0 {
                shot.state = State::Drawing { steady_since: drawn.frames + 1, began };
            } else if drawn.frames >= steady_since + STEADY_FRAMES {
                commands.spawn(Screenshot::image(canvas.image.clone())).observe(save);
                shot.state = State::Taken;
            }
            if drawn.frames > began + MOST_FRAMES {
                let pending = drawn.pending;
                exit.write(verdict.fail(format!("the picture is never complete: {pending} pipelines wait")));
            }
        }
        State::Loading | State::Taken => {}
    }
}

fn save(
    captured: On<ScreenshotCaptured>,
    shot: Res<Shot>,
    verdict: Res<Verdict>,
    mut exit: MessageWriter<AppExit>,
) {
    exit.write(match write_captured(&captured, None, &shot.path) {
        Ok(()) => AppExit::Success,
        Err(error) => verdict.fail(error),
    });
}

/// Writes what was captured as a PNG, or a part of it: its upper left pixel and its size. Fails in words.
pub(crate) fn write_captured(
    captured: &ScreenshotCaptured,
    part: Option<(UVec2, UVec2)>,
    path: &Path,
) -> Result<(), String> {
    let picture = captured.image.clone().try_into_dynamic().map_err(|error| error.to_string());
    let written = picture.and_then(|picture| {
        let whole = picture.to_rgb8();
        let picture = match part {
            Some((at, size)) => image::imageops::crop_imm(&whole, at.x, at.y, size.x, size.y).to_image(),
            None => whole,
        };
        write_png(path, &picture).map_err(|error| error.to_string())
    });
    written.map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// Writes a PNG beside its place and moves it there, so that no half of a picture is ever found.
fn write_png(path: &Path, image: &image::RgbImage) -> io::Result<()> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(image.as_raw(), image.width(), image.height(), image::ExtendedColorType::Rgb8)
        .map_err(io::Error::other)?;
    groma::files::write(path, &bytes)
}

#[cfg(test)]
mod tests {
    use super::write_png;

    #[test]
    fn a_picture_replaces_the_one_before_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.png");
        std::fs::write(&path, "old").unwrap();
        let image = image::RgbImage::from_pixel(3, 2, image::Rgb([1, 2, 3]));
        write_png(&path, &image).unwrap();
        assert_eq!(image::open(&path).unwrap().to_rgb8(), image);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write_png(&folder.path().join("none/out.png"), &image).is_err());
    }
}
