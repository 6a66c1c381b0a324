//! Plans of a programme from an order: each activity by the programme's own rules, held where a resource is
//! missing.

use super::Mode;
use super::problem::Problem;
use super::profile::Profile;
use super::search::{Cost, Decoder, Placed};
use crate::passes::Passes;
use crate::schedule::LinkKind;
use crate::time::Time;

/// Starts that smoothing tries for an activity, at most.
const TRIED: usize = 48;

/// What a decoder works in; after [`Decoder::forward`], the plan.
#[derive(Debug)]
pub(crate) struct Room {
    profiles: Vec<Profile>,
    pub(crate) passes: Passes,
    /// By slot: the start that the logic alone would give.
    pub(crate) logic: Vec<Time>,
    /// By slot: the resource that it waited for last, of [`Problem::resources`].
    pub(crate) waits: Vec<Option<u32>>,
    tried: Vec<Time>,
}

/// Where an activity found room.
struct Found {
    start: Time,
    finish: Time,
    waits: Option<u32>,
}

impl Problem<'_> {
    /// The earliest start from that of the logic on at which all resources are there; `None` where that is
    /// never, or too late.
    fn earliest(&self, slot: usize, (logic, finish): (Time, Time), profiles: &[Profile]) -> Option<Found> {
        let mut found = Found { start: logic, finish, waits: None };
        loop {
            let mut until: Option<Time> = None;
            for need in &self.needs[slot] {
                let (limited, profile) =
                    (&self.resources[need.resource as usize], &profiles[need.resource as usize]);
                if !limited.has_limit {
                    continue;
                }
                let mut last = None;
                self.each_span(need, limited, (found.start, found.finish), |a, b| {
                    last = profile.last_conflict(a, b, need.units).or(last);
                });
                if let Some((_, end)) = last {
                    let end = end?;
                    if until.is_none_or(|u| end > u) {
                        until = Some(end);
                        found.waits = Some(need.resource);
                    }
                }
            }
            let Some(until) = until else { return Some(found) };
            let start = self.held_until(slot, until);
            if start <= found.start || self.latest[slot].is_some_and(|latest| start > latest) {
                return None;
            }
            (found.start, found.finish) = (start, self.finish_of(slot, start));
        }
    }

    /// The latest finish up to a bound at which all resources are there.
    fn latest_finish(&self, slot: usize, bound: Time, profiles: &[Profile]) -> Time {
        let calendar = self.network.calendar(slot);
        let length = self.network.remaining[slot];
        let mut finish = calendar.previous_finish(bound);
        // Each step back leaves a conflict behind; a plan that is only an order may end anywhere.
        for _ in 0..10_000 {
            let start = calendar.add(finish, -length);
            let mut before: Option<Time> = None;
            for need in &self.needs[slot] {
                let limited = &self.resources[need.resource as usize];
                let profile = &profiles[need.resource as usize];
                if !limited.has_limit {
                    continue;
                }
                let mut first = None;
                self.each_span(need, limited, (start, finish), |a, b| {
                    first = first.or_else(|| profile.first_conflict(a, b, need.units));
                });
                if let Some((begin, _)) = first {
                    before = Some(before.map_or(begin, |b: Time| b.min(begin)));
                }
            }
            let Some(before) = before else { break };
            let moved = calendar.previous_finish(before);
            if moved >= finish || moved < self.before.early_start[slot] {
                break;
            }
            finish = moved;
        }
        finish
    }

    /// The start within the float that adds least to the peaks.
    fn smoothest(&self, slot: usize, (logic, finish): (Time, Time), room: &mut Room) -> Found {
        let latest = self.latest[slot].unwrap_or(logic).max(logic);
        let calendar = self.network.calendar(slot);
        let length = self.network.remaining[slot];
        let tried = &mut room.tried;
        tried.clear();
        tried.push(logic);
        for need in &self.needs[slot] {
            let end = self.finish_of(slot, latest);
            for (step, _, _) in room.profiles[need.resource as usize].between(logic, end) {
                tried.push(self.held_until(slot, step));
                tried.push(self.held_until(slot, calendar.add(step, -length)));
            }
        }
        tried.push(self.held_until(slot, latest));
        tried.retain(|t| (logic..=latest).contains(t));
        tried.sort_unstable();
        tried.dedup();
        let stride = tried.len().div_ceil(TRIED).max(1);
        let mut best = Found { start: logic, finish, waits: None };
        let mut least = f64::INFINITY;
        for start in tried.iter().step_by(stride) {
            let end = if *start == logic { finish } else { self.finish_of(slot, *start) };
            let mut rise = 0.0;
            let mut worst = (0.0, None);
            for need in &self.needs[slot] {
                let k = need.resource as usize;
                let limited = &self.resources[k];
                let mut own = 0.0;
                self.each_span(need, limited, (*start, end), |a, b| {
                    for (from, to, free) in room.profiles[k].between(a, b) {
                        // What is taken is less than nothing free.
                        let (taken, units) = (-free as f64, need.units as f64);
                        let minutes = f64::from(self.work_between(limited, from, to));
                        own += minutes * (2.0 * taken + units) * units;
                    }
                });
                let scale = self.peaks[k].max(1) as f64;
                own /= scale * scale;
                rise += own;
                if own > worst.0 {
                    worst = (own, Some(need.resource));
                }
            }
            if rise < least {
                least = rise;
                // What is moved is moved for the resource that would have risen most where it was.
                let waits = best.waits.or(worst.1);
                best = Found { start: *start, finish: end, waits };
            }
        }
        best
    }

    fn take(&self, slot: usize, span: (Time, Time), profiles: &mut [Profile], sign: i64) {
        for need in &self.needs[slot] {
            let k = need.resource as usize;
            let profile = &mut profiles[k];
            self.each_span(need, &self.resources[k], span, |a, b| profile.take(a, b, sign * need.units));
        }
    }

    fn cost(&self, room: &Room) -> Cost {
        let delay = (0..self.len()).fold(0i64, |sum, slot| {
            let late = i64::from(room.passes.early_start[slot] - self.before.early_start[slot]).max(0);
            sum.saturating_add(late.saturating_mul(self.weight[slot]))
        });
        let finish = room.passes.early_finish.iter().max().map_or(0, |f| i64::from(f.minutes()));
        // The late dates of links that hold a finish are not always those that keep the project's.
        let late = if self.keeps_finish { (finish - i64::from(self.finish.minutes())).max(0) } else { 0 };
        match self.mode {
            Mode::Level => {
                let limited = self.resources.iter().zip(&room.profiles).filter(|(r, _)| r.has_limit);
                let lack = limited.fold(0, |sum: i64, (_, p)| sum.saturating_add(p.lack()));
                [late, lack, finish, delay]
            }
            Mode::Smooth => {
                let (mut lack, mut peaks, mut squares) = (0i64, 0.0, 0.0);
                for ((limited, taken), before) in self.resources.iter().zip(&room.profiles).zip(&self.peaks) {
                    let scale = (*before).max(1) as f64;
                    let mut peak = 0;
                    for pair in taken.steps().windows(2) {
                        peak = peak.max(-pair[0].1);
                        if pair[0].1 != 0 {
                            let minutes = f64::from(self.work_between(limited, pair[0].0, pair[1].0));
                            squares += minutes * (pair[0].1 as f64 / scale).powi(2);
                        }
                    }
                    peaks += peak as f64 / scale;
                    if limited.has_limit {
                        lack = lack.saturating_add(beyond(&limited.capacity, taken));
                    }
                }
                [late, lack, (peaks * 1e6).round() as i64, squares.round() as i64]
            }
        }
    }
}

/// Unit-minutes that are taken beyond a capacity; `taken` is less than nothing free.
fn beyond(capacity: &Profile, taken: &Profile) -> i64 {
    let (Some(first), Some(last)) = (taken.steps().get(1), taken.steps().last()) else { return 0 };
    let spans = taken.between(first.0, last.0);
    spans.fold(0, |sum: i64, (from, to, free)| {
        let most = capacity.between(from, to);
        most.fold(sum, |sum, (a, b, capacity)| {
            sum.saturating_add((-free - capacity).max(0).saturating_mul(i64::from(b - a)))
        })
    })
}

impl Decoder for Problem<'_> {
    type Room = Room;
    const IN_ORDER: bool = false;

    fn len(&self) -> usize {
        self.network.len()
    }

    fn successors(&self, activity: usize) -> impl Iterator<Item = u32> {
        self.network.successors(activity).iter().map(|e| e.slot)
    }

    fn predecessors(&self, activity: usize) -> impl Iterator<Item = u32> {
        self.network.predecessors(activity).iter().map(|e| e.slot)
    }

    fn urgency(&self, activity: usize) -> i64 {
        i64::from(self.late_start[activity].minutes())
    }

    fn work(&self, activity: usize) -> i64 {
        self.work[activity] / 1_000
    }

    fn bound(&self) -> Cost {
        match self.mode {
            Mode::Level => [0, 0, i64::from(self.finish.minutes()), 0],
            Mode::Smooth => [0; 4],
        }
    }

    fn room(&self) -> Room {
        Room {
            profiles: self.resources.iter().map(|r| r.fixed.clone()).collect(),
            passes: self.before.clone(),
            logic: self.before.early_start.clone(),
            waits: vec![None; self.len()],
            tried: Vec::new(),
        }
    }

    fn forward(&self, order: &[u32], room: &mut Room, placed: &mut Placed) -> Cost {
        for (profile, limited) in room.profiles.iter_mut().zip(&self.resources) {
            profile.clone_from(&limited.fixed);
        }
        for slot in order {
            let slot = *slot as usize;
            let (logic, finish) = self.by_logic(&room.passes, slot);
            let stays = Found { start: logic, finish, waits: None };
            let found = if self.needs[slot].is_empty() {
                stays
            } else if self.stays[slot].is_some() {
                let planned = (self.before.early_start[slot], self.before.early_finish[slot]);
                if planned != (logic, finish) {
                    self.take(slot, planned, &mut room.profiles, -1);
                    self.take(slot, (logic, finish), &mut room.profiles, 1);
                }
                stays
            } else {
                let found = match self.mode {
                    Mode::Level => self.earliest(slot, (logic, finish), &room.profiles).unwrap_or(stays),
                    Mode::Smooth => self.smoothest(slot, (logic, finish), room),
                };
                self.take(slot, (found.start, found.finish), &mut room.profiles, 1);
                found
            };
            room.logic[slot] = logic;
            room.waits[slot] = found.waits.filter(|_| found.start > logic);
            room.passes.early_start[slot] = found.start;
            room.passes.early_finish[slot] = found.finish;
        }
        let minutes = |times: &[Time], into: &mut Vec<i64>| {
            into.clear();
            into.extend(times.iter().map(|t| i64::from(t.minutes())));
        };
        minutes(&room.passes.early_start, &mut placed.start);
        minutes(&room.passes.early_finish, &mut placed.finish);
        self.cost(room)
    }

    /// Only the order of the result is used, so that lags count here as they would on the wall clock.
    fn backward(&self, order: &[u32], room: &mut Room, placed: &mut Placed) -> bool {
        if self.mode == Mode::Smooth {
            return false;
        }
        for (profile, limited) in room.profiles.iter_mut().zip(&self.resources) {
            profile.clone_from(&limited.fixed);
        }
        let end = placed.finish.iter().max().copied().unwrap_or(0);
        let time = |minutes: i64| Time::from_minutes(minutes as i32);
        for slot in order {
            let slot = *slot as usize;
            if self.stays[slot].is_some() {
                continue;
            }
            let calendar = self.network.calendar(slot);
            let length = self.network.remaining[slot];
            let mut bound = time(end);
            for edge in self.network.successors(slot) {
                let lag = &self.network.calendars[usize::from(edge.calendar)];
                let (start, finish) =
                    (time(placed.start[edge.slot as usize]), time(placed.finish[edge.slot as usize]));
                let back = |at: Time| if edge.lag == 0 { at } else { lag.add(at, -edge.lag) };
                bound = bound.min(match edge.kind {
                    LinkKind::FinishStart => back(start),
                    LinkKind::FinishFinish => back(finish),
                    LinkKind::StartStart => calendar.add(back(start), length),
                    LinkKind::StartFinish => calendar.add(back(finish), length),
                });
            }
            let finish = self.latest_finish(slot, bound, &room.profiles);
            let start = calendar.add(finish, -length);
            self.take(slot, (start, finish), &mut room.profiles, 1);
            placed.start[slot] = i64::from(start.minutes());
            placed.finish[slot] = i64::from(finish.minutes());
        }
        true
    }
}
