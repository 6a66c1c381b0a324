//! The rigid motion that brings an element from its place in the old revision to that in the new one.

use crate::fingerprint::Fingerprint;
use crate::points::{Body, Outline};
use crate::{LENGTH_NOISE, RELATIVE_NOISE};
use glam::{DAffine3, DMat3, DQuat, DVec3};

/// A turn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Turn {
    /// The unit vector it turns about, counterclockwise seen against it; the Z axis upward where it can be.
    pub axis: DVec3,
    /// Radians, 0 to π.
    pub angle: f64,
}

/// How an element moved.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Motion {
    /// How far the centroid of its surface moved, metres.
    pub vector: DVec3,
    /// How it turned about the centroid. A motion that its symmetry hides is none; of several that bring
    /// it to the same place, the least.
    pub turn: Option<Turn>,
}

impl Motion {
    /// True when nothing moved but by noise.
    pub fn is_none(&self) -> bool {
        self.turn.is_none() && self.vector.length() <= LENGTH_NOISE
    }
}

/// The motion from one body to the other; `None` where their shapes differ.
pub(crate) fn motion(old: (&Fingerprint, &Body), new: (&Fingerprint, &Body)) -> Option<Motion> {
    let ((of_old, old), (of_new, new)) = (old, new);
    if !alike(of_old, of_new) {
        return None;
    }
    let (from, to) = (of_old.centroid, of_new.centroid);
    let vector = to - from;
    let about = |turn: DMat3| DAffine3 { matrix3: turn, translation: to - turn * from };
    let found = |turn: DMat3| Motion { vector, turn: as_turn(turn, of_old.shape[5]) };
    let ordered = old.points.len() == new.points.len() && old.triangles == new.triangles;
    let in_order = |motion: DAffine3| {
        old.points
            .iter()
            .zip(&new.points)
            .all(|(&p, &q)| motion.transform_point3(p).distance(q) <= 2.0 * LENGTH_NOISE)
    };
    if ordered {
        if in_order(about(DMat3::IDENTITY)) {
            return Some(found(DMat3::IDENTITY));
        }
        let (a, b) = frame_points(&old.points, from)?;
        if let Some(turn) =
            turn_of([old.points[a] - from, old.points[b] - from], [new.points[a] - to, new.points[b] - to])
            && in_order(about(turn))
        {
            // Its symmetry may hide the turn.
            let (o, n) = (old.outline(), new.outline());
            let hidden = o.becomes(&n, &about(DMat3::IDENTITY));
            return Some(found(if hidden { DMat3::IDENTITY } else { turn }));
        }
    }
    let (o, n) = (old.outline(), new.outline());
    if o.becomes(&n, &about(DMat3::IDENTITY)) {
        return Some(found(DMat3::IDENTITY));
    }
    turn_between(&o, &n, from, to).map(found)
}

/// True when the invariants of two shapes agree as well as meshes of one shape do.
fn alike(old: &Fingerprint, new: &Fingerprint) -> bool {
    old.shape.iter().zip(&new.shape).all(|(a, b)| (a - b).abs() <= 2.0 * LENGTH_NOISE + 1e-5 * a.abs())
}

/// The turn as axis and angle; `None` where it moves nothing within `reach` by more than noise.
fn as_turn(turn: DMat3, reach: f64) -> Option<Turn> {
    let (axis, angle) = DQuat::from_mat3(&turn).normalize().to_axis_angle();
    let (axis, angle) =
        if angle > std::f64::consts::PI { (-axis, std::f64::consts::TAU - angle) } else { (axis, angle) };
    (angle * reach > 4.0 * LENGTH_NOISE && angle > RELATIVE_NOISE).then_some(Turn { axis, angle })
}

/// Two points that, with the centre, span a plane well: the farthest from the centre, and the farthest from
/// the line through both.
fn frame_points(points: &[DVec3], centre: DVec3) -> Option<(usize, usize)> {
    let farthest = |measure: &dyn Fn(DVec3) -> f64| {
        (0..points.len()).max_by(|&i, &j| {
            measure(points[i] - centre).total_cmp(&measure(points[j] - centre)).then(j.cmp(&i))
        })
    };
    let a = farthest(&|p| p.length_squared())?;
    let axis = (points[a] - centre).normalize_or_zero();
    let b = farthest(&|p| p.cross(axis).length_squared())?;
    Some((a, b))
}

/// The turn that brings two vectors to two others of the same lengths and angle between.
fn turn_of(from: [DVec3; 2], to: [DVec3; 2]) -> Option<DMat3> {
    let frame = |[a, b]: [DVec3; 2]| {
        let x = a.try_normalize()?;
        let z = a.cross(b).try_normalize()?;
        Some(DMat3::from_cols(x, z.cross(x), z))
    };
    Some(frame(to)? * frame(from)?.transpose())
}

/// The least turn about the centroids that brings one outline to the other.
fn turn_between(old: &Outline, new: &Outline, from: DVec3, to: DVec3) -> Option<DMat3> {
    /// More turns are not tried: a shape of so many likely corners is nearly round.
    const MOST: usize = 256;
    let (a, b) = frame_points(&old.corners, from)?;
    let [p, q] = [a, b].map(|i| old.corners[i] - from);
    let near = |x: f64, y: f64| (x - y).abs() <= 4.0 * LENGTH_NOISE;
    let at_radius = |r: f64| -> Vec<DVec3> {
        new.corners.iter().map(|&c| c - to).filter(|c| near(c.length(), r)).collect()
    };
    let (firsts, seconds) = (at_radius(p.length()), at_radius(q.length()));
    if firsts.len() * seconds.len() > MOST * MOST {
        return None;
    }
    let mut turns: Vec<DMat3> = firsts
        .iter()
        .flat_map(|&f| seconds.iter().map(move |&s| (f, s)))
        .filter(|&(f, s)| near(f.distance(s), p.distance(q)))
        .filter_map(|(f, s)| turn_of([p, q], [f, s]))
        .collect();
    // The larger the trace, the lesser the turn. Stable, and the corners are sorted.
    let trace = |m: &DMat3| m.x_axis.x + m.y_axis.y + m.z_axis.z;
    turns.sort_by(|x, y| trace(y).total_cmp(&trace(x)));
    turns
        .into_iter()
        .take(MOST)
        .find(|&turn| old.becomes(new, &DAffine3 { matrix3: turn, translation: to - turn * from }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Revision;
    use groma_geometry::{Instance, Mesh, Shapes};
    use groma_model::{ElementId, Model, ShapeStatus};
    use std::sync::Arc;

    fn of(mesh: &Mesh) -> (Fingerprint, Body) {
        let shapes = Shapes {
            meshes: vec![Arc::new(mesh.clone())],
            instances: vec![Instance {
                element: ElementId(0),
                mesh: 0,
                placement: DAffine3::IDENTITY,
                colour: [0.0; 4],
            }],
            status: vec![ShapeStatus::Meshed],
        };
        let model = Model::empty("m");
        let revision = Revision { model: &model, shapes: &shapes, placement: DAffine3::IDENTITY };
        let print = Fingerprint::of(&revision, ElementId(0)).unwrap();
        (print, Body::of(&revision, ElementId(0)))
    }

    fn between(old: &Mesh, new: &Mesh) -> Option<Motion> {
        let (old, new) = (of(old), of(new));
        motion((&old.0, &old.1), (&new.0, &new.1))
    }

    /// An L of two boxes of different height, without symmetry.
    fn corner_piece() -> Mesh {
        let mut mesh = Mesh::cuboid(DVec3::ZERO, DVec3::new(4.0, 0.2, 3.0));
        let other = Mesh::cuboid(DVec3::new(0.0, 0.2, 0.0), DVec3::new(0.3, 2.0, 1.0));
        let base = mesh.positions.len() as u32;
        mesh.positions.extend(other.positions);
        mesh.triangles.extend(other.triangles.iter().map(|t| t.map(|i| i + base)));
        mesh
    }

    /// The same surface by other triangles: points in reverse, a point in the middle of the first triangle.
    fn retriangulated(mesh: &Mesh) -> Mesh {
        let n = mesh.positions.len() as u32;
        let mut positions: Vec<DVec3> = mesh.positions.iter().rev().copied().collect();
        let mut triangles: Vec<[u32; 3]> =
            mesh.triangles.iter().rev().map(|t| t.map(|i| n - 1 - i)).collect();
        let [a, b, c] = triangles.remove(0);
        positions.push((positions[a as usize] + positions[b as usize] + positions[c as usize]) / 3.0);
        triangles.extend([[a, b, n], [b, c, n], [c, a, n]]);
        Mesh { positions, triangles }
    }

    fn moved(mesh: &Mesh, by: DAffine3) -> Mesh {
        let positions = mesh.positions.iter().map(|&p| by.transform_point3(p)).collect();
        Mesh { positions, triangles: mesh.triangles.clone() }
    }

    #[test]
    fn a_motion_is_found_whatever_the_triangulation() {
        let piece = corner_piece();
        let shift = DVec3::new(100.0, -20.0, 3.0);
        for degrees in [0.0_f64, 0.5, 30.0, 90.0, 180.0] {
            let by = DAffine3::from_rotation_z(degrees.to_radians());
            let by = DAffine3::from_translation(shift) * by;
            let there = moved(&piece, by);
            for new in [there.clone(), retriangulated(&there)] {
                let found = between(&piece, &new).unwrap();
                let centroid = of(&piece).0.centroid;
                assert!((found.vector - (by.transform_point3(centroid) - centroid)).length() < 1e-9);
                let angle = found.turn.map_or(0.0, |t| t.angle.to_degrees());
                assert!((angle - degrees).abs() < 1e-6, "{degrees} {found:?}");
                assert!(found.turn.is_none_or(|t| t.axis.z.abs() > 1.0 - 1e-9), "{found:?}");
            }
        }
    }

    #[test]
    fn a_turn_that_symmetry_hides_is_none() {
        let cube = Mesh::cuboid(DVec3::splat(-1.0), DVec3::splat(1.0));
        let turned = moved(&cube, DAffine3::from_rotation_z(90_f64.to_radians()));
        assert_eq!(between(&cube, &turned).unwrap().turn, None);
        let turn = between(&cube, &moved(&cube, DAffine3::from_rotation_z(50_f64.to_radians())));
        let angle = turn.unwrap().turn.unwrap().angle.to_degrees();
        assert!((angle - 50.0).abs() < 1e-6 || (angle - 40.0).abs() < 1e-6, "{angle}");
    }

    #[test]
    fn another_shape_or_the_mirrored_one_is_no_motion() {
        let piece = corner_piece();
        let mirrored = moved(&piece, DAffine3::from_scale(DVec3::new(-1.0, 1.0, 1.0)));
        assert_eq!(between(&piece, &mirrored), None);
        let longer = moved(&piece, DAffine3::from_scale(DVec3::new(1.001, 1.0, 1.0)));
        assert_eq!(between(&piece, &longer), None);
        let noise = moved(&piece, DAffine3::from_scale(DVec3::splat(1.0 + 1e-7)));
        assert!(between(&piece, &noise).unwrap().is_none());
    }
}
