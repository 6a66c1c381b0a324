//! A parsed selector.

use crate::SelectorError;
use crate::literal::{Literal, Name, text_fmt};
use crate::parse::{end_of_member, parse};
use crate::path::Path;
use std::fmt;
use std::str::FromStr;

/// Which members of a model are meant: `IfcWall, Pset_WallCommon.LoadBearing=TRUE + IfcColumn`.
///
/// Two selectors are equal when they say the same in the same order, however they are written. As text it
/// is in canonical form, which [`Selector::parse`] reads back as an equal selector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selector {
    /// Never empty, nor is any list.
    pub(crate) lists: Vec<Vec<Facet>>,
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    ///
    /// A text that is none: what was expected, and in which column.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        parse(text)
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        parse(text)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, list) in self.lists.iter().enumerate() {
            if i > 0 {
                f.write_str(" + ")?;
            }
            for (k, facet) in list.iter().enumerate() {
                write!(f, "{}{facet}", if k > 0 { ", " } else { "" })?;
            }
        }
        Ok(())
    }
}

/// One condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Facet {
    /// Adds a class with its subtypes, or takes it away.
    Class { not: bool, name: String },
    /// Adds one member, or takes it away.
    Instance { not: bool, id: String },
    /// Keeps those with such an attribute.
    Attribute { name: String, test: Test },
    /// Keeps those with such a property or quantity.
    Property { set: Name, name: Name, test: Test },
    /// Keeps those that stand in such a relation.
    Relation { to: Relation, test: Test },
    /// Keeps those for which such a value is found.
    Query { path: Path, test: Test },
}

/// What a member is related to, by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Relation {
    Type,
    Material,
    Classification,
    Location,
    Group,
    Parent,
}

impl Relation {
    pub(crate) const ALL: [Self; 6] =
        [Self::Type, Self::Material, Self::Classification, Self::Location, Self::Group, Self::Parent];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Material => "material",
            Self::Classification => "classification",
            Self::Location => "location",
            Self::Group => "group",
            Self::Parent => "parent",
        }
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bang = |not: bool| if not { "! " } else { "" };
        match self {
            Self::Class { not, name: word } | Self::Instance { not, id: word } => {
                write!(f, "{}{word}", bang(*not))
            }
            Self::Attribute { name, test } => write!(f, "{name}{test}"),
            Self::Property { set, name, test } => {
                match set {
                    Name::Text(set) => {
                        let begins_otherwise = set.starts_with("query:") || end_of_member(set).is_some();
                        text_fmt(set, !begins_otherwise, f)?;
                    }
                    Name::Pattern(set) => set.fmt(f)?,
                }
                write!(f, ".{name}{test}")
            }
            Self::Relation { to, test } => write!(f, "{}{test}", to.word()),
            Self::Query { path, test } => write!(f, "query:{path}{test}"),
        }
    }
}

/// A comparison and what to compare with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Test {
    pub(crate) by: Comparison,
    /// True for `!=` and `!*=`.
    pub(crate) not: bool,
    pub(crate) with: Literal,
}

/// How two values are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Comparison {
    Equal,
    Contains,
    More,
    MoreOrEqual,
    Less,
    LessOrEqual,
}

impl Test {
    /// The sign as it is written.
    pub(crate) fn sign(&self) -> &'static str {
        sign(self.by, self.not)
    }
}

pub(crate) fn sign(by: Comparison, not: bool) -> &'static str {
    match (by, not) {
        (Comparison::Equal, false) => "=",
        (Comparison::Equal, true) => "!=",
        (Comparison::Contains, false) => "*=",
        (Comparison::Contains, true) => "!*=",
        (Comparison::More, _) => ">",
        (Comparison::MoreOrEqual, _) => ">=",
        (Comparison::Less, _) => "<",
        (Comparison::LessOrEqual, _) => "<=",
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.sign(), self.with)
    }
}
