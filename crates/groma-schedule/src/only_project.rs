//! One project of a file that holds several.

use crate::lanes::Rules;
use crate::network::{Edge, Network};
use crate::options::Profile;
use crate::passes::Passes;
use crate::schedule::{ActivityIndex, Link, ProjectIndex, Schedule, WbsIndex};
use crate::time::Time;
use groma_model::{Diagnostic, Diagnostics, codes};

/// The programme with one project alone, by its uid; calendars and resources stay.
///
/// Links from and to other projects are left out and counted; the dates that they ask for by the rules of
/// `profile` stay as external dates, as P6 keeps them.
pub fn only_project(schedule: &Schedule, uid: &str, profile: Profile) -> (Schedule, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let wanted = schedule.projects.iter().position(|p| p.uid == uid);
    let is_in = |p: ProjectIndex| Some(p.at()) == wanted;
    let mut only = schedule.clone();
    only.projects.retain(|p| p.uid == uid);
    only.projects.truncate(1);
    let first = ProjectIndex::new(0);
    let mut nodes = vec![None; schedule.wbs.len()];
    only.wbs.clear();
    for (k, node) in schedule.wbs.iter().enumerate().filter(|(_, w)| is_in(w.project)) {
        nodes[k] = Some(WbsIndex::new(only.wbs.len()));
        only.wbs.push(node.clone());
    }
    for node in &mut only.wbs {
        node.project = first;
        node.parent = node.parent.and_then(|p| nodes.get(p.at()).copied().flatten());
    }
    let mut activities = vec![None; schedule.activities.len()];
    only.activities.clear();
    for (k, activity) in schedule.activities.iter().enumerate().filter(|(_, a)| is_in(a.project)) {
        activities[k] = Some(ActivityIndex::new(only.activities.len()));
        let mut activity = activity.clone();
        activity.project = first;
        activity.wbs = activity.wbs.and_then(|w| nodes[w.at()]);
        only.activities.push(activity);
    }
    let at = |i: ActivityIndex| activities[i.at()];
    let mut outside = 0;
    let is_outer = |link: &Link| at(link.predecessor).is_some() != at(link.successor).is_some();
    if schedule.links.iter().any(is_outer) {
        for (index, [start, finish]) in external_dates(schedule, profile, &activities) {
            let activity = &mut only.activities[index.at()];
            activity.external_start = activity.external_start.max(start);
            activity.external_finish =
                activity.external_finish.map_or(finish, |own| Some(finish.map_or(own, |f| f.min(own))));
        }
    }
    only.links.retain_mut(|link| match (at(link.predecessor), at(link.successor)) {
        (Some(predecessor), Some(successor)) => {
            (link.predecessor, link.successor) = (predecessor, successor);
            true
        }
        (None, None) => false,
        _ => {
            outside += 1;
            false
        }
    });
    only.assignments.retain_mut(|a| at(a.activity).map(|index| a.activity = index).is_some());
    for calendar in &mut only.calendars {
        calendar.project = calendar.project.filter(|p| is_in(*p)).map(|_| first);
    }
    if outside > 0 {
        let detail = format!("{outside} links lead to other projects of the file; their dates hold");
        diagnostics.push(Diagnostic::new(codes::BROKEN_LINK).detail(detail));
    }
    (only, diagnostics)
}

/// By activity of the one project the start and the finish that links from and to others ask for.
fn external_dates(
    schedule: &Schedule,
    profile: Profile,
    kept: &[Option<ActivityIndex>],
) -> Vec<(ActivityIndex, [Option<Time>; 2])> {
    let (network, _) = Network::compile(schedule, profile);
    let mut passes = Passes::new(&network);
    passes.forward(&network, &network.remaining);
    passes.backward(&network, &network.remaining);
    let rules = Rules::new(&network, &network.remaining);
    let mut found = Vec::new();
    for slot in 0..network.len() {
        let Some(index) = kept[network.activity[slot].at()] else { continue };
        let is_other = |edge: &&Edge| kept[network.activity[edge.slot as usize].at()].is_none();
        let starts = network.predecessors(slot).iter().filter(is_other);
        let finishes = network.successors(slot).iter().filter(is_other);
        found.push((
            index,
            [
                starts.map(|edge| rules.asked(&passes, edge, slot)).max(),
                finishes.map(|edge| rules.allowed(&passes, edge, slot)).min(),
            ],
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;
    use crate::schedule::{Lag, LinkKind, Project};
    use crate::solve;

    #[test]
    fn links_to_other_projects_leave_their_dates() {
        let project = ProjectIndex::new;
        let link = |a: usize, b: usize| Link {
            predecessor: ActivityIndex::new(a),
            successor: ActivityIndex::new(b),
            kind: LinkKind::FinishStart,
            lag: Lag::Work(0),
        };
        let both = Schedule {
            projects: vec![Project::new("1", "one"), Project::new("2", "two")],
            activities: [("a", 0), ("b", 1), ("c", 1)]
                .map(|(id, p)| Activity::new(id, id, project(p), 60))
                .to_vec(),
            links: vec![link(0, 1), link(1, 2)],
            ..Schedule::default()
        };
        let (only, diagnostics) = only_project(&both, "2", Profile::P6);
        let codes: Vec<&str> = only.activities.iter().map(|a| a.code.as_str()).collect();
        assert_eq!((codes, &only.links), (vec!["b", "c"], &vec![link(0, 1)]));
        assert_eq!(diagnostics.iter().count(), 1);
        let dates = |s: &Schedule| solve(&Network::compile(s, Profile::P6).0);
        let (all, alone) = (dates(&both), dates(&only));
        for k in [0, 1] {
            let (in_all, by_itself) = (all.activities[k + 1].unwrap(), alone.activities[k].unwrap());
            assert_eq!((in_all.start, in_all.finish), (by_itself.start, by_itself.finish));
        }
        assert!(only.activities[0].external_start > Some(Time::MIN));
        let (first, _) = only_project(&both, "1", Profile::P6);
        assert!(first.activities[0].external_finish >= Some(all.activities[0].unwrap().late_finish));
    }
}
