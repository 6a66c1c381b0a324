//! One row for each activity, with the columns that the CSV reader knows.

use crate::activity::{Activity, ActivityKind, Status};
use crate::calendar::{Calendar, standard_week};
use crate::options::Options;
use crate::schedule::{Lag, Project, Schedule};
use crate::solve::Dates;
use crate::time::Time;
use crate::wbs_names;
use groma_model::{Diagnostic, Diagnostics, codes};

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

/// Names what a table has no column for.
fn complain(s: &Schedule, diagnostics: &mut Diagnostics) {
    let mut note = |what: &str, count: usize| {
        if count > 0 {
            diagnostics.push(Diagnostic::new(codes::UNSUPPORTED_FIELD).detail(format!("{count} {what}")));
        }
    };
    let activities = |is: &dyn Fn(&Activity) -> bool| s.activities.iter().filter(|a| is(a)).count();
    let is_usual =
        |c: &&Calendar| c.week == standard_week() && c.exceptions.is_empty() && c.work_weeks.is_empty();
    note(
        "calendars, of which the names alone are written",
        s.calendars.iter().filter(|c| !is_usual(c)).count(),
    );
    note(
        "project starts, which are told by the first start alone",
        s.projects.iter().filter(|p| p.start.is_some()).count(),
    );
    note("data dates", s.projects.iter().filter(|p| p.data_date.is_some()).count());
    note("dates to finish by", s.projects.iter().filter(|p| p.must_finish_by.is_some()).count());
    let options = |p: &&Project| p.options != Options { profile: p.options.profile, ..Options::default() };
    note("projects' rules of scheduling", s.projects.iter().filter(options).count());
    note("resources", s.resources.len());
    note("assignments", s.assignments.len());
    note("second constraints", activities(&|a| a.constraint2.is_some()));
    note("deadlines", activities(&|a| a.deadline.is_some()));
    note("expected finishes", activities(&|a| a.expected_finish.is_some()));
    note("dates of other projects", activities(&|a| a.external_start.or(a.external_finish).is_some()));
    note("suspensions", activities(&|a| a.suspend.is_some()));
    note("baselines", s.activities.iter().map(|a| a.baselines.len()).sum());
    note("activity codes", s.activities.iter().map(|a| a.codes.len()).sum());
    note("fixed costs", activities(&|a| a.fixed_cost != 0.0));
    note("notes", activities(&|a| a.notes.is_some()));
    note("activities planned by hand", activities(&|a| a.manual));
    note("elapsed durations", activities(&|a| a.elapsed));
    note("further fields of activities", s.activities.iter().map(|a| a.fields.len()).sum());
}

pub(crate) fn write(schedule: &Schedule, dates: &Dates, diagnostics: &mut Diagnostics) -> Vec<u8> {
    complain(schedule, diagnostics);
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
        let wbs = a.wbs.map(|w| wbs_names::joined(schedule.wbs_path(w).iter().map(|n| n.name.as_str())));
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
