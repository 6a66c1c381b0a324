//! What becomes of a programme under each of several scenarios.

use super::comparison::signed;
use super::grid::Grid;
use super::health::MovementReport;
use super::html::Page;
use super::{ProgrammeReport, Solved, at, instant, svg};
use crate::inspection_text::diagnostics_text;
use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::schema::to_json;
use groma_schedule::Movement;
use groma_schedule::whatif::Outcome;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma whatif`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct WhatifReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// Which programme.
    pub base: ProgrammeReport,
    /// How much of it moves when an activity slips; stands above every answer.
    pub movement: MovementReport,
    /// True when every assert of every scenario holds.
    pub holds: bool,
    /// The base as it is, then the scenarios in the order given.
    pub scenarios: Vec<ScenarioReport>,
    /// What is wrong with the programme's file and its logic.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// One scenario.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ScenarioReport {
    /// Its name; the base's is `base`.
    pub name: String,
    /// The last finish with every duration as planned.
    pub finish: String,
    /// Days of the wall clock later than the base.
    pub days: f64,
    /// The finish that 10 percent of the runs keep; as planned where nothing is uncertain.
    pub p10: String,
    /// The same of 50 percent.
    pub p50: String,
    /// The same of 80 percent.
    pub p80: String,
    /// `p10` of the base in the same runs: as uncertain as the scenario says, without its changes and what it adds.
    pub base_p10: String,
    /// The same of `p50`.
    pub base_p50: String,
    /// The same of `p80`.
    pub base_p80: String,
    /// Days of the wall clock from `base_p10` to `p10`.
    pub p10_days: f64,
    /// The same of `p50`.
    pub p50_days: f64,
    /// The same of `p80`.
    pub p80_days: f64,
    /// Critical activities.
    pub critical: usize,
    /// Hours of total float that the activities of the base lose together.
    pub float_lost_h: f64,
    /// Activities of the base whose dates move.
    pub moved: usize,
    /// Hours of work in the week with most of it.
    pub peak_h: f64,
    /// Money that half of the runs keep within; 0 where nothing costs anything.
    pub cost: f64,
    /// What must hold.
    pub asserts: Vec<AssertReport>,
}

/// An assert and whether it holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct AssertReport {
    /// As written: `P80(finish) <= 2027-03-31`.
    pub text: String,
    /// What was found.
    pub found: String,
    /// Whether it holds.
    pub holds: bool,
}

impl WhatifReport {
    /// The report of outcomes, the base's first.
    pub fn of(solved: &Solved<'_>, movement: &Movement, outcomes: &[Outcome]) -> Self {
        let round = |x: f64| (x * 100.0).round() / 100.0 + 0.0;
        let scenario = |o: &Outcome| {
            let [base_p10, base_p50, base_p80] = o.base_percentiles.map(instant);
            let [p10_days, p50_days, p80_days] = o.percentile_days().map(round);
            ScenarioReport {
                name: o.name.clone(),
                finish: instant(o.finish),
                days: round(o.days),
                p10: instant(o.percentiles[0]),
                p50: instant(o.percentiles[1]),
                p80: instant(o.percentiles[2]),
                base_p10,
                base_p50,
                base_p80,
                p10_days,
                p50_days,
                p80_days,
                critical: o.critical,
                float_lost_h: round(o.float_lost_h),
                moved: o.moved,
                peak_h: round(o.peak_h),
                cost: round(o.cost),
                asserts: o
                    .asserts
                    .iter()
                    .map(|a| AssertReport { text: a.text.clone(), found: a.found.clone(), holds: a.holds })
                    .collect(),
            }
        };
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            base: ProgrammeReport::of(solved),
            movement: MovementReport::of(solved.schedule, movement),
            holds: outcomes.iter().flat_map(|o| &o.asserts).all(|a| a.holds),
            scenarios: outcomes.iter().map(scenario).collect(),
            diagnostics: diagnostics(solved.diagnostics),
        }
    }

    /// As JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// For a person: health, a table, and what was asserted.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = format!("{}\n{}\n\n", self.base.headline(), self.movement.line());
        out.push_str(&self.grid().text(usize::MAX));
        for (k, (scenario, assert)) in self.asserts().enumerate() {
            let verdict = if assert.holds { "holds" } else { "FAILS" };
            let gap = if k == 0 { "\n" } else { "" };
            let _ =
                writeln!(out, "{gap}{verdict}: {}: {} (found {})", scenario.name, assert.text, assert.found);
        }
        out.push_str(&diagnostics_text(&self.diagnostics.iter().collect::<Vec<_>>(), all));
        out
    }

    /// One line for each scenario, the base first.
    pub fn to_csv(&self) -> String {
        let mut grid = Grid::new([
            "scenario",
            "finish",
            "days",
            "p10",
            "p50",
            "p80",
            "p50_days",
            "p80_days",
            "critical",
            "moved",
            "float_lost_h",
            "peak_h",
            "cost",
            "asserts_failed",
        ]);
        for s in &self.scenarios {
            grid.row([
                s.name.clone(),
                s.finish.clone(),
                s.days.to_string(),
                s.p10.clone(),
                s.p50.clone(),
                s.p80.clone(),
                s.p50_days.to_string(),
                s.p80_days.to_string(),
                s.critical.to_string(),
                s.moved.to_string(),
                s.float_lost_h.to_string(),
                s.peak_h.to_string(),
                s.cost.to_string(),
                s.asserts.iter().filter(|a| !a.holds).count().to_string(),
            ]);
        }
        grid.csv()
    }

    /// A page that needs nothing but itself: days against the base, and the table.
    pub fn to_html(&self) -> String {
        let mut page = Page::new(&format!("What if: {}", self.base.label), &self.base.headline());
        page.section(
            "How much of it moves",
            &format!("<p>{}</p>", super::html::escape(&self.movement.line())),
        );
        let bars: Vec<(String, f64, f64)> =
            self.scenarios.iter().map(|s| (s.name.clone(), s.days.min(0.0), s.days.max(0.0))).collect();
        page.section(
            "Days against the base",
            &svg::tornado(&bars, "Days earlier (green) and later (red) than the base."),
        );
        page.grid("Scenarios", &self.grid());
        let mut asserts = Grid::new(["scenario", "assert", "found", ""]);
        for (s, a) in self.asserts() {
            let verdict = if a.holds { "holds" } else { "FAILS" };
            asserts.row([s.name.clone(), a.text.clone(), a.found.clone(), verdict.to_owned()]);
        }
        page.grid("Asserts", &asserts);
        page.diagnostics(&self.diagnostics);
        page.finish()
    }

    fn asserts(&self) -> impl Iterator<Item = (&ScenarioReport, &AssertReport)> {
        self.scenarios.iter().flat_map(|s| s.asserts.iter().map(move |a| (s, a)))
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new([
            "scenario",
            "finish",
            "against base",
            "P10",
            "P50",
            "P80",
            "P80 against base",
            "critical",
            "moved",
            "float lost h",
            "peak h/week",
            "cost",
        ]);
        let day = |t: &str| at(t).split(' ').next().unwrap_or_default().to_owned();
        for s in &self.scenarios {
            grid.row([
                s.name.clone(),
                at(&s.finish),
                signed(s.days),
                day(&s.p10),
                day(&s.p50),
                day(&s.p80),
                signed(s.p80_days),
                s.critical.to_string(),
                s.moved.to_string(),
                format!("{:.0}", s.float_lost_h),
                format!("{:.0}", s.peak_h),
                format!("{:.0}", s.cost),
            ]);
        }
        grid
    }
}
