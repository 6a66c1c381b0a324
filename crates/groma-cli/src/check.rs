//! `groma check`.

use crate::args::{Check, CheckArgs};
use crate::known;
use crate::output::{self, Exit};
use crate::run::Session;
use anyhow::Context;
use groma::Progress;
use groma::clash::Shard;
use groma::exchange::check_report::CheckReport;
use groma::exchange::project_file::ReportFormat;
use groma::files::{Stamp, stamp};
use groma::{HistoryFiles, Memory, Parts, ProjectConfig, check, check_part, today};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a baseline is called that has no name.
const BASELINE: &str = "baseline.jsonl";

pub(crate) fn run(args: &Check, session: &Session) -> anyhow::Result<Exit> {
    match args.shard {
        Some(shard) => part(args, shard, session),
        None if args.watch => watch(&args.of, session),
        None => {
            let checked = once(&args.of, session.cache().into(), session, &mut Vec::new())?;
            Ok(checked.exit)
        }
    }
}

/// Tests a part of what a check tests. Its verdict comes when all parts are merged.
fn part(args: &Check, shard: Shard, session: &Session) -> anyhow::Result<Exit> {
    let config = ProjectConfig::read(&args.of.config)?;
    let (sources, disciplines) = config.sources()?;
    let project = session.open(&sources)?;
    let part = check_part(&project, &config, &disciplines, shard, session)?;
    output::write(&part.to_json(), args.output.as_deref())?;
    Ok(Exit::Ok)
}

/// A check of which the parts were tested before.
pub(crate) fn merged(args: &CheckArgs, parts: &Parts, session: &Session) -> anyhow::Result<Exit> {
    let checked = once(args, Memory::Parts(parts), session, &mut Vec::new())?;
    if checked.tested > 0 {
        output::warning(&format!(
            "{} of {} pairs were in no part and were tested now: files or groma.toml have changed",
            checked.tested, checked.pairs
        ));
    }
    Ok(checked.exit)
}

/// How a check ended.
struct Ended {
    exit: Exit,
    tested: usize,
    pairs: usize,
}

/// How long to wait before looking for changes again.
const PAUSE: Duration = Duration::from_millis(300);

/// Checks again and again, each time one of the files has changed and is whole.
fn watch(args: &CheckArgs, session: &Session) -> anyhow::Result<Exit> {
    loop {
        let mut files = vec![(args.config.clone(), stamp(&args.config))];
        match once(args, session.cache().into(), session, &mut files) {
            Ok(Ended { tested, pairs, .. }) => {
                output::note(&format!("{tested} of {pairs} pairs were tested again"));
            }
            Err(_) if session.cancelled() => return Ok(Exit::Ok),
            Err(error) => output::error(&error),
        }
        // A file may come to a folder or a pattern that groma.toml names.
        for model in models(&args.config) {
            if !files.iter().any(|(file, _)| *file == model) {
                files.push((model, None));
            }
        }
        let before = files.into_iter().collect::<BTreeMap<PathBuf, Stamp>>();
        output::note("waiting for changes; Ctrl-C ends");
        let mut seen = before.clone();
        loop {
            std::thread::sleep(PAUSE);
            if session.cancelled() {
                return Ok(Exit::Ok);
            }
            let all = before.keys().cloned().chain(models(&args.config));
            let now: BTreeMap<PathBuf, Stamp> = all.map(|file| (file.clone(), stamp(&file))).collect();
            // Changed, and no longer being written.
            if now != before && now == seen {
                break;
            }
            seen = now;
        }
    }
}

/// The models that a project's file names at this moment; none where it has a mistake.
fn models(config: &Path) -> Vec<PathBuf> {
    let sources = ProjectConfig::read(config).ok().and_then(|config| config.sources().ok());
    sources.into_iter().flat_map(|(sources, _)| sources).map(|s| s.path).collect()
}

/// Checks once. The files that it depends on are added to `files`, as they are before they are read.
fn once(
    args: &CheckArgs,
    memory: Memory<'_>,
    session: &Session,
    files: &mut Vec<(PathBuf, Stamp)>,
) -> anyhow::Result<Ended> {
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
    let unnamed = args.save_baseline == Some(None) && baseline.is_none();
    if baseline.as_ref().is_some_and(|b| save.as_ref() == Some(b) && !b.exists()) {
        // The first baseline is written here.
        baseline = None;
    }
    let waivers = named(&args.waivers, file.waivers.as_ref().map(|w| w.as_ref().as_path()));
    let identity = named(&args.identity, file.identity.as_ref().map(|i| i.as_ref().as_path()));
    let comments = config.comments();
    let known = [&baseline, &waivers, &comments, &identity].into_iter().flatten().map(|path| &**path);
    let dated = config.programme_files();
    let read = sources.iter().map(|s| &*s.path).chain(known).chain(dated.iter().map(|path| &**path));
    files.extend(read.map(|path| (path.to_owned(), stamp(path))));
    let history = HistoryFiles {
        baseline,
        waivers,
        comments,
        identity,
        project: file.project.name.clone().unwrap_or_default(),
        models: sources.iter().map(|s| s.label.to_string()).collect(),
        today: args.date.unwrap_or_else(today),
    }
    .read()?;
    let project = session.open(&sources)?;
    let checked = check(&project, &config, &disciplines, &history, memory, session)?;
    let mut report = checked.report;
    report.gate.allow_incomplete |= args.allow_incomplete;
    let report = &report;
    let dir = named(&args.out, file.output.dir.as_deref());
    if let Some(dir) = dir {
        let stated = file.output.formats.clone();
        let formats = if args.format.is_empty() { stated } else { Some(args.format.clone()) };
        write_reports(report, &dir, &formats.unwrap_or_else(|| vec![ReportFormat::Json]))?;
    }
    if let Some(path) = save {
        known::save(&checked.baseline, &path)?;
        if unnamed {
            output::note(&format!(
                "{} is written; to be read from now on it must be named in {}: baseline = \"{BASELINE}\"",
                path.display(),
                args.config.display()
            ));
        }
    }
    let text = match args.explain_disciplines {
        true => report.disciplines_text(),
        false => report.to_text(args.all),
    };
    output::write(&text, None)?;
    let exit = if report.gate.failed {
        Exit::GateFailed
    } else if report.gate.incomplete && !report.gate.allow_incomplete {
        Exit::Incomplete
    } else {
        Exit::Ok
    };
    Ok(Ended { exit, tested: checked.tested, pairs: checked.pairs })
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
