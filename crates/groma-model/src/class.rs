//! The IFC class of an element, with its ancestors.

use std::fmt;
use std::sync::Arc;

/// An IFC class such as `IfcWallStandardCase`, and the classes it inherits from in its file's schema.
///
/// Cheap to clone; equal when the names are equal.
#[derive(Clone)]
pub struct Class(Arc<Lineage>);

struct Lineage {
    name: Box<str>,
    ancestors: Box<[Box<str>]>,
}

impl Class {
    /// A class from its name in the standard's spelling (`IfcWall`) and its ancestors, nearest first.
    pub fn new<'a>(name: &str, ancestors: impl IntoIterator<Item = &'a str>) -> Self {
        Self(Arc::new(Lineage {
            name: name.into(),
            ancestors: ancestors.into_iter().map(Into::into).collect(),
        }))
    }

    /// The name in the standard's spelling: `IfcWall`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The ancestors, nearest first, up to `IfcRoot`.
    pub fn ancestors(&self) -> impl Iterator<Item = &str> {
        self.0.ancestors.iter().map(|name| &**name)
    }

    /// True for the class itself and each of its ancestors; upper and lower case do not matter.
    pub fn is_a(&self, name: &str) -> bool {
        self.0.name.eq_ignore_ascii_case(name) || self.ancestors().any(|a| a.eq_ignore_ascii_case(name))
    }
}

impl PartialEq for Class {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}
impl Eq for Class {}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Class;

    #[test]
    fn a_class_is_itself_and_its_ancestors() {
        let wall = Class::new("IfcWallStandardCase", ["IfcWall", "IfcBuildingElement", "IfcElement"]);
        assert!(wall.is_a("IfcWallStandardCase"));
        assert!(wall.is_a("ifcwall"));
        assert!(wall.is_a("IfcElement"));
        assert!(!wall.is_a("IfcSlab"));
        assert_eq!(wall, Class::new("IfcWallStandardCase", []));
    }
}
