//! Tasks, what they work upon, and the logic between them.

use super::{Index, Known, data_origin, object, times, word};
use crate::attributes::{Attributes, text, typed};
use crate::dates;
use crate::reader::{Reader, push_new};
use crate::relations::related;
use crate::scan::Row;
use crate::schema::ClassInfo;
use groma_model::process::{Lag, LagValue, Sequence, Task, Use};
use groma_model::{Diagnostics, ElementId, Processes};

/// An `IfcTask`, `IfcProcedure` or `IfcEvent`.
pub(super) fn task(
    reader: &Reader<'_>,
    known: &Known<'_>,
    row: Row,
    a: &Attributes<'_>,
    info: &ClassInfo,
) -> Task {
    let slot = |attribute: &str| info.slot(attribute).unwrap_or(usize::MAX);
    Task {
        object: object(reader, known, row, a, info),
        status: reader.text(a, info.slot("Status")),
        work_method: reader.text(a, info.slot("WorkMethod")),
        is_milestone: a.logical(slot("IsMilestone")),
        priority: a.integer(slot("Priority")),
        time: a.reference(slot("TaskTime")).and_then(|id| times::task_time(reader, id)),
        work_controls: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        types: Vec::new(),
        groups: Vec::new(),
        resources: Vec::new(),
    }
}

/// What tasks work upon, make and use; and the times that IFC2x3 keeps beside the tasks.
pub(super) fn assign(
    reader: &Reader<'_>,
    index: &Index,
    known: &Known<'_>,
    all: &mut Processes,
    said: &mut Diagnostics,
) {
    // What these refer to in vain is said where the controls are read.
    let rows = reader.rows(&["IFCRELASSIGNSTASKS"]);
    let read = reader.read(&rows, &mut Diagnostics::default(), |_, a| {
        Some((a.references(4), times::task_time(reader, a.reference(7)?)?))
    });
    for (objects, time) in read {
        for at in objects.iter().filter_map(|id| index.tasks.get(id)) {
            all.tasks[*at as usize].time.get_or_insert_with(|| time.clone());
        }
    }
    for relation in reader.relations(&["IFCRELASSIGNSTOPROCESS"], 6, 4, said) {
        let Some(&at) = index.tasks.get(&relation.relating) else { continue };
        let task = &mut all.tasks[at as usize];
        task.inputs.extend(related(reader, &relation));
        let quantity = reader.step.attributes(relation.row).and_then(|a| a.reference(7));
        for id in &relation.related {
            others(reader, known, task, *id);
            if let Some(&resource) = index.resources.get(id) {
                let quantity = quantity.and_then(|id| {
                    let a = reader.step.instance(id, &["IFCMEASUREWITHUNIT"])?;
                    reader.value(a.raw(0), a.reference(1)).0
                });
                task.resources.push(Use { resource, quantity });
            }
        }
    }
    for relation in reader.relations(&["IFCRELASSIGNSTOPRODUCT"], 6, 4, said) {
        let product = reader.elements.get(&relation.relating).copied();
        for at in relation.related.iter().filter_map(|id| index.tasks.get(id)) {
            let task = &mut all.tasks[*at as usize];
            task.outputs.extend(product);
            others(reader, known, task, relation.relating);
        }
    }
    for task in &mut all.tasks {
        let sorted = |list: &mut Vec<ElementId>| {
            list.sort_unstable();
            list.dedup();
        };
        sorted(&mut task.inputs);
        sorted(&mut task.outputs);
    }
}

/// Types and groups that a task works upon or makes.
fn others(reader: &Reader<'_>, known: &Known<'_>, task: &mut Task, id: u32) {
    if let Some(&object) = reader.types.get(&id) {
        push_new(&mut task.types, object);
    }
    if let Some(&group) = known.groups.get(&id) {
        push_new(&mut task.groups, group);
    }
}

/// The logic between tasks, in file order.
pub(super) fn sequences(reader: &Reader<'_>, index: &Index, said: &mut Diagnostics) -> Vec<Sequence> {
    let rows = reader.rows(&["IFCRELSEQUENCE"]);
    let read = reader.read(&rows, said, |row, a| {
        let ends = [a.reference(4)?, a.reference(5)?];
        let kind = match a.enumeration(7) {
            Some(word) if word.eq_ignore_ascii_case("USERDEFINED") => {
                reader.text(a, Some(8)).or_else(|| Some(reader.texts.get(word)))
            }
            word => word.map(|word| reader.texts.get(word)),
        };
        let sequence = |predecessor, successor| Sequence {
            global_id: reader
                .text(a, Some(0))
                .unwrap_or_else(|| format!("#{}", reader.step.scan.id(row)).into()),
            name: reader.text(a, Some(2)),
            description: reader.text(a, Some(3)),
            predecessor,
            successor,
            kind,
            lag: lag(reader, a),
        };
        let found = match ends.map(|id| index.tasks.get(&id)) {
            [Some(&predecessor), Some(&successor)] => Some(sequence(predecessor, successor)),
            _ => None,
        };
        let missing = ends.into_iter().find(|&id| reader.step.scan.row(id).is_none());
        Some((row, missing, found))
    });
    let mut sequences = Vec::with_capacity(read.len());
    for (row, missing, sequence) in read {
        if let Some(to) = missing {
            said.push(reader.dangling(row, to));
        }
        sequences.extend(sequence);
    }
    sequences
}

/// An `IfcLagTime`, or the seconds of IFC2x3.
fn lag(reader: &Reader<'_>, a: &Attributes<'_>) -> Option<Lag> {
    let Some(id) = a.reference(6) else {
        let value = dates::duration(reader, a, 6)?;
        return Some(Lag {
            name: None,
            data_origin: None,
            value: LagValue::Duration(value),
            duration_type: None,
        });
    };
    let a = reader.step.instance(id, &["IFCLAGTIME"])?;
    let info = reader.classes.get("IFCLAGTIME")?;
    let token = a.raw(3);
    let inner = typed(token).map_or(token, |(_, inner)| inner);
    let value = match text(inner) {
        Some(duration) => LagValue::Duration(reader.texts.get(&duration)),
        None => LagValue::Ratio(a.real(3)?),
    };
    Some(Lag {
        name: reader.text(&a, Some(0)),
        data_origin: data_origin(reader, &a, info),
        value,
        duration_type: word(reader, &a, info, "DurationType"),
    })
}
