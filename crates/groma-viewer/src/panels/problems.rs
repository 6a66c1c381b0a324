//! What is wrong with the models.

use crate::panels::heading_with;
use crate::session::Session;
use crate::session::action::{Action, Panel};
use bevy_egui::egui;

/// Lists what is wrong, a line each.
pub fn show(ui: &mut egui::Ui, s: &Session, ask: &mut Vec<Action>) {
    heading_with(ui, Panel::Problems, ask, |ui, _| {
        ui.label(format!("({})", s.problems.len()));
    });
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
                ui.add(egui::Label::new(line(problem)).extend()).on_hover_text(problem);
            }
        },
    );
}

/// What is wrong and where, in a line; its hints are in the text that is shown over it.
fn line(problem: &str) -> String {
    let mut lines = problem.lines();
    let what = lines.next().unwrap_or_default();
    match lines.next().and_then(|place| place.trim_start().strip_prefix("--> ")) {
        Some(place) => format!("{place}: {what}"),
        None => what.to_owned(),
    }
}
