//! `groma.toml`: the one file of a project.

use crate::mistake::Mistake;
use crate::project_plan::{LinkEntry, ProgrammeEntry, ProgressEntry};
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::{Path, PathBuf};
pub use toml::Spanned;

/// The file of a project: its models, sets, rules, matrix, gate and outputs. Paths are relative to the file's
/// folder; lengths are metres.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectFile {
    /// The clashes that are known: a file written by --save-baseline.
    #[schemars(with = "Option<String>")]
    pub baseline: Option<Spanned<PathBuf>>,
    /// Who answers for which clash until when: a file such as waivers.toml.
    #[schemars(with = "Option<String>")]
    pub waivers: Option<Spanned<PathBuf>>,
    /// What people say of issues: a file such as comments.toml.
    #[schemars(with = "Option<String>")]
    pub comments: Option<Spanned<PathBuf>>,
    /// Which element of this revision is which of the one that baseline and waivers were written for: a file
    /// written by `groma compare --identity`.
    #[schemars(with = "Option<String>")]
    pub identity: Option<Spanned<PathBuf>>,
    /// The project itself.
    #[serde(default)]
    pub project: ProjectTable,
    /// The models.
    #[serde(default, rename = "model")]
    pub models: Vec<ModelEntry>,
    /// Named sets of elements.
    #[serde(default, rename = "set")]
    pub sets: Vec<SetEntry>,
    /// Named rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RuleEntry>,
    /// Disciplines against each other.
    #[schemars(with = "Option<Matrix>")]
    pub matrix: Option<Spanned<Matrix>>,
    /// The programme.
    pub programme: Option<ProgrammeEntry>,
    /// What links elements to its tasks.
    #[serde(default, rename = "link")]
    pub links: Vec<LinkEntry>,
    /// What was seen on site.
    #[serde(default, rename = "progress")]
    pub progress: Vec<ProgressEntry>,
    /// How clashes become issues.
    #[serde(default)]
    pub grouping: Grouping,
    /// What fails.
    #[serde(default)]
    pub gate: Gate,
    /// Which reports are written.
    #[serde(default)]
    pub output: Output,
}

/// The project itself.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectTable {
    /// The name; a baseline of a project of another name is refused.
    pub name: Option<String>,
}

/// A model, or several by a pattern.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// A file, a folder, an archive, or a pattern such as `models/*.ifc`.
    #[schemars(with = "String")]
    pub path: Spanned<String>,
    /// What the model is called; the file's stem unless stated. Part of each clash's key.
    pub label: Option<String>,
    /// Whose model it is; guessed element by element unless stated.
    #[schemars(with = "Option<DisciplineName>")]
    pub discipline: Option<Spanned<String>>,
}

/// A named set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetEntry {
    /// The name.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// What is in it: a selector such as `IfcWall, Name*=core + IfcSlab`.
    #[schemars(with = "String")]
    pub select: Spanned<String>,
}

/// A kind of clash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KindName {
    /// Interiors share volume deeper than the tolerance.
    #[default]
    Hard,
    /// Nearer than the distance.
    Clearance,
    /// Surfaces meet.
    Touching,
    /// The same class and the same points.
    Duplicate,
    /// Something reaches into the space that an element keeps clear.
    Envelope,
}

/// How much a clash matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SeverityName {
    /// Worth knowing.
    #[default]
    Info,
    /// Can be settled on site.
    Minor,
    /// One of the two has to move.
    Major,
    /// Cannot be built.
    Critical,
}

/// A discipline.
#[derive(Clone, Copy, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "the schema alone names them")]
pub enum DisciplineName {
    /// What divides and finishes space.
    Architecture,
    /// What bears.
    Structure,
    /// Air.
    Ventilation,
    /// Heating and cooling.
    Heating,
    /// Drinking and process water.
    Water,
    /// Waste, soil and rain water.
    Sewer,
    /// Fuel gas.
    Gas,
    /// Fire mains, sprinklers.
    Fire,
    /// Electricity and light.
    Power,
    /// Data, telephone, control.
    Telecom,
    /// All services.
    Services,
    /// What nothing tells.
    Other,
}

/// A named rule. `a` and `b` are each the name of a set, a discipline, the label of a model, or a selector, looked up
/// in this order.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// The name, part of each clash's key.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// What to look for.
    #[serde(default)]
    pub kind: KindName,
    /// One side; all elements unless stated.
    #[schemars(with = "Option<String>")]
    pub a: Option<Spanned<String>>,
    /// The other side; the same as `a` unless stated.
    #[schemars(with = "Option<String>")]
    pub b: Option<Spanned<String>>,
    /// Metres of penetration that are no hard clash; 0.002 unless stated.
    #[schemars(with = "Option<f64>")]
    pub tolerance: Option<Spanned<f64>>,
    /// Metres that a clearance asks for.
    #[schemars(with = "Option<f64>")]
    pub distance: Option<Spanned<f64>>,
    /// The space that each element of `a` keeps clear, for the kind `envelope`.
    #[schemars(with = "Option<Space>")]
    pub space: Option<Spanned<Space>>,
    /// How much its clashes matter; told by depth, kind and classes unless stated.
    pub severity: Option<SeverityName>,
    /// Test only elements of different models.
    #[serde(default)]
    pub between_models: bool,
    /// Leave out what belongs together: fillings, assemblies, connected and joined elements.
    #[serde(default = "yes")]
    pub default_exclusions: bool,
    /// Pairs that are left out, and why; each is counted.
    #[serde(default)]
    pub exclusions: Vec<ExclusionEntry>,
}

/// A space that an element keeps clear: exactly one of `before`, `above`, `below`, `around` and `swing`. Lengths are
/// metres.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Space {
    /// How far before its front: to work at a panel.
    pub before: Option<f64>,
    /// Which side is the front, in the axes of the element's placement; `-y` unless stated.
    #[serde(default)]
    pub front: Front,
    /// How far above it: to lift the cap of a valve.
    pub above: Option<f64>,
    /// How far below it.
    pub below: Option<f64>,
    /// The thickness around it, or the property that has it: `Pset_Insulation.Thickness`, a length, or a number in the
    /// unit of length of the file. Two elements that both have one keep the sum of both apart.
    pub around: Option<Around>,
    /// What the leaf of a door sweeps, by its `OperationType`.
    #[serde(default)]
    pub swing: bool,
}

/// A side of an element, in the axes of its placement.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
pub enum Front {
    /// Towards -x.
    #[serde(rename = "-x")]
    MinusX,
    /// Towards +x.
    #[serde(rename = "+x")]
    PlusX,
    /// Towards -y.
    #[default]
    #[serde(rename = "-y")]
    MinusY,
    /// Towards +y.
    #[serde(rename = "+y")]
    PlusY,
}

/// A thickness, or where it is.
#[derive(Clone, PartialEq, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Around {
    /// Metres.
    Metres(f64),
    /// An attribute, or a property with its set.
    Property(String),
}

fn yes() -> bool {
    true
}

/// Pairs that a rule leaves out.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExclusionEntry {
    /// One side of the pairs, as in a rule.
    #[schemars(with = "String")]
    pub a: Spanned<String>,
    /// The other side; anything unless stated.
    #[schemars(with = "Option<String>")]
    pub b: Option<Spanned<String>>,
    /// Why they are no clash.
    pub reason: String,
}

/// Disciplines against each other. It fills itself with the disciplines that the models hold.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// Which cells there are before `cell` says otherwise.
    #[serde(default)]
    pub preset: Preset,
    /// Metres of penetration that are no hard clash, in all cells that do not state their own.
    #[schemars(with = "Option<f64>")]
    pub tolerance: Option<Spanned<f64>>,
    /// Single cells.
    #[serde(default, rename = "cell")]
    pub cells: Vec<CellEntry>,
    /// Elements whose discipline is guessed wrongly; the last that names an element counts.
    #[serde(default, rename = "discipline")]
    pub disciplines: Vec<DisciplineEntry>,
}

/// Cells of a matrix that are often wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Architecture, structure, services and the rest: hard clashes between them deeper than 2 mm, and within
    /// each deeper than 10 mm.
    #[default]
    ArchitectureStructureServices,
    /// Clearances between gas, power, water, sewer, telecom and fire mains. The distances are a beginning: those
    /// of the utility's own rules hold.
    Utilities,
    /// No cells but those that are stated.
    None,
}

/// One cell of a matrix.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CellEntry {
    /// One discipline.
    #[schemars(with = "DisciplineName")]
    pub a: Spanned<String>,
    /// The other, or the same.
    #[schemars(with = "DisciplineName")]
    pub b: Spanned<String>,
    /// What to look for.
    #[serde(default)]
    pub kind: KindName,
    /// Metres of penetration that are no hard clash.
    #[schemars(with = "Option<f64>")]
    pub tolerance: Option<Spanned<f64>>,
    /// Metres that a clearance asks for.
    #[schemars(with = "Option<f64>")]
    pub distance: Option<Spanned<f64>>,
    /// How much its clashes matter.
    pub severity: Option<SeverityName>,
    /// Do not test this cell.
    #[serde(default)]
    pub skip: bool,
}

/// Elements and their discipline.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisciplineEntry {
    /// Which elements: a set, a model's label, or a selector.
    #[schemars(with = "String")]
    pub select: Spanned<String>,
    /// Whose they are.
    #[schemars(with = "DisciplineName")]
    pub discipline: Spanned<String>,
}

/// How clashes become issues.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grouping {
    /// Metres: the width of the squares that a storey is cut to where its models have no grid; 25 unless stated.
    #[schemars(with = "Option<f64>")]
    pub cell: Option<Spanned<f64>>,
}

/// The states of an issue.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StateName {
    /// It was not there before.
    New,
    /// It was there before, and has become worse.
    Reopened,
    /// It was there before.
    Open,
}

/// What fails.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Issues in these states fail.
    #[serde(default = "new_and_reopened")]
    pub fail_on: Vec<StateName>,
    /// Issues below this severity never fail.
    #[serde(default)]
    pub severity: SeverityName,
    /// End with 0 although the coverage is incomplete.
    #[serde(default)]
    pub allow_incomplete: bool,
    /// How long before work on one of its elements begins an issue must be solved: days or weeks, as `10d` or `4w`.
    /// It needs a programme.
    #[schemars(with = "Option<String>")]
    pub lead_time: Option<Spanned<LeadTime>>,
    /// Issues that must be solved by today fail, known ones too, unless they are waived. It needs a programme.
    #[schemars(with = "Option<bool>")]
    pub fail_when_due: Option<Spanned<bool>>,
}

/// A number of days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct LeadTime(pub i32);

impl TryFrom<String> for LeadTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no time: days and weeks are written as \"10d\" and \"4w\"");
        let text = text.trim();
        let (number, days) = match (text.strip_suffix('d'), text.strip_suffix('w')) {
            (Some(number), _) => (number, 1),
            (_, Some(number)) => (number, 7),
            _ => return Err(wrong()),
        };
        let number: i32 = number.trim_end().parse().map_err(|_| wrong())?;
        (0..=10_000).contains(&number).then_some(Self(number * days)).ok_or_else(wrong)
    }
}

fn new_and_reopened() -> Vec<StateName> {
    vec![StateName::New, StateName::Reopened]
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            fail_on: new_and_reopened(),
            severity: SeverityName::Info,
            allow_incomplete: false,
            lead_time: None,
            fail_when_due: None,
        }
    }
}

/// A format of reports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportFormat {
    /// Everything, with a published schema.
    Json,
    /// A line for each clash.
    Csv,
    /// JUnit: a case for each rule and each new issue.
    Junit,
    /// SARIF 2.1.0: a result for each issue, at its line of the IFC file.
    Sarif,
}

/// Which reports are written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// The folder.
    pub dir: Option<PathBuf>,
    /// The formats; JSON unless stated.
    pub formats: Option<Vec<ReportFormat>>,
}

impl ProjectFile {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// What is not TOML, an unknown key, a value of the wrong type.
    pub fn read(file: &Path, text: &str) -> Result<Self, Box<Mistake>> {
        toml::from_str(text).map_err(|e| Box::new(Mistake::of_toml(file, text, &e)))
    }
}
