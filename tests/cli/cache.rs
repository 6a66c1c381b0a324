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

#[test]
fn processes_that_share_a_cache_do_not_disturb_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    let alone = inspect(Path::new(""), &[]).stdout;
    for round in 0..3 {
        // half of them fill the cache, while others read from it and one cleans it
        let runs: Vec<Run> = std::thread::scope(|scope| {
            let one = |k: usize| {
                let cache = &cache;
                scope.spawn(move || match k {
                    3 if round == 1 => groma_with_cache(cache, ["cache", "clean"]),
                    _ => inspect(cache, &[]),
                })
            };
            let all: Vec<_> = (0..6).map(one).collect();
            all.into_iter().map(|run| run.join().unwrap()).collect()
        });
        for (k, run) in runs.iter().enumerate() {
            assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{round} {k}");
            assert!(run.stdout == alone || run.stdout.starts_with("removed "), "{round} {k}: {}", run.stdout);
        }
    }
    assert_eq!(inspect(&cache, &[]).stdout, alone);
    let info = groma_with_cache(&cache, ["cache", "info"]).stdout;
    assert!(info.contains("models     1\n"), "{info}");
}

#[test]
fn the_user_limits_what_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    let run = |limit: &str, arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_groma"));
        command.env("GROMA_CACHE_DIR", &cache).env("GROMA_CACHE_LIMIT", limit).args(arguments);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let model = sample("structure.ifc");
    let inspected = run("1kB", &["inspect", model.to_str().unwrap()]);
    assert!(inspected.contains("coverage"));
    let info = run("1kB", &["cache", "info"]);
    assert!(info.contains("models     0\n") && info.contains("of at most 0.000001 GB"), "{info}");
    run("2GB", &["inspect", model.to_str().unwrap()]);
    assert!(run("2GB", &["cache", "info"]).contains("models     1\n"));
}
