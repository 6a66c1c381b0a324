//! Time, played and stepped through, over the tasks.

use crate::panels::{Desk, entered, gantt, heading_with};
use crate::session::Session;
use crate::session::action::{Action, Panel};
use crate::session::plan::{Absent, Plan, Showing, Step, TaskOrder};
use bevy_egui::egui;
use groma::schedule::Time;

/// Shows time and tasks.
pub fn show(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    heading_with(ui, Panel::Plan, ask, |ui, ask| {
        if s.plan.is_some() && ui.small_button("Leave the programme").clicked() {
            ask.push(Action::UsePlan(false));
        }
    });
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
    if plan.twin().work.is_empty() {
        ui.colored_label(
            ui.visuals().warn_fg_color,
            "The programme links no element: nothing changes over time",
        );
    }
    ui.separator();
    gantt::show(ui, s, plan, desk, ask);
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
        date(ui, plan, desk, ask);
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
        let mut by_start = desk.task_order == TaskOrder::Start;
        if ui
            .checkbox(&mut by_start, "By start")
            .on_hover_text("else in the order of the programme")
            .changed()
        {
            desk.task_order = if by_start { TaskOrder::Start } else { TaskOrder::Programme };
            desk.followed = None;
        }
        for (days, text, name) in [
            (None, "All", "Show all of the programme"),
            (Some(84), "12 weeks", "Show 12 weeks of the programme"),
            (Some(28), "4 weeks", "Show 4 weeks of the programme"),
        ] {
            let chosen = ui.selectable_label(desk.days == days, text).on_hover_text(name);
            chosen.widget_info(|| {
                egui::WidgetInfo::selected(egui::WidgetType::RadioButton, true, desk.days == days, name)
            });
            if chosen.clicked() {
                desk.days = days;
            }
        }
    });
}

/// Where one types the date to go to.
fn date(ui: &mut egui::Ui, plan: &Plan, desk: &mut Desk, ask: &mut Vec<Action>) {
    let label = ui.label("Go to");
    let shown = plan.at().civil().date().to_string();
    let edit = egui::TextEdit::singleline(&mut desk.date).hint_text(shown).desired_width(90.0);
    let response = ui.add(edit).labelled_by(label.id);
    let response = response.on_hover_text("Enter shows the evening of this day; 2026-05-01T12:00 that hour");
    if entered(ui, &response) && !desk.date.trim().is_empty() {
        ask.push(Action::GoToDate(desk.date.clone()));
        // A mistake stays to be mended.
        if Time::parse_evening(&desk.date).is_some() {
            desk.date.clear();
        }
    }
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
