//! From map coordinates to longitude and latitude.

use glam::DVec2;
use groma_exchange::inspection::Inspection;
use groma_exchange::place_report::LonLatReport;
use proj4rs::Proj;
use thiserror::Error;

/// Why there is no longitude and latitude.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum LonLatError {
    /// The code is not one that is known.
    #[error("EPSG:{0} is not known")]
    Unknown(u32),
    /// The code is known, and its projection is not.
    #[error("the projection of EPSG:{0} is not known")]
    Projection(u32),
    /// The point lies where the projection has no answer.
    #[error("the point lies outside of the projection")]
    Outside,
}

/// A coordinate reference system of a map, from its EPSG code.
///
/// Projections and shifts of datum are those of PROJ 4 (`proj4rs`), the parameters those of the EPSG registry
/// (`crs-definitions`). National datums that are shifted by seven parameters come out within metres, all
/// others within millimetres.
#[derive(Debug)]
pub struct Map {
    code: u32,
    from: Proj,
    to: Proj,
}

impl Map {
    /// The system with this code.
    ///
    /// # Errors
    ///
    /// A code or a projection that is not known.
    pub fn epsg(code: u32) -> Result<Self, LonLatError> {
        let unknown = || LonLatError::Unknown(code);
        let known = u16::try_from(code).ok().and_then(crs_definitions::from_code).ok_or_else(unknown)?;
        let projection = |text: &str| Proj::from_proj_string(text).map_err(|_| LonLatError::Projection(code));
        Ok(Self { code, from: projection(known.proj4)?, to: projection(WGS84)? })
    }

    /// Longitude and latitude in degrees (WGS 84) of eastings and northings in metres.
    ///
    /// # Errors
    ///
    /// A point that lies outside of the projection.
    pub fn lon_lat(&self, point: DVec2) -> Result<[f64; 2], LonLatError> {
        if self.from.is_latlong() {
            return Err(LonLatError::Projection(self.code));
        }
        // The projection wants numbers in the unit of its map, which may be feet.
        let unit = self.from.to_meter();
        let mut at = (point.x / unit, point.y / unit, 0.0);
        proj4rs::transform::transform(&self.from, &self.to, &mut at).map_err(|_| LonLatError::Outside)?;
        let found = [at.0.to_degrees(), at.1.to_degrees()];
        let is_place = found.iter().all(|x| x.is_finite()) && found[1].abs() <= 90.0;
        if is_place { Ok(found) } else { Err(LonLatError::Outside) }
    }
}

const WGS84: &str = "+proj=longlat +datum=WGS84 +no_defs";

/// Adds longitude and latitude of the box of each model that stands on a map, or why it has none.
pub fn add_lon_lat(inspection: &mut Inspection) {
    for model in &mut inspection.models {
        let place = &mut model.place;
        let found = match (place.map_bounds, place.crs.as_ref().and_then(|c| c.epsg)) {
            (None, _) => Err("it has no map conversion, or nothing stands there".to_owned()),
            (_, None) => Err("its reference system has no EPSG code that is known".to_owned()),
            (Some(bounds), Some(code)) => of_box(code, bounds).map_err(|e| e.to_string()),
        };
        match found {
            Ok(found) => place.lon_lat = Some(found),
            Err(why) => {
                // The site says where the building is, if not where each corner of it is.
                let site = place.latitude.zip(place.longitude);
                let site = site.map(|(lat, lon)| format!("; its site is at {lon:.6} {lat:.6}"));
                place.no_lon_lat = Some(format!("{why}{}", site.unwrap_or_default()));
            }
        }
    }
}

/// Of a box in metres: centre, and corners counterclockwise from the south-west.
fn of_box(code: u32, [lo, hi]: [[f64; 3]; 2]) -> Result<LonLatReport, LonLatError> {
    let map = Map::epsg(code)?;
    let at = |x: f64, y: f64| map.lon_lat(DVec2::new(x, y));
    Ok(LonLatReport {
        centre: at((lo[0] + hi[0]) / 2.0, (lo[1] + hi[1]) / 2.0)?,
        corners: [at(lo[0], lo[1])?, at(hi[0], lo[1])?, at(hi[0], hi[1])?, at(lo[0], hi[1])?],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers of pyproj 3.7 (PROJ 9.5): within a millimetre for systems of one datum with WGS 84, within
    /// half a metre for those whose datum is shifted.
    #[test]
    fn known_points() {
        let check = |code: u32, x: f64, y: f64, longitude: f64, latitude: f64, metres: f64| {
            let found = Map::epsg(code).unwrap().lon_lat(DVec2::new(x, y)).unwrap();
            let off = [found[0] - longitude, found[1] - latitude].map(|d| d * 111_320.0);
            assert!(off.iter().all(|d| d.abs() < metres), "EPSG:{code}: {found:?}, {off:?} m off");
        };
        check(25832, 500_000.0, 5_800_000.0, 9.0, 52.350_293_349_965, 1e-3);
        check(32632, 691_000.0, 5_335_000.0, 11.567_501_229_203_83, 48.139_558_348_769_76, 1e-3);
        check(32760, 729_011.2, 9_063_960.6, 179.080_128_765_324_7, -8.462_490_070_352_768, 1e-3);
        check(4527, 39_500_000.0, 3_500_000.0, 117.0, 31.622_554_943_994_61, 1e-3);
        check(4548, 500_000.0, 3_500_000.0, 117.0, 31.622_554_943_994_61, 1e-3);
        check(2154, 652_000.0, 6_862_000.0, 2.345_811_958_680_679, 48.856_248_140_962_73, 1e-3);
        check(3944, 1_891_846.0, 3_126_623.0, 5.365_221_041_020_946, 43.314_771_872_135_25, 1e-3);
        check(26910, 500_000.0, 5_000_000.0, -123.0, 45.153_477_184_434_78, 1e-3);
        // In feet of the US survey, given in metres.
        let foot = 1200.0 / 3937.0;
        check(2271, 2.7e6 * foot, 3e5 * foot, -75.101_142_903_846_98, 40.959_349_205_106_13, 1e-3);
        check(28992, 155_000.0, 463_000.0, 5.387_203_508_413_767_5, 52.155_172_301_192_24, 0.5);
        check(27700, 530_000.0, 180_000.0, -0.128_353_940_479_469_35, 51.503_990_827_633_78, 0.5);
        check(2056, 2_600_000.0, 1_200_000.0, 7.438_632_420_871_81, 46.951_082_771_871_1, 0.5);
        check(31467, 3_513_000.0, 5_400_000.0, 9.175_707_451_932, 48.737_404_333_109_88, 0.5);
        check(31370, 150_000.0, 170_000.0, 4.368_752_140_904_19, 50.840_411_283_117_874, 0.5);
        assert_eq!(Map::epsg(99_999).unwrap_err(), LonLatError::Unknown(99_999));
        assert!(Map::epsg(4326).unwrap().lon_lat(DVec2::ZERO).is_err(), "is no map");
    }
}
