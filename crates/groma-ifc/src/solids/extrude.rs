//! Regions moved along a line.

use super::loft::sides;
use super::region::Region;
use glam::DVec3;
use groma_geometry::Mesh;

/// The solid that a region in the plane of X and Y leaves behind on its way along a vector; `None` where
/// its contours cross or it does not leave its plane.
pub(super) fn extrude(region: &Region, along: DVec3) -> Option<Mesh> {
    extrude_with(region, &region.triangles()?, along)
}

/// [`extrude`] with triangles of the region that are known.
pub(super) fn extrude_with(region: &Region, caps: &[[u32; 3]], along: DVec3) -> Option<Mesh> {
    if along.z.abs() < 1e-9 || !along.is_finite() {
        return None;
    }
    let points: Vec<DVec3> = region.points().map(|p| p.extend(0.0)).collect();
    let n = points.len() as u32;
    let mut mesh = Mesh {
        positions: Vec::with_capacity(2 * points.len()),
        triangles: Vec::with_capacity(2 * (caps.len() + points.len())),
    };
    mesh.positions.extend(&points);
    mesh.positions.extend(points.iter().map(|&p| p + along));
    mesh.triangles.extend(caps.iter().map(|&[a, b, c]| [a, c, b]));
    mesh.triangles.extend(caps.iter().map(|t| t.map(|i| i + n)));
    sides(&mut mesh, region, 2, false);
    if along.z < 0.0 {
        mesh.flip();
    }
    Some(mesh)
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec2;

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
