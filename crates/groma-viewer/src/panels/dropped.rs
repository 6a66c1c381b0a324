//! What is to become of files that were dropped on a window that shows others.

use crate::session::Session;
use crate::session::action::Action;
use bevy_egui::egui;

/// So many of them are named.
const NAMED: usize = 8;

/// Asks, until one has said.
pub fn show(ctx: &egui::Context, s: &Session, ask: &mut Vec<Action>) {
    if s.dropped.is_empty() {
        return;
    }
    let asking = egui::Modal::new("dropped".into()).show(ctx, |ui| {
        for path in s.dropped.iter().take(NAMED) {
            let name = path.file_name().unwrap_or(path.as_os_str());
            ui.strong(name.to_string_lossy()).on_hover_text(path.to_string_lossy());
        }
        if s.dropped.len() > NAMED {
            ui.label(format!("and {} more", s.dropped.len() - NAMED));
        }
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let add = ui.button("Add to what is open");
            if ui.memory(|m| m.focused().is_none()) {
                add.request_focus();
            }
            if add.clicked() {
                ask.push(Action::Add(s.dropped.clone()));
            }
            if ui.button("Open instead").clicked() {
                ask.push(Action::Open(s.dropped.clone()));
            }
            if ui.button("Leave it").clicked() {
                ask.push(Action::Drop(Vec::new()));
            }
        });
    });
    if asking.backdrop_response.clicked() {
        ask.push(Action::Drop(Vec::new()));
    }
}
