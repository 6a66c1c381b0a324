//! A programme of the tasks of a model.

use super::calendar;
use super::duration::{self, Lengths};
use super::fields::overlaid;
use super::{CALENDAR_SET, NODE, PROGRAMME_SET, RESOURCE_SET, SCHEDULE_SET, SUMMARY, TASK_SET, WBS_SET};
use crate::activity::{Activity, ActivityKind, Status};
use crate::calendar::Calendar;
use crate::read::ReadOptions;
use crate::resource::{Assignment, Rate, Resource, ResourceKind};
use crate::schedule::{
    ActivityIndex, CalendarIndex, Lag, Link, LinkKind, Project, ProjectIndex, ResourceIndex, Schedule,
    SourceFormat, WbsIndex, WbsNode,
};
use crate::time::{Minutes, Time};
use crate::work_calendar::WorkCalendar;
use groma_model::process::{self, LagValue, ProcessObject, Processes, Task, TaskTime};
use groma_model::{Diagnostic, Diagnostics, Model, PropertySet, Value, codes};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// True for a model with tasks.
pub fn has_tasks(model: &Model) -> bool {
    !model.processes.tasks.is_empty()
}

/// The programme of the tasks of a model: IFC4, IFC4.3, and IFC2x3 with its `IfcScheduleTimeControl`.
///
/// Each work schedule is a project, each task with parts a node of the breakdown. What is wrong is named, and the
/// rest is read.
pub fn programme_of(model: &Model, options: &ReadOptions) -> (Schedule, Diagnostics) {
    let label: Arc<str> = options.label.as_str().into();
    let mut said = Said { label, list: Diagnostics::default() };
    let plain = plain(&model.processes, &mut said);
    let mut schedule = whole(model, plain, &mut said);
    schedule.name = match schedule.projects.as_slice() {
        [only] if schedule.name.is_empty() => only.name.clone(),
        _ => schedule.name,
    };
    for project in &mut schedule.projects {
        project.start = options.start.or(project.start);
        project.data_date = options.data_date.or(project.data_date);
    }
    (schedule, said.list)
}

/// Diagnostics under way.
pub(super) struct Said {
    pub(super) label: Arc<str>,
    pub(super) list: Diagnostics,
}

impl Said {
    fn at(&mut self, code: groma_model::Code, object: &ProcessObject, what: String) {
        let named = Diagnostic::new(code).model(&self.label).at(object.express_id.into());
        self.list.push(named.detail(what));
    }
}

/// What a task became.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Place {
    pub(super) activity: Option<ActivityIndex>,
    pub(super) node: Option<WbsIndex>,
}

/// A programme as the attributes of IFC say it, and what each object became.
pub(super) struct Plain {
    pub(super) schedule: Schedule,
    /// By task.
    pub(super) places: Vec<Place>,
    /// By project the work schedule, an index into [`Processes::work_controls`].
    pub(super) controls: Vec<Option<usize>>,
}

fn text(value: &Option<Arc<str>>) -> &str {
    value.as_deref().unwrap_or_default()
}

/// What the attributes say, without any property set.
pub(super) fn plain(p: &Processes, said: &mut Said) -> Plain {
    let mut s = Schedule { format: SourceFormat::Ifc, ..Schedule::default() };
    for ifc in &p.calendars {
        let calendar::Read { calendar, is_whole, hours_assumed } = calendar::read(ifc);
        if !is_whole {
            said.at(codes::UNREADABLE_CALENDAR, &ifc.object, format!("{:?}", calendar.name));
        }
        if hours_assumed {
            said.at(codes::HOURS_ASSUMED, &ifc.object, format!("{:?}", calendar.name));
        }
        s.calendars.push(calendar);
    }
    let (controls, project_of) = projects(p, &mut s);
    let mut places = vec![Place::default(); p.tasks.len()];
    for (k, task) in p.tasks.iter().enumerate() {
        let Some(project) = project_of[k] else { continue };
        let kind = text(&task.object.object_type);
        let is_node = !task.object.children.is_empty() || matches!(kind, NODE | SUMMARY);
        if is_node {
            places[k].node = Some(WbsIndex::new(s.wbs.len()));
            s.wbs.push(node(&task.object, project));
        }
        if !(is_node && kind == NODE) {
            places[k].activity = Some(ActivityIndex::new(s.activities.len()));
            let own = task.object.calendar.or_else(|| inherited(p, task));
            let calendar = own.map(|c| CalendarIndex::new(c as usize)).filter(|c| c.at() < s.calendars.len());
            let mut activity = activity(task, project, calendar.map(|c| &s.calendars[c.at()]), said);
            activity.calendar = calendar;
            if is_node {
                activity.kind = ActivityKind::WbsSummary;
            }
            s.activities.push(activity);
        }
    }
    for (k, task) in p.tasks.iter().enumerate() {
        let parent = task.object.parent.and_then(|parent| places.get(parent as usize)?.node);
        if let Some(node) = places[k].node {
            // The breakdown's nodes stand behind their wholes; a ring ends where it leads back.
            s.wbs[node.at()].parent = parent.filter(|p| *p != node);
        }
        if let Some(activity) = places[k].activity {
            s.activities[activity.at()].wbs = places[k].node.or(parent);
        }
    }
    starts(&mut s, p, &controls);
    links(p, &places, &mut s, said);
    resources(p, &places, &mut s);
    Plain { schedule: s, places, controls }
}

/// A project for each work schedule that controls tasks, and by task its project.
fn projects(p: &Processes, s: &mut Schedule) -> (Vec<Option<usize>>, Vec<Option<ProjectIndex>>) {
    let is_schedule = |c: &process::WorkControl| {
        c.object.class.is_a("IfcWorkSchedule")
            && c.baseline_of.is_none()
            && c.object.predefined_type.as_deref() != Some("BASELINE")
    };
    let mut project_of_control = vec![None; p.work_controls.len()];
    let mut controls = Vec::new();
    for (k, control) in p.work_controls.iter().enumerate().filter(|(_, c)| is_schedule(c)) {
        project_of_control[k] = Some(ProjectIndex::new(controls.len()));
        controls.push(Some(k));
        let mut project = Project::new(&control.object.global_id, text(&control.object.name));
        project.code = match text(&control.object.identification) {
            "" => project.name.clone(),
            code => code.to_owned(),
        };
        s.projects.push(project);
    }
    // Its own schedule, else that of a whole above it.
    let own = |task: &Task| {
        let mut controls = task.work_controls.iter();
        controls.find_map(|c| project_of_control.get(*c as usize).copied().flatten())
    };
    let is_baseline_alone = |task: &Task| !task.work_controls.is_empty() && own(task).is_none();
    let mut project_of: Vec<Option<ProjectIndex>> = Vec::with_capacity(p.tasks.len());
    let mut any_free = false;
    for task in &p.tasks {
        let mut at = Some(task);
        let mut found = None;
        let mut is_out = false;
        // A file may make a ring of wholes and parts.
        for _ in 0..=p.tasks.len() {
            let Some(task) = at else { break };
            found = own(task);
            is_out = is_baseline_alone(task);
            if found.is_some() || is_out {
                break;
            }
            at = task.object.parent.and_then(|parent| p.tasks.get(parent as usize));
        }
        any_free |= found.is_none() && !is_out;
        project_of.push(found.or((!is_out).then(|| ProjectIndex::new(controls.len()))));
    }
    let free = ProjectIndex::new(controls.len());
    if any_free {
        match controls.len() {
            // Tasks that no schedule controls belong to the only one.
            1 => project_of
                .iter_mut()
                .flatten()
                .filter(|p| **p == free)
                .for_each(|p| *p = ProjectIndex::new(0)),
            _ => {
                controls.push(None);
                s.projects.push(Project::new("tasks", "tasks"));
            }
        }
    }
    (controls, project_of)
}

/// The calendar of the nearest whole that has one.
fn inherited(p: &Processes, task: &Task) -> Option<u32> {
    let mut parent = task.object.parent;
    for _ in 0..=p.tasks.len() {
        let above = p.tasks.get(parent? as usize)?;
        if above.object.calendar.is_some() {
            return above.object.calendar;
        }
        parent = above.object.parent;
    }
    None
}

fn node(object: &ProcessObject, project: ProjectIndex) -> WbsNode {
    let name = text(&object.name);
    let code = text(&object.identification);
    WbsNode {
        uid: object.global_id.to_string(),
        code: if code.is_empty() { name.to_owned() } else { code.to_owned() },
        name: name.to_owned(),
        project,
        parent: None,
        fields: Vec::new(),
    }
}

fn activity(task: &Task, project: ProjectIndex, calendar: Option<&Calendar>, said: &mut Said) -> Activity {
    let object = &task.object;
    let name = text(&object.name);
    let mut a = Activity::new(&object.global_id, name, project, 0);
    a.code = match text(&object.identification) {
        "" => object.global_id.to_string(),
        code => code.to_owned(),
    };
    a.notes = object.long_description.as_deref().filter(|n| !n.is_empty()).map(str::to_owned);
    a.priority = task.priority.map_or(500, |p| (p.clamp(0, 100) * 10) as u16);
    if task.is_milestone == Some(true) {
        a.kind = ActivityKind::FinishMilestone;
    }
    let spare = TaskTime::default();
    let time = task.time.as_ref().unwrap_or(&spare);
    let mut instant = |what: &str, value: &Option<Arc<str>>| {
        let value = value.as_deref().filter(|t| !t.is_empty())?;
        // A zone says nothing of the site's wall clock.
        let cut = value.rfind(['+', 'Z']).filter(|at| *at > 10).map_or(value, |at| &value[..at]);
        let found = Time::parse(cut);
        if found.is_none() {
            said.at(codes::UNREADABLE_DATE, object, format!("{what}: {value:?}"));
        }
        found
    };
    a.stored.start = instant("ScheduleStart", &time.schedule_start);
    a.stored.finish = instant("ScheduleFinish", &time.schedule_finish);
    a.stored.early_start = instant("EarlyStart", &time.early_start);
    a.stored.early_finish = instant("EarlyFinish", &time.early_finish);
    a.stored.late_start = instant("LateStart", &time.late_start);
    a.stored.late_finish = instant("LateFinish", &time.late_finish);
    a.actual_start = instant("ActualStart", &time.actual_start);
    a.actual_finish = instant("ActualFinish", &time.actual_finish);
    a.elapsed = time.duration_type.as_deref() == Some("ELAPSEDTIME");
    let lengths = if a.elapsed { Lengths::CLOCK } else { calendar::lengths(calendar) };
    let mut length = |what: &str, value: &Option<Arc<str>>| {
        let value = value.as_deref().filter(|t| !t.is_empty())?;
        let found = duration::parse(value, lengths);
        if found.is_none() {
            said.at(codes::UNREADABLE_NUMBER, object, format!("{what}: {value:?}"));
        }
        found
    };
    a.stored.total_float = length("TotalFloat", &time.total_float);
    a.stored.free_float = length("FreeFloat", &time.free_float);
    a.stored.critical = time.is_critical;
    let stated = length("ScheduleDuration", &time.schedule_duration);
    let left = length("RemainingTime", &time.remaining_time);
    a.duration = stated.or_else(|| between(&a, calendar)).unwrap_or(0);
    if a.duration < 0 {
        said.at(codes::NEGATIVE_DURATION, object, format!("{} min", a.duration));
        a.duration = 0;
    }
    a.status = match (a.actual_start, a.actual_finish) {
        (_, Some(_)) => Status::Complete,
        (Some(_), None) => Status::InProgress,
        (None, None) => Status::NotStarted,
    };
    // A share; some programs write percent.
    let completion = time.completion.unwrap_or(0.0);
    a.percent = if completion > 1.0 { completion } else { completion * 100.0 };
    let of_percent = f64::from(a.duration) * (1.0 - a.percent.clamp(0.0, 100.0) / 100.0);
    a.remaining = match a.status {
        Status::NotStarted => a.duration,
        Status::InProgress => left.unwrap_or(of_percent.round() as Minutes).max(0),
        Status::Complete => 0,
    };
    a
}

/// Work minutes between the stated dates, where no duration is stated.
fn between(a: &Activity, calendar: Option<&Calendar>) -> Option<Minutes> {
    let (from, to) = a.stored.start.zip(a.stored.finish)?;
    let usual = Calendar::standard("", "");
    let calendar = calendar.unwrap_or(&usual);
    let days = from.day()..from.day() + 1;
    let work = WorkCalendar::compile(std::slice::from_ref(calendar), CalendarIndex::new(0), days);
    Some(work.between(from, to).max(0))
}

/// The start of each project: that of its work schedule, unless that is only when it was made; and its data date.
fn starts(s: &mut Schedule, p: &Processes, controls: &[Option<usize>]) {
    for (k, project) in s.projects.iter_mut().enumerate() {
        let own = || s.activities.iter().filter(|a| a.project.at() == k);
        let first = own().filter_map(|a| a.actual_start.or(a.stored.start)).min();
        let control = controls.get(k).copied().flatten().and_then(|c| p.work_controls.get(c));
        let stated = control.and_then(|c| Time::parse(text(&c.start_time).get(..19).unwrap_or_default()));
        project.start = stated.filter(|stated| first.is_none_or(|first| *stated <= first));
    }
    for task in &p.tasks {
        let control =
            task.work_controls.iter().find_map(|c| controls.iter().position(|k| *k == Some(*c as usize)));
        let status = task.time.as_ref().and_then(|t| t.status_time.as_deref()).and_then(Time::parse);
        if let (Some(project), Some(at)) = (control.and_then(|k| s.projects.get_mut(k)), status) {
            project.data_date = project.data_date.max(Some(at));
        }
    }
}

fn links(p: &Processes, places: &[Place], s: &mut Schedule, said: &mut Said) {
    for sequence in &p.sequences {
        let end = |task: u32| places.get(task as usize).and_then(|p| p.activity);
        let (Some(predecessor), Some(successor)) = (end(sequence.predecessor), end(sequence.successor))
        else {
            let named = Diagnostic::new(codes::BROKEN_LINK).model(&said.label);
            said.list.push(named.detail(format!("the sequence {}", sequence.global_id)));
            continue;
        };
        let kind = match sequence.kind.as_deref() {
            Some("START_START") => LinkKind::StartStart,
            Some("FINISH_FINISH") => LinkKind::FinishFinish,
            Some("START_FINISH") => LinkKind::StartFinish,
            Some("FINISH_START" | "NOTDEFINED") | None => LinkKind::FinishStart,
            Some(other) => {
                let detail = format!("the sequence {}: type {other:?}, taken as FS", sequence.global_id);
                said.list.push(Diagnostic::new(codes::BROKEN_ROW).model(&said.label).detail(detail));
                LinkKind::FinishStart
            }
        };
        let elapsed =
            sequence.lag.as_ref().is_some_and(|l| l.duration_type.as_deref() == Some("ELAPSEDTIME"));
        let calendar = s.calendar_of(predecessor).and_then(|c| s.calendars.get(c.at()));
        let lengths = if elapsed { Lengths::CLOCK } else { calendar::lengths(calendar) };
        let lag = match sequence.lag.as_ref().map(|l| &l.value) {
            None => Lag::default(),
            Some(LagValue::Ratio(ratio)) => Lag::Percent(ratio * 100.0),
            Some(LagValue::Duration(text)) => match duration::parse(text, lengths) {
                Some(minutes) if elapsed => Lag::Elapsed(minutes),
                Some(minutes) => Lag::Work(minutes),
                None => {
                    let detail = format!("the lag of the sequence {}: {text:?}", sequence.global_id);
                    said.list
                        .push(Diagnostic::new(codes::UNREADABLE_NUMBER).model(&said.label).detail(detail));
                    Lag::default()
                }
            },
        };
        s.links.push(Link { predecessor, successor, kind, lag });
    }
}

fn resources(p: &Processes, places: &[Place], s: &mut Schedule) {
    for ifc in &p.resources {
        let object = &ifc.object;
        let mut resource = Resource::new(&object.global_id, text(&object.name));
        resource.code = text(&object.identification).to_owned();
        resource.kind = match () {
            () if object.class.is_a("IfcConstructionEquipmentResource") => ResourceKind::Equipment,
            () if object.class.is_a("IfcConstructionMaterialResource")
                || object.class.is_a("IfcConstructionProductResource") =>
            {
                ResourceKind::Material
            }
            () => ResourceKind::Labour,
        };
        resource.parent = object.parent.map(|parent| ResourceIndex::new(parent as usize));
        resource.calendar = object.calendar.map(|c| CalendarIndex::new(c as usize));
        if let Some(units) = ifc.usage.as_ref().and_then(|u| u.schedule_usage) {
            resource.rates.push(Rate { from: None, max_units: units, price: 0.0, overtime_price: 0.0 });
        }
        s.resources.push(resource);
    }
    for (k, task) in p.tasks.iter().enumerate() {
        let Some(activity) = places[k].activity else { continue };
        for one in &task.resources {
            let usage = p.resources.get(one.resource as usize).and_then(|r| r.usage.as_ref());
            let units = usage.and_then(|u| u.schedule_usage).unwrap_or(1.0);
            let work = f64::from(s.activities[activity.at()].duration) * units;
            let (uid, resource) =
                ((s.assignments.len() + 1).to_string(), ResourceIndex::new(one.resource as usize));
            s.assignments.push(Assignment::planned(uid, activity, resource, units, work));
        }
    }
}

/// The plain programme with what property sets say beyond it.
fn whole(model: &Model, plain: Plain, said: &mut Said) -> Schedule {
    let Plain { schedule: mut s, places, controls } = plain;
    let p = &model.processes;
    let set = |object: &ProcessObject, name: &str| -> Option<&PropertySet> {
        let own = object.property_sets.iter().filter_map(|k| model.property_sets.get(*k as usize));
        own.into_iter().find(|set| &*set.name == name)
    };
    for (calendar, ifc) in s.calendars.iter_mut().zip(&p.calendars) {
        put(calendar, set(&ifc.object, CALENDAR_SET), &ifc.object, said);
    }
    for (resource, ifc) in s.resources.iter_mut().zip(&p.resources) {
        put(resource, set(&ifc.object, RESOURCE_SET), &ifc.object, said);
    }
    for (project, control) in s.projects.iter_mut().zip(&controls) {
        if let Some(object) = control.and_then(|c| p.work_controls.get(c)).map(|c| &c.object) {
            put(project, set(object, SCHEDULE_SET), object, said);
        }
    }
    let mut assignments: Vec<(usize, Assignment)> = Vec::new();
    let mut states_assignments = false;
    for (task, place) in p.tasks.iter().zip(&places) {
        if let Some(node) = place.node {
            put(&mut s.wbs[node.at()], set(&task.object, WBS_SET), &task.object, said);
        }
        let Some(activity) = place.activity else { continue };
        let Some(own) = set(&task.object, TASK_SET) else { continue };
        let (used, rest): (Vec<_>, Vec<_>) =
            own.properties.iter().cloned().partition(|p| &*p.name == "assignments");
        let own = PropertySet { properties: rest.into(), ..own.clone() };
        put(&mut s.activities[activity.at()], Some(&own), &task.object, said);
        for property in used {
            let Some(Value::Text(text)) = &property.value else { continue };
            match serde_json::from_str::<Vec<(usize, Assignment)>>(text) {
                Ok(list) => {
                    states_assignments = true;
                    let fits = |(k, a): (usize, Assignment)| {
                        let resource = a.resource.filter(|r| r.at() < p.resources.len());
                        (k, Assignment { activity, resource, ..a })
                    };
                    assignments.extend(list.into_iter().map(fits));
                }
                Err(_) => said.at(codes::BROKEN_ROW, &task.object, "its assignments".to_owned()),
            }
        }
    }
    if states_assignments {
        assignments.sort_by_key(|(k, _)| *k);
        s.assignments = assignments.into_iter().map(|(_, a)| a).collect();
    }
    bounded(&mut s);
    let plan = p.work_controls.iter().find_map(|c| set(&c.object, PROGRAMME_SET));
    let name = plan.and_then(|set| set.properties.iter().find(|p| &*p.name == "name"));
    if let Some(Value::Text(name)) = name.and_then(|p| p.value.as_ref()) {
        s.name = name.to_string();
    }
    s
}

fn put<T: Serialize + DeserializeOwned>(
    value: &mut T,
    set: Option<&PropertySet>,
    object: &ProcessObject,
    said: &mut Said,
) {
    let Some(set) = set else { return };
    match overlaid(value, set) {
        Some(found) => *value = found,
        None => said.at(codes::BROKEN_ROW, object, format!("the property set {}", set.name)),
    }
}

/// Indices that a property set states may lead anywhere.
fn bounded(s: &mut Schedule) {
    let (projects, nodes, calendars, resources) =
        (s.projects.len(), s.wbs.len(), s.calendars.len(), s.resources.len());
    let calendar = |c: &mut Option<CalendarIndex>| *c = c.filter(|c| c.at() < calendars);
    for project in &mut s.projects {
        calendar(&mut project.calendar);
    }
    for (k, node) in s.wbs.iter_mut().enumerate() {
        node.parent = node.parent.filter(|p| p.at() < nodes && p.at() != k);
        node.project = ProjectIndex::new(node.project.at().min(projects.saturating_sub(1)));
    }
    for a in &mut s.activities {
        calendar(&mut a.calendar);
        a.wbs = a.wbs.filter(|w| w.at() < nodes);
        a.project = ProjectIndex::new(a.project.at().min(projects.saturating_sub(1)));
    }
    for c in &mut s.calendars {
        calendar(&mut c.base);
        c.project = c.project.filter(|p| p.at() < projects);
    }
    for (k, r) in s.resources.iter_mut().enumerate() {
        calendar(&mut r.calendar);
        r.parent = r.parent.filter(|p| p.at() < resources && p.at() != k);
    }
}
