//! The camera: orbits by mouse, fits the scene, obeys keys.
//!
//! Left drag turns, right or middle drag moves sideways, the wheel zooms; `F` fits the scene in the
//! present direction, `Home` also turns back to the first view, `Esc` ends the program. Until it is
//! first moved by hand, the camera keeps the whole scene in view as parts arrive.

use crate::orbit::Orbit;
use crate::scene::SceneBounds;
use bevy::app::{App, AppExit, Plugin, Startup, Update};
use bevy::camera::{Camera3d, PerspectiveProjection, Projection};
use bevy::core_pipeline::prepass::DepthPrepass;
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::ecs::change_detection::{DetectChanges, Ref, Res, ResMut};
use bevy::ecs::message::{Message, MessageReader, MessageWriter};
use bevy::ecs::query::Changed;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy::ecs::system::{Commands, Query};
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::{AccumulatedMouseMotion, AccumulatedMouseScroll, MouseButton, MouseScrollUnit};
use bevy::math::Vec2;
use bevy::render::view::Msaa;
use bevy::transform::components::Transform;
use bevy::window::Window;

/// The vertical angle of view, in radians: about that of a 50 mm lens held upright.
const FOV: f32 = 0.7;
/// Beyond this many metres nothing is drawn.
const FAR: f32 = 200_000.0;
/// Lines of scrolling that a pixel of a touchpad is worth.
const LINES_PER_PIXEL: f32 = 0.02;
/// The height of the view in pixels where there is no window to tell it.
const NO_WINDOW_HEIGHT: f32 = 900.0;

/// What the camera is asked to do.
#[derive(Message, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ViewCommand {
    /// Bring the whole scene into view, seen in the same direction.
    Fit,
    /// Back to the first view.
    Home,
}

/// The first view's direction, how it is drawn, and whether the camera still keeps all in view.
#[derive(Resource, Clone, Copy, Debug)]
struct View {
    home: Orbit,
    smooth: bool,
    follows: bool,
}

/// When the camera moves, in [`Update`].
#[derive(SystemSet, Clone, PartialEq, Eq, Hash, Debug)]
pub struct CameraSystems;

/// Adds the camera.
#[derive(Default)]
pub struct CameraPlugin {
    /// The first view: only its direction counts.
    pub home: Orbit,
    /// Whether edges are smoothed, which costs a software driver four times the work.
    pub smooth: bool,
}

impl Plugin for CameraPlugin {
    fn build(&self, app: &mut App) {
        app.add_message::<ViewCommand>()
            .insert_resource(View { home: self.home, smooth: self.smooth, follows: true })
            .add_systems(Startup, add_camera)
            .add_systems(
                Update,
                (press_keys, obey, drag_and_scroll, follow, place).chain().in_set(CameraSystems),
            );
    }
}

fn add_camera(mut commands: Commands, view: Res<View>) {
    let projection = PerspectiveProjection { fov: FOV, far: FAR, ..PerspectiveProjection::default() };
    commands.spawn((
        Camera3d::default(),
        Projection::Perspective(projection),
        // Colours stay those of the model.
        Tonemapping::KhronosPbrNeutral,
        if view.smooth { Msaa::Sample4 } else { Msaa::Off },
        // What lies behind walls is not lit at all: half the work in a furnished building.
        DepthPrepass,
        view.home,
        view.home.transform(),
    ));
}

fn press_keys(
    keys: Res<ButtonInput<KeyCode>>,
    mut view: MessageWriter<ViewCommand>,
    mut exit: MessageWriter<AppExit>,
) {
    if keys.just_pressed(KeyCode::KeyF) {
        view.write(ViewCommand::Fit);
    }
    if keys.just_pressed(KeyCode::Home) {
        view.write(ViewCommand::Home);
    }
    if keys.just_pressed(KeyCode::Escape) {
        exit.write(AppExit::Success);
    }
}

fn obey(mut asked: MessageReader<ViewCommand>, mut view: ResMut<View>, mut cameras: Query<&mut Orbit>) {
    for command in asked.read() {
        view.follows = true;
        if *command == ViewCommand::Home {
            for mut orbit in &mut cameras {
                *orbit = view.home;
            }
        }
    }
}

fn drag_and_scroll(
    buttons: Res<ButtonInput<MouseButton>>,
    motion: Res<AccumulatedMouseMotion>,
    scroll: Res<AccumulatedMouseScroll>,
    windows: Query<&Window>,
    mut view: ResMut<View>,
    mut cameras: Query<&mut Orbit>,
) {
    let height = windows.iter().next().map_or(NO_WINDOW_HEIGHT, Window::height).max(1.0);
    let drag = motion.delta / height;
    let notches = scroll.delta.y
        * match scroll.unit {
            MouseScrollUnit::Line => 1.0,
            MouseScrollUnit::Pixel => LINES_PER_PIXEL,
        };
    let turns = buttons.pressed(MouseButton::Left) && drag != Vec2::ZERO;
    let pans = buttons.any_pressed([MouseButton::Right, MouseButton::Middle]) && drag != Vec2::ZERO;
    if !turns && !pans && notches == 0.0 {
        return;
    }
    view.follows = false;
    for mut orbit in &mut cameras {
        if turns {
            *orbit = orbit.turned(drag);
        }
        if pans {
            *orbit = orbit.panned(drag, FOV);
        }
        *orbit = orbit.zoomed(notches);
    }
}

fn follow(view: Res<View>, bounds: Res<SceneBounds>, mut cameras: Query<(&mut Orbit, Ref<Projection>)>) {
    for (mut orbit, projection) in &mut cameras {
        let changed = view.is_changed() || bounds.is_changed() || projection.is_changed();
        if let (true, true, Projection::Perspective(lens)) = (view.follows, changed, &*projection) {
            *orbit = orbit.fitted(&bounds.points, lens.fov, lens.aspect_ratio);
        }
    }
}

fn place(mut cameras: Query<(&Orbit, &mut Transform), Changed<Orbit>>) {
    for (orbit, mut transform) in &mut cameras {
        *transform = orbit.transform();
    }
}
