//! What is uncertain about a programme.

use super::distribution::Distribution;
use super::weather::WeatherDays;
use crate::resource::ResourceKind;
use crate::schedule::{ActivityIndex, Lag, Schedule};
use crate::time::Day;

/// Something that may happen, and then adds work to activities.
#[derive(Clone, PartialEq, Debug)]
pub struct RiskEvent {
    /// Its name.
    pub name: String,
    /// 0 to 1.
    pub probability: f64,
    /// What it adds to each activity, in work minutes; one draw decides for all of them.
    pub impacts: Vec<(ActivityIndex, Distribution)>,
    /// What it costs.
    pub cost: Option<Distribution>,
}

/// Weather that takes whole days of work from activities; on a lost day it takes them from all.
#[derive(Clone, PartialEq, Debug)]
pub struct Weather {
    /// Its name.
    pub name: String,
    /// The probability, 0 to 1, that a day is lost, from January to December.
    pub lost: [f64; 12],
    /// Days that have a probability of their own.
    pub days: WeatherDays,
    /// Who feels it.
    pub activities: Vec<ActivityIndex>,
}

impl Weather {
    /// The probability, 0 to 1, that a day is lost.
    pub fn lost_on(&self, day: Day) -> f64 {
        // 1 to 12.
        self.days.lost(day).unwrap_or_else(|| self.lost[day.civil().month() as usize - 1])
    }
}

/// Durations that rise and fall together: a Gaussian copula with one factor.
#[derive(Clone, PartialEq, Debug)]
pub struct Correlation {
    /// Whose durations.
    pub activities: Vec<ActivityIndex>,
    /// The correlation of each two of them before their quantiles are taken, 0 to 1. An activity in several
    /// groups shares each group's factor; its correlations must not add up to more than 1.
    pub rho: f64,
}

/// What an activity costs.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct CostRate {
    /// Whatever it takes.
    pub fixed: f64,
    /// Per minute of its work.
    pub per_minute: f64,
}

/// What is uncertain about a programme, and what time costs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RiskModel {
    /// By activity: the work that is left, in minutes; `None` is as planned. May be shorter than the list.
    pub work: Vec<Option<Distribution>>,
    /// What may happen.
    pub events: Vec<RiskEvent>,
    /// Whom weather stops.
    pub weather: Vec<Weather>,
    /// What belongs together.
    pub correlations: Vec<Correlation>,
    /// By activity. May be shorter than the list.
    pub costs: Vec<CostRate>,
    /// Money per day from the first project's start to the last finish, round the clock.
    pub cost_per_day: f64,
    /// Activities whose finishes are kept of each iteration.
    pub watched: Vec<ActivityIndex>,
}

/// Why a model cannot be simulated.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum ModelError {
    /// A probability outside 0 to 1.
    #[error("the probability {value} of {name:?} is not between 0 and 1")]
    Probability {
        /// Of what.
        name: String,
        /// The number.
        value: f64,
    },
    /// Weather that never ends.
    #[error("{0:?} leaves no month in which a day may be worked")]
    NoFairWeather(String),
    /// A distribution whose numbers are out of order.
    #[error("the distribution of {0:?} is out of order: low <= mode <= high must hold")]
    Distribution(String),
    /// Work and lags that add up to more than can be counted.
    #[error("the work and the lags of the programme add up to more than 1,900 years")]
    TooLong,
    /// Correlations of an activity that add up to more than 1.
    #[error("the correlations of {activity:?} add up to {sum}, more than 1")]
    Correlation {
        /// Its code.
        activity: String,
        /// Their sum.
        sum: f64,
    },
}

impl RiskModel {
    /// Nothing uncertain, and the costs that the programme states.
    pub fn of(schedule: &Schedule) -> Self {
        Self { costs: stated_costs(schedule), ..Self::default() }
    }

    /// True when every run is the same.
    pub fn is_certain(&self) -> bool {
        self.work.iter().all(Option::is_none) && self.events.is_empty() && self.weather.is_empty()
    }

    /// Whether it can be simulated.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn check(&self, schedule: &Schedule) -> Result<(), ModelError> {
        let code = |a: ActivityIndex| schedule.activities.get(a.at()).map_or("?", |a| &a.code).to_owned();
        for (k, work) in self.work.iter().enumerate() {
            if work.is_some_and(|w| !w.is_sound()) {
                return Err(ModelError::Distribution(code(ActivityIndex::new(k))));
            }
        }
        let most = |k: usize, a: &crate::activity::Activity| {
            let own = f64::from(a.duration.max(a.remaining).max(0));
            self.work.get(k).copied().flatten().map_or(own, |w| own.max(w.three()[2]))
        };
        let impacts = self.events.iter().flat_map(|e| &e.impacts).map(|(_, d)| d.three()[2].max(0.0));
        let lags = schedule.links.iter().map(|l| match l.lag {
            Lag::Work(lag) | Lag::Elapsed(lag) => f64::from(lag).abs(),
            Lag::Percent(_) => 0.0,
        });
        let work = schedule.activities.iter().enumerate().map(|(k, a)| most(k, a));
        // Only what takes longer than a year can add up to so much.
        let long = work.chain(impacts).chain(lags).filter(|m| *m > 525_600.0);
        if long.sum::<f64>() > 1e9 {
            return Err(ModelError::TooLong);
        }
        let probability = |name: &str, value: f64| match (0.0..=1.0).contains(&value) {
            true => Ok(()),
            false => Err(ModelError::Probability { name: name.to_owned(), value }),
        };
        for event in &self.events {
            probability(&event.name, event.probability)?;
            if event.impacts.iter().map(|i| &i.1).chain(&event.cost).any(|d| !d.is_sound()) {
                return Err(ModelError::Distribution(event.name.clone()));
            }
        }
        for weather in &self.weather {
            let mut all = weather.lost.iter().copied().chain(weather.days.probabilities());
            all.try_for_each(|p| probability(&weather.name, p))?;
            if weather.days.of_each_year(&weather.lost).all(|p| p > 0.99) {
                return Err(ModelError::NoFairWeather(weather.name.clone()));
            }
        }
        let mut sums = vec![0.0; schedule.activities.len()];
        for group in &self.correlations {
            probability("a correlation", group.rho)?;
            for a in &group.activities {
                if let Some(sum) = sums.get_mut(a.at()) {
                    *sum += group.rho;
                }
            }
        }
        match sums.iter().position(|s| *s > 1.0 + 1e-9) {
            None => Ok(()),
            Some(k) => Err(ModelError::Correlation { activity: code(ActivityIndex::new(k)), sum: sums[k] }),
        }
    }
}

/// What each activity costs as far as the programme says: labour and machines by time, all else whatever it takes.
pub fn stated_costs(schedule: &Schedule) -> Vec<CostRate> {
    let mut costs: Vec<CostRate> =
        schedule.activities.iter().map(|a| CostRate { fixed: a.fixed_cost, per_minute: 0.0 }).collect();
    for assignment in &schedule.assignments {
        let at = assignment.activity.at();
        let Some(activity) = schedule.activities.get(at) else { continue };
        let kind = assignment.resource.and_then(|r| schedule.resources.get(r.at())).map(|r| r.kind);
        let by_time = matches!(kind, Some(ResourceKind::Labour | ResourceKind::Equipment));
        let left = activity.remaining.max(0);
        match by_time && left > 0 && activity.actual_finish.is_none() {
            true => {
                costs[at].fixed += assignment.actual_cost;
                costs[at].per_minute += (assignment.cost - assignment.actual_cost).max(0.0) / f64::from(left);
            }
            false => costs[at].fixed += assignment.cost.max(assignment.actual_cost),
        }
    }
    costs
}
