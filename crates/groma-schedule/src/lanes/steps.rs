//! The rules of the profiles, one activity or one link at a time.

use crate::network::{Edge, Network};
use crate::options::Profile;
use crate::passes::Passes;
use crate::time::{Minutes, Time};
use crate::{msp, p6};

/// A network with the work that is left in it, under the rules of its profile.
pub(crate) enum Rules<'a> {
    P6(p6::Run<'a>),
    Msp(msp::Run<'a>),
}

impl<'a> Rules<'a> {
    pub(crate) fn new(network: &'a Network, remaining: &'a [Minutes]) -> Self {
        match network.profile {
            Profile::P6 => Self::P6(p6::Run { network, remaining }),
            Profile::Msp => Self::Msp(msp::Run { network, remaining }),
        }
    }

    /// Early start and finish of a slot.
    pub(crate) fn early(&self, passes: &Passes, slot: usize) -> (Time, Time) {
        match self {
            Self::P6(run) => p6::early_of(run, passes, slot),
            Self::Msp(run) => msp::early_of(run, passes, slot, false),
        }
    }

    /// Late start and finish of a slot, into the passes.
    pub(crate) fn late(&self, passes: &mut Passes, slot: usize) {
        match self {
            Self::P6(run) => p6::late_of(run, passes, slot),
            Self::Msp(run) => msp::late_of(run, passes, slot),
        }
    }

    /// The start that a link asks of its successor `slot`.
    pub(crate) fn asked(&self, passes: &Passes, edge: &Edge, slot: usize) -> Time {
        match self {
            Self::P6(run) => p6::asked_start(run, passes, edge, slot),
            Self::Msp(run) => msp::asked_start(run, passes, edge, slot, false),
        }
    }

    /// The finish that a link allows its predecessor `slot`.
    pub(crate) fn allowed(&self, passes: &Passes, edge: &Edge, slot: usize) -> Time {
        match self {
            Self::P6(run) => p6::allowed_finish(run, passes, edge, slot),
            Self::Msp(run) => {
                let finish = passes.finish[usize::from(run.network.project[slot])];
                msp::allowed_finish(run, passes, edge, slot, finish)
            }
        }
    }
}
