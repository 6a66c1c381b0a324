//! The tasks of a programme under the headings of its breakdown (WBS).

use groma::twin::Task;
use std::collections::{BTreeSet, HashMap};

/// What stands in a row of the list of tasks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Line {
    /// A heading, by its number in [`Outline::headings`].
    Heading(u32),
    /// A task, by its number in the programme.
    Task(u32),
}

/// A row, and how deep it stands, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// What stands in it.
    pub line: Line,
    /// How many headings it stands under.
    pub depth: u8,
}

/// A heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// What it is called. Headings that have nothing but the next one under them stand in one line, with `/` between.
    pub name: String,
    /// The names from the top: what it is known by when a programme is read again.
    pub path: Vec<String>,
    /// Its own row among all.
    at: u32,
    /// The row behind the last one under it.
    end: u32,
}

/// The tasks in the order of the programme: what belongs to one heading stands together where its first task does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outline {
    headings: Vec<Heading>,
    rows: Vec<Row>,
}

/// Breakdowns are told apart so deep.
const DEEPEST: usize = 24;

/// A heading while they are gathered.
struct Node<'a> {
    name: &'a str,
    below: Vec<Line>,
}

enum Step {
    /// A line under a heading of so many, after a path.
    Enter(Line, u8, Vec<String>),
    Leave(usize),
}

impl Outline {
    /// Sorts tasks under their headings.
    pub fn of(tasks: &[Task]) -> Self {
        let mut nodes = vec![Node { name: "", below: Vec::new() }];
        let mut known: HashMap<(usize, &str), usize> = HashMap::new();
        for (n, task) in (0..).zip(tasks) {
            let mut at = 0;
            for name in task.above.iter().map(|n| n.trim()).filter(|n| !n.is_empty()).take(DEEPEST) {
                let next = nodes.len();
                let node = *known.entry((at, name)).or_insert(next);
                if node == next {
                    nodes.push(Node { name, below: Vec::new() });
                    nodes[at].below.push(Line::Heading(next as u32));
                }
                at = node;
            }
            nodes[at].below.push(Line::Task(n));
        }
        let mut outline = Self::default();
        let enter = |node: usize, depth: u8, path: &[String]| {
            let steps = nodes[node].below.iter().rev();
            steps.map(|line| Step::Enter(*line, depth, path.to_owned())).collect::<Vec<_>>()
        };
        let mut steps = enter(0, 0, &[]);
        while let Some(step) = steps.pop() {
            match step {
                Step::Leave(heading) => outline.headings[heading].end = outline.rows.len() as u32,
                Step::Enter(line @ Line::Task(_), depth, _) => outline.rows.push(Row { line, depth }),
                Step::Enter(Line::Heading(node), depth, mut path) => {
                    let mut node = node as usize;
                    let above = path.len();
                    path.push(nodes[node].name.to_owned());
                    while let [Line::Heading(only)] = nodes[node].below[..] {
                        node = only as usize;
                        path.push(nodes[node].name.to_owned());
                    }
                    let name = path[above..].join("/");
                    let heading = outline.headings.len();
                    steps.push(Step::Leave(heading));
                    steps.extend(enter(node, depth + 1, &path));
                    let at = outline.rows.len() as u32;
                    outline.headings.push(Heading { name, path, at, end: at });
                    outline.rows.push(Row { line: Line::Heading(heading as u32), depth });
                }
            }
        }
        outline
    }

    /// The headings, each before those under it.
    pub fn headings(&self) -> &[Heading] {
        &self.headings
    }

    /// The tasks under a heading, and under those under it.
    pub fn tasks(&self, heading: u32) -> impl Iterator<Item = u32> + '_ {
        let of = self.headings.get(heading as usize);
        let rows = of.map_or(&[][..], |h| &self.rows[h.at as usize..h.end as usize]);
        rows.iter().filter_map(|row| match row.line {
            Line::Task(task) => Some(task),
            Line::Heading(_) => None,
        })
    }

    /// The headings over the first of the tasks that are looked for, from the top.
    pub fn above(&self, is: impl Fn(u32) -> bool) -> impl Iterator<Item = &Heading> {
        let found = self.rows.iter().position(|row| matches!(row.line, Line::Task(task) if is(task)));
        let at = found.map_or(u32::MAX, |at| at as u32);
        self.headings.iter().filter(move |h| (h.at..h.end).contains(&at))
    }

    /// The rows that are seen, where headings of some paths are folded.
    pub fn unfolded(&self, folded: &BTreeSet<Vec<String>>) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut at = 0;
        while let Some(row) = self.rows.get(at) {
            rows.push(*row);
            at = match row.line {
                Line::Heading(h) if folded.contains(&self.headings[h as usize].path) => {
                    self.headings[h as usize].end as usize
                }
                _ => at + 1,
            };
        }
        rows
    }

    /// The rows of some of the tasks, and of the headings over them.
    pub fn with(&self, is: impl Fn(u32) -> bool) -> Vec<Row> {
        let mut rows = Vec::new();
        // The headings that the present row is under, and that no task has brought in yet.
        let mut above: Vec<(u32, Row)> = Vec::new();
        for (at, row) in (0..).zip(&self.rows) {
            above.retain(|(end, _)| *end > at);
            match row.line {
                Line::Heading(h) => above.push((self.headings[h as usize].end, *row)),
                Line::Task(task) if is(task) => {
                    rows.extend(above.drain(..).map(|(_, heading)| heading));
                    rows.push(*row);
                }
                Line::Task(_) => {}
            }
        }
        rows
    }
}
