//! Late dates, and the early dates of what is to be as late as possible.

use super::Run;
use crate::activity::{ActivityKind, Constraint, ConstraintKind, Status};
use crate::network::Edge;
use crate::passes::Passes;
use crate::schedule::LinkKind;
use crate::time::Time;

/// Late start and finish of each slot, once early dates and the finish of each project stand.
pub(crate) fn backward(run: &Run<'_>, passes: &mut Passes) {
    let network = run.network;
    for (finish, frame) in passes.finish.iter_mut().zip(&network.frames) {
        let known = frame.must_finish_by.or(frame.scheduled_finish);
        *finish = (*finish).max(known.unwrap_or(*finish));
    }
    for slot in (0..network.len()).rev() {
        late_of(run, passes, slot);
    }
}

/// Late start and finish of a slot, once those of its successors and the finish of each project stand; the
/// early ones too if it is to be as late as possible.
#[inline]
pub(crate) fn late_of(run: &Run<'_>, passes: &mut Passes, slot: usize) {
    let network = run.network;
    let calendar = network.calendar(slot);
    let project_finish = passes.finish[usize::from(network.project[slot])];
    let edges = network.successors(slot);
    let mut allowed = earliest_allowed(run, passes, slot).map_or_else(
        || Allowed::finish(run.frame(slot).must_finish_by.unwrap_or(project_finish)),
        |allowed| match allowed.finish > project_finish {
            true => Allowed::finish(calendar.previous_finish(project_finish)),
            false => allowed,
        },
    );
    if let [_, Some(at)] = network.external(slot) {
        allowed = if at < allowed.finish { Allowed::finish(at) } else { allowed };
    }
    if edges.is_empty() && run.frame(slot).options.open_ends_critical {
        allowed = Allowed::finish(allowed.finish.min(passes.early_finish[slot]));
    }
    if network.is_plain[slot] && run.remaining[slot] > 0 {
        // What follows, with the work time of the finish found once.
        let work = calendar.work_at(allowed.finish);
        let start = || calendar.start_of(work.saturating_sub(run.remaining[slot]));
        passes.late_start[slot] = allowed.start.unwrap_or_else(start);
        passes.late_finish[slot] = calendar.finish_of(work);
        return;
    }
    let kind = network.kind[slot];
    if network.status[slot] != Status::Complete {
        for constraint in [network.constraint[slot], network.constraint2[slot]].into_iter().flatten() {
            allowed = bound(run, slot, allowed, constraint);
        }
        if kind != ActivityKind::StartMilestone {
            allowed.finish = calendar.previous_finish(allowed.finish);
        }
    }
    let finish = allowed.finish;
    let start = allowed.start.filter(|_| network.status[slot] != Status::Complete).unwrap_or_else(|| {
        let start = calendar.add(finish, -run.remaining[slot]);
        if kind.is_milestone() || run.remaining[slot] == 0 { start } else { calendar.next_start(start) }
    });
    passes.late_start[slot] = start;
    passes.late_finish[slot] = finish;
    if is_late_as_possible(network.constraint[slot]) || is_late_as_possible(network.constraint2[slot]) {
        slide(run, passes, slot);
    }
}

fn is_late_as_possible(constraint: Option<Constraint>) -> bool {
    constraint.is_some_and(|c| c.kind == ConstraintKind::AsLateAsPossible)
}

/// What a link allows its predecessor: a finish, and the start where the link holds the start.
#[derive(Clone, Copy)]
struct Allowed {
    start: Option<Time>,
    finish: Time,
}

impl Allowed {
    fn finish(finish: Time) -> Self {
        Self { start: None, finish }
    }
}

/// The finish that a link allows its predecessor.
pub(crate) fn allowed_finish(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize) -> Time {
    allowed(run, passes, edge, slot).finish
}

/// What the first of the links allows that hold the finish most.
#[inline]
fn earliest_allowed(run: &Run<'_>, passes: &Passes, slot: usize) -> Option<Allowed> {
    let edges = run.network.successors(slot).iter();
    edges.map(|edge| allowed(run, passes, edge, slot)).reduce(|a, b| if b.finish < a.finish { b } else { a })
}

/// What a constraint leaves.
fn bound(run: &Run<'_>, slot: usize, allowed: Allowed, constraint: Constraint) -> Allowed {
    let calendar = run.network.calendar(slot);
    let date = constraint.date.unwrap_or_default();
    let after = calendar.add(date, run.remaining[slot]);
    let started = run.is_progressed(slot);
    let start = allowed.start.map(|_| date);
    match constraint.kind {
        ConstraintKind::StartOn if !started && allowed.finish > after => {
            Allowed { start, finish: calendar.previous_finish(after) }
        }
        ConstraintKind::MandatoryStart if !started => Allowed::finish(after),
        ConstraintKind::MandatoryFinish => Allowed::finish(date),
        ConstraintKind::StartNoLaterThan if allowed.finish > after => Allowed { start, finish: after },
        ConstraintKind::FinishOn | ConstraintKind::FinishNoLaterThan if allowed.finish > date => {
            Allowed::finish(date)
        }
        _ => allowed,
    }
}

/// What a link allows its predecessor.
#[inline]
fn allowed(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize) -> Allowed {
    let s = edge.slot as usize;
    let (late_start, late_finish) = (passes.late_start[s], passes.late_finish[s]);
    if !run.network.is_plain[slot] && (run.is_progressed(slot) || run.is_progressed(s)) {
        return with_progress(run, edge, slot, late_start, late_finish);
    }
    let calendar = run.network.calendar(slot);
    let duration = run.remaining[slot];
    match edge.kind {
        LinkKind::FinishStart => Allowed::finish(run.remove_lag(edge, late_start, edge.lag)),
        LinkKind::FinishFinish => Allowed::finish(run.remove_lag(edge, late_finish, edge.lag)),
        LinkKind::StartStart => start_start(run, edge, slot, late_start),
        LinkKind::StartFinish => {
            Allowed::finish(run.remove_lag(edge, calendar.add(late_finish, duration), edge.lag))
        }
    }
}

fn start_start(run: &Run<'_>, edge: &Edge, slot: usize, late_start: Time) -> Allowed {
    let calendar = run.network.calendar(slot);
    let start = run.remove_lag(edge, late_start, edge.lag);
    let (shown, start) = match edge.lag {
        0 if calendar.is_working(start) => (Some(start), start),
        0 => {
            // Between two times of work the nearer end is taken.
            let (before, after) = (calendar.previous_finish(start), calendar.next_start(start));
            let nearer = if start - before < after - start { before } else { after };
            (Some(nearer), nearer)
        }
        1.. => (None, calendar.next_start(start)),
        _ => (Some(start), calendar.next_start(start)),
    };
    Allowed { start: shown, finish: calendar.add(start, run.remaining[slot]) }
}

/// The same where an end of the link has an actual date.
#[cold]
fn with_progress(run: &Run<'_>, edge: &Edge, slot: usize, late_start: Time, late_finish: Time) -> Allowed {
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
    let after = |start: Time| calendar.add(start, duration);
    // What has no work left counts as finished, for links from start to start.
    let ended = |slot: usize| match n.status[slot] {
        Status::Complete => true,
        _ => !n.kind[slot].is_milestone() && run.remaining[slot] == 0,
    };
    let unheld = |finish: Time| Allowed::finish(finish);
    match (edge.kind, n.status[slot], n.status[s]) {
        (LinkKind::FinishStart, Status::NotStarted, Status::Complete) => unheld(late_start),
        (LinkKind::FinishStart, Status::NotStarted, _) => unheld(run.remove_lag(edge, late_start, edge.lag)),
        (LinkKind::FinishStart, Status::Complete, Status::InProgress)
            if edge.lag != 0 && run.done(s) == 0 =>
        {
            unheld(run.remove_lag(edge, late_start, edge.lag))
        }
        (LinkKind::FinishStart, Status::Complete, Status::InProgress) => unheld(late_start),
        (LinkKind::FinishStart, Status::Complete, _) => unheld(rest(n.actual_finish[slot], late_start)),
        (LinkKind::FinishStart, Status::InProgress, Status::NotStarted) => {
            unheld(run.remove_lag(edge, late_start, edge.lag))
        }
        (LinkKind::FinishStart, Status::InProgress, Status::InProgress)
            if edge.lag > 0 || run.done(s) == 0 =>
        {
            unheld(run.remove_lag(edge, late_start, edge.lag))
        }
        (LinkKind::FinishStart, Status::InProgress, _) => unheld(late_start),

        (LinkKind::FinishFinish, Status::Complete, Status::InProgress) => unheld(late_finish),
        (LinkKind::FinishFinish, Status::Complete, _) => unheld(rest(n.actual_finish[slot], late_finish)),
        (LinkKind::FinishFinish, _, _) => unheld(run.remove_lag(edge, late_finish, edge.lag)),

        (LinkKind::StartStart, from, to) => {
            let left = edge.lag - run.done(slot);
            let (start, shown) = match from {
                Status::NotStarted => (run.remove_lag(edge, late_start, edge.lag), false),
                _ if ended(slot) && ended(s) => (rest(n.actual_start[slot], late_start), false),
                _ if ended(slot) && to == Status::NotStarted => {
                    (rest(n.actual_start[slot], late_start), false)
                }
                _ if ended(slot) => (late_start, false),
                _ if ended(s) => (late_start, edge.lag >= 0),
                _ if edge.lag > 0 && left > 0 => (run.remove_lag(edge, late_start, left), false),
                _ => (late_start, edge.lag > 0 && to == Status::InProgress),
            };
            Allowed { start: shown.then_some(start), finish: calendar.add(start, run.remaining[slot]) }
        }

        (LinkKind::StartFinish, Status::NotStarted, Status::InProgress) if edge.lag <= 0 => {
            let start = run.remove_lag(edge, late_finish, edge.lag);
            Allowed { start: Some(start), finish: run.remove_lag(edge, after(late_finish), edge.lag) }
        }
        (LinkKind::StartFinish, Status::NotStarted, _)
        | (LinkKind::StartFinish, Status::Complete, Status::NotStarted | Status::InProgress)
        | (LinkKind::StartFinish, Status::InProgress, Status::InProgress) => {
            unheld(run.remove_lag(edge, after(late_finish), edge.lag))
        }
        (LinkKind::StartFinish, Status::Complete, Status::Complete) => unheld(late_finish),
        (LinkKind::StartFinish, Status::InProgress, Status::NotStarted) => Allowed {
            start: (edge.lag > 0).then_some(late_finish),
            finish: calendar.add(late_finish, run.remaining[slot]),
        },
        (LinkKind::StartFinish, Status::InProgress, Status::Complete) => {
            let left = run.lag_left(edge, slot, n.actual_start[slot]);
            unheld(if edge.lag > 0 && left > 0 {
                run.remove_lag(edge, after(late_finish), left)
            } else {
                calendar.add(late_finish, run.remaining[slot])
            })
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
