//! How a selector comes to what it selects.

use crate::Index;
use crate::compare::View;
use crate::literal::{Literal, Name};
use crate::near::near;
use crate::property::Names;
use crate::relation::{classification_names, material_names};
use crate::selector::{Facet, Relation, Selector, Test};
use groma_model::Value;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// How each facet of a selector adds or takes away, over any number of models.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// The lists between the `+`, each with its facets in order.
    pub lists: Vec<Vec<Step>>,
    /// How many are selected in all.
    pub selected: usize,
}

/// What one facet does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The facet in canonical form.
    pub facet: String,
    /// How many the list held before it.
    pub before: usize,
    /// How many it holds behind it.
    pub after: usize,
    /// Where it finds nothing: why, and what may have been meant.
    pub note: Option<String>,
}

/// How to ask for what is no item of its own.
fn instead_of(class: &str) -> Option<&'static str> {
    const INSTEAD: [(&str, &str); 12] = [
        ("IfcMaterial", "ask for what is made of it, as in `IfcElement, material=concrete`"),
        ("IfcPropertySet", "ask for what has it, as in `IfcElement, Pset_WallCommon.FireRating!=NULL`"),
        ("IfcElementQuantity", "ask for what has it, as in `IfcElement, /Qto_.*/.NetVolume>1`"),
        ("IfcQuantitySet", "ask for what has it, as in `IfcElement, /Qto_.*/.NetVolume>1`"),
        ("IfcRel", "ask for what it relates, as in `IfcElement, location=\"Level 1\"` or `query:`"),
        ("IfcClassification", "ask for what is classified, as in `IfcElement, classification=/Pr_.*/`"),
        ("IfcPresentationLayer", "ask for the column `layer`"),
        ("IfcRepresentation", "ask for the columns `status`, `box` or `volume`"),
        ("IfcShape", "ask for the columns `status`, `box` or `volume`"),
        ("IfcProperty", "ask for what has it, as in `IfcElement, Pset_WallCommon.FireRating!=NULL`"),
        ("IfcQuantity", "ask for what has it, as in `IfcElement, /Qto_.*/.NetVolume>1`"),
        ("IfcUnit", "`groma inspect` tells the units of a model"),
    ];
    let starts = |start: &str| class.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start));
    INSTEAD.iter().find(|(start, _)| starts(start)).map(|(_, instead)| *instead)
}

impl Explanation {
    /// Why nothing is selected: the note of the first facet that leaves nothing.
    pub fn reason(&self) -> Option<&str> {
        let steps = self.lists.iter().flatten();
        steps.filter(|s| s.after == 0).find_map(|s| s.note.as_deref())
    }
}

impl Selector {
    /// Selects from models, and tells how each facet narrows.
    pub fn explain(&self, models: &[Index<'_>]) -> Explanation {
        let mut lists: Vec<Vec<Step>> = self
            .lists
            .iter()
            .map(|list| {
                let step = |f: &Facet| Step { facet: f.to_string(), before: 0, after: 0, note: None };
                list.iter().map(step).collect()
            })
            .collect();
        // Of each facet, who stood before it in each model: they are asked for what was meant.
        let mut stood: FxHashMap<(usize, usize), Vec<Vec<bool>>> = FxHashMap::default();
        let mut selected = 0;
        for index in models {
            let found = self.run(index, &mut |at, _, before, after| {
                let step = &mut lists[at.0][at.1];
                step.before += before.iter().filter(|s| **s).count();
                step.after += after.iter().filter(|s| **s).count();
                stood.entry(at).or_default().push(before.to_vec());
            });
            selected += found.items.len();
        }
        for (l, list) in self.lists.iter().enumerate() {
            for (f, facet) in list.iter().enumerate() {
                let step = &mut lists[l][f];
                let adds =
                    matches!(facet, Facet::Class { not: false, .. } | Facet::Instance { not: false, .. });
                let empty = if adds { step.after == step.before } else { step.after == 0 };
                let Some(before) = stood.get(&(l, f)).filter(|_| empty) else { continue };
                step.note = Self::why(models, facet, before, (step.before, step.after));
            }
        }
        Explanation { lists, selected }
    }

    fn why(
        models: &[Index<'_>],
        facet: &Facet,
        before: &[Vec<bool>],
        count: (usize, usize),
    ) -> Option<String> {
        let stood = || {
            models.iter().zip(before).flat_map(|(index, before)| {
                let slots = (0_u32..).zip(before).filter(|(_, stands)| **stands);
                slots.map(move |(slot, _)| (index, slot))
            })
        };
        match facet {
            Facet::Class { not: true, .. } | Facet::Instance { not: true, .. } if count.0 == 0 => Some(
                "there is nothing to take away from: begin with a class, as in `IfcElement, ! IfcWall`"
                    .into(),
            ),
            Facet::Class { not: false, name } => {
                if known_class(models, name) {
                    return None;
                }
                if let Some(instead) = instead_of(name) {
                    return Some(format!(
                        "an {name} is not selected, only elements, types, groups and tasks are: {instead}"
                    ));
                }
                let meant = meant(name, classes(models).iter().map(|c| &**c));
                let known = if meant.is_empty() { most_frequent(models) } else { meant };
                Some(format!("no element is an {name}{known}"))
            }
            Facet::Instance { not: false, id } => models
                .iter()
                .all(|m| m.with_id(id).is_empty())
                .then(|| format!("nothing has the GlobalId {id}")),
            _ if count.0 == 0 => None,
            Facet::Attribute { name, test } => {
                let values =
                    stood().map(|(index, slot)| index.items[slot as usize].attribute(index.model, name));
                let mut seen = Tally::default();
                values.for_each(|value| seen.add(value.as_ref().into()));
                Some(seen.say(name, test))
            }
            Facet::Property { set, name, test } => {
                Some(Self::why_property(models, set, name, test, &mut stood()))
            }
            Facet::Relation { to, test } => {
                let mut seen = Tally::default();
                for (index, slot) in stood() {
                    let names = names(index, *to, slot);
                    if names.is_empty() {
                        seen.add(View::Null);
                    }
                    names.iter().for_each(|name| seen.add(View::Text(name)));
                }
                Some(seen.say(to.word(), test))
            }
            Facet::Query { path, .. } => Some(format!("`{path}` leads to no such value")),
            Facet::Class { .. } | Facet::Instance { .. } => None,
        }
    }

    fn why_property<'i, 'm: 'i>(
        models: &[Index<'_>],
        set: &Name,
        name: &Name,
        test: &Test,
        stood: &mut dyn Iterator<Item = (&'i Index<'m>, u32)>,
    ) -> String {
        let all = || models.iter().flat_map(|index| &index.model.property_sets);
        let sets = || all().filter(|s| set.matches(&s.name));
        if sets().next().is_none() {
            let names: BTreeSet<&str> = all().map(|s| &*s.name).collect();
            return match set {
                Name::Text(text) => format!("no property set is called {text}{}", meant(text, names)),
                Name::Pattern(pattern) => format!("no property set has a name like {pattern}"),
            };
        }
        let properties = || sets().flat_map(|s| &*s.properties);
        if !properties().any(|p| name.matches(&p.name)) {
            let names: BTreeSet<&str> = properties().map(|p| &*p.name).collect();
            return match name {
                Name::Text(text) => format!("no property of {set} is called {text}{}", meant(text, names)),
                Name::Pattern(pattern) => format!("no property of {set} has a name like {pattern}"),
            };
        }
        let mut seen = Tally::default();
        let mut lookup = Names::new(set, name);
        for (index, slot) in stood {
            seen.add(lookup.find(index, index.items[slot as usize]));
        }
        seen.say(&format!("{set}.{name}"), test)
    }
}

fn known_class(models: &[Index<'_>], name: &str) -> bool {
    models.iter().any(|m| m.items.iter().any(|item| item.is_a(m.model, name)))
}

/// The classes of the models and their ancestors.
fn classes(models: &[Index<'_>]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for index in models {
        for item in &index.items {
            if let Some(class) = item.class(index.model)
                && !all.contains(class.name())
            {
                all.insert(class.name().to_owned());
                all.extend(class.ancestors().map(str::to_owned));
            }
        }
    }
    all
}

/// `; the models hold IfcBeam (12), IfcColumn (4)`
fn most_frequent(models: &[Index<'_>]) -> String {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for index in models {
        for item in &index.items {
            *counts.entry(item.class_name(index.model)).or_insert(0) += 1;
        }
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let listed: Vec<String> = counts.iter().take(8).map(|(class, n)| format!("{class} ({n})")).collect();
    if listed.is_empty() { String::new() } else { format!("; the models hold {}", listed.join(", ")) }
}

/// The names that a relation is compared by.
fn names<'m>(index: &Index<'m>, to: Relation, slot: u32) -> Vec<&'m str> {
    let (model, item) = (index.model, index.items[slot as usize]);
    let named = |slot: u32| index.items[slot as usize].name(model).map(|n| &**n);
    match to {
        Relation::Type => {
            item.type_object(model).and_then(|t| named(index.type_slot(t))).into_iter().collect()
        }
        Relation::Material => {
            let materials = item.materials(model).iter().map(|&m| &model.materials[m as usize]);
            materials.flat_map(|m| material_names(model, m)).flatten().collect()
        }
        Relation::Classification => {
            let references = item.classifications(model).iter().map(|&c| &model.classifications[c as usize]);
            references.flat_map(classification_names).flatten().collect()
        }
        Relation::Location => index.locations(slot).filter_map(named).collect(),
        Relation::Group => index.groups_of(slot).filter_map(named).collect(),
        Relation::Parent => {
            let above = std::iter::successors(index.above(slot), |&at| index.above(at)).take(16);
            above.filter_map(named).collect()
        }
    }
}

/// `; did you mean A or B?`
fn meant<'n>(name: &str, among: impl IntoIterator<Item = &'n str>) -> String {
    match near(name, among).as_slice() {
        [] => String::new(),
        found => format!("; did you mean {}?", found.join(" or ")),
    }
}

/// The values that were there instead, and how often.
#[derive(Default)]
struct Tally {
    values: FxHashMap<String, usize>,
    without: usize,
}

/// How many values are shown.
const SHOWN: usize = 5;

impl Tally {
    fn add(&mut self, value: View<'_>) {
        let text = match value {
            View::Null => {
                self.without += 1;
                return;
            }
            View::Text(text) => text.to_owned(),
            View::Number(number) => number.to_string(),
            View::Logical(b) => if b { "TRUE" } else { "FALSE" }.to_owned(),
            View::List(items) => return items.iter().for_each(|item: &Value| self.add(item.into())),
            View::Opaque => "(a compound value)".to_owned(),
        };
        *self.values.entry(text).or_insert(0) += 1;
    }

    fn say(self, what: &str, test: &Test) -> String {
        if self.values.is_empty() {
            return format!("none of them has {what}");
        }
        let mut values: Vec<(String, usize)> = self.values.into_iter().collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let close = match &test.with {
            Literal::Text(text) if !test.not => meant(text, values.iter().map(|(v, _)| v.as_str())),
            _ => String::new(),
        };
        if !close.is_empty() {
            return format!("{what} has other values{close}");
        }
        let mut said: Vec<String> = values
            .iter()
            .take(SHOWN)
            .map(|(value, n)| {
                let short: String = value.chars().take(40).collect();
                format!("{short} ({n})")
            })
            .collect();
        if values.len() > SHOWN {
            said.push(format!("{} more", values.len() - SHOWN));
        }
        if self.without > 0 {
            said.push(format!("none ({})", self.without));
        }
        format!("{what} is {}", said.join(", "))
    }
}
