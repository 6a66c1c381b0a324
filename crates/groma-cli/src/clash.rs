//! `groma clash`.

use crate::args::{Clash, Format, KindArg};
use crate::known;
use crate::output::{self, Exit};
use crate::run::Session;
use anyhow::bail;
use groma::clash::{Fields, Scope, State, volumes};
use groma::exchange::clash_report::{ClashReport, ShardReport};
use groma::judge::{Found, judge};
use groma::{HistoryFiles, ModelSource, Pairs, Rule, RuleKind, Selection, Selector, Tests, today};
use std::ffi::{OsStr, OsString};

pub(crate) fn run(args: &Clash, session: &Session) -> anyhow::Result<Exit> {
    if args.distance.is_some() && args.kind != KindArg::Clearance {
        bail!("only a clearance has a distance\n  hint: add --kind clearance, or leave --distance out");
    }
    let sources = args.files.iter().map(|f| ModelSource::parse(f)).collect::<Result<Vec<_>, _>>()?;
    let mut sources = ModelSource::expand_all(&sources)?;
    let a = side(&args.a, &mut sources)?;
    let b = side(&args.b, &mut sources)?;
    if args.files.is_empty() && [&a, &b].iter().any(|s| s.iter().any(|x| matches!(x, Selection::Selector(_))))
    {
        bail!(
            "--a and --b select elements, but there is no FILE to look for them in\n  hint: put the files first: groma clash arch.ifc --a IfcWall --b IfcBeam"
        );
    }
    let project = session.open(&sources)?;
    let kind = match args.kind {
        KindArg::Hard => RuleKind::Hard,
        // clap has seen to it that a clearance has its distance.
        KindArg::Clearance => RuleKind::Clearance { distance: args.distance.unwrap_or_default() },
        KindArg::Touching => RuleKind::Touching,
        KindArg::Duplicate => RuleKind::Duplicate,
    };
    let pairs = if !a.is_empty() {
        Pairs::Sets { a: project.select(&a)?, b: project.select(&b)? }
    } else if args.within {
        Pairs::All
    } else if sources.len() == 1 {
        Pairs::Within
    } else {
        Pairs::Between
    };
    let rule = Rule {
        // The kind, so that the same pair keeps its key from run to run.
        name: kind.as_str().into(),
        kind,
        tolerance: args.tolerance,
        pairs,
        exclusions: !args.no_exclusions,
    };
    let run = match args.shard {
        Some(_) => project.clash_in(&rule, &Scope { shard: args.shard, ..Scope::default() }, session)?,
        None => project.clash_again(&rule, session.cache(), session)?,
    };
    let mut report = ClashReport::of(&project.scene(), &rule, &run, &project.all_diagnostics());
    report.shard = args.shard.map(|s| ShardReport { index: s.index, of: s.of });
    if args.volumes {
        report.measure(volumes(&project.scene(), &run.clashes, session)?);
    }
    let mut failing = run.clashes.len();
    let mut not_tested = 0;
    if args.baseline.is_some() || args.save_baseline.is_some() {
        let history = HistoryFiles {
            baseline: args.baseline.clone(),
            waivers: None,
            comments: None,
            identity: args.identity.clone(),
            project: String::new(),
            models: sources.iter().map(|s| s.label.to_string()).collect(),
            today: today(),
        }
        .read()?;
        if let Some((_, other)) = history.baseline().next().filter(|_| {
            // Every clash of this run has the kind for its rule.
            !history.baseline().any(|(_, known)| known.rule == rule.name)
        }) {
            bail!(
                "the baseline knows clashes of `{}`, and none of `{}`\n  hint: give the --kind that it was saved with",
                other.rule,
                rule.name
            );
        }
        let clashes = run.clashes.iter().map(|c| (&rule, c.clone())).collect();
        let tests = Tests::of(std::slice::from_ref(&rule));
        let found = Found { name: &rule.name, clashes, severity: None, tests };
        let judged = judge(&project, vec![found], &history, &Fields::default());
        if let Some(path) = &args.save_baseline {
            known::save(&judged.baseline(&project, "", &[&rule.name]), path)?;
        }
        if history.has_baseline {
            not_tested = judged.not_tested.len();
            report.judge(judged.hits.iter().map(|h| h.state), judged.resolved.len(), not_tested);
            failing = judged.hits.iter().filter(|h| matches!(h.state, State::New | State::Reopened)).count();
        }
    }
    let text = match args.report.format {
        Format::Text => report.to_text(args.report.to.all),
        Format::Json => report.to_json(),
    };
    output::write(&text, args.report.to.output.as_deref())?;
    Ok(if failing > 0 {
        Exit::GateFailed
    } else if (project.is_incomplete() || not_tested > 0) && !args.report.to.allow_incomplete {
        Exit::Incomplete
    } else {
        Exit::Ok
    })
}

/// What one of `--a` and `--b` names. Files are added to the sources, unless they are there already.
fn side(arguments: &[OsString], sources: &mut Vec<ModelSource>) -> anyhow::Result<Vec<Selection>> {
    let mut selections = Vec::new();
    for argument in arguments {
        let source = ModelSource::parse(argument)?;
        if let Some(selector) = selector(argument, &source)? {
            selections.push(Selection::Selector(selector));
            continue;
        }
        for source in source.expand()? {
            selections.push(Selection::Model(source.label.clone()));
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
    }
    Ok(selections)
}

/// The selector that an argument is, unless it is, or looks like, a file.
fn selector(argument: &OsStr, source: &ModelSource) -> anyhow::Result<Option<Selector>> {
    let Some(text) = argument.to_str() else { return Ok(None) };
    let ends_like_file = [".ifc", ".ifczip", ".ifcxml", ".zip", ".gz"]
        .iter()
        .any(|end| text.len() > end.len() && text.to_ascii_lowercase().ends_with(end));
    if ends_like_file || source.path.exists() {
        return Ok(None);
    }
    match Selector::parse(text) {
        Ok(selector) => Ok(Some(selector)),
        Err(e) => bail!("`{text}` is neither a file nor a selector: {e}"),
    }
}
