//! From a scene and a rule to clashes.

use crate::exclude::Together;
use crate::penetrate::Scratch;
use crate::select::{Candidate, Selection, build_bodies, report, select};
use crate::tile::Tile;
use crate::verdict::{reach, verdict};
use crate::{Clash, ClashRun, Exclusion, Rule, RuleKind, Scene, Scope, Tally};
use groma_geometry::{Aabb, Bvh};
use groma_model::{Cancelled, Progress};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
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
    detect_in(scene, rule, &Scope::default(), progress)
}

/// [`detect`] in a share of the pairs, or with verdicts that are known already: the shards of a rule together,
/// and a run with known verdicts alone, find what the whole finds, to the last bit.
///
/// # Errors
///
/// As [`detect`].
pub fn detect_in(
    scene: &Scene<'_>,
    rule: &Rule,
    scope: &Scope<'_>,
    progress: &dyn Progress,
) -> Result<ClashRun, DetectError> {
    let _span = info_span!("detect", rule = %rule.name).entered();
    check_lengths(rule)?;
    progress.check()?;
    let mut run = ClashRun::default();
    let selection = info_span!("select").in_scope(|| select(scene, rule, &mut run.tally))?;
    let sources = info_span!("prepare").in_scope(|| selection.sources(scene, progress))?;
    let candidates = info_span!("place").in_scope(|| selection.candidates(scene, &sources));
    report(scene, &candidates, &mut run);
    let tile = scope.shard.map(|shard| {
        let boxes: Vec<Aabb> = candidates.iter().map(|c| c.aabb).collect();
        Tile::of(shard, &boxes)
    });
    let pairs = info_span!("broad")
        .in_scope(|| broad(scene, rule, &selection, &candidates, tile.as_ref(), &mut run.tally));
    let subjects = |&(i, j): &(u32, u32)| (candidates[i as usize].subject, candidates[j as usize].subject);
    let known: Vec<Option<Option<Clash>>> = scope.known.map_or_else(Vec::new, |known| {
        let verdict = |pair| {
            let (a, b) = subjects(pair);
            known.verdict(a, b)
        };
        pairs.iter().map(verdict).collect()
    });
    // Those whose verdict is not known, by their places among all.
    let open: Vec<(u32, (u32, u32))> = (0..)
        .zip(&pairs)
        .filter(|(k, _)| known.get(*k as usize).is_none_or(Option::is_none))
        .map(|(k, p)| (k, *p))
        .collect();
    info_span!("build").in_scope(|| build_bodies(&candidates, open.iter().map(|o| o.1), reach(rule)));
    progress.begin("testing pairs", open.len() as u64);
    run.tested = open.len();
    let found: Result<Vec<(u32, Clash)>, Cancelled> =
        info_span!("narrow", pairs = open.len()).in_scope(|| {
            let test = |scratch: &mut Scratch, &(k, (i, j)): &(u32, (u32, u32))| {
                progress.check()?;
                let (a, b) = (&candidates[i as usize], &candidates[j as usize]);
                let clash = verdict(a, b, rule, scene.frame, scratch);
                progress.advance(1);
                Ok(clash.map(|clash| (k, clash)))
            };
            let open = by_place(&candidates, open);
            let found = open.par_iter().with_min_len(4).map_init(Scratch::default, test);
            let mut found: Vec<(u32, Clash)> =
                found.filter_map(Result::transpose).collect::<Result<_, _>>()?;
            found.sort_by_cached_key(|f| f.0);
            Ok(found)
        });
    progress.end();
    let (mut found, mut known) = (found?.into_iter().peekable(), known.into_iter());
    let outcome = |k| match known.next().flatten() {
        Some(known) => known,
        None => found.next_if(|f| f.0 == k).map(|f| f.1),
    };
    run.clashes = (0..pairs.len() as u32).filter_map(outcome).collect();
    if scope.remember {
        run.pairs = pairs.iter().map(subjects).collect();
    }
    // To give back what so many shapes hold takes a while, too.
    let _span = info_span!("release").entered();
    candidates.into_par_iter().with_min_len(64).for_each(drop);
    sources.release();
    Ok(run)
}

/// From this many pairs on, it is worth while to go by their places.
const MANY: usize = 1 << 12;

/// Puts pairs that stand near each other one after the other: much of what one needs is then still at hand from the
/// one before.
fn by_place(candidates: &[Candidate<'_>], pairs: Vec<(u32, (u32, u32))>) -> Vec<(u32, (u32, u32))> {
    if pairs.len() < MANY {
        return pairs;
    }
    let all = candidates.iter().fold(Aabb::EMPTY, |sum, c| sum.join(&c.aabb));
    let codes: Vec<u64> = candidates.iter().map(|c| all.along_curve(c.aabb.centre()).into()).collect();
    let place = |i: u32, j: u32| {
        let (x, y) = (codes[i as usize], codes[j as usize]);
        x.min(y) << 30 | x.max(y)
    };
    let mut order: Vec<(u64, u32)> =
        pairs.iter().zip(0..).map(|(&(_, (i, j)), at)| (place(i, j), at)).collect();
    order.par_sort_unstable();
    order.iter().map(|&(_, at)| pairs[at as usize]).collect()
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
    tile: Option<&Tile>,
    tally: &mut Tally,
) -> Vec<(u32, u32)> {
    let reach = reach(rule);
    let boxes: Vec<Aabb> = candidates.iter().map(|c| c.aabb).collect();
    let seen = |b: &Aabb| tile.is_none_or(|tile| tile.sees(&b.grow(reach)));
    // Boxes that grow half-way towards each other meet where they are near enough, but for rounding.
    let half = |b: &Aabb| if reach > 0.0 { b.grow(reach * 0.5).widened() } else { *b };
    let grown: Vec<Aabb> = boxes.iter().map(|b| if seen(b) { half(b) } else { Aabb::EMPTY }).collect();
    let mut near: Vec<(u32, u32)> = Vec::new();
    Bvh::build(&grown).pairs_within_itself(|i, j| near.push((i.min(j), i.max(j))));
    near.par_sort_unstable();
    let homes = scene.homes();
    let together: Vec<Option<Together<'_>>> = (0..)
        .zip(&scene.models)
        .map(|(m, part)| (rule.exclusions && homes[m as usize] == m).then(|| Together::new(part.model)))
        .collect();
    let asked = |&(i, j): &(u32, u32)| {
        let (a, b) = (&candidates[i as usize], &candidates[j as usize]);
        if !boxes[i as usize].grow(reach).overlaps(&boxes[j as usize])
            || !selection.asks_for(&rule.pairs, a.subject, b.subject)
            || tile.is_some_and(|tile| !tile.owns(&boxes[i as usize], &boxes[j as usize]))
        {
            return None;
        }
        let [home, other] = [a, b].map(|c| homes[c.subject.model as usize]);
        let (a, b) = (a.subject.element, b.subject.element);
        if home == other && a == b {
            return None;
        }
        let known = together[home as usize].as_ref().filter(|_| home == other);
        Some((i, j, known.and_then(|t| t.pair(a, b))))
    };
    let found: Vec<(u32, u32, Option<Exclusion>)> =
        near.par_iter().with_min_len(256).filter_map(asked).collect();
    let mut pairs = Vec::with_capacity(found.len());
    tally.candidates += found.len();
    for (i, j, why) in found {
        match why {
            Some(why) => *tally.excluded_pairs.entry(why).or_insert(0) += 1,
            None => pairs.push((i, j)),
        }
    }
    pairs
}
