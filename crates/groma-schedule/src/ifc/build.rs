//! A programme as the tasks of a model, with the property sets that hold what IFC has no place for.

use super::read::{Plain, Said, plain};
use super::{
    CALENDAR_SET, NODE, PROGRAMME_SET, RESOURCE_SET, SCHEDULE_SET, SUMMARY, TASK_SET, WBS_SET, calendar,
    duration, fields,
};
use crate::activity::{Activity, ActivityKind, Status};
use crate::resource::{Assignment, ResourceKind};
use crate::schedule::{ActivityIndex, CalendarIndex, Lag, LinkKind, Schedule, WbsIndex};
use crate::solve::Dates;
use crate::time::Time;
use groma_model::process::{
    Lag as IfcLag, LagValue, ProcessObject, Resource as IfcResource, ResourceTime, Sequence, Task, TaskTime,
    Use, WorkCalendar, WorkControl,
};
use groma_model::{Class, Diagnostics, Model, Property, PropertySet, Value};
use serde::Serialize;
use std::sync::Arc;

/// The model that a programme makes, and its property sets.
pub(super) fn build(schedule: &Schedule, dates: &Dates) -> Model {
    let mut model = Model::empty("programme");
    attributes(schedule, dates, &mut model);
    let mut said = Said { label: "".into(), list: Diagnostics::default() };
    let plain = plain(&model.processes, &mut said);
    differences(schedule, &plain, &mut model);
    model
}

/// 22 characters that tell one object of a programme from all others, the same each time it is written.
pub(super) fn global_id(kind: &str, ids: &[&str]) -> Arc<str> {
    const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$";
    // FNV-1a of 128 bits, with a byte between the parts that no text holds.
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for part in std::iter::once(&kind).chain(ids) {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
    let character = |k: u32| char::from(ALPHABET[(hash >> (6 * (21 - k)) & 0x3f) as usize]);
    (0..22).map(character).collect::<String>().into()
}

fn object(class: &str, id: Arc<str>, name: &str) -> ProcessObject {
    ProcessObject {
        global_id: id,
        express_id: 0,
        class: Class::new(class, []),
        name: some(name),
        description: None,
        object_type: None,
        identification: None,
        long_description: None,
        predefined_type: None,
        type_object: None,
        property_sets: Vec::new(),
        classifications: Vec::new(),
        attributes: Vec::new(),
        calendar: None,
        parent: None,
        children: Vec::new(),
    }
}

fn some(text: &str) -> Option<Arc<str>> {
    (!text.is_empty()).then(|| text.into())
}

fn instant(at: Time) -> Option<Arc<str>> {
    Some(format!("{at}:00").into())
}

/// True where each node of the breakdown is a summary among the activities, in the same order.
fn is_combined(s: &Schedule) -> bool {
    let summaries = s.activities.iter().filter(|a| a.kind == ActivityKind::WbsSummary);
    let nodes: Vec<Option<WbsIndex>> = summaries.map(|a| a.wbs).collect();
    nodes.len() == s.wbs.len() && nodes.iter().enumerate().all(|(k, n)| *n == Some(WbsIndex::new(k)))
}

/// What the attributes of IFC can say.
fn attributes(s: &Schedule, dates: &Dates, model: &mut Model) {
    let p = &mut model.processes;
    let project_uid = |k: usize| s.projects.get(k).map_or("", |p| p.uid.as_str());
    for (k, c) in s.calendars.iter().enumerate() {
        let mut object = object("IfcWorkCalendar", global_id("calendar", &[&c.id, &k.to_string()]), &c.name);
        object.identification = some(&c.id);
        let (working_times, exception_times) = calendar::written(&s.calendars, CalendarIndex::new(k));
        p.calendars.push(WorkCalendar { object, working_times, exception_times });
    }
    let control = |class: &str, id: Arc<str>, name: &str| WorkControl {
        object: object(class, id, name),
        creation_date: None,
        creators: Vec::new(),
        purpose: None,
        duration: None,
        total_float: None,
        start_time: None,
        finish_time: None,
        tasks: Vec::new(),
        resources: Vec::new(),
        baseline_of: None,
    };
    for (k, project) in s.projects.iter().enumerate() {
        let id = global_id("project", &[&project.uid, &k.to_string()]);
        let mut own = control("IfcWorkSchedule", id, &project.name);
        own.object.identification = some(&project.code);
        let first =
            s.indices().filter(|i| s.activities[i.at()].project.at() == k).filter_map(|i| dates.of(i));
        let start = project.start.or_else(|| first.map(|d| d.start).min());
        own.start_time = start.and_then(instant);
        own.finish_time = dates.finish.get(k).copied().flatten().and_then(instant);
        own.creation_date = project.data_date.or(start).and_then(instant);
        p.work_controls.push(own);
    }
    let plan = control("IfcWorkPlan", global_id("plan", &[&s.name]), &s.name);
    p.work_controls.push(plan);
    let combined = is_combined(s);
    // By node its task; by activity its task.
    let mut node_task: Vec<u32> = Vec::new();
    if !combined {
        for (k, w) in s.wbs.iter().enumerate() {
            let id = global_id("wbs", &[project_uid(w.project.at()), &w.uid, &k.to_string()]);
            let mut object = object("IfcTask", id, &w.name);
            object.identification = some(&w.code);
            object.object_type = some(NODE);
            node_task.push(p.tasks.len() as u32);
            p.tasks.push(bare(object, w.project.at()));
        }
    }
    let mut task_of = Vec::with_capacity(s.activities.len());
    for index in s.indices() {
        let a = &s.activities[index.at()];
        let id = global_id("task", &[project_uid(a.project.at()), &a.uid, &index.at().to_string()]);
        let mut object = object("IfcTask", id, &a.name);
        object.identification = some(&a.code);
        object.long_description = a.notes.as_deref().and_then(some);
        object.calendar = a.calendar.map(|c| c.at() as u32);
        task_of.push(p.tasks.len() as u32);
        if combined && a.kind == ActivityKind::WbsSummary {
            object.object_type = some(SUMMARY);
            node_task.push(p.tasks.len() as u32);
        }
        let mut task = bare(object, a.project.at());
        task.status = some(match a.status {
            Status::NotStarted => "Not Started",
            Status::InProgress => "In Progress",
            Status::Complete => "Complete",
        });
        task.is_milestone = Some(a.kind.is_milestone());
        task.priority = Some(i64::from(a.priority / 10));
        task.time = Some(time(s, a, index, dates));
        p.tasks.push(task);
    }
    let mut nest = |task: u32, node: Option<WbsIndex>| {
        // A whole that stands behind its part may be a ring of them; the property set tells it then.
        let Some(parent) = node.and_then(|w| node_task.get(w.at()).copied()).filter(|p| *p < task) else {
            return;
        };
        p.tasks[task as usize].object.parent = Some(parent);
        p.tasks[task as usize].work_controls.clear();
        p.tasks[parent as usize].object.children.push(task);
    };
    for (k, w) in s.wbs.iter().enumerate() {
        nest(node_task[k], w.parent);
    }
    for (a, task) in s.activities.iter().zip(&task_of) {
        let is_node = combined && a.kind == ActivityKind::WbsSummary;
        if !is_node {
            nest(*task, a.wbs);
        }
    }
    for (k, task) in p.tasks.iter().enumerate() {
        for control in &task.work_controls {
            p.work_controls[*control as usize].tasks.push(k as u32);
        }
    }
    sequences(s, &task_of, model);
    resources(s, &task_of, model);
}

fn bare(object: ProcessObject, project: usize) -> Task {
    Task {
        object,
        status: None,
        work_method: None,
        is_milestone: Some(false),
        priority: None,
        time: None,
        work_controls: vec![project as u32],
        inputs: Vec::new(),
        outputs: Vec::new(),
        types: Vec::new(),
        groups: Vec::new(),
        resources: Vec::new(),
    }
}

fn time(s: &Schedule, a: &Activity, index: ActivityIndex, dates: &Dates) -> TaskTime {
    let length = |minutes| Some(Arc::from(duration::text(minutes)));
    let d = dates.of(index);
    let started = a.status != Status::NotStarted;
    let data_date = s.projects.get(a.project.at()).and_then(|p| p.data_date);
    TaskTime {
        duration_type: some(if a.elapsed { "ELAPSEDTIME" } else { "WORKTIME" }),
        schedule_duration: length(a.duration),
        schedule_start: d.map(|d| d.start).or(a.stored.start).and_then(instant),
        schedule_finish: d.map(|d| d.finish).or(a.stored.finish).and_then(instant),
        early_start: d.and_then(|d| instant(d.early_start)),
        early_finish: d.and_then(|d| instant(d.early_finish)),
        late_start: d.and_then(|d| instant(d.late_start)),
        late_finish: d.and_then(|d| instant(d.late_finish)),
        free_float: d.and_then(|d| length(d.free_float)),
        total_float: d.and_then(|d| length(d.total_float)),
        is_critical: d.map(|d| d.critical),
        status_time: data_date.filter(|_| started).and_then(instant),
        actual_start: a.actual_start.and_then(instant),
        actual_finish: a.actual_finish.and_then(instant),
        remaining_time: if started { length(a.remaining) } else { None },
        completion: (a.percent > 0.0).then(|| (a.percent / 100.0).clamp(0.0, 1.0)),
        ..TaskTime::default()
    }
}

fn sequences(s: &Schedule, task_of: &[u32], model: &mut Model) {
    for (k, link) in s.links.iter().enumerate() {
        let kind = match link.kind {
            LinkKind::FinishStart => "FINISH_START",
            LinkKind::StartStart => "START_START",
            LinkKind::FinishFinish => "FINISH_FINISH",
            LinkKind::StartFinish => "START_FINISH",
        };
        let lag = |value: LagValue, kind: &str| {
            Some(IfcLag { name: None, data_origin: None, value, duration_type: some(kind) })
        };
        let text = |minutes| LagValue::Duration(duration::text(minutes).into());
        let lag = match link.lag {
            Lag::Work(0) => None,
            Lag::Work(minutes) => lag(text(minutes), "WORKTIME"),
            Lag::Elapsed(minutes) => lag(text(minutes), "ELAPSEDTIME"),
            Lag::Percent(percent) => lag(LagValue::Ratio(percent / 100.0), "WORKTIME"),
        };
        let uid = |i: ActivityIndex| s.activities[i.at()].uid.as_str();
        model.processes.sequences.push(Sequence {
            global_id: global_id("link", &[uid(link.predecessor), uid(link.successor), &k.to_string()]),
            name: None,
            description: None,
            predecessor: task_of[link.predecessor.at()],
            successor: task_of[link.successor.at()],
            kind: some(kind),
            lag,
        });
    }
}

fn resources(s: &Schedule, task_of: &[u32], model: &mut Model) {
    let p = &mut model.processes;
    for (k, r) in s.resources.iter().enumerate() {
        let class = match r.kind {
            ResourceKind::Labour => "IfcLaborResource",
            ResourceKind::Equipment => "IfcConstructionEquipmentResource",
            ResourceKind::Material | ResourceKind::Cost => "IfcConstructionMaterialResource",
        };
        let mut object = object(class, global_id("resource", &[&r.uid, &k.to_string()]), &r.name);
        object.identification = some(&r.code);
        object.calendar = r.calendar.map(|c| c.at() as u32);
        let usage = r
            .rates
            .first()
            .map(|rate| ResourceTime { schedule_usage: Some(rate.max_units), ..ResourceTime::default() });
        p.resources.push(IfcResource {
            object,
            usage,
            costs: Vec::new(),
            base_quantity: None,
            elements: Vec::new(),
            actors: Vec::new(),
        });
    }
    for (k, r) in s.resources.iter().enumerate() {
        if let Some(parent) = r.parent.filter(|p| p.at() < k) {
            p.resources[k].object.parent = Some(parent.at() as u32);
            p.resources[parent.at()].object.children.push(k as u32);
        }
    }
    for a in &s.assignments {
        if let Some(resource) = a.resource {
            let uses = &mut p.tasks[task_of[a.activity.at()] as usize].resources;
            let one = Use { resource: resource.at() as u32, quantity: None };
            // A relation holds each object once.
            if !uses.contains(&one) {
                uses.push(one);
            }
        }
    }
}

/// What the attributes do not say, as property sets.
fn differences(s: &Schedule, plain: &Plain, model: &mut Model) {
    let mut sets = Vec::new();
    let mut assignments: Vec<Vec<(usize, &Assignment)>> = vec![Vec::new(); s.activities.len()];
    if s.assignments != plain.schedule.assignments {
        for (k, a) in s.assignments.iter().enumerate() {
            assignments[a.activity.at()].push((k, a));
        }
    }
    let p = &mut model.processes;
    let mut add = |object: &mut ProcessObject, name: &str, properties: Vec<Property>| {
        if !properties.is_empty() {
            let mut set = PropertySet::new(name);
            set.global_id = Some(global_id(name, &[&object.global_id]));
            set.properties = properties.into();
            object.property_sets.push(sets.len() as u32);
            sets.push(set);
        }
    };
    fn each<T: Serialize>(plain: &[T], whole: &[T], k: usize) -> Vec<Property> {
        match (plain.get(k), whole.get(k)) {
            (Some(plain), Some(whole)) => fields::difference(plain, whole),
            _ => Vec::new(),
        }
    }
    let said = &plain.schedule;
    for (k, calendar) in p.calendars.iter_mut().enumerate() {
        add(&mut calendar.object, CALENDAR_SET, each(&said.calendars, &s.calendars, k));
    }
    for (k, resource) in p.resources.iter_mut().enumerate() {
        add(&mut resource.object, RESOURCE_SET, each(&said.resources, &s.resources, k));
    }
    for k in 0..s.projects.len() {
        add(&mut p.work_controls[k].object, SCHEDULE_SET, each(&said.projects, &s.projects, k));
    }
    if let Some(plan) = p.work_controls.last_mut() {
        let mut name = Property::new("name");
        name.value = Some(Value::Text(s.name.as_str().into()));
        add(&mut plan.object, PROGRAMME_SET, vec![name]);
    }
    for (task, place) in p.tasks.iter_mut().zip(&plain.places) {
        if let Some(node) = place.node {
            add(&mut task.object, WBS_SET, each(&said.wbs, &s.wbs, node.at()));
        }
        if let Some(activity) = place.activity {
            let mut properties = each(&said.activities, &s.activities, activity.at());
            if !assignments[activity.at()].is_empty() {
                let mut own = Property::new("assignments");
                let text = serde_json::to_string(&assignments[activity.at()]).unwrap_or_default();
                own.value = Some(Value::Text(text.into()));
                properties.push(own);
            }
            add(&mut task.object, TASK_SET, properties);
        }
    }
    model.property_sets = sets;
}
