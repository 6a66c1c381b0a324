//! What models are: schema, exporter, units, place, storeys, classes, coverage, diagnostics.

use crate::place_report::PlaceReport;
use crate::report::{CoverageReport, DiagnosticReport, FrameReport, GENERATOR, diagnostics};
use glam::DVec3;
use groma_geometry::Shapes;
use groma_model::{Coverage, Diagnostics, ElementId, Frame, Model, Phase, ShapeStatus};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of this report's schema; it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// A model, its shapes in the frame, and what was wrong with its file.
pub struct Inspected<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its shapes.
    pub shapes: &'a Shapes,
    /// The corners of their box in the file's engineering coordinates, metres.
    pub local_bounds: Option<(DVec3, DVec3)>,
    /// What was wrong.
    pub diagnostics: &'a Diagnostics,
}

/// The report of `groma inspect`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Inspection {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// The frame of the federation.
    pub frame: FrameReport,
    /// Over all models.
    pub coverage: CoverageReport,
    /// The models, by label.
    pub models: Vec<ModelInspection>,
    /// What is wrong with the models together.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// One model.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ModelInspection {
    /// The label.
    pub label: String,
    /// `FILE_SCHEMA`.
    pub schema: String,
    /// The program that wrote it.
    pub exporter: Option<String>,
    /// When it was written, as the header says.
    pub time_stamp: Option<String>,
    /// `FILE_DESCRIPTION`.
    pub description: Option<String>,
    /// The size of the STEP text.
    pub bytes: u64,
    /// How many entity instances it holds.
    pub entities: u64,
    /// The units it is written in.
    pub units: UnitsReport,
    /// Where it stands.
    pub place: PlaceReport,
    /// `Name` of the project.
    pub project: Option<String>,
    /// The storeys, lowest first.
    pub storeys: Vec<StoreyReport>,
    /// The classes by count, most frequent first.
    pub classes: Vec<ClassReport>,
    /// How many elements ended how.
    pub coverage: CoverageReport,
    /// Why elements have no shape, and how many.
    pub no_shape: BTreeMap<&'static str, usize>,
    /// How many type objects there are.
    pub types: usize,
    /// How many property and quantity sets.
    pub property_sets: usize,
    /// How many materials and material sets.
    pub materials: usize,
    /// How many classification references.
    pub classifications: usize,
    /// How many systems, zones and groups.
    pub systems: usize,
    /// How many presentation layers.
    pub presentation_layers: usize,
    /// How many tasks.
    pub tasks: usize,
    /// How many elements are in which phase, where the file says so.
    pub phases: BTreeMap<String, usize>,
    /// Distinct meshes.
    pub meshes: usize,
    /// Placed occurrences of meshes.
    pub instances: usize,
    /// Triangles over all occurrences.
    pub triangles: usize,
    /// What was wrong with the file.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// The units of a file: multiply by the factor to get SI.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct UnitsReport {
    /// The length unit: `mm`, `m`, `ft`.
    pub length: String,
    /// Metres per length unit.
    pub metres_per_length_unit: f64,
    /// Radians per angle unit.
    pub radians_per_angle_unit: f64,
    /// Square metres per area unit.
    pub square_metres_per_area_unit: f64,
    /// Cubic metres per volume unit.
    pub cubic_metres_per_volume_unit: f64,
}

/// A storey.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct StoreyReport {
    /// `Name`.
    pub name: Option<String>,
    /// GlobalId.
    pub global_id: String,
    /// `Elevation`, metres.
    pub elevation: Option<f64>,
    /// How many elements stand in it, parts and fillings too.
    pub elements: usize,
}

/// A class of elements.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ClassReport {
    /// The class.
    pub class: String,
    /// How its elements ended.
    #[serde(flatten)]
    pub coverage: CoverageReport,
}

impl Inspection {
    /// Looks at models that stand in one frame.
    pub fn of<'a>(
        models: impl IntoIterator<Item = Inspected<'a>>,
        frame: &Frame,
        together: &Diagnostics,
    ) -> Self {
        let models: Vec<Inspected<'_>> = models.into_iter().collect();
        let coverage: Coverage = models.iter().map(|m| m.shapes.coverage()).sum();
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            frame: frame.into(),
            coverage: coverage.into(),
            models: models.iter().map(|m| ModelInspection::of(m, frame)).collect(),
            diagnostics: diagnostics(together),
        }
    }

    /// The classes of all models and how many elements are of each, most frequent first.
    pub fn classes(&self) -> Vec<(String, usize)> {
        let mut sum: BTreeMap<&str, usize> = BTreeMap::new();
        for class in self.models.iter().flat_map(|m| &m.classes) {
            *sum.entry(&class.class).or_insert(0) += class.coverage.elements;
        }
        let mut classes: Vec<_> = sum.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
        classes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        classes
    }

    /// The report as JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        crate::schema::to_json(self)
    }
}

impl ModelInspection {
    fn of(inspected: &Inspected<'_>, frame: &Frame) -> Self {
        let Inspected { model, shapes, diagnostics: found, .. } = inspected;
        let text = |t: &Option<std::sync::Arc<str>>| t.as_deref().map(str::to_owned);
        let mut no_shape = BTreeMap::new();
        for status in &shapes.status {
            if let ShapeStatus::NoShape(why) = status {
                *no_shape.entry(why.as_str()).or_insert(0) += 1;
            }
        }
        Self {
            label: model.label.to_string(),
            schema: model.header.schema.to_string(),
            exporter: text(&model.header.exporter),
            time_stamp: text(&model.header.time_stamp),
            description: text(&model.header.description),
            bytes: model.header.bytes,
            entities: model.header.entities,
            units: UnitsReport {
                length: model.units.length_name.to_string(),
                metres_per_length_unit: model.units.length,
                radians_per_angle_unit: model.units.angle,
                square_metres_per_area_unit: model.units.area,
                cubic_metres_per_volume_unit: model.units.volume,
            },
            place: PlaceReport::of(inspected, frame),
            project: text(&model.spatial.project),
            storeys: storeys(model),
            classes: classes(model, shapes),
            coverage: shapes.coverage().into(),
            no_shape,
            types: model.types.len(),
            property_sets: model.property_sets.len(),
            materials: model.materials.len(),
            classifications: model.classifications.len(),
            systems: model.systems.len(),
            presentation_layers: model.presentation_layers.len(),
            tasks: model.processes.tasks.len(),
            phases: phases(model),
            meshes: shapes.meshes.len(),
            instances: shapes.instances.len(),
            triangles: shapes.triangle_count(),
            diagnostics: diagnostics(found),
        }
    }
}

fn phases(model: &Model) -> BTreeMap<String, usize> {
    let mut phases = BTreeMap::new();
    for phase in (0..model.elements.len() as u32).filter_map(|i| model.phase(ElementId(i))) {
        let word = match phase {
            Phase::New => "new".to_owned(),
            Phase::Existing => "existing".to_owned(),
            Phase::Demolish => "demolish".to_owned(),
            Phase::Temporary => "temporary".to_owned(),
            Phase::Other(word) => word.to_string(),
        };
        *phases.entry(word).or_insert(0) += 1;
    }
    phases
}

fn storeys(model: &Model) -> Vec<StoreyReport> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for i in 0..model.elements.len() as u32 {
        let id = ElementId(i);
        if let Some(storey) = model.storey(id).filter(|&s| s != id) {
            *counts.entry(storey.0).or_insert(0) += 1;
        }
    }
    let mut storeys: Vec<StoreyReport> = model
        .spatial
        .nodes
        .iter()
        .filter(|n| model.element(n.element).class.is_a("IfcBuildingStorey"))
        .map(|n| {
            let element = model.element(n.element);
            StoreyReport {
                name: element.name.as_deref().map(str::to_owned),
                global_id: element.key.global_id.to_string(),
                elevation: n.elevation,
                elements: counts.get(&n.element.0).copied().unwrap_or(0),
            }
        })
        .collect();
    storeys.sort_by(|a, b| {
        let height = |s: &StoreyReport| s.elevation.unwrap_or(f64::INFINITY);
        height(a).total_cmp(&height(b)).then_with(|| a.global_id.cmp(&b.global_id))
    });
    storeys
}

fn classes(model: &Model, shapes: &Shapes) -> Vec<ClassReport> {
    let mut classes: BTreeMap<&str, CoverageReport> = BTreeMap::new();
    for (element, status) in model.elements.iter().zip(&shapes.status) {
        let count = classes.entry(element.class.name()).or_default();
        count.elements += 1;
        match status {
            ShapeStatus::Meshed => count.meshed += 1,
            ShapeStatus::NoShape(_) => count.no_shape += 1,
            ShapeStatus::Failed(_) => count.failed += 1,
        }
    }
    let mut list: Vec<ClassReport> = classes
        .into_iter()
        .map(|(class, coverage)| ClassReport { class: class.to_owned(), coverage })
        .collect();
    list.sort_by(|a, b| b.coverage.elements.cmp(&a.coverage.elements).then_with(|| a.class.cmp(&b.class)));
    list
}
