//! A scenario laid over a programme.

use super::parse::length;
use super::scenario::{Change, Scenario, ScenarioError};
use crate::activity::{Activity, ConstraintKind, Status};
use crate::network::Network;
use crate::options::Profile;
use crate::resource::{Assignment, ResourceKind};
use crate::risk::{Correlation, Distribution, RiskEvent, RiskModel, Weather};
use crate::schedule::{ActivityIndex, Lag, Link, LinkKind, ResourceIndex, Schedule};
use crate::solve::Dates;
use crate::time::Minutes;
use groma_model::{Diagnostics, codes};
use std::collections::BTreeMap;

/// A programme as a scenario changes it, and what is uncertain in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Applied {
    /// The changed programme; the base's activities keep their places, delays come behind them.
    pub schedule: Schedule,
    /// What is uncertain.
    pub model: RiskModel,
}

/// What is uncertain in a programme without the changes of a scenario, and without what it adds.
///
/// # Errors
///
/// As [`apply`].
pub(super) fn base_model(
    base: &Schedule,
    network: &Network,
    dates: &Dates,
    scenario: &Scenario,
) -> Result<RiskModel, ScenarioError> {
    let layer = Layer::new(base, network, dates, scenario);
    let mut model = RiskModel::of(base);
    layer.uncertain(&mut model, false)?;
    Ok(model)
}

/// Lays a scenario over a programme of which the network and the dates are known.
///
/// A delay is an activity of its own before the delayed one, which takes over the links and the date that
/// held its start (a fragnet); of what has started, the remaining work grows. What is complete stays.
///
/// # Errors
///
/// When a selection selects nothing, a value cannot be understood, or new links make a loop.
pub fn apply(
    base: &Schedule,
    network: &Network,
    dates: &Dates,
    scenario: &Scenario,
) -> Result<Applied, ScenarioError> {
    let mut layer = Layer::new(base, network, dates, scenario);
    let mut cost = 0.0;
    for change in &scenario.change {
        cost += layer.change(change)?;
    }
    // Only new links can make a loop.
    if scenario.change.iter().any(|c| !c.link.is_empty())
        && let Some(path) = new_loop(base, &layer.schedule, network.profile)
    {
        return Err(layer.wrong(format!("its links make activities wait for each other in a loop: {path}")));
    }
    let mut model = RiskModel::of(&layer.schedule);
    if let Some(first) = model.costs.first_mut() {
        first.fixed += cost;
    }
    layer.uncertain(&mut model, true)?;
    Ok(Applied { schedule: layer.schedule, model })
}

pub(super) struct Layer<'a> {
    pub(super) base: &'a Schedule,
    pub(super) network: &'a Network,
    pub(super) dates: &'a Dates,
    pub(super) scenario: &'a Scenario,
    pub(super) schedule: Schedule,
    /// By resource: how many times as many of it there are as before.
    pub(super) more: BTreeMap<ResourceIndex, f64>,
}

/// What changes of the people and machines of an activity with its length.
#[derive(Clone, Copy)]
pub(super) enum Stretch {
    /// Their work.
    Work,
    /// How many they are.
    Units,
}

impl<'a> Layer<'a> {
    fn new(base: &'a Schedule, network: &'a Network, dates: &'a Dates, scenario: &'a Scenario) -> Self {
        Self { base, network, dates, scenario, schedule: base.clone(), more: BTreeMap::new() }
    }
}

impl Layer<'_> {
    pub(super) fn wrong(&self, what: String) -> ScenarioError {
        ScenarioError::Value { scenario: self.scenario.scenario.name.clone(), what }
    }

    pub(super) fn nothing(&self, selector: String) -> ScenarioError {
        ScenarioError::SelectsNothing { scenario: self.scenario.scenario.name.clone(), selector }
    }

    /// Minutes on the calendar of an activity.
    fn length(&self, text: &str, of: ActivityIndex) -> Result<f64, ScenarioError> {
        let calendar = self.base.calendar_of(of).and_then(|c| self.base.calendars.get(c.at()));
        let periods = calendar.map(|c| c.periods).unwrap_or_default();
        let whole = self.base.activities[of.at()].remaining;
        length(text, periods.day, periods.week, whole)
            .ok_or_else(|| self.wrong(format!("{text:?} is no length: write 10wd, 2w, 6h, 90min or 80%")))
    }

    /// Makes a change; the money that it costs.
    fn change(&mut self, change: &Change) -> Result<f64, ScenarioError> {
        let acts = change.duration.is_some() || change.crews.is_some() || change.delay.is_some();
        let of_calendar = !(change.stop.is_empty() && change.work.is_empty() && change.shifts.is_empty());
        match &change.calendar {
            None if of_calendar => {
                return Err(self.wrong("stop, work and shifts need a calendar: calendar = \"Site\"".into()));
            }
            Some(pattern) if of_calendar => {
                if let Some(key) = change.selector_keys().next() {
                    return Err(self.wrong(format!(
                        "{key} beside calendar = {pattern:?}: stop, work and shifts change the calendar of all its tasks; make it a change of its own"
                    )));
                }
                if acts {
                    return Err(self.wrong(format!(
                        "a delay, a duration or crews beside calendar = {pattern:?}: make it a change of its own"
                    )));
                }
                self.recalendar(pattern, change)?;
            }
            _ => {}
        }
        self.relink(change)?;
        let moves = change.calendar.as_ref().filter(|_| !of_calendar);
        if let (Some(pattern), None) = (moves, change.selector_keys().next()) {
            return Err(self.wrong(format!(
                "calendar = {pattern:?} changes nothing: say what of it (stop, work, shifts), or which tasks work on it"
            )));
        }
        if !acts && change.selector_keys().next().is_none() {
            return match of_calendar || !change.link.is_empty() || !change.unlink.is_empty() || change.cost != 0.0 {
                true => Ok(change.cost),
                false => Err(self.wrong(
                    "a change changes nothing: delay, duration, crews, calendar, stop, work, shifts, link, unlink, cost"
                        .into(),
                )),
            };
        }
        let found = self.selected(change)?;
        let is_something = acts || moves.is_some() || change.cost != 0.0;
        if !is_something && change.link.is_empty() && change.unlink.is_empty() {
            return Err(self.wrong("a change selects tasks and changes nothing of them".into()));
        }
        if let Some(name) = moves {
            self.move_to_calendar(name, &found)?;
        }
        for index in &found {
            if let Some(text) = &change.duration {
                let minutes = self.length(text, *index)?.round().max(0.0) as Minutes;
                self.set_work(*index, minutes, Stretch::Work);
            }
            if let Some(crews) = &change.crews {
                self.share(*index, crews)?;
            }
            if let Some(text) = &change.delay {
                let minutes = self.length(text, *index)?.round() as Minutes;
                if minutes < 0 {
                    return Err(self.wrong(format!("the delay {text:?} is negative")));
                }
                self.delay(*index, minutes);
            }
        }
        if let Some(crews) = &change.crews {
            self.raise_limits(&found, crews)?;
        }
        Ok(change.cost + change.crews.as_ref().map_or(0.0, |c| c.cost))
    }

    /// Adds and removes links.
    fn relink(&mut self, change: &Change) -> Result<(), ScenarioError> {
        let ends = |text: &str| -> Result<(ActivityIndex, ActivityIndex, String), ScenarioError> {
            let wrong = || self.wrong(format!("{text:?} is no link: write \"A -> B\" or \"A -> B SS+2d\""));
            let (from, to) = text.split_once("->").ok_or_else(wrong)?;
            // The kind and the lag are the last word, where there is one.
            let (to, kind) = match to.trim().rsplit_once(char::is_whitespace) {
                Some((to, kind)) if LinkKind::parse(kind.get(..2).unwrap_or_default()).is_some() => {
                    (to, kind)
                }
                _ => (to, ""),
            };
            Ok((self.one(from)?, self.one(to)?, kind.to_owned()))
        };
        let mut gone = Vec::new();
        for text in &change.unlink {
            let (predecessor, successor, _) = ends(text)?;
            if !self.base.links.iter().any(|l| (l.predecessor, l.successor) == (predecessor, successor)) {
                return Err(self.nothing(format!("unlink = {text:?}")));
            }
            gone.push((predecessor, successor));
        }
        let mut new = Vec::new();
        for text in &change.link {
            let (predecessor, successor, kind) = ends(text)?;
            let lag = kind.get(2..).unwrap_or_default().trim_start_matches('+');
            new.push(Link {
                predecessor,
                successor,
                kind: LinkKind::parse(kind.get(..2).unwrap_or_default()).unwrap_or_default(),
                lag: Lag::Work(if lag.is_empty() {
                    0
                } else {
                    self.length(lag, predecessor)?.round() as Minutes
                }),
            });
        }
        self.schedule.links.retain(|l| !gone.contains(&(l.predecessor, l.successor)));
        self.schedule.links.extend(new);
        Ok(())
    }

    /// Gives what is left of an activity another length: longer by more work of the same people, or shorter by
    /// more people on the same work.
    pub(super) fn set_work(&mut self, index: ActivityIndex, minutes: Minutes, how: Stretch) {
        let activity = &mut self.schedule.activities[index.at()];
        if activity.actual_finish.is_some() {
            return;
        }
        let longer = f64::from(minutes) / f64::from(activity.remaining.max(1));
        let had_work = activity.remaining > 0;
        activity.duration = activity.duration.saturating_add(minutes - activity.remaining).max(0);
        activity.remaining = minutes;
        let kind = |a: &Assignment| Some(self.base.resources.get(a.resource?.at())?.kind);
        let people = self.schedule.assignments.iter_mut().filter(|a| {
            a.activity == index && matches!(kind(a), Some(ResourceKind::Labour | ResourceKind::Equipment))
        });
        for a in people.filter(|_| had_work) {
            match how {
                Stretch::Units if longer > 0.0 => a.units /= longer,
                Stretch::Units => {}
                Stretch::Work => {
                    let (work, cost) = (a.remaining_work, (a.cost - a.actual_cost).max(0.0));
                    a.remaining_work = work * longer;
                    a.work += a.remaining_work - work;
                    a.remaining_cost *= longer;
                    a.cost += cost * longer - cost;
                }
            }
        }
    }

    fn delay(&mut self, index: ActivityIndex, minutes: Minutes) {
        let Some(slot) = self.network.slot(index) else { return };
        match self.network.status[slot] {
            Status::Complete => return,
            Status::InProgress => {
                let left = self.schedule.activities[index.at()].remaining;
                return self.set_work(index, left.saturating_add(minutes), Stretch::Work);
            }
            Status::NotStarted => {}
        }
        let fragnet = ActivityIndex::new(self.schedule.activities.len());
        for link in self.schedule.links.iter_mut().filter(|l| l.successor == index) {
            if matches!(link.kind, LinkKind::FinishStart | LinkKind::StartStart) {
                link.successor = fragnet;
            }
        }
        let delayed = &mut self.schedule.activities[index.at()];
        let mut fragnet = Activity::new(
            &format!("{}~delay", delayed.uid),
            &format!("Delay of {}", delayed.name),
            delayed.project,
            minutes,
        );
        fragnet.code = format!("{}~delay", delayed.code);
        (fragnet.wbs, fragnet.calendar, fragnet.elapsed) = (delayed.wbs, delayed.calendar, delayed.elapsed);
        let calendar = self.network.calendar(slot);
        if let Some(constraint) = &mut delayed.constraint {
            use ConstraintKind as C;
            match constraint.kind {
                C::StartNoEarlierThan => fragnet.constraint = delayed.constraint.take(),
                C::StartOn | C::MandatoryStart | C::FinishOn | C::MandatoryFinish => {
                    constraint.date = constraint.date.map(|d| calendar.add(d, minutes));
                }
                _ => {}
            }
        }
        let predecessor = ActivityIndex::new(self.schedule.activities.len());
        self.schedule.activities.push(fragnet);
        self.schedule.links.push(Link {
            predecessor,
            successor: index,
            kind: LinkKind::FinishStart,
            lag: Lag::Work(0),
        });
    }

    /// Fills in what is uncertain, with what the scenario adds or without.
    fn uncertain(&self, model: &mut RiskModel, with_added: bool) -> Result<(), ScenarioError> {
        let parse = |text: &str, index: ActivityIndex| {
            let read = |t: &str| self.length(t, index).ok();
            Distribution::parse(text, read).map_err(|e| self.wrong(e.to_string()))
        };
        model.work = vec![None; self.schedule.activities.len()];
        for entry in &self.scenario.work {
            let found = self.tasks(&entry.task, entry.when.as_ref())?;
            for index in &found {
                // A part is of the work as the scenario plans it.
                let planned = f64::from(self.schedule.activities[index.at()].remaining);
                let base = f64::from(self.base.activities[index.at()].remaining).max(1.0);
                let scale = if entry.duration.contains('%') { planned / base } else { 1.0 };
                model.work[index.at()] = Some(parse(&entry.duration, *index)?.map(|m| m * scale));
            }
            if entry.correlation > 0.0 {
                model.correlations.push(Correlation { activities: found, rho: entry.correlation });
            }
        }
        for entry in self.scenario.risk.iter().filter(|r| with_added || !r.added) {
            let found = self.tasks(&entry.task, entry.when.as_ref())?;
            let impacts = found.iter().map(|i| Ok((*i, parse(&entry.impact, *i)?)));
            let impacts = impacts.collect::<Result<_, ScenarioError>>()?;
            let name = entry.name.clone();
            let money = |t: &str| t.trim().parse::<f64>().ok();
            let cost = entry.cost.as_ref().map(|c| Distribution::parse(c, money)).transpose();
            let cost = cost.map_err(|e| self.wrong(e.to_string()))?;
            model.events.push(RiskEvent { name, probability: entry.p, impacts, cost });
        }
        for entry in self.scenario.weather.iter().filter(|w| with_added || !w.added) {
            let activities = self.tasks(&entry.task, entry.when.as_ref())?;
            let (name, lost) = (entry.name.clone(), entry.lost.unwrap_or_default());
            let days = match (&entry.file, &entry.days) {
                (Some(file), None) => {
                    return Err(
                        self.wrong(format!("the weather {name:?} is in {file:?}, which nobody has read"))
                    );
                }
                (_, days) => days.clone().unwrap_or_default(),
            };
            model.weather.push(Weather { name, lost, days, activities });
        }
        model.check(&self.schedule).map_err(|e| self.wrong(e.to_string()))
    }
}

/// The path of a loop that the base does not have.
fn new_loop(base: &Schedule, changed: &Schedule, profile: Profile) -> Option<String> {
    let loops = |all: &Diagnostics| -> Vec<String> {
        let own = all.iter().filter(|d| d.code == codes::SCHEDULE_LOOP);
        own.filter_map(|d| d.detail.clone()).collect()
    };
    let found = loops(&Network::compile(changed, profile).1);
    if found.is_empty() {
        return None;
    }
    let known = loops(&Network::compile(base, profile).1);
    // A delay stands between the activities of a loop that was there before.
    let plain = |path: &String| -> Vec<String> {
        let parts = path.split(" > ").filter(|code| !code.ends_with("~delay"));
        parts.map(str::to_owned).collect()
    };
    let known: Vec<Vec<String>> = known.iter().map(plain).collect();
    found.into_iter().find(|path| !known.contains(&plain(path)))
}
