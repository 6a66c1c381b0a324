//! The groma viewer: models in 3D, in a window or as a picture.
//!
//! One plugin per concern, which speak through messages:
//!
//! ```text
//! load ──PartsArrived──▶ scene ──SceneBounds──▶ camera, light
//!   └───Progressed, Opened──▶ title, screenshot
//! ```
//!
//! Models are metres with Z up, in f64; [`parts`] turns them into f32 with Y up, as bevy wants it, and
//! nothing beyond it knows the other convention.

pub mod app;
pub mod background;
pub mod camera;
pub mod graphics;
pub mod light;
pub mod load;
pub mod orbit;
pub mod part_material;
pub mod parts;
pub mod scene;
pub mod screenshot;
pub mod title;

pub use app::{ViewerError, show_window, write_screenshot};
