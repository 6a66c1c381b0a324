//! A mesh made ready for clash tests, once for all its instances.

use crate::convex::Convex;
use crate::pieces::Pieces;
use crate::separate::{Runs, extent};
use glam::{DAffine3, DMat3, DVec3};
use groma_geometry::{Aabb, FacetTree, Mesh, measure, triangle, weld};
use std::sync::OnceLock;

/// A closed mesh thinner than this on average (volume by area, in metres) bounds no solid: a sheet drawn
/// from both sides.
const SHEET: f64 = 1e-6;

/// How many normals are kept.
pub(crate) const AXES: usize = 4;

/// The mesh of one or more instances, welded and judged; its body is made when a pair first needs it.
pub(crate) struct Source {
    /// Distinct points, triangles with area; a solid is wound outward.
    pub(crate) mesh: Mesh,
    /// The points that triangles have.
    pub(crate) points: Vec<DVec3>,
    /// Their box.
    pub(crate) bounds: Aabb,
    /// The lower and the upper corner of the box, not rounded.
    pub(crate) corners: (DVec3, DVec3),
    /// Closed, consistently wound and with volume; all else is a surface.
    pub(crate) solid: bool,
    /// A point is not finite or a triangle names no point: part of the mesh is lost.
    pub(crate) broken: bool,
    body: OnceLock<Body>,
}

/// A mesh with its tree and what is known of it.
pub(crate) struct Body {
    /// The faces.
    pub(crate) tree: FacetTree,
    /// The corners of each, as indices of points; the last of a triangle counts twice.
    pub(crate) corners: Vec<[u32; 4]>,
    /// How many points there are.
    pub(crate) points: usize,
    /// See [`Source::solid`].
    pub(crate) solid: bool,
    /// The normals of the largest faces, where a gap to a neighbour is looked for first, each with the
    /// least and greatest coordinate along it.
    pub(crate) axes: Vec<(DVec3, f64, f64)>,
    /// The points of the mesh in runs.
    pub(crate) runs: Runs,
    /// No ball within is thicker than this, in metres: the least extent along a main axis or one of the
    /// coordinates.
    pub(crate) thickness: f64,
    /// Set for a solid that is convex, or falls into few convex ones.
    pub(crate) pieces: Option<Pieces>,
}

impl Source {
    /// Welds and judges a mesh after mapping it by `linear`.
    pub(crate) fn new(mesh: &Mesh, linear: &DMat3) -> Self {
        let mapped: Vec<DVec3> = mesh.positions.iter().map(|&p| *linear * p).collect();
        let (positions, index) = weld::weld(&mapped);
        let known = |t: &&[u32; 3]| t.iter().all(|&i| (i as usize) < index.len());
        let triangles: Vec<[u32; 3]> = mesh
            .triangles
            .iter()
            .filter(known)
            .map(|t| t.map(|i| index[i as usize]))
            .filter(|[a, b, c]| a != b && b != c && c != a)
            .collect();
        let broken = !positions.iter().all(|p| p.is_finite()) || !mesh.triangles.iter().all(|t| known(&t));
        let identity: Vec<u32> = (0..positions.len() as u32).collect();
        let closed = !broken && measure::is_closed(&positions, &identity, &triangles);
        let mut mesh = Mesh { positions, triangles };
        let volume = if closed { mesh.volume() } else { 0.0 };
        // Twice the areas; what has none is left out, as the tree does.
        let areas: Vec<f64> =
            (0..mesh.triangles.len()).map(|i| triangle::area_vector(&mesh.triangle(i)).length()).collect();
        let solid = closed && volume.abs() > SHEET * areas.iter().sum::<f64>() * 0.5;
        if solid && volume < 0.0 {
            mesh.flip();
        }
        let mut area = areas.iter();
        mesh.triangles.retain(|_| area.next().is_some_and(|a| triangle::has_area(*a)));
        let mut used = vec![false; mesh.positions.len()];
        mesh.triangles.iter().flatten().for_each(|&i| used[i as usize] = true);
        let points: Vec<DVec3> =
            mesh.positions.iter().zip(used).filter(|(_, used)| *used).map(|(p, _)| *p).collect();
        let first = points.first().copied().unwrap_or_default();
        let corners = points.iter().fold((first, first), |(lo, hi), &p| (lo.min(p), hi.max(p)));
        let bounds = Aabb::of(points.iter().copied());
        Self { mesh, points, bounds, corners, solid, broken, body: OnceLock::new() }
    }

    /// The body, made on the first call.
    pub(crate) fn body(&self) -> &Body {
        self.body.get_or_init(|| {
            let (tree, corners) = FacetTree::with_corners(&self.mesh);
            let axes = main_axes(&tree, &self.points);
            let of_box = (self.corners.1 - self.corners.0).min_element();
            let pieces = if self.solid { Pieces::of(&self.mesh) } else { None };
            Body {
                thickness: axes.iter().fold(of_box, |least, (_, low, high)| least.min(high - low)),
                axes,
                runs: Runs::of(&self.points),
                tree,
                corners,
                points: self.mesh.positions.len(),
                solid: self.solid,
                pieces,
            }
        })
    }
}

impl Body {
    /// The solid, if it is convex.
    pub(crate) fn convex(&self) -> Option<&Convex> {
        self.pieces.as_ref().and_then(Pieces::whole)
    }
}

/// The normals with the most area behind them, at most [`AXES`], opposite ones taken as one.
fn main_axes(tree: &FacetTree, points: &[DVec3]) -> Vec<(DVec3, f64, f64)> {
    let mut axes: Vec<(f64, DVec3)> = Vec::with_capacity(4 * AXES);
    for face in tree.faces() {
        let n = face.normal;
        let known = axes.iter().position(|a| a.1.dot(n).abs() > 1.0 - 1e-9);
        // Curved things have too many normals for any of them to matter.
        if known.is_none() && axes.len() == 4 * AXES {
            continue;
        }
        let area = face.area();
        match known {
            Some(known) => axes[known].0 += area,
            None => axes.push((area, n)),
        }
    }
    axes.sort_by(|x, y| y.0.total_cmp(&x.0));
    axes.truncate(AXES);
    let measured = |(_, axis): (f64, DVec3)| {
        let (low, high) = extent(points, axis);
        (axis, low, high)
    };
    axes.into_iter().map(measured).collect()
}

/// One placed mesh of an element. The placement keeps lengths and handedness.
pub(crate) struct Part<'a> {
    /// The mesh.
    pub(crate) source: &'a Source,
    /// From the mesh's coordinates to the frame.
    pub(crate) placement: DAffine3,
    /// Back again.
    pub(crate) inverse: DAffine3,
}
