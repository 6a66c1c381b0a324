//! Regions moved along a line.

use super::profiles::Region;
use super::triangulate::triangulate;
use glam::{DVec2, DVec3};
use groma_geometry::Mesh;

/// The solid that a region in the plane of X and Y leaves behind on its way along a vector; `None` where
/// its contours cross or it does not leave its plane.
pub(super) fn extrude(region: &Region, along: DVec3) -> Option<Mesh> {
    extrude_with(region, &caps(region)?, along)
}

/// The points of a region, and where its holes start among them.
fn points(region: &Region) -> (Vec<DVec2>, Vec<usize>) {
    let mut points: Vec<DVec2> = region.outline.clone();
    let mut starts = Vec::with_capacity(region.holes.len());
    for hole in &region.holes {
        starts.push(points.len());
        points.extend(hole);
    }
    (points, starts)
}

/// The triangles of a region; `None` where its contours cross.
pub(super) fn caps(region: &Region) -> Option<Vec<[u32; 3]>> {
    let (points, starts) = points(region);
    triangulate(&points, &starts)
}

/// [`extrude`] with triangles of the region that are known.
pub(super) fn extrude_with(region: &Region, caps: &[[u32; 3]], along: DVec3) -> Option<Mesh> {
    if along.z.abs() < 1e-9 || !along.is_finite() {
        return None;
    }
    let (points, starts) = points(region);
    let n = points.len() as u32;
    let mut mesh = Mesh {
        positions: Vec::with_capacity(2 * points.len()),
        triangles: Vec::with_capacity(2 * (caps.len() + points.len())),
    };
    mesh.positions.extend(points.iter().map(|p| p.extend(0.0)));
    mesh.positions.extend(points.iter().map(|p| p.extend(0.0) + along));
    mesh.triangles.extend(caps.iter().map(|&[a, b, c]| [a, c, b]));
    mesh.triangles.extend(caps.iter().map(|t| t.map(|i| i + n)));
    let mut start = 0;
    for end in starts.into_iter().chain([points.len()]) {
        let (start_index, end_index) = (start as u32, end as u32);
        for a in start_index..end_index {
            let b = if a + 1 == end_index { start_index } else { a + 1 };
            mesh.triangles.extend([[a, b, b + n], [a, b + n, a + n]]);
        }
        start = end;
    }
    if along.z < 0.0 {
        mesh.flip();
    }
    Some(mesh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extrusion_is_closed_and_turned_outward() {
        let square = |from: f64, to: f64| [(from, from), (to, from), (to, to), (from, to)].map(DVec2::from);
        let region = Region::new(square(0.0, 3.0).into(), vec![square(1.0, 2.0).into()]).unwrap();
        for along in [DVec3::new(0.5, 0.0, 2.0), DVec3::new(0.0, 0.0, -2.0)] {
            let mesh = extrude(&region, along).unwrap();
            assert!(mesh.is_closed());
            assert!((mesh.volume() - 16.0).abs() < 1e-12, "{}", mesh.volume());
        }
        assert!(extrude(&region, DVec3::X).is_none());
    }
}
