//! Monte Carlo against closed forms, and against itself on other numbers of threads.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_schedule::risk::{
    Correlation, CostRate, Distribution, RiskEvent, RiskModel, RiskRun, Simulation, Source, Weather,
    WeatherDays, simulate,
};
use groma_schedule::{
    Activity, ActivityIndex, Calendar, CalendarIndex, Lag, Link, LinkKind, Network, Profile, Project,
    ProjectIndex, Schedule, Time,
};

const DAY: i32 = 480;

/// Activities of ten days each, in a chain or side by side, on a calendar round the clock or of eight hours.
fn schedule(activities: usize, chained: bool, calendar: Calendar) -> Schedule {
    let mut project = Project::new("P", "P");
    project.start = Time::parse("2026-01-05T08:00");
    let mut schedule = Schedule { projects: vec![project], calendars: vec![calendar], ..Schedule::default() };
    for i in 0..activities {
        let mut a = Activity::new(&format!("A{i}"), "", ProjectIndex::new(0), 10 * DAY);
        a.calendar = Some(CalendarIndex::new(0));
        schedule.activities.push(a);
        if chained && i > 0 {
            schedule.links.push(Link {
                predecessor: ActivityIndex::new(i - 1),
                successor: ActivityIndex::new(i),
                kind: LinkKind::FinishStart,
                lag: Lag::Work(0),
            });
        }
    }
    schedule
}

fn clock() -> Calendar {
    Calendar::round_the_clock("c", "c")
}

fn run(schedule: &Schedule, model: &RiskModel, iterations: u32) -> RiskRun {
    model.check(schedule).unwrap();
    let (network, _) = Network::compile(schedule, Profile::P6);
    simulate(&network, model, &Simulation { iterations, ..Simulation::default() })
}

/// Minutes from the start at a percentile.
fn minutes(schedule: &Schedule, run: &RiskRun, percent: f64) -> f64 {
    f64::from(run.finish_at(percent).unwrap() - schedule.projects[0].start.unwrap())
}

fn all(n: usize) -> Vec<ActivityIndex> {
    (0..n).map(ActivityIndex::new).collect()
}

const TRIANGLE: Distribution = Distribution::Triangular { low: 4000.0, mode: 4800.0, high: 8000.0 };

fn near(got: f64, expect: f64, tolerance: f64) {
    assert!((got - expect).abs() < tolerance, "{got} is not {expect} within {tolerance}");
}

#[test]
fn a_chain_of_triangles_is_nearly_normal() {
    let n = 60;
    let schedule = schedule(n, true, clock());
    let model = RiskModel { work: vec![Some(TRIANGLE); n], ..RiskModel::default() };
    let run = run(&schedule, &model, 20_000);
    let (mean, deviation) = (n as f64 * TRIANGLE.mean(), (n as f64 * TRIANGLE.variance()).sqrt());
    for (percent, z) in [(10.0, -1.2816), (50.0, 0.0), (80.0, 0.8416), (90.0, 1.2816)] {
        // The median of a slightly skewed sum lies a little below its mean.
        near(minutes(&schedule, &run, percent), mean + z * deviation, deviation * 0.05);
    }
    assert!(run.criticality.iter().all(|c| *c == 1.0), "each of a chain is critical");
}

#[test]
fn one_activity_has_the_quantiles_of_its_distribution() {
    let schedule = schedule(1, false, clock());
    let work = Distribution::Pert { low: 1000.0, mode: 3137.0 + 1000.0, high: 11_000.0 };
    let model = RiskModel { work: vec![Some(work)], ..RiskModel::default() };
    let run = run(&schedule, &model, 100_000);
    // scipy.stats.beta(1 + 4 * 0.3137, 5 - 4 * 0.3137).ppf
    for (percent, x) in [(10.0, 0.143_035_87), (50.0, 0.361_196), (80.0, 0.539_357_84), (99.0, 0.812_143_72)]
    {
        near(minutes(&schedule, &run, percent), 1000.0 + 10_000.0 * x, 30.0);
    }
}

#[test]
fn what_goes_together_spreads_more() {
    let n = 20;
    let schedule = schedule(n, true, clock());
    let spread = |rho: f64| {
        let correlations = vec![Correlation { activities: all(n), rho }];
        let model = RiskModel { work: vec![Some(TRIANGLE); n], correlations, ..RiskModel::default() };
        let run = run(&schedule, &model, 10_000);
        minutes(&schedule, &run, 90.0) - minutes(&schedule, &run, 10.0)
    };
    // The deviation of a sum grows from sqrt(n) to n times that of one.
    near(spread(1.0) / spread(0.0), (n as f64).sqrt(), 0.35);
    assert!(spread(0.3) > 2.0 * spread(0.0));
}

#[test]
fn an_event_happens_as_often_as_it_is_likely() {
    let schedule = schedule(1, false, clock());
    let event = RiskEvent {
        name: "late".into(),
        probability: 0.35,
        impacts: vec![(ActivityIndex::new(0), Distribution::Fixed(1000.0))],
        cost: Some(Distribution::Fixed(500.0)),
    };
    let model = RiskModel {
        events: vec![event],
        costs: vec![CostRate { fixed: 100.0, per_minute: 1.0 }],
        ..RiskModel::default()
    };
    let run = run(&schedule, &model, 20_000);
    let base = schedule.projects[0].start.unwrap() + 10 * DAY;
    let late = run.finish.iter().filter(|f| **f == base + 1000).count();
    near(late as f64 / 20_000.0, 0.35, 0.01);
    assert_eq!(run.finish.iter().filter(|f| **f == base).count(), 20_000 - late);
    assert_eq!(run.cost_at(10.0), Some(100.0 + 4800.0));
    assert_eq!(run.cost_at(90.0), Some(100.0 + 5800.0 + 500.0));
    near(run.within(base, 1e9), 0.65, 0.01);
    let event = run.sensitivity.iter().find(|s| s.source == Source::Event(0)).unwrap();
    assert!(event.correlation > 0.8 && event.low < 0.0 && event.high > 0.0);
}

#[test]
fn weather_takes_whole_days() {
    let schedule = schedule(1, false, Calendar::standard("c", "c"));
    let weather =
        Weather { name: "rain".into(), lost: [0.2; 12], days: WeatherDays::default(), activities: all(1) };
    let model = RiskModel { weather: vec![weather], ..RiskModel::default() };
    let (network, _) = Network::compile(&schedule, Profile::P6);
    let run = run(&schedule, &model, 20_000);
    let calendar = network.calendar(0);
    let start = schedule.projects[0].start.unwrap();
    let lost = |finish: &Time| f64::from(calendar.between(start, *finish) - 10 * DAY);
    assert!(run.finish.iter().all(|f| lost(f) >= 0.0 && lost(f) % f64::from(DAY) == 0.0));
    // Ten fair days are preceded by a negative binomial number of foul ones: mean r p / (1 - p).
    let mean = run.finish.iter().map(lost).sum::<f64>() / run.finish.len() as f64 / f64::from(DAY);
    near(mean, 10.0 * 0.2 / 0.8, 0.05);
}

#[test]
fn threads_change_nothing() {
    let n = 40;
    let mut schedule = schedule(n, true, Calendar::standard("c", "c"));
    schedule.links.retain(|l| l.successor.at() % 7 != 0);
    let model = RiskModel {
        work: (0..n).map(|k| (k % 3 != 0).then_some(TRIANGLE)).collect(),
        weather: vec![Weather {
            name: "rain".into(),
            lost: [0.1; 12],
            days: WeatherDays::default(),
            activities: all(n / 2),
        }],
        correlations: vec![Correlation { activities: all(n), rho: 0.4 }],
        costs: vec![CostRate { fixed: 1.0, per_minute: 0.31 }; n],
        cost_per_day: 17.3,
        watched: all(2),
        ..RiskModel::default()
    };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| run(&schedule, &model, 1_000))
    };
    let one = on(1);
    assert_eq!(one.finish.len(), 1_000);
    assert_eq!(one, on(2));
    assert_eq!(one, on(8));
}

#[test]
fn late_dates_are_computed_when_asked_for() {
    let n = 30;
    let schedule = schedule(n, true, Calendar::standard("c", "c"));
    let model = RiskModel {
        work: vec![Some(TRIANGLE); n],
        weather: vec![Weather {
            name: "rain".into(),
            lost: [0.1; 12],
            days: WeatherDays::default(),
            activities: all(3),
        }],
        ..RiskModel::default()
    };
    let whole = run(&schedule, &model, 500);
    let (network, _) = Network::compile(&schedule, Profile::P6);
    let simulation = Simulation::of_finishes(500, Simulation::default().seed);
    let finishes = simulate(&network, &model, &simulation);
    assert_eq!((&finishes.finish, &finishes.cost), (&whole.finish, &whole.cost));
    assert!(finishes.criticality.is_empty() && !whole.criticality.is_empty());
    assert_eq!(finishes.criticality_of(ActivityIndex::new(0)), 0.0);
}

#[test]
fn weather_of_named_days_takes_those() {
    let schedule = schedule(1, false, Calendar::standard("c", "c"));
    let mut days = WeatherDays::default();
    let day = |text: &str| Time::parse(text).unwrap().day();
    days.on(day("2026-01-06"), 1.0);
    days.each_year(1, 8, 1.0);
    days.on(day("2026-01-09"), 0.0);
    let lost = std::array::from_fn(|month| if month == 0 { 0.0 } else { 1.0 });
    let weather = Weather { name: "storms".into(), lost, days, activities: all(1) };
    let model = RiskModel { weather: vec![weather], ..RiskModel::default() };
    // Ten days from Monday the fifth on, without the sixth and the eighth.
    assert!(run(&schedule, &model, 64).finish.iter().all(|f| f.to_string() == "2026-01-20T17:00"));
    let mut days = WeatherDays::default();
    (1..=28).for_each(|day| days.each_year(1, day, 1.0));
    let never = Weather { name: "never".into(), lost, days, activities: all(1) };
    let model = RiskModel { weather: vec![never], ..RiskModel::default() };
    assert!(model.check(&schedule).is_err(), "no day is fair");
}
