//! From the triangle soup of the kernel to indexed meshes.

use glam::DVec3;
use groma_geometry::Mesh;
use rustc_hash::FxHashMap;

/// Makes an indexed mesh of f32 triplets: points that agree in every bit become one, and triangles that have
/// less than three corners then go. Slivers with three corners stay: without them a closed body would
/// be open.
pub(crate) fn indexed(positions: &[f32], indices: &[u32]) -> Mesh {
    let mut mesh = Mesh { positions: Vec::new(), triangles: Vec::with_capacity(indices.len() / 3) };
    let mut known: FxHashMap<[u32; 3], u32> = FxHashMap::default();
    let mut new_index = vec![u32::MAX; positions.len() / 3];
    let mut index_of = |old: u32, mesh: &mut Mesh| -> Option<u32> {
        let slot = new_index.get_mut(old as usize)?;
        if *slot == u32::MAX {
            let at = 3 * old as usize;
            // Adding zero makes the two zeros one.
            let p = [positions[at] + 0.0, positions[at + 1] + 0.0, positions[at + 2] + 0.0];
            if !p.iter().all(|x| x.is_finite()) {
                return None;
            }
            *slot = *known.entry(p.map(f32::to_bits)).or_insert_with(|| {
                mesh.positions.push(DVec3::from_array(p.map(f64::from)));
                mesh.positions.len() as u32 - 1
            });
        }
        Some(*slot)
    };
    for corners in indices.chunks_exact(3) {
        let corners = [
            index_of(corners[0], &mut mesh),
            index_of(corners[1], &mut mesh),
            index_of(corners[2], &mut mesh),
        ];
        if let [Some(a), Some(b), Some(c)] = corners
            && a != b
            && b != c
            && c != a
        {
            mesh.triangles.push([a, b, c]);
        }
    }
    mesh.positions.shrink_to_fit();
    mesh.triangles.shrink_to_fit();
    mesh
}

/// Adds the triangles of another mesh, moved by an offset; points that agree in every bit become one.
pub(crate) fn join(mesh: &mut Mesh, other: &Mesh, offset: DVec3) {
    let bits = |p: DVec3| (p + 0.0).to_array().map(f64::to_bits);
    let mut known: FxHashMap<[u64; 3], u32> =
        mesh.positions.iter().zip(0..).map(|(&p, i)| (bits(p), i)).collect();
    let new: Vec<u32> = other
        .positions
        .iter()
        .map(|&p| {
            let p = p + offset;
            *known.entry(bits(p)).or_insert_with(|| {
                mesh.positions.push(p);
                mesh.positions.len() as u32 - 1
            })
        })
        .collect();
    mesh.triangles.extend(other.triangles.iter().map(|t| t.map(|i| new[i as usize])));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_points_become_one_and_empty_triangles_go() {
        let soup =
            [0., 0., 0., 1., 0., 0., 0., 1., 0., 1., 0., 0., -0., 0., 0., 1., 1., 0., f32::NAN, 0., 0.];
        let mesh = indexed(&soup, &[0, 1, 2, 3, 5, 2, 0, 4, 1, 0, 1, 6, 0, 1, 99]);
        assert_eq!(mesh.positions.len(), 4);
        assert_eq!(mesh.triangles, [[0, 1, 2], [1, 3, 2]]);
    }

    #[test]
    fn joined_meshes_share_their_seam() {
        let mut one = indexed(&[0., 0., 0., 1., 0., 0., 0., 1., 0.], &[0, 1, 2]);
        let other = indexed(&[0., 0., 0., 0., 1., 0., -1., 1., 0.], &[0, 1, 2]);
        join(&mut one, &other, DVec3::X);
        assert_eq!(one.positions.len(), 4);
        assert_eq!(one.triangles, [[0, 1, 2], [1, 3, 2]]);
    }
}
