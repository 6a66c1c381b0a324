//! How much of each resource a programme uses, by its dates.

use super::problem::{Limited, Problem};
use super::profile::{Profile, UNIT};
use super::result::{Lack, ResourceUse, Stays, Step};
use crate::activity::Status;
use crate::schedule::ActivityIndex;
use crate::solve::Dates;
use crate::time::Time;

/// The use of each resource before and after.
pub(crate) fn uses(problem: &Problem<'_>, before: &Dates, after: &Dates) -> Vec<ResourceUse> {
    let sides = [before, after].map(|dates| taken(problem, dates));
    let of = |k: usize| {
        let limited = &problem.resources[k];
        let capacity = limited.has_limit.then_some(&limited.capacity);
        let [before, after] = [&sides[0][k], &sides[1][k]];
        let limit = capacity.map(|c| in_units(c.most()));
        ResourceUse {
            resource: limited.resource,
            limit,
            limits: capacity.map_or_else(Vec::new, |c| {
                let steps = c.steps().iter().enumerate();
                steps.map(|(i, (at, u))| Step { from: (i > 0).then_some(*at), units: in_units(*u) }).collect()
            }),
            peak_before: peak(before),
            peak_after: peak(after),
            over_before_h: over(problem, limited, before),
            over_after_h: over(problem, limited, after),
            before: steps(before),
            after: steps(after),
        }
    };
    (0..problem.resources.len()).map(of).collect()
}

/// What is still used beyond what there is: spans that touch are one.
pub(crate) fn lacks(problem: &Problem<'_>, after: &Dates) -> Vec<Lack> {
    let mut lacks = Vec::new();
    for (k, taken) in taken(problem, after).iter().enumerate() {
        let limited = &problem.resources[k];
        let Some((first, last)) = range(taken).filter(|_| limited.has_limit) else { continue };
        let mut open: Option<Lack> = None;
        for (from, to, free) in taken.between(first, last) {
            for (a, b, most) in limited.capacity.between(from, to) {
                let used = -free;
                if used <= most {
                    continue;
                }
                match &mut open {
                    Some(lack) if lack.to == a => {
                        lack.to = b;
                        if in_units(used) > lack.used {
                            (lack.used, lack.limit) = (in_units(used), in_units(most));
                        }
                    }
                    _ => {
                        lacks.extend(open.take());
                        let (used, limit) = (in_units(used), in_units(most));
                        let (resource, activities) = (limited.resource, Vec::new());
                        open = Some(Lack { resource, from: a, to: b, used, limit, activities });
                    }
                }
            }
        }
        lacks.extend(open);
    }
    for lack in &mut lacks {
        lack.activities = at_work(problem, after, lack);
    }
    lacks
}

/// Who holds the resource while there is too little of it.
fn at_work(problem: &Problem<'_>, dates: &Dates, lack: &Lack) -> Vec<(ActivityIndex, Option<Stays>)> {
    let number = problem.resources.iter().position(|r| r.resource == lack.resource);
    let slots = (0..problem.network.len()).filter(|slot| {
        let needs = problem.needs[*slot].iter().any(|n| Some(n.resource as usize) == number);
        needs && span(problem, dates, *slot).is_some_and(|(a, b)| a < lack.to && b > lack.from)
    });
    slots.map(|slot| (problem.activity(slot), problem.stays[slot])).collect()
}

/// When a slot holds its resources: from the start of what is left.
fn span(problem: &Problem<'_>, dates: &Dates, slot: usize) -> Option<(Time, Time)> {
    let d = dates.of(problem.activity(slot))?;
    match problem.network.status[slot] {
        Status::Complete => None,
        Status::InProgress => Some((d.early_start, d.early_finish)),
        Status::NotStarted => Some((d.start, d.finish)),
    }
}

/// By resource what is taken, as less than nothing free.
fn taken(problem: &Problem<'_>, dates: &Dates) -> Vec<Profile> {
    let mut taken = vec![Profile::empty(); problem.resources.len()];
    for slot in 0..problem.network.len() {
        let Some(span) = span(problem, dates, slot) else { continue };
        for need in &problem.needs[slot] {
            let k = need.resource as usize;
            let profile = &mut taken[k];
            problem.each_span(need, &problem.resources[k], span, |a, b| profile.take(a, b, need.wanted));
        }
    }
    taken
}

fn in_units(units: i64) -> f64 {
    units as f64 / UNIT
}

fn range(taken: &Profile) -> Option<(Time, Time)> {
    Some((taken.steps().get(1)?.0, taken.steps().last()?.0))
}

fn peak(taken: &Profile) -> f64 {
    in_units(taken.steps().iter().map(|s| -s.1).max().unwrap_or(0))
}

/// Unit-hours of work beyond the limit.
fn over(problem: &Problem<'_>, limited: &Limited, taken: &Profile) -> f64 {
    let Some((first, last)) = range(taken).filter(|_| limited.has_limit) else { return 0.0 };
    let mut over = 0.0;
    for (from, to, free) in taken.between(first, last) {
        for (a, b, most) in limited.capacity.between(from, to) {
            let beyond = in_units((-free - most).max(0));
            over += beyond * f64::from(problem.work_between(limited, a, b)) / 60.0;
        }
    }
    over
}

fn steps(taken: &Profile) -> Vec<Step> {
    taken
        .steps()
        .iter()
        .skip(1)
        .map(|(at, free)| Step { from: Some(*at), units: in_units(-free) + 0.0 })
        .collect()
}
