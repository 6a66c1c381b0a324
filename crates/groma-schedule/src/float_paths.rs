//! Float paths: the chain that sets the finish, and the next ones that come near it.

use crate::float;
use crate::network::Network;
use crate::passes::Passes;
use crate::time::{Minutes, Time};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// By activity of the schedule the number of its float path, from 1 on; `None` beyond the `most` first paths, and for
/// what is no part of the network.
///
/// Path 1 leads back from the activity that finishes last over the links with the least slack; each further path is
/// the chain before the link into a known path that is nearest to holding the end, its slack and that of what comes
/// behind it added up.
pub fn float_paths(network: &Network, most: u16) -> Vec<Option<u16>> {
    let mut path: Vec<Option<u16>> = vec![None; network.slot_of.len()];
    let mut passes = Passes::new(network);
    passes.forward(network, &network.remaining);
    passes.backward(network, &network.remaining);
    let Some(end) = last(network, &passes) else { return path };
    let is_new = |path: &[Option<u16>], slot: usize| path[network.activity[slot].at()].is_none();
    // Slack to the end, and where the path begins to lead back; the least first, of two the later slot.
    let mut next: BinaryHeap<Reverse<(i64, Reverse<u32>)>> = BinaryHeap::new();
    next.push(Reverse((0, Reverse(end as u32))));
    let mut number = 0;
    while let Some(Reverse((slack, Reverse(slot)))) = next.pop() {
        if number == most {
            break;
        }
        if !is_new(&path, slot as usize) {
            continue;
        }
        number += 1;
        let (mut slot, mut slack) = (slot as usize, slack);
        loop {
            path[network.activity[slot].at()] = Some(number);
            let waits = network.predecessors(slot).iter().map(|edge| {
                let slot_of_edge = edge.slot as usize;
                // The gap is told from the predecessor's side.
                let back = network.successors(slot_of_edge).iter();
                let own =
                    back.filter(|b| b.slot as usize == slot && b.kind == edge.kind && b.lag == edge.lag);
                let gap: Minutes =
                    own.map(|b| float::gap(network, &passes, slot_of_edge, b)).min().unwrap_or(0);
                (slack + i64::from(gap.max(0)), edge.slot)
            });
            let mut waits: Vec<(i64, u32)> = waits.filter(|(_, p)| is_new(&path, *p as usize)).collect();
            waits.sort_unstable_by_key(|(slack, p)| (*slack, Reverse(*p)));
            for (slack, p) in waits.iter().skip(1) {
                next.push(Reverse((*slack, Reverse(*p))));
            }
            match waits.first() {
                Some((more, p)) => (slot, slack) = (*p as usize, *more),
                None => break,
            }
        }
    }
    path
}

/// The slot that finishes last; of several the last.
fn last(network: &Network, passes: &Passes) -> Option<usize> {
    (0..network.len())
        .max_by_key(|slot| (passes.early_finish[*slot], *slot))
        .filter(|slot| passes.early_finish[*slot] > Time::from_minutes(i32::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;
    use crate::options::Profile;
    use crate::schedule::{ActivityIndex, Lag, Link, LinkKind, Project, ProjectIndex, Schedule};

    #[test]
    fn paths_come_in_the_order_of_their_slack() {
        // A B E hold the end, C E comes one hour before it, D two; F waits for nothing and nobody for it.
        let task = |code: &str, hours: i32| Activity::new(code, code, ProjectIndex::new(0), hours * 60);
        let link = |a: usize, b: usize| Link {
            predecessor: ActivityIndex::new(a),
            successor: ActivityIndex::new(b),
            kind: LinkKind::FinishStart,
            lag: Lag::Work(0),
        };
        let mut project = Project::new("P", "P");
        project.start = Time::parse("2026-01-05T08:00");
        let schedule = Schedule {
            projects: vec![project],
            activities: vec![
                task("A", 2),
                task("B", 2),
                task("C", 3),
                task("D", 2),
                task("E", 1),
                task("F", 1),
            ],
            links: vec![link(0, 1), link(1, 4), link(2, 4), link(3, 4)],
            ..Schedule::default()
        };
        let (network, _) = Network::compile(&schedule, Profile::P6);
        let one = Some(1);
        assert_eq!(float_paths(&network, 9), [one, one, Some(2), Some(3), one, None]);
        assert_eq!(float_paths(&network, 2), [one, one, Some(2), None, one, None]);
        assert_eq!(float_paths(&network, 0), [None; 6]);
    }
}
