//! Attributes, type, container, material and the like that changed.

use crate::identify::Pair;
use crate::properties::same_value;
use crate::{LENGTH_NOISE, Revision};
use groma_model::{Element, ElementId, Layer, Material, Model, Place, Value};
use std::sync::Arc;

/// An attribute that changed, came or went.
#[derive(Clone, PartialEq, Debug)]
pub struct AttributeChange {
    /// The EXPRESS name of an attribute (`Name`, `OverallHeight`), or `class`, `type`, `container`, `whole`,
    /// `materials`, `classifications`, `groups`, `layer`.
    pub attribute: Arc<str>,
    /// What it was.
    pub old: Option<Value>,
    /// What it is.
    pub new: Option<Value>,
}

/// What both models say of elements beyond the elements themselves.
pub(crate) struct Context<'a> {
    old: Revision<'a>,
    new: Revision<'a>,
    /// The new element of each old one.
    partner: Vec<Option<ElementId>>,
    groups: [Vec<Vec<u32>>; 2],
}

impl<'a> Context<'a> {
    pub(crate) fn new(old: &Revision<'a>, new: &Revision<'a>, pairs: &[Pair]) -> Self {
        let mut partner = vec![None; old.model.elements.len()];
        pairs.iter().for_each(|p| partner[p.old.index()] = Some(p.new));
        let groups = [old.model, new.model].map(|model| {
            let mut of: Vec<Vec<u32>> = vec![Vec::new(); model.elements.len()];
            for (group, i) in model.systems.iter().zip(0..) {
                group.members.iter().for_each(|m| of[m.index()].push(i));
            }
            of
        });
        Self { old: *old, new: *new, partner, groups }
    }

    /// The attributes on which a pair differs.
    pub(crate) fn changes(&self, pair: &Pair) -> Vec<AttributeChange> {
        let (before, after) = (self.old.model.element(pair.old), self.new.model.element(pair.new));
        let mut changes = Changes(Vec::new());
        // Each field is named, so that a new one is not forgotten.
        let Element {
            key: _,
            express_id: _,
            class,
            predefined_type,
            name,
            description,
            object_type,
            tag,
            type_object: _,
            // What is seen to have moved is told by the shapes.
            placement: _,
            container,
            whole,
            property_sets: _,
            materials,
            classifications: _,
            body: _,
            layer,
            attributes,
        } = before;
        if *class != after.class {
            let text = |name: &str| Some(Value::Text(name.into()));
            changes.add("class", text(class.name()), text(after.class.name()));
        }
        changes.text("Name", name, &after.name);
        changes.text("Description", description, &after.description);
        changes.text("ObjectType", object_type, &after.object_type);
        changes.text("Tag", tag, &after.tag);
        changes.text("PredefinedType", predefined_type, &after.predefined_type);
        changes.values(attributes, &after.attributes);
        self.types(pair, &mut changes);
        self.place("container", *container, after.container, &mut changes);
        self.place("whole", *whole, after.whole, &mut changes);
        let pick = |model: &Model, list: &[u32]| -> Vec<Material> {
            list.iter().map(|&m| model.materials[m as usize].clone()).collect()
        };
        let (o, n) = (pick(self.old.model, materials), pick(self.new.model, &after.materials));
        if o.len() != n.len() || !o.iter().zip(&n).all(|(a, b)| same_material(a, b)) {
            let words = |list: &[Material]| list.iter().map(material_text).collect();
            changes.list("materials", words(&o), words(&n));
        }
        changes.list(
            "classifications",
            classifications(self.old.model, pair.old),
            classifications(self.new.model, pair.new),
        );
        let groups = |model: &Model, of: &[Vec<u32>], id: ElementId| -> Vec<String> {
            let list = of[id.index()].iter().map(|&g| &model.systems[g as usize]);
            list.map(|g| match &g.name {
                Some(name) => name.to_string(),
                None => g.class.name().to_owned(),
            })
            .collect()
        };
        changes.list(
            "groups",
            groups(self.old.model, &self.groups[0], pair.old),
            groups(self.new.model, &self.groups[1], pair.new),
        );
        changes.text("layer", layer, &after.layer);
        changes.0
    }

    /// A type is the same when its name is, for its GlobalId is made anew with the others.
    fn types(&self, pair: &Pair, changes: &mut Changes) {
        let name = |model: &Model, id| {
            model.type_of(id).map(|t| t.name.clone().unwrap_or_else(|| t.class.name().into()))
        };
        changes.text("type", &name(self.old.model, pair.old), &name(self.new.model, pair.new));
    }

    fn place(&self, what: &str, old: Option<ElementId>, new: Option<ElementId>, changes: &mut Changes) {
        if old.and_then(|id| self.partner[id.index()]) == new && old.is_some() == new.is_some() {
            return;
        }
        let words = |revision: &Revision<'_>, id: Option<ElementId>| {
            id.map(|id| {
                let element = revision.model.element(id);
                let name = element.name.as_deref().unwrap_or(&element.key.global_id);
                format!("{} {name}", element.class).into()
            })
        };
        let (old, new): (Option<Arc<str>>, Option<Arc<str>>) = (words(&self.old, old), words(&self.new, new));
        changes.text(what, &old, &new);
    }
}

struct Changes(Vec<AttributeChange>);

impl Changes {
    fn add(&mut self, attribute: &str, old: Option<Value>, new: Option<Value>) {
        self.0.push(AttributeChange { attribute: attribute.into(), old, new });
    }

    /// An empty text is none.
    fn text(&mut self, attribute: &str, old: &Option<Arc<str>>, new: &Option<Arc<str>>) {
        let [old, new] = [old, new].map(|t| t.as_ref().filter(|t| !t.is_empty()));
        if old != new {
            let value = |t: Option<&Arc<str>>| t.cloned().map(Value::Text);
            self.add(attribute, value(old), value(new));
        }
    }

    fn values(&mut self, old: &[(Arc<str>, Value)], new: &[(Arc<str>, Value)]) {
        let find = |list: &[(Arc<str>, Value)], name: &str| -> Option<Value> {
            list.iter().find(|(n, _)| &**n == name).map(|(_, v)| v.clone())
        };
        for (name, before) in old {
            let after = find(new, name);
            if !after.as_ref().is_some_and(|after| same_value(before, after)) {
                self.add(name, Some(before.clone()), after);
            }
        }
        for (name, after) in new {
            if find(old, name).is_none() {
                self.add(name, None, Some(after.clone()));
            }
        }
    }

    /// Lists of words, of which the order does not matter.
    fn list(&mut self, attribute: &str, mut old: Vec<String>, mut new: Vec<String>) {
        old.sort();
        new.sort();
        let value = |list: &[String]| match list {
            [] => None,
            [one] => Some(Value::Text(one.as_str().into())),
            more => Some(Value::List(more.iter().map(|t| Value::Text(t.as_str().into())).collect())),
        };
        if old != new {
            self.add(attribute, value(&old), value(&new));
        }
    }
}

fn classifications(model: &Model, id: ElementId) -> Vec<String> {
    let of_type = model.type_of(id).map_or(&[][..], |t| &t.classifications);
    let all = model.element(id).classifications.iter().chain(of_type);
    let mut words: Vec<String> = all
        .map(|&c| {
            let c = &model.classifications[c as usize];
            let parts = [&c.system, &c.identification, &c.name];
            parts.into_iter().flatten().map(|t| &**t).collect::<Vec<_>>().join(" ")
        })
        .collect();
    words.sort();
    words.dedup();
    words
}

fn same_material(a: &Material, b: &Material) -> bool {
    let same_layer = |a: &Layer, b: &Layer| {
        let near = |x: Option<f64>, y: Option<f64>, noise: f64| match (x, y) {
            (Some(x), Some(y)) => (x - y).abs() <= noise,
            (x, y) => x.is_none() && y.is_none(),
        };
        a.material == b.material
            && a.name == b.name
            && a.category == b.category
            && a.ventilated == b.ventilated
            && a.profile == b.profile
            && near(a.thickness, b.thickness, LENGTH_NOISE)
            && near(a.fraction, b.fraction, 1e-6)
    };
    a.kind == b.kind
        && a.name == b.name
        && a.category == b.category
        && a.layers.len() == b.layers.len()
        && a.layers.iter().zip(&b.layers).all(|(a, b)| same_layer(a, b))
}

/// `Basic Wall: Brick 102.5 mm, air 50 mm, Block 100 mm`
fn material_text(m: &Material) -> String {
    let name = m.name.as_deref().unwrap_or("unnamed");
    if m.layers.is_empty() {
        return name.to_owned();
    }
    let layers: Vec<String> = m
        .layers
        .iter()
        .map(|l| {
            let name = l.material.as_deref().or(l.name.as_deref()).unwrap_or("air");
            match l.thickness {
                Some(t) => format!("{name} {} mm", (t * 1e4).round() / 10.0),
                None => name.to_owned(),
            }
        })
        .collect();
    format!("{name}: {}", layers.join(", "))
}

/// What of the place of a model changed: its map conversion, true north, site.
pub(crate) fn place_changes(old: &Place, new: &Place) -> Vec<AttributeChange> {
    let number = |x: f64| Value::Real { value: x, measure: None };
    let of = |place: &Place| -> Vec<(Arc<str>, Value)> {
        let mut all: Vec<(&str, Option<Value>)> = Vec::new();
        if let Some(map) = &place.map {
            all.push(("crs", map.crs.clone().map(Value::Text)));
            all.extend([
                ("eastings", Some(number(map.eastings))),
                ("northings", Some(number(map.northings))),
                ("height", Some(number(map.height))),
                ("rotation", Some(number(map.rotation.to_degrees()))),
                ("scale", Some(Value::List(map.scale.to_array().map(number).to_vec()))),
            ]);
        }
        all.push(("true_north", place.true_north.map(|x| number(x.to_degrees()))));
        all.push(("latitude", place.latitude.map(number)));
        all.push(("longitude", place.longitude.map(number)));
        all.push(("elevation", place.elevation.map(number)));
        all.into_iter().filter_map(|(name, value)| Some((name.into(), value?))).collect()
    };
    let mut changes = Changes(Vec::new());
    changes.values(&of(old), &of(new));
    changes.0
}
