//! What-ifs: small scenario files laid over a programme, and what becomes of it.
//!
//! ```toml
//! [scenario]
//! name = "crane late and rain"
//! base = "programme.xml"              # from the scenario's folder on; a programme named beside it counts before
//! profile = "p6"                      # or "msp"; what is asked for on the command line counts before
//! logic = ["stated"]                  # "support", "location": links that a model tells
//! [[change]]                          # selected by task, wbs, resource, code, after, before, when; select needs a model
//! task = "Masonry*"                   # by code first, then by name; | parts alternatives
//! crews = { add = 1, from = "2026-05-04", cost = 18000 }   # levelling may use them too
//! [[change]]
//! calendar = "Site"
//! stop = ["2026-06-01..2026-06-05"]   # or work, shifts; middle, start+2w and the like are dates too
//! [[work]]                            # how uncertain durations are
//! task = "*"
//! duration = "triangular(90%,100%,130%)"
//! [[weather]]                         # whole days lost: by a table of days, by months, or both
//! name = "storms"; task = "EXT*"; file = "storms.csv"
//! [[risk]]
//! name = "strike"; p = 0.35; task = "EXT*"; impact = "triangular(1d,3d,8d)"; added = true
//! [run]
//! level = true
//! monte_carlo = 10000
//! seed = 7
//! [assert]
//! "P80(finish)" = "<= 2027-03-31"
//! "P80(days)" = "<= 10"
//! ```
//!
//! What is uncertain belongs to the programme: the base is simulated with the same work, weather and risks, by the
//! same random numbers, and percentiles are compared with its own. A risk or weather that is `added` belongs to the
//! scenario alone.

mod apply;
mod assert;
mod calendar;
mod crews;
mod evaluate;
mod parse;
mod scenario;
mod script;
mod select;
mod weather;

pub use apply::{Applied, apply};
pub use assert::AssertOutcome;
pub use evaluate::{Outcome, evaluate};
pub use parse::parse_scenario;
pub use scenario::{
    Change, Crews, Logic, Reading, RiskEntry, Run, Scenario, ScenarioError, WeatherEntry, WorkEntry,
};
pub use script::{MOST_STEPS, study};
pub use select::is_match;
pub use weather::parse_weather;
