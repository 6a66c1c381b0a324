//! Baselines in Primavera P6's exchange file.

use super::Notes;
use super::xer_table::is_yes;
use crate::baseline;
use crate::schedule::{Project, ProjectIndex, Schedule};
use groma_model::codes;

/// Projects that are copies of others: no programmes, but what theirs are measured against. The one that P6
/// takes for its project's baseline is the first.
pub(super) fn take(schedule: &mut Schedule, notes: &mut Notes) {
    let field = |p: &Project, name: &str| -> String {
        let found = p.fields.iter().find(|(k, _)| &**k == name);
        found.map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
    };
    let all = &schedule.projects;
    let is_copy = |p: &Project| !field(p, "orig_proj_id").is_empty() || is_yes(&field(p, "is_baseline"));
    // A file of copies alone is what somebody wants to look at.
    if !all.iter().any(is_copy) || all.iter().all(is_copy) {
        return;
    }
    let mut copies = Vec::new();
    let mut lone = Vec::new();
    for (k, copy) in all.iter().enumerate().filter(|(_, p)| is_copy(p)) {
        let id = field(copy, "orig_proj_id");
        match all.iter().position(|p| p.uid == id && !is_copy(p)) {
            Some(original) => {
                let is_chosen = field(&all[original], "sum_base_proj_id") == copy.uid;
                copies.push((!is_chosen, ProjectIndex::new(k), ProjectIndex::new(original)));
            }
            None => lone.push(ProjectIndex::new(k)),
        }
    }
    copies.sort_unstable_by_key(|(later, copy, _)| (*later, *copy));
    let copies: Vec<_> = copies.into_iter().map(|(_, copy, original)| (copy, original)).collect();
    for project in &lone {
        let project = &schedule.projects[project.at()];
        notes.add(codes::LONE_BASELINE, || format!("{} {:?}", project.code, project.name));
    }
    baseline::take(schedule, &copies, &lone);
}
