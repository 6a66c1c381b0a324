//! Baselines: another state of a programme that it is measured against.

use crate::activity::Baseline;
use crate::compare::join;
use crate::only_project::keep_projects;
use crate::resource::ResourceKind;
use crate::schedule::{ActivityIndex, ProjectIndex, Schedule};
use crate::solve::Dates;
use crate::time::Time;
use std::collections::HashMap;

/// Work in minutes of units, and money, by activity.
struct Sums {
    work: Vec<f64>,
    cost: Vec<f64>,
}

impl Sums {
    fn of(schedule: &Schedule) -> Self {
        let mut cost: Vec<f64> = schedule.activities.iter().map(|a| a.fixed_cost).collect();
        let mut work = vec![0.0; cost.len()];
        for a in &schedule.assignments {
            cost[a.activity.at()] += a.cost;
            let kind = a.resource.and_then(|r| schedule.resources.get(r.at())).map(|r| r.kind);
            if matches!(kind, Some(ResourceKind::Labour | ResourceKind::Equipment)) {
                work[a.activity.at()] += a.work;
            }
        }
        Self { work, cost }
    }

    fn baseline(&self, of: &Schedule, at: ActivityIndex, number: u8, span: Option<(Time, Time)>) -> Baseline {
        let a = &of.activities[at.at()];
        Baseline {
            number,
            start: span.map(|s| s.0),
            finish: span.map(|s| s.1),
            duration: Some(a.duration),
            work: Some(self.work[at.at()]),
            cost: Some(self.cost[at.at()]),
        }
    }
}

/// Takes another state of a programme, with its dates, as a baseline of it: the number that it gets, and how many
/// activities it holds. Activities are joined as [`crate::compare`] does it.
///
/// A number above 255 is not given: the last baseline is then replaced.
pub fn add_baseline(schedule: &mut Schedule, of: &Schedule, dates: &Dates) -> (u8, usize) {
    let known = crate::earned::baselines(schedule);
    let number = known.last().map_or(0, |last| last.saturating_add(1));
    let sums = Sums::of(of);
    let mut joined = 0;
    for (k, partner) in join(of, schedule).into_iter().enumerate() {
        let Some(partner) = partner else { continue };
        let own = &mut schedule.activities[k].baselines;
        own.retain(|b| b.number != number);
        own.push(sums.baseline(of, partner, number, dates.of(partner).map(|d| (d.start, d.finish))));
        joined += 1;
    }
    (number, joined)
}

/// Takes projects that are copies of others of the same programme as their baselines, and out of it: `copies` are
/// (copy, original), those that shall have the lowest numbers first; `lone` go without a trace.
pub(crate) fn take(schedule: &mut Schedule, copies: &[(ProjectIndex, ProjectIndex)], lone: &[ProjectIndex]) {
    let sums = Sums::of(schedule);
    let mut by_code: HashMap<(ProjectIndex, &str), ActivityIndex> = HashMap::new();
    for (k, a) in schedule.activities.iter().enumerate() {
        by_code.entry((a.project, a.code.as_str())).or_insert(ActivityIndex::new(k));
    }
    let mut numbers: HashMap<ProjectIndex, u8> = HashMap::new();
    let mut found = Vec::new();
    for (copy, original) in copies {
        let next = numbers.entry(*original).or_insert(0);
        for (k, a) in schedule.activities.iter().enumerate().filter(|(_, a)| a.project == *copy) {
            if let Some(partner) = by_code.get(&(*original, a.code.as_str())) {
                // A copy's own dates: what it was planned to be, or became.
                let start = a.actual_start.or(a.stored.start).or(a.stored.early_start);
                let finish = a.actual_finish.or(a.stored.finish).or(a.stored.early_finish);
                let at = ActivityIndex::new(k);
                found.push((*partner, sums.baseline(schedule, at, *next, start.zip(finish))));
            }
        }
        *next = next.saturating_add(1);
    }
    for (partner, baseline) in found {
        schedule.activities[partner.at()].baselines.push(baseline);
    }
    keep_projects(schedule, |p| !lone.contains(&p) && copies.iter().all(|(copy, _)| *copy != p));
}
