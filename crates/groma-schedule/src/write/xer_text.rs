//! Cells of Primavera P6's exchange file.

use crate::activity::{ActivityKind, Constraint, ConstraintKind, Status};
use crate::calendar::{Calendar, Shifts};
use crate::read::xer_table::key_columns;
use crate::schedule::{CalendarIndex, KeptTable};
use crate::time::Time;
use crate::work_calendar::occurrences;
use std::collections::HashMap;
use std::fmt::Write;

/// The rows of a kept table by what tells them apart; of two that nothing tells apart, the first.
pub(super) fn by_key(table: &KeptTable) -> HashMap<Vec<&str>, &[String]> {
    let place = |key: &&str| table.columns.iter().position(|c| c == key);
    let places: Option<Vec<usize>> = key_columns(&table.name).iter().map(place).collect();
    let Some(places) = places else { return HashMap::new() };
    let mut rows = HashMap::new();
    for row in table.rows.iter().rev() {
        let cell = |k: &usize| row.get(*k).map_or("", |c| c.trim());
        rows.insert(places.iter().map(cell).collect(), row.as_slice());
    }
    rows
}

/// The ids as they are if all of them are different numbers, else numbers from 1 on.
pub(super) fn numbers<'a>(ids: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    match ids.clone().all(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) && seen.insert(id)) {
        true => ids.map(str::to_owned).collect(),
        false => (1..=ids.count()).map(|k| k.to_string()).collect(),
    }
}

pub(super) fn time(at: Option<Time>) -> String {
    at.map(|t| t.to_string().replace('T', " ")).unwrap_or_default()
}

/// Minutes as hours, without superfluous digits.
pub(super) fn hours(minutes: impl Into<f64>) -> String {
    let hours = minutes.into() / 60.0;
    let text = format!("{hours:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

pub(super) fn yes(is: bool) -> String {
    if is { "Y" } else { "N" }.to_owned()
}

/// Tabs and line ends would break the row.
pub(super) fn clean(text: &str) -> String {
    text.replace(['\t', '\r', '\n'], " ")
}

pub(super) fn kind(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Task => "TT_Task",
        ActivityKind::ResourceTask => "TT_Rsrc",
        ActivityKind::StartMilestone => "TT_Mile",
        ActivityKind::FinishMilestone => "TT_FinMile",
        ActivityKind::LevelOfEffort | ActivityKind::Hammock => "TT_LOE",
        ActivityKind::WbsSummary => "TT_WBS",
    }
}

pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::NotStarted => "TK_NotStart",
        Status::InProgress => "TK_Active",
        Status::Complete => "TK_Complete",
    }
}

pub(super) fn constraint(constraint: Option<Constraint>) -> (&'static str, String) {
    let Some(constraint) = constraint else { return ("", String::new()) };
    let kind = match constraint.kind {
        ConstraintKind::AsLateAsPossible => "CS_ALAP",
        ConstraintKind::StartOn => "CS_MSO",
        ConstraintKind::StartNoEarlierThan => "CS_MSOA",
        ConstraintKind::StartNoLaterThan => "CS_MSOB",
        ConstraintKind::FinishOn => "CS_MEO",
        ConstraintKind::FinishNoEarlierThan => "CS_MEOA",
        ConstraintKind::FinishNoLaterThan => "CS_MEOB",
        ConstraintKind::MandatoryStart => "CS_MANDSTART",
        ConstraintKind::MandatoryFinish => "CS_MANDFIN",
    };
    (kind, time(constraint.date))
}

/// A calendar's text: its week, with what it takes from its base, and its exceptions day by day.
pub(super) fn calendar_text(all: &[Calendar], index: CalendarIndex) -> String {
    let chain = Calendar::chain(all, index);
    let shifts = |shifts: &Shifts| {
        let clock = |m: u16| format!("{:02}:{:02}", m / 60 % 24, m % 60);
        let part = |(k, s): (usize, &crate::calendar::Shift)| {
            format!("(0||{k}(s|{}|f|{})())", clock(s.start), clock(s.end))
        };
        shifts.iter().enumerate().map(part).collect::<String>()
    };
    let mut text = "(0||CalendarData()((0||DaysOfWeek()(".to_owned();
    for number in 1..=7 {
        let day = chain.iter().find_map(|c| c.week[(number + 5) % 7].as_ref());
        let _ = write!(text, "(0||{number}()({}))", day.map(shifts).unwrap_or_default());
    }
    text.push_str("))(0||Exceptions()(");
    let mut days = std::collections::BTreeMap::new();
    for calendar in chain.iter().rev() {
        for week in calendar.work_weeks.iter().rev() {
            for day in week.from.number()..=week.to.number() {
                let day = crate::time::Day::from_number(day);
                if let Some(shifts) = &week.week[day.weekday()] {
                    days.insert(day, shifts.clone());
                }
            }
        }
    }
    for exception in chain.iter().rev().flat_map(|c| c.exceptions.iter().rev()) {
        days.extend(occurrences(exception).into_iter().map(|day| (day, exception.shifts.clone())));
    }
    for (k, (day, own)) in days.iter().enumerate() {
        // Spreadsheets count from 1899-12-30 on.
        let _ = write!(text, "(0||{k}(d|{})({}))", day.number() + 2, shifts(own));
    }
    text.push_str(")))) ");
    text.trim_end().to_owned()
}
