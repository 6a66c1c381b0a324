//! The alignment as records: of IFC 4.3 (curve segments, gradient curve), or of IFC 4.1 and 4.2 (alignment curve).

use super::alignment::{PLAN, Plan, RISES, Rise, station};
use crate::kit::Kit;
use crate::step::{Ref, Value, attributes};
use std::io::Write;

fn measure(length: f64) -> Value {
    Value::typed("IFCLENGTHMEASURE", length)
}

/// `(station, segment)` of each piece of a line.
fn starts<T: Copy>(pieces: &[T], length: impl Fn(&T) -> f64) -> Vec<(f64, T)> {
    let mut from = 0.0;
    let place = |piece: &T| {
        let at = from;
        from += length(piece);
        (at, *piece)
    };
    pieces.iter().map(place).collect()
}

/// The parent of a segment in plan, and where on it the segment starts.
fn parent<W: Write>(kit: &mut Kit<W>, plan: &Plan) -> (Ref, f64) {
    let flat = kit.flat_axes([0.0; 2], [1.0, 0.0]);
    match plan.curvature {
        [0.0, 0.0] => (kit.flat_line(), 0.0),
        [start, end] if start == end => {
            let radius = kit.length(1.0 / start);
            (kit.step.add("IFCCIRCLE", attributes!(flat, radius)), 0.0)
        }
        [start, end] => {
            // heading = s² / 2A² on a clothoid, so that its curvature is s / A²
            let rate = (end - start) / plan.length;
            let constant = kit.length(rate.signum() / rate.abs().sqrt());
            (kit.step.add("IFCCLOTHOID", attributes!(flat, constant)), start / rate)
        }
    }
}

/// An `IfcGradientCurve` over an `IfcCompositeCurve`.
pub(super) fn gradient_curve<W: Write>(kit: &mut Kit<W>) -> Ref {
    let mut flat = Vec::new();
    for (s, plan) in starts(&PLAN, |p| p.length) {
        let here = station(s);
        let (curve, from) = parent(kit, &plan);
        let axes = kit.flat_axes([here.at[0], here.at[1]], here.ahead());
        flat.push(segment(kit, axes, from, plan.length, curve));
    }
    let base = kit.step.add("IFCCOMPOSITECURVE", attributes!(Value::refs(&flat), Value::Enum("F")));
    let mut heights = Vec::new();
    for (s, rise) in starts(&RISES, |r| r.length) {
        let [start, _] = rise.gradient;
        let norm = start.hypot(1.0);
        let axes = kit.flat_axes([s, station(s).at[2]], [1.0 / norm, start / norm]);
        let (curve, length) = height(kit, &rise);
        heights.push(segment(kit, axes, 0.0, length, curve));
    }
    kit.step.add("IFCGRADIENTCURVE", attributes!(Value::refs(&heights), Value::Enum("F"), base, Value::Null))
}

/// The parent of a segment in height, and the segment's length along it.
fn height<W: Write>(kit: &mut Kit<W>, rise: &Rise) -> (Ref, f64) {
    let [start, end] = rise.gradient;
    if start == end {
        return (kit.flat_line(), rise.length * start.hypot(1.0));
    }
    let flat = kit.flat_axes([0.0; 2], [1.0, 0.0]);
    let bend = (end - start) / (2.0 * rise.length) / kit.scale;
    let curve = kit.step.add(
        "IFCPOLYNOMIALCURVE",
        attributes!(flat, Value::reals(&[0.0, 1.0]), Value::reals(&[0.0, start, bend]), Value::Null),
    );
    // the arc length of a parabola this flat, by Simpson's rule
    let slope = |t: f64| (start + (end - start) * t).hypot(1.0);
    (curve, rise.length * (slope(0.0) + 4.0 * slope(0.5) + slope(1.0)) / 6.0)
}

fn segment<W: Write>(kit: &mut Kit<W>, axes: Ref, from: f64, length: f64, curve: Ref) -> Ref {
    let (from, length) = (measure(from * kit.scale), measure(length * kit.scale));
    kit.step.add(
        "IFCCURVESEGMENT",
        attributes!(Value::Enum("CONTSAMEGRADIENTSAMECURVATURE"), axes, from, length, curve),
    )
}

/// An `IfcAlignmentCurve`, as IFC 4.1 and 4.2 have it.
pub(super) fn alignment_curve<W: Write>(kit: &mut Kit<W>) -> Ref {
    let mut flat = Vec::new();
    for (s, plan) in starts(&PLAN, |p| p.length) {
        let here = station(s);
        let point = kit.flat_point([here.at[0], here.at[1]]);
        let length = kit.length(plan.length);
        let mut all = attributes!(point, here.heading, length).to_vec();
        let radius = |kit: &Kit<W>, k: f64| if k == 0.0 { Value::Null } else { kit.length(1.0 / k.abs()) };
        let class = match plan.curvature {
            [0.0, 0.0] => "IFCLINESEGMENT2D",
            [start, end] if start == end => {
                all.extend_from_slice(attributes!(radius(kit, start), start > 0.0));
                "IFCCIRCULARARCSEGMENT2D"
            }
            [start, end] => {
                all.extend_from_slice(attributes!(
                    radius(kit, start),
                    radius(kit, end),
                    start >= 0.0,
                    end >= 0.0,
                    Value::Enum("CLOTHOIDCURVE")
                ));
                "IFCTRANSITIONCURVESEGMENT2D"
            }
        };
        let curve = kit.step.add(class, &all);
        let null = Value::Null;
        flat.push(
            kit.step.add("IFCALIGNMENT2DHORIZONTALSEGMENT", attributes!(true, null.clone(), null, curve)),
        );
    }
    let plan = kit.step.add("IFCALIGNMENT2DHORIZONTAL", attributes!(0.0, Value::refs(&flat)));
    let mut heights = Vec::new();
    for (s, rise) in starts(&RISES, |r| r.length) {
        let [start, end] = rise.gradient;
        let null = Value::Null;
        let (from, length, at) = (kit.length(s), kit.length(rise.length), kit.length(station(s).at[2]));
        let mut all = attributes!(true, null.clone(), null, from, length, at, start).to_vec();
        let class = if start == end {
            "IFCALIGNMENT2DVERSEGLINE"
        } else {
            // the constant is the radius at the summit: length per change of gradient
            let constant = kit.length(rise.length / (end - start).abs());
            all.extend_from_slice(attributes!(constant, end < start));
            "IFCALIGNMENT2DVERSEGPARABOLICARC"
        };
        heights.push(kit.step.add(class, &all));
    }
    let vertical = kit.step.add("IFCALIGNMENT2DVERTICAL", attributes!(Value::refs(&heights)));
    kit.step.add("IFCALIGNMENTCURVE", attributes!(plan, vertical, Value::Null))
}
