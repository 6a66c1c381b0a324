//! Representations that are mended before meshing, so that an odd word or one reference in vain does not cost
//! the element: the text with small changes, made only where there is something to mend.

use crate::attributes::{Attributes, Step, list};
use crate::bodies::{has_extent, is_not_a_body};
use crate::scan::{Row, Scan};
use crate::schema::Schema;
use crate::solids::{DIRECT, MAPPED, Reading, may_be_a_body, preference};
use glam::DVec3;
use groma_model::Units;
use ifc_lite_core::parser::parse_ref;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// Types of representations that hold no body, whatever is in them.
const FLAT: [&str; 16] = [
    "Curve",
    "Curve2D",
    "Curve3D",
    "Annotation2D",
    "GeometricCurveSet",
    "GeometricSet",
    "BoundingBox",
    "Box",
    "Point",
    "PointCloud",
    "Surface2D",
    "FillArea",
    "Text",
    "LightSource",
    "Segment",
    "FootPrint",
];

/// A text that was mended.
pub(crate) struct Mended {
    pub(crate) bytes: Vec<u8>,
    pub(crate) scan: Scan,
    /// True when references to items that are not there were taken out.
    pub(crate) dropped: bool,
}

/// A stretch of the text, and what takes its place.
type Edit = (usize, usize, Vec<u8>);

/// The text with `IfcProductDefinitionShape` for each bare `IfcProductRepresentation` (which IFC2x3 allows for
/// products and the kernel does not read), without items that are not there beside others that are, with a type that
/// is known for representations of bodies whose type is not, without representations that show the body once more, and
/// with plain placements for those along lines; `None` when nothing is to be mended.
pub(crate) fn mended(step: Step<'_>, schema: &Schema, units: &Units) -> Option<Mended> {
    let mut edits: Vec<Edit> =
        step.scan.rows("IFCPRODUCTREPRESENTATION").filter_map(|row| renamed(step, row)).collect();
    let shapes: Vec<Row> = step.scan.rows("IFCPRODUCTDEFINITIONSHAPE").collect();
    edits.par_extend(shapes.par_iter().with_min_len(256).filter_map(|&row| with_one_body(step, row)));
    edits.extend(plainly_placed(step, units));
    let rows: Vec<Row> = step.scan.rows("IFCSHAPEREPRESENTATION").collect();
    let found: Vec<(Row, Option<Edit>, bool)> = rows
        .par_iter()
        .with_min_len(256)
        .filter_map(|&row| {
            let a = step.attributes(row)?;
            let (items, odd) = (without_vain(step, &a), is_odd(&a));
            (items.is_some() || odd).then_some((row, items, odd))
        })
        .collect();
    let dropped = found.iter().any(|(_, items, _)| items.is_some());
    let odd: FxHashSet<u32> = found.iter().filter(|f| f.2).map(|f| step.scan.id(f.0)).collect();
    edits.extend(found.into_iter().filter_map(|f| f.1));
    if !odd.is_empty() {
        edits.extend(typed_by_items(step, schema, &odd));
    }
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|e| e.0);
    let mut bytes = Vec::with_capacity(step.bytes.len() + 64 * edits.len());
    let mut done = 0;
    for (start, end, new) in &edits {
        // Of two that overlap the first counts.
        if *start < done {
            continue;
        }
        bytes.extend_from_slice(&step.bytes[done..*start]);
        bytes.extend_from_slice(new);
        done = *end;
    }
    bytes.extend_from_slice(&step.bytes[done..]);
    let scan = Scan::of(&bytes);
    Some(Mended { bytes, scan, dropped })
}

fn renamed(step: Step<'_>, row: Row) -> Option<Edit> {
    const BARE: &[u8] = b"IFCPRODUCTREPRESENTATION";
    let (start, end) = step.scan.span(row);
    let at = step.bytes[start..end].windows(BARE.len()).position(|w| w.eq_ignore_ascii_case(BARE))?;
    Some((start + at, start + at + BARE.len(), b"IFCPRODUCTDEFINITIONSHAPE".to_vec()))
}

/// The representations of a shape but for those that show the same body once more.
fn with_one_body(step: Step<'_>, row: Row) -> Option<Edit> {
    let shape = step.attributes(row)?;
    let ids = shape.references(2);
    if ids.len() < 2 {
        return None;
    }
    let ranks: Vec<Option<u8>> = ids
        .iter()
        .map(|&id| {
            let a = step.instance(id, &["IFCSHAPEREPRESENTATION"])?;
            may_be_a_body(&a).then(|| preference(&a))
        })
        .collect();
    let best = ranks.iter().flatten().min()?;
    if ranks.iter().flatten().all(|rank| rank == best) {
        return None;
    }
    let kept = ids.iter().zip(&ranks).filter(|(_, rank)| rank.is_none_or(|rank| rank == *best));
    let list: Vec<String> = kept.map(|(id, _)| format!("#{id}")).collect();
    let (start, end) = place(step, shape.raw(2))?;
    Some((start, end, format!("({})", list.join(",")).into_bytes()))
}

/// Placements along lines that are understood here as plain ones: the kernel knows other rules.
fn plainly_placed(step: Step<'_>, units: &Units) -> Vec<Edit> {
    let rows: Vec<Row> = step.scan.rows("IFCLINEARPLACEMENT").collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let reading = Reading::new(step, units.length, units.angle);
    let places: Vec<_> = rows.par_iter().map(|&row| reading.linear(step.scan.id(row))).collect();
    let mut next = step.scan.highest();
    let mut edits = Vec::new();
    for (row, place) in rows.into_iter().zip(places) {
        let Some((at, parent)) = place.filter(|(at, _)| at.is_finite()) else { continue };
        let Some(ids) = next.checked_add(4).map(|last| [last - 3, last - 2, last - 1, last]) else { break };
        next = ids[3];
        let (start, end) = step.scan.span(row);
        let number = |x: f64| if x.fract() == 0.0 { format!("{x}.") } else { format!("{x}") };
        let triple = |v: DVec3| format!("({})", v.to_array().map(number).join(","));
        let parent = parent.map_or_else(|| "$".to_owned(), |id| format!("#{id}"));
        let [axes, point, z, x] = ids;
        let text = format!(
            "#{}=IFCLOCALPLACEMENT({parent},#{axes});#{axes}=IFCAXIS2PLACEMENT3D(#{point},#{z},#{x});\
             #{point}=IFCCARTESIANPOINT({});#{z}=IFCDIRECTION({});#{x}=IFCDIRECTION({});",
            step.scan.id(row),
            triple(at.translation / units.length),
            triple(at.matrix3.z_axis),
            triple(at.matrix3.x_axis),
        );
        edits.push((start, end, text.into_bytes()));
    }
    edits
}

/// Where a token of a record stands in the text.
fn place(step: Step<'_>, token: &[u8]) -> Option<(usize, usize)> {
    let start = (token.as_ptr() as usize).checked_sub(step.bytes.as_ptr() as usize)?;
    (start + token.len() <= step.bytes.len()).then_some((start, start + token.len()))
}

/// The items of a representation but for those that are not there, if some of them are.
fn without_vain(step: Step<'_>, a: &Attributes<'_>) -> Option<Edit> {
    let there = |item: &&[u8]| parse_ref(item).is_some_and(|id| step.scan.row(id).is_some());
    if list(a.raw(3))?.all(|item| there(&item)) {
        return None;
    }
    let good: Vec<&[u8]> = list(a.raw(3))?.filter(there).collect();
    let (start, end) = place(step, a.raw(3))?;
    (!good.is_empty()).then(|| (start, end, [&b"("[..], &good.join(&b","[..])[..], &b")"[..]].concat()))
}

/// True for a type that says neither that there is a body nor that there is none.
fn is_odd(a: &Attributes<'_>) -> bool {
    let Some(name) = a.text(2).filter(|n| !n.trim().is_empty()) else { return false };
    let known =
        DIRECT.contains(&&*name) || name == MAPPED || FLAT.iter().any(|f| f.eq_ignore_ascii_case(&name));
    !known && !is_not_a_body(a)
}

/// A known type for odd representations of shapes that have nothing else to show.
fn typed_by_items(step: Step<'_>, schema: &Schema, odd: &FxHashSet<u32>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut done: FxHashSet<u32> = FxHashSet::default();
    let shapes = ["IFCPRODUCTDEFINITIONSHAPE", "IFCPRODUCTREPRESENTATION"];
    for row in shapes.into_iter().flat_map(|keyword| step.scan.rows(keyword)) {
        let Some(shape) = step.attributes(row) else { continue };
        let all = shape.references(2);
        if !all.iter().any(|id| odd.contains(id)) {
            continue;
        }
        let bodies = |id: &&u32| {
            let a = step.instance(**id, &["IFCSHAPEREPRESENTATION"]);
            a.is_some_and(|a| {
                let is_flat = a.text(2).is_some_and(|n| FLAT.iter().any(|f| f.eq_ignore_ascii_case(&n)));
                let mut items = a.references(3).into_iter();
                !is_flat && !is_not_a_body(&a) && items.any(|item| has_extent(step, schema, item))
            })
        };
        let bodies: Vec<u32> = all.iter().filter(bodies).copied().collect();
        if !bodies.iter().all(|id| odd.contains(id)) {
            continue;
        }
        for id in bodies.into_iter().filter(|id| done.insert(*id)) {
            let Some(a) = step.instance(id, &["IFCSHAPEREPRESENTATION"]) else { continue };
            let mapped = a.references(3).iter().all(|&item| step.keyword(item) == "IFCMAPPEDITEM");
            let name = if mapped { MAPPED } else { "SolidModel" };
            edits.extend(place(step, a.raw(2)).map(|(s, e)| (s, e, format!("'{name}'").into_bytes())));
        }
    }
    edits
}
