//! The times of tasks.

use super::{calendars, data_origin, word};
use crate::dates;
use crate::reader::Reader;
use groma_model::process::TaskTime;

/// An `IfcTaskTime`, or an `IfcScheduleTimeControl` of IFC2x3.
pub(super) fn task_time(reader: &Reader<'_>, id: u32) -> Option<TaskTime> {
    let row = reader.step.scan.row(id)?;
    let info = reader.class(row)?;
    if !matches!(info.class.name(), "IfcTaskTime" | "IfcTaskTimeRecurring" | "IfcScheduleTimeControl") {
        return None;
    }
    let a = reader.step.attributes(row)?;
    let slot = |attribute: &str| info.slot(attribute).unwrap_or(usize::MAX);
    let moment = |attribute: &str| dates::moment(reader, &a, slot(attribute));
    let duration = |attribute: &str| dates::duration(reader, &a, slot(attribute));
    // IFC4 spells it wrongly.
    let recurrence = info.slot("Recurrence").or_else(|| info.slot("Recurrance"));
    Some(TaskTime {
        name: reader.text(&a, info.slot("Name")),
        data_origin: data_origin(reader, &a, info),
        duration_type: word(reader, &a, info, "DurationType"),
        schedule_duration: duration("ScheduleDuration"),
        schedule_start: moment("ScheduleStart"),
        schedule_finish: moment("ScheduleFinish"),
        early_start: moment("EarlyStart"),
        early_finish: moment("EarlyFinish"),
        late_start: moment("LateStart"),
        late_finish: moment("LateFinish"),
        free_float: duration("FreeFloat"),
        total_float: duration("TotalFloat"),
        start_float: duration("StartFloat"),
        finish_float: duration("FinishFloat"),
        is_critical: a.logical(slot("IsCritical")),
        // IFC2x3 has a duration here: how long after the start.
        status_time: moment("StatusTime").or_else(|| duration("StatusTime")),
        actual_duration: duration("ActualDuration"),
        actual_start: moment("ActualStart"),
        actual_finish: moment("ActualFinish"),
        remaining_time: duration("RemainingTime"),
        completion: a.real(slot("Completion")),
        recurrence: recurrence.and_then(|s| a.reference(s)).and_then(|id| calendars::recurrence(reader, id)),
    })
}
