//! Finishes that P6 shows on either side of a gap in the work: those that a link from finish to finish without lag
//! holds. They have the same work minutes on their own calendar, and others on another.

use super::plan::{PlainEdge, Plan, Via};
use super::run::{Room, Work};
use super::{LANES, Lane};
use crate::schedule::LinkKind;

impl Plan<'_> {
    /// Work minutes that a link asks for, without the duration of this end.
    #[inline(always)]
    pub(super) fn asked_plain(&self, edge: &PlainEdge, room: &Room) -> Lane {
        let p = edge.slot as usize;
        let from = if edge.of_finish { &room.early_finish[p] } else { &room.early_start[p] };
        let mut asked = self.through(edge, from);
        if edge.of_sided && room.side[p] != 0 {
            self.behind_gaps(edge, from, room.side[p], &mut asked);
        }
        asked
    }

    /// Corrects what is asked by finishes that are shown behind a gap.
    #[inline(never)]
    fn behind_gaps(&self, edge: &PlainEdge, from: &Lane, side: u16, asked: &mut Lane) {
        let Via::Finish(table) = edge.via else { return };
        let table = &self.tables[usize::from(table)];
        for l in (0..LANES).filter(|l| side >> l & 1 == 1) {
            asked[l] = table.start(&self.network.calendars, from[l]) + edge.after;
        }
    }

    /// [`Self::early_plain`] of what links without lag may hold at its finish.
    #[inline(never)]
    pub(super) fn early_sided(&self, slot: usize, work: &mut impl Work, room: &mut Room) {
        let plan = &self.slots[slot];
        let planned = work.work(slot).map(|l| l.max(1));
        let (mut start, mut side) = ([plan.floor; LANES], 0u16);
        for (edge, plain) in self.network.predecessors(slot).iter().zip(self.predecessors(slot)) {
            if plan.shown {
                for l in 0..LANES {
                    room.remaining[l][slot] = planned[l];
                }
            }
            let mut asked = match plain.via {
                Via::Rules => self.asked_by_rules(slot, edge, room),
                _ => self.asked_plain(plain, room),
            };
            let is_held = edge.kind == LinkKind::FinishFinish && edge.lag == 0;
            let mut behind = if is_held { self.behind(slot, plain, room) } else { 0 };
            for l in 0..LANES {
                asked[l] -= if plain.sign != 0 { planned[l] } else { 0 };
                if plain.clip && asked[l] < plan.project_start {
                    asked[l] = plan.project_start;
                    behind &= !(1 << l);
                }
                // Of links that ask for the same the first holds it.
                if asked[l] > start[l] {
                    start[l] = asked[l];
                    side = side & !(1 << l) | behind & 1 << l;
                }
            }
        }
        let mut length = planned;
        if work.add_lost(slot, &start, &mut length) {
            for l in (0..LANES).filter(|l| length[*l] > planned[*l]) {
                side &= !(1 << l);
            }
        }
        let finish: Lane = std::array::from_fn(|l| start[l] + length[l]);
        (room.early_start[slot], room.early_finish[slot], room.side[slot]) = (start, finish, side);
        if plan.shown {
            for l in 0..LANES {
                room.remaining[l][slot] = length[l];
            }
            self.show_early(slot, &start, &finish, room);
        }
    }

    /// A bit per run: the finish of the other end lies behind the work of this end's calendar that precedes it.
    fn behind(&self, slot: usize, edge: &PlainEdge, room: &Room) -> u16 {
        let p = edge.slot as usize;
        if edge.via == Via::Same {
            return room.side[p];
        }
        let (here, there) = (self.network.calendar(slot), self.network.calendar(p));
        let is_behind = |l: usize| {
            let at = match edge.via {
                Via::Rules => room.passes[l].early_finish[p],
                _ if room.side[p] >> l & 1 == 1 => there.start_of(room.early_finish[p][l]),
                _ => there.finish_of(room.early_finish[p][l]),
            };
            at != here.previous_finish(at)
        };
        (0..LANES).fold(0, |bits, l| bits | u16::from(is_behind(l)) << l)
    }
}
