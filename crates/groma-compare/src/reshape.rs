//! What of a shape changed.

use crate::fingerprint::Fingerprint;
use crate::points::{Body, Outline};
use crate::{LENGTH_NOISE, Motion, Revision};
use glam::DVec3;
use groma_geometry::Mesh;
use groma_model::ElementId;

/// The measures of a shape.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measure {
    /// Lower corner of its box, in common coordinates.
    pub min: DVec3,
    /// Upper corner of its box.
    pub max: DVec3,
    /// The volume in m³; `None` for a surface that bounds no solid.
    pub volume: Option<f64>,
    /// The area in m².
    pub area: f64,
    /// How many triangles.
    pub triangles: usize,
}

/// A shape that changed, came or went.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reshape {
    /// What it was; `None` where there was no shape.
    pub old: Option<Measure>,
    /// What it is; `None` where there is none any more.
    pub new: Option<Measure>,
}

/// The measures of an element's shape.
pub(crate) fn measure(revision: &Revision<'_>, id: ElementId, print: &Fingerprint) -> Measure {
    let mut instances = revision.shapes.of(id).iter();
    let closed = instances.all(|i| Mesh::is_closed(&revision.shapes.meshes[i.mesh as usize]));
    Measure {
        min: print.min,
        max: print.max,
        volume: closed.then_some(print.volume.abs()),
        area: print.area,
        triangles: print.triangles,
    }
}

/// By how much an element moved whose shape changed as well: the one vector that brings at least half of its
/// corners to points. `None` where there is none, or where as many only moved with the whole by `shift`.
pub(crate) fn motion_of_most(old: &Body, new: &Body, shift: DVec3) -> Option<Motion> {
    /// Shapes of more corners than this hold too many pairs to look at.
    const MOST: usize = 48;
    let (o, n): (Outline, Outline) = (old.outline(), new.outline());
    if o.corners.len() > MOST || n.corners.len() > MOST {
        return None;
    }
    let votes = |shift: DVec3| o.corners.iter().filter(|&&p| n.has(p + shift)).count();
    let least = o.corners.len().min(n.corners.len());
    // More corners than stay must agree, and more than half.
    let mut best = (votes(shift).max(least / 2), shift);
    for &p in &o.corners {
        for &q in &n.corners {
            let found = votes(q - p);
            if found > best.0 {
                best = (found, q - p);
            }
        }
    }
    ((best.1 - shift).length() > 2.0 * LENGTH_NOISE).then_some(Motion { vector: best.1, turn: None })
}
