//! The sample project, carried in the programs: a small office building with planted clashes, its programme, and what
//! was seen of it on site.

use std::path::{Path, PathBuf};

/// Its files, by name; some lie in a folder below.
pub const FILES: [(&str, &[u8]); 11] = [
    ("architecture.ifc", include_bytes!("../../../assets/sample/architecture.ifc")),
    ("structure.ifc", include_bytes!("../../../assets/sample/structure.ifc")),
    ("services.ifc", include_bytes!("../../../assets/sample/services.ifc")),
    ("groma.toml", include_bytes!("../../../assets/sample/groma.toml")),
    ("programme.xml", include_bytes!("../../../assets/sample/programme.xml")),
    ("programme.csv", include_bytes!("../../../assets/sample/programme.csv")),
    ("progress.csv", include_bytes!("../../../assets/sample/progress.csv")),
    ("scenarios/storm_week.toml", include_bytes!("../../../assets/sample/scenarios/storm_week.toml")),
    ("scenarios/late_facade.toml", include_bytes!("../../../assets/sample/scenarios/late_facade.toml")),
    ("scenarios/second_crew.toml", include_bytes!("../../../assets/sample/scenarios/second_crew.toml")),
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
    write(dir, |_| true)
}

/// [`unpack`], but a file that is there stays as it is: what a person wrote into it is kept.
///
/// # Errors
///
/// What the system says.
pub fn unpack_missing(dir: &Path) -> std::io::Result<PathBuf> {
    write(dir, |path| !path.exists())
}

fn write(dir: &Path, wanted: impl Fn(&Path) -> bool) -> std::io::Result<PathBuf> {
    for (name, bytes) in FILES {
        let path = dir.join(name);
        if wanted(&path) {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            crate::files::write(&path, bytes)?;
        }
    }
    Ok(dir.join("groma.toml"))
}
