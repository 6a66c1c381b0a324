//! A model as selectors see it: all its items in one row, and who is above whom.

use crate::Item;
use crate::connections::Connections;
use groma_model::{ElementId, Model};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// A model, prepared for any number of selectors. What a selector needs is worked out when it first asks.
pub struct Index<'a> {
    pub(crate) model: &'a Model,
    pub(crate) items: Vec<Item>,
    by_id: OnceLock<FxHashMap<&'a str, Vec<u32>>>,
    tree: OnceLock<Tree>,
    groups: OnceLock<Vec<(u32, u32)>>,
    connections: OnceLock<Connections>,
}

/// Whoever stands deeper stands on a cycle.
const DEEPEST: usize = 256;
/// No slot.
const NONE: u32 = u32::MAX;

/// Who is above whom, in slots: indices into [`Index::items`].
pub(crate) struct Tree {
    /// The spatial element that contains it directly.
    direct: Vec<u32>,
    /// The whole it is a part of.
    whole: Vec<u32>,
    /// Container, whole, or what it is set into: the one directly above.
    above: Vec<u32>,
    /// (above, below), sorted.
    pub(crate) below: Vec<(u32, u32)>,
}

impl<'a> Index<'a> {
    /// Prepares a model.
    pub fn new(model: &'a Model) -> Self {
        let numbers = |n: usize| 0..n as u32;
        let work = &model.processes;
        let mut items: Vec<Item> =
            numbers(model.elements.len()).map(|i| Item::Element(ElementId(i))).collect();
        items.extend(numbers(model.types.len()).map(Item::Type));
        items.extend(numbers(model.systems.len()).map(Item::Group));
        items.extend(numbers(work.tasks.len()).map(Item::Task));
        items.extend(numbers(work.work_controls.len()).map(Item::WorkControl));
        items.extend(numbers(work.calendars.len()).map(Item::Calendar));
        items.extend(numbers(work.resources.len()).map(Item::Resource));
        items.extend(model.spatial.project_id.is_some().then_some(Item::Project));
        Self {
            model,
            items,
            by_id: OnceLock::new(),
            tree: OnceLock::new(),
            groups: OnceLock::new(),
            connections: OnceLock::new(),
        }
    }

    /// The model.
    pub fn model(&self) -> &'a Model {
        self.model
    }

    /// The items of the model, in the order of [`Item`].
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Where an item stands among them.
    pub(crate) fn slot(&self, item: Item) -> Option<u32> {
        self.items.binary_search(&item).ok().map(|slot| slot as u32)
    }

    pub(crate) fn type_slot(&self, type_object: u32) -> u32 {
        self.model.elements.len() as u32 + type_object
    }

    pub(crate) fn group_slot(&self, group: u32) -> u32 {
        (self.model.elements.len() + self.model.types.len()) as u32 + group
    }

    /// The slots with this GlobalId: all repetitions of it, or the one with this ordinal.
    pub(crate) fn with_id(&self, id: &str) -> &[u32] {
        let by_id = self.by_id.get_or_init(|| {
            let mut by_id: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
            for (item, slot) in self.items.iter().zip(0..) {
                let id = item.global_id(self.model);
                let base = crate::item::base_id(id);
                by_id.entry(base).or_default().push(slot);
                if base != id {
                    by_id.entry(id).or_default().push(slot);
                }
            }
            by_id
        });
        by_id.get(id).map_or(&[], Vec::as_slice)
    }

    /// (member, group), in slots and sorted.
    pub(crate) fn memberships(&self) -> &[(u32, u32)] {
        self.groups.get_or_init(|| {
            let mut pairs = Vec::new();
            for (system, group) in self.model.systems.iter().zip(0..) {
                let group = self.group_slot(group);
                pairs.extend(system.members.iter().map(|m| (m.0, group)));
                pairs.extend(system.groups.iter().map(|&g| (self.group_slot(g), group)));
            }
            pairs.sort_unstable();
            pairs
        })
    }

    /// The groups that it is a member of, in slots.
    pub(crate) fn groups_of(&self, slot: u32) -> impl Iterator<Item = u32> {
        run_of(self.memberships(), slot)
    }

    pub(crate) fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| Tree::of(self))
    }

    pub(crate) fn connections(&self) -> &Connections {
        self.connections.get_or_init(|| Connections::of(self.model))
    }

    /// The one directly above, in slots.
    pub(crate) fn above(&self, slot: u32) -> Option<u32> {
        some(self.tree().above[slot as usize])
    }

    /// The spatial element that contains it, or the nearest above it that is contained.
    pub(crate) fn container(&self, slot: u32) -> Option<u32> {
        let tree = self.tree();
        let mut at = slot;
        for _ in 0..DEEPEST {
            if let Some(container) = some(tree.direct[at as usize]) {
                return Some(container);
            }
            at = some(tree.above[at as usize])?;
        }
        None
    }

    /// The places it stands in: its container, or its whole, and the wholes of that; without the project.
    pub(crate) fn locations(&self, slot: u32) -> impl Iterator<Item = u32> {
        let tree = self.tree();
        let first = self.container(slot).or_else(|| some(tree.whole[slot as usize]));
        let places = std::iter::successors(first, |&at| some(tree.whole[at as usize]));
        places.take(DEEPEST).filter(|&at| self.items[at as usize] != Item::Project)
    }

    /// The nearest above it that is of a class.
    pub(crate) fn above_of_class(&self, slot: u32, class: &str) -> Option<u32> {
        let mut at = slot;
        for _ in 0..DEEPEST {
            at = self.above(at)?;
            if self.items[at as usize].is_a(self.model, class) {
                return Some(at);
            }
        }
        None
    }
}

impl Tree {
    fn of(index: &Index<'_>) -> Self {
        let (model, count) = (index.model, index.items.len());
        let [mut direct, mut whole, mut above] = [(); 3].map(|()| vec![NONE; count]);
        let mut below: Vec<(u32, u32)> = Vec::new();
        let mut set = |list: &mut [u32], one: u32, other: u32| {
            if list[other as usize] == NONE {
                list[other as usize] = one;
            }
            below.push((one, other));
        };
        for node in &model.spatial.nodes {
            for element in &node.contains {
                set(&mut direct, node.element.0, element.0);
            }
        }
        for (element, slot) in model.elements.iter().zip(0..) {
            if let Some(of) = element.whole {
                set(&mut whole, of.0, slot);
            }
        }
        let relations = &model.relations;
        relations.aggregates.iter().for_each(|&(of, part)| set(&mut whole, of.0, part.0));
        if let Some(project) =
            (count as u32).checked_sub(1).filter(|&p| index.items[p as usize] == Item::Project)
        {
            let roots = model.spatial.nodes.iter().filter(|n| n.parent.is_none());
            roots.for_each(|root| set(&mut whole, project, root.element.0));
        }
        for (slot, item) in (0..).zip(&index.items) {
            // Parts of the work stand in the same list as their whole.
            let own = match *item {
                Item::Task(i) | Item::WorkControl(i) | Item::Calendar(i) | Item::Resource(i) => i,
                _ => continue,
            };
            if let Some(parent) = item.process(model).and_then(|o| o.parent) {
                set(&mut whole, slot - own + parent, slot);
            }
        }
        // What is neither contained nor a part is set into something.
        let mut into = vec![NONE; count];
        relations.ports.iter().for_each(|&(port, element)| set(&mut into, element.0, port.0));
        relations.fills.iter().for_each(|&(opening, filling)| set(&mut into, opening.0, filling.0));
        relations.voids.iter().for_each(|&(host, opening)| set(&mut into, host.0, opening.0));
        for slot in 0..count {
            above[slot] =
                [direct[slot], whole[slot], into[slot]].into_iter().find(|&s| s != NONE).unwrap_or(NONE);
        }
        below.sort_unstable();
        below.dedup();
        Self { direct, whole, above, below }
    }

    /// Those directly below.
    pub(crate) fn children(&self, slot: u32) -> impl Iterator<Item = u32> {
        run_of(&self.below, slot)
    }
}

/// The second of each pair whose first is this, in a sorted list.
pub(crate) fn run_of(pairs: &[(u32, u32)], first: u32) -> impl Iterator<Item = u32> {
    let start = pairs.partition_point(|p| p.0 < first);
    pairs[start..].iter().take_while(move |p| p.0 == first).map(|p| p.1)
}

fn some(slot: u32) -> Option<u32> {
    (slot != NONE).then_some(slot)
}
