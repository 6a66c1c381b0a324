//! Primavera P6's exchange file.

use super::xer_text::{by_key, calendar_text, clean, constraint, hours, kind, numbers, status, time, yes};
use crate::activity::{ActivityKind, PercentKind, Status};
use crate::calendar::CalendarKind;
use crate::options::{CriticalBy, FloatKind, LagCalendar, Options, Profile, ProgressMode};
use crate::read::xer_table::key_columns;
use crate::resource::ResourceKind;
use crate::schedule::{
    ActivityIndex, CalendarIndex, Fields, KeptTable, Lag, Project, Schedule, SourceFormat,
};
use crate::solve::Dates;
use crate::time::{Minutes, Time};
use groma_model::{Diagnostic, Diagnostics, codes};
use std::collections::HashMap;
use std::fmt::Write;

/// The tables in the order in which P6 writes them.
const TABLES: [&str; 9] =
    ["PROJECT", "CALENDAR", "SCHEDOPTIONS", "PROJWBS", "RSRC", "RSRCRATE", "TASK", "TASKPRED", "TASKRSRC"];

pub(crate) fn write(schedule: &Schedule, dates: &Dates, diagnostics: &mut Diagnostics) -> String {
    let writer = Writer::new(schedule, dates);
    writer.complain(diagnostics);
    let mut out = String::new();
    let header = schedule.kept.iter().find(|t| t.name == "ERMHDR" && schedule.format == SourceFormat::Xer);
    let usual = ["19.12", "2000-01-01", "Project", "admin", "admin", "groma", "Project Management", "USD"];
    let header = header.map_or_else(|| usual.join("\t"), |t| t.columns.join("\t"));
    let _ = writeln!(out, "ERMHDR\t{header}\r");
    // A file that was an XER keeps its tables in their order.
    let kept: Vec<&KeptTable> = match schedule.format {
        SourceFormat::Xer => schedule.kept.iter().filter(|t| t.name != "ERMHDR").collect(),
        _ => Vec::new(),
    };
    for table in &kept {
        match TABLES.contains(&table.name.as_str()) {
            true => writer.table(&mut out, &table.name, &table.columns, Some(table)),
            false => raw(&mut out, &table.name, &table.columns, table.rows.iter().map(Vec::as_slice)),
        }
    }
    // What says nothing that the file did not say either stays out of it.
    let is_usual = |p: &Project| p.options == Options { critical: p.options.critical, ..Options::default() };
    let is_silent = |name: &str| {
        name == "SCHEDOPTIONS"
            && schedule.format == SourceFormat::Xer
            && schedule.projects.iter().all(is_usual)
    };
    for name in TABLES {
        if !kept.iter().any(|t| t.name == name) && !is_silent(name) {
            writer.table(&mut out, name, &[], None);
        }
    }
    out.push_str("%E\r\n");
    out
}

fn raw<'a>(out: &mut String, name: &str, columns: &[String], rows: impl Iterator<Item = &'a [String]>) {
    let _ = write!(out, "%T\t{name}\r\n%F\t{}\r\n", columns.join("\t"));
    for row in rows {
        let _ = write!(out, "%R\t{}\r\n", row.join("\t"));
    }
}

static NO_FIELDS: Fields = Vec::new();

/// A row: the columns that are known, and what the file had beyond them.
struct Row<'a> {
    known: Vec<(&'static str, String)>,
    fields: &'a Fields,
    /// What the names of its fields begin with.
    prefix: &'static str,
}

struct Writer<'a> {
    schedule: &'a Schedule,
    dates: &'a Dates,
    /// Numbers for what has none that P6 would take.
    ids: Ids,
}

/// Ids as numbers, since P6 takes no others.
struct Ids {
    projects: Vec<String>,
    wbs: Vec<String>,
    calendars: Vec<String>,
    activities: Vec<String>,
    resources: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(schedule: &'a Schedule, dates: &'a Dates) -> Self {
        let s = schedule;
        let ids = Ids {
            projects: numbers(s.projects.iter().map(|p| p.uid.as_str())),
            wbs: numbers(s.wbs.iter().map(|w| w.uid.as_str())),
            calendars: numbers(s.calendars.iter().map(|c| c.id.as_str())),
            activities: numbers(s.activities.iter().map(|a| a.uid.as_str())),
            resources: numbers(s.resources.iter().map(|r| r.uid.as_str())),
        };
        Self { schedule, dates, ids }
    }

    /// Names what has no place in the format.
    fn complain(&self, diagnostics: &mut Diagnostics) {
        let s = self.schedule;
        let mut note = |what: &str, count: usize| {
            if count > 0 {
                diagnostics.push(Diagnostic::new(codes::UNSUPPORTED_FIELD).detail(format!("{count} {what}")));
            }
        };
        note(
            "percent lags, written as work time",
            s.links.iter().filter(|l| matches!(l.lag, Lag::Percent(_))).count(),
        );
        note(
            "elapsed lags, written as work time",
            s.links.iter().filter(|l| matches!(l.lag, Lag::Elapsed(_))).count(),
        );
        note("elapsed durations", s.activities.iter().filter(|a| a.elapsed).count());
        note("activities planned by hand", s.activities.iter().filter(|a| a.manual).count());
        note("deadlines", s.activities.iter().filter(|a| a.deadline.is_some()).count());
        note("baselines", s.activities.iter().map(|a| a.baselines.len()).sum());
        note("work weeks, written as exceptions", s.calendars.iter().map(|c| c.work_weeks.len()).sum());
    }

    fn table(&self, out: &mut String, name: &str, columns: &[String], kept: Option<&KeptTable>) {
        let rows = self.rows(name);
        let mut columns: Vec<String> = columns.to_vec();
        let at: HashMap<String, usize> = columns.iter().cloned().zip(0..).collect();
        if let Some(first) = rows.first() {
            let more = first.known.iter().map(|(c, _)| *c).filter(|c| !at.contains_key(*c));
            columns.extend(more.map(str::to_owned).collect::<Vec<_>>());
        }
        if columns.is_empty() {
            return;
        }
        // What the file said of a row beyond what the schedule holds of it.
        let more = kept.map(by_key).unwrap_or_default();
        let cells = rows.iter().map(|row| {
            let known = |column: &str| row.known.iter().find(|(c, _)| *c == column).map(|(_, v)| v.as_str());
            let keys = key_columns(name).iter().map(|c| known(c).unwrap_or_default());
            let same = if more.is_empty() { None } else { more.get(&keys.collect::<Vec<&str>>()) };
            let cell = |column: &String| {
                let is_it = |name: &str| name.strip_prefix(row.prefix) == Some(column);
                let field = || row.fields.iter().find(|(c, _)| is_it(c)).map(|(_, v)| clean(v));
                let kept = || same?.get(*at.get(column)?).cloned();
                known(column).map(str::to_owned).or_else(field).or_else(kept).unwrap_or_default()
            };
            columns.iter().map(cell).collect::<Vec<String>>()
        });
        let cells: Vec<Vec<String>> = cells.collect();
        raw(out, name, &columns, cells.iter().map(Vec::as_slice));
    }

    fn rows(&self, name: &str) -> Vec<Row<'_>> {
        let s = self.schedule;
        let plain = |known| Row { known, fields: &NO_FIELDS, prefix: "" };
        let row = |known, own| Row { known, fields: self.fields(own, &NO_FIELDS), prefix: "" };
        match name {
            "PROJECT" => (0..s.projects.len())
                .map(|k| Row { known: self.project(k), fields: &s.projects[k].fields, prefix: "" })
                .collect(),
            "SCHEDOPTIONS" => (0..s.projects.len())
                .map(|k| Row { prefix: "SCHEDOPTIONS.", ..row(self.options(k), &s.projects[k].fields) })
                .collect(),
            "CALENDAR" => {
                (0..s.calendars.len()).map(|k| row(self.calendar(k), &s.calendars[k].fields)).collect()
            }
            "PROJWBS" => self.wbs(&NO_FIELDS),
            "TASK" => {
                let real = s.indices().filter(|i| !self.is_node(*i));
                real.map(|i| row(self.task(i), &s.activities[i.at()].fields)).collect()
            }
            "TASKPRED" => self.links().into_iter().map(plain).collect(),
            "RSRC" => (0..s.resources.len()).map(|k| row(self.resource(k), &s.resources[k].fields)).collect(),
            "RSRCRATE" => self.rates().into_iter().map(plain).collect(),
            _ => {
                (0..s.assignments.len()).map(|k| row(self.assignment(k), &s.assignments[k].fields)).collect()
            }
        }
    }

    /// The fields of an XER go into an XER; those of other formats have other names.
    fn fields<'b>(&self, own: &'b Fields, none: &'b Fields) -> &'b Fields {
        if self.schedule.format == SourceFormat::Xer { own } else { none }
    }

    /// True for a summary that is a node of the breakdown: MSP's summaries are, P6's are activities.
    fn is_node(&self, index: ActivityIndex) -> bool {
        let a = &self.schedule.activities[index.at()];
        a.kind == ActivityKind::WbsSummary
            && !matches!(self.schedule.format, SourceFormat::Xer | SourceFormat::Pmxml)
    }

    fn calendar_id(&self, calendar: Option<CalendarIndex>) -> String {
        calendar.and_then(|c| self.ids.calendars.get(c.at()).cloned()).unwrap_or_default()
    }

    fn project(&self, k: usize) -> Vec<(&'static str, String)> {
        let p = &self.schedule.projects[k];
        let start = p.start.or(p.data_date).or_else(|| self.first_start(k));
        let (threshold, path) = match p.options.critical {
            CriticalBy::TotalFloat(threshold) => (threshold, "CT_TotFloat"),
            CriticalBy::LongestPath => (0, "CT_DrivPath"),
        };
        let is_own = self.schedule.format == SourceFormat::Xer;
        let finish = self.dates.finish.get(k).copied().flatten().filter(|_| !is_own);
        vec![
            ("proj_id", self.ids.projects[k].clone()),
            ("proj_short_name", clean(if p.code.is_empty() { &p.name } else { &p.code })),
            (
                "clndr_id",
                self.calendar_id(
                    p.calendar.or((!self.ids.calendars.is_empty()).then(|| CalendarIndex::new(0))),
                ),
            ),
            ("last_recalc_date", time(p.data_date.or(start))),
            ("plan_start_date", time(start)),
            ("plan_end_date", time(p.must_finish_by)),
            ("scd_end_date", time(p.scheduled_finish.or(finish))),
            ("critical_drtn_hr_cnt", hours(threshold)),
            ("critical_path_type", path.to_owned()),
            ("export_flag", "Y".to_owned()),
        ]
    }

    fn first_start(&self, project: usize) -> Option<Time> {
        let own =
            self.schedule.indices().filter(|i| self.schedule.activities[i.at()].project.at() == project);
        own.filter_map(|i| self.dates.of(i)).map(|d| d.start).min()
    }

    fn options(&self, k: usize) -> Vec<(&'static str, String)> {
        let o = &self.schedule.projects[k].options;
        // By the rules of Microsoft Project a lag runs on the successor's calendar.
        let of_lag = if o.profile == Profile::Msp { LagCalendar::Successor } else { o.lag_calendar };
        let lag = match of_lag {
            LagCalendar::Predecessor => "rcal_Predecessor",
            LagCalendar::Successor => "rcal_Successor",
            LagCalendar::Project => "rcal_ProjDefault",
            LagCalendar::RoundTheClock => "rcal_24Hour",
        };
        let float = match o.float {
            FloatKind::Finish => "FT_FF",
            FloatKind::Start => "FT_SF",
            FloatKind::Smallest => "FT_MIN",
        };
        let outer = if o.ignore_other_projects { "SD_None" } else { "SD_Both" };
        let mut known = vec![
            ("proj_id", self.ids.projects[k].clone()),
            ("sched_outer_depend_type", outer.to_owned()),
            ("sched_open_critical_flag", yes(o.open_ends_critical)),
            ("sched_retained_logic", yes(o.progress == ProgressMode::RetainedLogic)),
            ("sched_float_type", float.to_owned()),
            ("sched_calendar_on_relationship_lag", lag.to_owned()),
            ("sched_use_expect_end_flag", yes(o.use_expected_finish)),
            ("sched_progress_override", yes(o.progress == ProgressMode::ProgressOverride)),
            ("enable_multiple_longest_path_calc", yes(o.float_paths > 0)),
            ("max_multiple_longest_path", o.float_paths.to_string()),
        ];
        // An XER says these itself.
        let is_said = |name: &str| {
            let fields = &self.schedule.projects[k].fields;
            fields.iter().any(|(c, _)| c.strip_prefix("SCHEDOPTIONS.") == Some(name))
        };
        for (name, value) in [
            ("schedoptions_id", (k + 1).to_string()),
            ("sched_lag_early_start_flag", yes(true)),
            ("sched_setplantoforecast", yes(false)),
        ] {
            if !is_said(name) {
                known.push((name, value));
            }
        }
        known
    }

    fn calendar(&self, k: usize) -> Vec<(&'static str, String)> {
        let c = &self.schedule.calendars[k];
        let kind = match c.kind {
            CalendarKind::Global => "CA_Base",
            CalendarKind::Project => "CA_Project",
            CalendarKind::Resource => "CA_Rsrc",
        };
        let project = c.project.map(|p| self.ids.projects[p.at()].clone()).unwrap_or_default();
        let mut known = vec![
            ("clndr_id", self.ids.calendars[k].clone()),
            ("clndr_name", clean(&c.name)),
            ("proj_id", project),
            ("base_clndr_id", self.calendar_id(c.base)),
            ("clndr_type", kind.to_owned()),
            ("day_hr_cnt", hours(c.periods.day)),
            ("week_hr_cnt", hours(c.periods.week)),
            ("month_hr_cnt", hours(c.periods.month)),
            ("year_hr_cnt", hours(c.periods.year)),
            ("clndr_data", calendar_text(&self.schedule.calendars, CalendarIndex::new(k))),
        ];
        for (name, value) in [("default_flag", yes(k == 0)), ("rsrc_private", yes(false))] {
            if !c.fields.iter().any(|(field, _)| &**field == name) {
                known.push((name, value));
            }
        }
        known
    }

    fn wbs<'b>(&'b self, none: &'b Fields) -> Vec<Row<'b>> {
        let s = self.schedule;
        let mut rows = Vec::new();
        // P6 wants a node for each project, above all of its others.
        let has_root =
            |k: usize| s.wbs.iter().filter(|w| w.project.at() == k && w.parent.is_none()).count() == 1;
        let next = self.ids.wbs.iter().filter_map(|id| id.parse::<u64>().ok()).max().unwrap_or(0) + 1;
        for (k, p) in s.projects.iter().enumerate().filter(|(k, _)| !has_root(*k)) {
            let known = vec![
                ("wbs_id", (next + k as u64).to_string()),
                ("proj_id", self.ids.projects[k].clone()),
                ("proj_node_flag", yes(true)),
                ("wbs_short_name", clean(&p.code)),
                ("wbs_name", clean(&p.name)),
                ("parent_wbs_id", String::new()),
                ("status_code", "WS_Open".to_owned()),
            ];
            rows.push(Row { known, fields: none, prefix: "" });
        }
        for (k, w) in s.wbs.iter().enumerate() {
            let project = w.project.at();
            let parent = match w.parent {
                Some(parent) => Some(self.ids.wbs[parent.at()].clone()),
                None if !has_root(project) => Some((next + project as u64).to_string()),
                None => None,
            };
            let mut known = vec![
                ("wbs_id", self.ids.wbs[k].clone()),
                ("proj_id", self.ids.projects[project].clone()),
                ("proj_node_flag", yes(w.parent.is_none() && has_root(project))),
                ("wbs_short_name", clean(&w.code)),
                ("wbs_name", clean(&w.name)),
            ];
            // The node above a project is the enterprise's, and stands among the fields.
            if let Some(parent) = parent {
                known.push(("parent_wbs_id", parent));
            } else if !w.fields.iter().any(|(k, _)| &**k == "parent_wbs_id") {
                known.push(("parent_wbs_id", String::new()));
            }
            if s.format != SourceFormat::Xer {
                known.push(("status_code", "WS_Open".to_owned()));
            }
            rows.push(Row { known, fields: self.fields(&w.fields, none), prefix: "" });
        }
        rows
    }

    fn task(&self, index: ActivityIndex) -> Vec<(&'static str, String)> {
        let s = self.schedule;
        let a = &s.activities[index.at()];
        let d = self.dates.of(index);
        let is_open = a.status != Status::Complete;
        let (kind, status) = (kind(a.kind), status(a.status));
        let (cstr, cstr_date) = constraint(a.constraint);
        let (cstr2, cstr_date2) = constraint(a.constraint2);
        let percent = match a.percent_kind {
            PercentKind::Duration => "CP_Drtn",
            PercentKind::Physical => "CP_Phys",
            PercentKind::Units => "CP_Units",
        };
        let priority = match a.priority {
            801.. => "PT_Top",
            601..=800 => "PT_High",
            400..=600 => "PT_Normal",
            200..=399 => "PT_Low",
            _ => "PT_Lowest",
        };
        let wbs = match a.wbs {
            Some(wbs) => self.ids.wbs[wbs.at()].clone(),
            None => {
                let next = self.ids.wbs.iter().filter_map(|id| id.parse::<u64>().ok()).max().unwrap_or(0) + 1;
                (next + a.project.at() as u64).to_string()
            }
        };
        let float = |f: fn(&crate::solve::ActivityDates) -> Minutes| {
            d.filter(|_| is_open).map(|d| hours(f(d))).unwrap_or_default()
        };
        let at = |f: fn(&crate::solve::ActivityDates) -> Time| time(d.map(f));
        // Planned dates that a P6 file leaves out stay out: P6 sets them when it first schedules.
        let planned = d.filter(|_| s.format != SourceFormat::Xer);
        let start = a.stored.start.or(planned.map(|d| d.start));
        let finish = a.stored.finish.or(planned.map(|d| d.finish));
        vec![
            ("task_id", self.ids.activities[index.at()].clone()),
            ("proj_id", self.ids.projects[a.project.at()].clone()),
            ("wbs_id", wbs),
            ("clndr_id", self.calendar_id(s.calendar_of(index))),
            ("phys_complete_pct", format!("{}", a.physical_percent)),
            ("complete_pct_type", percent.to_owned()),
            ("task_type", kind.to_owned()),
            ("status_code", status.to_owned()),
            ("task_code", clean(&a.code)),
            ("task_name", clean(&a.name)),
            ("total_float_hr_cnt", float(|d| d.total_float)),
            ("free_float_hr_cnt", float(|d| d.free_float)),
            ("remain_drtn_hr_cnt", hours(a.remaining)),
            ("target_drtn_hr_cnt", hours(a.duration)),
            ("cstr_date", cstr_date),
            ("act_start_date", time(a.actual_start)),
            ("act_end_date", time(a.actual_finish)),
            ("late_start_date", at(|d| d.late_start)),
            ("late_end_date", at(|d| d.late_finish)),
            ("expect_end_date", time(a.expected_finish)),
            ("external_early_start_date", time(a.external_start)),
            ("external_late_end_date", time(a.external_finish)),
            ("early_start_date", at(|d| d.early_start)),
            ("early_end_date", at(|d| d.early_finish)),
            ("target_start_date", time(start)),
            ("target_end_date", time(finish)),
            ("cstr_type", cstr.to_owned()),
            ("priority_type", priority.to_owned()),
            ("suspend_date", time(a.suspend)),
            ("resume_date", time(a.resume)),
            ("cstr_date2", cstr_date2),
            ("cstr_type2", cstr2.to_owned()),
            ("driving_path_flag", yes(d.is_some_and(|d| d.longest_path))),
        ]
    }

    fn links(&self) -> Vec<Vec<(&'static str, String)>> {
        let s = self.schedule;
        let real = s.links.iter().filter(|l| !self.is_node(l.predecessor) && !self.is_node(l.successor));
        real.enumerate()
            .map(|(k, link)| {
                let lag = match link.lag {
                    Lag::Work(minutes) | Lag::Elapsed(minutes) => f64::from(minutes),
                    Lag::Percent(percent) => {
                        f64::from(s.activities[link.predecessor.at()].duration) * percent / 100.0
                    }
                };
                let project = |i: ActivityIndex| self.ids.projects[s.activities[i.at()].project.at()].clone();
                vec![
                    ("task_pred_id", (k + 1).to_string()),
                    ("task_id", self.ids.activities[link.successor.at()].clone()),
                    ("pred_task_id", self.ids.activities[link.predecessor.at()].clone()),
                    ("proj_id", project(link.successor)),
                    ("pred_proj_id", project(link.predecessor)),
                    ("pred_type", format!("PR_{}", link.kind.as_str())),
                    ("lag_hr_cnt", hours(lag)),
                ]
            })
            .collect()
    }

    fn resource(&self, k: usize) -> Vec<(&'static str, String)> {
        let r = &self.schedule.resources[k];
        let kind = match r.kind {
            ResourceKind::Labour => "RT_Labor",
            ResourceKind::Equipment => "RT_Equip",
            ResourceKind::Material | ResourceKind::Cost => "RT_Mat",
        };
        vec![
            ("rsrc_id", self.ids.resources[k].clone()),
            ("parent_rsrc_id", r.parent.map(|p| self.ids.resources[p.at()].clone()).unwrap_or_default()),
            ("clndr_id", self.calendar_id(r.calendar)),
            ("rsrc_name", clean(&r.name)),
            ("rsrc_short_name", clean(if r.code.is_empty() { &r.name } else { &r.code })),
            ("rsrc_type", kind.to_owned()),
        ]
    }

    fn rates(&self) -> Vec<Vec<(&'static str, String)>> {
        let mut rows = Vec::new();
        for (k, r) in self.schedule.resources.iter().enumerate() {
            for rate in &r.rates {
                rows.push(vec![
                    ("rsrc_rate_id", (rows.len() + 1).to_string()),
                    ("rsrc_id", self.ids.resources[k].clone()),
                    ("max_qty_per_hr", format!("{}", rate.max_units)),
                    ("cost_per_qty", format!("{}", rate.price)),
                    (
                        "start_date",
                        time(Some(rate.from.unwrap_or(Time::parse("2000-01-01").unwrap_or_default()))),
                    ),
                ]);
            }
        }
        rows
    }

    fn assignment(&self, k: usize) -> Vec<(&'static str, String)> {
        let s = &self.schedule.assignments[k];
        let a = &self.schedule.activities[s.activity.at()];
        let resource = s.resource.map(|r| self.ids.resources[r.at()].clone()).unwrap_or_default();
        let fields = self.fields(&s.fields, &NO_FIELDS);
        let overtime = |name: &str| {
            let cell = fields.iter().find(|(c, _)| &**c == name).map(|(_, v)| v.replace(',', "."));
            cell.and_then(|v| v.parse::<f64>().ok()).filter(|v| v.is_finite()).unwrap_or(0.0)
        };
        vec![
            ("taskrsrc_id", if s.uid.is_empty() { (k + 1).to_string() } else { s.uid.clone() }),
            ("task_id", self.ids.activities[s.activity.at()].clone()),
            ("proj_id", self.ids.projects[a.project.at()].clone()),
            ("rsrc_id", resource),
            ("remain_qty", hours(s.remaining_work)),
            ("target_qty", hours(s.work)),
            ("target_qty_per_hr", format!("{}", s.units)),
            ("target_lag_drtn_hr_cnt", hours(s.delay)),
            ("act_reg_qty", hours(s.actual_work - 60.0 * overtime("act_ot_qty"))),
            ("target_cost", format!("{}", s.cost)),
            ("act_reg_cost", format!("{}", s.actual_cost - overtime("act_ot_cost"))),
            ("remain_cost", format!("{}", s.remaining_cost)),
        ]
    }
}
