//! Surfaces that stand for bodies: bounded planes, trimmed cylinders, what a line leaves behind as it turns.

use super::curves::{pieces, turn};
use super::read::Reading;
use super::region::Region;
use glam::{DAffine3, DQuat, DVec2, DVec3};
use groma_geometry::{Mesh, weld::weld};
use std::f64::consts::TAU;

impl Reading<'_> {
    /// The mesh of a surface; `None` for kinds that the kernel is left to mesh.
    pub(super) fn surface(&self, keyword: &str, id: u32) -> Option<Mesh> {
        match keyword {
            "IFCCURVEBOUNDEDPLANE" => {
                let a = self.attributes(id)?;
                let plane = self.step.instance(a.reference(0)?, &["IFCPLANE"])?;
                let at = self.axes(plane.reference(0)?)?;
                let holes = a.references(2).into_iter().map(|c| self.contour(c)).collect::<Option<_>>()?;
                let region = Region::new(self.contour(a.reference(1)?)?, holes)?;
                let positions = region.points().map(|p| at.transform_point3(p.extend(0.0))).collect();
                Some(Mesh { positions, triangles: region.triangles()? })
            }
            "IFCRECTANGULARTRIMMEDSURFACE" => self.trimmed_surface(id),
            "IFCSURFACEOFREVOLUTION" => {
                let a = self.attributes(id)?;
                let (curve, at) = self.swept_curve(a.reference(0)?, a.reference(1))?;
                let axis = self.step.instance(a.reference(2)?, &["IFCAXIS1PLACEMENT"])?;
                let origin = self.point(axis.reference(0)?)?;
                let along = axis.reference(1).map_or(Some(DVec3::Z), |d| self.direction(d))?;
                let turned = |angle: f64| {
                    let turn = DQuat::from_axis_angle(along, angle);
                    curve.iter().map(|p| at.transform_point3(origin + turn * (p - origin))).collect()
                };
                let far = |p: &DVec3| (*p - origin).cross(along).length();
                let count = turn(curve.iter().map(far).fold(0.0, f64::max));
                grid((0..=count).map(|k| turned(k as f64 * TAU / count as f64)).collect())
            }
            _ => None,
        }
    }

    /// The curve of a swept surface, and where it is placed.
    fn swept_curve(&self, profile: u32, position: Option<u32>) -> Option<(Vec<DVec3>, DAffine3)> {
        let a =
            self.step.instance(profile, &["IFCARBITRARYOPENPROFILEDEF", "IFCARBITRARYCLOSEDPROFILEDEF"])?;
        let path = self.path(a.reference(2)?)?;
        let mut points = path.points;
        if path.closed {
            points.push(points[0]);
        }
        Some((points, position.map_or(Some(DAffine3::IDENTITY), |axes| self.axes(axes))?))
    }

    fn trimmed_surface(&self, id: u32) -> Option<Mesh> {
        let a = self.attributes(id)?;
        let basis = a.reference(0)?;
        let keyword = self.step.keyword(basis);
        let b = self.attributes(basis)?;
        let at = self.axes(b.reference(0)?)?;
        let [u1, v1, u2, v2] = [a.real(1)?, a.real(2)?, a.real(3)?, a.real(4)?];
        let radius = || self.length_of(&b, 1).filter(|r| *r > 0.0);
        let (u1, u2, v1, v2) = match keyword {
            "IFCPLANE" => (u1 * self.length, u2 * self.length, v1 * self.length, v2 * self.length),
            "IFCCYLINDRICALSURFACE" => (u1 * self.angle, u2 * self.angle, v1 * self.length, v2 * self.length),
            "IFCSPHERICALSURFACE" => (u1 * self.angle, u2 * self.angle, v1 * self.angle, v2 * self.angle),
            _ => return None,
        };
        let place: Box<dyn Fn(f64, f64) -> DVec3> = match keyword {
            "IFCPLANE" => Box::new(|u, v| DVec3::new(u, v, 0.0)),
            "IFCCYLINDRICALSURFACE" => {
                let radius = radius()?;
                Box::new(move |u, v| (DVec2::from_angle(u) * radius).extend(v))
            }
            _ => {
                let radius = radius()?;
                Box::new(move |u, v: f64| (DVec2::from_angle(u) * v.cos()).extend(v.sin()) * radius)
            }
        };
        let count = |from: f64, to: f64, curved: bool| {
            let sweep = (to - from).abs();
            if curved && sweep <= 2.0 * TAU { Some(pieces(sweep, radius()?)) } else { (!curved).then_some(1) }
        };
        let (across, up) =
            (count(u1, u2, keyword != "IFCPLANE")?, count(v1, v2, keyword == "IFCSPHERICALSURFACE")?);
        let row = |i: usize| {
            let v = v1 + (v2 - v1) * i as f64 / up as f64;
            let point = |k: usize| at.transform_point3(place(u1 + (u2 - u1) * k as f64 / across as f64, v));
            (0..=across).map(point).collect()
        };
        grid((0..=up).map(row).collect())
    }
}

/// Rows of points joined by triangles; points that meet become one.
pub(super) fn grid(rows: Vec<Vec<DVec3>>) -> Option<Mesh> {
    let n = u32::try_from(rows.first()?.len()).ok()?;
    let all: Vec<DVec3> = rows.concat();
    let (positions, index) = weld(&all);
    let mut mesh = Mesh { positions, triangles: Vec::new() };
    for row in 0..u32::try_from(rows.len()).ok()? - 1 {
        for k in 0..n - 1 {
            let [a, b] = [row * n + k, row * n + k + 1];
            for t in [[a, b, b + n], [a, b + n, a + n]] {
                let [x, y, z] = t.map(|i| index[i as usize]);
                if x != y && y != z && z != x {
                    mesh.triangles.push([x, y, z]);
                }
            }
        }
    }
    (!mesh.triangles.is_empty()).then_some(mesh)
}
