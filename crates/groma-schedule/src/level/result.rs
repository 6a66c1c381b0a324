//! What levelling comes to.

use crate::network::Network;
use crate::schedule::{ActivityIndex, ResourceIndex, Schedule};
use crate::solve::Dates;
use crate::time::{Minutes, Time};

/// What is done with the resources.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// No more is used than there is; the finish moves as little as possible.
    #[default]
    Level,
    /// The finish stays; peaks are made lower within the float.
    Smooth,
}

impl Mode {
    /// `level`, `smooth`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Smooth => "smooth",
        }
    }
}

/// An activity that levelling holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held {
    /// Which.
    pub activity: ActivityIndex,
    /// The start that it is held until.
    pub until: Time,
    /// Minutes of its own work time from the start that its logic allows, in the levelled programme, to the
    /// start that it is held until: what levelling adds of its own.
    pub delay: Minutes,
    /// The resource that it waits for; none where it only stands where it stood (as late as possible).
    pub waits_for: Option<ResourceIndex>,
}

/// An activity that needs more of a resource at once than there ever is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Claim {
    /// Which.
    pub activity: ActivityIndex,
    /// The resource.
    pub resource: ResourceIndex,
    /// Units that it needs.
    pub needs: f64,
    /// The most that there ever is.
    pub most: f64,
}

/// So many units from an instant on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    /// From when; `None` is from the start of time.
    pub from: Option<Time>,
    /// Units.
    pub units: f64,
}

/// What is used of a resource.
#[derive(Clone, PartialEq, Debug)]
pub struct ResourceUse {
    /// Which.
    pub resource: ResourceIndex,
    /// The most that there ever is, units; `None` without a limit.
    pub limit: Option<f64>,
    /// What there is from when on; empty without a limit.
    pub limits: Vec<Step>,
    /// The most that is used at once before, units.
    pub peak_before: f64,
    /// The most that is used at once after.
    pub peak_after: f64,
    /// Unit-hours of work beyond the limit before.
    pub over_before_h: f64,
    /// The same after.
    pub over_after_h: f64,
    /// What is used before.
    pub before: Vec<Step>,
    /// What is used after.
    pub after: Vec<Step>,
}

/// Why an activity stays where it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stays {
    /// It is in progress or done.
    Started,
    /// It is planned by hand.
    ByHand,
    /// It is bound to a date, or has no place for another.
    Bound,
    /// It has the priority that levelling leaves alone.
    Priority,
}

impl Stays {
    /// `started`, `by hand`, `bound to a date`, `priority 1000`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::ByHand => "by hand",
            Self::Bound => "bound to a date",
            Self::Priority => "priority 1000",
        }
    }
}

/// A span in which more of a resource is used than there is.
#[derive(Clone, PartialEq, Debug)]
pub struct Lack {
    /// Which.
    pub resource: ResourceIndex,
    /// From when.
    pub from: Time,
    /// To when.
    pub to: Time,
    /// The most that is used.
    pub used: f64,
    /// What there is then.
    pub limit: f64,
    /// Who holds it then, and why it cannot be delayed, if it cannot.
    pub activities: Vec<(ActivityIndex, Option<Stays>)>,
}

/// A levelled programme.
#[derive(Clone, Debug)]
pub struct Levelled {
    /// What was done.
    pub mode: Mode,
    /// The programme, in which each held activity may start no earlier than its new start.
    pub schedule: Schedule,
    /// Its logic.
    pub network: Network,
    /// Its dates.
    pub dates: Dates,
    /// What is held, in file order.
    pub held: Vec<Held>,
    /// What is used of each resource that anything needs, in file order.
    pub resources: Vec<ResourceUse>,
    /// What still lacks.
    pub lacks: Vec<Lack>,
    /// What needs more at once than there ever is.
    pub claims: Vec<Claim>,
    /// The last finish before.
    pub finish_before: Time,
    /// The last finish after.
    pub finish_after: Time,
    /// The last finish of the simple rule, the earliest late start first, without search; `None` where that leaves
    /// more lacking, and of smoothing.
    pub finish_by_rule: Option<Time>,
    /// Plans that were made.
    pub schedules: u64,
    /// True when no plan can be better: nothing lacks, and nothing is later.
    pub is_proven: bool,
}
