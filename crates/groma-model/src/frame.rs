//! Where models stand: map conversions, and the frame that a federation shares.

use crate::{Diagnostic, Diagnostics, codes};
use glam::{DAffine3, DMat3, DVec3};
use std::sync::Arc;

/// The grid that a frame's origin lies on, in metres: a power of two, so that taking the origin away
/// and adding it back is exact for most coordinates.
pub const ORIGIN_GRID: f64 = 1024.0;

/// From a file's engineering coordinates to those of a map, both in metres: scale, turn about Z, move.
#[derive(Clone, Debug, PartialEq)]
pub struct MapConversion {
    /// The coordinate reference system as the file names it: `EPSG:25832`.
    pub crs: Option<Arc<str>>,
    /// Easting of the engineering origin.
    pub eastings: f64,
    /// Northing of the engineering origin.
    pub northings: f64,
    /// Orthogonal height of the engineering origin.
    pub height: f64,
    /// Angle from map east to the engineering X axis, radians, counterclockwise.
    pub rotation: f64,
    /// Map metres per engineering metre along X, Y and Z; 1 for most files.
    pub scale: DVec3,
}

impl MapConversion {
    /// The conversion as a map of points.
    pub fn transform(&self) -> DAffine3 {
        DAffine3::from_mat3_translation(
            DMat3::from_rotation_z(self.rotation) * DMat3::from_diagonal(self.scale),
            DVec3::new(self.eastings, self.northings, self.height),
        )
    }
}

/// `IfcCoordinateReferenceSystem`: the system of a map, as the file names it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Crs {
    /// `Name`: `EPSG:25832`, or another name for the system.
    pub name: Option<Arc<str>>,
    /// The code that EPSG gives the system, as the name says or means it.
    pub epsg: Option<u32>,
    /// `Description`.
    pub description: Option<Arc<str>>,
    /// `GeodeticDatum`: `ETRS89`.
    pub geodetic_datum: Option<Arc<str>>,
    /// `VerticalDatum`: `DHHN2016`.
    pub vertical_datum: Option<Arc<str>>,
    /// `MapProjection`: `UTM`.
    pub map_projection: Option<Arc<str>>,
    /// `MapZone`: `32N`.
    pub map_zone: Option<Arc<str>>,
    /// Metres per unit of the map, where the file says so.
    pub map_unit: Option<f64>,
}

/// Where a file says that it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// `IfcMapConversion` and its kin, or the property sets that stand for it in IFC2x3.
    pub map: Option<MapConversion>,
    /// The reference system of the map, where the file describes one; also without a conversion.
    pub crs: Option<Crs>,
    /// The origin of the site's placement in engineering coordinates, metres.
    pub site: Option<DVec3>,
    /// True when the placements of the file hold the offset of the map already, so that the conversion would
    /// count it twice; found out where the shapes are known.
    pub offset_in_placements: bool,
    /// Direction of true north from the engineering Y axis, radians, counterclockwise.
    pub true_north: Option<f64>,
    /// Latitude of the site, degrees, north positive.
    pub latitude: Option<f64>,
    /// Longitude of the site, degrees, east positive.
    pub longitude: Option<f64>,
    /// `RefElevation` of the site, metres.
    pub elevation: Option<f64>,
}

impl Place {
    /// From the file's engineering coordinates to those of its map, if it has one.
    ///
    /// Where the placements hold the offset already, the coordinates are those of the map as they stand, but
    /// for the height, if the placements leave it out.
    pub fn to_map(&self) -> Option<DAffine3> {
        let map = self.map.as_ref()?;
        if !self.offset_in_placements {
            return Some(map.transform());
        }
        let at = self.site.map_or(0.0, |site| site.z);
        let held = (at - map.height).abs() <= 1.0_f64.max(0.01 * map.height.abs());
        Some(DAffine3::from_translation(DVec3::Z * if held { 0.0 } else { map.height }))
    }
}

/// Which coordinates the models of a federation share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Engineering coordinates, as the files have them.
    #[default]
    Local,
    /// Map coordinates of this reference system, which every file declares.
    Map(Option<Arc<str>>),
}

impl Standing {
    /// Map coordinates if every place declares the same reference system, else local ones; a mixture is
    /// a warning ([`codes::MIXED_COORDINATES`]).
    pub fn shared(places: &[(&str, &Place)], diagnostics: &mut Diagnostics) -> Self {
        let mut systems = places.iter().map(|(_, p)| p.map.as_ref().map(|m| m.crs.clone()));
        let first = systems.next().flatten();
        if let Some(crs) = &first
            && systems.all(|s| s.as_ref() == Some(crs))
        {
            return Self::Map(crs.clone());
        }
        if places.iter().any(|(_, p)| p.map.is_some()) {
            let list: Vec<String> = places
                .iter()
                .map(|(label, p)| match &p.map {
                    None => format!("{label}: none"),
                    Some(m) => format!("{label}: {}", m.crs.as_deref().unwrap_or("unnamed")),
                })
                .collect();
            diagnostics.push(
                Diagnostic::new(codes::MIXED_COORDINATES).detail(format!("declared are {}", list.join(", "))),
            );
        }
        Self::Local
    }

    /// From a file's engineering coordinates to the shared ones.
    pub fn transform(&self, place: &Place) -> DAffine3 {
        match self {
            Self::Map(_) => place.to_map().unwrap_or(DAffine3::IDENTITY),
            Self::Local => DAffine3::IDENTITY,
        }
    }
}

/// The frame of a federation: shared coordinates less an origin near the models, so that f64 keeps
/// nanometres and f32 boxes keep millimetres. World = frame + origin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Which coordinates are shared.
    pub standing: Standing,
    /// What is subtracted from them, in metres, on a grid of [`ORIGIN_GRID`].
    pub origin: DVec3,
}

impl Frame {
    /// The frame for models within these bounds of the shared coordinates. It depends on the union of
    /// the models alone, not on their order.
    pub fn around(standing: Standing, min: DVec3, max: DVec3) -> Self {
        let centre = (min + max) * 0.5;
        let origin =
            // Adding zero takes the sign from a zero.
            if centre.is_finite() { (centre / ORIGIN_GRID).round() * ORIGIN_GRID + 0.0 } else { DVec3::ZERO };
        Self { standing, origin }
    }

    /// A point of the frame in world coordinates.
    pub fn to_world(&self, point: DVec3) -> DVec3 {
        point + self.origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(crs: Option<&str>) -> Place {
        Place {
            map: crs.map(|crs| MapConversion {
                crs: Some(crs.into()),
                eastings: 500_000.0,
                northings: 5_800_000.0,
                height: 30.0,
                rotation: std::f64::consts::FRAC_PI_2,
                scale: DVec3::ONE,
            }),
            ..Place::default()
        }
    }

    #[test]
    fn map_coordinates_need_one_system_in_every_file() {
        let (utm, gk, none) = (place(Some("EPSG:25832")), place(Some("EPSG:31467")), place(None));
        let mut said = Diagnostics::default();
        assert_eq!(
            Standing::shared(&[("a", &utm), ("b", &utm)], &mut said),
            Standing::Map(Some("EPSG:25832".into()))
        );
        assert_eq!(Standing::shared(&[("a", &none), ("b", &none)], &mut said), Standing::Local);
        assert_eq!(said.len(), 0);
        for other in [&gk, &none] {
            let mut said = Diagnostics::default();
            assert_eq!(Standing::shared(&[("a", &utm), ("b", other)], &mut said), Standing::Local);
            assert_eq!(said.len(), 1);
        }
    }

    #[test]
    fn a_map_conversion_turns_then_moves() {
        let map = place(Some("x")).map.unwrap();
        let p = map.transform().transform_point3(DVec3::new(10.0, 0.0, 1.0));
        assert!((p - DVec3::new(500_000.0, 5_800_010.0, 31.0)).length() < 1e-9, "{p}");
    }

    #[test]
    fn the_origin_lies_on_the_grid() {
        let frame = Frame::around(Standing::Local, DVec3::splat(-10.0), DVec3::new(2100.0, 10.0, 3.0));
        assert_eq!(frame.origin, DVec3::new(1024.0, 0.0, 0.0));
        let empty = Frame::around(Standing::Local, DVec3::INFINITY, DVec3::NEG_INFINITY);
        assert_eq!(empty.origin, DVec3::ZERO);
    }
}
