//! Programmes of work: calendars, the logic network, dates, resources, risk and scenarios. Knows no building.
//!
//! A [`Schedule`] holds what a file says. [`Network::compile`] turns it into flat arrays in topological order,
//! [`solve`] computes its dates, as often as wanted with other durations.

mod activity;
mod baseline;
mod calendar;
mod compare;
mod derived;
mod earned;
mod float;
mod float_paths;
mod health;
mod ifc;
mod lanes;
pub mod level;
mod look_ahead;
mod movement;
mod msp;
mod network;
mod only_project;
mod options;
mod p6;
mod passes;
mod read;
mod resource;
pub mod risk;
mod schedule;
mod solve;
mod summary_links;
mod takt;
mod time;
mod topology;
mod wbs_names;
pub mod whatif;
mod work_calendar;
mod workload;
mod write;

pub use activity::{
    Activity, ActivityKind, Baseline, Constraint, ConstraintKind, PercentKind, Status, StoredDates,
};
pub use baseline::add_baseline;
pub use calendar::{
    Calendar, CalendarKind, Exception, Periods, Recurrence, Shift, Shifts, Week, WorkWeek, standard_week,
};
pub use compare::{Change, Comparison, FieldChange, NamedLink, ThingChange, compare};
pub use earned::{CurvePoint, Earned, EarnedOptions, EarnedSchedule, Measures, Value, baselines, earned};
pub use float_paths::float_paths;
pub use health::{CHECKS, Check, Health, HealthOptions, Limit, Unit, health};
pub use ifc::{has_tasks, programme_of};
pub use look_ahead::{LookAhead, Wait, look_ahead, look_ahead_from};
pub use movement::{Movement, movement};
pub use network::{Edge, Network, ProjectFrame, stated_profile};
pub use only_project::only_project;
pub use options::{CriticalBy, FloatKind, LagCalendar, Options, Profile, ProgressMode};
pub use passes::Passes;
pub use read::{DateOrder, ReadError, ReadOptions, detect, read};
pub use resource::{Assignment, Rate, Resource, ResourceKind};
pub use schedule::{
    ActivityIndex, CalendarIndex, Fields, KeptTable, Lag, Link, LinkKind, Project, ProjectIndex,
    ResourceIndex, Schedule, SourceFormat, WbsIndex, WbsNode,
};
pub use solve::{ActivityDates, Dates, solve, solve_into, stated_dates};
pub use takt::{Grouping, Rhythm, Takt, TaktCell, TradeClash, takt};
pub use time::{DAY, Day, Minutes, Time};
pub use work_calendar::WorkCalendar;
pub use workload::{Workload, workload};
pub use write::{WriteFormat, write};
