//! The services model, in millimetres: supply air, sprinklers, cold water, power.

use crate::building::{BAY, Building, CEILING, DUCT, RISER, RISER_SIZE, STOREY, Side, WET_BAY};
use crate::kit::Kit;
use crate::network::{Medium, Network, Piece};
use crate::planted;
use crate::shape::{
    Axes, DUCT_SILVER, EAST, LAMP, MACHINE, NORTH, Profile, SOUTH, Solid, Style, TRAY_ORANGE, UP, UP_NORTH,
    UP_WEST, WHITE,
};
use crate::sprinklers;
use crate::step::Step;
use crate::water;
use std::io::{self, Write};

/// The label of the model.
pub(crate) const MODEL: &str = "services";

/// y of the main duct, and half its width.
const MAIN: [f64; 2] = [7.5, 0.25];
/// Half the width of the branches.
const BRANCH: f64 = 0.15;
/// How far a tee reaches along the main and along the branch.
const TEE: [f64; 2] = [0.3, 0.35];
/// y of the air terminals of the south.
const TERMINAL: f64 = 3.0;
/// Where the supply from the shaft comes down to the main, from the start of its bay.
const SUPPLY: f64 = 0.9;

/// Systems and what flows in them.
pub(crate) struct Media {
    pub(crate) air: Medium,
    pub(crate) sprinkler: Medium,
    pub(crate) water: Medium,
    pub(crate) power: Medium,
}

/// Writes the model; the number of elements.
pub(crate) fn write(building: &Building, out: impl Write) -> io::Result<usize> {
    let step = Step::new(out, "services.ifc", "groma sample project, services");
    let mut kit = Kit::new(step, MODEL, 1000.0);
    kit.rich = building.rich;
    let storeys = kit.project("groma sample office", building);
    let mut medium = |key, name, port, kind| Medium { port, kind, system: kit.system(key, name, kind) };
    let media = Media {
        air: medium("supply", "Supply air", "DUCT", "AIRCONDITIONING"),
        sprinkler: medium("sprinkler", "Sprinklers", "PIPE", "FIREPROTECTION"),
        water: medium("water", "Cold water", "PIPE", "DOMESTICCOLDWATER"),
        power: medium("power", "Power and light", "CABLECARRIER", "ELECTRICAL"),
    };
    let mut network = Network::new(&mut kit);
    for (k, &storey) in storeys.iter().enumerate() {
        network.kit.begin_storey(k, storey);
        network.elevation = building.elevation(k);
        if k < building.storeys {
            riser(&mut network, &media, k, building.storeys);
            main_duct(&mut network, building, &media);
            for bay in 0..building.bays {
                for side in Side::BOTH.into_iter().filter(|&side| building.has_room(bay, side)) {
                    room(&mut network, &media, bay, side);
                }
                corridor(&mut network, &media, bay, building.bays);
            }
            sprinklers::write(&mut network, building, media.sprinkler, k);
            water::write(&mut network, media.water, k, building.storeys);
        } else {
            roof(&mut network, &media);
        }
        planted::services(network.kit, k);
        network.kit.end_storey();
    }
    kit.finish()
}

/// A straight run: a profile swept from a point over a length.
pub(crate) fn segment(
    (class, kind, name): (&'static str, &'static str, &'static str),
    role: String,
    at: [f64; 3],
    axes: Axes,
    length: f64,
) -> Piece<'static> {
    let end = [0, 1, 2].map(|i| at[i] + axes[0][i] * length);
    let map = format!("{name} {length:.4}");
    Piece { class, kind, role, name, at, axes, map, ports: vec![at, end] }
}

const RECT_DUCT: (&str, &str, &str) = ("IFCDUCTSEGMENT", "RIGIDSEGMENT", "Duct 500 x 240");
const BRANCH_DUCT: (&str, &str, &str) = ("IFCDUCTSEGMENT", "RIGIDSEGMENT", "Duct 300 x 240");
const RISER_DUCT: (&str, &str, &str) = ("IFCDUCTSEGMENT", "RIGIDSEGMENT", "Duct 600 x 500");
const TRAY: (&str, &str, &str) = ("IFCCABLECARRIERSEGMENT", "CABLETRAYSEGMENT", "Cable tray 300 x 60");

/// The solid of a straight run.
pub(crate) fn run(profile: Profile, length: f64, style: Style) -> Vec<(Solid, Style)> {
    vec![(Solid::new(profile, length), style)]
}

/// A flat fitting: its plan, swept over a height about z = 0.
pub(crate) fn flat(plan: Vec<[f64; 2]>, half_height: f64, style: Style) -> Vec<(Solid, Style)> {
    vec![(
        Solid::new(Profile::Polygon(plan, Vec::new()), 2.0 * half_height).at([0.0, 0.0, -half_height], UP),
        style,
    )]
}

/// The plan of a tee or cross: a run along x, and branches to the south and north where asked.
pub(crate) fn cross_plan(run: [f64; 2], branch: [f64; 2], south: bool, north: bool) -> Vec<[f64; 2]> {
    let ([l, w], [b, reach]) = (run, branch);
    let mut plan = vec![[-l, -w]];
    if south {
        plan.extend([[-b, -w], [-b, -reach], [b, -reach], [b, -w]]);
    }
    plan.extend([[l, -w], [l, w]]);
    if north {
        plan.extend([[b, w], [b, reach], [-b, reach], [-b, w]]);
    }
    plan.push([-l, w]);
    plan
}

fn main_duct<W: Write>(network: &mut Network<'_, W>, building: &Building, media: &Media) {
    let mut nodes: Vec<(f64, bool, bool, String)> = (0..building.bays)
        .map(|bay| {
            (
                building.grid_x(bay) + BAY / 2.0,
                true,
                building.has_room(bay, Side::North),
                format!("bay{}", bay + 1),
            )
        })
        .collect();
    nodes.push((building.grid_x(WET_BAY) + SUPPLY, false, true, "supply".to_owned()));
    nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut from: Option<f64> = None;
    for (x, south, north, what) in nodes {
        if let Some(start) = from {
            let piece = segment(
                RECT_DUCT,
                format!("air/main/{what}"),
                [start, MAIN[0], DUCT[0]],
                EAST,
                x - TEE[0] - start,
            );
            let length = x - TEE[0] - start;
            network.piece(Some(media.air), &piece, || run(Profile::Rect([0.5, 0.24]), length, DUCT_SILVER));
        }
        let mut ports = vec![[x - TEE[0], MAIN[0], DUCT[0]], [x + TEE[0], MAIN[0], DUCT[0]]];
        if south {
            ports.push([x, MAIN[0] - TEE[1], DUCT[0]]);
        }
        if north {
            ports.push([x, MAIN[0] + TEE[1], DUCT[0]]);
        }
        let piece = Piece {
            class: "IFCDUCTFITTING",
            kind: "JUNCTION",
            role: format!("air/tee/{what}"),
            name: if south && north { "Cross 500 x 240" } else { "Tee 500 x 240" },
            at: [x, MAIN[0], DUCT[0]],
            axes: UP,
            map: format!("duct cross {south} {north}"),
            ports,
        };
        network.piece(Some(media.air), &piece, || {
            flat(cross_plan([TEE[0], MAIN[1]], [BRANCH, TEE[1]], south, north), DUCT[1], DUCT_SILVER)
        });
        from = Some(x + TEE[0]);
    }
}

/// The riser of a storey with its outlet, and the duct from there to the main.
fn riser<W: Write>(network: &mut Network<'_, W>, media: &Media, k: usize, storeys: usize) {
    let [x, y] = RISER;
    let (bottom, top) = (DUCT[0] - 0.22, DUCT[0] + 0.22);
    let outlet = x + RISER_SIZE[0] / 2.0 + 0.1;
    let mut ports = vec![[x, y, top], [outlet, y, DUCT[0]]];
    if k > 0 {
        ports.push([x, y, bottom]);
    }
    let tee = Piece {
        class: "IFCDUCTFITTING",
        kind: "JUNCTION",
        role: "air/riser/tee".to_owned(),
        name: "Riser tee 600 x 500",
        at: [x, y, DUCT[0]],
        axes: UP,
        map: "riser tee".to_owned(),
        ports,
    };
    network.piece(Some(media.air), &tee, || {
        // In the plane of x and z, swept to the north.
        let (w, h) = (RISER_SIZE[0] / 2.0, 0.22);
        let side = vec![
            [-w, -h],
            [w, -h],
            [w, -DUCT[1]],
            [w + 0.1, -DUCT[1]],
            [w + 0.1, DUCT[1]],
            [w, DUCT[1]],
            [w, h],
            [-w, h],
        ];
        let solid = Solid::new(Profile::Polygon(side, Vec::new()), RISER_SIZE[1])
            .at([0.0, RISER_SIZE[1] / 2.0, 0.0], SOUTH);
        vec![(solid, DUCT_SILVER)]
    });
    // Up to the next tee, or to the air handler on the roof.
    let rise = if k + 1 < storeys { STOREY + bottom - top } else { STOREY + 0.25 - top };
    let piece = segment(RISER_DUCT, "air/riser".to_owned(), [x, y, top], UP, rise);
    network.piece(Some(media.air), &piece, || run(Profile::Rect(RISER_SIZE), rise, DUCT_SILVER));

    let bend_x = BAY * WET_BAY as f64 + SUPPLY;
    let reach = 0.3;
    let east = bend_x - reach - outlet;
    let piece = segment(BRANCH_DUCT, "air/supply/east".to_owned(), [outlet, y, DUCT[0]], EAST, east);
    network.piece(Some(media.air), &piece, || run(Profile::Rect([0.3, 0.24]), east, DUCT_SILVER));
    let bend = Piece {
        class: "IFCDUCTFITTING",
        kind: "BEND",
        role: "air/supply/bend".to_owned(),
        name: "Bend 300 x 240",
        at: [bend_x, y, DUCT[0]],
        axes: UP,
        map: "duct bend".to_owned(),
        ports: vec![[bend_x - reach, y, DUCT[0]], [bend_x, y - reach, DUCT[0]]],
    };
    network.piece(Some(media.air), &bend, || {
        let b = BRANCH;
        let plan = vec![
            [-reach, -b],
            [-b - 0.05, -b],
            [-b, -b - 0.05],
            [-b, -reach],
            [b, -reach],
            [b, -b],
            [b * 0.6, b * 0.6],
            [-b, b],
            [-reach, b],
        ];
        flat(plan, DUCT[1], DUCT_SILVER)
    });
    let south = y - reach - (MAIN[0] + TEE[1]);
    let piece =
        segment(BRANCH_DUCT, "air/supply/south".to_owned(), [bend_x, y - reach, DUCT[0]], SOUTH, south);
    network.piece(Some(media.air), &piece, || run(Profile::Rect([0.3, 0.24]), south, DUCT_SILVER));
}

/// What hangs in and under the ceiling of a room, and the outlets on its wall.
fn room<W: Write>(network: &mut Network<'_, W>, media: &Media, bay: usize, side: Side) {
    let x0 = BAY * bay as f64;
    let x = x0 + BAY / 2.0;
    let tag = format!("{}/bay{}", side.name(), bay + 1);
    let (axes, turn) = match side {
        Side::South => (SOUTH, UP),
        Side::North => (NORTH, UP_WEST),
    };
    let (start, end) = (side.y(MAIN[0] - TEE[1]), side.y(TERMINAL + 0.25));
    let length = (start - end).abs();
    let piece = segment(BRANCH_DUCT, format!("air/branch/{tag}"), [x, start, DUCT[0]], axes, length);
    network.piece(Some(media.air), &piece, || run(Profile::Rect([0.3, 0.24]), length, DUCT_SILVER));
    let y = side.y(TERMINAL);
    let boot = Piece {
        class: "IFCDUCTFITTING",
        kind: "BEND",
        role: format!("air/boot/{tag}"),
        name: "Boot 300 x 240",
        at: [x, y, DUCT[0]],
        axes: turn,
        map: "duct boot".to_owned(),
        ports: vec![[x, end, DUCT[0]], [x, y, DUCT[0] - DUCT[1]]],
    };
    network.piece(Some(media.air), &boot, || {
        // In the plane of y and z, swept along x.
        let h = DUCT[1];
        let side = vec![[-0.15, -h], [0.25, -h], [0.25, h], [-0.03, h], [-0.15, h - 0.12]];
        let solid = Solid::new(Profile::Polygon(side, Vec::new()), 0.3).at([-0.15, 0.0, 0.0], EAST);
        vec![(solid, DUCT_SILVER)]
    });
    let terminal = Piece {
        class: "IFCAIRTERMINAL",
        kind: "DIFFUSER",
        role: format!("air/terminal/{tag}"),
        name: "Swirl diffuser 500",
        at: [x, y, CEILING[0]],
        axes: UP,
        map: "diffuser".to_owned(),
        ports: vec![[x, y, DUCT[0] - DUCT[1]]],
    };
    network.piece(Some(media.air), &terminal, diffuser);

    for (i, dx) in [2.25, 3.75].into_iter().enumerate() {
        for (j, south) in [1.5, 4.5].into_iter().enumerate() {
            light(
                network,
                media,
                format!("light/{tag}/{}", 2 * i + j + 1),
                [x0 + dx, side.y(south)],
                UP_NORTH,
            );
        }
    }
    device(
        network,
        media,
        ("IFCSENSOR", "SMOKESENSOR", "Smoke detector"),
        format!("smoke/{tag}"),
        [x, side.y(4.3), CEILING[0] - 0.05],
    );
    for (i, dx) in [2.4, 3.4].into_iter().enumerate() {
        let y = side.y(6.0 - 0.075 - 0.01);
        device(
            network,
            media,
            ("IFCOUTLET", "POWEROUTLET", "Socket"),
            format!("socket/{tag}/{}", i + 1),
            [x0 + dx, y, 0.35],
        );
    }
}

/// The body of an air terminal, below and through the ceiling: z = 0 is the ceiling's underside.
pub(crate) fn diffuser() -> Vec<(Solid, Style)> {
    let neck = DUCT[0] - DUCT[1] - CEILING[0];
    vec![
        (Solid::new(Profile::Rect([0.5, 0.5]), 0.02).at([0.0, 0.0, -0.02], UP), WHITE),
        (Solid::new(Profile::Rect([0.24, 0.24]), neck), DUCT_SILVER),
    ]
}

fn light<W: Write>(network: &mut Network<'_, W>, media: &Media, role: String, at: [f64; 2], axes: Axes) {
    let piece = Piece {
        class: "IFCLIGHTFIXTURE",
        kind: "DIRECTIONSOURCE",
        role,
        name: "Luminaire 1200 x 300",
        at: [at[0], at[1], CEILING[0] - 0.06],
        axes,
        map: "light".to_owned(),
        ports: Vec::new(),
    };
    network.piece(Some(media.power), &piece, || run(Profile::Rect([1.2, 0.3]), 0.06, LAMP));
}

fn device<W: Write>(
    network: &mut Network<'_, W>,
    media: &Media,
    (class, kind, name): (&'static str, &'static str, &'static str),
    role: String,
    at: [f64; 3],
) {
    let piece = Piece { class, kind, role, name, at, axes: UP, map: name.to_owned(), ports: Vec::new() };
    network.piece(Some(media.power), &piece, || {
        if class == "IFCSENSOR" {
            run(Profile::Circle(0.05), 0.05, WHITE)
        } else {
            run(Profile::Rect([0.08, 0.02]), 0.08, WHITE)
        }
    });
}

/// Lights and tray of the corridor in a bay.
fn corridor<W: Write>(network: &mut Network<'_, W>, media: &Media, bay: usize, bays: usize) {
    let x0 = BAY * bay as f64;
    for (i, dx) in [1.5, 4.5].into_iter().enumerate() {
        light(network, media, format!("light/corridor/bay{}/{}", bay + 1, i + 1), [x0 + dx, 7.5], UP);
    }
    let start = if bay == 0 { x0 + 0.5 } else { x0 };
    let end = x0 + BAY - if bay + 1 == bays { 0.5 } else { 0.0 };
    let length = end - start;
    let piece = segment(TRAY, format!("tray/bay{}", bay + 1), [start, 8.05, 3.05], EAST, length);
    network.piece(Some(media.power), &piece, || {
        vec![(Solid::new(tray_profile(0.15, 0.03), length), TRAY_ORANGE)]
    });
}

/// An open tray: floor and two sides of 4 mm.
pub(crate) fn tray_profile(half_width: f64, half_height: f64) -> Profile {
    let (w, h, t) = (half_width, half_height, 0.004);
    Profile::Polygon(
        vec![[-w, -h], [w, -h], [w, h], [w - t, h], [w - t, t - h], [t - w, t - h], [t - w, h], [-w, h]],
        Vec::new(),
    )
}

/// The air handler over the shaft.
fn roof<W: Write>(network: &mut Network<'_, W>, media: &Media) {
    let piece = Piece {
        class: "IFCUNITARYEQUIPMENT",
        kind: "AIRHANDLER",
        role: "air/handler".to_owned(),
        name: "Air handling unit",
        at: [RISER[0] + 0.2, RISER[1], 0.25],
        axes: UP,
        map: "air handler".to_owned(),
        ports: vec![[RISER[0], RISER[1], 0.25]],
    };
    network.piece(Some(media.air), &piece, || {
        vec![
            (Solid::cuboid([-1.7, -0.9, 0.0], [1.5, 0.9, 1.5]), MACHINE),
            (Solid::cuboid([1.5, -0.6, 0.3], [2.0, 0.6, 1.2]), DUCT_SILVER),
        ]
    });
}
