//! The words of groma: plain data that every other crate speaks in.
//!
//! A [`Model`] is what one IFC file says, without its geometry: elements with stable [`ElementKey`]s,
//! the spatial tree, properties, materials, systems and relations, its [`Units`] and where it stands
//! ([`Place`]). Lengths are metres, angles radians, f64, right-handed, Z up. What went wrong on the
//! way is in [`Diagnostics`], and what became of each element in [`Coverage`].
//!
//! Nothing here reads a file, knows a library or can be serialised; formats live at the edges.

pub mod class;
pub mod classification;
pub mod codes;
pub mod coverage;
pub mod diagnostics;
pub mod element;
pub mod frame;
pub mod group;
pub mod key;
pub mod material;
pub mod model;
pub mod phase;
pub mod process;
pub mod progress;
pub mod property;
pub mod relations;
pub mod spatial;
pub mod units;

pub use class::Class;
pub use classification::Classification;
pub use coverage::{Coverage, NoShape, ShapeStatus};
pub use diagnostics::{Code, CodePage, Diagnostic, Diagnostics, Location, Severity};
pub use element::{Body, Element, ElementId, Flow, TypeObject};
pub use frame::{Crs, Frame, MapConversion, Place, Standing};
pub use group::{PresentationLayer, System};
pub use key::{ElementKey, KeyMaker};
pub use material::{Layer, Material, MaterialKind};
pub use model::{Header, Model};
pub use phase::Phase;
pub use process::Processes;
pub use progress::{Cancelled, Progress};
pub use property::{Property, PropertySet, ReferenceValue, TableValue, Value};
pub use relations::{PathConnection, PathEnd, Relations, SpaceBoundary};
pub use spatial::{SpatialNode, SpatialTree};
pub use units::Units;
