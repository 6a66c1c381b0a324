//! The date and the legend on pictures that are drawn without a window.

use crate::panels::{legend, plan, theme};
use crate::session::Session;
use crate::ui::{add_egui, panel_camera};
use bevy::app::{App, Plugin, Startup};
use bevy::ecs::change_detection::Res;
use bevy::ecs::system::Commands;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

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
    if let Some(shown) = &session.plan {
        words(ctx, "date", view.left_top(), &plan::day(shown.at()));
    }
    if let Some(compare) = &session.compare {
        words(ctx, "scenario", view.center_top(), &compare.name);
    }
    Ok(())
}

/// Words over the picture, a little right of and below a place.
fn words(ctx: &egui::Context, name: &str, at: egui::Pos2, text: &str) {
    egui::Area::new(name.to_owned().into()).fixed_pos(at + egui::vec2(10.0, 10.0)).interactable(false).show(
        ctx,
        |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                ui.label(egui::RichText::new(text).size(20.0).strong());
            });
        },
    );
}
