//! Rings of corners, one for each place of a section, joined to a solid.

use super::region::Region;
use glam::DVec3;
use groma_geometry::Mesh;

/// Rings joined by quadrangles, and closed at both ends; turned outward where x ahead, the section's first axis
/// and its second are a right-handed frame.
pub(super) fn loft(first: &Region, last: &Region, rings: &[Vec<DVec3>]) -> Option<Mesh> {
    let n = u32::try_from(rings.first()?.len()).ok()?;
    let top = n * u32::try_from(rings.len() - 1).ok()?;
    let mut mesh = Mesh { positions: rings.concat(), triangles: Vec::new() };
    mesh.triangles.extend(first.triangles()?.iter().map(|&[a, b, c]| [a, c, b]));
    mesh.triangles.extend(last.triangles()?.iter().map(|t| t.map(|i| i + top)));
    sides(&mut mesh, first, rings.len() as u32, false);
    Some(mesh)
}

/// Rings joined by quadrangles, the last one with the first.
pub(super) fn looped(section: &Region, rings: &[Vec<DVec3>]) -> Mesh {
    let mut mesh = Mesh { positions: rings.concat(), triangles: Vec::new() };
    sides(&mut mesh, section, rings.len() as u32, true);
    mesh
}

/// Quadrangles from each ring to the next, and from the last to the first where it is looped.
pub(super) fn sides(mesh: &mut Mesh, section: &Region, rings: u32, looped: bool) {
    let n = section.points().count() as u32;
    for ring in 0..rings - u32::from(!looped) {
        let (here, there) = (ring * n, (ring + 1) % rings * n);
        for [a, b] in section.edges() {
            mesh.triangles.extend([[here + a, here + b, there + b], [here + a, there + b, there + a]]);
        }
    }
}
