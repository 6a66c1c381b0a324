//! Look-ahead: what the next weeks bring, and what it still waits for.

use crate::activity::{ActivityKind, Constraint, Status};
use crate::network::Network;
use crate::schedule::{ActivityIndex, Lag, LinkKind, Schedule};
use crate::solve::{ActivityDates, Dates};
use crate::time::{DAY, Time};

/// What an activity waits for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Wait {
    /// Whom.
    pub predecessor: ActivityIndex,
    /// Which ends are tied.
    pub kind: LinkKind,
    /// How long after.
    pub lag: Lag,
    /// When that end of the predecessor is planned to come.
    pub due: Time,
}

/// An activity in the window.
#[derive(Clone, PartialEq, Debug)]
pub struct LookAhead {
    /// Which.
    pub activity: ActivityIndex,
    /// How far it has come.
    pub status: Status,
    /// Its dates.
    pub dates: ActivityDates,
    /// True when it starts in the window.
    pub starts: bool,
    /// True when it finishes in it.
    pub finishes: bool,
    /// Ends of others that have not come yet and hold it, by when they are due.
    pub waits: Vec<Wait>,
    /// A date that it is bound to and that has not passed.
    pub constraint: Option<Constraint>,
}

/// When the look-ahead of a programme begins that nobody states: at the latest data date, else at the first start.
pub fn look_ahead_from(schedule: &Schedule, dates: &Dates) -> Time {
    let data_date = schedule.projects.iter().filter_map(|p| p.data_date).max();
    let first = || dates.activities.iter().flatten().map(|d| d.start).min();
    data_date.or_else(first).unwrap_or_default()
}

/// What starts, goes on or finishes in some weeks from a date on, by start; summaries left out.
///
/// # Panics
///
/// If the network or the dates are of another schedule.
pub fn look_ahead(
    schedule: &Schedule,
    network: &Network,
    dates: &Dates,
    from: Time,
    weeks: u16,
) -> Vec<LookAhead> {
    let to = from + i32::from(weeks) * 7 * DAY;
    let status = |index: ActivityIndex| match network.slot(index) {
        Some(slot) => network.status[slot],
        None => schedule.activities[index.at()].status,
    };
    let mut waits: Vec<Vec<Wait>> = vec![Vec::new(); schedule.activities.len()];
    for link in &schedule.links {
        // What comes to an end in the successor's start, or in its finish.
        let holds_start = matches!(link.kind, LinkKind::FinishStart | LinkKind::StartStart);
        let is_held = match status(link.successor) {
            Status::NotStarted => true,
            Status::InProgress => !holds_start,
            Status::Complete => false,
        };
        let of_finish = matches!(link.kind, LinkKind::FinishStart | LinkKind::FinishFinish);
        let has_come = match status(link.predecessor) {
            Status::NotStarted => false,
            Status::InProgress => !of_finish,
            Status::Complete => true,
        };
        let Some(d) = dates.of(link.predecessor).filter(|_| is_held && !has_come) else { continue };
        let due = if of_finish { d.finish } else { d.start };
        let wait = Wait { predecessor: link.predecessor, kind: link.kind, lag: link.lag, due };
        waits[link.successor.at()].push(wait);
    }
    let mut found = Vec::new();
    for index in schedule.indices() {
        let a = &schedule.activities[index.at()];
        let status = status(index);
        let is_open = a.active && a.kind != ActivityKind::WbsSummary && status != Status::Complete;
        let Some(d) = dates.of(index).filter(|d| is_open && d.start < to && d.finish >= from) else {
            continue;
        };
        let mut waits = std::mem::take(&mut waits[index.at()]);
        waits.sort_by_key(|w| (w.due, w.predecessor));
        found.push(LookAhead {
            activity: index,
            status,
            dates: *d,
            starts: status == Status::NotStarted && d.start >= from,
            finishes: d.finish <= to,
            waits,
            constraint: a.constraint.filter(|c| c.date.is_some_and(|date| date > from)),
        });
    }
    found.sort_by_key(|l| (l.dates.start, l.activity));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;
    use crate::calendar::Calendar;
    use crate::options::Profile;
    use crate::schedule::{Link, Project, ProjectIndex};
    use crate::solve::solve;

    #[test]
    fn the_next_week_and_what_it_waits_for() {
        let mut project = Project::new("P", "P");
        project.start = Time::parse("2026-01-05T08:00");
        project.data_date = Time::parse("2026-01-12T08:00");
        let task = |code: &str, days: i32| Activity::new(code, code, ProjectIndex::new(0), days * 480);
        let link = |a: usize, b: usize, kind: LinkKind| Link {
            predecessor: ActivityIndex::new(a),
            successor: ActivityIndex::new(b),
            kind,
            lag: Lag::Work(0),
        };
        let mut s = Schedule {
            projects: vec![project],
            calendars: vec![Calendar::standard("1", "1")],
            activities: vec![task("done", 5), task("going", 10), task("next", 2), task("later", 5)],
            links: vec![
                link(0, 1, LinkKind::FinishStart),
                link(1, 2, LinkKind::StartStart),
                link(2, 3, LinkKind::FinishStart),
                link(1, 3, LinkKind::FinishStart),
            ],
            ..Schedule::default()
        };
        s.activities[0].actual_start = Time::parse("2026-01-05T08:00");
        s.activities[0].actual_finish = Time::parse("2026-01-09T17:00");
        s.activities[1].actual_start = Time::parse("2026-01-09T08:00");
        s.activities[1].remaining = 7 * 480;
        let (network, _) = Network::compile(&s, Profile::P6);
        let dates = solve(&network);
        let from = look_ahead_from(&s, &dates);
        let names = |weeks: u16| -> Vec<(String, bool, bool, usize)> {
            let found = look_ahead(&s, &network, &dates, from, weeks);
            let code = |l: &LookAhead| s.activities[l.activity.at()].code.clone();
            found.iter().map(|l| (code(l), l.starts, l.finishes, l.waits.len())).collect()
        };
        assert_eq!(names(1), [("going".into(), false, false, 0), ("next".into(), true, true, 0)]);
        // The later task waits for the finish of both.
        assert_eq!(names(3)[2], ("later".into(), true, true, 2));
    }
}
