//! Selectors select what IfcOpenShell selects (`tools/selector_truth.py` asks it).

use crate::Check;
use crate::support::root;
use groma::selectors::{Index, Selector};
use groma::{ModelSource, read_models};
use libtest_mimic::Failed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

const CASES: &str = include_str!("selectors.json");
/// A GlobalId is so long; those of a case stand without anything between them.
const ID: usize = 22;

pub(crate) fn checks() -> Vec<(String, Check)> {
    let cases: Vec<Value> = serde_json::from_str(CASES).expect("the cases are JSON");
    let mut by_model: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for case in cases {
        by_model.entry(case["model"].as_str().unwrap_or_default().to_owned()).or_default().push(case);
    }
    by_model
        .into_iter()
        .map(|(model, cases)| -> (String, Check) {
            let name = format!("selectors::{model}, {} selectors", cases.len());
            (name, Box::new(move |data| check(&data, &model, &cases)))
        })
        .collect()
}

fn check(data: &Path, model: &str, cases: &[Value]) -> Result<(), Failed> {
    let base = if model.starts_with("assets/") { root() } else { data.to_owned() };
    let models = read_models(&[ModelSource::new(base.join(model))], &())?;
    let index = Index::new(&models[0].model);
    let mut wrong = Vec::new();
    for case in cases {
        let text = case["selector"].as_str().ok_or("a case without a selector")?;
        let ids = case["ids"].as_str().ok_or("a case without ids")?;
        let expect: Vec<&str> =
            ids.as_bytes().chunks(ID).map(|id| std::str::from_utf8(id).unwrap_or("")).collect();
        if case["count"].as_u64() != Some(expect.len() as u64) {
            return Err(format!("{text}: the count is not that of the ids").into());
        }
        let selected = Selector::parse(text)?.select_in(&index);
        let mut found: Vec<&str> = selected.items.iter().map(|item| item.global_id(index.model())).collect();
        found.sort_unstable();
        if found != expect {
            let less = |a: &[&str], b: &[&str]| {
                let only: Vec<String> =
                    a.iter().filter(|id| !b.contains(id)).map(|id| id.to_string()).collect();
                format!("{} {}", only.len(), only.iter().take(5).cloned().collect::<Vec<_>>().join(" "))
            };
            wrong.push(format!(
                "{text}\n  {} instead of {}; missing {}; beside them {}",
                found.len(),
                expect.len(),
                less(&expect, &found),
                less(&found, &expect)
            ));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
