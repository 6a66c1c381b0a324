//! Calendar arithmetic against counting minute by minute.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_schedule::{
    Calendar, CalendarIndex, DAY, Day, Exception, Recurrence, Shift, Shifts, Time, WorkCalendar,
};
use proptest::prelude::*;

fn shifts() -> impl Strategy<Value = Shifts> {
    prop::collection::vec((0..24i32, 1..8i32), 0..3).prop_map(|pairs| {
        pairs
            .iter()
            .filter_map(|(start, hours)| Shift::new(start * 60, ((start + hours) * 60).min(DAY)))
            .collect()
    })
}

fn calendar() -> impl Strategy<Value = Calendar> {
    let exceptions = prop::collection::vec((0..40i32, shifts()), 0..4);
    (prop::array::uniform7(shifts()), exceptions).prop_map(|(week, exceptions)| Calendar {
        week: week.map(Some),
        exceptions: exceptions
            .into_iter()
            .map(|(day, shifts)| Exception::on(Day::from_number(40_000 + day), shifts))
            .collect(),
        ..Calendar::standard("", "")
    })
}

/// The shifts of a day, looked up as the calendar's documentation says.
fn works(calendar: &Calendar, minute: i32) -> bool {
    let at = Time::from_minutes(minute);
    let exception = calendar.exceptions.iter().find(|e| e.from == at.day());
    let week = calendar.week[at.day().weekday()].as_ref().unwrap();
    let shifts = exception.map_or(week, |e| &e.shifts);
    shifts.iter().any(|s| (i32::from(s.start)..i32::from(s.end)).contains(&at.minute_of_day()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arithmetic_is_counting(calendar in calendar(), from in 0..40 * DAY, length in 0..20_000i32) {
        let window = Day::from_number(40_005)..Day::from_number(40_010);
        let work = WorkCalendar::compile(std::slice::from_ref(&calendar), CalendarIndex::new(0), window);
        prop_assume!(!work.is_empty() && calendar.week.iter().flatten().any(|d| !d.is_empty()));
        let from = Time::from_minutes(40_000 * DAY + from);
        let mut left = length;
        let mut at = from.minutes();
        while left > 0 {
            left -= i32::from(works(&calendar, at));
            at += 1;
        }
        prop_assert_eq!(work.add(from, length), Time::from_minutes(at));
        prop_assert_eq!(work.between(from, Time::from_minutes(at)), length);
        if length > 0 {
            // Back again leads to where the work began.
            prop_assert_eq!(work.add(Time::from_minutes(at), -length), work.next_start(from));
        }
    }

    #[test]
    fn a_window_changes_nothing(calendar in calendar(), at in -400_000..400_000i32, low in 0..60, days in 0..90) {
        // Where no week has work, 5,000 minutes of it are nowhere.
        prop_assume!(calendar.week.iter().flatten().any(|d| !d.is_empty()));
        let wide = Day::from_number(38_000)..Day::from_number(42_000);
        let narrow = Day::from_number(39_990 + low)..Day::from_number(39_990 + low + days);
        let [wide, narrow] = [wide, narrow]
            .map(|window| WorkCalendar::compile(std::slice::from_ref(&calendar), CalendarIndex::new(0), window));
        let at = Time::from_minutes(40_000 * DAY + at);
        prop_assert_eq!(wide.next_start(at), narrow.next_start(at));
        prop_assert_eq!(wide.previous_finish(at), narrow.previous_finish(at));
        prop_assert_eq!(wide.add(at, -5_000), narrow.add(at, -5_000));
        prop_assert_eq!(wide.between(at, at + 100_000), narrow.between(at, at + 100_000));
    }
}

fn check(recurrence: Recurrence, times: Option<u32>, expect: &[&str]) {
    let mut calendar = Calendar::round_the_clock("", "");
    let day = |text: &str| Time::parse(text).unwrap().day();
    let (from, to) = (day("2026-01-05"), day("2027-06-30"));
    calendar.exceptions.push(Exception {
        name: String::new(),
        from,
        to,
        recurrence,
        times,
        shifts: Shifts::new(),
    });
    let work = WorkCalendar::compile(&[calendar], CalendarIndex::new(0), from..to);
    let off: Vec<String> = (from.number()..=to.number())
        .map(Day::from_number)
        .filter(|d| work.work_on(*d) == 0)
        .map(|d| d.to_string())
        .collect();
    assert_eq!(off, expect);
}

#[test]
fn exceptions_come_back() {
    check(Recurrence::EveryDay, Some(2), &["2026-01-05", "2026-01-06"]);
    check(Recurrence::Daily { every: 10 }, Some(3), &["2026-01-05", "2026-01-15", "2026-01-25"]);
    let days = 0b10_0001;
    let weekly = Recurrence::Weekly { every: 2, days };
    check(weekly, Some(3), &["2026-01-05", "2026-01-10", "2026-01-19"]);
    let monthly = Recurrence::MonthlyOnDay { every: 1, day: 31 };
    check(monthly, Some(3), &["2026-01-31", "2026-03-31", "2026-05-31"]);
    let friday = Recurrence::MonthlyOnWeekday { every: 3, nth: 5, weekday: 4 };
    check(friday, Some(2), &["2026-01-30", "2026-04-24"]);
    check(Recurrence::YearlyOnDay { month: 5, day: 1 }, None, &["2026-05-01", "2027-05-01"]);
    let monday = Recurrence::YearlyOnWeekday { month: 5, nth: 2, weekday: 0 };
    check(monday, None, &["2026-05-11", "2027-05-10"]);
}

#[test]
fn a_calendar_without_work_says_so_and_ends_every_search() {
    let mut calendar = Calendar::standard("", "");
    calendar.week = std::array::from_fn(|_| Some(Shifts::new()));
    let window = Day::from_number(40_000)..Day::from_number(40_010);
    let work = WorkCalendar::compile(&[calendar.clone()], CalendarIndex::new(0), window.clone());
    assert!(work.is_empty());
    assert_eq!(work.add(Time::from_minutes(0), 100), Time::from_minutes(100));
    // One day of work, and beyond it none that would ever come.
    let day = Shift::new(480, 960).into_iter().collect();
    calendar.exceptions.push(Exception::on(Day::from_number(40_003), day));
    let work = WorkCalendar::compile(&[calendar], CalendarIndex::new(0), window);
    assert!(!work.is_empty());
    assert_eq!(work.work_on(Day::from_number(40_003)), 480);
}

#[test]
fn bases_that_form_a_ring_end() {
    let mut a = Calendar::standard("a", "a");
    a.base = Some(CalendarIndex::new(1));
    a.week[0] = None;
    let mut b = Calendar::round_the_clock("b", "b");
    b.base = Some(CalendarIndex::new(0));
    let window = Day::from_number(0)..Day::from_number(7);
    let work = WorkCalendar::compile(&[a, b], CalendarIndex::new(0), window);
    assert_eq!(work.work_on(Day::from_number(0)), DAY);
    assert_eq!(work.work_on(Day::from_number(1)), 480);
}
