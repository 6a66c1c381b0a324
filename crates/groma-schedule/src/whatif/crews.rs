//! More crews on the same work.

use super::apply::{Layer, Stretch};
use super::scenario::{Crews, ScenarioError};
use crate::activity::Status;
use crate::level::is_worker;
use crate::resource::{Rate, Resource};
use crate::schedule::{ActivityIndex, ResourceIndex};
use crate::time::{Minutes, Time};
use std::collections::BTreeMap;

impl Layer<'_> {
    /// The work after a date is shared by more crews.
    pub(super) fn share(&mut self, index: ActivityIndex, crews: &Crews) -> Result<(), ScenarioError> {
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
        self.set_work(index, before + shared.round() as Minutes, Stretch::Units);
        Ok(())
    }

    /// As many more there are of the people and machines of some tasks, so that levelling gives them their work. Of
    /// several changes that make more of one resource, the one that makes the most of it counts.
    pub(super) fn raise_limits(
        &mut self,
        tasks: &[ActivityIndex],
        crews: &Crews,
    ) -> Result<(), ScenarioError> {
        let times = (crews.now + crews.add) / crews.now;
        let from = crews.from.as_ref().map(|from| self.date(from)).transpose()?;
        let mut since: BTreeMap<ActivityIndex, Option<Time>> = BTreeMap::new();
        for task in tasks {
            let is_left =
                self.network.slot(*task).is_some_and(|s| self.network.status[s] != Status::Complete);
            if let Some(dates) = self.dates.of(*task).filter(|_| is_left) {
                // The crew of a task that is under way by then is the same all along.
                let own =
                    |from: Time| if dates.early_finish > from { from.min(dates.early_start) } else { from };
                since.insert(*task, from.map(own));
            }
        }
        let mut found: BTreeMap<ResourceIndex, Option<Time>> = BTreeMap::new();
        for assignment in &self.base.assignments {
            let since = since.get(&assignment.activity);
            let worker = assignment.resource.filter(|r| is_worker(self.base, *r));
            if let (Some(since), Some(resource)) = (since, worker) {
                let first = found.entry(resource).or_insert(*since);
                *first = (*first).min(*since);
            }
        }
        for (resource, from) in found {
            let known = self.more.entry(resource).or_insert(1.0);
            if times > *known {
                raise(&mut self.schedule.resources[resource.at()], times / *known, from);
                *known = times;
            }
        }
        Ok(())
    }
}

/// Multiplies the units of a resource from an instant on.
fn raise(resource: &mut Resource, times: f64, from: Option<Time>) {
    if resource.rates.is_empty() {
        resource.rates.push(Rate { from: None, max_units: 1.0, price: 0.0, overtime_price: 0.0 });
    }
    if let Some(from) = from
        && resource.rates.iter().all(|r| r.from != Some(from))
        && let Some(rate) = resource.rate_at(from).cloned()
    {
        let at = resource.rates.iter().position(|r| r.from > Some(from)).unwrap_or(resource.rates.len());
        resource.rates.insert(at, Rate { from: Some(from), ..rate });
    }
    for rate in resource.rates.iter_mut().filter(|r| r.from >= from) {
        rate.max_units *= times;
    }
}
