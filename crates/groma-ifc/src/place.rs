//! Where a file says that it stands.

use crate::attributes::{Attributes, list, real, typed};
use crate::crs;
use crate::reader::Reader;
use crate::scan::Row;
use glam::{DMat3, DVec3};
use groma_model::{Crs, Diagnostic, Diagnostics, MapConversion, Place, Value, codes};
use std::sync::Arc;

/// Placements relative to placements, deeper than this, are a cycle.
const DEEPEST: usize = 64;

/// Reads the map conversion and its reference system, true north, and the position of the site. `sets` are the
/// property sets that may stand for a conversion in IFC2x3.
pub(crate) fn read(reader: &Reader<'_>, sets: &[Row], said: &mut Diagnostics) -> Place {
    let mut place = Place { true_north: true_north(reader), ..Place::default() };
    let conversion = conversion(reader, said);
    let target = conversion.as_ref().and_then(|c| c.target).or_else(|| first(reader, &CRS));
    place.crs = target.and_then(|id| described(reader, id)).or_else(|| described_by_set(reader, sets));
    if let (Some(system), Some(c)) = (&mut place.crs, &conversion) {
        system.map_unit =
            system.map_unit.map(|unit| survey_foot(reader, unit, c.numbers.scale).unwrap_or(unit));
    }
    let map_unit = place.crs.as_ref().and_then(|c| c.map_unit);
    place.map = match &conversion {
        // Angles lead to no map.
        Some(c) if c.degrees.is_some() => None,
        Some(c) => converted(reader, &c.numbers, map_unit, said),
        None => conversion_set(reader, sets).and_then(|(numbers, target)| {
            if place.crs.is_none() {
                place.crs =
                    target.map(|name| Crs { epsg: crs::epsg(&name), name: Some(name), ..Crs::default() });
            }
            converted(reader, &numbers, map_unit, said)
        }),
    };
    let (world, origin) = world(reader);
    if (world, origin) != (DMat3::IDENTITY, DVec3::ZERO) {
        within(&mut place, world, origin, said);
    }
    if let (Some(map), Some(system)) = (&mut place.map, &place.crs) {
        map.crs = crs::label(system);
    }
    if let Some(site) = reader.rows(&["IFCSITE"]).first().copied() {
        site_position(reader, site, &mut place);
    }
    if let Some([longitude, latitude]) = conversion.and_then(|c| c.degrees) {
        place.longitude.get_or_insert(longitude);
        place.latitude.get_or_insert(latitude);
    }
    place
}

/// Latitude, longitude, elevation and placement of the site.
fn site_position(reader: &Reader<'_>, site: Row, place: &mut Place) {
    let (Some(a), Some(info)) = (reader.step.attributes(site), reader.class(site)) else { return };
    let slot = |name: &str| info.slot(name);
    place.latitude = slot("RefLatitude").and_then(|s| degrees(a.raw(s))).filter(|d| d.abs() <= 90.0);
    place.longitude = slot("RefLongitude").and_then(|s| degrees(a.raw(s))).filter(|d| d.abs() <= 360.0);
    // Adding zero takes the sign from a zero.
    place.elevation =
        slot("RefElevation").and_then(|s| a.real(s)).map(|e| e * reader.units.units.length + 0.0);
    let placement = slot("ObjectPlacement").and_then(|s| a.reference(s));
    place.site = placement.and_then(|id| origin(reader, id)).map(|p| p * reader.units.units.length);
}

const CRS: [&str; 2] = ["IFCPROJECTEDCRS", "IFCGEOGRAPHICCRS"];

fn first(reader: &Reader<'_>, keywords: &[&str]) -> Option<u32> {
    reader.rows(keywords).first().map(|&row| reader.step.scan.id(row))
}

/// The numbers of a conversion as the file writes them.
struct Numbers {
    eastings: f64,
    northings: f64,
    height: f64,
    /// The direction of the X axis.
    axis: (f64, f64),
    scale: f64,
    /// Along X, Y and Z, beside the scale.
    factors: DVec3,
}

struct Conversion {
    numbers: Numbers,
    target: Option<u32>,
    /// Longitude and latitude, for a rigid operation in angles; the lengths mean nothing then.
    degrees: Option<[f64; 2]>,
}

/// The coordinate operation of the model's context, or the first of the file.
fn conversion(reader: &Reader<'_>, said: &mut Diagnostics) -> Option<Conversion> {
    let rows = reader.rows(&["IFCMAPCONVERSION", "IFCMAPCONVERSIONSCALED", "IFCRIGIDOPERATION"]);
    let of_model = |row: &&Row| {
        let source = reader.step.attributes(**row).and_then(|a| a.reference(0));
        let context = source.and_then(|id| reader.step.instance(id, &["IFCGEOMETRICREPRESENTATIONCONTEXT"]));
        context.and_then(|c| c.text(1).map(|t| t.eq_ignore_ascii_case("Model"))).unwrap_or(false)
    };
    let row = rows.iter().find(of_model).or_else(|| rows.first()).copied()?;
    let a = reader.step.attributes(row)?;
    let or = |slot: usize, default: f64| a.real(slot).unwrap_or(default);
    let keyword = reader.step.scan.keyword(row);
    if keyword == "IFCRIGIDOPERATION" {
        let is_angle = typed(a.raw(2)).is_some_and(|(m, _)| m.eq_ignore_ascii_case("IFCPLANEANGLEMEASURE"));
        let (x, y) = (a.real(2)?, a.real(3)?);
        let degrees = if is_angle { geographic(reader, [x, y], said) } else { None };
        return Some(Conversion {
            numbers: Numbers {
                eastings: x,
                northings: y,
                height: or(4, 0.0),
                axis: (1.0, 0.0),
                scale: 1.0,
                factors: DVec3::ONE,
            },
            target: a.reference(1),
            // Lengths lead to a map; angles that are none lead nowhere.
            degrees: if is_angle { Some(degrees?) } else { None },
        });
    }
    let scale = or(7, 1.0);
    // The first editions of IFC4.3 have a scale for Y and Z, the last factors for all three.
    let factors = match keyword {
        "IFCMAPCONVERSIONSCALED" => DVec3::new(or(8, 1.0), or(9, 1.0), or(10, 1.0)),
        _ => DVec3::new(scale, or(8, scale), or(9, scale)) / scale,
    };
    Some(Conversion {
        numbers: Numbers {
            eastings: a.real(2)?,
            northings: a.real(3)?,
            height: or(4, 0.0),
            axis: (or(5, 1.0), or(6, 0.0)),
            scale,
            factors,
        },
        target: a.reference(1),
        degrees: None,
    })
    .filter(|c| c.numbers.scale != 0.0)
}

/// Longitude and latitude in degrees of two angles; angles that no place has are taken for degrees, or said.
fn geographic(reader: &Reader<'_>, angles: [f64; 2], said: &mut Diagnostics) -> Option<[f64; 2]> {
    let factor = reader.units.units.angle.to_degrees();
    let is_place = |[x, y]: [f64; 2]| x.abs() <= 180.0 && y.abs() <= 90.0;
    let converted = angles.map(|a| a * factor);
    if is_place(converted) {
        return Some(converted);
    }
    let code = if is_place(angles) { codes::ANGLES_IN_DEGREES } else { codes::ODD_MAP_CONVERSION };
    said.push(
        Diagnostic::new(code).detail(format!("{:?} and {:?} of a rigid operation", angles[0], angles[1])),
    );
    is_place(angles).then_some(angles)
}

/// The axes and the origin, in metres, of the world of the model's context.
fn world(reader: &Reader<'_>) -> (DMat3, DVec3) {
    let contexts = reader.rows(&["IFCGEOMETRICREPRESENTATIONCONTEXT"]).into_iter();
    let mut contexts = contexts.filter_map(|row| reader.step.attributes(row));
    let model = contexts.find(|c| c.text(1).is_some_and(|t| t.eq_ignore_ascii_case("Model")));
    let found = model.and_then(|c| axes(reader, c.reference(4)?));
    let (axes, origin) = found.unwrap_or((DMat3::IDENTITY, DVec3::ZERO));
    let plain = axes.abs_diff_eq(DMat3::IDENTITY, 1e-9) && origin.length() < 1e-9;
    if plain { (DMat3::IDENTITY, DVec3::ZERO) } else { (axes, origin * reader.units.units.length) }
}

/// Takes up the world of the context into the conversion that leads from it to the map.
fn within(place: &mut Place, world: DMat3, origin: DVec3, said: &mut Diagnostics) {
    let mut say = |what: &str| {
        let d = Diagnostic::new(codes::ODD_MAP_CONVERSION);
        said.push(d.detail(format!(
            "the world of the context stands at {:.3}, {:.3}, {:.3} m: {what}",
            origin.x, origin.y, origin.z
        )));
    };
    if world.z_axis.z < 1.0 - 1e-9 {
        say("it leans, and is left out");
        return;
    }
    let Some(map) = &mut place.map else {
        say("without a map conversion it is left out");
        return;
    };
    let offset = DVec3::new(map.eastings, map.northings, map.height);
    let flat = DVec3::new(1.0, 1.0, 0.0);
    if (offset * flat).length() > 10_000.0 && ((origin - offset) * flat).length() < 5_000.0 {
        say("its offset is that of the map conversion, and counts once");
        return;
    }
    let (sin, cos) = map.rotation.sin_cos();
    let scaled = origin * map.scale;
    map.eastings += scaled.x * cos - scaled.y * sin;
    map.northings += scaled.x * sin + scaled.y * cos;
    map.height += scaled.z;
    map.rotation += world.x_axis.y.atan2(world.x_axis.x);
}

/// A conversion in metres.
///
/// Eastings are in the unit of the map, or of the project where the map names none. The scale leads from
/// numbers of the project to numbers of the map, so in metres it is divided by the ratio of the units; many
/// exporters leave that ratio out although the units differ, and mean that nothing is scaled.
fn converted(
    reader: &Reader<'_>,
    n: &Numbers,
    map_unit: Option<f64>,
    said: &mut Diagnostics,
) -> Option<MapConversion> {
    let project = reader.units.units.length;
    // A scale that is a ratio of units says what the map's is where the file does not.
    let by_scale = project / n.scale;
    let known = [1.0, 0.3048, 1200.0 / 3937.0].into_iter().find(|unit| (by_scale / unit - 1.0).abs() < 0.01);
    let told = known.filter(|_| map_unit.is_none() && (n.scale - 1.0).abs() >= 0.01);
    let map_unit = map_unit.or(told).unwrap_or(project);
    // A foot without further words may be that of the US survey, if the scale says so: they differ by a metre
    // in 500 km.
    let survey_foot = 1200.0 / 3937.0;
    let is_survey_foot =
        (map_unit / survey_foot - 1.0).abs() < 3e-6 && (n.scale * survey_foot / project - 1.0).abs() < 1e-9;
    let map_unit = if is_survey_foot { survey_foot } else { map_unit };
    let ratio = map_unit / project;
    let whole = n.scale * ratio;
    let is_near_one = |x: f64| (x - 1.0).abs() < 0.01;
    let scale = if is_near_one(n.scale) && !is_near_one(whole) { n.scale } else { whole };
    // No map is half or twice as large as the ground. A ratio that was written the wrong way round is a mistake
    // that is known.
    let scale = if (0.5..=2.0).contains(&scale) {
        scale
    } else {
        let turned = ratio / n.scale;
        let meant = if is_near_one(turned) { turned } else { 1.0 };
        said.push(Diagnostic::new(codes::ODD_MAP_CONVERSION).detail(format!(
            "the scale {:?} would make the model {scale:.6} times as large; taken as {meant:?}",
            n.scale
        )));
        meant
    };
    // An exact ratio of units that is written with few digits scales nothing.
    let scale = if (scale - 1.0).abs() < 1e-9 { 1.0 } else { scale };
    let (x, y) = n.axis;
    let map = MapConversion {
        crs: None,
        eastings: n.eastings * map_unit,
        northings: n.northings * map_unit,
        height: n.height * map_unit,
        rotation: if x == 0.0 && y == 0.0 { 0.0 } else { y.atan2(x) },
        scale: n.factors * scale,
    };
    let all = [map.eastings, map.northings, map.height, map.rotation];
    (all.iter().all(|v| v.is_finite()) && map.scale.is_finite() && map.scale.min_element() > 0.0)
        .then_some(map)
}

/// The foot of the US survey, where a unit of a map is called a foot and the scale tells that it is this one;
/// they differ by a metre in 500 km.
fn survey_foot(reader: &Reader<'_>, map_unit: f64, scale: f64) -> Option<f64> {
    let foot = 1200.0 / 3937.0;
    let is_a_foot = (map_unit / foot - 1.0).abs() < 3e-6;
    (is_a_foot && (scale * foot / reader.units.units.length - 1.0).abs() < 1e-9).then_some(foot)
}

/// The reference system of a map as an instance.
fn described(reader: &Reader<'_>, id: u32) -> Option<Crs> {
    let a = reader.step.instance(id, &CRS)?;
    let text = |slot: usize| reader.text(&a, Some(slot));
    let mut system = Crs { name: text(0), description: text(1), geodetic_datum: text(2), ..Crs::default() };
    if reader.step.keyword(id) == "IFCPROJECTEDCRS" {
        system.vertical_datum = text(3);
        system.map_projection = text(4);
        system.map_zone = text(5);
        system.map_unit = a.reference(6).and_then(|unit| reader.units.own(unit)).and_then(|u| u.factor);
    }
    named(system)
}

/// The reference system of a map as the properties of `ePSet_ProjectedCRS`.
fn described_by_set(reader: &Reader<'_>, sets: &[Row]) -> Option<Crs> {
    let properties = properties(reader, sets, "ePSet_ProjectedCRS")?;
    let text = |name: &str| properties.iter().find(|p| p.name == name).and_then(|p| p.text.clone());
    named(Crs {
        name: text("Name"),
        description: text("Description"),
        geodetic_datum: text("GeodeticDatum"),
        vertical_datum: text("VerticalDatum"),
        map_projection: text("MapProjection"),
        map_zone: text("MapZone"),
        map_unit: text("MapUnit").and_then(|unit| metres_per(&unit)),
        epsg: None,
    })
}

fn named(mut system: Crs) -> Option<Crs> {
    system.epsg = crs::epsg_of(&system);
    (system != Crs::default()).then_some(system)
}

/// The conversion as the properties of `ePSet_MapConversion`, and the name of its target.
fn conversion_set(reader: &Reader<'_>, sets: &[Row]) -> Option<(Numbers, Option<Arc<str>>)> {
    let properties = properties(reader, sets, "ePSet_MapConversion")?;
    let find = |name: &str| properties.iter().find(|p| p.name == name);
    let number = |name: &str| find(name).and_then(|p| p.number);
    let numbers = Numbers {
        eastings: number("Eastings")?,
        northings: number("Northings")?,
        height: number("OrthogonalHeight").unwrap_or(0.0),
        axis: (number("XAxisAbscissa").unwrap_or(1.0), number("XAxisOrdinate").unwrap_or(0.0)),
        scale: number("Scale").filter(|s| *s != 0.0).unwrap_or(1.0),
        factors: DVec3::ONE,
    };
    Some((numbers, find("TargetCRS").and_then(|p| p.text.clone())))
}

/// A property with its number as the file writes it.
struct Raw {
    name: String,
    number: Option<f64>,
    text: Option<Arc<str>>,
}

/// The properties of the first set of a name, whose case does not matter.
fn properties(reader: &Reader<'_>, sets: &[Row], name: &str) -> Option<Vec<Raw>> {
    let a = sets.iter().filter_map(|&row| reader.step.attributes(row));
    let a = a.into_iter().find(|a| a.text(2).is_some_and(|n| n.eq_ignore_ascii_case(name)))?;
    let one = |id: u32| {
        let a: Attributes<'_> = reader.step.instance(id, &["IFCPROPERTYSINGLEVALUE"])?;
        let text = match reader.attribute(a.raw(2), None) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        };
        Some(Raw { name: a.text(0)?.into_owned(), number: a.real(2), text })
    };
    Some(a.references(4).into_iter().filter_map(one).collect())
}

/// Metres per unit of a length that a person names.
fn metres_per(unit: &str) -> Option<f64> {
    let word: String =
        unit.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_uppercase();
    Some(match word.as_str() {
        "M" | "METRE" | "METER" | "METRES" | "METERS" => 1.0,
        "MM" | "MILLIMETRE" | "MILLIMETER" => 1e-3,
        "CM" | "CENTIMETRE" | "CENTIMETER" => 1e-2,
        "KM" | "KILOMETRE" | "KILOMETER" => 1e3,
        "FT" | "FOOT" | "FEET" | "INTERNATIONALFOOT" => 0.3048,
        "FTUS" | "USFT" | "USFOOT" | "USFEET" | "USSURVEYFOOT" | "USSURVEYFEET" | "FOOTUSSURVEY" => {
            1200.0 / 3937.0
        }
        "IN" | "INCH" | "INCHES" => 0.0254,
        _ => return None,
    })
}

/// The origin of a placement in the file's unit of length, through all placements it is relative to.
fn origin(reader: &Reader<'_>, id: u32) -> Option<DVec3> {
    let mut at = DVec3::ZERO;
    let mut next = Some(id);
    for _ in 0..DEEPEST {
        let Some(id) = next else { return at.is_finite().then_some(at) };
        let a = reader.step.instance(id, &["IFCLOCALPLACEMENT"])?;
        let (axes, origin) = axes(reader, a.reference(1)?)?;
        at = axes * at + origin;
        next = a.reference(0);
    }
    None
}

/// The axes and the origin of an `IfcAxis2Placement3D`.
fn axes(reader: &Reader<'_>, id: u32) -> Option<(DMat3, DVec3)> {
    let a = reader.step.instance(id, &["IFCAXIS2PLACEMENT3D"])?;
    let vector = |id: u32, keyword: &str| {
        let numbers: Vec<f64> =
            list(reader.step.instance(id, &[keyword])?.raw(0))?.map(real).collect::<Option<_>>()?;
        let at = |k: usize| numbers.get(k).copied().unwrap_or(0.0);
        Some(DVec3::new(at(0), at(1), at(2)))
    };
    let direction = |slot: usize, default: DVec3| {
        let found = a.reference(slot).and_then(|id| vector(id, "IFCDIRECTION"));
        found.and_then(DVec3::try_normalize).unwrap_or(default)
    };
    let z = direction(1, DVec3::Z);
    let x = direction(2, DVec3::X);
    // The X axis is made perpendicular to Z; any will do where both coincide.
    let x = (x - z * x.dot(z)).try_normalize().unwrap_or_else(|| z.any_orthonormal_vector());
    Some((DMat3::from_cols(x, z.cross(x), z), vector(a.reference(0)?, "IFCCARTESIANPOINT")?))
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

/// Degrees, minutes, seconds and millionths of a second. The standard wants one sign for all; where only some
/// have it, or the degrees are a negative zero, the whole is negative.
fn degrees(token: &[u8]) -> Option<f64> {
    let items: Vec<&[u8]> = list(token)?.collect();
    let parts: Vec<f64> = items.iter().map(|item| real(item)).collect::<Option<_>>()?;
    if parts.len() < 3 {
        return None;
    }
    let negative = items.iter().any(|item| item.starts_with(b"-"));
    let weights = [1.0, 60.0, 3600.0, 3.6e9];
    let sum: f64 = parts.iter().zip(weights).map(|(part, weight)| part.abs() / weight).sum();
    // A site on the equator or the meridian with millionths of -0 is not south or west of it.
    Some(if negative && sum != 0.0 { -sum } else { sum })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compound_angles_become_degrees() {
        let check = |token: &str, expect: Option<f64>| match (degrees(token.as_bytes()), expect) {
            (Some(got), Some(want)) => assert!((got - want).abs() < 1e-12, "{token}: {got}"),
            (got, want) => assert_eq!(got, want, "{token}"),
        };
        check("(52,30,0)", Some(52.5));
        check("(-71,-6,-36,0)", Some(-71.11));
        check("(-71,6,36)", Some(-71.11));
        check("(0,-7,-34,-450321)", Some(-(7.0 / 60.0 + 34.450321 / 3600.0)));
        check("(-0,7,30,0)", Some(-0.125));
        check("(41,52,27,840000)", Some(41.0 + 52.0 / 60.0 + 27.84 / 3600.0));
        check("(1,2)", None);
        check("(1,$,2)", None);
        check("$", None);
    }

    #[test]
    fn units_that_a_person_names() {
        for (unit, metres) in [
            ("METRE", 1.0),
            ("U.S. Survey Foot", 1200.0 / 3937.0),
            ("foot (US survey)", 1200.0 / 3937.0),
            ("ft", 0.3048),
        ] {
            assert_eq!(metres_per(unit), Some(metres), "{unit}");
        }
        assert_eq!(metres_per("SURVEY FOOT"), None, "of which country");
    }
}
