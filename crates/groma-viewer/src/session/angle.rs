//! From where two things that collide are both seen.

use crate::pick::{Ray, Surfaces};
use crate::session::section::Sections;
use glam::DVec3;
use std::f64::consts::TAU;

/// So many directions around are tried, at each of the heights.
const AROUND: usize = 12;
/// Above the horizon, in degrees.
const HEIGHTS: [f64; 4] = [25.0, 50.0, 5.0, -25.0];
/// Rays for each direction: this many across and up.
const GRID: i32 = 7;

/// The direction that a camera at `yaw` and `pitch` looks from, in the project's frame.
pub fn towards_eye(yaw: f64, pitch: f64) -> DVec3 {
    // Y up: Ry(yaw) Rx(-pitch) Z; then back to Z up.
    DVec3::new(yaw.sin() * pitch.cos(), -yaw.cos() * pitch.cos(), pitch.sin())
}

/// Yaw and pitch of a camera that sees as much as can be of the one of which it sees less, of two sets of elements
/// around a point. All else is taken to be drawn faintly.
pub fn of_both(surfaces: &Surfaces, point: DVec3, reach: f64, first: &[u32], second: &[u32]) -> (f32, f32) {
    let is_of = |place: u32| first.contains(&place) || second.contains(&place);
    let mut best = (i32::MIN, 35_f64.to_radians(), 25_f64.to_radians());
    for height in HEIGHTS {
        let pitch = height.to_radians();
        for n in 0..AROUND {
            let yaw = 35_f64.to_radians() + n as f64 * TAU / AROUND as f64;
            let back = towards_eye(yaw, pitch);
            let right = DVec3::Z.cross(back).normalize_or(DVec3::X);
            let up = back.cross(right);
            let (mut a, mut b) = (0, 0);
            for x in -GRID / 2..=GRID / 2 {
                for y in -GRID / 2..=GRID / 2 {
                    let step = reach * 0.8 / f64::from(GRID / 2);
                    let at = point + right * (f64::from(x) * step) + up * (f64::from(y) * step);
                    let ray = Ray { origin: at + back * (4.0 * reach), direction: -back };
                    match surfaces.hit(ray, &Sections::default(), is_of) {
                        Some(hit) if first.contains(&hit.place) => a += 1,
                        Some(_) => b += 1,
                        None => {}
                    }
                }
            }
            // Of directions that show as much, the first one stays.
            let seen = 4 * a.min(b) + (a + b);
            if seen > best.0 {
                best = (seen, yaw, pitch);
            }
        }
    }
    (best.1 as f32, best.2 as f32)
}

#[cfg(test)]
mod tests {
    use super::towards_eye;
    use crate::orbit::Orbit;

    #[test]
    fn directions_are_those_of_the_camera() {
        for (yaw, pitch) in [(0.0, 0.0), (0.6, 0.4), (-2.0, -0.7)] {
            let eye = Orbit { yaw, pitch, distance: 1.0, ..Orbit::default() }.transform().translation;
            let d = towards_eye(f64::from(yaw), f64::from(pitch)).as_vec3();
            assert!((eye - bevy::math::Vec3::new(d.x, d.z, -d.y)).length() < 1e-5, "{eye} {d}");
        }
    }
}
