//! `groma inspect`.

use crate::args::{Format, Inspect};
use crate::output::{self, Exit};
use crate::run::Session;
use groma::ModelSource;

pub(crate) fn run(args: &Inspect, session: &Session) -> anyhow::Result<Exit> {
    let sources = args.files.iter().map(|f| ModelSource::parse(f)).collect::<Result<Vec<_>, _>>()?;
    let project = session.open(&sources)?;
    let mut inspection = project.inspect();
    if args.lon_lat {
        groma::lon_lat::add_lon_lat(&mut inspection);
    }
    let text = match args.report.format {
        Format::Text => inspection.to_text(args.report.to.all),
        Format::Json => inspection.to_json(),
    };
    output::write(&text, args.report.to.output.as_deref())?;
    Ok(match project.is_incomplete() && !args.report.to.allow_incomplete {
        true => Exit::Incomplete,
        false => Exit::Ok,
    })
}
