//! Clash detection: from placed elements to clashes with stable keys, depth and distance.
//!
//! [`detect`] takes a [`Scene`] (models and their shapes in one frame) and a [`Rule`], and returns a
//! [`ClashRun`]. The result is the same for any thread count and any order of the models.
//!
//! # Method
//!
//! A tree over the boxes of the elements gives the candidate pairs. Of each mesh, shared by its instances,
//! a tree over its triangles is made when a pair first needs it. Under the relative placement of the two, so
//! that large coordinates cost no digits, the faces that reach into what both boxes share are gathered and
//! compared; where they are many, both trees are walked.
//!
//! Depth is the length of the least translation that parts the two. For a pair of convex solids separating
//! axes give it exactly. For all others it is bounded from below, by what two crossing triangles, a point
//! inside the other, or a ball inside both need; a bound above the tolerance makes the pair hard. So what
//! only touches is never hard, whatever its form, and what is thin is hard where the way out is long.
//!
//! Distance is exact to a tenth of a nanometre: for even convex solids by the algorithm of Gilbert, Johnson and
//! Keerthi, for others by going from point to nearest point, and a walk of both trees unless an axis shows
//! that nothing is nearer.
//!
//! Where a mesh is not closed, there is no inside: such a surface is hard where it passes deeper than the
//! tolerance into a solid, or through another surface.

/// Changes with the sources of the tests: verdicts of programs with the same one are the same.
pub const FINGERPRINT: &str = env!("GROMA_CLASH_FINGERPRINT");

mod body;
mod carve;
pub mod clash;
mod contacts;
mod convex;
mod convex_distance;
mod crossing;
pub mod detect;
pub mod discipline;
mod duplicate;
mod exclude;
pub mod fields;
pub mod grouping;
pub mod lifecycle;
mod patches;
mod penetrate;
mod pieces;
mod probe;
pub mod rule;
pub mod scene;
pub mod scope;
mod select;
mod separate;
pub mod severity;
mod tile;
mod verdict;
mod volume;

pub use clash::{Clash, ClashKey, ClashRun, DepthKind, Exclusion, Kind, Tally};
pub use detect::{DetectError, detect, detect_in};
pub use discipline::{Discipline, Told};
pub use exclude::element as exclusion_of;
pub use fields::{Field, Fields, GridFields};
pub use grouping::{Grouper, Grouping, Issue, IssueKey};
pub use lifecycle::{Known, State};
pub use rule::{Pairs, Rule, RuleKind};
pub use scene::{Scene, SceneModel, Subject};
pub use scope::{Known as KnownVerdicts, Scope, Shard};
pub use severity::Severity;
pub use volume::volumes;
