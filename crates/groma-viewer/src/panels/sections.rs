//! What cuts the view: planes and a box, and views with a name.

use crate::panels::{Desk, entered, heading};
use crate::session::Session;
use crate::session::action::{Action, Panel};
use crate::session::section::SectionBox;
use bevy_egui::egui;
use glam::DVec3;

/// What stands before a coordinate.
const AXES: [&str; 3] = ["X ", "Y ", "Z "];

/// Shows the sections, and the views that are kept.
pub fn show(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    heading(ui, Panel::Sections, ask);
    ui.horizontal_wrapped(|ui| {
        for (title, action) in [
            ("Cut X", Action::CutAlong(0)),
            ("Cut Y", Action::CutAlong(1)),
            ("Cut level", Action::CutAlong(2)),
            ("Box", Action::SectionBox),
            ("Remove all", Action::ClearSections),
        ] {
            if ui.button(title).clicked() {
                ask.push(action);
            }
        }
    });
    // Lengths are told as the models have them, wherever the frame is.
    let origin = s.elements.as_ref().map(|e| e.project().frame.origin).unwrap_or_default();
    for (n, plane) in s.looks.sections.planes.iter().enumerate() {
        ui.horizontal_wrapped(|ui| {
            let mut on = plane.on;
            if ui.checkbox(&mut on, "").on_hover_text("Cuts").changed() {
                ask.push(Action::SwitchSection(n, on));
            }
            let mut name = plane.name.clone();
            let edit = ui.add(egui::TextEdit::singleline(&mut name).desired_width(90.0));
            edit.widget_info(|| {
                egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, "Name of the section")
            });
            if edit.changed() {
                ask.push(Action::NameSection(n, name));
            }
            let mut let_go = edit.lost_focus();
            let (across, at, way) = plane.coordinate(origin);
            let mut to = at;
            let value = egui::DragValue::new(&mut to).speed(0.02).suffix(" m").max_decimals(3);
            let drag = ui.add(value.prefix(across.map_or("", |axis| AXES[axis])));
            let drag = drag.on_hover_text("Drag to move the plane");
            if drag.changed() {
                ask.push(Action::MoveSection(n, (to - at) * way));
            }
            let_go |= drag.drag_stopped() || drag.lost_focus();
            if let_go {
                ask.push(Action::LetGo);
            }
            if ui.small_button("Flip").clicked() {
                ask.push(Action::FlipSection(n));
            }
            if ui.small_button("Remove").clicked() {
                ask.push(Action::RemoveSection(n));
            }
        });
    }
    if let Some(bounds) = s.looks.sections.bounds {
        let bounds = SectionBox { low: bounds.low + origin, high: bounds.high + origin };
        let (mut low, mut high) = (bounds.low, bounds.high);
        let (mut changed, mut let_go) = (false, false);
        for (axis, name) in AXES.iter().enumerate() {
            ui.horizontal(|ui| {
                ui.label(name.trim());
                for (value, other) in [(&mut low[axis], high[axis]), (&mut high[axis], bounds.low[axis])] {
                    let range = if other >= *value { f64::MIN..=other } else { other..=f64::MAX };
                    let drag =
                        egui::DragValue::new(value).speed(0.05).suffix(" m").max_decimals(3).range(range);
                    let drag = ui.add(drag);
                    changed |= drag.changed();
                    let_go |= drag.drag_stopped() || drag.lost_focus();
                }
            });
        }
        if changed && DVec3::cmplt(low, high).all() {
            ask.push(Action::ResizeBox(low - origin, high - origin));
        }
        if let_go {
            ask.push(Action::LetGo);
        }
        if ui.button("Remove the box").clicked() {
            ask.push(Action::RemoveBox);
        }
    }
    ui.horizontal(|ui| {
        let label = ui.label("View");
        let edit = egui::TextEdit::singleline(&mut desk.view_name).hint_text("name").desired_width(110.0);
        let edit = ui.add(edit).labelled_by(label.id);
        let named = !desk.view_name.trim().is_empty();
        let keep = ui.add_enabled(named, egui::Button::new("Keep view"));
        if named && (keep.clicked() || entered(ui, &edit)) {
            ask.push(Action::KeepView(desk.view_name.trim().to_owned()));
            desk.view_name.clear();
        }
    });
    for view in &s.kept.views {
        ui.horizontal(|ui| {
            if ui.button(&view.name).clicked() {
                ask.push(Action::GoToView(view.name.clone()));
            }
            let forget = ui.small_button("×");
            let label = format!("Forget view {}", view.name);
            forget.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &label));
            if forget.clicked() {
                ask.push(Action::ForgetView(view.name.clone()));
            }
        });
    }
}
