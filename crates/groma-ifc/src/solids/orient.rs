//! Which way the triangles of a body turn.

use groma_geometry::Mesh;
use rustc_hash::FxHashMap;

/// Turns the triangles of a body outward: as the file has them where that makes a closed solid, all the
/// other way where the solid is inside out, and piece by piece where neighbours disagree.
pub(super) fn orient(mut mesh: Mesh) -> Mesh {
    if agree(&mesh) {
        if mesh.volume() < 0.0 && mesh.is_closed() {
            mesh.flip();
        }
        return mesh;
    }
    turn_pieces(&mut mesh);
    mesh
}

/// Each edge with its triangle: the two points in order, the triangle, and whether it runs from the lesser.
fn edges(mesh: &Mesh) -> Vec<(u32, u32, u32, bool)> {
    let mut edges = Vec::with_capacity(3 * mesh.triangles.len());
    for (&[a, b, c], triangle) in mesh.triangles.iter().zip(0..) {
        for (p, q) in [(a, b), (b, c), (c, a)] {
            edges.push((p.min(q), p.max(q), triangle, p < q));
        }
    }
    edges.sort_unstable();
    edges
}

/// True when no two triangles that share an edge alone run along it in the same direction.
fn agree(mesh: &Mesh) -> bool {
    edges(mesh)
        .chunk_by(|x, y| (x.0, x.1) == (y.0, y.1))
        .all(|edge| !matches!(edge, [x, y] if x.3 == y.3 && x.0 != x.1))
}

/// Turns the triangles of each connected piece alike, and closed pieces outward.
fn turn_pieces(mesh: &mut Mesh) {
    let edges = edges(mesh);
    // Pairs of neighbours, and whether one of them has to be turned.
    let mut neighbours: Vec<(u32, u32, bool)> = edges
        .chunk_by(|x, y| (x.0, x.1) == (y.0, y.1))
        .filter_map(|edge| match edge {
            [x, y] if x.2 != y.2 => Some((x.2, y.2, x.3 == y.3)),
            _ => None,
        })
        .flat_map(|(s, t, turn)| [(s, t, turn), (t, s, turn)])
        .collect();
    neighbours.sort_unstable();
    let mut turned: Vec<Option<bool>> = vec![None; mesh.triangles.len()];
    for first in 0..mesh.triangles.len() {
        if turned[first].is_some() {
            continue;
        }
        turned[first] = Some(false);
        let mut piece = vec![first as u32];
        let mut done = 0;
        while let Some(&at) = piece.get(done) {
            done += 1;
            let own = turned[at as usize] == Some(true);
            let from = neighbours.partition_point(|n| n.0 < at);
            for &(_, other, turn) in neighbours[from..].iter().take_while(|n| n.0 == at) {
                if turned[other as usize].is_none() {
                    turned[other as usize] = Some(own != turn);
                    piece.push(other);
                }
            }
        }
        for &t in &piece {
            if turned[t as usize] == Some(true) {
                mesh.triangles[t as usize].swap(1, 2);
            }
        }
        let part = part(mesh, &piece);
        if part.volume() < 0.0 && part.is_closed() {
            piece.iter().for_each(|&t| mesh.triangles[t as usize].swap(1, 2));
        }
    }
}

/// Some triangles of a mesh, with the points that they need.
fn part(mesh: &Mesh, triangles: &[u32]) -> Mesh {
    let mut part = Mesh::default();
    let mut index: FxHashMap<u32, u32> = FxHashMap::default();
    for &t in triangles {
        let corners = mesh.triangles[t as usize].map(|i| {
            *index.entry(i).or_insert_with(|| {
                part.positions.push(mesh.positions[i as usize]);
                part.positions.len() as u32 - 1
            })
        });
        part.triangles.push(corners);
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec3;

    #[test]
    fn a_box_comes_out_turned_outward_however_it_is_wound() {
        let good = Mesh::cuboid(DVec3::ZERO, DVec3::new(1.0, 2.0, 3.0));
        for bits in [0_u32, 0xfff, 0b1, 0b1010_0110_1001, 0b1111_1100_0000] {
            let mut mesh = good.clone();
            for (k, t) in mesh.triangles.iter_mut().enumerate() {
                if bits >> k & 1 == 1 {
                    t.swap(1, 2);
                }
            }
            let mesh = orient(mesh);
            assert!(mesh.is_closed());
            assert!((mesh.volume() - 6.0).abs() < 1e-12);
        }
    }
}
