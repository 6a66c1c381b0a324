//! Float, and the longest path.

use crate::activity::{ConstraintKind, Status};
use crate::msp;
use crate::network::{Edge, Network};
use crate::options::{FloatKind, Profile};
use crate::passes::Passes;
use crate::schedule::LinkKind;
use crate::time::{Minutes, Time};

fn is_pinned(network: &Network, slot: usize, kinds: &[ConstraintKind]) -> bool {
    network.constraint[slot].is_some_and(|c| kinds.contains(&c.kind))
}

/// Total float by slot.
pub(crate) fn total(network: &Network, passes: &Passes, finish_of: &[Time]) -> Vec<Minutes> {
    let of = |slot: usize| {
        if network.profile == Profile::Msp && is_pinned(network, slot, &[ConstraintKind::AsLateAsPossible]) {
            return 0;
        }
        let calendar = network.calendar(slot);
        let start = || calendar.between(passes.early_start[slot], passes.late_start[slot]);
        let finish = || calendar.between(passes.early_finish[slot], passes.late_finish[slot]);
        let options = &network.frames[usize::from(network.project[slot])].options;
        match (network.status[slot], options.float) {
            (Status::Complete, _) => {
                let late = passes.late_finish[slot].min(finish_of[usize::from(network.project[slot])]);
                calendar.between(passes.early_finish[slot], late)
            }
            (_, FloatKind::Finish) | (Status::InProgress, FloatKind::Smallest) => finish(),
            (_, FloatKind::Start) => start(),
            (_, FloatKind::Smallest) => start().min(finish()),
        }
    };
    (0..network.len()).map(of).collect()
}

/// Free float by slot: what no successor, and without one no project's finish, feels.
pub(crate) fn free(network: &Network, passes: &Passes, finish: &[Time], total: &[Minutes]) -> Vec<Minutes> {
    let of = |slot: usize| {
        if network.profile == Profile::Msp {
            return msp::free_float(network, passes, slot, total[slot]);
        }
        if network.status[slot] == Status::Complete
            || is_pinned(network, slot, &[ConstraintKind::MandatoryFinish])
        {
            return 0;
        }
        // What is done feels nothing any more.
        let is_open = |edge: &&Edge| network.status[edge.slot as usize] != Status::Complete;
        let mut edges = network.successors(slot).iter().filter(is_open).peekable();
        if edges.peek().is_none() {
            if is_pinned(network, slot, &[ConstraintKind::MandatoryStart]) {
                return 0;
            }
            let finish = finish[usize::from(network.project[slot])];
            return network.calendar(slot).between(passes.early_finish[slot], finish).min(total[slot]);
        }
        edges.map(|edge| gap(network, passes, slot, edge)).min().unwrap_or(0)
    };
    (0..network.len()).map(|slot| of(slot).max(0)).collect()
}

/// Work minutes on the predecessor's calendar from what a link asks for to what is.
pub(crate) fn gap(network: &Network, passes: &Passes, slot: usize, edge: &Edge) -> Minutes {
    let s = edge.slot as usize;
    let (from, to) = match edge.kind {
        LinkKind::FinishStart => (passes.early_finish[slot], passes.early_start[s]),
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
        on[slot] |= passes.early_finish[slot] == finish[project];
        if !on[slot] {
            continue;
        }
        passes.each_driving(network, remaining, slot, |edge| on[edge.slot as usize] = true);
    }
    on
}
