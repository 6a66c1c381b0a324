//! Calendars compiled to prefix sums over work minutes: each question in constant time.

mod days;

pub(crate) use days::occurrences;

use crate::calendar::{Calendar, Recurrence, Shifts};
use crate::schedule::CalendarIndex;
use crate::time::{DAY, Day, Minutes, Time};
use days::{Patterns, SpecialDays};
use std::ops::Range;

/// Minutes of work from one entry of the inverse table to the next, as a power of two.
const STEP: u32 = 8;

/// Different days whose minutes are looked up; of further ones they are counted.
const TABLED: usize = 64;
const MINUTES: usize = DAY as usize;

/// A shift with the work of its day before it.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: i32,
    end: i32,
    before: i32,
}

/// When work goes on, ready for arithmetic.
///
/// Work is counted in minutes from the first day of a window; before and after the window, where no exception
/// lies, the week repeats for ever, so that no question has no answer. A calendar without any work time is
/// compiled as if it worked round the clock, and says so by [`Self::is_empty`]; of one that works on exceptions
/// alone that is so beyond the window.
#[derive(Clone, Debug)]
pub struct WorkCalendar {
    /// The first day of the window, a Monday.
    first: i32,
    /// Work before each day of the window, and after the last; minutes.
    before: Vec<i32>,
    /// The pattern of each day of the window.
    pattern: Vec<u16>,
    /// Where the pieces of a pattern lie; one more than there are patterns.
    ranges: Vec<u32>,
    pieces: Vec<Piece>,
    /// By pattern and minute of the day, midnight after it included: the work before it.
    work_before: Vec<u16>,
    /// By pattern and minute of its work: the minute of the day in which it lies; the end of the day behind the last.
    minute_of: Vec<u16>,
    /// The day of the window in which the `k << STEP`-th minute of work lies.
    day_of: Vec<u32>,
    /// Work before each day of the usual week, and of all of it.
    week_before: [i32; 8],
    /// Patterns of the usual week.
    week_pattern: [u16; 7],
    empty: bool,
    days_alone: Option<Day>,
}

impl WorkCalendar {
    /// Compiles a calendar with what it is derived from. The window holds `days` and every exception.
    pub fn compile(all: &[Calendar], index: CalendarIndex, days: Range<Day>) -> Self {
        let chain = Calendar::chain(all, index);
        let mut patterns = Patterns::default();
        let mut week_pattern: [u16; 7] = std::array::from_fn(|d| {
            let shifts = chain.iter().find_map(|c| c.week[d].as_ref());
            patterns.index(shifts.map_or(&[], Vec::as_slice))
        });
        let mut special = SpecialDays::default();
        // From the nearest to the farthest, from the first to the last: the first entry of the nearest counts.
        for exception in chain.iter().flat_map(|c| &c.exceptions) {
            let pattern = patterns.index(&exception.shifts);
            match exception.recurrence {
                Recurrence::EveryDay => {
                    let most = exception.times.map_or(i32::MAX, |t| i32::try_from(t).unwrap_or(i32::MAX));
                    let last = exception.from.max(Day::MIN) + most.saturating_sub(1);
                    special.fill(exception.from, exception.to.min(last), |_| (most > 0).then_some(pattern));
                }
                _ if special.is_new(exception) => {
                    occurrences(exception).into_iter().for_each(|day| special.set(day, pattern));
                }
                _ => {}
            }
        }
        for week in chain.iter().flat_map(|c| &c.work_weeks) {
            let of_day: [Option<u16>; 7] =
                std::array::from_fn(|d| week.week[d].as_ref().map(|shifts| patterns.index(shifts)));
            special.fill(week.from, week.to, |day| of_day[day.weekday()]);
        }
        let mut usual_pattern = week_pattern;
        let has_no_week = week_pattern.iter().all(|p| patterns.length(*p) == 0);
        let empty = has_no_week && special.days().all(|(_, p)| patterns.length(p) == 0);
        if has_no_week {
            // Without a usual week no search would end: what lies beyond the window is worked.
            week_pattern =
                [patterns.index(&crate::calendar::Shift::new(0, DAY).into_iter().collect::<Shifts>()); 7];
        }
        if empty {
            special = SpecialDays::default();
            usual_pattern = week_pattern;
        }
        let low = special.days().map(|s| s.0).next().map_or(days.start, |day| day.min(days.start));
        let high = special.days().last().map_or(days.end, |(day, _)| days.end.max(day + 1));
        // A whole number of weeks, from a Monday on.
        let first = low.number() - low.weekday() as i32;
        let length = ((high.number() - first).max(7) + 6) / 7 * 7;
        let mut pattern: Vec<u16> = (0..length).map(|d| usual_pattern[(d % 7) as usize]).collect();
        for (day, p) in special.days() {
            pattern[(day.number() - first) as usize] = p;
        }
        let mut made = Self::new(first, pattern, week_pattern, patterns, empty);
        made.days_alone = (has_no_week && !empty).then(|| Day::from_number(first + length));
        made
    }

    fn new(first: i32, pattern: Vec<u16>, week_pattern: [u16; 7], patterns: Patterns, empty: bool) -> Self {
        let mut before = Vec::with_capacity(pattern.len() + 1);
        let mut sum = 0;
        for p in &pattern {
            before.push(sum);
            sum += patterns.length(*p);
        }
        before.push(sum);
        let mut day_of = Vec::new();
        let mut day = 0;
        for step in 0..=(sum >> STEP) {
            while day + 1 < pattern.len() && before[day + 1] <= step << STEP {
                day += 1;
            }
            day_of.push(day as u32);
        }
        let mut week_before = [0; 8];
        for d in 0..7 {
            week_before[d + 1] = week_before[d] + patterns.length(week_pattern[d]);
        }
        let Patterns { ranges, pieces, .. } = patterns;
        let tabled = (ranges.len() - 1).min(TABLED);
        let mut work_before = Vec::with_capacity(tabled * (MINUTES + 1));
        let mut minute_of = Vec::with_capacity(tabled * MINUTES);
        for (k, range) in ranges.windows(2).take(tabled).enumerate() {
            let mut works = [false; MINUTES];
            for piece in &pieces[range[0] as usize..range[1] as usize] {
                works[piece.start as usize..piece.end as usize].fill(true);
            }
            let mut work = 0u16;
            for (minute, works) in works.into_iter().enumerate() {
                work_before.push(work);
                if works {
                    minute_of.push(minute as u16);
                    work += 1;
                }
            }
            work_before.push(work);
            minute_of.resize((k + 1) * MINUTES, DAY as u16);
        }
        Self {
            first,
            before,
            pattern,
            ranges,
            pieces,
            work_before,
            minute_of,
            day_of,
            week_before,
            week_pattern,
            empty,
            days_alone: None,
        }
    }

    /// Of a calendar whose week has no work and whose exceptions have some: the day from which on time counts as
    /// worked round the clock, so that every search ends.
    pub fn works_on_exceptions_until(&self) -> Option<Day> {
        self.days_alone
    }

    /// True when the calendar has no work time at all, and so is taken as working round the clock.
    pub fn is_empty(&self) -> bool {
        self.empty
    }

    /// Minutes of work of a usual week.
    pub fn week_length(&self) -> Minutes {
        self.week_before[7]
    }

    /// Minutes of work in the window.
    pub(crate) fn window_work(&self) -> Minutes {
        self.before[self.pattern.len()]
    }

    /// The longest time that divides every start and end of work within a day, at most a day.
    pub(crate) fn granularity(&self) -> Minutes {
        fn gcd(a: i32, b: i32) -> i32 {
            if b == 0 { a } else { gcd(b, a % b) }
        }
        self.pieces.iter().fold(DAY, |g, p| gcd(gcd(g, p.start), p.end))
    }

    /// The work of each day in which work lies, from an instant on: (day, work left of it after the instant).
    pub(crate) fn work_days(&self, from: Minutes) -> impl Iterator<Item = (Day, Minutes)> {
        let (first, before, _) = self.day_of_work(from);
        let mut used = from - before;
        (first..).filter_map(move |day| {
            let (_, pattern) = self.day(day);
            let length: i32 = self.pieces(pattern).iter().map(|p| p.end - p.start).sum();
            let left = length - std::mem::take(&mut used);
            (left > 0).then(|| (Day::from_number(self.first + day), left))
        })
    }

    fn pieces(&self, pattern: u16) -> &[Piece] {
        let p = usize::from(pattern);
        &self.pieces[self.ranges[p] as usize..self.ranges[p + 1] as usize]
    }

    /// The day's work before it and its pattern; days are counted from the first of the window.
    #[inline]
    fn day(&self, day: i32) -> (i32, u16) {
        match self.pattern.get(day as usize) {
            // A negative day is a huge index, and so outside.
            Some(p) => (self.before[day as usize], *p),
            None => self.day_outside(day),
        }
    }

    #[cold]
    fn day_outside(&self, day: i32) -> (i32, u16) {
        let length = self.pattern.len() as i32;
        let (base, offset) = if day < 0 { (0, day) } else { (self.before[self.pattern.len()], day - length) };
        // The window begins on a Monday and is whole weeks long.
        let (weeks, weekday) = (offset.div_euclid(7), offset.rem_euclid(7) as usize);
        let work = base.saturating_add(weeks.saturating_mul(self.week_before[7]));
        (work.saturating_add(self.week_before[weekday]), self.week_pattern[weekday])
    }

    /// Minutes of work from the window's first day to an instant; negative before it.
    #[inline]
    pub fn work_at(&self, at: Time) -> Minutes {
        let minutes = at.minutes().saturating_sub(self.first * DAY);
        let day = minutes.div_euclid(DAY);
        let minute = minutes - day * DAY;
        let (mut work, pattern) = self.day(day);
        if let Some(before) = self.work_before.get(usize::from(pattern) * (MINUTES + 1) + minute as usize) {
            return work.saturating_add(i32::from(*before));
        }
        for piece in self.pieces(pattern) {
            work += (minute.min(piece.end) - piece.start).max(0);
        }
        work
    }

    /// The day in which the minute of work after `work` lies, with the work before the day and its pattern.
    #[inline]
    fn day_of_work(&self, work: i32) -> (i32, i32, u16) {
        let total = self.before[self.pattern.len()];
        if !(0..total).contains(&work) {
            return self.day_of_work_outside(work, total);
        }
        let mut day = self.day_of[(work >> STEP) as usize] as usize;
        while self.before[day + 1] <= work {
            day += 1;
        }
        (day as i32, self.before[day], self.pattern[day])
    }

    #[cold]
    fn day_of_work_outside(&self, work: i32, total: i32) -> (i32, i32, u16) {
        let (base_day, base) = if work < 0 { (0, 0) } else { (self.pattern.len() as i32, total) };
        let week = self.week_before[7];
        let (weeks, rest) = ((work - base).div_euclid(week), (work - base).rem_euclid(week));
        let weekday =
            (0..7).rfind(|d| self.week_before[*d] <= rest && self.week_before[d + 1] > rest).unwrap_or(0);
        let before =
            base.saturating_add(weeks.saturating_mul(week)).saturating_add(self.week_before[weekday]);
        (base_day + weeks * 7 + weekday as i32, before, self.week_pattern[weekday])
    }

    fn instant(&self, day: i32, minute: i32) -> Time {
        Time::from_minutes((self.first + day).saturating_mul(DAY).saturating_add(minute))
    }

    /// The minute of a day in which a minute of its work lies.
    #[inline]
    fn minute_of(&self, pattern: u16, work: i32) -> Option<i32> {
        let is_inside = (work as u32) < DAY as u32;
        let at = usize::from(pattern) * MINUTES + if is_inside { work as usize } else { usize::MAX / 2 };
        self.minute_of.get(at).map(|m| i32::from(*m))
    }

    /// The latest instant with so much work before it: where the next work begins.
    #[inline]
    pub fn start_of(&self, work: Minutes) -> Time {
        let (day, before, pattern) = self.day_of_work(work);
        let rest = work - before;
        if let Some(minute) = self.minute_of(pattern, rest) {
            return self.instant(day, minute);
        }
        for piece in self.pieces(pattern) {
            if rest < piece.before + (piece.end - piece.start) {
                return self.instant(day, piece.start + rest - piece.before);
            }
        }
        self.instant(day, DAY)
    }

    /// The earliest instant with so much work before it: where the last work ends.
    #[inline]
    pub fn finish_of(&self, work: Minutes) -> Time {
        let (day, before, pattern) = self.day_of_work(work - 1);
        let rest = work - before;
        if let Some(minute) = self.minute_of(pattern, rest - 1) {
            return self.instant(day, (minute + 1).min(DAY));
        }
        for piece in self.pieces(pattern) {
            if rest <= piece.before + (piece.end - piece.start) {
                return self.instant(day, piece.start + rest - piece.before);
            }
        }
        self.instant(day, DAY)
    }

    /// The instant itself if work goes on after it, else the start of the next work.
    #[inline]
    pub fn next_start(&self, at: Time) -> Time {
        self.start_of(self.work_at(at))
    }

    /// The instant itself if work goes on before it, else the end of the last work.
    #[inline]
    pub fn previous_finish(&self, at: Time) -> Time {
        self.finish_of(self.work_at(at))
    }

    /// True within a shift, its first and its last instant included.
    #[inline]
    pub fn is_working(&self, at: Time) -> bool {
        let work = self.work_at(at);
        self.start_of(work) == at || self.finish_of(work) == at
    }

    /// So much work later: the end of that work; forward by nothing is the instant itself, backward the start.
    #[inline]
    pub fn add(&self, at: Time, work: Minutes) -> Time {
        match work {
            0 => at,
            1.. => self.finish_of(self.work_at(at).saturating_add(work)),
            _ => self.start_of(self.work_at(at).saturating_add(work)),
        }
    }

    /// Minutes of work from one instant to another; negative when the second is earlier.
    #[inline]
    pub fn between(&self, from: Time, to: Time) -> Minutes {
        self.work_at(to) - self.work_at(from)
    }

    /// Spans of work between two instants.
    pub(crate) fn shifts_between(&self, from: Time, to: Time) -> impl Iterator<Item = (Time, Time)> {
        let days = from.day().number()..=to.day().number();
        days.flat_map(move |day| {
            let (_, pattern) = self.day(day - self.first);
            self.pieces(pattern).iter().filter_map(move |piece| {
                let midnight = Day::from_number(day).at(0);
                let (start, end) = ((midnight + piece.start).max(from), (midnight + piece.end).min(to));
                (start < end).then_some((start, end))
            })
        })
    }

    /// Minutes of work in a week without exceptions.
    pub fn work_in_week(&self) -> Minutes {
        self.week_before[7]
    }

    /// Minutes of work in a day.
    pub fn work_on(&self, day: Day) -> Minutes {
        let (_, pattern) = self.day(day.number() - self.first);
        self.pieces(pattern).iter().map(|p| p.end - p.start).sum()
    }
}
