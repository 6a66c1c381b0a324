//! Dates by the rules of Microsoft Project.
//!
//! What has started keeps its actual start and runs its whole duration from there; a constraint that is as
//! hard as "no later than" moves the early dates too; a lag is counted on the successor's calendar; what is
//! as late as possible holds its successors at its late dates; what is planned by hand stays where it is.

use crate::activity::{ConstraintKind, Status};
use crate::network::{Edge, Network, ProjectFrame};
use crate::passes::Passes;
use crate::schedule::LinkKind;
use crate::time::{Minutes, Time};
use crate::work_calendar::WorkCalendar;

/// A run over a network: its durations.
pub(crate) struct Run<'a> {
    pub(crate) network: &'a Network,
    /// Work left by slot, minutes.
    pub(crate) remaining: &'a [Minutes],
}

impl Run<'_> {
    fn frame(&self, slot: usize) -> &ProjectFrame {
        &self.network.frames[usize::from(self.network.project[slot])]
    }

    fn lag_calendar(&self, edge: &Edge) -> &WorkCalendar {
        &self.network.calendars[usize::from(edge.calendar)]
    }

    /// Work in all: what is done, and what is left in this run.
    fn duration(&self, slot: usize) -> Minutes {
        match self.network.status[slot] {
            Status::NotStarted => self.remaining[slot],
            _ => self.done(slot) + self.remaining[slot],
        }
    }

    fn done(&self, slot: usize) -> Minutes {
        (self.network.duration[slot] - self.network.remaining[slot]).max(0)
    }

    fn is_late_as_possible(&self, slot: usize) -> bool {
        self.network.constraint[slot].is_some_and(|c| c.kind == ConstraintKind::AsLateAsPossible)
    }

    /// Where its days begin and end, although its work may pass round the clock.
    fn align(&self, slot: usize) -> &WorkCalendar {
        &self.network.calendars[usize::from(self.network.align[slot])]
    }

    /// The next start of work; a milestone may stand at the end of work.
    fn next_start(&self, slot: usize, at: Time) -> Time {
        let calendar = self.align(slot);
        if self.network.kind[slot].is_milestone() && calendar.previous_finish(at) == at {
            return at;
        }
        calendar.next_start(at)
    }
}

/// Early dates and the finish of each project; then late dates; then, where something is as late as possible,
/// the early dates of what waits for it.
pub(crate) fn forward(run: &Run<'_>, passes: &mut Passes) {
    early(run, passes, false);
    let network = run.network;
    passes.finish.fill(Time::from_minutes(i32::MIN));
    for slot in 0..network.len() {
        let finish = &mut passes.finish[usize::from(network.project[slot])];
        *finish = (*finish).max(passes.early_finish[slot]);
    }
}

fn early(run: &Run<'_>, passes: &mut Passes, is_second: bool) {
    for slot in 0..run.network.len() {
        let (start, finish) = early_of(run, passes, slot, is_second);
        passes.early_start[slot] = start;
        passes.early_finish[slot] = finish;
    }
}

/// Early start and finish of a slot, once those of its predecessors stand.
#[inline]
pub(crate) fn early_of(run: &Run<'_>, passes: &Passes, slot: usize, is_second: bool) -> (Time, Time) {
    match run.network.status[slot] {
        _ if run.network.by_hand[slot].is_some() => run.network.by_hand[slot].unwrap_or_default(),
        Status::NotStarted => not_started(run, passes, slot, is_second),
        status => started(run, slot, status),
    }
}

fn started(run: &Run<'_>, slot: usize, status: Status) -> (Time, Time) {
    let network = run.network;
    let start = network.actual_start[slot];
    if status == Status::Complete {
        return (start, network.actual_finish[slot]);
    }
    let finish = network.calendar(slot).add(start, run.duration(slot));
    match network.constraint[slot] {
        Some(c) if c.kind == ConstraintKind::FinishNoEarlierThan => {
            (start, finish.max(c.date.unwrap_or(finish)))
        }
        _ => (start, finish),
    }
}

fn not_started(run: &Run<'_>, passes: &Passes, slot: usize, is_second: bool) -> (Time, Time) {
    let network = run.network;
    let calendar = network.calendar(slot);
    let duration = run.duration(slot);
    let edges = network.predecessors(slot).iter();
    let held = edges.map(|edge| asked_start(run, passes, edge, slot, is_second)).max();
    let held = held.max(network.external(slot)[0]);
    let unheld = || match network.constraint[slot].and_then(|c| Some((c.kind, c.date?))) {
        Some((ConstraintKind::StartNoEarlierThan, date)) => date,
        Some((ConstraintKind::FinishNoEarlierThan, date)) => calendar.add(date, -duration),
        _ => run.frame(slot).start,
    };
    let mut start = run.next_start(slot, held.unwrap_or_else(unheld));
    let mut finish = None;
    if let Some((kind, date)) = network.constraint[slot].and_then(|c| Some((c.kind, c.date?))) {
        let before = calendar.add(date, -duration);
        match kind {
            ConstraintKind::StartNoEarlierThan => start = start.max(date),
            ConstraintKind::StartNoLaterThan => start = start.min(date),
            ConstraintKind::FinishNoEarlierThan => start = start.max(before),
            ConstraintKind::FinishNoLaterThan => start = start.min(before),
            ConstraintKind::StartOn | ConstraintKind::MandatoryStart => start = date,
            ConstraintKind::FinishOn | ConstraintKind::MandatoryFinish => {
                start = before;
                finish = Some(date);
            }
            ConstraintKind::AsLateAsPossible => {}
        }
    }
    (start, finish.unwrap_or_else(|| calendar.add(start, duration)))
}

/// The start that a link asks of its successor.
pub(crate) fn asked_start(run: &Run<'_>, passes: &Passes, edge: &Edge, slot: usize, is_second: bool) -> Time {
    let network = run.network;
    let p = edge.slot as usize;
    let is_late = is_second && run.is_late_as_possible(p) && !run.is_late_as_possible(slot);
    let (start, finish) = match is_late {
        true => (passes.late_start[p], passes.late_finish[p]),
        false => (passes.early_start[p], passes.early_finish[p]),
    };
    let calendar = network.calendar(slot);
    let lag = |at: Time| run.lag_calendar(edge).add(at, edge.lag);
    match edge.kind {
        LinkKind::FinishStart => lag(finish),
        LinkKind::StartStart if network.status[p] == Status::Complete => lag(network.actual_start[p]),
        LinkKind::StartStart => lag(start),
        LinkKind::StartFinish => lag(calendar.add(start, -run.duration(slot))),
        LinkKind::FinishFinish => {
            let finish =
                if network.status[p] == Status::Complete { network.actual_finish[p] } else { finish };
            lag(calendar.add(finish, -run.remaining[slot])).max(run.frame(slot).start)
        }
    }
}

/// Late dates, once early dates and the finish of each project stand.
pub(crate) fn backward(run: &Run<'_>, passes: &mut Passes) {
    let network = run.network;
    let mut any_late = false;
    for slot in (0..network.len()).rev() {
        any_late |= run.is_late_as_possible(slot);
        late_of(run, passes, slot);
    }
    if any_late {
        early(run, passes, true);
    }
}

/// Late start and finish of a slot, once those of its successors and the finish of each project stand.
#[inline]
pub(crate) fn late_of(run: &Run<'_>, passes: &mut Passes, slot: usize) {
    let network = run.network;
    if network.status[slot] == Status::Complete {
        passes.late_finish[slot] = network.actual_finish[slot];
        passes.late_start[slot] = network.actual_finish[slot];
        return;
    }
    let calendar = network.calendar(slot);
    let finish = run.align(slot).previous_finish(latest(run, passes, slot));
    passes.late_finish[slot] = finish;
    let work = if network.by_hand[slot].is_some() { run.duration(slot) } else { run.remaining[slot] };
    passes.late_start[slot] = calendar.add(finish, -work);
}

/// The late finish that successors and constraints leave.
fn latest(run: &Run<'_>, passes: &Passes, slot: usize) -> Time {
    let network = run.network;
    let project_finish = passes.finish[usize::from(network.project[slot])];
    let mut edges = network.successors(slot).iter().filter(|e| is_open(network, e)).peekable();
    let started = network.status[slot] != Status::NotStarted;
    let mut finish = if edges.peek().is_none() {
        project_finish
    } else if network.kind[slot].is_milestone() && started {
        network.actual_start[slot]
    } else {
        let all = edges.map(|edge| allowed_finish(run, passes, edge, slot, project_finish));
        all.min().unwrap_or(project_finish).min(project_finish)
    };
    finish = network.external(slot)[1].map_or(finish, |at| finish.min(at));
    if let Some((kind, date)) = network.constraint[slot].and_then(|c| Some((c.kind, c.date?))) {
        let after = network.calendar(slot).add(date, run.duration(slot));
        match kind {
            ConstraintKind::StartOn | ConstraintKind::MandatoryStart => finish = after,
            ConstraintKind::FinishOn | ConstraintKind::MandatoryFinish => finish = date,
            ConstraintKind::StartNoLaterThan => finish = finish.min(after),
            ConstraintKind::FinishNoLaterThan => finish = finish.min(date),
            _ => {}
        }
    }
    network.deadline[slot].map_or(finish, |deadline| finish.min(deadline))
}

fn is_open(network: &Network, edge: &Edge) -> bool {
    network.status[edge.slot as usize] != Status::Complete
}

/// The finish that a link allows its predecessor.
pub(crate) fn allowed_finish(
    run: &Run<'_>,
    passes: &Passes,
    edge: &Edge,
    slot: usize,
    project_finish: Time,
) -> Time {
    let network = run.network;
    let s = edge.slot as usize;
    let calendar = network.calendar(slot);
    let unlag = |at: Time| run.lag_calendar(edge).add(at, -edge.lag);
    let duration = run.duration(slot);
    match edge.kind {
        LinkKind::FinishStart => unlag(passes.late_start[s]),
        LinkKind::FinishFinish => unlag(passes.late_finish[s]),
        LinkKind::StartFinish => unlag(calendar.add(passes.late_finish[s], duration)),
        LinkKind::StartStart => {
            let is_last = network.successors(s).is_empty();
            match (network.status[slot], network.status[s]) {
                (Status::NotStarted, Status::NotStarted) if network.by_hand[slot].is_some() => {
                    if is_last {
                        passes.late_finish[s]
                    } else {
                        project_finish
                    }
                }
                (Status::NotStarted, Status::NotStarted) => {
                    let start = if network.status[s] == Status::NotStarted {
                        passes.late_start[s]
                    } else {
                        network.actual_start[s]
                    };
                    calendar.add(unlag(calendar.next_start(start)), duration)
                }
                (Status::NotStarted, _) if !is_last => {
                    let start = network.calendar(s).add(network.actual_start[s], run.done(s));
                    calendar.add(start, duration)
                }
                _ => project_finish,
            }
        }
    }
}

/// The start and finish that are shown: late ones for what is as late as possible.
pub(crate) fn shown(network: &Network, passes: &Passes, slot: usize) -> (Time, Time) {
    let is_late = network.constraint[slot].is_some_and(|c| c.kind == ConstraintKind::AsLateAsPossible);
    match is_late {
        true => (passes.late_start[slot], passes.late_finish[slot]),
        false => (passes.early_start[slot], passes.early_finish[slot]),
    }
}

/// Work minutes that a slot may slip without moving a successor that is not finished.
pub(crate) fn free_float(network: &Network, passes: &Passes, slot: usize, total: Minutes) -> Minutes {
    if network.status[slot] == Status::Complete {
        return 0;
    }
    let (start, finish) = shown(network, passes, slot);
    let gap = |edge: &Edge| {
        let (their_start, their_finish) = shown(network, passes, edge.slot as usize);
        let (from, to) = match edge.kind {
            LinkKind::FinishStart => (finish, their_start),
            LinkKind::StartStart => (start, their_start),
            LinkKind::FinishFinish => (finish, their_finish),
            LinkKind::StartFinish => (start, their_finish),
        };
        network.calendar(slot).between(from, to) - edge.lag
    };
    let edges = network.successors(slot).iter().filter(|e| is_open(network, e));
    edges.map(gap).min().unwrap_or(total).max(0)
}
