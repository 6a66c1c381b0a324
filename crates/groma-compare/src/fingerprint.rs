//! What of a shape neither triangulation, order of points nor a rigid motion changes.

use crate::Revision;
use glam::{DMat3, DVec3};
use groma_model::ElementId;
use rayon::prelude::*;

/// Integrals over the surface of an element, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fingerprint {
    /// The centroid of the surface, in common coordinates.
    pub(crate) centroid: DVec3,
    /// Lower corner of its box.
    pub(crate) min: DVec3,
    /// Upper corner of its box.
    pub(crate) max: DVec3,
    /// The numbers of [`Self::SHAPE`], all in metres.
    pub(crate) shape: [f64; Self::SHAPE],
    /// The area in m².
    pub(crate) area: f64,
    /// The volume in m³, about the centroid; of meaning for closed shapes alone.
    pub(crate) volume: f64,
    /// How many triangles.
    pub(crate) triangles: usize,
}

impl Fingerprint {
    /// How many numbers say the shape: the root of its area, volume over area, the three radii of
    /// gyration of its surface, and the farthest point from its centroid.
    pub(crate) const SHAPE: usize = 6;

    /// Of all elements, by index.
    pub(crate) fn all(revision: &Revision<'_>) -> Vec<Option<Self>> {
        (0..revision.model.elements.len() as u32)
            .into_par_iter()
            .map(|id| Self::of(revision, ElementId(id)))
            .collect()
    }

    /// Of an element's surface; `None` where it has none.
    pub(crate) fn of(revision: &Revision<'_>, id: ElementId) -> Option<Self> {
        let mut origin = None;
        let mut points = Vec::new();
        let (mut area, mut six_volumes, mut normals) = (0.0, 0.0, DVec3::ZERO);
        let (mut first, mut second) = (DVec3::ZERO, [DVec3::ZERO; 3]);
        let mut triangles = 0;
        for instance in revision.shapes.of(id) {
            let placement = revision.placement * instance.placement;
            let mesh = &revision.shapes.meshes[instance.mesh as usize];
            let base = points.len();
            points.extend(mesh.positions.iter().map(|&p| placement.transform_point3(p)));
            let Some(&start) = points.first() else { continue };
            let origin = *origin.get_or_insert(start);
            triangles += mesh.triangles.len();
            for t in &mesh.triangles {
                let [a, b, c] = t.map(|i| points[base + i as usize] - origin);
                let normal = (b - a).cross(c - a);
                let weight = normal.length();
                let sum = a + b + c;
                area += weight;
                normals += normal;
                six_volumes += a.dot(b.cross(c));
                first += weight * sum;
                // The integral of x·xᵀ over a triangle is area/12 (aaᵀ + bbᵀ + ccᵀ + ssᵀ), s the sum.
                for (k, column) in second.iter_mut().enumerate() {
                    *column += weight * (a * a[k] + b * b[k] + c * c[k] + sum * sum[k]);
                }
            }
        }
        let origin = origin.filter(|_| area > 0.0 && area.is_finite())?;
        let mean = first / (3.0 * area);
        let second = DMat3::from_cols(second[0], second[1], second[2]) * (1.0 / (12.0 * area));
        let outer = DMat3::from_cols(mean * mean.x, mean * mean.y, mean * mean.z);
        let radii = eigenvalues(second - outer).map(|x| x.max(0.0).sqrt());
        let volume = (six_volumes - mean.dot(normals)) / 6.0;
        let centroid = origin + mean;
        let reach = points.iter().map(|p| p.distance_squared(centroid)).fold(0.0, f64::max).sqrt();
        let area = area / 2.0;
        Some(Self {
            centroid,
            min: points.iter().fold(DVec3::INFINITY, |m, &p| m.min(p)),
            max: points.iter().fold(DVec3::NEG_INFINITY, |m, &p| m.max(p)),
            shape: [area.sqrt(), volume.abs() / area, radii[0], radii[1], radii[2], reach],
            area,
            volume,
            triangles,
        })
        .filter(|f| f.centroid.is_finite() && f.shape.iter().all(|x| x.is_finite()))
    }

    /// By how much the shapes of two elements differ, in metres; 0 for the same shape.
    pub(crate) fn difference(&self, other: &Self) -> f64 {
        self.shape.iter().zip(&other.shape).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    /// How much of the boxes of two elements is common to both, 0 to 1, the other moved by `shift` first.
    /// Boxes are taken to be a centimetre thick at least.
    pub(crate) fn overlap(&self, other: &Self, shift: DVec3) -> f64 {
        const THIN: f64 = 0.005;
        let (min, max) = (other.min + shift - THIN, other.max + shift + THIN);
        let (own_min, own_max) = (self.min - THIN, self.max + THIN);
        let volume = |lo: DVec3, hi: DVec3| (hi - lo).max(DVec3::ZERO).element_product();
        let common = volume(own_min.max(min), own_max.min(max));
        common / (volume(own_min, own_max) + volume(min, max) - common)
    }
}

/// The eigenvalues of a symmetric matrix, largest first, by Jacobi's method.
fn eigenvalues(m: DMat3) -> [f64; 3] {
    let mut a = m.to_cols_array_2d();
    // Each sweep squares what is off the diagonal: six are enough for f64.
    for _ in 0..6 {
        for (p, q) in [(0, 1), (0, 2), (1, 2)] {
            if a[p][q] == 0.0 {
                continue;
            }
            let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
            let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
            let c = 1.0 / (t * t + 1.0).sqrt();
            let s = t * c;
            for row in &mut a {
                (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
            }
            let (of_p, of_q) = (a[p], a[q]);
            a[p] = std::array::from_fn(|k| c * of_p[k] - s * of_q[k]);
            a[q] = std::array::from_fn(|k| s * of_p[k] + c * of_q[k]);
        }
    }
    let mut values = [a[0][0], a[1][1], a[2][2]];
    values.sort_by(|x, y| y.total_cmp(x));
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DQuat;

    #[test]
    fn eigenvalues_of_a_turned_diagonal_are_the_diagonal() {
        let turn = DMat3::from_quat(DQuat::from_axis_angle(DVec3::new(1.0, 2.0, 3.0).normalize(), 0.7));
        let m = turn * DMat3::from_diagonal(DVec3::new(1e-4, 5.0, 200.0)) * turn.transpose();
        for (found, expect) in eigenvalues(m).into_iter().zip([200.0, 5.0, 1e-4]) {
            assert!((found - expect).abs() < 1e-12 * 200.0, "{found} {expect}");
        }
    }
}
