//! `groma merge`.

use crate::args::Merge;
use crate::output::{self, Exit};
use anyhow::Context;
use groma::exchange::clash_merge::merge;

pub(crate) fn run(args: &Merge) -> anyhow::Result<Exit> {
    let mut parts = Vec::new();
    for file in &args.files {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
        parts.push((name, text));
    }
    output::write(&merge(&parts)?, args.output.as_deref())?;
    // Each part has had its verdict.
    Ok(Exit::Ok)
}
