//! `groma view`: starts the viewer, which is a program of its own.

use crate::args::View;
use crate::output::Exit;
use anyhow::{Context, bail};
use std::env;
use std::path::PathBuf;
use std::process::Command;

pub(crate) fn run(args: &View) -> anyhow::Result<Exit> {
    let Some(viewer) = find() else {
        bail!(
            "groma-viewer is neither beside {} nor on the PATH\n  \
             hint: build it with `cargo build --release -p groma-viewer`, or install it with \
             `cargo install --path crates/groma-viewer`",
            env::current_exe().map_or("groma".into(), |p| p.display().to_string())
        );
    };
    let status = Command::new(&viewer)
        .args(&args.arguments)
        .status()
        .with_context(|| format!("cannot start {}", viewer.display()))?;
    Ok(match status.code() {
        Some(0) => Exit::Ok,
        Some(1) => Exit::GateFailed,
        Some(3) => Exit::Incomplete,
        Some(_) => Exit::CouldNotRun,
        None => bail!("the viewer was ended by a signal"),
    })
}

/// The viewer beside this program, or on the PATH.
fn find() -> Option<PathBuf> {
    let name = format!("groma-viewer{}", env::consts::EXE_SUFFIX);
    let beside = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join(&name)));
    let on_path: Option<Vec<PathBuf>> =
        env::var_os("PATH").map(|path| env::split_paths(&path).map(|d| d.join(&name)).collect());
    beside.into_iter().chain(on_path.unwrap_or_default()).find(|candidate| candidate.is_file())
}
