//! Pairs by the company that an element keeps: its host, filling, whole, parts, ports.

use crate::identify::{Method, Tie};
use crate::matching::{Matching, Side};
use groma_model::{ElementId, Flow};
use std::collections::BTreeMap;

/// For each rank, those that it stands in one relation to.
type Company = Vec<Vec<u32>>;

/// Who stands in which relation to whom, in both revisions.
pub(crate) struct Relatives {
    old: SideRelatives,
    new: SideRelatives,
}

struct SideRelatives {
    /// One for each relation and direction.
    companies: Vec<Company>,
    /// The element that a port leads to: the one of the port it is connected with.
    beyond: Vec<Option<u32>>,
}

impl Relatives {
    pub(crate) fn of(m: &Matching<'_>) -> Self {
        Self { old: SideRelatives::of(&m.old), new: SideRelatives::of(&m.new) }
    }
}

impl SideRelatives {
    fn of(side: &Side<'_>) -> Self {
        let relations = &side.revision.model.relations;
        let rank = |id: &ElementId| side.ranks[id.index()];
        let lists: [&[(ElementId, ElementId)]; 7] = [
            &relations.voids,
            &relations.fills,
            &relations.projections,
            &relations.aggregates,
            &relations.covers,
            &relations.covers_spaces,
            &relations.ports,
        ];
        let mut companies = Vec::new();
        for list in lists.into_iter().filter(|list| !list.is_empty()) {
            let (mut there, mut back) = (vec![Vec::new(); side.ids.len()], vec![Vec::new(); side.ids.len()]);
            for (a, b) in list {
                there[rank(a) as usize].push(rank(b));
                back[rank(b) as usize].push(rank(a));
            }
            companies.extend([there, back]);
        }
        let mut owner = vec![None; side.ids.len()];
        relations.ports.iter().for_each(|(port, of)| owner[rank(port) as usize] = Some(rank(of)));
        let mut beyond = vec![None; side.ids.len()];
        for (a, b) in &relations.port_connections {
            let (a, b) = (rank(a) as usize, rank(b) as usize);
            (beyond[a], beyond[b]) = (owner[b], owner[a]);
        }
        Self { companies, beyond }
    }
}

/// Pairs open elements that stand in the same relation to paired ones and are the only ones there of
/// their class, name and flow, or of their class.
pub(crate) fn pair_relatives(m: &mut Matching<'_>, relatives: &Relatives) {
    walk(m, relatives, |_, _, _| ());
}

/// Ties what is open after [`pair_relatives`]: several of a class with the same relatives.
pub(crate) fn tie_relatives(m: &mut Matching<'_>, relatives: &Relatives) {
    let mut ties: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
    walk(m, relatives, |_, olds, news| ties.push((olds.to_vec(), news.to_vec())));
    for (mut olds, mut news) in ties {
        olds.retain(|&i| m.old.is_open(i));
        news.retain(|&i| m.new.is_open(i));
        if !olds.is_empty() && !news.is_empty() {
            m.tie(Tie::SameRelatives, olds, news);
        }
    }
}

/// Pairs or ties what has neither shape nor relatives, by class, name and container, in classes whose
/// GlobalIds were made anew.
pub(crate) fn pair_shapeless(m: &mut Matching<'_>, remade: &[bool]) {
    type ByContainer<'k> = (u32, Option<&'k str>, Option<u32>);
    let mut groups: BTreeMap<ByContainer<'_>, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    let is_meant =
        |side: &Side<'_>, i: u32| side.print(i).is_none() && remade[side.class[i as usize] as usize];
    for i in m.old.open().filter(|&i| is_meant(&m.old, i)) {
        let element = m.old.element(i);
        let container = element.container.map(|c| m.old.ranks[c.index()]);
        let container = container.map(|c| m.old.partner[c as usize].unwrap_or(u32::MAX));
        let key = (m.old.class[i as usize], element.name.as_deref(), container);
        groups.entry(key).or_default().0.push(i);
    }
    for i in m.new.open().filter(|&i| is_meant(&m.new, i)) {
        let element = m.new.element(i);
        let container = element.container.map(|c| m.new.ranks[c.index()]);
        let key = (m.new.class[i as usize], element.name.as_deref(), container);
        groups.entry(key).or_default().1.push(i);
    }
    for (olds, news) in groups.into_values() {
        match (&olds[..], &news[..]) {
            ([], _) | (_, []) => {}
            (&[old], &[new]) => m.pair(old, new, Method::Structure),
            _ => m.tie(Tie::SameRelatives, olds, news),
        }
    }
}

fn walk(m: &mut Matching<'_>, relatives: &Relatives, mut rest: impl FnMut(&Matching<'_>, &[u32], &[u32])) {
    let Relatives { old: of_old, new: of_new } = relatives;
    let mut at = 0;
    // Pairs found on the way are at the end of the list, and are walked from in turn.
    while let Some(&(o, n, ..)) = m.pairs.get(at) {
        at += 1;
        for (old, new) in of_old.companies.iter().zip(&of_new.companies) {
            let (olds, news) = (&old[o as usize], &new[n as usize]);
            let any = |side: &Side<'_>, list: &[u32]| list.iter().any(|&i| side.is_open(i));
            if !any(&m.old, olds) || !any(&m.new, news) {
                continue;
            }
            for likeness in [Likeness::Full, Likeness::Name, Likeness::Class] {
                for (olds, news) in alike(m, relatives, likeness, olds, news).into_values() {
                    match (&olds[..], &news[..]) {
                        (&[old], &[new]) => m.pair(old, new, Method::Structure),
                        ([], _) | (_, []) => {}
                        (olds, news) if likeness == Likeness::Class => rest(m, olds, news),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// How much must agree beside the relation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// Class, name, direction of flow, and the element that a port leads to.
    Full,
    /// Class and name.
    Name,
    /// The class.
    Class,
}

type Key<'a> = (u32, Option<&'a str>, Option<Flow>, Option<(bool, u32)>);

fn alike<'a>(
    m: &Matching<'a>,
    relatives: &Relatives,
    likeness: Likeness,
    olds: &[u32],
    news: &[u32],
) -> BTreeMap<Key<'a>, (Vec<u32>, Vec<u32>)> {
    let mut groups: BTreeMap<Key<'a>, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    let key = |side: &Side<'a>, i: u32, beyond: Option<(bool, u32)>| {
        let element = side.element(i);
        let full = likeness == Likeness::Full;
        (
            side.class[i as usize],
            element.name.as_deref().filter(|_| likeness != Likeness::Class),
            if full { element.flow() } else { None },
            beyond.filter(|_| full),
        )
    };
    for &i in olds.iter().filter(|&&i| m.old.is_open(i)) {
        // In ranks of the new revision, if it has a partner there.
        let beyond = relatives.old.beyond[i as usize];
        let beyond = beyond.map(|e| m.old.partner[e as usize].map_or((true, e), |n| (false, n)));
        groups.entry(key(&m.old, i, beyond)).or_default().0.push(i);
    }
    for &i in news.iter().filter(|&&i| m.new.is_open(i)) {
        let beyond = relatives.new.beyond[i as usize].map(|e| (false, e));
        groups.entry(key(&m.new, i, beyond)).or_default().1.push(i);
    }
    groups
}
