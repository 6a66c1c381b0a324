//! Many runs of a programme, each with other durations.

use super::model::RiskModel;
use super::sampling::{Compiled, Draw};
use super::sensitivity::{self, Sensitivity};
use crate::lanes::{LANES, Plan, Room};
use crate::network::Network;
use crate::schedule::ActivityIndex;
use crate::time::{DAY, Time};
use pulp::{Arch, NullaryFnOnce};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

/// How many runs, and which.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Simulation {
    /// Runs; at most [`Self::MOST`].
    pub iterations: u32,
    /// The same seed gives the same runs on any number of threads.
    pub seed: u64,
    /// Whether late dates are computed, and of them [`RiskRun::criticality`].
    pub criticality: bool,
    /// For how many activities, those that matter most, the sensitivity is computed; without criticality for none.
    pub sensitivities: usize,
}

impl Simulation {
    /// The most runs.
    pub const MOST: u32 = 10_000_000;

    /// Runs of which only finishes and money are wanted.
    pub fn of_finishes(iterations: u32, seed: u64) -> Self {
        Self { iterations, seed, criticality: false, sensitivities: 0 }
    }
}

impl Default for Simulation {
    fn default() -> Self {
        Self { iterations: 10_000, seed: 1, criticality: true, sensitivities: 128 }
    }
}

/// What the runs say.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RiskRun {
    /// The last finish of each run, in the order of the runs.
    pub finish: Vec<Time>,
    /// Money of each run; empty where nothing costs anything.
    pub cost: Vec<f64>,
    /// By activity: the share of the runs, 0 to 1, in which its total float is within what is critical; empty where
    /// it is not asked for.
    pub criticality: Vec<f64>,
    /// Finishes of the watched activities, in the model's order: each run's.
    pub watched: Vec<Vec<Time>>,
    /// What moves the finish, the strongest first; without criticality events and weather alone.
    pub sensitivity: Vec<Sensitivity>,
}

/// The share of a block of runs.
#[derive(Default)]
struct Part {
    first: u32,
    finish: Vec<Time>,
    cost: Vec<f64>,
    watched: Vec<Vec<Time>>,
    /// Per weather, the work minutes lost.
    lost: Vec<Vec<i32>>,
}

struct Gathered {
    parts: Vec<Part>,
    critical: Vec<u32>,
}

/// The first half of a block.
struct Forward<'a, 'p, 'd> {
    plan: &'a Plan<'p>,
    draw: &'a mut Draw<'d>,
    room: &'a mut Room,
}

impl NullaryFnOnce for Forward<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.plan.forward(self.draw, self.room);
    }
}

/// The second: late dates, and in how many runs each slot is critical.
struct Backward<'a, 'p> {
    plan: &'a Plan<'p>,
    room: &'a mut Room,
    /// By slot: the total float up to which it is critical.
    most: &'a [Option<i32>],
    /// Of the last block fewer runs count.
    lanes: usize,
    critical: &'a mut [u32],
}

impl NullaryFnOnce for Backward<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { plan, room, most, lanes, critical } = self;
        plan.backward(room, |slot, room| {
            let Some(most) = most[slot] else { return };
            let float = plan.total_float(slot, room);
            let mut counted = [0; LANES];
            for l in 0..LANES {
                counted[l] = u32::from(float[l] <= most);
            }
            critical[slot] += counted[..lanes].iter().sum::<u32>();
        });
    }
}

/// Runs a programme many times over; dates and money per run, and what they hang on.
///
/// Runs are counted, not drawn in a row: run number n is the same whatever thread computes it.
pub fn simulate(network: &Network, model: &RiskModel, simulation: &Simulation) -> RiskRun {
    let iterations = simulation.iterations.clamp(1, Simulation::MOST);
    let plan = Plan::new(network);
    let compiled = Compiled::new(network, model, simulation.seed);
    let blocks = iterations.div_ceil(LANES as u32);
    let watched: Vec<Option<usize>> = model.watched.iter().map(|a| network.slot(*a)).collect();
    let start = network.frames.iter().map(|f| f.start).min().unwrap_or_default();
    let critical_float: Vec<Option<i32>> = (0..network.len()).map(|s| plan.critical_float(s)).collect();
    // The widest vectors that the machine has; whole numbers, and the same steps on any of them.
    let arch = Arch::new();
    let per_task = (blocks as usize / (rayon::current_num_threads() * 4)).max(1);
    let gathered = (0..blocks)
        .into_par_iter()
        .with_min_len(per_task)
        .fold(
            || None,
            |state: Option<(Room, Draw<'_>, Gathered)>, block| {
                let (mut room, mut draw, mut gathered) = state.unwrap_or_else(|| {
                    let gathered = Gathered { parts: Vec::new(), critical: vec![0; network.len()] };
                    (Room::new(&plan), Draw::new(&compiled), gathered)
                });
                draw.begin(block);
                arch.dispatch(Forward { plan: &plan, draw: &mut draw, room: &mut room });
                let finish = room.last_finish();
                let first = block * LANES as u32;
                let lanes = (iterations - first).min(LANES as u32) as usize;
                let instants = |slot: usize| {
                    let calendar = network.calendar(slot);
                    room.early_finish[slot][..lanes].iter().map(|w| calendar.finish_of(*w)).collect()
                };
                gathered.parts.push(Part {
                    first,
                    finish: finish[..lanes].iter().map(|f| Time::from_minutes(*f)).collect(),
                    cost: (0..lanes)
                        .map(|l| {
                            let days = f64::from(finish[l].saturating_sub(start.minutes())) / f64::from(DAY);
                            draw.cost[l] + model.cost_per_day * days.max(0.0)
                        })
                        .collect(),
                    watched: watched.iter().map(|s| s.map_or_else(Vec::new, instants)).collect(),
                    lost: draw.lost.iter().map(|lost| lost[..lanes].to_vec()).collect(),
                });
                if simulation.criticality {
                    arch.dispatch(Backward {
                        plan: &plan,
                        room: &mut room,
                        most: &critical_float,
                        lanes,
                        critical: &mut gathered.critical,
                    });
                }
                Some((room, draw, gathered))
            },
        )
        .map(|state| state.map(|(_, _, gathered)| gathered))
        .reduce(
            || None,
            |a, b| match (a, b) {
                (Some(mut a), Some(b)) => {
                    a.parts.extend(b.parts);
                    a.critical.iter_mut().zip(b.critical).for_each(|(a, b)| *a += b);
                    Some(a)
                }
                (a, b) => a.or(b),
            },
        );
    let Some(Gathered { mut parts, critical }) = gathered else { return RiskRun::default() };
    parts.sort_unstable_by_key(|p| p.first);
    let mut run = RiskRun {
        criticality: vec![0.0; if simulation.criticality { network.slot_of.len() } else { 0 }],
        watched: vec![Vec::new(); watched.len()],
        ..RiskRun::default()
    };
    let mut lost = vec![Vec::new(); model.weather.len()];
    for part in parts {
        run.finish.extend(part.finish);
        if compiled.has_cost {
            run.cost.extend(part.cost);
        }
        run.watched.iter_mut().zip(part.watched).for_each(|(all, part)| all.extend(part));
        lost.iter_mut().zip(part.lost).for_each(|(all, part)| all.extend(part));
    }
    for (slot, count) in critical.iter().enumerate().filter(|_| simulation.criticality) {
        run.criticality[network.activity[slot].at()] = f64::from(*count) / f64::from(iterations);
    }
    run.sensitivity = sensitivity::of(&compiled, &run, &lost, iterations, simulation.sensitivities);
    run
}

impl RiskRun {
    /// The finish that so many percent of the runs keep, 0 to 100.
    pub fn finish_at(&self, percent: f64) -> Option<Time> {
        Percentiles::of(&self.finish).at(percent)
    }

    /// The money that so many percent of the runs keep within, 0 to 100.
    pub fn cost_at(&self, percent: f64) -> Option<f64> {
        let mut sorted = self.cost.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted.get(rank(sorted.len(), percent)).copied()
    }

    /// The share of the runs, 0 to 1, that end by a date and within a sum of money.
    pub fn within(&self, finish: Time, cost: f64) -> f64 {
        let costs = self.cost.iter().copied().chain(std::iter::repeat(0.0));
        let held = self.finish.iter().zip(costs).filter(|(f, c)| **f <= finish && *c <= cost).count();
        held as f64 / self.finish.len().max(1) as f64
    }

    /// The share of the runs in which an activity is critical, 0 to 1.
    pub fn criticality_of(&self, activity: ActivityIndex) -> f64 {
        self.criticality.get(activity.at()).copied().unwrap_or(0.0)
    }
}

/// Instants in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Percentiles {
    sorted: Vec<Time>,
}

impl Percentiles {
    /// Of a list in any order.
    pub fn of(times: &[Time]) -> Self {
        let mut sorted = times.to_vec();
        sorted.sort_unstable();
        Self { sorted }
    }

    /// The least instant that so many percent of the list do not pass, 0 to 100.
    pub fn at(&self, percent: f64) -> Option<Time> {
        self.sorted.get(rank(self.sorted.len(), percent)).copied()
    }

    /// The share of the list, 0 to 1, that does not pass an instant.
    pub fn share(&self, at: Time) -> f64 {
        self.sorted.partition_point(|t| *t <= at) as f64 / self.sorted.len().max(1) as f64
    }
}

/// The place of a percentile in a sorted list: the nearest rank.
fn rank(length: usize, percent: f64) -> usize {
    let rank = (percent.clamp(0.0, 100.0) / 100.0 * length as f64).ceil() as usize;
    rank.clamp(1, length.max(1)) - 1
}
