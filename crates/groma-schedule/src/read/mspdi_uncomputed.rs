//! What a file of Microsoft Project states and dates are computed without.

use super::Notes;
use super::dom::Element;
use super::mspdi::{iso_minutes, label, number};
use crate::activity::Status;
use crate::schedule::Schedule;
use crate::time::Time;
use groma_model::codes;

/// Names it.
pub(super) fn note(root: &Element<'_>, schedule: &Schedule, notes: &mut Notes) {
    if matches!(root.text_of("ScheduleFromStart"), Some("0" | "false")) {
        notes.add(
            codes::NOT_COMPUTED,
            || "the project is planned backward from its finish; its dates are computed from its start",
        );
    }
    for task in root.child("Tasks").iter().flat_map(|t| t.all("Task")) {
        let is_summary = matches!(task.text_of("Summary"), Some("1" | "true"));
        let delay = number(task, "LevelingDelay", notes).filter(|d| *d > 0.0 && !is_summary);
        if let Some(tenths) = delay {
            notes.add(codes::NOT_COMPUTED, || {
                format!("{}: levelling delays it by {} min", label(task), tenths / 10.0)
            });
        }
        suspension(task, notes);
    }
    let tasks = schedule.assignments.iter().filter(|a| a.delay > 0);
    for a in tasks.filter(|a| schedule.activities[a.activity.at()].status == Status::NotStarted) {
        notes.add(codes::NOT_COMPUTED, || {
            let task = &schedule.activities[a.activity.at()];
            format!("assignment {} to {} {:?} begins {} min late", a.uid, task.uid, task.name, a.delay)
        });
    }
    for assignment in root.child("Assignments").iter().flat_map(|a| a.all("Assignment")) {
        if is_split(assignment) {
            notes.add(codes::NOT_COMPUTED, || {
                let task = assignment.text_of("TaskUID").unwrap_or("?");
                format!("{}: the work on task {task} is split in parts", label(assignment))
            });
        }
    }
}

/// A task that stopped and goes on later.
fn suspension(task: &Element<'_>, notes: &mut Notes) {
    let at = |name: &str| task.text_of(name).and_then(Time::parse);
    let is_open = task.text_of("ActualStart").is_some() && task.text_of("ActualFinish").is_none();
    let Some((stop, resume)) = at("Stop").zip(at("Resume")).filter(|_| is_open) else { return };
    // A night or a weekend lies between any two days of work.
    if resume - stop > 4 * crate::time::DAY {
        notes.add(codes::NOT_COMPUTED, || format!("{}: stopped at {stop}, goes on at {resume}", label(task)));
    }
}

/// True when days without any work lie between days with work, more of them than a long weekend has.
fn is_split(assignment: &Element<'_>) -> bool {
    let mut last: Option<Time> = None;
    for row in assignment.all("TimephasedData").filter(|r| matches!(r.text_of("Type"), Some("1" | "2"))) {
        if row.text_of("Value").and_then(iso_minutes).is_none_or(|m| m <= 0.0) {
            continue;
        }
        let at = |name: &str| row.text_of(name).and_then(Time::parse);
        if let (Some(last), Some(start)) = (last, at("Start"))
            && start - last > 5 * crate::time::DAY
        {
            return true;
        }
        last = at("Finish").or(last);
    }
    false
}
