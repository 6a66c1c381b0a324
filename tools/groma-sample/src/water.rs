//! Cold water and what stands in the lavatories.

use crate::building::{BAY, CORE_BAY, CORE_WALL, FINISH, PIPE, STOREY, WET_BAY};
use crate::network::{Medium, Network, Piece};
use crate::services::{cross_plan, flat, run, segment};
use crate::shape::{DOWN, EAST, PIPE_BLUE, Profile, SOUTH, Solid, UP, WHITE};
use std::io::Write;

const WATER_PIPE: (&str, &str, &str) = ("IFCPIPESEGMENT", "RIGIDSEGMENT", "Water pipe 28");

/// Cold water: the riser in the shaft, a run to the lavatories, a drop to each basin; and the WCs.
pub(crate) fn write<W: Write>(network: &mut Network<'_, W>, medium: Medium, k: usize, storeys: usize) {
    let x1 = BAY * (WET_BAY + 1) as f64;
    let (x, y, line) = (11.2, 14.2, x1 - 0.3);
    let gap = 0.03;
    let pipe = |length: f64| move || run(Profile::Circle(0.014), length, PIPE_BLUE);
    let mut ports = vec![[x + gap, y, PIPE]];
    ports.extend((k + 1 < storeys).then_some([x, y, PIPE + gap]));
    ports.extend((k > 0).then_some([x, y, PIPE - gap]));
    fitting(network, medium, ("JUNCTION", "Water tee 28"), "water/riser/tee", [x, y, PIPE], ports);
    if k + 1 < storeys {
        let rise = STOREY - 2.0 * gap;
        let piece = segment(WATER_PIPE, "water/riser".to_owned(), [x, y, PIPE + gap], UP, rise);
        network.piece(Some(medium), &piece, pipe(rise));
    }
    let east = line - gap - (x + gap);
    let piece = segment(WATER_PIPE, "water/east".to_owned(), [x + gap, y, PIPE], EAST, east);
    network.piece(Some(medium), &piece, pipe(east));
    fitting(
        network,
        medium,
        ("BEND", "Water bend 28"),
        "water/bend",
        [line, y, PIPE],
        vec![[line - gap, y, PIPE], [line, y - gap, PIPE]],
    );
    let mut from = y - gap;
    for (i, basin) in [13.0, 12.0, 11.0].into_iter().enumerate() {
        let length = from - gap - basin;
        let piece = segment(WATER_PIPE, format!("water/line/{}", i + 1), [line, from, PIPE], SOUTH, length);
        network.piece(Some(medium), &piece, pipe(length));
        let last = i == 2;
        let mut ports = vec![[line, basin + gap, PIPE], [line, basin, PIPE - gap]];
        if !last {
            ports.push([line, basin - gap, PIPE]);
        }
        fitting(
            network,
            medium,
            if last { ("BEND", "Water bend 28") } else { ("JUNCTION", "Water tee 28") },
            &format!("water/tee/{}", i + 1),
            [line, basin, PIPE],
            ports,
        );
        let drop = PIPE - gap - 0.90;
        let piece =
            segment(WATER_PIPE, format!("water/drop/{}", i + 1), [line, basin, PIPE - gap], DOWN, drop);
        network.piece(Some(medium), &piece, pipe(drop));
        let bowl = Piece {
            class: "IFCSANITARYTERMINAL",
            kind: "WASHHANDBASIN",
            role: format!("basin/{}", i + 1),
            name: "Basin",
            at: [x1 - 0.285, basin, 0.75],
            axes: UP,
            map: "basin".to_owned(),
            ports: vec![[line, basin, 0.90]],
        };
        network.piece(Some(medium), &bowl, || run(Profile::Rect([0.42, 0.5]), 0.15, WHITE));
        let pan = Piece {
            class: "IFCSANITARYTERMINAL",
            kind: "TOILETPAN",
            role: format!("wc/{}", i + 1),
            name: "WC",
            at: [BAY * (CORE_BAY + 1) as f64 + CORE_WALL, basin, FINISH],
            axes: UP,
            map: "wc".to_owned(),
            ports: Vec::new(),
        };
        network.piece(Some(medium), &pan, || {
            vec![
                (Solid::cuboid([0.0, -0.2, 0.0], [0.18, 0.2, 0.85]), WHITE),
                (Solid::cuboid([0.18, -0.18, 0.0], [0.65, 0.18, 0.4]), WHITE),
            ]
        });
        from = basin - gap;
    }
}

fn fitting<W: Write>(
    network: &mut Network<'_, W>,
    medium: Medium,
    (kind, name): (&'static str, &'static str),
    role: &str,
    at: [f64; 3],
    ports: Vec<[f64; 3]>,
) {
    let piece = Piece {
        class: "IFCPIPEFITTING",
        kind,
        role: role.to_owned(),
        name,
        at,
        axes: UP,
        map: "water fitting".to_owned(),
        ports,
    };
    network.piece(Some(medium), &piece, || {
        flat(cross_plan([0.03, 0.03], [0.03, 0.03], false, false), 0.03, PIPE_BLUE)
    });
}
