//! Primavera P6's exchange file: tables of cells between tabs.

use super::xer_baselines;
use super::xer_calendar;
use super::xer_table::{Row, Table, date, each_row, is_yes, minutes, number, tables};
use super::{Notes, text};
use crate::activity::{Activity, ActivityKind, Constraint, ConstraintKind, PercentKind, Status};
use crate::calendar::{Calendar, CalendarKind, Periods};
use crate::options::{CriticalBy, FloatKind, LagCalendar, Options, Profile, ProgressMode};
use crate::resource::{Assignment, Rate, Resource, ResourceKind};
use crate::schedule::{
    ActivityIndex, CalendarIndex, KeptTable, Lag, Link, LinkKind, Project, ProjectIndex, ResourceIndex,
    Schedule, SourceFormat, WbsIndex, WbsNode,
};
use crate::time::Minutes;
use groma_model::codes;
use std::collections::HashMap;
use std::sync::Arc;

pub(crate) fn read(bytes: &[u8], notes: &mut Notes) -> Schedule {
    let text = text::xer(bytes);
    let (tables, kept) = tables(&text, notes);
    let mut reader = Reader {
        schedule: Schedule { format: SourceFormat::Xer, kept, ..Schedule::default() },
        projects: HashMap::new(),
        wbs: HashMap::new(),
        calendars: HashMap::new(),
        activities: HashMap::new(),
        resources: HashMap::new(),
        notes,
    };
    reader.calendars(&tables);
    reader.projects(&tables);
    reader.options(&tables);
    reader.wbs(&tables);
    reader.activities(&tables);
    reader.links(&tables);
    reader.resources(&tables);
    reader.assignments(&tables);
    reader.codes();
    xer_baselines::take(&mut reader.schedule, reader.notes);
    reader.schedule
}

struct Reader<'a, 'n> {
    schedule: Schedule,
    projects: HashMap<&'a str, ProjectIndex>,
    wbs: HashMap<&'a str, WbsIndex>,
    calendars: HashMap<&'a str, CalendarIndex>,
    activities: HashMap<&'a str, ActivityIndex>,
    resources: HashMap<&'a str, ResourceIndex>,
    notes: &'n mut Notes,
}

impl<'a> Reader<'a, '_> {
    fn calendars(&mut self, tables: &[Table<'a>]) {
        let wanted = [
            "clndr_id",
            "clndr_name",
            "clndr_type",
            "clndr_data",
            "base_clndr_id",
            "proj_id",
            "day_hr_cnt",
            "week_hr_cnt",
            "month_hr_cnt",
            "year_hr_cnt",
        ];
        let mut bases = Vec::new();
        let Self { schedule, calendars, notes, .. } = self;
        each_row(tables, "CALENDAR", &wanted, true, |row, fields| {
            let Some(id) = row.optional(0) else {
                notes.add(codes::BROKEN_ROW, || format!("line {}: a calendar without id", row.line));
                return;
            };
            let index = CalendarIndex::new(schedule.calendars.len());
            let mut calendar = Calendar::standard(id, row.cell(1));
            calendar.kind = match row.cell(2) {
                "CA_Project" => CalendarKind::Project,
                "CA_Rsrc" => CalendarKind::Resource,
                _ => CalendarKind::Global,
            };
            let usual = Periods::default();
            let mut period =
                |n: usize, usual: Minutes| minutes(&row, n, notes).filter(|m| *m > 0).unwrap_or(usual);
            calendar.periods = Periods {
                day: period(6, usual.day),
                week: period(7, usual.week),
                month: period(8, usual.month),
                year: period(9, usual.year),
            };
            xer_calendar::fill(&mut calendar, row.cell(3), row.line, notes);
            calendar.fields = fields;
            if let Some(base) = row.optional(4) {
                bases.push((index, base));
            }
            calendars.insert(id, index);
            schedule.calendars.push(calendar);
        });
        for (index, base) in bases {
            schedule.calendars[index.at()].base = calendars.get(base).copied();
        }
    }

    fn projects(&mut self, tables: &[Table<'a>]) {
        let wanted = [
            "proj_id",
            "proj_short_name",
            "clndr_id",
            "last_recalc_date",
            "plan_start_date",
            "plan_end_date",
            "critical_drtn_hr_cnt",
            "critical_path_type",
            "scd_end_date",
        ];
        let Self { schedule, calendars, projects, notes, .. } = self;
        each_row(tables, "PROJECT", &wanted, true, |row, fields| {
            let Some(id) = row.optional(0) else {
                notes.add(codes::BROKEN_ROW, || format!("line {}: a project without id", row.line));
                return;
            };
            let mut project = Project::new(id, row.cell(1));
            project.code = row.cell(1).to_owned();
            if let Some(calendar) = row.optional(2) {
                project.calendar = calendars.get(calendar).copied();
                if project.calendar.is_none() {
                    notes.add(codes::MISSING_CALENDAR, || format!("line {}: {calendar}", row.line));
                }
            }
            project.data_date = date(&row, 3, notes);
            project.start = date(&row, 4, notes);
            project.must_finish_by = date(&row, 5, notes);
            project.scheduled_finish = date(&row, 8, notes);
            let threshold = minutes(&row, 6, notes).unwrap_or(0);
            project.options.critical = match row.cell(7) {
                "CT_DrivPath" => CriticalBy::LongestPath,
                _ => CriticalBy::TotalFloat(threshold),
            };
            project.fields = fields;
            projects.insert(id, ProjectIndex::new(schedule.projects.len()));
            schedule.projects.push(project);
        });
        each_row(tables, "CALENDAR", &["clndr_id", "proj_id"], false, |row, _| {
            if let Some(calendar) = calendars.get(row.cell(0)) {
                schedule.calendars[calendar.at()].project = projects.get(row.cell(1)).copied();
            }
        });
        // Activities of a project that was not exported still belong somewhere.
        if schedule.projects.is_empty() {
            schedule.projects.push(Project::new("0", "project"));
        }
    }

    fn options(&mut self, tables: &[Table<'a>]) {
        let wanted = [
            "proj_id",
            "sched_retained_logic",
            "sched_progress_override",
            "sched_calendar_on_relationship_lag",
            "sched_float_type",
            "sched_open_critical_flag",
            "sched_use_expect_end_flag",
            "enable_multiple_longest_path_calc",
            "max_multiple_longest_path",
            "sched_outer_depend_type",
        ];
        let Self { schedule, projects, notes, .. } = self;
        each_row(tables, "SCHEDOPTIONS", &wanted, true, |row, fields| {
            let Some(project) = projects.get(row.cell(0)) else { return };
            let named = |(k, v)| (Arc::from(format!("SCHEDOPTIONS.{k}")), v);
            schedule.projects[project.at()].fields.extend(fields.into_iter().map(named));
            let options = &mut schedule.projects[project.at()].options;
            *options = Options {
                profile: Profile::P6,
                progress: match (is_yes(row.cell(1)), is_yes(row.cell(2))) {
                    (_, true) => ProgressMode::ProgressOverride,
                    (true, false) => ProgressMode::RetainedLogic,
                    (false, false) => ProgressMode::ActualDates,
                },
                lag_calendar: match row.cell(3) {
                    "rcal_Successor" => LagCalendar::Successor,
                    "rcal_ProjDefault" => LagCalendar::Project,
                    "rcal_24Hour" => LagCalendar::RoundTheClock,
                    _ => LagCalendar::Predecessor,
                },
                float: match row.cell(4) {
                    "FT_FF" | "" => FloatKind::Finish,
                    "FT_SF" => FloatKind::Start,
                    _ => FloatKind::Smallest,
                },
                critical: options.critical,
                open_ends_critical: is_yes(row.cell(5)),
                use_expected_finish: is_yes(row.cell(6)),
                ignore_other_projects: row.cell(9) == "SD_None",
                float_paths: match is_yes(row.cell(7)) {
                    true => number(&row, 8, notes).unwrap_or(0.0) as u16,
                    false => 0,
                },
            };
        });
    }

    fn wbs(&mut self, tables: &[Table<'a>]) {
        let wanted = ["wbs_id", "wbs_short_name", "wbs_name", "proj_id", "parent_wbs_id", "proj_node_flag"];
        let mut parents = Vec::new();
        let Self { schedule, projects, wbs, notes, .. } = self;
        each_row(tables, "PROJWBS", &wanted, true, |row, fields| {
            let (Some(id), Some(project)) = (row.optional(0), projects.get(row.cell(3))) else {
                notes.add(codes::BROKEN_ROW, || {
                    format!("line {}: a WBS node without id or project", row.line)
                });
                return;
            };
            let index = WbsIndex::new(schedule.wbs.len());
            if is_yes(row.cell(5)) {
                schedule.projects[project.at()].name = row.cell(2).to_owned();
            }
            parents.push((index, row.cell(4)));
            wbs.insert(id, index);
            schedule.wbs.push(WbsNode {
                uid: id.to_owned(),
                code: row.cell(1).to_owned(),
                name: row.cell(2).to_owned(),
                project: *project,
                parent: None,
                fields,
            });
        });
        for (index, parent) in parents {
            // The parent of a project's own node is a node of the enterprise, which is not in the file.
            schedule.wbs[index.at()].parent = wbs.get(parent).copied().filter(|p| *p != index);
            if schedule.wbs[index.at()].parent.is_none() && !parent.is_empty() {
                schedule.wbs[index.at()].fields.push((Arc::from("parent_wbs_id"), parent.to_owned()));
            }
        }
    }

    fn activities(&mut self, tables: &[Table<'a>]) {
        let wanted = [
            "task_id",
            "proj_id",
            "wbs_id",
            "clndr_id",
            "task_code",
            "task_name",
            "task_type",
            "status_code",
            "complete_pct_type",
            "phys_complete_pct",
            "target_drtn_hr_cnt",
            "remain_drtn_hr_cnt",
            "total_float_hr_cnt",
            "free_float_hr_cnt",
            "cstr_type",
            "cstr_date",
            "cstr_type2",
            "cstr_date2",
            "act_start_date",
            "act_end_date",
            "expect_end_date",
            "suspend_date",
            "resume_date",
            "early_start_date",
            "early_end_date",
            "late_start_date",
            "late_end_date",
            "target_start_date",
            "target_end_date",
            "driving_path_flag",
            "priority_type",
            "external_early_start_date",
            "external_late_end_date",
        ];
        let Self { schedule, projects, wbs, calendars, activities, notes, .. } = self;
        let mut known: HashMap<(ProjectIndex, &str), ()> = HashMap::new();
        each_row(tables, "TASK", &wanted, true, |row, fields| {
            let project = projects.get(row.cell(1)).copied();
            let (Some(id), Some(project)) = (row.optional(0), project) else {
                notes.add(codes::BROKEN_ROW, || {
                    format!("line {}: an activity without id or project", row.line)
                });
                return;
            };
            let index = ActivityIndex::new(schedule.activities.len());
            if activities.insert(id, index).is_some() || known.insert((project, row.cell(4)), ()).is_some() {
                notes.add(codes::DUPLICATE_ACTIVITY, || format!("line {}: {}", row.line, row.cell(4)));
            }
            let calendar = row.optional(3).and_then(|c| {
                let found = calendars.get(c).copied();
                if found.is_none() {
                    notes.add(codes::MISSING_CALENDAR, || format!("line {}: {c}", row.line));
                }
                found
            });
            let mut activity = activity(&row, project, notes);
            activity.wbs = row.optional(2).and_then(|w| wbs.get(w).copied());
            activity.calendar = calendar;
            activity.fields = fields;
            schedule.activities.push(activity);
        });
    }

    fn links(&mut self, tables: &[Table<'a>]) {
        let wanted = ["task_id", "pred_task_id", "pred_type", "lag_hr_cnt"];
        let Self { schedule, activities, notes, .. } = self;
        each_row(tables, "TASKPRED", &wanted, false, |row, _| {
            let kind = row.cell(2).strip_prefix("PR_").and_then(LinkKind::parse);
            let ends = activities.get(row.cell(1)).zip(activities.get(row.cell(0)));
            let (Some((predecessor, successor)), Some(kind)) = (ends, kind) else {
                let (from, to) = (row.cell(1), row.cell(0));
                notes.add(codes::BROKEN_LINK, || format!("line {}: {from} to {to}", row.line));
                return;
            };
            let lag = Lag::Work(minutes(&row, 3, notes).unwrap_or(0));
            schedule.links.push(Link { predecessor: *predecessor, successor: *successor, kind, lag });
        });
    }

    fn resources(&mut self, tables: &[Table<'a>]) {
        let wanted = ["rsrc_id", "rsrc_short_name", "rsrc_name", "rsrc_type", "clndr_id", "parent_rsrc_id"];
        let mut parents = Vec::new();
        let Self { schedule, calendars, resources, notes, .. } = self;
        each_row(tables, "RSRC", &wanted, true, |row, fields| {
            let Some(id) = row.optional(0) else {
                notes.add(codes::BROKEN_ROW, || format!("line {}: a resource without id", row.line));
                return;
            };
            let index = ResourceIndex::new(schedule.resources.len());
            let mut resource = Resource::new(id, row.cell(2));
            resource.code = row.cell(1).to_owned();
            resource.kind = match row.cell(3) {
                "RT_Equip" => ResourceKind::Equipment,
                "RT_Mat" => ResourceKind::Material,
                _ => ResourceKind::Labour,
            };
            resource.calendar = calendars.get(row.cell(4)).copied();
            resource.fields = fields;
            parents.push((index, row.cell(5)));
            resources.insert(id, index);
            schedule.resources.push(resource);
        });
        for (index, parent) in parents {
            schedule.resources[index.at()].parent = resources.get(parent).copied().filter(|p| *p != index);
        }
        let wanted = ["rsrc_id", "max_qty_per_hr", "cost_per_qty", "start_date"];
        each_row(tables, "RSRCRATE", &wanted, true, |row, _| {
            let Some(resource) = resources.get(row.cell(0)) else {
                notes.add(codes::BROKEN_ROW, || format!("line {}: a price of no resource", row.line));
                return;
            };
            schedule.resources[resource.at()].rates.push(Rate {
                from: date(&row, 3, notes),
                max_units: number(&row, 1, notes).unwrap_or(1.0),
                price: number(&row, 2, notes).unwrap_or(0.0),
                overtime_price: 0.0,
            });
        });
        for resource in &mut schedule.resources {
            resource.rates.sort_by_key(|r| r.from);
        }
    }

    fn assignments(&mut self, tables: &[Table<'a>]) {
        let wanted = [
            "taskrsrc_id",
            "task_id",
            "rsrc_id",
            "target_qty_per_hr",
            "target_qty",
            "act_reg_qty",
            "act_ot_qty",
            "remain_qty",
            "target_cost",
            "act_reg_cost",
            "act_ot_cost",
            "remain_cost",
            "target_lag_drtn_hr_cnt",
        ];
        let Self { schedule, activities, resources, notes, .. } = self;
        each_row(tables, "TASKRSRC", &wanted, true, |row, mut fields| {
            // Overtime is counted in, and kept apart for writing it again.
            for (n, name) in [(6, "act_ot_qty"), (10, "act_ot_cost")] {
                fields.extend(row.optional(n).map(|cell| (Arc::from(name), cell.to_owned())));
            }
            let Some(activity) = activities.get(row.cell(1)) else {
                notes.add(codes::BROKEN_LINK, || {
                    format!("line {}: an assignment to {}", row.line, row.cell(1))
                });
                return;
            };
            let mut value = |n: usize| number(&row, n, notes).unwrap_or(0.0);
            let (units, work) = (value(3), value(4) * 60.0);
            let actual_work = (value(5) + value(6)) * 60.0;
            let remaining_work = value(7) * 60.0;
            let (cost, actual_cost, remaining_cost) = (value(8), value(9) + value(10), value(11));
            schedule.assignments.push(Assignment {
                uid: row.cell(0).to_owned(),
                activity: *activity,
                resource: resources.get(row.cell(2)).copied(),
                units,
                work,
                actual_work,
                remaining_work,
                cost,
                actual_cost,
                remaining_cost,
                delay: minutes(&row, 12, notes).unwrap_or(0),
                fields,
            });
        });
    }

    /// Activity codes, from the kept tables, which stay as they are.
    fn codes(&mut self) {
        let table = |name: &str| self.schedule.kept.iter().find(|t| t.name == name);
        let (Some(types), Some(values), Some(uses)) =
            (table("ACTVTYPE"), table("ACTVCODE"), table("TASKACTV"))
        else {
            return;
        };
        let names = pairs(types, "actv_code_type_id", "actv_code_type");
        let codes = pairs(values, "actv_code_id", "short_name");
        let place = |column: &str| uses.columns.iter().position(|c| c == column);
        let (Some(task), Some(kind), Some(code)) =
            (place("task_id"), place("actv_code_type_id"), place("actv_code_id"))
        else {
            return;
        };
        let mut found = Vec::new();
        for row in &uses.rows {
            let cell = |k: usize| row.get(k).map_or("", String::as_str);
            let (Some(activity), Some(kind), Some(code)) =
                (self.activities.get(cell(task)), names.get(cell(kind)), codes.get(cell(code)))
            else {
                continue;
            };
            found.push((*activity, (*kind).to_owned(), (*code).to_owned()));
        }
        for (activity, kind, code) in found {
            self.schedule.activities[activity.at()].codes.push((kind, code));
        }
    }
}

/// Two columns of a kept table as a map.
fn pairs<'t>(table: &'t KeptTable, key: &str, value: &str) -> HashMap<&'t str, &'t str> {
    let place = |column: &str| table.columns.iter().position(|c| c == column);
    let (Some(key), Some(value)) = (place(key), place(value)) else { return HashMap::new() };
    let rows = table.rows.iter();
    rows.filter_map(|r| Some((r.get(key)?.as_str(), r.get(value)?.as_str()))).collect()
}

fn activity(row: &Row<'_, '_>, project: ProjectIndex, notes: &mut Notes) -> Activity {
    let mut duration = minutes(row, 10, notes).unwrap_or(0);
    if duration < 0 {
        notes.add(codes::NEGATIVE_DURATION, || format!("line {}: {} h", row.line, row.cell(10)));
        duration = 0;
    }
    let mut a = Activity::new(row.cell(0), row.cell(5), project, duration);
    a.code = row.cell(4).to_owned();
    a.kind = match row.cell(6) {
        "TT_Rsrc" => ActivityKind::ResourceTask,
        "TT_LOE" => ActivityKind::LevelOfEffort,
        "TT_Mile" => ActivityKind::StartMilestone,
        "TT_FinMile" => ActivityKind::FinishMilestone,
        "TT_WBS" => ActivityKind::WbsSummary,
        _ => ActivityKind::Task,
    };
    a.work_driven = a.kind == ActivityKind::ResourceTask;
    a.actual_start = date(row, 18, notes);
    a.actual_finish = date(row, 19, notes);
    a.status = match row.cell(7) {
        "TK_Complete" => Status::Complete,
        "TK_Active" => Status::InProgress,
        "TK_NotStart" => Status::NotStarted,
        _ => match (a.actual_start, a.actual_finish) {
            (_, Some(_)) => Status::Complete,
            (Some(_), None) => Status::InProgress,
            (None, None) => Status::NotStarted,
        },
    };
    // A started activity may come without what is left of it: nothing, then.
    let left = minutes(row, 11, notes);
    a.remaining = match a.status {
        Status::NotStarted => left.unwrap_or(duration),
        Status::InProgress | Status::Complete => left.unwrap_or(0),
    };
    if a.remaining < 0 {
        notes.add(codes::NEGATIVE_DURATION, || format!("line {}: {} h left", row.line, row.cell(11)));
        a.remaining = 0;
    }
    a.percent_kind = match row.cell(8) {
        "CP_Phys" => PercentKind::Physical,
        "CP_Units" => PercentKind::Units,
        _ => PercentKind::Duration,
    };
    a.physical_percent = number(row, 9, notes).unwrap_or(0.0);
    let of_duration = match (a.status, duration) {
        (Status::Complete, _) => 100.0,
        (_, 0) => 0.0,
        _ => (100.0 * f64::from(duration - a.remaining) / f64::from(duration)).clamp(0.0, 100.0),
    };
    a.percent = if a.percent_kind == PercentKind::Physical { a.physical_percent } else { of_duration };
    a.constraint = constraint(row, 14, notes);
    a.constraint2 = constraint(row, 16, notes);
    a.expected_finish = date(row, 20, notes);
    a.external_start = date(row, 31, notes);
    a.external_finish = date(row, 32, notes);
    a.suspend = date(row, 21, notes);
    a.resume = date(row, 22, notes);
    a.stored.early_start = date(row, 23, notes);
    a.stored.early_finish = date(row, 24, notes);
    a.stored.late_start = date(row, 25, notes);
    a.stored.late_finish = date(row, 26, notes);
    a.stored.start = date(row, 27, notes);
    a.stored.finish = date(row, 28, notes);
    a.stored.total_float = minutes(row, 12, notes);
    a.stored.free_float = minutes(row, 13, notes);
    a.stored.longest_path = row.optional(29).map(is_yes);
    a.priority = match row.cell(30) {
        "PT_Top" => 900,
        "PT_High" => 700,
        "PT_Low" => 300,
        "PT_Lowest" => 100,
        _ => 500,
    };
    if let (Some(start), Some(finish)) = (a.actual_start, a.actual_finish)
        && finish < start
    {
        notes.add(codes::CONTRADICTORY_PROGRESS, || format!("line {}: {}", row.line, a.code));
    }
    a
}

fn constraint(row: &Row<'_, '_>, n: usize, notes: &mut Notes) -> Option<Constraint> {
    let kind = match row.optional(n)? {
        "CS_MSO" => ConstraintKind::StartOn,
        "CS_MSOA" => ConstraintKind::StartNoEarlierThan,
        "CS_MSOB" => ConstraintKind::StartNoLaterThan,
        "CS_MEO" => ConstraintKind::FinishOn,
        "CS_MEOA" => ConstraintKind::FinishNoEarlierThan,
        "CS_MEOB" => ConstraintKind::FinishNoLaterThan,
        "CS_MANDSTART" => ConstraintKind::MandatoryStart,
        "CS_MANDFIN" => ConstraintKind::MandatoryFinish,
        "CS_ALAP" => ConstraintKind::AsLateAsPossible,
        other => {
            notes.add(codes::BROKEN_ROW, || format!("line {}: constraint {other:?}", row.line));
            return None;
        }
    };
    Some(Constraint { kind, date: date(row, n + 1, notes) })
}
