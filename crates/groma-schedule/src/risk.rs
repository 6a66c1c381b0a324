//! Monte Carlo: what may become of a programme whose durations are not certain.

#![allow(clippy::needless_range_loop, reason = "lanes run in step over several lists at once")]

mod distribution;
mod model;
mod normal;
mod pert;
mod philox;
mod sampling;
mod sensitivity;
mod simulate;
mod weather;

pub use distribution::{Distribution, DistributionError};
pub use model::{Correlation, CostRate, ModelError, RiskEvent, RiskModel, Weather, stated_costs};
pub use sensitivity::{Sensitivity, Source};
pub use simulate::{Percentiles, RiskRun, Simulation, simulate};
pub use weather::WeatherDays;
