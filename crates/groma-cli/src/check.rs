//! `groma check`.

use crate::args::Check;
use crate::known::{self, Files};
use crate::output::{self, Exit};
use crate::run::Session;
use anyhow::Context;
use groma::exchange::check_report::CheckReport;
use groma::exchange::project_file::ReportFormat;
use groma::{ProjectConfig, check};
use std::path::{Path, PathBuf};

/// What a baseline is called that has no name.
const BASELINE: &str = "baseline.jsonl";

pub(crate) fn run(args: &Check, session: &Session) -> anyhow::Result<Exit> {
    let config = ProjectConfig::read(&args.config)?;
    let (sources, disciplines) = config.sources()?;
    let named = |argument: &Option<PathBuf>, stated: Option<&Path>| {
        argument.clone().or_else(|| stated.map(|path| config.resolve(path)))
    };
    let file = &config.file;
    let mut baseline = named(&args.baseline, file.baseline.as_ref().map(|b| b.as_ref().as_path()));
    let save = args.save_baseline.as_ref().map(|path| match (path, &baseline) {
        (Some(path), _) => path.clone(),
        (None, Some(stated)) => stated.clone(),
        (None, None) => config.resolve(Path::new(BASELINE)),
    });
    if baseline.as_ref().is_some_and(|b| save.as_ref() == Some(b) && !b.exists()) {
        // The first baseline is written here.
        baseline = None;
    }
    let waivers = named(&args.waivers, file.waivers.as_ref().map(|w| w.as_ref().as_path()));
    let identity = named(&args.identity, file.identity.as_ref().map(|i| i.as_ref().as_path()));
    let history = known::read(&Files {
        baseline: baseline.as_deref(),
        waivers: waivers.as_deref(),
        identity: identity.as_deref(),
        project: file.project.name.as_deref().unwrap_or_default(),
        models: sources.iter().map(|s| s.label.to_string()).collect(),
        today: args.date.unwrap_or_else(today),
    })?;
    let project = session.open(&sources)?;
    let checked = check(&project, &config, &disciplines, &history, session)?;
    let report = &checked.report;
    let dir = named(&args.out, file.output.dir.as_deref());
    if let Some(dir) = dir {
        let stated = file.output.formats.clone();
        let formats = if args.format.is_empty() { stated } else { Some(args.format.clone()) };
        write_reports(report, &dir, &formats.unwrap_or_else(|| vec![ReportFormat::Json]))?;
    }
    if let Some(path) = save {
        known::save(&checked.baseline, &path)?;
    }
    let text = match args.explain_disciplines {
        true => report.disciplines_text(),
        false => report.to_text(args.all),
    };
    output::write(&text, None)?;
    let allowed = args.allow_incomplete || file.gate.allow_incomplete;
    Ok(if report.gate.failed {
        Exit::GateFailed
    } else if project.is_incomplete() && !allowed {
        Exit::Incomplete
    } else {
        Exit::Ok
    })
}

fn write_reports(report: &CheckReport, dir: &Path, formats: &[ReportFormat]) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make the directory {}", dir.display()))?;
    for format in formats {
        let (name, text) = match format {
            ReportFormat::Json => ("check.json", report.to_json()),
            ReportFormat::Csv => ("check.csv", report.to_csv()),
            ReportFormat::Junit => ("check.junit.xml", report.to_junit()),
            ReportFormat::Sarif => ("check.sarif", report.to_sarif()),
        };
        output::write(&text, Some(&dir.join(name)))?;
    }
    Ok(())
}

/// The day by the system's clock, in UTC so that every machine agrees.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}
