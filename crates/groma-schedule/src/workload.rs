//! How much work falls into each week: by early dates, by late dates, and as it was agreed.

use crate::network::Network;
use crate::resource::ResourceKind;
use crate::schedule::{ActivityIndex, ResourceIndex, Schedule};
use crate::solve::Dates;
use crate::time::{Day, Time};

/// Weeks that are told apart at most; a programme that is longer has its tail in the last.
const MOST_WEEKS: i32 = 1_040;

/// Work by week.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Workload {
    /// The Monday of the first week.
    pub from: Day,
    /// True where hours are those of people and machines at work; else those of the activities themselves.
    pub of_resources: bool,
    /// Hours in each week by actual and early dates.
    pub early: Vec<f64>,
    /// Hours in each week by actual and late dates.
    pub late: Vec<f64>,
    /// Hours in each week by the first baseline; empty without one.
    pub baseline: Vec<f64>,
    /// The hours by early dates of each resource that works, in file order.
    pub resources: Vec<(ResourceIndex, Vec<f64>)>,
}

/// Spreads the work of each activity evenly over the work time between its start and its finish.
///
/// # Panics
///
/// If the network or the dates are of another schedule.
pub fn workload(schedule: &Schedule, network: &Network, dates: &Dates) -> Workload {
    let spans = schedule.indices().filter_map(|i| {
        network.slot(i)?;
        let d = dates.of(i)?;
        Some((i, d.start, d.finish))
    });
    let spans: Vec<(ActivityIndex, Time, Time)> = spans.collect();
    let baseline = |i: ActivityIndex| {
        let b = schedule.activities[i.at()].baselines.first()?;
        Some((b.start?, b.finish?))
    };
    let late = |i: ActivityIndex| dates.of(i).map_or(Time::MIN, |d| d.late_finish.max(d.finish));
    let first = spans.iter().map(|s| s.1).chain(spans.iter().filter_map(|s| Some(baseline(s.0)?.0))).min();
    let last =
        spans.iter().map(|s| late(s.0)).chain(spans.iter().filter_map(|s| Some(baseline(s.0)?.1))).max();
    let Some((first, last)) = first.zip(last) else { return Workload::default() };
    let from = first.day() + -(first.day().weekday() as i32);
    let weeks = ((last.day().number() - from.number()) / 7 + 1).clamp(1, MOST_WEEKS) as usize;
    let hours = resource_hours(schedule);
    let of_resources = hours.iter().any(|h| *h > 0.0);
    let work = |i: ActivityIndex| match of_resources {
        true => hours[i.at()],
        false => network.slot(i).map_or(0.0, |slot| f64::from(network.duration[slot]) / 60.0),
    };
    let spread = |into: &mut [f64], i: ActivityIndex, start: Time, finish: Time, hours: f64| {
        let Some(slot) = network.slot(i) else { return };
        spread(into, from, |a, b| network.calendar(slot).between(a, b), (start, finish), hours);
    };
    let mut load = Workload {
        from,
        of_resources,
        early: vec![0.0; weeks],
        late: vec![0.0; weeks],
        ..Workload::default()
    };
    if spans.iter().any(|s| baseline(s.0).is_some()) {
        load.baseline = vec![0.0; weeks];
    }
    for (i, start, finish) in &spans {
        spread(&mut load.early, *i, *start, *finish, work(*i));
        // What is done is done: only what is left may come later.
        let slip = late(*i) - *finish;
        let done = schedule.activities[i.at()].actual_start.is_some();
        spread(&mut load.late, *i, if done { *start } else { *start + slip }, *finish + slip, work(*i));
        if let Some((start, finish)) = baseline(*i) {
            spread(&mut load.baseline, *i, start, finish, work(*i));
        }
    }
    let mut by_resource: Vec<Option<Vec<f64>>> = vec![None; schedule.resources.len()];
    for assignment in schedule.assignments.iter().filter(|a| is_work(schedule, a.resource)) {
        let (Some(resource), Some(d)) = (assignment.resource, dates.of(assignment.activity)) else {
            continue;
        };
        if assignment.work > 0.0 {
            let into = by_resource[resource.at()].get_or_insert_with(|| vec![0.0; weeks]);
            spread(into, assignment.activity, d.start, d.finish, assignment.work / 60.0);
        }
    }
    let resources = by_resource.into_iter().enumerate();
    load.resources = resources.filter_map(|(k, hours)| Some((ResourceIndex::new(k), hours?))).collect();
    load
}

fn is_work(schedule: &Schedule, resource: Option<ResourceIndex>) -> bool {
    let kind = resource.and_then(|r| schedule.resources.get(r.at())).map(|r| r.kind);
    matches!(kind, Some(ResourceKind::Labour | ResourceKind::Equipment))
}

/// By activity the hours of people and machines.
fn resource_hours(schedule: &Schedule) -> Vec<f64> {
    let mut hours = vec![0.0; schedule.activities.len()];
    for assignment in schedule.assignments.iter().filter(|a| is_work(schedule, a.resource)) {
        if assignment.work.is_finite() && assignment.work > 0.0 {
            hours[assignment.activity.at()] += assignment.work / 60.0;
        }
    }
    hours
}

fn spread(
    into: &mut [f64],
    from: Day,
    between: impl Fn(Time, Time) -> i32,
    (start, finish): (Time, Time),
    hours: f64,
) {
    let last = into.len() as i32 - 1;
    let week = |t: Time| ((t.day().number() - from.number()).div_euclid(7)).clamp(0, last);
    let whole = f64::from(between(start, finish));
    if whole <= 0.0 {
        // No work time between the two: all of it at once.
        into[week(start) as usize] += hours;
        return;
    }
    let (first, last) = (week(start), week(finish));
    for k in first..=last {
        let monday = |k: i32| (from + 7 * k).at(0);
        let a = if k == first { start } else { monday(k) };
        let b = if k == last { finish } else { monday(k + 1) };
        into[k as usize] += hours * f64::from(between(a, b)) / whole;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_falls_into_the_weeks_that_it_is_done_in() {
        let from = Day::from_ymd(2026, 1, 5).unwrap();
        let round_the_clock = |a: Time, b: Time| b - a;
        let mut weeks = [0.0; 3];
        // Friday to the Tuesday after next: 3, 7 and 2 days of 12.
        let span = ((from + 4).at(0), (from + 16).at(0));
        spread(&mut weeks, from, round_the_clock, span, 24.0);
        assert_eq!(weeks, [6.0, 14.0, 4.0]);
    }
}
