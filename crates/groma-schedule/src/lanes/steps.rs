//! The rules of the profiles, one activity or one link at a time.

use crate::network::{Edge, Network};
use crate::options::Profile;
use crate::passes::Passes;
use crate::time::{Minutes, Time};
use crate::{msp, p6};

/// Early start and finish of a slot.
pub(crate) fn early(network: &Network, remaining: &[Minutes], passes: &Passes, slot: usize) -> (Time, Time) {
    match network.profile {
        Profile::P6 => p6::early_of(&p6::Run { network, remaining }, passes, slot),
        Profile::Msp => msp::early_of(&msp::Run { network, remaining }, passes, slot, false),
    }
}

/// Late start and finish of a slot, into the passes.
pub(crate) fn late(network: &Network, remaining: &[Minutes], passes: &mut Passes, slot: usize) {
    match network.profile {
        Profile::P6 => p6::late_of(&p6::Run { network, remaining }, passes, slot),
        Profile::Msp => msp::late_of(&msp::Run { network, remaining }, passes, slot),
    }
}

/// The start that a link asks of its successor `slot`.
pub(crate) fn asked(
    network: &Network,
    remaining: &[Minutes],
    passes: &Passes,
    edge: &Edge,
    slot: usize,
) -> Time {
    match network.profile {
        Profile::P6 => p6::asked_start(&p6::Run { network, remaining }, passes, edge, slot),
        Profile::Msp => msp::asked_start(&msp::Run { network, remaining }, passes, edge, slot, false),
    }
}

/// The finish that a link allows its predecessor `slot`.
pub(crate) fn allowed(
    network: &Network,
    remaining: &[Minutes],
    passes: &Passes,
    edge: &Edge,
    slot: usize,
) -> Time {
    match network.profile {
        Profile::P6 => p6::allowed_finish(&p6::Run { network, remaining }, passes, edge, slot),
        Profile::Msp => {
            let finish = passes.finish[usize::from(network.project[slot])];
            msp::allowed_finish(&msp::Run { network, remaining }, passes, edge, slot, finish)
        }
    }
}
