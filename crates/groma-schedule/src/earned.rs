//! Earned value: what should have been done by a date, what is done, and what it cost.

use crate::activity::{Activity, ActivityKind, Baseline, Status};
use crate::network::Network;
use crate::resource::ResourceKind;
use crate::schedule::{ActivityIndex, CalendarIndex, Schedule, WbsIndex};
use crate::solve::Dates;
use crate::time::{DAY, Time};
use crate::work_calendar::WorkCalendar;

/// Points of a curve that are told apart at most; of a longer programme they lie further apart than a week.
const MOST_POINTS: i32 = 520;

/// What is measured, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EarnedOptions {
    /// By when; `None` is the latest data date, and without one the last date of progress.
    pub at: Option<Time>,
    /// Against which baseline; `None` is the first that there is, and without any the planned dates and costs.
    pub baseline: Option<u8>,
}

/// Planned, earned and spent, of money or of hours.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Measures {
    /// Budget at completion: of the whole.
    pub bac: f64,
    /// Planned value: of the budget, what should be done by then.
    pub pv: f64,
    /// Earned value: of the budget, what is done by then.
    pub ev: f64,
    /// Actual cost: what was spent by then.
    pub ac: f64,
}

fn ratio(a: f64, b: f64) -> Option<f64> {
    (b.abs() > 1e-9).then(|| a / b)
}

impl Measures {
    /// Schedule variance: earned less planned.
    pub fn sv(&self) -> f64 {
        self.ev - self.pv
    }

    /// Cost variance: earned less spent.
    pub fn cv(&self) -> f64 {
        self.ev - self.ac
    }

    /// Schedule performance index: earned by planned; `None` while nothing is planned.
    pub fn spi(&self) -> Option<f64> {
        ratio(self.ev, self.pv)
    }

    /// Cost performance index: earned by spent; `None` while nothing is spent.
    pub fn cpi(&self) -> Option<f64> {
        ratio(self.ev, self.ac)
    }

    /// Estimate at completion: spent, and what is left at the performance so far; as budgeted where none is known.
    pub fn eac(&self) -> f64 {
        let left = self.bac - self.ev;
        match self.cpi() {
            Some(cpi) if cpi > 1e-9 => self.ac + left / cpi,
            _ => self.ac + left,
        }
    }

    /// Variance at completion: budget less estimate.
    pub fn vac(&self) -> f64 {
        self.bac - self.eac()
    }

    /// To-complete performance index: the performance that what is left needs to keep the budget.
    pub fn tcpi(&self) -> Option<f64> {
        ratio(self.bac - self.ev, self.bac - self.ac)
    }

    fn add(&mut self, other: &Self) {
        self.bac += other.bac;
        self.pv += other.pv;
        self.ev += other.ev;
        self.ac += other.ac;
    }
}

/// Earned schedule: when what is earned should have been earned.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct EarnedSchedule {
    /// Days of the wall clock from the baseline's start to the date of the measurement.
    pub actual_days: f64,
    /// Days from the baseline's start until what is earned was planned to be.
    pub earned_days: f64,
}

impl EarnedSchedule {
    /// SPI(t): earned by actual time.
    pub fn spi_t(&self) -> Option<f64> {
        ratio(self.earned_days, self.actual_days)
    }

    /// SV(t): earned less actual time, days.
    pub fn sv_t(&self) -> f64 {
        self.earned_days - self.actual_days
    }
}

/// One activity or branch, or the whole.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Value {
    /// Of money.
    pub cost: Measures,
    /// Of hours: of work where resources have any, else of the activities themselves.
    pub hours: Measures,
}

impl Value {
    fn add(&mut self, other: &Self) {
        self.cost.add(&other.cost);
        self.hours.add(&other.hours);
    }
}

/// What is planned, earned and spent up to a point of time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CurvePoint {
    /// Up to when.
    pub at: Time,
    /// Money and hours planned.
    pub planned: [f64; 2],
    /// Money and hours earned and spent; `None` after the date of the measurement.
    pub done: Option<[[f64; 2]; 2]>,
}

/// Earned value of a programme.
#[derive(Clone, PartialEq, Debug)]
pub struct Earned {
    /// By when.
    pub at: Time,
    /// Against which baseline; `None` is the planned dates and costs.
    pub baseline: Option<u8>,
    /// True where hours are those of people and machines.
    pub of_resources: bool,
    /// The whole.
    pub whole: Value,
    /// Earned schedule by money, or by hours where nothing has a cost; `None` without a budget.
    pub schedule: Option<EarnedSchedule>,
    /// Each branch of the breakdown that has a budget or a cost, in file order.
    pub by_wbs: Vec<(WbsIndex, Value)>,
    /// Each activity that has a budget or a cost, in file order, with the percent that counts.
    pub activities: Vec<(ActivityIndex, Value, f64)>,
    /// Week by week.
    pub curve: Vec<CurvePoint>,
    /// Activities that the baseline does not hold; they have no budget.
    pub without_baseline: usize,
}

/// The numbers of baselines that a programme holds, in order.
pub fn baselines(schedule: &Schedule) -> Vec<u8> {
    let all = schedule.activities.iter().flat_map(|a| a.baselines.iter().map(|b| b.number));
    let numbers: std::collections::BTreeSet<u8> = all.collect();
    numbers.into_iter().collect()
}

/// What an activity is measured by.
struct Item<'a> {
    index: ActivityIndex,
    calendar: &'a WorkCalendar,
    /// When its budget is planned to be spent.
    planned: Option<(Time, Time)>,
    /// From its actual start to its actual finish, or to the data date.
    actual: Option<(Time, Time)>,
    /// Budgets, and what is spent by the data date: money, hours.
    budget: [f64; 2],
    spent: [f64; 2],
    percent: f64,
}

/// The share of a span's work time that lies before an instant; without work time all of it from its start on.
fn share(calendar: &WorkCalendar, (start, finish): (Time, Time), at: Time) -> f64 {
    let whole = calendar.between(start, finish);
    match at {
        at if at >= finish => 1.0,
        at if at < start || whole <= 0 => 0.0,
        at => f64::from(calendar.between(start, at)) / f64::from(whole),
    }
}

impl Item<'_> {
    fn planned_by(&self, at: Time) -> f64 {
        self.planned.map_or(0.0, |span| share(self.calendar, span, at))
    }

    /// Of what is done by the data date, the share that was done by then.
    fn done_by(&self, at: Time) -> f64 {
        self.actual.map_or(0.0, |span| share(self.calendar, span, at))
    }

    fn value(&self, at: Time) -> Value {
        let (planned, done) = (self.planned_by(at), self.done_by(at));
        let of = |k: usize| Measures {
            bac: self.budget[k],
            pv: self.budget[k] * planned,
            ev: self.budget[k] * done * self.percent / 100.0,
            ac: self.spent[k] * done,
        };
        Value { cost: of(0), hours: of(1) }
    }
}

/// Measures a programme against one of its own baselines.
///
/// A budget is spread evenly over the work time between the baseline's start and finish. What is done is known for
/// the data date; before it, it is spread the same way from the actual start on.
///
/// # Panics
///
/// If the network or the dates are of another schedule.
pub fn earned(schedule: &Schedule, network: &Network, dates: &Dates, options: &EarnedOptions) -> Earned {
    let known = baselines(schedule);
    let baseline = options.baseline.or(known.first().copied());
    let data_date = data_date(schedule, dates);
    let at = options.at.unwrap_or(data_date);
    let (items, of_resources, without_baseline) = items(schedule, network, dates, baseline, data_date);
    let mut whole = Value::default();
    let mut by_wbs: Vec<Value> = vec![Value::default(); schedule.wbs.len()];
    let mut activities = Vec::new();
    for item in &items {
        let value = item.value(at);
        if value == Value::default() {
            continue;
        }
        whole.add(&value);
        activities.push((item.index, value, item.percent));
        let mut above = schedule.activities[item.index.at()].wbs;
        // A file may make a ring of nodes.
        for _ in 0..=schedule.wbs.len() {
            let Some(node) = above else { break };
            by_wbs[node.at()].add(&value);
            above = schedule.wbs[node.at()].parent;
        }
    }
    let by_wbs = by_wbs.into_iter().enumerate().filter(|(_, v)| *v != Value::default());
    Earned {
        at,
        baseline,
        of_resources,
        whole,
        schedule: earned_schedule(&items, &whole, at),
        by_wbs: by_wbs.map(|(k, v)| (WbsIndex::new(k), v)).collect(),
        activities,
        curve: curve(&items, at),
        without_baseline,
    }
}

/// The latest data date; without one the last date of progress, else the first start.
fn data_date(schedule: &Schedule, dates: &Dates) -> Time {
    let stated = schedule.projects.iter().filter_map(|p| p.data_date).max();
    let progress =
        || schedule.activities.iter().flat_map(|a| [a.actual_start, a.actual_finish]).flatten().max();
    let first = || dates.activities.iter().flatten().map(|d| d.start).min();
    stated.or_else(progress).or_else(first).unwrap_or_default()
}

fn items<'a>(
    schedule: &Schedule,
    network: &'a Network,
    dates: &Dates,
    baseline: Option<u8>,
    data_date: Time,
) -> (Vec<Item<'a>>, bool, usize) {
    let n = schedule.activities.len();
    let (mut cost, mut actual_cost, mut work, mut actual_work) =
        (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    for a in &schedule.assignments {
        let k = a.activity.at();
        cost[k] += a.cost;
        actual_cost[k] += a.actual_cost;
        let kind = a.resource.and_then(|r| schedule.resources.get(r.at())).map(|r| r.kind);
        if matches!(kind, Some(ResourceKind::Labour | ResourceKind::Equipment)) {
            work[k] += a.work / 60.0;
            actual_work[k] += a.actual_work / 60.0;
        }
    }
    let has_baseline_work =
        || schedule.activities.iter().any(|a| of_number(a, baseline).is_some_and(|b| b.work > Some(0.0)));
    let of_resources = work.iter().any(|w| *w > 0.0) || has_baseline_work();
    let mut items = Vec::new();
    let mut without = 0;
    for index in schedule.indices() {
        let a = &schedule.activities[index.at()];
        let (k, is_part) = (index.at(), a.active && a.kind != ActivityKind::WbsSummary);
        let Some(d) = dates.of(index).filter(|_| is_part) else { continue };
        let calendar = match network.slot(index) {
            Some(slot) => network.calendar(slot),
            None => {
                let number = schedule.calendar_of(index).map_or(0, CalendarIndex::at);
                &network.calendars[number.min(network.calendars.len() - 1)]
            }
        };
        let own = of_number(a, baseline);
        without += usize::from(baseline.is_some() && own.is_none());
        let hours = |minutes: i32| f64::from(minutes) / 60.0;
        let (planned, budget) = match (baseline, own) {
            // What is not in the baseline has no budget.
            (Some(_), None) => (None, [0.0; 2]),
            (Some(_), Some(b)) => {
                let span = b.start.zip(b.finish);
                let own_hours = if of_resources { b.work.map(|w| w / 60.0) } else { b.duration.map(hours) };
                (span, [b.cost.unwrap_or(cost[k] + a.fixed_cost), own_hours.unwrap_or(work[k])])
            }
            (None, _) => {
                let planned = a.stored.start.zip(a.stored.finish).unwrap_or((d.start, d.finish));
                let of = if of_resources { work[k] } else { hours(a.duration) };
                (Some(planned), [cost[k] + a.fixed_cost, of])
            }
        };
        let finished = a.actual_finish.is_some() || a.status == Status::Complete;
        let start = a.actual_start.or(a.actual_finish);
        let actual = start.map(|start| (start, a.actual_finish.unwrap_or(data_date).max(start)));
        let percent = if finished { 100.0 } else { a.percent.clamp(0.0, 100.0) };
        let spent_hours = match actual {
            _ if of_resources => actual_work[k],
            Some((start, finish)) => hours(calendar.between(start, finish).max(0)),
            None => 0.0,
        };
        // Money that no resource brings is spent as the work goes on.
        let spent = [actual_cost[k] + a.fixed_cost * percent / 100.0, spent_hours];
        let clean = |values: [f64; 2]| values.map(|v| if v.is_finite() { v } else { 0.0 });
        // Percent without an actual start is known for the data date alone.
        let actual = actual.or((percent > 0.0 || actual_cost[k] > 0.0).then_some((data_date, data_date)));
        items.push(Item {
            index,
            calendar,
            planned: planned.map(|(s, f)| (s, f.max(s))),
            actual,
            budget: clean(budget),
            spent: clean(spent),
            percent,
        });
    }
    (items, of_resources, without)
}

fn of_number(a: &Activity, number: Option<u8>) -> Option<&Baseline> {
    a.baselines.iter().find(|b| Some(b.number) == number)
}

/// The budget that is planned by an instant: money or hours.
fn planned(items: &[Item<'_>], at: Time, k: usize) -> f64 {
    items.iter().map(|i| i.budget[k] * i.planned_by(at)).sum()
}

fn earned_schedule(items: &[Item<'_>], whole: &Value, at: Time) -> Option<EarnedSchedule> {
    let k = usize::from(whole.cost.bac <= 0.0);
    let value = if k == 0 { whole.cost } else { whole.hours };
    let budgeted = || items.iter().filter(|i| i.budget[k] > 0.0).filter_map(|i| i.planned);
    let start = budgeted().map(|p| p.0).min()?;
    let finish = budgeted().map(|p| p.1).max()?;
    let days = |t: Time| f64::from(t - start) / f64::from(DAY);
    let slack = 1e-9 * value.bac;
    // The first minute by which as much is planned as is earned.
    let (mut low, mut high) = (start.minutes(), finish.minutes());
    while low < high {
        let middle = low + (high - low) / 2;
        match planned(items, Time::from_minutes(middle), k) < value.ev - slack {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    // Over a night or a weekend as much stays planned: what is on time then is on time to the minute.
    let is_on_time = at.minutes() > low && (planned(items, at, k) - value.ev).abs() <= slack && at <= finish;
    let earned = if is_on_time { at } else { Time::from_minutes(low) };
    Some(EarnedSchedule { actual_days: days(at).max(0.0), earned_days: days(earned) })
}

fn curve(items: &[Item<'_>], at: Time) -> Vec<CurvePoint> {
    let spans = || items.iter().flat_map(|i| [i.planned, i.actual]).flatten();
    let (Some(first), Some(last)) = (spans().map(|s| s.0).min(), spans().map(|s| s.1).max()) else {
        return Vec::new();
    };
    let monday = first.day() + -(first.day().weekday() as i32);
    let weeks = (last.day().number() - monday.number()) / 7 + 1;
    let step = 7 * (weeks / MOST_POINTS + 1);
    let mut instants: Vec<Time> = (0..=weeks * 7 / step + 1).map(|k| (monday + k * step).at(0)).collect();
    // The curve of what is done ends where it is measured.
    if at > first && at < *instants.last().unwrap_or(&at) && !instants.contains(&at) {
        instants.push(at);
        instants.sort_unstable();
    }
    let point = |t: Time| {
        let sum = |of: &dyn Fn(&Item<'_>, usize) -> f64| [0, 1].map(|k| items.iter().map(|i| of(i, k)).sum());
        CurvePoint {
            at: t,
            planned: sum(&|i, k| i.budget[k] * i.planned_by(t)),
            done: (t <= at).then(|| {
                let earned = sum(&|i, k| i.budget[k] * i.done_by(t) * i.percent / 100.0);
                [earned, sum(&|i, k| i.spent[k] * i.done_by(t))]
            }),
        }
    };
    instants.into_iter().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendar;
    use crate::options::Profile;
    use crate::schedule::{Project, ProjectIndex};
    use crate::solve::solve;

    /// Two tasks of a week each, one behind the other, at 1,000 a day; the first done at 6,000, the second at 20 %
    /// after 1,500, measured at the end of the second week's Wednesday.
    fn programme() -> Schedule {
        let time = |t: &str| Time::parse(t).unwrap();
        let mut project = Project::new("P", "P");
        project.start = Some(time("2026-01-05T08:00"));
        project.data_date = Some(time("2026-01-14T17:00"));
        let task = |uid: &str, start: &str, finish: &str| {
            let mut a = Activity::new(uid, uid, ProjectIndex::new(0), 2_400);
            a.baselines.push(Baseline {
                number: 1,
                start: Some(time(start)),
                finish: Some(time(finish)),
                duration: Some(2_400),
                work: None,
                cost: Some(5_000.0),
            });
            a
        };
        let mut a = task("A", "2026-01-05T08:00", "2026-01-09T17:00");
        a.actual_start = Some(time("2026-01-05T08:00"));
        a.actual_finish = Some(time("2026-01-12T17:00"));
        (a.status, a.remaining, a.fixed_cost) = (Status::Complete, 0, 6_000.0);
        let mut b = task("B", "2026-01-12T08:00", "2026-01-16T17:00");
        b.actual_start = Some(time("2026-01-13T08:00"));
        (b.status, b.percent, b.remaining, b.fixed_cost) = (Status::InProgress, 20.0, 1_920, 7_500.0);
        Schedule {
            projects: vec![project],
            calendars: vec![Calendar::standard("1", "1")],
            activities: vec![a, b],
            ..Schedule::default()
        }
    }

    fn measured(schedule: &Schedule, options: EarnedOptions) -> Earned {
        let (network, _) = Network::compile(schedule, Profile::P6);
        earned(schedule, &network, &solve(&network), &options)
    }

    #[test]
    fn a_programme_by_hand() {
        let found = measured(&programme(), EarnedOptions::default());
        let m = found.whole.cost;
        // A whole, and three days of B.
        assert_eq!((m.bac, m.pv, m.ev, m.ac), (10_000.0, 8_000.0, 6_000.0, 7_500.0));
        assert_eq!((m.sv(), m.cv(), m.spi(), m.cpi()), (-2_000.0, -1_500.0, Some(0.75), Some(0.8)));
        assert_eq!((m.eac(), m.vac(), m.tcpi()), (12_500.0, -2_500.0, Some(1.6)));
        // 6,000 was planned for the end of Monday, a week and nine hours after the start; now it is two days later.
        let schedule = found.schedule.unwrap();
        assert!((schedule.actual_days - 9.375).abs() < 1e-9);
        assert!((schedule.sv_t() + 2.0).abs() < 1e-9, "{schedule:?}");
        // Hours of the activities themselves: 40 and 40.
        assert!(!found.of_resources);
        assert_eq!((found.whole.hours.bac, found.whole.hours.pv, found.whole.hours.ev), (80.0, 64.0, 48.0));
        assert_eq!(found.whole.hours.ac, 48.0 + 16.0);
        assert_eq!((found.baseline, found.without_baseline), (Some(1), 0));
    }

    #[test]
    fn the_curve_ends_in_the_budget_and_in_what_is_measured() {
        let found = measured(&programme(), EarnedOptions::default());
        let last = found.curve.last().unwrap();
        assert_eq!((last.planned, last.done), ([10_000.0, 80.0], None));
        let here = found.curve.iter().find(|p| p.at == found.at).unwrap();
        assert_eq!(
            (here.planned[0], here.done.unwrap()[0][0], here.done.unwrap()[1][0]),
            (8_000.0, 6_000.0, 7_500.0)
        );
        assert!(found.curve.is_sorted_by(|a, b| a.at < b.at && a.planned[0] <= b.planned[0]));
    }

    #[test]
    fn another_date_and_another_baseline() {
        let at = Time::parse("2026-01-09T17:00");
        let early = measured(&programme(), EarnedOptions { at, baseline: None });
        // A was planned done; five of its six days are.
        let m = early.whole.cost;
        assert_eq!((m.pv, (m.ev * 6.0).round(), m.ac), (5_000.0, 25_000.0, 5_000.0));
        let none = measured(&programme(), EarnedOptions { at: None, baseline: Some(3) });
        assert_eq!((none.whole.cost.bac, none.without_baseline, none.schedule), (0.0, 2, None));
        let mut planned = programme();
        planned.activities.iter_mut().for_each(|a| a.baselines.clear());
        let planned = measured(&planned, EarnedOptions::default());
        assert_eq!((planned.baseline, planned.whole.cost.bac), (None, 13_500.0));
    }

    #[test]
    fn branches_add_up() {
        let mut s = programme();
        let node = |parent: Option<usize>| crate::schedule::WbsNode {
            uid: String::new(),
            code: String::new(),
            name: String::new(),
            project: ProjectIndex::new(0),
            parent: parent.map(WbsIndex::new),
            fields: Vec::new(),
        };
        s.wbs = vec![node(None), node(Some(0))];
        s.activities[0].wbs = Some(WbsIndex::new(0));
        s.activities[1].wbs = Some(WbsIndex::new(1));
        let found = measured(&s, EarnedOptions::default());
        assert_eq!(found.by_wbs[0].1, found.whole);
        assert_eq!(found.by_wbs[1].1.cost.ev, 1_000.0);
    }
}
