//! Dates by the rules of Primavera P6.
//!
//! The rules are those that P6's users see: an activity in progress keeps its actual start and shows the dates
//! of its remaining work, which its unfinished predecessors still hold (retained logic); what a finished
//! predecessor leaves of a lag is what the data date has not passed; late dates of the last activities are the
//! project's finish.

mod backward;
mod forward;

pub(crate) use backward::{allowed_finish, backward, late_of};
pub(crate) use forward::{asked_start, early_of, forward, left_by_expected};

use crate::activity::Status;
use crate::network::{Edge, Network, ProjectFrame};
use crate::time::{Minutes, Time};
use crate::work_calendar::WorkCalendar;

/// A run over a network: its durations, and what is looked up all the time.
pub(crate) struct Run<'a> {
    pub(crate) network: &'a Network,
    /// Work left by slot, minutes.
    pub(crate) remaining: &'a [Minutes],
}

impl Run<'_> {
    #[inline]
    fn frame(&self, slot: usize) -> &ProjectFrame {
        &self.network.frames[usize::from(self.network.project[slot])]
    }

    #[inline]
    fn lag_calendar(&self, edge: &Edge) -> &WorkCalendar {
        &self.network.calendars[usize::from(edge.calendar)]
    }

    /// A lag later. A lead does not lead before the data date.
    #[inline]
    fn add_lag(&self, edge: &Edge, slot: usize, at: Time, lag: Minutes) -> Time {
        if lag == 0 {
            return at;
        }
        let moved = self.lag_calendar(edge).add(at, lag);
        if lag < 0 { moved.max(self.frame(slot).data_date) } else { moved }
    }

    /// A lag earlier.
    #[inline]
    fn remove_lag(&self, edge: &Edge, at: Time, lag: Minutes) -> Time {
        if lag == 0 { at } else { self.lag_calendar(edge).add(at, -lag) }
    }

    /// What is left of a lag that began at an instant, once the data date has come.
    fn lag_left(&self, edge: &Edge, slot: usize, since: Time) -> Minutes {
        let data_date = self.frame(slot).data_date;
        let passed = if since > data_date { 0 } else { self.lag_calendar(edge).between(since, data_date) };
        edge.lag - passed
    }

    /// Work done of an activity in progress: from its start to the data date, on its own calendar.
    fn done(&self, slot: usize) -> Minutes {
        let n = self.network;
        n.calendar(slot).between(n.actual_start[slot], self.frame(slot).data_date).max(0)
    }

    /// Whether anything has happened at either end of a link.
    #[inline]
    fn is_progressed(&self, slot: usize) -> bool {
        self.network.status[slot] != Status::NotStarted
    }
}
