//! The two passes over a network, by slot: what a simulation repeats.

use crate::network::Network;
use crate::options::Profile;
use crate::p6;
use crate::time::{Minutes, Time};

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
        }
    }

    /// Early dates and the finish of each project, with `remaining` minutes of work left per slot.
    ///
    /// # Panics
    ///
    /// If `remaining` is shorter than the network.
    pub fn forward(&mut self, network: &Network, remaining: &[Minutes]) {
        match network.profile {
            Profile::P6 | Profile::Msp => p6::forward(&p6::Run { network, remaining }, self),
        }
    }

    /// Late dates, after [`Self::forward`] with the same durations.
    ///
    /// # Panics
    ///
    /// If `remaining` is shorter than the network.
    pub fn backward(&mut self, network: &Network, remaining: &[Minutes]) {
        match network.profile {
            Profile::P6 | Profile::Msp => p6::backward(&p6::Run { network, remaining }, self),
        }
    }
}
