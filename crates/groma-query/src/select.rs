//! From a selector to what it selects.

use crate::property::Names;
use crate::relation::related;
use crate::selector::{Facet, Selector};
use crate::{Index, Item};
use groma_model::{ElementId, Model};
use rayon::prelude::*;

/// What a selector selects of a model.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selected {
    /// Sorted, without repetition.
    pub items: Vec<Item>,
}

impl Selected {
    /// The elements among them, in file order.
    pub fn elements(&self) -> impl Iterator<Item = ElementId> {
        self.items.iter().filter_map(|item| match item {
            Item::Element(id) => Some(*id),
            _ => None,
        })
    }

    /// True when nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl Selector {
    /// What it selects of a model. Whoever asks a model more than once keeps an [`Index`] of it.
    pub fn select(&self, model: &Model) -> Selected {
        self.select_in(&Index::new(model))
    }

    /// What it selects of a prepared model. Works in the caller's rayon pool.
    pub fn select_in(&self, index: &Index<'_>) -> Selected {
        self.run(index, &mut |_, _, _, _| ())
    }

    /// Selects, and tells of each facet its list and place, who was there before it and who is left.
    pub(crate) fn run(&self, index: &Index<'_>, watch: &mut Watch<'_>) -> Selected {
        let mut all = vec![false; index.items.len()];
        for (l, list) in self.lists.iter().enumerate() {
            let mut set = vec![false; index.items.len()];
            let mut begun = false;
            for (f, facet) in list.iter().enumerate() {
                // Without a class or a GlobalId before it, a filter takes from all products and their types.
                if !begun && !matches!(facet, Facet::Class { .. } | Facet::Instance { .. }) {
                    narrow(&mut set, |slot, _| is_default(index, slot));
                }
                begun = true;
                let before = set.clone();
                apply(index, facet, &mut set);
                watch((l, f), facet, &before, &set);
            }
            all.iter_mut().zip(&set).for_each(|(all, &one)| *all |= one);
        }
        Selected { items: index.items.iter().zip(&all).filter(|(_, s)| **s).map(|(item, _)| *item).collect() }
    }
}

/// Hears of each facet: its list and place there, itself, who was selected before it and behind it.
pub(crate) type Watch<'w> = dyn FnMut((usize, usize), &Facet, &[bool], &[bool]) + 'w;

fn is_default(index: &Index<'_>, slot: usize) -> bool {
    match index.items[slot] {
        Item::Element(_) => true,
        Item::Type(t) => index.model.types[t as usize].class.is_a("IfcTypeProduct"),
        _ => false,
    }
}

fn apply(index: &Index<'_>, facet: &Facet, set: &mut [bool]) {
    let model = index.model;
    match facet {
        Facet::Class { not, name } => set
            .par_iter_mut()
            .zip(&index.items)
            .with_min_len(1024)
            .for_each(|(s, item)| *s = if item.is_a(model, name) { !not } else { *s }),
        Facet::Instance { not, id } => index.with_id(id).iter().for_each(|&slot| set[slot as usize] = !not),
        Facet::Attribute { name, test } => keep(set, |slot| {
            let value = index.items[slot].attribute(model, name);
            test.passes(value.as_ref().into())
        }),
        Facet::Property { set: sets, name, test } => {
            let of = set.par_iter_mut().zip(&index.items).with_min_len(1024);
            of.for_each_init(
                || Names::new(sets, name),
                |names, (s, &item)| *s = *s && names.pass(index, item, test),
            );
        }
        Facet::Relation { to, test } => {
            let related = related(index, *to, test);
            set.iter_mut().zip(related).for_each(|(s, related)| *s &= related);
        }
        Facet::Query { path, test } => keep(set, |slot| path.passes(index, slot as u32, test)),
    }
}

fn keep(set: &mut [bool], test: impl Fn(usize) -> bool + Sync) {
    narrow(set, |slot, selected| selected && test(slot));
}

fn narrow(set: &mut [bool], test: impl Fn(usize, bool) -> bool + Sync) {
    set.par_iter_mut().enumerate().with_min_len(1024).for_each(|(slot, s)| *s = test(slot, *s));
}
