//! The command `groma-sample`.

use anyhow::Context;
use clap::Parser;
use groma_sample::{Options, Packing, RailSchema, author, author_rail, pack};
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
    /// A railway line instead, in this edition of IFC
    #[arg(long, value_name = "SCHEMA", value_parser = rail_schema, conflicts_with_all = ["storeys", "bays", "rich"])]
    rail: Option<RailSchema>,
    /// Pack the models
    #[arg(long, value_name = "ifczip|gzip", value_parser = packing)]
    packed: Option<Packing>,
}

fn packing(name: &str) -> Result<Packing, String> {
    let named = |packing: &Packing| packing.name().eq_ignore_ascii_case(name);
    Packing::ALL.into_iter().find(named).ok_or_else(|| "ifczip or gzip".to_owned())
}

fn rail_schema(name: &str) -> Result<RailSchema, String> {
    let named = |schema: &RailSchema| schema.name().eq_ignore_ascii_case(name);
    let all = || RailSchema::ALL.map(RailSchema::name).join(", ");
    RailSchema::ALL.into_iter().find(named).ok_or_else(|| format!("one of {}", all()))
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let written = || format!("cannot write the sample into {}", arguments.out.display());
    let mut words = std::io::stderr().lock();
    if let Some(schema) = arguments.rail {
        let parts = author_rail(schema, &arguments.out).with_context(written)?;
        writeln!(words, "{} elements along a line", parts.len())?;
        arguments.packed.map(|packing| pack(packing, &arguments.out)).transpose().with_context(written)?;
        return Ok(());
    }
    let options = Options { storeys: arguments.storeys, bays: arguments.bays, rich: arguments.rich };
    let authored = author(&options, &arguments.out).with_context(written)?;
    arguments.packed.map(|packing| pack(packing, &arguments.out)).transpose().with_context(written)?;
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
