//! Shapes and what can be asked of them, in f64.
//!
//! [`Shapes`] holds unique meshes and the instances that place them. [`Aabb`] boxes are f32, rounded
//! outward, so that a box never leaves out what it bounds; everything else is f64 metres.

pub mod aabb;
pub mod bvh;
mod bvh_pairs;
mod bvh_search;
pub mod facet;
pub mod facet_tree;
mod facets_of;
pub mod measure;
pub mod meeting;
pub mod mesh;
mod seam;
pub mod shapes;
mod surface_distance;
mod sweep;
pub mod triangle;
pub mod weld;

pub use aabb::Aabb;
pub use bvh::Bvh;
pub use facet::Facet;
pub use facet_tree::{FacetTree, MET, Nearest, RayHit};
pub use meeting::Meeting;
pub use mesh::Mesh;
pub use shapes::{Instance, Shapes};
pub use triangle::Triangle;
