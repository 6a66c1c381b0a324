//! How much of a resource is free, as steps in time.

use crate::time::Time;

/// Units that are counted with: ten-thousandths of one.
pub(crate) const UNIT: f64 = 10_000.0;

/// Units as a file states them, in ten-thousandths; none where they are no number.
pub(crate) fn units(of: f64) -> i64 {
    // A programme holds no more than a billion of anything.
    if of.is_finite() { (of.clamp(-1e9, 1e9) * UNIT).round() as i64 } else { 0 }
}

/// What is free from each instant on to the next; the first step begins before all time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Profile {
    steps: Vec<(Time, i64)>,
}

impl Profile {
    /// So much is free from each instant on; `later` in order.
    pub(crate) fn new(first: i64, later: impl Iterator<Item = (Time, i64)>) -> Self {
        let mut steps = vec![(Time::from_minutes(i32::MIN), first)];
        for (at, free) in later {
            match steps.last_mut() {
                Some(last) if last.0 == at => last.1 = free,
                Some(last) if last.1 == free => {}
                _ => steps.push((at, free)),
            }
        }
        Self { steps }
    }

    /// Nothing is free, ever.
    pub(crate) fn empty() -> Self {
        Self::new(0, std::iter::empty())
    }

    pub(crate) fn steps(&self) -> &[(Time, i64)] {
        &self.steps
    }

    /// The most that is ever free.
    pub(crate) fn most(&self) -> i64 {
        self.steps.iter().map(|s| s.1).max().unwrap_or(0)
    }

    /// The step that holds at an instant.
    fn at(&self, at: Time) -> usize {
        self.steps.partition_point(|s| s.0 <= at).saturating_sub(1)
    }

    fn split(&mut self, at: Time) -> usize {
        let k = self.at(at);
        if self.steps[k].0 == at {
            return k;
        }
        let free = self.steps[k].1;
        self.steps.insert(k + 1, (at, free));
        k + 1
    }

    /// Takes units from an instant on to another; a negative number gives them back.
    pub(crate) fn take(&mut self, from: Time, to: Time, units: i64) {
        if from >= to || units == 0 {
            return;
        }
        let first = self.split(from);
        let last = self.split(to);
        self.steps[first..last].iter_mut().for_each(|s| s.1 -= units);
        // Neighbours that are alike are one step.
        for k in [last, first] {
            if k > 0 && k < self.steps.len() && self.steps[k].1 == self.steps[k - 1].1 {
                self.steps.remove(k);
            }
        }
    }

    /// The last step between two instants with less than so much free: when it begins and when it ends, `None`
    /// for never.
    pub(crate) fn last_conflict(&self, from: Time, to: Time, units: i64) -> Option<(Time, Option<Time>)> {
        if from >= to {
            return None;
        }
        let first = self.at(from);
        let last = self.steps.partition_point(|s| s.0 < to);
        let k = (first..last).rev().find(|k| self.steps[*k].1 < units)?;
        Some((self.steps[k].0, self.steps.get(k + 1).map(|s| s.0)))
    }

    /// The first such step.
    pub(crate) fn first_conflict(&self, from: Time, to: Time, units: i64) -> Option<(Time, Option<Time>)> {
        if from >= to {
            return None;
        }
        let first = self.at(from);
        let last = self.steps.partition_point(|s| s.0 < to);
        let k = (first..last).find(|k| self.steps[*k].1 < units)?;
        Some((self.steps[k].0, self.steps.get(k + 1).map(|s| s.0)))
    }

    /// Steps between two instants: (from, to, free).
    pub(crate) fn between(&self, from: Time, to: Time) -> impl Iterator<Item = (Time, Time, i64)> {
        let (first, last) = (self.at(from), self.steps.partition_point(|s| s.0 < to));
        (first..last.max(first)).map(move |k| {
            let end = self.steps.get(k + 1).map_or(to, |s| s.0.min(to));
            (self.steps[k].0.max(from), end, self.steps[k].1)
        })
    }

    /// Unit-minutes that are taken beyond what there is.
    pub(crate) fn lack(&self) -> i64 {
        let spans = self.steps.windows(2).filter(|w| w[0].1 < 0);
        spans.fold(0, |sum: i64, w| sum.saturating_add((-w[0].1).saturating_mul(i64::from(w[1].0 - w[0].0))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(minutes: i32) -> Time {
        Time::from_minutes(minutes)
    }

    #[test]
    fn what_is_taken_is_not_free() {
        let mut profile = Profile::new(3, [(t(100), 1)].into_iter());
        profile.take(t(10), t(20), 2);
        profile.take(t(15), t(30), 1);
        assert_eq!(profile.steps()[1..], [(t(10), 1), (t(15), 0), (t(20), 2), (t(30), 3), (t(100), 1)]);
        assert_eq!(profile.last_conflict(t(0), t(40), 3), Some((t(20), Some(t(30)))));
        assert_eq!(profile.first_conflict(t(0), t(40), 3), Some((t(10), Some(t(15)))));
        assert_eq!(profile.last_conflict(t(30), t(200), 2), Some((t(100), None)));
        assert_eq!(profile.last_conflict(t(20), t(20), 9), None);
        profile.take(t(12), t(18), 1);
        assert_eq!(profile.lack(), 3);
        profile.take(t(12), t(18), -1);
        profile.take(t(15), t(30), -1);
        profile.take(t(10), t(20), -2);
        assert_eq!(profile, Profile::new(3, [(t(100), 1)].into_iter()));
    }
}
