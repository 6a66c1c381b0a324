//! Which triangles of a mesh make up one face.

use crate::{Facet, Mesh, triangle};
use glam::DVec3;

/// Two triangles whose corners lie as near to the plane of each other, in metres, lie in one: less than what lengths are
/// rounded to.
const FLAT: f64 = 1e-9;

/// The least cosine of normals that are one.
const LEVEL: f64 = 1.0 - 1e-12;

/// What lies beside a triangle in its plane.
#[derive(Clone, Copy, Default)]
struct Beside {
    /// How many triangles.
    count: u32,
    /// The last of them, and the corner from which on the side runs that both have.
    other: u32,
    side: usize,
}

/// The faces of a mesh, with the corners of each as indices of points, the last of a triangle twice. Two triangles are
/// one face where they lie in one plane, make up a convex quadrilateral and have a side in common with no other of that
/// plane: which way it is cut makes no difference. Triangles without area, or with a corner that is not finite, are
/// left out.
pub(crate) fn facets_of(mesh: &Mesh) -> (Vec<Facet>, Vec<[u32; 4]>) {
    let triangles = &mesh.triangles;
    let point = |p: u32| mesh.positions[p as usize];
    let normals: Vec<Option<DVec3>> =
        triangles.iter().map(|t| triangle::unit_normal(&t.map(point))).collect();
    let beside = all_beside(mesh, &normals);
    let count = triangles.len() - beside.iter().filter(|b| b.count == 1).count() / 2;
    let (mut facets, mut corners) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut joined = vec![false; triangles.len()];
    for (t, (of, normal)) in triangles.iter().zip(&normals).enumerate() {
        let Some(normal) = normal.filter(|_| !joined[t]) else { continue };
        let (mine, theirs) = (beside[t], beside[beside[t].other as usize]);
        let quad = (mine.count == 1 && theirs.count == 1).then(|| {
            let far = triangles[mine.other as usize][(theirs.side + 2) % 3];
            [of[(mine.side + 2) % 3], of[mine.side], far, of[(mine.side + 1) % 3]]
        });
        if let Some((ring, facet)) = quad.and_then(|ring| Some((ring, Facet::of_quad(ring.map(point))?))) {
            joined[mine.other as usize] = true;
            facets.push(facet);
            corners.push(ring);
        } else {
            facets.push(Facet::of_level_triangle(&of.map(point), normal));
            corners.push([of[0], of[1], of[2], of[2]]);
        }
    }
    (facets, corners)
}

/// What lies beside each triangle.
fn all_beside(mesh: &Mesh, normals: &[Option<DVec3>]) -> Vec<Beside> {
    let triangles = &mesh.triangles;
    // The sides that begin at each point: where those of each point begin in the list, and for each side the point at
    // its end and four times its triangle, plus the corner.
    let mut begin = vec![0u32; mesh.positions.len() + 2];
    triangles.iter().flatten().for_each(|&p| begin[p as usize + 2] += 1);
    for k in 2..begin.len() {
        begin[k] += begin[k - 1];
    }
    let mut sides = vec![(0u32, 0u32); triangles.len() * 3];
    for (t, of) in (0u32..).zip(triangles) {
        for (k, (p, q)) in (0u32..).zip([(of[0], of[1]), (of[1], of[2]), (of[2], of[0])]) {
            let at = &mut begin[p as usize + 1];
            sides[*at as usize] = (q, 4 * t + k);
            *at += 1;
        }
    }
    let from = |p: u32| &sides[begin[p as usize] as usize..begin[p as usize + 1] as usize];
    let height = |normal: DVec3, p: u32, q: u32| {
        normal.dot(mesh.positions[p as usize] - mesh.positions[q as usize]).abs()
    };
    let mut beside = vec![Beside::default(); triangles.len()];
    for (t, of) in triangles.iter().enumerate() {
        let Some(normal) = normals[t] else { continue };
        for (k, (p, q)) in [(of[0], of[1]), (of[1], of[2]), (of[2], of[0])].into_iter().enumerate() {
            // The other one of both has it the other way round.
            if p > q {
                continue;
            }
            for (_, at) in from(q).iter().filter(|(end, _)| *end == p) {
                let (other, side) = (at / 4, (at % 4) as usize);
                let Some(level) = normals[other as usize].filter(|n| n.dot(normal) > LEVEL) else { continue };
                let far = triangles[other as usize][(side + 2) % 3];
                if height(normal, far, p) < FLAT && height(level, of[(k + 2) % 3], p) < FLAT {
                    let mut add = |t: usize, other: u32, side: usize| {
                        beside[t] = Beside { count: beside[t].count + 1, other, side };
                    };
                    add(t, other, k);
                    add(other as usize, t as u32, side);
                }
            }
        }
    }
    beside
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of sides of the faces.
    fn sides(mesh: &Mesh) -> Vec<usize> {
        let (facets, corners) = facets_of(mesh);
        assert!(
            facets.iter().zip(&corners).all(|(f, c)| f.corners() == c.map(|p| mesh.positions[p as usize]))
        );
        let area: f64 = facets.iter().map(Facet::area).sum();
        assert!((area - mesh.area()).abs() < 1e-9);
        facets.iter().map(Facet::sides).collect()
    }

    #[test]
    fn a_cuboid_has_six_faces_whichever_way_they_are_cut() {
        let mut cuboid = Mesh::cuboid(DVec3::ZERO, DVec3::new(3.0, 0.2, 2.5));
        assert_eq!(sides(&cuboid), [4; 6]);
        let before = facets_of(&cuboid).0;
        // The other diagonal of each.
        for pair in cuboid.triangles.chunks_exact_mut(2) {
            let far = *pair[1].iter().find(|p| !pair[0].contains(p)).unwrap();
            let k = (0..3).find(|&k| !pair[1].contains(&pair[0][k])).unwrap();
            let (apex, p, q) = (pair[0][k], pair[0][(k + 1) % 3], pair[0][(k + 2) % 3]);
            (pair[0], pair[1]) = ([apex, p, far], [apex, far, q]);
        }
        assert!(cuboid.is_closed());
        assert_eq!(sides(&cuboid), [4; 6]);
        let middles = |of: &[Facet]| of.iter().map(|f| (f.middle(), f.normal)).collect::<Vec<_>>();
        assert_eq!(middles(&facets_of(&cuboid).0), middles(&before));
    }

    #[test]
    fn what_is_no_quadrilateral_stays_in_triangles() {
        let flat = |points: &[(f64, f64)], triangles: &[[u32; 3]]| {
            let positions = points.iter().map(|(x, y)| DVec3::new(*x, *y, 0.0)).collect();
            sides(&Mesh { positions, triangles: triangles.to_vec() })
        };
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        assert_eq!(flat(&square, &[[0, 1, 2], [0, 2, 3]]), [4]);
        assert_eq!(flat(&square, &[[0, 1, 2], [0, 3, 2]]), [3, 3], "turned over");
        let dart = [(0.0, 0.0), (1.0, 0.0), (0.2, 0.2), (0.0, 1.0)];
        assert_eq!(flat(&dart, &[[0, 1, 2], [0, 2, 3]]), [3, 3], "not convex");
        let three = [(0.0, 0.0), (1.0, 0.0), (1.5, 0.5), (1.0, 1.0), (0.0, 1.0)];
        assert_eq!(flat(&three, &[[0, 1, 3], [0, 3, 4], [1, 2, 3]]), [3, 3, 3], "three of one plane");
        let mut bent = Mesh {
            positions: square.iter().map(|(x, y)| DVec3::new(*x, *y, 0.0)).collect(),
            triangles: vec![[0, 1, 2], [0, 2, 3]],
        };
        bent.positions[3].z = 1e-6;
        assert_eq!(sides(&bent), [3, 3], "not flat");
        bent.triangles.push([0, 0, 1]);
        assert_eq!(sides(&bent), [3, 3], "nothing of no area");
    }
}
