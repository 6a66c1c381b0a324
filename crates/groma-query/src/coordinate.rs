//! Where elements stand, as keys of `query:`.

use crate::Item;
use glam::{DMat3, DVec3};
use groma_model::{Model, Value};

/// Where an element stands in its file, on its map, and how it is turned.
const COORDINATES: [[&str; 3]; 3] =
    [["x", "y", "z"], ["easting", "northing", "elevation"], ["rotation_x", "rotation_y", "rotation_z"]];

/// A coordinate or an angle of a placement; `None` where the word is neither.
pub(crate) fn coordinate(model: &Model, it: Item, word: &str) -> Option<Option<Value>> {
    let (kind, axis) = COORDINATES
        .iter()
        .enumerate()
        .find_map(|(kind, words)| Some((kind, words.iter().position(|w| *w == word)?)))?;
    let Item::Element(id) = it else { return Some(None) };
    let placed = model.element(id).placement.map(|at| match kind {
        0 => (at.translation, Some("IfcLengthMeasure")),
        1 => {
            let on_map = model.place.to_map().map(|map| map.transform_point3(at.translation));
            (on_map.unwrap_or(at.translation), Some("IfcLengthMeasure"))
        }
        _ => (angles(at.matrix3), None),
    });
    Some(
        placed.map(|(values, measure)| Value::Real { value: values[axis], measure: measure.map(Into::into) }),
    )
}

/// The angles by which something is turned about X, then Y, then Z, in degrees.
fn angles(turned: DMat3) -> DVec3 {
    let [x, y, z] = [turned.x_axis, turned.y_axis, turned.z_axis].map(DVec3::normalize_or_zero);
    let about_y = (-x.z).clamp(-1.0, 1.0).asin();
    let radians = DVec3::new(y.z.atan2(z.z), about_y, x.y.atan2(x.x));
    // Zero without a sign.
    radians.map(f64::to_degrees) + 0.0
}
