//! Calendars as a file states them: shifts of a week, other weeks for a while, exceptions.

use crate::schedule::{CalendarIndex, Fields, ProjectIndex};
use crate::time::{DAY, Day, Minutes};
use serde::{Deserialize, Serialize};

/// Work from one minute of a day to another: `0 <= start < end <= 1440`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Shift {
    /// Minutes since midnight.
    pub start: u16,
    /// Minutes since midnight, not worked.
    pub end: u16,
}

impl Shift {
    /// A shift, if it has a length and lies in a day. An end at midnight is the end of the day.
    pub fn new(start: i32, end: i32) -> Option<Self> {
        let end = if end == 0 { DAY } else { end };
        let inside = 0 <= start && start < end && end <= DAY;
        // Both fit: at most 1440.
        inside.then_some(Self { start: start as u16, end: end as u16 })
    }

    /// Minutes of work.
    pub fn length(self) -> Minutes {
        Minutes::from(self.end) - Minutes::from(self.start)
    }
}

/// The shifts of a day; none is a day off.
pub type Shifts = Vec<Shift>;

/// Shifts of the seven days from Monday on; `None` takes those of the base calendar.
pub type Week = [Option<Shifts>; 7];

/// Monday to Friday, 08:00 to 12:00 and 13:00 to 17:00.
pub fn standard_week() -> Week {
    let day = [Shift::new(480, 720), Shift::new(780, 1020)].into_iter().flatten().collect::<Shifts>();
    std::array::from_fn(|d| Some(if d < 5 { day.clone() } else { Shifts::new() }))
}

/// Another week for a while.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkWeek {
    /// Its name.
    pub name: String,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The shifts; `None` is as without it.
    pub week: Week,
}

/// How an exception comes back between its first and its last day.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recurrence {
    /// Each day between.
    EveryDay,
    /// Each n-th day.
    Daily {
        /// Days from one to the next, 1 or more.
        every: u16,
    },
    /// On some days of each n-th week, counted from the first day's week.
    Weekly {
        /// Weeks from one to the next, 1 or more.
        every: u16,
        /// Bit 0 is Monday.
        days: u8,
    },
    /// On a day of each n-th month; months that are too short have none.
    MonthlyOnDay {
        /// Months from one to the next, 1 or more.
        every: u16,
        /// 1 to 31.
        day: u8,
    },
    /// On a weekday of each n-th month.
    MonthlyOnWeekday {
        /// Months from one to the next, 1 or more.
        every: u16,
        /// 1 to 4, or 5 for the last.
        nth: u8,
        /// 0 is Monday.
        weekday: u8,
    },
    /// On a day of a month each year.
    YearlyOnDay {
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
    /// On a weekday of a month each year.
    YearlyOnWeekday {
        /// 1 to 12.
        month: u8,
        /// 1 to 4, or 5 for the last.
        nth: u8,
        /// 0 is Monday.
        weekday: u8,
    },
}

/// Days that differ from their week.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Exception {
    /// Its name.
    pub name: String,
    /// The first day.
    pub from: Day,
    /// The last day that it may fall on.
    pub to: Day,
    /// Which of the days between.
    pub recurrence: Recurrence,
    /// How often at most; `None` as often as fits between the days.
    pub times: Option<u32>,
    /// What is worked instead; nothing is a day off.
    pub shifts: Shifts,
}

impl Exception {
    /// A day off.
    pub fn day_off(day: Day) -> Self {
        Self::on(day, Shifts::new())
    }

    /// Other shifts on one day.
    pub fn on(day: Day, shifts: Shifts) -> Self {
        let recurrence = Recurrence::EveryDay;
        Self { name: String::new(), from: day, to: day, recurrence, times: None, shifts }
    }
}

/// Whom a calendar is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CalendarKind {
    /// Any project.
    #[default]
    Global,
    /// One project.
    Project,
    /// A resource.
    Resource,
}

/// When work goes on.
///
/// A day is looked up in this order: the exceptions of the calendar, then of its base; work weeks in the same
/// order; the week, where `None` takes the base's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Calendar {
    /// The file's own id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whom it is for.
    pub kind: CalendarKind,
    /// The project that it belongs to.
    pub project: Option<ProjectIndex>,
    /// What it is derived from.
    pub base: Option<CalendarIndex>,
    /// The usual week.
    pub week: Week,
    /// Other weeks for a while; of two that hold a day, the first counts.
    pub work_weeks: Vec<WorkWeek>,
    /// Days that differ; of two that hold a day, the first counts.
    pub exceptions: Vec<Exception>,
    /// Minutes that a person means by a day, a week, a month and a year of work.
    pub periods: Periods,
    /// Further fields of the file, by their names there.
    #[serde(default)]
    pub fields: Fields,
}

/// Minutes that a person means by a period of work; only for showing durations.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Periods {
    /// A day, usually 480.
    pub day: Minutes,
    /// A week, usually 2,400.
    pub week: Minutes,
    /// A month, usually 9,600.
    pub month: Minutes,
    /// A year, usually 120,000.
    pub year: Minutes,
}

impl Default for Periods {
    fn default() -> Self {
        Self { day: 480, week: 2_400, month: 9_600, year: 120_000 }
    }
}

impl Calendar {
    /// Monday to Friday, eight hours.
    pub fn standard(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind: CalendarKind::Global,
            project: None,
            base: None,
            week: standard_week(),
            work_weeks: Vec::new(),
            exceptions: Vec::new(),
            periods: Periods::default(),
            fields: Fields::new(),
        }
    }

    /// Round the clock.
    pub fn round_the_clock(id: &str, name: &str) -> Self {
        let all_day: Shifts = Shift::new(0, DAY).into_iter().collect();
        Self {
            week: std::array::from_fn(|_| Some(all_day.clone())),
            periods: Periods { day: 1_440, week: 10_080, month: 43_200, year: 525_600 },
            ..Self::standard(id, name)
        }
    }

    /// Its base calendars from the nearest on; each once, although a file may make a ring of them.
    pub(crate) fn chain(all: &[Self], first: CalendarIndex) -> Vec<&Self> {
        let mut seen = Vec::new();
        let mut next = Some(first);
        while let Some(index) = next {
            let Some(calendar) = all.get(index.at()) else { break };
            if seen.contains(&index) {
                break;
            }
            seen.push(index);
            next = calendar.base;
        }
        seen.iter().filter_map(|i| all.get(i.at())).collect()
    }
}
