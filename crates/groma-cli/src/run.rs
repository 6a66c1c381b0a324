//! What stands around every command: threads, tracing, Ctrl-C, progress.

use crate::args::Common;
use crate::output::Exit;
use crate::progress::Bars;
use anyhow::Context;
use groma::Progress;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Runs a command inside a pool of the threads asked for.
pub(crate) fn inside(
    common: &Common,
    command: impl FnOnce(&dyn Progress) -> anyhow::Result<Exit> + Send,
) -> anyhow::Result<Exit> {
    let stop = Arc::new(AtomicBool::new(false));
    let on_signal = stop.clone();
    ctrlc::set_handler(move || on_signal.store(true, Ordering::Relaxed))
        .context("cannot listen for Ctrl-C")?;
    let threads = common.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .context("cannot start the working threads")?;
    let bars = Bars::new(common.quiet, stop);
    let work = || pool.install(|| command(&bars));
    match &common.trace {
        None => work(),
        Some(file) => traced(file, work),
    }
}

/// Runs with the spans of the stages written to a file: beside it, then renamed.
fn traced(file: &Path, work: impl FnOnce() -> anyhow::Result<Exit>) -> anyhow::Result<Exit> {
    let cannot = || format!("cannot write the trace {}", file.display());
    let dir = file.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = tempfile::NamedTempFile::new_in(dir).with_context(cannot)?;
    let writer = BufWriter::new(File::create(beside.path()).with_context(cannot)?);
    let (layer, guard) = tracing_chrome::ChromeLayerBuilder::new().writer(writer).include_args(true).build();
    let ours = tracing_subscriber::EnvFilter::new("off,groma=info,groma_ifc=info,groma_clash=info");
    tracing_subscriber::registry().with(ours).with(layer).init();
    let outcome = work();
    drop(guard);
    beside.persist(file).with_context(cannot)?;
    outcome
}
