//! Earned value of a programme.

use super::comparison::signed;
use super::grid::Grid;
use super::html::Page;
use super::svg_lines::{Curve, curves};
use super::{ActivityName, ProgrammeReport, Solved, at, instant, name_of};
use crate::inspection_text::diagnostics_text;
use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::schema::to_json;
use groma_schedule::{CurvePoint, Earned, Measures, Time, Value};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma schedule earned`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct EarnedReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// Which programme.
    pub programme: ProgrammeReport,
    /// By when it is measured.
    pub at: String,
    /// Against which baseline; null is the planned dates and costs.
    pub baseline: Option<u8>,
    /// True where hours are those of people and machines, else those of the activities themselves.
    pub hours_of_resources: bool,
    /// The whole.
    pub whole: ValueReport,
    /// Earned schedule; null without a budget.
    pub earned_schedule: Option<EarnedScheduleReport>,
    /// Branches of the breakdown that have a budget or a cost, in file order.
    pub wbs: Vec<BranchReport>,
    /// Activities that have a budget or a cost, in file order.
    pub activities: Vec<ActivityValue>,
    /// Week by week.
    pub curve: Vec<PointReport>,
    /// Activities that the baseline does not hold, and that have no budget.
    pub without_baseline: usize,
    /// What is wrong with the file and its logic.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// Of money and of hours.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ValueReport {
    /// Of money, in the programme's currency.
    pub cost: MeasuresReport,
    /// Of hours.
    pub hours: MeasuresReport,
}

/// What is planned, earned and spent, and what follows from it.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, JsonSchema)]
pub struct MeasuresReport {
    /// Budget at completion.
    pub bac: f64,
    /// Planned value.
    pub pv: f64,
    /// Earned value.
    pub ev: f64,
    /// Actual cost.
    pub ac: f64,
    /// Schedule variance: earned less planned.
    pub sv: f64,
    /// Cost variance: earned less spent.
    pub cv: f64,
    /// Schedule performance index; null while nothing is planned.
    pub spi: Option<f64>,
    /// Cost performance index; null while nothing is spent.
    pub cpi: Option<f64>,
    /// Estimate at completion.
    pub eac: f64,
    /// Variance at completion.
    pub vac: f64,
    /// To-complete performance index; null where no budget is left.
    pub tcpi: Option<f64>,
}

/// When what is earned should have been earned.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, JsonSchema)]
pub struct EarnedScheduleReport {
    /// Days of the wall clock from the baseline's start to the date of the measurement.
    pub actual_days: f64,
    /// Days from the baseline's start until what is earned was planned to be.
    pub earned_days: f64,
    /// SPI(t); null at the start.
    pub spi_t: Option<f64>,
    /// SV(t), days.
    pub sv_t_days: f64,
}

/// A branch of the breakdown.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct BranchReport {
    /// The codes from the top down.
    pub path: Vec<String>,
    /// Its name.
    pub name: String,
    /// Its values, with all below it.
    #[serde(flatten)]
    pub value: ValueReport,
}

/// An activity.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ActivityValue {
    /// Which.
    #[serde(flatten)]
    pub activity: ActivityName,
    /// 0 to 100, of the kind that counts.
    pub percent: f64,
    /// Its values.
    #[serde(flatten)]
    pub value: ValueReport,
}

/// What is planned, earned and spent up to an instant; money, then hours.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct PointReport {
    /// Up to when.
    pub at: String,
    /// Planned value.
    pub pv: [f64; 2],
    /// Earned value; null after the date of the measurement.
    pub ev: Option<[f64; 2]>,
    /// Actual cost; null after the date of the measurement.
    pub ac: Option<[f64; 2]>,
}

/// Rounded to what a person counts.
fn rounded(x: f64) -> f64 {
    (x * 10_000.0).round() / 10_000.0 + 0.0
}

impl From<Measures> for MeasuresReport {
    fn from(m: Measures) -> Self {
        Self {
            bac: rounded(m.bac),
            pv: rounded(m.pv),
            ev: rounded(m.ev),
            ac: rounded(m.ac),
            sv: rounded(m.sv()),
            cv: rounded(m.cv()),
            spi: m.spi().map(rounded),
            cpi: m.cpi().map(rounded),
            eac: rounded(m.eac()),
            vac: rounded(m.vac()),
            tcpi: m.tcpi().map(rounded),
        }
    }
}

impl From<Value> for ValueReport {
    fn from(v: Value) -> Self {
        Self { cost: v.cost.into(), hours: v.hours.into() }
    }
}

impl EarnedReport {
    /// The report of a measurement.
    pub fn of(solved: &Solved<'_>, earned: &Earned) -> Self {
        let s = solved.schedule;
        let point = |p: &CurvePoint| PointReport {
            at: instant(p.at),
            pv: p.planned.map(rounded),
            ev: p.done.map(|d| d[0].map(rounded)),
            ac: p.done.map(|d| d[1].map(rounded)),
        };
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            programme: ProgrammeReport::of(solved),
            at: instant(earned.at),
            baseline: earned.baseline,
            hours_of_resources: earned.of_resources,
            whole: earned.whole.into(),
            earned_schedule: earned.schedule.map(|e| EarnedScheduleReport {
                actual_days: rounded(e.actual_days),
                earned_days: rounded(e.earned_days),
                spi_t: e.spi_t().map(rounded),
                sv_t_days: rounded(e.sv_t()),
            }),
            wbs: earned
                .by_wbs
                .iter()
                .map(|(node, value)| BranchReport {
                    path: s.wbs_path(*node).iter().map(|n| n.code.clone()).collect(),
                    name: s.wbs[node.at()].name.clone(),
                    value: (*value).into(),
                })
                .collect(),
            activities: earned
                .activities
                .iter()
                .map(|(index, value, percent)| ActivityValue {
                    activity: name_of(s, *index),
                    percent: *percent,
                    value: (*value).into(),
                })
                .collect(),
            curve: earned.curve.iter().map(point).collect(),
            without_baseline: earned.without_baseline,
            diagnostics: diagnostics(solved.diagnostics),
        }
    }

    /// As JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    fn headline(&self) -> String {
        let against = match self.baseline {
            Some(number) => format!("baseline {number}"),
            None => "the planned dates and costs, since there is no baseline".to_owned(),
        };
        let missing = match self.without_baseline {
            0 => String::new(),
            many => format!("; {many} activities are not in it and have no budget"),
        };
        format!("at {} against {against}{missing}", at(&self.at))
    }

    fn has_cost(&self) -> bool {
        let m = &self.whole.cost;
        m.bac != 0.0 || m.ac != 0.0
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(["", "BAC", "PV", "EV", "AC", "SV", "CV", "SPI", "CPI", "EAC", "TCPI"]);
        let mut put = |name: String, m: &MeasuresReport| {
            let index = |i: Option<f64>| i.map_or("-".to_owned(), |i| format!("{i:.2}"));
            let amount = |x: f64| format!("{:.0}", x + 0.0);
            grid.row([
                name,
                amount(m.bac),
                amount(m.pv),
                amount(m.ev),
                amount(m.ac),
                amount(m.sv),
                amount(m.cv),
                index(m.spi),
                index(m.cpi),
                amount(m.eac),
                index(m.tcpi),
            ]);
        };
        if self.has_cost() {
            put("cost".to_owned(), &self.whole.cost);
        }
        put("hours".to_owned(), &self.whole.hours);
        for branch in &self.wbs {
            let m = if self.has_cost() { &branch.value.cost } else { &branch.value.hours };
            let indent = "  ".repeat(branch.path.len().saturating_sub(1).min(6));
            put(
                format!(
                    "{indent}{}",
                    if branch.name.is_empty() { &branch.path[branch.path.len() - 1] } else { &branch.name }
                ),
                m,
            );
        }
        grid
    }

    /// `SPI(t) 0.82: what is earned was planned for 2026-01-12, 8.4 d ago`.
    fn schedule_line(&self) -> String {
        match &self.earned_schedule {
            Some(e) => {
                let spi = e.spi_t.map_or("-".to_owned(), |s| format!("{s:.2}"));
                format!(
                    "earned schedule: SPI(t) {spi}, SV(t) {}",
                    signed((e.sv_t_days * 10.0).round() / 10.0)
                )
            }
            None => "earned schedule: no budget is planned".to_owned(),
        }
    }

    /// For a person; with `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let of = if self.hours_of_resources { "people and machines" } else { "the activities themselves" };
        let mut out = format!(
            "{}\n{}\n{}; hours are those of {of}\n\n",
            self.programme.headline(),
            self.headline(),
            self.schedule_line()
        );
        let _ = write!(out, "{}", self.grid().text(if all { usize::MAX } else { 30 }));
        out.push_str(&diagnostics_text(&self.diagnostics.iter().collect::<Vec<_>>(), all));
        out
    }

    /// A line for the whole, each branch, each activity and each point of the curve.
    pub fn to_csv(&self) -> String {
        let mut grid = Grid::new([
            "what", "id", "name", "at", "unit", "percent", "bac", "pv", "ev", "ac", "sv", "cv", "spi", "cpi",
            "eac", "vac", "tcpi",
        ]);
        let mut put = |what: &str, id: &str, name: &str, percent: Option<f64>, value: &ValueReport| {
            for (unit, m) in [("cost", &value.cost), ("hours", &value.hours)] {
                let index = |i: Option<f64>| i.map(|i| i.to_string()).unwrap_or_default();
                grid.row([
                    what.to_owned(),
                    id.to_owned(),
                    name.to_owned(),
                    self.at.clone(),
                    unit.to_owned(),
                    index(percent),
                    m.bac.to_string(),
                    m.pv.to_string(),
                    m.ev.to_string(),
                    m.ac.to_string(),
                    m.sv.to_string(),
                    m.cv.to_string(),
                    index(m.spi),
                    index(m.cpi),
                    m.eac.to_string(),
                    m.vac.to_string(),
                    index(m.tcpi),
                ]);
            }
        };
        put("whole", "", "", None, &self.whole);
        for branch in &self.wbs {
            put("wbs", &branch.path.join("."), &branch.name, None, &branch.value);
        }
        for a in &self.activities {
            put("activity", &a.activity.id, &a.activity.name, Some(a.percent), &a.value);
        }
        for point in &self.curve {
            for (k, unit) in ["cost", "hours"].into_iter().enumerate() {
                let value = |of: &Option<[f64; 2]>| of.map(|v| v[k].to_string()).unwrap_or_default();
                let mut row: [String; 17] = Default::default();
                row[0] = "curve".to_owned();
                row[3].clone_from(&point.at);
                row[4] = unit.to_owned();
                row[7] = point.pv[k].to_string();
                row[8] = value(&point.ev);
                row[9] = value(&point.ac);
                grid.row(row);
            }
        }
        grid.csv()
    }

    /// A page that needs nothing but itself: the S-curves of money and hours, and the table.
    pub fn to_html(&self) -> String {
        let mut page = Page::new(
            &self.programme.label,
            &format!("{}; {}; {}", self.programme.headline(), self.headline(), self.schedule_line()),
        );
        for (k, title) in [(0, "S-curve of money"), (1, "S-curve of hours")] {
            let line = |of: &dyn Fn(&PointReport) -> Option<f64>| -> Vec<(Time, f64)> {
                let points = self.curve.iter();
                points.filter_map(|p| Some((Time::parse(&p.at)?, of(p)?))).collect()
            };
            let lines = [
                Curve { title: "planned value", colour: "var(--base)", points: line(&|p| Some(p.pv[k])) },
                Curve {
                    title: "actual cost",
                    colour: "var(--critical)",
                    points: line(&|p| p.ac.map(|v| v[k])),
                },
                Curve {
                    title: "earned value",
                    colour: "var(--plain)",
                    points: line(&|p| p.ev.map(|v| v[k])),
                },
            ];
            let picture = curves(&lines, if k == 0 { "" } else { " h" }, Time::parse(&self.at));
            if !picture.is_empty() {
                page.section(title, &picture);
            }
        }
        page.grid("Earned value", &self.grid());
        let mut grid = Grid::new(["id", "name", "percent", "unit", "BAC", "PV", "EV", "AC"]);
        for a in &self.activities {
            let (unit, m) = if self.has_cost() { ("", &a.value.cost) } else { ("h", &a.value.hours) };
            let amount = |x: f64| format!("{:.0}", x + 0.0);
            grid.row([
                a.activity.id.clone(),
                a.activity.name.clone(),
                format!("{:.0}", a.percent),
                unit.to_owned(),
                amount(m.bac),
                amount(m.pv),
                amount(m.ev),
                amount(m.ac),
            ]);
        }
        page.grid("Activities", &grid);
        page.diagnostics(&self.diagnostics);
        page.finish()
    }
}
