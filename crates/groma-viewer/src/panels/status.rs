//! What goes on, what happened last, and what is chosen.

use crate::session::action::{Action, Tool};
use crate::session::{Session, counted};
use bevy_egui::egui;

/// Shows the status line.
pub fn show(ui: &mut egui::Ui, s: &Session, ask: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        if let Some(busy) = &s.busy {
            let share = f32::from(busy.percent) / 100.0;
            ui.add(
                egui::ProgressBar::new(share)
                    .desired_width(180.0)
                    .text(format!("{} {} %", busy.what, busy.percent)),
            );
            if ui.small_button("Stop").clicked() {
                ask.push(Action::Cancel);
            }
        }
        if let Some(note) = &s.note {
            let line = note.text.lines().next().unwrap_or_default();
            let label = if note.failed {
                let colour = ui.visuals().error_fg_color;
                ui.colored_label(colour, line)
            } else {
                ui.label(line)
            };
            label.on_hover_text(&note.text);
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if s.elements.is_some() {
                let drawn = s.catalogue.drawn();
                let hidden = drawn.shared(&s.looks.hidden);
                let mut text = counted(drawn.len());
                if s.failed > 0 {
                    text = format!("{text}, {} without their shape", s.failed);
                }
                if hidden > 0 {
                    text = format!("{text}, {hidden} hidden");
                }
                if !s.selection.is_empty() {
                    text = format!("{text}, {} selected", s.selection.len());
                }
                ui.label(text);
            }
            if let Some(prompt) = s.measures.prompt(s.tool) {
                ui.strong(prompt);
            }
            if s.tool == Tool::Section {
                ui.strong("Cut: click a face");
            }
            if s.walking {
                ui.strong("Walking: W A S D, drag to look, Shift runs, Tab or Esc ends");
            }
        });
    });
}

/// What there is before anything is open.
pub fn nothing_open(ui: &mut egui::Ui, s: &Session, ask: &mut Vec<Action>) {
    egui::CentralPanel::default().show(ui, |ui| {
        ui.vertical_centered(|ui| {
            ui.add_space((ui.available_height() * 0.3).max(20.0));
            ui.heading("Nothing is open");
            if let Some(note) = s.note.as_ref().filter(|note| note.failed) {
                ui.colored_label(ui.visuals().error_fg_color, &note.text);
                ui.add_space(8.0);
            }
            ui.label("Drop IFC files or a groma.toml here, or");
            ui.add_space(8.0);
            if ui.button("Open…").clicked() {
                ask.push(Action::AskOpen);
            }
            if ui.button("Open the sample project").clicked() {
                ask.push(Action::OpenSample);
            }
        });
    });
}
