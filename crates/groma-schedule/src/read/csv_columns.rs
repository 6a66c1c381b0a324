//! The columns of a table of activities: by their names, or by a mapping.

use super::ReadOptions;
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
    ("resources", &["resources", "resource", "resourcenames", "crew", "crews"]),
    ("cost", &["cost", "fixedcost", "budgetedtotalcost", "totalcost"]),
    ("finish", &["finish", "finishdate", "end", "enddate", "schedulefinish", "plannedfinish"]),
];

/// The character that parts the cells of the first line.
pub(crate) fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |c: u8| first.bytes().filter(|b| *b == c).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|c| (count(*c), *c == b',')).unwrap_or(b',')
}

pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Which column holds which field.
pub(super) fn columns(
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
        "no column is known as the activities' id or name\n  hint: say which it is (--column id=COLUMN; in groma.toml columns = {{ id = \"COLUMN\" }} of [programme]); there are {}",
        all.join(", ")
    ))
}

/// The columns of which none is taken, by their names; those without a name by their place, from 1 on.
pub(super) fn left_out(headers: &csv::StringRecord, taken: &HashMap<&'static str, usize>) -> Vec<String> {
    let is_taken = |at: usize| taken.values().any(|known| *known == at);
    let name = |(at, header): (usize, &str)| match header {
        "" => format!("column {}", at + 1),
        name => name.to_owned(),
    };
    headers.iter().enumerate().filter(|(at, _)| !is_taken(*at)).map(name).collect()
}

pub(super) struct Table {
    pub(super) columns: HashMap<&'static str, usize>,
    pub(super) width: usize,
    pub(super) rows: Vec<(usize, csv::StringRecord)>,
}

impl Table {
    pub(super) fn cell<'r>(&self, record: &'r csv::StringRecord, field: &str) -> Option<&'r str> {
        self.columns.get(field).and_then(|at| record.get(*at)).filter(|c| !c.is_empty())
    }
}
