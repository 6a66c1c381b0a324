//! The identity of an element across files, runs and revisions.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// An element's identity: the label of its model and its GlobalId.
///
/// Neither express ids nor paths take part, so a re-export or a move of the file keeps the key. A
/// GlobalId that occurs again in the same file carries an ordinal behind it, in file order: the second
/// is `0abc…~2` (`~` is not in the alphabet of GlobalIds).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementKey {
    /// The model's label: the file's stem, or what the user called it.
    pub model: Arc<str>,
    /// The GlobalId as the file writes it, with its ordinal if it is not the first of its name.
    pub global_id: Arc<str>,
}

impl fmt::Display for ElementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.model, self.global_id)
    }
}

impl fmt::Debug for ElementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Hands out the keys of one model, in file order.
pub struct KeyMaker {
    model: Arc<str>,
    seen: HashMap<Arc<str>, u32>,
}

impl KeyMaker {
    /// A maker of keys for the model with this label.
    pub fn new(model: Arc<str>) -> Self {
        Self { model, seen: HashMap::new() }
    }

    /// The key of the next element of the file, and how often its GlobalId has been seen before.
    pub fn next(&mut self, global_id: &str) -> (ElementKey, u32) {
        let id: Arc<str> = global_id.into();
        let times = self.seen.entry(id.clone()).or_insert(0);
        *times += 1;
        let before = *times - 1;
        let global_id = if before == 0 { id } else { format!("{id}~{}", before + 1).into() };
        (ElementKey { model: self.model.clone(), global_id }, before)
    }
}

#[cfg(test)]
mod tests {
    use super::KeyMaker;

    #[test]
    fn a_repeated_global_id_gets_an_ordinal_in_file_order() {
        let mut keys = KeyMaker::new("arch".into());
        let made: Vec<String> = ["A", "B", "A", "A"].iter().map(|id| keys.next(id).0.to_string()).collect();
        assert_eq!(made, ["arch/A", "arch/B", "arch/A~2", "arch/A~3"]);
    }
}
