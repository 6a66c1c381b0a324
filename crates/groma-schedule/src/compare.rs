//! What differs between two states of a programme.

mod fields;

pub use fields::{FieldChange, ThingChange};

use crate::activity::Activity;
use crate::schedule::{ActivityIndex, Lag, LinkKind, Schedule};
use crate::solve::Dates;
use crate::time::{Minutes, Time};
use std::collections::BTreeMap;

/// An activity that is in both states.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// Its index in the old state.
    pub old: ActivityIndex,
    /// Its index in the new state.
    pub new: ActivityIndex,
    /// Old and new start.
    pub start: [Time; 2],
    /// Old and new finish.
    pub finish: [Time; 2],
    /// Old and new duration, minutes.
    pub duration: [Minutes; 2],
    /// Old and new total float, minutes.
    pub total_float: [Minutes; 2],
    /// Whether it was and is critical.
    pub critical: [bool; 2],
    /// Old and new name, where it changed.
    pub renamed: Option<[String; 2]>,
    /// What else changed: constraints, calendar, breakdown, resources, costs, progress.
    pub others: Vec<FieldChange>,
}

impl Change {
    /// Wall-clock minutes that the finish moved; later is positive.
    pub fn slip(&self) -> Minutes {
        self.finish[1] - self.finish[0]
    }

    /// True when anything of it differs.
    pub fn is_any(&self) -> bool {
        self.start[0] != self.start[1]
            || self.finish[0] != self.finish[1]
            || self.duration[0] != self.duration[1]
            || self.total_float[0] != self.total_float[1]
            || self.critical[0] != self.critical[1]
            || self.renamed.is_some()
            || !self.others.is_empty()
    }
}

/// A link by the ids of its ends.
#[derive(Clone, PartialEq, Debug)]
pub struct NamedLink {
    /// Who is waited for.
    pub predecessor: String,
    /// Who waits.
    pub successor: String,
    /// Which ends are tied.
    pub kind: LinkKind,
    /// How long after.
    pub lag: Lag,
}

/// What differs between two states.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Comparison {
    /// In the new state only.
    pub added: Vec<ActivityIndex>,
    /// In the old state only.
    pub removed: Vec<ActivityIndex>,
    /// In both and different, in the new state's order.
    pub changed: Vec<Change>,
    /// In both and the same.
    pub unchanged: usize,
    /// Links in the new state only.
    pub links_added: Vec<NamedLink>,
    /// Links in the old state only.
    pub links_removed: Vec<NamedLink>,
    /// Links whose lag differs: the new link, and the old lag.
    pub links_changed: Vec<(NamedLink, Lag)>,
    /// Projects, calendars and resources that differ.
    pub things: Vec<ThingChange>,
    /// Old and new finish of the whole.
    pub finish: [Option<Time>; 2],
}

impl Comparison {
    /// True when nothing differs.
    pub fn is_equal(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.changed.is_empty()
            && self.links_added.is_empty()
            && self.links_removed.is_empty()
            && self.links_changed.is_empty()
            && self.things.is_empty()
    }
}

/// Compares two states; activities are joined by project and id, then by name.
pub fn compare(old: (&Schedule, &Dates), new: (&Schedule, &Dates)) -> Comparison {
    let joined = join(old.0, new.0);
    let mut comparison = Comparison {
        finish: [old.1, new.1].map(|d| d.finish.iter().flatten().max().copied()),
        ..Comparison::default()
    };
    let mut is_joined = vec![false; old.0.activities.len()];
    let works = [fields::assignments(old.0), fields::assignments(new.0)];
    for (index, partner) in new.0.indices().zip(&joined) {
        let Some(partner) = *partner else {
            comparison.added.push(index);
            continue;
        };
        is_joined[partner.at()] = true;
        let others = fields::of_activity(
            (old.0, partner),
            (new.0, index),
            [&works[0][partner.at()], &works[1][index.at()]],
        );
        match change(old, new, partner, index).map(|change| Change { others, ..change }) {
            Some(change) if change.is_any() => comparison.changed.push(change),
            _ => comparison.unchanged += 1,
        }
    }
    comparison.removed = old.0.indices().filter(|i| !is_joined[i.at()]).collect();
    links(old.0, new.0, &joined, &mut comparison);
    comparison.things = fields::of_things(old.0, new.0);
    comparison
}

fn key<'s>(schedule: &'s Schedule, activity: &'s Activity) -> (&'s str, &'s str) {
    let several = schedule.projects.len() > 1;
    let project = schedule.projects.get(activity.project.at()).filter(|_| several);
    (project.map_or("", |p| p.code.as_str()), activity.code.as_str())
}

/// By activity of the new state its partner in the old one.
pub(crate) fn join(old: &Schedule, new: &Schedule) -> Vec<Option<ActivityIndex>> {
    let mut by_id: BTreeMap<(&str, &str), ActivityIndex> = BTreeMap::new();
    let mut by_name: BTreeMap<&str, Vec<ActivityIndex>> = BTreeMap::new();
    for index in old.indices() {
        let a = &old.activities[index.at()];
        by_id.entry(key(old, a)).or_insert(index);
        by_name.entry(a.name.as_str()).or_default().push(index);
    }
    let mut taken = vec![false; old.activities.len()];
    let mut joined: Vec<Option<ActivityIndex>> = vec![None; new.activities.len()];
    for index in new.indices() {
        let found = by_id.get(&key(new, &new.activities[index.at()])).copied();
        joined[index.at()] = found.filter(|i| !std::mem::replace(&mut taken[i.at()], true));
    }
    // What was renumbered keeps its name; a name that stands twice tells nothing.
    for index in new.indices().filter(|i| joined[i.at()].is_none()).collect::<Vec<_>>() {
        let name = new.activities[index.at()].name.as_str();
        if let Some([only]) = by_name.get(name).map(Vec::as_slice).filter(|_| !name.is_empty())
            && !std::mem::replace(&mut taken[only.at()], true)
        {
            joined[index.at()] = Some(*only);
        }
    }
    joined
}

fn change(
    (old, old_dates): (&Schedule, &Dates),
    (new, new_dates): (&Schedule, &Dates),
    from: ActivityIndex,
    to: ActivityIndex,
) -> Option<Change> {
    let (a, b) = (&old.activities[from.at()], &new.activities[to.at()]);
    let (was, is) = (old_dates.of(from)?, new_dates.of(to)?);
    Some(Change {
        old: from,
        new: to,
        start: [was.start, is.start],
        finish: [was.finish, is.finish],
        duration: [a.duration, b.duration],
        total_float: [was.total_float, is.total_float],
        critical: [was.critical, is.critical],
        renamed: (a.name != b.name).then(|| [a.name.clone(), b.name.clone()]),
        others: Vec::new(),
    })
}

fn links(old: &Schedule, new: &Schedule, joined: &[Option<ActivityIndex>], comparison: &mut Comparison) {
    type Ends = (ActivityIndex, ActivityIndex, LinkKind);
    let mut was: BTreeMap<Ends, Vec<usize>> = BTreeMap::new();
    for (k, link) in old.links.iter().enumerate() {
        was.entry((link.predecessor, link.successor, link.kind)).or_default().push(k);
    }
    for link in &new.links {
        let code = |i: ActivityIndex| new.activities[i.at()].code.clone();
        let named = NamedLink {
            predecessor: code(link.predecessor),
            successor: code(link.successor),
            kind: link.kind,
            lag: link.lag,
        };
        let ends = joined[link.predecessor.at()].zip(joined[link.successor.at()]);
        let partner = ends.and_then(|(p, s)| was.get_mut(&(p, s, link.kind))).and_then(Vec::pop);
        match partner.map(|k| old.links[k].lag) {
            None => comparison.links_added.push(named),
            Some(lag) if lag != link.lag => comparison.links_changed.push((named, lag)),
            Some(_) => {}
        }
    }
    let mut left: Vec<usize> = was.into_values().flatten().collect();
    left.sort_unstable();
    let code = |i: ActivityIndex| old.activities[i.at()].code.clone();
    comparison.links_removed = left
        .into_iter()
        .map(|k| &old.links[k])
        .map(|link| NamedLink {
            predecessor: code(link.predecessor),
            successor: code(link.successor),
            kind: link.kind,
            lag: link.lag,
        })
        .collect();
}
