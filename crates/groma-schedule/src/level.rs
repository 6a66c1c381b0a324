//! Resources within their limits: levelling and smoothing.
//!
//! [`level`] looks for the starts at which no more is used of people and machines than there is, and for
//! which the finish moves as little as possible; or, smoothing, for those within the float that make the
//! peaks lower. Links, lags, calendars, constraints, progress and the data date hold as they do for
//! [`crate::solve`], whose rules place each activity. What is started, done, bound to a date, planned by hand
//! or of MSP's priority 1,000 stays where it is. An activity is held by a start-no-earlier-than date, which
//! every format of programmes can say.
//!
//! A resource is held, in the units of its assignment, while its activity works: by the resource's calendar where
//! that is the one the work follows (P6's resource-dependent activities, MSP's tasks unless they ignore it), else
//! by the activity's. What a resource is a part of has a limit only where one is stated for the run.

mod apply;
mod decode;
#[cfg(feature = "exact")]
mod exact;
mod problem;
mod profile;
mod random;
mod rcpsp;
mod result;
mod search;
mod use_of;

#[cfg(feature = "exact")]
pub use exact::{Proof, prove_finish};
pub use rcpsp::{Rcpsp, RcpspError, RcpspPlan};
pub use result::{Claim, Held, Lack, Levelled, Mode, ResourceUse, Stays, Step};
pub use search::Budget;

use crate::network::Network;
use crate::schedule::Schedule;
use crate::solve::{Dates, solve};
use groma_model::{Cancelled, Diagnostics, Progress};
use problem::Problem;
pub(crate) use problem::is_worker;
use search::{Decoder, Placed};

/// Why a programme cannot be levelled.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum LevelError {
    /// A limit on a resource that is not there.
    #[error("there is no resource {resource:?}\n  hint: {}", known_resources(known))]
    UnknownResource {
        /// As it was named.
        resource: String,
        /// The names of those that there are.
        known: Vec<String>,
    },
    /// A limit that is no number of units.
    #[error("the limit {limit} of {resource:?} is no number of units\n  hint: write 0 or more, {resource}=2")]
    Limit {
        /// Of which resource.
        resource: String,
        /// The limit.
        limit: f64,
    },
    /// A budget of nothing.
    #[error("a budget of nothing makes no plan\n  hint: at least one schedule, or 1ms")]
    Budget,
    /// No activity needs people or machines.
    #[error(
        "no activity that is left needs people or machines: there is nothing to level\n  hint: assignments of labour or equipment with units are what levelling looks at"
    )]
    NoResources,
    /// The user stopped it.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

fn known_resources(known: &[String]) -> String {
    const NAMED: usize = 12;
    match known.len() {
        0 => "the programme names no people and no machines".to_owned(),
        n if n <= NAMED => format!("there are {}", known.join(", ")),
        n => format!("there are {} and {} more", known[..NAMED].join(", "), n - NAMED),
    }
}

/// How a programme is levelled.
#[derive(Clone, PartialEq, Debug)]
pub struct LevelOptions {
    /// What is done.
    pub mode: Mode,
    /// Levelling moves nothing beyond its float, and leaves what then lacks; smoothing never does.
    pub within_float: bool,
    /// Units there are of resources, by code, name or id, whatever the file says.
    pub limits: Vec<(String, f64)>,
    /// How long is searched.
    pub budget: Budget,
    /// The same seed and number of schedules give the same answer on any number of threads.
    pub seed: u64,
}

impl LevelOptions {
    /// Plans that are made when nothing else is said.
    pub const SCHEDULES: u64 = 5_000;
}

impl Default for LevelOptions {
    fn default() -> Self {
        Self {
            mode: Mode::Level,
            within_float: false,
            limits: Vec::new(),
            budget: Budget::Schedules(Self::SCHEDULES),
            seed: 1,
        }
    }
}

/// Levels a programme of which the network and the dates are known; the diagnostics are those of the levelled
/// programme's logic that the given one's did not have.
///
/// # Errors
///
/// A limit on what is not there, nothing to level, or the user's stop.
///
/// # Panics
///
/// If the network or the dates are of another schedule.
pub fn level(
    schedule: &Schedule,
    network: &Network,
    dates: &Dates,
    options: &LevelOptions,
    progress: &dyn Progress,
) -> Result<(Levelled, Diagnostics), LevelError> {
    if matches!(options.budget, Budget::Schedules(0))
        || options.budget == Budget::Time(std::time::Duration::ZERO)
    {
        return Err(LevelError::Budget);
    }
    let problem = Problem::new(schedule, network, dates, options)?;
    if problem.resources.is_empty() {
        return Err(LevelError::NoResources);
    }
    let found = search::search(&problem, options.budget, options.seed, progress)?;
    let (mut room, mut placed) = (problem.room(), Placed::default());
    problem.forward(&found.order, &mut room, &mut placed);
    // What is as late as possible may end after what is the project's finish.
    let last = |dates: &Dates| dates.activities.iter().flatten().map(|d| d.finish).max().unwrap_or_default();
    let write = |held: &[Held]| {
        let levelled = apply::apply(&problem, held);
        let (after, diagnostics) = Network::compile(&levelled, network.profile);
        let dates = solve(&after);
        (levelled, after, dates, diagnostics)
    };
    let mut held = apply::held(&problem, &room);
    let mut written = write(&held);
    if problem.keeps_finish && last(&written.2) > last(dates) {
        // No plan was found that keeps the finish: the programme stays as it is.
        held.clear();
        written = write(&held);
    }
    let (levelled, after_network, after, diagnostics) = written;
    let lacks = use_of::lacks(&problem, &after);
    let levelled = Levelled {
        mode: options.mode,
        held,
        resources: use_of::uses(&problem, dates, &after),
        finish_before: last(dates),
        finish_after: last(&after),
        finish_by_rule: match options.mode {
            Mode::Level if found.first[..2] <= found.cost[..2] => {
                Some(last(&after) + (found.first[2] - found.cost[2]) as i32)
            }
            _ => None,
        },
        schedules: found.schedules,
        is_proven: options.mode == Mode::Level && lacks.is_empty() && last(&after) <= last(dates),
        lacks,
        claims: problem.claims.clone(),
        schedule: levelled,
        network: after_network,
        dates: after,
    };
    Ok((levelled, diagnostics))
}
