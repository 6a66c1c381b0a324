//! `groma cache`.

use crate::args::{Cache as Args, CacheAction};
use crate::output::{self, Exit};
use anyhow::{Context, bail};
use groma::Cache;

pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    let Some(cache) = Cache::of_user() else {
        bail!("there is no cache: GROMA_CACHE_DIR is empty, or the platform names no directory for caches");
    };
    let directory = cache.directory().display();
    let size = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    let text = match args.action {
        CacheAction::Info => {
            let info = cache.info().with_context(|| format!("cannot list {directory}"))?;
            let limit = cache.limit() as f64 / 1e9;
            format!(
                "directory  {directory}\nmodels     {}\nsize       {} of at most {limit} GB\n",
                info.entries,
                size(info.bytes)
            )
        }
        CacheAction::Clean => {
            let gone = cache.clean().with_context(|| format!("cannot clean {directory}"))?;
            format!("removed {} models, {}, from {directory}\n", gone.entries, size(gone.bytes))
        }
    };
    output::write(&text, None)?;
    Ok(Exit::Ok)
}
