//! Windows and doors: what fills an opening exactly. x along the wall, y through it, z up, from the least
//! corner of the opening.

use crate::shape::{FRAME, GLASS, Profile, Solid, Style, TIMBER};

/// A frame around x and z, looking south: swept through the wall from the north.
const THROUGH: crate::shape::Axes = crate::shape::SOUTH;

fn rectangle(lo: [f64; 2], hi: [f64; 2]) -> Vec<[f64; 2]> {
    vec![lo, [hi[0], lo[1]], hi, [lo[0], hi[1]]]
}

/// Two panes in a frame, in the middle of a wall.
pub(crate) fn window(width: f64, height: f64, wall: f64) -> Vec<(Solid, Style)> {
    let (f, m) = (0.07, 0.035);
    let panes = [([f, f], [width / 2.0 - m, height - f]), ([width / 2.0 + m, f], [width - f, height - f])];
    let holes = panes.iter().map(|(lo, hi)| rectangle(*lo, *hi)).collect();
    let frame = Solid::new(Profile::Polygon(rectangle([0.0; 2], [width, height]), holes), 0.08);
    let mut all = vec![(frame.at([0.0, wall / 2.0 + 0.04, 0.0], THROUGH), FRAME)];
    for (lo, hi) in panes {
        let y = wall / 2.0;
        all.push((Solid::cuboid([lo[0], y - 0.012, lo[1]], [hi[0], y + 0.012, hi[1]]), GLASS));
    }
    all
}

/// A lining as deep as the wall, and a leaf.
pub(crate) fn door(width: f64, height: f64, wall: f64) -> Vec<(Solid, Style)> {
    let f = 0.06;
    let lining = vec![
        [0.0, 0.0],
        [f, 0.0],
        [f, height - f],
        [width - f, height - f],
        [width - f, 0.0],
        [width, 0.0],
        [width, height],
        [0.0, height],
    ];
    let y = wall / 2.0;
    vec![
        (Solid::new(Profile::Polygon(lining, Vec::new()), wall).at([0.0, wall, 0.0], THROUGH), FRAME),
        (Solid::cuboid([f, y - 0.02, 0.008], [width - f, y + 0.02, height - f]), TIMBER),
    ]
}
