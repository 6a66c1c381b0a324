//! Pairs by the company that an element keeps: its host, filling, whole, parts, ports.

use crate::identify::{Method, Tie};
use crate::matching::{Matching, Side};
use groma_model::ElementId;
use std::collections::BTreeMap;

/// For each rank, those that it stands in one relation to.
type Company = Vec<Vec<u32>>;

fn companies(side: &Side<'_>) -> Vec<Company> {
    let relations = &side.revision.model.relations;
    let lists: [&[(ElementId, ElementId)]; 7] = [
        &relations.voids,
        &relations.fills,
        &relations.projections,
        &relations.aggregates,
        &relations.covers,
        &relations.covers_spaces,
        &relations.ports,
    ];
    let mut all = Vec::new();
    for list in lists {
        let (mut there, mut back) = (vec![Vec::new(); side.ids.len()], vec![Vec::new(); side.ids.len()]);
        for (a, b) in list {
            let (a, b) = (side.ranks[a.index()], side.ranks[b.index()]);
            there[a as usize].push(b);
            back[b as usize].push(a);
        }
        all.extend([there, back]);
    }
    all
}

/// Pairs open elements that stand in the same relation to paired ones and are the only ones there of
/// their class and name, or of their class.
pub(crate) fn pair_relatives(m: &mut Matching<'_>) {
    walk(m, |_, _, _| ());
}

/// Ties what is open after [`pair_relatives`]: several of a class with the same relatives.
pub(crate) fn tie_relatives(m: &mut Matching<'_>) {
    let mut ties: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
    walk(m, |_, olds, news| ties.push((olds.to_vec(), news.to_vec())));
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
    type Key<'k> = (u32, Option<&'k str>, Option<u32>);
    let mut groups: BTreeMap<Key<'_>, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
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

fn walk(m: &mut Matching<'_>, mut rest: impl FnMut(&Matching<'_>, &[u32], &[u32])) {
    let (of_old, of_new) = (companies(&m.old), companies(&m.new));
    let mut at = 0;
    // Pairs found on the way are at the end of the list, and are walked from in turn.
    while let Some(&(o, n, ..)) = m.pairs.get(at) {
        at += 1;
        for (old, new) in of_old.iter().zip(&of_new) {
            let (olds, news) = (&old[o as usize], &new[n as usize]);
            if olds.is_empty() || news.is_empty() {
                continue;
            }
            for named in [true, false] {
                let groups = by_class(m, named, olds, news);
                for (olds, news) in groups.into_values() {
                    match (&olds[..], &news[..]) {
                        (&[old], &[new]) => m.pair(old, new, Method::Structure),
                        ([], _) | (_, []) => {}
                        (olds, news) if !named => rest(m, olds, news),
                        _ => {}
                    }
                }
            }
        }
    }
}

type Groups<'a> = BTreeMap<(u32, Option<&'a str>), (Vec<u32>, Vec<u32>)>;

fn by_class<'a>(m: &Matching<'a>, named: bool, olds: &[u32], news: &[u32]) -> Groups<'a> {
    let mut groups = Groups::new();
    let key =
        |side: &Side<'a>, i: u32| (side.class[i as usize], side.element(i).name.as_deref().filter(|_| named));
    for &i in olds.iter().filter(|&&i| m.old.is_open(i)) {
        groups.entry(key(&m.old, i)).or_default().0.push(i);
    }
    for &i in news.iter().filter(|&&i| m.new.is_open(i)) {
        groups.entry(key(&m.new, i)).or_default().1.push(i);
    }
    groups
}
