//! Tasks of an IFC model as a programme, and a programme as the tasks of an IFC file.
//!
//! IFC has places for tasks, their times, sequences, calendars and resources, none for constraints, a data date or
//! a breakdown with codes of its own. What it has no place for stands in property sets named `Groma_…`, as the
//! difference from what its own attributes say: [`plain`](read::plain) is what they say, on both ways.

mod build;
mod calendar;
mod duration;
mod fields;
mod read;
mod step;

pub use read::{has_tasks, programme_of};
pub(crate) use step::write;

/// The property sets that hold what IFC has no place for.
const TASK_SET: &str = "Groma_Task";
const WBS_SET: &str = "Groma_Wbs";
const SCHEDULE_SET: &str = "Groma_Schedule";
const PROGRAMME_SET: &str = "Groma_Programme";
const CALENDAR_SET: &str = "Groma_Calendar";
const RESOURCE_SET: &str = "Groma_Resource";

/// `ObjectType` of a node of the breakdown that is no activity, and of one that is.
const NODE: &str = "WBS";
const SUMMARY: &str = "SUMMARY";

/// The schema of a file that is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Version {
    Ifc4,
    Ifc4x3,
}
