//! `groma compare`.

use crate::args::{Compare, CompareFormat};
use crate::output::{self, Exit};
use anyhow::{Context, bail};
use groma::exchange::identity_file::IdentityFile;
use groma::{ModelSource, Progress, Project};
use std::ffi::OsStr;
use std::path::Path;

pub(crate) fn run(args: &Compare, progress: &dyn Progress) -> anyhow::Result<Exit> {
    let aliases = match &args.aliases {
        None => None,
        Some(file) => Some(read_aliases(file)?),
    };
    let (old, new) = (sources(&args.old)?, sources(&args.new)?);
    let old = Project::open(&old, progress)?;
    let new = Project::open(&new, progress)?;
    let revisions = old.compare(&new, aliases.as_ref(), progress)?;
    if let Some(file) = &args.identity {
        output::write(&revisions.identity().to_json(), Some(file))?;
    }
    let report = revisions.report();
    let text = match args.format {
        CompareFormat::Text => report.to_text(args.all),
        CompareFormat::Json => report.to_json(),
        CompareFormat::Csv => report.to_csv(),
    };
    output::write(&text, args.output.as_deref())?;
    Ok(if args.fail_on_change && !report.equal {
        Exit::GateFailed
    } else if (old.is_incomplete() || new.is_incomplete()) && !args.allow_incomplete {
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

/// The models that one side names: a file, or all of a directory.
fn sources(argument: &OsStr) -> anyhow::Result<Vec<ModelSource>> {
    let dir = Path::new(argument);
    if !dir.is_dir() {
        return Ok(vec![ModelSource::parse(argument)?]);
    }
    let cannot = || format!("cannot list {}", dir.display());
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        let is_model = path
            .extension()
            .and_then(OsStr::to_str)
            .is_some_and(|e| e.eq_ignore_ascii_case("ifc") || e.eq_ignore_ascii_case("ifczip"));
        if is_model && path.is_file() {
            sources.push(ModelSource::new(path));
        }
    }
    if sources.is_empty() {
        bail!("{} holds no .ifc or .ifczip file\n  hint: name the files themselves", dir.display());
    }
    Ok(sources)
}
