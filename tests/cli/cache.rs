use crate::support::{Run, groma, groma_with_cache, sample};
use std::ffi::OsString;
use std::path::Path;

fn inspect(cache: &Path, more: &[&str]) -> Run {
    let arguments = ["inspect"].iter().chain(more).map(OsString::from);
    groma_with_cache(cache, arguments.chain([sample("structure.ifc").into()]))
}

#[test]
fn a_cache_is_filled_told_and_cleaned() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    let info = || groma_with_cache(&cache, ["cache", "info"]);
    assert!(info().stdout.contains("models     0\n"), "{}", info().stdout);
    assert_eq!(inspect(&cache, &["--no-cache"]).code, Some(0));
    assert!(!cache.exists(), "nothing was kept");

    let first = inspect(&cache, &[]);
    assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""));
    assert!(info().stdout.contains("models     1\n"), "{}", info().stdout);
    assert_eq!(inspect(&cache, &[]).stdout, first.stdout);

    let cleaned = groma_with_cache(&cache, ["cache", "clean"]);
    assert!(cleaned.stdout.starts_with("removed 1 models, "), "{}", cleaned.stdout);
    assert_eq!(std::fs::read_dir(&cache).unwrap().count(), 0);
}

#[test]
fn what_is_wrong_with_a_cache_is_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let run = inspect(&file, &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("warning: the cache"), "{}", run.stderr);
    assert_eq!(run.stdout, inspect(Path::new(""), &[]).stdout);
    assert_eq!(inspect(&file, &["--quiet"]).stderr, "");
}

#[test]
fn an_empty_name_asks_for_no_cache() {
    let run = groma(["cache", "info"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("GROMA_CACHE_DIR is empty"), "{}", run.stderr);
}
