//! Bodies that the file gives face by face.

use super::orient::orient;
use super::read::Reading;
use super::triangulate::{flattened, loop_normal, triangulate};
use crate::attributes::{list, real};
use glam::DVec3;
use groma_geometry::Mesh;
use ifc_lite_core::parser::{parse_ref, parse_step_real};
use rustc_hash::FxHashMap;

/// Faces of a body that were taken so far.
struct Faces {
    mesh: Mesh,
    /// Points that agree in every bit are one.
    known: FxHashMap<[u64; 3], u32>,
    /// Points by instance name.
    by_id: FxHashMap<u32, u32>,
}

impl Faces {
    fn new() -> Self {
        Self { mesh: Mesh::default(), known: FxHashMap::default(), by_id: FxHashMap::default() }
    }

    fn index(&mut self, p: DVec3) -> u32 {
        let p = p + 0.0;
        *self.known.entry(p.to_array().map(f64::to_bits)).or_insert_with(|| {
            self.mesh.positions.push(p);
            self.mesh.positions.len() as u32 - 1
        })
    }

    /// Adds the face between loops of points, of which the first is its outline.
    fn add(&mut self, loops: &[Vec<u32>]) -> Option<()> {
        // A point that repeats the one before adds nothing; a loop of two points has no area.
        let cleaned = |contour: &Vec<u32>| {
            let mut contour = contour.clone();
            contour.dedup();
            while contour.len() > 1 && contour.first() == contour.last() {
                contour.pop();
            }
            contour
        };
        let mut loops: Vec<Vec<u32>> = loops.iter().map(cleaned).filter(|l| l.len() >= 3).collect();
        if loops.is_empty() {
            return Some(());
        }
        if let [contour] = &loops[..]
            && let [a, b, c] = contour[..]
        {
            self.mesh.triangles.push([a, b, c]);
            return Some(());
        }
        let outline = self.places(&loops[0]);
        let normal = loop_normal(&outline);
        let size = normal.length();
        if size < 1e-12 {
            // A sliver without area: it closes the seam between its neighbours.
            let [first, rest @ ..] = &loops[0][..] else { return Some(()) };
            self.mesh.triangles.extend(rest.windows(2).map(|w| [*first, w[0], w[1]]));
            return (loops.len() == 1).then_some(());
        }
        let flat = flattened(normal);
        // Holes run the other way than the outline.
        for hole in &mut loops[1..] {
            if loop_normal(&self.places(hole)).dot(normal) > 0.0 {
                hole.reverse();
            }
        }
        let mut starts = Vec::with_capacity(loops.len() - 1);
        let mut all: Vec<u32> = Vec::with_capacity(loops.iter().map(Vec::len).sum());
        for contour in &loops {
            if !all.is_empty() {
                starts.push(all.len());
            }
            all.extend(contour);
        }
        let points: Vec<_> = all.iter().map(|&i| flat(self.mesh.positions[i as usize])).collect();
        let triangles = triangulate(&points, &starts)?;
        self.mesh.triangles.extend(triangles.iter().map(|t| t.map(|i| all[i as usize])));
        Some(())
    }

    fn places(&self, contour: &[u32]) -> Vec<DVec3> {
        contour.iter().map(|&i| self.mesh.positions[i as usize]).collect()
    }

    fn done(self) -> Option<Mesh> {
        let mut mesh = self.mesh;
        mesh.positions.shrink_to_fit();
        mesh.triangles.shrink_to_fit();
        Some(orient(mesh))
    }
}

impl Reading<'_> {
    /// The mesh of a body that is made of plane faces; `None` for what it does not understand.
    pub(super) fn faceted(&self, keyword: &str, id: u32) -> Option<Mesh> {
        match keyword {
            "IFCFACETEDBREP" => self.shells(&[self.attributes(id)?.reference(0)?]),
            "IFCFACETEDBREPWITHVOIDS" => {
                let a = self.attributes(id)?;
                let mut mesh = self.shells(&[a.reference(0)?])?;
                let voids = a.references(1);
                if !mesh.is_closed() || voids.is_empty() {
                    return None;
                }
                for shell in voids {
                    let mut void = self.shells(&[shell])?;
                    if !void.is_closed() {
                        return None;
                    }
                    // Its faces look into the void.
                    void.flip();
                    add(&mut mesh, void);
                }
                Some(mesh)
            }
            "IFCSHELLBASEDSURFACEMODEL" | "IFCFACEBASEDSURFACEMODEL" => self.shells(&self.first_list(id)?),
            "IFCTRIANGULATEDFACESET" => self.triangulated(id),
            "IFCPOLYGONALFACESET" => self.polygonal(id),
            _ => None,
        }
    }

    /// The faces of some shells. Each is turned on its own: shells may touch along edges.
    fn shells(&self, shells: &[u32]) -> Option<Mesh> {
        let mut all: Option<Mesh> = None;
        for &shell in shells {
            if !matches!(self.step.keyword(shell), "IFCCLOSEDSHELL" | "IFCOPENSHELL" | "IFCCONNECTEDFACESET")
            {
                return None;
            }
            let mesh = self.shell(shell)?;
            match &mut all {
                None => all = Some(mesh),
                Some(all) => add(all, mesh),
            }
        }
        all
    }

    fn shell(&self, shell: u32) -> Option<Mesh> {
        let mut faces = Faces::new();
        let mut loops: Vec<Vec<u32>> = Vec::new();
        for face in self.first_list(shell)? {
            if self.step.keyword(face) != "IFCFACE" {
                return None;
            }
            loops.clear();
            let mut outer = None;
            for bound in self.first_list(face)? {
                let (keyword, contour) = self.bound(bound, &mut faces)?;
                if keyword == "IFCFACEOUTERBOUND" {
                    outer = Some(loops.len());
                }
                loops.push(contour);
            }
            // Of several bounds none of which is said to be the outer one, the largest is.
            let outer = outer.or_else(|| {
                let size = |contour: &Vec<u32>| loop_normal(&faces.places(contour)).length_squared();
                (0..loops.len()).max_by(|&x, &y| size(&loops[x]).total_cmp(&size(&loops[y])))
            });
            loops.swap(0, outer?);
            faces.add(&loops)?;
        }
        faces.done()
    }

    /// A bound of a face: its keyword, and its points in order.
    fn bound(&self, id: u32, faces: &mut Faces) -> Option<(&str, Vec<u32>)> {
        let row = self.step.scan.row(id)?;
        let (start, end) = self.step.scan.span(row);
        let record = self.step.bytes.get(start..end)?;
        let open = record.iter().position(|&b| b == b'(')?;
        // `(#12,.T.)`, or what the slow way reads.
        let (polygon, forward) = match plain_bound(&record[open..]) {
            Some(read) => read,
            None => {
                let a = self.step.attributes(row)?;
                (a.reference(0)?, a.is(1, "T")?)
            }
        };
        if self.step.keyword(polygon) != "IFCPOLYLOOP" {
            return None;
        }
        let mut contour: Vec<u32> = Vec::with_capacity(4);
        for point in self.first_list(polygon)? {
            contour.push(match faces.by_id.get(&point) {
                Some(&index) => index,
                None => {
                    let index = faces.index(self.point(point)?);
                    faces.by_id.insert(point, index);
                    index
                }
            });
        }
        if !forward {
            contour.reverse();
        }
        Some((self.step.scan.keyword(row), contour))
    }

    fn point_list(&self, id: u32) -> Option<Vec<DVec3>> {
        let a = self.step.instance(id, &["IFCCARTESIANPOINTLIST3D"])?;
        list(a.raw(0))?
            .map(|item| {
                let inner = item.strip_prefix(b"(")?.strip_suffix(b")")?;
                let mut numbers = inner.split(|&b| b == b',');
                let mut next = || {
                    let token = numbers.next()?;
                    parse_step_real(token).or_else(|| real(token)).filter(|x| x.is_finite())
                };
                Some(DVec3::new(next()?, next()?, next()?) * self.length)
            })
            .collect()
    }

    /// How many faces of a face set name points that it has not; `None` for what is no face set.
    pub(super) fn faces_without_points(&self, id: u32) -> Option<usize> {
        let a = self.attributes(id)?;
        let points = self.step.instance(a.reference(0)?, &["IFCCARTESIANPOINTLIST3D"])?;
        let count = list(points.raw(0))?.count();
        let is_broken = |corners: &[u8]| {
            let digits = |b: &u8| !b.is_ascii_digit() && *b != b'-';
            let numbers = corners.split(digits).filter(|n| !n.is_empty());
            let index = |n: &[u8]| std::str::from_utf8(n).ok()?.parse::<i64>().ok();
            numbers.map(index).any(|n| n.is_none_or(|n| n < 1 || n as u64 > count as u64))
        };
        Some(match self.step.keyword(id) {
            "IFCTRIANGULATEDFACESET" if a.raw(4) == b"$" => {
                list(a.raw(3))?.filter(|corners| is_broken(corners)).count()
            }
            "IFCPOLYGONALFACESET" if a.raw(3) == b"$" => {
                let face = |id: &u32| self.attributes(*id).is_some_and(|face| is_broken(face.raw(0)));
                a.references(2).iter().filter(|id| face(id)).count()
            }
            _ => return None,
        })
    }

    fn triangulated(&self, id: u32) -> Option<Mesh> {
        let a = self.attributes(id)?;
        // Attributes of IFC4; indices through another list are for the kernel.
        if a.raw(4) != b"$" {
            return None;
        }
        let points = self.point_list(a.reference(0)?)?;
        let mut faces = Faces::new();
        let index: Vec<u32> = points.into_iter().map(|p| faces.index(p)).collect();
        for corners in list(a.raw(3))? {
            let [x, y, z] = indices(corners, &index)?[..] else { return None };
            if x != y && y != z && z != x {
                faces.mesh.triangles.push([x, y, z]);
            }
        }
        faces.done()
    }

    fn polygonal(&self, id: u32) -> Option<Mesh> {
        let a = self.attributes(id)?;
        if a.raw(3) != b"$" {
            return None;
        }
        let points = self.point_list(a.reference(0)?)?;
        let mut faces = Faces::new();
        let index: Vec<u32> = points.into_iter().map(|p| faces.index(p)).collect();
        for face in a.references(2) {
            let polygon = self.attributes(face)?;
            let mut loops = vec![indices(polygon.raw(0), &index)?];
            match self.step.keyword(face) {
                "IFCINDEXEDPOLYGONALFACE" => {}
                "IFCINDEXEDPOLYGONALFACEWITHVOIDS" => {
                    for hole in list(polygon.raw(1))? {
                        loops.push(indices(hole, &index)?);
                    }
                }
                _ => return None,
            }
            faces.add(&loops)?;
        }
        faces.done()
    }
}

/// Adds a mesh to another without a weld.
fn add(all: &mut Mesh, mesh: Mesh) {
    let base = all.positions.len() as u32;
    all.positions.extend(mesh.positions);
    all.triangles.extend(mesh.triangles.iter().map(|t| t.map(|i| i + base)));
}

/// The points that a list of indices from one names.
fn indices(token: &[u8], index: &[u32]) -> Option<Vec<u32>> {
    let inner = token.strip_prefix(b"(")?.strip_suffix(b")")?;
    inner
        .split(|&b| b == b',')
        .map(|item| {
            let digits = item.trim_ascii();
            if digits.is_empty() || digits.len() > 9 || !digits.iter().all(u8::is_ascii_digit) {
                return None;
            }
            let i = digits.iter().fold(0_usize, |n, d| 10 * n + usize::from(d - b'0'));
            index.get(i.checked_sub(1)?).copied()
        })
        .collect()
}

/// The loop and the orientation in `(#12,.T.)`, without comments or white space.
fn plain_bound(body: &[u8]) -> Option<(u32, bool)> {
    let inner = body.strip_prefix(b"(")?;
    let comma = inner.iter().position(|&b| b == b',')?;
    let forward = match inner.get(comma + 1..comma + 5)? {
        b".T.)" => true,
        b".F.)" => false,
        _ => return None,
    };
    Some((parse_ref(&inner[..comma])?, forward))
}
