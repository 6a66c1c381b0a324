//! How dates are computed.

use crate::time::Minutes;
use serde::{Deserialize, Serialize};

/// Whose rules: two named sets, never a blend.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Primavera P6.
    #[default]
    P6,
    /// Microsoft Project.
    Msp,
}

impl Profile {
    /// `p6`, `msp`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::P6 => "p6",
            Self::Msp => "msp",
        }
    }
}

/// What holds the remaining work of an activity that started before its predecessors were done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProgressMode {
    /// Its predecessors still do.
    #[default]
    RetainedLogic,
    /// Nothing: it goes on from the data date.
    ProgressOverride,
    /// Nothing, as in progress override; but actual dates that lie after the data date hold what follows.
    ActualDates,
}

/// On which calendar a lag is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LagCalendar {
    /// The predecessor's.
    #[default]
    Predecessor,
    /// The successor's.
    Successor,
    /// The project's default.
    Project,
    /// Round the clock.
    RoundTheClock,
}

/// Which float is the total float.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FloatKind {
    /// From early to late finish.
    #[default]
    Finish,
    /// From early to late start.
    Start,
    /// The smaller of the two.
    Smallest,
}

/// Which activities are critical.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CriticalBy {
    /// Those with no more total float than so many minutes.
    TotalFloat(Minutes),
    /// Those of the longest path.
    LongestPath,
}

impl Default for CriticalBy {
    fn default() -> Self {
        Self::TotalFloat(0)
    }
}

/// How the dates of a project are computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Options {
    /// Whose rules.
    pub profile: Profile,
    /// What holds out-of-sequence work.
    pub progress: ProgressMode,
    /// On which calendar a lag is counted, where the link does not say.
    pub lag_calendar: LagCalendar,
    /// Which float is the total float.
    pub float: FloatKind,
    /// Which activities are critical.
    pub critical: CriticalBy,
    /// Activities without successor are critical, their late finish being their early finish.
    pub open_ends_critical: bool,
    /// An expected finish replaces the remaining duration.
    pub use_expected_finish: bool,
    /// Dates that other projects leave do not count.
    #[serde(default)]
    pub ignore_other_projects: bool,
    /// How many float paths are told apart, 0 for none.
    pub float_paths: u16,
}
