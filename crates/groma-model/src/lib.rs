//! The words of groma: plain data that every other crate speaks in.
//!
//! A [`Model`] is what one IFC file says, without its geometry: elements with stable [`ElementKey`]s,
//! the spatial tree, properties, materials, systems and relations, its [`Units`] and where it stands
//! ([`Place`]). Lengths are metres, angles radians, f64, right-handed, Z up. What went wrong on the
//! way is in [`Diagnostics`], and what became of each element in [`Coverage`].
//!
//! Nothing here reads a file, knows a library or can be serialised; formats live at the edges.

pub mod class;
pub mod codes;
pub mod coverage;
pub mod diagnostics;
pub mod element;
pub mod frame;
pub mod key;
pub mod model;
pub mod progress;
pub mod property;
pub mod relations;
pub mod spatial;
pub mod units;

pub use class::Class;
pub use coverage::{Coverage, NoShape, ShapeStatus};
pub use diagnostics::{Code, CodePage, Diagnostic, Diagnostics, Location, Severity};
pub use element::{Element, ElementId, TypeObject};
pub use frame::{Frame, MapConversion, Place, Standing};
pub use key::{ElementKey, KeyMaker};
pub use model::{Header, Model};
pub use progress::{Cancelled, Progress};
pub use property::{Property, PropertySet, Value};
pub use relations::{Classification, Layer, Material, Relations, System};
pub use spatial::{SpatialNode, SpatialTree};
pub use units::Units;
