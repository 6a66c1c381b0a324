//! The sample project, carried in the programs: a small office building with planted clashes, its programme, and what
//! was seen of it on site.

use std::io::Write;
use std::path::{Path, PathBuf};

/// Its files, by name.
pub const FILES: [(&str, &[u8]); 8] = [
    ("architecture.ifc", include_bytes!("../../../assets/sample/architecture.ifc")),
    ("structure.ifc", include_bytes!("../../../assets/sample/structure.ifc")),
    ("services.ifc", include_bytes!("../../../assets/sample/services.ifc")),
    ("groma.toml", include_bytes!("../../../assets/sample/groma.toml")),
    ("programme.xml", include_bytes!("../../../assets/sample/programme.xml")),
    ("programme.csv", include_bytes!("../../../assets/sample/programme.csv")),
    ("progress.csv", include_bytes!("../../../assets/sample/progress.csv")),
    ("planted.json", include_bytes!("../../../assets/sample/planted.json")),
];

/// One of its files; empty where there is none of that name.
pub fn file(name: &str) -> &'static [u8] {
    FILES.iter().find(|(known, _)| *known == name).map_or(&[], |(_, bytes)| bytes)
}

/// Writes the sample into a folder, which is made if it is absent, over files of the same names; gives the path of
/// its `groma.toml`.
///
/// # Errors
///
/// What the system says.
pub fn unpack(dir: &Path) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(dir)?;
    for (name, bytes) in FILES {
        std::fs::File::create(dir.join(name))?.write_all(bytes)?;
    }
    Ok(dir.join("groma.toml"))
}
