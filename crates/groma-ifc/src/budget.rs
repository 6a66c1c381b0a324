//! How much work one element may be, so that none stalls a file.
//!
//! The kernel calls a hook wherever long work goes on (at each boolean operation, at each prism that is cut, at
//! strides within triangulation). The hook counts for the element that its thread is at; past the allowance it
//! unwinds out of the kernel, and the element is `Failed` (or meshed without its openings). Counts are the same
//! on every machine, so the verdict is too; the clock is only behind them, for work that is slow between two
//! counts.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

/// What one element may use.
#[derive(Clone, Copy)]
pub(crate) struct Allowance {
    /// Calls of the kernel's hook.
    pub(crate) steps: u32,
    /// Time on the clock, far beyond what the steps take.
    pub(crate) time: Duration,
}

/// Ten times what the heaviest element of the models at hand takes: ten to thirty seconds of the kernel.
pub(crate) const ELEMENT: Allowance = Allowance { steps: 50_000, time: Duration::from_secs(120) };

/// Why the kernel did not end by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ended {
    /// The allowance was used up.
    OverBudget,
    /// The kernel panicked.
    Panicked,
}

#[derive(Clone, Copy)]
struct Left {
    steps: u32,
    until: Instant,
}

impl Left {
    fn is_used_up(&self) -> bool {
        self.steps == 0 || Instant::now() > self.until
    }
}

thread_local! {
    static LEFT: Cell<Option<Left>> = const { Cell::new(None) };
}

/// Runs a piece of kernel work within an allowance. Pieces nest: a thread that waits inside the kernel may take
/// up another element, and comes back to the count of the first.
pub(crate) fn within<T>(allowance: Allowance, work: impl FnOnce() -> T) -> Result<T, Ended> {
    ifc_lite_geometry::progress::set_hook(count);
    struct Restore(Option<Left>);
    impl Drop for Restore {
        fn drop(&mut self) {
            LEFT.set(self.0);
        }
    }
    let left = Left { steps: allowance.steps, until: Instant::now() + allowance.time };
    let _restore = Restore(LEFT.replace(Some(left)));
    let done = catch_unwind(AssertUnwindSafe(work));
    // The kernel may catch what the hook throws, and go on with a part.
    if LEFT.get().is_none_or(|left| left.is_used_up()) {
        return Err(Ended::OverBudget);
    }
    done.map_err(|_| Ended::Panicked)
}

/// Runs a piece of the IFC libraries that reads untrusted records; `None` when it panics.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// The hook: cheap, since the kernel calls it often.
fn count() {
    let Some(left) = LEFT.get() else { return };
    if left.is_used_up() {
        resume_unwind(Box::new(()));
    }
    LEFT.set(Some(Left { steps: left.steps - 1, ..left }));
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEW: Allowance = Allowance { steps: 10, time: Duration::from_secs(60) };

    #[test]
    fn work_ends_with_its_answer_its_allowance_or_its_panic() {
        assert_eq!(within(FEW, || 7), Ok(7));
        assert_eq!(within(FEW, || (0..20).for_each(|_| count())), Err(Ended::OverBudget));
        let broken = within(FEW, || -> u32 { resume_unwind(Box::new("broken")) });
        assert_eq!(broken, Err(Ended::Panicked));
        // nothing is left over for the next
        assert_eq!(within(FEW, || (0..9).for_each(|_| count())), Ok(()));
    }

    #[test]
    fn a_piece_within_another_has_its_own_count() {
        let inner = || within(FEW, || (0..20).for_each(|_| count()));
        let outer = within(FEW, || {
            (0..5).for_each(|_| count());
            let ended = inner();
            (0..4).for_each(|_| count());
            ended
        });
        assert_eq!(outer, Ok(Err(Ended::OverBudget)));
    }
}
