//! Tasks, their logic and times, schedules, calendars, resources.

mod calendars;
mod resources;
mod tasks;
mod times;

use crate::attributes::Attributes;
use crate::cycles::break_cycles;
use crate::dates;
use crate::reader::Reader;
use crate::scan::Row;
use crate::schema::{ClassInfo, Role};
use groma_model::process::{ProcessObject, WorkControl};
use groma_model::{Diagnostic, Diagnostics, Processes, codes};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What other readers found out about objects of the work, by instance name.
pub(crate) struct Known<'k> {
    pub(crate) property_sets: &'k FxHashMap<u32, Vec<u32>>,
    pub(crate) classifications: &'k FxHashMap<u32, Vec<u32>>,
    pub(crate) groups: &'k FxHashMap<u32, u32>,
}

/// Where each object of the work stands in its list, by instance name.
#[derive(Default)]
struct Index {
    tasks: FxHashMap<u32, u32>,
    work_controls: FxHashMap<u32, u32>,
    calendars: FxHashMap<u32, u32>,
    resources: FxHashMap<u32, u32>,
}

/// Reads all that a file says of the work.
pub(crate) fn read(reader: &Reader<'_>, known: &Known<'_>, said: &mut Diagnostics) -> Processes {
    let mut all = Processes {
        tasks: rows(reader, Role::Process, said, |row, a, info| tasks::task(reader, known, row, a, info)),
        sequences: Vec::new(),
        work_controls: rows(reader, Role::WorkControl, said, |row, a, info| {
            work_control(reader, known, row, a, info)
        }),
        calendars: rows(reader, Role::WorkCalendar, said, |row, a, info| {
            calendars::calendar(reader, known, row, a, info)
        }),
        resources: rows(reader, Role::Resource, said, |row, a, info| {
            resources::resource(reader, known, row, a, info)
        }),
    };
    if all.is_empty() {
        return all;
    }
    let index = Index {
        tasks: by_id(all.tasks.iter().map(|t| &t.object)),
        work_controls: by_id(all.work_controls.iter().map(|c| &c.object)),
        calendars: by_id(all.calendars.iter().map(|c| &c.object)),
        resources: by_id(all.resources.iter().map(|r| &r.object)),
    };
    typed(reader, &index, &mut all);
    nested(reader, &index, &mut all, said);
    controlled(reader, &index, &mut all, said);
    tasks::assign(reader, &index, known, &mut all, said);
    resources::assign(reader, &index, &mut all, said);
    all.sequences = tasks::sequences(reader, &index, said);
    all
}

/// Reads the records of a role.
fn rows<T: Send>(
    reader: &Reader<'_>,
    role: Role,
    said: &mut Diagnostics,
    read: impl Fn(Row, &Attributes<'_>, &ClassInfo) -> T + Sync,
) -> Vec<T> {
    let rows = reader.rows_of(role);
    reader.read(&rows, said, |row, a| Some(read(row, a, reader.class(row)?)))
}

fn by_id<'a>(objects: impl Iterator<Item = &'a ProcessObject>) -> FxHashMap<u32, u32> {
    objects.map(|o| o.express_id).zip(0..).collect()
}

/// What all objects of the work have.
fn object(
    reader: &Reader<'_>,
    known: &Known<'_>,
    row: Row,
    a: &Attributes<'_>,
    info: &ClassInfo,
) -> ProcessObject {
    let id = reader.step.scan.id(row);
    let text = |attribute: &str| reader.text(a, info.slot(attribute));
    let object_type = text("ObjectType");
    let identification = ["Identification", "TaskId", "Identifier", "ProcedureID", "ResourceIdentifier"];
    let kind = |attribute: &str| info.slot(attribute).and_then(|s| a.enumeration(s));
    let user = ["UserDefinedControlType", "UserDefinedProcedureType", "UserDefinedEventTriggerType"];
    let user = user.into_iter().find_map(text).or_else(|| object_type.clone());
    let of_ifc2x3 = kind("WorkControlType").or_else(|| kind("ProcedureType"));
    let predefined_type = match of_ifc2x3 {
        Some(word) if word.eq_ignore_ascii_case("USERDEFINED") && user.is_some() => user,
        Some(word) => Some(reader.texts.get(word)),
        None => reader.predefined(info, a, user.as_ref()),
    };
    let list = |lists: &FxHashMap<u32, Vec<u32>>| lists.get(&id).cloned().unwrap_or_default();
    ProcessObject {
        global_id: text("GlobalId").unwrap_or_else(|| format!("#{id}").into()),
        express_id: id,
        class: info.class.clone(),
        name: text("Name"),
        description: text("Description"),
        object_type,
        identification: identification.into_iter().find_map(text),
        long_description: text("LongDescription"),
        predefined_type,
        type_object: None,
        property_sets: list(known.property_sets),
        classifications: list(known.classifications),
        attributes: reader.simple(info, a),
        calendar: None,
        parent: None,
        children: Vec::new(),
    }
}

fn work_control(
    reader: &Reader<'_>,
    known: &Known<'_>,
    row: Row,
    a: &Attributes<'_>,
    info: &ClassInfo,
) -> WorkControl {
    let slot = |attribute: &str| info.slot(attribute).unwrap_or(usize::MAX);
    let moment = |attribute: &str| dates::moment(reader, a, slot(attribute));
    let duration = |attribute: &str| dates::duration(reader, a, slot(attribute));
    let creators = a.references(slot("Creators"));
    WorkControl {
        object: object(reader, known, row, a, info),
        creation_date: moment("CreationDate"),
        creators: creators.into_iter().filter_map(|id| reader.called(id)).collect(),
        purpose: reader.text(a, info.slot("Purpose")),
        duration: duration("Duration"),
        total_float: duration("TotalFloat"),
        start_time: moment("StartTime"),
        finish_time: moment("FinishTime"),
        tasks: Vec::new(),
        resources: Vec::new(),
        baseline_of: None,
    }
}

/// The lists of the work one by one, each with its index: tasks, controls, resources.
fn each_list(
    all: &mut Processes,
    index: &Index,
    mut run: impl FnMut(Vec<&mut ProcessObject>, &FxHashMap<u32, u32>),
) {
    run(all.tasks.iter_mut().map(|t| &mut t.object).collect(), &index.tasks);
    run(all.work_controls.iter_mut().map(|c| &mut c.object).collect(), &index.work_controls);
    run(all.resources.iter_mut().map(|r| &mut r.object).collect(), &index.resources);
}

fn typed(reader: &Reader<'_>, index: &Index, all: &mut Processes) {
    // What these refer to in vain is said where the types of elements are read.
    let relations = reader.relations(&["IFCRELDEFINESBYTYPE"], 5, 4, &mut Diagnostics::default());
    each_list(all, index, |mut objects, index| {
        for relation in &relations {
            let Some(&of) = reader.types.get(&relation.relating) else { continue };
            for at in relation.related.iter().filter_map(|id| index.get(id)) {
                objects[*at as usize].type_object.get_or_insert(of);
            }
        }
    });
}

fn nested(reader: &Reader<'_>, index: &Index, all: &mut Processes, said: &mut Diagnostics) {
    // What these refer to in vain is said where the wholes of elements are read.
    let relations = reader.relations(&["IFCRELNESTS", "IFCRELAGGREGATES"], 4, 5, &mut Diagnostics::default());
    each_list(all, index, |mut objects, index| {
        let mut parents: Vec<Option<u32>> = vec![None; objects.len()];
        let mut order = Vec::new();
        for relation in &relations {
            let Some(&parent) = index.get(&relation.relating) else { continue };
            for &child in relation.related.iter().filter_map(|id| index.get(id)) {
                match parents[child as usize] {
                    None => {
                        parents[child as usize] = Some(parent);
                        order.push((parent, child));
                    }
                    Some(first) if first != parent => {
                        let id = objects[child as usize].express_id;
                        said.push(Diagnostic::new(codes::SECOND_PARENT).at(id.into()).detail("two wholes"));
                    }
                    Some(_) => {}
                }
            }
        }
        for cut in break_cycles(&mut parents) {
            said.push(Diagnostic::new(codes::CYCLE).at(objects[cut as usize].express_id.into()));
        }
        for (parent, child) in order {
            if parents[child as usize] == Some(parent) {
                objects[parent as usize].children.push(child);
            }
        }
        for (object, parent) in objects.iter_mut().zip(parents) {
            object.parent = parent;
        }
    });
}

/// Which schedules and calendars control what.
fn controlled(reader: &Reader<'_>, index: &Index, all: &mut Processes, said: &mut Diagnostics) {
    for relation in reader.relations(&["IFCRELASSIGNSTOCONTROL", "IFCRELASSIGNSTASKS"], 6, 4, said) {
        if let Some(&calendar) = index.calendars.get(&relation.relating) {
            each_list(all, index, |mut objects, index| {
                for at in relation.related.iter().filter_map(|id| index.get(id)) {
                    objects[*at as usize].calendar.get_or_insert(calendar);
                }
            });
        }
        let Some(&control) = index.work_controls.get(&relation.relating) else { continue };
        for id in &relation.related {
            if let Some(&task) = index.tasks.get(id) {
                all.work_controls[control as usize].tasks.push(task);
                all.tasks[task as usize].work_controls.push(control);
            }
            if let Some(&resource) = index.resources.get(id) {
                all.work_controls[control as usize].resources.push(resource);
            }
        }
    }
    for control in &mut all.work_controls {
        for list in [&mut control.tasks, &mut control.resources] {
            list.sort_unstable();
            list.dedup();
        }
    }
    for task in &mut all.tasks {
        task.work_controls.sort_unstable();
        task.work_controls.dedup();
    }
    for relation in reader.relations(&["IFCRELDEFINESBYOBJECT"], 5, 4, said) {
        let Some(&of) = index.work_controls.get(&relation.relating) else { continue };
        for at in relation.related.iter().filter_map(|id| index.work_controls.get(id)).filter(|&&at| at != of)
        {
            all.work_controls[*at as usize].baseline_of = Some(of);
        }
    }
}

/// A text or enumeration of a record, by attribute.
fn word(reader: &Reader<'_>, a: &Attributes<'_>, info: &ClassInfo, attribute: &str) -> Option<Arc<str>> {
    let slot = info.slot(attribute)?;
    match a.enumeration(slot) {
        Some(word) => Some(reader.texts.get(word)),
        None => reader.text(a, Some(slot)),
    }
}

/// `DataOrigin`, or the user's word.
fn data_origin(reader: &Reader<'_>, a: &Attributes<'_>, info: &ClassInfo) -> Option<Arc<str>> {
    match word(reader, a, info, "DataOrigin") {
        Some(origin) if &*origin == "USERDEFINED" => {
            word(reader, a, info, "UserDefinedDataOrigin").or(Some(origin))
        }
        origin => origin,
    }
}
