//! Calendars of Microsoft Project's XML.

use super::mspdi::{element, time};
use crate::calendar::{Calendar, CalendarKind, Exception, Recurrence, Shift, Shifts, Week};
use crate::schedule::Schedule;
use crate::time::{DAY, Day};
use std::fmt::Write;

pub(crate) fn write(out: &mut String, schedule: &Schedule, uids: &[String]) {
    out.push_str("  <Calendars>\n");
    for (calendar, uid) in schedule.calendars.iter().zip(uids) {
        out.push_str("    <Calendar>\n");
        let base = calendar.base.map_or("-1", |b| uids[b.at()].as_str());
        let is_base = calendar.kind != CalendarKind::Resource;
        for text in [
            element("UID", uid),
            element("Name", &calendar.name),
            element("IsBaseCalendar", if is_base { "1" } else { "0" }),
            element("IsBaselineCalendar", "0"),
            element("BaseCalendarUID", base),
        ] {
            let _ = writeln!(out, "      {text}");
        }
        week(out, &calendar.week);
        exceptions(out, calendar);
        work_weeks(out, calendar);
        out.push_str("    </Calendar>\n");
    }
    out.push_str("  </Calendars>\n");
}

fn week(out: &mut String, week: &Week) {
    if week.iter().all(Option::is_none) {
        return;
    }
    let _ = writeln!(out, "      <WeekDays>");
    // 1 is Sunday.
    for number in 1..=7 {
        if let Some(own) = &week[(number + 5) % 7] {
            let day = element("DayType", &number.to_string());
            let _ = writeln!(out, "        <WeekDay>{day}{}</WeekDay>", shifts(own));
        }
    }
    let _ = writeln!(out, "      </WeekDays>");
}

fn shifts(shifts: &Shifts) -> String {
    if shifts.is_empty() {
        return element("DayWorking", "0");
    }
    let clock = |m: u16| format!("{:02}:{:02}:00", m / 60 % 24, m % 60);
    let part = |s: &Shift| {
        let from = element("FromTime", &clock(s.start));
        format!("<WorkingTime>{from}{}</WorkingTime>", element("ToTime", &clock(s.end)))
    };
    let times: String = shifts.iter().map(part).collect();
    format!("{}<WorkingTimes>{times}</WorkingTimes>", element("DayWorking", "1"))
}

fn period(from: Day, to: Day) -> String {
    let parts = [element("FromDate", &time(from.at(0))), element("ToDate", &time(to.at(DAY - 1)))];
    format!("<TimePeriod>{}</TimePeriod>", parts.concat())
}

fn exceptions(out: &mut String, calendar: &Calendar) {
    if calendar.exceptions.is_empty() {
        return;
    }
    let _ = writeln!(out, "      <Exceptions>");
    for exception in &calendar.exceptions {
        let _ = writeln!(out, "        <Exception>{}</Exception>", exception_text(exception));
    }
    let _ = writeln!(out, "      </Exceptions>");
}

fn exception_text(e: &Exception) -> String {
    let days = i64::from(e.to.number()) - i64::from(e.from.number()) + 1;
    let occurrences = e.times.map_or(days, i64::from);
    let counted = if e.times.is_some() { "1" } else { "0" };
    let mut text = [
        element("EnteredByOccurrences", counted),
        period(e.from, e.to),
        element("Occurrences", &occurrences.to_string()),
        element("Name", &e.name),
    ]
    .concat();
    let mut add = |name: &str, value: i64| text.push_str(&element(name, &value.to_string()));
    // Sunday is 3 there, Monday 4.
    let item = |weekday: u8| (i64::from(weekday) + 1) % 7 + 3;
    match e.recurrence {
        Recurrence::EveryDay => add("Type", 1),
        Recurrence::Daily { every } => {
            add("Type", 1);
            add("Period", every.into());
        }
        Recurrence::YearlyOnDay { month, day } => {
            add("Type", 2);
            add("Month", i64::from(month) - 1);
            add("MonthDay", day.into());
        }
        Recurrence::YearlyOnWeekday { month, nth, weekday } => {
            add("Type", 3);
            add("Month", i64::from(month) - 1);
            add("MonthItem", item(weekday));
            add("MonthPosition", i64::from(nth) - 1);
        }
        Recurrence::MonthlyOnDay { every, day } => {
            add("Type", 4);
            add("Period", every.into());
            add("MonthDay", day.into());
        }
        Recurrence::MonthlyOnWeekday { every, nth, weekday } => {
            add("Type", 5);
            add("Period", every.into());
            add("MonthItem", item(weekday));
            add("MonthPosition", i64::from(nth) - 1);
        }
        Recurrence::Weekly { every, days } => {
            add("Type", 6);
            add("Period", every.into());
            add("DaysOfWeek", i64::from(days & 0x3f) << 1 | i64::from(days >> 6 & 1));
        }
    }
    text.push_str(&shifts(&e.shifts));
    text
}

fn work_weeks(out: &mut String, calendar: &Calendar) {
    if calendar.work_weeks.is_empty() {
        return;
    }
    let _ = writeln!(out, "      <WorkWeeks>");
    for work_week in &calendar.work_weeks {
        let head = format!("{}{}", period(work_week.from, work_week.to), element("Name", &work_week.name));
        let _ = writeln!(out, "      <WorkWeek>{head}");
        week(out, &work_week.week);
        let _ = writeln!(out, "      </WorkWeek>");
    }
    let _ = writeln!(out, "      </WorkWeeks>");
}
