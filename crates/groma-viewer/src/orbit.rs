//! Where the camera stands, and how it moves: arithmetic alone.

use bevy::ecs::component::Component;
use bevy::math::{Mat3, Quat, Vec2, Vec3};
use bevy::transform::components::Transform;
use std::f32::consts::{FRAC_PI_2, PI};

/// The part of the picture that fitted bounds may fill.
const FILL: f32 = 0.92;
/// Radians for a drag across the height of the view.
const TURN: f32 = PI;
/// How much nearer one notch of the wheel brings the camera.
const NOTCH: f32 = 0.88;
/// The steepest look up or down: along the vertical, with what the yaw says above in the view.
const STEEPEST: f32 = FRAC_PI_2;
/// The camera keeps between these distances of the focus, in metres.
const DISTANCES: (f32, f32) = (0.05, 50_000.0);

/// A camera that turns around a focus; metres and radians, Y up.
#[derive(Component, Clone, Copy, PartialEq, Debug)]
pub struct Orbit {
    /// What it looks at.
    pub focus: Vec3,
    /// Where it stands: the angle around Y, 0 looking north (-Z) from the south, counterclockwise seen
    /// from above, so that it stands in the east at 90°.
    pub yaw: f32,
    /// How far it stands above the focus, as an angle.
    pub pitch: f32,
    /// How far it stands from the focus.
    pub distance: f32,
}

impl Default for Orbit {
    /// A three-quarter view from the south-east.
    fn default() -> Self {
        Self { focus: Vec3::ZERO, yaw: 35_f32.to_radians(), pitch: 25_f32.to_radians(), distance: 20.0 }
    }
}

impl Orbit {
    /// From the camera's axes (X right, Y up, looking along -Z) to the world's.
    pub fn rotation(&self) -> Quat {
        Quat::from_rotation_y(self.yaw) * Quat::from_rotation_x(-self.pitch)
    }

    /// The camera's place.
    pub fn transform(&self) -> Transform {
        let rotation = self.rotation();
        Transform {
            translation: self.focus + rotation * (Vec3::Z * self.distance),
            rotation,
            scale: Vec3::ONE,
        }
    }

    /// From the same place in the same direction, with the focus at a distance.
    pub fn looking(self, distance: f32) -> Self {
        let (nearest, furthest) = DISTANCES;
        let distance = distance.clamp(nearest, furthest);
        Self { focus: self.focus + self.rotation() * Vec3::Z * (self.distance - distance), distance, ..self }
    }

    /// Turned by a drag, as if the model were held; `drag` in heights of the view, X right, Y down.
    pub fn turned(self, drag: Vec2) -> Self {
        Self {
            yaw: (self.yaw - drag.x * TURN) % (2.0 * PI),
            pitch: (self.pitch + drag.y * TURN).clamp(-STEEPEST, STEEPEST),
            ..self
        }
    }

    /// Turned by a drag around a point, which stays where it is in the view.
    pub fn turned_about(self, drag: Vec2, pivot: Vec3) -> Self {
        let turned = self.turned(drag);
        let by = turned.rotation() * self.rotation().inverse();
        Self { focus: pivot + by * (self.focus - pivot), ..turned }
    }

    /// How far before the camera a point lies, along the direction of the look.
    pub fn depth(&self, point: Vec3) -> f32 {
        let stand = self.transform();
        (point - stand.translation).dot(stand.rotation * Vec3::NEG_Z)
    }

    /// Nearer to a point by some notches of the wheel, by a share of how far it is, wherever the focus was; it stays
    /// where it is in the view.
    pub fn approached(self, notches: f32, point: Vec3) -> Self {
        self.looking(self.depth(point)).zoomed_to(notches, point)
    }

    /// Nearer to a point by some notches of the wheel; it stays where it is in the view.
    pub fn zoomed_to(self, notches: f32, point: Vec3) -> Self {
        let zoomed = self.zoomed(notches);
        let part = zoomed.distance / self.distance;
        Self { focus: point + (self.focus - point) * part, ..zoomed }
    }

    /// Moved sideways by a drag, so that what lies at a depth follows the pointer; `drag` in heights of the view,
    /// `fov` the vertical angle of view.
    pub fn panned(self, drag: Vec2, depth: f32, fov: f32) -> Self {
        let height = 2.0 * depth * (fov / 2.0).tan();
        Self { focus: self.focus + self.rotation() * Vec3::new(-drag.x, drag.y, 0.0) * height, ..self }
    }

    /// Nearer by some notches of the wheel, or further for negative ones.
    pub fn zoomed(self, notches: f32) -> Self {
        let (nearest, furthest) = DISTANCES;
        Self { distance: (self.distance * NOTCH.powf(notches)).clamp(nearest, furthest), ..self }
    }

    /// Moved so that some points just fill the view, seen in the same direction; unmoved without points.
    /// `fov` is the vertical angle of view, `aspect` the width of the view over its height.
    ///
    /// Each side of the view is a plane that must not cut a point off. In camera axes, with `t` the
    /// tangent of half the angle, a point at (x, z) is inside the right side when `x + t·z <= cx + t·d`,
    /// and the left one likewise: so the camera stands at half the difference of the two extremes, and
    /// at a distance of half their sum over `t`.
    pub fn fitted(self, points: impl IntoIterator<Item = Vec3>, fov: f32, aspect: f32) -> Self {
        let mut points = points.into_iter().peekable();
        let Some(first) = points.peek().copied() else { return self };
        let rotation = self.rotation();
        let to_camera = Mat3::from_quat(rotation.inverse());
        let tan_y = (fov / 2.0).tan() * FILL;
        let tan_x = tan_y * aspect;
        let mut most = [f32::NEG_INFINITY; 4];
        let mut depths = (f32::INFINITY, f32::NEG_INFINITY);
        for point in points {
            let c = to_camera * (point - first);
            depths = (depths.0.min(c.z), depths.1.max(c.z));
            let sides = [c.x + tan_x * c.z, -c.x + tan_x * c.z, c.y + tan_y * c.z, -c.y + tan_y * c.z];
            for (most, side) in most.iter_mut().zip(sides) {
                *most = most.max(side);
            }
        }
        let [right, left, top, bottom] = most;
        // From the plane through the first point; the focus then lies amid the points.
        let distance = ((right + left) / (2.0 * tan_x)).max((top + bottom) / (2.0 * tan_y));
        let middle = (depths.0 + depths.1) * 0.5;
        let focus = Vec3::new((right - left) * 0.5, (top - bottom) * 0.5, middle);
        let (nearest, furthest) = DISTANCES;
        Self {
            focus: first + rotation * focus,
            distance: (distance - middle).clamp(nearest, furthest),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a point falls in the view: -1 to 1 in both axes.
    fn project(orbit: &Orbit, point: Vec3, fov: f32, aspect: f32) -> Vec2 {
        let p = orbit.transform().to_matrix().inverse().transform_point3(point);
        assert!(p.z < 0.0, "{point} is behind the camera");
        let t = (fov / 2.0).tan();
        Vec2::new(p.x / (-p.z * t * aspect), p.y / (-p.z * t))
    }

    fn corners(low: Vec3, high: Vec3) -> [Vec3; 8] {
        std::array::from_fn(|i| {
            Vec3::select(bevy::math::BVec3::new(i & 1 == 0, i & 2 == 0, i & 4 == 0), low, high)
        })
    }

    #[test]
    fn fitted_points_fill_the_view_and_no_more() {
        let boxes = [
            (Vec3::new(-10.0, 0.0, -5.0), Vec3::new(30.0, 12.0, 5.0)),
            (Vec3::new(100.0, 0.0, 100.0), Vec3::new(102.0, 90.0, 103.0)),
            (Vec3::new(-400.0, -1.0, -300.0), Vec3::new(400.0, 0.0, 300.0)),
        ];
        for (low, high) in boxes {
            for aspect in [0.5, 1.0, 16.0 / 9.0] {
                for (yaw, pitch) in [(0.0, 0.0), (0.6, 0.4), (3.0, -1.0), (-1.2, 1.5)] {
                    let orbit =
                        Orbit { yaw, pitch, ..Orbit::default() }.fitted(corners(low, high), 0.8, aspect);
                    let most = corners(low, high)
                        .iter()
                        .map(|&c| project(&orbit, c, 0.8, aspect).abs().max_element())
                        .fold(0.0, f32::max);
                    assert!((most - FILL).abs() < 1e-3, "{low} {high} {aspect} {yaw} {pitch}: {most}");
                }
            }
        }
    }

    #[test]
    fn a_point_is_fitted_without_dividing_by_nothing() {
        let orbit = Orbit::default().fitted([Vec3::ONE], 0.8, 1.5);
        assert_eq!(orbit.focus, Vec3::ONE);
        assert_eq!(orbit.distance, DISTANCES.0);
        assert_eq!(orbit.fitted([], 0.8, 1.5), orbit);
    }

    #[test]
    fn the_camera_looks_at_its_focus_the_right_way_up() {
        let orbit = Orbit { focus: Vec3::new(1.0, 2.0, 3.0), ..Orbit::default() };
        let at = orbit.transform();
        assert!((at.forward().as_vec3() - (orbit.focus - at.translation).normalize()).length() < 1e-5);
        assert!(at.up().y > 0.0 && at.right().y.abs() < 1e-6);
        assert!(at.translation.x > 1.0 && at.translation.y > 2.0 && at.translation.z > 3.0);
    }

    #[test]
    fn a_pan_keeps_what_is_dragged_under_the_pointer() {
        let orbit = Orbit::default();
        let check = |point: Vec3| {
            let before = project(&orbit, point, 0.8, 1.0);
            let moved = orbit.panned(Vec2::new(0.25, -0.1), orbit.depth(point), 0.8);
            let seen = project(&moved, point, 0.8, 1.0) - before;
            assert!((seen - Vec2::new(0.5, 0.2)).length() < 1e-4, "{point}: {seen}");
        };
        check(orbit.focus);
        check(orbit.transform() * Vec3::new(0.5, 1.0, -3.0));
        check(orbit.transform() * Vec3::new(-9.0, 1.0, -300.0));
    }

    #[test]
    fn the_wheel_never_sticks_however_near_the_focus_is() {
        let near = Orbit { distance: DISTANCES.0, ..Orbit::default() };
        let point = near.transform() * Vec3::new(2.0, -1.0, -30.0);
        assert!((near.depth(point) - 30.0).abs() < 1e-3);
        let check = |notches: f32, share: f32| {
            let next = near.approached(notches, point);
            assert!((next.depth(point) - 30.0 * share).abs() < 1e-2, "{next:?}");
            let seen = project(&next, point, 0.8, 1.5) - project(&near, point, 0.8, 1.5);
            assert!(seen.length() < 1e-3, "{seen}");
        };
        check(1.0, NOTCH);
        check(3.0, NOTCH * NOTCH * NOTCH);
        check(-2.0, 1.0 / (NOTCH * NOTCH));
    }

    #[test]
    fn looking_further_moves_the_focus_alone() {
        let orbit = Orbit { focus: Vec3::new(3.0, 1.0, -2.0), ..Orbit::default() };
        let check = |distance, expect: f32| {
            let far = orbit.looking(distance);
            assert_eq!(far.distance, expect);
            assert!(far.transform().translation.distance(orbit.transform().translation) < 1e-4, "{far:?}");
        };
        check(0.5, 0.5);
        check(80.0, 80.0);
        check(0.0, DISTANCES.0);
    }

    #[test]
    fn the_pivot_stays_where_it_is_in_the_view() {
        let orbit = Orbit { focus: Vec3::new(3.0, 1.0, -2.0), ..Orbit::default() };
        let pivot = Vec3::new(1.0, 2.0, 3.0);
        let before = project(&orbit, pivot, 0.8, 1.5);
        let turned = orbit.turned_about(Vec2::new(0.2, 0.1), pivot);
        assert!(turned.yaw != orbit.yaw && turned.pitch != orbit.pitch);
        assert!((project(&turned, pivot, 0.8, 1.5) - before).length() < 1e-4);
        let nearer = orbit.zoomed_to(3.0, pivot);
        assert!(nearer.distance < 0.8 * orbit.distance);
        assert!((project(&nearer, pivot, 0.8, 1.5) - before).length() < 1e-4);
    }

    #[test]
    fn turning_and_zooming_stay_within_bounds() {
        let mut orbit = Orbit::default();
        for _ in 0..1000 {
            orbit = orbit.turned(Vec2::new(0.3, 0.9)).zoomed(3.0);
        }
        assert_eq!((orbit.pitch, orbit.distance), (STEEPEST, DISTANCES.0));
        assert!(orbit.yaw.abs() <= 2.0 * PI && orbit.transform().is_finite());
        assert_eq!(orbit.zoomed(-1e6).distance, DISTANCES.1);
    }
}
