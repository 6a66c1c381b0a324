//! All that the viewer knows and shows, without a window: what a person asks for changes it, and what is drawn
//! follows from it.

pub mod action;
pub mod angle;
pub mod catalogue;
mod choose;
pub mod clashes;
pub mod command;
pub mod compare;
pub mod details;
pub mod elements;
pub mod looks;
pub mod measure;
mod obey;
pub mod outline;
pub mod paint;
pub mod places;
pub mod plan;
pub mod section;
pub mod views;

use crate::pick::Surfaces;
use crate::session::action::{Days, Direction, Panel, Tool};
use crate::session::catalogue::{Catalogue, Sorting};
use crate::session::clashes::Clashes;
use crate::session::compare::{Compare, Listed};
use crate::session::details::Group;
use crate::session::elements::Elements;
use crate::session::looks::{History, Looks};
use crate::session::measure::{Measures, Unit};
use crate::session::paint::{Key, Meaning, legend};
use crate::session::places::Places;
use crate::session::plan::Plan;
use crate::session::section::{SectionBox, Sections};
use crate::session::views::{Kept, Stand};
use bevy::ecs::message::Message;
use bevy::ecs::resource::Resource;
use glam::DVec3;
use groma::exchange::comments_file::Status;
use groma::model::Severity;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// A box in the project's frame: least and greatest corner, metres, Z up.
pub type Bounds = (DVec3, DVec3);

/// What the rest of the viewer has to do after an action.
#[derive(Message, Clone, PartialEq, Debug)]
pub enum Effect {
    /// Bring a box into view, seen in the same direction.
    Frame(Bounds),
    /// Bring a box into view from a direction: yaw and pitch of a camera, see [`crate::orbit::Orbit`].
    FrameFrom(Bounds, f32, f32),
    /// Bring everything into view.
    FrameAll,
    /// Back to the first view.
    Home,
    /// Look from a direction.
    Look(Direction),
    /// Draw in parallel, or in perspective.
    Parallel(bool),
    /// Walk, or fly.
    Walk(bool),
    /// Keep where the camera stands under a name.
    KeepCamera(String),
    /// Stand somewhere.
    Stand(Stand),
    /// Open files.
    Open(Vec<PathBuf>),
    /// Show models beside those that are open.
    Add(Vec<PathBuf>),
    /// Ask which files.
    AskOpen,
    /// Ask which models to add.
    AskAdd,
    /// Open the sample.
    OpenSample,
    /// Read everything again.
    Reload,
    /// Stop what goes on.
    Cancel,
    /// Check for clashes.
    Check,
    /// Run a scenario of the list.
    RunScenario(usize),
    /// Write a waiver of an issue as it is.
    Waive {
        /// The issue's key.
        key: String,
        /// The keys of its clashes: those that are covered.
        clashes: Vec<String>,
        /// Why it may stay.
        reason: String,
        /// Who says so.
        author: String,
        /// The last day that it counts.
        expires: String,
    },
    /// Write what someone says of an issue.
    Comment {
        /// The issue's key.
        issue: String,
        /// What is said.
        text: String,
        /// Who says it.
        author: String,
        /// How far the issue is from now on.
        status: Option<Status>,
        /// Who sees to it from now on.
        assigned_to: Option<String>,
    },
    /// Write sets, sections and views to the project's folder; the words are what is told then.
    Keep(String),
    /// Ask where to write a picture.
    AskPicture,
    /// Write a picture.
    Picture(PathBuf),
    /// Ask where to write a film.
    AskFilm(Days),
    /// Write a film of the programme.
    Film(PathBuf, Days),
    /// Copy a command that shows this view again.
    CopyCommand,
    /// End.
    Quit,
}

/// What goes on in the background, for the status line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Busy {
    /// What it does.
    pub what: String,
    /// How far it is, 0 to 100.
    pub percent: u8,
}

/// Words for the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// What happened.
    pub text: String,
    /// Whether something failed.
    pub failed: bool,
}

/// All that the viewer knows and shows.
#[derive(Resource, Default)]
pub struct Session {
    /// The elements, once models are open.
    pub elements: Option<Elements>,
    /// Their trees.
    pub catalogue: Arc<Catalogue>,
    /// Their surfaces.
    pub surfaces: Arc<Surfaces>,
    /// How they look.
    pub looks: Looks,
    /// How they looked.
    pub history: History,
    /// Those that are chosen.
    pub selection: Places,
    /// What is known of the first of them.
    pub details: Vec<Group>,
    /// What colours stand for.
    pub key: Key,
    /// What was searched for, and what came of it.
    pub search: String,
    /// What it found.
    pub found: Places,
    /// What is wrong with it.
    pub search_error: Option<String>,
    /// Sets, sections and views that are kept.
    pub kept: Kept,
    /// How the tree is sorted.
    pub sorting: Sorting,
    /// What a click does.
    pub tool: Tool,
    /// What was measured.
    pub measures: Measures,
    /// The clashes.
    pub clashes: Clashes,
    /// Counts the comments that were written.
    pub said: u64,
    /// The programme, where it is shown.
    pub plan: Option<Plan>,
    /// The programme, while it is not.
    pub laid_aside: Option<Plan>,
    /// Why there is no programme, where the project's file names one.
    pub no_programme: Option<String>,
    /// Part of what the project's file names was lost: models that could not be opened, or rows of its programme.
    pub lost: bool,
    /// What was dropped on the window, until one has said whether it is to be added to what is open.
    pub dropped: Vec<PathBuf>,
    /// The scenarios of the project.
    pub scenarios: Vec<Listed>,
    /// The scenario beside the programme; then [`Session::plan`] has the dates that the logic computes.
    pub compare: Option<Compare>,
    /// The programme with the dates that its file states, while a scenario is compared.
    pub stated: Option<Plan>,
    /// Where projection is parallel.
    pub parallel: bool,
    /// Where one walks.
    pub walking: bool,
    /// The panels that are open.
    pub panels: BTreeSet<Panel>,
    /// Panels at the sides that wait until the window is wider.
    pub waiting: BTreeSet<Panel>,
    /// Whether the list of commands is open.
    pub palette: bool,
    /// Light colours.
    pub light: bool,
    /// What goes on in the background.
    pub busy: Option<Busy>,
    /// What happened last.
    pub note: Option<Note>,
    /// What is wrong with the models, a line each.
    pub problems: Vec<String>,
    /// How many elements lack their shape.
    pub failed: usize,
    /// What the colours that are shown mean.
    pub legend: Vec<Meaning>,
    /// Counts changes of what is drawn.
    pub version: u64,
}

impl Session {
    /// A session before anything is open.
    pub fn new() -> Self {
        Self { panels: [Panel::Tree, Panel::Details, Panel::Legend].into_iter().collect(), ..Self::default() }
    }

    /// Forgets all that belongs to the models that are open, before those of another project are shown.
    pub fn forget(&mut self) {
        self.elements = None;
        self.looks = Looks { colour: self.looks.colour.clone(), ..Looks::default() };
        self.history = History::default();
        self.kept = Kept::default();
        self.search.clear();
    }

    /// Shows other models. What is hidden, chosen, cut and measured stays where the elements are the same, and can be taken
    /// back as before.
    pub fn show(&mut self, elements: Elements, catalogue: Arc<Catalogue>, surfaces: Arc<Surfaces>) {
        let known = elements.by_key();
        let again = |place: u32| {
            let (model, element) = self.elements.as_ref()?.get(place)?;
            known.get(&(&*model.label, &*element.key.global_id)).copied()
        };
        let old = self.elements.as_ref();
        let now: Vec<Option<u32>> = (0..old.map_or(0, Elements::len) as u32).map(again).collect();
        let moved = |places: &Places| -> Places {
            places.iter().filter_map(|place| now.get(place as usize).copied().flatten()).collect()
        };
        let by = old.map_or(DVec3::ZERO, |old| old.project().frame.origin - elements.project().frame.origin);
        let follow = |looks: &mut Looks| {
            (looks.hidden, looks.ghosted) = (moved(&looks.hidden), moved(&looks.ghosted));
            looks.sections.shift(by);
            looks.measured.iter_mut().flat_map(|m| &mut m.points).for_each(|p| *p += by);
        };
        self.selection = moved(&self.selection);
        follow(&mut self.looks);
        self.history.each(follow);
        let unit = Unit::of(elements.project().models.iter().map(|m| m.model.units.length));
        self.measures = Measures { unit, ..Measures::default() };
        self.clashes = Clashes::default();
        (self.plan, self.laid_aside, self.compare, self.stated) = (None, None, None, None);
        (self.no_programme, self.lost) = (None, false);
        self.found = Places::default();
        drop(known);
        self.problems = problems(&elements);
        self.failed = elements.project().coverage().failed;
        self.elements = Some(elements);
        self.catalogue = catalogue;
        self.surfaces = surfaces;
        self.key = Key::of(self, &self.looks.colour);
        self.look_up();
        self.changed();
    }

    /// In a narrow window the panels at its sides wait until they are asked for, or until it is wider.
    pub fn make_room(&mut self, narrow: bool) {
        if narrow {
            let sides = [Panel::Tree, Panel::Details];
            self.waiting.extend(sides.into_iter().filter(|side| self.panels.remove(side)));
        } else {
            self.panels.append(&mut self.waiting);
        }
    }

    /// Tells that what is drawn may have changed.
    pub fn changed(&mut self) {
        self.legend = legend(self);
        self.version += 1;
    }

    /// What a person calls an element.
    pub fn title(&self, place: u32) -> String {
        self.elements.as_ref().map_or(String::new(), |e| e.title(place))
    }

    /// True for what is drawn and not cut away, in the view of the programme or in that of the scenario beside it: what a
    /// click can meet.
    pub fn is_seen(&self, place: u32, in_scenario: bool) -> bool {
        let plan = match &self.compare {
            Some(compare) if in_scenario => Some(&compare.other),
            _ => self.plan.as_ref(),
        };
        let absent = plan.is_some_and(|p| p.shown(place).is_some_and(|s| s.hidden));
        let faint = self.looks.ghosted.contains(place)
            || self
                .clashes
                .current()
                .is_some_and(|i| !i.first.contains(&place) && !i.second.contains(&place));
        !absent && !faint && !self.looks.hidden.contains(place)
    }

    /// All that cuts the view: the sections; while an issue is open the box around it alone, since the sections may lie
    /// elsewhere, until they are changed.
    pub fn sections(&self) -> Sections {
        match self.has_issue_box().then(|| self.around_issue()).flatten() {
            Some((point, reach)) => {
                let reach = DVec3::splat(2.5 * reach);
                let bounds = SectionBox { low: point - reach, high: point + reach };
                Sections { bounds: Some(bounds), ..Sections::default() }
            }
            None => self.looks.sections.clone(),
        }
    }

    /// Whether the box around an issue cuts, and not what a person has cut.
    pub fn has_issue_box(&self) -> bool {
        let cut_then = self.clashes.cut_then.half_spaces();
        self.clashes.current().is_some() && self.looks.sections.half_spaces() == cut_then
    }

    /// Where the open issue is, and how far around it one has to see: as far as the smaller of its sides reaches.
    fn around_issue(&self) -> Option<(DVec3, f64)> {
        let issue = self.clashes.current()?;
        let size = |places: &[u32]| {
            let bounds = self.bounds(places.iter().copied());
            bounds.map_or(1.0, |(low, high)| (high - low).length())
        };
        Some((issue.point, size(&issue.first).min(size(&issue.second)).clamp(0.6, 8.0) * 0.75))
    }

    /// The box of some elements.
    pub fn bounds(&self, places: impl IntoIterator<Item = u32>) -> Option<Bounds> {
        let boxes = places.into_iter().filter_map(|p| self.surfaces.bounds(p));
        boxes.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// All that is drawn but some.
    pub fn drawn_without(&self, some: &Places) -> Places {
        let mut rest = self.catalogue.drawn().clone();
        rest.subtract(some);
        rest
    }

    /// The box of everything that is drawn and not hidden.
    pub fn bounds_of_all(&self) -> Option<Bounds> {
        let shown = self.catalogue.drawn().iter().filter(|&p| !self.looks.hidden.contains(p));
        self.bounds(shown)
    }

    /// What a scenario of the list is called: with its file, where another has the same name.
    pub fn scenario_name(&self, n: usize) -> String {
        let Some(listed) = self.scenarios.get(n) else { return String::new() };
        match self.scenarios.iter().filter(|other| other.name == listed.name).count() {
            1 => listed.name.clone(),
            _ => format!("{} ({})", listed.name, listed.stem()),
        }
    }

    /// Whether not all is shown of what the files have.
    pub fn is_incomplete(&self) -> bool {
        self.lost || self.elements.as_ref().is_some_and(|e| e.project().is_incomplete())
    }

    /// Says something to the user.
    pub fn say(&mut self, text: impl Into<String>) {
        self.note = Some(Note { text: text.into(), failed: false });
    }

    /// Says that something failed.
    pub fn fail(&mut self, text: impl Into<String>) {
        self.note = Some(Note { text: text.into(), failed: true });
    }
}

/// `1 element`, `2 elements`.
pub fn counted(n: usize) -> String {
    if n == 1 { "1 element".into() } else { format!("{n} elements") }
}

/// What is wrong with models, a line each; what tells of a loss comes first.
fn problems(elements: &Elements) -> Vec<String> {
    let all = elements.project().all_diagnostics();
    let (losses, others): (Vec<_>, Vec<_>) =
        all.iter().partition(|d| d.code.page().severity == Severity::Error);
    losses.into_iter().chain(others).map(|d| d.to_string()).collect()
}
