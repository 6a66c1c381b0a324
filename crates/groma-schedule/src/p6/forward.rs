//! Early dates.

use super::Run;
use crate::activity::{ActivityKind, Constraint, ConstraintKind, Status};
use crate::network::Edge;
use crate::passes::Passes;
use crate::schedule::LinkKind;
use crate::time::{Minutes, Time};

/// Early start and finish of each slot, and the finish of each project.
pub(crate) fn forward(run: &Run<'_>, passes: &mut Passes) {
    let network = run.network;
    passes.finish.fill(Time::from_minutes(i32::MIN));
    for slot in 0..network.len() {
        let (start, finish) = early_of(run, passes, slot);
        passes.early_start[slot] = start;
        passes.early_finish[slot] = finish;
        let project = &mut passes.finish[usize::from(network.project[slot])];
        *project = (*project).max(finish);
    }
}

/// Early start and finish of a slot, once those of its predecessors stand.
#[inline]
pub(crate) fn early_of(run: &Run<'_>, passes: &Passes, slot: usize) -> (Time, Time) {
    if run.network.is_plain[slot] && run.remaining[slot] > 0 {
        return plain(run, passes, slot);
    }
    let (start, finish) = match run.network.status[slot] {
        Status::NotStarted => not_started(run, passes, slot),
        Status::InProgress => in_progress(run, passes, slot),
        Status::Complete => complete(run, passes, slot),
    };
    match run.network.expected(slot).map(|at| run.network.calendar(slot).between(start, at)) {
        // One that has passed sets nothing.
        Some(left) if left > 0 => (start, run.network.calendar(slot).add(start, left)),
        _ => (start, finish),
    }
}

/// The work left of each slot once expected finishes have set it; empty where there are none.
pub(crate) fn left_by_expected(run: &Run<'_>, passes: &Passes) -> Vec<Minutes> {
    let network = run.network;
    if network.expected.is_empty() {
        return Vec::new();
    }
    let left = |slot: usize| match network.expected(slot) {
        Some(_) => network.calendar(slot).between(passes.early_start[slot], passes.early_finish[slot]),
        None => run.remaining[slot],
    };
    (0..network.len()).map(left).collect()
}

/// What a link asks of its successor: a start, and the finish where the link holds the finish.
#[derive(Clone, Copy)]
struct Asked {
    start: Time,
    finish: Option<Time>,
}

impl Asked {
    fn start(start: Time) -> Self {
        Self { start, finish: None }
    }
}

/// What the first of the links asks that hold the start most.
#[inline]
fn latest_asked(run: &Run<'_>, passes: &Passes, slot: usize) -> Option<Asked> {
    let calendar = run.network.calendar(slot);
    let mut latest: Option<(i32, Asked)> = None;
    for edge in run.network.predecessors(slot) {
        let asked = asked(run, passes, edge, slot);
        // Starts between which no work lies are the same start.
        let work = calendar.work_at(asked.start);
        if latest.is_none_or(|(most, _)| work > most) {
            latest = Some((work, asked));
        }
    }
    if let [Some(at), _] = run.network.external(slot)
        && latest.is_none_or(|(most, _)| calendar.work_at(at) > most)
    {
        return Some(Asked::start(at));
    }
    latest.map(|(_, asked)| asked)
}

/// [`not_started`] of what [`Network::is_plain`]: the work time of the start is found once.
///
/// [`Network::is_plain`]: crate::network::Network
#[inline]
fn plain(run: &Run<'_>, passes: &Passes, slot: usize) -> (Time, Time) {
    let calendar = run.network.calendar(slot);
    let mut latest = (i32::MIN, None);
    for edge in run.network.predecessors(slot) {
        let p = edge.slot as usize;
        let asked = match (edge.kind, edge.lag) {
            (LinkKind::FinishStart, 0) => Asked::start(passes.early_finish[p]),
            _ => unstarted(run, passes, edge, slot),
        };
        // Starts between which no work lies are the same start.
        let work = calendar.work_at(asked.start);
        if work > latest.0 {
            latest = (work, asked.finish);
        }
    }
    let (work, finish) = match latest.0 {
        i32::MIN => (calendar.work_at(run.frame(slot).start), None),
        _ => latest,
    };
    let end = || calendar.finish_of(work.saturating_add(run.remaining[slot]));
    (calendar.start_of(work), finish.unwrap_or_else(end))
}

fn not_started(run: &Run<'_>, passes: &Passes, slot: usize) -> (Time, Time) {
    let network = run.network;
    let calendar = network.calendar(slot);
    let duration = run.remaining[slot];
    let held = latest_asked(run, passes, slot);
    let mut start = held.map_or(run.frame(slot).start, |asked| asked.start);
    let mut finish = held.and_then(|asked| asked.finish);
    for constraint in [network.constraint[slot], network.constraint2[slot]].into_iter().flatten() {
        (start, finish) = bound(run, slot, start, finish, constraint);
    }
    let is_finish_milestone = network.kind[slot] == ActivityKind::FinishMilestone;
    // A finish milestone may stand at the end of work.
    if !is_finish_milestone || calendar.previous_finish(start) != start {
        start = calendar.next_start(start);
    }
    if network.kind[slot] == ActivityKind::StartMilestone {
        finish = Some(start);
    }
    (start, finish.unwrap_or_else(|| calendar.add(start, duration)))
}

/// The start and finish that a constraint leaves.
fn bound(
    run: &Run<'_>,
    slot: usize,
    start: Time,
    finish: Option<Time>,
    constraint: Constraint,
) -> (Time, Option<Time>) {
    let calendar = run.network.calendar(slot);
    let date = constraint.date.unwrap_or_default();
    let before = calendar.add(date, -run.remaining[slot]);
    match constraint.kind {
        ConstraintKind::StartNoEarlierThan => match no_earlier(run, slot, start, date) {
            moved if moved == start => (start, finish),
            moved => (moved, None),
        },
        ConstraintKind::FinishNoEarlierThan if start < before => (before, None),
        ConstraintKind::MandatoryStart => (date, None),
        ConstraintKind::StartOn if start < date => (calendar.next_start(date), None),
        ConstraintKind::MandatoryFinish => (before, Some(date)),
        ConstraintKind::FinishOn if before > start => {
            let is_milestone = run.network.kind[slot] == ActivityKind::FinishMilestone;
            (before, Some(if is_milestone { before } else { calendar.previous_finish(date) }))
        }
        _ => (start, finish),
    }
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
    let held = latest_asked(run, passes, slot).filter(|_| !run.frame(slot).overrides_logic());
    let unheld = || run.frame(slot).goes_on(run.network.actual_start[slot]);
    let start = calendar.next_start(held.map_or_else(unheld, |asked| asked.start));
    // Suspended work goes on when it is resumed.
    let resumed = run.network.resume.get(slot).copied().flatten();
    let start = resumed.map_or(start, |at| calendar.next_start(start.max(at)));
    (start, calendar.add(start, run.remaining[slot]))
}

fn complete(run: &Run<'_>, passes: &Passes, slot: usize) -> (Time, Time) {
    let starts = run.network.predecessors(slot).iter().map(|edge| asked(run, passes, edge, slot).start);
    let unheld = || run.frame(slot).goes_on(run.network.actual_finish[slot]);
    let start = starts.max().unwrap_or_else(unheld);
    (start, start)
}

/// The start that a link asks of its successor.
pub(crate) fn asked_start(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize) -> Time {
    asked(run, passes, edge, slot).start
}

/// What a link asks of its successor.
#[inline]
fn asked(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize) -> Asked {
    let p = edge.slot as usize;
    if run.is_progressed(p) || run.is_progressed(slot) {
        return Asked::start(with_progress(run, passes, edge, slot));
    }
    unstarted(run, passes, edge, slot)
}

/// The same where neither end has started.
#[inline]
fn unstarted(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize) -> Asked {
    let p = edge.slot as usize;
    match edge.kind {
        LinkKind::FinishStart => Asked::start(run.add_lag(edge, slot, passes.early_finish[p], edge.lag)),
        LinkKind::StartStart if edge.lag == 0 => {
            Asked::start(run.lag_calendar(edge).next_start(passes.early_start[p]))
        }
        LinkKind::StartStart => Asked::start(run.add_lag(edge, slot, passes.early_start[p], edge.lag)),
        LinkKind::FinishFinish => finish_finish(run, passes, edge, slot),
        LinkKind::StartFinish => start_finish(run, passes, edge, slot),
    }
}

fn finish_finish(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize) -> Asked {
    let calendar = run.network.calendar(slot);
    let finish = run.add_lag(edge, slot, passes.early_finish[edge.slot as usize], edge.lag);
    let start = calendar.add(finish, -run.remaining[slot]);
    let project_start = run.frame(slot).start;
    if start < project_start {
        return Asked::start(project_start);
    }
    let finish = match edge.lag {
        1.. => None,
        0 if !calendar.is_working(finish) => Some(calendar.next_start(finish)),
        _ => Some(finish),
    };
    Asked { start, finish }
}

fn start_finish(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize) -> Asked {
    let frame = run.frame(slot);
    let from = passes.early_start[edge.slot as usize];
    let start = run.network.calendar(slot).add(from, -run.remaining[slot]);
    let start = run.add_lag(edge, slot, start, edge.lag);
    if start < frame.start {
        return Asked::start(frame.start);
    }
    let holds = edge.lag != 0 && start > frame.data_date;
    Asked { start, finish: holds.then(|| run.add_lag(edge, slot, from, edge.lag)) }
}

/// The start of the remaining work that ends at an instant, not before the project's start.
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
        (LinkKind::FinishStart, Status::Complete, Status::NotStarted | Status::InProgress)
            if edge.lag > 0 =>
        {
            let left = run.lag_left(edge, slot, n.actual_finish[p]);
            if left > 0 { run.add_lag(edge, slot, early_finish, left) } else { early_finish }
        }
        (LinkKind::FinishStart, Status::Complete, _) => early_finish,
        (LinkKind::FinishStart, _, _) => run.add_lag(edge, slot, early_finish, edge.lag),

        (LinkKind::StartStart, Status::NotStarted, _) => run.add_lag(edge, slot, early_start, edge.lag),
        (LinkKind::StartStart, Status::Complete, Status::NotStarted) if edge.lag < 0 => {
            let start = run.add_lag(edge, slot, n.actual_start[p], edge.lag);
            if start > data_date { start } else { early_start }
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

        (LinkKind::FinishFinish, Status::Complete, Status::Complete) => early_finish,
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
            // What has not started lies after the data date, whatever the one that is done asked for.
            if status == Status::InProgress { start.min(data_date) } else { start.max(data_date) }
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
