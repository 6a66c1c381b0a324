//! What-ifs: small scenario files laid over a programme, and what becomes of it.

mod apply;
mod evaluate;
mod scenario;

pub use apply::{Applied, apply};
pub use evaluate::{AssertOutcome, Outcome, evaluate};
pub use scenario::{
    Change, Crews, Reading, RiskEntry, Run, Scenario, ScenarioError, WorkEntry, is_match, parse_scenario,
};
