//! From what is judged to the report of a check.

use crate::clash_dates::ClashDates;
use crate::gone::NotTested;
use crate::issue_words::{storeys, title, why};
use crate::judge::{Hit, Judged, worst};
use crate::rules::Plan;
use crate::{History, Project, ProjectConfig};
use groma_clash::{Clash, ClashKey, Discipline, Field, Fields, Grouper, Issue, Severity, State, Subject};
use groma_exchange::baseline_file::BaselineClash;
use groma_exchange::check_report::{
    CheckReport, CheckedClash, CheckedModel, CheckedRule, CheckedSide, CommentRow, DisciplineRow, DueReport,
    GateReport, IssueRow, NotTestedRow, ResolvedRow, SCHEMA_VERSION, WaiverRow,
};
use groma_exchange::comments_file::Status;
use groma_exchange::project_file::{SeverityName, StateName};
use groma_exchange::report::{GENERATOR, diagnostics};
use groma_ifc::{Source, line_of};
use groma_model::Diagnostics;
use groma_schedule::Time;
use std::collections::{BTreeMap, BTreeSet};

/// All that a report is made of.
pub(crate) struct Verdicts<'a> {
    pub(crate) project: &'a Project,
    pub(crate) config: &'a ProjectConfig,
    pub(crate) plan: &'a Plan,
    pub(crate) judged: &'a Judged,
    pub(crate) history: &'a History,
    pub(crate) fields: &'a Fields,
    pub(crate) dates: Option<&'a ClashDates>,
}

impl Verdicts<'_> {
    pub(crate) fn report(&self, mut rules: Vec<CheckedRule>, found: &Diagnostics) -> CheckReport {
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
            together: self.together(&h.clash),
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
        if let Some(due) = &mut report.gate.due {
            due.issues = report.issues.iter().filter(|i| i.due).count();
        }
        report.gate.issues = report.issues.iter().filter(|i| report.fails(i)).count();
        report.gate.failed = report.gate.issues > 0;
        report
    }

    fn gate(&self) -> GateReport {
        let lost = self.dates.and_then(ClashDates::lost);
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
            incomplete: self.project.is_incomplete() || !self.judged.not_tested.is_empty() || lost.is_some(),
            allow_incomplete: gate.allow_incomplete,
            due: self.dates.map(|dates| DueReport {
                date: dates.today().to_string(),
                lead_days: dates.lead_days(),
                issues: 0,
                fails: gate.fail_when_due.as_ref().is_some_and(|fails| *fails.get_ref()),
                lost,
            }),
        }
    }

    /// From when to when both elements of a clash stand; `None` where nobody builds either, or takes it away.
    fn together(&self, clash: &Clash) -> Option<[Option<String>; 2]> {
        let bounds = self.dates?.together(clash.a, clash.b)?;
        let day = |at: Time| at.civil().date().to_string();
        bounds.iter().any(Option::is_some).then(|| bounds.map(|at| at.map(day)))
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
        let deadline = self.dates.and_then(|dates| dates.deadline(clashes.iter().copied()));
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
            needed_by: deadline.map(|d| d.needed_by.to_string()),
            solve_by: deadline.map(|d| d.solve_by.to_string()),
            due: state != State::Waived && deadline.is_some_and(|d| d.due),
            status: None,
            assigned_to: None,
            comments: Vec::new(),
            clashes: clashes.iter().map(|c| c.key.to_string()).collect(),
        };
        (state, severity, self.with_comments(row))
    }

    /// An issue with what people say of it.
    fn with_comments(&self, mut row: IssueRow) -> IssueRow {
        for c in self.history.comments.iter().filter(|c| c.issue == row.key) {
            let status = c.status.map(Status::as_str);
            row.status = status.or(row.status);
            if let Some(who) = &c.assigned_to {
                row.assigned_to = Some(who.clone()).filter(|who| !who.trim().is_empty());
            }
            let (author, date, text) = (c.author.clone(), c.date.to_string(), c.text.clone());
            row.comments.push(CommentRow { author, date, text, status });
        }
        row
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
