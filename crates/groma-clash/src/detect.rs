//! From a scene and a rule to clashes.

use crate::exclude::Together;
use crate::select::{Candidate, Selection, build_bodies, report, select};
use crate::verdict::{reach, verdict};
use crate::{Clash, ClashRun, Exclusion, Rule, RuleKind, Scene, Tally};
use groma_geometry::{Aabb, Bvh};
use groma_model::{Cancelled, Progress};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use thiserror::Error;
use tracing::info_span;

/// Why there is no verdict.
#[derive(Clone, PartialEq, Debug, Error)]
pub enum DetectError {
    /// A length of the rule is negative or not a number.
    #[error("{what} must be a length of 0 or more metres, not {value}")]
    Length {
        /// `tolerance` or `distance`.
        what: &'static str,
        /// What it is.
        value: f64,
    },
    /// A set of the rule is empty, or no element of it has a shape.
    #[error("{set} selects no element with a shape")]
    NothingSelected {
        /// Which set: `A`, `B` or `the rule`.
        set: &'static str,
    },
    /// The user stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Tests the pairs of a rule, in parallel over candidate pairs.
///
/// With `rule.exclusions`, what belongs together is left out and counted. Without, nothing is left out but
/// openings and other `IfcFeatureElementSubtraction`s, and spatial elements: they are not physical, and
/// everything else that has a mesh is tested with everything else.
///
/// Solids are closed, consistently wound meshes (weld at 10 µm) with volume, all else is a surface. A
/// surface that passes deeper than the tolerance into a solid, or through another surface, is hard with
/// [`crate::DepthKind::Surface`].
///
/// # Errors
///
/// A negative or undefined length, a set that selects nothing with a shape, or the user's stop.
pub fn detect(scene: &Scene<'_>, rule: &Rule, progress: &dyn Progress) -> Result<ClashRun, DetectError> {
    let _span = info_span!("detect", rule = %rule.name).entered();
    check_lengths(rule)?;
    progress.check()?;
    let mut run = ClashRun::default();
    let selection = info_span!("select").in_scope(|| select(scene, rule, &mut run.tally))?;
    let sources = info_span!("prepare").in_scope(|| selection.sources(scene, progress))?;
    let candidates = info_span!("place").in_scope(|| selection.candidates(scene, &sources));
    report(scene, &candidates, &mut run.tally, &mut run.diagnostics);
    let pairs = info_span!("broad").in_scope(|| broad(scene, rule, &selection, &candidates, &mut run.tally));
    info_span!("build").in_scope(|| build_bodies(&candidates, &pairs));
    progress.begin("testing pairs", pairs.len() as u64);
    let found: Result<Vec<Option<Clash>>, Cancelled> =
        info_span!("narrow", pairs = pairs.len()).in_scope(|| {
            pairs
                .par_iter()
                .with_min_len(4)
                .map(|&(i, j)| {
                    progress.check()?;
                    let clash = verdict(&candidates[i as usize], &candidates[j as usize], rule, scene.frame);
                    progress.advance(1);
                    Ok(clash)
                })
                .collect()
        });
    progress.end();
    run.clashes = found?.into_iter().flatten().collect();
    Ok(run)
}

fn check_lengths(rule: &Rule) -> Result<(), DetectError> {
    let distance = match rule.kind {
        RuleKind::Clearance { distance } => distance,
        RuleKind::Hard | RuleKind::Touching | RuleKind::Duplicate => 0.0,
    };
    for (what, value) in [("tolerance", rule.tolerance), ("distance", distance)] {
        if !(value >= 0.0 && value.is_finite()) {
            return Err(DetectError::Length { what, value });
        }
    }
    Ok(())
}

/// The pairs that the rule asks for, whose boxes are near enough, and which do not belong together; the
/// first of a pair has the lesser key, and the list is sorted.
fn broad(
    scene: &Scene<'_>,
    rule: &Rule,
    selection: &Selection,
    candidates: &[Candidate<'_>],
    tally: &mut Tally,
) -> Vec<(u32, u32)> {
    let reach = reach(rule);
    let boxes: Vec<Aabb> = candidates.iter().map(|c| c.aabb).collect();
    let tree = Bvh::build(&boxes);
    let together: Vec<Option<Together<'_>>> =
        scene.models.iter().map(|m| rule.exclusions.then(|| Together::new(m.model))).collect();
    let per_element: Vec<Vec<(u32, Option<Exclusion>)>> = (0..boxes.len())
        .into_par_iter()
        .with_min_len(32)
        .map(|i| {
            let probe = boxes[i].grow(reach);
            let a = candidates[i].subject;
            let mut found = Vec::new();
            tree.query(&probe, |j| {
                let b = candidates[j as usize].subject;
                let asked = j as usize > i && selection.asks_for(&rule.pairs, a, b);
                if asked && probe.overlaps(&boxes[j as usize]) {
                    let known = together[a.model as usize].as_ref().filter(|_| a.model == b.model);
                    found.push((j, known.and_then(|t| t.pair(a.element, b.element))));
                }
            });
            found.sort_unstable();
            found
        })
        .collect();
    let mut pairs = Vec::new();
    for (i, found) in per_element.into_iter().enumerate() {
        tally.candidates += found.len();
        for (j, why) in found {
            match why {
                Some(why) => *tally.excluded_pairs.entry(why).or_insert(0) += 1,
                None => pairs.push((i as u32, j)),
            }
        }
    }
    pairs
}
