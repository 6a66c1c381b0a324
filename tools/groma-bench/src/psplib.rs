//! Resource-constrained projects of PSPLIB against their best known plans. One table.

use crate::timed;
use anyhow::{Context, ensure};
use clap::Args;
use groma::schedule::level::{Budget, Rcpsp};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Serialize;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// PSPLIB's sets j30, j60 and j120, or problems named one by one.
#[derive(Args)]
pub(crate) struct Psplib {
    /// The folder with `j30/`, `j60/`, `j120/` and their `*.optimum.csv`
    #[arg(long, value_name = "DIR", default_value = "../shared/data/schedule/psplib")]
    data: PathBuf,
    /// Schedules made for each problem
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    schedules: u64,
    /// Solve each of these problems by itself for --seconds and print JSON lines
    #[arg(long, value_name = "FILE.sm", num_args = 1..)]
    only: Vec<PathBuf>,
    /// Wall-clock seconds for each problem of --only; with `--threads 1` they are CPU seconds
    #[arg(long, value_name = "S", default_value_t = 0.5)]
    seconds: f64,
    /// Other seeds search other orders
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// A problem with its best known makespan.
type Problem = (String, Rcpsp, u32);

/// What one problem came to.
#[derive(Serialize)]
struct One {
    file: String,
    makespan: u32,
    critical_path: u32,
    schedules: u64,
    cpu_s: f64,
}

pub(crate) fn run(args: &Psplib) -> anyhow::Result<String> {
    if args.only.is_empty() { table(args) } else { one_by_one(args) }
}

/// The table of BENCHMARKS.md.
fn table(args: &Psplib) -> anyhow::Result<String> {
    let mut out = "| set | problems | gap to best known | goal | best known reached | above the critical path | CPU s per problem |\n|---|---|---|---|---|---|---|\n".to_owned();
    for (set, goal) in [("j30", "0.25 %"), ("j60", "0.6 %"), ("j120", "2.5 %")] {
        let problems = read_set(&args.data, set)?;
        let mut costs = Vec::new();
        let solve = |(_, problem, best): &Problem| {
            let plan = problem.search(Budget::Schedules(args.schedules), args.seed, &())?;
            Ok((plan.start, plan.makespan, *best, problem.critical_path()))
        };
        let found = timed("", &mut costs, || {
            let found: Result<Vec<_>, groma::model::Cancelled> = problems.par_iter().map(solve).collect();
            Ok::<_, Infallible>(found)
        });
        let found = found.unwrap_or_else(|never| match never {})?;
        for ((file, problem, _), (start, ..)) in problems.iter().zip(&found) {
            ensure!(problem.is_kept_by(start), "the plan of {file} breaks a link or a capacity");
        }
        let mean = |of: &dyn Fn(u32, u32, u32) -> f64| {
            found.iter().map(|(_, m, best, path)| of(*m, *best, *path)).sum::<f64>() / found.len() as f64
        };
        let above = |m: u32, other: u32| 100.0 * (f64::from(m) / f64::from(other) - 1.0);
        out += &format!(
            "| {set} | {} | {:.3} % | {goal} | {:.1} % | {:.2} % | {:.4} |\n",
            found.len(),
            mean(&|m, best, _| above(m, best)),
            mean(&|m, best, _| if m <= best { 100.0 } else { 0.0 }),
            mean(&|m, _, path| above(m, path)),
            costs[0].cpu_s / found.len() as f64
        );
    }
    Ok(out)
}

fn read_set(data: &Path, set: &str) -> anyhow::Result<Vec<Problem>> {
    let table = data.join(format!("{set}.optimum.csv"));
    let text = std::fs::read_to_string(&table).with_context(|| format!("cannot read {}", table.display()))?;
    let read = |line: &str| {
        let (file, best) = line.split_once(',').with_context(|| format!("no comma in {line:?}"))?;
        // `104..105` is a lower bound and the best known.
        let best = best.rsplit("..").next().unwrap_or(best).trim().parse()?;
        Ok((file.to_owned(), read_problem(&data.join(set).join(file))?, best))
    };
    text.lines().skip(1).filter(|l| !l.trim().is_empty()).map(read).collect()
}

fn read_problem(file: &Path) -> anyhow::Result<Rcpsp> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Rcpsp::parse_psplib(&text).with_context(|| file.display().to_string())
}

fn one_by_one(args: &Psplib) -> anyhow::Result<String> {
    let mut out = String::new();
    for file in &args.only {
        let problem = read_problem(file)?;
        let mut costs = Vec::new();
        let budget = Budget::Time(Duration::from_secs_f64(args.seconds));
        let plan = timed("", &mut costs, || problem.search(budget, args.seed, &()))?;
        ensure!(problem.is_kept_by(&plan.start), "the plan of {} breaks a limit", file.display());
        let one = One {
            file: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            makespan: plan.makespan,
            critical_path: problem.critical_path(),
            schedules: plan.schedules,
            cpu_s: costs[0].cpu_s,
        };
        out += &serde_json::to_string(&one)?;
        out.push('\n');
    }
    Ok(out)
}
