//! What stands around every command: threads, tracing, Ctrl-C, progress.

use crate::args::Common;
use crate::output::{self, Exit};
use crate::progress::Bars;
use anyhow::{Context, anyhow};
use groma::{Cache, Column, ModelSource, Progress, Project, QueryError, QueryRun, Selector};
use std::any::Any;
use std::fs::File;
use std::io::BufWriter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Runs a command inside a pool of the threads asked for.
///
/// A panic that a stage contains (the geometry kernel's, at one element) says nothing by itself: it is a
/// diagnostic. One that gets here is a fault of ours and an error like any other.
pub(crate) fn inside(
    common: &Common,
    command: impl FnOnce(&Session) -> anyhow::Result<Exit> + Send,
) -> anyhow::Result<Exit> {
    let stop = Arc::new(AtomicBool::new(false));
    let on_signal = stop.clone();
    ctrlc::set_handler(move || on_signal.store(true, Ordering::Relaxed))
        .context("cannot listen for Ctrl-C")?;
    let threads = common.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(groma::WORKER_STACK)
        .build()
        .context("cannot start the working threads")?;
    let session = Session {
        bars: Bars::new(common.quiet, stop),
        cache: if common.no_cache { None } else { Cache::of_user() },
    };
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| ()));
    }
    let work = || {
        catch_unwind(AssertUnwindSafe(|| pool.install(|| command(&session))))
            .unwrap_or_else(|panic| Err(broken_down(&*panic)))
    };
    let outcome = match &common.trace {
        None => work(),
        Some(file) => traced(file, work),
    };
    // The cache never changes the outcome; that it was of no use is worth a word.
    if let Some(trouble) = session.cache.and_then(|cache| cache.tally().trouble).filter(|_| !common.quiet) {
        output::warning(&format!(
            "{trouble}\n  hint: GROMA_CACHE_DIR names another directory, --no-cache does without"
        ));
    }
    outcome
}

/// What every command works with: whom to tell how far it is, and what was opened before.
pub(crate) struct Session {
    bars: Bars,
    cache: Option<Cache>,
}

impl Session {
    /// Opens models, those that were opened before out of the cache.
    pub(crate) fn open(&self, sources: &[ModelSource]) -> anyhow::Result<Project> {
        Ok(Project::open_with(sources, self.cache.as_ref(), self)?)
    }

    /// What was opened and tested before.
    pub(crate) fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// Selects from models; shapes that were made before come out of the cache.
    pub(crate) fn query(
        &self,
        sources: &[ModelSource],
        selector: &Selector,
        columns: &[Column],
    ) -> Result<QueryRun, QueryError> {
        groma::query(sources, selector, columns, self.cache.as_ref(), self)
    }
}

impl Progress for Session {
    fn begin(&self, what: &str, steps: u64) {
        self.bars.begin(what, steps);
    }

    fn advance(&self, steps: u64) {
        self.bars.advance(steps);
    }

    fn end(&self) {
        self.bars.end();
    }

    fn cancelled(&self) -> bool {
        self.bars.cancelled()
    }
}

/// Runs with the spans of the stages written to a file: beside it, then renamed.
fn traced(file: &Path, work: impl FnOnce() -> anyhow::Result<Exit>) -> anyhow::Result<Exit> {
    let cannot = || format!("cannot write the trace {}", file.display());
    let beside = groma::files::beside(file).with_context(cannot)?;
    let writer = BufWriter::new(File::create(beside.path()).with_context(cannot)?);
    let (layer, guard) = tracing_chrome::ChromeLayerBuilder::new().writer(writer).include_args(true).build();
    let ours = tracing_subscriber::EnvFilter::new(
        "off,groma=info,groma_ifc=info,groma_clash=info,groma_compare=info,groma_cache=info",
    );
    tracing_subscriber::registry().with(ours).with(layer).init();
    let outcome = work();
    drop(guard);
    beside.persist(file).with_context(cannot)?;
    outcome
}

/// What a panic says, as an error.
fn broken_down(panic: &(dyn Any + Send)) -> anyhow::Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    anyhow!("groma broke down: {text}\n  hint: this is a fault of groma; with RUST_BACKTRACE=1 it says where")
}
