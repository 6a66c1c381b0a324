//! `groma link`.

use crate::args::{Link, TableFormat};
use crate::output::{self, Exit};
use crate::run::Session;
use groma::twin::Twin;
use groma::{Project, ProjectConfig};
use std::path::Path;

pub(crate) fn run(args: &Link, session: &Session) -> anyhow::Result<Exit> {
    let (project, twin) = open(&args.config, session)?;
    let report = twin.link_report(&project);
    let table = &args.table;
    let text = match table.format {
        TableFormat::Table => report.to_text(table.all),
        TableFormat::Csv => report.to_csv(),
        TableFormat::Json => report.to_json(),
    };
    output::write(&text, table.output.as_deref())?;
    Ok(exit(&project, &twin, table.allow_incomplete))
}

/// The models, the programme and the links that a project's file names.
pub(crate) fn open(config: &Path, session: &Session) -> anyhow::Result<(Project, Twin)> {
    let config = ProjectConfig::read(config)?;
    let (sources, _) = config.sources()?;
    let project = session.open(&sources)?;
    let twin = Twin::open(&project, &config)?;
    Ok((project, twin))
}

/// Incomplete when a model or the programme lost something.
pub(crate) fn exit(project: &Project, twin: &Twin, allowed: bool) -> Exit {
    let lost = twin.diagnostics.iter().any(|d| d.code.page().severity == groma::model::Severity::Error);
    match (project.is_incomplete() || lost) && !allowed {
        true => Exit::Incomplete,
        false => Exit::Ok,
    }
}
