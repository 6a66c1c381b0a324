//! How many meshes are placed for an element, told from the records alone: maps of maps multiply, and a few
//! kilobytes may ask for a billion.

use crate::attributes::Step;
use crate::bodies::{is_not_a_body, mapped_items};
use rustc_hash::FxHashMap;

/// Mapped items may map mapped items; deeper than this they are a cycle.
const DEEPEST: usize = 16;
/// What one element may place.
const MOST_OF_ELEMENT: u64 = 20_000;
/// What a file may place beside one for each so many of its bytes: a use of a map takes a record of its own.
const MOST_OF_FILE: u64 = 200_000;
const BYTES_EACH: u64 = 16;

/// How many items each map comes to.
pub(crate) struct Weights(FxHashMap<u32, u64>);

impl Weights {
    pub(crate) fn of(step: Step<'_>) -> Self {
        let mut weights = Self(FxHashMap::default());
        for row in step.scan.rows("IFCREPRESENTATIONMAP") {
            weights.map(step, step.scan.id(row), 0);
        }
        weights
    }

    fn map(&mut self, step: Step<'_>, map: u32, depth: usize) -> u64 {
        if let Some(&known) = self.0.get(&map) {
            return known;
        }
        if depth > DEEPEST {
            return 0;
        }
        // One that is met again while it is counted is a cycle.
        self.0.insert(map, 0);
        let items = mapped_items(step, map);
        let mut sum = 0_u64;
        for item in items {
            let weight = match maps(step, item) {
                Some(map) => self.map(step, map, depth + 1),
                None => 1,
            };
            sum = sum.saturating_add(weight);
        }
        self.0.insert(map, sum);
        sum
    }

    /// The items that the shape of an element comes to.
    pub(crate) fn shape(&self, step: Step<'_>, representations: &[u32]) -> u64 {
        let mut sum = 0_u64;
        for &id in representations {
            let Some(a) = step.record(id) else { continue };
            if is_not_a_body(&a) {
                continue;
            }
            for item in a.references(3) {
                let map = maps(step, item);
                sum = sum.saturating_add(map.map_or(1, |map| self.0.get(&map).copied().unwrap_or(0)));
            }
        }
        sum
    }

    /// True when the file has no maps, so that no element places more than its own records.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The map of a mapped item.
fn maps(step: Step<'_>, item: u32) -> Option<u32> {
    step.instance(item, &["IFCMAPPEDITEM"])?.reference(0)
}

/// Which elements place more than is allowed, of their own or after all before them.
pub(crate) fn too_many(weights: &[u64], bytes: usize) -> Vec<bool> {
    let mut left = MOST_OF_FILE + bytes as u64 / BYTES_EACH;
    let one = |&weight: &u64| {
        let over = weight > MOST_OF_ELEMENT || weight > left;
        if !over {
            left -= weight;
        }
        over
    };
    weights.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_places_too_much_is_told_of_each_and_of_all() {
        assert_eq!(too_many(&[1, MOST_OF_ELEMENT + 1, 2], 0), [false, true, false]);
        let many = too_many(&[MOST_OF_ELEMENT; 20], 0);
        assert_eq!(many.iter().filter(|over| **over).count(), 10);
        assert!(too_many(&[MOST_OF_ELEMENT; 20], 1 << 23).iter().all(|over| !over));
    }
}
