//! How a stage tells how far it is, and learns that it should stop.

use thiserror::Error;

/// Told by a stage what it does; asked whether to go on. `&()` listens to nothing and never stops.
pub trait Progress: Sync {
    /// A piece of work begins: what it is ("meshing arch") and how many steps it has.
    fn begin(&self, what: &str, steps: u64) {
        let _ = (what, steps);
    }
    /// So many more steps of the piece of work begun last are done. Called from any thread.
    fn advance(&self, steps: u64) {
        let _ = steps;
    }
    /// The piece of work begun last is over.
    fn end(&self) {}
    /// True once the user wants it to stop; stages ask often and end with [`Cancelled`].
    fn cancelled(&self) -> bool {
        false
    }
    /// [`Cancelled`] if the user wants it to stop.
    fn check(&self) -> Result<(), Cancelled> {
        if self.cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

impl Progress for () {}

/// The user stopped the work; nothing was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("stopped by the user")]
pub struct Cancelled;
