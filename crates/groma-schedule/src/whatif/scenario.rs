//! A scenario as its TOML file states it.

use crate::options::Profile;
use crate::risk::WeatherDays;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Why a scenario cannot be laid over a programme.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file is not as it should be; says where.
    #[error("the scenario {file} cannot be read: {what}")]
    Malformed {
        /// Which file.
        file: String,
        /// What is wrong, with line and column.
        what: String,
    },
    /// A calendar of weather that cannot be read; says where.
    #[error("the weather {file} cannot be read: {what}")]
    Weather {
        /// Which file.
        file: String,
        /// What is wrong, with its line.
        what: String,
    },
    /// A selection that selects nothing.
    #[error(
        "{scenario}: {selector} selects nothing\n  hint: tasks are named by code first, then by name; * stands for anything"
    )]
    SelectsNothing {
        /// The scenario.
        scenario: String,
        /// The selector as written.
        selector: String,
    },
    /// An element selector without a model.
    #[error(
        "{scenario}: select = {selector:?} names elements, and there is no model here to find their tasks\n  hint: name tasks instead: task = \"Masonry*\""
    )]
    Elements {
        /// The scenario.
        scenario: String,
        /// The selector.
        selector: String,
    },
    /// Something in it that cannot be understood.
    #[error("{scenario}: {what}")]
    Value {
        /// The scenario.
        scenario: String,
        /// What, and how to write it.
        what: String,
    },
}

/// A scenario file.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name.
    pub scenario: Reading,
    /// What is changed, in order.
    #[serde(default)]
    pub change: Vec<Change>,
    /// How uncertain durations are; of two that fit a task, the last counts.
    #[serde(default)]
    pub work: Vec<WorkEntry>,
    /// Days that weather takes.
    #[serde(default)]
    pub weather: Vec<WeatherEntry>,
    /// What may happen.
    #[serde(default)]
    pub risk: Vec<RiskEntry>,
    /// How it is run.
    #[serde(default)]
    pub run: Run,
    /// What must hold: `"P80(finish)" = "<= 2027-03-31"`, or `"<= base+10d"`, of the base's finish.
    #[serde(default, rename = "assert")]
    pub asserts: BTreeMap<String, String>,
}

impl Scenario {
    /// What is uncertain in it, a line for each.
    pub fn uncertain(&self) -> Vec<String> {
        let work = self.work.iter().map(|w| match w.correlation > 0.0 {
            true => format!("{}: {}, correlated by {}", w.task, w.duration, w.correlation),
            false => format!("{}: {}", w.task, w.duration),
        });
        let risk =
            self.risk.iter().map(|r| format!("{} ({} %): {} on {}", r.name, 100.0 * r.p, r.impact, r.task));
        let weather = self.weather.iter().map(|w| match &w.file {
            Some(file) => format!("{}: whole days of {}, by {file}", w.name, w.task),
            None => format!("{}: whole days of {}", w.name, w.task),
        });
        work.chain(risk).chain(weather).collect()
    }
}

/// What a scenario is.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// What it is for; nothing is computed from it.
    #[serde(default)]
    pub about: String,
    /// The programme that it is laid over where none is named beside it; from the scenario's own folder on.
    pub base: Option<String>,
    /// Whose rules its dates follow where nobody asks for others.
    pub profile: Option<Profile>,
    /// Which links count.
    #[serde(default = "stated")]
    pub logic: Vec<Logic>,
}

fn stated() -> Vec<Logic> {
    vec![Logic::Stated]
}

impl Default for Reading {
    fn default() -> Self {
        Self { name: String::new(), about: String::new(), base: None, profile: None, logic: stated() }
    }
}

/// A kind of links.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Logic {
    /// Those that the programme states.
    Stated,
    /// What bears comes before what it bears; a model tells it.
    Support,
    /// One trade after another in a place; a model tells it.
    Location,
}

impl Logic {
    /// `stated`, `support`, `location`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Support => "support",
            Self::Location => "location",
        }
    }
}

/// A change of some tasks, or of a calendar.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Elements; needs a model.
    pub select: Option<String>,
    /// Tasks, by code first, then by name; `*` stands for anything, `|` parts alternatives.
    pub task: Option<String>,
    /// Branches of the breakdown, by code or name.
    pub wbs: Option<String>,
    /// Tasks that a resource works on, by code or name.
    pub resource: Option<String>,
    /// Tasks with an activity code: `Phase=Shell`.
    pub code: Option<String>,
    /// Tasks of which a part lies after this date, as the base plans them.
    pub after: Option<String>,
    /// Tasks of which a part lies before this date.
    pub before: Option<String>,
    /// Tasks of which this expression is true: `critical && duration_h > 40`.
    pub when: Option<String>,
    /// Calendars, by name: those that `stop`, `work` or `shifts` change; without any of these the one that the
    /// selected tasks work on instead of their own.
    pub calendar: Option<String>,
    /// The start is so much later than the logic says: `10wd`, `2w`, `6h`.
    pub delay: Option<String>,
    /// Another duration, or a part of it: `15wd`, `80%`.
    pub duration: Option<String>,
    /// More crews.
    pub crews: Option<Crews>,
    /// Days without work: `2026-06-01..2026-06-05`, or one day; `start+2w..start+2w+4d` counts from the project's.
    #[serde(default)]
    pub stop: Vec<String>,
    /// Days with work that had none, written as those of `stop`; their hours are `shifts`, or the usual ones.
    #[serde(default)]
    pub work: Vec<String>,
    /// The hours of a working day: `06:00-14:00`; without `work` of every day that has work.
    #[serde(default)]
    pub shifts: Vec<String>,
    /// New links: `A -> B`, `A -> B SS+2d`; ends are codes, or names that occur once.
    #[serde(default)]
    pub link: Vec<String>,
    /// Links that go: `A -> B`, of whatever kind.
    #[serde(default)]
    pub unlink: Vec<String>,
    /// Money, once.
    #[serde(default)]
    pub cost: f64,
}

impl Change {
    /// The keys by which it selects tasks.
    pub(super) fn selector_keys(&self) -> impl Iterator<Item = &'static str> {
        let keys = [
            ("select", &self.select),
            ("task", &self.task),
            ("wbs", &self.wbs),
            ("resource", &self.resource),
            ("code", &self.code),
            ("after", &self.after),
            ("before", &self.before),
            ("when", &self.when),
        ];
        keys.into_iter().filter(|(_, text)| text.is_some()).map(|(key, _)| key)
    }
}

/// More crews on the same work.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crews {
    /// How many more.
    pub add: f64,
    /// How many there are.
    #[serde(default = "one")]
    pub now: f64,
    /// From when: the work planned after it is shared.
    pub from: Option<String>,
    /// Money, once.
    #[serde(default)]
    pub cost: f64,
}

fn one() -> f64 {
    1.0
}

/// How uncertain the work of tasks is.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkEntry {
    /// Tasks, by code first, then by name.
    pub task: String,
    /// `triangular(80%,100%,140%)`.
    pub duration: String,
    /// How closely they rise and fall together, 0 to 1.
    #[serde(default)]
    pub correlation: f64,
    /// Of them, those of which this expression is true.
    pub when: Option<String>,
}

/// Days that weather takes from tasks; on a lost day it takes them from all.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeatherEntry {
    /// Its name.
    pub name: String,
    /// Tasks that feel it, by code first, then by name.
    pub task: String,
    /// Of them, those of which this expression is true.
    pub when: Option<String>,
    /// The probability that a day is lost, 0 to 1, from January to December; of days that the file does not name.
    pub lost: Option<[f64; 12]>,
    /// A calendar of days, from the scenario's own folder on; [`parse_weather`] says how it is written.
    ///
    /// [`parse_weather`]: super::parse_weather
    pub file: Option<String>,
    /// What stands in the file, once somebody has read it.
    #[serde(skip)]
    pub days: Option<WeatherDays>,
    /// True when the scenario brings it; else the base is compared under the same weather.
    #[serde(default)]
    pub added: bool,
}

/// What may happen.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskEntry {
    /// Its name.
    pub name: String,
    /// How likely, 0 to 1.
    pub p: f64,
    /// Tasks, by code first, then by name.
    pub task: String,
    /// Of them, those of which this expression is true.
    pub when: Option<String>,
    /// What it adds to each: `triangular(1d,3d,8d)`.
    pub impact: String,
    /// What it costs, as money: `triangular(1000,2000,9000)`.
    pub cost: Option<String>,
    /// True when the scenario brings it; else the base is compared under the same risk.
    #[serde(default)]
    pub added: bool,
}

/// How a scenario is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Runs of the simulation.
    #[serde(default = "iterations")]
    pub monte_carlo: u32,
    /// Its seed.
    #[serde(default = "seed")]
    pub seed: u64,
    /// Its programme is levelled, by so many schedules as [`crate::level::LevelOptions`] makes, before it is
    /// compared and simulated.
    #[serde(default)]
    pub level: bool,
}

fn iterations() -> u32 {
    1_000
}

fn seed() -> u64 {
    1
}

impl Default for Run {
    fn default() -> Self {
        Self { monte_carlo: iterations(), seed: seed(), level: false }
    }
}
