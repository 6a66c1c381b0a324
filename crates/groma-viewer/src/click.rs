//! Clicks into the view: they choose, measure and cut; and what was measured is drawn.

use crate::camera::{Eyes, Held, InView, MainCamera, eye_at, metres_per_point, ray_through, to_scene};
use crate::session::Session;
use crate::session::action::{Action, How, Tool};
use crate::session_plugin::SessionSystems;
use bevy::app::{App, Plugin, Update};
use bevy::camera::Camera;
use bevy::color::Color;
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::MessageWriter;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy::ecs::system::Query;
use bevy::gizmos::AppGizmoBuilder;
use bevy::gizmos::config::{GizmoConfig, GizmoConfigGroup};
use bevy::gizmos::gizmos::Gizmos;
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::MouseButton;
use bevy::math::{Isometry3d, Vec2};
use bevy::reflect::Reflect;
use bevy::transform::components::GlobalTransform;
use bevy::window::Window;

/// A press that moves further than this many points is a drag.
const STILL: f32 = 4.0;
/// Corners and edges catch a click within this many points.
const CATCH: f32 = 8.0;
/// The radius of the mark at a measured point, in points.
const MARK: f32 = 5.0;

/// Where the button went down.
#[derive(Resource, Default)]
struct Press(Option<Vec2>);

/// When clicks are taken, in [`Update`].
#[derive(SystemSet, Clone, PartialEq, Eq, Hash, Debug)]
pub struct ClickSystems;

/// What is drawn in front of all else: a measure goes through walls, and is to be seen.
#[derive(Default, Reflect, GizmoConfigGroup)]
struct InFront;

/// Turns clicks into actions, and draws measures.
pub struct ClickPlugin {
    /// Whether there is anything to draw measures with.
    pub draws: bool,
}

impl Plugin for ClickPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Press>()
            .init_resource::<Held>()
            .add_systems(Update, click.in_set(ClickSystems).before(SessionSystems));
        if self.draws {
            let config = GizmoConfig { depth_bias: -1.0, ..GizmoConfig::default() };
            app.insert_gizmo_config(InFront, config).add_systems(Update, draw.after(SessionSystems));
        }
    }
}

#[allow(clippy::too_many_arguments, reason = "all that a click depends on")]
fn click(
    buttons: Res<ButtonInput<MouseButton>>,
    keys: Res<ButtonInput<KeyCode>>,
    windows: Query<&Window>,
    in_view: Res<InView>,
    held: Res<Held>,
    session: Res<Session>,
    eyes: Eyes<'_, '_>,
    mut press: ResMut<Press>,
    mut ask: MessageWriter<Action>,
) {
    let cursor = windows.iter().next().and_then(Window::cursor_position);
    if buttons.just_pressed(MouseButton::Left) {
        press.0 = cursor.filter(|_| in_view.pointer && !held.0);
    }
    if !buttons.just_released(MouseButton::Left) {
        return;
    }
    let (Some(from), Some(to)) = (press.0.take(), cursor) else { return };
    if from.distance(to) > STILL || session.elements.is_none() {
        return;
    }
    let Some((camera, at, other)) = eye_at(&eyes, to) else { return };
    let Some(ray) = ray_through(camera, at, to) else { return };
    let hit = session.surfaces.hit(ray, &session.sections(), |p| session.is_seen(p, other));
    if session.tool != Tool::Select {
        if let Some(hit) = hit {
            let near = metres_per_point(camera, at, to_scene(hit.point)).unwrap_or(0.0) * CATCH;
            ask.write(Action::Measure(session.surfaces.snap(&hit, near.into())));
        }
        return;
    }
    let toggles = keys.any_pressed([KeyCode::ControlLeft, KeyCode::ControlRight]);
    let adds = keys.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]);
    let how = match (toggles, adds) {
        (true, _) => How::Toggle,
        (false, true) => How::Add,
        (false, false) => How::Replace,
    };
    let place = hit.map(|h| h.place);
    if place.is_some() || how == How::Replace {
        ask.write(Action::Select(place, how));
    }
}

fn draw(
    session: Res<Session>,
    cameras: Query<(&Camera, &GlobalTransform), With<MainCamera>>,
    mut gizmos: Gizmos<InFront>,
) {
    const LINE: Color = Color::srgb(0.95, 0.2, 0.55);
    let Some((camera, at)) = cameras.iter().next() else { return };
    let mut mark = |point| {
        if let Some(metres) = metres_per_point(camera, at, point) {
            gizmos.sphere(Isometry3d::from_translation(point), metres * MARK, LINE);
        }
    };
    session.measures.begun.iter().for_each(|s| mark(to_scene(s.point)));
    for measure in &session.looks.measured {
        measure.points.iter().for_each(|p| mark(to_scene(*p)));
    }
    for measure in &session.looks.measured {
        for pair in measure.points.windows(2) {
            gizmos.line(to_scene(pair[0]), to_scene(pair[1]), LINE);
        }
    }
}
