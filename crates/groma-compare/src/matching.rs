//! The state of a matching: both sides, who is paired already, who is tied.

use crate::evidence::share;
use crate::fingerprint::Fingerprint;
use crate::identify::{Method, Tie};
use crate::{Revision, class_key::class_keys};
use glam::DVec3;
use groma_model::{Element, ElementId};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// One revision. Elements go by their rank in the order of GlobalIds, so that nothing depends on the order
/// of the file.
pub(crate) struct Side<'a> {
    pub(crate) revision: Revision<'a>,
    /// The elements by GlobalId.
    pub(crate) ids: Vec<ElementId>,
    /// The rank of each element.
    pub(crate) ranks: Vec<u32>,
    /// The class of each rank as a number that both sides share.
    pub(crate) class: Vec<u32>,
    /// The shape of each rank.
    pub(crate) prints: Vec<Option<Fingerprint>>,
    /// The elevation of storeys, in millimetres.
    pub(crate) elevation: FxHashMap<u32, i64>,
    /// The rank of the storey of each rank.
    pub(crate) storey: Vec<Option<u32>>,
    /// Whom it is paired with.
    pub(crate) partner: Vec<Option<u32>>,
    /// Whether it belongs to a group that cannot be resolved.
    pub(crate) tied: Vec<bool>,
}

impl<'a> Side<'a> {
    fn new(revision: Revision<'a>, classes: &[u32]) -> Self {
        let mut ids: Vec<ElementId> = revision.ids().collect();
        let key = |id: &ElementId| &revision.model.element(*id).key.global_id;
        ids.par_sort_unstable_by(|a, b| key(a).cmp(key(b)));
        let mut ranks = vec![0; ids.len()];
        ids.iter().zip(0..).for_each(|(id, rank)| ranks[id.index()] = rank);
        // In the order of the file, in which the instances lie.
        let by_id = Fingerprint::all(&revision);
        let prints = ids.iter().map(|id| by_id[id.index()]).collect();
        let storey = ids.par_iter().map(|&id| storey(&revision, id).map(|s| ranks[s.index()])).collect();
        let nodes = revision.model.spatial.nodes.iter();
        let elevation = nodes
            .filter_map(|n| Some((ranks[n.element.index()], (n.elevation? * 1000.0).round() as i64)))
            .collect();
        Self {
            elevation,
            class: ids.iter().map(|id| classes[id.index()]).collect(),
            partner: vec![None; ids.len()],
            tied: vec![false; ids.len()],
            revision,
            ids,
            ranks,
            prints,
            storey,
        }
    }

    pub(crate) fn element(&self, rank: u32) -> &'a Element {
        self.revision.model.element(self.ids[rank as usize])
    }

    /// The name of its type.
    pub(crate) fn type_name(&self, rank: u32) -> Option<&'a str> {
        let of_type = self.element(rank).type_object?;
        self.revision.model.types[of_type as usize].name.as_deref()
    }

    /// Those that are neither paired nor tied.
    pub(crate) fn open(&self) -> impl Iterator<Item = u32> + use<'_, 'a> {
        (0..self.ids.len() as u32).filter(|&i| self.is_open(i))
    }

    pub(crate) fn is_open(&self, rank: u32) -> bool {
        self.partner[rank as usize].is_none() && !self.tied[rank as usize]
    }

    pub(crate) fn print(&self, rank: u32) -> Option<&Fingerprint> {
        self.prints[rank as usize].as_ref()
    }
}

/// The storey that an element stands in, up through wholes and containers.
fn storey(revision: &Revision<'_>, id: ElementId) -> Option<ElementId> {
    /// No chain is longer in earnest.
    const DEEPEST: usize = 64;
    let mut at = id;
    for _ in 0..DEEPEST {
        let element = revision.model.element(at);
        if element.class.is_a("IfcBuildingStorey") {
            return Some(at);
        }
        at = element.container.or(element.whole)?;
    }
    None
}

pub(crate) struct Matching<'a> {
    pub(crate) old: Side<'a>,
    pub(crate) new: Side<'a>,
    /// By how much the whole model seems to have moved.
    pub(crate) shift: DVec3,
    /// (old, new, method, score), in the order of finding.
    pub(crate) pairs: Vec<(u32, u32, Method, f64)>,
    /// Groups that cannot be resolved.
    pub(crate) ties: Vec<(Tie, Vec<u32>, Vec<u32>)>,
}

impl<'a> Matching<'a> {
    pub(crate) fn new(old: &Revision<'a>, new: &Revision<'a>) -> Self {
        let [of_old, of_new] = class_keys(old.model, new.model);
        Self {
            old: Side::new(*old, &of_old),
            new: Side::new(*new, &of_new),
            shift: DVec3::ZERO,
            pairs: Vec::new(),
            ties: Vec::new(),
        }
    }

    /// True when a side has no open elements.
    pub(crate) fn is_done(&self) -> bool {
        self.old.open().next().is_none() || self.new.open().next().is_none()
    }

    /// Pairs two open elements.
    pub(crate) fn pair(&mut self, old: u32, new: u32, method: Method) {
        if !self.old.is_open(old) || !self.new.is_open(new) {
            return;
        }
        let share = share(self, old, new);
        self.old.partner[old as usize] = Some(new);
        self.new.partner[new as usize] = Some(old);
        self.pairs.push((old, new, method, method.score(share)));
    }

    /// Sets a group aside that cannot be resolved.
    pub(crate) fn tie(&mut self, why: Tie, old: Vec<u32>, new: Vec<u32>) {
        old.iter().for_each(|&i| self.old.tied[i as usize] = true);
        new.iter().for_each(|&i| self.new.tied[i as usize] = true);
        self.ties.push((why, old, new));
    }

    /// Pairs open elements of a key that no other of `all` on either side has, if `accept` agrees.
    pub(crate) fn pair_by_key<K: Hash + Eq>(
        &mut self,
        method: Method,
        all: bool,
        key: impl Fn(&Side<'a>, u32) -> Option<K>,
        accept: impl Fn(&Self, u32, u32) -> bool,
    ) {
        let only = |side: &Side<'a>| {
            let mut only: FxHashMap<K, Option<u32>> = FxHashMap::default();
            for rank in (0..side.ids.len() as u32).filter(|&i| all || side.is_open(i)) {
                if let Some(key) = key(side, rank) {
                    only.entry(key).and_modify(|known| *known = None).or_insert(Some(rank));
                }
            }
            only
        };
        let of_new = only(&self.new);
        let mut found: Vec<(u32, u32)> = only(&self.old)
            .into_iter()
            .filter_map(|(key, old)| Some((old?, (*of_new.get(&key)?)?)))
            .collect();
        found.sort_unstable();
        for (old, new) in found {
            if accept(self, old, new) {
                self.pair(old, new, method);
            }
        }
    }
}
