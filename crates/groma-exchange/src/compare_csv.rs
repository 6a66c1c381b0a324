//! A comparison as a table: one line for each thing that changed.

use crate::compare_report::{ChangeReport, CompareReport, ElementReport, ModelComparison};
use crate::value::ValueReport;

const HEAD: [&str; 11] = [
    "change",
    "model",
    "class",
    "old_global_id",
    "new_global_id",
    "name",
    "method",
    "score",
    "what",
    "old",
    "new",
];

impl CompareReport {
    /// The report as comma-separated values (RFC 4180) with a header. `change` is `added`, `removed`,
    /// `moved`, `reshaped`, `attribute`, `property` or `ambiguous`. A move has the way in metres under
    /// `what` and the vector under `new`.
    pub fn to_csv(&self) -> String {
        let mut out = Rows(String::new());
        out.row(&HEAD.map(str::to_owned));
        self.models.iter().for_each(|m| model(&mut out, m));
        out.0
    }
}

struct Rows(String);

impl Rows {
    fn row(&mut self, cells: &[String]) {
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                self.0.push(',');
            }
            if cell.contains([',', '"', '\n', '\r']) {
                self.0.push('"');
                self.0.push_str(&cell.replace('"', "\"\""));
                self.0.push('"');
            } else {
                self.0.push_str(cell);
            }
        }
        self.0.push_str("\r\n");
    }
}

fn model(out: &mut Rows, m: &ModelComparison) {
    let alone = |change: &str, e: &ElementReport, is_old: bool, what: &str| {
        let (old, new) = if is_old { (e.global_id.as_str(), "") } else { ("", e.global_id.as_str()) };
        let name = e.name.as_deref().unwrap_or_default();
        [change, &m.new, &e.class, old, new, name, "", "", what, "", ""].map(str::to_owned)
    };
    m.removed.iter().for_each(|e| out.row(&alone("removed", e, true, "")));
    m.added.iter().for_each(|e| out.row(&alone("added", e, false, "")));
    m.changes.iter().for_each(|c| change(out, &m.new, c));
    for group in &m.ambiguous {
        group.old.iter().for_each(|e| out.row(&alone("ambiguous", e, true, group.why)));
        group.new.iter().for_each(|e| out.row(&alone("ambiguous", e, false, group.why)));
    }
}

fn change(out: &mut Rows, label: &str, c: &ChangeReport) {
    let mut row = |change: &str, what: &str, old: String, new: String| {
        let head = [change, label, &c.old.class, &c.old.global_id, &c.new.global_id];
        let name = c.old.name.as_deref().unwrap_or_default();
        let score = c.score.to_string();
        let mut cells = head.map(str::to_owned).to_vec();
        cells.extend([name, c.method, &score, what].map(str::to_owned));
        cells.extend([old, new]);
        out.row(&cells);
    };
    if let Some(m) = &c.moved {
        let vector = m.vector.map(|x| x.to_string()).join(" ");
        row("moved", &m.distance.to_string(), String::new(), vector);
        if let Some(turn) = &m.turned {
            row("moved", "degrees", String::new(), turn.degrees.to_string());
        }
    }
    if let Some(r) = &c.reshaped {
        let (old, new) = (r.old.as_ref(), r.new.as_ref());
        let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
        row("reshaped", "volume", number(old.and_then(|m| m.volume)), number(new.and_then(|m| m.volume)));
        row("reshaped", "area", number(old.map(|m| m.area)), number(new.map(|m| m.area)));
    }
    let text = |v: &Option<ValueReport>| v.as_ref().map_or(String::new(), ValueReport::to_text);
    for a in &c.attributes {
        row("attribute", &a.attribute, text(&a.old), text(&a.new));
    }
    for p in &c.properties {
        row("property", &format!("{}.{}", p.set, p.name), text(&p.old), text(&p.new));
    }
}
