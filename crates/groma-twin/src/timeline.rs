//! The state of every element at an instant.

use crate::{Role, Work};
use groma_schedule::{Time, WorkCalendar};
use std::collections::HashMap;
use std::sync::Arc;

/// When a task goes on.
#[derive(Clone, Debug)]
pub struct Span {
    /// Its start.
    pub start: Time,
    /// Its finish; not before the start.
    pub finish: Time,
    /// When its work goes on between the two; round the clock without one.
    pub calendar: Option<Arc<WorkCalendar>>,
}

impl Span {
    /// How much of it is done at an instant if it goes on evenly over its working time: 0 to 1. A task without
    /// length is done at its start.
    pub fn done(&self, at: Time) -> f64 {
        if at < self.start || (at == self.start && self.finish > self.start) {
            return 0.0;
        }
        if at >= self.finish {
            return 1.0;
        }
        let worked = |to: Time| match &self.calendar {
            Some(calendar) => calendar.between(self.start, to),
            None => to.minutes() - self.start.minutes(),
        };
        let whole = worked(self.finish);
        if whole <= 0 {
            // No working time lies between: even over the clock.
            let clock = |to: Time| f64::from(to.minutes() - self.start.minutes());
            return clock(at) / clock(self.finish);
        }
        f64::from(worked(at)) / f64::from(whole)
    }
}

/// What is planned to be there of an element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// No task has a part in it.
    Unlinked,
    /// It is not there yet.
    NotStarted,
    /// It is being built.
    UnderWay,
    /// It stands.
    Built,
    /// It is there for a while.
    Temporary,
    /// It is being taken away.
    BeingDemolished,
    /// It was taken away.
    Demolished,
}

impl Stage {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 7] = [
        Self::Unlinked,
        Self::NotStarted,
        Self::UnderWay,
        Self::Built,
        Self::Temporary,
        Self::BeingDemolished,
        Self::Demolished,
    ];

    /// The name in reports: `under_way`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unlinked => "unlinked",
            Self::NotStarted => "not_started",
            Self::UnderWay => "under_way",
            Self::Built => "built",
            Self::Temporary => "temporary",
            Self::BeingDemolished => "being_demolished",
            Self::Demolished => "demolished",
        }
    }
}

/// An element at an instant.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct State {
    /// What there is of it.
    pub stage: Stage,
    /// How far its construction has come by the weights of its tasks, 0 to 1; of its demolition where that goes on.
    pub fraction: f64,
}

/// Elements and tasks over time.
#[derive(Clone, Debug)]
pub struct Timeline {
    tasks: Vec<Span>,
    work: Vec<Work>,
    /// Where the work of each element begins in `work`, and its end behind the last.
    starts: Vec<u32>,
    /// Of each element: its kind.
    kinds: Vec<u32>,
    /// An element of each kind.
    examples: Vec<u32>,
}

/// The work on an element, to be told from that on others.
fn kind_of(work: &[Work]) -> Vec<(u32, Role, u64)> {
    work.iter().map(|w| (w.task, w.role, w.weight.to_bits())).collect()
}

impl Timeline {
    /// Work on elements from 0 to `elements`; the order of the work does not matter.
    ///
    /// # Panics
    ///
    /// If work names an element or a task that is not there.
    pub fn new(elements: usize, tasks: Vec<Span>, mut work: Vec<Work>) -> Self {
        assert!(work.iter().all(|w| (w.element as usize) < elements && (w.task as usize) < tasks.len()));
        work.sort_by_key(|w| (w.element, w.task, w.role));
        let mut starts = vec![0; elements + 1];
        for w in &work {
            starts[w.element as usize + 1] += 1;
        }
        for n in 0..elements {
            starts[n + 1] += starts[n];
        }
        let mut line =
            Self { tasks, work, starts, kinds: Vec::with_capacity(elements), examples: Vec::new() };
        let mut known = HashMap::new();
        for element in 0..elements as u32 {
            let next = line.examples.len() as u32;
            let kind = *known.entry(kind_of(line.work_on(element))).or_insert(next);
            if kind == next {
                line.examples.push(element);
            }
            line.kinds.push(kind);
        }
        line
    }

    /// How many elements there are.
    pub fn elements(&self) -> usize {
        self.starts.len() - 1
    }

    /// When a task goes on.
    ///
    /// # Panics
    ///
    /// If there is no such task.
    pub fn task(&self, task: u32) -> &Span {
        &self.tasks[task as usize]
    }

    /// The work on an element, by task.
    ///
    /// # Panics
    ///
    /// If there is no such element.
    pub fn work_on(&self, element: u32) -> &[Work] {
        let at = element as usize;
        &self.work[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// The state of all elements at an instant.
    pub fn at(&self, at: Time) -> Vec<State> {
        let kinds = self.kinds_at(at);
        self.kinds.iter().map(|&kind| kinds[kind as usize]).collect()
    }

    /// The state of each kind of elements at an instant.
    pub fn kinds_at(&self, at: Time) -> Vec<State> {
        let done: Vec<f64> = self.tasks.iter().map(|task| task.done(at)).collect();
        self.examples.iter().map(|&element| self.state(self.work_on(element), &done, at)).collect()
    }

    /// The kind of each element. Elements of a kind have the same work, and so the same life.
    pub fn kinds(&self) -> &[u32] {
        &self.kinds
    }

    fn state(&self, work: &[Work], done: &[f64], at: Time) -> State {
        let of = |role: Role| work.iter().filter(move |w| w.role == role);
        let begun = |role: Role| of(role).any(|w| self.tasks[w.task as usize].start <= at);
        // A task of no weight still has to be done.
        let over = |role: Role| of(role).all(|w| done[w.task as usize] >= 1.0);
        let share = |role: Role| {
            let (mut sum, mut all, mut plain, mut count) = (0.0, 0.0, 0.0, 0.0);
            for w in of(role) {
                let part = done[w.task as usize];
                sum += w.weight * part;
                all += w.weight;
                plain += part;
                count += 1.0;
            }
            if all > 0.0 { sum / all } else { plain / f64::max(count, 1.0) }
        };
        let has = |role: Role| of(role).next().is_some();
        let state = |stage, fraction| State { stage, fraction };
        if work.is_empty() {
            return state(Stage::Unlinked, 0.0);
        }
        if has(Role::Demolish) && begun(Role::Demolish) {
            return match over(Role::Demolish) {
                true => state(Stage::Demolished, 1.0),
                false => state(Stage::BeingDemolished, share(Role::Demolish)),
            };
        }
        // What is to be built stands in for itself before, where it is there for a while already.
        let waits = has(Role::Construct) && !begun(Role::Construct);
        if has(Role::Construct) && !(waits && has(Role::Temporary)) {
            return match (over(Role::Construct), begun(Role::Construct)) {
                (true, _) => state(Stage::Built, 1.0),
                (false, true) => state(Stage::UnderWay, share(Role::Construct)),
                (false, false) => state(Stage::NotStarted, 0.0),
            };
        }
        if has(Role::Temporary) {
            return match (over(Role::Temporary), begun(Role::Temporary)) {
                (true, _) if waits => state(Stage::NotStarted, 0.0),
                (true, _) => state(Stage::Demolished, 1.0),
                (false, true) => state(Stage::Temporary, 1.0),
                (false, false) => state(Stage::NotStarted, 0.0),
            };
        }
        // Only its demolition is planned: it stands until then.
        state(Stage::Built, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: i32) -> Time {
        Time::from_minutes(n * groma_schedule::DAY)
    }

    fn span(start: i32, finish: i32) -> Span {
        Span { start: day(start), finish: day(finish), calendar: None }
    }

    fn work(task: u32, role: Role, weight: f64) -> Work {
        Work { element: 0, task, role, weight }
    }

    /// The states at days 0 to 8, each as its first letters and its percentage.
    fn life(tasks: &[Span], works: &[Work]) -> String {
        let line = Timeline::new(1, tasks.to_vec(), works.to_vec());
        let shown = |n| {
            let State { stage, fraction } = line.at(day(n))[0];
            format!("{}:{}", &stage.as_str()[..3], (fraction * 100.0).round())
        };
        (0..9).map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lives() {
        let two = [span(1, 3), span(4, 6)];
        let c = |task, weight| work(task, Role::Construct, weight);
        assert_eq!(life(&two, &[]), "unl:0 unl:0 unl:0 unl:0 unl:0 unl:0 unl:0 unl:0 unl:0");
        assert_eq!(
            life(&two, &[c(0, 1.0), c(1, 3.0)]),
            "not:0 und:0 und:13 und:25 und:25 und:63 bui:100 bui:100 bui:100"
        );
        // no weights: equal parts
        assert_eq!(
            life(&two, &[c(0, 0.0), c(1, 0.0)]),
            "not:0 und:0 und:25 und:50 und:50 und:75 bui:100 bui:100 bui:100"
        );
        assert_eq!(
            life(&two, &[work(1, Role::Demolish, 1.0)]),
            "bui:100 bui:100 bui:100 bui:100 bei:0 bei:50 dem:100 dem:100 dem:100"
        );
        assert_eq!(
            life(&two, &[c(0, 1.0), work(1, Role::Demolish, 1.0)]),
            "not:0 und:0 und:50 bui:100 bei:0 bei:50 dem:100 dem:100 dem:100"
        );
        assert_eq!(
            life(&two, &[work(0, Role::Temporary, 1.0), work(1, Role::Temporary, 1.0)]),
            "not:0 tem:100 tem:100 tem:100 tem:100 tem:100 dem:100 dem:100 dem:100"
        );
        // temporary first, built later
        assert_eq!(
            life(&[span(1, 3), span(5, 7)], &[work(0, Role::Temporary, 1.0), work(1, Role::Construct, 1.0)]),
            "not:0 tem:100 tem:100 not:0 not:0 und:0 und:50 bui:100 bui:100"
        );
        // a milestone is done when it is reached
        assert_eq!(
            life(&[span(2, 2)], &[c(0, 1.0)]),
            "not:0 not:0 bui:100 bui:100 bui:100 bui:100 bui:100 bui:100 bui:100"
        );
    }

    #[test]
    fn each_element_has_the_life_of_its_own_work() {
        let of = |element, work: Work| Work { element, ..work };
        let c = |task, weight| work(task, Role::Construct, weight);
        let works =
            [of(0, c(0, 1.0)), of(1, c(1, 1.0)), of(3, c(0, 1.0)), of(4, c(0, 1.0)), of(4, c(1, 1.0))];
        let line = Timeline::new(5, vec![span(1, 3), span(4, 6)], works.to_vec());
        let at = |day_of| line.at(day(day_of)).iter().map(|s| s.stage.as_str()).collect::<Vec<_>>().join(" ");
        assert_eq!(at(2), "under_way not_started unlinked under_way under_way");
        assert_eq!(at(5), "built under_way unlinked built under_way");
    }

    proptest! {
        #[test]
        fn construction_never_goes_back(
            spans in prop::collection::vec((0..40i32, 0..10i32), 1..6),
            weights in prop::collection::vec(0.0..5.0f64, 6),
        ) {
            let tasks: Vec<_> = spans.iter().map(|&(start, length)| span(start, start + length)).collect();
            let works: Vec<_> = (0..tasks.len()).map(|n| work(n as u32, Role::Construct, weights[n])).collect();
            let line = Timeline::new(1, tasks, works);
            let mut last = (Stage::Unlinked, -1.0);
            for n in 0..60 {
                let State { stage, fraction } = line.at(day(n))[0];
                prop_assert!((0.0..=1.0).contains(&fraction));
                prop_assert!(stage >= last.0 && fraction >= last.1 - 1e-12, "{last:?} {stage:?} {fraction}");
                last = (stage, fraction);
            }
            prop_assert_eq!(last.0, Stage::Built);
        }
    }
}
