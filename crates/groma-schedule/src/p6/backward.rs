//! Late dates, and the early dates of what is to be as late as possible.

use super::Run;
use crate::network::Edge;
use crate::passes::Passes;
use crate::schedule::{ActivityKind, Constraint, ConstraintKind, LinkKind, Status};
use crate::time::Time;

/// Late start and finish of each slot, once early dates and the finish of each project stand.
pub(crate) fn backward(run: &Run<'_>, passes: &mut Passes) {
    let network = run.network;
    for (finish, frame) in passes.finish.iter_mut().zip(&network.frames) {
        *finish = (*finish).max(frame.must_finish_by.unwrap_or(*finish));
    }
    for slot in (0..network.len()).rev() {
        let calendar = network.calendar(slot);
        let project_finish = passes.finish[usize::from(network.project[slot])];
        let edges = network.successors(slot);
        let held = edges.iter().map(|e| {
            let finish = latest_finish(run, passes, e, slot);
            if finish > project_finish { calendar.previous_finish(project_finish) } else { finish }
        });
        let open_end = || run.frame(slot).must_finish_by.unwrap_or(project_finish);
        let mut finish = held.min().unwrap_or_else(open_end);
        if edges.is_empty() && run.frame(slot).options.open_ends_critical {
            finish = finish.min(passes.early_finish[slot]);
        }
        if network.status[slot] != Status::Complete {
            for constraint in [network.constraint[slot], network.constraint2[slot]].into_iter().flatten() {
                finish = bound(run, slot, finish, constraint);
            }
            finish = calendar.previous_finish(finish);
        }
        let mut start = calendar.add(finish, -run.remaining[slot]);
        let kind = network.kind[slot];
        if kind == ActivityKind::StartMilestone
            || kind != ActivityKind::FinishMilestone && run.remaining[slot] > 0
        {
            start = calendar.next_start(start);
        }
        passes.late_start[slot] = start;
        passes.late_finish[slot] = finish;
        if is_late_as_possible(network.constraint[slot]) || is_late_as_possible(network.constraint2[slot]) {
            slide(run, passes, slot);
        }
    }
}

fn is_late_as_possible(constraint: Option<Constraint>) -> bool {
    constraint.is_some_and(|c| c.kind == ConstraintKind::AsLateAsPossible)
}

/// The late finish that a constraint leaves.
fn bound(run: &Run<'_>, slot: usize, finish: Time, constraint: Constraint) -> Time {
    let date = constraint.date.unwrap_or_default();
    let after_start = || run.network.calendar(slot).add(date, run.remaining[slot]);
    let started = run.is_progressed(slot);
    match constraint.kind {
        ConstraintKind::StartOn if !started => finish.min(after_start()),
        ConstraintKind::MandatoryStart if !started => after_start(),
        ConstraintKind::MandatoryFinish => date,
        ConstraintKind::StartNoLaterThan => finish.min(after_start()),
        ConstraintKind::FinishOn | ConstraintKind::FinishNoLaterThan => finish.min(date),
        _ => finish,
    }
}

/// The latest finish that a link allows its predecessor.
#[inline]
fn latest_finish(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize) -> Time {
    let n = run.network;
    let s = edge.slot as usize;
    let (late_start, late_finish) = (passes.late_start[s], passes.late_finish[s]);
    if run.is_progressed(slot) || run.is_progressed(s) {
        return with_progress(run, edge, slot, late_start, late_finish);
    }
    let calendar = n.calendar(slot);
    let duration = run.remaining[slot];
    match edge.kind {
        LinkKind::FinishStart => run.remove_lag(edge, late_start, edge.lag),
        LinkKind::FinishFinish => run.remove_lag(edge, late_finish, edge.lag),
        LinkKind::StartStart => {
            let start = calendar.next_start(run.remove_lag(edge, late_start, edge.lag));
            let finish = calendar.add(start, duration);
            // An open-ended successor holds its predecessor's finish too.
            if edge.lag == 0 && n.successors(s).is_empty() { finish.min(late_finish) } else { finish }
        }
        LinkKind::StartFinish => run.remove_lag(edge, calendar.add(late_finish, duration), edge.lag),
    }
}

/// The same where an end of the link has an actual date.
#[cold]
fn with_progress(run: &Run<'_>, edge: &Edge, slot: usize, late_start: Time, late_finish: Time) -> Time {
    let n = run.network;
    let s = edge.slot as usize;
    let calendar = n.calendar(slot);
    let duration = match n.status[slot] {
        Status::NotStarted => run.remaining[slot],
        Status::InProgress => run.done(slot) + run.remaining[slot],
        Status::Complete => calendar.between(n.actual_start[slot], n.actual_finish[slot]),
    };
    let rest = |since: Time, at: Time| {
        let left = run.lag_left(edge, slot, since);
        if edge.lag > 0 && left > 0 { run.remove_lag(edge, at, left) } else { at }
    };
    match (edge.kind, n.status[slot], n.status[s]) {
        (LinkKind::FinishStart, Status::NotStarted, Status::Complete) => late_start,
        (LinkKind::FinishStart, Status::NotStarted, _) => run.remove_lag(edge, late_start, edge.lag),
        (LinkKind::FinishStart, Status::Complete, Status::InProgress) => late_start,
        (LinkKind::FinishStart, Status::Complete, _) => rest(n.actual_finish[slot], late_start),
        (LinkKind::FinishStart, Status::InProgress, Status::NotStarted) => {
            run.remove_lag(edge, late_start, edge.lag)
        }
        (LinkKind::FinishStart, Status::InProgress, Status::InProgress) if run.done(s) == 0 => {
            run.remove_lag(edge, late_start, edge.lag)
        }
        (LinkKind::FinishStart, Status::InProgress, _) => late_start,

        (LinkKind::FinishFinish, Status::Complete, Status::InProgress) => late_finish,
        (LinkKind::FinishFinish, Status::Complete, _) => rest(n.actual_finish[slot], late_finish),
        (LinkKind::FinishFinish, _, _) => run.remove_lag(edge, late_finish, edge.lag),

        (LinkKind::StartStart, from, to) => {
            let start = match (from, to) {
                (Status::NotStarted, _) => run.remove_lag(edge, late_start, edge.lag),
                (Status::Complete, Status::InProgress) | (Status::InProgress, Status::Complete) => late_start,
                (Status::Complete, _) => rest(n.actual_start[slot], late_start),
                (Status::InProgress, _) => {
                    let left = edge.lag - run.done(slot);
                    if edge.lag > 0 && left > 0 { run.remove_lag(edge, late_start, left) } else { late_start }
                }
            };
            calendar.add(start, run.remaining[slot])
        }

        (LinkKind::StartFinish, Status::NotStarted, _)
        | (LinkKind::StartFinish, Status::Complete, Status::NotStarted | Status::InProgress)
        | (LinkKind::StartFinish, Status::InProgress, Status::InProgress) => {
            run.remove_lag(edge, calendar.add(late_finish, duration), edge.lag)
        }
        (LinkKind::StartFinish, Status::Complete, Status::Complete) => late_finish,
        (LinkKind::StartFinish, Status::InProgress, Status::NotStarted) => {
            calendar.add(late_finish, run.remaining[slot])
        }
        (LinkKind::StartFinish, Status::InProgress, Status::Complete) => {
            let left = run.lag_left(edge, slot, n.actual_start[slot]);
            if edge.lag > 0 && left > 0 {
                run.remove_lag(edge, calendar.add(late_finish, duration), left)
            } else {
                calendar.add(late_finish, run.remaining[slot])
            }
        }
    }
}

/// Moves the early dates as late as the early dates of the successors allow.
fn slide(run: &Run<'_>, passes: &mut Passes, slot: usize) {
    let n = run.network;
    let calendar = n.calendar(slot);
    let rest = -run.remaining[slot];
    let data_date = run.frame(slot).data_date;
    let latest = |edge: &Edge| {
        let s = edge.slot as usize;
        match edge.kind {
            LinkKind::StartStart => Some(run.remove_lag(edge, passes.early_start[s], edge.lag)),
            LinkKind::FinishStart if n.status[slot] == Status::Complete => {
                Some(calendar.next_start(data_date))
            }
            LinkKind::FinishStart => {
                Some(run.remove_lag(edge, calendar.add(passes.early_start[s], rest), edge.lag))
            }
            LinkKind::FinishFinish => {
                Some(calendar.add(run.remove_lag(edge, passes.early_finish[s], edge.lag), rest))
            }
            LinkKind::StartFinish => None,
        }
    };
    let held = n.successors(slot).iter().filter_map(latest).min();
    let finish_of_project = passes.finish[usize::from(n.project[slot])];
    let (start, finish) = match held {
        Some(start) => (start, calendar.add(start, run.remaining[slot])),
        None => (calendar.add(finish_of_project, rest), finish_of_project),
    };
    passes.early_start[slot] = start;
    passes.early_finish[slot] = finish;
}
