//! A real window on a virtual screen: what it shows, what its title says, how it ends.

mod support;

use groma_viewer::graphics::find_graphics;
use libtest_mimic::{Arguments, Failed};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use support::{at, drawing, ensure, viewer, workspace};

/// How long one waits for a window, a title or an end: drawing without a graphics card is slow.
const PATIENCE: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    let missing = missing();
    let trials = vec![
        drawing("a window shows a model, and Ctrl+Q closes it", missing, a_window_shows_a_model),
        drawing("a file that cannot be read closes the window with 2", missing, no_such_file),
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
        .args(["-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"])
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

fn open(display: Option<&str>, file: &std::path::Path) -> Result<Running, Failed> {
    let mut command = Command::new(viewer());
    command.env("GROMA_CACHE_DIR", "");
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

fn no_such_file() -> Result<(), Failed> {
    let (_server, display) = screen()?;
    let mut program = open(Some(&display), &workspace("tests/viewer/none.ifc"))?;
    let status = program.end()?;
    let said = words(&mut program)?;
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
