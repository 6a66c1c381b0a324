//! The search for a good order of work: a genetic search over orders, each made a plan by a serial scheme and
//! improved by packing it from its end and from its start again.
//!
//! A plan is made by placing one activity after the other as early as it can be (Kelley 1963). What is
//! searched is the order. Packing a plan to the right and to the left again (forward-backward improvement,
//! Tormos and Lova 2001; double justification, Valls, Ballestín and Quintanilla 2005) makes it no longer and
//! often shorter. Two orders are crossed (Hartmann 1998) where the better one leaves its resources idle: the
//! stretch of it that uses them least is taken from the other (after the peaks of Valls, Ballestín and
//! Quintanilla 2008).

use super::random::Random;
use groma_model::{Cancelled, Progress};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

/// What is to be small, the first number before the second and so on: how late what may not be late is, what
/// lacks, and what the search is for.
pub(crate) type Cost = [i64; 4];

/// Plans that one order takes: from its start, from its end, from its start again.
const PACKED: u64 = 3;
/// The share of neighbours that change places in a new order.
const MUTATION: f64 = 0.03;
/// Stretches of an order that are looked at, of which the one with the least use is taken from the other.
const STRETCHES: usize = 3;

/// Where each activity stands in a plan; time counts in whatever the decoder counts in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placed {
    pub(crate) start: Vec<i64>,
    pub(crate) finish: Vec<i64>,
}

/// Makes plans from orders. Activities are numbered so that each has a lower number than those that wait for
/// it; an order lists each once, none before one that it waits for.
pub(crate) trait Decoder: Sync {
    /// What it works in; one for each thread.
    type Room: Send;
    /// True when no activity of a plan starts before one that it waits for, nor ends after one that waits for it.
    const IN_ORDER: bool;

    fn len(&self) -> usize;
    /// Who waits for an activity.
    fn successors(&self, activity: usize) -> impl Iterator<Item = u32>;
    /// Whom an activity waits for.
    fn predecessors(&self, activity: usize) -> impl Iterator<Item = u32>;
    /// The smaller, the sooner it should come.
    fn urgency(&self, activity: usize) -> i64;
    /// How much of the resources it takes, over all its time.
    fn work(&self, activity: usize) -> i64;
    /// No plan is better.
    fn bound(&self) -> Cost;
    fn room(&self) -> Self::Room;
    /// Places each activity as early as it can be.
    fn forward(&self, order: &[u32], room: &mut Self::Room, placed: &mut Placed) -> Cost;
    /// Places each activity of a plan as late as it can be, those that wait for it before it; false where plans
    /// are not packed from their end.
    fn backward(&self, order: &[u32], room: &mut Self::Room, placed: &mut Placed) -> bool;
}

/// How long is searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Budget {
    /// So many plans are made: the same answer on any machine and number of threads.
    Schedules(u64),
    /// So long, on the wall clock: a faster machine may find a better answer.
    Time(Duration),
}

/// What a search found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) order: Vec<u32>,
    pub(crate) cost: Cost,
    /// The cost of the order by urgency alone, without any search.
    pub(crate) first: Cost,
    /// Plans that were made.
    pub(crate) schedules: u64,
}

/// A plan, by the order that makes it.
#[derive(Clone, Debug)]
struct Individual {
    cost: Cost,
    order: Vec<u32>,
    start: Vec<i64>,
    /// Plans that were made to find it.
    used: u64,
}

/// What one thread works in.
struct Desk<R> {
    room: R,
    placed: Placed,
    spare: Placed,
    keys: Vec<(i64, u32)>,
    taken: Vec<bool>,
}

/// Searches until the budget is used up or a plan is found that cannot be beaten.
pub(crate) fn search<D: Decoder>(
    decoder: &D,
    budget: Budget,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Found, Cancelled> {
    let began = Instant::now();
    let desk = || Desk {
        room: decoder.room(),
        placed: Placed::default(),
        spare: Placed::default(),
        keys: Vec::new(),
        taken: vec![false; decoder.len()],
    };
    let by_urgency = sorted(decoder, true, |a| decoder.urgency(a));
    let first = plan(decoder, by_urgency.clone(), &mut desk(), false);
    let took = began.elapsed();
    let mut schedules = first.used;
    let expected = match budget {
        Budget::Schedules(most) => most,
        Budget::Time(most) => {
            (most.as_nanos() / took.as_nanos().max(1)).min(10_000_000) as u64
                * rayon::current_num_threads() as u64
        }
    };
    let size = population_size(expected);
    progress.begin(
        "levelling",
        match budget {
            Budget::Schedules(most) => most,
            Budget::Time(most) => most.as_millis() as u64,
        },
    );
    progress.advance(if matches!(budget, Budget::Schedules(_)) { schedules } else { 0 });
    let first_cost = first.cost;
    let mut population = vec![first];
    let mut made = 0u64;
    let mut told = Duration::ZERO;
    while population[0].cost > decoder.bound() {
        progress.check()?;
        let left = match budget {
            Budget::Schedules(most) => (most.saturating_sub(schedules) / PACKED) as usize,
            Budget::Time(most) if began.elapsed() < most => usize::MAX,
            Budget::Time(_) => 0,
        };
        let is_first = made == 0;
        let count = (if is_first { size } else { size.div_ceil(3) }).min(left);
        if count == 0 {
            break;
        }
        let parents = &population;
        let children = (0..count).into_par_iter().with_min_len(4).map_init(desk, |desk, k| {
            let mut random = Random::new(seed, made + k as u64);
            let order = match (is_first, k) {
                (true, 0) => by_urgency.clone(),
                (true, _) => sampled(decoder, &mut random),
                (false, _) => crossed(decoder, parents, &mut random, &mut desk.taken),
            };
            plan(decoder, order, desk, true)
        });
        let children: Vec<Individual> = children.collect();
        made += count as u64;
        let used: u64 = children.iter().map(|c| c.used).sum();
        schedules += used;
        let now = began.elapsed();
        progress.advance(match budget {
            Budget::Schedules(_) => used,
            Budget::Time(_) => (now - told).as_millis() as u64,
        });
        told = now;
        population.extend(children);
        population = best_of(population, size);
    }
    progress.end();
    let best = population.swap_remove(0);
    Ok(Found { order: best.order, cost: best.cost, first: first_cost, schedules })
}

/// As many as pay for the plans that can be made: found by trial on PSPLIB, 80 at 5,000 plans.
fn population_size(schedules: u64) -> usize {
    ((2.0 * (schedules as f64 / PACKED as f64).sqrt()) as usize).clamp(12, 400)
}

/// The best of some plans; those that are the same crowd out no other.
fn best_of(mut all: Vec<Individual>, size: usize) -> Vec<Individual> {
    all.sort_by_key(|i| i.cost);
    let mut kept: Vec<Individual> = Vec::with_capacity(size);
    let mut spare = Vec::new();
    for individual in all {
        let mut equals = kept.iter().rev().take_while(|k| k.cost == individual.cost);
        let is_known = equals.any(|k| k.start == individual.start);
        if is_known {
            spare.push(individual)
        } else {
            kept.push(individual)
        }
        if kept.len() == size {
            break;
        }
    }
    let missing = size - kept.len();
    kept.extend(spare.into_iter().take(missing));
    kept
}

/// All activities by a key, each after those that it waits for; backward, each after those that wait for it.
fn sorted<D: Decoder>(decoder: &D, forward: bool, key: impl Fn(usize) -> i64) -> Vec<u32> {
    let n = decoder.len();
    let waits_for = |i: usize| match forward {
        true => decoder.predecessors(i).count(),
        false => decoder.successors(i).count(),
    };
    let mut waits: Vec<usize> = (0..n).map(waits_for).collect();
    // Of two with the same key the one comes first that others may wait for.
    let entry = |i: u32| Reverse((key(i as usize), if forward { i64::from(i) } else { -i64::from(i) }));
    let ready = (0..n as u32).filter(|i| waits[*i as usize] == 0);
    let mut ready: BinaryHeap<Reverse<(i64, i64)>> = ready.map(entry).collect();
    let mut order = Vec::with_capacity(n);
    while let Some(Reverse((_, i))) = ready.pop() {
        let i = i.unsigned_abs() as u32;
        order.push(i);
        let mut free = |next: u32| {
            waits[next as usize] -= 1;
            if waits[next as usize] == 0 {
                ready.push(entry(next));
            }
        };
        match forward {
            true => decoder.successors(i as usize).for_each(&mut free),
            false => decoder.predecessors(i as usize).for_each(&mut free),
        }
    }
    order
}

/// An order in which the more urgent of those that can be next is next the more often (regret-based biased
/// sampling, Drexl 1991).
fn sampled<D: Decoder>(decoder: &D, random: &mut Random) -> Vec<u32> {
    let n = decoder.len();
    let mut waits: Vec<usize> = (0..n).map(|i| decoder.predecessors(i).count()).collect();
    let mut ready: Vec<u32> = (0..n as u32).filter(|i| waits[*i as usize] == 0).collect();
    let mut order = Vec::with_capacity(n);
    let mut sums: Vec<f64> = Vec::new();
    while !ready.is_empty() {
        let last = ready.iter().map(|i| decoder.urgency(*i as usize)).max().unwrap_or(0);
        sums.clear();
        let mut sum = 0.0;
        for i in &ready {
            let regret = (last - decoder.urgency(*i as usize) + 1) as f64;
            sum += regret * regret;
            sums.push(sum);
        }
        let at = random.share() * sum;
        let k = sums.iter().position(|s| *s >= at).unwrap_or(ready.len() - 1);
        let i = ready.swap_remove(k);
        order.push(i);
        for next in decoder.successors(i as usize) {
            waits[next as usize] -= 1;
            if waits[next as usize] == 0 {
                ready.push(next);
            }
        }
    }
    order
}

/// The order of a good parent, with a stretch of it in the order of another.
fn crossed<D: Decoder>(
    decoder: &D,
    population: &[Individual],
    random: &mut Random,
    taken: &mut [bool],
) -> Vec<u32> {
    let n = decoder.len();
    let mut pick = |tries: usize| (0..tries).map(|_| random.below(population.len())).min().unwrap_or(0);
    let (a, b) = (&population[pick(3)], &population[pick(2)]);
    let mut stretch = (f64::INFINITY, 0..0);
    for _ in 0..STRETCHES {
        let length = (n / 4 + random.below(n / 2)).max(1);
        let from = random.below(n - length + 1);
        let part = &a.order[from..from + length];
        let work: i64 = part.iter().map(|i| decoder.work(*i as usize)).sum();
        let time = a.start[part[length - 1] as usize] - a.start[part[0] as usize];
        let density = work as f64 / (time.unsigned_abs() + 1) as f64;
        if density < stretch.0 {
            stretch = (density, from..from + length);
        }
    }
    let stretch = stretch.1;
    let mut child = Vec::with_capacity(n);
    taken.fill(false);
    let mut take = |child: &mut Vec<u32>, i: u32| {
        if !std::mem::replace(&mut taken[i as usize], true) {
            child.push(i);
        }
    };
    a.order[..stretch.start].iter().for_each(|i| take(&mut child, *i));
    for i in &b.order {
        if child.len() == stretch.end {
            break;
        }
        take(&mut child, *i);
    }
    a.order.iter().for_each(|i| take(&mut child, *i));
    for k in 1..n {
        if random.share() < MUTATION && decoder.successors(child[k - 1] as usize).all(|s| s != child[k]) {
            child.swap(k - 1, k);
        }
    }
    child
}

/// The plan of an order; packed, if asked for, from its end and from its start again.
fn plan<D: Decoder>(
    decoder: &D,
    mut order: Vec<u32>,
    desk: &mut Desk<D::Room>,
    is_packed: bool,
) -> Individual {
    let Desk { room, placed, spare, keys, .. } = desk;
    let mut cost = decoder.forward(&order, room, placed);
    let mut used = 1;
    if is_packed {
        spare.clone_from(placed);
        by_finish(decoder, &spare.finish, keys, &mut order);
        if decoder.backward(&order, room, spare) {
            by_start(decoder, &spare.start, keys, &mut order);
            let packed = decoder.forward(&order, room, spare);
            used = PACKED;
            if packed <= cost {
                cost = packed;
                std::mem::swap(placed, spare);
            }
        }
    }
    by_start(decoder, &placed.start, keys, &mut order);
    Individual { cost, order, start: placed.start.clone(), used }
}

/// The order in which a plan starts its activities.
fn by_start<D: Decoder>(decoder: &D, start: &[i64], keys: &mut Vec<(i64, u32)>, order: &mut Vec<u32>) {
    if !D::IN_ORDER {
        *order = sorted(decoder, true, |i| start[i]);
        return;
    }
    keys.clear();
    keys.extend(start.iter().enumerate().map(|(i, s)| (*s, i as u32)));
    keys.sort_unstable();
    order.clear();
    order.extend(keys.iter().map(|k| k.1));
}

/// The order in which a plan ends its activities, the last first.
fn by_finish<D: Decoder>(decoder: &D, finish: &[i64], keys: &mut Vec<(i64, u32)>, order: &mut Vec<u32>) {
    if !D::IN_ORDER {
        *order = sorted(decoder, false, |i| -finish[i]);
        return;
    }
    keys.clear();
    keys.extend(finish.iter().enumerate().map(|(i, f)| (-*f, u32::MAX - i as u32)));
    keys.sort_unstable();
    order.clear();
    order.extend(keys.iter().map(|k| u32::MAX - k.1));
}
