//! What of a network is plain, and how its links act in work minutes.

use super::conversion::{Conversion, common_cell};
use crate::activity::{Constraint, ConstraintKind, Status};
use crate::network::{Edge, Network};
use crate::options::Profile;
use crate::passes::Passes;
use crate::schedule::LinkKind;
use crate::time::Time;
use std::collections::HashMap;

/// Cells of all tables together; links beyond them are computed one by one.
const MOST_CELLS: usize = 32 << 20;

/// How work minutes of the other end become those of this end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Via {
    /// The calendars are the same.
    Same,
    /// By a table, as a start.
    Start(u16),
    /// By a table, as a finish.
    Finish(u16),
    /// By the rules of the profile.
    Rules,
}

/// A link in work minutes: `via(x + before) + after + sign * duration`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainEdge {
    pub(crate) slot: u32,
    pub(crate) via: Via,
    /// True when `x` is the other end's finish, else its start.
    pub(crate) of_finish: bool,
    pub(crate) before: i32,
    pub(crate) after: i32,
    /// Of the slot's own duration.
    pub(crate) sign: i32,
    /// True when the start is not before the project's.
    pub(crate) clip: bool,
    /// True when `x` may lie on either side of a gap in the work of the other end: see [`Slot::sided`].
    pub(crate) of_sided: bool,
}

/// What a constraint does to the start, in work minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EarlyRule {
    None,
    Max(i32),
    Min(i32),
    Set(i32),
    /// As a finish: less the duration.
    MaxFinish(i32),
    MinFinish(i32),
}

/// What a constraint does to the late finish, in work minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LateRule {
    None,
    Min(i32),
    /// As a start: plus the duration.
    MinStart(i32),
    SetStart(i32),
}

/// How a slot is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// In work minutes.
    Plain,
    /// By the rules of the profile.
    Rules,
    /// Not at all: it is complete, and so is all before it.
    Frozen,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) kind: Kind,
    /// Its instants are wanted by a neighbour.
    pub(crate) shown: bool,
    /// Its finish may be the last of its project.
    pub(crate) ends: bool,
    /// Its finish may be shown behind the gap that follows its work: where a link from finish to finish without
    /// lag holds it (P6).
    pub(crate) sided: bool,
    /// The start without a predecessor; the least there is with one.
    pub(crate) floor: i32,
    /// The project's start.
    pub(crate) project_start: i32,
    pub(crate) early: EarlyRule,
    pub(crate) late: [LateRule; 3],
    /// Of [`Plan::groups`].
    pub(crate) group: u32,
}

/// A network prepared for lanes.
pub(crate) struct Plan<'a> {
    pub(crate) network: &'a Network,
    pub(crate) slots: Vec<Slot>,
    pub(crate) tables: Vec<Conversion>,
    /// As the network's, in the same order.
    pub(crate) predecessors: Vec<PlainEdge>,
    pub(crate) successors: Vec<PlainEdge>,
    /// (project, calendar): where finishes are compared.
    pub(crate) groups: Vec<(u16, u16)>,
    /// The network's own early dates.
    pub(crate) base: Passes,
    /// True when every lane is computed by the rules.
    pub(crate) all_by_rules: bool,
    /// True when a slot or a link is computed by the rules.
    pub(crate) any_by_rules: bool,
}

/// The least start; far from overflow.
pub(crate) const LEAST: i32 = i32::MIN / 2;

impl<'a> Plan<'a> {
    pub(crate) fn new(network: &'a Network) -> Self {
        let mut base = Passes::new(network);
        base.forward(network, &network.remaining);
        let is_late_as_possible =
            |c: &Option<Constraint>| c.is_some_and(|c| c.kind == ConstraintKind::AsLateAsPossible);
        let any_late = network.constraint.iter().chain(&network.constraint2).any(is_late_as_possible);
        let all_by_rules = any_late && network.profile == Profile::Msp;
        let mut builder = Builder {
            network,
            base: &base,
            tables: Vec::new(),
            known: HashMap::new(),
            cell: common_cell(&network.calendars),
            cells: 0,
        };
        let mut groups = Vec::new();
        let mut group_of: HashMap<(u16, u16), u32> = HashMap::new();
        let mut slots: Vec<Slot> = Vec::with_capacity(network.len());
        for slot in 0..network.len() {
            let key = (network.project[slot], network.calendar[slot]);
            let group = *group_of.entry(key).or_insert_with(|| {
                groups.push(key);
                groups.len() as u32 - 1
            });
            slots.push(builder.slot(slot, group, &slots));
        }
        let mut predecessors = builder.edges(&slots, false);
        let mut successors = builder.edges(&slots, true);
        builder.take_sides(&mut slots);
        builder.demote(&mut slots, &predecessors, &successors);
        builder.by_rules_beside(&slots, &mut predecessors, false);
        builder.by_rules_beside(&slots, &mut successors, true);
        for edge in predecessors.iter_mut().filter(|e| e.of_finish && e.before == 0) {
            let is_by_table = matches!(edge.via, Via::Finish(_));
            edge.of_sided = is_by_table && slots[edge.slot as usize].sided;
        }
        mark_shown(network, &mut slots, &predecessors, &successors);
        let is_rule = |e: &PlainEdge| e.via == Via::Rules;
        let any_by_rules = slots.iter().any(|s| s.kind != Kind::Plain)
            || predecessors.iter().any(is_rule)
            || successors.iter().any(is_rule);
        let tables = builder.tables;
        Self { network, slots, tables, predecessors, successors, groups, base, all_by_rules, any_by_rules }
    }

    #[inline]
    pub(crate) fn predecessors(&self, slot: usize) -> &[PlainEdge] {
        let at = &self.network.predecessors_at;
        &self.predecessors[at[slot] as usize..at[slot + 1] as usize]
    }

    #[inline]
    pub(crate) fn successors(&self, slot: usize) -> &[PlainEdge] {
        let at = &self.network.successors_at;
        &self.successors[at[slot] as usize..at[slot + 1] as usize]
    }
}

/// Slots whose instants a neighbour that is computed by the rules asks for.
fn mark_shown(network: &Network, slots: &mut [Slot], predecessors: &[PlainEdge], successors: &[PlainEdge]) {
    for slot in 0..slots.len() {
        let by_rules = slots[slot].kind == Kind::Rules;
        let around = [(&network.predecessors_at, predecessors), (&network.successors_at, successors)];
        for (at, edges) in around {
            for edge in &edges[at[slot] as usize..at[slot + 1] as usize] {
                if by_rules || edge.via == Via::Rules {
                    slots[slot].shown = true;
                    slots[edge.slot as usize].shown = true;
                }
            }
        }
        slots[slot].shown |= by_rules;
    }
}

struct Builder<'a> {
    network: &'a Network,
    base: &'a Passes,
    tables: Vec<Conversion>,
    known: HashMap<(u16, u16), Option<u16>>,
    cell: i32,
    cells: usize,
}

impl Builder<'_> {
    fn is_p6(&self) -> bool {
        self.network.profile == Profile::P6
    }

    fn slot(&self, slot: usize, group: u32, before: &[Slot]) -> Slot {
        let n = self.network;
        let calendar = n.calendar(slot);
        let work = |at: Time| calendar.work_at(at);
        let start = n.frames[usize::from(n.project[slot])].start;
        let edges = n.predecessors(slot);
        let all_frozen = edges.iter().all(|e| before[e.slot as usize].kind == Kind::Frozen);
        let mut plain = Slot {
            kind: Kind::Plain,
            shown: false,
            ends: self.ends(slot),
            sided: false,
            floor: if edges.is_empty() { work(start) } else { LEAST },
            project_start: work(start),
            early: EarlyRule::None,
            late: [LateRule::None; 3],
            group,
        };
        if n.status[slot] == Status::Complete && all_frozen {
            return Slot { kind: Kind::Frozen, ..plain };
        }
        let is_work = n.status[slot] == Status::NotStarted
            && !n.kind[slot].is_milestone()
            && n.remaining[slot] > 0
            && n.by_hand[slot].is_none()
            // MSP leaves out what is complete, and aligns what passes round the clock.
            && (self.is_p6()
                || n.align[slot] == n.calendar[slot]
                    && n.successors(slot).iter().all(|e| n.status[e.slot as usize] != Status::Complete));
        // P6 holds the finish of what waits for a start.
        let is_held = self.is_p6() && edges.iter().any(|e| e.kind == LinkKind::StartFinish && e.lag != 0);
        // And the start of what started work waits for so.
        let is_held = is_held
            || self.is_p6()
                && n.successors(slot).iter().any(|e| {
                    e.kind == LinkKind::StartFinish && n.status[e.slot as usize] == Status::InProgress
                });
        let is_bound = n.expected(slot).is_some() || n.external(slot) != [None, None];
        if !is_work || is_held || is_bound || !self.constrain(slot, &mut plain) {
            plain.kind = Kind::Rules;
        }
        plain
    }

    /// The constraints of a slot in work minutes; false when they cannot be told so.
    fn constrain(&self, slot: usize, plain: &mut Slot) -> bool {
        let n = self.network;
        let is_p6 = self.is_p6();
        let has_predecessors = !n.predecessors(slot).is_empty();
        let constraints = [n.constraint[slot], if is_p6 { n.constraint2[slot] } else { None }];
        for (k, constraint) in constraints.into_iter().enumerate() {
            let Some(Constraint { kind, date }) = constraint else { continue };
            let Some(date) = date else { return false };
            let w = n.calendar(slot).work_at(date);
            use ConstraintKind as C;
            // MSP starts at the date itself, even where no work goes on.
            let by_start =
                matches!(kind, C::StartOn | C::StartNoEarlierThan | C::StartNoLaterThan | C::MandatoryStart);
            if !is_p6 && by_start && n.calendar(slot).next_start(date) != date {
                return false;
            }
            let early = match (kind, is_p6) {
                // P6 takes the time of day of the start that it replaces.
                (C::StartNoEarlierThan, true) if has_predecessors => return false,
                // Without predecessor no duration changes it.
                (C::StartNoEarlierThan, true) => {
                    EarlyRule::Set(n.calendar(slot).work_at(self.base.early_start[slot]))
                }
                (C::StartNoEarlierThan, false) if has_predecessors => EarlyRule::Max(w),
                (C::StartNoEarlierThan, false) => EarlyRule::Set(w),
                (C::FinishNoEarlierThan, true) => EarlyRule::MaxFinish(w),
                (C::FinishNoEarlierThan, false) => {
                    if !has_predecessors {
                        plain.floor = LEAST;
                    }
                    EarlyRule::MaxFinish(w)
                }
                (C::StartOn, true) => EarlyRule::Max(w),
                (C::StartOn, false) | (C::MandatoryStart, _) => EarlyRule::Set(w),
                (C::StartNoLaterThan, true) | (C::FinishNoLaterThan, true) => EarlyRule::None,
                (C::StartNoLaterThan, false) => EarlyRule::Min(w),
                (C::FinishNoLaterThan, false) => EarlyRule::MinFinish(w),
                (C::FinishOn | C::MandatoryFinish | C::AsLateAsPossible, _) => return false,
            };
            match k {
                0 => plain.early = early,
                // One behind the other is not told by one rule.
                _ if early != EarlyRule::None => return false,
                _ => {}
            }
            plain.late[k] = match (kind, is_p6) {
                (C::StartOn, true) | (C::StartNoLaterThan, _) => LateRule::MinStart(w),
                (C::StartOn, false) | (C::MandatoryStart, _) => LateRule::SetStart(w),
                (C::FinishNoLaterThan, _) => LateRule::Min(w),
                _ => LateRule::None,
            };
        }
        if !is_p6 && let Some(deadline) = n.deadline[slot] {
            plain.late[2] = LateRule::Min(n.calendar(slot).work_at(deadline));
        }
        true
    }

    /// True unless a successor of the same project cannot finish before it.
    fn ends(&self, slot: usize) -> bool {
        let n = self.network;
        !n.successors(slot).iter().any(|e| {
            let s = e.slot as usize;
            use ConstraintKind as C;
            let yields = match n.constraint[s].map(|c| c.kind) {
                None => true,
                Some(C::StartNoLaterThan | C::FinishNoLaterThan) => self.is_p6(),
                Some(_) => false,
            };
            e.kind == LinkKind::FinishStart
                && e.lag >= 0
                && yields
                && n.project[s] == n.project[slot]
                && n.status[s] == Status::NotStarted
                && n.by_hand[s].is_none()
                && !n.kind[s].is_milestone()
        })
    }

    fn edges(&mut self, slots: &[Slot], backward: bool) -> Vec<PlainEdge> {
        let n = self.network;
        let mut out = Vec::with_capacity(n.predecessors.len());
        for slot in 0..n.len() {
            let edges = if backward { n.successors(slot) } else { n.predecessors(slot) };
            for edge in edges {
                let plain = slots[slot].kind == Kind::Plain && slots[edge.slot as usize].kind == Kind::Plain;
                let rules = PlainEdge {
                    slot: edge.slot,
                    via: Via::Rules,
                    of_finish: false,
                    before: 0,
                    after: 0,
                    sign: 0,
                    clip: false,
                    of_sided: false,
                };
                let made = if plain {
                    if backward { self.late(edge, slot) } else { self.early(edge, slot) }
                } else {
                    None
                };
                out.push(made.unwrap_or(rules));
            }
        }
        out
    }

    /// A link as its successor sees it.
    fn early(&mut self, edge: &Edge, slot: usize) -> Option<PlainEdge> {
        let n = self.network;
        let (here, there) = (n.calendar[slot], n.calendar[edge.slot as usize]);
        let is_sf = edge.kind == LinkKind::StartFinish;
        if self.is_p6() && edge.lag < 0 || is_sf && !(self.is_p6() && edge.lag == 0) {
            return None;
        }
        // MSP counts the lag of such a link from the start.
        let is_ff = edge.kind == LinkKind::FinishFinish;
        if !self.is_p6() && is_ff && edge.lag != 0 && edge.calendar != here {
            return None;
        }
        let of_finish = matches!(edge.kind, LinkKind::FinishStart | LinkKind::FinishFinish);
        // Whether the lag is counted before or behind the change of calendars.
        let (before, after) = match edge.lag {
            0 if edge.kind == LinkKind::StartStart && edge.calendar != here && edge.calendar != there => {
                return None;
            }
            0 => (0, 0),
            _ if edge.calendar == there => (edge.lag, 0),
            _ if edge.calendar == here => (0, edge.lag),
            _ => return None,
        };
        if before < 0 {
            return None;
        }
        let via = self.via(there, here, of_finish || before > 0)?;
        Some(PlainEdge {
            slot: edge.slot,
            via,
            of_finish,
            before,
            after,
            sign: if is_ff || is_sf { -1 } else { 0 },
            clip: is_ff || is_sf,
            of_sided: false,
        })
    }

    /// A link as its predecessor sees it.
    fn late(&mut self, edge: &Edge, slot: usize) -> Option<PlainEdge> {
        let n = self.network;
        let (here, there) = (n.calendar[slot], n.calendar[edge.slot as usize]);
        let is_sf = edge.kind == LinkKind::StartFinish;
        if self.is_p6() && edge.lag < 0 || is_sf && !(self.is_p6() && edge.lag == 0) {
            return None;
        }
        let of_finish = edge.kind == LinkKind::FinishFinish || is_sf;
        let (before, after) = match edge.lag {
            0 => (0, 0),
            _ if edge.calendar == there => (-edge.lag, 0),
            _ if edge.calendar == here => (0, -edge.lag),
            _ => return None,
        };
        // MSP takes the lag off the next start on this side's calendar.
        if !self.is_p6() && edge.kind == LinkKind::StartStart && edge.lag != 0 && here != there {
            return None;
        }
        let as_finish = if before == 0 { of_finish } else { before > 0 };
        let via = self.via(there, here, as_finish)?;
        let sign = i32::from(edge.kind == LinkKind::StartStart || is_sf);
        Some(PlainEdge { slot: edge.slot, via, of_finish, before, after, sign, clip: false, of_sided: false })
    }

    fn via(&mut self, from: u16, to: u16, as_finish: bool) -> Option<Via> {
        if from == to {
            return Some(Via::Same);
        }
        let n = self.network;
        if !self.known.contains_key(&(from, to)) {
            let cells = (n.calendars[usize::from(from)].window_work() / self.cell) as usize;
            let fits = self.cells + cells <= MOST_CELLS && self.tables.len() < usize::from(u16::MAX);
            let table = fits.then(|| {
                self.cells += cells;
                self.tables.push(Conversion::new(&n.calendars, from, to, self.cell));
                self.tables.len() as u16 - 1
            });
            self.known.insert((from, to), table);
        }
        let table = (*self.known.get(&(from, to))?)?;
        Some(if as_finish { Via::Finish(table) } else { Via::Start(table) })
    }

    /// Marks slots whose finish P6 shows on either side of a gap.
    fn take_sides(&self, slots: &mut [Slot]) {
        if !self.is_p6() {
            return;
        }
        let n = self.network;
        for (slot, plain) in slots.iter_mut().enumerate() {
            let held = |e: &&Edge| e.kind == LinkKind::FinishFinish && e.lag <= 0;
            let mut holding = n.predecessors(slot).iter().filter(held).peekable();
            plain.sided = plain.kind == Kind::Plain
                && n.is_plain[slot]
                && !plain.ends
                && holding.peek().is_some()
                && holding.all(|e| e.lag == 0);
        }
    }

    /// Slots that P6 shows at other instants than their work minutes tell, where somebody asks for instants.
    fn demote(&self, slots: &mut [Slot], predecessors: &[PlainEdge], successors: &[PlainEdge]) {
        if !self.is_p6() {
            return;
        }
        let n = self.network;
        let odd_finish = |e: &Edge| e.kind == LinkKind::FinishFinish && e.lag <= 0;
        let odd_start = |e: &Edge| e.kind == LinkKind::StartStart && e.lag <= 0;
        let odd: Vec<(usize, bool, bool)> = (0..slots.len())
            .map(|slot| {
                let finish = n.predecessors(slot).iter().any(odd_finish);
                (slot, finish, n.successors(slot).iter().any(odd_start))
            })
            .filter(|(slot, finish, start)| slots[*slot].kind == Kind::Plain && (*finish || *start))
            .collect();
        loop {
            let mut changed = false;
            for (slot, finish, start) in &odd {
                let asks = |edges: &[PlainEdge], at: &[u32]| {
                    edges[at[*slot] as usize..at[slot + 1] as usize].iter().any(|e| {
                        let other = &slots[e.slot as usize];
                        e.via != Via::Same || other.kind != Kind::Plain || other.sided
                    })
                };
                let finish = *finish
                    && !slots[*slot].sided
                    && (slots[*slot].ends || asks(successors, &n.successors_at));
                let start = *start && asks(predecessors, &n.predecessors_at);
                if slots[*slot].kind == Kind::Plain && (finish || start) {
                    slots[*slot].kind = Kind::Rules;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// Links of which an end is computed by the rules are too.
    fn by_rules_beside(&self, slots: &[Slot], edges: &mut [PlainEdge], backward: bool) {
        let n = self.network;
        let at = if backward { &n.successors_at } else { &n.predecessors_at };
        for slot in 0..slots.len() {
            for edge in &mut edges[at[slot] as usize..at[slot + 1] as usize] {
                if slots[slot].kind != Kind::Plain || slots[edge.slot as usize].kind != Kind::Plain {
                    *edge = PlainEdge { via: Via::Rules, sign: 0, clip: false, ..*edge };
                }
            }
        }
    }
}
