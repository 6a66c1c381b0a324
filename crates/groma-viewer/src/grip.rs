//! Grips on what cuts the view: section planes and the faces of the box are dragged along their normals.

use crate::camera::{Eyes, Held, InView, MainCamera, eye_at, metres_per_point, ray_through, to_scene};
use crate::click::ClickSystems;
use crate::pick::Ray;
use crate::session::Session;
use crate::session::action::{Action, Panel};
use crate::session_plugin::SessionSystems;
use bevy::app::{App, Plugin, Update};
use bevy::camera::Camera;
use bevy::color::Color;
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::MessageWriter;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Query;
use bevy::gizmos::gizmos::Gizmos;
use bevy::input::ButtonInput;
use bevy::input::mouse::MouseButton;
use bevy::math::Vec2;
use bevy::transform::components::GlobalTransform;
use bevy::window::Window;
use glam::DVec3;

/// A press this near to a grip takes it, in points.
const NEAR: f32 = 14.0;
/// The radius of a grip, in points.
const SIZE: f32 = 10.0;

/// What a grip moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moves {
    /// The section plane of this number.
    Plane(usize),
    /// A face of the box: the axis that it lies across, and whether it is the greater one.
    Face(usize, bool),
}

/// A place to drag by. Metres, in the project's frame.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Grip {
    /// What it moves.
    pub moves: Moves,
    /// Where it is.
    pub point: DVec3,
    /// The unit vector along which it moves.
    pub along: DVec3,
}

impl Grip {
    /// The grips on all that cuts: each in the middle of what it cuts.
    pub fn all(session: &Session) -> Vec<Self> {
        let sections = &session.looks.sections;
        if session.has_issue_box() {
            return Vec::new();
        }
        if sections.bounds.is_none() && !sections.planes.iter().any(|plane| plane.on) {
            return Vec::new();
        }
        let drawn = session.bounds_of_all().unwrap_or((DVec3::ZERO, DVec3::ZERO));
        let (low, high) = sections.bounds.map_or(drawn, |b| (b.low.max(drawn.0), b.high.min(drawn.1)));
        let middle = (low + high) * 0.5;
        let planes = (0..).zip(&sections.planes).filter(|(_, plane)| plane.on);
        let mut all: Vec<Self> = planes
            .map(|(n, plane)| Self {
                moves: Moves::Plane(n),
                point: middle - plane.normal * plane.height(middle),
                along: plane.normal,
            })
            .collect();
        if let Some(bounds) = sections.bounds {
            let middle = (bounds.low + bounds.high) * 0.5;
            for (axis, along) in DVec3::AXES.into_iter().enumerate() {
                for (greater, corner) in [(false, bounds.low), (true, bounds.high)] {
                    let mut point = middle;
                    point[axis] = corner[axis];
                    all.push(Self { moves: Moves::Face(axis, greater), point, along });
                }
            }
        }
        all
    }

    /// How far along its way the point lies that is nearest to a ray, from where the grip was taken; `None` where one
    /// looks along the way.
    pub fn reach(&self, ray: &Ray) -> Option<f64> {
        let across = self.along.cross(ray.direction);
        let size = across.length_squared();
        (size > 1e-4).then(|| (ray.origin - self.point).cross(ray.direction).dot(across) / size)
    }
}

/// A grip that is held.
#[derive(Clone, Copy)]
struct Taken {
    grip: Grip,
    /// Where along its way it was taken, in metres.
    from: f64,
    /// How far it was dragged.
    done: f64,
    /// In the view of the scenario.
    other: bool,
}

/// The grip that is held.
#[derive(Resource, Default)]
struct Dragged(Option<Taken>);

/// Lets sections be dragged while their panel is open.
pub struct GripPlugin;

impl Plugin for GripPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Dragged>()
            .add_systems(Update, drag.before(SessionSystems).before(ClickSystems))
            .add_systems(Update, draw.after(SessionSystems));
    }
}

#[allow(clippy::too_many_arguments, reason = "all that a drag depends on")]
fn drag(
    buttons: Res<ButtonInput<MouseButton>>,
    windows: Query<&Window>,
    in_view: Res<InView>,
    session: Res<Session>,
    eyes: Eyes<'_, '_>,
    mut dragged: ResMut<Dragged>,
    mut held: ResMut<Held>,
    mut ask: MessageWriter<Action>,
) {
    let cursor = windows.iter().next().and_then(Window::cursor_position);
    if buttons.just_pressed(MouseButton::Left) && in_view.pointer && session.panels.contains(&Panel::Sections)
    {
        let take = |cursor| {
            let (camera, at, other) = eye_at(&eyes, cursor)?;
            let grip = nearest(&session, camera, at, cursor)?;
            let from = grip.reach(&ray_through(camera, at, cursor)?)?;
            Some(Taken { grip, from, done: 0.0, other })
        };
        dragged.0 = cursor.and_then(take);
    }
    if !buttons.pressed(MouseButton::Left) && dragged.0.take().is_some() {
        ask.write(Action::LetGo);
    }
    let is_held = dragged.0.is_some();
    if held.0 != is_held {
        held.0 = is_held;
    }
    let Some(Taken { grip, from, done, other }) = &mut dragged.0 else { return };
    let Some((camera, at, _)) = eyes.iter().find(|(.., is_other)| is_other == other) else { return };
    let reach = cursor.and_then(|cursor| grip.reach(&ray_through(camera, at, cursor)?));
    let Some(reach) = reach else { return };
    let by = reach - *from - *done;
    if by.abs() < 1e-4 || !by.is_finite() {
        return;
    }
    *done += by;
    match grip.moves {
        Moves::Plane(n) => {
            ask.write(Action::MoveSection(n, by));
        }
        Moves::Face(axis, greater) => {
            let Some(bounds) = session.looks.sections.bounds else { return };
            let (mut low, mut high) = (bounds.low, bounds.high);
            let least = 0.01;
            let to = grip.point[axis] + *done;
            if greater {
                high[axis] = to.max(low[axis] + least);
            } else {
                low[axis] = to.min(high[axis] - least);
            }
            ask.write(Action::ResizeBox(low, high));
        }
    }
}

/// The grip under the pointer.
fn nearest(session: &Session, camera: &Camera, at: &GlobalTransform, cursor: Vec2) -> Option<Grip> {
    let distance = |grip: &Grip| {
        let seen = camera.world_to_viewport(at, to_scene(grip.point)).ok()?;
        Some(seen.distance(cursor)).filter(|d| *d <= NEAR)
    };
    let near = Grip::all(session).into_iter().filter_map(|grip| Some((distance(&grip)?, grip)));
    near.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, grip)| grip)
}

fn draw(
    session: Res<Session>,
    dragged: Res<Dragged>,
    cameras: Query<(&Camera, &GlobalTransform), With<MainCamera>>,
    mut gizmos: Gizmos,
) {
    if !session.panels.contains(&Panel::Sections) || session.elements.is_none() {
        return;
    }
    let Some((camera, at)) = cameras.iter().next() else { return };
    for grip in Grip::all(&session) {
        let Some(metres) = metres_per_point(camera, at, to_scene(grip.point)) else { continue };
        let size = f64::from(metres * SIZE);
        let taken = dragged.0.is_some_and(|taken| taken.grip.moves == grip.moves);
        let colour = if taken { Color::srgb(1.0, 0.75, 0.1) } else { Color::srgb(0.1, 0.55, 0.95) };
        gizmos.sphere(bevy::math::Isometry3d::from_translation(to_scene(grip.point)), size as f32, colour);
        for way in [grip.along, -grip.along] {
            gizmos.arrow(to_scene(grip.point), to_scene(grip.point + way * size * 4.0), colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grip_follows_the_ray_along_its_way_alone() {
        let grip = Grip { moves: Moves::Plane(0), point: DVec3::new(1.0, 2.0, 3.0), along: DVec3::Z };
        let ray = |to: DVec3| {
            let origin = DVec3::new(-20.0, 5.0, 9.0);
            Ray { origin, direction: (to - origin).normalize() }
        };
        for up in [-4.0, 0.0, 2.5] {
            let reach = grip.reach(&ray(grip.point + DVec3::Z * up)).unwrap();
            assert!((reach - up).abs() < 1e-9, "{reach} {up}");
        }
        let along = Ray { origin: DVec3::new(0.0, 0.0, 50.0), direction: -DVec3::Z };
        assert_eq!(grip.reach(&along), None);
    }
}
