//! The tasks of the programme as bars: where they were planned before, what may slip, what the finish hangs on.

use crate::panels::plan::day;
use crate::session::action::Action;
use crate::session::plan::Plan;
use crate::session::{Session, counted};
use bevy_egui::egui;
use groma::schedule::Time;
use groma::twin::Task;

/// How wide the names of tasks are.
const NAMES: f32 = 300.0;
/// How high a task is.
const HEIGHT: f32 = 18.0;
/// What marks a task that the finish of the project hangs on.
const CRITICAL: egui::Color32 = egui::Color32::from_rgb(214, 40, 40);

/// The tasks that have all the typed words; those out of sight are not laid out. Beside a scenario the bars are its
/// own, and what they are compared with is the programme; else it is the baseline.
pub fn show(ui: &mut egui::Ui, s: &Session, plan: &Plan, typed: &str, ask: &mut Vec<Action>) {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let listed = plan.tasks_with(&words);
    if listed.is_empty() {
        ui.weak("No task has these words");
        return;
    }
    let chosen: Vec<u32> = match s.selection.len() {
        1 => s.selection.first().map(|p| plan.tasks_of(p)).unwrap_or_default(),
        _ => Vec::new(),
    };
    let other = s.compare.as_ref().map(|compare| compare.other.tasks());
    legend(ui, s, plan);
    egui::ScrollArea::vertical().auto_shrink(false).show_rows(ui, HEIGHT, listed.len(), |ui, range| {
        for &n in &listed[range] {
            let stated = &plan.tasks()[n as usize];
            let (task, before) = match other.and_then(|tasks| tasks.get(n as usize)) {
                Some(task) => (task, Some((stated.start, stated.finish))),
                None => (stated, stated.baseline),
            };
            let row = Row { task, before, work: plan.work_of(n), chosen: chosen.contains(&n) };
            if row.show(ui, plan) {
                ask.push(Action::OpenTask(n));
                if plan.at() < task.start || plan.at() >= task.finish {
                    ask.push(Action::GoTo(task.start + (task.finish - task.start) / 2));
                }
            }
        }
    });
}

/// What the marks mean that the tasks have.
fn legend(ui: &mut egui::Ui, s: &Session, plan: &Plan) {
    let tasks = plan.tasks();
    let marks = [
        (s.compare.is_some(), "thin: the programme; thick: the scenario"),
        (s.compare.is_none() && tasks.iter().any(|t| t.baseline.is_some()), "thin: the baseline"),
        (tasks.iter().any(|t| t.critical), "red edge: critical"),
        (tasks.iter().any(|t| t.float_h.is_some_and(|h| h > 0.0)), "line behind: may slip so far"),
    ];
    let words: Vec<&str> = marks.iter().filter(|(there, _)| *there).map(|(_, words)| *words).collect();
    if !words.is_empty() {
        ui.small(words.join("   "));
    }
}

/// A task in its row.
struct Row<'a> {
    task: &'a Task,
    /// When it was to start and finish before.
    before: Option<(Time, Time)>,
    /// How many elements it works on.
    work: usize,
    chosen: bool,
}

impl Row<'_> {
    /// Draws it; true when it is clicked.
    fn show(&self, ui: &mut egui::Ui, plan: &Plan) -> bool {
        let task = self.task;
        let (rect, response) =
            ui.allocate_exact_size(egui::vec2(ui.available_width(), HEIGHT), egui::Sense::click());
        let title = format!("{} {}", task.code, task.name);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &title));
        let painter = ui.painter_at(rect);
        let visuals = ui.visuals();
        if self.chosen || response.hovered() {
            painter.rect_filled(rect, 2.0, visuals.widgets.hovered.weak_bg_fill);
        }
        painter.with_clip_rect(rect.with_max_x(rect.left() + NAMES - 8.0)).text(
            rect.left_center() + egui::vec2(4.0, 0.0),
            egui::Align2::LEFT_CENTER,
            &title,
            egui::FontId::proportional(12.0),
            visuals.text_color(),
        );
        let lane = rect.with_min_x(rect.left() + NAMES).shrink2(egui::vec2(4.0, 2.0));
        let (first, last) = plan.span();
        let whole = f64::from((last - first).max(1));
        let x = |at: Time| {
            let share = f64::from(at - first) / whole;
            lane.left() + lane.width() * share.clamp(0.0, 1.0) as f32
        };
        let bar = |from: Time, to: Time, top: f32, bottom: f32| {
            let (a, b) = (x(from), x(to).max(x(from) + 2.0));
            egui::Rect::from_min_max(egui::pos2(a, top), egui::pos2(b, bottom))
        };
        // A bar below that of the task, so that one sees both.
        let foot = lane.bottom() - 4.0;
        if let Some((start, finish)) = self.before {
            let fill = visuals.text_color().gamma_multiply(0.6);
            painter.rect_filled(bar(start, finish, foot + 1.0, lane.bottom()), 0.0, fill);
        }
        if let Some(late) = task.late_finish.filter(|late| *late > task.finish) {
            let y = f32::midpoint(lane.top(), foot);
            let line = egui::Stroke::new(1.0, visuals.weak_text_color());
            painter.hline(x(task.finish)..=x(late), y, line);
            painter.vline(x(late), y - 3.0..=y + 3.0, line);
        }
        let now = plan.at();
        let fill = match (self.work, now >= task.finish, now > task.start) {
            (0, ..) => visuals.weak_text_color().gamma_multiply(0.5),
            (_, true, _) => egui::Color32::from_rgb(110, 130, 150),
            (_, false, true) => egui::Color32::from_rgb(60, 170, 90),
            (_, false, false) => egui::Color32::from_rgb(86, 130, 190),
        };
        let own = bar(task.start, task.finish, lane.top(), foot);
        painter.rect_filled(own, 2.0, fill);
        if task.critical {
            painter.rect_filled(own.with_max_y(own.top() + 3.0), 0.0, CRITICAL);
        }
        painter.vline(x(now), rect.y_range(), egui::Stroke::new(1.0, visuals.warn_fg_color));
        response.on_hover_text(self.about(&title)).clicked()
    }

    /// What there is to say of it.
    fn about(&self, title: &str) -> String {
        let task = self.task;
        let mut lines = vec![title.to_owned()];
        if !task.wbs.is_empty() {
            lines.push(task.wbs.clone());
        }
        lines.push(format!("{} to {}", day(task.start), day(task.finish)));
        if let Some((start, finish)) = self.before {
            lines.push(format!("before: {} to {}", day(start), day(finish)));
        }
        match task.float_h {
            _ if task.critical => lines.push("critical: the finish hangs on it".to_owned()),
            Some(hours) => lines.push(format!("may slip {hours:.0} h of work")),
            None => {}
        }
        lines.push(counted(self.work));
        lines.join("\n")
    }
}
