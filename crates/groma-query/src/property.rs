//! The properties of an item, its own over those of its type.

use crate::compare::View;
use crate::literal::Name;
use crate::selector::Test;
use crate::{Index, Item};
use groma_model::{Property, PropertySet};
use rustc_hash::FxHashMap;

/// Whether the names of sets and properties match, each asked once.
pub(crate) struct Names<'s, 'm> {
    set: &'s Name,
    name: &'s Name,
    sets: FxHashMap<&'m str, bool>,
    names: FxHashMap<&'m str, bool>,
}

impl<'s, 'm> Names<'s, 'm> {
    pub(crate) fn new(set: &'s Name, name: &'s Name) -> Self {
        Self { set, name, sets: FxHashMap::default(), names: FxHashMap::default() }
    }

    fn is_set(&mut self, set: &'m str) -> bool {
        match self.set {
            Name::Text(text) => text == set,
            Name::Pattern(pattern) => *self.sets.entry(set).or_insert_with(|| pattern.matches(set)),
        }
    }

    fn is_name(&mut self, name: &'m str) -> bool {
        match self.name {
            Name::Text(text) => text == name,
            Name::Pattern(pattern) => *self.names.entry(name).or_insert_with(|| pattern.matches(name)),
        }
    }

    /// True where the property of an item passes. Of several that match, the first counts: the sets of the
    /// type stand before the item's own, and a set takes the place of the type's of that name, property by
    /// property.
    pub(crate) fn pass(&mut self, index: &Index<'m>, item: Item, test: &Test) -> bool {
        test.passes(self.find(index, item))
    }

    /// The value that counts.
    pub(crate) fn find(&mut self, index: &Index<'m>, item: Item) -> View<'m> {
        let model = index.model;
        let at = |set: &u32| &model.property_sets[*set as usize];
        let (of_type, own) = (item.type_property_sets(model), item.own_property_sets(model));
        if let Name::Text(set) = self.set {
            // By its whole name, only the first set of that name is looked into.
            let named = |sets: &'m [u32]| sets.iter().map(at).find(|s| *s.name == **set);
            let (of_type, own) = (named(of_type), named(own));
            if let Name::Text(name) = self.name {
                let value = |set: Option<&'m PropertySet>| set.map_or(View::Null, |s| value(s, name));
                return match value(own) {
                    View::Null => value(of_type),
                    found => found,
                };
            }
            return self
                .among(&[of_type, own].into_iter().flatten().collect::<Vec<_>>())
                .unwrap_or(View::Null);
        }
        let sets: Vec<&PropertySet> = of_type.iter().chain(own).map(at).collect();
        for (i, set) in sets.iter().enumerate() {
            if !self.is_set(&set.name) || sets[..i].iter().any(|s| s.name == set.name) {
                continue;
            }
            let same: Vec<&PropertySet> = sets[i..].iter().filter(|s| s.name == set.name).copied().collect();
            if let Some(value) = self.among(&same) {
                return value;
            }
        }
        View::Null
    }

    /// The first property that matches, in sets of one name of which a later one overrides an earlier.
    fn among(&mut self, sets: &[&'m PropertySet]) -> Option<View<'m>> {
        let name: &str = match self.name {
            Name::Text(name) => name,
            Name::Pattern(_) => {
                let all = sets.iter().flat_map(|s| &*s.properties);
                all.map(|p| &*p.name).find(|name| self.is_name(name))?
            }
        };
        let last = sets.iter().rev().find_map(|s| s.properties.iter().rfind(|p| *p.name == *name));
        match last {
            Some(property) => match (View::from(property.value.as_ref()), self.name) {
                // By its whole name, a property without a value is none.
                (View::Null, Name::Text(_)) => None,
                (value, _) => Some(value),
            },
            None => sets.iter().any(|s| is_complex(s, name)).then_some(View::Opaque),
        }
    }
}

fn value<'m>(set: &'m PropertySet, name: &str) -> View<'m> {
    match set.properties.iter().find(|p| *p.name == *name) {
        Some(property) => property.value.as_ref().into(),
        None if is_complex(set, name) => View::Opaque,
        None => View::Null,
    }
}

/// True for the name of a complex property, of which the model keeps the parts as `Complex.Part`.
fn is_complex(set: &PropertySet, name: &str) -> bool {
    let part = |p: &Property| p.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    !name.is_empty() && set.properties.iter().any(part)
}
