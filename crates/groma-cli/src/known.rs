//! Files that tell what is known of clashes: baselines, waivers, identities.

use crate::output;
use anyhow::{Context, anyhow};
use groma::History;
use groma::exchange::baseline_file::BaselineFile;
use groma::exchange::identity_file::IdentityFile;
use groma::exchange::waivers_file::{Waiver, WaiversFile};
use jiff::civil::Date;
use std::path::Path;

/// Where the files are, and whose.
pub(crate) struct Files<'a> {
    pub(crate) baseline: Option<&'a Path>,
    pub(crate) waivers: Option<&'a Path>,
    pub(crate) identity: Option<&'a Path>,
    /// The project's name; empty where it has none.
    pub(crate) project: &'a str,
    /// The labels of its models.
    pub(crate) models: Vec<String>,
    /// The day that waivers are judged by.
    pub(crate) today: Date,
}

/// Reads what is known.
pub(crate) fn read(files: &Files<'_>) -> anyhow::Result<History> {
    let waivers = files.waivers.map(read_waivers).transpose()?.unwrap_or_default();
    let mut history = History::new(waivers, files.today);
    let identity = files.identity.map(read_identity).transpose()?;
    if let Some(path) = files.baseline {
        let cannot = || format!("cannot use the baseline {}", path.display());
        let text = std::fs::read_to_string(path).with_context(cannot)?;
        let baseline = BaselineFile::read(&text).with_context(cannot)?;
        // A model may have another label since; the identities know it.
        let mut models = files.models.clone();
        let renamed = identity.iter().flat_map(|i| &i.models).filter(|m| files.models.contains(&m.new));
        models.extend(renamed.map(|m| m.old.clone()));
        baseline.check(files.project, &models).with_context(cannot)?;
        history = history.with_baseline(baseline).with_context(cannot)?;
    }
    Ok(match &identity {
        Some(identity) => history.with_identity(identity),
        None => history,
    })
}

fn read_waivers(path: &Path) -> anyhow::Result<Vec<Waiver>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the waivers {}", path.display()))?;
    // A mistake says itself in which file it is.
    WaiversFile::read(path, &text).map_err(|mistake| anyhow!(mistake))
}

fn read_identity(path: &Path) -> anyhow::Result<IdentityFile> {
    let cannot = || format!("cannot read the identities {}", path.display());
    let text = std::fs::read(path).with_context(cannot)?;
    IdentityFile::read(&text).with_context(cannot)
}

/// Writes a baseline.
pub(crate) fn save(baseline: &BaselineFile, path: &Path) -> anyhow::Result<()> {
    output::write(&baseline.to_text(), Some(path))
}
