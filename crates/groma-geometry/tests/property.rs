//! Properties that hold for any shape.

use glam::{DAffine3, DQuat, DVec3, EulerRot};
use groma_geometry::{Aabb, Bvh, Mesh, Triangle, TriangleTree, triangle};
use proptest::collection::vec;
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};

fn point(reach: f64) -> impl Strategy<Value = DVec3> {
    (-reach..reach, -reach..reach, -reach..reach).prop_map(|(x, y, z)| DVec3::new(x, y, z))
}

fn a_triangle() -> impl Strategy<Value = Triangle> {
    (point(5.0), point(1.0), point(1.0)).prop_map(|(p, u, v)| [p, p + u, p + v])
}

fn a_motion() -> impl Strategy<Value = DAffine3> {
    (point(3.0), point(100.0)).prop_map(|(turn, shift)| {
        let turn = DQuat::from_euler(EulerRot::XYZ, turn.x, turn.y, turn.z);
        DAffine3::from_rotation_translation(turn, shift)
    })
}

fn placed(mesh: &Mesh, by: &DAffine3) -> Mesh {
    let positions = mesh.positions.iter().map(|&p| by.transform_point3(p)).collect();
    Mesh { positions, triangles: mesh.triangles.clone() }
}

proptest! {
    #[test]
    fn a_walk_down_two_trees_finds_the_pairs_of_brute_force(
        a in vec(a_triangle(), 1..60),
        b in vec(a_triangle(), 1..60),
        motion in a_motion(),
        margin in 0.0..0.5,
    ) {
        let boxes = |list: &[Triangle]| list.iter().map(|t| Aabb::of(*t)).collect::<Vec<_>>();
        let (x, y) = (boxes(&a), boxes(&b));
        let mut found = std::collections::BTreeSet::new();
        Bvh::build(&x).pairs(&Bvh::build(&y), &motion, margin, |i, j| {
            found.extend(i.iter().map(|&i| (i, j)));
        });
        for (i, p) in a.iter().enumerate() {
            for (j, q) in b.iter().enumerate() {
                let q = q.map(|c| motion.transform_point3(c));
                let near = triangle::distance(p, &q).0 <= margin;
                prop_assert!(!near || found.contains(&(i as u32, j as u32)));
            }
        }
    }

    #[test]
    fn the_distance_of_triangles_is_symmetric_and_survives_any_motion(
        p in a_triangle(),
        q in a_triangle(),
        motion in a_motion(),
    ) {
        let (d, x, y) = triangle::distance(&p, &q);
        prop_assert!((d - x.distance(y)).abs() < 1e-9, "the witnesses are that far apart");
        prop_assert!((d - triangle::distance(&q, &p).0).abs() < 1e-9);
        let moved = |t: Triangle| t.map(|c| motion.transform_point3(c));
        prop_assert!((d - triangle::distance(&moved(p), &moved(q)).0).abs() < 1e-9);
        // No pair of points is nearer than the distance.
        for (u, v) in [(0.1, 0.2), (0.5, 0.5), (0.8, 0.1), (0.3, 0.3)] {
            let at = |t: &Triangle| t[0] + (t[1] - t[0]) * u + (t[2] - t[0]) * v;
            prop_assert!(at(&p).distance(triangle::nearest_point(at(&p), &q)) >= d - 1e-9);
            prop_assert!(at(&q).distance(triangle::nearest_point(at(&q), &p)) >= d - 1e-9);
        }
    }

    #[test]
    fn the_distance_of_surfaces_is_that_of_brute_force(
        a in vec(a_triangle(), 1..40),
        b in vec(a_triangle(), 1..40),
        motion in a_motion(),
    ) {
        let brute = a.iter().flat_map(|p| b.iter().map(move |q| (p, q))).fold(f64::INFINITY, |least, (p, q)| {
            least.min(triangle::distance(p, &q.map(|c| motion.transform_point3(c))).0)
        });
        let (x, y) = (TriangleTree::of(a.iter().copied()), TriangleTree::of(b.iter().copied()));
        let found = x.distance(&y, &motion, f64::INFINITY).map(|n| n.distance);
        prop_assert!(found.is_some_and(|d| (d - brute).abs() < 1e-9), "{found:?} {brute}");
        prop_assert_eq!(x.distance(&y, &motion, brute * 0.999), None);
    }

    #[test]
    fn a_moved_cuboid_keeps_its_measures_and_holds_its_points(
        size in point(5.0),
        motion in a_motion(),
        probe in point(1.5),
    ) {
        let size = size.abs() + 0.01;
        let moved = placed(&Mesh::cuboid(-size, size), &motion);
        let (volume, area) = (8.0 * size.element_product(), 8.0 * (size.x * size.y + size.y * size.z + size.z * size.x));
        prop_assert!((moved.volume() - volume).abs() < 1e-9 * volume.max(1.0));
        prop_assert!((moved.area() - area).abs() < 1e-9 * area.max(1.0));
        prop_assert!(moved.is_closed());
        let tree = TriangleTree::new(&moved);
        let at = motion.transform_point3(size * probe);
        prop_assert_eq!(tree.contains(at), probe.abs().max_element() < 1.0);
        let depth = (size * (1.0 - probe.abs())).min_element();
        if depth > 0.0 {
            prop_assert!((tree.nearest(at, f64::INFINITY).map_or(-1.0, |n| n.0) - depth).abs() < 1e-9);
            prop_assert!(tree.is_near(at, depth * 1.001) && !tree.is_near(at, depth * 0.999));
        }
    }

    #[test]
    fn a_ray_meets_the_first_triangle(
        soup in vec(a_triangle(), 1..60),
        from in point(8.0),
        along in point(1.0),
    ) {
        let along = along + DVec3::splat(1e-3);
        let brute = soup
            .iter()
            .filter_map(|t| triangle::meet_ray(from, along, t))
            .fold(f64::INFINITY, |first, hit| first.min(hit.0));
        let found = TriangleTree::of(soup.iter().copied()).ray_cast(from, along, f64::INFINITY);
        prop_assert_eq!(found.map_or(f64::INFINITY, |h| h.at), brute);
    }
}
