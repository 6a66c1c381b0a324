//! Patterns of tasks, as the links of `groma.toml` write them.

use super::Task;
use groma_model::{ElementId, Model};
use rustc_hash::FxHashMap;

/// A pattern over texts: `*` and `?` for any letters, placeholders for what an element says; in any case.
pub(super) struct Pattern<'a> {
    text: &'a str,
    /// What matches a task, in lower case, by task.
    tasks: Vec<Vec<String>>,
    known: FxHashMap<String, Vec<u32>>,
}

impl<'a> Pattern<'a> {
    const PLACEHOLDERS: [&'static str; 4] = ["{storey}", "{zone}", "{class}", "{type}"];

    /// Over the tasks of a programme, by what each is called: it matches any of that.
    pub(super) fn new(text: &'a str, tasks: &[Task], called: impl Fn(&Task) -> Vec<String>) -> Self {
        let lower = |task| called(task).iter().map(|text| text.to_lowercase()).collect();
        Self { text, tasks: tasks.iter().map(lower).collect(), known: FxHashMap::default() }
    }

    /// Over the places of tasks in the breakdown: the names from the top with `/` between them. A last `/` may follow, so
    /// that `Level 1/*` has what stands in Level 1 itself, and one heading over everything may be left away.
    pub(super) fn of_wbs(text: &'a str, tasks: &[Task]) -> Self {
        let mut tops = tasks.iter().filter_map(|task| task.above.first());
        let top = tops.next().filter(|first| tops.all(|other| other == *first));
        Self::new(text, tasks, |task| {
            let below = task.above.get(1..).filter(|below| top.is_some() && !below.is_empty());
            let paths = [Some(&task.above[..]), below].into_iter().flatten().map(|names| names.join("/"));
            paths.flat_map(|path| [format!("{path}/"), path]).collect()
        })
    }

    pub(super) fn is_of_element(&self) -> bool {
        Self::PLACEHOLDERS.iter().any(|p| self.text.contains(p))
    }

    /// What it reads for an element; a placeholder that has nothing to stand for stays.
    pub(super) fn words(&self, model: &Model, element: ElementId) -> String {
        let mut text = self.text.to_owned();
        for placeholder in Self::PLACEHOLDERS {
            if let Some(said) = said(model, element, placeholder) {
                text = text.replace(placeholder, &said);
            }
        }
        text
    }

    /// The tasks that it names for an element; `None` where a placeholder has nothing to stand for.
    pub(super) fn tasks(&mut self, model: &Model, element: ElementId) -> Option<&[u32]> {
        let mut text = glob::Pattern::escape(self.text).replace("[*]", "*").replace("[?]", "?");
        for placeholder in Self::PLACEHOLDERS {
            if text.contains(placeholder) {
                text = text.replace(placeholder, &glob::Pattern::escape(&said(model, element, placeholder)?));
            }
        }
        let tasks = &self.tasks;
        let found = self.known.entry(text).or_insert_with_key(|text| {
            let pattern = glob::Pattern::new(&text.to_lowercase()).ok();
            let matches = |task: &&u32| {
                let called = &tasks[**task as usize];
                pattern.as_ref().is_some_and(|p| called.iter().any(|text| p.matches(text)))
            };
            let all: Vec<u32> = (0..tasks.len() as u32).collect();
            all.iter().filter(matches).copied().collect()
        });
        Some(found)
    }
}

/// What an element says in place of a placeholder.
fn said(model: &Model, id: ElementId, placeholder: &str) -> Option<String> {
    let element = model.element(id);
    match placeholder {
        "{storey}" => model.element(model.storey(id)?).name.as_deref().map(str::to_owned),
        "{class}" => Some(element.class.name().to_owned()),
        "{type}" => model.types.get(element.type_object? as usize)?.name.as_deref().map(str::to_owned),
        _ => {
            let zones =
                model.systems.iter().filter(|s| s.class.is_a("IfcZone") || s.class.is_a("IfcSpatialZone"));
            let mut around = vec![id];
            around.extend(element.container);
            let zone = zones.into_iter().find(|zone| around.iter().any(|e| zone.members.contains(e)))?;
            zone.name.as_deref().map(str::to_owned)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;
    use crate::twin::programme::tests::task;
    use groma_model::{ElementId, Model};

    #[test]
    fn places_in_the_breakdown_are_written_in_several_ways() {
        let check = |tasks: &[&[&str]], text: &str, expect: &[u32]| {
            let tasks: Vec<_> = tasks.iter().map(|above| task(above)).collect();
            let model = Model::empty("none");
            let mut pattern = Pattern::of_wbs(text, &tasks);
            let found = pattern.tasks(&model, ElementId(0));
            assert_eq!(found, Some(expect), "{text}");
        };
        let two: &[&[&str]] = &[&["Structure"], &["Structure", "Level 1"], &["Fitout", "Level 1"], &[]];
        check(two, "structure/level 1", &[1]);
        check(two, "Structure/Level 1/*", &[1]);
        check(two, "Structure/*", &[0, 1]);
        check(two, "Structure", &[0]);
        check(two, "Level 1", &[]);
        check(two, "*Level 1", &[1, 2]);
        // One heading over everything: the project's.
        let one: &[&[&str]] = &[&["P-1", "Structure", "Level 1"], &["P-1", "Fitout"], &["P-1"]];
        check(one, "Structure/*", &[0]);
        check(one, "P-1/Structure/*", &[0]);
        check(one, "P-1/*", &[0, 1, 2]);
        check(one, "Fitout", &[1]);
    }
}
