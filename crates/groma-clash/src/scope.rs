//! How much of a rule is tested: all of it, a share of it, or what is not known yet.

use crate::{Clash, Subject};

/// Verdicts from an earlier run.
pub trait Known: Sync {
    /// The verdict on a pair, the lesser key first, where it is known: `Some(None)` for no clash.
    fn verdict(&self, a: Subject, b: Subject) -> Option<Option<Clash>>;
}

/// One of several parts that a rule is tested in, by processes that know nothing of each other.
///
/// The scene is cut to as many tiles in plan, each with about as many elements. A pair belongs to the tile
/// that holds the lower corner of what its two boxes share, so that every pair belongs to exactly one; a
/// tile looks at all elements that reach into it, with the distance of the rule as a halo.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shard {
    /// Which one, from 1.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

impl Shard {
    /// Reads `2/8`.
    pub fn parse(text: &str) -> Option<Self> {
        let (index, of) = text.split_once('/')?;
        let shard = Self { index: index.trim().parse().ok()?, of: of.trim().parse().ok()? };
        (1..=shard.of).contains(&shard.index).then_some(shard)
    }
}

/// How much of a rule is tested.
#[derive(Clone, Copy, Default)]
pub struct Scope<'a> {
    /// Only the pairs of this part. What is counted of elements is that of the whole rule, what is counted of
    /// pairs that of the part.
    pub shard: Option<Shard>,
    /// What needs no test.
    pub known: Option<&'a dyn Known>,
    /// Say of which pairs there is a verdict.
    pub remember: bool,
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn shards_are_read() {
        assert_eq!(Shard::parse("2/8"), Some(Shard { index: 2, of: 8 }));
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0", "-1/2"] {
            assert_eq!(Shard::parse(wrong), None, "{wrong}");
        }
    }
}
