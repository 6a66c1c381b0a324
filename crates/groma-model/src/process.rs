//! What a file says of the work: tasks, their logic and times, schedules, calendars, resources.
//!
//! All of it as IFC has it, so that nothing is lost: points in time are ISO 8601 text
//! (`2026-01-05T09:00:00`, with or without a zone), durations ISO 8601 durations (`P1DT4H`). The dates and
//! seconds of IFC2x3 are written in these forms. Whoever schedules turns them into its own types.

use crate::{Class, ElementId, Property, Value};
use std::sync::Arc;

/// The work of a model. Indices are in file order and lead into these lists.
#[derive(Clone, Debug, Default)]
pub struct Processes {
    /// Every `IfcProcess`: tasks, procedures, events.
    pub tasks: Vec<Task>,
    /// Every `IfcRelSequence` between them.
    pub sequences: Vec<Sequence>,
    /// Every `IfcWorkPlan` and `IfcWorkSchedule`.
    pub work_controls: Vec<WorkControl>,
    /// Every `IfcWorkCalendar`.
    pub calendars: Vec<WorkCalendar>,
    /// Every `IfcResource`.
    pub resources: Vec<Resource>,
}

impl Processes {
    /// True for a model without any.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
            && self.work_controls.is_empty()
            && self.calendars.is_empty()
            && self.resources.is_empty()
    }
}

/// What all objects of the work have: `IfcRoot` and `IfcObject`, and what is assigned to them.
#[derive(Clone, Debug)]
pub struct ProcessObject {
    /// The GlobalId as the file writes it.
    pub global_id: Arc<str>,
    /// The instance name (`#123`) in its file, for messages only.
    pub express_id: u32,
    /// The class, such as `IfcTask` or `IfcCrewResource`.
    pub class: Class,
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `Description`.
    pub description: Option<Arc<str>>,
    /// `ObjectType`.
    pub object_type: Option<Arc<str>>,
    /// `Identification` (IFC2x3: `TaskId`, `Identifier`, `ProcedureID`, `ResourceIdentifier`).
    pub identification: Option<Arc<str>>,
    /// `LongDescription`.
    pub long_description: Option<Arc<str>>,
    /// `PredefinedType`, or the user's word where that is `USERDEFINED`.
    pub predefined_type: Option<Arc<str>>,
    /// The type object, an index into [`crate::Model::types`].
    pub type_object: Option<u32>,
    /// Property sets, indices into [`crate::Model::property_sets`].
    pub property_sets: Vec<u32>,
    /// Classification references, indices into [`crate::Model::classifications`].
    pub classifications: Vec<u32>,
    /// Simple-valued attributes beyond the named fields, as [`crate::Element::attributes`].
    pub attributes: Vec<(Arc<str>, Value)>,
    /// The calendar it keeps, an index into [`Processes::calendars`].
    pub calendar: Option<u32>,
    /// The whole it is a part of (`IfcRelNests`, `IfcRelAggregates`), an index into the list it stands in.
    pub parent: Option<u32>,
    /// Its parts, in the order of the relation.
    pub children: Vec<u32>,
}

/// An `IfcTask`, or an `IfcProcedure` or `IfcEvent`.
#[derive(Clone, Debug)]
pub struct Task {
    /// Identity, names, parts.
    pub object: ProcessObject,
    /// `Status`, as the user writes it.
    pub status: Option<Arc<str>>,
    /// `WorkMethod`.
    pub work_method: Option<Arc<str>>,
    /// `IsMilestone`.
    pub is_milestone: Option<bool>,
    /// `Priority`, 0 (lowest) to 100.
    pub priority: Option<i64>,
    /// `TaskTime`, or the `IfcScheduleTimeControl` of IFC2x3.
    pub time: Option<TaskTime>,
    /// The plans and schedules that control it, indices into [`Processes::work_controls`].
    pub work_controls: Vec<u32>,
    /// The elements it works upon (`IfcRelAssignsToProcess`), sorted.
    pub inputs: Vec<ElementId>,
    /// The elements it makes, moves or takes away (`IfcRelAssignsToProduct`), sorted.
    pub outputs: Vec<ElementId>,
    /// The type objects among its inputs and outputs, indices into [`crate::Model::types`].
    pub types: Vec<u32>,
    /// The groups among its inputs and outputs, indices into [`crate::Model::systems`].
    pub groups: Vec<u32>,
    /// What it uses.
    pub resources: Vec<Use>,
}

/// A task uses a resource (`IfcRelAssignsToProcess`, `IfcRelAssignsToResource`).
#[derive(Clone, PartialEq, Debug)]
pub struct Use {
    /// An index into [`Processes::resources`].
    pub resource: u32,
    /// `QuantityInProcess`.
    pub quantity: Option<Value>,
}

/// `IfcTaskTime`, all fields; and `IfcScheduleTimeControl`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TaskTime {
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `DataOrigin`, or the user's word: `MEASURED`, `PREDICTED`, `SIMULATED`.
    pub data_origin: Option<Arc<str>>,
    /// `DurationType`: `ELAPSEDTIME` or `WORKTIME`.
    pub duration_type: Option<Arc<str>>,
    /// `ScheduleDuration`.
    pub schedule_duration: Option<Arc<str>>,
    /// `ScheduleStart`.
    pub schedule_start: Option<Arc<str>>,
    /// `ScheduleFinish`.
    pub schedule_finish: Option<Arc<str>>,
    /// `EarlyStart`.
    pub early_start: Option<Arc<str>>,
    /// `EarlyFinish`.
    pub early_finish: Option<Arc<str>>,
    /// `LateStart`.
    pub late_start: Option<Arc<str>>,
    /// `LateFinish`.
    pub late_finish: Option<Arc<str>>,
    /// `FreeFloat`.
    pub free_float: Option<Arc<str>>,
    /// `TotalFloat`.
    pub total_float: Option<Arc<str>>,
    /// `StartFloat` (IFC2x3).
    pub start_float: Option<Arc<str>>,
    /// `FinishFloat` (IFC2x3).
    pub finish_float: Option<Arc<str>>,
    /// `IsCritical`.
    pub is_critical: Option<bool>,
    /// `StatusTime`: when the actual values were taken.
    pub status_time: Option<Arc<str>>,
    /// `ActualDuration`.
    pub actual_duration: Option<Arc<str>>,
    /// `ActualStart`.
    pub actual_start: Option<Arc<str>>,
    /// `ActualFinish`.
    pub actual_finish: Option<Arc<str>>,
    /// `RemainingTime`.
    pub remaining_time: Option<Arc<str>>,
    /// `Completion`, 0 to 1 as the standard has it; some programs write 0 to 100.
    pub completion: Option<f64>,
    /// `Recurrence` of an `IfcTaskTimeRecurring`.
    pub recurrence: Option<Recurrence>,
}

/// `IfcRelSequence`.
#[derive(Clone, PartialEq, Debug)]
pub struct Sequence {
    /// The GlobalId as the file writes it.
    pub global_id: Arc<str>,
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `Description`.
    pub description: Option<Arc<str>>,
    /// `RelatingProcess`, an index into [`Processes::tasks`].
    pub predecessor: u32,
    /// `RelatedProcess`.
    pub successor: u32,
    /// `SequenceType` as written: `FINISH_START`, or the user's word where that is `USERDEFINED`.
    pub kind: Option<Arc<str>>,
    /// `TimeLag`.
    pub lag: Option<Lag>,
}

/// `IfcLagTime`.
#[derive(Clone, PartialEq, Debug)]
pub struct Lag {
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `DataOrigin`, or the user's word.
    pub data_origin: Option<Arc<str>>,
    /// `LagValue`.
    pub value: LagValue,
    /// `DurationType`: `ELAPSEDTIME` or `WORKTIME`.
    pub duration_type: Option<Arc<str>>,
}

/// How long a lag is.
#[derive(Clone, PartialEq, Debug)]
pub enum LagValue {
    /// A duration; negative ones (`-P2D`) are leads.
    Duration(Arc<str>),
    /// A share of the predecessor's duration.
    Ratio(f64),
}

/// `IfcWorkPlan` or `IfcWorkSchedule`.
#[derive(Clone, Debug)]
pub struct WorkControl {
    /// Identity, names, parts (the schedules of a plan).
    pub object: ProcessObject,
    /// `CreationDate`.
    pub creation_date: Option<Arc<str>>,
    /// `Creators`, by name.
    pub creators: Vec<Arc<str>>,
    /// `Purpose`.
    pub purpose: Option<Arc<str>>,
    /// `Duration`.
    pub duration: Option<Arc<str>>,
    /// `TotalFloat`.
    pub total_float: Option<Arc<str>>,
    /// `StartTime`.
    pub start_time: Option<Arc<str>>,
    /// `FinishTime`.
    pub finish_time: Option<Arc<str>>,
    /// What it controls (`IfcRelAssignsToControl`), in file order; indices into [`Processes::tasks`]. The
    /// parts of these tasks belong to it too.
    pub tasks: Vec<u32>,
    /// The resources that it controls, indices into [`Processes::resources`].
    pub resources: Vec<u32>,
    /// The schedule that this is a baseline of (`IfcRelDefinesByObject`).
    pub baseline_of: Option<u32>,
}

/// `IfcWorkCalendar`.
#[derive(Clone, Debug)]
pub struct WorkCalendar {
    /// Identity and names.
    pub object: ProcessObject,
    /// `WorkingTimes`.
    pub working_times: Vec<WorkTime>,
    /// `ExceptionTimes`: holidays and shifts beside the usual.
    pub exception_times: Vec<WorkTime>,
}

/// `IfcWorkTime`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct WorkTime {
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `DataOrigin`, or the user's word.
    pub data_origin: Option<Arc<str>>,
    /// `RecurrencePattern`; `None` for every day.
    pub recurrence: Option<Recurrence>,
    /// `Start` (`StartDate` in IFC4.3): the first day, `2026-01-05`.
    pub start: Option<Arc<str>>,
    /// `Finish` (`FinishDate` in IFC4.3): the last day.
    pub finish: Option<Arc<str>>,
}

/// `IfcRecurrencePattern`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Recurrence {
    /// `RecurrenceType`: `DAILY`, `WEEKLY`, `MONTHLY_BY_DAY_OF_MONTH`.
    pub kind: Option<Arc<str>>,
    /// `DayComponent`: days of the month.
    pub days: Vec<i64>,
    /// `WeekdayComponent`: 1 is Monday.
    pub weekdays: Vec<i64>,
    /// `MonthComponent`.
    pub months: Vec<i64>,
    /// `Position`: which of the weekdays of a month.
    pub position: Option<i64>,
    /// `Interval`.
    pub interval: Option<i64>,
    /// `Occurrences`.
    pub occurrences: Option<i64>,
    /// `TimePeriods`: start and end of each, `08:00:00`.
    pub periods: Vec<(Arc<str>, Arc<str>)>,
}

/// An `IfcResource`: a crew, labour, equipment, material or product.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Identity, names, parts.
    pub object: ProcessObject,
    /// `Usage`.
    pub usage: Option<ResourceTime>,
    /// `BaseCosts`.
    pub costs: Vec<Cost>,
    /// `BaseQuantity`.
    pub base_quantity: Option<Property>,
    /// The elements assigned to it (`IfcRelAssignsToResource`): the crane of a crane resource; sorted.
    pub elements: Vec<ElementId>,
    /// The actors assigned to it, by name.
    pub actors: Vec<Arc<str>>,
}

/// `IfcResourceTime`, all fields.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ResourceTime {
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `DataOrigin`, or the user's word.
    pub data_origin: Option<Arc<str>>,
    /// `ScheduleWork`: how much work, a duration.
    pub schedule_work: Option<Arc<str>>,
    /// `ScheduleUsage`: how many at once; 1 is one full-time unit.
    pub schedule_usage: Option<f64>,
    /// `ScheduleStart`.
    pub schedule_start: Option<Arc<str>>,
    /// `ScheduleFinish`.
    pub schedule_finish: Option<Arc<str>>,
    /// `ScheduleContour`.
    pub schedule_contour: Option<Arc<str>>,
    /// `LevelingDelay`.
    pub leveling_delay: Option<Arc<str>>,
    /// `IsOverAllocated`.
    pub is_over_allocated: Option<bool>,
    /// `StatusTime`.
    pub status_time: Option<Arc<str>>,
    /// `ActualWork`.
    pub actual_work: Option<Arc<str>>,
    /// `ActualUsage`.
    pub actual_usage: Option<f64>,
    /// `ActualStart`.
    pub actual_start: Option<Arc<str>>,
    /// `ActualFinish`.
    pub actual_finish: Option<Arc<str>>,
    /// `RemainingWork`.
    pub remaining_work: Option<Arc<str>>,
    /// `RemainingUsage`.
    pub remaining_usage: Option<f64>,
    /// `Completion`.
    pub completion: Option<f64>,
}

/// `IfcAppliedValue` (`IfcCostValue`).
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Cost {
    /// `Name`.
    pub name: Option<Arc<str>>,
    /// `Category`.
    pub category: Option<Arc<str>>,
    /// `AppliedValue`.
    pub value: Option<Value>,
    /// The currency or unit of the value, if it has its own.
    pub unit: Option<Arc<str>>,
    /// `UnitBasis`: for how much.
    pub basis: Option<Value>,
}
