//! Levelling: answers known by hand, and rules that every levelled programme keeps.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_schedule::level::{Budget, LevelError, LevelOptions, Levelled, Mode, Rcpsp, RcpspError, level};
use groma_schedule::{
    Activity, ActivityIndex, Assignment, Calendar, CalendarIndex, Constraint, ConstraintKind, Lag, Link,
    LinkKind, Network, Profile, Project, ProjectIndex, Rate, Resource, ResourceIndex, Schedule, Shift,
    Status, Time, solve,
};
use proptest::prelude::*;

const DAY: i32 = 480;

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn crew(name: &str, units: f64) -> Resource {
    let rate = Rate { from: None, max_units: units, price: 0.0, overtime_price: 0.0 };
    Resource { rates: vec![rate], ..Resource::new(name, name) }
}

fn needs(schedule: &mut Schedule, activity: usize, resource: usize, units: f64) {
    let work = units * f64::from(schedule.activities[activity].duration);
    let uid = schedule.assignments.len().to_string();
    let (activity, resource) = (ActivityIndex::new(activity), ResourceIndex::new(resource));
    schedule.assignments.push(Assignment::planned(uid, activity, resource, units, work));
}

fn link(schedule: &mut Schedule, from: usize, to: usize, kind: LinkKind, lag: i32) {
    let (predecessor, successor) = (ActivityIndex::new(from), ActivityIndex::new(to));
    schedule.links.push(Link { predecessor, successor, kind, lag: Lag::Work(lag) });
}

/// Activities of so many days side by side from Monday 2026-01-05 on, one mason for each, of two.
fn side_by_side(days: &[i32]) -> Schedule {
    let mut project = Project::new("P", "P");
    project.start = Some(at("2026-01-05T08:00"));
    let mut schedule = Schedule {
        projects: vec![project],
        calendars: vec![Calendar::standard("c", "c")],
        resources: vec![crew("Mason", 2.0)],
        ..Schedule::default()
    };
    for (k, days) in days.iter().enumerate() {
        let id = format!("A{k}");
        schedule.activities.push(Activity::new(&id, &id, ProjectIndex::new(0), days * DAY));
        needs(&mut schedule, k, 0, 1.0);
    }
    schedule
}

fn run(schedule: &Schedule, profile: Profile, options: &LevelOptions) -> Result<Levelled, LevelError> {
    let (network, _) = Network::compile(schedule, profile);
    let dates = solve(&network);
    level(schedule, &network, &dates, options, &()).map(|(levelled, _)| levelled)
}

fn few(schedules: u64) -> LevelOptions {
    LevelOptions { budget: Budget::Schedules(schedules), ..LevelOptions::default() }
}

#[test]
fn two_masons_do_four_pieces_of_work_in_the_least_time() {
    // 5 + 1 and 3 + 3 days: six days, which no other order beats.
    for profile in [Profile::P6, Profile::Msp] {
        let schedule = side_by_side(&[3, 5, 3, 1]);
        let done = run(&schedule, profile, &few(300)).unwrap();
        assert_eq!(done.finish_before, at("2026-01-09T17:00"));
        assert_eq!(done.finish_after, at("2026-01-12T17:00"), "{profile:?}");
        assert!(done.lacks.is_empty() && done.claims.is_empty());
        let mason = &done.resources[0];
        assert_eq!((mason.peak_before, mason.peak_after, mason.limit), (4.0, 2.0, Some(2.0)));
        assert_eq!(mason.over_after_h, 0.0);
        assert!(done.held.iter().all(|h| h.waits_for == Some(ResourceIndex::new(0)) && h.delay > 0));
        // What is written is what was found.
        let (network, _) = Network::compile(&done.schedule, profile);
        assert_eq!(solve(&network), done.dates);
    }
}

#[test]
fn what_has_room_stays_as_it_is() {
    let schedule = side_by_side(&[3, 5]);
    let done = run(&schedule, Profile::P6, &few(30)).unwrap();
    assert!(done.is_proven && done.held.is_empty());
    assert_eq!(done.schedule, schedule);
}

#[test]
fn what_is_started_or_bound_stays() {
    let mut schedule = side_by_side(&[4, 4, 4]);
    schedule.projects[0].data_date = Some(at("2026-01-06T08:00"));
    schedule.activities[1].status = Status::InProgress;
    schedule.activities[1].actual_start = Some(at("2026-01-05T08:00"));
    schedule.activities[1].remaining = 3 * DAY;
    schedule.activities[2].constraint =
        Some(Constraint { kind: ConstraintKind::MandatoryStart, date: Some(at("2026-01-06T08:00")) });
    let done = run(&schedule, Profile::P6, &few(60)).unwrap();
    assert_eq!(done.held.iter().map(|h| h.activity.at()).collect::<Vec<_>>(), [0]);
    assert_eq!(done.held[0].until, at("2026-01-09T08:00"));
    assert_eq!(done.held[0].delay, 3 * DAY);
    assert!(done.lacks.is_empty());
}

#[test]
fn more_than_there_is_is_named() {
    let mut schedule = side_by_side(&[2, 2]);
    schedule.assignments[1].units = 3.0;
    let done = run(&schedule, Profile::P6, &few(60)).unwrap();
    assert_eq!(done.claims.len(), 1);
    assert_eq!((done.claims[0].needs, done.claims[0].most), (3.0, 2.0));
    // It has all masons to itself, and still lacks one.
    assert_eq!(done.lacks.len(), 1);
    assert_eq!((done.lacks[0].used, done.lacks[0].limit), (3.0, 2.0));
    assert_eq!(done.finish_after, at("2026-01-08T17:00"));
}

#[test]
fn within_the_float_what_lacks_is_left() {
    // A0 (5 days) sets the finish; two others of 3 days have 2 days of float.
    let schedule = side_by_side(&[5, 3, 3]);
    let options = LevelOptions { within_float: true, ..few(60) };
    let done = run(&schedule, Profile::P6, &options).unwrap();
    assert_eq!(done.finish_after, done.finish_before);
    assert!(!done.lacks.is_empty());
    let done = run(&schedule, Profile::P6, &few(60)).unwrap();
    assert_eq!(done.finish_after, at("2026-01-12T17:00"));
}

#[test]
fn smoothing_keeps_the_finish_and_lowers_the_peak() {
    let mut schedule = side_by_side(&[6, 2, 2, 2]);
    schedule.resources[0] = crew("Mason", 9.0);
    let options = LevelOptions { mode: Mode::Smooth, ..few(200) };
    let done = run(&schedule, Profile::P6, &options).unwrap();
    assert_eq!(done.finish_after, done.finish_before);
    assert_eq!((done.resources[0].peak_before, done.resources[0].peak_after), (4.0, 2.0));
}

#[test]
fn a_limit_holds_what_is_a_part_of_it() {
    let mut schedule = side_by_side(&[2, 2]);
    schedule.resources.push(crew("Trades", 1.0));
    schedule.resources[0].parent = Some(ResourceIndex::new(1));
    // The file's units of a group bound nobody; a limit that is stated does.
    assert!(run(&schedule, Profile::P6, &few(30)).unwrap().held.is_empty());
    let options = LevelOptions { limits: vec![("trades".into(), 1.0)], ..few(30) };
    let done = run(&schedule, Profile::P6, &options).unwrap();
    assert_eq!(done.finish_after, at("2026-01-08T17:00"));
}

#[test]
fn a_crew_that_shrinks_is_heeded() {
    let mut schedule = side_by_side(&[3, 3]);
    let one = Rate { from: Some(at("2026-01-07T00:00")), ..schedule.resources[0].rates[0].clone() };
    schedule.resources[0].rates.push(Rate { max_units: 1.0, ..one });
    let done = run(&schedule, Profile::P6, &few(30)).unwrap();
    assert_eq!(done.finish_after, at("2026-01-12T17:00"));
    assert!(done.lacks.is_empty());
}

#[test]
fn what_cannot_be_levelled_says_why() {
    let check = |schedule: &Schedule, options: &LevelOptions, expect: &str| {
        let error = run(schedule, Profile::P6, options).unwrap_err().to_string();
        assert!(error.contains(expect), "{expect:?} is not in {error}");
    };
    let schedule = side_by_side(&[1]);
    let limited = |name: &str, units: f64| LevelOptions { limits: vec![(name.into(), units)], ..few(30) };
    check(
        &schedule,
        &limited("Carpenter", 1.0),
        "there is no resource \"Carpenter\"\n  hint: there are Mason",
    );
    check(&schedule, &limited("Mason", -1.0), "is no number of units");
    check(&schedule, &limited("Mason", f64::NAN), "is no number of units");
    check(&schedule, &few(0), "a budget of nothing");
    check(&Schedule { assignments: Vec::new(), ..schedule.clone() }, &few(30), "nothing to level");
}

#[test]
fn a_night_shift_and_a_day_shift_share_a_crane() {
    let mut schedule = side_by_side(&[2, 2, 2]);
    schedule.resources[0] = crew("Crane", 1.0);
    let mut nights = Calendar::standard("n", "n");
    let night = || vec![Shift::new(0, 240).unwrap(), Shift::new(1200, 1440).unwrap()];
    nights.week = std::array::from_fn(|_| Some(night()));
    schedule.calendars.push(nights);
    schedule.activities[2].calendar = Some(CalendarIndex::new(1));
    let done = run(&schedule, Profile::P6, &few(60)).unwrap();
    // The two days' works follow each other; the nights' stands beside them.
    assert_eq!(done.held.len(), 1);
    assert_eq!(done.finish_after, at("2026-01-08T17:00"));
    assert!(
        done.lacks.is_empty()
            && done.dates.of(ActivityIndex::new(2)).unwrap().start == at("2026-01-05T20:00")
    );
}

#[test]
fn a_resource_works_by_its_own_calendar_where_the_work_follows_it() {
    // MSP: the second mason's day is Tuesday to Saturday.
    let mut schedule = side_by_side(&[1, 1]);
    let mut late = Calendar::standard("l", "l");
    late.week.rotate_right(1);
    schedule.calendars.push(late);
    schedule.resources[0] = Resource { calendar: Some(CalendarIndex::new(1)), ..crew("Mason", 1.0) };
    // On Monday the mason is not there, so that nothing lacks.
    let done = run(&schedule, Profile::Msp, &few(60)).unwrap();
    assert_eq!(done.resources[0].peak_before, 0.0);
    // P6 lets people work when a task-dependent activity does.
    let done = run(&schedule, Profile::P6, &few(60)).unwrap();
    assert_eq!((done.resources[0].peak_before, done.resources[0].peak_after), (2.0, 1.0));
}

/// Two calendars, all kinds of links, some lags, three crews, constraints and progress.
fn any_programme() -> impl Strategy<Value = Schedule> {
    let activity = (1i32..6, 0usize..2, 0u8..12, prop::collection::vec((0usize..3, 1u8..4), 0..3));
    let links = prop::collection::vec((0usize..12, 1usize..12, 0u8..6, -8i32..17), 0..16);
    (prop::collection::vec(activity, 2..13), links).prop_map(|(activities, links)| {
        let mut schedule = side_by_side(&[]);
        schedule.calendars.push(Calendar::round_the_clock("r", "r"));
        schedule.resources = vec![crew("a", 3.0), crew("b", 3.0), crew("c", 4.0)];
        for (k, (days, calendar, special, crews)) in activities.iter().enumerate() {
            let id = format!("A{k}");
            let mut a = Activity::new(&id, &id, ProjectIndex::new(0), days * 240);
            a.calendar = Some(CalendarIndex::new(*calendar));
            let bound = |kind| Some(Constraint { kind, date: Some(at("2026-01-12T08:00")) });
            match special {
                0 => a.constraint = bound(ConstraintKind::StartNoEarlierThan),
                1 => a.constraint = bound(ConstraintKind::FinishNoLaterThan),
                3 => {
                    a.actual_start = Some(at("2026-01-05T08:00"));
                    a.status = Status::InProgress;
                }
                _ => {}
            }
            schedule.activities.push(a);
            for (resource, units) in crews {
                needs(&mut schedule, k, *resource, f64::from(*units));
            }
        }
        let n = schedule.activities.len();
        for (from, step, kind, lag) in links {
            let kinds = [LinkKind::StartStart, LinkKind::FinishFinish, LinkKind::StartFinish];
            let kind = kinds.get(usize::from(kind)).copied().unwrap_or_default();
            if from + step < n {
                link(&mut schedule, from, from + step, kind, lag * 60);
            }
        }
        schedule
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_levelled_programme_keeps_the_rules(schedule in any_programme(), is_msp: bool, smooth: bool) {
        let profile = if is_msp { Profile::Msp } else { Profile::P6 };
        let mode = if smooth { Mode::Smooth } else { Mode::Level };
        let options = LevelOptions { mode, ..few(90) };
        let levelled = match run(&schedule, profile, &options) {
            Err(LevelError::NoResources) => return Ok(()),
            done => done.unwrap(),
        };
        // The dates are those of the written programme: logic, calendars and constraints hold by `solve`.
        let (network, _) = Network::compile(&levelled.schedule, profile);
        prop_assert_eq!(&solve(&network), &levelled.dates);
        for h in &levelled.held {
            prop_assert_eq!(levelled.dates.of(h.activity).unwrap().early_start, h.until);
        }
        let (before, _) = Network::compile(&schedule, profile);
        let before = solve(&before);
        for index in schedule.indices() {
            let (a, b) = (before.of(index).unwrap(), levelled.dates.of(index).unwrap());
            if schedule.activities[index.at()].status != Status::NotStarted {
                prop_assert_eq!(a.start, b.start);
                // What is left of it goes on unless what it waits for is later.
                if schedule.links.iter().all(|l| l.successor != index) {
                    prop_assert_eq!(a.early_start, b.early_start);
                }
            }
        }
        // P6 stretches or shrinks what a lag of another calendar holds at both ends; a delay may then end it sooner.
        let is_elastic = [&before, &levelled.dates].iter().any(|dates| {
            schedule.indices().any(|i| {
                let (slot, d) = (network.slot(i).unwrap(), dates.of(i).unwrap());
                network.calendar(slot).between(d.early_start, d.early_finish) != network.remaining[slot]
            })
        });
        prop_assert!(levelled.finish_after >= levelled.finish_before || is_elastic);
        if mode == Mode::Level {
            prop_assert!(levelled.finish_by_rule.is_none_or(|rule| levelled.finish_after <= rule));
            // Only what must stand where it stands may lack.
            let fixed = schedule.activities.iter().any(|a| {
                a.status != Status::NotStarted || a.constraint.is_some_and(|c| c.kind.is_hard())
            });
            if levelled.claims.is_empty() && !fixed {
                prop_assert!(levelled.lacks.is_empty(), "{:?}", levelled.lacks);
            }
        } else {
            prop_assert!(levelled.finish_after <= levelled.finish_before);
        }
    }
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let mut schedule = side_by_side(&[3, 5, 3, 1, 2, 4, 6, 2, 3, 5, 1, 1, 4]);
    for k in 0..6 {
        link(&mut schedule, k, k + 6, LinkKind::FinishStart, 240);
    }
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| run(&schedule, Profile::P6, &few(600))).unwrap()
    };
    let one = on(1);
    for threads in [2, 8] {
        let other = on(threads);
        assert_eq!((&one.schedule, one.schedules), (&other.schedule, other.schedules));
    }
}

#[test]
fn what_is_no_problem_is_refused() {
    let parse = |text: &str| Rcpsp::parse_psplib(text).unwrap_err();
    assert_eq!(parse(""), RcpspError::Missing { what: "PRECEDENCE RELATIONS" });
    let back = Rcpsp::new(vec![1, 1], vec![vec![1], vec![1]], vec![1], vec![vec![], vec![0]]);
    assert_eq!(back.unwrap_err(), RcpspError::Link { from: 1, to: 0, last: 1 });
    let much = Rcpsp::new(vec![1], vec![vec![2]], vec![1], vec![vec![]]).unwrap_err();
    assert_eq!(much, RcpspError::Demand { activity: 0, resource: 0, needs: 2, capacity: 1 });
    // More than four resources share no word.
    let wide = Rcpsp::new(vec![2; 3], vec![vec![1; 9]; 3], vec![1; 9], vec![vec![]; 3]).unwrap();
    assert_eq!(wide.search(Budget::Schedules(50), 1, &()).unwrap().makespan, 6);
}
