//! What a selector selects, as rows and columns.

use crate::report::{CoverageReport, DiagnosticReport, GENERATOR};
use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The version of this report's schema; it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma query`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct QueryReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// The selector in canonical form.
    pub selector: String,
    /// The labels of the models, sorted.
    pub models: Vec<String>,
    /// How many elements, types, tasks and groups are selected.
    pub selected: usize,
    /// The columns, in order.
    pub columns: Vec<ColumnReport>,
    /// By model and place in the file; or as sorted, or grouped.
    pub rows: Vec<Row>,
    /// What became of the shapes of the selected elements, where a column asks for shapes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<CoverageReport>,
    /// How each facet adds or takes away, where it was asked for: the lists between the `+`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Vec<StepReport>>>,
    /// What is wrong with the files.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ColumnReport {
    /// Its name, which the cells of a row stand under.
    pub name: String,
    /// The unit of its numbers, where the column has one: `m`, `m²`, `m³`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
}

/// What one facet of a selector does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct StepReport {
    /// The facet in canonical form.
    pub facet: String,
    /// How many the list held before it.
    pub before: usize,
    /// How many it holds behind it.
    pub after: usize,
    /// Where it finds nothing: why, and what may have been meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The cells of one row, under the names of their columns and in their order.
#[derive(Clone, PartialEq, Debug, JsonSchema)]
#[schemars(with = "BTreeMap<String, Cell>")]
pub struct Row {
    names: Arc<[String]>,
    /// One for each column.
    pub cells: Vec<Cell>,
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.cells.len()))?;
        for (name, cell) in self.names.iter().zip(&self.cells) {
            map.serialize_entry(name, cell)?;
        }
        map.end()
    }
}

/// One value. Lengths, areas and volumes are in metres, m², m³; angles in radians.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Cell {
    /// None.
    Null,
    /// True or false.
    Logical(bool),
    /// A count.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Lower and upper corner, x, y, z.
    Box([[f64; 3]; 2]),
    /// Several values.
    List(Vec<Cell>),
}

impl Cell {
    /// The number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(n) => Some(*n as f64),
            Self::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// The value as a person writes it; several with `; ` between them, none as nothing.
    pub fn to_text(&self) -> String {
        let point = |p: &[f64; 3]| format!("{} {} {}", p[0], p[1], p[2]);
        match self {
            Self::Null => String::new(),
            Self::Logical(b) => if *b { "TRUE" } else { "FALSE" }.to_owned(),
            Self::Integer(n) => n.to_string(),
            Self::Number(n) => n.to_string(),
            Self::Text(text) => text.clone(),
            Self::Box([min, max]) => format!("{}; {}", point(min), point(max)),
            Self::List(cells) => cells.iter().map(Self::to_text).collect::<Vec<_>>().join("; "),
        }
    }

    /// An order over all cells: none last, numbers by size, texts by their characters with the numbers in
    /// them by size.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let rank = |cell: &Self| match cell {
            Self::Logical(_) => 0,
            Self::Integer(_) | Self::Number(_) => 1,
            Self::Text(_) | Self::List(_) => 2,
            Self::Box(_) => 3,
            Self::Null => 4,
        };
        rank(self).cmp(&rank(other)).then_with(|| match (self, other) {
            (Self::Logical(a), Self::Logical(b)) => a.cmp(b),
            (Self::Box([a, _]), Self::Box([b, _])) => {
                a.iter().zip(b).map(|(a, b)| a.total_cmp(b)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
            }
            (a, b) => match (a.as_number(), b.as_number()) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                _ => natural(&a.to_text(), &b.to_text()),
            },
        })
    }
}

/// `D2` before `D10`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
        let (n, m) = (digits(a), digits(b));
        if n > 0 && m > 0 {
            let (x, y) = (a[..n].trim_start_matches('0'), b[..m].trim_start_matches('0'));
            let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y)).then(n.cmp(&m));
            if order.is_ne() {
                return order;
            }
            (a, b) = (&a[n..], &b[m..]);
            continue;
        }
        let (mut left, mut right) = (a.chars(), b.chars());
        match (left.next(), right.next()) {
            (Some(x), Some(y)) if x == y => (a, b) = (left.as_str(), right.as_str()),
            (x, y) => return x.cmp(&y),
        }
    }
}

impl QueryReport {
    /// A report of these columns, without rows.
    pub fn new(selector: String, models: Vec<String>, columns: Vec<ColumnReport>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            selector,
            models,
            selected: 0,
            columns,
            rows: Vec::new(),
            coverage: None,
            explain: None,
            diagnostics: Vec::new(),
        }
    }

    /// Sets the rows: one cell for each column.
    pub fn set_rows(&mut self, rows: impl IntoIterator<Item = Vec<Cell>>) {
        let names: Arc<[String]> = self.columns.iter().map(|c| c.name.clone()).collect();
        self.rows = rows.into_iter().map(|cells| Row { names: names.clone(), cells }).collect();
    }

    /// Where a column stands.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    /// Sorts by columns, the first first; equal rows keep their order. Rows without a value come last.
    pub fn sort(&mut self, columns: &[usize]) {
        self.rows.sort_by(|a, b| {
            let orders = columns.iter().map(|&c| a.cells[c].order(&b.cells[c]));
            orders.into_iter().find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        });
    }

    /// One row for each combination of values in these columns, sorted, with how many there are and the
    /// sums of the other columns that hold numbers alone.
    #[must_use]
    pub fn grouped(mut self, by: &[usize]) -> Self {
        let sums: Vec<usize> = (0..self.columns.len())
            .filter(|c| !by.contains(c))
            .filter(|&c| {
                let mut cells =
                    self.rows.iter().map(|r| &r.cells[c]).filter(|c| **c != Cell::Null).peekable();
                cells.peek().is_some() && cells.all(|cell| cell.as_number().is_some())
            })
            .collect();
        self.sort(by);
        let key = |row: &Row| by.iter().map(|&c| row.cells[c].clone()).collect::<Vec<_>>();
        let groups = self.rows.chunk_by(|a, b| key(a) == key(b)).map(|group| {
            let mut cells = key(&group[0]);
            cells.push(Cell::Integer(group.len() as i64));
            cells.extend(sums.iter().map(|&c| sum(group.iter().map(|row| &row.cells[c]))));
            cells
        });
        let groups: Vec<Vec<Cell>> = groups.collect();
        let count = ColumnReport { name: "count".to_owned(), unit: None };
        let of = |list: &[usize]| list.iter().map(|&c| self.columns[c].clone()).collect::<Vec<_>>();
        self.columns = [of(by), vec![count], of(&sums)].concat();
        self.set_rows(groups);
        self
    }

    /// The report as JSON.
    pub fn to_json(&self) -> String {
        crate::schema::to_json(self)
    }
}

fn sum<'c>(cells: impl Iterator<Item = &'c Cell>) -> Cell {
    let mut all = Cell::Null;
    for cell in cells {
        all = match (all, cell) {
            (all, Cell::Null) => all,
            (Cell::Integer(a), Cell::Integer(b)) => Cell::Integer(a.saturating_add(*b)),
            (Cell::Null, cell) => cell.clone(),
            (a, b) => Cell::Number(a.as_number().unwrap_or(0.0) + b.as_number().unwrap_or(0.0)),
        };
    }
    match all {
        // Sums of rounded numbers are rounded as they are.
        Cell::Number(n) => Cell::Number((n * 1e9).round() / 1e9),
        all => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> QueryReport {
        let columns = ["class", "Name", "volume"].map(|name| ColumnReport { name: name.into(), unit: None });
        let mut report = QueryReport::new("IfcElement".into(), vec!["m".into()], columns.into());
        let text = |t: &str| Cell::Text(t.into());
        report.set_rows([
            vec![text("IfcWall"), text("W10"), Cell::Number(0.1)],
            vec![text("IfcWall"), text("W9"), Cell::Number(0.2)],
            vec![text("IfcDoor"), Cell::Null, Cell::Null],
            vec![text("IfcDoor"), text("Größe, \"1\""), Cell::Number(2.0)],
        ]);
        report
    }

    #[test]
    fn rows_sort_as_a_person_would() {
        let mut report = report();
        report.sort(&[1]);
        let names: Vec<String> = report.rows.iter().map(|r| r.cells[1].to_text()).collect();
        assert_eq!(names, ["Größe, \"1\"", "W9", "W10", ""]);
    }

    #[test]
    fn groups_count_and_sum() {
        let report = report().grouped(&[0]);
        insta::assert_snapshot!(report.to_csv(), @r"
        class,count,volume
        IfcDoor,2,2
        IfcWall,2,0.3
        ");
    }

    #[test]
    fn texts_are_quoted_in_csv_and_lined_up_in_a_table() {
        insta::assert_snapshot!(report().to_csv(), @r#"
        class,Name,volume
        IfcWall,W10,0.1
        IfcWall,W9,0.2
        IfcDoor,,
        IfcDoor,"Größe, ""1""",2
        "#);
        insta::assert_snapshot!(report().to_table(), @r#"
        class    Name        volume
        IfcWall  W10            0.1
        IfcWall  W9             0.2
        IfcDoor
        IfcDoor  Größe, "1"       2
        "#);
    }
}
