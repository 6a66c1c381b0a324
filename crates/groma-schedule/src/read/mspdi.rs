//! Microsoft Project's XML.

use super::dom::{self, Element};
use super::{Notes, ReadError};
use super::{mspdi_calendar, mspdi_resources, mspdi_uncomputed};
use crate::activity::{Activity, ActivityKind, Baseline, Constraint, ConstraintKind, Status};
use crate::options::{CriticalBy, FloatKind, Profile};
use crate::schedule::{
    ActivityIndex, CalendarIndex, Fields, KeptTable, Lag, Link, LinkKind, Project, ProjectIndex, Schedule,
    SourceFormat, WbsIndex, WbsNode,
};
use crate::time::{Minutes, Time};
use groma_model::codes;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub(crate) fn read(text: &str, notes: &mut Notes) -> Result<Schedule, ReadError> {
    let root = dom::parse(text, notes)?;
    let mut schedule = Schedule { format: SourceFormat::Mspdi, ..Schedule::default() };
    let calendars = mspdi_calendar::read(&root, &mut schedule, notes);
    schedule.projects.push(project(&root, &calendars, notes));
    schedule.name.clone_from(&schedule.projects[0].name);
    let tasks = tasks(&root, &calendars, &mut schedule, notes);
    links(&root, &tasks, &mut schedule, notes);
    let resources = mspdi_resources::resources(&root, &calendars, &mut schedule, notes);
    mspdi_resources::assignments(&root, &tasks, &resources, &mut schedule, notes);
    mspdi_uncomputed::note(&root, &schedule, notes);
    Ok(schedule)
}

/// Times and lengths of the named elements that say more than whole minutes, as they stand there.
pub(super) fn seconds(element: &Element<'_>, names: &[&str]) -> Fields {
    let fine = |text: &str| match iso_minutes(text) {
        Some(minutes) => minutes.fract() != 0.0,
        None => Time::parse(text).is_some() && !text.trim_end_matches('Z').ends_with(":00"),
    };
    let stated = names.iter().filter_map(|name| Some((*name, element.text_of(name)?)));
    stated.filter(|(_, text)| fine(text)).map(|(name, text)| (Arc::from(name), text.to_owned())).collect()
}

/// The calendar of a UID; says so where the file holds none of it.
pub(super) fn calendar(
    element: &Element<'_>,
    calendars: &HashMap<String, CalendarIndex>,
    notes: &mut Notes,
) -> Option<CalendarIndex> {
    let uid = element.text_of("CalendarUID").filter(|c| *c != "-1")?;
    let found = calendars.get(uid).copied();
    if found.is_none() {
        notes.add(codes::MISSING_CALENDAR, || format!("{}: {uid}", label(element)));
    }
    found
}

/// Children whose text becomes something of the schedule; all others are kept as fields.
pub(crate) fn other_fields(element: &Element<'_>, known: &[&str]) -> Fields {
    let others = element.children.iter().filter(|c| !known.contains(&c.name));
    others
        .map(|c| {
            let value = if c.children.is_empty() { c.text.clone().into_owned() } else { c.raw.to_owned() };
            (Arc::from(c.name), value)
        })
        .collect()
}

pub(crate) fn date(element: &Element<'_>, name: &str, notes: &mut Notes) -> Option<Time> {
    let text = element.text_of(name)?;
    let time = Time::parse(text);
    // "Not applicable".
    if time.is_none() && text != "NA" {
        notes.add(codes::UNREADABLE_DATE, || format!("{} {}: {text:?}", label(element), name));
    }
    time
}

pub(crate) fn number(element: &Element<'_>, name: &str, notes: &mut Notes) -> Option<f64> {
    let text = element.text_of(name)?;
    let value = text.parse().ok().filter(|v: &f64| v.is_finite());
    if value.is_none() {
        notes.add(codes::UNREADABLE_NUMBER, || format!("{} {}: {text:?}", label(element), name));
    }
    value
}

/// `PT8H30M0S` as minutes, rounded.
fn duration(element: &Element<'_>, name: &str, notes: &mut Notes) -> Option<Minutes> {
    work(element, name, notes).map(|m| m.round() as Minutes)
}

/// `PT8H30M0S` as minutes.
pub(super) fn work(element: &Element<'_>, name: &str, notes: &mut Notes) -> Option<f64> {
    let text = element.text_of(name)?;
    let minutes = iso_minutes(text);
    if minutes.is_none() {
        notes.add(codes::UNREADABLE_NUMBER, || format!("{} {}: {text:?}", label(element), name));
    }
    minutes
}

/// An ISO duration of days, hours, minutes and seconds, as minutes.
pub(crate) fn iso_minutes(text: &str) -> Option<f64> {
    let (sign, text) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let mut minutes = 0.0;
    let mut number = String::new();
    for c in text.strip_prefix('P')?.chars() {
        let unit = match c {
            'T' => continue,
            'D' => 1440.0,
            'H' => 60.0,
            'M' => 1.0,
            'S' => 1.0 / 60.0,
            _ => {
                number.push(c);
                continue;
            }
        };
        minutes += number.parse::<f64>().ok()? * unit;
        number.clear();
    }
    number.is_empty().then_some(sign * minutes)
}

/// How a diagnostic names an element: its kind, its UID and its name.
pub(crate) fn label(element: &Element<'_>) -> String {
    let uid = element.text_of("UID").or(element.text_of("ObjectId")).unwrap_or("?");
    match element.text_of("Name") {
        Some(name) => format!("{} {uid} {name:?}", element.name),
        None => format!("{} {uid}", element.name),
    }
}

pub(super) fn is_true(element: &Element<'_>, name: &str) -> bool {
    matches!(element.text_of(name), Some("1" | "true"))
}

const PROJECT: &[&str] = &[
    "Title",
    "StartDate",
    "StatusDate",
    "CalendarUID",
    "CurrencyCode",
    "CriticalSlackLimit",
    "OutlineCodes",
    "Calendars",
    "Tasks",
    "Resources",
    "Assignments",
    "WBSMasks",
    "ExtendedAttributes",
];

fn project(root: &Element<'_>, calendars: &HashMap<String, CalendarIndex>, notes: &mut Notes) -> Project {
    let name = root.text_of("Title").or(root.text_of("Name")).unwrap_or_default();
    let mut project = Project::new(root.text_of("UID").unwrap_or("0"), name);
    project.code = root.text_of("Name").unwrap_or(name).to_owned();
    project.start = date(root, "StartDate", notes);
    project.data_date = date(root, "StatusDate", notes);
    project.calendar = calendar(root, calendars, notes);
    project.currency = root.text_of("CurrencyCode").map(str::to_owned);
    let limit = number(root, "CriticalSlackLimit", notes).unwrap_or(0.0);
    let day = number(root, "MinutesPerDay", notes).unwrap_or(480.0);
    project.options.profile = Profile::Msp;
    project.options.float = FloatKind::Smallest;
    project.options.critical = CriticalBy::TotalFloat((limit * day).round() as Minutes);
    let mut fields = other_fields(root, PROJECT);
    fields.extend(seconds(root, PROJECT));
    // These hold nothing that is used, but stand among what is.
    for name in ["OutlineCodes", "WBSMasks", "ExtendedAttributes"] {
        fields.extend(root.child(name).map(|c| (Arc::from(name), c.raw.to_owned())));
    }
    project.fields = fields;
    project
}

const TASK: &[&str] = &[
    "UID",
    "Name",
    "Active",
    "Manual",
    "Type",
    "IsNull",
    "OutlineLevel",
    "Priority",
    "Start",
    "Finish",
    "Duration",
    "Milestone",
    "Summary",
    "EarlyStart",
    "EarlyFinish",
    "LateStart",
    "LateFinish",
    "FreeSlack",
    "TotalSlack",
    "Critical",
    "FixedCost",
    "PercentComplete",
    "ActualStart",
    "ActualFinish",
    "ActualDuration",
    "RemainingDuration",
    "ConstraintType",
    "CalendarUID",
    "ConstraintDate",
    "Deadline",
    "Notes",
    "PhysicalPercentComplete",
    "PredecessorLink",
    "Baseline",
    "Resume",
    "Stop",
];

fn tasks(
    root: &Element<'_>,
    calendars: &HashMap<String, CalendarIndex>,
    schedule: &mut Schedule,
    notes: &mut Notes,
) -> HashMap<String, ActivityIndex> {
    let mut known = HashMap::new();
    let mut nulls = KeptTable { name: "Task".to_owned(), ..KeptTable::default() };
    // The breakdown above the task at hand: (outline level, node).
    let mut above: Vec<(i64, WbsIndex)> = Vec::new();
    let list: Vec<&Element<'_>> = root.child("Tasks").iter().flat_map(|t| t.all("Task")).collect();
    let level = |t: &Element<'_>| t.text_of("OutlineLevel").and_then(|l| l.parse().ok()).unwrap_or(1i64);
    let waited_for: HashSet<&str> = list
        .iter()
        .flat_map(|t| t.all("PredecessorLink"))
        .filter_map(|l| l.text_of("PredecessorUID"))
        .collect();
    // Blank rows between the tasks are tasks without anything.
    let is_blank = |t: &Element<'_>| {
        let has_work = t.text_of("Duration").and_then(iso_minutes).is_some_and(|d| d != 0.0);
        let is_linked = t.child("PredecessorLink").is_some()
            || t.text_of("UID").is_some_and(|uid| waited_for.contains(uid));
        is_true(t, "IsNull")
            || t.text_of("Name").is_none() && !has_work && !is_linked && !is_true(t, "Summary")
    };
    for (k, task) in list.iter().enumerate() {
        if is_blank(task) {
            nulls.rows.push(vec![schedule.activities.len().to_string(), task.raw.to_owned()]);
            continue;
        }
        let Some(uid) = task.text_of("UID") else {
            notes.add(codes::BROKEN_ROW, || format!("{}: a task without UID", label(task)));
            continue;
        };
        let own = level(task);
        above.retain(|(level, _)| *level < own);
        let parent = above.last().map(|(_, node)| *node);
        let has_children = list[k + 1..].iter().find(|t| !is_blank(t)).is_some_and(|t| level(t) > own);
        let mut activity = activity(task, calendars, notes);
        activity.wbs = parent;
        if is_true(task, "Summary") || has_children {
            activity.kind = ActivityKind::WbsSummary;
            let node = WbsIndex::new(schedule.wbs.len());
            schedule.wbs.push(WbsNode {
                uid: uid.to_owned(),
                code: task.text_of("WBS").or(task.text_of("OutlineNumber")).unwrap_or(uid).to_owned(),
                name: activity.name.clone(),
                project: ProjectIndex::new(0),
                parent,
                fields: Fields::new(),
            });
            activity.wbs = Some(node);
            above.push((own, node));
        }
        if known.insert(uid.to_owned(), ActivityIndex::new(schedule.activities.len())).is_some() {
            notes.add(codes::DUPLICATE_ACTIVITY, || label(task));
        }
        schedule.activities.push(activity);
    }
    if !nulls.rows.is_empty() {
        schedule.kept.push(nulls);
    }
    known
}

fn activity(task: &Element<'_>, calendars: &HashMap<String, CalendarIndex>, notes: &mut Notes) -> Activity {
    let mut length = duration(task, "Duration", notes).unwrap_or(0);
    if length < 0 {
        notes.add(codes::NEGATIVE_DURATION, || label(task));
        length = 0;
    }
    let uid = task.text_of("UID").unwrap_or_default();
    let mut a = Activity::new(uid, task.text_of("Name").unwrap_or_default(), ProjectIndex::new(0), length);
    if is_true(task, "Milestone") {
        a.kind = ActivityKind::FinishMilestone;
    }
    a.manual = is_true(task, "Manual");
    a.active = !matches!(task.text_of("Active"), Some("0" | "false"));
    a.work_driven = task.text_of("Type") != Some("1");
    a.elapsed = task.text_of("DurationFormat").is_some_and(is_elapsed);
    a.calendar = calendar(task, calendars, notes);
    a.actual_start = date(task, "ActualStart", notes);
    a.actual_finish = date(task, "ActualFinish", notes);
    a.status = match (a.actual_start, a.actual_finish) {
        (_, Some(_)) => Status::Complete,
        (Some(_), None) => Status::InProgress,
        (None, None) => Status::NotStarted,
    };
    let done = duration(task, "ActualDuration", notes).unwrap_or(0);
    let left = duration(task, "RemainingDuration", notes).unwrap_or((length - done).max(0));
    a.remaining = match a.status {
        Status::NotStarted => length,
        Status::InProgress => left.max(0),
        Status::Complete => 0,
    };
    a.percent = number(task, "PercentComplete", notes).unwrap_or(0.0);
    a.physical_percent = number(task, "PhysicalPercentComplete", notes).unwrap_or(0.0);
    a.priority = number(task, "Priority", notes).unwrap_or(500.0) as u16;
    // Money is written in hundredths.
    a.fixed_cost = number(task, "FixedCost", notes).unwrap_or(0.0) / 100.0;
    a.constraint = constraint(task, notes);
    a.deadline = date(task, "Deadline", notes);
    a.suspend = date(task, "Stop", notes);
    a.resume = date(task, "Resume", notes);
    a.stored.start = date(task, "Start", notes);
    a.stored.finish = date(task, "Finish", notes);
    a.stored.early_start = date(task, "EarlyStart", notes);
    a.stored.early_finish = date(task, "EarlyFinish", notes);
    a.stored.late_start = date(task, "LateStart", notes);
    a.stored.late_finish = date(task, "LateFinish", notes);
    // Tenths of a minute.
    let mut slack = |name: &str| number(task, name, notes).map(|s| (s / 10.0).round() as Minutes);
    a.stored.total_float = slack("TotalSlack");
    a.stored.free_float = slack("FreeSlack");
    a.stored.critical = task.text_of("Critical").map(|c| matches!(c, "1" | "true"));
    a.notes = task.text_of("Notes").map(str::to_owned);
    a.baselines = task.all("Baseline").map(|b| baseline(b, notes)).collect();
    a.fields = other_fields(task, TASK);
    a.fields.extend(seconds(task, TASK));
    for (element, baseline) in task.all("Baseline").zip(&a.baselines) {
        let more = other_fields(element, BASELINE).into_iter().chain(seconds(element, BASELINE));
        let named = |(name, value)| (Arc::from(format!("Baseline.{}.{name}", baseline.number)), value);
        a.fields.extend(more.map(named));
    }
    a
}

const BASELINE: &[&str] = &["Number", "Start", "Finish", "Duration", "Work", "Cost"];

/// The formats of durations that pass round the clock.
fn is_elapsed(format: &str) -> bool {
    matches!(format, "4" | "6" | "8" | "10" | "12" | "36" | "38" | "40" | "42" | "44")
}

fn constraint(task: &Element<'_>, notes: &mut Notes) -> Option<Constraint> {
    let kind = match task.text_of("ConstraintType")? {
        "0" => return None,
        "1" => ConstraintKind::AsLateAsPossible,
        "2" => ConstraintKind::MandatoryStart,
        "3" => ConstraintKind::MandatoryFinish,
        "4" => ConstraintKind::StartNoEarlierThan,
        "5" => ConstraintKind::StartNoLaterThan,
        "6" => ConstraintKind::FinishNoEarlierThan,
        "7" => ConstraintKind::FinishNoLaterThan,
        other => {
            notes.add(codes::BROKEN_ROW, || format!("{}: constraint {other:?}", label(task)));
            return None;
        }
    };
    let date = date(task, "ConstraintDate", notes);
    if date.is_none() && kind != ConstraintKind::AsLateAsPossible {
        notes.add(codes::BROKEN_ROW, || {
            format!("{}: constraint {} without a date", label(task), kind.as_str())
        });
    }
    Some(Constraint { kind, date })
}

fn baseline(element: &Element<'_>, notes: &mut Notes) -> Baseline {
    Baseline {
        number: number(element, "Number", notes).unwrap_or(0.0) as u8,
        start: date(element, "Start", notes),
        finish: date(element, "Finish", notes),
        duration: duration(element, "Duration", notes),
        work: work(element, "Work", notes),
        cost: number(element, "Cost", notes).map(|c| c / 100.0),
    }
}

fn links(
    root: &Element<'_>,
    tasks: &HashMap<String, ActivityIndex>,
    schedule: &mut Schedule,
    notes: &mut Notes,
) {
    let mut kept = KeptTable { name: "PredecessorLink".to_owned(), ..KeptTable::default() };
    for task in root.child("Tasks").iter().flat_map(|t| t.all("Task")) {
        for link in task.all("PredecessorLink") {
            let from = link.text_of("PredecessorUID").unwrap_or_default();
            let to = task.text_of("UID").unwrap_or_default();
            let kind = match link.text_of("Type") {
                Some("0") => LinkKind::FinishFinish,
                Some("2") => LinkKind::StartFinish,
                Some("3") => LinkKind::StartStart,
                Some("1") | None => LinkKind::FinishStart,
                Some(other) => {
                    notes.add(codes::BROKEN_ROW, || {
                        format!("{} waits for {from}: link type {other:?}, taken as FS", label(task))
                    });
                    LinkKind::FinishStart
                }
            };
            let (Some(predecessor), Some(successor)) = (tasks.get(from), tasks.get(to)) else {
                notes.add(codes::BROKEN_LINK, || format!("{} waits for {from}", label(task)));
                continue;
            };
            let value = number(link, "LinkLag", notes).unwrap_or(0.0);
            // Tenths of a minute, or percent.
            let minutes = (value / 10.0).round() as Minutes;
            let lag = match link.text_of("LagFormat") {
                Some("19" | "20" | "51" | "52") => Lag::Percent(value),
                Some(format) if is_elapsed(format) => Lag::Elapsed(minutes),
                _ => Lag::Work(minutes),
            };
            schedule.links.push(Link { predecessor: *predecessor, successor: *successor, kind, lag });
            let usual = matches!(
                (link.text_of("LagFormat"), lag),
                (None | Some("7"), Lag::Work(_))
                    | (Some("8"), Lag::Elapsed(_))
                    | (Some("19"), Lag::Percent(_))
            );
            let more = other_fields(link, &["PredecessorUID", "Type", "LinkLag", "LagFormat"]);
            let is_plain = more.iter().all(|(k, v)| &**k == "CrossProject" && v == "0");
            if !usual || !is_plain || (value / 10.0).fract() != 0.0 {
                // Whose link it is, the lag, its unit, and whatever else it says.
                let mut row =
                    vec![to.to_owned(), from.to_owned(), kind.as_str().to_owned(), value.to_string()];
                row.push(link.text_of("LagFormat").unwrap_or_default().to_owned());
                row.extend(more.into_iter().flat_map(|(k, v)| [k.to_string(), v]));
                kept.rows.push(row);
            }
        }
    }
    if !kept.rows.is_empty() {
        schedule.kept.push(kept);
    }
}
