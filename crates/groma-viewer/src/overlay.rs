//! The legend, the date and the scenario on pictures that are drawn without a window.

use crate::panels::{date, legend, theme};
use crate::session::Session;
use crate::ui::{add_egui, panel_camera};
use bevy::app::{App, Plugin, Startup};
use bevy::ecs::change_detection::Res;
use bevy::ecs::system::Commands;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};

/// Draws them.
pub struct OverlayPlugin;

impl Plugin for OverlayPlugin {
    fn build(&self, app: &mut App) {
        add_egui(app);
        app.add_systems(Startup, add_camera).add_systems(EguiPrimaryContextPass, show);
    }
}

fn add_camera(mut commands: Commands) {
    commands.spawn(panel_camera(false));
}

fn show(mut contexts: EguiContexts, session: Res<Session>) -> bevy::ecs::error::Result {
    let ctx = contexts.ctx_mut()?;
    theme::set(ctx, session.light);
    let view = ctx.viewport_rect();
    legend::show(ctx, &session, view);
    date::show(ctx, &session, view);
    Ok(())
}
