//! Calendars.

use super::{Known, data_origin, object};
use crate::attributes::Attributes;
use crate::reader::Reader;
use crate::scan::Row;
use crate::schema::ClassInfo;
use groma_model::process::{Recurrence, WorkCalendar, WorkTime};

/// An `IfcWorkCalendar`.
pub(super) fn calendar(
    reader: &Reader<'_>,
    known: &Known<'_>,
    row: Row,
    a: &Attributes<'_>,
    info: &ClassInfo,
) -> WorkCalendar {
    let times = |attribute: &str| {
        let ids = info.slot(attribute).map_or_else(Vec::new, |slot| a.references(slot));
        ids.into_iter().filter_map(|id| work_time(reader, id)).collect()
    };
    WorkCalendar {
        object: object(reader, known, row, a, info),
        working_times: times("WorkingTimes"),
        exception_times: times("ExceptionTimes"),
    }
}

fn work_time(reader: &Reader<'_>, id: u32) -> Option<WorkTime> {
    let a = reader.step.instance(id, &["IFCWORKTIME"])?;
    let info = reader.classes.get("IFCWORKTIME")?;
    Some(WorkTime {
        name: reader.text(&a, Some(0)),
        data_origin: data_origin(reader, &a, info),
        recurrence: a.reference(3).and_then(|id| recurrence(reader, id)),
        start: reader.text(&a, Some(4)),
        finish: reader.text(&a, Some(5)),
    })
}

/// An `IfcRecurrencePattern`.
pub(super) fn recurrence(reader: &Reader<'_>, id: u32) -> Option<Recurrence> {
    let a = reader.step.instance(id, &["IFCRECURRENCEPATTERN"])?;
    let period = |id: u32| {
        let a = reader.step.instance(id, &["IFCTIMEPERIOD"])?;
        Some((reader.text(&a, Some(0))?, reader.text(&a, Some(1))?))
    };
    Some(Recurrence {
        kind: a.enumeration(0).map(|word| reader.texts.get(word)),
        days: a.integers(1),
        weekdays: a.integers(2),
        months: a.integers(3),
        position: a.integer(4),
        interval: a.integer(5),
        occurrences: a.integer(6),
        periods: a.references(7).into_iter().filter_map(period).collect(),
    })
}
