//! Links of summaries, as links of what they sum up.

use crate::activity::ActivityKind;
use crate::options::Profile;
use crate::schedule::{ActivityIndex, LinkKind, Schedule};
use groma_model::{Diagnostic, Diagnostics, codes};
use std::collections::BTreeMap;

/// More links than this from summaries to summaries are left out: they would be hundreds of thousands.
const MOST: usize = 1_000_000;

/// (predecessor, successor, which link) between nodes. By MSP's rules a link from a summary holds what waits
/// for it by each of its parts, one to a summary holds each of its parts; P6 has no such links.
pub(crate) fn expanded(
    schedule: &Schedule,
    profile: Profile,
    node_of: &[u32],
    diagnostics: &mut Diagnostics,
) -> Vec<(u32, u32, u32)> {
    let node = |a: ActivityIndex| node_of.get(a.at()).copied().filter(|n| *n != u32::MAX);
    let mut parts: Option<BTreeMap<ActivityIndex, Vec<u32>>> = None;
    let mut ends = Vec::with_capacity(schedule.links.len());
    for (k, link) in schedule.links.iter().enumerate() {
        if let (Some(from), Some(to)) = (node(link.predecessor), node(link.successor)) {
            ends.push((from, to, k as u32));
            continue;
        }
        if profile != Profile::Msp {
            continue;
        }
        let parts = parts.get_or_insert_with(|| parts_of(schedule, node_of));
        let of = |a: ActivityIndex| match node(a) {
            Some(node) => vec![node],
            None => parts.get(&a).cloned().unwrap_or_default(),
        };
        let (mut from, to) = (of(link.predecessor), of(link.successor));
        // The start of a summary is the start of its first part.
        if matches!(link.kind, LinkKind::StartStart | LinkKind::StartFinish) {
            from.truncate(1);
        }
        if ends.len() + from.len() * to.len() > MOST {
            let name = schedule.activities[link.predecessor.at()].name.as_str();
            let detail = format!("the links of the summary {name:?}: too many parts");
            diagnostics.push(Diagnostic::new(codes::BROKEN_LINK).detail(detail));
            continue;
        }
        for f in &from {
            // A link between a summary and a part of it would be a loop, and MSP forbids it.
            ends.extend(to.iter().filter(|t| *t != f).map(|t| (*f, *t, k as u32)));
        }
    }
    ends
}

/// The nodes below each summary, in file order.
fn parts_of(schedule: &Schedule, node_of: &[u32]) -> BTreeMap<ActivityIndex, Vec<u32>> {
    let mut summary_of = vec![None; schedule.wbs.len()];
    for index in schedule.indices() {
        let a = &schedule.activities[index.at()];
        if let (ActivityKind::WbsSummary, Some(node)) = (a.kind, a.wbs) {
            summary_of[node.at()] = Some(index);
        }
    }
    let mut parts: BTreeMap<ActivityIndex, Vec<u32>> = BTreeMap::new();
    for index in schedule.indices() {
        let a = &schedule.activities[index.at()];
        let Some(node) = node_of.get(index.at()).filter(|n| **n != u32::MAX) else { continue };
        let mut above = a.wbs;
        for _ in 0..=schedule.wbs.len() {
            let Some(wbs) = above else { break };
            if let Some(summary) = summary_of[wbs.at()] {
                parts.entry(summary).or_default().push(*node);
            }
            above = schedule.wbs[wbs.at()].parent;
        }
    }
    parts
}
