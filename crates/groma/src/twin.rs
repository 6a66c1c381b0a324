//! Elements linked to the tasks of a programme: what stands when, planned and seen.

mod links;
mod lost;
mod pattern;
mod programme;
mod rows;
mod seen;
mod simulate;

use crate::{Project, ProjectConfig};
use groma_clash::Subject;
use groma_exchange::mistake::Mistake;
use groma_model::{Code, Diagnostic, Diagnostics, ElementId, ShapeStatus, codes};
use groma_schedule::ReadError;
use groma_twin::{Span, Work};
use std::path::PathBuf;
use thiserror::Error;

pub use groma_twin::{
    Actual, Evidence, Observation, Role, Stage, State, Timeline, Verdict, actual, needed_by, presence,
    together,
};
pub use lost::{Lost, LostRow};
pub use programme::{Programme, Task};
pub use simulate::{Backward, Moment, Moments, SimulateError, first_and_last};

/// Why elements cannot be linked to tasks.
#[derive(Debug, Error)]
pub enum TwinError {
    /// There is a mistake in the project's file.
    #[error(transparent)]
    Mistake(#[from] Box<Mistake>),
    /// A file is no programme.
    #[error("{}: {source}", .path.display())]
    Programme {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ReadError,
    },
    /// A file of rows cannot be understood.
    #[error("{}: {what}", .path.display())]
    Rows {
        /// The file.
        path: PathBuf,
        /// What is wrong, with how to mend it.
        what: String,
    },
}

/// What one entry of the file links.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Linked {
    /// The name of the entry.
    pub name: String,
    /// How many pairs of element and task it brings.
    pub pairs: usize,
    /// How many elements it links.
    pub elements: usize,
    /// How many tasks.
    pub tasks: usize,
    /// Rows of a file, or elements, that came to nothing, by reason.
    pub lost: Vec<Lost>,
    /// Why it brings nothing at all, and where in the project's file it stands.
    pub nothing: Option<Box<Mistake>>,
}

impl Linked {
    /// What is told of an entry that brings nothing.
    fn told(&self, code: Code) -> Option<Diagnostic> {
        let why = self.nothing.as_deref()?;
        let file = why.file.file_name().unwrap_or(why.file.as_os_str()).to_string_lossy();
        let hint = why.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
        let place = format!("{file}:{}:{}", why.line, why.column);
        let mut told = Diagnostic::new(code).model(&place.into()).detail(format!("{}{hint}", why.what));
        told.location.name = Some(self.name.as_str().into());
        Some(told)
    }

    /// What is told of the rows that an entry loses while others are of use.
    fn rows_lost(&self) -> Option<Diagnostic> {
        let rows = self.lost.iter().filter_map(|lost| Some((lost, lost.some.first()?)));
        let words = |(lost, first): (&Lost, &LostRow)| {
            let line = first.line?;
            let at = if lost.count == 1 { "line" } else { "the first in line" };
            Some(format!("{} {} ({at} {line}: {})", lost.count, lost.why, first.sought))
        };
        let rows: Vec<String> = rows.filter_map(words).collect();
        let told = !rows.is_empty() && self.nothing.is_none();
        told.then(|| {
            Diagnostic::new(codes::LOST_ROWS).model(&self.name.as_str().into()).detail(rows.join(", "))
        })
    }
}

/// Elements and tasks, and what links them.
pub struct Twin {
    /// The programme.
    pub programme: Programme,
    /// The work of tasks on elements, by [`Twin::place`]; an element and a task are linked once for each role.
    pub work: Vec<Work>,
    /// For each piece of work, the entry that brings it.
    pub by: Vec<u32>,
    /// What each entry brings.
    pub entries: Vec<Linked>,
    /// What was seen.
    pub seen: Vec<Observation>,
    /// What each file of observations brings: its rows in `pairs`.
    pub seen_entries: Vec<Linked>,
    /// What is wrong with the programme.
    pub diagnostics: Diagnostics,
    /// Where the elements of each model begin, and the end of the last.
    firsts: Vec<u32>,
    /// Whether each element is one that somebody builds.
    physical: Vec<bool>,
    /// Whether each is an element that others are parts of.
    wholes: Vec<bool>,
}

impl Twin {
    /// Reads the programme, the links and the observations that a project's file names.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, a mistake in an entry, with line and column. An entry that links nothing is none:
    /// it says so itself, in [`Linked::nothing`], and is among the diagnostics.
    pub fn open(project: &Project, config: &ProjectConfig) -> Result<Self, TwinError> {
        let mut twin = Self::linked(project, config)?;
        twin.see(project, config)?;
        Ok(twin)
    }

    /// [`Twin::open`] without what was seen.
    ///
    /// # Errors
    ///
    /// As [`Twin::open`].
    pub fn linked(project: &Project, config: &ProjectConfig) -> Result<Self, TwinError> {
        let _span = tracing::info_span!("twin").entered();
        let mut firsts = vec![0];
        let mut physical = Vec::new();
        let mut wholes = Vec::new();
        for m in &project.models {
            firsts.push(firsts.last().copied().unwrap_or(0) + m.model.elements.len() as u32);
            physical.extend(m.model.elements.iter().zip(&m.shapes.status).map(|(element, status)| {
                let class = &element.class;
                let solid =
                    class.is_a("IfcElement") && !class.is_a("IfcFeatureElement") || class.is_a("IfcProxy");
                solid && !matches!(status, ShapeStatus::NoShape(_))
            }));
        }
        for (m, first) in project.models.iter().zip(&firsts) {
            wholes.resize(*first as usize + m.model.elements.len(), false);
            for &(whole, _) in &m.model.relations.aggregates {
                wholes[(first + whole.0) as usize] = m.model.element(whole).class.is_a("IfcElement");
            }
        }
        let (programme, diagnostics) = Programme::open(project, config)?;
        let mut twin = Self {
            programme,
            work: Vec::new(),
            by: Vec::new(),
            entries: Vec::new(),
            seen: Vec::new(),
            seen_entries: Vec::new(),
            diagnostics,
            firsts,
            physical,
            wholes,
        };
        twin.link(project, config)?;
        // Without any entry no entry is wrong: nobody says what is linked.
        let stated = !config.file.links.is_empty();
        let code = if stated { codes::LINK_OF_NOTHING } else { codes::NOTHING_LINKED };
        let told = twin.entries.iter().filter_map(|e| e.told(code));
        let rows = twin.entries.iter().filter_map(Linked::rows_lost);
        told.chain(rows).for_each(|d| twin.diagnostics.push(d));
        if twin.work.is_empty() && stated {
            twin.diagnostics.push(Diagnostic::new(codes::NOTHING_LINKED));
        }
        Ok(twin)
    }

    /// The same work on the same elements, by another programme of the same tasks: [`Programme::computed`] or
    /// [`Programme::under`].
    ///
    /// # Panics
    ///
    /// If the programme has another number of tasks.
    #[must_use]
    pub fn by(&self, programme: Programme) -> Self {
        assert_eq!(programme.tasks.len(), self.programme.tasks.len());
        Self {
            programme,
            work: self.work.clone(),
            by: self.by.clone(),
            entries: self.entries.clone(),
            seen: self.seen.clone(),
            seen_entries: self.seen_entries.clone(),
            diagnostics: self.diagnostics.clone(),
            firsts: self.firsts.clone(),
            physical: self.physical.clone(),
            wholes: self.wholes.clone(),
        }
    }

    /// The number of an element among those of all models.
    pub fn place(&self, subject: Subject) -> u32 {
        self.firsts[subject.model as usize] + subject.element.0
    }

    /// The element of a number.
    pub fn subject(&self, place: u32) -> Subject {
        let model = self.firsts.partition_point(|&first| first <= place) - 1;
        Subject { model: model as u32, element: ElementId(place - self.firsts[model]) }
    }

    /// Why entries of the project's file bring nothing.
    pub fn nothings(&self) -> impl Iterator<Item = &Mistake> {
        self.entries.iter().chain(&self.seen_entries).filter_map(|e| e.nothing.as_deref())
    }

    /// Whether something of the programme is lost, of what links it, or of what was seen.
    pub fn is_incomplete(&self) -> bool {
        self.work.is_empty() || self.diagnostics.any_lost()
    }

    /// How many elements the models have.
    pub fn elements(&self) -> usize {
        self.physical.len()
    }

    /// True for what somebody builds: an element with a shape, no opening, no space.
    pub fn is_physical(&self, place: u32) -> bool {
        self.physical[place as usize]
    }

    /// Elements and tasks over time.
    pub fn timeline(&self) -> Timeline {
        let span = |task: &Task| Span {
            start: task.start,
            finish: task.finish,
            calendar: self.programme.calendar(task),
        };
        Timeline::new(self.elements(), self.programme.tasks.iter().map(span).collect(), self.work.clone())
    }
}
