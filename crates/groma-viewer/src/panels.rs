//! The panels around the view: functions of the session that say what a person asks for. They know nothing of bevy, so
//! that they are tested without a window.

pub mod cube;
pub mod date;
pub mod details;
pub mod dropped;
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
use std::collections::{BTreeMap, BTreeSet};

/// The share of the window, between menu and status, that is always left for the view, in either direction.
const VIEW: f32 = 0.4;
/// Panels are not made smaller than this where there is room.
const LEAST: f32 = 150.0;

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
    /// The row of a tree that was chosen last: a stretch of rows begins there.
    pub anchor: Option<(Sorting, u32)>,
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
    /// The date to go to.
    pub date: String,
    /// Which tasks are listed.
    pub tasks: String,
    /// The tasks that work on what is selected.
    pub chosen_tasks: gantt::Chosen,
    /// The headings over tasks that are folded, by their paths.
    pub folded: BTreeSet<Vec<String>>,
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
    let whole = root.available_size();
    let high = |share: f32, least: f32, most: f32| (whole.y * share).clamp(least, most);
    let mut rest = whole * (1.0 - VIEW);
    if open(Panel::Plan) {
        if s.plan.is_some() {
            let most = if open(Panel::Issues) { rest.y * 0.5 } else { rest.y };
            let panel = edge(egui::Panel::bottom("plan"), high(0.35, 180.0, 290.0), most);
            panel.show(root, |ui| within(ui, |ui| plan::show(ui, s, desk, ask)));
        } else {
            egui::Panel::bottom("no plan").resizable(false).show(root, |ui| plan::show(ui, s, desk, ask));
        }
        rest.y -= whole.y - root.available_height();
    }
    if open(Panel::Issues) {
        edge(egui::Panel::bottom("issues"), high(0.38, 240.0, 340.0), rest.y)
            .show(root, |ui| within(ui, |ui| issues::show(ui, s, desk, ask)));
    }
    let beside = [Panel::Details, Panel::Sections, Panel::Problems, Panel::WhatIfs].into_iter().any(open);
    if open(Panel::Tree) {
        let most = if beside { rest.x * 0.5 } else { rest.x };
        edge(egui::Panel::left("tree"), 270.0, most)
            .show(root, |ui| within(ui, |ui| tree::show(ui, s, desk, ask)));
        rest.x -= whole.x - root.available_width();
    }
    if beside {
        edge(egui::Panel::right("details"), 310.0, rest.x)
            .show(root, |ui| within(ui, |ui| right(ui, s, desk, ask)));
    }
    let view = root.available_rect_before_wrap();
    desk.view = Some(view);
    if open(Panel::Legend) {
        legend::show(ctx, s, view);
    }
    date::show(ctx, s, view);
    cube::show(ctx, view, camera, ask);
    palette::show(ctx, s, desk, ask);
    dropped::show(ctx, s, ask);
}

/// The panels at the right, one above the other.
fn right(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    let open = |panel| s.panels.contains(&panel);
    if open(Panel::Sections) {
        sections::show(ui, s, desk, ask);
        ui.separator();
    }
    if open(Panel::WhatIfs) {
        // What stands below keeps its share.
        let details = if s.selection.is_empty() { 0.15 } else { 0.4 };
        let below = [(Panel::Problems, 0.25), (Panel::Details, details)];
        let below: f32 = below.into_iter().filter(|(panel, _)| open(*panel)).map(|(_, share)| share).sum();
        whatifs::show(ui, s, ui.available_height() * (1.0 - below), ask);
        ui.separator();
    }
    if open(Panel::Problems) {
        problems::show(ui, s, ask);
        ui.separator();
    }
    if open(Panel::Details) {
        details::show(ui, s, desk, ask);
    }
}

/// A panel at an edge of the view that is as large as one makes it, as long as it leaves room for the view.
fn edge(panel: egui::Panel, size: f32, most: f32) -> egui::Panel {
    let most = most.max(1.0);
    panel.resizable(true).default_size(size.min(most)).size_range(most.min(LEAST)..=most)
}

/// Panels are not to grow with what is in them: that would leave less and less for the view.
fn within(ui: &mut egui::Ui, show: impl FnOnce(&mut egui::Ui)) {
    let room = ui.available_rect_before_wrap();
    let mut inside = ui.new_child(egui::UiBuilder::new().max_rect(room));
    inside.shrink_clip_rect(room);
    show(&mut inside);
    ui.advance_cursor_after_rect(room);
}

/// A small heading, with a button that closes its panel.
pub(crate) fn heading(ui: &mut egui::Ui, panel: Panel, ask: &mut Vec<Action>) {
    heading_with(ui, panel, ask, |_, _| {});
}

/// A heading with something beside it.
pub(crate) fn heading_with(
    ui: &mut egui::Ui,
    panel: Panel,
    ask: &mut Vec<Action>,
    beside: impl FnOnce(&mut egui::Ui, &mut Vec<Action>),
) {
    ui.horizontal(|ui| {
        ui.strong(panel.title());
        beside(ui, ask);
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

/// True when a line that is typed into is left by Enter.
pub(crate) fn entered(ui: &egui::Ui, line: &egui::Response) -> bool {
    line.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter))
}

/// A colour of the session for egui.
pub(crate) fn colour([r, g, b]: [u8; 3]) -> egui::Color32 {
    egui::Color32::from_rgb(r, g, b)
}
