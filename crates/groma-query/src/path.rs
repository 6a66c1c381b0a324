//! The keys behind `query:`, which lead from an item to a value.

use crate::compare::View;
use crate::coordinate::coordinate;
use crate::literal::{Name, Pattern, is_plain};
use crate::relation::classification_names;
use crate::selector::Test;
use crate::{Index, Item, SelectorErrorKind};
use groma_model::process::{Sequence, TaskTime};
use groma_model::{Body, Layer, Material, MaterialKind, Model, Property, PropertySet, Value};
use std::fmt;
use std::sync::Arc;

/// Keys that lead from an item to a value: `Name`, `type.Name`, `storey.Name`, `Pset_WallCommon.Status`,
/// `/Qto_.*/.NetVolume`, `materials.count`. What each means stands at the top of this crate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path(Vec<Name>);

impl Path {
    /// Reads keys with points between them: words, texts in quotes, patterns between slashes.
    ///
    /// # Errors
    ///
    /// What is no key, or one that is not answered.
    pub fn parse(text: &str) -> Result<Self, SelectorErrorKind> {
        let expected = |found: &str| SelectorErrorKind::Expected {
            expected: "keys with points between them, such as storey.Name",
            found: if found.is_empty() { "the end".to_owned() } else { format!("`{found}`") },
        };
        let mut keys = Vec::new();
        let mut rest = text.trim();
        loop {
            let (key, behind) = match rest.chars().next() {
                Some('"') => {
                    let end = rest[1..].find('"').ok_or_else(|| expected(rest))?;
                    (Name::Text(rest[1..=end].to_owned()), &rest[end + 2..])
                }
                Some('/') => {
                    let end = rest[1..].find('/').ok_or_else(|| expected(rest))?;
                    let pattern =
                        Pattern::new(&rest[1..=end]).map_err(|why| SelectorErrorKind::Regex { why })?;
                    (Name::Pattern(pattern), &rest[end + 2..])
                }
                _ => {
                    let end = rest.find(ends_key).unwrap_or(rest.len());
                    if end == 0 {
                        return Err(expected(rest));
                    }
                    let word = &rest[..end];
                    (Name::Text(word.to_owned()), &rest[end..])
                }
            };
            keys.push(key);
            let behind = behind.trim_start();
            if behind.is_empty() {
                return Ok(Self(keys));
            }
            rest = behind.strip_prefix('.').ok_or_else(|| expected(behind))?.trim_start();
        }
    }

    /// The value that the keys lead to; of a member, material or class that they lead to its name, of
    /// several things a list. `None` where they lead to nothing.
    pub fn value(&self, index: &Index<'_>, item: Item) -> Option<Value> {
        let mut at = Found::Item(index.slot(item)?);
        for key in &self.0 {
            at = step(index, at, key);
        }
        at.into_value(index)
    }

    /// The first key, where it is a word.
    pub fn first(&self) -> Option<&str> {
        self.0.first().and_then(|key| match key {
            Name::Text(word) => Some(word.as_str()),
            Name::Pattern(_) => None,
        })
    }

    /// How many keys.
    pub fn keys(&self) -> usize {
        self.0.len()
    }

    /// True where what the keys lead to passes.
    pub(crate) fn passes(&self, index: &Index<'_>, slot: u32, test: &Test) -> bool {
        let mut at = Found::Item(slot);
        for key in &self.0 {
            at = step(index, at, key);
        }
        at.compares(test) != test.not
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (i, key) in self.0.iter().enumerate() {
            if i > 0 {
                text.push('.');
            }
            match key {
                Name::Text(word) if is_bare(word) => text.push_str(word),
                Name::Text(word) => text.push_str(&format!("\"{word}\"")),
                Name::Pattern(pattern) => text.push_str(&pattern.to_string()),
            }
        }
        if text.chars().all(|c| is_plain(c) || c == '.') && !text.starts_with('"') {
            return f.write_str(&text);
        }
        // A last backslash must not take the quote with it.
        let space = if text.ends_with('\\') { " " } else { "" };
        write!(f, "\"{}{space}\"", text.replace('"', "\\\""))
    }
}

/// What ends a key without quotes.
fn ends_key(c: char) -> bool {
    matches!(c, '.' | '=' | '/' | '"') || c.is_whitespace()
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && !key.contains(ends_key)
}

/// Where the keys have led to.
enum Found<'m> {
    Null,
    Item(u32),
    Material(&'m Material),
    Layer(&'m Layer),
    Classification(u32),
    /// The name of a style or profile, and what that attribute is called.
    Named(&'m Arc<str>, &'static str),
    Time(&'m TaskTime),
    /// Property sets of one name; a later one overrides an earlier.
    Sets(Vec<&'m PropertySet>),
    Value(Value),
    List(Vec<Found<'m>>),
}

impl Found<'_> {
    fn into_value(self, index: &Index<'_>) -> Option<Value> {
        let model = index.model;
        match self {
            Self::Null | Self::Sets(_) | Self::Time(_) => None,
            Self::Value(value) => Some(value),
            Self::Item(slot) => {
                let item = index.items[slot as usize];
                Some(match item.name(model) {
                    Some(name) => Value::Text(name.clone()),
                    None => Value::Text(item.global_id(model).into()),
                })
            }
            Self::Material(material) => match &material.name {
                Some(name) => Some(Value::Text(name.clone())),
                None => Self::List(material.layers.iter().map(Found::Layer).collect()).into_value(index),
            },
            Self::Named(name, _) => Some(Value::Text(name.clone())),
            Self::Layer(layer) => layer.material.clone().or_else(|| layer.name.clone()).map(Value::Text),
            Self::Classification(i) => {
                let names = classification_names(&model.classifications[i as usize]);
                names.into_iter().flatten().next().map(|name| Value::Text(name.into()))
            }
            Self::List(items) => {
                let values: Vec<Value> = items.into_iter().filter_map(|i| i.into_value(index)).collect();
                (!values.is_empty()).then_some(Value::List(values))
            }
        }
    }

    fn compares(&self, test: &Test) -> bool {
        match self {
            Self::Null => test.compares(View::Null),
            Self::Value(value) => test.compares(value.into()),
            Self::List(items) => items.iter().any(|item| item.compares(test)),
            _ => test.compares(View::Opaque),
        }
    }
}

fn text<'m>(text: Option<impl AsRef<str>>) -> Found<'m> {
    text.map_or(Found::Null, |t| Found::Value(Value::Text(t.as_ref().into())))
}

fn item<'m>(slot: Option<u32>) -> Found<'m> {
    slot.map_or(Found::Null, Found::Item)
}

fn step<'m>(index: &Index<'m>, at: Found<'m>, key: &Name) -> Found<'m> {
    let word = match key {
        Name::Text(word) => Some(word.as_str()),
        Name::Pattern(_) => None,
    };
    match (at, word) {
        (Found::Null, _) => Found::Null,
        (at, Some("count")) => {
            let count = match &at {
                Found::List(items) => items.len(),
                Found::Value(Value::List(items)) => items.len(),
                _ => 1,
            };
            Found::Value(Value::Integer(count as i64))
        }
        (Found::List(mut items), Some(word)) if word.parse::<usize>().is_ok() => {
            let at = word.parse().unwrap_or(usize::MAX);
            if at < items.len() { items.swap_remove(at) } else { Found::Null }
        }
        (Found::Value(Value::List(items)), Some(word)) => {
            word.parse().ok().and_then(|i: usize| items.get(i).cloned()).map_or(Found::Null, Found::Value)
        }
        (Found::List(items), _) => {
            let mut all = Vec::new();
            for one in items {
                match step(index, one, key) {
                    Found::List(more) => all.extend(more),
                    other => all.push(other),
                }
            }
            Found::List(all)
        }
        (Found::Item(slot), _) => of_item(index, slot, key),
        (Found::Material(material), Some(word)) => of_material(index, material, word),
        (Found::Layer(layer), Some(word)) => of_layer(index, layer, word),
        (Found::Classification(i), Some(word)) => {
            let reference = &index.model.classifications[i as usize];
            let [identification, name] = classification_names(reference);
            match word {
                "Identification" | "ItemReference" => text(identification),
                "Name" => text(name.or(identification)),
                "Location" => text(reference.location.as_deref()),
                "ReferencedSource" => match reference.parent {
                    Some(parent) => Found::Classification(parent),
                    None => text(reference.system.as_deref()),
                },
                _ => Found::Null,
            }
        }
        (Found::Named(name, attribute), Some(word)) if word == attribute => text(Some(name)),
        (Found::Time(time), Some(word)) => of_time(time, word),
        (Found::Sets(sets), _) => of_sets(&sets, key),
        (Found::Value(Value::Bounded { lower, upper, set_point }), Some(word)) => {
            let bound = match word {
                "LowerBoundValue" => lower,
                "UpperBoundValue" => upper,
                "SetPointValue" => set_point,
                _ => None,
            };
            bound.map_or(Found::Null, |value| Found::Value(*value))
        }
        _ => Found::Null,
    }
}

fn of_item<'m>(index: &Index<'m>, slot: u32, key: &Name) -> Found<'m> {
    let (model, it) = (index.model, index.items[slot as usize]);
    let word = match key {
        Name::Text(word) => word.as_str(),
        Name::Pattern(_) => return sets(index, it, key),
    };
    let groups = |class: &str| {
        let groups = index.groups_of(slot).filter(|&g| index.items[g as usize].is_a(model, class));
        Found::List(groups.map(Found::Item).collect())
    };
    match word {
        "type" => item(it.type_object(model).map(|t| index.type_slot(t))),
        "types" | "occurrences" => match it {
            Item::Type(t) => {
                Found::List(model.occurrences(t).map(|element| Found::Item(element.0)).collect())
            }
            _ => Found::List(Vec::new()),
        },
        "container" => item(index.container(slot)),
        "space" => item(index.above_of_class(slot, "IfcSpace")),
        "storey" => item(index.above_of_class(slot, "IfcBuildingStorey")),
        "building" => item(index.above_of_class(slot, "IfcBuilding")),
        "site" => item(index.above_of_class(slot, "IfcSite")),
        "parent" => item(index.above(slot)),
        "class" => text(Some(it.class_name(model))),
        "predefined_type" => it.attribute(model, "PredefinedType").map_or(Found::Null, Found::Value),
        "id" => it.express_id(model).map_or(Found::Null, |id| Found::Value(Value::Integer(i64::from(id)))),
        "material" | "mat" => {
            let first = it.materials(model).first();
            first.map_or(Found::Null, |&m| Found::Material(&model.materials[m as usize]))
        }
        "materials" | "mats" => {
            let first = it.materials(model).first().map(|&m| &model.materials[m as usize]);
            Found::List(first.map_or_else(Vec::new, |material| singles(index, material)))
        }
        "styles" => {
            let first = it.materials(model).first().map(|&m| &model.materials[m as usize]);
            let of_materials = first.map_or_else(Vec::new, |material| singles(index, material));
            let of_materials = of_materials.into_iter().flat_map(|found| match found {
                Found::Material(material) => material.styles.as_slice(),
                _ => &[],
            });
            let of_body = body(model, it).map_or(&[][..], |body| &body.styles);
            Found::List(of_materials.chain(of_body).map(|name| Found::Named(name, "Name")).collect())
        }
        "profiles" => {
            let named = |name| Found::Named(name, "ProfileName");
            let first = it.materials(model).first().map(|&m| &model.materials[m as usize]);
            Found::List(match first.filter(|material| material.kind == MaterialKind::Profiles) {
                Some(material) => {
                    material.layers.iter().filter_map(|l| l.profile.as_ref()).map(named).collect()
                }
                None => body(model, it).map_or_else(Vec::new, |b| b.profiles.iter().map(named).collect()),
            })
        }
        "classification" => {
            Found::List(it.classifications(model).iter().map(|&c| Found::Classification(c)).collect())
        }
        "ports" => Found::List(index.connections().ports(slot).map(Found::Item).collect()),
        "connected" => Found::List(index.connections().connected(slot).map(Found::Item).collect()),
        "predecessors" | "successors" => match it {
            Item::Task(task) => {
                let sequences = model.processes.sequences.iter();
                let other = |s: &Sequence| match word {
                    "predecessors" => (s.successor == task).then_some(s.predecessor),
                    _ => (s.predecessor == task).then_some(s.successor),
                };
                // Tasks stand in one row.
                Found::List(sequences.filter_map(other).map(|t| Found::Item(slot - task + t)).collect())
            }
            _ => Found::List(Vec::new()),
        },
        "group" => groups("IfcGroup"),
        "system" => groups("IfcSystem"),
        "zone" => groups("IfcZone"),
        "TaskTime" => match it {
            Item::Task(task) => {
                model.processes.tasks[task as usize].time.as_ref().map_or(Found::Null, Found::Time)
            }
            _ => Found::Null,
        },
        _ => match it.attribute(model, word) {
            Some(value) => Found::Value(value),
            None => match coordinate(model, it, word) {
                Some(coordinate) => coordinate.map_or(Found::Null, Found::Value),
                None => sets(index, it, key),
            },
        },
    }
}

fn body(model: &Model, it: Item) -> Option<&Body> {
    let Item::Element(id) = it else { return None };
    model.element(id).body.map(|body| &model.bodies[body as usize])
}

/// The single materials that a material is made of.
fn singles<'m>(index: &Index<'m>, material: &'m Material) -> Vec<Found<'m>> {
    match material.layers.is_empty() {
        true => vec![Found::Material(material)],
        false => material.layers.iter().map(|layer| single(index, layer)).collect(),
    }
}

/// The property sets of this name, or of all names that match.
fn sets<'m>(index: &Index<'m>, it: Item, key: &Name) -> Found<'m> {
    let model = index.model;
    let all = it.type_property_sets(model).iter().chain(it.own_property_sets(model));
    let mut by_name: Vec<Vec<&PropertySet>> = Vec::new();
    for set in all.map(|&set| &model.property_sets[set as usize]).filter(|set| key.matches(&set.name)) {
        match by_name.iter_mut().find(|of| of[0].name == set.name) {
            Some(of) => of.push(set),
            None => by_name.push(vec![set]),
        }
    }
    match by_name.len() {
        0 => Found::Null,
        1 => Found::Sets(by_name.swap_remove(0)),
        _ => Found::List(by_name.into_iter().map(Found::Sets).collect()),
    }
}

fn of_sets<'m>(sets: &[&'m PropertySet], key: &Name) -> Found<'m> {
    let all = || sets.iter().rev().flat_map(|s| &*s.properties);
    let value = |p: &Property| p.value.clone().map_or(Found::Null, Found::Value);
    match key {
        Name::Text(name) => all().find(|p| *p.name == **name).map_or_else(
            || {
                // A complex property: its parts, by their own names.
                let prefix = format!("{name}.");
                let parts = all().filter(|p| p.name.starts_with(&prefix)).map(value).collect::<Vec<_>>();
                if parts.is_empty() { Found::Null } else { Found::List(parts) }
            },
            value,
        ),
        Name::Pattern(pattern) => {
            let mut seen: Vec<&str> = Vec::new();
            let mut found: Vec<Found<'_>> = Vec::new();
            for property in all().filter(|p| pattern.matches(&p.name)) {
                if !seen.contains(&&*property.name) {
                    seen.push(&property.name);
                    found.push(value(property));
                }
            }
            match found.len() {
                0 => Found::Null,
                1 => found.swap_remove(0),
                _ => Found::List(found),
            }
        }
    }
}

fn of_time<'m>(time: &TaskTime, word: &str) -> Found<'m> {
    text(match word {
        "Name" => time.name.as_ref(),
        "DurationType" => time.duration_type.as_ref(),
        "ScheduleDuration" => time.schedule_duration.as_ref(),
        "ScheduleStart" => time.schedule_start.as_ref(),
        "ScheduleFinish" => time.schedule_finish.as_ref(),
        "EarlyStart" => time.early_start.as_ref(),
        "EarlyFinish" => time.early_finish.as_ref(),
        "LateStart" => time.late_start.as_ref(),
        "LateFinish" => time.late_finish.as_ref(),
        "FreeFloat" => time.free_float.as_ref(),
        "TotalFloat" => time.total_float.as_ref(),
        "StatusTime" => time.status_time.as_ref(),
        "ActualDuration" => time.actual_duration.as_ref(),
        "ActualStart" => time.actual_start.as_ref(),
        "ActualFinish" => time.actual_finish.as_ref(),
        "RemainingTime" => time.remaining_time.as_ref(),
        "IsCritical" => {
            return time.is_critical.map_or(Found::Null, |b| Found::Value(Value::Logical(Some(b))));
        }
        "Completion" => {
            return time
                .completion
                .map_or(Found::Null, |value| Found::Value(Value::Real { value, measure: None }));
        }
        _ => None,
    })
}

fn single<'m>(index: &Index<'m>, layer: &'m Layer) -> Found<'m> {
    match layer.single {
        Some(material) => Found::Material(&index.model.materials[material as usize]),
        None => Found::Null,
    }
}

fn of_material<'m>(index: &Index<'m>, material: &'m Material, word: &str) -> Found<'m> {
    let parts = |of: MaterialKind| match material.kind == of {
        true => Found::List(material.layers.iter().map(Found::Layer).collect()),
        false => Found::Null,
    };
    match word {
        "item" | "i" if material.kind == MaterialKind::Single => Found::Material(material),
        "item" | "i" => Found::List(material.layers.iter().map(Found::Layer).collect()),
        "Name" | "LayerSetName" => text(material.name.as_deref()),
        "Description" => text(material.description.as_deref()),
        "Category" => text(material.category.as_deref()),
        "MaterialLayers" => parts(MaterialKind::Layers),
        "MaterialProfiles" => parts(MaterialKind::Profiles),
        "MaterialConstituents" => parts(MaterialKind::Constituents),
        "Materials" => Found::List(material.layers.iter().map(|layer| single(index, layer)).collect()),
        _ => {
            let sets = material.property_sets.iter().map(|&s| &index.model.property_sets[s as usize]);
            let sets: Vec<&PropertySet> = sets.filter(|s| *s.name == *word).collect();
            if sets.is_empty() { Found::Null } else { Found::Sets(sets) }
        }
    }
}

fn of_layer<'m>(index: &Index<'m>, layer: &'m Layer, word: &str) -> Found<'m> {
    let number =
        |n: Option<f64>| n.map_or(Found::Null, |value| Found::Value(Value::Real { value, measure: None }));
    match word {
        "Material" => single(index, layer),
        "Name" => text(layer.name.as_deref()),
        "Category" => text(layer.category.as_deref()),
        "LayerThickness" => number(layer.thickness),
        "Fraction" => number(layer.fraction),
        "IsVentilated" => layer.ventilated.map_or(Found::Null, |b| Found::Value(Value::Logical(Some(b)))),
        _ => Found::Null,
    }
}
