//! Solids cut into convex cells.

use crate::pieces::MOST_PIECES;
use glam::DVec3;
use groma_geometry::{Mesh, triangle};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// More planes than this are those of something curved.
const MOST_PLANES: usize = 48;
/// How many planes are weighed for each cut.
const MOST_TRIED: usize = 6;
/// Up to so many polygons are cut along any plane that has all others on one side.
const FEW: usize = 96;
/// Points as near to a plane as this lie in it, in metres.
const ON: f64 = 1e-6;

type Loop = SmallVec<[DVec3; 6]>;

/// A part of a face of the solid, and its plane.
struct Polygon {
    corners: Loop,
    plane: usize,
    /// Its outward normal is the opposite of the plane's.
    turned: bool,
}

/// A convex part of space: its faces, counter-clockwise seen from outside.
type Cell = Vec<Loop>;

/// Where the points of something lie: any below a plane, any above it.
#[derive(Clone, Copy, Default)]
struct Sides {
    below: bool,
    above: bool,
    /// How far those in the plane are off it.
    off: f64,
}

fn sides(points: &[DVec3], (normal, offset): (DVec3, f64)) -> Sides {
    points.iter().fold(Sides::default(), |sides, p| {
        let height = normal.dot(*p) - offset;
        let (below, above) = (height < -ON, height > ON);
        let off = if below || above { sides.off } else { sides.off.max(height.abs()) };
        Sides { below: sides.below | below, above: sides.above | above, off }
    })
}

/// The parts of a convex polygon below and above a plane; what is cut is cut from below to above, so that polygons
/// with a common side get the same point on it.
fn split(polygon: &[DVec3], (normal, offset): (DVec3, f64)) -> [Loop; 2] {
    let [mut below, mut above] = [Loop::new(), Loop::new()];
    let height = |p: DVec3| normal.dot(p) - offset;
    for (k, &p) in polygon.iter().enumerate() {
        let q = polygon[(k + 1) % polygon.len()];
        let (of_p, of_q) = (height(p), height(q));
        if of_p <= ON {
            below.push(p);
        }
        if of_p >= -ON {
            above.push(p);
        }
        if of_p.min(of_q) < -ON && of_p.max(of_q) > ON {
            let ((low, from), (high, to)) =
                if of_p < of_q { ((p, of_p), (q, of_q)) } else { ((q, of_q), (p, of_p)) };
            let at = low + (high - low) * (from / (from - to));
            below.push(at);
            above.push(at);
        }
    }
    [below, above]
}

/// The two cells into which a plane cuts one, the one below it first.
fn cut(cell: Cell, plane: (DVec3, f64), uneven: &mut f64) -> [Option<Cell>; 2] {
    let all = cell.iter().fold(Sides::default(), |all, face| {
        let these = sides(face, plane);
        Sides { below: all.below | these.below, above: all.above | these.above, off: all.off.max(these.off) }
    });
    *uneven = all.off.max(*uneven);
    match all {
        Sides { below: true, above: true, .. } => {}
        Sides { above: true, .. } => return [None, Some(cell)],
        Sides { .. } => return [Some(cell), None],
    }
    let [mut below, mut above] = [Cell::with_capacity(cell.len() + 1), Cell::with_capacity(cell.len() + 1)];
    let mut lid: SmallVec<[DVec3; 12]> = SmallVec::new();
    for face in &cell {
        let parts = split(face, plane);
        for p in &parts[0] {
            if (plane.0.dot(*p) - plane.1).abs() <= ON
                && !lid.iter().any(|q| q.distance_squared(*p) <= ON * ON)
            {
                lid.push(*p);
            }
        }
        for (part, cell) in parts.into_iter().zip([&mut below, &mut above]) {
            let in_plane = !part.iter().any(|p| (plane.0.dot(*p) - plane.1).abs() > ON);
            if part.len() >= 3 && !in_plane {
                cell.push(part);
            }
        }
    }
    // Around its middle, the lid's points are in order by the angle.
    let middle = lid.iter().sum::<DVec3>() / lid.len().max(1) as f64;
    let (u, v) = plane.0.any_orthonormal_pair();
    let angle = |p: &DVec3| (v.dot(*p - middle)).atan2(u.dot(*p - middle));
    lid.sort_by(|p, q| angle(p).total_cmp(&angle(q)));
    if lid.len() >= 3 {
        below.push(lid.iter().copied().collect());
        above.push(lid.iter().rev().copied().collect());
    }
    [Some(below), Some(above)]
}

/// Cuts a closed solid, wound outward, along the planes of its faces (Naylor, Amanatides and Thibault 1990): the convex
/// cells within it, and how far what was taken to lie in a plane lies off it, at most, in metres. `None` where they are
/// many, or the surface meets itself.
pub(crate) fn carve(mesh: &Mesh) -> Option<(Vec<Mesh>, f64)> {
    let mut planes: Vec<(DVec3, f64)> = Vec::new();
    let mut polygons = Vec::with_capacity(mesh.triangles.len());
    let (mut area, mut uneven) = (0.0, 0.0f64);
    for i in 0..mesh.triangles.len() {
        let corners = mesh.triangle(i);
        let across = triangle::area_vector(&corners);
        area += across.length() * 0.5;
        let normal = across.try_normalize()?;
        let off =
            |(n, d): &(DVec3, f64)| corners.iter().fold(0.0f64, |off, p| off.max((n.dot(*p) - d).abs()));
        let known = planes.iter().position(|p| p.0.dot(normal).abs() > 1.0 - 1e-9 && off(p) <= ON);
        let plane = known.unwrap_or_else(|| {
            planes.push((normal, normal.dot(corners[0])));
            planes.len() - 1
        });
        if plane == MOST_PLANES {
            return None;
        }
        uneven = uneven.max(off(&planes[plane]));
        let turned = planes[plane].0.dot(normal) < 0.0;
        polygons.push(Polygon { corners: Loop::from_slice(&corners), plane, turned });
    }
    let left = 6 * polygons.len();
    let mut carving = Carving { planes: &planes, polygons, found: Vec::new(), left, uneven };
    let points = || mesh.triangles.iter().flatten().map(|&i| mesh.positions[i as usize]);
    let low = points().fold(DVec3::INFINITY, DVec3::min);
    let high = points().fold(DVec3::NEG_INFINITY, DVec3::max);
    carving.carve(whole(low, high))?;
    let cells: Vec<Mesh> = carving.found.iter().map(mesh_of).collect();
    let volume: f64 = cells.iter().map(Mesh::volume).sum();
    // What winds twice around some of its inside, or is not closed but for the weld, has another volume.
    ((volume - mesh.volume()).abs() <= ON * area).then_some((cells, carving.uneven))
}

/// A box as a cell.
fn whole(low: DVec3, high: DVec3) -> Cell {
    let box_mesh = Mesh::cuboid(low, high);
    // Two triangles of a face stand one behind the other, with the diagonal between the first and the last corner.
    let face = |two: &[[u32; 3]]| -> Loop {
        [two[0][0], two[0][1], two[0][2], two[1][2]].iter().map(|&i| box_mesh.positions[i as usize]).collect()
    };
    box_mesh.triangles.chunks_exact(2).map(face).collect()
}

/// The surface of a cell.
fn mesh_of(cell: &Cell) -> Mesh {
    let mut mesh = Mesh::default();
    let mut index: FxHashMap<[u64; 3], u32> = FxHashMap::default();
    for face in cell {
        let corners: SmallVec<[u32; 8]> = face
            .iter()
            .map(|p| {
                *index.entry((*p + 0.0).to_array().map(f64::to_bits)).or_insert_with(|| {
                    mesh.positions.push(*p);
                    mesh.positions.len() as u32 - 1
                })
            })
            .collect();
        for k in 1..corners.len().max(2) - 1 {
            mesh.triangles.push([corners[0], corners[k], corners[k + 1]]);
            if !triangle::has_area(triangle::area_vector(&mesh.triangle(mesh.triangles.len() - 1)).length()) {
                mesh.triangles.pop();
            }
        }
    }
    mesh
}

/// The state of a cutting.
struct Carving<'a> {
    planes: &'a [(DVec3, f64)],
    /// The parts of faces that were made so far.
    polygons: Vec<Polygon>,
    /// The cells within the solid.
    found: Vec<Cell>,
    /// How many polygons may still be looked at, in fours.
    left: usize,
    uneven: f64,
}

impl Carving<'_> {
    /// Cuts a cell along the planes of all faces until none is left in any; `None` where that makes too much of it.
    fn carve(&mut self, cell: Cell) -> Option<()> {
        let mut open = vec![((0..self.polygons.len() as u32).collect::<Vec<u32>>(), cell)];
        while let Some((polygons, cell)) = open.pop() {
            self.left = self.left.checked_sub(polygons.len() / 4 + 1)?;
            let at = self.choose(&polygons)?;
            let plane = self.planes[at];
            let mut parts: [Vec<u32>; 2] = [Vec::new(), Vec::new()];
            let mut inside_below = None;
            for i in polygons {
                let polygon = &self.polygons[i as usize];
                if polygon.plane == at {
                    // Both orientations in one plane of one cell: the one tells of below, the other of above.
                    inside_below = inside_below.or(Some(!polygon.turned));
                    continue;
                }
                let these = sides(&polygon.corners, plane);
                self.uneven = self.uneven.max(these.off);
                match these {
                    Sides { below: true, above: true, .. } => {
                        let (of, turned) = (polygon.plane, polygon.turned);
                        let halves = split(&polygon.corners, plane);
                        for (part, corners) in parts.iter_mut().zip(halves) {
                            part.push(self.polygons.len() as u32);
                            self.polygons.push(Polygon { corners, plane: of, turned });
                        }
                    }
                    Sides { above: true, .. } => parts[1].push(i),
                    Sides { below: true, .. } => parts[0].push(i),
                    Sides { .. } => {}
                }
            }
            let inside_below = inside_below?;
            let cells = cut(cell, plane, &mut self.uneven);
            for ((part, cell), inside) in parts.into_iter().zip(cells).zip([inside_below, !inside_below]) {
                match cell {
                    Some(cell) if !part.is_empty() => open.push((part, cell)),
                    Some(cell) if inside => self.found.push(cell),
                    Some(_) | None => {}
                }
            }
            if self.found.len() + open.len() > MOST_PIECES {
                return None;
            }
        }
        Some(())
    }

    /// The plane that cuts fewest of the polygons, of those of the first few; of equal ones the one that parts them
    /// most evenly.
    fn choose(&self, polygons: &[u32]) -> Option<usize> {
        let mut tried: SmallVec<[usize; MOST_TRIED]> = SmallVec::new();
        let mut best: Option<(usize, usize)> = None;
        for &i in polygons {
            let plane = self.polygons[i as usize].plane;
            if tried.contains(&plane) {
                continue;
            }
            tried.push(plane);
            let (mut cuts, mut below, mut above) = (0, 0usize, 0usize);
            for other in polygons.iter().map(|&j| &self.polygons[j as usize]).filter(|p| p.plane != plane) {
                let these = sides(&other.corners, self.planes[plane]);
                cuts += usize::from(these.below && these.above);
                below += usize::from(these.below);
                above += usize::from(these.above);
                if best.is_some_and(|b| cuts * 8 > b.0) {
                    break;
                }
            }
            // What all others lie on one side of has to be cut off some time, and cuts nothing; where they are many,
            // the halves of them first.
            if cuts == 0 && (below == 0 || above == 0) && polygons.len() <= FEW {
                return Some(plane);
            }
            let cost = cuts * 8 + below.abs_diff(above);
            if best.is_none_or(|b| cost < b.0) {
                best = Some((cost, plane));
            }
            if tried.len() == MOST_TRIED {
                break;
            }
        }
        best.map(|b| b.1)
    }
}
