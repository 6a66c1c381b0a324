//! Programmes of any size: layers of activities, four kinds of links, four calendars with shifts and holidays.

use groma::schedule::{
    Activity, ActivityIndex, Calendar, CalendarIndex, Day, Exception, Lag, Link, LinkKind, Project,
    ProjectIndex, Schedule, Shift, Shifts, Time,
};

/// Splitmix64: the same programme on any machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (((self.next() >> 32) * n as u64) >> 32) as usize
    }
}

fn calendars(numbers: &mut Numbers) -> Vec<Calendar> {
    let day = |spans: &[(i32, i32)]| -> Shifts {
        spans.iter().filter_map(|(a, b)| Shift::new(a * 60, b * 60)).collect()
    };
    let weeks =
        [(5, day(&[(8, 12), (13, 17)])), (6, day(&[(6, 18)])), (5, day(&[(7, 15)])), (7, day(&[(6, 22)]))];
    let first = Time::parse("2025-01-01T00:00").unwrap_or_default().day();
    weeks
        .into_iter()
        .enumerate()
        .map(|(k, (days, shifts))| Calendar {
            week: std::array::from_fn(|d| Some(if d < days { shifts.clone() } else { Shifts::new() })),
            exceptions: (0..9_000)
                .filter(|_| numbers.unit() < 0.03)
                .map(|d| Exception::day_off(Day::from_number(first.number() + d)))
                .collect(),
            ..Calendar::standard(&k.to_string(), &format!("shift {k}"))
        })
        .collect()
}

/// A programme of so many activities with about `links` links each.
pub(crate) fn programme(activities: usize, links: f64, seed: u64) -> Schedule {
    let mut numbers = Numbers(seed);
    let mut project = Project::new("P", "bench");
    project.start = Time::parse("2025-01-06T08:00");
    project.calendar = Some(CalendarIndex::new(0));
    let calendars = calendars(&mut numbers);
    let span = (activities as f64).sqrt() as usize * 2 + 20;
    let mut schedule = Schedule { projects: vec![project], calendars, ..Schedule::default() };
    for i in 0..activities {
        let days = 1 + numbers.below(20) as i32;
        let mut activity = Activity::new(&format!("A{i}"), "", ProjectIndex::new(0), days * 480);
        activity.calendar = Some(CalendarIndex::new(numbers.below(4)));
        schedule.activities.push(activity);
        if i == 0 {
            continue;
        }
        let count = 1 + usize::from(numbers.unit() < links - 1.0) + usize::from(numbers.unit() < 0.15);
        let mut seen = Vec::new();
        for _ in 0..count {
            let back = 1 + numbers.below(span.min(i));
            let from = i - back.min(i);
            let kind = numbers.unit();
            let lag = 480 * (1 + numbers.below(5) as i32);
            let (kind, lag) = match kind {
                k if k < 0.86 => (LinkKind::FinishStart, if numbers.unit() < 0.08 { lag } else { 0 }),
                k if k < 0.93 => (LinkKind::StartStart, lag),
                k if k < 0.99 => (LinkKind::FinishFinish, lag - 480),
                _ => (LinkKind::StartFinish, 0),
            };
            if !seen.contains(&from) {
                seen.push(from);
                schedule.links.push(Link {
                    predecessor: ActivityIndex::new(from),
                    successor: ActivityIndex::new(i),
                    kind,
                    lag: Lag::Work(lag),
                });
            }
        }
    }
    schedule
}
