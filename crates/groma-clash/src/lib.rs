//! Clash detection: from placed elements to clashes with stable keys, depth and distance.
//!
//! [`detect`] takes a [`Scene`] (models and their shapes in one frame) and a [`Rule`], and returns a
//! [`ClashRun`]. The result is the same for any thread count and any order of the models.

mod body;
pub mod clash;
mod contacts;
mod convex;
mod crossing;
pub mod detect;
mod duplicate;
mod exclude;
mod penetrate;
mod probe;
pub mod rule;
pub mod scene;
mod select;
mod verdict;

pub use clash::{Clash, ClashKey, ClashRun, DepthKind, Exclusion, Kind, Tally};
pub use detect::{DetectError, detect};
pub use rule::{Pairs, Rule, RuleKind};
pub use scene::{Scene, SceneModel, Subject};
