//! A real window on a virtual screen: what it shows, what its title says, how it ends.

mod support;

use bevy::app::Update;
use bevy::ecs::change_detection::Res;
use bevy::ecs::system::Local;
use bevy::render::renderer::RenderDevice;
use groma_viewer::app::{run, window};
use groma_viewer::graphics::find_graphics;
use groma_viewer::load::LoadPlugin;
use groma_viewer::orbit::Orbit;
use groma_viewer::view_command::ViewOptions;
use libtest_mimic::{Arguments, Failed};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use support::{apart, at, drawing, ensure, viewer, workspace};

/// How long one waits for a window, a title or an end: drawing without a graphics card is slow.
const PATIENCE: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    if let Some(told) = std::env::var_os(LOSING) {
        return lose(Path::new(&told));
    }
    let missing = missing();
    let trials = vec![
        drawing("a window shows a model, and Ctrl+Q closes it", missing, a_window_shows_a_model),
        drawing(
            "a click chooses, keys hide and show, and a window of nothing is survived",
            missing,
            chosen_and_hidden,
        ),
        drawing(
            "between panels, clicks meet what they point at and sections are dragged",
            missing,
            between_panels,
        ),
        drawing(
            "texts are cut and pasted, and undone in their fields alone; Tab walks",
            missing,
            typed_and_walked,
        ),
        drawing("time plays, and issues are stepped through", missing, played_and_stepped),
        drawing("without a file it offers the sample, which opens", missing, nothing_open),
        drawing(
            "a file that cannot be read is told in the window, and with 2 at its end",
            missing,
            no_such_file,
        ),
        drawing("a lost graphics device opens the same view anew", missing, device_lost),
        drawing("without a screen it says what else one can do", missing, no_screen),
    ];
    // Several windows at once would only wait for each other.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What these tests need and this machine lacks.
fn missing() -> Option<&'static str> {
    let has = |program: &str| Command::new(program).arg("-version").output().is_ok();
    match find_graphics() {
        Err(_) => Some("no Vulkan driver"),
        Ok(_) if !has("Xvfb") => Some("no Xvfb"),
        Ok(_) if !has("xdotool") => Some("no xdotool"),
        Ok(_) if !has("import") => Some("no ImageMagick"),
        Ok(_) => None,
    }
}

/// A program that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Waits for the program's own end.
    fn end(&mut self) -> Result<ExitStatus, Failed> {
        wait_for("the program to end", || self.0.try_wait().ok().flatten())
    }
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> Result<T, Failed> {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        ensure(began.elapsed() < PATIENCE, || format!("waited in vain for {what}"))?;
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A virtual screen of its own number, which the server chooses.
fn screen() -> Result<(Running, String), Failed> {
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let out = server.stdout.take().ok_or("Xvfb has no stdout")?;
    let server = Running(server);
    let mut number = String::new();
    BufReader::new(out).read_line(&mut number)?;
    ensure(!number.trim().is_empty(), || "Xvfb does not start".into())?;
    Ok((server, format!(":{}", number.trim())))
}

/// The output of a program on a screen, if it succeeds.
fn ask(display: &str, program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new(program).env("DISPLAY", display).args(arguments).output().ok()?;
    output.status.success().then_some(output.stdout)
}

fn open(display: Option<&str>, file: &Path) -> Result<Running, Failed> {
    let mut command = Command::new(viewer());
    command.env("GROMA_CACHE_DIR", "").env("GROMA_CONFIG_DIR", "");
    command.arg(file).args(["--size", "640x480"]).env_remove("WAYLAND_DISPLAY").env_remove("DISPLAY");
    if let Some(display) = display {
        command.env("DISPLAY", display);
    }
    Ok(Running(command.stderr(Stdio::piped()).spawn()?))
}

fn words(running: &mut Running) -> Result<String, Failed> {
    let stderr = running.0.stderr.take().ok_or("no stderr")?;
    Ok(std::io::read_to_string(stderr)?)
}

fn a_window_shows_a_model() -> Result<(), Failed> {
    let (_server, display) = screen()?;
    let mut program = open(Some(&display), &workspace("tests/viewer/red_box.ifc"))?;
    let window = wait_for("the title", || {
        let found = ask(&display, "xdotool", &["search", "--name", "red_box - [0-9]+ elements? - groma"])?;
        String::from_utf8(found).ok()?.lines().next().map(str::to_owned)
    })?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("screen.png");
    let file = path.to_string_lossy().into_owned();
    wait_for("a red box in the middle of the window", || {
        ask(&display, "import", &["-window", &window, &file])?;
        let [r, g, b] = at(&image::open(&path).ok()?.to_rgb8(), 0.5, 0.5);
        (u16::from(r) > 2 * u16::from(g.max(b)) && r > 60).then_some(())
    })?;
    // Without a window manager, keys arrive only where they are sent by hand.
    ask(&display, "xdotool", &["windowfocus", "--sync", &window]).ok_or("the window takes no focus")?;
    ask(&display, "xdotool", &["key", "ctrl+q"]).ok_or("the key is not sent")?;
    let status = program.end()?;
    ensure(status.code() == Some(0), || format!("it ended with {status}"))
}

/// A program in its window on a screen, and what one does with it.
struct Session {
    _server: Running,
    display: String,
    program: Running,
    window: String,
    folder: tempfile::TempDir,
}

impl Session {
    /// Opens files in a window too narrow for the panels at its sides, and waits until the title has a word.
    fn open(arguments: &[&Path], title: &str) -> Result<Self, Failed> {
        Self::open_in("640x480", arguments, title)
    }

    /// Opens files, and waits until the title has a word.
    fn open_in(size: &str, arguments: &[&Path], title: &str) -> Result<Self, Failed> {
        let (server, display) = screen()?;
        let mut command = Command::new(viewer());
        command
            .env("GROMA_CACHE_DIR", "")
            .env("GROMA_CONFIG_DIR", "")
            .env_remove("WAYLAND_DISPLAY")
            .env("DISPLAY", &display);
        command.args(arguments).args(["--size", size]);
        let mut program = Running(command.stderr(Stdio::piped()).spawn()?);
        let found = wait_for("the title", || {
            if let Ok(Some(status)) = program.0.try_wait() {
                return Some(Err(status));
            }
            let found = ask(&display, "xdotool", &["search", "--name", title])?;
            String::from_utf8(found).ok()?.lines().next().map(|window| Ok(window.to_owned()))
        })?;
        let window = match found {
            Ok(window) => window,
            Err(status) => return Err(format!("{status}: {}", words(&mut program)?).into()),
        };
        // Without a window manager, keys arrive only where they are sent by hand.
        ask(&display, "xdotool", &["windowfocus", "--sync", &window]).ok_or("the window takes no focus")?;
        Ok(Self { _server: server, display, program, window, folder: tempfile::tempdir()? })
    }

    fn send(&self, arguments: &[&str]) -> Result<(), Failed> {
        ask(&self.display, "xdotool", arguments)
            .map(drop)
            .ok_or_else(|| format!("{arguments:?} is not sent").into())
    }

    fn picture(&self) -> Option<image::RgbImage> {
        let path = self.folder.path().join("screen.png");
        ask(&self.display, "import", &["-window", &self.window, &path.to_string_lossy()])?;
        Some(image::open(&path).ok()?.to_rgb8())
    }

    fn sees(&self, what: &str, holds: impl Fn(&image::RgbImage) -> bool) -> Result<(), Failed> {
        wait_for(what, || holds(&self.picture()?).then_some(()))
    }

    fn quit(mut self) -> Result<(), Failed> {
        self.send(&["key", "ctrl+q"])?;
        let status = self.program.end()?;
        ensure(status.code() == Some(0), || format!("it ended with {status}"))
    }
}

fn is_red([r, g, b]: [u8; 3]) -> bool {
    u16::from(r) > 2 * u16::from(g.max(b)) && r > 60
}

/// How much of the picture has a colour.
fn share(picture: &image::RgbImage, has: impl Fn([u8; 3]) -> bool) -> f32 {
    let found = picture.pixels().filter(|p| has(p.0)).count();
    found as f32 / (picture.width() * picture.height()) as f32
}

fn chosen_and_hidden() -> Result<(), Failed> {
    let s = Session::open(&[&workspace("tests/viewer/red_box.ifc")], "red_box - [0-9]+ elements? - groma")?;
    let middle = |p: &image::RgbImage| at(p, 0.5, 0.5);
    s.sees("a red box", |p| is_red(middle(p)))?;
    let before = middle(&s.picture().ok_or("no picture")?);
    s.send(&["mousemove", "--window", &s.window, "320", "240", "click", "1"])?;
    s.sees("the box glows", |p| !is_red(middle(p)) && apart(middle(p), before) > 30)?;
    s.send(&["key", "h"])?;
    s.sees("the box is gone", |p| share(p, is_red) < 0.001 && middle(p)[2] > 90)?;
    // Even a window of almost nothing is survived.
    s.send(&["windowsize", &s.window, "1", "1"])?;
    std::thread::sleep(Duration::from_secs(1));
    s.send(&["windowsize", &s.window, "640", "480"])?;
    s.sees("the sky again", |p| p.width() == 640 && middle(p)[2] > 90)?;
    s.send(&["windowfocus", "--sync", &s.window])?;
    s.send(&["key", "ctrl+z"])?;
    s.sees("the box is back", |p| share(p, is_red) > 0.01)?;
    s.quit()
}

/// The box that holds all pixels of a colour: left, top, right, bottom.
fn around(picture: &image::RgbImage, has: impl Fn([u8; 3]) -> bool) -> Option<[u32; 4]> {
    let found = picture.enumerate_pixels().filter(|(_, _, p)| has(p.0)).map(|(x, y, _)| (x, y));
    found.fold(None, |all, (x, y)| {
        let [l, t, r, b] = all.unwrap_or([x, y, x, y]);
        Some([l.min(x), t.min(y), r.max(x), b.max(y)])
    })
}

/// Between panels a click meets what is under the pointer, and a drag moves the section that it takes.
fn between_panels() -> Result<(), Failed> {
    let file = workspace("tests/viewer/red_box.ifc");
    let s = Session::open_in("1200x760", &[&file], "red_box - [0-9]+ elements? - groma")?;
    s.sees("a red box", |p| share(p, is_red) > 0.02)?;
    let seen = || s.picture().and_then(|p| around(&p, is_red)).ok_or("no red box");
    let [left, top, right, bottom] = seen()?;
    let red = |p: &image::RgbImage| share(p, is_red);
    let whole = s.picture().map(|p| red(&p)).ok_or("no picture")?;
    let press = |x: u32, y: u32, then: &[&str]| {
        let (x, y) = (x.to_string(), y.to_string());
        s.send(&[&["mousemove", "--window", &s.window, &x, &y], then].concat())
    };
    let middle = u32::midpoint(top, bottom);
    press(left + (right - left) / 8, middle, &["click", "1"])?;
    s.sees("the box glows", |p| red(p) < whole * 0.2)?;
    press(left.saturating_sub(25), middle, &["click", "1"])?;
    s.sees("nothing is chosen", |p| red(p) > whole * 0.8)?;
    s.send(&["key", "ctrl+k"])?;
    s.sees("the commands before the box", |p| red(p) < whole * 0.85)?;
    s.send(&["type", "cut level"])?;
    s.send(&["key", "Return"])?;
    s.sees("the commands are gone", |p| around(p, is_red).is_some_and(|b| b[1] > top + (bottom - top) / 8))?;
    std::thread::sleep(Duration::from_secs(2));
    let picture = s.picture().ok_or("no picture")?;
    let half = red(&picture);
    let is_grip = |[r, g, b]: [u8; 3]| r < 90 && (90..200).contains(&g) && b > 190;
    let [left, upper, right, lower] = around(&picture, is_grip).ok_or("no grip")?;
    let (x, y) = (u32::midpoint(left, right), u32::midpoint(upper, lower));
    // Frames are slow: each has to see the button before it moves on.
    press(x, y, &["mousedown", "1", "sleep", "1.5"])?;
    let step = ((bottom - y) / 10).max(6);
    for n in 1..=4 {
        press(x, y + n * step, &["sleep", "0.5"])?;
    }
    s.sees("less of the box", |p| red(p) < half * 0.85)?;
    s.send(&["mouseup", "1"])?;
    s.send(&["key", "ctrl+z"])?;
    s.sees("half of the box again", |p| (red(p) - half).abs() < half * 0.1)?;
    // A window that is made small keeps its view; what had to go comes back with the room.
    let is_sky = |p: &image::RgbImage| at(p, 0.03, 0.5)[2] > 90;
    s.send(&["windowsize", &s.window, "640", "480"])?;
    s.sees("the view at the left edge", |p| p.width() == 640 && is_sky(p))?;
    s.send(&["windowsize", &s.window, "1200", "760"])?;
    s.sees("the tree at the left edge", |p| p.width() == 1200 && !is_sky(p))?;
    s.send(&["windowfocus", "--sync", &s.window])?;
    s.quit()
}

/// What is typed into a field is the field's, and Tab the walker's.
fn typed_and_walked() -> Result<(), Failed> {
    let file = workspace("tests/viewer/red_box.ifc");
    let s = Session::open_in("1200x760", &[&file], "red_box - [0-9]+ elements? - groma")?;
    s.sees("a red box", |p| share(p, is_red) > 0.02)?;
    let [_, top, _, bottom] = s.picture().and_then(|p| around(&p, is_red)).ok_or("no red box")?;
    // Frames are slow: each has to see Control before the letter.
    let pause = || std::thread::sleep(Duration::from_millis(700));
    let control = |letters: &[&str]| -> Result<(), Failed> {
        s.send(&["keydown", "ctrl"])?;
        pause();
        for letter in letters {
            s.send(&["key", letter])?;
            pause();
        }
        s.send(&["keyup", "ctrl"])?;
        pause();
        Ok(())
    };
    s.send(&["key", "ctrl+k"])?;
    pause();
    s.send(&["type", "level"])?;
    pause();
    control(&["a", "x"])?;
    s.send(&["type", "cut "])?;
    pause();
    control(&["v"])?;
    s.send(&["key", "Return"])?;
    let is_cut = |p: &image::RgbImage| around(p, is_red).is_some_and(|b| b[1] > top + (bottom - top) / 8);
    s.sees("half of the box", is_cut)?;
    // Taken back in the view, but not by what is typed into a field.
    s.send(&["mousemove", "--window", &s.window, "560", "14", "click", "1"])?;
    pause();
    control(&["z"])?;
    ensure(s.picture().as_ref().is_some_and(is_cut), || "undone from within the search".into())?;
    s.send(&["key", "Escape"])?;
    pause();
    control(&["z"])?;
    s.sees("the whole box", |p| !is_cut(p) && share(p, is_red) > 0.02)?;
    let whole = s.picture().map(|p| share(&p, is_red)).ok_or("no picture")?;
    s.send(&["key", "Tab"])?;
    pause();
    s.send(&["keydown", "w"])?;
    s.sees("the box is nearer", |p| share(p, is_red) > whole * 1.2 || share(p, is_red) < whole * 0.5)?;
    s.send(&["keyup", "w"])?;
    s.quit()
}

fn played_and_stepped() -> Result<(), Failed> {
    let s = Session::open(&[&workspace("assets/sample")], "architecture.* elements - groma")?;
    let wall = |[r, g, b]: [u8; 3]| r > 180 && g > 170 && b < 225 && r > b.saturating_add(12);
    s.sees("the building", |p| share(p, wall) > 0.05)?;
    s.send(&["key", "t"])?;
    s.sees("nothing stands yet", |p| share(p, wall) < 0.01)?;
    s.send(&["key", "space"])?;
    s.sees("the building stands", |p| share(p, wall) > 0.03)?;
    s.send(&["key", "t"])?;
    s.send(&["key", "F7"])?;
    // The clash list takes room; once it is filled, the next issue can be shown.
    std::thread::sleep(Duration::from_secs(2));
    let orange = |[r, g, b]: [u8; 3]| r > 150 && (60..170).contains(&g) && b < 70;
    let blue = |[r, g, b]: [u8; 3]| b > 120 && r < 80 && b > g.saturating_add(40);
    let began = Instant::now();
    loop {
        s.send(&["key", "n"])?;
        let found = s.picture().is_some_and(|p| share(&p, orange) > 0.002 && share(&p, blue) > 0.002);
        if found {
            break;
        }
        ensure(began.elapsed() < PATIENCE, || "no issue is shown in its two colours".into())?;
        std::thread::sleep(Duration::from_millis(700));
    }
    s.quit()
}

fn nothing_open() -> Result<(), Failed> {
    let s = Session::open(&[], "groma")?;
    // Keys that come before the first frame come all at once.
    s.sees("the empty window", |p| share(p, |[r, g, b]| r.max(g).max(b) > 15) > 0.9)?;
    s.send(&["key", "ctrl+k"])?;
    std::thread::sleep(Duration::from_millis(500));
    s.send(&["type", "sample"])?;
    std::thread::sleep(Duration::from_millis(500));
    s.send(&["key", "Return"])?;
    wait_for("the sample", || {
        ask(&s.display, "xdotool", &["search", "--name", "architecture.* elements - groma"])
    })?;
    s.quit()
}

fn no_such_file() -> Result<(), Failed> {
    // Its title is that of a window with nothing open, once opening has failed.
    let mut s = Session::open(&[&workspace("tests/viewer/none.ifc")], "^groma$")?;
    std::thread::sleep(Duration::from_millis(700));
    ensure(s.program.0.try_wait()?.is_none(), || "the window is gone".into())?;
    s.send(&["key", "ctrl+q"])?;
    let status = s.program.end()?;
    let said = words(&mut s.program)?;
    ensure(status.code() == Some(2), || format!("it ended with {status}: {said}"))?;
    ensure(said.contains("error: ") && said.contains("none.ifc"), || format!("it said: {said}"))
}

fn no_screen() -> Result<(), Failed> {
    for display in [None, Some(":59999")] {
        let mut program = open(display, &workspace("tests/viewer/red_box.ifc"))?;
        let status = program.end()?;
        let said = words(&mut program)?;
        ensure(status.code() == Some(2), || format!("it ended with {status}: {said}"))?;
        ensure(said.contains("error: no window can be opened"), || format!("it said: {said}"))?;
        ensure(said.contains("--screenshot"), || format!("it said: {said}"))?;
    }
    Ok(())
}

/// Where it is told that this program is to be a viewer whose graphics device gets lost, and what it writes the
/// arguments to that it is started anew with.
const LOSING: &str = "GROMA_TEST_LOSING";

/// Destroys the device once the view was drawn for a while.
fn destroy(
    session: Res<groma_viewer::session::Session>,
    device: Res<RenderDevice>,
    mut since: Local<Option<Instant>>,
) {
    if session.elements.is_some() && since.get_or_insert_with(Instant::now).elapsed() > Duration::from_secs(4)
    {
        device.wgpu_device().destroy();
        *since = Some(Instant::now() + Duration::from_secs(3600));
    }
}

/// The viewer of [`device_lost`]; started anew, it writes down how.
fn lose(told: &Path) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Ok(times) = std::env::var("GROMA_VIEWER_LOST") {
        let written = std::fs::write(told, format!("{times} {}", arguments.join(" ")));
        return if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let sources = vec![groma::ModelSource::new(&*arguments[0])];
    let load = LoadPlugin::files(sources, None);
    let ended = window(load, (640, 480), Orbit::default(), ViewOptions::default()).and_then(|mut app| {
        app.add_systems(Update, destroy);
        run(app)
    });
    // Only where it was not started anew.
    match std::fs::write(told, format!("it ended with {ended:?}")) {
        Ok(()) | Err(_) => ExitCode::FAILURE,
    }
}

fn device_lost() -> Result<(), Failed> {
    let (_server, display) = screen()?;
    let folder = tempfile::tempdir()?;
    let told = folder.path().join("told");
    let file = workspace("tests/viewer/red_box.ifc");
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(&file).env("DISPLAY", &display).env_remove("WAYLAND_DISPLAY").env(LOSING, &told);
    command.env("GROMA_CACHE_DIR", "").env("GROMA_CONFIG_DIR", "");
    let mut program = Running(command.stderr(Stdio::piped()).spawn()?);
    let status = program.end()?;
    let said = std::fs::read_to_string(&told).unwrap_or_default();
    ensure(status.success(), || format!("{status}: {said} {}", words(&mut program).unwrap_or_default()))?;
    let name = file.display().to_string();
    let same = said.starts_with("1 ") && said.contains(&name) && said.contains(" --camera=");
    ensure(same && said.ends_with("--size=640x480"), || format!("it was started with: {said}"))
}
