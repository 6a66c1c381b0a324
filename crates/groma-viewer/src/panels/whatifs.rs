//! Scenarios, and what comes of them.

use crate::panels::heading;
use crate::panels::plan::day;
use crate::session::Session;
use crate::session::action::{Action, Panel};
use crate::session::compare::Comes;
use bevy_egui::egui;
use groma::schedule::Time;

/// Shows the list of scenarios, at most so high.
pub fn show(ui: &mut egui::Ui, s: &Session, high: f32, ask: &mut Vec<Action>) {
    let bottom = ui.cursor().top() + high;
    heading(ui, Panel::WhatIfs, ask);
    if s.scenarios.is_empty() {
        ui.weak("There is no scenario: put TOML files into the folder scenarios beside groma.toml, as for groma whatif");
        return;
    }
    if let Some(compare) = &s.compare {
        ui.label(format!("left: the programme as its logic computes it; right: {}", compare.name));
        let moved = match compare.moved {
            0 => None,
            1 => Some("1 task has".to_owned()),
            n => Some(format!("{n} tasks have")),
        };
        if let Some(tasks) = moved {
            ui.weak(format!("{tasks} other dates than the file states"));
        }
        if ui.button("Leave the comparison").clicked() {
            ask.push(Action::Compare(None));
        }
    }
    let high = (bottom - ui.cursor().top()).max(80.0);
    egui::ScrollArea::vertical().id_salt("scenarios").max_height(high).show(ui, |ui| {
        for (n, scenario) in s.scenarios.iter().enumerate() {
            ui.horizontal_wrapped(|ui| {
                let shown = s.compare.as_ref().is_some_and(|c| c.path == scenario.path);
                if ui.selectable_label(shown, s.scenario_name(n)).clicked() {
                    ask.push(Action::Compare(Some(n)));
                }
                if let Some(Ok(comes)) = &scenario.comes {
                    verdict(ui, &comes.asserts);
                }
            });
            match &scenario.comes {
                None => {}
                Some(Err(error)) => {
                    let colour = ui.visuals().error_fg_color;
                    ui.colored_label(colour, error.lines().next().unwrap_or_default()).on_hover_text(error);
                }
                Some(Ok(comes)) => {
                    for (assert, _) in comes.asserts.iter().filter(|(_, holds)| !holds) {
                        ui.colored_label(ui.visuals().error_fg_color, format!("FAILS: {assert}"));
                    }
                    let [p10, p50, p80] = comes.percentiles;
                    ui.label(format!("finish {} ({:+.1} days)", day(comes.finish), comes.days));
                    if p10 != p80 {
                        let [_, half, most] = comes.later;
                        ui.label(format!("P50 {} ({half:+.1} days)", day(p50)));
                        ui.label(format!("P80 {} ({most:+.1} days)", day(p80)));
                        curves(ui, comes);
                    }
                    if comes.cost > 0.0 {
                        ui.label(format!("cost {:.0}", comes.cost));
                    }
                    for (assert, _) in comes.asserts.iter().filter(|(_, holds)| *holds) {
                        ui.label(format!("holds: {assert}"));
                    }
                }
            }
        }
    });
}

/// How many of a scenario's asserts hold.
fn verdict(ui: &mut egui::Ui, asserts: &[(String, bool)]) {
    let holding = asserts.iter().filter(|(_, holds)| *holds).count();
    let words = match asserts.len() {
        0 => return,
        1 if holding == 1 => "its assert holds".to_owned(),
        1 => "its assert fails".to_owned(),
        all => format!("{holding} of {all} asserts hold"),
    };
    if holding < asserts.len() {
        ui.colored_label(ui.visuals().error_fg_color, words);
    } else {
        ui.label(words);
    }
}

/// The S-curves of the finish: the scenario's thick, with P50 and P80 marked, that of the base thin.
fn curves(ui: &mut egui::Ui, comes: &Comes) {
    let all = || comes.curves.iter().flatten().copied();
    let (Some(first), Some(last)) = (all().min(), all().max()) else { return };
    let (rect, response) =
        ui.allocate_exact_size(egui::vec2(ui.available_width().min(280.0), 90.0), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Other, true, "Spread of the finish"));
    let painter = ui.painter_at(rect);
    let visuals = ui.visuals();
    painter.rect_stroke(rect, 2.0, visuals.widgets.noninteractive.bg_stroke, egui::StrokeKind::Inside);
    let plot = rect.shrink2(egui::vec2(8.0, 6.0)).with_max_y(rect.bottom() - 18.0);
    let span = f64::from((last - first).max(1));
    let x = |t: Time| plot.left() + plot.width() * (f64::from(t - first) / span) as f32;
    let y = |percent: f32| plot.bottom() - plot.height() * percent / 100.0;
    let line = |curve: &[Time]| -> Vec<egui::Pos2> {
        (0_u8..).zip(curve).map(|(n, &t)| egui::pos2(x(t), y(f32::from(n) * 5.0))).collect()
    };
    let [scenario, base] = &comes.curves;
    painter.line(line(base), egui::Stroke::new(1.0, visuals.weak_text_color()));
    painter.line(line(scenario), egui::Stroke::new(2.0, visuals.text_color()));
    for (t, percent) in [(comes.percentiles[1], 50.0), (comes.percentiles[2], 80.0)] {
        painter.circle_filled(egui::pos2(x(t), y(percent)), 3.0, visuals.warn_fg_color);
    }
    let font = egui::FontId::proportional(11.0);
    for (t, at, align) in [
        (first, rect.left_bottom() + egui::vec2(4.0, -2.0), egui::Align2::LEFT_BOTTOM),
        (last, rect.right_bottom() + egui::vec2(-4.0, -2.0), egui::Align2::RIGHT_BOTTOM),
    ] {
        let text = t.civil().date().to_string();
        painter.text(at, align, text, font.clone(), visuals.text_color());
    }
    response.on_hover_text("thick: the scenario, with P50 and P80; thin: the programme, as uncertain");
}
