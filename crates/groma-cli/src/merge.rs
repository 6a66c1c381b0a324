//! `groma merge`.

use crate::args::Merge;
use crate::check;
use crate::output::{self, Exit};
use crate::run::Session;
use anyhow::{Context, bail};
use groma::exchange::clash_merge::{Ended, merge};
use groma::{CheckPart, Parts};

pub(crate) fn run(args: &Merge, session: &Session) -> anyhow::Result<Exit> {
    let mut parts = Vec::new();
    for file in &args.files {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
        parts.push((name, text));
    }
    if parts.iter().any(|(_, text)| CheckPart::is_one(text)) {
        if args.output.is_some() {
            bail!("the parts are of a check\n  hint: --out DIR writes its reports");
        }
        return check::merged(&args.check, &Parts::read(&parts)?, session);
    }
    let (whole, ended) = merge(&parts)?;
    output::write(&whole, args.output.as_deref())?;
    Ok(match ended {
        Ended::Clashes => Exit::GateFailed,
        Ended::Incomplete if !args.check.allow_incomplete => Exit::Incomplete,
        Ended::Incomplete | Ended::Complete => Exit::Ok,
    })
}
