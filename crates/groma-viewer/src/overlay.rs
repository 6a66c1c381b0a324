//! The date and the legend on pictures that are drawn without a window.

use crate::panels::{legend, plan, theme};
use crate::session::Session;
use bevy::app::{App, Plugin, Startup};
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{Camera, Camera2d, CameraOutputMode, ClearColorConfig};
use bevy::color::Color;
use bevy::ecs::change_detection::Res;
use bevy::ecs::component::Component;
use bevy::ecs::system::Commands;
use bevy::render::render_resource::BlendState;
use bevy::render::view::Msaa;
use bevy_egui::{
    EguiContexts, EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext, egui,
};

/// On the camera that draws them.
#[derive(Component, Clone, Copy, Debug)]
pub struct OverlayCamera;

/// Draws them.
pub struct OverlayPlugin;

impl Plugin for OverlayPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(EguiPlugin::default())
            .add_systems(Startup, add_camera)
            .add_systems(EguiPrimaryContextPass, show);
        if let Some(mut settings) = app.world_mut().get_resource_mut::<EguiGlobalSettings>() {
            settings.auto_create_primary_context = false;
        }
    }
}

fn add_camera(mut commands: Commands) {
    commands.spawn((
        OverlayCamera,
        PrimaryEguiContext,
        Camera2d,
        RenderLayers::none(),
        Msaa::Off,
        Camera {
            order: 10,
            is_active: false,
            output_mode: CameraOutputMode::Write {
                blend_state: Some(BlendState::ALPHA_BLENDING),
                clear_color: ClearColorConfig::None,
            },
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..Camera::default()
        },
    ));
}

fn show(mut contexts: EguiContexts, session: Res<Session>) -> bevy::ecs::error::Result {
    let ctx = contexts.ctx_mut()?;
    theme::set(ctx, session.light);
    let view = ctx.viewport_rect();
    legend::show(ctx, &session, view);
    if let Some(shown) = &session.plan {
        egui::Area::new("date".into())
            .fixed_pos(view.left_top() + egui::vec2(10.0, 10.0))
            .interactable(false)
            .show(ctx, |ui| {
                egui::Frame::popup(ui.style()).show(ui, |ui| {
                    ui.label(egui::RichText::new(plan::day(shown.at())).size(20.0).strong());
                });
            });
    }
    Ok(())
}
