//! The outcome of `groma check`: rules, issues, clashes, what became of those known before.

use crate::report::{CoverageReport, DiagnosticReport, FrameReport};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of this report's schema; it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma check`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CheckReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// The project's name.
    pub project: Option<String>,
    /// Whether the gate holds.
    pub gate: GateReport,
    /// How many issues are in each state: `new`, `reopened`, `open`, `waived`, `resolved`, and `not_tested`: known
    /// ones of which nothing can be said now.
    pub states: BTreeMap<&'static str, usize>,
    /// The frame of the federation.
    pub frame: FrameReport,
    /// Over all models.
    pub coverage: CoverageReport,
    /// The models.
    pub models: Vec<CheckedModel>,
    /// Which discipline elements were taken for, and what told.
    pub disciplines: Vec<DisciplineRow>,
    /// The rules and the cells of the matrix, in their order.
    pub rules: Vec<CheckedRule>,
    /// The issues: those that matter most first.
    pub issues: Vec<IssueRow>,
    /// Every clash, by rule, then by the keys of `a` and `b`.
    pub clashes: Vec<CheckedClash>,
    /// Clashes of the baseline that are no more.
    pub resolved: Vec<ResolvedRow>,
    /// Clashes of the baseline that nothing was tested of: a model, a rule or a cell has gone, or an element failed.
    pub not_tested: Vec<NotTestedRow>,
    /// The waivers and what they did.
    pub waivers: Vec<WaiverRow>,
    /// What is wrong with the inputs.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// Whether the gate holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct GateReport {
    /// True when an issue fails it.
    pub failed: bool,
    /// The states that fail.
    pub fail_on: Vec<&'static str>,
    /// The least severity that fails.
    pub severity: &'static str,
    /// How many issues fail it.
    pub issues: usize,
    /// True when something was not tested: elements failed, a part of a file is lost, known clashes were not looked
    /// at, or a day may be missing by which an issue must be solved.
    pub incomplete: bool,
    /// Whether that may be so.
    pub allow_incomplete: bool,
    /// What must be solved by now; where there is a programme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<DueReport>,
}

/// What must be solved by now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct DueReport {
    /// The day of the check.
    pub date: String,
    /// How many days before work on one of its elements begins an issue must be solved.
    pub lead_days: i32,
    /// How many issues that are not waived must be solved on this day or before.
    pub issues: usize,
    /// Whether they fail the gate, whatever their state.
    pub fails: bool,
    /// What is lost of the programme or of what links it to elements, so that a day may be missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<String>,
}

/// A model.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CheckedModel {
    /// The label.
    pub label: String,
    /// The file, relative to the folder of groma.toml.
    pub file: String,
    /// `FILE_SCHEMA`.
    pub schema: String,
    /// How many elements ended how.
    pub coverage: CoverageReport,
}

/// Elements of a model that are taken for one discipline for one reason.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
pub struct DisciplineRow {
    /// The model's label.
    pub model: String,
    /// The discipline.
    pub discipline: &'static str,
    /// What told.
    pub told_by: String,
    /// How many elements.
    pub elements: usize,
}

/// A rule, or a cell of the matrix.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CheckedRule {
    /// The name.
    pub name: String,
    /// `hard`, `clearance`, `touching`, `duplicate` or `envelope`.
    pub kind: &'static str,
    /// Metres of penetration that are no hard clash.
    pub tolerance: f64,
    /// Metres asked for by a clearance rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<f64>,
    /// Elements with a shape that were tested.
    pub elements: usize,
    /// Of these, those that are surfaces rather than closed solids.
    pub surfaces: usize,
    /// Elements that the rule selects and that failed to import: nothing was tested of them.
    pub failed: usize,
    /// Pairs whose boxes meet.
    pub candidates: usize,
    /// Elements left out by default, by reason.
    pub excluded_elements: BTreeMap<&'static str, usize>,
    /// Pairs left out by default, by reason.
    pub excluded_pairs: BTreeMap<&'static str, usize>,
    /// Clashes left out by the rule's own exclusions.
    pub exclusions: Vec<ExclusionRow>,
    /// Elements of `a` that keep no space clear: they have no such property, or no leaf that swings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_space: Option<usize>,
    /// Clashes of pairs that another rule reports.
    pub reported_elsewhere: usize,
    /// Clashes of elements that never stand together by the programme; where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apart_in_time: Option<usize>,
    /// How many clashes there are.
    pub clashes: usize,
    /// How many issues there are whose worst clash is one of these.
    pub issues: usize,
}

/// An exclusion of a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ExclusionRow {
    /// Why.
    pub reason: String,
    /// How many clashes it left out.
    pub clashes: usize,
}

/// An issue: clashes that one decision settles.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct IssueRow {
    /// The identity: stays while the issue is in the baseline.
    pub key: String,
    /// `new`, `reopened`, `open` or `waived`: the worst of its clashes.
    pub state: &'static str,
    /// `critical`, `major`, `minor` or `info`: the worst of its clashes.
    pub severity: &'static str,
    /// The rule of its worst clash.
    pub rule: String,
    /// What it is, in a line.
    pub title: String,
    /// `single`, `run`, `element`, `repetition` or `place`.
    pub grouping: &'static str,
    /// Why these clashes are one issue, in words.
    pub why: String,
    /// In how many places: pairs of elements or runs.
    pub places: usize,
    /// The storeys, sorted.
    pub storeys: Vec<String>,
    /// The field of the models' grid that its worst clash is in: `B-3`, by the axes that it begins at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The deepest of its clashes, metres.
    pub depth: Option<f64>,
    /// The nearest of its clashes, metres.
    pub distance: f64,
    /// A point of its worst clash in world metres.
    pub point: [f64; 3],
    /// The day on which work on one of its elements begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed_by: Option<String>,
    /// By when it must be solved: that day less the lead time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub solve_by: Option<String>,
    /// True where that is the day of the check, or before, and nobody has waived it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub due: bool,
    /// How far people are with it: `active`, `review`, `agreed` or `done`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
    /// Who sees to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<String>,
    /// What was said of it, the earlier first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<CommentRow>,
    /// The keys of its clashes, sorted.
    pub clashes: Vec<String>,
}

/// What someone said of an issue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CommentRow {
    /// Who.
    pub author: String,
    /// When.
    pub date: String,
    /// What.
    pub text: String,
    /// How far the issue was from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
}

/// One clash.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CheckedClash {
    /// The identity across runs.
    pub key: String,
    /// The key it had before, where the elements' GlobalIds have changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// The issue that it belongs to.
    pub issue: String,
    /// The rule.
    pub rule: String,
    /// `new`, `reopened`, `open` or `waived`.
    pub state: &'static str,
    /// `critical`, `major`, `minor` or `info`.
    pub severity: &'static str,
    /// `hard`, `contained`, `duplicate`, `clearance`, `touching` or `envelope`.
    pub kind: &'static str,
    /// The element with the lesser key.
    pub a: CheckedSide,
    /// The element with the greater key.
    pub b: CheckedSide,
    /// How deep they share volume, metres; null where they do not.
    pub depth: Option<f64>,
    /// `exact`, `lower_bound` or `surface`; null without a depth.
    pub depth_kind: Option<&'static str>,
    /// The least distance, metres; 0 where they meet.
    pub distance: f64,
    /// A point of the contact in world metres, rounded to 1 µm.
    pub point: [f64; 3],
    /// The unit vector along which `a` leaves `b`.
    pub direction: [f64; 3],
    /// The point of `a` nearest to `b` and that of `b` nearest to `a`, where the two are apart: world metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<[[f64; 3]; 2]>,
    /// From when to when both elements stand by the programme; null is without an end on that side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub together: Option<[Option<String>; 2]>,
}

/// An element of a clash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CheckedSide {
    /// The model's label.
    pub model: String,
    /// The GlobalId, with `~2` and so on behind it where a file repeats one.
    pub global_id: String,
    /// The class.
    pub class: String,
    /// The name.
    pub name: Option<String>,
    /// The storey.
    pub storey: Option<String>,
    /// The discipline.
    pub discipline: &'static str,
    /// The file, relative to the folder of groma.toml.
    pub file: String,
    /// The line of its record in the STEP text, from 1.
    pub line: Option<u64>,
}

/// A clash of the baseline that is no more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ResolvedRow {
    /// Its key.
    pub key: String,
    /// Its issue.
    pub issue: String,
    /// The rule.
    pub rule: String,
    /// Model and GlobalId of the lesser element.
    pub a: [String; 2],
    /// Model and GlobalId of the greater element.
    pub b: [String; 2],
}

/// A clash of the baseline that nothing was tested of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct NotTestedRow {
    /// Its key.
    pub key: String,
    /// Its issue.
    pub issue: String,
    /// The rule.
    pub rule: String,
    /// Why nothing was tested.
    pub why: String,
    /// Model and GlobalId of the lesser element.
    pub a: [String; 2],
    /// Model and GlobalId of the greater element.
    pub b: [String; 2],
}

/// A waiver and what it did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct WaiverRow {
    /// The key of a clash or an issue.
    pub key: String,
    /// Why it may stay.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// The last day that it counts.
    pub expires: String,
    /// `used`, `expired` or `unused`.
    pub state: &'static str,
    /// How many clashes it waives, or would.
    pub clashes: usize,
    /// How many clashes of the issue that it names it does not cover: they came later, and it lists them not.
    pub uncovered: usize,
}

impl CheckReport {
    /// True when an issue fails the gate.
    pub fn fails(&self, issue: &IssueRow) -> bool {
        let rank = |s: &str| groma_clash::Severity::ALL.iter().position(|x| x.as_str() == s);
        let is_due = issue.due && self.gate.due.as_ref().is_some_and(|due| due.fails);
        (self.gate.fail_on.contains(&issue.state) || is_due)
            && rank(issue.severity) >= rank(self.gate.severity)
    }

    /// The report as JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        crate::schema::to_json(self)
    }
}
