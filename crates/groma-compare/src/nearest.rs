//! Pairs of nearest points, where there are too many for the best sum.

use crate::assign::Assignment;
use glam::DVec3;
use groma_geometry::{Aabb, Bvh};
use rayon::prelude::*;

/// A round pairs at least the two nearest points; usually it pairs most of what is left.
const ROUNDS: usize = 40;

/// Pairs points that are each other's nearest, again and again with those that are left, within `reach`
/// metres. A point with two nearest whose square distances differ by less than `slack` is tied with them.
pub(crate) fn pair_nearest(old: &[DVec3], new: &[DVec3], reach: f64, slack: f64) -> Assignment {
    let mut result = Assignment::default();
    let mut left: [Vec<u32>; 2] = [(0..old.len() as u32).collect(), (0..new.len() as u32).collect()];
    for _ in 0..ROUNDS {
        let of_old = nearest(old, &left[0], new, &left[1], reach, slack);
        let of_new = nearest(new, &left[1], old, &left[0], reach, slack);
        let mut at_new = vec![None; new.len()];
        left[1].iter().zip(&of_new).for_each(|(&n, found)| at_new[n as usize] = found.as_ref());
        let mut done: [Vec<bool>; 2] = [vec![false; old.len()], vec![false; new.len()]];
        let mut any = false;
        for (&o, found) in left[0].iter().zip(&of_old) {
            let Some(found) = found else { continue };
            let n = found.best;
            let Some(back) = at_new[n as usize].filter(|back| back.best == o) else { continue };
            if done[0][o as usize] || done[1][n as usize] {
                continue;
            }
            any = true;
            if found.others.is_empty() && back.others.is_empty() {
                (done[0][o as usize], done[1][n as usize]) = (true, true);
                result.pairs.push((o as usize, n as usize));
                continue;
            }
            let group = |first: u32, others: &[u32], done: &mut [bool]| {
                let mut group: Vec<usize> = others.iter().chain([&first]).map(|&i| i as usize).collect();
                group.retain(|&i| !std::mem::replace(&mut done[i], true));
                group.sort_unstable();
                group
            };
            let olds = group(o, &back.others, &mut done[0]);
            let news = group(n, &found.others, &mut done[1]);
            result.tied.push((olds, news));
        }
        for (left, done) in left.iter_mut().zip(&done) {
            left.retain(|&i| !done[i as usize]);
        }
        if !any {
            break;
        }
    }
    result.pairs.sort_unstable();
    result
}

/// The nearest point, the one of least index among equals, and those that are as near.
struct Found {
    best: u32,
    others: Vec<u32>,
}

fn nearest(
    from: &[DVec3],
    asking: &[u32],
    to: &[DVec3],
    asked: &[u32],
    reach: f64,
    slack: f64,
) -> Vec<Option<Found>> {
    let boxes: Vec<Aabb> = asked.iter().map(|&i| Aabb::of([to[i as usize]])).collect();
    let tree = Bvh::build(&boxes);
    asking
        .par_iter()
        .map(|&i| {
            let p = from[i as usize];
            let distance = |k: u32| to[asked[k as usize] as usize].distance_squared(p);
            let mut near: Vec<(f64, u32)> = Vec::new();
            tree.nearest(p, reach * reach, |k, reach| {
                let d = distance(k);
                if d > reach {
                    return reach;
                }
                near.push((d, asked[k as usize]));
                reach.min(d + slack)
            });
            let least = near.iter().map(|n| n.0).fold(f64::INFINITY, f64::min);
            near.retain(|n| n.0 <= least + slack);
            near.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
            let best = near.first()?.1;
            Some(Found { best, others: near[1..].iter().map(|n| n.1).collect() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_moved_a_little_find_themselves() {
        let grid: Vec<DVec3> =
            (0..400).map(|i| DVec3::new(f64::from(i % 20), f64::from(i / 20), 0.0)).collect();
        let moved: Vec<DVec3> = grid.iter().rev().map(|&p| p + DVec3::new(0.2, 0.1, 0.0)).collect();
        let found = pair_nearest(&grid, &moved, 10.0, 1e-6);
        assert_eq!(found.pairs, (0..400).map(|i| (i, 399 - i)).collect::<Vec<_>>());
        assert!(found.tied.is_empty());
    }

    #[test]
    fn a_point_in_the_middle_of_two_is_tied() {
        let found = pair_nearest(&[DVec3::ZERO], &[DVec3::X, -DVec3::X], 10.0, 1e-6);
        assert_eq!(found, Assignment { pairs: vec![], tied: vec![(vec![0], vec![0, 1])] });
    }
}
