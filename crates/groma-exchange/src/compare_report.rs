//! What changed between two revisions, whole.

use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::value::ValueReport;
use glam::DVec3;
use groma_compare::{Ambiguous, AttributeChange, Change, Comparison, Measure, Method, Motion, Pair};
use groma_model::{Diagnostics, ElementId, Model};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of this report's schema; it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// A model in both revisions, and what changed of it.
pub struct Compared<'a> {
    /// The old model.
    pub old: &'a Model,
    /// The new model.
    pub new: &'a Model,
    /// What changed.
    pub comparison: &'a Comparison,
    /// What is added to a point to make world coordinates of it.
    pub origin: DVec3,
}

/// The report of `groma compare`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CompareReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// True when nothing changed.
    pub equal: bool,
    /// Over all models.
    pub total: CountsReport,
    /// The models that both revisions have, by label.
    pub models: Vec<ModelComparison>,
    /// Labels of models that only the new revision has.
    pub added_models: Vec<String>,
    /// Labels of models that only the old revision had.
    pub removed_models: Vec<String>,
    /// What is wrong with the files, the new ones' behind the old ones', and with the aliases.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// How many elements ended how.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, JsonSchema)]
pub struct CountsReport {
    /// Elements of the old model.
    pub old: usize,
    /// Elements of the new model.
    pub new: usize,
    /// Elements that the new one has and the old one had not.
    pub added: usize,
    /// Elements that the old one had and the new one has not.
    pub removed: usize,
    /// Elements of the old model that could be several of the new one.
    pub ambiguous: usize,
    /// Elements that moved or turned, beyond the shift of the whole.
    pub moved: usize,
    /// Elements whose shape changed.
    pub reshaped: usize,
    /// Elements of which an attribute, the type, container or material changed.
    pub attributes: usize,
    /// Elements of which a property or quantity changed.
    pub properties: usize,
}

impl std::ops::AddAssign for CountsReport {
    fn add_assign(&mut self, other: Self) {
        self.old += other.old;
        self.new += other.new;
        self.added += other.added;
        self.removed += other.removed;
        self.ambiguous += other.ambiguous;
        self.moved += other.moved;
        self.reshaped += other.reshaped;
        self.attributes += other.attributes;
        self.properties += other.properties;
    }
}

/// A model in both revisions.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ModelComparison {
    /// The old label.
    pub old: String,
    /// The new label.
    pub new: String,
    /// How many elements ended how.
    pub counts: CountsReport,
    /// The same by class.
    pub classes: BTreeMap<String, CountsReport>,
    /// How many elements were paired by which method.
    pub matched: BTreeMap<&'static str, usize>,
    /// By how much the model as a whole moved, metres; null where it stays.
    pub shift: Option<[f64; 3]>,
    /// What changed of where the model says that it stands.
    pub place: Vec<AttributeReport>,
    /// Elements that only the new model has, by GlobalId.
    pub added: Vec<ElementReport>,
    /// Elements that only the old model had, by GlobalId.
    pub removed: Vec<ElementReport>,
    /// Elements that changed, by the old GlobalId.
    pub changes: Vec<ChangeReport>,
    /// Groups of elements of which one cannot say which is which.
    pub ambiguous: Vec<AmbiguousReport>,
}

/// An element of one revision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ElementReport {
    /// The GlobalId, with `~2` and so on behind it where a file repeats one.
    pub global_id: String,
    /// The class.
    pub class: String,
    /// The name.
    pub name: Option<String>,
}

/// What changed of an element.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ChangeReport {
    /// The element as it was.
    pub old: ElementReport,
    /// The element as it is.
    pub new: ElementReport,
    /// What their being one rests on: `alias`, `guid`, `tag`, `name`, `geometry`, `structure`.
    pub method: &'static str,
    /// How sure that is, 0 to 1.
    pub score: f64,
    /// How it moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<MotionReport>,
    /// How its shape changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reshaped: Option<ReshapeReport>,
    /// Attributes that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeReport>,
    /// Properties that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<PropertyReport>,
}

/// A rigid motion.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct MotionReport {
    /// How far, metres.
    pub distance: f64,
    /// Where to: the way of the centroid of its surface, metres, rounded to 1 µm.
    pub vector: [f64; 3],
    /// How it turned about that centroid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turned: Option<TurnReport>,
}

/// A turn.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct TurnReport {
    /// Degrees, 0 to 180.
    pub degrees: f64,
    /// The unit vector it turned about, counterclockwise seen against it.
    pub axis: [f64; 3],
}

/// A shape that changed.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ReshapeReport {
    /// What it was; null where there was none.
    pub old: Option<MeasureReport>,
    /// What it is; null where there is none any more.
    pub new: Option<MeasureReport>,
}

/// The measures of a shape.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct MeasureReport {
    /// Lower and upper corner of its box in world coordinates, metres.
    pub bounds: [[f64; 3]; 2],
    /// Cubic metres; null for a surface that bounds no solid.
    pub volume: Option<f64>,
    /// Square metres.
    pub area: f64,
    /// Triangles.
    pub triangles: usize,
}

/// An attribute that changed.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct AttributeReport {
    /// The attribute (`Name`, `OverallHeight`), or `class`, `type`, `container`, `whole`, `materials`,
    /// `classifications`, `groups`, `layer`.
    pub attribute: String,
    /// What it was; null for nothing.
    pub old: Option<ValueReport>,
    /// What it is; null for nothing.
    pub new: Option<ValueReport>,
}

/// A property or quantity that changed.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct PropertyReport {
    /// The set.
    pub set: String,
    /// The property.
    pub name: String,
    /// True for a quantity.
    pub quantity: bool,
    /// The unit of its numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it was; null for nothing.
    pub old: Option<ValueReport>,
    /// What it is; null for nothing.
    pub new: Option<ValueReport>,
}

/// Elements of which one cannot say which is which.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct AmbiguousReport {
    /// Why.
    pub why: &'static str,
    /// In the old model.
    pub old: Vec<ElementReport>,
    /// In the new model.
    pub new: Vec<ElementReport>,
}

impl CompareReport {
    /// The report of models that both revisions have, and of those that one of them has.
    pub fn of<'a>(
        models: impl IntoIterator<Item = Compared<'a>>,
        added_models: Vec<String>,
        removed_models: Vec<String>,
        found: &Diagnostics,
    ) -> Self {
        let mut equal = added_models.is_empty() && removed_models.is_empty();
        let mut total = CountsReport::default();
        let models: Vec<ModelComparison> = models
            .into_iter()
            .map(|compared| {
                equal &= compared.comparison.is_equal();
                let model = ModelComparison::of(&compared);
                total += model.counts;
                model
            })
            .collect();
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            equal,
            total,
            models,
            added_models,
            removed_models,
            diagnostics: diagnostics(found),
        }
    }

    /// The report as JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        crate::schema::to_json(self)
    }
}

impl ModelComparison {
    fn of(compared: &Compared<'_>) -> Self {
        let Compared { old, new, comparison, origin } = *compared;
        let identity = &comparison.identity;
        let mut matched = BTreeMap::new();
        for pair in &identity.pairs {
            *matched.entry(pair.method.as_str()).or_insert(0) += 1;
        }
        let classes = by_class(old, new, comparison);
        let mut counts = CountsReport::default();
        classes.values().for_each(|c| counts += *c);
        let list = |model: &Model, ids: &[ElementId]| ids.iter().map(|&id| element(model, id)).collect();
        Self {
            old: old.label.to_string(),
            new: new.label.to_string(),
            counts,
            classes,
            matched,
            shift: Some(comparison.shift).filter(|s| *s != DVec3::ZERO).map(micrometres),
            place: comparison.place.iter().map(AttributeReport::from).collect(),
            added: list(new, &identity.added),
            removed: list(old, &identity.removed),
            changes: comparison.changes.iter().map(|c| change(old, new, c, origin)).collect(),
            ambiguous: identity
                .ambiguous
                .iter()
                .map(|Ambiguous { why, old: olds, new: news }| AmbiguousReport {
                    why: why.as_str(),
                    old: list(old, olds),
                    new: list(new, news),
                })
                .collect(),
        }
    }
}

/// An element counts in its old class; one that was added in its new one.
fn by_class(old: &Model, new: &Model, comparison: &Comparison) -> BTreeMap<String, CountsReport> {
    let mut counts: BTreeMap<&str, CountsReport> = BTreeMap::new();
    let before = |id: ElementId| old.element(id).class.name();
    for element in &old.elements {
        counts.entry(element.class.name()).or_default().old += 1;
    }
    for element in &new.elements {
        counts.entry(element.class.name()).or_default().new += 1;
    }
    for &id in &comparison.identity.added {
        counts.entry(new.element(id).class.name()).or_default().added += 1;
    }
    for &id in &comparison.identity.removed {
        counts.entry(before(id)).or_default().removed += 1;
    }
    for &id in comparison.identity.ambiguous.iter().flat_map(|group| &group.old) {
        counts.entry(before(id)).or_default().ambiguous += 1;
    }
    for change in &comparison.changes {
        let count = counts.entry(before(change.pair.old)).or_default();
        count.moved += usize::from(change.moved.is_some());
        count.reshaped += usize::from(change.reshaped.is_some());
        count.attributes += usize::from(!change.attributes.is_empty());
        count.properties += usize::from(!change.properties.is_empty());
    }
    counts.into_iter().map(|(class, count)| (class.to_owned(), count)).collect()
}

fn change(old: &Model, new: &Model, change: &Change, origin: DVec3) -> ChangeReport {
    let Pair { old: before, new: after, method, score } = change.pair;
    ChangeReport {
        old: element(old, before),
        new: element(new, after),
        method: Method::as_str(method),
        score,
        moved: change.moved.as_ref().map(MotionReport::from),
        reshaped: change.reshaped.map(|r| ReshapeReport {
            old: r.old.map(|m| measure(&m, origin)),
            new: r.new.map(|m| measure(&m, origin)),
        }),
        attributes: change.attributes.iter().map(AttributeReport::from).collect(),
        properties: change
            .properties
            .iter()
            .map(|p| PropertyReport {
                set: p.set.to_string(),
                name: p.name.to_string(),
                quantity: p.quantity,
                unit: p.unit.as_deref().map(str::to_owned),
                old: p.old.as_ref().map(ValueReport::from),
                new: p.new.as_ref().map(ValueReport::from),
            })
            .collect(),
    }
}

fn element(model: &Model, id: ElementId) -> ElementReport {
    let element = model.element(id);
    ElementReport {
        global_id: element.key.global_id.to_string(),
        class: element.class.name().to_owned(),
        name: element.name.as_deref().map(str::to_owned),
    }
}

fn measure(m: &Measure, origin: DVec3) -> MeasureReport {
    MeasureReport {
        bounds: [m.min, m.max].map(|p| micrometres(p + origin)),
        volume: m.volume.map(round),
        area: round(m.area),
        triangles: m.triangles,
    }
}

impl From<&Motion> for MotionReport {
    fn from(m: &Motion) -> Self {
        Self {
            distance: round(m.vector.length()),
            vector: micrometres(m.vector),
            turned: m
                .turn
                .map(|t| TurnReport { degrees: round(t.angle.to_degrees()), axis: micrometres(t.axis) }),
        }
    }
}

impl From<&AttributeChange> for AttributeReport {
    fn from(c: &AttributeChange) -> Self {
        Self {
            attribute: c.attribute.to_string(),
            old: c.old.as_ref().map(ValueReport::from),
            new: c.new.as_ref().map(ValueReport::from),
        }
    }
}

fn micrometres(v: DVec3) -> [f64; 3] {
    v.to_array().map(round)
}

/// What lies below is noise; adding zero makes the two zeros one.
fn round(x: f64) -> f64 {
    (x * 1e6).round() / 1e6 + 0.0
}
