//! Two revisions of a model: which element is which, and what of it changed.
//!
//! [`identify`] pairs the elements of both revisions: by aliases that a person gave, by GlobalId, and,
//! where GlobalIds were made anew, by tag, shape and place, name, and the company an element keeps. Each
//! pair carries its method and a score. Where several partners are equally good, none is chosen: the
//! group is listed as [`Ambiguous`]. [`compare`] says of each pair what is meant to differ: what lies
//! below [`LENGTH_NOISE`] or [`RELATIVE_NOISE`] is the noise of exporters.
//!
//! Nothing depends on the order of elements in the files. Lengths are metres in the coordinates that
//! [`Revision::placement`] leads to.

mod assign;
mod attributes;
mod class_key;
mod cluster;
pub mod compare;
mod evidence;
mod fingerprint;
pub mod identify;
mod matching;
mod motion;
mod nearest;
mod place;
mod points;
mod properties;
mod relatives;
mod reshape;
pub mod revision;
mod shift;
mod spatial;

pub use attributes::AttributeChange;
pub use compare::{Change, Comparison, compare};
pub use identify::{Ambiguous, Identity, Method, Pair, identify};
pub use motion::{Motion, Turn};
pub use properties::PropertyChange;
pub use reshape::{Measure, Reshape};
pub use revision::Revision;

/// Lengths that differ by less are equal: metres.
pub const LENGTH_NOISE: f64 = 1e-4;

/// Numbers that differ by less of the larger are equal.
pub const RELATIVE_NOISE: f64 = 1e-6;
