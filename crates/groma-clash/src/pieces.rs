//! Solids as convex pieces.
//!
//! What most elements are made of (extruded profiles, walls with openings, brackets) falls into a few convex pieces
//! when it is cut along the planes of its faces. Two solids of which no two pieces share volume share none, and the
//! distance of two solids is the least of their pieces'. How an element is cut depends on the order of its triangles,
//! so nothing else is told by pieces: neither depth nor kind.

use crate::carve::carve;
use crate::convex::{self, Convex};
use crate::convex_distance::{self, Hull};
use crate::patches::Patches;
use crate::penetrate::MEET;
use glam::{DAffine3, DMat3, DVec3};
use groma_geometry::{Aabb, Bvh, FacetTree, MET, Mesh, Nearest};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// More triangles than this are not cut: most of them are curved.
const MOST_TRIANGLES: usize = 320;
/// More pieces than this are slower than the surface.
pub(crate) const MOST_PIECES: usize = 48;
/// A piece that is thinner, in metres, tells more of rounding than of the solid.
const THIN: f64 = 1e-4;
/// What touches by faces shares a little volume by rounding: the part of a tolerance that all pieces together may.
const SHARE: f64 = 0.25;

/// A solid's convex pieces, which share no volume. A convex one is its own.
pub(crate) struct Pieces {
    pub(crate) convex: Vec<Convex>,
    /// The lower and the upper corner of each.
    boxes: Vec<(DVec3, DVec3)>,
    /// A tree over the boxes.
    tree: Bvh,
    /// How far what was taken to lie in a plane lies off it, at most, in metres: so far the pieces may be off the
    /// surface.
    pub(crate) uneven: f64,
    /// The solid is convex, and not cut.
    whole: bool,
}

impl Pieces {
    /// The pieces of a solid, if they are few; its mesh is closed and wound outward.
    pub(crate) fn of(mesh: &Mesh) -> Option<Self> {
        if let Some(convex) = Convex::of(mesh) {
            let (uneven, span) = (convex.dent(), convex.span());
            return Some(Self {
                convex: vec![convex],
                boxes: vec![span],
                tree: tree_of(&[span]),
                uneven,
                whole: true,
            });
        }
        if mesh.triangles.len() > MOST_TRIANGLES {
            return None;
        }
        let mut this =
            Self { convex: Vec::new(), boxes: Vec::new(), tree: Bvh::default(), uneven: 0.0, whole: false };
        let shells = shells(mesh);
        if shells.len() > 1 && shells.iter().all(|shell| shell.volume() > 0.0) {
            // They may overlap; the pieces then do so, too.
            for shell in &shells {
                match Convex::of(shell) {
                    Some(convex) => {
                        this.uneven = this.uneven.max(convex.dent());
                        this.push(convex)?;
                    }
                    None => this.cut(shell)?,
                }
            }
        } else {
            this.cut(mesh)?;
        }
        this.tree = tree_of(&this.boxes);
        Some(this)
    }

    fn push(&mut self, convex: Convex) -> Option<()> {
        if convex.thickness() < THIN || self.convex.len() == MOST_PIECES {
            return None;
        }
        self.boxes.push(convex.span());
        self.convex.push(convex);
        Some(())
    }

    /// Adds the pieces of a solid whose surface does not meet itself.
    fn cut(&mut self, mesh: &Mesh) -> Option<()> {
        let (cells, uneven) = carve(mesh)?;
        self.uneven = self.uneven.max(uneven);
        cells.iter().try_for_each(|cell| self.push(Convex::of(cell)?))
    }

    /// The solid, if it is convex.
    pub(crate) fn whole(&self) -> Option<&Convex> {
        self.convex.first().filter(|_| self.whole)
    }
    /// True where no piece of this solid shares volume with one of the other, but for what is far less than the
    /// tolerance: things of a body's thickness whose common volume lies in slabs of so little width have no point and
    /// no ball of the tolerance's size in common (Bang 1951).
    pub(crate) fn is_apart(&self, other: &Self, other_to_self: &DAffine3, tolerance: f64) -> bool {
        let most = tolerance * SHARE;
        let each = (tolerance / 256.0).min(MEET);
        let mut shared = 0.0;
        for (y, of_y) in other.convex.iter().zip(&other.boxes) {
            let (low, high) = placed(*of_y, other_to_self);
            for (x, of_x) in self.convex.iter().zip(&self.boxes) {
                let overlap = (of_x.1 - low).min(high - of_x.0).min_element();
                if overlap <= 0.0 {
                    continue;
                }
                if overlap > each && convex::depth(x, y, other_to_self, each).is_some() {
                    return false;
                }
                shared += overlap.min(each);
                if shared > most {
                    return false;
                }
            }
        }
        true
    }

    /// The least distance of two solids, if it is below `reach`, in the coordinates of the first; an error where
    /// rounding hinders an answer.
    pub(crate) fn distance(
        &self,
        other: &Self,
        other_to_self: &DAffine3,
        reach: f64,
    ) -> Result<Option<Nearest>, ()> {
        if let (Some(x), Some(y)) = (self.whole(), other.whole()) {
            return convex_distance::distance(Hull::of(x), Hull::of(y), other_to_self, reach);
        }
        let mut near: SmallVec<[(f64, u32, u32); 32]> = SmallVec::new();
        for (j, of_y) in other.boxes.iter().enumerate() {
            let (low, high) = placed(*of_y, other_to_self);
            for (i, of_x) in self.boxes.iter().enumerate() {
                let square = (of_x.0 - high).max(low - of_x.1).max(DVec3::ZERO).length_squared();
                if square < reach * reach {
                    near.push((square, i as u32, j as u32));
                }
            }
        }
        near.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        let mut best: Option<Nearest> = None;
        let mut reach = reach;
        for (square, i, j) in near {
            if square >= reach * reach {
                break;
            }
            let (x, y) = (&self.convex[i as usize], &other.convex[j as usize]);
            if let Some(found) = convex_distance::distance(Hull::of(x), Hull::of(y), other_to_self, reach)? {
                reach = found.distance - MET;
                best = Some(found);
                if reach <= 0.0 {
                    break;
                }
            }
        }
        Ok(best)
    }

    /// [`Self::distance`] of a solid and a surface.
    pub(crate) fn distance_to_surface(
        &self,
        surface: &FacetTree,
        surface_to_self: &DAffine3,
        reach: f64,
    ) -> Result<Option<Nearest>, ()> {
        let mut best: Result<Option<Nearest>, ()> = Ok(None);
        let mut reach = reach;
        self.tree.pairs_within(surface.tree(), surface_to_self, reach, |i, j| {
            let piece = &self.convex[i as usize];
            let face = surface.faces()[j as usize].moved(surface_to_self);
            let points = &face.corners()[..face.sides()];
            if piece.is_clear_of(points, reach) {
                return ControlFlow::Continue(reach);
            }
            let flat = Hull { points, middle: face.middle() };
            match convex_distance::distance(Hull::of(piece), flat, &DAffine3::IDENTITY, reach) {
                Ok(None) => {}
                Ok(Some(found)) => {
                    reach = found.distance - MET;
                    best = Ok(Some(found));
                    if reach <= 0.0 {
                        return ControlFlow::Break(());
                    }
                }
                Err(()) => {
                    best = Err(());
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(reach)
        });
        best
    }
}

/// The parts of a mesh that have no point in common.
fn shells(mesh: &Mesh) -> Vec<Mesh> {
    let mut patches = Patches::new(mesh.positions.len());
    for t in &mesh.triangles {
        patches.join(t[0], t[1]);
        patches.join(t[0], t[2]);
    }
    let mut shells: Vec<(u32, Mesh)> = Vec::new();
    for &t in &mesh.triangles {
        let first = patches.find(t[0]);
        let at = shells.iter().position(|s| s.0 == first).unwrap_or_else(|| {
            shells.push((first, Mesh { positions: mesh.positions.clone(), triangles: Vec::new() }));
            shells.len() - 1
        });
        shells[at].1.triangles.push(t);
    }
    shells.into_iter().map(|s| s.1).collect()
}

/// A tree over boxes.
fn tree_of(boxes: &[(DVec3, DVec3)]) -> Bvh {
    let boxes: Vec<Aabb> = boxes.iter().map(|(low, high)| Aabb::of([*low, *high])).collect();
    Bvh::build(&boxes)
}

/// How a box lies along the axes of another's coordinates.
fn placed((low, high): (DVec3, DVec3), by: &DAffine3) -> (DVec3, DVec3) {
    if by.matrix3 == DMat3::IDENTITY {
        return (low + by.translation, high + by.translation);
    }
    let (middle, half) = (by.transform_point3((low + high) * 0.5), (high - low) * 0.5);
    let m = by.matrix3;
    let half = m.x_axis.abs() * half.x + m.y_axis.abs() * half.y + m.z_axis.abs() * half.z;
    (middle - half, middle + half)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An L of 3 by 2 by 1.
    fn angle() -> Mesh {
        let outline = [(0.0, 0.0), (3.0, 0.0), (3.0, 1.0), (1.0, 1.0), (1.0, 2.0), (0.0, 2.0)];
        let positions = [0.0, 1.0].iter().flat_map(|&z| outline.map(|(x, y)| DVec3::new(x, y, z))).collect();
        let lid: [[u32; 3]; 4] = [[0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 5]];
        let mut triangles: Vec<[u32; 3]> = lid.iter().map(|t| t.map(|i| i + 6)).collect();
        triangles.extend(lid.map(|[a, b, c]| [a, c, b]));
        triangles.extend((0..6).flat_map(|k| {
            let next = (k + 1) % 6;
            [[k, next, next + 6], [k, next + 6, k + 6]]
        }));
        Mesh { positions, triangles }
    }

    #[test]
    fn an_angle_is_two_pieces() {
        let mesh = angle();
        assert!(mesh.is_closed() && (mesh.volume() - 4.0).abs() < 1e-12);
        let pieces = Pieces::of(&mesh).unwrap();
        assert_eq!(pieces.convex.len(), 2);
    }

    #[test]
    fn interlocking_angles_are_apart_until_they_are_not() {
        let pieces = Pieces::of(&angle()).unwrap();
        let turn = DMat3::from_rotation_z(std::f64::consts::PI);
        let at = |x: f64, y: f64| DAffine3::from_mat3_translation(turn, DVec3::new(x, y, 0.0));
        // The one's tooth in the other's corner.
        assert!(pieces.is_apart(&pieces, &at(3.9, 3.0), 0.002));
        assert!(!pieces.is_apart(&pieces, &at(3.9, 2.99), 0.002));
        let near = pieces.distance(&pieces, &at(3.9, 3.02), 0.05).unwrap().unwrap();
        assert!((near.distance - 0.02).abs() < 1e-12, "{near:?}");
        assert!(pieces.distance(&pieces, &at(3.9, 3.06), 0.05).unwrap().is_none());
    }

    fn with(mut mesh: Mesh, other: Mesh) -> Mesh {
        let n = mesh.positions.len() as u32;
        mesh.positions.extend(other.positions);
        mesh.triangles.extend(other.triangles.iter().map(|t| t.map(|i| i + n)));
        mesh
    }

    #[test]
    fn shells_are_pieces_though_they_overlap() {
        let other = Mesh::cuboid(DVec3::splat(0.5), DVec3::splat(2.0));
        let pieces = Pieces::of(&with(Mesh::cuboid(DVec3::ZERO, DVec3::ONE), other)).unwrap();
        assert_eq!(pieces.convex.len(), 2);
    }

    #[test]
    fn what_stands_in_a_cavity_is_apart() {
        let mut cavity = Mesh::cuboid(DVec3::ONE, DVec3::splat(2.0));
        cavity.flip();
        let hollow = Pieces::of(&with(Mesh::cuboid(DVec3::ZERO, DVec3::splat(3.0)), cavity)).unwrap();
        let angle = Pieces::of(&angle()).unwrap();
        let at = |x: f64| DAffine3::from_translation(DVec3::splat(x));
        // The angle is too large for the cavity; the hollow solid's own pieces fill all but it.
        assert!(!hollow.is_apart(&angle, &at(1.1), 0.002));
        let tooth = Pieces::of(&with(
            Mesh::cuboid(DVec3::splat(1.1), DVec3::splat(1.4)),
            Mesh::cuboid(DVec3::splat(1.6), DVec3::splat(2.0)),
        ))
        .unwrap();
        assert!(hollow.is_apart(&tooth, &at(0.0), 0.002));
        assert!(!hollow.is_apart(&tooth, &at(0.01), 0.002));
    }
}
