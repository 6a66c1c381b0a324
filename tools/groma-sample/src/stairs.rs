//! The stair of a storey: two flights and a landing, with railings; `ifc_rs` knows no stairs.

use crate::building::{FINISH, STAIR_WELL, STOREY};
use crate::kit::{Item, Kit, Shared};
use crate::shape::{Axes, CONCRETE, EAST, Profile, RAIL, Solid, Style, UP};
use crate::step::{Ref, Value, attributes};
use std::io::Write;

/// Risers of one flight.
const RISERS: usize = 11;
/// Height of a riser.
pub(crate) const RISE: f64 = STOREY / (2 * RISERS) as f64;
/// Depth of a tread.
pub(crate) const GOING: f64 = 0.27;
/// Thickness of a flight, measured upright.
pub(crate) const WAIST: f64 = 0.178;
/// y of the landing's edge.
pub(crate) const LANDING: f64 = STAIR_WELL.lo[1] + GOING * (RISERS - 1) as f64;
/// x of the two flights.
const FLIGHTS: [[f64; 2]; 2] = [[6.2, 7.5], [7.7, 9.0]];
/// x of the railings between them.
const RAILINGS: [[f64; 2]; 2] = [[7.52, 7.56], [7.64, 7.68]];

/// Steps seen from the side, from the foot at the origin up along +x; on the ground the foot is flat.
fn flight(on_ground: bool) -> Vec<[f64; 2]> {
    let treads = RISERS - 1;
    let mut side = vec![[0.0, if on_ground { 0.0 } else { -WAIST }]];
    for step in 0..treads {
        let (y, z) = (GOING * step as f64, RISE * step as f64);
        if step > 0 {
            side.push([y, z]);
        }
        side.push([y, z + RISE]);
    }
    let (y, z) = (GOING * treads as f64, RISE * treads as f64);
    side.push([y, z]);
    side.push([y, z - WAIST]);
    if on_ground {
        side.push([WAIST * GOING / RISE, 0.0]);
    }
    side
}

/// A railing beside a flight: rails and posts as one plate with holes.
fn railing() -> Profile {
    let length = GOING * (RISERS - 1) as f64;
    let slope = RISE / GOING;
    let at = |y: f64, z: f64| [y, slope * y + z];
    let outer = vec![at(0.02, 0.25), at(length - 0.02, 0.25), at(length - 0.02, 1.1), at(0.02, 1.1)];
    let fields = 6;
    let width = (length - 0.04 - 0.04 * (fields + 1) as f64) / fields as f64;
    let holes = (0..fields)
        .map(|i| {
            let (a, b) = (0.06 + (width + 0.04) * i as f64, 0.06 + (width + 0.04) * i as f64 + width);
            vec![at(a, 0.30), at(b, 0.30), at(b, 1.04), at(a, 1.04)]
        })
        .collect();
    Profile::Polygon(outer, holes)
}

/// Writes the stair that starts on a storey.
pub(crate) fn write<W: Write>(kit: &mut Kit<W>, on_ground: bool) {
    // Rising to the north, and back to the south from the landing: a frame whose x runs along the steps.
    let north = EAST;
    let south: Axes = [[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]];
    let half = STOREY / 2.0;
    let foot = STAIR_WELL.lo[1];
    let stair_placement = kit.place(Some(kit.storey_placement), [0.0; 3], UP);
    let item = |class, role, name, tail| Item { class, role, name, at: [0.0; 3], axes: UP, tail };
    let kind = [Value::Enum("HALF_TURN_STAIR")];
    let stair = kit.element_at(&item("IFCSTAIR", "stair", "Stair", &kind), stair_placement, None);
    kit.share(Shared::Storey, kit.storey, stair);
    let set = [
        (
            "IFCSTAIRFLIGHT",
            "stair/flight/1",
            "Flight 1",
            Solid::new(Profile::Polygon(flight(on_ground), Vec::new()), 1.3)
                .at([FLIGHTS[0][0], foot, 0.0], north),
            CONCRETE,
        ),
        (
            "IFCSTAIRFLIGHT",
            "stair/flight/2",
            "Flight 2",
            Solid::new(Profile::Polygon(flight(false), Vec::new()), 1.3)
                .at([FLIGHTS[1][1], LANDING, half], south),
            CONCRETE,
        ),
        (
            "IFCSLAB",
            "stair/landing",
            "Landing",
            Solid::cuboid([FLIGHTS[0][0], LANDING, half - 0.2], [FLIGHTS[1][1], LANDING + 1.4, half]),
            CONCRETE,
        ),
        (
            "IFCRAILING",
            "stair/railing/1",
            "Railing 1",
            Solid::new(railing(), 0.04).at([RAILINGS[0][0], foot, 0.0], north),
            RAIL,
        ),
        (
            "IFCRAILING",
            "stair/railing/2",
            "Railing 2",
            Solid::new(railing(), 0.04).at([RAILINGS[1][1], LANDING, half], south),
            RAIL,
        ),
    ];
    let parts: Vec<Ref> = set
        .into_iter()
        .map(|(class, role, name, solid, style)| part(kit, stair_placement, class, role, name, solid, style))
        .collect();
    let key = kit.key("stair/parts");
    kit.aggregate(&key, stair, &parts);
}

fn part<W: Write>(
    kit: &mut Kit<W>,
    whole: Ref,
    class: &str,
    role: &str,
    name: &str,
    solid: Solid,
    style: Style,
) -> Ref {
    let tail = match class {
        "IFCSTAIRFLIGHT" => {
            let (rise, going) = (kit.length(RISE), kit.length(GOING));
            attributes!(RISERS as i64, RISERS as i64 - 1, rise, going, Value::Enum("STRAIGHT")).to_vec()
        }
        "IFCSLAB" => vec![Value::Enum("LANDING")],
        _ => vec![Value::Enum("HANDRAIL")],
    };
    let placement = kit.place(Some(whole), [0.0; 3], UP);
    let shape = kit.shape(&[(solid, style)]);
    kit.element_at(&Item { class, role, name, at: [0.0; 3], axes: UP, tail: &tail }, placement, Some(shape))
}

/// The railing that closes the well on the last floor.
pub(crate) fn guard<W: Write>(kit: &mut Kit<W>) {
    let y = STAIR_WELL.lo[1];
    let solid = Solid::cuboid([FLIGHTS[0][0], y - 0.05, FINISH], [RAILINGS[0][1], y - 0.01, 1.1]);
    let shape = kit.shape(&[(solid, RAIL)]);
    let item = Item {
        class: "IFCRAILING",
        role: "stair/guard",
        name: "Guard rail",
        at: [0.0; 3],
        axes: UP,
        tail: &[Value::Enum("GUARDRAIL")],
    };
    kit.element(&item, Some(shape));
}
