//! Comma-separated values: one row for each activity, columns by their names or by a mapping.

use super::{DateOrder, Notes, ReadError, ReadOptions, text};
use crate::activity::{Activity, ActivityKind, Constraint, ConstraintKind, Status};
use crate::calendar::Calendar;
use crate::schedule::{
    ActivityIndex, CalendarIndex, Lag, Link, LinkKind, Project, ProjectIndex, Schedule, SourceFormat,
    WbsIndex, WbsNode,
};
use crate::time::{Day, Minutes, Time, parse_clock};
use groma_model::codes;
use std::collections::HashMap;

/// What a column may hold, and the names by which it is known, in lower case without blanks and marks.
const FIELDS: &[(&str, &[&str])] = &[
    ("project", &["project", "projectid"]),
    ("id", &["id", "activityid", "taskid", "code", "identification", "activity", "taskcode"]),
    ("name", &["name", "activityname", "taskname", "title", "description", "task"]),
    ("wbs", &["wbs", "wbspath", "wbscode", "parent", "section"]),
    ("level", &["level", "hierarchy", "outlinelevel"]),
    ("type", &["type", "activitytype", "kind"]),
    ("calendar", &["calendar", "calendarname"]),
    ("duration", &["duration", "originalduration", "scheduleduration", "durationd", "durationdays"]),
    ("duration_h", &["durationh", "durationhours", "durh"]),
    ("remaining_h", &["remainingh", "remaininghours", "remh"]),
    ("remaining", &["remaining", "remainingduration"]),
    ("predecessors", &["predecessors", "predecessor", "preds"]),
    ("successors", &["successors", "successor", "relationships"]),
    ("constraint", &["constraint", "constrainttype", "primaryconstraint"]),
    ("constraint_date", &["constraintdate", "primaryconstraintdate"]),
    ("actual_start", &["actualstart", "as"]),
    ("actual_finish", &["actualfinish", "af"]),
    ("percent", &["percent", "percentcomplete", "complete", "progress"]),
    ("start", &["start", "startdate", "schedulestart", "plannedstart"]),
    ("finish", &["finish", "finishdate", "end", "enddate", "schedulefinish", "plannedfinish"]),
];

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
    let mut table = Table { columns, width: headers.len(), rows: Vec::new() };
    for (k, record) in reader.records().enumerate() {
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(record) => {
                let line = record.position().map_or(k + 2, |p| p.line() as usize);
                if record.len() != table.width {
                    let (have, want) = (record.len(), table.width);
                    notes.add(codes::BROKEN_ROW, || format!("line {line}: {have} cells for {want} columns"));
                }
                table.rows.push((line, record));
            }
            Err(error) => notes.add(codes::BROKEN_ROW, || error.to_string()),
        }
    }
    let order = match options.dates {
        DateOrder::Unstated => told_order(&table),
        stated => stated,
    };
    Ok(Reader { table: &table, order, notes }.schedule())
}

/// The character that parts the cells of the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |c: u8| first.bytes().filter(|b| *b == c).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|c| (count(*c), *c == b',')).unwrap_or(b',')
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Which column holds which field.
fn columns(
    headers: &csv::StringRecord,
    options: &ReadOptions,
) -> Result<HashMap<&'static str, usize>, String> {
    let mut found = HashMap::new();
    for (field, names) in FIELDS {
        let known = |h: &str| names.contains(&plain(h).as_str());
        if let Some(at) = headers.iter().position(known) {
            found.insert(*field, at);
        }
    }
    for (field, column) in &options.columns {
        let at = headers.iter().position(|h| h.eq_ignore_ascii_case(column.trim()));
        let known = FIELDS.iter().find(|(f, _)| f == field);
        match (known, at) {
            (Some((field, _)), Some(at)) => {
                found.insert(field, at);
            }
            (None, _) => {
                let all: Vec<&str> = FIELDS.iter().map(|(f, _)| *f).collect();
                return Err(format!("there is no field `{field}`\n  hint: there are {}", all.join(", ")));
            }
            (_, None) => {
                let all: Vec<&str> = headers.iter().collect();
                return Err(format!("there is no column `{column}`\n  hint: there are {}", all.join(", ")));
            }
        }
    }
    if found.contains_key("id") || found.contains_key("name") {
        return Ok(found);
    }
    let all: Vec<&str> = headers.iter().collect();
    Err(format!(
        "no column is known as the activities' id or name\n  hint: say which it is (--column id=COLUMN); there are {}",
        all.join(", ")
    ))
}

struct Table {
    columns: HashMap<&'static str, usize>,
    width: usize,
    rows: Vec<(usize, csv::StringRecord)>,
}

impl Table {
    fn cell<'r>(&self, record: &'r csv::StringRecord, field: &str) -> Option<&'r str> {
        self.columns.get(field).and_then(|at| record.get(*at)).filter(|c| !c.is_empty())
    }
}

/// The parts of a date with slashes or points: two numbers that may be day and month, a year, a time.
fn parts(text: &str) -> Option<(i8, i8, i16, i32)> {
    let (date, clock) = text.trim().split_once(' ').unwrap_or((text.trim(), "00:00"));
    let mut numbers = date.split(['/', '.', '-']);
    let (first, second) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    let year: i16 = numbers.next()?.parse().ok()?;
    // Two digits are of this century, or of the last from 70 on.
    let year = match year {
        0..=69 => year + 2000,
        70..=99 => year + 1900,
        _ => year,
    };
    numbers.next().is_none().then_some((first, second, year, parse_clock(clock)?))
}

/// The order of day and month that the dates of the file themselves tell, by a number above twelve.
fn told_order(table: &Table) -> DateOrder {
    let fields = ["constraint_date", "actual_start", "actual_finish", "start", "finish"];
    let cells = table.rows.iter().flat_map(|(_, r)| fields.iter().filter_map(|f| table.cell(r, f)));
    let all: Vec<(i8, i8, i16, i32)> = cells.filter(|c| Time::parse(c).is_none()).filter_map(parts).collect();
    match (all.iter().any(|p| p.0 > 12), all.iter().any(|p| p.1 > 12)) {
        (true, false) => DateOrder::DayFirst,
        (false, true) => DateOrder::MonthFirst,
        _ => DateOrder::Unstated,
    }
}

struct Reader<'t, 'n> {
    table: &'t Table,
    order: DateOrder,
    notes: &'n mut Notes,
}

impl Reader<'_, '_> {
    fn schedule(mut self) -> Schedule {
        let table = self.table;
        let mut s = Schedule {
            format: SourceFormat::Csv,
            calendars: vec![Calendar::standard("1", "Standard")],
            ..Schedule::default()
        };
        let mut known: HashMap<String, ActivityIndex> = HashMap::new();
        let mut above: Vec<(i64, WbsIndex)> = Vec::new();
        let mut paths: HashMap<String, WbsIndex> = HashMap::new();
        for (k, (line, record)) in table.rows.iter().enumerate() {
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
            if known.insert(id.to_owned(), index).is_some() {
                self.notes.add(codes::DUPLICATE_ACTIVITY, || format!("line {line}: {id}"));
            }
            let mut activity = self.activity(*line, record, id, project);
            activity.wbs = wbs;
            if let Some(name) = cell("calendar") {
                activity.calendar = Some(self.calendar(&mut s, *line, name));
            }
            s.activities.push(activity);
        }
        self.links(&mut s, &known);
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
        let around = ["24", "7x24", "24/7", "elapsed"].iter().any(|k| name.to_ascii_lowercase().contains(k));
        if !around {
            self.notes.add(codes::MISSING_CALENDAR, || format!("line {line}: {name:?}"));
        }
        s.calendars.push(if around {
            Calendar::round_the_clock(&id, name)
        } else {
            Calendar::standard(&id, name)
        });
        CalendarIndex::new(s.calendars.len() - 1)
    }

    fn date(&mut self, line: usize, record: &csv::StringRecord, field: &str) -> Option<Time> {
        let text = self.table.cell(record, field)?;
        if let Some(time) = Time::parse(text) {
            return Some(time);
        }
        let Some((first, second, year, clock)) = parts(text) else {
            self.notes.add(codes::UNREADABLE_DATE, || format!("line {line}, {field}: {text:?}"));
            return None;
        };
        let (day, month) = match self.order {
            DateOrder::DayFirst => (first, second),
            DateOrder::MonthFirst => (second, first),
            // 5/5 is the same day both ways.
            DateOrder::Unstated if first == second => (first, second),
            DateOrder::Unstated => {
                self.notes.add(codes::UNREADABLE_DATE, || {
                    format!("line {line}, {field}: {text:?} may be day or month first")
                });
                return None;
            }
        };
        let day = Day::from_ymd(year, month, day);
        if day.is_none() {
            self.notes.add(codes::UNREADABLE_DATE, || format!("line {line}, {field}: {text:?}"));
        }
        day.map(|d| d.at(clock))
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
            (None, Some(text)) => (text, 480.0),
            (None, None) => return None,
        };
        let minutes = length(text, unit);
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
        a.actual_finish = self.date(line, record, "actual_finish");
        a.stored.start = self.date(line, record, "start");
        a.stored.finish = self.date(line, record, "finish");
        let duration = self.duration(line, record, "duration", "duration_h");
        let between = || {
            // Without a duration the dates tell it, on the standard calendar.
            let (from, to) = a.stored.start.zip(a.stored.finish)?;
            let work = crate::work_calendar::WorkCalendar::compile(
                &[Calendar::standard("", "")],
                CalendarIndex::new(0),
                from.day()..from.day() + 1,
            );
            let to = if to.minute_of_day() == 0 { to + 1440 } else { to };
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
            let date = self.date(line, record, "constraint_date");
            match ConstraintKind::parse(text) {
                Some(kind) => a.constraint = Some(Constraint { kind, date }),
                None => self.notes.add(codes::BROKEN_ROW, || format!("line {line}: constraint {text:?}")),
            }
        }
        a
    }

    fn links(&mut self, s: &mut Schedule, known: &HashMap<String, ActivityIndex>) {
        for (line, record) in &self.table.rows {
            let own = self.table.cell(record, "id").or(self.table.cell(record, "name"));
            let Some(own) = own.and_then(|id| known.get(id)).copied() else { continue };
            for (field, is_before) in [("predecessors", true), ("successors", false)] {
                let Some(list) = self.table.cell(record, field) else { continue };
                for text in list.split([';', ',']).map(str::trim).filter(|t| !t.is_empty()) {
                    let link = other_end(text, known).map(|(other, kind, lag)| match is_before {
                        true => Link { predecessor: other, successor: own, kind, lag },
                        false => Link { predecessor: own, successor: other, kind, lag },
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

/// The node of a path of names between slashes, made where there is none yet.
fn wbs_path(
    s: &mut Schedule,
    paths: &mut HashMap<String, WbsIndex>,
    project: ProjectIndex,
    path: &str,
) -> Option<WbsIndex> {
    let mut parent = None;
    let mut whole = format!("{}:", project.at());
    for name in path.split('/').map(str::trim).filter(|n| !n.is_empty()).take(64) {
        whole.push('/');
        whole.push_str(name);
        let next = WbsIndex::new(s.wbs.len());
        let node = *paths.entry(whole.clone()).or_insert(next);
        if node == next {
            s.wbs.push(WbsNode {
                uid: (next.at() + 1).to_string(),
                code: name.to_owned(),
                name: name.to_owned(),
                project,
                parent,
                fields: Vec::new(),
            });
        }
        parent = Some(node);
    }
    parent
}

/// `A100`, `A100FS+2d`, `A100 SS-8h`, `A100 FF+50%`: an id, a kind, a lag.
fn other_end(text: &str, known: &HashMap<String, ActivityIndex>) -> Option<(ActivityIndex, LinkKind, Lag)> {
    if let Some(index) = known.get(text) {
        return Some((*index, LinkKind::FinishStart, Lag::default()));
    }
    // From the right: an id may itself hold the letters of a kind, or a sign.
    for (at, _) in text.char_indices().rev() {
        let (id, rest) = text.split_at(at);
        let Some(index) = known.get(id.trim_end()) else { continue };
        let rest = rest.trim();
        let (kind, lag) = match rest.get(..2).and_then(LinkKind::parse) {
            Some(kind) => (kind, rest[2..].trim()),
            None => (LinkKind::FinishStart, rest),
        };
        let lag = match lag.strip_suffix('%') {
            _ if lag.is_empty() => Some(Lag::default()),
            Some(percent) => percent.trim().parse().ok().map(Lag::Percent),
            None => {
                length(lag, 480.0).map(|(m, elapsed)| if elapsed { Lag::Elapsed(m) } else { Lag::Work(m) })
            }
        };
        if let Some(lag) = lag {
            return Some((*index, kind, lag));
        }
    }
    None
}

/// A length with its unit, and whether it passes round the clock: `5d`, `-8h`, `2ed`.
fn length(text: &str, minutes_of_one: f64) -> Option<(Minutes, bool)> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.trim().replace(',', ".").parse().ok()?;
    let (unit, elapsed) = unit.strip_prefix('e').map_or((unit, false), |rest| (rest, true));
    let one = match (unit, elapsed) {
        ("", _) => minutes_of_one,
        ("m" | "min" | "mins" | "minutes", _) => 1.0,
        ("h" | "hr" | "hrs" | "hour" | "hours", _) => 60.0,
        ("d" | "day" | "days" | "wd", false) => 480.0,
        ("d" | "day" | "days", true) => 1440.0,
        ("w" | "wk" | "week" | "weeks", false) => 2400.0,
        ("w" | "wk" | "week" | "weeks", true) => 10_080.0,
        ("mo" | "mon" | "month" | "months", _) => 9_600.0,
        _ => return None,
    };
    number.is_finite().then(|| ((number * one).round() as Minutes, elapsed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn check(text: &str, options: &ReadOptions, expect: &[&str], complaints: &[&str]) {
        let mut notes = Notes::new(&Arc::from("x"));
        let s = read(text.as_bytes(), options, &mut notes).unwrap();
        let mut lines: Vec<String> = s
            .activities
            .iter()
            .map(|a| format!("{} {} {}h {:?}", a.code, a.name, a.duration / 60, a.stored.start))
            .collect();
        lines.extend(s.links.iter().map(|l| {
            let code = |i: ActivityIndex| s.activities[i.at()].code.as_str();
            format!("{} {} {} {:?}", code(l.predecessor), l.kind.as_str(), code(l.successor), l.lag)
        }));
        assert_eq!(lines, expect);
        let told: Vec<String> = notes.finish().iter().map(|d| d.code.to_string()).collect();
        assert_eq!(told, complaints);
    }

    #[test]
    fn links_are_read_as_people_write_them() {
        let text = "ID,Name,Duration,Predecessors\nA1,Dig,5d,\nA2,Pour,2.5,A1FS+2d\nA3,Cure,1w,\"A1 SS; A2FF-8h, A9\"\n";
        let expect = [
            "A1 Dig 40h None",
            "A2 Pour 20h None",
            "A3 Cure 40h None",
            "A1 FS A2 Work(960)",
            "A1 SS A3 Work(0)",
            "A2 FF A3 Work(-480)",
        ];
        check(text, &ReadOptions::default(), &expect, &["G0603"]);
    }

    #[test]
    fn day_and_month_are_told_or_declared_or_refused() {
        let start = |rows: &str| format!("id,start\n{rows}");
        let told = ["a a 0h Some(2026-05-04T00:00)", "b b 0h Some(2026-05-31T00:00)"];
        check(&start("a,04/05/2026\nb,31/05/2026\n"), &ReadOptions::default(), &told, &[]);
        let american = ReadOptions { dates: DateOrder::MonthFirst, ..ReadOptions::default() };
        check(&start("a,05/04/2026\n"), &american, &told[..1], &[]);
        check(&start("a,04/05/2026\n"), &ReadOptions::default(), &["a a 0h None"], &["G0605"]);
        check(
            &start("a,2026-05-04\nb,1/1/1850\n"),
            &ReadOptions::default(),
            &[told[0], "b b 0h None"],
            &["G0605"],
        );
    }

    #[test]
    fn a_mapping_names_columns() {
        let text = "Nr;Was;Tage\n1;Aushub;5\n2;Beton;3\n";
        let columns = [("id", "Nr"), ("name", "Was"), ("duration", "Tage")];
        let columns = columns.map(|(f, c)| (f.to_owned(), c.to_owned())).to_vec();
        let options = ReadOptions { columns, ..ReadOptions::default() };
        check(text, &options, &["1 Aushub 40h None", "2 Beton 24h None"], &[]);
        let mut notes = Notes::new(&Arc::from("x"));
        assert!(read(text.as_bytes(), &ReadOptions::default(), &mut notes).is_err());
    }

    #[test]
    fn levels_make_a_breakdown() {
        let text = "Hierarchy,Identification,Name,ScheduleDuration,Relationships\n1,1,Demolition,,\n,,,,\n2,1.1,Strip,5d,\n2,1.2,Haul,2d,\n";
        check(text, &ReadOptions::default(), &["1.1 Strip 40h None", "1.2 Haul 16h None"], &[]);
    }
}
