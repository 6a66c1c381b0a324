//! A lane is what the passes of the profile compute.

use super::{LANES, Lane, Plan, Room};
use crate::{
    Activity, ActivityIndex, ActivityKind, Calendar, CalendarIndex, Constraint, ConstraintKind, DAY, Day,
    Exception, Lag, Link, LinkKind, Network, Passes, Profile, ProgressMode, Project, ProjectIndex, Schedule,
    Shift, Time,
};
use proptest::prelude::*;

const START: i32 = 45_000 * DAY;

#[derive(Clone, Debug)]
struct Act {
    hours: i32,
    calendar: usize,
    kind: u8,
    constraint: Option<(u8, i32)>,
    progress: u8,
    links: Vec<(usize, u8, i32, bool)>,
}

fn act() -> impl Strategy<Value = Act> {
    let constraint = prop::option::weighted(0.3, (0..9u8, -200..900i32));
    let link = (
        0..64usize,
        prop_oneof![6 => Just(0u8), 1 => Just(1), 1 => Just(2), 1 => Just(3)],
        prop_oneof![4 => Just(0), 2 => 1..40i32, 1 => -20..0i32],
        prop::bool::weighted(0.1),
    );
    let links = prop::collection::vec(link, 0..4);
    (0..60i32, 0..4usize, 0..14u8, constraint, 0..12u8, links).prop_map(
        |(hours, calendar, kind, constraint, progress, links)| Act {
            hours,
            calendar,
            kind,
            constraint,
            progress,
            links,
        },
    )
}

fn calendars() -> Vec<Calendar> {
    let shift = |a: i32, b: i32| Shift::new(a, b).unwrap();
    let mut six = Calendar::standard("six", "six");
    six.week = std::array::from_fn(|d| Some(if d < 6 { vec![shift(390, 1110)] } else { vec![] }));
    let mut night = Calendar::standard("night", "night");
    night.week =
        std::array::from_fn(|d| Some(if d < 5 { vec![shift(0, 375), shift(1320, DAY)] } else { vec![] }));
    let mut first = Calendar::standard("five", "five");
    first.exceptions = (0..6).map(|k| Exception::day_off(Day::from_number(45_003 + 5 * k))).collect();
    vec![first, six, night, Calendar::round_the_clock("all", "all")]
}

fn schedule(acts: &[Act], profile: Profile, must: Option<i32>, progressed: bool) -> Schedule {
    let mut project = Project::new("P", "P");
    project.start = Some(Time::from_minutes(START + 480));
    project.data_date = Some(Time::from_minutes(START + if progressed { 5 * DAY } else { 0 } + 480));
    project.calendar = Some(CalendarIndex::new(0));
    project.must_finish_by = must.map(|m| Time::from_minutes(START + m * 60));
    project.options.profile = profile;
    project.options.use_expected_finish = true;
    project.options.progress = match acts.len() % 3 {
        0 => ProgressMode::RetainedLogic,
        1 => ProgressMode::ProgressOverride,
        _ => ProgressMode::ActualDates,
    };
    let mut schedule = Schedule { projects: vec![project], calendars: calendars(), ..Schedule::default() };
    for (i, act) in acts.iter().enumerate() {
        let mut a = Activity::new(&format!("A{i}"), "", ProjectIndex::new(0), act.hours * 60 + 7);
        a.calendar = Some(CalendarIndex::new(act.calendar));
        match act.kind {
            0 => (a.kind, a.duration) = (ActivityKind::StartMilestone, 0),
            1 => (a.kind, a.duration) = (ActivityKind::FinishMilestone, 0),
            2 => a.duration = 0,
            3 => a.elapsed = true,
            _ => {}
        }
        a.remaining = a.duration;
        if let Some((kind, hours)) = act.constraint {
            use ConstraintKind as C;
            let kinds = [
                C::StartOn,
                C::StartNoEarlierThan,
                C::StartNoLaterThan,
                C::FinishOn,
                C::FinishNoEarlierThan,
                C::FinishNoLaterThan,
                C::MandatoryStart,
                C::MandatoryFinish,
                C::AsLateAsPossible,
            ];
            let date = Time::from_minutes(START + hours * 60 + 480);
            let kind = kinds[usize::from(kind)];
            a.constraint = Some(Constraint { kind, date: (kind != C::AsLateAsPossible).then_some(date) });
        }
        if act.progress == 11 {
            a.expected_finish = Some(Time::from_minutes(START + act.hours * DAY / 2));
        }
        if act.progress == 10 {
            a.external_start = Some(Time::from_minutes(START + act.hours * DAY / 2));
            a.external_finish = Some(Time::from_minutes(START + act.hours * DAY));
        }
        if act.kind > 11 {
            let kinds = [ConstraintKind::FinishNoLaterThan, ConstraintKind::StartNoEarlierThan];
            let date = Some(Time::from_minutes(START + (act.hours * 9 + 3) * 60));
            a.constraint2 = Some(Constraint { kind: kinds[act.hours as usize % 2], date });
        }
        if act.kind > 9 {
            a.suspend = Some(Time::from_minutes(START + DAY));
            a.resume = Some(Time::from_minutes(START + (4 + act.hours / 8) * DAY));
        }
        if progressed && act.progress < 4 {
            a.actual_start = Some(Time::from_minutes(START + 480 + i32::from(act.progress) * 600));
            a.remaining = a.duration / 2;
            if act.progress < 2 {
                a.actual_finish = Some(Time::from_minutes(START + DAY * 3 + i32::from(act.progress) * 60));
                a.remaining = 0;
            }
        }
        for (from, kind, lag, elapsed) in &act.links {
            if i > 0 {
                let kinds = [
                    LinkKind::FinishStart,
                    LinkKind::StartStart,
                    LinkKind::FinishFinish,
                    LinkKind::StartFinish,
                ];
                schedule.links.push(Link {
                    predecessor: ActivityIndex::new(from % i),
                    successor: ActivityIndex::new(i),
                    kind: kinds[usize::from(*kind)],
                    lag: if *elapsed { Lag::Elapsed(lag * 60) } else { Lag::Work(lag * 60) },
                });
            }
        }
        schedule.activities.push(a);
    }
    schedule
}

fn check(acts: &[Act], profile: Profile, must: Option<i32>, progressed: bool) -> Result<(), TestCaseError> {
    let schedule = schedule(acts, profile, must, progressed);
    let (network, _) = Network::compile(&schedule, profile);
    let plan = Plan::new(&network);
    let mut work: Vec<Lane> = (0..network.len())
        .map(|s| {
            let base = network.remaining[s];
            std::array::from_fn(|l| if base == 0 { 0 } else { base + (l as i32) * 37 * (s as i32 % 5) })
        })
        .collect();
    let mut room = Room::new(&plan);
    plan.forward(&mut work, &mut room);
    let finish = room.finish.clone();
    plan.backward(&mut room, |_, _| ());
    for l in 0..LANES {
        let remaining: Vec<i32> = work.iter().map(|w| w[l]).collect();
        let mut passes = Passes::new(&network);
        passes.forward(&network, &remaining);
        for (project, finish) in finish.iter().enumerate() {
            prop_assert_eq!(finish[l], passes.finish[project].minutes(), "finish, lane {}", l);
        }
        passes.backward(&network, &remaining);
        for s in (0..network.len()).filter(|s| plan.slots[*s].kind != super::plan::Kind::Frozen) {
            let calendar = network.calendar(s);
            let expect =
                [passes.early_start[s], passes.early_finish[s], passes.late_start[s], passes.late_finish[s]]
                    .map(|t| calendar.work_at(t));
            let got = [
                room.early_start[s][l],
                room.early_finish[s][l],
                room.late_start[s][l],
                room.late_finish[s][l],
            ];
            prop_assert_eq!(got, expect, "slot {} lane {} {:?} {:?}", s, l, plan.slots[s], profile);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_lane_is_a_run(
        acts in prop::collection::vec(act(), 1..24),
        by_msp in any::<bool>(),
        must in prop::option::weighted(0.2, 20..900i32),
        progressed in any::<bool>(),
    ) {
        check(&acts, if by_msp { Profile::Msp } else { Profile::P6 }, must, progressed)?;
    }
}
