//! The clashes of a run, whole.

use crate::report::{CoverageReport, DiagnosticReport, FrameReport, GENERATOR, diagnostics};
use groma_clash::{ClashRun, Pairs, Rule, RuleKind, Scene, State, Subject};
use groma_model::Coverage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of this report's schema; it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma clash`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ClashReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// Which part this is; `groma merge` makes the whole of all parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardReport>,
    /// What was looked for.
    pub rule: RuleReport,
    /// The frame of the federation.
    pub frame: FrameReport,
    /// Over all models: how many elements have a shape that could be tested.
    pub coverage: CoverageReport,
    /// The models.
    pub models: Vec<ModelCoverage>,
    /// What was tested.
    pub tested: TallyReport,
    /// How many clashes are new, reopened and open against a baseline, and how many of it are resolved, and how many
    /// were not tested: a model has gone, an element failed, or the rule asks for other pairs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BTreeMap<&'static str, usize>>,
    /// Every clash, sorted by the keys of `a`, then of `b`.
    pub clashes: Vec<ClashRow>,
    /// What is wrong with the inputs.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// One of several parts of a run. Elements are counted as in the whole; pairs, and clashes, are those of the part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ShardReport {
    /// Which one, from 1.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

/// The rule of a run.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct RuleReport {
    /// The name, part of each key.
    pub name: String,
    /// `hard`, `clearance`, `touching` or `duplicate`.
    pub kind: &'static str,
    /// Metres of penetration that are no hard clash.
    pub tolerance: f64,
    /// Metres asked for by a clearance rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<f64>,
    /// `within`, `between`, `all` or `sets`.
    pub pairs: &'static str,
    /// Whether pairs that belong together were left out.
    pub exclusions: bool,
}

/// A model and its coverage.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ModelCoverage {
    /// The label.
    pub label: String,
    /// `FILE_SCHEMA`.
    pub schema: String,
    /// How many elements ended how.
    pub coverage: CoverageReport,
}

/// What was tested on the way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct TallyReport {
    /// Elements with a shape that the rule selects.
    pub elements: usize,
    /// Of these, those that are surfaces rather than closed solids.
    pub surfaces: usize,
    /// Elements that the rule selects and that failed to import.
    pub failed: usize,
    /// Pairs whose boxes meet.
    pub candidates: usize,
    /// Elements left out, by reason.
    pub excluded_elements: BTreeMap<&'static str, usize>,
    /// Pairs left out, by reason.
    pub excluded_pairs: BTreeMap<&'static str, usize>,
}

/// One clash.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ClashRow {
    /// The identity across runs: a hash of the rule's name and the two element keys.
    pub key: String,
    /// `new`, `reopened` or `open`, against a baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    /// `hard`, `contained`, `duplicate`, `clearance` or `touching`.
    pub kind: &'static str,
    /// The element with the lesser key.
    pub a: Side,
    /// The element with the greater key.
    pub b: Side,
    /// How deep they share volume, metres; null where they do not.
    pub depth: Option<f64>,
    /// `exact`, `lower_bound` or `surface`; null without a depth.
    pub depth_kind: Option<&'static str>,
    /// How much volume they share, cubic metres; where it was asked for, and both are solids that share some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<f64>,
    /// The least distance, metres; 0 where they meet.
    pub distance: f64,
    /// A point of the contact in world metres, rounded to 1 µm.
    pub point: [f64; 3],
    /// The unit vector along which `a` leaves `b`.
    pub direction: [f64; 3],
    /// The point of `a` nearest to `b` and that of `b` nearest to `a`, where the two are apart: world metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<[[f64; 3]; 2]>,
}

/// An element of a clash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Side {
    /// The model's label.
    pub model: String,
    /// The GlobalId, with `~2` and so on behind it where a file repeats one.
    pub global_id: String,
    /// The class.
    pub class: String,
    /// The name.
    pub name: Option<String>,
}

impl ClashReport {
    /// The report of a run over a scene.
    pub fn of(scene: &Scene<'_>, rule: &Rule, run: &ClashRun, found: &groma_model::Diagnostics) -> Self {
        let mut all = found.clone();
        all.extend(run.diagnostics.clone());
        all.sort();
        let coverage: Coverage = scene.models.iter().map(|m| m.shapes.coverage()).sum();
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            shard: None,
            rule: rule.into(),
            frame: scene.frame.into(),
            coverage: coverage.into(),
            models: scene
                .models
                .iter()
                .map(|m| ModelCoverage {
                    label: m.model.label.to_string(),
                    schema: m.model.header.schema.to_string(),
                    coverage: m.shapes.coverage().into(),
                })
                .collect(),
            tested: TallyReport {
                elements: run.tally.elements,
                surfaces: run.tally.surfaces,
                failed: run.tally.failed,
                candidates: run.tally.candidates,
                excluded_elements: by_reason(&run.tally.excluded_elements),
                excluded_pairs: by_reason(&run.tally.excluded_pairs),
            },
            baseline: None,
            clashes: run
                .clashes
                .iter()
                .map(|c| ClashRow {
                    key: c.key.to_string(),
                    state: None,
                    kind: c.kind.as_str(),
                    a: side(scene, c.a),
                    b: side(scene, c.b),
                    depth: c.depth,
                    depth_kind: c.depth_kind.map(|k| k.as_str()),
                    volume: None,
                    distance: c.distance,
                    point: c.point.to_array(),
                    direction: c.direction.to_array(),
                    points: c.points.map(|of| of.map(|p| p.to_array())),
                })
                .collect(),
            diagnostics: diagnostics(&all),
        }
    }

    /// Sets the states of the clashes, in their order, and how many of the baseline are resolved, and not tested.
    pub fn judge(&mut self, states: impl IntoIterator<Item = State>, resolved: usize, not_tested: usize) {
        let mut counts = BTreeMap::from([
            ("new", 0),
            ("reopened", 0),
            ("open", 0),
            ("resolved", resolved),
            ("not_tested", not_tested),
        ]);
        for (clash, state) in self.clashes.iter_mut().zip(states) {
            clash.state = Some(state.as_str());
            *counts.entry(state.as_str()).or_insert(0) += 1;
        }
        self.baseline = Some(counts);
    }

    /// Sets how much volume the elements of the clashes share, in their order.
    pub fn measure(&mut self, volumes: impl IntoIterator<Item = Option<f64>>) {
        for (clash, volume) in self.clashes.iter_mut().zip(volumes) {
            clash.volume = volume;
        }
    }

    /// The report as JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        crate::schema::to_json(self)
    }
}

impl From<&Rule> for RuleReport {
    fn from(rule: &Rule) -> Self {
        let distance = match rule.kind {
            RuleKind::Clearance { distance } => Some(distance),
            RuleKind::Hard | RuleKind::Touching | RuleKind::Duplicate => None,
        };
        let pairs = match rule.pairs {
            Pairs::Within => "within",
            Pairs::Between => "between",
            Pairs::All => "all",
            Pairs::Sets { .. } => "sets",
        };
        Self {
            name: rule.name.clone(),
            kind: rule.kind.as_str(),
            tolerance: rule.tolerance,
            distance,
            pairs,
            exclusions: rule.exclusions,
        }
    }
}

fn by_reason(counts: &BTreeMap<groma_clash::Exclusion, usize>) -> BTreeMap<&'static str, usize> {
    counts.iter().map(|(why, n)| (why.as_str(), *n)).collect()
}

fn side(scene: &Scene<'_>, subject: Subject) -> Side {
    let element = scene.element(subject);
    Side {
        model: element.key.model.to_string(),
        global_id: element.key.global_id.to_string(),
        class: element.class.name().to_owned(),
        name: element.name.as_deref().map(str::to_owned),
    }
}
