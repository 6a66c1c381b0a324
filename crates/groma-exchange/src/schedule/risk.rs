//! What may become of a programme whose durations are not certain.

use super::comparison::{days, signed};
use super::grid::Grid;
use super::health::MovementReport;
use super::html::Page;
use super::{ActivityName, ProgrammeReport, Solved, at, instant, last_finish, name_of, svg};
use crate::inspection_text::diagnostics_text;
use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::schema::to_json;
use groma_schedule::risk::{Percentiles, RiskModel, RiskRun, Simulation, Source};
use groma_schedule::{DAY, Movement, Time};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema.
pub const SCHEMA_VERSION: u32 = 1;

/// The percentiles that are reported.
const PERCENTS: [u8; 11] = [1, 5, 10, 20, 30, 50, 70, 80, 90, 95, 99];
/// Spans of time that finishes are counted in.
const BINS: usize = 40;

/// The report of `groma schedule risk`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct RiskReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// Which programme, with the finish of its own durations.
    pub programme: ProgrammeReport,
    /// How much of it moves when an activity slips.
    pub movement: MovementReport,
    /// What is taken as uncertain, in words.
    pub uncertain: Vec<String>,
    /// Runs.
    pub iterations: u32,
    /// The same seed gives the same runs on any number of threads.
    pub seed: u64,
    /// The share of the runs, 0 to 1, that end no later than the programme's own finish.
    pub chance_of_finish: f64,
    /// The mean finish.
    pub mean_finish: String,
    /// Standard deviation of the finish, days of the wall clock.
    pub deviation_days: f64,
    /// Finish and cost that so many percent of the runs keep.
    pub percentiles: Vec<PercentileReport>,
    /// How many runs end from each instant on to the next.
    pub histogram: Vec<BinReport>,
    /// The share of the runs that keep both the finish and the cost of so many percent each; empty without cost.
    pub joint: Vec<JointReport>,
    /// Activities that are critical in any run, the most often critical first.
    pub criticality: Vec<CriticalityReport>,
    /// What moves the finish, the strongest first.
    pub sensitivity: Vec<SensitivityReport>,
    /// What is wrong with the file and its logic.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// A percentile.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct PercentileReport {
    /// So many percent of the runs keep it.
    pub percent: u8,
    /// The finish.
    pub finish: String,
    /// Days of the wall clock after the programme's own finish.
    pub days: f64,
    /// The cost; null where nothing costs anything.
    pub cost: Option<f64>,
}

/// Runs that end from an instant on to the next.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct BinReport {
    /// From.
    pub from: String,
    /// How many.
    pub runs: usize,
}

/// The share of the runs that keep both.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct JointReport {
    /// Of finish and cost alone, so many percent keep it.
    pub percent: u8,
    /// Both: 0 to 1.
    pub both: f64,
}

/// How often an activity is critical.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CriticalityReport {
    /// Which.
    #[serde(flatten)]
    pub activity: ActivityName,
    /// The share of the runs, 0 to 1.
    pub criticality: f64,
}

/// How the finish follows one uncertainty.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct SensitivityReport {
    /// `activity`, `event` or `weather`.
    pub source: &'static str,
    /// The activity's id, or the name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Spearman's rank correlation with the finish, -1 to 1: the cruciality.
    pub correlation: f64,
    /// The schedule sensitivity index.
    pub index: f64,
    /// Days of the wall clock from the mean finish to that of the tenth of the runs in which it is least.
    pub low_days: f64,
    /// The same of the tenth in which it is most.
    pub high_days: f64,
}

impl RiskReport {
    /// The report of a simulation.
    pub fn of(
        solved: &Solved<'_>,
        movement: &Movement,
        uncertain: Vec<String>,
        model: &RiskModel,
        simulation: &Simulation,
        run: &RiskRun,
    ) -> Self {
        let sorted = Percentiles::of(&run.finish);
        let planned = last_finish(solved.dates).unwrap_or_default();
        let percentile = |percent: u8| {
            let finish = sorted.at(f64::from(percent)).unwrap_or(planned);
            PercentileReport {
                percent,
                finish: instant(finish),
                days: days(finish - planned),
                cost: run.cost_at(f64::from(percent)).map(cents),
            }
        };
        let n = run.finish.len().max(1) as f64;
        let mean = run.finish.iter().map(|t| f64::from(t.minutes())).sum::<f64>() / n;
        let variance = run.finish.iter().map(|t| (f64::from(t.minutes()) - mean).powi(2)).sum::<f64>() / n;
        let joint = |percent: u8| {
            let finish = sorted.at(f64::from(percent)).unwrap_or(planned);
            let cost = run.cost_at(f64::from(percent))?;
            Some(JointReport { percent, both: share(run.within(finish, cost)) })
        };
        let s = solved.schedule;
        let mut criticality: Vec<CriticalityReport> = s
            .indices()
            .map(|i| CriticalityReport { activity: name_of(s, i), criticality: share(run.criticality_of(i)) })
            .filter(|c| c.criticality > 0.0)
            .collect();
        criticality.sort_by(|a, b| b.criticality.total_cmp(&a.criticality));
        let sensitivity = run.sensitivity.iter().map(|found| {
            let (source, id, name) = match found.source {
                Source::Activity(a) => {
                    let name = name_of(s, a);
                    ("activity", name.id, name.name)
                }
                Source::Event(k) => ("event", model.events[k].name.clone(), model.events[k].name.clone()),
                Source::Weather(k) => {
                    ("weather", model.weather[k].name.clone(), model.weather[k].name.clone())
                }
            };
            let in_days = |minutes: f64| (minutes / f64::from(DAY) * 100.0).round() / 100.0 + 0.0;
            SensitivityReport {
                source,
                id,
                name,
                correlation: share(found.correlation),
                index: share(found.index),
                low_days: in_days(found.low),
                high_days: in_days(found.high),
            }
        });
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            programme: ProgrammeReport::of(solved),
            movement: MovementReport::of(s, movement),
            uncertain,
            iterations: run.finish.len() as u32,
            seed: simulation.seed,
            chance_of_finish: share(sorted.share(planned)),
            mean_finish: instant(Time::from_minutes(mean.round() as i32)),
            deviation_days: (variance.sqrt() / f64::from(DAY) * 100.0).round() / 100.0,
            percentiles: PERCENTS.into_iter().map(percentile).collect(),
            histogram: histogram(&run.finish),
            joint: PERCENTS.into_iter().filter_map(joint).collect(),
            criticality,
            sensitivity: sensitivity.collect(),
            diagnostics: diagnostics(solved.diagnostics),
        }
    }

    /// As JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// For a person; with `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let most = if all { usize::MAX } else { 10 };
        let mut out = format!("{}\n{}\n", self.programme.headline(), self.movement.line());
        for line in &self.uncertain {
            let _ = writeln!(out, "uncertain: {line}");
        }
        let _ = writeln!(out, "{}", self.chance());
        for (title, grid) in self.grids() {
            if !grid.is_empty() {
                let most = if title == "percentiles" { usize::MAX } else { most };
                let _ = write!(out, "\n{title}\n{}", grid.text(most));
            }
        }
        out.push_str(&diagnostics_text(&self.diagnostics.iter().collect::<Vec<_>>(), all));
        out
    }

    /// One line for each percentile, activity that is ever critical, and source.
    pub fn to_csv(&self) -> String {
        let mut grid = Grid::new([
            "what",
            "id",
            "name",
            "finish",
            "days",
            "cost",
            "criticality",
            "correlation",
            "low_days",
            "high_days",
        ]);
        let none = String::new;
        for p in &self.percentiles {
            let cost = p.cost.map(|c| c.to_string()).unwrap_or_default();
            let (id, days) = (format!("P{}", p.percent), p.days.to_string());
            grid.row([
                "percentile".into(),
                id,
                none(),
                p.finish.clone(),
                days,
                cost,
                none(),
                none(),
                none(),
                none(),
            ]);
        }
        for c in &self.criticality {
            let (id, name) = (c.activity.id.clone(), c.activity.name.clone());
            let share = c.criticality.to_string();
            grid.row(["criticality".into(), id, name, none(), none(), none(), share, none(), none(), none()]);
        }
        for s in &self.sensitivity {
            let (correlation, low, high) =
                (s.correlation.to_string(), s.low_days.to_string(), s.high_days.to_string());
            grid.row([
                s.source.into(),
                s.id.clone(),
                s.name.clone(),
                none(),
                none(),
                none(),
                none(),
                correlation,
                low,
                high,
            ]);
        }
        grid.csv()
    }

    /// A page that needs nothing but itself: finishes, tornado, tables.
    pub fn to_html(&self) -> String {
        let mut page = Page::new(&format!("Risk of {}", self.programme.label), &self.programme.headline());
        let uncertain =
            self.uncertain.iter().map(|u| super::html::escape(u)).collect::<Vec<_>>().join("<br>");
        page.section(
            "What was simulated",
            &format!(
                "<p>{}<br>{}<br>{uncertain}</p>",
                super::html::escape(&self.movement.line()),
                super::html::escape(&self.chance())
            ),
        );
        let time = |t: &str| Time::parse(t).unwrap_or_default();
        let bins: Vec<(Time, usize)> = self.histogram.iter().map(|b| (time(&b.from), b.runs)).collect();
        if let [first, second, ..] = bins.as_slice() {
            let end = bins[bins.len() - 1].0 + (second.0 - first.0);
            let marks = self.percentiles.iter().filter(|p| [10, 50, 80].contains(&p.percent));
            let marks: Vec<(f64, Time)> = marks.map(|p| (f64::from(p.percent), time(&p.finish))).collect();
            page.section("Finishes", &svg::finishes(&bins, end, &marks));
        }
        let tornado: Vec<(String, f64, f64)> = self
            .sensitivity
            .iter()
            .take(20)
            .map(|s| (format!("{}  {}", s.id, s.name), s.low_days, s.high_days))
            .collect();
        if !tornado.is_empty() {
            page.section("What moves the finish", &svg::tornado(&tornado, "Days from the mean finish to that of the runs in which it takes least (green) and most (red)."));
        }
        self.grids().into_iter().for_each(|(title, grid)| page.grid(title, &grid));
        page.diagnostics(&self.diagnostics);
        page.finish()
    }

    fn chance(&self) -> String {
        let percent =
            |p: u8| self.percentiles.iter().find(|x| x.percent == p).map_or("-", |x| x.finish.as_str());
        format!(
            "{} runs, seed {}: P10 {}, P50 {}, P80 {}; {:.1} % of them keep the programme's own finish",
            self.iterations,
            self.seed,
            at(percent(10)),
            at(percent(50)),
            at(percent(80)),
            100.0 * self.chance_of_finish
        )
    }

    fn grids(&self) -> Vec<(&'static str, Grid)> {
        let mut percentiles = Grid::new(["percentile", "finish", "against the plan", "cost"]);
        for p in &self.percentiles {
            let cost = p.cost.map(|c| format!("{c:.0}")).unwrap_or_default();
            percentiles.row([format!("P{}", p.percent), at(&p.finish), signed(p.days), cost]);
        }
        let mut critical = Grid::new(["id", "name", "critical in"]);
        for c in &self.criticality {
            critical.row([
                c.activity.id.clone(),
                c.activity.name.clone(),
                format!("{:.1} %", 100.0 * c.criticality),
            ]);
        }
        let mut sensitivity = Grid::new(["source", "id", "name", "correlation", "index", "least", "most"]);
        for s in &self.sensitivity {
            sensitivity.row([
                s.source.to_owned(),
                s.id.clone(),
                s.name.clone(),
                format!("{:.2}", s.correlation),
                format!("{:.2}", s.index),
                signed(s.low_days),
                signed(s.high_days),
            ]);
        }
        vec![
            ("percentiles", percentiles),
            ("critical in most runs", critical),
            ("what moves the finish", sensitivity),
        ]
    }
}

fn share(x: f64) -> f64 {
    (x * 1e4).round() / 1e4 + 0.0
}

fn cents(x: f64) -> f64 {
    (x * 100.0).round() / 100.0 + 0.0
}

/// Whole days, as many together as make at most so many bins.
fn histogram(finishes: &[Time]) -> Vec<BinReport> {
    let (Some(first), Some(last)) = (finishes.iter().min(), finishes.iter().max()) else { return Vec::new() };
    let (first, last) = (first.day(), last.day());
    let width = (last.number() - first.number()) / BINS as i32 + 1;
    let bin = |t: &Time| ((t.day().number() - first.number()) / width) as usize;
    let mut counts = vec![0; bin(&last.at(0)) + 1];
    finishes.iter().for_each(|t| counts[bin(t)] += 1);
    let from = |k: usize| instant((first + k as i32 * width).at(0));
    counts.into_iter().enumerate().map(|(k, runs)| BinReport { from: from(k), runs }).collect()
}
