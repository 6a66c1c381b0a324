//! A table that is written as text, as comma-separated values and as HTML.

use super::html::escape;
use crate::table::shorten;
use std::fmt::Write;

/// The widest cell of a text.
const WIDEST: usize = 44;

/// A table: a head and rows of as many cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    pub(crate) fn new<const N: usize>(head: [&'static str; N]) -> Self {
        Self { head: head.to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }

    /// Leaves a column out.
    pub(crate) fn drop_column(&mut self, name: &str) {
        if let Some(at) = self.head.iter().position(|h| *h == name) {
            self.head.remove(at);
            self.rows.iter_mut().for_each(|row| drop(row.remove(at)));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A column leans right whose cells are all numbers.
    fn leans_right(&self, column: usize) -> bool {
        let is_number = |c: &str| {
            c.is_empty() || c == "-" || c.trim_end_matches([' ', '%', 'd', 'h']).parse::<f64>().is_ok()
        };
        self.rows.iter().all(|r| is_number(&r[column])) && self.rows.iter().any(|r| !r[column].is_empty())
    }

    /// Columns set apart by two spaces; of more rows than `most`, the rest is counted.
    pub(crate) fn text(&self, most: usize) -> String {
        let shown = self.rows.len().min(most);
        let head = self.head.iter().map(|h| (*h).to_owned()).collect();
        // The last column may be as wide as it is: nothing stands behind it.
        let last = self.head.len() - 1;
        let cut = |(k, c): (usize, &String)| if k == last { c.clone() } else { shorten(c, WIDEST) };
        let short = |row: &Vec<String>| row.iter().enumerate().map(cut).collect();
        let lines: Vec<Vec<String>> =
            std::iter::once(head).chain(self.rows[..shown].iter().map(short)).collect();
        let widths: Vec<usize> = (0..self.head.len())
            .map(|k| lines.iter().map(|l| l[k].chars().count()).max().unwrap_or(0))
            .collect();
        let right: Vec<bool> = (0..self.head.len()).map(|k| self.leans_right(k)).collect();
        let mut out = String::new();
        for line in &lines {
            let mut text = String::new();
            for (k, cell) in line.iter().enumerate() {
                let pad = " ".repeat(widths[k] - cell.chars().count());
                let _ = match right[k] {
                    true => write!(text, "  {pad}{cell}"),
                    false => write!(text, "  {cell}{pad}"),
                };
            }
            let _ = writeln!(out, "{}", text.trim_end());
        }
        if shown < self.rows.len() {
            let _ = writeln!(out, "  and {} more; --all shows them", self.rows.len() - shown);
        }
        out
    }

    /// Comma-separated values (RFC 4180) with a header.
    pub(crate) fn csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        // Writing to memory does not fail, and all rows are as long as the head.
        let _ = writer.write_record(&self.head);
        for row in &self.rows {
            let _ = writer.write_record(row);
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    pub(crate) fn html(&self) -> String {
        let right: Vec<bool> = (0..self.head.len()).map(|k| self.leans_right(k)).collect();
        let mut out = "<div class=\"scroll\"><table><thead><tr>".to_owned();
        for (head, right) in self.head.iter().zip(&right) {
            let _ = write!(out, "<th{}>{}</th>", class(*right), escape(head));
        }
        out.push_str("</tr></thead><tbody>\n");
        for row in &self.rows {
            out.push_str("<tr>");
            for (cell, right) in row.iter().zip(&right) {
                let _ = write!(out, "<td{}>{}</td>", class(*right), escape(cell));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table></div>\n");
        out
    }
}

fn class(right: bool) -> &'static str {
    if right { " class=\"n\"" } else { "" }
}
