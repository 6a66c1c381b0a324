//! A check in parts, by jobs side by side that know nothing of each other.

use crate::check::rule_error;
use crate::remember::{Kept, KeptRule, detect_part};
use crate::rules::plan;
use crate::{CheckError, Project, ProjectConfig};
use groma_cache::Key;
use groma_clash::{Discipline, Shard};
use groma_exchange::report::GENERATOR;
use groma_model::Progress;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use thiserror::Error;

/// The version of the file of a part.
const VERSION: u32 = 1;

/// The verdicts on one of several shares of the pairs of a check. Whether these are clashes that fail is told when all
/// parts are merged: see [`Parts`].
#[derive(Serialize, Deserialize)]
pub struct CheckPart {
    groma_check_part: u32,
    generator: String,
    index: u32,
    of: u32,
    rules: Vec<KeptRule>,
}

/// Why parts do not make a whole.
#[derive(Debug, Error)]
pub enum PartsError {
    /// A file that is no part of a check.
    #[error("{name} is no part of a check: {why}")]
    NoPart {
        /// The file.
        name: String,
        /// What the reader says.
        why: String,
    },
    /// A part of another version of the program.
    #[error("{name} was written by {generator}, and this is {GENERATOR}")]
    OtherVersion {
        /// The file.
        name: String,
        /// Who wrote it.
        generator: String,
    },
    /// A part of another cut.
    #[error("{name} is one of {of} parts, where others are of {expected}")]
    OtherCut {
        /// The file.
        name: String,
        /// How many parts it says there are.
        of: u32,
        /// How many the first says.
        expected: u32,
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
    /// Parts of different projects, or of another `groma.toml`.
    #[error(
        "{name} was tested under other rules or models\n  hint: all parts and groma merge read the same groma.toml and the same models"
    )]
    Different {
        /// The file.
        name: String,
    },
}

/// Tests one share of the pairs that a project's file asks for.
///
/// # Errors
///
/// As [`crate::check`].
pub fn check_part(
    project: &Project,
    config: &ProjectConfig,
    says: &BTreeMap<Arc<str>, Discipline>,
    shard: Shard,
    progress: &dyn Progress,
) -> Result<CheckPart, CheckError> {
    let plan = plan(project, config, says)?;
    let base = project.scene();
    let mut rules = Vec::new();
    for planned in &plan.rules {
        let scene = planned.space.as_ref().map_or_else(|| base.clone(), |space| space.scene(&base));
        for (n, rule) in planned.rules.iter().enumerate() {
            let part = detect_part(&scene, rule, &planned.slot(n), shard, progress);
            rules.push(part.map_err(|e| rule_error(config, planned, e))?);
        }
    }
    let generator = GENERATOR.to_owned();
    Ok(CheckPart { groma_check_part: VERSION, generator, index: shard.index, of: shard.of, rules })
}

impl CheckPart {
    /// The file: JSON, for `groma merge` alone.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// True for the text of a part of a check.
    pub fn is_one(text: &str) -> bool {
        text.trim_start().starts_with("{\"groma_check_part\":")
    }
}

/// All parts of a check.
pub struct Parts {
    by_key: BTreeMap<String, Vec<Kept>>,
}

impl Parts {
    /// Reads parts: names of files, for messages, and their texts, in any order.
    ///
    /// # Errors
    ///
    /// A text that is no part, a part that is missing or there twice, parts of different runs.
    pub fn read(texts: &[(String, String)]) -> Result<Self, PartsError> {
        let mut parts: Vec<(&str, CheckPart)> = Vec::new();
        for (name, text) in texts {
            let no_part =
                |e: serde_json::Error| PartsError::NoPart { name: name.clone(), why: e.to_string() };
            let part: CheckPart = serde_json::from_str(text).map_err(no_part)?;
            if part.generator != GENERATOR || part.groma_check_part != VERSION {
                return Err(PartsError::OtherVersion { name: name.clone(), generator: part.generator });
            }
            parts.push((name.as_str(), part));
        }
        parts.sort_by_key(|(_, part)| part.index);
        let of = parts.first().map_or(1, |(_, part)| part.of);
        let keys = |part: &CheckPart| part.rules.iter().map(|r| r.key.clone()).collect::<Vec<_>>();
        let first = parts.first().map(|(_, part)| keys(part)).unwrap_or_default();
        for (at, (name, part)) in (1..).zip(&parts) {
            let name = (*name).to_owned();
            if part.of != of {
                return Err(PartsError::OtherCut { name, of: part.of, expected: of });
            }
            if part.index != at || at > of {
                let twice = part.index < at;
                return Err(PartsError::Incomplete { index: part.index.min(at), of, twice });
            }
            if keys(part) != first {
                return Err(PartsError::Different { name });
            }
        }
        if (parts.len() as u64) < u64::from(of) {
            return Err(PartsError::Incomplete { index: parts.len() as u32 + 1, of, twice: false });
        }
        let mut by_key: BTreeMap<String, Vec<Kept>> = BTreeMap::new();
        for rule in parts.into_iter().flat_map(|(_, part)| part.rules) {
            by_key.entry(rule.key).or_default().push(rule.verdicts);
        }
        Ok(Self { by_key })
    }

    /// The verdicts on the pairs of a rule.
    pub(crate) fn of(&self, key: &Key) -> &[Kept] {
        self.by_key.get(&key.to_string()).map_or(&[], |kept| kept)
    }
}
