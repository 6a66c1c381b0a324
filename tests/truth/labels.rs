//! Pairs labelled by exact boolean volumes, from the files as groma reads them.

use crate::Check;
use crate::support::{groma, models};
use libtest_mimic::Failed;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A data set with labels: its name, its files, and what is asked of them.
struct Set {
    name: &'static str,
    files: fn(&Path) -> Vec<PathBuf>,
    asked: &'static [&'static str],
    /// How many pairs are labelled hard, and none: less means that the labels were not read.
    labelled: [usize; 2],
}

/// The files that the labels were made of, read by groma itself.
const SETS: [Set; 5] = [
    Set {
        name: "duplex",
        files: |data| ["duplex_A.ifc", "duplex_E.ifc"].map(|f| data.join("ifc").join(f)).to_vec(),
        asked: &[],
        labelled: [68, 22],
    },
    Set {
        name: "hhs",
        files: |data| vec![data.join("ifc/hhs_office_construction.ifc")],
        asked: &["--within"],
        labelled: [345, 455],
    },
    Set {
        name: "office",
        files: |data| vec![data.join("ifc/office_A.ifc")],
        asked: &["--within"],
        labelled: [12, 1001],
    },
    Set {
        name: "janesville",
        files: |data| vec![data.join("ifc/janesville.ifc")],
        asked: &["--within"],
        labelled: [102, 635],
    },
    Set {
        name: "schep",
        files: |data| models(&data.join("ifc/schependomlaan")),
        asked: &["--within"],
        labelled: [2515, 4761],
    },
];

pub(crate) fn checks() -> Vec<(String, Check)> {
    let mut all: Vec<(String, Check)> = Vec::new();
    for set in SETS {
        let name = format!("labels::{}: hard pairs are found, none is invented", set.name);
        all.push((name, Box::new(move |data| check(&data, &set))));
    }
    all.push(("labels::duplex: default exclusions only take away".to_owned(), Box::new(exclusions)));
    all
}

/// `GlobalId|GlobalId`, sorted, of each clash.
fn pairs(data: &Path, set: &Set, more: &[&str]) -> Result<BTreeSet<String>, Failed> {
    let mut arguments: Vec<PathBuf> = ["clash", "--format", "json"].map(PathBuf::from).to_vec();
    arguments.extend((set.files)(data));
    arguments.extend(set.asked.iter().chain(more).map(PathBuf::from));
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

fn check(data: &Path, set: &Set) -> Result<(), Failed> {
    let labels = std::fs::read(data.join(format!("clash-labels/{}.json", set.name)))?;
    let labels: Value = serde_json::from_slice(&labels)?;
    let labelled = |label: &str| -> BTreeSet<String> {
        let of = labels.as_object().into_iter().flatten();
        of.filter(|(_, l)| l["label"] == label).map(|(pair, _)| pair.clone()).collect()
    };
    let found = pairs(data, set, &["--no-exclusions"])?;
    let (hard, none) = (labelled("hard"), labelled("none"));
    if hard.len() < set.labelled[0] || none.len() < set.labelled[1] {
        return Err(format!("{} pairs are labelled hard, {} none", hard.len(), none.len()).into());
    }
    // No difference is left to be explained.
    let missed: Vec<_> = hard.difference(&found).collect();
    let invented: Vec<_> = none.intersection(&found).collect();
    if !missed.is_empty() || !invented.is_empty() {
        return Err(format!("of {} hard pairs missed {missed:#?}\ninvented {invented:#?}", hard.len()).into());
    }
    Ok(())
}

fn exclusions(data: PathBuf) -> Result<(), Failed> {
    let duplex = &SETS[0];
    let (all, default) = (pairs(&data, duplex, &["--no-exclusions"])?, pairs(&data, duplex, &[])?);
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
