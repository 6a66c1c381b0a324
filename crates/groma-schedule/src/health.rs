//! Whether the logic of a programme carries what is asked of it: the DCMA's fourteen points, and what they miss.
//!
//! The points are those of the Defense Contract Management Agency's schedule assessment; where it asks for
//! working days, days of the activity's own calendar are taken.

use crate::activity::{Activity, Status};
use crate::movement::{Movement, movement};
use crate::network::Network;
use crate::passes::Passes;
use crate::schedule::{ActivityIndex, LinkKind, Schedule};
use crate::solve::Dates;
use crate::time::{Minutes, Time};
use std::collections::BTreeSet;

/// What a check measures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Percent of what is looked at.
    Percent,
    /// How many.
    Count,
    /// A ratio around one.
    Ratio,
}

/// Where a check fails.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Limit {
    /// Above it.
    AtMost(f64),
    /// Below it.
    AtLeast(f64),
    /// Nowhere: it only tells.
    None,
}

/// One question about a programme, and its answer.
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    /// Its short name, for settings: `missing-logic`.
    pub name: &'static str,
    /// What it looks for.
    pub title: &'static str,
    /// Its number among the DCMA's points, 1 to 14.
    pub dcma: Option<u8>,
    /// What is measured.
    pub unit: Unit,
    /// The answer; `None` where there is nothing to look at.
    pub value: Option<f64>,
    /// Among how many.
    pub of: usize,
    /// Where it fails.
    pub limit: Limit,
    /// The activities concerned, in file order.
    pub activities: Vec<ActivityIndex>,
    /// The links concerned, as indices of the schedule's links.
    pub links: Vec<usize>,
}

impl Check {
    /// True unless the answer lies beyond the limit.
    pub fn passed(&self) -> bool {
        match (self.value, self.limit) {
            (Some(value), Limit::AtMost(most)) => value <= most,
            (Some(value), Limit::AtLeast(least)) => value >= least,
            (None, _) | (_, Limit::None) => true,
        }
    }
}

/// How the health of a programme is judged.
#[derive(Clone, PartialEq, Debug)]
pub struct HealthOptions {
    /// Limits that differ from the usual ones, by the checks' names; `None` switches a check's limit off.
    pub limits: Vec<(String, Option<f64>)>,
    /// From how many days on a float or a duration is high.
    pub high_days: i32,
    /// By how many days of eight hours of work an activity slips in the test of movement.
    pub slip_days: i32,
}

impl Default for HealthOptions {
    fn default() -> Self {
        Self { limits: Vec::new(), high_days: 44, slip_days: 5 }
    }
}

/// The health of a programme.
#[derive(Clone, PartialEq, Debug)]
pub struct Health {
    /// Activities that carry the programme: all but summaries and levels of effort.
    pub leaves: usize,
    /// Those of them that are not complete, which most checks look at.
    pub open: usize,
    /// Links between them.
    pub links: usize,
    /// The checks, the DCMA's first.
    pub checks: Vec<Check>,
    /// What moves when an activity slips.
    pub movement: Movement,
}

impl Health {
    /// True when no check fails.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(Check::passed)
    }
}

/// The names of the checks, in order.
pub const CHECKS: [&str; 22] = [
    "missing-logic",
    "leads",
    "lags",
    "link-types",
    "hard-constraints",
    "high-float",
    "negative-float",
    "high-duration",
    "invalid-dates",
    "resources",
    "missed",
    "critical-path-test",
    "cpli",
    "bei",
    "no-predecessor",
    "no-successor",
    "pinned",
    "dangling-starts",
    "dangling-finishes",
    "out-of-sequence",
    "duplicate-links",
    "manual",
];

/// Judges a programme whose dates have been computed.
///
/// # Panics
///
/// If the network or the dates are of another schedule.
pub fn health(schedule: &Schedule, network: &Network, dates: &Dates, options: &HealthOptions) -> Health {
    let judge = Judge::new(schedule, network, dates, options);
    let mut checks = judge.points();
    checks.extend(judge.beyond());
    for check in &mut checks {
        if let Some((_, limit)) = options.limits.iter().rev().find(|(name, _)| name == check.name) {
            check.limit = match (limit, check.limit) {
                (None, _) => Limit::None,
                (Some(value), Limit::AtLeast(_)) => Limit::AtLeast(*value),
                (Some(value), _) => Limit::AtMost(*value),
            };
        }
    }
    Health {
        leaves: judge.leaves.len(),
        open: judge.open.len(),
        links: judge.links.len(),
        checks,
        movement: movement(network, options.slip_days),
    }
}

struct Judge<'a> {
    schedule: &'a Schedule,
    network: &'a Network,
    dates: &'a Dates,
    options: &'a HealthOptions,
    leaves: Vec<ActivityIndex>,
    open: Vec<ActivityIndex>,
    /// Links between leaves, as indices.
    links: Vec<usize>,
    /// By activity: which ends of others hold its start and its finish, and which of its ends hold others.
    held: Vec<Held>,
}

#[derive(Clone, Copy, Default)]
struct Held {
    start: bool,
    finish: bool,
    by_start: bool,
    by_finish: bool,
}

impl<'a> Judge<'a> {
    fn new(
        schedule: &'a Schedule,
        network: &'a Network,
        dates: &'a Dates,
        options: &'a HealthOptions,
    ) -> Self {
        let leaves: Vec<ActivityIndex> = schedule.indices().filter(|i| network.slot(*i).is_some()).collect();
        let is_open =
            |i: &ActivityIndex| network.slot(*i).is_some_and(|slot| network.status[slot] != Status::Complete);
        let open = leaves.iter().copied().filter(is_open).collect();
        let is_leaf = |a: ActivityIndex| network.slot(a).is_some();
        let links: Vec<usize> = (0..schedule.links.len())
            .filter(|k| is_leaf(schedule.links[*k].predecessor) && is_leaf(schedule.links[*k].successor))
            .collect();
        let mut held = vec![Held::default(); schedule.activities.len()];
        for link in &schedule.links {
            let (from, to) = match link.kind {
                LinkKind::FinishStart => (false, true),
                LinkKind::StartStart => (true, true),
                LinkKind::FinishFinish => (false, false),
                LinkKind::StartFinish => (true, false),
            };
            let successor = &mut held[link.successor.at()];
            if to {
                successor.start = true
            } else {
                successor.finish = true
            }
            let predecessor = &mut held[link.predecessor.at()];
            if from { predecessor.by_start = true } else { predecessor.by_finish = true }
        }
        Self { schedule, network, dates, options, leaves, open, links, held }
    }

    fn activity(&self, index: ActivityIndex) -> &Activity {
        &self.schedule.activities[index.at()]
    }

    /// Minutes that count as high, on the calendar of an activity.
    fn high(&self, index: ActivityIndex) -> Minutes {
        let day =
            self.schedule.calendar_of(index).map_or(480, |c| self.schedule.calendars[c.at()].periods.day);
        self.options.high_days.saturating_mul(day)
    }

    fn share(
        &self,
        (dcma, name, title): (u8, &'static str, &'static str),
        most: f64,
        is_bad: impl Fn(ActivityIndex) -> bool,
    ) -> Check {
        let activities: Vec<ActivityIndex> = self.open.iter().copied().filter(|i| is_bad(*i)).collect();
        let of = self.open.len();
        Check {
            name,
            title,
            dcma: (dcma > 0).then_some(dcma),
            unit: Unit::Percent,
            value: (of > 0).then(|| 100.0 * activities.len() as f64 / of as f64),
            of,
            limit: Limit::AtMost(most),
            activities,
            links: Vec::new(),
        }
    }

    fn count(
        &self,
        (dcma, name, title): (u8, &'static str, &'static str),
        limit: Limit,
        is_bad: impl Fn(ActivityIndex) -> bool,
    ) -> Check {
        let check = self.share((dcma, name, title), 0.0, is_bad);
        Check { unit: Unit::Count, value: Some(check.activities.len() as f64), limit, ..check }
    }

    fn of_links(
        &self,
        (dcma, name, title): (u8, &'static str, &'static str),
        limit: Limit,
        is_found: impl Fn(usize) -> bool,
    ) -> Check {
        let links: Vec<usize> = self.links.iter().copied().filter(|k| is_found(*k)).collect();
        let of = self.links.len();
        Check {
            name,
            title,
            dcma: (dcma > 0).then_some(dcma),
            unit: Unit::Percent,
            value: (of > 0).then(|| 100.0 * links.len() as f64 / of as f64),
            of,
            limit,
            activities: Vec::new(),
            links,
        }
    }

    /// The DCMA's fourteen points.
    fn points(&self) -> Vec<Check> {
        let links = &self.schedule.links;
        let held = |i: ActivityIndex| self.held[i.at()];
        let of = |i: ActivityIndex| self.dates.of(i);
        let float = |i: ActivityIndex| of(i).map_or(0, |d| d.total_float);
        let mut checks = vec![
            self.share(
                (1, "missing-logic", "activities without predecessor or without successor"),
                5.0,
                |i| {
                    let h = held(i);
                    !(h.start || h.finish) || !(h.by_start || h.by_finish)
                },
            ),
            self.of_links((2, "leads", "links with a lead (negative lag)"), Limit::AtMost(0.0), |k| {
                links[k].lag.is_negative()
            }),
            self.of_links((3, "lags", "links with a lag"), Limit::AtMost(5.0), |k| {
                !links[k].lag.is_zero() && !links[k].lag.is_negative()
            }),
            self.of_links((4, "link-types", "links from finish to start"), Limit::AtLeast(90.0), |k| {
                links[k].kind == LinkKind::FinishStart
            }),
            self.share((5, "hard-constraints", "activities with a hard constraint"), 5.0, |i| {
                let a = self.activity(i);
                [a.constraint, a.constraint2].into_iter().flatten().any(|c| c.kind.is_hard())
            }),
            self.share((6, "high-float", "activities with a high total float"), 5.0, |i| {
                float(i) > self.high(i)
            }),
            self.count(
                (7, "negative-float", "activities with a negative total float"),
                Limit::AtMost(0.0),
                |i| float(i) < 0,
            ),
            self.share((8, "high-duration", "activities with a long duration"), 5.0, |i| {
                self.activity(i).remaining > self.high(i)
            }),
        ];
        checks.push(self.invalid_dates());
        let staffed: BTreeSet<ActivityIndex> =
            self.schedule.assignments.iter().filter(|s| s.resource.is_some()).map(|s| s.activity).collect();
        checks.push(self.count((10, "resources", "activities without a resource"), Limit::None, |i| {
            self.activity(i).duration > 0 && !staffed.contains(&i)
        }));
        checks.push(self.missed());
        checks.push(self.critical_path_test());
        checks.push(self.cpli());
        checks.push(self.bei());
        checks
    }

    fn data_date(&self, index: ActivityIndex) -> Option<Time> {
        // Without a data date nothing lies before or after it.
        self.schedule.projects.get(self.activity(index).project.at()).and_then(|p| p.data_date)
    }

    /// Actual dates after the data date, and forecast ones before it, computed or as the file states them.
    fn invalid_dates(&self) -> Check {
        let is_bad = |i: &ActivityIndex| {
            let a = self.activity(*i);
            let Some(data_date) = self.data_date(*i) else { return false };
            let is_after = [a.actual_start, a.actual_finish].into_iter().flatten().any(|t| t > data_date);
            let dates = self.dates.of(*i);
            // P6 keeps planned dates beside, which are no forecast.
            let start = [dates.map(|d| d.start), a.stored.early_start.or(a.stored.start)];
            let finish = [dates.map(|d| d.finish), a.stored.early_finish.or(a.stored.finish)];
            let is_open = |actual: Option<Time>| actual.is_none() && a.actual_finish.is_none();
            let starts = start.into_iter().filter(|_| is_open(a.actual_start));
            let finishes = finish.into_iter().filter(|_| is_open(a.actual_finish));
            is_after || starts.chain(finishes).flatten().any(|t| t < data_date)
        };
        let activities: Vec<ActivityIndex> = self.leaves.iter().copied().filter(is_bad).collect();
        let what = (9, "invalid-dates", "actual dates after the data date, or forecast ones before it");
        let check = self.count(what, Limit::AtMost(0.0), |_| false);
        Check { value: Some(activities.len() as f64), of: self.leaves.len(), activities, ..check }
    }

    /// Whether an activity should be finished by the data date, says its first baseline.
    fn was_due(&self, index: ActivityIndex) -> bool {
        let due = self.activity(index).baselines.first().and_then(|b| b.finish);
        due.zip(self.data_date(index)).is_some_and(|(due, data_date)| due <= data_date)
    }

    /// Activities that were due and finish later than their baseline.
    fn missed(&self) -> Check {
        let due: Vec<ActivityIndex> = self.leaves.iter().copied().filter(|i| self.was_due(*i)).collect();
        let is_late = |i: &ActivityIndex| {
            let due = self.activity(*i).baselines.first().and_then(|b| b.finish);
            let finish = self.dates.of(*i).map(|d| d.finish);
            due.zip(finish).is_some_and(|(due, finish)| finish > due)
        };
        let activities: Vec<ActivityIndex> = due.iter().copied().filter(is_late).collect();
        let check = self.share((11, "missed", "activities that were due and are late"), 5.0, |_| false);
        let value = (!due.is_empty()).then(|| 100.0 * activities.len() as f64 / due.len() as f64);
        Check { value, of: due.len(), activities, ..check }
    }

    /// A slip of 600 days of the first critical activity must move the finish of its project by as much.
    fn critical_path_test(&self) -> Check {
        const SLIP: Minutes = 600 * 480;
        let network = self.network;
        let is_critical = |i: &&ActivityIndex| self.dates.of(**i).is_some_and(|d| d.longest_path);
        let tested = self.open.iter().find(is_critical).copied();
        let value = tested.and_then(|i| network.slot(i)).map(|slot| {
            let mut remaining = network.remaining.clone();
            remaining[slot] = remaining[slot].saturating_add(SLIP);
            let mut passes = Passes::new(network);
            passes.forward(network, &remaining);
            let project = usize::from(network.project[slot]);
            let before = self.dates.finish[project].unwrap_or_default();
            let moved = network.calendar(slot).between(before, passes.finish[project]);
            f64::from(u8::from(moved < SLIP * 9 / 10))
        });
        let what =
            (12, "critical-path-test", "a long slip of the critical path that does not move the finish");
        let check = self.count(what, Limit::AtMost(0.0), |_| false);
        Check {
            value,
            of: 1,
            activities: tested.into_iter().filter(|_| value > Some(0.0)).collect(),
            ..check
        }
    }

    /// The length of the critical path left, with its float, by that length.
    fn cpli(&self) -> Check {
        let last = self.open.iter().filter_map(|i| Some((*i, self.dates.of(*i)?)));
        let last = last.max_by_key(|(_, d)| d.early_finish);
        let value = last.and_then(|(i, d)| {
            let slot = self.network.slot(i)?;
            let from = self.network.frames[usize::from(self.network.project[slot])].data_date;
            let length = self.network.calendar(slot).between(from, d.early_finish);
            (length > 0).then(|| f64::from(length.saturating_add(d.total_float)) / f64::from(length))
        });
        self.ratio((13, "cpli", "critical path length index"), value)
    }

    /// Activities finished, by those that were due.
    fn bei(&self) -> Check {
        let due = self.leaves.iter().filter(|i| self.was_due(**i)).count();
        let done = self.leaves.iter().filter(|i| self.activity(**i).actual_finish.is_some()).count();
        let value = (due > 0).then(|| done as f64 / due as f64);
        self.ratio((14, "bei", "baseline execution index"), value)
    }

    fn ratio(&self, what: (u8, &'static str, &'static str), value: Option<f64>) -> Check {
        let check = self.count(what, Limit::AtLeast(0.95), |_| false);
        Check { unit: Unit::Ratio, value, ..check }
    }

    /// What the fourteen points miss, or hide in a sum.
    fn beyond(&self) -> Vec<Check> {
        let held = |i: ActivityIndex| self.held[i.at()];
        let mut checks = vec![
            self.count((0, "no-predecessor", "activities without predecessor"), Limit::None, |i| {
                !(held(i).start || held(i).finish)
            }),
            self.count((0, "no-successor", "activities without successor"), Limit::None, |i| {
                !(held(i).by_start || held(i).by_finish)
            }),
            self.count((0, "pinned", "activities bound to a date"), Limit::None, |i| {
                let a = self.activity(i);
                [a.constraint, a.constraint2].into_iter().flatten().any(|c| c.date.is_some())
            }),
            self.count((0, "dangling-starts", "activities whose start nothing holds"), Limit::None, |i| {
                held(i).finish && !held(i).start
            }),
            self.count((0, "dangling-finishes", "activities whose finish holds nothing"), Limit::None, |i| {
                held(i).by_start && !held(i).by_finish
            }),
        ];
        checks.push(self.out_of_sequence());
        checks.push(self.duplicate_links());
        checks.push(
            self.count((0, "manual", "activities planned by hand"), Limit::None, |i| self.activity(i).manual),
        );
        checks
    }

    /// Links whose successor went ahead although its predecessor had not come so far.
    fn out_of_sequence(&self) -> Check {
        let is_out = |k: usize| {
            let link = &self.schedule.links[k];
            let (p, s) = (self.activity(link.predecessor), self.activity(link.successor));
            let (before, after) = match link.kind {
                LinkKind::FinishStart => (p.actual_finish, s.actual_start),
                LinkKind::StartStart => (p.actual_start, s.actual_start),
                LinkKind::FinishFinish => (p.actual_finish, s.actual_finish),
                LinkKind::StartFinish => (p.actual_start, s.actual_finish),
            };
            after.is_some_and(|after| before.is_none_or(|before| before > after && !link.lag.is_negative()))
        };
        let check =
            self.of_links((0, "out-of-sequence", "links that progress did not keep"), Limit::None, is_out);
        Check { unit: Unit::Count, value: Some(check.links.len() as f64), ..check }
    }

    fn duplicate_links(&self) -> Check {
        let mut seen = std::collections::HashSet::new();
        let links: Vec<usize> = self
            .links
            .iter()
            .copied()
            .filter(|k| {
                let link = &self.schedule.links[*k];
                !seen.insert((link.predecessor, link.successor, link.kind))
            })
            .collect();
        let check = self.of_links((0, "duplicate-links", "links that stand twice"), Limit::None, |_| false);
        Check { unit: Unit::Count, value: Some(links.len() as f64), links, ..check }
    }
}
