//! The two passes over sixteen runs.

use super::plan::{EarlyRule, Kind, LEAST, LateRule, PlainEdge, Plan, Via};
use super::steps::Rules;
use super::{LANES, Lane};
use crate::activity::Status;
use crate::network::Edge;
use crate::options::{CriticalBy, FloatKind};
use crate::passes::Passes;
use crate::time::{Minutes, Time};

/// Where the work of sixteen runs comes from.
pub(crate) trait Work {
    /// Work minutes left of a slot in each run.
    fn work(&mut self, slot: usize) -> Lane;

    /// What is added to the work once the start is known, in work minutes of the slot's calendar; true if
    /// anything is.
    fn add_lost(&mut self, slot: usize, start: &Lane, work: &mut Lane) -> bool;
}

/// What the passes fill; made once, used for as many blocks as wanted.
#[derive(Clone)]
pub(crate) struct Room {
    /// By slot, in work minutes on its own calendar.
    pub(crate) early_start: Vec<Lane>,
    pub(crate) early_finish: Vec<Lane>,
    pub(crate) late_start: Vec<Lane>,
    pub(crate) late_finish: Vec<Lane>,
    /// By slot a bit per run: the early finish is shown behind the gap that follows the work; of sided slots.
    pub(super) side: Vec<u16>,
    /// By project, in minutes of the wall clock.
    pub(crate) finish: Vec<Lane>,
    /// By group of the plan: the latest finish in work minutes; then the project's finish.
    groups: Vec<Lane>,
    /// Instants by lane; empty when none are wanted.
    pub(super) passes: Vec<Passes>,
    pub(super) remaining: Vec<Vec<Minutes>>,
}

impl Room {
    pub(crate) fn new(plan: &Plan<'_>) -> Self {
        let n = plan.network.len();
        let with_instants = plan.any_by_rules || plan.all_by_rules;
        let lanes = if with_instants { LANES } else { 0 };
        let mut room = Self {
            early_start: vec![[0; LANES]; n],
            early_finish: vec![[0; LANES]; n],
            late_start: vec![[0; LANES]; n],
            late_finish: vec![[0; LANES]; n],
            side: vec![0; n],
            finish: vec![[0; LANES]; plan.network.frames.len()],
            groups: vec![[0; LANES]; plan.groups.len()],
            passes: vec![plan.base.clone(); lanes],
            remaining: vec![plan.network.remaining.clone(); lanes],
        };
        for slot in (0..n).filter(|s| plan.slots[*s].kind == Kind::Frozen) {
            let calendar = plan.network.calendar(slot);
            room.early_start[slot] = [calendar.work_at(plan.base.early_start[slot]); LANES];
            room.early_finish[slot] = [calendar.work_at(plan.base.early_finish[slot]); LANES];
            room.late_start[slot] = room.early_start[slot];
            room.late_finish[slot] = room.early_finish[slot];
        }
        room
    }

    /// The finish of the last project of each run, in minutes of the wall clock.
    pub(crate) fn last_finish(&self) -> Lane {
        let mut last = [i32::MIN; LANES];
        for lane in &self.finish {
            for l in 0..LANES {
                last[l] = last[l].max(lane[l]);
            }
        }
        last
    }
}

impl Plan<'_> {
    /// Early dates of sixteen runs, and the finish of each project.
    #[inline(always)]
    pub(crate) fn forward(&self, work: &mut impl Work, room: &mut Room) {
        for finish in &mut room.finish {
            finish.fill(i32::MIN);
        }
        for group in &mut room.groups {
            group.fill(i32::MIN);
        }
        for slot in 0..self.slots.len() {
            match self.slots[slot].kind {
                Kind::Plain if self.slots[slot].sided => self.early_sided(slot, work, room),
                Kind::Plain if !self.all_by_rules => self.early_plain(slot, work, room),
                Kind::Frozen => {
                    let at = self.base.early_finish[slot].minutes();
                    let finish = &mut room.finish[usize::from(self.network.project[slot])];
                    finish.iter_mut().for_each(|f| *f = (*f).max(at));
                }
                Kind::Plain | Kind::Rules => self.early_by_rules(slot, work, room),
            }
        }
        for (group, (project, calendar)) in room.groups.iter().zip(&self.groups) {
            let calendar = &self.network.calendars[usize::from(*calendar)];
            let finish = &mut room.finish[usize::from(*project)];
            for l in 0..LANES {
                if group[l] != i32::MIN {
                    finish[l] = finish[l].max(calendar.finish_of(group[l]).minutes());
                }
            }
        }
        self.share_finish(room);
    }

    #[inline(always)]
    fn early_plain(&self, slot: usize, work: &mut impl Work, room: &mut Room) {
        let plan = &self.slots[slot];
        let mut length = work.work(slot);
        for l in &mut length {
            *l = (*l).max(1);
        }
        if plan.shown {
            for l in 0..LANES {
                room.remaining[l][slot] = length[l];
            }
        }
        let mut start = [plan.floor; LANES];
        let edges = self.network.predecessors(slot);
        for (edge, plain) in edges.iter().zip(self.predecessors(slot)) {
            let mut asked = match plain.via {
                Via::Rules => self.asked_by_rules(slot, edge, room),
                _ => self.asked_plain(plain, room),
            };
            if plain.sign != 0 {
                for l in 0..LANES {
                    asked[l] -= length[l];
                }
            }
            let least = if plain.clip { plan.project_start } else { LEAST };
            for l in 0..LANES {
                start[l] = start[l].max(asked[l].max(least));
            }
        }
        match plan.early {
            EarlyRule::None => {}
            EarlyRule::Max(at) => start.iter_mut().for_each(|s| *s = (*s).max(at)),
            EarlyRule::Min(at) => start.iter_mut().for_each(|s| *s = (*s).min(at)),
            EarlyRule::Set(at) => start.fill(at),
            EarlyRule::MaxFinish(at) => {
                for l in 0..LANES {
                    start[l] = start[l].max(at - length[l]);
                }
            }
            EarlyRule::MinFinish(at) => {
                for l in 0..LANES {
                    start[l] = start[l].min(at - length[l]);
                }
            }
        }
        if work.add_lost(slot, &start, &mut length) && plan.shown {
            for l in 0..LANES {
                room.remaining[l][slot] = length[l];
            }
        }
        let mut finish = start;
        for l in 0..LANES {
            finish[l] += length[l];
        }
        room.early_start[slot] = start;
        room.early_finish[slot] = finish;
        if plan.ends {
            let group = &mut room.groups[plan.group as usize];
            for l in 0..LANES {
                group[l] = group[l].max(finish[l]);
            }
        }
        if plan.shown {
            self.show_early(slot, &start, &finish, room);
        }
    }

    #[inline(never)]
    pub(super) fn show_early(&self, slot: usize, start: &Lane, finish: &Lane, room: &mut Room) {
        let (calendar, side) = (self.network.calendar(slot), room.side[slot]);
        for (l, passes) in room.passes.iter_mut().enumerate() {
            passes.early_start[slot] = calendar.start_of(start[l]);
            passes.early_finish[slot] = match side >> l & 1 {
                0 => calendar.finish_of(finish[l]),
                _ => calendar.start_of(finish[l]),
            };
        }
    }

    /// Work minutes of the other end as those of this end, without its duration.
    #[inline(always)]
    pub(super) fn through(&self, edge: &PlainEdge, from: &Lane) -> Lane {
        let mut out = *from;
        let calendars = &self.network.calendars;
        match edge.via {
            Via::Same | Via::Rules => {
                let lag = edge.before + edge.after;
                for l in 0..LANES {
                    out[l] += lag;
                }
            }
            Via::Start(table) => {
                let table = &self.tables[usize::from(table)];
                out.iter_mut().for_each(|w| *w += edge.before);
                out = table.starts(calendars, &out);
                out.iter_mut().for_each(|w| *w += edge.after);
            }
            Via::Finish(table) => {
                let table = &self.tables[usize::from(table)];
                out.iter_mut().for_each(|w| *w += edge.before);
                out = table.finishes(calendars, &out);
                out.iter_mut().for_each(|w| *w += edge.after);
            }
        }
        out
    }

    #[cold]
    pub(super) fn asked_by_rules(&self, slot: usize, edge: &Edge, room: &Room) -> Lane {
        let calendar = self.network.calendar(slot);
        std::array::from_fn(|l| {
            let rules = Rules::new(self.network, &room.remaining[l]);
            calendar.work_at(rules.asked(&room.passes[l], edge, slot))
        })
    }

    #[cold]
    fn allowed_by_rules(&self, slot: usize, edge: &Edge, room: &Room) -> Lane {
        let calendar = self.network.calendar(slot);
        std::array::from_fn(|l| {
            let rules = Rules::new(self.network, &room.remaining[l]);
            calendar.work_at(rules.allowed(&room.passes[l], edge, slot))
        })
    }

    #[inline(never)]
    fn early_by_rules(&self, slot: usize, work: &mut impl Work, room: &mut Room) {
        let network = self.network;
        let calendar = network.calendar(slot);
        let mut length = work.work(slot);
        let project = usize::from(network.project[slot]);
        for l in 0..LANES {
            room.remaining[l][slot] = length[l];
            let passes = &mut room.passes[l];
            let (start, finish) = Rules::new(network, &room.remaining[l]).early(passes, slot);
            (passes.early_start[slot], passes.early_finish[slot]) = (start, finish);
            room.early_start[slot][l] = calendar.work_at(start);
            if network.expected(slot).is_some() {
                room.remaining[l][slot] = calendar.between(start, finish);
            }
        }
        let start = room.early_start[slot];
        // Weather cannot take days from what an expected finish ends.
        if network.expected(slot).is_none() && work.add_lost(slot, &start, &mut length) {
            for l in 0..LANES {
                if length[l] > room.remaining[l][slot] {
                    room.remaining[l][slot] = length[l];
                    let passes = &mut room.passes[l];
                    passes.early_finish[slot] = calendar.add(passes.early_start[slot], length[l]);
                }
            }
        }
        for (l, passes) in room.passes.iter().enumerate() {
            let finish = passes.early_finish[slot];
            room.early_finish[slot][l] = calendar.work_at(finish);
            room.finish[project][l] = room.finish[project][l].max(finish.minutes());
        }
    }

    /// The finish of the projects as the backward pass wants it.
    fn share_finish(&self, room: &mut Room) {
        for (l, passes) in room.passes.iter_mut().enumerate() {
            for (project, finish) in room.finish.iter().enumerate() {
                passes.finish[project] = Time::from_minutes(finish[l]);
            }
        }
    }

    /// Late dates of the runs of the last [`Self::forward`]; `each` sees a slot as soon as its dates stand, while
    /// they are near.
    #[inline(always)]
    pub(crate) fn backward(&self, room: &mut Room, mut each: impl FnMut(usize, &Room)) {
        let network = self.network;
        if self.all_by_rules {
            self.backward_by_rules(room);
            (0..self.slots.len()).for_each(|slot| each(slot, room));
            return;
        }
        let is_p6 = network.profile == crate::options::Profile::P6;
        let must = |project: usize| {
            let frame = &network.frames[project];
            frame.must_finish_by.or(frame.scheduled_finish).filter(|_| is_p6)
        };
        for (project, finish) in room.finish.iter_mut().enumerate() {
            if let Some(must) = must(project) {
                finish.iter_mut().for_each(|f| *f = (*f).max(must.minutes()));
            }
        }
        self.share_finish(room);
        for (group, (project, calendar)) in room.groups.iter_mut().zip(&self.groups) {
            let calendar = &network.calendars[usize::from(*calendar)];
            let finish = &room.finish[usize::from(*project)];
            for l in 0..LANES {
                group[l] = calendar.work_at(Time::from_minutes(finish[l]));
            }
        }
        for slot in (0..self.slots.len()).rev() {
            match self.slots[slot].kind {
                Kind::Plain => self.late_plain(slot, room, is_p6),
                Kind::Rules => self.late_by_rules(slot, room),
                Kind::Frozen => {}
            }
            each(slot, room);
        }
    }

    #[inline(always)]
    fn late_plain(&self, slot: usize, room: &mut Room, is_p6: bool) {
        let network = self.network;
        let plan = &self.slots[slot];
        let (start, early_finish) = (room.early_start[slot], room.early_finish[slot]);
        let mut length = early_finish;
        for l in 0..LANES {
            length[l] -= start[l];
        }
        let mut finish = room.groups[plan.group as usize];
        let edges = network.successors(slot);
        if edges.is_empty() {
            let frame = &network.frames[usize::from(network.project[slot])];
            if let Some(must) = frame.must_finish_by.filter(|_| is_p6) {
                finish = [network.calendar(slot).work_at(must); LANES];
            }
            if is_p6 && frame.options.open_ends_critical {
                for l in 0..LANES {
                    finish[l] = finish[l].min(early_finish[l]);
                }
            }
        }
        for (edge, plain) in edges.iter().zip(self.successors(slot)) {
            let mut allowed = match plain.via {
                Via::Rules => self.allowed_by_rules(slot, edge, room),
                _ => {
                    let s = plain.slot as usize;
                    self.through(
                        plain,
                        if plain.of_finish { &room.late_finish[s] } else { &room.late_start[s] },
                    )
                }
            };
            if plain.sign != 0 {
                for l in 0..LANES {
                    allowed[l] += length[l];
                }
            }
            for l in 0..LANES {
                finish[l] = finish[l].min(allowed[l]);
            }
        }
        for rule in plan.late {
            match rule {
                LateRule::None => {}
                LateRule::Min(at) => finish.iter_mut().for_each(|f| *f = (*f).min(at)),
                LateRule::MinStart(at) => {
                    for l in 0..LANES {
                        finish[l] = finish[l].min(at + length[l]);
                    }
                }
                LateRule::SetStart(at) => {
                    for l in 0..LANES {
                        finish[l] = at + length[l];
                    }
                }
            }
        }
        let mut late_start = finish;
        for l in 0..LANES {
            late_start[l] -= length[l];
        }
        room.late_finish[slot] = finish;
        room.late_start[slot] = late_start;
        if plan.shown {
            self.show_late(slot, &late_start, &finish, room);
        }
    }

    #[inline(never)]
    fn show_late(&self, slot: usize, start: &Lane, finish: &Lane, room: &mut Room) {
        let calendar = self.network.calendar(slot);
        for (l, passes) in room.passes.iter_mut().enumerate() {
            passes.late_start[slot] = calendar.start_of(start[l]);
            passes.late_finish[slot] = calendar.finish_of(finish[l]);
        }
    }

    #[inline(never)]
    fn late_by_rules(&self, slot: usize, room: &mut Room) {
        for l in 0..LANES {
            Rules::new(self.network, &room.remaining[l]).late(&mut room.passes[l], slot);
        }
        self.take_instants(slot, room);
    }

    /// Work minutes of the instants of a slot: the early ones too, which the backward pass may have moved.
    fn take_instants(&self, slot: usize, room: &mut Room) {
        let calendar = self.network.calendar(slot);
        for (l, passes) in room.passes.iter().enumerate() {
            room.early_start[slot][l] = calendar.work_at(passes.early_start[slot]);
            room.early_finish[slot][l] = calendar.work_at(passes.early_finish[slot]);
            room.late_start[slot][l] = calendar.work_at(passes.late_start[slot]);
            room.late_finish[slot][l] = calendar.work_at(passes.late_finish[slot]);
        }
    }

    #[inline(never)]
    fn backward_by_rules(&self, room: &mut Room) {
        self.share_finish(room);
        for l in 0..LANES {
            room.passes[l].backward(self.network, &room.remaining[l]);
        }
        for slot in 0..self.slots.len() {
            self.take_instants(slot, room);
        }
    }

    /// Total float of a slot in each run, in work minutes of its calendar.
    #[inline(always)]
    pub(crate) fn total_float(&self, slot: usize, room: &Room) -> Lane {
        let frame = &self.network.frames[usize::from(self.network.project[slot])];
        let status = self.network.status[slot];
        let mut by_finish = room.late_finish[slot];
        let mut by_start = room.late_start[slot];
        for l in 0..LANES {
            by_finish[l] -= room.early_finish[slot][l];
            by_start[l] -= room.early_start[slot][l];
        }
        match frame.options.float {
            FloatKind::Finish => by_finish,
            FloatKind::Smallest if status != Status::NotStarted => by_finish,
            FloatKind::Start => by_start,
            FloatKind::Smallest => {
                for l in 0..LANES {
                    by_finish[l] = by_finish[l].min(by_start[l]);
                }
                by_finish
            }
        }
    }

    /// The total float up to which a slot is critical; `None` if it never is.
    pub(crate) fn critical_float(&self, slot: usize) -> Option<Minutes> {
        let frame = &self.network.frames[usize::from(self.network.project[slot])];
        let most = match frame.options.critical {
            CriticalBy::TotalFloat(most) => most,
            CriticalBy::LongestPath => 0,
        };
        (self.network.status[slot] != Status::Complete).then_some(most)
    }
}

/// Work of sixteen runs as a list by slot.
impl Work for Vec<Lane> {
    fn work(&mut self, slot: usize) -> Lane {
        self[slot]
    }

    fn add_lost(&mut self, _: usize, _: &Lane, _: &mut Lane) -> bool {
        false
    }
}
