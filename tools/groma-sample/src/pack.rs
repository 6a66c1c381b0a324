//! Models packed as exporters pack them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How models are packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Packing {
    /// A zip archive with the one model in it, `.ifczip`.
    Ifczip,
    /// A gzip stream, `.ifc.gz`.
    Gzip,
}

impl Packing {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ifczip, Self::Gzip];

    /// What a user calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ifczip => "ifczip",
            Self::Gzip => "gzip",
        }
    }
}

/// Packs each `.ifc` of a folder, in place of the plain file; the same bytes each time. Gives the packed files, sorted.
///
/// # Errors
///
/// What the file system says.
pub fn pack(packing: Packing, dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut plain: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "ifc") {
            plain.push(path);
        }
    }
    plain.sort();
    let mut packed = Vec::with_capacity(plain.len());
    for path in plain {
        let text = fs::read(&path)?;
        let to = match packing {
            Packing::Ifczip => path.with_extension("ifczip"),
            Packing::Gzip => path.with_extension("ifc.gz"),
        };
        match packing {
            Packing::Ifczip => {
                let mut zip = zip::ZipWriter::new(File::create(&to)?);
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let options =
                    zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
                zip.start_file(name, options)?;
                zip.write_all(&text)?;
                zip.finish()?;
            }
            Packing::Gzip => {
                let mut gz =
                    flate2::write::GzEncoder::new(File::create(&to)?, flate2::Compression::default());
                gz.write_all(&text)?;
                gz.finish()?;
            }
        }
        fs::remove_file(&path)?;
        packed.push(to);
    }
    Ok(packed)
}
