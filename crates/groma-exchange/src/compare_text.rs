//! A comparison for a person to read.

use crate::clash_text::length;
use crate::compare_report::{
    ChangeReport, CompareReport, CountsReport, ElementReport, MeasureReport, ModelComparison, MotionReport,
};
use crate::inspection_text::diagnostics_text;
use crate::table::{Align, count, lines, shorten};
use crate::value::ValueReport;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How many rows of a list are shown before the rest is counted.
const ROWS: usize = 10;

impl CompareReport {
    /// The report as text: what changed by class, then the lists. With `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = String::new();
        let most = if all { usize::MAX } else { ROWS };
        for model in &self.models {
            section(&mut out, model, most);
        }
        for (labels, what) in [(&self.added_models, "added"), (&self.removed_models, "removed")] {
            for label in labels {
                let _ = writeln!(out, "{label}\n  the whole model was {what}\n");
            }
        }
        let t = &self.total;
        let verdict = if self.equal {
            "no differences".to_owned()
        } else {
            let parts = [
                (t.added, "added"),
                (t.removed, "removed"),
                (t.moved, "moved"),
                (t.reshaped, "reshaped"),
                (t.attributes, "with other attributes"),
                (t.properties, "with other properties"),
                (t.ambiguous, "ambiguous"),
            ];
            let said: Vec<String> = parts
                .iter()
                .filter(|(n, _)| *n > 0)
                .map(|(n, what)| format!("{} {what}", count(*n)))
                .collect();
            match &said[..] {
                [] => "the same elements, elsewhere".to_owned(),
                said => said.join(", "),
            }
        };
        let _ = writeln!(out, "{verdict}");
        let found: Vec<_> = self.diagnostics.iter().collect();
        out.push_str(&diagnostics_text(&found, all));
        out
    }
}

fn section(out: &mut String, m: &ModelComparison, most: usize) {
    let name = if m.old == m.new { m.new.clone() } else { format!("{} -> {}", m.old, m.new) };
    let _ = writeln!(out, "{name}");
    let by: Vec<String> = m.matched.iter().map(|(how, n)| format!("{} by {how}", count(*n))).collect();
    let matched = if by.is_empty() { "none".to_owned() } else { by.join(", ") };
    let counts = format!("{} elements, then {}", count(m.counts.old), count(m.counts.new));
    let _ = writeln!(out, "  elements  {counts}; matched {matched}");
    if let Some(v) = m.shift {
        let distance = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let _ = writeln!(out, "  shift     the whole model moved by {} {}", length(distance), point(v));
    }
    for c in &m.place {
        let _ = writeln!(out, "  place     {} {}", c.attribute, arrow(&c.old, &c.new));
    }
    classes(out, m);
    let rows = |list: &[ElementReport]| -> Vec<[String; 3]> {
        list.iter().map(|e| [e.class.clone(), e.global_id.clone(), named(e, 60)]).collect()
    };
    list(out, "removed", &rows(&m.removed), [Align::Left; 3], most);
    list(out, "added", &rows(&m.added), [Align::Left; 3], most);
    let moved: Vec<[String; 4]> = m
        .changes
        .iter()
        .filter_map(|c| {
            let motion = motion_text(c.moved.as_ref()?);
            Some([c.old.class.clone(), c.old.global_id.clone(), named(&c.old, 28), motion])
        })
        .collect();
    list(out, "moved", &moved, [Align::Left; 4], most);
    let reshaped: Vec<[String; 4]> = m
        .changes
        .iter()
        .filter_map(|c| {
            let reshape = c.reshaped.as_ref()?;
            let what = reshape_text(reshape.old.as_ref(), reshape.new.as_ref());
            Some([c.old.class.clone(), c.old.global_id.clone(), named(&c.old, 28), what])
        })
        .collect();
    list(out, "reshaped", &reshaped, [Align::Left; 4], most);
    alike(out, "attributes", attributes(m), most);
    alike(out, "properties", properties(m), most);
    let ambiguous: Vec<[String; 4]> = m
        .ambiguous
        .iter()
        .map(|g| {
            let ids = |list: &[ElementReport]| {
                let all = list.iter().map(|e| e.global_id.as_str()).collect::<Vec<_>>().join(" ");
                shorten(&all, 48)
            };
            let class = g.old.first().or(g.new.first()).map(|e| e.class.clone()).unwrap_or_default();
            let size = format!("{} to {}", g.old.len(), g.new.len());
            [class, size, g.why.to_owned(), ids(&g.old)]
        })
        .collect();
    list(out, "ambiguous", &ambiguous, [Align::Left; 4], most);
    out.push('\n');
}

fn classes(out: &mut String, m: &ModelComparison) {
    let changed =
        |c: &CountsReport| c.added + c.removed + c.moved + c.reshaped + c.attributes + c.properties > 0;
    let mut rows = vec![
        ["class", "old", "new", "added", "removed", "moved", "reshaped", "attributes", "properties"]
            .map(String::from),
    ];
    rows.extend(m.classes.iter().filter(|(_, c)| changed(c)).map(|(class, c)| {
        let n = |n: usize| if n == 0 { "-".to_owned() } else { count(n) };
        [
            class.clone(),
            count(c.old),
            count(c.new),
            n(c.added),
            n(c.removed),
            n(c.moved),
            n(c.reshaped),
            n(c.attributes),
            n(c.properties),
        ]
    }));
    if rows.len() > 1 {
        let mut align = [Align::Right; 9];
        align[0] = Align::Left;
        lines(&rows, align, 2).iter().for_each(|line| {
            let _ = writeln!(out, "{line}");
        });
    }
}

fn list<const N: usize>(out: &mut String, what: &str, rows: &[[String; N]], align: [Align; N], most: usize) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "  {what}");
    let shown = rows.len().min(most);
    for line in lines(&rows[..shown], align, 4) {
        let _ = writeln!(out, "{line}");
    }
    if rows.len() > shown {
        let _ = writeln!(out, "    and {} more (--all lists them)", count(rows.len() - shown));
    }
}

/// What is the same change of several elements, with how many; the most frequent first.
fn alike(out: &mut String, what: &str, changes: BTreeMap<[String; 2], Vec<&ChangeReport>>, most: usize) {
    let mut sorted: Vec<_> = changes.into_iter().collect();
    // Stable: equal counts stay in the order of names.
    sorted.sort_by_key(|(_, who)| std::cmp::Reverse(who.len()));
    let rows: Vec<[String; 3]> = sorted
        .into_iter()
        .map(|([name, change], who)| {
            let whom = match &who[..] {
                [one] => format!("{} {}", one.old.class, one.old.global_id),
                many => format!("{} elements", count(many.len())),
            };
            [shorten(&name, 44), shorten(&change, 60), whom]
        })
        .collect();
    list(out, what, &rows, [Align::Left; 3], most);
}

fn attributes(m: &ModelComparison) -> BTreeMap<[String; 2], Vec<&ChangeReport>> {
    let mut all: BTreeMap<[String; 2], Vec<&ChangeReport>> = BTreeMap::new();
    for change in &m.changes {
        for c in &change.attributes {
            all.entry([c.attribute.clone(), arrow(&c.old, &c.new)]).or_default().push(change);
        }
    }
    all
}

fn properties(m: &ModelComparison) -> BTreeMap<[String; 2], Vec<&ChangeReport>> {
    let mut all: BTreeMap<[String; 2], Vec<&ChangeReport>> = BTreeMap::new();
    for change in &m.changes {
        for p in &change.properties {
            let unit = p.unit.as_deref().map(|u| format!(" {u}")).unwrap_or_default();
            let what = format!("{}{unit}", arrow(&p.old, &p.new));
            all.entry([format!("{}.{}", p.set, p.name), what]).or_default().push(change);
        }
    }
    all
}

fn arrow(old: &Option<ValueReport>, new: &Option<ValueReport>) -> String {
    let text = |v: &Option<ValueReport>| v.as_ref().map_or("nothing".to_owned(), ValueReport::to_text);
    format!("{} -> {}", text(old), text(new))
}

fn named(e: &ElementReport, most: usize) -> String {
    shorten(e.name.as_deref().unwrap_or_default(), most)
}

fn point([x, y, z]: [f64; 3]) -> String {
    format!("({x:.3}, {y:.3}, {z:.3})")
}

/// `1.250 m (1.250, 0.000, 0.000), turned 90.00 degrees`
pub(crate) fn motion_text(m: &MotionReport) -> String {
    let moved = format!("{} {}", length(m.distance), point(m.vector));
    match &m.turned {
        Some(turn) if m.distance < 5e-4 => format!("turned {:.2} degrees", turn.degrees),
        Some(turn) => format!("{moved}, turned {:.2} degrees", turn.degrees),
        None => moved,
    }
}

fn reshape_text(old: Option<&MeasureReport>, new: Option<&MeasureReport>) -> String {
    let (Some(old), Some(new)) = (old, new) else {
        return if old.is_some() { "lost its shape".to_owned() } else { "got a shape".to_owned() };
    };
    let mut said = Vec::new();
    let size = |m: &MeasureReport| [0, 1, 2].map(|k| m.bounds[1][k] - m.bounds[0][k]);
    let (before, after) = (size(old), size(new));
    if (0..3).any(|k| (before[k] - after[k]).abs() > groma_compare::LENGTH_NOISE) {
        let text = |[x, y, z]: [f64; 3]| format!("{x:.3} x {y:.3} x {z:.3}");
        said.push(format!("{} -> {} m", text(before), text(after)));
    }
    let relative = |a: f64, b: f64| (a - b).abs() > 1e-5 * a.abs().max(b.abs());
    match (old.volume, new.volume) {
        (Some(a), Some(b)) if relative(a, b) => said.push(format!("{a:.4} -> {b:.4} m3")),
        (Some(_), None) => said.push("no longer closed".to_owned()),
        (None, Some(_)) => said.push("closed now".to_owned()),
        _ => {}
    }
    if said.is_empty() && relative(old.area, new.area) {
        said.push(format!("{:.4} -> {:.4} m2", old.area, new.area));
    }
    if said.is_empty() {
        said.push("another surface of the same size".to_owned());
    }
    said.join(", ")
}
