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
    pub fn triangle(&self, index: usize) -> [DVec3; 3] {
        self.triangles[index].map(|i| self.positions[i as usize])
    }
}
