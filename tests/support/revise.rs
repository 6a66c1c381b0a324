//! Makes a revision of a model whose differences are known, by rewriting its STEP text.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};

/// A file of one record to a line.
#[derive(Clone)]
pub struct Step {
    head: String,
    /// Keyword and attributes by instance name.
    records: BTreeMap<u32, (String, Vec<String>)>,
}

impl Step {
    /// # Panics
    ///
    /// On a file that has other than one record to a line.
    pub fn read(text: &str) -> Self {
        let (head, data) = text.split_once("DATA;").expect("a data section");
        let mut records = BTreeMap::new();
        for line in data.lines().map(str::trim).filter(|l| l.starts_with('#')) {
            let (id, rest) = line[1..].split_once('=').expect("a record to a line");
            let rest = rest.trim().strip_suffix(");").expect("a record to a line");
            let (keyword, arguments) = rest.split_once('(').expect("a record");
            records.insert(id.trim().parse().expect("a name"), (keyword.trim().to_owned(), split(arguments)));
        }
        Self { head: head.to_owned(), records }
    }

    /// The text, with the records in rising or falling order of names.
    pub fn write(&self, reversed: bool) -> String {
        let mut lines: Vec<String> = self
            .records
            .iter()
            .map(|(id, (keyword, arguments))| format!("#{id}={keyword}({});\n", arguments.join(",")))
            .collect();
        if reversed {
            lines.reverse();
        }
        format!("{}DATA;\n{}ENDSEC;\nEND-ISO-10303-21;\n", self.head, lines.concat())
    }

    /// The instances of a class, by name.
    pub fn all(&self, keyword: &str) -> Vec<u32> {
        self.records.iter().filter(|(_, r)| r.0 == keyword).map(|(id, _)| *id).collect()
    }

    /// An attribute as written.
    pub fn attribute(&self, id: u32, index: usize) -> &str {
        &self.records[&id].1[index]
    }

    pub fn set(&mut self, id: u32, index: usize, value: impl Into<String>) {
        self.records.get_mut(&id).expect("the record").1[index] = value.into();
    }

    /// The instance that an attribute refers to.
    pub fn reference(&self, id: u32, index: usize) -> Option<u32> {
        self.attribute(id, index).strip_prefix('#')?.parse().ok()
    }

    /// The instances that an attribute lists.
    pub fn references(&self, id: u32, index: usize) -> Vec<u32> {
        let list = self.attribute(id, index).trim_matches(['(', ')']);
        list.split(',').filter_map(|r| r.trim().strip_prefix('#')?.parse().ok()).collect()
    }

    fn add(&mut self, keyword: &str, arguments: &[String]) -> u32 {
        let id = self.records.keys().last().map_or(1, |id| id + 1);
        self.records.insert(id, (keyword.to_owned(), arguments.to_vec()));
        id
    }

    pub fn global_id(&self, id: u32) -> String {
        self.attribute(id, 0).trim_matches('\'').to_owned()
    }

    /// Products: what has a GlobalId and a placement.
    pub fn products(&self) -> Vec<u32> {
        let is_product = |id: &u32| {
            self.records[id].1.len() > 6
                && is_global_id(self.attribute(*id, 0))
                && self.reference(*id, 5).is_some_and(|p| self.records[&p].0 == "IFCLOCALPLACEMENT")
        };
        self.records.keys().copied().filter(is_product).collect()
    }

    /// Gives every rooted instance another GlobalId; from old to new.
    pub fn remake_global_ids(&mut self) -> BTreeMap<String, String> {
        const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$";
        let mut known = BTreeMap::new();
        for (id, (keyword, arguments)) in &mut self.records {
            // Names of properties may look like GlobalIds.
            let is_rooted = !keyword.starts_with("IFCPROPERTY") || keyword == "IFCPROPERTYSET";
            if !is_rooted || !is_global_id(&arguments[0]) {
                continue;
            }
            // Scattered, so that the order of the new ones is not that of the old ones.
            let mut state = u64::from(*id).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut made = String::from("1");
            for _ in 0..21 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                made.push(char::from(DIGITS[(state >> 58) as usize]));
            }
            let old = arguments[0].trim_matches('\'').to_owned();
            arguments[0] = format!("'{made}'");
            known.insert(old, made);
        }
        known
    }

    /// Takes the names of all products away.
    pub fn strip_names(&mut self) {
        for id in self.products() {
            self.set(id, 2, "$");
        }
    }

    /// Takes the tags of all elements away; what is spatial has a long name in their place.
    pub fn strip_tags(&mut self) {
        const SPATIAL: [&str; 4] = ["IFCSITE", "IFCBUILDING", "IFCBUILDINGSTOREY", "IFCSPACE"];
        for id in self.products() {
            if !SPATIAL.contains(&self.records[&id].0.as_str()) {
                self.set(id, 7, "$");
            }
        }
    }

    /// Moves a product by a vector in units of the file and the axes of what it is placed in. Returns the
    /// products that move: itself and what is placed in it.
    pub fn translate(&mut self, product: u32, by: [f64; 3]) -> Vec<u32> {
        let placement = self.reference(product, 5).expect("a placement");
        let axes = self.reference(placement, 1).expect("axes");
        let point = self.reference(axes, 0).expect("a point");
        let old: Vec<f64> = self
            .attribute(point, 0)
            .trim_matches(['(', ')'])
            .split(',')
            .map(|x| x.trim().parse().expect("a coordinate"))
            .collect();
        let new: Vec<String> = old.iter().zip(by).map(|(a, b)| format!("{:?}", a + b)).collect();
        let point = self.add("IFCCARTESIANPOINT", &[format!("({})", new.join(","))]);
        let mut arguments = self.records[&axes].1.clone();
        arguments[0] = format!("#{point}");
        let axes = self.add("IFCAXIS2PLACEMENT3D", &arguments);
        self.set(placement, 1, format!("#{axes}"));

        let mut moved = BTreeSet::from([placement]);
        loop {
            let before = moved.len();
            for id in self.all("IFCLOCALPLACEMENT") {
                if self.reference(id, 0).is_some_and(|parent| moved.contains(&parent)) {
                    moved.insert(id);
                }
            }
            if moved.len() == before {
                break;
            }
        }
        self.products()
            .into_iter()
            .filter(|&p| self.reference(p, 5).is_some_and(|p| moved.contains(&p)))
            .collect()
    }

    /// Deletes an instance, and it from all lists; relations that are about nothing else go too.
    pub fn delete(&mut self, id: u32) {
        self.records.remove(&id);
        let name = format!("#{id}");
        let mut gone = Vec::new();
        for (other, (keyword, arguments)) in &mut self.records {
            for argument in arguments {
                if *argument == name {
                    assert!(keyword.starts_with("IFCREL"), "#{other} {keyword} needs {name}");
                    gone.push(*other);
                } else if argument.starts_with('(') && argument.contains(&name) {
                    let list = argument[1..argument.len() - 1].split(',');
                    let left: Vec<&str> = list.filter(|r| r.trim() != name).collect();
                    if left.is_empty() {
                        gone.push(*other);
                    }
                    *argument = format!("({})", left.join(","));
                }
            }
        }
        gone.into_iter().for_each(|id| {
            self.records.remove(&id);
        });
    }

    /// The profile of a product whose body is one extruded rectangle that no other shares.
    pub fn rectangle(&self, product: u32) -> Option<u32> {
        let shape = self.reference(product, 6)?;
        let of_class = |id: u32, keyword: &str| (self.records.get(&id)?.0 == keyword).then_some(id);
        let bodies: Vec<u32> = self
            .references(shape, 2)
            .into_iter()
            .filter(|&r| self.attribute(r, 1) == "'Body'")
            .flat_map(|r| self.references(r, 3))
            .collect();
        let &[solid] = &bodies[..] else { return None };
        let profile = self.reference(of_class(solid, "IFCEXTRUDEDAREASOLID")?, 0)?;
        of_class(profile, "IFCRECTANGLEPROFILEDEF")
    }

    /// The property sets that a product alone has.
    pub fn own_sets(&self, product: u32) -> Vec<u32> {
        let relations = self.all("IFCRELDEFINESBYPROPERTIES");
        relations
            .into_iter()
            .filter(|&r| self.references(r, 4) == [product])
            .filter_map(|r| self.reference(r, 5))
            .filter(|set| self.records[set].0 == "IFCPROPERTYSET")
            .collect()
    }

    /// Gives a set a property of its own in place of one of its properties, with another value.
    pub fn set_property(&mut self, set: u32, name: &str, value: &str) {
        let mut list = self.references(set, 4);
        let at =
            list.iter().position(|&p| self.attribute(p, 0) == format!("'{name}'")).expect("the property");
        let mut arguments = self.records[&list[at]].1.clone();
        arguments[2] = value.to_owned();
        list[at] = self.add("IFCPROPERTYSINGLEVALUE", &arguments);
        let list: Vec<String> = list.iter().map(|p| format!("#{p}")).collect();
        self.set(set, 4, format!("({})", list.join(",")));
    }
}

fn is_global_id(argument: &str) -> bool {
    let inside = argument.strip_prefix('\'').and_then(|a| a.strip_suffix('\''));
    inside.is_some_and(|id| {
        id.len() == 22 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$')
    })
}

/// The arguments of a record, split at the commas outside texts and brackets.
fn split(text: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut start) = (0, false, 0);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(text[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim().to_owned());
    parts
}
