//! Microsoft Project's XML.

use super::mspdi_calendar;
use super::mspdi_elements::{ASSIGNMENT, Elements, PROJECT, RESOURCE, TASK};
use crate::activity::{Activity, ActivityKind, Baseline, Constraint, ConstraintKind, Status};
use crate::options::CriticalBy;
use crate::resource::ResourceKind;
use crate::schedule::{ActivityIndex, Fields, Lag, LinkKind, Schedule, SourceFormat, WbsIndex};
use crate::solve::Dates;
use crate::time::{Minutes, Time};
use groma_model::{Diagnostic, Diagnostics, codes};
use quick_xml::escape::escape;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

pub(crate) fn write(schedule: &Schedule, dates: &Dates, diagnostics: &mut Diagnostics) -> String {
    complain(schedule, diagnostics);
    let own = schedule
        .kept
        .iter()
        .filter(|t| t.name == "PredecessorLink" && schedule.format == SourceFormat::Mspdi);
    let rows = own.flat_map(|t| &t.rows).filter(|r| r.len() >= 5);
    let links = rows.map(|r| ((r[0].as_str(), r[1].as_str(), r[2].as_str()), r.as_slice())).collect();
    let writer = Writer { schedule, dates, uids: Uids::new(schedule), links };
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Project xmlns=\"http://schemas.microsoft.com/project\">\n".to_owned();
    writer.project().write(&mut out, PROJECT, 1);
    mspdi_calendar::write(&mut out, schedule, &writer.uids.calendars);
    writer.tasks(&mut out);
    out.push_str("  <Resources>\n");
    for k in 0..schedule.resources.len() {
        writer.resource(k).wrap(&mut out, "Resource", RESOURCE);
    }
    out.push_str("  </Resources>\n  <Assignments>\n");
    for k in 0..schedule.assignments.len() {
        writer.assignment(k).wrap(&mut out, "Assignment", ASSIGNMENT);
    }
    out.push_str("  </Assignments>\n</Project>\n");
    out
}

/// The UID that each activity is written with.
pub(super) fn uids(schedule: &Schedule) -> Vec<String> {
    Uids::new(schedule).activities
}

fn complain(s: &Schedule, diagnostics: &mut Diagnostics) {
    let mut note = |what: &str, count: usize| {
        if count > 0 {
            diagnostics.push(Diagnostic::new(codes::UNSUPPORTED_FIELD).detail(format!("{count} {what}")));
        }
    };
    note("projects, written as summaries of one", if s.projects.len() > 1 { s.projects.len() } else { 0 });
    note("second constraints", s.activities.iter().filter(|a| a.constraint2.is_some()).count());
    note("expected finishes", s.activities.iter().filter(|a| a.expected_finish.is_some()).count());
    let soft = |c: Option<Constraint>| {
        matches!(c.map(|c| c.kind), Some(ConstraintKind::StartOn | ConstraintKind::FinishOn))
    };
    note(
        "start-on and finish-on constraints, written as must start and must finish",
        s.activities.iter().filter(|a| soft(a.constraint)).count(),
    );
    let derived = |k: ActivityKind| matches!(k, ActivityKind::LevelOfEffort | ActivityKind::Hammock);
    note(
        "levels of effort and hammocks, written as tasks",
        s.activities.iter().filter(|a| derived(a.kind)).count(),
    );
    note(
        "equipment, written as people",
        s.resources.iter().filter(|r| r.kind == ResourceKind::Equipment).count(),
    );
}

pub(crate) fn element(name: &str, value: &str) -> String {
    // XML has no place for control characters.
    let clean: String = value.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    format!("<{name}>{}</{name}>", escape(clean.as_str()))
}

pub(crate) fn time(at: Time) -> String {
    format!("{at}:00")
}

fn duration(minutes: f64) -> String {
    let seconds = (minutes * 60.0).round().max(0.0) as i64;
    format!("PT{}H{}M{}S", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn flag(is: bool) -> &'static str {
    if is { "1" } else { "0" }
}

/// UIDs, which MSP wants as numbers.
struct Uids {
    activities: Vec<String>,
    resources: Vec<String>,
    calendars: Vec<String>,
    /// The UIDs of nodes of the breakdown that have no summary among the activities.
    nodes: Vec<Option<String>>,
}

fn numbers<'a>(ids: impl Iterator<Item = &'a str> + Clone, first: usize) -> Vec<String> {
    let mut seen = HashSet::new();
    let fits = |id: &str| id.parse::<i32>().is_ok_and(|n| n >= 0);
    match ids.clone().all(|id| fits(id) && seen.insert(id)) {
        true => ids.map(str::to_owned).collect(),
        false => (first..first + ids.count()).map(|k| k.to_string()).collect(),
    }
}

impl Uids {
    fn new(s: &Schedule) -> Self {
        let activities = numbers(s.activities.iter().map(|a| a.uid.as_str()), 1);
        let mut has_summary = vec![false; s.wbs.len()];
        for a in s.activities.iter().filter(|a| a.kind == ActivityKind::WbsSummary) {
            if let Some(wbs) = a.wbs {
                has_summary[wbs.at()] = true;
            }
        }
        let next = activities.iter().filter_map(|u| u.parse::<i64>().ok()).max().unwrap_or(0) + 1;
        let nodes =
            (0..s.wbs.len()).map(|k| (!has_summary[k]).then(|| (next + k as i64).to_string())).collect();
        Self {
            activities,
            resources: numbers(s.resources.iter().map(|r| r.uid.as_str()), 1),
            calendars: numbers(s.calendars.iter().map(|c| c.id.as_str()), 1),
            nodes,
        }
    }
}

struct Writer<'a> {
    schedule: &'a Schedule,
    dates: &'a Dates,
    uids: Uids,
    /// What a file of this format said of links: by successor, predecessor and kind.
    links: HashMap<(&'a str, &'a str, &'a str), &'a [String]>,
}

/// A row of the table of tasks.
enum Row {
    Activity(ActivityIndex, usize),
    Node(WbsIndex, usize),
    Blank(usize),
}

impl Writer<'_> {
    fn is_own(&self) -> bool {
        self.schedule.format == SourceFormat::Mspdi
    }

    fn project(&self) -> Elements {
        let s = self.schedule;
        let Some(p) = s.projects.first() else { return Elements::default() };
        let mut e = Elements::new(&p.fields, self.is_own());
        e.unless_set("SaveVersion", "14");
        e.unless_set("Name", &p.code);
        e.set("Title", &p.name);
        e.set("ScheduleFromStart", "1");
        let dates = || self.dates.activities.iter().flatten();
        let start = p.start.or_else(|| dates().map(|d| d.start).min());
        e.set_some("StartDate", start.map(time));
        if !self.is_own() {
            e.set_some("FinishDate", dates().map(|d| d.finish).max().map(time));
        }
        e.set_some("StatusDate", p.data_date.map(time));
        e.set_some("CurrencyCode", p.currency.as_ref());
        e.set_some("CalendarUID", p.calendar.map(|c| self.uids.calendars[c.at()].as_str()));
        let periods = p.calendar.map(|c| s.calendars[c.at()].periods).unwrap_or_default();
        e.unless_set("MinutesPerDay", periods.day.to_string());
        e.unless_set("MinutesPerWeek", periods.week.to_string());
        e.unless_set("DaysPerMonth", (periods.month / periods.day.max(1)).to_string());
        if let CriticalBy::TotalFloat(most) = p.options.critical {
            e.set("CriticalSlackLimit", (most / periods.day.max(1)).to_string());
        }
        e.unless_set("HonorConstraints", "0");
        e
    }

    /// Tasks in outline order: each node of the breakdown before what is in it.
    fn rows(&self) -> Vec<Row> {
        let s = self.schedule;
        let level = |wbs: Option<WbsIndex>| wbs.map_or(0, |w| s.wbs_path(w).len());
        let blanks = s.kept.iter().find(|t| t.name == "Task" && self.is_own());
        let mut blank_at: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (k, row) in blanks.iter().flat_map(|t| t.rows.iter().enumerate()) {
            blank_at.entry(row.first().and_then(|a| a.parse().ok()).unwrap_or(0)).or_default().push(k);
        }
        if self.is_own() && self.is_outline() {
            // The file's own order is its outline; its first row may be the summary of the whole, at level 0.
            let top = s.activities.first().filter(|a| a.uid == "0");
            let root = top.and_then(|a| a.wbs.filter(|_| a.kind == ActivityKind::WbsSummary));
            let below_root = |wbs: Option<WbsIndex>| {
                root.is_some()
                    && wbs.and_then(|w| s.wbs_path(w).first().map(|n| &n.uid == "0")).unwrap_or(false)
            };
            let mut rows = Vec::new();
            for (k, index) in s.indices().enumerate() {
                rows.extend(blank_at.remove(&k).into_iter().flatten().map(Row::Blank));
                let a = &s.activities[index.at()];
                let is_leaf = a.kind != ActivityKind::WbsSummary;
                let is_top = is_leaf && k == 0 && top.is_some();
                let depth = level(a.wbs) + usize::from(is_leaf);
                rows.push(Row::Activity(index, depth - usize::from(below_root(a.wbs) || is_top)));
            }
            rows.extend(blank_at.into_values().flatten().map(Row::Blank));
            return rows;
        }
        let mut children: BTreeMap<Option<WbsIndex>, Vec<WbsIndex>> = BTreeMap::new();
        for (k, node) in s.wbs.iter().enumerate() {
            children.entry(node.parent).or_default().push(WbsIndex::new(k));
        }
        let mut leaves: BTreeMap<Option<WbsIndex>, Vec<ActivityIndex>> = BTreeMap::new();
        let mut summary: BTreeMap<WbsIndex, ActivityIndex> = BTreeMap::new();
        for index in s.indices() {
            let a = &s.activities[index.at()];
            match (a.kind, a.wbs) {
                (ActivityKind::WbsSummary, Some(wbs)) if !summary.contains_key(&wbs) => {
                    summary.insert(wbs, index);
                }
                (_, wbs) => leaves.entry(wbs).or_default().push(index),
            }
        }
        let mut rows: Vec<Row> =
            leaves.remove(&None).unwrap_or_default().into_iter().map(|i| Row::Activity(i, 1)).collect();
        let mut stack: Vec<(WbsIndex, usize)> =
            children.remove(&None).unwrap_or_default().into_iter().rev().map(|n| (n, 1)).collect();
        while let Some((node, depth)) = stack.pop() {
            rows.push(summary.get(&node).map_or(Row::Node(node, depth), |i| Row::Activity(*i, depth)));
            let own = leaves.remove(&Some(node)).unwrap_or_default();
            rows.extend(own.into_iter().map(|i| Row::Activity(i, depth + 1)));
            stack.extend(
                children.remove(&Some(node)).unwrap_or_default().into_iter().rev().map(|n| (n, depth + 1)),
            );
        }
        // Nodes that form a ring hang nowhere, but their activities are not lost.
        rows.extend(leaves.into_values().flatten().map(|i| Row::Activity(i, 1)));
        rows
    }

    /// True when each activity stands below its summary, as they do in a file; a scenario may add others.
    fn is_outline(&self) -> bool {
        let s = self.schedule;
        let mut open: Vec<WbsIndex> = Vec::new();
        s.activities.iter().all(|a| {
            let own = a.wbs.filter(|_| a.kind == ActivityKind::WbsSummary);
            let parent = own.map_or(a.wbs, |node| s.wbs[node.at()].parent);
            while open.last().is_some_and(|last| Some(*last) != parent) {
                open.pop();
            }
            open.extend(own.filter(|_| open.last().copied() == parent));
            own.map_or(open.last().copied() == parent, |node| open.last() == Some(&node))
        })
    }

    fn tasks(&self, out: &mut String) {
        let s = self.schedule;
        let mut predecessors: Vec<Vec<usize>> = vec![Vec::new(); s.activities.len()];
        for (k, link) in s.links.iter().enumerate() {
            predecessors[link.successor.at()].push(k);
        }
        out.push_str("  <Tasks>\n");
        for (row, id) in self.rows().iter().zip(1..) {
            match row {
                Row::Blank(k) => {
                    let raw = s.kept.iter().find(|t| t.name == "Task").and_then(|t| t.rows.get(*k)?.get(1));
                    let _ = writeln!(out, "    {}", raw.map_or("", String::as_str));
                }
                Row::Node(node, level) => self.node(*node, *level, id).wrap(out, "Task", TASK),
                Row::Activity(index, level) => {
                    self.task(*index, *level, id, &predecessors[index.at()]).wrap(out, "Task", TASK);
                }
            }
        }
        out.push_str("  </Tasks>\n");
    }

    /// A node of the breakdown as a summary.
    fn node(&self, node: WbsIndex, level: usize, id: usize) -> Elements {
        let w = &self.schedule.wbs[node.at()];
        let mut e = Elements::default();
        e.set_some("UID", self.uids.nodes[node.at()].as_ref());
        e.set("ID", id.to_string());
        e.set("Name", if w.name.is_empty() { &w.code } else { &w.name });
        e.set("WBS", &w.code);
        e.set("OutlineLevel", level.to_string());
        e.set("Summary", "1");
        e.set("Type", "1");
        e.set("IsNull", "0");
        e
    }

    fn task(&self, index: ActivityIndex, level: usize, id: usize, predecessors: &[usize]) -> Elements {
        let s = self.schedule;
        let a = &s.activities[index.at()];
        let mut e = Elements::new(&a.fields, self.is_own());
        e.set("UID", &self.uids.activities[index.at()]);
        e.unless_set("ID", id.to_string());
        e.set("Name", &a.name);
        e.set("Active", flag(a.active));
        e.set("Manual", flag(a.manual));
        e.set("Type", if a.work_driven { "0" } else { "1" });
        e.set("IsNull", "0");
        e.unless_set("WBS", &a.code);
        e.set("OutlineLevel", level.max(if self.is_own() { 0 } else { 1 }).to_string());
        e.set("Priority", a.priority.to_string());
        e.set("Duration", duration(a.duration.into()));
        if a.elapsed {
            e.unless_set("DurationFormat", "8");
        } else {
            e.unless_set("DurationFormat", "7");
        }
        e.set("Milestone", flag(a.kind.is_milestone()));
        e.set("Summary", flag(a.kind == ActivityKind::WbsSummary));
        self.progress(&mut e, index);
        self.dates(&mut e, index);
        e.set("FixedCost", money(a.fixed_cost));
        let constraint = if a.constraint.is_none() { a.constraint2 } else { a.constraint };
        e.set("ConstraintType", constraint.map_or("0", |c| constraint_code(c.kind)));
        e.set_some("ConstraintDate", constraint.and_then(|c| c.date).map(time));
        e.set("CalendarUID", a.calendar.map_or("-1", |c| self.uids.calendars[c.at()].as_str()));
        e.set_some("Deadline", a.deadline.map(time));
        e.set_some("Notes", a.notes.as_ref());
        e.set("PhysicalPercentComplete", format!("{:.0}", a.physical_percent));
        for k in predecessors {
            e.raw("PredecessorLink", self.link(*k));
        }
        for baseline in &a.baselines {
            let prefix = format!("Baseline.{}.", baseline.number);
            let of =
                |(k, v): &(std::sync::Arc<str>, String)| Some((k.strip_prefix(&*prefix)?.into(), v.clone()));
            let more: Fields = a.fields.iter().filter_map(of).collect();
            e.raw("Baseline", baseline_text(baseline, &more, self.is_own()));
        }
        e
    }

    fn progress(&self, e: &mut Elements, index: ActivityIndex) {
        let a = &self.schedule.activities[index.at()];
        e.set("PercentComplete", format!("{:.0}", if self.is_own() { a.percent } else { percent(a) }));
        e.set_some("ActualStart", a.actual_start.map(time));
        // To MSP what is wholly done is finished, and it asks when.
        let is_done =
            !self.is_own() && a.actual_start.is_some() && a.remaining == 0 && !a.kind.is_milestone();
        let done = self.dates.of(index).filter(|_| is_done || a.status == Status::Complete).map(|d| d.finish);
        e.set_some("ActualFinish", a.actual_finish.or(done.filter(|_| !self.is_own())).map(time));
        e.set_some("Stop", a.suspend.map(time));
        e.set_some("Resume", a.resume.map(time));
        let done: Minutes = match a.status {
            Status::NotStarted => 0,
            Status::InProgress => (a.duration - a.remaining).max(0),
            Status::Complete => a.duration,
        };
        e.set("ActualDuration", duration(done.into()));
        e.set("RemainingDuration", duration(a.remaining.into()));
    }

    fn dates(&self, e: &mut Elements, index: ActivityIndex) {
        let stored = self.schedule.activities[index.at()].stored;
        let Some(d) = self.dates.of(index) else {
            e.set_some("Start", stored.start.map(time));
            e.set_some("Finish", stored.finish.map(time));
            return;
        };
        e.set("Start", time(d.start));
        e.set("Finish", time(d.finish));
        e.set("EarlyStart", time(d.early_start));
        e.set("EarlyFinish", time(d.early_finish));
        e.set("LateStart", time(d.late_start));
        e.set("LateFinish", time(d.late_finish));
        // Tenths of a minute.
        e.set("TotalSlack", (i64::from(d.total_float) * 10).to_string());
        e.set("FreeSlack", (i64::from(d.free_float) * 10).to_string());
        e.set("Critical", flag(d.critical));
        if self.schedule.activities[index.at()].manual {
            e.set("ManualStart", time(d.start));
            e.set("ManualFinish", time(d.finish));
        }
    }

    fn link(&self, k: usize) -> String {
        let link = &self.schedule.links[k];
        let kind = match link.kind {
            LinkKind::FinishFinish => "0",
            LinkKind::FinishStart => "1",
            LinkKind::StartFinish => "2",
            LinkKind::StartStart => "3",
        };
        let (lag, format) = match link.lag {
            Lag::Work(minutes) => (format!("{}", i64::from(minutes) * 10), "7"),
            Lag::Elapsed(minutes) => (format!("{}", i64::from(minutes) * 10), "8"),
            Lag::Percent(percent) => (format!("{percent}"), "19"),
        };
        let uid = |i: ActivityIndex| &self.schedule.activities[i.at()].uid;
        let ends = (uid(link.successor).as_str(), uid(link.predecessor).as_str(), link.kind.as_str());
        let mut e = Elements::default();
        if let Some(row) = self.links.get(&ends) {
            let stated: f64 = row[3].parse().unwrap_or(f64::NAN);
            let is_same = match link.lag {
                Lag::Work(m) | Lag::Elapsed(m) => (stated / 10.0).round() == f64::from(m),
                Lag::Percent(percent) => stated == percent,
            };
            for pair in row[5..].chunks_exact(2) {
                e.set(&pair[0], &pair[1]);
            }
            if is_same {
                e.set("LinkLag", &row[3]);
                e.set("LagFormat", if row[4].is_empty() { format } else { &row[4] });
            }
        }
        e.set("PredecessorUID", &self.uids.activities[link.predecessor.at()]);
        e.set("Type", kind);
        e.unless_set("CrossProject", "0");
        e.unless_set("LinkLag", &lag);
        e.unless_set("LagFormat", format);
        e.inline("PredecessorLink", "PredecessorUID Type CrossProject CrossProjectName LinkLag LagFormat")
    }

    fn resource(&self, k: usize) -> Elements {
        let r = &self.schedule.resources[k];
        let mut e = Elements::new(&r.fields, self.is_own());
        e.set("UID", &self.uids.resources[k]);
        e.unless_set("ID", (k + 1).to_string());
        e.set("Name", &r.name);
        let kind = match r.kind {
            ResourceKind::Labour | ResourceKind::Equipment => "1",
            ResourceKind::Material => "0",
            ResourceKind::Cost => "2",
        };
        e.set("Type", kind);
        e.unless_set("IsNull", "0");
        e.set("Initials", &r.code);
        e.set_some("MaterialLabel", r.unit.as_ref());
        e.set_some("CalendarUID", r.calendar.map(|c| self.uids.calendars[c.at()].as_str()));
        e.set("CostPerUse", money(r.cost_per_use));
        e.set("IsCostResource", flag(r.kind == ResourceKind::Cost));
        if let Some(rate) = r.rates.first() {
            e.set("MaxUnits", format!("{:.2}", rate.max_units));
            e.set("StandardRate", format!("{}", rate.price));
            e.unless_set("StandardRateFormat", "2");
            e.set("OvertimeRate", format!("{}", rate.overtime_price));
            e.unless_set("OvertimeRateFormat", "2");
        }
        e
    }

    fn assignment(&self, k: usize) -> Elements {
        let a = &self.schedule.assignments[k];
        let mut e = Elements::new(&a.fields, self.is_own());
        let numeric = !a.uid.is_empty() && a.uid.bytes().all(|b| b.is_ascii_digit());
        e.set("UID", if numeric { a.uid.clone() } else { (k + 1).to_string() });
        e.set("TaskUID", &self.uids.activities[a.activity.at()]);
        e.set("ResourceUID", a.resource.map_or("-65535", |r| self.uids.resources[r.at()].as_str()));
        e.set("Units", format!("{}", a.units));
        e.set("Work", duration(a.work));
        e.set("ActualWork", duration(a.actual_work));
        e.set("RemainingWork", duration(a.remaining_work));
        e.set("Cost", money(a.cost));
        e.set("ActualCost", money(a.actual_cost));
        e.set("RemainingCost", money(a.remaining_cost));
        e.set("Delay", (i64::from(a.delay) * 10).to_string());
        if let (Some(d), false) = (self.dates.of(a.activity), self.is_own()) {
            e.set("Start", time(d.start));
            e.set("Finish", time(d.finish));
        }
        e
    }
}

/// Of the duration, as MSP counts it: what is not wholly done is below 100.
fn percent(a: &Activity) -> f64 {
    match (a.status, a.duration) {
        (Status::NotStarted, _) => 0.0,
        (Status::Complete, _) | (Status::InProgress, 0) => 100.0,
        (Status::InProgress, _) if a.remaining == 0 => 100.0,
        (Status::InProgress, duration) => {
            let done = f64::from(duration - a.remaining) / f64::from(duration);
            (100.0 * done).round().clamp(0.0, 99.0)
        }
    }
}

/// Hundredths.
fn money(amount: f64) -> String {
    format!("{}", (amount * 100.0).round())
}

fn constraint_code(kind: ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::AsLateAsPossible => "1",
        ConstraintKind::StartOn | ConstraintKind::MandatoryStart => "2",
        ConstraintKind::FinishOn | ConstraintKind::MandatoryFinish => "3",
        ConstraintKind::StartNoEarlierThan => "4",
        ConstraintKind::StartNoLaterThan => "5",
        ConstraintKind::FinishNoEarlierThan => "6",
        ConstraintKind::FinishNoLaterThan => "7",
    }
}

fn baseline_text(b: &Baseline, more: &Fields, is_own: bool) -> String {
    const ORDER: &str = "TimephasedData Number Interim Start Finish Duration DurationFormat EstimatedDuration Work Cost BCWS BCWP FixedCost";
    let mut e = Elements::new(more, is_own);
    e.set("Number", b.number.to_string());
    e.set_some("Start", b.start.map(time));
    e.set_some("Finish", b.finish.map(time));
    e.set_some("Duration", b.duration.map(|d| duration(d.into())));
    e.set_some("Work", b.work.map(duration));
    e.set_some("Cost", b.cost.map(money));
    e.inline("Baseline", ORDER)
}
