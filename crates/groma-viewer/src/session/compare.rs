//! A scenario beside the programme that it is laid over.

use crate::session::paint::{Meaning, Paint, Pattern, Rgb};
use crate::session::plan::Plan;
use groma::schedule::Time;
use groma::twin::{Stage, State};
use std::path::PathBuf;

/// What comes of a scenario, for a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Comes {
    /// The last finish as planned.
    pub finish: Time,
    /// Days later than the base.
    pub days: f64,
    /// The finishes that 10, 50 and 80 percent of the runs keep.
    pub percentiles: [Time; 3],
    /// Days that these end later than the same of the base.
    pub later: [f64; 3],
    /// What 0, 5, 10 … 100 percent of the runs keep, of the scenario and of the base.
    pub curves: [Vec<Time>; 2],
    /// Money that half of the runs keep within.
    pub cost: f64,
    /// Activities that are critical.
    pub critical: usize,
    /// Asserts, and whether they hold.
    pub asserts: Vec<(String, bool)>,
}

/// A scenario's file, and what came of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    /// The file.
    pub path: PathBuf,
    /// The name: the file's stem until it was run.
    pub name: String,
    /// What came of it, once it was run; or why it could not be.
    pub comes: Option<Result<Comes, String>>,
}

impl Listed {
    /// The name of its file, without its ending.
    pub fn stem(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Two programmes of the same tasks, side by side.
#[derive(Clone, Debug)]
pub struct Compare {
    /// The scenario's file: several may have one name.
    pub path: PathBuf,
    /// The scenario's name.
    pub name: String,
    /// How many tasks have other dates in the base, where its logic computes them, than their file states.
    pub moved: usize,
    /// The programme under it, at the same instant as the base.
    pub other: Plan,
}

/// What stands later under the scenario.
const LATER: (Rgb, Pattern) = ([213, 94, 0], Pattern::Stripes);
/// What stands earlier under it.
const EARLIER: (Rgb, Pattern) = ([0, 114, 178], Pattern::Cross);

/// How far an element has come, so that two can be told apart: -1 before it is there.
fn come(state: &State) -> f64 {
    match state.stage {
        Stage::Unlinked => 0.0,
        Stage::NotStarted => -1.0,
        Stage::UnderWay => state.fraction,
        Stage::Built | Stage::Temporary => 1.0,
        Stage::BeingDemolished => 2.0 + state.fraction,
        Stage::Demolished => 4.0,
    }
}

/// Differs by less: as the base.
const NEAR: f64 = 0.005;

impl Compare {
    /// Whether an element is later (positive) or earlier (negative) under the scenario than in the base.
    pub fn later(&self, base: &Plan, place: u32) -> f64 {
        match (base.state(place), self.other.state(place)) {
            (Some(a), Some(b)) => come(&a) - come(&b),
            _ => 0.0,
        }
    }

    /// Draws differences over what an element looks like, in either view.
    pub fn paint(&self, base: &Plan, place: u32, paint: &mut Paint) {
        let later = self.later(base, place);
        let look = match later {
            x if x > NEAR => LATER,
            x if x < -NEAR => EARLIER,
            _ => return,
        };
        (paint.colour, paint.pattern) = (Some(look.0), look.1);
    }

    /// What the colours of differences mean.
    pub fn legend(&self, base: &Plan) -> Vec<Meaning> {
        let twin = base.twin();
        let physical = (0..twin.elements() as u32).filter(|&p| twin.is_physical(p));
        let (mut later, mut earlier) = (0, 0);
        for place in physical {
            match self.later(base, place) {
                x if x > NEAR => later += 1,
                x if x < -NEAR => earlier += 1,
                _ => {}
            }
        }
        [(LATER, "later in the scenario", later), (EARLIER, "earlier in the scenario", earlier)]
            .into_iter()
            .filter(|(.., count)| *count > 0)
            .map(|((colour, pattern), label, count)| Meaning { colour, pattern, label: label.into(), count })
            .collect()
    }
}
