//! What levelling moves, what each resource is used before and after, and what still lacks.

use super::comparison::{days, signed};
use super::gantt::Gantt;
use super::grid::Grid;
use super::html::Page;
use super::level_svg::{Bar, usage};
use super::{ActivityName, ProgrammeReport, Solved, at, hours, hours_text, instant, name_of};
use crate::inspection_text::diagnostics_text;
use crate::report::{DiagnosticReport, GENERATOR, diagnostics};
use crate::schema::to_json;
use groma_schedule::level::{Budget, Lack, LevelOptions, Levelled, ResourceUse, Stays, Step};
use groma_schedule::{Day, ResourceIndex, Schedule, Time};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// The version of this report's schema.
pub const SCHEMA_VERSION: u32 = 1;

/// Days of a histogram: three centuries.
const MOST_DAYS: i32 = 110_000;

/// The report of `groma schedule level`.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LevelReport {
    /// 1.
    pub schema_version: u32,
    /// The program and its version.
    pub generator: &'static str,
    /// Which programme, with its finish before.
    pub programme: ProgrammeReport,
    /// `level` or `smooth`.
    pub mode: &'static str,
    /// True when nothing was moved beyond its float.
    pub within_float: bool,
    /// The same seed and number of schedules give the same answer on any number of threads.
    pub seed: u64,
    /// Schedules that were asked for; null with a time budget, under which a faster machine may find a better
    /// answer.
    pub budget_schedules: Option<u64>,
    /// Schedules that were made; null with a time budget.
    pub schedules: Option<u64>,
    /// The last finish before.
    pub finish_before: String,
    /// The last finish after.
    pub finish_after: String,
    /// Days of the wall clock from one to the other.
    pub finish_days: f64,
    /// The last finish of the simple rule without search, the earliest late start first; null where that leaves more
    /// lacking, and of smoothing.
    pub finish_by_rule: Option<String>,
    /// True when no schedule can be better: nothing lacks and the finish stays.
    pub is_proven: bool,
    /// A finish that no schedule can beat, by proof of the exact solver; null where none was asked for.
    pub bound: Option<String>,
    /// Activities whose start or finish moves.
    pub moved: usize,
    /// Every activity that moves or is held, in file order.
    pub activities: Vec<LevelledActivity>,
    /// Each resource that anything needs, in file order.
    pub resources: Vec<LevelledResource>,
    /// Spans in which more of a resource is still used than there is.
    pub lacks: Vec<LackReport>,
    /// Activities that need more of a resource at once than there ever is.
    pub impossible: Vec<ClaimReport>,
    /// What is wrong with the file and its logic, and what could not be solved.
    pub diagnostics: Vec<DiagnosticReport>,
}

/// An activity before and after.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LevelledActivity {
    /// Which.
    #[serde(flatten)]
    pub activity: ActivityName,
    /// Its start before.
    pub start_before: String,
    /// Its finish before.
    pub finish_before: String,
    /// Its start after.
    pub start_after: String,
    /// Its finish after.
    pub finish_after: String,
    /// Days of the wall clock from the start before to the start after.
    pub moved_days: f64,
    /// Hours of its calendar that levelling itself holds it, beyond what its logic asks; 0 where it only
    /// follows others.
    pub delay_h: f64,
    /// The start that it is held until, as a start-no-earlier-than date; null where it is not held.
    pub held_until: Option<String>,
    /// The name of the resource that it waits for.
    pub waits_for: Option<String>,
}

/// A resource before and after.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LevelledResource {
    /// Its short name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The most units that there ever are; null without a limit.
    pub limit: Option<f64>,
    /// The most units that are used at once before.
    pub peak_before: f64,
    /// The most units that are used at once after.
    pub peak_after: f64,
    /// Unit-hours beyond the limit before.
    pub over_before_h: f64,
    /// Unit-hours beyond the limit after.
    pub over_after_h: f64,
    /// The peak of each day on which any of the numbers is another than on the day before.
    pub histogram: Vec<UsageReport>,
}

/// The peaks of a day, which hold until the next entry.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct UsageReport {
    /// The first day.
    pub from: String,
    /// The most units used at once before.
    pub before: f64,
    /// The most units used at once after.
    pub after: f64,
    /// The units that there are; null without a limit.
    pub limit: Option<f64>,
}

/// A span in which more is used than there is.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LackReport {
    /// The resource's name.
    pub resource: String,
    /// From when.
    pub from: String,
    /// To when.
    pub to: String,
    /// The most units used.
    pub used: f64,
    /// The units that there are.
    pub limit: f64,
    /// Who uses it then.
    pub activities: Vec<LackingActivity>,
}

/// An activity that uses what lacks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LackingActivity {
    /// Its id.
    pub id: String,
    /// Why it could not be delayed: `started`, `by hand`, `bound to a date`, `priority 1000`; null where it could.
    pub stays: Option<&'static str>,
}

/// An activity that needs more at once than there ever is.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ClaimReport {
    /// Which.
    #[serde(flatten)]
    pub activity: ActivityName,
    /// The resource's name.
    pub resource: String,
    /// Units that it needs.
    pub needs: f64,
    /// The most that there ever is.
    pub most: f64,
}

impl LevelReport {
    /// The report of a levelled programme; `solved` is the one before.
    pub fn of(solved: &Solved<'_>, levelled: &Levelled, options: &LevelOptions, bound: Option<Time>) -> Self {
        let s = solved.schedule;
        let resource = |r: ResourceIndex| s.resources[r.at()].name.clone();
        let mut held = levelled.held.iter().peekable();
        let mut activities = Vec::new();
        for index in s.indices() {
            let held = held.next_if(|h| h.activity == index);
            let (Some(before), Some(after)) = (solved.dates.of(index), levelled.dates.of(index)) else {
                continue;
            };
            // Summaries follow what is in them.
            if solved.network.slot(index).is_none()
                || (held.is_none() && (before.start, before.finish) == (after.start, after.finish))
            {
                continue;
            }
            activities.push(LevelledActivity {
                activity: name_of(s, index),
                start_before: instant(before.start),
                finish_before: instant(before.finish),
                start_after: instant(after.start),
                finish_after: instant(after.finish),
                moved_days: days(after.start - before.start),
                delay_h: held.map_or(0.0, |h| hours(h.delay)),
                held_until: held.map(|h| instant(h.until)),
                waits_for: held.and_then(|h| h.waits_for).map(resource),
            });
        }
        let moved =
            |a: &&LevelledActivity| (&a.start_before, &a.finish_before) != (&a.start_after, &a.finish_after);
        let schedules = match options.budget {
            Budget::Schedules(n) => Some(n),
            Budget::Time(_) => None,
        };
        Self {
            schema_version: SCHEMA_VERSION,
            generator: GENERATOR,
            programme: ProgrammeReport::of(solved),
            mode: levelled.mode.as_str(),
            within_float: options.within_float || levelled.mode == groma_schedule::level::Mode::Smooth,
            seed: options.seed,
            budget_schedules: schedules,
            schedules: schedules.map(|_| levelled.schedules),
            finish_before: instant(levelled.finish_before),
            finish_after: instant(levelled.finish_after),
            finish_days: days(levelled.finish_after - levelled.finish_before),
            finish_by_rule: levelled.finish_by_rule.map(instant),
            is_proven: levelled.is_proven || bound.is_some_and(|b| b >= levelled.finish_after),
            bound: bound.map(instant),
            moved: activities.iter().filter(moved).count(),
            activities,
            resources: levelled.resources.iter().map(|u| LevelledResource::of(s, u)).collect(),
            lacks: levelled.lacks.iter().map(|l| LackReport::of(s, l)).collect(),
            impossible: levelled
                .claims
                .iter()
                .map(|c| ClaimReport {
                    activity: name_of(s, c.activity),
                    resource: resource(c.resource),
                    needs: c.needs,
                    most: c.most,
                })
                .collect(),
            diagnostics: diagnostics(solved.diagnostics),
        }
    }

    /// As JSON, with a line end behind it.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// For a person; with `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let most = if all { usize::MAX } else { 20 };
        let mut out = format!("{}\n{}\n", self.programme.headline(), self.words());
        for (title, grid) in self.grids() {
            if !grid.is_empty() {
                let _ = write!(out, "\n{title}\n{}", grid.text(most));
            }
        }
        out.push_str(&diagnostics_text(&self.diagnostics.iter().collect::<Vec<_>>(), all));
        out
    }

    /// One line for each activity that moves or is held, with the JSON's names.
    pub fn to_csv(&self) -> String {
        let mut grid = Grid::new([
            "project",
            "id",
            "name",
            "start_before",
            "finish_before",
            "start_after",
            "finish_after",
            "moved_days",
            "delay_h",
            "held_until",
            "waits_for",
        ]);
        for a in &self.activities {
            grid.row([
                a.activity.project.clone(),
                a.activity.id.clone(),
                a.activity.name.clone(),
                a.start_before.clone(),
                a.finish_before.clone(),
                a.start_after.clone(),
                a.finish_after.clone(),
                a.moved_days.to_string(),
                a.delay_h.to_string(),
                a.held_until.clone().unwrap_or_default(),
                a.waits_for.clone().unwrap_or_default(),
            ]);
        }
        grid.csv()
    }

    /// A page that needs nothing but itself: each resource against its limit, the Gantt chart before and after.
    pub fn to_html(&self, solved: &Solved<'_>, levelled: &Levelled) -> String {
        let mut page = Page::new(&self.programme.label, &self.programme.headline());
        page.section("In short", &format!("<p>{}</p>", super::html::escape(&self.words())));
        // Those that change, and those that lack, first; a page of a thousand resources helps nobody.
        const DRAWN: usize = 24;
        let mut drawn: Vec<&LevelledResource> = self.resources.iter().collect();
        drawn.sort_by(|a, b| b.over_before_h.total_cmp(&a.over_before_h));
        for resource in drawn.iter().take(DRAWN) {
            page.section(&resource.title(), &usage(&resource.bars()));
        }
        if drawn.len() > DRAWN {
            page.section("Others", &format!("<p>{} more are in the table below.</p>", drawn.len() - DRAWN));
        }
        page.section(
            "Gantt chart after",
            &Gantt::of(&Solved {
                schedule: &levelled.schedule,
                network: &levelled.network,
                dates: &levelled.dates,
                ..*solved
            })
            .svg(),
        );
        page.section("Gantt chart before", &Gantt::of(solved).svg());
        for (title, grid) in self.grids() {
            page.grid(title, &grid);
        }
        page.diagnostics(&self.diagnostics);
        page.finish()
    }

    /// What was done and what came of it, in a sentence or three.
    fn words(&self) -> String {
        let over = |side: fn(&LevelledResource) -> f64| self.resources.iter().map(side).sum::<f64>();
        let finish = match self.finish_days {
            0.0 => "finish stays".to_owned(),
            days => format!("finish {}, {}", signed(days), at(&self.finish_after)),
        };
        let how = match (self.mode, self.within_float) {
            ("smooth", _) => "smoothed within the float",
            (_, true) => "levelled within the float",
            _ => "levelled",
        };
        let made = match self.schedules {
            None => "a time budget".to_owned(),
            Some(1) => "1 schedule".to_owned(),
            Some(n) => format!("{n} schedules"),
        };
        let proof = if self.is_proven { ", none ends sooner" } else { "" };
        let mut words = format!(
            "{how} ({made}, seed {}{proof}): {finish}; {} activities move, {} are held; beyond the limits {} h before, {} h after",
            self.seed,
            self.moved,
            self.activities.iter().filter(|a| a.held_until.is_some()).count(),
            hours_text(over(|r| r.over_before_h)),
            hours_text(over(|r| r.over_after_h)),
        );
        if let Some(rule) = self.finish_by_rule.as_ref().filter(|rule| **rule != self.finish_after) {
            let _ = write!(words, "; without search {}", at(rule));
        }
        if let Some(bound) = &self.bound {
            let _ = write!(words, "; no schedule ends before {}", at(bound));
        }
        words
    }

    fn grids(&self) -> Vec<(&'static str, Grid)> {
        let mut resources = Grid::new([
            "id",
            "resource",
            "limit",
            "peak before",
            "peak after",
            "over before h",
            "over after h",
        ]);
        for r in &self.resources {
            resources.row([
                r.id.clone(),
                r.name.clone(),
                r.limit.map_or("-".to_owned(), units),
                units(r.peak_before),
                units(r.peak_after),
                hours_text(r.over_before_h),
                hours_text(r.over_after_h),
            ]);
        }
        let mut moved = Grid::new([
            "id",
            "name",
            "start before",
            "start after",
            "finish after",
            "moved d",
            "held h",
            "waits for",
        ]);
        for a in &self.activities {
            moved.row([
                a.activity.id.clone(),
                a.activity.name.clone(),
                at(&a.start_before),
                at(&a.start_after),
                at(&a.finish_after),
                signed(a.moved_days),
                if a.held_until.is_some() { hours_text(a.delay_h) } else { "-".to_owned() },
                a.waits_for.clone().unwrap_or_default(),
            ]);
        }
        let mut lacks = Grid::new(["resource", "from", "to", "used", "limit", "by"]);
        for l in &self.lacks {
            lacks.row([
                l.resource.clone(),
                at(&l.from),
                at(&l.to),
                units(l.used),
                units(l.limit),
                l.activities.iter().map(LackingActivity::words).collect::<Vec<_>>().join(", "),
            ]);
        }
        let mut impossible = Grid::new(["id", "name", "resource", "needs", "most"]);
        for c in &self.impossible {
            impossible.row([
                c.activity.id.clone(),
                c.activity.name.clone(),
                c.resource.clone(),
                units(c.needs),
                units(c.most),
            ]);
        }
        vec![
            ("resources", resources),
            ("activities that move", moved),
            ("still beyond the limit", lacks),
            ("needs more than there ever is", impossible),
        ]
    }
}

impl LevelledResource {
    fn of(schedule: &Schedule, used: &ResourceUse) -> Self {
        let resource = &schedule.resources[used.resource.at()];
        Self {
            id: resource.code.clone(),
            name: resource.name.clone(),
            limit: used.limit,
            peak_before: used.peak_before,
            peak_after: used.peak_after,
            over_before_h: rounded(used.over_before_h),
            over_after_h: rounded(used.over_after_h),
            histogram: histogram(used),
        }
    }

    fn title(&self) -> String {
        let limit = self.limit.map_or("no limit".to_owned(), |l| format!("limit {}", units(l)));
        format!(
            "{} ({limit}, peak {} before, {} after)",
            self.name,
            units(self.peak_before),
            units(self.peak_after)
        )
    }

    fn bars(&self) -> Vec<Bar> {
        let day = |u: &UsageReport| Time::parse(&u.from).map_or(Day::MIN, Time::day);
        let bar = |u: &UsageReport| Bar { from: day(u), before: u.before, after: u.after, limit: u.limit };
        self.histogram.iter().map(bar).collect()
    }
}

impl LackingActivity {
    fn words(&self) -> String {
        self.stays.map_or_else(|| self.id.clone(), |stays| format!("{} ({stays})", self.id))
    }
}

impl LackReport {
    fn of(schedule: &Schedule, lack: &Lack) -> Self {
        Self {
            resource: schedule.resources[lack.resource.at()].name.clone(),
            from: instant(lack.from),
            to: instant(lack.to),
            used: lack.used,
            limit: lack.limit,
            activities: lack
                .activities
                .iter()
                .map(|(i, stays)| LackingActivity {
                    id: schedule.activities[i.at()].code.clone(),
                    stays: stays.map(Stays::as_str),
                })
                .collect(),
        }
    }
}

/// The peaks of each day, one entry for days that are alike.
fn histogram(used: &ResourceUse) -> Vec<UsageReport> {
    let ends = [used.before.as_slice(), &used.after].into_iter().flat_map(|s| [s.first(), s.last()]);
    let ends: Vec<Time> = ends.flatten().filter_map(|s| s.from).collect();
    let (Some(first), Some(last)) = (ends.iter().min(), ends.iter().max()) else { return Vec::new() };
    let (first, last) = (first.day(), last.day());
    let length = (last.number() - first.number() + 1).clamp(1, MOST_DAYS) as usize;
    let before = peaks(&used.before, first, length);
    let after = peaks(&used.after, first, length);
    let mut limits = used.limits.iter().peekable();
    let mut limit = None;
    let mut entries: Vec<UsageReport> = Vec::new();
    for k in 0..length {
        let day = first + k as i32;
        while let Some(step) = limits.next_if(|s| s.from.is_none_or(|from| from < (day + 1).at(0))) {
            limit = Some(step.units);
        }
        let same = |e: &UsageReport| (e.before, e.after, e.limit) == (before[k], after[k], limit);
        if !entries.last().is_some_and(same) {
            entries.push(UsageReport { from: day.to_string(), before: before[k], after: after[k], limit });
        }
    }
    // Behind the last day there is nothing.
    let end = (first + length as i32).to_string();
    entries.push(UsageReport { from: end, before: 0.0, after: 0.0, limit });
    entries
}

/// The most that is used on each day.
fn peaks(steps: &[Step], first: Day, length: usize) -> Vec<f64> {
    let mut peaks = vec![0.0f64; length];
    for (k, step) in steps.iter().enumerate().filter(|s| s.1.units > 0.0) {
        let from = step.from.unwrap_or_default();
        let to = steps.get(k + 1).and_then(|s| s.from).unwrap_or(from);
        // A step that ends at midnight is not of the next day.
        let last = (to - 1).day().number() - first.number();
        for day in (from.day().number() - first.number()).max(0)..=last.min(length as i32 - 1) {
            peaks[day as usize] = peaks[day as usize].max(step.units);
        }
    }
    peaks
}

fn units(units: f64) -> String {
    format!("{}", (units * 100.0).round() / 100.0 + 0.0)
}

fn rounded(hours: f64) -> f64 {
    (hours * 100.0).round() / 100.0 + 0.0
}
