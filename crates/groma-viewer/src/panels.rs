//! The panels around the view: functions of the session that say what a person asks for. They know nothing of bevy, so
//! that they are tested without a window.

pub mod cube;
pub mod details;
pub mod gantt;
pub mod issues;
pub mod legend;
pub mod marks;
pub mod menu;
pub mod palette;
pub mod plan;
pub mod problems;
pub mod sections;
pub mod status;
pub mod theme;
pub mod tree;
pub mod whatifs;

use crate::session::Session;
use crate::session::action::{Action, Panel};
use crate::session::catalogue::Sorting;
use crate::session::places::Places;
use crate::session::plan::TaskOrder;
use bevy::ecs::resource::Resource;
use bevy_egui::egui;
use groma::exchange::comments_file::Status;
use groma::schedule::Time;
use std::collections::BTreeMap;

/// What panels remember by themselves: what is half typed, and what is unfolded.
#[derive(Resource, Clone, Debug, Default)]
pub struct Desk {
    /// In the search bar.
    pub search: String,
    /// The name for the next set.
    pub set_name: String,
    /// The name for the next view.
    pub view_name: String,
    /// The nodes that are unfolded, by tree.
    pub unfolded: BTreeMap<Sorting, Places>,
    /// Which properties are listed.
    pub details: String,
    /// In the filter of the list of issues.
    pub issues: String,
    /// In the list of commands.
    pub palette: String,
    /// Which command is marked there.
    pub marked: usize,
    /// The reason for a waiver.
    pub reason: String,
    /// Who waives.
    pub author: String,
    /// The last day of a waiver.
    pub expires: String,
    /// What is to be said of an issue.
    pub comment: String,
    /// How far the issue is from then on.
    pub status: Option<Status>,
    /// Who sees to it from then on.
    pub assigned_to: String,
    /// So many comments were written when these fields were emptied.
    pub said: u64,
    /// Which tasks are listed.
    pub tasks: String,
    /// The tasks that work on what is selected.
    pub chosen_tasks: gantt::Chosen,
    /// The order of the tasks.
    pub task_order: TaskOrder,
    /// The instant for which the list of tasks was last brought to those under way.
    pub followed: Option<Time>,
    /// How many days of the programme the bars of tasks span, around the instant that is shown; `None` is all.
    pub days: Option<i32>,
    /// The selection that the tree was unfolded for.
    pub revealed: Option<u32>,
    /// The width and height of all panels: what is left for the view.
    pub view: Option<egui::Rect>,
}

/// Shows all panels around the view; `camera` is the direction that it looks in, as yaw and pitch. What is left for
/// the view is in [`Desk::view`].
pub fn show(ctx: &egui::Context, s: &Session, desk: &mut Desk, camera: (f32, f32), ask: &mut Vec<Action>) {
    let builder = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(ctx.viewport_rect());
    let mut root = egui::Ui::new(ctx.clone(), "root".into(), builder);
    let root = &mut root;
    let open = |panel| s.panels.contains(&panel);
    egui::Panel::top("menu").show(root, |ui| menu::show(ui, s, desk, ask));
    egui::Panel::bottom("status").show(root, |ui| status::show(ui, s, ask));
    if s.elements.is_none() {
        if s.busy.is_none() {
            status::nothing_open(root, s, ask);
        }
        desk.view = Some(root.available_rect_before_wrap());
        palette::show(ctx, s, desk, ask);
        return;
    }
    if open(Panel::Plan) {
        egui::Panel::bottom("plan")
            .resizable(true)
            .default_size((ctx.viewport_rect().height() * 0.33).clamp(180.0, 290.0))
            .show(root, |ui| plan::show(ui, s, desk, ask));
    }
    if open(Panel::Issues) {
        egui::Panel::bottom("issues")
            .resizable(true)
            .default_size(230.0)
            .show(root, |ui| issues::show(ui, s, desk, ask));
    }
    if open(Panel::Tree) {
        egui::Panel::left("tree")
            .resizable(true)
            .default_size(270.0)
            .show(root, |ui| tree::show(ui, s, desk, ask));
    }
    if [Panel::Details, Panel::Sections, Panel::Problems, Panel::WhatIfs].into_iter().any(open) {
        egui::Panel::right("details").resizable(true).default_size(300.0).show(root, |ui| {
            if open(Panel::Sections) {
                sections::show(ui, s, desk, ask);
                ui.separator();
            }
            if open(Panel::WhatIfs) {
                whatifs::show(ui, s, ask);
                ui.separator();
            }
            if open(Panel::Problems) {
                problems::show(ui, s);
                ui.separator();
            }
            if open(Panel::Details) {
                details::show(ui, s, desk, ask);
            }
        });
    }
    let view = root.available_rect_before_wrap();
    desk.view = Some(view);
    if open(Panel::Legend) {
        legend::show(ctx, s, view);
    }
    cube::show(ctx, view, camera, ask);
    palette::show(ctx, s, desk, ask);
}

/// A small heading, with a button that closes its panel.
pub(crate) fn heading(ui: &mut egui::Ui, panel: Panel, ask: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.strong(panel.title());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let close = ui.small_button("×").on_hover_text("Close this panel");
            let label = format!("Close {}", panel.title());
            close.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &label));
            if close.clicked() {
                ask.push(Action::ShowPanel(panel, false));
            }
        });
    });
}

/// A colour of the session for egui.
pub(crate) fn colour([r, g, b]: [u8; 3]) -> egui::Color32 {
    egui::Color32::from_rgb(r, g, b)
}
