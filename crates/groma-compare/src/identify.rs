//! Which element of the new revision is which of the old.

use crate::matching::Matching;
use crate::place::{is_near, pair_in_place, pair_moved, pair_reshaped};
use crate::relatives::{Relatives, pair_relatives, pair_shapeless, tie_relatives};
use crate::shift::common_shift;
use crate::spatial::pair_spatial;
use crate::{Revision, evidence};
use glam::DVec3;
use groma_model::{Cancelled, ElementId, Progress};
use rustc_hash::FxHashMap;

/// What a pair rests on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Method {
    /// A person said so.
    Alias,
    /// The same GlobalId.
    Guid,
    /// The same tag, which no other element of the class has.
    Tag,
    /// The same class and name, which no other element has.
    Name,
    /// The same shape in the same place or, failing that, elsewhere; or another shape in the same place.
    Geometry,
    /// The only one of its class with the same host, filling, whole or part.
    Structure,
}

impl Method {
    /// All of them, the surest first.
    pub const ALL: [Self; 6] =
        [Self::Alias, Self::Guid, Self::Tag, Self::Name, Self::Geometry, Self::Structure];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alias => "alias",
            Self::Guid => "guid",
            Self::Tag => "tag",
            Self::Name => "name",
            Self::Geometry => "geometry",
            Self::Structure => "structure",
        }
    }

    /// How sure a pair of this method is, 0 to 1, when its elements agree on this share of what is known.
    pub(crate) fn score(self, share: f64) -> f64 {
        let (base, rest) = match self {
            Self::Alias | Self::Guid => (1.0, 0.0),
            Self::Tag => (0.7, 0.3),
            Self::Name | Self::Structure => (0.5, 0.4),
            Self::Geometry => (0.3, 0.65),
        };
        base + rest * share
    }
}

/// Why a group cannot be resolved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tie {
    /// Several of the same shape stand in the same place.
    SamePlace,
    /// Several of the same shape are equally near.
    SameShape,
    /// Several overlap equally.
    Overlap,
    /// Several of a class have the same host, whole, part or container, and no shape to tell them apart.
    SameRelatives,
}

impl Tie {
    /// The words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SamePlace => "same shape in the same place",
            Self::SameShape => "same shape, equally near",
            Self::Overlap => "equal overlap",
            Self::SameRelatives => "same class and relatives",
        }
    }
}

/// An element of the old revision and the one of the new that it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pair {
    /// In the old model.
    pub old: ElementId,
    /// In the new model.
    pub new: ElementId,
    /// What it rests on.
    pub method: Method,
    /// How sure it is, 0 to 1: 1 for aliases and GlobalIds; for the others it grows with the share of what is
    /// known of both (class, tag, name, type, storey, shape, place) that agrees.
    pub score: f64,
}

/// Elements of which one cannot say which is which. If there are as many old as new ones, all are still
/// there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ambiguous {
    /// Why.
    pub why: Tie,
    /// In the old model, by GlobalId.
    pub old: Vec<ElementId>,
    /// In the new model, by GlobalId.
    pub new: Vec<ElementId>,
}

/// Who is who. Each element is in exactly one of the lists.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Identity {
    /// By the GlobalId of the old element.
    pub pairs: Vec<Pair>,
    /// Elements of the old model that the new one has not, by GlobalId.
    pub removed: Vec<ElementId>,
    /// Elements of the new model that the old one had not, by GlobalId.
    pub added: Vec<ElementId>,
    /// Groups that cannot be resolved, by their first GlobalId.
    pub ambiguous: Vec<Ambiguous>,
}

/// Pairs the elements of two revisions of a model.
///
/// `aliases` are pairs that a person gave and that hold whatever else speaks against them. What is left is
/// paired by GlobalId; then by tag; by shape and place; by name; by relatives. Where GlobalIds were made
/// anew (of most elements, or of most of a class), also what has the same shape elsewhere and what has
/// another shape in the same place. O(n log n) but for small groups, which are solved for the least sum.
///
/// # Errors
///
/// The user's stop.
pub fn identify(
    old: &Revision<'_>,
    new: &Revision<'_>,
    aliases: &[(ElementId, ElementId)],
    progress: &dyn Progress,
) -> Result<Identity, Cancelled> {
    let _span = tracing::info_span!("identify", model = &*new.model.label).entered();
    let mut m = Matching::new(old, new);
    progress.check()?;
    for &(o, n) in aliases {
        let (o, n) = (m.old.ranks[o.index()], m.new.ranks[n.index()]);
        m.pair(o, n, Method::Alias);
    }
    let id = |side: &crate::matching::Side<'_>, i: u32| Some(side.element(i).key.global_id.clone());
    m.pair_by_key(Method::Guid, false, id, |_, _, _| true);
    if !m.is_done() {
        pair_remade(&mut m, progress)?;
    }
    Ok(finish(m))
}

/// What GlobalIds do not pair.
fn pair_remade(m: &mut Matching<'_>, progress: &dyn Progress) -> Result<(), Cancelled> {
    let may_move = remade(m);
    pair_spatial(m);
    pair_by_tag(m);
    progress.check()?;
    m.shift = shift(m);
    pair_in_place(m, true);
    m.pair_by_key(
        Method::Name,
        true,
        |side, i| {
            let name = side.element(i).name.as_deref().filter(|n| !n.is_empty())?;
            Some((side.class[i as usize], name))
        },
        is_near,
    );
    progress.check()?;
    let relatives = Relatives::of(m);
    pair_relatives(m, &relatives);
    pair_moved(m, &may_move);
    pair_reshaped(m, &may_move);
    pair_in_place(m, false);
    pair_relatives(m, &relatives);
    tie_relatives(m, &relatives);
    pair_shapeless(m, &may_move);
    Ok(())
}

/// By tag within a class; then across classes where at least half of the rest agrees.
fn pair_by_tag(m: &mut Matching<'_>) {
    let tag = |side: &crate::matching::Side<'_>, i: u32| {
        side.element(i).tag.clone().filter(|t| !t.trim().is_empty())
    };
    // A tag alone, with nothing else alike, is a number that was given out again.
    let likely = |least: f64| move |m: &Matching<'_>, o, n| evidence::share(m, o, n) >= least;
    m.pair_by_key(Method::Tag, true, |side, i| Some((side.class[i as usize], tag(side, i)?)), likely(0.45));
    m.pair_by_key(Method::Tag, true, tag, likely(0.6));
}

/// For each class whether its GlobalIds seem to be made anew: where they are kept, what has lost its partner
/// is gone and what has none is new.
fn remade(m: &Matching<'_>) -> Vec<bool> {
    /// Fewer elements do not speak for a class.
    const FEWEST: usize = 5;
    let classes = m.old.class.iter().chain(&m.new.class).max().map_or(0, |&c| c as usize + 1);
    let mut counts = vec![[0usize; 3]; classes];
    m.old.class.iter().for_each(|&c| counts[c as usize][0] += 1);
    m.new.class.iter().for_each(|&c| counts[c as usize][1] += 1);
    m.pairs.iter().for_each(|p| counts[m.old.class[p.0 as usize] as usize][2] += 1);
    let few = |[old, new, kept]: [usize; 3], fewest| old.min(new) >= fewest && 2 * kept < old.min(new);
    let all = few([m.old.ids.len(), m.new.ids.len(), m.pairs.len()], 1);
    counts.into_iter().map(|count| all || few(count, FEWEST)).collect()
}

/// By how much the model moved: by the pairs found so far or, if these are few, by the shapes that
/// occur once on either side.
fn shift(m: &Matching<'_>) -> DVec3 {
    let vector = |o: u32, n: u32| Some(m.new.print(n)?.centroid - m.old.print(o)?.centroid);
    let of_pairs: Vec<DVec3> = m.pairs.iter().filter_map(|p| vector(p.0, p.1)).collect();
    let shapes = m.old.prints.iter().flatten().count().min(m.new.prints.iter().flatten().count());
    if 4 * of_pairs.len() >= shapes {
        return common_shift(&of_pairs);
    }
    /// The element of a class and shape; `None` where there are several.
    type Only = FxHashMap<(u32, [i64; 3]), Option<u32>>;
    let mut only: [Only; 2] = Default::default();
    for (side, only) in [&m.old, &m.new].into_iter().zip(&mut only) {
        for rank in side.open() {
            let Some(print) = side.print(rank) else { continue };
            // Rounding may part what is one: enough is left to see a shift by.
            let shape = [0, 2, 5].map(|k| (print.shape[k] * 200.0).round() as i64);
            let key = (side.class[rank as usize], shape);
            only.entry(key).and_modify(|known| *known = None).or_insert(Some(rank));
        }
    }
    let [of_old, of_new] = only;
    let mut pairs: Vec<(u32, u32)> =
        of_old.into_iter().filter_map(|(key, o)| Some((o?, (*of_new.get(&key)?)?))).collect();
    pairs.sort_unstable();
    let vectors: Vec<DVec3> = pairs.into_iter().filter_map(|(o, n)| vector(o, n)).collect();
    common_shift(&vectors)
}

fn finish(m: Matching<'_>) -> Identity {
    let mut pairs = m.pairs;
    pairs.sort_unstable_by_key(|p| p.0);
    let mut ambiguous: Vec<(Vec<u32>, Ambiguous)> = m
        .ties
        .into_iter()
        .map(|(why, mut old, mut new)| {
            old.sort_unstable();
            new.sort_unstable();
            let ids = |side: &crate::matching::Side<'_>, list: &[u32]| -> Vec<ElementId> {
                list.iter().map(|&i| side.ids[i as usize]).collect()
            };
            let group = Ambiguous { why, old: ids(&m.old, &old), new: ids(&m.new, &new) };
            (old, group)
        })
        .collect();
    ambiguous.sort_by(|a, b| a.0.cmp(&b.0));
    Identity {
        pairs: pairs
            .into_iter()
            .map(|(o, n, method, score)| Pair {
                old: m.old.ids[o as usize],
                new: m.new.ids[n as usize],
                method,
                score: (score * 1000.0).round() / 1000.0,
            })
            .collect(),
        removed: m.old.open().map(|i| m.old.ids[i as usize]).collect(),
        added: m.new.open().map(|i| m.new.ids[i as usize]).collect(),
        ambiguous: ambiguous.into_iter().map(|(_, group)| group).collect(),
    }
}
