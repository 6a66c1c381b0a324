//! Property sets and quantity sets.

use crate::attributes::Attributes;
use crate::reader::Reader;
use crate::scan::Row;
use crate::schema::Role;
use crate::values::Measured;
use groma_model::{Diagnostic, Diagnostics, Property, PropertySet, TableValue, Value, codes};
use rustc_hash::FxHashMap;

/// Complex properties may hold complex properties; deeper than this they are a cycle.
const DEEPEST: usize = 16;
/// A set with more values out of complex properties than this was made to use up memory: nests that are shared
/// multiply.
const MOST_NESTED: usize = 2_000;
/// Values of a file beside one for each so many of its bytes, for the same reason.
const MOST_OF_FILE: usize = 1_000_000;
const BYTES_EACH: usize = 16;
/// How many sets are read at once.
const AT_ONCE: usize = 1024;

/// The sets of a file and where each stands among them, by instance name.
pub(crate) struct Sets {
    pub(crate) sets: Vec<PropertySet>,
    pub(crate) by_id: FxHashMap<u32, u32>,
    /// The material and the set of each set of properties of a material, in file order.
    pub(crate) of_materials: Vec<(u32, u32)>,
    /// Sets named as those that stand for a map conversion in IFC2x3.
    pub(crate) of_place: Vec<Row>,
}

/// Property sets of materials that have properties as instances: where these and the name are, and the
/// material. IFC4, then IFC2x3.
const OF_MATERIALS: [(&str, usize, usize, usize); 2] =
    [("IFCMATERIALPROPERTIES", 2, 0, 3), ("IFCEXTENDEDMATERIALPROPERTIES", 1, 3, 0)];

/// Property sets of materials in IFC2x3 whose properties are attributes; the material is the first.
const OF_MATERIALS_AS_ATTRIBUTES: [&str; 8] = [
    "IFCMECHANICALMATERIALPROPERTIES",
    "IFCMECHANICALCONCRETEMATERIALPROPERTIES",
    "IFCMECHANICALSTEELMATERIALPROPERTIES",
    "IFCTHERMALMATERIALPROPERTIES",
    "IFCGENERALMATERIALPROPERTIES",
    "IFCOPTICALMATERIALPROPERTIES",
    "IFCHYGROSCOPICMATERIALPROPERTIES",
    "IFCWATERPROPERTIES",
];

/// Reads every set of the file, in file order: sets of the user, quantities, sets that the schema defines,
/// sets of materials.
pub(crate) fn read(reader: &Reader<'_>, said: &mut Diagnostics) -> Sets {
    let mut keywords = vec!["IFCPROPERTYSET", "IFCELEMENTQUANTITY"];
    keywords.extend(OF_MATERIALS.iter().map(|m| m.0));
    keywords.extend(OF_MATERIALS_AS_ATTRIBUTES);
    let mut rows = reader.rows(&keywords);
    rows.extend(reader.rows_of(Role::PredefinedSet));
    rows.sort_unstable();
    let mut left = MOST_OF_FILE + reader.step.bytes.len() / BYTES_EACH;
    let mut sets = Sets {
        sets: Vec::with_capacity(rows.len()),
        by_id: FxHashMap::default(),
        of_materials: Vec::new(),
        of_place: Vec::new(),
    };
    for rows in rows.chunks(AT_ONCE) {
        // What is left is the same for all sets that are read at once, so that no thread is ahead of another.
        let most = MOST_NESTED.min(left);
        for found in reader.read(rows, said, |row, a| one(reader, row, a, most)) {
            left = left.saturating_sub(found.set.properties.len());
            add(reader, &mut sets, found, said);
        }
    }
    sets
}

fn add(reader: &Reader<'_>, sets: &mut Sets, found: Found, said: &mut Diagnostics) {
    let Found { row, set, dangling, cut, material } = found;
    for to in dangling {
        said.push(reader.dangling(row, to));
    }
    if cut {
        let mut d = Diagnostic::new(codes::PROPERTIES_LEFT_OUT).at(reader.step.scan.id(row).into());
        d.location.class = Some(reader.step.scan.keyword(row).into());
        said.push(d.detail(format!("{:?} has more than {} values", set.name, set.properties.len())));
    }
    let index = sets.sets.len() as u32;
    sets.by_id.insert(reader.step.scan.id(row), index);
    sets.of_materials.extend(material.map(|material| (material, index)));
    if set.name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("ePSet_")) {
        sets.of_place.push(row);
    }
    sets.sets.push(set);
}

/// A set with its row.
struct Found {
    row: Row,
    set: PropertySet,
    /// What it refers to in vain.
    dangling: Vec<u32>,
    /// True when values were left out.
    cut: bool,
    /// The material that it is of.
    material: Option<u32>,
}

fn one(reader: &Reader<'_>, row: Row, a: &Attributes<'_>, most: usize) -> Option<Found> {
    let keyword = reader.step.scan.keyword(row);
    let mut walk =
        Walk { reader, set: row, properties: Vec::new(), dangling: Vec::new(), nested: 0, most, cut: false };
    let mut set = PropertySet::new("");
    let mut material = None;
    let mut name = 2;
    if let Some((_, properties, its_name, of)) = OF_MATERIALS.iter().find(|m| m.0 == keyword) {
        name = *its_name;
        material = a.reference(*of);
        walk.all(&a.references(*properties), "", 0);
    } else if keyword == "IFCPROPERTYSET" {
        walk.all(&a.references(4), "", 0);
    } else if keyword == "IFCELEMENTQUANTITY" {
        set.quantities = true;
        walk.all(&a.references(5), "", 0);
    } else {
        let info = reader.class(row)?;
        let class = reader.texts.get(info.class.name());
        let of_material = OF_MATERIALS_AS_ATTRIBUTES.contains(&keyword);
        let from = if of_material { 1 } else { 4 };
        material = if of_material { a.reference(0) } else { None };
        name = info.slot("Name").unwrap_or(usize::MAX);
        for (slot, attribute) in info.attributes().iter().enumerate().skip(from) {
            let measure = crate::measures::measure_of_attribute(attribute);
            let (value, unit) = match (measure, a.raw(slot)) {
                (Some(measure), token) if a.real(slot).is_some() => reader.measured(token, measure, None),
                (_, token) => (reader.attribute(token, None), None),
            };
            if value.is_some() {
                walk.properties.push(Property { name: reader.texts.get(attribute), value, unit });
            }
        }
        set.predefined = Some(class);
    }
    if material.is_none() && name == 2 {
        set.global_id = reader.text(a, Some(0));
    }
    set.name =
        reader.text(a, Some(name)).or_else(|| set.predefined.clone()).unwrap_or_else(|| reader.texts.get(""));
    set.properties = reader.properties.get(walk.properties);
    Some(Found { row, set, dangling: walk.dangling, cut: walk.cut, material })
}

struct Walk<'r, 'a> {
    reader: &'r Reader<'a>,
    set: Row,
    properties: Vec<Property>,
    dangling: Vec<u32>,
    /// Properties within complex properties that were met, and how many of them are read.
    nested: usize,
    most: usize,
    cut: bool,
}

impl Walk<'_, '_> {
    fn all(&mut self, ids: &[u32], prefix: &str, depth: usize) {
        for &id in ids {
            if depth > 0 && (depth >= DEEPEST || self.nested >= self.most) {
                self.cut |= self.nested >= self.most;
                return;
            }
            self.nested += usize::from(depth > 0);
            let Some(row) = self.reader.step.scan.row(id) else {
                self.dangling.push(id);
                continue;
            };
            // A set that is a part of itself would be read once for each step of the cycle.
            if row == self.set {
                continue;
            }
            let Some(a) = self.reader.step.attributes(row) else { continue };
            self.one(self.reader.step.scan.keyword(row), &a, prefix, depth);
        }
    }

    fn one(&mut self, keyword: &str, a: &Attributes<'_>, prefix: &str, depth: usize) {
        let own = a.text(0).unwrap_or_default();
        let name = if prefix.is_empty() { own } else { format!("{prefix}.{own}").into() };
        let nested = match keyword {
            "IFCCOMPLEXPROPERTY" => Some(3),
            "IFCPHYSICALCOMPLEXQUANTITY" => Some(2),
            _ => None,
        };
        if let Some(slot) = nested {
            self.all(&a.references(slot), &name, depth + 1);
            return;
        }
        let (value, unit) = property(self.reader, keyword, a);
        self.properties.push(Property { name: self.reader.texts.get(&name), value, unit });
    }
}

/// The value of a simple property or quantity.
pub(crate) fn property(reader: &Reader<'_>, keyword: &str, a: &Attributes<'_>) -> Measured {
    let quantity = |measure: &str| match a.raw(3) {
        b"$" => (None, None),
        token => reader.measured(token, measure, a.reference(2)),
    };
    match keyword {
        "IFCPROPERTYSINGLEVALUE" => reader.value(a.raw(2), a.reference(3)),
        "IFCPROPERTYENUMERATEDVALUE" => reader.values(a.raw(2), None),
        "IFCPROPERTYLISTVALUE" => reader.values(a.raw(2), a.reference(3)),
        "IFCPROPERTYBOUNDEDVALUE" => {
            let mut unit = None;
            let mut bound = |slot| {
                let (value, symbol) = reader.value(a.raw(slot), a.reference(4));
                unit = unit.take().or(symbol);
                value.map(Box::new)
            };
            let (upper, lower, set_point) = (bound(2), bound(3), bound(5));
            let some = upper.is_some() || lower.is_some() || set_point.is_some();
            (some.then_some(Value::Bounded { lower, upper, set_point }), unit)
        }
        "IFCPROPERTYTABLEVALUE" => {
            let (defining, _) = reader.values(a.raw(2), a.reference(5));
            let (defined, unit) = reader.values(a.raw(3), a.reference(6));
            match (defining, defined) {
                (Some(Value::List(defining)), Some(Value::List(defined))) => {
                    (Some(Value::Table(Box::new(TableValue { defining, defined }))), unit)
                }
                _ => (None, None),
            }
        }
        "IFCPROPERTYREFERENCEVALUE" => (a.reference(3).and_then(|id| reader.reference(id)), None),
        "IFCQUANTITYLENGTH" => quantity("IFCLENGTHMEASURE"),
        "IFCQUANTITYAREA" => quantity("IFCAREAMEASURE"),
        "IFCQUANTITYVOLUME" => quantity("IFCVOLUMEMEASURE"),
        "IFCQUANTITYWEIGHT" => quantity("IFCMASSMEASURE"),
        "IFCQUANTITYTIME" => quantity("IFCTIMEMEASURE"),
        "IFCQUANTITYCOUNT" => quantity("IFCCOUNTMEASURE"),
        "IFCQUANTITYNUMBER" => quantity("IFCNUMERICMEASURE"),
        _ => (None, None),
    }
}
