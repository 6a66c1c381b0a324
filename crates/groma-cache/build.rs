//! A fingerprint of everything that a cached model depends on beside its file: the sources of import and of
//! the types it fills, and the versions of the libraries. A change of any of them makes new entries.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::io::Result;
use std::path::{Path, PathBuf};

fn main() -> Result<()> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for name in ["groma-model", "groma-geometry", "groma-ifc", "groma-cache"] {
        let sources = crates.join(name).join("src");
        println!("cargo:rerun-if-changed={}", sources.display());
        collect(&sources, &mut files)?;
    }
    let lock = crates.join("../Cargo.lock");
    println!("cargo:rerun-if-changed={}", lock.display());
    files.push(lock);
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(&std::fs::read(file)?);
    }
    println!("cargo:rustc-env=GROMA_CACHE_FINGERPRINT={:016x}", hasher.finish());
    Ok(())
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
