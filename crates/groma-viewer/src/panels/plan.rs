//! Time, and the tasks of the programme as bars.

use crate::panels::{Desk, heading};
use crate::session::action::{Action, Panel};
use crate::session::plan::{Absent, Plan, Showing, Step};
use crate::session::{Session, counted};
use bevy_egui::egui;
use groma::schedule::Time;

/// How wide the names of tasks are.
const NAMES: f32 = 300.0;

/// Shows time and tasks.
pub fn show(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    heading(ui, Panel::Plan, ask);
    let Some(plan) = &s.plan else {
        match s.laid_aside {
            Some(_) => {
                if ui.button("Show the programme").clicked() {
                    ask.push(Action::UsePlan(true));
                }
            }
            None => {
                ui.weak("No programme is open: name one in groma.toml, and what links its tasks to elements");
            }
        }
        return;
    };
    controls(ui, plan, desk, ask);
    bar(ui, plan, ask);
    ui.separator();
    tasks(ui, s, plan, desk, ask);
}

/// A day and an hour for a person.
pub fn day(at: Time) -> String {
    at.civil().strftime("%a %d %b %Y %H:%M").to_string()
}

fn controls(ui: &mut egui::Ui, plan: &Plan, desk: &mut Desk, ask: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        step(ui, ask, "|◀", "To the start or finish before", Step::Task, false);
        step(ui, ask, "◀◀", "A week back", Step::Week, false);
        step(ui, ask, "◀", "A day back", Step::Day, false);
        if ui.button(if plan.playing { "Pause" } else { "Play" }).clicked() {
            ask.push(Action::Play(!plan.playing));
        }
        step(ui, ask, "▶", "A day on", Step::Day, true);
        step(ui, ask, "▶▶", "A week on", Step::Week, true);
        step(ui, ask, "▶|", "To the next start or finish", Step::Task, true);
        ui.strong(day(plan.at()));
        let mut speed = plan.speed;
        let (slowest, fastest) = Plan::SPEEDS;
        let slider = egui::Slider::new(&mut speed, slowest..=fastest).logarithmic(true).suffix(" days/s");
        let label = ui.label("Speed");
        if ui.add(slider).labelled_by(label.id).changed() {
            ask.push(Action::Speed(speed));
        }
        let (mut showing, mut absent) = (plan.showing, plan.absent);
        let mut seen = showing == Showing::Seen;
        let check = ui.add_enabled(plan.has_seen(), egui::Checkbox::new(&mut seen, "Seen against planned"));
        if check.on_disabled_hover_text("no observations are named in groma.toml").changed() {
            showing = if seen { Showing::Seen } else { Showing::Planned };
            ask.push(Action::ShowPlan(showing, absent));
        }
        let mut ghost = absent == Absent::Ghost;
        if ui.checkbox(&mut ghost, "Ghost what is not there").changed() {
            absent = if ghost { Absent::Ghost } else { Absent::Hidden };
            ask.push(Action::ShowPlan(showing, absent));
        }
        let label = ui.label("Tasks");
        ui.add(egui::TextEdit::singleline(&mut desk.tasks).hint_text("words").desired_width(120.0))
            .labelled_by(label.id);
        if ui.button("Leave the programme").clicked() {
            ask.push(Action::UsePlan(false));
        }
    });
}

/// A button that steps through time.
fn step(ui: &mut egui::Ui, ask: &mut Vec<Action>, text: &str, name: &str, step: Step, forward: bool) {
    let button = ui.button(text).on_hover_text(name);
    button.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, name));
    if button.clicked() {
        ask.push(Action::StepTime(step, forward));
    }
}

/// The bar of time, which is scrubbed.
fn bar(ui: &mut egui::Ui, plan: &Plan, ask: &mut Vec<Action>) {
    let (first, last) = plan.span();
    let (from, to) = (f64::from(first.minutes()), f64::from(last.minutes()));
    let mut at = f64::from(plan.at().minutes());
    ui.spacing_mut().slider_width = (ui.available_width() - 20.0).max(100.0);
    let slider = egui::Slider::new(&mut at, from..=to.max(from + 1.0)).show_value(false).step_by(1.0);
    let response = ui.add(slider);
    let text = day(plan.at());
    response.widget_info(|| egui::WidgetInfo::slider(true, at, format!("Date {text}")));
    if response.changed() {
        ask.push(Action::GoTo(Time::from_minutes(at.round() as i32)));
    }
}

/// The tasks that work on elements and have the typed words, as bars; those out of sight are not laid out.
fn tasks(ui: &mut egui::Ui, s: &Session, plan: &Plan, desk: &mut Desk, ask: &mut Vec<Action>) {
    let words: Vec<String> = desk.tasks.split_whitespace().map(str::to_lowercase).collect();
    let listed = plan.tasks_with(&words);
    if listed.is_empty() {
        ui.weak("No task has these words");
        return;
    }
    let chosen: Vec<u32> = match s.selection.len() {
        1 => s.selection.first().map(|p| plan.tasks_of(p)).unwrap_or_default(),
        _ => Vec::new(),
    };
    let (first, last) = plan.span();
    let whole = f64::from((last - first).max(1));
    let height = 18.0;
    egui::ScrollArea::vertical().auto_shrink(false).show_rows(ui, height, listed.len(), |ui, range| {
        for &n in &listed[range] {
            let task = &plan.tasks()[n as usize];
            let width = ui.available_width();
            let (rect, response) = ui.allocate_exact_size(egui::vec2(width, height), egui::Sense::click());
            let title = format!("{} {}", task.code, task.name);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &title));
            let painter = ui.painter_at(rect);
            let visuals = ui.visuals();
            if chosen.contains(&n) || response.hovered() {
                painter.rect_filled(rect, 2.0, visuals.widgets.hovered.weak_bg_fill);
            }
            let text = visuals.text_color();
            painter.with_clip_rect(rect.with_max_x(rect.left() + NAMES - 8.0)).text(
                rect.left_center() + egui::vec2(4.0, 0.0),
                egui::Align2::LEFT_CENTER,
                &title,
                egui::FontId::proportional(12.0),
                text,
            );
            let lane = rect.with_min_x(rect.left() + NAMES).shrink2(egui::vec2(4.0, 2.0));
            let x = |at: Time| {
                let share = f64::from(at - first) / whole;
                lane.left() + lane.width() * share.clamp(0.0, 1.0) as f32
            };
            let now = plan.at();
            let (a, b) = (x(task.start), x(task.finish).max(x(task.start) + 2.0));
            let bar = egui::Rect::from_min_max(egui::pos2(a, lane.top()), egui::pos2(b, lane.bottom()));
            let work = plan.work_of(n);
            let fill = match (work, now >= task.finish, now > task.start) {
                (0, ..) => visuals.weak_text_color().gamma_multiply(0.5),
                (_, true, _) => egui::Color32::from_rgb(110, 130, 150),
                (_, false, true) => egui::Color32::from_rgb(60, 170, 90),
                (_, false, false) => egui::Color32::from_rgb(86, 130, 190),
            };
            painter.rect_filled(bar, 2.0, fill);
            let line = egui::Stroke::new(1.0, visuals.warn_fg_color);
            painter.vline(x(now), rect.y_range(), line);
            let about = format!(
                "{title}\n{}\n{} to {}\n{}",
                task.wbs,
                day(task.start),
                day(task.finish),
                counted(work)
            );
            if response.on_hover_text(about).clicked() {
                ask.push(Action::OpenTask(n));
                if now < task.start || now >= task.finish {
                    ask.push(Action::GoTo(task.start + (task.finish - task.start) / 2));
                }
            }
        }
    });
}
