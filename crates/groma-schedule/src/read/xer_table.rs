//! Tables of an XER file: rows of cells between tabs, columns by their names.

use super::Notes;
use crate::schedule::{Fields, KeptTable};
use crate::time::{Minutes, Time};
use groma_model::codes;
use std::sync::Arc;

/// A table of the file: names of columns, and rows with their lines.
pub(super) struct Table<'a> {
    name: &'a str,
    columns: Vec<&'a str>,
    rows: Vec<(usize, Vec<&'a str>)>,
}

/// The tables that become something of the schedule; all others are kept as they are.
const KNOWN: [&str; 9] =
    ["PROJECT", "CALENDAR", "SCHEDOPTIONS", "PROJWBS", "TASK", "TASKPRED", "RSRC", "RSRCRATE", "TASKRSRC"];

/// What tells the rows of a table apart of which the schedule keeps only some columns.
pub(crate) fn key_columns(table: &str) -> &'static [&'static str] {
    match table {
        "TASKPRED" => &["task_id", "pred_task_id", "pred_type"],
        "RSRCRATE" => &["rsrc_id", "start_date"],
        _ => &[],
    }
}

/// Columns that the writer makes itself.
const MADE: [&str; 7] = [
    "task_pred_id",
    "proj_id",
    "pred_proj_id",
    "lag_hr_cnt",
    "rsrc_rate_id",
    "max_qty_per_hr",
    "cost_per_qty",
];

/// The rows of a known table that say more than becomes something of the schedule.
fn rows_with_more(table: &Table<'_>) -> Vec<Vec<String>> {
    let keys = key_columns(table.name);
    let is_more = |k: &usize| !keys.contains(&table.columns[*k]) && !MADE.contains(&table.columns[*k]);
    let more: Vec<usize> = (0..table.columns.len()).filter(is_more).collect();
    if keys.is_empty() || more.is_empty() {
        return Vec::new();
    }
    let says_more =
        |row: &&(usize, Vec<&str>)| more.iter().any(|k| row.1.get(*k).is_some_and(|c| !c.is_empty()));
    let texts = |row: &(usize, Vec<&str>)| row.1.iter().map(|c| (*c).to_owned()).collect();
    table.rows.iter().filter(says_more).map(texts).collect()
}

/// Splits the text into tables. A line that begins with none of the marks is named, and left out.
pub(super) fn tables<'a>(text: &'a str, notes: &mut Notes) -> (Vec<Table<'a>>, Vec<KeptTable>) {
    let mut tables: Vec<Table<'a>> = Vec::new();
    let mut kept = Vec::new();
    let mut ended = false;
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        let (mark, rest) = line.split_once('\t').unwrap_or((line.trim_end(), ""));
        match mark {
            "ERMHDR" => kept.push(KeptTable {
                name: "ERMHDR".to_owned(),
                columns: rest.split('\t').map(str::to_owned).collect(),
                rows: Vec::new(),
            }),
            "%T" => tables.push(Table { name: rest.trim(), columns: Vec::new(), rows: Vec::new() }),
            "%F" => {
                if let Some(table) = tables.last_mut() {
                    table.columns = rest.split('\t').map(str::trim).collect();
                }
            }
            "%R" => match tables.last_mut() {
                Some(table) => {
                    let mut cells: Vec<&str> = Vec::with_capacity(table.columns.len());
                    cells.extend(rest.split('\t'));
                    check_row(table, number, &cells, notes);
                    table.rows.push((number, cells));
                }
                None => {
                    notes.add(codes::BROKEN_ROW, || format!("line {number}: a row before the first table"))
                }
            },
            "%E" => {
                ended = true;
                break;
            }
            "" if rest.is_empty() => {}
            _ => notes.add(codes::BROKEN_ROW, || format!("line {number}: neither table, columns nor row")),
        }
    }
    if !ended {
        // Cut between two rows, a file looks like one whose writer left the end mark out.
        let code = if text.ends_with('\n') { codes::NO_END_MARK } else { codes::TRUNCATED_SCHEDULE };
        notes.add(code, || {
            let table = tables.last().map_or("before the first table", |t| t.name);
            format!("there is no %E: it breaks off in line {}, in {table}", text.lines().count())
        });
    }
    // The order of the tables, and the rows of those that are not known.
    kept.extend(tables.iter().map(|t| KeptTable {
        name: t.name.to_owned(),
        columns: t.columns.iter().map(|c| (*c).to_owned()).collect(),
        rows: match KNOWN.contains(&t.name) {
            true => rows_with_more(t),
            false => t.rows.iter().map(|(_, r)| r.iter().map(|c| (*c).to_owned()).collect()).collect(),
        },
    }));
    (tables, kept)
}

fn check_row(table: &Table<'_>, number: usize, cells: &[&str], notes: &mut Notes) {
    // P6 itself leaves out empty cells at the end of a row.
    let missing = table.columns.len().saturating_sub(cells.len());
    if cells.len() > table.columns.len() || missing * 2 > table.columns.len() {
        let (name, have, want) = (table.name, cells.len(), table.columns.len());
        notes.add(codes::BROKEN_ROW, || format!("line {number}: {name} has {have} cells for {want} columns"));
    }
}

/// A row with its columns by name.
#[derive(Clone, Copy)]
pub(super) struct Row<'a, 'b> {
    pub(super) line: usize,
    cells: &'b [&'a str],
    /// Where the wanted columns are, in the order in which they are named.
    places: &'b [Option<usize>],
}

impl<'a> Row<'a, '_> {
    /// The n-th of the wanted columns; empty where there is none.
    pub(super) fn cell(&self, n: usize) -> &'a str {
        self.places[n].and_then(|p| self.cells.get(p)).map_or("", |c| c.trim())
    }

    pub(super) fn optional(&self, n: usize) -> Option<&'a str> {
        Some(self.cell(n)).filter(|c| !c.is_empty())
    }
}

/// Calls `each` with every row of a table, its wanted columns, and the fields that are not wanted.
pub(super) fn each_row<'a>(
    tables: &[Table<'a>],
    name: &str,
    wanted: &[&str],
    with_fields: bool,
    mut each: impl FnMut(Row<'a, '_>, Fields),
) {
    for table in tables.iter().filter(|t| t.name == name) {
        let place = |w: &&str| table.columns.iter().position(|c| c == w);
        let places: Vec<Option<usize>> = wanted.iter().map(place).collect();
        let others: Vec<(usize, Arc<str>)> = match with_fields {
            true => table
                .columns
                .iter()
                .enumerate()
                .filter(|(_, c)| !wanted.contains(c))
                .map(|(k, c)| (k, Arc::from(*c)))
                .collect(),
            false => Vec::new(),
        };
        for (line, cells) in &table.rows {
            let cell = |(k, name): &(usize, Arc<str>)| {
                cells.get(*k).filter(|c| !c.is_empty()).map(|c| (name.clone(), (*c).to_owned()))
            };
            let fields = others.iter().filter_map(cell).collect();
            each(Row { line: *line, cells, places: &places }, fields);
        }
    }
}

pub(super) fn date(row: &Row<'_, '_>, n: usize, notes: &mut Notes) -> Option<Time> {
    let text = row.optional(n)?;
    let time = Time::parse(text);
    if time.is_none() {
        notes.add(codes::UNREADABLE_DATE, || format!("line {}: {text:?}", row.line));
    }
    time
}

pub(super) fn number(row: &Row<'_, '_>, n: usize, notes: &mut Notes) -> Option<f64> {
    let text = row.optional(n)?;
    // Some exports write the decimal sign of the computer.
    let value = text.parse().or_else(|_| text.replace(',', ".").parse()).ok().filter(|v: &f64| v.is_finite());
    if value.is_none() {
        notes.add(codes::UNREADABLE_NUMBER, || format!("line {}: {text:?}", row.line));
    }
    value
}

/// Hours as minutes.
pub(super) fn minutes(row: &Row<'_, '_>, n: usize, notes: &mut Notes) -> Option<Minutes> {
    number(row, n, notes).map(|h| (h * 60.0).round() as Minutes)
}

pub(super) fn is_yes(text: &str) -> bool {
    text.eq_ignore_ascii_case("y")
}
