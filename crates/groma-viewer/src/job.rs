//! Work in a thread of its own, asked for frame by frame.

use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::sync::{Mutex, PoisonError};

/// What the names of threads begin with that work on models, rather than draw them.
pub const WORKER: &str = "work: ";

/// Work that goes on in a thread of its own.
pub struct Job<T>(Mutex<Receiver<T>>);

/// What is heard of a job.
pub enum Heard<T> {
    /// It goes on.
    Nothing,
    /// It is done.
    Done(T),
    /// Its thread ended early, by a panic or because there is none.
    Died,
}

impl<T: Send + 'static> Job<T> {
    /// Begins work.
    pub fn start(name: &str, work: impl FnOnce() -> T + Send + 'static) -> Self {
        let (sender, receiver) = channel();
        let thread =
            std::thread::Builder::new().name(format!("{WORKER}{name}")).stack_size(groma::WORKER_STACK);
        // Without a thread the channel is closed, which is told.
        drop(thread.spawn(move || {
            let _ = sender.send(work());
        }));
        Self(Mutex::new(receiver))
    }

    /// Whether it is done by now.
    pub fn hear(&mut self) -> Heard<T> {
        match self.0.get_mut().unwrap_or_else(PoisonError::into_inner).try_recv() {
            Ok(done) => Heard::Done(done),
            Err(TryRecvError::Empty) => Heard::Nothing,
            Err(TryRecvError::Disconnected) => Heard::Died,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Heard, Job};

    fn end<T: Send + 'static>(mut job: Job<T>) -> Option<T> {
        loop {
            match job.hear() {
                Heard::Nothing => std::thread::yield_now(),
                Heard::Done(done) => return Some(done),
                Heard::Died => return None,
            }
        }
    }

    #[test]
    fn what_is_done_is_heard_and_what_dies_is_told() {
        assert_eq!(end(Job::start("one", || 7)), Some(7));
        assert_eq!(end(Job::start("two", || -> u8 { panic!("the panic of this test") })), None);
    }
}
