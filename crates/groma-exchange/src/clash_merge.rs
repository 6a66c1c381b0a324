//! The parts of a clash run, made whole again.

use crate::clash_report::ShardReport;
use crate::schema::to_json;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use thiserror::Error;

/// Why parts do not make a whole.
#[derive(Debug, Error)]
pub enum MergeError {
    /// A file that is no report of `groma clash`.
    #[error("{name} is no report of groma clash --shard: {why}")]
    NoReport {
        /// The file.
        name: String,
        /// What the reader says.
        why: String,
    },
    /// A report of a whole run.
    #[error("{name} is no part of a run\n  hint: groma clash … --shard 1/4 --format json writes parts")]
    NoPart {
        /// The file.
        name: String,
    },
    /// Parts of different runs.
    #[error("{name} and {other} are no parts of one run: they differ in `{what}`")]
    Different {
        /// A file.
        name: String,
        /// The file it was compared with.
        other: String,
        /// The first field that differs.
        what: &'static str,
    },
    /// A part is missing, or there twice.
    #[error("of {of} parts number {index} is {}", if *.twice { "there twice" } else { "missing" })]
    Incomplete {
        /// Which.
        index: u32,
        /// How many there should be.
        of: u32,
        /// True for one too many.
        twice: bool,
    },
}

/// How the whole run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// There are clashes.
    Clashes,
    /// There are none, but something could not be tested.
    Incomplete,
    /// There are none.
    Complete,
}

/// What tells of a run whether all was tested.
#[derive(Deserialize)]
struct Failed {
    failed: usize,
}

/// What tells whether a part of an input is lost.
#[derive(Deserialize)]
struct Said {
    code: String,
    severity: String,
}

/// A report of a clash run, with what nobody looks into as it stands in the text.
#[derive(Serialize, Deserialize)]
struct Part {
    schema_version: u32,
    generator: String,
    #[serde(skip_serializing)]
    shard: Option<ShardReport>,
    rule: Box<RawValue>,
    frame: Box<RawValue>,
    coverage: Box<RawValue>,
    models: Box<RawValue>,
    tested: Tested,
    clashes: Vec<Box<RawValue>>,
    diagnostics: Box<RawValue>,
}

#[derive(Serialize, Deserialize)]
struct Tested {
    elements: usize,
    surfaces: usize,
    failed: usize,
    candidates: usize,
    excluded_elements: BTreeMap<String, usize>,
    excluded_pairs: BTreeMap<String, usize>,
}

/// What a clash is sorted by.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Order {
    a: Key,
    b: Key,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    model: String,
    global_id: String,
}

/// The report of the whole run, to the byte as the run itself would have written it, and how it ended. `parts` are names of files, for
/// messages, and their texts, in any order.
///
/// # Errors
///
/// A text that is no part of a run, parts of different runs, a part that is missing or there twice.
pub fn merge(parts: &[(String, String)]) -> Result<(String, Ended), MergeError> {
    let mut read: Vec<(&str, ShardReport, Part)> = Vec::new();
    for (name, text) in parts {
        let no_report =
            |e: serde_json::Error| MergeError::NoReport { name: name.clone(), why: e.to_string() };
        let part: Part = serde_json::from_str(text).map_err(no_report)?;
        let shard = part.shard.ok_or_else(|| MergeError::NoPart { name: name.clone() })?;
        read.push((name, shard, part));
    }
    read.sort_by_key(|(_, shard, _)| shard.index);
    let mut rest = read.into_iter();
    let Some((name, shard, mut whole)) = rest.next() else {
        return Err(MergeError::Incomplete { index: 1, of: 1, twice: false });
    };
    let mut expected = 1;
    let mut count = |index: u32| {
        let fits = index == expected && index <= shard.of;
        let (found, missing) = (index, expected);
        expected += 1;
        let (index, twice) = if found < missing { (found, true) } else { (missing, false) };
        if fits { Ok(()) } else { Err(MergeError::Incomplete { index, of: shard.of, twice }) }
    };
    count(shard.index)?;
    for (other, next, part) in rest {
        if let Some(what) = difference(&whole, &part, shard, next) {
            let (name, other) = (other.to_owned(), name.to_owned());
            return Err(MergeError::Different { name, other, what });
        }
        count(next.index)?;
        whole.tested.candidates += part.tested.candidates;
        for (why, n) in part.tested.excluded_pairs {
            *whole.tested.excluded_pairs.entry(why).or_insert(0) += n;
        }
        whole.clashes.extend(part.clashes);
    }
    if expected <= shard.of {
        return Err(MergeError::Incomplete { index: expected, of: shard.of, twice: false });
    }
    let mut sorted = Vec::new();
    for clash in std::mem::take(&mut whole.clashes) {
        let order: Order = serde_json::from_str(clash.get())
            .map_err(|e| MergeError::NoReport { name: name.to_owned(), why: e.to_string() })?;
        sorted.push((order, clash));
    }
    sorted.sort_by(|x, y| x.0.cmp(&y.0));
    whole.clashes = sorted.into_iter().map(|(_, clash)| clash).collect();
    let no_report = |e: serde_json::Error| MergeError::NoReport { name: name.to_owned(), why: e.to_string() };
    let coverage: Failed = serde_json::from_str(whole.coverage.get()).map_err(no_report)?;
    let said: Vec<Said> = serde_json::from_str(whole.diagnostics.get()).map_err(no_report)?;
    // What clash detection itself says, G04, is of shapes that were tested as far as they go.
    let is_lost = |s: &Said| s.severity == "error" && !s.code.starts_with("G04");
    let ended = if !whole.clashes.is_empty() {
        Ended::Clashes
    } else if coverage.failed > 0 || said.iter().any(is_lost) {
        Ended::Incomplete
    } else {
        Ended::Complete
    };
    Ok((to_json(&whole), ended))
}

/// The first field of two parts that differs and must not.
fn difference(a: &Part, b: &Part, of_a: ShardReport, of_b: ShardReport) -> Option<&'static str> {
    let (x, y) = (&a.tested, &b.tested);
    let elements = |t: &Tested| (t.elements, t.surfaces, t.failed);
    [
        ("generator", a.generator == b.generator && a.schema_version == b.schema_version),
        ("shard", of_a.of == of_b.of),
        ("rule", a.rule.get() == b.rule.get()),
        ("frame", a.frame.get() == b.frame.get()),
        ("models", a.models.get() == b.models.get()),
        ("coverage", a.coverage.get() == b.coverage.get()),
        ("tested", elements(x) == elements(y) && x.excluded_elements == y.excluded_elements),
        ("diagnostics", a.diagnostics.get() == b.diagnostics.get()),
    ]
    .into_iter()
    .find_map(|(what, same)| (!same).then_some(what))
}
