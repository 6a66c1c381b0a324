//! The architectural model, in millimetres, built with `ifc_rs`: façade, walls, doors, windows, finishes,
//! roof, spaces. Stairs, ceilings, colours and classification are added with our own writer.

use crate::building::{
    BAY, Building, CEILING, COLUMN, CORE_BAY, CORE_WALL, DUCT, FACADE, FINISH, LIFT_WELL, PIPE, ROWS, Rect,
    STAIR_WELL, STEEL_UNDER, Side, WALL, WET_BAY,
};
use crate::catalogue::{self, Catalogue, Kind};
use crate::joinery;
use crate::kit::{Item, Kit, Shared, label};
use crate::planted;
use crate::shape::{Axes, MACHINE, PLASTER, Profile, SCREED, Solid, Style, TILE, UP, UP_NORTH};
use crate::spatial_tree;
use crate::sprinklers::{FEED, HEADS, LINES};
use crate::stairs;
use crate::step::{Ref, Step, Value};
use crate::typed::{Typed, id};
use bevy_math::{DVec2, DVec3};
use ifc_rs::prelude::{
    CompositionTypeEnum, Direction3D, Door, DoorOperationTypeEnum, DoorTypeEnum, LocalPlacement,
    OpeningElement, OpeningElementTypeEnum, ProductBuilder, ProductDefinitionShape, RelAggregates,
    RelFillsElement, RelVoidsElement, Slab, SlabTypeEnum, Space, SpaceTypeEnum, SpatialElementBuilder,
    SpatialStructureElementBuilder, Storey, Wall, Window, WindowPartitioningTypeEnum, WindowTypeEnum,
};
use std::io::{self, Write};

/// The label of the model.
pub(crate) const MODEL: &str = "architecture";
/// Width, height and sill of the windows.
pub(crate) const WINDOW: [f64; 3] = [2.4, 1.75, 0.8];
/// Width and height of the doors.
const DOOR: [f64; 2] = [1.0, 2.1];
/// Width and height of the entrance.
pub(crate) const ENTRANCE: [f64; 2] = [2.4, 2.4];
/// Height of the parapet.
pub(crate) const PARAPET: f64 = 1.0;

/// Millimetres, to a millionth.
pub(crate) fn mm(metres: f64) -> f64 {
    (metres * 1e9).round() / 1e6
}

/// Writes the model.
pub(crate) struct Architecture<'b, W: Write> {
    pub(crate) to: Typed<W>,
    pub(crate) building: &'b Building,
    pub(crate) catalogue: Catalogue,
}

/// Where a wall stands, and how large it is: x along it, y through it.
pub(crate) struct WallPlan {
    pub(crate) role: String,
    pub(crate) name: String,
    pub(crate) at: [f64; 3],
    pub(crate) axes: Axes,
    pub(crate) length: f64,
    pub(crate) height: f64,
    pub(crate) thickness: f64,
}

/// A wall that was written.
pub(crate) struct Built {
    pub(crate) wall: Ref,
    pub(crate) placement: Ref,
    pub(crate) thickness: f64,
}

/// An opening in a wall: its least corner and size, along the wall and upright.
#[derive(Clone, Copy)]
pub(crate) struct Hole {
    pub(crate) at: [f64; 2],
    pub(crate) size: [f64; 2],
}

/// Writes the model; the number of elements.
pub(crate) fn write(building: &Building, out: impl Write) -> io::Result<usize> {
    let step = Step::new(out, "architecture.ifc", "groma sample project, architecture");
    let mut to = Typed::new(Kit::new(step, MODEL, 1000.0));
    to.kit.rich = building.rich;
    let storeys = spatial_tree::write(&mut to, building);
    let catalogue = catalogue::write(&mut to);
    let mut me = Architecture { to, building, catalogue };
    for (k, &storey) in storeys.iter().enumerate() {
        me.to.kit.begin_storey(k, storey);
        if k < building.storeys {
            me.storey(k);
        } else {
            me.roof();
        }
        if k == 0 {
            me.outside();
        }
        planted::architecture(&mut me.to.kit, k);
        me.to.kit.end_storey();
    }
    me.to.kit.finish()
}

impl<W: Write> Architecture<'_, W> {
    fn storey(&mut self, k: usize) {
        self.facades(k);
        let mut spaces = Vec::new();
        for bay in 0..self.building.bays {
            for side in Side::BOTH {
                if self.building.has_room(bay, side) {
                    self.corridor_wall(k, bay, side);
                    let outline = self.building.room(bay, side);
                    let name = format!(
                        "{} {}",
                        if side == Side::North && bay == WET_BAY { "Lavatory" } else { "Office" },
                        label(usize::from(side == Side::North), bay)
                    );
                    let role = format!("{}/bay{}", side.name(), bay + 1);
                    self.floor(&role, &outline);
                    self.ceiling(&role, outline.clone(), ceiling_holes(bay, side));
                    spaces.push(self.space(&role, &name, &outline));
                    if self.building.rich && name.starts_with("Office") {
                        self.furnish(bay, side);
                    }
                }
                if bay > 0 && !self.building.is_core_line(bay, side) {
                    self.cross_wall(k, bay, side);
                }
            }
            let outline = self.building.corridor(bay);
            let role = format!("corridor/bay{}", bay + 1);
            self.floor(&role, &outline);
            self.ceiling(&role, outline.clone(), Vec::new());
            spaces.push(self.space(&role, &format!("Corridor {}", bay + 1), &outline));
        }
        self.core(k);
        let storey = self.to.kit.storey;
        let key = self.to.kit.key("spaces");
        let parts: Vec<_> = spaces.iter().map(|r| id::<Space>(*r).id()).collect();
        self.to.root(&key, |_| RelAggregates::new("Spaces", id::<Storey>(storey).id(), parts));
    }

    /// Shares type, material, properties, classification and storey.
    pub(crate) fn register(&mut self, kind: Kind, element: Ref) {
        let kit = &mut self.to.kit;
        kit.is_of(kind.of, element);
        if let Some(material) = kind.material {
            kit.share(Shared::Material, material, element);
        }
        kit.share(Shared::Properties, kind.properties, element);
        kit.share(Shared::Classification, kind.class, element);
        kit.elements += 1;
    }

    pub(crate) fn contain(&mut self, element: Ref) {
        let storey = self.to.kit.storey;
        self.to.kit.share(Shared::Storey, storey, element);
    }

    pub(crate) fn wall(&mut self, plan: &WallPlan, kind: Kind, style: Style) -> Built {
        let parent = self.to.kit.storey_placement;
        let placement = self.to.kit.place(Some(parent), plan.at, plan.axes);
        let body = self.to.kit.body;
        let key = self.to.kit.key(&plan.role);
        let wall = self.to.root(&key, |ifc| {
            let shape = ProductDefinitionShape::new_rectangular_shape(
                mm(plan.length),
                mm(plan.height),
                mm(plan.thickness),
                Direction3D::from(DVec3::Z),
                id(body),
                ifc,
            );
            Wall::new(&plan.name)
                .object_placement(id::<LocalPlacement>(placement), ifc)
                .representation(shape, ifc)
        });
        self.to.kit.colour(self.to.solid, style);
        self.register(kind, wall);
        self.contain(wall);
        Built { wall, placement, thickness: plan.thickness }
    }

    /// Cuts a hole through a wall, 50 mm beyond both faces; the opening's placement is the hole's corner.
    pub(crate) fn opening(&mut self, built: &Built, role: &str, what: &str, hole: Hole) -> Ref {
        let beyond = 0.05;
        let placement = self.to.kit.place(Some(built.placement), [hole.at[0], -beyond, hole.at[1]], UP);
        let body = self.to.kit.body;
        let key = self.to.kit.key(&format!("{role}/{what}"));
        let opening = self.to.root(&key, |ifc| {
            let shape = ProductDefinitionShape::new_rectangular_shape(
                mm(hole.size[0]),
                mm(hole.size[1]),
                mm(built.thickness + 2.0 * beyond),
                Direction3D::from(DVec3::Z),
                id(body),
                ifc,
            );
            OpeningElement::new("Opening")
                .predefined_type(OpeningElementTypeEnum::Opening)
                .object_placement(id::<LocalPlacement>(placement), ifc)
                .representation(shape, ifc)
        });
        self.to.kit.elements += 1;
        self.to.root(&format!("{key}/voids"), |ifc| {
            RelVoidsElement::new("Voids", id::<Wall>(built.wall), id::<OpeningElement>(opening), ifc)
        });
        opening
    }

    pub(crate) fn window(&mut self, plan: &WallPlan, built: &Built, number: usize, hole: Hole) {
        let opening = self.opening(built, &plan.role, &format!("window{number}/opening"), hole);
        let [w, h] = hole.size;
        let shape = self.to.kit.mapped("window", || joinery::window(w, h, FACADE));
        let placement = self.to.kit.place(Some(built.placement), [hole.at[0], 0.0, hole.at[1]], UP);
        let key = self.to.kit.key(&format!("{}/window{number}", plan.role));
        let window = self.to.root(&key, |ifc| {
            Window::new(format!("Window {number} in {}", plan.name))
                .overall_width(mm(w))
                .overall_height(mm(h))
                .predefined_type(WindowTypeEnum::Window)
                .partitioning_type(WindowPartitioningTypeEnum::DoublePanelVertical)
                .object_placement(id::<LocalPlacement>(placement), ifc)
                .representation(id::<ProductDefinitionShape>(shape), ifc)
        });
        self.to.root(&format!("{key}/fills"), |ifc| {
            RelFillsElement::new("Fills", id::<OpeningElement>(opening), id::<Window>(window), ifc)
        });
        self.register(self.catalogue.window, window);
        self.contain(window);
    }

    pub(crate) fn entrance(&mut self, plan: &WallPlan, built: &Built, opening: Ref, hole: Hole) {
        let [w, h] = hole.size;
        let shape = self.to.kit.mapped("entrance", || joinery::window(w, h, FACADE));
        let placement = self.to.kit.place(Some(built.placement), [hole.at[0], 0.0, hole.at[1]], UP);
        let kind = self.catalogue.entrance;
        let operation = DoorOperationTypeEnum::DoubleDoorSingleSwing;
        let door = self.door_at(
            &format!("{}/entrance/door", plan.role),
            "Entrance",
            [w, h],
            operation,
            placement,
            shape,
            kind,
        );
        let key = self.to.kit.key(&format!("{}/entrance/fills", plan.role));
        self.to.root(&key, |ifc| {
            RelFillsElement::new("Fills", id::<OpeningElement>(opening), id::<Door>(door), ifc)
        });
    }

    #[allow(clippy::too_many_arguments)] // what a door has
    fn door_at(
        &mut self,
        role: &str,
        name: &str,
        [w, h]: [f64; 2],
        operation: DoorOperationTypeEnum,
        placement: Ref,
        shape: Ref,
        kind: Kind,
    ) -> Ref {
        let key = self.to.kit.key(role);
        let door = self.to.root(&key, |ifc| {
            Door::new(name)
                .overall_width(mm(w))
                .overall_height(mm(h))
                .predefined_type(DoorTypeEnum::Door)
                .operation_type(operation)
                .object_placement(id::<LocalPlacement>(placement), ifc)
                .representation(id::<ProductDefinitionShape>(shape), ifc)
        });
        self.register(kind, door);
        self.contain(door);
        door
    }

    /// The wall between corridor and room, with its door and the openings of the services.
    fn corridor_wall(&mut self, k: usize, bay: usize, side: Side) {
        let x0 = self.building.grid_x(bay);
        let row = if side == Side::South { ROWS[1] } else { ROWS[2] };
        let plan = WallPlan {
            role: format!("wall/{}/bay{}", side.name(), bay + 1),
            name: format!("Corridor wall {} {}", side.name(), bay + 1),
            at: [x0 + COLUMN, row - WALL, 0.0],
            axes: UP,
            length: BAY - 2.0 * COLUMN,
            height: STEEL_UNDER,
            thickness: 2.0 * WALL,
        };
        let built = self.wall(&plan, self.catalogue.internal, PLASTER);
        let along = |x: f64| x - COLUMN;
        let at = planted::door(k, bay, side).unwrap_or(4.0);
        let hole = Hole { at: [along(at), FINISH], size: DOOR };
        let opening = self.opening(&built, &plan.role, "door/opening", hole);
        let shape = self.to.kit.mapped("door", || joinery::door(DOOR[0], DOOR[1], 2.0 * WALL));
        let placement = self.to.kit.place(Some(built.placement), [hole.at[0], 0.0, hole.at[1]], UP);
        let kind = self.catalogue.door;
        let name = format!("Door {} {}", side.name(), bay + 1);
        let door = self.door_at(
            &format!("{}/door", plan.role),
            &name,
            DOOR,
            DoorOperationTypeEnum::SingleSwingLeft,
            placement,
            shape,
            kind,
        );
        let key = self.to.kit.key(&format!("{}/door/fills", plan.role));
        self.to.root(&key, |ifc| {
            RelFillsElement::new("Fills", id::<OpeningElement>(opening), id::<Door>(door), ifc)
        });
        let duct = |x: f64| Hole { at: [along(x - 0.2), DUCT[0] - 0.15], size: [0.4, 0.3] };
        let pipe = |x: f64| Hole { at: [along(x - 0.045), PIPE - 0.045], size: [0.09, 0.09] };
        self.opening(&built, &plan.role, "duct", duct(BAY / 2.0));
        for (i, x) in LINES.into_iter().enumerate() {
            self.opening(&built, &plan.role, &format!("sprinkler{}", i + 1), pipe(x));
        }
        if side == Side::North && bay == WET_BAY {
            self.opening(&built, &plan.role, "supply", duct(0.9));
            self.opening(&built, &plan.role, "feed", pipe(FEED));
        }
    }

    /// The wall between two rooms, from column to column.
    fn cross_wall(&mut self, k: usize, line: usize, side: Side) {
        let (from, to) = match side {
            Side::South => (ROWS[0] + COLUMN, ROWS[1] - COLUMN),
            Side::North => (ROWS[2] + COLUMN, ROWS[3] - COLUMN),
        };
        let from = from - planted::wall_overlap(k, line, side);
        let plan = WallPlan {
            role: format!("wall/{}/line{}", side.name(), line + 1),
            name: format!("Partition {} {}", side.name(), line + 1),
            at: [self.building.grid_x(line) + WALL, from, 0.0],
            axes: UP_NORTH,
            length: to - from,
            height: STEEL_UNDER,
            thickness: 2.0 * WALL,
        };
        self.wall(&plan, self.catalogue.internal, PLASTER);
    }

    /// A horizontal plate: finish, paving, canopy.
    pub(crate) fn plate(
        &mut self,
        role: &str,
        name: &str,
        outline: &[[f64; 2]],
        z: [f64; 2],
        kind: Kind,
        style: Style,
    ) -> Ref {
        let parent = self.to.kit.storey_placement;
        let placement = self.to.kit.place(Some(parent), [0.0, 0.0, z[0]], UP);
        let body = self.to.kit.body;
        let key = self.to.kit.key(role);
        let slab = self.to.root(&key, |ifc| {
            Slab::new(name)
                .predefined_type(SlabTypeEnum::Floor)
                .object_placement(id::<LocalPlacement>(placement), ifc)
                .representation(prism(outline, z[1] - z[0], body, ifc), ifc)
        });
        self.to.kit.colour(self.to.solid, style);
        self.register(kind, slab);
        self.contain(slab);
        slab
    }

    fn floor(&mut self, role: &str, outline: &[[f64; 2]]) {
        let kind = self.catalogue.finish;
        self.plate(&format!("finish/{role}"), "Floor finish", outline, [0.0, FINISH], kind, SCREED);
    }

    fn ceiling(&mut self, role: &str, outline: Vec<[f64; 2]>, holes: Vec<Vec<[f64; 2]>>) {
        let kit = &mut self.to.kit;
        let solid = Solid::new(Profile::Polygon(outline, holes), CEILING[1] - CEILING[0]);
        let shape = kit.shape(&[(solid, TILE)]);
        let item = Item {
            class: "IFCCOVERING",
            role: &format!("ceiling/{role}"),
            name: "Suspended ceiling",
            at: [0.0, 0.0, CEILING[0]],
            axes: UP,
            tail: &[Value::Enum("CEILING")],
        };
        let ceiling = kit.element(&item, Some(shape));
        kit.share(Shared::Material, self.catalogue.ceiling, ceiling);
    }

    fn space(&mut self, role: &str, name: &str, outline: &[[f64; 2]]) -> Ref {
        let parent = self.to.kit.storey_placement;
        let placement = self.to.kit.place(Some(parent), [0.0, 0.0, FINISH], UP);
        let body = self.to.kit.body;
        let key = self.to.kit.key(&format!("space/{role}"));
        let space = self.to.root(&key, |ifc| {
            Space::new(name)
                .predefined_type(SpaceTypeEnum::Internal)
                .long_name(name)
                .composition_type(CompositionTypeEnum::Element)
                .object_placement(id::<LocalPlacement>(placement), ifc)
                .representation(prism(outline, CEILING[0] - FINISH, body, ifc), ifc)
        });
        let kind = self.catalogue.space;
        self.to.kit.is_of(kind.of, space);
        self.to.kit.share(Shared::Properties, kind.properties, space);
        self.to.kit.share(Shared::Classification, kind.class, space);
        space
    }

    /// Doors in the core's walls, the stair and its lobby, the lift.
    fn core(&mut self, k: usize) {
        let south = ROWS[2] - CORE_WALL;
        let west = STAIR_WELL.lo[0];
        let column = self.building.grid_x(CORE_BAY) + COLUMN;
        let lobby = [
            [column, ROWS[2] + CORE_WALL],
            [STAIR_WELL.hi[0], ROWS[2] + CORE_WALL],
            [STAIR_WELL.hi[0], STAIR_WELL.lo[1]],
            [west, STAIR_WELL.lo[1]],
            [west, ROWS[2] + COLUMN],
            [column, ROWS[2] + COLUMN],
        ];
        self.floor("core/lobby", &lobby);
        for (name, x, size) in [("Stair door", 7.0, DOOR), ("Lift door", 10.0, [1.1, 2.2])] {
            let shape = self.to.kit.mapped(name, || joinery::door(size[0], size[1], 2.0 * CORE_WALL));
            let parent = self.to.kit.storey_placement;
            let placement = self.to.kit.place(Some(parent), [x, south, FINISH], UP);
            let kind = self.catalogue.door;
            let operation = DoorOperationTypeEnum::SingleSwingLeft;
            self.door_at(&format!("core/{name}"), name, size, operation, placement, shape, kind);
        }
        let kit = &mut self.to.kit;
        if k + 1 < self.building.storeys {
            stairs::write(kit, k == 0);
        } else {
            stairs::guard(kit);
        }
        if k == 0 {
            let (lo, hi) = (LIFT_WELL.lo, LIFT_WELL.hi);
            let car = Solid::cuboid([lo[0] + 0.2, lo[1] + 0.2, 0.1], [hi[0] - 0.2, hi[1] - 0.2, 2.4]);
            let shape = kit.shape(&[(car, MACHINE)]);
            let item = Item {
                class: "IFCTRANSPORTELEMENT",
                role: "core/lift",
                name: "Lift car",
                at: [0.0; 3],
                axes: UP,
                tail: &[Value::Enum("ELEVATOR")],
            };
            kit.element(&item, Some(shape));
        }
    }
}

/// A shape: an outline swept upward.
pub(crate) fn prism(
    outline: &[[f64; 2]],
    height: f64,
    body: Ref,
    ifc: &mut ifc_rs::IFC,
) -> ProductDefinitionShape {
    let closed = outline.iter().chain(outline.first()).map(|p| DVec2::new(mm(p[0]), mm(p[1])));
    ProductDefinitionShape::new_horizontal_arbitrary_shape(closed, mm(height), id(body), ifc)
}

/// What reaches through the ceiling of a room.
fn ceiling_holes(bay: usize, side: Side) -> Vec<Vec<[f64; 2]>> {
    let x0 = BAY * bay as f64;
    let mut holes = vec![Rect::square([x0 + BAY / 2.0, side.y(3.0)], 0.125)];
    for x in LINES {
        holes.extend(HEADS.map(|y| Rect::square([x0 + x, side.y(y)], 0.03)));
    }
    if side == Side::North && bay == WET_BAY {
        holes.extend([13.0, 12.0, 11.0].map(|y| Rect::square([x0 + BAY - 0.3, y], 0.03)));
    }
    holes.iter().map(Rect::outline).collect()
}
