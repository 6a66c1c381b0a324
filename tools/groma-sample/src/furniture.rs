//! Desks, chairs and shelves of the offices, as faceted breps. Only with
//! [`Options::rich`](crate::Options::rich).

use crate::architecture::Architecture;
use crate::building::{BAY, FINISH, Side};
use crate::kit::Item;
use crate::shape::{Axes, FRAME, Profile, Solid, Style, TIMBER, UP, UP_WEST};
use crate::step::Value;
use std::io::Write;

impl<W: Write> Architecture<'_, W> {
    /// Furnishes a room: two desks and a shelf with breps of their own, two chairs that share one.
    pub(crate) fn furnish(&mut self, bay: usize, side: Side) {
        let x = BAY * bay as f64;
        let tag = format!("{}/bay{}", side.name(), bay + 1);
        for i in 0..2 {
            let at = [x + 1.5 + 2.2 * i as f64, side.y(2.0), FINISH];
            let shape = self.to.kit.breps(&desk(1.4 + 0.01 * (bay % 20) as f64));
            self.furniture(&format!("desk/{tag}/{}", i + 1), "Desk", at, UP, shape, "DESK");
            let at = [at[0], side.y(2.9), FINISH];
            let shape = self.to.kit.mapped_breps("chair", chair);
            let axes = if side == Side::South { UP } else { UP_WEST };
            self.furniture(&format!("chair/{tag}/{}", i + 1), "Chair", at, axes, shape, "CHAIR");
        }
        let shape = self.to.kit.breps(&shelf(4 + bay % 3));
        self.furniture(&format!("shelf/{tag}"), "Shelf", [x + 0.8, side.y(4.6), FINISH], UP, shape, "SHELF");
    }

    fn furniture(
        &mut self,
        role: &str,
        name: &str,
        at: [f64; 3],
        axes: Axes,
        shape: crate::step::Ref,
        kind: &'static str,
    ) {
        let item = Item { class: "IFCFURNITURE", role, name, at, axes, tail: &[Value::Enum(kind)] };
        self.to.kit.element(&item, Some(shape));
    }
}

/// A rectangle about a point with rounded corners.
fn rounded(centre: [f64; 2], half: [f64; 2], radius: f64) -> Profile {
    let mut outline = Vec::new();
    for quarter in 0..4 {
        let signs = [[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]][quarter];
        for step in 0..=4 {
            let angle = std::f64::consts::FRAC_PI_2 * (quarter as f64 + f64::from(step) / 4.0);
            let (sin, cos) = angle.sin_cos();
            outline.push([
                centre[0] + signs[0] * (half[0] - radius) + radius * cos,
                centre[1] + signs[1] * (half[1] - radius) + radius * sin,
            ]);
        }
    }
    Profile::Polygon(outline, Vec::new())
}

fn desk(width: f64) -> Vec<(Solid, Style)> {
    let (w, d) = (width / 2.0, 0.4);
    let top = Solid::new(rounded([0.0; 2], [w, d], 0.05), 0.03).at([0.0, 0.0, 0.71], UP);
    let mut all = vec![(top, TIMBER)];
    for [x, y] in [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]] {
        let leg = Solid::new(Profile::Rect([0.05, 0.05]), 0.71);
        all.push((leg.at([x * (w - 0.1), y * (d - 0.1), 0.0], UP), FRAME));
    }
    all
}

fn chair() -> Vec<(Solid, Style)> {
    let seat = Solid::new(rounded([0.0; 2], [0.24, 0.24], 0.08), 0.06).at([0.0, 0.0, 0.44], UP);
    let back = Solid::new(rounded([0.0, 0.21], [0.22, 0.025], 0.02), 0.45).at([0.0, 0.0, 0.5], UP);
    let stem = Solid::new(Profile::Circle(0.03), 0.38).at([0.0, 0.0, 0.06], UP);
    let foot = Solid::new(Profile::Circle(0.28), 0.06);
    vec![(seat, FRAME), (back, FRAME), (stem, FRAME), (foot, FRAME)]
}

fn shelf(boards: usize) -> Vec<(Solid, Style)> {
    let mut all = vec![
        (Solid::cuboid([-0.45, -0.15, 0.0], [-0.43, 0.15, 1.8]), TIMBER),
        (Solid::cuboid([0.43, -0.15, 0.0], [0.45, 0.15, 1.8]), TIMBER),
    ];
    for i in 0..boards {
        let z = 0.05 + 1.7 * i as f64 / (boards - 1) as f64;
        all.push((Solid::cuboid([-0.43, -0.15, z], [0.43, 0.15, z + 0.02]), TIMBER));
    }
    all
}
