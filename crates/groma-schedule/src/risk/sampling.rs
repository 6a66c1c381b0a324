//! The work of sixteen iterations, drawn from a model.

use super::distribution::{Distribution, Sampler};
use super::model::RiskModel;
use super::normal::{Normal, quantile};
use super::pert::PertTables;
use super::philox::{uniforms, words};
use crate::lanes::{LANES, Lane, Work};
use crate::network::Network;
use crate::time::Day;

/// What a stream of random numbers is for.
#[derive(Clone, Copy)]
enum Stream {
    Work = 1,
    Event = 2,
    Impact = 3,
    EventCost = 4,
    Weather = 5,
    Factor = 6,
}

fn stream(what: Stream, which: usize, at: u32) -> u64 {
    (what as u64) << 60 | (which as u64 & 0x0fff_ffff) << 32 | u64::from(at)
}

struct SlotModel {
    sampler: Sampler,
    activity: u32,
    /// Correlation groups: (group, square root of its correlation).
    loadings: Vec<(u32, f32)>,
    /// What is left for the slot's own factor.
    own: f32,
    events: Vec<(u32, Sampler)>,
    weather: Vec<u32>,
    cost_per_minute: f64,
    is_plain: bool,
}

/// A model compiled for a network; the same for all threads.
pub(crate) struct Compiled<'a> {
    pub(crate) network: &'a Network,
    pub(crate) model: &'a RiskModel,
    slots: Vec<SlotModel>,
    event_costs: Vec<Option<Sampler>>,
    normal: Normal,
    seed: u64,
    /// The day from which weather is remembered.
    first_day: Day,
    /// Money that no iteration changes.
    pub(crate) fixed_cost: f64,
    pub(crate) has_cost: bool,
}

impl<'a> Compiled<'a> {
    pub(crate) fn new(network: &'a Network, model: &'a RiskModel, seed: u64) -> Self {
        let mut tables = PertTables::default();
        let mut slots: Vec<SlotModel> = (0..network.len())
            .map(|slot| {
                let activity = network.activity[slot].at();
                let planned = Distribution::Fixed(f64::from(network.remaining[slot]));
                let work = model.work.get(activity).copied().flatten();
                // What takes no time takes none in any iteration.
                let work = work.filter(|_| network.remaining[slot] > 0).unwrap_or(planned);
                let costs = model.costs.get(activity).copied().unwrap_or_default();
                SlotModel {
                    sampler: Sampler::new(&work, &mut tables),
                    activity: activity as u32,
                    loadings: Vec::new(),
                    own: 1.0,
                    events: Vec::new(),
                    weather: Vec::new(),
                    cost_per_minute: costs.per_minute,
                    is_plain: true,
                }
            })
            .collect();
        for (k, event) in model.events.iter().enumerate() {
            for (activity, impact) in &event.impacts {
                if let Some(slot) = network.slot(*activity) {
                    slots[slot].events.push((k as u32, Sampler::new(impact, &mut tables)));
                }
            }
        }
        for (k, weather) in model.weather.iter().enumerate() {
            for slot in weather.activities.iter().filter_map(|a| network.slot(*a)) {
                slots[slot].weather.push(k as u32);
            }
        }
        let mut sums = vec![0.0; slots.len()];
        for (k, group) in model.correlations.iter().enumerate() {
            for slot in group.activities.iter().filter_map(|a| network.slot(*a)) {
                slots[slot].loadings.push((k as u32, group.rho.sqrt() as f32));
                sums[slot] += group.rho;
            }
        }
        for (slot, sum) in slots.iter_mut().zip(sums) {
            slot.own = (1.0 - sum).max(0.0).sqrt() as f32;
            slot.is_plain = slot.loadings.is_empty() && slot.events.is_empty() && slot.cost_per_minute == 0.0;
        }
        let event_costs =
            model.events.iter().map(|e| e.cost.as_ref().map(|c| Sampler::new(c, &mut tables))).collect();
        let fixed_cost = model.costs.iter().map(|c| c.fixed).sum();
        let has_cost = model.cost_per_day != 0.0
            || model.costs.iter().any(|c| c.fixed != 0.0 || c.per_minute != 0.0)
            || model.events.iter().any(|e| e.cost.is_some());
        let first_day = network.frames.iter().map(|f| f.data_date).min().unwrap_or_default().day();
        Self {
            network,
            model,
            slots,
            event_costs,
            normal: Normal::new(),
            seed,
            first_day,
            fixed_cost,
            has_cost,
        }
    }
}

/// The draws of one block of iterations.
pub(crate) struct Draw<'a> {
    compiled: &'a Compiled<'a>,
    block: u32,
    /// Per group its factor.
    factors: Vec<[f32; LANES]>,
    /// Per event whether it happens, and the probability of its impact.
    happens: Vec<[bool; LANES]>,
    impact: Vec<[f32; LANES]>,
    /// Per weather and day from the first: one bit per lost lane, or unknown.
    days: Vec<Vec<u32>>,
    /// Money by time, and by events.
    pub(crate) cost: [f64; LANES],
    /// Per weather the work minutes lost.
    pub(crate) lost: Vec<Lane>,
}

const UNKNOWN: u32 = u32::MAX;
/// Days of weather that are remembered; later ones are drawn again each time.
const REMEMBERED: usize = 8_000;
/// Days that an activity may wait for fair weather.
const PATIENCE: usize = 4_000;

impl<'a> Draw<'a> {
    pub(crate) fn new(compiled: &'a Compiled<'a>) -> Self {
        let model = compiled.model;
        Self {
            compiled,
            block: 0,
            factors: vec![[0.0; LANES]; model.correlations.len()],
            happens: vec![[false; LANES]; model.events.len()],
            impact: vec![[0.0; LANES]; model.events.len()],
            days: vec![vec![UNKNOWN; REMEMBERED]; model.weather.len()],
            cost: [0.0; LANES],
            lost: vec![[0; LANES]; model.weather.len()],
        }
    }

    /// Goes on to another block.
    pub(crate) fn begin(&mut self, block: u32) {
        let seed = self.compiled.seed;
        self.block = block;
        for (k, factor) in self.factors.iter_mut().enumerate() {
            *factor = uniforms(seed, stream(Stream::Factor, k, 0), block).map(quantile);
        }
        for (k, event) in self.compiled.model.events.iter().enumerate() {
            let drawn = uniforms(seed, stream(Stream::Event, k, 0), block);
            self.happens[k] = drawn.map(|u| f64::from(u) < event.probability);
            self.impact[k] = uniforms(seed, stream(Stream::Impact, k, 0), block);
        }
        self.days.iter_mut().for_each(|days| days.fill(UNKNOWN));
        self.lost.iter_mut().for_each(|lost| lost.fill(0));
        self.cost.fill(self.compiled.fixed_cost);
        for (k, sampler) in self.compiled.event_costs.iter().enumerate() {
            if let Some(sampler) = sampler {
                let cost = sampler.quantiles(&uniforms(seed, stream(Stream::EventCost, k, 0), block));
                for l in 0..LANES {
                    self.cost[l] += if self.happens[k][l] { f64::from(cost[l]) } else { 0.0 };
                }
            }
        }
    }

    /// The impact of an event as a probability, 0 where it does not happen.
    pub(crate) fn event(&self, event: usize) -> [f32; LANES] {
        std::array::from_fn(|l| if self.happens[event][l] { self.impact[event][l] } else { 0.0 })
    }

    /// Work minutes of a slot, without weather.
    #[inline(always)]
    pub(crate) fn length(&self, slot: usize) -> Lane {
        let model = &self.compiled.slots[slot];
        if model.is_plain {
            if let Sampler::Fixed(a) = model.sampler {
                return [a as i32; LANES];
            }
            let u = uniforms(self.compiled.seed, stream(Stream::Work, 0, model.activity), self.block);
            return rounded(&model.sampler.quantiles(&u));
        }
        let mut length = model.sampler.quantiles(&self.probabilities(model));
        for (event, sampler) in &model.events {
            let k = *event as usize;
            let impact = sampler.quantiles(&self.impact[k]);
            for l in 0..LANES {
                length[l] += if self.happens[k][l] { impact[l] } else { 0.0 };
            }
        }
        rounded(&length)
    }

    /// The probabilities that a slot's quantiles are taken at.
    fn probabilities(&self, model: &SlotModel) -> [f32; LANES] {
        if model.sampler.is_fixed() {
            return [0.5; LANES];
        }
        let u = uniforms(self.compiled.seed, stream(Stream::Work, 0, model.activity), self.block);
        if model.loadings.is_empty() {
            return u;
        }
        let mut z = u.map(|u| model.own * quantile(u));
        for (group, loading) in &model.loadings {
            for l in 0..LANES {
                z[l] += loading * self.factors[*group as usize][l];
            }
        }
        z.map(|z| self.compiled.normal.probability(z))
    }

    /// One bit per lane in which a day is lost.
    fn lost_on(&mut self, weather: usize, day: Day) -> u32 {
        let at = day.number() - self.compiled.first_day.number();
        let known = self.days[weather].get(at as usize).copied();
        if let Some(mask) = known.filter(|m| *m != UNKNOWN) {
            return mask;
        }
        let most = (self.compiled.model.weather[weather].lost_on(day) * 4_294_967_296.0) as u64;
        let drawn =
            words(self.compiled.seed, stream(Stream::Weather, weather, day.number() as u32), self.block);
        let mask = (0..LANES).fold(0, |mask, l| mask | u32::from(u64::from(drawn[l]) < most) << l);
        if let Some(known) = self.days[weather].get_mut(at as usize) {
            *known = mask;
        }
        mask
    }
}

#[inline(always)]
fn rounded(minutes: &[f32; LANES]) -> Lane {
    // Saturates: the plan of such a model is beyond any calendar.
    minutes.map(|m| (m + 0.5).max(0.0) as i32)
}

impl Work for Draw<'_> {
    #[inline(always)]
    fn work(&mut self, slot: usize) -> Lane {
        let length = self.length(slot);
        let rate = self.compiled.slots[slot].cost_per_minute;
        if rate != 0.0 {
            for l in 0..LANES {
                self.cost[l] += rate * f64::from(length[l]);
            }
        }
        length
    }

    fn add_lost(&mut self, slot: usize, start: &Lane, work: &mut Lane) -> bool {
        let model = &self.compiled.slots[slot];
        if model.weather.is_empty() {
            return false;
        }
        let calendar = self.compiled.network.calendar(slot);
        let mut any = false;
        for l in 0..LANES {
            let mut left = work[l];
            if left <= 0 {
                continue;
            }
            for (day, length) in calendar.work_days(start[l]).take(PATIENCE) {
                let struck = model.weather.iter().find(|w| self.lost_on(**w as usize, day) >> l & 1 == 1);
                if let Some(weather) = struck {
                    work[l] += length;
                    self.lost[*weather as usize][l] += length;
                    any = true;
                } else {
                    left -= length;
                    if left <= 0 {
                        break;
                    }
                }
            }
        }
        let rate = model.cost_per_minute;
        if any && rate != 0.0 {
            // The crew waits, and is paid.
            let planned = self.length(slot);
            for l in 0..LANES {
                self.cost[l] += rate * f64::from(work[l] - planned[l]);
            }
        }
        any
    }
}
