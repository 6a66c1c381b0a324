//! Authors the sample project: a small office building in three IFC4 models that fit together, with a
//! number of clashes planted on purpose.
//!
//! ```text
//! groma-sample --out DIR [--storeys 5] [--bays 4] [--rich]
//! ```
//!
//! writes into `DIR`
//!
//! | file | what | unit |
//! |---|---|---|
//! | `architecture.ifc` | façade, walls, doors, windows, finishes, ceilings, stairs, roof, spaces | mm |
//! | `structure.ifc` | footings, columns, beams, slabs, core walls, grid | m |
//! | `services.ifc` | supply air, sprinklers, cold water, trays, lights, outlets; ports and systems | mm |
//! | `planted.json` | the clashes that are there, with what a builder would say, and decoys that are none | m |
//! | `programme.xml`, `programme.csv` | the programme of some 80 tasks, for Microsoft Project and as a table | |
//! | `progress.csv` | eight weeks of what was seen on site, some of it late, some contradictory | |
//!
//! Each run writes the same bytes: GlobalIds are hashes of stable names such as
//! `structure/03/column/B-3`, and time stamps are fixed. The default size is what stands in
//! `assets/sample`; a test fails when it is stale. `--storeys 60 --bays 20` makes more than 100,000
//! elements for benchmarks; records go to the file as they are made, so memory stays small. `--rich` gives
//! each element property and quantity sets of its own, writes fittings as faceted breps, and furnishes the
//! offices, so that bytes per element are those of real exports.
//!
//! `groma-sample --rail IFC4X3_ADD2 --out DIR` writes a railway line instead, in one of five editions of IFC: `rail.ifc`
//! with 500 solids swept along an alignment and 1,275 elements placed by their distance along it, and `rail.json`
//! with the box and the volume that each must have.
//!
//! `--packed ifczip` or `--packed gzip` packs the models.
//!
//! The architecture is built with the typed builders of `ifc_rs`; what that crate does not know (stairs,
//! coverings, colours, classification, mapped shapes) and the other two models come from a small STEP
//! writer. But for the planted pairs, no two elements overlap: walls stop at columns and beams, services
//! cross through openings, ceilings have holes. `tools/check_sample.py` proves it with IfcOpenShell and
//! manifold3d.

mod architecture;
mod building;
mod catalogue;
mod details;
mod facade;
mod furniture;
mod guid;
mod joinery;
mod kit;
mod network;
mod pack;
mod planted;
mod programme;
mod rail;
mod services;
mod shape;
mod spatial_tree;
mod sprinklers;
mod stairs;
mod step;
mod structure;
mod truth;
mod typed;
mod water;

pub use pack::{Packing, pack};
pub use rail::{RailPart, RailSchema, author_rail};

use building::Building;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;

/// How large the building is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Storeys above ground, [`Options::MIN_STOREYS`] or more.
    pub storeys: usize,
    /// Bays of 6 m along the façade, [`Options::MIN_BAYS`] or more.
    pub bays: usize,
    /// Property and quantity sets for each element, faceted breps, furniture: as heavy as real exports.
    pub rich: bool,
}

impl Options {
    /// The planted clashes are spread over this many storeys.
    pub const MIN_STOREYS: usize = 5;
    /// The core, the lavatories and the planted clashes need this many bays.
    pub const MIN_BAYS: usize = 4;
}

impl Default for Options {
    /// The size that ships in `assets/sample`.
    fn default() -> Self {
        Self { storeys: Self::MIN_STOREYS, bays: Self::MIN_BAYS, rich: false }
    }
}

/// How many elements each model got, openings included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Authored {
    /// In `architecture.ifc`.
    pub architecture: usize,
    /// In `structure.ifc`.
    pub structure: usize,
    /// In `services.ifc`.
    pub services: usize,
}

/// Writes the three models and `planted.json` into a folder, which is made if it is absent.
///
/// # Errors
///
/// Fewer storeys or bays than the least ([`io::ErrorKind::InvalidInput`]), or what the file system says.
pub fn author(options: &Options, dir: &Path) -> io::Result<Authored> {
    if options.storeys < Options::MIN_STOREYS || options.bays < Options::MIN_BAYS {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("at least {} storeys and {} bays", Options::MIN_STOREYS, Options::MIN_BAYS),
        ));
    }
    fs::create_dir_all(dir)?;
    let building = Building { storeys: options.storeys, bays: options.bays, rich: options.rich };
    let file = |name: &str| File::create(dir.join(name)).map(BufWriter::new);
    fs::write(dir.join("planted.json"), truth::json()?)?;
    programme::write_into(&building, dir)?;
    Ok(Authored {
        architecture: architecture::write(&building, file("architecture.ifc")?)?,
        structure: structure::write(&building, file("structure.ifc")?)?,
        services: services::write(&building, file("services.ifc")?)?,
    })
}
