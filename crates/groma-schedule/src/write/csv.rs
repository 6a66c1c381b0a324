//! One row for each activity, with the columns that the CSV reader knows.

use crate::activity::{ActivityKind, Status};
use crate::schedule::{Lag, Schedule};
use crate::solve::Dates;
use crate::time::Time;

/// The columns, in order.
const COLUMNS: [&str; 21] = [
    "project",
    "id",
    "name",
    "wbs",
    "type",
    "calendar",
    "duration_h",
    "remaining_h",
    "predecessors",
    "constraint",
    "constraint_date",
    "actual_start",
    "actual_finish",
    "percent",
    "start",
    "finish",
    "early_start",
    "early_finish",
    "late_start",
    "late_finish",
    "total_float_h",
];

pub(crate) fn write(schedule: &Schedule, dates: &Dates) -> Vec<u8> {
    let mut predecessors: Vec<Vec<String>> = vec![Vec::new(); schedule.activities.len()];
    for link in &schedule.links {
        let lag = match link.lag {
            Lag::Work(0) => String::new(),
            Lag::Work(m) => format!("{:+}h", f64::from(m) / 60.0),
            Lag::Elapsed(m) => format!("{:+}eh", f64::from(m) / 60.0),
            Lag::Percent(p) => format!("{p:+}%"),
        };
        let from = &schedule.activities[link.predecessor.at()].code;
        predecessors[link.successor.at()].push(format!("{from} {}{lag}", link.kind.as_str()));
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(COLUMNS);
    let time = |t: Option<Time>| t.map(|t| t.to_string()).unwrap_or_default();
    let hours = |m: i32| format!("{}", f64::from(m) / 60.0);
    for index in schedule.indices() {
        let a = &schedule.activities[index.at()];
        let d = dates.of(index);
        let wbs =
            a.wbs.map(|w| schedule.wbs_path(w).iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join("/"));
        let calendar = schedule.calendar_of(index).map(|c| schedule.calendars[c.at()].name.clone());
        let kind = match a.kind {
            ActivityKind::Task => String::new(),
            other => other.as_str().to_owned(),
        };
        let _ = writer.write_record([
            schedule.projects.get(a.project.at()).map(|p| p.code.clone()).unwrap_or_default(),
            a.code.clone(),
            a.name.clone(),
            wbs.unwrap_or_default(),
            kind,
            calendar.unwrap_or_default(),
            hours(a.duration),
            if a.status == Status::NotStarted { String::new() } else { hours(a.remaining) },
            predecessors[index.at()].join("; "),
            a.constraint.map(|c| c.kind.as_str().to_owned()).unwrap_or_default(),
            time(a.constraint.and_then(|c| c.date)),
            time(a.actual_start),
            time(a.actual_finish),
            format!("{}", a.percent),
            time(d.map(|d| d.start)),
            time(d.map(|d| d.finish)),
            time(d.map(|d| d.early_start)),
            time(d.map(|d| d.early_finish)),
            time(d.map(|d| d.late_start)),
            time(d.map(|d| d.late_finish)),
            d.map(|d| hours(d.total_float)).unwrap_or_default(),
        ]);
    }
    writer.into_inner().unwrap_or_default()
}
