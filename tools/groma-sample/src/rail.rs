//! A railway line in one model, for readers of linear infrastructure: hundreds of solids swept along an alignment,
//! and sleepers and signals placed by their distance along it.

mod alignment;
mod curve;

use crate::guid::global_id;
use crate::kit::{Item, Kit, Shared};
use crate::shape::{CONCRETE, STEEL_BLUE, Solid, UP};
use crate::step::{Ref, Step, Value, attributes};
use alignment::{LENGTH, PLAN, station};
use serde::Serialize;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The label of the model.
const MODEL: &str = "rail";
/// What is swept: how it is called, in how many pieces, its section with x to the right of travel and y up.
const SWEPT: [(&str, usize, &[[f64; 2]]); 4] = [
    ("ballast", 200, &[[-2.2, -0.72], [2.9, -0.72], [2.4, -0.372], [-1.7, -0.372]]),
    ("formation", 100, &[[-3.4, -1.12], [4.1, -1.12], [4.0, -0.72], [-3.3, -0.72]]),
    ("left rail", 100, &LEFT_RAIL),
    ("right rail", 100, &RIGHT_RAIL),
];
const LEFT_RAIL: [[f64; 2]; 12] = rail(-0.7535);
const RIGHT_RAIL: [[f64; 2]; 12] = rail(0.7535);
/// Distance between sleepers.
const SPACING: f64 = 0.6;
const SLEEPER_TOP: f64 = -0.172;
/// Where signals stand beside the line, to the left.
const SIGNAL_OFFSET: f64 = 3.1;
const SIGNALS: usize = 8;

/// A flat-bottom rail, coarsely.
const fn rail(x: f64) -> [[f64; 2]; 12] {
    [
        [x - 0.075, -0.172],
        [x + 0.075, -0.172],
        [x + 0.075, -0.160],
        [x + 0.00825, -0.140],
        [x + 0.00825, -0.050],
        [x + 0.036, -0.038],
        [x + 0.036, 0.0],
        [x - 0.036, 0.0],
        [x - 0.036, -0.038],
        [x - 0.00825, -0.050],
        [x - 0.00825, -0.140],
        [x - 0.075, -0.160],
    ]
}

/// Which edition of IFC a model claims and follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RailSchema {
    /// IFC 4.1: `IfcAlignmentCurve`, placed along a curve; in millimetres.
    Ifc4x1,
    /// IFC 4.2: the same with a parent placement; in millimetres.
    Ifc4x2,
    /// The first candidate of IFC 4.3, which still has the line of IFC 4.2; in millimetres.
    Ifc4x3Rc1,
    /// The second candidate, the first with `IfcGradientCurve`.
    Ifc4x3Rc2,
    /// The third candidate.
    Ifc4x3Rc3,
    /// The fourth candidate.
    Ifc4x3Rc4,
    /// IFC 4.3 without an amendment.
    Ifc4x3,
    /// IFC 4.3 with its first amendment.
    Ifc4x3Add1,
    /// IFC 4.3 with its second amendment, which is ISO 16739-1:2024.
    Ifc4x3Add2,
}

impl RailSchema {
    /// All of them, in the order of their dates.
    pub const ALL: [Self; 9] = [
        Self::Ifc4x1,
        Self::Ifc4x2,
        Self::Ifc4x3Rc1,
        Self::Ifc4x3Rc2,
        Self::Ifc4x3Rc3,
        Self::Ifc4x3Rc4,
        Self::Ifc4x3,
        Self::Ifc4x3Add1,
        Self::Ifc4x3Add2,
    ];

    /// The name in the header of a file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ifc4x1 => "IFC4X1",
            Self::Ifc4x2 => "IFC4X2",
            Self::Ifc4x3Rc1 => "IFC4X3_RC1",
            Self::Ifc4x3Rc2 => "IFC4X3_RC2",
            Self::Ifc4x3Rc3 => "IFC4X3_RC3",
            Self::Ifc4x3Rc4 => "IFC4X3_RC4",
            Self::Ifc4x3 => "IFC4X3",
            Self::Ifc4x3Add1 => "IFC4X3_ADD1",
            Self::Ifc4x3Add2 => "IFC4X3_ADD2",
        }
    }

    /// True for those whose lines are gradient curves.
    fn is_4x3(self) -> bool {
        !matches!(self, Self::Ifc4x1 | Self::Ifc4x2 | Self::Ifc4x3Rc1)
    }

    /// True for those whose sectioned solids say that their sections stand upright.
    fn has_fixed_axis(self) -> bool {
        !matches!(self, Self::Ifc4x3 | Self::Ifc4x3Add1 | Self::Ifc4x3Add2)
    }
}

/// What an element of the line should be, as computed from the alignment; metres.
#[derive(Serialize, Clone, Debug)]
pub struct RailPart {
    /// Its GlobalId.
    pub global_id: String,
    /// What it is: `ballast`, `sleeper`.
    pub what: &'static str,
    /// The corners of its box, in the frame of the file.
    pub lo: [f64; 3],
    /// The corners of its box, in the frame of the file.
    pub hi: [f64; 3],
    /// Its volume, m³.
    pub volume: f64,
}

/// Writes `rail.ifc` and `rail.json`, a list of [`RailPart`], into a folder, which is made if it is absent.
///
/// # Errors
///
/// What the file system says.
pub fn author_rail(schema: RailSchema, dir: &Path) -> io::Result<Vec<RailPart>> {
    fs::create_dir_all(dir)?;
    let parts = write(schema, BufWriter::new(File::create(dir.join("rail.ifc"))?))?;
    fs::write(dir.join("rail.json"), serde_json::to_string_pretty(&parts)? + "\n")?;
    Ok(parts)
}

fn write(schema: RailSchema, out: impl Write) -> io::Result<Vec<RailPart>> {
    let step = Step::in_schema(out, schema.name(), "rail.ifc", "ViewDefinition [Alignment-basedView]");
    let mut kit = Kit::new(step, MODEL, if schema.is_4x3() { 1.0 } else { 1000.0 });
    let site = kit.site("Railway line");
    kit.begin_storey(0, site);
    let line =
        if schema.is_4x3() { curve::gradient_curve(&mut kit) } else { curve::alignment_curve(&mut kit) };
    aligned(&mut kit, schema, line);
    let mut rail = Rail { kit, schema, line, parts: Vec::new() };
    for (what, pieces, section) in SWEPT {
        rail.sweep(what, pieces, section);
    }
    for n in 0..=(LENGTH / SPACING) as usize {
        rail.sleeper(n, SPACING * n as f64);
    }
    for n in 0..SIGNALS {
        rail.signal(n, 40.0 + 95.0 * n as f64);
    }
    let Rail { mut kit, parts, .. } = rail;
    kit.end_storey();
    kit.finish()?;
    Ok(parts)
}

/// The alignment itself, whose axis is the line.
fn aligned<W: Write>(kit: &mut Kit<W>, schema: RailSchema, line: Ref) {
    let placement = kit.storey_placement;
    if schema.is_4x3() {
        let axis = kit
            .step
            .add("IFCSHAPEREPRESENTATION", attributes!(kit.body, "Axis", "Curve3D", Value::refs(&[line])));
        let shape = kit.definition(axis);
        let id = kit.id("alignment");
        let null = Value::Null;
        kit.step.add(
            "IFCALIGNMENT",
            attributes!(
                id,
                null.clone(),
                "Track 1",
                null.clone(),
                null,
                placement,
                shape,
                Value::Enum("NOTDEFINED")
            ),
        );
    } else {
        let id = kit.id("alignment");
        let null = Value::Null;
        kit.step.add(
            "IFCALIGNMENT",
            attributes!(
                id,
                null.clone(),
                "Track 1",
                null.clone(),
                null.clone(),
                placement,
                null,
                line,
                Value::Enum("NOTDEFINED")
            ),
        );
    }
}

struct Rail<W: Write> {
    kit: Kit<W>,
    schema: RailSchema,
    line: Ref,
    parts: Vec<RailPart>,
}

impl<W: Write> Rail<W> {
    /// A point along the line: of IFC 4.3, or before.
    fn distance(&mut self, s: f64, left: f64, up: f64) -> Ref {
        let kit = &mut self.kit;
        let (s, left, up) = (s * kit.scale, left * kit.scale, up * kit.scale);
        if self.schema.is_4x3() {
            let along = Value::typed("IFCLENGTHMEASURE", s);
            kit.step.add("IFCPOINTBYDISTANCEEXPRESSION", attributes!(along, left, up, Value::Null, self.line))
        } else {
            kit.step.add("IFCDISTANCEEXPRESSION", attributes!(s, left, up, Value::Null, true))
        }
    }

    /// Pieces of equal length, each between two sections.
    fn sweep(&mut self, what: &'static str, pieces: usize, section: &[[f64; 2]]) {
        // The first axis of a section points to the right of travel until IFC 4.3, and to the left from then on.
        let mirrored: Vec<[f64; 2]> = section.iter().rev().map(|[x, y]| [-x, *y]).collect();
        let profile = self.kit.polygon(if self.schema.is_4x3() { &mirrored } else { section });
        let length = LENGTH / pieces as f64;
        for n in 0..pieces {
            let ends = [n as f64 * length, (n + 1) as f64 * length];
            let positions = ends.map(|s| {
                let point = self.distance(s, 0.0, 0.0);
                if self.schema.is_4x3() {
                    self.kit.step.add("IFCAXIS2PLACEMENTLINEAR", attributes!(point, Value::Null, Value::Null))
                } else {
                    point
                }
            });
            let mut all =
                attributes!(self.line, Value::refs(&[profile, profile]), Value::refs(&positions)).to_vec();
            if self.schema.has_fixed_axis() {
                all.push(true.into());
            }
            let kit = &mut self.kit;
            let body = kit.step.add("IFCSECTIONEDSOLIDHORIZONTAL", &all);
            let shape = kit.step.add(
                "IFCSHAPEREPRESENTATION",
                attributes!(kit.body, "Body", "AdvancedSweptSolid", Value::refs(&[body])),
            );
            let shape = kit.definition(shape);
            let placement = kit.storey_placement;
            self.element(what, n, placement, shape);
            self.expect(what, n, swept_box(self.schema, ends, section), swept_volume(ends, section));
        }
    }

    fn sleeper(&mut self, n: usize, s: f64) {
        let half = [0.13, 1.3, 0.1];
        let cuboid = || vec![(Solid::cuboid([-0.13, -1.3, -0.2], [0.13, 1.3, 0.0]), CONCRETE)];
        let shape = self.kit.mapped("sleeper", cuboid);
        let placement = self.along(s, 0.0, SLEEPER_TOP);
        self.element("sleeper", n, placement, shape);
        let placed = corners(half).map(|[x, y, z]| along(self.schema, s, [x, y, z + SLEEPER_TOP - half[2]]));
        self.expect("sleeper", n, bounds(&placed), 0.26 * 2.6 * 0.2);
    }

    fn signal(&mut self, n: usize, s: f64) {
        let half = [0.1, 0.1, 2.5];
        let cuboid = || vec![(Solid::cuboid([-0.1, -0.1, -1.0], [0.1, 0.1, 4.0]), STEEL_BLUE)];
        let shape = self.kit.mapped("signal", cuboid);
        let placement = self.along(s, SIGNAL_OFFSET, 0.0);
        self.element("signal", n, placement, shape);
        let placed = corners(half).map(|[x, y, z]| along(self.schema, s, [x, y + SIGNAL_OFFSET, z + 1.5]));
        self.expect("signal", n, bounds(&placed), 0.2 * 0.2 * 5.0);
    }

    /// A placement at a distance along the line, x ahead, y to the left.
    fn along(&mut self, s: f64, left: f64, up: f64) -> Ref {
        let point = self.distance(s, left, up);
        let kit = &mut self.kit;
        let (null, parent) = (Value::Null, kit.storey_placement);
        match self.schema {
            RailSchema::Ifc4x1 => {
                kit.step.add("IFCLINEARPLACEMENT", attributes!(self.line, point, null.clone(), null))
            }
            RailSchema::Ifc4x2 | RailSchema::Ifc4x3Rc1 => {
                kit.step.add("IFCLINEARPLACEMENT", attributes!(parent, self.line, point, null.clone(), null))
            }
            _ => {
                let axes =
                    kit.step.add("IFCAXIS2PLACEMENTLINEAR", attributes!(point, null.clone(), null.clone()));
                kit.step.add("IFCLINEARPLACEMENT", attributes!(parent, axes, null))
            }
        }
    }

    fn element(&mut self, what: &str, n: usize, placement: Ref, shape: Ref) {
        let (class, tail): (_, &[Value]) = match (self.schema.is_4x3(), what) {
            (true, "ballast") => ("IFCCOURSE", &[Value::Enum("BALLASTBED")]),
            (true, "formation") => ("IFCEARTHWORKSFILL", &[Value::Enum("SUBGRADE")]),
            (true, "left rail" | "right rail") => ("IFCRAIL", &[Value::Enum("RAIL")]),
            (true, "sleeper") => ("IFCTRACKELEMENT", &[Value::Enum("SLEEPER")]),
            (true, "signal") => ("IFCSIGNAL", &[Value::Enum("VISUAL")]),
            _ => ("IFCBUILDINGELEMENTPROXY", &[Value::Enum("NOTDEFINED")]),
        };
        let role = format!("{what}/{n}");
        let name = format!("{what} {}", n + 1);
        let item = Item { class, role: &role, name: &name, at: [0.0; 3], axes: UP, tail };
        let element = self.kit.element_at(&item, placement, Some(shape));
        self.kit.share(Shared::Storey, self.kit.storey, element);
    }

    fn expect(&mut self, what: &'static str, n: usize, [lo, hi]: [[f64; 3]; 2], volume: f64) {
        let global_id = global_id(MODEL, &self.kit.key(&format!("{what}/{n}")));
        self.parts.push(RailPart { global_id, what, lo, hi, volume });
    }
}

/// The corners of a box about the origin.
fn corners(half: [f64; 3]) -> [[f64; 3]; 8] {
    std::array::from_fn(|n| std::array::from_fn(|k| if n >> k & 1 == 0 { -half[k] } else { half[k] }))
}

/// A point in the frame that a linear placement has: x along the line, y level to its left. Before IFC 4.3 the frame
/// is upright, from then on it leans with the line.
fn along(schema: RailSchema, s: f64, [x, y, z]: [f64; 3]) -> [f64; 3] {
    let here = station(s);
    let [ahead, beside] = here.ahead();
    let slope = if schema.is_4x3() { here.gradient } else { 0.0 };
    let norm = slope.hypot(1.0);
    let (forth, rise) = ((x - z * slope) / norm, (x * slope + z) / norm);
    [here.at[0] + forth * ahead - y * beside, here.at[1] + forth * beside + y * ahead, here.at[2] + rise]
}

fn bounds(points: &[[f64; 3]]) -> [[f64; 3]; 2] {
    let fold = |pick: fn(f64, f64) -> f64| {
        let all = |a: [f64; 3], b: &[f64; 3]| std::array::from_fn(|k| pick(a[k], b[k]));
        points.iter().fold(points[0], all)
    };
    [fold(f64::min), fold(f64::max)]
}

/// The box of what a section sweeps, by sections closely spaced.
fn swept_box(schema: RailSchema, [from, to]: [f64; 2], section: &[[f64; 2]]) -> [[f64; 3]; 2] {
    const STEPS: usize = 32;
    let place = |n: usize| {
        let s = from + (to - from) * n as f64 / STEPS as f64;
        section.iter().map(move |&[x, y]| along(schema, s, [0.0, -x, y]))
    };
    bounds(&(0..=STEPS).flat_map(place).collect::<Vec<_>>())
}

/// The volume of what a section sweeps: its area by the way of its centroid (Pappus), which on the left of
/// a left curve is shorter than the line's.
fn swept_volume([from, to]: [f64; 2], section: &[[f64; 2]]) -> f64 {
    let edges = || section.iter().zip(section.iter().cycle().skip(1));
    let cross = |a: &[f64; 2], b: &[f64; 2]| a[0] * b[1] - b[0] * a[1];
    let area = edges().map(|(a, b)| cross(a, b)).sum::<f64>() / 2.0;
    let right = edges().map(|(a, b)| (a[0] + b[0]) * cross(a, b)).sum::<f64>() / (6.0 * area);
    let turned = station(to).heading - station(from).heading;
    debug_assert!(PLAN.iter().all(|p| p.curvature.iter().all(|&k| k >= 0.0)));
    area * (to - from + right * turned)
}
