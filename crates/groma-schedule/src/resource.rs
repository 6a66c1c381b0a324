//! Who and what does the work, and what it costs.

use crate::schedule::{ActivityIndex, CalendarIndex, Fields, ResourceIndex};
use crate::time::{Minutes, Time};
use serde::{Deserialize, Serialize};

/// What a resource is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceKind {
    /// People: counted in units, working hours.
    #[default]
    Labour,
    /// Machines: counted in units, working hours.
    Equipment,
    /// What is used up: a quantity.
    Material,
    /// Money alone.
    Cost,
}

/// How many units there are, and what one costs, from an instant on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Rate {
    /// From when; `None` is from the start of time.
    pub from: Option<Time>,
    /// Units at once (1.0 is one person); for material, a quantity per hour.
    pub max_units: f64,
    /// Per hour of one unit, or per quantity of material.
    pub price: f64,
    /// Per hour of overtime.
    pub overtime_price: f64,
}

/// Who or what does the work.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Resource {
    /// The file's own id.
    pub uid: String,
    /// The short name.
    pub code: String,
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: ResourceKind,
    /// The resource that it is a part of.
    pub parent: Option<ResourceIndex>,
    /// When it works.
    pub calendar: Option<CalendarIndex>,
    /// The unit of a material.
    pub unit: Option<String>,
    /// In the order of `from`; empty is one unit without price.
    pub rates: Vec<Rate>,
    /// Per use.
    pub cost_per_use: f64,
    /// Further fields of the file, by their names there.
    pub fields: Fields,
}

impl Resource {
    /// One unit of labour without a price.
    pub fn new(uid: &str, name: &str) -> Self {
        Self {
            uid: uid.to_owned(),
            code: uid.to_owned(),
            name: name.to_owned(),
            kind: ResourceKind::Labour,
            parent: None,
            calendar: None,
            unit: None,
            rates: Vec::new(),
            cost_per_use: 0.0,
            fields: Vec::new(),
        }
    }

    /// The rate that holds at an instant.
    pub fn rate_at(&self, at: Time) -> Option<&Rate> {
        self.rates.iter().rev().find(|r| r.from.is_none_or(|from| from <= at)).or(self.rates.first())
    }
}

/// A resource at work on an activity.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Assignment {
    /// The file's own id.
    pub uid: String,
    /// What it works on.
    pub activity: ActivityIndex,
    /// Who works; `None` where the file names nobody.
    pub resource: Option<ResourceIndex>,
    /// Units at once: 1.0 is one person full time.
    pub units: f64,
    /// Work in minutes of units (or a quantity of material times 60): planned in all.
    pub work: f64,
    /// Of it done, in minutes of units.
    pub actual_work: f64,
    /// Of it left, in minutes of units.
    pub remaining_work: f64,
    /// Money, planned in all.
    pub cost: f64,
    /// Of it spent.
    pub actual_cost: f64,
    /// Of it left.
    pub remaining_cost: f64,
    /// Work time from the activity's start to its own.
    pub delay: Minutes,
    /// Further fields of the file, by their names there.
    pub fields: Fields,
}

impl Assignment {
    /// A resource that is planned to work so many minutes of units, of which nothing is done, at no cost of its own.
    pub fn planned(
        uid: String,
        activity: ActivityIndex,
        resource: ResourceIndex,
        units: f64,
        work: f64,
    ) -> Self {
        Self {
            uid,
            activity,
            resource: Some(resource),
            units,
            work,
            actual_work: 0.0,
            remaining_work: work,
            cost: 0.0,
            actual_cost: 0.0,
            remaining_cost: 0.0,
            delay: 0,
            fields: Vec::new(),
        }
    }
}
