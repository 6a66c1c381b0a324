//! Types, layers, property sets and classification of the architectural model.

use crate::step::{Ref, Value, attributes};
use crate::typed::{Typed, id};
use ifc_rs::prelude::{
    BoolValue, DirectionSenseEnum, DoorOperationTypeEnum, DoorType, DoorTypeEnum, IdentifierValue, IfcValue,
    LabelValue, LayerSetDirectionEnum, Material, MaterialLayer, MaterialLayerSet, MaterialLayerSetUsage,
    PropertySet, PropertySingleValue, RoofType, RoofTypeEnum, SlabType, SlabTypeEnum, SpaceType,
    SpaceTypeEnum, WallType, WallTypeEnum, WindowPartitioningTypeEnum, WindowType, WindowTypeEnum,
};
use std::io::Write;

/// What an element shares with others of its kind.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) of: Ref,
    pub(crate) material: Option<Ref>,
    pub(crate) properties: Ref,
    pub(crate) class: Ref,
}

/// The kinds of element.
pub(crate) struct Catalogue {
    pub(crate) facade: Kind,
    pub(crate) internal: Kind,
    pub(crate) parapet: Kind,
    pub(crate) finish: Kind,
    pub(crate) paving: Kind,
    pub(crate) roof: Kind,
    pub(crate) window: Kind,
    pub(crate) door: Kind,
    pub(crate) entrance: Kind,
    pub(crate) space: Kind,
    pub(crate) ceiling: Ref,
}

/// Writes the catalogue.
pub(crate) fn write<W: Write>(to: &mut Typed<W>) -> Catalogue {
    let kit = &mut to.kit;
    let null = Value::Null;
    let source = kit.step.add(
        "IFCCLASSIFICATION",
        attributes!("NBS", "2015", null.clone(), "Uniclass 2015", null.clone(), null.clone(), null.clone()),
    );
    let mut class = |code: &str, name: &str| {
        kit.step.add(
            "IFCCLASSIFICATIONREFERENCE",
            attributes!(Value::Null, code, name, source, Value::Null, Value::Null),
        )
    };
    let walls = class("EF_25_10", "Walls");
    let floors = class("EF_30_20", "Floors");
    let roofs = class("EF_30_10", "Roofs");
    let doors = class("EF_25_30", "Doors and windows");
    let rooms = class("SL_20_15", "Administrative spaces");
    let ceiling = kit.material("Mineral fibre tile", "ceiling");

    let brick =
        layers(to, "Facade 300", &[("Brick", 100.0), ("Mineral wool", 120.0), ("Calcium silicate", 80.0)]);
    let partition =
        layers(to, "Partition 150", &[("Plaster", 15.0), ("Calcium silicate", 120.0), ("Plaster", 15.0)]);
    let screed = layers(to, "Floor finish 50", &[("Screed", 42.0), ("Linoleum", 8.0)]);
    let roofing = layers(to, "Warm roof 250", &[("Insulation", 235.0), ("Bitumen", 15.0)]);
    let stone = layers(to, "Paving 150", &[("Gravel", 70.0), ("Concrete paver", 80.0)]);

    let wall_set = |to: &mut Typed<W>, key: &str, external: bool, fire: &str| {
        set(
            to,
            key,
            "Pset_WallCommon",
            &[
                ("IsExternal", yes(external)),
                ("FireRating", IfcValue::Label(LabelValue(fire.into()))),
                ("LoadBearing", yes(false)),
            ],
        )
    };
    let outside = wall_set(to, "facade", true, "EI 60");
    let inside = wall_set(to, "internal", false, "EI 30");
    let parapet = wall_set(to, "parapet", true, "none");
    let floor = set(to, "finish", "Pset_SlabCommon", &[("IsExternal", yes(false))]);
    let ground = set(to, "paving", "Pset_SlabCommon", &[("IsExternal", yes(true))]);
    let top = set(to, "roof", "Pset_RoofCommon", &[("IsExternal", yes(true))]);
    let window_set = set(
        to,
        "window",
        "Pset_WindowCommon",
        &[("IsExternal", yes(true)), ("ThermalTransmittance", IfcValue::ThermalTransmittance(1.1.into()))],
    );
    let door_set =
        set(to, "door", "Pset_DoorCommon", &[("FireRating", IfcValue::Label(LabelValue("EI 30".into())))]);
    let entrance_set = set(to, "entrance", "Pset_DoorCommon", &[("IsExternal", yes(true))]);
    let space_set = set(
        to,
        "space",
        "Pset_SpaceCommon",
        &[("Reference", IfcValue::Identifier(IdentifierValue("Office".into())))],
    );

    let wall_type = |to: &mut Typed<W>, name: &str| {
        to.root(&format!("type/wall/{name}"), |_| WallType::new(name, WallTypeEnum::Standard))
    };
    let facade = wall_type(to, "Facade 300");
    let internal = wall_type(to, "Partition 150");
    let parapet_type = wall_type(to, "Parapet 300");
    let slab_type = |to: &mut Typed<W>, name: &str| {
        to.root(&format!("type/slab/{name}"), |_| SlabType::new(name, SlabTypeEnum::Floor))
    };
    let finish = slab_type(to, "Floor finish 50");
    let paving = slab_type(to, "Paving 150");
    let roof = to.root("type/roof", |_| RoofType::new("Warm roof 250", RoofTypeEnum::FlatRoof));
    let window = to.root("type/window", |_| {
        WindowType::new(
            "Window 2400 x 1750",
            WindowTypeEnum::Window,
            WindowPartitioningTypeEnum::DoublePanelVertical,
        )
    });
    let door = to.root("type/door", |_| {
        DoorType::new("Door 1000 x 2100", DoorTypeEnum::Door, DoorOperationTypeEnum::SingleSwingLeft)
    });
    let entrance = to.root("type/entrance", |_| {
        DoorType::new(
            "Entrance 2400 x 2400",
            DoorTypeEnum::Door,
            DoorOperationTypeEnum::DoubleDoorSingleSwing,
        )
    });
    let space = to.root("type/space", |_| SpaceType::new("Room", SpaceTypeEnum::Internal));

    let kind = |of, material, properties, class| Kind { of, material, properties, class };
    Catalogue {
        facade: kind(facade, Some(brick), outside, walls),
        internal: kind(internal, Some(partition), inside, walls),
        parapet: kind(parapet_type, Some(brick), parapet, walls),
        finish: kind(finish, Some(screed), floor, floors),
        paving: kind(paving, Some(stone), ground, floors),
        roof: kind(roof, Some(roofing), top, roofs),
        window: kind(window, None, window_set, doors),
        door: kind(door, None, door_set, doors),
        entrance: kind(entrance, None, entrance_set, doors),
        space: kind(space, None, space_set, rooms),
        ceiling,
    }
}

/// A truth value.
fn yes(value: bool) -> IfcValue {
    IfcValue::Bool(BoolValue(value.into()))
}

/// A layer set and its use, from the reference side; thickness in millimetres.
fn layers<W: Write>(to: &mut Typed<W>, name: &str, layers: &[(&str, f64)]) -> Ref {
    to.add(|ifc| {
        let mut all = MaterialLayerSet::new().name(name);
        for &(material, thickness) in layers {
            let layer = MaterialLayer::new(thickness, false).material(Material::new(material), ifc);
            all = all.add_layer(layer, ifc);
        }
        MaterialLayerSetUsage::new(all, LayerSetDirectionEnum::Axis2, DirectionSenseEnum::Positive, 0.0, ifc)
    })
}

fn set<W: Write>(to: &mut Typed<W>, key: &str, name: &str, values: &[(&str, IfcValue)]) -> Ref {
    let properties: Vec<_> = values
        .iter()
        .map(|(name, value)| id(to.add(|_| PropertySingleValue::new(*name, value.clone(), None))))
        .collect();
    to.root(&format!("properties/{key}"), |_| PropertySet::new(name, properties))
}
