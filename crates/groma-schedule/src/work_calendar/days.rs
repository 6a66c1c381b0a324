//! The days of a calendar: those that differ from the week, the different ones each once, those of an exception.

use super::Piece;
use crate::calendar::{Exception, Recurrence, Shifts};
use crate::time::Day;
use jiff::civil::{Date, Weekday};
use std::collections::{HashMap, HashSet};

/// Days that differ from the week, each once: however many exceptions hold a day, the first counts.
#[derive(Default)]
pub(super) struct SpecialDays {
    /// By day from [`Day::MIN`] on; empty until there is one.
    pattern: Vec<u16>,
    /// Of each day one at or after it that is not set yet, if all before that are.
    next: Vec<u32>,
    seen: HashSet<(Day, Day, Recurrence, Option<u32>)>,
}

/// No pattern: there are fewer.
const UNSET: u16 = u16::MAX;

impl SpecialDays {
    /// False for an exception that falls on the days of one before it.
    pub(super) fn is_new(&mut self, e: &Exception) -> bool {
        self.seen.insert((e.from, e.to, e.recurrence.clone(), e.times))
    }

    pub(super) fn set(&mut self, day: Day, pattern: u16) {
        self.fill(day, day, |_| Some(pattern));
    }

    /// Sets those days from one to another that are not set.
    pub(super) fn fill(&mut self, from: Day, to: Day, pattern: impl Fn(Day) -> Option<u16>) {
        let (from, to) = (from.max(Day::MIN).number(), to.min(Day::MAX).number());
        if from > to {
            return;
        }
        if self.pattern.is_empty() {
            let days = Day::MAX.number() as u32 + 1;
            self.pattern = vec![UNSET; days as usize];
            self.next = (0..=days).collect();
        }
        let mut day = self.open(from as u32);
        while day <= to as u32 {
            match pattern(Day::from_number(day as i32)) {
                Some(p) => {
                    self.pattern[day as usize] = p;
                    self.next[day as usize] = day + 1;
                    day = self.open(day);
                }
                None => day = self.open(day + 1),
            }
        }
    }

    /// The first day from one on that is not set.
    fn open(&mut self, from: u32) -> u32 {
        let mut found = from;
        while self.next[found as usize] != found {
            found = self.next[found as usize];
        }
        let mut at = from;
        while self.next[at as usize] != at {
            at = std::mem::replace(&mut self.next[at as usize], found);
        }
        found
    }

    /// Those that are set, in order.
    pub(super) fn days(&self) -> impl Iterator<Item = (Day, u16)> {
        let all = self.pattern.iter().enumerate().filter(|(_, p)| **p != UNSET);
        all.map(|(day, p)| (Day::from_number(day as i32), *p))
    }
}

/// The different days of a calendar, each stored once.
pub(super) struct Patterns {
    known: HashMap<Shifts, u16>,
    pub(super) ranges: Vec<u32>,
    pub(super) pieces: Vec<Piece>,
}

impl Default for Patterns {
    fn default() -> Self {
        Self { known: HashMap::new(), ranges: vec![0], pieces: Vec::new() }
    }
}

impl Patterns {
    pub(super) fn index(&mut self, shifts: &[crate::calendar::Shift]) -> u16 {
        let shifts = merged(shifts);
        if let Some(known) = self.known.get(&shifts) {
            return *known;
        }
        // 65,536 different days in one calendar are taken as the last of them.
        let Ok(index) = u16::try_from(self.ranges.len() - 1) else { return u16::MAX - 1 };
        let mut before = 0;
        for shift in &shifts {
            let (start, end) = (i32::from(shift.start), i32::from(shift.end));
            self.pieces.push(Piece { start, end, before });
            before += end - start;
        }
        self.ranges.push(self.pieces.len() as u32);
        self.known.insert(shifts, index);
        index
    }

    pub(super) fn length(&self, pattern: u16) -> i32 {
        let p = usize::from(pattern);
        let pieces = &self.pieces[self.ranges[p] as usize..self.ranges[p + 1] as usize];
        pieces.iter().map(|p| p.end - p.start).sum()
    }
}

/// Sorted, without overlaps; those that touch become one.
fn merged(shifts: &[crate::calendar::Shift]) -> Shifts {
    let mut sorted = shifts.to_vec();
    sorted.sort_unstable();
    let mut out: Shifts = Vec::with_capacity(sorted.len());
    for shift in sorted {
        match out.last_mut() {
            Some(last) if shift.start <= last.end => last.end = last.end.max(shift.end),
            _ => out.push(shift),
        }
    }
    out
}

fn days_between(from: Day, to: Day) -> impl Iterator<Item = Day> {
    let (from, to) = (from.max(Day::MIN), to.min(Day::MAX));
    (from.number()..=to.number()).map(Day::from_number)
}

/// The days that an exception falls on, in order, between 1900 and 2199.
pub(crate) fn occurrences(exception: &Exception) -> Vec<Day> {
    let (from, to) = (exception.from.max(Day::MIN), exception.to.min(Day::MAX));
    let most = exception.times.map_or(usize::MAX, |t| t as usize);
    let inside = |day: &Day| (from..=to).contains(day);
    match exception.recurrence {
        Recurrence::EveryDay => days_between(from, to).take(most).collect(),
        Recurrence::Daily { every } => {
            days_between(from, to).step_by(usize::from(every.max(1))).take(most).collect()
        }
        Recurrence::Weekly { every, days } => {
            let monday = from.number() - from.weekday() as i32;
            let in_week = move |day: &Day| (day.number() - monday) / 7 % i32::from(every.max(1)) == 0;
            days_between(from, to).filter(|d| days >> d.weekday() & 1 == 1 && in_week(d)).take(most).collect()
        }
        Recurrence::MonthlyOnDay { every, day } => months(from, to, every)
            .filter_map(|(y, m)| Date::new(y, m, day as i8).ok())
            .filter_map(Day::from_civil)
            .filter(inside)
            .take(most)
            .collect(),
        Recurrence::MonthlyOnWeekday { every, nth, weekday } => months(from, to, every)
            .filter_map(|(y, m)| nth_weekday(y, m, nth, weekday))
            .filter(inside)
            .take(most)
            .collect(),
        Recurrence::YearlyOnDay { month, day } => years(from, to)
            .filter_map(|y| Date::new(y, month as i8, day as i8).ok())
            .filter_map(Day::from_civil)
            .filter(inside)
            .take(most)
            .collect(),
        Recurrence::YearlyOnWeekday { month, nth, weekday } => years(from, to)
            .filter_map(|y| nth_weekday(y, month as i8, nth, weekday))
            .filter(inside)
            .take(most)
            .collect(),
    }
}

fn years(from: Day, to: Day) -> impl Iterator<Item = i16> {
    from.civil().year()..=to.civil().year()
}

fn months(from: Day, to: Day, every: u16) -> impl Iterator<Item = (i16, i8)> {
    let of = |day: Day| i32::from(day.civil().year()) * 12 + i32::from(day.civil().month()) - 1;
    let step = usize::from(every.max(1));
    // Both fit: years between 1900 and 2199, months between 1 and 12.
    (of(from)..=of(to)).step_by(step).map(|m| ((m / 12) as i16, (m % 12 + 1) as i8))
}

fn nth_weekday(year: i16, month: i8, nth: u8, weekday: u8) -> Option<Day> {
    let weekday = Weekday::from_monday_zero_offset(weekday as i8).ok()?;
    let first = Date::new(year, month, 1).ok()?;
    let nth = if nth >= 5 { -1 } else { nth as i8 };
    Day::from_civil(first.nth_weekday_of_month(nth, weekday).ok()?)
}
