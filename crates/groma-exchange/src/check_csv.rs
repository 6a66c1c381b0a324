//! The clashes of a check as a table.

use crate::check_report::{CheckReport, CheckedClash, IssueRow};

/// The columns, in their order: version 1 of the table.
pub const COLUMNS: [&str; 30] = [
    "issue",
    "key",
    "state",
    "severity",
    "rule",
    "kind",
    "depth_m",
    "depth_kind",
    "distance_m",
    "x",
    "y",
    "z",
    "a_model",
    "a_global_id",
    "a_class",
    "a_name",
    "a_storey",
    "a_discipline",
    "b_model",
    "b_global_id",
    "b_class",
    "b_name",
    "b_storey",
    "b_discipline",
    "grouping",
    "title",
    "needed_by",
    "solve_by",
    "status",
    "assigned_to",
];

impl CheckReport {
    /// A line for each clash by RFC 4180, with a head.
    pub fn to_csv(&self) -> String {
        let mut out = COLUMNS.join(",") + "\r\n";
        let issues: std::collections::BTreeMap<&str, _> =
            self.issues.iter().map(|i| (i.key.as_str(), i)).collect();
        for clash in &self.clashes {
            let issue = issues.get(clash.issue.as_str());
            let mut cells = row(clash);
            cells.push(issue.map_or(String::new(), |i| i.grouping.to_owned()));
            cells.push(issue.map_or(String::new(), |i| i.title.clone()));
            let of = |pick: fn(&IssueRow) -> Option<String>| issue.and_then(|i| pick(i)).unwrap_or_default();
            cells.push(of(|i| i.needed_by.clone()));
            cells.push(of(|i| i.solve_by.clone()));
            cells.push(of(|i| i.status.map(str::to_owned)));
            cells.push(of(|i| i.assigned_to.clone()));
            out.push_str(&cells.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(","));
            out.push_str("\r\n");
        }
        out
    }
}

fn row(c: &CheckedClash) -> Vec<String> {
    let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
    let mut cells = vec![
        c.issue.clone(),
        c.key.clone(),
        c.state.to_owned(),
        c.severity.to_owned(),
        c.rule.clone(),
        c.kind.to_owned(),
        number(c.depth),
        c.depth_kind.unwrap_or_default().to_owned(),
        number(Some(c.distance)),
    ];
    cells.extend(c.point.map(|x| x.to_string()));
    for s in [&c.a, &c.b] {
        cells.extend([s.model.clone(), s.global_id.clone(), s.class.clone()]);
        cells.extend([s.name.clone().unwrap_or_default(), s.storey.clone().unwrap_or_default()]);
        cells.push(s.discipline.to_owned());
    }
    cells
}

pub(crate) fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}
