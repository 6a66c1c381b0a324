//! What the network takes of an activity.

use super::{LONGEST, ProjectFrame};
use crate::activity::{Activity, Constraint, Status};
use crate::options::Profile;
use crate::time::{Minutes, Time};

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
