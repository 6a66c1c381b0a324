//! The structural model, in metres: footings, columns, beams, slabs with their openings, core walls.

use crate::building::{
    BAY, Building, COLUMN, CORE_BAY, CORE_WALL, DUCT, EDGE_BEAM, LIFT_WELL, PIPE, RISER, ROWS, Rect, SHAFT,
    SLAB, SOFFIT, STAIR_WELL, STEEL, Side,
};
use crate::kit::{Item, Kit, Shared, label};
use crate::planted;
use crate::shape::{Axes, CONCRETE, CORE, EAST, NORTH, Profile, STEEL_BLUE, Solid, UP};
use crate::step::{Ref, Step, Value, attributes};
use std::io::{self, Write};

/// The label of the model.
pub(crate) const MODEL: &str = "structure";

/// Types, materials and property sets that elements refer to.
struct Catalogue {
    column: Ref,
    edge_beam: Ref,
    steel_beam: Ref,
    slab: Ref,
    wall: Ref,
    concrete: Ref,
    steel: Ref,
    column_set: Ref,
    concrete_beam_set: Ref,
    steel_beam_set: Ref,
    slab_set: Ref,
    wall_set: Ref,
}

/// A beam between two columns; `axis` is the direction it runs.
struct Beam {
    role: String,
    name: String,
    from: [f64; 2],
    axes: Axes,
    length: f64,
    concrete: bool,
    columns: [usize; 2],
}

/// Writes the model; the number of elements.
pub(crate) fn write(building: &Building, out: impl Write) -> io::Result<usize> {
    let step = Step::new(out, "structure.ifc", "groma sample project, structure");
    let mut kit = Kit::new(step, MODEL, 1.0);
    kit.rich = building.rich;
    let storeys = kit.project("groma sample office", building);
    let catalogue = catalogue(&mut kit);
    for (k, &storey) in storeys.iter().enumerate() {
        kit.begin_storey(k, storey);
        if k == 0 {
            grid(&mut kit, building);
            footings(&mut kit, building, &catalogue);
        }
        slabs(&mut kit, building, &catalogue, k);
        if k < building.storeys {
            let columns = columns(&mut kit, building, &catalogue);
            for beam in beams(building) {
                write_beam(&mut kit, &catalogue, &beam, &columns);
            }
            core(&mut kit, &catalogue);
        }
        planted::structure(&mut kit, k);
        kit.end_storey();
    }
    kit.finish()
}

fn catalogue<W: Write>(kit: &mut Kit<W>) -> Catalogue {
    let truth = || Value::typed("IFCBOOLEAN", true);
    let fire = |rating: &str| Value::typed("IFCLABEL", rating);
    Catalogue {
        column: kit.element_type("IFCCOLUMNTYPE", "Column 400 x 400", "COLUMN", None, &[]),
        edge_beam: kit.element_type("IFCBEAMTYPE", "Edge beam 250 x 450", "BEAM", None, &[]),
        steel_beam: kit.element_type("IFCBEAMTYPE", "IPE 330", "BEAM", None, &[]),
        slab: kit.element_type("IFCSLABTYPE", "Slab 250", "FLOOR", None, &[]),
        wall: kit.element_type("IFCWALLTYPE", "Core wall 250", "SHEAR", None, &[]),
        concrete: kit.material("Concrete C30/37", "concrete"),
        steel: kit.material("Steel S355", "steel"),
        column_set: kit.properties(
            "column",
            "Pset_ColumnCommon",
            &[("LoadBearing", truth()), ("FireRating", fire("R 90"))],
        ),
        concrete_beam_set: kit.properties(
            "edge beam",
            "Pset_BeamCommon",
            &[("LoadBearing", truth()), ("FireRating", fire("R 90"))],
        ),
        steel_beam_set: kit.properties(
            "steel beam",
            "Pset_BeamCommon",
            &[
                ("LoadBearing", truth()),
                ("FireRating", fire("R 60")),
                ("Span", Value::typed("IFCPOSITIVELENGTHMEASURE", 5.6)),
            ],
        ),
        slab_set: kit.properties(
            "slab",
            "Pset_SlabCommon",
            &[("LoadBearing", truth()), ("FireRating", fire("REI 90"))],
        ),
        wall_set: kit.properties(
            "wall",
            "Pset_WallCommon",
            &[
                ("LoadBearing", truth()),
                ("FireRating", fire("REI 90")),
                ("IsExternal", Value::typed("IFCBOOLEAN", false)),
            ],
        ),
    }
}

fn grid<W: Write>(kit: &mut Kit<W>, building: &Building) {
    let mut axis = |tag: String, from: [f64; 2], to: [f64; 2]| {
        let ends = [from, to].map(|p| kit.step.add("IFCCARTESIANPOINT", &[Value::reals(&p)]));
        let line = kit.step.add("IFCPOLYLINE", &[Value::refs(&ends)]);
        kit.step.add("IFCGRIDAXIS", attributes!(tag, line, true))
    };
    let across: Vec<Ref> = (0..=building.bays)
        .map(|i| axis(format!("{}", i + 1), [building.grid_x(i), -2.0], [building.grid_x(i), ROWS[3] + 2.0]))
        .collect();
    let along: Vec<Ref> = ROWS
        .iter()
        .zip("ABCD".chars())
        .map(|(&y, name)| axis(name.to_string(), [-2.0, y], [building.length() + 2.0, y]))
        .collect();
    let placement = kit.place(Some(kit.storey_placement), [0.0; 3], UP);
    let grid = kit.step.add(
        "IFCGRID",
        attributes!(
            kit.id(&kit.key("grid")),
            Value::Null,
            "Grid",
            Value::Null,
            Value::Null,
            placement,
            Value::Null,
            Value::refs(&along),
            Value::refs(&across),
            Value::Null,
            Value::Enum("RECTANGULAR")
        ),
    );
    kit.share(Shared::Storey, kit.storey, grid);
}

fn footings<W: Write>(kit: &mut Kit<W>, building: &Building, catalogue: &Catalogue) {
    for line in 0..=building.bays {
        // The corridor's rows stand close together and share one footing.
        for (row, y, size) in [(0, 0.0, [1.6, 1.6]), (1, 7.5, [1.6, 4.6]), (3, 15.0, [1.6, 1.6])] {
            let role = format!("footing/{}", label(row, line));
            let shape = kit.mapped(&format!("footing {}", size[1]), || {
                vec![(Solid::new(Profile::Rect(size), 0.6), CONCRETE)]
            });
            let item = Item {
                class: "IFCFOOTING",
                role: &role,
                name: &format!("Footing {}", label(row, line)),
                at: [building.grid_x(line), y, -SLAB - 0.6],
                axes: UP,
                tail: &[Value::Enum("PAD_FOOTING")],
            };
            let footing = kit.element(&item, Some(shape));
            kit.share(Shared::Material, catalogue.concrete, footing);
        }
    }
}

/// The slab panels whose top is the storey's level.
fn slabs<W: Write>(kit: &mut Kit<W>, building: &Building, catalogue: &Catalogue, k: usize) {
    let edge = building.footprint();
    for bay in 0..building.bays {
        for row in 0..3 {
            let mut panel =
                Rect::new([building.grid_x(bay), ROWS[row]], [building.grid_x(bay + 1), ROWS[row + 1]]);
            panel.lo = [
                if bay == 0 { edge.lo[0] } else { panel.lo[0] },
                if row == 0 { edge.lo[1] } else { panel.lo[1] },
            ];
            panel.hi = [
                if bay + 1 == building.bays { edge.hi[0] } else { panel.hi[0] },
                if row == 2 { edge.hi[1] } else { panel.hi[1] },
            ];
            let role = format!("slab/{}", label(row, bay));
            let kind = match k {
                0 => "BASESLAB",
                k if k == building.storeys => "ROOF",
                _ => "FLOOR",
            };
            let solid = Solid::new(Profile::Polygon(panel.outline(), Vec::new()), SLAB);
            let shape = kit.shape(&[(solid, CONCRETE)]);
            let item = Item {
                class: "IFCSLAB",
                role: &role,
                name: &format!("Slab {}", label(row, bay)),
                at: [0.0, 0.0, -SLAB],
                axes: UP,
                tail: &[Value::Enum(kind)],
            };
            let slab = kit.element(&item, Some(shape));
            kit.is_of(catalogue.slab, slab);
            kit.share(Shared::Material, catalogue.concrete, slab);
            kit.share(Shared::Properties, catalogue.slab_set, slab);
            if bay == CORE_BAY && row == 2 && k > 0 {
                let wells: &[(&str, Rect)] = if k < building.storeys {
                    &[("stair", STAIR_WELL), ("lift", LIFT_WELL), ("shaft", SHAFT)]
                } else {
                    &[("shaft", SHAFT)]
                };
                for (name, well) in wells {
                    let solid = Solid::new(Profile::Polygon(well.outline(), Vec::new()), SLAB + 0.2)
                        .at([0.0, 0.0, -SLAB - 0.1], UP);
                    kit.void(slab, &format!("{role}/{name}"), solid);
                }
            }
        }
    }
}

/// The columns of a storey, by row and line.
fn columns<W: Write>(kit: &mut Kit<W>, building: &Building, catalogue: &Catalogue) -> Vec<Ref> {
    let mut columns = Vec::new();
    for (row, &y) in ROWS.iter().enumerate() {
        for line in 0..=building.bays {
            let shape = kit.mapped("column", column_solid);
            let item = Item {
                class: "IFCCOLUMN",
                role: &format!("column/{}", label(row, line)),
                name: &format!("Column {}", label(row, line)),
                at: [building.grid_x(line), y, 0.0],
                axes: UP,
                tail: &[Value::Enum("COLUMN")],
            };
            let column = kit.element(&item, Some(shape));
            kit.is_of(catalogue.column, column);
            kit.share(Shared::Material, catalogue.concrete, column);
            kit.share(Shared::Properties, catalogue.column_set, column);
            columns.push(column);
        }
    }
    columns
}

/// The body of a column, from slab to slab.
pub(crate) fn column_solid() -> Vec<(Solid, crate::shape::Style)> {
    vec![(Solid::new(Profile::Rect([2.0 * COLUMN; 2]), SOFFIT), CONCRETE)]
}

/// The beams of a storey: concrete on the outside, steel within, none where the core's walls stand.
fn beams(building: &Building) -> Vec<Beam> {
    let index = |row: usize, line: usize| row * (building.bays + 1) + line;
    let mut beams = Vec::new();
    for (row, y) in ROWS.into_iter().enumerate() {
        for bay in 0..building.bays {
            if row == 2 && bay == CORE_BAY {
                continue;
            }
            beams.push(Beam {
                role: format!("beam/along/{}", label(row, bay)),
                name: format!("Beam {} to {}", label(row, bay), label(row, bay + 1)),
                from: [building.grid_x(bay) + COLUMN, y],
                axes: EAST,
                length: BAY - 2.0 * COLUMN,
                concrete: row == 0 || row == 3,
                columns: [index(row, bay), index(row, bay + 1)],
            });
        }
    }
    for line in 0..=building.bays {
        for row in 0..3 {
            if row == 2 && building.is_core_line(line, Side::North) {
                continue;
            }
            beams.push(Beam {
                role: format!("beam/across/{}", label(row, line)),
                name: format!("Beam {} to {}", label(row, line), label(row + 1, line)),
                from: [building.grid_x(line), ROWS[row] + COLUMN],
                axes: NORTH,
                length: ROWS[row + 1] - ROWS[row] - 2.0 * COLUMN,
                concrete: line == 0 || line == building.bays,
                columns: [index(row, line), index(row + 1, line)],
            });
        }
    }
    beams
}

fn write_beam<W: Write>(kit: &mut Kit<W>, catalogue: &Catalogue, beam: &Beam, columns: &[Ref]) {
    let depth = if beam.concrete { EDGE_BEAM[1] } else { STEEL };
    let shape = kit.mapped(&format!("beam {} {:.1}", beam.concrete, beam.length), || {
        let (profile, style) = if beam.concrete {
            (Profile::Rect(EDGE_BEAM), CONCRETE)
        } else {
            (Profile::I([0.16, STEEL, 0.0075, 0.0115]), STEEL_BLUE)
        };
        vec![(Solid::new(profile, beam.length), style)]
    });
    let item = Item {
        class: "IFCBEAM",
        role: &beam.role,
        name: &beam.name,
        at: [beam.from[0], beam.from[1], SOFFIT - depth / 2.0],
        axes: beam.axes,
        tail: &[Value::Enum("BEAM")],
    };
    let element = kit.element(&item, Some(shape));
    let (kind, material, set) = if beam.concrete {
        (catalogue.edge_beam, catalogue.concrete, catalogue.concrete_beam_set)
    } else {
        (catalogue.steel_beam, catalogue.steel, catalogue.steel_beam_set)
    };
    kit.is_of(kind, element);
    kit.share(Shared::Material, material, element);
    kit.share(Shared::Properties, set, element);
    for (end, &column) in beam.columns.iter().enumerate() {
        let key = kit.key(&format!("{}/end{end}", beam.role));
        kit.relation("IFCRELCONNECTSELEMENTS", &key, attributes!(Value::Null, element, columns[column]));
    }
}

/// The walls around stair, lift and shaft, with the openings of doors and services.
fn core<W: Write>(kit: &mut Kit<W>, catalogue: &Catalogue) {
    let [west, east] = [BAY * CORE_BAY as f64, BAY * (CORE_BAY + 1) as f64];
    let (south, north) = (ROWS[2], STAIR_WELL.hi[1]);
    let half = CORE_WALL;
    let walls = [
        ("west", Rect::new([west - half, south + COLUMN], [west + half, north])),
        ("east", Rect::new([east - half, south + COLUMN], [east + half, north])),
        ("south", Rect::new([west + COLUMN, south - half], [east - COLUMN, south + half])),
        ("middle", Rect::new([STAIR_WELL.hi[0], south + half], [LIFT_WELL.lo[0], north])),
        ("lift", Rect::new([LIFT_WELL.lo[0], LIFT_WELL.hi[1]], [east - half, LIFT_WELL.hi[1] + 0.2])),
    ];
    for (name, plan) in walls {
        let role = format!("core/{name}");
        let shape = kit
            .shape(&[(Solid::cuboid([plan.lo[0], plan.lo[1], 0.0], [plan.hi[0], plan.hi[1], SOFFIT]), CORE)]);
        let item = Item {
            class: "IFCWALL",
            role: &role,
            name: &format!("Core wall {name}"),
            at: [0.0; 3],
            axes: UP,
            tail: &[Value::Enum("SHEAR")],
        };
        let wall = kit.element(&item, Some(shape));
        kit.is_of(catalogue.wall, wall);
        kit.share(Shared::Material, catalogue.concrete, wall);
        kit.share(Shared::Properties, catalogue.wall_set, wall);
        let openings: &[(&str, [f64; 3], [f64; 3])] = match name {
            "south" => &[
                ("stair door", [7.0, south - 0.2, 0.05], [8.0, south + 0.2, 2.15]),
                ("lift door", [10.0, south - 0.2, 0.05], [11.1, south + 0.2, 2.25]),
            ],
            "east" => {
                let (y, z) = (RISER[1], DUCT[0]);
                &[
                    ("supply duct", [east - 0.2, y - 0.2, z - 0.15], [east + 0.2, y + 0.2, z + 0.15]),
                    ("sprinkler", [east - 0.2, 13.755, PIPE - 0.045], [east + 0.2, 13.845, PIPE + 0.045]),
                    ("water", [east - 0.2, 14.155, PIPE - 0.045], [east + 0.2, 14.245, PIPE + 0.045]),
                ]
            }
            _ => &[],
        };
        for (what, lo, hi) in openings {
            kit.void(wall, &format!("{role}/{what}"), Solid::cuboid(*lo, *hi));
        }
    }
}
