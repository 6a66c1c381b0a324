//! The programme on the building: what stands at the instant that is shown.

use crate::session::outline::{Line, Outline, Row};
use crate::session::paint::{Meaning, Pattern, Rgb};
use crate::session::places::Places;
use groma::schedule::{DAY, Time};

use groma::twin::{Actual, Observation, Stage, State, Task, Timeline, Twin, Verdict, actual};
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;

/// What is told apart by colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Showing {
    /// What is planned.
    #[default]
    Planned,
    /// What was seen, against what is planned.
    Seen,
}

/// What becomes of elements that are not there yet, or no longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Absent {
    /// They are not drawn.
    #[default]
    Hidden,
    /// They are drawn faintly.
    Ghost,
}

/// In which order tasks are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TaskOrder {
    /// By start; the list follows the instant that is shown.
    #[default]
    Start,
    /// As in the programme's file.
    Programme,
}

/// How far a step goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A day.
    Day,
    /// Seven days.
    Week,
    /// To the next start or finish of a task.
    Task,
}

/// What is drawn of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Colour and pattern; `None` leaves it as it is.
    pub look: Option<(Rgb, Pattern)>,
    /// Not there.
    pub hidden: bool,
    /// Not there, but drawn faintly.
    pub ghost: bool,
    /// How much of its height is drawn, from below: 255 is all.
    pub grown: u8,
    meaning: Look,
}

/// What an element can look like over time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Look {
    NotStarted,
    UnderWay,
    Built,
    Temporary,
    BeingDemolished,
    Demolished,
    Unlinked,
    AsPlanned,
    Behind,
    Ahead,
    Unknown,
    Conflict,
}

impl Look {
    const ALL: [Self; 12] = [
        Self::NotStarted,
        Self::UnderWay,
        Self::Built,
        Self::Temporary,
        Self::BeingDemolished,
        Self::Demolished,
        Self::Unlinked,
        Self::AsPlanned,
        Self::Behind,
        Self::Ahead,
        Self::Unknown,
        Self::Conflict,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::NotStarted => "not started",
            Self::UnderWay => "under way",
            Self::Built => "built",
            Self::Temporary => "temporary",
            Self::BeingDemolished => "being demolished",
            Self::Demolished => "demolished or taken away",
            Self::Unlinked => "without a task",
            Self::AsPlanned => "seen as planned",
            Self::Behind => "seen behind the plan",
            Self::Ahead => "seen ahead of the plan",
            Self::Unknown => "not seen: unknown",
            Self::Conflict => "reports conflict",
        }
    }

    fn paint(self) -> Option<(Rgb, Pattern)> {
        Some(match self {
            Self::NotStarted => ([176, 178, 182], Pattern::Plain),
            Self::Demolished => ([176, 178, 182], Pattern::Cross),
            Self::UnderWay => ([60, 170, 90], Pattern::Level),
            Self::Built => return None,
            Self::Temporary => ([230, 159, 0], Pattern::Dots),
            Self::BeingDemolished => ([200, 40, 40], Pattern::Cross),
            Self::Unlinked => ([150, 152, 158], Pattern::Dots),
            Self::AsPlanned => ([110, 170, 120], Pattern::Plain),
            Self::Behind => ([213, 94, 0], Pattern::Level),
            Self::Ahead => ([0, 114, 178], Pattern::Dots),
            Self::Unknown => ([186, 188, 192], Pattern::Stripes),
            Self::Conflict => ([190, 30, 130], Pattern::Cross),
        })
    }
}

/// A fraction that differs by less is as planned.
const NEAR: f64 = 0.005;

/// The programme of a project, at an instant.
#[derive(Clone)]
pub struct Plan {
    twin: Arc<Twin>,
    line: Arc<Timeline>,
    /// Of each task: how many pieces of work it has, and its words in lower case, for searching.
    tasks: Arc<Vec<(usize, String)>>,
    /// The tasks in the order of their starts, then of their finishes.
    by_start: Arc<Vec<u32>>,
    outline: Arc<Outline>,
    /// Minutes since [`Time::MIN`]; a fraction so that slow play goes on.
    at: f64,
    span: (Time, Time),
    /// The starts and finishes of all tasks, sorted.
    turns: Vec<Time>,
    /// Whether time goes on.
    pub playing: bool,
    /// Days of the programme for each second.
    pub speed: f64,
    /// What is told apart.
    pub showing: Showing,
    /// What becomes of elements that are not there.
    pub absent: Absent,
    /// Of each kind of elements: its state, and what is drawn of one of which nothing was seen.
    kinds: Vec<(State, Shown)>,
    /// Of each kind: how many are physical.
    physical: Arc<Vec<usize>>,
    /// What is drawn of each element, where what was seen is shown.
    seen: Vec<Shown>,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("at", &self.at()).field("span", &self.span).finish_non_exhaustive()
    }
}

impl Plan {
    /// The slowest and the fastest play, in days for each second.
    pub const SPEEDS: (f64, f64) = (0.05, 100.0);

    /// A programme at its first start, whether it links elements or not; `None` where it has no task.
    pub fn new(twin: Arc<Twin>) -> Option<Self> {
        let span = twin.span()?;
        let mut turns: Vec<Time> = twin.programme.tasks.iter().flat_map(|t| [t.start, t.finish]).collect();
        turns.sort_unstable();
        turns.dedup();
        let words = |t: &Task| format!("{} {} {}", t.code, t.name, t.wbs()).to_lowercase();
        let mut tasks: Vec<(usize, String)> = twin.programme.tasks.iter().map(|t| (0, words(t))).collect();
        twin.work.iter().for_each(|w| tasks[w.task as usize].0 += 1);
        let mut by_start: Vec<u32> = (0..tasks.len() as u32).collect();
        by_start.sort_by_key(|&n| {
            let task = &twin.programme.tasks[n as usize];
            (task.start, task.finish)
        });
        let line = twin.timeline();
        let mut physical = vec![0; line.kinds().iter().max().map_or(0, |&most| most as usize + 1)];
        for (place, &kind) in (0..).zip(line.kinds()) {
            physical[kind as usize] += usize::from(twin.is_physical(place));
        }
        let mut plan = Self {
            line: Arc::new(line),
            tasks: Arc::new(tasks),
            by_start: Arc::new(by_start),
            outline: Arc::new(Outline::of(&twin.programme.tasks)),
            at: f64::from(span.0.minutes()),
            span,
            turns,
            playing: false,
            speed: 7.0,
            showing: Showing::default(),
            absent: Absent::default(),
            kinds: Vec::new(),
            physical: Arc::new(physical),
            seen: Vec::new(),
            twin,
        };
        plan.fold();
        Some(plan)
    }

    /// The twin.
    pub fn twin(&self) -> &Arc<Twin> {
        &self.twin
    }

    /// The tasks, in the order of the programme's file.
    pub fn tasks(&self) -> &[Task] {
        &self.twin.programme.tasks
    }

    /// The instant that is shown.
    pub fn at(&self) -> Time {
        Time::from_minutes(self.at.round() as i32)
    }

    /// The first start and the last finish of all tasks.
    pub fn span(&self) -> (Time, Time) {
        self.span
    }

    /// How far the instant is from the first start to the last finish, 0 to 1.
    pub fn share(&self) -> f64 {
        let (first, last) = (f64::from(self.span.0.minutes()), f64::from(self.span.1.minutes()));
        if last > first { ((self.at - first) / (last - first)).clamp(0.0, 1.0) } else { 1.0 }
    }

    /// Whether anything was seen on site.
    pub fn has_seen(&self) -> bool {
        !self.twin.seen.is_empty()
    }

    /// What is planned of an element at the instant.
    pub fn state(&self, place: u32) -> Option<State> {
        self.kind(place).map(|(state, _)| *state)
    }

    fn kind(&self, place: u32) -> Option<&(State, Shown)> {
        self.kinds.get(*self.line.kinds().get(place as usize)? as usize)
    }

    /// What is known of an element at the instant.
    pub fn known(&self, place: u32) -> Option<Actual> {
        if self.twin.seen.is_empty() || place as usize >= self.line.elements() {
            return None;
        }
        let of_it = self.twin.seen.iter().filter(|o| o.element == place);
        let of_it: Vec<_> = of_it.map(|o| Observation { element: 0, ..*o }).collect();
        actual(1, &of_it, self.at()).pop()
    }

    /// The tasks that work on an element.
    pub fn tasks_of(&self, place: u32) -> Vec<u32> {
        if place as usize >= self.line.elements() {
            return Vec::new();
        }
        self.line.work_on(place).iter().map(|w| w.task).collect()
    }

    /// How many pieces of work a task has.
    pub fn work_of(&self, task: u32) -> usize {
        self.tasks[task as usize].0
    }

    /// The rows of the tasks that have all of some words, which are in lower case. In the order of the programme they
    /// stand under their headings, of which some may be folded as long as nothing is searched for.
    pub fn rows(&self, words: &[String], order: TaskOrder, folded: &BTreeSet<Vec<String>>) -> Vec<Row> {
        let has = |n: u32| words.iter().all(|w| self.tasks[n as usize].1.contains(w.as_str()));
        match order {
            TaskOrder::Start => {
                let listed = self.by_start.iter().copied().filter(|&n| has(n));
                listed.map(|n| Row { line: Line::Task(n), depth: 0 }).collect()
            }
            TaskOrder::Programme if words.is_empty() => self.outline.unfolded(folded),
            TaskOrder::Programme => self.outline.with(has),
        }
    }

    /// The headings that the tasks stand under.
    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    /// The elements that the tasks under a heading work on.
    pub fn elements_under(&self, heading: u32) -> Places {
        let tasks: HashSet<u32> = self.outline.tasks(heading).collect();
        self.twin.work.iter().filter(|w| tasks.contains(&w.task)).map(|w| w.element).collect()
    }

    /// The elements that a task works on.
    pub fn elements_of(&self, task: u32) -> Vec<u32> {
        self.twin.work.iter().filter(|w| w.task == task).map(|w| w.element).collect()
    }

    /// Goes to an instant; before the first start nothing stands yet, after the last finish everything does.
    pub fn go_to(&mut self, at: Time) {
        self.go(f64::from(at.minutes()));
    }

    fn go(&mut self, minutes: f64) {
        let before = self.at();
        let (first, last) = (f64::from(Time::MIN.minutes()), f64::from(Time::MAX.minutes()));
        let at = if minutes.is_finite() { minutes } else { f64::from(self.span.0.minutes()) };
        self.at = at.clamp(first, last);
        if self.at() != before {
            self.fold();
        }
    }

    /// Goes on as another programme did: at its instant, playing if it plays, with the same shown of it.
    pub fn follow(&mut self, other: &Self) {
        (self.at, self.playing, self.speed) = (other.at, other.playing, other.speed);
        (self.showing, self.absent) = (other.showing, other.absent);
        self.fold();
    }

    /// Lets the instants reach further than the programme.
    pub fn widen(&mut self, first: Time, last: Time) {
        self.span = (self.span.0.min(first), self.span.1.max(last));
    }

    /// Goes a step forward, or back, no further out than the programme or the instant that is shown.
    pub fn step(&mut self, step: Step, forward: bool) {
        let at = self.at();
        let sign = if forward { 1 } else { -1 };
        let to = match step {
            Step::Day => at + sign * DAY,
            Step::Week => at + 7 * sign * DAY,
            Step::Task => {
                let next = self.turns.partition_point(|&t| t <= at);
                let last = self.turns.partition_point(|&t| t < at);
                let turn =
                    if forward { self.turns.get(next) } else { last.checked_sub(1).map(|n| &self.turns[n]) };
                turn.copied().unwrap_or(at)
            }
        };
        self.go_to(to.clamp(self.span.0.min(at), self.span.1.max(at)));
    }

    /// Lets real seconds pass; ends at the last finish.
    pub fn pass(&mut self, seconds: f64) {
        if !self.playing {
            return;
        }
        let end = f64::from(self.span.1.minutes());
        let at = self.at + seconds.max(0.0) * self.speed * f64::from(DAY);
        self.go(at.min(end.max(self.at)));
        self.playing = self.at < end;
    }

    /// Plays or stops; plays from the first start once the end is reached.
    pub fn play(&mut self, playing: bool) {
        if playing && self.at >= f64::from(self.span.1.minutes()) {
            self.go_to(self.span.0);
        }
        self.playing = playing;
    }

    /// Shows something else of the same instant.
    pub fn show(&mut self, showing: Showing, absent: Absent) {
        (self.showing, self.absent) = (showing, absent);
        self.fold();
    }

    /// What is drawn of an element; `None` where there is no such element.
    pub fn shown(&self, place: u32) -> Option<&Shown> {
        self.seen.get(place as usize).or_else(|| self.kind(place).map(|(_, shown)| shown))
    }

    fn fold(&mut self) {
        let at = self.at();
        let kinds = self.line.kinds_at(at).into_iter();
        self.kinds = kinds.map(|state| (state, self.look(&state, None))).collect();
        self.seen = match self.showing == Showing::Seen && self.has_seen() {
            false => Vec::new(),
            true => {
                let known = actual(self.line.elements(), &self.twin.seen, at);
                let look =
                    |(kind, known): (&u32, &Actual)| self.look(&self.kinds[*kind as usize].0, Some(known));
                self.line.kinds().iter().zip(&known).map(look).collect()
            }
        };
    }

    fn look(&self, state: &State, known: Option<&Actual>) -> Shown {
        let planned = match state.stage {
            Stage::Unlinked => Look::Unlinked,
            Stage::NotStarted => Look::NotStarted,
            Stage::UnderWay => Look::UnderWay,
            Stage::Built => Look::Built,
            Stage::Temporary => Look::Temporary,
            Stage::BeingDemolished => Look::BeingDemolished,
            Stage::Demolished => Look::Demolished,
        };
        let builds = matches!(planned, Look::NotStarted | Look::UnderWay | Look::Built);
        let (look, fraction) = match known.filter(|_| builds) {
            None => (planned, state.fraction),
            Some(known) => match (known.verdict, known.fraction) {
                (Verdict::Conflict, f) => (Look::Conflict, f.unwrap_or(state.fraction)),
                (Verdict::Unknown, _) | (_, None) if planned == Look::NotStarted => (Look::NotStarted, 0.0),
                (Verdict::Unknown, _) | (_, None) => (Look::Unknown, state.fraction),
                (_, Some(f)) if f < state.fraction - NEAR => (Look::Behind, f),
                (_, Some(f)) if f > state.fraction + NEAR => (Look::Ahead, f),
                (_, Some(_)) if planned == Look::NotStarted => (Look::NotStarted, 0.0),
                (_, Some(f)) => (Look::AsPlanned, f),
            },
        };
        let there = match look {
            Look::NotStarted | Look::Demolished => false,
            // What should stand and does not is what one has to see.
            _ => true,
        };
        let grows = matches!(look, Look::UnderWay | Look::Behind | Look::Ahead) && fraction < 1.0;
        let height = match look {
            Look::BeingDemolished => 1.0 - state.fraction,
            // Never nothing: what is under way is seen from its first day on.
            _ if grows => fraction.max(0.06),
            _ => 1.0,
        };
        Shown {
            look: look.paint(),
            hidden: !there && self.absent == Absent::Hidden,
            ghost: !there && self.absent == Absent::Ghost,
            grown: (height * 255.0).round() as u8,
            meaning: look,
        }
    }

    /// What colours and patterns mean, with how many elements that somebody builds look so.
    pub fn legend(&self) -> Vec<Meaning> {
        let mut counts = [0_usize; Look::ALL.len()];
        for (n, shown) in (0..).zip(&self.seen) {
            counts[shown.meaning as usize] += usize::from(self.twin.is_physical(n));
        }
        if self.seen.is_empty() {
            for ((_, shown), physical) in self.kinds.iter().zip(&*self.physical) {
                counts[shown.meaning as usize] += physical;
            }
        }
        let line = |(look, count): (Look, usize)| {
            let (colour, pattern) = look.paint().unwrap_or(([214, 214, 210], Pattern::Plain));
            Meaning { colour, pattern, label: look.words().to_owned(), count }
        };
        Look::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0).map(line).collect()
    }
}
