//! Pairs of simple shapes with known answers.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/mesh_file.rs"]
#[allow(dead_code, reason = "the reader of files is for the truth")]
mod mesh_file;

use glam::{DAffine3, DMat3, DVec3};
use groma_clash::{
    Clash, ClashRun, DepthKind, DetectError, Exclusion, Kind, Pairs, Rule, RuleKind, Scene, SceneModel,
    Subject, detect,
};
use groma_geometry::{Mesh, Shapes};
use groma_model::{Cancelled, Class, ElementId, Frame, KeyMaker, Model, Progress, Standing};

fn cuboid(min: [f64; 3], max: [f64; 3]) -> Mesh {
    Mesh::cuboid(min.into(), max.into())
}

/// Several meshes as one.
fn together(meshes: &[Mesh]) -> Mesh {
    let mut sum = Mesh::default();
    for mesh in meshes {
        let first = sum.positions.len() as u32;
        sum.positions.extend(&mesh.positions);
        sum.triangles.extend(mesh.triangles.iter().map(|t| t.map(|i| i + first)));
    }
    sum
}

fn flipped(mut mesh: Mesh) -> Mesh {
    mesh.flip();
    mesh
}

/// A prism along z over a polygon that its first corner sees whole.
fn prism(outline: &[[f64; 2]], low: f64, high: f64) -> Mesh {
    let n = outline.len() as u32;
    let ring = |z: f64| outline.iter().map(move |p| DVec3::new(p[0], p[1], z));
    let mut mesh = Mesh { positions: ring(low).chain(ring(high)).collect(), triangles: Vec::new() };
    for k in 1..n - 1 {
        mesh.triangles.extend([[0, k + 1, k], [n, n + k, n + k + 1]]);
    }
    for k in 0..n {
        let next = (k + 1) % n;
        mesh.triangles.extend([[k, next, n + next], [k, n + next, n + k]]);
    }
    mesh
}

/// An L of 1 m by 1 m with legs 0.2 m wide, 1 m high; its inner corner is at (0.2, 0.2).
fn angle() -> Mesh {
    prism(&[[0.2, 0.2], [0.2, 1.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0], [1.0, 0.2]], 0.0, 1.0)
}

/// A square duct of sheet metal along x: 0.4 m wide, walls of 1 mm.
fn duct(length: f64) -> Mesh {
    let ring = |half: f64, x: f64| {
        [[-half, -half], [half, -half], [half, half], [-half, half]].map(|[y, z]| DVec3::new(x, y, z))
    };
    let mut mesh = Mesh::default();
    for (half, x) in [(0.2, 0.0), (0.2, length), (0.199, 0.0), (0.199, length)] {
        mesh.positions.extend(ring(half, x));
    }
    for k in 0..4u32 {
        let n = (k + 1) % 4;
        let quads = [
            [k, n, 4 + n, 4 + k],
            [8 + n, 8 + k, 12 + k, 12 + n],
            [n, k, 8 + k, 8 + n],
            [4 + k, 4 + n, 12 + n, 12 + k],
        ];
        // Seen from outside, the ring runs the other way round at x = 0.
        mesh.triangles.extend(quads.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]));
    }
    mesh
}

fn placed(mesh: Mesh, by: &DAffine3) -> Mesh {
    Mesh { positions: mesh.positions.iter().map(|&p| by.transform_point3(p)).collect(), ..mesh }
}

fn build(meshes: &[Mesh]) -> (Model, Shapes) {
    let (mut model, mut shapes) = (Model::empty("m"), Shapes::default());
    let mut keys = KeyMaker::new("m".into());
    for (k, mesh) in meshes.iter().enumerate() {
        mesh_file::push(&mut model, &mut shapes, &mut keys, &format!("E{k}"), "IfcWall", mesh.clone());
    }
    (model, shapes)
}

fn rule(kind: RuleKind) -> Rule {
    Rule { name: "test".into(), kind, tolerance: 0.002, pairs: Pairs::All, exclusions: true }
}

fn run(model: &Model, shapes: &Shapes, rule: &Rule) -> Result<ClashRun, DetectError> {
    let frame = Frame { standing: Standing::Local, origin: DVec3::ZERO };
    detect(&Scene { models: vec![SceneModel { model, shapes }], frame: &frame }, rule, &())
}

fn clash(kind: RuleKind, a: Mesh, b: Mesh) -> Option<Clash> {
    let (mut model, shapes) = build(&[a, b]);
    // Equal shapes are duplicates only within a class.
    model.elements[1].class = Class::new("IfcSlab", ["IfcElement"]);
    let mut clashes = run(&model, &shapes, &rule(kind)).unwrap().clashes;
    assert!(clashes.len() <= 1);
    clashes.pop()
}

/// What is hard about two meshes: kind, kind of depth, depth in tenths of a millimetre.
#[track_caller]
fn check(a: Mesh, b: Mesh, expected: Option<(Kind, DepthKind, f64)>) {
    let found = clash(RuleKind::Hard, a.clone(), b.clone());
    let swapped = clash(RuleKind::Hard, b, a);
    let facts = |c: &Clash| (c.kind, c.depth_kind, c.depth);
    assert_eq!(found.as_ref().map(facts), swapped.as_ref().map(facts), "the order of the pair matters");
    match (&found, expected) {
        (Some(c), Some((kind, depth_kind, depth))) => {
            assert_eq!((c.kind, c.depth_kind), (kind, Some(depth_kind)), "{c:?}");
            assert!(c.depth.is_some_and(|d| (d - depth).abs() < 1e-6), "{c:?}");
            assert_eq!(c.distance, 0.0);
            assert!((c.direction.length() - 1.0).abs() < 1e-6);
        }
        (None, None) => {}
        _ => panic!("found {found:?}, expected {expected:?}"),
    }
}

const WALL: ([f64; 3], [f64; 3]) = ([0.0, 0.0, 0.0], [5.0, 0.2, 3.0]);

fn wall() -> Mesh {
    cuboid(WALL.0, WALL.1)
}

#[test]
fn boxes_have_the_exact_way_out() {
    let hard = |depth| Some((Kind::Hard, DepthKind::Exact, depth));
    check(wall(), cuboid([4.95, 0.0, 0.0], [8.0, 0.2, 3.0]), hard(0.05));
    check(wall(), cuboid([1.0, -1.0, 1.0], [1.1, 1.0, 1.1]), hard(1.0));
    check(wall(), cuboid([1.0, -1.0, 1.0], [1.0015, 1.0, 2.0]), hard(1.0));
}

#[test]
fn a_shallow_overlap_and_a_touch_are_not_hard() {
    check(wall(), cuboid([4.999, 0.0, 0.0], [8.0, 0.2, 3.0]), None);
    check(wall(), cuboid([5.0, 0.0, 0.0], [8.0, 0.2, 3.0]), None);
    check(angle(), cuboid([0.2, 0.2, 0.0], [0.9, 0.9, 1.0]), None);
    check(angle(), cuboid([0.199, 0.199, 0.0], [0.9, 0.9, 1.0]), None);
}

#[test]
fn an_overlap_in_a_notch_is_as_deep_as_its_leg_is_entered() {
    check(
        angle(),
        cuboid([0.19, 0.2, 0.0], [0.9, 0.9, 1.0]),
        Some((Kind::Hard, DepthKind::LowerBound, 0.01)),
    );
}

#[test]
fn aligned_and_equal_shapes_of_any_form_are_found() {
    let shifted = placed(angle(), &DAffine3::from_translation(DVec3::Z * 0.9));
    let found = clash(RuleKind::Hard, angle(), shifted).unwrap();
    assert!(found.depth.is_some_and(|d| d > 0.002 && d <= 0.1 + 1e-9), "{found:?}");
    let found = clash(RuleKind::Hard, angle(), angle()).unwrap();
    assert!(found.depth.is_some_and(|d| d > 0.1), "{found:?}");
}

#[test]
fn inside_is_contained_and_a_cavity_is_outside() {
    let inner = || cuboid([1.0; 3], [2.0; 3]);
    let outer = || cuboid([0.0; 3], [3.0; 3]);
    check(outer(), inner(), Some((Kind::Contained, DepthKind::Exact, 2.0)));
    let hollow = together(&[outer(), flipped(cuboid([0.5; 3], [2.5; 3]))]);
    check(hollow.clone(), inner(), None);
    check(hollow.clone(), cuboid([0.5; 3], [2.0; 3]), None);
    let thick = together(&[outer(), flipped(cuboid([2.5; 3], [2.9; 3]))]);
    let found = clash(RuleKind::Hard, thick, inner()).unwrap();
    assert_eq!(found.kind, Kind::Contained);
}

#[test]
fn open_parts_that_close_together_are_one_solid() {
    // A box whose top has another material, around one that meets none of its faces.
    let whole = cuboid([0.0; 3], [3.0; 3]);
    let up = |t: &[u32; 3]| t.iter().all(|&i| whole.positions[i as usize].z > 2.9);
    let [top, rest] = [true, false].map(|of_top| {
        let triangles = whole.triangles.iter().copied().filter(|t| up(t) == of_top).collect();
        Mesh { positions: whole.positions.clone(), triangles }
    });
    assert!(!top.is_closed() && !rest.is_closed());
    let inner = cuboid([1.0; 3], [2.0; 3]);
    let (model, mut shapes) = build(&[rest.clone(), inner.clone(), top]);
    let alone = run(&model, &shapes, &rule(RuleKind::Hard)).unwrap();
    assert_eq!((alone.clashes.len(), alone.tally.surfaces), (0, 2));
    // The top belongs to the first element.
    let mut of_first = shapes.instances.pop().unwrap();
    of_first.element = ElementId(0);
    shapes.instances.insert(1, of_first);
    let together = run(&model, &shapes, &rule(RuleKind::Hard)).unwrap();
    assert_eq!(together.tally.surfaces, 0);
    let facts: Vec<_> = together.clashes.iter().map(|c| (c.kind, c.depth_kind)).collect();
    assert_eq!(facts, [(Kind::Contained, Some(DepthKind::Exact))]);
    // Mirrored as a whole, it is the same.
    let mirror = DAffine3::from_scale(DVec3::new(-1.0, 1.0, 1.0));
    shapes.transform(&mirror);
    let mirrored = run(&model, &shapes, &rule(RuleKind::Hard)).unwrap();
    assert_eq!((mirrored.tally.surfaces, mirrored.clashes.len()), (0, 1));
}

#[test]
fn what_spans_a_cavity_is_not_contained() {
    let cavity = flipped(cuboid([0.5, 0.1, 0.1], [1.0, 0.3, 0.3]));
    let wall = together(&[cuboid([0.0; 3], [2.0, 0.4, 0.4]), cavity]);
    // As wide as the cavity, and all of its corners are in the wall.
    let bar = cuboid([0.2, 0.1, 0.1], [1.8, 0.3, 0.3]);
    assert_eq!(clash(RuleKind::Hard, wall.clone(), bar).unwrap().kind, Kind::Hard);
    let beside = cuboid([1.1, 0.1, 0.1], [1.8, 0.3, 0.3]);
    assert_eq!(clash(RuleKind::Hard, wall, beside).unwrap().kind, Kind::Contained);
}

#[test]
fn sheet_metal_through_a_wall_and_through_sheet_metal_is_found() {
    assert!(duct(2.0).is_closed() && duct(2.0).volume() > 0.0, "{}", duct(2.0).volume());
    let across = DAffine3::from_rotation_z(1.2) * DAffine3::from_translation(DVec3::new(-1.0, 0.05, 0.07));
    let found = clash(RuleKind::Hard, duct(2.0), cuboid([0.9, -1.0, -1.0], [1.1, 1.0, 1.0])).unwrap();
    assert!(found.depth.is_some_and(|d| d >= 0.05), "{found:?}");
    let other = placed(duct(2.0), &(DAffine3::from_translation(DVec3::X) * across));
    let found = clash(RuleKind::Hard, duct(2.0), other).unwrap();
    assert!(found.depth.is_some_and(|d| d > 0.01), "{found:?}");
    // A thinner one inside along the same axis does not touch.
    let thin = placed(duct(2.0), &DAffine3::from_scale(DVec3::new(1.0, 0.9, 0.9)));
    check(duct(2.0), thin, None);
}

#[test]
fn a_surface_is_hard_where_it_passes_into_a_solid() {
    let sheet = |depth: f64| Mesh {
        positions: vec![
            DVec3::new(1.0, 0.2 - depth, 1.0),
            DVec3::new(2.0, 0.2 - depth, 1.0),
            DVec3::new(2.0, 1.0, 1.0),
            DVec3::new(1.0, 1.0, 1.0),
        ],
        triangles: vec![[0, 1, 2], [0, 2, 3]],
    };
    check(wall(), sheet(0.05), Some((Kind::Hard, DepthKind::Surface, 0.05)));
    check(wall(), sheet(0.001), None);
    check(wall(), sheet(0.0), None);
}

#[test]
fn an_inverted_mesh_is_the_same_solid() {
    check(
        flipped(wall()),
        cuboid([4.95, 0.0, 0.0], [8.0, 0.2, 3.0]),
        Some((Kind::Hard, DepthKind::Exact, 0.05)),
    );
}

#[test]
fn the_direction_moves_a_out_of_b() {
    for (a, b) in
        [(wall(), cuboid([4.95, 0.0, 0.0], [8.0, 0.2, 3.0])), (angle(), cuboid([0.19, 0.2, 0.0], [0.9; 3]))]
    {
        let found = clash(RuleKind::Hard, a.clone(), b.clone()).unwrap();
        let out = found.direction * (found.depth.unwrap() + 1e-6);
        assert_eq!(clash(RuleKind::Hard, placed(a, &DAffine3::from_translation(out)), b), None, "{found:?}");
    }
}

#[test]
fn what_reaches_out_of_a_notch_is_not_contained() {
    // Flush with the top, bottom and one side of the L, and 10 mm deep in its leg.
    let flush = cuboid([0.19, 0.5, 0.0], [0.9, 1.0, 1.0]);
    let found = clash(RuleKind::Hard, angle(), flush).unwrap();
    assert_eq!(found.kind, Kind::Hard, "{found:?}");
    let inside = cuboid([0.0, 0.5, 0.0], [0.2, 1.0, 1.0]);
    assert_eq!(clash(RuleKind::Hard, angle(), inside).unwrap().kind, Kind::Contained);
}

#[test]
fn a_clearance_has_its_distance_and_its_nearest_points() {
    let far = || cuboid([5.04, 0.0, 0.0], [8.0, 0.2, 3.0]);
    let found = clash(RuleKind::Clearance { distance: 0.05 }, wall(), far()).unwrap();
    assert_eq!((found.kind, found.distance, found.depth), (Kind::Clearance, 0.04, None));
    assert_eq!((found.point.x, found.direction), (5.02, DVec3::NEG_X));
    assert_eq!(clash(RuleKind::Clearance { distance: 0.04 }, wall(), far()), None);
    let hard = clash(RuleKind::Clearance { distance: 0.05 }, wall(), wall()).unwrap();
    assert_eq!((hard.kind, hard.distance), (Kind::Hard, 0.0));
}

#[test]
fn touching_is_neither_apart_nor_in_each_other() {
    let at =
        |x: f64| clash(RuleKind::Touching, wall(), cuboid([x, 0.0, 0.0], [8.0, 0.2, 3.0])).map(|c| c.kind);
    assert_eq!(at(5.0), Some(Kind::Touching));
    assert_eq!(at(5.00009), Some(Kind::Touching));
    assert_eq!(at(5.0002), None);
    assert_eq!(at(4.99), None);
}

#[test]
fn a_duplicate_is_reported_instead_of_hard() {
    let (model, shapes) = build(&[wall(), wall(), placed(wall(), &DAffine3::from_translation(DVec3::X))]);
    let kinds = |kind| {
        let run = run(&model, &shapes, &rule(kind)).unwrap();
        run.clashes.iter().map(|c| (c.a.element.0, c.b.element.0, c.kind)).collect::<Vec<_>>()
    };
    assert_eq!(kinds(RuleKind::Hard), [(0, 1, Kind::Duplicate), (0, 2, Kind::Hard), (1, 2, Kind::Hard)]);
    assert_eq!(kinds(RuleKind::Duplicate), [(0, 1, Kind::Duplicate)]);
}

#[test]
fn thin_plates_side_by_side_are_no_duplicates() {
    let plate = |z: f64| cuboid([0.0, 0.0, z], [1.0, 1.0, z + 0.0015]);
    let found = |a: Mesh, b: Mesh| {
        let (model, shapes) = build(&[a, b]);
        run(&model, &shapes, &rule(RuleKind::Hard)).unwrap().clashes.pop().map(|c| (c.kind, c.depth))
    };
    assert_eq!(found(plate(0.0), plate(0.0015)), None);
    assert_eq!(found(plate(0.0), plate(0.0)), Some((Kind::Duplicate, None)));
}

#[test]
fn scaled_and_mirrored_placements_are_placed_first() {
    let (model, mut shapes) = build(&[wall(), cuboid([4.95, 0.0, 0.0], [8.0, 0.2, 3.0])]);
    let squeeze = DMat3::from_diagonal(DVec3::new(-2.0, 1.0, 1.0));
    shapes.transform(&DAffine3::from_mat3(squeeze));
    let found = run(&model, &shapes, &rule(RuleKind::Hard)).unwrap().clashes;
    assert_eq!(found.len(), 1);
    assert!((found[0].depth.unwrap() - 0.1).abs() < 1e-9, "{found:?}");
    assert_eq!(found[0].direction, DVec3::X);
}

#[test]
fn what_belongs_together_is_left_out_and_counted() {
    let (mut model, shapes) = build(&[wall(), wall(), wall(), wall()]);
    let id = ElementId;
    model.elements[1].class =
        Class::new("IfcOpeningElement", ["IfcFeatureElementSubtraction", "IfcFeatureElement"]);
    model.relations.voids.push((id(0), id(1)));
    model.relations.fills.push((id(1), id(2)));
    model.relations.connects.push((id(0), id(3)));
    let with = run(&model, &shapes, &rule(RuleKind::Hard)).unwrap();
    assert_eq!(with.tally.excluded_elements[&Exclusion::Feature], 1);
    assert_eq!(with.tally.excluded_pairs[&Exclusion::Filling], 1);
    assert_eq!(with.tally.excluded_pairs[&Exclusion::Connected], 1);
    assert_eq!((with.tally.candidates, with.clashes.len()), (3, 1));
    let without = run(&model, &shapes, &Rule { exclusions: false, ..rule(RuleKind::Hard) }).unwrap();
    assert_eq!(without.clashes.len(), 3);
    assert_eq!(without.tally.excluded_elements[&Exclusion::Feature], 1, "a void is never tested");
}

#[test]
fn a_filling_belongs_to_its_host_with_all_its_parts() {
    // A wall, an opening, a window, and a pane and a frame that the window is made of.
    let (mut model, shapes) = build(&[wall(), wall(), wall(), wall(), wall()]);
    let id = ElementId;
    model.elements[1].class = Class::new("IfcOpeningElement", ["IfcFeatureElement"]);
    model.relations.voids.push((id(0), id(1)));
    model.relations.fills.push((id(1), id(2)));
    model.relations.aggregates.extend([(id(2), id(3)), (id(3), id(4))]);
    let run = run(&model, &shapes, &rule(RuleKind::Hard)).unwrap();
    assert_eq!(run.tally.excluded_pairs[&Exclusion::Filling], 3, "the window, its frame, the frame's pane");
    assert!(run.clashes.is_empty(), "{:?}", run.clashes);
}

#[test]
fn parts_of_one_assembly_and_joined_ports_are_left_out() {
    let (mut model, shapes) = build(&[wall(), wall(), wall()]);
    let id = ElementId;
    model.relations.aggregates.push((id(2), id(0)));
    model.relations.aggregates.push((id(2), id(1)));
    let run_all = |model: &Model| run(model, &shapes, &rule(RuleKind::Hard)).unwrap();
    assert_eq!(run_all(&model).tally.excluded_pairs[&Exclusion::Assembly], 3);
    model.elements[2].class = Class::new("IfcBuildingStorey", ["IfcSpatialStructureElement"]);
    assert_eq!(run_all(&model).clashes.len(), 1, "a storey is no assembly");
    model.relations.ports = vec![(id(7), id(0)), (id(8), id(1))];
    model.relations.port_connections.push((id(7), id(8)));
    assert_eq!(run_all(&model).tally.excluded_pairs[&Exclusion::Ports], 1);
}

#[test]
fn sets_test_each_of_one_with_each_of_the_other() {
    let (model, shapes) = build(&[wall(), wall(), wall()]);
    let subject = |k| Subject { model: 0, element: ElementId(k) };
    let sets = |a: &[u32], b: &[u32]| {
        let [a, b] = [a, b].map(|s| s.iter().map(|k| subject(*k)).collect());
        let rule = Rule { pairs: Pairs::Sets { a, b }, ..rule(RuleKind::Hard) };
        run(&model, &shapes, &rule).map(|r| r.clashes.len())
    };
    assert_eq!(sets(&[0], &[1, 2]), Ok(2));
    assert_eq!(sets(&[0, 1, 2], &[0, 1, 2]), Ok(3));
    assert_eq!(sets(&[0], &[0]), Ok(0));
    assert_eq!(sets(&[], &[0]), Err(DetectError::NothingSelected { set: "A" }));
    assert_eq!(sets(&[0], &[9]), Err(DetectError::NothingSelected { set: "B" }));
}

#[test]
fn wrong_lengths_and_a_stop_are_errors() {
    let (model, shapes) = build(&[wall()]);
    let with = |tolerance| run(&model, &shapes, &Rule { tolerance, ..rule(RuleKind::Hard) }).err();
    assert_eq!(with(-1.0), Some(DetectError::Length { what: "tolerance", value: -1.0 }));
    assert!(matches!(with(f64::NAN), Some(DetectError::Length { .. })));
    struct Stop;
    impl Progress for Stop {
        fn cancelled(&self) -> bool {
            true
        }
    }
    let frame = Frame { standing: Standing::Local, origin: DVec3::ZERO };
    let scene = Scene { models: vec![SceneModel { model: &model, shapes: &shapes }], frame: &frame };
    assert_eq!(detect(&scene, &rule(RuleKind::Hard), &Stop).err(), Some(DetectError::Cancelled(Cancelled)));
}

#[test]
fn broken_meshes_end_in_diagnostics() {
    let mut broken = wall();
    broken.positions[0] = DVec3::NAN;
    broken.triangles.push([0, 1, 99]);
    let empty = Mesh::default();
    let (model, shapes) = build(&[wall(), broken, empty]);
    let run = run(&model, &shapes, &rule(RuleKind::Hard)).unwrap();
    assert_eq!(run.tally.elements, 2);
    assert_eq!(run.tally.surfaces, 1);
    let codes: Vec<&str> = run.diagnostics.counts().keys().map(|c| c.id()).collect();
    assert_eq!(codes, ["G0401", "G0402"]);
}

#[test]
fn meshes_that_bound_no_solid_are_counted_and_still_tested() {
    let mut open = wall();
    open.triangles.pop();
    // All points in one plane, closed as far as edges go.
    let mut flat = wall();
    flat.positions.iter_mut().for_each(|p| p.y = 0.1);
    let bar = cuboid([1.0, -1.0, 1.0], [1.2, 1.0, 1.2]);
    for mesh in [open, flat] {
        let (model, shapes) = build(&[mesh, bar.clone()]);
        let run = run(&model, &shapes, &rule(RuleKind::Hard)).unwrap();
        assert_eq!((run.tally.elements, run.tally.surfaces, run.clashes.len()), (2, 1, 1));
        assert_eq!(run.clashes[0].depth_kind, Some(DepthKind::Surface));
        let codes: Vec<&str> = run.diagnostics.counts().keys().map(|c| c.id()).collect();
        assert_eq!(codes, ["G0401"]);
    }
}

#[test]
fn ten_thousand_kilometres_away_depths_are_the_same() {
    let far = [1e7, -1e7, 0.0];
    let at = |min: [f64; 3], max: [f64; 3]| {
        let moved = |p: [f64; 3]| [p[0] + far[0], p[1] + far[1], p[2] + far[2]];
        cuboid(moved(min), moved(max))
    };
    let (model, shapes) = build(&[at([0.0; 3], [1.0, 1.0, 1.0]), at([0.95, 0.0, 0.0], [2.0, 1.0, 1.0])]);
    let run = run(&model, &shapes, &rule(RuleKind::Hard)).unwrap();
    let depth = run.clashes[0].depth.unwrap();
    assert!((depth - 0.05).abs() < 1e-6, "{depth}");
}
