//! Dates that follow from others': levels of effort and summaries.

use crate::activity::{ActivityKind, Status};
use crate::network::Network;
use crate::schedule::{ActivityIndex, Lag, Link, LinkKind, Schedule};
use crate::solve::{ActivityDates, Dates};
use crate::time::{Minutes, Time};
use crate::work_calendar::WorkCalendar;

/// What is needed to give dates to what is no part of the network.
#[derive(Clone, Debug, Default)]
pub(crate) struct Derived {
    /// Levels of effort and hammocks, in file order, with their calendars.
    efforts: Vec<Effort>,
    /// Summaries, those of the deepest branches first.
    summaries: Vec<Summary>,
}

#[derive(Clone, Debug)]
struct Effort {
    activity: ActivityIndex,
    calendar: u16,
    project: u16,
    /// When it really started and was finished.
    actual: [Option<Time>; 2],
    /// (other end, kind, lag, calendar of the lag), where this one waits for the other.
    from: Vec<(ActivityIndex, LinkKind, Minutes, u16)>,
    /// The same where the other waits for this one.
    to: Vec<(ActivityIndex, LinkKind, Minutes, u16)>,
}

#[derive(Clone, Debug)]
struct Summary {
    activity: ActivityIndex,
    calendar: u16,
    parts: Vec<ActivityIndex>,
}

impl Derived {
    pub(crate) fn compile(
        schedule: &Schedule,
        calendar_of: impl Fn(ActivityIndex) -> u16,
        clock: u16,
    ) -> Self {
        let mut place = vec![usize::MAX; schedule.activities.len()];
        let mut derived = Self::default();
        for index in schedule.indices() {
            let a = &schedule.activities[index.at()];
            if a.active && matches!(a.kind, ActivityKind::LevelOfEffort | ActivityKind::Hammock) {
                place[index.at()] = derived.efforts.len();
                derived.efforts.push(Effort {
                    activity: index,
                    calendar: calendar_of(index),
                    project: a.project.at() as u16,
                    actual: [a.actual_start.or(a.actual_finish), a.actual_finish],
                    from: Vec::new(),
                    to: Vec::new(),
                });
            }
        }
        let lag = |link: &Link| match link.lag {
            Lag::Work(lag) => (lag, calendar_of(link.predecessor)),
            Lag::Elapsed(lag) => (lag, clock),
            Lag::Percent(_) => (0, clock),
        };
        for link in &schedule.links {
            let (minutes, calendar) = lag(link);
            if let Some(effort) = derived.efforts.get_mut(place[link.successor.at()]) {
                effort.from.push((link.predecessor, link.kind, minutes, calendar));
            }
            if let Some(effort) = derived.efforts.get_mut(place[link.predecessor.at()]) {
                effort.to.push((link.successor, link.kind, minutes, calendar));
            }
        }
        derived.summaries = summaries(schedule, calendar_of);
        derived
    }

    /// Fills in the dates of what is derived, once the others' stand.
    pub(crate) fn fill(&self, network: &Network, dates: &mut Dates) {
        for effort in &self.efforts {
            let found = effort_dates(effort, network, dates);
            dates.activities[effort.activity.at()] = found;
        }
        for summary in &self.summaries {
            let calendar = &network.calendars[usize::from(summary.calendar)];
            let parts = summary.parts.iter().filter_map(|p| dates.of(*p).copied());
            let whole = parts.reduce(|a, b| ActivityDates {
                early_start: a.early_start.min(b.early_start),
                early_finish: a.early_finish.max(b.early_finish),
                late_start: a.late_start.min(b.late_start),
                late_finish: a.late_finish.max(b.late_finish),
                start: a.start.min(b.start),
                finish: a.finish.max(b.finish),
                total_float: 0,
                free_float: 0,
                critical: a.critical || b.critical,
                longest_path: a.longest_path || b.longest_path,
            });
            dates.activities[summary.activity.at()] = whole
                .map(|d| ActivityDates { total_float: calendar.between(d.early_finish, d.late_finish), ..d });
        }
    }
}

/// Summaries with the leaves of their branch.
fn summaries(schedule: &Schedule, calendar_of: impl Fn(ActivityIndex) -> u16) -> Vec<Summary> {
    let mut of_node: Vec<Vec<usize>> = vec![Vec::new(); schedule.wbs.len()];
    let mut found = Vec::new();
    for index in schedule.indices() {
        let a = &schedule.activities[index.at()];
        if let (ActivityKind::WbsSummary, Some(node)) = (a.kind, a.wbs) {
            of_node[node.at()].push(found.len());
            found.push(Summary { activity: index, calendar: calendar_of(index), parts: Vec::new() });
        }
    }
    if found.is_empty() {
        return found;
    }
    for index in schedule.indices() {
        let a = &schedule.activities[index.at()];
        let mut above = a.wbs.filter(|_| a.kind != ActivityKind::WbsSummary && a.active);
        // A file may make a ring of nodes.
        for _ in 0..=schedule.wbs.len() {
            let Some(node) = above else { break };
            for summary in &of_node[node.at()] {
                found[*summary].parts.push(index);
            }
            above = schedule.wbs[node.at()].parent;
        }
    }
    found
}

/// The earliest of the starts and the latest of the finishes that links ask for.
#[derive(Default)]
struct Span {
    start: Option<Time>,
    finish: Option<Time>,
}

impl Span {
    fn start(&mut self, at: Time) {
        self.start = Some(self.start.map_or(at, |s| s.min(at)));
    }

    fn finish(&mut self, at: Time) {
        self.finish = Some(self.finish.map_or(at, |f| f.max(at)));
    }
}

fn effort_dates(effort: &Effort, network: &Network, dates: &Dates) -> Option<ActivityDates> {
    let (mut early, mut late) = (Span::default(), Span::default());
    let status = |a: ActivityIndex| network.slot(a).map_or(Status::NotStarted, |s| network.status[s]);
    for (other, kind, lag, calendar) in &effort.from {
        let Some(d) = dates.of(*other) else { continue };
        let lagged = |at: Time| network.calendars[usize::from(*calendar)].add(at, *lag);
        let (started, ended) = (status(*other) != Status::NotStarted, status(*other) == Status::Complete);
        let (start, finish) =
            (if started { d.start } else { d.early_start }, if ended { d.finish } else { d.early_finish });
        let late_finish = if ended { d.finish } else { d.late_finish };
        match kind {
            LinkKind::StartStart => {
                early.start(lagged(start));
                late.start(lagged(d.late_start));
            }
            LinkKind::FinishStart => {
                early.start(lagged(finish));
                late.start(lagged(late_finish));
            }
            LinkKind::StartFinish => {
                early.finish(lagged(start));
                late.finish(lagged(if started { d.start } else { d.late_start }));
            }
            LinkKind::FinishFinish => {
                early.finish(lagged(finish));
                late.finish(lagged(late_finish));
            }
        }
    }
    for (other, kind, lag, calendar) in &effort.to {
        let Some(d) = dates.of(*other) else { continue };
        let unlagged = |at: Time| network.calendars[usize::from(*calendar)].add(at, -*lag);
        let (started, ended) = (status(*other) != Status::NotStarted, status(*other) == Status::Complete);
        let (start, finish) =
            (if started { d.start } else { d.early_start }, if ended { d.finish } else { d.early_finish });
        let late_start = if started { d.start } else { d.late_start };
        let late_finish = if ended { d.finish } else { d.late_finish };
        match kind {
            LinkKind::StartStart => {
                early.start(unlagged(start));
                late.start(unlagged(late_start));
            }
            LinkKind::StartFinish => {
                early.start(unlagged(finish));
                late.start(unlagged(late_finish));
            }
            LinkKind::FinishStart => {
                early.finish(unlagged(start));
                late.finish(unlagged(late_start));
            }
            LinkKind::FinishFinish => {
                early.finish(unlagged(finish));
                late.finish(unlagged(late_finish));
            }
        }
    }
    let frame = network.frames.get(usize::from(effort.project))?;
    let calendar: &WorkCalendar = &network.calendars[usize::from(effort.calendar)];
    let asked = early.start.unwrap_or_else(|| calendar.next_start(frame.data_date));
    let early_start = calendar.next_start(asked.max(frame.data_date));
    let early_finish = calendar.previous_finish(early.finish.unwrap_or(early_start)).max(asked);
    let late_finish = calendar.previous_finish(late.finish.unwrap_or(early_finish));
    let late_start = calendar.next_start(late.start.unwrap_or(late_finish)).min(late_finish);
    Some(ActivityDates {
        early_start,
        early_finish: early_finish.max(early_start),
        late_start,
        late_finish,
        // What has not started does not lie before the data date, although what it is tied to began there.
        start: effort.actual[0].unwrap_or(early_start),
        finish: effort.actual[1].unwrap_or(early_finish.max(early_start)),
        total_float: calendar.between(early_finish, late_finish),
        free_float: 0,
        critical: calendar.between(early_finish, late_finish) <= 0,
        longest_path: false,
    })
}
