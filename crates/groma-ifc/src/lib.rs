//! IFC to [`Model`](groma_model::Model) and [`Shapes`](groma_geometry::Shapes): the only crate that names
//! the IFC libraries.
//!
//! [`Source::open`] gets at the STEP text of a path (memory-mapped), of bytes, or inside an
//! `.ifczip` or gzip; [`models_in`] says which models a folder, an archive or a pattern stands for;
//! [`read`] makes both at once, [`read_model`] and [`read_shapes`] one after the other. Reading never fails on content: what is
//! broken is a diagnostic, and the rest goes on.

mod angles;
mod attributes;
mod bodies;
mod budget;
mod classifications;
mod cost;
mod crs;
mod cycles;
mod dates;
mod elements;
mod encoding;
mod grids_of;
mod header;
mod kernel;
mod layers;
mod line_of;
mod lists;
mod materials;
mod measures;
mod mend;
mod meshes;
mod missing;
mod models_in;
mod named_parts;
mod opening;
mod place;
mod processes;
mod properties;
mod read_model;
mod read_shapes;
mod reader;
mod recognise;
mod relations;
mod renumber;
mod scan;
mod schema;
mod solids;
mod source;
mod spatial;
mod statuses;
mod systems;
mod texts;
mod units;
mod unpack;
mod values;
mod weights;

pub use grids_of::{GridAxes, GridAxis, grids_of};
pub use line_of::line_of;
pub use models_in::models_in;
pub use opening::Opening;
pub use read_model::{read, read_model, read_telling};
pub use read_shapes::{Meshed, Mesher, Tell, read_shapes, read_shapes_by};
pub use source::{OpenError, Source};
