//! Which members of a model are meant: the selector grammar of IfcOpenShell, over [`groma_model::Model`].
//!
//! ```
//! use groma_query::Selector;
//!
//! let selector = Selector::parse("IfcWall, IfcSlab, Pset_WallCommon.FireRating != NULL + IfcDoor")?;
//! assert_eq!(selector.to_string(), "IfcWall, IfcSlab, Pset_WallCommon.FireRating!=NULL + IfcDoor");
//! # Ok::<(), groma_query::SelectorError>(())
//! ```
//!
//! # Grammar
//!
//! A selector is one or more lists with `+` between them; what any of them selects is selected. A list is one
//! or more facets with `,` between them, which work from left to right:
//!
//! | facet | what it does |
//! |---|---|
//! | `IfcWall` | adds a class with its subtypes, in the schema of the file |
//! | `! IfcWall` | takes them away again |
//! | `325Q7Fhnf67OZC$$r43uzK`, `! 325Q7Fhnf67OZC$$r43uzK` | adds one GlobalId, takes it away |
//! | `Name=D01` | keeps those with such an attribute; names are those of the standard |
//! | `Pset_WallCommon.FireRating=2HR` | keeps those with such a property or quantity, their own or their type's |
//! | `type=WT01` | keeps those whose type has this name or GlobalId |
//! | `material=concrete` | keeps those made of a material, or having a layer, constituent or profile of a material, of this name or category |
//! | `classification=Pr_20` | keeps those with a reference of this identification or name |
//! | `location="Level 3"` | keeps those contained in a place of this name or GlobalId, at any height |
//! | `group=Supply` | keeps the members of a group of this name or GlobalId |
//! | `parent=Roof` | keeps what has this name or GlobalId and has parts, and all below it: contained, parts, openings, fillings |
//! | `query:storey.Name="Level 3"` | keeps those for which the keys lead to such a value |
//!
//! A list that begins with a facet that keeps, keeps of all `IfcProduct` and `IfcTypeProduct`. Otherwise
//! types, tasks, resources, groups and the project are selected by their class.
//!
//! A comparison is `=`, `!=`, `*=` (contains), `!*=`, `>`, `>=`, `<`, `<=`. A value, a name of a set and a name
//! of a property are each a word, a text in quotes (`"a \"b\" c"`), or a regular expression (`/D[0-9]{2}/`),
//! which must match from the beginning; values are also `NULL`, `TRUE`, `FALSE`. A value that is written is
//! converted to the type of the value that is found; a list passes where any item does, and for `!=` where
//! none does. Spaces do not matter between these; `/* comments */` may stand there.
//!
//! The keys of `query:` are attributes, property sets and properties, and `type`, `types`, `occurrences`,
//! `material`, `materials`, `item`, `styles`, `profiles`, `container`, `space`, `storey`, `building`, `site`,
//! `parent`, `classification`, `group`, `system`, `zone`, `class`, `predefined_type`, `id`, `count` and numbers;
//! where an element stands: `x`, `y`, `z` in its file and `easting`, `northing`, `elevation` on its map, in
//! metres, and `rotation_x`, `rotation_y`, `rotation_z`, in degrees. Two are our own: `ports`, and `connected`,
//! the ports or elements that one is connected to, elements also through their ports.
//!
//! # What differs from IfcOpenShell 0.9
//!
//! Its documentation is followed where its code does otherwise:
//!
//! - `!=`, `!*=` and `*=` mean what they say for `type`, `material`, `classification`, `location`, `group` and
//!   `parent`, where its code turns some of them around; `NULL` there means that there is none.
//! - `>`, `>=`, `<`, `<=` order texts (as numbers where both are), where its code asks whether they are equal.
//! - `query:types.count=0` needs no quotes.
//! - An integer may be compared with a number with a point.
//!
//! And on purpose:
//!
//! - Lengths, areas, volumes and angles are in metres and radians, in whatever unit the file is written.
//!   Numbers within a billionth are equal.
//! - A regular expression never matches a number, where its code fails. It is one of the crate `regex`, which
//!   works in linear time and knows neither look-around nor back-references; `[[` and `&&` have a meaning
//!   within its brackets.
//! - An attribute that is an empty text is `NULL`, as one that is not there; a property is not.
//! - References to other instances are no attributes: `Representation` is always `NULL`.
//! - `styles` and `profiles` are those of elements that have a name; one that is used twice is there once.
//! - A class may be written in upper or lower case. An opening quote or slash must have its closing one.

mod compare;
mod connections;
mod coordinate;
mod error;
mod explain;
mod index;
mod item;
mod literal;
mod near;
mod parse;
mod path;
mod property;
mod relation;
mod select;
mod selector;

pub use error::{SelectorError, SelectorErrorKind};
pub use explain::{Explanation, Step};
pub use index::Index;
pub use item::Item;
pub use near::near;
pub use path::Path;
pub use select::Selected;
pub use selector::Selector;
