//! The cheapest pairing of a few rows with a few columns, and which of its pairs could as well be others.

/// Pairs of indices, and the groups among which the pairing is open.
#[derive(Default, Debug, PartialEq)]
pub(crate) struct Assignment {
    /// (row, column), by row; those of [`Self::tied`] are not among them.
    pub(crate) pairs: Vec<(usize, usize)>,
    /// Rows and columns that can be paired in several ways at the same cost.
    pub(crate) tied: Vec<(Vec<usize>, Vec<usize>)>,
}

/// What a pair costs that may not be: more than any real sum, and small enough to keep f64 precise.
const FORBIDDEN: f64 = 1e7;

/// Pairs rows with columns so that as many as may be are paired and the sum of costs is least (the
/// Hungarian method with potentials, O(n²m)). Pairs that another pairing of the same cost, but for
/// `slack`, would replace are tied.
pub(crate) fn assign(
    rows: usize,
    columns: usize,
    slack: f64,
    cost: &dyn Fn(usize, usize) -> Option<f64>,
) -> Assignment {
    if rows == 0 || columns == 0 {
        return Assignment::default();
    }
    if rows > columns {
        let turned = assign(columns, rows, slack, &|r, c| cost(c, r));
        let mut pairs: Vec<_> = turned.pairs.into_iter().map(|(r, c)| (c, r)).collect();
        pairs.sort_unstable();
        return Assignment { pairs, tied: turned.tied.into_iter().map(|(r, c)| (c, r)).collect() };
    }
    let table: Vec<Option<f64>> =
        (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c))).map(|(r, c)| cost(r, c)).collect();
    let cost = |r: usize, c: usize| table[r * columns + c].unwrap_or(FORBIDDEN);
    let (row_of, of_row, of_column) = solve(rows, columns, cost);
    let reduced = |r: usize, c: usize| cost(r, c) - of_row[r] - of_column[c];
    let allowed = |c: usize| row_of[c].filter(|&r| table[r * columns + c].is_some());

    // Column `b` could be left for column `a` by its row; node `columns` stands for "left free".
    let mut edges: Vec<Vec<usize>> = vec![Vec::new(); columns + 1];
    for b in 0..columns {
        let Some(r) = allowed(b) else { continue };
        for a in (0..columns).filter(|&a| a != b) {
            if table[r * columns + a].is_some() && reduced(r, a) <= slack {
                edges[a].push(b);
            }
        }
        // Nothing is lost if this column stays free.
        if of_column[b] >= -slack {
            edges[b].push(columns);
        }
    }
    for a in (0..columns).filter(|&a| allowed(a).is_none()) {
        edges[columns].push(a);
    }
    let part = components(&edges);
    let size = |c: usize| (0..=columns).filter(|&d| part[d] == part[c]).count();
    let open: Vec<bool> = (0..columns).map(|c| size(c) > 1).collect();

    let mut result = Assignment::default();
    for (c, &open) in open.iter().enumerate() {
        if let Some(r) = allowed(c).filter(|_| !open) {
            result.pairs.push((r, c));
        }
    }
    result.pairs.sort_unstable();
    // Groups are joined through real columns alone: "left free" joins what has nothing in common.
    let mut group: Vec<usize> = (0..columns).collect();
    for a in (0..columns).filter(|&a| open[a]) {
        for &b in edges[a].iter().filter(|&&b| b < columns && open[b] && part[a] == part[b]) {
            let (from, to) = (group[a].max(group[b]), group[a].min(group[b]));
            group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
        }
    }
    for g in 0..columns {
        let members: Vec<usize> = (0..columns).filter(|&c| open[c] && group[c] == g).collect();
        let mut of_rows: Vec<usize> = members.iter().filter_map(|&c| allowed(c)).collect();
        of_rows.sort_unstable();
        match (members.len(), &of_rows[..]) {
            (0, _) | (_, []) => {}
            // Alone in its group: only its being free was in question, and it is not.
            (1, &[r]) => result.pairs.push((r, members[0])),
            _ => result.tied.push((of_rows, members)),
        }
    }
    result.pairs.sort_unstable();
    result
}

/// The row of each column, and the potentials of rows and columns; `rows <= columns`.
fn solve(
    rows: usize,
    columns: usize,
    cost: impl Fn(usize, usize) -> f64,
) -> (Vec<Option<usize>>, Vec<f64>, Vec<f64>) {
    // Column 0 and row 0 are the start of each search.
    let (mut u, mut v) = (vec![0.0; rows + 1], vec![0.0; columns + 1]);
    let mut row_of = vec![0usize; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut least = vec![f64::INFINITY; columns + 1];
        let mut from = vec![0usize; columns + 1];
        let mut seen = vec![false; columns + 1];
        let mut at = 0;
        while row_of[at] != 0 {
            seen[at] = true;
            let r = row_of[at];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for c in 1..=columns {
                if seen[c] {
                    continue;
                }
                let reduced = cost(r - 1, c - 1) - u[r] - v[c];
                if reduced < least[c] {
                    (least[c], from[c]) = (reduced, at);
                }
                if least[c] < delta {
                    (delta, next) = (least[c], c);
                }
            }
            for c in 0..=columns {
                if seen[c] {
                    u[row_of[c]] += delta;
                    v[c] -= delta;
                } else {
                    least[c] -= delta;
                }
            }
            at = next;
        }
        while at != 0 {
            let before = from[at];
            row_of[at] = row_of[before];
            at = before;
        }
    }
    let rows_of = row_of[1..].iter().map(|&r| r.checked_sub(1)).collect();
    (rows_of, u[1..].to_vec(), v[1..].to_vec())
}

/// The strongly connected component of each node: the least node that it reaches and that reaches it.
fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut backward: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (a, targets) in edges.iter().enumerate() {
        targets.iter().for_each(|&b| backward[b].push(a));
    }
    let reach = |start: usize, edges: &[Vec<usize>]| {
        let mut seen = vec![false; edges.len()];
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut seen[at], true) {
                open.extend(&edges[at]);
            }
        }
        seen
    };
    let mut part = vec![usize::MAX; edges.len()];
    for start in 0..edges.len() {
        if part[start] != usize::MAX {
            continue;
        }
        if edges[start].is_empty() {
            part[start] = start;
            continue;
        }
        let (there, back) = (reach(start, edges), reach(start, &backward));
        for node in 0..edges.len() {
            if there[node] && back[node] {
                part[node] = start;
            }
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[f64], columns: &[f64], pairs: &[(usize, usize)], tied: &[(&[usize], &[usize])]) {
        let cost = |r: usize, c: usize| Some((rows[r] - columns[c]).powi(2)).filter(|d| *d < 100.0);
        let expect = Assignment {
            pairs: pairs.to_vec(),
            tied: tied.iter().map(|(r, c)| (r.to_vec(), c.to_vec())).collect(),
        };
        assert_eq!(assign(rows.len(), columns.len(), 1e-6, &cost), expect, "{rows:?} {columns:?}");
    }

    #[test]
    fn the_sum_is_least_and_what_is_open_is_tied() {
        check(&[0.0, 1.0], &[1.5, 0.5], &[(0, 1), (1, 0)], &[]);
        check(&[0.0], &[1.0, -1.0], &[], &[(&[0], &[0, 1])]);
        check(&[0.0, 0.0], &[1.0, -1.0], &[], &[(&[0, 1], &[0, 1])]);
        check(&[0.0, 5.0], &[1.0, -1.0, 5.0], &[(1, 2)], &[(&[0], &[0, 1])]);
        check(&[1.0, -1.0], &[0.0], &[], &[(&[0, 1], &[0])]);
        check(&[0.0, 50.0], &[50.0, 90.0], &[(1, 0)], &[]);
        check(&[0.0, 2.0, 4.0], &[1.0, 3.0, 5.0], &[(0, 0), (1, 1), (2, 2)], &[]);
    }

    #[test]
    fn it_is_as_cheap_as_the_best_of_all_pairings() {
        // A fixed sequence of numbers without pattern.
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1 << 24)
        };
        for _ in 0..200 {
            let table: [[f64; 5]; 4] = std::array::from_fn(|_| std::array::from_fn(|_| next()));
            let found = assign(4, 5, 0.0, &|r, c| Some(table[r][c]));
            let sum: f64 = found.pairs.iter().map(|&(r, c)| table[r][c]).sum();
            let mut best = f64::INFINITY;
            for code in 0..5usize.pow(4) {
                let columns: [usize; 4] = std::array::from_fn(|k| code / 5usize.pow(k as u32) % 5);
                let distinct = (0..4).all(|i| (0..i).all(|j| columns[i] != columns[j]));
                if distinct {
                    best = best.min((0..4).map(|r| table[r][columns[r]]).sum());
                }
            }
            assert_eq!(found.pairs.len(), 4);
            assert!((sum - best).abs() < 1e-12, "{sum} {best}");
        }
    }
}
