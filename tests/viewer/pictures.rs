//! Pictures drawn without a screen, and what their pixels show.

mod support;

use bevy::app::{App, AppExit, Plugin, Startup};
use bevy::asset::{Assets, RenderAssetUsages};
use bevy::ecs::change_detection::ResMut;
use bevy::ecs::system::Commands;
use bevy::mesh::{Mesh, Mesh3d, PrimitiveTopology};
use bevy::pbr::{MeshMaterial3d, StandardMaterial};
use glam::DVec3;
use groma_viewer::app::{ViewerPlugins, headless};
use groma_viewer::graphics::find_graphics;
use groma_viewer::load::LoadPlugin;
use groma_viewer::orbit::Orbit;
use groma_viewer::screenshot::ScreenshotPlugin;
use groma_viewer::view_command::ViewOptions;
use image::RgbImage;
use libtest_mimic::{Arguments, Failed};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use support::{
    BLUE, Box, GREEN, GREY, RED, apart, at, cuboid, drawing, ensure, project, viewer, with_data, workspace,
};

const SIZE: (u32, u32) = (320, 240);
/// Straight from the south, a little from above.
const SOUTH: (f32, f32) = (0.0, 10.0);

fn main() -> ExitCode {
    let found = find_graphics();
    let missing = found.as_ref().err().map(|_| "no Vulkan driver");
    let trials = vec![
        drawing("a red box is red before the sky", missing, a_red_box_is_red),
        drawing("up is up, and east is right", missing, up_is_up),
        drawing("glass shows what is behind it", missing, glass_shows_what_is_behind),
        drawing("panes drawn together are hidden and chosen one by one", missing, panes),
        drawing("a cut elsewhere leaves glass as it is", missing, uncut_glass),
        drawing("a mirrored box is lit like its original", missing, a_mirrored_box_is_lit_alike),
        drawing("what is not isolated is not drawn", missing, isolated),
        drawing("what is selected glows", missing, selected),
        drawing("what is hidden casts no shadow", missing, shadow),
        drawing("a cut shows what is behind it, and a filled face", missing, cut),
        drawing("a cut through a mirrored box is filled like any other", missing, cut_mirrored),
        drawing("outside of a section box nothing is drawn", missing, boxed),
        drawing("more parts than the first buffer holds keep their colours", missing, many_parts),
        drawing("a fault of drawing is told, and no picture written", missing, a_fault_is_told),
        drawing("a picture that cannot be written is told", missing, no_place_for_the_picture),
        drawing("the sample project", missing, the_sample),
        drawing("the programme, early and late", missing, over_time),
        drawing("a scenario beside the programme", missing, side_by_side),
        drawing("pictures of the build become a film", missing, film),
        drawing("drawing is measured", missing, measured),
        with_data("duplex_A is a house", missing, "ifc/duplex_A.ifc", |data| {
            looks_like_a_building(&[data.join("ifc/duplex_A.ifc")])
        }),
    ];
    // One after the other, each with all cores: drivers do not stand it well when several engines begin and end at once
    // in one process (wgpu #10010).
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A picture of boxes, seen from a direction in degrees.
fn picture(boxes: &[Box], direction: (f32, f32)) -> Result<RgbImage, Failed> {
    picture_of(boxes, direction, ViewOptions::default())
}

/// A picture of what is said of boxes.
fn picture_of(boxes: &[Box], direction: (f32, f32), view: ViewOptions) -> Result<RgbImage, Failed> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("picture.png");
    let boxes = boxes.to_vec();
    let load = LoadPlugin::new(move |_| Ok(project(&boxes)));
    let home = Orbit { yaw: direction.0.to_radians(), pitch: direction.1.to_radians(), ..Orbit::default() };
    groma_viewer::write_screenshot(load, SIZE, home, view, path.clone())?;
    let picture = image::open(path)?.to_rgb8();
    ensure(picture.dimensions() == SIZE, || format!("the size is {:?}", picture.dimensions()))?;
    Ok(picture)
}

/// The name of the strongest channel, if it is at least twice as strong as the others.
fn hue([r, g, b]: [u8; 3]) -> Option<&'static str> {
    let strong = |a: u8, b: u8, c: u8| u16::from(a) > 2 * u16::from(b.max(c)) && a > 60;
    [(strong(r, g, b), "red"), (strong(g, r, b), "green"), (strong(b, r, g), "blue")]
        .into_iter()
        .find_map(|(is, name)| is.then_some(name))
}

fn expect_hue(picture: &RgbImage, x: f32, y: f32, expected: &str) -> Result<(), Failed> {
    let pixel = at(picture, x, y);
    ensure(hue(pixel) == Some(expected), || format!("at {x}, {y}: {pixel:?} is not {expected}"))
}

fn a_red_box_is_red() -> Result<(), Failed> {
    let picture = picture(&[cuboid([0.0; 3], [4.0, 3.0, 3.0], RED)], (35.0, 25.0))?;
    expect_hue(&picture, 0.5, 0.5, "red")?;
    for (x, y) in [(0.02, 0.02), (0.98, 0.02), (0.02, 0.98), (0.98, 0.98)] {
        let pixel = at(&picture, x, y);
        ensure(hue(pixel).is_none() && pixel.iter().all(|&c| c > 90), || format!("{pixel:?} is no sky"))?;
    }
    // The box fills the height or the width of the picture, but for the margin.
    let red = picture.pixels().filter(|p| hue(p.0) == Some("red")).count();
    let share = red as f32 / (SIZE.0 * SIZE.1) as f32;
    ensure((0.3..0.9).contains(&share), || format!("{share} of the picture is red"))
}

fn up_is_up() -> Result<(), Failed> {
    let boxes = [
        cuboid([0.0, 0.0, 0.0], [2.0, 2.0, 2.0], RED),
        cuboid([0.0, 0.0, 2.0], [2.0, 2.0, 4.0], GREEN),
        cuboid([2.0, 0.0, 0.0], [4.0, 2.0, 4.0], BLUE),
    ];
    let picture = picture(&boxes, SOUTH)?;
    expect_hue(&picture, 0.4, 0.7, "red")?;
    expect_hue(&picture, 0.4, 0.35, "green")?;
    expect_hue(&picture, 0.6, 0.5, "blue")
}

fn glass_shows_what_is_behind() -> Result<(), Failed> {
    let behind = cuboid([0.0, 2.0, 0.0], [4.0, 3.0, 4.0], RED);
    let glass = cuboid([0.0, 0.0, 0.0], [4.0, 0.1, 4.0], [0.02, 0.02, 0.8, 0.4]);
    let clear = at(&picture(&[behind], SOUTH)?, 0.5, 0.5);
    let seen = at(&picture(&[behind, glass], SOUTH)?, 0.5, 0.5);
    ensure(seen[2] > clear[2].saturating_add(20), || {
        format!("{seen:?} is not tinted; without glass {clear:?}")
    })?;
    ensure(seen[0] > 60, || format!("{seen:?} shows nothing of what is behind"))
}

fn uncut_glass() -> Result<(), Failed> {
    let glass = [cuboid([0.0, 0.0, 0.0], [4.0, 0.1, 4.0], [0.02, 0.02, 0.8, 0.4])];
    // What lies 90 m north is cut away: nothing does.
    let cuts = vec![(DVec3::new(0.0, 90.0, 0.0), -DVec3::Y)];
    let whole = at(&picture(&glass, SOUTH)?, 0.5, 0.5);
    let seen = at(&picture_of(&glass, SOUTH, ViewOptions { cuts, ..ViewOptions::default() })?, 0.5, 0.5);
    ensure(apart(whole, seen) <= 2, || format!("{seen:?} with a cut, {whole:?} without"))
}

fn panes() -> Result<(), Failed> {
    let pane = |x: f64| cuboid([x, 0.0, 0.0], [x + 2.0, 0.1, 4.0], [0.02, 0.02, 0.8, 0.4]);
    let behind = cuboid([0.0, 2.0, 0.0], [4.0, 3.0, 4.0], RED);
    let of = |view| {
        let picture = picture_of(&[pane(0.0), pane(2.0), behind], SOUTH, view)?;
        Ok::<_, Failed>([at(&picture, 0.4, 0.5), at(&picture, 0.6, 0.5)])
    };
    let both = of(ViewOptions::default())?;
    ensure(apart(both[0], both[1]) <= 12, || format!("two panes alike: {both:?}"))?;
    let isolate = Some("IfcWall, Name=\"box 0\" + IfcWall, Name=\"box 2\"".into());
    let first = of(ViewOptions { isolate, ..ViewOptions::default() })?;
    ensure(apart(first[0], both[0]) <= 12 && first[1][2].saturating_add(20) < both[1][2], || {
        format!("the second is hidden: {first:?}, not {both:?}")
    })?;
    let select = Some("IfcWall, Name=\"box 1\"".into());
    let chosen = of(ViewOptions { select, ..ViewOptions::default() })?;
    ensure(apart(chosen[0], both[0]) <= 12 && chosen[1][1] > both[1][1].saturating_add(30), || {
        format!("the second is chosen: {chosen:?}, not {both:?}")
    })
}

fn a_mirrored_box_is_lit_alike() -> Result<(), Failed> {
    let left = cuboid([0.0; 3], [2.0, 2.0, 2.0], GREY);
    let right = Box { mirrored: true, ..cuboid([2.0, 0.0, 0.0], [4.0, 2.0, 2.0], GREY) };
    let picture = picture(&[left, right], SOUTH)?;
    let (left, right) = (at(&picture, 0.4, 0.55), at(&picture, 0.6, 0.55));
    ensure(apart(left, right) <= 12, || format!("{left:?} and {right:?}"))?;
    ensure(left.iter().all(|&c| c > 60), || format!("{left:?} is in the dark"))
}

/// A red box before a green one, seen from the south.
fn two_boxes() -> [Box; 2] {
    [cuboid([0.0; 3], [4.0, 2.0, 4.0], RED), cuboid([0.0, 4.0, 0.0], [4.0, 6.0, 4.0], GREEN)]
}

fn isolated() -> Result<(), Failed> {
    expect_hue(&picture(&two_boxes(), SOUTH)?, 0.5, 0.6, "red")?;
    let view = ViewOptions { isolate: Some("IfcWall, Name=\"box 1\"".into()), ..ViewOptions::default() };
    expect_hue(&picture_of(&two_boxes(), SOUTH, view)?, 0.5, 0.5, "green")
}

fn selected() -> Result<(), Failed> {
    let plain = at(&picture(&two_boxes(), SOUTH)?, 0.5, 0.6);
    let view = ViewOptions { select: Some("IfcWall, Name=\"box 0\"".into()), ..ViewOptions::default() };
    let chosen = at(&picture_of(&two_boxes(), SOUTH, view)?, 0.5, 0.6);
    ensure(chosen[1] > plain[1].saturating_add(30), || format!("{plain:?} and selected {chosen:?}"))
}

fn shadow() -> Result<(), Failed> {
    let floor = cuboid([0.0, 0.0, -1.0], [20.0, 20.0, 0.0], GREY);
    let plate = cuboid([8.0, 8.0, 4.0], [12.0, 12.0, 4.2], RED);
    // The share of the floor, in the middle half of the picture, that is darker than most of it.
    let dark = |view| {
        let picture = picture_of(&[floor, plate], (0.0, 80.0), view)?;
        let (w, h) = SIZE;
        let middle = picture.enumerate_pixels().filter(|(x, y, pixel)| {
            (w / 4..w * 3 / 4).contains(x) && (h / 4..h * 3 / 4).contains(y) && hue(pixel.0).is_none()
        });
        let mut light: Vec<u16> = middle.map(|(.., p)| p.0.iter().map(|&c| u16::from(c)).sum()).collect();
        light.sort_unstable();
        let Some(most) = light.get(light.len() / 2) else { return Err("no floor is seen".into()) };
        let limit = most * 4 / 5;
        Ok::<_, Failed>(light.partition_point(|&l| l < limit) as f32 / light.len() as f32)
    };
    let both = dark(ViewOptions::default())?;
    ensure((0.02..0.3).contains(&both), || format!("{both} of the floor is in the shade"))?;
    let isolate = Some("IfcWall, Name=\"box 0\"".into());
    let alone = dark(ViewOptions { isolate, ..ViewOptions::default() })?;
    ensure(alone < 0.001, || format!("{alone} of the floor is in the shade of what is hidden"))
}

/// The tones of a row of pixels in the middle of the picture.
fn tones(picture: &RgbImage) -> Vec<u8> {
    let mut tones: Vec<u8> = (0..40).map(|k| at(picture, 0.4 + k as f32 * 0.005, 0.55)[0]).collect();
    tones.sort_unstable();
    tones.dedup();
    tones
}

fn filled(mirrored: bool) -> Result<(), Failed> {
    let red = Box { mirrored, ..cuboid([0.0; 3], [4.0, 4.0, 4.0], RED) };
    // What lies south of the middle is cut away.
    let cuts = vec![(DVec3::new(0.0, 2.0, 0.0), DVec3::Y)];
    let picture = picture_of(&[red], SOUTH, ViewOptions { cuts, ..ViewOptions::default() })?;
    expect_hue(&picture, 0.5, 0.55, "red")?;
    let found = tones(&picture);
    ensure(found.len() == 2, || format!("a hatched face has two tones, not {found:?}"))
}

fn cut() -> Result<(), Failed> {
    filled(false)?;
    // All of the red box is cut away: the green one is seen.
    let cuts = vec![(DVec3::new(0.0, 3.0, 0.0), DVec3::Y)];
    let picture = picture_of(&two_boxes(), SOUTH, ViewOptions { cuts, ..ViewOptions::default() })?;
    expect_hue(&picture, 0.5, 0.5, "green")
}

fn cut_mirrored() -> Result<(), Failed> {
    filled(true)
}

fn boxed() -> Result<(), Failed> {
    let whole = picture(&two_boxes(), SOUTH)?;
    let section_box = Some((DVec3::new(-1.0, 3.0, -1.0), DVec3::new(2.0, 9.0, 9.0)));
    let part = picture_of(&two_boxes(), SOUTH, ViewOptions { section_box, ..ViewOptions::default() })?;
    expect_hue(&whole, 0.6, 0.6, "red")?;
    expect_hue(&part, 0.42, 0.5, "green")?;
    ensure(hue(at(&part, 0.6, 0.6)).is_none(), || "the right half is still drawn".into())
}

fn many_parts() -> Result<(), Failed> {
    // 50 x 50 tiles in one plane: the left half red, the right half green, drawn row by row.
    let tile = |i: u32| {
        let (x, z) = (f64::from(i % 50), f64::from(i / 50));
        cuboid([x, 0.0, z], [x + 1.0, 1.0, z + 1.0], if x < 25.0 { RED } else { GREEN })
    };
    let picture = picture(&(0..2500).map(tile).collect::<Vec<_>>(), SOUTH)?;
    for y in [0.2, 0.5, 0.8] {
        expect_hue(&picture, 0.35, y, "red")?;
        expect_hue(&picture, 0.65, y, "green")?;
    }
    Ok(())
}

/// Adds a mesh for which bevy's shader does not compile: a second set of texture coordinates alone.
struct Unshaded;

impl Plugin for Unshaded {
    fn build(&self, app: &mut App) {
        app.add_systems(
            Startup,
            |mut commands: Commands,
             mut meshes: ResMut<Assets<Mesh>>,
             mut materials: ResMut<Assets<StandardMaterial>>| {
                let mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
                    .with_inserted_attribute(
                        Mesh::ATTRIBUTE_POSITION,
                        vec![[0.0_f32, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
                    )
                    .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, vec![[0.0_f32, 0.0, 1.0]; 3])
                    .with_inserted_attribute(Mesh::ATTRIBUTE_UV_1, vec![[0.0_f32, 0.0]; 3]);
                commands.spawn((
                    Mesh3d(meshes.add(mesh)),
                    MeshMaterial3d(materials.add(StandardMaterial::default())),
                ));
            },
        );
    }
}

fn a_fault_is_told() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("picture.png");
    let load = LoadPlugin::new(|_| Ok(project(&[cuboid([0.0; 3], [1.0; 3], RED)])));
    let mut app = App::new();
    app.add_plugins((
        headless(),
        ViewerPlugins { load, home: Orbit::default(), view: ViewOptions::default(), fine: true },
        ScreenshotPlugin { path: path.clone(), size: SIZE },
        Unshaded,
    ));
    let exit = app.run();
    ensure(matches!(exit, AppExit::Error(code) if code.get() == 2), || format!("it ended with {exit:?}"))?;
    ensure(!path.exists(), || "a picture was written".into())
}

fn no_place_for_the_picture() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let load = LoadPlugin::new(|_| Ok(project(&[cuboid([0.0; 3], [1.0; 3], RED)])));
    let path = folder.path().join("no such folder/picture.png");
    let told = groma_viewer::write_screenshot(load, SIZE, Orbit::default(), ViewOptions::default(), path);
    let told = told.err().map(|error| error.to_string()).unwrap_or_default();
    ensure(told.contains("picture.png cannot be written"), || format!("it said: {told}"))
}

fn the_sample() -> Result<(), Failed> {
    let folder = workspace("assets/sample");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "ifc"))
        .collect();
    files.sort();
    ensure(files.len() == 3, || format!("{} models in {}", files.len(), folder.display()))?;
    looks_like_a_building(&files)
}

/// Draws files with the program: the picture shows something that stands in the middle before the sky,
/// lit, whole, and of more than one tone.
fn looks_like_a_building(files: &[PathBuf]) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("picture.png");
    let output = Command::new(viewer())
        .env("GROMA_CACHE_DIR", "")
        .args(files)
        .arg("--screenshot")
        .arg(&path)
        .args(["--size", "320x240"])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure(output.status.success(), || format!("{}: {said}", output.status))?;
    let drawn = image::open(&path)?.to_rgb8();
    let sky = picture(&[], (35.0, 25.0))?;
    let differs = |x: u32, y: u32| apart(drawn.get_pixel(x, y).0, sky.get_pixel(x, y).0) > 12;
    let (w, h) = SIZE;
    let count = (0..h).flat_map(|y| (0..w).map(move |x| (x, y))).filter(|&(x, y)| differs(x, y)).count();
    let share = count as f32 / (w * h) as f32;
    ensure((0.1..0.9).contains(&share), || format!("{share} of the picture is the building"))?;
    let edge = (0..w).flat_map(|x| [(x, 0), (x, h - 1)]).chain((0..h).flat_map(|y| [(0, y), (w - 1, y)]));
    ensure(!edge.into_iter().any(|(x, y)| differs(x, y)), || "the building is cut off".into())?;
    let mut light: Vec<u16> = (0..h)
        .flat_map(|y| (0..w).map(move |x| (x, y)))
        .filter(|&(x, y)| differs(x, y))
        .map(|(x, y)| drawn.get_pixel(x, y).0.iter().map(|&c| u16::from(c)).sum::<u16>() / 3)
        .collect();
    light.sort_unstable();
    let tone = |share: f32| light[((light.len() - 1) as f32 * share) as usize];
    ensure(tone(0.5) > 50, || format!("it is dark: the median is {}", tone(0.5)))?;
    ensure(tone(0.9) - tone(0.1) > 30, || format!("it is flat: from {} to {}", tone(0.1), tone(0.9)))
}

/// Runs the program on the sample project, and gives what it says.
fn on_the_sample(arguments: &[&str], path: &str) -> Result<(bool, String), Failed> {
    let output = Command::new(viewer())
        .env("GROMA_CACHE_DIR", "")
        .env("PATH", path)
        .arg(workspace("assets/sample"))
        .args(arguments)
        .args(["--size", "320x240"])
        .output()?;
    Ok((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// A picture of the sample project, as these arguments have it.
fn sample(arguments: &[&str]) -> Result<RgbImage, Failed> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("picture.png");
    let shot = path.to_string_lossy();
    let (good, said) = on_the_sample(&[arguments, &["--screenshot", &shot]].concat(), "")?;
    ensure(good, || said)?;
    Ok(image::open(&path)?.to_rgb8())
}

/// Which part of two pictures, between these columns, differs.
fn difference(a: &RgbImage, b: &RgbImage, columns: std::ops::Range<u32>) -> f32 {
    let places = || columns.clone().flat_map(|x| (0..SIZE.1).map(move |y| (x, y)));
    let count = places().filter(|&(x, y)| apart(a.get_pixel(x, y).0, b.get_pixel(x, y).0) > 12).count();
    count as f32 / places().count() as f32
}

fn over_time() -> Result<(), Failed> {
    let camera = ["--camera=12,7,8,25,20,70"];
    let [ground, slab, whole, seen] = [
        &["--at", "2026-03-01"][..],
        &["--at", "2026-04-02"],
        &["--at", "2026-09-18"],
        &["--at", "2026-04-29", "--seen"],
    ]
    .map(|at| sample(&[&camera[..], at].concat()));
    let (ground, slab, whole, seen) = (ground?, slab?, whole?, seen?);
    let all = 0..SIZE.0;
    let (little, much) = (difference(&ground, &slab, all.clone()), difference(&ground, &whole, all.clone()));
    ensure(little > 0.01 && much > 2.0 * little, || format!("{little} then {much}"))?;
    let planned = sample(&[&camera[..], &["--at", "2026-04-29"]].concat())?;
    let told = difference(&planned, &seen, all);
    ensure(told > 0.01, || format!("what was seen looks as planned: {told}"))
}

fn side_by_side() -> Result<(), Failed> {
    let at = ["--camera=12,7,8,25,20,110", "--at", "2026-05-20", "--colour", "class"];
    let both = sample(&[&at[..], &["--compare", "storm_week"]].concat())?;
    let sky = sample(&["--camera=12,7,900,25,20,70", "--at", "2026-03-01"])?;
    let middle = SIZE.0 / 2;
    // The words of the date and the legend are in every picture; the building is in both halves.
    for half in [0..middle, middle..SIZE.0] {
        let share = difference(&both, &sky, half);
        ensure(share > 0.15, || format!("{share} of a half is the building"))?;
    }
    let differs = (0..middle).flat_map(|x| (60..SIZE.1 - 60).map(move |y| (x, y)));
    let count = differs.filter(|&(x, y)| apart(both.get_pixel(x, y).0, both.get_pixel(x + middle, y).0) > 25);
    ensure(count.count() > 50, || "the storm changes nothing".into())?;
    let (good, said) = on_the_sample(&["--compare", "no_such", "--screenshot", "x.png"], "")?;
    ensure(!good && said.contains("storm_week"), || format!("it said: {said}"))
}

/// With a stand-in for ffmpeg, so that the test runs where there is none: it looks at what it is given.
fn film() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let (bin, frames, out) =
        (folder.path().join("bin"), folder.path().join("frames"), folder.path().join("a.mp4"));
    std::fs::create_dir(&bin)?;
    let script =
        "#!/bin/sh\nfor last; do :; done\n[ \"$last\" = -version ] || printf '%s\\n' \"$*\" > \"$last\"\n";
    let program = bin.join("ffmpeg");
    std::fs::write(&program, script)?;
    #[cfg(unix)]
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let (frames_arg, out_arg) = (frames.to_string_lossy(), out.to_string_lossy());
    let arguments = ["--frames", &frames_arg, "--every", "70", "--video", &out_arg, "--rate", "8"];
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let (good, said) = on_the_sample(&arguments, &path)?;
    ensure(good, || said)?;
    let mut pictures: Vec<String> = std::fs::read_dir(&frames)?
        .filter_map(|e| Some(e.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    pictures.sort();
    ensure(pictures == ["00001.png", "00002.png", "00003.png", "00004.png"], || format!("{pictures:?}"))?;
    let [first, last] = [&pictures[0], &pictures[3]].map(|name| image::open(frames.join(name)));
    let grown = difference(&first?.to_rgb8(), &last?.to_rgb8(), 0..SIZE.0);
    ensure(grown > 0.1, || format!("nothing is built: {grown}"))?;
    let told = std::fs::read_to_string(&out)?;
    ensure(told.contains("-framerate 8 ") && told.contains("%05d.png"), || told)?;
    // Without ffmpeg one is told before any picture is drawn.
    let again = folder.path().join("again");
    let again_arg = again.to_string_lossy();
    let arguments = ["--frames", &again_arg, "--every", "400", "--video", &out_arg];
    let (good, said) = on_the_sample(&arguments, "")?;
    ensure(!good && said.contains("ffmpeg cannot be started") && !again.exists(), || said)
}

fn measured() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("bench.json");
    let arguments = ["--bench", &out.to_string_lossy(), "--bench-frames", "5"];
    let (good, said) = on_the_sample(&arguments, "")?;
    ensure(good, || said)?;
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&out)?)?;
    let number = |path: &str| report.pointer(path).and_then(serde_json::Value::as_f64).unwrap_or(-1.0);
    let told = [
        "/turning/ms",
        "/scrubbing/ms",
        "/picking/mean_us",
        "/first_triangles_s",
        "/first_picture_s",
        "/meshes_mb",
    ];
    for path in told {
        ensure(number(path) > 0.0, || format!("{path} in {report}"))?;
    }
    // While the view turns no looks change; while time passes only some do.
    let all = number("/elements");
    ensure(number("/turning/uploaded_elements") == 0.0, || format!("{report}"))?;
    let changed = number("/scrubbing/uploaded_elements");
    ensure(changed > 0.0 && changed < all, || format!("{changed} of {all}"))?;
    // A card that does nothing gets the same work, and no driver does any.
    let arguments = ["--bench", &out.to_string_lossy(), "--bench-frames", "5", "--bench-idle"];
    let (good, said) = on_the_sample(&arguments, "")?;
    ensure(good, || said)?;
    let idle: serde_json::Value = serde_json::from_slice(&std::fs::read(&out)?)?;
    ensure(idle["triangles"] == report["triangles"], || format!("{idle}"))?;
    ensure(idle["scrubbing"]["uploaded_elements"] == changed, || format!("{idle}"))?;
    ensure(idle["turning"]["driver_cpu_ms"] == 0.0, || format!("{idle}"))
}
