//! The building that the three models share: grid, heights, rooms. Metres; x along the façade, y from
//! south to north, z up; z of a storey is the top of its structural slab.

/// Width of a bay.
pub(crate) const BAY: f64 = 6.0;
/// The rows of columns: south façade, corridor, corridor, north façade.
pub(crate) const ROWS: [f64; 4] = [0.0, 6.0, 9.0, 15.0];
/// From slab top to slab top.
pub(crate) const STOREY: f64 = 3.8;
/// Thickness of the structural slabs.
pub(crate) const SLAB: f64 = 0.25;
/// Underside of the slab above.
pub(crate) const SOFFIT: f64 = STOREY - SLAB;
/// Half the width of a column.
pub(crate) const COLUMN: f64 = 0.2;
/// Width and depth of the concrete edge beams.
pub(crate) const EDGE_BEAM: [f64; 2] = [0.25, 0.45];
/// Depth of the steel beams.
pub(crate) const STEEL: f64 = 0.33;
/// Underside of the steel beams; internal walls end here.
pub(crate) const STEEL_UNDER: f64 = SOFFIT - STEEL;
/// Thickness of the façade, which stands outside the slab's edge.
pub(crate) const FACADE: f64 = 0.3;
/// Half the thickness of an internal wall.
pub(crate) const WALL: f64 = 0.075;
/// Half the thickness of a core wall.
pub(crate) const CORE_WALL: f64 = 0.125;
/// Thickness of the floor finish.
pub(crate) const FINISH: f64 = 0.05;
/// Underside and upper side of the suspended ceilings.
pub(crate) const CEILING: [f64; 2] = [2.70, 2.72];
/// Centre of the ducts, and half their height.
pub(crate) const DUCT: [f64; 2] = [2.88, 0.12];
/// Centre of the sprinkler and water pipes.
pub(crate) const PIPE: f64 = 3.15;
/// The bay that holds stair, lift and services shaft, on the north side.
pub(crate) const CORE_BAY: usize = 1;
/// The bay with the lavatories, where the supply from the shaft arrives, on the north side.
pub(crate) const WET_BAY: usize = 2;

/// A rectangle on plan: least and greatest corner.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Rect {
    pub(crate) lo: [f64; 2],
    pub(crate) hi: [f64; 2],
}

impl Rect {
    pub(crate) const fn new(lo: [f64; 2], hi: [f64; 2]) -> Self {
        Self { lo, hi }
    }

    /// A square around a point.
    pub(crate) fn square(centre: [f64; 2], half: f64) -> Self {
        Self::new([centre[0] - half, centre[1] - half], [centre[0] + half, centre[1] + half])
    }

    /// The corners, counter-clockwise.
    pub(crate) fn outline(&self) -> Vec<[f64; 2]> {
        vec![self.lo, [self.hi[0], self.lo[1]], self.hi, [self.lo[0], self.hi[1]]]
    }

    /// The same, reflected about the building's long axis.
    pub(crate) fn mirrored(&self) -> Self {
        Self::new([self.lo[0], 15.0 - self.hi[1]], [self.hi[0], 15.0 - self.lo[1]])
    }
}

/// The opening in each upper slab for the stair.
pub(crate) const STAIR_WELL: Rect = Rect::new([6.125, 10.6], [9.1, 14.8]);
/// The opening for the lift.
pub(crate) const LIFT_WELL: Rect = Rect::new([9.3, 9.125], [11.875, 11.3]);
/// The opening for the services.
pub(crate) const SHAFT: Rect = Rect::new([9.3, 12.4], [11.875, 14.6]);
/// Where the supply duct rises, and its size.
pub(crate) const RISER: [f64; 2] = [10.4, 13.2];
/// Size of the supply riser on plan.
pub(crate) const RISER_SIZE: [f64; 2] = [0.6, 0.5];

/// Size of the building.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Building {
    pub(crate) storeys: usize,
    pub(crate) bays: usize,
    /// Whether elements get details of their own, and rooms furniture.
    pub(crate) rich: bool,
}

/// Which side of the corridor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    South,
    North,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::South, Self::North];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::South => "south",
            Self::North => "north",
        }
    }

    /// A y of the south side, or its reflection in the north.
    pub(crate) fn y(self, south: f64) -> f64 {
        match self {
            Self::South => south,
            Self::North => 15.0 - south,
        }
    }
}

impl Building {
    pub(crate) fn grid_x(&self, line: usize) -> f64 {
        BAY * line as f64
    }

    /// The last grid line's x.
    pub(crate) fn length(&self) -> f64 {
        self.grid_x(self.bays)
    }

    /// Slab edges: the inner face of the façade.
    pub(crate) fn footprint(&self) -> Rect {
        Rect::new([-COLUMN, -COLUMN], [self.length() + COLUMN, ROWS[3] + COLUMN])
    }

    /// Top of the structural slab; storey `storeys` is the roof.
    pub(crate) fn elevation(&self, storey: usize) -> f64 {
        STOREY * storey as f64
    }

    pub(crate) fn storey_name(&self, storey: usize) -> String {
        match storey {
            0 => "Ground floor".to_owned(),
            k if k == self.storeys => "Roof".to_owned(),
            k => format!("Level {k}"),
        }
    }

    /// True where there is an office (or lavatory) and not the core.
    pub(crate) fn has_room(&self, bay: usize, side: Side) -> bool {
        side == Side::South || bay != CORE_BAY
    }

    /// True where the wall on a grid line beside the north rooms is a core wall.
    pub(crate) fn is_core_line(&self, line: usize, side: Side) -> bool {
        side == Side::North && (line == CORE_BAY || line == CORE_BAY + 1)
    }

    /// The outline of a room, inside its walls and around the columns in its corners.
    pub(crate) fn room(&self, bay: usize, side: Side) -> Vec<[f64; 2]> {
        let edge = |line: usize| match line {
            0 => COLUMN,
            l if l == self.bays => COLUMN,
            l if self.is_core_line(l, side) => -CORE_WALL,
            _ => -WALL,
        };
        let (x0, x1) = (self.grid_x(bay) - edge(bay), self.grid_x(bay + 1) + edge(bay + 1));
        let south = Rect::new([x0, -COLUMN], [x1, ROWS[1] - WALL]);
        let (rect, rows) = match side {
            Side::South => (south, [ROWS[0], ROWS[1]]),
            Side::North => (south.mirrored(), [ROWS[2], ROWS[3]]),
        };
        self.around_columns(rect, bay, rows)
    }

    /// The outline of the corridor in a bay.
    pub(crate) fn corridor(&self, bay: usize) -> Vec<[f64; 2]> {
        let north = if bay == CORE_BAY { ROWS[2] - CORE_WALL } else { ROWS[2] - WALL };
        let x0 = if bay == 0 { -COLUMN } else { self.grid_x(bay) };
        let x1 = self.grid_x(bay + 1) + if bay + 1 == self.bays { COLUMN } else { 0.0 };
        self.around_columns(Rect::new([x0, ROWS[1] + WALL], [x1, north]), bay, [ROWS[1], ROWS[2]])
    }

    /// A rectangle of a bay less the four columns that stand in its corners.
    pub(crate) fn around_columns(&self, rect: Rect, bay: usize, rows: [f64; 2]) -> Vec<[f64; 2]> {
        let (left, right) = (self.grid_x(bay) + COLUMN, self.grid_x(bay + 1) - COLUMN);
        let (bottom, top) = (rows[0] + COLUMN, rows[1] - COLUMN);
        let Rect { lo, hi } = rect;
        vec![
            [left, lo[1]],
            [right, lo[1]],
            [right, bottom],
            [hi[0], bottom],
            [hi[0], top],
            [right, top],
            [right, hi[1]],
            [left, hi[1]],
            [left, top],
            [lo[0], top],
            [lo[0], bottom],
            [left, bottom],
        ]
    }
}
