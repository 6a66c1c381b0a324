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
    let kept = keep_projects(&mut only, is_in);
    let at = |i: ActivityIndex| kept[i.at()];
    let is_outer = |link: &&Link| at(link.predecessor).is_some() != at(link.successor).is_some();
    let outside = schedule.links.iter().filter(is_outer).count();
    if outside > 0 {
        for (index, [start, finish]) in external_dates(schedule, profile, &kept) {
            let activity = &mut only.activities[index.at()];
            activity.external_start = activity.external_start.max(start);
            activity.external_finish =
                activity.external_finish.map_or(finish, |own| Some(finish.map_or(own, |f| f.min(own))));
        }
        let detail = format!("{outside} links lead to other projects of the file; their dates hold");
        diagnostics.push(Diagnostic::new(codes::BROKEN_LINK).detail(detail));
    }
    (only, diagnostics)
}

/// Keeps some projects of a programme, with all that is theirs or everybody's, and gives for each activity its new
/// place; links that lead to the others go with these.
pub(crate) fn keep_projects(
    schedule: &mut Schedule,
    keep: impl Fn(ProjectIndex) -> bool,
) -> Vec<Option<ActivityIndex>> {
    /// The new places of what stays.
    fn places(stays: impl Iterator<Item = bool>) -> Vec<Option<usize>> {
        let mut next = 0;
        let place = |stays: bool| {
            next += usize::from(stays);
            stays.then(|| next - 1)
        };
        stays.map(place).collect()
    }
    let s = schedule;
    let projects = places((0..s.projects.len()).map(|k| keep(ProjectIndex::new(k))));
    let nodes = places(s.wbs.iter().map(|w| projects[w.project.at()].is_some()));
    let activities = places(s.activities.iter().map(|a| projects[a.project.at()].is_some()));
    let project = |p: ProjectIndex| projects[p.at()].map(ProjectIndex::new);
    let node = |w: WbsIndex| nodes.get(w.at()).copied().flatten().map(WbsIndex::new);
    let activity = |a: ActivityIndex| activities[a.at()].map(ActivityIndex::new);
    let mut at = projects.iter();
    s.projects.retain(|_| at.next().is_some_and(Option::is_some));
    s.wbs.retain_mut(|w| project(w.project).map(|p| w.project = p).is_some());
    s.wbs.iter_mut().for_each(|w| w.parent = w.parent.and_then(node));
    s.activities.retain_mut(|a| project(a.project).map(|p| a.project = p).is_some());
    s.activities.iter_mut().for_each(|a| a.wbs = a.wbs.and_then(node));
    s.links.retain_mut(|l| match (activity(l.predecessor), activity(l.successor)) {
        (Some(predecessor), Some(successor)) => {
            (l.predecessor, l.successor) = (predecessor, successor);
            true
        }
        _ => false,
    });
    s.assignments.retain_mut(|a| activity(a.activity).map(|index| a.activity = index).is_some());
    s.calendars.iter_mut().for_each(|c| c.project = c.project.and_then(project));
    activities.into_iter().map(|at| at.map(ActivityIndex::new)).collect()
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
