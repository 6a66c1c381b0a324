//! Float, and the longest path.

use crate::network::{Edge, Network};
use crate::options::FloatKind;
use crate::passes::Passes;
use crate::schedule::{ConstraintKind, LinkKind, Status};
use crate::time::{Minutes, Time};

/// Total float by slot.
pub(crate) fn total(network: &Network, passes: &Passes) -> Vec<Minutes> {
    let of = |slot: usize| {
        let calendar = network.calendar(slot);
        let start = || calendar.between(passes.early_start[slot], passes.late_start[slot]);
        let finish = || calendar.between(passes.early_finish[slot], passes.late_finish[slot]);
        let options = &network.frames[usize::from(network.project[slot])].options;
        match (network.status[slot], options.float) {
            (Status::Complete, _) => 0,
            (_, FloatKind::Finish) | (Status::InProgress, FloatKind::Smallest) => finish(),
            (_, FloatKind::Start) => start(),
            (_, FloatKind::Smallest) => start().min(finish()),
        }
    };
    (0..network.len()).map(of).collect()
}

/// Free float by slot: what no successor, and without one no project's finish, feels.
pub(crate) fn free(network: &Network, passes: &Passes, finish: &[Time]) -> Vec<Minutes> {
    let is_pinned = |slot: usize, kinds: &[ConstraintKind]| {
        network.constraint[slot].is_some_and(|c| kinds.contains(&c.kind))
    };
    let of = |slot: usize| {
        if network.status[slot] == Status::Complete || is_pinned(slot, &[ConstraintKind::MandatoryFinish]) {
            return 0;
        }
        let edges = network.successors(slot);
        if edges.is_empty() {
            if is_pinned(slot, &[ConstraintKind::MandatoryStart]) {
                return 0;
            }
            let finish = finish[usize::from(network.project[slot])];
            return network.calendar(slot).between(passes.early_finish[slot], finish);
        }
        edges.iter().map(|edge| gap(network, passes, slot, edge)).min().unwrap_or(0)
    };
    (0..network.len()).map(of).collect()
}

/// Work minutes on the predecessor's calendar from what a link asks for to what is.
fn gap(network: &Network, passes: &Passes, slot: usize, edge: &Edge) -> Minutes {
    let s = edge.slot as usize;
    let (from, to) = match edge.kind {
        LinkKind::FinishStart => (passes.early_finish[slot], passes.early_start[s]),
        LinkKind::StartStart if network.status[slot] != Status::NotStarted => return 0,
        LinkKind::StartStart => (passes.early_start[slot], passes.early_start[s]),
        LinkKind::FinishFinish => (passes.early_finish[slot], passes.early_finish[s]),
        LinkKind::StartFinish => (passes.early_start[slot], passes.early_finish[s]),
    };
    network.calendar(slot).between(from, to) - edge.lag
}

/// Whether each slot lies on a chain of driving links to an activity that finishes last in its project.
pub(crate) fn longest_path(
    network: &Network,
    remaining: &[Minutes],
    passes: &Passes,
    finish: &[Time],
) -> Vec<bool> {
    let mut on = vec![false; network.len()];
    for slot in (0..network.len()).rev() {
        let project = usize::from(network.project[slot]);
        let is_last =
            passes.early_finish[slot] == finish[project] && network.status[slot] != Status::Complete;
        on[slot] |= is_last;
        if !on[slot] {
            continue;
        }
        for edge in network.predecessors(slot) {
            if drives(network, remaining, passes, slot, edge) {
                on[edge.slot as usize] = true;
            }
        }
    }
    on
}

/// True when the successor could start earlier without the link.
fn drives(network: &Network, remaining: &[Minutes], passes: &Passes, slot: usize, edge: &Edge) -> bool {
    let p = edge.slot as usize;
    let calendar = network.calendar(slot);
    let lag_calendar = &network.calendars[usize::from(edge.calendar)];
    let base = match edge.kind {
        LinkKind::FinishStart | LinkKind::FinishFinish => passes.early_finish[p],
        LinkKind::StartStart | LinkKind::StartFinish => passes.early_start[p],
    };
    let asked = lag_calendar.add(base, edge.lag);
    let start = match edge.kind {
        LinkKind::FinishStart | LinkKind::StartStart => asked,
        LinkKind::FinishFinish | LinkKind::StartFinish => calendar.add(asked, -remaining[slot]),
    };
    calendar.work_at(start) >= calendar.work_at(passes.early_start[slot])
}
