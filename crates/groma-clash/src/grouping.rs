//! From thousands of clashes to a list of issues: what one decision settles is one issue.

use crate::fields::{Field, Fields};
use crate::{Clash, ClashKey, Kind, Scene, Subject};
use glam::DVec3;
use groma_model::{ElementId, ElementKey, Model};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;

/// The identity of an issue: a hash of the least of its clash keys when it was first seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssueKey(pub [u8; 16]);

impl IssueKey {
    /// The key of an issue of these clashes: the first 16 bytes of SHA-256 over `issue` and the least key.
    pub fn of(clashes: impl IntoIterator<Item = ClashKey>) -> Self {
        let least = clashes.into_iter().min().unwrap_or(ClashKey([0; 16]));
        let mut hash = Sha256::new();
        hash.update(b"issue\0");
        hash.update(least.0);
        let mut key = [0; 16];
        key.copy_from_slice(&hash.finalize()[..16]);
        Self(key)
    }
}

impl fmt::Display for IssueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for IssueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why clashes are one issue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Grouping {
    /// There is one clash.
    Single,
    /// All are of one run of pipes, ducts or trays and one other element or run.
    Run,
    /// The same detail in several places.
    Repetition,
    /// All are of one element or run.
    Element,
    /// Elements of the same two kinds in one field of one storey.
    Place,
}

impl Grouping {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Single, Self::Run, Self::Repetition, Self::Element, Self::Place];

    /// The word for it in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Run => "run",
            Self::Repetition => "repetition",
            Self::Element => "element",
            Self::Place => "place",
        }
    }
}

/// Clashes that one decision settles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    /// The identity.
    pub key: IssueKey,
    /// Why they are one.
    pub grouping: Grouping,
    /// The clashes: indices into the list that was grouped, in the order of their keys.
    pub clashes: Vec<usize>,
    /// In how many places: pairs of elements or runs.
    pub places: usize,
}

/// Details are the same when heights, horizontal distances, depths and gaps differ by no more, in metres.
pub const SAME_DETAIL: f64 = 0.005;

/// A node: an element, or the run that it belongs to, by its least element.
type Node = Subject;

/// What grouping knows of a scene.
pub struct Grouper<'a> {
    scene: &'a Scene<'a>,
    /// Per model: the least element of the run of each element, where there is a run.
    runs: Vec<Vec<ElementId>>,
    fields: Fields,
}

impl<'a> Grouper<'a> {
    /// Finds the runs: elements of a distribution system that are joined through ports or connected.
    pub fn new(scene: &'a Scene<'a>) -> Self {
        let runs = scene.models.iter().map(|m| runs(m.model)).collect();
        Self { scene, runs, fields: Fields::default() }
    }

    /// Cuts storeys to these fields.
    pub fn with_fields(self, fields: Fields) -> Self {
        Self { fields, ..self }
    }

    /// The fields that storeys are cut to.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Groups the clashes of one rule.
    ///
    /// First, all clashes between two elements or runs are one place. Then, again and again, the largest of
    /// these becomes an issue: all places of one element or run, or all places of the same detail (elements of
    /// the same two types, as far apart in height and in plan, as deep; see [`SAME_DETAIL`]). Of what is left
    /// alone, elements of the same two kinds in one field of one storey ([`Fields`]) are one issue. Duplicates
    /// are never in one issue with other clashes.
    ///
    /// The result depends on the elements and their keys alone, never on the order of clashes or files; the
    /// issues stand in the order of their keys.
    pub fn group(&self, clashes: &[&Clash]) -> Vec<Issue> {
        let (duplicate, other): (Vec<usize>, Vec<usize>) =
            (0..clashes.len()).partition(|&i| clashes[i].kind == Kind::Duplicate);
        let mut issues = self.group_kind(clashes, other);
        issues.extend(self.group_kind(clashes, duplicate));
        issues.sort_by_key(|i| i.key);
        issues
    }

    fn group_kind(&self, clashes: &[&Clash], mut of: Vec<usize>) -> Vec<Issue> {
        of.sort_by_key(|&i| clashes[i].key);
        // The nodes in the order of their keys, which no order of files or instances changes.
        let mut by_key: BTreeMap<&ElementKey, u32> = BTreeMap::new();
        for &i in &of {
            for node in self.nodes(clashes[i]) {
                by_key.insert(&self.scene.element(node).key, 0);
            }
        }
        by_key.values_mut().zip(0..).for_each(|(at, n)| *at = n);
        let at = |node: Node| by_key[&self.scene.element(node).key];
        let mut places: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
        for &i in &of {
            let [a, b] = self.nodes(clashes[i]).map(at);
            places.entry((a.min(b), a.max(b))).or_default().push(i);
        }
        let places: Vec<Place> =
            places.into_iter().map(|(nodes, clashes)| Place { nodes, clashes }).collect();
        let mut sets: Vec<(Grouping, Vec<usize>)> = vec![(Grouping::Element, Vec::new()); by_key.len()];
        for (p, place) in places.iter().enumerate() {
            sets[place.nodes.0 as usize].1.push(p);
            if place.nodes.0 != place.nodes.1 {
                sets[place.nodes.1 as usize].1.push(p);
            }
        }
        sets.extend(self.details(clashes, &places).into_iter().map(|set| (Grouping::Repetition, set)));
        let mut taken = vec![false; places.len()];
        let mut issues: Vec<(Grouping, Vec<usize>)> = Vec::new();
        for set in cover(&sets, &mut taken) {
            let left = set.1;
            issues.push((set.0, left));
        }
        let alone = (0..places.len()).filter(|&p| !taken[p]);
        let mut cells: BTreeMap<Cell, Vec<usize>> = BTreeMap::new();
        for p in alone {
            cells.entry(self.cell(clashes[places[p].clashes[0]])).or_default().push(p);
        }
        issues.extend(cells.into_values().map(|set| (Grouping::Place, set)));
        issues
            .into_iter()
            .map(|(grouping, set)| {
                let mut members: Vec<usize> =
                    set.iter().flat_map(|&p| places[p].clashes.iter().copied()).collect();
                members.sort_by_key(|&i| clashes[i].key);
                let grouping = match (set.len(), members.len()) {
                    (_, 1) => Grouping::Single,
                    (1, _) => Grouping::Run,
                    _ => grouping,
                };
                Issue {
                    key: IssueKey::of(members.iter().map(|&i| clashes[i].key)),
                    grouping,
                    clashes: members,
                    places: set.len(),
                }
            })
            .collect()
    }

    /// The nodes of a clash; an element that clashes within its own run stands for itself.
    fn nodes(&self, clash: &Clash) -> [Node; 2] {
        let of = |s: Subject| Subject { element: self.runs[s.model as usize][s.element.index()], ..s };
        let (a, b) = (of(clash.a), of(clash.b));
        if a == b { [clash.a, clash.b] } else { [a, b] }
    }

    /// Sets of at least two places that are the same detail.
    fn details(&self, clashes: &[&Clash], places: &[Place]) -> Vec<Vec<usize>> {
        let mut subjects: Vec<Subject> = Vec::new();
        for place in places {
            let clash = clashes[place.clashes[0]];
            subjects.extend([clash.a, clash.b]);
        }
        subjects.sort_unstable();
        subjects.dedup();
        let centres: FxHashMap<Subject, DVec3> = subjects.par_iter().map(|&s| (s, self.centre(s))).collect();
        let mut kinds: BTreeMap<[String; 2], Vec<(usize, [f64; 4])>> = BTreeMap::new();
        for (p, place) in places.iter().enumerate() {
            // Of a run that crosses an element many times no single crossing is the detail.
            let [clash] = place.clashes[..] else { continue };
            let c = clashes[clash];
            let mut sides = [(self.kind(c.a), centres[&c.a]), (self.kind(c.b), centres[&c.b])];
            sides.sort_by(|x, y| x.0.cmp(&y.0));
            let apart = sides[1].1 - sides[0].1;
            // Two of one kind have no first and second.
            let height = if sides[0].0 == sides[1].0 { apart.z.abs() } else { apart.z };
            let detail = [height, apart.truncate().length(), c.depth.unwrap_or(0.0), c.distance];
            let [(a, _), (b, _)] = sides;
            kinds.entry([a, b]).or_default().push((p, detail));
        }
        kinds.into_values().flat_map(same).filter(|set| set.len() > 1).collect()
    }

    /// The centre of an element's box.
    fn centre(&self, s: Subject) -> DVec3 {
        let shapes = self.scene.models[s.model as usize].shapes;
        let mut bounds: Option<(DVec3, DVec3)> = None;
        for instance in shapes.of(s.element) {
            for &p in &shapes.meshes[instance.mesh as usize].positions {
                let p = instance.placement.transform_point3(p);
                bounds = Some(bounds.map_or((p, p), |(lo, hi)| (lo.min(p), hi.max(p))));
            }
        }
        let (lo, hi) = bounds.unwrap_or_default();
        (lo + hi) / 2.0
    }

    /// What kind of thing an element is: its class, and the name of its type or its own without numbers behind.
    pub fn kind(&self, s: Subject) -> String {
        let model = self.scene.models[s.model as usize].model;
        let element = model.element(s.element);
        let of_type = model.type_of(s.element).and_then(|t| t.name.as_deref());
        let name = of_type.or(element.name.as_deref()).unwrap_or_default();
        let name =
            name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '-' | '_' | ' ' | '.'));
        match name {
            "" => element.class.name().to_owned(),
            name => format!("{} {name}", element.class.name()),
        }
    }

    /// The name of the storey that an element stands in.
    pub fn storey(&self, s: Subject) -> Option<&'a str> {
        let model = self.scene.models[s.model as usize].model;
        model.element(model.storey(s.element)?).name.as_deref()
    }

    fn cell(&self, clash: &Clash) -> Cell {
        let mut kinds = [clash.a, clash.b].map(|s| self.kind(s));
        kinds.sort();
        let storey = self.storey(clash.a).or_else(|| self.storey(clash.b));
        (kinds, storey.map(str::to_owned), self.fields.of(clash.point))
    }
}

/// The kinds of two elements, the storey and the field of it.
type Cell = ([String; 2], Option<String>, Field);

/// All clashes between two nodes.
struct Place {
    nodes: (u32, u32),
    clashes: Vec<usize>,
}

/// The least element of the run of each element; itself where it is in none.
fn runs(model: &Model) -> Vec<ElementId> {
    let mut up: Vec<u32> = (0..model.elements.len() as u32).collect();
    fn root(up: &mut [u32], mut at: u32) -> u32 {
        while up[at as usize] != at {
            up[at as usize] = up[up[at as usize] as usize];
            at = up[at as usize];
        }
        at
    }
    let key = |i: u32| &model.elements[i as usize].key;
    let mut join = |a: ElementId, b: ElementId| {
        let (a, b) = (root(&mut up, a.0), root(&mut up, b.0));
        // The least key leads, so that a re-export in another order keeps the run.
        let (least, other) = if key(a) <= key(b) { (a, b) } else { (b, a) };
        up[other as usize] = least;
    };
    let is_service = |id: ElementId| {
        let class = &model.element(id).class;
        class.is_a("IfcDistributionElement") && !class.is_a("IfcFlowTerminal")
    };
    let relations = &model.relations;
    let mut ports: FxHashMap<ElementId, ElementId> = FxHashMap::default();
    for &(port, element) in &relations.ports {
        ports.entry(port).or_insert(element);
    }
    let joined =
        relations.port_connections.iter().filter_map(|(p, q)| Some((*ports.get(p)?, *ports.get(q)?)));
    for (a, b) in joined.chain(relations.connects.iter().copied()) {
        if is_service(a) && is_service(b) {
            join(a, b);
        }
    }
    (0..up.len() as u32).map(|i| ElementId(root(&mut up, i))).collect()
}

/// Sets of places whose details are the same: each within [`SAME_DETAIL`] of another of its set.
fn same(mut of: Vec<(usize, [f64; 4])>) -> Vec<Vec<usize>> {
    of.sort_by(|x, y| {
        let by_value = x.1.iter().zip(&y.1).map(|(a, b)| a.total_cmp(b)).find(|o| o.is_ne());
        by_value.unwrap_or(x.0.cmp(&y.0))
    });
    let mut sets: Vec<u32> = (0..of.len() as u32).collect();
    let root = |sets: &[u32], mut i: u32| {
        while sets[i as usize] != i {
            i = sets[i as usize];
        }
        i
    };
    for i in 0..of.len() {
        // Equal heights are many in a building: what follows within reach, but no more than this each.
        let near = of[i + 1..].iter().take_while(|x| x.1[0] - of[i].1[0] <= SAME_DETAIL).take(512);
        for (k, other) in near.enumerate() {
            if other.1.iter().zip(&of[i].1).all(|(a, b)| (a - b).abs() <= SAME_DETAIL) {
                let (a, b) = (root(&sets, i as u32), root(&sets, (i + 1 + k) as u32));
                sets[a.max(b) as usize] = a.min(b);
            }
        }
    }
    let mut grouped: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (i, (place, _)) in of.iter().enumerate() {
        grouped.entry(root(&sets, i as u32)).or_default().push(*place);
    }
    grouped.into_values().collect()
}

/// Takes the set with the most places that are left, again and again, while it has at least two. Of equal
/// ones, repetitions come first, then the order of the list.
fn cover(sets: &[(Grouping, Vec<usize>)], taken: &mut [bool]) -> Vec<(Grouping, Vec<usize>)> {
    let weight = |count: usize, s: usize| (count, sets[s].0 == Grouping::Repetition, Reverse(s));
    let mut heap: BinaryHeap<_> =
        (0..sets.len()).filter(|&s| sets[s].1.len() > 1).map(|s| weight(sets[s].1.len(), s)).collect();
    let mut chosen = Vec::new();
    while let Some((count, _, Reverse(s))) = heap.pop() {
        let left: Vec<usize> = sets[s].1.iter().copied().filter(|&p| !taken[p]).collect();
        if left.len() < 2 {
            continue;
        }
        if left.len() < count {
            heap.push(weight(left.len(), s));
            continue;
        }
        left.iter().for_each(|&p| taken[p] = true);
        chosen.push((sets[s].0, left));
    }
    chosen
}
