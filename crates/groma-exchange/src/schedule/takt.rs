//! Line of balance of a programme.

use super::grid::Grid;
use super::html::Page;
use super::svg_lines::balance;
use super::{ProgrammeReport, Solved, at, hours_text, instant};
use crate::inspection_text::diagnostics_text;
use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::schema::to_json;
use groma_schedule::Takt;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of `groma schedule takt`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct TaktReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// Which programme.
    pub programme: ProgrammeReport,
    /// Locations by their first start.
    pub locations: Vec<String>,
    /// Trades by their first start.
    pub trades: Vec<String>,
    /// Trades at work in locations: by trade, then by start.
    pub cells: Vec<CellReport>,
    /// How evenly each trade goes from location to location.
    pub rhythm: Vec<RhythmReport>,
    /// Two trades in one location at the same time.
    pub clashes: Vec<ClashOfTrades>,
    /// Activities with work whose location or trade is not named.
    pub without: usize,
    /// What is wrong with the file and its logic.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// A trade at work in a location.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CellReport {
    /// The trade.
    pub trade: String,
    /// The location.
    pub location: String,
    /// The first start of its activities.
    pub start: String,
    /// Their last finish.
    pub finish: String,
    /// Work hours between the two.
    pub hours: f64,
    /// Their ids, by start.
    pub activities: Vec<String>,
}

/// How evenly a trade goes from location to location.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct RhythmReport {
    /// The trade.
    pub trade: String,
    /// In how many locations it works.
    pub locations: usize,
    /// Work hours in a location: the least.
    pub least_h: f64,
    /// The middle one: the takt that it keeps.
    pub takt_h: f64,
    /// The most.
    pub most_h: f64,
    /// Work hours that it waits between one location and the next, added up.
    pub idle_h: f64,
    /// How often it waits.
    pub breaks: usize,
    /// How often it works in two locations at once.
    pub doubled: usize,
}

/// Two trades in one location at the same time.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ClashOfTrades {
    /// The location.
    pub location: String,
    /// The two.
    pub trades: [String; 2],
    /// When it begins.
    pub from: String,
    /// When the last of it ends.
    pub to: String,
    /// Work hours together, added up over pairs of activities.
    pub hours: f64,
}

impl TaktReport {
    /// The report of a line of balance.
    pub fn of(solved: &Solved<'_>, takt: &Takt) -> Self {
        let code = |i: &groma_schedule::ActivityIndex| solved.schedule.activities[i.at()].code.clone();
        let cells = takt.cells.iter().map(|c| CellReport {
            trade: takt.trades[c.trade].clone(),
            location: takt.locations[c.location].clone(),
            start: instant(c.start),
            finish: instant(c.finish),
            hours: c.hours,
            activities: c.activities.iter().map(code).collect(),
        });
        let rhythm = takt.rhythm.iter().map(|r| RhythmReport {
            trade: takt.trades[r.trade].clone(),
            locations: r.locations,
            least_h: r.hours[0],
            takt_h: r.hours[1],
            most_h: r.hours[2],
            idle_h: r.idle_hours,
            breaks: r.breaks,
            doubled: r.doubled,
        });
        let clashes = takt.clashes.iter().map(|c| ClashOfTrades {
            location: takt.locations[c.location].clone(),
            trades: c.trades.map(|t| takt.trades[t].clone()),
            from: instant(c.from),
            to: instant(c.to),
            hours: c.hours,
        });
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            programme: ProgrammeReport::of(solved),
            locations: takt.locations.clone(),
            trades: takt.trades.clone(),
            cells: cells.collect(),
            rhythm: rhythm.collect(),
            clashes: clashes.collect(),
            without: takt.without,
            diagnostics: diagnostics(solved.diagnostics),
        }
    }

    /// As JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    fn counts(&self) -> String {
        let without = match self.without {
            0 => String::new(),
            many => format!("; {many} activities name no location or no trade"),
        };
        format!(
            "{} trades in {} locations, {} clashes of trades{without}",
            self.trades.len(),
            self.locations.len(),
            self.clashes.len()
        )
    }

    fn grids(&self) -> Vec<(&'static str, Grid)> {
        let mut rhythm =
            Grid::new(["trade", "locations", "takt h", "least h", "most h", "breaks", "idle h", "doubled"]);
        for r in &self.rhythm {
            rhythm.row([
                r.trade.clone(),
                r.locations.to_string(),
                hours_text(r.takt_h),
                hours_text(r.least_h),
                hours_text(r.most_h),
                r.breaks.to_string(),
                hours_text(r.idle_h),
                r.doubled.to_string(),
            ]);
        }
        let mut clashes = Grid::new(["location", "trade", "and", "from", "to", "hours"]);
        for c in &self.clashes {
            let [a, b] = c.trades.clone();
            clashes.row([c.location.clone(), a, b, at(&c.from), at(&c.to), hours_text(c.hours)]);
        }
        let mut cells = Grid::new(["trade", "location", "start", "finish", "hours", "activities"]);
        for c in &self.cells {
            let count = c.activities.len().to_string();
            cells.row([
                c.trade.clone(),
                c.location.clone(),
                at(&c.start),
                at(&c.finish),
                hours_text(c.hours),
                count,
            ]);
        }
        vec![("rhythm", rhythm), ("clashes of trades", clashes), ("line of balance", cells)]
    }

    /// For a person; with `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = format!("{}\n{}\n", self.programme.headline(), self.counts());
        for (title, grid) in self.grids() {
            if !grid.is_empty() {
                let _ = write!(out, "\n{title}\n{}", grid.text(if all { usize::MAX } else { 25 }));
            }
        }
        out.push_str(&diagnostics_text(&self.diagnostics.iter().collect::<Vec<_>>(), all));
        out
    }

    /// A line for each trade in each location.
    pub fn to_csv(&self) -> String {
        let mut grid = Grid::new(["trade", "location", "start", "finish", "hours", "activities"]);
        for c in &self.cells {
            let hours = c.hours.to_string();
            let ids = c.activities.join(" ");
            grid.row([c.trade.clone(), c.location.clone(), c.start.clone(), c.finish.clone(), hours, ids]);
        }
        grid.csv()
    }

    /// A page that needs nothing but itself: the line of balance, and the tables.
    pub fn to_html(&self, takt: &Takt) -> String {
        let mut page =
            Page::new(&self.programme.label, &format!("{}; {}", self.programme.headline(), self.counts()));
        page.section("Line of balance", &balance(takt));
        self.grids().into_iter().for_each(|(title, grid)| page.grid(title, &grid));
        page.diagnostics(&self.diagnostics);
        page.finish()
    }
}

/// The line of balance as a picture that stands alone.
pub fn to_svg(takt: &Takt) -> String {
    balance(takt)
}
