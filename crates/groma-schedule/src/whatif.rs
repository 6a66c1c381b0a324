//! What-ifs: small scenario files laid over a programme, and what becomes of it.

mod apply;
mod assert;
mod calendar;
mod evaluate;
mod scenario;
mod script;
mod select;

pub use apply::{Applied, apply};
pub use assert::AssertOutcome;
pub use evaluate::{Outcome, evaluate};
pub use scenario::{
    Change, Crews, Reading, RiskEntry, Run, Scenario, ScenarioError, WeatherEntry, WorkEntry, parse_scenario,
};
pub use script::{MOST_STEPS, study};
pub use select::is_match;
