//! The parts of `groma.toml` about time: the programme, what links it to elements, what was seen on site.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

/// The programme.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProgrammeEntry {
    /// XER, PMXML, MSPDI, CSV or JSON; without it the tasks of the models count.
    #[schemars(with = "Option<String>")]
    pub path: Option<Spanned<PathBuf>>,
    /// Code, name or id of the project, where the file holds several.
    #[schemars(with = "Option<String>")]
    pub project: Option<Spanned<String>>,
    /// Whose rules date it; by the file's format unless stated.
    pub profile: Option<ProfileName>,
    /// Which of day and month comes first in the dates of a CSV file, where they do not tell.
    pub dates: Option<DatesName>,
    /// The columns of a CSV file by what they hold (id, name, start, finish, duration, predecessors, wbs, …), where their
    /// names do not tell: `{ id = "Nr", name = "Vorgang" }`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// How many hours a day of a CSV file has; 8 unless stated.
    #[schemars(with = "Option<u16>", range(min = 1, max = 24))]
    pub hours_per_day: Option<Spanned<u16>>,
}

/// Which of day and month comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DatesName {
    /// 31/12/2026.
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
}

/// Whose rules date a programme.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProfileName {
    /// Primavera P6.
    P6,
    /// Microsoft Project.
    Msp,
}

/// What links elements to tasks: `elements` with one of `task`, `task-name`, `wbs`; or `csv`; or `ifc = true`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LinkEntry {
    /// The name in reports; its place in the file unless stated.
    pub name: Option<String>,
    /// Which elements: a set, a model's label, or a selector.
    #[schemars(with = "Option<String>")]
    pub elements: Option<Spanned<String>>,
    /// The codes of tasks; `*` and `?` stand for any letters, `{storey}`, `{zone}`, `{class}` and `{type}` for those
    /// of each element.
    #[schemars(with = "Option<String>")]
    pub task: Option<Spanned<String>>,
    /// The names of tasks, likewise.
    #[schemars(with = "Option<String>")]
    pub task_name: Option<Spanned<String>>,
    /// Where tasks stand in the breakdown, as `Structure/Level 1` or, with all below, `Structure/Level 1/*`; likewise.
    #[schemars(with = "Option<String>")]
    pub wbs: Option<Spanned<String>>,
    /// A file with a row for each element and task.
    #[schemars(with = "Option<String>")]
    pub csv: Option<Spanned<PathBuf>>,
    /// The names of its columns.
    #[serde(default)]
    pub columns: LinkColumns,
    /// What the models themselves assign to their tasks, which are found in the programme by identification or name.
    #[schemars(with = "Option<bool>")]
    pub ifc: Option<Spanned<bool>>,
    /// What becomes of the elements.
    #[serde(default)]
    pub role: RoleName,
    /// The share of these tasks in each element.
    #[schemars(with = "Option<f64>")]
    pub weight: Option<Spanned<f64>>,
}

/// What becomes of an element by a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoleName {
    /// It is built, and stays.
    #[default]
    Construct,
    /// It is taken away.
    Demolish,
    /// It is there from the start of the first task to the finish of the last.
    Temporary,
}

/// The columns of a file of links.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LinkColumns {
    /// GlobalIds.
    pub global_id: String,
    /// Tags, where there is no GlobalId.
    pub tag: String,
    /// Codes of tasks, or their names.
    pub task: String,
    /// Roles; that of the entry where there is no such column.
    pub role: String,
    /// Weights; that of the entry where there is no such column.
    pub weight: String,
}

impl Default for LinkColumns {
    fn default() -> Self {
        let [global_id, tag, task, role, weight] =
            ["global_id", "tag", "task", "role", "weight"].map(str::to_owned);
        Self { global_id, tag, task, role, weight }
    }
}

/// What was seen on site: a file with a row for each observation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProgressEntry {
    /// The file.
    #[schemars(with = "String")]
    pub csv: Spanned<PathBuf>,
    /// The names of its columns.
    #[serde(default)]
    pub columns: ProgressColumns,
    /// Its dates are written day first, as 27-2-2015.
    #[serde(default)]
    pub day_first: bool,
}

/// The columns of a file of observations. Each row names an element by GlobalId or tag, or several by a selector.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ProgressColumns {
    /// GlobalIds.
    pub global_id: String,
    /// Tags.
    pub tag: String,
    /// Selectors.
    pub selector: String,
    /// Days or instants when it was so.
    pub date: String,
    /// How far the element had come: 0 to 1, or with a per cent sign.
    pub fraction: String,
    /// Instead of a fraction: `not_started`, `started` or `done`.
    pub status: String,
    /// `inferred`, `report`, `sensor`, `scan`, `inspection` or `correction`; a report where there is no such column.
    pub evidence: String,
}

impl Default for ProgressColumns {
    fn default() -> Self {
        let [global_id, tag, selector, date, fraction, status, evidence] =
            ["global_id", "tag", "selector", "date", "fraction", "status", "evidence"].map(str::to_owned);
        Self { global_id, tag, selector, date, fraction, status, evidence }
    }
}
