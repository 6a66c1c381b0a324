//! Architecture against electricity of the Duplex, pair by pair, from the files.

use crate::Check;
use crate::support::groma;
use libtest_mimic::Failed;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

pub(crate) fn checks() -> Vec<(String, Check)> {
    vec![
        ("duplex::hard pairs are found, none is invented".to_owned(), Box::new(check)),
        ("duplex::default exclusions only take away".to_owned(), Box::new(exclusions)),
    ]
}

/// `GlobalId|GlobalId`, sorted, of each clash between the two models.
fn pairs(data: &std::path::Path, more: &[&str]) -> Result<BTreeSet<String>, Failed> {
    let (a, b) = (data.join("ifc/duplex_A.ifc"), data.join("ifc/duplex_E.ifc"));
    let mut arguments: Vec<PathBuf> = ["clash", "--format", "json", "--a"].map(PathBuf::from).to_vec();
    arguments.extend([a, "--b".into(), b]);
    arguments.extend(more.iter().map(PathBuf::from));
    let run = groma(arguments);
    if run.code != Some(1) {
        return Err(format!("exit {:?}\n{}", run.code, run.stderr).into());
    }
    let id = |side: &Value| side["global_id"].as_str().unwrap_or_default().to_owned();
    let json = run.json();
    let clashes = json["clashes"].as_array().ok_or("no clashes")?;
    Ok(clashes
        .iter()
        .map(|c| {
            let mut pair = [id(&c["a"]), id(&c["b"])];
            pair.sort();
            pair.join("|")
        })
        .collect())
}

fn check(data: PathBuf) -> Result<(), Failed> {
    let labels: Value = serde_json::from_slice(&std::fs::read(data.join("clash-labels/duplex.json"))?)?;
    let labelled = |label: &str| -> BTreeSet<String> {
        let of = labels.as_object().into_iter().flatten();
        of.filter(|(_, l)| l["label"] == label).map(|(pair, _)| pair.clone()).collect()
    };
    let found = pairs(&data, &["--no-exclusions"])?;
    let (hard, none) = (labelled("hard"), labelled("none"));
    if hard.is_empty() || none.is_empty() {
        return Err("the labels are empty".into());
    }
    let missed: Vec<_> = hard.difference(&found).collect();
    let invented: Vec<_> = none.intersection(&found).collect();
    if !missed.is_empty() || !invented.is_empty() {
        return Err(format!("of {} hard pairs missed {missed:#?}\ninvented {invented:#?}", hard.len()).into());
    }
    Ok(())
}

fn exclusions(data: PathBuf) -> Result<(), Failed> {
    let (all, default) = (pairs(&data, &["--no-exclusions"])?, pairs(&data, &[])?);
    let added: Vec<_> = default.difference(&all).collect();
    if default.is_empty() || !added.is_empty() {
        return Err(format!(
            "{} pairs by default, of which not without exclusions {added:#?}",
            default.len()
        )
        .into());
    }
    Ok(())
}
