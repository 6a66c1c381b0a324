//! What is known of the selection.

use crate::panels::{Desk, heading};
use crate::session::action::{Action, Panel};
use crate::session::{Session, counted};
use bevy_egui::egui;

/// Shows the properties of the first of the selection, those that have the typed words.
pub fn show(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    heading(ui, Panel::Details, ask);
    let Some(first) = s.leading() else {
        ui.weak("Nothing is selected");
        return;
    };
    ui.label(match s.selection.len() {
        1 => s.title(first),
        n => format!("{} of {}", s.title(first), counted(n)),
    });
    if let Some(plan) = &s.plan {
        if let Some(state) = plan.state(first) {
            ui.label(format!(
                "planned: {}, {:.0} %",
                state.stage.as_str().replace('_', " "),
                state.fraction * 100.0
            ));
        }
        if let Some(known) = plan.known(first) {
            let share = known.fraction.map(|f| format!(", {:.0} %", f * 100.0)).unwrap_or_default();
            ui.label(format!("seen: {}{share}", known.verdict.as_str().replace('_', " ")));
        }
        for task in plan.tasks_of(first) {
            let task = &plan.tasks()[task as usize];
            ui.label(format!("{} {}", task.code, task.name));
        }
    }
    let label = ui.label("Filter");
    ui.add(
        egui::TextEdit::singleline(&mut desk.details).hint_text("name or value").desired_width(f32::INFINITY),
    )
    .labelled_by(label.id);
    let typed = desk.details.to_lowercase();
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for (n, group) in s.details.iter().enumerate() {
            let in_title = group.title.to_lowercase().contains(&typed);
            let has = |(name, value): &&(String, String)| {
                in_title || name.to_lowercase().contains(&typed) || value.to_lowercase().contains(&typed)
            };
            let rows: Vec<&(String, String)> = group.rows.iter().filter(has).collect();
            if rows.is_empty() {
                continue;
            }
            egui::CollapsingHeader::new(&group.title).id_salt(n).default_open(true).show(ui, |ui| {
                // A long name wraps, and leaves room for its value.
                let most = ui.available_width() * 0.6;
                let grid =
                    egui::Grid::new(n).num_columns(2).striped(true).min_col_width(90.0).max_col_width(most);
                grid.show(ui, |ui| {
                    for (name, value) in rows {
                        let label = ui.label(name.as_str());
                        if let Some(by) = group.colour(name) {
                            label.context_menu(|ui| {
                                if ui.button("Colour by this").clicked() {
                                    ask.push(Action::Colour(by));
                                    ui.close();
                                }
                            });
                        }
                        ui.add(egui::Label::new(value.as_str()).wrap());
                        ui.end_row();
                    }
                });
            });
        }
    });
}
