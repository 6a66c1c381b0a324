//! What leaves the program: exit codes, reports on stdout or in files, errors on stderr.

use anstyle::{AnsiColor, Style};
use anyhow::Context;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// Complete, and all gates hold.
    Ok,
    /// A gate failed.
    GateFailed,
    /// It could not run.
    CouldNotRun,
    /// Gates hold, but the coverage is incomplete.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Ok => Self::SUCCESS,
            Exit::GateFailed => Self::from(1),
            Exit::CouldNotRun => Self::from(2),
            Exit::Incomplete => Self::from(3),
        }
    }
}

/// Writes a report to stdout, or to a file: beside it, then renamed.
pub(crate) fn write(text: &str, file: Option<&Path>) -> anyhow::Result<()> {
    match file {
        None => {
            let mut out = std::io::stdout().lock();
            out.write_all(text.as_bytes())?;
            out.flush()?;
            Ok(())
        }
        Some(path) if path.is_dir() => anyhow::bail!("cannot write {}: it is a folder", path.display()),
        Some(path) => groma::files::write(path, text.as_bytes())
            .with_context(|| format!("cannot write {}", path.display())),
    }
}

/// True when the reader of stdout has gone, which is not an error.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|io| io.kind() == ErrorKind::BrokenPipe)
}

/// Says on stderr what does not change the outcome.
pub(crate) fn warning(text: &str) {
    let style = Style::new().bold().fg_color(Some(AnsiColor::Yellow.into()));
    let _ = writeln!(anstream::stderr(), "{style}warning{style:#}: {text}");
}

/// A word for the user on stderr.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Says an error and its causes on stderr.
pub(crate) fn error(error: &anyhow::Error) {
    let style = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Transparent errors repeat their cause.
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    // Nobody is left to tell if stderr is gone.
    let _ = writeln!(anstream::stderr(), "{style}error{style:#}: {text}");
}
