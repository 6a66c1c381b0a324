//! `groma link`.

use crate::args::{Link, TableFormat};
use crate::output::{self, Exit};
use crate::run::Session;
use groma::model::{Severity, codes};
use groma::twin::Twin;
use groma::{Project, ProjectConfig};
use std::path::Path;

/// So many faults of a programme are told in words.
const TOLD: usize = 10;

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

/// What is lost, on stderr. Incomplete when a model, the programme or its links lost something.
pub(crate) fn exit(project: &Project, twin: &Twin, allowed: bool) -> Exit {
    twin.nothings().for_each(|mistake| output::warning(&mistake.to_string()));
    // Entries have just told more than their diagnostics do.
    let entries = [codes::LINK_OF_NOTHING, codes::PROGRESS_OF_NOTHING];
    let lost = twin.diagnostics.iter().filter(|d| d.code.page().severity == Severity::Error);
    let others: Vec<_> = lost.filter(|d| !entries.contains(&d.code)).collect();
    others.iter().take(TOLD).for_each(|d| output::note(&d.to_string()));
    if others.len() > TOLD {
        output::note(&format!("and {} more: --format json lists them", others.len() - TOLD));
    }
    match (project.is_incomplete() || twin.is_incomplete()) && !allowed {
        true => Exit::Incomplete,
        false => Exit::Ok,
    }
}
