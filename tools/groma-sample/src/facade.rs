//! What closes the building: façades with their windows, the roof with its parapet, and what lies outside.

use crate::architecture::{Architecture, ENTRANCE, Hole, PARAPET, WINDOW, WallPlan, prism};
use crate::building::{BAY, COLUMN, CORE_BAY, FACADE, FINISH, Rect, SHAFT, STOREY, Side};
use crate::shape::{BRICK, FRAME, PAVING, RENDER, ROOFING, UP, UP_NORTH};
use crate::step::{Ref, Value};
use crate::typed::id;
use ifc_rs::prelude::{
    LocalPlacement, OpeningElement, OpeningElementTypeEnum, ProductBuilder, RelVoidsElement, Roof,
    RoofTypeEnum,
};
use std::io::Write;

impl<W: Write> Architecture<'_, W> {
    /// The four sides of a storey.
    pub(crate) fn facades(&mut self, k: usize) {
        let building = self.building;
        let edge = building.footprint();
        for side in Side::BOTH {
            let mut last: Option<Ref> = None;
            for bay in 0..building.bays {
                let start = building.grid_x(bay) - if bay == 0 { COLUMN + FACADE } else { 0.0 };
                let end =
                    building.grid_x(bay + 1) + if bay + 1 == building.bays { COLUMN + FACADE } else { 0.0 };
                let y = match side {
                    Side::South => edge.lo[1] - FACADE,
                    Side::North => edge.hi[1],
                };
                let plan = WallPlan {
                    role: format!("facade/{}/bay{}", side.name(), bay + 1),
                    name: format!("Facade {} {}", side.name(), bay + 1),
                    at: [start, y, 0.0],
                    axes: UP,
                    length: end - start,
                    height: STOREY,
                    thickness: FACADE,
                };
                let style = if k == 0 { BRICK } else { RENDER };
                let built = self.wall(&plan, self.catalogue.facade, style);
                let offset = building.grid_x(bay) - start;
                if k == 0 && bay == CORE_BAY && side == Side::South {
                    let hole = Hole { at: [offset + (BAY - ENTRANCE[0]) / 2.0, FINISH], size: ENTRANCE };
                    let opening = self.opening(&built, &plan.role, "entrance", hole);
                    self.entrance(&plan, &built, opening, hole);
                } else {
                    let centres: &[f64] = if building.has_room(bay, side) { &[1.5, 4.5] } else { &[1.5] };
                    for (i, centre) in centres.iter().enumerate() {
                        let hole = Hole {
                            at: [offset + centre - WINDOW[0] / 2.0, WINDOW[2]],
                            size: [WINDOW[0], WINDOW[1]],
                        };
                        self.window(&plan, &built, i + 1, hole);
                    }
                }
                if let Some(last) = last {
                    self.path(&plan.role, last, built.wall);
                }
                last = Some(built.wall);
            }
        }
        for (name, x) in [("west", edge.lo[0]), ("east", edge.hi[0] + FACADE)] {
            let plan = WallPlan {
                role: format!("facade/{name}"),
                name: format!("Facade {name}"),
                at: [x, edge.lo[1], 0.0],
                axes: UP_NORTH,
                length: edge.hi[1] - edge.lo[1],
                height: STOREY,
                thickness: FACADE,
            };
            let built = self.wall(&plan, self.catalogue.facade, BRICK);
            for (i, y) in [3.0, 7.5, 12.0].into_iter().enumerate() {
                let hole =
                    Hole { at: [y - edge.lo[1] - WINDOW[0] / 2.0, WINDOW[2]], size: [WINDOW[0], WINDOW[1]] };
                self.window(&plan, &built, i + 1, hole);
            }
        }
    }

    /// Two walls that meet end to end.
    fn path(&mut self, role: &str, first: Ref, second: Ref) {
        let key = self.to.kit.key(&format!("{role}/path"));
        let none = Value::List(Vec::new());
        self.to.kit.relation(
            "IFCRELCONNECTSPATHELEMENTS",
            &key,
            &[
                Value::Null,
                first.into(),
                second.into(),
                none.clone(),
                none,
                Value::Enum("ATSTART"),
                Value::Enum("ATEND"),
            ],
        );
    }

    /// The roof's covering, its parapet and coping.
    pub(crate) fn roof(&mut self) {
        let edge = self.building.footprint();
        let parent = self.to.kit.storey_placement;
        let placement = self.to.kit.place(Some(parent), [0.0; 3], UP);
        let body = self.to.kit.body;
        let key = self.to.kit.key("roof");
        let outline = edge.outline();
        let roof = self.to.root(&key, |ifc| {
            Roof::new("Warm roof")
                .predefined_type(RoofTypeEnum::FlatRoof)
                .object_placement(id::<LocalPlacement>(placement), ifc)
                .representation(prism(&outline, 0.25, body, ifc), ifc)
        });
        self.to.kit.colour(self.to.solid, ROOFING);
        self.register(self.catalogue.roof, roof);
        self.contain(roof);
        let well = self.to.kit.place(Some(placement), [0.0, 0.0, -0.05], UP);
        let opening = self.to.root(&format!("{key}/shaft"), |ifc| {
            OpeningElement::new("Shaft")
                .predefined_type(OpeningElementTypeEnum::Opening)
                .object_placement(id::<LocalPlacement>(well), ifc)
                .representation(prism(&SHAFT.outline(), 0.35, body, ifc), ifc)
        });
        self.to.kit.elements += 1;
        self.to.root(&format!("{key}/shaft/voids"), |ifc| {
            RelVoidsElement::new("Voids", id::<Roof>(roof), id::<OpeningElement>(opening), ifc)
        });
        let (lo, hi) = (edge.lo, edge.hi);
        let sides = [
            ("south", [lo[0] - FACADE, lo[1] - FACADE], UP, hi[0] - lo[0] + 2.0 * FACADE),
            ("north", [lo[0] - FACADE, hi[1]], UP, hi[0] - lo[0] + 2.0 * FACADE),
            ("west", [lo[0], lo[1]], UP_NORTH, hi[1] - lo[1]),
            ("east", [hi[0] + FACADE, lo[1]], UP_NORTH, hi[1] - lo[1]),
        ];
        for (name, at, axes, length) in sides {
            let plan = WallPlan {
                role: format!("parapet/{name}"),
                name: format!("Parapet {name}"),
                at: [at[0], at[1], 0.0],
                axes,
                length,
                height: PARAPET,
                thickness: FACADE,
            };
            let style = if axes == UP { RENDER } else { BRICK };
            self.wall(&plan, self.catalogue.parapet, style);
            let plan = WallPlan {
                role: format!("coping/{name}"),
                name: format!("Coping {name}"),
                at: [at[0], at[1], PARAPET],
                axes,
                length,
                height: 0.06,
                thickness: FACADE,
            };
            self.wall(&plan, self.catalogue.parapet, FRAME);
        }
    }

    /// Paving around the building, and the canopy over the entrance.
    pub(crate) fn outside(&mut self) {
        let edge = self.building.footprint();
        let (lo, hi) = (edge.lo.map(|x| x - FACADE), edge.hi.map(|x| x + FACADE));
        let around = 3.0;
        let strips = [
            ("south", Rect::new([lo[0] - around, lo[1] - around], [hi[0] + around, lo[1]])),
            ("north", Rect::new([lo[0] - around, hi[1]], [hi[0] + around, hi[1] + around])),
            ("west", Rect::new([lo[0] - around, lo[1]], [lo[0], hi[1]])),
            ("east", Rect::new([hi[0], lo[1]], [hi[0] + around, hi[1]])),
        ];
        let kind = self.catalogue.paving;
        for (name, strip) in strips {
            self.plate(&format!("paving/{name}"), "Paving", &strip.outline(), [-0.15, 0.0], kind, PAVING);
        }
        let x = self.building.grid_x(CORE_BAY);
        let canopy = Rect::new([x + 1.2, lo[1] - 1.8], [x + 4.8, lo[1]]);
        self.plate("canopy", "Canopy", &canopy.outline(), [2.75, 2.9], kind, FRAME);
    }
}
