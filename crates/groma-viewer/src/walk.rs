//! Walking: on floors, with weight.

use crate::camera::{CameraSystems, InView, Keys, MainCamera, View, height_of, stand_of, to_frame, to_scene};
use crate::orbit::Orbit;
use crate::pick::{Ray, Surfaces};
use crate::pointer::Pointer;
use crate::session::Session;
use crate::session::section::Sections;
use crate::session_plugin::SessionSystems;
use bevy::app::{App, Plugin, Update};
use bevy::camera::Camera;
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Query;
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::MouseButton;
use bevy::time::Time;
use glam::DVec3;

/// How high the eye is above the floor, in metres.
const EYE: f64 = 1.65;
/// A step of this height is climbed, in metres.
const STEP: f64 = 0.6;
/// Metres a second.
const PACE: f64 = 1.6;
/// Metres a second while running.
const RUN: f64 = 5.0;
/// Metres per square second.
const GRAVITY: f64 = 9.81;
/// Nobody falls faster, in metres a second.
const TERMINAL: f64 = 20.0;
/// No step of time is longer, in seconds.
const LONGEST: f64 = 0.1;

/// Whoever walks.
#[derive(Resource, Clone, Copy, PartialEq, Debug, Default)]
pub struct Walker {
    /// How fast they fall, in metres a second.
    pub fall: f64,
    /// How far what one looked at was before one walked, in metres.
    before: Option<f32>,
}

/// Moves the camera while one walks.
pub struct WalkPlugin;

impl Plugin for WalkPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Walker>().add_systems(Update, walk.after(SessionSystems).before(CameraSystems));
    }
}

/// What one cannot walk through: all that is seen, but for doors, which open.
pub fn is_solid(session: &Session, place: u32) -> bool {
    let is_door = || {
        let element = session.elements.as_ref().and_then(|elements| elements.get(place));
        element.is_some_and(|(_, e)| e.class.is_a("IfcDoor"))
    };
    session.is_seen(place, false) && !is_door()
}

/// Where an eye comes to after some seconds: it goes along `way` (metres a second, level) as far as nothing
/// stands in the way, and onto or down to the floor below.
pub fn go(
    surfaces: &Surfaces,
    seen: &dyn Fn(u32) -> bool,
    eye: DVec3,
    way: DVec3,
    fall: &mut f64,
    seconds: f64,
) -> DVec3 {
    let seconds = seconds.clamp(0.0, LONGEST);
    let none = Sections::default();
    let mut at = eye;
    let step = DVec3::new(way.x, way.y, 0.0) * seconds;
    if let Some(direction) = step.try_normalize() {
        // A body is wider than its eye: it keeps 0.3 m from walls, at the height of the knees and of the eye.
        let blocked = [0.0, EYE - STEP - 0.1].iter().any(|down| {
            let ray = Ray { origin: at - DVec3::Z * *down, direction };
            surfaces.hit(ray, &none, seen).is_some_and(|h| h.at < step.length() + 0.3)
        });
        if !blocked {
            at += step;
        }
    }
    let down = Ray { origin: at - DVec3::Z * (EYE - STEP), direction: DVec3::NEG_Z };
    let floor = surfaces.hit(down, &none, seen).map(|h| h.point.z + EYE);
    match floor {
        // Up a step, or on level ground.
        Some(z) if z >= at.z => {
            *fall = 0.0;
            at.z = z;
        }
        Some(z) => {
            *fall = (*fall + GRAVITY * seconds).min(TERMINAL);
            at.z -= *fall * seconds;
            if at.z <= z {
                *fall = 0.0;
                at.z = z;
            }
        }
        // Nothing is below: nobody falls out of the world.
        None => *fall = 0.0,
    }
    at
}

#[allow(clippy::too_many_arguments, reason = "all that a walker depends on")]
fn walk(
    keys: Res<ButtonInput<KeyCode>>,
    buttons: Res<ButtonInput<MouseButton>>,
    pointer: Res<Pointer>,
    in_view: Res<InView>,
    time: Res<Time>,
    session: Res<Session>,
    mut walker: ResMut<Walker>,
    mut view: ResMut<View>,
    mut cameras: Query<(&mut Orbit, &Camera), With<MainCamera>>,
) {
    if !session.walking {
        // What is seen keeps its scale, and a drag turns around what lies further than the nose.
        if let Some(before) = std::mem::take(&mut *walker).before {
            cameras.iter_mut().for_each(|(mut orbit, _)| *orbit = orbit.looking(before));
        }
        return;
    }
    // Nobody who walks is brought back to where all is seen.
    if view.follows {
        view.follows = false;
    }
    for (mut orbit, camera) in &mut cameras {
        let mut next = *orbit;
        let eye = next.transform().translation;
        if buttons.pressed(MouseButton::Left) && in_view.pointer {
            // The head turns: what one looks at moves the other way.
            next = next.turned(pointer.dragged / height_of(camera));
        }
        // Also of one who looks straight down.
        let (east, north) = next.yaw.sin_cos();
        let forward = DVec3::new(f64::from(-east), f64::from(north), 0.0);
        let right = DVec3::new(forward.y, -forward.x, 0.0);
        let mut way = DVec3::ZERO;
        if in_view.keys != Keys::Field {
            for (key, other, along) in [
                (KeyCode::KeyW, KeyCode::ArrowUp, forward),
                (KeyCode::KeyS, KeyCode::ArrowDown, -forward),
                (KeyCode::KeyD, KeyCode::ArrowRight, right),
                (KeyCode::KeyA, KeyCode::ArrowLeft, -right),
            ] {
                if keys.any_pressed([key, other]) {
                    way += along;
                }
            }
        }
        let runs = keys.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]);
        let way = way.normalize_or_zero() * if runs { RUN } else { PACE };
        let mut fall = walker.fall;
        let at = go(
            &session.surfaces,
            &|place| is_solid(&session, place),
            to_frame(eye),
            way,
            &mut fall,
            time.delta_secs_f64(),
        );
        walker.fall = fall;
        walker.before.get_or_insert(orbit.distance);
        // What is looked at lies a little before the eye, so that turning is turning on the spot.
        next.distance = 0.5;
        next.focus = to_scene(at) - next.rotation() * (bevy::math::Vec3::Z * next.distance);
        if stand_of(&next) != stand_of(&orbit) {
            *orbit = next;
        }
    }
}
