//! What the network takes of an activity.

use super::{LONGEST, ProjectFrame};
use crate::activity::{Activity, Constraint, Status};
use crate::options::Profile;
use crate::schedule::Schedule;
use crate::time::{Minutes, Time};
use groma_model::{Diagnostic, Diagnostics, codes};

pub(super) fn is_usable(constraint: &Constraint) -> bool {
    use crate::activity::ConstraintKind::AsLateAsPossible;
    constraint.kind == AsLateAsPossible || constraint.date.is_some()
}

pub(super) fn status(a: &Activity) -> Status {
    match (actual_start_of(a), a.actual_finish) {
        (_, Some(_)) => Status::Complete,
        (Some(_), None) => Status::InProgress,
        (None, None) => Status::NotStarted,
    }
}

pub(super) fn actual_start_of(a: &Activity) -> Option<Time> {
    a.actual_start.or(a.actual_finish)
}

pub(super) fn actual_start(a: &Activity) -> Time {
    actual_start_of(a).unwrap_or_default()
}

pub(super) fn by_hand(a: &Activity) -> Option<(Time, Time)> {
    a.manual.then_some(a.stored.start.zip(a.stored.finish)).flatten()
}

/// Nothing where all are as without it.
pub(super) fn some<T: Default + PartialEq>(all: Vec<T>) -> Vec<T> {
    if all.iter().all(|x| *x == T::default()) { Vec::new() } else { all }
}

pub(super) fn expected(a: &Activity, frames: &[ProjectFrame]) -> Option<Time> {
    let options = &frames[a.project.at()].options;
    let counts = options.profile == Profile::P6 && options.use_expected_finish;
    a.expected_finish.filter(|_| counts && !a.kind.is_milestone() && status(a) != Status::Complete)
}

/// When work goes on that was suspended after it had started.
pub(super) fn resume(a: &Activity, profile: Profile) -> Option<Time> {
    let counts = profile == Profile::P6 && status(a) == Status::InProgress && a.suspend.is_some();
    a.resume.filter(|_| counts)
}

/// Names what binds the finish of started work, which the early dates do not feel.
pub(super) fn not_computed(schedule: &Schedule, profile: Profile, diagnostics: &mut Diagnostics) {
    use crate::activity::ConstraintKind as C;
    for a in schedule.activities.iter().filter(|a| profile == Profile::P6 && status(a) == Status::InProgress)
    {
        for c in [a.constraint, a.constraint2].into_iter().flatten() {
            if matches!(c.kind, C::FinishNoEarlierThan | C::FinishOn | C::MandatoryFinish) {
                let date = c.date.map(|d| d.to_string()).unwrap_or_default();
                let detail = format!(
                    "{} has started: {} {date} binds its late dates, and does not hold its early finish",
                    a.code,
                    c.kind.as_str()
                );
                diagnostics.push(Diagnostic::new(codes::NOT_COMPUTED).detail(detail));
            }
        }
    }
}

pub(super) fn external(a: &Activity, frames: &[ProjectFrame]) -> [Option<Time>; 2] {
    let counts = !frames[a.project.at()].options.ignore_other_projects && status(a) != Status::Complete;
    if counts { [a.external_start, a.external_finish] } else { [None, None] }
}

pub(super) fn remaining(a: &Activity) -> Minutes {
    match status(a) {
        Status::Complete => 0,
        Status::InProgress | Status::NotStarted => a.remaining.clamp(0, LONGEST),
    }
}
