//! A fingerprint of everything that a verdict on two shapes depends on: the sources of the tests. Verdicts that
//! are kept from run to run carry it.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::io::Result;
use std::path::Path;

fn main() -> Result<()> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for name in ["groma-geometry", "groma-clash"] {
        let sources = crates.join(name).join("src");
        println!("cargo:rerun-if-changed={}", sources.display());
        for entry in std::fs::read_dir(sources)? {
            files.push(entry?.path());
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files.iter().filter(|f| f.is_file()) {
        hasher.write(&std::fs::read(file)?);
    }
    println!("cargo:rustc-env=GROMA_CLASH_FINGERPRINT={:016x}", hasher.finish());
    Ok(())
}
