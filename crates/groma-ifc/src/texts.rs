//! Texts that occur many times in a file, kept once.

use rustc_hash::{FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// Keeps each distinct text once; shared by the threads of one reading.
#[derive(Default)]
pub(crate) struct Texts {
    shards: [Mutex<FxHashSet<Arc<str>>>; 32],
}

impl Texts {
    /// The shared copy of a text.
    pub(crate) fn get(&self, text: &str) -> Arc<str> {
        let mut hasher = FxHasher::default();
        text.hash(&mut hasher);
        let shard = &self.shards[(hasher.finish() >> 32) as usize % self.shards.len()];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = shard.get(text) {
            return known.clone();
        }
        let new: Arc<str> = text.into();
        shard.insert(new.clone());
        new
    }
}
