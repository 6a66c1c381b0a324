//! What the viewer's tests share: models of coloured boxes, pictures, and whether there is a graphics driver.

// Each test program uses a part of this.
#![allow(dead_code, unreachable_pub)]

use glam::{DAffine3, DVec3};
use groma::geometry::{Instance, Mesh, Shapes};
use groma::model::{Class, Diagnostics, Element, ElementId, Frame, KeyMaker, Model, ShapeStatus, Standing};
use groma::twin::Twin;
use groma::{Loaded, ModelSource, Project, ProjectConfig};
use groma_viewer::session::Session;
use groma_viewer::session::action::Action;
use groma_viewer::session::plan::Plan;
use image::RgbImage;
use libtest_mimic::{Failed, Trial};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A box of the fixture: lower and upper corner in metres, Z up; linear colour and alpha.
#[derive(Clone, Copy)]
pub struct Box {
    pub low: [f64; 3],
    pub high: [f64; 3],
    pub colour: [f32; 4],
    pub mirrored: bool,
}

pub const RED: [f32; 4] = [0.8, 0.02, 0.02, 1.0];
pub const GREEN: [f32; 4] = [0.02, 0.6, 0.02, 1.0];
pub const BLUE: [f32; 4] = [0.02, 0.02, 0.8, 1.0];
pub const GREY: [f32; 4] = [0.4, 0.4, 0.4, 1.0];

pub fn cuboid(low: [f64; 3], high: [f64; 3], colour: [f32; 4]) -> Box {
    Box { low, high, colour, mirrored: false }
}

/// The unit cube, counterclockwise seen from outside.
fn cube() -> Mesh {
    let positions = (0..8).map(|i| DVec3::new(f64::from(i & 1), f64::from(i >> 1 & 1), f64::from(i >> 2)));
    let faces = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
    let triangles = faces.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect();
    Mesh { positions: positions.collect(), triangles }
}

/// Lays a programme, links of its tasks to elements and what was seen of these, each as CSV, over a session's models.
pub fn lay_over(session: &mut Session, programme: &str, links: &str, seen: Option<&str>) {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [("programme.csv", Some(programme)), ("links.csv", Some(links)), ("seen.csv", seen)];
    for (name, text) in files {
        text.iter().for_each(|text| std::fs::write(folder.path().join(name), text).expect("a file"));
    }
    let progress = seen.map_or("", |_| "[[progress]]\ncsv = \"seen.csv\"\n");
    let text = format!(
        "[[model]]\npath = \"boxes.ifc\"\n[programme]\npath = \"programme.csv\"\n[[link]]\ncsv = \"links.csv\"\n{progress}"
    );
    let config = ProjectConfig::of(&folder.path().join("groma.toml"), text).expect("a project");
    let elements = session.elements.clone().expect("boxes");
    let twin = Twin::open(elements.project(), &config).unwrap_or_else(|e| panic!("{e}"));
    session.laid_aside = Plan::new(Arc::new(twin));
    session.apply(&Action::UsePlan(true));
}

/// A project of one model with a wall for each box.
pub fn project(boxes: &[Box]) -> Project {
    let mut model = Model::empty("boxes");
    let mut keys = KeyMaker::new("boxes".into());
    let wall = Class::new("IfcWall", ["IfcBuildingElement", "IfcElement", "IfcProduct"]);
    let mut shapes = Shapes { meshes: vec![Arc::new(cube())], ..Shapes::default() };
    for (i, b) in (0_u32..).zip(boxes) {
        let mut element = Element::new(keys.next(&format!("box{i}")).0, i + 1, wall.clone());
        element.name = Some(format!("box {i}").into());
        model.elements.push(element);
        let (low, high) = (DVec3::from_array(b.low), DVec3::from_array(b.high));
        let mut placement = DAffine3::from_translation(low) * DAffine3::from_scale(high - low);
        if b.mirrored {
            placement = placement
                * DAffine3::from_translation(DVec3::X)
                * DAffine3::from_scale(DVec3::new(-1.0, 1.0, 1.0));
        }
        shapes.instances.push(Instance { element: ElementId(i), mesh: 0, placement, colour: b.colour });
        shapes.status.push(ShapeStatus::Meshed);
    }
    Project {
        models: vec![Loaded {
            source: ModelSource::new("boxes.ifc"),
            model,
            shapes,
            local_bounds: None,
            diagnostics: Diagnostics::default(),
            to_frame: DAffine3::IDENTITY,
        }],
        frame: Frame { standing: Standing::Local, origin: DVec3::ZERO },
        diagnostics: Diagnostics::default(),
    }
}

/// The viewer's program.
pub fn viewer() -> PathBuf {
    env!("CARGO_BIN_EXE_groma-viewer").into()
}

/// A file of the workspace.
pub fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Whether a variable asks that nothing be ignored.
pub fn required(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| value == "1")
}

/// A test that draws: ignored, with the reason in brackets, where nothing can be drawn with, unless
/// `GROMA_GPU_REQUIRED=1`, with which it fails there.
pub fn drawing(
    name: impl Into<String>,
    missing: Option<&str>,
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    match missing {
        None => Trial::test(name, test),
        Some(reason) if required("GROMA_GPU_REQUIRED") => {
            let reason = reason.to_owned();
            Trial::test(name, move || Err(reason.into()))
        }
        Some(reason) => Trial::test(name, test).with_kind(reason).with_ignored_flag(true),
    }
}

/// A test over files of the shared data: ignored, with the reason in brackets, where they are absent,
/// unless `GROMA_DATA_REQUIRED=1`, with which it fails there. `test` gets the folder.
pub fn with_data(
    name: &str,
    missing: Option<&str>,
    file: &'static str,
    test: impl FnOnce(&Path) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let folder = std::env::var_os("GROMA_DATA").map_or_else(|| workspace("../shared/data"), PathBuf::from);
    if folder.join(file).exists() {
        drawing(name, missing, move || test(&folder))
    } else if required("GROMA_DATA_REQUIRED") {
        Trial::test(name, move || Err(format!("{} is absent", folder.join(file).display()).into()))
    } else {
        Trial::test(name, move || test(&folder)).with_kind("GROMA_DATA is absent").with_ignored_flag(true)
    }
}

/// A pixel at a place of the picture, from 0 to 1, X right and Y down.
pub fn at(picture: &RgbImage, x: f32, y: f32) -> [u8; 3] {
    let (w, h) = picture.dimensions();
    picture.get_pixel(((w as f32 * x) as u32).min(w - 1), ((h as f32 * y) as u32).min(h - 1)).0
}

/// How far two colours are apart: the largest difference of a channel.
pub fn apart(a: [u8; 3], b: [u8; 3]) -> u8 {
    a.iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}

/// Fails with a message unless something holds.
pub fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(message().into()) }
}
