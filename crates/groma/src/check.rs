//! Everything that `groma.toml` asks for, as one report.

use crate::envelope::Space;
use crate::fields::fields;
use crate::gone::{NotTested, Tests};
use crate::issue_words::{storeys, title, why};
use crate::judge::{Found, Hit, Judged, judge, worst};
use crate::remember::{Memory, detect_again};
use crate::rules::{Plan, Planned, plan};
use crate::{History, Project, ProjectConfig};
use groma_clash::{
    Clash, ClashKey, DetectError, Discipline, Exclusion as Excluded, Field, Fields, Grouper, Issue, Kind,
    Pairs, Rule, RuleKind, Scene, Severity, State, Subject, Tally, exclusion_of,
};
use groma_exchange::baseline_file::{BaselineClash, BaselineFile};
use groma_exchange::check_report::{
    CheckReport, CheckedClash, CheckedModel, CheckedRule, CheckedSide, DisciplineRow, ExclusionRow,
    GateReport, IssueRow, NotTestedRow, ResolvedRow, SCHEMA_VERSION, WaiverRow,
};
use groma_exchange::mistake::Mistake;
use groma_exchange::project_file::{SeverityName, StateName};
use groma_exchange::report::{GENERATOR, diagnostics};
use groma_geometry::Instance;
use groma_ifc::{Source, line_of};
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
    let mut found = Vec::new();
    let mut rows = Vec::new();
    let mut all = project.all_diagnostics();
    let mut outcomes = Vec::new();
    for planned in &plan.rules {
        outcomes.push((planned, test(project, config, planned, &mut all, memory, progress)?));
    }
    let tested = outcomes.iter().map(|(_, o)| o.tested).sum();
    let pairs = outcomes.iter().map(|(_, o)| o.pairs).sum();
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
    let report =
        Writer { project, config, plan: &plan, judged: &judged, history, fields: &fields }.report(rows, &all);
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
        clashes: outcome.clashes.len(),
        issues: 0,
    }
}

/// All that a report is made of.
struct Writer<'a> {
    project: &'a Project,
    config: &'a ProjectConfig,
    plan: &'a Plan,
    judged: &'a Judged,
    history: &'a History,
    fields: &'a Fields,
}

impl Writer<'_> {
    fn report(&self, mut rules: Vec<CheckedRule>, found: &Diagnostics) -> CheckReport {
        let scene = self.project.scene();
        let grouper = Grouper::new(&scene).with_fields(self.fields.clone());
        let files = self.files();
        let lines = self.lines();
        let mut issues: Vec<(State, Severity, IssueRow)> = Vec::new();
        for (r, issue) in &self.judged.issues {
            rules[*r].issues += 1;
            issues.push(self.issue_row(&grouper, *r, issue));
        }
        issues.sort_by(|(s, v, x), (t, w, y)| {
            let depth = |i: &IssueRow| i.depth.unwrap_or(0.0);
            (t, w).cmp(&(s, v)).then(depth(y).total_cmp(&depth(x))).then(x.key.cmp(&y.key))
        });
        let mut states: BTreeMap<&'static str, usize> = State::ALL.iter().map(|s| (s.as_str(), 0)).collect();
        for (state, _, _) in &issues {
            *states.entry(state.as_str()).or_insert(0) += 1;
        }
        states.insert("resolved", self.judged.resolved_issues());
        states.insert("not_tested", self.judged.not_tested_issues());
        let side = |s: Subject| {
            let element = scene.element(s);
            CheckedSide {
                model: element.key.model.to_string(),
                global_id: element.key.global_id.to_string(),
                class: element.class.name().to_owned(),
                name: element.name.as_deref().map(str::to_owned),
                storey: grouper.storey(s).map(str::to_owned),
                discipline: self.plan.disciplines[s.model as usize][s.element.index()].0.as_str(),
                file: files[s.model as usize].clone(),
                line: lines.get(&s).copied(),
            }
        };
        let clashes = self.judged.hits.iter().map(|h| CheckedClash {
            key: h.clash.key.to_string(),
            was: h.before.map(|k| k.to_string()),
            issue: h.issue.to_string(),
            rule: self.plan.rules[h.rule].name.clone(),
            state: h.state.as_str(),
            severity: h.severity.as_str(),
            kind: h.clash.kind.as_str(),
            a: side(h.clash.a),
            b: side(h.clash.b),
            depth: h.clash.depth,
            depth_kind: h.clash.depth_kind.map(|k| k.as_str()),
            distance: h.clash.distance,
            point: h.clash.point.to_array(),
            direction: h.clash.direction.to_array(),
            points: h.clash.points.map(|of| of.map(|p| p.to_array())),
        });
        let mut report = CheckReport {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            project: self.config.file.project.name.clone(),
            gate: self.gate(),
            states,
            frame: scene.frame.into(),
            coverage: self.project.coverage().into(),
            models: self.models(&files),
            disciplines: self.disciplines(),
            rules,
            issues: issues.into_iter().map(|(_, _, row)| row).collect(),
            clashes: clashes.collect(),
            resolved: self.resolved(),
            not_tested: self.not_tested(),
            waivers: self.waivers(),
            diagnostics: diagnostics(found),
        };
        report.gate.issues = report.issues.iter().filter(|i| report.fails(i)).count();
        report.gate.failed = report.gate.issues > 0;
        report
    }

    fn gate(&self) -> GateReport {
        let gate = &self.config.file.gate;
        let state = |s: &StateName| match s {
            StateName::New => State::New.as_str(),
            StateName::Reopened => State::Reopened.as_str(),
            StateName::Open => State::Open.as_str(),
        };
        let severity = match gate.severity {
            SeverityName::Info => Severity::Info,
            SeverityName::Minor => Severity::Minor,
            SeverityName::Major => Severity::Major,
            SeverityName::Critical => Severity::Critical,
        };
        GateReport {
            failed: false,
            fail_on: gate.fail_on.iter().map(state).collect(),
            severity: severity.as_str(),
            issues: 0,
            incomplete: self.project.is_incomplete() || !self.judged.not_tested.is_empty(),
            allow_incomplete: gate.allow_incomplete,
        }
    }

    /// The files of the models, relative to the folder of `groma.toml` where they are below it.
    fn files(&self) -> Vec<String> {
        let relative = |path: &std::path::Path| {
            path.strip_prefix(self.config.dir()).unwrap_or(path).to_string_lossy().replace('\\', "/")
        };
        self.project.models.iter().map(|m| relative(&m.source.path)).collect()
    }

    /// The lines of all elements that clash.
    fn lines(&self) -> BTreeMap<Subject, u64> {
        let mut by_model: BTreeMap<u32, Vec<Subject>> = BTreeMap::new();
        for hit in &self.judged.hits {
            for s in [hit.clash.a, hit.clash.b] {
                by_model.entry(s.model).or_default().push(s);
            }
        }
        let mut lines = BTreeMap::new();
        for (m, mut subjects) in by_model {
            subjects.sort_unstable();
            subjects.dedup();
            let loaded = &self.project.models[m as usize];
            // A file that has gone since it was read has no lines.
            let Ok(source) = Source::open(&loaded.source.path) else { continue };
            let ids: Vec<u32> = subjects.iter().map(|s| loaded.model.element(s.element).express_id).collect();
            let found = subjects.into_iter().zip(line_of(&source, &ids));
            lines.extend(found.filter_map(|(s, line)| Some((s, line?))));
        }
        lines
    }

    fn issue_row(&self, grouper: &Grouper<'_>, rule: usize, issue: &Issue) -> (State, Severity, IssueRow) {
        let hits: Vec<&Hit> = issue.clashes.iter().map(|&c| &self.judged.hits[c]).collect();
        let state = self.judged.state(issue);
        let scene = self.project.scene();
        let clashes: Vec<&Clash> = hits.iter().map(|h| &h.clash).collect();
        let severity = hits.iter().map(|h| h.severity).max().unwrap_or(Severity::Info);
        let worst = worst(&self.judged.hits, issue);
        let row = IssueRow {
            key: issue.key.to_string(),
            state: state.as_str(),
            severity: severity.as_str(),
            rule: self.plan.rules[rule].name.clone(),
            title: title(&scene, grouper, issue, &clashes),
            grouping: issue.grouping.as_str(),
            why: why(&scene, grouper, issue, &clashes),
            places: issue.places,
            storeys: storeys(grouper, &clashes),
            field: worst.and_then(|h| match grouper.fields().of(h.clash.point) {
                Field::Grid(name) => Some(name),
                Field::Square(_) => None,
            }),
            depth: clashes.iter().filter_map(|c| c.depth).max_by(f64::total_cmp),
            distance: clashes.iter().map(|c| c.distance).min_by(f64::total_cmp).unwrap_or(0.0),
            point: worst.map_or([0.0; 3], |h| h.clash.point.to_array()),
            clashes: clashes.iter().map(|c| c.key.to_string()).collect(),
        };
        (state, severity, row)
    }

    fn models(&self, files: &[String]) -> Vec<CheckedModel> {
        let models = self.project.models.iter().zip(files);
        models
            .map(|(m, file)| CheckedModel {
                label: m.model.label.to_string(),
                file: file.clone(),
                schema: m.model.header.schema.to_string(),
                coverage: m.shapes.coverage().into(),
            })
            .collect()
    }

    fn disciplines(&self) -> Vec<DisciplineRow> {
        let mut counts: BTreeMap<(usize, Discipline, &groma_clash::Told), usize> = BTreeMap::new();
        for (m, list) in self.plan.disciplines.iter().enumerate() {
            let shaped: BTreeSet<usize> =
                self.project.models[m].shapes.instances.iter().map(|i| i.element.index()).collect();
            for e in shaped {
                let class = &self.project.models[m].model.elements[e].class;
                if class.is_a("IfcElement") && !class.is_a("IfcFeatureElement") {
                    let (discipline, told) = &list[e];
                    *counts.entry((m, *discipline, told)).or_insert(0) += 1;
                }
            }
        }
        let row = |((m, discipline, told), elements): ((usize, Discipline, &groma_clash::Told), usize)| {
            DisciplineRow {
                model: self.project.models[m].model.label.to_string(),
                discipline: discipline.as_str(),
                told_by: told.to_words(),
                elements,
            }
        };
        counts.into_iter().map(row).collect()
    }

    fn resolved(&self) -> Vec<ResolvedRow> {
        let resolved = self.judged.resolved.iter();
        resolved
            .map(|(key, c)| ResolvedRow {
                key: key.to_string(),
                issue: c.issue.clone(),
                rule: c.rule.clone(),
                a: c.a.clone(),
                b: c.b.clone(),
            })
            .collect()
    }

    fn not_tested(&self) -> Vec<NotTestedRow> {
        let row = |(key, c, why): &(ClashKey, BaselineClash, NotTested)| NotTestedRow {
            key: key.to_string(),
            issue: c.issue.clone(),
            rule: c.rule.clone(),
            why: why.to_string(),
            a: c.a.clone(),
            b: c.b.clone(),
        };
        self.judged.not_tested.iter().map(row).collect()
    }

    fn waivers(&self) -> Vec<WaiverRow> {
        let did = self.judged.waived.iter().zip(&self.judged.uncovered);
        let waivers = self.history.waivers.iter().zip(did);
        waivers
            .map(|(w, (&clashes, &uncovered))| WaiverRow {
                key: w.key.clone(),
                reason: w.reason.clone(),
                author: w.author.clone(),
                expires: w.expires.to_string(),
                state: match clashes {
                    _ if !self.history.counts(w) => "expired",
                    0 => "unused",
                    _ => "used",
                },
                clashes,
                uncovered,
            })
            .collect()
    }
}
