//! Properties that hold for any shape.

use glam::{DAffine3, DQuat, DVec3, EulerRot};
use groma_geometry::{Aabb, Bvh, Facet, FacetTree, Meeting, Mesh, Triangle, facet, triangle};
use proptest::collection::vec;
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

fn point(reach: f64) -> impl Strategy<Value = DVec3> {
    (-reach..reach, -reach..reach, -reach..reach).prop_map(|(x, y, z)| DVec3::new(x, y, z))
}

fn a_triangle() -> impl Strategy<Value = Triangle> {
    (point(5.0), point(1.0), point(1.0)).prop_map(|(p, u, v)| [p, p + u, p + v])
}

/// The least distance of two triangles; endless where one is none.
fn apart(p: &Triangle, q: &Triangle) -> f64 {
    let faces = Facet::of_triangle(p).zip(Facet::of_triangle(q));
    faces.and_then(|(p, q)| facet::distance(&p, &q, f64::INFINITY)).map_or(f64::INFINITY, |d| d.0)
}

/// Triangles after a motion.
fn moved(list: &[Triangle], by: &DAffine3) -> Vec<Triangle> {
    list.iter().map(|t| t.map(|c| by.transform_point3(c))).collect()
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
        // Brought near, or hardly any would meet.
        let near_motion = DAffine3 { translation: motion.translation * 0.02, ..motion };
        let boxes = |list: &[Triangle]| list.iter().map(|t| Aabb::of(*t)).collect::<Vec<_>>();
        let (x, y) = (boxes(&a), boxes(&b));
        let (of_a, of_b) = (FacetTree::of(a.iter().copied()), FacetTree::of(b.iter().copied()));
        for motion in [motion, near_motion] {
            let mut found = BTreeSet::new();
            Bvh::build(&x).pairs(&Bvh::build(&y), &motion, margin, |i, j| {
                found.extend(i.iter().map(|&i| (i, j)));
                ControlFlow::Continue(0.0)
            });
            let mut met = BTreeSet::new();
            let maps = (&motion, &motion.inverse());
            of_a.meeting(&of_b, maps, margin, &mut Meeting::default(), |i, j, _| {
                met.extend(i.iter().map(|&i| (i, j)));
                ControlFlow::Continue(0.0)
            });
            for (i, p) in (0..).zip(&a) {
                for (j, q) in (0..).zip(moved(&b, &motion)) {
                    let near = apart(p, &q) <= margin;
                    prop_assert!(!near || (found.contains(&(i, j)) && met.contains(&(i, j))));
                }
            }
        }
    }

    #[test]
    fn what_must_overlap_by_some_metres_is_all_that_is_left_out(
        a in vec(a_triangle(), 1..40),
        b in vec(a_triangle(), 1..40),
        turn in point(3.0),
        overlap in 0.0..1.0,
    ) {
        let motion = DAffine3::from_quat(DQuat::from_euler(EulerRot::XYZ, turn.x, turn.y, turn.z));
        let (x, y) = (FacetTree::of(a.iter().copied()), FacetTree::of(b.iter().copied()));
        let maps = (&motion, &motion.inverse());
        let (mut met, mut walked) = (BTreeSet::new(), BTreeSet::new());
        x.meeting(&y, maps, 0.0, &mut Meeting::default(), |i, j, _| {
            met.extend(i.iter().map(|&i| (i, j)));
            ControlFlow::Continue(overlap)
        });
        x.tree().pairs(y.tree(), &motion, 0.0, |i, j| {
            walked.extend(i.iter().map(|&i| (i, j)));
            ControlFlow::Continue(overlap)
        });
        let common = |p: &Triangle, q: &Triangle| {
            let (p, q) = (Aabb::of(*p), Aabb::of(*q));
            (p.max_f64().min(q.max_f64()) - p.min_f64().max(q.min_f64())).min_element()
        };
        // Boxes that are apart in the coordinates of the other show that nothing meets, too.
        let a_in_b: Vec<Triangle> = moved(&a, &motion.inverse());
        for (i, (p, p_in_b)) in (0..).zip(a.iter().zip(&a_in_b)) {
            for (j, (q_in_b, q)) in (0..).zip(b.iter().zip(moved(&b, &motion))) {
                let deep = common(p, &q) > overlap + 1e-4 && common(p_in_b, q_in_b) > 1e-4;
                prop_assert!(!deep || (met.contains(&(i, j)) && walked.contains(&(i, j))));
            }
        }
    }

    #[test]
    fn the_distance_of_triangles_is_symmetric_and_survives_any_motion(
        p in a_triangle(),
        q in a_triangle(),
        motion in a_motion(),
    ) {
        let Some((one, other)) = Facet::of_triangle(&p).zip(Facet::of_triangle(&q)) else { return Ok(()) };
        let found = facet::distance(&one, &other, f64::INFINITY);
        prop_assert!(found.is_some());
        let Some((d, x, y)) = found else { return Ok(()) };
        prop_assert!((d - x.distance(y)).abs() < 1e-9, "the witnesses are that far apart");
        prop_assert!((d - apart(&q, &p)).abs() < 1e-9);
        let both = moved(&[p, q], &motion);
        prop_assert!((d - apart(&both[0], &both[1])).abs() < 1e-9);
        prop_assert!(facet::distance(&one, &other, d * 0.999).is_none());
        prop_assert!(facet::distance(&one, &other, d + 1e-9).is_some());
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
            least.min(apart(p, &q.map(|c| motion.transform_point3(c))))
        });
        let (x, y) = (FacetTree::of(a.iter().copied()), FacetTree::of(b.iter().copied()));
        let mut scratch = Meeting::default();
        let found = x.distance(&y, &motion, f64::INFINITY, 0.0, &mut scratch).map(|n| n.distance);
        prop_assert!(found.is_some_and(|d| (d - brute).abs() < 1e-9), "{found:?} {brute}");
        prop_assert_eq!(x.distance(&y, &motion, brute * 0.999, 0.0, &mut scratch), None);
        // What is known to be the least ends the search, and changes nothing.
        let told = x.distance(&y, &motion, f64::INFINITY, brute, &mut scratch).map(|n| n.distance);
        prop_assert!(told.is_some_and(|d| (d - brute).abs() < 1e-9), "{told:?} {brute}");
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
        let tree = FacetTree::new(&moved);
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
        let found = FacetTree::of(soup.iter().copied()).ray_cast(from, along, f64::INFINITY);
        prop_assert_eq!(found.map_or(f64::INFINITY, |h| h.at), brute);
    }
}
