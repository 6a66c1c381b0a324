//! Work minutes of one calendar as work minutes of another, at the same instant.

use super::{LANES, Lane};
use crate::work_calendar::WorkCalendar;

/// A table over the work of one calendar in cells that are wholly work or wholly off in any calendar.
///
/// An instant between two times of work has the same work minutes before and after the gap: as a finish it
/// lies before it, as a start behind it.
#[derive(Clone, Debug)]
pub(crate) struct Conversion {
    /// Minutes in a cell, and 2^`shift` over them, rounded up: divides any work below 2^29 by multiplying, and fits
    /// in 32 bits, so that one product of a vector is enough.
    cell: i32,
    inverse: u32,
    shift: u32,
    /// Per cell the work of the other calendar before it, times two, plus one where the cell is work there too.
    cells: Vec<i32>,
    /// Minutes of the table.
    total: i32,
    from: u16,
    to: u16,
}

impl Conversion {
    /// The table from one calendar to another; `cell` divides every shift's start and end in both.
    pub(crate) fn new(calendars: &[WorkCalendar], from: u16, to: u16, cell: i32) -> Self {
        let (a, b) = (&calendars[usize::from(from)], &calendars[usize::from(to)]);
        let total = a.window_work() / cell * cell;
        let cells = (0..total / cell)
            .map(|k| {
                let start = a.start_of(k * cell);
                let before = b.work_at(start);
                before * 2 + i32::from(b.work_at(start + cell) > before)
            })
            .collect();
        let shift = 31 + cell.ilog2();
        // At most 2^31, since a cell has at least 2^(shift - 31) minutes.
        let inverse = (1u64 << shift).div_ceil(cell as u64) as u32;
        Self { cell, inverse, shift, cells, total, from, to }
    }

    #[inline(always)]
    fn look(&self, minute: i32) -> (i32, i32) {
        // A negative minute is a huge one, and so behind the table.
        let k = ((u64::from(minute as u32) * u64::from(self.inverse)) >> self.shift) as i32;
        (k, minute - k * self.cell)
    }

    /// Of a finish: the instant after the last of `work` minutes.
    #[inline(always)]
    pub(crate) fn finish(&self, calendars: &[WorkCalendar], work: i32) -> i32 {
        let last = work - 1;
        if (last as u32) >= self.total as u32 {
            return self.finish_outside(calendars, work);
        }
        let (k, rest) = self.look(last);
        let packed = self.cells[k as usize];
        (packed >> 1) + (rest + 1) * (packed & 1)
    }

    /// Of a start: the instant before the minute after `work`.
    #[inline(always)]
    pub(crate) fn start(&self, calendars: &[WorkCalendar], work: i32) -> i32 {
        if (work as u32) >= self.total as u32 {
            return self.start_outside(calendars, work);
        }
        let (k, rest) = self.look(work);
        let packed = self.cells[k as usize];
        (packed >> 1) + rest * (packed & 1)
    }

    /// Of sixteen finishes.
    #[inline(always)]
    pub(crate) fn finishes(&self, calendars: &[WorkCalendar], work: &Lane) -> Lane {
        let last = work.map(|w| w.wrapping_sub(1));
        match self.is_inside(&last) {
            true => self.look_up(&last, 1),
            false => work.map(|w| self.finish(calendars, w)),
        }
    }

    /// Of sixteen starts.
    #[inline(always)]
    pub(crate) fn starts(&self, calendars: &[WorkCalendar], work: &Lane) -> Lane {
        match self.is_inside(work) {
            true => self.look_up(work, 0),
            false => work.map(|w| self.start(calendars, w)),
        }
    }

    #[inline(always)]
    fn is_inside(&self, work: &Lane) -> bool {
        // A negative minute is a huge one.
        work.iter().fold(0, |most, w| most.max(*w as u32)) < self.total as u32
    }

    #[inline(always)]
    fn look_up(&self, work: &Lane, more: i32) -> Lane {
        let (mut cell, mut rest, mut packed) = ([0; LANES], [0; LANES], [0; LANES]);
        for l in 0..LANES {
            cell[l] = ((u64::from(work[l] as u32) * u64::from(self.inverse)) >> self.shift) as i32;
        }
        for l in 0..LANES {
            rest[l] = work[l] - cell[l] * self.cell + more;
        }
        for l in 0..LANES {
            packed[l] = self.cells[cell[l] as usize];
        }
        for l in 0..LANES {
            packed[l] = (packed[l] >> 1) + (rest[l] & -(packed[l] & 1));
        }
        packed
    }

    #[cold]
    fn finish_outside(&self, calendars: &[WorkCalendar], work: i32) -> i32 {
        let at = calendars[usize::from(self.from)].finish_of(work);
        calendars[usize::from(self.to)].work_at(at)
    }

    #[cold]
    fn start_outside(&self, calendars: &[WorkCalendar], work: i32) -> i32 {
        let at = calendars[usize::from(self.from)].start_of(work);
        calendars[usize::from(self.to)].work_at(at)
    }
}

/// The longest cell that divides every shift's start and end in all of the calendars.
pub(crate) fn common_cell(calendars: &[WorkCalendar]) -> i32 {
    calendars.iter().fold(60, |cell, c| gcd(cell, c.granularity()))
}

fn gcd(a: i32, b: i32) -> i32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendar;
    use crate::schedule::CalendarIndex;
    use crate::time::Day;

    #[test]
    fn cells_divide_as_division_does() {
        let all = [Calendar::round_the_clock("a", "a"), Calendar::standard("b", "b")];
        let days = Day::from_number(45_000)..Day::from_number(45_030);
        let compiled: Vec<WorkCalendar> =
            (0..2).map(|k| WorkCalendar::compile(&all, CalendarIndex::new(k), days.clone())).collect();
        for cell in 1..=60 {
            let table = Conversion::new(&compiled, 0, 1, cell);
            let near = |minute: i32| [minute - 1, minute, minute + 1];
            let far = (0..29).flat_map(|bit| near((1 << bit) / cell * cell)).filter(|m| *m >= 0);
            for minute in (0..5_000).chain(far).chain(near((1 << 29) - 2)) {
                assert_eq!(table.look(minute), (minute / cell, minute % cell), "{minute} by {cell}");
            }
        }
    }
}
