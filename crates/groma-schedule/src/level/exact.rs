//! Proofs: that no plan ends sooner, or no plan before a bound, by constraint programming with learnt clauses.
//!
//! From the lower bound on, one end after the other is asked for: the first that has a plan is the best there
//! is, and each that has none raises the bound.

use super::problem::Problem;
use super::{LevelError, LevelOptions, Rcpsp};
use crate::activity::{ConstraintKind, Status};
use crate::network::Network;
use crate::schedule::{LinkKind, Schedule};
use crate::solve::Dates;
use crate::time::{Minutes, Time};
use groma_model::{Cancelled, Progress};
use pumpkin_conflict_resolvers::resolvers::ResolutionResolver;
use pumpkin_core::Solver;
use pumpkin_core::results::SatisfactionResult;
use pumpkin_core::termination::TerminationCondition;
use pumpkin_core::variables::TransformableVariable;
use std::time::{Duration, Instant};

/// Activities of a programme that is asked at most; larger ones are not proven in any useful time.
const MOST: usize = 300;

/// What is proven.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof<T> {
    /// No plan ends sooner.
    pub bound: T,
    /// True when a plan ends there, so that the bound is the least end there is.
    pub is_least: bool,
}

/// Whole starts that wait for each other by so much, and share resources.
#[derive(Clone, Debug, Default)]
struct Model {
    duration: Vec<i32>,
    /// Not before.
    release: Vec<i32>,
    /// Exactly there.
    fixed: Vec<Option<i32>>,
    /// (i, j, least time from the start of i to that of j).
    waits: Vec<(usize, usize, i32)>,
    /// (capacity, needs of activities).
    resources: Vec<(i32, Vec<(usize, i32)>)>,
}

/// Ends the search when time is up or the user stops it.
struct Until<'a>(Instant, &'a dyn Progress);

impl TerminationCondition for Until<'_> {
    fn should_stop(&mut self) -> bool {
        Instant::now() >= self.0 || self.1.cancelled()
    }
}

impl Model {
    /// Whether a plan ends by `end`; `None` when time is up.
    fn has_plan(&self, end: i32, until: Instant, progress: &dyn Progress) -> Option<bool> {
        let mut solver = Solver::default();
        let mut starts = Vec::with_capacity(self.duration.len());
        for i in 0..self.duration.len() {
            let (low, high) = match self.fixed[i] {
                Some(at) => (at, at),
                None => (self.release[i], end - self.duration[i]),
            };
            if low > high {
                return Some(false);
            }
            starts.push(solver.new_bounded_integer(low, high));
        }
        let tag = solver.new_constraint_tag();
        for (i, j, least) in &self.waits {
            // start of i - start of j <= -least
            let terms = vec![starts[*i].scaled(1), starts[*j].scaled(-1)];
            solver.add_constraint(pumpkin_constraints::less_than_or_equals(terms, -least, tag)).post();
        }
        for (capacity, needs) in &self.resources {
            let of = |f: &dyn Fn(usize, i32) -> i32| needs.iter().map(|(i, u)| f(*i, *u)).collect::<Vec<_>>();
            let at: Vec<_> = needs.iter().map(|(i, _)| starts[*i]).collect();
            let durations = of(&|i, _| self.duration[i]);
            let units = of(&|_, u| u);
            let shared = pumpkin_constraints::cumulative(at, durations, units, *capacity, tag);
            solver.add_constraint(shared).post();
        }
        let mut brancher = solver.default_brancher();
        let mut resolver = ResolutionResolver::default();
        match solver.satisfy(&mut brancher, &mut Until(until, progress), &mut resolver) {
            SatisfactionResult::Satisfiable(_) => Some(true),
            SatisfactionResult::Unsatisfiable(..) => Some(false),
            SatisfactionResult::Unknown(..) => None,
        }
    }

    /// Raises `bound` until a plan ends there, `upper` is reached, or time is up.
    fn prove(
        &self,
        mut bound: i32,
        upper: i32,
        within: Duration,
        progress: &dyn Progress,
    ) -> Result<Proof<i32>, Cancelled> {
        let until = Instant::now() + within;
        progress.begin("proving", u64::from(upper.abs_diff(bound)));
        while bound < upper {
            match self.has_plan(bound, until, progress) {
                Some(false) => bound += 1,
                Some(true) => break,
                None => {
                    progress.end();
                    progress.check()?;
                    return Ok(Proof { bound, is_least: false });
                }
            }
            progress.advance(1);
        }
        progress.end();
        progress.check()?;
        Ok(Proof { bound, is_least: true })
    }
}

impl Rcpsp {
    /// Proves that no plan is shorter than `upper`, the makespan of a known one, finds that a shorter one
    /// exists, or as much of a bound as can be had within a time.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] if the user stops it.
    pub fn prove(
        &self,
        upper: u32,
        within: Duration,
        progress: &dyn Progress,
    ) -> Result<Proof<u32>, Cancelled> {
        let n = self.len();
        let mut model = Model {
            duration: self.durations().iter().map(|d| *d as i32).collect(),
            release: vec![0; n],
            fixed: vec![None; n],
            ..Model::default()
        };
        for (i, after) in self.successors().iter().enumerate() {
            model.waits.extend(after.iter().map(|s| (i, *s as usize, model.duration[i])));
        }
        for (r, capacity) in self.capacities().iter().enumerate() {
            let needs = self.demands().iter().enumerate().map(|(i, d)| (i, d[r] as i32));
            model.resources.push((*capacity as i32, needs.filter(|n| n.1 > 0).collect()));
        }
        let proof = model.prove(self.bound() as i32, upper as i32, within, progress)?;
        Ok(Proof { bound: proof.bound as u32, is_least: proof.is_least })
    }
}

/// A finish that no levelled programme can beat; `finish` is that of a known one.
///
/// `None` where the programme is no problem of the kind that can be proven: of one calendar for all that is
/// left and all lags, of one project, of at most 300 activities.
///
/// # Errors
///
/// A limit on what is not there, or the user's stop.
pub fn prove_finish(
    schedule: &Schedule,
    network: &Network,
    dates: &Dates,
    options: &LevelOptions,
    finish: Time,
    within: Duration,
    progress: &dyn Progress,
) -> Result<Option<Proof<Time>>, LevelError> {
    let problem = Problem::new(schedule, network, dates, options)?;
    let Some((model, scale, calendar)) = problem.as_model() else { return Ok(None) };
    let calendar = &problem.network.calendars[usize::from(calendar)];
    let origin = calendar.work_at(problem.start());
    // A bound may be a part too low, never too high.
    let lower = (calendar.work_at(problem.finish) - origin).div_euclid(scale);
    let upper = -(origin - calendar.work_at(finish)).div_euclid(scale);
    let proof = model.prove(lower, upper, within, progress)?;
    let bound = calendar.finish_of(origin + proof.bound * scale).min(finish);
    Ok(Some(Proof { bound, is_least: proof.is_least }))
}

impl Problem<'_> {
    /// Where work begins.
    fn start(&self) -> Time {
        self.network.frames.first().map_or_else(Time::default, |f| f.start.max(f.data_date))
    }

    /// The model in parts of the calendar's work time, minutes to a part, and the calendar. It asks no more than
    /// the programme does, so that what has no plan in it has none in the programme.
    fn as_model(&self) -> Option<(Model, Minutes, u16)> {
        let n = self.network.len();
        let left: Vec<usize> = (0..n).filter(|s| self.network.status[*s] != Status::Complete).collect();
        let calendar = self.network.calendar[*left.first()?];
        let one = left.iter().all(|s| {
            // What is bound to a date may break the links that the model keeps.
            let is_free = self.stays[*s].is_none() || self.network.status[*s] == Status::InProgress;
            let by_it = self.needs[*s].iter().all(|n| n.calendar == calendar);
            self.network.calendar[*s] == calendar && by_it && is_free && self.latest[*s].is_none()
        });
        let is_level = self.mode == super::Mode::Level && self.claims.is_empty();
        if !one || !is_level || left.len() > MOST || self.network.frames.len() != 1 {
            return None;
        }
        let work = &self.network.calendars[usize::from(calendar)];
        let origin = work.work_at(self.start());
        let offset = |at: Time| work.work_at(at) - origin;
        let mut model = Model::default();
        let mut number = vec![usize::MAX; n];
        for (k, slot) in left.iter().enumerate() {
            number[*slot] = k;
            model.duration.push(self.network.remaining[*slot]);
            let start = offset(self.before.early_start[*slot]);
            let moves = self.stays[*slot].is_none();
            let bound = self.network.constraint[*slot].and_then(|c| Some((c.kind, c.date?)));
            model.release.push(match bound {
                Some((ConstraintKind::StartNoEarlierThan, date)) if moves => offset(date).max(0),
                _ if moves => 0,
                _ => start,
            });
            model.fixed.push((!moves).then_some(start));
        }
        for slot in &left {
            for edge in self.network.successors(*slot) {
                let (i, j) = (number[*slot], number[edge.slot as usize]);
                let started = |s: usize| self.network.status[s] != Status::NotStarted;
                // What has started waits by rules of its own.
                if j == usize::MAX || started(*slot) || started(edge.slot as usize) {
                    continue;
                }
                if edge.lag != 0 && edge.calendar != calendar {
                    return None;
                }
                let least = match edge.kind {
                    LinkKind::FinishStart => model.duration[i] + edge.lag,
                    LinkKind::StartStart => edge.lag,
                    LinkKind::FinishFinish => model.duration[i] + edge.lag - model.duration[j],
                    LinkKind::StartFinish => edge.lag - model.duration[j],
                };
                model.waits.push((i, j, least));
            }
        }
        for (k, limited) in self.resources.iter().enumerate().filter(|r| r.1.has_limit) {
            let needs = left.iter().filter_map(|slot| {
                let need = self.needs[*slot].iter().find(|n| n.resource as usize == k)?;
                Some((number[*slot], i32::try_from(need.units).ok()?))
            });
            model.resources.push((i32::try_from(limited.capacity.most()).ok()?, needs.collect()));
        }
        let scale = model.coarsen()?;
        Some((model, scale, calendar))
    }
}

impl Model {
    /// Counts time in the longest part that divides all lengths, and units in the most that divides those of
    /// each resource; minutes to a part. `None` where the numbers are too large to be searched.
    fn coarsen(&mut self) -> Option<Minutes> {
        fn gcd(a: i32, b: i32) -> i32 {
            if b == 0 { a.abs() } else { gcd(b, a % b) }
        }
        let lengths = self.duration.iter().chain(&self.release).chain(self.fixed.iter().flatten());
        let scale = lengths.chain(self.waits.iter().map(|w| &w.2)).fold(0, |g, x| gcd(g, *x)).max(1);
        for length in self.duration.iter_mut().chain(&mut self.release).chain(self.fixed.iter_mut().flatten())
        {
            *length /= scale;
        }
        self.waits.iter_mut().for_each(|w| w.2 /= scale);
        for (capacity, needs) in &mut self.resources {
            let unit = needs.iter().fold(0, |g, n| gcd(g, n.1)).max(1);
            *capacity /= unit;
            needs.iter_mut().for_each(|n| n.1 /= unit);
        }
        (self.duration.iter().map(|d| i64::from(*d)).sum::<i64>() < 1_000_000).then_some(scale)
    }
}
