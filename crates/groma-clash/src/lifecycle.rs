//! What becomes of clashes from run to run.

use crate::{Clash, ClashKey, Grouping, IssueKey};
use std::collections::BTreeMap;

/// Where a clash stands in its life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// Someone answers for it, until a day.
    Waived,
    /// It was there before, and is no worse.
    Open,
    /// It was there before or waived, and has become worse.
    Reopened,
    /// It was not there before.
    New,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waived, Self::Open, Self::Reopened, Self::New];

    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waived => "waived",
            Self::Open => "open",
            Self::Reopened => "reopened",
            Self::New => "new",
        }
    }
}

/// A clash is worse when it is deeper, or nearer, by more than this, in metres: less is what another export
/// of the same model may round.
pub const WORSE: f64 = 0.001;

/// What is known of a clash from an earlier run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Known {
    /// The issue that it belongs to.
    pub issue: IssueKey,
    /// Why the clashes of that issue are one.
    pub grouping: Grouping,
    /// How deep it was, in metres.
    pub depth: Option<f64>,
    /// How far apart the two were, in metres.
    pub distance: f64,
}

impl Known {
    /// True when the clash is worse than it was.
    pub fn is_worse_now(&self, clash: &Clash) -> bool {
        let deeper = clash.depth.unwrap_or(0.0) - self.depth.unwrap_or(0.0) > WORSE;
        deeper || self.distance - clash.distance > WORSE
    }
}

/// The state of a clash by what is known of it, without waivers.
pub fn state(known: Option<&Known>, clash: &Clash) -> State {
    match known {
        None => State::New,
        Some(known) if known.is_worse_now(clash) => State::Reopened,
        Some(_) => State::Open,
    }
}

/// The keys that are known and no longer found.
pub fn resolved<'a>(
    known: &'a BTreeMap<ClashKey, Known>,
    is_found: impl Fn(&ClashKey) -> bool + 'a,
) -> impl Iterator<Item = (&'a ClashKey, &'a Known)> {
    known.iter().filter(move |(key, _)| !is_found(key))
}
