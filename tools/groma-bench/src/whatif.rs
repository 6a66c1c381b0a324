//! Scenarios over a programme, each simulated beside its base.

use groma::schedule::whatif::{Scenario, evaluate, parse_scenario};
use groma::schedule::{Network, Profile, Schedule, solve};

/// How many scenarios, and runs of each.
pub(crate) const SCENARIOS: usize = 20;
pub(crate) const RUNS: u32 = 10_000;

/// A storm in another week each; all work is uncertain. With one seed they share the runs of the base.
pub(crate) fn storms(own_seeds: bool) -> anyhow::Result<Vec<Scenario>> {
    let storm = |week: usize| {
        let seed = if own_seeds { week } else { 1 };
        let text = format!(
            "[scenario]\nname = \"storm in week {week}\"\n\
             [[change]]\ncalendar = \"*\"\nstop = [\"start+{week}w..start+{week}w+6d\"]\n\
             [[work]]\ntask = \"*\"\nduration = \"triangular(80%,100%,140%)\"\n\
             [run]\nmonte_carlo = {RUNS}\nseed = {seed}\n"
        );
        Ok(parse_scenario("storm", &text)?)
    };
    (1..=SCENARIOS).map(storm).collect()
}

/// What `groma whatif` computes of a programme, from its logic on.
pub(crate) fn run(schedule: &Schedule, scenarios: &[Scenario]) -> anyhow::Result<usize> {
    let (network, _) = Network::compile(schedule, Profile::P6);
    Ok(evaluate(schedule, &network, &solve(&network), scenarios)?.len())
}
