//! What changed of the elements that both revisions have.

use crate::attributes::{AttributeChange, Context, place_changes};
use crate::fingerprint::Fingerprint;
use crate::identify::{Identity, Pair};
use crate::motion::{Motion, motion};
use crate::points::Body;
use crate::properties::{EqualSets, PropertyChange, property_changes};
use crate::reshape::{Reshape, measure, motion_of_most};
use crate::shift::common_shift;
use crate::{LENGTH_NOISE, Revision};
use glam::DVec3;
use groma_model::{Cancelled, Progress};
use rayon::prelude::*;

/// What changed of one element; at least one of the fields says something.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// The element.
    pub pair: Pair,
    /// How it moved, beyond [`Comparison::shift`].
    pub moved: Option<Motion>,
    /// How its shape changed.
    pub reshaped: Option<Reshape>,
    /// Attributes, type, container, materials.
    pub attributes: Vec<AttributeChange>,
    /// Properties and quantities.
    pub properties: Vec<PropertyChange>,
}

/// Two revisions of a model beside each other.
#[derive(Clone, PartialEq, Debug)]
pub struct Comparison {
    /// Who is who.
    pub identity: Identity,
    /// By how much the model as a whole moved, metres: what at least four of five elements share. What
    /// moved with it is not listed as moved.
    pub shift: DVec3,
    /// What changed of where the model says that it stands.
    pub place: Vec<AttributeChange>,
    /// What changed, by the GlobalId of the old element.
    pub changes: Vec<Change>,
}

impl Comparison {
    /// True when nothing changed: neither elements, nor anything of them, nor their place.
    pub fn is_equal(&self) -> bool {
        self.identity.added.is_empty()
            && self.identity.removed.is_empty()
            && self.identity.ambiguous.iter().all(|group| group.old.len() == group.new.len())
            && self.shift == DVec3::ZERO
            && self.place.is_empty()
            && self.changes.is_empty()
    }
}

/// What became of the shape of a pair, before the shift of the whole is known.
enum Seen {
    /// Neither has a shape.
    Nothing,
    Moved(Motion),
    Reshaped(Box<Reshape>),
}

/// Says what changed of the elements that an identity pairs.
///
/// # Errors
///
/// The user's stop.
pub fn compare(
    old: &Revision<'_>,
    new: &Revision<'_>,
    identity: Identity,
    progress: &dyn Progress,
) -> Result<Comparison, Cancelled> {
    let _span = tracing::info_span!("compare", model = &*new.model.label).entered();
    let pairs = &identity.pairs;
    progress.begin(&format!("comparing {}", new.model.label), pairs.len() as u64);
    let prints = [old, new].map(Fingerprint::all);
    let seen = pairs
        .par_iter()
        .with_min_len(64)
        .map(|pair| {
            progress.check()?;
            progress.advance(1);
            Ok(see(old, new, &prints, pair))
        })
        .collect::<Result<Vec<Seen>, Cancelled>>()?;
    let vectors: Vec<DVec3> = seen
        .iter()
        .filter_map(|seen| match seen {
            Seen::Moved(motion) => Some(motion.vector),
            Seen::Nothing | Seen::Reshaped(_) => None,
        })
        .collect();
    let shift = common_shift(&vectors);
    let context = Context::new(old, new, pairs);
    let equal = EqualSets::of(old.model, new.model, pairs);
    let changes = pairs
        .par_iter()
        .zip(seen)
        .with_min_len(64)
        .filter_map(|(pair, seen)| {
            let (moved, reshaped) = match seen {
                Seen::Nothing => (None, None),
                Seen::Moved(motion) => (Some(motion), None),
                Seen::Reshaped(reshape) => {
                    let both = reshape.old.is_some() && reshape.new.is_some();
                    let body = |revision, id| Body::of(revision, id);
                    let moved =
                        both.then(|| motion_of_most(&body(old, pair.old), &body(new, pair.new), shift));
                    (moved.flatten(), Some(*reshape))
                }
            };
            let moved = moved
                .map(|m| Motion { vector: m.vector - shift, turn: m.turn })
                .filter(|m| m.turn.is_some() || m.vector.length() > LENGTH_NOISE);
            let attributes = context.changes(pair);
            let properties = property_changes(old, new, pair, &equal);
            let change = Change { pair: *pair, moved, reshaped, attributes, properties };
            let any = change.moved.is_some()
                || change.reshaped.is_some()
                || !change.attributes.is_empty()
                || !change.properties.is_empty();
            any.then_some(change)
        })
        .collect();
    progress.end();
    let place = place_changes(&old.model.place, &new.model.place);
    Ok(Comparison { identity, shift, place, changes })
}

fn see(old: &Revision<'_>, new: &Revision<'_>, prints: &[Vec<Option<Fingerprint>>; 2], pair: &Pair) -> Seen {
    let (before, after) = (prints[0][pair.old.index()], prints[1][pair.new.index()]);
    if let (Some(a), Some(b)) = (&before, &after) {
        let (body, later) = (Body::of(old, pair.old), Body::of(new, pair.new));
        if let Some(motion) = motion((a, &body), (b, &later)) {
            return Seen::Moved(motion);
        }
    }
    if before.is_none() && after.is_none() {
        return Seen::Nothing;
    }
    Seen::Reshaped(Box::new(Reshape {
        old: before.map(|p| measure(old, pair.old, &p)),
        new: after.map(|p| measure(new, pair.new, &p)),
    }))
}
