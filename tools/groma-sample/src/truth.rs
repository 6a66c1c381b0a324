//! `planted.json`: which pairs clash, which only look so, and why.

use crate::guid::global_id;
use crate::planted::{DOOR_OVERLAP, PIPE_OVERLAP, TRAY_OVERLAP, WALL_OVERLAP, stair_depth};
use crate::{architecture, services, structure};
use serde::Serialize;

#[derive(Serialize)]
struct Truth {
    schema_version: u32,
    rule: Rule,
    planted: Vec<Planted>,
    decoys: Vec<Decoy>,
}

#[derive(Serialize)]
struct Rule {
    kind: &'static str,
    tolerance: f64,
}

#[derive(Serialize)]
struct Planted {
    name: &'static str,
    why: &'static str,
    kind: &'static str,
    a: Subject,
    b: Subject,
    depth: Option<f64>,
}

#[derive(Serialize)]
struct Decoy {
    name: &'static str,
    why: &'static str,
    a: Subject,
    b: Subject,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    model: &'static str,
    global_id: String,
    class: &'static str,
    name: &'static str,
}

/// An element: key, class, name.
type Named = (&'static str, &'static str, &'static str);

fn subject(model: &'static str, (key, class, name): Named) -> Subject {
    Subject { model, global_id: global_id(model, key), class, name }
}

fn architecture(of: Named) -> Subject {
    subject(architecture::MODEL, of)
}

fn services(of: Named) -> Subject {
    subject(services::MODEL, of)
}

fn structure(of: Named) -> Subject {
    subject(structure::MODEL, of)
}

fn sorted(a: Subject, b: Subject) -> (Subject, Subject) {
    if a <= b { (a, b) } else { (b, a) }
}

/// A planted clash of the kind hard.
fn hard(name: &'static str, why: &'static str, a: Subject, b: Subject, depth: f64) -> Planted {
    let (a, b) = sorted(a, b);
    Planted { name, why, kind: "hard", a, b, depth: Some((depth * 1e9).round() / 1e9) }
}

/// A planted clash of another kind, whose depth is not simple.
fn other(kind: &'static str, name: &'static str, why: &'static str, a: Subject, b: Subject) -> Planted {
    let (a, b) = sorted(a, b);
    Planted { name, why, kind, a, b, depth: None }
}

fn decoy(name: &'static str, why: &'static str, a: Subject, b: Subject) -> Decoy {
    let (a, b) = sorted(a, b);
    Decoy { name, why, a, b }
}

/// The file's text.
pub(crate) fn json() -> serde_json::Result<String> {
    let rule = Rule { kind: "hard", tolerance: 0.002 };
    let truth = Truth { schema_version: 1, rule, planted: planted(), decoys: decoys() };
    serde_json::to_string_pretty(&truth).map(|text| text + "\n")
}

fn planted() -> Vec<Planted> {
    vec![
        hard(
            "drain through footing",
            "The drain was laid straight through the corner footing instead of around it.",
            services(("00/planted/drain", "IfcPipeSegment", "Drain 110")),
            structure(("00/footing/A-1", "IfcFooting", "Footing A-1")),
            0.305,
        ),
        hard(
            "duct through beam",
            "The extract duct runs at the height of the steel beam and cuts its web.",
            services(("01/planted/extract", "IfcDuctSegment", "Extract duct 300 x 200")),
            structure(("01/beam/across/A-2", "IfcBeam", "Beam A-2 to B-2")),
            0.23,
        ),
        other(
            "contained",
            "pipe inside column",
            "The downpipe was drawn inside the concrete column.",
            services(("01/planted/downpipe", "IfcPipeSegment", "Downpipe 40")),
            structure(("01/column/A-4", "IfcColumn", "Column A-4")),
        ),
        hard(
            "pipe through core wall",
            "The stub of the water pipe goes through the core wall where no sleeve was asked for.",
            services(("01/planted/hose", "IfcPipeSegment", "Water pipe 28, stub")),
            structure(("01/core/east", "IfcWall", "Core wall east")),
            0.525,
        ),
        hard(
            "pipe through wall without sleeve",
            "The drain crosses the corridor wall and the wall has no opening there.",
            architecture(("02/wall/north/bay4", "IfcWall", "Corridor wall north 4")),
            services(("02/planted/drain", "IfcPipeSegment", "Drain 54")),
            0.347,
        ),
        other(
            "duplicate",
            "column modelled twice",
            "The architect drew the column that the structural engineer has as well.",
            architecture(("02/planted/column", "IfcColumn", "Column B-4, architect")),
            structure(("02/column/B-4", "IfcColumn", "Column B-4")),
        ),
        hard(
            "beam in stair flight",
            "The landing beam sits in the upper flight: the stair cannot be cast.",
            architecture(("02/stair/flight/2", "IfcStairFlight", "Flight 2")),
            structure(("02/planted/stair beam", "IfcBeam", "Landing beam")),
            stair_depth(),
        ),
        hard(
            "tray grazes beam",
            "The cable tray hangs 30 mm too high and runs into the beam's lower flange.",
            services(("03/planted/tray", "IfcCableCarrierSegment", "Cable tray 200 x 60")),
            structure(("03/beam/across/B-3", "IfcBeam", "Beam B-3 to C-3")),
            TRAY_OVERLAP,
        ),
        hard(
            "duct beside shaft opening",
            "The smoke duct goes through the slab beside the shaft opening instead of through it.",
            services(("03/planted/smoke", "IfcDuctSegment", "Smoke duct 300 x 300")),
            structure(("03/slab/C-2", "IfcSlab", "Slab C-2")),
            0.4,
        ),
        hard(
            "door frame in column",
            "The door stands too near the column: its frame reaches 25 mm into the concrete.",
            architecture(("03/wall/south/bay3/door", "IfcDoor", "Door south 3")),
            structure(("03/column/B-3", "IfcColumn", "Column B-3")),
            DOOR_OVERLAP,
        ),
        hard(
            "grille without hole in ceiling",
            "The return grille pierces a ceiling in which no hole was left for it.",
            architecture(("03/ceiling/corridor/bay4", "IfcCovering", "Suspended ceiling")),
            services(("03/planted/grille", "IfcAirTerminal", "Return grille 500")),
            0.04,
        ),
        hard(
            "wall runs into column",
            "The partition does not stop at the column but runs 40 mm into it.",
            architecture(("04/wall/south/line2", "IfcWall", "Partition south 2")),
            structure(("04/column/A-2", "IfcColumn", "Column A-2")),
            WALL_OVERLAP,
        ),
        hard(
            "sprinkler pipe in slab",
            "The sprinkler pipe is fixed 5 mm too high, into the underside of the slab.",
            services(("04/planted/sprinkler", "IfcPipeSegment", "Sprinkler pipe 50, high")),
            structure(("05/slab/A-4", "IfcSlab", "Slab A-4")),
            PIPE_OVERLAP,
        ),
    ]
}

fn decoys() -> Vec<Decoy> {
    vec![
        decoy(
            "facade touches column",
            "The façade stands against the column: they touch, they do not overlap.",
            architecture(("00/facade/south/bay1", "IfcWall", "Facade south 1")),
            structure(("00/column/A-1", "IfcColumn", "Column A-1")),
        ),
        decoy(
            "pipe through its sleeve",
            "The sprinkler pipe crosses the wall through an opening wider than itself.",
            architecture(("01/wall/south/bay1", "IfcWall", "Corridor wall south 1")),
            services(("01/sprinkler/line/south/bay1/1/1", "IfcPipeSegment", "Sprinkler pipe 50")),
        ),
        decoy(
            "diffuser in its ceiling hole",
            "The diffuser's neck has 5 mm of air around it in the ceiling, and its plate touches from below.",
            architecture(("01/ceiling/south/bay1", "IfcCovering", "Suspended ceiling")),
            services(("01/air/terminal/south/bay1", "IfcAirTerminal", "Swirl diffuser 500")),
        ),
        decoy(
            "luminaire under ceiling",
            "The luminaire is screwed to the ceiling's underside: they touch.",
            architecture(("02/ceiling/north/bay1", "IfcCovering", "Suspended ceiling")),
            services(("02/light/north/bay1/1", "IfcLightFixture", "Luminaire 1200 x 300")),
        ),
        decoy(
            "tray one millimetre into beam",
            "The cable tray reaches 1 mm into the beam, less than the tolerance of 2 mm.",
            services(("02/decoy/tray", "IfcCableCarrierSegment", "Cable tray 200 x 60")),
            structure(("02/beam/across/B-3", "IfcBeam", "Beam B-3 to C-3")),
        ),
        decoy(
            "door fits its opening",
            "The stair's door fills the opening in the core wall to the millimetre.",
            architecture(("03/core/Stair door", "IfcDoor", "Stair door")),
            structure(("03/core/south", "IfcWall", "Core wall south")),
        ),
        decoy(
            "duct through its opening",
            "The supply duct leaves the shaft through an opening wider than itself.",
            services(("04/air/supply/east", "IfcDuctSegment", "Duct 300 x 240")),
            structure(("04/core/east", "IfcWall", "Core wall east")),
        ),
    ]
}
