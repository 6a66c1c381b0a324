//! Scenarios that cannot be laid over a programme, and what calendars in them change.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_schedule::whatif::{Outcome, ScenarioError, evaluate, parse_scenario};
use groma_schedule::{
    Activity, ActivityIndex, Assignment, Calendar, Lag, Link, LinkKind, Network, Profile, Project,
    ProjectIndex, Resource, ResourceIndex, Schedule, Time, solve,
};

/// Two tasks of a week, one behind the other, on the calendar "Site"; there is a "Night" too.
fn base() -> Schedule {
    let mut project = Project::new("P", "P");
    project.start = Time::parse("2026-01-05T08:00");
    let task = |code: &str| Activity::new(code, code, ProjectIndex::new(0), 2_400);
    Schedule {
        projects: vec![project],
        calendars: vec![Calendar::standard("1", "Site"), Calendar::round_the_clock("2", "Night")],
        activities: vec![task("A1"), task("A2")],
        links: vec![Link {
            predecessor: ActivityIndex::new(0),
            successor: ActivityIndex::new(1),
            kind: LinkKind::FinishStart,
            lag: Lag::Work(0),
        }],
        ..Schedule::default()
    }
}

fn run(change: &str) -> Result<Outcome, ScenarioError> {
    let text = format!("[scenario]\nname = \"s\"\n{change}");
    let scenario = parse_scenario("s.toml", &text)?;
    let base = base();
    let (network, _) = Network::compile(&base, Profile::P6);
    let outcomes = evaluate(&base, &network, &solve(&network), std::slice::from_ref(&scenario))?;
    Ok(outcomes.into_iter().next().unwrap())
}

fn refused(change: &str, expect: &str) {
    let error = run(change).unwrap_err().to_string();
    assert!(error.contains(expect), "{expect:?} is not in {error}");
}

fn finish(change: &str) -> String {
    run(change).unwrap().finish.to_string()
}

#[test]
fn links_that_make_a_loop_are_refused_with_their_path() {
    refused("[[change]]\nlink = [\"A2 -> A1\"]", "in a loop: A1 > A2 > A1");
    refused("[[change]]\nlink = [\"A1 -> A1\"]", "in a loop: A1 > A1");
    assert!(run("[[change]]\nlink = [\"A1 -> A2 SS\"]").is_ok());
}

#[test]
fn a_cost_of_what_is_not_there_is_refused() {
    refused("[[change]]\ntask = \"B*\"\ncost = 5", "selects nothing");
    refused("[[change]]\ntask = \"A1\"\nwhen = \"duration_h > 99\"\ncost = 5", "selects nothing");
    refused("[[change]]\nwbs = \"none\"\nlink = [\"A1 -> A2 SS\"]", "selects nothing");
    assert!(run("[[change]]\ntask = \"A1\"\ncost = 5").is_ok());
    assert!(run("[[change]]\ncost = 5").is_ok());
}

#[test]
fn a_change_of_a_calendar_says_what_it_changes() {
    refused("[[change]]\ncalendar = \"Site\"", "changes nothing");
    refused(
        "[[change]]\ncalendar = \"Site\"\nstop = [\"2026-01-06\"]\ntask = \"A1\"",
        "task beside calendar",
    );
    refused("[[change]]\ncalendar = \"Site\"\nstop = [\"2026-01-06\"]\ndelay = \"1wd\"", "beside calendar");
    refused("[[change]]\ncalendar = \"Yard\"\nstop = [\"2026-01-06\"]", "selects nothing");
    refused("[[change]]\nstop = [\"2026-01-06\"]", "need a calendar");
    refused("[[change]]\ncalendar = \"*\"\ntask = \"A1\"", "several calendars (Site, Night)");
    refused("[[change]]\ncalendar = \"Site\"\nshifts = [\"16:00-06:00\"]", "is no shift");
}

#[test]
fn calendars_change_dates() {
    assert_eq!(finish("[[change]]\ncost = 1"), "2026-01-16T17:00");
    assert_eq!(
        finish("[[change]]\ncalendar = \"Site\"\nstop = [\"2026-01-06..2026-01-07\"]"),
        "2026-01-20T17:00"
    );
    // A Saturday is worked as any day, or with its own hours.
    assert_eq!(finish("[[change]]\ncalendar = \"Site\"\nwork = [\"2026-01-10\"]"), "2026-01-15T17:00");
    let half = "[[change]]\ncalendar = \"Site\"\nwork = [\"2026-01-10\"]\nshifts = [\"08:00-12:00\"]";
    assert_eq!(finish(half), "2026-01-16T12:00");
    // Two shifts: 16 hours a day, 14 on the first, since the project starts at eight.
    let two = "[[change]]\ncalendar = \"Site\"\nshifts = [\"06:00-14:00\", \"14:00-22:00\"]";
    assert_eq!(finish(two), "2026-01-12T08:00");
    // A2 round the clock: 40 hours from the end of A1 on.
    assert_eq!(finish("[[change]]\ntask = \"A2\"\ncalendar = \"Night\""), "2026-01-11T09:00");
}

/// The same, with a mason who costs 10 an hour on each, whose work tells how long it takes.
fn with_masons() -> Schedule {
    let mut base = base();
    base.resources.push(Resource::new("M", "Mason"));
    for (k, activity) in base.activities.iter_mut().enumerate() {
        activity.work_driven = true;
        let (activity, resource) = (ActivityIndex::new(k), ResourceIndex::new(0));
        base.assignments.push(Assignment {
            cost: 400.0,
            remaining_cost: 400.0,
            ..Assignment::planned(k.to_string(), activity, resource, 1.0, 2_400.0)
        });
    }
    base
}

#[test]
fn people_follow_the_length_of_their_work() {
    let check = |change: &str, finish: &str, cost: f64, peak: f64| {
        let scenario = parse_scenario("s.toml", &format!("[scenario]\nname = \"s\"\n{change}")).unwrap();
        for profile in [Profile::P6, Profile::Msp] {
            let base = with_masons();
            let (network, _) = Network::compile(&base, profile);
            let scenarios = std::slice::from_ref(&scenario);
            let done = evaluate(&base, &network, &solve(&network), scenarios).unwrap().remove(0);
            assert_eq!(
                (done.finish.to_string().as_str(), done.cost, done.peak_h),
                (finish, cost, peak),
                "{change}"
            );
            assert!(done.asserts.iter().all(|a| a.holds), "{:?}", done.asserts);
        }
    };
    check("[[change]]\ncost = 1", "2026-01-16T17:00", 801.0, 40.0);
    // Half as long, by two masons, for the same money and what the crew costs once.
    let second = "[[change]]\ntask = \"*\"\ncrews = { add = 1, cost = 50 }\n[assert]\nadded_cost = \"== 50\"\ndays = \"== -7\"";
    check(second, "2026-01-09T17:00", 850.0, 80.0);
    // A day more costs a day more.
    let longer = "[[change]]\ntask = \"A2\"\nduration = \"6d\"\n[assert]\nadded_cost = \"== 80\"\n\"P50(finish)\" = \"<= base+3d\"";
    check(longer, "2026-01-19T17:00", 880.0, 40.0);
    refused("[[change]]\ncost = 1\n[assert]\nfinish = \"<= base+x\"", "is no bound of finish");
    refused("[[change]]\ncost = 1\n[assert]\nfinish = \"<= baseé\"", "is no bound of finish");
}

#[test]
fn more_crews_raise_what_there_is_of_them() {
    let mut base = with_masons();
    base.links.clear();
    base.activities.iter_mut().for_each(|a| a.work_driven = false);
    let (network, _) = Network::compile(&base, Profile::P6);
    let finish = |change: &str| {
        let text = format!("[scenario]\nname = \"s\"\n{change}[run]\nlevel = true\n");
        let scenario = parse_scenario("s.toml", &text).unwrap();
        let done = evaluate(&base, &network, &solve(&network), &[scenario]).unwrap().remove(0);
        let rates: Vec<f64> = done.schedule.resources[0].rates.iter().map(|r| r.max_units).collect();
        (done.finish.to_string(), rates)
    };
    // One mason does one task after the other; two crews of one do each in half the time.
    assert_eq!(finish(""), ("2026-01-16T17:00".into(), vec![]));
    assert_eq!(
        finish("[[change]]\ntask = \"*\"\ncrews = { add = 1 }\n"),
        ("2026-01-09T17:00".into(), vec![2.0])
    );
    // Twice the same crew on two changes is no four crews.
    let twice =
        "[[change]]\ntask = \"A1\"\ncrews = { add = 1 }\n[[change]]\ntask = \"A2\"\ncrews = { add = 1 }\n";
    assert_eq!(finish(twice), ("2026-01-09T17:00".into(), vec![2.0]));
    let later = "[[change]]\ntask = \"A2\"\ncrews = { add = 1, from = \"2026-02-02\" }\n";
    assert_eq!(finish(later).1, [1.0, 2.0]);
}
