//! `groma schedule`.

pub(crate) mod args;
mod compare;
mod convert;
mod health;
mod inspect;
mod level;
mod programme;
mod risk;
mod solve;
pub(crate) mod whatif;

use crate::output::Exit;
use crate::run::Session;
use args::{Action, Schedule};

pub(crate) fn run(args: &Schedule, session: &Session) -> anyhow::Result<Exit> {
    match &args.action {
        Action::Inspect(args) => inspect::run(args),
        Action::Solve(args) => solve::run(args),
        Action::Health(args) => health::run(args),
        Action::Compare(args) => compare::run(args),
        Action::Risk(args) => risk::run(args),
        Action::Level(args) => level::run(args, session),
        Action::Convert(args) => convert::run(args),
    }
}
