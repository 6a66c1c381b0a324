//! What the finish hangs on: rank correlations, and how far each source moves it.

use super::distribution::Distribution;
use super::sampling::{Compiled, Draw};
use super::simulate::RiskRun;
use crate::lanes::LANES;
use crate::schedule::ActivityIndex;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

/// What an uncertainty belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// An activity's work.
    Activity(ActivityIndex),
    /// An event, by its place in the model.
    Event(usize),
    /// Weather, by its place in the model.
    Weather(usize),
}

/// How the finish follows one uncertainty.
#[derive(Clone, PartialEq, Debug)]
pub struct Sensitivity {
    /// Of what.
    pub source: Source,
    /// Spearman's rank correlation with the finish, -1 to 1; its size is the cruciality index.
    pub correlation: f64,
    /// The schedule sensitivity index: criticality times the ratio of the standard deviations of work and
    /// finish; of an event or of weather the correlation.
    pub index: f64,
    /// Minutes of the wall clock from the mean finish to that of the tenth of the runs in which it is least.
    pub low: f64,
    /// The same of the tenth in which it is most.
    pub high: f64,
}

/// The sensitivities of the activities that matter most, of all events and weather; the strongest first.
pub(crate) fn of(
    compiled: &Compiled<'_>,
    run: &RiskRun,
    lost: &[Vec<i32>],
    iterations: u32,
    most: usize,
) -> Vec<Sensitivity> {
    let finish: Vec<f64> = run.finish.iter().map(|t| f64::from(t.minutes())).collect();
    let ranks = ranks(&finish);
    let deviation = deviation(&finish);
    let draw_all = |of: &dyn Fn(&Draw<'_>) -> [f64; LANES]| -> Vec<f64> {
        let mut draw = Draw::new(compiled);
        let mut all = Vec::with_capacity(iterations as usize + LANES);
        for block in 0..iterations.div_ceil(LANES as u32) {
            draw.begin(block);
            all.extend(of(&draw));
        }
        all.truncate(iterations as usize);
        all
    };
    let values = |source: Source| -> Vec<f64> {
        match source {
            Source::Activity(a) => match compiled.network.slot(a) {
                Some(slot) => draw_all(&|draw| draw.length(slot).map(f64::from)),
                None => Vec::new(),
            },
            Source::Event(k) => draw_all(&|draw| draw.event(k).map(f64::from)),
            Source::Weather(k) => lost[k].iter().map(|m| f64::from(*m)).collect(),
        }
    };
    let activities = candidates(compiled, run, most).into_iter().map(Source::Activity);
    let sources: Vec<Source> = activities
        .chain((0..compiled.model.events.len()).map(Source::Event))
        .chain((0..compiled.model.weather.len()).map(Source::Weather))
        .collect();
    let mut all: Vec<Sensitivity> = sources
        .par_iter()
        .map(|source| {
            let values = values(*source);
            let correlation = pearson(&self::ranks(&values), &ranks);
            let index = match source {
                Source::Activity(a) if deviation > 0.0 => {
                    run.criticality_of(*a) * self::deviation(&values) / deviation
                }
                Source::Activity(_) => 0.0,
                Source::Event(_) | Source::Weather(_) => correlation,
            };
            let (low, high) = tails(&values, &finish);
            Sensitivity { source: *source, correlation, index, low, high }
        })
        .collect();
    // The sort is stable: of two as strong the first of the programme comes first.
    all.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
    all
}

/// Activities with uncertain work that are ever critical, those with the most of both first.
fn candidates(compiled: &Compiled<'_>, run: &RiskRun, most: usize) -> Vec<ActivityIndex> {
    let spread = |a: usize| {
        let work = compiled.model.work.get(a).copied().flatten().map_or(0.0, |d| d.variance());
        let own = |(k, d): (&ActivityIndex, &Distribution)| (k.at() == a).then(|| d.three()[2].powi(2));
        let events = compiled.model.events.iter().flat_map(|e| e.impacts.iter().map(|(k, d)| (k, d)));
        (work + events.filter_map(own).sum::<f64>()).sqrt()
    };
    let is_open = |a: &usize| compiled.network.slot(ActivityIndex::new(*a)).is_some();
    let mut found: Vec<(f64, usize)> = (0..run.criticality.len())
        .filter(|a| run.criticality[*a] > 0.0 && is_open(a))
        .map(|a| (run.criticality[a] * spread(a), a))
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.truncate(most);
    found.into_iter().map(|(_, a)| ActivityIndex::new(a)).collect()
}

/// Ranks from 1 on; those that are equal share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_unstable_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]).then(a.cmp(b)));
    let mut ranks = vec![0.0; values.len()];
    let mut i = 0;
    while i < order.len() {
        let value = values[order[i] as usize];
        let end = i + order[i..].iter().take_while(|k| values[**k as usize] == value).count();
        let rank = (i + end + 1) as f64 / 2.0;
        for k in &order[i..end] {
            ranks[*k as usize] = rank;
        }
        i = end;
    }
    ranks
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len().max(1) as f64).sqrt()
}

/// Pearson's correlation; 0 where one of the two never changes.
fn pearson(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    if aa > 0.0 && bb > 0.0 { ab / (aa * bb).sqrt() } else { 0.0 }
}

/// Mean finish, less the mean of all, of the tenths with the least and the most of a value.
fn tails(values: &[f64], finish: &[f64]) -> (f64, f64) {
    let mut order: Vec<u32> = (0..values.len().min(finish.len()) as u32).collect();
    order.sort_unstable_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]).then(a.cmp(b)));
    let tenth = (order.len() / 10).max(1).min(order.len());
    let all = mean(finish);
    let of = |part: &[u32]| {
        let values: Vec<f64> = part.iter().map(|k| finish[*k as usize]).collect();
        mean(&values) - all
    };
    (of(&order[..tenth]), of(&order[order.len() - tenth..]))
}
