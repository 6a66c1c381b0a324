//! Scenarios, and what comes of them.

use crate::panels::heading;
use crate::panels::plan::day;
use crate::session::Session;
use crate::session::action::{Action, Panel};
use bevy_egui::egui;

/// Shows the list of scenarios.
pub fn show(ui: &mut egui::Ui, s: &Session, ask: &mut Vec<Action>) {
    heading(ui, Panel::WhatIfs, ask);
    if s.scenarios.is_empty() {
        ui.weak("There is no scenario: put TOML files into the folder scenarios beside groma.toml, as for groma whatif");
        return;
    }
    if let Some(compare) = &s.compare {
        ui.horizontal(|ui| {
            ui.label(format!("left: as planned; right: {}", compare.name));
            if ui.button("Leave the comparison").clicked() {
                ask.push(Action::Compare(None));
            }
        });
    }
    egui::ScrollArea::vertical().id_salt("scenarios").max_height(220.0).show(ui, |ui| {
        for (n, scenario) in s.scenarios.iter().enumerate() {
            ui.horizontal(|ui| {
                let shown = s.compare.as_ref().is_some_and(|c| c.name == scenario.name);
                if ui.selectable_label(shown, &scenario.name).clicked() {
                    ask.push(Action::Compare(Some(n)));
                }
            });
            match &scenario.comes {
                None => {}
                Some(Err(error)) => {
                    let colour = ui.visuals().error_fg_color;
                    ui.colored_label(colour, error.lines().next().unwrap_or_default()).on_hover_text(error);
                }
                Some(Ok(comes)) => {
                    let [p10, p50, p80] = comes.percentiles;
                    ui.label(format!("finish {} ({:+.1} days)", day(comes.finish), comes.days));
                    if p10 != p80 {
                        ui.label(format!("P50 {}, P80 {}", day(p50), day(p80)));
                        spread(ui, [p10, p50, p80]);
                    }
                    if comes.cost > 0.0 {
                        ui.label(format!("cost {:.0}", comes.cost));
                    }
                    for (assert, holds) in &comes.asserts {
                        ui.label(format!("{} {assert}", if *holds { "holds:" } else { "FAILS:" }));
                    }
                }
            }
        }
    });
}

/// The S-curve of finishes through three of its points.
fn spread(ui: &mut egui::Ui, at: [groma::schedule::Time; 3]) {
    let (rect, response) =
        ui.allocate_exact_size(egui::vec2(ui.available_width().min(260.0), 46.0), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Other, true, "Spread of the finish"));
    let painter = ui.painter_at(rect);
    let stroke = egui::Stroke::new(1.5, ui.visuals().text_color());
    painter.rect_stroke(rect, 2.0, ui.visuals().widgets.noninteractive.bg_stroke, egui::StrokeKind::Inside);
    let span = f64::from((at[2] - at[0]).max(1));
    let x = |t: groma::schedule::Time| {
        rect.left() + 12.0 + (rect.width() - 24.0) * (f64::from(t - at[0]) / span) as f32
    };
    let y = |p: f32| rect.bottom() - 4.0 - (rect.height() - 8.0) * p;
    let points = [
        egui::pos2(rect.left() + 2.0, y(0.0)),
        egui::pos2(x(at[0]), y(0.1)),
        egui::pos2(x(at[1]), y(0.5)),
        egui::pos2(x(at[2]), y(0.8)),
        egui::pos2(rect.right() - 2.0, y(1.0)),
    ];
    painter.line(points.to_vec(), stroke);
    for (t, p) in [(at[1], 0.5), (at[2], 0.8)] {
        painter.circle_filled(egui::pos2(x(t), y(p)), 3.0, ui.visuals().warn_fg_color);
    }
}
