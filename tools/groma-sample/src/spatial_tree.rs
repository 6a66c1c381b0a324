//! Project, units, contexts and storeys of the architectural model, built with `ifc_rs`.

use crate::architecture::mm;
use crate::building::Building;
use crate::shape::UP;
use crate::step::Ref;
use crate::typed::{Typed, id};
use bevy_math::DVec3;
use ifc_rs::prelude::{
    Axis3D, Building as IfcBuilding, CompositionTypeEnum, ContextBuilder, DimensionCount,
    GeometricProjection, GeometricRepresentationContext, GeometricRepresentationSubContext, IfcPrefix,
    IfcUnitEnum, IfcUnitName, LocalPlacement, Point3D, ProductBuilder, Project, RelAggregates, SiUnit, Site,
    SpatialStructureElementBuilder, Storey, UnitAssigment,
};
use std::io::Write;

/// Units, contexts, project and spatial tree; storeys and their placements.
pub(crate) fn write<W: Write>(to: &mut Typed<W>, building: &Building) -> Vec<(Ref, Ref)> {
    let units = to.add(|ifc| {
        let units = [
            SiUnit::new(IfcUnitEnum::LengthUnit, IfcPrefix::Milli, IfcUnitName::Metre),
            SiUnit::new(IfcUnitEnum::AreaUnit, None, IfcUnitName::SquareMetre),
            SiUnit::new(IfcUnitEnum::VolumeUnit, None, IfcUnitName::CubicMetre),
            SiUnit::new(IfcUnitEnum::PlaneAngleUnit, None, IfcUnitName::Radian),
            SiUnit::new(IfcUnitEnum::TimeUnit, None, IfcUnitName::Second),
        ];
        UnitAssigment::new(units.map(Into::into), ifc)
    });
    let context = to.add(|ifc| {
        let world = Axis3D::new(Point3D::from(DVec3::ZERO), ifc);
        GeometricRepresentationContext::new(DimensionCount::Three, world, ifc).precision(0.01)
    });
    to.kit.body = to.add(|ifc| {
        GeometricRepresentationSubContext::derive(
            id::<GeometricRepresentationContext>(context),
            GeometricProjection::ModelView,
            ifc,
        )
    });
    let project = to.root("project", |ifc| {
        Project::new("groma sample office")
            .unit_assignment(id::<UnitAssigment>(units), ifc)
            .add_context(id::<GeometricRepresentationContext>(context), ifc)
    });
    let site_placement = to.kit.place(None, [0.0; 3], UP);
    let site = to.root("site", |ifc| {
        Site::new("Site")
            .composition_type(CompositionTypeEnum::Element)
            .object_placement(id::<LocalPlacement>(site_placement), ifc)
    });
    let house_placement = to.kit.place(Some(site_placement), [0.0; 3], UP);
    let house = to.root("building", |ifc| {
        IfcBuilding::new("Office building")
            .composition_type(CompositionTypeEnum::Element)
            .object_placement(id::<LocalPlacement>(house_placement), ifc)
    });
    let mut storeys = Vec::new();
    for k in 0..=building.storeys {
        let z = building.elevation(k);
        let placement = to.kit.place(Some(house_placement), [0.0, 0.0, z], UP);
        let storey = to.root(&format!("{k:02}"), |ifc| {
            let mut storey = Storey::new(building.storey_name(k))
                .composition_type(CompositionTypeEnum::Element)
                .object_placement(id::<LocalPlacement>(placement), ifc);
            storey.elevation = Some(mm(z).into()).into();
            storey
        });
        storeys.push((storey, placement));
    }
    let parts = |list: &[Ref]| list.iter().map(|r| id::<Site>(*r).id()).collect::<Vec<_>>();
    let all: Vec<Ref> = storeys.iter().map(|&(storey, _)| storey).collect();
    for (key, whole, list) in [
        ("project/parts", project, vec![site]),
        ("site/parts", site, vec![house]),
        ("building/parts", house, all),
    ] {
        to.root(key, |_| RelAggregates::new("Parts", id::<Site>(whole).id(), parts(&list)));
    }
    storeys
}
