//! Comma-separated values: one row for each activity, columns by their names or by a mapping.

use super::csv_cells::{Known, Written, length, marked, resource, written};
use super::csv_columns::{Table, columns, delimiter, left_out, plain};
use super::{DateOrder, Notes, ReadError, ReadOptions, text};
use crate::activity::{Activity, ActivityKind, Constraint, ConstraintKind, Status};
use crate::calendar::{Calendar, Shift, Shifts, standard_week};
use crate::resource::{Assignment, Resource};
use crate::schedule::{
    ActivityIndex, CalendarIndex, Link, Project, ProjectIndex, ResourceIndex, Schedule, SourceFormat,
    WbsIndex, WbsNode,
};
use crate::time::{Day, Minutes, Time};
use crate::wbs_names;
use groma_model::codes;
use std::collections::HashMap;

pub(crate) fn read(bytes: &[u8], options: &ReadOptions, notes: &mut Notes) -> Result<Schedule, ReadError> {
    let text = text::xer(bytes);
    let malformed = |what: String| ReadError::Malformed { format: "CSV", what };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| malformed(e.to_string()))?.clone();
    let columns = columns(&headers, options).map_err(malformed)?;
    let left_out = left_out(&headers, &columns);
    let mut table = Table { columns, width: headers.len(), rows: Vec::new() };
    for (k, record) in reader.records().enumerate() {
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(record) => {
                let line = record.position().map_or(k + 2, |p| p.line() as usize);
                if record.len() != table.width {
                    let (have, want) = (record.len(), table.width);
                    notes.add(codes::BROKEN_ROW, || {
                        let missing: Vec<&str> = headers.iter().skip(have).collect();
                        let which = if missing.is_empty() {
                            "the last are left out".to_owned()
                        } else {
                            format!("without {}", missing.join(", "))
                        };
                        format!("line {line}: {have} cells for {want} columns; {which}")
                    });
                }
                table.rows.push((line, record));
            }
            Err(error) => notes.add(codes::BROKEN_ROW, || error.to_string()),
        }
    }
    left_out.iter().for_each(|name| notes.add(codes::UNKNOWN_COLUMN, || name.clone()));
    let order = match options.dates {
        DateOrder::Unstated => told_order(&table),
        stated => stated,
    };
    let day = f64::from(options.minutes_of_day.unwrap_or(480).clamp(1, 1440));
    Ok(Reader { table: &table, order, day, notes }.schedule())
}

/// The order of day and month that the dates of the file themselves tell, by a number above twelve.
fn told_order(table: &Table) -> DateOrder {
    let fields = ["constraint_date", "actual_start", "actual_finish", "start", "finish"];
    let cells = table.rows.iter().flat_map(|(_, r)| fields.iter().filter_map(|f| table.cell(r, f)));
    let all = cells.map(|c| marked(c).0).filter(|c| Time::parse(c).is_none()).filter_map(written);
    let all: Vec<Written> = all.filter(|w| !w.is_named).collect();
    match (all.iter().any(|w| w.first > 12), all.iter().any(|w| w.second > 12)) {
        (true, false) => DateOrder::DayFirst,
        (false, true) => DateOrder::MonthFirst,
        _ => DateOrder::Unstated,
    }
}

struct Reader<'t, 'n> {
    table: &'t Table,
    order: DateOrder,
    /// Minutes of a day of work.
    day: f64,
    notes: &'n mut Notes,
}

impl Reader<'_, '_> {
    fn schedule(mut self) -> Schedule {
        let table = self.table;
        let mut s = Schedule {
            format: SourceFormat::Csv,
            calendars: vec![self.standard("1", "Standard")],
            ..Schedule::default()
        };
        let mut resources: HashMap<String, ResourceIndex> = HashMap::new();
        let mut known = Known::default();
        // The activity of each row.
        let mut rows: Vec<Option<ActivityIndex>> = Vec::new();
        let mut above: Vec<(i64, WbsIndex)> = Vec::new();
        let mut paths = HashMap::new();
        for (k, (line, record)) in table.rows.iter().enumerate() {
            rows.push(None);
            let cell = |field: &str| table.cell(record, field);
            let Some(id) = cell("id").or(cell("name")) else {
                self.notes.add(codes::BROKEN_ROW, || format!("line {line}: neither id nor name"));
                continue;
            };
            let project = self.project(&mut s, cell("project").unwrap_or("project"));
            let level: Option<i64> = cell("level").and_then(|l| l.parse().ok());
            let mut wbs = None;
            if let Some(level) = level {
                above.retain(|(l, _)| *l < level);
                wbs = above.last().map(|(_, w)| *w);
                let next = table
                    .rows
                    .get(k + 1..)
                    .and_then(|rest| rest.iter().find_map(|(_, r)| table.cell(r, "level")));
                // A row above deeper ones is a summary of them.
                if next.and_then(|n| n.parse::<i64>().ok()).is_some_and(|n| n > level) {
                    let node = WbsIndex::new(s.wbs.len());
                    let name = cell("name").unwrap_or(id).to_owned();
                    s.wbs.push(WbsNode {
                        uid: id.to_owned(),
                        code: id.to_owned(),
                        name,
                        project,
                        parent: wbs,
                        fields: Vec::new(),
                    });
                    above.push((level, node));
                    continue;
                }
            } else if let Some(path) = cell("wbs") {
                wbs = wbs_path(&mut s, &mut paths, project, path);
            }
            let index = ActivityIndex::new(s.activities.len());
            rows[k] = Some(index);
            if known.add(project, id, index) {
                self.notes.add(codes::DUPLICATE_ACTIVITY, || format!("line {line}: {id}"));
            }
            let mut activity = self.activity(*line, record, id, project);
            activity.wbs = wbs;
            if let Some(name) = cell("calendar") {
                activity.calendar = Some(self.calendar(&mut s, *line, name));
            }
            self.assign(&mut s, &mut resources, index, record, activity.duration);
            s.activities.push(activity);
        }
        self.links(&mut s, &known, &rows);
        for (k, project) in s.projects.iter_mut().enumerate() {
            project.calendar = Some(CalendarIndex::new(0));
            project.start = s
                .activities
                .iter()
                .filter(|a| a.project.at() == k)
                .filter_map(|a| a.stored.start.into_iter().chain(a.actual_start).min())
                .min();
        }
        if s.projects.is_empty() {
            s.projects.push(Project::new("project", "project"));
        }
        s
    }

    /// Monday to Friday, as many hours as a day has.
    fn standard(&self, id: &str, name: &str) -> Calendar {
        let mut calendar = Calendar::standard(id, name);
        let day = self.day as Minutes;
        if day != 480 {
            let hours = self.hours();
            for own in calendar.week.iter_mut().flatten().filter(|own| !own.is_empty()) {
                own.clone_from(&hours);
            }
            calendar.periods.day = day;
            calendar.periods.week = 5 * day;
            calendar.periods.month = 20 * day;
            calendar.periods.year = 240 * day;
        }
        calendar
    }

    /// The shifts of a day of work.
    fn hours(&self) -> Shifts {
        match self.day as Minutes {
            480 => standard_week()[0].clone().unwrap_or_default(),
            day => {
                // From eight in the morning on, and from midnight where that is too late.
                let start = 480.min(1440 - day);
                Shift::new(start, start + day).into_iter().collect()
            }
        }
    }

    /// The resources of a row work on its activity.
    fn assign(
        &self,
        s: &mut Schedule,
        known: &mut HashMap<String, ResourceIndex>,
        activity: ActivityIndex,
        record: &csv::StringRecord,
        duration: Minutes,
    ) {
        let Some(list) = self.table.cell(record, "resources") else { return };
        for text in list.split([';', ',']).map(str::trim).filter(|t| !t.is_empty()) {
            let (name, units) = resource(text);
            let next = ResourceIndex::new(s.resources.len());
            let resource = *known.entry(name.to_lowercase()).or_insert(next);
            if resource == next {
                s.resources.push(Resource::new(&(next.at() + 1).to_string(), name));
                s.resources[next.at()].code = name.to_owned();
            }
            let work = f64::from(duration) * units;
            let uid = (s.assignments.len() + 1).to_string();
            s.assignments.push(Assignment::planned(uid, activity, resource, units, work));
        }
    }

    fn project(&mut self, s: &mut Schedule, code: &str) -> ProjectIndex {
        if let Some(at) = s.projects.iter().position(|p| p.code == code) {
            return ProjectIndex::new(at);
        }
        s.projects.push(Project::new(code, code));
        ProjectIndex::new(s.projects.len() - 1)
    }

    /// Calendars are known by name; a CSV says nothing of their shifts.
    fn calendar(&mut self, s: &mut Schedule, line: usize, name: &str) -> CalendarIndex {
        if let Some(at) = s.calendars.iter().position(|c| c.name.eq_ignore_ascii_case(name)) {
            return CalendarIndex::new(at);
        }
        let id = (s.calendars.len() + 1).to_string();
        let around = is_around_the_clock(name);
        if !around {
            self.notes.add(codes::MISSING_CALENDAR, || format!("line {line}: {name:?}"));
        }
        s.calendars.push(if around {
            Calendar::round_the_clock(&id, name)
        } else {
            self.standard(&id, name)
        });
        CalendarIndex::new(s.calendars.len() - 1)
    }

    /// A date; of a day alone its midnight.
    fn date(&mut self, line: usize, record: &csv::StringRecord, field: &str) -> Option<Time> {
        self.day_and_time(line, record, field).map(|(day, clock)| day.at(clock.unwrap_or(0)))
    }

    /// A date at which work ends; of a day alone the end of its work.
    fn end(&mut self, line: usize, record: &csv::StringRecord, field: &str) -> Option<Time> {
        let is_around = self.table.cell(record, "calendar").is_some_and(is_around_the_clock);
        let last =
            if is_around { 1440 } else { self.hours().last().map_or(1440, |shift| i32::from(shift.end)) };
        self.day_and_time(line, record, field).map(|(day, clock)| day.at(clock.unwrap_or(last)))
    }

    fn day_and_time(
        &mut self,
        line: usize,
        record: &csv::StringRecord,
        field: &str,
    ) -> Option<(Day, Option<i32>)> {
        let text = marked(self.table.cell(record, field)?).0;
        if let Some(time) = Time::parse(text) {
            return Some((time.day(), text.contains(':').then(|| time.minute_of_day())));
        }
        let Some(Written { first, second, year, clock, is_named }) = written(text) else {
            self.notes.add(codes::UNREADABLE_DATE, || format!("line {line}, {field}: {text:?}"));
            return None;
        };
        let (day, month) = match self.order {
            _ if is_named => (first, second),
            DateOrder::DayFirst => (first, second),
            DateOrder::MonthFirst => (second, first),
            // 5/5 is the same day both ways.
            DateOrder::Unstated if first == second => (first, second),
            DateOrder::Unstated => {
                self.notes.add(codes::UNREADABLE_DATE, || {
                    format!("line {line}, {field}: {text:?} may be day or month first; say which (--dates, in groma.toml dates of [programme])")
                });
                return None;
            }
        };
        let day = Day::from_ymd(year, month, day);
        if day.is_none() {
            self.notes.add(codes::UNREADABLE_DATE, || format!("line {line}, {field}: {text:?}"));
        }
        day.map(|d| (d, clock))
    }

    /// `5d`, `40h`, `2w`; a bare number is days, or hours in a column of hours.
    fn duration(
        &mut self,
        line: usize,
        record: &csv::StringRecord,
        days: &str,
        hours: &str,
    ) -> Option<Minutes> {
        let (text, unit) = match (self.table.cell(record, hours), self.table.cell(record, days)) {
            (Some(text), _) => (text, 60.0),
            (None, Some(text)) => (text, self.day),
            (None, None) => return None,
        };
        let minutes = length(text, unit, self.day);
        if minutes.is_none() {
            self.notes.add(codes::UNREADABLE_NUMBER, || format!("line {line}, {days}: {text:?}"));
        }
        minutes.map(|(m, _)| {
            if m < 0 {
                self.notes.add(codes::NEGATIVE_DURATION, || format!("line {line}: {text:?}"));
            }
            m.max(0)
        })
    }

    fn activity(
        &mut self,
        line: usize,
        record: &csv::StringRecord,
        id: &str,
        project: ProjectIndex,
    ) -> Activity {
        let cell = |field: &str| self.table.cell(record, field);
        let name = cell("name").unwrap_or(id);
        let kind = match cell("type").map(plain).as_deref() {
            Some("startmilestone") => ActivityKind::StartMilestone,
            Some("milestone" | "finishmilestone") => ActivityKind::FinishMilestone,
            Some("levelofeffort" | "loe") => ActivityKind::LevelOfEffort,
            Some("wbssummary") => ActivityKind::WbsSummary,
            Some("hammock") => ActivityKind::Hammock,
            _ => ActivityKind::Task,
        };
        let constraint = cell("constraint");
        let percent =
            cell("percent").and_then(|p| p.trim_end_matches('%').trim().parse().ok()).unwrap_or(0.0);
        let mut a = Activity::new(id, name, project, 0);
        a.kind = kind;
        a.percent = percent;
        a.actual_start = self.date(line, record, "actual_start");
        a.actual_finish = self.end(line, record, "actual_finish");
        a.stored.start = self.date(line, record, "start");
        a.stored.finish = self.end(line, record, "finish");
        // P6 shows an actual date in the column of the planned one, with an A behind it.
        let is_actual = |field: &str| cell(field).is_some_and(|text| marked(text).1);
        if is_actual("start") {
            a.actual_start = a.actual_start.or(a.stored.start);
        }
        if is_actual("finish") {
            a.actual_finish = a.actual_finish.or(a.stored.finish);
        }
        if let Some(text) = cell("cost") {
            let number: String =
                text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
            match number.parse::<f64>() {
                Ok(cost) if cost.is_finite() => a.fixed_cost = cost,
                _ => self.notes.add(codes::UNREADABLE_NUMBER, || format!("line {line}, cost: {text:?}")),
            }
        }
        let duration = self.duration(line, record, "duration", "duration_h");
        let between = || {
            // Without a duration the dates tell it, on the standard calendar.
            let (from, to) = a.stored.start.zip(a.stored.finish)?;
            let work = crate::work_calendar::WorkCalendar::compile(
                &[self.standard("", "")],
                CalendarIndex::new(0),
                from.day()..from.day() + 1,
            );
            Some(work.between(from, to).max(0))
        };
        a.duration = duration.or_else(between).unwrap_or(0);
        a.status = match (a.actual_start, a.actual_finish) {
            (_, Some(_)) => Status::Complete,
            (Some(_), None) => Status::InProgress,
            (None, None) => Status::NotStarted,
        };
        let left = (f64::from(a.duration) * (1.0 - a.percent.clamp(0.0, 100.0) / 100.0)).round() as Minutes;
        a.remaining = match a.status {
            Status::NotStarted => a.duration,
            Status::InProgress => self.duration(line, record, "remaining", "remaining_h").unwrap_or(left),
            Status::Complete => 0,
        };
        if let Some(text) = constraint {
            match ConstraintKind::parse(text) {
                Some(kind) => {
                    let date = match kind.is_of_finish() {
                        true => self.end(line, record, "constraint_date"),
                        false => self.date(line, record, "constraint_date"),
                    };
                    a.constraint = Some(Constraint { kind, date });
                }
                None => self.notes.add(codes::BROKEN_ROW, || format!("line {line}: constraint {text:?}")),
            }
        }
        a
    }

    fn links(&mut self, s: &mut Schedule, known: &Known, rows: &[Option<ActivityIndex>]) {
        for ((line, record), own) in self.table.rows.iter().zip(rows) {
            let Some(own) = *own else { continue };
            let known = known.of(s.activities[own.at()].project);
            for (field, is_before) in [("predecessors", true), ("successors", false)] {
                let Some(list) = self.table.cell(record, field) else { continue };
                for text in list.split([';', ',']).map(str::trim).filter(|t| !t.is_empty()) {
                    let link = known.other_end(text, self.day).map(|(other, kind, lag)| match is_before {
                        true => Link { predecessor: other, successor: own, kind, lag },
                        false => Link { predecessor: own, successor: other, kind, lag },
                    });
                    // Some tables write both ends.
                    let link = link.or_else(|| {
                        let (predecessor, successor, kind, lag) = known.both_ends(text, self.day)?;
                        Some(Link { predecessor, successor, kind, lag })
                    });
                    match link {
                        Some(link) => s.links.push(link),
                        None => self.notes.add(codes::BROKEN_LINK, || format!("line {line}: {text:?}")),
                    }
                }
            }
        }
    }
}

/// True of the name of a calendar that never rests.
fn is_around_the_clock(name: &str) -> bool {
    ["24", "7x24", "24/7", "elapsed"].iter().any(|k| name.to_ascii_lowercase().contains(k))
}

/// The node of a path of names, made where there is none yet.
fn wbs_path(
    s: &mut Schedule,
    paths: &mut HashMap<(ProjectIndex, Option<WbsIndex>, String), WbsIndex>,
    project: ProjectIndex,
    path: &str,
) -> Option<WbsIndex> {
    let mut parent = None;
    for name in wbs_names::split(path).into_iter().take(64) {
        let next = WbsIndex::new(s.wbs.len());
        let node = *paths.entry((project, parent, name.clone())).or_insert(next);
        if node == next {
            s.wbs.push(WbsNode {
                uid: (next.at() + 1).to_string(),
                code: name.clone(),
                name,
                project,
                parent,
                fields: Vec::new(),
            });
        }
        parent = Some(node);
    }
    parent
}

#[cfg(test)]
mod tests;
