//! The plain resource-constrained project: whole durations, finish-to-start links, constant capacities.

use super::search::{Budget, Cost, Decoder, Placed, search};
use groma_model::{Cancelled, Progress};

/// Capacities above it are taken as it; four of them share a word.
const MOST: u32 = 0x7FFF;
/// The bit above each of the four units of a word: it stays set as long as what is taken is there.
const GUARD: u64 = 0x8000_8000_8000_8000;

/// Why a plain project cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RcpspError {
    /// A part of the file is not there, or no number stands where one must.
    #[error("the PSPLIB file has no readable {what}")]
    Missing {
        /// Which part.
        what: &'static str,
    },
    /// A link that leads back, or to nowhere.
    #[error("activity {from} cannot be followed by {to}: successors have higher numbers, up to {last}")]
    Link {
        /// Whose successor.
        from: usize,
        /// The successor.
        to: usize,
        /// The last activity.
        last: usize,
    },
    /// More of a resource is wanted than there ever is.
    #[error("activity {activity} needs {needs} of resource {resource}, of which there are {capacity}")]
    Demand {
        /// Which activity.
        activity: usize,
        /// Which resource.
        resource: usize,
        /// How much it needs.
        needs: u32,
        /// How much there is.
        capacity: u32,
    },
}

/// A resource-constrained project: activities of whole durations that follow each other from finish to start
/// and hold resources of constant capacity while they last.
///
/// Activities are numbered so that each has a lower number than its successors.
#[derive(Clone, Debug)]
pub struct Rcpsp {
    duration: Vec<u32>,
    /// By activity, as many as there are resources.
    demand: Vec<Vec<u32>>,
    capacity: Vec<u32>,
    successors: Vec<Vec<u32>>,
    predecessors: Vec<Vec<u32>>,
    /// The demand of each activity, four resources to a word; `words` of them for each.
    packed: Vec<u64>,
    /// The capacity with guards, `words` of them.
    free: Vec<u64>,
    words: usize,
    /// By activity the latest finish that keeps the critical path, periods.
    late_finish: Vec<u32>,
    /// By activity what it takes of all resources, thousandths of their capacity over a period.
    work: Vec<i64>,
    critical_path: u32,
    bound: u32,
}

/// A plan of a plain project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RcpspPlan {
    /// When each activity starts, periods from 0.
    pub start: Vec<u32>,
    /// When the last one ends.
    pub makespan: u32,
    /// The makespan of the simple rule, the earliest late finish first, without search.
    pub first: u32,
    /// Plans that were made.
    pub schedules: u64,
}

impl Rcpsp {
    /// A project from its durations, demands (by activity, then by resource), capacities and successors.
    ///
    /// # Errors
    ///
    /// A link that leads back, or a demand above the capacity.
    pub fn new(
        duration: Vec<u32>,
        demand: Vec<Vec<u32>>,
        capacity: Vec<u32>,
        successors: Vec<Vec<u32>>,
    ) -> Result<Self, RcpspError> {
        let n = duration.len();
        let mut predecessors = vec![Vec::new(); n];
        for (from, list) in successors.iter().enumerate().take(n) {
            for to in list {
                if *to as usize >= n || *to as usize <= from {
                    return Err(RcpspError::Link { from, to: *to as usize, last: n.saturating_sub(1) });
                }
                predecessors[*to as usize].push(from as u32);
            }
        }
        let words = capacity.len().div_ceil(4).max(1);
        let pack = |units: &[u32]| {
            let mut packed = vec![0u64; words];
            for (r, units) in units.iter().enumerate() {
                packed[r / 4] |= u64::from((*units).min(MOST)) << (16 * (r % 4));
            }
            packed
        };
        for (activity, units) in demand.iter().enumerate() {
            for (resource, (needs, capacity)) in units.iter().zip(&capacity).enumerate() {
                if needs > capacity {
                    return Err(RcpspError::Demand {
                        activity,
                        resource,
                        needs: *needs,
                        capacity: *capacity,
                    });
                }
            }
        }
        let mut early = vec![0u32; n];
        for i in 0..n {
            for s in &successors[i] {
                early[*s as usize] = early[*s as usize].max(early[i] + duration[i]);
            }
        }
        let critical_path = (0..n).map(|i| early[i] + duration[i]).max().unwrap_or(0);
        let mut late_finish = vec![critical_path; n];
        for i in (0..n).rev() {
            for s in &successors[i] {
                late_finish[i] = late_finish[i].min(late_finish[*s as usize] - duration[*s as usize]);
            }
        }
        // No plan is shorter than the work of any resource at its capacity.
        let work = |r: usize| -> u64 {
            (0..n).map(|i| u64::from(duration[i]) * u64::from(demand[i].get(r).copied().unwrap_or(0))).sum()
        };
        let busiest = capacity.iter().enumerate().filter(|c| *c.1 > 0);
        let busiest = busiest.map(|(r, c)| work(r).div_ceil(u64::from(*c)) as u32).max().unwrap_or(0);
        Ok(Self {
            packed: demand.iter().flat_map(|d| pack(d)).collect(),
            free: pack(&capacity).iter().map(|w| w | GUARD).collect(),
            words,
            late_finish,
            work: (0..n)
                .map(|i| {
                    let shares = demand[i].iter().zip(&capacity);
                    let shares = shares.map(|(d, c)| 1000 * i64::from(*d) / i64::from((*c).max(1)));
                    shares.sum::<i64>() * i64::from(duration[i])
                })
                .collect(),
            critical_path,
            bound: critical_path.max(busiest),
            duration,
            demand,
            capacity,
            successors,
            predecessors,
        })
    }

    /// Reads a single-mode file of PSPLIB (`.sm`).
    ///
    /// # Errors
    ///
    /// A part that is missing, or what [`Self::new`] refuses.
    pub fn parse_psplib(text: &str) -> Result<Self, RcpspError> {
        let rows = |title: &str, skip: usize| -> Vec<Vec<u32>> {
            let lines = text.lines().skip_while(|l| !l.trim_start().starts_with(title)).skip(skip + 1);
            let numbers = lines.map_while(|line| {
                let row: Option<Vec<u32>> = line.split_whitespace().map(|w| w.parse().ok()).collect();
                row.filter(|r| !r.is_empty())
            });
            numbers.collect()
        };
        let successors = rows("PRECEDENCE RELATIONS", 1);
        let successors: Vec<Vec<u32>> =
            successors.iter().map(|r| r.iter().skip(3).map(|s| s.saturating_sub(1)).collect()).collect();
        if successors.is_empty() {
            return Err(RcpspError::Missing { what: "PRECEDENCE RELATIONS" });
        }
        let work: Vec<Vec<u32>> = rows("REQUESTS/DURATIONS", 2);
        if work.len() != successors.len() || work.iter().any(|r| r.len() < 3) {
            return Err(RcpspError::Missing { what: "REQUESTS/DURATIONS" });
        }
        let Some(capacity) = rows("RESOURCEAVAILABILITIES", 1).into_iter().next() else {
            return Err(RcpspError::Missing { what: "RESOURCEAVAILABILITIES" });
        };
        let duration = work.iter().map(|r| r[2]).collect();
        Self::new(duration, work.into_iter().map(|mut r| r.split_off(3)).collect(), capacity, successors)
    }

    /// How many activities there are, those without work counted in.
    pub fn len(&self) -> usize {
        self.duration.len()
    }

    /// True without activities.
    pub fn is_empty(&self) -> bool {
        self.duration.is_empty()
    }

    /// How long each activity lasts, periods.
    pub fn durations(&self) -> &[u32] {
        &self.duration
    }

    /// What each activity holds of each resource.
    pub fn demands(&self) -> &[Vec<u32>] {
        &self.demand
    }

    /// What there is of each resource.
    pub fn capacities(&self) -> &[u32] {
        &self.capacity
    }

    /// Who follows each activity.
    pub fn successors(&self) -> &[Vec<u32>] {
        &self.successors
    }

    /// The length of the critical path without resources, periods.
    pub fn critical_path(&self) -> u32 {
        self.critical_path
    }

    /// No plan is shorter: the critical path, or the busiest resource at its capacity.
    pub fn bound(&self) -> u32 {
        self.bound
    }

    /// The shortest plan that a search finds. The same budget of schedules and seed give the same plan on any
    /// number of threads.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] if the user stops it.
    pub fn search(&self, budget: Budget, seed: u64, progress: &dyn Progress) -> Result<RcpspPlan, Cancelled> {
        let found = search(self, budget, seed, progress)?;
        let (mut room, mut placed) = (self.room(), Placed::default());
        self.forward(&found.order, &mut room, &mut placed);
        Ok(RcpspPlan {
            start: placed.start.iter().map(|s| *s as u32).collect(),
            makespan: found.cost[2] as u32,
            first: found.first[2] as u32,
            schedules: found.schedules,
        })
    }

    /// Whether a plan keeps every link and every capacity.
    pub fn is_kept_by(&self, start: &[u32]) -> bool {
        if start.len() != self.len() {
            return false;
        }
        let finish = |i: usize| start[i] + self.duration[i];
        let linked = |i: usize| self.successors[i].iter().all(|s| start[*s as usize] >= finish(i));
        // Usage can only rise where something starts.
        let within = |at: u32| {
            (0..self.capacity.len()).all(|r| {
                let at_work = (0..self.len()).filter(|i| (start[*i]..finish(*i)).contains(&at));
                at_work.map(|i| self.demand[i][r]).sum::<u32>() <= self.capacity[r]
            })
        };
        (0..self.len()).all(linked) && start.iter().all(|s| within(*s))
    }

    /// Places each activity of `order` as early as what stands before it and the resources allow.
    fn place(&self, order: &[u32], before: &[Vec<u32>], room: &mut Room) -> u32 {
        match self.words {
            1 => self.place_in::<1>(order, before, room),
            _ => self.place_in::<0>(order, before, room),
        }
    }

    /// `W` is the number of words, or 0 for any.
    fn place_in<const W: usize>(&self, order: &[u32], before: &[Vec<u32>], room: &mut Room) -> u32 {
        let words = if W == 0 { self.words } else { W };
        for cell in room.free[..room.used * words].chunks_exact_mut(words) {
            cell.copy_from_slice(&self.free);
        }
        let mut end = 0;
        for a in order {
            let a = *a as usize;
            let mut at = 0;
            for p in &before[a] {
                at = at.max(room.finish[*p as usize]);
            }
            let duration = self.duration[a];
            let demand = &self.packed[a * words..(a + 1) * words];
            if duration > 0 {
                // Cells from `clear` to the end of the window are known to be free.
                let (mut low, mut high) = (at as usize, (at + duration) as usize);
                let mut unknown = high;
                while unknown > low {
                    unknown -= 1;
                    let cell = &room.free[unknown * words..(unknown + 1) * words];
                    if !cell.iter().zip(demand).all(|(c, d)| c.wrapping_sub(*d) & GUARD == GUARD) {
                        let checked = high;
                        at = unknown as u32 + 1;
                        (low, high) = (unknown + 1, unknown + 1 + duration as usize);
                        // The cells between the conflict and the old end are free: go on with the new ones.
                        let found = (checked..high).rev().find(|u| {
                            let cell = &room.free[u * words..(u + 1) * words];
                            !cell.iter().zip(demand).all(|(c, d)| c.wrapping_sub(*d) & GUARD == GUARD)
                        });
                        unknown = found.map_or(low, |u| u + 1);
                    }
                }
                for cell in room.free[low * words..high * words].chunks_exact_mut(words) {
                    cell.iter_mut().zip(demand).for_each(|(c, d)| *c -= d);
                }
            }
            room.finish[a] = at + duration;
            end = end.max(at + duration);
        }
        room.used = end as usize;
        end
    }
}

/// What a decoder works in.
#[derive(Debug)]
pub(crate) struct Room {
    /// What is free in each period, with guards.
    free: Vec<u64>,
    /// Periods that the last plan used.
    used: usize,
    finish: Vec<u32>,
}

impl Decoder for Rcpsp {
    type Room = Room;
    const IN_ORDER: bool = true;

    fn len(&self) -> usize {
        self.duration.len()
    }

    fn successors(&self, activity: usize) -> impl Iterator<Item = u32> {
        self.successors[activity].iter().copied()
    }

    fn predecessors(&self, activity: usize) -> impl Iterator<Item = u32> {
        self.predecessors[activity].iter().copied()
    }

    fn urgency(&self, activity: usize) -> i64 {
        i64::from(self.late_finish[activity])
    }

    fn work(&self, activity: usize) -> i64 {
        self.work[activity]
    }

    fn bound(&self) -> Cost {
        [0, 0, i64::from(self.bound), 0]
    }

    fn room(&self) -> Room {
        let periods = self.duration.iter().map(|d| *d as usize).sum::<usize>() + 1;
        let free = self.free.iter().copied().cycle().take(periods * self.words).collect();
        Room { free, used: periods, finish: vec![0; self.len()] }
    }

    fn forward(&self, order: &[u32], room: &mut Room, placed: &mut Placed) -> Cost {
        let end = self.place(order, &self.predecessors, room);
        placed.start.clear();
        placed.start.extend(room.finish.iter().zip(&self.duration).map(|(f, d)| i64::from(f - d)));
        placed.finish.clear();
        placed.finish.extend(room.finish.iter().map(|f| i64::from(*f)));
        [0, 0, i64::from(end), 0]
    }

    fn backward(&self, order: &[u32], room: &mut Room, placed: &mut Placed) -> bool {
        self.place(order, &self.successors, room);
        // Time runs backward from 0.
        placed.start.clear();
        placed.start.extend(room.finish.iter().map(|f| -i64::from(*f)));
        true
    }
}
