//! Where a model stands, as part of an inspection.

use crate::inspection::Inspected;
use glam::{DAffine3, DVec3};
use groma_model::{Crs, Frame, MapConversion, Standing};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Lower and upper corner, metres.
type Corners = [[f64; 3]; 2];

/// Where a model stands.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct PlaceReport {
    /// Lower and upper corner of its shapes in world coordinates, metres.
    pub bounds: Option<Corners>,
    /// The same in the file's engineering coordinates.
    pub local_bounds: Option<Corners>,
    /// The same in map coordinates, if the file has a map conversion; where the models share no map, the box
    /// around the turned engineering box.
    pub map_bounds: Option<Corners>,
    /// From the origin of the engineering coordinates to the nearest point of the box, metres; 0 within it.
    pub origin_distance: Option<f64>,
    /// The map conversion, if the file has one.
    pub map: Option<MapReport>,
    /// The reference system of the map, if the file describes one.
    pub crs: Option<CrsReport>,
    /// Origin of the site's placement in engineering coordinates, metres.
    pub site_placement: Option<[f64; 3]>,
    /// True when the placements hold the offset of the map already, and it was counted once.
    pub offset_in_placements: bool,
    /// True north from the Y axis, degrees counterclockwise.
    pub true_north: Option<f64>,
    /// Latitude of the site, degrees.
    pub latitude: Option<f64>,
    /// Longitude of the site, degrees.
    pub longitude: Option<f64>,
    /// Elevation of the site, metres.
    pub elevation: Option<f64>,
    /// Longitude and latitude of the box, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon_lat: Option<LonLatReport>,
    /// Why there are none although they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_lon_lat: Option<String>,
}

/// A map conversion, in metres.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct MapReport {
    /// The coordinate reference system.
    pub crs: Option<String>,
    /// Easting of the engineering origin.
    pub eastings: f64,
    /// Northing of the engineering origin.
    pub northings: f64,
    /// Height of the engineering origin.
    pub height: f64,
    /// Degrees from map east to the X axis, counterclockwise.
    pub rotation: f64,
    /// Map metres per engineering metre along X, Y, Z.
    pub scale: [f64; 3],
}

/// A coordinate reference system as the file describes it.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CrsReport {
    /// `Name`.
    pub name: Option<String>,
    /// The EPSG code that the name says or means.
    pub epsg: Option<u32>,
    /// `Description`.
    pub description: Option<String>,
    /// `GeodeticDatum`.
    pub geodetic_datum: Option<String>,
    /// `VerticalDatum`.
    pub vertical_datum: Option<String>,
    /// `MapProjection`.
    pub map_projection: Option<String>,
    /// `MapZone`.
    pub map_zone: Option<String>,
    /// Metres per unit of the map.
    pub metres_per_map_unit: Option<f64>,
}

/// Longitude and latitude in degrees (WGS 84) of the box in map coordinates.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct LonLatReport {
    /// Of its centre.
    pub centre: [f64; 2],
    /// Of its corners, counterclockwise from the south-west.
    pub corners: [[f64; 2]; 4],
}

impl PlaceReport {
    /// Where a model stands whose shapes are in a frame.
    pub(crate) fn of(inspected: &Inspected<'_>, frame: &Frame) -> Self {
        let place = &inspected.model.place;
        let world = inspected.shapes.bounds().map(|(lo, hi)| (frame.to_world(lo), frame.to_world(hi)));
        let map = match (&frame.standing, place.to_map(), inspected.local_bounds) {
            (Standing::Map(_), _, _) => world,
            (Standing::Local, Some(to_map), Some(local)) => Some(transformed(&to_map, local)),
            _ => None,
        };
        Self {
            bounds: world.map(corners),
            local_bounds: inspected.local_bounds.map(corners),
            map_bounds: map.map(corners),
            origin_distance: inspected
                .local_bounds
                .map(|(lo, hi)| round_to_micron(lo.max(-hi).max(DVec3::ZERO).length())),
            map: place.map.as_ref().map(MapReport::from),
            crs: place.crs.as_ref().map(CrsReport::from),
            site_placement: place.site.map(|p| p.to_array().map(round_to_micron)),
            offset_in_placements: place.offset_in_placements,
            true_north: place.true_north.map(f64::to_degrees),
            latitude: place.latitude,
            longitude: place.longitude,
            elevation: place.elevation,
            lon_lat: None,
            no_lon_lat: None,
        }
    }
}

impl From<&MapConversion> for MapReport {
    fn from(m: &MapConversion) -> Self {
        Self {
            crs: m.crs.as_deref().map(str::to_owned),
            eastings: m.eastings,
            northings: m.northings,
            height: m.height,
            rotation: m.rotation.to_degrees(),
            scale: m.scale.to_array(),
        }
    }
}

impl From<&Crs> for CrsReport {
    fn from(c: &Crs) -> Self {
        let text = |t: &Option<Arc<str>>| t.as_deref().map(str::to_owned);
        Self {
            name: text(&c.name),
            epsg: c.epsg,
            description: text(&c.description),
            geodetic_datum: text(&c.geodetic_datum),
            vertical_datum: text(&c.vertical_datum),
            map_projection: text(&c.map_projection),
            map_zone: text(&c.map_zone),
            metres_per_map_unit: c.map_unit,
        }
    }
}

/// The box around a box that was turned and moved.
fn transformed(by: &DAffine3, (lo, hi): (DVec3, DVec3)) -> (DVec3, DVec3) {
    let corner = |k: usize| {
        let pick = |axis: usize| if k >> axis & 1 == 0 { lo[axis] } else { hi[axis] };
        by.transform_point3(DVec3::new(pick(0), pick(1), pick(2)))
    };
    (1..8).map(corner).fold((corner(0), corner(0)), |(lo, hi), p| (lo.min(p), hi.max(p)))
}

fn corners((lo, hi): (DVec3, DVec3)) -> Corners {
    [lo, hi].map(|p| p.to_array().map(round_to_micron))
}

/// A length rounded to 1 µm; what lies below the resolution of the sum is noise.
fn round_to_micron(x: f64) -> f64 {
    (x * 1e6).round() / 1e6 + 0.0
}
