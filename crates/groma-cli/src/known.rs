//! Baselines are written here; what is known is read by [`groma::HistoryFiles`].

use crate::output;
use groma::exchange::baseline_file::BaselineFile;
use std::path::Path;

/// Writes a baseline.
pub(crate) fn save(baseline: &BaselineFile, path: &Path) -> anyhow::Result<()> {
    output::write(&baseline.to_text(), Some(path))
}
