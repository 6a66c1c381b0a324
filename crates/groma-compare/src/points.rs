//! The points of an element, the corners among them, and whether two sets of points are one.

use crate::Revision;
use glam::{DAffine3, DVec3};
use groma_geometry::weld::weld;
use groma_model::ElementId;
use rustc_hash::FxHashMap;

/// The surface of an element in common coordinates.
pub(crate) struct Body {
    /// Points of all its instances.
    pub(crate) points: Vec<DVec3>,
    /// Three indices for each triangle.
    pub(crate) triangles: Vec<[u32; 3]>,
}

impl Body {
    pub(crate) fn of(revision: &Revision<'_>, id: ElementId) -> Self {
        let mut body = Self { points: Vec::new(), triangles: Vec::new() };
        for instance in revision.shapes.of(id) {
            let placement = revision.placement * instance.placement;
            let mesh = &revision.shapes.meshes[instance.mesh as usize];
            let base = body.points.len() as u32;
            body.points.extend(mesh.positions.iter().map(|&p| placement.transform_point3(p)));
            body.triangles.extend(mesh.triangles.iter().map(|t| t.map(|i| base + i)));
        }
        body
    }

    /// The points, welded.
    pub(crate) fn outline(&self) -> Outline {
        let (points, welded) = weld(&self.points);
        let mut normals: Vec<Normals> = vec![Normals::default(); points.len()];
        for t in &self.triangles {
            let corner = t.map(|i| welded[i as usize]);
            let [a, b, c] = corner.map(|i| points[i as usize]);
            let normal = (b - a).cross(c - a);
            let longest = (b - a).length().max((c - b).length()).max((a - c).length());
            // The normal of a sliver is noise.
            if normal.length() <= longest * crate::LENGTH_NOISE {
                continue;
            }
            let normal = normal.normalize();
            corner.into_iter().for_each(|i| normals[i as usize].add(normal));
        }
        let mut corners: Vec<DVec3> =
            points.iter().zip(&normals).filter(|(_, normals)| normals.rank == 3).map(|(p, _)| *p).collect();
        // A sheet has no corners in this sense.
        if corners.len() < 3 {
            corners.clone_from(&points);
        }
        corners.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)).then(a.z.total_cmp(&b.z)));
        Outline { cells: Cells::of(points), corners }
    }
}

/// The directions of faces around a point, as far as they are independent.
#[derive(Clone, Copy, Default)]
struct Normals {
    rank: u8,
    first: DVec3,
    /// Across the first two.
    across: DVec3,
}

impl Normals {
    /// The sine of the angle from which on directions differ.
    const SINE: f64 = 0.01;

    fn add(&mut self, normal: DVec3) {
        match self.rank {
            0 => (self.rank, self.first) = (1, normal),
            1 => {
                let across = self.first.cross(normal);
                if across.length() > Self::SINE {
                    (self.rank, self.across) = (2, across.normalize());
                }
            }
            2 if self.across.dot(normal).abs() > Self::SINE => self.rank = 3,
            _ => {}
        }
    }
}

/// The welded points of a body, and the corners: where faces of three directions meet. A triangulation
/// may add points on faces and edges, but no corner.
pub(crate) struct Outline {
    cells: Cells,
    /// Sorted by coordinates.
    pub(crate) corners: Vec<DVec3>,
}

impl Outline {
    /// True when the motion brings the corners of this outline to points of the other, and the corners of
    /// the other lie where it brings points of this one.
    pub(crate) fn becomes(&self, other: &Self, motion: &DAffine3) -> bool {
        let back = motion.inverse();
        self.corners.iter().all(|&p| other.has(motion.transform_point3(p)))
            && other.corners.iter().all(|&p| self.has(back.transform_point3(p)))
    }

    /// True when a point lies within twice the noise of this one.
    pub(crate) fn has(&self, point: DVec3) -> bool {
        self.cells.near(point, 2.0 * crate::LENGTH_NOISE)
    }
}

/// Points by the cell of space that they lie in.
struct Cells {
    points: Vec<DVec3>,
    first: FxHashMap<[i64; 3], u32>,
    next: Vec<u32>,
}

const CELL: f64 = 0.01;
const NONE: u32 = u32::MAX;

impl Cells {
    fn of(points: Vec<DVec3>) -> Self {
        let mut first = FxHashMap::default();
        let next =
            (0u32..).zip(&points).map(|(i, &p)| first.insert(Self::cell(p), i).unwrap_or(NONE)).collect();
        Self { points, first, next }
    }

    fn cell(p: DVec3) -> [i64; 3] {
        (p / CELL).floor().to_array().map(|x| x as i64)
    }

    fn near(&self, point: DVec3, reach: f64) -> bool {
        let (lo, hi) = (Self::cell(point - reach), Self::cell(point + reach));
        // A cell is larger than the reach: there are two along each axis at most.
        let near = |at: u32| self.points[at as usize].distance_squared(point) <= reach * reach;
        (0..8).any(|k| {
            let pick = |axis: usize| if k >> axis & 1 == 0 { lo[axis] } else { hi[axis] };
            let mut at = self.first.get(&[pick(0), pick(1), pick(2)]).copied().unwrap_or(NONE);
            while at != NONE {
                if near(at) {
                    return true;
                }
                at = self.next[at as usize];
            }
            false
        })
    }
}
