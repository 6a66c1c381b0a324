//! Calendars: `IfcWorkCalendar` both ways.

use super::duration::Lengths;
use crate::calendar::{
    Calendar, Exception, Recurrence as Again, Shift, Shifts, Week, WorkWeek, standard_week,
};
use crate::schedule::CalendarIndex;
use crate::time::{Day, Time, parse_clock};
use groma_model::process::{Recurrence, WorkCalendar, WorkTime};
use std::sync::Arc;

/// A calendar, and what of it could not be told.
pub(super) struct Read {
    pub(super) calendar: Calendar,
    /// A part of it is left out.
    pub(super) is_whole: bool,
    /// Its hours are the usual ones: for want of working times, or of hours in them.
    pub(super) hours_assumed: bool,
}

/// Reads a calendar.
pub(super) fn read(ifc: &WorkCalendar) -> Read {
    let name = ifc.object.name.as_deref().unwrap_or_default();
    let mut calendar = Calendar::standard(&ifc.object.global_id, name);
    let mut is_whole = true;
    let mut hours_assumed = false;
    let mut week: Option<Week> = None;
    for time in &ifc.working_times {
        let Some((days, mut shifts)) = days_of_week(time) else {
            is_whole = false;
            continue;
        };
        if shifts.is_empty() && !days.is_empty() {
            // Days to work on, and no word of when.
            hours_assumed = true;
            shifts = standard_week()[0].clone().unwrap_or_default();
        }
        match span(time) {
            None => {
                let week = week.get_or_insert_with(|| std::array::from_fn(|_| Some(Shifts::new())));
                for day in days {
                    week[day].get_or_insert_default().extend(shifts.iter().copied());
                }
            }
            Some((from, to)) => {
                let name = time.name.as_deref().unwrap_or_default();
                let known =
                    calendar.work_weeks.iter_mut().find(|w| (w.from, w.to) == (from, to) && w.name == name);
                let own = match known {
                    Some(known) => known,
                    None => {
                        let new = WorkWeek { name: name.to_owned(), from, to, week: Default::default() };
                        calendar.work_weeks.push(new);
                        let last = calendar.work_weeks.len() - 1;
                        &mut calendar.work_weeks[last]
                    }
                };
                for day in days {
                    own.week[day].get_or_insert_default().extend(shifts.iter().copied());
                }
            }
        }
    }
    // One that only names weeks that hold for a while has no other.
    hours_assumed |= week.is_none() && calendar.work_weeks.is_empty();
    calendar.week = week.unwrap_or_else(standard_week);
    calendar.week.iter_mut().flatten().for_each(|shifts| shifts.sort_unstable());
    for time in &ifc.exception_times {
        match exceptions(time) {
            Some(found) => calendar.exceptions.extend(found),
            None => is_whole = false,
        }
    }
    let of_day = |d: usize| calendar.week[d].iter().flatten().map(|s| s.length()).sum::<i32>();
    if let Some(day) = (0..7).map(of_day).find(|m| *m > 0) {
        let week: i32 = (0..7).map(of_day).sum();
        calendar.periods.day = day;
        calendar.periods.week = week;
        calendar.periods.month = 4 * week;
        calendar.periods.year = 50 * week;
    }
    Read { calendar, is_whole, hours_assumed }
}

/// Minutes of a day and a week of work.
pub(super) fn lengths(calendar: Option<&Calendar>) -> Lengths {
    let periods = calendar.map(|c| c.periods).unwrap_or_default();
    Lengths { day: f64::from(periods.day), week: f64::from(periods.week) }
}

fn day(text: &Option<Arc<str>>) -> Option<Day> {
    text.as_deref().and_then(Time::parse).map(Time::day)
}

/// The days between which it holds; `None` for ever.
fn span(time: &WorkTime) -> Option<(Day, Day)> {
    match (day(&time.start), day(&time.finish)) {
        (None, None) => None,
        (from, to) => Some((from.unwrap_or(Day::MIN), to.unwrap_or(Day::MAX))),
    }
}

fn shifts(recurrence: Option<&Recurrence>) -> Option<Shifts> {
    let periods = recurrence.map(|r| r.periods.as_slice()).unwrap_or_default();
    let shift = |(from, to): &(Arc<str>, Arc<str>)| Shift::new(parse_clock(from)?, parse_clock(to)?);
    periods.iter().map(shift).collect()
}

/// The days of the week that a working time speaks of, 0 being Monday, and their shifts.
fn days_of_week(time: &WorkTime) -> Option<(Vec<usize>, Shifts)> {
    let recurrence = time.recurrence.as_ref();
    let shifts = match recurrence {
        // Without hours a day is worked round the clock.
        None => Shift::new(0, 1440).into_iter().collect(),
        some => shifts(some)?,
    };
    let days = match recurrence.and_then(|r| r.kind.as_deref()) {
        None | Some("DAILY") => (0..7).collect(),
        Some("WEEKLY") => {
            let list = recurrence.map(|r| r.weekdays.as_slice()).unwrap_or_default();
            list.iter().filter(|d| (1..=7).contains(*d)).map(|d| *d as usize - 1).collect()
        }
        _ => return None,
    };
    Some((days, shifts))
}

fn exceptions(time: &WorkTime) -> Option<Vec<Exception>> {
    let recurrence = time.recurrence.as_ref();
    let shifts = shifts(recurrence)?;
    let (from, to) = span(time).unwrap_or((Day::MIN, Day::MAX));
    let spare = Recurrence::default();
    let r = recurrence.unwrap_or(&spare);
    let every = r.interval.unwrap_or(1).clamp(1, 999) as u16;
    let small = |list: &[i64], most: i64| -> Vec<u8> {
        list.iter().filter(|d| (1..=most).contains(*d)).map(|d| *d as u8).collect()
    };
    let (days, months) = (small(&r.days, 31), small(&r.months, 12));
    let weekdays: Vec<u8> = small(&r.weekdays, 7).into_iter().map(|d| d - 1).collect();
    // The last of a month is counted from its end.
    let nth = match r.position {
        Some(n @ 1..=4) => n as u8,
        Some(-1 | 5) => 5,
        _ => 1,
    };
    let pairs = |a: &[u8], b: &[u8]| -> Vec<(u8, u8)> {
        a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y))).collect()
    };
    let all: Vec<Again> = match r.kind.as_deref() {
        None => vec![Again::EveryDay],
        Some("DAILY" | "BY_DAY_COUNT") if every == 1 => vec![Again::EveryDay],
        Some("DAILY" | "BY_DAY_COUNT") => vec![Again::Daily { every }],
        Some("WEEKLY" | "BY_WEEKDAY_COUNT") => {
            vec![Again::Weekly { every, days: weekdays.iter().fold(0, |mask, d| mask | 1 << d) }]
        }
        Some("MONTHLY_BY_DAY_OF_MONTH") => {
            days.iter().map(|day| Again::MonthlyOnDay { every, day: *day }).collect()
        }
        Some("MONTHLY_BY_POSITION") => {
            weekdays.iter().map(|weekday| Again::MonthlyOnWeekday { every, nth, weekday: *weekday }).collect()
        }
        Some("YEARLY_BY_DAY_OF_MONTH") => {
            pairs(&months, &days).into_iter().map(|(month, day)| Again::YearlyOnDay { month, day }).collect()
        }
        Some("YEARLY_BY_POSITION") => pairs(&months, &weekdays)
            .into_iter()
            .map(|(month, weekday)| Again::YearlyOnWeekday { month, nth, weekday })
            .collect(),
        _ => return None,
    };
    let times = r.occurrences.and_then(|o| u32::try_from(o).ok());
    let name = time.name.as_deref().unwrap_or_default();
    let exception = |recurrence: Again| Exception {
        name: name.to_owned(),
        from,
        to,
        recurrence,
        times,
        shifts: shifts.clone(),
    };
    Some(all.into_iter().map(exception).collect())
}

/// The working times and exceptions of a calendar, with what it takes from its base.
pub(super) fn written(all: &[Calendar], index: CalendarIndex) -> (Vec<WorkTime>, Vec<WorkTime>) {
    let chain = Calendar::chain(all, index);
    let usual: Week = std::array::from_fn(|d| chain.iter().find_map(|c| c.week[d].clone()));
    let mut working = weekly(&usual, None, None);
    for week in chain.iter().flat_map(|c| &c.work_weeks) {
        working.extend(weekly(&week.week, Some(&week.name), Some((week.from, week.to))));
    }
    let exceptions = chain.iter().flat_map(|c| &c.exceptions).map(exception).collect();
    (working, exceptions)
}

fn text(value: impl ToString) -> Option<Arc<str>> {
    Some(value.to_string().into())
}

fn periods(shifts: &Shifts) -> Vec<(Arc<str>, Arc<str>)> {
    let clock = |m: u16| Arc::from(format!("{:02}:{:02}:00", m / 60, m % 60));
    shifts.iter().map(|s| (clock(s.start), clock(s.end))).collect()
}

/// A working time for each kind of day that a week has.
fn weekly(week: &Week, name: Option<&str>, span: Option<(Day, Day)>) -> Vec<WorkTime> {
    let mut times: Vec<(Shifts, Vec<i64>)> = Vec::new();
    for (d, shifts) in week.iter().enumerate() {
        // In a week that holds for a while a day off differs from one that is not spoken of.
        let Some(shifts) = shifts.as_ref().filter(|s| !s.is_empty() || span.is_some()) else { continue };
        match times.iter_mut().find(|(known, _)| known == shifts) {
            Some((_, days)) => days.push(d as i64 + 1),
            None => times.push((shifts.clone(), vec![d as i64 + 1])),
        }
    }
    let time = |(shifts, weekdays): (Shifts, Vec<i64>)| WorkTime {
        name: name.map(Arc::from),
        recurrence: Some(Recurrence {
            kind: text("WEEKLY"),
            weekdays,
            periods: periods(&shifts),
            ..Recurrence::default()
        }),
        start: span.and_then(|s| text(s.0)),
        finish: span.and_then(|s| text(s.1)),
        ..WorkTime::default()
    };
    times.into_iter().map(time).collect()
}

fn exception(e: &Exception) -> WorkTime {
    let mut r = Recurrence {
        periods: periods(&e.shifts),
        occurrences: e.times.map(i64::from),
        ..Recurrence::default()
    };
    let position = |nth: u8| Some(if nth >= 5 { -1 } else { i64::from(nth) });
    let interval = |every: u16| (every > 1).then(|| i64::from(every));
    let kind = match e.recurrence {
        Again::EveryDay => "DAILY",
        Again::Daily { every } => {
            r.interval = interval(every);
            "DAILY"
        }
        Again::Weekly { every, days } => {
            r.interval = interval(every);
            r.weekdays = (0..7).filter(|d| days >> d & 1 == 1).map(|d| d + 1).collect();
            "WEEKLY"
        }
        Again::MonthlyOnDay { every, day } => {
            r.interval = interval(every);
            r.days = vec![day.into()];
            "MONTHLY_BY_DAY_OF_MONTH"
        }
        Again::MonthlyOnWeekday { every, nth, weekday } => {
            r.interval = interval(every);
            (r.weekdays, r.position) = (vec![i64::from(weekday) + 1], position(nth));
            "MONTHLY_BY_POSITION"
        }
        Again::YearlyOnDay { month, day } => {
            (r.months, r.days) = (vec![month.into()], vec![day.into()]);
            "YEARLY_BY_DAY_OF_MONTH"
        }
        Again::YearlyOnWeekday { month, nth, weekday } => {
            (r.months, r.weekdays) = (vec![month.into()], vec![i64::from(weekday) + 1]);
            r.position = position(nth);
            "YEARLY_BY_POSITION"
        }
    };
    r.kind = text(kind);
    WorkTime {
        name: Some(e.name.as_str().into()).filter(|n: &Arc<str>| !n.is_empty()),
        recurrence: Some(r),
        start: text(e.from),
        finish: text(e.to),
        ..WorkTime::default()
    }
}
