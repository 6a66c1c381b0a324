//! The programme: projects, their breakdown, activities, links, calendars, resources.
//!
//! All of it lies in flat lists that refer to each other by index. What a file says beyond them is kept as
//! named fields and whole tables, so that writing it again loses nothing that the format can hold.

use crate::activity::Activity;
use crate::calendar::Calendar;
use crate::options::Options;
use crate::resource::{Assignment, Resource};
use crate::time::{Minutes, Time};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a file says of something beyond what groma knows: names and values as they stand there. A value that
/// begins with `<` is a piece of XML.
pub type Fields = Vec<(Arc<str>, String)>;

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub struct $name(u32);

        impl $name {
            /// The index of the `at`-th; lists hold fewer than 2^32.
            #[must_use]
            pub fn new(at: usize) -> Self {
                Self(u32::try_from(at).unwrap_or(u32::MAX))
            }

            /// Where it stands in its list.
            #[must_use]
            pub fn at(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// Of [`Schedule::projects`].
    ProjectIndex;
    /// Of [`Schedule::wbs`].
    WbsIndex;
    /// Of [`Schedule::activities`].
    ActivityIndex;
    /// Of [`Schedule::calendars`].
    CalendarIndex;
    /// Of [`Schedule::resources`].
    ResourceIndex;
}

/// Where a programme comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceFormat {
    /// Not from a file.
    #[default]
    Memory,
    /// Primavera P6's exchange file.
    Xer,
    /// Primavera P6's XML.
    Pmxml,
    /// Microsoft Project's XML.
    Mspdi,
    /// Comma-separated values.
    Csv,
    /// groma's own JSON.
    Json,
    /// The plain JSON of small networks.
    PlainJson,
    /// Tasks of an IFC model.
    Ifc,
}

impl SourceFormat {
    /// `xer`, `pmxml`, `mspdi`, `csv`, `json`, `plain-json`, `ifc`, `memory`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Xer => "xer",
            Self::Pmxml => "pmxml",
            Self::Mspdi => "mspdi",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::PlainJson => "plain-json",
            Self::Ifc => "ifc",
        }
    }
}

/// A table of a file that groma does not use, kept for writing it again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct KeptTable {
    /// Its name.
    pub name: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows, as many cells as columns.
    pub rows: Vec<Vec<String>>,
}

/// A programme: everything that a file holds.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Schedule {
    /// Its title.
    pub name: String,
    /// What kind of file it comes from.
    pub format: SourceFormat,
    /// The projects; at least one, once it is read.
    pub projects: Vec<Project>,
    /// The nodes of the breakdown, parents before children.
    pub wbs: Vec<WbsNode>,
    /// The activities, in file order.
    pub activities: Vec<Activity>,
    /// The links between them, in file order.
    pub links: Vec<Link>,
    /// The calendars.
    pub calendars: Vec<Calendar>,
    /// Who and what does the work.
    pub resources: Vec<Resource>,
    /// Resources at work on activities, in file order.
    pub assignments: Vec<Assignment>,
    /// Tables that groma does not use, for writing the same format again.
    pub kept: Vec<KeptTable>,
}

/// One of the projects of a programme.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Project {
    /// The file's own id.
    pub uid: String,
    /// What people call it by: `XV01`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The start that it is planned from.
    pub start: Option<Time>,
    /// The date of its progress: what is not done lies after it. `None` is its start.
    pub data_date: Option<Time>,
    /// The date that it must be finished by.
    pub must_finish_by: Option<Time>,
    /// The finish that it was last computed to have; P6's late dates begin there once no work is left.
    pub scheduled_finish: Option<Time>,
    /// Its default calendar.
    pub calendar: Option<CalendarIndex>,
    /// How its dates are computed.
    pub options: Options,
    /// What money is counted in.
    pub currency: Option<String>,
    /// Further fields of the file, by their names there.
    pub fields: Fields,
}

impl Project {
    /// A project of which nothing is known but its id.
    pub fn new(uid: &str, name: &str) -> Self {
        Self {
            uid: uid.to_owned(),
            code: uid.to_owned(),
            name: name.to_owned(),
            start: None,
            data_date: None,
            must_finish_by: None,
            scheduled_finish: None,
            calendar: None,
            options: Options::default(),
            currency: None,
            fields: Vec::new(),
        }
    }
}

/// A node of the breakdown of a project.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WbsNode {
    /// The file's own id.
    pub uid: String,
    /// Its short code, without its parents'.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The project.
    pub project: ProjectIndex,
    /// The node that it is a part of.
    pub parent: Option<WbsIndex>,
    /// Further fields of the file, by their names there.
    pub fields: Fields,
}

/// What a link ties together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// The predecessor's finish holds the successor's start.
    #[default]
    FinishStart,
    /// Start holds start.
    StartStart,
    /// Finish holds finish.
    FinishFinish,
    /// The predecessor's start holds the successor's finish.
    StartFinish,
}

impl LinkKind {
    /// `FS`, `SS`, `FF`, `SF`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FinishStart => "FS",
            Self::StartStart => "SS",
            Self::FinishFinish => "FF",
            Self::StartFinish => "SF",
        }
    }

    /// The kind of that name, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::FinishStart, Self::StartStart, Self::FinishFinish, Self::StartFinish];
        all.into_iter().find(|k| k.as_str().eq_ignore_ascii_case(text.trim()))
    }
}

/// How long after one end the other follows.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lag {
    /// Work time on the calendar that the options name.
    Work(Minutes),
    /// Wall-clock time (MSP's elapsed lags).
    Elapsed(Minutes),
    /// Percent of the predecessor's duration (MSP).
    Percent(f64),
}

impl Default for Lag {
    fn default() -> Self {
        Self::Work(0)
    }
}

impl Lag {
    /// True for a lead.
    pub fn is_negative(self) -> bool {
        match self {
            Self::Work(m) | Self::Elapsed(m) => m < 0,
            Self::Percent(p) => p < 0.0,
        }
    }

    /// True when there is neither lag nor lead.
    pub fn is_zero(self) -> bool {
        match self {
            Self::Work(m) | Self::Elapsed(m) => m == 0,
            Self::Percent(p) => p == 0.0,
        }
    }
}

/// One activity waits for another.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Who is waited for.
    pub predecessor: ActivityIndex,
    /// Who waits.
    pub successor: ActivityIndex,
    /// Which ends are tied.
    pub kind: LinkKind,
    /// How long after.
    pub lag: Lag,
}

impl Schedule {
    /// The calendar of an activity: its own, else its project's, else the first.
    pub fn calendar_of(&self, activity: ActivityIndex) -> Option<CalendarIndex> {
        let a = &self.activities[activity.at()];
        let default = || self.projects.get(a.project.at()).and_then(|p| p.calendar);
        a.calendar.or_else(default).or_else(|| (!self.calendars.is_empty()).then(|| CalendarIndex::new(0)))
    }

    /// The names from the top of the breakdown down to a node.
    pub fn wbs_path(&self, node: WbsIndex) -> Vec<&WbsNode> {
        let mut path = Vec::new();
        let mut next = Some(node);
        // A file may make a ring of nodes.
        while let Some(node) =
            next.and_then(|n| self.wbs.get(n.at())).filter(|_| path.len() <= self.wbs.len())
        {
            path.push(node);
            next = node.parent;
        }
        path.reverse();
        path
    }

    /// The index of each activity.
    pub fn indices(&self) -> impl Iterator<Item = ActivityIndex> + use<> {
        (0..self.activities.len()).map(ActivityIndex::new)
    }
}
