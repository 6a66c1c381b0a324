//! The command `groma-sample`.

use anyhow::Context;
use clap::Parser;
use groma_sample::{Options, author};
use std::io::Write;
use std::path::PathBuf;

/// Write the sample project: three IFC models of an office building, and the clashes planted in them.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// Where to; the folder is made if it is absent
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Storeys above ground, at least 5
    #[arg(long, default_value_t = Options::default().storeys)]
    storeys: usize,
    /// Bays of 6 m along the façade, at least 4
    #[arg(long, default_value_t = Options::default().bays)]
    bays: usize,
    /// Property and quantity sets for each element, faceted breps, furniture: as heavy as real exports
    #[arg(long)]
    rich: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let options = Options { storeys: arguments.storeys, bays: arguments.bays, rich: arguments.rich };
    let authored = author(&options, &arguments.out)
        .with_context(|| format!("cannot write the sample into {}", arguments.out.display()))?;
    let mut words = std::io::stderr().lock();
    writeln!(
        words,
        "{} elements: architecture {}, structure {}, services {}",
        authored.architecture + authored.structure + authored.services,
        authored.architecture,
        authored.structure,
        authored.services
    )?;
    Ok(())
}
