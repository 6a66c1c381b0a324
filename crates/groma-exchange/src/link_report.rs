//! What links elements to tasks, and what is linked to nothing.

use crate::report::DiagnosticReport;
use crate::schema::to_json;
use crate::table::{Align, count, lines, shorten};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema; it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma link`. Elements are those that somebody builds: with a shape, no openings, no spaces.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LinkReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// The labels of the models, in order.
    pub models: Vec<String>,
    /// What the tasks were read from.
    pub programme: String,
    /// How many elements there are, and how many of them have a task.
    pub elements: Share,
    /// How many tasks there are, and how many of them have an element.
    pub tasks: Share,
    /// What each entry of the file brings.
    pub entries: Vec<LinkedEntry>,
    /// Elements by class.
    pub classes: Vec<GroupShare>,
    /// Elements by storey.
    pub storeys: Vec<GroupShare>,
    /// Each piece of work, by element and task.
    pub links: Vec<LinkRow>,
    /// Elements without a task.
    pub unlinked_elements: Vec<ElementRow>,
    /// Tasks without an element, in the programme's order.
    pub unlinked_tasks: Vec<TaskRow>,
    /// What is wrong with the files.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// A part of a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct Share {
    /// All.
    pub all: usize,
    /// Those that are linked.
    pub linked: usize,
}

/// The share of a class or a storey.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct GroupShare {
    /// The class, or the storey's name; empty for elements in no storey.
    pub name: String,
    /// All.
    pub all: usize,
    /// Those that are linked.
    pub linked: usize,
}

/// An entry of the project's file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LinkedEntry {
    /// Its name.
    pub name: String,
    /// Pairs of element and task that it names.
    pub pairs: usize,
    /// Elements that it names.
    pub elements: usize,
    /// Tasks that it names.
    pub tasks: usize,
    /// Rows or elements that came to nothing, and why.
    pub lost: Vec<Lost>,
    /// Why it links nothing at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nothing: Option<Nothing>,
}

/// Why an entry of the project's file brings nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Nothing {
    /// What is wrong.
    pub what: String,
    /// The line of the project's file, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Rows or elements that came to nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Lost {
    /// What, and why.
    pub what: String,
    /// How many.
    pub count: usize,
    /// The first 1,000 of them; of elements what they look for, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<LostRow>,
}

/// A row that came to nothing, or what an element looks for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LostRow {
    /// The line of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What was looked for.
    pub sought: String,
}

impl LostRow {
    /// The line and what was looked for.
    fn words(&self) -> String {
        let sought = shorten(&self.sought, 100);
        self.line.map_or_else(|| sought.clone(), |line| format!("line {line}: {sought}"))
    }
}

impl Lost {
    /// How many are not among so many of the rows.
    fn beyond(&self, shown: usize) -> usize {
        let named = self.rows.iter().any(|r| r.line.is_some());
        let all = if named { self.count } else { self.rows.len() };
        all.saturating_sub(shown)
    }
}

/// So many rows that came to nothing are named of each reason.
const NAMED: usize = 5;

/// What came to nothing, by reason, and some of it unless all is asked for.
pub(crate) fn write_lost(out: &mut String, lost: &[Lost], indent: &str, all: bool) {
    for lost in lost {
        let _ = writeln!(out, "{indent}lost: {} {}", count(lost.count), lost.what);
        let shown = if all { lost.rows.len() } else { lost.rows.len().min(NAMED) };
        for row in &lost.rows[..shown] {
            let _ = writeln!(out, "{indent}  {}", row.words());
        }
        let more = lost.beyond(shown);
        if more > 0 {
            let _ = writeln!(out, "{indent}  and {} more{}", count(more), if all { "" } else { " (--all)" });
        }
    }
}

/// A task on an element.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LinkRow {
    /// The model's label.
    pub model: String,
    /// The GlobalId.
    pub global_id: String,
    /// The task's code.
    pub task: String,
    /// `construct`, `demolish` or `temporary`.
    pub role: &'static str,
    /// Its share among the tasks of the same role.
    pub weight: f64,
    /// The entry that brings it.
    pub entry: String,
}

/// An element.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ElementRow {
    /// The model's label.
    pub model: String,
    /// The GlobalId.
    pub global_id: String,
    /// The class.
    pub class: String,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The storey that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storey: Option<String>,
}

/// A task.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct TaskRow {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// When it starts.
    pub start: String,
    /// When it finishes.
    pub finish: String,
}

/// So many of a list the text shows, unless all are asked for.
const SHOWN: usize = 15;

impl LinkReport {
    /// The report as JSON.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// A row for each piece of work, under the names that a file of links has; behind them one for what came to nothing,
    /// with the reason, the line of its file and what it looks for.
    pub fn to_csv(&self) -> String {
        let mut out = String::from("model,global_id,task,role,weight,entry,lost,line,sought\n");
        let mut row = |cells: [&str; 9]| {
            out.push_str(&cells.map(crate::check_csv::quoted).join(","));
            out.push('\n');
        };
        for l in &self.links {
            let weight = l.weight.to_string();
            row([&l.model, &l.global_id, &l.task, l.role, &weight, &l.entry, "", "", ""]);
        }
        for e in &self.entries {
            if let Some(why) = &e.nothing {
                row(["", "", "", "", "", &e.name, &why.what, "", ""]);
            }
            for lost in &e.lost {
                for r in &lost.rows {
                    let line = r.line.map(|line| line.to_string()).unwrap_or_default();
                    row(["", "", "", "", "", &e.name, &lost.what, &line, &r.sought]);
                }
                let more = lost.beyond(lost.rows.len());
                if more > 0 {
                    row(["", "", "", "", "", &e.name, &lost.what, "", &format!("and {more} more")]);
                }
            }
        }
        out
    }

    /// The report for a person; lists are cut unless `all`.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = String::new();
        let share =
            |s: Share| format!("{} of {} ({})", count(s.linked), count(s.all), percent(s.linked, s.all));
        let _ = writeln!(out, "elements with a task   {}", share(self.elements));
        let _ = writeln!(out, "tasks with an element  {}, of {}", share(self.tasks), self.programme);
        out.push_str("\nlinks\n");
        let rows: Vec<[String; 4]> = self
            .entries
            .iter()
            .map(|e| {
                let (pairs, elements, tasks) = (count(e.pairs), count(e.elements), count(e.tasks));
                [
                    e.name.clone(),
                    format!("{pairs} pairs"),
                    format!("{elements} elements"),
                    format!("{tasks} tasks"),
                ]
            })
            .collect();
        for (line, e) in
            lines(&rows, [Align::Left, Align::Right, Align::Right, Align::Right], 2).iter().zip(&self.entries)
        {
            let _ = writeln!(out, "{line}");
            if let Some(why) = &e.nothing {
                let _ = writeln!(out, "    nothing, see line {}: {}", why.line, why.what);
            }
            write_lost(&mut out, &e.lost, "    ", all);
        }
        for (title, groups) in [("classes", &self.classes), ("storeys", &self.storeys)] {
            let _ = writeln!(out, "\n{title}");
            let rows: Vec<[String; 3]> = groups
                .iter()
                .map(|g| {
                    let name = if g.name.is_empty() { "no storey" } else { &g.name };
                    [
                        shorten(name, 40),
                        format!("{} of {}", count(g.linked), count(g.all)),
                        percent(g.linked, g.all),
                    ]
                })
                .collect();
            push(&mut out, lines(&rows, [Align::Left, Align::Right, Align::Right], 2), all);
        }
        if !self.unlinked_tasks.is_empty() {
            out.push_str("\ntasks without an element\n");
            let rows: Vec<[String; 3]> = self
                .unlinked_tasks
                .iter()
                .map(|t| {
                    [t.code.clone(), shorten(&t.name, 48), format!("{} to {}", day(&t.start), day(&t.finish))]
                })
                .collect();
            push(&mut out, lines(&rows, [Align::Left; 3], 2), all);
        }
        if !self.unlinked_elements.is_empty() {
            let n = count(self.unlinked_elements.len());
            let _ = writeln!(out, "\n{n} elements without a task: --format json lists them");
        }
        out
    }
}

fn day(instant: &str) -> &str {
    instant.split('T').next().unwrap_or(instant)
}

/// `97 %`; never 100 while something is left, never 0 while there is something.
pub(crate) fn percent(part: usize, all: usize) -> String {
    if all == 0 {
        return "-".into();
    }
    let share = (100.0 * part as f64 / all as f64).round() as usize;
    let share = if part < all { share.min(99) } else { share };
    format!("{} %", if part > 0 { share.max(1) } else { share })
}

pub(crate) fn push(out: &mut String, lines: Vec<String>, all: bool) {
    let shown = if all || lines.len() <= SHOWN + 1 { lines.len() } else { SHOWN };
    for line in &lines[..shown] {
        out.push_str(line);
        out.push('\n');
    }
    if shown < lines.len() {
        let _ = writeln!(out, "  and {} more (--all)", count(lines.len() - shown));
    }
}
