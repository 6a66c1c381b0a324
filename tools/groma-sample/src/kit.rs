//! What the three models are made with: project and storeys, placements, shapes, elements, relations.

mod brep;
mod geometry;

use crate::building::Building;
use crate::guid::global_id;
use crate::shape::{Axes, Solid, UP};
use crate::step::{Ref, Step, Value, attributes};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// What a group of elements has in common; each becomes one relation per storey.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Shared {
    /// They stand in this storey.
    Storey,
    /// They have this property set.
    Properties,
    /// They are made of this.
    Material,
    /// They are classified so.
    Classification,
}

/// Writes one model.
pub(crate) struct Kit<W: Write> {
    pub(crate) step: Step<W>,
    /// The model's label, the first part of what GlobalIds are made from.
    pub(crate) model: &'static str,
    /// Units of the file per metre.
    pub(crate) scale: f64,
    /// Whether each element of a storey gets details of its own.
    pub(crate) rich: bool,
    /// The representation context of bodies.
    pub(crate) body: Ref,
    /// The project.
    pub(crate) project: Ref,
    /// The storey that is being written, its placement, and how its keys begin (`03`).
    pub(crate) storey: Ref,
    pub(crate) storey_placement: Ref,
    pub(crate) prefix: String,
    origin: Option<Ref>,
    directions: BTreeMap<[i64; 3], Ref>,
    styles: BTreeMap<&'static str, Ref>,
    profiles: BTreeMap<String, Ref>,
    maps: BTreeMap<String, Ref>,
    identity: Option<Ref>,
    shared: BTreeMap<(Shared, Ref), Vec<Ref>>,
    typed: BTreeMap<Ref, Vec<Ref>>,
    systems: BTreeMap<Ref, (String, Vec<Ref>)>,
    /// Elements written so far, openings included.
    pub(crate) elements: usize,
}

impl<W: Write> Kit<W> {
    /// A model without content; the project's records come from [`Kit::project`] or from elsewhere.
    pub(crate) fn new(step: Step<W>, model: &'static str, scale: f64) -> Self {
        let none = Ref(0);
        Self {
            step,
            model,
            scale,
            rich: false,
            body: none,
            project: none,
            storey: none,
            storey_placement: none,
            prefix: String::new(),
            origin: None,
            directions: BTreeMap::new(),
            styles: BTreeMap::new(),
            profiles: BTreeMap::new(),
            maps: BTreeMap::new(),
            identity: None,
            shared: BTreeMap::new(),
            typed: BTreeMap::new(),
            systems: BTreeMap::new(),
            elements: 0,
        }
    }

    /// Units, contexts and project.
    fn head(&mut self, name: &str) {
        let prefix = if self.scale == 1000.0 { Value::Enum("MILLI") } else { Value::Null };
        let mut units = Vec::new();
        for (kind, prefix, unit) in [
            ("LENGTHUNIT", prefix, "METRE"),
            ("AREAUNIT", Value::Null, "SQUARE_METRE"),
            ("VOLUMEUNIT", Value::Null, "CUBIC_METRE"),
            ("PLANEANGLEUNIT", Value::Null, "RADIAN"),
            ("TIMEUNIT", Value::Null, "SECOND"),
        ] {
            let attributes = attributes!(Value::Derived, Value::Enum(kind), prefix, Value::Enum(unit));
            units.push(self.step.add("IFCSIUNIT", attributes));
        }
        let units = self.step.add("IFCUNITASSIGNMENT", attributes!(Value::refs(&units)));
        let world = self.axes([0.0; 3], UP);
        let context = self.step.add(
            "IFCGEOMETRICREPRESENTATIONCONTEXT",
            attributes!(Value::Null, "Model", 3_i64, 1e-5, world, Value::Null),
        );
        self.body = self.step.add(
            "IFCGEOMETRICREPRESENTATIONSUBCONTEXT",
            attributes!(
                "Body",
                "Model",
                Value::Derived,
                Value::Derived,
                Value::Derived,
                Value::Derived,
                context,
                Value::Null,
                Value::Enum("MODEL_VIEW"),
                Value::Null
            ),
        );
        let id = self.id("project");
        self.project = self.step.add(
            "IFCPROJECT",
            attributes!(
                id,
                Value::Null,
                name,
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Null,
                Value::refs(&[context]),
                units
            ),
        );
    }

    /// Units, contexts, project and a site alone; ref and placement of the site.
    pub(crate) fn site(&mut self, name: &str) -> (Ref, Ref) {
        self.head(name);
        let placement = self.place(None, [0.0; 3], UP);
        let site = self.spatial("IFCSITE", "site", "Site", placement, &[const { Value::Null }; 5]);
        self.aggregate("project/parts", self.project, &[site]);
        (site, placement)
    }

    /// Units, contexts, project, site, building and storeys; the placements and refs of the storeys.
    pub(crate) fn project(&mut self, name: &str, building: &Building) -> Vec<(Ref, Ref)> {
        self.head(name);
        let site_placement = self.place(None, [0.0; 3], UP);
        let site = self.spatial("IFCSITE", "site", "Site", site_placement, &[const { Value::Null }; 5]);
        let building_placement = self.place(Some(site_placement), [0.0; 3], UP);
        let house = self.spatial(
            "IFCBUILDING",
            "building",
            "Office building",
            building_placement,
            &[const { Value::Null }; 3],
        );
        let mut storeys = Vec::new();
        for k in 0..=building.storeys {
            let z = building.elevation(k);
            let placement = self.place(Some(building_placement), [0.0, 0.0, z], UP);
            let name = building.storey_name(k);
            let elevation = self.length(z);
            let storey =
                self.spatial("IFCBUILDINGSTOREY", &format!("{k:02}"), &name, placement, &[elevation]);
            storeys.push((storey, placement));
        }
        let refs: Vec<Ref> = storeys.iter().map(|&(storey, _)| storey).collect();
        self.aggregate("project/parts", self.project, &[site]);
        self.aggregate("site/parts", site, &[house]);
        self.aggregate("building/parts", house, &refs);
        storeys
    }

    fn spatial(&mut self, class: &str, key: &str, name: &str, placement: Ref, tail: &[Value]) -> Ref {
        let mut all = attributes!(
            self.id(key),
            Value::Null,
            name,
            Value::Null,
            Value::Null,
            placement,
            Value::Null,
            Value::Null,
            Value::Enum("ELEMENT")
        )
        .to_vec();
        all.extend_from_slice(tail);
        self.step.add(class, &all)
    }

    /// What follows belongs to this storey; its keys begin with the number of the storey.
    pub(crate) fn begin_storey(&mut self, number: usize, storey: (Ref, Ref)) {
        (self.storey, self.storey_placement) = storey;
        self.prefix = format!("{number:02}");
    }

    /// Writes what the elements since [`Kit::begin_storey`] have in common.
    pub(crate) fn end_storey(&mut self) {
        if self.rich {
            let contained = self.shared.iter().filter(|((kind, _), _)| *kind == Shared::Storey);
            let members: Vec<Ref> = contained.flat_map(|(_, members)| members.clone()).collect();
            members.into_iter().for_each(|element| self.detail(element));
        }
        for (index, ((kind, with), members)) in std::mem::take(&mut self.shared).into_iter().enumerate() {
            let class = match kind {
                Shared::Storey => "IFCRELCONTAINEDINSPATIALSTRUCTURE",
                Shared::Properties => "IFCRELDEFINESBYPROPERTIES",
                Shared::Material => "IFCRELASSOCIATESMATERIAL",
                Shared::Classification => "IFCRELASSOCIATESCLASSIFICATION",
            };
            let key = format!("{}/shared/{index}", self.prefix);
            self.relation(class, &key, attributes!(Value::refs(&members), with));
        }
    }

    /// Notes that an element shares something with others of its storey.
    pub(crate) fn share(&mut self, kind: Shared, with: Ref, element: Ref) {
        self.shared.entry((kind, with)).or_default().push(element);
    }

    /// Says of which type an element is. A type has one relation in a file, written at its end.
    pub(crate) fn is_of(&mut self, kind: Ref, element: Ref) {
        self.typed.entry(kind).or_default().push(element);
    }

    /// A GlobalId.
    pub(crate) fn id(&self, key: &str) -> String {
        global_id(self.model, key)
    }

    /// A key of this storey: `03/role`.
    pub(crate) fn key(&self, role: &str) -> String {
        format!("{}/{role}", self.prefix)
    }

    /// An element of the storey, placed at a point of it.
    pub(crate) fn element(&mut self, item: &Item<'_>, shape: Option<Ref>) -> Ref {
        let placement = self.place(Some(self.storey_placement), item.at, item.axes);
        let element = self.element_at(item, placement, shape);
        self.share(Shared::Storey, self.storey, element);
        element
    }

    /// An element with a placement of its own, which is not contained in the storey.
    pub(crate) fn element_at(&mut self, item: &Item<'_>, placement: Ref, shape: Option<Ref>) -> Ref {
        let mut all = attributes!(
            self.id(&self.key(item.role)),
            Value::Null,
            item.name,
            Value::Null,
            Value::Null,
            placement,
            shape,
            Value::Null
        )
        .to_vec();
        all.extend_from_slice(item.tail);
        self.elements += 1;
        self.step.add(item.class, &all)
    }

    /// An opening cut out of an element: a solid placed relative to the storey.
    pub(crate) fn void(&mut self, host: Ref, role: &str, solid: Solid) -> Ref {
        let shape = {
            let profile = self.profile(&solid.profile);
            let up = self.direction(UP[0]);
            let depth = self.length(solid.depth);
            let body = self.step.add("IFCEXTRUDEDAREASOLID", attributes!(profile, Value::Null, up, depth));
            let representation = self.step.add(
                "IFCSHAPEREPRESENTATION",
                attributes!(self.body, "Body", "SweptSolid", Value::refs(&[body])),
            );
            self.definition(representation)
        };
        let placement = self.place(Some(self.storey_placement), solid.origin, solid.axes);
        let item = Item {
            class: "IFCOPENINGELEMENT",
            role,
            name: "Opening",
            at: solid.origin,
            axes: solid.axes,
            tail: &[Value::Enum("OPENING")],
        };
        let opening = self.element_at(&item, placement, Some(shape));
        self.relation("IFCRELVOIDSELEMENT", &self.key(&format!("{role}/voids")), attributes!(host, opening));
        opening
    }

    /// A relation: what follows the four attributes of each rooted object.
    pub(crate) fn relation(&mut self, class: &str, key: &str, tail: &[Value]) -> Ref {
        let mut all = attributes!(self.id(key), Value::Null, Value::Null, Value::Null).to_vec();
        all.extend_from_slice(tail);
        self.step.add(class, &all)
    }

    /// Whole and parts.
    pub(crate) fn aggregate(&mut self, key: &str, whole: Ref, parts: &[Ref]) {
        self.relation("IFCRELAGGREGATES", key, attributes!(whole, Value::refs(parts)));
    }

    /// A type; `kind` is its predefined type, `tail` what a class has behind it.
    pub(crate) fn element_type(
        &mut self,
        class: &str,
        name: &str,
        kind: &'static str,
        map: Option<Ref>,
        tail: &[Value],
    ) -> Ref {
        let maps = map.map_or(Value::Null, |map| Value::refs(&[map]));
        let mut all = attributes!(
            self.id(&format!("type/{class}/{name}")),
            Value::Null,
            name,
            Value::Null,
            Value::Null,
            Value::Null,
            maps,
            Value::Null,
            Value::Null,
            Value::Enum(kind)
        )
        .to_vec();
        all.extend_from_slice(tail);
        self.step.add(class, &all)
    }

    /// A property set.
    pub(crate) fn properties(&mut self, key: &str, name: &str, values: &[(&str, Value)]) -> Ref {
        let mut properties = Vec::new();
        for (name, value) in values {
            let attributes = attributes!(*name, Value::Null, value.clone(), Value::Null);
            properties.push(self.step.add("IFCPROPERTYSINGLEVALUE", attributes));
        }
        self.step.add(
            "IFCPROPERTYSET",
            attributes!(
                self.id(&format!("properties/{key}")),
                Value::Null,
                name,
                Value::Null,
                Value::refs(&properties)
            ),
        )
    }

    /// A material.
    pub(crate) fn material(&mut self, name: &str, category: &str) -> Ref {
        self.step.add("IFCMATERIAL", attributes!(name, Value::Null, category))
    }

    /// A distribution system; its members are told to [`Kit::join`].
    pub(crate) fn system(&mut self, key: &str, name: &str, kind: &'static str) -> Ref {
        let system = self.step.add(
            "IFCDISTRIBUTIONSYSTEM",
            attributes!(
                self.id(&format!("system/{key}")),
                Value::Null,
                name,
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Enum(kind)
            ),
        );
        self.systems.insert(system, (format!("system/{key}/members"), Vec::new()));
        system
    }

    /// Makes an element a member of a system.
    pub(crate) fn join(&mut self, system: Ref, element: Ref) {
        if let Some((_, members)) = self.systems.get_mut(&system) {
            members.push(element);
        }
    }

    /// Writes the members of systems and types, and ends the file; the number of elements.
    pub(crate) fn finish(mut self) -> io::Result<usize> {
        for (system, (key, members)) in std::mem::take(&mut self.systems) {
            if !members.is_empty() {
                self.relation(
                    "IFCRELASSIGNSTOGROUP",
                    &key,
                    attributes!(Value::refs(&members), Value::Null, system),
                );
            }
        }
        for (index, (kind, members)) in std::mem::take(&mut self.typed).into_iter().enumerate() {
            let key = format!("types/{index}");
            self.relation("IFCRELDEFINESBYTYPE", &key, attributes!(Value::refs(&members), kind));
        }
        self.step.finish()?;
        Ok(self.elements)
    }
}

/// An element: what all have, and `tail`, the attributes behind `Tag`.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    /// The class, upper case.
    pub(crate) class: &'a str,
    /// The role within the storey, the last part of its key.
    pub(crate) role: &'a str,
    pub(crate) name: &'a str,
    /// Where it is placed within the storey.
    pub(crate) at: [f64; 3],
    pub(crate) axes: Axes,
    pub(crate) tail: &'a [Value],
}

/// The name of a bay's thing: `A-2`.
pub(crate) fn label(row: usize, line: usize) -> String {
    let mut name = String::new();
    let _ = write!(name, "{}-{}", char::from(b'A' + row as u8), line + 1);
    name
}
