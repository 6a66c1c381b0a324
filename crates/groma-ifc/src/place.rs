//! Where a file says that it stands.

use crate::attributes::{list, real};
use crate::reader::Reader;
use crate::units::FileUnits;
use groma_model::{MapConversion, Place};
use ifc_lite_core::{GeoRefExtractor, GeoRefSource, IfcType};

/// Reads the map conversion, true north and the geographic position of the site.
pub(crate) fn read(reader: &Reader<'_>, units: &FileUnits<'_>) -> Place {
    let mut place =
        Place { map: map_conversion(reader, units), true_north: true_north(reader), ..Place::default() };
    let site = reader.rows(&["IFCSITE"]).first().copied();
    if let Some(a) = site.and_then(|row| reader.step.attributes(row)) {
        let slot = |name| reader.classes.get("IFCSITE").and_then(|c| c.slot(name));
        place.latitude = slot("RefLatitude").and_then(|s| degrees(a.raw(s)));
        place.longitude = slot("RefLongitude").and_then(|s| degrees(a.raw(s)));
        place.elevation = slot("RefElevation").and_then(|s| a.real(s)).map(|e| e * units.units.length + 0.0);
    }
    place
}

fn map_conversion(reader: &Reader<'_>, units: &FileUnits<'_>) -> Option<MapConversion> {
    let kinds = [
        ("IFCPROJECT", IfcType::IfcProject),
        ("IFCSITE", IfcType::IfcSite),
        ("IFCMAPCONVERSION", IfcType::IfcMapConversion),
        ("IFCMAPCONVERSIONSCALED", IfcType::IfcMapConversion),
        ("IFCRIGIDOPERATION", IfcType::IfcRigidOperation),
        ("IFCPROJECTEDCRS", IfcType::IfcProjectedCRS),
        ("IFCGEOGRAPHICCRS", IfcType::IfcGeographicCRS),
        ("IFCPROPERTYSET", IfcType::IfcPropertySet),
    ];
    let mut candidates = Vec::new();
    for (keyword, class) in kinds {
        // Only the sets that stand for a conversion in IFC2x3; reading all of them would cost more than the rest.
        let is_wanted = |row: &u32| {
            keyword != "IFCPROPERTYSET"
                || reader
                    .step
                    .attributes(*row)
                    .and_then(|a| a.text(2).map(|n| n.to_ascii_lowercase().starts_with("epset_")))
                    .unwrap_or(false)
        };
        let rows: Vec<u32> = reader.rows(&[keyword]).into_iter().filter(is_wanted).collect();
        candidates.extend(rows.into_iter().map(|row| (reader.step.scan.id(row), class.clone())));
    }
    let mut decoder = reader.step.scan.decoder(reader.step.bytes);
    let found = GeoRefExtractor::extract(&mut decoder, &candidates).ok().flatten()?;
    if found.source == Some(GeoRefSource::SiteLocation) {
        return None;
    }
    let has_place = found.has_map_conversion
        || matches!(found.source, Some(GeoRefSource::MapConversion | GeoRefSource::EPSetMapConversion));
    if !has_place {
        return None;
    }
    // Eastings are in the unit of the map, or of the project where the map names none; the scale leads from
    // numbers of the project to numbers of the map, so in metres it is divided by the ratio of the units.
    let map_unit = found.map_unit_scale.filter(|f| f.is_finite() && *f > 0.0).unwrap_or(units.units.length);
    let ratio = map_unit / units.units.length;
    let factor = |own: f64| {
        let scale = found.scale * own * ratio;
        // Many exporters leave the scale out although the units differ, and mean that nothing is scaled.
        if found.scale == 1.0 && ratio != 1.0 { own } else { scale }
    };
    Some(MapConversion {
        crs: found.crs_name.as_deref().map(Into::into),
        eastings: found.eastings * map_unit,
        northings: found.northings * map_unit,
        height: found.orthogonal_height * map_unit,
        rotation: found.rotation(),
        scale: glam::DVec3::new(factor(found.factor_x), factor(found.factor_y), factor(found.factor_z)),
    })
}

/// The angle of true north against the engineering Y axis, of the first context of the model that has one.
fn true_north(reader: &Reader<'_>) -> Option<f64> {
    reader.rows(&["IFCGEOMETRICREPRESENTATIONCONTEXT"]).into_iter().find_map(|row| {
        let north = reader.step.attributes(row)?.reference(5)?;
        let direction = reader.step.instance(north, &["IFCDIRECTION"])?;
        let mut ratios = list(direction.raw(0))?.map(real);
        let (x, y) = (ratios.next()??, ratios.next()??);
        // Adding zero takes the sign from a zero.
        (x != 0.0 || y != 0.0).then(|| (0.0 - x).atan2(y) + 0.0)
    })
}

/// Degrees, minutes, seconds and millionths of a second, all of one sign.
fn degrees(token: &[u8]) -> Option<f64> {
    let parts: Vec<f64> = list(token)?.map(real).collect::<Option<_>>()?;
    if parts.len() < 3 {
        return None;
    }
    let weights = [1.0, 60.0, 3600.0, 3.6e9];
    Some(parts.iter().zip(weights).map(|(part, weight)| part / weight).sum())
}

#[cfg(test)]
mod tests {
    use super::degrees;

    #[test]
    fn compound_angles_become_degrees() {
        assert_eq!(degrees(b"(52,30,0)"), Some(52.5));
        assert_eq!(degrees(b"(-71,-6,-36,0)"), Some(-71.11));
        assert_eq!(degrees(b"$"), None);
    }
}
