//! What came to nothing: counted by reason, and named so that a person can mend it.

use std::collections::{BTreeMap, BTreeSet};

/// Rows of a file, or elements, that came to nothing for one reason.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lost {
    /// What, and why.
    pub why: String,
    /// How many.
    pub count: usize,
    /// The first [`Lost::MOST`] of them, or what they look for, each once where they stand in no row.
    pub some: Vec<LostRow>,
}

impl Lost {
    /// So many are named.
    pub const MOST: usize = 1000;
}

/// A row that came to nothing, or what an element looks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LostRow {
    /// The line of the file, from 1; `None` for what stands in no file.
    pub line: Option<u32>,
    /// What was looked for and not found.
    pub sought: String,
}

/// Why a row comes to nothing whose element cannot be found, or is none that somebody builds.
pub(super) const NO_ELEMENT: &str = "rows whose element no model has";
pub(super) const NOT_BUILT: &str = "rows whose element is nothing that is built";

/// What an entry of the project's file loses.
#[derive(Default)]
pub(super) struct Losses {
    by: BTreeMap<&'static str, Lost>,
    /// What stands in no row, by reason and what it looks for.
    known: BTreeSet<(&'static str, String)>,
}

impl Losses {
    /// A row of a file: its line, and the fields that were of no use.
    pub(super) fn row(&mut self, why: &'static str, line: u32, fields: &[Option<&str>]) {
        let lost = self.by.entry(why).or_default();
        lost.count += 1;
        if lost.some.len() < Lost::MOST {
            let fields: Vec<&str> = fields.iter().copied().flatten().collect();
            let sought = if fields.is_empty() { "(empty)".to_owned() } else { fields.join(", ") };
            lost.some.push(LostRow { line: Some(line), sought });
        }
    }

    /// What stands in no row: what it looks for.
    pub(super) fn one(&mut self, why: &'static str, sought: String) {
        let lost = self.by.entry(why).or_default();
        lost.count += 1;
        if lost.some.len() < Lost::MOST && self.known.insert((why, sought.clone())) {
            lost.some.push(LostRow { line: None, sought });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by.is_empty()
    }

    /// The counts, in words.
    pub(super) fn words(&self) -> String {
        if self.by.is_empty() {
            return "it has no rows".to_owned();
        }
        let words: Vec<String> = self.by.iter().map(|(why, lost)| format!("{} {why}", lost.count)).collect();
        words.join(", ")
    }

    /// All of it, by reason.
    pub(super) fn into_list(self) -> Vec<Lost> {
        self.by.into_iter().map(|(why, lost)| Lost { why: why.to_owned(), ..lost }).collect()
    }
}
