//! `groma schedule convert`.

use super::args::{Convert, TargetArg};
use super::programme::Programme;
use crate::output::{self, Exit};
use anyhow::{Context, bail};
use groma::schedule::{WriteFormat, stated_dates, write};
use std::io::Write;

pub(crate) fn run(args: &Convert) -> anyhow::Result<Exit> {
    let format = match (args.to, &args.output) {
        (Some(TargetArg::Json), _) => WriteFormat::Json,
        (Some(TargetArg::Mspdi), _) => WriteFormat::Mspdi,
        (Some(TargetArg::Xer), _) => WriteFormat::Xer,
        (Some(TargetArg::Csv), _) => WriteFormat::Csv,
        (Some(TargetArg::Ifc), _) => WriteFormat::Ifc4,
        (Some(TargetArg::Ifc4x3), _) => WriteFormat::Ifc4x3,
        (None, output) => {
            let ending = output.as_ref().and_then(|o| o.extension()).unwrap_or_default().to_string_lossy();
            match WriteFormat::of_ending(&ending) {
                Some(format) => format,
                None => bail!(
                    "the ending {ending:?} says no format\n  hint: end the file in .xml, .xer, .ifc, .csv or .json, or say --to"
                ),
            }
        }
    };
    let programme = Programme::open(&args.file, &args.read)?;
    let stated = stated_dates(&programme.schedule, &programme.dates);
    let dates = if args.reschedule { &programme.dates } else { &stated };
    let (bytes, lost) = write(&programme.schedule, dates, format);
    match &args.output {
        Some(file) => {
            groma::files::write(file, &bytes).with_context(|| format!("cannot write {}", file.display()))?;
        }
        None => std::io::stdout().lock().write_all(&bytes)?,
    }
    for d in programme.diagnostics.iter().chain(lost.iter()) {
        let detail = d.detail.as_deref().map(|t| format!(": {t}")).unwrap_or_default();
        output::warning(&format!("[{}] {}{detail}", d.code, d.code.page().title));
    }
    Ok(match programme.is_incomplete() && !args.allow_incomplete {
        true => Exit::Incomplete,
        false => Exit::Ok,
    })
}
