//! `groma schedule`.

pub(crate) mod args;
mod compare;
mod convert;
mod earned;
mod health;
mod inspect;
mod level;
mod look_ahead;
mod programme;
mod risk;
mod solve;
mod takt;
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
        Action::Earned(args) => earned::run(args),
        Action::Takt(args) => takt::run(args),
        Action::LookAhead(args) => look_ahead::run(args),
        Action::Level(args) => level::run(args, session),
        Action::Convert(args) => convert::run(args),
    }
}
