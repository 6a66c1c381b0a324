//! The `groma` command: what the CI job, the planner and the engineer run.
//!
//! stdout is data, stderr is words and progress. Exit codes: 0 ran, complete, all gates hold; 1 a gate
//! failed; 2 could not run; 3 ran, gates hold, but the coverage is incomplete.

mod args;
mod cache;
mod check;
mod clash;
mod compare;
mod demo;
mod explain;
mod init;
mod inspect;
mod known;
mod link;
mod merge;
mod output;
mod progress;
mod query;
mod run;
mod sample;
mod schedule;
mod schema;
mod simulate;
mod view;

use args::{Args, Command};
use clap::Parser;
use output::Exit;
use std::process::ExitCode;

/// Many small shapes are made on all threads and given back: the system's own takes a fifth longer for a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    let (command, common) = (args.command, args.common);
    let outcome = run::inside(&common, |session| match &command {
        Command::Inspect(args) => inspect::run(args, session),
        Command::Clash(args) => clash::run(args, session),
        Command::Check(args) => check::run(args, session),
        Command::Merge(args) => merge::run(args, session),
        Command::Init(args) => init::run(args, session),
        Command::Compare(args) => compare::run(args, session),
        Command::Schedule(args) => schedule::run(args, session),
        Command::Whatif(args) => schedule::whatif::run(args),
        Command::Link(args) => link::run(args, session),
        Command::Simulate(args) => simulate::run(args, session),
        Command::Cache(args) => cache::run(args),
        Command::Query(args) => query::run(args, session),
        Command::Explain(args) => explain::run(args),
        Command::View(args) => view::run(args),
        Command::Demo(args) => demo::run(args, session),
        Command::Schema(args) => schema::run(args),
    });
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) if output::is_closed_pipe(&error) => Exit::Ok.into(),
        Err(error) => {
            output::error(&error);
            Exit::CouldNotRun.into()
        }
    }
}
