//! The panels in the window: a camera of their own draws them over the whole of it, and the view gets what they leave.

use crate::camera::{CameraSystems, InView, Keys, MainCamera, Views, share_view, to_scene};
use crate::clipboard::ClipboardPlugin;
use crate::graphics::DrawWatch;
use crate::load::Loader;
use crate::orbit::Orbit;
use crate::panels::{self, Desk, theme};
use crate::session::Session;
use crate::session::action::Action;
use crate::session_plugin::SessionSystems;
use crate::typing::TypingPlugin;
use bevy::app::{App, Plugin, PreUpdate, Startup, Update};
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{Camera, Camera2d, CameraOutputMode, ClearColorConfig};
use bevy::color::Color;
use bevy::ecs::bundle::Bundle;
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::entity::{Entity, EntityHashMap};
use bevy::ecs::message::MessageWriter;
use bevy::ecs::query::{Changed, With};
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Commands, Local, Query};
use bevy::math::UVec2;
use bevy::render::render_resource::BlendState;
use bevy::render::view::Msaa;
use bevy::transform::components::GlobalTransform;
use bevy::window::{PrimaryWindow, RequestRedraw, Window};
use bevy::winit::{UpdateMode, WinitSettings};
use bevy_egui::{
    EguiContext, EguiContexts, EguiGlobalSettings, EguiInput, EguiPlugin, EguiPreUpdateSet,
    EguiPrimaryContextPass, PrimaryEguiContext, egui,
};
use std::time::Duration;

/// Shows the panels.
pub struct UiPlugin;

impl Plugin for UiPlugin {
    fn build(&self, app: &mut App) {
        add_egui(app);
        app.add_plugins((ClipboardPlugin, TypingPlugin))
            .init_resource::<Desk>()
            .insert_resource(WinitSettings {
                focused_mode: UpdateMode::reactive(REST),
                unfocused_mode: UpdateMode::reactive_low_power(REST),
            })
            .add_systems(Startup, add_camera)
            .add_systems(
                PreUpdate,
                keep_tab.after(EguiPreUpdateSet::ProcessInput).before(EguiPreUpdateSet::BeginPass),
            )
            .add_systems(PreUpdate, follow_pointer)
            .add_systems(EguiPrimaryContextPass, show)
            .add_systems(Update, (make_room, leave_room).chain().after(SessionSystems))
            .add_systems(Update, keep_drawing.after(CameraSystems));
    }
}

fn add_camera(mut commands: Commands) {
    commands.spawn(panel_camera(true));
}

/// The camera that panels are drawn by, over what the others have drawn.
pub fn panel_camera(is_active: bool) -> impl Bundle {
    (
        PrimaryEguiContext,
        Camera2d,
        RenderLayers::none(),
        Msaa::Off,
        Camera {
            order: 10,
            is_active,
            output_mode: CameraOutputMode::Write {
                blend_state: Some(BlendState::ALPHA_BLENDING),
                clear_color: ClearColorConfig::None,
            },
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..Camera::default()
        },
    )
}

/// Adds egui, whose one context is that of the [`panel_camera`].
pub fn add_egui(app: &mut App) {
    app.add_plugins(EguiPlugin::default());
    if let Some(mut settings) = app.world_mut().get_resource_mut::<EguiGlobalSettings>() {
        settings.auto_create_primary_context = false;
    }
    let told =
        tell_changes_of_modifiers.after(EguiPreUpdateSet::ProcessInput).before(EguiPreUpdateSet::BeginPass);
    app.add_systems(PreUpdate, told);
}

/// bevy_egui tells the keys that are held down in each frame, and egui wants another frame after whatever it is told: a
/// window would never rest. Here it is told only of changes.
fn tell_changes_of_modifiers(
    mut inputs: Query<(Entity, &mut EguiInput)>,
    mut told: Local<EntityHashMap<egui::Modifiers>>,
) {
    for (entity, mut input) in &mut inputs {
        input.events.retain(|event| match event {
            egui::Event::ModifiersChanged(now) => told.insert(entity, *now) != Some(*now),
            _ => true,
        });
    }
}

/// A window with fewer points across is narrow.
const NARROW: f32 = 900.0;

/// Tells when the window has become narrow, or wide again.
fn make_room(
    windows: Query<&Window, With<PrimaryWindow>>,
    mut session: ResMut<Session>,
    mut was: Local<bool>,
) {
    let Some(window) = windows.iter().next() else { return };
    let narrow = window.width() < NARROW;
    if narrow != *was {
        *was = narrow;
        session.make_room(narrow);
    }
}

/// Tab goes from one panel's button to the next only where something there has the focus, or where there is nobody to
/// walk: egui would take it for that always.
fn keep_tab(mut contexts: Query<(&mut EguiContext, &mut EguiInput)>, session: Res<Session>) {
    for (mut context, mut input) in &mut contexts {
        let ctx = context.get_mut();
        let keys = whose_keys(ctx, &session);
        let walks = match keys {
            Keys::View => session.elements.is_some(),
            Keys::Widget => session.walking,
            Keys::Field => false,
        };
        if walks {
            let is_tab = |event: &egui::Event| match event {
                egui::Event::Key { key, modifiers, .. } => *key == egui::Key::Tab && !modifiers.any(),
                _ => false,
            };
            input.events.retain(|event| !is_tab(event));
        }
    }
}

fn whose_keys(ctx: &egui::Context, session: &Session) -> Keys {
    if session.palette || !session.dropped.is_empty() || ctx.text_edit_focused() {
        Keys::Field
    } else if ctx.egui_wants_keyboard_input() || ctx.any_popup_open() {
        Keys::Widget
    } else {
        Keys::View
    }
}

#[allow(clippy::too_many_arguments, reason = "all that panels show")]
fn show(
    mut contexts: EguiContexts,
    session: Res<Session>,
    mut desk: ResMut<Desk>,
    mut in_view: ResMut<InView>,
    cameras: Query<(&Orbit, &Camera), With<MainCamera>>,
    mut themed: Local<Option<bool>>,
    mut walked: Local<bool>,
    mut ask: MessageWriter<Action>,
) -> bevy::ecs::error::Result {
    let ctx = contexts.ctx_mut()?;
    if *themed != Some(session.light) {
        theme::set(ctx, session.light);
        *themed = Some(session.light);
    }
    let camera = cameras.iter().next().map_or((0.0, 0.0), |(o, _)| (o.yaw, o.pitch));
    let mut asked = Vec::new();
    panels::show(ctx, &session, &mut desk, camera, &mut asked);
    if let (Some((orbit, camera)), Some(view)) = (cameras.iter().next(), desk.view) {
        let view = camera.logical_viewport_rect().map_or(view, |of| {
            view.intersect(egui::Rect::from_min_max(
                egui::pos2(of.min.x, of.min.y),
                egui::pos2(of.max.x, of.max.y),
            ))
        });
        panels::marks::show(ctx, view, &marks(&session, orbit, camera));
    }
    for action in asked {
        ask.write(action);
    }
    // Whoever sets off has left what they did before.
    if session.walking && !*walked {
        ctx.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
    }
    *walked = session.walking;
    let now = InView { pointer: is_in_view(ctx, desk.view), keys: whose_keys(ctx, &session) };
    if *in_view != now {
        *in_view = now;
    }
    Ok(())
}

/// The words at measures, each with its place in the window.
fn marks(session: &Session, orbit: &Orbit, camera: &Camera) -> Vec<(egui::Pos2, String)> {
    let stand = GlobalTransform::from(orbit.transform());
    let done = session.looks.measured.iter().map(|m| (m.middle(), m.words.clone()));
    let begun = session.measures.begun.iter().map(|s| (s.point, s.caught.words().to_owned()));
    done.chain(begun)
        .filter_map(|(point, words)| {
            let at = camera.world_to_viewport(&stand, to_scene(point)).ok()?;
            Some((egui::pos2(at.x, at.y), words))
        })
        .collect()
}

/// A pointer may have left the view since panels were drawn, or come to it: what it presses now is of what is under it.
fn follow_pointer(
    desk: Res<Desk>,
    windows: Query<&Window, With<PrimaryWindow>>,
    mut contexts: Query<&mut EguiContext, With<PrimaryEguiContext>>,
    mut in_view: ResMut<InView>,
) {
    let cursor = windows.iter().next().and_then(Window::cursor_position);
    let (Some(view), Some(cursor)) = (desk.view, cursor) else { return };
    let at = egui::pos2(cursor.x, cursor.y);
    let over = view.contains(at) && contexts.iter_mut().all(|mut context| is_free(context.get_mut(), at));
    if in_view.pointer != over {
        in_view.pointer = over;
    }
}

/// True when the pointer is over the view, and no panel, menu or drag of a panel has it.
fn is_in_view(ctx: &egui::Context, view: Option<egui::Rect>) -> bool {
    let (Some(view), Some(pointer)) = (view, ctx.pointer_latest_pos()) else { return false };
    view.contains(pointer) && is_free(ctx, pointer)
}

/// True where no menu or the like is over the view, and nothing of a panel is dragged.
fn is_free(ctx: &egui::Context, at: egui::Pos2) -> bool {
    let above = ctx.layer_id_at(at).is_some_and(|layer| layer.order != egui::Order::Background);
    !above && !ctx.egui_is_using_pointer()
}

/// Gives the view what the panels leave of the window; a scenario beside it gets half of that.
fn leave_room(
    desk: Res<Desk>,
    session: Res<Session>,
    windows: Query<&Window, With<PrimaryWindow>>,
    mut cameras: Views<'_, '_>,
) {
    let (Some(view), Some(window)) = (desk.view, windows.iter().next()) else { return };
    let whole = UVec2::new(window.physical_width(), window.physical_height());
    let scale = window.scale_factor();
    let pixels = |x: f32, most: u32| ((x * scale).round().max(0.0) as u32).min(most);
    let low = UVec2::new(pixels(view.left(), whole.x), pixels(view.top(), whole.y));
    let high = UVec2::new(pixels(view.right(), whole.x), pixels(view.bottom(), whole.y));
    let size = high.saturating_sub(low);
    share_view(&mut cameras, low, size, session.compare.is_some());
}

/// So many frames are drawn after something has changed, until all that hangs on it has followed.
const FOLLOWING: u8 = 8;
/// So many are drawn at first, until the renderer has told what it waits for.
const FIRST: u8 = 30;
/// A window that rests looks this often whether its files have changed.
const REST: Duration = Duration::from_secs(1);

/// A window that nobody touches rests, unless something goes on.
fn keep_drawing(
    session: Res<Session>,
    loader: Option<Res<Loader>>,
    watch: Option<Res<DrawWatch>>,
    cameras: Query<(), (With<MainCamera>, Changed<Orbit>)>,
    mut version: Local<u64>,
    mut frames: Local<Option<u8>>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let plays = session.plan.as_ref().is_some_and(|p| p.playing);
    let waits = loader.is_some_and(|l| l.works()) || watch.is_some_and(|w| w.drawn().pending > 0);
    let frames = frames.get_or_insert(FIRST);
    if session.busy.is_some()
        || session.walking
        || plays
        || waits
        || session.version != *version
        || !cameras.is_empty()
    {
        *version = session.version;
        *frames = (*frames).max(FOLLOWING);
    }
    if *frames > 0 {
        *frames -= 1;
        redraw.write(RequestRedraw);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::math::DVec2;

    #[test]
    fn a_pointer_presses_what_it_is_over_now() {
        let mut app = App::new();
        let view = egui::Rect::from_min_max(egui::pos2(0.0, 20.0), egui::pos2(100.0, 90.0));
        app.insert_resource(Desk { view: Some(view), ..Desk::default() })
            .init_resource::<InView>()
            .add_systems(Update, follow_pointer);
        let window = app.world_mut().spawn((Window::default(), PrimaryWindow)).id();
        // A menu lies over a part of the view.
        let mut context = EguiContext::default();
        // It is there once it has been laid out.
        for _ in 0..2 {
            let input = egui::RawInput { screen_rect: Some(view), ..egui::RawInput::default() };
            let mut drawn = context.get_mut().clone().run_ui(input, |ui| {
                let menu = egui::Area::new("menu".into()).fixed_pos(egui::pos2(0.0, 60.0));
                menu.show(ui.ctx(), |ui| ui.allocate_space(egui::vec2(100.0, 20.0)));
            });
            drawn.textures_delta.clear();
        }
        app.world_mut().spawn((context, PrimaryEguiContext));
        for (y, over) in [(50.0, true), (10.0, false), (50.0, true), (70.0, false), (85.0, true)] {
            let mut window = app.world_mut().get_mut::<Window>(window).unwrap();
            window.set_physical_cursor_position(Some(DVec2::new(30.0, y)));
            app.update();
            assert_eq!(app.world().resource::<InView>().pointer, over, "{y}");
        }
    }

    #[test]
    fn modifiers_are_told_when_they_change() {
        let mut app = App::new();
        app.add_systems(Update, tell_changes_of_modifiers);
        let context = app.world_mut().spawn(EguiInput::default()).id();
        let mut told = |modifiers: egui::Modifiers| {
            let mut input = app.world_mut().get_mut::<EguiInput>(context).unwrap();
            input.events = vec![egui::Event::Copy, egui::Event::ModifiersChanged(modifiers)];
            app.update();
            app.world().get::<EguiInput>(context).unwrap().events.len() == 2
        };
        let (none, control) = (egui::Modifiers::NONE, egui::Modifiers::CTRL);
        let found = [none, none, control, control, none].map(&mut told);
        assert_eq!(found, [true, false, true, false, true]);
    }
}
