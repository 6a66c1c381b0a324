//! The twin as reports: what links what, and what stands when.

use super::{Linked, Twin};
use crate::Project;
use groma_exchange::link_report::{
    self, ElementRow, GroupShare, LinkReport, LinkRow, LinkedEntry, Lost, LostRow, Nothing, Share, TaskRow,
};
use groma_exchange::report::{self, GENERATOR};
use groma_exchange::simulation_report::{
    self, Counts, GroupCounts, MomentReport, ObservedEntry, SeenCounts, SimulationReport, StateRow,
};
use groma_schedule::{DAY, Time};
use groma_twin::{Actual, Stage, State, Verdict, actual};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Which instants are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moments {
    /// One.
    At(Time),
    /// One in so many days, from the first to the last; from the first start and to the last finish unless stated.
    Every {
        /// Days between them, 1 or more.
        days: u16,
        /// The first.
        from: Option<Time>,
        /// None is later.
        to: Option<Time>,
    },
}

/// Why nothing can be simulated.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SimulateError {
    /// There is no task with dates.
    #[error("the programme has no task with dates\n  hint: groma schedule inspect FILE says what it has")]
    NoTasks,
    /// More instants than anyone reads.
    #[error(
        "these are {0} instants; at most {MOST} are told\n  hint: name a larger step, or --from and --to"
    )]
    TooMany(usize),
    /// The last comes before the first.
    #[error(transparent)]
    Backward(#[from] Backward),
}

/// The last of some instants comes before the first.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{first} is later than {last}\n  hint: name the earlier date as --from")]
pub struct Backward {
    first: String,
    last: String,
}

/// The first and the last of some instants: those of a programme, unless others are stated.
///
/// # Errors
///
/// The last comes before the first.
pub fn first_and_last(
    from: Option<Time>,
    to: Option<Time>,
    of_programme: (Time, Time),
) -> Result<(Time, Time), Backward> {
    let (first, last) = (from.unwrap_or(of_programme.0), to.unwrap_or(of_programme.1));
    if first <= last {
        return Ok((first, last));
    }
    let told = |stated: Option<Time>, option: &str, otherwise: &str, at: Time| match stated {
        Some(_) => format!("{option} {at}"),
        None => format!("{otherwise} {at}"),
    };
    Err(Backward {
        first: told(from, "--from", "the first start", first),
        last: told(to, "--to", "the last finish", last),
    })
}

/// So many instants are told at most.
const MOST: usize = 5000;
/// A fraction that differs by less is as planned.
const NEAR: f64 = 0.005;

/// What stands at an instant.
pub struct Moment {
    /// The instant.
    pub at: Time,
    /// What is planned, by element.
    pub states: Vec<State>,
    /// What is known, by element; empty where nothing was ever seen.
    pub known: Vec<Actual>,
}

impl Twin {
    /// What stands at each of some instants.
    ///
    /// # Errors
    ///
    /// There are no tasks, or the instants make no sense.
    pub fn moments(&self, moments: Moments) -> Result<Vec<Moment>, SimulateError> {
        let timeline = self.timeline();
        let (first, last) = self.span().ok_or(SimulateError::NoTasks)?;
        let instants: Vec<Time> = match moments {
            Moments::At(at) => vec![at],
            Moments::Every { days, from, to } => {
                let (from, to) = first_and_last(from, to, (first, last))?;
                let step = i32::from(days.max(1)) * DAY;
                let n = ((to.minutes() - from.minutes() + step - 1) / step) as usize + 1;
                if n > MOST {
                    return Err(SimulateError::TooMany(n));
                }
                // The last instant is told even where no step ends there.
                (0..n as i32).map(|k| (from + k * step).min(to)).collect()
            }
        };
        let at = |at: Time| Moment {
            at,
            states: timeline.at(at),
            known: if self.seen.is_empty() { Vec::new() } else { actual(self.elements(), &self.seen, at) },
        };
        Ok(instants.into_iter().map(at).collect())
    }

    /// The first start and the last finish of all tasks of the programme, linked or not, as planned and in the baseline.
    pub fn span(&self) -> Option<(Time, Time)> {
        let spans =
            || self.programme.tasks.iter().flat_map(|t| [Some((t.start, t.finish)), t.baseline]).flatten();
        Some((spans().map(|s| s.0).min()?, spans().map(|s| s.1).max()?))
    }

    /// The report of `groma simulate`. Elements are listed where one instant was asked for.
    ///
    /// # Errors
    ///
    /// As [`Twin::moments`].
    pub fn simulate(&self, project: &Project, moments: Moments) -> Result<SimulationReport, SimulateError> {
        let found = self.moments(moments)?;
        let physical: Vec<u32> = (0..self.elements() as u32).filter(|&e| self.is_physical(e)).collect();
        let rows: Vec<ElementRow> = physical.iter().map(|&e| self.row(project, e)).collect();
        let storeys = storeys(project);
        let order = |name: &str| storeys.iter().position(|s| s == name).unwrap_or(usize::MAX);
        let report = |m: &Moment| {
            let mut by_storey: BTreeMap<(usize, String), Counts> = BTreeMap::new();
            let mut by_class: BTreeMap<String, Counts> = BTreeMap::new();
            let mut counts = Counts::default();
            let mut seen = SeenCounts::default();
            for (&e, row) in physical.iter().zip(&rows) {
                let state = m.states[e as usize];
                let storey = row.storey.clone().unwrap_or_default();
                add(&mut counts, state.stage);
                add(by_storey.entry((order(&storey), storey)).or_default(), state.stage);
                add(by_class.entry(row.class.clone()).or_default(), state.stage);
                if let Some(known) = m.known.get(e as usize).filter(|_| state.stage != Stage::Unlinked) {
                    compare(&mut seen, &state, known);
                }
            }
            let group = |(name, counts)| GroupCounts { name, counts };
            MomentReport {
                at: text(m.at),
                counts,
                storeys: by_storey.into_iter().map(|((_, name), counts)| group((name, counts))).collect(),
                classes: by_class.into_iter().map(group).collect(),
                seen: (!m.known.is_empty()).then_some(seen),
            }
        };
        let states = match (moments, found.as_slice()) {
            (Moments::At(_), [m]) => Some(
                physical
                    .iter()
                    .zip(&rows)
                    .map(|(&e, row)| {
                        let (state, known) = (m.states[e as usize], m.known.get(e as usize));
                        StateRow {
                            element: row.clone(),
                            stage: state.stage.as_str(),
                            fraction: state.fraction,
                            seen: known.map(|k| k.verdict.as_str()),
                            seen_fraction: known.and_then(|k| k.fraction),
                        }
                    })
                    .collect(),
            ),
            _ => None,
        };
        let (first, last) = self.span().ok_or(SimulateError::NoTasks)?;
        Ok(SimulationReport {
            schema_version: simulation_report::SCHEMA_VERSION,
            generator: GENERATOR,
            models: labels(project),
            programme: self.programme.label.clone(),
            span: [text(first), text(last)],
            elements: physical.len(),
            moments: found.iter().map(report).collect(),
            states,
            observations: self
                .seen_entries
                .iter()
                .map(|e| ObservedEntry {
                    name: e.name.clone(),
                    rows: e.pairs,
                    elements: e.elements,
                    lost: lost(&e.lost),
                    nothing: nothing(e),
                })
                .collect(),
            diagnostics: report::diagnostics(&self.diagnostics),
        })
    }

    /// The report of `groma link`.
    pub fn link_report(&self, project: &Project) -> LinkReport {
        let linked: BTreeSet<u32> = self.work.iter().map(|w| w.element).collect();
        let busy: BTreeSet<u32> = self.work.iter().map(|w| w.task).collect();
        let storeys = storeys(project);
        let order = |name: &str| storeys.iter().position(|s| s == name).unwrap_or(usize::MAX);
        let mut classes: BTreeMap<String, Share> = BTreeMap::new();
        let mut by_storey: BTreeMap<(usize, String), Share> = BTreeMap::new();
        let mut elements = Share::default();
        let mut unlinked = Vec::new();
        for e in (0..self.elements() as u32).filter(|&e| self.is_physical(e)) {
            let row = self.row(project, e);
            let is_linked = linked.contains(&e);
            let storey = row.storey.clone().unwrap_or_default();
            let groups = [
                &mut elements,
                classes.entry(row.class.clone()).or_default(),
                by_storey.entry((order(&storey), storey)).or_default(),
            ];
            for share in groups {
                share.all += 1;
                share.linked += usize::from(is_linked);
            }
            if !is_linked {
                unlinked.push(row);
            }
        }
        let group =
            |(name, share): (String, Share)| GroupShare { name, all: share.all, linked: share.linked };
        let tasks = &self.programme.tasks;
        LinkReport {
            schema_version: link_report::SCHEMA_VERSION,
            generator: GENERATOR,
            models: labels(project),
            programme: self.programme.label.clone(),
            elements,
            tasks: Share { all: tasks.len(), linked: busy.len() },
            entries: self
                .entries
                .iter()
                .map(|e| LinkedEntry {
                    name: e.name.clone(),
                    pairs: e.pairs,
                    elements: e.elements,
                    tasks: e.tasks,
                    lost: lost(&e.lost),
                    nothing: nothing(e),
                })
                .collect(),
            classes: classes.into_iter().map(group).collect(),
            storeys: by_storey.into_iter().map(|((_, name), share)| group((name, share))).collect(),
            links: self
                .work
                .iter()
                .zip(&self.by)
                .map(|(w, &by)| {
                    let row = self.row(project, w.element);
                    LinkRow {
                        model: row.model,
                        global_id: row.global_id,
                        task: tasks[w.task as usize].code.clone(),
                        role: w.role.as_str(),
                        weight: w.weight,
                        entry: self.entries[by as usize].name.clone(),
                    }
                })
                .collect(),
            unlinked_elements: unlinked,
            unlinked_tasks: tasks
                .iter()
                .zip(0..)
                .filter(|(_, at)| !busy.contains(at))
                .map(|(t, _)| TaskRow {
                    code: t.code.clone(),
                    name: t.name.clone(),
                    start: text(t.start),
                    finish: text(t.finish),
                })
                .collect(),
            diagnostics: report::diagnostics(&self.diagnostics),
        }
    }

    fn row(&self, project: &Project, place: u32) -> ElementRow {
        let subject = self.subject(place);
        let model = &project.models[subject.model as usize].model;
        let element = model.element(subject.element);
        let storey =
            model.storey(subject.element).map(|id| model.element(id).name.as_deref().unwrap_or_default());
        ElementRow {
            model: model.label.to_string(),
            global_id: element.key.global_id.to_string(),
            class: element.class.name().to_owned(),
            name: element.name.as_deref().map(str::to_owned),
            storey: storey.map(str::to_owned),
        }
    }
}

fn add(counts: &mut Counts, stage: Stage) {
    let count = match stage {
        Stage::Unlinked => &mut counts.unlinked,
        Stage::NotStarted => &mut counts.not_started,
        Stage::UnderWay => &mut counts.under_way,
        Stage::Built => &mut counts.built,
        Stage::Temporary => &mut counts.temporary,
        Stage::BeingDemolished => &mut counts.being_demolished,
        Stage::Demolished => &mut counts.demolished,
    };
    *count += 1;
}

/// What was seen of an element, against how far its construction should have come.
fn compare(seen: &mut SeenCounts, state: &State, known: &Actual) {
    let count = match known.verdict {
        Verdict::Unknown => &mut seen.unknown,
        Verdict::NotStarted => &mut seen.not_started,
        Verdict::InProgress => &mut seen.in_progress,
        Verdict::Done => &mut seen.done,
        Verdict::Conflict => &mut seen.conflict,
    };
    *count += 1;
    let is_building = matches!(state.stage, Stage::NotStarted | Stage::UnderWay | Stage::Built);
    if let Some(fraction) = known.fraction.filter(|_| is_building) {
        seen.behind += usize::from(fraction < state.fraction - NEAR);
        seen.ahead += usize::from(fraction > state.fraction + NEAR);
    }
}

/// The names of all storeys, from below.
fn storeys(project: &Project) -> Vec<String> {
    let mut found: Vec<(f64, String)> = Vec::new();
    for m in &project.models {
        for node in &m.model.spatial.nodes {
            let element = m.model.element(node.element);
            if element.class.is_a("IfcBuildingStorey") {
                let name = element.name.as_deref().unwrap_or_default().to_owned();
                found.push((node.elevation.unwrap_or(f64::INFINITY), name));
            }
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    let mut names: Vec<String> = Vec::new();
    for (_, name) in found {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn labels(project: &Project) -> Vec<String> {
    project.models.iter().map(|m| m.model.label.to_string()).collect()
}

fn nothing(entry: &Linked) -> Option<Nothing> {
    let why = entry.nothing.as_deref()?;
    Some(Nothing { what: why.what.clone(), line: why.line, column: why.column, hint: why.hint.clone() })
}

fn lost(list: &[super::Lost]) -> Vec<Lost> {
    let row = |row: &super::LostRow| LostRow { line: row.line, sought: row.sought.clone() };
    let one = |lost: &super::Lost| {
        let rows = lost.some.iter().map(row).collect();
        Lost { what: lost.why.clone(), count: lost.count, rows }
    };
    list.iter().map(one).collect()
}

fn text(at: Time) -> String {
    at.civil().strftime("%Y-%m-%dT%H:%M").to_string()
}
