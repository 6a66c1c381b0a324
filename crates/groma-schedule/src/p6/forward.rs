//! Early dates.

use super::Run;
use crate::network::Edge;
use crate::passes::Passes;
use crate::schedule::{ActivityKind, ConstraintKind, LinkKind, Status};
use crate::time::Time;

/// Early start and finish of each slot, and the finish of each project.
pub(crate) fn forward(run: &Run<'_>, passes: &mut Passes) {
    let network = run.network;
    passes.finish.fill(Time::from_minutes(i32::MIN));
    for slot in 0..network.len() {
        let (start, finish) = match network.status[slot] {
            Status::NotStarted => not_started(run, passes, slot),
            Status::InProgress => in_progress(run, passes, slot),
            Status::Complete => complete(run, passes, slot),
        };
        passes.early_start[slot] = start;
        passes.early_finish[slot] = finish;
        let project = &mut passes.finish[usize::from(network.project[slot])];
        *project = (*project).max(finish);
    }
}

fn latest_from_predecessors(run: &Run<'_>, passes: &Passes, slot: usize) -> Option<Time> {
    let edges = run.network.predecessors(slot);
    edges.iter().map(|edge| earliest_start(run, passes, edge, slot)).max()
}

fn not_started(run: &Run<'_>, passes: &Passes, slot: usize) -> (Time, Time) {
    let network = run.network;
    let calendar = network.calendar(slot);
    let duration = run.remaining[slot];
    let frame = run.frame(slot);
    let mut start = latest_from_predecessors(run, passes, slot).unwrap_or(frame.start);
    let mut finish = None;
    if let Some(constraint) = network.constraint[slot] {
        let date = constraint.date.unwrap_or_default();
        match constraint.kind {
            ConstraintKind::StartNoEarlierThan => start = no_earlier(run, slot, start, date),
            ConstraintKind::FinishNoEarlierThan => start = start.max(calendar.add(date, -duration)),
            ConstraintKind::MandatoryStart => start = date,
            ConstraintKind::StartOn if start < date => start = calendar.next_start(date),
            ConstraintKind::MandatoryFinish => {
                finish = Some(date);
                start = calendar.add(date, -duration);
            }
            ConstraintKind::FinishOn => {
                let on = calendar.add(date, -duration);
                if on > start {
                    finish = Some(date);
                    start = on;
                }
            }
            _ => {}
        }
    }
    if network.kind[slot] != ActivityKind::FinishMilestone {
        start = calendar.next_start(start);
    }
    (start, finish.unwrap_or_else(|| calendar.add(start, duration)))
}

/// A start-no-earlier-than date at midnight takes the time of day of the start that it replaces, where that is
/// work time.
fn no_earlier(run: &Run<'_>, slot: usize, start: Time, date: Time) -> Time {
    if start >= date && start.day() != date.day() {
        return start;
    }
    let at = date.day().at(start.minute_of_day());
    if date.minute_of_day() == 0 && run.network.calendar(slot).next_start(at).day() == date.day() {
        return at;
    }
    date
}

fn in_progress(run: &Run<'_>, passes: &Passes, slot: usize) -> (Time, Time) {
    let calendar = run.network.calendar(slot);
    let frame = run.frame(slot);
    let held = if frame.overrides_logic() { None } else { latest_from_predecessors(run, passes, slot) };
    let start = calendar.next_start(held.unwrap_or(frame.data_date));
    (start, calendar.add(start, run.remaining[slot]))
}

fn complete(run: &Run<'_>, passes: &Passes, slot: usize) -> (Time, Time) {
    let start = latest_from_predecessors(run, passes, slot).unwrap_or(run.frame(slot).data_date);
    (start, start)
}

/// The earliest start that a link allows its successor.
#[inline]
fn earliest_start(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize) -> Time {
    let p = edge.slot as usize;
    if run.is_progressed(p) || run.is_progressed(slot) {
        return with_progress(run, passes, edge, slot);
    }
    match edge.kind {
        LinkKind::FinishStart => run.add_lag(edge, slot, passes.early_finish[p], edge.lag),
        LinkKind::StartStart if edge.lag == 0 => run.lag_calendar(edge).next_start(passes.early_start[p]),
        LinkKind::StartStart => run.add_lag(edge, slot, passes.early_start[p], edge.lag),
        LinkKind::FinishFinish => {
            let finish = run.add_lag(edge, slot, passes.early_finish[p], edge.lag);
            before_finish(run, slot, finish)
        }
        LinkKind::StartFinish => {
            let start = run.network.calendar(slot).add(passes.early_start[p], -run.remaining[slot]);
            run.add_lag(edge, slot, start, edge.lag)
        }
    }
}

/// The start of the remaining work that ends at an instant, not before the project's start.
#[inline]
fn before_finish(run: &Run<'_>, slot: usize, finish: Time) -> Time {
    run.network.calendar(slot).add(finish, -run.remaining[slot]).max(run.frame(slot).start)
}

/// The same where an end of the link has an actual date.
#[cold]
fn with_progress(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize) -> Time {
    let n = run.network;
    let p = edge.slot as usize;
    let (early_start, early_finish) = (passes.early_start[p], passes.early_finish[p]);
    let data_date = run.frame(slot).data_date;
    match (edge.kind, n.status[p], n.status[slot]) {
        (LinkKind::FinishStart, Status::Complete, Status::NotStarted) if edge.lag > 0 => {
            let left = run.lag_left(edge, slot, n.actual_finish[p]);
            if left > 0 { run.add_lag(edge, slot, early_finish, left) } else { early_finish }
        }
        (LinkKind::FinishStart, Status::Complete, _) => early_finish,
        (LinkKind::FinishStart, _, _) => run.add_lag(edge, slot, early_finish, edge.lag),

        (LinkKind::StartStart, Status::NotStarted, _) => run.add_lag(edge, slot, early_start, edge.lag),
        (LinkKind::StartStart, Status::Complete, Status::NotStarted) if edge.lag < 0 => {
            run.add_lag(edge, slot, n.actual_start[p], edge.lag)
        }
        (LinkKind::StartStart, Status::Complete, s) if s == Status::NotStarted || edge.lag > 0 => {
            let start = run.add_lag(edge, slot, n.actual_start[p], edge.lag);
            if start < data_date || s == Status::Complete { early_start } else { start }
        }
        (LinkKind::StartStart, Status::InProgress, Status::NotStarted | Status::InProgress)
            if edge.lag > 0 =>
        {
            let left = edge.lag - run.done(p);
            if left > 0 { run.add_lag(edge, slot, early_start, left) } else { early_start }
        }
        (LinkKind::StartStart, _, _) => early_start,

        (LinkKind::FinishFinish, Status::Complete, Status::Complete) => data_date,
        (LinkKind::FinishFinish, Status::Complete, _) => {
            before_finish(run, slot, run.add_lag(edge, slot, n.actual_finish[p], edge.lag))
        }
        (LinkKind::FinishFinish, _, _) => {
            before_finish(run, slot, run.add_lag(edge, slot, early_finish, edge.lag))
        }

        (LinkKind::StartFinish, Status::NotStarted, Status::InProgress) if edge.lag <= 0 => {
            let finish = n.calendar(slot).add(n.actual_start[slot], run.done(slot) + run.remaining[slot]);
            n.calendar(slot).add(finish, -run.remaining[slot])
        }
        (LinkKind::StartFinish, Status::NotStarted, Status::InProgress) => {
            let finish = run.add_lag(edge, slot, early_start, edge.lag);
            n.calendar(slot).add(finish, -run.remaining[slot])
        }
        (LinkKind::StartFinish, Status::NotStarted, _) => run.add_lag(edge, slot, early_start, edge.lag),
        (LinkKind::StartFinish, status, Status::NotStarted) => {
            let start = n.calendar(slot).add(early_start, -run.remaining[slot]);
            let start = run.add_lag(edge, slot, start, edge.lag);
            if status == Status::InProgress { start.min(data_date) } else { start }
        }
        (LinkKind::StartFinish, _, Status::InProgress) => {
            let left = run.lag_left(edge, slot, n.actual_start[p]);
            if left > 0 {
                let finish = run.add_lag(edge, slot, early_start, left);
                n.calendar(slot).add(finish, -run.remaining[slot])
            } else {
                early_start
            }
        }
        (LinkKind::StartFinish, status, Status::Complete) => match (edge.lag, status) {
            (0, _) => early_start,
            (_, Status::InProgress) => n.calendar(slot).next_start(data_date),
            _ => run.add_lag(edge, slot, early_start, edge.lag).min(data_date),
        },
    }
}
