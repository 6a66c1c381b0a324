//! Diagnostics of a file, with an end to how many are listed.

use groma_model::{Code, Diagnostic, Diagnostics};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many of one code are listed; the rest is counted.
const LISTED: usize = 50;

/// Collects what is wrong with a file.
pub(crate) struct Notes {
    label: Arc<str>,
    diagnostics: Diagnostics,
    seen: BTreeMap<Code, usize>,
}

impl Notes {
    pub(crate) fn new(label: &Arc<str>) -> Self {
        Self { label: label.clone(), diagnostics: Diagnostics::default(), seen: BTreeMap::new() }
    }

    /// Adds one; `detail` is made only while they are listed.
    pub(crate) fn add<T: Into<String>>(&mut self, code: Code, detail: impl FnOnce() -> T) {
        let seen = self.seen.entry(code).or_insert(0);
        *seen += 1;
        if *seen <= LISTED {
            self.diagnostics.push(Diagnostic::new(code).model(&self.label).detail(detail()));
        }
    }

    /// All of them; of a code with more than are listed, the last says how many more there are.
    pub(crate) fn finish(mut self) -> Diagnostics {
        for (code, seen) in self.seen {
            if seen > LISTED {
                let more = format!("and {} more", seen - LISTED);
                self.diagnostics
                    .push(Diagnostic::new(code).model(&self.label).detail(more).standing_for(seen - LISTED));
            }
        }
        self.diagnostics
    }
}
