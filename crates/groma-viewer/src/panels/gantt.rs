//! The tasks of the programme as bars: where they were planned before, what may slip, what the finish hangs on.

use crate::panels::Desk;
use crate::panels::plan::day;
use crate::session::action::{Action, How};
use crate::session::outline::{self, Heading, Line};
use crate::session::places::Places;
use crate::session::plan::{Plan, TaskOrder};
use crate::session::{Session, counted};
use bevy_egui::egui;
use groma::schedule::{DAY, Day, Time};
use groma::twin::{Task, Twin};
use std::collections::BTreeSet;
use std::sync::{Arc, Weak};

/// How wide the names of tasks are.
const NAMES: f32 = 300.0;
/// How far a name stands in for each heading over it, up to a depth.
const INDENT: f32 = 12.0;
const DEEPEST: u8 = 8;
/// Half of a milestone, across.
const DIAMOND: f32 = 6.0;
/// How high a task is.
const HEIGHT: f32 = 18.0;
/// So many of the tasks that have begun stay in sight above those that have not.
const ABOVE: usize = 3;
/// The least room for a date above the bars.
const LABEL: f32 = 64.0;
/// What marks a task that the finish of the project hangs on.
const CRITICAL: egui::Color32 = egui::Color32::from_rgb(214, 40, 40);

/// What is finished, and what has not begun.
const DONE: egui::Color32 = egui::Color32::from_rgb(110, 130, 150);
const TO_DO: egui::Color32 = egui::Color32::from_rgb(86, 130, 190);

/// The tasks that have all the typed words; those out of sight are not laid out. Beside a scenario the bars are its
/// own, and what they are compared with is the programme; else it is the baseline. In the order of their starts the list
/// follows the instant that is shown; in that of the programme they stand under the headings of its breakdown.
pub fn show(ui: &mut egui::Ui, s: &Session, plan: &Plan, desk: &mut Desk, ask: &mut Vec<Action>) {
    let words: Vec<String> = desk.tasks.split_whitespace().map(str::to_lowercase).collect();
    let begins = desk.chosen_tasks.follow(s, plan);
    if begins {
        // What is under a folded heading cannot be brought into sight.
        let chosen = &desk.chosen_tasks;
        for heading in plan.outline().above(|n| chosen.has(n)) {
            desk.folded.remove(&heading.path);
        }
    }
    let listed = plan.rows(&words, desk.task_order, &desk.folded);
    if listed.is_empty() {
        ui.weak("No task has these words");
        return;
    }
    let other = s.compare.as_ref().map(|compare| compare.other.tasks());
    legend(ui, s, plan);
    let axis = Axis::show(ui, plan, desk.days);
    let mut area = egui::ScrollArea::vertical().auto_shrink(false);
    let now = plan.at();
    let mut sought = None;
    if desk.task_order == TaskOrder::Start && desk.followed != Some(now) {
        desk.followed = Some(now);
        let begun = |row: &outline::Row| match row.line {
            Line::Task(n) => plan.tasks()[n as usize].start <= now,
            Line::Heading(_) => true,
        };
        sought = Some(listed.partition_point(begun));
    }
    // What is chosen in the scene is brought into sight; what is chosen here is in sight.
    if begins {
        let chosen = |row: &outline::Row| matches!(row.line, Line::Task(n) if desk.chosen_tasks.has(n));
        sought = listed.iter().position(chosen).or(sought);
    }
    if let Some(row) = sought {
        let step = HEIGHT + ui.spacing().item_spacing.y;
        // In a low list it would be below the last that is seen.
        let above = ABOVE.min((ui.available_height() / step / 2.0) as usize);
        area = area.vertical_scroll_offset(row.saturating_sub(above) as f32 * step);
    }
    area.show_rows(ui, HEIGHT, listed.len(), |ui, range| {
        for row in &listed[range] {
            let n = match row.line {
                Line::Task(n) => n,
                Line::Heading(n) => {
                    let dated = other.unwrap_or(plan.tasks());
                    heading(ui, plan, (n, row.depth), dated, &axis, desk, ask);
                    continue;
                }
            };
            let stated = &plan.tasks()[n as usize];
            let (task, before) = match other.and_then(|tasks| tasks.get(n as usize)) {
                Some(task) => (task, Some((stated.start, stated.finish))),
                None => (stated, stated.baseline),
            };
            let chosen = desk.chosen_tasks.has(n);
            let indent = INDENT * f32::from(row.depth.min(DEEPEST));
            let row = Row { task, before, work: plan.work_of(n), chosen, indent, axis: &axis };
            if row.show(ui, plan) {
                desk.chosen_tasks.here = true;
                ask.push(Action::OpenTask(n));
                if plan.at() < task.start || plan.at() >= task.finish {
                    let middle = task.start + (task.finish - task.start) / 2;
                    // What one points at stays where it is.
                    desk.followed = Some(middle);
                    ask.push(Action::GoTo(middle));
                }
            }
        }
    });
}

/// The tasks that work on what is selected, worked out anew only where something else is selected.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    selection: Places,
    twin: Weak<Twin>,
    tasks: BTreeSet<u32>,
    /// What is selected next is so by a click on a task.
    here: bool,
}

impl Chosen {
    /// Looks up the tasks of what is selected now; true where something else was just selected, and not by a task.
    pub fn follow(&mut self, s: &Session, plan: &Plan) -> bool {
        let same = self.selection == s.selection;
        if same && self.twin.as_ptr() == Arc::as_ptr(plan.twin()) {
            self.here = false;
            return false;
        }
        self.selection.clone_from(&s.selection);
        self.twin = Arc::downgrade(plan.twin());
        self.tasks = s.selection.iter().flat_map(|place| plan.tasks_of(place)).collect();
        !std::mem::take(&mut self.here) && !same
    }

    /// Whether a task works on what is selected.
    pub fn has(&self, task: u32) -> bool {
        self.tasks.contains(&task)
    }
}

/// Where the bars are in a row.
fn lane(row: egui::Rect) -> egui::Rect {
    // A milestone at the end of all has room.
    row.with_min_x(row.left() + NAMES).shrink2(egui::vec2(DIAMOND + 2.0, 2.0))
}

/// A heading in its row, with the time from the first start to the last finish under it. A click chooses what these
/// tasks work on.
fn heading(
    ui: &mut egui::Ui,
    plan: &Plan,
    (n, depth): (u32, u8),
    dated: &[Task],
    axis: &Axis,
    desk: &mut Desk,
    ask: &mut Vec<Action>,
) {
    let Heading { name, path, .. } = &plan.outline().headings()[n as usize];
    let (rect, response) =
        ui.allocate_exact_size(egui::vec2(ui.available_width(), HEIGHT), egui::Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, name));
    let left = rect.left() + INDENT * f32::from(depth.min(DEEPEST));
    let grip = rect.with_min_x(left).with_max_x(left + 16.0);
    let fold = ui.interact(grip, ui.id().with(("fold", n)), egui::Sense::click());
    let folded = desk.folded.contains(path);
    let does = format!("{} {name}", if folded { "Unfold" } else { "Fold" });
    fold.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &does));
    if fold.clicked() && !desk.folded.remove(path) {
        desk.folded.insert(path.clone());
    }
    if response.clicked() {
        desk.chosen_tasks.here = true;
        ask.push(Action::SelectAll(plan.elements_under(n), How::Replace));
    }
    let painter = ui.painter_at(rect);
    let visuals = ui.visuals();
    if response.hovered() || fold.hovered() {
        painter.rect_filled(rect, 2.0, visuals.widgets.hovered.weak_bg_fill);
    }
    let text = visuals.strong_text_color();
    let c = grip.center();
    let arrow = match folded {
        true => [c + egui::vec2(-2.0, -4.0), c + egui::vec2(3.0, 0.0), c + egui::vec2(-2.0, 4.0)],
        false => [c + egui::vec2(-4.0, -2.0), c + egui::vec2(4.0, -2.0), c + egui::vec2(0.0, 3.0)],
    };
    painter.add(egui::Shape::convex_polygon(arrow.to_vec(), text, egui::Stroke::NONE));
    painter.with_clip_rect(rect.with_max_x(rect.left() + NAMES - 8.0)).text(
        egui::pos2(grip.right() + 2.0, rect.center().y),
        egui::Align2::LEFT_CENTER,
        name,
        egui::FontId::proportional(12.0),
        text,
    );
    let tasks = plan.outline().tasks(n).filter_map(|task| dated.get(task as usize));
    let spans = tasks.map(|t| (1, t.start, t.finish));
    let whole = spans.reduce(|(n, start, finish), (m, s, f)| (n + m, start.min(s), finish.max(f)));
    let Some((count, start, finish)) = whole else { return };
    let lane = lane(rect);
    for at in &axis.ticks {
        painter.vline(axis.x(lane, *at), rect.y_range(), visuals.widgets.noninteractive.bg_stroke);
    }
    let painter = painter.with_clip_rect(lane.expand2(egui::vec2(DIAMOND, 2.0)));
    let (from, to) = (axis.x(lane, start), axis.x(lane, finish).max(axis.x(lane, start) + 2.0));
    let bar = egui::Rect::from_x_y_ranges(from..=to, lane.top() + 3.0..=lane.top() + 7.0);
    painter.rect_filled(bar, 0.0, visuals.text_color());
    for (x, inwards) in [(from, 4.0), (to, -4.0)] {
        let foot =
            [egui::pos2(x, bar.top()), egui::pos2(x + inwards, bar.top()), egui::pos2(x, bar.bottom() + 4.0)];
        painter.add(egui::Shape::convex_polygon(foot.to_vec(), visuals.text_color(), egui::Stroke::NONE));
    }
    painter.vline(axis.x(lane, plan.at()), rect.y_range(), egui::Stroke::new(1.0, visuals.warn_fg_color));
    let tasks = if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") };
    let path = path.join("/");
    response.on_hover_text(format!("{path}\n{tasks}\n{} to {}", day(start), day(finish)));
}

/// The stretch of time that bars span.
struct Axis {
    first: Time,
    last: Time,
    /// What begins in it: months, weeks or the like.
    ticks: Vec<Time>,
}

impl Axis {
    /// All of a programme, or so many days around the instant that is shown, a quarter of them before it; its dates stand
    /// above the bars.
    fn show(ui: &mut egui::Ui, plan: &Plan, days: Option<i32>) -> Self {
        let (rect, _) =
            ui.allocate_exact_size(egui::vec2(ui.available_width(), HEIGHT - 4.0), egui::Sense::hover());
        let lane = lane(rect);
        let (mut first, mut last) = plan.span();
        if let Some(length) = days.map(|days| days * DAY).filter(|length| *length < last - first) {
            first = (plan.at() + -(length / 4)).clamp(first, last + -length);
            last = first + length;
        }
        let mut axis = Self { first, last, ticks: Vec::new() };
        let painter = ui.painter_at(rect);
        for (at, text) in ticks(first, last, (lane.width() / LABEL).max(1.0) as usize) {
            let corner = egui::pos2(axis.x(lane, at), rect.top());
            let font = egui::FontId::proportional(10.0);
            painter.text(corner, egui::Align2::LEFT_TOP, text, font, ui.visuals().weak_text_color());
            axis.ticks.push(at);
        }
        axis
    }

    fn x(&self, lane: egui::Rect, at: Time) -> f32 {
        let share = f64::from(at - self.first) / f64::from((self.last - self.first).max(1));
        // What is far outside stays so, and within what f32 can tell.
        lane.left() + lane.width() * share.clamp(-1.0, 2.0) as f32
    }
}

/// The days, weeks, months, quarters or years that begin within a span: the shortest of these of which there are about
/// `most` at most.
fn ticks(first: Time, last: Time, most: usize) -> Vec<(Time, String)> {
    let days = (last - first) / DAY;
    let fits = |length: i32| days / length <= most as i32;
    let named = |day: Day, pattern: &str| (day.at(0), day.civil().strftime(pattern).to_string());
    let within = |tick: &(Time, String)| (first..=last).contains(&tick.0);
    if fits(7) {
        let of = (first.day().number()..=last.day().number()).map(Day::from_number);
        let starts = of.filter(|day| fits(1) || day.weekday() == 0);
        return starts.map(|day| named(day, "%-d %b")).filter(within).collect();
    }
    let months = [1, 3, 12].into_iter().find(|months| fits(30 * months)).unwrap_or(12);
    let pattern = if months == 12 { "%Y" } else { "%b %Y" };
    let years = first.civil().year()..=last.civil().year();
    let starts = years.flat_map(|y| (1..=12).map(move |m| (y, m))).filter(|(_, m)| (m - 1) % months == 0);
    let starts = starts.filter_map(|(y, m)| Day::from_ymd(y, i8::try_from(m).ok()?, 1));
    starts.map(|day| named(day, pattern)).filter(within).collect()
}

/// What takes no time.
fn diamond(at: egui::Pos2, fill: egui::Color32, edge: egui::Color32) -> egui::Shape {
    let corners = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)];
    let corners = corners.map(|(x, y)| at + DIAMOND * egui::vec2(x, y));
    egui::Shape::convex_polygon(corners.to_vec(), fill, egui::Stroke::new(1.0, edge))
}

/// What the marks mean that the tasks have.
fn legend(ui: &mut egui::Ui, s: &Session, plan: &Plan) {
    let tasks = plan.tasks();
    let marks = [
        (s.compare.is_some(), "thin: the programme as its logic computes it; thick: the scenario"),
        (s.compare.is_none() && tasks.iter().any(|t| t.baseline.is_some()), "thin: the baseline"),
        (tasks.iter().any(|t| t.critical), "red: critical"),
        (tasks.iter().any(|t| t.start == t.finish), "diamond: milestone"),
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
    /// How far its name stands in.
    indent: f32,
    axis: &'a Axis,
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
            rect.left_center() + egui::vec2(4.0 + self.indent, 0.0),
            egui::Align2::LEFT_CENTER,
            &title,
            egui::FontId::proportional(12.0),
            visuals.text_color(),
        );
        let lane = lane(rect);
        let x = |at: Time| self.axis.x(lane, at);
        for at in &self.axis.ticks {
            painter.vline(x(*at), rect.y_range(), visuals.widgets.noninteractive.bg_stroke);
        }
        let painter = painter.with_clip_rect(lane.expand2(egui::vec2(DIAMOND, 2.0)));
        let bar = |from: Time, to: Time, top: f32, bottom: f32| {
            // What takes no time stands on both sides of its instant.
            let least = if from == to { 2.5 } else { 0.0 };
            let (a, b) = (x(from) - least, (x(to) + least).max(x(from) + 2.0));
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
            (_, true, _) => DONE,
            (_, false, true) => egui::Color32::from_rgb(60, 170, 90),
            (_, false, false) => TO_DO,
        };
        if task.start == task.finish {
            let done = if now >= task.finish { DONE } else { TO_DO };
            let at = egui::pos2(x(task.start), f32::midpoint(lane.top(), foot));
            painter.add(diamond(at, if task.critical { CRITICAL } else { done }, visuals.text_color()));
        } else {
            let own = bar(task.start, task.finish, lane.top(), foot);
            painter.rect_filled(own, 2.0, fill);
            if task.critical {
                painter.rect_filled(own.with_max_y(own.top() + 3.0), 0.0, CRITICAL);
            }
        }
        painter.vline(x(now), rect.y_range(), egui::Stroke::new(1.0, visuals.warn_fg_color));
        response.on_hover_text(self.about(&title)).clicked()
    }

    /// What there is to say of it.
    fn about(&self, title: &str) -> String {
        let task = self.task;
        let mut lines = vec![title.to_owned()];
        if !task.above.is_empty() {
            lines.push(task.wbs());
        }
        lines.push(match task.start == task.finish {
            true => format!("milestone: {}", day(task.start)),
            false => format!("{} to {}", day(task.start), day(task.finish)),
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_as_fine_as_there_is_room() {
        let check = |from: &str, to: &str, most: usize, expected: &str| {
            let [from, to] = [from, to].map(|text| Time::parse(text).unwrap());
            let found = ticks(from, to, most);
            let words: Vec<String> = found.into_iter().map(|(_, text)| text).collect();
            assert_eq!(words.join(", "), expected);
        };
        check("2026-02-27T08:00", "2026-03-02T12:00", 8, "28 Feb, 1 Mar, 2 Mar");
        check("2026-02-24T08:00", "2026-03-12T12:00", 8, "2 Mar, 9 Mar");
        check("2025-12-02T00:00", "2026-05-01T00:00", 8, "Jan 2026, Feb 2026, Mar 2026, Apr 2026, May 2026");
        check("2025-12-02T00:00", "2026-12-01T00:00", 8, "Jan 2026, Apr 2026, Jul 2026, Oct 2026");
        check("1999-06-02T00:00", "2003-01-01T00:00", 8, "2000, 2001, 2002, 2003");
        check("2026-02-24T08:00", "2026-02-24T08:00", 1, "");
    }
}
