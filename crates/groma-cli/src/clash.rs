//! `groma clash`.

use crate::args::{Clash, Format, KindArg};
use crate::output::{self, Exit};
use crate::run::Session;
use anyhow::bail;
use groma::exchange::clash_report::ClashReport;
use groma::{ModelSource, Pairs, Rule, RuleKind, Selection};
use std::ffi::{OsStr, OsString};

pub(crate) fn run(args: &Clash, session: &Session) -> anyhow::Result<Exit> {
    let sources = args.files.iter().map(|f| ModelSource::parse(f)).collect::<Result<Vec<_>, _>>()?;
    let mut sources = ModelSource::expand_all(&sources)?;
    let a = side(&args.a, &mut sources)?;
    let b = side(&args.b, &mut sources)?;
    if args.files.is_empty() && [&a, &b].iter().any(|s| s.iter().any(|x| matches!(x, Selection::Class(_)))) {
        bail!(
            "--a and --b name an IFC class, but no FILE to look for it in\n  hint: put the files first: groma clash arch.ifc --a IfcWall --b IfcBeam"
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
    let run = project.clash(&rule, session)?;
    let report = ClashReport::of(&project.scene(), &rule, &run, &project.all_diagnostics());
    let text = match args.report.format {
        Format::Text => report.to_text(args.report.all),
        Format::Json => report.to_json(),
    };
    output::write(&text, args.report.output.as_deref())?;
    Ok(if !run.clashes.is_empty() {
        Exit::GateFailed
    } else if project.is_incomplete() && !args.report.allow_incomplete {
        Exit::Incomplete
    } else {
        Exit::Ok
    })
}

/// What one of `--a` and `--b` names. Files are added to the sources, unless they are there already.
fn side(arguments: &[OsString], sources: &mut Vec<ModelSource>) -> anyhow::Result<Vec<Selection>> {
    let mut selections = Vec::new();
    for argument in arguments {
        if let Some(class) = class(argument) {
            selections.push(Selection::Class(class));
            continue;
        }
        for source in ModelSource::parse(argument)?.expand()? {
            selections.push(Selection::Model(source.label.clone()));
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
    }
    Ok(selections)
}

/// `IfcWall` is a class unless there is a file of that name.
fn class(argument: &OsStr) -> Option<String> {
    let text = argument.to_str()?;
    let looks_like_one =
        text.get(..3)?.eq_ignore_ascii_case("ifc") && text.chars().all(|c| c.is_ascii_alphanumeric());
    (looks_like_one && !std::path::Path::new(argument).exists()).then(|| text.to_owned())
}
