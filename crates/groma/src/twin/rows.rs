//! Files of rows with a heading: CSV with commas, semicolons or tabs.

use super::TwinError;
use std::path::Path;

/// Rows by the names of their columns.
pub(super) struct Rows {
    heads: Vec<String>,
    rows: Vec<(u32, csv::StringRecord)>,
}

impl Rows {
    /// Reads a file; bytes that are no UTF-8 become `�`.
    pub(super) fn read(path: &Path) -> Result<Self, TwinError> {
        let bytes = std::fs::read(path).map_err(|source| TwinError::Io { path: path.to_owned(), source })?;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let heading = text.lines().next().unwrap_or_default();
        let count = |c: u8| heading.bytes().filter(|&b| b == c).count();
        let delimiter = [b';', b'\t', b','].into_iter().max_by_key(|&c| count(c)).unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let wrong = |what: String| TwinError::Rows { path: path.to_owned(), what };
        let heads: Vec<String> =
            reader.headers().map_err(|e| wrong(e.to_string()))?.iter().map(str::to_owned).collect();
        if heads.iter().all(String::is_empty) {
            return Err(wrong("it has no heading\n  hint: its first line names the columns".into()));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| wrong(e.to_string()))?;
            let line = record.position().map_or(0, |p| p.line() as u32);
            rows.push((line, record));
        }
        Ok(Self { heads, rows })
    }

    /// Where a column stands, in any case.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.heads.iter().position(|head| head.eq_ignore_ascii_case(name))
    }

    /// Where a column stands that must be there.
    pub(super) fn needed(&self, path: &Path, name: &str) -> Result<usize, TwinError> {
        self.column(name).ok_or_else(|| TwinError::Rows {
            path: path.to_owned(),
            what: format!(
                "it has no column `{name}`, only {}\n  hint: say in groma.toml what its columns are called, as in columns = {{ task = \"Activity ID\" }}",
                self.heads.join(", ")
            ),
        })
    }

    /// Each row with its line.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &csv::StringRecord)> {
        self.rows.iter().map(|(line, row)| (*line, row))
    }
}

/// A field that is there and not empty.
pub(super) fn field(row: &csv::StringRecord, column: Option<usize>) -> Option<&str> {
    row.get(column?).filter(|text| !text.is_empty())
}
