//! Shapes as data: profiles, and solids swept from them. Metres, in the frame of the element.

use crate::building::Rect;

/// A closed profile in the plane.
#[derive(Clone, Debug)]
pub(crate) enum Profile {
    /// A rectangle about the origin.
    Rect([f64; 2]),
    /// A circle about the origin.
    Circle(f64),
    /// A symmetric I about the origin: width, depth, web, flange.
    I([f64; 4]),
    /// A polygon, and polygons cut out of it.
    Polygon(Vec<[f64; 2]>, Vec<Vec<[f64; 2]>>),
}

/// Which way a frame looks: its z axis (along which a profile is swept), then its x axis.
pub(crate) type Axes = [[f64; 3]; 2];

/// z up, x east.
pub(crate) const UP: Axes = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]];
/// z down, x east.
pub(crate) const DOWN: Axes = [[0.0, 0.0, -1.0], [1.0, 0.0, 0.0]];
/// z up, x north.
pub(crate) const UP_NORTH: Axes = [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]];
/// z up, x west.
pub(crate) const UP_WEST: Axes = [[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]];
/// z east, y up.
pub(crate) const EAST: Axes = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
/// z north, y up.
pub(crate) const NORTH: Axes = [[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]];
/// z south, y up.
pub(crate) const SOUTH: Axes = [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0]];

/// A profile swept along the z axis of a frame.
#[derive(Clone, Debug)]
pub(crate) struct Solid {
    pub(crate) profile: Profile,
    pub(crate) origin: [f64; 3],
    pub(crate) axes: Axes,
    pub(crate) depth: f64,
}

impl Solid {
    /// Swept along z from the origin.
    pub(crate) fn new(profile: Profile, depth: f64) -> Self {
        Self { profile, origin: [0.0; 3], axes: UP, depth }
    }

    pub(crate) fn at(self, origin: [f64; 3], axes: Axes) -> Self {
        Self { origin, axes, ..self }
    }

    /// A box between two corners.
    pub(crate) fn cuboid(lo: [f64; 3], hi: [f64; 3]) -> Self {
        let outline = Rect::new([0.0, 0.0], [hi[0] - lo[0], hi[1] - lo[1]]).outline();
        Self::new(Profile::Polygon(outline, Vec::new()), hi[2] - lo[2]).at(lo, UP)
    }
}

/// A colour, and how much it lets through (0 to 1).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) name: &'static str,
    pub(crate) rgb: [f64; 3],
    pub(crate) transparency: f64,
}

/// An opaque colour.
const fn opaque(name: &'static str, r: f64, g: f64, b: f64) -> Style {
    Style { name, rgb: [r, g, b], transparency: 0.0 }
}

pub(crate) const CONCRETE: Style = opaque("Concrete", 0.66, 0.66, 0.64);
pub(crate) const CORE: Style = opaque("Concrete, core", 0.56, 0.57, 0.58);
pub(crate) const STEEL_BLUE: Style = opaque("Steel", 0.36, 0.45, 0.55);
pub(crate) const BRICK: Style = opaque("Brick", 0.66, 0.36, 0.27);
pub(crate) const RENDER: Style = opaque("Render", 0.93, 0.91, 0.86);
pub(crate) const PLASTER: Style = opaque("Plaster", 0.95, 0.95, 0.93);
pub(crate) const SCREED: Style = opaque("Floor finish", 0.74, 0.66, 0.55);
pub(crate) const ROOFING: Style = opaque("Roof covering", 0.35, 0.37, 0.38);
pub(crate) const PAVING: Style = opaque("Paving", 0.58, 0.57, 0.54);
pub(crate) const TILE: Style = opaque("Ceiling tile", 0.97, 0.97, 0.97);
pub(crate) const FRAME: Style = opaque("Frame, anthracite", 0.22, 0.24, 0.26);
pub(crate) const TIMBER: Style = opaque("Timber", 0.72, 0.52, 0.32);
pub(crate) const GLASS: Style = Style { name: "Glass", rgb: [0.55, 0.75, 0.85], transparency: 0.65 };
pub(crate) const RAIL: Style = opaque("Railing", 0.30, 0.32, 0.34);
pub(crate) const DUCT_SILVER: Style = opaque("Galvanised steel", 0.62, 0.74, 0.68);
pub(crate) const PIPE_RED: Style = opaque("Sprinkler pipe", 0.80, 0.16, 0.14);
pub(crate) const PIPE_BLUE: Style = opaque("Water pipe", 0.16, 0.38, 0.80);
pub(crate) const TRAY_ORANGE: Style = opaque("Cable tray", 0.93, 0.55, 0.14);
pub(crate) const WHITE: Style = opaque("White", 0.98, 0.98, 0.96);
pub(crate) const LAMP: Style = opaque("Luminaire", 1.0, 0.95, 0.72);
pub(crate) const MACHINE: Style = opaque("Machine", 0.52, 0.62, 0.58);
