//! Many boxes to the pairs of them that meet.

use cpu_time::ProcessTime;
use glam::DVec3;
use groma::geometry::{Aabb, Bvh};
use serde::Serialize;
use std::time::Instant;

/// Pairs among made boxes.
#[derive(clap::Args)]
pub(crate) struct Boxes {
    /// How many boxes
    #[arg(long, default_value_t = 1_000_000)]
    count: u32,
}

/// What the pairs cost.
#[derive(Serialize)]
pub(crate) struct Pairs {
    boxes: usize,
    pairs: usize,
    build_cpu_s: f64,
    pairs_cpu_s: f64,
    cpu_s: f64,
    wall_s: f64,
}

/// Boxes with sides of up to 2 m at random in a cube, so large that there are some four pairs per box; the same
/// for the same count.
fn make(count: u32) -> Vec<Aabb> {
    let side = f64::from(count).cbrt();
    let mut state = 1u64;
    let mut next = move || {
        // The generator MMIX of Knuth.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut point = move || DVec3::new(next(), next(), next());
    (0..count)
        .map(|_| {
            let corner = point() * side;
            Aabb::of([corner, corner + point() * 2.0])
        })
        .collect()
}

/// Builds the tree and finds all pairs.
pub(crate) fn measure(args: &Boxes) -> Pairs {
    let boxes = make(args.count);
    let (wall, start) = (Instant::now(), ProcessTime::now());
    let tree = Bvh::build(&boxes);
    let built = start.elapsed().as_secs_f64();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    tree.pairs_within_itself(|i, j| pairs.push((i, j)));
    let all = start.elapsed().as_secs_f64();
    Pairs {
        boxes: boxes.len(),
        pairs: pairs.len(),
        build_cpu_s: built,
        pairs_cpu_s: all - built,
        cpu_s: all,
        wall_s: wall.elapsed().as_secs_f64(),
    }
}
