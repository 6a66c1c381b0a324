//! What the schema of a file says of a class: its spelling, its ancestors, and where its attributes stand.

use crate::measures::measure_of_attribute;
use groma_model::Class;
use ifc_lite_core::{AttrKind, IfcType, SchemaVersion};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The schema of a file.
pub(crate) struct Schema {
    version: SchemaVersion,
    /// The first candidates of IFC 4.3 still have what IFC 4.2 has.
    is_candidate: bool,
    /// False when the file names a schema that is not known, and the nearest stands in.
    pub(crate) known: bool,
}

/// What a class is to us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Product,
    Type,
    Group,
    Process,
    WorkControl,
    WorkCalendar,
    Resource,
    /// A property set whose properties are its attributes.
    PredefinedSet,
    Other,
}

/// The attributes that have fields of their own, or lead to geometry; the others are kept by name.
const NAMED: [&str; 10] = [
    "GlobalId",
    "OwnerHistory",
    "Name",
    "Description",
    "ObjectType",
    "Tag",
    "PredefinedType",
    "ObjectPlacement",
    "Representation",
    "RepresentationMaps",
];

/// Those of a role.
fn named_of(role: Role) -> &'static [&'static str] {
    match role {
        Role::Group => &["LongName"],
        Role::Process => &[
            "Identification",
            "TaskId",
            "ProcedureID",
            "LongDescription",
            "Status",
            "WorkMethod",
            "IsMilestone",
            "Priority",
        ],
        Role::WorkControl => &[
            "Identification",
            "Identifier",
            "CreationDate",
            "Purpose",
            "Duration",
            "TotalFloat",
            "StartTime",
            "FinishTime",
            "WorkControlType",
        ],
        Role::WorkCalendar => &["Identification"],
        Role::Resource => &["Identification", "ResourceIdentifier", "LongDescription"],
        _ => &[],
    }
}

/// An attribute with a simple value.
pub(crate) struct Simple {
    pub(crate) slot: usize,
    pub(crate) name: Arc<str>,
    /// The measure of its numbers in upper case, where it is known.
    pub(crate) measure: Option<&'static str>,
}

/// A class of the file.
pub(crate) struct ClassInfo {
    pub(crate) class: Class,
    pub(crate) role: Role,
    /// True when the file's own schema has the class.
    pub(crate) in_schema: bool,
    attributes: &'static [&'static str],
    /// The simple-valued attributes that have no field of their own.
    pub(crate) simple: Vec<Simple>,
}

impl ClassInfo {
    /// The attributes of the class, those of its ancestors first.
    pub(crate) fn attributes(&self) -> &'static [&'static str] {
        self.attributes
    }

    /// The place of an attribute among those of the class.
    pub(crate) fn slot(&self, attribute: &str) -> Option<usize> {
        self.attributes.iter().position(|a| *a == attribute)
    }
}

impl Schema {
    /// The schema that `FILE_SCHEMA` names, or the nearest.
    pub(crate) fn named(name: &str) -> Self {
        let upper = name.trim().to_ascii_uppercase();
        let is_candidate = upper.starts_with("IFC4X3_RC");
        if let Some(version) = SchemaVersion::from_file_schema(&upper) {
            return Self { version, is_candidate, known: true };
        }
        // IFC 2.0 and IFC2x_Final differ from 2x3 in nothing that is read here.
        let old = upper.starts_with("IFC2") || upper.starts_with("IFC1");
        let version = if old { SchemaVersion::Ifc2x3 } else { SchemaVersion::Ifc4x3 };
        let known = upper.starts_with("IFC2X") || upper.starts_with("IFC4X3");
        Self { version, is_candidate, known }
    }

    /// What is known of a class; `None` when no schema has it.
    pub(crate) fn class(&self, keyword: &str) -> Option<ClassInfo> {
        let others = [
            SchemaVersion::Ifc4x3,
            SchemaVersion::Ifc4x2,
            SchemaVersion::Ifc4x1,
            SchemaVersion::Ifc4,
            SchemaVersion::Ifc2x3,
        ];
        std::iter::once(self.version).chain(others).find_map(|version| self.class_in(version, keyword))
    }

    fn class_in(&self, version: SchemaVersion, keyword: &str) -> Option<ClassInfo> {
        let info = version.entity_info(keyword)?;
        let mut ancestors = Vec::new();
        let mut parent = info.parent;
        // The tables are a tree; the bound is for a table that is not.
        while let Some(name) = parent.filter(|_| ancestors.len() < 32) {
            ancestors.push(name);
            parent = version.entity_info(name).and_then(|i| i.parent);
        }
        let is_a = |name: &str| info.name == name || ancestors.contains(&name);
        let role = if is_a("IFCPRODUCT") {
            Role::Product
        } else if is_a("IFCTYPEOBJECT") {
            Role::Type
        } else if is_a("IFCGROUP") {
            Role::Group
        } else if is_a("IFCPROCESS") {
            Role::Process
        } else if is_a("IFCWORKCONTROL") {
            Role::WorkControl
        } else if is_a("IFCWORKCALENDAR") {
            Role::WorkCalendar
        } else if is_a("IFCRESOURCE") {
            Role::Resource
        } else if is_a("IFCPROPERTYSETDEFINITION")
            && !matches!(info.name, "IFCPROPERTYSET" | "IFCELEMENTQUANTITY")
        {
            Role::PredefinedSet
        } else {
            Role::Other
        };
        let ancestors: Vec<String> = ancestors.into_iter().map(spelled).collect();
        Some(ClassInfo {
            class: Class::new(&spelled(info.name), ancestors.iter().map(String::as_str)),
            role,
            in_schema: version == self.version || (self.is_candidate && version == SchemaVersion::Ifc4x2),
            attributes: version.attribute_names(keyword).unwrap_or(&[]),
            simple: if role == Role::Other { Vec::new() } else { simple(version, keyword, role) },
        })
    }

    /// A class that no schema has, taken for a product by the look of its records.
    pub(crate) fn foreign_product(keyword: &str) -> ClassInfo {
        ClassInfo {
            class: Class::new(keyword, ["IfcProduct", "IfcObject", "IfcObjectDefinition", "IfcRoot"]),
            role: Role::Product,
            in_schema: false,
            attributes: &[
                "GlobalId",
                "OwnerHistory",
                "Name",
                "Description",
                "ObjectType",
                "ObjectPlacement",
                "Representation",
                "Tag",
            ],
            simple: Vec::new(),
        }
    }
}

/// The simple-valued attributes of a class that have no field of their own.
fn simple(version: SchemaVersion, keyword: &str, role: Role) -> Vec<Simple> {
    let names = version.attribute_names(keyword).unwrap_or(&[]);
    let Some(slots) = version.attributes(keyword) else { return Vec::new() };
    let wanted = slots.zip(names).filter(|(slot, name)| {
        !matches!(slot.kind, AttrKind::Ref | AttrKind::RefList)
            && !NAMED.contains(name)
            && !named_of(role).contains(name)
    });
    wanted
        .map(|(slot, name)| Simple {
            slot: slot.index,
            name: (*name).into(),
            measure: measure_of_attribute(name),
        })
        .collect()
}

/// A class name in the standard's spelling; the tables of the schemas are in upper case.
fn spelled(name: &str) -> String {
    IfcType::from_str(name).name().to_owned()
}

/// The classes of a file by their keyword in upper case.
pub(crate) type Classes = BTreeMap<String, ClassInfo>;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schema: &str, keyword: &str, expect: &str) {
        let schema = Schema::named(schema);
        let got = match schema.class(keyword) {
            None => "unknown".to_owned(),
            Some(c) => format!(
                "{} {:?} {} tag {:?}",
                c.class,
                c.role,
                if c.in_schema { "own" } else { "other" },
                c.slot("Tag")
            ),
        };
        assert_eq!(got, expect);
    }

    #[test]
    fn a_class_is_found_in_its_schema_or_in_another() {
        check("IFC2X3", "IFCWALLSTANDARDCASE", "IfcWallStandardCase Product own tag Some(7)");
        check("IFC2X_FINAL", "IFCWALL", "IfcWall Product own tag Some(7)");
        check("IFC4X3_ADD2", "IFCWALLTYPE", "IfcWallType Type own tag Some(7)");
        check("IFC2X3", "IFCPIPESEGMENT", "IfcPipeSegment Product other tag Some(7)");
        check("IFC4", "IFCDISTRIBUTIONSYSTEM", "IfcDistributionSystem Group own tag None");
        check("IFC4", "IFCFOOBAR", "unknown");
        check("IFC4", "IFCCARTESIANPOINT", "IfcCartesianPoint Other own tag None");
        assert!(Schema::named("IFC4X3_RC4").known && !Schema::named("IFC9").known);
        assert!(Schema::named("IFC2X3").class("IFCWALL").unwrap().class.is_a("IfcBuildingElement"));
    }
}
