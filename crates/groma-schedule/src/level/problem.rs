//! A programme as a problem of resources: who may be moved, who needs what, and how much of it there is.

use super::profile::{Profile, units};
use super::{Claim, LevelError, LevelOptions, Mode, Stays};
use crate::activity::{Constraint, ConstraintKind, Status};
use crate::network::Network;
use crate::options::Profile as Rules;
use crate::passes::Passes;
use crate::resource::{Assignment, Resource, ResourceKind};
use crate::schedule::{ActivityIndex, ResourceIndex, Schedule};
use crate::solve::Dates;
use crate::time::{Minutes, Time};
use crate::{msp, p6};

/// The priority that MSP gives to what levelling leaves alone.
const LEFT_ALONE: u16 = 1_000;

/// A resource with a limit, or without one when only its peaks are counted.
#[derive(Clone, Debug)]
pub(crate) struct Limited {
    pub(crate) resource: ResourceIndex,
    /// What there is of it, from when on.
    pub(crate) capacity: Profile,
    /// What is free of it beside all that cannot be moved; of smoothing, what is taken, as less than nothing.
    pub(crate) fixed: Profile,
    /// True when a limit is known.
    pub(crate) has_limit: bool,
    /// True when it works by one calendar on all that need it, and so is held over nights and weekends too.
    pub(crate) by_span: bool,
    /// Of the network's calendars: that one, where there is one.
    pub(crate) calendar: u16,
}

/// What a slot needs of a resource.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    /// Of [`Problem::resources`].
    pub(crate) resource: u32,
    /// Units that are held: at most what there ever is.
    pub(crate) units: i64,
    /// Units that it wants.
    pub(crate) wanted: i64,
    /// Of the network's calendars: when the resource works on it.
    pub(crate) calendar: u16,
}

/// A programme as a problem of resources.
pub(crate) struct Problem<'a> {
    /// The logic, with what is as late as possible bound to where it stands.
    pub(crate) network: Network,
    pub(crate) mode: Mode,
    /// True when the finish may not move.
    pub(crate) keeps_finish: bool,
    /// Early dates before levelling.
    pub(crate) before: Passes,
    pub(crate) resources: Vec<Limited>,
    /// By slot.
    pub(crate) needs: Vec<Vec<Need>>,
    /// By slot: why it may not be delayed; none where it may.
    pub(crate) stays: Vec<Option<Stays>>,
    /// By slot: the last start that it may be given; `None` is any.
    pub(crate) latest: Vec<Option<Time>>,
    /// By slot: when its late dates begin.
    pub(crate) late_start: Vec<Time>,
    /// By slot: how much a minute of delay weighs.
    pub(crate) weight: Vec<i64>,
    /// By slot, unit-minutes of all its resources.
    pub(crate) work: Vec<i64>,
    /// By resource: the most that is taken of it before, in ten-thousandths.
    pub(crate) peaks: Vec<i64>,
    /// The last finish before.
    pub(crate) finish: Time,
    /// What needs more than there ever is.
    pub(crate) claims: Vec<Claim>,
    pub(crate) schedule: &'a Schedule,
}

impl<'a> Problem<'a> {
    pub(crate) fn new(
        schedule: &'a Schedule,
        network: &Network,
        dates: &Dates,
        options: &LevelOptions,
    ) -> Result<Self, LevelError> {
        let network = network.clone();
        let before = Passes::new(&network);
        let limits = limits(schedule, options)?;
        let is_pinned = |slot: usize| {
            let constraints = [network.constraint[slot], network.constraint2[slot]];
            constraints.into_iter().flatten().any(|c| match network.profile {
                Rules::P6 => matches!(
                    c.kind,
                    ConstraintKind::StartOn
                        | ConstraintKind::FinishOn
                        | ConstraintKind::MandatoryStart
                        | ConstraintKind::MandatoryFinish
                ),
                // A task has one constraint: where it is taken, there is no place for another start.
                Rules::Msp => c.kind.is_hard(),
            })
        };
        // P6 keeps a second constraint, so that one that bounds the late dates can stay beside the new start.
        let has_room = |slot: usize| {
            let is_late = |c: Option<Constraint>| c.is_some_and(|c| c.kind.is_hard());
            !(is_late(network.constraint[slot]) && network.constraint2[slot].is_some())
        };
        let priority = |slot: usize| schedule.activities[network.activity[slot].at()].priority;
        let stays = |slot: usize| match network.status[slot] {
            Status::Complete | Status::InProgress => Some(Stays::Started),
            Status::NotStarted if network.by_hand[slot].is_some() => Some(Stays::ByHand),
            Status::NotStarted if is_pinned(slot) || !has_room(slot) => Some(Stays::Bound),
            Status::NotStarted if priority(slot) >= LEFT_ALONE => Some(Stays::Priority),
            Status::NotStarted => None,
        };
        let stays: Vec<Option<Stays>> = (0..network.len()).map(stays).collect();
        let mut problem = Self {
            mode: options.mode,
            keeps_finish: options.within_float || options.mode == Mode::Smooth,
            resources: Vec::new(),
            needs: vec![Vec::new(); network.len()],
            weight: (0..network.len()).map(|slot| 1 + i64::from(priority(slot).min(LEFT_ALONE))).collect(),
            work: vec![0; network.len()],
            peaks: Vec::new(),
            finish: Time::default(),
            claims: Vec::new(),
            stays,
            latest: Vec::new(),
            late_start: Vec::new(),
            before,
            network,
            schedule,
        };
        problem.pin(dates);
        problem.before.forward(&problem.network, &problem.network.remaining);
        let (network, before) = (&problem.network, &problem.before);
        let late_start: Vec<Time> = (0..network.len())
            .map(|slot| {
                let d = dates.of(network.activity[slot]);
                d.map_or(before.early_start[slot], |d| d.late_start.max(before.early_start[slot]))
            })
            .collect();
        let latest = (0..network.len()).map(|slot| {
            let within = (options.within_float || options.mode == Mode::Smooth).then(|| late_start[slot]);
            let bound = [network.constraint[slot], network.constraint2[slot]].into_iter().flatten();
            let bound = bound.filter_map(|c| {
                let date = c.date?;
                match c.kind {
                    ConstraintKind::StartNoLaterThan => Some(date),
                    ConstraintKind::FinishNoLaterThan => {
                        Some(network.calendar(slot).add(date, -network.remaining[slot]))
                    }
                    _ => None,
                }
            });
            within.into_iter().chain(bound).min().map(|t| t.max(before.early_start[slot]))
        });
        let latest: Vec<Option<Time>> = latest.collect();
        problem.finish = before.finish.iter().max().copied().unwrap_or_default();
        (problem.late_start, problem.latest) = (late_start, latest);
        problem.fill(&limits);
        Ok(problem)
    }

    /// What is as late as possible stands where it stands: the delays of others shall not move it into a peak.
    /// Where that would push what waits for it (a start that holds a finish with a lag), it stands where its
    /// logic lets it begin.
    fn pin(&mut self, dates: &Dates) {
        let is_late = |c: Option<Constraint>| c.is_some_and(|c| c.kind == ConstraintKind::AsLateAsPossible);
        let mut pinned = Vec::new();
        for slot in 0..self.network.len() {
            let constraints = [self.network.constraint[slot], self.network.constraint2[slot]];
            let Some(d) =
                dates.of(self.network.activity[slot]).filter(|_| constraints.into_iter().any(is_late))
            else {
                continue;
            };
            let hold = self.hold(slot, d.start);
            self.network.is_plain[slot] = false;
            if is_late(constraints[1]) {
                self.network.constraint2[slot] = None;
            }
            if is_late(constraints[0]) || constraints[0].is_none() {
                self.network.constraint[slot] = Some(hold);
                pinned.push(slot);
            }
        }
        while !pinned.is_empty() {
            self.before.forward(&self.network, &self.network.remaining);
            let (network, before) = (&self.network, &self.before);
            let is_pushed = |slot: usize| {
                let d = dates.of(network.activity[slot]);
                d.is_some_and(|d| before.early_finish[slot] > d.early_finish)
            };
            let pushes = |slot: &usize| {
                is_pushed(*slot) || network.successors(*slot).iter().any(|e| is_pushed(e.slot as usize))
            };
            let (loose, kept): (Vec<usize>, Vec<usize>) = pinned.iter().partition(|slot| pushes(slot));
            if loose.is_empty() {
                break;
            }
            loose.iter().for_each(|slot| self.network.constraint[*slot] = None);
            pinned = kept;
        }
    }

    /// The needs of each slot.
    fn fill(&mut self, limits: &[Limit]) {
        let s = self.schedule;
        // Of a resource and all that it is a part of, those that count.
        let above = |resource: ResourceIndex| {
            let mut next = s.resources[resource.at()].parent;
            let mut list = vec![resource];
            while let Some(parent) = next.filter(|p| p.at() < s.resources.len() && !list.contains(p)) {
                list.push(parent);
                next = s.resources[parent.at()].parent;
            }
            list.retain(|r| *r == resource || limits[r.at()].is_stated);
            list
        };
        let mut of_resource: Vec<Vec<(usize, i64, u16)>> = vec![Vec::new(); s.resources.len()];
        for assignment in &s.assignments {
            let Some(slot) = self.network.slot(assignment.activity) else { continue };
            let Some(resource) = assignment.resource.filter(|r| is_worker(s, *r)) else { continue };
            let units = held(assignment, self.network.duration[slot]);
            if units > 0 && self.network.remaining[slot] > 0 {
                let calendar = self.calendar_of(slot, resource);
                for r in above(resource) {
                    match of_resource[r.at()].iter_mut().find(|n| n.0 == slot) {
                        Some(known) => known.1 = known.1.saturating_add(units),
                        None => of_resource[r.at()].push((slot, units, calendar)),
                    }
                }
            }
        }
        for (k, needs) in of_resource.into_iter().enumerate() {
            let Some(first) = needs.first() else { continue };
            let (index, limit) = (ResourceIndex::new(k), &limits[k]);
            let calendar = first.2;
            let most = limit.capacity.as_ref().map_or(i64::MAX, Profile::most);
            let number = self.resources.len() as u32;
            let by_span = needs.iter().all(|(_, _, own)| *own == calendar);
            for (slot, units, calendar) in needs {
                if units > most {
                    self.claims.push(Claim {
                        activity: self.network.activity[slot],
                        resource: index,
                        needs: units as f64 / super::profile::UNIT,
                        most: most as f64 / super::profile::UNIT,
                    });
                }
                let work = units.min(most).saturating_mul(i64::from(self.network.remaining[slot]));
                self.work[slot] = self.work[slot].saturating_add(work);
                let need = Need { resource: number, units: units.min(most), wanted: units, calendar };
                self.needs[slot].push(need);
            }
            let capacity = limit.capacity.clone().unwrap_or_else(Profile::empty);
            let mut limited = Limited {
                resource: index,
                has_limit: limit.capacity.is_some(),
                fixed: if self.mode == Mode::Smooth { Profile::empty() } else { capacity.clone() },
                capacity,
                by_span,
                calendar,
            };
            let mut fixed = limited.fixed.clone();
            for slot in (0..self.network.len()).filter(|s| self.stays[*s].is_some()) {
                for need in self.needs[slot].iter().filter(|n| n.resource == number) {
                    let span = (self.before.early_start[slot], self.before.early_finish[slot]);
                    self.each_span(need, &limited, span, |a, b| fixed.take(a, b, need.units));
                }
            }
            limited.fixed = fixed;
            let mut taken = Profile::empty();
            for slot in 0..self.network.len() {
                for need in self.needs[slot].iter().filter(|n| n.resource == number) {
                    let span = (self.before.early_start[slot], self.before.early_finish[slot]);
                    self.each_span(need, &limited, span, |a, b| taken.take(a, b, need.units));
                }
            }
            self.peaks.push(taken.steps().iter().map(|s| -s.1).max().unwrap_or(0));
            self.resources.push(limited);
        }
    }

    /// Start and finish by the logic alone, once the predecessors stand.
    pub(crate) fn by_logic(&self, passes: &Passes, slot: usize) -> (Time, Time) {
        let (network, remaining) = (&self.network, &self.network.remaining[..]);
        match network.profile {
            Rules::P6 => p6::early_of(&p6::Run { network, remaining }, passes, slot),
            Rules::Msp => msp::early_of(&msp::Run { network, remaining }, passes, slot, false),
        }
    }

    /// The start of a slot that is held until an instant.
    pub(crate) fn held_until(&self, slot: usize, at: Time) -> Time {
        self.network.calendar(slot).next_start(at)
    }

    /// The date that holds a slot until a start. P6 takes a start date at midnight for the time of day of the
    /// start that it replaces; a finish date it takes as it is.
    pub(crate) fn hold(&self, slot: usize, start: Time) -> Constraint {
        let at_midnight = self.network.profile == Rules::P6 && start.minute_of_day() == 0;
        match at_midnight && self.network.remaining[slot] > 0 {
            true => Constraint {
                kind: ConstraintKind::FinishNoEarlierThan,
                date: Some(self.finish_of(slot, start)),
            },
            false => Constraint { kind: ConstraintKind::StartNoEarlierThan, date: Some(start) },
        }
    }

    /// Finish of a slot that starts at an instant.
    pub(crate) fn finish_of(&self, slot: usize, start: Time) -> Time {
        self.network.calendar(slot).add(start, self.network.remaining[slot])
    }

    /// Minutes of work between two instants at which a resource is held.
    pub(crate) fn work_between(&self, resource: &Limited, from: Time, to: Time) -> Minutes {
        match resource.by_span {
            true => self.network.calendars[usize::from(resource.calendar)].between(from, to),
            // Only work time is held.
            false => to - from,
        }
    }

    /// The spans in which a need holds its resource, of an activity from an instant to another.
    pub(crate) fn each_span(
        &self,
        need: &Need,
        resource: &Limited,
        (start, finish): (Time, Time),
        mut each: impl FnMut(Time, Time),
    ) {
        let calendar = &self.network.calendars[usize::from(need.calendar)];
        if !resource.by_span {
            calendar.shifts_between(start, finish).for_each(|(a, b)| each(a, b));
            return;
        }
        let (from, to) = (calendar.next_start(start), calendar.previous_finish(finish));
        if from < to {
            each(from, to);
        }
    }

    /// When a resource works on a slot: by its own calendar where the work of resources sets the dates (P6), or
    /// wherever the task does not ignore it (MSP); else by the activity's.
    fn calendar_of(&self, slot: usize, resource: ResourceIndex) -> u16 {
        let activity = &self.schedule.activities[self.network.activity[slot].at()];
        let heeds = match self.network.profile {
            Rules::P6 => activity.work_driven,
            Rules::Msp => !activity.fields.iter().any(|(k, v)| &**k == "IgnoreResourceCalendar" && v == "1"),
        };
        let own = self.schedule.resources[resource.at()].calendar.filter(|_| heeds && !activity.elapsed);
        let number = own.and_then(|c| u16::try_from(c.at()).ok());
        number.unwrap_or(self.network.calendar[slot])
    }
}

/// Units that an assignment holds at once, in ten-thousandths; where it names none, those that do its work in
/// the activity's time.
pub(crate) fn held(assignment: &Assignment, duration: Minutes) -> i64 {
    let stated = units(assignment.units);
    if stated > 0 {
        return stated;
    }
    if duration > 0 && assignment.work > 0.0 { units(assignment.work / f64::from(duration)) } else { 0 }
}

pub(crate) fn is_worker(schedule: &Schedule, resource: ResourceIndex) -> bool {
    let kind = schedule.resources.get(resource.at()).map(|r| r.kind);
    matches!(kind, Some(ResourceKind::Labour | ResourceKind::Equipment))
}

/// How much there is of a resource.
struct Limit {
    /// `None` without a limit.
    capacity: Option<Profile>,
    /// True when it was stated for this run, and so holds what is a part of it too.
    is_stated: bool,
}

/// By resource of the schedule.
fn limits(schedule: &Schedule, options: &LevelOptions) -> Result<Vec<Limit>, LevelError> {
    let mut limits: Vec<Limit> = schedule.resources.iter().map(stated_by_file).collect();
    for (name, most) in &options.limits {
        if !(most.is_finite() && *most >= 0.0) {
            return Err(LevelError::Limit { resource: name.clone(), limit: *most });
        }
        let is_named = |r: &Resource| {
            [&r.code, &r.name, &r.uid].into_iter().any(|t| t.trim().eq_ignore_ascii_case(name.trim()))
        };
        let mut any = false;
        for (k, _) in schedule.resources.iter().enumerate().filter(|r| is_named(r.1)) {
            any = true;
            limits[k] =
                Limit { capacity: Some(Profile::new(units(*most), std::iter::empty())), is_stated: true };
        }
        if !any {
            let known = schedule.resources.iter().enumerate();
            let known = known.filter(|(k, _)| is_worker(schedule, ResourceIndex::new(*k)));
            return Err(LevelError::UnknownResource {
                resource: name.clone(),
                known: known.map(|(_, r)| r.name.clone()).filter(|name| !name.is_empty()).collect(),
            });
        }
    }
    Ok(limits)
}

/// The units that a file says there are; where it names rates of which none has units, there is no limit.
fn stated_by_file(resource: &Resource) -> Limit {
    let capacity = match resource.rates.first() {
        None => Some(Profile::new(units(1.0), std::iter::empty())),
        Some(first) => {
            let later = resource.rates.iter().skip(1).filter_map(|r| Some((r.from?, units(r.max_units))));
            let mut later: Vec<(Time, i64)> = later.collect();
            later.sort_by_key(|l| l.0);
            let profile = Profile::new(units(first.max_units), later.into_iter());
            (profile.most() > 0).then_some(profile)
        }
    };
    Limit { capacity, is_stated: false }
}

impl Problem<'_> {
    /// The activity of a slot.
    pub(crate) fn activity(&self, slot: usize) -> ActivityIndex {
        self.network.activity[slot]
    }
}
