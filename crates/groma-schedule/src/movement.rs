//! What moves when an activity slips: the measure of whether a what-if can be believed.

use crate::activity::Status;
use crate::network::Network;
use crate::passes::Passes;
use crate::schedule::ActivityIndex;
use crate::time::{Minutes, Time};
use rayon::prelude::*;

/// How many passes over activities are spent at most, before only a sample of the activities is tried.
const MOST_STEPS: usize = 200_000_000;

/// What slips do to a programme.
#[derive(Clone, PartialEq, Debug)]
pub struct Movement {
    /// By how many days of eight hours of work each activity slips.
    pub slip_days: i32,
    /// How many activities are tried: all that are not complete, or every n-th of them.
    pub tried: usize,
    /// Of how many that are not complete.
    pub open: usize,
    /// How many of the slips move at least one other activity.
    pub moving: usize,
    /// Percent of the other open activities that move, on average over the slips.
    pub mean_share: f64,
    /// Percent of them that move with the slip that moves most.
    pub largest_share: f64,
    /// How many of the slips move the finish of their project.
    pub moves_finish: usize,
    /// How many do when they last so many days beyond the activity's total float: where the logic is whole, all.
    pub moves_finish_beyond_float: usize,
    /// The activities that can slip by so many days beyond their total float and move no other, and not the finish.
    pub inert: Vec<ActivityIndex>,
}

/// One slip and what it did.
struct Slip {
    moved: usize,
    finish: bool,
    finish_beyond_float: bool,
    inert: bool,
}

/// Lets each open activity slip, one at a time.
pub fn movement(network: &Network, slip_days: i32) -> Movement {
    let mut base = Passes::new(network);
    base.forward(network, &network.remaining);
    let early = base.clone();
    base.backward(network, &network.remaining);
    let is_open = |slot: &usize| network.status[*slot] != Status::Complete;
    let open: Vec<usize> = (0..network.len()).filter(is_open).collect();
    let steps = network.len().max(1) * 2;
    let every = (open.len() * steps).div_ceil(MOST_STEPS).max(1);
    let tried: Vec<usize> = open.iter().copied().step_by(every).collect();
    let slip = slip_days.saturating_mul(480);
    let slips: Vec<Slip> = tried
        .par_iter()
        .map_init(
            || (Passes::new(network), network.remaining.clone()),
            |(passes, remaining), slot| {
                let float =
                    network.calendar(*slot).between(early.early_finish[*slot], base.late_finish[*slot]);
                let own = remaining[*slot];
                let mut run = |by: Minutes| {
                    remaining[*slot] = own.saturating_add(by);
                    passes.forward(network, remaining);
                    remaining[*slot] = own;
                    let project = usize::from(network.project[*slot]);
                    (moved(&early, passes, &open, *slot), passes.finish[project] > early.finish[project])
                };
                let (others, finish) = run(slip);
                let (beyond, finish_beyond_float) = run(slip.saturating_add(float.max(0)));
                Slip {
                    moved: others,
                    finish,
                    finish_beyond_float,
                    inert: beyond == 0 && !finish_beyond_float,
                }
            },
        )
        .collect();
    let others = open.len().saturating_sub(1).max(1) as f64;
    let share = |moved: usize| 100.0 * moved as f64 / others;
    let mut inert: Vec<ActivityIndex> =
        tried.iter().zip(&slips).filter(|(_, s)| s.inert).map(|(slot, _)| network.activity[*slot]).collect();
    inert.sort_unstable();
    let count = |is: fn(&Slip) -> bool| slips.iter().filter(|s| is(s)).count();
    let total: usize = slips.iter().map(|s| s.moved).sum();
    Movement {
        slip_days,
        tried: tried.len(),
        open: open.len(),
        moving: count(|s| s.moved > 0),
        mean_share: share(total) / slips.len().max(1) as f64,
        largest_share: slips.iter().map(|s| share(s.moved)).fold(0.0, f64::max),
        moves_finish: count(|s| s.finish),
        moves_finish_beyond_float: count(|s| s.finish_beyond_float),
        inert,
    }
}

/// How many other open activities have other early dates.
fn moved(before: &Passes, after: &Passes, open: &[usize], but: usize) -> usize {
    let differs = |a: &[Time], b: &[Time], slot: usize| a[slot] != b[slot];
    let is_moved = |slot: &&usize| {
        **slot != but
            && (differs(&before.early_start, &after.early_start, **slot)
                || differs(&before.early_finish, &after.early_finish, **slot))
    };
    open.iter().filter(is_moved).count()
}
