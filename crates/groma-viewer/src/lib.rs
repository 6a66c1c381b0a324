//! The groma viewer: models in 3D, in a window or as a picture.
//!
//! All that is known and shown is one [`session::Session`], plain data that knows no window. What a person asks for is an
//! [`session::action::Action`]; applied to the session it changes it, and gives the [`session::Effect`]s that are left to do:
//!
//! ```text
//! panels, keys, click, grip, walk ──Action──▶ session ──Effect──▶ camera, files, checks, picture, film, clipboard
//! load ──Begun, PartsArrived──▶ scene ◀──looks of elements── repaint ◀── session
//!   └───Progressed, Opened──▶ session, title, startup
//! ```
//!
//! One plugin per concern, which speak through messages. [`panels`] are functions of the session that know nothing of
//! bevy. Models are metres with Z up, in f64; [`parts`] turns them into f32 with Y up, as bevy wants it, and nothing beyond
//! it, [`camera`] and [`repaint`] knows the other convention.

#![allow(clippy::type_complexity, reason = "what a system of bevy asks for is its type")]

pub mod app;
pub mod background;
pub mod bench;
pub mod camera;
pub mod checks;
pub mod click;
pub mod clipboard;
pub mod files;
pub mod film;
pub mod flat_mesh;
pub mod frames;
pub mod graphics;
pub mod grip;
pub mod job;
pub mod keys;
pub mod light;
pub mod load;
pub mod orbit;
pub mod overlay;
pub mod panels;
pub mod part_material;
pub mod parts;
pub mod pick;
pub mod picture;
pub mod pointer;
mod preview;
pub mod repaint;
pub mod scene;
pub mod screenshot;
pub mod session;
pub mod session_plugin;
pub mod settings;
pub mod sheets;
pub mod startup;
pub mod survive;
pub mod title;
pub mod typing;
pub mod ui;
pub mod view_command;
pub mod walk;
pub mod whatifs;

pub use app::{Outcome, ViewerError, measure, show_window, write_frames, write_screenshot};
