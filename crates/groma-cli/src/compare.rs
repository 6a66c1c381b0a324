//! `groma compare`.

use crate::args::{Compare, CompareFormat};
use crate::output::{self, Exit};
use crate::run::Session;
use anyhow::Context;
use groma::ModelSource;
use groma::exchange::identity_file::IdentityFile;
use std::ffi::OsStr;
use std::path::Path;

pub(crate) fn run(args: &Compare, session: &Session) -> anyhow::Result<Exit> {
    let aliases = match &args.aliases {
        None => None,
        Some(file) => Some(read_aliases(file)?),
    };
    let open = |side: &OsStr| session.open(&[ModelSource::parse(side)?]);
    let (old, new) = (open(&args.old)?, open(&args.new)?);
    let revisions = old.compare(&new, aliases.as_ref(), session)?;
    if let Some(file) = &args.identity {
        output::write(&revisions.identity().to_json(), Some(file))?;
    }
    let report = revisions.report();
    let text = match args.format {
        CompareFormat::Text => report.to_text(args.to.all),
        CompareFormat::Json => report.to_json(),
        CompareFormat::Csv => report.to_csv(),
    };
    output::write(&text, args.to.output.as_deref())?;
    Ok(if args.fail_on_change && !report.equal {
        Exit::GateFailed
    } else if (old.is_incomplete() || new.is_incomplete()) && !args.to.allow_incomplete {
        Exit::Incomplete
    } else {
        Exit::Ok
    })
}

fn read_aliases(file: &Path) -> anyhow::Result<IdentityFile> {
    let cannot = || format!("cannot read the aliases {}", file.display());
    let text = std::fs::read(file).with_context(cannot)?;
    IdentityFile::read(&text).with_context(cannot)
}
