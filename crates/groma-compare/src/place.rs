//! Pairs by shape and place.

use crate::assign::{Assignment, assign};
use crate::cluster::clusters;
use crate::evidence::{SHAPE_NOISE, doubt, same_storey};
use crate::fingerprint::Fingerprint;
use crate::identify::{Method, Tie};
use crate::matching::{Matching, Side};
use crate::nearest::pair_nearest;
use glam::DVec3;
use groma_geometry::{Aabb, Bvh};
use std::collections::BTreeMap;

/// Groups of more than this on a side are not solved for the least sum.
const MOST: usize = 128;
/// Square metres by which two pairings may differ and be equally good.
const SLACK: f64 = 1e-4;
/// How far an element of one shape among several may have moved, metres.
const FARTHEST: f64 = 10.0;
/// Two elements whose boxes share less than this are not one that was reshaped.
const LEAST_OVERLAP: f64 = 0.25;

const CLASS: usize = 1;
const SHAPE: usize = CLASS + Fingerprint::SHAPE;
const PLACE: usize = SHAPE + 3;

/// The open elements with shapes of both sides, old before new, and their class, shape and place.
struct Placed {
    values: Vec<[f64; PLACE]>,
    olds: u32,
}

impl Placed {
    fn of(m: &Matching<'_>, with_class: bool) -> Self {
        let value = |side: &Side<'_>, i: usize, shift: DVec3| {
            let print = side.prints[i].as_ref();
            let mut value = [f64::NAN; PLACE];
            value[0] = if with_class { f64::from(side.class[i]) } else { 0.0 };
            if let Some(print) = print {
                value[CLASS..SHAPE].copy_from_slice(&print.shape);
                value[SHAPE..].copy_from_slice(&(print.centroid + shift).to_array());
            }
            value
        };
        let olds = (0..m.old.ids.len()).map(|i| value(&m.old, i, m.shift));
        let news = (0..m.new.ids.len()).map(|i| value(&m.new, i, DVec3::ZERO));
        Self { values: olds.chain(news).collect(), olds: m.old.ids.len() as u32 }
    }

    fn open(&self, m: &Matching<'_>) -> Vec<u32> {
        let placed = |side: &Side<'_>, i: &u32| side.print(*i).is_some();
        let olds = m.old.open().filter(|i| placed(&m.old, i));
        let news = m.new.open().filter(|i| placed(&m.new, i)).map(|i| i + self.olds);
        olds.chain(news).collect()
    }

    /// The groups of equal class and shape, and of equal place if asked, that both sides have a part in.
    fn groups(&self, m: &Matching<'_>, with_place: bool) -> Vec<(Vec<u32>, Vec<u32>)> {
        let tolerance = |k: usize, value: f64| match k {
            0 => 0.5,
            k if k < SHAPE => SHAPE_NOISE + 2e-5 * value,
            _ => 1e-3,
        };
        let open = self.open(m);
        let groups = if with_place {
            clusters(&self.values, open, tolerance)
        } else {
            let shapes: Vec<[f64; SHAPE]> =
                self.values.iter().map(|v| std::array::from_fn(|k| v[k])).collect();
            clusters(&shapes, open, tolerance)
        };
        let split = |mut group: Vec<u32>| {
            let at = group.partition_point(|&i| i < self.olds);
            let mut news = group.split_off(at);
            news.iter_mut().for_each(|i| *i -= self.olds);
            (group, news)
        };
        groups.into_iter().map(split).filter(|(o, n)| !o.is_empty() && !n.is_empty()).collect()
    }
}

/// Pairs what has the same shape in the same place; with `with_class` also the same class, without it at
/// least the same name, type or tag.
pub(crate) fn pair_in_place(m: &mut Matching<'_>, with_class: bool) {
    if m.is_done() {
        return;
    }
    let placed = Placed::of(m, with_class);
    for (olds, news) in placed.groups(m, true) {
        let likely = |o: u32, n: u32| {
            let (a, b) = (m.old.element(o), m.new.element(n));
            let same = |x: Option<&str>, y: Option<&str>| x.is_some() && x == y;
            with_class
                || same(a.name.as_deref(), b.name.as_deref())
                || same(a.tag.as_deref(), b.tag.as_deref())
                || same(m.old.type_name(o), m.new.type_name(n))
        };
        let cost = |o: u32, n: u32| likely(o, n).then(|| distance(m, o, n).powi(2) + doubt(m, o, n));
        let found = solve(&olds, &news, SLACK, cost);
        settle(m, Method::Geometry, Tie::SamePlace, &olds, &news, found);
    }
}

/// Pairs what has the same class and shape in another place: first where name, type and storey agree, then
/// with less and less agreement; near ones first.
pub(crate) fn pair_moved(m: &mut Matching<'_>, may_move: &[bool]) {
    if m.is_done() {
        return;
    }
    let placed = Placed::of(m, true);
    for level in 0..4 {
        for (olds, news) in placed.groups(m, false) {
            if !may_move[m.old.class[olds[0] as usize] as usize] {
                continue;
            }
            for (olds, news) in split(m, level, olds, news) {
                let found = if olds.len() <= MOST && news.len() <= MOST {
                    solve(&olds, &news, SLACK, |o, n| {
                        let d = distance(m, o, n);
                        let shape = m.old.print(o).zip(m.new.print(n)).map_or(0.0, |(a, b)| a.difference(b));
                        (d <= FARTHEST).then_some(d * d + (shape * 100.0).powi(2))
                    })
                } else {
                    let at = |side: &Side<'_>, ranks: &[u32], shift: DVec3| -> Vec<DVec3> {
                        let centroid = |&i: &u32| side.print(i).map_or(DVec3::NAN, |p| p.centroid + shift);
                        ranks.iter().map(centroid).collect()
                    };
                    let (old, new) = (at(&m.old, &olds, m.shift), at(&m.new, &news, DVec3::ZERO));
                    pair_nearest(&old, &new, FARTHEST, SLACK)
                };
                settle(m, Method::Geometry, Tie::SameShape, &olds, &news, found);
            }
        }
    }
}

/// Pairs what is of the same class where most of its box was, in another shape.
pub(crate) fn pair_reshaped(m: &mut Matching<'_>, may_move: &[bool]) {
    let mut by_class: BTreeMap<u32, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    for i in m.old.open().filter(|&i| m.old.print(i).is_some()) {
        by_class.entry(m.old.class[i as usize]).or_default().0.push(i);
    }
    for i in m.new.open().filter(|&i| m.new.print(i).is_some()) {
        by_class.entry(m.new.class[i as usize]).or_default().1.push(i);
    }
    for (_, (olds, news)) in by_class.into_iter().filter(|(class, _)| may_move[*class as usize]) {
        for (olds, news) in touching(m, &olds, &news) {
            let cost = |o: u32, n: u32| {
                let overlap = overlap(m, o, n);
                let (a, b) = (m.old.element(o), m.new.element(n));
                let same_type = m.old.type_name(o) == m.new.type_name(n);
                let likely = overlap >= 2.0 * LEAST_OVERLAP
                    || a.name == b.name
                    || (same_type && m.old.type_name(o).is_some());
                let cost = (1.0 - overlap)
                    + if same_type { 0.0 } else { 0.2 }
                    + if a.name == b.name { 0.0 } else { 0.1 };
                (likely && overlap >= LEAST_OVERLAP).then_some(cost)
            };
            let found = solve(&olds, &news, 0.02, cost);
            settle(m, Method::Geometry, Tie::Overlap, &olds, &news, found);
        }
    }
}

fn distance(m: &Matching<'_>, old: u32, new: u32) -> f64 {
    let both = m.old.print(old).zip(m.new.print(new));
    both.map_or(f64::INFINITY, |(a, b)| (a.centroid + m.shift).distance(b.centroid))
}

fn overlap(m: &Matching<'_>, old: u32, new: u32) -> f64 {
    let both = m.old.print(old).zip(m.new.print(new));
    both.map_or(0.0, |(a, b)| b.overlap(a, m.shift))
}

fn solve(olds: &[u32], news: &[u32], slack: f64, cost: impl Fn(u32, u32) -> Option<f64>) -> Assignment {
    if olds.len() > MOST || news.len() > MOST {
        return best_first(olds, news, slack, cost);
    }
    assign(olds.len(), news.len(), slack, &|r, c| cost(olds[r], news[c]))
}

/// Cheap pairs first, of at most [`MOST`] times [`MOST`] costs; a group larger than that is tied as a whole.
fn best_first(olds: &[u32], news: &[u32], slack: f64, cost: impl Fn(u32, u32) -> Option<f64>) -> Assignment {
    if olds.len().saturating_mul(news.len()) > 64 * MOST * MOST {
        return Assignment {
            pairs: Vec::new(),
            tied: vec![((0..olds.len()).collect(), (0..news.len()).collect())],
        };
    }
    let mut edges: Vec<(f64, usize, usize)> = Vec::new();
    for (r, &o) in olds.iter().enumerate() {
        edges.extend(news.iter().enumerate().filter_map(|(c, &n)| Some((cost(o, n)?, r, c))));
    }
    edges.sort_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut result = Assignment::default();
    let (mut rows, mut columns) = (vec![false; olds.len()], vec![false; news.len()]);
    for (at, &(cost, r, c)) in edges.iter().enumerate() {
        if rows[r] || columns[c] {
            continue;
        }
        let rivals = edges[at + 1..].iter().take_while(|e| e.0 <= cost + slack);
        let (mut of_rows, mut of_columns) = (vec![r], vec![c]);
        for &(_, r2, c2) in rivals.filter(|e| (e.1 == r && !columns[e.2]) || (e.2 == c && !rows[e.1])) {
            of_rows.push(r2);
            of_columns.push(c2);
        }
        of_rows.sort_unstable();
        of_rows.dedup();
        of_columns.sort_unstable();
        of_columns.dedup();
        of_rows.iter().for_each(|&r| rows[r] = true);
        of_columns.iter().for_each(|&c| columns[c] = true);
        match (&of_rows[..], &of_columns[..]) {
            (&[r], &[c]) => result.pairs.push((r, c)),
            _ => result.tied.push((of_rows, of_columns)),
        }
    }
    result
}

fn settle(m: &mut Matching<'_>, method: Method, why: Tie, olds: &[u32], news: &[u32], found: Assignment) {
    for (r, c) in found.pairs {
        m.pair(olds[r], news[c], method);
    }
    for (rows, columns) in found.tied {
        let pick = |list: &[u32], at: Vec<usize>| at.into_iter().map(|i| list[i]).collect();
        m.tie(why, pick(olds, rows), pick(news, columns));
    }
}

/// Splits a group by what must agree at a level: 0 name, type and storey; 1 type and storey; 2 type; 3
/// nothing.
fn split<'a>(m: &Matching<'a>, level: u32, olds: Vec<u32>, news: Vec<u32>) -> Vec<(Vec<u32>, Vec<u32>)> {
    if level == 3 {
        return vec![(olds, news)];
    }
    type Key<'k> = (Option<&'k str>, Option<&'k str>, Option<(bool, u32)>);
    let mut groups: BTreeMap<Key<'_>, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    let key = |side: &Side<'a>, i: u32, storey: Option<(bool, u32)>| {
        let element = side.element(i);
        let name = if level == 0 { element.name.as_deref() } else { None };
        (name, side.type_name(i), storey.filter(|_| level < 2))
    };
    for i in olds {
        // The storey in ranks of the new revision, if it has a partner there.
        let storey =
            m.old.storey[i as usize].map(|s| m.old.partner[s as usize].map_or((true, s), |n| (false, n)));
        groups.entry(key(&m.old, i, storey)).or_default().0.push(i);
    }
    for i in news {
        let storey = m.new.storey[i as usize].map(|s| (false, s));
        groups.entry(key(&m.new, i, storey)).or_default().1.push(i);
    }
    groups.into_values().filter(|(o, n)| !o.is_empty() && !n.is_empty()).collect()
}

/// The groups of elements whose boxes overlap enough, directly or through others.
fn touching(m: &Matching<'_>, olds: &[u32], news: &[u32]) -> Vec<(Vec<u32>, Vec<u32>)> {
    let boxes: Vec<Aabb> = news
        .iter()
        .map(|&n| m.new.print(n).map_or(Aabb::EMPTY, |p| Aabb::of([p.min, p.max]).grow(0.005)))
        .collect();
    let tree = Bvh::build(&boxes);
    // Rows come before columns in the forest.
    let mut parent: Vec<usize> = (0..olds.len() + news.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    for (r, &o) in olds.iter().enumerate() {
        let Some(print) = m.old.print(o) else { continue };
        let wanted = Aabb::of([print.min + m.shift, print.max + m.shift]).grow(0.005);
        tree.query(&wanted, |c| {
            let c = c as usize;
            if overlap(m, o, news[c]) >= LEAST_OVERLAP {
                let (a, b) = (root(&mut parent, r), root(&mut parent, olds.len() + c));
                parent[a.max(b)] = a.min(b);
            }
        });
    }
    let mut groups: BTreeMap<usize, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    for i in 0..parent.len() {
        let group = groups.entry(root(&mut parent, i)).or_default();
        match i.checked_sub(olds.len()) {
            None => group.0.push(olds[i]),
            Some(c) => group.1.push(news[c]),
        }
    }
    groups.into_values().filter(|(o, n)| !o.is_empty() && !n.is_empty()).collect()
}

/// True where elements of equal name are likely to be one: their shapes agree, they overlap, or they stand
/// in the same storey.
pub(crate) fn is_near(m: &Matching<'_>, old: u32, new: u32) -> bool {
    same_storey(m, old, new)
        || overlap(m, old, new) > 0.0
        || crate::evidence::same_shape(m, old, new)
        || (m.old.print(old).is_none() && m.new.print(new).is_none())
}
