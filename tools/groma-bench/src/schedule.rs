//! Programmes of any size: logic compiled, passes, all dates, an XER read, Monte Carlo, what-ifs. One table.

use crate::network::programme;
use crate::{Cost, timed, whatif};
use clap::Args;
use groma::schedule::risk::{Distribution, RiskModel, Simulation, simulate};
use groma::schedule::{Network, Passes, Profile, ReadOptions, Schedule, WriteFormat, read, solve, write};
use std::convert::Infallible;
use std::path::PathBuf;

/// Programmes that are measured; the fewest CPU seconds of some runs count.
#[derive(Args)]
pub(crate) struct ScheduleBench {
    /// How often each stage runs
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Leave out the largest programme and Monte Carlo
    #[arg(long)]
    quick: bool,
    /// The folder with the real and the synthetic programmes
    #[arg(long, value_name = "DIR", default_value = "../shared/data/schedule")]
    data: PathBuf,
}

/// Runs of what takes seconds.
const LONG_RUNS: usize = 3;

/// The least CPU and wall seconds of some runs.
fn least<T>(runs: usize, mut work: impl FnMut() -> T) -> (T, Cost) {
    let mut costs = Vec::new();
    let mut once =
        || timed("", &mut costs, || Ok::<_, Infallible>(work())).unwrap_or_else(|never| match never {});
    let mut last = once();
    for _ in 1..runs {
        last = once();
    }
    costs.sort_by(|a, b| a.cpu_s.total_cmp(&b.cpu_s));
    let first = costs.swap_remove(0);
    (last, first)
}

fn row(what: &str, size: &str, cost: &Cost, goal: &str) -> String {
    format!("| {what} | {size} | {:.4} | {:.4} | {goal} |\n", cost.cpu_s, cost.wall_s)
}

/// The table of BENCHMARKS.md.
pub(crate) fn table(args: &ScheduleBench) -> anyhow::Result<String> {
    let mut out = "| what | size | CPU s | wall s | goal, CPU s |\n|---|---|---|---|---|\n".to_owned();
    let sizes: &[(usize, &str)] =
        if args.quick { &[(100_000, "0.015")] } else { &[(100_000, "0.015"), (1_000_000, "0.2")] };
    for (activities, goal) in sizes {
        let schedule = programme(*activities, 1.8, 7);
        let size = format!("{activities} activities, {} links", schedule.links.len());
        let (network, cost) = least(args.runs, || Network::compile(&schedule, Profile::P6).0);
        out += &row("logic compiled", &size, &cost, "");
        let mut passes = Passes::new(&network);
        let (_, cost) = least(args.runs, || {
            passes.forward(&network, &network.remaining);
            passes.backward(&network, &network.remaining);
        });
        out += &row("forward and backward pass", &size, &cost, goal);
        let (_, cost) = least(args.runs, || solve(&network));
        out += &row("all dates, floats, longest path", &size, &cost, "");
    }
    let (schedule, bytes) = xer();
    let size = format!("{:.1} MB, {} activities", bytes.len() as f64 / 1e6, schedule.activities.len());
    let (_, cost) = least(args.runs, || read(&bytes, &ReadOptions::default()));
    out += &row("XER read", &size, &cost, "0.1");
    if !args.quick {
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
            out += &pool.install(|| monte_carlo(10_000, 10_000));
        }
    }
    out += &what_ifs("made up", &programme(150, 1.8, 7))?;
    // Four calendars, all kinds of links with lags: much of it has to be computed lane by lane.
    let file = args.data.join("synthetic/plain/net_01004.json");
    match std::fs::read(&file) {
        Ok(bytes) => out += &what_ifs("net_01004", &read(&bytes, &ReadOptions::default())?.0)?,
        Err(error) => out += &format!("| what-ifs of net_01004 | not measured: {error} | | | 3 |\n"),
    }
    Ok(out)
}

fn what_ifs(name: &str, schedule: &Schedule) -> anyhow::Result<String> {
    let mut out = String::new();
    for (own_seeds, seeds) in [(false, "one seed"), (true, "seeds of their own")] {
        let scenarios = whatif::storms(own_seeds)?;
        let (done, cost) = least(LONG_RUNS, || whatif::run(schedule, &scenarios));
        let (done, runs) = (done?, whatif::RUNS);
        let size = format!(
            "{name}: {} activities, {} links, {} threads",
            schedule.activities.len(),
            schedule.links.len(),
            rayon::current_num_threads()
        );
        out +=
            &row(&format!("{done} scenarios of {runs} runs, {seeds}, beside the base's"), &size, &cost, "3");
    }
    Ok(out)
}

/// A programme as an XER of about 10 MB.
fn xer() -> (Schedule, Vec<u8>) {
    let schedule = programme(33_000, 1.8, 7);
    let (network, _) = Network::compile(&schedule, Profile::P6);
    let bytes = write(&schedule, &solve(&network), WriteFormat::Xer).0;
    (schedule, bytes)
}

fn monte_carlo(activities: usize, iterations: u32) -> String {
    let schedule = programme(activities, 1.8, 7);
    let (network, _) = Network::compile(&schedule, Profile::P6);
    let mut model = RiskModel::of(&schedule);
    let triangle = |d: f64| Distribution::Triangular { low: 0.8 * d, mode: d, high: 1.6 * d };
    model.work = schedule.activities.iter().map(|a| Some(triangle(f64::from(a.duration)))).collect();
    let size =
        format!("{activities} activities, {iterations} runs, {} threads", rayon::current_num_threads());
    let rows = [
        ("Monte Carlo with late dates and criticality", 0, "2"),
        ("the same with 128 sensitivities", 128, ""),
    ];
    let rows = rows.map(|(what, sensitivities, goal)| {
        let simulation = Simulation { iterations, sensitivities, ..Simulation::default() };
        let (_, cost) = least(LONG_RUNS, || simulate(&network, &model, &simulation));
        row(what, &size, &cost, goal)
    });
    rows.concat()
}
