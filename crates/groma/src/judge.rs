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
    /// The issues and the rule of each, its worst clash's; their clashes are indices into the hits.
    pub issues: Vec<(usize, Issue)>,
    /// Clashes of the baseline that are no more.
    pub resolved: Vec<(ClashKey, BaselineClash)>,
    /// How many clashes each waiver names.
    pub waived: Vec<usize>,
}

/// Tells states and groups clashes to issues.
///
/// A clash that is known stays in its issue; what is new is grouped by itself (see [`Grouper::group`]), so
/// that issues keep their clashes from run to run. Rules of one name, as the cells of a matrix, are grouped
/// together: what one element does in several cells is one issue, which counts for the rule of its worst clash.
pub fn judge(project: &Project, found: Vec<Found<'_>>, history: &History) -> Judged {
    let scene = project.scene();
    let grouper = Grouper::new(&scene);
    let mut judged = Judged { waived: vec![0; history.waivers.len()], ..Judged::default() };
    let mut seen: BTreeSet<ClashKey> = BTreeSet::new();
    let mut families: Vec<(String, Family)> = Vec::new();
    for (r, of_rule) in found.into_iter().enumerate() {
        for (rule, clash) in of_rule.clashes {
            let family = match families.iter().position(|(name, _)| *name == rule.name) {
                Some(known) => known,
                None => {
                    families.push((rule.name.clone(), Family::default()));
                    families.len() - 1
                }
            };
            let family = &mut families[family].1;
            let before = history.key_before(&scene, &rule.name, &clash);
            let knows = history.known(clash.key, before);
            seen.extend([Some(clash.key), before].into_iter().flatten());
            let at = judged.hits.len();
            match knows {
                Some(k) => family.known.entry(k.issue).or_insert((k.grouping, Vec::new())).1.push(at),
                None => family.new.push(at),
            }
            let severity = of_rule.severity.unwrap_or_else(|| severity(&scene, rule, &clash));
            let state = lifecycle::state(knows, &clash);
            judged.hits.push(Hit { rule: r, clash, before, severity, state, issue: IssueKey([0; 16]) });
        }
    }
    for (_, family) in families {
        for issue in family.issues(&grouper, &judged.hits, history) {
            for &c in &issue.clashes {
                judged.hits[c].issue = issue.key;
            }
            let rule = worst(&judged.hits, &issue).map_or(0, |hit| hit.rule);
            judged.issues.push((rule, issue));
        }
    }
    let resolved = history.baseline().filter(|(key, _)| !seen.contains(key));
    judged.resolved = resolved.map(|(key, c)| (*key, c.clone())).collect();
    waive(&mut judged, history);
    judged
}

/// The clashes of rules of one name.
#[derive(Default)]
struct Family {
    known: BTreeMap<IssueKey, (Grouping, Vec<usize>)>,
    new: Vec<usize>,
}

impl Family {
    fn issues(self, grouper: &Grouper<'_>, hits: &[Hit], history: &History) -> Vec<Issue> {
        let clashes: Vec<&Clash> = self.new.iter().map(|&at| &hits[at].clash).collect();
        let mut issues = grouper.group(&clashes);
        for issue in &mut issues {
            issue.clashes.iter_mut().for_each(|c| *c = self.new[*c]);
            // Where GlobalIds have changed, an issue has the key it would have had before.
            let keys = issue.clashes.iter().map(|&c| &hits[c]);
            issue.key = IssueKey::of(keys.map(|h| h.before.unwrap_or(h.clash.key)));
            // A clash that gave its issue its name has gone and come back, while the issue lived on.
            while history.has_issue(issue.key) {
                issue.key = IssueKey::of([ClashKey(issue.key.0)]);
            }
        }
        issues.extend(self.known.into_iter().map(|(key, (grouping, mut clashes))| {
            clashes.sort_by_key(|&c| hits[c].clash.key);
            let places = clashes.len();
            Issue { key, grouping, clashes, places }
        }));
        issues
    }
}

/// The clash of an issue that matters most, then the deepest or nearest, then the one with the least key.
pub fn worst<'a>(hits: &'a [Hit], issue: &Issue) -> Option<&'a Hit> {
    issue.clashes.iter().map(|&c| &hits[c]).max_by(|x, y| {
        let depth = |h: &Hit| h.clash.depth.unwrap_or(-h.clash.distance);
        let by_depth = depth(x).total_cmp(&depth(y));
        x.severity.cmp(&y.severity).then(by_depth).then(y.clash.key.cmp(&x.clash.key))
    })
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
