//! Seams where one long edge meets several short ones.
//!
//! What cuts an opening out of a wall leaves points of one face on the middle of another face's edge. No gap
//! is there, but the edges do not pair up. They do once the long ones are split at those points.

use crate::weld::WELD;
use glam::DVec3;

/// More unpaired edges than this are an open mesh, not a cut one.
const MOST: usize = 4096;

/// An edge from its lesser to its greater point, and how much oftener triangles run along it in that
/// direction than in the other.
pub(crate) type Edge = (u32, u32, i32);

/// True when edges that do not pair up do so after each is split at the end points of the others that lie
/// on it, within the weld.
pub(crate) fn closes(points: &[DVec3], unpaired: &[Edge]) -> bool {
    if unpaired.is_empty() || unpaired.len() > MOST {
        return unpaired.is_empty();
    }
    let mut ends: Vec<u32> = unpaired.iter().flat_map(|&(p, q, _)| [p, q]).collect();
    ends.sort_unstable();
    ends.dedup();
    ends.sort_by(|&p, &q| points[p as usize].x.total_cmp(&points[q as usize].x));
    let mut pieces: Vec<Edge> = Vec::with_capacity(unpaired.len() * 2);
    let mut on: Vec<(f64, u32)> = Vec::new();
    for &(p, q, times) in unpaired {
        let (a, b) = (points[p as usize], points[q as usize]);
        let (low, high) = (a.x.min(b.x) - WELD, a.x.max(b.x) + WELD);
        let first = ends.partition_point(|&i| points[i as usize].x < low);
        let near = ends[first..].iter().take_while(|&&i| points[i as usize].x <= high);
        let along = b - a;
        on.clear();
        on.extend(near.filter(|&&i| i != p && i != q).filter_map(|&i| {
            let at = (points[i as usize] - a).dot(along) / along.length_squared();
            let off = points[i as usize].distance_squared(a + along * at);
            (at > 0.0 && at < 1.0 && off <= WELD * WELD).then_some((at, i))
        }));
        on.sort_by(|x, y| x.0.total_cmp(&y.0));
        let mut from = p;
        for to in on.iter().map(|&(_, i)| i).chain([q]) {
            pieces.push(if from < to { (from, to, times) } else { (to, from, -times) });
            from = to;
        }
    }
    pieces.sort_unstable();
    pieces.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)).all(|edge| edge.iter().map(|e| e.2).sum::<i32>() == 0)
}

#[cfg(test)]
mod tests {
    use crate::Mesh;
    use glam::DVec3;

    /// A tetrahedron, of which one face is cut in two at the middle of an edge.
    fn cut(offset: f64) -> Mesh {
        let positions =
            vec![DVec3::ZERO, DVec3::X, DVec3::Y, DVec3::Z, DVec3::new(0.5, 0.0, 0.0) + DVec3::Z * offset];
        let triangles = vec![[0, 2, 4], [4, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]];
        Mesh { positions, triangles }
    }

    #[test]
    fn a_point_on_the_middle_of_an_edge_opens_nothing() {
        assert!(cut(0.0).is_closed());
        assert!(cut(0.9e-5).is_closed());
        assert!(!cut(1e-4).is_closed(), "this one is a slit");
    }

    #[test]
    fn a_missing_half_is_a_hole() {
        let mut open = cut(0.0);
        open.triangles.remove(0);
        assert!(!open.is_closed());
        let mut turned = cut(0.0);
        turned.triangles[0].swap(0, 1);
        assert!(!turned.is_closed());
    }
}
