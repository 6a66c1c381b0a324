//! A query for a person to read, and for a spreadsheet.

use crate::query_report::{Cell, QueryReport, StepReport};
use crate::table::shorten;

/// How wide a column of the table may be.
const WIDEST: usize = 48;

impl QueryReport {
    /// The rows under the names of their columns, numbers to the right. Long texts are cut.
    pub fn to_table(&self) -> String {
        let title = |c: &crate::query_report::ColumnReport| match c.unit {
            Some(unit) => format!("{} [{unit}]", c.name),
            None => c.name.clone(),
        };
        let mut columns: Vec<(Vec<String>, bool)> = Vec::new();
        for (c, column) in self.columns.iter().enumerate() {
            let cells = || self.rows.iter().map(move |r| &r.cells[c]);
            let some = cells().any(|cell| *cell != Cell::Null);
            let numbers = some && cells().all(|cell| *cell == Cell::Null || cell.as_number().is_some());
            let texts = cells().map(|cell| shorten(&one_line(&cell.to_text()), WIDEST));
            columns.push((std::iter::once(title(column)).chain(texts).collect(), numbers));
        }
        let mut out = String::new();
        let widths: Vec<usize> = columns
            .iter()
            .map(|(cells, _)| cells.iter().map(|c| c.chars().count()).max().unwrap_or(0))
            .collect();
        for row in 0..=self.rows.len() {
            let mut line = String::new();
            for ((cells, right), width) in columns.iter().zip(&widths) {
                let pad = " ".repeat(width - cells[row].chars().count());
                match right {
                    true => line.extend([pad.as_str(), &cells[row], "  "]),
                    false => line.extend([cells[row].as_str(), &pad, "  "]),
                }
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// The rows as CSV (RFC 4180, UTF-8, a line feed behind each row), the first with the names of the
    /// columns. A box is six columns.
    pub fn to_csv(&self) -> String {
        let is_box = |c: usize| self.columns[c].name == "box";
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        let corners = ["min_x", "min_y", "min_z", "max_x", "max_y", "max_z"];
        let mut names: Vec<String> = Vec::new();
        for (c, column) in self.columns.iter().enumerate() {
            match is_box(c) {
                true => names.extend(corners.map(|corner| format!("box_{corner}"))),
                false => names.push(column.name.clone()),
            }
        }
        // Nothing can fail when writing to memory.
        let _ = writer.write_record(&names);
        for row in &self.rows {
            let mut cells: Vec<String> = Vec::with_capacity(names.len());
            for (c, cell) in row.cells.iter().enumerate() {
                match cell {
                    Cell::Box(corners) => cells.extend(corners.as_flattened().iter().map(f64::to_string)),
                    _ if is_box(c) => cells.extend(corners.map(|_| String::new())),
                    _ => cells.push(cell.to_text()),
                }
            }
            let _ = writer.write_record(&cells);
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// How each facet adds or takes away, a line each, with notes below.
pub fn explain_text(lists: &[Vec<StepReport>], selected: usize) -> String {
    let steps = || lists.iter().flatten();
    let wide = steps().map(|s| shorten(&s.facet, 72).chars().count()).max().unwrap_or(0);
    let digits = steps().map(|s| s.after.to_string().len()).max().unwrap_or(0);
    let mut out = String::new();
    for (l, list) in lists.iter().enumerate() {
        for (f, step) in list.iter().enumerate() {
            let sign = match (l, f) {
                (_, 1..) => ',',
                (0, _) => ' ',
                _ => '+',
            };
            let facet = shorten(&step.facet, 72);
            let change = match step.after.cmp(&step.before) {
                _ if f == 0 && step.before == 0 => String::new(),
                std::cmp::Ordering::Less => format!("  -{}", step.before - step.after),
                std::cmp::Ordering::Equal => String::new(),
                std::cmp::Ordering::Greater => format!("  +{}", step.after - step.before),
            };
            out.push_str(&format!("{sign} {facet:<wide$}  {:>digits$}{change}\n", step.after));
            if let Some(note) = &step.note {
                out.push_str(&format!("    {note}\n"));
            }
        }
    }
    out.push_str(&format!("selected {selected}\n"));
    out
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}
