//! Clashes for a person to read.

use crate::clash_report::{ClashReport, ClashRow};
use crate::inspection_text::{coverage, diagnostics_text};
use crate::report::DiagnosticReport;
use crate::table::{Align, count, lines, shorten};
use std::fmt::Write;

/// How many clashes are listed before the rest is counted.
const ROWS: usize = 12;

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
        let shown = sorted.len().min(most);
        for clash in &sorted[..shown] {
            write_clash(&mut out, clash);
        }
        if sorted.len() > shown {
            let left = count(sorted.len() - shown);
            let _ = writeln!(out, "and {left} more (--all lists them)");
        }
        if shown > 0 {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", self.headline());
        if let Some(b) = &self.baseline {
            let n = |state: &str| count(b.get(state).copied().unwrap_or(0));
            let untested = match n("not_tested").as_str() {
                "0" => String::new(),
                n => format!(", {n} not tested"),
            };
            let _ = writeln!(
                out,
                "baseline  {} new, {} reopened, {} open, {} resolved{untested}",
                n("new"),
                n("reopened"),
                n("open"),
                n("resolved")
            );
        }
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

/// The verdict on a pair in one line, and its two elements in a line each.
fn write_clash(out: &mut String, c: &ClashRow) {
    let size = size(c.depth, c.depth_kind, c.distance);
    let volume = c.volume.map_or(String::new(), |v| format!(", {} litres", litres(v)));
    let [x, y, z] = c.point;
    let state = c.state.map_or(String::new(), |s| format!("{s} "));
    let _ = writeln!(out, "{state}{}, {size}{volume}, at ({x:.3}, {y:.3}, {z:.3})", c.kind);
    let rows = [&c.a, &c.b].map(|s| {
        let name = s.name.as_deref().unwrap_or_default();
        [shorten(&s.model, 24), s.global_id.clone(), s.class.clone(), shorten(name, 30)]
    });
    for line in lines(&rows, [Align::Left; 4], 4) {
        let _ = writeln!(out, "{line}");
    }
}

/// A volume in litres, with as many digits as matter.
fn litres(cubic_metres: f64) -> String {
    let litres = cubic_metres * 1000.0;
    let digits = if litres >= 100.0 {
        0
    } else if litres >= 1.0 {
        1
    } else {
        3
    };
    format!("{litres:.digits$}")
}

/// How deep two elements share volume, or how far they are apart, in words. A lower bound says that it is one.
pub fn size(depth: Option<f64>, depth_kind: Option<&str>, distance: f64) -> String {
    match (depth, depth_kind) {
        (Some(depth), Some("lower_bound")) => format!("at least {} deep", length_at_least(depth)),
        (Some(depth), _) => format!("{} deep", length(depth)),
        (None, _) => format!("{} apart", length(distance)),
    }
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

/// The same for a lower bound, which is not to be said larger than it is.
pub fn length_at_least(metres: f64) -> String {
    // A length below a centimetre has tenths of a millimetre.
    let unit = if metres < 0.01 { 1e-4 } else { 1e-3 };
    length((metres / unit + 1e-6).floor() * unit)
}

#[cfg(test)]
mod tests {
    use super::{length, length_at_least};

    #[test]
    fn a_lower_bound_is_not_rounded_up() {
        assert_eq!(
            [0.156513, 0.0445681, 0.157, 0.00196, 0.0099999, 1.2349].map(length_at_least),
            ["156 mm", "44 mm", "157 mm", "1.9 mm", "9.9 mm", "1.234 m"]
        );
    }

    #[test]
    fn lengths_are_said_as_a_person_says_them() {
        assert_eq!(
            [0.002, 0.0155, 0.0005, 1.25, 0.0].map(length),
            ["2 mm", "16 mm", "0.5 mm", "1.250 m", "0 mm"]
        );
    }
}
