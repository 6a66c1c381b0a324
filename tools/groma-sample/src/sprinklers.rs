//! The sprinklers of a storey: a feed from the shaft, a main along the corridor, lines into the rooms,
//! and heads that reach through the ceilings.

use crate::building::{BAY, Building, CEILING, PIPE, STOREY, Side, WET_BAY};
use crate::network::{Medium, Network, Piece};
use crate::services::{cross_plan, flat, run, segment};
use crate::shape::{Axes, DOWN, EAST, NORTH, PIPE_RED, Profile, SOUTH, Solid, UP, UP_WEST};
use std::io::Write;

/// y of the main.
pub(crate) const MAIN: f64 = 6.5;
/// Where the lines stand within a bay.
pub(crate) const LINES: [f64; 2] = [1.5, 4.5];
/// y of the heads on the south side, the nearer first.
pub(crate) const HEADS: [f64; 2] = [4.5, 1.5];
/// Where the feed crosses into the corridor, from the start of the wet bay.
pub(crate) const FEED: f64 = 0.5;
/// Where the standpipe rises.
const RISER: [f64; 2] = [11.2, 13.8];
/// Radius of the pipes.
const RADIUS: f64 = 0.025;
/// How far fittings reach.
const ARM: f64 = 0.06;

const STEEL_PIPE: (&str, &str, &str) = ("IFCPIPESEGMENT", "RIGIDSEGMENT", "Sprinkler pipe 50");

fn pipe<W: Write>(
    network: &mut Network<'_, W>,
    medium: Medium,
    role: String,
    at: [f64; 3],
    axes: Axes,
    length: f64,
) {
    let piece = segment(STEEL_PIPE, role, at, axes, length);
    network.piece(Some(medium), &piece, || run(Profile::Circle(RADIUS), length, PIPE_RED));
}

/// Writes the sprinklers of a storey.
pub(crate) fn write<W: Write>(network: &mut Network<'_, W>, building: &Building, medium: Medium, k: usize) {
    feed(network, medium, k, building.storeys);
    let mut nodes: Vec<(f64, bool, bool, String)> = Vec::new();
    for bay in 0..building.bays {
        for (i, dx) in LINES.into_iter().enumerate() {
            let tag = format!("bay{}/{}", bay + 1, i + 1);
            nodes.push((building.grid_x(bay) + dx, true, building.has_room(bay, Side::North), tag));
        }
    }
    nodes.push((building.grid_x(WET_BAY) + FEED, false, true, "feed".to_owned()));
    nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut from: Option<f64> = None;
    for (x, south, north, tag) in nodes {
        if let Some(start) = from {
            pipe(
                network,
                medium,
                format!("sprinkler/main/{tag}"),
                [start, MAIN, PIPE],
                EAST,
                x - ARM - start,
            );
        }
        let mut ports = vec![[x - ARM, MAIN, PIPE], [x + ARM, MAIN, PIPE]];
        ports.extend(south.then_some([x, MAIN - ARM, PIPE]));
        ports.extend(north.then_some([x, MAIN + ARM, PIPE]));
        let piece = Piece {
            class: "IFCPIPEFITTING",
            kind: "JUNCTION",
            role: format!("sprinkler/cross/{tag}"),
            name: if south && north { "Cross 50" } else { "Tee 50" },
            at: [x, MAIN, PIPE],
            axes: UP,
            map: format!("pipe cross {south} {north}"),
            ports,
        };
        network.piece(Some(medium), &piece, || {
            flat(cross_plan([ARM, 0.03], [0.03, ARM], south, north), 0.03, PIPE_RED)
        });
        if south {
            line(network, medium, x, Side::South, &tag);
        }
        if north && tag != "feed" {
            line(network, medium, x, Side::North, &tag);
        }
        from = Some(x + ARM);
    }
}

/// The standpipe in the shaft, and the pipe from there to the main.
fn feed<W: Write>(network: &mut Network<'_, W>, medium: Medium, k: usize, storeys: usize) {
    let [x, y] = RISER;
    let bend = BAY * WET_BAY as f64 + FEED;
    let mut ports = vec![[x + ARM, y, PIPE]];
    ports.extend((k > 0).then_some([x, y, PIPE - ARM]));
    ports.extend((k + 1 < storeys).then_some([x, y, PIPE + ARM]));
    let cube = |role: &str, kind, name, at, ports| Piece {
        class: "IFCPIPEFITTING",
        kind,
        role: format!("sprinkler/{role}"),
        name,
        at,
        axes: UP,
        map: "pipe cube".to_owned(),
        ports,
    };
    let body = || flat(cross_plan([ARM, ARM], [ARM, ARM], false, false), ARM, PIPE_RED);
    network.piece(Some(medium), &cube("riser/tee", "JUNCTION", "Riser tee 50", [x, y, PIPE], ports), body);
    if k + 1 < storeys {
        pipe(network, medium, "sprinkler/riser".to_owned(), [x, y, PIPE + ARM], UP, STOREY - 2.0 * ARM);
    }
    pipe(network, medium, "sprinkler/feed/east".to_owned(), [x + ARM, y, PIPE], EAST, bend - x - 2.0 * ARM);
    let ports = vec![[bend - ARM, y, PIPE], [bend, y - ARM, PIPE]];
    network.piece(Some(medium), &cube("feed/bend", "BEND", "Bend 50", [bend, y, PIPE], ports), body);
    let length = y - MAIN - 2.0 * ARM;
    pipe(network, medium, "sprinkler/feed/south".to_owned(), [bend, y - ARM, PIPE], SOUTH, length);
}

/// A line into a room: a tee and a bend, a drop and a head at each.
fn line<W: Write>(network: &mut Network<'_, W>, medium: Medium, x: f64, side: Side, tag: &str) {
    let (axes, turn, sign) = match side {
        Side::South => (SOUTH, UP, -1.0),
        Side::North => (NORTH, UP_WEST, 1.0),
    };
    let mut from = MAIN + sign * ARM;
    for (i, south) in HEADS.into_iter().enumerate() {
        let y = side.y(south);
        let part = |what: &str| format!("sprinkler/{what}/{}/{tag}/{}", side.name(), i + 1);
        let to = y - sign * ARM;
        pipe(network, medium, part("line"), [x, from, PIPE], axes, (to - from).abs());
        let last = i + 1 == HEADS.len();
        let mut ports = vec![[x, to, PIPE], [x, y, PIPE - ARM]];
        ports.extend((!last).then_some([x, y + sign * ARM, PIPE]));
        let piece = Piece {
            class: "IFCPIPEFITTING",
            kind: if last { "BEND" } else { "JUNCTION" },
            role: part("fitting"),
            name: if last { "Bend 50" } else { "Tee 50" },
            at: [x, y, PIPE],
            axes: turn,
            map: format!("pipe drop {last}"),
            ports,
        };
        network.piece(Some(medium), &piece, || {
            // In the plane of y and z, swept along x; the pipe comes from +y.
            let h = 0.03;
            let mut side = vec![[-h, -ARM], [h, -ARM], [h, -h], [ARM, -h], [ARM, h]];
            if last {
                side.push([-h, h]);
            } else {
                side.extend([[-ARM, h], [-ARM, -h], [-h, -h]]);
            }
            let solid = Solid::new(Profile::Polygon(side, Vec::new()), 2.0 * h).at([-h, 0.0, 0.0], EAST);
            vec![(solid, PIPE_RED)]
        });
        let top = PIPE - ARM;
        let head = CEILING[1] + 0.04;
        pipe(network, medium, part("drop"), [x, y, top], DOWN, top - head);
        let piece = Piece {
            class: "IFCFIRESUPPRESSIONTERMINAL",
            kind: "SPRINKLER",
            role: part("head"),
            name: "Sprinkler head",
            at: [x, y, CEILING[0] - 0.04],
            axes: UP,
            map: "sprinkler head".to_owned(),
            ports: vec![[x, y, head]],
        };
        network
            .piece(Some(medium), &piece, || run(Profile::Circle(0.02), head - CEILING[0] + 0.04, PIPE_RED));
        from = y + sign * ARM;
    }
}
