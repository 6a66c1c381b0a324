//! Which element stands when.
//!
//! Elements are numbers from 0, and so are tasks; who they are is the business of the caller. A [`Timeline`] is made
//! once of tasks and [`Work`]; the state of all elements at an instant costs one pass over the work. What was seen
//! on site is told apart from what was planned ([`Actual`]): an element that nobody looked at is unknown, never
//! "as planned".

mod needed;
mod observe;
mod timeline;
mod work;

pub use needed::{Presence, needed_by, presence, together};
pub use observe::{Actual, Evidence, Observation, Verdict, actual};
pub use timeline::{Span, Stage, State, Timeline};
pub use work::{Role, Work};
