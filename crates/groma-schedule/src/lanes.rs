//! Sixteen runs over a network side by side.
//!
//! Most activities are plain work between plain links. Their dates are kept as work minutes on their own
//! calendar, where a duration is an addition, and a link between two calendars is one look into a table. What
//! is not plain (milestones, progress, rare links and constraints) is computed lane by lane by the rules of
//! the profile themselves, so a lane is exactly what [`crate::solve`] computes; a property test holds it there.

#![allow(clippy::needless_range_loop, reason = "lanes run in step over several lists at once")]

mod conversion;
mod plan;
mod run;
mod sided;
mod steps;

pub(crate) use plan::Plan;
pub(crate) use run::{Room, Work};
pub(crate) use steps::Rules;

/// Runs side by side.
pub(crate) const LANES: usize = 16;

/// One number per run.
pub(crate) type Lane = [i32; LANES];

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests;
