//! Points, directions and placements as the file writes them, in metres.

use super::alignment::Alignment;
use super::region::Region;
use crate::attributes::{Attributes, Step, list, real};
use crate::scan::Row;
use glam::{DAffine2, DAffine3, DMat2, DMat3, DVec2, DVec3};
use ifc_lite_core::parser::{parse_ref, parse_step_real};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock};

/// The file, its units, and the placements worked out so far.
pub(crate) struct Reading<'a> {
    pub(crate) step: Step<'a>,
    /// Metres per unit of length.
    pub(crate) length: f64,
    /// Radians per unit of angle.
    pub(crate) angle: f64,
    /// The placements in file order, and where each leads once that is known.
    placement_rows: Vec<Row>,
    placements: Vec<OnceLock<Option<DAffine3>>>,
    /// The alignments read so far; `None` for those that are the kernel's.
    pub(super) alignments: Mutex<FxHashMap<u32, Option<Arc<Alignment>>>>,
    /// Profiles of many points, with their triangles; `None` for those that have none.
    pub(super) large_profiles: Mutex<FxHashMap<u32, Option<Arc<Capped>>>>,
}

/// A region and its triangles.
pub(super) type Capped = (Region, Vec<[u32; 3]>);

impl<'a> Reading<'a> {
    pub(crate) fn new(step: Step<'a>, length: f64, angle: f64) -> Self {
        let rows = |keyword| step.scan.rows(keyword);
        let mut placement_rows: Vec<Row> =
            rows("IFCLOCALPLACEMENT").chain(rows("IFCLINEARPLACEMENT")).collect();
        placement_rows.sort_unstable();
        let placements = placement_rows.iter().map(|_| OnceLock::new()).collect();
        Self {
            step,
            length,
            angle,
            placement_rows,
            placements,
            alignments: Mutex::default(),
            large_profiles: Mutex::default(),
        }
    }

    /// The attributes of an instance.
    pub(crate) fn attributes(&self, id: u32) -> Option<Attributes<'a>> {
        self.step.record(id)
    }

    /// The text of an instance's attributes, from the bracket that opens them.
    fn attribute_text(&self, id: u32) -> Option<&'a [u8]> {
        let (start, end) = self.step.scan.span(self.step.scan.row(id)?);
        let record = self.step.bytes.get(start..end)?;
        Some(&record[record.iter().position(|&b| b == b'(')?..])
    }

    /// The coordinates of an `IfcCartesianPoint` in the file's unit; missing ones are zero.
    fn coordinates(&self, id: u32) -> Option<DVec3> {
        if let Some(p) = self.attribute_text(id).and_then(triple) {
            return Some(p);
        }
        let a = self.step.instance(id, &["IFCCARTESIANPOINT"])?;
        let mut p = DVec3::ZERO;
        let mut count = 0;
        for (k, item) in list(a.raw(0))?.enumerate().take(3) {
            p[k] = real(item)?;
            count = k + 1;
        }
        (count >= 2).then_some(p)
    }

    /// A point, in metres.
    pub(crate) fn point(&self, id: u32) -> Option<DVec3> {
        self.coordinates(id).map(|p| p * self.length)
    }

    /// The plane coordinates of a point, in metres.
    pub(crate) fn point2(&self, id: u32) -> Option<DVec2> {
        self.point(id).map(DVec3::truncate)
    }

    /// The references of the first attribute of an instance, which is a list.
    pub(crate) fn first_list(&self, id: u32) -> Option<Vec<u32>> {
        match self.attribute_text(id).and_then(plain_references) {
            Some(ids) => Some(ids),
            // One that is missing is no shorter list.
            None => list(self.attributes(id)?.raw(0))?.map(parse_ref).collect(),
        }
    }

    /// A direction of length one; `None` for one that points nowhere.
    pub(crate) fn direction(&self, id: u32) -> Option<DVec3> {
        let d = match self.attribute_text(id).and_then(triple) {
            Some(d) => d,
            None => {
                let a = self.step.instance(id, &["IFCDIRECTION"])?;
                let mut d = DVec3::ZERO;
                for (k, item) in list(a.raw(0))?.enumerate().take(3) {
                    d[k] = real(item)?;
                }
                d
            }
        };
        let length = d.length();
        (length.is_finite() && length > 1e-12).then(|| d / length)
    }

    /// A direction that may be left out.
    pub(super) fn optional_direction(&self, a: &Attributes<'_>, slot: usize) -> Option<Option<DVec3>> {
        match a.reference(slot) {
            Some(id) => self.direction(id).map(Some),
            None => (a.raw(slot) == b"$").then_some(None),
        }
    }

    /// An `IfcAxis2Placement3D` or `IfcAxis2Placement2D`, to metres.
    pub(crate) fn axes(&self, id: u32) -> Option<DAffine3> {
        let a = self.attributes(id)?;
        let origin = self.point(a.reference(0)?)?;
        match self.step.keyword(id) {
            "IFCAXIS2PLACEMENT3D" => {
                let z = self.optional_direction(&a, 1)?.unwrap_or(DVec3::Z);
                let x = self.optional_direction(&a, 2)?;
                Some(DAffine3 { matrix3: frame(z, x)?, translation: origin })
            }
            "IFCAXIS2PLACEMENT2D" => {
                let x = self.optional_direction(&a, 1)?.unwrap_or(DVec3::X);
                let x = DVec3::new(x.x, x.y, 0.0).try_normalize()?;
                let y = DVec3::new(-x.y, x.x, 0.0);
                Some(DAffine3 { matrix3: DMat3::from_cols(x, y, DVec3::Z), translation: origin.with_z(0.0) })
            }
            _ => None,
        }
    }

    /// An `IfcLocalPlacement` or `IfcLinearPlacement` with all that it is relative to, to metres; `None` where that is a cycle.
    pub(crate) fn placement(&self, id: u32) -> Option<DAffine3> {
        // Up to a placement that is known, or to one that is relative to nothing.
        let mut open: Vec<(usize, Option<DAffine3>)> = Vec::new();
        let mut next = Some(id);
        let mut known = Some(DAffine3::IDENTITY);
        while let Some(id) = next {
            let row = self.step.scan.row(id);
            let at = row.and_then(|row| self.placement_rows.binary_search(&row).ok());
            let slot = at.filter(|_| open.len() <= self.placements.len());
            let Some(slot) = slot else {
                known = None;
                break;
            };
            if let Some(found) = self.placements[slot].get() {
                known = *found;
                break;
            }
            let own = match self.step.keyword(id) {
                "IFCLINEARPLACEMENT" => self.linear(id),
                _ => self.local(id),
            };
            next = own.and_then(|(_, parent)| parent);
            open.push((slot, own.map(|(own, _)| own)));
        }
        // And down again. Another thread may have been first, with the same answer.
        for (slot, own) in open.into_iter().rev() {
            known = known.zip(own).map(|(parent, own)| parent * own);
            let _ = self.placements[slot].set(known);
        }
        known
    }

    /// An `IfcLocalPlacement` in the frame that it is relative to, and what that is.
    fn local(&self, id: u32) -> Option<(DAffine3, Option<u32>)> {
        let a = self.attributes(id)?;
        let parent = a.reference(0);
        (parent.is_some() || a.raw(0) == b"$").then_some((self.axes(a.reference(1)?)?, parent))
    }

    /// An `IfcCartesianTransformationOperator3D`, to metres; `None` for the flat ones.
    pub(crate) fn operator(&self, id: u32) -> Option<DAffine3> {
        let scales: [usize; 3] = match self.step.keyword(id) {
            "IFCCARTESIANTRANSFORMATIONOPERATOR3D" => [3, 3, 3],
            "IFCCARTESIANTRANSFORMATIONOPERATOR3DNONUNIFORM" => [3, 5, 6],
            _ => return None,
        };
        let a = self.attributes(id)?;
        let origin = self.point(a.reference(2)?)?;
        let z = self.optional_direction(&a, 4)?.unwrap_or(DVec3::Z);
        let x = self.optional_direction(&a, 0)?;
        let axes = frame(z, x)?;
        // The second axis decides only whether the operator mirrors.
        let second = self.optional_direction(&a, 1)?.unwrap_or(DVec3::Y);
        let across = axes.y_axis.dot(second);
        if across.abs() < 1e-6 {
            return None;
        }
        let y = if across < 0.0 { -axes.y_axis } else { axes.y_axis };
        let first = if a.raw(3) == b"$" { 1.0 } else { a.real(3)? };
        let scale = |slot: usize| if a.raw(slot) == b"$" { Some(first) } else { a.real(slot) };
        let scale = DVec3::new(first, scale(scales[1])?, scale(scales[2])?);
        if scale.abs().min_element() < 1e-9 {
            return None;
        }
        let matrix3 = DMat3::from_cols(axes.x_axis * scale.x, y * scale.y, axes.z_axis * scale.z);
        Some(DAffine3 { matrix3, translation: origin })
    }

    /// An `IfcCartesianTransformationOperator2D`, to metres.
    pub(super) fn operator2(&self, id: u32) -> Option<DAffine2> {
        let scales: [usize; 2] = match self.step.keyword(id) {
            "IFCCARTESIANTRANSFORMATIONOPERATOR2D" => [3, 3],
            "IFCCARTESIANTRANSFORMATIONOPERATOR2DNONUNIFORM" => [3, 4],
            _ => return None,
        };
        let a = self.attributes(id)?;
        let origin = self.point2(a.reference(2)?)?;
        let x = self.optional_direction(&a, 0)?.unwrap_or(DVec3::X).truncate().try_normalize()?;
        let second = self.optional_direction(&a, 1)?.map(DVec3::truncate);
        // The second axis decides only whether the operator mirrors.
        let y = if second.is_some_and(|y| y.dot(x.perp()) < 0.0) { -x.perp() } else { x.perp() };
        let first = if a.raw(3) == b"$" { 1.0 } else { a.real(3)? };
        let scale = if a.raw(scales[1]) == b"$" { first } else { a.real(scales[1])? };
        let matrix2 = DMat2::from_cols(x * first, y * scale);
        (first.abs().min(scale.abs()) > 1e-9).then_some(DAffine2 { matrix2, translation: origin })
    }

    /// A length attribute, in metres.
    pub(crate) fn length_of(&self, a: &Attributes<'_>, slot: usize) -> Option<f64> {
        Some(a.real(slot)? * self.length)
    }
}

/// Axes from a direction along Z and one near X.
pub(super) fn frame(z: DVec3, x: Option<DVec3>) -> Option<DMat3> {
    let x = match x {
        Some(x) => x,
        // The standard's default, unless Z lies along it.
        None if z.cross(DVec3::X).length_squared() > 1e-12 => DVec3::X,
        None => DVec3::Y,
    };
    let x = (x - z * x.dot(z)).try_normalize()?;
    (z.cross(x).length() > 0.999_999).then(|| DMat3::from_cols(x, z.cross(x), z))
}

/// Two or three numbers in `((x,y,z))`, without comments.
fn triple(body: &[u8]) -> Option<DVec3> {
    let inner = body.strip_prefix(b"((")?;
    let end = inner.iter().position(|&b| b == b')')?;
    let mut p = DVec3::ZERO;
    let mut count = 0;
    for number in inner[..end].split(|&b| b == b',') {
        if count == 3 {
            return None;
        }
        p[count] = parse_step_real(number).filter(|x| x.is_finite())?;
        count += 1;
    }
    (count >= 2).then_some(p)
}

/// The references in `((#1,#2,…))` or `((#1,#2,…),`, without comments.
fn plain_references(body: &[u8]) -> Option<Vec<u32>> {
    let inner = body.strip_prefix(b"((")?;
    let end = inner.iter().position(|&b| b == b')')?;
    inner[..end].split(|&b| b == b',').map(|item| parse_ref(item.trim_ascii())).collect()
}
