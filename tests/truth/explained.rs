//! Differences from someone else's dates, each by its name: `differences.tsv` lists them with a reason.

use libtest_mimic::Failed;
use std::collections::{BTreeMap, BTreeSet};

/// The list: lines `# reason: what it means`, then rows of check, activity, field, ours, theirs, reason.
const LIST: &str = include_str!("differences.tsv");

/// A field that differs: of which activity, which field, ours and theirs.
pub(crate) type Difference = (String, String, String, String);

fn reasons() -> BTreeMap<&'static str, &'static str> {
    let named = LIST.lines().filter_map(|l| l.strip_prefix("# ")?.split_once(": "));
    named.collect()
}

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    LIST.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).skip(1).map(|l| l.split('\t').collect())
}

/// Fails on a difference that is not on the list, on one of the list that is none any more, and on a row without
/// a reason that the list explains.
pub(crate) fn explained(check: &str, found: &[Difference]) -> Result<(), Failed> {
    let mut listed = BTreeSet::new();
    for row in rows() {
        let [of, activity, field, ours, theirs, reason] = row[..] else {
            return Err(format!("differences.tsv: six cells, not {row:?}").into());
        };
        if !reasons().contains_key(reason) {
            return Err(
                format!("differences.tsv: {reason:?} of {activity} is not explained at its head").into()
            );
        }
        if of == check {
            listed.insert([activity, field, ours, theirs].map(str::to_owned));
        }
    }
    let found: BTreeSet<[String; 4]> = found
        .iter()
        .cloned()
        .map(|(activity, field, ours, theirs)| [activity, field, ours, theirs])
        .collect();
    let rows = |set: &mut dyn Iterator<Item = &[String; 4]>| {
        set.map(|row| format!("{check}\t{}\t?\n", row.join("\t"))).collect::<String>()
    };
    let new = rows(&mut found.difference(&listed));
    let gone = rows(&mut listed.difference(&found));
    match (new.is_empty(), gone.is_empty()) {
        (true, true) => Ok(()),
        _ => {
            Err(format!("differences that nobody has explained:\n{new}explained, and none any more:\n{gone}")
                .into())
        }
    }
}

/// Fails where a reason is explained that no row has, or a row is of a check that there is not.
pub(crate) fn list_is_of(checks: &[&str]) -> Result<(), Failed> {
    let used: BTreeSet<&str> = rows().filter_map(|row| row.last().copied()).collect();
    let explained: BTreeSet<&str> = reasons().into_keys().collect();
    let unknown: Vec<&str> =
        rows().filter_map(|row| row.first().copied()).filter(|c| !checks.contains(c)).collect();
    match (used == explained, unknown.is_empty()) {
        (true, true) => Ok(()),
        _ => Err(format!("reasons {used:?}, explained {explained:?}; rows of {unknown:?}").into()),
    }
}
