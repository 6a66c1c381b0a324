//! The baseline: clashes that are known, a line each, in an order that lets git show what changed.

use crate::report::GENERATOR;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of this file; it grows when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// A line of a baseline: JSON, the head first, then a clash each.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum BaselineLine {
    /// The first line.
    Head(BaselineHead),
    /// Every other line.
    Clash(BaselineClash),
}

/// The first line of a baseline.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineHead {
    /// 1.
    pub groma_baseline: u32,
    /// The program and its version.
    pub generator: String,
    /// The project's name; empty where it has none.
    pub project: String,
    /// The labels of its models, sorted.
    pub models: Vec<String>,
}

/// One known clash.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineClash {
    /// The rule, or the cell of the matrix.
    pub rule: String,
    /// Model and GlobalId of the lesser element.
    pub a: [String; 2],
    /// Model and GlobalId of the greater element.
    pub b: [String; 2],
    /// The clash's key.
    pub key: String,
    /// The key of its issue.
    pub issue: String,
    /// Why the clashes of the issue are one.
    pub grouping: String,
    /// `hard`, `contained`, `duplicate`, `clearance`, `touching` or `envelope`.
    pub kind: String,
    /// How deep, in metres.
    pub depth: Option<f64>,
    /// How far apart, in metres.
    pub distance: f64,
}

/// Clashes that are known.
#[derive(Clone, PartialEq, Debug)]
pub struct BaselineFile {
    /// Whose they are.
    pub head: BaselineHead,
    /// The clashes, sorted by rule and elements.
    pub clashes: Vec<BaselineClash>,
}

/// Why a file is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// A line cannot be read.
    #[error("line {line}: {why}\n  hint: a baseline is written by --save-baseline")]
    Line {
        /// The line, from 1.
        line: usize,
        /// Why not.
        why: String,
    },
    /// It is of another version.
    #[error("a baseline of version {found}, where {VERSION} is known")]
    Version {
        /// The version that it states.
        found: u32,
    },
    /// It belongs to another project.
    #[error("{why}\n  hint: name the baseline of this project, or write a new one with --save-baseline")]
    OtherProject {
        /// What tells.
        why: String,
    },
}

impl BaselineFile {
    /// A baseline of these clashes.
    pub fn new(project: &str, mut models: Vec<String>, mut clashes: Vec<BaselineClash>) -> Self {
        models.sort();
        clashes.sort_by(|x, y| (&x.rule, &x.a, &x.b, &x.key).cmp(&(&y.rule, &y.a, &y.b, &y.key)));
        let head = BaselineHead {
            groma_baseline: VERSION,
            generator: GENERATOR.to_owned(),
            project: project.to_owned(),
            models,
        };
        Self { head, clashes }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// A line that is none of a baseline, or another version.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
        let at = |line: usize| {
            move |e: serde_json::Error| BaselineError::Line { line: line + 1, why: e.to_string() }
        };
        let (n, first) =
            lines.next().ok_or(BaselineError::Line { line: 1, why: "the file is empty".to_owned() })?;
        let head: BaselineHead = serde_json::from_str(first).map_err(at(n))?;
        if head.groma_baseline != VERSION {
            return Err(BaselineError::Version { found: head.groma_baseline });
        }
        let clashes = lines.map(|(n, l)| serde_json::from_str(l).map_err(at(n))).collect::<Result<_, _>>()?;
        Ok(Self { head, clashes })
    }

    /// Checks that it belongs to a project: the names are equal where both have one, and a model is in both.
    ///
    /// # Errors
    ///
    /// [`BaselineError::OtherProject`].
    pub fn check(&self, project: &str, models: &[String]) -> Result<(), BaselineError> {
        let other = |why| Err(BaselineError::OtherProject { why });
        let theirs = &self.head.project;
        if !theirs.is_empty() && !project.is_empty() && theirs != project {
            return other(format!(
                "it is the baseline of the project `{theirs}`, and this one is `{project}`"
            ));
        }
        if !self.head.models.iter().any(|m| models.contains(m)) {
            let list = |m: &[String]| m.iter().take(4).map(String::as_str).collect::<Vec<_>>().join(", ");
            let (its, ours) = (list(&self.head.models), list(models));
            return other(format!("it is the baseline of other models ({its}; here {ours})"));
        }
        Ok(())
    }

    /// The file: JSON, a line for the head and one for each clash.
    pub fn to_text(&self) -> String {
        let line = |json: serde_json::Result<String>| json.unwrap_or_default() + "\n";
        let clashes = self.clashes.iter().map(|c| line(serde_json::to_string(c)));
        std::iter::once(line(serde_json::to_string(&self.head))).chain(clashes).collect()
    }
}
