//! Volume, area, closedness.

use crate::{Mesh, seam, triangle, weld::weld};
use glam::DVec3;

impl Mesh {
    /// The volume in m³ by the divergence theorem: positive for a closed mesh that is wound
    /// counterclockwise seen from outside, negative for one turned inside out. Of no meaning for an
    /// open mesh.
    pub fn volume(&self) -> f64 {
        let Some(&origin) = self.positions.first() else { return 0.0 };
        let six: f64 = (0..self.triangles.len())
            .map(|i| {
                let [a, b, c] = self.triangle(i).map(|p| p - origin);
                a.dot(b.cross(c))
            })
            .sum();
        six / 6.0
    }

    /// The area of all triangles in m².
    pub fn area(&self) -> f64 {
        (0..self.triangles.len()).map(|i| triangle::area_vector(&self.triangle(i)).length() * 0.5).sum()
    }

    /// True when it bounds a solid: after welding at 10 µm, as many triangles run along each edge in one
    /// direction as in the other, where an edge may meet several shorter ones. Triangles that the weld
    /// collapses do not count.
    pub fn is_closed(&self) -> bool {
        let (points, welded) = weld(&self.positions);
        is_closed(&points, &welded, &self.triangles)
    }

    /// Turns it inside out.
    pub fn flip(&mut self) {
        self.triangles.iter_mut().for_each(|t| t.swap(1, 2));
    }
}

/// [`Mesh::is_closed`] for points that are welded already: what the triangles call `i` is the point
/// `welded[i]`.
pub fn is_closed(points: &[DVec3], welded: &[u32], triangles: &[[u32; 3]]) -> bool {
    let kept = |t: &[u32; 3]| {
        let [a, b, c] = t.map(|i| welded[i as usize]);
        (a != b && b != c && c != a).then_some([(a, b), (b, c), (c, a)])
    };
    // Sides by their lesser point: where those of each begin.
    let mut begin = vec![0u32; points.len() + 2];
    for (p, q) in triangles.iter().filter_map(kept).flatten() {
        begin[p.min(q) as usize + 2] += 1;
    }
    for k in 2..begin.len() {
        begin[k] += begin[k - 1];
    }
    // The greater point of each, and whether it runs there or back.
    let mut sides = vec![(0u32, 0i32); begin.last().map_or(0, |n| *n as usize)];
    for (p, q) in triangles.iter().filter_map(kept).flatten() {
        let at = &mut begin[p.min(q) as usize + 1];
        sides[*at as usize] = if p < q { (q, 1) } else { (p, -1) };
        *at += 1;
    }
    let mut unpaired = Vec::new();
    for (p, range) in (0u32..).zip(begin.windows(2)) {
        let of_point = &mut sides[range[0] as usize..range[1] as usize];
        of_point.sort_unstable();
        for side in of_point.chunk_by(|x, y| x.0 == y.0) {
            let sum: i32 = side.iter().map(|s| s.1).sum();
            if sum != 0 {
                unpaired.push((p, side[0].0, sum));
            }
        }
    }
    !sides.is_empty() && seam::closes(points, &unpaired)
}

#[cfg(test)]
mod tests {
    use crate::Mesh;
    use glam::DVec3;

    fn cube() -> Mesh {
        Mesh::cuboid(DVec3::new(1.0, 2.0, 3.0), DVec3::new(2.0, 4.0, 6.0))
    }

    #[test]
    fn a_cuboid_is_closed_and_has_its_volume_and_area() {
        let mut cube = cube();
        assert!(cube.is_closed());
        assert!((cube.volume() - 6.0).abs() < 1e-12);
        assert!((cube.area() - 22.0).abs() < 1e-12);
        cube.flip();
        assert!((cube.volume() + 6.0).abs() < 1e-12);
        assert!(cube.is_closed());
    }

    #[test]
    fn a_hole_or_a_turned_triangle_opens_it() {
        let mut open = cube();
        open.triangles.pop();
        assert!(!open.is_closed());
        let mut turned = cube();
        turned.triangles[0].swap(0, 1);
        assert!(!turned.is_closed());
        assert!(!Mesh::default().is_closed());
        assert_eq!(Mesh::default().volume(), 0.0);
    }

    #[test]
    fn the_weld_does_not_hide_a_point_on_the_middle_of_an_edge() {
        let mut cube = cube();
        // A second copy of the first point in front of all others, and a point on an edge of one face.
        cube.positions.insert(0, cube.positions[0]);
        cube.triangles.iter_mut().flatten().for_each(|i| *i += 1);
        let [a, b, c] = cube.triangles[0];
        let middle = cube.positions.len() as u32;
        cube.positions.push((cube.positions[a as usize] + cube.positions[b as usize]) / 2.0);
        cube.triangles.splice(0..1, [[a, middle, c], [middle, b, c]]);
        assert!(cube.is_closed());
    }

    #[test]
    fn a_soup_of_triangles_closes_by_the_weld() {
        let cube = cube();
        let positions: Vec<DVec3> = (0..12).flat_map(|i| cube.triangle(i)).collect();
        let triangles = (0..12).map(|i| [3 * i, 3 * i + 1, 3 * i + 2]).collect();
        assert!(Mesh { positions, triangles }.is_closed());
    }
}
