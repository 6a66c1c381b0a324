//! Every real model is read, and its coverage adds up.

use crate::Check;
use crate::support::{Run, groma, models};
use libtest_mimic::Failed;
use std::path::{Path, PathBuf};

/// Geometry alone: a project and a shape that no product refers to.
const WITHOUT_PRODUCT: &str = "advanced_brep_8.ifc";

pub(crate) fn checks(data: Option<&Path>) -> Vec<(String, Check)> {
    let Some(data) = data else {
        return vec![("reading::all".to_owned(), Box::new(|_| Ok(())))];
    };
    let mut checks: Vec<(String, Check)> = Vec::new();
    for file in models(&data.join("ifc")) {
        let name = format!("reading::{}", file.file_name().unwrap_or_default().to_string_lossy());
        checks.push((name, Box::new(move |_| read(&[file]))));
    }
    let trades = |data: PathBuf| read(&models(&data.join("ifc/schependomlaan")));
    checks.push(("reading::schependomlaan, 42 models at once".to_owned(), Box::new(trades)));
    checks
}

fn read(files: &[PathBuf]) -> Result<(), Failed> {
    let arguments = ["inspect", "--format", "json"].map(PathBuf::from);
    let run: Run = groma(arguments.into_iter().chain(files.iter().cloned()));
    if !matches!(run.code, Some(0 | 3)) {
        return Err(format!("exit {:?}\n{}", run.code, run.stderr).into());
    }
    let json = run.json();
    let listed = json["models"].as_array().ok_or("no models")?;
    if listed.len() != files.len() {
        return Err(format!("{} models for {} files", listed.len(), files.len()).into());
    }
    let empty = files.iter().all(|f| f.ends_with(WITHOUT_PRODUCT));
    for part in listed.iter().map(|m| &m["coverage"]).chain([&json["coverage"]]) {
        let n = |name: &str| part[name].as_u64().unwrap_or(u64::MAX / 4);
        if n("meshed") + n("no_shape") + n("failed") != n("elements") || (n("elements") == 0) != empty {
            return Err(format!("coverage does not add up: {part}").into());
        }
    }
    // Each element that failed is named by a diagnostic.
    let failed = json["coverage"]["failed"].as_u64().unwrap_or(0);
    let errors = listed
        .iter()
        .filter_map(|m| m["diagnostics"].as_array())
        .flatten()
        .filter(|d| d["severity"] == "error")
        .count() as u64;
    if failed > 0 && errors < failed {
        return Err(format!("{failed} elements failed, and {errors} errors say so").into());
    }
    if (run.code == Some(3)) != (failed > 0 || errors > 0) {
        return Err(format!("exit {:?} with {failed} failed and {errors} errors", run.code).into());
    }
    Ok(())
}
