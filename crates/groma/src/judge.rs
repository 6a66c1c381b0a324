//! From the clashes of rules to issues with states.

use crate::gone::{Gone, NotTested, Tests};
use crate::{History, Project};
use groma_clash::lifecycle::{self, State, WORSE};
use groma_clash::severity::severity;
use groma_clash::{Clash, ClashKey, Fields, Grouper, Grouping, Issue, IssueKey, Rule, Severity};
use groma_exchange::baseline_file::{BaselineClash, BaselineFile};
use std::collections::{BTreeMap, BTreeSet};

/// A clash as it is judged.
pub struct Hit {
    /// The rule, as an index into the list that was judged.
    pub rule: usize,
    /// The clash.
    pub clash: Clash,
    /// The key that it is known by, where that is another: its elements had other GlobalIds, or another rule
    /// found the pair.
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
    /// What it tested.
    pub tests: Tests<'a>,
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
    /// Clashes of the baseline that nothing was tested of, and why.
    pub not_tested: Vec<(ClashKey, BaselineClash, NotTested)>,
    /// How many clashes each waiver covers.
    pub waived: Vec<usize>,
    /// How many clashes of the issue that it names each waiver does not cover.
    pub uncovered: Vec<usize>,
}

/// Tells states and groups clashes to issues.
///
/// A clash that is known stays in its issue; what is new is grouped by itself (see [`Grouper::group`]), so
/// that issues keep their clashes from run to run. Rules of one name, as the cells of a matrix, are grouped
/// together: what one element does in several cells is one issue, which counts for the rule of its worst clash.
pub fn judge(project: &Project, found: Vec<Found<'_>>, history: &History, fields: &Fields) -> Judged {
    let scene = project.scene();
    let grouper = Grouper::new(&scene).with_fields(fields.clone());
    let none = vec![0; history.waivers.len()];
    let mut judged = Judged { waived: none.clone(), uncovered: none, ..Judged::default() };
    let tests: Vec<Tests<'_>> = found.iter().map(|f| f.tests).collect();
    let names: BTreeSet<&str> = tests.iter().flat_map(|t| t.rules).map(|r| r.name.as_str()).collect();
    let mut seen: BTreeSet<ClashKey> = BTreeSet::new();
    let mut known_issues = KnownIssues::new();
    // The new clashes of rules of one name.
    let mut families: Vec<(String, Vec<usize>)> = Vec::new();
    for (r, of_rule) in found.into_iter().enumerate() {
        for (rule, clash) in of_rule.clashes {
            let family = match families.iter().position(|(name, _)| *name == rule.name) {
                Some(known) => known,
                None => {
                    families.push((rule.name.clone(), Vec::new()));
                    families.len() - 1
                }
            };
            let mut before = history.key_before(&scene, &rule.name, &clash);
            if history.has_baseline && history.known(clash.key, before).is_none() {
                // What another rule found of the pair is known of it, too.
                let others = names.iter().filter(|name| **name != rule.name);
                let known = others.flat_map(|name| history.keys_of(&scene, name, &clash));
                before = known.into_iter().find(|key| history.known(*key, None).is_some()).or(before);
            }
            let knows = history.known(clash.key, before);
            seen.extend([Some(clash.key), before].into_iter().flatten());
            let at = judged.hits.len();
            match knows {
                Some(k) => known_issues.entry(k.issue).or_insert((k.grouping, Vec::new())).1.push(at),
                None => families[family].1.push(at),
            }
            let severity = of_rule.severity.unwrap_or_else(|| severity(&scene, rule, &clash));
            let state = lifecycle::state(knows, &clash);
            judged.hits.push(Hit { rule: r, clash, before, severity, state, issue: IssueKey([0; 16]) });
        }
    }
    let mut issues: Vec<Issue> = Vec::new();
    for (_, new) in &families {
        issues.extend(new_issues(new, &grouper, &judged.hits, history));
    }
    issues.extend(known_issues.into_iter().map(|(key, (grouping, mut clashes))| {
        clashes.sort_by_key(|&c| judged.hits[c].clash.key);
        let places = clashes.len();
        Issue { key, grouping, clashes, places }
    }));
    for issue in issues {
        for &c in &issue.clashes {
            judged.hits[c].issue = issue.key;
        }
        let rule = worst(&judged.hits, &issue).map_or(0, |hit| hit.rule);
        judged.issues.push((rule, issue));
    }
    let gone = Gone::new(project, history, &tests);
    for (key, clash) in history.baseline().filter(|(key, _)| !seen.contains(key)) {
        match gone.why_not_tested(*key, clash) {
            Some(NotTested::LeftOut) => {}
            Some(why) => judged.not_tested.push((*key, clash.clone(), why)),
            None => judged.resolved.push((*key, clash.clone())),
        }
    }
    waive(&mut judged, history);
    judged
}

/// The issues of new clashes of rules of one name.
fn new_issues(new: &[usize], grouper: &Grouper<'_>, hits: &[Hit], history: &History) -> Vec<Issue> {
    let clashes: Vec<&Clash> = new.iter().map(|&at| &hits[at].clash).collect();
    let mut issues = grouper.group(&clashes);
    for issue in &mut issues {
        issue.clashes.iter_mut().for_each(|c| *c = new[*c]);
        // Where GlobalIds have changed, an issue has the key it would have had before.
        let keys = issue.clashes.iter().map(|&c| &hits[c]);
        issue.key = IssueKey::of(keys.map(|h| h.before.unwrap_or(h.clash.key)));
        // A clash that gave its issue its name has gone and come back, while the issue lived on.
        while history.has_issue(issue.key) {
            issue.key = IssueKey::of([ClashKey(issue.key.0)]);
        }
    }
    issues
}

/// Known clashes, by their issue and why they are one. What another rule finds of a pair stays in its issue.
type KnownIssues = BTreeMap<IssueKey, (Grouping, Vec<usize>)>;

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
        for key in std::iter::once(&waiver.key).chain(&waiver.clashes) {
            let of_key = by_key.entry(key).or_default();
            if of_key.last() != Some(&w) {
                of_key.push(w);
            }
        }
    }
    if by_key.is_empty() {
        return;
    }
    let of_key = |key: String| by_key.get(key.as_str()).into_iter().flatten().copied();
    for hit in &mut judged.hits {
        let own = [Some(hit.clash.key), hit.before].into_iter().flatten();
        let mut covering: BTreeSet<usize> = own.flat_map(|key| of_key(key.to_string())).collect();
        // Of an issue a waiver covers what was known of it; what comes later is for someone to look at.
        let known = history.known(hit.clash.key, hit.before).is_some_and(|k| k.issue == hit.issue);
        for w in of_key(hit.issue.to_string()) {
            if known {
                covering.insert(w);
            } else if !covering.contains(&w) {
                judged.uncovered[w] += 1;
            }
        }
        let is_worse = hit.state == State::Reopened;
        let mut told: Option<State> = None;
        for w in covering {
            let waiver = &history.waivers[w];
            judged.waived[w] += 1;
            if history.counts(waiver) {
                let goes_beyond = match (waiver.depth, hit.clash.depth) {
                    (Some(most), Some(depth)) => depth > most + WORSE,
                    _ => is_worse,
                };
                let state = if goes_beyond { State::Reopened } else { State::Waived };
                told = Some(told.map_or(state, |t| t.min(state)));
            }
        }
        hit.state = told.unwrap_or(hit.state);
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
        let mut gone: BTreeSet<&str> = self.resolved.iter().map(|(_, c)| c.issue.as_str()).collect();
        for (_, clash, _) in &self.not_tested {
            gone.remove(clash.issue.as_str());
        }
        gone.into_iter().filter(|key| !alive.contains(*key)).count()
    }

    /// How many issues of the baseline have a clash that nothing was tested of.
    pub fn not_tested_issues(&self) -> usize {
        self.not_tested.iter().map(|(_, c, _)| c.issue.as_str()).collect::<BTreeSet<_>>().len()
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
