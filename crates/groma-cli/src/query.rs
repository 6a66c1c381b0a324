//! `groma query`.

use crate::args::{Query, TableFormat};
use crate::output::{self, Exit};
use crate::run::Session;
use groma::exchange::query_report::QueryReport;
use groma::exchange::query_text::explain_text;
use groma::{Column, ColumnError, ModelSource, QueryError, QueryRun, Selector};
use std::io::Write;

pub(crate) fn run(args: &Query, session: &Session) -> anyhow::Result<Exit> {
    let selector = Selector::parse(&args.selector)?;
    let mut columns = if args.count { Vec::new() } else { Column::parse_list(&args.columns)? };
    // What is grouped by is shown.
    if let Some(by) = &args.group_by {
        for column in Column::parse_list(by)? {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    let sources = args.files.iter().map(|f| ModelSource::parse(f)).collect::<Result<Vec<_>, _>>()?;
    let mut run = match session.query(&sources, &selector, &columns) {
        Err(QueryError::Nothing { explanation, .. }) if args.explain => {
            say(&explain_text(&groma::steps(&explanation), 0));
            return Ok(Exit::CouldNotRun);
        }
        run => run?,
    };
    if args.explain {
        run.explain();
    }
    let QueryRun { mut report, incomplete, .. } = run;
    if let Some(by) = &args.group_by {
        let by = places(&report, by)?;
        report = report.grouped(&by);
    }
    if let Some(by) = &args.sort {
        let by = places(&report, by)?;
        report.sort(&by);
    }
    let text = match args.format {
        _ if args.count => format!("{}\n", report.selected),
        TableFormat::Table => report.to_table(),
        TableFormat::Csv => report.to_csv(),
        TableFormat::Json => report.to_json(),
    };
    output::write(&text, args.output.as_deref())?;
    if let Some(steps) = report.explain.filter(|_| args.format != TableFormat::Json) {
        say(&explain_text(&steps, report.selected));
    }
    Ok(match incomplete && !args.allow_incomplete {
        true => Exit::Incomplete,
        false => Exit::Ok,
    })
}

/// Where columns stand in a report.
fn places(report: &QueryReport, columns: &str) -> Result<Vec<usize>, ColumnError> {
    let mut places = Vec::new();
    for name in columns.split(',').map(str::trim) {
        // Sums and counts are columns too, which were not asked for.
        let known = Column::parse(name);
        let name = known.as_ref().map_or(name, Column::name);
        places.push(report.column(name).ok_or_else(|| ColumnError::NotShown {
            column: name.to_owned(),
            columns: report.columns.iter().map(|c| c.name.clone()).collect(),
        })?);
    }
    Ok(places)
}

/// Words go to stderr; nobody is left to tell if that is gone.
fn say(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}
