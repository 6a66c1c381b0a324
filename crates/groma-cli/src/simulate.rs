//! `groma simulate`.

use crate::args::{Simulate, TableFormat};
use crate::link;
use crate::output::{self, Exit};
use crate::run::Session;
use groma::twin::Moments;

pub(crate) fn run(args: &Simulate, session: &Session) -> anyhow::Result<Exit> {
    let (project, twin) = link::open(&args.config, session)?;
    let moments = match (args.at, args.every) {
        (Some(at), _) => Moments::At(at),
        (None, days) => Moments::Every { days: days.unwrap_or(7), from: args.from, to: args.to },
    };
    let report = twin.simulate(&project, moments)?;
    let table = &args.table;
    let text = match table.format {
        TableFormat::Table => report.to_text(table.all),
        TableFormat::Csv => report.to_csv(),
        TableFormat::Json => report.to_json(),
    };
    output::write(&text, table.output.as_deref())?;
    Ok(link::exit(&project, &twin, table.allow_incomplete))
}
