//! The elements of a project in trees: by storey, class, discipline, system, type, model.

use crate::session::details::name_or;
use crate::session::elements::Elements;
use crate::session::places::Places;
use groma::clash::Discipline;
use groma::clash::discipline::{disciplines, of_label};
use groma::model::ElementId;
use std::collections::BTreeMap;
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

/// A node of a tree: a heading, or an element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// What it is called.
    pub label: Arc<str>,
    /// How deep it stands, from 0.
    pub depth: u8,
    /// The node behind the last one below it.
    pub end: u32,
    /// Its element; `None` for a heading.
    pub element: Option<u32>,
    /// How many elements are below it, itself included.
    pub count: u32,
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
        self.nodes[node..end].iter().filter_map(|n| n.element).collect()
    }

    /// The nodes that are seen, where those in `open` are unfolded.
    pub fn rows(&self, open: &Places) -> Vec<u32> {
        let mut rows = Vec::new();
        let mut at = 0;
        while at < self.nodes.len() {
            rows.push(at as u32);
            let node = &self.nodes[at];
            at = if node.element.is_none() && open.contains(at as u32) { at + 1 } else { node.end as usize };
        }
        rows
    }

    /// The headings above an element, from the top.
    pub fn above(&self, element: u32) -> Vec<u32> {
        let Some(at) = self.nodes.iter().position(|n| n.element == Some(element)) else { return Vec::new() };
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

/// An element and the headings above it: each with the key that it is sorted by.
type Filed = (Vec<(String, String)>, String, u32);

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
        let mut catalogue = Self { trees: BTreeMap::new(), disciplines: found, physical };
        for sorting in Sorting::ALL {
            let tree = catalogue.sort(elements, sorting);
            catalogue.trees.insert(sorting, tree);
        }
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

    fn sort(&self, elements: &Elements, sorting: Sorting) -> Tree {
        let mut filed: Vec<Filed> = Vec::new();
        let plain = |name: String| (name.clone(), name);
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
                    let height = model.spatial.node_of(s).and_then(|n| n.elevation).unwrap_or(f64::MAX);
                    // Shifted so that the text sorts as the number does.
                    (format!("{:020.3} {name}", height.clamp(-1e6, 1e9) + 1e7), name)
                }
                None => ("~".to_owned(), "In no storey".to_owned()),
            };
            for n in 0..model.elements.len() as u32 {
                if !self.physical.contains(first + n) {
                    continue;
                }
                let id = ElementId(n);
                let e = model.element(id);
                let class = || plain(e.class.name().to_owned());
                let kind = || {
                    let name = model.type_of(id).and_then(|t| t.name.as_deref()).or(e.object_type.as_deref());
                    plain(name_or(name, "Without a type"))
                };
                let leaf = elements.title(first + n);
                let paths = match sorting {
                    Sorting::Storey => vec![vec![storey(id), class()]],
                    Sorting::Class => vec![vec![class(), kind()]],
                    Sorting::Discipline => {
                        let name = self.discipline(first + n).map_or("other", |d| d.as_str());
                        vec![vec![plain(name.to_owned()), class()]]
                    }
                    Sorting::Type => vec![vec![kind()]],
                    Sorting::Model => vec![vec![plain(model.label.to_string()), storey(id)]],
                    Sorting::System => systems[id.index()]
                        .iter()
                        .map(|&s| {
                            let system = &model.systems[s as usize];
                            let name = system.name.as_deref().or(system.long_name.as_deref());
                            vec![
                                plain(system.class.name().to_owned()),
                                plain(name_or(name, &system.global_id)),
                            ]
                        })
                        .collect(),
                };
                filed.extend(paths.into_iter().map(|path| (path, leaf.clone(), first + n)));
            }
        }
        filed.sort();
        tree(&filed)
    }
}

/// A tree of elements that are sorted by the headings above them.
fn tree(filed: &[Filed]) -> Tree {
    let mut nodes: Vec<Node> = Vec::new();
    // The headings that are open, with their keys.
    let mut open: Vec<(usize, &(String, String))> = Vec::new();
    let close = |nodes: &mut Vec<Node>, open: &mut Vec<(usize, &(String, String))>, to: usize| {
        while open.len() > to {
            if let Some((at, _)) = open.pop() {
                nodes[at].end = nodes.len() as u32;
            }
        }
    };
    for (path, label, element) in filed {
        let shared = open.iter().zip(path).take_while(|((_, key), heading)| *key == *heading).count();
        close(&mut nodes, &mut open, shared);
        for heading in &path[shared..] {
            open.push((nodes.len(), heading));
            let depth = open.len() as u8 - 1;
            nodes.push(Node { label: heading.1.as_str().into(), depth, end: 0, element: None, count: 0 });
        }
        for (at, _) in &open {
            nodes[*at].count += 1;
        }
        let end = nodes.len() as u32 + 1;
        let depth = open.len() as u8;
        nodes.push(Node { label: label.as_str().into(), depth, end, element: Some(*element), count: 1 });
    }
    close(&mut nodes, &mut open, 0);
    Tree { nodes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filed(path: &[&str], leaf: &str, element: u32) -> Filed {
        (path.iter().map(|p| ((*p).to_owned(), (*p).to_owned())).collect(), leaf.to_owned(), element)
    }

    #[test]
    fn a_tree_unfolds() {
        let all = [
            filed(&["a", "x"], "one", 1),
            filed(&["a", "x"], "two", 2),
            filed(&["a", "y"], "three", 3),
            filed(&["b", "x"], "four", 4),
        ];
        let tree = tree(&all);
        let shown = |open: &[u32]| {
            let rows = tree.rows(&open.iter().copied().collect());
            let words = rows.iter().map(|&r| {
                let n = &tree.nodes[r as usize];
                format!("{}{}:{}", "-".repeat(n.depth.into()), n.label, n.count)
            });
            words.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown(&[]), "a:3 b:1");
        assert_eq!(shown(&[0]), "a:3 -x:2 -y:1 b:1");
        assert_eq!(shown(&[0, 1]), "a:3 -x:2 --one:1 --two:1 -y:1 b:1");
        assert_eq!(tree.elements(0).iter().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(tree.above(3), [0, 4]);
        assert_eq!(tree.above(9), [0_u32; 0]);
    }
}
