//! Clashes for a person to read.

use crate::clash_report::{ClashReport, ClashRow, Side};
use crate::inspection_text::{coverage, diagnostics_text};
use crate::report::DiagnosticReport;
use crate::table::{Align, count, lines, shorten};
use std::fmt::Write;

/// How many clashes are listed before the rest is counted.
const ROWS: usize = 25;

impl ClashReport {
    /// The report as text: the deepest clashes first, then what was tested. With `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = String::new();
        let mut sorted: Vec<&ClashRow> = self.clashes.iter().collect();
        // Stable: equal depths stay in the order of keys.
        sorted.sort_by(|x, y| {
            let depth = |c: &ClashRow| c.depth.unwrap_or(0.0);
            depth(y).total_cmp(&depth(x)).then(x.distance.total_cmp(&y.distance))
        });
        let most = if all { usize::MAX } else { ROWS };
        let rows: Vec<[String; 5]> = sorted.iter().take(most).map(|c| row(c)).collect();
        for line in lines(&rows, [Align::Left, Align::Right, Align::Left, Align::Left, Align::Left], 0) {
            let _ = writeln!(out, "{line}");
        }
        if sorted.len() > rows.len() {
            let left = count(sorted.len() - rows.len());
            let _ = writeln!(out, "and {left} more (--all lists them, --format json has everything)");
        }
        if !rows.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", self.headline());
        let t = &self.tested;
        let surfaces =
            if t.surfaces > 0 { format!(" ({} surfaces)", count(t.surfaces)) } else { String::new() };
        let _ = writeln!(
            out,
            "tested    {} elements{surfaces}, {} pairs whose boxes meet",
            count(t.elements),
            count(t.candidates)
        );
        let excluded: Vec<String> = t
            .excluded_elements
            .iter()
            .map(|(why, n)| format!("{} {why} elements", count(*n)))
            .chain(t.excluded_pairs.iter().map(|(why, n)| format!("{} {why} pairs", count(*n))))
            .collect();
        if !excluded.is_empty() {
            let _ = writeln!(out, "left out  {}", excluded.join(", "));
        }
        let _ = writeln!(out, "coverage  {}", coverage(&self.coverage));
        let found: Vec<&DiagnosticReport> = self.diagnostics.iter().collect();
        out.push_str(&diagnostics_text(&found, all));
        out
    }

    /// The verdict in one line.
    pub fn headline(&self) -> String {
        let what = match (self.rule.kind, self.rule.distance) {
            ("clearance", Some(distance)) => format!("nearer than {}", length(distance)),
            ("hard", _) => format!("deeper than {}", length(self.rule.tolerance)),
            (kind, _) => kind.to_owned(),
        };
        match self.clashes.len() {
            0 => format!("no clashes {what}"),
            1 => format!("1 clash {what}"),
            n => format!("{} clashes {what}", count(n)),
        }
    }
}

fn row(c: &ClashRow) -> [String; 5] {
    let size = match c.depth {
        Some(depth) => {
            let at_least = if c.depth_kind == Some("lower_bound") { ">=" } else { "" };
            format!("{at_least}{}", length(depth))
        }
        None => length(c.distance),
    };
    let [x, y, z] = c.point;
    [c.kind.to_owned(), size, side(&c.a), side(&c.b), format!("at ({x:.3}, {y:.3}, {z:.3})")]
}

fn side(s: &Side) -> String {
    let name = s.name.as_deref().filter(|n| !n.is_empty());
    let what = name.map_or(s.class.clone(), |n| format!("{} {}", s.class, shorten(n, 24)));
    format!("{} {} {what}", shorten(&s.model, 20), s.global_id)
}

/// A length as a person says it: millimetres below a metre.
pub fn length(metres: f64) -> String {
    if metres >= 1.0 {
        return format!("{metres:.3} m");
    }
    let mm = metres * 1000.0;
    let digits = if mm >= 10.0 || mm == mm.trunc() { 0 } else { 1 };
    format!("{mm:.digits$} mm")
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn lengths_are_said_as_a_person_says_them() {
        assert_eq!(
            [0.002, 0.0155, 0.0005, 1.25, 0.0].map(length),
            ["2 mm", "16 mm", "0.5 mm", "1.250 m", "0 mm"]
        );
    }
}
