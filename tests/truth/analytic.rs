//! 31 pairs whose answers are known by construction, at the origin and at map coordinates.

use crate::Check;
use crate::support::groma;
use libtest_mimic::Failed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

pub(crate) fn checks() -> Vec<(String, Check)> {
    ["syn.ifc", "synfar.ifc"]
        .into_iter()
        .map(|file| {
            let check: Check = Box::new(move |data| cases(data, file));
            (format!("analytic::{file}"), check)
        })
        .collect()
}

/// How far an exact depth may lie from the known one, in metres. Our own meshes are f64 all the way from the file.
const DEPTH_ERROR: f64 = 1e-6;

fn cases(data: PathBuf, file: &str) -> Result<(), Failed> {
    let truth = std::fs::read(data.join(format!("clash-labels/{file}.meta.json")))?;
    let truth: BTreeMap<String, (String, u8, Option<f64>)> = serde_json::from_slice(&truth)?;
    let arguments = ["clash", "--no-exclusions", "--format", "json"].map(PathBuf::from);
    let run = groma(arguments.into_iter().chain([data.join("clash-analytic").join(file)]));
    if run.code != Some(1) {
        return Err(format!("exit {:?}\n{}", run.code, run.stderr).into());
    }
    let json = run.json();
    let mut found: BTreeMap<String, &Value> = BTreeMap::new();
    for c in json["clashes"].as_array().ok_or("no clashes")? {
        let mut pair = [&c["a"], &c["b"]].map(|s| s["global_id"].as_str().unwrap_or_default());
        pair.sort_unstable();
        found.insert(pair.join("|"), c);
    }
    let mut wrong = Vec::new();
    for (pair, (name, hard, depth)) in &truth {
        let clash = found.remove(pair);
        if clash.is_some() != (*hard == 1) {
            wrong.push(format!("{name}: hard is {hard}, found {clash:?}"));
        }
        if let (Some(clash), Some(known)) = (clash, depth) {
            let depth = clash["depth"].as_f64().unwrap_or(f64::NAN);
            let fits = match clash["depth_kind"].as_str() {
                Some("exact") => (depth - known).abs() <= DEPTH_ERROR,
                Some("lower_bound") => depth <= known + DEPTH_ERROR,
                _ => true,
            };
            if !fits {
                wrong.push(format!("{name}: depth {depth}, known {known}"));
            }
        }
    }
    wrong.extend(found.values().map(|c| format!("not a case: {c}")));
    if truth.len() != 31 || !wrong.is_empty() {
        return Err(format!("{} cases\n{}", truth.len(), wrong.join("\n")).into());
    }
    Ok(())
}
