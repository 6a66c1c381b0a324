//! The order in which activities can be computed, and the loops that stand in its way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Successors of each node as a compressed list: those of node `i` are `to[at[i]..at[i + 1]]`.
pub(crate) struct Graph {
    pub(crate) at: Vec<u32>,
    /// (successor, which link).
    pub(crate) to: Vec<(u32, u32)>,
}

impl Graph {
    /// From (predecessor, successor) of each link; links that are out are left out.
    pub(crate) fn new(nodes: usize, links: &[(u32, u32)], is_out: &[bool]) -> Self {
        let mut at = vec![0u32; nodes + 1];
        let kept = || links.iter().enumerate().filter(|(k, _)| !is_out[*k]);
        for (_, (from, _)) in kept() {
            at[*from as usize + 1] += 1;
        }
        for i in 0..nodes {
            at[i + 1] += at[i];
        }
        let mut next = at.clone();
        let mut to = vec![(0, 0); at[nodes] as usize];
        for (k, (from, successor)) in kept() {
            let slot = &mut next[*from as usize];
            to[*slot as usize] = (*successor, k as u32);
            *slot += 1;
        }
        Self { at, to }
    }

    fn of(&self, node: u32) -> &[(u32, u32)] {
        &self.to[self.at[node as usize] as usize..self.at[node as usize + 1] as usize]
    }
}

/// The nodes in an order in which each link leads forward, as near to the given one as can be; `None` when a
/// loop forbids it.
pub(crate) fn order(nodes: usize, graph: &Graph) -> Option<Vec<u32>> {
    let forward = (0..nodes as u32).all(|node| graph.of(node).iter().all(|(to, _)| *to > node));
    if forward {
        return Some((0..nodes as u32).collect());
    }
    let mut waits = vec![0u32; nodes];
    for (to, _) in &graph.to {
        waits[*to as usize] += 1;
    }
    let ready = (0..nodes as u32).filter(|n| waits[*n as usize] == 0);
    let mut ready: BinaryHeap<Reverse<u32>> = ready.map(Reverse).collect();
    let mut order = Vec::with_capacity(nodes);
    while let Some(Reverse(node)) = ready.pop() {
        order.push(node);
        for (to, _) in graph.of(node) {
            waits[*to as usize] -= 1;
            if waits[*to as usize] == 0 {
                ready.push(Reverse(*to));
            }
        }
    }
    (order.len() == nodes).then_some(order)
}

/// A loop: the link that closes it, and the nodes from its successor round to its predecessor.
pub(crate) struct Loop {
    pub(crate) link: u32,
    pub(crate) path: Vec<u32>,
}

/// One loop for each link that leads back in a walk in depth from the first node on. Without these links no
/// loop is left.
pub(crate) fn loops(nodes: usize, graph: &Graph) -> Vec<Loop> {
    /// Longer loops are named by their first nodes and their last.
    const NAMED: usize = 24;
    const NEW: u32 = u32::MAX;
    const DONE: u32 = u32::MAX - 1;
    let mut found = Vec::new();
    let mut place = vec![NEW; nodes];
    let mut stack: Vec<(u32, u32)> = Vec::new();
    for root in 0..nodes as u32 {
        if place[root as usize] != NEW {
            continue;
        }
        place[root as usize] = 0;
        stack.push((root, graph.at[root as usize]));
        while let Some((node, next)) = stack.last_mut() {
            let node = *node;
            if *next == graph.at[node as usize + 1] {
                place[node as usize] = DONE;
                stack.pop();
                continue;
            }
            let (to, link) = graph.to[*next as usize];
            *next += 1;
            match place[to as usize] {
                NEW => {
                    place[to as usize] = stack.len() as u32;
                    stack.push((to, graph.at[to as usize]));
                }
                DONE => {}
                begin => {
                    let nodes = stack[begin as usize..].iter().map(|(n, _)| *n);
                    let length = nodes.len();
                    let path = nodes.enumerate().filter(|(k, _)| *k < NAMED || *k + 1 == length);
                    found.push(Loop { link, path: path.map(|(_, n)| n).collect() });
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(nodes: usize, links: &[(u32, u32)], expect: Option<&[u32]>, loop_paths: &[&[u32]]) {
        let graph = Graph::new(nodes, links, &vec![false; links.len()]);
        assert_eq!(order(nodes, &graph).as_deref(), expect);
        let found = loops(nodes, &graph);
        assert_eq!(found.iter().map(|l| l.path.as_slice()).collect::<Vec<_>>(), loop_paths);
        let mut is_out = vec![false; links.len()];
        for l in &found {
            is_out[l.link as usize] = true;
        }
        assert!(order(nodes, &Graph::new(nodes, links, &is_out)).is_some());
    }

    #[test]
    fn an_order_keeps_to_the_file_where_it_can() {
        check(3, &[(0, 1), (1, 2)], Some(&[0, 1, 2]), &[]);
        check(4, &[(3, 0), (0, 1)], Some(&[2, 3, 0, 1]), &[]);
    }

    #[test]
    fn loops_are_named_and_broken() {
        check(3, &[(0, 1), (1, 2), (2, 1)], None, &[&[1, 2]]);
        check(2, &[(0, 0), (0, 1)], None, &[&[0]]);
        check(4, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 1)], None, &[&[0, 1, 2], &[1, 2, 3]]);
    }
}
