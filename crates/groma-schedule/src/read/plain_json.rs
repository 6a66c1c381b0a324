//! The plain JSON of small networks: calendars of whole hours, activities, links.

use super::{Notes, ReadError};
use crate::activity::{Activity, Constraint, ConstraintKind, Status};
use crate::calendar::{Calendar, Exception, Shift, Shifts};
use crate::options::FloatKind;
use crate::schedule::{
    ActivityIndex, CalendarIndex, Lag, Link, LinkKind, Project, ProjectIndex, Schedule, SourceFormat,
};
use crate::time::{Minutes, Time};
use groma_model::codes;
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
struct Plain {
    #[serde(default)]
    name: String,
    start: Option<String>,
    data_date: Option<String>,
    #[serde(default)]
    calendars: Vec<PlainCalendar>,
    acts: Vec<PlainActivity>,
    #[serde(default)]
    rels: Vec<(String, String, String, f64)>,
}

#[derive(Deserialize)]
struct PlainCalendar {
    #[serde(default)]
    name: String,
    /// 1 is Monday.
    days: Vec<i64>,
    /// From and to, in hours.
    hours: Vec<(f64, f64)>,
    #[serde(default)]
    hol: Vec<String>,
}

#[derive(Deserialize)]
struct PlainActivity {
    id: String,
    name: Option<String>,
    cal: Option<usize>,
    dur_h: f64,
    rem_h: Option<f64>,
    #[serde(rename = "as")]
    actual_start: Option<String>,
    #[serde(rename = "af")]
    actual_finish: Option<String>,
    constraint: Option<String>,
    cdate: Option<String>,
}

pub(crate) fn read(bytes: &[u8], notes: &mut Notes) -> Result<Schedule, ReadError> {
    let plain: Plain = serde_json::from_slice(bytes)
        .map_err(|e| ReadError::Malformed { format: "JSON", what: e.to_string() })?;
    let calendars: Vec<Calendar> =
        plain.calendars.iter().enumerate().map(|(k, c)| calendar(k, c, notes)).collect();
    let mut project = Project::new("project", &plain.name);
    project.start = date(plain.start.as_deref(), "start", notes);
    project.data_date = date(plain.data_date.as_deref(), "data_date", notes);
    // Its answers take the smaller float.
    project.options.float = FloatKind::Smallest;
    project.calendar = (!calendars.is_empty()).then(|| CalendarIndex::new(0));
    let mut known: HashMap<&str, ActivityIndex> = HashMap::new();
    let mut activities = Vec::with_capacity(plain.acts.len());
    for a in &plain.acts {
        if known.insert(&a.id, ActivityIndex::new(activities.len())).is_some() {
            notes.add(codes::DUPLICATE_ACTIVITY, || a.id.clone());
        }
        activities.push(activity(a, calendars.len(), notes));
    }
    let mut links = Vec::with_capacity(plain.rels.len());
    for (from, to, kind, lag) in &plain.rels {
        let ends = known.get(from.as_str()).zip(known.get(to.as_str())).zip(LinkKind::parse(kind));
        let Some(((predecessor, successor), kind)) = ends else {
            notes.add(codes::BROKEN_LINK, || format!("{from} {kind} {to}"));
            continue;
        };
        let lag = Lag::Work(minutes(*lag));
        links.push(Link { predecessor: *predecessor, successor: *successor, kind, lag });
    }
    Ok(Schedule {
        name: plain.name.clone(),
        format: SourceFormat::PlainJson,
        projects: vec![project],
        activities,
        links,
        calendars,
        ..Schedule::default()
    })
}

/// Hours as minutes; what is beyond any programme is bounded.
fn minutes(hours: f64) -> Minutes {
    (hours * 60.0).round() as Minutes
}

fn date(text: Option<&str>, field: &str, notes: &mut Notes) -> Option<Time> {
    let text = text?;
    let time = Time::parse(text);
    if time.is_none() {
        notes.add(codes::UNREADABLE_DATE, || format!("{field}: {text:?}"));
    }
    time
}

fn calendar(number: usize, plain: &PlainCalendar, notes: &mut Notes) -> Calendar {
    let shifts: Shifts =
        plain.hours.iter().filter_map(|(from, to)| Shift::new(minutes(*from), minutes(*to))).collect();
    if shifts.len() < plain.hours.len() {
        notes.add(codes::UNREADABLE_CALENDAR, || format!("{:?}: {:?}", plain.name, plain.hours));
    }
    let mut calendar = Calendar::standard(&number.to_string(), &plain.name);
    calendar.week = std::array::from_fn(|d| {
        Some(if plain.days.contains(&(d as i64 + 1)) { shifts.clone() } else { Shifts::new() })
    });
    let days = plain.hol.iter().filter_map(|d| date(Some(d), "hol", notes));
    calendar.exceptions = days.map(|t| Exception::day_off(t.day())).collect();
    calendar
}

fn activity(plain: &PlainActivity, calendars: usize, notes: &mut Notes) -> Activity {
    let mut duration = minutes(plain.dur_h);
    if duration < 0 {
        notes.add(codes::NEGATIVE_DURATION, || format!("{}: {} h", plain.id, plain.dur_h));
        duration = 0;
    }
    let name = plain.name.as_deref().unwrap_or(&plain.id);
    let mut activity = Activity::new(&plain.id, name, ProjectIndex::new(0), duration);
    if let Some(number) = plain.cal {
        if number < calendars {
            activity.calendar = Some(CalendarIndex::new(number));
        } else {
            notes.add(codes::MISSING_CALENDAR, || format!("{}: {number}", plain.id));
        }
    }
    activity.actual_start = date(plain.actual_start.as_deref(), "as", notes);
    activity.actual_finish = date(plain.actual_finish.as_deref(), "af", notes);
    activity.status = match (activity.actual_start, activity.actual_finish) {
        (_, Some(_)) => Status::Complete,
        (Some(_), None) => Status::InProgress,
        (None, None) => Status::NotStarted,
    };
    activity.remaining = plain.rem_h.map_or(duration, minutes).max(0);
    if let Some(name) = &plain.constraint {
        let date = date(plain.cdate.as_deref(), "cdate", notes);
        match ConstraintKind::parse(name) {
            Some(kind) => activity.constraint = Some(Constraint { kind, date }),
            None => notes.add(codes::BROKEN_ROW, || format!("{}: constraint {name:?}", plain.id)),
        }
    }
    activity
}
