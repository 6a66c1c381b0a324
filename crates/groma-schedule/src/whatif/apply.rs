//! A scenario laid over a programme.

use super::scenario::{Change, Crews, Scenario, ScenarioError, is_match, length};
use crate::calendar::{Exception, Shifts};
use crate::network::Network;
use crate::risk::{Correlation, Distribution, RiskEvent, RiskModel};
use crate::schedule::{Activity, ActivityIndex, ConstraintKind, Lag, Link, LinkKind, Schedule, Status};
use crate::solve::Dates;
use crate::time::{Minutes, Time};

/// A programme as a scenario changes it, and what is uncertain in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Applied {
    /// The changed programme; the base's activities keep their places, delays come behind them.
    pub schedule: Schedule,
    /// What is uncertain.
    pub model: RiskModel,
}

/// Lays a scenario over a programme of which the network and the dates are known.
///
/// A delay is an activity of its own before the delayed one, which takes over the links and the date that
/// held its start (a fragnet); of what has started, the remaining work grows. What is complete stays.
///
/// # Errors
///
/// When a selection selects nothing, or a value cannot be understood.
pub fn apply(
    base: &Schedule,
    network: &Network,
    dates: &Dates,
    scenario: &Scenario,
) -> Result<Applied, ScenarioError> {
    let mut layer = Layer { base, network, dates, scenario, schedule: base.clone() };
    let mut cost = 0.0;
    for change in &scenario.change {
        cost += layer.change(change)?;
    }
    let mut model = RiskModel::of(&layer.schedule);
    if let Some(first) = model.costs.first_mut() {
        first.fixed += cost;
    }
    layer.uncertain(&mut model)?;
    Ok(Applied { schedule: layer.schedule, model })
}

struct Layer<'a> {
    base: &'a Schedule,
    network: &'a Network,
    dates: &'a Dates,
    scenario: &'a Scenario,
    schedule: Schedule,
}

impl Layer<'_> {
    fn wrong(&self, what: String) -> ScenarioError {
        ScenarioError::Value { scenario: self.scenario.scenario.name.clone(), what }
    }

    fn nothing(&self, selector: String) -> ScenarioError {
        ScenarioError::SelectsNothing { scenario: self.scenario.scenario.name.clone(), selector }
    }

    /// By code, and where no code matches by name.
    fn tasks(&self, pattern: &str) -> Result<Vec<ActivityIndex>, ScenarioError> {
        let by = |of: fn(&Activity) -> &str| -> Vec<ActivityIndex> {
            let matches = |i: &ActivityIndex| is_match(pattern, of(&self.base.activities[i.at()]));
            self.base.indices().filter(|i| self.network.slot(*i).is_some()).filter(matches).collect()
        };
        let by_code = by(|a| &a.code);
        let found = if by_code.is_empty() { by(|a| &a.name) } else { by_code };
        if found.is_empty() { Err(self.nothing(format!("task = {pattern:?}"))) } else { Ok(found) }
    }

    fn selected(&self, change: &Change) -> Result<Vec<ActivityIndex>, ScenarioError> {
        if let Some(selector) = &change.select {
            let scenario = self.scenario.scenario.name.clone();
            return Err(ScenarioError::Elements { scenario, selector: selector.clone() });
        }
        let mut found = match &change.task {
            Some(pattern) => self.tasks(pattern)?,
            None => self.base.indices().filter(|i| self.network.slot(*i).is_some()).collect(),
        };
        if let Some(pattern) = &change.wbs {
            found.retain(|i| {
                let path = self.base.activities[i.at()].wbs.map(|w| self.base.wbs_path(w));
                path.iter().flatten().any(|n| is_match(pattern, &n.code) || is_match(pattern, &n.name))
            });
        }
        if let Some(pattern) = &change.resource {
            found.retain(|i| {
                let own = self.base.assignments.iter().filter(|a| a.activity == *i);
                let mut resources = own.filter_map(|a| self.base.resources.get(a.resource?.at()));
                resources.any(|r| is_match(pattern, &r.code) || is_match(pattern, &r.name))
            });
        }
        if change.task.is_none() && change.wbs.is_none() && change.resource.is_none() {
            return Err(self.wrong("a change names no task, wbs, resource or calendar".into()));
        }
        if found.is_empty() { Err(self.nothing(format!("{change:?}"))) } else { Ok(found) }
    }

    /// Minutes on the calendar of an activity.
    fn length(&self, text: &str, of: ActivityIndex) -> Result<f64, ScenarioError> {
        let calendar = self.base.calendar_of(of).and_then(|c| self.base.calendars.get(c.at()));
        let periods = calendar.map(|c| c.periods).unwrap_or_default();
        let whole = self.base.activities[of.at()].remaining;
        length(text, periods.day, periods.week, whole)
            .ok_or_else(|| self.wrong(format!("{text:?} is no length: write 10wd, 2w, 6h, 90min or 80%")))
    }

    fn date(&self, text: &str) -> Result<Time, ScenarioError> {
        Time::parse(text).ok_or_else(|| self.wrong(format!("{text:?} is no date: write 2026-05-04")))
    }

    /// Makes a change; the money that it costs.
    fn change(&mut self, change: &Change) -> Result<f64, ScenarioError> {
        let mut cost = change.cost;
        if let Some(pattern) = &change.calendar {
            return self.stop(pattern, change).map(|()| cost);
        }
        if !change.stop.is_empty() {
            return Err(self.wrong("stop needs a calendar: calendar = \"Site\"".into()));
        }
        let found = self.selected(change)?;
        for index in &found {
            if let Some(text) = &change.duration {
                let minutes = self.length(text, *index)?.round().max(0.0) as Minutes;
                self.set_work(*index, minutes);
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
        cost += change.crews.as_ref().map_or(0.0, |c| c.cost);
        Ok(cost)
    }

    fn stop(&mut self, pattern: &str, change: &Change) -> Result<(), ScenarioError> {
        let mut exceptions = Vec::new();
        for span in &change.stop {
            let (from, to) = span.split_once("..").unwrap_or((span, span));
            let (from, to) = (self.date(from)?.day(), self.date(to)?.day());
            if from > to {
                return Err(self.wrong(format!("{span:?} ends before it begins")));
            }
            exceptions.push(Exception { to, ..Exception::on(from, Shifts::new()) });
        }
        let mut any = false;
        for calendar in self.schedule.calendars.iter_mut().filter(|c| is_match(pattern, &c.name)) {
            any = true;
            // The first exception of a day counts.
            calendar.exceptions.splice(0..0, exceptions.iter().cloned());
        }
        if any { Ok(()) } else { Err(self.nothing(format!("calendar = {pattern:?}"))) }
    }

    fn set_work(&mut self, index: ActivityIndex, minutes: Minutes) {
        let activity = &mut self.schedule.activities[index.at()];
        if activity.actual_finish.is_none() {
            activity.duration = activity.duration.saturating_add(minutes - activity.remaining).max(0);
            activity.remaining = minutes;
        }
    }

    /// The work after a date is shared by more crews.
    fn share(&mut self, index: ActivityIndex, crews: &Crews) -> Result<(), ScenarioError> {
        if !(crews.now > 0.0 && crews.now + crews.add > 0.0) {
            return Err(self.wrong("crews: now, and now + add, must be more than 0".into()));
        }
        let (Some(slot), Some(dates)) = (self.network.slot(index), self.dates.of(index)) else {
            return Ok(());
        };
        let left = self.schedule.activities[index.at()].remaining;
        let before = match &crews.from {
            Some(from) => {
                let from = self.date(from)?;
                self.network.calendar(slot).between(dates.early_start, from.max(dates.early_start)).min(left)
            }
            None => 0,
        };
        let shared = f64::from(left - before) * crews.now / (crews.now + crews.add);
        self.set_work(index, before + shared.round() as Minutes);
        Ok(())
    }

    fn delay(&mut self, index: ActivityIndex, minutes: Minutes) {
        let Some(slot) = self.network.slot(index) else { return };
        match self.network.status[slot] {
            Status::Complete => return,
            Status::InProgress => {
                let left = self.schedule.activities[index.at()].remaining;
                return self.set_work(index, left.saturating_add(minutes));
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

    fn uncertain(&self, model: &mut RiskModel) -> Result<(), ScenarioError> {
        let parse = |text: &str, index: ActivityIndex| {
            let read = |t: &str| self.length(t, index).ok();
            Distribution::parse(text, read).map_err(|e| self.wrong(e.to_string()))
        };
        model.work = vec![None; self.schedule.activities.len()];
        for entry in &self.scenario.work {
            let found = self.tasks(&entry.task)?;
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
        for entry in &self.scenario.risk {
            let found = self.tasks(&entry.task)?;
            let impacts = found.iter().map(|i| Ok((*i, parse(&entry.impact, *i)?)));
            let impacts = impacts.collect::<Result<_, ScenarioError>>()?;
            let name = entry.name.clone();
            model.events.push(RiskEvent { name, probability: entry.p, impacts, cost: None });
        }
        model.check(&self.schedule).map_err(|e| self.wrong(e.to_string()))
    }
}
