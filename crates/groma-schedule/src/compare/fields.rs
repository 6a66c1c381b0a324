//! What else of an activity, a calendar, a resource or a project differs between two states.

use crate::activity::{Activity, Constraint, Status};
use crate::calendar::Calendar;
use crate::schedule::{ActivityIndex, CalendarIndex, Schedule};
use std::collections::BTreeMap;

/// Something that differs: its name, its old and its new value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldChange {
    /// `constraint`, `calendar`, `wbs`, `resources`, `cost`, `percent`, …
    pub field: &'static str,
    /// Old and new; empty where there is none.
    pub values: [String; 2],
}

/// Something beside the activities that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ThingChange {
    /// `project`, `calendar` or `resource`.
    pub thing: &'static str,
    /// Its name.
    pub name: String,
    /// What of it.
    pub field: &'static str,
    /// Old and new; empty where there is none.
    pub values: [String; 2],
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

fn constraint(c: Option<Constraint>) -> String {
    c.map_or(String::new(), |c| format!("{} {}", c.kind.as_str(), text(c.date)).trim_end().to_owned())
}

/// By activity its resources with units, work hours and cost.
pub(super) fn assignments(s: &Schedule) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new(); s.activities.len()];
    for a in &s.assignments {
        let resource = a.resource.and_then(|r| s.resources.get(r.at()));
        let name = resource.map_or("nobody", |r| if r.code.is_empty() { &r.name } else { &r.code });
        let cost = if a.cost == 0.0 { String::new() } else { format!(", {}", a.cost) };
        all[a.activity.at()].push(format!(
            "{name} x{} {} h{cost}",
            a.units,
            (a.work / 60.0 * 100.0).round() / 100.0
        ));
    }
    all.iter_mut().for_each(|list| list.sort_unstable());
    all
}

/// What differs of an activity beside its dates, its duration, its float and its name.
pub(super) fn of_activity(
    (old, from): (&Schedule, ActivityIndex),
    (new, to): (&Schedule, ActivityIndex),
    works: [&[String]; 2],
) -> Vec<FieldChange> {
    let sides: [(&Schedule, &Activity, ActivityIndex); 2] =
        [(old, &old.activities[from.at()], from), (new, &new.activities[to.at()], to)];
    let mut found = Vec::new();
    let mut both = |field: &'static str, of: &dyn Fn(&Schedule, &Activity, ActivityIndex) -> String| {
        let values = sides.map(|(s, a, i)| of(s, a, i));
        if values[0] != values[1] {
            found.push(FieldChange { field, values });
        }
    };
    both("type", &|_, a, _| a.kind.as_str().to_owned());
    both("wbs", &|s, a, _| {
        let path = a.wbs.map(|w| s.wbs_path(w)).unwrap_or_default();
        path.iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join("/")
    });
    both("calendar", &|s, _, i| {
        text(s.calendar_of(i).and_then(|c| s.calendars.get(c.at())).map(|c| c.name.as_str()))
    });
    both("constraint", &|_, a, _| constraint(a.constraint));
    both("second constraint", &|_, a, _| constraint(a.constraint2));
    both("deadline", &|_, a, _| text(a.deadline));
    both("expected finish", &|_, a, _| text(a.expected_finish));
    both("status", &|_, a, _| a.status.as_str().to_owned());
    both("percent", &|_, a, _| format!("{}", (a.percent * 100.0).round() / 100.0));
    // Of what has not started all is left: its duration says so.
    if sides.iter().any(|(_, a, _)| a.status != Status::NotStarted) {
        both("remaining h", &|_, a, _| format!("{}", f64::from(a.remaining) / 60.0));
    }
    both("actual start", &|_, a, _| text(a.actual_start));
    both("actual finish", &|_, a, _| text(a.actual_finish));
    both("cost", &|_, a, _| format!("{}", a.fixed_cost));
    both("priority", &|_, a, _| a.priority.to_string());
    both("codes", &|_, a, _| {
        let mut codes: Vec<String> = a.codes.iter().map(|(k, v)| format!("{k}={v}")).collect();
        codes.sort_unstable();
        codes.join("; ")
    });
    if works[0] != works[1] {
        found.push(FieldChange { field: "resources", values: works.map(|w| w.join("; ")) });
    }
    found
}

/// Projects, calendars and resources that differ.
pub(super) fn of_things(old: &Schedule, new: &Schedule) -> Vec<ThingChange> {
    let mut found = Vec::new();
    let things: [(&'static str, OfThings); 3] =
        [("project", projects), ("calendar", calendars), ("resource", resources)];
    for (thing, of) in things {
        let (a, b) = (of(old), of(new));
        let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        for name in names {
            match (a.get(name), b.get(name)) {
                (Some(was), Some(is)) => {
                    for ((field, was), (_, is)) in was.iter().zip(is).filter(|(was, is)| was.1 != is.1) {
                        let values = [was.clone(), is.clone()];
                        found.push(ThingChange { thing, name: name.clone(), field, values });
                    }
                }
                (was, is) => {
                    let there = |side: Option<&Vec<(&'static str, String)>>| {
                        if side.is_some() { "there".to_owned() } else { String::new() }
                    };
                    let values = [there(was), there(is)];
                    found.push(ThingChange { thing, name: name.clone(), field: "itself", values });
                }
            }
        }
    }
    found
}

type Things = BTreeMap<String, Vec<(&'static str, String)>>;
type OfThings = fn(&Schedule) -> Things;

fn projects(s: &Schedule) -> Things {
    let of = |p: &crate::schedule::Project| {
        let calendar = p.calendar.and_then(|c| s.calendars.get(c.at())).map(|c| c.name.as_str());
        let options = serde_json::to_string(&p.options).unwrap_or_default();
        let fields = vec![
            ("start", text(p.start)),
            ("data date", text(p.data_date)),
            ("must finish by", text(p.must_finish_by)),
            ("calendar", text(calendar)),
            ("options", options),
        ];
        // Two states of one project often have names of their own.
        (if s.projects.len() == 1 { String::new() } else { p.code.clone() }, fields)
    };
    s.projects.iter().map(of).collect()
}

fn calendars(s: &Schedule) -> Things {
    let of = |(k, c): (usize, &Calendar)| {
        let shifts = |list: &crate::calendar::Shifts| {
            let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
            list.iter().map(|s| format!("{}-{}", clock(s.start), clock(s.end))).collect::<Vec<_>>().join(" ")
        };
        let chain = Calendar::chain(&s.calendars, CalendarIndex::new(k));
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let day = |d: usize| {
            let own = chain.iter().find_map(|c| c.week[d].as_ref()).map(shifts).unwrap_or_default();
            format!("{} {}", DAYS[d], if own.is_empty() { "off" } else { &own })
        };
        let exception = |e: &crate::calendar::Exception| {
            let hours = if e.shifts.is_empty() { "off".to_owned() } else { shifts(&e.shifts) };
            let days = if e.from == e.to { e.from.to_string() } else { format!("{}..{}", e.from, e.to) };
            format!("{days} {hours} {:?} {:?}", e.recurrence, e.times)
        };
        let mut exceptions: Vec<String> = chain.iter().flat_map(|c| &c.exceptions).map(exception).collect();
        exceptions.sort_unstable();
        let weeks = chain.iter().flat_map(|c| &c.work_weeks);
        let weeks: Vec<String> = weeks.map(|w| format!("{}..{} {:?}", w.from, w.to, w.week)).collect();
        let fields = vec![
            ("week", (0..7).map(day).collect::<Vec<_>>().join("; ")),
            ("work weeks", weeks.join("; ")),
            ("exceptions", exceptions.join("; ")),
        ];
        (c.name.clone(), fields)
    };
    s.calendars.iter().enumerate().map(of).collect()
}

fn resources(s: &Schedule) -> Things {
    let of = |r: &crate::resource::Resource| {
        let calendar = r.calendar.and_then(|c| s.calendars.get(c.at())).map(|c| c.name.as_str());
        let rate = |rate: &crate::resource::Rate| {
            format!(
                "{} x{} at {}, overtime {}",
                text(rate.from),
                rate.max_units,
                rate.price,
                rate.overtime_price
            )
        };
        let fields = vec![
            ("kind", format!("{:?}", r.kind).to_lowercase()),
            ("calendar", text(calendar)),
            ("rates", r.rates.iter().map(rate).collect::<Vec<_>>().join("; ")),
            ("cost per use", format!("{}", r.cost_per_use)),
        ];
        (if r.code.is_empty() { r.name.clone() } else { r.code.clone() }, fields)
    };
    s.resources.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use crate::activity::{Activity, Constraint, ConstraintKind};
    use crate::calendar::{Calendar, Exception};
    use crate::resource::Resource;
    use crate::schedule::{Project, ProjectIndex, Schedule};
    use crate::time::Day;
    use crate::{Network, Profile, compare, solve};

    #[test]
    fn what_moves_no_date_is_a_difference_too() {
        let base = Schedule {
            projects: vec![Project::new("P", "P")],
            activities: vec![Activity::new("A", "A", ProjectIndex::new(0), 480)],
            calendars: vec![Calendar::standard("1", "Site"), Calendar::standard("2", "Yard")],
            resources: vec![Resource::new("1", "Crew")],
            ..Schedule::default()
        };
        let check = |change: &dyn Fn(&mut Schedule), expect: &str| {
            let mut other = base.clone();
            change(&mut other);
            let dates = |s: &Schedule| solve(&Network::compile(s, Profile::P6).0);
            let found = compare((&base, &dates(&base)), (&other, &dates(&other)));
            let activities = found.changed.iter().flat_map(|c| &c.others).map(|o| o.field);
            let all: Vec<&str> = activities.chain(found.things.iter().map(|t| t.field)).collect();
            assert_eq!(all, [expect], "{found:?}");
            assert!(!found.is_equal());
        };
        let late =
            Constraint { kind: ConstraintKind::FinishNoLaterThan, date: crate::Time::parse("2199-01-01") };
        check(&|s| s.activities[0].constraint2 = Some(late), "second constraint");
        check(&|s| s.activities[0].percent = 50.0, "percent");
        check(&|s| s.activities[0].fixed_cost = 5.0, "cost");
        check(
            &|s| s.calendars[0].exceptions.push(Exception::day_off(Day::from_number(60_000))),
            "exceptions",
        );
        check(&|s| s.resources[0].cost_per_use = 5.0, "cost per use");
        check(&|s| s.resources.clear(), "itself");
        check(&|s| s.projects[0].options.float_paths = 3, "options");
        check(&|s| s.activities[0].calendar = Some(crate::CalendarIndex::new(1)), "calendar");
    }
}
