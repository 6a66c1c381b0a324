//! What an issue is, and why its clashes are one, in words.

use groma_clash::{Clash, DepthKind, Grouper, Grouping, Issue, Scene, Subject};
use groma_exchange::clash_text::{length, length_at_least};
use std::collections::{BTreeMap, BTreeSet};

/// How many kinds of partners are named before the rest is counted.
const KINDS: usize = 3;

/// An element as a person calls it.
fn called(scene: &Scene<'_>, s: Subject) -> String {
    let element = scene.element(s);
    match element.name.as_deref() {
        Some(name) if !name.is_empty() => format!("{} {name:?}", element.class.name()),
        _ => format!("{} {}", element.class.name(), element.key.global_id),
    }
}

/// The size of the worst clash: a depth, which may be a lower bound, else a distance.
fn size(clashes: &[&Clash]) -> String {
    let depth = |c: &&&Clash| c.depth.unwrap_or(f64::NEG_INFINITY);
    let deepest = clashes.iter().filter(|c| c.depth.is_some()).max_by(|x, y| depth(x).total_cmp(&depth(y)));
    let is_bound = clashes.iter().any(|c| c.depth_kind == Some(DepthKind::LowerBound));
    let nearest = clashes.iter().map(|c| c.distance).min_by(f64::total_cmp).unwrap_or(0.0);
    let kind = clashes.iter().map(|c| c.kind).min().map_or("", |k| k.as_str());
    let say = if is_bound { length_at_least } else { length };
    match deepest.and_then(|c| c.depth).map(say) {
        Some(depth) if clashes.len() > 1 && is_bound => format!("{kind}, the deepest at least {depth}"),
        Some(depth) if clashes.len() > 1 => format!("{kind}, up to {depth} deep"),
        Some(depth) if is_bound => format!("{kind}, at least {depth} deep"),
        Some(depth) => format!("{kind}, {depth} deep"),
        None if nearest > 0.0 => format!("{kind}, {} apart", length(nearest)),
        None => kind.to_owned(),
    }
}

/// The elements that all clashes have in common.
fn common(clashes: &[&Clash]) -> Option<Subject> {
    let first = clashes.first()?;
    [first.a, first.b].into_iter().find(|&s| clashes.iter().all(|c| c.a == s || c.b == s))
}

/// Elements by kind, the most frequent first: `12 IfcPipeSegment Water pipe, 3 others`.
fn kinds(grouper: &Grouper<'_>, of: &BTreeSet<Subject>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for &s in of {
        *counts.entry(grouper.kind(s)).or_insert(0) += 1;
    }
    let mut sorted: Vec<(String, usize)> = counts.into_iter().collect();
    sorted.sort_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(&y.0)));
    let others: usize = sorted.iter().skip(KINDS).map(|(_, n)| n).sum();
    let mut words: Vec<String> = sorted.iter().take(KINDS).map(|(kind, n)| format!("{n} {kind}")).collect();
    if others > 0 {
        words.push(format!("{others} others"));
    }
    words.join(", ")
}

/// What an issue is, in a line.
pub(crate) fn title(scene: &Scene<'_>, grouper: &Grouper<'_>, issue: &Issue, clashes: &[&Clash]) -> String {
    let Some(first) = clashes.first() else { return String::new() };
    let size = size(clashes);
    if clashes.len() == 1 {
        return format!("{} and {}: {size}", called(scene, first.a), called(scene, first.b));
    }
    if let Some(hub) = common(clashes) {
        let others = clashes.iter().map(|c| if c.a == hub { c.b } else { c.a }).collect();
        return format!("{} and {}: {size}", called(scene, hub), kinds(grouper, &others));
    }
    let places = issue.places.max(1);
    match issue.grouping {
        Grouping::Repetition | Grouping::Place => {
            let [a, b] = [grouper.kind(first.a), grouper.kind(first.b)];
            format!("{a} and {b}: {size}, in {places} places")
        }
        Grouping::Single | Grouping::Run | Grouping::Element => {
            let of: BTreeSet<Subject> = clashes.iter().flat_map(|c| [c.a, c.b]).collect();
            format!("{}: {size}, {} clashes", kinds(grouper, &of), clashes.len())
        }
    }
}

/// Why the clashes of an issue are one.
pub(crate) fn why(scene: &Scene<'_>, grouper: &Grouper<'_>, issue: &Issue, clashes: &[&Clash]) -> String {
    let n = clashes.len();
    let storeys = storeys(grouper, clashes);
    let on = match storeys.len() {
        0 => String::new(),
        1 => format!(" on {}", storeys[0]),
        k => format!(" on {k} storeys"),
    };
    match issue.grouping {
        Grouping::Single => format!("the only clash of its two elements{on}"),
        Grouping::Run => format!("a run of joined elements crosses the same element {n} times{on}"),
        Grouping::Element => match common(clashes) {
            Some(hub) => format!("all {n} clashes are of {}{on}", called(scene, hub)),
            None => format!("all {n} clashes are of one run of joined elements{on}"),
        },
        Grouping::Repetition => format!(
            "the same detail {n} times{on}: two elements of the same types, equally placed to each other and \
             equally deep"
        ),
        Grouping::Place => {
            let field = |c: &&Clash| grouper.fields().words(&grouper.fields().of(c.point));
            let of_first = clashes.first().map(field).unwrap_or_default();
            // An issue keeps its clashes, though one may have moved on.
            let near =
                if clashes.iter().all(|c| field(c) == of_first) { of_first } else { "several fields".into() };
            format!("{n} clashes of elements of the same two kinds in {near}{on}")
        }
    }
}

/// The storeys of an issue, sorted.
pub(crate) fn storeys(grouper: &Grouper<'_>, clashes: &[&Clash]) -> Vec<String> {
    let of = |c: &&Clash| grouper.storey(c.a).or_else(|| grouper.storey(c.b)).map(str::to_owned);
    clashes.iter().filter_map(of).collect::<BTreeSet<String>>().into_iter().collect()
}
