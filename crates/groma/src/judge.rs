//! From the clashes of rules to issues with states.

use crate::{History, Project};
use groma_clash::lifecycle::{self, State, WORSE};
use groma_clash::severity::severity;
use groma_clash::{Clash, ClashKey, Grouper, Grouping, Issue, IssueKey, Rule, Severity};
use groma_exchange::baseline_file::{BaselineClash, BaselineFile};
use std::collections::{BTreeMap, BTreeSet};

/// A clash as it is judged.
pub struct Hit {
    /// The rule, as an index into the list that was judged.
    pub rule: usize,
    /// The clash.
    pub clash: Clash,
    /// The key it had before its elements' GlobalIds changed.
    pub before: Option<ClashKey>,
    /// How much it matters.
    pub severity: Severity,
    /// Where it stands in its life.
    pub state: State,
    /// The issue that it belongs to.
    pub issue: IssueKey,
}

/// The name of a rule in reports, the clashes it found with the rule that found them, and the severity stated.
pub struct Found<'a> {
    /// The name in reports.
    pub name: &'a str,
    /// The clashes.
    pub clashes: Vec<(&'a Rule, Clash)>,
    /// How much each matters, where that is stated.
    pub severity: Option<Severity>,
}

/// All clashes, judged.
#[derive(Default)]
pub struct Judged {
    /// The clashes, rule by rule, in the order found.
    pub hits: Vec<Hit>,
    /// The issues of each rule, in the order of their keys; their clashes are indices into the hits.
    pub issues: Vec<(usize, Issue)>,
    /// Clashes of the baseline that are no more.
    pub resolved: Vec<(ClashKey, BaselineClash)>,
    /// How many clashes each waiver names.
    pub waived: Vec<usize>,
}

/// Tells states and groups clashes to issues.
///
/// A clash that is known stays in its issue; what is new is grouped by itself (see [`Grouper::group`]), so
/// that issues keep their clashes from run to run.
pub fn judge(project: &Project, found: Vec<Found<'_>>, history: &History) -> Judged {
    let scene = project.scene();
    let grouper = Grouper::new(&scene);
    let mut judged = Judged { waived: vec![0; history.waivers.len()], ..Judged::default() };
    let mut seen: BTreeSet<ClashKey> = BTreeSet::new();
    for (r, of_rule) in found.into_iter().enumerate() {
        let first = judged.hits.len();
        let mut known: BTreeMap<IssueKey, (Grouping, Vec<usize>)> = BTreeMap::new();
        let mut new = Vec::new();
        for (rule, clash) in of_rule.clashes {
            let before = history.key_before(&scene, &rule.name, &clash);
            let knows = history.known(clash.key, before);
            seen.extend([Some(clash.key), before].into_iter().flatten());
            let at = judged.hits.len();
            match knows {
                Some(k) => known.entry(k.issue).or_insert((k.grouping, Vec::new())).1.push(at),
                None => new.push(at),
            }
            let severity = of_rule.severity.unwrap_or_else(|| severity(&scene, rule, &clash));
            let state = lifecycle::state(knows, &clash);
            judged.hits.push(Hit { rule: r, clash, before, severity, state, issue: IssueKey([0; 16]) });
        }
        let clashes: Vec<&Clash> = new.iter().map(|&at| &judged.hits[at].clash).collect();
        let mut issues = grouper.group(&clashes);
        for issue in &mut issues {
            issue.clashes.iter_mut().for_each(|c| *c = new[*c]);
            // Where GlobalIds have changed, an issue has the key it would have had before.
            let keys = issue.clashes.iter().map(|&c| &judged.hits[c]);
            issue.key = IssueKey::of(keys.map(|h| h.before.unwrap_or(h.clash.key)));
            // A clash that gave its issue its name has gone and come back, while the issue lived on.
            while history.has_issue(issue.key) {
                issue.key = IssueKey::of([ClashKey(issue.key.0)]);
            }
        }
        issues.extend(known.into_iter().map(|(key, (grouping, mut clashes))| {
            clashes.sort_by_key(|&c| judged.hits[c].clash.key);
            let places = clashes.len();
            Issue { key, grouping, clashes, places }
        }));
        debug_assert_eq!(issues.iter().map(|i| i.clashes.len()).sum::<usize>(), judged.hits.len() - first);
        for issue in issues {
            for &c in &issue.clashes {
                judged.hits[c].issue = issue.key;
            }
            judged.issues.push((r, issue));
        }
    }
    let resolved = history.baseline().filter(|(key, _)| !seen.contains(key));
    judged.resolved = resolved.map(|(key, c)| (*key, c.clone())).collect();
    waive(&mut judged, history);
    judged
}

/// Lets the waivers that count speak.
fn waive(judged: &mut Judged, history: &History) {
    let mut by_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (w, waiver) in history.waivers.iter().enumerate() {
        by_key.entry(&waiver.key).or_default().push(w);
    }
    if by_key.is_empty() {
        return;
    }
    for hit in &mut judged.hits {
        let keys = [Some(hit.clash.key), hit.before].into_iter().flatten().map(|k| k.to_string());
        for key in keys.chain([hit.issue.to_string()]) {
            for &w in by_key.get(key.as_str()).into_iter().flatten() {
                let waiver = &history.waivers[w];
                judged.waived[w] += 1;
                if !history.counts(waiver) {
                    continue;
                }
                let depth = hit.clash.depth.unwrap_or(0.0);
                hit.state = match waiver.depth {
                    Some(most) if depth > most + WORSE => State::Reopened,
                    _ => State::Waived,
                };
            }
        }
    }
}

impl Judged {
    /// The state of an issue: the worst of its clashes.
    pub fn state(&self, issue: &Issue) -> State {
        issue.clashes.iter().map(|&c| self.hits[c].state).max().unwrap_or(State::Open)
    }

    /// How many issues of the baseline have no clash left.
    pub fn resolved_issues(&self) -> usize {
        let alive: BTreeSet<String> = self.issues.iter().map(|(_, i)| i.key.to_string()).collect();
        let gone: BTreeSet<&str> = self.resolved.iter().map(|(_, c)| c.issue.as_str()).collect();
        gone.into_iter().filter(|key| !alive.contains(*key)).count()
    }

    /// All clashes as a baseline for the next run.
    pub fn baseline(&self, project: &Project, name: &str, rules: &[&str]) -> BaselineFile {
        let scene = project.scene();
        let side = |s| {
            let key = &scene.element(s).key;
            [key.model.to_string(), key.global_id.to_string()]
        };
        let mut clashes = Vec::new();
        for (_, issue) in &self.issues {
            clashes.extend(issue.clashes.iter().map(|&c| {
                let hit = &self.hits[c];
                BaselineClash {
                    rule: rules[hit.rule].to_owned(),
                    a: side(hit.clash.a),
                    b: side(hit.clash.b),
                    key: hit.clash.key.to_string(),
                    issue: issue.key.to_string(),
                    grouping: issue.grouping.as_str().to_owned(),
                    kind: hit.clash.kind.as_str().to_owned(),
                    depth: hit.clash.depth,
                    distance: hit.clash.distance,
                }
            }));
        }
        let models = project.models.iter().map(|m| m.model.label.to_string()).collect();
        BaselineFile::new(name, models, clashes)
    }
}
