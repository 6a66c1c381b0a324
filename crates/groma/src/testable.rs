//! Whether a rule has a pair to test: one that has none is a mistake, and no pass.

use crate::rules::{Planner, Result};
use groma_clash::{Exclusion, Subject, exclusion_of};
use groma_exchange::project_file::Spanned;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A side of a rule: the text that names it, and what it selects.
pub(crate) struct Side<'a> {
    /// Where it stands; the rule's name where it is not stated.
    pub(crate) text: &'a Spanned<String>,
    /// What the rule calls it.
    pub(crate) what: &'static str,
    /// What it selects.
    pub(crate) of: &'a [Subject],
}

impl Planner<'_> {
    /// The elements of a set that a rule can test: those with a shape that are not left out by their class.
    ///
    /// # Errors
    ///
    /// A set without one.
    fn testable(&self, side: &Side<'_>, exclusions: bool) -> Result<BTreeSet<Subject>> {
        let mut found = BTreeSet::new();
        let mut left_out: BTreeMap<Exclusion, usize> = BTreeMap::new();
        for &s in side.of {
            let m = &self.project.models[s.model as usize];
            let is_meshed =
                |mesh: u32| m.shapes.meshes.get(mesh as usize).is_some_and(|x| !x.triangles.is_empty());
            if !m.shapes.of(s.element).iter().any(|i| is_meshed(i.mesh)) {
                continue;
            }
            match exclusion_of(&m.model.element(s.element).class, exclusions) {
                Some(why) => *left_out.entry(why).or_insert(0) += 1,
                None => {
                    found.insert(s);
                }
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
        let what = match left_out.iter().next() {
            None => format!("{} selects no element with a shape", side.what),
            Some((why, _)) => {
                let n: usize = left_out.values().sum();
                let kind = match why {
                    Exclusion::Space => "spaces and other spatial elements",
                    Exclusion::Feature => "openings and other features",
                    Exclusion::Virtual => "virtual elements",
                    _ => "elements without a physical body",
                };
                format!(
                    "{} selects {n} elements with a shape, and all are {kind}: these are never tested",
                    side.what
                )
            }
        };
        Err(Box::new(self.config.mistake(side.text.span(), what)))
    }

    /// Checks that there is a pair to test: one element of each side, of different models where these alone count.
    ///
    /// # Errors
    ///
    /// A side without an element that can be tested, or two sides that make no pair.
    pub(crate) fn check_pairs(
        &self,
        a: &Side<'_>,
        b: &Side<'_>,
        exclusions: bool,
        between_models: bool,
        at: Range<usize>,
    ) -> Result<()> {
        let (x, y) = (self.testable(a, exclusions)?, self.testable(b, exclusions)?);
        let models: BTreeSet<u32> = x.iter().chain(&y).map(|s| s.model).collect();
        let what = if between_models && models.len() == 1 {
            let model = models.first().map_or("", |&m| &*self.project.models[m as usize].model.label);
            format!("there is no pair to test: all elements are of the model `{model}`")
        } else if x.len() == 1 && x == y {
            "there is no pair to test: both sides are the same single element".to_owned()
        } else {
            return Ok(());
        };
        Err(Box::new(self.config.mistake(at, what)))
    }
}
