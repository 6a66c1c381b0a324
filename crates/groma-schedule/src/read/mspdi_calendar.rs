//! Calendars of Microsoft Project's XML: weeks, other weeks for a while, exceptions that come back.

use super::Notes;
use super::dom::Element;
use super::mspdi::{label, number};
use crate::calendar::{
    Calendar, CalendarKind, Exception, Periods, Recurrence, Shift, Shifts, Week, WorkWeek,
};
use crate::schedule::{CalendarIndex, Schedule};
use crate::time::{DAY, Day, Minutes, Time, parse_clock};
use groma_model::codes;
use std::collections::HashMap;

pub(crate) fn read(
    root: &Element<'_>,
    schedule: &mut Schedule,
    notes: &mut Notes,
) -> HashMap<String, CalendarIndex> {
    let mut known = HashMap::new();
    let mut bases = Vec::new();
    let usual = Periods::default();
    let day = number(root, "MinutesPerDay", notes).map_or(usual.day, |m| m as Minutes).clamp(1, DAY);
    let week = number(root, "MinutesPerWeek", notes).map_or(usual.week, |m| m as Minutes).clamp(1, 7 * DAY);
    let days = number(root, "DaysPerMonth", notes).map_or(20, |d| d as Minutes).clamp(1, 31);
    let periods = Periods { day, week, month: day * days, year: day * days * 12 };
    for element in root.child("Calendars").iter().flat_map(|c| c.all("Calendar")) {
        let Some(uid) = element.text_of("UID") else {
            notes.add(codes::BROKEN_ROW, || "a calendar without UID");
            continue;
        };
        let index = CalendarIndex::new(schedule.calendars.len());
        let mut calendar = Calendar::standard(uid, element.text_of("Name").unwrap_or_default());
        calendar.periods = periods;
        let base = element.text_of("BaseCalendarUID").filter(|b| !matches!(*b, "-1" | "0"));
        let is_base = element.text_of("IsBaseCalendar").is_none_or(|b| matches!(b, "1" | "true"));
        calendar.kind = if is_base { CalendarKind::Global } else { CalendarKind::Resource };
        let days = element.child("WeekDays");
        calendar.week = week_of(days, notes);
        if base.is_none() && calendar.week.iter().any(Option::is_some) {
            for day in &mut calendar.week {
                day.get_or_insert_default();
            }
        } else if base.is_none() {
            calendar.week = crate::calendar::standard_week();
        }
        match element.child("Exceptions") {
            Some(list) => {
                for exception in list.all("Exception") {
                    calendar.exceptions.extend(read_exception(exception, &calendar.name, notes));
                }
            }
            // Before 2007, days that differ stood among the days of the week.
            None => {
                let old =
                    days.iter().flat_map(|d| d.all("WeekDay")).filter(|d| d.text_of("DayType") == Some("0"));
                calendar.exceptions.extend(old.filter_map(|day| read_exception(day, &calendar.name, notes)));
            }
        }
        for week in element.child("WorkWeeks").iter().flat_map(|w| w.all("WorkWeek")) {
            let Some((from, to)) = period(week) else {
                notes.add(codes::UNREADABLE_CALENDAR, || {
                    format!("{}: a work week without days", label(element))
                });
                continue;
            };
            let name = week.text_of("Name").unwrap_or_default().to_owned();
            calendar.work_weeks.push(WorkWeek {
                name,
                from,
                to,
                week: week_of(week.child("WeekDays"), notes),
            });
        }
        bases.extend(base.map(|b| (index, b)));
        known.insert(uid.to_owned(), index);
        schedule.calendars.push(calendar);
    }
    for (index, base) in bases {
        schedule.calendars[index.at()].base = known.get(base).copied();
        if !known.contains_key(base) {
            let name = schedule.calendars[index.at()].name.clone();
            notes.add(codes::MISSING_CALENDAR, || format!("{base}, the base of {name:?}"));
        }
    }
    known
}

fn week_of(days: Option<&Element<'_>>, notes: &mut Notes) -> Week {
    let mut week: Week = Default::default();
    for day in days.iter().flat_map(|d| d.all("WeekDay")) {
        // 1 is Sunday; 0 is no day of the week.
        if let Some(Ok(number @ 1..=7)) = day.text_of("DayType").map(str::parse::<usize>) {
            week[(number + 5) % 7] = Some(shifts(day, notes));
        }
    }
    week
}

/// The shifts of a day; none when it is off.
fn shifts(day: &Element<'_>, notes: &mut Notes) -> Shifts {
    if !matches!(day.text_of("DayWorking"), Some("1" | "true")) {
        return Shifts::new();
    }
    let mut found = Shifts::new();
    for time in day.child("WorkingTimes").iter().flat_map(|t| t.all("WorkingTime")) {
        let clock = |name: &str| time.text_of(name).and_then(parse_clock);
        let Some((from, to)) = clock("FromTime").zip(clock("ToTime")) else { continue };
        // A shift that ends at the minute at which it begins lasts all day.
        match Shift::new(from, if to == from { DAY } else { to }) {
            Some(shift) => found.push(shift),
            None => notes.add(codes::UNREADABLE_CALENDAR, || format!("a shift from {from} to {to} minutes")),
        }
    }
    found
}

fn period(element: &Element<'_>) -> Option<(Day, Day)> {
    let period = element.child("TimePeriod")?;
    let day = |name: &str| period.text_of(name).and_then(Time::parse).map(Time::day);
    day("FromDate").zip(day("ToDate")).filter(|(from, to)| from <= to)
}

fn read_exception(element: &Element<'_>, calendar: &str, notes: &mut Notes) -> Option<Exception> {
    let Some((from, to)) = period(element) else {
        notes.add(codes::UNREADABLE_CALENDAR, || format!("{calendar:?}: an exception without days"));
        return None;
    };
    let mut value = |name: &str| number(element, name, notes).map_or(0, |v| v as i64);
    let (kind, every) = (value("Type"), value("Period").clamp(1, 999) as u16);
    let (month, month_day) = (value("Month") + 1, value("MonthDay"));
    let (item, position, mask) = (value("MonthItem"), value("MonthPosition"), value("DaysOfWeek"));
    // 3 is Sunday, 4 Monday; 0 to 2 are kinds of days.
    let weekday = (3..=9).contains(&item).then_some(((item + 3) % 7) as u8);
    let nth = (position + 1).clamp(1, 5) as u8;
    let recurrence = match (kind, weekday) {
        (2, _) => {
            Recurrence::YearlyOnDay { month: month.clamp(1, 12) as u8, day: month_day.clamp(1, 31) as u8 }
        }
        (3, Some(weekday)) => Recurrence::YearlyOnWeekday { month: month.clamp(1, 12) as u8, nth, weekday },
        (4, _) => Recurrence::MonthlyOnDay { every, day: month_day.clamp(1, 31) as u8 },
        (5, Some(weekday)) => Recurrence::MonthlyOnWeekday { every, nth, weekday },
        // Bit 0 is Sunday there, Monday here.
        (6, _) => Recurrence::Weekly { every, days: (mask >> 1 & 0x3f | (mask & 1) << 6) as u8 },
        (3 | 5, None) => {
            notes.add(codes::UNREADABLE_CALENDAR, || format!("{calendar:?}: an exception on a kind of day"));
            return None;
        }
        _ if every > 1 => Recurrence::Daily { every },
        _ => Recurrence::EveryDay,
    };
    let counted = matches!(element.text_of("EnteredByOccurrences"), Some("1" | "true"));
    let occurrences = element.text_of("Occurrences").and_then(|o| o.parse().ok());
    let times = occurrences.filter(|o| counted && *o > 0 && !matches!(recurrence, Recurrence::EveryDay));
    let name = element.text_of("Name").unwrap_or_default().to_owned();
    Some(Exception { name, from, to, recurrence, times, shifts: shifts(element, notes) })
}
