//! Rules that the options of a project switch, told by hand.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_schedule::{
    Activity, ActivityDates, ActivityIndex, ActivityKind, Calendar, CalendarIndex, Constraint,
    ConstraintKind, Day, Exception, Lag, Link, LinkKind, Network, Profile, ProgressMode, Project,
    ProjectIndex, Recurrence, Schedule, Shift, Shifts, Status, Time, WorkCalendar, solve,
};

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn link(from: usize, to: usize, kind: LinkKind) -> Link {
    Link { predecessor: ActivityIndex::new(from), successor: ActivityIndex::new(to), kind, lag: Lag::Work(0) }
}

/// Tasks of so many days, one behind the other, eight hours from Monday 2026-01-05 on.
fn chain(days: &[i32], data_date: &str) -> Schedule {
    let mut project = Project::new("P", "P");
    project.start = Some(at("2026-01-05T08:00"));
    project.data_date = Some(at(data_date));
    let mut calendar = Calendar::standard("1", "5x8");
    let day: Shifts = Shift::new(480, 960).into_iter().collect();
    calendar.week = std::array::from_fn(|d| Some(if d < 5 { day.clone() } else { Shifts::new() }));
    let task = |(k, days): (usize, &i32)| {
        Activity::new(&format!("A{}", k + 1), "", ProjectIndex::new(0), days * 480)
    };
    Schedule {
        projects: vec![project],
        calendars: vec![calendar],
        activities: days.iter().enumerate().map(task).collect(),
        links: (1..days.len()).map(|k| link(k - 1, k, LinkKind::FinishStart)).collect(),
        ..Schedule::default()
    }
}

fn start(activity: &mut Activity, at_date: &str, days_left: i32) {
    activity.actual_start = Some(at(at_date));
    activity.status = Status::InProgress;
    activity.remaining = days_left * 480;
}

fn dates(schedule: &Schedule) -> Vec<ActivityDates> {
    solve(&Network::compile(schedule, Profile::P6).0).activities.into_iter().flatten().collect()
}

fn span(d: &ActivityDates) -> String {
    format!("{} {} {}", d.early_start, d.early_finish, d.total_float / 480)
}

#[test]
fn an_expected_finish_sets_what_is_left() {
    let mut s = chain(&[5, 5], "2026-01-07T08:00");
    start(&mut s.activities[0], "2026-01-05T08:00", 3);
    s.activities[0].expected_finish = Some(at("2026-01-30T16:00"));
    // Unless the options say so, it is only noted.
    assert_eq!(span(&dates(&s)[0]), "2026-01-07T08:00 2026-01-09T16:00 0");
    s.projects[0].options.use_expected_finish = true;
    let found = dates(&s);
    assert_eq!(span(&found[0]), "2026-01-07T08:00 2026-01-30T16:00 0");
    assert_eq!(found[0].late_start.to_string(), "2026-01-07T08:00");
    assert_eq!(span(&found[1]), "2026-02-02T08:00 2026-02-06T16:00 0");
    // What has not started too; what has passed sets nothing.
    s.activities[0].expected_finish = Some(at("2026-01-06T16:00"));
    s.activities[1].expected_finish = Some(at("2026-02-11T16:00"));
    let found = dates(&s);
    assert_eq!(span(&found[0]), "2026-01-07T08:00 2026-01-09T16:00 0");
    assert_eq!(span(&found[1]), "2026-01-12T08:00 2026-02-11T16:00 0");
}

#[test]
fn progress_out_of_sequence_by_each_mode() {
    // A2 started before A1 was done; A1 has a week left, A2 three days.
    let mut s = chain(&[10, 5, 5], "2026-01-12T08:00");
    start(&mut s.activities[0], "2026-01-05T08:00", 5);
    start(&mut s.activities[1], "2026-01-07T08:00", 3);
    let by = |s: &mut Schedule, mode: ProgressMode| -> Vec<String> {
        s.projects[0].options.progress = mode;
        dates(s).iter().map(span).collect()
    };
    let retained = by(&mut s, ProgressMode::RetainedLogic);
    assert_eq!(retained[1], "2026-01-19T08:00 2026-01-21T16:00 0");
    assert_eq!(retained[2], "2026-01-22T08:00 2026-01-28T16:00 0");
    // The link to A2 is left out on both passes: A1 may slip to the project's finish.
    let overridden = by(&mut s, ProgressMode::ProgressOverride);
    assert_eq!(overridden[0], "2026-01-12T08:00 2026-01-16T16:00 3");
    assert_eq!(overridden[1], "2026-01-12T08:00 2026-01-14T16:00 0");
    assert_eq!(overridden[2], "2026-01-15T08:00 2026-01-21T16:00 0");
    // Without actual dates after the data date that is the same by actual dates.
    assert_eq!(by(&mut s, ProgressMode::ActualDates), overridden);
}

#[test]
fn what_is_done_out_of_sequence_holds_no_longer_what_its_predecessor_would() {
    // A2 is done, although A1 has a week left.
    let mut s = chain(&[10, 5, 5], "2026-01-12T08:00");
    start(&mut s.activities[0], "2026-01-05T08:00", 5);
    let a = &mut s.activities[1];
    (a.actual_start, a.actual_finish) = (Some(at("2026-01-06T08:00")), Some(at("2026-01-09T16:00")));
    (a.status, a.remaining) = (Status::Complete, 0);
    let third = |s: &mut Schedule, mode: ProgressMode| {
        s.projects[0].options.progress = mode;
        dates(s)[2].early_start.to_string()
    };
    assert_eq!(third(&mut s, ProgressMode::RetainedLogic), "2026-01-19T08:00");
    assert_eq!(third(&mut s, ProgressMode::ProgressOverride), "2026-01-12T08:00");
    assert_eq!(third(&mut s, ProgressMode::ActualDates), "2026-01-12T08:00");
    // An actual finish after the data date holds by actual dates alone.
    s.activities[1].actual_finish = Some(at("2026-01-14T16:00"));
    assert_eq!(third(&mut s, ProgressMode::ProgressOverride), "2026-01-12T08:00");
    assert_eq!(third(&mut s, ProgressMode::ActualDates), "2026-01-15T08:00");
}

#[test]
fn dates_that_other_projects_leave_hold_both_ways() {
    let mut s = chain(&[5, 5], "2026-01-05T08:00");
    s.activities[0].external_start = Some(at("2026-02-02T08:00"));
    s.activities[1].external_finish = Some(at("2026-02-11T16:00"));
    let found = dates(&s);
    assert_eq!(span(&found[0]), "2026-02-02T08:00 2026-02-06T16:00 -2");
    assert_eq!(span(&found[1]), "2026-02-09T08:00 2026-02-13T16:00 -2");
    s.projects[0].options.ignore_other_projects = true;
    assert_eq!(span(&dates(&s)[0]), "2026-01-05T08:00 2026-01-09T16:00 0");
}

#[test]
fn a_level_of_effort_starts_neither_before_the_data_date_nor_after_its_actual_start() {
    let mut s = chain(&[10, 5], "2026-01-12T08:00");
    start(&mut s.activities[0], "2026-01-05T08:00", 5);
    let mut effort = Activity::new("L", "", ProjectIndex::new(0), 0);
    effort.kind = ActivityKind::LevelOfEffort;
    s.activities.push(effort);
    s.links.extend([link(0, 2, LinkKind::StartStart), link(2, 1, LinkKind::FinishFinish)]);
    let found = dates(&s);
    assert_eq!((found[2].start, found[2].finish), (at("2026-01-12T08:00"), found[1].finish));
    s.activities[2].actual_start = Some(at("2026-01-06T08:00"));
    s.activities[2].status = Status::InProgress;
    assert_eq!(dates(&s)[2].start, at("2026-01-06T08:00"));
}

#[test]
fn summaries_and_hammocks_are_as_long_as_what_they_hold() {
    let mut s = chain(&[5, 5], "2026-01-05T08:00");
    let node = groma_schedule::WbsNode {
        uid: "1".into(),
        code: "1".into(),
        name: "1".into(),
        project: ProjectIndex::new(0),
        parent: None,
        fields: Vec::new(),
    };
    s.wbs.push(node);
    for a in &mut s.activities {
        a.wbs = Some(groma_schedule::WbsIndex::new(0));
    }
    for (code, kind) in [("W", ActivityKind::WbsSummary), ("H", ActivityKind::Hammock)] {
        let mut a = Activity::new(code, "", ProjectIndex::new(0), 0);
        a.kind = kind;
        a.wbs = (kind == ActivityKind::WbsSummary).then(|| groma_schedule::WbsIndex::new(0));
        s.activities.push(a);
    }
    // From the start of the second to its finish.
    s.links.extend([link(1, 3, LinkKind::StartStart), link(1, 3, LinkKind::FinishFinish)]);
    let found = dates(&s);
    assert_eq!((found[2].start, found[2].finish), (found[0].start, found[1].finish));
    assert_eq!((found[3].start, found[3].finish), (found[1].start, found[1].finish));
}

fn never(exceptions: Vec<Exception>) -> WorkCalendar {
    let calendar = Calendar {
        week: std::array::from_fn(|_| Some(Shifts::new())),
        exceptions,
        ..Calendar::standard("", "")
    };
    let days = at("2026-01-01T00:00").day()..at("2026-03-01T00:00").day();
    WorkCalendar::compile(&[calendar], CalendarIndex::new(0), days)
}

#[test]
fn days_that_no_exception_works_on_stay_off() {
    let day: Shifts = Shift::new(480, 960).into_iter().collect();
    let on = |text: &str| Exception::on(at(text).day(), day.clone());
    let work = never(vec![on("2026-01-10T00:00"), on("2026-01-17T00:00")]);
    assert!(!work.is_empty());
    let worked: Vec<i32> = (5..20).map(|d| work.work_on(at("2026-01-01T00:00").day() + d)).collect();
    assert_eq!(worked.iter().sum::<i32>(), 960, "{worked:?}");
    assert_eq!(work.add(at("2026-01-05T08:00"), 600), at("2026-01-17T10:00"));
    // What no exception has room for ends all the same, behind all that is known.
    assert!(work.works_on_exceptions_until().unwrap() >= at("2026-03-01T00:00").day());
    assert!(work.add(at("2026-01-05T08:00"), 1_000) > at("2026-03-01T00:00"));
}

#[test]
fn many_long_exceptions_take_little_room_and_time() {
    let started = std::time::Instant::now();
    let long = |k: i32| Exception {
        to: Day::MAX,
        recurrence: if k % 2 == 0 { Recurrence::EveryDay } else { Recurrence::Daily { every: 2 } },
        name: k.to_string(),
        ..Exception::on(Day::MIN + k, Shift::new(480, 480 + 1 + k % 600).into_iter().collect())
    };
    let work = never((0..4_000).map(long).collect());
    // The first of a day counts: the one that began first.
    assert_eq!(work.work_on(Day::MIN + 40_000), 1);
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn suspended_work_goes_on_when_it_is_resumed() {
    let mut s = chain(&[5, 5], "2026-01-07T08:00");
    start(&mut s.activities[0], "2026-01-05T08:00", 3);
    s.activities[0].suspend = Some(at("2026-01-06T08:00"));
    s.activities[0].resume = Some(at("2026-01-20T08:00"));
    let found = dates(&s);
    assert_eq!(span(&found[0]), "2026-01-20T08:00 2026-01-22T16:00 0");
    assert_eq!(span(&found[1]), "2026-01-23T08:00 2026-01-29T16:00 0");
    s.projects[0].options.progress = ProgressMode::ProgressOverride;
    assert_eq!(span(&dates(&s)[0]), "2026-01-20T08:00 2026-01-22T16:00 0");
    // Resumed before the data date, it goes on from there.
    s.activities[0].resume = Some(at("2026-01-06T12:00"));
    assert_eq!(span(&dates(&s)[0]), "2026-01-07T08:00 2026-01-09T16:00 0");
}

#[test]
fn a_second_constraint_holds_early_dates_too() {
    let mut s = chain(&[5, 5], "2026-01-05T08:00");
    let bound = |kind: ConstraintKind, date: &str| Some(Constraint { kind, date: Some(at(date)) });
    s.activities[1].constraint = bound(ConstraintKind::FinishNoLaterThan, "2026-02-20T16:00");
    s.activities[1].constraint2 = bound(ConstraintKind::StartNoEarlierThan, "2026-02-02T08:00");
    assert_eq!(span(&dates(&s)[1]), "2026-02-02T08:00 2026-02-06T16:00 0");
}

#[test]
fn a_finish_that_binds_started_work_is_named() {
    let mut s = chain(&[5], "2026-01-07T08:00");
    start(&mut s.activities[0], "2026-01-05T08:00", 3);
    let date = Some(at("2026-03-02T16:00"));
    s.activities[0].constraint = Some(Constraint { kind: ConstraintKind::FinishNoEarlierThan, date });
    let (_, said) = Network::compile(&s, Profile::P6);
    let said: Vec<String> = said.iter().map(ToString::to_string).collect();
    assert!(said.len() == 1 && said[0].contains("A1 has started: FNET 2026-03-02T16:00"), "{said:?}");
}
