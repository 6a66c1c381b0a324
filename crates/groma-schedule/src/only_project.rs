//! One project of a file that holds several.

use crate::schedule::{ActivityIndex, ProjectIndex, Schedule, WbsIndex};
use groma_model::{Diagnostic, Diagnostics, codes};

/// The programme with one project alone, by its uid; calendars and resources stay.
///
/// Links from and to other projects are left out and counted.
pub fn only_project(schedule: &Schedule, uid: &str) -> (Schedule, Diagnostics) {
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
        let detail = format!("{outside} links lead to other projects of the file");
        diagnostics.push(Diagnostic::new(codes::BROKEN_LINK).detail(detail));
    }
    (only, diagnostics)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;
    use crate::schedule::{Lag, Link, LinkKind, Project};

    #[test]
    fn links_to_other_projects_are_counted() {
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
        let (only, diagnostics) = only_project(&both, "2");
        let codes: Vec<&str> = only.activities.iter().map(|a| a.code.as_str()).collect();
        assert_eq!((codes, only.links), (vec!["b", "c"], vec![link(0, 1)]));
        assert_eq!(diagnostics.iter().count(), 1);
    }
}
