//! Classes as numbers that mean the same in both revisions.

use groma_model::Model;
use rustc_hash::FxHashMap;

/// A number for the class of each element of both models; elements of equal class names get the same.
pub(crate) fn class_keys(old: &Model, new: &Model) -> [Vec<u32>; 2] {
    let mut known: FxHashMap<&str, u32> = FxHashMap::default();
    let mut key = |name| {
        let next = known.len() as u32;
        *known.entry(name).or_insert(next)
    };
    let old = old.elements.iter().map(|e| key(e.class.name())).collect();
    let new = new.elements.iter().map(|e| key(e.class.name())).collect();
    [old, new]
}
