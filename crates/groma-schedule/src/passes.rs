//! The two passes over a network, by slot: what a simulation repeats.

use crate::network::{Edge, Network};
use crate::options::Profile;
use crate::time::{Minutes, Time};
use crate::{msp, p6};

/// What the passes fill, by slot of the network. Made once, used for as many runs as wanted.
#[derive(Clone, Debug)]
pub struct Passes {
    /// The earliest start of what is left.
    pub early_start: Vec<Time>,
    /// The earliest finish.
    pub early_finish: Vec<Time>,
    /// The latest start of what is left that does not move the project's finish.
    pub late_start: Vec<Time>,
    /// The latest finish that does not.
    pub late_finish: Vec<Time>,
    /// The finish of each project.
    pub finish: Vec<Time>,
    /// The work that expected finishes leave of each slot; empty where there are none.
    left: Vec<Minutes>,
}

impl Passes {
    /// Room for a network.
    pub fn new(network: &Network) -> Self {
        let slots = || vec![Time::default(); network.len()];
        Self {
            early_start: slots(),
            early_finish: slots(),
            late_start: slots(),
            late_finish: slots(),
            finish: vec![Time::default(); network.frames.len()],
            left: Vec::new(),
        }
    }

    /// Early dates and the finish of each project, with `remaining` minutes of work left per slot.
    ///
    /// # Panics
    ///
    /// If `remaining` is shorter than the network.
    pub fn forward(&mut self, network: &Network, remaining: &[Minutes]) {
        match network.profile {
            Profile::P6 => {
                let run = p6::Run { network, remaining };
                p6::forward(&run, self);
                self.left = p6::left_by_expected(&run, self);
            }
            Profile::Msp => msp::forward(&msp::Run { network, remaining }, self),
        }
    }

    /// Late dates, after [`Self::forward`] with the same durations; moves the early dates of what is to be as
    /// late as possible, and by MSP's rules of what waits for it.
    ///
    /// # Panics
    ///
    /// If `remaining` is shorter than the network.
    pub fn backward(&mut self, network: &Network, remaining: &[Minutes]) {
        let left = std::mem::take(&mut self.left);
        match network.profile {
            Profile::P6 => {
                let remaining = if left.is_empty() { remaining } else { &left };
                p6::backward(&p6::Run { network, remaining }, self);
            }
            Profile::Msp => msp::backward(&msp::Run { network, remaining }, self),
        }
        self.left = left;
    }

    /// Calls `each` with the links that hold the early start of a slot: without them it could start earlier.
    ///
    /// # Panics
    ///
    /// If `remaining` is shorter than the network.
    pub fn each_driving(
        &self,
        network: &Network,
        remaining: &[Minutes],
        slot: usize,
        mut each: impl FnMut(&Edge),
    ) {
        let remaining = if self.left.is_empty() { remaining } else { &self.left };
        let (by_p6, by_msp) = (p6::Run { network, remaining }, msp::Run { network, remaining });
        let calendar = network.calendar(slot);
        let asked = |edge: &Edge| match network.profile {
            Profile::P6 => calendar.work_at(p6::asked_start(&by_p6, self, edge, slot)),
            Profile::Msp => calendar.work_at(msp::asked_start(&by_msp, self, edge, slot, true)),
        };
        let edges = network.predecessors(slot);
        let Some(most) = edges.iter().map(asked).max() else { return };
        // A constraint may hold the start later than any link.
        if most < calendar.work_at(self.early_start[slot]) {
            return;
        }
        edges.iter().filter(|edge| asked(edge) == most).for_each(&mut each);
    }
}
