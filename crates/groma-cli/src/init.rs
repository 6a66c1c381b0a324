//! `groma init`.

use crate::args::Init;
use crate::output::{self, Exit};
use crate::run::Session;
use anyhow::{Context, bail};
use groma::ModelSource;
use std::ffi::{OsStr, OsString};
use std::path::Path;

pub(crate) fn run(args: &Init, session: &Session) -> anyhow::Result<Exit> {
    if args.output.exists() && !args.force {
        bail!("{} is there already\n  hint: --force writes it anew", args.output.display());
    }
    let dir = args.output.parent().unwrap_or(Path::new(""));
    let here = [if dir.as_os_str().is_empty() { OsString::from(".") } else { dir.into() }];
    let files = if args.files.is_empty() { &here[..] } else { &args.files[..] };
    let sources = files.iter().map(|f| ModelSource::parse(f)).collect::<Result<Vec<_>, _>>()?;
    let project = session.open(&sources)?;
    let text = groma::init::init(&project, &name(dir)?, dir);
    output::write(&text, Some(&args.output))?;
    let found =
        format!("{} names {} models; next: groma check\n", args.output.display(), project.models.len());
    output::write(&found, None)?;
    Ok(Exit::Ok)
}

/// The name of the folder.
fn name(dir: &Path) -> anyhow::Result<String> {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let whole = dir.canonicalize().with_context(|| format!("cannot find the folder {}", dir.display()))?;
    Ok(whole.file_name().unwrap_or(OsStr::new("project")).to_string_lossy().into_owned())
}
