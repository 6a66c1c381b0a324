//! `groma whatif`.

use super::args::Whatif;
use super::programme::{Programme, finish};
use crate::output::{self, Exit};
use anyhow::{Context, bail, ensure};
use groma::exchange::schedule::whatif::WhatifReport;
use groma::model::{Code, Diagnostic, codes};
use groma::schedule::whatif::{Logic, Outcome, Scenario, evaluate};
use groma::schedule::{Profile, WriteFormat, movement, write};
use groma::{ReadScenario, is_of_scenarios, read_scenarios};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Days that activities slip by for the line above the answer.
const SLIP_DAYS: i32 = 5;

pub(crate) fn run(args: &Whatif) -> anyhow::Result<Exit> {
    let (base, files) = match args.files.split_first() {
        Some((base, files)) if !is_of_scenarios(base) => (Some(base.clone()), files),
        _ => (None, &args.files[..]),
    };
    ensure!(!files.is_empty(), "no scenario is named\n  hint: groma whatif programme.xml scenario.toml");
    let mut read = Vec::new();
    for file in files {
        read.extend(read_scenarios(file)?);
    }
    let base = match base {
        Some(base) => {
            other_bases(&base, &read).iter().for_each(|words| output::warning(words));
            base
        }
        None => named_base(&read)?,
    };
    let profile = match args.read.profile {
        Some(profile) => Some(profile.into()),
        None => named_profile(&read)?,
    };
    let mut programme = Programme::open_by(&base, &args.read, profile)?.with_activities()?;
    read.iter().filter_map(|r| left_out(&r.scenario)).for_each(|d| programme.diagnostics.push(d));
    let scenarios: Vec<Scenario> =
        std::iter::once(as_it_is()).chain(read.into_iter().map(|r| r.scenario)).collect();
    let Programme { schedule, network, dates, .. } = &programme;
    let outcomes = evaluate(schedule, network, dates, &scenarios)?;
    if let Some(dir) = &args.write {
        write_all(dir, &outcomes[1..])?;
    }
    let report = WhatifReport::of(&programme.solved(), &movement(network, SLIP_DAYS), &outcomes);
    finish(&report, || report.to_html(), &args.report, report.holds, programme.is_incomplete())
}

/// The programme as it is.
fn as_it_is() -> Scenario {
    let mut scenario = Scenario::default();
    "base".clone_into(&mut scenario.scenario.name);
    scenario
}

/// The one programme that the scenarios name.
fn named_base(read: &[ReadScenario]) -> anyhow::Result<PathBuf> {
    let mut named = read.iter().filter_map(|r| r.base.as_ref().map(|base| (&r.scenario.scenario.name, base)));
    let Some((first, base)) = named.next() else {
        bail!(
            "no programme is named\n  hint: groma whatif programme.xml scenario.toml, or base = \"programme.xml\" in the scenario"
        );
    };
    if let Some((other, second)) = named.find(|(_, other)| !is_same(base, other)) {
        bail!(
            "{first:?} is of {}, and {other:?} of {}\n  hint: run them one by one, or name the programme: groma whatif programme.xml …",
            base.display(),
            second.display()
        );
    }
    Ok(base.clone())
}

fn is_same(a: &Path, b: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.into());
    whole(a) == whole(b)
}

/// Of scenarios that name another programme than the one they are laid over.
fn other_bases(base: &Path, read: &[ReadScenario]) -> Vec<String> {
    let others = read.iter().filter_map(|r| {
        let own = r.base.as_ref().filter(|own| !is_same(base, own))?;
        let name = &r.scenario.scenario.name;
        Some(format!("{name:?} is of {}, and is laid over {}", own.display(), base.display()))
    });
    others.collect()
}

/// The profile that the scenarios name; two of them are not compared.
fn named_profile(read: &[ReadScenario]) -> anyhow::Result<Option<Profile>> {
    let reading = read.iter().map(|r| &r.scenario.scenario);
    let mut named = reading.filter_map(|s| s.profile.map(|profile| (&s.name, profile)));
    let Some((first, profile)) = named.next() else { return Ok(None) };
    if let Some((other, second)) = named.find(|(_, other)| *other != profile) {
        bail!(
            "{first:?} follows the rules of {}, and {other:?} those of {}\n  hint: say for all of them --profile p6 or msp",
            profile.as_str(),
            second.as_str()
        );
    }
    Ok(Some(profile))
}

/// Links that a scenario asks for and no model is here to tell.
fn left_out(scenario: &Scenario) -> Option<Diagnostic> {
    let kinds = scenario.scenario.logic.iter().filter(|l| **l != Logic::Stated);
    let kinds: Vec<&str> = kinds.map(|l| l.as_str()).collect();
    let words = || format!("{}: {}", scenario.scenario.name, kinds.join(", "));
    (!kinds.is_empty()).then(|| Diagnostic::new(codes::LOGIC_OF_MODELS).detail(words()))
}

/// Each scenario's programme in a file named after it.
fn write_all(dir: &Path, outcomes: &[Outcome]) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let mut names = BTreeSet::new();
    // By code the first of its kind, and how many there are.
    let mut lost: BTreeMap<Code, (String, usize)> = BTreeMap::new();
    for outcome in outcomes {
        let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
        let name: String = outcome.name.chars().map(plain).collect();
        ensure!(
            names.insert(name.clone()),
            "two scenarios are named {:?}\n  hint: their programmes would have one file",
            outcome.name
        );
        let path = dir.join(format!("{name}.xml"));
        let (bytes, said) = write(&outcome.schedule, &outcome.dates, WriteFormat::Mspdi);
        for d in said.iter() {
            let first = || (format!("{}: {}", outcome.name, d.detail.as_deref().unwrap_or_default()), 0);
            lost.entry(d.code).or_insert_with(first).1 += 1;
        }
        groma::files::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    for (code, (first, count)) in lost {
        let more = if count > 1 { format!("; and {} more", count - 1) } else { String::new() };
        output::warning(&format!("[{code}] {}: {first}{more}", code.page().title));
    }
    Ok(())
}
