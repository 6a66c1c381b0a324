//! The elements that clash by intent, and those that only look as if they did.

use crate::building::{SOFFIT, STEEL_UNDER, Side};
use crate::kit::{Item, Kit};
use crate::services::{diffuser, run, tray_profile};
use crate::shape::{
    Axes, CONCRETE, DUCT_SILVER, EAST, NORTH, PIPE_BLUE, PIPE_RED, Profile, Solid, Style, TRAY_ORANGE, UP,
};
use crate::stairs::{GOING, LANDING, RISE, WAIST};
use crate::step::Value;
use crate::structure;
use std::io::Write;

/// How far the planted door reaches into a column.
pub(crate) const DOOR_OVERLAP: f64 = 0.025;
/// How far the planted wall reaches into a column.
pub(crate) const WALL_OVERLAP: f64 = 0.04;
/// How far the planted tray reaches into a beam.
pub(crate) const TRAY_OVERLAP: f64 = 0.03;
/// How far the planted pipe reaches into a slab.
pub(crate) const PIPE_OVERLAP: f64 = 0.005;
/// How far the decoy tray reaches into a beam: less than the tolerance.
pub(crate) const GRAZE: f64 = 0.001;

const DUCT: (&str, &str) = ("IFCDUCTSEGMENT", "RIGIDSEGMENT");
const PIPE: (&str, &str) = ("IFCPIPESEGMENT", "RIGIDSEGMENT");
const TRAY: (&str, &str) = ("IFCCABLECARRIERSEGMENT", "CABLETRAYSEGMENT");

/// Where a door of a storey was moved to, from the start of its bay.
pub(crate) fn door(storey: usize, bay: usize, side: Side) -> Option<f64> {
    (storey == 3 && bay == 2 && side == Side::South).then_some(0.2 - DOOR_OVERLAP)
}

/// How far a partition runs into the column it should end at.
pub(crate) fn wall_overlap(storey: usize, line: usize, side: Side) -> f64 {
    if storey == 4 && line == 1 && side == Side::South { WALL_OVERLAP } else { 0.0 }
}

/// Size and place of the beam in the stair: x from, y and z of the axis; depth, length.
const STAIR_BEAM: ([f64; 3], [f64; 2], f64) = ([7.75, 12.5, 2.25], [0.2, 0.3], 1.35);

/// How far the beam's upper edge stands in the flight above, at right angles to the flight's underside.
pub(crate) fn stair_depth() -> f64 {
    let ([_, y, z], [width, height], _) = STAIR_BEAM;
    let slope = RISE / GOING;
    let underside = crate::building::STOREY / 2.0 + slope * (LANDING - (y + width / 2.0)) - WAIST;
    (z + height / 2.0 - underside) / slope.hypot(1.0)
}

/// Adds what was planted in the structure of a storey.
pub(crate) fn structure<W: Write>(kit: &mut Kit<W>, storey: usize) {
    if storey == 2 {
        let (at, size, length) = STAIR_BEAM;
        add(
            kit,
            ("IFCBEAM", "BEAM"),
            "planted/stair beam",
            "Landing beam",
            (at, EAST),
            &[(Solid::new(Profile::Rect(size), length), CONCRETE)],
        );
    }
}

/// Adds what was planted in the architecture of a storey.
pub(crate) fn architecture<W: Write>(kit: &mut Kit<W>, storey: usize) {
    if storey == 2 {
        let at = [18.0, 6.0, 0.0];
        let column = ("IFCCOLUMN", "COLUMN");
        add(kit, column, "planted/column", "Column B-4, architect", (at, UP), &structure::column_solid());
    }
}

/// Adds what was planted in the services of a storey.
pub(crate) fn services<W: Write>(kit: &mut Kit<W>, storey: usize) {
    let mut segment = |class, role, name, at, axes, profile, length, style| {
        add(kit, class, role, name, (at, axes), &run(profile, length, style));
    };
    match storey {
        0 => {
            let circle = Profile::Circle(0.055);
            segment(PIPE, "planted/drain", "Drain 110", [0.5, -2.0, -0.6], NORTH, circle, 4.0, PIPE_BLUE);
        }
        1 => {
            let rect = Profile::Rect([0.3, 0.2]);
            segment(
                DUCT,
                "planted/extract",
                "Extract duct 300 x 200",
                [5.0, 3.0, 3.35],
                EAST,
                rect,
                2.0,
                DUCT_SILVER,
            );
            let circle = Profile::Circle(0.02);
            segment(PIPE, "planted/downpipe", "Downpipe 40", [18.0, 0.0, 0.3], UP, circle, 2.2, PIPE_BLUE);
            let circle = Profile::Circle(0.014);
            segment(
                PIPE,
                "planted/hose",
                "Water pipe 28, stub",
                [11.6, 12.7, 1.5],
                EAST,
                circle,
                0.9,
                PIPE_BLUE,
            );
        }
        2 => {
            let circle = Profile::Circle(0.027);
            segment(PIPE, "planted/drain", "Drain 54", [18.9, 8.6, 2.9], NORTH, circle, 0.8, PIPE_BLUE);
            let at = [11.5, 8.4, STEEL_UNDER + GRAZE - 0.03];
            segment(
                TRAY,
                "decoy/tray",
                "Cable tray 200 x 60",
                at,
                EAST,
                tray_profile(0.1, 0.03),
                0.8,
                TRAY_ORANGE,
            );
        }
        3 => {
            let at = [11.0, 8.4, STEEL_UNDER + TRAY_OVERLAP - 0.03];
            segment(
                TRAY,
                "planted/tray",
                "Cable tray 200 x 60",
                at,
                EAST,
                tray_profile(0.1, 0.03),
                2.0,
                TRAY_ORANGE,
            );
            let rect = Profile::Rect([0.3, 0.3]);
            segment(
                DUCT,
                "planted/smoke",
                "Smoke duct 300 x 300",
                [9.75, 12.15, -0.8],
                UP,
                rect,
                1.4,
                DUCT_SILVER,
            );
            let grille = ("IFCAIRTERMINAL", "GRILLE");
            add(kit, grille, "planted/grille", "Return grille 500", ([22.2, 6.9, 2.7], UP), &diffuser());
        }
        4 => {
            let at = [19.0, 3.0, SOFFIT - 0.025 + PIPE_OVERLAP];
            segment(
                PIPE,
                "planted/sprinkler",
                "Sprinkler pipe 50, high",
                at,
                EAST,
                Profile::Circle(0.025),
                3.0,
                PIPE_RED,
            );
        }
        _ => {}
    }
}

fn add<W: Write>(
    kit: &mut Kit<W>,
    (class, kind): (&str, &'static str),
    role: &str,
    name: &str,
    (at, axes): ([f64; 3], Axes),
    solids: &[(Solid, Style)],
) {
    let shape = kit.shape(solids);
    kit.element(&Item { class, role, name, at, axes, tail: &[Value::Enum(kind)] }, Some(shape));
}
