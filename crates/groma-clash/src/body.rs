//! A mesh made ready for clash tests, once for all its instances.

use crate::convex::Convex;
use glam::{DAffine3, DMat3, DVec3};
use groma_geometry::{Mesh, TriangleTree, measure, triangle, weld};

/// A closed mesh thinner than this on average (volume by area, in metres) bounds no solid: a sheet drawn
/// from both sides.
const SHEET: f64 = 1e-6;

const AXES: usize = 4;

/// A mesh with its tree and what is known of it. A solid is wound outward.
pub(crate) struct Body {
    /// The triangles.
    pub(crate) tree: TriangleTree,
    /// The corners of each triangle of the tree as indices into the points.
    pub(crate) corners: Vec<[u32; 3]>,
    /// The distinct points.
    pub(crate) points: Vec<DVec3>,
    /// Closed, consistently wound and with volume; all else is a surface.
    pub(crate) solid: bool,
    /// The normals of the largest faces, where a gap to a neighbour is looked for first.
    pub(crate) axes: Vec<DVec3>,
    /// Set for a convex solid.
    pub(crate) convex: Option<Convex>,
    /// A point is not finite or a triangle names no point: part of the mesh is lost.
    pub(crate) broken: bool,
}

impl Body {
    /// Makes a mesh ready after mapping it by `linear`.
    pub(crate) fn new(mesh: &Mesh, linear: &DMat3) -> Self {
        let mapped: Vec<DVec3> = mesh.positions.iter().map(|&p| *linear * p).collect();
        let (points, index) = weld::weld(&mapped);
        let known = |t: &[u32; 3]| t.iter().all(|&i| (i as usize) < index.len());
        let mut triangles: Vec<[u32; 3]> = mesh
            .triangles
            .iter()
            .filter(|t| known(t))
            .map(|t| t.map(|i| index[i as usize]))
            .filter(|[a, b, c]| a != b && b != c && c != a)
            .collect();
        let finite = points.iter().all(|p| p.is_finite());
        let broken = !finite || !mesh.triangles.iter().all(known);
        let identity: Vec<u32> = (0..points.len() as u32).collect();
        let closed = !broken && measure::is_closed(&identity, &triangles);
        let mut welded = Mesh { positions: points, triangles: Vec::new() };
        std::mem::swap(&mut welded.triangles, &mut triangles);
        let volume = if closed { welded.volume() } else { 0.0 };
        let solid = closed && volume.abs() > SHEET * welded.area();
        if solid && volume < 0.0 {
            welded.flip();
        }
        welded.triangles = with_area(&welded);
        let convex = if solid { Convex::of(&welded) } else { None };
        let tree = TriangleTree::new(&welded);
        let axes = main_axes(&tree);
        Self { tree, corners: welded.triangles, points: welded.positions, solid, axes, convex, broken }
    }
}

/// The normals with the most area behind them, at most [`AXES`], opposite ones taken as one.
fn main_axes(tree: &TriangleTree) -> Vec<DVec3> {
    let mut axes: Vec<(f64, DVec3)> = Vec::new();
    for (t, n) in tree.triangles().iter().zip(tree.normals()) {
        let area = triangle::area_vector(t).length();
        if let Some(known) = axes.iter_mut().find(|a| a.1.dot(*n).abs() > 1.0 - 1e-9) {
            known.0 += area;
        } else if axes.len() < 4 * AXES {
            // Curved things have too many normals for any of them to matter.
            axes.push((area, *n));
        }
    }
    axes.sort_by(|x, y| y.0.total_cmp(&x.0));
    axes.truncate(AXES);
    axes.into_iter().map(|a| a.1).collect()
}

/// The triangles that a tree keeps.
fn with_area(mesh: &Mesh) -> Vec<[u32; 3]> {
    let kept = |i: &usize| triangle::unit_normal(&mesh.triangle(*i)).is_some();
    (0..mesh.triangles.len()).filter(kept).map(|i| mesh.triangles[i]).collect()
}

/// One placed body of an element. The placement keeps lengths and handedness.
pub(crate) struct Part<'a> {
    /// The body.
    pub(crate) body: &'a Body,
    /// From the body's coordinates to the frame.
    pub(crate) placement: DAffine3,
    /// Back again.
    pub(crate) inverse: DAffine3,
}
