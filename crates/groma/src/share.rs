//! The progress of one file as its share of the whole.

use groma_model::Progress;
use std::sync::atomic::{AtomicU64, Ordering};

/// Turns the steps of one piece of work into its share of a larger one, so that files read side by side
/// move one bar.
pub(crate) struct Share<'a> {
    whole: &'a dyn Progress,
    /// The steps of the whole that this piece is worth.
    worth: u64,
    steps: AtomicU64,
    done: AtomicU64,
    told: AtomicU64,
}

impl<'a> Share<'a> {
    pub(crate) fn new(whole: &'a dyn Progress, worth: u64) -> Self {
        let zero = || AtomicU64::new(0);
        Self { whole, worth, steps: zero(), done: zero(), told: zero() }
    }

    /// Tells the whole what of this share was not told yet.
    pub(crate) fn finish(&self) {
        self.tell(self.worth);
    }

    fn tell(&self, target: u64) {
        let told = self.told.fetch_max(target, Ordering::Relaxed);
        if target > told {
            self.whole.advance(target - told);
        }
    }
}

impl Progress for Share<'_> {
    fn begin(&self, _what: &str, steps: u64) {
        self.steps.store(steps, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
    }

    fn advance(&self, steps: u64) {
        let done = self.done.fetch_add(steps, Ordering::Relaxed) + steps;
        let of = self.steps.load(Ordering::Relaxed).max(1);
        let target = (u128::from(self.worth) * u128::from(done.min(of)) / u128::from(of)) as u64;
        self.tell(target);
    }

    fn cancelled(&self) -> bool {
        self.whole.cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sum(AtomicU64);
    impl Progress for Sum {
        fn advance(&self, steps: u64) {
            self.0.fetch_add(steps, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_share_never_tells_more_than_its_worth() {
        let sum = Sum(AtomicU64::new(0));
        let share = Share::new(&sum, 100);
        share.begin("meshing", 3);
        share.advance(1);
        assert_eq!(sum.0.load(Ordering::Relaxed), 33);
        share.advance(7);
        share.begin("again", 2);
        share.advance(1);
        share.finish();
        assert_eq!(sum.0.load(Ordering::Relaxed), 100);
    }
}
