//! From the links of `groma.toml` to work on elements.

use super::lost::{Losses, NO_ELEMENT, NOT_BUILT};
use super::pattern::Pattern;
use super::rows::{Rows, field, number};
use super::{Linked, Twin, TwinError};
use crate::select::{Selection, selected, selection};
use crate::{Project, ProjectConfig};
use groma_clash::Subject;
use groma_exchange::mistake::Mistake;
use groma_exchange::project_file::Spanned;
use groma_exchange::project_plan::{LinkEntry, RoleName};
use groma_model::ElementId;
use groma_query::Index;
use groma_twin::{Role, Work};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// Elements by what a row calls them.
pub(super) struct Names<'a> {
    by_id: FxHashMap<&'a str, Vec<Subject>>,
    by_tag: FxHashMap<&'a str, Vec<Subject>>,
}

impl<'a> Names<'a> {
    pub(super) fn of(project: &'a Project) -> Self {
        let mut names = Self { by_id: FxHashMap::default(), by_tag: FxHashMap::default() };
        for (m, model) in project.models.iter().zip(0..) {
            for (element, at) in m.model.elements.iter().zip(0..) {
                let subject = Subject { model, element: ElementId(at) };
                names.by_id.entry(&element.key.global_id).or_default().push(subject);
                if let Some(tag) = element.tag.as_deref().filter(|tag| !tag.is_empty()) {
                    names.by_tag.entry(tag).or_default().push(subject);
                }
            }
        }
        names
    }

    /// The elements of a row: by GlobalId, else by tag.
    pub(super) fn find(&self, id: Option<&str>, tag: Option<&str>) -> &[Subject] {
        let by_id = id.and_then(|id| self.by_id.get(id));
        by_id.or_else(|| self.by_tag.get(tag?)).map_or(&[], Vec::as_slice)
    }
}

fn role(name: RoleName) -> Role {
    match name {
        RoleName::Construct => Role::Construct,
        RoleName::Demolish => Role::Demolish,
        RoleName::Temporary => Role::Temporary,
    }
}

/// Pairs of elements and tasks as they come, each with the entry that brought it first.
struct Found {
    pairs: BTreeMap<(u32, u32, Role), (f64, u32)>,
}

struct Entry<'a> {
    at: u32,
    entry: &'a LinkEntry,
    elements: BTreeSet<u32>,
    tasks: BTreeSet<u32>,
    pairs: BTreeSet<(u32, u32, Role)>,
    lost: Losses,
    nothing: Option<Box<Mistake>>,
}

/// What a name tells of the tasks.
#[derive(Clone, Copy)]
enum Called {
    One(u32),
    Several,
    Unknown,
}

/// Tasks by what they are called, in lower case: by their codes, and by their names.
struct CalledTasks([FxHashMap<String, Called>; 2]);

impl CalledTasks {
    /// The task of some names: all codes come before all names, and what one task is called before what several are.
    fn find(&self, names: &[Option<&str>]) -> Called {
        let names = || names.iter().flatten().filter(|name| !name.is_empty()).map(|name| name.to_lowercase());
        let found = || self.0.iter().flat_map(|by| names().filter_map(|name| by.get(&name).copied()));
        let one = found().find(|called| matches!(called, Called::One(_)));
        one.or_else(|| found().next()).unwrap_or(Called::Unknown)
    }
}

/// The pair is there already, by another weight, which it keeps.
struct OtherWeight;

const OTHER_WEIGHT: &str = "links that have another weight already";

impl Entry<'_> {
    fn add(
        &mut self,
        found: &mut Found,
        element: u32,
        task: u32,
        role: Role,
        weight: f64,
    ) -> Result<(), OtherWeight> {
        self.elements.insert(element);
        self.tasks.insert(task);
        self.pairs.insert((element, task, role));
        let (known, _) = *found.pairs.entry((element, task, role)).or_insert((weight, self.at));
        if known == weight { Ok(()) } else { Err(OtherWeight) }
    }
}

impl Twin {
    pub(super) fn link(&mut self, project: &Project, config: &ProjectConfig) -> Result<(), TwinError> {
        let indices: Vec<Index<'_>> = project.models.iter().map(|m| Index::new(&m.model)).collect();
        let names = Names::of(project);
        let mut found = Found { pairs: BTreeMap::new() };
        let by_models = [LinkEntry {
            name: Some("the models' own assignments".into()),
            elements: None,
            task: None,
            task_name: None,
            wbs: None,
            csv: None,
            columns: groma_exchange::project_plan::LinkColumns::default(),
            ifc: None,
            role: RoleName::Construct,
            weight: None,
        }];
        // A programme that came in the models is linked by them.
        let stated = &config.file.links;
        let entries = if stated.is_empty() { &by_models[..] } else { &stated[..] };
        for (entry, at) in entries.iter().zip(0..) {
            let assigned = entry.ifc.as_ref().is_some_and(|ifc| *ifc.as_ref()) || stated.is_empty();
            let mut e = Entry {
                at,
                entry,
                elements: BTreeSet::new(),
                tasks: BTreeSet::new(),
                pairs: BTreeSet::new(),
                lost: Losses::default(),
                nothing: None,
            };
            match (&entry.elements, &entry.csv, assigned) {
                (Some(elements), None, false) => {
                    self.by_rule(&mut e, elements, project, config, &indices, &mut found)?
                }
                (None, Some(_), false) => self.by_rows(&mut e, config, &names, &mut found)?,
                (None, None, true) => self.by_assignment(&mut e, project, config, &mut found),
                _ => {
                    let stated = [
                        entry.elements.as_ref().map(Spanned::span),
                        entry.task.as_ref().map(Spanned::span),
                        entry.task_name.as_ref().map(Spanned::span),
                        entry.wbs.as_ref().map(Spanned::span),
                        entry.csv.as_ref().map(Spanned::span),
                        entry.ifc.as_ref().map(Spanned::span),
                        entry.weight.as_ref().map(Spanned::span),
                    ];
                    let span = stated.into_iter().flatten().next().unwrap_or(0..0);
                    let what = "a [[link]] has either elements, or csv, or ifc = true";
                    return Err(Box::new(config.mistake(span, what)).into());
                }
            }
            let name = entry.name.clone().unwrap_or_else(|| format!("link {}", at + 1));
            self.entries.push(Linked {
                name,
                pairs: e.pairs.len(),
                elements: e.elements.len(),
                tasks: e.tasks.len(),
                lost: e.lost.into_list(),
                nothing: e.nothing,
            });
        }
        self.inherit(project, &mut found);
        for ((element, task, role), (weight, by)) in found.pairs {
            self.work.push(Work { element, task, role, weight });
            self.by.push(by);
        }
        Ok(())
    }

    /// Parts that have no task of their own have those of the nearest whole that has some: a stair's flights are built
    /// with the stair.
    fn inherit(&self, project: &Project, found: &mut Found) {
        let mut of: FxHashMap<u32, Vec<(u32, Role, f64, u32)>> = FxHashMap::default();
        for (&(element, task, role), &(weight, by)) in &found.pairs {
            of.entry(element).or_default().push((task, role, weight, by));
        }
        for place in (0..self.elements() as u32).filter(|&p| self.is_physical(p) && !of.contains_key(&p)) {
            let subject = self.subject(place);
            let model = &project.models[subject.model as usize].model;
            let mut whole = model.element(subject.element).whole;
            // A chain longer than the model is a cycle.
            for _ in 0..model.elements.len() {
                let Some(element) = whole else { break };
                if let Some(works) = of.get(&self.place(Subject { element, ..subject })) {
                    for &(task, role, weight, by) in works {
                        found.pairs.insert((place, task, role), (weight, by));
                    }
                    break;
                }
                whole = model.element(element).whole;
            }
        }
    }

    /// Elements that a selector selects, to the tasks that a pattern names.
    fn by_rule(
        &self,
        e: &mut Entry<'_>,
        elements: &Spanned<String>,
        project: &Project,
        config: &ProjectConfig,
        indices: &[Index<'_>],
        found: &mut Found,
    ) -> Result<(), TwinError> {
        let entry = e.entry;
        let weight = weight(config, entry)?;
        let tasks = &self.programme.tasks;
        let (text, mut pattern) = match (&entry.task, &entry.task_name, &entry.wbs) {
            (Some(text), None, None) => (text, Pattern::new(text.as_ref(), tasks, |t| vec![t.code.clone()])),
            (None, Some(text), None) => (text, Pattern::new(text.as_ref(), tasks, |t| vec![t.name.clone()])),
            (None, None, Some(text)) => (text, Pattern::of_wbs(text.as_ref(), tasks)),
            _ => {
                let what = "a [[link]] with elements has one of task, task-name and wbs";
                return Err(Box::new(config.mistake(elements.span(), what)).into());
            }
        };
        let (selection, text_of) = named(elements, project, config)?;
        let subjects = match selected(config, indices, &selection, text_of) {
            Ok(subjects) => subjects,
            Err(nothing) => {
                e.nothing = Some(nothing);
                return Ok(());
            }
        };
        for subject in subjects {
            let model = &project.models[subject.model as usize].model;
            if !self.is_built(subject) {
                continue;
            }
            match pattern.tasks(model, subject.element) {
                None => {
                    let words = pattern.words(model, subject.element);
                    e.lost.one("elements without what a placeholder asks for", words);
                }
                Some([]) => {
                    let words = pattern.words(model, subject.element);
                    e.lost.one("elements for which no task has such a name", words);
                }
                Some(tasks) => {
                    for &task in &tasks.to_vec() {
                        if e.add(found, self.place(subject), task, role(entry.role), weight).is_err() {
                            let id = &model.element(subject.element).key.global_id;
                            let code = &self.programme.tasks[task as usize].code;
                            e.lost.one(OTHER_WEIGHT, format!("{id} {code}"));
                        }
                    }
                }
            }
        }
        if e.pairs.is_empty() {
            let mistake = match (e.lost.is_empty(), pattern.is_of_element()) {
                (true, _) => {
                    let what = format!("nothing of what `{}` selects is built", elements.as_ref());
                    let hint = "openings, spaces and what has no shape are linked to no task";
                    config.mistake(elements.span(), what).hint(hint)
                }
                (_, false) => {
                    let what = format!("no task of {} is called `{}`", self.programme.label, text.as_ref());
                    config.mistake(text.span(), what).hint(self.task_hint(entry))
                }
                (_, true) => config
                    .mistake(text.span(), "this names no task for any of the elements")
                    .hint(self.task_hint(entry)),
            };
            e.nothing = Some(Box::new(mistake));
        }
        Ok(())
    }

    /// A few of what a pattern could name.
    fn task_hint(&self, entry: &LinkEntry) -> String {
        let mut seen = FxHashSet::default();
        let of = |t: &super::Task| match (&entry.task, &entry.task_name) {
            (Some(_), _) => t.code.clone(),
            (_, Some(_)) => t.name.clone(),
            _ => t.wbs(),
        };
        let some: Vec<String> =
            self.programme.tasks.iter().map(of).filter(|text| seen.insert(text.clone())).take(4).collect();
        format!("there are {} and others; * stands for any letters", some.join(", "))
    }

    /// A file with a row for each element and task.
    fn by_rows(
        &self,
        e: &mut Entry<'_>,
        config: &ProjectConfig,
        names: &Names<'_>,
        found: &mut Found,
    ) -> Result<(), TwinError> {
        let entry = e.entry;
        let Some(csv) = &entry.csv else { return Ok(()) };
        let whole = weight(config, entry)?;
        let rows = Rows::read(config, csv)?;
        let columns = &entry.columns;
        let task = rows.needed("task", &columns.task)?;
        let tag = rows.column(&columns.tag);
        let id = match tag {
            Some(_) => rows.column(&columns.global_id),
            None => Some(rows.needed("global-id", &columns.global_id)?),
        };
        let (roles, weights) = (rows.column(&columns.role), rows.column(&columns.weight));
        let called = self.called();
        for (line, row) in rows.iter() {
            let element = [field(row, id), field(row, tag)];
            let subjects = names.find(element[0], element[1]);
            let built: Vec<Subject> = subjects.iter().copied().filter(|s| self.is_built(*s)).collect();
            let stated = field(row, Some(task));
            let task = called.find(&[stated]);
            let role = field(row, roles).map_or(Some(role(entry.role)), Role::parse);
            let weight = match field(row, weights) {
                Some(text) => number(text).filter(|w| *w >= 0.0),
                None => Some(whole),
            };
            match (&built[..], task, role, weight) {
                ([], ..) if subjects.is_empty() => e.lost.row(NO_ELEMENT, line, &element),
                ([], ..) => e.lost.row(NOT_BUILT, line, &element),
                (_, Called::Unknown, ..) => {
                    e.lost.row("rows whose task the programme does not have", line, &[stated]);
                }
                (_, Called::Several, ..) => {
                    e.lost.row("rows whose task is one of several that are called so", line, &[stated]);
                }
                (_, _, None, _) => e.lost.row("rows with a role that is none", line, &[field(row, roles)]),
                (.., None) => e.lost.row("rows with a weight that is none", line, &[field(row, weights)]),
                (built, Called::One(task), Some(role), Some(weight)) => {
                    for &subject in built {
                        if e.add(found, self.place(subject), task, role, weight).is_err() {
                            e.lost.row(OTHER_WEIGHT, line, &[element[0].or(element[1]), stated]);
                        }
                    }
                }
            }
        }
        if e.pairs.is_empty() {
            let what = format!("{} links nothing: {}", csv.as_ref().display(), e.lost.words());
            e.nothing = Some(Box::new(config.mistake(csv.span(), what)));
        }
        Ok(())
    }

    /// The tasks by their codes, then by their names.
    fn called(&self) -> CalledTasks {
        let by = |called: fn(&super::Task) -> &str| {
            let mut by: FxHashMap<String, Called> = FxHashMap::default();
            for (task, at) in self.programme.tasks.iter().zip(0..) {
                let several = |known: &mut Called| *known = Called::Several;
                by.entry(called(task).to_lowercase()).and_modify(several).or_insert(Called::One(at));
            }
            by
        };
        CalledTasks([by(|task| &task.code), by(|task| &task.name)])
    }

    /// True for what somebody builds, and for a whole without a shape, which stands for its parts.
    pub(super) fn is_built(&self, subject: Subject) -> bool {
        let place = self.place(subject) as usize;
        self.physical[place] || self.wholes[place]
    }

    /// What the models assign to their own tasks: outputs are built, inputs too where there are no outputs.
    fn by_assignment(&self, e: &mut Entry<'_>, project: &Project, config: &ProjectConfig, found: &mut Found) {
        let called = self.called();
        let tasks = self.programme.tasks.iter().zip(0..);
        let own: FxHashMap<(u32, u32), u32> =
            tasks.filter_map(|(task, at)| Some((task.of_model?, at))).collect();
        for (m, model) in project.models.iter().zip(0..) {
            for (task, nth) in m.model.processes.tasks.iter().zip(0..) {
                let elements = if task.outputs.is_empty() { &task.inputs } else { &task.outputs };
                if elements.is_empty() {
                    continue;
                }
                let key = task.object.identification.as_deref().unwrap_or(&task.object.global_id);
                let name = task.object.name.as_deref();
                let words = || format!("{key} {}", name.unwrap_or_default());
                let itself = own.get(&(model, nth)).map(|&at| Called::One(at));
                let at = match itself.unwrap_or_else(|| called.find(&[Some(key), name])) {
                    Called::One(at) => at,
                    Called::Unknown => {
                        e.lost.one("tasks of the models that the programme does not have", words());
                        continue;
                    }
                    Called::Several => {
                        e.lost.one("tasks of the models of whose name the programme has several", words());
                        continue;
                    }
                };
                let kind = task.object.predefined_type.as_deref().unwrap_or_default();
                let role = match kind {
                    "DEMOLITION" | "DISMANTLE" | "REMOVAL" | "DISPOSAL" => Role::Demolish,
                    _ => role(e.entry.role),
                };
                for &element in elements {
                    let subject = Subject { model, element };
                    if !self.is_built(subject) {
                        let id = &m.model.element(element).key.global_id;
                        e.lost.one(
                            "elements that the models assign and that are nothing that is built",
                            id.to_string(),
                        );
                    } else if e.add(found, self.place(subject), at, role, 1.0).is_err() {
                        e.lost.one(OTHER_WEIGHT, words());
                    }
                }
            }
        }
        if !e.pairs.is_empty() {
            return;
        }
        e.nothing = Some(Box::new(match &e.entry.ifc {
            Some(ifc) => {
                let what = match e.lost.is_empty() {
                    true => "the models assign no element to a task".to_owned(),
                    false => format!("what the models assign is of no use: {}", e.lost.words()),
                };
                config.mistake(ifc.span(), what)
            }
            None => {
                let path = config.file.programme.as_ref().and_then(|p| p.path.as_ref());
                let what =
                    "no [[link]] says which task builds what, and the models assign nothing to its tasks";
                let hint = "say so, as in [[link]] with elements = \"IfcSlab\" and task-name = \"Slab {storey}\" in the next lines";
                config.mistake(path.map_or(0..0, Spanned::span), what).hint(hint)
            }
        }));
    }
}

/// What a set, a model's label, or a selector names, and the text that it comes of.
fn named<'a>(
    text: &'a Spanned<String>,
    project: &Project,
    config: &'a ProjectConfig,
) -> Result<(Selection, &'a Spanned<String>), Box<Mistake>> {
    let name = text.as_ref().as_str();
    if let Some(set) = config.file.sets.iter().find(|s| s.name.as_ref() == name) {
        return Ok((selection(config, &set.select)?, &set.select));
    }
    if let Some(m) = project.models.iter().find(|m| &*m.model.label == name) {
        return Ok((Selection::Model(m.model.label.clone()), text));
    }
    Ok((selection(config, text)?, text))
}

fn weight(config: &ProjectConfig, entry: &LinkEntry) -> Result<f64, Box<Mistake>> {
    let Some(weight) = &entry.weight else { return Ok(1.0) };
    let value = *weight.as_ref();
    if value >= 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(Box::new(config.mistake(weight.span(), format!("a weight is 0 or more, not {value}"))))
}

#[cfg(test)]
mod tests {
    use super::{Called, CalledTasks};

    #[test]
    fn what_one_task_is_called_comes_before_what_several_are() {
        let codes = [("1", Called::Several), ("2", Called::One(7))];
        let names = [("walls", Called::One(3)), ("2", Called::One(9)), ("slabs", Called::Several)];
        let by = |all: &[(&str, Called)]| all.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect();
        let tasks = CalledTasks([by(&codes), by(&names)]);
        let check = |names: &[Option<&str>], expect: &str| {
            let found = match tasks.find(names) {
                Called::One(at) => at.to_string(),
                Called::Several => "several".to_owned(),
                Called::Unknown => "unknown".to_owned(),
            };
            assert_eq!(found, expect, "{names:?}");
        };
        check(&[Some("1"), Some("Walls")], "3");
        check(&[Some("1"), Some("Slabs")], "several");
        check(&[Some("2")], "7");
        check(&[None, Some(""), Some("doors")], "unknown");
    }
}
