//! A piece of work, an instant, or a summary of others, with what binds it and how far it has come.

use crate::schedule::{CalendarIndex, Fields, ProjectIndex, WbsIndex};
use crate::time::{Minutes, Time};
use serde::{Deserialize, Serialize};

/// What an activity is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActivityKind {
    /// Work on the activity's own calendar.
    #[default]
    Task,
    /// Work on the calendars of its resources.
    ResourceTask,
    /// An instant at which something starts.
    StartMilestone,
    /// An instant at which something is finished.
    FinishMilestone,
    /// As long as what it is linked to.
    LevelOfEffort,
    /// As long as its branch of the breakdown.
    WbsSummary,
    /// From its first predecessor's link to its last successor's.
    Hammock,
}

impl ActivityKind {
    /// True for an instant.
    pub fn is_milestone(self) -> bool {
        matches!(self, Self::StartMilestone | Self::FinishMilestone)
    }

    /// True when its dates follow from others' and hold nothing.
    pub fn is_derived(self) -> bool {
        matches!(self, Self::LevelOfEffort | Self::WbsSummary | Self::Hammock)
    }

    /// `task`, `resource-task`, `start-milestone`, …
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::ResourceTask => "resource-task",
            Self::StartMilestone => "start-milestone",
            Self::FinishMilestone => "finish-milestone",
            Self::LevelOfEffort => "level-of-effort",
            Self::WbsSummary => "wbs-summary",
            Self::Hammock => "hammock",
        }
    }
}

/// What binds an activity to a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConstraintKind {
    /// Early dates as late as the free float allows; without a date.
    AsLateAsPossible,
    /// Start on (P6: moves the early start later and the late start earlier; MSP: must start on).
    StartOn,
    /// Start no earlier than.
    StartNoEarlierThan,
    /// Start no later than.
    StartNoLaterThan,
    /// Finish on.
    FinishOn,
    /// Finish no earlier than.
    FinishNoEarlierThan,
    /// Finish no later than.
    FinishNoLaterThan,
    /// Start there, whatever the logic says.
    MandatoryStart,
    /// Finish there, whatever the logic says.
    MandatoryFinish,
}

impl ConstraintKind {
    /// `ALAP`, `SO`, `SNET`, `SNLT`, `FO`, `FNET`, `FNLT`, `MS`, `MF`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AsLateAsPossible => "ALAP",
            Self::StartOn => "SO",
            Self::StartNoEarlierThan => "SNET",
            Self::StartNoLaterThan => "SNLT",
            Self::FinishOn => "FO",
            Self::FinishNoEarlierThan => "FNET",
            Self::FinishNoLaterThan => "FNLT",
            Self::MandatoryStart => "MS",
            Self::MandatoryFinish => "MF",
        }
    }

    /// The kind of that short name, or of one that programs use for it, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_uppercase().as_str() {
            "ALAP" => Self::AsLateAsPossible,
            "SO" | "SON" => Self::StartOn,
            "SNET" => Self::StartNoEarlierThan,
            "SNLT" => Self::StartNoLaterThan,
            "FO" | "FON" => Self::FinishOn,
            "FNET" => Self::FinishNoEarlierThan,
            "FNLT" => Self::FinishNoLaterThan,
            "MS" | "MSO" => Self::MandatoryStart,
            "MF" | "MFO" => Self::MandatoryFinish,
            _ => return None,
        })
    }

    /// True when it is the finish that is bound.
    pub fn is_of_finish(self) -> bool {
        matches!(
            self,
            Self::FinishOn | Self::FinishNoEarlierThan | Self::FinishNoLaterThan | Self::MandatoryFinish
        )
    }

    /// True when the logic can no longer move the activity later, or at all.
    pub fn is_hard(self) -> bool {
        matches!(
            self,
            Self::StartOn
                | Self::FinishOn
                | Self::StartNoLaterThan
                | Self::FinishNoLaterThan
                | Self::MandatoryStart
                | Self::MandatoryFinish
        )
    }
}

/// A date that an activity is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Constraint {
    /// How.
    pub kind: ConstraintKind,
    /// To when; `None` only as late as possible.
    pub date: Option<Time>,
}

/// How far an activity has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// No actual start.
    #[default]
    NotStarted,
    /// An actual start, no actual finish.
    InProgress,
    /// An actual finish.
    Complete,
}

impl Status {
    /// `not-started`, `in-progress`, `complete`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotStarted => "not-started",
            Self::InProgress => "in-progress",
            Self::Complete => "complete",
        }
    }
}

/// Which of the percentages is the one that is reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PercentKind {
    /// Of the duration.
    #[default]
    Duration,
    /// As judged by a person.
    Physical,
    /// Of the work units.
    Units,
}

/// The dates that a file states, as its own program computed them.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct StoredDates {
    /// Planned (P6: target) or scheduled start.
    pub start: Option<Time>,
    /// Planned or scheduled finish.
    pub finish: Option<Time>,
    /// Early start.
    pub early_start: Option<Time>,
    /// Early finish.
    pub early_finish: Option<Time>,
    /// Late start.
    pub late_start: Option<Time>,
    /// Late finish.
    pub late_finish: Option<Time>,
    /// Minutes on the activity's calendar.
    pub total_float: Option<Minutes>,
    /// Minutes on the activity's calendar.
    pub free_float: Option<Minutes>,
    /// Critical, says the file.
    pub critical: Option<bool>,
    /// On the longest path, says the file.
    pub longest_path: Option<bool>,
}

/// What was once agreed.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Baseline {
    /// Which: 0 is the first.
    pub number: u8,
    /// Its start.
    pub start: Option<Time>,
    /// Its finish.
    pub finish: Option<Time>,
    /// Work time in minutes.
    pub duration: Option<Minutes>,
    /// Minutes of units.
    pub work: Option<f64>,
    /// Money.
    pub cost: Option<f64>,
}

/// A piece of work, an instant, or a summary of others.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Activity {
    /// The file's own id: `task_id`, `ObjectId`, `UID`.
    pub uid: String,
    /// What people call it by: `A1000`; unique in its project as far as the file keeps to it.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The project.
    pub project: ProjectIndex,
    /// Where in the breakdown.
    pub wbs: Option<WbsIndex>,
    /// What it is.
    pub kind: ActivityKind,
    /// When its work goes on; `None` is the project's default.
    pub calendar: Option<CalendarIndex>,
    /// True when its duration passes round the clock, whatever its calendar (MSP's elapsed durations).
    pub elapsed: bool,
    /// True when its duration follows from the work of its resources on their calendars (P6's resource-dependent
    /// activities, MSP's tasks without fixed duration); without resources that changes nothing.
    pub work_driven: bool,
    /// True when its dates are entered by hand and the logic does not move it (MSP).
    pub manual: bool,
    /// False when it takes no part (MSP's inactive tasks).
    pub active: bool,
    /// Work time in minutes: in all.
    pub duration: Minutes,
    /// Work time in minutes: left. It is what dates are computed from, see [`Activity::set_duration`].
    pub remaining: Minutes,
    /// What binds it to a date.
    pub constraint: Option<Constraint>,
    /// A second date that binds it (P6).
    pub constraint2: Option<Constraint>,
    /// A date that is only watched (MSP).
    pub deadline: Option<Time>,
    /// A date that sets the remaining duration, if the options say so (P6).
    pub expected_finish: Option<Time>,
    /// The start that activities of other projects, which are not in the file, leave it (P6).
    #[serde(default)]
    pub external_start: Option<Time>,
    /// The finish that they leave it (P6).
    #[serde(default)]
    pub external_finish: Option<Time>,
    /// How far it has come.
    pub status: Status,
    /// When it really started.
    pub actual_start: Option<Time>,
    /// When it was really finished.
    pub actual_finish: Option<Time>,
    /// When its work was suspended.
    pub suspend: Option<Time>,
    /// When its work goes on after that.
    pub resume: Option<Time>,
    /// Which percentage counts.
    pub percent_kind: PercentKind,
    /// 0 to 100, of the kind that counts.
    pub percent: f64,
    /// 0 to 100, as judged by a person.
    pub physical_percent: f64,
    /// 0 (never levelled last) to 1000; MSP's priority, or P6's in its steps.
    pub priority: u16,
    /// Money that no resource brings: planned, spent.
    pub fixed_cost: f64,
    /// The dates that the file states.
    pub stored: StoredDates,
    /// What was once agreed, by number.
    pub baselines: Vec<Baseline>,
    /// Codes: (type, value).
    pub codes: Vec<(String, String)>,
    /// Further fields of the file, by their names there.
    pub fields: Fields,
    /// Notes.
    pub notes: Option<String>,
}

impl Activity {
    /// An activity that has not started.
    pub fn new(uid: &str, name: &str, project: ProjectIndex, duration: Minutes) -> Self {
        Self {
            uid: uid.to_owned(),
            code: uid.to_owned(),
            name: name.to_owned(),
            project,
            wbs: None,
            kind: ActivityKind::Task,
            calendar: None,
            elapsed: false,
            work_driven: false,
            manual: false,
            active: true,
            duration,
            remaining: duration,
            constraint: None,
            constraint2: None,
            deadline: None,
            expected_finish: None,
            external_start: None,
            external_finish: None,
            status: Status::NotStarted,
            actual_start: None,
            actual_finish: None,
            suspend: None,
            resume: None,
            percent_kind: PercentKind::Duration,
            percent: 0.0,
            physical_percent: 0.0,
            priority: 500,
            fixed_cost: 0.0,
            stored: StoredDates::default(),
            baselines: Vec::new(),
            codes: Vec::new(),
            fields: Vec::new(),
            notes: None,
        }
    }

    /// Gives it another duration; what is left of it changes by as much, and the work of its resources no
    /// longer sets it.
    pub fn set_duration(&mut self, duration: Minutes) {
        self.work_driven = false;
        let done = (self.duration - self.remaining).max(0);
        self.duration = duration.max(0);
        self.remaining =
            if self.status == Status::NotStarted { self.duration } else { (duration - done).max(0) };
    }
}
