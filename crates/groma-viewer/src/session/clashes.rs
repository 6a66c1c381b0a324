//! The issues of a check: which are listed, and which one is shown.

use crate::session::elements::Elements;
use crate::session::section::Sections;
use glam::DVec3;
use groma::exchange::check_report::{CheckReport, CheckedSide, IssueRow};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// What the list is sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SortBy {
    /// The worst first; among those, the deepest.
    #[default]
    Severity,
    /// The deepest first.
    Depth,
    /// What must be solved first.
    NeededBy,
    /// By title.
    Title,
}

impl SortBy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Severity, Self::Depth, Self::NeededBy, Self::Title];

    /// What a menu calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Severity => "Severity",
            Self::Depth => "Depth",
            Self::NeededBy => "Solve by",
            Self::Title => "Title",
        }
    }
}

/// An issue, with its elements by number.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What the report says.
    pub row: IssueRow,
    /// The elements on the first side of its clashes. Those that clash with one another are on different sides, as far
    /// as that can be.
    pub first: Vec<u32>,
    /// Those on the second side that are not on the first.
    pub second: Vec<u32>,
    /// A point of its worst clash, in the project's frame.
    pub point: DVec3,
    /// The models of its clashes.
    models: BTreeSet<String>,
    /// Its depth is a lower bound.
    pub is_bound: bool,
}

/// The issues of a check.
#[derive(Clone, Debug, Default)]
pub struct Clashes {
    issues: Arc<Vec<Shown>>,
    /// What was checked, and what came of the gate; `None` before a check.
    pub verdict: Option<String>,
    /// Those listed, as indices of issues.
    listed: Vec<u32>,
    /// The one shown, as an index of issues.
    current: Option<u32>,
    /// The key of the one to show when the next report comes.
    wanted: Option<String>,
    /// Only issues with these words are listed.
    pub filter: String,
    /// States that are not listed, such as `waived`.
    pub without: Vec<&'static str>,
    /// What the list is sorted by.
    pub sort: SortBy,
    /// What cut the view when the issue that is shown was opened: once it is changed it cuts, and not the box around the
    /// issue.
    pub cut_then: Sections,
}

fn rank(severity: &str) -> u8 {
    match severity {
        "critical" => 0,
        "major" => 1,
        "minor" => 2,
        _ => 3,
    }
}

/// The elements of clashes on two sides, each on one, so that what meets stands on different sides: a wall that five pipes
/// go through is alone on its side, whichever of the two each clash names first. What most clashes name first is on
/// the first side. Where three meet one another two of them share a side.
fn sides(pairs: &[(Option<u32>, Option<u32>)]) -> (Vec<u32>, Vec<u32>) {
    #[derive(Default)]
    struct Met {
        others: Vec<u32>,
        /// How often it is named first, and second.
        named: [usize; 2],
    }
    let mut met: BTreeMap<u32, Met> = BTreeMap::new();
    for &(a, b) in pairs {
        for (one, other, at) in [(a, b, 0), (b, a, 1)] {
            let Some(one) = one else { continue };
            let found = met.entry(one).or_default();
            found.others.extend(other.filter(|&other| other != one));
            found.named[at] += 1;
        }
    }
    let mut starts: Vec<u32> = met.keys().copied().collect();
    starts.sort_by_key(|place| (std::cmp::Reverse(met[place].others.len()), *place));
    let mut on_first: BTreeMap<u32, bool> = BTreeMap::new();
    for start in starts {
        if on_first.contains_key(&start) {
            continue;
        }
        let mut group = BTreeMap::from([(start, true)]);
        let mut next = VecDeque::from([start]);
        while let Some(place) = next.pop_front() {
            for &other in &met[&place].others {
                if !group.contains_key(&other) {
                    group.insert(other, !group[&place]);
                    next.push_back(other);
                }
            }
        }
        // As most of its clashes are written.
        let (mut agree, mut all) = (0, 0);
        for (place, with_start) in &group {
            let [first, second] = met[place].named;
            agree += if *with_start { first } else { second };
            all += first + second;
        }
        let turned = 2 * agree < all;
        on_first.extend(group.into_iter().map(|(place, with_start)| (place, with_start != turned)));
    }
    let of = |first: bool| on_first.iter().filter(|(_, on)| **on == first).map(|(place, _)| *place).collect();
    (of(true), of(false))
}

impl Clashes {
    /// Takes the issues of a report; what was shown before stays shown if it is still there.
    pub fn take(&mut self, elements: &Elements, report: &CheckReport) {
        let shown = self.current().map(|i| i.row.key.clone()).or_else(|| self.wanted.take());
        let places = elements.by_key();
        let by_key: HashMap<&str, _> = report.clashes.iter().map(|c| (c.key.as_str(), c)).collect();
        let origin = elements.project().frame.origin;
        let issue = |row: &IssueRow| {
            let mut shown = Shown {
                row: row.clone(),
                first: Vec::new(),
                second: Vec::new(),
                point: DVec3::from_array(row.point) - origin,
                models: BTreeSet::new(),
                is_bound: false,
            };
            let place = |s: &CheckedSide| places.get(&(s.model.as_str(), s.global_id.as_str())).copied();
            let clashes = row.clashes.iter().filter_map(|key| by_key.get(key.as_str()));
            let clashes: Vec<_> = clashes.collect();
            let pairs: Vec<_> = clashes.iter().map(|clash| (place(&clash.a), place(&clash.b))).collect();
            shown.is_bound = clashes.iter().any(|c| c.depth_kind == Some("lower_bound"));
            shown.models = clashes.iter().flat_map(|c| [c.a.model.clone(), c.b.model.clone()]).collect();
            (shown.first, shown.second) = sides(&pairs);
            shown
        };
        self.issues = Arc::new(report.issues.iter().map(issue).collect());
        let (all, failing) = (report.issues.len(), report.gate.issues);
        let due = report.gate.due.as_ref().map_or(0, |due| due.issues);
        let due = if due > 0 { format!(", {due} due") } else { String::new() };
        self.verdict = Some(match failing {
            0 => format!("{all} issues{due}, none fails"),
            n => format!("{all} issues{due}, {n} fail"),
        });
        self.list();
        self.current =
            shown.and_then(|key| self.issues.iter().position(|i| i.row.key == key).map(|n| n as u32));
    }

    /// The same list without its issues, for the report of models that come in the place of these.
    #[must_use]
    pub fn to_be_taken_again(&self) -> Self {
        Self {
            wanted: self.current().map(|i| i.row.key.clone()),
            filter: self.filter.clone(),
            without: self.without.clone(),
            sort: self.sort,
            cut_then: self.cut_then.clone(),
            ..Self::default()
        }
    }

    /// All issues, in the order of the report.
    pub fn all(&self) -> &[Shown] {
        &self.issues
    }

    /// The issues that are listed, in order: indices of [`Clashes::all`].
    pub fn listed(&self) -> &[u32] {
        &self.listed
    }

    /// The issue that is shown.
    pub fn current(&self) -> Option<&Shown> {
        self.issues.get(self.current? as usize)
    }

    /// Its index among all.
    pub fn current_index(&self) -> Option<u32> {
        self.current
    }

    /// Shows an issue, or none.
    pub fn open(&mut self, issue: Option<u32>) {
        self.current = issue.filter(|&n| (n as usize) < self.issues.len());
    }

    /// Shows the next listed one, or the one before; from the end to the beginning.
    pub fn step(&mut self, forward: bool) {
        if self.listed.is_empty() {
            self.current = None;
            return;
        }
        let at = self.current.and_then(|c| self.listed.iter().position(|&n| n == c));
        let n = self.listed.len();
        let next = match (at, forward) {
            (None, true) => 0,
            (None, false) => n - 1,
            (Some(at), true) => (at + 1) % n,
            (Some(at), false) => (at + n - 1) % n,
        };
        self.current = Some(self.listed[next]);
    }

    /// Lists anew, after the filter or the order has changed.
    pub fn list(&mut self) {
        let words: Vec<String> = self.filter.split_whitespace().map(str::to_lowercase).collect();
        let has = |issue: &Shown| {
            let row = &issue.row;
            let text = format!(
                "{} {} {} {} {} {} {}",
                row.title,
                row.rule,
                row.severity,
                row.state,
                row.storeys.join(" "),
                row.status_words().unwrap_or_default(),
                issue.models.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
            )
            .to_lowercase();
            words.iter().all(|w| text.contains(w.as_str())) && !self.without.contains(&row.state)
        };
        let mut listed: Vec<u32> =
            (0..).zip(self.issues.iter()).filter(|(_, i)| has(i)).map(|(n, _)| n).collect();
        let depth = |i: &Shown| i.row.depth.unwrap_or(-i.row.distance);
        let deeper = |x: &Shown, y: &Shown| depth(y).total_cmp(&depth(x));
        let late = |i: &Shown| (i.row.solve_by.is_none(), i.row.solve_by.clone());
        listed.sort_by(|&x, &y| {
            let (x, y) = (&self.issues[x as usize], &self.issues[y as usize]);
            let order: Ordering = match self.sort {
                SortBy::Severity => {
                    rank(x.row.severity).cmp(&rank(y.row.severity)).then_with(|| deeper(x, y))
                }
                SortBy::Depth => deeper(x, y),
                SortBy::NeededBy => late(x).cmp(&late(y)).then_with(|| deeper(x, y)),
                SortBy::Title => x.row.title.cmp(&y.row.title),
            };
            order.then_with(|| x.row.key.cmp(&y.row.key))
        });
        self.listed = listed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_meets_stands_on_different_sides() {
        let check = |pairs: &[(u32, u32)], first: &[u32], second: &[u32]| {
            let pairs: Vec<_> = pairs.iter().map(|&(a, b)| (Some(a), Some(b))).collect();
            assert_eq!(sides(&pairs), (first.to_vec(), second.to_vec()), "{pairs:?}");
        };
        check(&[(1, 2)], &[1], &[2]);
        check(&[(2, 1)], &[2], &[1]);
        // The wall 5 is named second by most.
        check(&[(1, 5), (5, 2), (3, 5)], &[1, 2, 3], &[5]);
        check(&[(5, 1), (2, 5), (5, 3)], &[5], &[1, 2, 3]);
        // Groups that do not meet are each as they are written.
        check(&[(1, 2), (3, 2), (9, 8)], &[1, 3, 9], &[2, 8]);
        // All three meet: each is on one side.
        check(&[(1, 2), (2, 3), (1, 3)], &[1], &[2, 3]);
        check(&[(4, 4)], &[4], &[]);
        check(&[], &[], &[]);
    }

    #[test]
    fn an_element_whose_other_is_gone_stays_on_its_side() {
        assert_eq!(sides(&[(Some(1), None), (None, Some(2)), (None, None)]), (vec![1], vec![2]));
    }
}
