//! `groma schema`.

use crate::args::Schema;
use crate::output::{self, Exit};

pub(crate) fn run(args: &Schema) -> anyhow::Result<Exit> {
    output::write(&args.report.schema(), None)?;
    Ok(Exit::Ok)
}
