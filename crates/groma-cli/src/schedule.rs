//! `groma schedule`.

pub(crate) mod args;
mod compare;
mod convert;
mod health;
mod inspect;
mod programme;
mod risk;
mod solve;
pub(crate) mod whatif;

use crate::output::Exit;
use args::{Action, Schedule};

pub(crate) fn run(args: &Schedule) -> anyhow::Result<Exit> {
    match &args.action {
        Action::Inspect(args) => inspect::run(args),
        Action::Solve(args) => solve::run(args),
        Action::Health(args) => health::run(args),
        Action::Compare(args) => compare::run(args),
        Action::Risk(args) => risk::run(args),
        Action::Convert(args) => convert::run(args),
    }
}
