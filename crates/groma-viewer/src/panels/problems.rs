//! What is wrong with the models.

use crate::session::Session;
use bevy_egui::egui;

/// Lists what is wrong, a line each.
pub fn show(ui: &mut egui::Ui, s: &Session) {
    ui.strong(format!("Problems ({})", s.problems.len()));
    if s.problems.is_empty() {
        ui.weak("None");
        return;
    }
    let height = ui.text_style_height(&egui::TextStyle::Body);
    egui::ScrollArea::both().id_salt("problems").max_height(180.0).auto_shrink([false, true]).show_rows(
        ui,
        height,
        s.problems.len(),
        |ui, range| {
            for problem in &s.problems[range] {
                let line = problem.lines().next().unwrap_or_default();
                ui.add(egui::Label::new(line).extend()).on_hover_text(problem);
            }
        },
    );
}
