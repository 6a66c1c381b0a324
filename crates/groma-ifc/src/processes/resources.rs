//! Resources: crews, labour, equipment, material.

use super::{Index, Known, data_origin, object, word};
use crate::attributes::Attributes;
use crate::dates;
use crate::properties::property;
use crate::reader::{Reader, push_new};
use crate::relations::related;
use crate::scan::Row;
use crate::schema::ClassInfo;
use groma_model::process::{Cost, Resource, ResourceTime, Use};
use groma_model::{Diagnostics, Processes, Property};

/// An `IfcResource`.
pub(super) fn resource(
    reader: &Reader<'_>,
    known: &Known<'_>,
    row: Row,
    a: &Attributes<'_>,
    info: &ClassInfo,
) -> Resource {
    let slot = |attribute: &str| info.slot(attribute).unwrap_or(usize::MAX);
    let costs = a.references(slot("BaseCosts"));
    Resource {
        object: object(reader, known, row, a, info),
        usage: a.reference(slot("Usage")).and_then(|id| usage(reader, id)),
        costs: costs.into_iter().filter_map(|id| cost(reader, id)).collect(),
        base_quantity: a.reference(slot("BaseQuantity")).and_then(|id| quantity(reader, id)),
        elements: Vec::new(),
        actors: Vec::new(),
    }
}

/// A quantity of IFC4, or a measure with its unit of IFC2x3.
fn quantity(reader: &Reader<'_>, id: u32) -> Option<Property> {
    let row = reader.step.scan.row(id)?;
    let a = reader.step.attributes(row)?;
    let keyword = reader.step.scan.keyword(row);
    let (name, (value, unit)) = match keyword {
        "IFCMEASUREWITHUNIT" => (None, reader.value(a.raw(0), a.reference(1))),
        _ => (reader.text(&a, Some(0)), property(reader, keyword, &a)),
    };
    Some(Property { name: name.unwrap_or_else(|| reader.texts.get("")), value, unit })
}

fn usage(reader: &Reader<'_>, id: u32) -> Option<ResourceTime> {
    let a = reader.step.instance(id, &["IFCRESOURCETIME"])?;
    let info = reader.classes.get("IFCRESOURCETIME")?;
    let slot = |attribute: &str| info.slot(attribute).unwrap_or(usize::MAX);
    let moment = |attribute: &str| dates::moment(reader, &a, slot(attribute));
    let duration = |attribute: &str| dates::duration(reader, &a, slot(attribute));
    let real = |attribute: &str| a.real(slot(attribute));
    Some(ResourceTime {
        name: reader.text(&a, Some(0)),
        data_origin: data_origin(reader, &a, info),
        schedule_work: duration("ScheduleWork"),
        schedule_usage: real("ScheduleUsage"),
        schedule_start: moment("ScheduleStart"),
        schedule_finish: moment("ScheduleFinish"),
        schedule_contour: word(reader, &a, info, "ScheduleContour"),
        leveling_delay: duration("LevelingDelay"),
        is_over_allocated: a.logical(slot("IsOverAllocated")),
        status_time: moment("StatusTime"),
        actual_work: duration("ActualWork"),
        actual_usage: real("ActualUsage"),
        actual_start: moment("ActualStart"),
        actual_finish: moment("ActualFinish"),
        remaining_work: duration("RemainingWork"),
        remaining_usage: real("RemainingUsage"),
        completion: real("Completion"),
    })
}

fn cost(reader: &Reader<'_>, id: u32) -> Option<Cost> {
    let row = reader.step.scan.row(id)?;
    let info = reader.class(row).filter(|c| c.class.is_a("IfcAppliedValue"))?;
    let a = reader.step.attributes(row)?;
    let slot = |attribute: &str| info.slot(attribute).unwrap_or(usize::MAX);
    let measure = |id: u32| {
        let a = reader.step.instance(id, &["IFCMEASUREWITHUNIT"])?;
        Some(reader.value(a.raw(0), a.reference(1)))
    };
    let (value, unit) = match a.reference(slot("AppliedValue")) {
        Some(id) => measure(id).unwrap_or((None, None)),
        None => reader.value(a.raw(slot("AppliedValue")), None),
    };
    Some(Cost {
        name: reader.text(&a, info.slot("Name")),
        category: reader.text(&a, info.slot("Category")),
        value,
        unit,
        basis: a.reference(slot("UnitBasis")).and_then(measure).and_then(|(value, _)| value),
    })
}

/// What is assigned to resources: the elements and actors that they are, and, in IFC2x3, the tasks that use
/// them.
pub(super) fn assign(reader: &Reader<'_>, index: &Index, all: &mut Processes, said: &mut Diagnostics) {
    for relation in reader.relations(&["IFCRELASSIGNSTORESOURCE"], 6, 4, said) {
        let Some(&at) = index.resources.get(&relation.relating) else { continue };
        let resource = &mut all.resources[at as usize];
        resource.elements.extend(related(reader, &relation));
        for id in &relation.related {
            if let Some(&task) = index.tasks.get(id) {
                all.tasks[task as usize].resources.push(Use { resource: at, quantity: None });
            } else if matches!(reader.step.keyword(*id), "IFCACTOR" | "IFCOCCUPANT") {
                let row = reader.step.scan.row(*id);
                let a = row.and_then(|row| reader.step.attributes(row));
                if let Some(name) =
                    a.and_then(|a| reader.text(&a, Some(2)).or_else(|| reader.called(a.reference(5)?)))
                {
                    push_new(&mut resource.actors, name);
                }
            }
        }
    }
    for resource in &mut all.resources {
        resource.elements.sort_unstable();
        resource.elements.dedup();
    }
    for task in &mut all.tasks {
        task.resources.sort_by_key(|u| u.resource);
        task.resources.dedup_by(|later, kept| {
            let same = later.resource == kept.resource;
            if same && kept.quantity.is_none() {
                kept.quantity = later.quantity.take();
            }
            same
        });
    }
}
