//! Everything that `groma.toml` asks for, as one report.

use crate::clash_dates::ClashDates;
use crate::envelope::Space;
use crate::fields::fields;
use crate::gone::Tests;
use crate::judge::{Found, judge};
use crate::remember::{Memory, detect_again};
use crate::rules::{Planned, plan};
use crate::twin::TwinError;
use crate::verdicts::Verdicts;
use crate::{History, Project, ProjectConfig};
use groma_clash::{
    Clash, DetectError, Discipline, Exclusion as Excluded, Kind, Pairs, Rule, RuleKind, Scene, Subject,
    Tally, exclusion_of,
};
use groma_exchange::baseline_file::BaselineFile;
use groma_exchange::check_report::{CheckReport, CheckedRule, ExclusionRow};
use groma_exchange::mistake::Mistake;
use groma_geometry::Instance;
use groma_model::{Cancelled, Diagnostics, Progress, ShapeStatus};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use thiserror::Error;

/// Why a check has no verdict.
#[derive(Debug, Error)]
pub enum CheckError {
    /// A mistake in `groma.toml`.
    #[error(transparent)]
    Mistake(#[from] Box<Mistake>),
    /// The programme or a file of links cannot be used.
    #[error(transparent)]
    Twin(#[from] TwinError),
    /// The user stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// The outcome of a check.
pub struct Checked {
    /// All of it.
    pub report: CheckReport,
    /// The clashes as a baseline for the next run.
    pub baseline: BaselineFile,
    /// How many pairs were tested, rather than known from an earlier run.
    pub tested: usize,
    /// How many pairs the rules ask for.
    pub pairs: usize,
}

/// What a rule found, and what was tested on the way.
struct Outcome<'a> {
    clashes: Vec<(&'a Rule, Clash)>,
    tally: Tally,
    excluded: Vec<usize>,
    elsewhere: usize,
    apart_in_time: Option<usize>,
    tested: usize,
    pairs: usize,
}

/// Checks a project by its file: tests all rules, groups, judges by what is known, and reports.
///
/// Pairs of which neither element has changed since the memory saw them are not tested again; the report is the
/// same. `says` are the disciplines that the file states of whole models, see [`ProjectConfig::sources`].
///
/// # Errors
///
/// A mistake in the file: what cannot be resolved, or selects nothing. Or the user's stop.
pub fn check<'m>(
    project: &Project,
    config: &ProjectConfig,
    says: &BTreeMap<Arc<str>, Discipline>,
    history: &History,
    memory: impl Into<Memory<'m>>,
    progress: &dyn Progress,
) -> Result<Checked, CheckError> {
    let memory = memory.into();
    let plan = plan(project, config, says)?;
    let dates = ClashDates::open(project, config, history.today)?;
    let mut found = Vec::new();
    let mut rows = Vec::new();
    let mut all = project.all_diagnostics();
    let mut outcomes = Vec::new();
    for planned in &plan.rules {
        outcomes.push((planned, test(project, config, planned, &mut all, memory, progress)?));
    }
    let tested = outcomes.iter().map(|(_, o)| o.tested).sum();
    let pairs = outcomes.iter().map(|(_, o)| o.pairs).sum();
    if let Some(dates) = &dates {
        all.extend(dates.diagnostics().clone());
        for (planned, outcome) in &mut outcomes {
            leave_out_apart(planned, outcome, dates);
        }
    }
    settle(&mut outcomes);
    let further: Vec<Vec<u32>> =
        plan.rules.iter().map(|r| r.space.as_ref().map_or_else(Vec::new, Space::further)).collect();
    for ((planned, outcome), further) in outcomes.into_iter().zip(&further) {
        rows.push(rule_row(planned, &outcome));
        let tests = Tests {
            rules: &planned.rules,
            between_models: planned.between_models,
            exclusions: &planned.exclusions,
            further,
        };
        let (name, severity) = (planned.name.as_str(), planned.severity);
        found.push(Found { name, clashes: outcome.clashes, severity, tests });
    }
    all.sort();
    let fields = fields(project, config)?;
    let judged = judge(project, found, history, &fields);
    let names: Vec<&str> = plan.rules.iter().map(|r| &*r.name).collect();
    let name = config.file.project.name.as_deref();
    let baseline = judged.baseline(project, name.unwrap_or_default(), &names);
    let verdicts = Verdicts {
        project,
        config,
        plan: &plan,
        judged: &judged,
        history,
        fields: &fields,
        dates: dates.as_ref(),
    };
    let report = verdicts.report(rows, &all);
    Ok(Checked { report, baseline, tested, pairs })
}

/// Tests a rule, and takes its own exclusions out.
#[allow(clippy::too_many_arguments, reason = "all are what a test needs")]
fn test<'a>(
    project: &'a Project,
    config: &ProjectConfig,
    planned: &'a Planned,
    found: &mut Diagnostics,
    memory: Memory<'_>,
    progress: &dyn Progress,
) -> Result<Outcome<'a>, CheckError> {
    let mut outcome = Outcome {
        clashes: Vec::new(),
        tally: Tally::default(),
        excluded: vec![0; planned.exclusions.len()],
        elsewhere: 0,
        apart_in_time: None,
        tested: 0,
        pairs: 0,
    };
    let base = project.scene();
    let scene = planned.space.as_ref().map_or_else(|| base.clone(), |space| space.scene(&base));
    let mut surfaces = BTreeSet::new();
    for (n, rule) in planned.rules.iter().enumerate() {
        let run = detect_again(&scene, rule, &planned.slot(n), memory, progress);
        let run = run.map_err(|e| rule_error(config, planned, e))?;
        outcome.tested += run.tested;
        outcome.pairs += run.tally.candidates - run.tally.excluded_pairs.values().sum::<usize>();
        surfaces.extend(run.surfaces);
        let t = &mut outcome.tally;
        t.candidates += run.tally.candidates;
        for (why, n) in &run.tally.excluded_pairs {
            *t.excluded_pairs.entry(*why).or_insert(0) += n;
        }
        if n == 0 {
            (t.elements, t.failed) = (run.tally.elements, run.tally.failed);
            t.excluded_elements = run.tally.excluded_elements;
        }
        for diagnostic in &run.diagnostics {
            if !found.iter().any(|d| d == diagnostic) {
                found.push(diagnostic.clone());
            }
        }
        for mut clash in run.clashes {
            if let Some(space) = &planned.space {
                space.settle(&mut clash, base.models.len(), rule.kind);
            }
            if planned.between_models && clash.a.model == clash.b.model {
                continue;
            }
            match planned.exclusions.iter().position(|e| e.holds(clash.a, clash.b)) {
                Some(e) => outcome.excluded[e] += 1,
                None => outcome.clashes.push((rule, clash)),
            }
        }
    }
    outcome.tally.surfaces = surfaces.len();
    if planned.rules.len() > 1 {
        count_once(&scene, &planned.rules, &mut outcome.tally);
    }
    Ok(outcome)
}

/// What a rule cannot be tested for, at its place in the file.
pub(crate) fn rule_error(config: &ProjectConfig, planned: &Planned, error: DetectError) -> CheckError {
    match error {
        DetectError::Cancelled(stop) => CheckError::Cancelled(stop),
        e => {
            let what = format!("rule `{}`: {e}", planned.name);
            Box::new(config.mistake(planned.span.clone(), what)).into()
        }
    }
}

/// Counts the elements of several rules over sets: an element of more than one of them once.
fn count_once(scene: &Scene<'_>, rules: &[Rule], tally: &mut Tally) {
    let mut all: BTreeSet<Subject> = BTreeSet::new();
    for rule in rules {
        if let Pairs::Sets { a, b } = &rule.pairs {
            all.extend(a.iter().chain(b));
        }
    }
    let exclusions = rules.iter().any(|rule| rule.exclusions);
    (tally.elements, tally.failed) = (0, 0);
    tally.excluded_elements.clear();
    for s in all {
        let shapes = scene.models[s.model as usize].shapes;
        let is_meshed =
            |i: &Instance| shapes.meshes.get(i.mesh as usize).is_some_and(|m| !m.triangles.is_empty());
        let shaped = shapes.of(s.element).iter().any(is_meshed);
        match exclusion_of(&scene.element(s).class, exclusions) {
            Some(why) if shaped => *tally.excluded_elements.entry(why).or_insert(0) += 1,
            Some(_) => {}
            None => {
                let failed = matches!(shapes.status.get(s.element.index()), Some(ShapeStatus::Failed(_)));
                tally.failed += usize::from(failed);
                tally.elements += usize::from(shaped);
            }
        }
    }
}

/// Leaves out clashes of elements that never stand together: what is taken away before the other is begun is in
/// nobody's way.
fn leave_out_apart(planned: &Planned, outcome: &mut Outcome<'_>, dates: &ClashDates) {
    let found = outcome.clashes.len();
    if planned.rules.iter().all(|rule| rule.exclusions) {
        outcome.clashes.retain(|(_, clash)| dates.together(clash.a, clash.b).is_some());
    }
    outcome.apart_in_time = Some(found - outcome.clashes.len());
}

/// Leaves each pair to one rule: the first that finds it; one whose bodies share volume to a
/// hard rule before a clearance or an envelope.
fn settle(outcomes: &mut [(&Planned, Outcome<'_>)]) {
    let rank = |r: usize, rule: &Rule, clash: &Clash| {
        let by_the_way = match rule.kind {
            RuleKind::Clearance { .. } => clash.kind != Kind::Clearance,
            RuleKind::Hard | RuleKind::Touching | RuleKind::Duplicate => clash.kind == Kind::Envelope,
        };
        (by_the_way, r)
    };
    let mut owners: FxHashMap<(Subject, Subject), (bool, usize)> = FxHashMap::default();
    for (r, (_, outcome)) in outcomes.iter().enumerate() {
        for (rule, clash) in &outcome.clashes {
            let rank = rank(r, rule, clash);
            let owner = owners.entry((clash.a, clash.b)).or_insert(rank);
            *owner = rank.min(*owner);
        }
    }
    for (r, (_, outcome)) in outcomes.iter_mut().enumerate() {
        let found = outcome.clashes.len();
        outcome.clashes.retain(|(_, clash)| owners[&(clash.a, clash.b)].1 == r);
        outcome.elsewhere = found - outcome.clashes.len();
    }
}

fn rule_row(planned: &Planned, outcome: &Outcome<'_>) -> CheckedRule {
    let first = &planned.rules[0];
    let distance = match first.kind {
        RuleKind::Clearance { distance } => Some(distance),
        RuleKind::Hard | RuleKind::Touching | RuleKind::Duplicate => None,
    };
    let (kind, distance) = match &planned.space {
        Some(space) => (Kind::Envelope.as_str(), space.size),
        None => (first.kind.as_str(), distance),
    };
    let counts = |of: &BTreeMap<Excluded, usize>| of.iter().map(|(why, n)| (why.as_str(), *n)).collect();
    let exclusions = planned.exclusions.iter().zip(&outcome.excluded);
    CheckedRule {
        name: planned.name.clone(),
        kind,
        tolerance: first.tolerance,
        distance,
        elements: outcome.tally.elements,
        surfaces: outcome.tally.surfaces,
        failed: outcome.tally.failed,
        candidates: outcome.tally.candidates,
        excluded_elements: counts(&outcome.tally.excluded_elements),
        excluded_pairs: counts(&outcome.tally.excluded_pairs),
        without_space: planned.space.as_ref().map(|s| s.without),
        exclusions: exclusions.map(|(e, &n)| ExclusionRow { reason: e.reason.clone(), clashes: n }).collect(),
        reported_elsewhere: outcome.elsewhere,
        apart_in_time: outcome.apart_in_time,
        clashes: outcome.clashes.len(),
        issues: 0,
    }
}
