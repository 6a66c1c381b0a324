//! Triangle meshes.

use glam::DVec3;

/// An indexed triangle mesh in metres, in coordinates of its own near the origin, counterclockwise seen
/// from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Points.
    pub positions: Vec<DVec3>,
    /// Three indices into the points for each triangle.
    pub triangles: Vec<[u32; 3]>,
}

impl Mesh {
    /// The three corners of a triangle.
    #[inline]
    pub fn triangle(&self, index: usize) -> [DVec3; 3] {
        self.triangles[index].map(|i| self.positions[i as usize])
    }

    /// The cuboid between two corners, of which `min` is the lower in each axis.
    pub fn cuboid(min: DVec3, max: DVec3) -> Self {
        let pick = |bit: usize, k: usize| if k >> bit & 1 == 0 { min[bit] } else { max[bit] };
        let positions = (0..8).map(|k| DVec3::new(pick(0, k), pick(1, k), pick(2, k))).collect();
        let quads = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
        let triangles = quads.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect();
        Self { positions, triangles }
    }
}
