//! The camera: orbits by mouse around what lies under the pointer, zooms to it, fits what is asked for.
//!
//! Left drag turns, right or middle drag moves sideways, the wheel and two fingers zoom. Until it is first moved by
//! hand, the camera keeps the whole scene in view as parts arrive.

use crate::orbit::Orbit;
use crate::pick::Ray;
use crate::pointer::{Pointer, PointerPlugin};
use crate::scene::{SceneBounds, corners};
use crate::session::views::Stand;
use crate::session::{Effect, Session};
use bevy::app::{App, Plugin, Startup, Update};
use bevy::camera::{
    Camera, Camera3d, OrthographicProjection, PerspectiveProjection, Projection, ScalingMode, Viewport,
};
use bevy::core_pipeline::prepass::DepthPrepass;
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::ecs::change_detection::{DetectChanges, DetectChangesMut, Ref, Res, ResMut};
use bevy::ecs::message::MessageReader;
use bevy::ecs::query::{Changed, Has, Or, With, Without};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy::ecs::system::{Commands, Local, Query};
use bevy::input::ButtonInput;
use bevy::input::gestures::PinchGesture;
use bevy::input::mouse::{AccumulatedMouseScroll, MouseButton, MouseScrollUnit};
use bevy::math::{Mat4, UVec2, Vec2, Vec3};
use bevy::render::view::Msaa;
use bevy::transform::components::{GlobalTransform, Transform};
use bevy::window::Window;
use glam::DVec3;

/// The vertical angle of view, in radians: about that of a 50 mm lens held upright.
pub const FOV: f32 = 0.7;
/// Beyond this many metres nothing is drawn.
const FAR: f32 = 200_000.0;
/// In parallel projection, what lies this far behind the camera is drawn too.
const BEHIND: f32 = 20_000.0;
/// Lines of scrolling that a pixel of a touchpad is worth.
const LINES_PER_PIXEL: f32 = 0.02;
/// The part of the models' extent that one looks at least over where nothing is under the pointer.
const OPEN: f32 = 0.02;
/// Notches of the wheel that a whole pinch is worth.
const NOTCHES_PER_PINCH: f32 = 8.0;
/// The height of the view in pixels where there is no window to tell it.
const NO_WINDOW_HEIGHT: f32 = 900.0;

/// True while something in the view is dragged, so that the camera is not.
#[derive(Resource, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Held(pub bool);

/// The camera through which the models are seen.
#[derive(bevy::ecs::component::Component, Clone, Copy, Debug, Default)]
pub struct MainCamera;

/// The camera through which a scenario is seen beside them: it stands where the other stands.
#[derive(bevy::ecs::component::Component, Clone, Copy, Debug, Default)]
pub struct OtherCamera;

/// The first view's direction, how it is drawn, and whether the camera still keeps all in view.
#[derive(Resource, Clone, Copy, Debug)]
pub struct View {
    home: Orbit,
    smooth: bool,
    /// Whether the camera keeps the whole scene in view as parts arrive.
    pub follows: bool,
    /// What a drag turns around.
    pivot: Option<Vec3>,
}

/// Whether the mouse and the keys are the view's, rather than a panel's.
#[derive(Resource, Clone, Copy, PartialEq, Eq, Debug)]
pub struct InView {
    /// The pointer.
    pub pointer: bool,
    /// The keys.
    pub keys: Keys,
}

/// Whose the keys are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keys {
    /// The view's.
    View,
    /// Those of a button or a menu, as far as it knows them; else the view's.
    Widget,
    /// Those of a text that is typed.
    Field,
}

impl Default for InView {
    fn default() -> Self {
        Self { pointer: true, keys: Keys::View }
    }
}

/// The cameras through which models are seen, and which of them is for a scenario.
pub type Views<'w, 's> =
    Query<'w, 's, (&'static mut Camera, Has<OtherCamera>), Or<(With<MainCamera>, With<OtherCamera>)>>;

/// The cameras through which models are seen, where they stand, and which of them is for a scenario.
pub type Eyes<'w, 's> = Query<
    'w,
    's,
    (&'static Camera, &'static GlobalTransform, Has<OtherCamera>),
    Or<(With<MainCamera>, With<OtherCamera>)>,
>;

/// The camera that draws a place in the window, and whether it is the scenario's; beside both it is the main one.
pub fn eye_at<'a>(eyes: &'a Eyes<'_, '_>, cursor: Vec2) -> Option<(&'a Camera, &'a GlobalTransform, bool)> {
    let other = eyes.iter().find(|(camera, _, is_other)| {
        let view = camera.logical_viewport_rect();
        *is_other && camera.is_active && view.is_some_and(|view| view.contains(cursor))
    });
    other.or_else(|| eyes.iter().find(|(.., is_other)| !is_other))
}

/// No view is smaller, in pixels.
const LEAST: u32 = 16;

/// Gives the views a part of what is drawn on, in pixels; a scenario beside the programme gets half of it.
pub fn share_view(cameras: &mut Views<'_, '_>, low: UVec2, size: UVec2, compared: bool) {
    let half = UVec2::new(size.x / 2, size.y);
    for (mut camera, is_other) in cameras {
        let (position, size) = match (compared, is_other) {
            (false, _) => (low, size),
            (true, false) => (low, half),
            (true, true) => (low + UVec2::new(half.x, 0), half),
        };
        // A window resized to nothing has no room for a view.
        let room = size.x >= LEAST && size.y >= LEAST && (compared || !is_other);
        if camera.is_active != room {
            camera.is_active = room;
        }
        let viewport = room.then(|| Viewport {
            physical_position: position,
            physical_size: size,
            ..Viewport::default()
        });
        let place = |v: &Option<Viewport>| v.as_ref().map(|v| (v.physical_position, v.physical_size));
        if place(&camera.viewport) != place(&viewport) {
            camera.viewport = viewport;
        }
    }
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
        app.add_plugins(PointerPlugin)
            .add_message::<Effect>()
            .add_message::<PinchGesture>()
            .init_resource::<InView>()
            .init_resource::<Held>()
            .insert_resource(View { home: self.home, smooth: self.smooth, follows: true, pivot: None })
            .add_systems(Startup, add_camera)
            .add_systems(
                Update,
                (obey, drag_and_scroll.run_if(not_walking), follow, place, go_along)
                    .chain()
                    .in_set(CameraSystems),
            );
    }
}

fn not_walking(session: Option<Res<Session>>) -> bool {
    session.is_none_or(|s| !s.walking)
}

/// From the project's frame to bevy's.
pub fn to_scene(p: DVec3) -> Vec3 {
    Vec3::new(p.x as f32, p.z as f32, -p.y as f32)
}

/// From bevy's frame to the project's.
pub fn to_frame(p: Vec3) -> DVec3 {
    DVec3::new(f64::from(p.x), f64::from(-p.z), f64::from(p.y))
}

/// The ray through a point of the window, in the project's frame.
pub fn ray_through(camera: &Camera, at: &GlobalTransform, cursor: Vec2) -> Option<Ray> {
    let clip = camera.clip_from_view();
    if is_parallel(&clip) {
        // Behind the camera things are drawn too. Kilometres back, an f32 is off by millimetres: from there in f64.
        let across = camera.viewport_to_ndc(cursor).ok()? / Vec2::new(clip.x_axis.x, clip.y_axis.y);
        let direction = to_frame(at.forward().as_vec3()).normalize();
        let origin = to_frame(at.transform_point(across.extend(0.0)));
        return Some(Ray { origin: origin - direction * f64::from(BEHIND), direction });
    }
    let ray = camera.viewport_to_world(at, cursor).ok()?;
    Some(Ray { origin: to_frame(ray.origin), direction: to_frame(*ray.direction) })
}

fn is_parallel(clip_from_view: &Mat4) -> bool {
    clip_from_view.w_axis.w == 1.0
}

/// How many metres a point of the window spans at a point of the scene, in either projection.
pub fn metres_per_point(camera: &Camera, at: &GlobalTransform, point: Vec3) -> Option<f32> {
    let clip = camera.clip_from_view();
    let height = camera.logical_viewport_size().filter(|size| size.y > 0.0)?.y;
    let depth = if is_parallel(&clip) { 1.0 } else { (point - at.translation()).dot(at.forward().as_vec3()) };
    let metres = 2.0 * depth / (clip.y_axis.y * height);
    (metres.is_finite() && metres > 0.0).then_some(metres)
}

fn lens(parallel: bool, aspect: f32) -> Projection {
    match parallel {
        false => Projection::Perspective(PerspectiveProjection {
            fov: FOV,
            far: FAR,
            aspect_ratio: aspect,
            ..PerspectiveProjection::default()
        }),
        true => Projection::Orthographic(OrthographicProjection {
            near: -BEHIND,
            far: BEHIND,
            scaling_mode: ScalingMode::FixedVertical { viewport_height: 1.0 },
            ..OrthographicProjection::default_3d()
        }),
    }
}

fn add_camera(mut commands: Commands, view: Res<View>) {
    let camera = |active: bool, order: isize| {
        (
            Camera3d::default(),
            Camera { is_active: active, order, ..Camera::default() },
            lens(false, 1.0),
            // Colours stay those of the model.
            Tonemapping::KhronosPbrNeutral,
            if view.smooth { Msaa::Sample4 } else { Msaa::Off },
            // What lies behind walls is not lit at all: half the work in a furnished building.
            DepthPrepass,
            view.home.transform(),
        )
    };
    commands.spawn((MainCamera, view.home, camera(true, 0)));
    commands.spawn((OtherCamera, camera(false, 1)));
}

/// Lets the second camera stand where the first one stands.
fn go_along(
    main: Query<(&Transform, Ref<Projection>), (With<MainCamera>, Without<OtherCamera>)>,
    mut other: Query<(&mut Transform, &mut Projection), (With<OtherCamera>, Without<MainCamera>)>,
) {
    let (Some((at, lens)), Some((mut transform, mut projection))) =
        (main.iter().next(), other.iter_mut().next())
    else {
        return;
    };
    transform.set_if_neq(*at);
    if lens.is_changed() {
        *projection = (*lens).clone();
    }
}

/// How high what a camera draws is, in points.
pub fn height_of(camera: &Camera) -> f32 {
    camera.logical_viewport_size().map_or(NO_WINDOW_HEIGHT, |size| size.y).max(1.0)
}

/// Width over height of what a camera draws.
fn aspect_of(camera: &Camera, projection: &Projection) -> f32 {
    let size = camera.logical_viewport_size().filter(|s| s.y > 0.0);
    match (size, projection) {
        (Some(size), _) => size.x / size.y,
        (None, Projection::Perspective(lens)) => lens.aspect_ratio,
        (None, _) => 1.0,
    }
}

fn obey(
    mut effects: MessageReader<Effect>,
    mut view: ResMut<View>,
    mut session: Option<ResMut<Session>>,
    mut cameras: Query<(&mut Orbit, &mut Projection, &Camera), With<MainCamera>>,
) {
    for effect in effects.read() {
        for (mut orbit, mut projection, camera) in &mut cameras {
            let aspect = aspect_of(camera, &projection);
            match effect {
                Effect::FrameAll => view.follows = true,
                Effect::Home => {
                    *orbit = view.home;
                    view.follows = true;
                }
                Effect::Frame(bounds) => {
                    *orbit = orbit.fitted(corners(to_scene(bounds.0), to_scene(bounds.1)), FOV, aspect);
                    view.follows = false;
                }
                Effect::FrameFrom(bounds, yaw, pitch) => {
                    let from = Orbit { yaw: *yaw, pitch: *pitch, ..*orbit };
                    *orbit = from.fitted(corners(to_scene(bounds.0), to_scene(bounds.1)), FOV, aspect);
                    view.follows = false;
                }
                Effect::Look(direction) => {
                    let (yaw, pitch) = direction.angles();
                    *orbit = Orbit { yaw, pitch, ..*orbit }.turned(Vec2::ZERO);
                }
                // Whoever walks sees in perspective: a parallel view has no place that it is seen from.
                Effect::Parallel(parallel) => {
                    let walking = session.as_ref().is_some_and(|s| s.walking);
                    *projection = lens(*parallel && !walking, aspect);
                }
                Effect::Walk(walking) => {
                    let parallel = session.as_ref().is_some_and(|s| s.parallel);
                    *projection = lens(parallel && !walking, aspect);
                }
                Effect::Stand(stand) => {
                    *orbit = orbit_of(stand);
                    view.follows = false;
                }
                Effect::KeepCamera(name) => {
                    let Some(session) = &mut session else { continue };
                    let kept = session.view(name.clone(), stand_of(&orbit));
                    session.kept.keep_view(kept);
                }
                _ => {}
            }
        }
    }
}

/// Where a camera stands, in the project's frame.
pub fn stand_of(orbit: &Orbit) -> Stand {
    Stand {
        focus: to_frame(orbit.focus),
        yaw: orbit.yaw.into(),
        pitch: orbit.pitch.into(),
        distance: orbit.distance.into(),
    }
}

/// A camera that stands somewhere.
pub fn orbit_of(stand: &Stand) -> Orbit {
    Orbit {
        focus: to_scene(stand.focus),
        yaw: stand.yaw as f32,
        pitch: stand.pitch as f32,
        distance: stand.distance as f32,
    }
    .turned(Vec2::ZERO)
    .zoomed(0.0)
}

#[allow(clippy::too_many_arguments, reason = "all that moves a camera")]
fn drag_and_scroll(
    buttons: Res<ButtonInput<MouseButton>>,
    pointer: Res<Pointer>,
    scroll: Res<AccumulatedMouseScroll>,
    mut pinches: MessageReader<PinchGesture>,
    windows: Query<&Window>,
    in_view: Res<InView>,
    held: Res<Held>,
    session: Option<Res<Session>>,
    bounds: Res<SceneBounds>,
    mut view: ResMut<View>,
    eyes: Eyes<'_, '_>,
    mut cameras: Query<(&mut Orbit, &Projection, &Camera), With<MainCamera>>,
) {
    let window = windows.iter().next();
    let Some(height) = cameras.iter().next().map(|(_, _, camera)| height_of(camera)) else { return };
    let drag = pointer.dragged / height;
    let pinch: f32 = pinches.read().map(|p| p.0).sum();
    let notches = pinch * NOTCHES_PER_PINCH
        + scroll.delta.y
            * match scroll.unit {
                MouseScrollUnit::Line => 1.0,
                MouseScrollUnit::Pixel => LINES_PER_PIXEL,
            };
    let under = || -> Option<Vec3> {
        let (session, cursor) = (session.as_ref()?, window?.cursor_position()?);
        let (camera, at, other) = eye_at(&eyes, cursor)?;
        let ray = ray_through(camera, at, cursor)?;
        let hit = session.surfaces.hit(ray, &session.sections(), |p| session.is_seen(p, other))?;
        Some(to_scene(hit.point))
    };
    // Where nothing is under the pointer, one looks at something no nearer than this: close by, the focus says nothing
    // of what is seen.
    let least = bounds.corners().map_or(0.0, |(low, high)| low.distance(high) * OPEN);
    let ahead = |orbit: &Orbit| orbit.looking(orbit.distance.max(least)).focus;
    if buttons.any_just_pressed([MouseButton::Left, MouseButton::Right, MouseButton::Middle]) {
        // A drag that begins on a panel is the panel's.
        view.pivot = None;
        if in_view.pointer {
            let camera = cameras.iter().next();
            view.pivot = camera.map(|(orbit, ..)| under().unwrap_or_else(|| ahead(orbit)));
        }
    }
    let dragging = view.pivot.is_some() && drag != Vec2::ZERO;
    let turns = dragging && buttons.pressed(MouseButton::Left) && !held.0;
    let pans = dragging && buttons.any_pressed([MouseButton::Right, MouseButton::Middle]);
    let zooms = notches != 0.0 && in_view.pointer;
    if !turns && !pans && !zooms {
        return;
    }
    view.follows = false;
    for (mut orbit, projection, _) in &mut cameras {
        // There the distance is the scale, the same at every depth.
        let parallel = matches!(projection, Projection::Orthographic(_));
        if turns && let Some(pivot) = view.pivot {
            *orbit = orbit.turned_about(drag, pivot);
        }
        if pans && let Some(pivot) = view.pivot {
            let depth = if parallel { orbit.distance } else { orbit.depth(pivot) };
            *orbit = orbit.panned(drag, depth, FOV);
        }
        if zooms {
            let point = under();
            *orbit = match parallel {
                true => orbit.zoomed_to(notches, point.unwrap_or(orbit.focus)),
                false => orbit.approached(notches, point.unwrap_or_else(|| ahead(&orbit))),
            };
        }
    }
}

fn follow(
    view: Res<View>,
    bounds: Res<SceneBounds>,
    mut cameras: Query<(&mut Orbit, &Projection, &Camera), With<MainCamera>>,
    mut before: Local<f32>,
) {
    for (mut orbit, projection, camera) in &mut cameras {
        let aspect = aspect_of(camera, projection);
        let changed = std::mem::replace(&mut *before, aspect) != aspect;
        if view.follows && (changed || view.is_changed() || bounds.is_changed()) {
            let fitted = orbit.fitted(bounds.points(), FOV, aspect);
            if fitted != *orbit {
                *orbit = fitted;
            }
        }
    }
}

/// The height of the view in parallel projection, in metres: what perspective shows at the focus.
fn scale_of(orbit: &Orbit) -> f32 {
    2.0 * orbit.distance * (FOV / 2.0).tan()
}

fn place(
    mut cameras: Query<
        (&Orbit, &mut Transform, &mut Projection),
        (With<MainCamera>, Or<(Changed<Orbit>, Changed<Projection>)>),
    >,
) {
    for (orbit, mut transform, mut projection) in &mut cameras {
        *transform = orbit.transform();
        if let Projection::Orthographic(lens) = &*projection {
            let scale = scale_of(orbit);
            if lens.scale != scale
                && let Projection::Orthographic(lens) = &mut *projection
            {
                lens.scale = scale;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::camera::{ComputedCameraValues, RenderTargetInfo};

    /// A camera of 400 by 200 points that stands somewhere, as a frame would leave it.
    fn seen(orbit: &Orbit, parallel: bool) -> (Camera, GlobalTransform) {
        let mut projection = lens(parallel, 2.0);
        if let Projection::Orthographic(lens) = &mut projection {
            lens.scale = scale_of(orbit);
        }
        projection.update(400.0, 200.0);
        let target_info = Some(RenderTargetInfo { physical_size: UVec2::new(400, 200), scale_factor: 1.0 });
        let computed = ComputedCameraValues {
            clip_from_view: projection.get_clip_from_view(),
            target_info,
            ..ComputedCameraValues::default()
        };
        (Camera { computed, ..Camera::default() }, orbit.transform().into())
    }

    #[test]
    fn a_ray_meets_what_is_under_the_cursor_in_both_projections() {
        let orbit = Orbit { focus: Vec3::new(3.0, 2.0, 1.0), distance: 30.0, ..Orbit::default() };
        for parallel in [false, true] {
            let (camera, at) = seen(&orbit, parallel);
            for point in [orbit.focus, orbit.focus + Vec3::new(2.0, 1.0, -1.5)] {
                let cursor = camera.world_to_viewport(&at, point).expect("it is seen");
                let ray = ray_through(&camera, &at, cursor).expect("a ray");
                let to = to_frame(point) - ray.origin;
                let off = (to - ray.direction * to.dot(ray.direction)).length();
                assert!(off < 2e-4, "parallel {parallel}: {point} is missed by {off}");
            }
        }
    }

    #[test]
    fn a_point_of_the_window_spans_as_much_as_is_seen_there() {
        let orbit = Orbit { distance: 30.0, ..Orbit::default() };
        let check = |parallel, point: Vec3| {
            let (camera, at) = seen(&orbit, parallel);
            let a = camera.world_to_viewport(&at, point).expect("it is seen");
            let b = camera.world_to_viewport(&at, point + orbit.rotation() * Vec3::Y).expect("it is seen");
            let metres = metres_per_point(&camera, &at, point).expect("it is before the camera");
            assert!((a.distance(b) * metres - 1.0).abs() < 1e-3, "parallel {parallel}, {point}: {metres}");
        };
        for parallel in [false, true] {
            check(parallel, Vec3::ZERO);
            check(parallel, orbit.rotation() * Vec3::new(1.0, 0.5, 15.0));
        }
        let (camera, at) = seen(&orbit, false);
        assert_eq!(metres_per_point(&camera, &at, at.translation() - at.forward() * 2.0), None);
    }

    #[test]
    fn each_half_of_the_window_has_its_own_eye() {
        let mut app = App::new();
        for is_other in [false, true] {
            let (mut camera, at) = seen(&Orbit::default(), false);
            let left = if is_other { 200 } else { 0 };
            camera.viewport = Some(Viewport {
                physical_position: UVec2::new(left, 0),
                physical_size: UVec2::new(200, 200),
                ..Viewport::default()
            });
            let mut eye = app.world_mut().spawn((camera, at));
            match is_other {
                false => eye.insert(MainCamera),
                true => eye.insert(OtherCamera),
            };
        }
        let mut check = |x: f32, expect: bool| {
            let found = app.world_mut().run_system_cached_with(
                |cursor: bevy::ecs::system::In<Vec2>, eyes: Eyes<'_, '_>| {
                    eye_at(&eyes, *cursor).map(|(.., is_other)| is_other)
                },
                Vec2::new(x, 100.0),
            );
            assert_eq!(found.expect("it runs"), Some(expect), "{x}");
        };
        check(50.0, false);
        check(250.0, true);
        check(900.0, false);
    }
}
