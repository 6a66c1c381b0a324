//! The elements of a project in trees: by storey, class, discipline, system, type, model.

use crate::session::details::{name_or, type_name};
use crate::session::elements::Elements;
use crate::session::places::Places;
use groma::clash::Discipline;
use groma::clash::discipline::{disciplines, of_label};
use groma::model::ElementId;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// How a tree sorts elements.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Sorting {
    /// By storey, then class.
    #[default]
    Storey,
    /// By class, then type.
    Class,
    /// By discipline, then class.
    Discipline,
    /// By system.
    System,
    /// By type.
    Type,
    /// By model, then storey.
    Model,
}

impl Sorting {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Storey, Self::Class, Self::Discipline, Self::System, Self::Type, Self::Model];

    /// What a tab calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Storey => "Storeys",
            Self::Class => "Classes",
            Self::Discipline => "Disciplines",
            Self::System => "Systems",
            Self::Type => "Types",
            Self::Model => "Models",
        }
    }
}

/// What a node of a tree stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// What the elements below it have in common.
    Heading(Arc<str>),
    /// An element.
    Element(u32),
}

/// A node of a tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// What it stands for.
    pub item: Item,
    /// How deep it stands, from 0.
    pub depth: u8,
    /// The node behind the last one below it.
    pub end: u32,
    /// How many elements are below it, itself included.
    pub count: u32,
}

impl Node {
    /// Its element; `None` for a heading.
    pub fn element(&self) -> Option<u32> {
        match self.item {
            Item::Heading(_) => None,
            Item::Element(place) => Some(place),
        }
    }

    /// What it is called.
    pub fn label(&self, elements: &Elements) -> String {
        match &self.item {
            Item::Heading(name) => name.to_string(),
            Item::Element(place) => elements.title(*place),
        }
    }
}

/// A tree as a list, each node before those below it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree {
    /// The nodes.
    pub nodes: Vec<Node>,
}

impl Tree {
    /// The elements at or below a node.
    pub fn elements(&self, node: usize) -> Places {
        let end = self.nodes[node].end as usize;
        self.nodes[node..end].iter().filter_map(Node::element).collect()
    }

    /// The elements at or below the nodes of a stretch of rows.
    pub fn stretch(&self, rows: &[u32], of: RangeInclusive<u32>) -> Places {
        let mut end = 0;
        let mut all = Places::default();
        for &row in rows.iter().filter(|row| of.contains(row)) {
            // What is below a heading has come with it.
            if row >= end {
                end = self.nodes[row as usize].end;
                let below = &self.nodes[row as usize..end as usize];
                below.iter().filter_map(Node::element).for_each(|element| all.insert(element));
            }
        }
        all
    }

    /// Whether all elements at or below a node are some that are looked for.
    pub fn all(&self, node: usize, is: impl Fn(u32) -> bool) -> bool {
        let end = self.nodes[node].end as usize;
        self.nodes[node..end].iter().filter_map(Node::element).all(is)
    }

    /// The nodes that are seen, where those in `open` are unfolded.
    pub fn rows(&self, open: &Places) -> Vec<u32> {
        let mut rows = Vec::new();
        let mut at = 0;
        while at < self.nodes.len() {
            rows.push(at as u32);
            let node = &self.nodes[at];
            let unfolded = node.element().is_none() && open.contains(at as u32);
            at = if unfolded { at + 1 } else { node.end as usize };
        }
        rows
    }

    /// The headings above an element, from the top.
    pub fn above(&self, element: u32) -> Vec<u32> {
        let Some(at) = self.nodes.iter().position(|n| n.element() == Some(element)) else {
            return Vec::new();
        };
        let mut above: Vec<u32> = Vec::new();
        let mut from = 0;
        while from < at {
            let node = &self.nodes[from];
            if node.end as usize > at {
                above.push(from as u32);
                from += 1;
            } else {
                from = node.end as usize;
            }
        }
        above
    }
}

/// The trees of a project.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    trees: BTreeMap<Sorting, Tree>,
    disciplines: Vec<Discipline>,
    physical: Places,
}

/// The height of what has none, in millimetres: above all others.
const NO_HEIGHT: i64 = i64::MAX;

/// A heading of a tree, in the order in which headings stand.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Heading {
    /// A storey: its height in millimetres, and its name.
    Storey(i64, String),
    /// Something that has a name; two of one name that are two differ by a number.
    Named(String, u32),
    /// What is in no storey.
    NoStorey,
}

impl Heading {
    fn named(name: impl Into<String>) -> Self {
        Self::Named(name.into(), 0)
    }
}

/// The headings of a tree, numbered as they were met.
#[derive(Default)]
struct Headings {
    numbers: HashMap<Heading, u32>,
    /// Storeys of one name at several heights are called by these too.
    with_heights: bool,
}

impl Headings {
    fn number(&mut self, heading: Heading) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(heading).or_insert(next)
    }

    /// What they are called, as they are sorted, and at which place of that each number stands.
    fn sorted(self) -> (Vec<Arc<str>>, Vec<u32>) {
        let mut all: Vec<(Heading, u32)> = self.numbers.into_iter().collect();
        all.sort_unstable();
        let mut places = vec![0; all.len()];
        for ((_, number), place) in all.iter().zip(0..) {
            places[*number as usize] = place;
        }
        let mut storeys: HashMap<String, usize> = HashMap::new();
        for (heading, _) in &all {
            if let Heading::Storey(_, name) = heading {
                *storeys.entry(name.clone()).or_default() += 1;
            }
        }
        let called = |(heading, _)| match heading {
            Heading::Storey(height, name) if self.with_heights && storeys[&name] > 1 => match height {
                NO_HEIGHT => format!("{name} (at no height)"),
                _ => format!("{name} ({:+.3} m)", height as f64 / 1e3),
            },
            Heading::Storey(_, name) | Heading::Named(name, _) => name,
            Heading::NoStorey => "In no storey".to_owned(),
        };
        (all.into_iter().map(|heading| called(heading).into()).collect(), places)
    }
}

/// An element: the headings above it, from the outermost, where it stands among all by its title, and its number.
type Filed = ([Option<u32>; 3], u32, u32);

impl Catalogue {
    /// Sorts all elements that have a shape.
    pub fn of(elements: &Elements) -> Self {
        let mut found = Vec::new();
        let mut physical = Places::default();
        for (m, loaded) in elements.project().models.iter().enumerate() {
            let told = disciplines(&loaded.model, of_label(&loaded.model.label));
            found.extend(told.into_iter().map(|(d, _)| d));
            for instance in &loaded.shapes.instances {
                let id = instance.element;
                if loaded.model.elements.get(id.index()).is_some_and(|e| crate::parts::is_drawn(&e.class)) {
                    physical.insert(elements.first(m) + id.0);
                }
            }
        }
        let mut titles: Vec<(String, u32)> = physical.iter().map(|p| (elements.title(p), p)).collect();
        titles.par_sort_unstable();
        let mut ranks = vec![0; elements.len()];
        for ((_, place), rank) in titles.iter().zip(0..) {
            ranks[*place as usize] = rank;
        }
        let mut catalogue = Self { trees: BTreeMap::new(), disciplines: found, physical };
        let sort = |&sorting| (sorting, catalogue.sort(elements, sorting, &ranks));
        catalogue.trees = Sorting::ALL.par_iter().map(sort).collect();
        catalogue
    }

    /// A tree.
    pub fn tree(&self, sorting: Sorting) -> &Tree {
        const EMPTY: &Tree = &Tree { nodes: Vec::new() };
        self.trees.get(&sorting).unwrap_or(EMPTY)
    }

    /// Whose trade an element is.
    pub fn discipline(&self, place: u32) -> Option<Discipline> {
        self.disciplines.get(place as usize).copied()
    }

    /// The elements that are drawn.
    pub fn drawn(&self) -> &Places {
        &self.physical
    }

    /// The outermost that an element is part of, where that is built, but has no shape of its own: a stair of flights.
    fn unseen_whole(&self, elements: &Elements, place: u32) -> Option<u32> {
        let is_unseen = |&whole: &u32| {
            let built = elements.get(whole).is_some_and(|(_, e)| e.class.is_a("IfcElement"));
            built && !self.physical.contains(whole)
        };
        elements.wholes(place).take_while(is_unseen).last()
    }

    fn sort(&self, elements: &Elements, sorting: Sorting, ranks: &[u32]) -> Tree {
        let mut filed: Vec<Filed> = Vec::new();
        let with_heights = sorting == Sorting::Storey;
        let mut headings = Headings { with_heights, ..Headings::default() };
        for (m, loaded) in elements.project().models.iter().enumerate() {
            let model = &loaded.model;
            let first = elements.first(m);
            let mut systems: Vec<Vec<u32>> = Vec::new();
            if sorting == Sorting::System {
                systems = vec![Vec::new(); model.elements.len()];
                for (s, system) in model.systems.iter().enumerate() {
                    for member in &system.members {
                        systems[member.index()].push(s as u32);
                    }
                }
            }
            let storey = |id: ElementId| match model.storey(id) {
                Some(s) => {
                    let name = name_or(model.element(s).name.as_deref(), "Storey without a name");
                    let height = model.spatial.node_of(s).and_then(|n| n.elevation);
                    Heading::Storey(height.map_or(NO_HEIGHT, |h| (h * 1e3).round() as i64), name)
                }
                None => Heading::NoStorey,
            };
            for n in 0..model.elements.len() as u32 {
                if !self.physical.contains(first + n) {
                    continue;
                }
                let id = ElementId(n);
                let e = model.element(id);
                let class = || Heading::named(e.class.name());
                let kind = || Heading::named(name_or(type_name(model, id), "Without a type"));
                let place = first + n;
                let whole = (sorting == Sorting::Storey || sorting == Sorting::Model)
                    .then(|| self.unseen_whole(elements, place))
                    .flatten();
                // Two wholes of one name are two.
                let of_whole = |w: u32| Heading::Named(elements.title(w), w);
                let mut file = |outer: Heading, inner: Option<Heading>| {
                    let path = [Some(outer), inner, whole.map(of_whole)];
                    let path = path.map(|heading| heading.map(|h| headings.number(h)));
                    filed.push((path, ranks[place as usize], place));
                };
                match sorting {
                    Sorting::Storey => {
                        let e = whole.and_then(|w| elements.get(w)).map_or(e, |(_, e)| e);
                        file(storey(id), Some(Heading::named(e.class.name())));
                    }
                    Sorting::Class => file(class(), Some(kind())),
                    Sorting::Discipline => {
                        let name = self.discipline(place).map_or("other", |d| d.as_str());
                        file(Heading::named(name), Some(class()));
                    }
                    Sorting::Type => file(kind(), None),
                    Sorting::Model => file(Heading::named(&*model.label), Some(storey(id))),
                    Sorting::System => {
                        for &s in &systems[id.index()] {
                            let system = &model.systems[s as usize];
                            let name = system.name.as_deref().or(system.long_name.as_deref());
                            let name = Heading::named(name_or(name, &system.global_id));
                            file(Heading::named(system.class.name()), Some(name));
                        }
                    }
                }
            }
        }
        tree(filed, headings)
    }
}

/// The tree of elements.
fn tree(mut filed: Vec<Filed>, headings: Headings) -> Tree {
    let (names, places) = headings.sorted();
    for (path, ..) in &mut filed {
        *path = path.map(|heading| heading.map(|number| places[number as usize]));
    }
    filed.sort_unstable();
    let mut nodes: Vec<Node> = Vec::with_capacity(filed.len() + names.len());
    // The headings that are open, with their nodes.
    let mut open: Vec<(usize, u32)> = Vec::new();
    let close = |nodes: &mut Vec<Node>, open: &mut Vec<(usize, u32)>, to: usize| {
        for (at, _) in open.drain(to..) {
            nodes[at].end = nodes.len() as u32;
        }
    };
    for (path, _, element) in filed {
        let path = || path.into_iter().flatten();
        let shared = open.iter().zip(path()).take_while(|((_, is), heading)| is == heading).count();
        close(&mut nodes, &mut open, shared);
        for heading in path().skip(shared) {
            let item = Item::Heading(names[heading as usize].clone());
            let depth = open.len() as u8;
            open.push((nodes.len(), heading));
            nodes.push(Node { item, depth, end: 0, count: 0 });
        }
        for (at, _) in &open {
            nodes[*at].count += 1;
        }
        let (item, depth, end) = (Item::Element(element), open.len() as u8, nodes.len() as u32 + 1);
        nodes.push(Node { item, depth, end, count: 1 });
    }
    close(&mut nodes, &mut open, 0);
    Tree { nodes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storeys_of_one_name_are_told_apart_by_their_heights() {
        let at = |height, name: &str| Heading::Storey(height, name.to_owned());
        let check = |with_heights, expect: &[&str]| {
            let mut headings = Headings { with_heights, ..Headings::default() };
            for heading in [
                at(3200, "Level 2"),
                at(-500, "Level 1"),
                at(3400, "Level 2"),
                at(NO_HEIGHT, "Level 2"),
                Heading::NoStorey,
                Heading::named("IfcWall"),
                at(-500, "Level 1"),
            ] {
                headings.number(heading);
            }
            let (names, places) = headings.sorted();
            assert_eq!(names.iter().map(|n| &**n).collect::<Vec<_>>(), expect);
            assert_eq!(places, [1, 0, 2, 3, 5, 4]);
        };
        let apart = ["Level 2 (+3.200 m)", "Level 2 (+3.400 m)", "Level 2 (at no height)"];
        check(true, &["Level 1", apart[0], apart[1], apart[2], "IfcWall", "In no storey"]);
        check(false, &["Level 1", "Level 2", "Level 2", "Level 2", "IfcWall", "In no storey"]);
    }

    #[test]
    fn a_tree_unfolds() {
        let mut headings = Headings::default();
        let all = [("b", "x", 4), ("a", "y", 3), ("a", "x", 2), ("a", "x", 1)];
        let filed = all.map(|(outer, inner, element)| {
            let of = |h: &str| Some(headings.number(Heading::named(h)));
            let [outer, inner] = [outer, inner].map(of);
            ([outer, inner, None], element, element)
        });
        let tree = tree(filed.to_vec(), headings);
        let shown = |open: &[u32]| {
            let rows = tree.rows(&open.iter().copied().collect());
            let words = rows.iter().map(|&r| {
                let n = &tree.nodes[r as usize];
                let label = match &n.item {
                    Item::Heading(name) => name.to_string(),
                    Item::Element(place) => place.to_string(),
                };
                format!("{}{label}:{}", "-".repeat(n.depth.into()), n.count)
            });
            words.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown(&[]), "a:3 b:1");
        assert_eq!(shown(&[0]), "a:3 -x:2 -y:1 b:1");
        assert_eq!(shown(&[0, 1]), "a:3 -x:2 --1:1 --2:1 -y:1 b:1");
        assert_eq!(tree.elements(0).iter().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(tree.above(3), [0, 4]);
        assert_eq!(tree.above(9), [0_u32; 0]);
    }
}
