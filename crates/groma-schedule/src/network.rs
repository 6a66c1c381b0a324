//! The logic of a programme as flat arrays in topological order, compiled once and solved as often as wanted.

mod of_activity;

use crate::activity::{Activity, ActivityKind, Constraint, Status};
use crate::calendar::Calendar;
use crate::derived::Derived;
use crate::options::{FloatKind, LagCalendar, Options, Profile, ProgressMode};
use crate::resource::ResourceKind;
use crate::schedule::{ActivityIndex, CalendarIndex, Lag, LinkKind, Schedule};
use crate::summary_links;
use crate::time::{DAY, Day, Minutes, Time};
use crate::topology::{self, Graph};
use crate::work_calendar::WorkCalendar;
use groma_model::{Diagnostic, Diagnostics, codes};
use of_activity::{
    actual_start, by_hand, expected, external, is_usable, not_computed, remaining, resume, some, status,
};
use std::ops::Range;

/// Minutes of the longest duration and lag that are computed: the three centuries that dates lie in.
const LONGEST: Minutes = Time::MAX.minutes();

/// A link as seen from one of its ends.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The activity at the other end.
    pub slot: u32,
    /// Work time, or wall-clock time if the calendar is the one round the clock.
    pub lag: Minutes,
    /// Of [`Network::calendars`]: where the lag is counted.
    pub calendar: u16,
    /// Which ends are tied.
    pub kind: LinkKind,
}

/// What does not change from run to run of one project.
#[derive(Clone, Copy, Debug)]
pub struct ProjectFrame {
    /// Where work without a predecessor begins: the later of start and data date.
    pub start: Time,
    /// What is not done lies after it.
    pub data_date: Time,
    /// The date that it must be finished by.
    pub must_finish_by: Option<Time>,
    /// Where the late dates of a project begin in which no work is left.
    pub scheduled_finish: Option<Time>,
    /// How dates are computed.
    pub options: Options,
}

/// The compiled logic: activities that hold others, in topological order ("slots"), and their links.
///
/// Levels of effort and summaries are not part of it; their dates follow from the others'. All lists named
/// after activities are by slot.
#[derive(Clone, Debug)]
pub struct Network {
    /// Whose rules.
    pub profile: Profile,
    /// Which activity.
    pub activity: Vec<ActivityIndex>,
    /// Of each activity of the schedule its slot, or `u32::MAX`.
    pub slot_of: Vec<u32>,
    /// Of [`Self::calendars`].
    pub calendar: Vec<u16>,
    /// Work left, minutes; all of it for what has not started.
    pub remaining: Vec<Minutes>,
    /// Work in all, minutes.
    pub duration: Vec<Minutes>,
    /// How far it has come.
    pub status: Vec<Status>,
    /// What it is.
    pub kind: Vec<ActivityKind>,
    /// Of [`Self::frames`].
    pub project: Vec<u16>,
    /// When it really started; only where the status says so.
    pub actual_start: Vec<Time>,
    /// When it was really finished; only where the status says so.
    pub actual_finish: Vec<Time>,
    /// What binds it to a date.
    pub constraint: Vec<Option<Constraint>>,
    /// The second date that binds it (P6).
    pub constraint2: Vec<Option<Constraint>>,
    /// A date that its late finish keeps (MSP).
    pub deadline: Vec<Option<Time>>,
    /// Start and finish of what is planned by hand (MSP).
    pub by_hand: Vec<Option<(Time, Time)>>,
    /// The finish that sets what is left, where the options say so (P6); empty without any.
    pub(crate) expected: Vec<Option<Time>>,
    /// Start and finish that other projects leave; empty without any.
    pub(crate) external: Vec<[Option<Time>; 2]>,
    /// When suspended work goes on (P6); empty without any.
    pub(crate) resume: Vec<Option<Time>>,
    /// One per project of the schedule.
    pub frames: Vec<ProjectFrame>,
    /// One per calendar of the schedule, then one of each project without calendar, then round the clock.
    pub calendars: Vec<WorkCalendar>,
    /// Where the days of an activity begin and end whose duration passes round the clock; else its calendar.
    pub(crate) align: Vec<u16>,
    /// Work that has not started, between work that has not, bound to no date: what most of a programme is.
    pub(crate) is_plain: Vec<bool>,
    pub(crate) derived: Derived,
    pub(crate) predecessors_at: Vec<u32>,
    pub(crate) predecessors: Vec<Edge>,
    pub(crate) successors_at: Vec<u32>,
    pub(crate) successors: Vec<Edge>,
}

impl Network {
    /// How many activities there are in it.
    pub fn len(&self) -> usize {
        self.activity.len()
    }

    /// True without any activity.
    pub fn is_empty(&self) -> bool {
        self.activity.is_empty()
    }

    /// Whom a slot waits for.
    #[inline]
    pub fn predecessors(&self, slot: usize) -> &[Edge] {
        &self.predecessors[self.predecessors_at[slot] as usize..self.predecessors_at[slot + 1] as usize]
    }

    /// Who waits for a slot.
    #[inline]
    pub fn successors(&self, slot: usize) -> &[Edge] {
        &self.successors[self.successors_at[slot] as usize..self.successors_at[slot + 1] as usize]
    }

    /// The calendar of a slot.
    #[inline]
    pub fn calendar(&self, slot: usize) -> &WorkCalendar {
        &self.calendars[usize::from(self.calendar[slot])]
    }

    /// The finish that sets what is left of a slot.
    #[inline]
    pub(crate) fn expected(&self, slot: usize) -> Option<Time> {
        self.expected.get(slot).copied().flatten()
    }

    /// The start and the finish that other projects leave a slot.
    #[inline]
    pub(crate) fn external(&self, slot: usize) -> [Option<Time>; 2] {
        self.external.get(slot).copied().unwrap_or_default()
    }

    /// The slot of an activity, if it is part of the network.
    pub fn slot(&self, activity: ActivityIndex) -> Option<usize> {
        self.slot_of.get(activity.at()).filter(|s| **s != u32::MAX).map(|s| *s as usize)
    }

    /// Compiles the logic of a programme by the rules of a profile.
    ///
    /// Loops are named and opened at the link that closes them; calendars without work time are named.
    pub fn compile(schedule: &Schedule, profile: Profile) -> (Self, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let calendars = calendars(schedule, &mut diagnostics);
        beyond_reason(schedule, &mut diagnostics);
        not_computed(schedule, profile, &mut diagnostics);
        let frames: Vec<ProjectFrame> =
            (0..schedule.projects.len()).map(|p| frame(schedule, p, profile)).collect();
        let is_node = |a: &Activity| a.active && !a.kind.is_derived() && a.project.at() < frames.len();
        let nodes: Vec<ActivityIndex> =
            schedule.indices().filter(|i| is_node(&schedule.activities[i.at()])).collect();
        let mut node_of = vec![u32::MAX; schedule.activities.len()];
        for (n, activity) in nodes.iter().enumerate() {
            node_of[activity.at()] = n as u32;
        }
        let ends = summary_links::expanded(schedule, profile, &node_of, &mut diagnostics);
        let pairs: Vec<(u32, u32)> = ends.iter().map(|e| (e.0, e.1)).collect();
        let mut is_out = vec![false; pairs.len()];
        let graph = Graph::new(nodes.len(), &pairs, &is_out);
        let order = topology::order(nodes.len(), &graph).unwrap_or_else(|| {
            for found in topology::loops(nodes.len(), &graph) {
                is_out[found.link as usize] = true;
                let code = |n: &u32| schedule.activities[nodes[*n as usize].at()].code.as_str();
                let path: Vec<&str> = found.path.iter().chain(found.path.first()).map(code).collect();
                diagnostics.push(Diagnostic::new(codes::SCHEDULE_LOOP).detail(path.join(" > ")));
            }
            let open = Graph::new(nodes.len(), &pairs, &is_out);
            // Without the links that lead back there is an order.
            topology::order(nodes.len(), &open).unwrap_or_default()
        });
        let mut slot_of_node = vec![0u32; nodes.len()];
        for (slot, node) in order.iter().enumerate() {
            slot_of_node[*node as usize] = slot as u32;
        }
        let holds = |(_, to, _): &(u32, u32, u32)| {
            let a = &schedule.activities[nodes[*to as usize].at()];
            status(a) == Status::NotStarted || !frames[a.project.at()].overrides_logic()
        };
        let links: Vec<(u32, u32, Edge)> = ends
            .iter()
            .zip(&is_out)
            .filter(|(ends, out)| !**out && holds(ends))
            .map(|((from, to, link), _)| {
                let (from, to) = (slot_of_node[*from as usize], slot_of_node[*to as usize]);
                let edge = edge(schedule, &calendars, &frames, profile, &schedule.links[*link as usize]);
                (from, to, edge)
            })
            .collect();
        let activity: Vec<ActivityIndex> = order.iter().map(|n| nodes[*n as usize]).collect();
        let (predecessors_at, predecessors) =
            compress(activity.len(), links.iter().map(|(f, t, e)| (*t, *f, *e)));
        let (successors_at, successors) = compress(activity.len(), links.iter().copied());
        let mut slot_of = vec![u32::MAX; schedule.activities.len()];
        for (slot, a) in activity.iter().enumerate() {
            slot_of[a.at()] = slot as u32;
        }
        let of = |i: &ActivityIndex| &schedule.activities[i.at()];
        let drivers = drivers(schedule, profile, calendars.len());
        let driver = |i: &ActivityIndex| drivers[i.at()];
        let mut network = Self {
            profile,
            is_plain: Vec::new(),
            slot_of,
            calendar: activity.iter().map(|i| driver(i).calendar).collect(),
            align: activity
                .iter()
                .map(|i| if of(i).elapsed { calendar_number(schedule, *i) } else { driver(i).calendar })
                .collect(),
            derived: Derived::compile(
                schedule,
                |i| calendar_number(schedule, i),
                (calendars.len() - 1) as u16,
            ),
            remaining: activity.iter().map(|i| driver(i).remaining).collect(),
            duration: activity.iter().map(|i| driver(i).duration).collect(),
            status: activity.iter().map(|i| status(of(i))).collect(),
            kind: activity.iter().map(|i| of(i).kind).collect(),
            project: activity.iter().map(|i| of(i).project.at() as u16).collect(),
            actual_start: activity.iter().map(|i| actual_start(of(i))).collect(),
            actual_finish: activity.iter().map(|i| of(i).actual_finish.unwrap_or_default()).collect(),
            constraint: activity.iter().map(|i| of(i).constraint.filter(is_usable)).collect(),
            constraint2: activity.iter().map(|i| of(i).constraint2.filter(is_usable)).collect(),
            deadline: activity.iter().map(|i| of(i).deadline).collect(),
            by_hand: activity.iter().map(|i| by_hand(of(i))).collect(),
            expected: some(activity.iter().map(|i| expected(of(i), &frames)).collect()),
            external: some(activity.iter().map(|i| external(of(i), &frames)).collect()),
            resume: some(activity.iter().map(|i| resume(of(i), profile)).collect()),
            frames,
            calendars,
            predecessors_at,
            predecessors,
            successors_at,
            successors,
            activity,
        };
        network.is_plain = (0..network.len()).map(|slot| network.is_plain_work(slot)).collect();
        (network, diagnostics)
    }

    fn is_plain_work(&self, slot: usize) -> bool {
        let is_ahead = |e: &Edge| self.status[e.slot as usize] == Status::NotStarted;
        self.status[slot] == Status::NotStarted
            && !self.kind[slot].is_milestone()
            && self.remaining[slot] > 0
            && self.constraint[slot].is_none()
            && self.constraint2[slot].is_none()
            && self.expected(slot).is_none()
            && self.external(slot) == [None, None]
            && self.predecessors(slot).iter().chain(self.successors(slot)).all(is_ahead)
    }
}

/// Names durations and lags that no programme has; they are computed as three centuries.
fn beyond_reason(schedule: &Schedule, diagnostics: &mut Diagnostics) {
    let mut say = |what: String| diagnostics.push(Diagnostic::new(codes::BEYOND_REASON).detail(what));
    for a in schedule.activities.iter().filter(|a| a.duration.max(a.remaining) > LONGEST) {
        say(format!("the duration of {}", a.code));
    }
    for link in &schedule.links {
        let is_beyond = match link.lag {
            Lag::Work(lag) | Lag::Elapsed(lag) => !(-LONGEST..=LONGEST).contains(&lag),
            Lag::Percent(percent) => !(-1e6..=1e6).contains(&percent),
        };
        if is_beyond {
            let code = |i: ActivityIndex| schedule.activities[i.at()].code.as_str();
            say(format!("the lag from {} to {}", code(link.predecessor), code(link.successor)));
        }
    }
}

/// The profile that a programme asks for: its first project's.
pub fn stated_profile(schedule: &Schedule) -> Profile {
    schedule.projects.first().map_or(Profile::P6, |p| p.options.profile)
}

fn frame(schedule: &Schedule, project: usize, profile: Profile) -> ProjectFrame {
    let p = &schedule.projects[project];
    // A project that does not say when it starts starts with the first thing that is known of it.
    let first = || {
        let own = schedule.activities.iter().filter(|a| a.project.at() == project);
        own.flat_map(|a| [a.actual_start, a.stored.start, a.stored.early_start]).flatten().min()
    };
    let start = p.start.or(p.data_date).or_else(first).unwrap_or_default();
    let data_date = p.data_date.unwrap_or(start);
    let start = if profile == Profile::P6 { start.max(data_date) } else { start };
    let float = if profile == Profile::P6 { p.options.float } else { FloatKind::Smallest };
    ProjectFrame {
        start,
        data_date,
        must_finish_by: p.must_finish_by,
        scheduled_finish: p.scheduled_finish.filter(|_| {
            let mut own = schedule.activities.iter().filter(|a| a.project.at() == project);
            own.all(|a| status(a) == Status::Complete)
        }),
        options: Options { profile, float, ..p.options },
    }
}

/// All calendars over a window that holds the dates of the programme, then the one round the clock.
fn calendars(schedule: &Schedule, diagnostics: &mut Diagnostics) -> Vec<WorkCalendar> {
    let window = window(schedule);
    let mut compiled = Vec::with_capacity(schedule.calendars.len() + 2);
    for (k, calendar) in schedule.calendars.iter().enumerate() {
        let work = WorkCalendar::compile(&schedule.calendars, CalendarIndex::new(k), window.clone());
        if work.is_empty() {
            let name = format!("{:?}", calendar.name);
            diagnostics.push(Diagnostic::new(codes::CALENDAR_WITHOUT_WORK).detail(name));
        } else if let Some(day) = work.works_on_exceptions_until() {
            let detail = format!(
                "the week of {:?}, which works on exceptions alone; from {day} on it counts as round the clock",
                calendar.name
            );
            diagnostics.push(Diagnostic::new(codes::CALENDAR_WITHOUT_WORK).detail(detail));
        }
        compiled.push(work);
    }
    for spare in [Calendar::standard("", ""), Calendar::round_the_clock("", "")] {
        compiled.push(WorkCalendar::compile(&[spare], CalendarIndex::new(0), window.clone()));
    }
    compiled
}

/// Days from a year before the first date to two years after the last; more work is found beyond it.
fn window(schedule: &Schedule) -> Range<Day> {
    let dates = schedule.projects.iter().flat_map(|p| [p.start, p.data_date, p.must_finish_by]).chain(
        schedule
            .activities
            .iter()
            .flat_map(|a| [a.actual_start, a.stored.start, a.stored.finish, a.stored.late_finish]),
    );
    let (mut low, mut high) = (Time::MAX, Time::MIN);
    for date in dates.flatten() {
        low = low.min(date);
        high = high.max(date);
    }
    if low > high {
        (low, high) = (Time::MIN, Time::MIN);
    }
    let low = (low - 366 * DAY).max(Time::MIN).day();
    low..(high + 730 * DAY).min(Time::MAX).day()
}

/// Of [`Network::calendars`]: the calendar of an activity.
fn calendar_number(schedule: &Schedule, activity: ActivityIndex) -> u16 {
    let calendars = schedule.calendars.len();
    let number = schedule.calendar_of(activity).map_or(calendars, |c| c.at().min(calendars));
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// What an activity's dates are computed from: a calendar, and work minutes on it.
#[derive(Clone, Copy)]
struct Driver {
    calendar: u16,
    duration: Minutes,
    remaining: Minutes,
}

/// By activity: its own calendar and duration, or those of the resource that takes longest over its work.
fn drivers(schedule: &Schedule, profile: Profile, calendars: usize) -> Vec<Driver> {
    let clock = (calendars - 1) as u16;
    let mut drivers: Vec<Driver> = schedule
        .indices()
        .map(|index| {
            let a = &schedule.activities[index.at()];
            let calendar = if a.elapsed { clock } else { calendar_number(schedule, index) };
            Driver { calendar, duration: a.duration.clamp(0, LONGEST), remaining: remaining(a) }
        })
        .collect();
    let mut longest = vec![-1.0; drivers.len()];
    for assignment in &schedule.assignments {
        let a = &schedule.activities[assignment.activity.at()];
        let resource = assignment.resource.and_then(|r| schedule.resources.get(r.at()));
        let Some(resource) = resource.filter(|_| a.work_driven && !a.elapsed && !a.kind.is_milestone())
        else {
            continue;
        };
        let works = match profile {
            Profile::P6 => matches!(resource.kind, ResourceKind::Labour | ResourceKind::Equipment),
            Profile::Msp => resource.kind == ResourceKind::Labour,
        };
        let duration = (assignment.work / assignment.units).min(f64::from(LONGEST));
        let longest = &mut longest[assignment.activity.at()];
        if !works || assignment.units < 1e-5 || !duration.is_finite() || duration <= *longest {
            continue;
        }
        *longest = duration;
        let ignores = a.fields.iter().any(|(k, v)| &**k == "IgnoreResourceCalendar" && v == "1");
        let own = || calendar_number(schedule, assignment.activity);
        let number = |c: CalendarIndex| u16::try_from(c.at()).unwrap_or(u16::MAX);
        drivers[assignment.activity.at()] = Driver {
            calendar: if ignores { own() } else { resource.calendar.map_or_else(own, number) },
            duration: duration.round() as Minutes,
            remaining: match status(a) {
                Status::NotStarted => duration.round() as Minutes,
                Status::InProgress => {
                    let left = (assignment.remaining_work / assignment.units).round();
                    left.clamp(0.0, f64::from(LONGEST)) as Minutes
                }
                Status::Complete => 0,
            },
        };
    }
    drivers
}

fn edge(
    schedule: &Schedule,
    calendars: &[WorkCalendar],
    frames: &[ProjectFrame],
    profile: Profile,
    link: &crate::schedule::Link,
) -> Edge {
    let clock = (calendars.len() - 1) as u16;
    let of = |a: ActivityIndex| {
        if schedule.activities[a.at()].elapsed { clock } else { calendar_number(schedule, a) }
    };
    let project = schedule.activities[link.predecessor.at()].project;
    let named = match (profile, frames[project.at()].options.lag_calendar) {
        // MSP counts a lag on the successor's calendar.
        (Profile::Msp, _) | (_, LagCalendar::Successor) => of(link.successor),
        (_, LagCalendar::Predecessor) => of(link.predecessor),
        (_, LagCalendar::Project) => schedule.projects[project.at()]
            .calendar
            .map_or((calendars.len() - 2) as u16, |c| c.at().min(calendars.len() - 2) as u16),
        (_, LagCalendar::RoundTheClock) => clock,
    };
    let (lag, calendar): (Minutes, u16) = match link.lag {
        Lag::Work(lag) => (lag, named),
        Lag::Elapsed(lag) => (lag, clock),
        Lag::Percent(percent) => {
            let duration = f64::from(schedule.activities[link.predecessor.at()].duration);
            ((duration * percent / 100.0).round() as Minutes, named)
        }
    };
    Edge { slot: 0, lag: lag.clamp(-LONGEST, LONGEST), calendar, kind: link.kind }
}

/// Edges by their first end, in the given order.
fn compress(slots: usize, edges: impl Iterator<Item = (u32, u32, Edge)> + Clone) -> (Vec<u32>, Vec<Edge>) {
    let mut at = vec![0u32; slots + 1];
    for (from, _, _) in edges.clone() {
        at[from as usize + 1] += 1;
    }
    for i in 0..slots {
        at[i + 1] += at[i];
    }
    let mut next = at.clone();
    let spare = Edge { slot: 0, lag: 0, calendar: 0, kind: LinkKind::FinishStart };
    let mut list = vec![spare; at[slots] as usize];
    for (from, to, edge) in edges {
        let place = &mut next[from as usize];
        list[*place as usize] = Edge { slot: to, ..edge };
        *place += 1;
    }
    (at, list)
}

impl ProjectFrame {
    /// True when started work no longer waits for its predecessors: the links that lead to it are left out.
    pub fn overrides_logic(&self) -> bool {
        self.options.profile == Profile::P6 && self.options.progress != ProgressMode::RetainedLogic
    }

    /// Where what is left of started work begins that nothing holds: at the data date, or by actual dates
    /// that lie after it.
    pub(crate) fn goes_on(&self, actual: Time) -> Time {
        match self.options.progress {
            ProgressMode::ActualDates => self.data_date.max(actual),
            ProgressMode::RetainedLogic | ProgressMode::ProgressOverride => self.data_date,
        }
    }
}
