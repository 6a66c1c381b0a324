//! All that a person can ask of the viewer.

use crate::session::catalogue::Sorting;
use crate::session::clashes::SortBy;
use crate::session::looks::ColourBy;
use crate::session::measure::Snap;
use crate::session::places::Places;
use crate::session::plan::{Absent, Showing, Step};
use bevy::ecs::message::Message;
use glam::DVec3;
use groma::exchange::comments_file::Status;
use groma::schedule::Time;
use std::path::PathBuf;

/// What becomes of a selection when something is chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum How {
    /// It is what was chosen.
    #[default]
    Replace,
    /// It gains what was chosen.
    Add,
    /// It gains what it had not, and loses what it had.
    Toggle,
}

/// A direction to look in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// From above.
    Top,
    /// From below.
    Bottom,
    /// From the south.
    South,
    /// From the north.
    North,
    /// From the east.
    East,
    /// From the west.
    West,
    /// From the south-east, above.
    Corner,
}

impl Direction {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Top, Self::Bottom, Self::South, Self::North, Self::East, Self::West, Self::Corner];

    /// Yaw and pitch of a camera, in radians; see [`crate::orbit::Orbit`].
    pub fn angles(self) -> (f32, f32) {
        use std::f32::consts::{FRAC_PI_2, PI};
        match self {
            Self::Top => (0.0, FRAC_PI_2),
            Self::Bottom => (0.0, -FRAC_PI_2),
            Self::South => (0.0, 0.0),
            Self::East => (FRAC_PI_2, 0.0),
            Self::North => (PI, 0.0),
            Self::West => (-FRAC_PI_2, 0.0),
            Self::Corner => (35_f32.to_radians(), 25_f32.to_radians()),
        }
    }

    /// What a face of the view cube says.
    pub fn title(self) -> &'static str {
        match self {
            Self::Top => "Top",
            Self::Bottom => "Bottom",
            Self::South => "South",
            Self::North => "North",
            Self::East => "East",
            Self::West => "West",
            Self::Corner => "Corner",
        }
    }
}

/// What a click in the view does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tool {
    /// It chooses an element.
    #[default]
    Select,
    /// It measures between two points.
    Distance,
    /// It measures the angle at the middle of three points.
    Angle,
    /// It measures the face under the pointer.
    Area,
    /// It lays a section plane on the face under the pointer.
    Section,
}

/// A part of the window that can be shown or not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Panel {
    /// Trees of elements.
    Tree,
    /// What is known of the selection.
    Details,
    /// The list of issues.
    Issues,
    /// Time and tasks.
    Plan,
    /// What cuts the view.
    Sections,
    /// What colours mean.
    Legend,
    /// What is wrong with the models.
    Problems,
    /// Scenarios.
    WhatIfs,
}

impl Panel {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Tree,
        Self::Details,
        Self::Issues,
        Self::Plan,
        Self::Sections,
        Self::Legend,
        Self::Problems,
        Self::WhatIfs,
    ];

    /// What a menu calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Tree => "Elements",
            Self::Details => "Properties",
            Self::Issues => "Clashes",
            Self::Plan => "Programme",
            Self::Sections => "Sections",
            Self::Legend => "Legend",
            Self::Problems => "Problems",
            Self::WhatIfs => "What-ifs",
        }
    }
}

/// How many days pass from one picture of a film to the next; with none as many as keep it short.
pub type Days = Option<i32>;

/// Something that a person asks of the viewer.
#[derive(Message, Clone, PartialEq, Debug)]
pub enum Action {
    /// Choose an element, or with none nothing.
    Select(Option<u32>, How),
    /// Choose elements.
    SelectAll(Places, How),
    /// Choose what a selector selects, in the grammar of `groma query`.
    Search(String),
    /// Keep the present search as a set of this name.
    KeepSet(String),
    /// Forget a set.
    ForgetSet(String),
    /// Choose all elements of the type of the selection, or of its class where it has no type.
    SelectSimilar,
    /// Choose also what the selection is part of, with all its parts: of a stair's flight the stair.
    SelectWhole,
    /// Hide the selection.
    Hide,
    /// Hide all but the selection.
    Isolate,
    /// Draw all but the selection faintly.
    GhostOthers,
    /// Hide elements, or show them again.
    SetHidden(Places, bool),
    /// Draw everything again.
    ShowAll,
    /// Take back the last change of what is drawn.
    Undo,
    /// Make it again.
    Redo,
    /// Colour elements.
    Colour(ColourBy),
    /// Sort the tree.
    Sort(Sorting),
    /// Bring everything into view.
    Fit,
    /// Bring the selection into view.
    FitSelection,
    /// Back to the first view.
    Home,
    /// Look from a direction.
    Look(Direction),
    /// Draw in parallel, or in perspective.
    Parallel(bool),
    /// Walk on floors, or fly around what is looked at.
    Walk(bool),
    /// Keep the present view under a name.
    KeepView(String),
    /// Go to a kept view.
    GoToView(String),
    /// Forget a kept view.
    ForgetView(String),
    /// What a click does.
    Use(Tool),
    /// A point of a measure.
    Measure(Snap),
    /// Forget all measures.
    ClearMeasures,
    /// Cut through a point; what lies in the direction of the vector stays.
    Cut(DVec3, DVec3),
    /// Cut at the middle of what is drawn, along an axis: 0 is x.
    CutAlong(usize),
    /// Put a box around the selection, or everything, outside of which nothing is drawn.
    SectionBox,
    /// Move a section plane by metres along its normal.
    MoveSection(usize, f64),
    /// What was dragged, or typed into, is let go: the next time is a change of its own.
    LetGo,
    /// Keep the other side.
    FlipSection(usize),
    /// Let a section plane cut, or not.
    SwitchSection(usize, bool),
    /// Call a section plane something.
    NameSection(usize, String),
    /// Remove a section plane.
    RemoveSection(usize),
    /// Change the box.
    ResizeBox(DVec3, DVec3),
    /// Remove the box.
    RemoveBox,
    /// Remove all that cuts.
    ClearSections,
    /// Check for clashes.
    Check,
    /// Show an issue, or with none all again.
    OpenIssue(Option<u32>),
    /// Show the next issue, or the one before.
    StepIssue(bool),
    /// List issues with these words.
    FilterIssues(String),
    /// Sort the list of issues.
    SortIssues(SortBy),
    /// List issues of a state, or not.
    ListState(&'static str, bool),
    /// Write a waiver of the issue that is shown: reason, author, last day.
    Waive(String, String, String),
    /// Says something of the open issue: text, author, how far it is, who sees to it.
    Comment {
        /// What is said.
        text: String,
        /// Who says it.
        author: String,
        /// How far the issue is from now on.
        status: Option<Status>,
        /// Who sees to it from now on.
        assigned_to: Option<String>,
    },
    /// Play, or stop.
    Play(bool),
    /// Days for each second.
    Speed(f64),
    /// Step forward, or back.
    StepTime(Step, bool),
    /// Go to an instant.
    GoTo(Time),
    /// Go to the evening of a date that someone typed, or to its hour if it has one.
    GoToDate(String),
    /// Choose the elements of a task, and show their work.
    OpenTask(u32),
    /// What is told apart over time, and what becomes of what is not there.
    ShowPlan(Showing, Absent),
    /// Leave the programme, or come back to it.
    UsePlan(bool),
    /// Run a scenario of the list and show it beside the programme, or with none end that.
    Compare(Option<usize>),
    /// Open files, or a project's file.
    Open(Vec<PathBuf>),
    /// Show models beside those that are open.
    Add(Vec<PathBuf>),
    /// Files were dropped on the window; with none, those that were are left.
    Drop(Vec<PathBuf>),
    /// Ask which files to open.
    AskOpen,
    /// Ask which models to add.
    AskAdd,
    /// Open the sample project.
    OpenSample,
    /// Read all files again.
    Reload,
    /// Stop what goes on in the background.
    Cancel,
    /// Ask where to write a picture of the view.
    AskPicture,
    /// Write a picture of the view.
    Picture(PathBuf),
    /// Ask where to write a film of the programme.
    AskFilm(Days),
    /// Write a film of the programme.
    Film(PathBuf, Days),
    /// Copy a command that shows this view again.
    CopyCommand,
    /// Show or hide a panel.
    ShowPanel(Panel, bool),
    /// Open the list of commands, or close it.
    Palette(bool),
    /// A command cannot be given: what it is called, and why.
    Refuse(&'static str, &'static str),
    /// Dark colours, or light ones.
    Dark(bool),
    /// Leave off: close what is open, then unselect, then end a tool.
    Escape,
    /// End the program.
    Quit,
}

impl Action {
    /// True for what a person does next, so that what was told before is over.
    pub fn moves_on(&self) -> bool {
        matches!(
            self,
            Self::Select(..)
                | Self::SelectAll(..)
                | Self::Use(_)
                | Self::OpenIssue(_)
                | Self::StepIssue(_)
                | Self::Escape
        )
    }
}
