//! A model out of the cache is the model that was read, in every bit.

use crate::Check;
use crate::support::{groma, groma_with_cache};
use groma::{Cache, ModelSource, Project, WORKER_STACK};
use libtest_mimic::Failed;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const FILES: [&str; 6] = [
    "duplex_A.ifc",
    "infra_bridge.ifc",
    "samplehouse_IFC4.ifc",
    "ifc4x3_bentley_terrain.ifc",
    "acad2010_objects.ifc",
    "schependomlaan/BERNTS-Staalconstructie.ifc",
];

pub(crate) fn checks() -> Vec<(String, Check)> {
    let mut checks: Vec<(String, Check)> = Vec::new();
    for name in FILES {
        checks.push((format!("cached::{name}"), Box::new(move |data| same(&data.join("ifc").join(name)))));
    }
    checks.push(("cached::reports do not tell".to_owned(), Box::new(reports)));
    checks
}

fn same(file: &Path) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let pool = rayon::ThreadPoolBuilder::new().stack_size(WORKER_STACK).build()?;
    let cache = Cache::new(dir.path(), Cache::DEFAULT_LIMIT);
    let open = |label: &str, cache: Option<&Cache>| {
        let source = ModelSource { label: label.into(), path: file.into() };
        pool.install(|| Project::open_with(&[source], cache, &())).map(|p| words(&p))
    };
    let (direct, other) = (open("label", None)?, open("other", None)?);
    for (label, expect, hits) in [("label", &direct, 0), ("label", &direct, 1), ("other", &other, 2)] {
        if open(label, Some(&cache))? != *expect {
            return Err(format!("`{label}` differs after {hits} hits").into());
        }
        if cache.tally().hits != hits {
            return Err(format!("{:?} where {hits} hits were expected", cache.tally()).into());
        }
    }
    match cache.tally() {
        t if t.damaged > 0 || t.trouble.is_some() => Err(format!("{t:?}").into()),
        _ => Ok(()),
    }
}

/// All of a project. Debug writes each number so that it is read as the same number.
fn words(project: &Project) -> String {
    let mut all = String::new();
    for m in &project.models {
        let _ = write!(all, "{:?}\n{:?}\n{:?}\n", m.model, m.shapes, m.diagnostics);
        let classes = m.model.elements.iter().map(|e| e.class.ancestors().collect::<Vec<_>>());
        let _ = write!(all, "{:?}", classes.collect::<Vec<_>>());
    }
    let _ = write!(all, "{:?}\n{:?}", project.frame, project.diagnostics);
    all
}

fn reports(data: PathBuf) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let files = ["duplex_A.ifc", "duplex_E.ifc"].map(|f| data.join("ifc").join(f));
    for command in ["inspect", "clash", "compare"] {
        for format in ["text", "json"] {
            let arguments =
                || [command, "--format", format].map(PathBuf::from).into_iter().chain(files.clone());
            let direct = groma(arguments());
            for time in ["first", "second"] {
                let run = groma_with_cache(dir.path(), arguments());
                if (run.code, &run.stdout, &run.stderr) != (direct.code, &direct.stdout, &direct.stderr) {
                    return Err(format!("{command} as {format} differs the {time} time").into());
                }
            }
        }
    }
    Ok(())
}
