//! The dates of a programme.

use crate::activity::Status;
use crate::float;
use crate::msp;
use crate::network::Network;
use crate::options::{CriticalBy, Profile};
use crate::passes::Passes;
use crate::schedule::{ActivityIndex, CalendarIndex, Schedule, SourceFormat};
use crate::time::{Minutes, Time};
use crate::work_calendar::WorkCalendar;
use std::collections::HashMap;

/// The dates of one activity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ActivityDates {
    /// The earliest start of what is left.
    pub early_start: Time,
    /// The earliest finish.
    pub early_finish: Time,
    /// The latest start of what is left that does not move the project's finish.
    pub late_start: Time,
    /// The latest finish that does not.
    pub late_finish: Time,
    /// The actual start, else the early one.
    pub start: Time,
    /// The actual finish, else the early one.
    pub finish: Time,
    /// Work minutes on its calendar that it may slip without moving the project's finish.
    pub total_float: Minutes,
    /// Work minutes on its calendar that it may slip without moving a successor.
    pub free_float: Minutes,
    /// By the rule that the options name.
    pub critical: bool,
    /// On a chain of driving links to the last finish of the project.
    pub longest_path: bool,
}

/// The dates of all activities.
#[derive(Clone, PartialEq, Debug)]
pub struct Dates {
    /// By activity of the schedule; `None` for what takes no part.
    pub activities: Vec<Option<ActivityDates>>,
    /// The finish of each project; `None` without activities.
    pub finish: Vec<Option<Time>>,
}

impl Dates {
    /// The dates of an activity.
    pub fn of(&self, activity: ActivityIndex) -> Option<&ActivityDates> {
        self.activities.get(activity.at()).and_then(Option::as_ref)
    }
}

/// The dates that a file states, and the computed ones where it states none: what a conversion writes. Of what has not
/// begun and has one of its dates stated, the other is as far from it as its work takes.
pub fn stated_dates(schedule: &Schedule, computed: &Dates) -> Dates {
    let mut dates = computed.clone();
    let mut calendars: HashMap<CalendarIndex, WorkCalendar> = HashMap::new();
    let mut after = |activity: ActivityIndex, at: Time, work: Minutes| {
        let known =
            schedule.calendar_of(activity).filter(|calendar| calendar.at() < schedule.calendars.len());
        let Some(calendar) = known else { return at + work };
        let compile = || WorkCalendar::compile(&schedule.calendars, calendar, at.day()..at.day() + 1);
        calendars.entry(calendar).or_insert_with(compile).add(at, work)
    };
    for ((index, a), d) in schedule.indices().zip(&schedule.activities).zip(&mut dates.activities) {
        let (Some(d), stored) = (d, &a.stored) else { continue };
        let put = |to: &mut Time, from: Option<Time>| *to = from.unwrap_or(*to);
        put(&mut d.early_start, stored.early_start);
        put(&mut d.early_finish, stored.early_finish);
        put(&mut d.late_start, stored.late_start);
        put(&mut d.late_finish, stored.late_finish);
        d.total_float = stored.total_float.unwrap_or(d.total_float);
        d.free_float = stored.free_float.unwrap_or(d.free_float);
        d.critical = stored.critical.unwrap_or(d.critical);
        d.longest_path = stored.longest_path.unwrap_or(d.longest_path);
        // P6 keeps planned dates there, which are not those of the activity.
        if !matches!(schedule.format, SourceFormat::Xer | SourceFormat::Pmxml) {
            let (start, finish) = (a.actual_start.or(stored.start), a.actual_finish.or(stored.finish));
            if a.status == Status::NotStarted {
                match (start, finish) {
                    (Some(start), None) if start != d.start => {
                        d.finish = after(index, start, a.duration);
                    }
                    (None, Some(finish)) if finish != d.finish => {
                        d.start = after(index, finish, -a.duration);
                    }
                    _ => {}
                }
            }
            put(&mut d.start, start);
            put(&mut d.finish, finish);
        }
    }
    dates
}

/// Computes the dates of a network with its own durations.
pub fn solve(network: &Network) -> Dates {
    let mut passes = Passes::new(network);
    solve_into(network, &network.remaining, &mut passes)
}

/// The same with `remaining` minutes of work left per slot, and room that is used again.
///
/// # Panics
///
/// If `remaining` is shorter than the network.
pub fn solve_into(network: &Network, remaining: &[Minutes], passes: &mut Passes) -> Dates {
    passes.forward(network, remaining);
    let early_finish = passes.finish.clone();
    passes.backward(network, remaining);
    let total = float::total(network, passes, &early_finish);
    let free = float::free(network, passes, &early_finish, &total);
    let longest = float::longest_path(network, remaining, passes, &early_finish);
    let mut activities = vec![None; network.slot_of.len()];
    for slot in 0..network.len() {
        let status = network.status[slot];
        let options = &network.frames[usize::from(network.project[slot])].options;
        let (early_start, early_finish) = (passes.early_start[slot], passes.early_finish[slot]);
        let is_msp = network.profile == Profile::Msp;
        let (start, finish) =
            if is_msp { msp::shown(network, passes, slot) } else { (early_start, early_finish) };
        // MSP shows the actual start as the late one, but holds the predecessors at what is left.
        let late_start = match status {
            Status::InProgress | Status::Complete if is_msp => network.actual_start[slot],
            _ => passes.late_start[slot],
        };
        let critical = match options.critical {
            CriticalBy::LongestPath => longest[slot],
            CriticalBy::TotalFloat(most) => status != Status::Complete && total[slot] <= most,
        };
        activities[network.activity[slot].at()] = Some(ActivityDates {
            early_start,
            early_finish,
            late_start,
            late_finish: passes.late_finish[slot],
            start: if status == Status::NotStarted { start } else { network.actual_start[slot] },
            finish: if status == Status::Complete { network.actual_finish[slot] } else { finish },
            total_float: total[slot],
            free_float: free[slot],
            critical,
            longest_path: longest[slot],
        });
    }
    let finish = early_finish.iter().map(|f| (*f > Time::from_minutes(i32::MIN)).then_some(*f)).collect();
    let mut dates = Dates { activities, finish };
    network.derived.fill(network, &mut dates);
    dates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Profile;
    use crate::read::{ReadOptions, read};

    #[test]
    fn a_date_that_is_not_stated_is_as_far_from_the_one_that_is_as_the_work_takes() {
        let check = |row: &str, expect: &str| {
            let text = format!("id,start,finish,duration,actual_start,calendar\nz,2026-03-02,,1d,,\n{row}\n");
            let (schedule, _) = read(text.as_bytes(), &ReadOptions::default()).unwrap();
            let network = Network::compile(&schedule, Profile::P6).0;
            let dates = stated_dates(&schedule, &solve(&network));
            let of = dates.activities[1].unwrap();
            assert_eq!(format!("{} to {}", of.start, of.finish), expect, "{row}");
        };
        // A weekend lies between.
        check("a,2026-06-04,,3d,,", "2026-06-04T00:00 to 2026-06-08T17:00");
        check("a,,2026-06-08,3d,,", "2026-06-04T08:00 to 2026-06-08T17:00");
        check("a,2026-06-04,,3d,,24/7", "2026-06-04T00:00 to 2026-06-05T00:00");
        check("a,2026-06-04,2026-06-20,3d,,", "2026-06-04T00:00 to 2026-06-20T17:00");
        check("a,2026-06-04,,0d,,", "2026-06-04T00:00 to 2026-06-04T00:00");
        check("a,,2026-06-08,,,", "2026-06-08T17:00 to 2026-06-08T17:00");
        // Neither is stated: the logic says.
        check("a,,,3d,,", "2026-03-02T08:00 to 2026-03-04T17:00");
    }

    #[test]
    fn who_finishes_before_they_start_is_told() {
        let text = "id,start,finish\na,2026-03-06,2026-03-02\nb,2026-03-02,2026-03-02\n";
        let (_, told) = read(text.as_bytes(), &ReadOptions::default()).unwrap();
        let told: Vec<String> =
            told.iter().map(|d| format!("{} {}", d.code, d.detail.as_deref().unwrap())).collect();
        assert_eq!(told, ["G0627 a: it starts 2026-03-06T00:00 and finishes 2026-03-02T17:00"]);
    }
}
