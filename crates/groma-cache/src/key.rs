//! The name of an entry.

use std::fmt;

/// What the bytes of an entry mean: grows when [`crate::store`] or [`crate::entry`] write differently.
const FORMAT: &str = "3";

/// A hash of everything that an entry depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of a STEP text, read by this program. Uses the threads of the caller's rayon pool.
    pub fn of(text: &[u8]) -> Self {
        let mut content = blake3::Hasher::new();
        content.update_rayon(text);
        let mut whole = blake3::Hasher::new();
        for part in [FORMAT, env!("CARGO_PKG_VERSION"), env!("GROMA_CACHE_FINGERPRINT")] {
            whole.update(part.as_bytes()).update(b"\0");
        }
        whole.update(content.finalize().as_bytes());
        Self(*whole.finalize().as_bytes())
    }

    /// The key of other things than models, by parts that tell them from all others.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut whole = blake3::Hasher::new();
        whole.update(b"parts\0");
        for part in parts {
            whole.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        Self(*whole.finalize().as_bytes())
    }

    /// The hash itself.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}
