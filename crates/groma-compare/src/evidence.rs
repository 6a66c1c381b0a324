//! What speaks for two elements being one.

use crate::LENGTH_NOISE;
use crate::matching::Matching;

/// From how much on two shapes differ, metres: twice the noise of a mesh's points.
pub(crate) const SHAPE_NOISE: f64 = 5e-4;

/// The share of facts on which two elements agree among those that either of them has, 0 to 1: class, tag,
/// name, type, predefined type, storey, shape, place.
pub(crate) fn share(m: &Matching<'_>, old: u32, new: u32) -> f64 {
    let (o, n) = (m.old.element(old), m.new.element(new));
    let (mut agree, mut known) = (0.0, 0.0);
    let mut fact = |weight: f64, is_known: bool, agrees: bool| {
        if is_known {
            known += weight;
            agree += if agrees { weight } else { 0.0 };
        }
    };
    fact(2.0, true, m.old.class[old as usize] == m.new.class[new as usize]);
    fact(3.0, o.tag.is_some() || n.tag.is_some(), o.tag == n.tag);
    fact(2.0, o.name.is_some() || n.name.is_some(), o.name == n.name);
    let (of_old, of_new) = (m.old.type_name(old), m.new.type_name(new));
    fact(2.0, of_old.is_some() || of_new.is_some(), of_old == of_new);
    fact(
        1.0,
        o.predefined_type.is_some() || n.predefined_type.is_some(),
        o.predefined_type == n.predefined_type,
    );
    let (of_old, of_new) = (m.old.storey[old as usize], m.new.storey[new as usize]);
    fact(1.0, of_old.is_some() || of_new.is_some(), same_storey(m, old, new));
    let (of_old, of_new) = (m.old.print(old), m.new.print(new));
    fact(2.0, of_old.is_some() || of_new.is_some(), same_shape(m, old, new));
    let near = of_old
        .zip(of_new)
        .is_some_and(|(a, b)| (a.centroid + m.shift).distance(b.centroid) <= 10.0 * LENGTH_NOISE);
    fact(2.0, of_old.is_some() || of_new.is_some(), near);
    agree / known
}

/// True when both have shapes and these agree but for noise.
pub(crate) fn same_shape(m: &Matching<'_>, old: u32, new: u32) -> bool {
    let both = m.old.print(old).zip(m.new.print(new));
    both.is_some_and(|(a, b)| a.difference(b) <= SHAPE_NOISE + 2e-5 * a.shape[5])
}

/// True when both stand in storeys that are paired with each other.
pub(crate) fn same_storey(m: &Matching<'_>, old: u32, new: u32) -> bool {
    let storey = m.old.storey[old as usize].and_then(|s| m.old.partner[s as usize]);
    storey.is_some() && storey == m.new.storey[new as usize]
}

/// What a pair of equal shape and place costs for what else it does not agree on, in the unit of square
/// metres that [`crate::place`] adds it to.
pub(crate) fn doubt(m: &Matching<'_>, old: u32, new: u32) -> f64 {
    let (o, n) = (m.old.element(old), m.new.element(new));
    let differs = [
        o.tag != n.tag,
        o.name != n.name,
        m.old.type_name(old) != m.new.type_name(new),
        o.predefined_type != n.predefined_type,
        o.object_type != n.object_type,
        o.description != n.description,
        m.old.storey[old as usize].is_some() && !same_storey(m, old, new),
        !same_whole(m, old, new),
    ];
    differs.into_iter().filter(|d| *d).count() as f64
}

/// False when they are parts of wholes that are not paired with each other.
fn same_whole(m: &Matching<'_>, old: u32, new: u32) -> bool {
    let whole =
        |side: &crate::matching::Side<'_>, rank| side.element(rank).whole.map(|id| side.ranks[id.index()]);
    let (of_old, of_new) = (whole(&m.old, old), whole(&m.new, new));
    of_old.map(|w| m.old.partner[w as usize]) == of_new.map(Some)
}
