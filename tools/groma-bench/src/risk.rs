//! Monte Carlo over a programme of any size.

use crate::network::programme;
use crate::{Cost, timed};
use clap::Args;
use groma::schedule::risk::{Distribution, RiskModel, Simulation, simulate};
use groma::schedule::{Network, Profile};
use serde::Serialize;

/// Which distribution.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    Uniform,
    Triangular,
    Pert,
}

#[derive(Args)]
pub(crate) struct Risk {
    #[arg(long, default_value_t = 10_000)]
    activities: usize,
    #[arg(long, default_value_t = 10_000)]
    iterations: u32,
    #[arg(long, value_enum, default_value_t = Form::Triangular)]
    form: Form,
}

#[derive(Serialize)]
pub(crate) struct RiskMeasurement {
    activities: usize,
    links: usize,
    iterations: u32,
    threads: usize,
    ns_per_activity_and_iteration: f64,
    p50: String,
    p80: String,
    often_critical: usize,
    stages: Vec<Cost>,
}

pub(crate) fn measure(args: &Risk) -> RiskMeasurement {
    let schedule = programme(args.activities, 1.8, 7);
    let (network, _) = Network::compile(&schedule, Profile::P6);
    let mut model = RiskModel::of(&schedule);
    model.work = schedule
        .activities
        .iter()
        .map(|a| {
            let d = f64::from(a.duration);
            let (low, mode, high) = (0.8 * d, d, 1.6 * d);
            Some(match args.form {
                Form::Uniform => Distribution::Uniform { low, high },
                Form::Triangular => Distribution::Triangular { low, mode, high },
                Form::Pert => Distribution::Pert { low, mode, high },
            })
        })
        .collect();
    let mut stages = Vec::new();
    let simulation = Simulation { iterations: args.iterations, ..Simulation::default() };
    let run = timed("risk", &mut stages, || Ok::<_, anyhow::Error>(simulate(&network, &model, &simulation)));
    let run = run.unwrap_or_default();
    let at = |p: f64| run.finish_at(p).map(|t| t.to_string()).unwrap_or_default();
    RiskMeasurement {
        activities: args.activities,
        links: schedule.links.len(),
        iterations: args.iterations,
        threads: rayon::current_num_threads(),
        ns_per_activity_and_iteration: stages[0].cpu_s * 1e9
            / args.activities as f64
            / f64::from(args.iterations),
        p50: at(50.0),
        p80: at(80.0),
        often_critical: run.criticality.iter().filter(|c| **c > 0.5).count(),
        stages,
    }
}
